mod snapshots;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::Request;

use crate::demo::build::{
    Place, account, closed_region, db_cluster, db_instance, empty_parts, empty_region, global_cluster, id, none, read,
    read_at, region, region_denied, session, tags,
};
use crate::fleet::{Credentials, Fleet, Options, Reply};
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::inventory::{
    AccountInventory, AccountParts, Caller, INVENTORY_SCHEMA, Inventory, RegionParts, Scope,
};
use crate::model::operation::Operation;
use crate::model::rds::{DbCluster, DbInstance, GlobalClusterMember};

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";
const HERE: Place = Place::new(OWN, "eu-central-1");

/// An answer: status and body.
type Told = (u16, String);

fn inventory(accounts: Vec<AccountInventory>) -> Inventory {
    Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "test".into(),
        taken_at: read_at(),
        caller: Caller { account: id(OWN), arn: session(OWN), partition: id("aws"), home_region: id("eu-central-1") },
        scope: Scope::default(),
        organization: None,
        accounts,
        ledger: Vec::new(),
    }
}

/// One account with one region.
fn holding(fill: impl FnOnce(&mut RegionParts)) -> AccountInventory {
    let mut parts = empty_region();
    fill(&mut parts);
    let regional = vec![region("eu-central-1", parts)];
    account(OWN, AccountParts { regional, ..empty_parts(OWN) })
}

fn fleet(accounts: Vec<AccountInventory>) -> Fleet {
    Fleet::new(inventory(accounts), Options::default())
}

fn asked(fleet: &Fleet, who: &str, region: &str, action: &str, members: &[(&str, &str)]) -> Told {
    let keys = Credentials::of(&id(who), &session(who));
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", "2014-10-31").extend_pairs(members);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/20260302/{region}/rds/aws4_request, SignedHeaders=host;x-amz-date, Signature={}",
        keys.access_key_id,
        "0".repeat(64)
    );
    let request = Request::post("/")
        .header("host", "127.0.0.1")
        .header("x-amz-date", "20260302T070000Z")
        .header("x-amz-security-token", keys.session_token)
        .header("authorization", authorization)
        .body(Bytes::from(form.finish()));
    match fleet.answer(&request.unwrap()) {
        Reply::Answer(answer) => (answer.status().as_u16(), String::from_utf8(answer.into_body().to_vec()).unwrap()),
        other => panic!("no answer but {other:?}"),
    }
}

fn ask(fleet: &Fleet, action: &str, members: &[(&str, &str)]) -> Told {
    asked(fleet, OWN, "eu-central-1", action, members)
}

/// The texts of an element, in order.
fn texts<'a>(body: &'a str, element: &str) -> Vec<&'a str> {
    let open = format!("<{element}>");
    let close = format!("</{element}>");
    body.split(&open).skip(1).map(|rest| rest.split(&close).next().unwrap()).collect()
}

fn result<'a>(told: &'a Told, action: &str) -> &'a str {
    assert_eq!(told.0, 200, "{}", told.1);
    texts(&told.1, &format!("{action}Result"))[0]
}

fn code(told: &Told) -> (u16, &str) {
    (told.0, texts(&told.1, "Code").first().copied().unwrap_or_default())
}

