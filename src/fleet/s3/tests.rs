use std::collections::BTreeMap;

use http::Method;

use super::super::states::tests::{
    Asking, BUCKET, HOME, OTHER, OWN, between, gap, header, in_pages_of, own_parts, said, serve, world,
};
use crate::model::gap::{Answer as Told, Collected, GapKind};
use crate::model::inventory::Inventory;
use crate::model::operation::Operation;
use crate::model::s3::{Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, ReplicationRule, Versioning};
use crate::model::terraform::LockFileVersion;

const PLAIN: LifecycleRule = LifecycleRule {
    id: None,
    enabled: true,
    prefix: None,
    tags: BTreeMap::new(),
    size_greater_than: None,
    size_less_than: None,
    expiration_days: None,
    expiration_date: None,
    noncurrent_days: None,
    newer_noncurrent_versions: None,
};

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// The world with everything set on its state bucket.
fn furnished() -> Inventory {
    let mut inventory = world();
    let bucket = &mut own_parts(&mut inventory).s3.buckets.value_mut().unwrap()[1];
    bucket.tags = Told::Value(tags(&[("a", "<1>"), ("b", "")]));
    bucket.versioning = Told::Value(Versioning { status: Some("Enabled".into()), mfa_delete: Some("Disabled".into()) });
    bucket.object_lock = Told::Value(Some(ObjectLock {
        enabled: true,
        default_mode: Some("GOVERNANCE".into()),
        default_days: None,
        default_years: Some(2),
    }));
    bucket.lifecycle = Told::Value(vec![
        LifecycleRule { id: Some("all".into()), expiration_days: Some(3), ..PLAIN },
        LifecycleRule { prefix: Some("x/".into()), enabled: false, noncurrent_days: Some(9), ..PLAIN },
        LifecycleRule { tags: tags(&[("k", "v")]), newer_noncurrent_versions: Some(2), ..PLAIN },
        LifecycleRule {
            size_less_than: Some(5),
            expiration_date: Some("2027-01-01T00:00:00Z".parse().unwrap()),
            ..PLAIN
        },
        LifecycleRule { prefix: Some("p".into()), tags: tags(&[("k", "v")]), size_greater_than: Some(7), ..PLAIN },
    ]);
    bucket.policy = Told::Value(Some("{\"Statement\": []}\n".into()));
    bucket.encryption =
        Told::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: Some("alias/states".into()) }));
    bucket.public_access_block =
        Told::Value(Some(PublicAccessBlock { block_public_acls: true, ..PublicAccessBlock::default() }));
    bucket.replication = Told::Value(vec![ReplicationRule {
        id: Some("r".into()),
        enabled: true,
        prefix: Some("q".into()),
        tags: tags(&[("k", "v")]),
        destination: "arn:aws:s3:::copy".parse().unwrap(),
        destination_account: Some(OTHER.into()),
        delete_markers: true,
    }]);
    inventory
}

#[test]
fn every_setting_has_its_place_in_its_document() {
    let fleet = serve(furnished());
    let get = |what: &str| {
        let (status, body) = Asking::own(&fleet).get(&format!("/{BUCKET}?{what}"));
        assert_eq!(status, 200, "{body}");
        body.split_once("2006-03-01/\">").map_or(body.clone(), |(_, rest)| rest.to_owned())
    };
    assert_eq!(
        get("tagging"),
        "<TagSet><Tag><Key>a</Key><Value>&lt;1&gt;</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>"
    );
    assert_eq!(get("versioning"), "<Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>");
    assert_eq!(
        get("object-lock"),
        "<ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>2</Years>\
         </DefaultRetention></Rule></ObjectLockConfiguration>"
    );
    assert_eq!(get("policy"), "{\"Statement\": []}\n");
    assert!(get("publicAccessBlock").starts_with("<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>false<"));
    assert!(get("encryption").contains(
        "<Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>\
         <KMSMasterKeyID>alias/states</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>"
    ));
    let lifecycle = get("lifecycle");
    for rule in [
        "<Rule><ID>all</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status><Expiration><Days>3</Days></Expiration></Rule>",
        "<Rule><Filter><Prefix>x/</Prefix></Filter><Status>Disabled</Status><NoncurrentVersionExpiration><NoncurrentDays>9</NoncurrentDays></NoncurrentVersionExpiration></Rule>",
        "<Rule><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Enabled</Status><NoncurrentVersionExpiration><NewerNoncurrentVersions>2</NewerNoncurrentVersions></NoncurrentVersionExpiration></Rule>",
        "<Rule><Filter><ObjectSizeLessThan>5</ObjectSizeLessThan></Filter><Status>Enabled</Status><Expiration><Date>2027-01-01T00:00:00.000Z</Date></Expiration></Rule>",
        "<Rule><Filter><And><Prefix>p</Prefix><Tag><Key>k</Key><Value>v</Value></Tag><ObjectSizeGreaterThan>7</ObjectSizeGreaterThan></And></Filter><Status>Enabled</Status></Rule>",
    ] {
        assert!(lifecycle.contains(rule), "{rule}\n{lifecycle}");
    }
    assert_eq!(
        get("replication"),
        format!(
            "<Role>arn:aws:iam::{OWN}:role/replication</Role><Rule><ID>r</ID><Priority>0</Priority><Filter><And>\
             <Prefix>q</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Status>Enabled</Status><Destination>\
             <Bucket>arn:aws:s3:::copy</Bucket><Account>{OTHER}</Account></Destination><DeleteMarkerReplication>\
             <Status>Enabled</Status></DeleteMarkerReplication></Rule></ReplicationConfiguration>"
        )
    );
}

