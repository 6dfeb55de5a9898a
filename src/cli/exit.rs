//! The exit codes: one meaning each.

use std::process::ExitCode;

use crate::config::FailOn;
use crate::model::finding::Finding;
use crate::model::posture::Posture;

/// What the help of every command that judges says of its exit code.
pub(super) const HELP: &str = "\
Exit codes:
  0  holds: no guardrail at or above --fail-on fails or is unknown
  1  could not run (no credentials, no network, an unreadable file, a broken check)
  2  wrong usage (flags, palisade.toml)
  3  a guardrail at or above --fail-on fails
  4  none fails, but a verdict at or above --fail-on is unknown";

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// It holds, or nothing was judged because nothing was to be.
    Holds,
    /// It could not run.
    CouldNotRun,
    /// The arguments or the configuration are wrong.
    Usage,
    /// A guardrail fails at or above `--fail-on`.
    Fails,
    /// None fails, but a verdict at or above `--fail-on` is unknown.
    Unknown,
}

impl Exit {
    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::CouldNotRun => 1,
            Self::Usage => 2,
            Self::Fails => 3,
            Self::Unknown => 4,
        }
    }

    /// What the posture's verdicts say, from `fail_on` up.
    #[must_use]
    pub fn of(posture: &Posture, fail_on: FailOn) -> Self {
        let counted = || posture.findings.iter().filter(|finding| fail_on.counts(finding.severity));
        if counted().any(Finding::fails) {
            Self::Fails
        } else if counted().any(Finding::is_unknown) || Self::blind(posture, fail_on) {
            Self::Unknown
        } else {
            Self::Holds
        }
    }

    /// Not one verdict, and something could not be read: that nothing fails says nothing.
    pub(super) fn blind(posture: &Posture, fail_on: FailOn) -> bool {
        fail_on != FailOn::Never && posture.findings.is_empty() && !posture.gaps.is_empty()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
