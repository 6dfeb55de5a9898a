//! Roles that hold destructive rights themselves, and how their doors are kept.

use std::collections::BTreeMap;

use super::doors::identity_center;
use super::telling::SHOWN;
use super::{Destruction, Hidden, Teller};
use crate::analysis::authority::{Principal, PrincipalKind};
use crate::analysis::context::{merge, source};
use crate::analysis::header;
use crate::analysis::reach::{Node, NodeId, Strength, Target};
use crate::model::facts::{Fact, IamRoleFact, SubjectKind, Unread};
use crate::model::ids::AccountId;
use crate::model::operation::Collection;

/// Every role that holds a destructive right itself, or of which that could not be told.
pub(super) fn all(
    teller: &Teller<'_, '_, '_>,
    destructions: &BTreeMap<AccountId, Destruction>,
    hidden: &[Hidden],
) -> Vec<Fact<IamRoleFact>> {
    let reach = teller.reach;
    let mut held: BTreeMap<NodeId, Held<'_>> = BTreeMap::new();
    for destruction in destructions.values() {
        for (node, (strength, target)) in &destruction.seeds.0 {
            let Some(target) = destruction.targets.get(*target) else { continue };
            let best = held.entry(*node).or_insert((*strength, target));
            if *strength > best.0 {
                *best = (*strength, target);
            }
        }
    }
    let roles = reach.authority.principals.iter().filter(|one| one.kind == PrincipalKind::Role);
    roles
        .filter(|role| !role.service_linked() && !Teller::only_services(role))
        .filter_map(|role| {
            let at = reach.authority.place(role.arn.as_str())?;
            let node = reach.graph.principal(at)?;
            let class = reach.class_of.get(at).copied().flatten()?;
            let class = reach.graph.find(&Node::Class(class));
            let own = [Some(node), class].into_iter().flatten();
            let best = own.clone().filter_map(|node| held.get(&node)).max_by_key(|(strength, _)| *strength);
            let best = best.filter(|(strength, _)| *strength > Strength::Unread);
            // What could not be listed may be data that it destroys.
            let unseen =
                hidden.iter().filter(|one| own.clone().any(|node| one.destruction.seeds.0.contains_key(&node)));
            let unseen: Vec<Unread> = unseen.flat_map(|one| one.unread.iter().cloned()).collect();
            let doubtful = own.clone().any(|node| held.contains_key(&node));
            match best {
                Some((strength, target)) => Some(fact(teller, role, node, Some((*strength, target)), Vec::new())),
                // A role whose doors are kept passes whatever it may.
                None if doubtful || !unseen.is_empty() => {
                    Some(fact(teller, role, node, None, unseen)).filter(|fact| !kept(teller, role, &fact.detail))
                }
                None => None,
            }
        })
        .collect()
}

/// Whether every door of a role is kept, as far as it was read.
fn kept(teller: &Teller<'_, '_, '_>, role: &Principal<'_>, detail: &IamRoleFact) -> bool {
    let center = &teller.reach.cx.settings.identity_center;
    let attested = center.mfa_enforced && center.attested_by.is_some() && center.attested_on.is_some();
    role.trust.as_ref().is_some_and(|trust| trust.unread.is_empty())
        && detail.outsiders.iter().all(|one| one.guarded)
        && detail.providers.iter().all(|one| one.audience_pinned && one.subject_pinned)
        && (detail.platform.is_some() || (detail.ungated_count == 0 && (attested || !detail.identity_center)))
}

/// A right that somebody holds themselves.
type Held<'d> = (Strength, &'d Target);

fn fact(
    teller: &Teller<'_, '_, '_>,
    role: &Principal<'_>,
    node: NodeId,
    held: Option<Held<'_>>,
    mut unread: Vec<Unread>,
) -> Fact<IamRoleFact> {
    if held.is_none() {
        unread.extend(teller.chain_gaps(&role.account));
        unread.extend(role.unread().cloned());
    }
    let word = |strength| if strength == Strength::Sure { "sure" } else { "conditional" };
    let mut detail = IamRoleFact {
        destructive: held.map(|(strength, _)| word(strength).to_owned()),
        action: held.map(|(_, target)| target.action.clone()),
        resource: held.map(|(_, target)| target.resource.clone()),
        platform: teller.platform(role).map(str::to_owned),
        outsiders: Vec::new(),
        providers: Vec::new(),
        identity_center: identity_center(role),
        ungated: Vec::new(),
        ungated_count: 0,
        assumers: 0,
    };
    if let Some(trust) = &role.trust {
        unread.extend(trust.unread.iter().cloned());
        detail.outsiders = teller.outsiders(role, trust);
        detail.providers = teller.providers(role, trust);
        let (assumers, ungated) = teller.gate(role, trust, node);
        detail.assumers = assumers;
        detail.ungated_count = ungated.len();
        detail.ungated = ungated.into_iter().take(SHOWN).collect();
    }
    let name = role.role.map_or_else(String::new, |role| role.name.clone());
    Fact {
        subject: header::in_account(
            teller.reach.cx,
            SubjectKind::IamRole,
            role.arn.as_str(),
            &name,
            Some(role.account.clone()),
            None,
        ),
        detail,
        rests_on: vec![source(&role.account, None, Collection::IamAuthorizationDetails)],
        unread: merge(unread),
    }
}
