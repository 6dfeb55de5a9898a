//! The whole collector over wire answers.

mod found;
mod gaps;
mod settled;

use super::*;
use crate::aws::replay::{Replay, run, site};
use crate::model::dynamodb::{PointInTimeRecovery, TableDetail};
use crate::model::ids::Region;
use crate::model::s3::Versioning;
use crate::model::terraform::LockFileVersion;

const NOW: &str = "2026-07-01T12:00:00Z";
const STATE: &str = r#"{"version":4,"terraform_version":"1.11.4","serial":7,"lineage":"l","outputs":{"p":{"value":"hunter2","type":"string"}},"resources":[]}"#;
/// An MD5 that is not that of [`STATE`].
const MD5: &str = "0f0a3d29bfe33a56a3e2a7e0e0a1b3f5";

/// A bucket in eu-central-1 with nothing configured.
pub(super) fn bucket(name: &str, tags: &[(&str, &str)]) -> Bucket {
    Bucket {
        name: name.to_owned(),
        arn: format!("arn:aws:s3:::{name}").parse().unwrap(),
        region: Answer::Value("eu-central-1".parse().unwrap()),
        created_at: None,
        tags: Answer::Value(tags.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()),
        versioning: Answer::Value(Versioning::default()),
        object_lock: Answer::Value(None),
        lifecycle: Answer::Value(Vec::new()),
        policy: Answer::Value(None),
        public_access_block: Answer::Value(None),
        encryption: Answer::Value(None),
        replication: Answer::Value(Vec::new()),
        holds: Answer::Value(true),
    }
}

fn table(name: &str, key: &str, sort: Option<&str>) -> Table {
    let detail = TableDetail {
        id: None,
        status: "ACTIVE".to_owned(),
        created_at: None,
        deletion_protection: false,
        partition_key: Some(key.to_owned()),
        sort_key: sort.map(str::to_owned),
        replicas: Vec::new(),
        kms_key: None,
        item_count: None,
    };
    let gap = Gap::not_made(GapKind::Denied, Operation::DynamoDbDescribeContinuousBackups, "no");
    Table {
        arn: format!("arn:aws:dynamodb:eu-central-1:111122223333:table/{name}").parse().unwrap(),
        name: name.to_owned(),
        detail: Answer::Value(detail),
        point_in_time_recovery: Answer::<PointInTimeRecovery>::Gap(gap),
        tags: Answer::Value(BTreeMap::new()),
        resource_policy: Answer::Value(None),
    }
}

fn read<T>(value: T) -> Collected<T> {
    Collected::read(NOW.parse().unwrap(), value)
}

fn collected(replay: &Replay, buckets: Vec<Bucket>, tables: Vec<Table>, options: &Options) -> StateInventory {
    let site = site(replay);
    let tables = read(tables);
    let region: Region = "eu-central-1".parse().unwrap();
    let inventory =
        run(collect(&read(buckets), &[(region, &tables)], &|region: &Region| site.in_region(region), options));
    assert!(!format!("{inventory:?}").contains("hunter2"));
    assert!(!format!("{:?}", site.shared.ledger.entries()).contains("hunter2"));
    inventory
}

fn object(key: &str, modified: &str, size: usize) -> String {
    format!(
        "<Contents><Key>{key}</Key><LastModified>{modified}</LastModified><ETag>&quot;etag&quot;</ETag><Size>{size}</Size></Contents>"
    )
}

fn objects(contents: &str, next: Option<&str>) -> String {
    let next = next.map(|t| format!("<NextContinuationToken>{t}</NextContinuationToken>")).unwrap_or_default();
    format!("<ListBucketResult><IsTruncated>{}</IsTruncated>{next}{contents}</ListBucketResult>", !next.is_empty())
}

fn version(kind: &str, key: &str, id: &str, modified: &str, latest: bool) -> String {
    format!(
        "<{kind}><Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>{latest}</IsLatest><LastModified>{modified}</LastModified></{kind}>"
    )
}

fn versions(entries: &str, next: Option<(&str, &str)>) -> String {
    let marker = |(key, id): (&str, &str)| {
        format!("<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{id}</NextVersionIdMarker>")
    };
    let truncated = next.is_some();
    let next = next.map(marker).unwrap_or_default();
    format!("<ListVersionsResult><IsTruncated>{truncated}</IsTruncated>{next}{entries}</ListVersionsResult>")
}

fn item(id: &str, digest: Option<&str>, info: Option<&str>) -> String {
    let attribute = |name: &str, value: Option<&str>| {
        value.map(|value| format!(r#","{name}":{{"S":{}}}"#, serde_json::to_string(value).unwrap())).unwrap_or_default()
    };
    format!(r#"{{"LockID":{{"S":"{id}"}}{}{}}}"#, attribute("Digest", digest), attribute("Info", info))
}

fn scan(items: &[String], last: Option<&str>) -> String {
    let last = last.map(|id| format!(r#","LastEvaluatedKey":{{"LockID":{{"S":"{id}"}}}}"#)).unwrap_or_default();
    format!(r#"{{"Items":[{}]{last}}}"#, items.join(","))
}

/// A replay of a bucket `acme-tfstate` without lock files that lists these objects.
fn simple(contents: &str) -> Replay {
    Replay::new().on(&["acme-tfstate", "versions"], 200, versions("", None)).on(
        &["acme-tfstate", "list-type=2"],
        200,
        objects(contents, None),
    )
}

fn only(inventory: &StateInventory) -> &StateBucket {
    assert_eq!(inventory.buckets.len(), 1);
    &inventory.buckets[0]
}

fn md5_of(text: &str) -> String {
    use md5::{Digest, Md5};
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}
