//! Each rule both ways: what claims a resource, what hides a claim, how a write was locked, how a bucket is kept.

use std::collections::BTreeMap;

use super::{attach, surroundings};
use crate::analysis::Context;
use crate::analysis::fixture::*;
use crate::model::facts::*;
use crate::model::gap::{Answer, Collected, GapKind};
use crate::model::ids::AccountId;
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::*;
use crate::model::s3::*;
use crate::model::settings::Settings;
use crate::model::terraform::*;

const STATE: &str = "s3://states/prod.tfstate";

fn orders() -> StateResource {
    managed("aws_db_instance", "orders", &db_arn("orders"))
}

/// One instance in production; one bucket of states beside it, versioned, with one state.
fn world(resources: Vec<StateResource>) -> Inventory {
    let mut world = inventory(&[PROD, VAULT]);
    put(&mut region(&mut world, PROD, HERE).rds.db_instances, db("orders"));
    put(&mut parts(&mut world, PROD).s3.buckets, bucket("states"));
    let state = state("prod.tfstate", resources);
    parts(&mut world, PROD).state.buckets.push(look("states", vec![state]));
    world
}

fn objects(world: &mut Inventory) -> &mut Vec<StateObject> {
    parts(world, PROD).state.buckets[0].objects.value_mut().unwrap()
}

fn object(world: &mut Inventory) -> &mut StateObject {
    &mut objects(world)[0]
}

fn content(world: &mut Inventory) -> &mut StateContent {
    match &mut object(world).content {
        Answer::Value(content) => content,
        Answer::Gap(_) => panic!("a gap"),
    }
}

fn body(world: &mut Inventory) -> &mut StateBody {
    match &mut object(world).body {
        Answer::Value(body) => body,
        Answer::Gap(_) => panic!("a gap"),
    }
}

fn judged(world: &Inventory, settings: &Settings, seeds: Vec<Fact<ResourceFact>>) -> Facts {
    let cx = Context::new(world, settings);
    let mut facts = Facts { resources: seeds, ..Facts::default() };
    attach(&cx, &mut facts.resources);
    surroundings(&cx, &mut facts);
    crate::analysis::context::sort(&mut facts);
    facts
}

fn facts(world: &Inventory) -> Facts {
    judged(world, &Settings::default(), vec![seed(&db("orders"))])
}

fn claims(world: &Inventory) -> Vec<String> {
    facts(world).resources[0].detail.claims.iter().map(|claim| format!("{} {}", claim.state, claim.address)).collect()
}

fn hidden(unread: &[Unread]) -> Vec<(String, Operation, GapKind)> {
    unread
        .iter()
        .filter(|gap| gap.collection == Collection::StateClaims)
        .map(|gap| (gap.account.clone().unwrap().to_string(), gap.gap.operation, gap.gap.kind))
        .collect()
}

#[test]
fn a_managed_instance_claims_and_nothing_else_does() {
    let mut data = orders();
    data.mode = ResourceMode::Data;
    let mut deposed = orders();
    deposed.deposed = Some("00000001".to_owned());
    let mut same_id = orders();
    same_id.id = Some(resource_id("orders"));
    let mut predecessor = orders();
    predecessor.id = Some(resource_id("older"));
    let mut renamed = managed("aws_db_instance", "orders", &db_arn("its-old-name"));
    renamed.id = Some(resource_id("orders"));
    let mut renamed_elsewhere = managed("aws_db_instance", "orders", &db_arn("its-old-name").replace(HERE, THERE));
    renamed_elsewhere.id = Some(resource_id("orders"));
    let mut by_name = orders();
    by_name.id = Some("orders".to_owned());
    for (name, resource, want) in [
        ("by ARN", orders(), 1),
        ("a data source", data, 0),
        ("a deposed object", deposed, 0),
        ("the id of provider 5", same_id, 1),
        ("the id of provider 4", by_name, 1),
        ("a predecessor of the same name", predecessor, 0),
        ("renamed by hand", renamed, 1),
        ("an equal id in another region", renamed_elsewhere, 0),
        ("another instance", managed("aws_db_instance", "x", &db_arn("users")), 0),
        ("a type that only refers to it", managed("aws_db_instance_role_association", "x", &db_arn("orders")), 0),
        ("no ARN", managed("aws_db_instance", "orders", ""), 0),
    ] {
        assert_eq!(claims(&world(vec![resource])).len(), want, "{name}");
    }
}

