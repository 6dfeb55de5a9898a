use super::{cluster, collections, facts, here, key, key_arn, resource, table, tags};
use crate::analysis::analyse;
use crate::analysis::fixture::{HERE, PROD, arn, bucket, db, denied, inventory, parts, put, read, region};
use crate::model::facts::{Class, ObjectLockFact, ResourceEncryption, SubjectKind};
use crate::model::gap::{Answer, Collected};
use crate::model::operation::{Collection, Operation};
use crate::model::rds::DbInstance;
use crate::model::s3::{Bucket, Encryption, LifecycleRule, ObjectLock, Versioning};
use crate::model::settings::Settings;

fn rule(id: &str, days: Option<i32>) -> LifecycleRule {
    LifecycleRule {
        id: Some(id.to_owned()),
        enabled: true,
        prefix: None,
        tags: tags(&[]),
        size_greater_than: None,
        size_less_than: None,
        expiration_days: None,
        expiration_date: None,
        noncurrent_days: days,
        newer_noncurrent_versions: None,
    }
}

#[test]
fn databases_and_tables_carry_their_protection() {
    let mut inventory = inventory(&[PROD]);
    let there = region(&mut inventory, PROD, HERE);
    put(
        &mut there.rds.db_instances,
        DbInstance { deletion_protection: false, backup_retention_days: 3, ..db("orders") },
    );
    put(&mut there.rds.db_clusters, cluster("ledger"));
    put(&mut there.dynamodb.tables, table("carts", "id", 1));
    let facts = facts(&inventory);
    let orders = resource(&facts, "orders");
    assert_eq!(orders.subject.kind, SubjectKind::DbInstance);
    assert_eq!(orders.subject.region.as_ref().map(AsRef::as_ref), Some(HERE));
    assert_eq!(orders.detail.protection.deletion_protection, Some(false));
    assert_eq!(orders.detail.protection.backup_retention_days, Some(3));
    assert_eq!(orders.detail.age_hours, Some(1000.0));
    assert!(orders.detail.database);
    let carts = resource(&facts, "carts");
    assert_eq!(carts.detail.protection.point_in_time_recovery, Some(true));
    assert_eq!(carts.detail.resource_id.as_deref(), Some("id-of-carts"));
    assert_eq!(carts.detail.encryption.encrypted, Some(true));
    assert_eq!(resource(&facts, "ledger").detail.engine.as_deref(), Some("aurora-postgresql"));
    for fact in &facts.resources {
        assert_eq!(fact.subject.class, Some(Class::Data));
        assert!(fact.subject.production, "an unknown environment counts as production");
        assert!(!fact.rests_on.is_empty());
    }
}

#[test]
fn what_was_not_read_of_a_table_is_absent_with_its_gap() {
    let mut inventory = inventory(&[PROD]);
    let mut carts = table("carts", "id", 1);
    carts.detail = Answer::Gap(denied(Operation::DynamoDbDescribeTable));
    carts.point_in_time_recovery = Answer::Gap(denied(Operation::DynamoDbDescribeContinuousBackups));
    carts.tags = Answer::Gap(denied(Operation::DynamoDbListTagsOfResource));
    put(&mut region(&mut inventory, PROD, HERE).dynamodb.tables, carts);
    let facts = facts(&inventory);
    let carts = resource(&facts, "carts");
    assert_eq!(carts.subject.class, Some(Class::Data));
    assert_eq!(carts.detail.protection.deletion_protection, None);
    assert_eq!(carts.detail.protection.point_in_time_recovery, None);
    assert_eq!(carts.detail.encryption, ResourceEncryption::default());
    let gaps = collections(&carts.unread);
    for collection in [Collection::DynamoDbTables, Collection::DynamoDbContinuousBackups, Collection::DynamoDbTags] {
        assert!(gaps.contains(&collection), "{collection} {gaps:?}");
    }
    assert!(carts.unread.iter().all(|unread| unread.regions == here()));
}

#[test]
fn a_bucket_carries_its_protection() {
    let mut inventory = inventory(&[PROD]);
    let narrowed = LifecycleRule { prefix: Some("tmp/".into()), ..rule("narrow", Some(1)) };
    let tagged = LifecycleRule { tags: tags(&[("a", "b")]), ..rule("tagged", Some(1)) };
    let off = LifecycleRule { enabled: false, ..rule("off", Some(1)) };
    let wide = LifecycleRule { prefix: Some(String::new()), ..rule("wide", Some(2)) };
    let sized = LifecycleRule { size_greater_than: Some(1), ..rule("sized", Some(3)) };
    let kept = LifecycleRule { newer_noncurrent_versions: Some(2), ..rule("kept", None) };
    let lock = ObjectLock {
        enabled: true,
        default_mode: Some("COMPLIANCE".into()),
        default_days: None,
        default_years: Some(2),
    };
    parts(&mut inventory, PROD).s3.buckets = read(vec![
        Bucket {
            lifecycle: Answer::Value(vec![narrowed, tagged, off, wide, sized, kept, rule("current", None)]),
            object_lock: Answer::Value(Some(lock)),
            ..bucket("statements")
        },
        Bucket { versioning: Answer::Value(Versioning::default()), ..bucket("plain") },
    ]);
    let mut settings = Settings::default();
    settings.resources.critical = vec!["state*".into()];
    let facts = analyse(&inventory, &settings);
    let statements = &resource(&facts, "statements").detail;
    let rules: Vec<_> = statements.protection.noncurrent_expirations.as_ref().unwrap().iter().collect();
    let told: Vec<_> = rules.iter().map(|r| (r.rule.as_str(), r.days, r.newer_versions_kept)).collect();
    assert_eq!(told, [("kept", 0, Some(2)), ("sized", 3, None), ("wide", 2, None)]);
    let want = ObjectLockFact { enabled: true, default_mode: Some("COMPLIANCE".into()), default_days: Some(730) };
    assert_eq!(statements.protection.object_lock, Some(want));
    assert!(statements.protection.critical);
    assert_eq!(statements.age_hours, None, "a bucket's date changes with its policy");
    let plain = &resource(&facts, "plain").detail.protection;
    assert_eq!(plain.versioning.as_deref(), Some("Off"));
    assert_eq!(plain.mfa_delete, Some(false));
    assert_eq!(plain.object_lock, Some(ObjectLockFact { enabled: false, default_mode: None, default_days: None }));
    assert!(!plain.critical);
}

