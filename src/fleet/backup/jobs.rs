//! The jobs of the last 30 days: backups that went wrong, copies, restores.

use super::super::call::{Call, listed};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{Span, is_not, one_of, page, role, vault_name};
use crate::model::backup::{BackupJob, CopyJob, RestoreJob};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Operation;

const BACKUP_STATES: &[&str] =
    &["CREATED", "PENDING", "RUNNING", "ABORTING", "ABORTED", "COMPLETED", "FAILED", "EXPIRED", "PARTIAL"];
const COPY_STATES: &[&str] = &["CREATED", "RUNNING", "COMPLETED", "FAILED", "PARTIAL"];
const RESTORE_STATES: &[&str] = &["PENDING", "RUNNING", "COMPLETED", "ABORTED", "FAILED"];

/// The filters by time that every kind of job has.
const CREATED: (&str, &str) = ("ByCreatedAfter", "ByCreatedBefore");
const ENDED: (&str, &str) = ("ByCompleteAfter", "ByCompleteBefore");

/// Another account's jobs are told to an organization's management account alone, and the inventory holds them there.
fn own_account(call: &Call<'_>) -> Result<(), Refusal> {
    let own = call.account.id.as_str();
    match call.input.text("ByAccountId").filter(|id| *id != own) {
        None => Ok(()),
        Some(id) => Err(Refusal::unseen(&format!("jobs of {id:.20} as {own} sees them"))),
    }
}

fn text(arn: Option<&Arn>) -> Option<&str> {
    arn.map(Arn::as_str)
}

pub(super) fn backups(call: &Call<'_>) -> Result<Members, Refusal> {
    const FILTERS: &[&str] = &[
        "ByResourceArn",
        "ByState",
        "ByBackupVaultName",
        "ByCreatedBefore",
        "ByCreatedAfter",
        "ByResourceType",
        "ByAccountId",
        "ByCompleteAfter",
        "ByCompleteBefore",
    ];
    let jobs = listed(&call.region_parts()?.backup.backup_jobs, Operation::BackupListBackupJobs)?;
    one_of(call, "ByState", BACKUP_STATES)?;
    own_account(call)?;
    let (created, ended) = (Span::of(call, CREATED.0, CREATED.1)?, Span::of(call, ENDED.0, ENDED.1)?);
    let keep = |job: &BackupJob| {
        !is_not(call, "ByState", Some(job.state.as_str()))
            && !is_not(call, "ByResourceArn", text(job.resource.as_ref()))
            && !is_not(call, "ByResourceType", job.resource_type.as_deref())
            && !is_not(call, "ByBackupVaultName", job.vault.as_ref().map(vault_name))
            && created.has(call, Some(job.created_at))
            && ended.has(call, job.completed_at)
    };
    page(call, "BackupJobs", jobs, (&[], FILTERS), keep, |job| backup(call, job))
}

fn backup(call: &Call<'_>, job: &BackupJob) -> Members {
    let BackupJob { id, state, status_message, resource, resource_type, vault, created_at, completed_at } = job;
    Members::default()
        .put("AccountId", call.account.id.as_str())
        .put("BackupJobId", id.as_str())
        .some("BackupVaultName", vault.as_ref().map(vault_name))
        .some("BackupVaultArn", text(vault.as_ref()))
        .some("ResourceArn", text(resource.as_ref()))
        .put("CreationDate", call.epoch(*created_at))
        .some("CompletionDate", call.some_epoch(*completed_at))
        .put("State", state.as_str())
        .some("StatusMessage", status_message.as_deref())
        .put("IamRoleArn", role(call))
        .some("ResourceType", resource_type.as_deref())
}

