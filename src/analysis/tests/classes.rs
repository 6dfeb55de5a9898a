use super::{cluster, collections, facts, resource, table, tags};
use crate::analysis::analyse;
use crate::analysis::fixture::{
    HERE, PROD, VAULT, arn, bucket, db, denied, inventory, look, parts, put, read, region, state,
};
use crate::model::facts::{Class, Facts};
use crate::model::gap::{Answer, Collected};
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::rds::{DbInstance, GlobalCluster, GlobalClusterMember};
use crate::model::s3::{Bucket, ReplicationRule};
use crate::model::settings::Settings;
use crate::model::terraform::{LockItem, LockTable, StateBucketReason};

fn with_buckets(buckets: Vec<Bucket>) -> Inventory {
    let mut inventory = inventory(&[PROD]);
    parts(&mut inventory, PROD).s3.buckets = read(buckets);
    inventory
}

#[track_caller]
fn class(facts: &Facts, name: &str) -> (Class, String) {
    let fact = resource(facts, name);
    (fact.subject.class.unwrap(), fact.detail.class_by.by.clone())
}

#[test]
fn the_file_parses_and_names_nothing_twice() {
    crate::analysis::class::assert_data();
}

#[test]
fn a_bucket_is_classed_by_its_name_where_nothing_else_tells() {
    for (name, operational) in [
        ("cdk-hnb659fds-assets-111111111111-eu-west-1", true),
        ("cdk-hnb659fds-assets-222222222222-eu-west-1", false),
        ("cdk-hnb659fds-assets-111111111111-us-east-1", false),
        ("cf-templates-1abcdefgh2ij-eu-west-1", true),
        ("aws-athena-query-results-111111111111-eu-west-1", true),
        ("aws-controltower-logs-111111111111-eu-west-1", true),
        ("elasticbeanstalk-eu-west-1-111111111111", true),
        ("codepipeline-eu-west-1-123456789012", true),
        ("shop-dev-serverlessdeploymentbucket-1a2b3c", true),
        ("amplify-shop-dev-12345-deployment", true),
        ("aws-waf-logs-shop", true),
        ("shop-uploads", false),
        ("shop-logs", false),
        ("my-aws-waf-logs-shop", false),
        ("elasticbeanstalk-eu-west-1-111111111111-exports", false),
    ] {
        let facts = facts(&with_buckets(vec![bucket(name)]));
        let want = match operational {
            true => (Class::Operational, "pattern".to_owned()),
            false => (Class::Unclassified, "none".to_owned()),
        };
        assert_eq!(class(&facts, name), want, "{name}");
    }
}

