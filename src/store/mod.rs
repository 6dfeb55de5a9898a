//! The store: every scan with its scores and verdicts, in one SQLite file. Knows `model` alone.
//!
//! A scan is added in one transaction or not at all, and none is ever changed. What is damaged, foreign or newer than this
//! palisade is told and left as it is. The decision worth knowing: findings lie as one compressed text per scan, so that a
//! night's 50,000 verdicts are one write of about a megabyte, and each scan carries its digest.

mod content;
mod error;
mod open;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

pub use content::{PackError, Packed};
pub use error::StoreError;

use crate::model::history::{KeptScan, Scan, ScopeHistory, ScorePoint};

/// The columns that [`Found`] is made of.
const COLUMNS: &str = "scans.seq, scans.id, scans.head, scans.sha256";

/// How many ids an answer about an unknown one names.
const NAMED: usize = 5;

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

/// What became of a scan that was to be kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Added {
    /// The scan.
    pub scan: Scan,
    /// Whether it is new: the same scan, judged in the same way, is kept once.
    pub new: bool,
}

/// The kept scans, oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scans {
    /// Those that are whole.
    pub scans: Vec<Scan>,
    /// What is wrong with each of the others.
    pub damaged: Vec<String>,
}

/// What a scan is to be compared with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Baseline {
    /// The last complete scan of the same scope before it.
    pub scan: Option<KeptScan>,
    /// How many scans of the scope were kept before it, complete or not.
    pub earlier: usize,
    /// Scans that would have been later, and are damaged.
    pub damaged: Vec<String>,
}

/// A row of `scans`.
struct Found {
    seq: i64,
    id: String,
    head: String,
    sha256: Vec<u8>,
}

impl Found {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { seq: row.get(0)?, id: row.get(1)?, head: row.get(2)?, sha256: row.get(3)? })
    }
}

