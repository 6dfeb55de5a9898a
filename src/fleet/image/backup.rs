//! AWS Backup as its collector leaves it.

use super::{At, items};
use crate::model::backup::{BackupInventory, Plan, RecoveryPoint, Vault};

/// The types of which a last restore is asked.
const STATEFUL: [&str; 6] = ["Aurora", "DocumentDB", "DynamoDB", "Neptune", "RDS", "S3"];

/// The states of backup jobs that are asked for.
const WRONG: [&str; 4] = ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"];

pub(super) fn look(backup: &BackupInventory, at: &mut At<'_>) {
    at.ordered("vaults", items(&backup.vaults), true, |vault| vault.arn.clone());
    for vault in items(&backup.vaults) {
        look_at_vault(vault, &mut at.at(&vault.name));
    }
    at.ordered("plans", items(&backup.plans), true, |plan| plan.arn.clone());
    for plan in items(&backup.plans) {
        look_at_plan(plan, &mut at.at(&plan.name));
    }
    let protected = items(&backup.protected_resources);
    at.ordered("protected_resources", protected, true, |resource| resource.resource.clone());
    for resource in protected {
        at.millis("last_backup_at", resource.last_backup_at);
        let asked = STATEFUL.contains(&resource.resource_type.as_str());
        at.need(asked == resource.last_restore.is_some(), format_args!("last_restore of {}", resource.resource));
    }
    at.ordered("backup_jobs", items(&backup.backup_jobs), true, |job| job.id.clone());
    at.need(
        items(&backup.backup_jobs).iter().all(|job| WRONG.contains(&job.state.as_str())),
        "a backup job that went well",
    );
    at.ordered("copy_jobs", items(&backup.copy_jobs), true, |job| job.id.clone());
    at.ordered("restore_jobs", items(&backup.restore_jobs), true, |job| job.id.clone());
    at.ordered("legal_holds", items(&backup.legal_holds), true, |hold| hold.arn.clone());
    for detail in items(&backup.legal_holds).iter().filter_map(|hold| hold.detail.value()) {
        at.ordered("held vaults", &detail.vaults, false, Clone::clone);
        at.ordered("held resources", &detail.resources, false, Clone::clone);
    }
    at.ordered("restore_testing_plans", items(&backup.restore_testing_plans), true, |plan| plan.arn.clone());
    for types in items(&backup.restore_testing_plans).iter().filter_map(|plan| plan.selected_types.value()) {
        at.ordered("selected types", types, true, Clone::clone);
    }
}

fn look_at_vault(vault: &Vault, at: &mut At<'_>) {
    at.millis("created_at", vault.created_at);
    at.millis("lock_date", vault.lock_date);
    at.some_text("policy", vault.policy.value().and_then(Option::as_ref));
    let Some(points) = vault.recovery_points.value() else {
        at.need(vault.recovery_point_count != 0, "an empty vault is not asked for its points");
        return;
    };
    let count = i64::try_from(points.len()).unwrap_or(i64::MAX);
    at.need(vault.recovery_point_count == count, "recovery_point_count: another number");
    at.ordered("recovery points", points, true, |point| point.arn.clone());
    points.iter().for_each(|point| look_at_point(point, at));
}

fn look_at_point(point: &RecoveryPoint, at: &mut At<'_>) {
    at.need(point.encrypted.is_some(), format_args!("{}: encrypted is always told", point.arn));
    at.need(point.delete_after_days.is_none_or(|days| days >= 0), format_args!("{}: days below none", point.arn));
    let times = [Some(point.created_at), point.completed_at, point.delete_at, point.cold_storage_at];
    times.into_iter().chain([point.last_restored_at]).for_each(|time| at.millis(point.arn.as_str(), time));
}

fn look_at_plan(plan: &Plan, at: &mut At<'_>) {
    if let Some(rules) = plan.rules.value() {
        at.ordered("rules", rules, false, |rule| (rule.name.clone(), rule.target_vault.clone(), rule.schedule.clone()));
        rules.iter().for_each(|rule| at.ordered("copy actions", &rule.copy_actions, false, Clone::clone));
    }
    let Some(selections) = plan.selections.value() else { return };
    at.ordered("selections", selections, true, |selection| selection.id.clone());
    for detail in selections.iter().filter_map(|selection| selection.detail.value()) {
        at.ordered("resources", &detail.resources, false, Clone::clone);
        at.ordered("not_resources", &detail.not_resources, false, Clone::clone);
        at.ordered("list_of_tags", &detail.list_of_tags, false, Clone::clone);
        at.ordered("conditions", &detail.conditions, false, Clone::clone);
    }
}
