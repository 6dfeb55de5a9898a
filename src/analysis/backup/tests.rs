//! Each rule both ways: what counts as a copy, how old it is, where it may lie, and what was not seen.

use std::collections::BTreeMap;

use super::{attach, surroundings};
use crate::analysis::Context;
use crate::analysis::fixture::*;
use crate::model::backup::*;
use crate::model::facts::*;
use crate::model::gap::{Answer, Collected, GapKind};
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::rds::{AutomatedBackup, DbInstance};
use crate::model::settings::Settings;

fn orders() -> DbInstance {
    db("orders")
}

/// Two accounts, one instance in production.
fn world() -> Inventory {
    let mut world = inventory(&[PROD, VAULT]);
    put(&mut region(&mut world, PROD, HERE).rds.db_instances, orders());
    world
}

fn judged(world: &Inventory, settings: &Settings, seeds: Vec<Fact<ResourceFact>>) -> Facts {
    let cx = Context::new(world, settings);
    let mut facts = Facts { resources: seeds, ..Facts::default() };
    attach(&cx, &mut facts.resources);
    surroundings(&cx, &mut facts);
    crate::analysis::context::sort(&mut facts);
    facts
}

fn facts(world: &Inventory) -> Facts {
    judged(world, &Settings::default(), vec![seed(&orders())])
}

fn one(world: &Inventory) -> Fact<ResourceFact> {
    facts(world).resources.remove(0)
}

fn own_point(hours: i64) -> RecoveryPoint {
    point(&snapshot_arn(PROD, HERE, "awsbackup:job-1"), &db_arn("orders"), hours)
}

