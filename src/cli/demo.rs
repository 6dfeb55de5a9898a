//! `palisade demo`

use std::path::PathBuf;

use clap::Args;

use super::arguments::{Everywhere, OutputArgs, SelectArgs};
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging::Judging;
use super::terminal::Terminal;
use crate::demo;

/// Judge a bundled organization, without AWS and without credentials
///
/// It is modelled on an incident: one account held production and a second site, its database had no deletion protection
/// and automated snapshots alone, no policy denied anything, and the Terraform state lay on a laptop. Beside it stands an
/// account set up well.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 whatever the posture shows, 1 could not run, 2 wrong usage")]
pub(super) struct Demo {
    /// Also write the bundled inventory, to look inside; .zst compresses
    #[arg(long, value_name = "FILE")]
    write_inventory: Option<PathBuf>,
    #[command(flatten)]
    select: SelectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Demo {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let judging = Judging::prepare(everywhere, &self.select, &self.output, None)?;
        if let Some(path) = self.write_inventory.as_deref().filter(|path| judging.writes_to(path)) {
            let place = if files::is_pipe(path) { "standard output".to_owned() } else { path.display().to_string() };
            return Err(CliError::Usage(format!(
                "the inventory and the report would both go to {place}: give each its own file"
            )));
        }
        let inventory = demo::incident();
        if let Some(path) = &self.write_inventory {
            files::write_inventory(path, &inventory)?;
            terminal.note(&format!("wrote {}", path.display()));
        }
        judging.report(&inventory, terminal)?;
        Ok(Exit::Holds)
    }
}
