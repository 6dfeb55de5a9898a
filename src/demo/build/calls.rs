//! The ledger that the collection of a built inventory would have written: every call once, refusals where gaps stand.

use std::collections::BTreeMap;

use crate::model::gap::{Answer, Gap};
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::ledger::{CallFailure, LedgerEntry};
use crate::model::operation::{Collection, Operation};
use crate::model::organization::OrganizationInventory;

use super::{id, read_at};

type Calls = BTreeMap<(AccountId, Region, Operation), LedgerEntry>;

/// The calls that lead to these accounts' inventories, in order of account, region, operation. IAM's are counted in
/// us-east-1, S3's in the account's first region.
#[must_use]
pub fn ledger(
    management: &AccountId,
    organization: &OrganizationInventory,
    accounts: &[AccountInventory],
) -> Vec<LedgerEntry> {
    let mut calls = Calls::new();
    count_organization(&mut calls, management, organization);
    for account in accounts {
        if let Answer::Value(parts) = &account.parts {
            count_account(&mut calls, &account.id, parts);
        }
    }
    calls.into_values().collect()
}

fn add(calls: &mut Calls, account: &AccountId, region: &Region, operation: Operation, times: usize, gap: Option<&Gap>) {
    let times = u64::try_from(times).unwrap_or(u64::MAX);
    if times == 0 {
        return;
    }
    let entry = calls.entry((account.clone(), region.clone(), operation)).or_insert_with(|| LedgerEntry {
        account: account.clone(),
        region: region.clone(),
        operation,
        calls: 0,
        attempts: 0,
        first_at: read_at(),
        last_at: read_at(),
        last_request_id: Some("7a62c49f-347e-4fc4-9331-6e8eabcdef00".into()),
        failures: Vec::new(),
    });
    entry.calls = entry.calls.saturating_add(times);
    entry.attempts = entry.attempts.saturating_add(times);
    entry.failures.extend(gap.map(|gap| CallFailure {
        at: read_at(),
        kind: gap.kind,
        code: gap.code.clone(),
        subject: None,
        request_id: gap.request_id.clone(),
    }));
}

/// The organization's own calls, made by the management account.
fn count_organization(calls: &mut Calls, management: &AccountId, organization: &OrganizationInventory) {
    use Operation as Op;
    let global: Region = id("us-east-1");
    let mut count = |operation, times| add(calls, management, &global, operation, times, None);
    let policies = organization.scps.items().len() + organization.rcps.items().len();
    count(Op::OrganizationsDescribeOrganization, 1);
    if matches!(organization.description.value(), Some(None)) {
        // There is nothing further to ask.
        return;
    }
    count(Op::OrganizationsListRoots, 1);
    // Of each root and unit.
    count(
        Op::OrganizationsListOrganizationalUnitsForParent,
        organization.roots.items().len() + organization.units.items().len(),
    );
    count(Op::OrganizationsListAccounts, 1);
    count(Op::OrganizationsListPolicies, 2);
    count(Op::OrganizationsDescribePolicy, policies);
    count(Op::OrganizationsListTargetsForPolicy, policies);
    count(Op::OrganizationsListDelegatedAdministrators, 1);
    count(Op::OrganizationsListDelegatedServicesForAccount, organization.delegated_administrators.items().len());
    count(Op::OrganizationsListAWSServiceAccessForOrganization, 1);
    count(Op::OrganizationsDescribeResourcePolicy, 1);
    count(Op::IamListOrganizationsFeatures, 1);
}

fn count_account(calls: &mut Calls, account: &AccountId, parts: &AccountParts) {
    let global: Region = id("us-east-1");
    let home = parts.regional.first().map_or_else(|| global.clone(), |region| region.region.clone());
    for collection in Collection::ALL.iter().filter(|collection| collection.as_str().starts_with("iam.")) {
        for operation in collection.operations() {
            let items = parts.iam.oidc_providers.items().len();
            let each = *operation == Operation::IamGetOpenIDConnectProvider;
            add(calls, account, &global, *operation, if each { items } else { 1 }, None);
        }
    }
    for operation in [
        Operation::StsAssumeRole,
        Operation::AccountListRegions,
        Operation::S3ListBuckets,
        Operation::S3ControlGetPublicAccessBlock,
        Operation::BackupDescribeGlobalSettings,
        Operation::OrganizationsDescribeEffectivePolicy,
    ] {
        add(calls, account, &home, operation, 1, None);
    }
    for bucket in parts.s3.buckets.items() {
        let region = bucket.region.value().unwrap_or(&home);
        add(calls, account, region, Operation::S3GetBucketTagging, 1, bucket.tags.gap());
        add(calls, account, region, Operation::S3GetBucketVersioning, 1, bucket.versioning.gap());
        add(calls, account, region, Operation::S3GetObjectLockConfiguration, 1, bucket.object_lock.gap());
        add(calls, account, region, Operation::S3GetBucketLifecycleConfiguration, 1, bucket.lifecycle.gap());
        add(calls, account, region, Operation::S3GetBucketPolicy, 1, bucket.policy.gap());
        add(calls, account, region, Operation::S3GetPublicAccessBlock, 1, bucket.public_access_block.gap());
        add(calls, account, region, Operation::S3GetBucketEncryption, 1, bucket.encryption.gap());
        add(calls, account, region, Operation::S3GetBucketReplication, 1, bucket.replication.gap());
        add(calls, account, region, Operation::S3ListObjectVersions, 1, bucket.holds.gap());
    }
    for table in &parts.state.lock_tables {
        add(
            calls,
            account,
            &table.table.region().unwrap_or_else(|| home.clone()),
            Operation::DynamoDbScan,
            1,
            table.items.gap(),
        );
    }
    for bucket in &parts.state.buckets {
        add(calls, account, &home, Operation::S3ListObjectsV2, 1, bucket.objects.gap());
        add(calls, account, &home, Operation::S3ListObjectVersions, 1, bucket.lock_versions.gap());
        for object in bucket.objects.items() {
            add(calls, account, &home, Operation::S3GetObject, 1, object.content.gap());
        }
    }
    for region in &parts.regional {
        match &region.parts {
            Answer::Value(parts) => count_region(calls, account, &region.region, parts),
            Answer::Gap(gap) => add(calls, account, &region.region, gap.operation, 1, Some(gap)),
        }
    }
}

