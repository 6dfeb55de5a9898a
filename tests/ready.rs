//! `palisade ready` as its user meets it: a no-go turning go, what cannot be told, flags, formats, every exit code.

use std::fs;
use std::path::Path;

use palisade::demo::Organization;
use palisade::model::gap::{Answer, Collected, Gap, GapKind};
use palisade::model::inventory::{Inventory, RegionParts};
use palisade::model::operation::Operation;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{Ran, palisade, run};
use crate::support::terraform;

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
    let mut rules: Vec<String> = items(&json, "blocker").into_iter().map(|(rule, _)| rule).collect();
    rules.dedup();
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

/// The plan of the example, with secrets where plans have them.
const PLAN: &str = include_str!("cases/ready/plan.json");

/// A plan of one change of the database of the account that is set up well.
fn plan(actions: &[&str], before: &Value, after: &Value) -> String {
    let with_arn = |value: &Value| {
        let mut value = value.clone();
        if let Some(fields) = value.as_object_mut() {
            fields.insert("arn".to_owned(), REPORTING.into());
            fields.insert("password".to_owned(), "hunter2".into());
        }
        value
    };
    json!({"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [
        {"address": "aws_db_instance.reporting", "mode": "managed", "type": "aws_db_instance", "name": "reporting",
         "provider_name": "registry.terraform.io/hashicorp/aws",
         "change": {"actions": actions, "before": with_arn(before), "after": with_arn(after), "after_unknown": {},
            "before_sensitive": {"password": true}, "after_sensitive": {"password": true}}}]})
    .to_string()
}

