//! `palisade policy eval [FILE|-]`: requests as JSON lines in, decisions as JSON lines out.
//!
//! A line is read, decided and answered before the next one is looked at; a faulty one is answered with what is wrong.

mod line;

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::error::CliError;
use super::exit::Exit;
use super::files;

/// Work with policies of IAM and AWS Organizations
#[derive(Debug, Args)]
pub(super) struct Policy {
    #[command(subcommand)]
    command: PolicyCommand,
}

#[derive(Debug, Subcommand)]
enum PolicyCommand {
    Eval(Eval),
}

/// Decide requests: allowed or denied, by which statements, and where an allow is missing
#[derive(Debug, Args)]
#[command(after_help = HELP)]
struct Eval {
    /// The requests, one JSON object a line; '-' reads stdin
    #[arg(default_value = "-")]
    file: PathBuf,
}

const HELP: &str = "\
A request:
  id, principal_arn, principal_account ('' for a service), action, resource_arn,
  resource_account, context {key: [values]}, identity_policies [{name, document}],
  scps and rcps [{level, policies: [{name, document}]}] from the root down,
  permission_boundary, resource_policy, session_policies [documents],
  management_account, unknown_keys [keys]
An answer:
  id, decision (allowed, explicit_deny, implicit_deny or unknown),
  by [{kind, policy, sid, index, effect}], missing_allow_at
A faulty line is answered with id and error.

Exit codes:
  0  every line was answered
  1  the requests could not be read, or the answers not written";

impl Policy {
    pub(super) fn run(&self) -> Result<Exit, CliError> {
        match &self.command {
            PolicyCommand::Eval(command) => command.run(),
        }
    }
}

impl Eval {
    fn run(&self) -> Result<Exit, CliError> {
        let pipe = files::is_pipe(&self.file);
        let input: Box<dyn Read> = if pipe {
            Box::new(io::stdin().lock())
        } else {
            Box::new(File::open(&self.file).map_err(|error| unreadable(&self.file, &error))?)
        };
        answer_all(BufReader::new(input), &mut BufWriter::new(io::stdout().lock()), &self.file)?;
        Ok(Exit::Holds)
    }
}

fn unreadable(path: &Path, error: &io::Error) -> CliError {
    let name = if files::is_pipe(path) { "standard input".to_owned() } else { path.display().to_string() };
    CliError::Read { name, why: error.to_string() }
}

fn answer_all(mut input: BufReader<impl Read>, out: &mut impl Write, path: &Path) -> Result<(), CliError> {
    let mut text = Vec::new();
    loop {
        text.clear();
        if input.read_until(b'\n', &mut text).map_err(|error| unreadable(path, &error))? == 0 {
            break;
        }
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        serde_json::to_writer(&mut *out, &line::answer(&text)).map_err(|error| CliError::stdout(error.into()))?;
        out.write_all(b"\n").map_err(CliError::stdout)?;
        // Whoever waits for this answer before the next question gets it now.
        if input.buffer().is_empty() {
            out.flush().map_err(CliError::stdout)?;
        }
    }
    out.flush().map_err(CliError::stdout)
}
