//! `palisade collect -o FILE`

use std::path::PathBuf;

use clap::Args;

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::progress::Progress;
use super::scope::ScopeArgs;
use super::terminal::Terminal;
use super::{files, judging};
use crate::aws;

/// Read an organization, or one account, into an inventory file
///
/// Palisade only reads: it makes Get, List and Describe calls, and none that changes anything. What it was refused is in
/// the inventory as a gap. `palisade assess FILE` judges it, on any machine and at any time.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 collected (gaps included), 1 could not run, 2 wrong usage")]
pub(super) struct Collect {
    /// The inventory; compressed where the name ends in .zst; '-' is stdout
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    scope: ScopeArgs,
}

impl Collect {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let options = self.scope.options(&judging::config(everywhere)?)?;
        // A place that cannot be written is better known before the scan than after it.
        files::writable(&self.output)?;
        let progress = Progress::start(terminal);
        let collected = aws::collect_blocking(&options, progress.clone());
        progress.finish();
        let inventory = collected?;
        files::write_inventory(&self.output, &inventory)?;
        if !files::is_pipe(&self.output) {
            let gaps = inventory.gaps().len();
            let accounts = inventory.accounts.len();
            terminal.note(&format!("wrote {}: accounts {accounts}, gaps {gaps}", self.output.display()));
        }
        Ok(Exit::Holds)
    }
}
