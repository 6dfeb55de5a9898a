//! What a user meets: flags, configuration, files, pipes, exit codes. Offline, on the demo's inventory.

mod pages;
mod questions;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::support::program::{PALISADE, Ran, palisade, run};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn ran(folder: &Path, arguments: &[&str]) -> Ran {
    run(palisade(folder).args(arguments))
}

/// What the demo says of the calls that it made; without the SDK it makes none.
fn scanned() -> &'static str {
    if cfg!(all(feature = "aws", feature = "fleet")) {
        "scanned the bundled organization incident: accounts 9, calls 1027\n"
    } else {
        ""
    }
}

/// The demo's inventory in a folder of its own.
fn with_inventory() -> TempDir {
    let folder = folder();
    ran(folder.path(), &["demo", "--quiet", "--write-inventory", "inv.json", "--output", "demo.txt"]).exits(0);
    folder
}

/// Runs with the given bytes on stdin.
fn fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Ran {
    let mut child = palisade(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that refuses its input early closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_demo_prints_a_posture_and_exits_0() {
    let folder = folder();
    let table = ran(folder.path(), &["demo"]).exits(0);
    assert!(table.stdout.starts_with("Posture of organization "), "{}", table.stdout);
    assert!(table.stdout.contains("\nFAILS  ") && table.stdout.contains("\nNEXT\n"));
    assert_eq!(table.stderr, scanned());
    let json = ran(folder.path(), &["demo", "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "palisade.posture/1");
    for member in [
        "schema",
        "tool",
        "taken_at",
        "caller",
        "organization",
        "accounts",
        "score",
        "layers",
        "findings",
        "gaps",
        "ledger",
    ] {
        assert!(json.get(member).is_some(), "{member}");
    }
    assert_eq!(json["layers"].as_array().unwrap().len(), 5);
    for member in ["check", "layer", "severity", "status", "account", "region", "subject", "message", "evidence"] {
        assert!(json["findings"][0].get(member).is_some(), "{member}");
    }
}

#[test]
fn an_inventory_judged_later_gives_the_same_bytes() {
    let folder = folder();
    let at = folder.path();
    for format in ["table", "json"] {
        let demo = ran(
            at,
            &[
                "demo",
                "--quiet",
                "--format",
                format,
                "--write-inventory",
                "inv.json",
                "--write-config",
                "palisade.toml",
            ],
        )
        .exits(0);
        ran(at, &["demo", "--quiet", "--write-inventory", "inv.json.zst", "--output", "x.txt"]).exits(0);
        let plain = fs::read(at.join("inv.json")).unwrap();
        let compressed = fs::read(at.join("inv.json.zst")).unwrap();
        assert!(compressed.len() * 3 < plain.len() && compressed.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]));
        for ran in [
            ran(at, &["assess", "inv.json", "--format", format]),
            ran(at, &["assess", "inv.json.zst", "--format", format]),
            fed(at, &["assess", "-", "--format", format], &plain),
            fed(at, &["assess", "-", "--format", format], &compressed),
        ] {
            assert_eq!(ran.stdout, demo.stdout);
            assert_eq!((ran.code, ran.stderr.as_str()), (3, ""), "the incident fails at high and above");
        }
    }
}

#[test]
fn an_inventory_is_its_owners_alone_and_a_report_is_as_the_umask_says() {
    let folder = with_inventory();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("inv.json"), 0o600);
    assert_ne!(mode("demo.txt"), 0o600);
}

#[test]
fn the_exit_code_says_what_the_verdicts_say() {
    let folder = with_inventory();
    let at = folder.path();
    let all = ran(at, &["assess", "inv.json", "--format", "json"]).json();
    // Per check: does one fail, is one unknown.
    let mut checks: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for finding in all["findings"].as_array().unwrap() {
        let seen = checks.entry(finding["check"].as_str().unwrap().to_owned()).or_default();
        seen.0 |= finding["status"] == "fail";
        seen.1 |= finding["status"] == "unknown";
    }
    let mut codes = BTreeMap::new();
    for (check, (fails, unknown)) in checks {
        let wanted = if fails {
            3
        } else if unknown {
            4
        } else {
            0
        };
        ran(at, &["assess", "inv.json", "--check", &check, "--fail-on", "low"]).exits(wanted);
        *codes.entry(wanted).or_insert(0) += 1;
    }
    assert!(codes.contains_key(&0) && codes.contains_key(&3), "{codes:?}: the demo shows both");
    ran(at, &["assess", "inv.json", "--fail-on", "never"]).exits(0);
}

#[test]
fn an_unknown_verdict_is_4_and_never_0() {
    let folder = with_inventory();
    let at = folder.path();
    // The same organization, of which no account could be entered.
    let mut inventory: serde_json::Value = serde_json::from_slice(&fs::read(at.join("inv.json")).unwrap()).unwrap();
    for account in inventory["accounts"].as_array_mut().unwrap() {
        account["parts"] = serde_json::json!({ "gap": {
            "kind": "denied", "operation": "sts:AssumeRole", "code": "AccessDenied", "message": "no", "attempts": 1, "request_id": null
        } });
    }
    fs::write(at.join("closed.json"), inventory.to_string()).unwrap();
    let closed =
        ran(at, &["assess", "closed.json", "--layer", "deletion,backup,state", "--format", "json"]).exits(4).json();
    let statuses: Vec<&str> =
        closed["findings"].as_array().unwrap().iter().map(|finding| finding["status"].as_str().unwrap()).collect();
    assert!(!statuses.is_empty() && !statuses.contains(&"pass") && !statuses.contains(&"fail"), "{statuses:?}");
    let table = ran(at, &["assess", "closed.json", "--layer", "deletion"]).exits(4).stdout;
    assert!(table.contains("role PalisadeAudit cannot be assumed"), "{table}");
}

#[test]
fn wrong_flags_are_2_and_name_the_nearest() {
    let folder = folder();
    let at = folder.path();
    for (arguments, said) in [
        (vec!["demo", "--layer", "deletoin"], "deletion"),
        (vec!["demo", "--fromat", "json"], "--format"),
        (vec!["asses"], "assess"),
        (vec!["assess", "x", "--fail-on", "hgih"], "high"),
        (vec!["demo", "--check", "deletion-rds-instance-protectd"], "did you mean deletion-rds-instance-protected?"),
        (vec!["demo", "--check", "backup-covered", "--layer", "state"], "no check is selected"),
        (vec!["demo", "--format", "json", "--format", "table"], "two formats would go to standard output"),
        (vec!["demo", "--output", "a", "--output", "b"], "2 --output for 1 --format"),
        (vec!["demo", "--status", "fail"], "add --format with one of them"),
        (vec!["demo", "--quiet", "--verbose"], "cannot be used with"),
        (vec!["permissions", "--role", "state-content"], "--state s3://bucket/prefix"),
        (vec!["permissions", "--role-name", "a b"], "no name of an IAM role"),
        #[cfg(feature = "fleet")]
        (vec!["demo", "--page-size", "5"], "give --serve with it"),
        #[cfg(feature = "fleet")]
        (vec!["demo", "--serve", "--format", "json"], "cannot be used with"),
        (vec!["demo", "--organization", "well-kempt"], "well-kept"),
        (vec!["demo", "--write-inventory", "-"], "would both go to standard output"),
        (vec!["demo", "--write-inventory", "x", "--output", "x"], "would both go to x"),
        (vec!["demo", "--check", "\u{1b}[31m\u{202e}"], "there is no check \"\\u{1b}[31m\\u{202e}\""),
        (vec![], "Usage"),
    ] {
        let ran = ran(at, &arguments).exits(2);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
}

#[test]
fn a_wrong_configuration_is_2_with_file_and_line_all_at_once() {
    let folder = with_inventory();
    let at = folder.path();
    fs::write(at.join("palisade.toml"), "rpo_hour = 24\n\n[backup]\naccounts = [\"1\"]\n").unwrap();
    // The demo has a configuration of its own, whatever lies here.
    ran(at, &["demo"]).exits(0);
    let found = ran(at, &["assess", "inv.json"]).exits(2);
    assert!(
        found
            .stderr
            .contains("palisade.toml:1:1: there is no key rpo_hour above the sections; did you mean rpo_hours?")
    );
    assert!(
        found.stderr.contains("palisade.toml:4:13: [backup] accounts: \"1\" is no AWS account id"),
        "{}",
        found.stderr
    );
    fs::write(at.join("other.toml"), "rpo_hours = 24\n").unwrap();
    ran(at, &["demo", "--config", "other.toml"]).exits(0);
    let missing = ran(at, &["demo", "--config", "missing.toml"]).exits(1);
    assert!(missing.stderr.contains("missing.toml"), "{}", missing.stderr);
}

#[test]
fn the_configuration_changes_verdicts_and_flags_win_over_it() {
    let folder = with_inventory();
    let at = folder.path();
    let verdicts = || {
        let json = ran(at, &["assess", "inv.json", "--format", "json", "--check", "backup-retention-floor"]).json();
        json["findings"].as_array().unwrap().iter().filter(|f| f["status"] == "fail").count()
    };
    let before = verdicts();
    fs::write(at.join("palisade.toml"), "min_retention_days = 3000\nfail_on = \"never\"\n").unwrap();
    assert!(verdicts() > before, "3,000 days are kept nowhere");
    ran(at, &["assess", "inv.json"]).exits(0);
    ran(at, &["assess", "inv.json", "--fail-on", "high"]).exits(3);
}

#[test]
fn several_formats_go_to_their_own_places() {
    let folder = folder();
    let at = folder.path();
    let ran = ran(at, &["demo", "--format", "json", "--output", "p.json", "--format", "table"]).exits(0);
    assert!(ran.stdout.starts_with("Posture of "));
    assert_eq!(ran.stderr, format!("{}wrote p.json\n", scanned()));
    let json: serde_json::Value = serde_json::from_slice(&fs::read(at.join("p.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "palisade.posture/1");
    let left: Vec<_> = fs::read_dir(at).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["p.json"], "no temporary file is left");
}

#[test]
fn statuses_filter_the_findings_of_json() {
    let folder = folder();
    let all = ran(folder.path(), &["demo", "--format", "json"]).json();
    let some = ran(folder.path(), &["demo", "--format", "json", "--status", "fail,unknown"]).json();
    let wanted: Vec<_> = all["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["status"] == "fail" || f["status"] == "unknown")
        .collect();
    assert_eq!(some["findings"].as_array().unwrap().iter().collect::<Vec<_>>(), wanted);
    assert_eq!(some["layers"], all["layers"]);
}

#[test]
fn what_is_no_inventory_is_1_and_says_why() {
    let folder = with_inventory();
    let at = folder.path();
    let text = fs::read_to_string(at.join("inv.json")).unwrap();
    let zst = zstd::encode_all(text.as_bytes(), 3).unwrap();
    fs::write(at.join("newer.json"), text.replacen("palisade.inventory/1", "palisade.inventory/9", 1)).unwrap();
    fs::write(at.join("cut.json"), &text[..text.len() / 2]).unwrap();
    fs::write(at.join("cut.zst"), &zst[..zst.len() / 2]).unwrap();
    fs::write(at.join("plain.zst"), &text).unwrap();
    fs::write(at.join("other.json"), "{\"a\": 1}").unwrap();
    fs::write(at.join("list.json"), "[]").unwrap();
    fs::write(at.join("half.json"), "{\"schema\": \"palisade.inventory/1\"}").unwrap();
    fs::write(at.join("empty.json"), "").unwrap();
    fs::create_dir(at.join("folder")).unwrap();
    for (file, said) in [
        ("newer.json", "its schema is \"palisade.inventory/9\""),
        ("cut.json", "EOF"),
        ("cut.zst", "its compressed data is cut short"),
        ("plain.zst", "is not zstd-compressed"),
        ("other.json", "it has no `schema`"),
        ("list.json", "it is no palisade inventory"),
        ("half.json", "but is not: missing field"),
        ("empty.json", "it is empty"),
        ("folder", "directory"),
        ("missing.json", "No such file"),
    ] {
        let ran = ran(at, &["assess", file]).exits(1);
        assert!(ran.stderr.starts_with(&format!("error: cannot read {file}: ")), "{}", ran.stderr);
        assert!(ran.stderr.contains(said), "{file}: {}", ran.stderr);
        assert_eq!(ran.stdout, "");
    }
    let ran = fed(at, &["assess", "-"], b"");
    assert!(ran.code == 1 && ran.stderr.contains("cannot read standard input: it is empty"), "{}", ran.stderr);
}

#[test]
fn a_full_disk_is_1_and_leaves_what_was_there() {
    let folder = folder();
    let at = folder.path();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let run_full = run_into(palisade(at).args(["demo", "--format", "json"]), full.into());
    assert_eq!(run_full.0, 1);
    assert!(run_full.1.contains("cannot write to standard output"), "{}", run_full.1);
    let device = ran(at, &["demo", "--output", "/dev/full"]).exits(1);
    assert!(device.stderr.contains("cannot write /dev/full"), "{}", device.stderr);
    // A file system that ends in the middle of the file, made with the limit on a file's size.
    fs::write(at.join("p.json"), "before").unwrap();
    let mut shell = Command::new("/bin/sh");
    let line = format!("trap '' XFSZ; ulimit -f 1; exec '{PALISADE}' demo --format json --output p.json");
    let limited = run(shell.env_clear().env("HOME", at).current_dir(at).args(["-c", &line])).exits(1);
    assert!(
        limited.stderr.contains("cannot write p.json") && limited.stderr.contains("unchanged"),
        "{}",
        limited.stderr
    );
    assert_eq!(fs::read_to_string(at.join("p.json")).unwrap(), "before");
    let nowhere = ran(at, &["demo", "--output", "missing/p.json"]).exits(1);
    assert!(nowhere.stderr.contains("cannot write missing/p.json"), "{}", nowhere.stderr);
}

fn run_into(command: &mut Command, stdout: Stdio) -> (i32, String) {
    let output = command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap().wait_with_output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_who_goes_away_is_no_error() {
    let folder = with_inventory();
    let mut child = palisade(folder.path())
        .args(["assess", "inv.json", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(3), "the verdict stands, whoever listens");
}

#[test]
fn a_link_is_followed_and_a_device_is_written_to() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("real.json"), "before").unwrap();
    std::os::unix::fs::symlink("real.json", at.join("link.json")).unwrap();
    ran(at, &["demo", "--output", "link.json"]).exits(0);
    assert!(fs::symlink_metadata(at.join("link.json")).unwrap().is_symlink());
    assert!(fs::read_to_string(at.join("real.json")).unwrap().contains("palisade.posture/1"));
    ran(at, &["demo", "--output", "/dev/null"]).exits(0);
}

#[test]
fn colour_is_used_where_it_is_wanted() {
    let folder = folder();
    let at = folder.path();
    let coloured = |ran: Ran| ran.stdout.contains('\u{1b}');
    assert!(!coloured(ran(at, &["demo"])), "a pipe is no terminal");
    assert!(coloured(ran(at, &["demo", "--color", "always"])));
    assert!(!coloured(ran(at, &["demo", "--color", "never"])));
    assert!(coloured(run(palisade(at).env("NO_COLOR", "1").args(["demo", "--color", "always"]))), "a flag wins");
    let width = |columns: &str| {
        let ran = run(palisade(at).env("COLUMNS", columns).arg("demo"));
        ran.stdout.lines().map(|line| line.chars().count()).max().unwrap()
    };
    assert!(width("80") <= 80 && width("200") > 120);
}

#[test]
fn quiet_says_nothing_but_errors() {
    let folder = folder();
    let at = folder.path();
    assert_eq!(ran(at, &["demo", "--quiet", "--output", "p.txt"]).exits(0).stderr, "");
    assert!(ran(at, &["assess", "missing.json", "--quiet"]).exits(1).stderr.starts_with("error: "));
}

#[test]
fn checks_are_listed_shown_and_tested() {
    let folder = folder();
    let at = folder.path();
    let list = ran(at, &["checks", "list"]).exits(0).stdout;
    assert!(list.contains("deletion-rds-instance-protected"), "{list}");
    assert!(!list.contains("not judged by this version:"), "every agreed check is judged: {list}");
    let shown = ran(at, &["checks", "show", "deletion-rds-instance-protected"]).exits(0).stdout;
    assert!(
        shown.contains("mend with Terraform") && shown.contains("package palisade.deletion.rds_instance_protected")
    );
    let unknown = ran(at, &["checks", "show", "deletion-rds-instance-protect"]).exits(2);
    assert!(unknown.stderr.contains("did you mean deletion-rds-instance-protected?"), "{}", unknown.stderr);
    let tested = ran(at, &["checks", "test"]).exits(0).stdout;
    assert!(tested.ends_with(" tests, 0 fail\n"), "{tested}");
}

#[test]
fn a_broken_check_stops_the_run_with_file_and_line() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir_all(at.join("more/deletion")).unwrap();
    fs::write(at.join("more/deletion/mine.rego"), "package palisade.deletion.mine\n\nverdict := {\n").unwrap();
    for arguments in [["demo", "--checks", "more"].as_slice(), &["checks", "list", "--checks", "more"]] {
        let broken = ran(at, arguments).exits(1);
        assert!(broken.stderr.contains("more/deletion/mine.rego"), "{}", broken.stderr);
        assert_eq!(broken.stdout, "");
    }
}

#[test]
fn permissions_come_in_every_form() {
    let folder = folder();
    let at = folder.path();
    for role in ["audit", "state-content", "runner"] {
        for format in ["iam", "terraform", "cloudformation"] {
            let arguments = ["permissions", "--role", role, "--format", format, "--state", "s3://acme-tf/prod/"];
            let ran = ran(at, &arguments).exits(0);
            match format {
                "iam" => assert_eq!(ran.json()["Version"], "2012-10-17"),
                "terraform" => assert!(
                    ran.stdout.contains("\nresource \"aws_iam_") || ran.stdout.starts_with("resource \"aws_iam_")
                ),
                _ => assert!(ran.stdout.contains("AWSTemplateFormatVersion: \"2010-09-09\"\n")),
            }
            assert!(!ran.stdout.contains("\"*\"") || role == "audit", "{role} {format}");
        }
    }
    let audit = ran(at, &["permissions"]).exits(0);
    assert!(audit.stderr.contains("\"aws:PrincipalARN\": [\"arn:aws:iam::*:role/PalisadeAudit\"]"), "{}", audit.stderr);
    let named = ran(at, &["permissions", "--role-name", "sec/Audit", "--format", "terraform"]).exits(0).stdout;
    assert!(named.contains("= \"Audit\"") && named.contains("= \"/sec/\""), "{named}");
}

#[test]
fn completions_name_every_command() {
    let folder = folder();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = ran(folder.path(), &["completions", shell]).exits(0).stdout;
        assert!(["assess", "demo", "permissions"].iter().all(|command| text.contains(command)), "{shell}");
    }
}

#[cfg(feature = "aws")]
#[test]
fn a_scan_that_cannot_start_is_1_and_says_what_to_do() {
    let folder = folder();
    let at = folder.path();
    fs::create_dir(at.join(".aws")).unwrap();
    fs::write(at.join(".aws/config"), "[profile somebody]\nregion = eu-central-1\n").unwrap();
    for command in [vec!["scan"], vec!["collect", "-o", "inv.json"]] {
        let unknown =
            run(palisade(at).args(&command).args(["--profile", "nobody", "--region", "eu-central-1"])).exits(1);
        assert!(unknown.stderr.contains("there is no profile \"nobody\""), "{}", unknown.stderr);
    }
    let place = ran(at, &["collect", "-o", "missing/inv.json"]).exits(1);
    assert!(place.stderr.contains("cannot write missing/inv.json"), "before any call: {}", place.stderr);
    assert!(!at.join("inv.json").exists());
}

/// The help of every command, as a user reads it; which commands there are is read there too, so that none is forgotten.
#[cfg(all(feature = "aws", feature = "fleet"))]
#[test]
fn help_is_what_it_was() {
    fn walk(at: &Path, command: &[String], all: &mut String) {
        let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        arguments.push("-h");
        let help = ran(at, &arguments).exits(0).stdout;
        all.push_str(&format!("$ palisade {}\n{help}\n", arguments.join(" ")));
        let below = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
        // A command's name is indented by two; what follows on further lines is indented by more.
        let names = below.filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
        for name in names.filter_map(|line| line.split(' ').next()).filter(|name| *name != "help") {
            walk(at, &[command, &[name.to_owned()]].concat(), all);
        }
    }
    let mut all = String::new();
    walk(folder().path(), &[], &mut all);
    insta::assert_snapshot!("help", all);
}

#[cfg(feature = "aws")]
#[test]
fn an_endpoint_a_role_or_a_region_that_is_none_is_said_before_anything_is_sent() {
    let folder = folder();
    let at = folder.path();
    for (arguments, said) in [
        (["--endpoint-url", ""], "--endpoint-url <URL>"),
        (["--endpoint-url", "foo"], "\"foo\" is no URL of an endpoint"),
        (["--role-name", "a b"], "no name of an IAM role"),
    ] {
        let ran = run(palisade(at).arg("scan").args(arguments)).exits(2);
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
    for (name, value) in [("AWS_ENDPOINT_URL", ""), ("AWS_ENDPOINT_URL", "foo"), ("AWS_ENDPOINT_URL_STS", "")] {
        for command in [vec!["scan"], vec!["collect", "-o", "x.json"]] {
            let ran = run(palisade(at).args(command).env(name, value).env("AWS_REGION", "eu-central-1")).exits(2);
            assert!(ran.stderr.contains(&format!("the variable {name}: {value:?} is no URL")), "{}", ran.stderr);
        }
    }
    let region = |value: &str| run(palisade(at).arg("scan").env("AWS_REGION", value)).exits(1).stderr;
    assert!(region("").starts_with("error: no home region"), "{}", region(""));
    assert!(region("eu central").starts_with("error: the home region is \"eu central\""), "{}", region("eu central"));
    fs::create_dir(at.join(".aws")).unwrap();
    fs::write(at.join(".aws/config"), "[profile empty]\nregion = eu-central-1\nendpoint_url =\n").unwrap();
    let empty = ran(at, &["scan", "--profile", "empty"]).exits(1);
    assert!(empty.stderr.starts_with("error: the endpoint URL is \"\""), "{}", empty.stderr);
    let profile = run(palisade(at).arg("scan").env("AWS_PROFILE", "nope").env("AWS_REGION", "eu-central-1")).exits(1);
    assert!(profile.stderr.contains("AWS_PROFILE names \"nope\""), "{}", profile.stderr);
}
