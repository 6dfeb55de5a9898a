//! AWS Backup: vaults, plans, recovery points, jobs.
//!
//! Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Reference.html>.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{AccountId, Arn};

/// What AWS Backup holds in one account and region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackupInventory {
    /// Vaults, with their policies and recovery points.
    pub vaults: Collected<Vec<Vault>>,
    /// Backup plans, with their selections.
    pub plans: Collected<Vec<Plan>>,
    /// Resources that AWS Backup has protected.
    pub protected_resources: Collected<Vec<ProtectedResource>>,
    /// Backup jobs of the last 30 days that failed, expired, were aborted or ended partial.
    pub backup_jobs: Collected<Vec<BackupJob>>,
    /// Copy jobs of the last 30 days.
    pub copy_jobs: Collected<Vec<CopyJob>>,
    /// Restore jobs of the last 30 days.
    pub restore_jobs: Collected<Vec<RestoreJob>>,
    /// Legal holds.
    pub legal_holds: Collected<Vec<LegalHold>>,
    /// Restore testing plans.
    pub restore_testing_plans: Collected<Vec<RestoreTestingPlan>>,
    /// Which resource types AWS Backup is opted in to.
    pub region_settings: Collected<RegionSettings>,
}

/// A backup vault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Vault {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// `BACKUP_VAULT`, `LOGICALLY_AIR_GAPPED_BACKUP_VAULT` or `RESTORE_ACCESS_BACKUP_VAULT`; AWS omits it for some old vaults.
    pub vault_type: Option<String>,
    /// `CREATING`, `AVAILABLE` or `FAILED`.
    pub vault_state: Option<String>,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// The KMS key that encrypts its points; absent where AWS owns it, since nobody can delete or disable that one.
    pub kms_key: Option<Arn>,
    /// The number of points it holds.
    pub recovery_point_count: i64,
    /// Whether Vault Lock is configured. `true` without a lock date is governance mode.
    pub locked: bool,
    /// When the lock becomes (or became) immutable; absent in governance mode.
    pub lock_date: Option<Timestamp>,
    /// The lock's least retention, in days.
    pub min_retention_days: Option<i64>,
    /// The lock's longest retention, in days.
    pub max_retention_days: Option<i64>,
    /// The access policy, as JSON text; `Value(None)` where there is none.
    pub policy: Answer<Option<String>>,
    /// Its recovery points; an empty vault is not asked.
    pub recovery_points: Answer<Vec<RecoveryPoint>>,
}

/// A recovery point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryPoint {
    /// Its ARN; many are ARNs of another service's snapshot.
    pub arn: Arn,
    /// The resource that it restores.
    pub resource: Arn,
    /// The resource's type, such as `RDS`, `Aurora`, `DynamoDB`, `S3`.
    pub resource_type: String,
    /// `COMPLETED`, `AVAILABLE`, `PARTIAL`, `EXPIRED`, `DELETING`, `STOPPED`, `CREATING`.
    pub status: String,
    /// CreationDate: the age of the data; a copy keeps its source's.
    pub created_at: Timestamp,
    /// CompletionDate.
    pub completed_at: Option<Timestamp>,
    /// The lifecycle's DeleteAfterDays; absent is for ever.
    pub delete_after_days: Option<i64>,
    /// CalculatedLifecycle's DeleteAt.
    pub delete_at: Option<Timestamp>,
    /// When it moves to cold storage.
    pub cold_storage_at: Option<Timestamp>,
    /// Whether it is encrypted.
    pub encrypted: Option<bool>,
    /// Its KMS key; absent where AWS owns it.
    pub kms_key: Option<Arn>,
    /// The vault that it was copied from.
    pub source_vault: Option<Arn>,
    /// When it was last restored.
    pub last_restored_at: Option<Timestamp>,
    /// The plan that made it.
    pub plan_id: Option<String>,
    /// Whether it is the parent of a composite point.
    pub parent: bool,
    /// The parent of a nested point.
    pub parent_recovery_point: Option<Arn>,
}

/// A backup plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// Its id.
    pub id: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its rules.
    pub rules: Answer<Vec<Rule>>,
    /// What it selects.
    pub selections: Answer<Vec<Selection>>,
}

/// A rule of a backup plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The vault that its points go to, by name.
    pub target_vault: String,
    /// The logically air-gapped vault that its points go to, where one is named.
    pub target_air_gapped_vault: Option<Arn>,
    /// When it runs: `cron(…)` or `rate(…)`; AWS's default is daily at 05:00 UTC.
    pub schedule: Option<String>,
    /// Whether it keeps a continuous backup.
    pub continuous: bool,
    /// DeleteAfterDays; absent is for ever.
    pub delete_after_days: Option<i64>,
    /// Where its points are copied.
    pub copy_actions: Vec<CopyAction>,
}

/// A copy action of a rule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CopyAction {
    /// The vault that points are copied to.
    pub destination_vault: Arn,
    /// DeleteAfterDays of the copy; absent is for ever.
    pub delete_after_days: Option<i64>,
}

