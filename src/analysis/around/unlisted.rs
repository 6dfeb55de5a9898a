//! Which resources, snapshots and keys could not be listed, per kind and account.

use crate::analysis::Context;
use crate::analysis::context::{absent, item_gap, left_out, merge};
use crate::analysis::header;
use crate::model::facts::{SubjectKind, Unlisted, Unread};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;

/// The kinds told here.
const KINDS: [SubjectKind; 7] = [
    SubjectKind::DbInstance,
    SubjectKind::DbCluster,
    SubjectKind::DynamoDbTable,
    SubjectKind::S3Bucket,
    SubjectKind::GlobalCluster,
    SubjectKind::RdsSnapshot,
    SubjectKind::KmsKey,
];

pub(super) fn all(cx: &Context<'_>) -> Vec<Unlisted> {
    let mut found = Vec::new();
    for account in &cx.inventory.accounts {
        for kind in KINDS {
            found.extend(header::unlisted(cx, kind, &account.id, of(cx, kind, account)));
        }
    }
    for account in absent(cx) {
        for kind in KINDS {
            found.extend(header::unlisted(cx, kind, account, vec![left_out(account, Collection::AccountSession)]));
        }
    }
    found
}

/// The gaps that hide things of a kind in an account.
fn of<'a>(cx: &Context<'a>, kind: SubjectKind, account: &'a AccountInventory) -> Vec<Unread> {
    let instances = || cx.regional(account, Collection::RdsDbInstances, |p| &p.rds.db_instances).unread;
    let clusters = || cx.regional(account, Collection::RdsDbClusters, |p| &p.rds.db_clusters).unread;
    let tables = || cx.regional(account, Collection::DynamoDbTables, |p| &p.dynamodb.tables).unread;
    let buckets = || cx.global(account, Collection::S3Buckets, |p| &p.s3.buckets).unread;
    let snapshots = || {
        let mut gaps = cx.regional(account, Collection::RdsDbSnapshots, |p| &p.rds.db_snapshots).unread;
        gaps.extend(cx.regional(account, Collection::RdsDbClusterSnapshots, |p| &p.rds.db_cluster_snapshots).unread);
        gaps
    };
    match kind {
        SubjectKind::DbInstance => instances(),
        SubjectKind::DbCluster => clusters(),
        SubjectKind::DynamoDbTable => tables(),
        SubjectKind::S3Bucket => buckets(),
        SubjectKind::GlobalCluster => {
            cx.regional(account, Collection::RdsGlobalClusters, |p| &p.rds.global_clusters).unread
        }
        SubjectKind::RdsSnapshot => snapshots(),
        // Keys are found by what refers to them: whatever hides that hides a key.
        SubjectKind::KmsKey => {
            let lists = [instances(), clusters(), tables(), buckets(), snapshots(), referring(cx, account)];
            merge(lists.into_iter().flatten())
        }
        _ => Vec::new(),
    }
}

/// What hides the keys of vaults, points, tables and buckets.
fn referring<'a>(cx: &Context<'a>, account: &'a AccountInventory) -> Vec<Unread> {
    let id = &account.id;
    let vaults = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
    let mut gaps = vaults.unread;
    for (region, read) in vaults.reads {
        let points = read.value.iter().filter_map(|vault| vault.recovery_points.gap());
        gaps.extend(points.map(|gap| item_gap(id, region, Collection::BackupRecoveryPoints, gap)));
    }
    let tables = cx.regional(account, Collection::DynamoDbTables, |parts| &parts.dynamodb.tables);
    for (region, read) in tables.reads {
        let details = read.value.iter().filter_map(|table| table.detail.gap());
        gaps.extend(details.map(|gap| item_gap(id, region, Collection::DynamoDbTables, gap)));
    }
    let buckets = cx.global(account, Collection::S3Buckets, |parts| &parts.s3.buckets);
    for (_, read) in buckets.reads {
        for bucket in &read.value {
            let gap = bucket.encryption.gap();
            gaps.extend(gap.map(|gap| item_gap(id, None, Collection::S3BucketEncryption, gap)));
            // A key is looked up in its bucket's region.
            gaps.extend(bucket.region.gap().map(|gap| item_gap(id, None, Collection::S3Buckets, gap)));
        }
    }
    gaps
}
