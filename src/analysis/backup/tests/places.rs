//! Where copies may lie, and what could not be read there.

use super::*;

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
