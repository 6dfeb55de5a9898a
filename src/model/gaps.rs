//! Every gap of an inventory with its place: one walk over everything that could have been read.
//!
//! The parts are taken apart field by field, so that a collection added to the model does not compile until it is walked
//! here; `tests/gaps.rs` puts a gap in every place where one can stand. A gap that this walk missed would be missing from
//! the report.

use super::backup::{BackupInventory, LegalHold, Plan, ProtectedResource, RestoreTestingPlan, Selection, Vault};
use super::dynamodb::{DynamoDbInventory, Table};
use super::gap::{Answer, Collected, Gap};
use super::iam::IamInventory;
use super::ids::{AccountId, Region};
use super::inventory::{AccountInventory, AccountParts, Inventory, PlacedGap, RegionParts};
use super::kms::{Key, KmsInventory};
use super::operation::Collection as C;
use super::organization::{OrganizationInventory, Policy};
use super::rds::{RdsInventory, Snapshot};
use super::s3::{Bucket, S3Inventory};
use super::terraform::{LockTable, StateBucket, StateInventory, StateObject};

impl Inventory {
    /// Every gap of the inventory, in order of account, region, collection, item.
    #[must_use]
    pub fn gaps(&self) -> Vec<PlacedGap> {
        let mut gaps = Vec::new();
        if let Some(organization) = &self.organization {
            self.organization_gaps(organization, &mut gaps);
        }
        for account in &self.accounts {
            account_gaps(account, &mut gaps);
        }
        gaps.sort();
        gaps.dedup();
        gaps
    }

    fn organization_gaps(&self, organization: &OrganizationInventory, gaps: &mut Vec<PlacedGap>) {
        let OrganizationInventory {
            description,
            roots,
            units,
            accounts,
            scps,
            rcps,
            delegated_administrators,
            trusted_services,
            resource_policy,
            central_root_features,
        } = organization;
        // The organization is read with the caller's own credentials: that account is the one to grant the permission in.
        let mut at = Place { account: Some(&self.caller.account), region: None, gaps };
        at.list(C::OrganizationDescription, description);
        at.list(C::OrganizationRoots, roots);
        at.list(C::OrganizationUnits, units);
        at.list(C::OrganizationAccounts, accounts);
        for account in accounts.items() {
            at.item(C::OrganizationAccounts, account.id.as_str(), &account.parent);
            if let Some(tags) = &account.tags {
                at.item(C::OrganizationAccountTags, account.id.as_str(), tags);
            }
        }
        for (collection, policies) in [(C::OrganizationScps, scps), (C::OrganizationRcps, rcps)] {
            at.list(collection, policies);
            for Policy { id, document, targets, arn: _, name: _, aws_managed: _ } in policies.items() {
                at.item(collection, id, document);
                at.item(collection, id, targets);
            }
        }
        at.list(C::OrganizationDelegatedAdministrators, delegated_administrators);
        for administrator in delegated_administrators.items() {
            at.item(C::OrganizationDelegatedAdministrators, administrator.id.as_str(), &administrator.services);
        }
        at.list(C::OrganizationTrustedServices, trusted_services);
        at.list(C::OrganizationResourcePolicy, resource_policy);
        at.list(C::OrganizationCentralRoot, central_root_features);
    }
}

/// Where the walk stands.
struct Place<'a> {
    account: Option<&'a AccountId>,
    region: Option<&'a Region>,
    gaps: &'a mut Vec<PlacedGap>,
}

impl Place<'_> {
    fn push(&mut self, collection: C, item: Option<&str>, gap: Option<&Gap>) {
        if let Some(gap) = gap {
            self.gaps.push(PlacedGap {
                account: self.account.cloned(),
                region: self.region.cloned(),
                collection,
                item: item.map(str::to_owned),
                gap: gap.clone(),
            });
        }
    }

    fn list<T>(&mut self, collection: C, collected: &Collected<T>) {
        self.push(collection, None, collected.gap());
    }

    fn item<T>(&mut self, collection: C, item: &str, answer: &Answer<T>) {
        self.push(collection, Some(item), answer.gap());
    }
}

