//! The items of lock tables: scanned by whoever looks for states, read and written by Terraform.
//!
//! Follows <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html> and its sisters.

use std::ops::Bound;
use std::sync::MutexGuard;

use serde_json::{Value, json};

use super::super::call::{Call, listed};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::super::reply::Answer;
use super::super::states::{Item, Items};
use super::{invalid, named, not_found};
use crate::model::dynamodb::Table;
use crate::model::gap::{Collected, GapKind};
use crate::model::operation::Operation;
use crate::model::terraform::LockItem;
use crate::terraform::LOCK_TABLE_KEY;

/// The most items in a page: some 1 MB of them.
const MOST: usize = 4_000;

/// What the inventory says of a lock table's items; `None` where it is none.
fn known<'a>(call: &Call<'a>, table: &Table) -> Result<Option<&'a Collected<Vec<LockItem>>>, Refusal> {
    let tables = &call.parts()?.state.lock_tables;
    Ok(tables.iter().find(|known| known.table == table.arn).map(|known| &known.items))
}

pub(super) fn scan(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&[
        "TableName",
        "ConsistentRead",
        "ProjectionExpression",
        "ExpressionAttributeNames",
        "ExclusiveStartKey",
        "Limit",
    ])?;
    let table = named(call)?;
    let start = start(call)?;
    let Some(known) = known(call, table)? else { return Ok(page(Vec::new(), None)) };
    if known.gap().is_some_and(|gap| gap.kind == GapKind::Budget) {
        // A list that was given up as too long goes on without end, in empty pages.
        let at = start.and_then(|start| call.offset(start)).unwrap_or_default();
        return Ok(page(Vec::new(), Some(&call.token(at.saturating_add(1)))));
    }
    listed(known, Operation::DynamoDbScan)?;
    let Some(items) = call.fleet.states.items(table.arn.as_str()) else { return Ok(page(Vec::new(), None)) };
    let asked = call.input.number("Limit")?;
    if asked == Some(0) {
        return Err(invalid("Limit must be greater than or equal to 1"));
    }
    let size = asked.unwrap_or(MOST).min(MOST).min(call.fleet.options().page_size.unwrap_or(MOST));
    let after = match start.filter(|_| !call.same_token) {
        Some(start) => Bound::Excluded(start),
        None => Bound::Unbounded,
    };
    let mut found: Vec<(&String, &Item)> =
        items.range::<str, _>((after, Bound::Unbounded)).take(size.saturating_add(1)).collect();
    let more = found.len() > size;
    found.truncate(size);
    let last = found.last().map(|(id, _)| id.as_str()).filter(|_| more || call.same_token);
    let last = last.or_else(|| call.same_token.then_some("none"));
    let shown = found.iter().map(|(_, item)| projected(call, item)).collect::<Result<_, _>>()?;
    Ok(page(shown, last))
}

fn page(items: Vec<Value>, last: Option<&str>) -> Members {
    let count = items.len();
    Members::default()
        .put("Items", items)
        .put("Count", count)
        .put("ScannedCount", count)
        .some("LastEvaluatedKey", last.map(|id| json!({ LOCK_TABLE_KEY: { "S": id } })))
}

/// The id after which the page begins.
fn start<'c>(call: &'c Call<'_>) -> Result<Option<&'c str>, Refusal> {
    match call.input.json.get("ExclusiveStartKey") {
        None | Some(Value::Null) => Ok(None),
        Some(key) => id(key).map(Some).ok_or_else(|| invalid("The provided starting key is invalid")),
    }
}

/// The id that a key or an item bears.
fn id(key: &Value) -> Option<&str> {
    key.get(LOCK_TABLE_KEY)?.get("S")?.as_str()
}

/// An item's attributes that are asked for.
fn projected(call: &Call<'_>, item: &Item) -> Result<Value, Refusal> {
    let Some(wanted) = call.input.text("ProjectionExpression") else { return Ok(Value::Object(item.clone())) };
    let names = call.input.json.get("ExpressionAttributeNames");
    let mut shown = Item::new();
    for path in wanted.split(',').map(str::trim) {
        let name = match path.strip_prefix('#') {
            None => path,
            Some(_) => names.and_then(|names| names.get(path)?.as_str()).ok_or_else(|| {
                let what = "An expression attribute name used in the document path is not defined";
                invalid(format!("Invalid ProjectionExpression: {what}; attribute name: {path:.60}"))
            })?,
        };
        if let Some(value) = item.get(name) {
            shown.insert(name.to_owned(), value.clone());
        }
    }
    Ok(Value::Object(shown))
}

/// The items of the lock table that is named, to read and write.
fn items<'a>(call: &Call<'a>) -> Result<MutexGuard<'a, Items>, Refusal> {
    let name = call.input.required("TableName")?;
    let table = super::table(call, name, || not_found(""))?;
    let unseen = || Refusal::unseen(&format!("the items of table {}", table.name));
    listed(known(call, table)?.ok_or_else(unseen)?, Operation::DynamoDbScan)?;
    call.fleet.states.items(table.arn.as_str()).ok_or_else(unseen)
}

fn wrong_key() -> Refusal {
    invalid("The provided key element does not match the schema")
}

/// `GetItem`
pub(in crate::fleet) fn get(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"])?;
    let id = call.input.json.get("Key").and_then(id).ok_or_else(wrong_key)?;
    let items = items(call)?;
    let item = items.get(id).map(|item| projected(call, item)).transpose()?;
    Ok(Answer::Json(Members::default().some("Item", item)))
}

/// `PutItem`, unless there is one already and the condition says so: the only one that Terraform sets.
pub(in crate::fleet) fn put(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["TableName", "Item", "ConditionExpression"])?;
    let item = call.input.json.get("Item").and_then(Value::as_object);
    let Some(item) = item else { return Err(invalid("The item is no map of attribute values")) };
    let key = item.get(LOCK_TABLE_KEY).and_then(|key| key.get("S")?.as_str()).ok_or_else(|| {
        invalid(format!("One or more parameter values were invalid: Missing the key {LOCK_TABLE_KEY} in the item"))
    })?;
    let once = match call.input.text("ConditionExpression").map(|text| text.replace(' ', "")).as_deref() {
        None => false,
        Some("attribute_not_exists(LockID)") => true,
        Some(_) => return Err(invalid("this endpoint, which serves an inventory, does not heed this condition")),
    };
    let mut items = items(call)?;
    if once && items.contains_key(key) {
        return Err(Refusal::new(400, "ConditionalCheckFailedException", "The conditional request failed"));
    }
    items.insert(key.to_owned(), item.clone());
    Ok(Answer::Json(Members::default()))
}

/// `DeleteItem`: whether there was one or not.
pub(in crate::fleet) fn delete(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["TableName", "Key"])?;
    let id = call.input.json.get("Key").and_then(id).ok_or_else(wrong_key)?;
    items(call)?.remove(id);
    Ok(Answer::Json(Members::default()))
}
