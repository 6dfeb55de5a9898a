//! The jobs of AWS Backup: backups that went wrong, copies, restores. AWS keeps 30 days of them.

use aws_sdk_backup::types::BackupJobState;
use aws_sdk_backup::{Client, types};

use super::super::failure::Failure;
use super::super::shape::{Malformed, Shaped, each, some_arn, some_text, some_time, text, time};
use super::super::site::Site;
use super::PAGE;
use crate::model::backup::{BackupJob, CopyJob, RestoreJob};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// The states of backup jobs that went wrong. AWS filters by one state at a time; the good ones are many, and the recovery
/// points tell of them.
const WRONG: [BackupJobState; 4] =
    [BackupJobState::Aborted, BackupJobState::Expired, BackupJobState::Failed, BackupJobState::Partial];

/// The backup jobs that failed, expired, were aborted or ended partial.
pub(super) async fn backup_jobs(site: &Site, client: &Client) -> Result<Vec<BackupJob>, Failure> {
    let mut jobs = Vec::new();
    for state in &WRONG {
        let make = |token: Option<String>| {
            client.list_backup_jobs().by_state(state.clone()).max_results(PAGE).set_next_token(token).send()
        };
        let mut some = site
            .list(Operation::BackupListBackupJobs, Some(state.as_str()), make, |page| {
                (each("BackupJobs", page.backup_jobs, backup_job), page.next_token)
            })
            .await?;
        // An endpoint that ignores the filter must not turn good jobs into failed ones.
        some.retain(|job| WRONG.iter().any(|state| state.as_str() == job.state));
        jobs.append(&mut some);
    }
    jobs.sort_by(|a, b| (&a.id, a.completed_at).cmp(&(&b.id, b.completed_at)));
    jobs.dedup_by(|a, b| a.id == b.id);
    Ok(jobs)
}

/// The copy jobs, in whatever state.
pub(super) async fn copy_jobs(site: &Site, client: &Client) -> Result<Vec<CopyJob>, Failure> {
    let make = |token: Option<String>| client.list_copy_jobs().max_results(PAGE).set_next_token(token).send();
    let mut jobs = site
        .list(Operation::BackupListCopyJobs, None, make, |page| {
            (each("CopyJobs", page.copy_jobs, copy_job), page.next_token)
        })
        .await?;
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(jobs)
}

/// The restore jobs, in whatever state.
pub(super) async fn restore_jobs(site: &Site, client: &Client) -> Result<Vec<RestoreJob>, Failure> {
    let make = |token: Option<String>| client.list_restore_jobs().max_results(PAGE).set_next_token(token).send();
    let mut jobs = site
        .list(Operation::BackupListRestoreJobs, None, make, |page| {
            (each("RestoreJobs", page.restore_jobs, restore_job), page.next_token)
        })
        .await?;
    jobs.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(jobs)
}

/// A job that ended before it had a resource may name it in no ARN's shape; the job still counts.
fn resource(text: Option<&str>) -> Option<Arn> {
    text?.parse().ok()
}

fn backup_job(item: &types::BackupJob) -> Shaped<BackupJob> {
    let shape = || {
        Ok(BackupJob {
            id: text("BackupJobId", item.backup_job_id())?,
            state: text("State", item.state().map(BackupJobState::as_str))?,
            status_message: some_text(item.status_message()),
            resource: resource(item.resource_arn()),
            resource_type: some_text(item.resource_type()),
            vault: some_arn("BackupVaultArn", item.backup_vault_arn())?,
            created_at: time("CreationDate", item.creation_date())?,
            completed_at: some_time("CompletionDate", item.completion_date())?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.backup_job_id()))
}

fn copy_job(item: &types::CopyJob) -> Shaped<CopyJob> {
    let shape = || {
        let point = item.destination_recovery_point_arn();
        let account = some_text(item.account_id()).map(|id| id.parse()).transpose();
        Ok(CopyJob {
            id: text("CopyJobId", item.copy_job_id())?,
            state: text("State", item.state().map(types::CopyJobState::as_str))?,
            status_message: some_text(item.status_message()),
            resource: resource(item.resource_arn()),
            resource_type: some_text(item.resource_type()),
            source_vault: some_arn("SourceBackupVaultArn", item.source_backup_vault_arn())?,
            destination_vault: some_arn("DestinationBackupVaultArn", item.destination_backup_vault_arn())?,
            destination_recovery_point: some_arn("DestinationRecoveryPointArn", point)?,
            account: account.map_err(|error| Malformed::odd("AccountId", error))?,
            created_at: time("CreationDate", item.creation_date())?,
            completed_at: some_time("CompletionDate", item.completion_date())?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.copy_job_id()))
}

fn restore_job(item: &types::RestoreJobsListMember) -> Shaped<RestoreJob> {
    let shape = || {
        let plan = item.created_by().and_then(types::RestoreJobCreator::restore_testing_plan_arn);
        Ok(RestoreJob {
            id: text("RestoreJobId", item.restore_job_id())?,
            status: text("Status", item.status().map(types::RestoreJobStatus::as_str))?,
            status_message: some_text(item.status_message()),
            recovery_point: some_arn("RecoveryPointArn", item.recovery_point_arn())?,
            source_resource: resource(item.source_resource_arn()),
            resource_type: some_text(item.resource_type()),
            restore_testing_plan: some_arn("CreatedBy.RestoreTestingPlanArn", plan)?,
            validation_status: some_text(item.validation_status().map(types::RestoreValidationStatus::as_str)),
            created_at: time("CreationDate", item.creation_date())?,
            completed_at: some_time("CompletionDate", item.completion_date())?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.restore_job_id()))
}