/// A selection of a backup plan: all four parts of it.
///
/// Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html>.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Selection {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its detail.
    pub detail: Answer<SelectionDetail>,
}

/// What a selection takes in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SelectionDetail {
    /// ARNs and ARN patterns to take.
    pub resources: Vec<String>,
    /// ARNs and ARN patterns to leave out.
    pub not_resources: Vec<String>,
    /// ListOfTags: any of these, as (key without `aws:ResourceTag/`, value) pairs.
    pub list_of_tags: Vec<TagCondition>,
    /// Conditions: all of these.
    pub conditions: Vec<SelectionCondition>,
}

/// A tag key and the value it must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct TagCondition {
    /// The tag's key.
    pub key: String,
    /// The tag's value.
    pub value: String,
}

/// How a selection's condition compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SelectionOperator {
    /// StringEquals
    StringEquals,
    /// StringNotEquals
    StringNotEquals,
    /// StringLike
    StringLike,
    /// StringNotLike
    StringNotLike,
}

/// One of a selection's Conditions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct SelectionCondition {
    /// How it compares.
    pub operator: SelectionOperator,
    /// `aws:ResourceTag/…` as AWS writes it.
    pub key: String,
    /// The value, with `*` in the Like operators.
    pub value: String,
}

/// A resource that AWS Backup has protected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProtectedResource {
    /// The resource.
    pub resource: Arn,
    /// Its type.
    pub resource_type: String,
    /// When it was last backed up.
    pub last_backup_at: Option<Timestamp>,
    /// Its last restore, asked for production data alone; `None` where it was not asked.
    pub last_restore: Option<Answer<LastRestore>>,
}

/// The restore part of `DescribeProtectedResource`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LastRestore {
    /// LatestRestoreJobCreationDate.
    pub restored_at: Option<Timestamp>,
    /// LatestRestoreRecoveryPointCreationDate.
    pub recovery_point_created_at: Option<Timestamp>,
    /// LatestRestoreExecutionTimeMinutes.
    pub minutes: Option<i64>,
}

/// A backup job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BackupJob {
    /// Its id.
    pub id: String,
    /// `FAILED`, `EXPIRED`, `ABORTED`, `PARTIAL`.
    pub state: String,
    /// Why, as AWS says it.
    pub status_message: Option<String>,
    /// The resource; absent when AWS gives no ARN.
    pub resource: Option<Arn>,
    /// The resource's type.
    pub resource_type: Option<String>,
    /// The vault.
    pub vault: Option<Arn>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// A copy job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CopyJob {
    /// Its id.
    pub id: String,
    /// `CREATED`, `RUNNING`, `COMPLETED`, `FAILED`, `PARTIAL`.
    pub state: String,
    /// Why, as AWS says it.
    pub status_message: Option<String>,
    /// The resource.
    pub resource: Option<Arn>,
    /// The resource's type.
    pub resource_type: Option<String>,
    /// The vault it copies from.
    pub source_vault: Option<Arn>,
    /// The vault it copies to.
    pub destination_vault: Option<Arn>,
    /// The point it made.
    pub destination_recovery_point: Option<Arn>,
    /// The account that ran it.
    pub account: Option<AccountId>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// A restore job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreJob {
    /// Its id.
    pub id: String,
    /// `PENDING`, `RUNNING`, `COMPLETED`, `ABORTED`, `FAILED`.
    pub status: String,
    /// Why, as AWS says it.
    pub status_message: Option<String>,
    /// The point that was restored.
    pub recovery_point: Option<Arn>,
    /// The resource that the point was taken of.
    pub source_resource: Option<Arn>,
    /// The resource's type.
    pub resource_type: Option<String>,
    /// The restore testing plan that asked for it.
    pub restore_testing_plan: Option<Arn>,
    /// `FAILED`, `SUCCESSFUL`, `TIMED_OUT`, `VALIDATING`; absent where nothing validates.
    pub validation_status: Option<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it ended.
    pub completed_at: Option<Timestamp>,
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegalHold {
    /// Its ARN.
    pub arn: Arn,
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// `CREATING`, `ACTIVE`, `CANCELING`, `CANCELED`.
    pub status: String,
    /// What it holds.
    pub detail: Answer<LegalHoldSelection>,
}

/// What a legal hold holds; empty lists hold everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LegalHoldSelection {
    /// Vault names.
    pub vaults: Vec<String>,
    /// Resource ARNs.
    pub resources: Vec<String>,
    /// The first day of points held.
    pub from: Option<Timestamp>,
    /// The last day of points held.
    pub to: Option<Timestamp>,
}

/// A restore testing plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RestoreTestingPlan {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// When it runs.
    pub schedule: String,
    /// When it last ran.
    pub last_run_at: Option<Timestamp>,
    /// The resource types its selections take.
    pub selected_types: Answer<Vec<String>>,
}

/// The answer of `DescribeRegionSettings`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RegionSettings {
    /// Resource type → whether AWS Backup may protect it.
    pub opt_in: BTreeMap<String, bool>,
    /// Resource type → whether AWS Backup manages it fully.
    pub management: BTreeMap<String, bool>,
}
