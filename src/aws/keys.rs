//! The KMS keys that all the rest refers to.
//!
//! A key is asked for in its own account and region, where that account could be entered and the region read: its own role
//! is the likeliest to be allowed. Else it is asked for, in its own region, by the account that refers to it, and stands
//! among that account's keys: under the key's region where that was read, else under the first that was.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use futures::stream;

use super::driver::Visited;
use super::kms;
use super::site::Site;
use crate::model::gap::{Answer, Collected};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::RegionParts;
use crate::model::kms::{Key, KmsInventory};

/// Places asked for their keys at once; the limits bound what really flies.
const PLACES_AT_ONCE: usize = 32;

/// Where keys are written down: an account and one of its regions.
type Place = (AccountId, Region);

/// Reads the keys and writes each into its place.
pub(super) async fn collect(visited: &mut [Visited]) {
    let mut jobs = Vec::new();
    for ((place, region), references) in placed(visited) {
        let site =
            visited.iter().find(|account| account.inventory.id == place.0).and_then(|account| account.site.as_ref());
        if let Some(site) = site {
            jobs.push((place, site.in_region(&region), references));
        }
    }
    let mut found: BTreeMap<Place, Collected<Vec<Key>>> = BTreeMap::new();
    let mut reads = stream::iter(jobs)
        .map(|(place, site, references): (Place, Site, BTreeSet<Arn>)| async move {
            let keys = Box::pin(kms::collect(&site, &references)).await.keys;
            (place, keys)
        })
        .buffer_unordered(PLACES_AT_ONCE);
    while let Some((place, keys)) = reads.next().await {
        let merged = match found.remove(&place) {
            None => keys,
            Some(before) => merge(before, keys),
        };
        found.insert(place, merged);
    }
    for account in visited {
        let id = account.inventory.id.clone();
        for (region, parts) in regions_mut(account) {
            if let Some(keys) = found.remove(&(id.clone(), region)) {
                parts.kms = KmsInventory { keys };
            }
        }
    }
}

fn regions_mut(account: &mut Visited) -> impl Iterator<Item = (Region, &mut RegionParts)> {
    let parts = match &mut account.inventory.parts {
        Answer::Value(parts) => Some(parts),
        Answer::Gap(_) => None,
    };
    parts.into_iter().flat_map(|parts| &mut parts.regional).filter_map(|region| match &mut region.parts {
        Answer::Value(parts) => Some((region.region.clone(), parts)),
        Answer::Gap(_) => None,
    })
}

/// Two answers for one place: a gap stays a gap.
fn merge(one: Collected<Vec<Key>>, other: Collected<Vec<Key>>) -> Collected<Vec<Key>> {
    match (one, other) {
        (Collected::Read(one), Collected::Read(other)) => {
            let mut keys = one.value;
            keys.extend(other.value);
            keys.sort_by(|a, b| a.reference.cmp(&b.reference));
            Collected::read(one.read_at.max(other.read_at), keys)
        }
        (gap @ Collected::Gap(_), _) | (_, gap @ Collected::Gap(_)) => gap,
        (read @ Collected::Read(_), _) | (_, read) => read,
    }
}

/// The keys by the place they are written down in and the region they are asked in.
fn placed(visited: &[Visited]) -> BTreeMap<(Place, Region), BTreeSet<Arn>> {
    let readable: BTreeSet<Place> = visited
        .iter()
        .flat_map(|account| {
            account.inventory.regions().map(|(region, _)| (account.inventory.id.clone(), region.clone()))
        })
        .collect();
    // Accounts and regions come in order, so that the first referrer is the same whatever the order of arrival.
    let mut chosen: BTreeMap<Arn, (Place, Region)> = BTreeMap::new();
    for account in visited {
        let (Some(site), Some(parts)) = (&account.site, account.inventory.parts()) else { continue };
        let referrer = &account.inventory.id;
        let read =
            account.inventory.regions().map(|(region, parts)| (region, &parts.rds, &parts.backup, &parts.dynamodb));
        for (region, keys) in kms::references(site, read, &parts.s3) {
            for key in keys {
                let owner = key.account().map(|owner| (owner, region.clone()));
                let beside = Some((referrer.clone(), region.clone()));
                let place = owner
                    .filter(|place| readable.contains(place))
                    .or_else(|| beside.filter(|place| readable.contains(place)))
                    .or_else(|| readable.iter().find(|(account, _)| account == referrer).cloned());
                if let Some(place) = place {
                    chosen.entry(key).or_insert((place, region.clone()));
                }
            }
        }
    }
    let mut placed: BTreeMap<(Place, Region), BTreeSet<Arn>> = BTreeMap::new();
    for (arn, place) in chosen {
        placed.entry(place).or_default().insert(arn);
    }
    placed
}
