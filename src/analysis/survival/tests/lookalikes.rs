//! What is taken for a backup and is none.

use super::*;
use crate::analysis::tests::cluster;
use crate::model::facts::{NoBackup, NoBackupKind};
use crate::model::rds::{DbCluster, GlobalCluster, GlobalClusterMember};
use crate::model::s3::{Bucket, ObjectLock, ReplicationRule, Versioning};

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

fn rule(to: &str) -> ReplicationRule {
    ReplicationRule {
        id: None,
        enabled: true,
        prefix: None,
        tags: std::collections::BTreeMap::new(),
        destination: arn(&format!("arn:aws:s3:::{to}")),
        destination_account: None,
        delete_markers: true,
    }
}

/// A bucket `ledger` of production that is replicated to the bucket `replica` of an account.
fn replicated(account: &str, rule: ReplicationRule, change: impl FnOnce(&mut Bucket)) -> Inventory {
    let mut inventory = world();
    let source = Bucket { replication: Answer::Value(vec![rule]), ..bucket("ledger") };
    put(&mut parts(&mut inventory, PROD).s3.buckets, source);
    let mut replica = bucket("replica");
    change(&mut replica);
    put(&mut parts(&mut inventory, account).s3.buckets, replica);
    inventory
}

fn lock(mode: &str, days: Option<i32>) -> Option<ObjectLock> {
    Some(ObjectLock { enabled: true, default_mode: Some(mode.to_owned()), default_days: days, default_years: None })
}

fn of_ledger(inventory: &Inventory) -> SurvivalFact {
    fact(inventory, "ledger").detail.survival.unwrap()
}

#[test]
fn a_replica_bucket_is_no_copy_for_certain_and_at_best_what_its_account_and_lock_are() {
    use Tier::{Immutable, Isolated, None as Nothing, SharedFate};
    let plain: fn(&mut Bucket) = |_| {};
    let unversioned: fn(&mut Bucket) =
        |one| one.versioning = Answer::Value(Versioning { status: Some("Suspended".to_owned()), mfa_delete: None });
    let compliance: fn(&mut Bucket) = |one| one.object_lock = Answer::Value(lock("COMPLIANCE", Some(30)));
    let governance: fn(&mut Bucket) = |one| one.object_lock = Answer::Value(lock("GOVERNANCE", Some(30)));
    let endless: fn(&mut Bucket) = |one| one.object_lock = Answer::Value(lock("COMPLIANCE", None));
    let unread: fn(&mut Bucket) = |one| one.object_lock = Answer::Gap(denied(Operation::S3GetObjectLockConfiguration));
    let narrowed = || ReplicationRule { prefix: Some("2026/".to_owned()), ..rule("replica") };
    let off = || ReplicationRule { enabled: false, ..rule("replica") };
    let named = |account: &str| ReplicationRule { destination_account: Some(account.to_owned()), ..rule("unseen") };
    let table = [
        ("another account", VAULT, rule("replica"), plain, Isolated),
        ("another account, compliance", VAULT, rule("replica"), compliance, Immutable),
        ("another account, governance", VAULT, rule("replica"), governance, Isolated),
        ("another account, a lock without days", VAULT, rule("replica"), endless, Isolated),
        ("another account, its lock unread", VAULT, rule("replica"), unread, Immutable),
        ("another account, without versions", VAULT, rule("replica"), unversioned, Nothing),
        ("another account, a prefix alone", VAULT, narrowed(), compliance, Nothing),
        ("another account, a rule that is off", VAULT, off(), compliance, Nothing),
        ("the same account", PROD, rule("replica"), plain, SharedFate),
        ("the same account, compliance", PROD, rule("replica"), compliance, Isolated),
        ("a bucket that nobody saw", VAULT, rule("unseen"), plain, Immutable),
        ("an account that nobody saw", VAULT, named("999999999999"), plain, Immutable),
        ("said to lie in the same account", VAULT, named(PROD), plain, Isolated),
    ];
    for (name, account, rule, change, want) in table {
        let found = of_ledger(&replicated(account, rule, change));
        assert_eq!(tiers(&found.account), (Nothing, want), "{name}: {:?}", found.not_backups);
        assert_eq!((found.account.rpo_hours, found.account.copy_count), (None, 0), "{name}");
        let best = found.not_backups.iter().map(|one| one.tier_at_best).max().unwrap_or(Nothing);
        assert_eq!(best, want, "{name}");
    }
}

#[test]
fn whoever_deletes_versions_of_a_replica_makes_it_share_its_fate() {
    let reached = |actions: &[&str], change: fn(&mut Bucket)| {
        let mut inventory = replicated(VAULT, rule("replica"), change);
        doorway(&mut inventory, actions);
        of_ledger(&inventory).account.tier_at_best
    };
    assert_eq!(reached(&["s3:Get*"], |_| {}), Tier::Isolated);
    assert_eq!(reached(&["s3:DeleteObject"], |_| {}), Tier::Isolated, "a delete marker deletes no version");
    assert_eq!(reached(&["s3:DeleteObjectVersion"], |_| {}), Tier::SharedFate);
    assert_eq!(reached(&["s3:PutLifecycleConfiguration"], |_| {}), Tier::SharedFate);
    let locked = |one: &mut Bucket| one.object_lock = Answer::Value(lock("COMPLIANCE", Some(30)));
    assert_eq!(reached(&["s3:*"], locked), Tier::Immutable, "a locked version outlives whoever may delete it");
}