#[test]
fn what_is_not_configured_is_said_in_s3_s_own_codes() {
    let mut inventory = world();
    let bucket = &mut own_parts(&mut inventory).s3.buckets.value_mut().unwrap()[1];
    (bucket.encryption, bucket.public_access_block) = (Told::Value(None), Told::Value(None));
    let fleet = serve(inventory);
    for (what, code) in [
        ("tagging", "NoSuchTagSet"),
        ("object-lock", "ObjectLockConfigurationNotFoundError"),
        ("lifecycle", "NoSuchLifecycleConfiguration"),
        ("policy", "NoSuchBucketPolicy"),
        ("publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
        ("encryption", "ServerSideEncryptionConfigurationNotFoundError"),
        ("replication", "ReplicationConfigurationNotFoundError"),
    ] {
        let (status, body) = Asking::own(&fleet).get(&format!("/{BUCKET}?{what}"));
        assert_eq!(status, 404, "{body}");
        assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
        assert!(body.contains(&format!("<BucketName>{BUCKET}</BucketName>")), "{body}");
    }
    let plain = Asking { region: "us-east-1", ..Asking::own(&fleet) };
    assert!(plain.get("/acme-plain?versioning").1.ends_with("2006-03-01/\"></VersioningConfiguration>"));
}

#[test]
fn buckets_are_listed_in_pages_with_their_regions_for_who_asks_so() {
    let mut inventory = world();
    let unknown = gap(GapKind::Denied, Operation::S3GetBucketLocation, Some("AccessDenied"), "where?");
    own_parts(&mut inventory).s3.buckets.value_mut().unwrap()[2].region = Told::Gap(unknown);
    let fleet = serve(inventory);
    let asking = Asking::own(&fleet);
    let (_, all) = asking.get("/");
    assert!(all.contains("<Name>acme-plain</Name><CreationDate>") && !all.contains("BucketRegion"), "{all}");
    let (_, first) = asking.get("/?max-buckets=2");
    assert!(first.contains("<BucketRegion>us-east-1</BucketRegion>") && first.contains(BUCKET), "{first}");
    let token = between(&first, "<ContinuationToken>");
    let (_, last) = asking.get(&format!("/?max-buckets=2&continuation-token={token}"));
    assert!(last.contains("acme-unversioned-tfstate") && !last.contains("BucketRegion"), "{last}");
    assert!(!last.contains("ContinuationToken"), "{last}");
    assert!(asking.get("/?continuation-token=x").1.contains("<Code>InvalidArgument</Code>"));
    let (_, some) = asking.get("/?bucket-region=eu-central-1&prefix=acme");
    assert!(some.contains(BUCKET) && !some.contains("acme-plain"), "{some}");
    assert!(asking.get("/acme-plain?location").1.ends_with("\"></LocationConstraint>"));
    assert!(asking.get(&format!("/{BUCKET}?location")).1.ends_with("\">eu-central-1</LocationConstraint>"));
    let (status, refused) = asking.get("/acme-unversioned-tfstate?location");
    assert!(status == 403 && refused.contains("where?"), "{refused}");
}

#[test]
fn a_bucket_answers_to_its_account_in_its_region() {
    let fleet = serve(world());
    let asking = Asking::own(&fleet);
    let code = |asking: Asking<'_>, path: &str| {
        let (status, body) = asking.get(path);
        (status, between(&body, "<Code>"))
    };
    assert_eq!(code(asking, "/other-things?versioning"), (403, "AccessDenied".into()));
    let (status, body) = asking.get("/nowhere?location");
    assert!(status == 404 && body.contains("<BucketName>nowhere</BucketName>"), "{body}");
    let elsewhere = asking.s3(Method::GET, "/acme-plain?tagging", &[], "");
    assert_eq!((elsewhere.status().as_u16(), header(&elsewhere, "x-amz-bucket-region")), (301, Some("us-east-1")));
    let body = said(&elsewhere).1;
    assert!(body.contains("<Code>PermanentRedirect</Code>"), "{body}");
    assert!(body.contains("<Endpoint>acme-plain.s3.us-east-1.amazonaws.com</Endpoint><Bucket>acme-plain</Bucket>"));
    let head = |path: &str| asking.s3(Method::HEAD, path, &[], "");
    assert_eq!(header(&head(&format!("/{BUCKET}")), "x-amz-bucket-region"), Some(HOME));
    assert_eq!((head("/acme-plain").status().as_u16(), head("/nowhere").status().as_u16()), (301, 404));
    let owner = asking.s3(Method::GET, &format!("/{BUCKET}?location"), &[("x-amz-expected-bucket-owner", OTHER)], "");
    assert_eq!(owner.status(), 403);
    assert_eq!(code(asking, "/acme-plain?list-type=2&delimiter=/"), (301, "PermanentRedirect".into()));
    assert_eq!(code(asking, &format!("/{BUCKET}?versions&delimiter=/")), (400, "ValidationException".into()));
}

