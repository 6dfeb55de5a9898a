//! The vaults that receive copies: those that hold points of other accounts' resources, and those that other accounts'
//! copy actions and copy jobs name. One that was named and not read is a subject all the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::index::{Index, Place, Point, lock_state, read};
use super::places::not_asked;
use super::plans::{AccountPlans, Named};
use crate::analysis::Context;
use crate::analysis::context::{absent, item_gap, left_out, out_of_scope, source};
use crate::analysis::header;
use crate::model::backup::Vault;
use crate::model::facts::{Fact, Facts, LockState, NamedBy, Subject, SubjectKind, Unread, VaultFact};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::{Collection, Operation};

/// What points to a vault that receives copies.
#[derive(Default)]
struct Receiver<'a> {
    points: Vec<&'a Point<'a>>,
    named: Vec<&'a Named>,
}

/// Fills `vaults`, and `unlisted` of their kind.
pub(super) fn fill<'a>(
    cx: &Context<'a>,
    index: &'a Index<'a>,
    plans: &'a BTreeMap<&'a AccountId, AccountPlans>,
    facts: &mut Facts,
) {
    let mut receivers: BTreeMap<&Arn, Receiver<'_>> = BTreeMap::new();
    for point in &index.points {
        if index.owner_of(point.point).is_some_and(|owner| owner != point.account()) {
            receivers.entry(&point.vault.arn).or_default().points.push(point);
        }
    }
    for named in plans.values().flat_map(|plans| &plans.named) {
        if named.vault.account().is_none_or(|account| account != named.by.account) {
            receivers.entry(&named.vault).or_default().named.push(named);
        }
    }
    let listed = listed(cx);
    let onward = onward(cx, index, &listed);
    for (arn, receiver) in &receivers {
        facts.vaults.push(fact(cx, index, arn, receiver, listed.get(arn).copied(), &onward));
    }
    facts.unlisted.extend(cx.inventory.accounts.iter().filter_map(|account| {
        let mut gaps = plans.get(&account.id).map_or_else(Vec::new, |plans| plans.unread.clone());
        gaps.retain(|gap| gap.collection != Collection::BackupSelections);
        let view = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
        for (region, read) in &view.reads {
            // A vault whose points are unread, and that nobody names, may hold copies for all palisade knows.
            let unnamed = read.value.iter().filter(|vault| !receivers.contains_key(&vault.arn));
            let item = |gap| item_gap(&account.id, *region, Collection::BackupRecoveryPoints, gap);
            gaps.extend(unnamed.filter_map(|vault| vault.recovery_points.gap()).map(item));
        }
        gaps.extend(view.unread);
        header::unlisted(cx, SubjectKind::BackupVault, &account.id, gaps)
    }));
    facts.unlisted.extend(absent(cx).into_iter().filter_map(|account| {
        header::unlisted(cx, SubjectKind::BackupVault, account, vec![left_out(account, Collection::AccountSession)])
    }));
}

type Listed<'a> = BTreeMap<&'a Arn, (&'a Vault, Place<'a>)>;

/// Every vault that was read, as its own account tells of it where that was asked.
fn listed<'a>(cx: &Context<'a>) -> Listed<'a> {
    let mut listed = Listed::new();
    for account in &cx.inventory.accounts {
        for (region, parts) in account.regions() {
            let Some((read_at, vaults)) = read(&parts.backup.vaults) else { continue };
            for vault in vaults {
                let place = Place { account: &account.id, region, read_at };
                if vault.arn.account().as_ref() == Some(&account.id) || !listed.contains_key(&vault.arn) {
                    listed.insert(&vault.arn, (vault, place));
                }
            }
        }
    }
    listed
}

/// For each vault, the vaults that its points were copied on to, with the resources that were and how young the data is
/// that went on last.
type Onward = BTreeMap<Arn, BTreeMap<Arn, BTreeMap<String, Timestamp>>>;

