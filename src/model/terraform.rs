//! Terraform state: where it lies, how it is locked, and the allow-listed part of what it holds.
//!
//! Follows <https://developer.hashicorp.com/terraform/language/backend/s3> and the state format, version 4. A state holds
//! secrets: only what these types name is ever kept.
//!
//! What the S3 backend does, in this order (observed with Terraform 1.11, and in `internal/backend/remote-state/s3/client.go`):
//! 1. *Lock.* With `use_lockfile`, PutObject of `<key>.tflock` with `If-None-Match: *`, whose body is the lock's Info as
//!    JSON; with `dynamodb_table`, PutItem of `LockID = <bucket>/<key>` with the same Info; with both, both.
//! 2. *Write.* PutObject of the state (not at all where a plan changed nothing), then, with `dynamodb_table`, PutItem of
//!    `LockID = <bucket>/<key>-md5` with `Digest`, the MD5 of the state's bytes in lower-case hex. The digest is written
//!    with `-lock=false` as well: it proves a write through a backend that names the table, no more and no less.
//!    With `use_lockfile` alone no digest is written.
//! 3. *Unlock.* DeleteObject of the lock file (a delete marker in a versioned bucket, else it is gone without a trace),
//!    DeleteItem of the lock.
//!
//! `terraform plan` and `apply` both lock; S3 gives LastModified in whole seconds, so that lock, state and delete marker
//! may bear the same one. The workspace NAME's state is `env:/NAME/<key>` (`workspace_key_prefix` changes `env:`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::Arn;
use super::shared::{Pool, Pooled, Shared, Word};

/// What one account holds of Terraform state, all regions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateInventory {
    /// DynamoDB tables keyed `LockID`, with the items that tell of states and locks.
    pub lock_tables: Vec<LockTable>,
    /// Buckets that hold, or seem to hold, states.
    pub buckets: Vec<StateBucket>,
}

/// A DynamoDB lock table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LockTable {
    /// The table.
    pub table: Arn,
    /// Its items; of a held lock only id and time are kept.
    pub items: Collected<Vec<LockItem>>,
}

/// An item of a lock table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LockItem {
    /// `<bucket>/<key>-md5`: the digest of the state last written through this table.
    Digest {
        /// The bucket.
        bucket: String,
        /// The state's key.
        key: String,
        /// The MD5 of the state, in lower-case hex; absent where the item holds no MD5 (Terraform ignores such an item).
        digest: Option<String>,
    },
    /// `<bucket>/<key>`: a lock held now.
    Held {
        /// The bucket.
        bucket: String,
        /// The state's key.
        key: String,
        /// When it was taken, from the lock's Info; absent where Info does not say.
        created_at: Option<Timestamp>,
        /// The operation, such as `OperationTypeApply`.
        operation: Option<String>,
    },
}

/// Why a bucket was looked into for states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateBucketReason {
    /// `[state.buckets]` names it.
    Configured,
    /// A lock table names it.
    LockTable,
    /// Its name suggests state.
    Name,
    /// Its tags suggest state.
    Tags,
}

/// A bucket that was looked into for states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateBucket {
    /// Its name.
    pub bucket: String,
    /// Why it was looked into.
    pub reasons: Vec<StateBucketReason>,
    /// Its state objects; `Read(empty)` where it turned out to hold none.
    pub objects: Collected<Vec<StateObject>>,
    /// Versions and delete markers of `.tflock` objects.
    pub lock_versions: Collected<Vec<LockFileVersion>>,
}

/// A state object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateObject {
    /// Its key.
    pub key: String,
    /// Its size, in bytes.
    pub size: u64,
    /// LastModified: S3 gives whole seconds. Where the object was read, that of the version read.
    pub last_modified: Timestamp,
    /// Its ETag, without quotes. It is the MD5 of its bytes where the object is encrypted by SSE-S3 or not at all and was
    /// not uploaded in parts, and something else otherwise: an equal digest proves, another one does not.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html>
    pub etag: Option<String>,
    /// What GetObject told of its bytes, whatever they hold. Where this is a gap, `content` is the same gap.
    pub body: Answer<StateBody>,
    /// What it holds.
    pub content: Answer<StateContent>,
}

