//! Buckets and states as their collectors leave them.

use std::collections::{BTreeMap, BTreeSet};

use super::{At, Faults, items};
use crate::demo::build::{is_state_key, state_bucket_reasons};
use crate::model::gap::{Answer, GapKind};
use crate::model::ids::{Arn, Partition};
use crate::model::inventory::{AccountInventory, AccountParts, Inventory};
use crate::model::s3::Bucket;
use crate::model::terraform::{LockItem, StateBucket, StateBucketReason, StateObject};
use crate::terraform::LOCK_SUFFIX;

pub(super) fn look(parts: &AccountParts, partition: &Partition, at: &mut At<'_>) {
    at.ordered("buckets", items(&parts.s3.buckets), true, |bucket| bucket.name.clone());
    for bucket in items(&parts.s3.buckets) {
        look_at_bucket(bucket, partition, &mut at.at(&bucket.name));
    }
}

fn look_at_bucket(bucket: &Bucket, partition: &Partition, at: &mut At<'_>) {
    at.need(bucket.arn == Arn::bucket(partition, &bucket.name), "another ARN than its name gives");
    at.millis("created_at", bucket.created_at);
    bucket.tags.value().into_iter().for_each(|tags| at.tags(tags));
    at.some_text("policy", bucket.policy.value().and_then(Option::as_ref));
    if let Some(rules) = bucket.lifecycle.value() {
        at.ordered("lifecycle", rules, false, |rule| (rule.id.clone(), rule.prefix.clone()));
        for rule in rules {
            at.some_text("lifecycle prefix", rule.prefix.as_ref());
            at.some_text("lifecycle id", rule.id.as_ref());
        }
    }
    if let Some(rules) = bucket.replication.value() {
        let key =
            |rule: &crate::model::s3::ReplicationRule| (rule.id.clone(), rule.destination.clone(), rule.prefix.clone());
        at.ordered("replication", rules, false, key);
        rules.iter().for_each(|rule| at.some_text("replication prefix", rule.prefix.as_ref()));
        let versioned = bucket.versioning.value().is_none_or(|versioning| versioning.status.is_some());
        at.need(rules.is_empty() || versioned, "replication without versioning");
    }
    if let Some(Some(encryption)) = bucket.encryption.value() {
        at.some_text("encryption key", encryption.kms_key.as_ref());
    }
}

/// The keys that tables of all accounts name, by bucket.
fn named(inventory: &Inventory) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut named: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let parts = inventory.accounts.iter().filter_map(|account| account.parts());
    for item in parts.flat_map(|parts| &parts.state.lock_tables).flat_map(|table| table.items.items()) {
        let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
        named.entry(bucket).or_default().insert(key);
    }
    named
}

/// Lock tables, state buckets and state objects of every account.
pub(super) fn look_at_states(inventory: &Inventory, faults: &mut Faults) {
    let named = named(inventory);
    let no_tags = BTreeMap::new();
    for account in &inventory.accounts {
        let Some(parts) = account.parts() else { continue };
        let mut at = faults.at(&account.id);
        let mut at = at.at("state");
        lock_tables(parts, account, &mut at);
        at.ordered("buckets", &parts.state.buckets, true, |bucket| bucket.bucket.clone());
        let found: BTreeMap<&str, &StateBucket> =
            parts.state.buckets.iter().map(|bucket| (bucket.bucket.as_str(), bucket)).collect();
        let mut seen = 0;
        for bucket in items(&parts.s3.buckets) {
            let tags = bucket.tags.value().unwrap_or(&no_tags);
            let want = state_bucket_reasons(&bucket.name, tags, named.contains_key(bucket.name.as_str()));
            let Some(have) = found.get(bucket.name.as_str()) else {
                at.need(want.is_empty(), format_args!("{} suggests states, but was not looked into", bucket.name));
                continue;
            };
            seen += 1;
            let mut at = at.at(&bucket.name);
            // Configuration is not in the inventory: any bucket may have been named by it.
            let told = have.reasons.iter().copied();
            let reasons: Vec<_> = told.filter(|reason| *reason != StateBucketReason::Configured).collect();
            at.need(reasons == want, format_args!("reasons are {reasons:?}, not {want:?}"));
            objects(have, bucket, named.get(bucket.name.as_str()), &mut at);
        }
        at.need(seen == parts.state.buckets.len(), "a bucket was looked into that S3 does not list");
    }
}

