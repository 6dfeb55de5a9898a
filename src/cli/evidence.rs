//! `palisade evidence export|verify`

mod export;
mod keys;
mod report;
mod verify;

use clap::{Args, Subcommand};

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::terminal::Terminal;

/// The build of this palisade, as whoever built it named it.
const BUILD: Option<&str> = option_env!("PALISADE_BUILD");

/// Make a bundle that proves an assessment to somebody who was not there, and check one
#[derive(Debug, Args)]
pub(super) struct EvidenceCommand {
    #[command(subcommand)]
    command: Which,
}

#[derive(Debug, Subcommand)]
enum Which {
    Export(Box<export::Export>),
    Verify(Box<verify::Verify>),
}

impl EvidenceCommand {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        match &self.command {
            Which::Export(command) => command.run(everywhere, terminal),
            Which::Verify(command) => command.run(everywhere),
        }
    }
}
