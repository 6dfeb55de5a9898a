//! DynamoDB lock tables: which states were last written through them, and which locks are held.
//!
//! <https://developer.hashicorp.com/terraform/language/backend/s3#enabling-dynamodb-state-locking>. The table's only key
//! is `LockID`. Of a held lock's Info (who, from where, why) the time and the operation are kept, nothing else.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;

use super::list::pages_within;
use crate::aws::failure::Failure;
use crate::aws::site::Site;
use crate::model::dynamodb::Table;
use crate::model::operation::Operation;
use crate::model::terraform::{LockItem, LockTable};
use crate::terraform::{DIGEST_SUFFIX, LOCK_TABLE_KEY};

/// The most pages (of 1 MB) of one table: some ten thousand states each.
const PAGES: usize = 50;

/// The longest operation that is kept: Terraform's are `OperationTypeApply` and its sisters.
const OPERATION_LENGTH: usize = 64;

/// Whether a table has the key schema of a lock table. One that could not be described is a gap of its own collection.
pub(super) fn is_lock_table(table: &Table) -> bool {
    let detail = table.detail.value();
    detail.is_some_and(|detail| detail.partition_key.as_deref() == Some(LOCK_TABLE_KEY) && detail.sort_key.is_none())
}

/// Scans one lock table.
pub(super) async fn scan(site: &Site, table: &Table) -> LockTable {
    LockTable { table: table.arn.clone(), items: site.collected(items(site, &table.name, table.arn.as_str()).await) }
}

/// The items of a lock table, sorted.
pub(super) async fn items(site: &Site, name: &str, subject: &str) -> Result<Vec<LockItem>, Failure> {
    let client = site.dynamodb();
    let make = |start: Option<String>| {
        let mut request = client
            .scan()
            .table_name(name)
            .consistent_read(true)
            .projection_expression("#k, #d, #i")
            .expression_attribute_names("#k", LOCK_TABLE_KEY)
            .expression_attribute_names("#d", "Digest")
            .expression_attribute_names("#i", "Info");
        if let Some(start) = start {
            request = request.exclusive_start_key(LOCK_TABLE_KEY, AttributeValue::S(start));
        }
        request.send()
    };
    let mut items = Vec::new();
    pages_within(site, (Operation::DynamoDbScan, subject), PAGES, make, |page| {
        for item in page.items() {
            let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str);
            items.extend(text(LOCK_TABLE_KEY).and_then(|id| lock_item(id, text("Digest"), text("Info"))));
        }
        page.last_evaluated_key().and_then(|key| key.get(LOCK_TABLE_KEY)?.as_s().ok().cloned())
    })
    .await?;
    items.sort();
    Ok(items)
}

/// An item; `None` where its id is no `<bucket>/<key>`: the table serves something else as well.
fn lock_item(id: &str, digest: Option<&str>, info: Option<&str>) -> Option<LockItem> {
    let (bucket, key) = id.split_once('/')?;
    if bucket.is_empty() || key.is_empty() {
        return None;
    }
    let bucket = bucket.to_owned();
    // A state whose own key ends in `-md5` has its lock under that name, and that item has an Info.
    if let Some(state) = key.strip_suffix(DIGEST_SUFFIX).filter(|state| !state.is_empty() && info.is_none()) {
        return Some(LockItem::Digest { bucket, key: state.to_owned(), digest: digest.and_then(md5) });
    }
    let (created_at, operation) = info.map(lock_info).unwrap_or_default();
    Some(LockItem::Held { bucket, key: key.to_owned(), created_at, operation })
}

/// An MD5 in lower-case hex.
fn md5(digest: &str) -> Option<String> {
    let valid = digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| digest.to_ascii_lowercase())
}

/// The time and the operation of a lock's Info, which Terraform writes as JSON.
fn lock_info(info: &str) -> (Option<Timestamp>, Option<String>) {
    #[derive(Deserialize, Default)]
    struct Info {
        #[serde(rename = "Created")]
        created: Option<String>,
        #[serde(rename = "Operation")]
        operation: Option<String>,
    }
    let info: Info = serde_json::from_str(info).unwrap_or_default();
    let operation = info.operation.map(|text| text.chars().take(OPERATION_LENGTH).collect::<String>());
    (info.created.and_then(|text| text.parse().ok()), operation.filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_told_apart_and_little_is_kept() {
        let info = r#"{"ID":"x","Operation":"OperationTypeApply","Info":"","Who":"ann@laptop","Version":"1.11.4","Created":"2026-07-01T10:11:12.123456789Z","Path":"b/k"}"#;
        let digest = "D41D8CD98F00B204E9800998ECF8427E";
        let held = |key: &str, created: Option<&str>, operation: Option<&str>| LockItem::Held {
            bucket: "b".into(),
            key: key.into(),
            created_at: created.map(|text| text.parse().unwrap()),
            operation: operation.map(Into::into),
        };
        let digest_of = |key: &str, digest: Option<&str>| LockItem::Digest {
            bucket: "b".into(),
            key: key.into(),
            digest: digest.map(Into::into),
        };
        for (id, digest, info, want) in [
            ("b/k-md5", Some(digest), None, Some(digest_of("k", Some("d41d8cd98f00b204e9800998ecf8427e")))),
            ("b/env:/prod/k-md5", Some("nonsense"), None, Some(digest_of("env:/prod/k", None))),
            ("b/k-md5", None, None, Some(digest_of("k", None))),
            ("b/k-md5", None, Some("{}"), Some(held("k-md5", None, None))),
            (
                "b/k",
                None,
                Some(info),
                Some(held("k", Some("2026-07-01T10:11:12.123456789Z"), Some("OperationTypeApply"))),
            ),
            ("b/k", None, Some("not json"), Some(held("k", None, None))),
            ("b/k", None, None, Some(held("k", None, None))),
            ("b/-md5", None, None, Some(held("-md5", None, None))),
            ("other", None, None, None),
            ("/k", None, None, None),
            ("b/", None, None, None),
        ] {
            let item = lock_item(id, digest, info);
            assert!(!format!("{item:?}").contains("ann@laptop"));
            assert_eq!(item, want, "{id}");
        }
    }
}
