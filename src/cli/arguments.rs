//! The groups of flags that commands share: raw, as given.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ColorChoice, ValueEnum};

use crate::checks::Selection;
use crate::config::FailOn;
use crate::model::finding::{Layer, Severity, Status};
use crate::model::ids::AccountId;

/// Flags of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Everywhere")]
pub(super) struct Everywhere {
    /// The configuration; otherwise palisade.toml of the working directory, where there is one
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Say nothing on stderr but errors
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Log to stderr what is done; twice: every call
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
    /// When to use colour; auto heeds NO_COLOR and whether a terminal is there
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: ColorChoice,
}

/// What is judged.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Selection")]
pub(super) struct SelectArgs {
    /// Only checks of these layers
    #[arg(long, value_name = "LAYER", value_delimiter = ',', value_parser = words(Layer::ALL, Layer::as_str))]
    layer: Vec<Layer>,
    /// Only these checks, by id
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    check: Vec<String>,
    /// Only checks of these severities
    #[arg(long, value_name = "SEVERITY", value_delimiter = ',', value_parser = words(Severity::ALL, Severity::as_str))]
    severity: Vec<Severity>,
    /// A file of further [[waivers]]
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) checks: ChecksArgs,
}

impl SelectArgs {
    pub(super) fn selection(&self) -> Selection {
        Selection { layers: self.layer.clone(), checks: self.check.clone(), severities: self.severity.clone() }
    }
}

/// Further checks.
#[derive(Debug, Clone, Args)]
pub(super) struct ChecksArgs {
    /// A directory of further checks, laid out as checks/
    #[arg(long, value_name = "DIR")]
    pub(super) checks: Vec<PathBuf>,
}

/// A format of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A page for a person.
    Table,
    /// Every verdict with its evidence (reports/posture.schema.json).
    Json,
    /// One file for a browser, with everything to look into; it reaches no network.
    Html,
    /// A page for the summary of a GitHub workflow's step, at most 1 MiB.
    Markdown,
    /// One row per verdict, for a spreadsheet.
    Csv,
    /// SARIF 2.1.0, for code scanning: failures and unknowns, others with --status.
    Sarif,
    /// JUnit's XML, for CI servers: one verdict is one test.
    Junit,
    /// Compliance Findings of OCSF 1.5; an array, or one event per line in a file that ends in .ndjson.
    Ocsf,
    /// Assessment results of NIST's OSCAL.
    Oscal,
}

impl Format {
    /// Whether it is written of the statuses that are asked for. The others need every verdict, or choose themselves.
    pub(super) fn selects(self) -> bool {
        match self {
            Self::Json | Self::Csv | Self::Sarif | Self::Junit | Self::Ocsf => true,
            Self::Table | Self::Html | Self::Markdown | Self::Oscal => false,
        }
    }
}

/// How the posture is written.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct OutputArgs {
    /// The format; several in one run, each with its --output. Without it the name of the one --output tells:
    /// .json, .md, .csv, .sarif, .junit.xml, .ocsf.json, .ocsf.ndjson, .oscal.json; a table otherwise
    #[arg(long, value_name = "FORMAT", value_delimiter = ',')]
    pub(super) format: Vec<Format>,
    /// Where the first format goes, the second, …; '-' is stdout, where one format may go. A folder, or s3://bucket/prefix/,
    /// takes them all and names them by the time of the scan
    #[arg(long, short, value_name = "PLACE")]
    pub(super) output: Vec<PathBuf>,
    /// The account that owns the bucket of an s3:// output, where it is not the one that palisade runs in: a report is put
    /// into nobody else's
    #[arg(long, value_name = "ID")]
    pub(super) bucket_owner: Option<AccountId>,
    /// Only findings of these statuses, in json, csv, sarif, junit and ocsf; without it json and csv hold all, junit and ocsf
    /// all but not_applicable, sarif fail and unknown
    #[arg(long, value_name = "STATUS", value_delimiter = ',', value_parser = words(Status::ALL, Status::as_str))]
    pub(super) status: Vec<Status>,
}

/// What the exit code says.
#[derive(Debug, Clone, Args)]
pub(super) struct FailArgs {
    /// From which severity on a failure ends with code 3, an unknown with 4; high by default
    #[arg(long, value_name = "SEVERITY", help_heading = "Output", value_parser = fail_on())]
    pub(super) fail_on: Option<FailOn>,
}

/// A parser of the words of a closed list, so that help names them and a near miss is answered with the nearest.
fn words<T>(all: &'static [T], word: fn(T) -> &'static str) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + std::str::FromStr<Err: std::error::Error + Send + Sync + 'static> + 'static,
{
    PossibleValuesParser::new(all.iter().map(|item| word(*item))).try_map(|text| text.parse::<T>())
}

fn fail_on() -> impl TypedValueParser<Value = FailOn> {
    PossibleValuesParser::new(FailOn::WORDS.iter().copied()).try_map(|text| text.parse::<FailOn>())
}
