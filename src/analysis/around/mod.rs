//! What stands around the stateful resources: global clusters, snapshots, keys; and which of all these could not be listed.

mod global_clusters;
mod keys;
mod snapshots;
mod unlisted;

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::environment::counts_as_production;
use crate::model::facts::Facts;
use crate::model::ids::AccountId;

/// Fills `global_clusters`, `snapshots`, `keys`, and `unlisted` of their kinds and of the resources'.
pub(super) fn surroundings(cx: &Context<'_>, facts: &mut Facts) {
    let known = Known::of(facts);
    facts.global_clusters = global_clusters::all(cx, &known);
    facts.snapshots = snapshots::all(cx, &known);
    facts.keys = keys::all(cx, facts);
    facts.unlisted.extend(unlisted::all(cx));
}

/// The environments of the resources that were listed: what is made of one belongs where it does.
struct Known {
    by_arn: BTreeMap<String, Option<String>>,
    /// By DbiResourceId or DbClusterResourceId.
    by_id: BTreeMap<String, Option<String>>,
}

impl Known {
    fn of(facts: &Facts) -> Self {
        let environments = facts.resources.iter();
        Self {
            by_arn: environments
                .clone()
                .map(|fact| (fact.subject.arn.clone(), fact.subject.environment.clone()))
                .collect(),
            by_id: environments
                .filter_map(|fact| Some((fact.detail.resource_id.clone()?, fact.subject.environment.clone())))
                .collect(),
        }
    }
}

/// The one environment of several things: unknown where one of them is, or where two differ.
fn common<'a>(environments: impl Iterator<Item = Option<&'a str>>) -> Option<String> {
    let all: BTreeSet<Option<&str>> = environments.collect();
    match (all.first(), all.len()) {
        (Some(one), 1) => one.map(str::to_owned),
        _ => None,
    }
}

/// The environment that something takes from others, and from its account where there are no others.
fn environment_of(cx: &Context<'_>, account: Option<&AccountId>, others: &[Option<&str>]) -> (Option<String>, bool) {
    let environment = match (others.is_empty(), account) {
        (true, Some(account)) => cx.environments.of_account(account).environment,
        (true, None) => None,
        (false, _) => common(others.iter().copied()),
    };
    let production = match others.is_empty() {
        true => counts_as_production(environment.as_deref()),
        // What serves production among others is production's.
        false => others.iter().any(|other| counts_as_production(*other)),
    };
    (environment, production)
}