impl Store {
    /// Opens the store to add to it, and makes it where there is none.
    ///
    /// # Errors
    /// [`StoreError`], whatever is in the way.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open::to_write(path)?, path: path.to_owned() })
    }

    /// Opens the store to read it.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is none; otherwise whatever is in the way.
    pub fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open::to_read(path)?, path: path.to_owned() })
    }

    /// Closes the store with all of it in its one file: a log beside it would be left behind where the file is copied.
    ///
    /// # Errors
    /// The log cannot be written back.
    pub fn close(self) -> Result<(), StoreError> {
        let Self { connection, path } = self;
        let checkpoint = connection.pragma_update(None, "journal_mode", "delete");
        checkpoint.map_err(|source| StoreError::sqlite(&path, source))?;
        connection.close().map_err(|(_, source)| StoreError::sqlite(&path, source))
    }

    /// Keeps a scan.
    ///
    /// # Errors
    /// The store is full, read-only, held by another process or damaged. What was in it before is unchanged.
    pub fn add(&mut self, packed: &Packed) -> Result<Added, StoreError> {
        let path = self.path.clone();
        let wrong = |source| StoreError::sqlite(&path, source);
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(wrong)?;
        let known: Option<String> = transaction
            .query_row("SELECT id FROM scans WHERE sha256 = ?1", [&packed.sha256[..]], |row| row.get(0))
            .optional()
            .map_err(wrong)?;
        if let Some(id) = known {
            return Ok(Added { scan: Scan { id, ..packed.scan.clone() }, new: false });
        }
        let taken = |id: &str| {
            transaction.query_row("SELECT 1 FROM scans WHERE id = ?1", [id], |_| Ok(())).optional().map_err(wrong)
        };
        // Two scans of one second whose digests begin alike are told apart by more digits.
        let whole = content::head(&packed.head, &packed.sha256)
            .map_err(|why| StoreError::Damaged { path: path.clone(), why })?;
        let (mut scan, mut more) = (packed.scan.clone(), 0);
        while more < 58 && taken(&scan.id)?.is_some() {
            more += 1;
            scan.id = content::id(&whole, &packed.sha256, more);
        }
        transaction
            .execute(
                "INSERT INTO scans (id, scope, taken_at, complete, head, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    scan.id,
                    scan.scope_id,
                    scan.taken_at.as_microsecond(),
                    scan.complete,
                    packed.head,
                    &packed.sha256[..]
                ],
            )
            .map_err(wrong)?;
        let seq = transaction.last_insert_rowid();
        transaction
            .execute("INSERT INTO findings (scan, content) VALUES (?1, ?2)", params![seq, packed.content])
            .map_err(wrong)?;
        transaction.commit().map_err(wrong)?;
        Ok(Added { scan, new: true })
    }

    /// Every kept scan, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn scans(&self) -> Result<Scans, StoreError> {
        let mut scans = Scans::default();
        let sql = format!("SELECT {COLUMNS} FROM scans ORDER BY taken_at, seq");
        self.each(&sql, params![], |found| {
            match self.scan(&found) {
                Ok(scan) => scans.scans.push(scan),
                Err(error) => scans.damaged.push(error.to_string()),
            }
            Ok(true)
        })?;
        Ok(scans)
    }

    /// The scores of a scope over time, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn scores(&self, scope_id: &str) -> Result<Vec<ScorePoint>, StoreError> {
        let mut points = Vec::new();
        let sql = format!("SELECT {COLUMNS} FROM scans WHERE scope = ?1 ORDER BY taken_at, seq");
        self.each(&sql, params![scope_id], |found| {
            // One damaged scan takes nothing from the others.
            points.extend(self.scan(&found).ok().as_ref().map(ScorePoint::from));
            Ok(true)
        })?;
        Ok(points)
    }

    /// What this scan is to be compared with: the last complete scan of the same scope that was taken before it, or at the
    /// same time and kept before it.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn baseline(&self, packed: &Packed) -> Result<Baseline, StoreError> {
        let wrong = |source| StoreError::sqlite(&self.path, source);
        let own: Option<i64> = self
            .connection
            .query_row("SELECT seq FROM scans WHERE sha256 = ?1", [&packed.sha256[..]], |row| row.get(0))
            .optional()
            .map_err(wrong)?;
        let (taken_at, seq) = (packed.scan.taken_at.as_microsecond(), own.unwrap_or(i64::MAX));
        let mut baseline = Baseline::default();
        let before = "scope = ?1 AND (taken_at, seq) < (?2, ?3)";
        let scope = &packed.scan.scope_id;
        let earlier: i64 = self
            .connection
            .query_row(&format!("SELECT count(*) FROM scans WHERE {before}"), params![scope, taken_at, seq], |row| {
                row.get(0)
            })
            .map_err(wrong)?;
        baseline.earlier = usize::try_from(earlier).unwrap_or(0);
        let sql =
            format!("SELECT {COLUMNS} FROM scans WHERE complete = 1 AND {before} ORDER BY taken_at DESC, seq DESC");
        self.each(&sql, params![scope, taken_at, seq], |found| {
            match self.kept(&found) {
                Ok(kept) => baseline.scan = Some(kept),
                Err(error @ StoreError::DamagedScan { .. }) => baseline.damaged.push(error.to_string()),
                Err(error) => return Err(error),
            }
            Ok(baseline.scan.is_none())
        })?;
        Ok(baseline)
    }

    /// A scan by its id, by enough first characters of it, by `latest`, or by `latest~N`, the Nth before; of one scope
    /// where `scope` (its id, or enough first characters of it) is given.
    ///
    /// # Errors
    /// There is none, or more than one; or it is damaged.
    pub fn find(&self, wanted: &str, scope: Option<&str>) -> Result<KeptScan, StoreError> {
        let Scans { scans, .. } = self.scans()?;
        let of_scope = |scan: &&Scan| scope.is_none_or(|scope| scan.scope_id.starts_with(scope));
        let listed: Vec<&Scan> = scans.iter().filter(of_scope).collect();
        let hint = || match listed.as_slice() {
            [] => ": it holds none".to_owned(),
            some => {
                let ids: Vec<&str> = some.iter().rev().take(NAMED).map(|scan| scan.id.as_str()).collect();
                format!(": its latest are {}", ids.join(", "))
            }
        };
        let none = |hint: String| StoreError::NoScan { path: self.path.clone(), wanted: wanted.to_owned(), hint };
        let id = if let Some(back) = back(wanted) {
            // The latest says which scope is meant, where none is named.
            let scope = listed.last().map(|scan| scan.scope_id.as_str());
            let mut same = listed.iter().rev().filter(|scan| Some(scan.scope_id.as_str()) == scope);
            let kept = same.clone().count();
            let found = same.nth(back).map(|scan| scan.id.clone());
            found.ok_or_else(|| none(if kept == 0 { hint() } else { format!(": of that scope it holds {kept}") }))?
        } else {
            let like: Vec<&&Scan> = listed.iter().filter(|scan| scan.id.starts_with(wanted)).collect();
            match like.as_slice() {
                _ if wanted.is_empty() => return Err(none(hint())),
                [one] => one.id.clone(),
                [] => wanted.to_owned(),
                many => match many.iter().find(|scan| scan.id == wanted) {
                    Some(exact) => exact.id.clone(),
                    None => return Err(none(format!(": {} begin so", many.len()))),
                },
            }
        };
        let mut kept = None;
        self.each(&format!("SELECT {COLUMNS} FROM scans WHERE id = ?1"), params![id], |found| {
            kept = Some(self.kept(&found)?);
            Ok(false)
        })?;
        kept.ok_or_else(|| none(hint()))
    }

    /// The kept scans by scope, the scope with the latest scan last; of each the last `last`.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn history(&self, scope: Option<&str>, last: usize) -> Result<(Vec<ScopeHistory>, Vec<String>), StoreError> {
        let Scans { scans, damaged } = self.scans()?;
        let mut scopes: BTreeMap<String, ScopeHistory> = BTreeMap::new();
        for scan in scans.into_iter().filter(|scan| scope.is_none_or(|scope| scan.scope_id.starts_with(scope))) {
            let history = scopes.entry(scan.scope_id.clone()).or_insert_with(|| ScopeHistory {
                scope_id: scan.scope_id.clone(),
                scope: scan.scope.clone(),
                scans: Vec::new(),
                older: 0,
            });
            history.scans.push(scan);
        }
        let mut scopes: Vec<ScopeHistory> = scopes.into_values().collect();
        for history in &mut scopes {
            history.older = history.scans.len().saturating_sub(last);
            history.scans.drain(..history.older);
        }
        scopes.sort_by(|a, b| {
            let latest = |history: &ScopeHistory| history.scans.last().map(|scan| scan.taken_at);
            latest(a).cmp(&latest(b)).then_with(|| a.scope_id.cmp(&b.scope_id))
        });
        Ok((scopes, damaged))
    }

    fn each(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
        mut visit: impl FnMut(Found) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let wrong = |source| StoreError::sqlite(&self.path, source);
        let mut statement = self.connection.prepare(sql).map_err(wrong)?;
        let mut rows = statement.query(values).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            if !visit(Found::of(row).map_err(wrong)?)? {
                break;
            }
        }
        Ok(())
    }

    fn damaged(&self, id: &str, why: String) -> StoreError {
        StoreError::DamagedScan { path: self.path.clone(), id: id.to_owned(), why }
    }

    fn scan(&self, found: &Found) -> Result<Scan, StoreError> {
        let head = content::head(&found.head, &found.sha256).map_err(|why| self.damaged(&found.id, why))?;
        content::scan(found.id.clone(), head).map_err(|error| self.damaged(&found.id, error.to_string()))
    }

    fn kept(&self, found: &Found) -> Result<KeptScan, StoreError> {
        let head = content::head(&found.head, &found.sha256).map_err(|why| self.damaged(&found.id, why))?;
        let packed: Option<Vec<u8>> = self
            .connection
            .query_row("SELECT content FROM findings WHERE scan = ?1", [found.seq], |row| row.get(0))
            .optional()
            .map_err(|source| StoreError::sqlite(&self.path, source))?;
        let packed = packed.ok_or_else(|| self.damaged(&found.id, "its findings are missing".to_owned()))?;
        let findings = content::findings(&packed, &head).map_err(|why| self.damaged(&found.id, why))?;
        Ok(KeptScan { scan: self.scan(found)?, findings })
    }
}

/// How far back `latest` or `latest~N` reaches.
fn back(wanted: &str) -> Option<usize> {
    match wanted.strip_prefix("latest")? {
        "" => Some(0),
        rest => rest.strip_prefix('~')?.parse().ok(),
    }
}

#[cfg(test)]
mod tests;
