//! What is refused: an account's door, single calls, the caller's own credentials.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use palisade::model::operation::Operation;

use super::{Collection, Organization};
use crate::support::moto::{Credentials, Moto};
use crate::support::program::{Ran, palisade, run};

/// Makes a server judge every call by IAM's policies from now on.
fn enforce(moto: &Moto) {
    let address = moto.endpoint.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "POST /moto-api/reset-auth HTTP/1.1\r\nHost: {address}\r\nContent-Length: 1\r\nConnection: close\r\n\r\n0"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn what_is_refused_is_unknown_and_ends_nothing() {
    // A server of its own, which lives as long as the process: it refuses.
    let moto: &'static Moto = Box::leak(Box::new(Moto::start()));
    let organization = Organization::set_up(moto, "100000000003");
    enforce(moto);
    let unknown_key = Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".into(), ..organization.credentials.clone() };
    let refused = run(moto.palisade(organization.directory.path(), &unknown_key).arg("scan")).exits(1);
    // moto's refusal does not have AWS's shape, so its code is not known here; the wire tests hold that sentence.
    assert!(refused.stderr.contains("credentials"), "{}", refused.stderr);

    let collection = Collection::of(organization);
    let organization = &collection.organization;

    // The account whose door is closed is one gap, and its subjects are unknown, not absent.
    let courses = organization.account("courses").parse().unwrap();
    let gap = collection.inventory.account(&courses).unwrap().parts.gap().unwrap();
    assert_eq!((gap.operation, gap.kind.as_str()), (Operation::StsAssumeRole, "denied"), "{gap:?}");
    let unknown: Vec<&str> = findings(&collection, courses.as_str())
        .filter(|f| f["status"] == "unknown")
        .map(|f| f["check"].as_str().unwrap())
        .collect();
    for check in ["deletion-rds-instance-protected", "deletion-dynamodb-protected", "deletion-s3-versioned"] {
        assert!(unknown.contains(&check), "{check} is not unknown: {unknown:?}");
    }
    assert!(
        findings(&collection, courses.as_str())
            .all(|f| f["status"] != "pass" || f["check"] == "separation-organization-member"),
        "an account that nobody could enter passes"
    );

    // Two lists and one answer about each bucket, refused in an account that could be entered.
    let development = organization.account("shop-development").parse().unwrap();
    let gaps: Vec<_> = collection
        .inventory
        .gaps()
        .into_iter()
        .filter(|placed| placed.account.as_ref() == Some(&development) && placed.gap.kind.as_str() == "denied")
        .map(|placed| placed.gap.operation)
        .collect();
    for operation in
        [Operation::RdsDescribeDBInstances, Operation::DynamoDbListTables, Operation::S3GetBucketVersioning]
    {
        assert!(gaps.contains(&operation), "{operation} was refused and left no gap: {gaps:?}");
    }
    let of = |check: &str| -> Vec<&str> {
        findings(&collection, development.as_str())
            .filter(|f| f["check"] == check)
            .map(|f| f["status"].as_str().unwrap())
            .collect()
    };
    assert_eq!(of("deletion-rds-instance-protected"), ["unknown"]);
    assert_eq!(of("deletion-dynamodb-protected"), ["unknown"]);
    assert_eq!(of("deletion-s3-versioned"), ["unknown"]);
    // What was not refused is judged.
    assert!(of("deletion-rds-cluster-protected").contains(&"fail"));
}

fn findings<'a>(collection: &'a Collection, account: &'a str) -> impl Iterator<Item = &'a serde_json::Value> {
    collection.posture["findings"].as_array().unwrap().iter().filter(move |f| f["account"] == account)
}

fn scan_with(directory: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
    let mut command = palisade(directory);
    command.arg("scan").args(arguments).env("AWS_REGION", "eu-central-1").env("AWS_MAX_ATTEMPTS", "1");
    run(command.envs(variables.iter().copied()))
}

#[test]
fn faults_of_the_caller_end_the_scan_with_a_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "nothing")];

    let none = scan_with(at, &[], &[]).exits(1);
    assert!(none.stderr.contains("no usable AWS credentials"), "{}", none.stderr);
    assert!(none.stderr.contains("aws sso login"), "{}", none.stderr);

    let unknown = scan_with(at, &[], &["--profile", "nobody"]).exits(1);
    assert!(
        unknown.stderr.contains("profile \"nobody\" is in none of the AWS configuration files"),
        "{}",
        unknown.stderr
    );
    std::fs::create_dir_all(at.join(".aws")).unwrap();
    std::fs::write(at.join(".aws/config"), "[profile somebody]\nregion = eu-central-1\n").unwrap();
    let unknown = scan_with(at, &[], &["--profile", "nobody"]).exits(1);
    assert!(unknown.stderr.contains("there is no profile \"nobody\""), "{}", unknown.stderr);

    // A port that nothing listens on: the system gives a free one, and it is closed again.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{closed}");
    let network = scan_with(at, &keys, &["--endpoint-url", &url]).exits(1);
    assert!(network.stderr.contains(&format!("AWS cannot be reached at {url}")), "{}", network.stderr);

    for ran in [&none, &unknown, &network] {
        assert_eq!(ran.stdout, "", "a scan that could not run prints no report");
        assert!(ran.stderr.lines().count() <= 4, "one sentence, no stack of causes: {}", ran.stderr);
    }
}

#[test]
fn an_expired_login_says_how_to_log_in() {
    let directory = tempfile::tempdir().unwrap();
    let aws = directory.path().join(".aws");
    std::fs::create_dir_all(aws.join("sso/cache")).unwrap();
    let config = "[profile work]\nsso_session = meridian\nsso_account_id = 111111111111\nsso_role_name = Audit\n\
                  region = eu-central-1\n[sso-session meridian]\nsso_region = eu-central-1\n\
                  sso_start_url = https://meridian.example/start\n";
    std::fs::write(aws.join("config"), config).unwrap();
    // The name of a cached token is the SHA-1 of its session's name.
    let token = r#"{"accessToken":"t","expiresAt":"2020-02-02T02:02:02Z","region":"eu-central-1","startUrl":"https://meridian.example/start"}"#;
    std::fs::write(aws.join("sso/cache/bf02e956fc0cbc79affd292388841018d047b8cf.json"), token).unwrap();
    let ran = scan_with(directory.path(), &[], &["--profile", "work"]).exits(1);
    assert!(ran.stderr.contains("aws sso login --profile work"), "{}", ran.stderr);
}
