//! Two scans to one comparison: what is new, fixed, unknown, waived, gone, and what moved the scores. Pure.
//!
//! Knows `model`, and of the rooms [`posture`](crate::posture) alone: what moved a score is told by scoring again.
//! The decision worth knowing: only a verdict that failed and *passes* is fixed. One that is waived, unknown, or not judged any
//! more is told as just that.

mod movement;
mod subjects;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::diff::{Change, Compared, DIFF_SCHEMA, Diff, DiffCounts, DiffSide, Gone, Verdict};
use crate::model::finding::{Finding, Status};
use crate::model::ids::{AccountId, Region};

/// What makes a finding the same finding in two scans. The number tells those apart that share all of it.
type Key<'a> = (Place<'a>, usize);

/// Check, account, region, ARN.
type Place<'a> = (&'a str, Option<&'a AccountId>, Option<&'a Region>, &'a str);

/// A verdict of the earlier scan beside the one of the later.
type Pair<'a> = (Option<&'a Finding>, Option<&'a Finding>);

/// Compares two scans.
#[must_use]
pub fn compare(old: &Compared<'_>, new: &Compared<'_>) -> Diff {
    let mut pairs: BTreeMap<Key<'_>, Pair<'_>> = BTreeMap::new();
    for (key, finding) in keyed(&old.findings) {
        pairs.entry(key).or_default().0 = Some(finding);
    }
    for (key, finding) in keyed(&new.findings) {
        pairs.entry(key).or_default().1 = Some(finding);
    }
    let later = Later::of(new);
    let whole = old.is_whole() && new.is_whole();
    let mut diff = Diff {
        schema: DIFF_SCHEMA.to_owned(),
        old: side(old),
        new: side(new),
        notes: notes(old, new),
        layers: movement::layers(old, new),
        counts: DiffCounts::default(),
        regressions: Vec::new(),
        unwaived: Vec::new(),
        now_unknown: Vec::new(),
        fixed: Vec::new(),
        waived: Vec::new(),
        changed: Vec::new(),
        gone: Vec::new(),
        not_told: Vec::new(),
        subjects_appeared: if whole { subjects::only(new, old, None) } else { Vec::new() },
        subjects_gone: if whole { subjects::only(old, new, Some(&later)) } else { Vec::new() },
    };
    for (was, is) in pairs.into_values() {
        let list = match became(was, is, old, new) {
            Became::Nothing => continue,
            Became::Same => {
                diff.counts.unchanged += 1;
                diff.counts.still_failing += usize::from(is.is_some_and(Finding::fails));
                diff.counts.still_unknown += usize::from(is.is_some_and(Finding::is_unknown));
                continue;
            }
            Became::New => &mut diff.regressions,
            Became::Unwaived => &mut diff.unwaived,
            Became::NowUnknown => &mut diff.now_unknown,
            Became::Fixed => &mut diff.fixed,
            Became::Waived => &mut diff.waived,
            Became::Changed => &mut diff.changed,
            Became::Gone => &mut diff.gone,
            Became::NotTold => &mut diff.not_told,
        };
        list.extend(change(was, is, &later));
    }
    for list in [
        &mut diff.regressions,
        &mut diff.unwaived,
        &mut diff.now_unknown,
        &mut diff.fixed,
        &mut diff.waived,
        &mut diff.changed,
        &mut diff.gone,
        &mut diff.not_told,
    ] {
        // The pairs came in order of check, account, region and ARN, and the sort keeps that.
        list.sort_by_key(|change| (change.severity, change.layer));
    }
    diff.counts = DiffCounts {
        regressions: diff.regressions.len(),
        unwaived: diff.unwaived.len(),
        now_unknown: diff.now_unknown.len(),
        fixed: diff.fixed.len(),
        waived: diff.waived.len(),
        changed: diff.changed.len(),
        gone: diff.gone.len(),
        not_told: diff.not_told.len(),
        ..diff.counts
    };
    diff
}

fn keyed(findings: &[Finding]) -> impl Iterator<Item = (Key<'_>, &Finding)> {
    let mut seen: BTreeMap<Place<'_>, usize> = BTreeMap::new();
    findings.iter().map(move |finding| {
        let key =
            (finding.check.as_str(), finding.account.as_ref(), finding.region.as_ref(), finding.subject.arn.as_str());
        let number = seen.entry(key).or_default();
        *number += 1;
        ((key, *number), finding)
    })
}

fn side(compared: &Compared<'_>) -> DiffSide {
    DiffSide {
        name: compared.name.clone(),
        taken_at: compared.taken_at,
        tool: compared.tool.clone(),
        scope: compared.scope.clone(),
        complete: compared.complete,
        score: compared.score,
        statuses: Status::ALL.iter().copied().filter(|status| compared.statuses.contains(status)).collect(),
        accounts: compared.accounts.clone(),
    }
}

/// What a pair of verdicts comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Became {
    Nothing,
    Same,
    New,
    Unwaived,
    NowUnknown,
    Fixed,
    Waived,
    Changed,
    Gone,
    NotTold,
}