fn away_point(hours: i64) -> RecoveryPoint {
    let mut copy = point(&snapshot_arn(VAULT, HERE, "awsbackup:copyjob-1"), &db_arn("orders"), hours);
    copy.source_vault = Some(arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:Default")));
    copy
}

fn with_points(account: &str, place: &str, points: Vec<RecoveryPoint>) -> Inventory {
    let mut world = world();
    put(&mut region(&mut world, account, place).backup.vaults, vault(account, place, "v", points));
    world
}

fn gaps(fact: &Fact<ResourceFact>) -> Vec<(String, Collection, GapKind)> {
    let mut gaps: Vec<_> = fact
        .unread
        .iter()
        .map(|gap| (gap.account.clone().unwrap().to_string(), gap.collection, gap.gap.kind))
        .collect();
    gaps.dedup();
    gaps
}

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
fn a_lock_is_judged_when_its_vault_was_read() {
    for (kind, locked, date, want) in [
        ("BACKUP_VAULT", false, None, LockState::None),
        ("BACKUP_VAULT", true, None, LockState::Governance),
        ("BACKUP_VAULT", true, Some(ago(-1)), LockState::Grace),
        ("BACKUP_VAULT", true, Some(ago(0)), LockState::Compliance),
        ("BACKUP_VAULT", true, Some(ago(1)), LockState::Compliance),
        ("BACKUP_VAULT", false, Some(ago(1)), LockState::None),
        ("LOGICALLY_AIR_GAPPED_BACKUP_VAULT", false, None, LockState::AirGapped),
    ] {
        let mut vault = vault(VAULT, HERE, "v", vec![away_point(5)]);
        vault.vault_type = Some(kind.to_owned());
        vault.locked = locked;
        vault.lock_date = date;
        let mut world = world();
        put(&mut region(&mut world, VAULT, HERE).backup.vaults, vault);
        let facts = facts(&world);
        assert_eq!(facts.resources[0].detail.copies[0].lock, Some(want), "{kind} {locked} {date:?}");
        assert_eq!(facts.vaults[0].detail.lock, Some(want));
        assert_eq!(facts.vaults[0].detail.locks_in_hours, (want == LockState::Grace).then_some(1.0));
    }
}

#[test]
fn a_view_on_another_accounts_vault_holds_nothing() {
    let mut view = vault(VAULT, HERE, "view", vec![away_point(5)]);
    view.vault_type = Some("RESTORE_ACCESS_BACKUP_VAULT".to_owned());
    let mut world = world();
    put(&mut region(&mut world, VAULT, HERE).backup.vaults, view);
    let facts = facts(&world);
    assert_eq!((facts.resources[0].detail.copies.len(), facts.vaults.len()), (0, 0));
}

#[test]
fn a_shared_vault_lies_in_its_own_account() {
    let shared = vault(PROD, HERE, "shared", vec![own_point(5)]);
    let mut world = world();
    put(&mut region(&mut world, VAULT, HERE).backup.vaults, shared.clone());
    put(&mut region(&mut world, PROD, HERE).backup.vaults, shared);
    let facts = facts(&world);
    let copies = &facts.resources[0].detail.copies;
    assert_eq!((copies.len(), copies[0].other_account), (1, false));
    assert_eq!(facts.vaults.len(), 0, "it holds its own account's points alone");
}

const FAR: &str = "arn:aws:backup:eu-west-1:333333333333:backup-vault:far";

#[test]
fn a_vault_that_nobody_could_look_into_is_unread_and_not_empty() {
    let mut world = world();
    put(&mut region(&mut world, PROD, HERE).backup.plans, plan("p", &["*"], Some(FAR)));
    let facts = facts(&world);
    let outside = ("333333333333".to_owned(), Collection::BackupRecoveryPoints, GapKind::OutOfScope);
    assert!(gaps(&facts.resources[0]).contains(&outside));
    let [vault] = facts.vaults.as_slice() else { panic!("{:?}", facts.vaults) };
    assert!(!vault.detail.scanned && vault.detail.lock.is_none() && !vault.unread.is_empty());
    assert_eq!(vault.detail.named_by[0].name, "p");
    assert_eq!(vault.detail.shortest_retention_days, Some(35.0));
    // Declared, without a plan that names it: the same for the resource, its snapshots too.
    let mut settings = Settings::default();
    settings.backup.accounts = vec![id("333333333333")];
    let facts = judged(&self::world(), &settings, vec![seed(&orders())]);
    let found = gaps(&facts.resources[0]);
    assert!(found.contains(&outside));
    assert!(found.contains(&(outside.0, Collection::RdsDbSnapshots, GapKind::OutOfScope)));
    // Neither: nothing is hidden, and nothing is made up.
    assert_eq!(gaps(&one(&self::world())), []);
}

#[test]
fn a_named_vault_counts_in_its_own_region() {
    let named = format!("arn:aws:backup:{THERE}:{VAULT}:backup-vault:v");
    let mut world = world();
    put(&mut region(&mut world, PROD, HERE).backup.plans, plan("p", &["*"], Some(&named)));
    // Another region of that account is no concern of this plan.
    let refused = Collected::Gap(denied(Operation::BackupListBackupVaults));
    region(&mut world, VAULT, HERE).backup.vaults = refused.clone();
    assert_eq!(gaps(&one(&world)), []);
    region(&mut world, VAULT, THERE).backup.vaults = refused;
    let facts = facts(&world);
    assert_eq!(gaps(&facts.resources[0]), [(VAULT.to_owned(), Collection::BackupVaults, GapKind::Denied)]);
    assert!(!facts.vaults[0].detail.scanned && !facts.vaults[0].unread.is_empty());
    // A region that the scan left out altogether.
    parts(&mut world, VAULT).regional.retain(|one| one.region.as_str() == HERE);
    let fact = one(&world);
    assert_eq!(gaps(&fact), [(VAULT.to_owned(), Collection::BackupVaults, GapKind::OutOfScope)]);
    assert_eq!(fact.unread[0].regions, [at(THERE)]);
}

#[test]
fn a_vault_that_is_not_where_its_name_says_is_not_unread() {
    let named = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:gone");
    let mut world = world();
    put(&mut region(&mut world, PROD, HERE).backup.plans, plan("p", &["*"], Some(&named)));
    let facts = facts(&world);
    assert!(!facts.vaults[0].detail.scanned && facts.vaults[0].unread.is_empty());
}

#[test]
fn gaps_of_the_own_account_are_the_resources() {
    let points = Collected::Gap(denied(Operation::BackupListBackupVaults));
    let snapshots = Collected::Gap(denied(Operation::RdsDescribeDBSnapshots));
    let mut world = world();
    region(&mut world, PROD, THERE).backup.vaults = points;
    region(&mut world, PROD, THERE).rds.db_snapshots = snapshots;
    let fact = one(&world);
    assert!(gaps(&fact).contains(&(PROD.to_owned(), Collection::BackupVaults, GapKind::Denied)));
    assert!(gaps(&fact).contains(&(PROD.to_owned(), Collection::RdsDbSnapshots, GapKind::Denied)));
    // One vault's points.
    let mut hidden = vault(PROD, HERE, "v", Vec::new());
    hidden.recovery_points = Answer::Gap(denied(Operation::BackupListRecoveryPointsByBackupVault));
    let mut world = self::world();
    put(&mut region(&mut world, PROD, HERE).backup.vaults, hidden);
    assert_eq!(gaps(&one(&world)), [(PROD.to_owned(), Collection::BackupRecoveryPoints, GapKind::Denied)]);
    // A bucket has no snapshots.
    let seed = seed_of(SubjectKind::S3Bucket, "arn:aws:s3:::b", Some(HERE));
    region(&mut world, PROD, HERE).rds.db_snapshots = Collected::Gap(denied(Operation::RdsDescribeDBSnapshots));
    let facts = judged(&world, &Settings::default(), vec![seed]);
    assert_eq!(gaps(&facts.resources[0]), [(PROD.to_owned(), Collection::BackupRecoveryPoints, GapKind::Denied)]);
}

#[test]
fn coverage_follows_plans_opt_in_and_region() {
    let rds = "arn:aws:rds:*:*:db:*";
    for (name, place, resources, opted_in, want, opted_out) in [
        ("selected", HERE, rds, Some(true), true, false),
        ("everything", HERE, "*", Some(true), true, false),
        ("another region's plan", THERE, "*", Some(true), false, false),
        ("opted out", HERE, "*", Some(false), false, true),
        ("opted out, named by type", HERE, rds, Some(false), true, false),
        ("opt-in unread", HERE, "*", None, false, false),
    ] {
        let mut world = world();
        put(&mut region(&mut world, PROD, place).backup.plans, plan("p", &[resources], None));
        let settings = &mut region(&mut world, PROD, HERE).backup.region_settings;
        match opted_in {
            Some(flag) => _ = settings.value_mut().unwrap().opt_in.insert("RDS".to_owned(), flag),
            None => *settings = Collected::Gap(denied(Operation::BackupDescribeRegionSettings)),
        }
        let facts = facts(&world);
        let fact = &facts.resources[0];
        let backup = &fact.detail.backup;
        assert_eq!((backup.supported, backup.opted_in), (true, opted_in), "{name}");
        assert_eq!(!backup.plans.is_empty(), want, "{name}");
        assert_eq!(backup.period_hours, want.then_some(24.0), "{name}");
        let here = facts.account_regions.iter().find(|fact| fact.subject.arn == format!("{PROD}/{HERE}")).unwrap();
        assert_eq!(!here.detail.opted_out.is_empty(), opted_out, "{name}");
        assert_eq!(!here.detail.selected_types.is_empty(), want || opted_out, "{name}");
        let unread = fact.unread.iter().any(|gap| gap.collection == Collection::BackupRegionSettings);
        assert_eq!(unread, opted_in.is_none(), "{name}");
    }
}

#[test]
fn the_organizations_policy_is_a_plan_too() {
    let policy = |text: &str| {
        let mut world = world();
        parts(&mut world, PROD).backup_effective_policy = read(Some(text.to_owned()));
        one(&world)
    };
    let text = format!(
        r#"{{"plans": {{"org": {{"regions": ["{HERE}"], "rules": {{"r": {{"schedule_expression": "cron(0 0/2 ? * * *)",
        "copy_actions": {{"x": {{"target_backup_vault_arn": "{FAR}"}}}}}}}},
        "selections": {{"resources": {{"s": {{"resource_types": ["arn:aws:rds:*:*:db:*"]}}}}}}}}}}}}"#
    );
    let fact = policy(&text);
    assert_eq!(fact.detail.backup.plans[0].arn, None);
    assert_eq!(fact.detail.backup.period_hours, Some(2.0));
    assert!(gaps(&fact).contains(&("333333333333".to_owned(), Collection::BackupRecoveryPoints, GapKind::OutOfScope)));
    // What cannot be read is no policy without plans.
    let fact = policy("{not json");
    assert_eq!(gaps(&fact), [(PROD.to_owned(), Collection::BackupEffectivePolicy, GapKind::Malformed)]);
}

