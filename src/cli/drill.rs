//! `palisade drill --state s3://bucket/key`

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::source::SourceArgs;
use super::terminal::Terminal;
use crate::analysis::{Asked, NoDrill, What, drill};
use crate::model::drill::{Drill as Rehearsed, DrilledKind, TollVerdict};
use crate::model::ids::Arn;
use crate::reports;
use crate::terraform::{Limits, read_plan, read_state};

/// Rehearse a destroy, read-only: what goes, what stops it, and what would be left
///
/// Every deletion is taken in Terraform's order: what the AWS provider would call, whether the policies let the principal call it,
/// what the resource's own protection says. Nothing is called and nothing is changed. Without a principal, whoever could run it
/// is ranked by damage, and the worst is rehearsed.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Drill {
    #[command(flatten)]
    what: WhatArgs,
    /// Who runs it: the ARN of a user or role, which may assume what it is trusted to
    #[arg(long, value_name = "ARN", conflicts_with_all = ["as_account", "agents"])]
    principal: Option<Arn>,
    /// The administrators and the root user of each resource's account run it: the worst case
    #[arg(long, conflicts_with = "agents")]
    as_account: bool,
    /// Each principal that `[agents] principals` declares runs it
    #[arg(long)]
    agents: bool,
    #[command(flatten)]
    source: SourceArgs,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: DrillFormat,
}

/// What is destroyed: one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct WhatArgs {
    /// A state: s3://BUCKET/KEY of the inventory, or a file; '-' reads stdin
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// A plan, as `terraform show -json PLANFILE` writes it: what it deletes or replaces; '-' reads stdin
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Single resources
    #[arg(long, value_name = "ARN", num_args = 1..)]
    resource: Vec<Arn>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DrillFormat {
    /// For a person.
    Text,
    /// Every call of every step (reports/drill.schema.json).
    Json,
}

const HELP: &str = "\
Exit codes:
  0  no production data store is lost without an immutable copy
  1  could not run (an unreadable file, a state whose content was not read)
  2  wrong usage (no such state or principal, flags, palisade.toml)
  3  a production data store is lost, and no immutable copy of it is left
  4  that cannot be told";

impl Drill {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let config = judging::config(everywhere)?;
        let piped = self.what.plan.as_deref().is_some_and(files::is_pipe) || self.what.state.as_deref() == Some("-");
        if piped && self.source.is_pipe() {
            return Err(CliError::Usage("stdin can be either the inventory or what is destroyed, not both".to_owned()));
        }
        let what = self.what.read()?;
        let inventory = self.source.inventory(&config, terminal)?;
        let asked = match &self.principal {
            Some(arn) => Asked::Principal(arn.clone()),
            None if self.as_account => Asked::Account,
            None if self.agents => Asked::Agents,
            None => Asked::Everybody,
        };
        let drilled = drill(&inventory, &config.settings, &what, &asked).map_err(no_drill)?;
        files::stdout(|out| match self.format {
            DrillFormat::Text => {
                let options = reports::drill::Options { width: terminal.width, colour: terminal.colour };
                reports::drill::write(&drilled, &options, out)
            }
            DrillFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &drilled)?;
                out.write_all(b"\n")
            }
        })?;
        Ok(exit(&drilled))
    }
}

/// Why there is no drill, as an error of this program.
pub(super) fn no_drill(error: NoDrill) -> CliError {
    match error {
        NoDrill::NotRead { .. } => CliError::NoDrill(error),
        other => CliError::Usage(other.to_string()),
    }
}

fn exit(drilled: &Rehearsed) -> Exit {
    match drilled.runs.iter().map(|run| run.toll.verdict).max() {
        Some(TollVerdict::Lost) => Exit::Fails,
        Some(TollVerdict::Unknown) => Exit::Unknown,
        // Somebody who was not rehearsed could do worse.
        _ if drilled.ranking.as_ref().is_some_and(|ranking| ranking.not_drilled > 0 || !ranking.unread.is_empty()) => {
            Exit::Unknown
        }
        _ => Exit::Holds,
    }
}

impl WhatArgs {
    fn read(&self) -> Result<What, CliError> {
        if let Some(state) = &self.state {
            return match state.strip_prefix("s3://") {
                Some(rest) => object(state, rest),
                None => state_file(Path::new(state)),
            };
        }
        match &self.plan {
            Some(path) => plan_file(path),
            None => Ok(What::Resources(self.resource.clone())),
        }
    }
}

fn object(whole: &str, rest: &str) -> Result<What, CliError> {
    match rest.split_once('/') {
        Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() => {
            Ok(What::State { bucket: bucket.to_owned(), key: key.to_owned() })
        }
        _ => Err(CliError::Usage(format!("{whole:?} names no state: s3://BUCKET/KEY is wanted"))),
    }
}

fn open(path: &Path) -> Result<(String, Box<dyn Read>), CliError> {
    if files::is_pipe(path) {
        return Ok(("standard input".to_owned(), Box::new(io::stdin().lock())));
    }
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok((name, Box::new(file))),
        Err(error) => Err(CliError::Read { name, why: error.to_string() }),
    }
}

fn state_file(path: &Path) -> Result<What, CliError> {
    let (name, file) = open(path)?;
    let document = read_state(io::BufReader::new(file), &Limits::default())
        .map_err(|error| CliError::Read { name: name.clone(), why: error.to_string() })?;
    Ok(What::Listed { kind: DrilledKind::State, name, resources: document.resources, notes: Vec::new() })
}

fn plan_file(path: &Path) -> Result<What, CliError> {
    let (name, file) = open(path)?;
    let plan = read_plan(file, &Limits::default())
        .map_err(|error| CliError::Read { name: name.clone(), why: error.to_string() })?;
    let mut notes = Vec::new();
    if plan.replaced > 0 {
        notes.push(format!(
            "{} of the deletions are replacements: the resource is made anew, its data is not",
            plan.replaced
        ));
    }
    if plan.errored {
        notes.push("planning ended in an error: this may be a part of what would be deleted".to_owned());
    }
    if !plan.ordered && plan.deletions.len() > 1 {
        notes.push(
            "the plan tells no dependencies (it has no prior_state): the order is that of the addresses".to_owned(),
        );
    }
    Ok(What::Listed { kind: DrilledKind::Plan, name, resources: plan.deletions, notes })
}
