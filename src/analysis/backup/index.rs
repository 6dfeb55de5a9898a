//! What the inventory holds about bringing things back, put where it can be found: recovery points by resource, snapshots by
//! what they were taken of, live resources by ARN.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use jiff::Timestamp;

use crate::analysis::Context;
use crate::model::backup::{ProtectedResource, RecoveryPoint, RestoreJob, Vault};
use crate::model::facts::LockState;
use crate::model::gap::{Answer, Collected, Gap, Read};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::{AccountInventory, RegionParts};
use crate::model::operation::Collection;
use crate::model::organization::AccountState;
use crate::model::rds::{AutomatedBackup, Snapshot};

/// A vault where it was read.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The account that was asked.
    pub(super) account: &'a AccountId,
    pub(super) region: &'a Region,
    pub(super) read_at: Timestamp,
}

/// A recovery point in its vault.
#[derive(Clone, Copy)]
pub(super) struct Point<'a> {
    pub(super) point: &'a RecoveryPoint,
    pub(super) vault: &'a Vault,
    pub(super) place: Place<'a>,
}

impl Point<'_> {
    /// The account that the vault belongs to: a vault may be shared with the account that was asked.
    pub(super) fn account(&self) -> AccountId {
        self.vault.arn.account().unwrap_or_else(|| self.place.account.clone())
    }

    /// Whether it can be restored: whole, and not past its time, when it was read.
    pub(super) fn holds(&self) -> bool {
        let whole = matches!(self.point.status.as_str(), "COMPLETED" | "AVAILABLE");
        whole && self.point.delete_at.is_none_or(|at| at > self.place.read_at)
    }
}

/// A snapshot where it was read.
#[derive(Clone, Copy)]
pub(super) struct Snap<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) place: Place<'a>,
}

/// An automated backup where it was read.
#[derive(Clone, Copy)]
pub(super) struct Auto<'a> {
    pub(super) backup: &'a AutomatedBackup,
    pub(super) place: Place<'a>,
}

/// A restore job where it was read.
#[derive(Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) job: &'a RestoreJob,
    pub(super) place: Place<'a>,
}

/// What AWS Backup says of a resource that it has protected, where it was read.
#[derive(Clone, Copy)]
pub(super) struct Protected<'a> {
    pub(super) resource: &'a ProtectedResource,
    pub(super) place: Place<'a>,
}

/// What AWS says of a resource that exists, as far as its copies need it.
pub(super) struct Live<'a> {
    pub(super) account: &'a AccountId,
    pub(super) read_at: Timestamp,
    /// When it was created; `None` for buckets, whose date also changes with their policy.
    pub(super) created_at: Option<Timestamp>,
    /// RDS: the identifier; others have none.
    pub(super) identifier: Option<&'a str>,
    pub(super) engine: Option<&'a str>,
    pub(super) latest_restorable_at: Option<Timestamp>,
    pub(super) continuous_point: Option<&'a Arn>,
    /// DynamoDB: whether point-in-time recovery is on.
    pub(super) point_in_time_recovery: Option<&'a Answer<crate::model::dynamodb::PointInTimeRecovery>>,
    pub(super) tags: Result<&'a BTreeMap<String, String>, (Collection, &'a Gap)>,
    /// The resource's type in AWS Backup's words; `None` where AWS Backup does not protect it by itself.
    pub(super) backup_type: Option<&'static str>,
}

impl Live<'_> {
    /// Whether this very resource was there at a time. A bucket has no time of its own; of what else has none it cannot be
    /// told.
    pub(super) fn lived_at(&self, time: Timestamp) -> bool {
        match self.created_at {
            Some(created) => time >= created,
            None => self.backup_type == Some("S3"),
        }
    }
}

/// Everything above, by what it is looked up with.
pub(super) struct Index<'a> {
    pub(super) live: BTreeMap<&'a str, Live<'a>>,
    pub(super) points: Vec<Point<'a>>,
    by_resource: BTreeMap<&'a str, Vec<usize>>,
    by_arn: BTreeMap<&'a str, Vec<usize>>,
    pub(super) snapshots: Vec<Snap<'a>>,
    snapshot_by_arn: BTreeMap<&'a str, usize>,
    snapshots_by_id: BTreeMap<&'a str, Vec<usize>>,
    snapshots_by_name: BTreeMap<&'a str, Vec<usize>>,
    automated: BTreeMap<&'a str, Vec<Auto<'a>>>,
    jobs_by_resource: BTreeMap<&'a str, Vec<Job<'a>>>,
    jobs_by_point: BTreeMap<&'a str, Vec<Job<'a>>>,
    protected: BTreeMap<&'a str, Vec<Protected<'a>>>,
    /// Accounts that are closed or being closed: what lies in them goes with them, locked vaults too.
    closing: BTreeSet<&'a AccountId>,
}

