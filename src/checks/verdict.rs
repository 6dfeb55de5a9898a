//! What a rule gave, made total: whatever it gave, one verdict comes out, and nothing but a well-formed pass is a pass.

use serde::Deserialize;

use super::rego::Outcome;
use crate::model::finding::{Severity, Status};

/// One verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) status: Status,
    pub(super) message: String,
    pub(super) severity: Option<Severity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    status: Status,
    message: String,
    severity: Option<Severity>,
}

impl Verdict {
    /// A verdict of the engine's own.
    pub(super) fn unknown(message: String) -> Self {
        Self { status: Status::Unknown, message, severity: None }
    }

    /// From what the rule gave.
    pub(super) fn of(outcome: Outcome) -> Self {
        let value = match outcome {
            Outcome::Value(value) => value,
            Outcome::Undefined => {
                return Self::unknown(
                    "Not judged: no rule of the check applied to what was read of this subject.".to_owned(),
                );
            }
            Outcome::Error(error) => {
                return Self::unknown(format!("Not judged: the check ended in an error: {error}."));
            }
        };
        match serde_json::from_value::<Raw>(value) {
            Ok(raw) if raw.message.trim().is_empty() => {
                Self::unknown(format!("Not judged: the check gave {} without a message.", raw.status))
            }
            Ok(raw) => Self { status: raw.status, message: raw.message, severity: raw.severity },
            Err(error) => Self::unknown(format!("Not judged: the check gave no well-formed verdict: {error}.")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_a_well_formed_verdict_counts() {
        let status = |value| Verdict::of(Outcome::Value(value)).status;
        assert_eq!(status(json!({"status": "pass", "message": "It holds."})), Status::Pass);
        assert_eq!(status(json!({"status": "unknown", "message": "Nobody can say."})), Status::Unknown);
        for broken in [
            json!(true),
            json!("pass"),
            json!({"status": "pass"}),
            json!({"status": "pass", "message": " "}),
            json!({"status": "passed", "message": "x"}),
            json!({"status": "pass", "message": "x", "extra": 1}),
            json!({"status": "pass", "message": "x", "severity": "terrible"}),
            json!({"status": ["pass"], "message": "x"}),
        ] {
            assert_eq!(status(broken.clone()), Status::Unknown, "{broken}");
        }
        assert_eq!(Verdict::of(Outcome::Undefined).status, Status::Unknown);
        assert_eq!(Verdict::of(Outcome::Error("loop".to_owned())).status, Status::Unknown);
    }

    #[test]
    fn the_severity_may_be_set() {
        let verdict = Verdict::of(Outcome::Value(json!({"status": "fail", "message": "x", "severity": "medium"})));
        assert_eq!(verdict.severity, Some(Severity::Medium));
    }
}
