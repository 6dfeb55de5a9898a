//! The account set up well: deletion protection, a daily plan, copies in another account and region, restores tested.

use crate::demo::build::{
    Place, account as account_of, automated_backup, backup_cluster_snapshot, backup_snapshot, bucket, by_tag,
    cluster_automated_backup, cluster_member, copied, copy_job, copy_to, customer_key, daily_plan, days_ago,
    db_cluster, db_instance, dynamodb, empty_backup, empty_parts, empty_region, failed_job, global_cluster, hours_ago,
    kms, object_lock, point, point_arn, protected, protected_resource, read, region, restore_test,
    restore_testing_plan, s3, table, tags, tls_only, value, vault, versioned,
};
use crate::model::backup::{BackupInventory, LastRestore, ProtectedResource, RecoveryPoint};
use crate::model::dynamodb::Table;
use crate::model::ids::Arn;
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::rds::{DbCluster, DbInstance, GlobalCluster, RdsInventory};
use crate::model::s3::{Bucket, Encryption};

use super::backup::COPIES;
use super::people;
use super::{BACKUP, GLOBAL, HOME, LEDGER, SECOND};

pub(super) const HERE: Place = Place::new(LEDGER, HOME);
const VAULT: &str = "ledger-daily";
const KEY: &str = "1ed6e400-0000-4000-8000-00000000da7a";
pub(super) const STATEMENTS: &str = "meridian-ledger-statements";

pub(in crate::demo) fn account() -> AccountInventory {
    account_of(
        LEDGER,
        AccountParts {
            iam: people::iam_of(LEDGER),
            s3: s3([
                Bucket {
                    tags: value(tags([("environment", "production"), ("backup", "daily"), ("data-class", "data")])),
                    versioning: versioned(),
                    object_lock: object_lock("COMPLIANCE", 30),
                    policy: tls_only(STATEMENTS),
                    encryption: value(Some(Encryption {
                        algorithm: "aws:kms".into(),
                        kms_key: Some(HERE.key(KEY).as_str().into()),
                    })),
                    ..bucket(STATEMENTS, HOME)
                },
                bucket("cdk-hnb659fds-assets-666666666666-eu-central-1", HOME),
            ]),
            regional: vec![region(HOME, home()), region(SECOND, empty_region()), region(GLOBAL, empty_region())],
            ..empty_parts(LEDGER)
        },
    )
}

/// The Aurora cluster.
pub(super) fn cluster() -> DbCluster {
    DbCluster {
        deletion_protection: true,
        backup_retention_days: 14,
        kms_key: Some(HERE.key(KEY)),
        tags: tags([("environment", "production"), ("backup", "daily")]),
        ..db_cluster(HERE, "ledger")
    }
}

/// The reporting database.
pub(super) fn reporting() -> DbInstance {
    DbInstance {
        deletion_protection: true,
        backup_retention_days: 14,
        kms_key: Some(HERE.key(KEY)),
        tags: tags([("environment", "production"), ("backup", "daily")]),
        ..db_instance(HERE, "ledger-reporting")
    }
}

/// The event table.
pub(super) fn events() -> Table {
    Table {
        tags: value(tags([("environment", "production"), ("backup", "daily")])),
        ..protected(table(HERE, "ledger-events", "event"))
    }
}

/// The ARN of the bucket with statements.
pub(super) fn statements() -> Arn {
    crate::demo::build::bucket_arn(STATEMENTS)
}

/// The ARN that the newest point of a resource has in a place: RDS names its own snapshots.
fn newest_arn(place: Place, job: &str, of: &RecoveryPoint) -> Arn {
    match of.resource_type.as_str() {
        "RDS" => place.arn("rds", &format!("snapshot:awsbackup:{job}-{}", of.resource.name())),
        "Aurora" => place.arn("rds", &format!("cluster-snapshot:awsbackup:{job}-{}", of.resource.name())),
        _ => point_arn(place, &format!("{job}-{}-{}-{}", place.account, place.region, of.resource.name())),
    }
}

