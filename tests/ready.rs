//! `palisade ready` as its user meets it: a no-go turning go, what cannot be told, flags, formats, every exit code.

use std::fs;
use std::path::Path;

use palisade::demo::Organization;
use palisade::model::gap::{Answer, Collected, Gap, GapKind};
use palisade::model::inventory::{Inventory, RegionParts};
use palisade::model::operation::Operation;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::program::{Ran, palisade, run};

const LEDGER: &str = "arn:aws:rds:eu-central-1:666666666666:cluster:ledger";
const REPORTING: &str = "arn:aws:rds:eu-central-1:666666666666:db:ledger-reporting";
const COURSES: &str = "arn:aws:rds:eu-central-1:555555555555:db:courses-prod";
const STATE: &str = "s3://meridian-terraform-state/ledger/production/data.tfstate";
/// Who deploys; without it the caller is asked about, whose role the demo does not hold.
const TERRAFORM: &str = "arn:aws:iam::999999999999:role/terraform";

/// A folder with an inventory and the configuration of the demo's owner.
fn folder(inventory: &Inventory) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), inventory);
    fs::write(folder.path().join("palisade.toml"), palisade::demo::CONFIG).unwrap();
    folder
}

fn write(at: &Path, inventory: &Inventory) {
    fs::write(at.join("inv.json"), serde_json::to_string(inventory).unwrap()).unwrap();
}

fn ready(at: &Path, arguments: &[&str]) -> Ran {
    let first = ["ready", "--inventory", "inv.json", "--principal", TERRAFORM];
    run(palisade(at).env("COLUMNS", "200").args(first).args(arguments))
}

/// The region's parts of the account that is set up well.
fn home(inventory: &mut Inventory) -> &mut RegionParts {
    let account = inventory.accounts.iter_mut().find(|account| account.id.as_str() == "666666666666").unwrap();
    let Answer::Value(parts) = &mut account.parts else { panic!("the account was not read") };
    let region = parts.regional.iter_mut().find(|region| region.region.as_ref() == "eu-central-1").unwrap();
    let Answer::Value(parts) = &mut region.parts else { panic!("the region was not read") };
    parts
}

fn kept() -> Inventory {
    Organization::WellKept.inventory()
}

/// The items of a status: rule and subject.
fn items(json: &Value, status: &str) -> Vec<(String, String)> {
    let all = json["items"].as_array().unwrap().iter().filter(|item| item["status"] == status);
    all.map(|item| (item["rule"].as_str().unwrap().to_owned(), item["subject"].as_str().unwrap().to_owned())).collect()
}

