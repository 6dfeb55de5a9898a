//! Where a resource's copies may lie, and what could not be read there.
//!
//! A copy may lie in its own account, in every region; in the vaults that the account's copy actions and copy jobs name; and
//! in the accounts that `[backup] accounts` declares. What is unread there could hide one.

use std::collections::{BTreeMap, BTreeSet};

use super::index::is_view;
use super::plans::AccountPlans;
use crate::analysis::Context;
use crate::analysis::context::{View, item_gap, out_of_scope, source};
use crate::model::facts::{Source, Unread};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::{Collection, Operation};

/// Which regions of an account are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    All,
    These(BTreeSet<Region>),
}

/// What was read, and what was not, where copies may lie.
#[derive(Default, Clone)]
pub(super) struct Sight {
    pub(super) rests_on: Vec<Source>,
    pub(super) unread: Vec<Unread>,
}

impl Sight {
    fn take<T>(&mut self, account: &AccountId, collection: Collection, view: View<'_, T>, wanted: &Wanted) {
        self.unread.extend(view.unread.into_iter().filter_map(|unread| within(unread, wanted)));
        let regions = view.reads.iter().filter_map(|(region, _)| *region).filter(|region| match wanted {
            Wanted::All => true,
            Wanted::These(regions) => regions.contains(region),
        });
        self.rests_on.extend(regions.map(|region| source(account, Some(region), collection)));
    }

    fn add(&mut self, other: &Self) {
        self.rests_on.extend(other.rests_on.iter().cloned());
        self.unread.extend(other.unread.iter().cloned());
    }
}

/// A gap, cut to the regions that are meant; one without regions stands for all.
fn within(mut unread: Unread, wanted: &Wanted) -> Option<Unread> {
    if let Wanted::These(regions) = wanted
        && !unread.regions.is_empty()
    {
        unread.regions.retain(|region| regions.contains(region));
        if unread.regions.is_empty() {
            return None;
        }
    }
    Some(unread)
}

/// For one account: what stands between palisade and every copy of its resources.
pub(super) struct Places {
    /// Points and vaults.
    pub(super) points: Sight,
    /// RDS snapshots and automated backups.
    pub(super) databases: Sight,
    /// Restore jobs.
    pub(super) restores: Sight,
}

/// Draws them for every account that was entered.
pub(super) fn all<'a>(
    cx: &Context<'a>,
    plans: &BTreeMap<&'a AccountId, AccountPlans>,
) -> BTreeMap<&'a AccountId, Places> {
    let declared = &cx.settings.backup.accounts;
    cx.inventory
        .accounts
        .iter()
        .map(|account| {
            let mut wanted: BTreeMap<AccountId, Wanted> = BTreeMap::new();
            for named in plans.get(&account.id).into_iter().flat_map(|plans| &plans.named) {
                let (Some(id), Some(region)) = (named.vault.account(), named.vault.region()) else { continue };
                if let Wanted::These(regions) = wanted.entry(id).or_insert_with(|| Wanted::These(BTreeSet::new())) {
                    regions.insert(region);
                }
            }
            wanted.extend(declared.iter().map(|id| (id.clone(), Wanted::All)));
            wanted.insert(account.id.clone(), Wanted::All);
            (&account.id, places(cx, account, &wanted))
        })
        .collect()
}

fn places<'a>(cx: &Context<'a>, home: &'a AccountInventory, wanted: &BTreeMap<AccountId, Wanted>) -> Places {
    let mut places = Places { points: Sight::default(), databases: Sight::default(), restores: Sight::default() };
    for (id, wanted) in wanted {
        let Some(account) = cx.inventory.account(id) else {
            let unread = |collection, operation| out_of_scope(id, collection, operation);
            let list = Operation::BackupListRecoveryPointsByBackupVault;
            places.points.unread.push(unread(Collection::BackupRecoveryPoints, list));
            // A snapshot copied without AWS Backup lies where it was declared to, or nowhere that palisade knows of.
            if *wanted == Wanted::All {
                places.databases.unread.push(unread(Collection::RdsDbSnapshots, Operation::RdsDescribeDBSnapshots));
                let clusters = Operation::RdsDescribeDBClusterSnapshots;
                places.databases.unread.push(unread(Collection::RdsDbClusterSnapshots, clusters));
            }
            places.restores.unread.push(unread(Collection::BackupRestoreJobs, Operation::BackupListRestoreJobs));
            continue;
        };
        places.points.add(&points(cx, account, wanted));
        if *wanted == Wanted::All {
            places.databases.add(&snapshots(cx, account, account.id == home.id));
        }
        let jobs = cx.regional(account, Collection::BackupRestoreJobs, |parts| &parts.backup.restore_jobs);
        places.restores.take(id, Collection::BackupRestoreJobs, jobs, wanted);
    }
    last_restores(cx, home, &mut places.restores);
    places
}

fn points<'a>(cx: &Context<'a>, account: &'a AccountInventory, wanted: &Wanted) -> Sight {
    let mut sight = Sight::default();
    let view = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
    for (region, read) in &view.reads {
        for vault in read.value.iter().filter(|vault| !is_view(vault)) {
            if let Some(gap) = vault.recovery_points.gap() {
                let gap = item_gap(&account.id, *region, Collection::BackupRecoveryPoints, gap);
                sight.unread.extend(within(gap, wanted));
            }
        }
    }
    sight.take(&account.id, Collection::BackupVaults, view, wanted);
    if let Wanted::These(regions) = wanted {
        sight.unread.extend(regions.iter().filter_map(|region| not_asked(account, region)));
    }
    sight
}

/// What stands for a region that palisade was not asked to look into, in an account that it was.
pub(super) fn not_asked(account: &AccountInventory, region: &Region) -> Option<Unread> {
    // Without parts the account's own gap stands for all of its regions.
    let parts = account.parts()?;
    if parts.regional.iter().any(|one| one.region == *region) {
        return None;
    }
    let message = format!("region {region} of account {} is outside the scope of this scan", account.id);
    let gap = Gap::not_made(GapKind::OutOfScope, Operation::BackupListBackupVaults, message);
    Some(item_gap(&account.id, Some(region), Collection::BackupVaults, &gap))
}

fn snapshots<'a>(cx: &Context<'a>, account: &'a AccountInventory, home: bool) -> Sight {
    let mut sight = Sight::default();
    let id = &account.id;
    let view = cx.regional(account, Collection::RdsDbSnapshots, |parts| &parts.rds.db_snapshots);
    sight.take(id, Collection::RdsDbSnapshots, view, &Wanted::All);
    let view = cx.regional(account, Collection::RdsDbClusterSnapshots, |parts| &parts.rds.db_cluster_snapshots);
    sight.take(id, Collection::RdsDbClusterSnapshots, view, &Wanted::All);
    if home {
        let collection = Collection::RdsDbInstanceAutomatedBackups;
        let view = cx.regional(account, collection, |parts| &parts.rds.db_instance_automated_backups);
        sight.take(id, collection, view, &Wanted::All);
        let collection = Collection::RdsDbClusterAutomatedBackups;
        let view = cx.regional(account, collection, |parts| &parts.rds.db_cluster_automated_backups);
        sight.take(id, collection, view, &Wanted::All);
    }
    sight
}

fn last_restores<'a>(cx: &Context<'a>, home: &'a AccountInventory, sight: &mut Sight) {
    let collection = Collection::BackupProtectedResources;
    let view = cx.regional(home, collection, |parts| &parts.backup.protected_resources);
    sight.take(&home.id, collection, view, &Wanted::All);
}
