//! What the engine keeps whatever a check's author writes: one verdict for each subject, and no gap that passes.

use std::fs;

use super::super::*;
use crate::model::facts::{Fact, LockTableFact, Subject, SubjectKind, Unlisted, Unread};
use crate::model::finding::{Evidence, Status};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::operation::{Collection, Operation};

/// A check of lock tables with this evidence kind and this rule; more lines of `custom` in `extra`.
fn text(evidence: &str, extra: &str, rule: &str) -> String {
    format!(
        "# METADATA\n# title: t\n# description: d\n# custom:\n#   id: state-mine\n#   layer: state\n#   severity: high\n{extra}\
         #   subject: lock_table\n#   needs: [dynamodb.tables]\n#   evidence: {evidence}\n#   facts: [states]\n\
         #   remediation:\n#     terraform: x\n#     cli: y\n#   frameworks:\n#     nist_800_53_r5: [CM-3]\n\
         package palisade.state.mine\n\n{rule}\n"
    )
}

const TEST: &str = "package palisade.state.mine_test\n\nimport data.palisade.state.mine\n\ntest_it_is_there if mine.verdict with input as \
     {\"subject\": {\"states\": 1, \"deletion_protection\": true}}\n";

fn load(check: &str) -> Result<Library, CheckErrors> {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("state")).unwrap();
    fs::write(dir.path().join("state/mine.rego"), check).unwrap();
    fs::write(dir.path().join("state/mine_test.rego"), TEST).unwrap();
    Library::load(&[dir.path().to_owned()])
}

fn account() -> AccountId {
    "111122223333".parse().unwrap()
}

fn gap(collection: Collection) -> Unread {
    Unread {
        account: Some(account()),
        regions: vec!["eu-west-1".parse().unwrap()],
        collection,
        gap: Gap::not_made(GapKind::Denied, Operation::DynamoDbListTables, "no"),
    }
}

fn facts(production: bool, unread: Vec<Unread>) -> Facts {
    let subject = Subject {
        kind: SubjectKind::LockTable,
        arn: "arn:aws:dynamodb:eu-west-1:111122223333:table/locks".to_owned(),
        name: "locks".to_owned(),
        account: Some(account()),
        region: Some("eu-west-1".parse().unwrap()),
        environment: (!production).then(|| "development".to_owned()),
        production,
        class: None,
    };
    let detail = LockTableFact { deletion_protection: Some(true), states: 1 };
    Facts { lock_tables: vec![Fact { subject, detail, rests_on: Vec::new(), unread }], ..Facts::default() }
}

fn findings(check: &str, facts: &Facts) -> Vec<Finding> {
    let selection = Selection { checks: vec!["state-mine".to_owned()], ..Selection::default() };
    load(check).unwrap().judge(facts, &Settings::default(), &selection)
}

