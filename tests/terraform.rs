//! States that a real Terraform wrote, through the S3 backend, on moto.
//!
//! Where no `terraform` is at hand nothing is tested, and standard error says so: the rest of the state reader is tested
//! without it.

use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::support::moto::{Credentials, Moto};
use crate::support::program::run;
use crate::support::terraform;

/// An account of this test's own.
const ACCOUNT: &str = "210000000017";
/// What the names of this test's bucket and table begin with.
const PREFIX: &str = "terraform-test";
/// Stands in every state, and nowhere in what palisade writes.
const SECRET: &str = "hunter2-never-kept";

/// The S3 backend's settings and where it runs.
struct Backend<'a> {
    moto: &'a Moto,
    credentials: &'a Credentials,
    directory: PathBuf,
}

impl Backend<'_> {
    /// Writes a configuration of one `terraform_data` and initializes it.
    fn init(&self, bucket: &str, key: &str, locking: &str) {
        std::fs::create_dir_all(&self.directory).unwrap();
        self.write("");
        let backend = terraform::backend(&self.moto.endpoint, bucket, key, locking);
        std::fs::write(self.directory.join("backend.tf"), backend).unwrap();
        self.terraform(&["init"]);
    }

    /// The resource, changed by `suffix` so that an apply writes.
    fn write(&self, suffix: &str) {
        let resource = format!("resource \"terraform_data\" \"it\" {{\n  input = \"{SECRET}{suffix}\"\n}}\n");
        std::fs::write(self.directory.join("main.tf"), resource).unwrap();
    }

    #[track_caller]
    fn terraform(&self, arguments: &[&str]) {
        let mut command = terraform::terraform(&self.directory, arguments);
        command
            .env("AWS_ACCESS_KEY_ID", &self.credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &self.credentials.secret_access_key)
            .env("AWS_SESSION_TOKEN", self.credentials.session_token.as_deref().unwrap_or_default());
        let ran = run(&mut command);
        assert_eq!(ran.code, 0, "terraform {arguments:?}\n{}\n{}", ran.stdout, ran.stderr);
    }

    fn apply(&self) {
        self.terraform(&["apply", "-auto-approve"]);
    }
}

/// Writes the states: locked by file, by table, by file in a workspace, without a lock, and in a bucket without versions.
fn write_states(moto: &Moto, credentials: &Credentials, directory: &Path) {
    let bucket = format!("{PREFIX}-tfstate");
    let backend = |name: &str| Backend { moto, credentials, directory: directory.join(name) };

    let by_file = backend("by-file");
    by_file.init(&bucket, "by-file/terraform.tfstate", "use_lockfile = true");
    by_file.apply();
    by_file.terraform(&["workspace", "new", "prod"]);
    by_file.apply();

    let by_table = backend("by-table");
    by_table.init(&bucket, "by-table/terraform.tfstate", &format!("dynamodb_table = \"{PREFIX}-locks\""));
    by_table.apply();

    // Its key says nothing: only the lock file beside it tells that it is a state.
    let odd = backend("odd");
    odd.init(&bucket, "odd/network", "use_lockfile = true");
    odd.apply();

    let unlocked = backend("unlocked");
    unlocked.init(&bucket, "unlocked/terraform.tfstate", "use_lockfile = true");
    unlocked.apply();
    // S3 tells whole seconds: the write without a lock has to fall into a later one than the lock before it.
    sleep(Duration::from_millis(2_100));
    unlocked.write("-changed");
    unlocked.terraform(&["apply", "-auto-approve", "-lock=false"]);

    let untraced = backend("untraced");
    untraced.init(&format!("{bucket}-unversioned"), "untraced/terraform.tfstate", "use_lockfile = true");
    untraced.apply();
}

fn objects<'v>(state: &'v Value, bucket: &str) -> &'v Vec<Value> {
    let buckets = state["buckets"].as_array().unwrap();
    let found = buckets.iter().find(|b| b["bucket"] == bucket).unwrap_or_else(|| panic!("no {bucket} in {state}"));
    found["objects"]["read"]["value"].as_array().unwrap()
}

