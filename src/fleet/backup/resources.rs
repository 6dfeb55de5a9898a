//! The resources that AWS Backup has protected, and their last restores.

use super::super::call::{Call, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{not_found, page};
use crate::model::backup::{LastRestore, ProtectedResource};
use crate::model::operation::Operation;

pub(super) fn list(call: &Call<'_>) -> Result<Members, Refusal> {
    let resources = &call.region_parts()?.backup.protected_resources;
    let resources = listed(resources, Operation::BackupListProtectedResources)?;
    page(call, "Results", resources, (&[], &[]), |_| true, |item| members(call, item))
}

fn members(call: &Call<'_>, item: &ProtectedResource) -> Members {
    let ProtectedResource {
        resource,
        resource_type,
        last_backup_at,
        // Told by DescribeProtectedResource alone.
        last_restore: _,
    } = item;
    Members::default()
        .put("ResourceArn", resource.as_str())
        .put("ResourceType", resource_type.as_str())
        .some("LastBackupTime", call.some_epoch(*last_backup_at))
}

pub(super) fn resource(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["ResourceArn"])?;
    let arn = call.input.required("ResourceArn")?;
    let resources = &call.region_parts()?.backup.protected_resources;
    let resources = listed(resources, Operation::BackupDescribeProtectedResource)?;
    let item = resources.iter().find(|item| item.resource.as_str() == arn);
    let item = item.ok_or_else(|| not_found(format!("Resource {arn:.200} does not exist")))?;
    let members = members(call, item);
    // Where it was not asked, nothing is known of a restore.
    let Some(last) = &item.last_restore else { return Ok(members) };
    let LastRestore { restored_at, recovery_point_created_at, minutes } = told(last)?;
    Ok(members
        .some("LatestRestoreExecutionTimeMinutes", *minutes)
        .some("LatestRestoreJobCreationDate", call.some_epoch(*restored_at))
        .some("LatestRestoreRecoveryPointCreationDate", call.some_epoch(*recovery_point_created_at)))
}