fn account_gaps(account: &AccountInventory, gaps: &mut Vec<PlacedGap>) {
    let AccountInventory { id, parts } = account;
    let mut at = Place { account: Some(id), region: None, gaps };
    at.push(C::AccountSession, None, parts.gap());
    let Some(parts) = parts.value() else { return };
    let AccountParts { session: _, regions, iam, s3, state, backup_global_settings, backup_effective_policy, regional } =
        parts;
    at.list(C::AccountRegions, regions);
    at.list(C::BackupGlobalSettings, backup_global_settings);
    at.list(C::BackupEffectivePolicy, backup_effective_policy);
    iam_gaps(iam, &mut at);
    s3_gaps(s3, &mut at);
    state_gaps(state, &mut at);
    for region in regional {
        let mut at = Place { account: Some(id), region: Some(&region.region), gaps: &mut *at.gaps };
        // A region that could not be read at all is about no single list: it stands under the account's regions.
        at.push(C::AccountRegions, None, region.parts.gap());
        if let Some(RegionParts { rds, backup, dynamodb, kms }) = region.parts.value() {
            rds_gaps(rds, &mut at);
            backup_gaps(backup, &mut at);
            dynamodb_gaps(dynamodb, &mut at);
            kms_gaps(kms, &mut at);
        }
    }
}

fn iam_gaps(iam: &IamInventory, at: &mut Place<'_>) {
    let IamInventory { authorization_details, credential_report, oidc_providers, saml_providers, account_summary } =
        iam;
    at.list(C::IamAuthorizationDetails, authorization_details);
    at.list(C::IamCredentialReport, credential_report);
    at.list(C::IamOidcProviders, oidc_providers);
    for provider in oidc_providers.items() {
        at.item(C::IamOidcProviders, provider.arn.as_str(), &provider.detail);
    }
    at.list(C::IamSamlProviders, saml_providers);
    at.list(C::IamAccountSummary, account_summary);
}

fn s3_gaps(s3: &S3Inventory, at: &mut Place<'_>) {
    let S3Inventory { buckets, account_public_access_block } = s3;
    at.list(C::S3Buckets, buckets);
    at.list(C::S3AccountPublicAccessBlock, account_public_access_block);
    for bucket in buckets.items() {
        let Bucket {
            name,
            arn: _,
            region,
            created_at: _,
            tags,
            versioning,
            object_lock,
            lifecycle,
            policy,
            public_access_block,
            encryption,
            replication,
            holds,
        } = bucket;
        at.item(C::S3Buckets, name, region);
        let mut at = Place { account: at.account, region: region.value(), gaps: &mut *at.gaps };
        at.item(C::S3BucketTags, name, tags);
        at.item(C::S3BucketVersioning, name, versioning);
        at.item(C::S3BucketObjectLock, name, object_lock);
        at.item(C::S3BucketLifecycle, name, lifecycle);
        at.item(C::S3BucketPolicy, name, policy);
        at.item(C::S3BucketPublicAccessBlock, name, public_access_block);
        at.item(C::S3BucketEncryption, name, encryption);
        at.item(C::S3BucketReplication, name, replication);
        at.item(C::S3BucketContents, name, holds);
    }
}

fn state_gaps(state: &StateInventory, at: &mut Place<'_>) {
    let StateInventory { lock_tables, buckets } = state;
    for LockTable { table, items } in lock_tables {
        let region = table.region();
        let mut at = Place { account: at.account, region: region.as_ref(), gaps: &mut *at.gaps };
        at.push(C::StateLockItems, Some(table.as_str()), items.gap());
    }
    for StateBucket { bucket, reasons: _, objects, lock_versions } in buckets {
        at.push(C::StateObjects, Some(bucket), objects.gap());
        at.push(C::StateLockVersions, Some(bucket), lock_versions.gap());
        for StateObject { key, size: _, last_modified: _, etag: _, body, content } in objects.items() {
            let state = format!("s3://{bucket}/{key}");
            at.item(C::StateContent, &state, body);
            at.item(C::StateContent, &state, content);
        }
    }
}

