//! The nightly scan as its user meets it: nights kept in a store, what became of them told, only what is worse failing;
//! and whatever can be wrong with a store. Offline, on the demo's inventory.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::program::{PALISADE, Ran, palisade, run};

/// A production database that is protected, and one that is not.
const PROTECTED: &str = "arn:aws:rds:eu-central-1:666666666666:db:ledger-reporting";
const UNPROTECTED: &str = "arn:aws:rds:eu-central-1:555555555555:db:courses-prod";

/// The account of the protected one.
const LEDGER: &str = "666666666666";

fn ran(folder: &Path, arguments: &[&str]) -> Ran {
    run(palisade(folder).args(arguments))
}

/// The nights' folder: the demo's inventory as `1.json`, and its configuration.
fn nights() -> TempDir {
    static DEMO: LazyLock<[(&str, Vec<u8>); 2]> = LazyLock::new(|| {
        let folder = tempfile::tempdir().unwrap();
        let write = ["--write-inventory", "1.json", "--write-config", "palisade.toml", "--output", "demo.txt"];
        run(palisade(folder.path()).args(["demo", "--quiet"]).args(write)).exits(0);
        ["1.json", "palisade.toml"].map(|name| (name, fs::read(folder.path().join(name)).unwrap()))
    });
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in &*DEMO {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Every object of the document that has this ARN.
fn at_arn(value: &mut Value, arn: &str, change: &mut dyn FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| at_arn(item, arn, change)),
        Value::Object(members) if members.get("arn").is_some_and(|own| own == arn) => change(members),
        Value::Object(members) => members.values_mut().for_each(|member| at_arn(member, arn, change)),
        _ => {}
    }
}

/// Writes a night's inventory: the first one's, at another time, changed.
fn night(folder: &Path, number: u32, change: &dyn Fn(&mut Value)) {
    let mut inventory: Value = serde_json::from_slice(&fs::read(folder.join("1.json")).unwrap()).unwrap();
    inventory["taken_at"] = format!("2026-03-{:02}T07:00:00Z", 1 + number).into();
    change(&mut inventory);
    fs::write(folder.join(format!("{number}.json")), inventory.to_string()).unwrap();
}

fn protection(inventory: &mut Value, arn: &str, on: bool) {
    let mut found = 0;
    at_arn(inventory, arn, &mut |object| {
        if let Some(protection) = object.get_mut("deletion_protection") {
            assert_ne!(*protection, json!(on));
            *protection = on.into();
            found += 1;
        }
    });
    assert_eq!(found, 1, "{arn}");
}

/// The databases of an account could not be listed, for this reason.
fn unlisted(inventory: &mut Value, account: &str, kind: &str) {
    let gap = json!({"gap": {
        "kind": kind, "operation": "rds:DescribeDBInstances", "code": "AccessDenied", "message": "refused",
        "attempts": 1, "request_id": null,
    }});
    let accounts = inventory["accounts"].as_array_mut().unwrap();
    let account = accounts.iter_mut().find(|one| one["id"] == account).unwrap();
    let regions = account["parts"]["value"]["regional"].as_array_mut().unwrap();
    let mut here = regions.iter_mut().filter(|region| region["region"] == "eu-central-1");
    here.next().unwrap()["parts"]["value"]["rds"]["db_instances"] = gap;
}

/// Judges a night and keeps it.
fn assess(folder: &Path, number: u32, further: &[&str]) -> Ran {
    let file = format!("{number}.json");
    run(palisade(folder).args(["assess", file.as_str(), "--store", "store.db", "--output", "page.txt"]).args(further))
}

fn diff(folder: &Path, sides: &[&str]) -> Value {
    run(palisade(folder).args(["diff", "--store", "store.db", "--format", "json"]).args(sides)).exits(0).json()
}

/// Which changes a list holds, as `check@subject`.
fn changes(diff: &Value, list: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    diff[list]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| format!("{}@{}", text(&c["check"]), text(&c["subject"]["name"])))
        .collect()
}

