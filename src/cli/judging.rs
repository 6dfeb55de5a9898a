//! What judging needs, made ready before anything is read: configuration, checks, selection, output.

use std::path::Path;

use super::arguments::{ChecksArgs, Everywhere, FailArgs, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::terminal::Terminal;
use crate::audit;
use crate::checks::{Library, Selection};
use crate::config::{self, Config, FailOn};
use crate::model::inventory::Inventory;
use crate::reports::html::Extras;

/// The configuration of this run.
pub(super) fn config(everywhere: &Everywhere) -> Result<Config, CliError> {
    Ok(config::load(everywhere.config.as_deref(), Path::new(""))?)
}

/// Palisade's checks and the further ones of the flags and the configuration.
pub(super) fn library(arguments: &ChecksArgs, config: &Config) -> Result<Library, CliError> {
    let directories: Vec<_> = arguments.checks.iter().chain(&config.checks).cloned().collect();
    Ok(Library::load(&directories)?)
}

/// Everything that judging needs.
pub(super) struct Judging {
    pub(super) config: Config,
    library: Library,
    selection: Selection,
    output: Output,
    fail_on: FailOn,
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
        config: Config,
        select: &SelectArgs,
        output: &OutputArgs,
        fail: Option<&FailArgs>,
    ) -> Result<Self, CliError> {
        let output = Output::new(output)?;
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
        Ok(Self { config, library, selection, output, fail_on })
    }

    /// Whether the report goes there.
    pub(super) fn writes_to(&self, path: &Path) -> bool {
        self.output.writes_to(path)
    }

    /// Whether the report's files can be made; asked before a scan.
    #[cfg(feature = "aws")]
    pub(super) fn writable(&self) -> Result<(), CliError> {
        self.output.writable()
    }

    /// Whether a page for a browser is written.
    pub(super) fn has_html(&self) -> bool {
        self.output.has_html()
    }

    /// Judges the inventory and writes the posture; the exit code is the verdicts'.
    pub(super) fn report(&self, inventory: &Inventory, terminal: Terminal) -> Result<Exit, CliError> {
        self.report_with(inventory, &Extras::default(), terminal)
    }

    /// The same with what is known beside the posture.
    pub(super) fn report_with(
        &self,
        inventory: &Inventory,
        extras: &Extras<'_>,
        terminal: Terminal,
    ) -> Result<Exit, CliError> {
        let (accounts, gaps) = (inventory.accounts.len(), inventory.gaps().len());
        tracing::info!(accounts, gaps, checks = self.library.checks().len(), "judging the inventory");
        let posture = audit::assess(inventory, &self.config.settings, &self.library, &self.selection);
        tracing::info!(verdicts = posture.findings.len(), "judged");
        self.output.write(&posture, extras, terminal)?;
        Ok(Exit::of(&posture, self.fail_on))
    }
}
