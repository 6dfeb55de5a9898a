//! The items of lock tables, as Terraform writes them.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use super::md5_of;
use crate::model::terraform::{LockItem, LockTable};
use crate::terraform::{DIGEST_SUFFIX, LOCK_TABLE_KEY};

/// An item: attribute values by name.
pub(in crate::fleet) type Item = Map<String, Value>;

/// The items of a table, by `LockID`.
pub(in crate::fleet) type Items = BTreeMap<String, Item>;

/// What the inventory knows of a table's items.
pub(super) fn of(table: &LockTable, shift: SignedDuration) -> Items {
    table.items.items().iter().map(|known| item(known, shift)).collect()
}

/// A time, moved.
pub(super) fn moved(time: Timestamp, shift: SignedDuration) -> Timestamp {
    time.checked_add(shift).unwrap_or(time)
}

fn item(item: &LockItem, shift: SignedDuration) -> (String, Item) {
    let text = |text: &str| json!({ "S": text });
    let (id, further) = match item {
        LockItem::Digest { bucket, key, digest } => {
            let digest = digest.as_ref().map(|digest| ("Digest", text(digest)));
            (format!("{bucket}/{key}{DIGEST_SUFFIX}"), digest)
        }
        LockItem::Held { bucket, key, created_at, operation } => {
            let path = format!("{bucket}/{key}");
            let info = info(&path, created_at.map(|time| moved(time, shift)), operation.as_deref());
            (path, Some(("Info", text(&info))))
        }
    };
    let members = [(LOCK_TABLE_KEY, text(&id))].into_iter().chain(further);
    let item = members.map(|(name, value)| (name.to_owned(), value)).collect();
    (id, item)
}

/// A lock's Info as Terraform writes it. An inventory does not keep who locked, where from, and with which version.
pub(super) fn info(path: &str, created: Option<Timestamp>, operation: Option<&str>) -> String {
    let id = md5_of(path.as_bytes());
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| id.get(range).unwrap_or_default());
    let mut info = json!({
        "ID": parts.join("-"),
        "Operation": operation.unwrap_or_default(),
        "Info": "",
        "Who": "somebody whom the inventory does not name",
        "Version": "",
        "Path": path,
    });
    if let (Some(created), Some(members)) = (created, info.as_object_mut()) {
        members.insert("Created".to_owned(), created.to_string().into());
    }
    info.to_string()
}
