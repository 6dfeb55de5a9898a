//! Vaults, points, plans and jobs of AWS Backup.

use crate::model::backup::{
    BackupJob, CopyAction, CopyJob, LastRestore, Plan, ProtectedResource, RecoveryPoint, RestoreJob,
    RestoreTestingPlan, Rule, Selection, SelectionDetail, TagCondition, Vault,
};
use crate::model::ids::Arn;

use super::{Place, days_ago, hours_ago, uuid, value};

/// A vault without lock or policy that holds these points, encrypted with a customer-managed key of its own account.
#[must_use]
pub fn vault(place: Place, name: &str, points: Vec<RecoveryPoint>) -> Vault {
    Vault {
        arn: place.vault(name),
        name: name.into(),
        vault_type: Some("BACKUP_VAULT".into()),
        vault_state: Some("AVAILABLE".into()),
        created_at: Some(days_ago(400)),
        kms_key: Some(place.key("vaults")),
        recovery_point_count: i64::try_from(points.len()).unwrap_or(i64::MAX),
        locked: false,
        lock_date: None,
        min_retention_days: None,
        max_retention_days: None,
        policy: value(None),
        recovery_points: value(points),
    }
}

/// The same vault under a compliance lock whose grace time ended so many days ago (or ends later, where negative).
#[must_use]
pub fn compliance(vault: Vault, min_days: i64, since_days: i64) -> Vault {
    Vault {
        locked: true,
        lock_date: Some(days_ago(since_days)),
        min_retention_days: Some(min_days),
        max_retention_days: Some(365),
        ..vault
    }
}

/// The same vault under a governance lock, which whoever may can take off.
#[must_use]
pub fn governance(vault: Vault, min_days: i64) -> Vault {
    Vault { locked: true, lock_date: None, min_retention_days: Some(min_days), ..vault }
}

/// A completed recovery point of so many hours, kept for 35 days.
#[must_use]
pub fn point(arn: Arn, resource: &Arn, resource_type: &str, age_hours: i64) -> RecoveryPoint {
    RecoveryPoint {
        arn,
        resource: resource.clone(),
        resource_type: resource_type.into(),
        status: "COMPLETED".into(),
        created_at: hours_ago(age_hours),
        completed_at: Some(hours_ago(age_hours.saturating_sub(1))),
        delete_after_days: Some(35),
        delete_at: Some(hours_ago(age_hours.saturating_sub(35 * 24))),
        cold_storage_at: None,
        encrypted: Some(true),
        kms_key: None,
        source_vault: None,
        last_restored_at: None,
        plan_id: Some(uuid("daily")),
        parent: false,
        parent_recovery_point: None,
    }
}

/// The copy of a point in another vault: the age of its data is its source's.
#[must_use]
pub fn copied(point: &RecoveryPoint, arn: Arn, from: &Arn, key: Arn) -> RecoveryPoint {
    RecoveryPoint { arn, source_vault: Some(from.clone()), kms_key: Some(key), ..point.clone() }
}

/// The ARN of a point that is no other service's snapshot (DynamoDB with advanced features, S3).
#[must_use]
pub fn point_arn(place: Place, name: &str) -> Arn {
    place.arn("backup", &format!("recovery-point:{}", uuid(name)))
}

/// A plan with one daily rule into this vault, its copies, and what it selects.
#[must_use]
pub fn daily_plan(place: Place, name: &str, vault: &str, copies: Vec<CopyAction>, selects: SelectionDetail) -> Plan {
    Plan {
        id: uuid(name),
        arn: place.arn("backup", &format!("backup-plan:{}", uuid(name))),
        name: name.into(),
        rules: value(vec![Rule {
            name: "daily".into(),
            target_vault: vault.into(),
            target_air_gapped_vault: None,
            schedule: Some("cron(0 3 ? * * *)".into()),
            continuous: false,
            delete_after_days: Some(35),
            copy_actions: copies,
        }]),
        selections: value(vec![Selection {
            id: uuid(&format!("{name}-selection")),
            name: format!("{name}-selection"),
            detail: value(selects),
        }]),
    }
}

/// A copy action to a vault, kept for 35 days.
#[must_use]
pub fn copy_to(vault: Arn) -> CopyAction {
    CopyAction { destination_vault: vault, delete_after_days: Some(35) }
}

/// A selection of everything that carries one tag.
#[must_use]
pub fn by_tag(key: &str, tag_value: &str) -> SelectionDetail {
    SelectionDetail {
        resources: Vec::new(),
        not_resources: Vec::new(),
        list_of_tags: vec![TagCondition { key: key.into(), value: tag_value.into() }],
        conditions: Vec::new(),
    }
}

/// A resource that AWS Backup has protected, last backed up four hours ago and never restored.
#[must_use]
pub fn protected_resource(resource: &Arn, resource_type: &str) -> ProtectedResource {
    ProtectedResource {
        resource: resource.clone(),
        resource_type: resource_type.into(),
        last_backup_at: Some(hours_ago(4)),
        last_restore: Some(value(LastRestore { restored_at: None, recovery_point_created_at: None, minutes: None })),
    }
}

/// A backup job that failed so many hours ago.
#[must_use]
pub fn failed_job(vault: &Arn, resource: &Arn, resource_type: &str, age_hours: i64) -> BackupJob {
    BackupJob {
        id: uuid(&format!("job-{resource}-{age_hours}")),
        state: "FAILED".into(),
        status_message: Some("The source resource is in a state that does not allow a backup.".into()),
        resource: Some(resource.clone()),
        resource_type: Some(resource_type.into()),
        vault: Some(vault.clone()),
        created_at: hours_ago(age_hours),
        completed_at: Some(hours_ago(age_hours)),
    }
}

/// A copy job that completed.
#[must_use]
pub fn copy_job(point: &RecoveryPoint, to: &Arn) -> CopyJob {
    CopyJob {
        id: uuid(&format!("copy-{}", point.arn)),
        state: "COMPLETED".into(),
        status_message: None,
        resource: Some(point.resource.clone()),
        resource_type: Some(point.resource_type.clone()),
        source_vault: point.source_vault.clone(),
        destination_vault: Some(to.clone()),
        destination_recovery_point: Some(point.arn.clone()),
        account: point.resource.account(),
        created_at: point.created_at,
        completed_at: point.completed_at,
    }
}

/// A restore that a restore testing plan asked for, completed and validated so many days ago.
#[must_use]
pub fn restore_test(point: &RecoveryPoint, plan: &Arn, days: i64) -> RestoreJob {
    RestoreJob {
        id: uuid(&format!("restore-{}", point.arn)),
        status: "COMPLETED".into(),
        status_message: None,
        recovery_point: Some(point.arn.clone()),
        source_resource: Some(point.resource.clone()),
        resource_type: Some(point.resource_type.clone()),
        restore_testing_plan: Some(plan.clone()),
        validation_status: Some("SUCCESSFUL".into()),
        created_at: days_ago(days),
        completed_at: Some(days_ago(days)),
    }
}

/// A weekly restore testing plan for these resource types.
#[must_use]
pub fn restore_testing_plan(place: Place, name: &str, types: &[&str]) -> RestoreTestingPlan {
    RestoreTestingPlan {
        arn: place.arn("backup", &format!("restore-testing-plan:{name}-{}", uuid(name))),
        name: name.into(),
        schedule: "cron(0 6 ? * MON *)".into(),
        last_run_at: Some(days_ago(7)),
        selected_types: value(types.iter().map(|kind| (*kind).to_owned()).collect()),
    }
}
