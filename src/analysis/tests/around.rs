use super::{cluster, facts, key, key_arn, organization, resource, tags, unlisted};
use crate::analysis::analyse;
use crate::analysis::fixture::{
    HERE, PROD, THERE, VAULT, arn, bucket, db, denied, inventory, parts, point, put, read, region, snapshot,
    snapshot_arn, vault,
};
use crate::model::facts::{Fact, Facts, SnapshotFact, SubjectKind};
use crate::model::gap::{Answer, Collected, GapKind};
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::rds::{DbInstance, GlobalCluster, GlobalClusterMember};
use crate::model::s3::{Bucket, Encryption};
use crate::model::settings::Settings;

/// The fact of one manual snapshot that is shared like this.
fn shared(inventory: &mut Inventory, with: Option<Answer<Vec<String>>>) -> Fact<SnapshotFact> {
    let own = snapshot_arn(PROD, HERE, "final");
    let one = crate::model::rds::Snapshot { shared_with: with, ..snapshot(&own, "manual", &db("orders"), 1) };
    region(inventory, PROD, HERE).rds.db_snapshots = read(vec![one]);
    facts(inventory).snapshots[0].clone()
}

fn with(accounts: &[&str]) -> Option<Answer<Vec<String>>> {
    Some(Answer::Value(accounts.iter().map(ToString::to_string).collect()))
}

#[test]
fn a_snapshot_says_with_whom_it_is_shared() {
    let mut inventory = inventory(&[PROD]);
    inventory.organization = Some(organization(&[(PROD, "shop", &[]), (VAULT, "backup", &[])]));
    let outside = |fact: &Fact<SnapshotFact>| fact.detail.shared_outside.clone().unwrap();
    assert_eq!(outside(&shared(&mut inventory, with(&[]))), [""; 0]);
    assert_eq!(outside(&shared(&mut inventory, with(&[VAULT, PROD]))), [""; 0]);
    assert_eq!(outside(&shared(&mut inventory, with(&[VAULT, "333333333333"]))), ["333333333333"]);
    let public = shared(&mut inventory, with(&["all"]));
    assert_eq!((public.detail.public, outside(&public).len()), (Some(true), 0));
    assert_eq!(public.unread, []);
}

#[test]
fn a_sharing_that_was_not_read_is_no_privacy() {
    let mut inventory = inventory(&[PROD]);
    inventory.organization = Some(organization(&[(PROD, "shop", &[])]));
    let gap = || Some(Answer::Gap(denied(Operation::RdsDescribeDBSnapshotAttributes)));
    for unread in [gap(), None] {
        let fact = shared(&mut inventory, unread);
        assert_eq!((fact.detail.public, &fact.detail.shared_with), (None, &None));
        assert_eq!(fact.unread[0].collection, Collection::RdsDbSnapshotAttributes);
    }
}

#[test]
fn who_is_outside_is_unknown_without_the_list_of_accounts() {
    let mut inventory = inventory(&[PROD]);
    let mut hidden = organization(&[(PROD, "shop", &[])]);
    hidden.accounts = Collected::Gap(denied(Operation::OrganizationsListAccounts));
    for unknown in [None, Some(hidden)] {
        inventory.organization = unknown;
        let fact = shared(&mut inventory, with(&[VAULT]));
        assert_eq!(fact.detail.shared_outside, None);
        assert_eq!(fact.unread[0].collection, Collection::OrganizationAccounts);
        // Nobody to tell apart: nothing is in doubt.
        assert_eq!(shared(&mut inventory, with(&[])).unread, []);
    }
    let mut alone = organization(&[]);
    alone.description = read(None);
    inventory.organization = Some(alone);
    assert_eq!(shared(&mut inventory, with(&[VAULT])).detail.shared_outside.unwrap(), [VAULT]);
}

#[test]
fn automated_snapshots_are_no_subjects_and_others_belong_where_their_source_does() {
    let mut inventory = inventory(&[PROD]);
    let source = DbInstance { tags: tags(&[("env", "dev")]), ..db("orders") };
    let there = region(&mut inventory, PROD, HERE);
    for (name, kind) in [("rds:orders", "automated"), ("one", "manual"), ("two", "awsbackup")] {
        put(&mut there.rds.db_snapshots, snapshot(&snapshot_arn(PROD, HERE, name), kind, &source, 1));
    }
    put(&mut there.rds.db_snapshots, snapshot(&snapshot_arn(PROD, HERE, "old"), "manual", &db("gone"), 1));
    put(&mut there.rds.db_instances, source);
    let facts = facts(&inventory);
    let told: Vec<_> =
        facts.snapshots.iter().map(|fact| (fact.subject.name.as_str(), fact.subject.environment.as_deref())).collect();
    assert_eq!(told, [("old", None), ("one", Some("development")), ("two", Some("development"))]);
    assert!(facts.snapshots[0].subject.production);
}

