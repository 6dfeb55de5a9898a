//! What would settle a gap: each kind of gap has one remedy, and reports group what is unknown by it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Gap, GapKind};
use super::operation::Operation;

/// One thing that would settle unknown verdicts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// The audit role cannot be entered.
    Enter,
    /// An SCP hides whole regions.
    OpenRegion,
    /// A permission is missing.
    Grant(Operation),
    /// An SCP denies a call.
    Exempt(Operation),
    /// The user left it out.
    Widen(Operation),
    /// It did not answer.
    Again(GapKind, Operation),
    /// It answered what palisade does not understand.
    Understand(Operation),
    /// A limit was reached.
    Raise(Operation),
}

impl Remedy {
    /// The remedy of a gap.
    #[must_use]
    pub fn of(gap: &Gap) -> Self {
        match gap.kind {
            GapKind::Denied | GapKind::DeniedByScp if gap.operation == Operation::StsAssumeRole => Self::Enter,
            GapKind::Denied => Self::Grant(gap.operation),
            GapKind::DeniedByScp => Self::Exempt(gap.operation),
            GapKind::RegionDenied => Self::OpenRegion,
            GapKind::Throttled | GapKind::Timeout | GapKind::Interrupted => Self::Again(gap.kind, gap.operation),
            GapKind::Malformed => Self::Understand(gap.operation),
            GapKind::Budget => Self::Raise(gap.operation),
            GapKind::OutOfScope => Self::Widen(gap.operation),
        }
    }

    /// What to do, in a sentence; `whom` is the role or caller that palisade reads as.
    #[must_use]
    pub fn sentence(&self, whom: &str) -> String {
        let permission = |operation: &Operation| match operation.actions() {
            [] => operation.to_string(),
            actions => actions.join(" and "),
        };
        match self {
            Self::Enter => format!(
                "{whom} cannot be assumed: create it there (palisade permissions --format cloudformation), or admit this caller in its trust policy"
            ),
            Self::OpenRegion => format!(
                "a region-deny policy hides these regions: exempt {whom} from it (palisade permissions prints the line), or, where nothing lies there, name them in [scope] treat_as_empty"
            ),
            Self::Grant(operation) => format!("grant {} to {whom}", permission(operation)),
            Self::Exempt(operation) => {
                format!("exempt {whom} from the service control policy that denies {}", permission(operation))
            }
            Self::Widen(operation) => format!("left out by the scope of this scan ({operation}): widen it"),
            Self::Again(why, operation) => {
                let why = why.as_str();
                format!("{operation} gave no answer ({why}): run again, with a lower --concurrency if it is throttled")
            }
            Self::Understand(operation) => {
                format!("{operation} answered what this version does not understand: see the message, or report it")
            }
            Self::Raise(operation) => format!("a limit on the work was reached at {operation}: narrow the scope"),
        }
    }
}
