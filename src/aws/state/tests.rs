//! The whole collector over wire answers.

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

#[test]
fn states_are_found_by_table_by_key_and_by_lock_file_over_all_pages() {
    let info = r#"{"ID":"i","Operation":"OperationTypeApply","Who":"hunter2","Created":"2026-07-01T10:00:00Z"}"#;
    let old = "2026-06-01T10:00:00Z";
    let headers = [("x-amz-version-id", "v1"), ("x-amz-replication-status", "REPLICA"), ("etag", "\"e2\"")];
    let replay = Replay::new()
        .on(&["DynamoDB", "Scan", "ExclusiveStartKey"], 200, scan(&[item("plain/odd-key", None, Some(info))], None))
        .on(&["DynamoDB", "Scan"], 200, scan(&[item("plain/env:/prod/odd-md5", Some(MD5), None)], Some("plain/x")))
        .on(
            &["plain.s3", "versions", "key-marker=m"],
            200,
            versions(&version("DeleteMarker", "third.tflock", "d", old, true), None),
        )
        .on(
            &["plain.s3", "versions"],
            200,
            versions(
                &(version("Version", "third.tflock", "v", old, false)
                    + &version("Version", "photo.jpg", "p", old, true)),
                Some(("m", "n")),
            ),
        )
        .on(
            &["plain.s3", "list-type=2", "continuation-token=t"],
            200,
            objects(&(object("odd-key", old, 9) + &object("third", old, 9) + &object("z.tfstate", old, 9)), None),
        )
        .on(
            &["plain.s3", "list-type=2"],
            200,
            objects(&(object("env:/prod/odd", old, 9) + &object("photo.jpg", old, 9)), Some("t")),
        )
        .with_headers(&["plain.s3", "GetObject"], 200, &headers, STATE);
    let inventory = collected(
        &replay,
        vec![bucket("plain", &[]), bucket("photos", &[])],
        vec![table("locks", "LockID", None), table("orders", "LockID", Some("at")), table("users", "id", None)],
        &Options::default(),
    );
    assert_eq!(replay.count("Scan"), 2 + 2, "one lock table, two pages; read again, since the digest is another");
    assert_eq!(
        inventory.lock_tables[0].items.items(),
        [
            LockItem::Digest { bucket: "plain".into(), key: "env:/prod/odd".into(), digest: Some(MD5.into()) },
            LockItem::Held {
                bucket: "plain".into(),
                key: "odd-key".into(),
                created_at: Some("2026-07-01T10:00:00Z".parse().unwrap()),
                operation: Some("OperationTypeApply".into()),
            },
        ]
    );
    let bucket = only(&inventory);
    assert_eq!((bucket.bucket.as_str(), bucket.reasons.as_slice()), ("plain", &[StateBucketReason::LockTable][..]));
    let keys: Vec<_> = bucket.objects.items().iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["env:/prod/odd", "odd-key", "third", "z.tfstate"]);
    let lock = |id: &str, delete_marker, latest| LockFileVersion {
        key: "third.tflock".into(),
        version_id: Some(id.into()),
        last_modified: old.parse().unwrap(),
        delete_marker,
        latest,
    };
    assert_eq!(bucket.lock_versions.items(), [lock("d", true, true), lock("v", false, false)]);
    let state = &bucket.objects.items()[0];
    let body = state.body.value().unwrap();
    assert_eq!((state.size, state.etag.as_deref()), (STATE.len() as u64, Some("e2")));
    assert_eq!((body.version_id.as_deref(), body.replication_status.as_deref()), (Some("v1"), Some("REPLICA")));
    assert_eq!(body.md5, md5_of(STATE));
    assert_eq!(state.content.value().unwrap().serial, 7);
}

