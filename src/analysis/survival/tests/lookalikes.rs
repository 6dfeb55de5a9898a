//! What is taken for a backup and is none.

use super::*;
use crate::analysis::tests::cluster;
use crate::model::facts::{NoBackup, NoBackupKind};
use crate::model::rds::{DbCluster, GlobalCluster, GlobalClusterMember};

/// What is no backup of a resource, by its name.
fn told(inventory: &Inventory, name: &str) -> Vec<(NoBackupKind, String)> {
    let found = fact(inventory, name).detail.survival.map(|survival| survival.not_backups);
    found.unwrap_or_default().into_iter().map(|NoBackup { kind, name, .. }| (kind, name)).collect()
}

fn clone_of(group: &str, name: &str) -> DbCluster {
    DbCluster { clone_group: Some(group.to_owned()), ..cluster(name) }
}

#[test]
fn a_replica_is_no_backup_and_the_fact_says_why() {
    let mut inventory = world();
    let mut replica = db("orders-replica");
    replica.replica_source = Some("orders".to_owned());
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, replica);
    let found = survival(&inventory);
    assert_eq!((found.account.tier, found.not_backups.len()), (Tier::None, 1));
    assert!(found.not_backups[0].why.contains("replays what is done to its source"));
    assert_eq!(told(&inventory, "orders"), [(NoBackupKind::ReadReplica, "orders-replica".to_owned())]);
    assert_eq!(told(&inventory, "orders-replica"), [], "its source is none of its replicas");
}

#[test]
fn a_replica_of_the_same_name_elsewhere_follows_its_own_source() {
    let mut inventory = world();
    let mut replica = db("orders-far");
    replica.replica_source = Some("orders".to_owned());
    put(&mut region(&mut inventory, VAULT, HERE).rds.db_instances, replica.clone());
    assert_eq!(told(&inventory, "orders"), [], "a name is of its own account and region");
    replica.replica_source = Some(db_arn("orders"));
    region(&mut inventory, VAULT, HERE).rds.db_instances.value_mut().unwrap().clear();
    put(&mut region(&mut inventory, VAULT, HERE).rds.db_instances, replica);
    assert_eq!(told(&inventory, "orders").len(), 1, "an ARN is not");
}

#[test]
fn clones_of_one_group_are_databases_of_their_own_and_no_backups() {
    let mut inventory = world();
    let clusters = &mut region(&mut inventory, PROD, HERE).rds.db_clusters;
    for one in [clone_of("g1", "ledger"), clone_of("g1", "ledger-test"), clone_of("g2", "other"), cluster("plain")] {
        put(clusters, one);
    }
    put(&mut region(&mut inventory, VAULT, HERE).rds.db_clusters, clone_of("g1", "away"));
    assert_eq!(told(&inventory, "ledger"), [(NoBackupKind::Clone, "ledger-test".to_owned())]);
    assert_eq!(told(&inventory, "ledger-test"), [(NoBackupKind::Clone, "ledger".to_owned())], "whichever was first");
    assert_eq!(told(&inventory, "other"), [], "a group of one was cloned once, and the clone is gone");
    assert_eq!(told(&inventory, "plain"), []);
    let ledger = fact(&inventory, "ledger").detail.survival.unwrap();
    assert_eq!(tiers(&ledger.account), (Tier::None, Tier::None), "a clone raises no tier");
    assert!(ledger.not_backups[0].why.contains("as it was when the two parted"), "{:?}", ledger.not_backups);
}

#[test]
fn a_secondary_of_a_global_cluster_is_no_backup_of_its_writer() {
    let mut inventory = world();
    let (writer, secondary) = (cluster("ledger"), cluster("ledger-far"));
    let member = |cluster: &DbCluster, writer| GlobalClusterMember { cluster: cluster.arn.clone(), writer };
    let global = GlobalCluster {
        arn: arn(&format!("arn:aws:rds::{PROD}:global-cluster:ledger")),
        identifier: "ledger".to_owned(),
        resource_id: "cluster-1".to_owned(),
        engine: None,
        deletion_protection: false,
        members: vec![member(&writer, true), member(&secondary, false)],
    };
    let rds = &mut region(&mut inventory, PROD, HERE).rds;
    put(&mut rds.db_clusters, writer);
    put(&mut rds.db_clusters, secondary);
    put(&mut rds.global_clusters, global);
    assert_eq!(told(&inventory, "ledger"), [(NoBackupKind::GlobalSecondary, "ledger-far".to_owned())]);
    assert_eq!(told(&inventory, "ledger-far"), []);
}
