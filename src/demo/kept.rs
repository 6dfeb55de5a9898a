//! Backups as they should be, for any account: a daily plan, points, copies in the backup account, restores tested.

use crate::model::backup::{BackupInventory, LastRestore, ProtectedResource, RecoveryPoint, Vault};
use crate::model::ids::Arn;
use crate::model::rds::{DbInstance, Snapshot};

use super::accounts::{BACKUP, HOME, SECOND};
use super::build::{
    Place, backup_snapshot, by_tag, compliance, copied, copy_job, copy_to, daily_plan, days_ago, empty_backup,
    hours_ago, point, point_arn, protected_resource, read, restore_test, restore_testing_plan, value, vault,
};

/// The backups of one account.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// The account and its region.
    pub(super) here: Place,
    /// The name of its own vault.
    pub(super) vault: &'static str,
    /// The name of the vaults of its copies.
    pub(super) copies: &'static str,
    /// Its own key.
    pub(super) key: &'static str,
    /// Its databases.
    pub(super) instances: Vec<DbInstance>,
    /// Tables and buckets, with their types.
    pub(super) others: Vec<(Arn, &'static str)>,
}

impl Kept {
    /// This night's points.
    fn points(&self) -> Vec<RecoveryPoint> {
        let key = Some(self.here.key(self.key));
        let databases = self.instances.iter().map(|instance| {
            let arn = self.here.arn("rds", &format!("snapshot:awsbackup:job-{}", instance.identifier));
            point(arn, &instance.arn, "RDS", 4)
        });
        let others = self
            .others
            .iter()
            .map(|(resource, kind)| point(point_arn(self.here, &format!("job-{resource}")), resource, kind, 4));
        databases.chain(others).map(|point| RecoveryPoint { kms_key: key.clone(), ..point }).collect()
    }

    /// Their copies in a region of the backup account.
    fn copied_to(&self, place: Place) -> Vec<RecoveryPoint> {
        let name = |of: &RecoveryPoint| match of.resource_type.as_str() {
            "RDS" => place.arn("rds", &format!("snapshot:awsbackup:copyjob-{}", of.resource.name())),
            _ => point_arn(place, &format!("copyjob-{}-{}", place.region, of.resource)),
        };
        let from = self.here.vault(self.vault);
        self.points().iter().map(|of| copied(of, name(of), &from, place.key("vaults"))).collect()
    }

    /// The vault of the copies in a region of the backup account: its compliance lock is past its date.
    pub(super) fn receiving(&self, region: &'static str) -> Vault {
        let place = Place::new(BACKUP, region);
        compliance(vault(place, self.copies, self.copied_to(place)), 14, 60)
    }

    /// RDS shows the copies as snapshots in the backup account.
    pub(super) fn copied_snapshots(&self, region: &'static str) -> Vec<Snapshot> {
        let place = Place::new(BACKUP, region);
        let snapshot = |of: &DbInstance| Snapshot {
            kms_key: Some(place.key("vaults")),
            ..backup_snapshot(place, &format!("copyjob-{}", of.identifier), of, 4)
        };
        self.instances.iter().map(snapshot).collect()
    }

    /// RDS shows the points as snapshots in the account itself.
    pub(super) fn snapshots(&self) -> Vec<Snapshot> {
        self.instances.iter().map(|of| backup_snapshot(self.here, &format!("job-{}", of.identifier), of, 4)).collect()
    }

    /// AWS Backup in the account itself.
    pub(super) fn backup(&self) -> BackupInventory {
        let points = self.points();
        let places = [Place::new(BACKUP, HOME), Place::new(BACKUP, SECOND)];
        let types: Vec<&str> = points.iter().map(|point| point.resource_type.as_str()).collect();
        let testing = restore_testing_plan(self.here, "weekly_restore", &types);
        let jobs = places.iter().flat_map(|place| {
            let to = place.vault(self.copies);
            self.copied_to(*place).into_iter().map(move |copy| copy_job(&copy, &to))
        });
        BackupInventory {
            plans: read(vec![daily_plan(
                self.here,
                self.vault,
                self.vault,
                places.iter().map(|place| copy_to(place.vault(self.copies))).collect(),
                by_tag("backup", "daily"),
            )]),
            protected_resources: read(points.iter().map(restored).collect()),
            copy_jobs: read(jobs.collect()),
            restore_jobs: read(points.iter().map(|point| restore_test(point, &testing.arn, 7)).collect()),
            restore_testing_plans: read(vec![testing]),
            vaults: read(vec![vault(self.here, self.vault, points)]),
            ..empty_backup()
        }
    }
}

fn restored(point: &RecoveryPoint) -> ProtectedResource {
    ProtectedResource {
        last_restore: Some(value(LastRestore {
            restored_at: Some(days_ago(7)),
            recovery_point_created_at: Some(hours_ago(7 * 24 + 4)),
            minutes: Some(22),
        })),
        ..protected_resource(&point.resource, &point.resource_type)
    }
}
