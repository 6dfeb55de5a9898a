//! KMS keys where collecting writes them down: each that something refers to, once.
//!
//! The rule is that of `aws/keys.rs`: in the key's own account and region, where that account was entered and the region
//! read; else with the first account that refers to it, under the key's region where that was read, else under its first.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::backup::BackupInventory;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Partition, Region};
use crate::model::inventory::{AccountInventory, Inventory};
use crate::model::kms::{Key, KmsInventory, reference};
use crate::model::operation::Operation;
use crate::model::rds::RdsInventory;
use crate::model::s3::S3Inventory;

/// An account and one of its regions that was read.
pub type ReadPlace = (AccountId, Region);

/// The keys that an inventory refers to, by the account and region among whose keys each stands.
#[must_use]
pub fn keys_by_place(inventory: &Inventory) -> BTreeMap<ReadPlace, BTreeSet<Arn>> {
    let readable: BTreeSet<ReadPlace> = inventory
        .accounts
        .iter()
        .flat_map(|account| account.regions().map(|(region, _)| (account.id.clone(), region.clone())))
        .collect();
    let mut chosen: BTreeMap<Arn, ReadPlace> = BTreeMap::new();
    for account in &inventory.accounts {
        let first = || account.regions().next().map(|(region, _)| (account.id.clone(), region.clone()));
        for (region, key) in references(account, &inventory.caller.partition) {
            if chosen.contains_key(&key) {
                continue;
            }
            let owner = key.account().map(|owner| (owner, region.clone()));
            let beside = Some((account.id.clone(), region));
            let place = owner
                .filter(|place| readable.contains(place))
                .or_else(|| beside.filter(|place| readable.contains(place)))
                .or_else(first);
            if let Some(place) = place {
                chosen.insert(key, place);
            }
        }
    }
    let mut placed: BTreeMap<ReadPlace, BTreeSet<Arn>> = BTreeMap::new();
    for (key, place) in chosen {
        placed.entry(place).or_default().insert(key);
    }
    placed
}

/// Writes the keys into their places; `describe` gives each key's detail and, where its own account answers, its policy.
pub fn place_keys(inventory: &mut Inventory, mut describe: impl FnMut(&Arn) -> Key) {
    let mut placed = keys_by_place(inventory);
    for account in &mut inventory.accounts {
        let id = account.id.clone();
        let Answer::Value(parts) = &mut account.parts else { continue };
        for region in &mut parts.regional {
            let Answer::Value(parts) = &mut region.parts else { continue };
            let keys = placed.remove(&(id.clone(), region.region.clone())).unwrap_or_default();
            let keys = keys.iter().map(|key| as_told(describe(key), &id)).collect();
            parts.kms = KmsInventory { keys: Collected::read(super::read_at(), keys) };
        }
    }
}

/// The key as KMS tells of it to this account: an AWS-managed one's policy is not asked for, and that of another account's
/// key is not told.
fn as_told(key: Key, asking: &AccountId) -> Key {
    let policy = match &key.detail {
        Answer::Value(detail) if detail.manager != "CUSTOMER" => None,
        Answer::Value(detail) if detail.account != *asking => {
            let message = format!(
                "AWS tells a key's policy to the key's own account alone: scan the account {} to read it",
                detail.account
            );
            Some(Answer::Gap(Gap::not_made(GapKind::OutOfScope, Operation::KmsGetKeyPolicy, message)))
        }
        Answer::Value(_) => key.policy,
        Answer::Gap(gap) => {
            let message = "not asked, because the key could not be described";
            Some(Answer::Gap(Gap::not_made(gap.kind, Operation::KmsGetKeyPolicy, message)))
        }
    };
    Key { policy, ..key }
}

/// The keys that an account's inventory refers to, each with the region that it is in.
fn references(account: &AccountInventory, partition: &Partition) -> BTreeSet<(Region, Arn)> {
    let mut found = BTreeSet::new();
    let mut add = |here: &Region, key: &Arn| {
        if key.service() == "kms" {
            found.insert((key.region().unwrap_or_else(|| here.clone()), key.clone()));
        }
    };
    for (region, parts) in account.regions() {
        rds_keys(&parts.rds).chain(backup_keys(&parts.backup)).for_each(|key| add(region, key));
        let tables = parts.dynamodb.tables.items().iter();
        tables.filter_map(|table| table.detail.value()?.kms_key.as_ref()).for_each(|key| add(region, key));
    }
    if let Some(parts) = account.parts() {
        bucket_keys(&parts.s3, partition, &account.id).for_each(|(region, key)| add(&region, &key));
    }
    found
}

fn bucket_keys<'a>(
    s3: &'a S3Inventory,
    partition: &'a Partition,
    account: &'a AccountId,
) -> impl Iterator<Item = (Region, Arn)> + 'a {
    s3.buckets.items().iter().filter_map(move |bucket| {
        let region = bucket.region.value()?;
        let given = bucket.encryption.value()?.as_ref()?.kms_key.as_deref()?;
        Some((region.clone(), reference(partition, region, account, given)?))
    })
}

fn rds_keys(rds: &RdsInventory) -> impl Iterator<Item = &Arn> {
    let instances = rds.db_instances.items().iter().map(|item| &item.kms_key);
    let clusters = rds.db_clusters.items().iter().map(|item| &item.kms_key);
    let snapshots = rds.db_snapshots.items().iter().chain(rds.db_cluster_snapshots.items()).map(|item| &item.kms_key);
    let backups = rds.db_instance_automated_backups.items().iter().chain(rds.db_cluster_automated_backups.items());
    instances.chain(clusters).chain(snapshots).chain(backups.map(|item| &item.kms_key)).flatten()
}

fn backup_keys(backup: &BackupInventory) -> impl Iterator<Item = &Arn> {
    backup.vaults.items().iter().flat_map(|vault| {
        let points = vault.recovery_points.value().into_iter().flatten();
        vault.kms_key.iter().chain(points.filter_map(|point| point.kms_key.as_ref()))
    })
}
