//! `palisade diff [OLD] [NEW]`

use std::path::Path;

use clap::{Args, ValueEnum};

use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::keeping::LookUpArgs;
use super::keeping::LookedUp;
use super::terminal::Terminal;
use crate::diff::compare;
use crate::model::diff::Compared;
use crate::reports::{diff_markdown, json, table};

/// Tell what became of one scan's verdicts in another: new, fixed, unknown, waived, gone; and what moved the scores
///
/// A scan is named by its id (the first characters are enough), by `latest` or `latest~N`, or by a file that
/// `--format json` wrote. Without names the last two scans of the scope that was scanned last are compared; with one name,
/// that scan and the latest of its scope.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 told, whatever changed; 1 could not run (no store, an unreadable file); 2 wrong usage"
)]
pub(super) struct DiffScans {
    /// The earlier scan, or a posture report; '-' reads a report from stdin
    #[arg(value_name = "OLD")]
    old: Option<String>,
    /// The later one
    #[arg(value_name = "NEW")]
    new: Option<String>,
    /// Only kept scans of this scope: its id, or the first characters of it
    #[arg(long, value_name = "ID")]
    scope: Option<String>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: DiffFormat,
    /// Show every change in the table; otherwise 20 of each kind
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    store: LookUpArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// A page for a person.
    Table,
    /// Every change (reports/diff.schema.json).
    Json,
    /// For a pull request.
    Markdown,
}

/// How many changes of each kind the table shows.
const SHOWN: usize = 20;

impl DiffScans {
    pub(super) fn run(&self, terminal: Terminal) -> Result<Exit, CliError> {
        let (old, new) = self.sides()?;
        let diff = compare(&old, &new);
        files::stdout(|out| match self.format {
            DiffFormat::Json => json::history::write_diff(&diff, out),
            DiffFormat::Markdown => diff_markdown::write(&diff, out),
            DiffFormat::Table => {
                let subjects = if self.all { usize::MAX } else { SHOWN };
                let options = table::Options { width: terminal.width, colour: terminal.colour, subjects };
                table::diff::write(&diff, &options, out)
            }
        })?;
        Ok(Exit::Holds)
    }

    fn sides(&self) -> Result<(Compared<'static>, Compared<'static>), CliError> {
        if self.old.is_some() && self.old == self.new {
            return Err(CliError::Usage("both sides are the same: name two scans or two reports".to_owned()));
        }
        let mut sides = Sides { arguments: &self.store, scope: self.scope.clone(), store: None };
        match (&self.old, &self.new) {
            (Some(old), Some(new)) => Ok((sides.one(old)?, sides.one(new)?)),
            (Some(old), None) => {
                let old = sides.one(old)?;
                let new = sides.one("latest")?;
                if old.name == new.name {
                    return Err(CliError::Usage(format!(
                        "{} is the latest scan of its scope: name the one to compare it with",
                        old.name
                    )));
                }
                Ok((old, new))
            }
            (None, _) => {
                let new = sides.one("latest")?;
                Ok((sides.one("latest~1")?, new))
            }
        }
    }
}

/// Where sides are taken from; the store is opened when the first one of it is asked for.
struct Sides<'a> {
    arguments: &'a LookUpArgs,
    /// The scope of `latest`: as asked for, or of the first scan that was named by its id.
    scope: Option<String>,
    store: Option<LookedUp>,
}

impl Sides<'_> {
    fn one(&mut self, name: &str) -> Result<Compared<'static>, CliError> {
        let path = Path::new(name);
        let named_like_a_file = name.contains(['/', '\\']) || path.extension().is_some();
        if files::is_pipe(path) || path.is_file() || (named_like_a_file && !name.starts_with("latest")) {
            return report(path);
        }
        let store = match self.store.take() {
            Some(store) => store,
            None => self.arguments.open()?,
        };
        let kept = store.find(name, self.scope.as_deref())?;
        self.store = Some(store);
        self.scope.get_or_insert_with(|| kept.scan.scope_id.clone());
        Ok(kept.into())
    }
}

/// A report that `--format json` wrote.
fn report(path: &Path) -> Result<Compared<'static>, CliError> {
    let name = if files::is_pipe(path) { "standard input".to_owned() } else { path.display().to_string() };
    let wrong = |why: String| CliError::Read { name: name.clone(), why };
    let text = files::read_text(path).map_err(|error| wrong(error.to_string()))?;
    json::read::posture(&text, &name).map_err(|error| wrong(error.to_string()))
}
