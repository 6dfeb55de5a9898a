//! The built program, run as a user would run it, in an environment that holds nothing of the machine's.

use std::path::Path;
use std::process::{Command, Output};

/// The built program.
pub const PALISADE: &str = env!("CARGO_BIN_EXE_palisade");

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// What went to standard output.
    pub stdout: String,
    /// What went to standard error.
    pub stderr: String,
}

/// A command for the program: no variable of AWS, of colour, of CI or of the user reaches it, its home is empty, and it
/// runs in `directory`.
pub fn palisade(directory: &Path) -> Command {
    let mut command = Command::new(PALISADE);
    command
        .env_clear()
        .env("HOME", directory)
        // No test may wait for the metadata service of a machine that is no EC2 instance.
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .current_dir(directory);
    command
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().expect("the program starts");
    Ran {
        code: status.code().unwrap_or(-1),
        stdout: String::from_utf8(stdout).expect("standard output is UTF-8"),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

impl Ran {
    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| {
            panic!(
                "no JSON ({e}); exit code {}\nstdout: {:.2000}\nstderr: {:.4000}",
                self.code, self.stdout, self.stderr
            )
        })
    }

    /// The same run, if it ended with this exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout: {:.2000}\nstderr: {:.4000}", self.stdout, self.stderr);
        self
    }
}