#[test]
fn a_global_cluster_is_told_once_and_protected_when_every_answer_says_so() {
    let mut inventory = inventory(&[PROD]);
    let member = cluster("first");
    for (code, protected) in [(HERE, true), (THERE, false)] {
        let global = GlobalCluster {
            arn: arn("arn:aws:rds::111111111111:global-cluster:world"),
            identifier: "world".into(),
            resource_id: "cluster-world".into(),
            engine: Some("aurora-mysql".into()),
            deletion_protection: protected,
            members: vec![GlobalClusterMember { cluster: member.arn.clone(), writer: true }],
        };
        put(&mut region(&mut inventory, PROD, code).rds.global_clusters, global);
    }
    let staging = crate::model::rds::DbCluster { tags: tags(&[("env", "stage")]), ..member };
    put(&mut region(&mut inventory, PROD, HERE).rds.db_clusters, staging);
    let facts = facts(&inventory);
    assert_eq!(facts.global_clusters.len(), 1);
    let world = &facts.global_clusters[0];
    assert!(!world.detail.deletion_protection);
    assert_eq!(world.detail.members.len(), 1);
    assert_eq!((world.subject.environment.as_deref(), world.subject.production), (Some("staging"), false));
}

fn keys(facts: &Facts) -> Vec<(&str, Option<&str>, usize)> {
    let told = |fact: &'_ crate::model::facts::Fact<crate::model::facts::KeyFact>| fact.detail.encrypts_count;
    facts.keys.iter().map(|fact| (fact.subject.name.as_str(), fact.detail.state.as_deref(), told(fact))).collect()
}

#[test]
fn keys_are_found_by_what_they_encrypt() {
    let mut inventory = inventory(&[PROD, VAULT]);
    let mut settings = Settings::default();
    settings.resources.data = vec!["uploads".into()];
    let alias = format!("arn:aws:kms:{HERE}:{PROD}:alias/shop");
    let by_alias = Answer::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: Some("alias/shop".into()) }));
    // Nobody says that this one is data, so that its key is none of data.
    let by_id = Answer::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: Some("unclassed".into()) }));
    parts(&mut inventory, PROD).s3.buckets = read(vec![
        Bucket { encryption: by_alias, ..bucket("uploads") },
        Bucket { encryption: by_id, ..bucket("other") },
    ]);
    let mut orders = DbInstance { kms_key: Some(arn(&key_arn("own"))), ..db("orders") };
    let shot = crate::model::rds::Snapshot {
        kms_key: Some(arn(&key_arn("dying"))),
        ..snapshot(&snapshot_arn(PROD, HERE, "final"), "manual", &orders, 1)
    };
    let auto = crate::model::rds::Snapshot {
        kms_key: Some(arn(&key_arn("unused"))),
        ..snapshot(&snapshot_arn(PROD, HERE, "rds:orders"), "automated", &orders, 1)
    };
    orders.tags = tags(&[("env", "prod")]);
    let there = region(&mut inventory, PROD, HERE);
    put(&mut there.rds.db_instances, orders);
    there.rds.db_snapshots = read(vec![shot, auto]);
    put(&mut there.kms.keys, key(&key_arn("own"), "own", "CUSTOMER", "Enabled"));
    put(&mut there.kms.keys, key(&alias, "own", "CUSTOMER", "Enabled"));
    put(&mut there.kms.keys, key(&key_arn("dying"), "dying", "CUSTOMER", "PendingDeletion"));
    let mut copy =
        point("arn:aws:rds:eu-west-1:222222222222:snapshot:awsbackup:1", &super::super::fixture::db_arn("orders"), 1);
    copy.kms_key = Some(arn(&key_arn("own")));
    let mut held = vault(VAULT, HERE, "copies", vec![copy]);
    held.kms_key = Some(arn(&key_arn("unread")));
    put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, held);
    let facts = analyse(&inventory, &settings);
    assert_eq!(keys(&facts), [("dying", Some("PendingDeletion"), 1), ("own", Some("Enabled"), 3), ("unread", None, 1)]);
    let [dying, own, unread] = &facts.keys[..] else { panic!("{:?}", facts.keys) };
    assert_eq!(dying.detail.deletion_in_hours, Some(48.0));
    assert!(!dying.detail.encrypts_data && dying.detail.encrypts_copies);
    assert!(own.detail.encrypts_data && own.detail.encrypts_copies);
    // It encrypts a copy of another account's data; whoever reaches it is not known without the organization.
    assert_eq!(own.detail.copies_of, [crate::analysis::fixture::id(PROD)]);
    assert!(own.unread.iter().all(|gap| gap.collection != Collection::KmsKeys), "{:?}", own.unread);
    assert!(own.unread.iter().any(|gap| gap.collection == Collection::OrganizationDescription), "{:?}", own.unread);
    assert_eq!(unread.unread.len(), 1);
    assert_eq!(unread.unread[0].collection, Collection::KmsKeys);
}

