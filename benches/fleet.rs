//! How many calls per second the endpoint serves on one core, so that later benchmarks measure palisade and not it.
//!
//! `cargo bench --bench fleet --no-default-features --features fleet`. Prints, for each operation and for the mix that a scan
//! makes, calls per second and how that stands to the 20,000 per second that are aimed at.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a benchmark prints, and ends where it cannot go on"
)]

use std::time::{Duration, Instant};

use bytes::Bytes;
use http::Request;
use palisade::demo;
use palisade::fleet::{Credentials, Fleet, Options, Reply};
use palisade::model::ids::{AccountId, Arn};

/// What is aimed at, in calls per second on one core.
const AIM: f64 = 20_000.0;

/// How long each kind of call is repeated.
const MEASURED: Duration = Duration::from_millis(500);

struct Caller {
    account: AccountId,
    region: &'static str,
}

impl Caller {
    fn signed(&self, service: &str) -> http::request::Builder {
        let arn: Arn = format!("arn:aws:sts::{}:assumed-role/PalisadeAudit/bench", self.account).parse().unwrap();
        let keys = Credentials::of(&self.account, &arn);
        let scope = format!("{}/20260302/{}/{service}/aws4_request", keys.access_key_id, self.region);
        let signature = "0".repeat(64);
        Request::builder()
            .method("POST")
            .header("x-amz-date", "20260302T070000Z")
            .header("x-amz-security-token", keys.session_token)
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={signature}"),
            )
    }

    fn query(&self, service: &str, body: &str) -> Request<Bytes> {
        let uri = format!("https://{service}.{}.amazonaws.com/", self.region);
        self.signed(service).uri(uri).body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    fn json(&self, service: &str, target: &str, body: &str) -> Request<Bytes> {
        let uri = format!("https://{service}.{}.amazonaws.com/", self.region);
        let request = self.signed(service).uri(uri).header("x-amz-target", target);
        request.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
    }

    fn get(&self, service: &str, path: &str) -> Request<Bytes> {
        let uri = format!("https://{service}.{}.amazonaws.com{path}", self.region);
        self.signed(service).method("GET").uri(uri).body(Bytes::new()).unwrap()
    }
}

fn main() {
    let inventory = demo::incident();
    let fleet = Fleet::new(inventory, Options::default());
    let here = Caller { account: "777777777777".parse().unwrap(), region: "eu-central-1" };
    let home = Caller { account: "111111111111".parse().unwrap(), region: "us-east-1" };
    let bucket = "ledger-development-scratch";
    let requests = vec![
        ("sts GetCallerIdentity", here.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")),
        ("organizations ListAccounts", home.json("organizations", "AWSOrganizationsV20161128.ListAccounts", "{}")),
        (
            "iam GetAccountAuthorizationDetails",
            here.query("iam", "Action=GetAccountAuthorizationDetails&Version=2010-05-08"),
        ),
        ("rds DescribeDBInstances", here.query("rds", "Action=DescribeDBInstances&Version=2014-10-31")),
        ("rds DescribeDBSnapshots", here.query("rds", "Action=DescribeDBSnapshots&Version=2014-10-31")),
        ("backup ListBackupVaults", here.get("backup", "/backup-vaults/?maxResults=1000")),
        (
            "backup ListRecoveryPointsByBackupVault",
            here.get("backup", "/backup-vaults/development-daily/recovery-points/?maxResults=1000"),
        ),
        ("s3 ListBuckets", here.get("s3", "/?max-buckets=1000")),
        ("s3 GetBucketLifecycleConfiguration", here.get("s3", &format!("/{bucket}?lifecycle"))),
        ("s3 GetBucketPolicy (none)", here.get("s3", &format!("/{bucket}?policy"))),
        ("dynamodb ListTables", here.json("dynamodb", "DynamoDB_20120810.ListTables", r#"{"Limit":100}"#)),
        (
            "dynamodb DescribeTable",
            here.json("dynamodb", "DynamoDB_20120810.DescribeTable", r#"{"TableName":"ledger-dev-events"}"#),
        ),
        (
            "kms DescribeKey",
            here.json(
                "kms",
                "TrentService.DescribeKey",
                r#"{"KeyId":"arn:aws:kms:eu-central-1:777777777777:key/vaults"}"#,
            ),
        ),
    ];
    for (name, request) in &requests {
        report(name, measure(|| answer(&fleet, name, request)));
    }
    let mut turn = requests.iter().cycle();
    let mix = measure(|| {
        if let Some((name, request)) = turn.next() {
            answer(&fleet, name, request);
        }
    });
    report("all of these in turn", mix);
}

fn answer(fleet: &Fleet, name: &str, request: &Request<Bytes>) {
    let Reply::Answer(response) = fleet.answer(std::hint::black_box(request)) else { panic!("{name} is not answered") };
    let status = response.status().as_u16();
    let wanted = if name.ends_with("(none)") { 404 } else { 200 };
    assert!(status == wanted, "{name} is answered with {status}: {:?}", response.body());
    std::hint::black_box(response);
}

/// Calls per second.
fn measure(mut call: impl FnMut()) -> f64 {
    for _ in 0..100 {
        call();
    }
    let (start, mut calls) = (Instant::now(), 0_u32);
    while start.elapsed() < MEASURED {
        for _ in 0..50 {
            call();
        }
        calls += 50;
    }
    f64::from(calls) / start.elapsed().as_secs_f64()
}

fn report(name: &str, rate: f64) {
    println!("{name:<40} {rate:>12.0} calls/s   {:>6.1} x the aim", rate / AIM);
}
