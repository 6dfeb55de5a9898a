//! Terraform state: where it lies, how it is locked, and the allow-listed part of what it holds.
//!
//! States are found in three ways: a DynamoDB lock table names every state last written through it; keys end in `.tfstate`
//! in buckets that suggest state or are named in `[state.buckets]`; lock files (their versions and delete markers too) name
//! the state beside them. Of an object's bytes nothing is held but what [`crate::terraform`] allows. The decision worth
//! knowing: locks are read before the states and, where a state was written meanwhile, once more after them
//! ([`settle`]), so that a scan during an apply does not take the write for one without a lock.

pub(super) mod across;
mod content;
mod list;
mod objects;
mod patterns;
mod settle;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use futures::stream;

use self::content::{Fetched, fetch};
use self::objects::Listed;
use super::site::Site;
use crate::model::dynamodb::Table;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::Region;
use crate::model::operation::Operation;
use crate::model::s3::Bucket;
use crate::model::terraform::{LockItem, LockTable, StateBucket, StateBucketReason, StateInventory, StateObject};
use crate::terraform::{LOCK_SUFFIX, Limits};

/// Buckets and tables of one account that are read at once.
const BUCKETS_AT_ONCE: usize = 8;
/// States of one bucket that are parsed at once, each in a thread of its own.
const STATES_AT_ONCE: usize = 2;

/// How states are looked for.
#[derive(Debug, Clone)]
pub(super) struct Options {
    /// Whether the content of states is read; without it every state is listed and its content out of scope.
    pub(super) content: bool,
    /// `[state.buckets]`: names or globs.
    pub(super) buckets: Vec<String>,
    /// The most pages (1,000 keys each) that one bucket's objects, and its versions, are listed for.
    pub(super) pages: usize,
    /// What one state may cost, and the tag keys that name an environment.
    pub(super) limits: Limits,
}

impl Default for Options {
    /// Content is read; 300 pages, some 300,000 keys, a bucket.
    fn default() -> Self {
        Self { content: true, buckets: Vec::new(), pages: 300, limits: Limits::default() }
    }
}

/// A lock table's site and name, beside what was read of it.
type Scanned = (Site, String, LockTable);

/// Looks for states in one account. `tables`: the tables of each region; `at`: the account's site in a region.
///
/// What could not be listed of buckets or tables at all is a gap of their own collections.
pub(super) async fn collect(
    buckets: &Collected<Vec<Bucket>>,
    tables: &[(Region, &Collected<Vec<Table>>)],
    at: &(dyn Fn(&Region) -> Site + Sync),
    options: &Options,
) -> StateInventory {
    let mut scanned = lock_tables(tables, at).await;
    let named = named_keys(scanned.iter().map(|(_, _, table)| table));

    let configured = patterns::globs(&options.buckets);
    let mut sites = BTreeMap::new();
    let mut jobs = Vec::new();
    for bucket in buckets.items() {
        let keys = named.get(&bucket.name).cloned().unwrap_or_default();
        let reasons = patterns::reasons(bucket, &configured, named.contains_key(&bucket.name));
        if reasons.is_empty() {
            continue;
        }
        let site = bucket.region.value().map(at);
        if let Some(site) = &site {
            sites.insert(bucket.name.clone(), site.clone());
        }
        jobs.push(Box::pin(look_into(bucket, reasons, keys, site, options)));
    }
    let mut buckets: Vec<StateBucket> = stream::iter(jobs).buffer_unordered(BUCKETS_AT_ONCE).collect().await;
    buckets.sort_by(|a, b| a.bucket.cmp(&b.bucket));

    let mut found: Vec<&mut StateBucket> = buckets.iter_mut().collect();
    for (site, name, table) in &mut scanned {
        Box::pin(settle::digests(table, (site, name), &mut found, &sites, options)).await;
    }
    let mut lock_tables: Vec<LockTable> = scanned.into_iter().map(|(_, _, table)| table).collect();
    lock_tables.sort_by(|a, b| a.table.cmp(&b.table));
    StateInventory { lock_tables, buckets }
}

/// The keys that digests and held locks name, by bucket.
fn named_keys<'t>(tables: impl IntoIterator<Item = &'t LockTable>) -> BTreeMap<String, BTreeSet<String>> {
    let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in tables.into_iter().flat_map(|table| table.items.items()) {
        let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
        named.entry(bucket.clone()).or_default().insert(key.clone());
    }
    named
}

