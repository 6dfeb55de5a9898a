use super::{HERE, OTHER, OWN, ask, asked, code, fleet, holding, result, texts};
use crate::demo::build::{
    account, automated_backup, automated_snapshot, backup_cluster_snapshot, backup_snapshot, cluster_automated_backup,
    db_cluster, db_instance, denied, empty_parts, empty_region, id, manual_snapshot, read, region, session, tags,
    value,
};
use crate::fleet::Fleet;
use crate::model::gap::Answer;
use crate::model::inventory::AccountParts;
use crate::model::operation::Operation;
use crate::model::rds::{AutomatedBackup, Snapshot};

/// Snapshots of every type in one account, and of another that shares some of its own.
fn snapshots() -> Fleet {
    let orders = db_instance(HERE, "orders");
    let shared = |name: &str, with: &[&str]| Snapshot {
        shared_with: Some(value(with.iter().map(|&account| account.to_owned()).collect())),
        tags: tags([("secret", "tag")]),
        ..manual_snapshot(HERE, name, &orders, 5)
    };
    let own = holding(|parts| {
        parts.rds.db_snapshots = read(vec![
            automated_snapshot(HERE, &orders, 3),
            backup_snapshot(HERE, "job-1", &orders, 4),
            shared("friends", &[OTHER]),
            shared("public", &[OTHER, "all"]),
        ]);
        let cluster = db_cluster(HERE, "shop");
        let copied = Snapshot {
            source_snapshot: Some(id("arn:aws:rds:eu-west-1:444455556666:cluster-snapshot:s0")),
            ..backup_cluster_snapshot(HERE, "job-2", &cluster, 6)
        };
        parts.rds.db_cluster_snapshots = read(vec![copied]);
    });
    let other =
        account(OTHER, AccountParts { regional: vec![region("eu-central-1", empty_region())], ..empty_parts(OTHER) });
    fleet(vec![own, other])
}

#[test]
fn snapshots_come_by_type_and_those_of_the_backup_service_only_when_asked_for() {
    let fleet = snapshots();
    let names = |who, members: &[(&str, &str)]| -> Vec<String> {
        let told = asked(&fleet, who, "eu-central-1", "DescribeDBSnapshots", members);
        let names = texts(result(&told, "DescribeDBSnapshots"), "DBSnapshotIdentifier");
        names.iter().map(|name| (*name).to_owned()).collect()
    };
    let automated = "rds:orders-2026-03-02-04-00";
    assert_eq!(names(OWN, &[]), [automated, "friends", "public"]);
    assert_eq!(names(OWN, &[("SnapshotType", "automated")]), [automated]);
    assert_eq!(names(OWN, &[("SnapshotType", "manual")]), ["friends", "public"]);
    assert_eq!(names(OWN, &[("SnapshotType", "awsbackup")]), ["awsbackup:job-1"]);
    assert_eq!(names(OWN, &[("SnapshotType", "public")]), ["public"]);
    assert!(names(OWN, &[("SnapshotType", "shared")]).is_empty());
    assert_eq!(names(OWN, &[("DBSnapshotIdentifier", "awsbackup:job-1")]), ["awsbackup:job-1"]);
    assert!(names(OWN, &[("DBInstanceIdentifier", "nobody")]).is_empty(), "no fault: snapshots outlive instances");
    assert_eq!(names(OWN, &[("DbiResourceId", "db-ORDERS00000000000000000000")]).len(), 3);
    let filter = [("Filters.Filter.1.Name", "snapshot-type"), ("Filters.Filter.1.Values.Value.1", "awsbackup")];
    assert_eq!(names(OWN, &filter), ["awsbackup:job-1"]);
    let arn = |name: &str| HERE.arn("rds", &format!("snapshot:{name}")).to_string();
    assert_eq!(names(OTHER, &[("SnapshotType", "shared")]), [arn("friends"), arn("public")]);
    assert_eq!(names(OTHER, &[("IncludePublic", "true")]), [arn("public")]);
    assert!(names(OTHER, &[]).is_empty());
    let told = asked(&fleet, OTHER, "eu-central-1", "DescribeDBSnapshots", &[("SnapshotType", "shared")]);
    assert!(!told.1.contains("secret"), "another account's tags are its own");
    let told = ask(&fleet, "DescribeDBSnapshots", &[("DBSnapshotIdentifier", "gone")]);
    assert_eq!(code(&told), (404, "DBSnapshotNotFound"));
    let told = ask(&fleet, "DescribeDBSnapshots", &[("SnapshotType", "odd")]);
    assert_eq!(code(&told), (400, "InvalidParameterValue"));
    let told = ask(&fleet, "DescribeDBClusterSnapshots", &[("DBClusterSnapshotIdentifier", "gone")]);
    assert_eq!(code(&told), (404, "DBClusterSnapshotNotFoundFault"));
    let told = ask(&fleet, "DescribeDBClusterSnapshots", &[("SnapshotType", "awsbackup")]);
    let body = result(&told, "DescribeDBClusterSnapshots");
    assert_eq!(texts(body, "SourceDBClusterSnapshotArn"), ["arn:aws:rds:eu-west-1:444455556666:cluster-snapshot:s0"]);
    assert!(!body.contains("OriginalSnapshotCreateTime") && !body.contains("SourceRegion"), "{body}");
}

