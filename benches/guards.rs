//! How long the guards of a large organization take: 1,000 accounts of 200 principals each, the whole catalogue.
//!
//! Run it with `cargo bench --no-default-features --bench guards`; wanted are less than 10 seconds and 1 GB on 2 cores. The
//! organization is drawn so that its policies tell at least 50 ways to accounts apart, and its guards at least 500 classes
//! of principals; both are counted, not assumed.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::time::Instant;

use palisade::analysis::guard_figures;
use palisade::demo::build;
use palisade::model::iam::{ManagedPolicy, Role};
use palisade::model::inventory::{AccountInventory, AccountParts, Caller, INVENTORY_SCHEMA, Inventory, Scope};
use palisade::model::organization::{OrganizationInventory, OrganizationalUnit, Policy};
use palisade::model::settings::Settings;
use serde_json::{Value, json};

const MANAGEMENT: &str = "100000000000";
const ACCOUNTS: usize = 1_000;
const PRINCIPALS: usize = 200;
const UNITS: usize = 60;
/// The names that roles are drawn from.
const NAMES: usize = 700;

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn deny(sid: &str, actions: &[&str], condition: &Value) -> Value {
    json!({"Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition})
}

fn unit(at: usize) -> String {
    format!("{at:0>3}")
}

/// At the root: regions, root users, the organization's own roles.
fn everywhere() -> Value {
    let exempt = ["AWSControlTowerExecution", "stacksets-exec-*"].map(|name| format!("arn:aws:iam::*:role/{name}"));
    json!([
        {"Sid": "Regions", "Effect": "Deny", "Resource": "*",
            "NotAction": ["iam:*", "organizations:*", "sts:*", "support:*", "route53:*", "cloudfront:*", "account:*"],
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]},
                "ArnNotLike": {"aws:PrincipalARN": exempt}}},
        deny("Leave", &["organizations:LeaveOrganization", "account:CloseAccount"], &json!({})),
        deny("Root", &["rds:*", "dynamodb:*", "s3:*"], &json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}})),
    ])
}

/// At a unit: what it closes, and to whom it does not, differs from unit to unit.
fn at_unit(at: usize) -> Value {
    let exempt = json!({"ArnNotLike": {"aws:PrincipalArn": [
        "arn:aws:iam::*:role/BreakGlass", format!("arn:aws:iam::*:role/team-{}-*", at % 20), "arn:aws:iam::*:role/cdk-*",
    ]}});
    let backups = match at % 4 {
        0 => json!({}),
        1 => json!({"StringNotEquals": {"aws:PrincipalTag/Backup": "true"}}),
        2 => json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
        _ => exempt.clone(),
    };
    let trail = json!({"ArnNotLike": {"aws:PrincipalArn": format!("arn:aws:iam::*:role/security/audit-{at}")}});
    json!([
        deny(
            "Data",
            &[
                "rds:Delete*",
                "dynamodb:DeleteTable",
                "s3:DeleteBucket",
                "s3:DeleteObjectVersion",
                "elasticfilesystem:Delete*"
            ],
            &exempt
        ),
        deny("Keys", &["kms:ScheduleKeyDeletion", "kms:DisableKey"], &exempt),
        deny("Backups", &["backup:Delete*", "backup:Put*", "backup:Update*"], &backups),
        deny("Trail", &["cloudtrail:DeleteTrail", "cloudtrail:StopLogging", "config:Delete*"], &trail),
    ])
}

fn organization() -> OrganizationInventory {
    let units: Vec<OrganizationalUnit> =
        (0..UNITS).map(|at| build::unit(MANAGEMENT, &unit(at), &format!("unit-{at}"), build::ROOT)).collect();
    let mut members = vec![build::member(MANAGEMENT, MANAGEMENT, "management", build::ROOT)];
    members
        .extend((0..ACCOUNTS).map(|at| {
            build::member(MANAGEMENT, &id(at), &format!("account-{at}"), &build::unit_id(&unit(at % UNITS)))
        }));
    let mut organization = build::organization(MANAGEMENT, units, members);
    let scps = organization.scps.value_mut().unwrap();
    let root = vec![build::target(build::ROOT, "ROOT")];
    scps.push(build::scp(MANAGEMENT, "everywhere", "everywhere", &document(&everywhere()), root));
    scps.extend((0..UNITS).map(|at| -> Policy {
        let target = vec![build::target(&build::unit_id(&unit(at)), "ORGANIZATIONAL_UNIT")];
        build::scp(MANAGEMENT, &format!("unit{}", unit(at)), &format!("unit-{at}"), &document(&at_unit(at)), target)
    }));
    organization
}