fn lock_tables(parts: &AccountParts, account: &AccountInventory, at: &mut At<'_>) {
    let scanned: BTreeSet<&Arn> = parts.state.lock_tables.iter().map(|table| &table.table).collect();
    let tables = account.regions().flat_map(|(_, parts)| items(&parts.dynamodb.tables));
    let keyed = tables.filter(|table| {
        let detail = table.detail.value();
        detail.is_some_and(|detail| detail.partition_key.as_deref() == Some("LockID") && detail.sort_key.is_none())
    });
    let keyed: BTreeSet<&Arn> = keyed.map(|table| &table.arn).collect();
    at.need(scanned == keyed, "lock_tables: not the tables that are keyed LockID alone");
    at.ordered("lock_tables", &parts.state.lock_tables, true, |table| table.table.clone());
    for table in &parts.state.lock_tables {
        at.ordered("lock items", items(&table.items), false, Clone::clone);
        for item in items(&table.items) {
            let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
            at.need(!bucket.is_empty() && !bucket.contains('/') && !key.is_empty(), "a lock item of no <bucket>/<key>");
        }
    }
}

fn objects(found: &StateBucket, bucket: &Bucket, named: Option<&BTreeSet<&str>>, at: &mut At<'_>) {
    let versioned = bucket.versioning.value().map(|versioning| versioning.status.is_some());
    at.ordered("objects", items(&found.objects), true, |object| object.key.clone());
    at.ordered("lock_versions", items(&found.lock_versions), true, Clone::clone);
    for version in items(&found.lock_versions) {
        at.need(version.key.ends_with(LOCK_SUFFIX), format_args!("{} is no lock file", version.key));
        at.seconds("lock version", Some(version.last_modified));
        let null = version.version_id.as_deref() == Some("null");
        at.need(versioned != Some(false) || null && version.latest && !version.delete_marker, "a version of none");
    }
    let locks = items(&found.lock_versions).iter().filter_map(|version| version.key.strip_suffix(LOCK_SUFFIX));
    let locks: BTreeSet<&str> = locks.collect();
    for object in items(&found.objects) {
        let key = object.key.as_str();
        let known = is_state_key(key) || named.is_some_and(|named| named.contains(key)) || locks.contains(key);
        at.need(known, format_args!("{key}: nothing says that it is a state"));
        look_at_object(object, versioned, &mut at.at(key));
    }
}

fn look_at_object(object: &StateObject, versioned: Option<bool>, at: &mut At<'_>) {
    at.seconds("last_modified", Some(object.last_modified));
    match (&object.body, &object.content) {
        (Answer::Gap(body), content) => at.need(content.gap() == Some(body), "content is not the body's gap"),
        (Answer::Value(body), content) => {
            at.need(versioned != Some(false) || body.version_id.is_none(), "a version id in a bucket without versions");
            let kind = content.gap().map(|gap| gap.kind);
            let may = kind.is_none_or(|kind| [GapKind::Malformed, GapKind::Budget].contains(&kind));
            at.need(may, "the gap of content whose body was read");
            if let Some(content) = content.value() {
                let bytes = crate::terraform::write_state(content);
                let read = crate::terraform::read_state(bytes.as_slice(), &crate::terraform::Limits::default());
                let same = read.is_ok_and(|read| {
                    read.serial == content.serial
                        && read.lineage == content.lineage
                        && read.terraform_version == content.terraform_version
                        && read.resources == content.resources
                });
                at.need(same, "content: no state gives it");
                at.need(object.size == bytes.len() as u64, "size: not that of the document");
                at.need(body.md5 == crate::demo::build::md5_of(&bytes), "md5: not that of the document");
            }
        }
    }
}
