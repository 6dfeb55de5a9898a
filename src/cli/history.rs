//! `palisade history`

use clap::{Args, ValueEnum};

use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::keeping::LookUpArgs;
use super::terminal::Terminal;
use crate::reports::json;
use crate::reports::table::{self, history::Signs};

/// Show the scores of the kept scans over time, by scope
///
/// `palisade scan` keeps every scan; scans of the same accounts, regions and checks are of one scope and stand together.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 told, 1 could not run (no store, a damaged one), 2 wrong usage")]
pub(super) struct History {
    /// The most scans shown of each scope, the latest
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    last: u32,
    /// Only this scope: its id, or the first characters of it
    #[arg(long, value_name = "ID")]
    scope: Option<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: HistoryFormat,
    #[command(flatten)]
    store: LookUpArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum HistoryFormat {
    /// A table and curves for a person.
    Table,
    /// Every kept scan without its findings (reports/history.schema.json).
    Json,
}

impl History {
    pub(super) fn run(&self, terminal: Terminal) -> Result<Exit, CliError> {
        let store = self.store.open()?;
        let last = usize::try_from(self.last).unwrap_or(usize::MAX);
        let (scopes, damaged) = store.history(self.scope.as_deref(), last)?;
        if let (Some(scope), true) = (&self.scope, scopes.is_empty()) {
            let (all, _) = store.history(None, 1)?;
            let ids: Vec<&str> = all.iter().map(|history| history.scope_id.as_str()).collect();
            let held = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
            return Err(CliError::Usage(format!("no scan of a scope {scope:?} is kept; the scopes are: {held}")));
        }
        files::stdout(|out| match self.format {
            HistoryFormat::Json => json::history::write(&scopes, &damaged, out),
            HistoryFormat::Table => {
                let options = table::Options { width: terminal.width, colour: terminal.colour, ..Default::default() };
                let signs = if terminal.ascii { Signs::Ascii } else { Signs::Unicode };
                table::history::write(&scopes, &damaged, signs, &options, out)
            }
        })?;
        Ok(Exit::Holds)
    }
}
