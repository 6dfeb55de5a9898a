//! AWS KMS: the keys that a resource, snapshot, recovery point, vault or bucket refers to.
//!
//! Follows <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{AccountId, Arn, Region};

/// The keys of one account and region that something refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KmsInventory {
    /// The keys, each under the reference that led to it.
    pub keys: Collected<Vec<Key>>,
}

/// A key that something refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// The key's ARN (or the alias's, where a bucket names one), as the resource refers to it.
    pub reference: Arn,
    /// Its metadata.
    pub detail: Answer<KeyDetail>,
    /// Its policy, as JSON text; `None` for AWS-managed keys, whose policy nobody can change.
    pub policy: Option<Answer<String>>,
}

/// The answer of `DescribeKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyDetail {
    /// The key's own ARN.
    pub arn: Arn,
    /// Its account.
    pub account: AccountId,
    /// `AWS` or `CUSTOMER`.
    pub manager: String,
    /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, …
    pub state: String,
    /// When a key pending deletion goes.
    pub deletion_at: Option<Timestamp>,
    /// `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`.
    pub origin: String,
    /// Whether imported material expires: `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`.
    pub expiration_model: Option<String>,
    /// When imported material expires.
    pub material_expires_at: Option<Timestamp>,
    /// Whether it is a multi-Region key.
    pub multi_region: bool,
    /// `PRIMARY` or `REPLICA`, for multi-Region keys.
    pub multi_region_type: Option<String>,
    /// The region of the primary key, for multi-Region keys.
    pub primary_region: Option<Region>,
}
