//! What can be wrong with a store, each with what to do. None of it ends a scan.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not be used. Whatever it is, what lies in the store stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none yet.
    #[error(
        "there is no store at {}: `palisade scan` makes one, and `palisade assess --store PATH` does", path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Its file could not be made.
    #[error("the store {} cannot be made: {source}", path.display())]
    Make {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It could not be opened.
    #[error("the store {} cannot be opened: {why}", path.display())]
    Open {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The file is something else.
    #[error(
        "{} is no store of palisade: {what}. It is left as it is; --store PATH names another place", path.display()
    )]
    Foreign {
        /// Which.
        path: PathBuf,
        /// What it is.
        what: String,
    },
    /// A newer palisade wrote it.
    #[error(
        "the store {} was written by a newer palisade (its schema is {found}, this one knows {known}): use that version, or another --store",
        path.display()
    )]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its schema's version.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// It is damaged.
    #[error(
        "the store {} is damaged ({why}). It is left as it is: bring back a copy of it, or name another --store",
        path.display()
    )]
    Damaged {
        /// Which.
        path: PathBuf,
        /// What is damaged.
        why: String,
    },
    /// Another process holds it.
    #[error("the store {} is in use by another process for too long", path.display())]
    Busy {
        /// Which.
        path: PathBuf,
    },
    /// There is no room.
    #[error("there is no room for the store {}: what it held before is unchanged", path.display())]
    Full {
        /// Which.
        path: PathBuf,
    },
    /// It may not be written.
    #[error("the store {} may only be read", path.display())]
    ReadOnly {
        /// Which.
        path: PathBuf,
    },
    /// SQLite failed otherwise.
    #[error("the store {} could not be used: {source}. What it held before is unchanged", path.display())]
    Sqlite {
        /// Which.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// No scan of that name is kept.
    #[error("the store {} holds no scan {wanted:?}{hint}", path.display())]
    NoScan {
        /// Which.
        path: PathBuf,
        /// The name.
        wanted: String,
        /// What it holds.
        hint: String,
    },
    /// One scan in it is damaged.
    #[error("the scan {id} in the store {} is damaged: what it says is not what was kept ({why})", path.display())]
    DamagedScan {
        /// Which store.
        path: PathBuf,
        /// Which scan.
        id: String,
        /// What is damaged.
        why: String,
    },
}

impl StoreError {
    /// What SQLite says, in a person's words.
    pub(super) fn sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => Self::Foreign { path, what: "it is no SQLite database".to_owned() },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, why: source.to_string() },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly) => Self::ReadOnly { path },
            Some(ErrorCode::CannotOpen) => Self::Open { path, why: "its file or its folder cannot be used".to_owned() },
            _ => Self::Sqlite { path, source },
        }
    }

    /// Whether another process may let go of it soon.
    pub(super) fn is_busy(&self) -> bool {
        matches!(self, Self::Busy { .. })
    }
}