#[test]
fn an_instance_is_told_whole_and_what_is_absent_is_left_out() {
    let key = HERE.key("k");
    let full = DbInstance {
        deletion_protection: true,
        cluster_identifier: Some("c".into()),
        replica_source: Some("source".into()),
        replica_source_cluster: Some("arn:aws:rds:eu-west-1:111122223333:cluster:far".into()),
        kms_key: Some(key.clone()),
        backup_recovery_point: Some(id("arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x")),
        tags: tags([("env", ""), ("a<b", "c&d")]),
        ..db_instance(HERE, "orders")
    };
    let bare = DbInstance {
        created_at: None,
        latest_restorable_at: None,
        storage_encrypted: false,
        kms_key: None,
        ..db_instance(HERE, "source")
    };
    let fleet = fleet(vec![holding(|parts| parts.rds.db_instances = read(vec![full, bare]))]);
    let told = ask(&fleet, "DescribeDBInstances", &[]);
    let items = texts(texts(result(&told, "DescribeDBInstances"), "DBInstances")[0], "DBInstance");
    assert_eq!(
        items[0],
        format!(
            "<DBInstanceIdentifier>orders</DBInstanceIdentifier><Engine>postgres</Engine>\
             <DBInstanceStatus>available</DBInstanceStatus>\
             <InstanceCreateTime>2025-01-26T07:00:00.000Z</InstanceCreateTime>\
             <BackupRetentionPeriod>7</BackupRetentionPeriod><PendingModifiedValues></PendingModifiedValues>\
             <LatestRestorableTime>2026-03-02T07:00:00.000Z</LatestRestorableTime>\
             <ReadReplicaSourceDBInstanceIdentifier>source</ReadReplicaSourceDBInstanceIdentifier>\
             <ReadReplicaDBInstanceIdentifiers></ReadReplicaDBInstanceIdentifiers>\
             <ReadReplicaDBClusterIdentifiers></ReadReplicaDBClusterIdentifiers>\
             <DBClusterIdentifier>c</DBClusterIdentifier><StorageEncrypted>true</StorageEncrypted><KmsKeyId>{key}</KmsKeyId>\
             <DbiResourceId>db-ORDERS00000000000000000000</DbiResourceId>\
             <DBInstanceArn>arn:aws:rds:eu-central-1:111122223333:db:orders</DBInstanceArn>\
             <DeletionProtection>true</DeletionProtection>\
             <TagList><Tag><Key>a&lt;b</Key><Value>c&amp;d</Value></Tag><Tag><Key>env</Key><Value></Value></Tag></TagList>\
             <AwsBackupRecoveryPointArn>arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x</AwsBackupRecoveryPointArn>\
             <ReadReplicaSourceDBClusterIdentifier>arn:aws:rds:eu-west-1:111122223333:cluster:far</ReadReplicaSourceDBClusterIdentifier>"
        )
    );
    for absent in ["CreateTime", "LatestRestorableTime", "KmsKeyId", "Source", "DBClusterIdentifier>", "AwsBackup"] {
        assert!(!items[1].contains(absent), "{absent} in {}", items[1]);
    }
    assert_eq!(texts(items[1], "ReadReplicaDBInstanceIdentifier"), ["orders"]);
    assert_eq!(texts(items[1], "StorageEncrypted"), ["false"]);
}

#[test]
fn instances_and_clusters_are_found_by_identifier_arn_and_filter() {
    let cluster = db_cluster(HERE, "shop");
    let (arn, group) = (cluster.arn.to_string(), cluster.clone_group.clone().unwrap());
    let instances = read(vec![db_instance(HERE, "a"), DbInstance { engine: "mysql".into(), ..db_instance(HERE, "b") }]);
    let fleet = fleet(vec![holding(|parts| {
        parts.rds.db_instances = instances;
        parts.rds.db_clusters = read(vec![cluster]);
    })]);
    let names = |members: &[(&str, &str)]| -> Vec<String> {
        let told = ask(&fleet, "DescribeDBInstances", members);
        texts(result(&told, "DescribeDBInstances"), "DBInstanceIdentifier").iter().map(|&s| s.to_owned()).collect()
    };
    let filter = |name, value| [("Filters.Filter.1.Name", name), ("Filters.Filter.1.Values.Value.1", value)];
    assert_eq!(names(&[("DBInstanceIdentifier", "A")]), ["a"]);
    assert_eq!(names(&[("DBInstanceIdentifier", "arn:aws:rds:eu-central-1:111122223333:db:b")]), ["b"]);
    assert_eq!(names(&filter("engine", "mysql")), ["b"]);
    assert_eq!(names(&filter("db-instance-id", "a")), ["a"]);
    assert!(names(&filter("db-cluster-id", "shop")).is_empty());
    let clusters = |members: &[(&str, &str)]| {
        let told = ask(&fleet, "DescribeDBClusters", members);
        texts(result(&told, "DescribeDBClusters"), "DBClusterIdentifier").len()
    };
    assert_eq!(clusters(&[("DBClusterIdentifier", &arn), ("IncludeShared", "false")]), 1);
    assert_eq!(clusters(&filter("clone-group-id", &group)), 1);
    let refused = |action, members: &[(&str, &str)]| {
        let told = ask(&fleet, action, members);
        let (status, code) = code(&told);
        (status, code.to_owned())
    };
    let invalid = (400, "InvalidParameterValue".to_owned());
    assert_eq!(refused("DescribeDBInstances", &filter("tag:x", "y")), invalid);
    assert_eq!(refused("DescribeDBInstances", &[("DBInstanceIdentifier", "c")]), (404, "DBInstanceNotFound".into()));
    assert_eq!(refused("DescribeDBClusters", &[("DBClusterIdentifier", "c")]), (404, "DBClusterNotFoundFault".into()));
    assert_eq!(refused("DescribeDBClusters", &[("Strange", "c")]), (400, "ValidationException".into()));
    assert_eq!(refused("DescribeDBClusters", &[("IncludeShared", "true")]), (403, "AccessDenied".into()));
}

