//! Facts of stateful resources and of what stands around them: snapshots, keys, global clusters.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reach::Reachers;
use super::state::Claim;
use super::survival::{LayersStanding, SurvivalFact};
use crate::model::ids::{AccountId, Arn, Region};

/// How an environment or a class was told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// `config`, `tag`, `account`, `organizational_unit`, `cluster`, `source`, `type`, `policy`, `state`, `replication`,
    /// `pattern`, `none`.
    pub by: String,
    /// The word, tag, name or pattern that told.
    pub what: String,
}

/// A DB instance, DB cluster, DynamoDB table or bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceFact {
    /// Its identifier that is never used twice (DbiResourceId, DbClusterResourceId, TableId), where there is one.
    pub resource_id: Option<String>,
    /// The database engine.
    pub engine: Option<String>,
    /// How its environment was told.
    pub environment_by: Reason,
    /// How its class was told.
    pub class_by: Reason,
    /// Whether it is a database or table: an RDS instance, cluster, or DynamoDB table.
    pub database: bool,
    /// The cluster that judges it, where it is a member of one.
    pub cluster: Option<String>,
    /// What it replicates, where it is a read replica.
    pub replica_of: Option<String>,
    /// Its age, in hours. Buckets have none: AWS sets their creation date anew when their policy changes.
    pub age_hours: Option<f64>,
    /// Its protection.
    pub protection: Protection,
    /// Its encryption.
    pub encryption: ResourceEncryption,
    /// Everything that could bring it back, youngest data first.
    pub copies: Vec<CopyFact>,
    /// Which plans select it.
    pub backup: BackupCoverage,
    /// The last completed restore of one of its points.
    pub restore: Option<RestoreFact>,
    /// The states that claim it with a managed instance, copies of states left out.
    pub claims: Vec<Claim>,
    /// What manages it instead, where `[state.external]` or a CloudFormation tag says so.
    pub managed_by: Option<ManagedBy>,
    /// What would survive of it; `data` and `unclassified` alone.
    #[serde(default)]
    pub survival: Option<SurvivalFact>,
    /// Which layers stand; production `data` alone.
    #[serde(default)]
    pub layers: Option<LayersStanding>,
}

/// What manages a resource when no state object that palisade reads does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ManagedBy {
    /// `aws:cloudformation:stack-id`
    CloudFormation {
        /// The stack.
        stack: String,
    },
    /// `[state.external]`
    External {
        /// By what.
        what: String,
    },
}

/// The protection settings of a resource; those of other types are absent.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Protection {
    /// RDS DeletionProtection, DynamoDB DeletionProtectionEnabled.
    pub deletion_protection: Option<bool>,
    /// RDS BackupRetentionPeriod, in days.
    pub backup_retention_days: Option<i32>,
    /// DynamoDB point-in-time recovery.
    pub point_in_time_recovery: Option<bool>,
    /// Bucket versioning: `Enabled`, `Suspended`, `Off`.
    pub versioning: Option<String>,
    /// Bucket MFA delete.
    pub mfa_delete: Option<bool>,
    /// Bucket lifecycle rules that expire noncurrent versions and are narrowed neither by a prefix nor by a tag.
    pub noncurrent_expirations: Option<Vec<NoncurrentExpiration>>,
    /// Bucket Object Lock.
    pub object_lock: Option<ObjectLockFact>,
    /// Whether anything lies in the bucket, an old version or a delete marker among it.
    #[serde(default)]
    pub holds: Option<bool>,
    /// Whether `[resources.critical]` names it.
    pub critical: bool,
}

/// A lifecycle rule that expires noncurrent versions of every object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NoncurrentExpiration {
    /// The rule's id.
    pub rule: String,
    /// After how many days.
    pub days: i32,
    /// How many newer noncurrent versions are kept.
    pub newer_versions_kept: Option<i32>,
}

/// Object Lock of a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectLockFact {
    /// Whether it is enabled.
    pub enabled: bool,
    /// `COMPLIANCE` or `GOVERNANCE` by default, where a default is set.
    pub default_mode: Option<String>,
    /// The default retention, in days (years count 365).
    pub default_days: Option<i32>,
}

/// How a resource is encrypted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceEncryption {
    /// Whether it is encrypted at all; `None` where that was not read.
    pub encrypted: Option<bool>,
    /// Its key, as the resource refers to it.
    pub key: Option<String>,
    /// `AWS` or `CUSTOMER`, where the key was read. RDS encrypted with an AWS-managed key cannot be copied to another account.
    pub key_manager: Option<String>,
}

