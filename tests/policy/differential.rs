//! Another evaluator's opinion: `@cloud-copilot/iam-simulate`, used as a black box on thousands of generated requests.
//!
//! It is installed under `target/` by the test itself, which therefore needs npm, node and a network and is ignored by default:
//!
//! ```sh
//! cargo test --no-default-features --test palisade -- --ignored policy::differential
//! ```
//!
//! Where both differ, one of [`CLASSES`] says why, by AWS's documentation; a difference that none explains fails.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{answers, eval};

/// The version that was compared.
const PACKAGE: &str = "@cloud-copilot/iam-simulate@0.1.173";

/// How many requests are generated.
const REQUESTS: usize = 12_000;

const OWN: &str = "111122223333";
const OTHER: &str = "444455556666";

/// A reason for which the two differ.
struct Class {
    name: &'static str,
    /// What AWS documents, and where.
    why: &'static str,
    /// What palisade decides then.
    decided: &'static str,
    /// Whether a request can be one of them.
    holds: fn(&Value) -> bool,
}

const CLASSES: &[Class] = &[
    Class {
        name: "session policies do not limit what a resource policy grants to the session itself",
        why: "UG, Policy evaluation for requests within a single account: an implicit deny in a session policy does not limit a \
              grant to the role session or to everybody. The other evaluator limits it.",
        decided: "allowed",
        holds: |request| has(request, "session_policies") && has(request, "resource_policy"),
    },
    Class {
        name: "RCPs have no effect on services that do not support them",
        why: "OG, Resource control policies (RCPs), list of AWS services that support RCPs. The other evaluator applies them to \
              every service.",
        decided: "allowed implicit_deny",
        holds: |request| !list(request, "rcps").is_empty() && text(request, "action").starts_with("rds:"),
    },
    Class {
        name: "NotPrincipal takes out only who is listed by account, role and session",
        why: "UG, AWS JSON policy elements: NotPrincipal. A Deny still catches a session whose role alone, or whose account \
              alone, is listed, and whoever has a boundary. With Allow it is not supported, and whoever is listed by some name may \
              be left out or not.",
        decided: "explicit_deny allowed unknown",
        holds: |request| request["resource_policy"].to_string().contains("NotPrincipal"),
    },
    Class {
        name: "a variable without value matches under a negated operator, and spares nothing in NotResource",
        why: "UG, IAM policy elements: Variables and tags, Policy variables with no value.",
        decided: "explicit_deny",
        holds: |request| request.to_string().contains("${"),
    },
    Class {
        name: "0.0.0.0/0 is every IPv4 address",
        why: "UG, IP address condition operators (RFC 4632 notation). The other evaluator matches no address with /0.",
        decided: "allowed implicit_deny explicit_deny",
        holds: |request| request.to_string().contains("0.0.0.0/0"),
    },
    Class {
        name: "an address of the other family is outside of a bare address",
        why: "UG, IP address condition operators: NotIpAddress is every address but the given one, and an IPv6 address is not \
              10.1.2.3. The other evaluator lets it pass.",
        decided: "explicit_deny",
        holds: |request| {
            request.to_string().contains("NotIpAddress") && request["context"].to_string().contains("2001:db8")
        },
    },
];

fn text<'a>(request: &'a Value, field: &str) -> &'a str {
    request[field].as_str().unwrap_or("")
}

fn list<'a>(request: &'a Value, field: &str) -> &'a [Value] {
    request[field].as_array().map_or(&[], Vec::as_slice)
}

fn has(request: &Value, field: &str) -> bool {
    request.get(field).is_some_and(|value| !value.is_null())
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn some<'a>(&mut self, list: &[&'a str]) -> Vec<&'a str> {
        (0..=self.below(2)).map(|_| self.pick(list)).collect()
    }
}