#[test]
fn every_type_claims_its_kind() {
    let cluster = format!("arn:aws:rds:{HERE}:{PROD}:cluster:orders");
    let table = format!("arn:aws:dynamodb:{HERE}:{PROD}:table/orders");
    let bucket = "arn:aws:s3:::orders";
    for (kind, arn, resource_type, want) in [
        (SubjectKind::DbCluster, cluster.as_str(), "aws_rds_cluster", 1),
        (SubjectKind::DbCluster, &cluster, "aws_docdb_cluster", 1),
        (SubjectKind::DbCluster, &cluster, "aws_neptune_cluster", 1),
        (SubjectKind::DbCluster, &cluster, "aws_rds_cluster_endpoint", 0),
        (SubjectKind::DynamoDbTable, &table, "aws_dynamodb_table", 1),
        (SubjectKind::DynamoDbTable, &table, "aws_dynamodb_table_replica", 1),
        (SubjectKind::DynamoDbTable, &table, "aws_dynamodb_table_item", 0),
        (SubjectKind::S3Bucket, bucket, "aws_s3_bucket", 1),
        (SubjectKind::S3Bucket, bucket, "aws_s3_bucket_policy", 0),
    ] {
        let world = world(vec![managed(resource_type, "orders", arn)]);
        let seeds = vec![seed_of(kind, arn, Some(HERE))];
        let facts = judged(&world, &Settings::default(), seeds);
        assert_eq!(facts.resources[0].detail.claims.len(), want, "{resource_type}");
    }
    // An imported bucket may have its name alone.
    let mut named = managed("aws_s3_bucket", "orders", "");
    named.id = Some("orders".to_owned());
    let facts =
        judged(&world(vec![named]), &Settings::default(), vec![seed_of(SubjectKind::S3Bucket, bucket, Some(HERE))]);
    assert_eq!(facts.resources[0].detail.claims.len(), 1);
}

#[test]
fn members_and_replicas_are_claimed_through_what_they_belong_to() {
    let cluster = format!("arn:aws:rds:{HERE}:{PROD}:cluster:orders");
    let mut member = seed(&db("orders-1"));
    member.detail.cluster = Some("orders".to_owned());
    let seeds = vec![seed_of(SubjectKind::DbCluster, &cluster, Some(HERE)), member];
    let facts = judged(&world(vec![managed("aws_rds_cluster", "orders", &cluster)]), &Settings::default(), seeds);
    assert!(facts.resources.iter().all(|fact| fact.detail.claims.len() == 1));

    let table = |region: &str| format!("arn:aws:dynamodb:{region}:{PROD}:table/orders");
    let mut world = world(vec![managed("aws_dynamodb_table", "orders", &table(HERE))]);
    for (place, other) in [(HERE, THERE), (THERE, HERE)] {
        let described = crate::model::dynamodb::Table {
            arn: arn(&table(place)),
            name: "orders".to_owned(),
            detail: Answer::Value(crate::model::dynamodb::TableDetail {
                id: None,
                status: "ACTIVE".to_owned(),
                created_at: None,
                deletion_protection: true,
                partition_key: Some("id".to_owned()),
                sort_key: None,
                replicas: vec![at(other)],
                kms_key: None,
                item_count: None,
            }),
            point_in_time_recovery: Answer::Value(crate::model::dynamodb::PointInTimeRecovery {
                enabled: false,
                earliest_restorable_at: None,
                latest_restorable_at: None,
                period_days: None,
            }),
            tags: Answer::Value(BTreeMap::new()),
            resource_policy: Answer::Value(None),
        };
        put(&mut region(&mut world, PROD, place).dynamodb.tables, described);
    }
    let seeds = [HERE, THERE].map(|place| seed_of(SubjectKind::DynamoDbTable, &table(place), Some(place)));
    let facts = judged(&world, &Settings::default(), seeds.to_vec());
    assert!(facts.resources.iter().all(|fact| fact.detail.claims.len() == 1), "{:?}", facts.resources);
}

#[test]
fn copies_of_states_claim_nothing() {
    type Change = fn(&mut Inventory);
    let cases: [(&str, Change, Option<&str>, usize); 5] = [
        ("an owner", |_| {}, None, 1),
        ("a source of replication", |w| body(w).replication_status = Some("COMPLETED".into()), None, 1),
        ("a replica", |w| body(w).replication_status = Some("REPLICA".into()), Some("replica"), 0),
        ("a backup file", |w| object(w).key = "prod.tfstate.backup".into(), Some("backup_file"), 0),
        (
            "unread, in a replication target",
            |world| {
                object(world).body = Answer::Gap(denied(Operation::S3GetObject));
                object(world).content = Answer::Gap(denied(Operation::S3GetObject));
                let mut source = bucket("source");
                source.replication = Answer::Value(vec![rule("states", None)]);
                put(&mut parts(world, VAULT).s3.buckets, source);
                parts(world, VAULT).state.buckets.push(look("source", vec![state("prod.tfstate", Vec::new())]));
            },
            Some("replication_target"),
            0,
        ),
    ];
    for (name, change, copy, want) in cases {
        let mut world = world(vec![orders()]);
        change(&mut world);
        let facts = facts(&world);
        let state = facts.state_objects.iter().find(|state| state.detail.bucket == "states").unwrap();
        assert_eq!(state.detail.copy.as_deref(), copy, "{name}");
        assert_eq!(facts.resources[0].detail.claims.len(), want, "{name}");
        let bucket = facts.state_buckets.iter().find(|bucket| bucket.subject.name == "states").unwrap();
        assert_eq!(bucket.detail.copies_only, copy.is_some(), "{name}");
        assert_eq!(bucket.detail.states, usize::from(copy != Some("backup_file")), "{name}");
    }
}

fn rule(destination: &str, account: Option<&str>) -> ReplicationRule {
    ReplicationRule {
        id: None,
        enabled: true,
        prefix: None,
        tags: BTreeMap::new(),
        destination: arn(&format!("arn:aws:s3:::{destination}")),
        destination_account: account.map(str::to_owned),
        delete_markers: false,
    }
}

