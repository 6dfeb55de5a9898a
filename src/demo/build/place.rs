//! Accounts and regions in which everything was read and nothing found.

use crate::model::backup::{BackupInventory, RegionSettings};
use crate::model::dynamodb::{DynamoDbInventory, Table};
use crate::model::gap::{Answer, Gap};
use crate::model::ids::Arn;
use crate::model::inventory::{AccountInventory, AccountParts, RegionInventory, RegionParts};
use crate::model::kms::{Key, KmsInventory};
use crate::model::rds::RdsInventory;
use crate::model::terraform::StateInventory;

use super::{READ_AT, healthy_iam, id, none, read, s3, tags};

/// The resource types that AWS Backup can be opted in to, for [`opted_in`].
const BACKUP_TYPES: [&str; 17] = [
    "Aurora",
    "CloudFormation",
    "DSQL",
    "DocumentDB",
    "DynamoDB",
    "EBS",
    "EC2",
    "EFS",
    "EKS",
    "FSx",
    "Neptune",
    "RDS",
    "Redshift",
    "Redshift Serverless",
    "S3",
    "SAP HANA on Amazon EC2",
    "Timestream",
];

/// The audit role's session in an account: it bears the second in which the collection began.
#[must_use]
pub fn session(account: &str) -> Arn {
    let began: String = READ_AT.chars().filter(char::is_ascii_alphanumeric).collect();
    id(&format!("arn:aws:sts::{account}:assumed-role/PalisadeAudit/palisade-{began}"))
}

/// An account that was entered. Its list of enabled regions is that of its `regional` parts.
#[must_use]
pub fn account(account: &str, mut parts: AccountParts) -> AccountInventory {
    parts.regions = read(parts.regional.iter().map(|region| region.region.clone()).collect());
    AccountInventory { id: id(account), parts: Answer::Value(parts) }
}

/// An account's parts: an ordinary IAM, no bucket, no state, no region.
#[must_use]
pub fn empty_parts(account: &str) -> AccountParts {
    AccountParts {
        session: session(account),
        regions: none(),
        iam: healthy_iam(account),
        s3: s3([]),
        state: StateInventory { lock_tables: Vec::new(), buckets: Vec::new() },
        backup_global_settings: read(tags([("isCrossAccountBackupEnabled", "true")])),
        backup_effective_policy: read(None),
        regional: Vec::new(),
    }
}

/// A region that was read.
#[must_use]
pub fn region(code: &str, parts: RegionParts) -> RegionInventory {
    RegionInventory { region: id(code), parts: Answer::Value(parts) }
}

/// A region that could not be read at all.
#[must_use]
pub fn closed_region(code: &str, gap: Gap) -> RegionInventory {
    RegionInventory { region: id(code), parts: Answer::Gap(gap) }
}

/// A region that was read and holds nothing.
#[must_use]
pub fn empty_region() -> RegionParts {
    RegionParts { rds: empty_rds(), backup: empty_backup(), dynamodb: dynamodb([]), kms: kms([]) }
}

/// RDS, read and empty.
#[must_use]
pub fn empty_rds() -> RdsInventory {
    RdsInventory {
        db_instances: none(),
        db_clusters: none(),
        global_clusters: none(),
        db_snapshots: none(),
        db_cluster_snapshots: none(),
        db_instance_automated_backups: none(),
        db_cluster_automated_backups: none(),
    }
}

/// AWS Backup, read and empty, with every type opted in.
#[must_use]
pub fn empty_backup() -> BackupInventory {
    BackupInventory {
        vaults: none(),
        plans: none(),
        protected_resources: none(),
        backup_jobs: none(),
        copy_jobs: none(),
        restore_jobs: none(),
        legal_holds: none(),
        restore_testing_plans: none(),
        region_settings: read(opted_in(&[])),
    }
}

/// Region settings with every resource type opted in, but for those named.
#[must_use]
pub fn opted_in(but: &[&str]) -> RegionSettings {
    RegionSettings {
        opt_in: BACKUP_TYPES.iter().map(|kind| ((*kind).to_owned(), !but.contains(kind))).collect(),
        management: [("DynamoDB".to_owned(), true), ("EFS".to_owned(), true)].into(),
    }
}

/// DynamoDB with these tables.
#[must_use]
pub fn dynamodb<const N: usize>(tables: [Table; N]) -> DynamoDbInventory {
    DynamoDbInventory { tables: read(tables.into()) }
}

/// KMS with these keys referred to.
#[must_use]
pub fn kms<const N: usize>(keys: [Key; N]) -> KmsInventory {
    KmsInventory { keys: read(keys.into()) }
}