/// Holds a document to its schema in `reports/`.
fn holds(schema: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports").join(format!("{schema}.schema.json"));
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator.iter_errors(document).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// Ids hold digests, which change with whatever is judged: each is shown by its time alone.
fn scrubbed(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("-070000-") {
        let (before, after) = rest.split_at(at + "-070000-".len());
        out.push_str(before);
        out.push_str("xxxxxx");
        rest = &after[6..];
    }
    out + rest
}

#[test]
fn only_what_is_worse_than_the_last_night_fails() {
    let folder = nights();
    let at = folder.path();
    night(at, 2, &|_| {});
    night(at, 3, &|inventory| protection(inventory, PROTECTED, false));
    night(at, 4, &|inventory| {
        protection(inventory, PROTECTED, false);
        protection(inventory, UNPROTECTED, true);
    });
    // The incident fails at high and above, and there is nothing to measure by.
    let first = assess(at, 1, &["--fail-on-new"]).exits(3);
    assert!(first.stderr.contains("--fail-on-new counts every verdict: no earlier scan of this scope is kept\n"));
    assert!(first.stderr.contains("kept as 20260302-070000-"), "{}", first.stderr);
    // Nothing is worse.
    let second = assess(at, 2, &["--fail-on-new"]).exits(0);
    assert!(second.stderr.contains(": 0 new, 0 now unknown, 0 fixed; "), "{}", second.stderr);
    // Without the flag all that fails counts, as ever.
    assess(at, 2, &[]).exits(3);
    // The regression.
    let third = assess(at, 3, &["--fail-on-new"]).exits(3);
    assert!(third.stderr.contains("measured against 20260303-070000-"), "{}", third.stderr);
    let told = diff(at, &[]);
    holds("diff", &told);
    // What Terraform's state says of it is not true any more, either.
    assert_eq!(
        changes(&told, "regressions"),
        ["deletion-rds-instance-protected@ledger-reporting", "state-matches-reality@aws_db_instance.reporting"]
    );
    assert_eq!(
        (&told["regressions"][0]["was"]["status"], &told["regressions"][0]["is"]["status"]),
        (&json!("pass"), &json!("fail"))
    );
    // Judged again it is the same scan, and measured by the same night.
    let again = assess(at, 3, &["--fail-on-new"]).exits(3);
    assert!(again.stderr.contains("is kept already, as 20260304-070000-"), "{}", again.stderr);
    // The failure of the last night is no new one; one thing was mended.
    assess(at, 4, &["--fail-on-new"]).exits(0);
    let told = diff(at, &["latest~1", "latest"]);
    assert_eq!(changes(&told, "fixed"), ["deletion-rds-instance-protected@courses-prod"]);
    assert_eq!(told["counts"]["regressions"], 0);
    // Below what was asked for nothing counts.
    night(at, 5, &|inventory| protection(inventory, UNPROTECTED, true));
    night(at, 6, &|_| {});
    assess(at, 5, &["--fail-on-new"]).exits(0);
    assess(at, 6, &["--fail-on-new", "--fail-on", "never"]).exits(0);
    let history = ran(at, &["history", "--store", "store.db", "--format", "json"]).exits(0).json();
    holds("history", &history);
    assert_eq!(history["scopes"][0]["scans"].as_array().unwrap().len(), 6);
}

#[test]
fn what_nobody_could_see_any_more_is_4() {
    let folder = nights();
    let at = folder.path();
    assess(at, 1, &[]).exits(3);
    night(at, 2, &|inventory| unlisted(inventory, LEDGER, "denied"));
    assess(at, 2, &["--fail-on-new"]).exits(4);
    let told = diff(at, &[]);
    assert!(told["counts"]["now_unknown"].as_u64().unwrap() > 0);
    assert_eq!(changes(&told, "fixed"), [""; 0]);
    let gone = told["subjects_gone"].as_array().unwrap();
    let reporting = gone.iter().find(|subject| subject["subject"]["name"] == "ledger-reporting").unwrap();
    assert_eq!(reporting["gone"], "may_be_hidden");
    // A refusal stands the same the next night: that is nothing new.
    night(at, 3, &|inventory| unlisted(inventory, LEDGER, "denied"));
    assess(at, 3, &["--fail-on-new"]).exits(0);
}

#[test]
fn an_incomplete_night_is_no_measure() {
    let folder = nights();
    let at = folder.path();
    // Throttled while the database was unprotected: nobody is to be measured by that.
    night(at, 2, &|inventory| {
        unlisted(inventory, LEDGER, "throttled");
    });
    night(at, 3, &|inventory| protection(inventory, PROTECTED, false));
    assess(at, 2, &[]).exits(3);
    let none = assess(at, 3, &["--fail-on-new", "--check", "deletion-rds-instance-protected"]).exits(3);
    assert!(none.stderr.contains("no earlier scan of this scope is kept"), "{}", none.stderr);
    let none = assess(at, 3, &["--fail-on-new"]).exits(3);
    assert!(none.stderr.contains("the one earlier scan of this scope is not complete"), "{}", none.stderr);
    assess(at, 1, &[]).exits(3);
    night(at, 4, &|inventory| protection(inventory, PROTECTED, false));
    let measured = assess(at, 4, &["--fail-on-new"]).exits(0);
    assert!(measured.stderr.contains("measured against 20260304-"), "{}", measured.stderr);
    let page = ran(at, &["history", "--store", "store.db"]).exits(0).stdout;
    assert!(page.contains("* not complete: "), "{page}");
}

#[test]
fn a_waiver_fixes_nothing_and_its_end_is_a_regression() {
    let folder = nights();
    let at = folder.path();
    let plain = fs::read_to_string(at.join("palisade.toml")).unwrap();
    let waiver = "\n[[waivers]]\ncheck = \"deletion-rds-instance-protected\"\naccount = \"555555555555\"\n\
                  reason = \"moves out\"\nowner = \"data@example.com\"\nexpires = \"2026-03-03\"\n";
    for number in 2..4 {
        night(at, number, &|_| {});
    }
    assess(at, 1, &[]).exits(3);
    fs::write(at.join("palisade.toml"), plain + waiver).unwrap();
    assess(at, 2, &["--fail-on-new"]).exits(0);
    let told = diff(at, &[]);
    assert_eq!((&told["counts"]["fixed"], &told["counts"]["gone"]), (&json!(0), &json!(0)));
    assert!(changes(&told, "waived").contains(&"deletion-rds-instance-protected@courses-prod".to_owned()));
    // The next morning it has ended.
    assess(at, 3, &["--fail-on-new"]).exits(3);
    let told = diff(at, &[]);
    assert!(changes(&told, "unwaived").contains(&"deletion-rds-instance-protected@courses-prod".to_owned()));
    assert_eq!(changes(&told, "regressions"), [""; 0]);
}

#[test]
fn reports_are_compared_like_kept_scans() {
    let folder = nights();
    let at = folder.path();
    night(at, 2, &|inventory| {
        protection(inventory, PROTECTED, false);
        protection(inventory, UNPROTECTED, true);
    });
    for number in ["1", "2"] {
        let (inventory, report) = (format!("{number}.json"), format!("p{number}.json"));
        run(palisade(at).args(["assess", &inventory, "--output", &report])).exits(3);
        run(palisade(at).args(["assess", &inventory, "--output", &format!("f{number}.json"), "--status", "fail"]))
            .exits(3);
    }
    assess(at, 1, &[]).exits(3);
    assess(at, 2, &[]).exits(3);
    let of_reports = ran(at, &["diff", "p1.json", "p2.json", "--format", "json"]).exits(0).json();
    holds("diff", &of_reports);
    let kept = diff(at, &[]);
    for list in ["counts", "regressions", "fixed", "changed", "layers", "subjects_gone"] {
        assert_eq!(of_reports[list], kept[list], "{list}");
    }
    // A kept scan and a report.
    assert_eq!(diff(at, &["latest~1", "p2.json"])["regressions"], kept["regressions"]);
    // What only holds fails cannot tell that anything is fixed.
    let fails = ran(at, &["diff", "p1.json", "f2.json", "--format", "json"]).exits(0).json();
    assert_eq!((&fails["counts"]["fixed"], &fails["regressions"]), (&json!(0), &kept["regressions"]));
    assert!(changes(&fails, "not_told").contains(&"deletion-rds-instance-protected@courses-prod".to_owned()));
    let page = ran(at, &["diff", "p1.json", "f2.json"]).exits(0).stdout;
    assert!(page.contains("holds only findings that are fail"), "{page}");
}

#[test]
fn what_does_not_name_a_scan_is_told_so() {
    let folder = nights();
    let at = folder.path();
    let said = |arguments: &[&str], code| run(palisade(at).args(arguments)).exits(code).stderr;
    let none = said(&["history"], 1);
    assert!(none.contains("there is no store at ") && none.contains("palisade/store.db"), "{none}");
    assert!(said(&["diff"], 1).contains("`palisade scan` makes one"));
    assert!(said(&["diff", "nope.json", "1.json"], 1).contains("cannot read nope.json: "));
    assert!(said(&["diff", "1.json", "1.json"], 2).contains("both sides are the same"));
    let inventory = said(&["diff", "1.json", "palisade.toml"], 1);
    assert!(
        inventory.contains("its format is \"palisade.inventory/1\"; this palisade reads \"palisade.posture/1\""),
        "{inventory}"
    );
    assert!(said(&["assess", "1.json", "--fail-on-new"], 2).contains("--store"));
    assess(at, 1, &[]).exits(3);
    let store = ["--store", "store.db"];
    let one = run(palisade(at).arg("diff").args(store)).exits(1).stderr;
    assert!(one.contains("holds no scan \"latest~1\": of that scope it holds 1"), "{one}");
    let id = run(palisade(at).args(["diff", "2099"]).args(store)).exits(1).stderr;
    assert!(id.contains("holds no scan \"2099\": its latest are 20260302-070000-"), "{id}");
    let same = run(palisade(at).args(["diff", "latest"]).args(store)).exits(2).stderr;
    assert!(same.contains("is the latest scan of its scope: name the one to compare it with"), "{same}");
    let scope = run(palisade(at).args(["history", "--scope", "nope"]).args(store)).exits(2).stderr;
    assert!(scope.contains("no scan of a scope \"nope\" is kept; the scopes are: "), "{scope}");
}

/// Two nights in the README's words: what is in `reports/examples/`.
#[test]
fn the_examples_are_two_nights_with_a_regression() {
    let folder = nights();
    let at = folder.path();
    night(at, 2, &|inventory| {
        protection(inventory, PROTECTED, false);
        protection(inventory, UNPROTECTED, true);
    });
    night(at, 3, &|inventory| unlisted(inventory, LEDGER, "denied"));
    for number in 1..4 {
        assess(at, number, &[]).exits(3);
    }
    let page = |arguments: &[&str]| {
        let mut command = palisade(at);
        command.env("COLUMNS", "80").args(arguments).args(["--store", "store.db"]);
        // The scope's id is a digest as well, and the same as long as the scope is.
        scrubbed(&run(&mut command).exits(0).stdout)
    };
    let hold = |name: &str, text: &str| crate::examples::hold(&crate::examples::example(name), text);
    hold("diff.txt", &page(&["diff", "latest~2", "latest~1"]));
    hold("diff.md", &page(&["diff", "latest~2", "latest~1", "--format", "markdown"]));
    hold("diff-unknown.txt", &page(&["diff"]));
    hold("history.txt", &page(&["history"]));
    let ascii = run(palisade(at).env("LC_ALL", "C").args(["history", "--store", "store.db"])).exits(0).stdout;
    assert!(ascii.is_ascii(), "{ascii}");
}

#[test]
fn scans_at_the_same_time_are_all_kept() {
    let folder = nights();
    let at = folder.path();
    let numbers = 2..6_u32;
    numbers.clone().for_each(|number| night(at, number, &|_| {}));
    let children: Vec<_> = numbers
        .map(|number| {
            let (file, page) = (format!("{number}.json"), format!("{number}.txt"));
            let mut command = palisade(at);
            command.args(["assess", &file, "--store", "store.db", "--output", &page]);
            command.stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.contains("kept as ")), (Some(3), true), "{stderr}");
    }
    let history = ran(at, &["history", "--store", "store.db", "--format", "json"]).exits(0).json();
    assert_eq!(history["scopes"][0]["scans"].as_array().unwrap().len(), 4);
    assert_eq!(history["damaged"], json!([]));
}