#[test]
fn an_unread_state_anywhere_may_hold_the_claim() {
    type Change = fn(&mut Inventory);
    type Hidden = Vec<(&'static str, Operation, GapKind)>;
    let cases: [(&str, Change, Hidden); 8] = [
        ("nothing hidden", |_| {}, vec![]),
        (
            "a state's content",
            |world| object(world).content = Answer::Gap(denied(Operation::S3GetObject)),
            vec![(PROD, Operation::S3GetObject, GapKind::Denied)],
        ),
        (
            "a backup file's content",
            |world| {
                let mut old = state("prod.tfstate.backup", Vec::new());
                old.content = Answer::Gap(denied(Operation::S3GetObject));
                objects(world).push(old);
            },
            vec![],
        ),
        (
            "another account's list of states",
            |world| {
                let mut refused = look("other-states", Vec::new());
                refused.objects = Collected::Gap(denied(Operation::S3ListObjectsV2));
                parts(world, VAULT).state.buckets.push(refused);
            },
            vec![(VAULT, Operation::S3ListObjectsV2, GapKind::Denied)],
        ),
        (
            "another account's buckets",
            |world| parts(world, VAULT).s3.buckets = Collected::Gap(denied(Operation::S3ListBuckets)),
            vec![(VAULT, Operation::S3ListBuckets, GapKind::Denied)],
        ),
        (
            "a lock table's items",
            |world| {
                let table = arn(&format!("arn:aws:dynamodb:{HERE}:{VAULT}:table/locks"));
                let items = Collected::Gap(denied(Operation::DynamoDbScan));
                parts(world, VAULT).state.lock_tables.push(LockTable { table, items });
            },
            vec![(VAULT, Operation::DynamoDbScan, GapKind::Denied)],
        ),
        (
            "a state that a lock table names, in a bucket of nobody's",
            |world| digest(world, "elsewhere", "k.tfstate", "d"),
            vec![(PROD, Operation::S3ListObjectsV2, GapKind::OutOfScope)],
        ),
        (
            "an account of the organization that is not scanned",
            |world| world.organization = Some(organization(&[PROD, VAULT, "333333333333"])),
            vec![("333333333333", Operation::S3ListObjectsV2, GapKind::OutOfScope)],
        ),
    ];
    for (name, change, want) in cases {
        let mut world = world(Vec::new());
        change(&mut world);
        let want: Vec<_> = want.into_iter().map(|(id, operation, kind)| (id.to_owned(), operation, kind)).collect();
        let facts = facts(&world);
        assert_eq!(hidden(&facts.resources[0].unread), want, "{name}");
        let state = facts.state_objects.iter().find(|state| state.subject.arn == STATE).unwrap();
        assert_eq!(hidden(&state.unread), want, "{name}");
        // One witness is enough for the resource, and none for the state's being the only owner.
        content_or_nothing(&mut world, orders());
        let facts = self::facts(&world);
        if !facts.resources[0].detail.claims.is_empty() {
            assert_eq!(hidden(&facts.resources[0].unread), [], "{name}");
        }
    }
}

fn content_or_nothing(world: &mut Inventory, resource: StateResource) {
    if let Answer::Value(content) = &mut object(world).content {
        content.resources.push(resource);
    }
}

fn organization(accounts: &[&str]) -> OrganizationInventory {
    let account = |text: &&str| Account {
        id: id(text),
        arn: arn(&format!("arn:aws:organizations::{PROD}:account/o-1/{text}")),
        name: "an account".to_owned(),
        state: AccountState::Active,
        parent: Some("r-1".to_owned()),
        joined_at: None,
        tags: None,
    };
    OrganizationInventory {
        description: read(None),
        roots: read(Vec::new()),
        units: read(Vec::new()),
        accounts: read(accounts.iter().map(account).collect()),
        scps: read(Vec::new()),
        rcps: read(Vec::new()),
        delegated_administrators: read(Vec::new()),
        trusted_services: read(Vec::new()),
        resource_policy: read(None),
        central_root_features: read(Vec::new()),
    }
}

#[test]
fn many_equal_gaps_are_told_once() {
    let mut world = world(Vec::new());
    for n in 0..50 {
        let mut unread = state(&format!("{n}.tfstate"), Vec::new());
        let mut gap = denied(Operation::S3GetObject);
        gap.message = format!("s3://states/{n}.tfstate");
        unread.content = Answer::Gap(gap);
        objects(&mut world).push(unread);
    }
    let facts = facts(&world);
    let unread = &facts.resources[0].unread;
    assert_eq!(unread.len(), 1);
    assert!(unread[0].gap.message.ends_with("(and 49 more like it)"), "{}", unread[0].gap.message);
}

#[test]
fn what_manages_a_resource_otherwise_is_said() {
    let stack = "arn:aws:cloudformation:eu-west-1:111111111111:stack/s/1";
    let managed_by = |tagged: bool, external: bool| {
        let mut world = world(Vec::new());
        if tagged {
            let instance = &mut region(&mut world, PROD, HERE).rds.db_instances.value_mut().unwrap()[0];
            instance.tags.insert("aws:cloudformation:stack-id".to_owned(), stack.to_owned());
        }
        let mut settings = Settings::default();
        if external {
            settings.state.external.insert("arn:aws:rds:*:*:db:*".to_owned(), "Pulumi".to_owned());
        }
        let mut facts = judged(&world, &settings, vec![seed(&db("orders"))]);
        facts.resources.remove(0).detail.managed_by
    };
    assert_eq!(managed_by(false, false), None);
    assert_eq!(managed_by(true, true), Some(ManagedBy::CloudFormation { stack: stack.to_owned() }));
    assert_eq!(managed_by(false, true), Some(ManagedBy::External { what: "Pulumi".to_owned() }));
    // Unread tags may hold the stack.
    let mut world = world(Vec::new());
    let mut shelf = bucket("shelf");
    shelf.tags = Answer::Gap(denied(Operation::S3GetBucketTagging));
    put(&mut parts(&mut world, PROD).s3.buckets, shelf);
    let seeds = vec![seed_of(SubjectKind::S3Bucket, "arn:aws:s3:::shelf", Some(HERE))];
    let facts = judged(&world, &Settings::default(), seeds);
    assert_eq!(hidden(&facts.resources[0].unread), [(PROD.to_owned(), Operation::S3GetBucketTagging, GapKind::Denied)]);
}

fn digest(world: &mut Inventory, bucket: &str, key: &str, digest: &str) {
    let item = LockItem::Digest { bucket: bucket.to_owned(), key: key.to_owned(), digest: Some(digest.to_owned()) };
    item_in(world, item);
}

fn item_in(world: &mut Inventory, item: LockItem) {
    let table = arn(&format!("arn:aws:dynamodb:{HERE}:{PROD}:table/locks"));
    let tables = &mut parts(world, PROD).state.lock_tables;
    match tables.first_mut() {
        Some(table) => put(&mut table.items, item),
        None => tables.push(LockTable { table, items: read(vec![item]) }),
    }
}

fn lock_file(world: &mut Inventory, hours: i64, delete_marker: bool, latest: bool) {
    let version = LockFileVersion {
        key: "prod.tfstate.tflock".to_owned(),
        version_id: Some(format!("v{hours}")),
        last_modified: ago(hours),
        delete_marker,
        latest,
    };
    put(&mut parts(world, PROD).state.buckets[0].lock_versions, version);
}

fn kept(world: &mut Inventory) -> &mut Bucket {
    &mut parts(world, PROD).s3.buckets.value_mut().unwrap()[0]
}
fn stale(world: &mut Inventory) {
    digest(world, "states", "prod.tfstate", "of-another-content");
}
fn expire(world: &mut Inventory, prefix: Option<&str>) {
    kept(world).lifecycle = Answer::Value(vec![LifecycleRule {
        id: None,
        enabled: true,
        prefix: prefix.map(str::to_owned),
        tags: BTreeMap::new(),
        size_greater_than: None,
        size_less_than: None,
        expiration_days: None,
        expiration_date: None,
        noncurrent_days: Some(1),
        newer_noncurrent_versions: None,
    }]);
}

type Case = (&'static str, fn(&mut Inventory), &'static str);

/// What the traces say where they are there to be seen.
const TRACES: &[Case] = &[
    ("digest equals", |w| digest(w, "states", "prod.tfstate", "MD5-of-prod.tfstate"), "table"),
    ("digest of another state", |w| digest(w, "states", "dev.tfstate", "md5-of-prod.tfstate"), "uncovered"),
    (
        "an ETag proves",
        |world| {
            object(world).body = Answer::Gap(denied(Operation::S3GetObject));
            object(world).etag = Some("d".into());
            digest(world, "states", "prod.tfstate", "d");
        },
        "table",
    ),
    (
        "another ETag does not",
        |world| {
            object(world).body = Answer::Gap(denied(Operation::S3GetObject));
            object(world).etag = Some("multipart-2".into());
            digest(world, "states", "prod.tfstate", "d");
        },
        "unknown",
    ),
    ("stale digest, no lock file among the versions", stale, "uncovered"),
    ("no trace in a bucket with versions", |_| {}, "uncovered"),
    (
        "a lock file around it",
        |world| {
            lock_file(world, 11, false, false);
            lock_file(world, 9, true, true);
        },
        "file",
    ),
    (
        "a stale digest beside a lock file",
        |world| {
            stale(world);
            lock_file(world, 10, false, false);
            lock_file(world, 10, true, true);
        },
        "file",
    ),
    (
        "a lock file before it",
        |world| {
            lock_file(world, 20, false, false);
            lock_file(world, 19, true, true);
        },
        "uncovered",
    ),
];

/// What is said where a trace may have been lost or not been seen.
const LOST_TRACES: &[Case] = &[
    ("no versions", |w| kept(w).versioning = Answer::Value(Versioning::default()), "unknown"),
    (
        "no versions, stale digest, Terraform that knows lock files",
        |world| {
            kept(world).versioning = Answer::Value(Versioning::default());
            stale(world);
        },
        "unknown",
    ),
    (
        "no versions, stale digest, Terraform before lock files",
        |world| {
            kept(world).versioning = Answer::Value(Versioning::default());
            content(world).terraform_version = "1.9.8".into();
            stale(world);
        },
        "uncovered",
    ),
    ("versioning unread", |w| kept(w).versioning = Answer::Gap(denied(Operation::S3GetBucketVersioning)), "unknown"),
    ("written before versioning", |w| body(w).version_id = Some("null".into()), "unknown"),
    (
        "lifecycle has removed the trace",
        |world| {
            object(world).last_modified = ago(30);
            expire(world, None);
        },
        "unknown",
    ),
    (
        "lifecycle of other keys",
        |world| {
            object(world).last_modified = ago(30);
            expire(world, Some("logs/"));
        },
        "uncovered",
    ),
    ("lifecycle not yet", |w| expire(w, None), "uncovered"),
    (
        "lifecycle unread",
        |w| kept(w).lifecycle = Answer::Gap(denied(Operation::S3GetBucketLifecycleConfiguration)),
        "unknown",
    ),
    (
        "lock files unread",
        |w| parts(w, PROD).state.buckets[0].lock_versions = Collected::Gap(denied(Operation::S3ListObjectVersions)),
        "unknown",
    ),
    (
        "tables unread",
        |w| region(w, VAULT, THERE).dynamodb.tables = Collected::Gap(denied(Operation::DynamoDbListTables)),
        "unknown",
    ),
    (
        "an operation under way",
        |world| {
            stale(world);
            let (bucket, key) = ("states".to_owned(), "prod.tfstate".to_owned());
            item_in(world, LockItem::Held { bucket, key, created_at: None, operation: None });
        },
        "unknown",
    ),
    (
        "written while palisade was reading",
        |world| {
            stale(world);
            object(world).last_modified = ago(0);
        },
        "unknown",
    ),
];

#[test]
fn a_write_is_locked_uncovered_or_nobody_knows() {
    for (name, change, want) in TRACES.iter().chain(LOST_TRACES) {
        let mut world = world(vec![orders()]);
        change(&mut world);
        let facts = facts(&world);
        let state = facts.state_objects.iter().find(|state| state.subject.arn == STATE).unwrap();
        let got = match &state.detail.lock {
            LockEvidence::TableDigest { .. } => "table",
            LockEvidence::LockFile { .. } => "file",
            LockEvidence::Uncovered { .. } => "uncovered",
            LockEvidence::Unknown { .. } => "unknown",
        };
        assert_eq!(got, *want, "{name}: {:?}", state.detail.lock);
    }
}

#[test]
fn owners_contend_by_resource_and_by_lineage() {
    let other = |resources: Vec<StateResource>, lineage: &str| {
        let mut world =
            world(vec![orders(), managed("aws_secretsmanager_secret", "s", "arn:aws:secretsmanager:x:1:secret:s")]);
        let mut second = state("second.tfstate", resources);
        if let Answer::Value(content) = &mut second.content {
            content.lineage = lineage.to_owned();
        }
        objects(&mut world).push(second);
        let facts = facts(&world);
        let state = facts.state_objects.iter().find(|state| state.subject.arn == STATE).unwrap();
        (state.detail.contested.len(), state.detail.lineage_twins.len())
    };
    let mut renamed = orders();
    renamed.id = Some("orders".to_owned());
    let version = managed("aws_secretsmanager_secret_version", "s", "arn:aws:secretsmanager:x:1:secret:s");
    assert_eq!(other(vec![], "l"), (0, 0));
    assert_eq!(other(vec![orders()], "l"), (1, 0));
    assert_eq!(other(vec![renamed], "l"), (1, 0));
    assert_eq!(other(vec![version], "l"), (0, 0), "a secret's version carries the secret's ARN");
    assert_eq!(other(vec![], "lineage-of-prod.tfstate"), (0, 1));
    assert_eq!(other(vec![orders()], "lineage-of-prod.tfstate"), (1, 1));
}

#[test]
fn a_states_environments_are_its_resources() {
    let mut world = world(vec![orders()]);
    let mut elsewhere = managed("aws_dynamodb_table", "t", &format!("arn:aws:dynamodb:{HERE}:333333333333:table/t"));
    elsewhere.attributes.environment_tags.insert("Environment".to_owned(), "dev".to_owned());
    let untagged = managed("aws_dynamodb_table", "u", &format!("arn:aws:dynamodb:{HERE}:333333333333:table/u"));
    let role = managed("aws_iam_role", "r", "arn:aws:iam::111111111111:role/r");
    content(&mut world).resources.extend([elsewhere, untagged, role]);
    let facts = facts(&world);
    let detail = &facts.state_objects[0].detail;
    let told: Vec<_> = detail.environments.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    assert_eq!(told, [("development", 1), ("production", 1)]);
    assert_eq!(detail.environment_unknown, 1, "a role has none to tell");
    assert_eq!(detail.environment_examples["development"], "aws_dynamodb_table.t");
    assert_eq!(detail.managed, 4);
}

fn copy(account: &str, vault: &str) -> CopyFact {
    CopyFact {
        kind: CopyKind::RecoveryPoint,
        arn: arn(&snapshot_arn(account, HERE, "awsbackup:1")),
        account: Some(id(account)),
        region: Some(at(HERE)),
        vault: Some(arn(vault)),
        lock: Some(LockState::None),
        status: "COMPLETED".to_owned(),
        usable: true,
        age_hours: Some(5.0),
        expires_in_hours: None,
        other_account: account != PROD,
        other_region: false,
        outlives_delete: true,
        continuous: false,
        kms_key: None,
    }
}

#[test]
fn a_states_own_backups_need_a_copy_out_of_its_reach() {
    let near = format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:near");
    let far = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:far");
    let vault_of = |arn: &str| managed("aws_backup_vault", "v", arn);
    let judge = |resources: Vec<StateResource>, copies: Vec<CopyFact>| {
        let mut seed = seed(&db("orders"));
        seed.detail.copies = copies;
        let world = world(resources);
        let facts = judged(&world, &Settings::default(), vec![seed]);
        let detail = &facts.state_objects[0].detail;
        (detail.databases.len(), detail.own_backups.len(), detail.databases_without_outside_copy.len())
    };
    let mut locked = copy(PROD, &format!("{near}-locked"));
    locked.lock = Some(LockState::Compliance);
    let mut broken = copy(VAULT, &far);
    broken.usable = false;
    for (name, resources, copies, want) in [
        ("no vault of its own", vec![orders()], vec![copy(PROD, &near)], (1, 0, 1)),
        ("its own vault alone", vec![orders(), vault_of(&near)], vec![copy(PROD, &near)], (1, 1, 1)),
        (
            "a copy in another account too",
            vec![orders(), vault_of(&near)],
            vec![copy(PROD, &near), copy(VAULT, &far)],
            (1, 1, 0),
        ),
        (
            "the other account's vault is its own too",
            vec![orders(), vault_of(&near), vault_of(&far)],
            vec![copy(VAULT, &far)],
            (1, 1, 1),
        ),
        ("a locked vault beside", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), locked], (1, 1, 0)),
        ("a copy that cannot be restored", vec![orders(), vault_of(&near)], vec![copy(PROD, &near), broken], (1, 1, 1)),
        ("another database's vault", vec![orders(), vault_of(&far)], vec![copy(PROD, &near)], (1, 0, 1)),
        ("no database", vec![vault_of(&near)], vec![copy(PROD, &near)], (0, 0, 0)),
    ] {
        assert_eq!(judge(resources, copies), want, "{name}");
    }
    // Copies that could not be looked for are neither there nor not.
    let mut hidden = seed(&db("orders"));
    let gap = denied(Operation::BackupListBackupVaults);
    hidden.unread.push(crate::analysis::context::item_gap(&id(PROD), None, Collection::BackupVaults, &gap));
    let facts = judged(&world(vec![orders(), vault_of(&near)]), &Settings::default(), vec![hidden]);
    assert!(facts.state_objects[0].detail.databases_without_outside_copy.is_empty());
    assert!(facts.state_objects[0].unread.iter().any(|gap| gap.collection == Collection::BackupVaults));
    // A database that AWS was not asked about: whatever the state keeps may be all there is.
    let users = managed("aws_db_instance", "users", "arn:aws:rds:eu-west-1:333333333333:db:users");
    assert_eq!(judge(vec![users, vault_of(&near)], vec![]), (1, 1, 1));
}

