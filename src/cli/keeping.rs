//! Keeping a scan in the store, and measuring it against the last one. Whatever is wrong with the store is said and ends
//! nothing: the report is written and the exit code is the verdicts'.

use clap::Args;
use etcetera::BaseStrategy;

use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::remote_store::{Access, Copied, Opened, Where};
use super::terminal::Terminal;
use crate::checks::Selection;
use crate::config::FailOn;
use crate::diff::compare;
use crate::model::diff::{Change, Compared, Diff};
use crate::model::finding::Status;
use crate::model::history::{ScanScope, ScorePoint};
use crate::model::inventory::Inventory;
use crate::model::posture::Posture;
use crate::store::{Packed, Store};

/// Where a scan is kept.
#[cfg(feature = "aws")]
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Store")]
pub(super) struct KeepArgs {
    /// The file, or the object s3://bucket/key, in which scans are kept; otherwise palisade/store.db in the platform's data
    /// directory
    #[arg(long, value_name = "PLACE", value_parser = Where::new)]
    store: Option<Where>,
    /// Do not keep this scan
    #[arg(long, conflicts_with = "store")]
    no_store: bool,
    /// Exit 3 or 4 only for what is worse than in the last complete scan of the same scope
    #[arg(long, conflicts_with = "no_store")]
    fail_on_new: bool,
}

/// Where a judged inventory is kept, where that is wanted.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Store")]
pub(super) struct KeepIfArgs {
    /// Keep the verdicts in this file, or object s3://bucket/key, as a scan does; it is made where there is none
    #[arg(long, value_name = "PLACE", value_parser = Where::new)]
    store: Option<Where>,
    /// Exit 3 or 4 only for what is worse than in the last complete scan of the same scope
    #[arg(long, requires = "store")]
    fail_on_new: bool,
}

/// Where kept scans are looked up.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Store")]
pub(super) struct LookUpArgs {
    /// The file, or the object s3://bucket/key, in which scans are kept; otherwise palisade/store.db in the platform's data
    /// directory
    #[arg(long, value_name = "PLACE", value_parser = Where::new)]
    store: Option<Where>,
}

impl LookUpArgs {
    /// Opens the store to read.
    pub(super) fn open(&self) -> Result<LookedUp, CliError> {
        match self.store.clone().map_or_else(usual, Ok).map_err(CliError::NoDataDirectory)? {
            Where::File(path) => Ok(LookedUp { store: Store::open_to_read(&path)?, _copy: None }),
            Where::Object(object) => {
                let copy = Copied::fetch(&object, None, &Access::usual()?).map_err(CliError::RemoteStore)?;
                let store = Store::open_to_read(&copy.path)?;
                Ok(LookedUp { store, _copy: Some(copy) })
            }
        }
    }
}

/// A store open to read; a copy of an object lies as long as it is looked at.
pub(super) struct LookedUp {
    store: Store,
    _copy: Option<Copied>,
}

impl std::ops::Deref for LookedUp {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

/// How this run is kept.
#[derive(Debug, Clone, Default)]
pub(super) struct Keeping {
    /// Where; `None` is nowhere.
    place: Option<Result<Where, String>>,
    fail_on_new: bool,
}

#[cfg(feature = "aws")]
impl From<&KeepArgs> for Keeping {
    fn from(arguments: &KeepArgs) -> Self {
        let place = arguments.store.clone().map_or_else(usual, Ok);
        Self { place: (!arguments.no_store).then_some(place), fail_on_new: arguments.fail_on_new }
    }
}

impl From<&KeepIfArgs> for Keeping {
    fn from(arguments: &KeepIfArgs) -> Self {
        Self { place: arguments.store.clone().map(Ok), fail_on_new: arguments.fail_on_new }
    }
}

/// The store's usual place.
fn usual() -> Result<Where, String> {
    match etcetera::base_strategy::choose_native_strategy() {
        Ok(base) => Ok(Where::File(base.data_dir().join("palisade").join("store.db"))),
        Err(error) => Err(error.to_string()),
    }
}

/// A scan on its way into the store, with what was kept before it.
pub(super) struct Night<'a> {
    store: Option<Opened>,
    access: &'a Access,
    packed: Option<Packed>,
    fail_on_new: bool,
    /// The scores of the same scope that were kept before, oldest first.
    pub(super) scores: Vec<ScorePoint>,
    /// What became of the last complete scan of the same scope; `None` where there is none.
    pub(super) diff: Option<Diff>,
}

