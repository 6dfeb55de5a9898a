//! Lock tables name buckets of other accounts: a state bucket often lies apart from where its lock table lies. After all
//! accounts were read, each bucket that another account's table names is looked into as if its own account's did.

use std::collections::{BTreeMap, BTreeSet};

use super::{Options, look_into, named_keys, patterns, settle};
use crate::aws::site::Site;
use crate::model::gap::Collected;
use crate::model::s3::Bucket;
use crate::model::terraform::{LockItem, LockTable, StateBucket, StateBucketReason, StateInventory};

/// One account that was read.
pub(in crate::aws) struct Account<'a> {
    /// The account, in any region.
    pub(in crate::aws) site: &'a Site,
    /// Its buckets.
    pub(in crate::aws) buckets: &'a Collected<Vec<Bucket>>,
    /// Its states, as [`super::collect`] gave them.
    pub(in crate::aws) state: &'a mut StateInventory,
}

impl Account<'_> {
    fn bucket_site(&self, bucket: &Bucket) -> Option<Site> {
        bucket.region.value().map(|region| self.site.in_region(region))
    }
}

/// Looks into the buckets that lock tables of other accounts name.
pub(in crate::aws) async fn collect(accounts: &mut [Account<'_>], options: &Options) {
    let named: Vec<BTreeMap<String, BTreeSet<String>>> =
        accounts.iter().map(|account| named_keys(&account.state.lock_tables)).collect();
    for (place, account) in accounts.iter_mut().enumerate() {
        let foreign = named.iter().enumerate().filter(|(owner, _)| *owner != place).map(|(_, names)| names);
        let mut wanted: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for (bucket, keys) in foreign.flatten() {
            wanted.entry(bucket).or_default().extend(keys.iter().cloned());
        }
        let own = named.get(place);
        for bucket in account.buckets.items() {
            let Some(mut keys) = wanted.remove(bucket.name.as_str()) else { continue };
            keys.extend(own.and_then(|own| own.get(&bucket.name)).into_iter().flatten().cloned());
            Box::pin(look_again(account, bucket, keys, options)).await;
        }
    }
    for place in 0..accounts.len() {
        Box::pin(settle_foreign(accounts, place, options)).await;
    }
}

/// Looks into one bucket, unless what was read of it cannot lack any of the named keys.
async fn look_again(account: &mut Account<'_>, bucket: &Bucket, keys: BTreeSet<String>, options: &Options) {
    let before = account.state.buckets.iter_mut().find(|found| found.bucket == bucket.name);
    let mut reasons = vec![StateBucketReason::LockTable];
    if let Some(before) = before {
        reasons.extend(before.reasons.iter().copied());
        reasons.sort();
        reasons.dedup();
        let known = |key: &String| {
            patterns::is_state_key(key) || before.objects.items().iter().any(|object| object.key == *key)
        };
        if before.objects.gap().is_some() || keys.iter().all(known) {
            before.reasons = reasons;
            return;
        }
    }
    let site = account.bucket_site(bucket);
    let found = look_into(bucket, reasons, keys, site, options).await;
    let buckets = &mut account.state.buckets;
    buckets.retain(|before| before.bucket != found.bucket);
    buckets.push(found);
    buckets.sort_by(|a, b| a.bucket.cmp(&b.bucket));
}

/// Settles one account's lock tables with the buckets of the other accounts.
async fn settle_foreign(accounts: &mut [Account<'_>], place: usize, options: &Options) {
    let Some(owner) = accounts.get_mut(place) else { return };
    let home = owner.site.clone();
    let mut tables = std::mem::take(&mut owner.state.lock_tables);
    for table in tables.iter_mut().filter(|table| has_digests(table)) {
        let name = table.table.resource().rsplit('/').next().unwrap_or_default().to_owned();
        let site = table.table.region().map_or_else(|| home.clone(), |region| home.in_region(&region));
        let others = accounts.iter_mut().enumerate().filter(|(other, _)| *other != place).map(|(_, account)| account);
        let mut sites = BTreeMap::new();
        let mut buckets: Vec<&mut StateBucket> = Vec::new();
        for account in others {
            for bucket in account.buckets.items() {
                sites.extend(account.bucket_site(bucket).map(|site| (bucket.name.clone(), site)));
            }
            buckets.extend(account.state.buckets.iter_mut());
        }
        Box::pin(settle::digests(table, (&site, &name), &mut buckets, &sites, options)).await;
    }
    if let Some(owner) = accounts.get_mut(place) {
        owner.state.lock_tables = tables;
    }
}

fn has_digests(table: &LockTable) -> bool {
    table.items.items().iter().any(|item| matches!(item, LockItem::Digest { .. }))
}
