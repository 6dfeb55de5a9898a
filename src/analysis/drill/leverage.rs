//! What each single layer would have saved of what a run destroys. Imports the room.

use std::collections::{BTreeMap, BTreeSet};

use super::order::configured;
use super::placed::Placed;
use super::table::Guard;
use crate::analysis::authority::Authority;
use crate::model::catalogue::{self, Category, DestructiveAction};
use crate::model::drill::{GuardLayer, Leverage, Step, StepResult, Toll};
use crate::model::facts::Class;

/// How many actions or names a sentence gives.
const NAMED: usize = 4;

/// Each layer that would have saved something, the best first.
pub(super) fn of(authority: &Authority<'_>, placed: &[Placed<'_>], steps: &[Step], toll: &Toll) -> Vec<Leverage> {
    let mut all: Vec<Leverage> =
        [policies(authority, placed, steps), protection(placed, steps), separate(steps), immutable(toll)]
            .into_iter()
            .flatten()
            .filter(|one| one.resources + one.data_stores > 0)
            .collect();
    all.sort_by(|a, b| (b.data_stores, b.resources, a.layer).cmp(&(a.data_stores, a.resources, b.layer)));
    all
}

fn destroyed(step: &Step) -> bool {
    step.result == StepResult::Destroyed
}

fn stores(step: &Step) -> bool {
    destroyed(step) && step.loses_data == Some(true)
}

fn listed(mut items: Vec<String>, noun: &str) -> String {
    items.sort();
    items.dedup();
    let more = items.len().saturating_sub(NAMED);
    items.truncate(NAMED);
    match more {
        0 => items.join(", "),
        more => format!("{} and {more} more {noun}", items.join(", ")),
    }
}

/// What a guard on some of the destroyed steps would have kept: those, and what Terraform would not have got to after them; with the
/// names of those that hold data, or of all where none does.
fn kept_by<'s>(
    placed: &[Placed<'_>],
    steps: &'s [Step],
    holds: impl Fn(&Placed<'_>, &Step) -> bool,
) -> (Vec<&'s Step>, Vec<String>) {
    let mut spared: BTreeSet<String> = BTreeSet::new();
    let (mut kept, mut data, mut others) = (Vec::new(), Vec::new(), Vec::new());
    for (placed, step) in placed.iter().zip(steps).filter(|(_, step)| destroyed(step)) {
        let held = holds(placed, step);
        if held || spared.contains(&configured(&placed.resource.address)) {
            kept.push(step);
            spared.extend(placed.resource.dependencies.iter().map(|one| configured(one)));
        }
        if held {
            if step.data { &mut data } else { &mut others }.push(step.address.clone());
        }
    }
    (kept, if data.is_empty() { others } else { data })
}

/// The calls of a type that production can live without, as the catalogue has it.
fn deniable(placed: &Placed<'_>) -> impl Iterator<Item = &'static str> {
    let rows = placed.rows.iter().filter_map(|row| catalogue::find(&row.action));
    let destroys = |row: &&DestructiveAction| {
        row.blanket_deny && matches!(row.category, Category::DestroysData | Category::DestroysBackup)
    };
    rows.filter(destroys).map(|row| row.action.as_str())
}

/// A service control policy on what destroys data: it binds every account but the management account.
fn policies(authority: &Authority<'_>, placed: &[Placed<'_>], steps: &[Step]) -> Option<Leverage> {
    authority.chains.organization.as_ref()?;
    let bound = |placed: &Placed<'_>, step: &Step| {
        let chain = step.account.as_ref().and_then(|account| authority.chains.of(account));
        chain.is_some_and(|chain| !chain.management) && deniable(placed).next().is_some()
    };
    let (kept, _) = kept_by(placed, steps, bound);
    let denied = || placed.iter().zip(steps).filter(|(placed, step)| destroyed(step) && bound(placed, step));
    let accounts = denied().filter_map(|(_, step)| step.account.as_ref()).map(ToString::to_string).collect();
    let actions = denied().flat_map(|(placed, _)| deniable(placed)).map(str::to_owned).collect();
    Some(Leverage {
        layer: GuardLayer::Scp,
        resources: kept.len(),
        data_stores: kept.iter().filter(|step| stores(step)).count(),
        what: format!(
            "attach a policy to account {} that denies {} to all but break-glass (`palisade guard suggest` prints it): what \
             they depend on stays as well",
            listed(accounts, "accounts"),
            listed(actions, "actions")
        ),
    })
}

/// Databases and tables have a setting of their own.
fn protection(placed: &[Placed<'_>], steps: &[Step]) -> Option<Leverage> {
    let guards = [Guard::Rds, Guard::RdsKept, Guard::Dynamodb, Guard::Global].map(Some);
    let (kept, own) = kept_by(placed, steps, |placed, _| placed.rows.iter().any(|row| guards.contains(&row.stop)));
    Some(Leverage {
        layer: GuardLayer::DeletionProtection,
        resources: kept.len(),
        data_stores: kept.iter().filter(|step| stores(step)).count(),
        what: format!(
            "turn deletion protection on, in AWS and in the configuration, for {}: what they depend on stays as well",
            listed(own, "resources")
        ),
    })
}

/// One destroy reaches one environment.
fn separate(steps: &[Step]) -> Option<Leverage> {
    let mut by: BTreeMap<&str, Vec<&Step>> = BTreeMap::new();
    for step in steps.iter().filter(|step| destroyed(step)) {
        // What belongs to no environment that is known is saved for none.
        if let Some(environment) = step.environment.as_deref() {
            by.entry(environment).or_default().push(step);
        }
    }
    (by.len() > 1).then_some(())?;
    // Whatever was meant, production was not: where it was, the others are saved.
    let production = by.iter().find(|(_, steps)| steps.iter().any(|step| step.production));
    let (environment, kept) = production.or_else(|| by.iter().max_by_key(|(name, steps)| (steps.len(), **name)))?;
    Some(Leverage {
        layer: GuardLayer::SeparateState,
        resources: kept.len(),
        data_stores: kept.iter().filter(|step| stores(step)).count(),
        what: format!("give {environment} a state of its own: a destroy of the others does not reach it"),
    })
}

/// What cannot be stopped can be brought back.
fn immutable(toll: &Toll) -> Option<Leverage> {
    let lost = toll.data_stores.iter().filter(|store| store.certain && store.immutable_left != Some(true));
    let lost: Vec<String> =
        lost.filter(|store| store.class != Some(Class::Operational)).map(|one| one.address.clone()).collect();
    Some(Leverage {
        layer: GuardLayer::ImmutableCopy,
        resources: 0,
        data_stores: lost.len(),
        what: format!(
            "copy {} to a vault of another account under a compliance lock: the destroy goes through, and the data comes back",
            listed(lost, "data stores")
        ),
    })
}