impl Keeping {
    /// Opens the store and looks up what was kept before.
    pub(super) fn begin<'a>(
        &self,
        inventory: &Inventory,
        posture: &Posture,
        selection: &Selection,
        access: &'a Access,
        terminal: Terminal,
    ) -> Night<'a> {
        let mut night =
            Night { store: None, access, packed: None, fail_on_new: self.fail_on_new, scores: Vec::new(), diff: None };
        let Some(place) = &self.place else { return night };
        let place = match place {
            Ok(place) => place,
            Err(why) => {
                night.not_kept(terminal, &format!("{}", CliError::NoDataDirectory(why.clone())));
                return night;
            }
        };
        let scope = ScanScope::of(posture, &selection.layers, &selection.checks, &selection.severities);
        let opened = files::inventory_sha256(inventory)
            .map_err(|error| error.to_string())
            .and_then(|sha256| Packed::new(posture, &scope, &sha256).map_err(|error| error.to_string()))
            .and_then(|packed| Ok((Opened::new(place, &posture.caller.account, access)?, packed)));
        let (opened, packed) = match opened {
            Ok(opened) => opened,
            Err(why) => {
                night.not_kept(terminal, &why);
                return night;
            }
        };
        night.look_back(&opened.store, &packed, posture, terminal);
        night.packed = Some(packed);
        night.store = Some(opened);
        night
    }
}

impl Night<'_> {
    fn not_kept(&self, terminal: Terminal, why: &str) {
        let measured =
            if self.fail_on_new { "; --fail-on-new has nothing to measure by, and every verdict counts" } else { "" };
        terminal.warning(&format!("this scan is not kept: {why}. The report and the exit code stand{measured}"));
    }

    fn look_back(&mut self, store: &Store, packed: &Packed, posture: &Posture, terminal: Terminal) {
        let looked = store.scores(&packed.scan().scope_id).and_then(|scores| Ok((scores, store.baseline(packed)?)));
        match looked {
            Err(error) => {
                let counts = if self.fail_on_new { ": --fail-on-new counts every verdict" } else { "" };
                terminal.warning(&format!("what was kept before cannot be read{counts}: {error}"));
            }
            Ok((scores, baseline)) => {
                self.scores = scores;
                for damaged in &baseline.damaged {
                    terminal.warning(damaged);
                }
                match baseline.scan {
                    Some(kept) => {
                        let diff = compare(&kept.into(), &Compared::posture(posture, packed.scan()));
                        if self.fail_on_new {
                            terminal.note(&measured(&diff));
                        }
                        self.diff = Some(diff);
                    }
                    None if self.fail_on_new => {
                        let earlier = match baseline.earlier {
                            0 => "no earlier scan of this scope is kept".to_owned(),
                            1 => "the one earlier scan of this scope is not complete".to_owned(),
                            some => format!("none of the {some} earlier scans of this scope is complete"),
                        };
                        terminal.note(&format!("--fail-on-new counts every verdict: {earlier}"));
                    }
                    None => {}
                }
            }
        }
    }

    /// The scores of the scope over time, this scan's the last; empty where nothing is kept.
    pub(super) fn curve(&self) -> Vec<ScorePoint> {
        let own = self.packed.as_ref().map(|packed| ScorePoint::from(packed.scan()));
        let before = self.scores.iter().filter(|point| own.as_ref().is_none_or(|own| own.scan != point.scan));
        before.cloned().chain(own.clone()).collect()
    }

    /// Keeps the scan.
    pub(super) fn end(&mut self, terminal: Terminal) {
        let (Some(opened), Some(packed)) = (self.store.take(), &self.packed) else { return };
        match opened.keep(packed, self.access) {
            Ok((added, place)) => {
                let word = if added.new { "kept as" } else { "is kept already, as" };
                terminal.note(&format!("{word} {} in {place}", added.scan.id));
            }
            Err(why) => {
                terminal.warning(&format!("this scan is not kept: {why}. The report and the exit code stand"));
            }
        }
    }

    /// The exit code: of what is worse than before, where that was asked for and there is a before; otherwise of all verdicts.
    pub(super) fn exit(&self, posture: &Posture, fail_on: FailOn) -> Exit {
        match &self.diff {
            Some(diff) if self.fail_on_new => regressions(diff, posture, fail_on),
            _ => Exit::of(posture, fail_on),
        }
    }
}

/// What `--fail-on-new` measured by, and what it found, in a line.
fn measured(diff: &Diff) -> String {
    let counts = &diff.counts;
    let (name, new) = (&diff.old.name, counts.regressions + counts.unwaived);
    format!(
        "measured against {name}: {new} new, {} now unknown, {} fixed; {} fail as before",
        counts.now_unknown, counts.fixed, counts.still_failing
    )
}

/// The exit code of what is worse.
fn regressions(diff: &Diff, posture: &Posture, fail_on: FailOn) -> Exit {
    let now = |change: &&Change, status: Status| {
        let is = change.is.as_ref().filter(|is| is.status == status && is.waived.is_none());
        is.is_some_and(|is| fail_on.counts(is.severity))
    };
    // What was not bad enough to count may be so now.
    let graver =
        diff.changed.iter().filter(|change| change.was.as_ref().is_some_and(|was| !fail_on.counts(was.severity)));
    let worse = || diff.regressions.iter().chain(&diff.unwaived).chain(&diff.now_unknown).chain(graver.clone());
    if worse().any(|change| now(&change, Status::Fail)) {
        Exit::Fails
    } else if worse().any(|change| now(&change, Status::Unknown)) || Exit::blind(posture, fail_on) {
        Exit::Unknown
    } else {
        Exit::Holds
    }
}
