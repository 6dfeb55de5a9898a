//! Who the caller is and how accounts are entered, over wire answers.

use super::super::replay::{ACCOUNT, Replay, run, sdk};
use super::*;

fn identity() -> Replay {
    let answer = format!(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws-cn:sts::{ACCOUNT}:assumed-role/Admin/me</Arn>\
         <UserId>AROA:me</UserId><Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    Replay::new().on(&["Action=GetCallerIdentity"], 200, answer)
}

fn assumed(expiry: &str) -> String {
    format!(
        "<AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser><AssumedRoleId>AROA:p</AssumedRoleId>\
         <Arn>arn:aws-cn:sts::444455556666:assumed-role/PalisadeAudit/palisade-x</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>AKIDMEMBER</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
         <Expiration>{expiry}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
    )
}

async fn start(replay: &Replay, options: &CollectOptions) -> Result<Home, CollectError> {
    home_with(options, Arc::new(Unobserved), Clock::Wall.now(), sdk(replay), Clock::Wall).await
}

#[test]
fn the_caller_says_account_and_partition() {
    let replay = identity();
    let home = run(start(&replay, &CollectOptions::default())).unwrap();
    assert_eq!((home.caller.account.as_str(), home.caller.partition.as_str()), (ACCOUNT, "aws-cn"));
    let ledger = home.site.shared.ledger.entries();
    assert_eq!((ledger.len(), ledger[0].account.as_str(), ledger[0].calls), (1, ACCOUNT, 1));
    let own = run(home.enter(&home.caller.account)).unwrap();
    assert_eq!(own.session, home.caller.arn);
    assert_eq!(replay.sent().len(), 1, "the own account needs no role");
}

#[test]
fn a_member_is_entered_by_one_assume_role_in_its_partition() {
    let replay = identity().on(&["Action=AssumeRole"], 200, assumed("2100-01-01T00:00:00Z")).on(
        &["ListTables", "Credential=AKIDMEMBER"],
        200,
        r#"{"TableNames":[]}"#,
    );
    let options = CollectOptions {
        role_name: "audit/Reader".to_owned(),
        external_id: Some("sesame".to_owned()),
        ..CollectOptions::default()
    };
    run(async {
        let home = start(&replay, &options).await.unwrap();
        let entered = home.enter(&"444455556666".parse().unwrap()).await.unwrap();
        assert_eq!(entered.session.name(), "palisade-x");
        for region in ["eu-west-1", "eu-central-1"] {
            let site = entered.site.in_region(&region.parse().unwrap());
            let (client, other) = (site.dynamodb(), site.dynamodb());
            site.call(Operation::DynamoDbListTables, None, || client.list_tables().send()).await.unwrap();
            site.call(Operation::DynamoDbListTables, None, || other.list_tables().send()).await.unwrap();
        }
    });
    assert_eq!(replay.count("Action=AssumeRole"), 1, "one session for all regions and services");
    let sent = replay.sent();
    let assume = sent.iter().find(|sent| sent.has("Action=AssumeRole")).unwrap();
    assert!(assume.has("ExternalId=sesame") && assume.has("RoleSessionName=palisade-2"), "{}", assume.body);
    assert!(assume.has("arn%3Aaws-cn%3Aiam%3A%3A444455556666%3Arole%2Faudit%2FReader"), "{}", assume.body);
    assert!(assume.uri.contains("sts.eu-central-1.amazonaws.com"), "the regional endpoint: {}", assume.uri);
}

#[test]
fn a_session_near_its_end_is_renewed_and_not_counted_as_a_try() {
    let soon = Clock::Wall.now() + jiff::SignedDuration::from_secs(5);
    let replay = identity()
        .once(&["Action=AssumeRole"], 200, assumed(&soon.to_string()))
        .on(&["Action=AssumeRole"], 200, assumed("2100-01-01T00:00:00Z"))
        .on(&["ListTables"], 200, r#"{"TableNames":[]}"#);
    run(async {
        let home = start(&replay, &CollectOptions::default()).await.unwrap();
        let entered = home.enter(&"444455556666".parse().unwrap()).await.unwrap();
        for _ in 0..3 {
            let client = entered.site.dynamodb();
            entered.site.call(Operation::DynamoDbListTables, None, || client.list_tables().send()).await.unwrap();
        }
        let ledger = home.site.shared.ledger.entries();
        let lists = ledger.iter().find(|entry| entry.operation == Operation::DynamoDbListTables).unwrap();
        assert_eq!((lists.calls, lists.account.as_str()), (3, "444455556666"));
        let roles = ledger.iter().find(|entry| entry.operation == Operation::StsAssumeRole).unwrap();
        assert_eq!((roles.calls, roles.account.as_str()), (2, ACCOUNT));
    });
}

#[test]
fn a_role_that_cannot_be_assumed_is_a_gap() {
    let replay = identity().query_error(&["Action=AssumeRole"], 403, "AccessDenied", "is not authorized to perform");
    let failure = run(async {
        let home = start(&replay, &CollectOptions::default()).await.unwrap();
        home.enter(&"444455556666".parse().unwrap()).await.unwrap_err()
    });
    assert_eq!((failure.gap.kind, failure.gap.operation), (GapKind::Denied, Operation::StsAssumeRole));
}

#[test]
fn what_ends_a_collection_says_what_to_do() {
    let profile = CollectOptions { profile: Some("prod".to_owned()), ..CollectOptions::default() };
    let refused = |status, code: &str| Replay::new().query_error(&["GetCallerIdentity"], status, code, "AWS's words.");
    let table: Vec<(Replay, &str)> = vec![
        (refused(403, "ExpiredToken"), "aws sso login --profile prod"),
        (
            refused(403, "InvalidClientTokenId"),
            "AWS does not accept the credentials (InvalidClientTokenId: AWS's words)",
        ),
        (refused(403, "SignatureDoesNotMatch"), "this machine's clock"),
        (refused(400, "ValidationError"), "AWS did not say who the caller is: AWS's words"),
        (Replay::new().broken(&["GetCallerIdentity"]), "AWS cannot be reached at STS in eu-central-1"),
    ];
    for (replay, sentence) in table {
        let error = run(start(&replay, &profile)).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
}

#[test]
fn credentials_that_cannot_be_loaded_are_told_apart() {
    struct Broken(&'static str);
    impl fmt::Debug for Broken {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Broken")
        }
    }
    impl ProvideCredentials for Broken {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::ready(Err(CredentialsError::provider_error(self.0)))
        }
    }
    for (words, sentence) in [
        ("profile `nope` was not defined: x", "there is no profile \"nope\""),
        ("the SSO token has expired", "have expired"),
        ("no providers in chain provided credentials", "no usable AWS credentials"),
    ] {
        let provider = SharedCredentialsProvider::new(Broken(words));
        let sdk = sdk(&Replay::new()).to_builder().credentials_provider(provider).build();
        let options = CollectOptions::default();
        let started = home_with(&options, Arc::new(Unobserved), Clock::Wall.now(), sdk, Clock::Wall);
        let error = run(started).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
}