fn became(was: Option<&Finding>, is: Option<&Finding>, old: &Compared<'_>, new: &Compared<'_>) -> Became {
    let Some(now) = is else {
        return match was {
            Some(was) if matters(was) && new.is_whole() => Became::Gone,
            Some(was) if matters(was) => Became::NotTold,
            _ => Became::Nothing,
        };
    };
    let Some(then) = was else {
        // A report that holds no verdicts of this status may hide that it was like this before.
        return match (now.status, now.waived.is_some()) {
            (Status::Pass | Status::NotApplicable, _) => Became::Nothing,
            (status, _) if !old.statuses.contains(&status) => Became::NotTold,
            (_, true) => Became::Waived,
            (Status::Fail, false) => Became::New,
            (Status::Unknown, false) => Became::NowUnknown,
        };
    };
    let bad = |finding: &Finding| matches!(finding.status, Status::Fail | Status::Unknown);
    match (then.waived.is_some(), now.waived.is_some()) {
        (false, true) => Became::Waived,
        (true, false) if bad(now) => Became::Unwaived,
        _ if then.status == now.status => {
            let told = |finding: &Finding| bad(finding).then(|| without_numbers(&finding.message));
            let same = (!bad(now) || then.severity == now.severity) && told(then) == told(now);
            if same { Became::Same } else { Became::Changed }
        }
        (true, true) => Became::Changed,
        _ => match (then.status, now.status) {
            (_, Status::Fail) => Became::New,
            (_, Status::Unknown) => Became::NowUnknown,
            (Status::Fail, Status::Pass) => Became::Fixed,
            _ => Became::Changed,
        },
    }
}

/// Whether anybody would ask what became of it.
fn matters(finding: &Finding) -> bool {
    matches!(finding.status, Status::Fail | Status::Unknown)
}

/// A sentence without its numbers: ages and counts grow by themselves, every night.
fn without_numbers(text: &str) -> String {
    text.chars().filter(|character| !character.is_ascii_digit()).collect()
}

fn change(was: Option<&Finding>, is: Option<&Finding>, later: &Later<'_>) -> Option<Change> {
    let shown = is.or(was)?;
    Some(Change {
        check: shown.check.clone(),
        layer: shown.layer,
        severity: shown.severity,
        account: shown.account.clone(),
        region: shown.region.clone(),
        subject: shown.subject.clone(),
        was: was.map(verdict),
        is: is.map(verdict),
        gone: is.is_none().then(|| later.gone(shown)),
    })
}

fn verdict(finding: &Finding) -> Verdict {
    Verdict {
        status: finding.status,
        severity: finding.severity,
        message: finding.message.clone(),
        waived: finding.waived.clone(),
    }
}

/// What the later scan tells about a verdict that it lacks.
struct Later<'a> {
    checks: BTreeSet<&'a str>,
    scanned: BTreeSet<&'a AccountId>,
    /// (check, account) whose subjects could not all be listed: the verdict stands for the account.
    hidden: BTreeSet<(&'a str, Option<&'a AccountId>)>,
}

impl<'a> Later<'a> {
    fn of(new: &'a Compared<'_>) -> Self {
        let unlisted =
            new.findings.iter().filter(|finding| finding.status == Status::Unknown && stands_for_account(finding));
        Self {
            checks: new.checks.iter().map(String::as_str).collect(),
            scanned: new.accounts.iter().filter(|account| account.scanned).map(|account| &account.id).collect(),
            hidden: unlisted.map(|finding| (finding.check.as_str(), finding.account.as_ref())).collect(),
        }
    }

    fn gone(&self, finding: &Finding) -> Gone {
        if !self.checks.contains(finding.check.as_str()) {
            Gone::CheckNotRun
        } else if finding.account.as_ref().is_some_and(|account| !self.scanned.contains(account)) {
            Gone::AccountNotRead
        } else if !stands_for_account(finding)
            && self.hidden.contains(&(finding.check.as_str(), finding.account.as_ref()))
        {
            Gone::MayBeHidden
        } else {
            Gone::SubjectGone
        }
    }
}

/// Whether the verdict is about an account as a whole, as one about unlisted subjects is.
fn stands_for_account(finding: &Finding) -> bool {
    finding.subject.kind == "account" && finding.region.is_none()
}

/// What a reader must know before believing the rest.
fn notes(old: &Compared<'_>, new: &Compared<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if !old.scope.reads_like(&new.scope) {
        notes.push(format!(
            "The two scans are not about the same: {} is about {}; {} is about {}.",
            old.name,
            old.scope.describe(),
            new.name,
            new.scope.describe()
        ));
    }
    if old.taken_at > new.taken_at {
        notes.push(format!("{} was taken after {}: the order is the one that was asked for.", old.name, new.name));
    }
    for side in [old, new] {
        if !side.is_whole() {
            let held: Vec<&str> = side.statuses.iter().map(|status| status.as_str()).collect();
            notes.push(format!(
                "{} holds only findings that are {}: what is not in it may be anything else, so that nothing is told of subjects that came or went, nor of what moved the scores.",
                side.name,
                if held.is_empty() { "of no status".to_owned() } else { held.join(" or ") }
            ));
        }
        if side.complete == Some(false) {
            notes.push(format!(
                "{} is not complete: some of what it did not read a further try might have read.",
                side.name
            ));
        }
    }
    let run = |side: &Compared<'_>| side.checks.iter().cloned().collect::<BTreeSet<String>>();
    let (before, now) = (run(old), run(new));
    for (side, only) in [(old, before.difference(&now)), (new, now.difference(&before))] {
        let only: Vec<&str> = only.map(String::as_str).collect();
        if !only.is_empty() {
            notes.push(format!("Only {} ran {}.", side.name, only.join(", ")));
        }
    }
    if old.tool != new.tool {
        notes.push(format!("{} was judged by {}, {} by {}.", old.name, old.tool, new.name, new.tool));
    }
    notes
}

#[cfg(test)]
mod tests;
