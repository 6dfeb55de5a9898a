//! Copies, plans, vaults, restores: what could bring a resource back.
//!
//! `index` finds things, `places` says where copies may lie and what is unread there; `copies`, `coverage` and `restores` fill a
//! resource; `vaults` and `regions` tell of what stands around.

mod copies;
mod coverage;
mod index;
mod places;
mod plans;
mod policy;
mod regions;
mod restores;
mod schedule;
mod selection;
#[cfg(test)]
mod tests;
mod vaults;

use self::index::Index;
pub(crate) use self::index::lock_state;
use self::places::Places;
use super::Context;
use super::context::{item_gap, source};
use crate::model::facts::{CopyFact, CopyKind, Fact, Facts, ResourceFact, SubjectKind};
use crate::model::operation::Collection;

/// Fills `copies`, `backup` and `restore` of every resource, with what they rest on and what could change them.
pub(super) fn attach(cx: &Context<'_>, resources: &mut [Fact<ResourceFact>]) {
    let index = Index::new(cx);
    let plans = plans::all(cx);
    let places = places::all(cx, &plans);
    for fact in resources {
        let found = copies::find(&index, fact);
        let account = fact.subject.account.as_ref();
        let coverage = coverage::of(cx, &index, account.and_then(|id| plans.get(id)), fact, &found.copies);
        fact.detail.restore = restores::last(&index, &fact.subject.arn, &found);
        fact.detail.backup = coverage.fact;
        fact.detail.backup.of_predecessors = found.predecessors;
        fact.detail.copies = found.copies;
        fact.rests_on.extend(coverage.rests_on);
        fact.unread.extend(coverage.unread);
        if let Some(places) = account.and_then(|id| places.get(id)) {
            see(fact, places);
        }
        unread_of_item(&index, fact);
        let places: Vec<_> = fact.detail.copies.iter().filter_map(place_of).collect();
        fact.rests_on.extend(places);
    }
}

/// What the copies rest on: the resource's own region and every other account where they may lie. Its account's other
/// regions count by their gaps alone, or every fact would list every region.
fn see(fact: &mut Fact<ResourceFact>, places: &Places) {
    let database = matches!(fact.subject.kind, SubjectKind::DbInstance | SubjectKind::DbCluster);
    let mut sights = vec![&places.points, &places.restores];
    if database {
        sights.push(&places.databases);
    }
    let (account, region) = (fact.subject.account.clone(), fact.subject.region.clone());
    for sight in sights {
        fact.unread.extend(sight.unread.iter().cloned());
        let near = sight.rests_on.iter().filter(|source| source.account != account || source.region == region);
        fact.rests_on.extend(near.cloned());
    }
}

/// Answers about the resource alone that were not given.
fn unread_of_item(index: &Index<'_>, fact: &mut Fact<ResourceFact>) {
    let Some(live) = index.live.get(fact.subject.arn.as_str()) else { return };
    let region = fact.subject.region.clone();
    if let Some(gap) = live.point_in_time_recovery.and_then(|answer| answer.gap()) {
        fact.unread.push(item_gap(live.account, region.as_ref(), Collection::DynamoDbContinuousBackups, gap));
    }
    for protected in index.protected(&fact.subject.arn) {
        if let Some(gap) = protected.resource.last_restore.as_ref().and_then(|answer| answer.gap()) {
            let place = protected.place;
            fact.unread.push(item_gap(place.account, Some(place.region), Collection::BackupLastRestores, gap));
        }
    }
}

fn place_of(copy: &CopyFact) -> Option<crate::model::facts::Source> {
    let cluster = copy.arn.resource().starts_with("cluster");
    let collection = match copy.kind {
        CopyKind::RecoveryPoint if copy.vault.is_some() => Collection::BackupRecoveryPoints,
        CopyKind::RecoveryPoint | CopyKind::ManualSnapshot | CopyKind::AutomatedSnapshot if cluster => {
            Collection::RdsDbClusterSnapshots
        }
        CopyKind::RecoveryPoint | CopyKind::ManualSnapshot | CopyKind::AutomatedSnapshot => Collection::RdsDbSnapshots,
        CopyKind::AutomatedBackup | CopyKind::ReplicatedAutomatedBackup if cluster => {
            Collection::RdsDbClusterAutomatedBackups
        }
        CopyKind::AutomatedBackup | CopyKind::ReplicatedAutomatedBackup => Collection::RdsDbInstanceAutomatedBackups,
        CopyKind::PointInTimeRecovery => Collection::DynamoDbContinuousBackups,
    };
    Some(source(copy.account.as_ref()?, copy.region.as_ref(), collection))
}

/// Fills `vaults`, `account_regions`, and `unlisted` of their kinds.
pub(super) fn surroundings(cx: &Context<'_>, facts: &mut Facts) {
    let index = Index::new(cx);
    let plans = plans::all(cx);
    vaults::fill(cx, &index, &plans, facts);
    regions::fill(cx, &index, &plans, facts);
}