/// This night's points in the account's own vault.
fn points() -> Vec<RecoveryPoint> {
    [(cluster().arn, "Aurora"), (reporting().arn, "RDS"), (events().arn, "DynamoDB"), (statements(), "S3")]
        .into_iter()
        .map(|(resource, kind)| {
            // Its own ARN is told from the point, so it is set in a second step.
            let plain = point(resource.clone(), &resource, kind, 4);
            RecoveryPoint { arn: newest_arn(HERE, "job", &plain), kms_key: Some(HERE.key(KEY)), ..plain }
        })
        .collect()
}

/// The copies of this night's points in a place of the backup account.
pub(super) fn copies(place: Place, key: &Arn) -> Vec<RecoveryPoint> {
    points()
        .iter()
        .map(|point| copied(point, newest_arn(place, "copyjob", point), &HERE.vault(VAULT), key.clone()))
        .collect()
}

fn home() -> RegionParts {
    RegionParts {
        rds: rds(),
        backup: backup(),
        dynamodb: dynamodb([events()]),
        kms: kms([customer_key(HERE, KEY), customer_key(HERE, "vaults")]),
    }
}

fn rds() -> RdsInventory {
    let (cluster, reporting) = (cluster(), reporting());
    let member = DbInstance {
        deletion_protection: true,
        backup_retention_days: 14,
        kms_key: cluster.kms_key.clone(),
        tags: cluster.tags.clone(),
        ..cluster_member(HERE, "ledger")
    };
    RdsInventory {
        db_snapshots: read(vec![backup_snapshot(HERE, "job-ledger-reporting", &reporting, 4)]),
        db_cluster_snapshots: read(vec![backup_cluster_snapshot(HERE, "job-ledger", &cluster, 4)]),
        db_instance_automated_backups: read(vec![automated_backup(HERE, &reporting)]),
        db_cluster_automated_backups: read(vec![cluster_automated_backup(HERE, &cluster)]),
        global_clusters: read(vec![GlobalCluster {
            deletion_protection: true,
            ..global_cluster(LEDGER, "ledger-global", &cluster)
        }]),
        db_clusters: read(vec![cluster]),
        db_instances: read(vec![reporting, member]),
    }
}

fn backup() -> BackupInventory {
    let (home, second) = (Place::new(BACKUP, HOME), Place::new(BACKUP, SECOND));
    let testing = restore_testing_plan(HERE, "weekly_restore", &["Aurora", "RDS", "DynamoDB", "S3"]);
    let points = points();
    BackupInventory {
        plans: read(vec![daily_plan(
            HERE,
            "ledger-daily",
            VAULT,
            vec![copy_to(home.vault(COPIES)), copy_to(second.vault(COPIES))],
            by_tag("backup", "daily"),
        )]),
        protected_resources: read(points.iter().map(restored).collect()),
        // One failure, mended by the night's success four hours ago.
        backup_jobs: read(vec![failed_job(&HERE.vault(VAULT), &reporting().arn, "RDS", 28)]),
        copy_jobs: read(
            [home, second]
                .into_iter()
                .flat_map(|place| {
                    let to = place.vault(COPIES);
                    copies(place, &place.key("vaults")).iter().map(|copy| copy_job(copy, &to)).collect::<Vec<_>>()
                })
                .collect(),
        ),
        restore_jobs: read(points.iter().map(|point| restore_test(point, &testing.arn, 7)).collect()),
        restore_testing_plans: read(vec![testing]),
        vaults: read(vec![vault(HERE, VAULT, points)]),
        ..empty_backup()
    }
}

fn restored(point: &RecoveryPoint) -> ProtectedResource {
    ProtectedResource {
        last_restore: Some(value(LastRestore {
            restored_at: Some(days_ago(7)),
            recovery_point_created_at: Some(hours_ago(7 * 24 + 4)),
            minutes: Some(38),
        })),
        ..protected_resource(&point.resource, &point.resource_type)
    }
}