#[test]
fn who_may_restore_is_told_of_manual_ones_and_refused_where_it_was_refused() {
    let orders = db_instance(HERE, "orders");
    let refused = Snapshot {
        shared_with: Some(Answer::Gap(denied(Operation::RdsDescribeDBSnapshotAttributes, &session(OWN)))),
        ..manual_snapshot(HERE, "refused", &orders, 1)
    };
    let unseen = Snapshot { shared_with: None, ..manual_snapshot(HERE, "unseen", &orders, 1) };
    let fleet = fleet(vec![holding(|parts| {
        parts.rds.db_snapshots = read(vec![
            Snapshot {
                shared_with: Some(value(vec![OTHER.into(), "all".into()])),
                ..manual_snapshot(HERE, "m", &orders, 1)
            },
            automated_snapshot(HERE, &orders, 1),
            refused,
            unseen,
        ]);
        parts.rds.db_cluster_snapshots = read(vec![backup_cluster_snapshot(HERE, "job", &db_cluster(HERE, "shop"), 1)]);
    })]);
    let action = "DescribeDBSnapshotAttributes";
    let told = ask(&fleet, action, &[("DBSnapshotIdentifier", "M")]);
    assert_eq!(
        result(&told, action),
        "<DBSnapshotAttributesResult><DBSnapshotIdentifier>m</DBSnapshotIdentifier><DBSnapshotAttributes>\
         <DBSnapshotAttribute><AttributeName>restore</AttributeName><AttributeValues>\
         <AttributeValue>444455556666</AttributeValue><AttributeValue>all</AttributeValue></AttributeValues>\
         </DBSnapshotAttribute></DBSnapshotAttributes></DBSnapshotAttributesResult>"
    );
    let told = ask(&fleet, action, &[("DBSnapshotIdentifier", "rds:orders-2026-03-02-06-00")]);
    assert_eq!(texts(result(&told, action), "AttributeValues"), [""]);
    let refusal = |name| {
        let told = ask(&fleet, action, &[("DBSnapshotIdentifier", name)]);
        (told.0, code(&told).1.to_owned())
    };
    assert_eq!(refusal("refused"), (403, "AccessDenied".into()));
    assert_eq!(refusal("unseen"), (403, "AccessDenied".into()));
    assert_eq!(refusal("gone"), (404, "DBSnapshotNotFound".into()));
    let action = "DescribeDBClusterSnapshotAttributes";
    let told = ask(&fleet, action, &[("DBClusterSnapshotIdentifier", "awsbackup:job")]);
    assert_eq!(texts(result(&told, action), "AttributeName"), ["restore"]);
    let told = ask(&fleet, action, &[("DBClusterSnapshotIdentifier", "gone")]);
    assert_eq!(code(&told), (404, "DBClusterSnapshotNotFoundFault"));
}

#[test]
fn automated_backups_are_told_with_their_windows_keys_and_replicas() {
    let instance = db_instance(HERE, "orders");
    let far = id("arn:aws:rds:eu-west-1:111122223333:auto-backup:ab-far");
    let backup = AutomatedBackup { replications: vec![far], ..automated_backup(HERE, &instance) };
    let source = id("arn:aws:rds:us-east-1:111122223333:db:abroad");
    let replica = AutomatedBackup {
        source,
        source_region: id("us-east-1"),
        kms_key: None,
        earliest_restorable_at: None,
        latest_restorable_at: None,
        backup_retention_days: None,
        status: "retained".into(),
        ..automated_backup(HERE, &db_instance(HERE, "abroad"))
    };
    let cluster = db_cluster(HERE, "shop");
    let nameless = AutomatedBackup { arn: cluster.arn.clone(), ..cluster_automated_backup(HERE, &cluster) };
    let fleet = fleet(vec![holding(|parts| {
        parts.rds.db_instance_automated_backups = read(vec![backup, replica]);
        parts.rds.db_cluster_automated_backups = read(vec![nameless]);
    })]);
    let action = "DescribeDBInstanceAutomatedBackups";
    let told = ask(&fleet, action, &[]);
    let items = texts(result(&told, action), "DBInstanceAutomatedBackup");
    assert_eq!(
        texts(items[0], "RestoreWindow"),
        ["<EarliestTime>2026-02-23T07:00:00.000Z</EarliestTime><LatestTime>2026-03-02T07:00:00.000Z</LatestTime>"]
    );
    assert_eq!(texts(items[0], "Encrypted"), ["true"]);
    assert_eq!(texts(items[0], "KmsKeyId"), [HERE.key("aws-rds").as_str()]);
    assert_eq!(texts(items[0], "DBInstanceAutomatedBackupsArn").len(), 2);
    assert_eq!((texts(items[1], "Encrypted"), texts(items[1], "KmsKeyId").len()), (vec!["false"], 0));
    assert_eq!((texts(items[1], "Region"), texts(items[1], "RestoreWindow")), (vec!["us-east-1"], vec![""]));
    let count = |members: &[(&str, &str)]| {
        let told = ask(&fleet, action, members);
        (told.0, texts(&told.1, "DBInstanceAutomatedBackup").len())
    };
    assert_eq!(count(&[("DBInstanceIdentifier", "ORDERS")]), (200, 1));
    assert_eq!(count(&[("DbiResourceId", "db-ORDERS00000000000000000000")]), (200, 1));
    assert_eq!(
        count(&[("Filters.Filter.1.Name", "status"), ("Filters.Filter.1.Values.Value.1", "retained")]),
        (200, 1)
    );
    let told = ask(&fleet, action, &[("DbiResourceId", "db-GONE")]);
    assert_eq!(code(&told), (404, "DBInstanceAutomatedBackupNotFound"));
    let action = "DescribeDBClusterAutomatedBackups";
    let told = ask(&fleet, action, &[]);
    assert!(!told.1.contains("DBClusterAutomatedBackupsArn"), "{}", told.1);
    assert_eq!(texts(result(&told, action), "StorageEncrypted"), ["true"]);
    let told = ask(&fleet, action, &[("DBClusterIdentifier", "gone")]);
    assert_eq!(code(&told), (404, "DBClusterAutomatedBackupNotFoundFault"));
}
