//! The incident's organization after the fixes that its owner published.
//!
//! Production and the second site in different accounts; deletion protection on, in Terraform and at AWS; daily backups that
//! are restored to test them, with copies in another account under Vault Lock in compliance mode; the state remote,
//! versioned and locked in an account that holds no data; policies that deny destruction; and no agent with
//! administrator's keys. The other accounts are as they were.

use crate::model::dynamodb::Table;
use crate::model::gap::Answer;
use crate::model::iam::Role;
use crate::model::inventory::{AccountInventory, AccountParts, Inventory, RegionInventory, RegionParts};
use crate::model::organization::{Account, OrganizationInventory};
use crate::model::rds::{DbInstance, RdsInventory};
use crate::model::s3::Bucket;
use crate::model::terraform::{LockTable, RecordedAttributes, StateObject};

use super::accounts::people::break_glass;
use super::accounts::{self, BACKUP, COURSES, DELIVERY, GLOBAL, HOME, MANAGEMENT, SECOND};
use super::build::{
    Place, account as account_of, automated_backup, bucket, bucket_arn, customer_key, db_instance, digest, dynamodb,
    empty_parts, empty_rds, empty_region, holding, hours_ago, iam, kms, landing_zone_roles, lock_file, lock_table,
    managed, member, organization, protected, read, recorded, recorded_well, region, replicate_to, role, root_row, s3,
    scp, state_bucket, state_object, table, tags, target, tls_only, unit_id, value, versioned,
};
use super::kept::Kept;

/// The second site's own account.
const COMMUNITY: &str = "565656565656";
/// The bucket of both sites' states, in the delivery account, and its copy in the backup account.
pub(super) const STATES: &str = "courses-terraform-state";
const STATES_COPY: &str = "courses-terraform-state-copy";
const LOCKS: &str = "courses-terraform-locks";
pub(super) const PRODUCTION_STATE: &str = "courses/production.tfstate";
const COMMUNITY_STATE: &str = "community-site/staging.tfstate";
const UPLOADS: &str = "courses-homework-uploads";
const MEDIA: &str = "community-site-media";

/// What the owner wrote: nobody but the break-glass role destroys data, or loosens what protects it.
const PROTECT: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"NoDestruction","Effect":"Deny","Action":["rds:DeleteDB*","rds:DeleteGlobalCluster","dynamodb:DeleteTable","s3:DeleteBucket","s3:DeleteObjectVersion","backup:DeleteBackupVault","backup:DeleteRecoveryPoint","kms:ScheduleKeyDeletion"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass"}}},{"Sid":"NoLoosening","Effect":"Deny","Action":["s3:PutBucketVersioning","s3:PutLifecycleConfiguration","backup:PutBackupVaultLockConfiguration","backup:DeleteBackupVaultLockConfiguration","kms:DisableKey","organizations:LeaveOrganization"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass"}}}]}"#;

pub(super) fn inventory() -> Inventory {
    let mut all = accounts::all();
    all.retain(|account| account.id.as_str() != COURSES);
    let (production, community) = (production(), community());
    for account in &mut all {
        let Answer::Value(parts) = &mut account.parts else { continue };
        match account.id.as_str() {
            BACKUP => receive(parts, &[&production, &community]),
            DELIVERY => hold_states(parts, &production, &community),
            _ => {}
        }
    }
    all.extend([courses_account(&production), community_account(&community)]);
    super::collected(&super::runner(), tree(), all)
}

/// The organization with the second site's account, and with policies.
fn tree() -> OrganizationInventory {
    let moved = |mut account: Account| {
        if account.id.as_str() == COURSES {
            account.parent = Answer::Value(unit_id("prod"));
        }
        account
    };
    let mut members: Vec<Account> = accounts::members().into_iter().map(moved).collect();
    members.push(member(MANAGEMENT, COMMUNITY, "community-site", &unit_id("work")));
    let mut organization =
        accounts::governed(organization(MANAGEMENT, accounts::units(), members), &["secu", "infr", "work"]);
    if let Some(scps) = organization.scps.value_mut() {
        let targets =
            vec![target(&unit_id("work"), "ORGANIZATIONAL_UNIT"), target(&unit_id("infr"), "ORGANIZATIONAL_UNIT")];
        scps.push(scp(MANAGEMENT, "nodestruct", "no-destruction", PROTECT, targets));
    }
    organization
}

