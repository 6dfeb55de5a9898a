//! Opening a store: its file, its marks, its schema.
//!
//! A file is taken for a store by its application id alone; whatever is anything else is left untouched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::error::StoreError;

/// SQLite's `application_id` of a store: `Pals`.
const APPLICATION: i64 = 0x5061_6c73;

/// The schema, step by step: step n leads from version n to n + 1. A step that was released is never changed.
const STEPS: &[&str] = &["
    CREATE TABLE scans (
        seq      INTEGER PRIMARY KEY,
        id       TEXT    NOT NULL UNIQUE,
        scope    TEXT    NOT NULL,               -- the scope's id
        taken_at INTEGER NOT NULL,               -- microseconds since 1970
        complete INTEGER NOT NULL,
        head     TEXT    NOT NULL,               -- all that is known of the scan but its findings, JSON
        sha256   BLOB    NOT NULL UNIQUE         -- of head
    ) STRICT;
    CREATE INDEX scans_by_scope ON scans (scope, complete, taken_at, seq);
    CREATE TABLE findings (
        scan     INTEGER PRIMARY KEY REFERENCES scans (seq) ON DELETE CASCADE,
        content  BLOB    NOT NULL                -- one finding a line, JSON, zstd; head holds its SHA-256
    ) STRICT;
"];

/// How long another process is waited for: a scan is written in well under a second.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pause between tries of what SQLite does not wait for itself (the change to WAL is such a thing).
const PAUSE: Duration = Duration::from_millis(50);

/// Opens the store to write, and makes it where there is none.
pub(super) fn to_write(path: &Path) -> Result<Connection, StoreError> {
    let path = absolute(path)?;
    make(&path)?;
    again(|| {
        let mut connection = connect(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let wrong = |source| StoreError::sqlite(&path, source);
        if version(&connection, &path)? < known() {
            migrate(&mut connection, &path)?;
        }
        // A process that dies after a commit loses nothing, and neither does a machine.
        connection.pragma_update(None, "journal_mode", "wal").map_err(wrong)?;
        connection.pragma_update(None, "synchronous", "full").map_err(wrong)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(wrong)?;
        Ok(connection)
    })
}

/// Opens the store to read: nothing is made.
pub(super) fn to_read(path: &Path) -> Result<Connection, StoreError> {
    let path = absolute(path)?;
    if !regular(&path)? {
        return Err(StoreError::Missing { path });
    }
    again(|| {
        let connection = match reading(&path) {
            // A store that lies where nothing may be written cannot have a log of changes beside it, and needs none.
            Err(StoreError::Open { .. } | StoreError::ReadOnly { .. }) if !beside(&path, "-wal").exists() => {
                let name = utf8_percent_encode(&path.to_string_lossy(), NON_ALPHANUMERIC).to_string();
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
                let connection = connect(Path::new(&format!("file:{name}?immutable=1")), flags);
                let connection = connection.map_err(|_| open_failed(&path))?;
                version(&connection, &path).map(|version| (connection, version))
            }
            other => other,
        };
        match connection? {
            (_, 0) => Err(StoreError::Missing { path: path.clone() }),
            (connection, _) => Ok(connection),
        }
    })
}

fn reading(path: &Path) -> Result<(Connection, i64), StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let version = version(&connection, path)?;
    connection.pragma_update(None, "query_only", true).map_err(|source| StoreError::sqlite(path, source))?;
    Ok((connection, version))
}

fn open_failed(path: &Path) -> StoreError {
    StoreError::Open { path: path.to_owned(), why: "its file or its folder cannot be used".to_owned() }
}

/// SQLite gives meaning to names such as `:memory:` and `file:`; an absolute path has none.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    std::path::absolute(path).map_err(|source| StoreError::Make { path: path.to_owned(), source })
}

pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether a file is there. What is no file (a folder, a device) could swallow what is written.
fn regular(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(true),
        Ok(_) => Err(StoreError::Foreign { path: path.to_owned(), what: "it is no file".to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(StoreError::Open { path: path.to_owned(), why: error.to_string() }),
    }
}

/// Makes the file, its owner's alone: it tells an attacker where to strike. SQLite gives the files beside it the same mode.
fn make(path: &Path) -> Result<(), StoreError> {
    if regular(path)? {
        return Ok(());
    }
    let made = path.parent().map_or(Ok(()), make_folder).and_then(|()| make_file(path));
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(StoreError::Make { path: path.to_owned(), source }),
        Ok(()) => Ok(()),
    }
}

fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn make_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let wrong = |source| StoreError::sqlite(path, source);
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(wrong)?;
    connection.busy_timeout(PATIENCE).map_err(wrong)?;
    Ok(connection)
}

fn again<T>(mut step: impl FnMut() -> Result<T, StoreError>) -> Result<T, StoreError> {
    let started = Instant::now();
    loop {
        match step() {
            Err(error) if error.is_busy() && started.elapsed() < PATIENCE => sleep(PAUSE),
            other => return other,
        }
    }
}

fn known() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// The version of its schema; 0 where it is still empty.
fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let wrong = |source| StoreError::sqlite(path, source);
    let number = |pragma: &str| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(wrong);
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(wrong)?;
    match (application, version) {
        (0, 0) if tables == 0 => Ok(0),
        (APPLICATION, version) if version > known() => {
            Err(StoreError::Newer { path: path.to_owned(), found: version, known: known() })
        }
        (APPLICATION, version) if version > 0 => Ok(version),
        (APPLICATION, _) => {
            Err(StoreError::Damaged { path: path.to_owned(), why: "it has no schema version".to_owned() })
        }
        _ => Err(StoreError::Foreign {
            path: path.to_owned(),
            what: "it is another program's SQLite database".to_owned(),
        }),
    }
}

/// Brings the schema up to date: all of it or nothing, whoever else tries the same.
fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    let wrong = |source| StoreError::sqlite(path, source);
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
    // Another process may have done it in between.
    let version = version(&transaction, path)?;
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or(usize::MAX)) {
        transaction.execute_batch(step).map_err(wrong)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(wrong)?;
    transaction.pragma_update(None, "user_version", known()).map_err(wrong)?;
    transaction.commit().map_err(wrong)
}