/// Of one item: its status and what it says.
fn said(json: &Value, rule: &str) -> Vec<(String, String)> {
    let all = json["items"].as_array().unwrap().iter().filter(|item| item["rule"] == rule);
    all.map(|item| (item["status"].as_str().unwrap().to_owned(), item["said"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn a_plan_is_judged_with_what_would_be_left() {
    let folder = folder(&Organization::Incident.inventory());
    let at = folder.path();
    fs::write(at.join("plan.json"), PLAN).unwrap();
    let about = ["--resource", LEDGER, "--plan", "plan.json"];
    let json = ready(at, &[&about[..], &["--format", "json"]].concat()).exits(3).json();
    matches_schema(&json);
    let blocked: Vec<String> = items(&json, "blocker").into_iter().map(|(rule, _)| rule).collect();
    let all = [
        "toll",
        "plan-break-glass-kept",
        "plan-guards-kept",
        "plan-protection-kept",
        "plan-stateful-kept",
        "plan-states-kept",
    ];
    assert_eq!(blocked, all, "{json:#}");
    for (rule, part) in [
        (
            "toll",
            "aws_db_instance.courses would be destroyed, and no immutable copy would be left: nothing is left of it.",
        ),
        ("plan-stateful-kept", "because kms_key_id changes: this would leave nothing that outlives its account"),
        ("plan-protection-kept", "backup_retention_period goes from 7 to 1"),
        ("plan-states-kept", "meridian-terraform-state (it holds 2 states of Terraform)"),
        ("plan-guards-kept", "p-protect000"),
        ("plan-break-glass-kept", "BreakGlass"),
    ] {
        assert!(said(&json, rule)[0].1.contains(part), "{part}\n{:#?}", said(&json, rule));
    }
    assert_eq!((&json["plan"]["replaces"], &json["plan"]["creates"]), (&1.into(), &2.into()));
    for format in ["text", "markdown", "json"] {
        let ran = ready(at, &[&about[..], &["--format", format]].concat()).exits(3);
        assert!(!ran.stdout.contains("hunter2") && !ran.stderr.contains("hunter2"), "{}", ran.stdout);
    }
    // On stdin as well, and an error tells no secret.
    fs::write(at.join("plan.json"), PLAN.replace("\"update\"", "hunter2")).unwrap();
    let broken = ready(at, &about).exits(1).stderr;
    assert!(broken.contains("it is no plan in JSON (line") && !broken.contains("hunter2"), "{broken}");
    assert!(ready(at, &["--plan", "none.json"]).exits(1).stderr.contains("cannot read none.json"));
    assert!(ready(at, &["--overrides", "x.toml"]).exits(2).stderr.contains("--plan"));
}

#[test]
fn a_deletion_that_leaves_no_survivor_says_so() {
    let mut inventory = Organization::Incident.inventory();
    // The database without anything that could bring it back.
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        for region in &mut parts.regional {
            let Answer::Value(parts) = &mut region.parts else { continue };
            let rds = &mut parts.rds;
            rds.db_snapshots.value_mut().into_iter().for_each(Vec::clear);
            rds.db_instance_automated_backups.value_mut().into_iter().for_each(Vec::clear);
            for instance in rds.db_instances.value_mut().into_iter().flatten() {
                instance.backup_retention_days = 0;
            }
        }
    }
    let folder = folder(&inventory);
    let at = folder.path();
    fs::write(at.join("plan.json"), PLAN).unwrap();
    let json = ready(at, &["--resource", LEDGER, "--plan", "plan.json", "--format", "json"]).exits(3).json();
    assert!(said(&json, "plan-stateful-kept")[0].1.ends_with("this would leave no survivor."), "{json:#}");
}

#[test]
fn protection_that_goes_blocks_and_what_is_not_known_cannot_be_verified() {
    let folder = folder(&kept());
    let at = folder.path();
    let judge = |text: &str| {
        fs::write(at.join("plan.json"), text).unwrap();
        ready(at, &["--resource", REPORTING, "--plan", "plan.json", "--format", "json"])
    };
    let on = json!({"deletion_protection": true, "skip_final_snapshot": false});
    let off = json!({"deletion_protection": false, "skip_final_snapshot": false});
    let same = judge(&plan(&["update"], &on, &on)).exits(0).json();
    assert_eq!(said(&same, "toll"), [("holds".to_owned(), "The plan deletes nothing.".to_owned())]);
    let weaker = judge(&plan(&["update"], &on, &off)).exits(3).json();
    assert!(said(&weaker, "plan-protection-kept")[0].1.contains("deletion_protection goes from true to false"));
    let open = plan(&["update"], &on, &json!({"skip_final_snapshot": false}));
    let open = judge(&open.replace(r#""after_unknown":{}"#, r#""after_unknown":{"deletion_protection":true}"#))
        .exits(4)
        .json();
    assert!(said(&open, "plan-protection-kept")[0].1.contains("deletion_protection is known only after the apply"));
    // The guards would stop this deletion, and an immutable copy would be left: the toll holds, the plan blocks all the same.
    let gone = judge(&plan(&["delete"], &on, &Value::Null)).exits(3).json();
    assert_eq!(said(&gone, "toll")[0].0, "holds", "{gone:#}");
    assert!(
        said(&gone, "plan-stateful-kept")[0].1.contains("would be left, immutable, its data 4 hours old"),
        "{gone:#}"
    );
    let errored =
        plan(&["update"], &on, &on).replace("\"terraform_version\"", "\"errored\":true,\"terraform_version\"");
    assert_eq!(said(&judge(&errored).exits(4).json(), "plan")[0].0, "cannot_verify");
}

#[test]
fn an_override_covers_its_change_and_every_other_is_told() {
    let folder = folder(&kept());
    let at = folder.path();
    fs::write(at.join("plan.json"), plan(&["delete"], &json!({}), &Value::Null)).unwrap();
    let about = ["--resource", LEDGER, "--plan", "plan.json"];
    let entry = |resource: &str, action: &str, expires: &str| {
        format!(
            "[[overrides]]\nresource = \"{resource}\"\naction = \"{action}\"\nreason = \"moved\"\nowner = \"ann\"\nexpires = {expires}\n"
        )
    };
    let standings = |arguments: &[&str], code: i32| {
        let json = ready(at, &[&about[..], arguments, &["--format", "json"]].concat()).exits(code).json();
        matches_schema(&json);
        let all = json["overrides"].as_array().unwrap().iter().map(|one| one["standing"].as_str().unwrap().to_owned());
        (all.collect::<Vec<_>>(), json)
    };
    ready(at, &about).exits(3);
    // The file of the working directory is taken by itself.
    let address = "aws_db_instance.reporting";
    let text = [
        entry(address, "delete", "2026-03-31"),
        entry(address, "replace", "2026-03-31"),
        entry(address, "delete", "2026-03-01"),
        entry(address, "delete", "\"soon\""),
    ];
    fs::write(at.join("palisade-overrides.toml"), text.concat()).unwrap();
    let (found, json) = standings(&[], 0);
    assert_eq!(found, ["used", "unused", "expired", "malformed"]);
    assert_eq!(json["counts"]["overridden"], 1);
    let page = ready(at, &about).exits(0).stdout;
    assert!(page.contains("overridden until 2026-03-31 by ann (palisade-overrides.toml:1): moved"), "{page}");
    assert!(
        page.contains("expired: aws_db_instance.reporting (delete) at palisade-overrides.toml:13: moved, owner ann"),
        "{page}"
    );
    // What counts no longer overrides nothing.
    fs::write(at.join("old.toml"), entry(address, "delete", "2026-03-01")).unwrap();
    assert_eq!(standings(&["--overrides", "old.toml"], 3).0, ["expired"]);
    fs::write(at.join("wrong.toml"), entry(address, "destroy", "2026-03-31")).unwrap();
    let wrong = ready(at, &[&about[..], &["--overrides", "wrong.toml"]].concat()).exits(2).stderr;
    assert!(wrong.contains("wrong.toml:3:10: [[overrides]] action: \"destroy\" is none of delete, replace"), "{wrong}");

    // A comment on the block says the same.
    fs::remove_file(at.join("palisade-overrides.toml")).unwrap();
    fs::create_dir(at.join("infra")).unwrap();
    let block = "# PALISADE-OVERRIDE: moved to the new cluster\nresource \"aws_db_instance\" \"reporting\" {\n}\n";
    fs::write(at.join("infra/main.tf"), block).unwrap();
    let (found, json) = standings(&["--source", "infra"], 0);
    assert_eq!(
        (found.as_slice(), &json["overrides"][0]["override"]["place"]),
        (&["used".to_owned()][..], &"infra/main.tf:2".into())
    );
    fs::write(at.join("infra/main.tf"), block.replace(": moved to the new cluster", "")).unwrap();
    assert_eq!(standings(&["--source", "infra"], 3).0, ["malformed"]);
    fs::write(at.join("infra/main.tf"), "resource {{{").unwrap();
    let broken = ready(at, &[&about[..], &["--source", "infra"]].concat()).exits(3).stdout;
    assert!(broken.contains("Note: infra/main.tf was not read (line 1 is no HCL)"), "{broken}");
    assert!(
        ready(at, &[&about[..], &["--source", "none"]].concat())
            .exits(1)
            .stderr
            .contains("--source takes the directory")
    );
}

#[test]
fn further_checks_of_plans_are_ones_own() {
    let folder = folder(&kept());
    let at = folder.path();
    fs::create_dir_all(at.join("own/plan")).unwrap();
    let own = "# METADATA\n# title: No network is made\n# description: Networks are the network team's.\n# custom:\n#   id: plan-no-network\n\
               #   layer: separation\n#   severity: low\n#   subject: planned_change\n#   needs: [s3.buckets]\n#   evidence: forall\n\
               #   facts: [address]\n#   remediation:\n#     terraform: ask them\n#     cli: ask them\n#   frameworks: {}\n\
               package palisade.plan.no_network\n\nverdict := {\"status\": \"fail\", \"message\": \"The plan makes a network.\"} if {\n\
               \tinput.subject.resource_type == \"aws_vpc\"\n} else := {\"status\": \"pass\", \"message\": \"It makes none.\"}\n";
    fs::write(at.join("own/plan/no_network.rego"), own).unwrap();
    let change = PLAN.find("      \"address\": \"aws_vpc.main\"").unwrap();
    let network = format!("{{\"format_version\": \"1.2\", \"resource_changes\": [{{{}", &PLAN[change..]);
    fs::write(at.join("plan.json"), network).unwrap();
    let about = ["--resource", LEDGER, "--plan", "plan.json"];
    ready(at, &about).exits(0);
    let text = ready(at, &[&about[..], &["--checks", "own"]].concat()).exits(3).stdout;
    assert!(text.contains("The plan makes a network."), "{text}");
    let show = run(palisade(at).args(["checks", "show", "plan-no-network", "--checks", "own"])).exits(0).stdout;
    assert!(show.contains("judges    planned_change"), "{show}");
    assert!(
        run(palisade(at).args(["checks", "show", "plan-statefull-kept"]))
            .exits(2)
            .stderr
            .contains("did you mean plan-stateful-kept?")
    );
    // No scan runs it.
    let wrong = run(palisade(at).args(["assess", "inv.json", "--check", "plan-stateful-kept"])).exits(2).stderr;
    assert!(wrong.contains("plan-stateful-kept"), "{wrong}");
    fs::write(at.join("own/plan/no_network.rego"), own.replace("subject: planned_change", "subject: account")).unwrap();
    let misplaced = ready(at, &[&about[..], &["--checks", "own"]].concat()).exits(1).stderr;
    assert!(misplaced.contains("must be planned_change alone"), "{misplaced}");
}

/// A plan that a real Terraform wrote, of resources that its own provider has.
#[test]
fn a_real_plan_is_read() {
    if !terraform::is_at_hand("no plan of a real Terraform was judged", "tests/ready.rs") {
        return;
    }
    let folder = folder(&kept());
    let at = folder.path();
    let infra = at.join("infra");
    fs::create_dir(&infra).unwrap();
    let write = |text: &str| fs::write(infra.join("main.tf"), text).unwrap();
    let it = |arguments: &[&str]| run(&mut terraform::terraform(&infra, arguments)).exits(0);
    write(
        "variable \"secret\" {\n  default   = \"hunter2\"\n  sensitive = true\n}\nresource \"terraform_data\" \"kept\" {\n  \
         input            = var.secret\n  triggers_replace = [\"a\"]\n}\nresource \"terraform_data\" \"gone\" {\n  input = \"hunter2\"\n}\n",
    );
    it(&["init"]);
    it(&["apply", "-auto-approve"]);
    write(
        "variable \"secret\" {\n  default   = \"hunter3\"\n  sensitive = true\n}\n# PALISADE-OVERRIDE: unused\n\
         resource \"terraform_data\" \"kept\" {\n  input            = var.secret\n  triggers_replace = [\"b\"]\n}\n\
         resource \"terraform_data\" \"new\" {\n}\n",
    );
    it(&["plan", "-out=plan.tfplan"]);
    fs::write(at.join("plan.json"), it(&["show", "-json", "plan.tfplan"]).stdout).unwrap();
    let about = ["--resource", LEDGER, "--plan", "plan.json", "--source", "infra", "--format"];
    let ran = ready(at, &[&about[..], &["json"]].concat()).exits(0);
    assert!(!ran.stdout.contains("hunter"), "{}", ran.stdout);
    let json = ran.json();
    let plan = &json["plan"];
    assert_eq!((&plan["creates"], &plan["replaces"], &plan["deletes"]), (&1.into(), &1.into(), &1.into()), "{plan:#}");
    assert!(plan["terraform_version"].as_str().unwrap().starts_with("1."), "{plan:#}");
    assert_eq!(json["overrides"][0]["standing"], "unused");
}
