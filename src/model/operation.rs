//! Every API operation that palisade may call, the IAM actions that each needs, and the collections they fill.
//!
//! One closed table: the collectors call by it, the ledger counts by it, gaps name it, and `palisade permissions` prints
//! the roles from it. An operation that is not here cannot be called. Actions follow the Service Authorization Reference,
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/>, whose action names differ from the API's in S3.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Which of the three roles carries the permission for an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Read-only in every scanned account.
    Audit,
    /// Reading Terraform state objects under declared prefixes.
    StateContent,
    /// The credentials that start palisade: they assume the audit role.
    Runner,
}

macro_rules! operations {
    ($($variant:ident $service:literal $name:literal $role:ident [$($action:literal),*];)*) => {
        /// An API operation of AWS that palisade calls.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(
                #[doc = concat!("`", $service, ":", $name, "`")]
                $variant,
            )*
        }

        impl Operation {
            /// Every operation, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// `service:Operation` as the API reference names it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => concat!($service, ":", $name),)* }
            }

            /// The service, by its IAM prefix.
            #[must_use]
            pub const fn service(self) -> &'static str {
                match self { $(Self::$variant => $service,)* }
            }

            /// The operation's name without its service.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The role that carries its permission.
            #[must_use]
            pub const fn role(self) -> Role {
                match self { $(Self::$variant => Role::$role,)* }
            }

            /// The IAM actions that it needs; empty for calls that need none.
            #[must_use]
            pub const fn actions(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$($action),*],)* }
            }
        }

        impl FromStr for Operation {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $(concat!($service, ":", $name) => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: "API operation", name: text.chars().take(80).collect() }),
                }
            }
        }
    };
}

/// A name that is in none of palisade's closed tables.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no {what} that this version of palisade knows")]
pub struct UnknownName {
    /// What was looked for.
    pub what: &'static str,
    /// The name at fault.
    pub name: String,
}

