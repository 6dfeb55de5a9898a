mod snapshots;

use std::collections::BTreeMap;

use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::gap::{Collected, GapKind};
use crate::model::rds::GlobalClusterMember;

/// A page of a list as the query protocol writes it.
fn page(operation: &str, list: &str, items: &str, marker: &str) -> String {
    let marker = if marker.is_empty() { String::new() } else { format!("<Marker>{marker}</Marker>") };
    format!(
        "<{operation}Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><{operation}Result>\
         <{list}>{items}</{list}>{marker}</{operation}Result></{operation}Response>"
    )
}

const LISTS: [(&str, &str); 7] = [
    ("DescribeDBInstances", "DBInstances"),
    ("DescribeDBClusters", "DBClusters"),
    ("DescribeGlobalClusters", "GlobalClusters"),
    ("DescribeDBSnapshots", "DBSnapshots"),
    ("DescribeDBClusterSnapshots", "DBClusterSnapshots"),
    ("DescribeDBInstanceAutomatedBackups", "DBInstanceAutomatedBackups"),
    ("DescribeDBClusterAutomatedBackups", "DBClusterAutomatedBackups"),
];

/// Answers every list that no earlier rule answers with an empty one.
fn otherwise_empty(replay: Replay) -> Replay {
    LISTS.iter().fold(replay, |replay, (operation, list)| {
        replay.on(&[&format!("Action={operation}&")], 200, page(operation, list, "", ""))
    })
}

fn collected(replay: Replay) -> RdsInventory {
    let site = site(&otherwise_empty(replay));
    run(collect(&site))
}

fn at(text: &str) -> jiff::Timestamp {
    text.parse().unwrap()
}

fn tags() -> BTreeMap<String, String> {
    BTreeMap::from([("env".to_owned(), "prod".to_owned()), ("lone".to_owned(), String::new())])
}

const TAGS: &str = "<TagList><Tag><Key>env</Key><Value>prod</Value></Tag><Tag><Key>lone</Key></Tag></TagList>";
const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/k1";

const INSTANCE: &str = "<DBInstance>\
    <DBInstanceArn>arn:aws:rds:eu-central-1:111122223333:db:orders</DBInstanceArn>\
    <DBInstanceIdentifier>orders</DBInstanceIdentifier><DbiResourceId>db-ORDERS</DbiResourceId>\
    <Engine>postgres</Engine><DBInstanceStatus>available</DBInstanceStatus>\
    <InstanceCreateTime>2024-01-02T03:04:05.678Z</InstanceCreateTime><DeletionProtection>true</DeletionProtection>\
    <BackupRetentionPeriod>14</BackupRetentionPeriod><LatestRestorableTime>2026-07-01T00:00:00Z</LatestRestorableTime>\
    <DBClusterIdentifier>c1</DBClusterIdentifier>\
    <ReadReplicaSourceDBInstanceIdentifier>source</ReadReplicaSourceDBInstanceIdentifier>\
    <ReadReplicaSourceDBClusterIdentifier>source-cluster</ReadReplicaSourceDBClusterIdentifier>\
    <StorageEncrypted>true</StorageEncrypted><KmsKeyId>arn:aws:kms:eu-central-1:111122223333:key/k1</KmsKeyId>\
    <AwsBackupRecoveryPointArn>arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x</AwsBackupRecoveryPointArn>\
    <TagList><Tag><Key>env</Key><Value>prod</Value></Tag><Tag><Key>lone</Key></Tag></TagList></DBInstance>";

#[test]
fn an_instance_is_read_whole_and_lists_to_their_last_page() {
    let second = INSTANCE.replace("orders", "bills").replace("db-ORDERS", "db-BILLS");
    let inventory = collected(
        Replay::new()
            .on(
                &["Action=DescribeDBInstances&", "Marker=m1"],
                200,
                page("DescribeDBInstances", "DBInstances", &second, ""),
            )
            .on(&["Action=DescribeDBInstances&"], 200, page("DescribeDBInstances", "DBInstances", INSTANCE, "m1")),
    );
    let instances = inventory.db_instances.items();
    assert_eq!(instances.iter().map(|i| i.identifier.as_str()).collect::<Vec<_>>(), ["bills", "orders"]);
    assert_eq!(
        instances[1],
        DbInstance {
            arn: "arn:aws:rds:eu-central-1:111122223333:db:orders".parse().unwrap(),
            identifier: "orders".into(),
            resource_id: "db-ORDERS".into(),
            engine: "postgres".into(),
            status: "available".into(),
            created_at: Some(at("2024-01-02T03:04:05.678Z")),
            deletion_protection: true,
            backup_retention_days: 14,
            latest_restorable_at: Some(at("2026-07-01T00:00:00Z")),
            cluster_identifier: Some("c1".into()),
            replica_source: Some("source".into()),
            replica_source_cluster: Some("source-cluster".into()),
            storage_encrypted: true,
            kms_key: Some(KEY.parse().unwrap()),
            backup_recovery_point: Some(
                "arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x".parse().unwrap()
            ),
            tags: tags(),
        }
    );
}

