//! The whole program against moto, an emulator of AWS's APIs: `organization.py` sets up six accounts in four organizational
//! units and two regions, each entered by a role of its own.
//!
//! What moto lacks has to show as `unknown` with the operation's name: each such operation is named in [`NOT_SERVED`].

mod guards;
mod refusals;
mod signing;
mod sinks;
mod verdicts;

use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use palisade::model::gap::Collected;
use palisade::model::inventory::Inventory;
use palisade::model::operation::Operation;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::moto::{Credentials, Moto};
use crate::support::program::{Ran, palisade, run};

/// The two regions in which something stands.
const REGIONS: &str = "--regions=eu-central-1,eu-west-1";

/// What moto 5.1 cannot serve, or answers in a way that AWS never does. `account:ListRegions` it has not either: there
/// palisade falls back to the partition's default regions.
const NOT_SERVED: &[Operation] = &[
    Operation::BackupDescribeGlobalSettings,
    Operation::BackupDescribeRegionSettings,
    Operation::BackupGetBackupVaultAccessPolicy,
    Operation::BackupListBackupJobs,
    Operation::BackupListBackupSelections,
    Operation::BackupListCopyJobs,
    Operation::BackupListLegalHolds,
    Operation::BackupListProtectedResources,
    Operation::BackupListRestoreJobs,
    Operation::BackupListRestoreTestingPlans,
    // A report without a row for root, where there is no user.
    Operation::IamGetCredentialReport,
    Operation::IamListOrganizationsFeatures,
    // The key "default_kms_key_id" of clusters does not exist.
    Operation::KmsDescribeKey,
    Operation::OrganizationsDescribeEffectivePolicy,
    Operation::OrganizationsDescribeResourcePolicy,
    Operation::RdsDescribeDBClusterAutomatedBackups,
    // Its backups lack DBInstanceArn.
    Operation::RdsDescribeDBInstanceAutomatedBackups,
];

/// An organization on a server, and where its scans write.
struct Organization {
    moto: &'static Moto,
    directory: TempDir,
    credentials: Credentials,
    /// What `organization.py` printed.
    setup: Value,
}

impl Organization {
    fn set_up(moto: &'static Moto, management: &str) -> Self {
        Self::set_up_by("organization.py", moto, management)
    }

    fn set_up_by(script: &str, moto: &'static Moto, management: &str) -> Self {
        let setup = moto.script(script, &[management]);
        let credentials = serde_json::from_value(setup["credentials"].clone()).unwrap();
        Self { moto, directory: tempfile::tempdir().unwrap(), credentials, setup }
    }