#[test]
fn a_cluster_is_told_with_its_members_its_replicas_and_its_global_cluster() {
    let far = Place::new(OWN, "eu-west-1");
    let cluster = DbCluster {
        members: vec!["shop-1".into(), "shop-2".into()],
        kms_key: Some(HERE.key("k")),
        ..db_cluster(HERE, "shop")
    };
    let replica = DbCluster { replication_source: Some(cluster.arn.to_string()), ..db_cluster(far, "copy") };
    let mut global = global_cluster(OWN, "world", &cluster);
    global.members.push(GlobalClusterMember { cluster: replica.arn.clone(), writer: false });
    global.engine = None;
    let (mut here, mut there) = (empty_region(), empty_region());
    here.rds.db_clusters = read(vec![cluster]);
    here.rds.global_clusters = read(vec![global]);
    there.rds.db_clusters = read(vec![replica.clone()]);
    there.rds.global_clusters = Collected::NotOffered { read_at: read_at() };
    let regional = vec![region("eu-central-1", here), region("eu-west-1", there)];
    let fleet = fleet(vec![account(OWN, AccountParts { regional, ..empty_parts(OWN) })]);
    let told = ask(&fleet, "DescribeDBClusters", &[]);
    let body = result(&told, "DescribeDBClusters");
    assert_eq!(texts(body, "ReadReplicaIdentifier"), [replica.arn.as_str()]);
    assert_eq!(texts(body, "IsClusterWriter"), ["true", "false"]);
    assert_eq!(texts(body, "GlobalClusterIdentifier"), ["world"]);
    let told = asked(&fleet, OWN, "eu-west-1", "DescribeDBClusters", &[]);
    assert_eq!(texts(&told.1, "IsClusterWriter"), ["false"], "a replica has no writer");
    let told = ask(&fleet, "DescribeGlobalClusters", &[("GlobalClusterIdentifier", "world")]);
    assert_eq!(
        texts(result(&told, "DescribeGlobalClusters"), "GlobalClusters")[0],
        "<GlobalClusterMember><GlobalClusterIdentifier>world</GlobalClusterIdentifier>\
         <GlobalClusterResourceId>cluster-WORLD000000000000000000000</GlobalClusterResourceId>\
         <GlobalClusterArn>arn:aws:rds::111122223333:global-cluster:world</GlobalClusterArn>\
         <DeletionProtection>false</DeletionProtection><GlobalClusterMembers>\
         <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-central-1:111122223333:cluster:shop</DBClusterArn>\
         <Readers><member>arn:aws:rds:eu-west-1:111122223333:cluster:copy</member></Readers><IsWriter>true</IsWriter></GlobalClusterMember>\
         <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-west-1:111122223333:cluster:copy</DBClusterArn>\
         <Readers></Readers><IsWriter>false</IsWriter></GlobalClusterMember>\
         </GlobalClusterMembers><TagList></TagList></GlobalClusterMember>"
    );
    let told = ask(&fleet, "DescribeGlobalClusters", &[("GlobalClusterIdentifier", "moon")]);
    assert_eq!(code(&told), (404, "GlobalClusterNotFoundFault"));
    let told = asked(&fleet, OWN, "eu-west-1", "DescribeGlobalClusters", &[]);
    assert_eq!(code(&told), (400, "InvalidParameterValue"));
    assert!(told.1.contains("Access Denied to API Version: APIGlobalDatabases"), "{}", told.1);
}

