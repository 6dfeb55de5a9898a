//! Writes during the collection, and tables of other accounts.

use super::*;

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
