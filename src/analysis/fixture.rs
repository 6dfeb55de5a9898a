//! Small inventories for this room's tests: everything read at one moment, nothing in it, until a test puts it there.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::model::backup::*;
use crate::model::dynamodb::*;
use crate::model::facts::{
    BackupCoverage, Class, Fact, Protection, Reason, ResourceEncryption, ResourceFact, Subject, SubjectKind,
};
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::iam::IamInventory;
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::*;
use crate::model::kms::KmsInventory;
use crate::model::operation::Operation;
use crate::model::rds::*;
use crate::model::s3::*;
use crate::model::terraform::*;

/// The account of production.
pub(crate) const PROD: &str = "111111111111";
/// The account of backups.
pub(crate) const VAULT: &str = "222222222222";
pub(crate) const HERE: &str = "eu-west-1";
pub(crate) const THERE: &str = "eu-central-1";

/// When everything is read.
pub(crate) fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// So many hours before that.
pub(crate) fn ago(hours: i64) -> Timestamp {
    now().checked_sub(SignedDuration::from_hours(hours)).unwrap()
}

pub(crate) fn arn(text: &str) -> Arn {
    text.parse().unwrap()
}

pub(crate) fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

pub(crate) fn at(text: &str) -> Region {
    text.parse().unwrap()
}

pub(crate) fn read<T>(value: T) -> Collected<T> {
    Collected::read(now(), value)
}

pub(crate) fn denied(operation: Operation) -> Gap {
    Gap {
        kind: GapKind::Denied,
        operation,
        code: Some("AccessDenied".to_owned()),
        message: "no".to_owned(),
        attempts: 1,
        request_id: None,
    }
}

/// Accounts with two regions each, and nothing in them.
pub(crate) fn inventory(accounts: &[&str]) -> Inventory {
    Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        collector: "test".to_owned(),
        taken_at: now(),
        caller: Caller {
            account: id(PROD),
            arn: arn(&format!("arn:aws:iam::{PROD}:root")),
            partition: "aws".parse().unwrap(),
            home_region: at(HERE),
        },
        scope: Scope::default(),
        organization: None,
        accounts: accounts.iter().map(|id| account(id)).collect(),
        ledger: Vec::new(),
    }
}

fn account(account: &str) -> AccountInventory {
    let region = |code: &str| RegionInventory { region: at(code), parts: Answer::Value(region_parts()) };
    AccountInventory {
        id: id(account),
        parts: Answer::Value(AccountParts {
            session: arn(&format!("arn:aws:iam::{account}:role/PalisadeAudit")),
            regions: read(vec![at(THERE), at(HERE)]),
            iam: IamInventory {
                authorization_details: read(crate::model::iam::AuthorizationDetails::default()),
                credential_report: read(Vec::new()),
                oidc_providers: read(Vec::new()),
                saml_providers: read(Vec::new()),
                account_summary: read(BTreeMap::new()),
            },
            s3: S3Inventory { buckets: read(Vec::new()), account_public_access_block: read(None) },
            state: StateInventory { lock_tables: Vec::new(), buckets: Vec::new() },
            backup_global_settings: read(BTreeMap::new()),
            backup_effective_policy: read(None),
            regional: vec![region(HERE), region(THERE)],
        }),
    }
}

fn region_parts() -> RegionParts {
    let opt_in = ["Aurora", "DocumentDB", "DynamoDB", "Neptune", "RDS", "S3"];
    RegionParts {
        rds: RdsInventory {
            db_instances: read(Vec::new()),
            db_clusters: read(Vec::new()),
            global_clusters: read(Vec::new()),
            db_snapshots: read(Vec::new()),
            db_cluster_snapshots: read(Vec::new()),
            db_instance_automated_backups: read(Vec::new()),
            db_cluster_automated_backups: read(Vec::new()),
        },
        backup: BackupInventory {
            vaults: read(Vec::new()),
            plans: read(Vec::new()),
            protected_resources: read(Vec::new()),
            backup_jobs: read(Vec::new()),
            copy_jobs: read(Vec::new()),
            restore_jobs: read(Vec::new()),
            legal_holds: read(Vec::new()),
            restore_testing_plans: read(Vec::new()),
            region_settings: read(RegionSettings {
                opt_in: opt_in.iter().map(|kind| ((*kind).to_owned(), true)).collect(),
                management: BTreeMap::new(),
            }),
        },
        dynamodb: DynamoDbInventory { tables: read(Vec::new()) },
        kms: KmsInventory { keys: read(Vec::new()) },
    }
}

pub(crate) fn parts<'a>(inventory: &'a mut Inventory, account: &str) -> &'a mut AccountParts {
    let account = inventory.accounts.iter_mut().find(|one| one.id.as_str() == account).unwrap();
    match &mut account.parts {
        Answer::Value(parts) => parts,
        Answer::Gap(_) => panic!("a gap"),
    }
}

pub(crate) fn region<'a>(inventory: &'a mut Inventory, account: &str, region: &str) -> &'a mut RegionParts {
    let parts = parts(inventory, account);
    match &mut parts.regional.iter_mut().find(|one| one.region.as_str() == region).unwrap().parts {
        Answer::Value(parts) => parts,
        Answer::Gap(_) => panic!("a gap"),
    }
}

