//! The Rego checks: loading them, running them, enforcing their contract. The only room that names regorus.
//!
//! Knows `model` alone. The decision worth knowing: the engine, not the author of a check, guarantees honesty. Every
//! subject gets exactly one verdict, and a gap turns a verdict that it could change into `unknown`.
//!
//! # Adding a check
//!
//! A check is one file, `checks/<layer>/<name>.rego`, with its tests beside it in `<name>_test.rego`; one's own checks lie
//! in a directory of the same shape, given with `--checks DIR`, with the same rights and duties. Rules that several share
//! go to `lib/<name>.rego` (package `palisade.lib.<name>`). Id, path and package are one name: `deletion-dynamodb-protected`
//! is `deletion/dynamodb_protected.rego` in package `palisade.deletion.dynamodb_protected`.
//!
//! Before its package stands OPA's `# METADATA` block: `title` (what passes), `description`, `related_resources`, and
//! under `custom`:
//!
//! - `id`, `layer`, `severity` (critical, high, medium, low);
//! - `subject`: the kind, or list of kinds, of thing that gets a verdict (`SubjectKind`);
//! - `needs`: the collections that the verdict rests on. Gaps in these count, gaps elsewhere do not; they also feed
//!   `palisade permissions`;
//! - `evidence`: how gaps count. `each`: one gap makes the verdict unknown and the Rego is not run. `exists` (a pass needs
//!   one witness): a fail with a gap is unknown. `forall` (a pass needs all): a pass with a gap is unknown;
//! - `facts`: the paths of the subject that the finding shows;
//! - `remediation`: `terraform` and `cli`, never the console, and a `note` where something has to be known before;
//! - `frameworks`: framework → control ids ([`FRAMEWORKS`]; keys of one's own start with `x_`).
//!
//! The rule `verdict` gives `{"status": …, "message": …}` and, where a failure is worse or better here than the check's
//! severity, `"severity"`. `custom.severity_outside_production` is the milder severity of every verdict on a subject whose
//! environment is known and is not production. `status` is `pass`, `fail`, `not_applicable`, or `unknown` where the author knows that what was
//! read cannot decide. `message` is a full sentence for a person, with the numbers. It reads `input.subject` (the fact,
//! `model/facts`) and `data.config` (the settings). Undefined, an error, another status, a missing message: `unknown`.
//!
//! A check of plans is `plan/<name>.rego`, id `plan-<name>`, subject `planned_change`: it judges each change of a plan, joined with
//! what is known of what it is about, and is run by `palisade ready --plan` alone. Its `layer` is the one that it keeps from being
//! weakened. It counts in no scan and no score.
//!
//! Two traps of Rego turn the unread into a pass: `null` is *true* as a condition, so write `x == true`; and `null < 36`
//! holds, so ask `is_number(x)` before comparing. A third is emptiness: an empty list is no proof where what fills it could
//! not be read; the engine looks after passes and failures, and a check that calls something empty `not_applicable` asks
//! `words.unread` itself. What is not applicable by class or environment is unknown where the tags were not read.
//!
//! No network, clock, chance or environment; a time limit; a name under `data` that leads nowhere is refused, because `not`
//! of undefined is true. Stock `opa test checks` runs the same tests: `checks/config/` holds the default settings as
//! `data.config` for it.

mod embedded;
mod error;
mod gaps;
mod index;
mod judge;
mod load;
mod metadata;
mod names;
mod rego;
mod sandbox;
mod testing;
mod verdict;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

pub use error::{CheckError, CheckErrors, Problem};
pub use index::index;
pub use load::{Check, CheckSource};
pub use metadata::{EvidenceKind, Metadata, Remediation};

pub use crate::model::framework::FRAMEWORKS;
pub use testing::{TestResult, test_all};

use crate::model::facts::{Facts, SubjectKind};
use crate::model::finding::{Finding, Layer, Severity};
use crate::model::posture::{CheckSummary, RemediationSummary};
use crate::model::settings::Settings;

/// Which checks to run. An empty list takes all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Layers.
    pub layers: Vec<Layer>,
    /// Ids.
    pub checks: Vec<String>,
    /// Severities, as the check declares them: a verdict may still be milder.
    pub severities: Vec<Severity>,
}

impl Selection {
    /// Whether a check is selected.
    #[must_use]
    pub fn takes(&self, check: &Check) -> bool {
        let metadata = &check.metadata;
        (self.layers.is_empty() || self.layers.contains(&metadata.layer))
            && (self.checks.is_empty() || self.checks.contains(&metadata.id))
            && (self.severities.is_empty() || self.severities.contains(&metadata.severity))
    }
}

/// An id that no check has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", unknown_check(id, *agreed, near.as_deref()))]
pub struct UnknownCheck {
    /// The id as given.
    pub id: String,
    /// Whether it was agreed on, but is not judged by this version.
    pub agreed: bool,
    /// The nearest id there is.
    pub near: Option<String>,
}

