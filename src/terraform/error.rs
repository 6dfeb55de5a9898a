//! Why a state could not be read. No variant carries content of the state: positions, numbers and fixed words alone.

use std::io;

/// Why a document is no state that palisade reads. Its text says where (byte offsets from 0) and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The object has no bytes. Terraform takes it as no state at all.
    #[error("the object is empty, which Terraform takes as no state: see whether an earlier version holds one")]
    Empty,
    /// The document ends before its last bracket.
    #[error("the document is truncated at byte {at}: restore an earlier version of the object")]
    Truncated {
        /// Where it ends.
        at: u64,
    },
    /// Not JSON.
    #[error("the document is no JSON at byte {at} ({why}): it is no Terraform state, or a damaged one")]
    NotJson {
        /// What kind of fault.
        why: &'static str,
        /// Where.
        at: u64,
    },
    /// A format before Terraform 0.12.
    #[error(
        "state format version {version} is from before Terraform 0.12, palisade reads version 4: \
         `terraform apply -refresh-only` with a current Terraform rewrites it"
    )]
    OldFormat {
        /// The version that the state names.
        version: u64,
    },
    /// A format that palisade does not know yet.
    #[error("state format version {version} is newer than the version 4 that palisade reads: update palisade")]
    NewFormat {
        /// The version that the state names.
        version: u64,
    },
    /// Encrypted by OpenTofu.
    #[error("the state is encrypted by OpenTofu: without its key palisade cannot tell what it manages")]
    Encrypted,
    /// A key stands twice in one object, so that readers would differ about what the state says.
    #[error("the key {key:?} stands twice in one object, the second time at byte {at}")]
    DuplicateKey {
        /// The key, one of the format's own.
        key: &'static str,
        /// Where the second one ends.
        at: u64,
    },
    /// A key of the format stands in another case; Terraform reads it nevertheless.
    #[error("the key {key:?} is written in another case at byte {at}")]
    MiscasedKey {
        /// The key as the format has it.
        key: &'static str,
        /// Where it ends.
        at: u64,
    },
    /// Nested deeper than [`Limits::max_depth`](super::Limits::max_depth).
    #[error("objects and lists are nested deeper than {limit} levels at byte {at}")]
    TooDeep {
        /// The limit.
        limit: u32,
        /// Where.
        at: u64,
    },
    /// A limit of [`Limits`](super::Limits) was reached.
    #[error("over the limit: {what} beyond {limit}")]
    OverLimit {
        /// What there is too much of, with its unit.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// JSON, but no state of version 4.
    #[error("the document is no state of format version 4: {what} (at byte {at})")]
    Malformed {
        /// What is wrong.
        what: &'static str,
        /// Where.
        at: u64,
    },
    /// The bytes could not be read to their end.
    #[error("the document could not be read to its end ({kind})")]
    Read {
        /// What kind of fault the reader reported.
        kind: io::ErrorKind,
    },
}