#[test]
fn the_account_s_own_block_is_told_to_it() {
    let mut inventory = world();
    let path = "/v20180820/configuration/publicAccessBlock";
    let none = serve(inventory.clone());
    let ask =
        |fleet, account: &str| said(&Asking::own(fleet).s3(Method::GET, path, &[("x-amz-account-id", account)], ""));
    let (status, body) = ask(&none, OWN);
    assert_eq!(status, 404);
    assert!(body.contains("<Error><Code>NoSuchPublicAccessBlockConfiguration</Code>"), "{body}");
    assert_eq!(ask(&none, OTHER).0, 403);
    own_parts(&mut inventory).s3.account_public_access_block =
        crate::demo::build::read(Some(crate::demo::build::all_blocked()));
    let (status, body) = ask(&serve(inventory), OWN);
    assert!(status == 200 && body.contains("<RestrictPublicBuckets>true<"), "{body}");
}

#[test]
fn a_list_that_was_refused_is_refused_and_its_buckets_are_unseen() {
    let mut inventory = world();
    let refused = gap(GapKind::DeniedByScp, Operation::S3ListBuckets, Some("AccessDenied"), "a policy");
    own_parts(&mut inventory).s3.buckets = Collected::Gap(refused);
    let fleet = serve(inventory);
    assert_eq!(Asking::own(&fleet).get("/").0, 403);
    let (status, body) = Asking::own(&fleet).get(&format!("/{BUCKET}?location"));
    assert!(status == 403 && body.contains("says nothing about"), "{body}");
}