fn count_region(calls: &mut Calls, account: &AccountId, region: &Region, parts: &RegionParts) {
    use Operation as Op;
    let mut count = |operation, times, gap: Option<&Gap>| add(calls, account, region, operation, times, gap);
    let rds = &parts.rds;
    count(Op::RdsDescribeDBInstances, 1, rds.db_instances.gap());
    count(Op::RdsDescribeDBClusters, 1, rds.db_clusters.gap());
    count(Op::RdsDescribeGlobalClusters, 1, rds.global_clusters.gap());
    // Once without a type, once for awsbackup.
    count(Op::RdsDescribeDBSnapshots, 2, rds.db_snapshots.gap());
    count(Op::RdsDescribeDBClusterSnapshots, 2, rds.db_cluster_snapshots.gap());
    count(Op::RdsDescribeDBInstanceAutomatedBackups, 1, rds.db_instance_automated_backups.gap());
    count(Op::RdsDescribeDBClusterAutomatedBackups, 1, rds.db_cluster_automated_backups.gap());
    let shared = |list: &[crate::model::rds::Snapshot]| list.iter().filter(|s| s.shared_with.is_some()).count();
    count(Op::RdsDescribeDBSnapshotAttributes, shared(rds.db_snapshots.items()), None);
    count(Op::RdsDescribeDBClusterSnapshotAttributes, shared(rds.db_cluster_snapshots.items()), None);

    let backup = &parts.backup;
    let vaults = backup.vaults.items();
    count(Op::BackupListBackupVaults, 1, backup.vaults.gap());
    count(Op::BackupGetBackupVaultAccessPolicy, vaults.len(), None);
    count(
        Op::BackupListRecoveryPointsByBackupVault,
        vaults.iter().filter(|vault| vault.recovery_point_count > 0).count(),
        None,
    );
    let plans = backup.plans.items();
    count(Op::BackupListBackupPlans, 1, backup.plans.gap());
    count(Op::BackupGetBackupPlan, plans.len(), None);
    count(Op::BackupListBackupSelections, plans.len(), None);
    let selections = plans.iter().filter_map(|plan| plan.selections.value()).map(Vec::len).sum();
    count(Op::BackupGetBackupSelection, selections, None);
    count(Op::BackupListProtectedResources, 1, backup.protected_resources.gap());
    let asked = backup.protected_resources.items().iter().filter(|item| item.last_restore.is_some()).count();
    count(Op::BackupDescribeProtectedResource, asked, None);
    // Once for each state that is no success.
    count(Op::BackupListBackupJobs, 4, backup.backup_jobs.gap());
    count(Op::BackupListCopyJobs, 1, backup.copy_jobs.gap());
    count(Op::BackupListRestoreJobs, 1, backup.restore_jobs.gap());
    count(Op::BackupListLegalHolds, 1, backup.legal_holds.gap());
    count(Op::BackupListRestoreTestingPlans, 1, backup.restore_testing_plans.gap());
    count(Op::BackupListRestoreTestingSelections, backup.restore_testing_plans.items().len(), None);
    count(Op::BackupDescribeRegionSettings, 1, backup.region_settings.gap());

    let tables = parts.dynamodb.tables.items().len();
    count(Op::DynamoDbListTables, 1, parts.dynamodb.tables.gap());
    for operation in [
        Op::DynamoDbDescribeTable,
        Op::DynamoDbDescribeContinuousBackups,
        Op::DynamoDbListTagsOfResource,
        Op::DynamoDbGetResourcePolicy,
    ] {
        count(operation, tables, None);
    }
    let keys = parts.kms.keys.items();
    count(Op::KmsDescribeKey, keys.len(), parts.kms.keys.gap());
    count(Op::KmsGetKeyPolicy, keys.iter().filter(|key| key.policy.is_some()).count(), None);
}
