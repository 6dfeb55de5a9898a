//! How fast requests are decided: `cargo bench --no-default-features --bench policy`. Prints figures and judges none.
//!
//! A realistic account: 20 policies of 30 statements for the caller, and a chain of 4 levels of service control policies. Every
//! tenth statement has a condition. One principal calls: contexts differ by the Region alone. What is measured is
//! the decision alone; policies and requests are compiled before.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a bench prints its figures"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use palisade::policy::{
    Caller, Chain, Context, Decision, Document, Fact, Identity, Kind, Policies, PolicySet, Request, decide, explain,
    prove,
};
use serde_json::{Value, json};

const SERVICES: [&str; 40] = [
    "s3",
    "rds",
    "dynamodb",
    "kms",
    "iam",
    "ec2",
    "lambda",
    "sqs",
    "sns",
    "logs",
    "ecr",
    "ecs",
    "eks",
    "backup",
    "cloudtrail",
    "config",
    "ssm",
    "sts",
    "events",
    "states",
    "glue",
    "athena",
    "redshift",
    "elasticache",
    "es",
    "route53",
    "cloudfront",
    "acm",
    "wafv2",
    "apigateway",
    "cognito-idp",
    "secretsmanager",
    "codebuild",
    "codepipeline",
    "cloudformation",
    "organizations",
    "elasticfilesystem",
    "fsx",
    "kinesis",
    "firehose",
];
const VERBS: [&str; 10] = ["Get", "List", "Describe", "Create", "Delete", "Put", "Update", "Tag", "Start", "Stop"];
const NOUNS: [&str; 6] = ["Object", "Item", "Table", "Key", "Function", "Snapshot"];

fn statement(at: usize) -> Value {
    let service = SERVICES[at * 7 % 40];
    let action = |k: usize| match k % 4 {
        0 => format!("{service}:{}*", VERBS[k % 10]),
        1 => format!("{service}:*{}", NOUNS[k % 6]),
        _ => format!("{service}:{}{}", VERBS[k % 10], NOUNS[k % 6]),
    };
    let mut statement = json!({
        "Sid": format!("S{at}"),
        "Effect": if at.is_multiple_of(9) { "Deny" } else { "Allow" },
        "Action": (0..5).map(|k| action(at + k * 3)).collect::<Vec<_>>(),
        "Resource": [format!("arn:aws:{service}:*:111122223333:app-{}/*", at % 50), format!("arn:aws:{service}:::app-{}*", at % 50)],
    });
    if at.is_multiple_of(10) {
        statement["Condition"] = json!({ "StringEquals": { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } });
    }
    statement
}

fn document(kind: Kind, statements: &Value) -> Document {
    Document::read(kind, &json!({ "Version": "2012-10-17", "Statement": statements }).to_string()).unwrap()
}