    fn account(&self, name: &str) -> &str {
        self.setup["accounts"][name].as_str().unwrap_or_else(|| panic!("there is no account {name}"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(self.moto.palisade(self.directory.path(), &self.credentials).args(arguments))
    }
}

/// An inventory and what was judged of it.
struct Collection {
    organization: Organization,
    inventory: Inventory,
    inventory_text: String,
    stderr: String,
    posture: Value,
    posture_text: String,
}

impl Collection {
    fn of(organization: Organization) -> Self {
        let ran = organization.run(&["collect", REGIONS, "-vv", "-o", "inventory.json"]).exits(0);
        let inventory_text = std::fs::read_to_string(organization.path("inventory.json")).unwrap();
        let inventory = serde_json::from_str(&inventory_text).unwrap();
        let judged = assess(organization.directory.path(), "inventory.json");
        Self {
            organization,
            inventory,
            inventory_text,
            stderr: ran.stderr,
            posture: judged.json(),
            posture_text: judged.stdout,
        }
    }

    /// The verdicts of a check on the subjects of this name.
    fn verdicts(&self, check: &str, name: &str) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        self.posture["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["check"] == check && f["subject"]["name"] == name)
            .map(|f| (text(&f["status"]), text(&f["message"])))
            .collect()
    }
}

/// Judges an inventory in a directory, without any credentials.
#[track_caller]
fn assess(directory: &Path, inventory: &str) -> Ran {
    run(palisade(directory).args(["assess", inventory, "--format", "json", "--fail-on", "never"])).exits(0)
}

/// The organization that most tests look at, collected once.
fn shared() -> &'static Collection {
    static SHARED: OnceLock<Collection> = OnceLock::new();
    SHARED.get_or_init(|| Collection::of(Organization::set_up(Moto::shared(), "100000000001")))
}

#[test]
fn a_moto_server_ends_when_it_is_dropped() {
    let server = Moto::start();
    let address = server.endpoint.strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(&address).unwrap();
    drop(server);
    assert!(TcpStream::connect(&address).is_err(), "{address} still listens");
}

#[test]
fn every_account_in_use_is_entered_by_its_role() {
    let collection = shared();
    let setup = &collection.organization.setup;
    let sessions: BTreeMap<&str, String> = collection
        .inventory
        .accounts
        .iter()
        .map(|account| (account.id.as_str(), account.parts().unwrap().session.to_string()))
        .collect();
    assert_eq!(sessions.len(), 6, "{sessions:?}");
    let management = setup["management"].as_str().unwrap();
    assert_eq!(sessions[management], format!("arn:aws:iam::{management}:user/auditor"));
    for name in ["shop-production", "shop-development", "courses", "Backup", "Delivery"] {
        let id = collection.organization.account(name);
        let role = format!("arn:aws:sts::{id}:assumed-role/PalisadeAudit/palisade-");
        assert!(sessions[id].starts_with(&role), "{name}: {}", sessions[id]);
    }
}

#[test]
fn the_organization_is_read_whole() {
    let collection = shared();
    let organization = collection.inventory.organization.as_ref().unwrap();
    let accounts = organization.accounts.items();
    assert_eq!(accounts.len(), 7);
    let closed = accounts.iter().find(|account| account.name == "closed").unwrap();
    assert_eq!(serde_json::to_value(closed.state).unwrap(), "SUSPENDED");
    assert!(collection.inventory.account(&closed.id).is_none(), "a suspended account is listed, not scanned");

    let units: BTreeMap<&str, &str> =
        organization.units.items().iter().map(|unit| (unit.id.as_str(), unit.name.as_str())).collect();
    let place = |name: &str| {
        let account = accounts.iter().find(|account| account.name == name).unwrap();
        units[account.parent.value().unwrap().as_str()]
    };
    assert_eq!(units.len(), 4);
    assert_eq!(place("shop-production"), "Production");
    assert_eq!(place("shop-development"), "Development");
    assert_eq!(place("courses"), "Workloads");
    assert_eq!(place("Backup"), "Infrastructure");

    let scps = organization.scps.items();
    let protect = scps.iter().find(|policy| policy.name == "protect-data").unwrap();
    assert!(protect.document.value().unwrap().contains("rds:Delete*"));
    let targets: Vec<&str> = protect.targets.value().unwrap().iter().map(|t| units[t.id.as_str()]).collect();
    assert_eq!(targets, ["Production"]);
    assert!(scps.iter().any(|policy| policy.name == "FullAWSAccess" && policy.aws_managed));
    // E-mail addresses are dropped.
    assert!(!collection.inventory_text.contains("meridian.example"));
    assert!(!collection.inventory_text.contains("master@example.com"));
}

#[test]
fn both_regions_of_every_account_are_read_and_no_other() {
    for account in &shared().inventory.accounts {
        let regions: Vec<&str> = account.regions().map(|(region, _)| region.as_str()).collect();
        assert_eq!(regions, ["eu-central-1", "eu-west-1"], "{}", account.id);
    }
}

#[test]
fn states_are_found_through_tables_names_and_lock_files() {
    let collection = shared();
    let setup = &collection.organization.setup;
    let id = collection.organization.account("Delivery").parse().unwrap();
    let state = &collection.inventory.account(&id).unwrap().parts().unwrap().state;
    let keys = |name: &str| -> Vec<&str> {
        let name = setup[name].as_str().unwrap();
        let bucket = state.buckets.iter().find(|bucket| bucket.bucket == name).unwrap();
        bucket.objects.items().iter().map(|object| object.key.as_str()).collect()
    };
    assert_eq!(keys("good_bucket"), ["shop/data.tfstate", "shop/events.tfstate"]);
    assert_eq!(keys("bad_bucket"), ["broken.tfstate", "shop/aurora.tfstate"]);
    assert_eq!(keys("sealed_bucket"), ["sealed.tfstate"]);
    assert_eq!(state.lock_tables.len(), 2);
}

#[test]
fn no_secret_of_a_state_leaves_it() {
    let collection = shared();
    for text in [&collection.inventory_text, &collection.posture_text, &collection.stderr] {
        assert!(!text.contains("hunter2"), "a secret of a state got out");
    }
}

#[test]
fn what_moto_cannot_serve_is_a_gap_and_nothing_else_is() {
    let failed: BTreeSet<Operation> = shared()
        .inventory
        .ledger
        .iter()
        .filter(|entry| !entry.failures.is_empty())
        .map(|entry| entry.operation)
        .collect();
    // One state is sealed, and one is broken.
    let want: BTreeSet<Operation> = NOT_SERVED.iter().copied().chain([Operation::S3GetObject]).collect();
    assert_eq!(failed, want);
    // Every failure leaves a gap; the policy of a key that does not exist is not even asked for.
    let want: BTreeSet<Operation> = want.into_iter().chain([Operation::KmsGetKeyPolicy]).collect();
    let gaps: BTreeSet<Operation> = shared().inventory.gaps().iter().map(|placed| placed.gap.operation).collect();
    assert_eq!(gaps, want);
}

#[test]
fn only_operations_that_the_roles_permit_are_called() {
    let directory = tempfile::tempdir().unwrap();
    let mut permitted = BTreeSet::new();
    for role in [
        &["audit", "--lock-table", "terraform-locks"][..],
        &["state-content", "--state", "s3://meridian-terraform-state/"],
        &["runner"],
    ] {
        let arguments = [&["permissions", "--format", "iam", "--role"], role].concat();
        let policy = run(palisade(directory.path()).args(arguments)).exits(0);
        collect_actions(&policy.json(), &mut permitted);
    }
    assert!(permitted.len() > 60, "{permitted:?}");
    let called: BTreeSet<Operation> = shared().inventory.ledger.iter().map(|entry| entry.operation).collect();
    assert!(called.len() > 50, "{called:?}");
    let missing: Vec<&str> = called
        .iter()
        .flat_map(|operation| operation.actions())
        .copied()
        .filter(|action| !permitted.contains(*action))
        .collect();
    assert!(missing.is_empty(), "called, but in no role: {missing:?}");
}

/// Every text under a key `Action`.
fn collect_actions(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                match field {
                    Value::String(action) if key == "Action" => drop(into.insert(action.clone())),
                    Value::Array(actions) if key == "Action" => {
                        into.extend(actions.iter().filter_map(|action| action.as_str().map(str::to_owned)));
                    }
                    field => collect_actions(field, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_actions(item, into)),
        _ => {}
    }
}

/// The report with what differs from one collection to the next taken out: times, and AWS's and palisade's ids of calls.
fn timeless(value: &mut Value) {
    match value {
        Value::String(text) => {
            if text.parse::<jiff::Timestamp>().is_ok() {
                "TIME".clone_into(text);
            } else if let Some((role, _)) = text.split_once("/palisade-2") {
                *text = format!("{role}/palisade-SCAN");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(timeless),
        Value::Object(fields) => {
            for (key, field) in fields {
                if key.ends_with("request_id") || key == "age_hours" {
                    *field = Value::Null;
                }
                timeless(field);
                // Failures are in order of their times.
                if let (Value::Array(failures), "failures") = (field, key.as_str()) {
                    failures.sort_by_key(Value::to_string);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn collect_and_assess_give_what_scan_gives() {
    let collection = shared();
    let organization = &collection.organization;
    // The same inventory gives the same bytes, whichever way it went.
    let directory = organization.directory.path();
    for name in ["again.json", "packed.json.zst"] {
        let mut inventory = collection.inventory_text.clone().into_bytes();
        let written = directory.join(name);
        if written.extension().is_some_and(|extension| extension == "zst") {
            inventory = zstd::encode_all(inventory.as_slice(), 3).unwrap();
        }
        std::fs::write(&written, inventory).unwrap();
        assert_eq!(assess(directory, name).stdout, collection.posture_text, "{name}");
    }

    let scan = organization.run(&["scan", REGIONS, "--format", "json", "--fail-on", "never"]).exits(0);
    let (mut scanned, mut assessed) = (scan.json(), collection.posture.clone());
    for posture in [&mut scanned, &mut assessed] {
        timeless(posture);
        // The first collection has the report made, the second finds it made.
        let made = "iam:GenerateCredentialReport";
        posture["ledger"].as_array_mut().unwrap().retain(|entry| entry["operation"] != made);
    }
    let lines = |value: &Value| -> Vec<String> {
        serde_json::to_string_pretty(value).unwrap().lines().map(str::to_owned).collect()
    };
    let differing: Vec<_> = lines(&scanned).into_iter().zip(lines(&assessed)).filter(|(a, b)| a != b).take(5).collect();
    assert!(scanned == assessed, "{differing:#?}");
}

#[test]
fn a_scan_that_finds_failures_exits_3() {
    let scan = shared().organization.run(&["scan", "--regions", "eu-central-1", "--quiet"]).exits(3);
    assert!(scan.stdout.contains("FAILS"), "{:.2000}", scan.stdout);
    assert_eq!(scan.stderr, "", "--quiet");
}

#[test]
fn without_regions_the_partitions_default_regions_are_read() {
    let organization = &shared().organization;
    let account = organization.account("Backup");
    organization.run(&["collect", "--account", account, "-o", "regions.json"]).exits(0);
    let text = std::fs::read_to_string(organization.path("regions.json")).unwrap();
    let inventory: Inventory = serde_json::from_str(&text).unwrap();
    assert_eq!(inventory.accounts.len(), 1);
    let parts = inventory.accounts[0].parts().unwrap();
    assert_eq!(parts.regional.len(), 17);
    // An emulator that does not know account:ListRegions does not offer it, which is no refusal.
    assert!(matches!(parts.regions, Collected::NotOffered { .. }), "{:?}", parts.regions);
}

#[test]
fn state_content_is_not_read_when_told_not_to() {
    let organization = &shared().organization;
    let account = organization.account("Delivery");
    let arguments = ["collect", REGIONS, "--account", account, "--no-state-content", "-o", "listed.json"];
    organization.run(&arguments).exits(0);
    let text = std::fs::read_to_string(organization.path("listed.json")).unwrap();
    let inventory: Inventory = serde_json::from_str(&text).unwrap();
    assert!(inventory.ledger.iter().all(|entry| entry.operation != Operation::S3GetObject));
    let contents: Vec<_> = inventory.accounts[0]
        .parts()
        .unwrap()
        .state
        .buckets
        .iter()
        .flat_map(|bucket| bucket.objects.items())
        .map(|object| object.content.gap().unwrap().kind.as_str())
        .collect();
    assert_eq!(contents, ["out_of_scope"; 5]);
}

#[test]
fn an_account_without_an_organization_is_scanned_alone() {
    let alone = Moto::shared().script("account.py", &["100000000002"]);
    let credentials: Credentials = serde_json::from_value(alone["credentials"].clone()).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let mut command = Moto::shared().palisade(directory.path(), &credentials);
    let ran =
        run(command.args(["scan", "--regions", "eu-central-1", "--format", "json", "--fail-on", "never"])).exits(0);
    let posture = ran.json();
    assert_eq!(posture["organization"], Value::Null);
    assert_eq!(posture["accounts"].as_array().unwrap().len(), 1);
    let member: Vec<_> = posture["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["check"] == "separation-organization-member")
        .map(|f| f["status"].as_str().unwrap())
        .collect();
    assert_eq!(member, ["fail"]);
}