pub(super) fn copies(call: &Call<'_>) -> Result<Members, Refusal> {
    const FILTERS: &[&str] = &[
        "ByResourceArn",
        "ByState",
        "ByCreatedBefore",
        "ByCreatedAfter",
        "ByResourceType",
        "ByDestinationVaultArn",
        "ByAccountId",
        "ByCompleteBefore",
        "ByCompleteAfter",
    ];
    let jobs = listed(&call.region_parts()?.backup.copy_jobs, Operation::BackupListCopyJobs)?;
    one_of(call, "ByState", COPY_STATES)?;
    let (created, ended) = (Span::of(call, CREATED.0, CREATED.1)?, Span::of(call, ENDED.0, ENDED.1)?);
    let keep = |job: &CopyJob| {
        !is_not(call, "ByState", Some(job.state.as_str()))
            && !is_not(call, "ByResourceArn", text(job.resource.as_ref()))
            && !is_not(call, "ByResourceType", job.resource_type.as_deref())
            && !is_not(call, "ByDestinationVaultArn", text(job.destination_vault.as_ref()))
            && !is_not(call, "ByAccountId", job.account.as_ref().map(AccountId::as_str))
            && created.has(call, Some(job.created_at))
            && ended.has(call, job.completed_at)
    };
    page(call, "CopyJobs", jobs, (&[], FILTERS), keep, |job| copy(call, job))
}

fn copy(call: &Call<'_>, job: &CopyJob) -> Members {
    let CopyJob {
        id,
        state,
        status_message,
        resource,
        resource_type,
        source_vault,
        destination_vault,
        destination_recovery_point,
        account,
        created_at,
        completed_at,
    } = job;
    Members::default()
        .some("AccountId", account.as_ref().map(AccountId::as_str))
        .put("CopyJobId", id.as_str())
        .some("SourceBackupVaultArn", text(source_vault.as_ref()))
        .some("DestinationBackupVaultArn", text(destination_vault.as_ref()))
        .some("DestinationRecoveryPointArn", text(destination_recovery_point.as_ref()))
        .some("ResourceArn", text(resource.as_ref()))
        .put("CreationDate", call.epoch(*created_at))
        .some("CompletionDate", call.some_epoch(*completed_at))
        .put("State", state.as_str())
        .some("StatusMessage", status_message.as_deref())
        .put("IamRoleArn", role(call))
        .some("ResourceType", resource_type.as_deref())
}

pub(super) fn restores(call: &Call<'_>) -> Result<Members, Refusal> {
    const FILTERS: &[&str] = &[
        "ByAccountId",
        "ByResourceType",
        "ByCreatedBefore",
        "ByCreatedAfter",
        "ByStatus",
        "ByCompleteBefore",
        "ByCompleteAfter",
        "ByRestoreTestingPlanArn",
    ];
    let jobs = listed(&call.region_parts()?.backup.restore_jobs, Operation::BackupListRestoreJobs)?;
    one_of(call, "ByStatus", RESTORE_STATES)?;
    own_account(call)?;
    let (created, ended) = (Span::of(call, CREATED.0, CREATED.1)?, Span::of(call, ENDED.0, ENDED.1)?);
    let keep = |job: &RestoreJob| {
        !is_not(call, "ByStatus", Some(job.status.as_str()))
            && !is_not(call, "ByResourceType", job.resource_type.as_deref())
            && !is_not(call, "ByRestoreTestingPlanArn", text(job.restore_testing_plan.as_ref()))
            && created.has(call, Some(job.created_at))
            && ended.has(call, job.completed_at)
    };
    page(call, "RestoreJobs", jobs, (&[], FILTERS), keep, |job| restore(call, job))
}

fn restore(call: &Call<'_>, job: &RestoreJob) -> Members {
    let RestoreJob {
        id,
        status,
        status_message,
        recovery_point,
        source_resource,
        resource_type,
        restore_testing_plan,
        validation_status,
        created_at,
        completed_at,
    } = job;
    let creator =
        restore_testing_plan.as_ref().map(|plan| Members::default().put("RestoreTestingPlanArn", plan.as_str()));
    Members::default()
        .put("AccountId", call.account.id.as_str())
        .put("RestoreJobId", id.as_str())
        .some("RecoveryPointArn", text(recovery_point.as_ref()))
        .some("SourceResourceArn", text(source_resource.as_ref()))
        .put("CreationDate", call.epoch(*created_at))
        .some("CompletionDate", call.some_epoch(*completed_at))
        .put("Status", status.as_str())
        .some("StatusMessage", status_message.as_deref())
        .put("IamRoleArn", role(call))
        .some("ResourceType", resource_type.as_deref())
        .some("CreatedBy", creator)
        .some("ValidationStatus", validation_status.as_deref())
}
