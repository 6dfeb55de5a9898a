//! How long the whole analysis of a large organization takes: 1,000 accounts with 100,000 recovery points and 5,000 states
//! of 300 resources each.
//!
//! Run it with `cargo bench --no-default-features --bench survival`; wanted are less than 15 seconds and 1.5 GB on 2 cores.
//! Each account has a vault of its own and one in a backup account that holds its copies, under one of five locks and of two
//! keys; every twentieth account's copies can be reached.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::time::Instant;

use palisade::analysis::analyse;
use palisade::demo::build::{self, Place};
use palisade::model::backup::{BackupInventory, RecoveryPoint, Vault};
use palisade::model::facts::{Facts, Tier};
use palisade::model::gap::Answer;
use palisade::model::iam::Role;
use palisade::model::inventory::{
    AccountInventory, AccountParts, Caller, INVENTORY_SCHEMA, Inventory, RegionParts, Scope,
};
use palisade::model::rds::DbInstance;
use palisade::model::settings::Settings;
use palisade::model::terraform::StateResource;

const MANAGEMENT: &str = "100000000000";
const HOME: &str = "eu-central-1";
const ACCOUNTS: usize = 1_000;
const BACKUP_ACCOUNTS: usize = 10;
const DATABASES: usize = 5;
/// In its own vault and in the backup account, together.
const POINTS: usize = 100;
const STATES: usize = 5;
const RESOURCES: usize = 300;
const ROLES: usize = 12;

fn number(at: usize) -> &'static str {
    Box::leak(format!("{:012}", 200_000_000_000 + at).into_boxed_str())
}

fn backup_account(at: usize) -> &'static str {
    Box::leak(format!("{:012}", 900_000_000_000 + at % BACKUP_ACCOUNTS).into_boxed_str())
}

fn points(place: Place, of: &[DbInstance], kind: &str) -> Vec<RecoveryPoint> {
    let each = POINTS / 2 / of.len();
    let one = |db: &DbInstance, n: usize| {
        let arn = place.arn("rds", &format!("snapshot:awsbackup:{kind}-{}-{n}", db.identifier));
        build::point(arn, &db.arn, "RDS", i64::try_from(n).unwrap() * 24 + 5)
    };
    of.iter().flat_map(|db| (0..each).map(move |n| one(db, n))).collect()
}

fn databases(place: Place) -> Vec<DbInstance> {
    (0..DATABASES).map(|n| build::db_instance(place, &format!("db-{}-{n}", place.account))).collect()
}

/// The vault of an account's copies.
fn copies(at: usize) -> Vault {
    let (source, place) = (Place::new(number(at), HOME), Place::new(backup_account(at), HOME));
    let key = if at.is_multiple_of(7) { source.key("data") } else { place.key("vaults") };
    let points = points(place, &databases(source), "copy").into_iter();
    let points = points.map(|point| RecoveryPoint { kms_key: Some(key.clone()), ..point }).collect();
    let vault = build::vault(place, &format!("copies-{at}"), points);
    match at % 5 {
        0 => vault,
        1 => build::governance(vault, 14),
        2 => build::compliance(vault, 14, -2),
        _ => build::compliance(vault, 14, 100),
    }
}

