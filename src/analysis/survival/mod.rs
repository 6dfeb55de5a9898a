//! What of each resource is left once somebody has turned against it.
//!
//! Knows `model` and the reach. `threat` decides the tier of one copy and knows nothing else; `ways` asks the graph who
//! destroys what; `fates` brings the two together; `raise` says what one change would do; `layers` tells which of the five
//! layers stand against the accident. The decision worth knowing: an account's attacker is everybody in it, root and roles
//! that are not there yet included, so that nothing in its own account is safe but what an immutable vault holds.

mod fates;
mod holds;
mod layers;
mod lookalikes;
mod raise;
mod replicas;
#[cfg(test)]
mod tests;
mod threat;
mod ways;

use std::collections::{BTreeMap, BTreeSet};

use fates::Fates;
pub(crate) use ways::Attacker;

use super::Context;
use super::context::merge;
use super::keys::{Found, Keys, reference};
use super::reach::{Reach, Teller};
use crate::model::facts::{Class, Fact, Facts, Outcome, ResourceFact, SubjectKind, SurvivalFact, Unread};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;

/// Fills `survival` and `layers` of every resource that holds data, and who takes the keys of copies.
pub(crate) fn surroundings(reach: &Reach<'_, '_>, facts: &mut Facts) {
    let teller = Teller::new(reach);
    let copied: Vec<(usize, SurvivalFact, Vec<Unread>)> = {
        let fates = Fates::new(&teller, facts);
        let lookalikes = lookalikes::of(reach.cx, facts);
        let survive = |(at, fact): (usize, &Fact<ResourceFact>)| {
            let account = fact.subject.account.clone()?;
            let (own, unread) = fates.outcome(fact, &Attacker::Account(account.clone()));
            let management = reach.authority.chains.management.clone().filter(|management| *management != account);
            let management = management.map(|management| fates.outcome(fact, &Attacker::Account(management)).0);
            let mut not_backups = lookalikes.get(fact.subject.arn.as_str()).cloned().unwrap_or_default();
            not_backups.extend(fates.replicas(fact, &Attacker::Account(account.clone())));
            Some((at, SurvivalFact { account: own, management, not_backups }, unread))
        };
        facts.resources.iter().enumerate().filter(|(_, fact)| asked(fact)).filter_map(survive).collect()
    };
    for (at, survival, unread) in copied {
        if let Some(fact) = facts.resources.get_mut(at) {
            fact.detail.survival = Some(survival);
            fact.unread = merge(fact.unread.drain(..).chain(unread));
        }
    }
    keys(&teller, facts);
    fallen(facts);
    layers::fill(reach.cx, facts);
}

/// What would be left of some resources after one attacker.
pub(crate) fn against<'f>(
    teller: &Teller<'_, '_, '_>,
    facts: &'f Facts,
    of: impl Iterator<Item = &'f Fact<ResourceFact>>,
    by: &Attacker,
) -> BTreeMap<&'f str, Outcome> {
    let fates = Fates::new(teller, facts);
    of.filter(|fact| asked(fact)).map(|fact| (fact.subject.arn.as_str(), fates.outcome(fact, by).0)).collect()
}

/// Counts for every account the copies in it that fall to the accounts whose data they are of.
fn fallen(facts: &mut Facts) {
    let mut fallen: BTreeMap<AccountId, BTreeSet<(Arn, Option<Arn>)>> = BTreeMap::new();
    for fact in &facts.resources {
        let copies = fact.detail.survival.iter().flat_map(|survival| &survival.account.copies);
        for fate in copies.filter(|fate| fate.falls == Some(true) && fate.account != fact.subject.account) {
            if let Some(account) = &fate.account {
                fallen.entry(account.clone()).or_default().insert((fate.arn.clone(), fate.vault.clone()));
            }
        }
    }
    for fact in &mut facts.accounts {
        let here = fact.subject.account.as_ref().and_then(|account| fallen.get(account));
        fact.detail.reach.copies_fallen = here.map_or(0, BTreeSet::len);
    }
}

/// Whether survival is asked of a resource: what is derived or operational is made anew, and a cluster's member lives and
/// dies with its cluster.
fn asked(fact: &Fact<ResourceFact>) -> bool {
    matches!(fact.subject.class, Some(Class::Data | Class::Unclassified)) && fact.detail.cluster.is_none()
}

