//! Terraform's states, and their locks: what buckets and lock tables hold, in memory. Terraform's S3 backend may read and
//! write it; nothing of that is kept when the endpoint ends.
//!
//! The decision worth knowing: the bytes of a state that the inventory holds are made when somebody asks for them, from its
//! position in the inventory; only what was written meanwhile is held as bytes.

mod broken;
mod items;
mod seal;
#[cfg(test)]
pub(super) mod tests;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};

pub(super) use items::{Item, Items};
pub use seal::sealed;
use seal::{bytes, md5_of, padded};

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Answer;
use super::route::Backend;
use super::{dynamodb, s3};
use crate::model::gap::Answer as Told;
use crate::model::inventory::{AccountParts, Inventory};
use crate::model::s3::Bucket;
use crate::model::terraform::{LockFileVersion, StateBucket, StateObject};

/// The version id of what was written where no versions are kept.
pub(super) const NULL: &str = "null";

/// What state buckets and lock tables hold.
#[derive(Debug, Default)]
pub(super) struct States {
    /// By bucket name.
    buckets: BTreeMap<String, Holding>,
    /// By table ARN.
    tables: BTreeMap<String, Mutex<Items>>,
}

/// One bucket's objects, and where the inventory has them: account and state bucket, by position.
#[derive(Debug)]
struct Holding {
    place: (usize, usize),
    objects: Mutex<Objects>,
}

/// The objects of a bucket.
#[derive(Debug)]
pub(super) struct Objects {
    /// The versions of each key, the newest first.
    pub(super) keys: BTreeMap<String, Vec<Version>>,
    keeps: Keeps,
    /// How many versions were written since the endpoint began.
    written: u64,
}

/// What becomes of a version when another one is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    /// It stays.
    All,
    /// It stays, unless it is the one that has no version id.
    AllButNull,
    /// It is gone.
    None,
}

/// One version of an object, or a delete marker.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// Its id as lists show it.
    pub(super) id: Option<String>,
    /// When it was written, by the inventory's clock.
    pub(super) modified: Timestamp,
    /// Whether it is the newest of its key.
    pub(super) latest: bool,
    /// In bytes.
    pub(super) size: u64,
    /// Without quotes.
    pub(super) etag: Option<String>,
    pub(super) what: Kept,
}

/// What a version is.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    /// A delete marker.
    Marker,
    /// A lock file that the inventory knows of.
    LockFile,
    /// A state of the inventory's, by its position in its bucket.
    State(usize),
    /// What somebody wrote.
    Written(Bytes),
}

impl States {
    /// What an inventory knows; `shift` is by how much its times are moved.
    pub(super) fn of(inventory: &Inventory, shift: SignedDuration) -> Self {
        let mut states = Self::default();
        for (at, account) in inventory.accounts.iter().enumerate() {
            let Some(parts) = account.parts() else { continue };
            for (place, bucket) in parts.state.buckets.iter().enumerate() {
                let objects = Mutex::new(Objects::of(parts, bucket, shift));
                states.buckets.insert(bucket.bucket.clone(), Holding { place: (at, place), objects });
            }
            for table in &parts.state.lock_tables {
                states.tables.insert(table.table.as_str().to_owned(), Mutex::new(items::of(table, shift)));
            }
        }
        states
    }