/// Nobody has keys; Terraform runs in the delivery account, and the agent reads.
fn roles(account: &str) -> Vec<Role> {
    let delivery = format!(r#"{{"AWS":"arn:aws:iam::{DELIVERY}:role/terraform"}}"#);
    let mut roles = landing_zone_roles(account);
    roles.push(role(account, "/", "terraform-deploy", &delivery, "PowerUserAccess"));
    roles.push(role(account, "/agents/", "coding-agent", &delivery, "ReadOnlyAccess"));
    roles.push(break_glass(account));
    roles
}

fn secured(here: Place, key: &str, identifier: &str, environment: &str) -> DbInstance {
    DbInstance {
        deletion_protection: true,
        backup_retention_days: 14,
        kms_key: Some(here.key(key)),
        tags: tags([("environment", environment), ("backup", "daily")]),
        ..db_instance(here, identifier)
    }
}

fn kept_table(here: Place, name: &str, key: &str, environment: &str) -> Table {
    let tags = value(tags([("environment", environment), ("backup", "daily")]));
    Table { tags, ..protected(table(here, name, key)) }
}

fn kept_bucket(name: &str, environment: &str) -> Bucket {
    Bucket {
        tags: value(tags([("environment", environment), ("backup", "daily"), ("data-class", "data")])),
        versioning: versioned(),
        policy: tls_only(name),
        ..bucket(name, HOME)
    }
}

fn production() -> Kept {
    let here = Place::new(COURSES, HOME);
    Kept {
        here,
        vault: "courses-daily",
        copies: "courses-copies",
        key: "c0a5e500-0000-4000-8000-00000000da7a",
        instances: vec![secured(here, "c0a5e500-0000-4000-8000-00000000da7a", "courses-prod", "production")],
        others: vec![
            (kept_table(here, "courses-progress", "student", "production").arn, "DynamoDB"),
            (bucket_arn(UPLOADS), "S3"),
        ],
    }
}

fn community() -> Kept {
    let here = Place::new(COMMUNITY, HOME);
    Kept {
        here,
        vault: "community-daily",
        copies: "community-copies",
        key: "c0111111-0000-4000-8000-00000000da7a",
        instances: vec![secured(here, "c0111111-0000-4000-8000-00000000da7a", "community-site", "staging")],
        others: vec![
            (kept_table(here, "community-site-signups", "mail", "staging").arn, "DynamoDB"),
            (bucket_arn(MEDIA), "S3"),
        ],
    }
}

/// An account with its databases, tables and buckets, all under backup.
fn kept_account(kept: &Kept, replicas: Vec<DbInstance>, tables: Table, buckets: Vec<Bucket>) -> AccountInventory {
    let account = kept.here.account;
    let mut instances = kept.instances.clone();
    let automated = instances.iter().map(|instance| automated_backup(kept.here, instance)).collect();
    instances.extend(replicas);
    let home = RegionParts {
        rds: RdsInventory {
            db_snapshots: read(kept.snapshots()),
            db_instance_automated_backups: read(automated),
            db_instances: read(instances),
            ..empty_rds()
        },
        backup: kept.backup(),
        dynamodb: dynamodb([tables]),
        kms: kms([customer_key(kept.here, kept.key), customer_key(kept.here, "vaults")]),
    };
    account_of(
        account,
        AccountParts {
            iam: iam(account, roles(account), Vec::new(), root_row(account, false, false, false)),
            s3: crate::model::s3::S3Inventory { buckets: read(buckets), ..s3([]) },
            regional: vec![region(HOME, home), region(SECOND, empty_region()), region(GLOBAL, empty_region())],
            ..empty_parts(account)
        },
    )
}

fn courses_account(kept: &Kept) -> AccountInventory {
    let replica = DbInstance {
        replica_source: Some("courses-prod".into()),
        backup_retention_days: 0,
        tags: tags([("environment", "production")]),
        ..secured(kept.here, kept.key, "courses-prod-reports", "production")
    };
    kept_account(
        kept,
        vec![replica],
        kept_table(kept.here, "courses-progress", "student", "production"),
        vec![
            kept_bucket(UPLOADS, "production"),
            bucket("cdk-hnb659fds-assets-555555555555-eu-central-1", HOME),
            bucket("aws-athena-query-results-555555555555-eu-central-1", HOME),
        ],
    )
}

fn community_account(kept: &Kept) -> AccountInventory {
    let table = kept_table(kept.here, "community-site-signups", "mail", "staging");
    kept_account(kept, Vec::new(), table, vec![kept_bucket(MEDIA, "staging")])
}

/// The backup account receives both accounts' copies, and the copy of the states.
fn receive(parts: &mut AccountParts, kept: &[&Kept]) {
    if let Some(buckets) = parts.s3.buckets.value_mut() {
        buckets.push(Bucket { versioning: versioned(), policy: tls_only(STATES_COPY), ..bucket(STATES_COPY, SECOND) });
    }
    for code in [HOME, SECOND] {
        let Some(parts) = opened(&mut parts.regional, code) else { continue };
        for kept in kept {
            parts.backup.vaults.value_mut().into_iter().for_each(|vaults| vaults.push(kept.receiving(code)));
            let snapshots = parts.rds.db_snapshots.value_mut();
            snapshots.into_iter().for_each(|snapshots| snapshots.extend(kept.copied_snapshots(code)));
        }
    }
}

fn opened<'a>(regional: &'a mut [RegionInventory], code: &str) -> Option<&'a mut RegionParts> {
    match regional.iter_mut().find(|region| region.region.as_str() == code).map(|region| &mut region.parts) {
        Some(Answer::Value(parts)) => Some(parts),
        _ => None,
    }
}

