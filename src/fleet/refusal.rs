//! What is answered instead of an answer: AWS's errors, and the failures that gaps are served as.
//!
//! The decision worth knowing: a gap is served as what would leave it. Its code and message are AWS's where AWS spoke; where
//! palisade itself said what was wrong, the same words are served without a code, so that scanning gives the same gap again.

use crate::model::gap::{Gap, GapKind};

/// An error answer, before it takes a protocol's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// HTTP's status; `None`: the protocol's own for a refused request (400, S3: 403 or 404 by code).
    pub(super) status: Option<u16>,
    /// AWS's error code; `None` where whoever answered gave none.
    pub(super) code: Option<String>,
    /// The words.
    pub(super) message: String,
    /// Headers that go with it.
    pub(super) headers: Vec<(&'static str, String)>,
    /// Further members of the error that some codes carry, such as S3's `BucketName`.
    pub(super) details: Vec<(&'static str, String)>,
    /// Whether the code is the protocol's own word for access denied, rather than [`Self::code`].
    pub(super) unseen: bool,
}

impl Refusal {
    /// A refusal with AWS's code.
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status: Some(status),
            code: Some(code.to_owned()),
            message: message.into(),
            headers: Vec::new(),
            details: Vec::new(),
            unseen: false,
        }
    }

    /// With a further member.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// With a header.
    #[must_use]
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// What the inventory does not say: whoever collected it did not look, so nobody may look here either.
    pub(super) fn unseen(what: &str) -> Self {
        let message = format!("the inventory that this endpoint serves says nothing about {what}");
        Self { unseen: true, ..Self::new(403, "AccessDenied", message) }
    }

    /// The failure that leaves this gap.
    ///
    /// A budget, an exclusion or an interruption is the scanner's own doing and no answer of AWS's: asked all the same, the
    /// endpoint refuses.
    pub(super) fn of(gap: &Gap) -> Self {
        let Gap { kind, code, message, operation: _, attempts: _, request_id: _ } = gap;
        let status = match (kind, code.as_deref()) {
            // The statuses that go with AWS's codes; without one the status alone tells what happened.
            (GapKind::Timeout, Some("InternalFailure" | "InternalError" | "InternalServerError")) => 500,
            (GapKind::Throttled, Some("SlowDown")) => 503,
            (GapKind::Throttled, Some("Throttling" | "ThrottlingException")) => 400,
            (
                GapKind::Denied
                | GapKind::DeniedByScp
                | GapKind::RegionDenied
                | GapKind::OutOfScope
                | GapKind::Budget
                | GapKind::Interrupted,
                _,
            ) => 403,
            (GapKind::Throttled, _) => 429,
            (GapKind::Timeout, _) => 503,
            (GapKind::Malformed, _) => 400,
        };
        Self {
            status: Some(status),
            code: code.clone(),
            message: message.clone(),
            headers: Vec::new(),
            details: Vec::new(),
            unseen: false,
        }
    }
}

impl From<&Gap> for Refusal {
    fn from(gap: &Gap) -> Self {
        Self::of(gap)
    }
}