#[test]
fn a_state_bucket_is_told_by_its_answers() {
    let all = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
    let half = PublicAccessBlock { block_public_acls: false, ignore_public_acls: false, ..all.clone() };
    let other = PublicAccessBlock { block_public_policy: false, restrict_public_buckets: false, ..all.clone() };
    let refused = || Answer::Gap(denied(Operation::S3GetPublicAccessBlock));
    let no_account = || Collected::Gap(denied(Operation::S3ControlGetPublicAccessBlock));
    for (bucket_block, account_block, want) in [
        (Answer::Value(Some(all.clone())), read(None), Some(true)),
        (Answer::Value(None), read(Some(all.clone())), Some(true)),
        (Answer::Value(Some(half.clone())), read(Some(other)), Some(true)),
        (Answer::Value(Some(half.clone())), read(None), Some(false)),
        (Answer::Value(None), read(None), Some(false)),
        (refused(), read(Some(all.clone())), Some(true)),
        (refused(), read(None), None),
        (Answer::Value(Some(half)), no_account(), None),
        (Answer::Value(Some(all)), no_account(), Some(true)),
    ] {
        let mut world = world(Vec::new());
        parts(&mut world, PROD).s3.buckets.value_mut().unwrap()[0].public_access_block = bucket_block;
        parts(&mut world, PROD).s3.account_public_access_block = account_block;
        assert_eq!(facts(&world).state_buckets[0].detail.public_access_blocked, want);
    }
    for (rules, want) in [
        (vec![], Some(false)),
        (vec![rule("away", Some(VAULT))], Some(true)),
        (vec![rule("known", None)], Some(true)),
        (vec![rule("away", None)], None),
        (vec![rule("states-2", Some(PROD))], Some(false)),
        (vec![ReplicationRule { enabled: false, ..rule("away", Some(VAULT)) }], Some(false)),
        (vec![ReplicationRule { prefix: Some("dev/".into()), ..rule("away", Some(VAULT)) }], Some(false)),
        (
            vec![ReplicationRule { tags: BTreeMap::from([("a".into(), "b".into())]), ..rule("away", Some(VAULT)) }],
            Some(false),
        ),
    ] {
        let mut world = world(Vec::new());
        put(&mut parts(&mut world, VAULT).s3.buckets, bucket("known"));
        parts(&mut world, PROD).s3.buckets.value_mut().unwrap()[0].replication = Answer::Value(rules.clone());
        body(&mut world).replication_status = Some("COMPLETED".into());
        assert_eq!(facts(&world).state_buckets[0].detail.replicated_to_other_account, want, "{rules:?}");
    }
    for (status, want) in
        [(Some("COMPLETED"), Some(true)), (Some("PENDING"), None), (Some("FAILED"), Some(false)), (None, Some(false))]
    {
        let mut world = world(Vec::new());
        parts(&mut world, PROD).s3.buckets.value_mut().unwrap()[0].replication =
            Answer::Value(vec![rule("away", Some(VAULT))]);
        body(&mut world).replication_status = status.map(str::to_owned);
        assert_eq!(facts(&world).state_buckets[0].detail.replicated_to_other_account, want, "{status:?}");
        object(&mut world).body = Answer::Gap(denied(Operation::S3GetObject));
        assert_eq!(facts(&world).state_buckets[0].detail.replicated_to_other_account, Some(true), "the rule alone");
    }
    let mut world = world(vec![orders()]);
    let kept = &mut parts(&mut world, PROD).s3.buckets.value_mut().unwrap()[0];
    kept.versioning = Answer::Value(Versioning { status: None, mfa_delete: Some("Enabled".into()) });
    kept.object_lock =
        Answer::Value(Some(ObjectLock { enabled: true, default_mode: None, default_days: None, default_years: None }));
    kept.policy = Answer::Value(Some("{".into()));
    let facts = facts(&world);
    let bucket = &facts.state_buckets[0];
    assert_eq!(bucket.detail.versioning.as_deref(), Some("Off"));
    assert_eq!((bucket.detail.mfa_delete, bucket.detail.object_lock), (Some(true), Some(false)));
    assert_eq!(bucket.detail.tls_required, None);
    assert!(
        bucket
            .unread
            .iter()
            .any(|gap| gap.collection == Collection::S3BucketPolicy && gap.gap.kind == GapKind::Malformed)
    );
    assert_eq!(bucket.detail.manages_data_here, [db_arn("orders")]);
}