const CALLS: &[(&str, &str)] = &[
    ("s3:DeleteObject", "arn:aws:s3:::data/a/b.txt"),
    ("s3:GetObject", "arn:aws:s3:::data/home/anna/x"),
    ("s3:DeleteBucket", "arn:aws:s3:::data"),
    ("rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:111122223333:db:prod"),
    ("sqs:DeleteQueue", "arn:aws:sqs:eu-central-1:111122223333:jobs"),
    ("kms:ScheduleKeyDeletion", "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    ("dynamodb:DeleteTable", "arn:aws:dynamodb:eu-central-1:111122223333:table/orders"),
];
const ACTIONS: &[&str] = &[
    "*",
    "s3:*",
    "s3:Delete*",
    "S3:deleteobject",
    "s3:Get?bject",
    "rds:*",
    "rds:Delete*",
    "sqs:*Queue",
    "kms:*",
    "kms:Schedule*",
    "dynamodb:*",
    "dynamodb:DeleteTabl?",
    "ec2:*",
];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::data",
    "arn:aws:s3:::data/*",
    "arn:aws:s3:::d*",
    "arn:aws:s3:::data/home/${aws:username}/*",
    "arn:aws:s3:::data/?/b.txt",
    "arn:aws:rds:*:*:db:*",
    "arn:aws:rds:*:111122223333:db:pr?d",
    "arn:aws:sqs:*:*:jobs",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:dynamodb:eu-central-1:*:table/*",
    "arn:aws:dynamodb:us-*:*:table/*",
];
/// Operators with their key and values.
const CONDITIONS: &[(&[&str], &str, &[&str])] = &[
    (
        &["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"],
        "aws:PrincipalTag/team",
        &["a", "b", "A", "a*", "?", "${aws:username}"],
    ),
    (
        &["StringEquals", "StringNotEquals", "StringNotEqualsIfExists"],
        "aws:RequestedRegion",
        &["eu-central-1", "eu-west-1"],
    ),
    (
        &["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals", "StringLike", "StringNotLike"],
        "aws:PrincipalArn",
        &[
            "arn:aws:iam::*:role/app/*",
            "arn:aws:iam::*:role/Break*",
            "arn:aws:iam::111122223333:user/anna",
            "arn:aws:iam::*:root",
        ],
    ),
    (&["Bool", "BoolIfExists"], "aws:MultiFactorAuthPresent", &["true", "false"]),
    (&["Bool"], "aws:SecureTransport", &["true", "false"]),
    (
        &["IpAddress", "NotIpAddress", "NotIpAddressIfExists"],
        "aws:SourceIp",
        &["10.0.0.0/8", "10.1.2.3", "0.0.0.0/0", "2001:db8::/32"],
    ),
    (
        &["DateLessThan", "DateGreaterThan", "DateLessThanEquals"],
        "aws:CurrentTime",
        &["2026-01-01T00:00:00Z", "2025-06-01T00:00:00Z"],
    ),
    (
        &["StringEquals", "StringNotEquals", "StringNotEqualsIfExists"],
        "aws:PrincipalOrgID",
        &["o-1a2b3c4d5e", "o-zzzzzzzzzz"],
    ),
    (&["Null"], "aws:MultiFactorAuthPresent", &["true", "false"]),
    (
        &["ForAnyValue:StringLike", "ForAllValues:StringLike"],
        "aws:PrincipalOrgPaths",
        &["o-1a2b3c4d5e/r-a/*", "o-1a2b3c4d5e/*", "x/*"],
    ),
    (
        &["NumericLessThan", "NumericGreaterThanEquals", "NumericNotEquals"],
        "aws:MultiFactorAuthAge",
        &["300", "3600", "10.5"],
    ),
];

fn statement(random: &mut Random, effect: &str, principal: Option<Value>) -> Value {
    let mut statement = json!({ "Effect": effect });
    let action = if random.one_in(8) && principal.is_none() { "NotAction" } else { "Action" };
    statement[action] = json!(random.some(ACTIONS));
    if action == "NotAction" && statement[action].to_string().contains("\"*\"") {
        statement[action] = json!("ec2:*");
    }
    statement[if random.one_in(10) { "NotResource" } else { "Resource" }] =
        if random.one_in(2) { json!("*") } else { json!(random.some(RESOURCES)) };
    if statement.get("NotResource") == Some(&json!("*")) {
        statement["NotResource"] = json!("arn:aws:s3:::other");
    }
    for _ in 0..random.below(3) {
        let (operators, key, values) = CONDITIONS[random.below(CONDITIONS.len())];
        let (operator, values) = (random.pick(operators), random.some(values));
        let values = if operator == "Null" || operator.starts_with("Bool") { json!(values[0]) } else { json!(values) };
        statement["Condition"][operator][key] = values;
    }
    if let Some(principal) = principal {
        statement[if random.one_in(12) { "NotPrincipal" } else { "Principal" }] = principal;
    }
    statement
}

fn document(random: &mut Random, full: usize, principal: bool) -> Value {
    let who = [
        "*",
        OWN,
        OTHER,
        "arn:aws:iam::111122223333:role/app/Deployer",
        "arn:aws:iam::111122223333:user/anna",
        "arn:aws:sts::111122223333:assumed-role/Deployer/s1",
        "arn:aws:iam::444455556666:role/Ext",
    ];
    let mut statements = Vec::new();
    if !random.one_in(full) && !principal {
        statements.push(json!({ "Effect": "Allow", "Action": "*", "Resource": "*" }));
    }
    for _ in 0..1 + random.below(3) {
        let effect = if random.one_in(2) { "Allow" } else { "Deny" };
        let principal = principal.then(|| json!({ "AWS": random.some(&who) }));
        statements.push(statement(random, effect, principal));
    }
    json!({ "Version": "2012-10-17", "Statement": statements })
}

fn levels(random: &mut Random, rcp: bool) -> Value {
    let full = json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }] });
    let level = |random: &mut Random, at: usize| {
        let mut policies = Vec::new();
        if !rcp && !random.one_in(8) {
            policies.push(json!({ "name": "FullAWSAccess", "document": full }));
        }
        if rcp {
            let mut deny = statement(random, "Deny", None);
            deny["Action"] =
                json!(random.some(&["s3:*", "s3:DeleteObject", "sqs:*", "kms:Schedule*", "dynamodb:*", "rds:*"]));
            if let Some(deny) = deny.as_object_mut() {
                deny.remove("NotAction");
                deny.insert("Principal".to_owned(), json!("*"));
            }
            policies.push(json!({ "name": "Rcp", "document": { "Version": "2012-10-17", "Statement": [deny] } }));
        } else if random.one_in(2) {
            policies.push(json!({ "name": "Guard", "document": document(random, 9, false) }));
        }
        json!({ "level": format!("level-{at}"), "policies": policies })
    };
    let count = random.below(if rcp { 2 } else { 4 });
    json!((0..count).map(|at| level(random, at)).collect::<Vec<_>>())
}

fn request(random: &mut Random, at: usize) -> Value {
    let (principal, arn, account) = match random.below(5) {
        0 | 1 => {
            ("arn:aws:sts::111122223333:assumed-role/Deployer/s1", "arn:aws:iam::111122223333:role/app/Deployer", OWN)
        }
        2 => ("arn:aws:sts::111122223333:assumed-role/BreakGlass/s1", "arn:aws:iam::111122223333:role/BreakGlass", OWN),
        3 => ("arn:aws:iam::111122223333:user/anna", "arn:aws:iam::111122223333:user/anna", OWN),
        _ => ("arn:aws:sts::444455556666:assumed-role/Ext/s1", "arn:aws:iam::444455556666:role/Ext", OTHER),
    };
    let (action, resource) = CALLS[random.below(CALLS.len())];
    let mut context = json!({ "aws:PrincipalArn": [arn], "aws:PrincipalAccount": [account], "aws:SecureTransport": ["true"],
        "aws:CurrentTime": [random.pick(&["2025-05-31T12:00:00Z", "2026-01-01T00:00:00Z", "2026-09-01T10:00:00Z"])] });
    for (key, values) in [
        ("aws:PrincipalTag/team", ["a", "b", "A", "ab"]),
        ("aws:RequestedRegion", ["eu-central-1", "eu-west-1", "us-east-1", "us-east-2"]),
        ("aws:MultiFactorAuthPresent", ["true", "false", "true", "false"]),
        ("aws:SourceIp", ["10.1.2.3", "10.200.0.1", "8.8.8.8", "2001:db8::1"]),
        ("aws:PrincipalOrgID", ["o-1a2b3c4d5e", "o-other12345", "o-1a2b3c4d5e", "o-1a2b3c4d5e"]),
        ("aws:MultiFactorAuthAge", ["10", "299.5", "300", "4000"]),
        ("aws:PrincipalOrgPaths", ["o-1a2b3c4d5e/r-a/ou-b/", "o-1a2b3c4d5e/r-c/", "x/y/", "z/"]),
    ] {
        if !random.one_in(3) {
            context[key] = json!([random.pick(&values)]);
        }
    }
    if principal.contains(":user/") {
        context["aws:username"] = json!(["anna"]);
    }
    let named =
        |random: &mut Random, at: usize| json!({ "name": format!("p{at}"), "document": document(random, 3, false) });
    let mut request = json!({
        "id": at, "principal_arn": principal, "principal_account": account, "action": action, "resource_arn": resource,
        "resource_account": OWN, "context": context,
        "identity_policies": (0..random.below(3)).map(|at| named(random, at)).collect::<Vec<_>>(),
        "scps": levels(random, false), "rcps": levels(random, true), "permission_boundary": null, "resource_policy": null,
    });
    if random.one_in(4) {
        request["permission_boundary"] = document(random, 3, false);
    }
    if random.one_in(5) && principal.contains("assumed-role") {
        request["session_policies"] = json!([document(random, 3, false)]);
    }
    if random.one_in(2) && !action.starts_with("rds:") {
        request["resource_policy"] = document(random, 1, true);
    }
    request
}

/// Installs the package once.
fn installed() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/iam-simulate");
    if !folder.join("node_modules/@cloud-copilot/iam-simulate").exists() {
        fs::create_dir_all(&folder).unwrap();
        let npm = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix", ".", PACKAGE])
            .current_dir(&folder)
            .status()
            .unwrap();
        assert!(npm.success(), "npm install {PACKAGE}");
    }
    folder
}

fn oracle(lines: &str) -> Vec<String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy/oracle.mjs");
    let mut node =
        Command::new("node").arg(script).arg(installed()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = node.stdin.take().unwrap();
    let lines = lines.to_owned();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = node.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
#[ignore = "needs npm, node and a network: see the head of this file"]
fn another_evaluator_differs_only_where_aws_says_why() {
    let mut random = Random(20_261_125);
    let requests: Vec<Value> = (0..REQUESTS).map(|at| request(&mut random, at)).collect();
    let lines: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let ours = answers(&eval(&lines));
    let theirs = oracle(&lines);
    assert_eq!((ours.len(), theirs.len()), (REQUESTS, REQUESTS));
    let (mut words, mut classes) = (BTreeMap::new(), BTreeMap::new());
    let mut unexplained = Vec::new();
    for ((request, own), other) in requests.iter().zip(&ours).zip(&theirs) {
        let word = own["decision"].as_str().unwrap_or_else(|| panic!("{own}"));
        *words.entry(word.to_owned()).or_insert(0) += 1;
        if word == other {
            continue;
        }
        match CLASSES.iter().find(|class| class.decided.contains(word) && (class.holds)(request)) {
            Some(class) => *classes.entry((class.name, class.why, word, other.as_str())).or_insert(0) += 1,
            None => unexplained.push(format!("ours {word}, theirs {other}, by {}: {request}", own["by"])),
        }
    }
    eprintln!("{REQUESTS} requests: {words:?}");
    for ((name, why, word, other), count) in &classes {
        eprintln!("{count:>6}  {word} here, {other} there: {name}\n        {why}");
    }
    for class in CLASSES {
        assert!(classes.keys().any(|(name, ..)| *name == class.name), "explains nothing: {}", class.name);
    }
    let shown = unexplained.iter().take(10).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(unexplained.is_empty(), "{} differences are not explained:\n{shown}", unexplained.len());
}