operations! {
    StsGetCallerIdentity "sts" "GetCallerIdentity" Runner [];
    StsAssumeRole "sts" "AssumeRole" Runner ["sts:AssumeRole"];

    OrganizationsDescribeOrganization "organizations" "DescribeOrganization" Audit ["organizations:DescribeOrganization"];
    OrganizationsListRoots "organizations" "ListRoots" Audit ["organizations:ListRoots"];
    OrganizationsListOrganizationalUnitsForParent "organizations" "ListOrganizationalUnitsForParent" Audit ["organizations:ListOrganizationalUnitsForParent"];
    OrganizationsListAccounts "organizations" "ListAccounts" Audit ["organizations:ListAccounts"];
    OrganizationsListAccountsForParent "organizations" "ListAccountsForParent" Audit ["organizations:ListAccountsForParent"];
    OrganizationsListTagsForResource "organizations" "ListTagsForResource" Audit ["organizations:ListTagsForResource"];
    OrganizationsListPolicies "organizations" "ListPolicies" Audit ["organizations:ListPolicies"];
    OrganizationsDescribePolicy "organizations" "DescribePolicy" Audit ["organizations:DescribePolicy"];
    OrganizationsListTargetsForPolicy "organizations" "ListTargetsForPolicy" Audit ["organizations:ListTargetsForPolicy"];
    OrganizationsListDelegatedAdministrators "organizations" "ListDelegatedAdministrators" Audit ["organizations:ListDelegatedAdministrators"];
    OrganizationsListDelegatedServicesForAccount "organizations" "ListDelegatedServicesForAccount" Audit ["organizations:ListDelegatedServicesForAccount"];
    OrganizationsListAWSServiceAccessForOrganization "organizations" "ListAWSServiceAccessForOrganization" Audit ["organizations:ListAWSServiceAccessForOrganization"];
    OrganizationsDescribeResourcePolicy "organizations" "DescribeResourcePolicy" Audit ["organizations:DescribeResourcePolicy"];
    OrganizationsDescribeEffectivePolicy "organizations" "DescribeEffectivePolicy" Audit ["organizations:DescribeEffectivePolicy"];

    AccountListRegions "account" "ListRegions" Audit ["account:ListRegions"];

    IamListOrganizationsFeatures "iam" "ListOrganizationsFeatures" Audit ["iam:ListOrganizationsFeatures"];
    IamGetAccountAuthorizationDetails "iam" "GetAccountAuthorizationDetails" Audit ["iam:GetAccountAuthorizationDetails"];
    IamGenerateCredentialReport "iam" "GenerateCredentialReport" Audit ["iam:GenerateCredentialReport"];
    IamGetCredentialReport "iam" "GetCredentialReport" Audit ["iam:GetCredentialReport"];
    IamListOpenIDConnectProviders "iam" "ListOpenIDConnectProviders" Audit ["iam:ListOpenIDConnectProviders"];
    IamGetOpenIDConnectProvider "iam" "GetOpenIDConnectProvider" Audit ["iam:GetOpenIDConnectProvider"];
    IamListSAMLProviders "iam" "ListSAMLProviders" Audit ["iam:ListSAMLProviders"];
    IamGetAccountSummary "iam" "GetAccountSummary" Audit ["iam:GetAccountSummary"];

    RdsDescribeDBInstances "rds" "DescribeDBInstances" Audit ["rds:DescribeDBInstances"];
    RdsDescribeDBClusters "rds" "DescribeDBClusters" Audit ["rds:DescribeDBClusters"];
    RdsDescribeGlobalClusters "rds" "DescribeGlobalClusters" Audit ["rds:DescribeGlobalClusters"];
    RdsDescribeDBSnapshots "rds" "DescribeDBSnapshots" Audit ["rds:DescribeDBSnapshots"];
    RdsDescribeDBClusterSnapshots "rds" "DescribeDBClusterSnapshots" Audit ["rds:DescribeDBClusterSnapshots"];
    RdsDescribeDBSnapshotAttributes "rds" "DescribeDBSnapshotAttributes" Audit ["rds:DescribeDBSnapshotAttributes"];
    RdsDescribeDBClusterSnapshotAttributes "rds" "DescribeDBClusterSnapshotAttributes" Audit ["rds:DescribeDBClusterSnapshotAttributes"];
    RdsDescribeDBInstanceAutomatedBackups "rds" "DescribeDBInstanceAutomatedBackups" Audit ["rds:DescribeDBInstanceAutomatedBackups"];
    RdsDescribeDBClusterAutomatedBackups "rds" "DescribeDBClusterAutomatedBackups" Audit ["rds:DescribeDBClusterAutomatedBackups"];

    BackupListBackupVaults "backup" "ListBackupVaults" Audit ["backup:ListBackupVaults"];
    BackupGetBackupVaultAccessPolicy "backup" "GetBackupVaultAccessPolicy" Audit ["backup:GetBackupVaultAccessPolicy"];
    BackupListRecoveryPointsByBackupVault "backup" "ListRecoveryPointsByBackupVault" Audit ["backup:ListRecoveryPointsByBackupVault"];
    BackupListBackupPlans "backup" "ListBackupPlans" Audit ["backup:ListBackupPlans"];
    BackupGetBackupPlan "backup" "GetBackupPlan" Audit ["backup:GetBackupPlan"];
    BackupListBackupSelections "backup" "ListBackupSelections" Audit ["backup:ListBackupSelections"];
    BackupGetBackupSelection "backup" "GetBackupSelection" Audit ["backup:GetBackupSelection"];
    BackupListProtectedResources "backup" "ListProtectedResources" Audit ["backup:ListProtectedResources"];
    BackupDescribeProtectedResource "backup" "DescribeProtectedResource" Audit ["backup:DescribeProtectedResource"];
    BackupListBackupJobs "backup" "ListBackupJobs" Audit ["backup:ListBackupJobs"];
    BackupListCopyJobs "backup" "ListCopyJobs" Audit ["backup:ListCopyJobs"];
    BackupListRestoreJobs "backup" "ListRestoreJobs" Audit ["backup:ListRestoreJobs"];
    BackupListLegalHolds "backup" "ListLegalHolds" Audit ["backup:ListLegalHolds"];
    BackupGetLegalHold "backup" "GetLegalHold" Audit ["backup:GetLegalHold"];
    BackupListRestoreTestingPlans "backup" "ListRestoreTestingPlans" Audit ["backup:ListRestoreTestingPlans"];
    BackupListRestoreTestingSelections "backup" "ListRestoreTestingSelections" Audit ["backup:ListRestoreTestingSelections"];
    BackupDescribeRegionSettings "backup" "DescribeRegionSettings" Audit ["backup:DescribeRegionSettings"];
    BackupDescribeGlobalSettings "backup" "DescribeGlobalSettings" Audit ["backup:DescribeGlobalSettings"];

    S3ListBuckets "s3" "ListBuckets" Audit ["s3:ListAllMyBuckets"];
    S3GetBucketLocation "s3" "GetBucketLocation" Audit ["s3:GetBucketLocation"];
    S3GetBucketTagging "s3" "GetBucketTagging" Audit ["s3:GetBucketTagging"];
    S3GetBucketVersioning "s3" "GetBucketVersioning" Audit ["s3:GetBucketVersioning"];
    S3GetObjectLockConfiguration "s3" "GetObjectLockConfiguration" Audit ["s3:GetBucketObjectLockConfiguration"];
    S3GetBucketLifecycleConfiguration "s3" "GetBucketLifecycleConfiguration" Audit ["s3:GetLifecycleConfiguration"];
    S3GetBucketPolicy "s3" "GetBucketPolicy" Audit ["s3:GetBucketPolicy"];
    S3GetPublicAccessBlock "s3" "GetPublicAccessBlock" Audit ["s3:GetBucketPublicAccessBlock"];
    S3GetBucketEncryption "s3" "GetBucketEncryption" Audit ["s3:GetEncryptionConfiguration"];
    S3GetBucketReplication "s3" "GetBucketReplication" Audit ["s3:GetReplicationConfiguration"];
    S3ListObjectsV2 "s3" "ListObjectsV2" Audit ["s3:ListBucket"];
    S3ListObjectVersions "s3" "ListObjectVersions" Audit ["s3:ListBucketVersions"];
    S3GetObject "s3" "GetObject" StateContent ["s3:GetObject"];
    S3ControlGetPublicAccessBlock "s3control" "GetPublicAccessBlock" Audit ["s3:GetAccountPublicAccessBlock"];

    DynamoDbListTables "dynamodb" "ListTables" Audit ["dynamodb:ListTables"];
    DynamoDbDescribeTable "dynamodb" "DescribeTable" Audit ["dynamodb:DescribeTable"];
    DynamoDbDescribeContinuousBackups "dynamodb" "DescribeContinuousBackups" Audit ["dynamodb:DescribeContinuousBackups"];
    DynamoDbListTagsOfResource "dynamodb" "ListTagsOfResource" Audit ["dynamodb:ListTagsOfResource"];
    DynamoDbGetResourcePolicy "dynamodb" "GetResourcePolicy" Audit ["dynamodb:GetResourcePolicy"];
    DynamoDbScan "dynamodb" "Scan" Audit ["dynamodb:Scan"];

    KmsDescribeKey "kms" "DescribeKey" Audit ["kms:DescribeKey"];
    KmsGetKeyPolicy "kms" "GetKeyPolicy" Audit ["kms:GetKeyPolicy"];
}