fn roles(account: &str, at: usize) -> Vec<Role> {
    let trust = format!(r#"{{"AWS":"arn:aws:iam::{account}:root"}}"#);
    let policies = ["ReadOnlyAccess", "PowerUserAccess", "AdministratorAccess"];
    let plain = |(n, policy): (usize, &str)| build::role(account, "/", &format!("team-{n}"), &trust, policy);
    policies.into_iter().cycle().skip(at % 3).take(ROLES).enumerate().map(plain).collect()
}

fn states(at: usize, place: Place, databases: &[DbInstance]) -> Vec<palisade::model::terraform::StateObject> {
    let resource = |state: usize, n: usize| -> StateResource {
        match databases.get(n) {
            Some(db) if state == 0 => {
                build::managed(&format!("aws_db_instance.db[{n}]"), &db.arn, build::recorded_well("production"))
            }
            _ => build::managed(
                &format!("module.m{n}.aws_security_group.group"),
                &place.arn("ec2", &format!("security-group/sg-{at}-{state}-{n}")),
                build::recorded("production"),
            ),
        }
    };
    (0..STATES)
        .map(|state| {
            let resources = (0..RESOURCES).map(|n| resource(state, n)).collect();
            build::state_object(&format!("team-{state}.tfstate"), 20, resources)
        })
        .collect()
}

fn account(at: usize) -> AccountInventory {
    let place = Place::new(number(at), HOME);
    let databases = databases(place);
    let bucket = format!("tf-state-{at}");
    let vault = build::vault(place, "own", points(place, &databases, "job"));
    let region = RegionParts {
        rds: palisade::model::rds::RdsInventory { db_instances: build::read(databases.clone()), ..build::empty_rds() },
        backup: BackupInventory { vaults: build::read(vec![vault]), ..build::empty_backup() },
        kms: build::kms([build::customer_key(place, "data"), build::aws_rds_key(place)]),
        ..build::empty_region()
    };
    let root = build::root_row(place.account, true, true, false);
    let mut parts = AccountParts {
        iam: build::iam(place.account, roles(place.account, at), Vec::new(), root),
        s3: build::s3([build::bucket(&bucket, HOME)]),
        regional: vec![build::region(HOME, region)],
        ..build::empty_parts(place.account)
    };
    parts.state.buckets = vec![build::state_bucket(&bucket, states(at, place, &databases))];
    build::account(place.account, parts)
}

fn backups(at: usize) -> AccountInventory {
    let place = Place::new(backup_account(at), HOME);
    let vaults = (0..ACCOUNTS).filter(|source| source % BACKUP_ACCOUNTS == at).map(copies).collect();
    let region = RegionParts {
        backup: BackupInventory { vaults: build::read(vaults), ..build::empty_backup() },
        kms: build::kms([build::customer_key(place, "vaults")]),
        ..build::empty_region()
    };
    // Every twentieth account may assume what deletes its copies.
    let doors =
        (0..ACCOUNTS).filter(|source| source % BACKUP_ACCOUNTS == at && source.is_multiple_of(20)).map(|source| {
            let trust = format!(r#"{{"AWS":"arn:aws:iam::{}:root"}}"#, number(source));
            build::role(place.account, "/", &format!("restore-{source}"), &trust, "AdministratorAccess")
        });
    let root = build::root_row(place.account, true, true, false);
    let parts = AccountParts {
        iam: build::iam(place.account, roles(place.account, at).into_iter().chain(doors).collect(), Vec::new(), root),
        regional: vec![build::region(HOME, region)],
        ..build::empty_parts(place.account)
    };
    build::account(place.account, parts)
}

/// The most memory that this process has had, where the system tells (Linux), in megabytes.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1_024)
}

fn tiers(facts: &Facts) -> String {
    let of = |tier: Tier| {
        let survival = facts.resources.iter().filter_map(|fact| fact.detail.survival.as_ref());
        survival.filter(|survival| survival.account.tier == tier).count()
    };
    let all = [Tier::Immutable, Tier::Isolated, Tier::SharedFate, Tier::None];
    all.map(|tier| format!("{} {}", of(tier), tier.words())).join(", ")
}

fn main() {
    let mut members = vec![build::member(MANAGEMENT, MANAGEMENT, "root", "r-1")];
    members.extend((0..ACCOUNTS).map(|at| build::member(MANAGEMENT, number(at), &format!("team-{at}-prod"), "r-1")));
    members.extend((0..BACKUP_ACCOUNTS).map(|at| build::member(MANAGEMENT, backup_account(at), "backup", "r-1")));
    let mut organization = build::organization(MANAGEMENT, Vec::new(), members);
    let root = organization.roots.items().first().unwrap().id.clone();
    for member in organization.accounts.value_mut().unwrap() {
        member.parent = build::value(root.clone());
    }
    let targets = organization.accounts.items().iter().map(|member| build::target(member.id.as_str(), "ACCOUNT"));
    let full = build::full_access(targets.chain([build::target(&root, "ROOT")]).collect());
    organization.scps = build::read(vec![full]);
    let inventory = Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "bench".into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: build::id(MANAGEMENT),
            arn: build::id(&format!("arn:aws:iam::{MANAGEMENT}:role/Audit")),
            partition: build::id("aws"),
            home_region: build::id(HOME),
        },
        scope: Scope::default(),
        organization: Some(organization),
        accounts: (0..ACCOUNTS)
            .map(account)
            .chain((0..BACKUP_ACCOUNTS).map(backups))
            .chain([build::account(MANAGEMENT, build::empty_parts(MANAGEMENT))])
            .collect(),
        ledger: Vec::new(),
    };
    let vaults = || {
        inventory
            .accounts
            .iter()
            .flat_map(|account| account.regions())
            .flat_map(|(_, parts)| parts.backup.vaults.items())
    };
    let points: usize = vaults().filter_map(|vault| vault.recovery_points.value()).map(Vec::len).sum();
    let objects = inventory.accounts.iter().filter_map(AccountInventory::parts).flat_map(|parts| &parts.state.buckets);
    let objects: Vec<_> = objects.flat_map(|bucket| bucket.objects.items()).collect();
    let resources: usize = objects
        .iter()
        .map(|object| match &object.content {
            Answer::Value(content) => content.resources.len(),
            Answer::Gap(_) => 0,
        })
        .sum();
    println!(
        "{} accounts, {points} recovery points, {} states of {resources} resources",
        inventory.accounts.len(),
        objects.len()
    );
    drop(objects);
    let before = peak().unwrap_or(0);
    let start = Instant::now();
    let facts = analyse(&inventory, &Settings::default());
    let seconds = start.elapsed().as_secs_f64();
    println!("{} resources: {}", facts.resources.len(), tiers(&facts));
    println!(
        "{seconds:.2} s (wanted: 15); {} MB at most, the inventory's {before} MB among them (wanted: 1536)",
        peak().unwrap_or(0)
    );
}