#[test]
fn a_key_beside_unencrypted_storage_encrypts_nothing() {
    let plain = INSTANCE.replace("<StorageEncrypted>true", "<StorageEncrypted>false");
    let answer = page("DescribeDBInstances", "DBInstances", &plain, "");
    let inventory = collected(Replay::new().on(&["Action=DescribeDBInstances&"], 200, answer));
    let instance = &inventory.db_instances.items()[0];
    assert_eq!((instance.storage_encrypted, &instance.kms_key), (false, &None));
}

#[test]
fn an_instance_without_its_protection_flag_is_a_gap_and_not_unprotected() {
    for lost in ["DeletionProtection", "DBInstanceArn", "DbiResourceId", "BackupRetentionPeriod", "StorageEncrypted"] {
        let start = INSTANCE.find(&format!("<{lost}>")).unwrap();
        let end = INSTANCE.find(&format!("</{lost}>")).unwrap() + lost.len() + 3;
        let cut = format!("{}{}", &INSTANCE[..start], &INSTANCE[end..]);
        let items = format!("{}{cut}", INSTANCE.replace("orders", "bills"));
        let answer = page("DescribeDBInstances", "DBInstances", &items, "");
        let inventory = collected(Replay::new().on(&["Action=DescribeDBInstances&"], 200, answer));
        let gap = inventory.db_instances.gap().unwrap();
        assert_eq!((gap.kind, gap.operation), (GapKind::Malformed, Operation::RdsDescribeDBInstances));
        assert!(gap.message.contains(&format!("lacks {lost} (in orders)")), "{}", gap.message);
        assert!(inventory.db_clusters.value().is_some(), "the other lists stand");
    }
}

