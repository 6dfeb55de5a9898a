use super::*;

fn faults(text: &str) -> Vec<String> {
    parse(text)
        .unwrap_err()
        .into_iter()
        .map(|fault| format!("{}:{} {}", fault.line, fault.column, fault.message))
        .collect()
}

#[test]
fn nothing_said_is_the_defaults() {
    assert_eq!(parse("").unwrap(), Config::default());
    assert_eq!(parse("").unwrap().settings, Settings::default());
}

#[test]
fn everything_that_may_be_said_is_read() {
    let config = parse(
        r#"
rpo_hours = 24
backup_retention_days = 14
noncurrent_days = 30
min_retention_days = 35
restore_test_days = 90
job_window_hours = 72
stale_lock_hours = 4
key_material_days = 60
max_policy_administrators = 2
max_destroyers = 3
max_state_writers = 4
fail_on = "critical"
checks = ["more"]

[scope]
profile = "audit"
region = "eu-central-1"
regions = ["eu-central-1", "us-east-1"]
endpoint_url = "http://localhost:5000"
accounts = ["111122223333"]
organizational_units = ["ou-ab12-cdef3456"]
exclude_accounts = ["999999999999"]
role_name = "Audit"
external_id = "x"
concurrency = 8
organization = false
state_content = false
treat_as_empty = ["ap-south-1"]

[resources]
critical = ["ledger-*"]
data = ["arn:aws:s3:::uploads-*"]
operational = ["*-logs"]
derived = ["replica-*"]
class_tags = ["kind"]

[environments]
tags = ["stage-name"]
account_tags = ["env"]
aliases = { production = ["gold"] }

[environments.accounts]
111122223333 = "production"

[environments.resources]
"arn:aws:rds:*:*:db:live-*" = "production"

[backup]
accounts = ["444455556666"]
cross_region = false

[state]
buckets = ["tf-*"]
external = { "arn:aws:rds:*:*:db:hcp-*" = "HCP Terraform" }

[break_glass]
principals = ["arn:aws:iam::*:role/BreakGlass"]

[agents]
principals = ["arn:aws:iam::*:role/agent-*"]

[deployment]
principals = ["arn:aws:iam::111122223333:role/deploy"]
accounts = ["111122223333"]

[identity_center]
mfa_enforced = true
attested_by = "security@example.com"
attested_on = "2026-11-01"

[[waivers]]
check = "deletion-*"
account = "111122223333"
reason = "moves in March"
owner = "data platform"
expires = 2027-03-31
"#,
    )
    .unwrap();
    // Whatever is left at its default was not read; a new setting without a key fails here.
    let (read, defaults) = (config.settings, Settings::default());
    let (read, defaults) = (serde_json::to_value(read).unwrap(), serde_json::to_value(defaults).unwrap());
    fn compare(path: &str, read: &serde_json::Value, defaults: &serde_json::Value) {
        match (read.as_object(), defaults.as_object()) {
            (Some(read), Some(defaults)) if !defaults.is_empty() => {
                for (key, value) in read {
                    compare(&format!("{path}.{key}"), value, &defaults[key]);
                }
            }
            _ => assert_ne!(read, defaults, "{path} has no key in palisade.toml"),
        }
    }
    compare("settings", &read, &defaults);
    assert_eq!(config.fail_on, Some(FailOn::At(Severity::Critical)));
    assert_eq!(config.scope.concurrency, Some(8));
    assert_eq!(config.scope.organization, Some(false));
    assert_eq!(config.scope.regions.len(), 2);
}

#[test]
fn all_faults_come_at_once_with_line_and_nearest_word() {
    let found = faults(
        r#"rpo_hour = 24
backup_retention_days = "7"
fail_on = "hgih"
[scope]
regions = ["eu-central-1", "EU"]
rpo_hours = 1
concurency = 5
[resorces]
data = []
[resources]
data = ["[a"]
[backup]
cross_region = 1
accounts = ["12"]
"#,
    );
    assert_eq!(
        found,
        [
            "1:1 there is no key rpo_hour above the sections; did you mean rpo_hours?",
            "2:25 backup_retention_days takes a whole number from 1 to 36500, but here stands a text",
            "3:11 fail_on: \"hgih\" is none of critical, high, medium, low, never; did you mean high?",
            "5:28 [scope] regions: \"EU\" is no AWS region: lower-case letters, digits and hyphens are wanted, such as eu-central-1",
            "6:1 there is no key rpo_hours in [scope]; rpo_hours stands above the sections",
            "7:1 there is no key concurency in [scope]; did you mean concurrency?",
            "8:2 there is no key resorces above the sections; did you mean resources?",
            "11:9 [resources] data: \"[a\" is no glob: unclosed character class; missing ']'",
            "13:16 [backup] cross_region takes true or false, but here stands an integer",
            "14:13 [backup] accounts: \"12\" is no AWS account id: twelve digits are wanted",
        ]
    );
}

#[test]
fn broken_toml_is_a_fault_with_a_line() {
    let found = faults("rpo_hours = 24\n[scope\nregion = \"eu-central-1\"\n");
    assert!(found.iter().any(|fault| fault.starts_with("2:")), "{found:?}");
}

#[test]
fn a_number_out_of_bounds_is_a_fault() {
    assert_eq!(faults("rpo_hours = 0"), ["1:13 rpo_hours takes a whole number from 1 to 8784, not 0"]);
    assert_eq!(faults("rpo_hours = -1").len(), 1);
    assert_eq!(faults("rpo_hours = 99999999999999999999").len(), 1);
    assert_eq!(parse("rpo_hours = 0x18").unwrap().settings.rpo_hours, 24);
}