#[test]
fn objects_are_listed_by_prefix_delimiter_and_page() {
    let mut inventory = world();
    let objects = own_parts(&mut inventory).state.buckets[0].objects.value_mut().unwrap();
    objects[1].key = "net/a b+ü\r\n.tfstate".into();
    let fleet = in_pages_of(inventory, 1);
    let asking = Asking::own(&fleet);
    let (_, first) = asking.get(&format!("/{BUCKET}?list-type=2"));
    assert_eq!(between(&first, "<Key>"), "app.tfstate");
    assert!(first.contains("<ETag>\"") && first.contains("<KeyCount>1<") && first.contains("<IsTruncated>true<"));
    let token = between(&first, "<NextContinuationToken>");
    let (_, last) = asking.get(&format!("/{BUCKET}?list-type=2&continuation-token={token}&encoding-type=url"));
    assert_eq!(between(&last, "<Key>"), "net/a+b%2B%C3%BC%0D%0A.tfstate");
    assert!(last.contains("<IsTruncated>false<") && last.contains("<EncodingType>url<"), "{last}");
    let (_, plain) = asking.get(&format!("/{BUCKET}?list-type=2&prefix=net/"));
    assert!(plain.contains("<Key>net/a b+ü&#13;\n.tfstate</Key>"), "{plain}");
    let (_, folded) = asking.get(&format!("/{BUCKET}?list-type=2&delimiter=%2F&start-after=app.tfstate"));
    assert!(folded.contains("<CommonPrefixes><Prefix>net/</Prefix></CommonPrefixes>"), "{folded}");
    assert!(asking.get(&format!("/{BUCKET}?list-type=2&max-keys=0")).1.contains("<IsTruncated>false<"));
    assert_eq!(asking.get(&format!("/{BUCKET}?list-type=2&continuation-token=x")).0, 400);
    let plain = Asking { region: "us-east-1", ..asking };
    assert_eq!(plain.get("/acme-plain?list-type=2").0, 403, "nobody looked into it");
}

#[test]
fn versions_are_listed_by_key_the_newest_first_in_any_page() {
    let mut inventory = world();
    let version = |key: &str, id: Option<&str>, second: i64, delete_marker: bool, latest: bool| LockFileVersion {
        key: key.into(),
        version_id: id.map(Into::into),
        last_modified: jiff::Timestamp::from_second(1_700_000_000 + second).unwrap(),
        delete_marker,
        latest,
    };
    own_parts(&mut inventory).state.buckets[0].lock_versions = crate::demo::build::read(vec![
        version("b.tfstate.tflock", Some("b1"), 1, false, false),
        version("b.tfstate.tflock", Some("b2"), 2, true, false),
        version("b.tfstate.tflock", Some("b3"), 3, false, true),
        version("c.tfstate.tflock", None, 3, false, true),
        version("c.tfstate.tflock", None, 1, true, false),
    ]);
    for size in [1, 2, 1_000] {
        let fleet = in_pages_of(inventory.clone(), size);
        let asking = Asking::own(&fleet);
        let (mut found, mut next) = (Vec::new(), String::new());
        loop {
            let (status, page) = asking.get(&format!("/{BUCKET}?versions&prefix={next}"));
            assert_eq!(status, 200, "{page}");
            for item in page.split("<Key>").skip(1) {
                let id = item.split_once("<VersionId>").map(|(_, rest)| rest.split('<').next().unwrap());
                found.push(format!("{} {}", item.split('<').next().unwrap(), id.unwrap_or("-")));
            }
            if page.contains("<IsTruncated>false<") {
                break;
            }
            let (key, id) = (between(&page, "<NextKeyMarker>"), between(&page, "<NextVersionIdMarker>"));
            next = format!("&key-marker={key}&version-id-marker={id}");
        }
        let locks: Vec<_> = found.iter().filter(|line| line.contains(".tflock")).map(String::as_str).collect();
        assert_eq!(
            locks,
            [
                "b.tfstate.tflock b3",
                "b.tfstate.tflock b2",
                "b.tfstate.tflock b1",
                "c.tfstate.tflock -",
                "c.tfstate.tflock -"
            ]
        );
        assert_eq!(found.len(), 7, "states have versions as well");
    }
    let fleet = serve(inventory);
    let asking = Asking::own(&fleet);
    for wrong in ["&version-id-marker=b1", "&key-marker=b.tfstate.tflock&version-id-marker=x"] {
        let (status, body) = asking.get(&format!("/{BUCKET}?versions{wrong}"));
        assert!(status == 400 && body.contains("InvalidArgument"), "{body}");
    }
    let (_, plain) = asking.get("/acme-unversioned-tfstate?versions");
    assert!(plain.contains("<VersionId>null</VersionId><IsLatest>true<"), "{plain}");
}

