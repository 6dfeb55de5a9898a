//! What counts as a copy of a resource, and how old its data is.

use super::*;

#[test]
fn a_point_is_told_by_where_it_lies() {
    for (account, place, point, other_account, other_region) in [
        (PROD, HERE, own_point(5), false, false),
        (PROD, THERE, own_point(5), false, true),
        (VAULT, HERE, away_point(5), true, false),
        (VAULT, THERE, away_point(5), true, true),
    ] {
        let fact = one(&with_points(account, place, vec![point]));
        let [copy] = fact.detail.copies.as_slice() else { panic!("{:?}", fact.detail.copies) };
        assert_eq!((copy.other_account, copy.other_region), (other_account, other_region));
        assert_eq!((copy.kind, copy.age_hours, copy.usable), (CopyKind::RecoveryPoint, Some(5.0), true));
        assert_eq!(copy.expires_in_hours, Some(35.0 * 24.0 - 5.0));
        assert!(copy.outlives_delete && !copy.continuous);
        assert_eq!(fact.detail.backup.newest_point_hours, (account == PROD).then_some(5.0));
        assert!(fact.rests_on.iter().any(|source| {
            source.collection == Collection::BackupRecoveryPoints && source.account == Some(id(account))
        }));
    }
}

#[test]
fn only_a_finished_point_is_usable() {
    for (status, want) in [
        ("COMPLETED", true),
        ("AVAILABLE", true),
        ("PARTIAL", false),
        ("EXPIRED", false),
        ("DELETING", false),
        ("STOPPED", false),
        ("CREATING", false),
        ("", false),
    ] {
        let mut point = own_point(5);
        point.status = status.to_owned();
        let fact = one(&with_points(PROD, HERE, vec![point]));
        assert_eq!(fact.detail.copies[0].usable, want, "{status}");
        assert_eq!(fact.detail.backup.newest_point_hours.is_some(), want, "{status}");
    }
}

#[test]
fn clock_skew_makes_no_negative_age() {
    let fact = one(&with_points(PROD, HERE, vec![own_point(-1)]));
    assert_eq!(fact.detail.copies[0].age_hours, Some(0.0));
}

#[test]
fn a_predecessors_points_are_named_and_not_counted() {
    // By time: older than the instance.
    let fact = one(&with_points(VAULT, HERE, vec![away_point(1001)]));
    assert_eq!(fact.detail.copies, []);
    assert_eq!(fact.detail.backup.of_predecessors, [away_point(0).arn]);
    // By the snapshot's id, however young.
    let mut world = with_points(PROD, HERE, vec![own_point(5)]);
    let mut of = orders();
    of.resource_id = resource_id("older");
    let shot = snapshot(own_point(0).arn.as_str(), "awsbackup", &of, 5);
    put(&mut region(&mut world, PROD, HERE).rds.db_snapshots, shot);
    let fact = one(&world);
    assert_eq!(fact.detail.copies, []);
    assert_eq!(fact.detail.backup.of_predecessors.len(), 1);
    // By the id in a continuous point's ARN.
    let text =
        format!("arn:aws:backup:{HERE}:{PROD}:recovery-point:continuous:{}-1a2b", resource_id("older").to_lowercase());
    let fact = one(&with_points(PROD, HERE, vec![point(&text, &db_arn("orders"), 5)]));
    assert_eq!((fact.detail.copies.len(), fact.detail.backup.of_predecessors.len()), (0, 1));
}

#[test]
fn a_renamed_instance_keeps_its_points() {
    let mut world = world();
    let older = point(&snapshot_arn(PROD, HERE, "awsbackup:job-1"), &db_arn("its-old-name"), 5);
    let mut shot = snapshot(older.arn.as_str(), "awsbackup", &orders(), 5);
    shot.source_identifier = "its-old-name".to_owned();
    put(&mut region(&mut world, PROD, HERE).backup.vaults, vault(PROD, HERE, "v", vec![older]));
    put(&mut region(&mut world, PROD, HERE).rds.db_snapshots, shot);
    assert_eq!(one(&world).detail.copies.len(), 1);
}

#[test]
fn a_snapshot_of_aws_backup_is_its_point() {
    let mut world = with_points(PROD, HERE, vec![own_point(5)]);
    let shot = snapshot(own_point(0).arn.as_str(), "awsbackup", &orders(), 5);
    put(&mut region(&mut world, PROD, HERE).rds.db_snapshots, shot.clone());
    assert_eq!(one(&world).detail.copies.len(), 1, "counted once");
    // Its vault unread, the snapshot alone still shows the point.
    region(&mut world, PROD, HERE).backup.vaults = Collected::Gap(denied(Operation::BackupListBackupVaults));
    let fact = one(&world);
    assert_eq!((fact.detail.copies[0].kind, fact.detail.copies[0].vault.clone()), (CopyKind::RecoveryPoint, None));
    assert!(gaps(&fact).contains(&(PROD.to_owned(), Collection::BackupVaults, GapKind::Denied)));
}