#[test]
fn fail_on_counts_from_its_severity_up() {
    let high: FailOn = "high".parse().unwrap();
    assert!(high.counts(Severity::Critical) && high.counts(Severity::High) && !high.counts(Severity::Medium));
    assert!(!"never".parse::<FailOn>().unwrap().counts(Severity::Critical));
}

#[test]
fn the_readme_shows_every_key_with_its_default() {
    let readme = include_str!("../../README.md");
    let shown = readme.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
    let config = parse(shown).unwrap();
    assert_eq!(config.settings, Settings::default());
    for key in keys::SECTIONS.iter().flat_map(|section| section.keys) {
        let (plain, commented) = (format!("\n{} = ", key.name), format!("\n# {} = ", key.name));
        assert!(
            format!("\n{shown}").contains(&plain) || shown.contains(&commented),
            "{} is not in the README",
            key.name
        );
    }
}

#[test]
fn an_endpoint_and_a_role_that_are_none_are_faults_with_their_places() {
    let found = faults("[scope]\nendpoint_url = \"localhost\"\nrole_name = \"a b\"\n");
    assert_eq!(
        found,
        [
            "2:16 [scope] endpoint_url: \"localhost\" is no URL of an endpoint: http:// or https:// and a host are wanted",
            "3:13 [scope] role_name: \"a b\" is no name of an IAM role: letters, digits and _+=,.@- are",
        ]
    );
}

#[test]
fn principals_and_attestations_have_a_shape() {
    let found = faults(
        "[break_glass]\nprincipals = [\"BreakGlass\", \"arn:aws:iam::*:role/BreakGlass\", \"arn:aws:s3:::bucket\"]\n\
         [identity_center]\nattested_on = \"soon\"\nmfa_enforced = 1\n",
    );
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].contains("names no role or user"), "{found:?}");
    assert!(found[2].starts_with("4:"), "{found:?}");
}

#[test]
fn a_waiver_says_what_it_is_about_why_and_until_when() {
    let found = faults(
        r#"
[[waivers]]
check = "deletion-*"
arn = "[a"
reason = ""
expire = "2027-01-01"
[[waivers]]
check = "scp-*"
reason = "a"
owner = "b"
expires = 7
long_lived = "yes"
approved_on = "2026-13-01"
"#,
    );
    // What the date's own parser says is its own.
    let found: Vec<&str> = found.iter().map(|fault| fault.split(" failed to parse").next().unwrap()).collect();
    assert_eq!(
        found,
        [
            "2:1 a waiver says its expires: this one does not",
            "2:1 a waiver says its owner: this one does not",
            "4:7 [[waivers]] arn: \"[a\" is no glob: unclosed character class; missing ']'",
            "5:10 [[waivers]] reason is empty: leave it out, or say what is meant",
            "6:1 there is no key expire in [[waivers]]; did you mean expires?",
            "7:1 a waiver says what it is about: account, organizational_unit or arn (\"*\" is everything)",
            "11:11 [[waivers]] expires takes a date such as 2026-12-31, but here stands an integer",
            "12:14 [[waivers]] long_lived takes true or false, but here stands a text",
            "13:15 [[waivers]] approved_on:",
        ]
    );
}

#[test]
fn a_date_may_stand_in_quotes_or_not_and_one_that_is_none_is_kept_to_be_told() {
    use crate::model::waiver::Expiry;
    let expiry = |written: &str| {
        let text =
            format!("[[waivers]]\ncheck = \"a\"\narn = \"*\"\nreason = \"a\"\nowner = \"b\"\nexpires = {written}\n");
        parse(&text).unwrap().settings.waivers.remove(0).expires
    };
    let day = Expiry::On("2027-01-31".parse().unwrap());
    assert_eq!((expiry("2027-01-31"), expiry("\"2027-01-31\"")), (day.clone(), day));
    for none in ["\"next year\"", "2027-01-31T00:00:00Z", "\"2027-02-30\"", "\"31.01.2027\""] {
        assert!(matches!(expiry(none), Expiry::Malformed(_)), "{none}");
    }
}

#[test]
fn waivers_may_have_a_file_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("palisade.toml");
    let entry = |check: &str| {
        format!("[[waivers]]\ncheck = \"{check}\"\narn = \"*\"\nreason = \"a\"\nowner = \"b\"\nexpires = 2027-01-31\n")
    };
    std::fs::write(&path, format!("waivers_file = \"accepted.toml\"\n{}", entry("a"))).unwrap();
    let missing = load(Some(&path), Path::new("")).unwrap_err().to_string();
    assert!(missing.contains("accepted.toml"), "{missing}");
    std::fs::write(folder.path().join("accepted.toml"), entry("b")).unwrap();
    let checks: Vec<String> =
        load(Some(&path), Path::new("")).unwrap().settings.waivers.into_iter().map(|waiver| waiver.check).collect();
    assert_eq!(checks, ["a", "b"]);
    std::fs::write(folder.path().join("accepted.toml"), format!("rpo_hours = 1\n{}", entry("b"))).unwrap();
    let wrong = load(Some(&path), Path::new("")).unwrap_err().to_string();
    assert!(wrong.contains("accepted.toml:1:1: a file of waivers holds [[waivers]] alone, not rpo_hours"), "{wrong}");
}
