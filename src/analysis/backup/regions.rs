//! AWS Backup in each region of each account: its plans, its failed jobs, the types that it may not protect.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::coverage::{self, concerns};
use super::index::Index;
use super::plans::AccountPlans;
use crate::analysis::Context;
use crate::analysis::context::{absent, age, item_gap, left_out, source};
use crate::analysis::header;
use crate::model::backup::{BackupJob, CopyJob};
use crate::model::facts::{AccountRegionFact, Fact, Facts, FailedJob, SubjectKind, Unread};
use crate::model::gap::{Collected, Read};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::{AccountInventory, RegionParts};
use crate::model::operation::Collection;

const BAD: [&str; 4] = ["FAILED", "EXPIRED", "ABORTED", "PARTIAL"];

/// Fills `account_regions`, and `unlisted` of their kind.
pub(super) fn fill(cx: &Context<'_>, index: &Index<'_>, plans: &BTreeMap<&AccountId, AccountPlans>, facts: &mut Facts) {
    let types = types(cx, index, plans, facts);
    for account in &cx.inventory.accounts {
        for (region, parts) in account.regions() {
            let types = types.get(&(account.id.clone(), region.clone()));
            if let Some(fact) = fact(cx, index, plans.get(&account.id), account, region, parts, types) {
                facts.account_regions.push(fact);
            }
        }
        // Which regions there are is told by the account and its list of regions; a region that is a gap as a whole is
        // the same gap in every one of its collections.
        let view = cx.regional(account, Collection::BackupPlans, |parts| &parts.backup.plans);
        let own: BTreeSet<&Region> = account.regions().map(|(region, _)| region).collect();
        let gaps = view.unread.into_iter().filter_map(|mut unread| {
            let all = unread.regions.is_empty();
            unread.regions.retain(|region| !own.contains(region));
            (all || !unread.regions.is_empty()).then_some(unread)
        });
        facts.unlisted.extend(header::unlisted(cx, SubjectKind::AccountRegion, &account.id, gaps.collect()));
    }
    for account in absent(cx) {
        let gaps = vec![left_out(account, Collection::AccountSession)];
        facts.unlisted.extend(header::unlisted(cx, SubjectKind::AccountRegion, account, gaps));
    }
}

/// The resource types that plans select in a region, and those of them that are not opted in.
#[derive(Default)]
struct Types {
    selected: BTreeSet<&'static str>,
    opted_out: BTreeSet<&'static str>,
    unread: Vec<Unread>,
}

fn types(
    cx: &Context<'_>,
    index: &Index<'_>,
    plans: &BTreeMap<&AccountId, AccountPlans>,
    facts: &Facts,
) -> BTreeMap<(AccountId, Region), Types> {
    let mut all: BTreeMap<(AccountId, Region), Types> = BTreeMap::new();
    for fact in &facts.resources {
        let (Some(account), Some(region)) = (&fact.subject.account, &fact.subject.region) else { continue };
        let coverage = coverage::of(cx, index, plans.get(account), fact, &[]);
        let Some(kind) = coverage.backup_type else { continue };
        let types = all.entry((account.clone(), region.clone())).or_default();
        if coverage.opted_out || !coverage.fact.plans.is_empty() {
            types.selected.insert(kind);
        }
        if coverage.opted_out {
            types.opted_out.insert(kind);
        }
        types.unread.extend(coverage.unread);
    }
    all
}