#[test]
fn unread_plans_selections_and_tags_fall_neither_way() {
    let mut hidden = plan("p", &["*"], None);
    hidden.selections = Answer::Gap(denied(Operation::BackupListBackupSelections));
    let mut no_rules = plan("q", &["*"], None);
    no_rules.rules = Answer::Gap(denied(Operation::BackupGetBackupPlan));
    for (plan, want, plans) in [(hidden, Collection::BackupSelections, 0), (no_rules, Collection::BackupPlans, 1)] {
        let mut world = world();
        put(&mut region(&mut world, PROD, HERE).backup.plans, plan);
        let fact = one(&world);
        assert_eq!(gaps(&fact), [(PROD.to_owned(), want, GapKind::Denied)]);
        assert_eq!(fact.detail.backup.plans.len(), plans);
        assert_eq!(fact.detail.backup.period_hours, None);
    }
    let mut by_tag = plan("p", &[], None);
    if let Answer::Value(selections) = &mut by_tag.selections
        && let Answer::Value(detail) = &mut selections[0].detail
    {
        detail.list_of_tags.push(TagCondition { key: "backup".to_owned(), value: "yes".to_owned() });
    }
    let mut world = world();
    let mut shelf = bucket("b");
    shelf.tags = Answer::Gap(denied(Operation::S3GetBucketTagging));
    put(&mut parts(&mut world, PROD).s3.buckets, shelf.clone());
    put(&mut region(&mut world, PROD, HERE).backup.plans, by_tag);
    let seed = || vec![seed_of(SubjectKind::S3Bucket, "arn:aws:s3:::b", Some(HERE))];
    let judge = |world: &Inventory| judged(world, &Settings::default(), seed()).resources.remove(0);
    assert_eq!(gaps(&judge(&world)), [(PROD.to_owned(), Collection::S3BucketTags, GapKind::Denied)]);
    shelf.tags = Answer::Value(BTreeMap::from([("backup".to_owned(), "yes".to_owned())]));
    *parts(&mut world, PROD).s3.buckets.value_mut().unwrap() = vec![shelf];
    let fact = judge(&world);
    assert_eq!((gaps(&fact), fact.detail.backup.plans.len()), (Vec::new(), 1));
}