/// Killed at any moment of its writing, a scan is there or it is not, and the ones before it are.
#[test]
fn a_killed_scan_loses_nothing() {
    let folder = nights();
    let at = folder.path();
    assess(at, 1, &[]).exits(3);
    let wal = at.join("store.db-wal");
    let mut killed = 0;
    for number in 2..6_u32 {
        night(at, number, &|_| {});
        let file = format!("{number}.json");
        let mut command = palisade(at);
        command.args(["assess", &file, "--quiet", "--store", "store.db"]).stdout(Stdio::null());
        let mut child = command.spawn().unwrap();
        // The log of changes appears when the store is opened, shortly before the scan is written.
        while !wal.exists() && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_micros(200));
        }
        sleep(Duration::from_micros(u64::from(number - 2) * 1_500));
        child.kill().unwrap();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let history = ran(at, &["history", "--store", "store.db", "--format", "json"]).exits(0).json();
        let scans = history["scopes"][0]["scans"].as_array().unwrap();
        assert!((1..=number as usize).contains(&scans.len()));
        assert_eq!((&history["damaged"], &scans[0]["taken_at"]), (&json!([]), &json!("2026-03-02T07:00:00Z")));
        let latest = scans.last().unwrap()["id"].as_str().unwrap();
        if scans.len() > 1 {
            diff(at, &["20260302", latest]);
        }
    }
    assert!(killed > 0, "no scan was killed");
    night(at, 9, &|_| {});
    assess(at, 9, &["--fail-on-new"]).exits(0);
}