#[test]
fn snapshots_are_told_apart() {
    let source = arn(&snapshot_arn(PROD, HERE, "nightly"));
    let mut stranger = orders();
    stranger.resource_id = resource_id("stranger");
    for (name, account, kind, of, from, hours, want) in [
        ("manual", PROD, "manual", orders(), None, 5, Some((CopyKind::ManualSnapshot, true))),
        ("automated", PROD, "automated", orders(), None, 5, Some((CopyKind::AutomatedSnapshot, false))),
        ("another's of the same name, here", PROD, "manual", stranger.clone(), None, 5, None),
        (
            "a copy elsewhere, same id",
            VAULT,
            "manual",
            orders(),
            Some(source.clone()),
            5,
            Some((CopyKind::ManualSnapshot, true)),
        ),
        (
            "a copy elsewhere, id lost",
            VAULT,
            "manual",
            stranger.clone(),
            Some(source.clone()),
            5,
            Some((CopyKind::ManualSnapshot, true)),
        ),
        ("a copy of a predecessor's", VAULT, "manual", stranger.clone(), Some(source), 1001, None),
        ("another account's own of the same name", VAULT, "manual", stranger, None, 5, None),
    ] {
        let mut world = world();
        let mut shot = snapshot(&snapshot_arn(account, HERE, "nightly-2"), kind, &of, hours);
        shot.source_snapshot = from;
        put(&mut region(&mut world, account, HERE).rds.db_snapshots, shot);
        let found: Vec<_> = one(&world).detail.copies.iter().map(|copy| (copy.kind, copy.outlives_delete)).collect();
        assert_eq!(found.first().copied(), want, "{name}");
    }
}

#[test]
fn copying_a_snapshot_makes_its_data_no_younger() {
    let mut world = world();
    let mut copy = snapshot(&snapshot_arn(VAULT, HERE, "copy"), "manual", &orders(), 2);
    copy.source_snapshot = Some(arn(&snapshot_arn(PROD, HERE, "nightly")));
    copy.original_created_at = Some(ago(50));
    put(&mut region(&mut world, VAULT, HERE).rds.db_snapshots, copy.clone());
    assert_eq!(one(&world).detail.copies[0].age_hours, Some(50.0));
    // Cluster snapshots keep no original time: the source tells, or nobody.
    copy.original_created_at = None;
    *region(&mut world, VAULT, HERE).rds.db_snapshots.value_mut().unwrap() = vec![copy];
    assert_eq!(one(&world).detail.copies[0].age_hours, None);
    let mut source = snapshot(&snapshot_arn(PROD, HERE, "nightly"), "manual", &orders(), 60);
    source.original_created_at = None;
    put(&mut region(&mut world, PROD, HERE).rds.db_snapshots, source);
    let ages: Vec<_> = one(&world).detail.copies.iter().map(|copy| copy.age_hours).collect();
    assert_eq!(ages, [Some(60.0), Some(60.0)]);
}

#[test]
fn a_continuous_point_is_as_young_as_its_window() {
    let text =
        format!("arn:aws:backup:{HERE}:{PROD}:recovery-point:continuous:{}-1a2b", resource_id("orders").to_lowercase());
    let mut continuous = point(&text, &db_arn("orders"), 900);
    continuous.status = "AVAILABLE".to_owned();
    let mut world = with_points(PROD, HERE, vec![continuous.clone()]);
    // RDS does not say that this point keeps the window: it is as old as it began.
    assert_eq!(one(&world).detail.copies[0].age_hours, Some(900.0));
    let instance = &mut region(&mut world, PROD, HERE).rds.db_instances.value_mut().unwrap()[0];
    instance.backup_recovery_point = Some(continuous.arn.clone());
    instance.latest_restorable_at = Some(ago(1));
    let copy = &one(&world).detail.copies[0];
    assert_eq!((copy.age_hours, copy.continuous, copy.expires_in_hours), (Some(1.0), true, None));
    // The automated backup that it keeps is the same thing once more.
    let backup = AutomatedBackup {
        arn: arn(&format!("arn:aws:rds:{HERE}:{PROD}:auto-backup:ab-1")),
        source: arn(&db_arn("orders")),
        resource_id: resource_id("orders"),
        identifier: "orders".to_owned(),
        status: "active".to_owned(),
        earliest_restorable_at: None,
        latest_restorable_at: Some(ago(0)),
        backup_retention_days: Some(7),
        source_region: at(HERE),
        replications: Vec::new(),
        kms_key: None,
        backup_recovery_point: Some(continuous.arn.clone()),
    };
    put(&mut region(&mut world, PROD, HERE).rds.db_instance_automated_backups, backup.clone());
    let fact = one(&world);
    assert_eq!((fact.detail.copies.len(), fact.detail.copies[0].age_hours), (1, Some(0.0)));
    // In another region it is a replica, and goes its own way.
    let replica = AutomatedBackup { backup_recovery_point: None, ..backup.clone() };
    put(&mut region(&mut world, PROD, THERE).rds.db_instance_automated_backups, replica);
    let kinds: Vec<_> = one(&world).detail.copies.iter().map(|copy| (copy.kind, copy.other_region)).collect();
    assert!(kinds.contains(&(CopyKind::ReplicatedAutomatedBackup, true)), "{kinds:?}");
    // A predecessor's automated backup is none.
    let other = AutomatedBackup { resource_id: resource_id("older"), backup_recovery_point: None, ..backup };
    put(&mut region(&mut world, PROD, HERE).rds.db_instance_automated_backups, other);
    assert_eq!(one(&world).detail.copies.len(), 2);
}