/// Adds to a list that was read.
pub(crate) fn put<T>(list: &mut Collected<Vec<T>>, item: T) {
    list.value_mut().unwrap().push(item);
}

/// Every list of the inventory the other way round.
pub(crate) fn reversed(mut inventory: Inventory) -> Inventory {
    fn turn<T>(list: &mut Collected<Vec<T>>) {
        if let Some(list) = list.value_mut() {
            list.reverse();
        }
    }
    inventory.accounts.reverse();
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        parts.regional.reverse();
        turn(&mut parts.s3.buckets);
        parts.state.buckets.reverse();
        parts.state.lock_tables.reverse();
        for table in &mut parts.state.lock_tables {
            turn(&mut table.items);
        }
        for bucket in &mut parts.state.buckets {
            turn(&mut bucket.objects);
            turn(&mut bucket.lock_versions);
        }
        for region in &mut parts.regional {
            let Answer::Value(parts) = &mut region.parts else { continue };
            turn(&mut parts.rds.db_instances);
            turn(&mut parts.rds.db_clusters);
            turn(&mut parts.rds.db_snapshots);
            turn(&mut parts.rds.db_cluster_snapshots);
            turn(&mut parts.rds.db_instance_automated_backups);
            turn(&mut parts.dynamodb.tables);
            turn(&mut parts.backup.plans);
            turn(&mut parts.backup.backup_jobs);
            turn(&mut parts.backup.copy_jobs);
            turn(&mut parts.backup.restore_jobs);
            turn(&mut parts.backup.protected_resources);
            turn(&mut parts.backup.vaults);
            for vault in parts.backup.vaults.value_mut().into_iter().flatten() {
                if let Answer::Value(points) = &mut vault.recovery_points {
                    points.reverse();
                }
            }
        }
    }
    inventory
}

pub(crate) fn db_arn(name: &str) -> String {
    format!("arn:aws:rds:{HERE}:{PROD}:db:{name}")
}

/// A DbiResourceId of the shape that AWS gives.
pub(crate) fn resource_id(seed: &str) -> String {
    format!("db-{:X<26}", seed.to_uppercase())
}

/// A PostgreSQL instance of production, 1000 hours old.
pub(crate) fn db(name: &str) -> DbInstance {
    DbInstance {
        arn: arn(&db_arn(name)),
        identifier: name.to_owned(),
        resource_id: resource_id(name),
        engine: "postgres".to_owned(),
        status: "available".to_owned(),
        created_at: Some(ago(1000)),
        deletion_protection: true,
        backup_retention_days: 7,
        latest_restorable_at: Some(ago(0)),
        cluster_identifier: None,
        replica_source: None,
        replica_source_cluster: None,
        storage_encrypted: true,
        kms_key: None,
        backup_recovery_point: None,
        tags: BTreeMap::new(),
    }
}

/// The fact that the list of resources gives for it.
pub(crate) fn seed(db: &DbInstance) -> Fact<ResourceFact> {
    let mut fact = seed_of(SubjectKind::DbInstance, db.arn.as_str(), Some(HERE));
    fact.detail.resource_id = Some(db.resource_id.clone());
    fact.detail.protection.deletion_protection = Some(db.deletion_protection);
    fact.detail.protection.backup_retention_days = Some(db.backup_retention_days);
    fact
}

/// A data resource of production.
pub(crate) fn seed_of(kind: SubjectKind, arn: &str, region: Option<&str>) -> Fact<ResourceFact> {
    let reason = || Reason { by: "none".to_owned(), what: String::new() };
    Fact {
        subject: Subject {
            kind,
            arn: arn.to_owned(),
            name: arn.to_owned(),
            account: Some(id(PROD)),
            region: region.map(at),
            environment: Some("production".to_owned()),
            production: true,
            class: Some(Class::Data),
        },
        detail: ResourceFact {
            resource_id: None,
            engine: None,
            environment_by: reason(),
            class_by: reason(),
            database: kind != SubjectKind::S3Bucket,
            cluster: None,
            replica_of: None,
            age_hours: Some(1000.0),
            protection: Protection::default(),
            encryption: ResourceEncryption::default(),
            copies: Vec::new(),
            backup: BackupCoverage::default(),
            restore: None,
            claims: Vec::new(),
            managed_by: None,
            survival: None,
            layers: None,
        },
        rests_on: Vec::new(),
        unread: Vec::new(),
    }
}

pub(crate) fn vault(account: &str, region: &str, name: &str, points: Vec<RecoveryPoint>) -> Vault {
    Vault {
        arn: arn(&format!("arn:aws:backup:{region}:{account}:backup-vault:{name}")),
        name: name.to_owned(),
        vault_type: Some("BACKUP_VAULT".to_owned()),
        vault_state: Some("AVAILABLE".to_owned()),
        created_at: Some(ago(10_000)),
        kms_key: None,
        recovery_point_count: i64::try_from(points.len()).unwrap(),
        locked: false,
        lock_date: None,
        min_retention_days: None,
        max_retention_days: None,
        policy: Answer::Value(None),
        recovery_points: Answer::Value(points),
    }
}

