//! Vaults that receive copies, and their locks.

use super::*;

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
fn an_air_gapped_vault_that_could_not_be_created_guards_nothing() {
    for (state, want) in [("FAILED", LockState::None), ("AVAILABLE", LockState::AirGapped)] {
        let mut vault = vault(VAULT, HERE, "v", vec![away_point(5)]);
        vault.vault_type = Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT".to_owned());
        vault.vault_state = Some(state.to_owned());
        let mut world = world();
        put(&mut region(&mut world, VAULT, HERE).backup.vaults, vault);
        let detail = facts(&world).vaults.remove(0).detail;
        assert_eq!((detail.lock, detail.vault_state.as_deref()), (Some(want), Some(state)));
    }
}

#[test]
fn a_broken_or_spent_point_is_no_copy_in_a_vault() {
    let mut partial = away_point(5);
    partial.status = "PARTIAL".to_owned();
    let mut spent = away_point(5);
    spent.delete_at = Some(ago(1));
    let mut later = away_point(5);
    later.delete_at = Some(ago(-1));
    for (point, want) in [(partial, 0), (spent, 0), (later, 1)] {
        let detail = facts(&with_points(VAULT, HERE, vec![point])).vaults.remove(0).detail;
        assert_eq!((detail.copies_of.len(), detail.points), (want, 1));
    }
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
    // A copy that is broken or past its time did not get there.
    let mut partial = copy_on(&db_arn("orders"), 5);
    partial.status = "PARTIAL".to_owned();
    let mut spent = copy_on(&db_arn("orders"), 5);
    spent.delete_at = Some(ago(1));
    for broken in [partial, spent] {
        let mut world = with_points(VAULT, HERE, vec![away_point(5)]);
        put(&mut region(&mut world, VAULT, THERE).backup.vaults, vault(VAULT, THERE, "on", vec![broken]));
        assert_eq!(on(&world), 0);
    }
    // Two vaults that copy to each other are both the last.
    let mut returned = away_point(6);
    returned.arn = arn(&snapshot_arn(VAULT, HERE, "awsbackup:returned"));
    returned.source_vault = Some(arn(&format!("arn:aws:backup:{THERE}:{VAULT}:backup-vault:on")));
    let mut world = with_points(VAULT, HERE, vec![away_point(5), returned]);
    put(
        &mut region(&mut world, VAULT, THERE).backup.vaults,
        vault(VAULT, THERE, "on", vec![copy_on(&db_arn("orders"), 5)]),
    );
    assert_eq!(on(&world), 0);
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
