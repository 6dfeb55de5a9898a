//! What counts as a restore.

use super::*;

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