/// A vault's lock at the time it was read. A lock date that is exactly now is past. A logically air-gapped vault that could
/// not be created guards nothing.
///
/// Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html>.
pub(crate) fn lock_state(vault: &Vault, read_at: Timestamp) -> LockState {
    if vault.vault_type.as_deref() == Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT") {
        return if vault.vault_state.as_deref() == Some("FAILED") { LockState::None } else { LockState::AirGapped };
    }
    match (vault.locked, vault.lock_date) {
        (false, _) => LockState::None,
        (true, None) => LockState::Governance,
        (true, Some(date)) if date <= read_at => LockState::Compliance,
        (true, Some(_)) => LockState::Grace,
    }
}

/// A view on another account's air-gapped vault: what lies in it lies elsewhere.
pub(super) fn is_view(vault: &Vault) -> bool {
    vault.vault_type.as_deref() == Some("RESTORE_ACCESS_BACKUP_VAULT")
}

impl<'a> Index<'a> {
    pub(super) fn new(cx: &Context<'a>) -> Self {
        let mut index = Self {
            live: BTreeMap::new(),
            points: Vec::new(),
            by_resource: BTreeMap::new(),
            by_arn: BTreeMap::new(),
            snapshots: Vec::new(),
            snapshot_by_arn: BTreeMap::new(),
            snapshots_by_id: BTreeMap::new(),
            snapshots_by_name: BTreeMap::new(),
            automated: BTreeMap::new(),
            jobs_by_resource: BTreeMap::new(),
            jobs_by_point: BTreeMap::new(),
            protected: BTreeMap::new(),
            closing: closing(cx),
        };
        let mut accounts: Vec<_> = cx.inventory.accounts.iter().collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        for account in accounts {
            index.add_buckets(account);
            for (region, parts) in account.regions() {
                index.add_region(account, region, parts);
            }
        }
        index.sort();
        index
    }

    fn add_region(&mut self, account: &'a AccountInventory, region: &'a Region, parts: &'a RegionParts) {
        let place = |read_at| Place { account: &account.id, region, read_at };
        self.add_databases(account, parts);
        for collected in [&parts.rds.db_snapshots, &parts.rds.db_cluster_snapshots] {
            if let Some((read_at, snapshots)) = read(collected) {
                self.snapshots.extend(snapshots.iter().map(|snapshot| Snap { snapshot, place: place(read_at) }));
            }
        }
        for collected in [&parts.rds.db_instance_automated_backups, &parts.rds.db_cluster_automated_backups] {
            if let Some((read_at, backups)) = read(collected) {
                for backup in ordered(backups, |backup| backup.arn.as_str()) {
                    let auto = Auto { backup, place: place(read_at) };
                    self.automated.entry(backup.source.as_str()).or_default().push(auto);
                }
            }
        }
        if let Some((read_at, vaults)) = read(&parts.backup.vaults) {
            for vault in vaults.iter().filter(|vault| !is_view(vault)) {
                let points = vault.recovery_points.value().map_or(&[][..], Vec::as_slice);
                self.points.extend(points.iter().map(|point| Point { point, vault, place: place(read_at) }));
            }
        }
        if let Some((read_at, resources)) = read(&parts.backup.protected_resources) {
            for resource in ordered(resources, |resource| resource.resource.as_str()) {
                let protected = Protected { resource, place: place(read_at) };
                self.protected.entry(resource.resource.as_str()).or_default().push(protected);
            }
        }
        if let Some((read_at, jobs)) = read(&parts.backup.restore_jobs) {
            for job in ordered(jobs, |job| job.id.as_str()) {
                let job = Job { job, place: place(read_at) };
                if let Some(resource) = &job.job.source_resource {
                    self.jobs_by_resource.entry(resource.as_str()).or_default().push(job);
                }
                if let Some(point) = &job.job.recovery_point {
                    self.jobs_by_point.entry(point.as_str()).or_default().push(job);
                }
            }
        }
    }