fn only(check: &str, facts: &Facts) -> Finding {
    let mut findings = findings(check, facts);
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

const PASS: &str = "verdict := {\"status\": \"pass\", \"message\": \"it holds\"}";
const FAIL: &str = "verdict := {\"status\": \"fail\", \"message\": \"it does not hold\"}";
const SILENT: &str = "verdict := {\"status\": \"pass\", \"message\": \"x\"} if input.subject.states == 99";

#[test]
fn a_gap_counts_only_where_it_could_change_the_verdict() {
    use Status::{Fail, Pass, Unknown};
    // evidence, rule, verdict without a gap, verdict with one
    for (evidence, rule, clear, hidden) in [
        ("each", PASS, Pass, Unknown),
        ("each", FAIL, Fail, Unknown),
        ("exists", PASS, Pass, Pass),
        ("exists", FAIL, Fail, Unknown),
        ("forall", PASS, Pass, Unknown),
        ("forall", FAIL, Fail, Fail),
    ] {
        let check = text(evidence, "", rule);
        assert_eq!(only(&check, &facts(true, vec![])).status, clear, "{evidence} {rule}");
        let with_gap = only(&check, &facts(true, vec![gap(Collection::DynamoDbTables)]));
        assert_eq!(with_gap.status, hidden, "{evidence} {rule}");
        // The gap is named whatever it did, and so is the permission that would close it where the verdict waits for it.
        assert!(with_gap.evidence.iter().any(|e| matches!(e, Evidence::Gap { .. })), "{evidence} {rule}");
        if hidden == Unknown {
            assert!(with_gap.message.contains("grant dynamodb:ListTables"), "{}", with_gap.message);
        }
        // What the check does not need changes nothing.
        assert_eq!(only(&check, &facts(true, vec![gap(Collection::S3Buckets)])).status, clear, "{evidence} {rule}");
    }
}

#[test]
fn every_subject_gets_exactly_one_verdict() {
    for rule in [
        SILENT,
        "verdict := {\"status\": \"passed\", \"message\": \"x\"}",
        "verdict := {\"status\": \"pass\"}",
        "verdict := \"pass\"",
        "verdict := {\"status\": \"pass\", \"message\": sprintf(\"%d\", [to_number(input.subject.kind)])}",
        "verdict := {\"status\": \"pass\", \"message\": \"a\"} if true\n\nverdict := {\"status\": \"fail\", \"message\": \"b\"} if true",
    ] {
        let finding = only(&text("forall", "", rule), &facts(true, vec![]));
        assert_eq!(finding.status, Status::Unknown, "{rule}: {}", finding.message);
        assert!(finding.message.starts_with("Not judged"), "{}", finding.message);
    }
}

#[test]
fn subjects_that_could_not_be_listed_give_one_unknown_for_their_account() {
    let mut facts = facts(true, vec![]);
    facts.unlisted.push(Unlisted {
        kind: SubjectKind::LockTable,
        account: Some("444455556666".parse().unwrap()),
        environment: None,
        production: true,
        gaps: vec![gap(Collection::DynamoDbTables), gap(Collection::StateLockItems)],
    });
    let findings = findings(&text("each", "", PASS), &facts);
    let statuses: Vec<_> = findings.iter().map(|f| (f.account.as_ref().unwrap().as_str(), f.status)).collect();
    assert_eq!(statuses, [("111122223333", Status::Pass), ("444455556666", Status::Unknown)]);
    assert!(findings[1].message.contains("eu-west-1"), "{}", findings[1].message);
}

#[test]
fn outside_production_a_failure_is_milder_where_the_check_says_so() {
    let plain = text("each", "", FAIL);
    let milder = text("each", "#   severity_outside_production: low\n", FAIL);
    for (check, production, want) in [
        (&plain, true, Severity::High),
        (&plain, false, Severity::High),
        (&milder, true, Severity::High),
        (&milder, false, Severity::Low),
    ] {
        assert_eq!(only(check, &facts(production, vec![])).severity, want);
    }
    let own = "verdict := {\"status\": \"fail\", \"message\": \"x\", \"severity\": \"critical\"}";
    let own = text("each", "#   severity_outside_production: low\n", own);
    assert_eq!(only(&own, &facts(false, vec![])).severity, Severity::Critical, "the verdict's own word wins");
}

#[test]
fn a_broken_check_is_refused_with_file_and_line() {
    let good = text("each", "", PASS);
    load(&good).unwrap();
    for (broken, want) in [
        (good.replace("# METADATA\n", ""), "METADATA"),
        (good.replace("#   evidence: each", "#   evidence: maybe"), "none of each, exists, forall"),
        (good.replace("#   layer: state", "#   layer: stat"), "did you mean state"),
        (good.replace("dynamodb.tables", "dynamodb.table"), "did you mean dynamodb.tables"),
        (good.replace("#   facts:", "#   fakts:"), "fakts"),
        (good.replace("state-mine", "state-yours"), "state-yours"),
        (good.replace("#   severity: high", "#   severity: low\n#   severity_outside_production: high"), "no milder"),
        (good.replace("verdict :=", "verdict = :="), ""),
        (good.replace("verdict :=", "other :="), "verdict"),
        (text("each", "", "verdict := http.send({\"url\": \"x\"})"), "http.send"),
        (text("each", "", "verdict := time.now_ns()"), "time.now_ns"),
    ] {
        let errors = load(&broken).expect_err(want).to_string();
        assert!(errors.contains("mine.rego"), "{errors}");
        assert!(errors.contains(want), "{want}: {errors}");
    }
    let line = load(&good.replace("#   layer: state", "#   layer: stat")).unwrap_err().to_string();
    assert!(line.contains("mine.rego:6"), "{line}");
}