/// A completed point of a resource, made so many hours ago.
pub(crate) fn point(own: &str, resource: &str, hours: i64) -> RecoveryPoint {
    RecoveryPoint {
        arn: arn(own),
        resource: arn(resource),
        resource_type: "RDS".to_owned(),
        status: "COMPLETED".to_owned(),
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
        delete_after_days: Some(35),
        delete_at: None,
        cold_storage_at: None,
        encrypted: Some(true),
        kms_key: None,
        source_vault: None,
        last_restored_at: None,
        plan_id: None,
        parent: false,
        parent_recovery_point: None,
    }
}

/// The ARN of an RDS point in an account.
pub(crate) fn snapshot_arn(account: &str, region: &str, name: &str) -> String {
    format!("arn:aws:rds:{region}:{account}:snapshot:{name}")
}

/// A snapshot of a production instance, made so many hours ago.
pub(crate) fn snapshot(own: &str, kind: &str, of: &DbInstance, hours: i64) -> Snapshot {
    Snapshot {
        arn: arn(own),
        identifier: own.rsplit(':').next().unwrap().to_owned(),
        snapshot_type: kind.to_owned(),
        status: "available".to_owned(),
        source_identifier: of.identifier.clone(),
        source_resource_id: Some(of.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(ago(hours)),
        original_created_at: Some(ago(hours)),
        engine: of.engine.clone(),
        encrypted: true,
        kms_key: None,
        shared_with: Some(Answer::Value(Vec::new())),
        tags: BTreeMap::new(),
    }
}

/// A plan with one daily rule, one selection, and a copy action where a vault is named.
pub(crate) fn plan(name: &str, resources: &[&str], copy_to: Option<&str>) -> Plan {
    let actions = copy_to.map(|vault| CopyAction { destination_vault: arn(vault), delete_after_days: Some(35) });
    Plan {
        id: name.to_owned(),
        arn: arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-plan:{name}")),
        name: name.to_owned(),
        rules: Answer::Value(vec![Rule {
            name: "daily".to_owned(),
            target_vault: "Default".to_owned(),
            target_air_gapped_vault: None,
            schedule: Some("cron(0 5 ? * * *)".to_owned()),
            continuous: false,
            delete_after_days: Some(35),
            copy_actions: actions.into_iter().collect(),
        }]),
        selections: Answer::Value(vec![Selection {
            id: "s".to_owned(),
            name: "data".to_owned(),
            detail: Answer::Value(SelectionDetail {
                resources: resources.iter().map(ToString::to_string).collect(),
                not_resources: Vec::new(),
                list_of_tags: Vec::new(),
                conditions: Vec::new(),
            }),
        }]),
    }
}

/// A versioned bucket with every answer given.
pub(crate) fn bucket(name: &str) -> Bucket {
    Bucket {
        name: name.to_owned(),
        arn: arn(&format!("arn:aws:s3:::{name}")),
        region: Answer::Value(at(HERE)),
        created_at: Some(ago(10_000)),
        tags: Answer::Value(BTreeMap::new()),
        versioning: Answer::Value(Versioning { status: Some("Enabled".to_owned()), mfa_delete: None }),
        object_lock: Answer::Value(None),
        lifecycle: Answer::Value(Vec::new()),
        policy: Answer::Value(None),
        public_access_block: Answer::Value(None),
        encryption: Answer::Value(None),
        replication: Answer::Value(Vec::new()),
        holds: Answer::Value(true),
    }
}

/// A look into a bucket of states.
pub(crate) fn look(name: &str, objects: Vec<StateObject>) -> StateBucket {
    StateBucket {
        bucket: name.to_owned(),
        reasons: vec![StateBucketReason::Name],
        objects: read(objects),
        lock_versions: read(Vec::new()),
    }
}

/// A state that was written ten hours ago, with a lineage of its own.
pub(crate) fn state(key: &str, resources: Vec<StateResource>) -> StateObject {
    StateObject {
        key: key.to_owned(),
        size: 100,
        last_modified: ago(10),
        etag: None,
        body: Answer::Value(StateBody {
            read_at: now(),
            version_id: Some("v1".to_owned()),
            replication_status: None,
            md5: format!("md5-of-{key}"),
        }),
        content: Answer::Value(StateContent {
            serial: 1,
            lineage: format!("lineage-of-{key}"),
            terraform_version: "1.12.0".to_owned(),
            resources,
        }),
    }
}

pub(crate) fn managed(resource_type: &str, name: &str, arn: &str) -> StateResource {
    StateResource {
        address: format!("{resource_type}.{name}"),
        mode: ResourceMode::Managed,
        resource_type: resource_type.into(),
        provider: "provider[\"registry.terraform.io/hashicorp/aws\"]".into(),
        arn: (!arn.is_empty()).then(|| arn.to_owned()),
        id: None,
        deposed: None,
        dependencies: Vec::new(),
        attributes: RecordedAttributes::default().into(),
    }
}