/// Whatever is wrong with the store: the report is there, the exit code is the verdicts', one sentence says why, and what
/// was there before is not touched.
#[track_caller]
fn goes_on_without(at: &Path, mut command: Command, words: &str) {
    let before = fs::read(at.join("store.db")).ok();
    let ran = run(&mut command).exits(3);
    assert!(ran.stdout.starts_with("Posture of organization "), "{:.300}", ran.stdout);
    assert!(ran.stderr.starts_with("warning: this scan is not kept: "), "{}", ran.stderr);
    assert!(ran.stderr.contains(words), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("The report and the exit code stand") && ran.stderr.lines().count() == 1,
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read(at.join("store.db")).ok(), before, "what was there was changed");
}

#[test]
fn a_store_that_cannot_be_used_ends_nothing() {
    let folder = nights();
    let at = folder.path();
    let store = at.join("store.db");
    let keep = |store: &str| {
        let mut command = palisade(at);
        // A scheduler's log is to hold this sentence, whatever else is not said.
        command.args(["assess", "1.json", "--quiet", "--store", store]);
        command
    };
    assess(at, 1, &[]).exits(3);
    let whole = fs::read(&store).unwrap();

    fs::write(&store, b"notes of mine, not a database, and longer than a header of SQLite is".repeat(20)).unwrap();
    goes_on_without(
        at,
        keep("store.db"),
        "store.db is no store of palisade: it is no SQLite database. It is left as it is",
    );
    fs::write(&store, &whole[..whole.len() / 2]).unwrap();
    goes_on_without(at, keep("store.db"), "store.db is damaged");
    let mut newer = whole.clone();
    newer[63] = 9; // user_version, <https://www.sqlite.org/fileformat.html#user_version_number>
    fs::write(&store, &newer).unwrap();
    goes_on_without(at, keep("store.db"), "was written by a newer palisade (its schema is 9, this one knows 1)");
    let mut foreign = whole.clone();
    foreign[68] = 1; // application_id
    fs::write(&store, &foreign).unwrap();
    goes_on_without(at, keep("store.db"), "it is another program's SQLite database");
    fs::write(&store, &whole).unwrap();
    goes_on_without(at, keep("."), "it is no file");
    goes_on_without(at, keep("1.json/store.db"), "cannot be");
    let mut homeless = palisade(at);
    homeless.args(["history"]).env_remove("HOME");
    // Without HOME the system is asked who the user is.
    assert_eq!(run(&mut homeless).code, 1);
    // With --fail-on-new the missing measure is said as well.
    let mut new = keep(".");
    new.arg("--fail-on-new");
    goes_on_without(at, new, "--fail-on-new has nothing to measure by, and every verdict counts");
}

