//! Amazon S3: buckets and their guards.
//!
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/API/>. "Not configured" answers are `Value(None)`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected, Gap, GapKind};
use super::ids::{Arn, Region};
use super::operation::Operation;

/// What S3 holds in one account, all regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct S3Inventory {
    /// Buckets.
    pub buckets: Collected<Vec<Bucket>>,
    /// The account-level public access block; `Read(None)` where none is set.
    pub account_public_access_block: Collected<Option<PublicAccessBlock>>,
}

/// A bucket.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: Arn,
    /// Its region, from `ListBuckets` or `GetBucketLocation`.
    pub region: Answer<Region>,
    /// When it was created (or its policy last changed, as AWS notes).
    pub created_at: Option<Timestamp>,
    /// Its tags; `Value(empty)` where it has none.
    pub tags: Answer<BTreeMap<String, String>>,
    /// Its versioning.
    pub versioning: Answer<Versioning>,
    /// Its Object Lock; `Value(None)` where none is configured.
    pub object_lock: Answer<Option<ObjectLock>>,
    /// Its lifecycle rules; `Value(empty)` where none are configured.
    pub lifecycle: Answer<Vec<LifecycleRule>>,
    /// Its policy, as JSON text; `Value(None)` where there is none.
    pub policy: Answer<Option<String>>,
    /// Its public access block; `Value(None)` where none is set.
    pub public_access_block: Answer<Option<PublicAccessBlock>>,
    /// Its default encryption; `Value(None)` where AWS answers that there is none.
    pub encryption: Answer<Option<Encryption>>,
    /// Its replication rules; `Value(empty)` where none are configured.
    pub replication: Answer<Vec<ReplicationRule>>,
    /// Whether anything lies in it, an old version or a delete marker among it: asked with one key.
    #[serde(default = "Bucket::not_asked")]
    pub holds: Answer<bool>,
}

impl Bucket {
    /// What stands in the inventories of versions of palisade that did not ask what lies in a bucket.
    fn not_asked() -> Answer<bool> {
        let message = "the inventory was collected by a palisade that did not ask whether anything lies in a bucket";
        Answer::Gap(Gap::not_made(GapKind::OutOfScope, Operation::S3ListObjectVersions, message))
    }
}

/// The answer of `GetBucketVersioning`; a bucket that never had it has neither.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Versioning {
    /// `Enabled` or `Suspended`; absent where it was never on.
    pub status: Option<String>,
    /// MFADelete: `Enabled` or `Disabled`; absent where it was never set.
    pub mfa_delete: Option<String>,
}

/// Object Lock.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObjectLock {
    /// Whether ObjectLockEnabled is `Enabled`.
    pub enabled: bool,
    /// The default retention's mode, `COMPLIANCE` or `GOVERNANCE`; absent without default retention.
    pub default_mode: Option<String>,
    /// The default retention, in days.
    pub default_days: Option<i32>,
    /// The default retention, in years.
    pub default_years: Option<i32>,
}

/// A lifecycle rule: the parts that delete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LifecycleRule {
    /// Its id.
    pub id: Option<String>,
    /// Whether its status is `Enabled`.
    pub enabled: bool,
    /// The key prefix it is narrowed to; absent or empty is every object.
    pub prefix: Option<String>,
    /// The tags it is narrowed to.
    pub tags: BTreeMap<String, String>,
    /// ObjectSizeGreaterThan, in bytes.
    pub size_greater_than: Option<i64>,
    /// ObjectSizeLessThan, in bytes.
    pub size_less_than: Option<i64>,
    /// Days after which current versions expire.
    pub expiration_days: Option<i32>,
    /// The date at which current versions expire.
    pub expiration_date: Option<Timestamp>,
    /// NoncurrentVersionExpiration's NoncurrentDays.
    pub noncurrent_days: Option<i32>,
    /// NoncurrentVersionExpiration's NewerNoncurrentVersions.
    pub newer_noncurrent_versions: Option<i32>,
}

/// A public access block.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PublicAccessBlock {
    /// BlockPublicAcls
    pub block_public_acls: bool,
    /// IgnorePublicAcls
    pub ignore_public_acls: bool,
    /// BlockPublicPolicy
    pub block_public_policy: bool,
    /// RestrictPublicBuckets
    pub restrict_public_buckets: bool,
}

/// Default encryption.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Encryption {
    /// `AES256`, `aws:kms` or `aws:kms:dsse`.
    pub algorithm: String,
    /// KMSMasterKeyID as given: key id, key ARN or alias; absent for S3's own and the AWS-managed key.
    pub kms_key: Option<String>,
}

/// A replication rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ReplicationRule {
    /// Its id.
    pub id: Option<String>,
    /// Whether its status is `Enabled`.
    pub enabled: bool,
    /// The key prefix it is narrowed to; absent or empty is every object.
    pub prefix: Option<String>,
    /// The tags it is narrowed to.
    pub tags: BTreeMap<String, String>,
    /// The destination bucket.
    pub destination: Arn,
    /// The destination's account, where the rule names it.
    pub destination_account: Option<String>,
    /// Whether delete markers are replicated.
    pub delete_markers: bool,
}
