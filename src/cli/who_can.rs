//! `palisade who-can ACTION RESOURCE_ARN`

use clap::{Args, ValueEnum};

use super::arguments::Everywhere;
use super::error::CliError;
use super::exit::Exit;
use super::files;
use super::judging;
use super::source::SourceArgs;
use super::terminal::Terminal;
use crate::analysis::who_can;
use crate::model::catalogue;
use crate::model::ids::{Action, Arn};
use crate::reports;

/// How many letters may be wrong in an action that was mistyped.
const NEAR: usize = 2;

/// Name every principal that can call an action on a resource, by which path, and what stops the others
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(super) struct WhoCan {
    /// The action, such as rds:DeleteDBInstance
    action: String,
    /// The resource's ARN; '*' for actions that have no resources
    resource: String,
    #[command(flatten)]
    source: SourceArgs,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: AnswerFormat,
}

/// How the answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AnswerFormat {
    /// For a person.
    Text,
    /// The answer with every path (reports/who-can.schema.json).
    Json,
}

const HELP: &str = "\
Exit codes:
  0  answered
  1  could not run (an unreadable file)
  2  wrong usage (an action or ARN that is none, flags, palisade.toml)
  4  answered, but something that was not read could add somebody";

impl WhoCan {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let action = action(&self.action)?;
        let resource = resource(&self.resource)?;
        fits(&action, resource.as_ref())?;
        let config = judging::config(everywhere)?;
        let inventory = self.source.inventory(&config, terminal)?;
        let answer = who_can(&inventory, &config.settings, action.as_str(), resource.as_ref())
            .map_err(|error| CliError::Usage(error.to_string()))?;
        files::stdout(|out| match self.format {
            AnswerFormat::Text => reports::who_can::write(&answer, terminal.width, out),
            AnswerFormat::Json => {
                serde_json::to_writer_pretty(&mut *out, &answer)?;
                out.write_all(b"\n")
            }
        })?;
        Ok(if answer.unread.is_empty() { Exit::Holds } else { Exit::Unknown })
    }
}

/// An action as the service authorization reference writes it. One that differs from an action of the catalogue by a slip is
/// taken for that slip.
fn action(text: &str) -> Result<Action, CliError> {
    if let Some(row) = catalogue::find(text) {
        return Ok(row.action.clone());
    }
    let folded = text.to_ascii_lowercase();
    let distance =
        |row: &catalogue::DestructiveAction| strsim::levenshtein(&folded, &row.action.as_str().to_ascii_lowercase());
    let nearest = catalogue::all().iter().min_by_key(|row| (distance(row), row.action.clone()));
    match (text.parse::<Action>(), nearest) {
        (Ok(_), Some(row)) if distance(row) <= NEAR => {
            Err(CliError::Usage(format!("{text:?} is no action that palisade knows; did you mean {}?", row.action)))
        }
        (Ok(action), _) => Ok(action),
        (Err(error), nearest) => {
            let near =
                nearest.map_or_else(String::new, |row| format!("; the nearest that palisade knows is {}", row.action));
            Err(CliError::Usage(format!("{error}{near}")))
        }
    }
}

fn resource(text: &str) -> Result<Option<Arn>, CliError> {
    if text == "*" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| {
        CliError::Usage(format!("{error}; such as arn:aws:rds:eu-central-1:111122223333:db:orders, or '*'"))
    })
}

/// Whether an action acts on what it is asked of: an answer about anything else would read as nobody's right.
fn fits(action: &Action, resource: Option<&Arn>) -> Result<(), CliError> {
    let Some(row) = catalogue::find(action.as_str()) else { return Ok(()) };
    let nothing = row.resource_types.iter().all(|kind| kind == "*");
    let acts = || format!("{action} acts on {} of {}", row.resource_types.join(" or "), row.service);
    let Some(arn) = resource else {
        let any = row.resource_types.iter().any(|kind| kind == "*");
        return if any { Ok(()) } else { Err(CliError::Usage(format!("{}: give the ARN of one", acts()))) };
    };
    if nothing {
        return Err(CliError::Usage(format!("{action} has no resources: give '*'")));
    }
    // Elsewhere resources carry the names of other services: a recovery point of AWS Backup is a snapshot of RDS.
    let kinds: &[&str] = match row.service.as_str() {
        "rds" => &["cluster", "cluster-snapshot", "db", "snapshot"],
        "s3" => &["bucket", "object"],
        "dynamodb" | "kms" => &[],
        _ => return Ok(()),
    };
    let kind = match arn.service() {
        "s3" if arn.resource().contains('/') => "object",
        "s3" => "bucket",
        _ => arn.resource().split([':', '/']).next().unwrap_or(""),
    };
    let other_kind = kinds.contains(&kind) && !row.resource_types.iter().any(|known| known == kind);
    if arn.service() == row.service && !other_kind {
        return Ok(());
    }
    let objects = if kind == "bucket" && row.service == "s3" { format!(": give {arn}/*") } else { String::new() };
    Err(CliError::Usage(format!("{}, and {arn} is none{objects}", acts())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_answered_with_what_was_meant() {
        assert_eq!(action("RDS:deletedbinstance").unwrap().as_str(), "rds:DeleteDBInstance");
        assert_eq!(action("s3:GetObject").unwrap().as_str(), "s3:GetObject");
        for (text, want) in [
            ("rds:DeleteDBInstnace", "did you mean rds:DeleteDBInstance?"),
            ("rds:Delete*", "the nearest that palisade knows is"),
            ("DeleteTable", "the nearest that palisade knows is"),
        ] {
            let error = action(text).unwrap_err();
            assert!(error.to_string().contains(want), "{error}");
            assert_eq!(error.exit(), Exit::Usage);
        }
        assert_eq!(resource("*").unwrap(), None);
        assert!(resource("orders").unwrap_err().to_string().contains("db:orders"));
    }
}
