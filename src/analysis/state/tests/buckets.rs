//! How the buckets of states are kept.

use super::*;

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
