//! `palisade completions SHELL`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::error::CliError;
use super::exit::Exit;
use super::files;

/// Print the completions of a shell
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Exit, CliError> {
        let mut text = Vec::new();
        clap_complete::generate(self.shell, &mut super::Cli::command(), "palisade", &mut text);
        files::stdout(|out| out.write_all(&text))?;
        Ok(Exit::Holds)
    }
}