#[test]
fn what_was_not_read_of_a_bucket_is_absent_with_its_gap() {
    let mut inventory = inventory(&[PROD]);
    parts(&mut inventory, PROD).s3.buckets = read(vec![Bucket {
        region: Answer::Gap(denied(Operation::S3GetBucketLocation)),
        tags: Answer::Gap(denied(Operation::S3GetBucketTagging)),
        versioning: Answer::Gap(denied(Operation::S3GetBucketVersioning)),
        object_lock: Answer::Gap(denied(Operation::S3GetObjectLockConfiguration)),
        lifecycle: Answer::Gap(denied(Operation::S3GetBucketLifecycleConfiguration)),
        encryption: Answer::Gap(denied(Operation::S3GetBucketEncryption)),
        ..bucket("hidden")
    }]);
    let facts = facts(&inventory);
    let hidden = resource(&facts, "hidden");
    let protection = &hidden.detail.protection;
    assert_eq!((&protection.versioning, protection.mfa_delete), (&None, None));
    assert_eq!((&protection.object_lock, &protection.noncurrent_expirations), (&None, &None));
    assert_eq!(hidden.detail.encryption.encrypted, None);
    let gaps = collections(&hidden.unread);
    for collection in [
        Collection::S3Buckets,
        Collection::S3BucketTags,
        Collection::S3BucketVersioning,
        Collection::S3BucketObjectLock,
        Collection::S3BucketLifecycle,
        Collection::S3BucketEncryption,
    ] {
        assert!(gaps.contains(&collection), "{collection} {gaps:?}");
    }
}

#[test]
fn a_key_says_who_manages_it_where_it_was_read() {
    let mut inventory = inventory(&[PROD]);
    let kms = |key: &str| Answer::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: Some(key.into()) }));
    let default = Answer::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: None }));
    parts(&mut inventory, PROD).s3.buckets = read(vec![
        Bucket { encryption: kms("own"), ..bucket("by-id") },
        Bucket { encryption: kms("alias/shop"), ..bucket("by-alias") },
        Bucket { encryption: default, ..bucket("by-default") },
    ]);
    let alias = format!("arn:aws:kms:{HERE}:{PROD}:alias/shop");
    let there = region(&mut inventory, PROD, HERE);
    put(&mut there.kms.keys, key(&key_arn("own"), "own", "CUSTOMER", "Enabled"));
    put(&mut there.kms.keys, key(&alias, "own", "CUSTOMER", "Enabled"));
    let mut hidden = key(&key_arn("hidden"), "hidden", "CUSTOMER", "Enabled");
    hidden.detail = Answer::Gap(denied(Operation::KmsDescribeKey));
    put(&mut there.kms.keys, hidden);
    for name in ["own", "hidden", "absent"] {
        put(&mut there.rds.db_instances, DbInstance { kms_key: Some(arn(&key_arn(name))), ..db(name) });
    }
    let facts = facts(&inventory);
    for (name, want) in [
        ("by-id", Some("CUSTOMER")),
        ("by-alias", Some("CUSTOMER")),
        ("by-default", Some("AWS")),
        ("own", Some("CUSTOMER")),
        ("hidden", None),
        ("absent", None),
    ] {
        let fact = resource(&facts, name);
        assert_eq!(fact.detail.encryption.key_manager.as_deref(), want, "{name}");
        assert_eq!(collections(&fact.unread).contains(&Collection::KmsKeys), want.is_none(), "{name}");
    }
}

#[test]
fn a_list_that_is_a_gap_gives_no_resource_and_no_pass() {
    let mut inventory = inventory(&[PROD]);
    region(&mut inventory, PROD, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    let facts = facts(&inventory);
    assert_eq!(facts.resources, []);
    let unlisted = super::unlisted(&facts, SubjectKind::DbInstance);
    assert_eq!(unlisted.len(), 1);
    assert_eq!(unlisted[0].gaps[0].regions, here());
    assert!(super::unlisted(&facts, SubjectKind::DbCluster).is_empty());
}