macro_rules! collections {
    ($($(#[$doc:meta])* $variant:ident $name:literal [$($operation:ident),*];)*) => {
        /// A kind of list or answer that is read per account, and per region where the service is regional. Checks name
        /// these in `needs`; facts rest on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Collection {
            $($(#[$doc])* $variant,)*
        }

        impl Collection {
            /// Every collection, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name that checks use.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The operations that fill it.
            #[must_use]
            pub const fn operations(self) -> &'static [Operation] {
                match self { $(Self::$variant => &[$(Operation::$operation),*],)* }
            }
        }

        impl FromStr for Collection {
            type Err = UnknownName;
            fn from_str(text: &str) -> Result<Self, UnknownName> {
                match text {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(UnknownName { what: "collection", name: text.chars().take(80).collect() }),
                }
            }
        }
    };
}

collections! {
    /// The organization itself.
    OrganizationDescription "organization.description" [OrganizationsDescribeOrganization];
    /// Its roots with the policy types enabled there.
    OrganizationRoots "organization.roots" [OrganizationsListRoots];
    /// Its organizational units.
    OrganizationUnits "organization.units" [OrganizationsListOrganizationalUnitsForParent];
    /// Its accounts, with state and place.
    OrganizationAccounts "organization.accounts" [OrganizationsListAccounts, OrganizationsListAccountsForParent];
    /// The tags of one account.
    OrganizationAccountTags "organization.account_tags" [OrganizationsListTagsForResource];
    /// Service control policies with documents and targets.
    OrganizationScps "organization.scps" [OrganizationsListPolicies, OrganizationsDescribePolicy, OrganizationsListTargetsForPolicy];
    /// Resource control policies with documents and targets.
    OrganizationRcps "organization.rcps" [OrganizationsListPolicies, OrganizationsDescribePolicy, OrganizationsListTargetsForPolicy];
    /// Delegated administrators and their services.
    OrganizationDelegatedAdministrators "organization.delegated_administrators" [OrganizationsListDelegatedAdministrators, OrganizationsListDelegatedServicesForAccount];
    /// Services with trusted access.
    OrganizationTrustedServices "organization.trusted_services" [OrganizationsListAWSServiceAccessForOrganization];
    /// The organization's own resource policy (delegation).
    OrganizationResourcePolicy "organization.resource_policy" [OrganizationsDescribeResourcePolicy];
    /// Whether root credentials are managed centrally.
    OrganizationCentralRoot "organization.central_root" [IamListOrganizationsFeatures];

    /// The account's own door: whether the audit role could be assumed.
    AccountSession "account.session" [StsAssumeRole];
    /// The regions enabled in the account.
    AccountRegions "account.regions" [AccountListRegions];

    /// Users, groups, roles and policies.
    IamAuthorizationDetails "iam.authorization_details" [IamGetAccountAuthorizationDetails];
    /// The credential report: passwords, keys and MFA of each user and of root.
    IamCredentialReport "iam.credential_report" [IamGenerateCredentialReport, IamGetCredentialReport];
    /// OpenID Connect providers.
    IamOidcProviders "iam.oidc_providers" [IamListOpenIDConnectProviders, IamGetOpenIDConnectProvider];
    /// SAML providers.
    IamSamlProviders "iam.saml_providers" [IamListSAMLProviders];
    /// The account summary: root's keys, password and MFA among its counts.
    IamAccountSummary "iam.account_summary" [IamGetAccountSummary];

    /// DB instances, DocumentDB's and Neptune's included.
    RdsDbInstances "rds.db_instances" [RdsDescribeDBInstances];
    /// DB clusters, DocumentDB's and Neptune's included.
    RdsDbClusters "rds.db_clusters" [RdsDescribeDBClusters];
    /// Global clusters.
    RdsGlobalClusters "rds.global_clusters" [RdsDescribeGlobalClusters];
    /// DB snapshots: automated, manual and awsbackup.
    RdsDbSnapshots "rds.db_snapshots" [RdsDescribeDBSnapshots];
    /// DB cluster snapshots: automated, manual and awsbackup.
    RdsDbClusterSnapshots "rds.db_cluster_snapshots" [RdsDescribeDBClusterSnapshots];
    /// With whom a DB snapshot is shared.
    RdsDbSnapshotAttributes "rds.db_snapshot_attributes" [RdsDescribeDBSnapshotAttributes];
    /// With whom a DB cluster snapshot is shared.
    RdsDbClusterSnapshotAttributes "rds.db_cluster_snapshot_attributes" [RdsDescribeDBClusterSnapshotAttributes];
    /// Automated backups of instances, retained and replicated ones included.
    RdsDbInstanceAutomatedBackups "rds.db_instance_automated_backups" [RdsDescribeDBInstanceAutomatedBackups];
    /// Automated backups of clusters.
    RdsDbClusterAutomatedBackups "rds.db_cluster_automated_backups" [RdsDescribeDBClusterAutomatedBackups];

    /// Backup vaults and their locks.
    BackupVaults "backup.vaults" [BackupListBackupVaults];
    /// A vault's access policy.
    BackupVaultPolicies "backup.vault_policies" [BackupGetBackupVaultAccessPolicy];
    /// The recovery points of a vault.
    BackupRecoveryPoints "backup.recovery_points" [BackupListRecoveryPointsByBackupVault];
    /// Backup plans with rules and copy actions.
    BackupPlans "backup.plans" [BackupListBackupPlans, BackupGetBackupPlan];
    /// What each plan selects.
    BackupSelections "backup.selections" [BackupListBackupSelections, BackupGetBackupSelection];
    /// Resources that AWS Backup has protected.
    BackupProtectedResources "backup.protected_resources" [BackupListProtectedResources];
    /// A protected resource's last restore.
    BackupLastRestores "backup.last_restores" [BackupDescribeProtectedResource];
    /// Backup jobs that failed, expired, were aborted or ended partial.
    BackupBackupJobs "backup.backup_jobs" [BackupListBackupJobs];
    /// Copy jobs.
    BackupCopyJobs "backup.copy_jobs" [BackupListCopyJobs];
    /// Restore jobs.
    BackupRestoreJobs "backup.restore_jobs" [BackupListRestoreJobs];
    /// Legal holds.
    BackupLegalHolds "backup.legal_holds" [BackupListLegalHolds, BackupGetLegalHold];
    /// Restore testing plans and their selections.
    BackupRestoreTestingPlans "backup.restore_testing_plans" [BackupListRestoreTestingPlans, BackupListRestoreTestingSelections];
    /// Which resource types AWS Backup is opted in to.
    BackupRegionSettings "backup.region_settings" [BackupDescribeRegionSettings];
    /// Whether cross-account backup is on.
    BackupGlobalSettings "backup.global_settings" [BackupDescribeGlobalSettings];
    /// The account's effective BACKUP_POLICY.
    BackupEffectivePolicy "backup.effective_policy" [OrganizationsDescribeEffectivePolicy];

    /// Buckets with their regions.
    S3Buckets "s3.buckets" [S3ListBuckets, S3GetBucketLocation];
    /// A bucket's tags.
    S3BucketTags "s3.bucket_tags" [S3GetBucketTagging];
    /// A bucket's versioning and MFA delete.
    S3BucketVersioning "s3.bucket_versioning" [S3GetBucketVersioning];
    /// A bucket's Object Lock.
    S3BucketObjectLock "s3.bucket_object_lock" [S3GetObjectLockConfiguration];
    /// A bucket's lifecycle rules.
    S3BucketLifecycle "s3.bucket_lifecycle" [S3GetBucketLifecycleConfiguration];
    /// A bucket's policy.
    S3BucketPolicy "s3.bucket_policy" [S3GetBucketPolicy];
    /// A bucket's public access block.
    S3BucketPublicAccessBlock "s3.bucket_public_access_block" [S3GetPublicAccessBlock];
    /// A bucket's default encryption.
    S3BucketEncryption "s3.bucket_encryption" [S3GetBucketEncryption];
    /// A bucket's replication rules.
    S3BucketReplication "s3.bucket_replication" [S3GetBucketReplication];
    /// Whether anything lies in each bucket.
    S3BucketContents "s3.bucket_contents" [S3ListObjectVersions];
    /// The account-level public access block.
    S3AccountPublicAccessBlock "s3.account_public_access_block" [S3ControlGetPublicAccessBlock];

    /// DynamoDB tables.
    DynamoDbTables "dynamodb.tables" [DynamoDbListTables, DynamoDbDescribeTable];
    /// A table's point-in-time recovery.
    DynamoDbContinuousBackups "dynamodb.continuous_backups" [DynamoDbDescribeContinuousBackups];
    /// A table's tags.
    DynamoDbTags "dynamodb.tags" [DynamoDbListTagsOfResource];
    /// A table's resource policy.
    DynamoDbResourcePolicies "dynamodb.resource_policies" [DynamoDbGetResourcePolicy];

    /// KMS keys that something stateful refers to.
    KmsKeys "kms.keys" [KmsDescribeKey];
    /// A KMS key's policy.
    KmsKeyPolicies "kms.key_policies" [KmsGetKeyPolicy];

    /// Items of DynamoDB lock tables.
    StateLockItems "state.lock_items" [DynamoDbScan];
    /// Terraform state objects and lock files in state buckets.
    StateObjects "state.objects" [S3ListObjectsV2];
    /// Versions and delete markers of S3 lock files.
    StateLockVersions "state.lock_versions" [S3ListObjectVersions];
    /// What a Terraform state object holds.
    StateContent "state.content" [S3GetObject];
    /// Every state in scope taken together: what else could claim a resource. A fact rests on it where one unread state
    /// anywhere could change it; nothing is collected under this name.
    StateClaims "state.claims" [S3ListBuckets, S3ListObjectsV2, S3GetObject, DynamoDbListTables, DynamoDbScan];
    /// Every lock table in scope taken together: what else could have locked a state. A fact rests on it where the table of
    /// its lock may lie in one that was not read; nothing is collected under this name.
    StateLocks "state.locks" [DynamoDbListTables, DynamoDbDescribeTable, DynamoDbScan];
}

macro_rules! name_serde {
    ($name:ident, $what:literal) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let names: Vec<&str> = Self::ALL.iter().map(|item| item.as_str()).collect();
                json_schema!({ "type": "string", "enum": names, "description": $what })
            }
        }
    };
}

