//! DynamoDB's tables of one account and region.
//!
//! Follows <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/>. The decision worth knowing: a table that is
//! listed stays in the list with its gaps when it cannot be described; only one that DynamoDB says is gone leaves it.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::{Client, types};
use futures::{StreamExt, join};

use super::failure::Failure;
use super::shape::{Malformed, Shaped, each, required, some_region, some_text, some_time, tags, text};
use super::site::Site;
use crate::model::dynamodb::{DynamoDbInventory, PointInTimeRecovery, Table, TableDetail};
use crate::model::gap::{Answer, GapKind};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// The tables that are read together; the site's limits bound what is in flight.
const TOGETHER: usize = 16;

/// The most table names that DynamoDB gives in a page.
const PAGE: i32 = 100;

/// Reads what DynamoDB holds. What could not be read is a gap in it.
pub(super) async fn collect(site: &Site) -> DynamoDbInventory {
    let client = site.dynamodb();
    let tables = tables(site, &client).await;
    DynamoDbInventory { tables: site.collected(tables) }
}

async fn tables(site: &Site, client: &Client) -> Result<Vec<Table>, Failure> {
    let make = |after: Option<String>| client.list_tables().limit(PAGE).set_exclusive_start_table_name(after).send();
    let mut names = site
        .list(Operation::DynamoDbListTables, None, make, |page| {
            (each("TableNames", page.table_names, |name| Ok(name.clone())), page.last_evaluated_table_name)
        })
        .await?;
    names.sort();
    names.dedup();
    let read = futures::stream::iter(names).map(|name| Box::pin(table(site, client, name))).buffered(TOGETHER);
    let tables: Vec<Result<Option<Table>, Failure>> = read.collect().await;
    tables.into_iter().filter_map(Result::transpose).collect()
}

/// One table; `None` where it was deleted since it was listed. It fails only on a name of which no ARN can be made.
async fn table(site: &Site, client: &Client, name: String) -> Result<Option<Table>, Failure> {
    let made = format!("arn:{}:dynamodb:{}:{}:table/{name}", site.partition, site.region, site.account);
    let made = site.arn(Operation::DynamoDbListTables, &made)?;
    let (detail, recovery) = join!(detail(site, client, &name), recovery(site, client, &name));
    let (arn, detail) = match detail {
        Ok(None) => return Ok(None),
        Ok(Some((arn, detail))) => (arn, Answer::Value(detail)),
        Err(failure) => (made, Answer::Gap(failure.gap)),
    };
    let (tags, policy) = join!(table_tags(site, client, &arn), resource_policy(site, client, &arn));
    Ok(Some(Table {
        arn,
        name,
        detail,
        point_in_time_recovery: recovery.into(),
        tags: tags.into(),
        resource_policy: policy.into(),
    }))
}

async fn detail(site: &Site, client: &Client, name: &str) -> Result<Option<(Arn, TableDetail)>, Failure> {
    const OPERATION: Operation = Operation::DynamoDbDescribeTable;
    let make = || client.describe_table().table_name(name).send();
    let Some(answer) = site.call_or(OPERATION, Some(name), &["ResourceNotFoundException"], make).await? else {
        return Ok(None);
    };
    let detail = required("Table", answer.table()).and_then(|table| table_detail(site, table));
    site.shaped(OPERATION, Some(name), detail).map(Some)
}

fn table_detail(site: &Site, item: &types::TableDescription) -> Shaped<(Arn, TableDetail)> {
    let key = |kind: &types::KeyType| {
        let found = item.key_schema().iter().find(|element| element.key_type() == kind);
        found.map(|element| element.attribute_name().to_owned())
    };
    let replicas = item.replicas().iter();
    let mut replicas = replicas
        .map(|replica| required("Replicas.RegionName", some_region("Replicas.RegionName", replica.region_name())?))
        .collect::<Shaped<Vec<_>>>()?;
    replicas.sort();
    let sse = item.sse_description().and_then(types::SseDescription::kms_master_key_arn);
    let detail = TableDetail {
        id: some_text(item.table_id()),
        status: text("TableStatus", item.table_status().map(types::TableStatus::as_str))?,
        created_at: some_time("CreationDateTime", item.creation_date_time())?,
        deletion_protection: required("DeletionProtectionEnabled", item.deletion_protection_enabled())?,
        partition_key: key(&types::KeyType::Hash),
        sort_key: key(&types::KeyType::Range),
        replicas,
        kms_key: site.some_key("KMSMasterKeyArn", sse)?,
        item_count: item.item_count(),
    };
    Ok((super::shape::arn("TableArn", item.table_arn())?, detail))
}

async fn recovery(site: &Site, client: &Client, name: &str) -> Result<PointInTimeRecovery, Failure> {
    const OPERATION: Operation = Operation::DynamoDbDescribeContinuousBackups;
    let make = || client.describe_continuous_backups().table_name(name).send();
    let answer = site.call(OPERATION, Some(name), make).await?;
    let backups = required("ContinuousBackupsDescription", answer.continuous_backups_description());
    let recovery = backups.and_then(|backups| {
        required("PointInTimeRecoveryDescription", backups.point_in_time_recovery_description()).and_then(point_in_time)
    });
    site.shaped(OPERATION, Some(name), recovery)
}

fn point_in_time(item: &types::PointInTimeRecoveryDescription) -> Shaped<PointInTimeRecovery> {
    const STATUS: &str = "PointInTimeRecoveryStatus";
    let enabled = match required(STATUS, item.point_in_time_recovery_status())? {
        types::PointInTimeRecoveryStatus::Enabled => true,
        types::PointInTimeRecoveryStatus::Disabled => false,
        other => return Err(Malformed::odd(STATUS, other.as_str())),
    };
    Ok(PointInTimeRecovery {
        enabled,
        earliest_restorable_at: some_time("EarliestRestorableDateTime", item.earliest_restorable_date_time())?,
        latest_restorable_at: some_time("LatestRestorableDateTime", item.latest_restorable_date_time())?,
        period_days: item.recovery_period_in_days(),
    })
}

async fn table_tags(site: &Site, client: &Client, arn: &Arn) -> Result<BTreeMap<String, String>, Failure> {
    const OPERATION: Operation = Operation::DynamoDbListTagsOfResource;
    let subject = Some(arn.as_str());
    let make =
        |token: Option<String>| client.list_tags_of_resource().resource_arn(arn.as_str()).set_next_token(token).send();
    let list = site
        .list(OPERATION, subject, make, |page| (each("Tags", page.tags, |tag| Ok(tag.clone())), page.next_token))
        .await?;
    site.shaped(OPERATION, subject, tags(list.iter().map(|tag| (Some(tag.key()), Some(tag.value())))))
}

async fn resource_policy(site: &Site, client: &Client, arn: &Arn) -> Result<Option<String>, Failure> {
    const OPERATION: Operation = Operation::DynamoDbGetResourcePolicy;
    let subject = Some(arn.as_str());
    let make = || client.get_resource_policy().resource_arn(arn.as_str()).send();
    let Some(answer) = site.call_or(OPERATION, subject, &["PolicyNotFoundException"], make).await? else {
        return Ok(None);
    };
    match some_text(answer.policy()) {
        Some(policy) => Ok(Some(policy)),
        None => Err(site.failed(OPERATION, subject, GapKind::Malformed, Malformed::missing("Policy").to_string())),
    }
}
