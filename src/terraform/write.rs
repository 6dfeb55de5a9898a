//! Writing a state: a document of format version 4 that [`read_state`](super::read_state) takes apart into the content it
//! was made from.
//!
//! It may use `model` alone. The decision worth knowing: nothing is invented. What the content does not hold (outputs,
//! every attribute outside the allow-list) the document does not hold either, so that it can carry no secret; the same
//! content gives the same bytes, and so the same MD5.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::address::{Index, address, parts};
use crate::model::shared::Word;
use crate::model::terraform::{RecordedAttributes, ResourceMode, StateContent, StateResource};

/// The head, in Terraform's own order of keys.
#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    terraform_version: &'a str,
    serial: u64,
    lineage: &'a str,
    outputs: BTreeMap<&'a str, Value>,
    resources: Vec<Resource<'a>>,
    check_results: Option<Value>,
}

#[derive(Serialize)]
struct Resource<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    module: &'a str,
    mode: &'static str,
    r#type: &'a str,
    name: &'a str,
    provider: &'a str,
    instances: Vec<Instance<'a>>,
}

#[derive(Serialize)]
struct Instance<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    index_key: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deposed: Option<&'a str>,
    schema_version: u8,
    attributes: BTreeMap<&'static str, Value>,
    sensitive_attributes: [u8; 0],
    #[serde(skip_serializing_if = "<[Word]>::is_empty")]
    dependencies: &'a [Word],
}

/// What instances of one resource have in common: Terraform lists them together.
type Place<'a> = (&'a str, &'static str, &'a str, &'a str, &'a str);

/// The state document of this content. It ends in a line break, as Terraform's do.
///
/// Of content that no state gives (an address that does not end in its own type, an ARN of a resource that is not AWS's)
/// the document holds as much as a state can.
#[must_use]
pub fn write_state(content: &StateContent) -> Vec<u8> {
    let mut resources: BTreeMap<Place<'_>, Vec<Instance<'_>>> = BTreeMap::new();
    for resource in &content.resources {
        let (module, name, index) = taken_apart(resource);
        let mode = match resource.mode {
            ResourceMode::Managed => "managed",
            ResourceMode::Data => "data",
        };
        let place = (module, mode, resource.resource_type.as_str(), name, resource.provider.as_str());
        resources.entry(place).or_default().push(instance(resource, index));
    }
    let resources = resources.into_iter().map(|((module, mode, kind, name, provider), instances)| Resource {
        module,
        mode,
        r#type: kind,
        name,
        provider,
        instances,
    });
    let document = Document {
        version: 4,
        terraform_version: &content.terraform_version,
        serial: content.serial,
        lineage: &content.lineage,
        outputs: BTreeMap::new(),
        resources: resources.collect(),
        check_results: None,
    };
    // It holds no map with other keys than texts and no number but whole ones: there is nothing that could fail.
    let mut bytes = serde_json::to_vec_pretty(&document).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// An address as module, name and index.
fn taken_apart(resource: &StateResource) -> (&str, &str, Option<Index>) {
    let StateResource { address: whole, mode, resource_type: kind, .. } = resource;
    let (module, name, index) = parts(whole, *mode, kind);
    // A key that Terraform would quote otherwise stays what it is: a part of the name.
    if index.is_some() && address(module, *mode, kind, name, index.as_ref()) != *whole {
        let start = address(module, *mode, kind, "", None).len();
        return (module, whole.get(start..).unwrap_or(name), None);
    }
    (module, name, index)
}

fn instance(resource: &StateResource, index: Option<Index>) -> Instance<'_> {
    Instance {
        index_key: index.map(|index| match index {
            Index::Count(count) => json!(count),
            Index::Each(key) => json!(key),
        }),
        deposed: resource.deposed.as_deref(),
        schema_version: 0,
        attributes: attributes(resource),
        sensitive_attributes: [],
        dependencies: &resource.dependencies,
    }
}

fn attributes(resource: &StateResource) -> BTreeMap<&'static str, Value> {
    let RecordedAttributes {
        deletion_protection,
        deletion_protection_enabled,
        skip_final_snapshot,
        final_snapshot_identifier,
        delete_automated_backups,
        backup_retention_period,
        point_in_time_recovery,
        apply_immediately,
        force_destroy,
        recovery_window_in_days,
        deletion_window_in_days,
        enable_deletion_protection,
        disable_api_termination,
        skip_destroy,
        environment_tags,
    } = &*resource.attributes;
    // The snapshot types have no `arn`.
    let arn = match resource.resource_type.as_str() {
        "aws_db_snapshot" => "db_snapshot_arn",
        "aws_db_cluster_snapshot" => "db_cluster_snapshot_arn",
        _ => "arn",
    };
    let recovery = point_in_time_recovery.map(|enabled| json!([{ "enabled": enabled }]));
    let tags = (!environment_tags.is_empty()).then(|| json!(environment_tags));
    let given = [
        ("id", resource.id.as_ref().map(|text| json!(text))),
        (arn, resource.arn.as_ref().map(|text| json!(text))),
        ("deletion_protection", deletion_protection.map(Value::from)),
        ("deletion_protection_enabled", deletion_protection_enabled.map(Value::from)),
        ("skip_final_snapshot", skip_final_snapshot.map(Value::from)),
        ("final_snapshot_identifier", final_snapshot_identifier.as_ref().map(|text| json!(text))),
        ("delete_automated_backups", delete_automated_backups.map(Value::from)),
        ("backup_retention_period", backup_retention_period.map(Value::from)),
        ("point_in_time_recovery", recovery),
        ("apply_immediately", apply_immediately.map(Value::from)),
        ("force_destroy", force_destroy.map(Value::from)),
        ("recovery_window_in_days", recovery_window_in_days.map(Value::from)),
        ("deletion_window_in_days", deletion_window_in_days.map(Value::from)),
        ("enable_deletion_protection", enable_deletion_protection.map(Value::from)),
        ("disable_api_termination", disable_api_termination.map(Value::from)),
        ("skip_destroy", skip_destroy.map(Value::from)),
        ("tags", tags.clone()),
        ("tags_all", tags),
    ];
    given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}
