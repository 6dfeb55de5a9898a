//! How a write was locked, and which locks are held.

use super::*;

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
