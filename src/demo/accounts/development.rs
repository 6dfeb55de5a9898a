//! A development account as they are: much of it half done.

use crate::demo::build::{
    Place, account as account_of, automated_backup, aws_rds_key, backup_cluster_snapshot, backup_snapshot, bucket,
    by_tag, cluster_automated_backup, cluster_member, copy_to, customer_key, daily_plan, days_ago, db_cluster,
    db_instance, dynamodb, empty_backup, empty_parts, empty_region, expire_noncurrent, failed_job, global_cluster,
    held, holding, key_detail, kms, lock_table, managed, manual_snapshot, older_digest, opted_in, point,
    protected_resource, read, recorded, recorded_well, region, s3, state_bucket, state_object, table, tags,
    unversioned, value, vault, versioned,
};
use crate::model::backup::{BackupInventory, RecoveryPoint};
use crate::model::dynamodb::Table;
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::kms::{Key, KeyDetail};
use crate::model::rds::{DbCluster, DbInstance, RdsInventory, Snapshot};
use crate::model::s3::{Bucket, PublicAccessBlock};
use crate::model::terraform::StateInventory;

use super::backup::{DEV_COPIES, NEW_COPIES};
use super::people;
use super::{BACKUP, GLOBAL, HOME, LEDGER_DEV, SECOND};

pub(super) const HERE: Place = Place::new(LEDGER_DEV, HOME);
pub(super) const VAULT: &str = "development-daily";
const KEY: &str = "dede0000-0000-4000-8000-0000000de1e7";
const STATES: &str = "ledger-development-tfstate";
const ANALYTICS_STATES: &str = "ledger-analytics-tfstate";
const ANALYTICS_VAULT: &str = "analytics";
const SCRATCH: &str = "ledger-development-scratch";

pub(super) fn account() -> AccountInventory {
    account_of(
        LEDGER_DEV,
        AccountParts {
            iam: people::iam_of(LEDGER_DEV),
            s3: s3([
                Bucket {
                    tags: value(tags([("environment", "development")])),
                    versioning: versioned(),
                    lifecycle: value(vec![expire_noncurrent(1)]),
                    ..bucket(SCRATCH, HOME)
                },
                Bucket { public_access_block: value(Some(PublicAccessBlock::default())), ..bucket(STATES, HOME) },
                Bucket { versioning: versioned(), ..bucket(ANALYTICS_STATES, HOME) },
                bucket("cdk-hnb659fds-assets-777777777777-eu-central-1", HOME),
                bucket("cf-templates-1a2b3c4d5e6f-eu-central-1", HOME),
                bucket("elasticbeanstalk-eu-central-1-777777777777", HOME),
            ]),
            state: states(),
            regional: vec![region(HOME, home()), region(SECOND, empty_region()), region(GLOBAL, empty_region())],
            ..empty_parts(LEDGER_DEV)
        },
    )
}

/// The development database.
pub(super) fn database() -> DbInstance {
    DbInstance {
        backup_retention_days: 1,
        kms_key: Some(HERE.key(KEY)),
        tags: tags([("environment", "development"), ("backup", "daily")]),
        ..db_instance(HERE, "ledger-dev")
    }
}

/// A cluster that somebody tried a global cluster with.
fn analytics() -> DbCluster {
    DbCluster { tags: tags([("environment", "development")]), ..db_cluster(HERE, "ledger-dev-analytics") }
}

/// This night's point of the cluster: there is no other copy.
fn analytics_point() -> RecoveryPoint {
    let arn = HERE.arn("rds", "cluster-snapshot:awsbackup:job-ledger-dev-analytics");
    RecoveryPoint { kms_key: Some(HERE.key("aws-rds")), ..point(arn, &analytics().arn, "Aurora", 4) }
}

fn analytics_member() -> DbInstance {
    DbInstance { tags: analytics().tags, ..cluster_member(HERE, "ledger-dev-analytics") }
}

/// The development table.
pub(super) fn events() -> Table {
    Table {
        tags: value(tags([("environment", "development"), ("backup", "daily")])),
        ..table(HERE, "ledger-dev-events", "event")
    }
}

fn lock_table_of_states() -> Table {
    holding(table(HERE, "ledger-development-locks", "LockID"), 2)
}

/// This night's point of the database.
pub(super) fn point_of_the_night() -> RecoveryPoint {
    RecoveryPoint {
        kms_key: Some(HERE.key(KEY)),
        ..point(HERE.arn("rds", "snapshot:awsbackup:job-ledger-dev"), &database().arn, "RDS", 4)
    }
}

