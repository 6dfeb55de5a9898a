//! AWS Backup of one account and region.
//!
//! Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Reference.html>. The decision worth knowing: what is
//! asked per item (a vault's policy, a plan's selections) is a gap of that item alone when it is refused; the list stands.

mod holds;
mod jobs;
mod plans;
#[cfg(test)]
mod tests;
mod vaults;

use std::collections::BTreeMap;

use aws_sdk_backup::{Client, types};
use futures::{StreamExt, join};

use super::failure::{Failure, Meaning};
use super::shape::{Shaped, arn, each, required, some_time, text};
use super::site::{Fact, Site};
use crate::model::backup::{BackupInventory, LastRestore, ProtectedResource, RegionSettings};
use crate::model::gap::Collected;
use crate::model::operation::Operation;

/// The most items that AWS Backup gives in a page.
const PAGE: i32 = 1_000;

/// The calls about single items that are begun together; the site's limits bound what is in flight.
const TOGETHER: usize = 8;

/// The resource types that palisade judges, as AWS Backup names them.
const STATEFUL: [&str; 6] = ["Aurora", "DocumentDB", "DynamoDB", "Neptune", "RDS", "S3"];

/// Reads what AWS Backup holds. What could not be read is a gap in it.
pub(super) async fn collect(site: &Site) -> BackupInventory {
    let client = site.backup();
    let (vaults, plans, protected, failed, copies, restores, holds, tests, settings) = join!(
        Box::pin(vaults::collect(site, &client)),
        Box::pin(plans::collect(site, &client)),
        Box::pin(protected_resources(site, &client)),
        Box::pin(jobs::backup_jobs(site, &client)),
        Box::pin(jobs::copy_jobs(site, &client)),
        Box::pin(jobs::restore_jobs(site, &client)),
        Box::pin(holds::legal_holds(site, &client)),
        Box::pin(holds::restore_testing_plans(site, &client)),
        Box::pin(region_settings(site, &client)),
    );
    BackupInventory {
        vaults: site.collected(vaults),
        plans: site.collected(plans),
        protected_resources: site.collected(protected),
        backup_jobs: site.collected(failed),
        copy_jobs: site.collected(copies),
        restore_jobs: site.collected(restores),
        legal_holds: site.collected(holds),
        restore_testing_plans: site.collected(tests),
        region_settings: site.collected(settings),
    }
}

/// The account-wide settings, such as `isCrossAccountBackupEnabled`; none outside an organization.
pub(super) async fn global_settings(site: &Site) -> Collected<BTreeMap<String, String>> {
    const OPERATION: Operation = Operation::BackupDescribeGlobalSettings;
    let client = site.backup();
    let read = async {
        let make = || client.describe_global_settings().send();
        let Some(answer) = site.call_or_fact(OPERATION, None, &without_global_settings, make).await? else {
            return Ok(BTreeMap::new());
        };
        let settings = site.shaped(OPERATION, None, required("GlobalSettings", answer.global_settings))?;
        Ok(settings.into_iter().collect())
    };
    site.collected(read.await)
}

/// What AWS Backup's refusals to tell the global settings state. The documentation has one code for all of them
/// (<https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeGlobalSettings.html>), so its words decide. They
/// are as users met them, with the body's `Code` in place of the error's name in some SDKs: `ERROR_9601`, "Your account is
/// not a member of an organization" (<https://github.com/cloudquery/cq-provider-aws/issues/817>), and `ERROR_2502`, "Feature
/// Cross Account Backup is not available in current region".
fn without_global_settings(meaning: &Meaning) -> Option<Fact> {
    let code = meaning.code.as_deref()?;
    let says = |own: &str, words: &str| {
        code == own || code == "InvalidRequestException" && meaning.message.to_ascii_lowercase().contains(words)
    };
    if says("ERROR_9601", "not a member of an organization") {
        Some(Fact::NotConfigured)
    } else if says("ERROR_2502", "not available in current region") {
        Some(Fact::NotOffered)
    } else {
        None
    }
}

async fn region_settings(site: &Site, client: &Client) -> Result<RegionSettings, Failure> {
    const OPERATION: Operation = Operation::BackupDescribeRegionSettings;
    let answer = site.call(OPERATION, None, || client.describe_region_settings().send()).await?;
    let opt_in = required("ResourceTypeOptInPreference", answer.resource_type_opt_in_preference);
    let management = required("ResourceTypeManagementPreference", answer.resource_type_management_preference);
    Ok(RegionSettings {
        opt_in: site.shaped(OPERATION, None, opt_in)?.into_iter().collect(),
        management: site.shaped(OPERATION, None, management)?.into_iter().collect(),
    })
}

async fn protected_resources(site: &Site, client: &Client) -> Result<Vec<ProtectedResource>, Failure> {
    let make = |token: Option<String>| client.list_protected_resources().max_results(PAGE).set_next_token(token).send();
    let listed = site
        .list(Operation::BackupListProtectedResources, None, make, |page| {
            (each("Results", page.results, protected_resource), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed)
        .map(|mut resource| {
            Box::pin(async move {
                if STATEFUL.contains(&resource.resource_type.as_str()) {
                    resource.last_restore = Some(last_restore(site, client, resource.resource.as_str()).await.into());
                }
                resource
            })
        })
        .buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.resource.cmp(&b.resource));
    Ok(list)
}

fn protected_resource(item: &types::ProtectedResource) -> Shaped<ProtectedResource> {
    let shape = || {
        Ok(ProtectedResource {
            resource: arn("ResourceArn", item.resource_arn())?,
            resource_type: text("ResourceType", item.resource_type())?,
            last_backup_at: some_time("LastBackupTime", item.last_backup_time())?,
            last_restore: None,
        })
    };
    shape().map_err(|malformed: super::shape::Malformed| malformed.of(item.resource_arn()))
}

async fn last_restore(site: &Site, client: &Client, resource: &str) -> Result<LastRestore, Failure> {
    const OPERATION: Operation = Operation::BackupDescribeProtectedResource;
    let subject = Some(resource);
    let make = || client.describe_protected_resource().resource_arn(resource).send();
    let answer = site.call(OPERATION, subject, make).await?;
    let shape = || {
        let point = answer.latest_restore_recovery_point_creation_date();
        Ok(LastRestore {
            restored_at: some_time("LatestRestoreJobCreationDate", answer.latest_restore_job_creation_date())?,
            recovery_point_created_at: some_time("LatestRestoreRecoveryPointCreationDate", point)?,
            minutes: answer.latest_restore_execution_time_minutes(),
        })
    };
    site.shaped(OPERATION, subject, shape())
}

/// A lifecycle's days; AWS Backup writes "never" as -1 as well as by leaving it out.
fn days(days: Option<i64>) -> Option<i64> {
    days.filter(|days| *days >= 0)
}