    fn add_databases(&mut self, account: &'a AccountInventory, parts: &'a RegionParts) {
        if let Some((read_at, instances)) = read(&parts.rds.db_instances) {
            for db in ordered(instances, |db| db.arn.as_str()) {
                let live = Live {
                    account: &account.id,
                    read_at,
                    created_at: db.created_at,
                    identifier: Some(&db.identifier),
                    engine: Some(&db.engine),
                    latest_restorable_at: db.latest_restorable_at,
                    continuous_point: db.backup_recovery_point.as_ref(),
                    point_in_time_recovery: None,
                    tags: Ok(&db.tags),
                    // A member of a cluster is backed up with its cluster.
                    backup_type: db.cluster_identifier.is_none().then_some("RDS"),
                };
                self.live.entry(db.arn.as_str()).or_insert(live);
            }
        }
        if let Some((read_at, clusters)) = read(&parts.rds.db_clusters) {
            for db in ordered(clusters, |db| db.arn.as_str()) {
                let live = Live {
                    account: &account.id,
                    read_at,
                    created_at: db.created_at,
                    identifier: Some(&db.identifier),
                    engine: Some(&db.engine),
                    latest_restorable_at: db.latest_restorable_at,
                    continuous_point: db.backup_recovery_point.as_ref(),
                    point_in_time_recovery: None,
                    tags: Ok(&db.tags),
                    backup_type: Some(cluster_type(&db.engine)),
                };
                self.live.entry(db.arn.as_str()).or_insert(live);
            }
        }
        if let Some((read_at, tables)) = read(&parts.dynamodb.tables) {
            for table in ordered(tables, |table| table.arn.as_str()) {
                let live = Live {
                    account: &account.id,
                    read_at,
                    created_at: table.detail.value().and_then(|detail| detail.created_at),
                    identifier: None,
                    engine: None,
                    latest_restorable_at: None,
                    continuous_point: None,
                    point_in_time_recovery: Some(&table.point_in_time_recovery),
                    tags: tags(&table.tags, Collection::DynamoDbTags),
                    backup_type: Some("DynamoDB"),
                };
                self.live.entry(table.arn.as_str()).or_insert(live);
            }
        }
    }

    fn add_buckets(&mut self, account: &'a AccountInventory) {
        let Some((read_at, buckets)) = account.parts().and_then(|parts| read(&parts.s3.buckets)) else { return };
        for bucket in ordered(buckets, |bucket| bucket.arn.as_str()) {
            let live = Live {
                account: &account.id,
                read_at,
                created_at: None,
                identifier: None,
                engine: None,
                latest_restorable_at: None,
                continuous_point: None,
                point_in_time_recovery: None,
                tags: tags(&bucket.tags, Collection::S3BucketTags),
                backup_type: Some("S3"),
            };
            self.live.entry(bucket.arn.as_str()).or_insert(live);
        }
    }

    /// Order first, then positions: the order of the inventory's lists shows nowhere.
    fn sort(&mut self) {
        self.points.sort_by(|a, b| {
            let key = |p: &Point<'a>| (p.point.arn.as_str(), p.vault.arn.as_str(), p.place.account, p.place.region);
            key(a).cmp(&key(b)).then_with(|| as_text(a.point, b.point))
        });
        // A vault that is shared is listed by both accounts; its points are there once.
        self.points.dedup_by(|a, b| a.point.arn == b.point.arn && a.vault.arn == b.vault.arn);
        self.snapshots
            .sort_by(|a, b| a.snapshot.arn.cmp(&b.snapshot.arn).then_with(|| as_text(a.snapshot, b.snapshot)));
        self.snapshots.dedup_by(|a, b| a.snapshot.arn == b.snapshot.arn);
        for (at, point) in self.points.iter().enumerate() {
            self.by_resource.entry(point.point.resource.as_str()).or_default().push(at);
            self.by_arn.entry(point.point.arn.as_str()).or_default().push(at);
        }
        for (at, snap) in self.snapshots.iter().enumerate() {
            self.snapshot_by_arn.insert(snap.snapshot.arn.as_str(), at);
            if let Some(id) = &snap.snapshot.source_resource_id {
                self.snapshots_by_id.entry(id.as_str()).or_default().push(at);
            }
            self.snapshots_by_name.entry(snap.snapshot.source_identifier.as_str()).or_default().push(at);
        }
    }