/// Fills `copies_of` and `taken_by` of the keys of copies that lie in another account than their data.
fn keys(teller: &Teller<'_, '_, '_>, facts: &mut Facts) {
    let cx = teller.reach.cx;
    let known = Keys::new(cx);
    let ways = ways::Ways::new(teller);
    let sources = sources(cx, &known, facts);
    let hidden = hidden_copies(facts);
    for fact in &mut facts.keys {
        // A copy under it may lie where nobody could look: of somebody whom nobody asked about. Keys serve their own region.
        let near = |gap: &&Unread| {
            let regions = &gap.regions;
            regions.is_empty() || fact.subject.region.as_ref().is_none_or(|region| regions.contains(region))
        };
        let unseen: Vec<Unread> = hidden.iter().filter(near).cloned().collect();
        fact.unread = merge(fact.unread.drain(..).chain(unseen));
        let Some(of) = sources.get(&fact.subject.arn) else { continue };
        fact.detail.copies_of = of.iter().cloned().collect();
        if fact.detail.manager.as_deref() == Some("AWS") {
            continue;
        }
        let (Some(account), Some(region)) = (&fact.subject.account, &fact.subject.region) else { continue };
        let Some(arn) = reference(&fact.subject.arn, teller.reach.judge.partition(), account, region) else { continue };
        let Found::Key(detail, _) = known.find(account, region, &arn) else { continue };
        let (taken_by, unread) = ways.reachers(&ways.key(detail), of);
        fact.detail.taken_by = Some(taken_by);
        fact.unread = merge(fact.unread.drain(..).chain(unread));
    }
}

/// By key: the accounts of whose data it encrypts copies in other accounts, whether that data is still there or not.
fn sources(cx: &Context<'_>, known: &Keys<'_>, facts: &Facts) -> BTreeMap<String, BTreeSet<AccountId>> {
    let buckets: BTreeMap<&str, &AccountId> = facts
        .resources
        .iter()
        .filter_map(|fact| Some((fact.subject.arn.as_str(), fact.subject.account.as_ref()?)))
        .collect();
    let mut sources: BTreeMap<String, BTreeSet<AccountId>> = BTreeMap::new();
    for account in &cx.inventory.accounts {
        for (region, parts) in account.regions() {
            let mut add = |key: &Option<Arn>, of: Option<AccountId>, here: &AccountId| {
                let (Some(key), Some(of)) = (key, of.filter(|of| of != here)) else { return };
                let arn = match known.find(&account.id, region, key) {
                    Found::Key(detail, _) => detail.arn.to_string(),
                    Found::Unread(_) => key.to_string(),
                };
                sources.entry(arn).or_default().insert(of);
            };
            for vault in parts.backup.vaults.items() {
                let here = vault.arn.account().unwrap_or_else(|| account.id.clone());
                let points = vault.recovery_points.value().into_iter().flatten();
                for point in points.filter(|point| matches!(point.status.as_str(), "COMPLETED" | "AVAILABLE")) {
                    let bucket = buckets.get(point.resource.as_str()).map(|of| (*of).clone());
                    let came = || point.source_vault.as_ref().and_then(Arn::account);
                    add(&point.kms_key, point.resource.account().or(bucket).or_else(came), &here);
                }
            }
            let snapshots = parts.rds.db_snapshots.items().iter().chain(parts.rds.db_cluster_snapshots.items());
            for snapshot in snapshots.filter(|snapshot| snapshot.status == "available") {
                add(&snapshot.kms_key, snapshot.source_snapshot.as_ref().and_then(Arn::account), &account.id);
            }
        }
    }
    sources
}

/// What hides recovery points and snapshots that may be copies of another account's data.
fn hidden_copies(facts: &Facts) -> Vec<Unread> {
    let unlisted = facts.unlisted.iter().filter(|one| one.kind == SubjectKind::BackupVault).flat_map(|one| &one.gaps);
    let vaults = facts.vaults.iter().flat_map(|vault| &vault.unread);
    let hides = |gap: &&Unread| {
        matches!(
            gap.collection,
            Collection::BackupVaults
                | Collection::BackupRecoveryPoints
                | Collection::AccountSession
                | Collection::OrganizationAccounts
        )
    };
    merge(unlisted.chain(vaults).filter(hides).cloned())
}
