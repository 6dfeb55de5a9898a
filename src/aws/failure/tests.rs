use super::super::replay::{Replay, run, site};
use super::super::site::Site;
use super::*;

#[test]
fn each_answer_has_its_kind() {
    let scp = "User: arn:aws:sts::111122223333:assumed-role/PalisadeAudit/palisade is not authorized to perform: \
               rds:DescribeDBInstances on resource: * with an explicit deny in a service control policy: \
               arn:aws:organizations::999988887777:policy/o-abc/service_control_policy/p-abc";
    let implicit = "User: x is not authorized to perform: rds:DescribeDBInstances because no service control policy \
                    allows the rds:DescribeDBInstances action";
    let identity = "User: x is not authorized to perform: iam:ListRoles because no identity-based policy allows it";
    let boundary = "User: x is not authorized with an explicit deny in a permissions boundary";
    let table: &[(Option<&str>, &str, u16, GapKind)] = &[
        (Some("AccessDenied"), scp, 403, GapKind::DeniedByScp),
        (Some("AccessDeniedException"), scp, 400, GapKind::DeniedByScp),
        (Some("AccessDenied"), implicit, 403, GapKind::DeniedByScp),
        (Some("AccessDenied"), identity, 403, GapKind::Denied),
        (Some("AccessDenied"), boundary, 403, GapKind::Denied),
        (Some("com.amazon.coral.service#AccessDeniedException"), "", 400, GapKind::Denied),
        (Some("AccessDeniedException:http://internal.amazon.com/"), "", 403, GapKind::Denied),
        (Some("UnauthorizedOperation"), "", 403, GapKind::Denied),
        (
            Some("UnrecognizedClientException"),
            "The security token included in the request is invalid.",
            400,
            GapKind::Denied,
        ),
        (Some("InvalidClientTokenId"), "", 403, GapKind::Denied),
        (Some("SomethingNew"), "", 403, GapKind::Denied),
        (None, "", 403, GapKind::Denied),
        (Some("Throttling"), "Rate exceeded", 400, GapKind::Throttled),
        (Some("SlowDown"), "", 503, GapKind::Throttled),
        (Some("TooManyRequestsException"), "", 429, GapKind::Throttled),
        (None, "", 429, GapKind::Throttled),
        (Some("InternalFailure"), "", 500, GapKind::Timeout),
        (Some("ServiceUnavailable"), "", 503, GapKind::Timeout),
        (None, "", 502, GapKind::Timeout),
        (None, "", 501, GapKind::Malformed),
        (Some("NotImplemented"), "", 501, GapKind::Malformed),
        (Some("ValidationException"), "", 400, GapKind::Malformed),
        (None, "", 404, GapKind::Malformed),
        (Some("NoSuchBucketPolicy"), "", 404, GapKind::Malformed),
    ];
    for (code, message, status, kind) in table {
        assert_eq!(classify(*code, message, *status), *kind, "{code:?} {status} {message}");
    }
}

/// The words of an error that has no code, and an error that says nothing at all, in every way in which the SDK hands them on.
#[test]
fn what_is_said_without_a_code_is_told() {
    let shapes = |said: &str| {
        (
            format!(
                "<ErrorResponse><Error><Type>Sender</Type>{said}</Error><RequestId>req-2</RequestId></ErrorResponse>"
            ),
            format!("<Error>{said}<RequestId>req-2</RequestId></Error>"),
        )
    };
    let (wrapped, bare) = shapes("<Message>a boundary says &lt;no&gt; to req</Message>");
    let (wrapped_silence, bare_silence) = shapes("");
    let json = r#"{"message":"a boundary says <no> to req"}"#;
    let services: &[(&str, [&str; 2])] = &[
        ("dynamodb", [json, "{}"]),
        ("kms", [json, "{}"]),
        ("organizations", [r#"{"Message":"a boundary says <no> to req"}"#, "{}"]),
        ("backup", [json, ""]),
        ("account", [json, ""]),
        ("iam", [&wrapped, &wrapped_silence]),
        ("rds", [&wrapped, &wrapped_silence]),
        ("sts", [&wrapped, &wrapped_silence]),
        ("s3control", [&wrapped, &wrapped_silence]),
        ("s3", [&bare, &bare_silence]),
        ("s3 objects", [&bare, &bare_silence]),
    ];
    for (service, bodies) in services {
        for (status, kind) in [(403, GapKind::Denied), (400, GapKind::Malformed), (503, GapKind::Timeout)] {
            let silence = format!("AWS answered with HTTP status {status} and no message");
            for (body, want) in bodies.iter().zip(["a boundary says <no> to req", &silence]) {
                let gap = refused(service, &Replay::new().on(&[], status, body));
                let got = (gap.kind, gap.code.as_deref(), gap.message.as_str(), gap.request_id.as_deref());
                assert_eq!(got, (kind, None, want, Some("req-1")), "{service} {status} {body}");
            }
        }
    }
}

/// What does not parse is said to be that; whose words it is (a proxy's, say) nobody knows.
#[test]
fn a_refusal_that_does_not_parse_says_so() {
    for service in ["dynamodb", "organizations", "backup", "iam", "s3", "s3control"] {
        let gap = refused(service, &Replay::new().on(&[], 403, "Blocked by the proxy {"));
        assert_eq!((gap.kind, gap.code), (GapKind::Denied, None), "{service}");
        assert!(gap.message.contains("HTTP status 403"), "{service}: {}", gap.message);
        assert!(!gap.message.contains("req-1") && !gap.message.contains(" { "), "{service}: {}", gap.message);
    }
}

/// The gap that one call of a service leaves.
fn refused(service: &str, replay: &Replay) -> Gap {
    use Operation as Op;
    let site = site(replay);
    let failure = run(async {
        match service {
            "dynamodb" => of(&site, Op::DynamoDbListTables, || site.dynamodb().list_tables().send()).await,
            "kms" => of(&site, Op::KmsDescribeKey, || site.kms().describe_key().key_id("k").send()).await,
            "organizations" => of(&site, Op::OrganizationsListRoots, || site.organizations().list_roots().send()).await,
            "backup" => of(&site, Op::BackupListBackupVaults, || site.backup().list_backup_vaults().send()).await,
            "account" => {
                of(&site, Op::AccountListRegions, || site.account_management().list_regions().max_results(50).send())
                    .await
            }
            "iam" => of(&site, Op::IamGetAccountSummary, || site.iam().get_account_summary().send()).await,
            "rds" => of(&site, Op::RdsDescribeDBInstances, || site.rds().describe_db_instances().send()).await,
            "sts" => of(&site, Op::StsGetCallerIdentity, || site.sts().get_caller_identity().send()).await,
            "s3control" => {
                let make = || site.s3control().get_public_access_block().account_id("111122223333").send();
                of(&site, Op::S3ControlGetPublicAccessBlock, make).await
            }
            "s3" => of(&site, Op::S3GetBucketPolicy, || site.s3().get_bucket_policy().bucket("b").send()).await,
            _ => of(&site, Op::S3ListObjectsV2, || site.s3().list_objects_v2().bucket("b").send()).await,
        }
    });
    failure.gap
}

async fn of<T, E, Fut>(site: &Site, operation: Operation, make: impl FnOnce() -> Fut) -> Failure
where
    T: std::fmt::Debug,
    Fut: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    E: ProvideErrorMetadata + Error + 'static,
{
    site.call(operation, None, make).await.unwrap_err()
}
