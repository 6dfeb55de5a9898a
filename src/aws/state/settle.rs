//! Locks and states are read one after the other, and Terraform may write in between. Where what was read would tell of a
//! write without a lock, or where a state was written during the collection, the one and the other are read once more.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::content::fetch;
use super::objects::Listed;
use super::{Options, objects, tables};
use crate::aws::site::Site;
use crate::model::gap::{Answer, Collected};
use crate::model::terraform::{LockItem, LockTable, StateBucket, StateObject};

/// How old a write has to be to have ended before the collection began, clocks being what they are.
const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// Whether a state was written so late that a list read at `read_at` may lack its lock.
fn written_during(object: &StateObject, read_at: Option<Timestamp>) -> bool {
    read_at.is_some_and(|read_at| object.last_modified.duration_until(read_at) < QUIET)
}

/// Reads the lock files of states that were just written once more, after the states.
pub(super) async fn lock_files(site: &Site, bucket: &mut StateBucket, options: &Options) {
    let Some(listed_at) = bucket.lock_versions.read_at() else { return };
    let late: Vec<String> = bucket
        .objects
        .items()
        .iter()
        .filter(|object| written_during(object, Some(listed_at)))
        .map(|object| format!("{}{}", object.key, crate::terraform::LOCK_SUFFIX))
        .collect();
    for lock in late {
        let read = objects::lock_versions(site, &bucket.bucket, Some(&lock), options.pages).await;
        match (read, bucket.lock_versions.value_mut()) {
            (Ok(mut fresh), Some(versions)) => {
                fresh.retain(|version| version.key == lock);
                versions.retain(|version| version.key != lock);
                versions.append(&mut fresh);
                versions.sort();
            }
            (Err(failure), _) => {
                bucket.lock_versions = Collected::Gap(failure.into());
                return;
            }
            (Ok(_), None) => return,
        }
    }
}

/// Reads a lock table once more where a digest disagrees with the state that was read, and then those states.
pub(super) async fn digests(
    table: &mut LockTable,
    at_table: (&Site, &str),
    buckets: &mut [&mut StateBucket],
    sites: &BTreeMap<String, Site>,
    options: &Options,
) {
    if !disagreeing(table, buckets, true).is_empty() {
        let (site, name) = at_table;
        let read = tables::items(site, name, table.table.as_str()).await;
        table.items = site.collected(read);
    }
    for (bucket, key) in disagreeing(table, buckets, false) {
        let Some(site) = sites.get(&bucket) else { continue };
        let objects = buckets.iter_mut().find(|b| b.bucket == bucket).and_then(|b| b.objects.value_mut());
        let Some(object) = objects.and_then(|objects| objects.iter_mut().find(|object| object.key == key)) else {
            continue;
        };
        // Where it is gone or cannot be read any longer, what was read first stands.
        if let Ok(Some(fetched)) = fetch(site, &bucket, &key, &options.limits).await {
            let StateObject { key, size, etag, last_modified, .. } = object.clone();
            *object = super::read_object(Listed { key, size, etag, last_modified }, fetched);
        }
    }
}

/// The states whose digest in the table is another than their MD5, or (`late`) that were written during the collection.
fn disagreeing(table: &LockTable, buckets: &[&mut StateBucket], late: bool) -> Vec<(String, String)> {
    let objects: BTreeMap<(&str, &str), &StateObject> = buckets
        .iter()
        .flat_map(|bucket| {
            bucket.objects.items().iter().map(|object| ((bucket.bucket.as_str(), object.key.as_str()), object))
        })
        .collect();
    let mut found = Vec::new();
    for item in table.items.items() {
        let LockItem::Digest { bucket, key, digest } = item else { continue };
        let Some(object) = objects.get(&(bucket.as_str(), key.as_str())) else { continue };
        let Answer::Value(body) = &object.body else { continue };
        let differs = digest.as_ref().is_some_and(|digest| *digest != body.md5);
        if differs || late && written_during(object, table.items.read_at()) {
            found.push((bucket.clone(), key.clone()));
        }
    }
    found
}
