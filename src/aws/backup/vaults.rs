//! Backup vaults, their access policies and the recovery points that they hold.

use aws_sdk_backup::types::EncryptionKeyType;
use aws_sdk_backup::{Client, types};
use futures::{StreamExt, join};

use super::super::failure::Failure;
use super::super::shape::{Malformed, Shaped, arn, each, some_arn, some_text, some_time, text, time};
use super::super::site::Site;
use super::{PAGE, TOGETHER, days};
use crate::model::backup::{RecoveryPoint, Vault};
use crate::model::gap::Answer;
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// Every vault of the account, each with its policy and points.
pub(super) async fn collect(site: &Site, client: &Client) -> Result<Vec<Vault>, Failure> {
    let make = |token: Option<String>| client.list_backup_vaults().max_results(PAGE).set_next_token(token).send();
    let listed = site
        .list(Operation::BackupListBackupVaults, None, make, |page| {
            (each("BackupVaultList", page.backup_vault_list, |item| vault(site, item)), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed).map(|vault| Box::pin(filled(site, client, vault))).buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

async fn filled(site: &Site, client: &Client, mut vault: Vault) -> Vault {
    let points = async {
        // The list of an empty vault is empty: in most regions every vault is the default one, and empty.
        if vault.recovery_point_count == 0 { Ok(Vec::new()) } else { recovery_points(site, client, &vault.name).await }
    };
    let (policy, points) = join!(policy(site, client, &vault.name), points);
    vault.policy = policy.into();
    vault.recovery_points = points.into();
    vault
}

async fn policy(site: &Site, client: &Client, vault: &str) -> Result<Option<String>, Failure> {
    const OPERATION: Operation = Operation::BackupGetBackupVaultAccessPolicy;
    let make = || client.get_backup_vault_access_policy().backup_vault_name(vault).send();
    let Some(answer) = site.call_or(OPERATION, Some(vault), &["ResourceNotFoundException"], make).await? else {
        return Ok(None);
    };
    site.shaped(OPERATION, Some(vault), text("Policy", answer.policy()).map(Some))
}

async fn recovery_points(site: &Site, client: &Client, vault: &str) -> Result<Vec<RecoveryPoint>, Failure> {
    let make = |token: Option<String>| {
        let request = client.list_recovery_points_by_backup_vault().backup_vault_name(vault);
        request.max_results(PAGE).set_next_token(token).send()
    };
    let mut list = site
        .list(Operation::BackupListRecoveryPointsByBackupVault, Some(vault), make, |page| {
            (each("RecoveryPoints", page.recovery_points, |item| recovery_point(site, item)), page.next_token)
        })
        .await?;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

fn vault(site: &Site, item: &types::BackupVaultListMember) -> Shaped<Vault> {
    let shape = || {
        Ok(Vault {
            arn: arn("BackupVaultArn", item.backup_vault_arn())?,
            name: text("BackupVaultName", item.backup_vault_name())?,
            vault_type: some_text(item.vault_type().map(types::VaultType::as_str)),
            vault_state: some_text(item.vault_state().map(types::VaultState::as_str)),
            created_at: some_time("CreationDate", item.creation_date())?,
            kms_key: key(site, item.encryption_key_type(), item.encryption_key_arn())?,
            recovery_point_count: item.number_of_recovery_points(),
            // An absent `Locked` is no lock: read so, it can only fail.
            locked: item.locked().unwrap_or(false),
            lock_date: some_time("LockDate", item.lock_date())?,
            min_retention_days: item.min_retention_days(),
            max_retention_days: item.max_retention_days(),
            policy: Answer::Value(None),
            recovery_points: Answer::Value(Vec::new()),
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.backup_vault_name()))
}

fn recovery_point(site: &Site, item: &types::RecoveryPointByBackupVault) -> Shaped<RecoveryPoint> {
    let shape = || {
        let lifecycle = item.calculated_lifecycle();
        let moved = lifecycle.and_then(|lifecycle| lifecycle.move_to_cold_storage_at());
        Ok(RecoveryPoint {
            arn: arn("RecoveryPointArn", item.recovery_point_arn())?,
            resource: arn("ResourceArn", item.resource_arn())?,
            resource_type: text("ResourceType", item.resource_type())?,
            status: text("Status", item.status().map(types::RecoveryPointStatus::as_str))?,
            created_at: time("CreationDate", item.creation_date())?,
            completed_at: some_time("CompletionDate", item.completion_date())?,
            delete_after_days: days(item.lifecycle().and_then(types::Lifecycle::delete_after_days)),
            delete_at: some_time("CalculatedLifecycle.DeleteAt", lifecycle.and_then(|l| l.delete_at()))?,
            cold_storage_at: some_time("CalculatedLifecycle.MoveToColdStorageAt", moved)?,
            encrypted: Some(item.is_encrypted()),
            kms_key: key(site, item.encryption_key_type(), item.encryption_key_arn())?,
            source_vault: some_arn("SourceBackupVaultArn", item.source_backup_vault_arn())?,
            last_restored_at: some_time("LastRestoreTime", item.last_restore_time())?,
            plan_id: some_text(item.created_by().and_then(types::RecoveryPointCreator::backup_plan_id)),
            parent: item.is_parent(),
            parent_recovery_point: some_arn("ParentRecoveryPointArn", item.parent_recovery_point_arn())?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.recovery_point_arn()))
}

/// A key that AWS owns is nobody's to delete or disable, and nobody but AWS may describe it: it counts as none.
fn key(site: &Site, kind: Option<&EncryptionKeyType>, key: Option<&str>) -> Shaped<Option<Arn>> {
    if kind == Some(&EncryptionKeyType::AwsOwnedKmsKey) { Ok(None) } else { site.some_key("EncryptionKeyArn", key) }
}
