//! `palisade explain CHECK [SUBJECT]`

use clap::{Args, ValueEnum};

use super::arguments::{ChecksArgs, Everywhere};
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::source::SourceArgs;
use super::terminal::Terminal;
use crate::audit;
use crate::checks::Selection;
use crate::config;
use crate::model::finding::Finding;
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::reports::{json, table};

/// Lay a verdict open: the facts, policy statements and API calls that it rests on
///
/// For a failure the facts name the counter-example: who, by which call, along which path. For a pass they name the
/// statement or the setting that holds.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The check's id, or CHECK@SUBJECT for one verdict
    #[arg(value_name = "CHECK[@SUBJECT]")]
    check: String,
    /// The subject's ARN or name, or its account's id or name, where only its verdicts are wanted
    subject: Option<String>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    checks: ChecksArgs,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ExplainFormat,
    /// Show every verdict; otherwise three of each status
    #[arg(long)]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExplainFormat {
    /// A page for a person.
    Text,
    /// The findings with their evidence (reports/explanation.schema.json).
    Json,
}

/// How many verdicts of each status are shown.
const SHOWN: usize = 3;

impl Explain {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let (id, subject) = match self.check.split_once('@') {
            Some((id, subject)) => (id, Some(subject)),
            None => (self.check.as_str(), self.subject.as_deref()),
        };
        if self.check.contains('@') && self.subject.is_some() {
            return Err(CliError::Usage("the subject is named twice: after the @ and by itself".to_owned()));
        }
        let config = judging::config(everywhere)?;
        let library = judging::library(&self.checks, &config)?;
        library.check(id)?;
        let inventory = self.source.inventory(&config, terminal)?;
        let selection = Selection { checks: vec![id.to_owned()], ..Selection::default() };
        let posture = audit::assess(&inventory, &config.settings, &library, &selection);
        let findings = picked(&posture, subject)?;
        let Some(check) = posture.checks.first() else { return Ok(Exit::Holds) };
        files::stdout(|out| match self.format {
            ExplainFormat::Json => json::explanation::write(check, &findings, out),
            ExplainFormat::Text => {
                let subjects = if self.all || subject.is_some() { usize::MAX } else { SHOWN };
                let options = table::Options { width: terminal.width, colour: terminal.colour, subjects };
                table::explanation::write(&posture, check, &findings, &options, out)
            }
        })?;
        Ok(Exit::Holds)
    }
}

/// The findings on the subject, by its ARN, its name, or its account's id or name.
fn picked<'a>(posture: &'a Posture, subject: Option<&str>) -> Result<Vec<&'a Finding>, CliError> {
    let Some(wanted) = subject else { return Ok(posture.findings.iter().collect()) };
    let accounts = || posture.accounts.iter().filter_map(|account| Some((&account.id, account.name.as_deref()?)));
    let of_account =
        |id: &AccountId| id.as_str() == wanted || accounts().any(|(one, name)| one == id && name == wanted);
    let is = |finding: &&Finding| {
        finding.subject.arn == wanted
            || finding.subject.name == wanted
            || finding.account.as_ref().is_some_and(of_account)
    };
    let found: Vec<&Finding> = posture.findings.iter().filter(is).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let subjects = posture.findings.iter().flat_map(|f| [f.subject.arn.as_str(), f.subject.name.as_str()]);
    let names = subjects.chain(accounts().map(|(_, name)| name));
    let near = config::hint(wanted, names);
    let judged = posture.findings.len();
    Err(CliError::Usage(format!("the check judges nothing that is called {wanted:?}, of {judged} subjects{near}")))
}