fn restore(point: &str, hours: i64, status: &str, validation: Option<&str>) -> RestoreJob {
    RestoreJob {
        id: format!("restore-{hours}"),
        status: status.to_owned(),
        status_message: None,
        recovery_point: Some(arn(point)),
        source_resource: None,
        resource_type: Some("RDS".to_owned()),
        restore_testing_plan: None,
        validation_status: validation.map(str::to_owned),
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
    }
}

#[test]
fn a_restore_is_seen_wherever_the_copy_lies() {
    let copy = away_point(5).arn;
    let job = |status, validation| restore(copy.as_str(), 20, status, validation);
    for (account, job, want) in [
        (VAULT, job("COMPLETED", Some("SUCCESSFUL")), Some((20.0, Some("SUCCESSFUL")))),
        (VAULT, job("COMPLETED", Some("FAILED")), Some((20.0, Some("FAILED")))),
        (PROD, job("COMPLETED", None), Some((20.0, None))),
        (VAULT, job("FAILED", None), None),
        (VAULT, job("RUNNING", None), None),
        (VAULT, restore(&snapshot_arn(VAULT, HERE, "awsbackup:another"), 20, "COMPLETED", None), None),
    ] {
        let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
        put(&mut region(&mut world, account, HERE).backup.restore_jobs, job);
        let found = one(&world).detail.restore;
        let found = found.as_ref().map(|restore| (restore.age_hours, restore.validation.as_deref()));
        assert_eq!(found, want);
    }
}

