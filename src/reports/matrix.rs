//! The control matrix of a framework: control → checks → results → evidence, and what of it no check speaks to.
//!
//! A control is never called met: palisade sees the part of it that an organization's AWS settings show.

mod json;
mod pages;
mod table;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use json::FrameworkV1;
pub use json::{file_name, write as write_json, write_all as write_json_all};
pub use pages::markdown;
pub use table::write as write_table;

use crate::model::finding::{Finding, Status};
use crate::model::framework::{RelevantControl, framework_title, relevant_controls};
use crate::model::posture::{CheckSummary, Counts};

/// How a control stands, by the verdicts of its checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// A verdict fails.
    Fails,
    /// None fails, but one is unknown.
    Unknown,
    /// What fails or is unknown is waived.
    Waived,
    /// Every verdict that concerns its subject passes.
    Holds,
    /// No verdict concerns its subject, or nothing was judged.
    NotApplicable,
    /// No check speaks to it.
    NoCheck,
}

impl Standing {
    /// The word used in every format.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Unknown => "unknown",
            Self::Waived => "waived",
            Self::Holds => "holds",
            Self::NotApplicable => "not_applicable",
            Self::NoCheck => "no_check",
        }
    }

    fn of(counts: &Counts) -> Self {
        match counts {
            Counts { failed: 1.., .. } => Self::Fails,
            Counts { unknown: 1.., .. } => Self::Unknown,
            Counts { waived: 1.., .. } => Self::Waived,
            Counts { passed: 1.., .. } => Self::Holds,
            _ => Self::NotApplicable,
        }
    }
}

/// A control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// Its id in the framework.
    pub id: String,
    /// What it asks for, where it is among the relevant ones.
    pub relevant: Option<&'static RelevantControl>,
    /// The checks that speak to it, in order of id.
    pub checks: Vec<String>,
    /// Their verdicts together.
    pub counts: Counts,
    /// How it stands.
    pub standing: Standing,
}

/// A check in the matrix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixCheck {
    /// What passes.
    pub title: String,
    /// Its severity.
    pub severity: &'static str,
    /// Its verdicts.
    pub counts: Counts,
    /// The places in the posture's findings of those that fail, are unknown, or are waived.
    pub open: Vec<usize>,
    /// The places of its first finding and behind its last.
    pub findings: (usize, usize),
}

/// The matrix of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// Its key.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether verdicts were counted in; otherwise it says only which check speaks to what.
    pub judged: bool,
    /// Its controls, in the framework's order.
    pub controls: Vec<Control>,
    /// Its checks, by id.
    pub checks: BTreeMap<String, MatrixCheck>,
}

impl Matrix {
    /// The matrix of these checks; with findings, in the order of check, how each control stands.
    #[must_use]
    pub fn new(id: &str, checks: &[CheckSummary], findings: Option<&[Finding]>) -> Self {
        let speaking: Vec<&CheckSummary> = checks.iter().filter(|check| check.frameworks.contains_key(id)).collect();
        let judged: BTreeMap<String, MatrixCheck> =
            speaking.iter().map(|check| (check.id.clone(), of_check(check, findings.unwrap_or_default()))).collect();
        let relevant = relevant_controls(id);
        let named = speaking.iter().flat_map(|check| check.frameworks.get(id).into_iter().flatten());
        let ids: BTreeSet<&str> =
            named.map(String::as_str).chain(relevant.iter().map(|one| one.control.as_str())).collect();
        let mut controls: Vec<Control> = ids
            .into_iter()
            .map(|control| {
                let speaks = |check: &&&CheckSummary| {
                    check.frameworks.get(id).is_some_and(|controls| controls.iter().any(|one| one == control))
                };
                let checks: Vec<String> = speaking.iter().filter(speaks).map(|check| check.id.clone()).collect();
                let counts = sum(checks.iter().filter_map(|check| judged.get(check)).map(|check| &check.counts));
                let standing = if checks.is_empty() { Standing::NoCheck } else { Standing::of(&counts) };
                let relevant = relevant.iter().find(|one| one.control == control).copied();
                Control { id: control.to_owned(), relevant, checks, counts, standing }
            })
            .collect();
        controls.sort_by_cached_key(|control| natural(&control.id));
        Self {
            id: id.to_owned(),
            title: framework_title(id).to_owned(),
            judged: findings.is_some(),
            controls,
            checks: judged,
        }
    }

    /// The relevant controls that no check speaks to.
    pub fn lacking(&self) -> impl Iterator<Item = &Control> {
        self.controls.iter().filter(|control| control.standing == Standing::NoCheck)
    }

    /// How many controls stand so.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.controls.iter().filter(|control| control.standing == standing).count()
    }
}

/// Every framework that palisade knows, and those of one's own that these checks name, in that order.
#[must_use]
pub fn frameworks(checks: &[CheckSummary]) -> Vec<String> {
    let known: Vec<String> = crate::model::framework::FRAMEWORKS.iter().map(|(id, _)| (*id).to_owned()).collect();
    let own: BTreeSet<&String> =
        checks.iter().flat_map(|check| check.frameworks.keys()).filter(|id| !known.contains(id)).collect();
    let own: Vec<String> = own.into_iter().cloned().collect();
    known.into_iter().chain(own).collect()
}

fn of_check(check: &CheckSummary, findings: &[Finding]) -> MatrixCheck {
    let start = findings.partition_point(|finding| finding.check < check.id);
    let mut end = start;
    let (mut counts, mut open) = (Counts::default(), Vec::new());
    for (at, finding) in findings.iter().enumerate().skip(start).take_while(|(_, finding)| finding.check == check.id) {
        end = at + 1;
        let count = match finding.status {
            _ if finding.waived.is_some() => &mut counts.waived,
            Status::Fail => &mut counts.failed,
            Status::Unknown => &mut counts.unknown,
            Status::Pass => &mut counts.passed,
            Status::NotApplicable => &mut counts.not_applicable,
        };
        *count += 1;
        if matches!(finding.status, Status::Fail | Status::Unknown) {
            open.push(at);
        }
    }
    MatrixCheck { title: check.title.clone(), severity: check.severity.as_str(), counts, open, findings: (start, end) }
}

fn sum<'a>(all: impl Iterator<Item = &'a Counts>) -> Counts {
    all.fold(Counts::default(), |sum, one| Counts {
        passed: sum.passed + one.passed,
        failed: sum.failed + one.failed,
        unknown: sum.unknown + one.unknown,
        not_applicable: sum.not_applicable + one.not_applicable,
        waived: sum.waived + one.waived,
    })
}

/// A key by which `Art. 9(4)` stands before `Art. 12(1)`.
fn natural(id: &str) -> Vec<(u64, String)> {
    let mut key = Vec::new();
    let mut rest = id;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(words);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        key.push((0, word.to_owned()));
        key.push((number.parse().unwrap_or(0), String::new()));
        rest = after;
    }
    key
}

#[cfg(test)]
mod tests;