fn home() -> RegionParts {
    let database = database();
    RegionParts {
        rds: RdsInventory {
            db_snapshots: read(vec![
                // Restored by everyone in the world since somebody wanted to show a vendor one query.
                Snapshot {
                    shared_with: Some(value(vec!["all".into()])),
                    ..manual_snapshot(HERE, "ledger-dev-for-vendor", &database, 2_000)
                },
                backup_snapshot(HERE, "job-ledger-dev", &database, 4),
            ]),
            db_cluster_snapshots: read(vec![backup_cluster_snapshot(
                HERE,
                "job-ledger-dev-analytics",
                &analytics(),
                4,
            )]),
            db_instance_automated_backups: read(vec![automated_backup(HERE, &database)]),
            db_instances: read(vec![database, analytics_member()]),
            db_clusters: read(vec![analytics()]),
            global_clusters: read(vec![global_cluster(LEDGER_DEV, "ledger-dev-global", &analytics())]),
            db_cluster_automated_backups: read(vec![cluster_automated_backup(HERE, &analytics())]),
        },
        backup: backup(),
        dynamodb: dynamodb([events(), lock_table_of_states()]),
        kms: kms([dying_key(), customer_key(HERE, "vaults"), aws_rds_key(HERE)]),
    }
}

/// Somebody cleaned up keys.
fn dying_key() -> Key {
    Key {
        detail: value(KeyDetail {
            state: "PendingDeletion".into(),
            deletion_at: Some(days_ago(-20)),
            ..key_detail(HERE, KEY, "CUSTOMER")
        }),
        ..customer_key(HERE, KEY)
    }
}

fn backup() -> BackupInventory {
    let copies = Place::new(BACKUP, HOME);
    let mut selects = by_tag("backup", "daily");
    selects.resources = vec!["arn:aws:s3:::*".into()];
    BackupInventory {
        plans: read(vec![daily_plan(
            HERE,
            "development-daily",
            VAULT,
            vec![copy_to(copies.vault(DEV_COPIES)), copy_to(copies.vault(NEW_COPIES))],
            selects,
        )]),
        protected_resources: read(vec![protected_resource(&database().arn, "RDS")]),
        backup_jobs: read(vec![failed_job(&HERE.vault(VAULT), &crate::demo::build::bucket_arn(SCRATCH), "S3", 9)]),
        vaults: read(vec![
            vault(HERE, VAULT, vec![point_of_the_night()]),
            vault(HERE, ANALYTICS_VAULT, vec![analytics_point()]),
        ]),
        // The plan selects the table by its tag, and AWS Backup passes over it in silence.
        region_settings: read(opted_in(&["DynamoDB"])),
        ..empty_backup()
    }
}

/// One root module for everything, and a forgotten copy of half of it.
fn states() -> StateInventory {
    let mut recorded_database = recorded_well("development");
    recorded_database.skip_final_snapshot = Some(true);
    recorded_database.backup_retention_period = Some(7);
    let app = state_object(
        "app.tfstate",
        30,
        vec![
            managed("aws_db_instance.main", &database().arn, recorded_database),
            managed("aws_dynamodb_table.events", &events().arn, recorded("development")),
            managed("aws_backup_vault.daily", &HERE.vault(VAULT), recorded("development")),
            managed("aws_s3_bucket.preview", &crate::demo::build::bucket_arn("ledger-preview"), recorded("staging")),
        ],
    );
    let old = state_object(
        "old/events.tfstate",
        4_000,
        vec![managed("aws_dynamodb_table.events", &events().arn, recorded("development"))],
    );
    // One destroy takes the cluster and its only backup.
    let analytics = state_object(
        "analytics.tfstate",
        70,
        vec![
            managed("aws_rds_cluster.analytics", &analytics().arn, recorded("development")),
            managed("aws_backup_vault.analytics", &HERE.vault(ANALYTICS_VAULT), recorded("development")),
        ],
    );
    // The newest write of app.tfstate went past the lock: its digest is that of an older object.
    let stale = older_digest(STATES, "app.tfstate");
    // So did that of analytics.tfstate, and its bucket, which keeps versions, knows of no lock file.
    let unlocked = older_digest(ANALYTICS_STATES, "analytics.tfstate");
    StateInventory {
        lock_tables: vec![lock_table(
            &lock_table_of_states().arn,
            vec![stale, unlocked, held(STATES, "old/events.tfstate", 61)],
        )],
        buckets: vec![
            state_bucket(STATES, vec![unversioned(app), unversioned(old)]),
            state_bucket(ANALYTICS_STATES, vec![analytics]),
        ],
    }
}
