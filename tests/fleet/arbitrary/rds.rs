//! RDS.

use palisade::model::operation::Operation as Op;
use palisade::model::rds::{
    AutomatedBackup, DbCluster, DbInstance, GlobalCluster, GlobalClusterMember, RdsInventory, Snapshot,
};

use super::{Dice, Place, Wire, parsed};

const XML: Wire = Wire::Xml;

pub fn draw(dice: &mut Dice<'_>, place: &Place) -> RdsInventory {
    RdsInventory {
        db_instances: dice
            .collected(Op::RdsDescribeDBInstances, XML, |dice| dice.list(2, |dice| instance(dice, place))),
        db_clusters: dice.collected(Op::RdsDescribeDBClusters, XML, |dice| dice.list(2, |dice| cluster(dice, place))),
        global_clusters: dice
            .collected(Op::RdsDescribeGlobalClusters, XML, |dice| dice.list(2, |dice| global(dice, place))),
        db_snapshots: dice
            .collected(Op::RdsDescribeDBSnapshots, XML, |dice| dice.list(3, |dice| snapshot(dice, place, false))),
        db_cluster_snapshots: dice
            .collected(Op::RdsDescribeDBClusterSnapshots, XML, |dice| dice.list(3, |dice| snapshot(dice, place, true))),
        db_instance_automated_backups: dice.collected(Op::RdsDescribeDBInstanceAutomatedBackups, XML, |dice| {
            dice.list(2, |dice| backup(dice, place, false))
        }),
        db_cluster_automated_backups: dice.collected(Op::RdsDescribeDBClusterAutomatedBackups, XML, |dice| {
            dice.list(2, |dice| backup(dice, place, true))
        }),
    }
}

fn days(dice: &mut Dice<'_>) -> i32 {
    i32::try_from(dice.below(36)).unwrap()
}

fn instance(dice: &mut Dice<'_>, place: &Place) -> DbInstance {
    let identifier = dice.name("db");
    let encrypted = dice.flag();
    DbInstance {
        arn: place.arn("rds", &format!("db:{identifier}")),
        resource_id: format!("db-{}", identifier.to_uppercase()),
        identifier,
        engine: dice.word(&["postgres", "aurora-mysql", "docdb"]),
        status: dice.text(XML),
        created_at: dice.some(Dice::time),
        deletion_protection: dice.flag(),
        backup_retention_days: days(dice),
        latest_restorable_at: dice.some(Dice::time),
        cluster_identifier: dice.some(|dice| dice.text(XML)),
        replica_source: dice.some(|dice| dice.text(XML)),
        replica_source_cluster: dice.some(|dice| dice.text(XML)),
        storage_encrypted: encrypted,
        kms_key: if encrypted { dice.some(|dice| place.key(dice)) } else { None },
        backup_recovery_point: dice.some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("rp")))),
        tags: dice.tags(XML),
    }
}

fn cluster(dice: &mut Dice<'_>, place: &Place) -> DbCluster {
    let identifier = dice.name("cluster");
    let encrypted = dice.flag();
    DbCluster {
        arn: place.arn("rds", &format!("cluster:{identifier}")),
        resource_id: format!("cluster-{}", identifier.to_uppercase()),
        identifier,
        engine: dice.word(&["aurora-postgresql", "neptune", "docdb", "mysql"]),
        status: dice.text(XML),
        created_at: dice.some(Dice::time),
        deletion_protection: dice.flag(),
        backup_retention_days: days(dice),
        latest_restorable_at: dice.some(Dice::time),
        members: dice.list(3, |dice| dice.name("m")),
        replication_source: dice.some(|dice| dice.text(XML)),
        clone_group: dice.some(|dice| dice.text(XML)),
        storage_encrypted: encrypted,
        kms_key: if encrypted { dice.some(|dice| place.key(dice)) } else { None },
        backup_recovery_point: dice.some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("rp")))),
        tags: dice.tags(XML),
    }
}

fn global(dice: &mut Dice<'_>, place: &Place) -> GlobalCluster {
    let identifier = dice.name("global");
    GlobalCluster {
        arn: place.global("rds", &format!("global-cluster:{identifier}")),
        resource_id: format!("cluster-{identifier}"),
        identifier,
        engine: dice.some(|dice| dice.word(&["aurora-mysql", "docdb"])),
        deletion_protection: dice.flag(),
        members: dice.list(2, |dice| GlobalClusterMember {
            cluster: place.arn("rds", &format!("cluster:{}", dice.name("member"))),
            writer: dice.flag(),
        }),
    }
}

fn snapshot(dice: &mut Dice<'_>, place: &Place, of_cluster: bool) -> Snapshot {
    let (identifier, kind) = (dice.name("snap"), if of_cluster { "cluster-snapshot" } else { "snapshot" });
    let encrypted = dice.flag();
    let source: Option<palisade::model::ids::Arn> = dice.some(|dice| {
        parsed(&format!("arn:{}:rds:{}:099999999999:{kind}:{}", place.partition, place.region, dice.name("from")))
    });
    let snapshot_type = dice.word(&["manual", "automated", "awsbackup"]);
    let operation =
        if of_cluster { Op::RdsDescribeDBClusterSnapshotAttributes } else { Op::RdsDescribeDBSnapshotAttributes };
    let shared_with = (snapshot_type != "automated").then(|| {
        dice.answer(operation, XML, |dice| {
            let count = dice.below(4);
            ["099999999999", "199999999999", "all"][..count].iter().map(|&account| account.to_owned()).collect()
        })
    });
    Snapshot {
        arn: place.arn("rds", &format!("{kind}:{identifier}")),
        identifier,
        snapshot_type,
        status: dice.text(XML),
        source_identifier: dice.text(XML),
        source_resource_id: dice.some(|dice| dice.text(XML)),
        source_region: match of_cluster {
            true => source.as_ref().and_then(palisade::model::ids::Arn::region),
            false => dice.some(|_| place.region.clone()),
        },
        source_snapshot: source,
        created_at: dice.some(Dice::time),
        original_created_at: if of_cluster { None } else { dice.some(Dice::time) },
        engine: dice.word(&["postgres", "aurora-mysql"]),
        encrypted,
        kms_key: if encrypted { dice.some(|dice| place.key(dice)) } else { None },
        shared_with,
        tags: dice.tags(XML),
    }
}

fn backup(dice: &mut Dice<'_>, place: &Place, of_cluster: bool) -> AutomatedBackup {
    let identifier = dice.name("auto");
    let kind = if of_cluster { "cluster" } else { "db" };
    let source = place.arn("rds", &format!("{kind}:{identifier}"));
    let own = dice.some(|_| place.arn("rds", &format!("auto-backup:ab-{identifier}")));
    AutomatedBackup {
        arn: own.unwrap_or_else(|| source.clone()),
        source,
        resource_id: format!("db-{identifier}"),
        identifier,
        status: dice.word(&["active", "retained", "creating"]),
        earliest_restorable_at: dice.some(Dice::time),
        latest_restorable_at: dice.some(Dice::time),
        backup_retention_days: dice.some(days),
        source_region: place.region.clone(),
        replications: match of_cluster {
            true => Vec::new(),
            false => dice.list(2, |dice| place.arn("rds", &format!("auto-backup:{}", dice.name("replica")))),
        },
        kms_key: dice.some(|dice| place.key(dice)),
        backup_recovery_point: dice.some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("rp")))),
    }
}