#[test]
fn an_answer_without_its_list_is_no_empty_list() {
    let answer = "<DescribeDBInstancesResponse><DescribeDBInstancesResult/></DescribeDBInstancesResponse>";
    let inventory = collected(Replay::new().on(&["Action=DescribeDBInstances&"], 200, answer));
    assert_eq!(inventory.db_instances.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn a_cluster_is_read_whole() {
    let cluster = format!(
        "<DBCluster><DBClusterArn>arn:aws:rds:eu-central-1:111122223333:cluster:c1</DBClusterArn>\
         <DBClusterIdentifier>c1</DBClusterIdentifier><DbClusterResourceId>cluster-C1</DbClusterResourceId>\
         <Engine>aurora-postgresql</Engine><Status>available</Status>\
         <ClusterCreateTime>2024-01-02T03:04:05Z</ClusterCreateTime><DeletionProtection>true</DeletionProtection>\
         <BackupRetentionPeriod>35</BackupRetentionPeriod>\
         <LatestRestorableTime>2026-07-01T00:00:00Z</LatestRestorableTime>\
         <DBClusterMembers><DBClusterMember><DBInstanceIdentifier>c1-b</DBInstanceIdentifier></DBClusterMember>\
         <DBClusterMember><DBInstanceIdentifier>c1-a</DBInstanceIdentifier></DBClusterMember></DBClusterMembers>\
         <ReplicationSourceIdentifier>arn:aws:rds:eu-west-1:111122223333:cluster:c0</ReplicationSourceIdentifier>\
         <CloneGroupId>clone-1</CloneGroupId><StorageEncrypted>true</StorageEncrypted><KmsKeyId>{KEY}</KmsKeyId>\
         <AwsBackupRecoveryPointArn>arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:c</AwsBackupRecoveryPointArn>\
         {TAGS}</DBCluster>"
    );
    let answer = page("DescribeDBClusters", "DBClusters", &cluster, "");
    let inventory = collected(Replay::new().on(&["Action=DescribeDBClusters&"], 200, answer));
    assert_eq!(
        inventory.db_clusters.items(),
        [DbCluster {
            arn: "arn:aws:rds:eu-central-1:111122223333:cluster:c1".parse().unwrap(),
            identifier: "c1".into(),
            resource_id: "cluster-C1".into(),
            engine: "aurora-postgresql".into(),
            status: "available".into(),
            created_at: Some(at("2024-01-02T03:04:05Z")),
            deletion_protection: true,
            backup_retention_days: 35,
            latest_restorable_at: Some(at("2026-07-01T00:00:00Z")),
            members: vec!["c1-a".into(), "c1-b".into()],
            replication_source: Some("arn:aws:rds:eu-west-1:111122223333:cluster:c0".into()),
            clone_group: Some("clone-1".into()),
            storage_encrypted: true,
            kms_key: Some(KEY.parse().unwrap()),
            backup_recovery_point: Some(
                "arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:c".parse().unwrap()
            ),
            tags: tags(),
        }]
    );
}

#[test]
fn a_global_cluster_is_read_once() {
    let cluster = "<GlobalClusterMember><GlobalClusterArn>arn:aws:rds::111122223333:global-cluster:g</GlobalClusterArn>\
        <GlobalClusterIdentifier>g</GlobalClusterIdentifier><GlobalClusterResourceId>cluster-G</GlobalClusterResourceId>\
        <Engine>aurora-mysql</Engine><DeletionProtection>true</DeletionProtection><GlobalClusterMembers>\
        <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-west-1:111122223333:cluster:b</DBClusterArn><IsWriter>false</IsWriter></GlobalClusterMember>\
        <GlobalClusterMember><DBClusterArn>arn:aws:rds:eu-central-1:111122223333:cluster:a</DBClusterArn><IsWriter>true</IsWriter></GlobalClusterMember>\
        </GlobalClusterMembers></GlobalClusterMember>";
    let answer = page("DescribeGlobalClusters", "GlobalClusters", &format!("{cluster}{cluster}"), "");
    let inventory = collected(Replay::new().on(&["Action=DescribeGlobalClusters&"], 200, answer));
    let member = |cluster: &str, writer| GlobalClusterMember { cluster: cluster.parse().unwrap(), writer };
    assert_eq!(
        inventory.global_clusters.items(),
        [GlobalCluster {
            arn: "arn:aws:rds::111122223333:global-cluster:g".parse().unwrap(),
            identifier: "g".into(),
            resource_id: "cluster-G".into(),
            engine: Some("aurora-mysql".into()),
            deletion_protection: true,
            members: vec![
                member("arn:aws:rds:eu-central-1:111122223333:cluster:a", true),
                member("arn:aws:rds:eu-west-1:111122223333:cluster:b", false),
            ],
        }]
    );
}

#[test]
fn a_region_without_global_databases_is_a_fact_but_the_same_code_alone_is_not() {
    let words = "Access Denied to API Version: APIGlobalDatabases";
    for (code, message, not_offered) in [
        ("InvalidParameterValue", words, true),
        ("InvalidParameterValue", "another parameter", false),
        ("AccessDenied", words, false),
    ] {
        let replay = Replay::new().query_error(&["Action=DescribeGlobalClusters&"], 400, code, message);
        let inventory = collected(replay);
        assert_eq!(matches!(inventory.global_clusters, Collected::NotOffered { .. }), not_offered, "{code} {message}");
        assert_eq!(inventory.global_clusters.gap().is_some(), !not_offered, "{code} {message}");
    }
}

#[test]
fn a_region_that_is_off_is_a_gap_for_every_list() {
    let replay = Replay::new().query_error(
        &["Action="],
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    let inventory = run(collect(&site(&replay)));
    let RdsInventory {
        db_instances,
        db_clusters,
        global_clusters,
        db_snapshots,
        db_cluster_snapshots,
        db_instance_automated_backups,
        db_cluster_automated_backups,
    } = inventory;
    let gaps = [
        db_instances.gap().cloned(),
        db_clusters.gap().cloned(),
        global_clusters.gap().cloned(),
        db_snapshots.gap().cloned(),
        db_cluster_snapshots.gap().cloned(),
        db_instance_automated_backups.gap().cloned(),
        db_cluster_automated_backups.gap().cloned(),
    ];
    for gap in gaps {
        assert_eq!(gap.unwrap().kind, GapKind::Denied);
    }
}

#[test]
fn the_collector_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let site = site(&Replay::new());
    sendable(&collect(&site));
}
