//! Facts of Terraform state.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reach::Reachers;
use crate::model::terraform::RecordedAttributes;

/// A claim of a state on a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// `s3://bucket/key`
    pub state: String,
    /// The address in it.
    pub address: String,
}

/// A bucket that holds states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateBucketFact {
    /// The number of states in it.
    pub states: usize,
    /// Whether all of its states are copies: replicas of another bucket's, or `*.backup`.
    pub copies_only: bool,
    /// `Enabled`, `Suspended` or `Off`; `None` where unread.
    pub versioning: Option<String>,
    /// Whether MFA delete is on.
    pub mfa_delete: Option<bool>,
    /// Whether Object Lock is on with a default retention in COMPLIANCE mode. GOVERNANCE does not stop deletion.
    pub object_lock: Option<bool>,
    /// Whether an enabled replication rule copies the states to a bucket of another account; `None` where that could not
    /// be told (replication unread, or the destination's account unknown).
    pub replicated_to_other_account: Option<bool>,
    /// Whether all four public access blocks are on, at the bucket's or the account's level.
    pub public_access_blocked: Option<bool>,
    /// Whether its policy denies requests without TLS.
    pub tls_required: Option<bool>,
    /// `data` resources of the bucket's account that its states manage, at most 20.
    pub manages_data_here: Vec<String>,
    /// Who can write or delete its states; `None` where its account was not scanned.
    #[serde(default)]
    pub writers: Option<Reachers>,
    /// Whether nobody of its account, root and administrators included, nor anybody whom its policy lets in, can delete its
    /// versions or lift what keeps them from it; `None` where that could not be told.
    #[serde(default)]
    pub versions_closed: Option<bool>,
    /// Who or what can, where somebody can.
    #[serde(default)]
    pub versions_open_to: Option<String>,
}

/// Whether the newest write of a state was covered by a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LockEvidence {
    /// A DynamoDB table's digest equals the object's MD5.
    TableDigest {
        /// The table.
        table: String,
    },
    /// Versions of the `.tflock` bracket the state's LastModified.
    LockFile {
        /// The lock file's key.
        key: String,
    },
    /// Written demonstrably without a lock.
    Uncovered {
        /// Why that is sure.
        why: String,
    },
    /// Nothing tells.
    Unknown {
        /// Why not.
        why: String,
    },
}

/// A state object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateObjectFact {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Whether its content was read.
    pub content_read: bool,
    /// Its serial.
    pub serial: Option<u64>,
    /// Its lineage.
    pub lineage: Option<String>,
    /// The version of Terraform that wrote it.
    pub terraform_version: Option<String>,
    /// The number of managed instances in it.
    pub managed: usize,
    /// Why it is a copy and no owner: `replica`, `replication_target`, `backup_file`; absent for an owner.
    pub copy: Option<String>,
    /// How its newest write was locked.
    pub lock: LockEvidence,
    /// Other state objects of the same lineage, copies left out.
    pub lineage_twins: Vec<String>,
    /// Resources that another state claims too, at most 20.
    pub contested: Vec<Contested>,
    /// Environment → number of its managed resources of that environment.
    pub environments: BTreeMap<String, usize>,
    /// Environment → one address, as a witness.
    pub environment_examples: BTreeMap<String, String>,
    /// The environment that its key names: a folder of it, or the workspace in `env:/NAME/`; absent where none or several are
    /// named.
    #[serde(default)]
    pub key_environment: Option<String>,
    /// The number of its managed resources whose environment is unknown.
    pub environment_unknown: usize,
    /// The databases and `data` that it manages.
    pub databases: Vec<String>,
    /// Vaults, copies, snapshots and recovery points that those depend on and that it manages too: addresses.
    pub own_backups: Vec<String>,
    /// For each database that it manages: whether an isolated copy lies in a vault that this state does not manage.
    pub databases_without_outside_copy: Vec<String>,
}

/// A resource that two states claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Contested {
    /// The resource's ARN or id.
    pub resource: String,
    /// The address in this state.
    pub address: String,
    /// The other state.
    pub other_state: String,
    /// The address in it.
    pub other_address: String,
}

/// A DynamoDB lock table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LockTableFact {
    /// DeletionProtectionEnabled.
    pub deletion_protection: Option<bool>,
    /// The number of states it locks.
    pub states: usize,
}

/// A database that a state manages.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateDatabaseFact {
    /// `s3://bucket/key`
    pub state: String,
    /// Its address in the state.
    pub address: String,
    /// Its Terraform type, such as `aws_db_instance`.
    pub resource_type: String,
    /// The resource's ARN as the state records it.
    pub resource: Option<String>,
    /// What the state records.
    pub recorded: RecordedAttributes,
    /// Whether AWS reports the resource; `None` where its account or region was not read.
    pub found: Option<bool>,
    /// What AWS reports: deletion protection.
    pub live_deletion_protection: Option<bool>,
    /// What AWS reports: backup retention, in days.
    pub live_backup_retention_days: Option<i64>,
    /// What AWS reports: point-in-time recovery.
    pub live_point_in_time_recovery: Option<bool>,
    /// Where the two differ.
    pub differences: Vec<Difference>,
}

/// A setting that the state and AWS tell differently.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The setting.
    pub setting: String,
    /// What the state records.
    pub recorded: String,
    /// What AWS reports.
    pub live: String,
}

/// A lock held now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HeldLockFact {
    /// `s3://bucket/key` of the state.
    pub state: String,
    /// The table's ARN or the lock file's `s3://` address.
    pub lock: String,
    /// How long it has been held, in hours; `None` where the lock does not say.
    pub age_hours: Option<f64>,
    /// What holds it, such as `OperationTypeApply`.
    pub operation: Option<String>,
}
