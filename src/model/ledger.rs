//! The ledger: which API calls a report rests on, aggregated, with failures one by one.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::GapKind;
use super::ids::{AccountId, Region};
use super::operation::Operation;

/// The calls of one operation in one account and region.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LedgerEntry {
    /// The account called.
    pub account: AccountId,
    /// The region called; the global region for global services.
    pub region: Region,
    /// The operation.
    pub operation: Operation,
    /// The number of calls (pages each count).
    pub calls: u64,
    /// The number of tries, retries included.
    pub attempts: u64,
    /// When the first call was answered.
    pub first_at: Timestamp,
    /// When the last call was answered.
    pub last_at: Timestamp,
    /// AWS's request id of the last answered call.
    pub last_request_id: Option<String>,
    /// The calls that failed.
    pub failures: Vec<CallFailure>,
}

/// A call that failed. "Not configured" answers are no failures.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct CallFailure {
    /// When the last try was answered or given up.
    pub at: Timestamp,
    /// What kind of gap it left.
    pub kind: GapKind,
    /// AWS's error code.
    pub code: Option<String>,
    /// What was asked for, where the call is about one item: a bucket's name, an ARN.
    pub subject: Option<String>,
    /// AWS's request id.
    pub request_id: Option<String>,
}
