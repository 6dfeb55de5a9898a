//! What judging needs, made ready before anything is read: configuration, checks, selection, output.

use std::path::Path;

use super::arguments::{ChecksArgs, Everywhere, FailArgs, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::Exit;
use super::keeping::Keeping;
use super::output::Output;
use super::remote_store::Access;
use super::terminal::Terminal;
use crate::analysis::{Asked, What, drill};
use crate::audit;
use crate::checks::{Library, Selection};
use crate::config::{self, Config, FailOn};
use crate::model::diff::Diff;
use crate::model::drill::Drill;
use crate::model::ids::AccountId;
use crate::model::inventory::Inventory;
use crate::model::posture::Posture;
use crate::model::sink::S3Place;
use crate::reports::html::{Extras, Rehearsed};

/// The configuration of this run.
pub(super) fn config(everywhere: &Everywhere) -> Result<Config, CliError> {
    Ok(config::load(everywhere.config.as_deref(), Path::new(""))?)
}

/// Palisade's checks and the further ones of the flags and the configuration.
pub(super) fn library(arguments: &ChecksArgs, config: &Config) -> Result<Library, CliError> {
    let directories: Vec<_> = arguments.checks.iter().chain(&config.checks).cloned().collect();
    Ok(Library::load(&directories)?)
}

/// The most resources that a page rehearses the destroy of.
const REHEARSED_AT_MOST: usize = 50;

/// Everything that judging needs.
pub(super) struct Judging {
    pub(super) config: Config,
    library: Library,
    selection: Selection,
    output: Output,
    fail_on: FailOn,
    /// As whom, and through what, a report is put into a bucket.
    access: Access,
}

impl Judging {
    pub(super) fn prepare(
        everywhere: &Everywhere,
        select: &SelectArgs,
        output: &OutputArgs,
        fail: Option<&FailArgs>,
    ) -> Result<Self, CliError> {
        // A fault of the flags is told before one of the file.
        Output::new(output)?;
        Self::with(config(everywhere)?, select, output, fail)
    }

    /// The same by this configuration.
    pub(super) fn with(
        mut config: Config,
        select: &SelectArgs,
        output: &OutputArgs,
        fail: Option<&FailArgs>,
    ) -> Result<Self, CliError> {
        let output = Output::new(output)?;
        for file in &select.waivers {
            config.settings.waivers.extend(config::load_waivers(file)?);
        }
        let library = library(&select.checks, &config)?;
        let selection = select.selection();
        for id in &selection.checks {
            library.check(id)?;
        }
        // A run that judges nothing would end with 0: a false green.
        if !library.checks().iter().any(|check| selection.takes(check)) {
            return Err(CliError::Usage("no check is selected by --layer, --check and --severity together".to_owned()));
        }
        let fail_on = fail.and_then(|fail| fail.fail_on).or(config.fail_on).unwrap_or_default();
        let access = Access {
            bucket_owner: output.bucket_owner().cloned(),
            #[cfg(feature = "aws")]
            options: super::scope::AccessArgs::default().options(&config)?,
        };
        Ok(Self { config, library, selection, output, fail_on, access })
    }

    /// Whether the report goes there.
    pub(super) fn writes_to(&self, path: &Path) -> bool {
        self.output.writes_to(path)
    }

    /// The same, with reports put into buckets as a scan is made.
    #[cfg(feature = "aws")]
    pub(super) fn through(self, access: &crate::aws::CollectOptions) -> Self {
        Self { access: Access { options: access.clone(), ..self.access }, ..self }
    }

    /// Puts a report into a bucket.
    fn put(&self, object: &S3Place, owner: &AccountId, content_type: &str, body: &[u8]) -> Result<(), String> {
        #[cfg(feature = "aws")]
        return crate::aws::put_object_blocking(
            &self.access.options,
            object,
            owner,
            content_type,
            body.to_vec(),
            &crate::aws::Condition::None,
        )
        .map(drop)
        .map_err(|error| error.to_string());
        // Such a place is refused before anything is read.
        #[cfg(not(feature = "aws"))]
        return Err(format!("{object}: {owner} {content_type} {}", body.len()));
    }

    /// Whether the report's files can be made; asked before a scan.
    #[cfg(feature = "aws")]
    pub(super) fn writable(&self) -> Result<(), CliError> {
        self.output.writable()
    }

    /// The destroy of production's data by whoever administers its accounts, for a page that is handed no other; of very much
    /// data, what would survive worst.
    fn rehearsed(&self, inventory: &Inventory, posture: &Posture) -> Option<(String, Drill)> {
        let mut worst: Vec<_> = posture.resources.iter().collect();
        worst.sort_by_key(|resource| (resource.account_takeover.tier, &resource.arn));
        let arns: Vec<_> = worst.into_iter().take(REHEARSED_AT_MOST).filter_map(|one| one.arn.parse().ok()).collect();
        if arns.is_empty() {
            return None;
        }
        match drill(inventory, &self.config.settings, &What::Resources(arns), &Asked::Account) {
            Ok(drill) => {
                let all = posture.resources.len() <= REHEARSED_AT_MOST;
                let what = if all {
                    "Every piece of production data is".to_owned()
                } else {
                    format!("The {REHEARSED_AT_MOST} pieces of production data that would survive worst are")
                };
                Some((format!("{what} destroyed, by whoever administers its account"), drill))
            }
            Err(error) => {
                tracing::warn!(%error, "the page has no drill");
                None
            }
        }
    }

    /// Whether a page for a browser is written.
    pub(super) fn has_html(&self) -> bool {
        self.output.has_html()
    }

    /// Judges the inventory and writes the posture; the exit code is the verdicts'. The scan is kept as it is to be.
    pub(super) fn report(
        &self,
        inventory: &Inventory,
        keeping: &Keeping,
        terminal: Terminal,
    ) -> Result<Exit, CliError> {
        self.report_and(inventory, keeping, &[], terminal, &|_, _| {})
    }

    /// As [`Judging::report`], with the drills that a page for a browser shows, and tells of it what changed since the scan
    /// before.
    pub(super) fn report_and(
        &self,
        inventory: &Inventory,
        keeping: &Keeping,
        drills: &[Rehearsed<'_>],
        terminal: Terminal,
        tell: &dyn Fn(&Posture, Option<&Diff>),
    ) -> Result<Exit, CliError> {
        let (accounts, gaps) = (inventory.accounts.len(), inventory.gaps().len());
        tracing::info!(accounts, gaps, checks = self.library.checks().len(), "judging the inventory");
        let posture = audit::assess(inventory, &self.config.settings, &self.library, &self.selection);
        tracing::info!(verdicts = posture.findings.len(), "judged");
        let rehearsed = if drills.is_empty() && self.has_html() { self.rehearsed(inventory, &posture) } else { None };
        let own: Vec<_> = rehearsed.iter().map(|(title, drill)| Rehearsed { title, drill }).collect();
        let drills = if own.is_empty() { drills } else { own.as_slice() };
        let mut night = keeping.begin(inventory, &posture, &self.selection, &self.access, terminal);
        let history = night.curve();
        // A report that cannot be written is no reason to lose the scan, nor the other way round.
        let sink = |object: &S3Place, owner: &AccountId, kind: &str, body: &[u8]| self.put(object, owner, kind, body);
        let written = self.output.write(&posture, &Extras { drills, history: &history }, &sink, terminal);
        night.end(terminal);
        tell(&posture, night.diff.as_ref());
        written?;
        Ok(night.exit(&posture, self.fail_on))
    }
}
