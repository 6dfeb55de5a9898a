//! Terraform state: objects, what they claim, and how they are locked.

use jiff::Timestamp;

use crate::model::ids::Arn;
use crate::model::terraform::{
    LockFileVersion, LockItem, LockTable, RecordedAttributes, ResourceMode, StateBody, StateBucket, StateBucketReason,
    StateContent, StateObject, StateResource,
};

use super::{hours_ago, none, read, tags, uuid, value};

/// A state object last written so many hours ago.
#[must_use]
pub fn state_object(key: &str, written_hours_ago: i64, resources: Vec<StateResource>) -> StateObject {
    StateObject {
        key: key.into(),
        size: 48_213,
        last_modified: hours_ago(written_hours_ago),
        etag: Some(digest_of(key)),
        body: value(StateBody {
            read_at: hours_ago(0),
            version_id: Some(uuid(&format!("version-{key}")).replace('-', "")),
            replication_status: None,
            md5: digest_of(key),
        }),
        content: value(StateContent {
            serial: 112,
            lineage: uuid(&format!("lineage-{key}")),
            terraform_version: "1.11.4".into(),
            resources,
        }),
    }
}

/// The MD5 that [`state_object`] gives the state under this key.
#[must_use]
pub fn digest_of(key: &str) -> String {
    uuid(&format!("digest-{key}")).replace('-', "")
}

/// An instance that a state manages, named by its ARN.
#[must_use]
pub fn managed(address: &str, arn: &Arn, attributes: RecordedAttributes) -> StateResource {
    let path = address.split('[').next().unwrap_or(address);
    StateResource {
        address: address.into(),
        mode: ResourceMode::Managed,
        resource_type: path.rsplit('.').nth(1).unwrap_or(path).into(),
        provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.into(),
        arn: Some(arn.as_str().into()),
        id: Some(arn.name().into()),
        deposed: None,
        dependencies: Vec::new(),
        attributes,
    }
}

/// What a state records of a database that is set up well.
#[must_use]
pub fn recorded_well(environment: &str) -> RecordedAttributes {
    RecordedAttributes {
        deletion_protection: Some(true),
        skip_final_snapshot: Some(false),
        final_snapshot_identifier: Some("final".into()),
        delete_automated_backups: Some(false),
        apply_immediately: Some(false),
        environment_tags: tags([("environment", environment)]),
        ..RecordedAttributes::default()
    }
}

/// What a state records of something that has no protection of its own.
#[must_use]
pub fn recorded(environment: &str) -> RecordedAttributes {
    RecordedAttributes { environment_tags: tags([("environment", environment)]), ..RecordedAttributes::default() }
}

/// A bucket that was looked into for states, found by its name.
#[must_use]
pub fn state_bucket(bucket: &str, objects: Vec<StateObject>) -> StateBucket {
    StateBucket {
        bucket: bucket.into(),
        reasons: vec![StateBucketReason::Name],
        objects: read(objects),
        lock_versions: none(),
    }
}

/// The two traces that a write under `use_lockfile` leaves in a versioned bucket: the lock, and its release.
#[must_use]
pub fn lock_file(key: &str, taken: Timestamp, released: Timestamp) -> Vec<LockFileVersion> {
    let version = |what: &str, at: Timestamp, released: bool| LockFileVersion {
        key: format!("{key}.tflock"),
        version_id: Some(uuid(&format!("{what}-{key}")).replace('-', "")),
        last_modified: at,
        delete_marker: released,
        latest: released,
    };
    vec![version("taken", taken, false), version("released", released, true)]
}

/// A lock table with these items.
#[must_use]
pub fn lock_table(table: &Arn, items: Vec<LockItem>) -> LockTable {
    LockTable { table: table.clone(), items: read(items) }
}

/// The digest of the state last written under this key.
#[must_use]
pub fn digest(bucket: &str, key: &str) -> LockItem {
    LockItem::Digest { bucket: bucket.into(), key: key.into(), digest: Some(digest_of(key)) }
}

/// A lock held for so many hours.
#[must_use]
pub fn held(bucket: &str, key: &str, hours: i64) -> LockItem {
    LockItem::Held {
        bucket: bucket.into(),
        key: key.into(),
        created_at: Some(hours_ago(hours)),
        operation: Some("OperationTypeApply".into()),
    }
}