#[test]
fn real_states_are_found_with_how_each_is_locked() {
    if !terraform::is_at_hand("no state of a real Terraform was read", "tests/terraform.rs") {
        return;
    }
    let moto = Moto::shared();
    let credentials: Credentials = serde_json::from_value(moto.script("state_backend.py", &[ACCOUNT, PREFIX])).unwrap();
    let directory = tempfile::tempdir().unwrap();
    write_states(moto, &credentials, directory.path());

    let scope = ["--no-organization", "--regions", "eu-central-1"];
    let collected =
        run(moto.palisade(directory.path(), &credentials).args(["collect", "-o", "inventory.json"]).args(scope))
            .exits(0);
    let inventory = std::fs::read_to_string(directory.path().join("inventory.json")).unwrap();
    for text in [&inventory, &collected.stderr] {
        assert!(!text.contains(SECRET) && !text.contains("ann-secret"), "a secret of a state came out");
    }

    let inventory: Value = serde_json::from_str(&inventory).unwrap();
    let state = &inventory["accounts"][0]["parts"]["value"]["state"];
    let bucket = format!("{PREFIX}-tfstate");
    let states = objects(state, &bucket);
    let keys: Vec<&str> = states.iter().map(|object| object["key"].as_str().unwrap()).collect();
    assert_eq!(
        keys,
        [
            "by-file/terraform.tfstate",
            "by-table/terraform.tfstate",
            "env:/prod/by-file/terraform.tfstate",
            "odd/network",
            "unlocked/terraform.tfstate"
        ]
    );
    for object in states.iter().chain(objects(state, &format!("{bucket}-unversioned"))) {
        let content = &object["content"]["value"];
        assert_eq!(content["resources"][0]["address"], "terraform_data.it", "{object}");
        assert_eq!(content["resources"].as_array().unwrap().len(), 1);
        // moto's ETag is the MD5, as S3's is without KMS.
        assert_eq!(object["body"]["value"]["md5"], object["etag"], "{object}");
    }
    let items = state["lock_tables"][0]["items"]["read"]["value"].as_array().unwrap();
    let digest = items.iter().find(|item| item["kind"] == "digest").unwrap();
    assert_eq!(digest["key"], "by-table/terraform.tfstate");
    assert_eq!(digest["digest"], states[1]["body"]["value"]["md5"]);
    let held = items.iter().find(|item| item["kind"] == "held").unwrap();
    assert_eq!(
        (&held["key"], &held["operation"]),
        (&"forgotten/terraform.tfstate".into(), &"OperationTypeApply".into())
    );
    assert_eq!(held["created_at"], "2026-01-02T03:04:05.678901234Z");

    judged(moto, &credentials, directory.path(), "inventory.json", "unknown");
    // A write within minutes of the scan may have been under way; an hour later there is no such excuse.
    let later = an_hour_earlier(inventory);
    std::fs::write(directory.path().join("later.json"), later.to_string()).unwrap();
    judged(moto, &credentials, directory.path(), "later.json", "fail");
}

/// The inventory with every state and lock written an hour before, and with two answers that moto cannot give: the
/// account's regions (account:ListRegions), and the versioning that it has but writes in XML that the SDK does not take.
fn an_hour_earlier(mut inventory: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    match value.as_str().filter(|_| name == "last_modified") {
                        Some(time) => {
                            let time: jiff::Timestamp = time.parse().unwrap();
                            *value = (time - jiff::SignedDuration::from_hours(1)).to_string().into();
                        }
                        None => walk(value),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    let parts = &mut inventory["accounts"][0]["parts"]["value"];
    walk(&mut parts["state"]);
    let read_at = parts["s3"]["buckets"]["read"]["read_at"].clone();
    parts["regions"] = serde_json::json!({ "read": { "read_at": read_at, "value": ["eu-central-1"] } });
    for bucket in parts["s3"]["buckets"]["read"]["value"].as_array_mut().unwrap() {
        let status = (bucket["name"] == format!("{PREFIX}-tfstate")).then_some("Enabled");
        bucket["versioning"] = serde_json::json!({ "value": { "status": status, "mfa_delete": null } });
    }
    inventory
}

/// What the checks make of it: the covered writes pass, the uncovered one fails, the one without a trace is unknown.
fn judged(moto: &Moto, credentials: &Credentials, directory: &Path, inventory: &str, uncovered: &str) {
    let arguments = ["assess", inventory, "--format", "json", "--fail-on", "never"];
    let report = run(moto.palisade(directory, credentials).args(arguments)).exits(0);
    assert!(!report.stdout.contains(SECRET) && !report.stderr.contains(SECRET));
    let report = report.json();
    let judged = |check: &str, key: &str, want: &str| {
        let findings = report["findings"].as_array().unwrap().iter();
        let mut found = findings.filter(|f| f["check"] == check && f["subject"].to_string().contains(key));
        let finding = found.next().unwrap_or_else(|| panic!("no finding of {check} about {key}"));
        assert!(found.next().is_none(), "two findings of {check} about {key}");
        assert_eq!(finding["status"], want, "{finding:#}");
    };
    for (key, want) in [
        ("tfstate/by-file/terraform.tfstate", "pass"),
        ("tfstate/env:/prod/by-file/terraform.tfstate", "pass"),
        ("tfstate/by-table/terraform.tfstate", "pass"),
        ("tfstate/odd/network", "pass"),
        ("tfstate/unlocked/terraform.tfstate", uncovered),
        ("tfstate-unversioned/untraced/terraform.tfstate", "unknown"),
    ] {
        judged("state-locked", key, want);
    }
    judged("state-no-stale-lock", "forgotten/terraform.tfstate", "fail");
}