#[test]
fn a_bucket_that_services_deliver_to_is_operational() {
    let allow = |principal: &str, action: &str, effect: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":{{"Effect":"{effect}","Principal":{principal},"Action":{action},"Resource":"arn:aws:s3:::b/*"}}}}"#
        )
    };
    for (policy, operational) in [
        (allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, r#""s3:PutObject""#, "Allow"), true),
        (
            allow(
                r#"{"Service":["x.amazonaws.com","config.amazonaws.com"]}"#,
                r#"["s3:GetBucketAcl","s3:*"]"#,
                "Allow",
            ),
            true,
        ),
        (allow(r#"{"Service":"logging.s3.amazonaws.com"}"#, r#""S3:putobject""#, "Allow"), true),
        (allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, r#""s3:PutObject""#, "Deny"), false),
        (allow(r#"{"Service":"cloudtrail.amazonaws.com"}"#, r#""s3:GetBucketAcl""#, "Allow"), false),
        (allow(r#"{"Service":"cloudfront.amazonaws.com"}"#, r#""s3:PutObject""#, "Allow"), false),
        (
            allow(r#"{"AWS":"arn:aws:iam::111111111111:role/cloudtrail.amazonaws.com"}"#, r#""s3:PutObject""#, "Allow"),
            false,
        ),
        (allow(r#""*""#, r#""s3:PutObject""#, "Allow"), false),
        ("no json".to_owned(), false),
        ("[]".to_owned(), false),
    ] {
        let one = Bucket { policy: Answer::Value(Some(policy.clone())), ..bucket("b") };
        let facts = facts(&with_buckets(vec![one]));
        let want = if operational { (Class::Operational, "policy") } else { (Class::Unclassified, "none") };
        let got = class(&facts, "b");
        assert_eq!((got.0, got.1.as_str()), want, "{policy}");
    }
}

#[test]
fn an_unread_policy_leaves_a_bucket_unclassified_with_the_gap() {
    let one = Bucket { policy: Answer::Gap(denied(Operation::S3GetBucketPolicy)), ..bucket("b") };
    let facts = facts(&with_buckets(vec![one]));
    assert_eq!(class(&facts, "b").0, Class::Unclassified);
    assert_eq!(collections(&resource(&facts, "b").unread), [Collection::S3BucketPolicy]);
}

#[test]
fn the_owner_is_heard_first_and_data_wins() {
    let mut settings = Settings::default();
    settings.resources.data = vec!["cdk-*".to_owned()];
    settings.resources.operational = vec!["*".to_owned(), "arn:aws:dynamodb:*:*:table/cache".to_owned()];
    settings.resources.derived = vec!["arn:aws:rds:*:*:db:copy".to_owned()];
    let mut inventory = with_buckets(vec![bucket("cdk-hnb659fds-assets-111111111111-eu-west-1"), bucket("uploads")]);
    let here = region(&mut inventory, PROD, HERE);
    put(&mut here.rds.db_instances, db("copy"));
    put(&mut here.rds.db_instances, db("orders"));
    put(&mut here.dynamodb.tables, table("cache", "id", 9));
    let facts = analyse(&inventory, &settings);
    for (name, want, by) in [
        ("cdk-hnb659fds-assets-111111111111-eu-west-1", Class::Data, "config"),
        ("uploads", Class::Operational, "config"),
        ("copy", Class::Derived, "config"),
        // A pattern of bucket names is none of databases.
        ("orders", Class::Data, "type"),
        ("cache", Class::Operational, "config"),
    ] {
        assert_eq!(class(&facts, name), (want, by.to_owned()), "{name}");
    }
}

#[test]
fn tags_class_where_the_configuration_names_them() {
    let mut settings = Settings::default();
    let name = "elasticbeanstalk-eu-west-1-111111111111";
    let tagged = |pairs: &[(&str, &str)]| Bucket { tags: Answer::Value(tags(pairs)), ..bucket(name) };
    let data = with_buckets(vec![tagged(&[("Class", "Data")])]);
    assert_eq!(class(&analyse(&data, &settings), name), (Class::Operational, "pattern".to_owned()));
    settings.resources.class_tags = vec!["class".to_owned(), "kind".to_owned()];
    assert_eq!(class(&analyse(&data, &settings), name), (Class::Data, "tag".to_owned()));
    let both = with_buckets(vec![tagged(&[("class", "operational"), ("kind", "data")])]);
    assert_eq!(class(&analyse(&both, &settings), name), (Class::Data, "tag".to_owned()));
    let strange = with_buckets(vec![tagged(&[("class", "precious")])]);
    assert_eq!(class(&analyse(&strange, &settings), name), (Class::Operational, "pattern".to_owned()));

    // Tags that were not read may say that it is data: no name makes it harmless then.
    let unread =
        with_buckets(vec![Bucket { tags: Answer::Gap(denied(Operation::S3GetBucketTagging)), ..bucket(name) }]);
    let facts = analyse(&unread, &settings);
    assert_eq!(class(&facts, name), (Class::Unclassified, "tag".to_owned()));
    assert!(collections(&resource(&facts, name).unread).contains(&Collection::S3BucketTags));
}

#[test]
fn a_bucket_of_states_is_operational_and_an_unread_one_is_not() {
    let with = |reasons: Vec<StateBucketReason>, objects| {
        let mut inventory = with_buckets(vec![bucket("shop-tfstate")]);
        let mut looked = look("shop-tfstate", Vec::new());
        looked.reasons = reasons;
        looked.objects = objects;
        parts(&mut inventory, PROD).state.buckets = vec![looked];
        facts(&inventory)
    };
    let gap = || Collected::Gap(denied(Operation::S3ListObjectsV2));
    let held = with(vec![StateBucketReason::Name], read(vec![state("prod.tfstate", Vec::new())]));
    assert_eq!(class(&held, "shop-tfstate"), (Class::Operational, "state".to_owned()));
    let empty = with(vec![StateBucketReason::Name], read(Vec::new()));
    assert_eq!(class(&empty, "shop-tfstate").0, Class::Unclassified);
    let unread = with(vec![StateBucketReason::Name, StateBucketReason::Tags], gap());
    assert_eq!(class(&unread, "shop-tfstate").0, Class::Unclassified);
    assert!(collections(&resource(&unread, "shop-tfstate").unread).contains(&Collection::StateObjects));
    let declared = with(vec![StateBucketReason::Configured], gap());
    assert_eq!(class(&declared, "shop-tfstate").0, Class::Operational);
}

#[test]
fn a_lock_table_is_operational_and_a_table_of_door_locks_is_data() {
    let digest = |key: &str| LockItem::Digest { bucket: "states".into(), key: key.into(), digest: None };
    let with = |items: i64, locks: Collected<Vec<LockItem>>| {
        let mut inventory = inventory(&[PROD]);
        let locked = table("locks", "LockID", items);
        let own = LockTable { table: locked.arn.clone(), items: locks };
        put(&mut region(&mut inventory, PROD, HERE).dynamodb.tables, locked);
        parts(&mut inventory, PROD).state.lock_tables = vec![own];
        facts(&inventory)
    };
    assert_eq!(class(&with(2, read(vec![digest("a"), digest("b")])), "locks").0, Class::Operational);
    assert_eq!(class(&with(0, read(Vec::new())), "locks").0, Class::Operational);
    assert_eq!(class(&with(5000, read(Vec::new())), "locks").0, Class::Data);
    assert_eq!(class(&with(5000, read(vec![digest("a")])), "locks").0, Class::Data);
    let unread = with(2, Collected::Gap(denied(Operation::DynamoDbScan)));
    assert_eq!(class(&unread, "locks").0, Class::Data);
    assert!(collections(&resource(&unread, "locks").unread).contains(&Collection::StateLockItems));
}

#[test]
fn replicas_are_derived_and_members_are_their_clusters() {
    let mut inventory = inventory(&[PROD]);
    let here = region(&mut inventory, PROD, HERE);
    put(&mut here.rds.db_instances, db("orders"));
    put(&mut here.rds.db_instances, DbInstance { replica_source: Some("orders".into()), ..db("orders-reports") });
    let member = |name: &str, of: &str| DbInstance { cluster_identifier: Some(of.into()), ..db(name) };
    put(&mut here.rds.db_clusters, cluster("ledger"));
    put(&mut here.rds.db_instances, member("ledger-1", "ledger"));
    let mut copy = cluster("copy");
    copy.replication_source = Some("arn:aws:rds:us-east-1:111111111111:cluster:origin".into());
    copy.tags = tags(&[("env", "staging")]);
    put(&mut here.rds.db_clusters, copy);
    put(&mut here.rds.db_instances, member("copy-1", "copy"));
    // A cluster that the complete list does not hold judges nothing.
    put(&mut here.rds.db_instances, member("lost-1", "lost"));
    let facts = facts(&inventory);
    for (name, want, member) in [
        ("orders", Class::Data, false),
        ("orders-reports", Class::Derived, false),
        ("ledger", Class::Data, false),
        ("ledger-1", Class::Data, true),
        ("copy", Class::Derived, false),
        ("copy-1", Class::Derived, true),
        ("lost-1", Class::Data, false),
    ] {
        assert_eq!(class(&facts, name).0, want, "{name}");
        assert_eq!(resource(&facts, name).detail.cluster.is_some(), member, "{name}");
    }
    assert_eq!(resource(&facts, "copy-1").subject.environment.as_deref(), Some("staging"));
    assert_eq!(resource(&facts, "copy-1").detail.environment_by.by, "cluster");
}

#[test]
fn a_member_whose_cluster_was_not_read_says_so() {
    let mut inventory = inventory(&[PROD]);
    let here = region(&mut inventory, PROD, HERE);
    put(&mut here.rds.db_instances, DbInstance { cluster_identifier: Some("ledger".into()), ..db("ledger-1") });
    here.rds.db_clusters = Collected::Gap(denied(Operation::RdsDescribeDBClusters));
    let facts = facts(&inventory);
    let fact = resource(&facts, "ledger-1");
    assert_eq!(fact.detail.cluster.as_deref(), Some("ledger"));
    assert!(collections(&fact.unread).contains(&Collection::RdsDbClusters));
}

#[test]
fn readers_of_a_global_cluster_are_derived_and_writers_never() {
    let mut inventory = inventory(&[PROD]);
    let member = |name: &str, writer| GlobalClusterMember { cluster: cluster(name).arn, writer };
    let global = |members| GlobalCluster {
        arn: arn("arn:aws:rds::111111111111:global-cluster:world"),
        identifier: "world".into(),
        resource_id: "cluster-world".into(),
        engine: None,
        deletion_protection: true,
        members,
    };
    let here = region(&mut inventory, PROD, HERE);
    for name in ["first", "second", "moving"] {
        put(&mut here.rds.db_clusters, cluster(name));
    }
    put(
        &mut here.rds.global_clusters,
        global(vec![member("first", true), member("second", false), member("moving", false)]),
    );
    // Another region already calls it the writer.
    put(&mut here.rds.global_clusters, global(vec![member("moving", true)]));
    let facts = facts(&inventory);
    assert_eq!(class(&facts, "first").0, Class::Data);
    assert_eq!(class(&facts, "second").0, Class::Derived);
    assert_eq!(class(&facts, "moving").0, Class::Data);
}

#[test]
fn a_replication_target_is_derived_unless_that_would_hide_data() {
    let to = |target: &str| ReplicationRule {
        id: None,
        enabled: true,
        prefix: None,
        tags: tags(&[]),
        destination: arn(&format!("arn:aws:s3:::{target}")),
        destination_account: None,
        delete_markers: false,
    };
    let from = |name: &str, environment: &str, rules: Vec<ReplicationRule>| Bucket {
        tags: Answer::Value(tags(&[("env", environment)])),
        replication: Answer::Value(rules),
        ..bucket(name)
    };
    let mut inventory = inventory(&[PROD, VAULT]);
    parts(&mut inventory, PROD).s3.buckets = read(vec![
        from("uploads", "prod", vec![to("uploads-copy")]),
        from("left", "prod", vec![to("right")]),
        from("right", "prod", vec![to("left")]),
        from("sandbox", "dev", vec![to("orders")]),
        from("orders", "prod", vec![]),
        from("off", "prod", vec![ReplicationRule { enabled: false, ..to("kept") }]),
        from("kept", "prod", vec![]),
        from("self", "prod", vec![to("self")]),
    ]);
    parts(&mut inventory, VAULT).s3.buckets = read(vec![from("uploads-copy", "prod", vec![])]);
    let facts = facts(&inventory);
    for (name, want) in [
        ("uploads", Class::Unclassified),
        ("uploads-copy", Class::Derived),
        ("left", Class::Unclassified),
        ("right", Class::Unclassified),
        ("orders", Class::Unclassified),
        ("kept", Class::Unclassified),
        ("self", Class::Unclassified),
    ] {
        assert_eq!(class(&facts, name).0, want, "{name}");
    }
    let copy = resource(&facts, "uploads-copy");
    assert_eq!(copy.detail.replica_of.as_deref(), Some("arn:aws:s3:::uploads"));
    assert_eq!(copy.detail.class_by.by, "replication");
}
