//! A store that lies in a bucket: fetched, added to, and put back where nobody else was faster.
//!
//! SQLite needs a file. The object is copied to one, and goes back under the condition that it is still what was copied;
//! otherwise the newer one is copied and the same scan added to that. A scan has the same id wherever it is kept, so nothing is
//! kept twice, and the bucket's versions keep what was there before.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::error::CliError;
use crate::model::ids::AccountId;
use crate::model::sink::S3Place;
use crate::store::{Added, Packed, Store};

/// How often a store is put back that others put back as well.
const TRIES: usize = 5;

/// Where scans are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Where {
    /// A file.
    File(PathBuf),
    /// An object.
    Object(S3Place),
}

impl Where {
    /// # Errors
    /// What begins with `s3://` and names no object.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        if !text.starts_with("s3://") {
            return Ok(Self::File(PathBuf::from(text)));
        }
        let place: S3Place = text.parse()?;
        if place.is_prefix() {
            return Err(format!("{text:?} is a prefix: one object is wanted, such as s3://bucket/palisade.sqlite"));
        }
        if cfg!(not(feature = "aws")) {
            return Err("this palisade was built without `aws`: it keeps scans in a file".to_owned());
        }
        Ok(Self::Object(place))
    }
}

/// As whom a bucket is reached, and whose it has to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Access {
    /// The owner, where it is not the account that palisade runs in.
    pub(super) bucket_owner: Option<AccountId>,
    /// As whom.
    #[cfg(feature = "aws")]
    pub(super) options: crate::aws::CollectOptions,
}

impl Access {
    /// What the environment says.
    ///
    /// # Errors
    /// Where a variable of it names an endpoint that is none.
    pub(super) fn usual() -> Result<Self, CliError> {
        Ok(Self {
            bucket_owner: None,
            #[cfg(feature = "aws")]
            options: super::scope::AccessArgs::default().options(&crate::config::Config::default())?,
        })
    }
}

/// A copy of the object in a file of its own.
pub(super) struct Copied {
    _folder: TempDir,
    pub(super) path: PathBuf,
    /// What the object was when it was copied; `None` where there was none.
    #[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "without the SDK nothing goes back"))]
    tag: Option<String>,
}

impl Copied {
    /// Copies the object; where there is none, the file is not there either.
    ///
    /// # Errors
    /// As a sentence.
    pub(super) fn fetch(object: &S3Place, owner: Option<&AccountId>, access: &Access) -> Result<Self, String> {
        let folder = tempfile::Builder::new().prefix("palisade-").tempdir();
        let folder = folder.map_err(|error| format!("{object} cannot be copied: no temporary folder: {error}"))?;
        let path = folder.path().join("store.db");
        let found = get(object, owner, access)?;
        if let Some((content, _)) = &found {
            fs::write(&path, content)
                .map_err(|error| format!("{object} cannot be copied to {}: {error}", path.display()))?;
        }
        Ok(Self { _folder: folder, path, tag: found.map(|(_, tag)| tag) })
    }
}

/// A store open to add to.
pub(super) struct Opened {
    pub(super) store: Store,
    place: Where,
    owner: AccountId,
    copy: Option<Copied>,
}

impl Opened {
    /// # Errors
    /// As a sentence.
    pub(super) fn new(place: &Where, caller: &AccountId, access: &Access) -> Result<Self, String> {
        let owner = access.bucket_owner.clone().unwrap_or_else(|| caller.clone());
        let copy = match place {
            Where::File(_) => None,
            Where::Object(object) => Some(Copied::fetch(object, Some(&owner), access)?),
        };
        let path = match (&copy, place) {
            (Some(copy), _) => copy.path.clone(),
            (None, Where::File(path)) => path.clone(),
            (None, Where::Object(object)) => return Err(format!("{object} was not copied")),
        };
        let store = Store::open(&path).map_err(|error| error.to_string())?;
        Ok(Self { store, place: place.clone(), owner, copy })
    }

    /// Adds the scan, and puts the store back where it came from. Gives the place for a person.
    ///
    /// # Errors
    /// As a sentence; what was kept before is unchanged.
    pub(super) fn keep(mut self, packed: &Packed, access: &Access) -> Result<(Added, String), String> {
        for _ in 0..TRIES {
            let added = self.store.add(packed).map_err(|error| error.to_string())?;
            let (object, copy) = match (&self.place, self.copy.take()) {
                (Where::Object(object), Some(copy)) => (object.clone(), copy),
                (Where::File(path), _) => return Ok((added, path.display().to_string())),
                (Where::Object(object), None) => return Err(format!("{object} was not copied")),
            };
            if !added.new {
                return Ok((added, object.to_string()));
            }
            // One file, without the log beside it.
            self.store.close().map_err(|error| error.to_string())?;
            let content = fs::read(&copy.path).map_err(|error| format!("{}: {error}", copy.path.display()))?;
            if put(&object, &self.owner, &copy, content, access)? {
                return Ok((added, object.to_string()));
            }
            tracing::info!(%object, "another scan was kept there in the meantime: adding to that");
            self = Self::new(&Where::Object(object), &self.owner, access)?;
        }
        Err(format!("others keep scans there all the time: given up after {TRIES} tries"))
    }
}

#[cfg(feature = "aws")]
fn get(object: &S3Place, owner: Option<&AccountId>, access: &Access) -> Result<Option<(Vec<u8>, String)>, String> {
    crate::aws::get_object_blocking(&access.options, object, owner).map_err(|error| error.to_string())
}

#[cfg(not(feature = "aws"))]
fn get(object: &S3Place, _: Option<&AccountId>, _: &Access) -> Result<Option<(Vec<u8>, String)>, String> {
    Err(format!("{object}: this palisade was built without `aws`"))
}

/// Puts it back where nobody else did; `false` where somebody was faster.
#[cfg(feature = "aws")]
fn put(object: &S3Place, owner: &AccountId, copy: &Copied, content: Vec<u8>, access: &Access) -> Result<bool, String> {
    use crate::aws::{Condition, Put, put_object_blocking};
    let condition = copy.tag.clone().map_or(Condition::Absent, Condition::Unchanged);
    put_object_blocking(&access.options, object, owner, "application/vnd.sqlite3", content, &condition)
        .map(|put| put == Put::Done)
        .map_err(|error| error.to_string())
}

#[cfg(not(feature = "aws"))]
fn put(object: &S3Place, _: &AccountId, _: &Copied, _: Vec<u8>, _: &Access) -> Result<bool, String> {
    Err(format!("{object}: this palisade was built without `aws`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_file_or_one_object() {
        assert_eq!(Where::new("a/store.db"), Ok(Where::File("a/store.db".into())));
        if cfg!(feature = "aws") {
            assert!(matches!(Where::new("s3://acme-reports/store.db"), Ok(Where::Object(_))));
        }
        assert!(Where::new("s3://acme-reports/store/").unwrap_err().contains("is a prefix"));
        assert!(Where::new("s3://x").unwrap_err().contains("no place in S3"));
    }
}