fn rds_gaps(rds: &RdsInventory, at: &mut Place<'_>) {
    let RdsInventory {
        db_instances,
        db_clusters,
        global_clusters,
        db_snapshots,
        db_cluster_snapshots,
        db_instance_automated_backups,
        db_cluster_automated_backups,
    } = rds;
    at.list(C::RdsDbInstances, db_instances);
    at.list(C::RdsDbClusters, db_clusters);
    at.list(C::RdsGlobalClusters, global_clusters);
    at.list(C::RdsDbSnapshots, db_snapshots);
    at.list(C::RdsDbClusterSnapshots, db_cluster_snapshots);
    at.list(C::RdsDbInstanceAutomatedBackups, db_instance_automated_backups);
    at.list(C::RdsDbClusterAutomatedBackups, db_cluster_automated_backups);
    let shared = |collection, snapshots: &[Snapshot], at: &mut Place<'_>| {
        for snapshot in snapshots {
            if let Some(answer) = &snapshot.shared_with {
                at.item(collection, snapshot.arn.as_str(), answer);
            }
        }
    };
    shared(C::RdsDbSnapshotAttributes, db_snapshots.items(), at);
    shared(C::RdsDbClusterSnapshotAttributes, db_cluster_snapshots.items(), at);
}

fn backup_gaps(backup: &BackupInventory, at: &mut Place<'_>) {
    let BackupInventory {
        vaults,
        plans,
        protected_resources,
        backup_jobs,
        copy_jobs,
        restore_jobs,
        legal_holds,
        restore_testing_plans,
        region_settings,
    } = backup;
    at.list(C::BackupVaults, vaults);
    for Vault { arn, policy, recovery_points, .. } in vaults.items() {
        at.item(C::BackupVaultPolicies, arn.as_str(), policy);
        at.item(C::BackupRecoveryPoints, arn.as_str(), recovery_points);
    }
    at.list(C::BackupPlans, plans);
    for Plan { id: _, arn, name: _, rules, selections } in plans.items() {
        at.item(C::BackupPlans, arn.as_str(), rules);
        at.item(C::BackupSelections, arn.as_str(), selections);
        for Selection { id, name: _, detail } in selections.value().into_iter().flatten() {
            at.item(C::BackupSelections, &format!("{arn}/{id}"), detail);
        }
    }
    at.list(C::BackupProtectedResources, protected_resources);
    for ProtectedResource { resource, last_restore, .. } in protected_resources.items() {
        if let Some(answer) = last_restore {
            at.item(C::BackupLastRestores, resource.as_str(), answer);
        }
    }
    at.list(C::BackupBackupJobs, backup_jobs);
    at.list(C::BackupCopyJobs, copy_jobs);
    at.list(C::BackupRestoreJobs, restore_jobs);
    at.list(C::BackupLegalHolds, legal_holds);
    for LegalHold { arn, detail, .. } in legal_holds.items() {
        at.item(C::BackupLegalHolds, arn.as_str(), detail);
    }
    at.list(C::BackupRestoreTestingPlans, restore_testing_plans);
    for RestoreTestingPlan { arn, selected_types, .. } in restore_testing_plans.items() {
        at.item(C::BackupRestoreTestingPlans, arn.as_str(), selected_types);
    }
    at.list(C::BackupRegionSettings, region_settings);
}

fn dynamodb_gaps(dynamodb: &DynamoDbInventory, at: &mut Place<'_>) {
    let DynamoDbInventory { tables } = dynamodb;
    at.list(C::DynamoDbTables, tables);
    for Table { arn, name: _, detail, point_in_time_recovery, tags, resource_policy } in tables.items() {
        at.item(C::DynamoDbTables, arn.as_str(), detail);
        at.item(C::DynamoDbContinuousBackups, arn.as_str(), point_in_time_recovery);
        at.item(C::DynamoDbTags, arn.as_str(), tags);
        at.item(C::DynamoDbResourcePolicies, arn.as_str(), resource_policy);
    }
}

fn kms_gaps(kms: &KmsInventory, at: &mut Place<'_>) {
    let KmsInventory { keys } = kms;
    at.list(C::KmsKeys, keys);
    for Key { reference, detail, policy } in keys.items() {
        at.item(C::KmsKeys, reference.as_str(), detail);
        if let Some(policy) = policy {
            at.item(C::KmsKeyPolicies, reference.as_str(), policy);
        }
    }
}
