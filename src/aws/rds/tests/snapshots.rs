use super::super::super::replay::Replay;
use super::{KEY, TAGS, at, collected, page, tags};
use crate::model::gap::{Answer, GapKind};
use crate::model::operation::Operation;
use crate::model::rds::{AutomatedBackup, Snapshot};

fn db_snapshot(identifier: &str, kind: &str) -> String {
    format!(
        "<DBSnapshot><DBSnapshotArn>arn:aws:rds:eu-central-1:111122223333:snapshot:{identifier}</DBSnapshotArn>\
         <DBSnapshotIdentifier>{identifier}</DBSnapshotIdentifier><SnapshotType>{kind}</SnapshotType>\
         <Status>available</Status><DBInstanceIdentifier>orders</DBInstanceIdentifier>\
         <DbiResourceId>db-ORDERS</DbiResourceId>\
         <SourceDBSnapshotIdentifier>arn:aws:rds:eu-west-1:444455556666:snapshot:s0</SourceDBSnapshotIdentifier>\
         <SourceRegion>eu-west-1</SourceRegion><SnapshotCreateTime>2026-06-30T01:00:00Z</SnapshotCreateTime>\
         <OriginalSnapshotCreateTime>2026-06-29T01:00:00Z</OriginalSnapshotCreateTime><Engine>postgres</Engine>\
         <Encrypted>true</Encrypted><KmsKeyId>{KEY}</KmsKeyId>{TAGS}</DBSnapshot>"
    )
}

fn sharing(accounts: &str) -> String {
    let values: String = accounts.split_whitespace().map(|a| format!("<AttributeValue>{a}</AttributeValue>")).collect();
    format!(
        "<DescribeDBSnapshotAttributesResponse><DescribeDBSnapshotAttributesResult><DBSnapshotAttributesResult>\
         <DBSnapshotAttributes><DBSnapshotAttribute><AttributeName>restore</AttributeName>\
         <AttributeValues>{values}</AttributeValues></DBSnapshotAttribute></DBSnapshotAttributes>\
         </DBSnapshotAttributesResult></DescribeDBSnapshotAttributesResult></DescribeDBSnapshotAttributesResponse>"
    )
}

#[test]
fn snapshots_of_every_type_are_read_with_those_who_may_restore_them() {
    const LIST: &str = "Action=DescribeDBSnapshots&";
    const ATTRIBUTES: &str = "Action=DescribeDBSnapshotAttributes&";
    let list = |items: &str| page("DescribeDBSnapshots", "DBSnapshots", items, "");
    let kinds =
        format!("{}{}{}", db_snapshot("m", "manual"), db_snapshot("auto", "automated"), db_snapshot("x", "manual"));
    let replay = Replay::new()
        // A server that does not know the filter gives everything again.
        .on(&[LIST, "SnapshotType=awsbackup"], 200, list(&(db_snapshot("job-1", "awsbackup") + &kinds)))
        .on(&[LIST], 200, list(&(kinds.clone() + &db_snapshot("gone", "manual"))))
        .on(&[ATTRIBUTES, "DBSnapshotIdentifier=m"], 200, sharing("all 444455556666"))
        .on(&[ATTRIBUTES, "DBSnapshotIdentifier=job-1"], 200, sharing(""))
        .query_error(&[ATTRIBUTES, "DBSnapshotIdentifier=gone"], 404, "DBSnapshotNotFound", "no such snapshot")
        .query_error(&[ATTRIBUTES, "DBSnapshotIdentifier=x"], 403, "AccessDenied", "no");
    let inventory = collected(replay.clone());
    let snapshots = inventory.db_snapshots.items();
    let names: Vec<&str> = snapshots.iter().map(|s| s.identifier.as_str()).collect();
    assert_eq!(names, ["auto", "job-1", "m", "x"], "each once, without the one that is gone");
    assert_eq!(snapshots[0].shared_with, None, "automated snapshots cannot be shared");
    assert_eq!(snapshots[1].shared_with, Some(Answer::Value(Vec::new())));
    assert_eq!(
        snapshots[2],
        Snapshot {
            arn: "arn:aws:rds:eu-central-1:111122223333:snapshot:m".parse().unwrap(),
            identifier: "m".into(),
            snapshot_type: "manual".into(),
            status: "available".into(),
            source_identifier: "orders".into(),
            source_resource_id: Some("db-ORDERS".into()),
            source_snapshot: Some("arn:aws:rds:eu-west-1:444455556666:snapshot:s0".parse().unwrap()),
            source_region: Some("eu-west-1".parse().unwrap()),
            created_at: Some(at("2026-06-30T01:00:00Z")),
            original_created_at: Some(at("2026-06-29T01:00:00Z")),
            engine: "postgres".into(),
            encrypted: true,
            kms_key: Some(KEY.parse().unwrap()),
            shared_with: Some(Answer::Value(vec!["444455556666".into(), "all".into()])),
            tags: tags(),
        }
    );
    let gap = snapshots[3].shared_with.as_ref().unwrap().gap().unwrap();
    assert_eq!((gap.kind, gap.operation), (GapKind::Denied, Operation::RdsDescribeDBSnapshotAttributes));
    assert_eq!(replay.count("DBSnapshotIdentifier=auto"), 0);
}