/// Something that could bring a resource back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CopyFact {
    /// What it is.
    pub kind: CopyKind,
    /// Its ARN.
    pub arn: Arn,
    /// The account that it lies in.
    pub account: Option<AccountId>,
    /// The region that it lies in.
    pub region: Option<Region>,
    /// The vault that it lies in.
    pub vault: Option<Arn>,
    /// The vault's lock: `none`, `governance`, `grace`, `compliance`, `air_gapped`; absent without a vault.
    pub lock: Option<LockState>,
    /// Its status, as AWS gives it.
    pub status: String,
    /// Whether that status can be restored from.
    pub usable: bool,
    /// The age of its data, in hours, when it was read. Negative ages (clock skew) are 0.
    pub age_hours: Option<f64>,
    /// When it expires, in hours from when it was read; absent is never, or unknown for automated backups.
    pub expires_in_hours: Option<f64>,
    /// Whether it lies in another account than the resource.
    pub other_account: bool,
    /// Whether it lies in another region than the resource.
    pub other_region: bool,
    /// Whether it would outlive the plain delete call on the resource.
    pub outlives_delete: bool,
    /// Whether it is a continuous backup, updated in place.
    pub continuous: bool,
    /// Its KMS key.
    pub kms_key: Option<Arn>,
}

/// What a copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CopyKind {
    /// A recovery point of AWS Backup.
    RecoveryPoint,
    /// A manual DB or DB cluster snapshot.
    ManualSnapshot,
    /// An automated DB or DB cluster snapshot: goes with its source.
    AutomatedSnapshot,
    /// RDS automated backups: go with the instance unless retained.
    AutomatedBackup,
    /// Automated backups replicated to another region.
    ReplicatedAutomatedBackup,
    /// DynamoDB point-in-time recovery: goes with the table, but for a 35-day system backup.
    PointInTimeRecovery,
}

/// A vault's lock at the time it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LockState {
    /// No Vault Lock.
    None,
    /// Locked without a lock date: whoever may, takes it off.
    Governance,
    /// Compliance mode in its grace time: can still be taken off.
    Grace,
    /// Compliance mode past its lock date: immutable.
    Compliance,
    /// Logically air-gapped: immutable by type.
    AirGapped,
}

impl LockState {
    /// Whether nobody can delete points before they expire.
    #[must_use]
    pub const fn immutable(self) -> bool {
        matches!(self, Self::Compliance | Self::AirGapped)
    }
}

/// Whether AWS Backup takes care of a resource.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackupCoverage {
    /// Whether AWS Backup supports the resource's type in principle.
    pub supported: bool,
    /// Whether the region's opt-in settings let AWS Backup protect its type; `None` where unread.
    pub opted_in: Option<bool>,
    /// The plans that select it.
    pub plans: Vec<SelectingPlan>,
    /// The shortest period of the rules that select it, in hours.
    pub period_hours: Option<f64>,
    /// The age of the youngest usable recovery point in its own account, in hours.
    pub newest_point_hours: Option<f64>,
    /// Points and snapshots of an earlier resource of the same name: they bring that one back, and count for nothing here.
    pub of_predecessors: Vec<Arn>,
}

/// A plan that selects a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SelectingPlan {
    /// The plan's name.
    pub plan: String,
    /// The plan's ARN; `None` for one that the effective BACKUP_POLICY sets.
    pub arn: Option<Arn>,
    /// The selection's name.
    pub selection: String,
    /// The shortest period of its rules, in hours; `None` where a schedule could not be understood.
    pub period_hours: Option<f64>,
}

/// A restore that completed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreFact {
    /// Its age, in hours.
    pub age_hours: f64,
    /// `job`, `last_restore` or `recovery_point`: where it was seen.
    pub seen_in: String,
    /// The validation status of a restore test, where one is given.
    pub validation: Option<String>,
    /// The restore testing plan.
    pub testing_plan: Option<Arn>,
}

/// A global cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GlobalClusterFact {
    /// DeletionProtection.
    pub deletion_protection: bool,
    /// Its engine.
    pub engine: Option<String>,
    /// Its member clusters.
    pub members: Vec<Arn>,
}

/// A manual or awsbackup snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SnapshotFact {
    /// `manual` or `awsbackup`.
    pub snapshot_type: String,
    /// The instance's or cluster's identifier.
    pub source_identifier: String,
    /// Whether it is shared with everyone.
    pub public: Option<bool>,
    /// The accounts that it is shared with.
    pub shared_with: Option<Vec<String>>,
    /// Those of them outside the organization, or outside its account where there is no organization; `None` where that
    /// could not be told.
    pub shared_outside: Option<Vec<String>>,
}

/// A KMS key that encrypts data or a copy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyFact {
    /// `AWS` or `CUSTOMER`.
    pub manager: Option<String>,
    /// Its state.
    pub state: Option<String>,
    /// When it is deleted, in hours from when it was read.
    pub deletion_in_hours: Option<f64>,
    /// When its imported material expires, in hours from when it was read.
    pub material_expires_in_hours: Option<f64>,
    /// Its origin.
    pub origin: Option<String>,
    /// The ARNs of what it encrypts, at most 20, sorted.
    pub encrypts: Vec<String>,
    /// How many things it encrypts.
    pub encrypts_count: usize,
    /// Whether one of them is production data.
    pub encrypts_data: bool,
    /// Whether one of them is a copy (a point, snapshot or vault).
    pub encrypts_copies: bool,
    /// The accounts whose data the copies under it are of, where they lie in another account than that data.
    #[serde(default)]
    pub copies_of: Vec<AccountId>,
    /// Who of those accounts reaches deleting, disabling or re-policing it; `None` where it is no copy's, or AWS manages it.
    #[serde(default)]
    pub taken_by: Option<Reachers>,
}
