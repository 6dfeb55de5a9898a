//! What claims a resource, and what hides a claim.

use super::*;

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

#[test]
fn a_second_claim_may_stand_in_a_state_that_was_not_read() {
    let unread = |hide: bool| {
        let mut world = world(vec![orders()]);
        let mut other = state("other.tfstate", Vec::new());
        if hide {
            other.content = Answer::Gap(denied(Operation::S3GetObject));
        }
        objects(&mut world).push(other);
        let facts = judged(&world, &Settings::default(), vec![seed(&db("orders"))]);
        let fact = &facts.resources[0];
        assert_eq!(fact.detail.claims.len(), 1);
        fact.unread.iter().map(|gap| gap.collection).collect::<Vec<_>>()
    };
    assert_eq!(unread(true), [Collection::StateContent]);
    assert_eq!(unread(false), []);
}
