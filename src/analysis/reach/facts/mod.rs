//! The facts that follow from the graph. Imports the room; fills what the other rooms left open.

mod accounts;
mod destroy;
mod doors;
mod impersonation;
mod roles;
mod stores;
mod telling;
mod users;

use std::collections::BTreeMap;

pub(crate) use destroy::of_account as closing;
use destroy::{destructive, hidden};
pub(crate) use telling::Teller;

use super::{NodeId, Reach, Search, Seeds, Target};
use crate::analysis::guards::Guards;
use crate::model::facts::{Facts, Unread};
use crate::model::ids::AccountId;

/// Who reaches the destruction of what one account holds.
pub(crate) struct Destruction {
    pub(super) targets: Vec<Target>,
    pub(super) seeds: Seeds,
    pub(super) search: Search,
}

impl Destruction {
    fn of(reach: &Reach<'_, '_>, targets: Vec<Target>) -> Self {
        let seeds = reach.seeds(&targets);
        let search = reach.graph.leading_to(&seeds.strengths());
        Self { targets, seeds, search }
    }
}

/// Who reaches the destruction of what could not be listed in one account, and why it could not.
pub(super) struct Hidden {
    pub(super) destruction: Destruction,
    pub(super) unread: Vec<Unread>,
}

/// Fills who reaches what: accounts, the organization, vaults, state buckets, roles, users and agents.
pub(crate) fn surroundings(reach: &Reach<'_, '_>, guards: &Guards, facts: &mut Facts) {
    let cx = reach.cx;
    let destructions: BTreeMap<AccountId, Destruction> = destructive(cx, facts)
        .into_iter()
        .map(|(account, targets)| (account, Destruction::of(reach, targets)))
        .collect();
    let hidden: Vec<Hidden> = hidden(cx)
        .into_values()
        .map(|(targets, unread)| Hidden { destruction: Destruction::of(reach, targets), unread })
        .collect();
    let teller = Teller::new(reach);
    accounts::fill(&teller, &destructions, facts);
    impersonation::fill(&teller, guards, facts);
    stores::fill(&teller, facts);
    facts.iam_roles = roles::all(&teller, &destructions, &hidden);
    facts.iam_users = users::all(&teller, &destructions, &hidden);
    facts.agents = users::agents(&teller, &destructions, &hidden);
    facts.unlisted.extend(users::unlisted(cx));
}

/// The nodes of principals and outsiders that a search found.
pub(super) fn somebodies<'s>(reach: &'s Reach<'_, '_>, search: &'s Search) -> impl Iterator<Item = NodeId> + 's {
    search
        .all()
        .map(|(node, _)| node)
        .filter(|node| matches!(reach.graph.get(*node), Some(super::Node::Principal(_) | super::Node::Party(_))))
}