    /// The recovery points that carry a resource's ARN.
    pub(super) fn points_of(&self, resource: &str) -> impl Iterator<Item = &Point<'a>> {
        self.by_resource.get(resource).into_iter().flatten().filter_map(|at| self.points.get(*at))
    }

    /// The recovery points with an ARN of their own: one, or one per vault.
    pub(super) fn points_called(&self, arn: &str) -> impl Iterator<Item = &Point<'a>> {
        self.by_arn.get(arn).into_iter().flatten().filter_map(|at| self.points.get(*at))
    }

    /// The snapshots taken of a DbiResourceId or DbClusterResourceId.
    pub(super) fn snapshots_of_id(&self, id: &str) -> impl Iterator<Item = &Snap<'a>> {
        self.snapshots_by_id.get(id).into_iter().flatten().filter_map(|at| self.snapshots.get(*at))
    }

    /// The snapshots taken of an instance or cluster of a name.
    pub(super) fn snapshots_of_name(&self, name: &str) -> impl Iterator<Item = &Snap<'a>> {
        self.snapshots_by_name.get(name).into_iter().flatten().filter_map(|at| self.snapshots.get(*at))
    }

    pub(super) fn snapshot(&self, arn: &str) -> Option<&Snap<'a>> {
        self.snapshot_by_arn.get(arn).and_then(|at| self.snapshots.get(*at))
    }

    pub(super) fn automated_of(&self, resource: &str) -> &[Auto<'a>] {
        self.automated.get(resource).map_or(&[], Vec::as_slice)
    }

    pub(super) fn jobs_of_resource(&self, resource: &str) -> &[Job<'a>] {
        self.jobs_by_resource.get(resource).map_or(&[], Vec::as_slice)
    }

    pub(super) fn jobs_of_point(&self, point: &str) -> &[Job<'a>] {
        self.jobs_by_point.get(point).map_or(&[], Vec::as_slice)
    }

    pub(super) fn protected(&self, resource: &str) -> &[Protected<'a>] {
        self.protected.get(resource).map_or(&[], Vec::as_slice)
    }

    /// When AWS Backup last backed a resource up, in its own account, and when that was read.
    pub(super) fn last_backup(&self, resource: &str) -> Option<(Timestamp, Timestamp)> {
        let home = self.live.get(resource)?.account;
        let own = self.protected(resource).iter().filter(|protected| protected.place.account == home);
        own.filter_map(|protected| Some((protected.resource.last_backup_at?, protected.place.read_at))).max()
    }

    /// Whether an account stays: what lies in one that is being closed brings nothing back for long.
    pub(super) fn stays(&self, account: &AccountId) -> bool {
        !self.closing.contains(account)
    }

    /// The account whose resource a point restores: a bucket's ARN names none.
    pub(super) fn owner_of(&self, point: &RecoveryPoint) -> Option<AccountId> {
        point
            .resource
            .account()
            .or_else(|| self.live.get(point.resource.as_str()).map(|live| live.account.clone()))
            .or_else(|| point.source_vault.as_ref().and_then(Arn::account))
    }
}

fn closing<'a>(cx: &Context<'a>) -> BTreeSet<&'a AccountId> {
    let members = cx.inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    let going = members.filter(|account| {
        matches!(account.state, AccountState::PendingClosure | AccountState::Suspended | AccountState::Closed)
    });
    going.map(|account| &account.id).collect()
}

/// A list in an order of its own. AWS gives no key twice; an inventory that does must not show in which order.
fn ordered<T: Debug>(list: &[T], key: impl Fn(&T) -> &str) -> Vec<&T> {
    let mut ordered: Vec<&T> = list.iter().collect();
    ordered.sort_by(|a, b| key(a).cmp(key(b)).then_with(|| as_text(*a, *b)));
    ordered
}

fn as_text<T: Debug>(a: &T, b: &T) -> Ordering {
    format!("{a:?}").cmp(&format!("{b:?}"))
}

/// The complete answer and when it was read.
pub(super) fn read<T>(collected: &Collected<Vec<T>>) -> Option<(Timestamp, &[T])> {
    match collected {
        Collected::Read(Read { read_at, value }) => Some((*read_at, value.as_slice())),
        _ => None,
    }
}

fn tags(
    answer: &Answer<BTreeMap<String, String>>,
    collection: Collection,
) -> Result<&BTreeMap<String, String>, (Collection, &Gap)> {
    match answer {
        Answer::Value(tags) => Ok(tags),
        Answer::Gap(gap) => Err((collection, gap)),
    }
}

fn cluster_type(engine: &str) -> &'static str {
    match engine {
        "docdb" => "DocumentDB",
        "neptune" => "Neptune",
        engine if engine.starts_with("aurora") => "Aurora",
        _ => "RDS",
    }
}