#[test]
fn lists_come_in_pages_and_a_marker_is_of_its_list_alone() {
    let many: Vec<DbInstance> = (0..45).map(|at| db_instance(HERE, &format!("i{at:02}"))).collect();
    let wanted: Vec<String> = many.iter().map(|item| item.identifier.clone()).collect();
    let accounts = vec![holding(|parts| parts.rds.db_instances = read(many))];
    let walk = |fleet: &Fleet, size: Option<&str>| {
        let (mut names, mut sizes, mut marker) = (Vec::new(), Vec::new(), None::<String>);
        loop {
            let mut members: Vec<(&str, &str)> = size.map(|size| ("MaxRecords", size)).into_iter().collect();
            members.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let told = ask(fleet, "DescribeDBInstances", &members);
            let body = result(&told, "DescribeDBInstances");
            let page = texts(body, "DBInstanceIdentifier");
            sizes.push(page.len());
            names.extend(page.into_iter().map(str::to_owned));
            marker = texts(body, "Marker").first().map(|marker| (*marker).to_owned());
            if marker.is_none() {
                return (names, sizes);
            }
        }
    };
    let plain = Fleet::new(inventory(accounts.clone()), Options::default());
    assert_eq!(walk(&plain, None), (wanted.clone(), vec![45]));
    assert_eq!(walk(&plain, Some("20")), (wanted.clone(), vec![20, 20, 5]));
    let single = Fleet::new(inventory(accounts), Options { page_size: Some(1), ..Options::default() });
    assert_eq!(walk(&single, Some("100")), (wanted, vec![1; 45]));
    for (member, wrong) in [("MaxRecords", "19"), ("MaxRecords", "101"), ("MaxRecords", "x"), ("Marker", "x")] {
        let told = ask(&plain, "DescribeDBInstances", &[(member, wrong)]);
        assert_eq!(code(&told), (400, "InvalidParameterValue"), "{member}={wrong}");
    }
    let told = ask(&single, "DescribeDBInstances", &[]);
    let marker = texts(&told.1, "Marker")[0];
    let told = ask(&single, "DescribeDBClusters", &[("Marker", marker)]);
    assert_eq!(code(&told), (400, "InvalidParameterValue"));
}

#[test]
fn a_gap_is_the_failure_that_left_it_and_the_rest_is_served() {
    let gap = |kind, code: Option<&str>, message: &str| Gap {
        kind,
        operation: Operation::RdsDescribeDBClusters,
        code: code.map(str::to_owned),
        message: message.into(),
        attempts: 3,
        request_id: None,
    };
    let table: BTreeMap<GapKind, (u16, Option<&str>)> = [
        (GapKind::Denied, (403, Some("AccessDenied"))),
        (GapKind::DeniedByScp, (403, Some("AccessDenied"))),
        (GapKind::Throttled, (400, Some("Throttling"))),
        (GapKind::Timeout, (503, None)),
        (GapKind::Malformed, (400, Some("SomethingNew"))),
    ]
    .into();
    for (kind, (status, wanted)) in table {
        let fleet = fleet(vec![holding(|parts| parts.rds.db_clusters = Collected::Gap(gap(kind, wanted, "why")))]);
        let told = ask(&fleet, "DescribeDBClusters", &[]);
        assert_eq!(code(&told), (status, wanted.unwrap_or_default()), "{}", told.1);
        assert_eq!(texts(&told.1, "Message"), ["why"]);
        let told = ask(&fleet, "DescribeDBInstances", &[]);
        assert_eq!(result(&told, "DescribeDBInstances"), "<DBInstances></DBInstances>");
    }
}

#[test]
fn a_closed_region_and_one_that_is_off_answer_nothing() {
    let gap = region_denied(&session(OWN));
    let regional = vec![closed_region("eu-central-1", gap)];
    let mut parts = AccountParts { regional, ..empty_parts(OWN) };
    parts.regions = none();
    let fleet = fleet(vec![AccountInventory { id: id(OWN), parts: Answer::Value(parts) }]);
    let told = ask(&fleet, "DescribeDBInstances", &[]);
    assert_eq!(code(&told), (403, "AccessDenied"));
    assert!(told.1.contains("with an explicit deny in a service control policy"), "{}", told.1);
    let told = asked(&fleet, OWN, "ap-east-1", "DescribeDBInstances", &[]);
    assert_eq!(code(&told), (403, "InvalidClientTokenId"));
}
