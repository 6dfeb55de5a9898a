use std::collections::BTreeMap;

use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::gap::GapKind;
use crate::model::s3::{Encryption, LifecycleRule, ObjectLock, ReplicationRule, Versioning};

const LIST: &str = "max-buckets=1000";
/// Path or host of the bucket `data` in its region.
const DATA: &str = "data.s3.eu-west-1.";

fn buckets_page(items: &[(&str, Option<&str>)], token: &str) -> String {
    let items = items.iter().map(|(name, region)| {
        let region = region.map(|region| format!("<BucketRegion>{region}</BucketRegion>")).unwrap_or_default();
        format!("<Bucket><Name>{name}</Name><CreationDate>2024-01-02T03:04:05.000Z</CreationDate>{region}</Bucket>")
    });
    let token =
        if token.is_empty() { String::new() } else { format!("<ContinuationToken>{token}</ContinuationToken>") };
    format!("<ListAllMyBucketsResult><Buckets>{}</Buckets>{token}</ListAllMyBucketsResult>", items.collect::<String>())
}

/// Every "not configured" answer, which is also how S3 writes each.
const NOT_CONFIGURED: [(&str, &str); 7] = [
    ("?tagging", "NoSuchTagSet"),
    ("?object-lock", "ObjectLockConfigurationNotFoundError"),
    ("?lifecycle", "NoSuchLifecycleConfiguration"),
    ("?policy", "NoSuchBucketPolicy"),
    ("?publicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
    ("?encryption", "ServerSideEncryptionConfigurationNotFoundError"),
    ("?replication", "ReplicationConfigurationNotFoundError"),
];

/// One bucket in eu-west-1; what no earlier rule answers is not configured.
fn bare(replay: Replay) -> Replay {
    let replay = replay.on(&[LIST], 200, buckets_page(&[("data", Some("eu-west-1"))], ""));
    NOT_CONFIGURED
        .iter()
        .fold(replay, |replay, (query, code)| replay.s3_error(&[query], 404, code, "not configured"))
        .on(&["?versioning"], 200, "<VersioningConfiguration/>")
        .on(&["?versions"], 200, "<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>")
        .query_error(
            &["/v20180820/configuration/publicAccessBlock"],
            404,
            "NoSuchPublicAccessBlockConfiguration",
            "none",
        )
}

fn first(replay: Replay) -> Bucket {
    run(collect(&site(&bare(replay)))).buckets.items()[0].clone()
}

/// Every setting of `data`, configured.
fn configured() -> Replay {
    Replay::new()
            .on(
                &[DATA, "?versions", "max-keys=1"],
                200,
                "<ListVersionsResult><IsTruncated>true</IsTruncated><DeleteMarker><Key>k</Key></DeleteMarker></ListVersionsResult>",
            )
            .on(&[DATA, "?tagging"], 200, "<Tagging><TagSet><Tag><Key>env</Key><Value>prod</Value></Tag></TagSet></Tagging>")
            .on(
                &[DATA, "?versioning"],
                200,
                "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Disabled</MfaDelete></VersioningConfiguration>",
            )
            .on(
                &[DATA, "?object-lock"],
                200,
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                 <Mode>COMPLIANCE</Mode><Days>30</Days><Years>2</Years></DefaultRetention></Rule></ObjectLockConfiguration>",
            )
            .on(
                &[DATA, "?lifecycle"],
                200,
                "<LifecycleConfiguration><Rule><ID>b</ID><Prefix>old/</Prefix><Status>Disabled</Status>\
                 <Expiration><Date>2027-01-01T00:00:00.000Z</Date></Expiration></Rule>\
                 <Rule><ID>a</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>t</Key><Value>v</Value></Tag>\
                 <ObjectSizeGreaterThan>5</ObjectSizeGreaterThan><ObjectSizeLessThan>9</ObjectSizeLessThan></And></Filter>\
                 <Status>Enabled</Status><Expiration><Days>7</Days></Expiration><NoncurrentVersionExpiration>\
                 <NoncurrentDays>3</NoncurrentDays><NewerNoncurrentVersions>4</NewerNoncurrentVersions>\
                 </NoncurrentVersionExpiration></Rule></LifecycleConfiguration>",
            )
            .on(&[DATA, "?policy"], 200, r#"{"Version":"2012-10-17"}"#)
            .on(
                &[DATA, "?publicAccessBlock"],
                200,
                "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>\
                 <IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>\
                 <RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>",
            )
            .on(
                &[DATA, "?encryption"],
                200,
                "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm>\
                 <KMSMasterKeyID>alias/orders</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>",
            )
            .on(
                &[DATA, "?replication"],
                200,
                "<ReplicationConfiguration><Role>r</Role><Rule><ID>r1</ID><Status>Enabled</Status><Filter><And>\
                 <Prefix>db/</Prefix><Tag><Key>t</Key><Value>v</Value></Tag></And></Filter><Destination>\
                 <Bucket>arn:aws:s3:::copy</Bucket><Account>444455556666</Account></Destination>\
                 <DeleteMarkerReplication><Status>Enabled</Status></DeleteMarkerReplication></Rule></ReplicationConfiguration>",
            )
}

#[test]
fn a_bucket_is_read_whole_in_its_own_region() {
    let bucket = first(configured());
    let one = |key: &str, value: &str| BTreeMap::from([(key.to_owned(), value.to_owned())]);
    assert_eq!(
        bucket,
        Bucket {
            name: "data".into(),
            arn: "arn:aws:s3:::data".parse().unwrap(),
            region: Answer::Value("eu-west-1".parse().unwrap()),
            created_at: Some("2024-01-02T03:04:05Z".parse().unwrap()),
            tags: Answer::Value(one("env", "prod")),
            versioning: Answer::Value(Versioning {
                status: Some("Enabled".into()),
                mfa_delete: Some("Disabled".into())
            }),
            object_lock: Answer::Value(Some(ObjectLock {
                enabled: true,
                default_mode: Some("COMPLIANCE".into()),
                default_days: Some(30),
                default_years: Some(2),
            })),
            lifecycle: Answer::Value(vec![
                LifecycleRule {
                    id: Some("a".into()),
                    enabled: true,
                    prefix: Some("logs/".into()),
                    tags: one("t", "v"),
                    size_greater_than: Some(5),
                    size_less_than: Some(9),
                    expiration_days: Some(7),
                    expiration_date: None,
                    noncurrent_days: Some(3),
                    newer_noncurrent_versions: Some(4),
                },
                LifecycleRule {
                    id: Some("b".into()),
                    enabled: false,
                    prefix: Some("old/".into()),
                    tags: BTreeMap::new(),
                    size_greater_than: None,
                    size_less_than: None,
                    expiration_days: None,
                    expiration_date: Some("2027-01-01T00:00:00Z".parse().unwrap()),
                    noncurrent_days: None,
                    newer_noncurrent_versions: None,
                },
            ]),
            policy: Answer::Value(Some(r#"{"Version":"2012-10-17"}"#.into())),
            public_access_block: Answer::Value(Some(PublicAccessBlock {
                block_public_acls: true,
                ignore_public_acls: true,
                block_public_policy: true,
                restrict_public_buckets: true,
            })),
            encryption: Answer::Value(Some(Encryption {
                algorithm: "aws:kms".into(),
                kms_key: Some("alias/orders".into())
            })),
            replication: Answer::Value(vec![ReplicationRule {
                id: Some("r1".into()),
                enabled: true,
                prefix: Some("db/".into()),
                tags: one("t", "v"),
                destination: "arn:aws:s3:::copy".parse().unwrap(),
                destination_account: Some("444455556666".into()),
                delete_markers: true,
            }]),
            holds: Answer::Value(true),
        }
    );
}

#[test]
fn what_is_not_configured_is_a_fact_and_no_failure() {
    let site = site(&bare(Replay::new()));
    let inventory = run(collect(&site));
    let bucket = &inventory.buckets.items()[0];
    assert_eq!(settings::gaps(bucket).count(), 0);
    assert_eq!(bucket.tags, Answer::Value(BTreeMap::new()));
    assert_eq!(bucket.versioning, Answer::Value(Versioning::default()));
    assert_eq!(bucket.object_lock, Answer::Value(None));
    assert_eq!(bucket.lifecycle, Answer::Value(Vec::new()));
    assert_eq!(bucket.policy, Answer::Value(None));
    assert_eq!(bucket.public_access_block, Answer::Value(None));
    assert_eq!(bucket.encryption, Answer::Value(None));
    assert_eq!(bucket.replication, Answer::Value(Vec::new()));
    assert_eq!(bucket.holds, Answer::Value(false));
    assert_eq!(inventory.account_public_access_block.value(), Some(&None));
    assert!(site.shared.ledger.entries().iter().all(|entry| entry.failures.is_empty()));
}

#[test]
fn what_is_refused_or_mistaken_is_a_gap_and_never_not_configured() {
    let denied = NOT_CONFIGURED
        .iter()
        .fold(Replay::new(), |replay, (query, _)| replay.s3_error(&[query], 403, "AccessDenied", "Access Denied"));
    let bucket = first(denied.s3_error(&["?versioning"], 403, "AccessDenied", "Access Denied"));
    assert_eq!(settings::gaps(&bucket).count(), 8);
    assert!(settings::gaps(&bucket).all(|gap| gap.kind == GapKind::Denied));
    // Each code means "not configured" for its own setting alone.
    let crossed = NOT_CONFIGURED.iter().zip(NOT_CONFIGURED.iter().cycle().skip(1));
    let crossed = crossed.fold(Replay::new(), |replay, ((query, _), (_, code))| {
        replay.s3_error(&[query], 404, code, "of another setting")
    });
    assert_eq!(settings::gaps(&first(crossed)).count(), 7);
}

#[test]
fn a_configuration_without_its_content_is_a_gap() {
    for (query, body) in [
        ("?lifecycle", "<LifecycleConfiguration/>"),
        ("?lifecycle", "<LifecycleConfiguration><Rule><ID>a</ID></Rule></LifecycleConfiguration>"),
        ("?encryption", "<ServerSideEncryptionConfiguration/>"),
        ("?object-lock", "<ObjectLockConfiguration/>"),
        ("?replication", "<ReplicationConfiguration><Rule><Status>Enabled</Status></Rule></ReplicationConfiguration>"),
        ("?policy", ""),
        // An empty page that does not say that it is the last one proves nothing.
        ("?versions", "<ListVersionsResult/>"),
        ("?versions", "<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>"),
    ] {
        let bucket = first(Replay::new().on(&[query], 200, body));
        let gaps: Vec<&Gap> = settings::gaps(&bucket).collect();
        assert_eq!((gaps.len(), gaps[0].kind), (1, GapKind::Malformed), "{query} {body}");
    }
}

#[test]
fn rules_of_the_first_format_replicate_delete_markers() {
    let rule = |filter: &str, markers: &str| {
        format!(
            "<ReplicationConfiguration><Role>r</Role><Rule><ID>r</ID><Status>Enabled</Status>{filter}<Destination>\
             <Bucket>arn:aws:s3:::copy</Bucket></Destination>{markers}</Rule></ReplicationConfiguration>"
        )
    };
    let disabled = "<DeleteMarkerReplication><Status>Disabled</Status></DeleteMarkerReplication>";
    for (filter, markers, want) in [
        ("<Prefix>a</Prefix>", "", true),
        ("<Filter><Prefix>a</Prefix></Filter>", "", false),
        ("<Filter><Prefix>a</Prefix></Filter>", disabled, false),
    ] {
        let bucket = first(Replay::new().on(&["?replication"], 200, rule(filter, markers)));
        let rule = &bucket.replication.value().unwrap()[0];
        assert_eq!((rule.delete_markers, rule.prefix.as_deref()), (want, Some("a")), "{filter} {markers}");
    }
}

#[test]
fn a_region_that_the_list_does_not_tell_is_asked() {
    for (constraint, region) in [
        ("<LocationConstraint/>", "us-east-1"),
        ("<LocationConstraint>EU</LocationConstraint>", "eu-west-1"),
        ("<LocationConstraint>eu-south-2</LocationConstraint>", "eu-south-2"),
    ] {
        let bucket = first(Replay::new().on(&[LIST], 200, buckets_page(&[("data", None)], "")).on(
            &["?location"],
            200,
            constraint,
        ));
        assert_eq!(bucket.region.value().unwrap().as_str(), region);
        assert_eq!(settings::gaps(&bucket).count(), 0);
    }
    let refused = first(Replay::new().on(&[LIST], 200, buckets_page(&[("data", None)], "")).s3_error(
        &["?location"],
        403,
        "AccessDenied",
        "no",
    ));
    assert_eq!(settings::gaps(&refused).filter(|gap| gap.kind == GapKind::Denied).count(), 10);
}

#[test]
fn no_location_outside_the_standard_partition_is_no_region() {
    let replay = bare(Replay::new().on(&[LIST], 200, buckets_page(&[("data", None)], "")).on(
        &["?location"],
        200,
        "<LocationConstraint/>",
    ));
    let mut site = site(&replay);
    site.partition = "aws-cn".parse().unwrap();
    let inventory = run(collect(&site));
    assert_eq!(inventory.buckets.items()[0].region.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn buckets_come_from_every_page_in_order_without_those_that_are_gone() {
    let page = [("late", Some("eu-west-1")), ("gone", Some("eu-west-1"))];
    let replay = bare(
        Replay::new()
            .on(&[LIST, "continuation-token=t"], 200, buckets_page(&[("data", Some("eu-west-1"))], ""))
            .on(&[LIST], 200, buckets_page(&page, "t"))
            .s3_error(&["gone.s3."], 404, "NoSuchBucket", "The specified bucket does not exist")
            // Said once of a bucket that is there: it must not leave the list.
            .s3_error(&["late.s3.", "?versioning"], 404, "NoSuchBucket", "The specified bucket does not exist")
            .on(&["late.s3.", "?location"], 200, "<LocationConstraint>eu-west-1</LocationConstraint>"),
    );
    let inventory = run(collect(&site(&replay)));
    let buckets = inventory.buckets.items();
    assert_eq!(buckets.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), ["data", "late"]);
    assert_eq!(buckets[1].versioning.gap().unwrap().code.as_deref(), Some("NoSuchBucket"));
}

#[test]
fn a_refused_list_is_a_gap() {
    let replay = Replay::new().s3_error(&[LIST], 403, "AccessDenied", "Access Denied");
    let inventory = run(collect(&site(&replay)));
    assert_eq!(inventory.buckets.gap().unwrap().kind, GapKind::Denied);
    assert!(inventory.account_public_access_block.gap().is_some());
    let bare_answer = Replay::new().on(&[LIST], 200, "<ListAllMyBucketsResult/>");
    assert_eq!(run(collect(&site(&bare_answer))).buckets.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn the_account_s_block_is_read() {
    let body = "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><BlockPublicPolicy>true</BlockPublicPolicy>\
                <IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>";
    let replay =
        Replay::new().on(&["111122223333.s3-control", "/v20180820/configuration/publicAccessBlock"], 200, body);
    let block = run(account_public_access_block(&site(&replay)));
    let want = PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: false,
    };
    assert_eq!(block.value(), Some(&Some(want)));
    let denied = Replay::new().query_error(&["publicAccessBlock"], 403, "AccessDenied", "no");
    assert_eq!(run(account_public_access_block(&site(&denied))).gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn the_collector_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let site = site(&Replay::new());
    sendable(&collect(&site));
}
