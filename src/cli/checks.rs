//! `palisade checks list|show|frameworks|test`

use std::io::{self, Write};

use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{ChecksArgs, Everywhere};
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::terminal::Terminal;
use crate::checks::{Check, Library, Metadata, TestResult, test_all};
use crate::config;
use crate::model::finding::Layer;
use crate::model::framework::framework_title;
use crate::model::posture::CheckSummary;
use crate::reports::matrix::{self, Matrix};
use crate::reports::text::wrap;

/// List, show or test the checks
#[derive(Debug, Args)]
pub(super) struct Checks {
    #[command(subcommand)]
    command: ChecksCommand,
}

#[derive(Debug, Subcommand)]
enum ChecksCommand {
    /// Name every check, and those that this version does not judge yet
    List(ChecksArgs),
    /// Show a check whole: what passes, why it matters, how to mend it, its rule
    Show {
        /// The check's id
        id: String,
        #[command(flatten)]
        checks: ChecksArgs,
    },
    /// Print which controls of the compliance frameworks the checks speak to, and which relevant ones they do not
    Frameworks {
        /// One framework, by id; otherwise all
        id: Option<String>,
        /// The format
        #[arg(long, value_name = "FORMAT", default_value = "table")]
        format: MatrixFormat,
        #[command(flatten)]
        checks: ChecksArgs,
    },
    /// Run the tests beside the checks
    Test(ChecksArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MatrixFormat {
    /// For a person.
    Table,
    /// A list of matrices (reports/framework.schema.json each).
    Json,
    /// For a document.
    Markdown,
}

impl Checks {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let config = judging::config(everywhere)?;
        match &self.command {
            ChecksCommand::List(checks) => {
                let library = judging::library(checks, &config)?;
                files::stdout(|out| list(&library, terminal.width, out))?;
            }
            ChecksCommand::Show { id, checks } => {
                let library = judging::library(checks, &config)?;
                let check = library.check(id)?;
                files::stdout(|out| show(check, terminal.width, out))?;
            }
            ChecksCommand::Frameworks { id, format, checks } => {
                let library = judging::library(checks, &config)?;
                let matrices = matrices(&library, id.as_deref())?;
                files::stdout(|out| frameworks(&matrices, *format, terminal.width, out))?;
            }
            ChecksCommand::Test(checks) => {
                let directories: Vec<_> = checks.checks.iter().chain(&config.checks).cloned().collect();
                let results = test_all(&directories)?;
                files::stdout(|out| tested(&results, out))?;
                let failed = results.iter().filter(|result| result.failure.is_some()).count();
                if failed > 0 {
                    return Err(CliError::ChecksFail { failed, all: results.len() });
                }
            }
        }
        Ok(Exit::Holds)
    }
}

fn list(library: &Library, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let longest = library.checks().iter().map(|check| check.metadata.id.len()).max().unwrap_or(0);
    for layer in Layer::ALL {
        let here: Vec<&Check> = library.checks().iter().filter(|check| check.metadata.layer == *layer).collect();
        if here.is_empty() {
            continue;
        }
        writeln!(out, "{layer}: {}", layer.title())?;
        for check in here {
            let metadata = &check.metadata;
            let lead = format!("  {:<longest$}  {:<8}  ", metadata.id, metadata.severity.as_str());
            let room = width.saturating_sub(lead.len());
            if room < 24 {
                writeln!(out, "{}", lead.trim_end())?;
                wrap(&metadata.title, width.saturating_sub(6))
                    .iter()
                    .try_for_each(|line| writeln!(out, "      {line}"))?;
                continue;
            }
            for (index, line) in wrap(&metadata.title, room).iter().enumerate() {
                let lead = if index == 0 { lead.clone() } else { " ".repeat(lead.len()) };
                writeln!(out, "{lead}{line}")?;
            }
        }
    }
    let missing = library.not_judged();
    if !missing.is_empty() {
        writeln!(out, "not judged by this version:")?;
        wrap(&missing.join(", "), width.saturating_sub(2)).iter().try_for_each(|line| writeln!(out, "  {line}"))?;
    }
    Ok(())
}

/// The matrix of one framework, or of all.
fn matrices(library: &Library, id: Option<&str>) -> Result<Vec<Matrix>, CliError> {
    let checks: Vec<CheckSummary> = library.checks().iter().map(Check::summary).collect();
    let known = matrix::frameworks(&checks);
    match id {
        None => Ok(known.iter().map(|id| Matrix::new(id, &checks, None)).collect()),
        Some(id) if known.iter().any(|one| one == id) => Ok(vec![Matrix::new(id, &checks, None)]),
        Some(id) => {
            let near = config::hint(id, known.iter().map(String::as_str));
            Err(CliError::Usage(format!("there is no framework {id:?}{near}; there are {}", known.join(", "))))
        }
    }
}

fn frameworks(matrices: &[Matrix], format: MatrixFormat, width: usize, out: &mut dyn Write) -> io::Result<()> {
    if format == MatrixFormat::Json {
        return matrix::write_json_all(matrices, out);
    }
    for (at, one) in matrices.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match format {
            MatrixFormat::Markdown => out.write_all(matrix::markdown(one).as_bytes())?,
            _ => matrix::write_table(one, width, out)?,
        }
    }
    Ok(())
}