/// The bytes of one state object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StateBody {
    /// When it was read.
    pub read_at: Timestamp,
    /// The version id that was read; absent in an unversioned bucket.
    pub version_id: Option<String>,
    /// x-amz-replication-status, such as `REPLICA`.
    pub replication_status: Option<String>,
    /// The MD5 of the bytes read, in lower-case hex.
    pub md5: String,
}

/// A version or delete marker of a `.tflock` object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct LockFileVersion {
    /// The lock file's key, `<state key>.tflock`.
    pub key: String,
    /// Its version id; `null` in an unversioned bucket.
    pub version_id: Option<String>,
    /// Its LastModified.
    pub last_modified: Timestamp,
    /// Whether it is a delete marker: the lock was released.
    pub delete_marker: bool,
    /// Whether it is the newest of its key. A newest version that is no delete marker is a lock held now.
    pub latest: bool,
}

/// The allow-listed part of one state object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateContent {
    /// The state's serial.
    pub serial: u64,
    /// The state's lineage.
    pub lineage: String,
    /// The Terraform or OpenTofu version that wrote it.
    pub terraform_version: String,
    /// Every resource instance.
    pub resources: Vec<StateResource>,
}

/// Whether Terraform manages a resource or only reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResourceMode {
    /// A `resource`.
    Managed,
    /// A `data` source: never claims.
    Data,
}

/// One instance of a resource in a state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StateResource {
    /// Its address, module and index included: `module.db[0].aws_db_instance.main["a"]`.
    pub address: String,
    /// Managed or data.
    pub mode: ResourceMode,
    /// Its type, such as `aws_db_instance`.
    pub resource_type: Word,
    /// The provider as the state writes it, such as `provider["registry.terraform.io/hashicorp/aws"]`.
    pub provider: Word,
    /// Its `arn` attribute.
    pub arn: Option<String>,
    /// Its `id` attribute.
    pub id: Option<String>,
    /// The key of a deposed object.
    pub deposed: Option<String>,
    /// The addresses that it depends on.
    pub dependencies: Vec<Word>,
    /// The allow-listed attributes that the state records.
    pub attributes: Shared<RecordedAttributes>,
}

impl Pooled for RecordedAttributes {
    fn pool() -> &'static Pool<Self> {
        static RECORDED: Pool<RecordedAttributes> = Pool::new();
        &RECORDED
    }
}

impl RecordedAttributes {
    /// Whether a destroy of the database turns its deletion protection off by itself and deletes again: the state does not say
    /// that it is on, and says to apply changes at once.
    ///
    /// Follows hashicorp/terraform-provider-aws, `internal/service/rds/instance.go`, `resourceInstanceDelete`.
    #[must_use]
    pub fn unprotects(&self) -> bool {
        self.deletion_protection != Some(true) && self.apply_immediately == Some(true)
    }
}

/// The attributes of protection that may be read from a state. Nothing else is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RecordedAttributes {
    /// `deletion_protection`
    pub deletion_protection: Option<bool>,
    /// `deletion_protection_enabled`
    pub deletion_protection_enabled: Option<bool>,
    /// `skip_final_snapshot`
    pub skip_final_snapshot: Option<bool>,
    /// `final_snapshot_identifier`
    pub final_snapshot_identifier: Option<String>,
    /// `delete_automated_backups`
    pub delete_automated_backups: Option<bool>,
    /// `backup_retention_period`, in days
    pub backup_retention_period: Option<i64>,
    /// `point_in_time_recovery`'s `enabled`
    pub point_in_time_recovery: Option<bool>,
    /// `apply_immediately`
    pub apply_immediately: Option<bool>,
    /// `force_destroy`
    pub force_destroy: Option<bool>,
    /// `recovery_window_in_days`
    pub recovery_window_in_days: Option<i64>,
    /// `deletion_window_in_days`
    pub deletion_window_in_days: Option<i64>,
    /// `enable_deletion_protection`, of load balancers
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_deletion_protection: Option<bool>,
    /// `disable_api_termination`, of instances
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disable_api_termination: Option<bool>,
    /// `skip_destroy`: Terraform forgets the resource and leaves it
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_destroy: Option<bool>,
    /// Those of its `tags_all` and `tags` whose key names an environment (`env`, `environment`, `stage`, any case).
    pub environment_tags: BTreeMap<String, String>,
}
