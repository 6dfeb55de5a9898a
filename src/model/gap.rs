//! What could not be read, as data; and the two wrappers that make "read" and "not read" impossible to confuse.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::operation::Operation;

/// Why something could not be read. Closed: each kind has one meaning and one remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    /// AWS answered that the role lacks the permission.
    Denied,
    /// AWS answered that a service control policy denies the call.
    DeniedByScp,
    /// Two services of the region were denied by a service control policy; the rest of it was not called.
    RegionDenied,
    /// Throttled beyond the retries.
    Throttled,
    /// No answer before the deadline, or only server errors (5xx) and broken connections until the retries ended.
    Timeout,
    /// An answer that could not be understood: an unknown error, a repeated page token, a document that does not parse.
    Malformed,
    /// The scan was interrupted before the call.
    Interrupted,
    /// A limit that the user or palisade sets on the work (size, number, calls) was reached.
    Budget,
    /// The user asked palisade not to look: an excluded account or region, or `--no-state-content`.
    OutOfScope,
}

impl GapKind {
    /// The kind's name in every format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::DeniedByScp => "denied_by_scp",
            Self::RegionDenied => "region_denied",
            Self::Throttled => "throttled",
            Self::Timeout => "timeout",
            Self::Malformed => "malformed",
            Self::Interrupted => "interrupted",
            Self::Budget => "budget",
            Self::OutOfScope => "out_of_scope",
        }
    }
}

/// One thing that could not be read, and why. It makes verdicts `unknown`; it never makes one pass.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The closed kind.
    pub kind: GapKind,
    /// The API operation that did not answer, or that was not made.
    pub operation: Operation,
    /// AWS's error code, where there was one.
    pub code: Option<String>,
    /// What happened, as AWS or palisade says it; at most 1,000 characters.
    pub message: String,
    /// How many times the call was tried; 0 where it was never made.
    pub attempts: u32,
    /// AWS's request id of the last try.
    pub request_id: Option<String>,
}

/// The longest message that a gap keeps, in characters.
pub const MESSAGE_LIMIT: usize = 1_000;

impl Gap {
    /// A gap for a call that was never made.
    #[must_use]
    pub fn not_made(kind: GapKind, operation: Operation, message: impl Into<String>) -> Self {
        let message: String = message.into();
        Self {
            kind,
            operation,
            code: None,
            message: message.chars().take(MESSAGE_LIMIT).collect(),
            attempts: 0,
            request_id: None,
        }
    }
}

/// The outcome for one whole (account, region, collection).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Collected<T> {
    /// Read to its end.
    Read(Read<T>),
    /// The service has no endpoint in this region or partition: a fact, not a gap.
    NotOffered {
        /// When that was found out.
        read_at: Timestamp,
    },
    /// Not read, or not to its end.
    Gap(Gap),
}

/// A complete answer and when it was read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Read<T> {
    /// When the last page arrived. Ages are judged at this time.
    pub read_at: Timestamp,
    /// What was read, complete.
    pub value: T,
}

impl<T> Collected<T> {
    /// A complete answer.
    pub fn read(read_at: Timestamp, value: T) -> Self {
        Self::Read(Read { read_at, value })
    }

    /// The complete answer, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Read(read) => Some(&read.value),
            Self::NotOffered { .. } | Self::Gap(_) => None,
        }
    }

    /// The complete answer, to change.
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Read(read) => Some(&mut read.value),
            Self::NotOffered { .. } | Self::Gap(_) => None,
        }
    }

    /// The gap, where it is one.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Gap(gap) => Some(gap),
            Self::Read(_) | Self::NotOffered { .. } => None,
        }
    }

    /// When it was read, or found not to be offered.
    pub fn read_at(&self) -> Option<Timestamp> {
        match self {
            Self::Read(read) => Some(read.read_at),
            Self::NotOffered { read_at } => Some(*read_at),
            Self::Gap(_) => None,
        }
    }
}

impl<T> Collected<Vec<T>> {
    /// The items; none where the service is not offered or the collection is a gap. Ask [`Self::gap`] as well.
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }
}

/// The outcome of one call about one item (a bucket's versioning, a key's policy). "Not configured" is a
/// `Value(None)` of an `Answer<Option<T>>`: a fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer<T> {
    /// AWS's answer.
    Value(T),
    /// No answer.
    Gap(Gap),
}

impl<T> Answer<T> {
    /// The answer, where there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Gap(_) => None,
        }
    }

    /// The gap, where it is one.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Gap(gap) => Some(gap),
            Self::Value(_) => None,
        }
    }
}

impl<T> From<Result<T, Gap>> for Answer<T> {
    fn from(result: Result<T, Gap>) -> Self {
        match result {
            Ok(value) => Self::Value(value),
            Err(gap) => Self::Gap(gap),
        }
    }
}
