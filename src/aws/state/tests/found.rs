//! How states are found, and what is kept of them.

use super::*;

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

/// XML cannot carry every letter of a key: lists are asked for as URLs write them, markers and all.
#[test]
fn keys_are_read_as_urls_write_them() {
    let old = "2026-06-01T00:00:00Z";
    let url = |body: String| body.replace("<IsTruncated>", "<EncodingType>url</EncodingType><IsTruncated>");
    let entry = |key: &str| object(key, old, 9);
    let replay = Replay::new()
        .on(
            &["acme-tfstate", "versions", "key-marker=a%20%2B", "version-id-marker=n"],
            200,
            url(versions(&version("Version", "%01+%2B%252F.tflock", "v", old, true), None)),
        )
        .on(&["acme-tfstate", "versions", "encoding-type=url"], 200, url(versions("", Some(("a+%2B", "n")))))
        .on(
            &["acme-tfstate", "list-type=2", "encoding-type=url"],
            200,
            url(objects(&(entry("%01+%2B%252F.tfstate") + &entry("%C3%BC/a.tfstate")), None)),
        );
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    let found = only(&inventory);
    let keys: Vec<&str> = found.objects.items().iter().map(|object| object.key.as_str()).collect();
    assert_eq!(keys, ["\u{1} +%2F.tfstate", "ü/a.tfstate"]);
    let locks: Vec<&str> = found.lock_versions.items().iter().map(|version| version.key.as_str()).collect();
    assert_eq!(locks, ["\u{1} +%2F.tflock"]);

    // Whoever does not say that it encodes does not.
    let plain =
        collected(&simple(&entry("a+%2B.tfstate")), vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    assert_eq!(only(&plain).objects.items()[0].key, "a+%2B.tfstate");

    let broken = Replay::new().on(&["acme-tfstate", "versions"], 200, versions("", None)).on(
        &["acme-tfstate", "list-type=2"],
        200,
        url(objects(&entry("%FF.tfstate"), None)),
    );
    let broken = collected(&broken, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    assert_eq!(only(&broken).objects.gap().unwrap().kind, GapKind::Malformed);
}
