use super::*;
use crate::config;
use crate::demo::{CONFIG, Organization};
use crate::evidence::{FileEntry, MANIFEST};

const CUSTOM: &str = include_str!("../../../checks/deletion/dynamodb_protected.rego");

fn settings() -> Settings {
    config::parse(CONFIG).unwrap().settings
}

fn sources() -> Vec<CheckSource> {
    let mut sources = Library::sources(&[]).unwrap();
    let text = CUSTOM
        .replace("id: deletion-dynamodb-protected", "id: deletion-own")
        .replace("package palisade.deletion.dynamodb_protected", "package palisade.deletion.own")
        .replace("frameworks:", "frameworks:\n#     x_house_rules: [\"1\"]");
    sources.push(CheckSource { built_in: false, path: "deletion/own.rego".to_owned(), text });
    sources
}

/// The smallest of the organizations: a bundle is judged many times over here.
fn inventory() -> Inventory {
    Organization::SingleAccount.inventory()
}

fn made(asked: &Asked) -> Bundle {
    bundle(&inventory(), &settings(), &sources(), asked).unwrap()
}

/// The bundle with a file rewritten and the manifest made to fit: what a forger without the key can do.
fn forged(bundle: &Bundle, path: &str, with: impl FnOnce(String) -> String) -> Bundle {
    let mut files = bundle.files.clone();
    let file = files.iter_mut().find(|file| file.path == path).unwrap();
    let text = String::from_utf8(file.content.clone()).unwrap();
    let altered = with(text.clone());
    assert_ne!(text, altered, "{path}");
    file.content = altered.into_bytes();
    let manifest = Manifest { files: files.iter().map(FileEntry::of).collect(), ..bundle.manifest.clone() };
    Bundle::new(manifest, files)
}

#[test]
fn the_same_scan_gives_the_same_bundle_and_it_reproduces() {
    let bundle = made(&Asked::default());
    assert_eq!(bundle, made(&Asked::default()));
    let found = reassess(&bundle, None).unwrap();
    assert!(found.same_tool && found.judged > 50, "{found:?}");
    assert_eq!((found.differing, found.verdicts, found.other_checks), Default::default());
    for path in [
        "index.md",
        "index.html",
        POSTURE,
        "explanations.ndjson",
        "facts.json",
        INVENTORY,
        "ledger.json",
        "waivers.json",
        SETTINGS,
        "frameworks/dora.json",
        "frameworks/dora.md",
        "frameworks/x_house_rules.json",
        "oscal/assessment-results.json",
        "checks/palisade/lib/words.rego",
        "checks/custom/deletion/own.rego",
    ] {
        assert!(bundle.file(path).is_some(), "{path}");
    }
    assert!(!bundle.files.iter().any(|file| file.path.ends_with("_test.rego")), "tests judge nothing");
}

#[test]
fn a_forger_without_the_key_is_caught_by_what_the_inventory_gives() {
    let bundle = made(&Asked { period: Some("2026-01-01..2026-03-31".parse().unwrap()), ..Asked::default() });
    let differing = |forged: &Bundle| {
        assert_eq!(forged.faults(), [], "the digests fit");
        reassess(forged, None).map(|found| [found.differing, found.verdicts, found.other_checks].concat())
    };
    let says = |forged: &Bundle, what: &str| {
        let found = differing(forged).unwrap();
        assert!(found.iter().any(|one| one.contains(what)), "{what}: {found:?}");
    };
    let pass = |text: String| text.replacen("\"status\":\"fail\"", "\"status\":\"pass\"", 1);
    says(&forged(&bundle, POSTURE, pass), POSTURE);
    says(&forged(&bundle, POSTURE, pass), "in the bundle, ");
    says(&forged(&bundle, "explanations.ndjson", |text| text.replacen("fail", "pass", 1)), "explanations.ndjson");
    says(&forged(&bundle, "index.md", |text| text.replacen("Evidence", "Proof", 1)), "index.md");
    says(&forged(&bundle, "ledger.json", |text| text.replacen("calls", "call5", 1)), "ledger.json");
    says(&forged(&bundle, "facts.json", |text| text.replacen("true", "false", 1)), "facts.json");
    says(&forged(&bundle, "frameworks/dora.json", |text| text.replacen("fails", "holds", 1)), "frameworks/dora.json");
    // Whoever turns the inventory, the settings or the checks has to turn everything that follows.
    says(
        &forged(&bundle, INVENTORY, |text| {
            text.replacen("\"deletion_protection\": true", "\"deletion_protection\": false", 1)
        }),
        POSTURE,
    );
    says(
        &forged(&bundle, SETTINGS, |text| {
            text.replacen("\"backup_retention_days\": 7", "\"backup_retention_days\": 70", 1)
        }),
        POSTURE,
    );
    let lax = |text: String| {
        text.replace("verdict := {", "verdict := {\"status\": \"pass\", \"message\": \"fine\"} if true\n\nelse := {")
    };
    let check = "checks/palisade/deletion/dynamodb_protected.rego";
    says(&forged(&bundle, check, lax), check);
    // What the manifest alone says stands in the pages too.
    let mut other = bundle.clone();
    other.manifest.period = Some("2026-01-01..2026-12-31".parse().unwrap());
    says(&other, "index.md");
    let mut other = bundle.clone();
    other.manifest.previous = Some(Digest::of(b"x"));
    says(&other, "index.html");
    let mut other = bundle.clone();
    other.manifest.organization = Some("o-other12345".to_owned());
    says(&other, MANIFEST);
    let mut other = bundle.clone();
    other.manifest.period = Some("2025-01-01..2025-12-31".parse().unwrap());
    assert!(matches!(reassess(&other, None), Err(EvidenceError::OutsidePeriod { .. })));
    for path in [INVENTORY, SETTINGS, POSTURE] {
        let broken = forged(&bundle, path, |_| "{".to_owned());
        let error = differing(&broken).unwrap_err().to_string();
        assert!(error.contains(path), "{error}");
    }
}