fn md5_of(text: &str) -> String {
    use md5::{Digest, Md5};
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn without_state_content_no_object_is_read() {
    let replay = simple(&object("a.tfstate", NOW, 9));
    let options = Options { content: false, ..Options::default() };
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
    assert_eq!(replay.count("GetObject"), 0);
    let state = &only(&inventory).objects.items()[0];
    assert_eq!(state.content.gap().unwrap().kind, GapKind::OutOfScope);
    assert_eq!(state.body.gap(), state.content.gap());
    assert_eq!(state.etag.as_deref(), Some("etag"));
}

#[test]
fn what_is_no_readable_state_is_a_gap_that_names_it_and_keeps_its_digest() {
    let cut = &STATE[..STATE.len() - 3];
    for (body, words, kind) in [
        (cut, "truncated", GapKind::Malformed),
        ("", "empty", GapKind::Malformed),
        (r#"{"version":3,"modules":[{"x":"hunter2"}]}"#, "version 3", GapKind::Malformed),
        (r#"{"meta":{},"encrypted_data":"hunter2"}"#, "OpenTofu", GapKind::Malformed),
        ("hunter2", "no JSON", GapKind::Malformed),
        (r#"{"version":4,"resources":[[[[[[[[[[[[]]]]]]]]]]]]}"#, "s3://acme-tfstate/a.tfstate", GapKind::Malformed),
    ] {
        let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", 9)).on(&["GetObject"], 200, body);
        let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
        let state = &only(&inventory).objects.items()[0];
        let gap = state.content.gap().unwrap();
        assert!(gap.message.contains("s3://acme-tfstate/a.tfstate") && gap.message.contains(words), "{}", gap.message);
        assert_eq!((gap.kind, gap.operation), (kind, Operation::S3GetObject));
        assert_eq!(state.body.value().unwrap().md5, md5_of(body));
    }
}

#[test]
fn a_limit_is_a_gap_of_kind_budget() {
    let limits = Limits { max_bytes: 20, ..Limits::default() };
    for listed in [19, 2_000] {
        let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", listed)).on(&["GetObject"], 200, STATE);
        let options = Options { limits: limits.clone(), ..Options::default() };
        let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
        let state = &only(&inventory).objects.items()[0];
        assert_eq!(state.content.gap().unwrap().kind, GapKind::Budget, "listed with {listed}");
        assert_eq!(replay.count("GetObject"), usize::from(listed == 19));
    }
    let replay = Replay::new().on(&["versions"], 200, versions("", Some(("k", "v")))).on(
        &["list-type=2"],
        200,
        objects("", Some("t")),
    );
    let options = Options { pages: 1, ..Options::default() };
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
    let bucket = only(&inventory);
    assert_eq!(bucket.objects.gap().unwrap().kind, GapKind::Budget);
    assert_eq!(bucket.lock_versions.gap().unwrap().kind, GapKind::Budget);
}

#[test]
fn denials_are_gaps_of_what_was_denied_alone() {
    let replay = simple(&(object("a.tfstate", "2026-06-01T10:00:00Z", 9) + &object("gone.tfstate", NOW, 9)))
        .s3_error(&["a.tfstate", "GetObject"], 403, "AccessDenied", "no")
        .s3_error(&["gone.tfstate", "GetObject"], 404, "NoSuchKey", "gone");
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    let states = only(&inventory).objects.items();
    assert_eq!(states.len(), 1, "what is gone since it was listed is no state");
    let gap = states[0].content.gap().unwrap();
    assert_eq!((gap.kind, gap.code.as_deref()), (GapKind::Denied, Some("AccessDenied")));
    assert_eq!(states[0].body.gap(), Some(gap));

    let replay = Replay::new()
        .s3_error(&["versions"], 403, "AccessDenied", "no")
        .on(&["list-type=2"], 200, objects("", None))
        .json_error(&["Scan"], 400, "AccessDeniedException", "no");
    let inventory = collected(
        &replay,
        vec![bucket("acme-tfstate", &[])],
        vec![table("locks", "LockID", None)],
        &Options::default(),
    );
    assert_eq!(inventory.lock_tables[0].items.gap().unwrap().kind, GapKind::Denied);
    let bucket = only(&inventory);
    assert_eq!(bucket.objects.value(), Some(&vec![]));
    assert_eq!(bucket.lock_versions.gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn a_bucket_without_a_region_is_a_gap() {
    let mut lost = bucket("acme-tfstate", &[]);
    lost.region = Answer::Gap(Gap::not_made(GapKind::Denied, Operation::S3GetBucketLocation, "no"));
    let replay = Replay::new();
    let inventory = collected(&replay, vec![lost], vec![], &Options::default());
    assert_eq!(only(&inventory).objects.gap().unwrap().kind, GapKind::Denied);
    assert!(replay.sent().is_empty());
}

#[test]
fn a_body_that_breaks_off_is_a_gap_and_no_state() {
    let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", 9)).with_headers(
        &["GetObject"],
        200,
        &[("content-length", "5000")],
        STATE,
    );
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    let gap = only(&inventory).objects.items()[0].body.gap().unwrap();
    assert_eq!(gap.kind, GapKind::Timeout);
    assert!(gap.message.contains("s3://acme-tfstate/a.tfstate"));
}

#[test]
fn a_state_written_during_the_collection_is_matched_with_locks_read_after_it() {
    let late = "2099-01-01T00:00:00Z";
    let replay = Replay::new()
        .once(&["Scan"], 200, scan(&[item("acme-tfstate/a.tfstate-md5", Some(MD5), None)], None))
        .on(&["Scan"], 200, scan(&[item("acme-tfstate/a.tfstate-md5", Some(&md5_of(STATE)), None)], None))
        .on(
            &["versions", "prefix=a.tfstate.tflock"],
            200,
            versions(
                &(version("Version", "a.tfstate.tflock", "v", late, false)
                    + &version("DeleteMarker", "a.tfstate.tflock", "d", late, true)),
                None,
            ),
        )
        .on(&["versions"], 200, versions("", None))
        .on(&["list-type=2"], 200, objects(&object("a.tfstate", late, 9), None))
        .on(&["GetObject"], 200, STATE);
    let inventory = collected(
        &replay,
        vec![bucket("acme-tfstate", &[])],
        vec![table("locks", "LockID", None)],
        &Options::default(),
    );
    assert_eq!(only(&inventory).lock_versions.items().len(), 2);
    assert_eq!(
        inventory.lock_tables[0].items.items(),
        [LockItem::Digest { bucket: "acme-tfstate".into(), key: "a.tfstate".into(), digest: Some(md5_of(STATE)) }]
    );
    assert_eq!(replay.count("GetObject"), 1, "with the new digest nothing disagrees any longer");
}

#[test]
fn a_state_whose_digest_stays_another_is_read_once_more() {
    let old = "2026-06-01T10:00:00Z";
    let replay = Replay::new()
        .on(&["Scan"], 200, scan(&[item("acme-tfstate/a.tfstate-md5", Some(MD5), None)], None))
        .on(&["versions"], 200, versions("", None))
        .on(&["list-type=2"], 200, objects(&object("a.tfstate", old, 9), None))
        .on(&["GetObject"], 200, STATE);
    let inventory = collected(
        &replay,
        vec![bucket("acme-tfstate", &[])],
        vec![table("locks", "LockID", None)],
        &Options::default(),
    );
    assert_eq!((replay.count("Scan"), replay.count("GetObject")), (2, 2));
    assert_eq!(only(&inventory).objects.items()[0].body.value().unwrap().md5, md5_of(STATE));
}

#[test]
fn a_bucket_that_another_accounts_table_names_is_looked_into() {
    let old = "2026-06-01T10:00:00Z";
    let replay = Replay::new()
        .on(
            &["Scan"],
            200,
            scan(&[item("plain/odd-md5", Some(&md5_of(STATE)), None), item("plain/late-md5", Some(MD5), None)], None),
        )
        .on(&["versions"], 200, versions("", None))
        .on(&["list-type=2"], 200, objects(&(object("odd", old, 9) + &object("photo.jpg", old, 9)), None))
        .on(&["GetObject"], 200, STATE);
    let site = site(&replay);
    let at = |region: &Region| site.in_region(region);
    let region: Region = "eu-central-1".parse().unwrap();
    let (tables, none, plain) =
        (read(vec![table("locks", "LockID", None)]), read(vec![]), read(vec![bucket("plain", &[])]));
    let no_buckets = read(vec![]);
    let options = Options::default();
    let (mut here, mut there) = run(async {
        let here = collect(&no_buckets, &[(region.clone(), &tables)], &at, &options).await;
        let there = collect(&plain, &[(region.clone(), &none)], &at, &options).await;
        (here, there)
    });
    assert!(there.buckets.is_empty(), "nothing in its own account suggests it");
    let mut accounts = [
        across::Account { site: &site, buckets: &no_buckets, state: &mut here },
        across::Account { site: &site, buckets: &plain, state: &mut there },
    ];
    run(across::collect(&mut accounts, &options));
    let bucket = only(&there);
    assert_eq!(bucket.reasons, [StateBucketReason::LockTable]);
    assert_eq!(bucket.objects.items().len(), 1);
    assert_eq!(bucket.objects.items()[0].key, "odd");
    assert_eq!((here.lock_tables.len(), here.buckets.len()), (1, 0));
    assert_eq!(replay.count("Scan"), 1, "its digest agrees with the state");
    let calls = replay.sent().len();
    let mut accounts = [
        across::Account { site: &site, buckets: &no_buckets, state: &mut here },
        across::Account { site: &site, buckets: &plain, state: &mut there },
    ];
    run(across::collect(&mut accounts, &options));
    assert_eq!(replay.sent().len(), calls + 3, "`late` is still not there, so its bucket is looked into again");
}
