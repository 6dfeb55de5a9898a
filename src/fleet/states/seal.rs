//! The bytes of states: made from what an inventory keeps of them, so that their digests are not those that were read.

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use super::broken;
use crate::model::gap::Answer;
use crate::model::inventory::Inventory;
use crate::model::terraform::{LockItem, StateBody, StateObject};
use crate::terraform::write_state;

/// An inventory as serving it gives it back: the size, the MD5 and (where it is the MD5) the ETag of each state that was read
/// are those of the bytes that are served, and so is every digest in a lock table that agreed with the state.
///
/// States that [`write_state`] made have those already: then it is the same inventory.
#[must_use]
pub fn sealed(mut inventory: Inventory) -> Inventory {
    let mut renewed: BTreeMap<(String, String), (String, String)> = BTreeMap::new();
    let parts = inventory.accounts.iter_mut().filter_map(|account| match &mut account.parts {
        Answer::Value(parts) => Some(parts),
        Answer::Gap(_) => None,
    });
    for bucket in parts.flat_map(|parts| &mut parts.state.buckets) {
        for object in bucket.objects.value_mut().into_iter().flatten() {
            if let Some((old, new)) = seal(&bucket.bucket, object) {
                renewed.insert((bucket.bucket.clone(), object.key.clone()), (old, new));
            }
        }
    }
    if renewed.is_empty() {
        return inventory;
    }
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        let items = parts.state.lock_tables.iter_mut().filter_map(|table| table.items.value_mut());
        for item in items {
            item.iter_mut().for_each(|item| renew(item, &renewed));
            item.sort();
        }
    }
    inventory
}

/// Gives an object what its bytes make true; the old and the new MD5, where they differ.
fn seal(bucket: &str, object: &mut StateObject) -> Option<(String, String)> {
    let bytes = bytes(bucket, object)?;
    let new = md5_of(&bytes);
    object.size = bytes.len() as u64;
    let Answer::Value(StateBody { md5, .. }) = &mut object.body else { return None };
    if *md5 == new {
        return None;
    }
    let old = std::mem::replace(md5, new.clone());
    if object.etag.as_ref() == Some(&old) {
        object.etag = Some(new.clone());
    }
    Some((old, new))
}

fn renew(item: &mut LockItem, renewed: &BTreeMap<(String, String), (String, String)>) {
    let LockItem::Digest { bucket, key, digest: Some(digest) } = item else { return };
    match renewed.get(&(bucket.clone(), key.clone())) {
        Some((old, new)) if old == digest => digest.clone_from(new),
        _ => {}
    }
}

/// The bytes of a state whose body was read.
pub(super) fn bytes(bucket: &str, object: &StateObject) -> Option<Vec<u8>> {
    object.body.value()?;
    Some(match &object.content {
        Answer::Value(content) => padded(write_state(content), object.size),
        Answer::Gap(gap) => {
            let address = format!("s3://{bucket}/{}: ", object.key);
            let message = gap.message.strip_prefix(&address).unwrap_or(&gap.message);
            broken::document(message, object.size)
        }
    })
}

/// A document with line breaks at its end, as long as it is to be: a state holds more than what palisade keeps of it.
pub(super) fn padded(mut bytes: Vec<u8>, size: u64) -> Vec<u8> {
    let size = usize::try_from(size).unwrap_or_default();
    if bytes.len() < size {
        bytes.resize(size, b'\n');
    }
    bytes
}

/// An MD5 in lower-case hex.
pub(super) fn md5_of(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
