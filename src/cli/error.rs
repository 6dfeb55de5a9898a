//! What ends a command early, with the exit code that it ends with.

use std::io;
use std::path::PathBuf;

use super::exit::Exit;
use crate::audit::evidence::EvidenceError;
use crate::checks::{CheckErrors, UnknownCheck};
use crate::config::ConfigError;

/// Why a command could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The arguments do not go together.
    #[error("{0}\n\nFor more information, try '--help'.")]
    Usage(String),
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A check is broken.
    #[error(transparent)]
    Checks(#[from] CheckErrors),
    /// A check was asked for that does not exist.
    #[error(transparent)]
    UnknownCheck(#[from] UnknownCheck),
    /// Tests of checks fail.
    #[error("{failed} of {all} tests of checks fail")]
    ChecksFail {
        /// How many fail.
        failed: usize,
        /// How many there are.
        all: usize,
    },
    /// No policy can be suggested.
    #[error("no policy is suggested: {0}")]
    NoSuggestion(String),
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// A store in a bucket cannot be used.
    #[error("the store cannot be read: {0}")]
    RemoteStore(String),
    /// Nobody says where the platform's data directory is.
    #[error("the platform's data directory cannot be told ({0}): --store FILE names a place")]
    NoDataDirectory(String),
    /// A destroy cannot be rehearsed.
    #[error(transparent)]
    NoDrill(crate::analysis::NoDrill),
    /// Evidence could not be made.
    #[error(transparent)]
    Evidence(#[from] crate::audit::evidence::EvidenceError),
    /// A key is of no use.
    #[error("the key {name}: {source}")]
    Key {
        /// The key's file or ARN.
        name: String,
        /// Why.
        source: crate::evidence::KeyError,
    },
    /// A key in KMS could not be used.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Kms(#[from] crate::aws::KmsKeyError),
    /// A file could not be read.
    #[error("cannot read {name}: {why}")]
    Read {
        /// The file, or `standard input`.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// A file could not be written.
    #[error("cannot write {}: {source}. What was there before is unchanged", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A report could not be put into a bucket.
    #[error("{why}. {kept}")]
    Put {
        /// Why, and what to do.
        why: String,
        /// What became of the report.
        kept: String,
    },
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Stdout(io::Error),
    /// The reader of standard output went away: nobody is left to tell.
    #[error("the reader of standard output went away")]
    PipeClosed,
    /// An inventory could not be served.
    #[cfg(feature = "fleet")]
    #[error(
        "cannot serve on port {port} of this machine: {source}. Another --port may be free; without one, any that is free is taken"
    )]
    Serve {
        /// The port asked for; 0 is any.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// AWS could not be read.
    #[cfg(feature = "aws")]
    #[error(transparent)]
    Collect(#[from] crate::aws::CollectError),
}

impl CliError {
    /// The exit code that it ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Evidence(EvidenceError::OutsidePeriod { .. } | EvidenceError::UnknownFramework { .. }) => Exit::Usage,
            Self::Usage(_) | Self::UnknownCheck(_) | Self::Config(ConfigError::Wrong { .. }) => Exit::Usage,
            // Whoever closes a pipe has seen enough.
            Self::PipeClosed => Exit::Holds,
            _ => Exit::CouldNotRun,
        }
    }

    /// What became of a write to standard output.
    pub(super) fn stdout(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::PipeClosed } else { Self::Stdout(error) }
    }
}