fn fact(
    cx: &Context<'_>,
    index: &Index<'_>,
    plans: Option<&AccountPlans>,
    account: &AccountInventory,
    region: &Region,
    parts: &RegionParts,
    types: Option<&Types>,
) -> Option<Fact<AccountRegionFact>> {
    // Where AWS Backup does not exist there is nothing to judge.
    if matches!(parts.backup.plans, Collected::NotOffered { .. }) {
        return None;
    }
    let id = &account.id;
    let mut rests_on = Vec::new();
    let mut unread: Vec<Unread> = Vec::new();
    let mut failed = Vec::new();
    let mut see = |collection, gap: Option<&crate::model::gap::Gap>| match gap {
        Some(gap) => unread.push(item_gap(id, Some(region), collection, gap)),
        None => rests_on.push(source(id, Some(region), collection)),
    };
    see(Collection::BackupPlans, parts.backup.plans.gap());
    see(Collection::BackupBackupJobs, parts.backup.backup_jobs.gap());
    see(Collection::BackupCopyJobs, parts.backup.copy_jobs.gap());
    see(Collection::BackupRegionSettings, parts.backup.region_settings.gap());
    if let Collected::Read(Read { read_at, value }) = &parts.backup.backup_jobs {
        let bad = value.iter().filter(|job| BAD.contains(&job.state.as_str()));
        failed.extend(bad.map(|job| of_backup(index, id, region, job, *read_at)));
    }
    if let Collected::Read(Read { read_at, value }) = &parts.backup.copy_jobs {
        let bad = value.iter().filter(|job| BAD.contains(&job.state.as_str()));
        failed.extend(bad.map(|job| of_copy(value, job, *read_at)));
    }
    // A later point could only be missed where points were not read.
    if failed.iter().any(|job| job.kind == "backup" && !job.later_success) {
        see(Collection::BackupVaults, parts.backup.vaults.gap());
        for vault in parts.backup.vaults.items() {
            see(Collection::BackupRecoveryPoints, vault.recovery_points.gap());
        }
    }
    failed.sort_by(|a, b| {
        let order = a.age_hours.total_cmp(&b.age_hours).then_with(|| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
        order.then_with(|| format!("{a:?}").cmp(&format!("{b:?}")))
    });
    let words = |set: Option<&BTreeSet<&'static str>>| set.into_iter().flatten().map(ToString::to_string).collect();
    let detail = AccountRegionFact {
        plans: plans.map_or(0, |plans| {
            let of_policy = plans.by_region.get(region).map_or(0, Vec::len);
            of_policy.max(plans.listed.get(region).copied().unwrap_or(0))
        }),
        failed_jobs: failed,
        opted_out: words(types.map(|types| &types.opted_out)),
        selected_types: words(types.map(|types| &types.selected)),
    };
    // What a plan selects here is known only where everything that it could select was listed.
    if detail.plans > 0 {
        see(Collection::RdsDbInstances, parts.rds.db_instances.gap());
        see(Collection::RdsDbClusters, parts.rds.db_clusters.gap());
        see(Collection::DynamoDbTables, parts.dynamodb.tables.gap());
        let buckets = account.parts().map(|parts| &parts.s3.buckets);
        let unplaced = buckets.into_iter().flat_map(Collected::items).filter_map(|bucket| bucket.region.gap());
        for gap in buckets.and_then(Collected::gap).into_iter().chain(unplaced) {
            unread.push(item_gap(id, None, Collection::S3Buckets, gap));
        }
    }
    let of_plans = plans.into_iter().flat_map(|plans| &plans.unread).filter(|gap| concerns(gap, Some(region)));
    unread.extend(of_plans.filter(|gap| gap.collection != Collection::BackupCopyJobs).cloned());
    unread.extend(types.into_iter().flat_map(|types| types.unread.iter().cloned()));
    let arn = format!("{id}/{region}");
    let subject =
        header::in_account(cx, SubjectKind::AccountRegion, &arn, &arn, Some(id.clone()), Some(region.clone()));
    Some(Fact { subject, detail, rests_on, unread })
}

fn of_backup(
    index: &Index<'_>,
    account: &AccountId,
    region: &Region,
    job: &BackupJob,
    read_at: Timestamp,
) -> FailedJob {
    let later_success = job.resource.as_ref().is_some_and(|resource| {
        index.points_of(resource.as_str()).any(|point| {
            point.place.account == account
                && point.place.region == region
                && point.point.source_vault.is_none()
                && matches!(point.point.status.as_str(), "COMPLETED" | "AVAILABLE")
                && point.point.created_at > job.created_at
        })
    });
    failed(
        "backup",
        &job.id,
        &job.state,
        job.resource.as_ref(),
        job.status_message.as_ref(),
        (job.completed_at.unwrap_or(job.created_at), read_at),
        later_success,
    )
}

fn of_copy(jobs: &[CopyJob], job: &CopyJob, read_at: Timestamp) -> FailedJob {
    let later_success = job.resource.is_some()
        && jobs.iter().any(|other| {
            other.state == "COMPLETED"
                && other.resource == job.resource
                && other.destination_vault == job.destination_vault
                && other.created_at > job.created_at
        });
    failed(
        "copy",
        &job.id,
        &job.state,
        job.resource.as_ref(),
        job.status_message.as_ref(),
        (job.completed_at.unwrap_or(job.created_at), read_at),
        later_success,
    )
}

fn failed(
    kind: &str,
    id: &str,
    state: &str,
    resource: Option<&Arn>,
    message: Option<&String>,
    // A job that ran into the end of its window was created days before it ended badly.
    (ended_at, read_at): (Timestamp, Timestamp),
    later_success: bool,
) -> FailedJob {
    FailedJob {
        id: id.to_owned(),
        kind: kind.to_owned(),
        state: state.to_owned(),
        resource: resource.map(|arn| arn.as_str().to_owned()),
        message: message.cloned(),
        age_hours: age(ended_at, read_at),
        later_success,
    }
}