fn unknown_check(id: &str, agreed: bool, near: Option<&str>) -> String {
    match near {
        _ if agreed => format!("the check {id} is agreed on, but this version does not judge it"),
        Some(near) => format!("there is no check {id:?}; did you mean {near}?"),
        None => format!("there is no check {id:?}; `palisade checks list` names them all"),
    }
}

/// The checks, compiled.
#[derive(Debug, Clone)]
pub struct Library {
    checks: Vec<Check>,
    plan: Vec<Check>,
}

impl Library {
    /// Palisade's own checks and those in the given directories.
    ///
    /// # Errors
    ///
    /// [`CheckErrors`] with everything that is wrong with any of them, by file and line.
    pub fn load(directories: &[PathBuf]) -> Result<Self, CheckErrors> {
        Ok(Self::of(load::load(directories)?))
    }

    /// Checks of plans are judged with a plan alone, and stand apart from those of what is there.
    fn of(checks: Vec<Check>) -> Self {
        let of_plans = |check: &Check| check.metadata.subjects.contains(&SubjectKind::PlannedChange);
        let (plan, checks) = checks.into_iter().partition(of_plans);
        Self { checks, plan }
    }

    /// The texts that [`Library::load`] compiles of the same directories.
    ///
    /// # Errors
    ///
    /// [`CheckErrors`] where a file cannot be read.
    pub fn sources(directories: &[PathBuf]) -> Result<Vec<CheckSource>, CheckErrors> {
        load::sources(directories)
    }

    /// The checks of these texts and no others: not even palisade's own, unless they are among them.
    ///
    /// # Errors
    ///
    /// As [`Library::load`].
    pub fn from_sources(sources: &[CheckSource]) -> Result<Self, CheckErrors> {
        Ok(Self::of(load::load_texts(sources)?))
    }

    /// The checks, in order of id.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// The checks of plans, in order of id.
    #[must_use]
    pub fn plan_checks(&self) -> &[Check] {
        &self.plan
    }

    /// One check, or one of plans.
    ///
    /// # Errors
    ///
    /// [`UnknownCheck`] with the nearest id.
    pub fn any(&self, id: &str) -> Result<&Check, UnknownCheck> {
        match self.plan.iter().find(|check| check.metadata.id == id) {
            Some(check) => Ok(check),
            None if id.starts_with("plan-") => Err(UnknownCheck {
                id: id.chars().take(80).collect(),
                agreed: false,
                near: nearest(id, self.plan.iter().map(|check| check.metadata.id.as_str())).map(str::to_owned),
            }),
            None => self.check(id),
        }
    }

    /// Judges the planned changes among the facts by every check of plans.
    #[must_use]
    pub fn judge_plan(&self, facts: &Facts, settings: &Settings) -> Vec<Finding> {
        judge::judge(&self.plan, facts, settings, &Selection::default())
    }

    /// One check.
    ///
    /// # Errors
    ///
    /// [`UnknownCheck`] with the nearest id.
    pub fn check(&self, id: &str) -> Result<&Check, UnknownCheck> {
        self.checks.iter().find(|check| check.metadata.id == id).ok_or_else(|| UnknownCheck {
            id: id.chars().take(80).collect(),
            agreed: self.not_judged().iter().any(|later| later == id),
            near: nearest(id, self.checks.iter().map(|check| check.metadata.id.as_str())).map(str::to_owned),
        })
    }

    /// Judges every subject by every selected check of its kind: exactly one finding for each, and one `unknown` for each
    /// account whose subjects could not be listed. Sorted by check, account, region, ARN.
    #[must_use]
    pub fn judge(&self, facts: &Facts, settings: &Settings, selection: &Selection) -> Vec<Finding> {
        judge::judge(&self.checks, facts, settings, selection)
    }

    /// The ids of checks that are agreed but not in this version, in order.
    #[must_use]
    pub fn not_judged(&self) -> Vec<String> {
        index::not_judged(&self.checks)
    }
}

impl Check {
    /// What reports tell of it.
    #[must_use]
    pub fn summary(&self) -> CheckSummary {
        let Remediation { note, terraform, cli } = &self.metadata.remediation;
        CheckSummary {
            id: self.metadata.id.clone(),
            layer: self.metadata.layer,
            severity: self.metadata.severity,
            title: self.metadata.title.clone(),
            description: self.metadata.description.trim().to_owned(),
            frameworks: self.metadata.frameworks.clone(),
            related: self.metadata.related_resources.clone(),
            remediation: RemediationSummary {
                note: note.as_deref().map(|note| note.trim().to_owned()),
                terraform: terraform.trim_end().to_owned(),
                cli: cli.trim_end().to_owned(),
            },
        }
    }
}

/// The known word nearest to one that is not known, where one is near.
fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