#[test]
fn a_table_that_could_not_be_described_counts_nobodys_points() {
    let name = format!("arn:aws:dynamodb:{HERE}:{PROD}:table/orders");
    let judge = |created: Option<i64>| {
        let detail = crate::model::dynamodb::TableDetail {
            id: None,
            status: "ACTIVE".to_owned(),
            created_at: created.map(ago),
            deletion_protection: true,
            partition_key: Some("id".to_owned()),
            sort_key: None,
            replicas: Vec::new(),
            kms_key: None,
            item_count: None,
        };
        let mut own = point(&format!("{name}/backup/01"), &name, 5);
        own.last_restored_at = Some(ago(3));
        let mut world = with_points(PROD, HERE, vec![own]);
        let table = crate::model::dynamodb::Table {
            arn: arn(&name),
            name: "orders".to_owned(),
            detail: match created {
                Some(_) => Answer::Value(detail),
                None => Answer::Gap(denied(Operation::DynamoDbDescribeTable)),
            },
            point_in_time_recovery: Answer::Value(crate::model::dynamodb::PointInTimeRecovery {
                enabled: true,
                earliest_restorable_at: None,
                latest_restorable_at: Some(ago(1)),
                period_days: Some(35),
            }),
            tags: Answer::Value(BTreeMap::new()),
            resource_policy: Answer::Value(None),
        };
        put(&mut region(&mut world, PROD, HERE).dynamodb.tables, table);
        let seeds = vec![seed_of(SubjectKind::DynamoDbTable, &name, Some(HERE))];
        let fact = judged(&world, &Settings::default(), seeds).resources.remove(0);
        let kinds: Vec<_> = fact.detail.copies.iter().map(|copy| (copy.kind, copy.outlives_delete)).collect();
        (kinds, fact.detail.restore.is_some())
    };
    let (recovery, own) = ((CopyKind::PointInTimeRecovery, false), (CopyKind::RecoveryPoint, true));
    assert_eq!(judge(Some(100)), (vec![recovery, own], true));
    assert_eq!(judge(Some(2)), (vec![recovery], false), "made before this table was");
    assert_eq!(judge(None), (vec![recovery], false), "nobody can say whose it is");
}

#[test]
fn what_lies_in_an_account_that_is_being_closed_is_of_no_use() {
    use crate::model::organization::*;
    for (state, usable) in
        [(AccountState::Active, true), (AccountState::PendingClosure, false), (AccountState::Suspended, false)]
    {
        let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
        let taken = snapshot(&snapshot_arn(VAULT, HERE, "by-hand"), "manual", &orders(), 5);
        put(&mut region(&mut world, VAULT, HERE).rds.db_snapshots, taken);
        let member = Account {
            id: id(VAULT),
            arn: arn(&format!("arn:aws:organizations::{PROD}:account/o-1/{VAULT}")),
            name: "backup".to_owned(),
            state,
            parent: Answer::Value("r-1".to_owned()),
            joined_at: None,
            tags: None,
        };
        world.organization = Some(OrganizationInventory {
            description: read(None),
            roots: read(Vec::new()),
            units: read(Vec::new()),
            accounts: read(vec![member]),
            scps: read(Vec::new()),
            rcps: read(Vec::new()),
            delegated_administrators: read(Vec::new()),
            trusted_services: read(Vec::new()),
            resource_policy: read(None),
            central_root_features: read(Vec::new()),
        });
        let facts = facts(&world);
        let copies: Vec<bool> = facts.resources[0].detail.copies.iter().map(|copy| copy.usable).collect();
        assert_eq!(copies, [usable, usable], "{state:?}");
        assert_eq!(facts.vaults[0].detail.copies_of.is_empty(), !usable, "{state:?}");
    }
}