fn onward(cx: &Context<'_>, index: &Index<'_>, listed: &Listed<'_>) -> Onward {
    let mut onward = Onward::new();
    let mut add = |from: &Arn, to: &Arn, resource: &Arn, at: Timestamp| {
        if from != to {
            let to = onward.entry(from.clone()).or_default().entry(to.clone()).or_default();
            let last = to.entry(resource.as_str().to_owned()).or_insert(at);
            *last = at.max(*last);
        }
    };
    for point in index.points.iter().filter(|point| point.holds()) {
        if let Some(from) = &point.point.source_vault {
            add(from, &point.vault.arn, &point.point.resource, point.point.created_at);
        }
    }
    for parts in cx.inventory.accounts.iter().flat_map(|account| account.regions()).map(|(_, parts)| parts) {
        for job in parts.backup.copy_jobs.items().iter().filter(|job| job.state == "COMPLETED") {
            if let (Some(from), Some(to), Some(resource)) = (&job.source_vault, &job.destination_vault, &job.resource) {
                // What went on and is gone since brings nothing back; a vault that was not read is a subject of its own
                // where it lies in a further account.
                let there = index.points_of(resource.as_str()).any(|point| point.vault.arn == *to && point.holds());
                let unseen = !listed.contains_key(to) && to.account() != from.account();
                if there || unseen {
                    add(from, to, resource, job.created_at);
                }
            }
        }
    }
    onward
}

fn fact(
    cx: &Context<'_>,
    index: &Index<'_>,
    arn: &Arn,
    receiver: &Receiver<'_>,
    listed: Option<(&Vault, Place<'_>)>,
    onward: &Onward,
) -> Fact<VaultFact> {
    let (account, region) = (arn.account(), arn.region());
    let named = receiver.named.iter().map(|named| named.by.clone());
    let mut named_by: Vec<NamedBy> = named.collect();
    named_by.sort();
    named_by.dedup();
    // What is broken, past its time or in an account that is being closed is no copy.
    let holding = receiver.points.iter().filter(|point| point.holds() && index.stays(&point.account()));
    let owners = holding.filter_map(|point| index.owner_of(point.point));
    let mut copies_of: Vec<AccountId> = owners.collect();
    copies_of.sort();
    copies_of.dedup();
    let (shortest, shortest_of) = shortest_retention(receiver);
    let lock = listed.map(|(vault, place)| lock_state(vault, place.read_at));
    let detail = VaultFact {
        scanned: listed.is_some(),
        vault_type: listed.and_then(|(vault, _)| vault.vault_type.clone()),
        vault_state: listed.and_then(|(vault, _)| vault.vault_state.clone()),
        lock,
        locks_in_hours: listed.and_then(|(vault, place)| {
            let date = vault.lock_date.filter(|_| lock == Some(LockState::Grace))?;
            Some(crate::analysis::context::hours(place.read_at, date))
        }),
        min_retention_days: listed.and_then(|(vault, _)| vault.min_retention_days),
        max_retention_days: listed.and_then(|(vault, _)| vault.max_retention_days),
        shortest_retention_days: shortest,
        shortest_retention_of: shortest_of,
        copies_of,
        named_by,
        points: listed.map_or(0, |(vault, _)| {
            vault
                .recovery_points
                .value()
                .map_or_else(|| usize::try_from(vault.recovery_point_count).unwrap_or(0), Vec::len)
        }),
        copied_on_to: copied_on_to(arn, receiver, onward, index, cx.settings.rpo_hours),
        access_policy: None,
        open_to: None,
    };
    let mut rests_on = Vec::new();
    let mut unread = Vec::new();
    match listed {
        Some((vault, place)) => {
            rests_on.push(source(place.account, Some(place.region), Collection::BackupVaults));
            match vault.recovery_points.gap() {
                None => rests_on.push(source(place.account, Some(place.region), Collection::BackupRecoveryPoints)),
                Some(gap) => {
                    unread.push(item_gap(place.account, Some(place.region), Collection::BackupRecoveryPoints, gap));
                }
            }
        }
        None => unread.extend(unseen(cx, account.as_ref(), region.as_ref())),
    }
    rests_on.extend(receiver.named.iter().map(|named| {
        let collection = if named.by.kind == "plan" { Collection::BackupPlans } else { Collection::BackupCopyJobs };
        source(&named.by.account, None, collection)
    }));
    let subject: Subject = header::in_account(cx, SubjectKind::BackupVault, arn.as_str(), arn.name(), account, region);
    Fact { subject, detail, rests_on, unread }
}

/// Why a vault that was named was not seen. Nothing, where its account and region were read and it is not there.
fn unseen(cx: &Context<'_>, account: Option<&AccountId>, region: Option<&Region>) -> Vec<Unread> {
    let Some(id) = account else { return Vec::new() };
    let Some(account) = cx.inventory.account(id) else {
        return vec![
            out_of_scope(id, Collection::BackupVaults, Operation::BackupListBackupVaults),
            out_of_scope(id, Collection::BackupRecoveryPoints, Operation::BackupListRecoveryPointsByBackupVault),
        ];
    };
    let view = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
    let of_region = view.unread.into_iter().filter(|unread| super::coverage::concerns(unread, region));
    let gaps: Vec<Unread> = of_region.collect();
    match region {
        Some(region) if gaps.is_empty() => not_asked(account, region).into_iter().collect(),
        _ => gaps,
    }
}

/// The shortest retention among the copies in a vault and the copy actions that name it, in days, and whose it is.
fn shortest_retention(receiver: &Receiver<'_>) -> (Option<f64>, Option<String>) {
    let of_points = receiver.points.iter().filter_map(|point| {
        let point = point.point;
        let of_date = || point.delete_at.map(|at| whole_days(at.duration_since(point.created_at)));
        #[expect(clippy::cast_precision_loss, reason = "days of a retention fit a double exactly")]
        let days = point.delete_after_days.map(|days| days as f64).or_else(of_date)?;
        Some((days, point.arn.as_str().to_owned()))
    });
    let of_actions = receiver.named.iter().filter_map(|named| {
        #[expect(clippy::cast_precision_loss, reason = "days of a retention fit a double exactly")]
        let days = named.delete_after_days.flatten()? as f64;
        Some((days, format!("plan {}", named.by.name)))
    });
    let shortest = of_points.chain(of_actions).min_by(|a, b| a.0.total_cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    (shortest.as_ref().map(|(days, _)| *days), shortest.map(|(_, of)| of))
}

/// Whole days, rounded down: a retention that misses a day by an hour misses it.
fn whole_days(duration: SignedDuration) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "days of a retention fit a double exactly")]
    let days = (duration.as_hours() / 24) as f64;
    days
}

