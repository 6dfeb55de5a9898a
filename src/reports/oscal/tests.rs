use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::reports::fixture;

fn rendered(posture: &Posture) -> String {
    let mut out = Vec::new();
    write(posture, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn parsed(posture: &Posture) -> Value {
    serde_json::from_str(&rendered(posture)).unwrap()
}

/// The published schema, from NIST's release of OSCAL 1.2.3 (tests/schemas/README.md).
fn errors(document: &Value) -> Vec<String> {
    let schema = include_str!("../../../tests/schemas/oscal-assessment-results-1.2.3.json");
    let validator =
        jsonschema::options().should_validate_formats(true).build(&serde_json::from_str(schema).unwrap()).unwrap();
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn every(document: &Value, found: &mut impl FnMut(&str, &Value)) {
    match document {
        Value::Object(members) => members.iter().for_each(|(name, value)| {
            found(name, value);
            every(value, found);
        }),
        Value::Array(items) => items.iter().for_each(|item| every(item, found)),
        _ => {}
    }
}

#[test]
fn it_is_what_the_published_schema_says() {
    for posture in [fixture::posture(), fixture::waived()] {
        assert_eq!(errors(&parsed(&posture)), Vec::<String>::new());
    }
    let mut wrong = parsed(&fixture::posture());
    wrong["assessment-results"]["results"][0]["findings"][0]["target"]["status"]["state"] = "fine".into();
    assert!(!errors(&wrong).is_empty(), "the schema refuses a state that does not exist");
    wrong = parsed(&fixture::posture());
    wrong["assessment-results"]["results"][0]["props"][0]["value"] = " blank".into();
    assert!(!errors(&wrong).is_empty(), "the schema's patterns are heeded");
}

#[test]
fn a_posture_of_nothing_is_valid_too() {
    let mut posture = fixture::posture();
    posture.findings.clear();
    posture.checks.clear();
    posture.layers.clear();
    posture.organization = None;
    posture.score = None;
    assert_eq!(errors(&parsed(&posture)), Vec::<String>::new());
}

#[test]
fn it_is_the_same_bytes_and_its_ids_are_its_content() {
    let posture = fixture::waived();
    assert_eq!(rendered(&posture), rendered(&posture));
    let mut other = posture.clone();
    other.findings[2].message.push('!');
    let id = |posture: &Posture| parsed(posture)["assessment-results"]["uuid"].clone();
    assert_ne!(id(&posture), id(&other));
    // A risk is the same one in the next scan; an observation is not.
    let of =
        |posture: &Posture, list: &str| parsed(posture)["assessment-results"]["results"][0][list][0]["uuid"].clone();
    assert_eq!(of(&posture, "risks"), of(&other, "risks"));
    assert_ne!(of(&posture, "observations"), of(&other, "observations"));
}

#[test]
fn every_reference_leads_somewhere_and_no_id_stands_twice() {
    let document = parsed(&fixture::waived());
    let mut known = BTreeSet::new();
    let mut named = Vec::new();
    every(&document, &mut |name, value| match name {
        "uuid" => assert!(known.insert(value.as_str().unwrap().to_owned()), "{value} stands twice"),
        "href" => named.extend(value.as_str().unwrap().strip_prefix('#').map(str::to_owned)),
        name if name.ends_with("-uuid") => named.push(value.as_str().unwrap().to_owned()),
        _ => {}
    });
    assert!(named.len() > 20);
    for id in named {
        assert!(known.contains(&id), "{id} is nowhere");
    }
}

#[test]
fn unknown_and_waived_are_never_satisfied() {
    let posture = fixture::waived();
    let document = parsed(&posture);
    let result = &document["assessment-results"]["results"][0];
    let states: Vec<(&str, &str, &str)> = result["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let target = &finding["target"];
            let of = |name: &str| target["status"][name].as_str().unwrap();
            (target["target-id"].as_str().unwrap(), of("state"), of("reason"))
        })
        .collect();
    assert_eq!(
        states,
        [
            ("backup-covered", "not-satisfied", "other"),
            ("deletion-rds-instance-protected", "not-satisfied", "fail"),
            ("separation-root-credentials-absent", "satisfied", "pass"),
            ("state-locked", "not-satisfied", "other"),
            ("state-no-stale-lock", "not-satisfied", "fail"),
        ]
    );
    let risks = result["risks"].as_array().unwrap();
    let failing = posture.findings.iter().filter(|finding| finding.status == Status::Fail).count();
    assert_eq!(risks.len(), failing, "a waived failure is a risk all the same");
    let approved: Vec<&Value> = risks.iter().filter(|risk| risk["status"] == "deviation-approved").collect();
    assert_eq!(approved.len(), 1);
    assert_eq!(approved[0]["deadline"], "2026-03-20T23:59:59Z");
    assert_eq!(result["observations"].as_array().unwrap().len(), posture.findings.len());
}

#[test]
fn a_waiver_alone_satisfies_nothing() {
    let mut posture = fixture::waived();
    let accepted = posture.findings.iter().find_map(|finding| finding.waived.clone());
    posture.findings.iter_mut().for_each(|finding| finding.waived = accepted.clone());
    posture.findings.retain(|finding| finding.status != Status::Pass);
    let document = parsed(&posture);
    let findings = document["assessment-results"]["results"][0]["findings"].as_array().unwrap().clone();
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|finding| finding["target"]["status"]["state"] == "not-satisfied"));
}

#[test]
fn nothing_hostile_is_left_raw() {
    every(&parsed(&fixture::waived()), &mut |_, value| {
        if let Some(text) = value.as_str() {
            assert!(!text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{text:?}");
        }
    });
}

#[test]
fn assessment_results() {
    insta::assert_snapshot!("oscal", rendered(&fixture::waived()));
}