fn id(account: usize) -> String {
    format!("{}", 200_000_000_000 + account)
}

fn role(account: &str, name: usize) -> Role {
    let trust = format!(r#"{{"AWS":"arn:aws:iam::{account}:root"}}"#);
    let (path, name) = match name % 7 {
        0 => ("/", format!("team-{}-{name}", name % 25)),
        1 => ("/security/", format!("audit-{}", name % 80)),
        2 => ("/", format!("cdk-{name}-deploy")),
        _ => ("/", format!("app-{name}")),
    };
    let mut role = build::role(account, path, &name, &trust, "ReadOnlyAccess");
    if name.len() % 3 == 0 {
        role.tags.insert("backup".to_owned(), (name.len() % 2 == 0).to_string());
    }
    role
}

fn account(at: usize) -> AccountInventory {
    let account = id(at);
    let first = at * 37;
    let roles = (0..PRINCIPALS).map(|n| role(&account, (first + n * 3) % NAMES)).collect();
    let mut iam = build::iam(&account, roles, Vec::new(), build::root_row(&account, true, true, false));
    let read = json!([{"Effect": "Allow", "Action": ["rds:Describe*", "s3:Get*", "s3:List*"], "Resource": "*"}]);
    iam.authorization_details.value_mut().unwrap().policies.push(ManagedPolicy {
        arn: build::iam_arn("aws", "policy/ReadOnlyAccess"),
        name: "ReadOnlyAccess".to_owned(),
        id: "ANPAREADONLY".to_owned(),
        path: "/".to_owned(),
        default_version: "v1".to_owned(),
        document: Some(document(&read)),
    });
    let parts = AccountParts { iam, regional: Vec::new(), ..build::empty_parts(&account) };
    let mut account = build::account(&account, parts);
    if let palisade::model::gap::Answer::Value(parts) = &mut account.parts {
        let regions = ["eu-central-1", "eu-west-1", "us-east-1", "us-west-2"].map(build::id);
        parts.regions = build::read(regions.into());
    }
    account
}

/// The most memory that this process has had, where the system tells (Linux), in megabytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1_024)
}

/// The time that this process has had a core, where the system tells (Linux): on a machine that others use as well only this
/// says how much work it is.
fn on_cores() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name in parentheses; user and system time are the 14th and 15th field, in hundredths of a second.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let hundredths = |at: usize| fields.get(at)?.parse::<u32>().ok();
    Some(f64::from(hundredths(11)? + hundredths(12)?) / 100.0)
}

fn main() {
    let inventory = Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "bench".into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: build::id(MANAGEMENT),
            arn: build::id(&format!("arn:aws:iam::{MANAGEMENT}:role/Audit")),
            partition: build::id("aws"),
            home_region: build::id("eu-central-1"),
        },
        scope: Scope::default(),
        organization: Some(organization()),
        accounts: (0..ACCOUNTS).map(account).collect(),
        ledger: Vec::new(),
    };
    let mut settings = Settings::default();
    settings.break_glass.principals = vec!["arn:aws:iam::*:role/BreakGlass".to_owned()];
    let before = peak().unwrap_or(0);
    let mut classes: Vec<String> = Vec::new();
    for account in &inventory.accounts {
        let details = account.parts().unwrap().iam.authorization_details.value().unwrap();
        classes.extend(details.roles.iter().map(|role| format!("{}{}{:?}", role.path, role.name, role.tags)));
    }
    classes.sort_unstable();
    classes.dedup();
    let (start, cores) = (Instant::now(), on_cores());
    let figures = guard_figures(&inventory, &settings);
    let seconds = start.elapsed().as_secs_f64();
    if let (Some(before), Some(after)) = (cores, on_cores()) {
        println!("{:.2} s of cores' time, over all threads", after - before);
    }
    println!(
        "{} accounts x {PRINCIPALS} principals x {} actions: {} ways, {} classes of principals ({} over the ways)",
        figures.accounts,
        palisade::model::catalogue::all().len(),
        figures.ways,
        classes.len(),
        figures.principal_classes,
    );
    println!("{} closed, {} not, {} exempt principals", figures.closed, figures.open, figures.exempt);
    println!(
        "{seconds:.2} s (wanted: 10); {} MB at most, the inventory's {before} MB among them (wanted: 1024)",
        peak().unwrap_or(0)
    );
}
