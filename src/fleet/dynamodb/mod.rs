//! Amazon DynamoDB: tables, their guards, and the items of Terraform's lock tables.
//!
//! Follows <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/>. The decision worth knowing: of the items of any
//! table but a lock table an inventory says nothing; a scan finds none.

pub(super) mod items;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::call::{Call, listed, told};
use super::json::Members;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::gap::Collected;
use crate::model::operation::Operation;

/// The most table names in a page.
const MOST_TABLES: usize = 100;
/// The most tags in a page.
const MOST_TAGS: usize = 10;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    let members = match operation {
        Operation::DynamoDbListTables => tables(call),
        Operation::DynamoDbDescribeTable => describe(call),
        Operation::DynamoDbDescribeContinuousBackups => recovery(call),
        Operation::DynamoDbListTagsOfResource => tags(call),
        Operation::DynamoDbGetResourcePolicy => policy(call),
        _ => items::scan(call),
    };
    members.map(Answer::Json)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationException", message)
}

fn not_found(what: &str) -> Refusal {
    let more = if what.is_empty() { String::new() } else { format!(": {what} not found") };
    Refusal::new(400, "ResourceNotFoundException", format!("Requested resource not found{more}"))
}

fn tables(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["Limit", "ExclusiveStartTableName"])?;
    let all = listed(&call.region_parts()?.dynamodb.tables, Operation::DynamoDbListTables)?;
    let asked = call.input.number("Limit")?;
    if asked.is_some_and(|asked| !(1..=MOST_TABLES).contains(&asked)) {
        return Err(invalid(
            "1 validation error detected: Value at 'limit' failed to satisfy constraint: Member must have value less \
             than or equal to 100",
        ));
    }
    // Every page of an ordered fault is the first one.
    let after = call.input.text("ExclusiveStartTableName").filter(|_| !call.same_token);
    let mut names: Vec<&str> = all.iter().map(|table| table.name.as_str()).collect();
    names.sort_unstable();
    names.retain(|name| after.is_none_or(|after| *name > after));
    let size = asked.unwrap_or(MOST_TABLES).min(call.fleet.options().page_size.unwrap_or(MOST_TABLES));
    let more = names.len() > size;
    names.truncate(size);
    let last = names.last().copied().filter(|_| more || call.same_token);
    let last = last.or_else(|| call.same_token.then_some("none"));
    Ok(Members::default().put("TableNames", names).some("LastEvaluatedTableName", last))
}

/// The table that is named, by its name or its ARN.
fn table<'a>(call: &Call<'a>, given: &str, missing: impl FnOnce() -> Refusal) -> Result<&'a Table, Refusal> {
    let tables = &call.region_parts()?.dynamodb.tables;
    let found = tables.items().iter().find(|table| table.name == given || table.arn.as_str() == given);
    match (found, tables) {
        (Some(table), _) => Ok(table),
        (None, Collected::Gap(_)) => Err(Refusal::unseen(&format!("table {given:.255}"))),
        (None, _) => Err(missing()),
    }
}

/// The table that `TableName` names.
fn named<'a>(call: &Call<'a>) -> Result<&'a Table, Refusal> {
    let name = call.input.required("TableName")?;
    table(call, name, || not_found(&format!("Table: {name:.255}")))
}

/// The table that `ResourceArn` names.
fn by_arn<'a>(call: &Call<'a>) -> Result<&'a Table, Refusal> {
    let arn = call.input.required("ResourceArn")?;
    if !arn.starts_with("arn:") {
        return Err(invalid(format!("Invalid TableArn: {arn:.255}")));
    }
    // The word is DynamoDB's own.
    table(call, arn, || not_found(&format!("ResourcArn: {arn:.255}")))
}