#[track_caller]
fn matches_schema(json: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/ready.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let errors: Vec<String> =
        jsonschema::validator_for(&schema).unwrap().iter_errors(json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_account_set_up_well_is_ready_and_the_incidents_was_not() {
    let folder = folder(&kept());
    let at = folder.path();
    let text = ready(at, &[]).exits(0).stdout;
    assert!(text.starts_with("GO: 0 blockers, 0 could not be verified, "), "{text}");
    assert!(text.contains("conditional: break-glass passes: arn:aws:iam::*:role/BreakGlass"), "{text}");
    for part in [STATE, LEDGER] {
        let flag = if part == STATE { "--state" } else { "--resource" };
        let json = ready(at, &[flag, part, "--format", "json"]).exits(0).json();
        assert_eq!((&json["verdict"], &json["schema"]), (&"go".into(), &"palisade.ready/1".into()));
        matches_schema(&json);
    }
    assert!(ready(at, &["--account", "666666666666"]).exits(0).stdout.contains("4 data stores"));

    write(at, &Organization::Incident.inventory());
    let json = ready(at, &["--resource", COURSES, "--format", "json"]).exits(3).json();
    let rules: Vec<String> = items(&json, "blocker").into_iter().map(|(rule, _)| rule).collect();
    let all = [
        "survivor",
        "restore_tested",
        "deletion_protection",
        "destruction_closed",
        "state",
        "environments_apart",
        "credentials",
    ];
    assert_eq!(rules, all, "{json:#}");
    for item in json["items"].as_array().unwrap().iter().filter(|item| item["status"] == "blocker") {
        assert!(item["clear"]["change"].is_string() && !item["rests_on"].as_array().unwrap().is_empty(), "{item:#}");
    }
    matches_schema(&json);
    write(at, &Organization::IncidentAfter.inventory());
    ready(at, &["--resource", COURSES]).exits(0);
}

/// Each step takes one thing away, and the go with it; put back, it is a go again.
#[test]
fn a_no_go_turns_go_step_by_step() {
    let folder = folder(&kept());
    let at = folder.path();
    let blocked = |arguments: &[&str]| {
        let json = ready(at, &[&["--format", "json"][..], arguments].concat()).exits(3).json();
        items(&json, "blocker")
    };
    let on = |rule: &str, subject: &str| (rule.to_owned(), subject.to_owned());

    let mut inventory = kept();
    for instance in home(&mut inventory).rds.db_instances.value_mut().unwrap() {
        instance.deletion_protection = false;
    }
    write(at, &inventory);
    assert_eq!(blocked(&[]), [on("deletion_protection", REPORTING)]);
    let text = ready(at, &[]).exits(3).stdout;
    assert!(text.starts_with("NO-GO: 1 blocker, "), "{text}");
    let command = "$ aws rds modify-db-instance --db-instance-identifier ledger-reporting --deletion-protection --region eu-central-1";
    assert!(text.contains(command), "{text}");
    // Of something else it is nothing.
    ready(at, &["--resource", LEDGER]).exits(0);

    write(at, &kept());
    // A survivor that is four hours old is too old for three.
    let stale = blocked(&["--rpo", "3"]);
    assert_eq!(stale.len(), 4, "{stale:?}");
    assert!(stale.iter().all(|(rule, _)| rule == "survivor"));
    let text = ready(at, &["--rpo", "3", "--resource", LEDGER]).exits(3).stdout;
    assert!(text.contains("$ aws backup start-copy-job --recovery-point-arn arn:aws:"), "{text}");
    ready(at, &["--rpo", "5"]).exits(0);

    let config = format!("restore_test_days = 1\n{}", palisade::demo::CONFIG);
    fs::write(at.join("palisade.toml"), config).unwrap();
    assert!(blocked(&[]).contains(&on("restore_tested", LEDGER)));
    fs::write(at.join("palisade.toml"), palisade::demo::CONFIG).unwrap();

    // Without the guards whoever administers may destroy; nobody stands before the deployer.
    let mut inventory = kept();
    let organization = inventory.organization.as_mut().unwrap();
    organization.scps.value_mut().unwrap().retain(|policy| policy.name == "FullAWSAccess");
    write(at, &inventory);
    let open = blocked(&["--resource", REPORTING]);
    assert!(open.contains(&on("credentials", TERRAFORM)), "{open:?}");
    write(at, &kept());
    ready(at, &["--resource", REPORTING]).exits(0);
}

#[test]
fn an_isolated_survivor_counts_where_it_is_accepted() {
    let mut inventory = kept();
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        for region in &mut parts.regional {
            let Answer::Value(parts) = &mut region.parts else { continue };
            for vault in parts.backup.vaults.value_mut().into_iter().flatten() {
                vault.lock_date = None;
                vault.locked = false;
            }
        }
    }
    let folder = folder(&inventory);
    let at = folder.path();
    let json = ready(at, &["--resource", LEDGER, "--format", "json"]).exits(3).json();
    assert_eq!(items(&json, "blocker"), [("survivor".to_owned(), LEDGER.to_owned())]);
    let text = ready(at, &["--resource", LEDGER, "--accept", "isolated"]).exits(0).stdout;
    assert!(text.contains("Wanted: an isolated or immutable survivor"), "{text}");
}

#[test]
fn what_could_not_be_read_is_never_a_go() {
    let gap = |operation: Operation| Gap {
        kind: GapKind::Denied,
        operation,
        code: Some("AccessDenied".to_owned()),
        message: "not allowed".to_owned(),
        attempts: 1,
        request_id: None,
    };
    let mut inventory = kept();
    home(&mut inventory).rds.db_instances = Collected::Gap(gap(Operation::RdsDescribeDBInstances));
    let folder = folder(&inventory);
    let at = folder.path();
    let json = ready(at, &["--format", "json"]).exits(4).json();
    assert_eq!(json["verdict"], "cannot_tell");
    assert!(items(&json, "cannot_verify").contains(&("scope".to_owned(), "666666666666".to_owned())), "{json:#}");
    assert!(ready(at, &[]).exits(4).stdout.starts_with("CANNOT TELL: 0 blockers, "));
    // What is named and was not listed may be there.
    let json = ready(at, &["--resource", REPORTING, "--format", "json"]).exits(4).json();
    assert!(items(&json, "cannot_verify").contains(&("scope".to_owned(), REPORTING.to_owned())), "{json:#}");
    matches_schema(&json);

    write(at, &kept());
    // The demo's caller is a role that it does not hold: nobody knows what it may do.
    let caller = run(palisade(at).args(["ready", "--inventory", "inv.json"])).exits(4).stdout;
    assert!(caller.contains("say with --principal ARN who will run it"), "{caller}");
    let volume = "arn:aws:ec2:eu-central-1:666666666666:volume/vol-1";
    assert!(ready(at, &["--resource", volume]).exits(4).stdout.contains("does not read what this is"));
    // An account without production data is no go either: nothing was judged.
    ready(at, &["--account", "222222222222"]).exits(4);
}

#[test]
fn a_waived_blocker_is_told_and_does_not_block() {
    let mut inventory = kept();
    for instance in home(&mut inventory).rds.db_instances.value_mut().unwrap() {
        instance.deletion_protection = false;
    }
    let folder = folder(&inventory);
    let at = folder.path();
    let waiver = |expires: &str| {
        let entry = format!(
            "\n[[waivers]]\ncheck = \"deletion-rds-instance-protected\"\narn = \"{REPORTING}\"\nreason = \"moves on Friday\"\n\
             owner = \"data@meridian.example\"\nexpires = \"{expires}\"\n"
        );
        fs::write(at.join("palisade.toml"), format!("{}{entry}", palisade::demo::CONFIG)).unwrap();
    };
    waiver("2026-03-31");
    let text = ready(at, &[]).exits(0).stdout;
    assert!(text.starts_with("GO: 0 blockers, 0 could not be verified, 1 waived, "), "{text}");
    assert!(text.contains("waived until 2026-03-31 by data@meridian.example: moves on Friday"), "{text}");
    matches_schema(&ready(at, &["--format", "json"]).exits(0).json());
    waiver("2026-02-28");
    ready(at, &[]).exits(3);
}

#[test]
fn a_wrong_question_is_answered_with_a_hint() {
    let folder = folder(&kept());
    let ask = |arguments: &[&str]| ready(folder.path(), arguments).exits(2).stderr;
    assert!(ask(&["--resource", &LEDGER.replace("ledger", "leger")]).contains(&format!("did you mean {LEDGER}?")));
    assert!(ask(&["--state", &STATE.replace("data", "date")]).contains(&format!("did you mean {STATE}?")));
    assert!(ask(&["--account", "666666666667"]).contains("did you mean 666666666666?"));
    assert!(ask(&["--state", "ledger"]).contains("s3://BUCKET/KEY is wanted"));
    assert!(ask(&["--resource", "ledger"]).contains("is no ARN"));
    assert!(ask(&["--rpo", "0"]).contains("--rpo"));
    assert!(ask(&["--accept", "shared"]).contains("immutable"));
    let missing = run(palisade(folder.path()).args(["ready", "--inventory", "none.json"])).exits(1).stderr;
    assert!(missing.contains("cannot read none.json"), "{missing}");
}

#[test]
fn a_file_is_written_in_the_format_of_its_name() {
    let folder = folder(&kept());
    let at = folder.path();
    let said = ready(at, &["--output", "ready.md"]).exits(0);
    assert!(said.stdout.is_empty() && said.stderr.contains("wrote ready.md: GO"), "{}", said.stderr);
    let markdown = fs::read_to_string(at.join("ready.md")).unwrap();
    assert!(markdown.starts_with("# GO: 0 blockers"), "{markdown}");
    ready(at, &["--output", "ready.json"]).exits(0);
    let json: Value = serde_json::from_str(&fs::read_to_string(at.join("ready.json")).unwrap()).unwrap();
    matches_schema(&json);
    assert!(ready(at, &["--output", "no/such/folder.md"]).exits(1).stderr.contains("cannot write no/such/folder.md"));
}