/// The states, remote, versioned, locked twice (by table and by lock file) and replicated, in an account without data.
fn hold_states(parts: &mut AccountParts, production: &Kept, community: &Kept) {
    let states = [
        state(PRODUCTION_STATE, production, (UPLOADS, "production")),
        state(COMMUNITY_STATE, community, (MEDIA, "staging")),
    ];
    let place = Place::new(DELIVERY, HOME);
    let locks = Table {
        tags: value(tags([("purpose", "terraform locks")])),
        ..protected(holding(table(place, LOCKS, "LockID"), 2))
    };
    let items = states.iter().map(|state| digest(STATES, state)).collect();
    let made: LockTable = lock_table(&locks.arn, items);
    parts.state.lock_tables.push(made);
    if let Some(tables) = opened(&mut parts.regional, HOME).and_then(|parts| parts.dynamodb.tables.value_mut()) {
        tables.push(locks);
    }
    if let Some(buckets) = parts.s3.buckets.value_mut() {
        buckets.push(Bucket {
            tags: value(tags([("purpose", "terraform state")])),
            versioning: versioned(),
            policy: tls_only(STATES),
            replication: value(vec![replicate_to(STATES_COPY, BACKUP)]),
            ..bucket(STATES, HOME)
        });
    }
    let mut bucket = state_bucket(STATES, states.into());
    let traces = [PRODUCTION_STATE, COMMUNITY_STATE].map(|key| lock_file(key, hours_ago(31), hours_ago(29)));
    bucket.lock_versions = read(traces.into_iter().flatten().collect());
    parts.state.buckets.push(bucket);
}

/// A site's state: what it records of protection is what AWS says.
fn state(key: &str, kept: &Kept, (bucket, environment): (&str, &str)) -> StateObject {
    let database = RecordedAttributes { backup_retention_period: Some(14), ..recorded_well(environment) };
    let mut resources: Vec<_> = kept
        .instances
        .iter()
        .map(|instance| managed("aws_db_instance.main", &instance.arn, database.clone()))
        .collect();
    for (arn, kind) in &kept.others {
        resources.push(match *kind {
            "DynamoDB" => managed(
                "aws_dynamodb_table.main",
                arn,
                RecordedAttributes {
                    deletion_protection_enabled: Some(true),
                    point_in_time_recovery: Some(true),
                    ..recorded(environment)
                },
            ),
            _ => managed(
                "aws_s3_bucket.files",
                &bucket_arn(bucket),
                RecordedAttributes { force_destroy: Some(false), ..recorded(environment) },
            ),
        });
    }
    let mut state = state_object(key, 30, resources);
    if let Answer::Value(body) = &mut state.body {
        body.replication_status = Some("COMPLETED".into());
    }
    state
}