#[test]
fn no_room_for_the_store_ends_nothing() {
    let folder = nights();
    let at = folder.path();
    assess(at, 1, &[]).exits(3);
    night(at, 2, &|_| {});
    // No file may grow beyond some 10 kB: what a full disk does, whoever runs this.
    let mut limited = Command::new("sh");
    let line = format!("trap '' XFSZ; ulimit -f 10; exec {PALISADE} assess 2.json --quiet --store store.db");
    limited.env_clear().env("HOME", at).current_dir(at).args(["-c", &line]);
    goes_on_without(at, limited, "store.db");
    let history = ran(at, &["history", "--store", "store.db", "--format", "json"]).exits(0).json();
    assert_eq!(history["scopes"][0]["scans"].as_array().unwrap().len(), 1);
    assess(at, 2, &["--fail-on-new"]).exits(0);
}

#[test]
fn a_store_that_may_only_be_read_is_read() {
    let folder = nights();
    let at = folder.path();
    night(at, 2, &|_| {});
    assess(at, 1, &[]).exits(3);
    assess(at, 2, &[]).exits(3);
    let modes = |folder: u32, file: u32| {
        fs::set_permissions(at.join("store.db"), fs::Permissions::from_mode(file)).unwrap();
        fs::set_permissions(at, fs::Permissions::from_mode(folder)).unwrap();
    };
    // Nothing is forbidden to root: then it is somebody else who tries.
    let root = fs::metadata(at).unwrap().uid() == 0;
    let other = |arguments: &[&str]| {
        let mut command = palisade(at);
        command.args(arguments);
        if root {
            command.uid(65_534).gid(65_534);
        }
        command
    };
    for name in ["1.json", "2.json", "palisade.toml"] {
        fs::set_permissions(at.join(name), fs::Permissions::from_mode(0o644)).unwrap();
    }
    modes(0o555, 0o444);
    if other(&["--version"]).output().is_err() {
        eprintln!("not run: another user cannot reach the built program");
        return;
    }
    let read = run(&mut other(&["history", "--store", "store.db", "--format", "json"])).exits(0).json();
    assert_eq!(read["scopes"][0]["scans"].as_array().unwrap().len(), 2);
    run(&mut other(&["diff", "--store", "store.db"])).exits(0);
    goes_on_without(at, other(&["assess", "1.json", "--quiet", "--store", "store.db"]), "store.db");
    goes_on_without(at, other(&["assess", "1.json", "--quiet", "--store", "new.db"]), "new.db cannot be made: ");
    modes(0o755, 0o444);
    goes_on_without(at, other(&["assess", "1.json", "--quiet", "--store", "store.db"]), "store.db may only be read");
    modes(0o755, 0o600);
    if root {
        let denied = run(&mut other(&["history", "--store", "store.db"])).exits(1).stderr;
        assert!(denied.contains("store.db cannot be opened"), "{denied}");
    }
}

#[test]
fn a_store_is_its_owners_alone() {
    let folder = nights();
    assess(folder.path(), 1, &[]).exits(3);
    let mode = fs::metadata(folder.path().join("store.db")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// The digest of the inventory is what `sha256sum` says of the file that was kept.
#[test]
fn the_inventory_of_a_scan_can_be_told_by_its_digest() {
    use sha2::{Digest, Sha256};
    let folder = nights();
    let at = folder.path();
    assess(at, 1, &[]).exits(3);
    let history = ran(at, &["history", "--store", "store.db", "--format", "json"]).exits(0).json();
    let digest: String =
        Sha256::digest(fs::read(at.join("1.json")).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(history["scopes"][0]["scans"][0]["inventory_sha256"], digest);
}