#[test]
fn a_key_that_nobody_may_describe_is_a_subject_with_its_gap() {
    let mut inventory = inventory(&[PROD]);
    let there = region(&mut inventory, PROD, HERE);
    put(&mut there.rds.db_instances, DbInstance { kms_key: Some(arn(&key_arn("own"))), ..db("orders") });
    there.kms.keys = Collected::Gap(denied(Operation::KmsDescribeKey));
    let facts = facts(&inventory);
    assert_eq!(keys(&facts), [("own", None, 1)]);
    assert_eq!(facts.keys[0].unread[0].gap.kind, GapKind::Denied);
}

#[test]
fn an_account_that_could_not_be_entered_hides_every_kind() {
    let mut inventory = inventory(&[PROD, VAULT]);
    inventory.accounts[1].parts = Answer::Gap(denied(Operation::StsAssumeRole));
    let facts = facts(&inventory);
    for kind in [
        SubjectKind::DbInstance,
        SubjectKind::DbCluster,
        SubjectKind::DynamoDbTable,
        SubjectKind::S3Bucket,
        SubjectKind::GlobalCluster,
        SubjectKind::RdsSnapshot,
        SubjectKind::KmsKey,
    ] {
        let found = unlisted(&facts, kind);
        assert_eq!(found.len(), 1, "{kind:?}");
        assert_eq!(found[0].account.as_ref().unwrap().as_str(), VAULT);
        assert!(!found[0].gaps.is_empty() && found[0].production);
    }
}

#[test]
fn an_account_in_scope_without_an_entry_hides_every_kind() {
    let mut inventory = inventory(&[PROD]);
    inventory.organization = Some(organization(&[(PROD, "shop", &[]), (VAULT, "backup", &[])]));
    inventory.scope.excluded_accounts = vec![super::id(super::MANAGEMENT)];
    let whole = facts(&inventory);
    let found = unlisted(&whole, SubjectKind::S3Bucket);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].account.as_ref().unwrap().as_str(), VAULT);
    // Asked for one account alone, palisade says nothing of the others.
    inventory.scope.accounts = vec![super::id(PROD)];
    assert!(facts(&inventory).unlisted.is_empty());
}

#[test]
fn what_refers_to_keys_hides_keys() {
    let mut inventory = inventory(&[PROD]);
    parts(&mut inventory, PROD).s3.buckets = read(vec![
        Bucket { encryption: Answer::Gap(denied(Operation::S3GetBucketEncryption)), ..bucket("b") },
        // A key is looked up in its bucket's region.
        Bucket { region: Answer::Gap(denied(Operation::S3ListBuckets)), ..bucket("nowhere") },
    ]);
    let there = region(&mut inventory, PROD, HERE);
    put(&mut there.backup.vaults, {
        let mut held = vault(PROD, HERE, "v", Vec::new());
        held.recovery_points = Answer::Gap(denied(Operation::BackupListRecoveryPointsByBackupVault));
        held
    });
    let facts = facts(&inventory);
    let found = unlisted(&facts, SubjectKind::KmsKey);
    assert_eq!(found.len(), 1);
    let collections = super::collections(&found[0].gaps);
    assert_eq!(collections, [Collection::BackupRecoveryPoints, Collection::S3Buckets, Collection::S3BucketEncryption]);
    assert!(resource(&facts, "b").detail.encryption.encrypted.is_none());
}
