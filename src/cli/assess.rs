//! `palisade assess FILE`

use std::path::PathBuf;

use clap::Args;

use super::arguments::{Everywhere, FailArgs, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::{self, Exit};
use super::files;
use super::judging::Judging;
use super::keeping::{KeepIfArgs, Keeping};
use super::terminal::Terminal;

/// Judge an inventory that `palisade collect` wrote
#[derive(Debug, Args)]
#[command(after_help = exit::HELP)]
pub(super) struct Assess {
    /// The inventory, compressed or not; '-' reads stdin
    file: PathBuf,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    fail: FailArgs,
    #[command(flatten)]
    keep: KeepIfArgs,
}

impl Assess {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let judging = Judging::prepare(everywhere, &self.select, &self.output, Some(&self.fail))?;
        judging.report(&files::read_inventory(&self.file)?, &Keeping::from(&self.keep), terminal)
    }
}
