//! A built inventory as collecting would have given it.
//!
//! Who builds one says what there is; what follows from it for a collection (the order of lists, where a key is written
//! down, why a bucket was looked into) is worked out here, in one place.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::gap::Answer;
use crate::model::ids::Arn;
use crate::model::inventory::Inventory;
use crate::model::kms::Key;
use crate::model::s3::Bucket;
use crate::model::terraform::{LockItem, StateBucket, StateInventory};

use super::{in_order, none, place_keys, state_bucket_reasons};

/// The inventory with every list in order, every key in its place, every bucket that suggests states looked into, and the
/// caller's own session in the caller's account.
///
/// # Panics
/// Where something refers to a key of an account in scope that the inventory does not hold.
#[must_use]
#[expect(clippy::panic, reason = "the demo's own tests build every inventory that comes here")]
pub fn settled(mut inventory: Inventory) -> Inventory {
    settle_all_but_keys(&mut inventory);
    let held = inventory.accounts.iter().flat_map(|account| account.regions());
    let keys: BTreeMap<Arn, Key> =
        held.flat_map(|(_, parts)| parts.kms.keys.items()).map(|key| (key.reference.clone(), key.clone())).collect();
    place_keys(&mut inventory, |key| match keys.get(key) {
        Some(key) => key.clone(),
        None => panic!("{key} is referred to, but the inventory does not hold it"),
    });
    inventory
}

/// What [`settled`] does, but for the keys.
pub fn settle_all_but_keys(inventory: &mut Inventory) {
    let named = named_buckets(inventory);
    let own = inventory.caller.account.clone();
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        if account.id == own {
            parts.session = inventory.caller.arn.clone();
        }
        look_into(parts.s3.buckets.items(), &mut parts.state, &named);
    }
    in_order(inventory);
}

/// The buckets that digests and locks name, in whatever account their table lies.
fn named_buckets(inventory: &Inventory) -> BTreeSet<String> {
    let parts = inventory.accounts.iter().filter_map(|account| account.parts());
    let items = parts.flat_map(|parts| &parts.state.lock_tables).flat_map(|table| table.items.items());
    items.map(|(LockItem::Digest { bucket, .. } | LockItem::Held { bucket, .. })| bucket.clone()).collect()
}

/// Says of each bucket why it was looked into; one that nothing suggests leaves the list, one that is missing joins it.
fn look_into(buckets: &[Bucket], state: &mut StateInventory, named: &BTreeSet<String>) {
    let no_tags = BTreeMap::new();
    let mut before: BTreeMap<String, StateBucket> =
        std::mem::take(&mut state.buckets).into_iter().map(|found| (found.bucket.clone(), found)).collect();
    for bucket in buckets {
        let tags = bucket.tags.value().unwrap_or(&no_tags);
        let reasons = state_bucket_reasons(&bucket.name, tags, named.contains(&bucket.name));
        if !reasons.is_empty() {
            let found = before.remove(&bucket.name).unwrap_or_else(|| StateBucket {
                bucket: bucket.name.clone(),
                reasons: Vec::new(),
                objects: none(),
                lock_versions: none(),
            });
            state.buckets.push(StateBucket { reasons, ..found });
        }
    }
}
