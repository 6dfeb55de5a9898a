//! Vaults, their access policies and their recovery points.

use super::super::call::{Call, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{Span, is_not, not_found, one_of, page, role};
use crate::model::backup::{Plan, RecoveryPoint, Vault};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// What a vault is unless AWS says otherwise.
const PLAIN: &str = "BACKUP_VAULT";

pub(super) fn list(call: &Call<'_>) -> Result<Members, Refusal> {
    let vaults = listed(&call.region_parts()?.backup.vaults, Operation::BackupListBackupVaults)?;
    one_of(call, "ByVaultType", &[PLAIN, "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"])?;
    let keep = |vault: &Vault| !is_not(call, "ByVaultType", Some(vault.vault_type.as_deref().unwrap_or(PLAIN)));
    page(call, "BackupVaultList", vaults, (&[], &["ByVaultType"]), keep, |item| vault(call, item))
}

fn vault(call: &Call<'_>, vault: &Vault) -> Members {
    let Vault {
        arn,
        name,
        vault_type,
        vault_state,
        created_at,
        kms_key,
        recovery_point_count,
        locked,
        lock_date,
        min_retention_days,
        max_retention_days,
        // Answered by operations of their own.
        policy: _,
        recovery_points: _,
    } = vault;
    Members::default()
        .put("BackupVaultName", name.as_str())
        .put("BackupVaultArn", arn.as_str())
        .some("VaultType", vault_type.as_deref())
        .some("VaultState", vault_state.as_deref())
        .some("CreationDate", call.some_epoch(*created_at))
        .some("EncryptionKeyArn", kms_key.as_ref().map(Arn::as_str))
        .put("EncryptionKeyType", key_type(kms_key.as_ref()))
        .put("NumberOfRecoveryPoints", *recovery_point_count)
        .put("Locked", *locked)
        .some("MinRetentionDays", *min_retention_days)
        .some("MaxRetentionDays", *max_retention_days)
        .some("LockDate", call.some_epoch(*lock_date))
}

/// Of a key that AWS owns it tells the kind alone.
fn key_type(key: Option<&Arn>) -> &'static str {
    if key.is_some() { "CUSTOMER_MANAGED_KMS_KEY" } else { "AWS_OWNED_KMS_KEY" }
}

/// The vault that `BackupVaultName` names. Of a vault that does not exist AWS says that it may not be looked at.
fn named<'a>(call: &Call<'a>, operation: Operation) -> Result<&'a Vault, Refusal> {
    let name = call.input.required("BackupVaultName")?;
    let vaults = listed(&call.region_parts()?.backup.vaults, operation)?;
    vaults.iter().find(|vault| vault.name == name).ok_or_else(hidden)
}

fn hidden() -> Refusal {
    Refusal::new(403, "AccessDeniedException", "Insufficient privileges to perform this action.")
}

pub(super) fn policy(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["BackupVaultName"])?;
    let vault = named(call, Operation::BackupGetBackupVaultAccessPolicy)?;
    let none = || not_found(format!("Backup Vault {} has no associated POLICY", vault.arn));
    let policy = told(&vault.policy)?.as_deref().ok_or_else(none)?;
    Ok(Members::default()
        .put("BackupVaultName", vault.name.as_str())
        .put("BackupVaultArn", vault.arn.as_str())
        .put("Policy", policy))
}

const FILTERS: &[&str] = &[
    "BackupVaultAccountId",
    "ByResourceArn",
    "ByResourceType",
    "ByBackupPlanId",
    "ByCreatedBefore",
    "ByCreatedAfter",
    "ByParentRecoveryPointArn",
];

pub(super) fn points(call: &Call<'_>) -> Result<Members, Refusal> {
    if is_not(call, "BackupVaultAccountId", Some(call.account.id.as_str())) {
        // A vault that another account shares: the inventory tells of none.
        return Err(hidden());
    }
    let vault = named(call, Operation::BackupListRecoveryPointsByBackupVault)?;
    let points = told(&vault.recovery_points)?;
    let plans = call.region_parts()?.backup.plans.items();
    let created = Span::of(call, "ByCreatedAfter", "ByCreatedBefore")?;
    let keep = |point: &RecoveryPoint| {
        !is_not(call, "ByResourceArn", Some(point.resource.as_str()))
            && !is_not(call, "ByResourceType", Some(point.resource_type.as_str()))
            && !is_not(call, "ByBackupPlanId", point.plan_id.as_deref())
            && !is_not(call, "ByParentRecoveryPointArn", point.parent_recovery_point.as_ref().map(Arn::as_str))
            && created.has(call, Some(point.created_at))
    };
    page(call, "RecoveryPoints", points, (&["BackupVaultName"], FILTERS), keep, |item| point(call, vault, plans, item))
}

fn point(call: &Call<'_>, vault: &Vault, plans: &[Plan], point: &RecoveryPoint) -> Members {
    let RecoveryPoint {
        arn,
        resource,
        resource_type,
        status,
        created_at,
        completed_at,
        delete_after_days,
        delete_at,
        cold_storage_at,
        encrypted,
        kms_key,
        source_vault,
        last_restored_at,
        plan_id,
        parent,
        parent_recovery_point,
    } = point;
    let calculated = (delete_at.is_some() || cold_storage_at.is_some()).then(|| {
        Members::default()
            .some("MoveToColdStorageAt", call.some_epoch(*cold_storage_at))
            .some("DeleteAt", call.some_epoch(*delete_at))
    });
    let key = kms_key.as_ref();
    let is_encrypted = key.is_some() || *encrypted == Some(true);
    Members::default()
        .put("RecoveryPointArn", arn.as_str())
        .put("BackupVaultName", vault.name.as_str())
        .put("BackupVaultArn", vault.arn.as_str())
        .some("SourceBackupVaultArn", source_vault.as_ref().map(Arn::as_str))
        .put("ResourceArn", resource.as_str())
        .put("ResourceType", resource_type.as_str())
        .some("CreatedBy", plan_id.as_deref().map(|id| creator(plans, id)))
        .put("IamRoleArn", role(call))
        .put("Status", status.as_str())
        .put("CreationDate", call.epoch(*created_at))
        .some("CompletionDate", call.some_epoch(*completed_at))
        .some("CalculatedLifecycle", calculated)
        .some("Lifecycle", super::plans::lifecycle(*delete_after_days))
        .some("EncryptionKeyArn", key.map(Arn::as_str))
        .some("EncryptionKeyType", is_encrypted.then(|| key_type(key)))
        .some("IsEncrypted", *encrypted)
        .some("LastRestoreTime", call.some_epoch(*last_restored_at))
        .put("IsParent", *parent)
        .some("ParentRecoveryPointArn", parent_recovery_point.as_ref().map(Arn::as_str))
        .some("VaultType", vault.vault_type.as_deref())
}

/// The plan that made a point, by more than its id where it is one of the region's own.
fn creator(plans: &[Plan], id: &str) -> Members {
    let plan = plans.iter().find(|plan| plan.id == id);
    Members::default()
        .put("BackupPlanId", id)
        .some("BackupPlanArn", plan.map(|plan| plan.arn.as_str()))
        .some("BackupPlanName", plan.map(|plan| plan.name.as_str()))
}