#[test]
fn an_object_is_read_whole_in_part_or_not_again() {
    let fleet = serve(world());
    let asking = Asking::own(&fleet);
    let path = format!("/{BUCKET}/app.tfstate");
    let get = |headers: &[(&str, &str)]| asking.s3(Method::GET, &path, headers, "");
    let whole = get(&[]);
    let etag = header(&whole, "etag").unwrap().to_owned();
    let length = whole.body().len();
    assert_eq!(header(&whole, "content-length"), Some(length.to_string().as_str()));
    let id = header(&whole, "x-amz-version-id").unwrap();
    assert!(header(&whole, "last-modified").unwrap().ends_with(" GMT"));
    assert_eq!(get(&[("if-none-match", &etag)]).status(), 304);
    assert_eq!(get(&[("if-match", "\"x\"")]).status(), 412);
    let part = get(&[("range", "bytes=2-5")]);
    assert_eq!((part.status().as_u16(), &part.body()[..]), (206, &whole.body()[2..6]));
    assert_eq!(header(&part, "content-range"), Some(format!("bytes 2-5/{length}").as_str()));
    assert_eq!(get(&[("range", "bytes=-3")]).body(), &whole.body()[length - 3..]);
    assert_eq!(get(&[("range", "bytes=0-9999999")]).body(), whole.body());
    assert_eq!(get(&[("range", "bytes=9999999-")]).status(), 416);
    let head = asking.s3(Method::HEAD, &path, &[], "");
    assert!(head.body().is_empty() && header(&head, "content-length") == Some(length.to_string().as_str()));
    assert_eq!(asking.get(&format!("{path}?versionId={id}")).0, 200);
    assert!(asking.get(&format!("{path}?versionId=x")).1.contains("NoSuchVersion"));
    let (status, gone) = asking.get(&format!("/{BUCKET}/nothing"));
    assert!(status == 404 && gone.contains("<Code>NoSuchKey</Code>") && gone.contains("<Key>nothing</Key>"));
    let lock = asking.s3(Method::GET, &format!("{path}.tflock"), &[], "");
    assert_eq!((lock.status().as_u16(), header(&lock, "x-amz-delete-marker")), (404, Some("true")), "it was released");
    let plain = asking.s3(Method::GET, "/acme-unversioned-tfstate/app.tfstate", &[], "");
    assert!(plain.status() == 200 && header(&plain, "x-amz-version-id").is_none());
}

#[test]
fn a_lock_file_is_written_once_and_released_by_a_delete_marker() {
    let fleet = serve(world());
    let asking = Asking::own(&fleet);
    let lock = format!("/{BUCKET}/app.tfstate.tflock");
    let put = |body| asking.s3(Method::PUT, &lock, &[("if-none-match", "*")], body);
    let taken = put("mine");
    assert_eq!(header(&taken, "etag"), Some("\"918b81db5e91d031548b963c93845e5b\""));
    let (status, held) = said(&put("yours"));
    assert!(status == 412 && held.contains("<Code>PreconditionFailed</Code>"), "{held}");
    assert_eq!(asking.get(&lock), (200, "mine".into()));
    let released = asking.s3(Method::DELETE, &lock, &[], "");
    assert_eq!((released.status().as_u16(), header(&released, "x-amz-delete-marker")), (204, Some("true")));
    let (_, versions) = asking.get(&format!("/{BUCKET}?versions&prefix=app.tfstate.tflock"));
    assert_eq!(versions.matches("<IsLatest>true<").count(), 1, "{versions}");
    assert_eq!((versions.matches("<Version>").count(), versions.matches("<DeleteMarker>").count()), (2, 2));
    // Undone, the lock is back; without versions it is gone for good.
    let marker = header(&released, "x-amz-version-id").unwrap();
    assert_eq!(asking.s3(Method::DELETE, &format!("{lock}?versionId={marker}"), &[], "").status(), 204);
    assert_eq!(asking.get(&lock).1, "mine");
    let other = "/acme-unversioned-tfstate/app.tfstate";
    assert_eq!(asking.s3(Method::PUT, other, &[], "2").status(), 200);
    assert_eq!(asking.get(other).1, "2");
    assert_eq!(asking.s3(Method::DELETE, other, &[], "").status(), 204);
    assert_eq!(asking.get(other).0, 404);
    assert!(!asking.get("/acme-unversioned-tfstate?versions").1.contains("<Key>"));
    let chunked = asking.s3(Method::PUT, other, &[("x-amz-decoded-content-length", "1")], "1;x\r\n2");
    assert_eq!(chunked.status(), 400, "a body in chunks is not what it says");
}
