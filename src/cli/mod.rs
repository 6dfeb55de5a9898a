//! The commands: raw arguments to settings; they print, they never judge.
//!
//! Results go to stdout, progress and logs to stderr. One file per command.

mod arguments;
mod assess;
mod checks;
#[cfg(feature = "aws")]
mod collect;
mod completions;
mod demo;
mod diff;
mod drill;
mod error;
mod evidence;
mod exit;
mod explain;
mod files;
#[cfg(feature = "fleet")]
mod fleet;
mod guard;
mod history;
mod judging;
mod keeping;
#[cfg(feature = "aws")]
mod notifying;
mod output;
mod permissions;
mod place;
mod policy;
#[cfg(feature = "aws")]
mod progress;
mod ready;
mod remote_store;
#[cfg(feature = "aws")]
mod scan;
#[cfg(feature = "aws")]
mod scope;
mod source;
mod terminal;
mod who_can;
#[cfg(all(feature = "aws", feature = "fleet"))]
mod within;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use arguments::Everywhere;
pub use error::CliError;
pub use exit::Exit;
use terminal::Terminal;

/// Proves whether the production data in an AWS organization can be destroyed, and what would survive
#[derive(Debug, Parser)]
#[command(name = "palisade", version, after_help = exit::HELP, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    everywhere: Everywhere,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[cfg(feature = "aws")]
    Scan(scan::Scan),
    #[cfg(feature = "aws")]
    Collect(collect::Collect),
    Assess(assess::Assess),
    Demo(demo::Demo),
    Diff(diff::DiffScans),
    Drill(drill::Drill),
    Ready(ready::Ready),
    Evidence(evidence::EvidenceCommand),
    Explain(explain::Explain),
    Guard(guard::Guard),
    History(history::History),
    Checks(checks::Checks),
    Permissions(permissions::Permissions),
    #[cfg(feature = "fleet")]
    Fleet(fleet::Fleet),
    Policy(policy::Policy),
    WhoCan(who_can::WhoCan),
    Completions(completions::Completions),
}

/// The program: arguments in, exit code out.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(answer) => {
            // Help and version are answers on stdout; a closed pipe there is nobody's fault.
            let _ = answer.print();
            return if answer.use_stderr() { Exit::Usage.into() } else { Exit::Holds.into() };
        }
    };
    terminal::log(&cli.everywhere);
    let terminal = Terminal::new(&cli.everywhere);
    match run(&cli, terminal) {
        Ok(exit) => exit.into(),
        Err(CliError::PipeClosed) => Exit::Holds.into(),
        Err(error) => {
            terminal.error(&error);
            error.exit().into()
        }
    }
}

fn run(cli: &Cli, terminal: Terminal) -> Result<Exit, CliError> {
    let everywhere = &cli.everywhere;
    match &cli.command {
        #[cfg(feature = "aws")]
        Command::Scan(command) => command.run(everywhere, terminal),
        #[cfg(feature = "aws")]
        Command::Collect(command) => command.run(everywhere, terminal),
        Command::Assess(command) => command.run(everywhere, terminal),
        Command::Demo(command) => command.run(everywhere, terminal),
        Command::Diff(command) => command.run(terminal),
        Command::Drill(command) => command.run(everywhere, terminal),
        Command::Ready(command) => command.run(everywhere, terminal),
        Command::Evidence(command) => command.run(everywhere, terminal),
        Command::Explain(command) => command.run(everywhere, terminal),
        Command::Guard(command) => command.run(everywhere, terminal),
        Command::History(command) => command.run(terminal),
        Command::Checks(command) => command.run(everywhere, terminal),
        Command::Permissions(command) => command.run(everywhere, terminal),
        #[cfg(feature = "fleet")]
        Command::Fleet(command) => command.run(terminal),
        Command::Policy(command) => command.run(),
        Command::WhoCan(command) => command.run(everywhere, terminal),
        Command::Completions(command) => command.run(),
    }
}
