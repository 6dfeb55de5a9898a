//! What can be wrong with a check. All of it is found before any AWS call, all at once, with file and line.

use std::fmt;

/// Everything that is wrong with the checks, in order of file and line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CheckErrors(pub Vec<CheckError>);

impl fmt::Display for CheckErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => writeln!(f, "a check is broken; nothing was asked of AWS:")?,
            count => writeln!(f, "{count} things are wrong with the checks; nothing was asked of AWS:")?,
        }
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "  {error}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with one file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub struct CheckError {
    /// The file, as it was given.
    pub file: String,
    /// The line, from 1; `None` where the fault is the file's as a whole.
    pub line: Option<u32>,
    /// What is wrong.
    #[source]
    pub problem: Problem,
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.problem),
            None => write!(f, "{}: {}", self.file, self.problem),
        }
    }
}

/// What is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Problem {
    /// The file or directory could not be read.
    #[error(
        "cannot be read: {0}; check the path given with --checks, or as `checks` in palisade.toml, and its permissions"
    )]
    Unreadable(String),
    /// The directory holds no check.
    #[error("holds no check: give the directory in which <layer>/<name>.rego lie")]
    NoChecks,
    /// The file does not lie where a check lies.
    #[error(
        "is not where a check belongs: <layer>/<name>.rego with the layer one of scp, separation, deletion, backup, state \
         and the name in snake_case, plan/<name>.rego for a check of plans, or lib/<name>.rego for shared rules"
    )]
    Misplaced,
    /// There is no METADATA.
    #[error("has no `# METADATA` comment block before its package")]
    NoMetadata,
    /// There are two METADATA blocks.
    #[error("has a second METADATA block; a check has one, before its package")]
    SecondMetadata,
    /// The METADATA is no YAML, or has not the right keys.
    #[error("METADATA: {0}")]
    Metadata(String),
    /// A key of the METADATA has a wrong value.
    #[error("METADATA: `{key}` {message}")]
    Key {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// The package is not what the path says.
    #[error("the package is `{found}`, but the path makes it `{wanted}`")]
    Package {
        /// What stands there.
        found: String,
        /// What should.
        wanted: String,
    },
    /// Two files have the same id.
    #[error("the id {id} is already taken by {other}")]
    Duplicate {
        /// The id.
        id: String,
        /// The file that has it.
        other: String,
    },
    /// The Rego does not compile.
    #[error("Rego: {0}")]
    Rego(String),
    /// The Rego calls what a check may not.
    #[error(
        "calls `{0}`, which a check may not: the same inventory has to give the same verdict, offline and in bounded time"
    )]
    Forbidden(String),
    /// A name under `data` leads nowhere.
    #[error(
        "refers to `{0}`, which is neither a rule of lib/ nor a setting; a misspelt name is undefined, and `not` of it true"
    )]
    Astray(String),
}
