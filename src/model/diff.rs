//! What became of one scan's verdicts in another.

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::finding::{Finding, Layer, Severity, Status, SubjectSummary};
use super::history::{KeptScan, Scan, ScanScope};
use super::ids::{AccountId, Region};
use super::posture::{AccountSummary, Counts, LayerPosture, Posture, Score};
use super::waiver::Waived;

/// The version of the format.
pub const DIFF_SCHEMA: &str = "palisade.diff/1";

/// A scan as it is compared: kept, read from a report, or just judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared<'a> {
    /// What it is called: a scan's id or a file's name.
    pub name: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// The palisade that judged.
    pub tool: String,
    /// What it was about. Of a report, the selection of checks is not known.
    pub scope: ScanScope,
    /// Whether a further try could not have read more; absent where that is not known.
    pub complete: Option<bool>,
    /// The overall score.
    pub score: Option<Score>,
    /// The five layers.
    pub layers: Vec<LayerPosture>,
    /// The accounts.
    pub accounts: Vec<AccountSummary>,
    /// The checks that were run.
    pub checks: Vec<String>,
    /// The statuses that `findings` holds; a report may hold some alone.
    pub statuses: Vec<Status>,
    /// The verdicts.
    pub findings: Cow<'a, [Finding]>,
}

impl Compared<'_> {
    /// Whether every verdict is there.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        Status::ALL.iter().all(|status| self.statuses.contains(status))
    }
}

impl From<KeptScan> for Compared<'static> {
    fn from(kept: KeptScan) -> Self {
        let KeptScan { scan, findings } = kept;
        Self {
            name: scan.id,
            taken_at: scan.taken_at,
            tool: scan.tool,
            scope: scan.scope,
            complete: Some(scan.complete),
            score: scan.score,
            layers: scan.layers,
            accounts: scan.accounts,
            checks: scan.checks,
            statuses: Status::ALL.to_vec(),
            findings: Cow::Owned(findings),
        }
    }
}

impl<'a> Compared<'a> {
    /// The posture that was just judged; `scan` is what is or would be kept of it.
    #[must_use]
    pub fn posture(posture: &'a Posture, scan: &Scan) -> Self {
        Self {
            name: scan.id.clone(),
            taken_at: posture.taken_at,
            tool: posture.tool.clone(),
            scope: scan.scope.clone(),
            complete: Some(scan.complete),
            score: posture.score,
            layers: posture.layers.clone(),
            accounts: posture.accounts.clone(),
            checks: scan.checks.clone(),
            statuses: Status::ALL.to_vec(),
            findings: Cow::Borrowed(&posture.findings),
        }
    }
}

/// What became of one scan's verdicts in another. Lists are sorted worst first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "palisade.diff/1")]
pub struct Diff {
    /// The format's version: [`DIFF_SCHEMA`].
    pub schema: String,
    /// The earlier scan.
    pub old: DiffSide,
    /// The later one.
    pub new: DiffSide,
    /// What a reader must know before believing the rest.
    pub notes: Vec<String>,
    /// The five layers, with what moved their scores.
    pub layers: Vec<LayerMovement>,
    /// How many verdicts stand in each list.
    pub counts: DiffCounts,
    /// They fail and did not before; nobody accepts that. Those of subjects that were not there before among them.
    pub regressions: Vec<Change>,
    /// They were waived and are so no longer: they fail or are unknown.
    pub unwaived: Vec<Change>,
    /// They are unknown and were not before.
    pub now_unknown: Vec<Change>,
    /// They failed and pass.
    pub fixed: Vec<Change>,
    /// They fail or are unknown, and are waived since. That is not fixed.
    pub waived: Vec<Change>,
    /// They changed otherwise: why they fail, how bad that is, or from one status to another.
    pub changed: Vec<Change>,
    /// They failed, were unknown or waived, and are not judged now. That is not fixed either.
    pub gone: Vec<Change>,
    /// They failed, were unknown or waived; or are so now; and what became of them cannot be told, because a report
    /// holds only some statuses.
    pub not_told: Vec<Change>,
    /// The subjects that only the later scan judged, in order of account, region and ARN.
    pub subjects_appeared: Vec<SubjectChange>,
    /// The subjects that only the earlier scan judged.
    pub subjects_gone: Vec<SubjectChange>,
}