#[test]
fn a_failed_validation_does_not_hide_behind_a_date() {
    let mut seen = own_point(50);
    seen.last_restored_at = Some(ago(19));
    let mut world = with_points(PROD, HERE, vec![seen.clone()]);
    let found = one(&world).detail.restore.unwrap();
    assert_eq!((found.seen_in.as_str(), found.validation), ("recovery_point", None));
    put(
        &mut region(&mut world, PROD, HERE).backup.restore_jobs,
        restore(seen.arn.as_str(), 20, "COMPLETED", Some("FAILED")),
    );
    assert_eq!(one(&world).detail.restore.unwrap().validation.as_deref(), Some("FAILED"));
    // A restore that came a good day after the job is another one.
    seen.last_restored_at = Some(ago(-5));
    *region(&mut world, PROD, HERE).backup.vaults.value_mut().unwrap() = vec![vault(PROD, HERE, "v", vec![seen])];
    assert_eq!(one(&world).detail.restore.unwrap().seen_in, "recovery_point");
}

#[test]
fn a_last_restore_counts_unless_its_job_failed() {
    let last = |at| ProtectedResource {
        resource: arn(&db_arn("orders")),
        resource_type: "RDS".to_owned(),
        last_backup_at: None,
        last_restore: Some(Answer::Value(LastRestore {
            restored_at: Some(ago(at)),
            recovery_point_created_at: None,
            minutes: Some(7),
        })),
    };
    let mut world = world();
    put(&mut region(&mut world, PROD, HERE).backup.protected_resources, last(20));
    assert_eq!(one(&world).detail.restore.unwrap().seen_in, "last_restore");
    let mut failed = restore(own_point(5).arn.as_str(), 20, "FAILED", None);
    failed.source_resource = Some(arn(&db_arn("orders")));
    put(&mut region(&mut world, PROD, HERE).backup.restore_jobs, failed);
    assert_eq!(one(&world).detail.restore, None);
    // A restore from before this instance was is of its predecessor.
    let mut world = self::world();
    put(&mut region(&mut world, PROD, HERE).backup.protected_resources, last(1001));
    assert_eq!(one(&world).detail.restore, None);
    // Unread is unread.
    let mut hidden = last(20);
    hidden.last_restore = Some(Answer::Gap(denied(Operation::BackupDescribeProtectedResource)));
    let mut world = self::world();
    put(&mut region(&mut world, PROD, HERE).backup.protected_resources, hidden);
    assert_eq!(gaps(&one(&world)), [(PROD.to_owned(), Collection::BackupLastRestores, GapKind::Denied)]);
}

