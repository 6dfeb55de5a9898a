//! Terraform state: objects, what they claim, and how they are locked.

use jiff::Timestamp;

use md5::{Digest, Md5};

use crate::model::gap::{Answer, Gap, GapKind};
use crate::model::ids::Arn;
use crate::model::operation::Operation;
use crate::model::terraform::{
    LockFileVersion, LockItem, LockTable, RecordedAttributes, ResourceMode, StateBody, StateBucket, StateContent,
    StateObject, StateResource,
};
use crate::terraform::{Limits, read_state, write_state};

use super::{hours_ago, none, read, tags, uuid, value};

/// A state object of a versioned bucket, last written so many hours ago: its size and digests are those of the document
/// that [`write_state`] makes of its content.
#[must_use]
pub fn state_object(key: &str, written_hours_ago: i64, resources: Vec<StateResource>) -> StateObject {
    let content = StateContent {
        serial: 112,
        lineage: uuid(&format!("lineage-{key}")),
        terraform_version: "1.11.4".into(),
        resources,
    };
    state_of(key, hours_ago(written_hours_ago), Some(version_of(&format!("version-{key}"))), content)
}

/// A state object with this content, its resources in order of address.
#[must_use]
pub fn state_of(key: &str, written: Timestamp, version: Option<String>, mut content: StateContent) -> StateObject {
    content.resources.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    let bytes = write_state(&content);
    let md5 = md5_of(&bytes);
    StateObject {
        key: key.into(),
        size: bytes.len() as u64,
        last_modified: written,
        etag: Some(md5.clone()),
        body: value(StateBody { read_at: hours_ago(0), version_id: version, replication_status: None, md5 }),
        content: value(content),
    }
}

/// Objects that are no state palisade reads, as they lie in buckets: empty, from before Terraform 0.12, encrypted by
/// OpenTofu, and cut off. Whoever serves a gap of content finds the bytes here, by their MD5.
pub const BROKEN_STATES: [&[u8]; 4] =
    [b"", b"{\"version\":3}\n", b"{\"serial\":1,\"encrypted_data\":\"\"}\n", b"{\"version\":4,\"serial\":1"];

/// The same object with one of [`BROKEN_STATES`] in place of its state: its content is the gap that reading it leaves.
#[must_use]
pub fn broken(bucket: &str, object: StateObject, which: usize) -> StateObject {
    let bytes = BROKEN_STATES.get(which).copied().unwrap_or_default();
    let why = match read_state(bytes, &Limits::default()) {
        Err(error) => error.to_string(),
        Ok(_) => String::new(),
    };
    let mut gap =
        Gap::not_made(GapKind::Malformed, Operation::S3GetObject, format!("s3://{bucket}/{}: {why}", object.key));
    gap.attempts = 1;
    let md5 = md5_of(bytes);
    let body = object.body.value().cloned().map(|body| StateBody { md5: md5.clone(), ..body });
    StateObject {
        size: bytes.len() as u64,
        etag: Some(md5),
        body: body.map_or(Answer::Gap(gap.clone()), Answer::Value),
        content: Answer::Gap(gap),
        ..object
    }
}

/// The same object in a bucket that keeps no versions.
#[must_use]
pub fn unversioned(mut object: StateObject) -> StateObject {
    if let Answer::Value(body) = &mut object.body {
        body.version_id = None;
    }
    object
}

/// An MD5 in lower-case hex.
#[must_use]
pub fn md5_of(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A text in the shape of a version id that depends on the name alone.
#[must_use]
pub fn version_of(name: &str) -> String {
    uuid(name).replace('-', "")
}

/// An instance that a state manages, named by its ARN.
#[must_use]
pub fn managed(address: &str, arn: &Arn, attributes: RecordedAttributes) -> StateResource {
    // The type stands before the name, whose index (the last bracket's) may hold dots of its own.
    let bare = address.strip_suffix(']').and_then(|whole| whole.rsplit_once('[')).map_or(address, |(bare, _)| bare);
    StateResource {
        address: address.into(),
        mode: ResourceMode::Managed,
        resource_type: bare.rsplit('.').nth(1).unwrap_or(bare).into(),
        provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.into(),
        arn: Some(arn.as_str().into()),
        id: Some(arn.name().into()),
        deposed: None,
        dependencies: Vec::new(),
        attributes: attributes.into(),
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

/// A bucket that was looked into for states; why, [`settled`](super::settled) says.
#[must_use]
pub fn state_bucket(bucket: &str, mut objects: Vec<StateObject>) -> StateBucket {
    objects.sort_by(|a, b| a.key.cmp(&b.key));
    StateBucket { bucket: bucket.into(), reasons: Vec::new(), objects: read(objects), lock_versions: none() }
}

/// The two traces that a write under `use_lockfile` leaves in a versioned bucket: the lock, and its release.
#[must_use]
pub fn lock_file(key: &str, taken: Timestamp, released: Timestamp) -> Vec<LockFileVersion> {
    let version = |what: &str, at: Timestamp, released: bool| LockFileVersion {
        key: format!("{key}.tflock"),
        version_id: Some(version_of(&format!("{what}-{key}"))),
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

/// The digest of this state, as its last write through a table left it.
#[must_use]
pub fn digest(bucket: &str, state: &StateObject) -> LockItem {
    let digest = state.body.value().map(|body| body.md5.clone());
    LockItem::Digest { bucket: bucket.into(), key: state.key.clone(), digest }
}

/// A digest that disagrees with the state under this key: its newest write went past the table.
#[must_use]
pub fn older_digest(bucket: &str, key: &str) -> LockItem {
    LockItem::Digest { bucket: bucket.into(), key: key.into(), digest: Some(md5_of(b"an older one")) }
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
