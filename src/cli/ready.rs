//! `palisade ready`

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::arguments::{ChecksArgs, Everywhere};
use super::error::CliError;
use super::exit::Exit;
use super::files::{self, Privacy};
use super::judging;
use super::source::SourceArgs;
use super::terminal::Terminal;
use crate::audit::{self, PlanAsked};
use crate::config;
use crate::model::facts::Tier;
use crate::model::ids::{AccountId, Arn};
use crate::model::ready::{Question, Readiness, ReadyVerdict};
use crate::reports;
use crate::terraform::{Limits, read_changes, read_comments, read_plan};

/// Go or no-go before Terraform, or an agent, touches production
///
/// Blockers come first, each with the one change that clears it; then what could not be verified; then what holds. Without names
/// all production data is asked about. The whole configured scope is read, since what would survive lies elsewhere.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct Ready {
    #[command(flatten)]
    checks: ChecksArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    about: AboutArgs,
    #[command(flatten)]
    rules: RulesArgs,
    #[command(flatten)]
    plan: PlanArgs,
    /// The format; otherwise text, or what the name of --output ends in (.md, .json)
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    format: Option<ReadyFormat>,
    /// Where it goes; '-' is stdout
    #[arg(long, short, value_name = "FILE", default_value = "-", help_heading = "Output")]
    output: PathBuf,
}

/// What is asked about.
#[derive(Debug, Args)]
#[command(next_help_heading = "Asked about; without any of these: all production data")]
struct AboutArgs {
    /// The production data of this account; repeatable
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    account: Vec<AccountId>,
    /// This resource; repeatable
    #[arg(long, value_name = "ARN", num_args = 1..)]
    resource: Vec<Arn>,
    /// This state and the production data that it claims: s3://BUCKET/KEY; repeatable
    #[arg(long, value_name = "STATE", value_parser = state)]
    state: Vec<String>,
}

/// What has to hold.
#[derive(Debug, Args)]
#[command(next_help_heading = "Rules")]
struct RulesArgs {
    /// The oldest that a survivor's data may be, in hours [default: rpo_hours of palisade.toml]
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=87_600))]
    rpo: Option<u32>,
    /// The least tier of a survivor
    #[arg(long, value_name = "TIER", default_value = "immutable")]
    accept: Accept,
    /// Who will run it: the ARN of a user or role, with * and ? as in a policy; repeatable; otherwise the caller
    #[arg(long, value_name = "ARN")]
    principal: Vec<String>,
}