#[test]
fn a_bucket_that_only_its_name_accuses_is_no_subject() {
    for (reason, objects, subject, unlisted) in [
        (StateBucketReason::Name, read(Vec::new()), false, false),
        (StateBucketReason::Tags, read(Vec::new()), false, false),
        (StateBucketReason::Configured, read(Vec::new()), true, false),
        (StateBucketReason::LockTable, Collected::Gap(denied(Operation::S3ListObjectsV2)), true, false),
        (StateBucketReason::Name, Collected::Gap(denied(Operation::S3ListObjectsV2)), false, true),
    ] {
        let mut world = world(Vec::new());
        let look = &mut parts(&mut world, PROD).state.buckets[0];
        look.reasons = vec![reason];
        look.objects = objects;
        let facts = facts(&world);
        assert_eq!(!facts.state_buckets.is_empty(), subject, "{reason:?}");
        assert_eq!(facts.unlisted.iter().any(|one| one.kind == SubjectKind::StateBucket), unlisted, "{reason:?}");
    }
}

#[test]
fn a_states_database_is_held_against_aws() {
    let judge = |change: fn(&mut StateResource), prepare: fn(&mut Inventory)| {
        let mut resource = orders();
        change(&mut resource);
        let mut world = world(vec![resource]);
        prepare(&mut world);
        let facts = facts(&world);
        let found = &facts.state_databases[0];
        let differences: Vec<_> = found.detail.differences.iter().map(|one| one.setting.clone()).collect();
        (found.detail.found, differences, found.unread.len())
    };
    let gone = |resource: &mut StateResource| resource.arn = Some(db_arn("gone"));
    let none = Vec::<String>::new;
    assert_eq!(judge(|_| {}, |_| {}), (Some(true), none(), 0));
    assert_eq!(judge(|one| one.attributes.deletion_protection = Some(true), |_| {}), (Some(true), none(), 0));
    let off = judge(|one| one.attributes.deletion_protection = Some(false), |_| {});
    assert_eq!(off, (Some(true), vec!["deletion_protection".to_owned()], 0));
    let kept = judge(|one| one.attributes.backup_retention_period = Some(1), |_| {});
    assert_eq!(kept, (Some(true), vec!["backup_retention_period".to_owned()], 0));
    assert_eq!(judge(gone, |_| {}), (Some(false), none(), 0));
    let refuse: fn(&mut Inventory) =
        |world| region(world, PROD, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    assert_eq!(judge(gone, refuse), (None, none(), 1));
    let elsewhere: fn(&mut Inventory) =
        |world| region(world, PROD, THERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    assert_eq!(judge(gone, elsewhere), (Some(false), none(), 0), "another region's list says nothing of this one");
    let outside = |one: &mut StateResource| one.arn = Some("arn:aws:rds:eu-west-1:333333333333:db:orders".to_owned());
    assert_eq!(judge(outside, |_| {}), (None, none(), 1));
    let far = |one: &mut StateResource| one.arn = Some(db_arn("orders").replace(HERE, "ap-south-1"));
    assert_eq!(judge(far, |_| {}), (None, none(), 1));
    assert_eq!(judge(|one| one.arn = None, |_| {}).0, None);
    // A cluster's member records no protection of its own.
    let member = managed("aws_rds_cluster_instance", "m", &db_arn("orders"));
    assert!(facts(&world(vec![member])).state_databases.is_empty());
}

#[test]
fn held_locks_are_those_not_released() {
    let held = |world: &Inventory| -> Vec<_> {
        let facts = facts(world);
        facts.held_locks.iter().map(|lock| (lock.detail.state.clone(), lock.detail.age_hours)).collect()
    };
    let mut free = world(Vec::new());
    lock_file(&mut free, 3, false, false);
    lock_file(&mut free, 2, true, true);
    assert_eq!(held(&free), []);
    let mut taken = world(Vec::new());
    lock_file(&mut taken, 3, false, true);
    assert_eq!(held(&taken), [(STATE.to_owned(), Some(3.0))]);
    // Replication carries the lock, and not its release.
    body(&mut taken).replication_status = Some("REPLICA".to_owned());
    assert_eq!(held(&taken), []);
    for (created_at, want) in [(Some(ago(30)), Some(30.0)), (Some(ago(-1)), Some(0.0)), (None, None)] {
        let mut world = world(Vec::new());
        let (bucket, key) = ("states".to_owned(), "prod.tfstate".to_owned());
        item_in(&mut world, LockItem::Held { bucket, key, created_at, operation: Some("OperationTypeApply".into()) });
        assert_eq!(held(&world), [(STATE.to_owned(), want)]);
        assert_eq!(facts(&world).lock_tables[0].detail.states, 1);
    }
}

#[test]
fn what_could_not_be_listed_is_unlisted() {
    type Change = fn(&mut Inventory);
    use SubjectKind::{HeldLock, LockTable as Table, StateBucket as Bucket, StateDatabase, StateObject};
    let cases: [(&str, Change, Vec<SubjectKind>); 6] = [
        ("nothing", |_| {}, vec![]),
        (
            "buckets",
            |w| parts(w, VAULT).s3.buckets = Collected::Gap(denied(Operation::S3ListBuckets)),
            vec![Bucket, StateObject, StateDatabase, HeldLock],
        ),
        (
            "tables",
            |w| region(w, VAULT, HERE).dynamodb.tables = Collected::Gap(denied(Operation::DynamoDbListTables)),
            vec![Bucket, StateObject, Table, StateDatabase, HeldLock],
        ),
        (
            "an account",
            |w| w.accounts[1].parts = Answer::Gap(denied(Operation::StsAssumeRole)),
            vec![Bucket, StateObject, Table, StateDatabase, HeldLock],
        ),
        ("content", |w| object(w).content = Answer::Gap(denied(Operation::S3GetObject)), vec![StateDatabase]),
        (
            "lock files",
            |w| parts(w, PROD).state.buckets[0].lock_versions = Collected::Gap(denied(Operation::S3ListObjectVersions)),
            vec![HeldLock],
        ),
    ];
    for (name, change, want) in cases {
        let mut world = world(vec![orders()]);
        change(&mut world);
        let found: Vec<_> = facts(&world).unlisted.iter().map(|one| one.kind).collect();
        assert_eq!(found, want, "{name}");
    }
}

#[test]
fn a_bucket_that_two_accounts_see_is_there_once() {
    let mut world = world(vec![orders()]);
    let mut blind = look("states", vec![state("prod.tfstate", Vec::new())]);
    if let Some(objects) = blind.objects.value_mut() {
        objects[0].content = Answer::Gap(denied(Operation::S3GetObject));
    }
    parts(&mut world, VAULT).state.buckets.push(blind);
    let facts = facts(&world);
    assert_eq!((facts.state_buckets.len(), facts.state_objects.len()), (1, 1));
    assert!(facts.state_objects[0].detail.content_read);
    assert_eq!(facts.state_buckets[0].subject.account, Some(AccountId::try_from(PROD.to_owned()).unwrap()));
    assert_eq!(facts.unlisted, []);
}

#[test]
fn the_order_of_lists_shows_nowhere() {
    let mut world = world(vec![orders()]);
    objects(&mut world).push(state("second.tfstate", vec![orders()]));
    digest(&mut world, "states", "prod.tfstate", "a");
    digest(&mut world, "states", "prod.tfstate", "b");
    digest(&mut world, "nowhere", "x.tfstate", "b");
    lock_file(&mut world, 20, false, false);
    lock_file(&mut world, 19, true, true);
    put(&mut parts(&mut world, VAULT).s3.buckets, bucket("b"));
    parts(&mut world, VAULT).state.buckets.push(look("states", vec![state("third.tfstate", vec![orders()])]));
    assert_eq!(facts(&world), facts(&reversed(world)));
}