    /// What the inventory says of a bucket's states, and the objects as they are now.
    ///
    /// # Errors
    /// Where nobody looked into it for states.
    pub(super) fn bucket<'a>(
        &'a self,
        inventory: &'a Inventory,
        name: &str,
    ) -> Result<(&'a StateBucket, MutexGuard<'a, Objects>), Refusal> {
        let unseen = || Refusal::unseen(&format!("the objects of bucket {name}"));
        let holding = self.buckets.get(name).ok_or_else(unseen)?;
        let (account, place) = holding.place;
        let parts = inventory.accounts.get(account).and_then(|account| account.parts());
        let bucket = parts.and_then(|parts| parts.state.buckets.get(place)).ok_or_else(unseen)?;
        Ok((bucket, holding.objects.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// The items of a lock table as they are now; none where it is no lock table.
    pub(super) fn items(&self, table: &str) -> Option<MutexGuard<'_, Items>> {
        self.tables.get(table).map(|items| items.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Objects {
    /// Whether anything was written since the endpoint began.
    pub(super) const fn was_written(&self) -> bool {
        self.written > 0
    }

    fn of(parts: &AccountParts, bucket: &StateBucket, shift: SignedDuration) -> Self {
        let known = parts.s3.buckets.items().iter().find(|known| known.name == bucket.bucket);
        let mut objects = Self { keys: BTreeMap::new(), keeps: Keeps::of(known, bucket), written: 0 };
        for version in bucket.lock_versions.items() {
            objects.keys.entry(version.key.clone()).or_default().push(lock_file(&bucket.bucket, version, shift));
        }
        for versions in objects.keys.values_mut() {
            versions.sort_by_key(|version| (!version.latest, std::cmp::Reverse(version.modified)));
        }
        for (place, object) in bucket.objects.items().iter().enumerate() {
            objects.add(place, object);
        }
        objects
    }

    /// Adds a state; where the newest of the key's lock file versions is it, it takes that one's place.
    fn add(&mut self, place: usize, object: &StateObject) {
        let StateObject { key, size, last_modified, etag, body, content: _ } = object;
        let versioned = self.keeps != Keeps::None;
        let versions = self.keys.entry(key.clone()).or_default();
        let known = body.value().map(|body| body.version_id.clone());
        let id = match known {
            Some(id) => id,
            // Nobody read it, but it has one.
            None if versioned => Some(md5_of(format!("version of {key}").as_bytes())),
            None => None,
        };
        let version = Version {
            id: Some(id.unwrap_or_else(|| NULL.to_owned())),
            modified: *last_modified,
            latest: true,
            size: *size,
            etag: etag.clone(),
            what: Kept::State(place),
        };
        match versions.first_mut().filter(|version| version.latest && !version.is_marker()) {
            Some(newest) => *newest = Version { id: newest.id.clone(), ..version },
            None => versions.insert(0, version),
        }
    }

    /// The version that an object is now.
    pub(super) fn current(&self, key: &str) -> Option<&Version> {
        let versions = self.keys.get(key)?;
        versions.iter().find(|version| version.latest).filter(|version| !version.is_marker())
    }

    /// The newest version or delete marker of a key.
    pub(super) fn newest(&self, key: &str) -> Option<&Version> {
        self.keys.get(key)?.iter().find(|version| version.latest)
    }

    /// Writes an object: its ETag, and its version id where versions are kept.
    pub(super) fn put(&mut self, key: &str, bytes: Bytes, at: Timestamp) -> (String, Option<String>) {
        let etag = md5_of(&bytes);
        let size = bytes.len() as u64;
        let what = Kept::Written(bytes);
        let id =
            self.write(key, Version { id: None, modified: at, latest: true, size, etag: Some(etag.clone()), what });
        (etag, Some(id).filter(|_| self.keeps != Keeps::None))
    }

    /// Deletes an object: the id of the delete marker, where versions are kept.
    pub(super) fn delete(&mut self, key: &str, at: Timestamp) -> Option<String> {
        if self.keeps == Keeps::None {
            self.keys.remove(key);
            return None;
        }
        let marker = Version { id: None, modified: at, latest: true, size: 0, etag: None, what: Kept::Marker };
        Some(self.write(key, marker))
    }

    /// Deletes one version for good; the one before it is the newest then.
    pub(super) fn delete_version(&mut self, key: &str, id: &str) -> Option<Version> {
        let versions = self.keys.get_mut(key)?;
        let at = versions.iter().position(|version| version.id.as_deref() == Some(id))?;
        let gone = versions.remove(at);
        if let Some(newest) = versions.first_mut().filter(|_| gone.latest) {
            newest.latest = true;
        }
        if versions.is_empty() {
            self.keys.remove(key);
        }
        Some(gone)
    }

    fn write(&mut self, key: &str, version: Version) -> String {
        self.written = self.written.saturating_add(1);
        let id = match self.keeps {
            Keeps::All => md5_of(format!("{key} {}", self.written).as_bytes()),
            Keeps::AllButNull | Keeps::None => NULL.to_owned(),
        };
        let versions = self.keys.entry(key.to_owned()).or_default();
        match self.keeps {
            Keeps::All => {}
            Keeps::AllButNull => versions.retain(|version| version.id.as_deref() != Some(NULL)),
            Keeps::None => versions.clear(),
        }
        versions.iter_mut().for_each(|version| version.latest = false);
        versions.insert(0, Version { id: Some(id.clone()), ..version });
        id
    }
}

impl Keeps {
    fn of(known: Option<&Bucket>, bucket: &StateBucket) -> Self {
        match known.map(|bucket| &bucket.versioning) {
            Some(Told::Value(versioning)) => match versioning.status.as_deref() {
                Some("Enabled") => Self::All,
                Some(_) => Self::AllButNull,
                None => Self::None,
            },
            // Nobody said: then what was read of the states tells.
            _ => {
                let objects = bucket.objects.items().iter().filter_map(|object| object.body.value());
                let locks = bucket.lock_versions.items().iter().filter_map(|version| version.version_id.as_deref());
                let mut ids = objects.filter_map(|body| body.version_id.as_deref()).chain(locks);
                if ids.any(|id| id != NULL) { Self::All } else { Self::None }
            }
        }
    }
}

impl Version {
    /// The id that it bears in headers; none where its bucket never kept versions.
    pub(super) fn told_id(&self, bucket: &StateBucket) -> Option<String> {
        match state(bucket, self).and_then(|object| object.body.value()) {
            Some(body) => body.version_id.clone(),
            None => self.id.clone().filter(|id| id != NULL),
        }
    }

    /// Whether it is a delete marker.
    pub(super) fn is_marker(&self) -> bool {
        matches!(self.what, Kept::Marker)
    }
}

fn lock_file(bucket: &str, version: &LockFileVersion, shift: SignedDuration) -> Version {
    let LockFileVersion { key, version_id, last_modified, delete_marker, latest } = version;
    let bytes = info(bucket, key, items::moved(*last_modified, shift));
    let (size, etag, what) = match delete_marker {
        true => (0, None, Kept::Marker),
        false => (bytes.len() as u64, Some(md5_of(&bytes)), Kept::LockFile),
    };
    Version { id: version_id.clone(), modified: *last_modified, latest: *latest, size, etag, what }
}

/// A lock file's bytes. What it said of who locked is not kept: it says what Terraform needs to tell of a lock.
fn info(bucket: &str, key: &str, created: Timestamp) -> Vec<u8> {
    let path = format!("{bucket}/{}", key.strip_suffix(crate::terraform::LOCK_SUFFIX).unwrap_or(key));
    items::info(&path, Some(created), Some("OperationTypeApply")).into_bytes()
}

/// The bytes of a version.
///
/// # Errors
/// Where the inventory could not read it.
pub(super) fn body(call: &Call<'_>, bucket: &StateBucket, key: &str, version: &Version) -> Result<Bytes, Refusal> {
    match &version.what {
        Kept::Marker => Ok(Bytes::new()),
        Kept::LockFile => Ok(info(&bucket.bucket, key, call.time(version.modified)).into()),
        Kept::Written(bytes) => Ok(bytes.clone()),
        Kept::State(_) => {
            let object = state(bucket, version).ok_or_else(|| Refusal::unseen(key))?;
            if let Told::Gap(gap) = &object.body {
                return Err(Refusal::of(gap));
            }
            bytes(&bucket.bucket, object).map(Bytes::from).ok_or_else(|| Refusal::unseen(key))
        }
    }
}

/// The inventory's state that a version is.
pub(super) fn state<'a>(bucket: &'a StateBucket, version: &Version) -> Option<&'a StateObject> {
    match version.what {
        Kept::State(place) => bucket.objects.items().get(place),
        Kept::Marker | Kept::LockFile | Kept::Written(_) => None,
    }
}

/// What Terraform's backend asks.
pub(super) fn backend(backend: Backend, call: &Call<'_>) -> Result<Answer, Refusal> {
    match backend {
        Backend::HeadBucket => s3::head(call),
        Backend::HeadObject => s3::objects::head(call),
        Backend::PutObject => s3::objects::put(call),
        Backend::DeleteObject => s3::objects::delete(call),
        Backend::GetItem => dynamodb::items::get(call),
        Backend::PutItem => dynamodb::items::put(call),
        Backend::DeleteItem => dynamodb::items::delete(call),
    }
}