/// Guards as organizations have them: of the organization itself at the root, of regions and identities at the unit for
/// workloads, of data at the unit for production, of what is shared at the account.
fn chain() -> Chain {
    let full = json!([{ "Effect": "Allow", "Action": "*", "Resource": "*" }]);
    let exempt = json!({ "ArnNotLike": { "aws:PrincipalARN": ["arn:aws:iam::*:role/BreakGlass*", "arn:aws:iam::*:role/org/*"] } });
    let deny = |sid: &str, actions: &[&str], condition: &Value| json!({ "Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition });
    let root = json!({ "StringLike": { "aws:PrincipalArn": "arn:aws:iam::*:root" } });
    let regions = json!({ "Sid": "Regions", "Effect": "Deny", "Resource": "*",
        "NotAction": ["iam:*", "sts:*", "organizations:*", "route53:*", "cloudfront:*", "support:*", "health:*"],
        "Condition": { "StringNotEquals": { "aws:RequestedRegion": ["eu-central-1", "eu-west-1"] } } });
    let guards = [
        (
            "root",
            json!([
                deny("Leave", &["organizations:LeaveOrganization", "account:CloseAccount"], &json!({})),
                deny("Root", &["*"], &root),
                deny("Trails", &["cloudtrail:StopLogging", "cloudtrail:DeleteTrail", "config:Delete*"], &exempt),
            ]),
        ),
        (
            "ou-workloads",
            json!([
                regions,
                deny(
                    "Roles",
                    &["iam:*Role*", "iam:PassRole"],
                    &json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:user/*" } })
                ),
                deny("Keys", &["iam:CreateAccessKey", "iam:CreateUser"], &exempt),
            ]),
        ),
        (
            "ou-prod",
            json!([
                deny("Backups", &["backup:Delete*", "backup:Put*", "backup:Update*"], &exempt),
                deny("Encryption", &["kms:ScheduleKeyDeletion", "kms:DisableKey"], &exempt),
                deny(
                    "Data",
                    &["rds:Delete*", "dynamodb:DeleteTable", "s3:DeleteBucket", "elasticfilesystem:Delete*"],
                    &exempt
                ),
            ]),
        ),
        (
            "account",
            json!([deny(
                "Shared",
                &["ec2:Delete*", "ec2:Modify*"],
                &json!({ "StringEquals": { "aws:ResourceTag/shared": "true" } })
            ),]),
        ),
    ];
    Chain::new(guards.map(|(name, guards)| {
        let policies = [("FullAWSAccess", document(Kind::Scp, &full)), ("Guards", document(Kind::Scp, &guards))];
        (name, PolicySet::new(policies))
    }))
}

fn requests() -> Vec<Request> {
    let arn = "arn:aws:iam::111122223333:role/app/Worker";
    let base = Context::complete()
        .with("aws:PrincipalArn", Fact::values([arn]))
        .with("aws:PrincipalAccount", Fact::values(["111122223333"]))
        .with("aws:PrincipalOrgID", Fact::values(["o-example"]))
        .with("aws:PrincipalTag/team", Fact::values(["a"]))
        .with("aws:SecureTransport", Fact::values(["true"]))
        .with("aws:SourceIp", Fact::values(["10.1.2.3"]))
        .with("aws:CurrentTime", Fact::values(["2026-11-01T00:00:00Z"]))
        .with("aws:UserAgent", Fact::values(["aws-cli"]))
        .with("aws:ViaAWSService", Fact::values(["false"]));
    let caller = Caller::read(arn, "111122223333", &base).unwrap();
    let regions = ["eu-central-1", "eu-west-1", "eu-central-1", "us-east-1"];
    let contexts = regions.map(|region| Arc::new(base.clone().with("aws:RequestedRegion", Fact::values([region]))));
    let one = |at: usize| {
        let service = SERVICES[at % 40];
        let action = format!("{service}:{}{}", VERBS[at / 3 % 10], NOUNS[at / 7 % 6]);
        let resource = format!("arn:aws:{service}:eu-central-1:111122223333:app-{}/x{at}", at % 50);
        Request::new(caller.clone(), &action, &resource, "111122223333", Arc::clone(&contexts[at / 11 % 4])).unwrap()
    };
    (0..4_000).map(one).collect()
}

/// The time that this thread has had a core, where the system tells (Linux); else the time that passed. On a machine that
/// others use as well only the former says how fast the code is.
fn on_core(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split(' ').next().and_then(|nanos| nanos.parse().ok()));
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Runs it over and over for a while; calls in a second of one core.
fn rate(mut once: impl FnMut() -> usize) -> f64 {
    let (start, mut calls) = (Instant::now(), 0);
    let before = on_core(start);
    while start.elapsed() < Duration::from_secs(3) {
        calls += once();
    }
    #[expect(clippy::cast_precision_loss, reason = "a figure for a person")]
    let calls = calls as f64;
    calls / on_core(start).saturating_sub(before).as_secs_f64()
}

fn main() {
    let policies = (0..20).map(|p| {
        let statements: Vec<Value> = (0..30).map(|s| statement(p * 30 + s)).collect();
        (format!("policy-{p}"), document(Kind::Identity, &json!(statements)))
    });
    let identity = PolicySet::new(policies);
    let scps = chain();
    let policies = Policies { identity: Identity::Policies(&identity), ..Policies::of_administrator(&scps) };
    let requests = requests();
    // For a counter of instructions, whose figures no neighbour disturbs: decides so many times, and ends.
    let mut arguments = std::env::args().skip_while(|argument| argument != "--count").skip(1);
    if let Some(count) = arguments.next().and_then(|count| count.parse().ok()) {
        for request in requests.iter().cycle().take(count) {
            black_box(decide(black_box(request), &policies));
        }
        return;
    }
    let mut counts = [0_usize; 4];
    for request in &requests {
        counts[decide(request, &policies) as usize] += 1;
    }
    let of = |decision: Decision| counts[decision as usize];
    println!(
        "{} requests: {} allowed, {} denied explicitly, {} implicitly",
        requests.len(),
        of(Decision::Allowed),
        of(Decision::ExplicitDeny),
        of(Decision::ImplicitDeny)
    );
    let decided = rate(|| {
        for request in &requests {
            black_box(decide(black_box(request), &policies));
        }
        requests.len()
    });
    println!("decide:  {decided:>12.0} a second of one core ({:.2} times the million that is wanted)", decided / 1e6);
    let explained = rate(|| {
        for request in &requests {
            black_box(explain(black_box(request), &policies));
        }
        requests.len()
    });
    println!("explain: {explained:>12.0} a second of one core");
    let open = Context::open().with("aws:PrincipalArn", Fact::values(["arn:aws:iam::111122223333:role/app/Worker"]));
    let guards = Policies::of_administrator(&scps);
    let questions: Vec<Request> = requests.iter().take(400).map(|request| request.in_context(open.clone())).collect();
    let proved = rate(|| {
        for question in &questions {
            black_box(prove(black_box(question), &guards));
        }
        questions.len()
    });
    println!("prove:   {proved:>12.0} a second of one core (an administrator whose region and the rest are unknown)");
    let unknown: Vec<Request> = requests.iter().take(400).map(|request| request.in_context(Context::open())).collect();
    let proved = rate(|| {
        for question in unknown.iter().take(10) {
            black_box(prove(black_box(question), &guards));
        }
        10
    });
    println!("prove:   {proved:>12.0} a second of one core (nothing known, not even who calls)");
}
