//! Amazon DynamoDB: tables.
//!
//! Follows <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/>.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{Arn, Region};

/// What DynamoDB holds in one account and region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DynamoDbInventory {
    /// Tables. A table that is listed but cannot be described is kept with its gap.
    pub tables: Collected<Vec<Table>>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Table {
    /// Its ARN, made from its name where it could not be described.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// The answer of `DescribeTable`.
    pub detail: Answer<TableDetail>,
    /// Its point-in-time recovery.
    pub point_in_time_recovery: Answer<PointInTimeRecovery>,
    /// Its tags.
    pub tags: Answer<BTreeMap<String, String>>,
    /// Its resource policy, as JSON text; `Value(None)` where there is none.
    pub resource_policy: Answer<Option<String>>,
}

/// The answer of `DescribeTable`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TableDetail {
    /// TableId, a UUID.
    pub id: Option<String>,
    /// TableStatus.
    pub status: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// DeletionProtectionEnabled; AWS sends false where it is off.
    pub deletion_protection: bool,
    /// The name of the partition (HASH) key.
    pub partition_key: Option<String>,
    /// The name of the sort (RANGE) key.
    pub sort_key: Option<String>,
    /// The regions of its replicas (global tables).
    pub replicas: Vec<Region>,
    /// The KMS key of its encryption; absent for DynamoDB's own.
    pub kms_key: Option<Arn>,
    /// Its approximate number of items, six hours old at most.
    pub item_count: Option<i64>,
}

/// Point-in-time recovery.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PointInTimeRecovery {
    /// Whether it is on.
    pub enabled: bool,
    /// The earliest time that can be restored.
    pub earliest_restorable_at: Option<Timestamp>,
    /// The latest time that can be restored.
    pub latest_restorable_at: Option<Timestamp>,
    /// The window, in days.
    pub period_days: Option<i32>,
}