#[test]
fn a_refused_list_of_the_backup_service_s_snapshots_is_a_gap_of_the_whole_list() {
    let list = page("DescribeDBSnapshots", "DBSnapshots", &db_snapshot("auto", "automated"), "");
    let replay = Replay::new()
        .query_error(&["Action=DescribeDBSnapshots&", "SnapshotType=awsbackup"], 403, "AccessDenied", "no")
        .on(&["Action=DescribeDBSnapshots&"], 200, list);
    assert_eq!(collected(replay).db_snapshots.gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn sharing_that_is_not_told_is_not_private() {
    let told = "<DescribeDBSnapshotAttributesResponse><DescribeDBSnapshotAttributesResult/>\
                </DescribeDBSnapshotAttributesResponse>";
    let list = page("DescribeDBSnapshots", "DBSnapshots", &db_snapshot("m", "manual"), "");
    let replay = Replay::new().on(&["Action=DescribeDBSnapshots&"], 200, list).on(
        &["Action=DescribeDBSnapshotAttributes&"],
        200,
        told,
    );
    let inventory = collected(replay);
    let answer = inventory.db_snapshots.items()[0].shared_with.as_ref().unwrap();
    assert_eq!(answer.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn a_cluster_snapshot_is_read_whole() {
    const LIST: &str = "Action=DescribeDBClusterSnapshots&";
    let snapshot = format!(
        "<DBClusterSnapshot><DBClusterSnapshotArn>arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:awsbackup:copy-1</DBClusterSnapshotArn>\
         <DBClusterSnapshotIdentifier>awsbackup:copy-1</DBClusterSnapshotIdentifier><SnapshotType>awsbackup</SnapshotType>\
         <Status>available</Status><DBClusterIdentifier>c1</DBClusterIdentifier>\
         <DbClusterResourceId>cluster-C1</DbClusterResourceId>\
         <SourceDBClusterSnapshotArn>arn:aws:rds:eu-west-1:444455556666:cluster-snapshot:s0</SourceDBClusterSnapshotArn>\
         <SnapshotCreateTime>2026-06-30T01:00:00Z</SnapshotCreateTime><Engine>docdb</Engine>\
         <StorageEncrypted>true</StorageEncrypted><KmsKeyId>{KEY}</KmsKeyId>{TAGS}</DBClusterSnapshot>"
    );
    let attributes = "<DescribeDBClusterSnapshotAttributesResponse><DescribeDBClusterSnapshotAttributesResult>\
        <DBClusterSnapshotAttributesResult><DBClusterSnapshotAttributes><DBClusterSnapshotAttribute>\
        <AttributeName>restore</AttributeName><AttributeValues><AttributeValue>444455556666</AttributeValue></AttributeValues>\
        </DBClusterSnapshotAttribute></DBClusterSnapshotAttributes></DBClusterSnapshotAttributesResult>\
        </DescribeDBClusterSnapshotAttributesResult></DescribeDBClusterSnapshotAttributesResponse>";
    let list = |items: &str, marker: &str| page("DescribeDBClusterSnapshots", "DBClusterSnapshots", items, marker);
    let inventory = collected(
        Replay::new()
            .on(&[LIST, "SnapshotType=awsbackup", "Marker=next"], 200, list(&snapshot, ""))
            .on(&[LIST, "SnapshotType=awsbackup"], 200, list("", "next"))
            .on(&["Action=DescribeDBClusterSnapshotAttributes&"], 200, attributes),
    );
    assert_eq!(
        inventory.db_cluster_snapshots.items(),
        [Snapshot {
            arn: "arn:aws:rds:eu-central-1:111122223333:cluster-snapshot:awsbackup:copy-1".parse().unwrap(),
            identifier: "awsbackup:copy-1".into(),
            snapshot_type: "awsbackup".into(),
            status: "available".into(),
            source_identifier: "c1".into(),
            source_resource_id: Some("cluster-C1".into()),
            source_snapshot: Some("arn:aws:rds:eu-west-1:444455556666:cluster-snapshot:s0".parse().unwrap()),
            source_region: Some("eu-west-1".parse().unwrap()),
            created_at: Some(at("2026-06-30T01:00:00Z")),
            original_created_at: None,
            engine: "docdb".into(),
            encrypted: true,
            kms_key: Some(KEY.parse().unwrap()),
            shared_with: Some(Answer::Value(vec!["444455556666".into()])),
            tags: tags(),
        }]
    );
}

#[test]
fn automated_backups_are_read_whole() {
    let window = "<RestoreWindow><EarliestTime>2026-06-01T00:00:00Z</EarliestTime><LatestTime>2026-07-01T00:00:00Z</LatestTime></RestoreWindow>";
    let common = format!(
        "<Region>eu-west-1</Region>{window}<Status>retained</Status><BackupRetentionPeriod>7</BackupRetentionPeriod>\
         <KmsKeyId>{KEY}</KmsKeyId>\
         <AwsBackupRecoveryPointArn>arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x</AwsBackupRecoveryPointArn>"
    );
    let instance = format!(
        "<DBInstanceAutomatedBackup><DBInstanceArn>arn:aws:rds:eu-west-1:111122223333:db:orders</DBInstanceArn>\
         <DbiResourceId>db-ORDERS</DbiResourceId><DBInstanceIdentifier>orders</DBInstanceIdentifier>{common}\
         <DBInstanceAutomatedBackupsArn>arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1</DBInstanceAutomatedBackupsArn>\
         <DBInstanceAutomatedBackupsReplications><DBInstanceAutomatedBackupsReplication>\
         <DBInstanceAutomatedBackupsArn>arn:aws:rds:eu-north-1:111122223333:auto-backup:ab-2</DBInstanceAutomatedBackupsArn>\
         </DBInstanceAutomatedBackupsReplication></DBInstanceAutomatedBackupsReplications></DBInstanceAutomatedBackup>"
    );
    let cluster = format!(
        "<DBClusterAutomatedBackup><DBClusterArn>arn:aws:rds:eu-west-1:111122223333:cluster:c1</DBClusterArn>\
         <DbClusterResourceId>cluster-C1</DbClusterResourceId><DBClusterIdentifier>c1</DBClusterIdentifier>{common}\
         </DBClusterAutomatedBackup>"
    );
    let instances = "DescribeDBInstanceAutomatedBackups";
    let clusters = "DescribeDBClusterAutomatedBackups";
    let inventory = collected(
        Replay::new()
            .on(&[&format!("Action={instances}&")], 200, page(instances, "DBInstanceAutomatedBackups", &instance, ""))
            .on(&[&format!("Action={clusters}&")], 200, page(clusters, "DBClusterAutomatedBackups", &cluster, "")),
    );
    let expected = AutomatedBackup {
        arn: "arn:aws:rds:eu-central-1:111122223333:auto-backup:ab-1".parse().unwrap(),
        source: "arn:aws:rds:eu-west-1:111122223333:db:orders".parse().unwrap(),
        resource_id: "db-ORDERS".into(),
        identifier: "orders".into(),
        status: "retained".into(),
        earliest_restorable_at: Some(at("2026-06-01T00:00:00Z")),
        latest_restorable_at: Some(at("2026-07-01T00:00:00Z")),
        backup_retention_days: Some(7),
        source_region: "eu-west-1".parse().unwrap(),
        replications: vec!["arn:aws:rds:eu-north-1:111122223333:auto-backup:ab-2".parse().unwrap()],
        kms_key: Some(KEY.parse().unwrap()),
        backup_recovery_point: Some(
            "arn:aws:backup:eu-central-1:111122223333:recovery-point:continuous:db-x".parse().unwrap(),
        ),
    };
    assert_eq!(inventory.db_instance_automated_backups.items(), std::slice::from_ref(&expected));
    let source: crate::model::ids::Arn = "arn:aws:rds:eu-west-1:111122223333:cluster:c1".parse().unwrap();
    assert_eq!(
        inventory.db_cluster_automated_backups.items(),
        [AutomatedBackup {
            arn: source.clone(),
            source,
            resource_id: "cluster-C1".into(),
            identifier: "c1".into(),
            replications: Vec::new(),
            ..expected
        }]
    );
}
