use super::*;
use crate::reports::fixture;

#[test]
fn controls_stand_in_the_frameworks_order() {
    let mut ids = vec!["CP-10", "CP-9(3)", "CP-9", "AC-6", "CP-9(10)"];
    ids.sort_by_cached_key(|id| natural(id));
    assert_eq!(ids, ["AC-6", "CP-9", "CP-9(3)", "CP-9(10)", "CP-10"]);
    let mut ids = vec!["Art. 12(1)", "Art. 9(4)", "Art. 9(2)"];
    ids.sort_by_cached_key(|id| natural(id));
    assert_eq!(ids, ["Art. 9(2)", "Art. 9(4)", "Art. 12(1)"]);
}

#[test]
fn one_failing_verdict_makes_a_control_fail_and_an_unknown_one_is_no_pass() {
    let counts = |failed, unknown, waived, passed| Counts { passed, failed, unknown, not_applicable: 3, waived };
    assert_eq!(Standing::of(&counts(1, 1, 1, 1)), Standing::Fails);
    assert_eq!(Standing::of(&counts(0, 1, 1, 1)), Standing::Unknown);
    assert_eq!(Standing::of(&counts(0, 0, 1, 1)), Standing::Waived);
    assert_eq!(Standing::of(&counts(0, 0, 0, 1)), Standing::Holds);
    assert_eq!(Standing::of(&counts(0, 0, 0, 0)), Standing::NotApplicable);
}

#[test]
fn every_verdict_of_a_check_is_counted_once() {
    let mut posture = fixture::posture();
    posture.findings.sort_by(|a, b| a.check.cmp(&b.check));
    for check in &mut posture.checks {
        check.frameworks = BTreeMap::from([("x_own/one".to_owned(), vec!["1".to_owned(), "2".to_owned()])]);
    }
    posture.checks.sort_by(|a, b| a.id.cmp(&b.id));
    let matrix = Matrix::new("x_own/one", &posture.checks, Some(&posture.findings));
    let Counts { passed, failed, unknown, not_applicable, waived } = matrix.controls[0].counts;
    let judged = posture.findings.iter().filter(|f| posture.checks.iter().any(|check| check.id == f.check)).count();
    assert_eq!(passed + failed + unknown + not_applicable + waived, judged);
    for (id, check) in &matrix.checks {
        for at in check.open.iter().chain([&check.findings.0]) {
            assert_eq!(&posture.findings[*at].check, id);
        }
    }
    assert_eq!(matrix.lacking().count(), 0, "nobody knows what a framework of one's own lacks");
    assert_eq!(frameworks(&posture.checks).last().map(String::as_str), Some("x_own/one"));
}

#[test]
fn a_frameworks_name_never_leaves_its_folder() {
    assert_eq!(file_name("nist_800_53_r5"), "nist_800_53_r5");
    assert_eq!(file_name("x_../../etc"), "x_%2E%2E%2F%2E%2E%2Fetc");
    assert_eq!(file_name(&format!("x_{}", "é".repeat(90))).len(), 34);
}

#[test]
fn it_is_what_the_schema_says() {
    let posture = fixture::posture();
    let schema = serde_json::to_value(crate::reports::schema::framework()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for id in frameworks(&posture.checks) {
        let mut out = Vec::new();
        write_json(&Matrix::new(&id, &posture.checks, Some(&posture.findings)), &mut out).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&out).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}