/// A scan in the head of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DiffSide {
    /// What it is called: a scan's id or a file's name.
    pub name: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// The palisade that judged.
    pub tool: String,
    /// What it was about.
    pub scope: ScanScope,
    /// Whether a further try could not have read more; null where that is not known.
    pub complete: Option<bool>,
    /// The overall score.
    pub score: Option<Score>,
    /// The statuses that it holds.
    pub statuses: Vec<Status>,
    /// The accounts.
    pub accounts: Vec<AccountSummary>,
}

/// How many verdicts stand in each list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DiffCounts {
    /// `regressions`
    pub regressions: usize,
    /// `unwaived`
    pub unwaived: usize,
    /// `now_unknown`
    pub now_unknown: usize,
    /// `fixed`
    pub fixed: usize,
    /// `waived`
    pub waived: usize,
    /// `changed`
    pub changed: usize,
    /// `gone`
    pub gone: usize,
    /// `not_told`
    pub not_told: usize,
    /// Verdicts that are as they were.
    pub unchanged: usize,
    /// Of those, how many fail and are not waived.
    pub still_failing: usize,
    /// Of those, how many are unknown and not waived.
    pub still_unknown: usize,
}

/// A verdict's way.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// The check's id.
    pub check: String,
    /// Its layer.
    pub layer: Layer,
    /// How bad a failure is: now, or where it is not judged now, before.
    pub severity: Severity,
    /// The subject's account; null for the organization.
    pub account: Option<AccountId>,
    /// The subject's region; null for global things.
    pub region: Option<Region>,
    /// What is judged.
    pub subject: SubjectSummary,
    /// What it was; null where it was not judged.
    pub was: Option<Verdict>,
    /// What it is; null where it is not judged.
    pub is: Option<Verdict>,
    /// Why it is not judged now; null where it is.
    pub gone: Option<Gone>,
}

/// A verdict at one time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// How bad a failure was then.
    pub severity: Severity,
    /// Why, as a sentence.
    pub message: String,
    /// The waiver that covered it.
    pub waived: Option<Waived>,
}

/// Why a verdict is not there any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Gone {
    /// The check was not run.
    CheckNotRun,
    /// The account was not read.
    AccountNotRead,
    /// The check could not list all its subjects there: this one may be hidden.
    MayBeHidden,
    /// The subject is not there any more, or does not concern the check.
    SubjectGone,
}

impl Gone {
    /// The reason as words that follow a name.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::CheckNotRun => "its check was not run",
            Self::AccountNotRead => "its account was not read",
            Self::MayBeHidden => "not seen: its like could not all be listed, it may still be there",
            Self::SubjectGone => "no longer there",
        }
    }
}

/// A subject that one of two scans judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SubjectChange {
    /// Its account; null for the organization.
    pub account: Option<AccountId>,
    /// Its region; null for global things.
    pub region: Option<Region>,
    /// What it is.
    pub subject: SubjectSummary,
    /// Its verdicts.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why it is not judged now; null where it is.
    pub gone: Option<Gone>,
}

/// A layer's score in both scans.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LayerMovement {
    /// Which layer.
    pub id: Layer,
    /// Its title.
    pub title: String,
    /// Its score before; null where nothing in it was judged.
    pub old: Option<Score>,
    /// Its score now.
    pub new: Option<Score>,
    /// Whether a failing critical guardrail holds the score of now at its cap: other changes do not show in it.
    pub capped: bool,
    /// The guardrails whose verdicts changed, worst first. Each one's change is made after those before it, so that they
    /// add up to the layer's. Null where it cannot be computed: a report holds only some statuses.
    pub moved_by: Option<Vec<Mover>>,
}

/// A guardrail whose verdicts changed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mover {
    /// The check's id.
    pub check: String,
    /// The worst severity among its verdicts.
    pub severity: Severity,
    /// Its verdicts before; null where it was not run.
    pub old: Option<Counts>,
    /// Its verdicts now; null where it was not run.
    pub new: Option<Counts>,
    /// By how many points it moved the layer's low end; null where the layer has no score before or after it.
    pub low: Option<f64>,
    /// By how many points it moved the layer's high end.
    pub high: Option<f64>,
}
