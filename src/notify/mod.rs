//! The one message after a scan: what changed, worst first. Knows `model` alone.
//!
//! It is sent whether or not anything changed: a night that says nothing could as well be one on which nothing ran. Names in it
//! come from AWS and are hostile in Slack as anywhere.

#[cfg(feature = "aws")]
mod deliver;
mod slack;
mod text;

use jiff::Timestamp;
use serde::Serialize;

#[cfg(feature = "aws")]
pub use deliver::{DeliveryError, post};
pub use slack::slack;
pub use text::{subject, text};

use crate::model::diff::{Change, Diff};
use crate::model::finding::{Finding, Severity, Status};
use crate::model::posture::{Posture, Score};

/// The version of the message as a webhook gets it.
pub const NOTICE_SCHEMA: &str = "palisade.notice/1";

/// The most verdicts that a message names; the report has all of them.
const NAMED: usize = 10;

/// What a scan has to tell.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Notice {
    /// The format's version: [`NOTICE_SCHEMA`].
    pub schema: &'static str,
    /// What was scanned: `organization o-…`, `account 111122223333`.
    pub scope: String,
    /// When the collection began.
    pub taken_at: Timestamp,
    /// The score.
    pub score: Option<Score>,
    /// The score before; absent where nothing was kept to compare with.
    pub score_before: Option<Score>,
    /// The id of the scan that this one was compared with.
    pub compared_with: Option<String>,
    /// How many verdicts fail now, nobody accepting them, by severity, worst first.
    pub failing: Vec<(Severity, usize)>,
    /// How many are unknown now.
    pub unknown: usize,
    /// How many are waived now.
    pub waived: usize,
    /// How many fail that did not before.
    pub new: usize,
    /// How many are unknown that were not before.
    pub now_unknown: usize,
    /// How many failed and pass.
    pub fixed: usize,
    /// What is worse than before, worst first; where nothing was kept before, what fails worst. At most ten.
    pub worst: Vec<Line>,
    /// How many more there are.
    pub more: usize,
    /// What a reader must know besides: gaps, waivers that end.
    pub notes: Vec<String>,
}

/// A verdict in a message.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// Whether it fails or is unknown.
    pub status: Status,
    /// How bad that is.
    pub severity: Severity,
    /// The check's id.
    pub check: String,
    /// The subject's name, or its id where it has none. Hostile input.
    pub subject: String,
    /// The account, as `shop 111122223333`. Hostile input.
    pub account: Option<String>,
    /// Why. Hostile input.
    pub message: String,
}

impl Notice {
    /// What is to be told of a posture, compared with what was kept before.
    #[must_use]
    pub fn of(posture: &Posture, diff: Option<&Diff>) -> Self {
        let failing = |severity: Severity| {
            posture.findings.iter().filter(|finding| finding.fails() && finding.severity == severity).count()
        };
        let failing: Vec<_> = Severity::ALL.iter().map(|one| (*one, failing(*one))).filter(|(_, n)| *n > 0).collect();
        let mut worst = match diff {
            Some(diff) => changed(diff, posture),
            None => standing(posture),
        };
        let more = worst.len().saturating_sub(NAMED);
        worst.truncate(NAMED);
        let counts = diff.map(|diff| diff.counts).unwrap_or_default();
        Self {
            schema: NOTICE_SCHEMA,
            scope: scope(posture),
            taken_at: posture.taken_at,
            score: posture.score,
            score_before: diff.and_then(|diff| diff.old.score),
            compared_with: diff.map(|diff| diff.old.name.clone()),
            failing,
            unknown: posture.findings.iter().filter(|finding| finding.is_unknown()).count(),
            waived: posture.findings.iter().filter(|finding| finding.waived.is_some()).count(),
            new: counts.regressions + counts.unwaived,
            now_unknown: counts.now_unknown,
            fixed: counts.fixed,
            worst,
            more,
            notes: notes(posture),
        }
    }

    /// Whether something is worse than before.
    #[must_use]
    pub const fn is_worse(&self) -> bool {
        self.new > 0 || self.now_unknown > 0
    }
}

fn scope(posture: &Posture) -> String {
    match (&posture.organization, posture.accounts.as_slice()) {
        (Some(organization), _) => format!("organization {}", organization.id),
        (None, [account]) => format!("account {}", account.id),
        (None, _) => format!("account {}", posture.caller.account),
    }
}

/// What is worse than before: failures first, each list worst first as the comparison has it.
fn changed(diff: &Diff, posture: &Posture) -> Vec<Line> {
    let mut changes: Vec<&Change> = diff.regressions.iter().chain(&diff.unwaived).chain(&diff.now_unknown).collect();
    let rank = |change: &&Change| {
        let is = change.is.as_ref();
        (is.map(|is| is.status), is.map_or(change.severity, |is| is.severity))
    };
    changes.sort_by_key(rank);
    let line = |change: &Change| {
        let is = change.is.as_ref()?;
        Some(Line {
            status: is.status,
            severity: is.severity,
            check: change.check.clone(),
            subject: named(&change.subject.name, &change.subject.arn),
            account: change.account.as_ref().map(|id| account(posture, id)),
            message: is.message.clone(),
        })
    };
    changes.into_iter().filter_map(line).collect()
}

/// What fails, worst first, production before the rest.
fn standing(posture: &Posture) -> Vec<Line> {
    let mut failing: Vec<&Finding> = posture.findings.iter().filter(|finding| finding.fails()).collect();
    let place = |finding: &&Finding| finding.subject.environment.as_deref() != Some("production");
    failing.sort_by_key(|finding| (finding.severity, place(finding), finding.layer));
    let line = |finding: &Finding| Line {
        status: finding.status,
        severity: finding.severity,
        check: finding.check.clone(),
        subject: named(&finding.subject.name, &finding.subject.arn),
        account: finding.account.as_ref().map(|id| account(posture, id)),
        message: finding.message.clone(),
    };
    failing.into_iter().map(line).collect()
}

fn named(name: &str, arn: &str) -> String {
    if name.is_empty() { arn.to_owned() } else { name.to_owned() }
}

fn account(posture: &Posture, id: &crate::model::ids::AccountId) -> String {
    let known = posture.accounts.iter().find(|account| account.id == *id);
    match known.and_then(|account| account.name.as_deref()) {
        Some(name) => format!("{name} {id}"),
        None => id.to_string(),
    }
}

fn notes(posture: &Posture) -> Vec<String> {
    use crate::model::waiver::WaiverStanding as Standing;
    let mut notes = Vec::new();
    match posture.gaps.len() {
        0 => {}
        1 => notes.push("1 thing could not be read: unknown is never a pass".to_owned()),
        gaps => notes.push(format!("{gaps} things could not be read: unknown is never a pass")),
    }
    for (standing, words) in [
        (Standing::Malformed, "have no date and waive nothing"),
        (Standing::Expired, "are over and waive nothing"),
        (Standing::Refused, "are refused in part"),
        (Standing::ExpiresSoon, "end within two weeks"),
    ] {
        let number = posture.waivers.iter().filter(|used| used.standing == standing).count();
        if number > 0 {
            notes.push(format!("waivers that {words}: {number}"));
        }
    }
    notes
}

#[cfg(test)]
mod tests;