fn severity(metadata: &Metadata) -> String {
    match metadata.severity_outside_production {
        Some(outside) => {
            format!("{}; {outside} in an environment that is known and is not production", metadata.severity)
        }
        None => metadata.severity.to_string(),
    }
}

fn show(check: &Check, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let metadata = &check.metadata;
    writeln!(out, "{}\n  {}\n", metadata.id, metadata.title)?;
    let needs: Vec<&str> = metadata.needs.iter().map(|need| need.as_str()).collect();
    let subjects: Vec<&str> = metadata.subjects.iter().map(|subject| subject.as_str()).collect();
    for (label, text) in [
        ("layer", metadata.layer.title().to_owned()),
        ("severity", severity(metadata)),
        ("judges", subjects.join(", ")),
        ("needs", needs.join(", ")),
        ("evidence", format!("{} ({})", metadata.evidence.as_str(), evidence(metadata.evidence.as_str()))),
        ("file", check.file.clone()),
    ] {
        labelled(label, &text, width, out)?;
    }
    section("why", &metadata.description, width, out)?;
    let remediation = &metadata.remediation;
    if let Some(note) = &remediation.note {
        section("know before mending", note, width, out)?;
    }
    code("mend with Terraform", &remediation.terraform, out)?;
    code("mend with the AWS CLI", &remediation.cli, out)?;
    writeln!(out, "\ncontrols")?;
    for (framework, controls) in &metadata.frameworks {
        let title = framework_title(framework);
        writeln!(out, "  {title}: {}", controls.join(", "))?;
    }
    writeln!(out, "\nread further")?;
    metadata.related_resources.iter().try_for_each(|link| writeln!(out, "  {link}"))?;
    code("the rule", &check.text, out)
}

fn evidence(kind: &str) -> &'static str {
    match kind {
        "each" => "one gap makes the verdict unknown",
        "exists" => "one witness passes; a failure beside a gap is unknown",
        _ => "all must hold; a pass beside a gap is unknown",
    }
}

fn labelled(label: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    for (index, line) in wrap(text, width.saturating_sub(12)).iter().enumerate() {
        writeln!(out, "  {:<10}{line}", if index == 0 { label } else { "" })?;
    }
    Ok(())
}

fn section(title: &str, text: &str, width: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    wrap(&words, width.saturating_sub(2)).iter().try_for_each(|line| writeln!(out, "  {line}"))
}

fn code(title: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "\n{title}")?;
    text.trim_end().lines().try_for_each(|line| writeln!(out, "{}", format!("  {line}").trim_end()))
}

fn tested(results: &[TestResult], out: &mut dyn Write) -> io::Result<()> {
    for result in results {
        if let Some(failure) = &result.failure {
            writeln!(out, "FAIL  {} {}: {failure}", result.file, result.rule)?;
        }
    }
    let failed = results.iter().filter(|result| result.failure.is_some()).count();
    writeln!(out, "{} tests, {failed} fail", results.len())
}