name_serde!(Operation, "an API operation, as service:Operation");
name_serde!(Collection, "a kind of list or answer that is read from AWS");

impl PartialOrd for Operation {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Operation {
    /// By name, so that sorted output does not depend on the table's order.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for operation in Operation::ALL {
            assert_eq!(operation.as_str().parse::<Operation>().unwrap(), *operation);
        }
        for collection in Collection::ALL {
            assert_eq!(collection.as_str().parse::<Collection>().unwrap(), *collection);
        }
    }

    #[test]
    fn the_audit_role_only_reads() {
        for operation in Operation::ALL.iter().filter(|o| o.role() == Role::Audit) {
            for action in operation.actions() {
                let verb = action.split_once(':').unwrap().1;
                let reads = ["Get", "List", "Describe"].iter().any(|v| verb.starts_with(v));
                assert!(
                    reads || ["iam:GenerateCredentialReport", "dynamodb:Scan"].contains(action),
                    "{action} does more than read"
                );
                assert_ne!(*action, "s3:GetObject", "reading objects is the state-content role's alone");
            }
        }
    }

    #[test]
    fn every_audit_operation_fills_a_collection() {
        for operation in Operation::ALL.iter().filter(|o| **o != Operation::StsGetCallerIdentity) {
            assert!(Collection::ALL.iter().any(|c| c.operations().contains(operation)), "{operation} fills nothing");
        }
    }
}