/// The plan that is judged as well.
#[derive(Debug, Args)]
#[command(next_help_heading = "Plan")]
struct PlanArgs {
    /// Judge this plan as well, as `terraform show -json PLANFILE` writes it; '-' reads stdin
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Changes of the plan that are meant; otherwise palisade-overrides.toml of the working directory, where there is one
    #[arg(long, value_name = "FILE", requires = "plan")]
    overrides: Option<PathBuf>,
    /// The directory of the plan's configuration: '# PALISADE-OVERRIDE: reason' on a resource block overrides as well
    #[arg(long, value_name = "DIR", requires = "plan")]
    source: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Accept {
    /// In another account, locked or air-gapped, under a key that holds.
    Immutable,
    /// In another account, and nobody within reach deletes it or its key.
    Isolated,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ReadyFormat {
    /// One page for a person.
    Text,
    /// For a pull request.
    Markdown,
    /// Every item with what it rests on (reports/ready.schema.json).
    Json,
}

const HELP: &str = "\
Exit codes:
  0  go: every rule holds, or its owner accepts for a time that it does not
  1  could not run (no credentials, no network, an unreadable file, a broken check)
  2  wrong usage (something named that is not there, flags, palisade.toml)
  3  no-go: something blocks
  4  cannot tell: nothing that was seen blocks, but not everything could be verified";

/// `s3://BUCKET/KEY`
fn state(text: &str) -> Result<String, String> {
    let (bucket, key) = text.strip_prefix("s3://").and_then(|rest| rest.split_once('/')).unwrap_or_default();
    if bucket.is_empty() || key.is_empty() {
        return Err("it names no state: s3://BUCKET/KEY is wanted".to_owned());
    }
    Ok(text.to_owned())
}

impl PlanArgs {
    /// The plan, what it deletes, and which of that is meant.
    fn read(&self) -> Result<Option<PlanAsked>, CliError> {
        let Some(path) = &self.plan else { return Ok(None) };
        let name = if files::is_pipe(path) { "standard input".to_owned() } else { path.display().to_string() };
        let wrong = |why: String| CliError::Read { name: name.clone(), why };
        let limits = Limits::default();
        let text = bytes(path, limits.max_bytes).map_err(|error| wrong(error.to_string()))?;
        let plan = read_changes(text.as_slice(), &limits).map_err(|error| wrong(error.to_string()))?;
        let deletions = read_plan(text.as_slice(), &limits).map_err(|error| wrong(error.to_string()))?.deletions;
        let mut overrides = match &self.overrides {
            Some(file) => config::load_overrides(file)?,
            None if Path::new(config::OVERRIDES_FILE).exists() => {
                config::load_overrides(Path::new(config::OVERRIDES_FILE))?
            }
            None => Vec::new(),
        };
        let mut notes = Vec::new();
        if let Some(directory) = &self.source {
            let commented = read_comments(directory)
                .map_err(|error| CliError::Read { name: directory.display().to_string(), why: error.to_string() })?;
            overrides.extend(commented.overrides);
            notes = commented.notes;
        }
        Ok(Some(PlanAsked { name, plan, deletions, overrides, notes }))
    }
}

/// A file, or stdin, whole; one byte more than the limit, so that what is too long is told as such.
fn bytes(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let limit = limit.saturating_add(1);
    if files::is_pipe(path) {
        io::stdin().lock().take(limit).read_to_end(&mut text)?;
    } else {
        File::open(path)?.take(limit).read_to_end(&mut text)?;
    }
    Ok(text)
}

impl Ready {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let mut config = judging::config(everywhere)?;
        let library = judging::library(&self.checks, &config)?;
        if let Some(hours) = self.rules.rpo {
            config.settings.rpo_hours = hours;
        }
        let settings = &config.settings;
        let question = Question {
            accounts: self.about.account.clone(),
            resources: self.about.resource.clone(),
            states: self.about.state.clone(),
            principals: self.rules.principal.clone(),
            accept: match self.rules.accept {
                Accept::Immutable => Tier::Immutable,
                Accept::Isolated => Tier::Isolated,
            },
            rpo_hours: settings.rpo_hours,
            restore_test_days: settings.restore_test_days,
        };
        #[cfg(feature = "aws")]
        files::writable(&self.output)?;
        if self.plan.plan.as_deref().is_some_and(files::is_pipe) && self.source.is_pipe() {
            return Err(CliError::Usage("stdin can be either the inventory or the plan, not both".to_owned()));
        }
        let plan = self.plan.read()?;
        let inventory = self.source.inventory(&config, terminal)?;
        let readiness = audit::ready(&inventory, settings, &library, &question, plan.as_ref())
            .map_err(|error| CliError::Usage(error.to_string()))?;
        self.write(&readiness, terminal)?;
        Ok(match readiness.verdict {
            ReadyVerdict::Go => Exit::Holds,
            ReadyVerdict::NoGo => Exit::Fails,
            ReadyVerdict::CannotTell => Exit::Unknown,
        })
    }

    fn write(&self, readiness: &Readiness, terminal: Terminal) -> Result<(), CliError> {
        let ends = |ends: &str| self.output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(ends));
        let format = self.format.unwrap_or(match () {
            () if ends("md") => ReadyFormat::Markdown,
            () if ends("json") => ReadyFormat::Json,
            () => ReadyFormat::Text,
        });
        let pipe = files::is_pipe(&self.output);
        let colour = if pipe { terminal.colour } else { terminal.colour_files };
        files::write(&self.output, Privacy::Usual, |out| match format {
            ReadyFormat::Text => {
                reports::ready::write_text(readiness, &reports::ready::Options { width: terminal.width, colour }, out)
            }
            ReadyFormat::Markdown => reports::ready::write_markdown(readiness, out),
            ReadyFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, readiness)?;
                out.write_all(b"\n")
            }
        })?;
        if !pipe {
            terminal.note(&format!("wrote {}: {}", self.output.display(), readiness.verdict.words()));
        }
        Ok(())
    }
}
