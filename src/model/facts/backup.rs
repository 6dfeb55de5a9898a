//! Facts of vaults and of AWS Backup per account and region.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::reach::Reachers;
use super::resource::LockState;
use crate::model::ids::{AccountId, Arn};

/// A vault that receives copies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct VaultFact {
    /// Whether its account and region were scanned and it was found there.
    pub scanned: bool,
    /// Its type.
    pub vault_type: Option<String>,
    /// `CREATING`, `AVAILABLE` or `FAILED`; `None` where it was not scanned or AWS did not say.
    #[serde(default)]
    pub vault_state: Option<String>,
    /// Its lock; `None` where unread.
    pub lock: Option<LockState>,
    /// In how many hours a lock in its grace time becomes immutable.
    pub locks_in_hours: Option<f64>,
    /// The lock's least retention, in days.
    pub min_retention_days: Option<i64>,
    /// The lock's longest retention, in days.
    pub max_retention_days: Option<i64>,
    /// The shortest retention among its points and the copy actions that name it, in days; `None` where all are kept for ever.
    pub shortest_retention_days: Option<f64>,
    /// What that shortest retention is of: a recovery point's ARN or a plan's name.
    pub shortest_retention_of: Option<String>,
    /// The accounts whose copies it holds.
    pub copies_of: Vec<AccountId>,
    /// The plans whose copy actions name it: (account, plan name).
    pub named_by: Vec<NamedBy>,
    /// The number of points it holds.
    pub points: usize,
    /// Whether it is an intermediate vault: its points are copied on to another account's vault.
    pub copied_on_to: Vec<Arn>,
    /// Whether it has an access policy; `None` where unread.
    #[serde(default)]
    pub access_policy: Option<bool>,
    /// Whom its access policy and the organization's let delete or re-time its points, whatever rights they have of their
    /// own, `[break_glass] principals` left out; `None` where it was not scanned.
    #[serde(default)]
    pub open_to: Option<Reachers>,
}

/// A plan or copy job that names a vault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct NamedBy {
    /// The account.
    pub account: AccountId,
    /// `plan` or `copy_job`.
    pub kind: String,
    /// The plan's name or the job's id.
    pub name: String,
}

/// AWS Backup in one region of one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRegionFact {
    /// The number of backup plans.
    pub plans: usize,
    /// Jobs that did not succeed, youngest first.
    pub failed_jobs: Vec<FailedJob>,
    /// Resource types that plans select here but that are not opted in.
    pub opted_out: Vec<String>,
    /// Resource types that plans select here.
    pub selected_types: Vec<String>,
}

/// A backup or copy job that did not succeed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailedJob {
    /// Its id.
    pub id: String,
    /// `backup` or `copy`.
    pub kind: String,
    /// `FAILED`, `EXPIRED`, `ABORTED`, `PARTIAL`.
    pub state: String,
    /// The resource.
    pub resource: Option<String>,
    /// Why, as AWS says it.
    pub message: Option<String>,
    /// How long ago it was created, in hours.
    pub age_hours: f64,
    /// Whether a later job of the same resource (and destination) succeeded.
    pub later_success: bool,
}
