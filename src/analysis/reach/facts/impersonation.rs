//! Who is bound by the guards of an account and can become somebody whom they exempt.
//!
//! Left out are the principals that are exempt already, those that the owner or a platform may pass, and those of the
//! management account: SCPs do not bind them, and who can change the SCPs there is another check's question. Identity
//! providers are doors of a principal, not somebody else.

use std::collections::{BTreeMap, BTreeSet};

use super::super::exempt::{Becoming, Way};
use super::super::{NodeId, Strength};
use super::telling::{SHOWN, short};
use super::{Search, Teller};
use crate::analysis::context::merge;
use crate::analysis::guards::{Exemption, Guards};
use crate::model::facts::{Facts, Impersonation, Impersonator, PathStep, Unread};
use crate::model::ids::{AccountId, Arn};
use crate::policy::Fact;

/// The key that says who calls, in lower case as the engine has it.
const PRINCIPAL_ARN: &str = "aws:principalarn";

/// What a tag's key begins with, likewise.
const PRINCIPAL_TAG: &str = "aws:principaltag/";

/// By what the denies of an account exempt.
#[derive(Default)]
struct Doors {
    /// ARNs, those of principals that are there and examples of those that could be.
    arns: BTreeSet<String>,
    /// Keys of tags.
    tags: BTreeSet<String>,
    /// Other keys.
    unclear: BTreeSet<String>,
}

impl Doors {
    fn of(exemptions: &[Exemption]) -> Self {
        let mut doors = Self::default();
        for exemption in exemptions {
            doors.arns.extend(exemption.principals.iter().map(ToString::to_string));
            doors.arns.extend(exemption.makeable.iter().cloned());
            for opening in &exemption.openings {
                doors.add(&opening.keys);
            }
        }
        doors
    }

    /// One opening: who is meant by its ARN is found by that, whatever more it takes; then by its tags.
    fn add(&mut self, keys: &[(Box<str>, Fact)]) {
        let arn = keys.iter().find(|(key, _)| **key == *PRINCIPAL_ARN);
        if let Some((_, Fact::Values(values))) = arn {
            self.arns.extend(values.iter().map(ToString::to_string));
            return;
        }
        let mut tags = keys.iter().filter_map(|(key, _)| key.strip_prefix(PRINCIPAL_TAG)).peekable();
        if tags.peek().is_some() {
            self.tags.extend(tags.map(str::to_owned));
        } else {
            self.unclear.extend(keys.iter().map(|(key, _)| key.to_string()));
        }
    }
}

/// Fills `reach.impersonation` of every account that has guards.
pub(super) fn fill(teller: &Teller<'_, '_, '_>, guards: &Guards, facts: &mut Facts) {
    for fact in &mut facts.accounts {
        let Some(account) = fact.subject.account.clone() else { continue };
        let exemptions = guards.exemptions(&account);
        if exemptions.is_empty() {
            continue;
        }
        let (impersonation, unread) = impersonation(teller, guards, &account, exemptions);
        fact.detail.reach.impersonation = impersonation;
        fact.unread = merge(fact.unread.drain(..).chain(unread));
    }
}

fn impersonation(
    teller: &Teller<'_, '_, '_>,
    guards: &Guards,
    account: &AccountId,
    exemptions: &[Exemption],
) -> (Impersonation, Vec<Unread>) {
    let exempt: BTreeSet<&Arn> = exemptions.iter().flat_map(|exemption| &exemption.principals).collect();
    let doors = Doors::of(exemptions);
    let bound = |node: NodeId| {
        let passes = teller.reach.principal_of(node).is_some_and(|principal| {
            exempt.contains(&principal.arn) || guards.declared.may_pass(&principal.arn).is_some()
        });
        teller.acts(node) && !passes && teller.account_of(node) != teller.reach.authority.chains.management
    };
    let mut found: BTreeMap<NodeId, Becoming> = BTreeMap::new();
    let by_arn = teller.reach.exempt_by_arn(account, doors.arns.iter().map(String::as_str));
    let by_tag = doors.tags.iter().flat_map(|tag| teller.reach.exempt_by_tag(account, tag));
    for one in by_arn.into_iter().chain(by_tag).filter(|one| one.strength >= Strength::Conditional && bound(one.who)) {
        let surer = found.get(&one.who).is_none_or(|known| known.strength < one.strength);
        if surer {
            found.insert(one.who, one);
        }
    }
    let count = found.len();
    let mut all: Vec<(bool, Impersonator)> =
        found.into_values().map(|one| (one.strength != Strength::Sure, impersonator(teller, one))).collect();
    all.sort();
    let impersonation = Impersonation {
        exempt: exempt.len(),
        count,
        shown: all.into_iter().take(SHOWN).map(|(_, one)| one).collect(),
        unclear: doors.unclear.into_iter().collect(),
    };
    // Nothing is known of who may become whom in an account whose users and roles were not read.
    let seeds = doors.arns.iter().flat_map(|arn| teller.reach.matching(account, arn)).collect();
    let search: Search = teller.reach.graph.leading_to(&seeds);
    (impersonation, teller.gaps(&search, &[], account, |_| true))
}

fn impersonator(teller: &Teller<'_, '_, '_>, one: Becoming) -> Impersonator {
    let who = teller.reach.label(one.who);
    let steps = one.path.map(|path| path.steps).unwrap_or_default();
    let mut told = short(&who);
    for (index, step) in steps.iter().enumerate() {
        let which = if index == 0 { "" } else { ", which" };
        told.push_str(&format!("{which} {} {}", step.verb, short(&step.to)));
        if let Some(condition) = &step.condition {
            told.push_str(&format!(" (if {condition})"));
        }
    }
    let which = if steps.is_empty() { "" } else { ", which" };
    let way = match one.way {
        Way::Is | Way::Becomes => "becomes",
        Way::Creates => {
            told.push_str(&format!("{which} creates {}", short(&one.exempt)));
            "creates"
        }
        Way::Tags => {
            let action = one.action.as_deref().unwrap_or("a tagging call");
            told.push_str(&format!("{which} sets the tag {} by {action}", one.exempt));
            "tags"
        }
    };
    Impersonator {
        account: teller.account_of(one.who),
        who,
        way: way.to_owned(),
        strength: if one.strength == Strength::Sure { "sure" } else { "conditional" }.to_owned(),
        exempt: one.exempt,
        path: steps.into_iter().map(PathStep::from).collect(),
        told,
    }
}