/// An intermediate vault: of every resource whose copies it holds, the youngest went further on, or one that is older by
/// less than the RPO, into an account that is not the resource's own. A vault of which only some points go on, or whose
/// points no longer do, is judged like any other.
fn copied_on_to(arn: &Arn, receiver: &Receiver<'_>, onward: &Onward, index: &Index<'_>, rpo_hours: u32) -> Vec<Arn> {
    let whole = onward;
    let Some(onward) = onward.get(arn) else { return Vec::new() };
    let late = SignedDuration::from_hours(i64::from(rpo_hours));
    let mut to = BTreeSet::new();
    for point in &receiver.points {
        let owner = index.owner_of(point.point);
        let resource = point.point.resource.as_str();
        let youngest = point.point.created_at;
        let mut gone = onward
            .iter()
            .filter(|(vault, _)| vault.account() != owner && !leads_to(whole, vault, arn))
            .filter(|(_, last)| last.get(resource).is_some_and(|last| youngest.duration_since(*last) < late))
            .map(|(vault, _)| vault.clone())
            .peekable();
        if gone.peek().is_none() {
            return Vec::new();
        }
        to.extend(gone);
    }
    to.into_iter().collect()
}

/// Whether points of one vault come into another in the end: two that copy to each other are both the last.
fn leads_to(onward: &Onward, from: &Arn, to: &Arn) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        open.extend(onward.get(at).into_iter().flat_map(BTreeMap::keys).filter(|next| seen.insert(next)));
    }
    false
}
