//! GROUND FLOOR: Terraform's state format, version 4, read as a stream, and written.
//!
//! A state holds every secret that its resources ever returned. [`read_state`] therefore keeps an allow-list and nothing
//! else: [`StateResource`] with its [`RecordedAttributes`](crate::model::terraform::RecordedAttributes). Every other
//! value is skipped token by token and never copied; errors name a position and a reason, never content. It may use
//! `model`, and knows no SDK: bytes in, nouns out.
//!
//! The format follows what Terraform and OpenTofu write (`internal/states/statefile/version4.go` in both); its stability
//! is described at <https://developer.hashicorp.com/terraform/language/state>. The decision worth knowing: palisade is
//! stricter than Terraform. A document that Terraform would read by guessing (a key twice, a key in another case, no list
//! of resources) is an error here, because what palisade did not see must never pass.

mod address;
mod attributes;
mod changes;
mod comments;
mod document;
mod error;
mod meter;
mod plan;
#[cfg(test)]
mod tests;
mod tokens;
mod write;

use std::io::Read;

pub use changes::read_changes;
pub use comments::{Commented, OVERRIDE_MARK, SourceError, read_comments};
pub use error::StateError;
pub use plan::{PlanDocument, PlanError, read_plan};
pub use write::write_state;

use crate::model::terraform::StateResource;

/// The suffix that the S3 backend appends to a state's key for its lock file.
///
/// <https://developer.hashicorp.com/terraform/language/backend/s3#enabling-s3-state-locking>
pub const LOCK_SUFFIX: &str = ".tflock";

/// The suffix that the S3 backend appends to `<bucket>/<key>` for the digest item in a DynamoDB lock table.
///
/// <https://developer.hashicorp.com/terraform/language/backend/s3#enabling-dynamodb-state-locking>
pub const DIGEST_SUFFIX: &str = "-md5";

/// The partition key that a DynamoDB lock table must have.
///
/// <https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb_table>
pub const LOCK_TABLE_KEY: &str = "LockID";

/// Tag keys (any case) whose value names an environment.
pub const ENVIRONMENT_KEYS: [&str; 3] = ["env", "environment", "stage"];

/// What a state may cost before it is given up as over the limit. Nothing is ever cut silently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The longest document, in bytes.
    pub max_bytes: u64,
    /// The deepest nesting of objects and lists.
    pub max_depth: u32,
    /// The longest key, and the longest text that is kept, in bytes.
    pub max_token: u64,
    /// The most resource instances.
    pub max_instances: u64,
    /// The most bytes of text that are kept of one state.
    pub max_kept: u64,
    /// The tag keys (any case) whose value names an environment.
    pub environment_keys: Vec<String>,
}

impl Default for Limits {
    /// A document of 1 GiB, 128 levels, texts of 16 KiB, 500,000 instances, 256 MiB kept; `env`, `environment`, `stage`.
    fn default() -> Self {
        Self {
            max_bytes: 1 << 30,
            max_depth: 128,
            max_token: 16 << 10,
            max_instances: 500_000,
            max_kept: 256 << 20,
            environment_keys: ENVIRONMENT_KEYS.iter().map(|&key| key.to_owned()).collect(),
        }
    }
}

/// The allow-listed part of a state document.
#[derive(Debug, Clone, PartialEq)]
pub struct StateDocument {
    /// How often the state was changed.
    pub serial: u64,
    /// The UUID given when the state was created; two states of one lineage are versions or copies of each other.
    pub lineage: String,
    /// The Terraform or OpenTofu version that wrote it; empty where the state does not say.
    pub terraform_version: String,
    /// Every resource instance, by address and deposed key.
    pub resources: Vec<StateResource>,
}

/// Reads a state of format version 4 to its very end, in one pass, in any order of keys.
///
/// Memory is bounded by `limits.max_kept` and one token, whatever the document's length.
///
/// # Errors
/// Whatever is not one whole, unencrypted state of version 4 within `limits` is a [`StateError`]; no part of it is kept.
pub fn read_state(reader: impl Read, limits: &Limits) -> Result<StateDocument, StateError> {
    document::read(tokens::Tokens::new(reader, limits))
}
