//! `palisade drill` as a user meets it: flags, files, pipes, exit codes, and the incident of March 2026 replayed.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{Ran, palisade, run};

const STATE: &str = "s3://meridian-terraform-state/ledger/production/data.tfstate";
const COURSES: &str = "arn:aws:rds:eu-central-1:555555555555:db:courses-prod";

fn ran(folder: &Path, arguments: &[&str]) -> Ran {
    run(palisade(folder).env("COLUMNS", "200").args(arguments))
}

/// The demo's inventory and configuration in a folder of its own.
fn demo() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let files = ["--write-inventory", "inv.json", "--write-config", "palisade.toml", "--output", "demo.txt"];
    ran(folder.path(), &[&["demo", "--quiet"][..], &files].concat()).exits(0);
    folder
}

fn drill(folder: &Path, arguments: &[&str]) -> Ran {
    ran(folder, &[&["drill", "--inventory", "inv.json"][..], arguments].concat())
}

#[track_caller]
fn matches_schema(json: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports/drill.schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// What was published of March 2026: one destroy took the database, the network, the cluster, the load balancers and the bastion,
/// of two sites; the automated snapshots went with it, and nothing was left.
#[test]
fn the_incident_is_replayed_and_the_account_set_up_well_stands() {
    let folder = tempfile::tempdir().unwrap();
    let text = ran(folder.path(), &["demo", "--drill", "--quiet"]).exits(0).stdout;
    let (incident, kept) = text.split_once("\n\n\n").unwrap();
    assert!(incident.contains("\nCROSSES ENVIRONMENTS: one destroy reaches production and staging\n"), "{incident}");
    for part in [
        "By arn:aws:iam::555555555555:role/agents/coding-agent (an agent",
        "✗ aws_db_instance.courses destroyed",
        "✗ aws_db_instance.community destroyed",
        "✗ aws_vpc.main destroyed",
        "✗ aws_ecs_cluster.main destroyed",
        "✗ aws_lb.courses destroyed",
        "✗ aws_lb.community destroyed",
        "✗ aws_instance.bastion destroyed",
        "destroyed 25, stopped 0, unknown 0",
        "✗ aws_db_instance.courses (data, production) lost\n      nothing is left",
        "3 automated snapshots of aws_db_instance.courses gone too",
        "A production data store is lost, and no immutable copy of it is left.",
        "The first guard that would have held\n  service control policy",
    ] {
        assert!(incident.contains(part), "{part}\n{incident}");
    }
    for part in [
        "✓ aws_rds_cluster.ledger stopped",
        "by organization policy: SCP protect-data (p-protect000), statement ProtectData, at the unit Production denies",
        "and by its own protection: deletion protection is on in AWS",
        "destroyed 0, stopped 4, unknown 0",
        "layers: scp held, separation held, deletion held, backup held, state held",
        "aws_rds_cluster.ledger (data, production) stays; were it gone:",
        "the best: immutable, 4 h old: arn:aws:rds:eu-central-1:888888888888:cluster-snapshot",
        "No production data store is lost without an immutable copy.",
    ] {
        assert!(kept.contains(part), "{part}\n{kept}");
    }
}

#[test]
fn other_organizations_rehearse_their_own_states() {
    let folder = tempfile::tempdir().unwrap();
    let of = |name: &str| ran(folder.path(), &["demo", "--drill", "--quiet", "--organization", name]);
    assert!(of("well-kept").exits(0).stdout.contains("stopped 4, unknown 0"));
    assert!(of("incident-after").exits(0).stdout.contains("destroyed 0"));
    assert!(of("single-account").exits(0).stdout.contains("stopped 2, unknown 0"));
    assert!(of("control-tower-default").exits(2).stderr.contains("holds no state"));
}

#[test]
fn what_is_rehearsed_is_one_document_in_json() {
    let folder = tempfile::tempdir().unwrap();
    let json = ran(folder.path(), &["demo", "--drill", "--quiet", "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "palisade.rehearsals/1");
    let all = json["rehearsals"].as_array().unwrap();
    assert_eq!(all.len(), 2);
    assert!(all[0]["title"].as_str().unwrap().starts_with("March 2026"));
    for one in all {
        assert_eq!(one["drill"]["schema"], "palisade.drill/1");
        matches_schema(&one["drill"]);
    }
    ran(folder.path(), &["demo", "--drill", "--quiet", "--output", "drill.json"]).exits(0);
    let file = std::fs::read(folder.path().join("drill.json")).unwrap();
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&file).unwrap(),
        json,
        "the name of the file tells the format"
    );
    for wrong in [
        &["--format", "json,table"][..],
        &["--output", "a", "--output", "b"],
        &["--output", "a.json", "--write-inventory", "a.json"],
        &["--status", "fail", "--format", "json"],
    ] {
        let args = [&["demo", "--drill"], wrong].concat();
        assert!(!ran(folder.path(), &args).exits(2).stderr.is_empty(), "{wrong:?}");
    }
}

#[test]
fn a_drill_ends_with_what_would_be_lost() {
    let folder = demo();
    let at = folder.path();
    let held = drill(at, &["--state", STATE, "--as-account", "--format", "json"]).exits(0).json();
    assert_eq!(held["schema"], "palisade.drill/1");
    assert_eq!(held["runs"][0]["toll"]["stopped"], 4);
    matches_schema(&held);
    let lost = drill(at, &["--resource", COURSES, "--format", "json"]).exits(3).json();
    assert_eq!(lost["runs"][0]["toll"]["verdict"], "lost");
    assert!(lost["ranking"]["principals"].as_u64().unwrap() > 5);
    matches_schema(&lost);
    let volume = "arn:aws:ec2:eu-central-1:555555555555:volume/vol-1";
    let open = drill(at, &["--resource", volume, "--as-account"]).exits(4).stdout;
    assert!(open.contains("palisade does not read its service"), "{open}");
    let agents = drill(at, &["--state", STATE, "--agents", "--format", "json"]).exits(0).json();
    let arns: Vec<&str> =
        agents["runs"].as_array().unwrap().iter().map(|run| run["by"]["arn"].as_str().unwrap()).collect();
    assert!(arns.len() == 3 && arns.iter().all(|arn| arn.ends_with(":role/agents/coding-agent")), "{arns:?}");
}

#[test]
fn a_principal_goes_by_the_roles_that_it_may_assume() {
    let folder = demo();
    let developer = "arn:aws:iam::777777777777:role/developer";
    let json =
        drill(folder.path(), &["--resource", COURSES, "--principal", developer, "--format", "json"]).exits(3).json();
    let call = &json["runs"][0]["steps"][0]["calls"][0];
    assert_eq!((&call["verdict"], &call["as"]), (&json!("allowed"), &json!("arn:aws:iam::555555555555:role/ops")));
    assert_eq!(call["path"][0]["verb"], "assumes");
}

#[test]
fn a_wrong_question_is_answered_with_a_hint() {
    let folder = demo();
    let ask = |arguments: &[&str]| drill(folder.path(), arguments).exits(2).stderr;
    assert!(ask(&[]).contains("required"));
    assert!(ask(&["--state", STATE, "--resource", COURSES]).contains("cannot be used with"));
    assert!(ask(&["--state", STATE, "--agents", "--as-account"]).contains("cannot be used with"));
    assert!(ask(&["--state", "s3://bucket"]).contains("s3://BUCKET/KEY is wanted"));
    assert!(ask(&["--state", &STATE.replace("data", "date")]).contains(&format!("did you mean {STATE}?")));
    assert!(ask(&["--resource", "courses-prod"]).contains("is no ARN"));
    let nobody = "arn:aws:iam::555555555555:role/agents/coding-agnet";
    assert!(ask(&["--state", STATE, "--principal", nobody]).contains("did you mean arn:aws:iam::"));
    assert!(ask(&["--plan", "-", "--inventory", "-"]).contains("--inventory"));
    let missing = drill(folder.path(), &["--plan", "none.json"]).exits(1).stderr;
    assert!(missing.contains("cannot read none.json"), "{missing}");
}

#[test]
fn a_state_whose_content_was_refused_is_no_drill() {
    let folder = demo();
    let path = folder.path().join("inv.json");
    let mut inventory: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    let gap = json!({"kind": "denied", "operation": "s3:GetObject", "code": "AccessDenied", "message": "Access Denied",
        "attempts": 1, "request_id": null});
    refuse(&mut inventory, &gap);
    fs::write(&path, inventory.to_string()).unwrap();
    let refused = drill(folder.path(), &["--state", STATE, "--as-account"]).exits(1).stderr;
    assert!(refused.contains("was not read: Access Denied") && refused.contains("state-content"), "{refused}");
}

/// Puts a gap in the place of every content of a state.
fn refuse(value: &mut Value, gap: &Value) {
    match value {
        Value::Object(map) => {
            if map.contains_key("content") && map.contains_key("body") {
                map.insert("content".to_owned(), json!({"gap": gap}));
                map.insert("body".to_owned(), json!({"gap": gap}));
            }
            map.values_mut().for_each(|value| refuse(value, gap));
        }
        Value::Array(list) => list.iter_mut().for_each(|value| refuse(value, gap)),
        _ => {}
    }
}

/// A plan as Terraform writes it, with secrets where plans have them.
#[test]
fn a_plan_is_drilled_and_none_of_its_secrets_shows() {
    let folder = demo();
    let at = folder.path();
    let plan = json!({
        "format_version": "1.2", "terraform_version": "1.11.4",
        "variables": {"password": {"value": "hunter2"}},
        "resource_changes": [
            {"address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main",
             "provider_name": "registry.terraform.io/hashicorp/aws",
             "change": {"actions": ["delete", "create"], "before": {"arn": COURSES, "password": "hunter2",
                "skip_final_snapshot": true, "deletion_protection": false, "apply_immediately": true,
                "tags": {"environment": "production", "token": "hunter2"}}}},
            {"address": "random_password.main", "mode": "managed", "type": "random_password", "name": "main",
             "provider_name": "registry.terraform.io/hashicorp/random",
             "change": {"actions": ["delete"], "before": {"id": "hunter2", "result": "hunter2"}}}
        ]
    });
    fs::write(at.join("plan.json"), plan.to_string()).unwrap();
    let text = drill(at, &["--plan", "plan.json", "--as-account"]).exits(3).stdout;
    assert!(text.contains("terraform apply of the plan plan.json, 2 resources"), "{text}");
    assert!(text.contains("1 of the deletions are replacements"), "{text}");
    assert!(text.contains("· random_password.main untouched"), "{text}");
    let json = drill(at, &["--plan", "plan.json", "--as-account", "--format", "json"]).exits(3).stdout;
    assert!(!text.contains("hunter2") && !json.contains("hunter2"), "{json}");
    fs::write(at.join("plan.json"), plan.to_string().replace("\"delete\"", "hunter2")).unwrap();
    let broken = drill(at, &["--plan", "plan.json", "--as-account"]).exits(1).stderr;
    assert!(broken.contains("it is no plan in JSON (line 1, column") && !broken.contains("hunter2"), "{broken}");
}

/// A state that lies on a laptop, as March 2026 had it.
#[test]
fn a_state_is_drilled_from_a_file() {
    let folder = demo();
    let at = folder.path();
    let instance = json!({"attributes": {"arn": COURSES, "skip_final_snapshot": true, "deletion_protection": false,
        "password": "hunter2"}});
    let state = json!({"version": 4, "serial": 1, "lineage": "l", "terraform_version": "1.11.4", "outputs": {},
        "resources": [{"mode": "managed", "type": "aws_db_instance", "name": "main",
            "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]", "instances": [instance]}]});
    fs::write(at.join("terraform.tfstate"), state.to_string()).unwrap();
    let laptop = "arn:aws:iam::555555555555:user/terraform-laptop";
    let arguments = ["--state", "terraform.tfstate", "--principal", laptop];
    let text = drill(at, &arguments).exits(3).stdout;
    assert!(text.contains("terraform destroy of terraform.tfstate, 1 resource") && !text.contains("hunter2"), "{text}");
}