fn describe(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["TableName"])?;
    // Every field of a table's is served: by the list, here, or by the operation of its own.
    let Table { arn, name, detail, point_in_time_recovery: _, tags: _, resource_policy: _ } = named(call)?;
    let TableDetail {
        id,
        status,
        created_at,
        deletion_protection,
        partition_key,
        sort_key,
        replicas,
        kms_key,
        item_count,
    } = told(detail)?;
    let keys = [("HASH", partition_key), ("RANGE", sort_key)];
    let keys: Vec<(&str, &str)> =
        keys.into_iter().filter_map(|(kind, name)| name.as_deref().map(|name| (kind, name))).collect();
    let throughput =
        Members::default().put("NumberOfDecreasesToday", 0).put("ReadCapacityUnits", 0).put("WriteCapacityUnits", 0);
    let billing = Members::default().put("BillingMode", "PAY_PER_REQUEST");
    let encryption = kms_key.as_ref().map(|key| {
        Members::default().put("Status", "ENABLED").put("SSEType", "KMS").put("KMSMasterKeyArn", key.as_str())
    });
    let replicas = (!replicas.is_empty()).then(|| {
        let each = |region: &crate::model::ids::Region| {
            Value::from(Members::default().put("RegionName", region.as_str()).put("ReplicaStatus", "ACTIVE"))
        };
        replicas.iter().map(each).collect::<Vec<Value>>()
    });
    let table = Members::default()
        .list("AttributeDefinitions", &keys, |(_, name)| {
            Members::default().put("AttributeName", *name).put("AttributeType", "S")
        })
        .put("TableName", name.as_str())
        .list("KeySchema", &keys, |(kind, name)| Members::default().put("AttributeName", *name).put("KeyType", *kind))
        .put("TableStatus", status.as_str())
        .some("CreationDateTime", call.some_epoch(*created_at))
        .put("ProvisionedThroughput", throughput)
        .some("ItemCount", *item_count)
        .put("TableArn", arn.as_str())
        .some("TableId", id.as_deref())
        .put("BillingModeSummary", billing)
        .some("Replicas", replicas)
        .some("SSEDescription", encryption)
        .put("DeletionProtectionEnabled", *deletion_protection);
    Ok(Members::default().put("Table", table))
}

fn recovery(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["TableName"])?;
    let name = call.input.required("TableName")?;
    let missing = || Refusal::new(400, "TableNotFoundException", format!("Table not found: {name:.255}"));
    let PointInTimeRecovery { enabled, earliest_restorable_at, latest_restorable_at, period_days } =
        told(&table(call, name, missing)?.point_in_time_recovery)?;
    let recovery = Members::default()
        .put("PointInTimeRecoveryStatus", if *enabled { "ENABLED" } else { "DISABLED" })
        .some("RecoveryPeriodInDays", *period_days)
        .some("EarliestRestorableDateTime", call.some_epoch(*earliest_restorable_at))
        .some("LatestRestorableDateTime", call.some_epoch(*latest_restorable_at));
    let description =
        Members::default().put("ContinuousBackupsStatus", "ENABLED").put("PointInTimeRecoveryDescription", recovery);
    Ok(Members::default().put("ContinuousBackupsDescription", description))
}

fn tags(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["ResourceArn", "NextToken"])?;
    let tags: Vec<(&String, &String)> = told(&by_arn(call)?.tags)?.iter().collect();
    let page = call.page(&tags, None, MOST_TAGS, call.input.text("NextToken"), || invalid("Invalid NextToken"))?;
    Ok(Members::default()
        .list("Tags", page.items, |(key, value)| {
            Members::default().put("Key", key.as_str()).put("Value", value.as_str())
        })
        .some("NextToken", page.next))
}

fn policy(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["ResourceArn"])?;
    let table = by_arn(call)?;
    let Some(document) = told(&table.resource_policy)? else {
        let message = format!("Resource-based policy not found for the provided ResourceArn: {}", table.arn);
        return Err(Refusal::new(400, "PolicyNotFoundException", message));
    };
    Ok(Members::default().put("Policy", document.as_str()).put("RevisionId", "1700000000000"))
}
