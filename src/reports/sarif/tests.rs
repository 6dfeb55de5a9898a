use serde_json::Value;

use super::*;
use crate::reports::fixture;

fn rendered(posture: &Posture, statuses: &[Status]) -> String {
    let mut out = Vec::new();
    write(posture, statuses, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(posture: &Posture, statuses: &[Status]) -> Value {
    serde_json::from_str(&rendered(posture, statuses)).unwrap()
}

fn results(posture: &Posture, statuses: &[Status]) -> Vec<Value> {
    parsed(posture, statuses)["runs"][0]["results"].as_array().unwrap().clone()
}

/// The published schema (tests/schemas/README.md).
fn errors(document: &Value) -> Vec<String> {
    // One pattern of the schema has a bracket that only lenient readers of patterns take as it is meant.
    let schema = include_str!("../../../tests/schemas/sarif-2.1.0-rtm.5.json").replace("{2}]?$", "{2}\\\\]?$");
    let validator =
        jsonschema::options().should_validate_formats(true).build(&serde_json::from_str(&schema).unwrap()).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn it_is_what_the_published_schema_says() {
    for posture in [fixture::posture(), fixture::waived()] {
        for statuses in [&[][..], Status::ALL] {
            assert_eq!(errors(&parsed(&posture, statuses)), Vec::<String>::new());
        }
    }
    let mut wrong = parsed(&fixture::posture(), &[]);
    wrong["runs"][0]["results"][0]["kind"] = "unknown".into();
    assert!(!errors(&wrong).is_empty(), "the schema refuses a kind that does not exist");
}

#[test]
fn failures_and_unknowns_are_written_and_the_others_where_asked_for() {
    let posture = fixture::posture();
    let kinds = |statuses: &[Status]| {
        let mut kinds: Vec<String> =
            results(&posture, statuses).iter().map(|result| result["kind"].as_str().unwrap().to_owned()).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    };
    assert_eq!(kinds(&[]), ["fail", "open"]);
    assert_eq!(kinds(&[Status::Pass]), ["pass"]);
    assert_eq!(kinds(Status::ALL), ["fail", "notApplicable", "open", "pass"]);
}

#[test]
fn only_failures_have_a_level() {
    for result in results(&fixture::posture(), Status::ALL) {
        assert_eq!(result["kind"] == "fail", result["level"] != "none", "{result}");
    }
}

#[test]
fn every_result_has_a_relative_place_of_its_own_rule_and_subject() {
    let posture = fixture::posture();
    for (result, want) in results(&posture, &[]).iter().zip(1..) {
        let location = &result["locations"][0];
        let uri = location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.starts_with("aws/") && !uri.contains(':') && !uri.contains(".."), "{want}: {uri}");
        let index = result["ruleIndex"].as_u64().map(|index| usize::try_from(index).unwrap());
        assert!(index.is_none_or(|index| posture.checks[index].id == result["ruleId"].as_str().unwrap()));
    }
    let mut finding = posture.findings[0].clone();
    for (arn, wanted) in [
        ("arn:aws:rds:eu-central-1:444455556666:db:ledger", "rds/db/ledger"),
        ("s3://states/prod/terraform.tfstate", "s3%3A/states/prod/terraform.tfstate"),
        ("arn:aws:s3:::b/../../c", "s3/b/%2E%2E/%2E%2E/c"),
        ("444455556666/eu-west-1", "444455556666/eu-west-1"),
        ("", "unnamed"),
    ] {
        finding.subject.arn = arn.to_owned();
        assert_eq!(place(&finding), format!("aws/444455556666/eu-central-1/{wanted}"));
    }
}

#[test]
fn fingerprints_outlive_the_words() {
    let posture = fixture::posture();
    let mut other = posture.clone();
    other.findings.iter_mut().for_each(|finding| finding.message.push('!'));
    let prints = |posture: &Posture| -> Vec<Value> {
        results(posture, &[]).iter().map(|result| result["partialFingerprints"].clone()).collect()
    };
    assert_eq!(prints(&posture), prints(&other));
    let mut all: Vec<String> = prints(&posture).iter().map(ToString::to_string).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), results(&posture, &[]).len());
}

#[test]
fn waived_results_are_suppressed_and_the_others_are_not() {
    let posture = fixture::waived();
    let results = results(&posture, &[]);
    let suppressed: Vec<&Value> =
        results.iter().filter(|result| !result["suppressions"].as_array().unwrap().is_empty()).collect();
    assert_eq!(suppressed.len(), posture.findings.iter().filter(|finding| finding.waived.is_some()).count());
    for result in suppressed {
        assert_eq!(result["suppressions"][0]["kind"], "external");
        assert_eq!(result["suppressions"][0]["status"], "accepted");
        assert_eq!(result["suppressions"][0]["properties"]["expires"], "2026-03-20");
    }
}

#[test]
fn what_a_reader_would_obey_is_escaped() {
    assert_eq!(plain("[click](https://evil.example) {0}", 80), "\\[click\\](https://evil.example) {{0}}");
    assert!(
        !rendered(&fixture::posture(), Status::ALL).contains('\u{202e}') || {
            // Exact names stand in the logical location alone.
            results(&fixture::posture(), Status::ALL)
                .iter()
                .all(|result| !result["message"]["text"].as_str().unwrap().contains('\u{202e}'))
        }
    );
}

#[test]
fn the_worst_are_kept_where_there_are_too_many() {
    let mut posture = fixture::posture();
    let mut low = posture.findings.iter().find(|finding| finding.severity == Severity::Low).unwrap().clone();
    low.subject.arn.clear();
    posture.findings.splice(0..0, std::iter::repeat_n(low, MOST_RESULTS));
    let document = parsed(&posture, &[]);
    let run = &document["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), MOST_RESULTS);
    assert!(results[0]["properties"]["severity"] == "critical" && results[0]["kind"] == "fail");
    assert_eq!(run["properties"]["resultsLeftOut"], 8);
    let note = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(note.starts_with("8 results left out"), "{note}");
}

#[test]
fn log() {
    insta::assert_snapshot!("sarif", rendered(&fixture::waived(), &[]));
}