/// Scans every table that has the key schema of a lock table.
async fn lock_tables(
    tables: &[(Region, &Collected<Vec<Table>>)],
    at: &(dyn Fn(&Region) -> Site + Sync),
) -> Vec<Scanned> {
    let mut jobs = Vec::new();
    for (region, tables) in tables {
        for table in tables.items().iter().filter(|table| tables::is_lock_table(table)) {
            let site = at(region);
            jobs.push(Box::pin(async move {
                let scanned = tables::scan(&site, table).await;
                (site, table.name.clone(), scanned)
            }));
        }
    }
    stream::iter(jobs).buffer_unordered(BUCKETS_AT_ONCE).collect().await
}

/// Looks into one bucket: lock files first, since they name states; then the states; then, where it matters, lock files
/// once more.
async fn look_into(
    bucket: &Bucket,
    reasons: Vec<StateBucketReason>,
    mut named: BTreeSet<String>,
    site: Option<Site>,
    options: &Options,
) -> StateBucket {
    let name = bucket.name.clone();
    let Some(site) = site else {
        // Without its region the bucket cannot be asked.
        let gap = |operation| {
            let why = bucket.region.gap();
            let kind = why.map_or(GapKind::Malformed, |gap| gap.kind);
            Gap::not_made(kind, operation, format!("the region of bucket {name} could not be read"))
        };
        let objects = Collected::Gap(gap(Operation::S3ListObjectsV2));
        let lock_versions = Collected::Gap(gap(Operation::S3ListObjectVersions));
        return StateBucket { bucket: name, reasons, objects, lock_versions };
    };
    let started = site.now();
    let lock_versions = objects::lock_versions(&site, &name, None, options.pages).await;
    let lock_versions = match lock_versions {
        // The age of the list is that of its beginning: a write after it may be missing.
        Ok(versions) => Collected::read(started, versions),
        Err(failure) => site.collected(Err(failure)),
    };
    let states = lock_versions.items().iter().filter_map(|version| version.key.strip_suffix(LOCK_SUFFIX));
    named.extend(states.map(str::to_owned));
    let listed = objects::states(&site, &name, &named, options.pages).await;
    let objects = match listed {
        Ok(listed) => {
            let read_at = site.now();
            Collected::read(read_at, read_all(&site, &name, listed, options).await)
        }
        Err(failure) => site.collected(Err(failure)),
    };
    let mut found = StateBucket { bucket: name, reasons, objects, lock_versions };
    settle::lock_files(&site, &mut found, options).await;
    found
}

/// Reads the listed states; one that is gone since it was listed is left out.
async fn read_all(site: &Site, bucket: &str, listed: Vec<Listed>, options: &Options) -> Vec<StateObject> {
    let jobs = listed.into_iter().map(|listed| Box::pin(read_one(site, bucket, listed, options)));
    let mut objects: Vec<StateObject> =
        stream::iter(jobs).buffer_unordered(STATES_AT_ONCE).filter_map(std::future::ready).collect().await;
    objects.sort_by(|a, b| a.key.cmp(&b.key));
    objects
}

async fn read_one(site: &Site, bucket: &str, listed: Listed, options: &Options) -> Option<StateObject> {
    let address = format!("s3://{bucket}/{}", listed.key);
    let not_made = |kind, message: String| Gap::not_made(kind, Operation::S3GetObject, message);
    let limit = options.limits.max_bytes;
    let gap = if !options.content {
        not_made(GapKind::OutOfScope, format!("{address} was not read: --no-state-content"))
    } else if listed.size > limit {
        not_made(GapKind::Budget, format!("{address} has {} bytes, over the limit of {limit}", listed.size))
    } else {
        match fetch(site, bucket, &listed.key, &options.limits).await {
            Ok(fetched) => return Some(read_object(listed, fetched?)),
            Err(failure) => failure.into(),
        }
    };
    let Listed { key, size, etag, last_modified } = listed;
    Some(StateObject { key, size, last_modified, etag, body: Answer::Gap(gap.clone()), content: Answer::Gap(gap) })
}

/// An object that was read: what its headers told stands over what the list told.
fn read_object(listed: Listed, fetched: Fetched) -> StateObject {
    StateObject {
        key: listed.key,
        size: fetched.size,
        last_modified: fetched.last_modified.unwrap_or(listed.last_modified),
        etag: fetched.etag.or(listed.etag),
        body: Answer::Value(fetched.body),
        content: fetched.content,
    }
}