#[test]
fn another_version_says_what_differs_and_claims_nothing() {
    let mut bundle = made(&Asked::default());
    bundle.manifest.tool = "palisade 9.9.9".to_owned();
    let found = reassess(&bundle, None).unwrap();
    assert!(!found.same_tool && found.verdicts.is_empty() && found.other_checks.is_empty());
    let pass = |text: String| text.replacen("\"status\":\"fail\"", "\"status\":\"pass\"", 1);
    let mut forged = forged(&bundle, POSTURE, pass);
    forged.manifest.tool = "palisade 9.9.9".to_owned();
    assert_eq!(reassess(&forged, None).unwrap().verdicts.len(), 1);
}

#[test]
fn only_the_asked_frameworks_get_a_matrix_and_no_verdict_is_left_out() {
    let all = made(&Asked::default());
    let some =
        made(&Asked { frameworks: vec!["nis2".to_owned(), "dora".to_owned(), "dora".to_owned()], ..Asked::default() });
    assert_eq!(some.manifest.frameworks, ["dora", "nis2"]);
    assert_eq!(some.files.iter().filter(|file| file.path.starts_with("frameworks/")).count(), 4);
    assert_eq!(some.file(POSTURE), all.file(POSTURE));
    assert!(reassess(&some, None).unwrap().differing.is_empty());
    let asked = Asked { frameworks: vec!["doar".to_owned()], ..Asked::default() };
    let error = bundle(&inventory(), &settings(), &sources(), &asked).unwrap_err();
    assert!(matches!(error, EvidenceError::UnknownFramework { .. }), "{error}");
}

#[test]
fn explanations_lead_to_their_facts_and_calls() {
    let bundle = made(&Asked::default());
    let (facts, posture): (Value, Value) = (parsed(&bundle, "facts.json").unwrap(), parsed(&bundle, POSTURE).unwrap());
    let text = String::from_utf8(bundle.file("explanations.ndjson").unwrap().to_vec()).unwrap();
    let schema = serde_json::to_value(reports::schema::explained()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut with_calls = 0;
    for line in text.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(validator.is_valid(&line), "{line}");
        let finding = posture.pointer(line["posture"].as_str().unwrap()).unwrap();
        for key in ["check", "status", "subject", "message"] {
            assert_eq!(finding[key], line[key]);
        }
        if let Some(place) = line["facts"].as_str() {
            assert_eq!(facts.pointer(place).unwrap()["arn"], line["subject"]["arn"]);
        }
        with_calls += usize::from(line["calls"].as_array().is_some_and(|calls| !calls.is_empty()));
    }
    let open =
        posture["findings"].as_array().unwrap().iter().filter(|f| f["status"] == "fail" || f["status"] == "unknown");
    assert_eq!(text.lines().count(), open.count());
    assert!(with_calls * 10 > text.lines().count() * 9, "{with_calls}");
}

#[test]
fn nothing_of_how_palisade_is_run_is_in_the_bundle() {
    let text = "[scope]\nendpoint_url = \"https://user:secret@internal.example\"\nexternal_id = \"a-secret-id\"\n";
    let config = config::parse(text).unwrap();
    let bundle = bundle(&inventory(), &config.settings, &sources(), &Asked::default()).unwrap();
    for file in &bundle.files {
        let text = String::from_utf8_lossy(&file.content);
        assert!(!text.contains("secret@internal") && !text.contains("a-secret-id"), "{}", file.path);
    }
}