#[test]
fn a_vault_receives_copies_by_what_it_holds_and_by_who_names_it() {
    let own = format!("arn:aws:backup:{THERE}:{PROD}:backup-vault:second");
    let mut world = with_points(PROD, HERE, vec![own_point(5)]);
    put(&mut region(&mut world, PROD, HERE).backup.plans, plan("p", &["*"], Some(&own)));
    assert_eq!(facts(&world).vaults.len(), 0, "its own account's points and plans make no vault a receiver");
    let mut short = away_point(5);
    short.delete_after_days = Some(3);
    short.arn = arn(&snapshot_arn(VAULT, HERE, "awsbackup:copyjob-2"));
    put(
        &mut region(&mut world, VAULT, HERE).backup.vaults,
        vault(VAULT, HERE, "v", vec![short.clone(), away_point(6)]),
    );
    let vaults = facts(&world).vaults;
    let [vault] = vaults.as_slice() else { panic!("{vaults:?}") };
    assert_eq!((vault.detail.copies_of.as_slice(), vault.detail.points), ([id(PROD)].as_slice(), 2));
    assert_eq!(vault.detail.shortest_retention_days, Some(3.0));
    assert_eq!(vault.detail.shortest_retention_of.as_deref(), Some(short.arn.as_str()));
    // A bucket's ARN names no account: the vault that its point came from does.
    let mut of_bucket = point(&format!("arn:aws:backup:{HERE}:{VAULT}:recovery-point:b-1"), "arn:aws:s3:::b", 5);
    of_bucket.source_vault = Some(arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:Default")));
    let facts = facts(&with_points(VAULT, HERE, vec![of_bucket]));
    assert_eq!(facts.vaults[0].detail.copies_of, [id(PROD)]);
}

#[test]
fn an_intermediate_vault_sent_everything_on() {
    let first = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:v");
    let copy_on = |resource: &str, hours| {
        let mut copy = point(&snapshot_arn(VAULT, THERE, &format!("awsbackup:copyjob-{hours}")), resource, hours);
        copy.source_vault = Some(arn(&first));
        copy
    };
    let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
    put(
        &mut region(&mut world, VAULT, THERE).backup.vaults,
        vault(VAULT, THERE, "on", vec![copy_on(&db_arn("orders"), 5)]),
    );
    let on = |world: &Inventory| {
        let facts = facts(world);
        facts.vaults.iter().find(|vault| vault.subject.arn == first).unwrap().detail.copied_on_to.len()
    };
    assert_eq!(on(&world), 1);
    // One resource that went nowhere keeps the vault a subject.
    let mut stays = away_point(5);
    stays.arn = arn(&snapshot_arn(VAULT, HERE, "awsbackup:stays"));
    stays.resource = arn(&db_arn("users"));
    *region(&mut world, VAULT, HERE).backup.vaults.value_mut().unwrap() =
        vec![vault(VAULT, HERE, "v", vec![away_point(5), stays])];
    assert_eq!(on(&world), 0);
    // What went on long ago is no reason to pass over what came since.
    for (hours, want) in [(40, 1), (41, 0)] {
        let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
        put(
            &mut region(&mut world, VAULT, THERE).backup.vaults,
            vault(VAULT, THERE, "on", vec![copy_on(&db_arn("orders"), hours)]),
        );
        assert_eq!(on(&world), want, "{hours}");
    }
    // By a job, where the copy does not name the vault that it came from; not once that copy is gone.
    let second = format!("arn:aws:backup:{THERE}:{VAULT}:backup-vault:on");
    let mut job = copy_job("c1", "COMPLETED", &second, 5);
    job.source_vault = Some(arn(&first));
    job.account = Some(id(VAULT));
    let mut nameless = copy_on(&db_arn("orders"), 5);
    nameless.source_vault = None;
    for (points, want) in [(vec![nameless], 1), (Vec::new(), 0)] {
        let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
        put(&mut region(&mut world, VAULT, HERE).backup.copy_jobs, job.clone());
        put(&mut region(&mut world, VAULT, THERE).backup.vaults, vault(VAULT, THERE, "on", points));
        assert_eq!(on(&world), want);
    }
    // Back into the resource's own account is not on.
    let mut back = copy_on(&db_arn("orders"), 5);
    back.arn = arn(&snapshot_arn(PROD, THERE, "awsbackup:back"));
    let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
    put(&mut region(&mut world, PROD, THERE).backup.vaults, vault(PROD, THERE, "home", vec![back]));
    assert_eq!(on(&world), 0);
}

fn failed_backup(hours: i64) -> BackupJob {
    BackupJob {
        id: "b".to_owned(),
        state: "FAILED".to_owned(),
        status_message: Some("no role".to_owned()),
        resource: Some(arn(&db_arn("orders"))),
        resource_type: Some("RDS".to_owned()),
        vault: None,
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
    }
}

fn copy_job(id: &str, state: &str, to: &str, hours: i64) -> CopyJob {
    CopyJob {
        id: id.to_owned(),
        state: state.to_owned(),
        status_message: None,
        resource: Some(arn(&db_arn("orders"))),
        resource_type: Some("RDS".to_owned()),
        source_vault: Some(arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:Default"))),
        destination_vault: Some(arn(to)),
        destination_recovery_point: None,
        account: Some(crate::analysis::fixture::id(PROD)),
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
    }
}

#[test]
fn a_failed_job_is_healed_by_a_later_success() {
    let here = |world: &Inventory| {
        let facts = facts(world);
        facts.account_regions.into_iter().find(|fact| fact.subject.arn == format!("{PROD}/{HERE}")).unwrap()
    };
    for (point_hours, want) in [(None, false), (Some(30), false), (Some(10), true)] {
        let mut world = world();
        put(&mut region(&mut world, PROD, HERE).backup.backup_jobs, failed_backup(20));
        let points = point_hours.map(own_point).into_iter().collect();
        put(&mut region(&mut world, PROD, HERE).backup.vaults, vault(PROD, HERE, "v", points));
        let fact = here(&world);
        let [job] = fact.detail.failed_jobs.as_slice() else { panic!("{fact:?}") };
        assert_eq!((job.age_hours, job.later_success), (20.0, want), "{point_hours:?}");
    }
    let other = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:other");
    for (to, state, hours, want) in [
        (FAR, "COMPLETED", 10, true),
        (FAR, "COMPLETED", 30, false),
        (&other, "COMPLETED", 10, false),
        (FAR, "RUNNING", 10, false),
    ] {
        let mut world = world();
        let jobs = &mut region(&mut world, PROD, HERE).backup.copy_jobs;
        put(jobs, copy_job("c1", "FAILED", FAR, 20));
        put(jobs, copy_job("c2", state, to, hours));
        assert_eq!(here(&world).detail.failed_jobs[0].later_success, want, "{to} {state} {hours}");
    }
    // Unread points matter only where a success is looked for.
    let mut world = world();
    region(&mut world, PROD, HERE).backup.vaults = Collected::Gap(denied(Operation::BackupListBackupVaults));
    let unread = |world: &Inventory| here(world).unread.iter().any(|gap| gap.collection == Collection::BackupVaults);
    assert!(!unread(&world));
    put(&mut region(&mut world, PROD, HERE).backup.backup_jobs, failed_backup(20));
    assert!(unread(&world));
}

#[test]
fn what_could_not_be_listed_is_unlisted() {
    let kinds = |world: &Inventory| -> Vec<(SubjectKind, String)> {
        let facts = facts(world);
        facts.unlisted.iter().map(|one| (one.kind, one.account.clone().unwrap().to_string())).collect()
    };
    assert_eq!(kinds(&world()), []);
    let mut world = world();
    region(&mut world, VAULT, HERE).backup.vaults = Collected::Gap(denied(Operation::BackupListBackupVaults));
    assert_eq!(kinds(&world), [(SubjectKind::BackupVault, VAULT.to_owned())]);
    let mut world = self::world();
    let gap = denied(Operation::RdsDescribeDBInstances);
    parts(&mut world, VAULT).regional[0].parts = Answer::Gap(gap.clone());
    assert_eq!(
        kinds(&world),
        [(SubjectKind::AccountRegion, VAULT.to_owned()), (SubjectKind::BackupVault, VAULT.to_owned())]
    );
    // An account behind a closed door hides every kind.
    world.accounts[1].parts = Answer::Gap(denied(Operation::StsAssumeRole));
    assert_eq!(kinds(&world).len(), 2);
    // On its owner's word a region that a service control policy hides is empty.
    let mut world = self::world();
    let hidden = crate::model::gap::Gap { kind: GapKind::RegionDenied, ..gap };
    parts(&mut world, VAULT).regional[0].parts = Answer::Gap(hidden);
    let mut settings = Settings::default();
    settings.scope.treat_as_empty = vec![at(HERE)];
    assert_eq!(judged(&world, &settings, vec![seed(&orders())]).unlisted, []);
}

#[test]
fn the_order_of_lists_shows_nowhere() {
    let mut world = with_points(VAULT, HERE, vec![away_point(5), away_point(5), away_point(9)]);
    let here = region(&mut world, PROD, HERE);
    put(&mut here.backup.vaults, vault(PROD, HERE, "a", vec![own_point(5)]));
    put(&mut here.backup.vaults, vault(PROD, HERE, "b", vec![own_point(5)]));
    put(&mut here.backup.plans, plan("p", &["*"], Some(FAR)));
    put(&mut here.backup.plans, plan("q", &["*"], Some(FAR)));
    put(&mut here.backup.copy_jobs, copy_job("c1", "FAILED", FAR, 20));
    put(&mut here.backup.copy_jobs, copy_job("c2", "FAILED", FAR, 20));
    put(&mut here.backup.backup_jobs, failed_backup(20));
    put(&mut here.rds.db_snapshots, snapshot(&snapshot_arn(PROD, HERE, "m"), "manual", &orders(), 5));
    assert_eq!(facts(&world), facts(&reversed(world)));
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
