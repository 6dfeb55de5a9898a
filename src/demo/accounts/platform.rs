//! What every organization has: management, Control Tower's two accounts, security tools, delivery.

use crate::demo::build::{
    Place, account, bucket, bucket_arn, delivered_by, denied, digest, dynamodb, empty_parts, empty_region, held,
    holding, hours_ago, lock_file, lock_table, managed, protected, read, recorded, recorded_well, region, replicate_to,
    s3, session, state_bucket, state_object, table, tags, tls_only, value, versioned,
};
use crate::model::dynamodb::Table;
use crate::model::gap::{Answer, Collected};
use crate::model::inventory::{AccountInventory, AccountParts, RegionInventory, RegionParts};
use crate::model::operation::Operation;
use crate::model::s3::Bucket;
use crate::model::terraform::{RecordedAttributes, StateInventory, StateObject};

use super::backup::{COPIES, STATE_REPLICA};
use super::people;
use super::{AUDIT, BACKUP, DELIVERY, GLOBAL, HOME, LOG_ARCHIVE, MANAGEMENT, SECOND, SECURITY, ledger};

pub(in crate::demo) const STATES: &str = "meridian-terraform-state";
pub(in crate::demo) const DATA_STATE: &str = "ledger/production/data.tfstate";
const VAULT_STATE: &str = "platform/backup.tfstate";

pub(super) fn accounts() -> Vec<AccountInventory> {
    vec![management(), log_archive(), audit(), security(), delivery()]
}

pub(in crate::demo) fn empty_regions() -> Vec<RegionInventory> {
    [HOME, SECOND, GLOBAL].map(|code| region(code, empty_region())).into()
}

pub(in crate::demo) fn management() -> AccountInventory {
    account(
        MANAGEMENT,
        AccountParts {
            iam: people::iam_of(MANAGEMENT),
            s3: s3([
                bucket("cf-templates-9z8y7x6w5v4u-eu-central-1", HOME),
                bucket("cdk-hnb659fds-assets-111111111111-eu-central-1", HOME),
            ]),
            regional: empty_regions(),
            ..empty_parts(MANAGEMENT)
        },
    )
}

pub(in crate::demo) fn log_archive() -> AccountInventory {
    let log = |name: &str| Bucket {
        versioning: versioned(),
        policy: delivered_by(name, "cloudtrail.amazonaws.com"),
        ..bucket(name, HOME)
    };
    account(
        LOG_ARCHIVE,
        AccountParts {
            s3: s3([
                log("aws-controltower-logs-222222222222-eu-central-1"),
                log("aws-controltower-s3-access-logs-222222222222-eu-central-1"),
            ]),
            regional: empty_regions(),
            ..empty_parts(LOG_ARCHIVE)
        },
    )
}

pub(in crate::demo) fn audit() -> AccountInventory {
    account(
        AUDIT,
        AccountParts {
            s3: s3([bucket("aws-athena-query-results-333333333333-eu-central-1", HOME)]),
            regional: empty_regions(),
            ..empty_parts(AUDIT)
        },
    )
}

/// Its own policies refuse the audit role two calls: one whole list, and one answer about one bucket.
fn security() -> AccountInventory {
    let who = session(SECURITY);
    let mut regional = empty_regions();
    for code in &mut regional {
        if let (HOME, Answer::Value(parts)) = (code.region.as_str(), &mut code.parts) {
            parts.rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances, &who));
        }
    }
    account(
        SECURITY,
        AccountParts {
            s3: s3([
                Bucket {
                    versioning: Answer::Gap(denied(Operation::S3GetBucketVersioning, &who)),
                    ..bucket("meridian-security-findings", HOME)
                },
                bucket("aws-controltower-config-444444444444-eu-central-1", HOME),
            ]),
            regional,
            ..empty_parts(SECURITY)
        },
    )
}

/// Deployments start here, and here their states lie: remote, locked, versioned, replicated to another account.
pub(in crate::demo) fn delivery() -> AccountInventory {
    let place = Place::new(DELIVERY, HOME);
    let locks = Table {
        tags: value(tags([("purpose", "terraform locks")])),
        ..protected(holding(table(place, "meridian-terraform-locks", "LockID"), 2))
    };
    let mut states = state_bucket(STATES, vec![replicated(data_state()), replicated(vault_state())]);
    states.lock_versions = read(lock_file(VAULT_STATE, hours_ago(50), hours_ago(48)));
    account(
        DELIVERY,
        AccountParts {
            iam: people::iam_of(DELIVERY),
            s3: s3([
                Bucket {
                    tags: value(tags([("purpose", "terraform state")])),
                    versioning: versioned(),
                    policy: tls_only(STATES),
                    replication: value(vec![replicate_to(STATE_REPLICA, BACKUP)]),
                    ..bucket(STATES, HOME)
                },
                bucket("codepipeline-eu-central-1-314159265358", HOME),
            ]),
            state: StateInventory {
                lock_tables: vec![lock_table(
                    &locks.arn,
                    vec![digest(STATES, &data_state()), held(STATES, DATA_STATE, 1)],
                )],
                buckets: vec![states],
            },
            regional: vec![
                region(HOME, RegionParts { dynamodb: dynamodb([locks]), ..empty_region() }),
                region(SECOND, empty_region()),
                region(GLOBAL, empty_region()),
            ],
            ..empty_parts(DELIVERY)
        },
    )
}

/// A state that S3 has copied to the replica.
fn replicated(mut state: StateObject) -> StateObject {
    if let Answer::Value(body) = &mut state.body {
        body.replication_status = Some("COMPLETED".into());
    }
    state
}

fn data_state() -> StateObject {
    let well = || RecordedAttributes { backup_retention_period: Some(14), ..recorded_well("production") };
    state_object(
        DATA_STATE,
        20,
        vec![
            managed("aws_rds_cluster.ledger", &ledger::cluster().arn, well()),
            managed("aws_db_instance.reporting", &ledger::reporting().arn, well()),
            managed(
                "aws_dynamodb_table.events",
                &ledger::events().arn,
                RecordedAttributes {
                    deletion_protection_enabled: Some(true),
                    point_in_time_recovery: Some(true),
                    ..recorded("production")
                },
            ),
            managed(
                "aws_s3_bucket.statements",
                &bucket_arn(ledger::STATEMENTS),
                RecordedAttributes { force_destroy: Some(false), ..recorded("production") },
            ),
        ],
    )
}

fn vault_state() -> StateObject {
    let place = Place::new(BACKUP, HOME);
    state_object(
        VAULT_STATE,
        49,
        vec![managed(
            r#"module.copies["eu-central-1"].aws_backup_vault.copies"#,
            &place.vault(COPIES),
            RecordedAttributes::default(),
        )],
    )
}
