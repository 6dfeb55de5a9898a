//! The engine: what is refused, and what gaps do.

use serde_json::json;

use super::super::rego::{self, Document, Module, Outcome, Runner};
use super::*;
use crate::model::facts::{Fact, GlobalClusterFact, Source, Subject, SubjectKind, Unlisted, Unread};
use crate::model::finding::{Evidence, Status};
use crate::model::gap::{Gap, GapKind};
use crate::model::operation::Collection;

/// What the interpreter and the virtual machine make of a check's body.
fn both(body: &str, subject: &serde_json::Value) -> (Outcome, Outcome) {
    let module = Module { file: "x.rego".into(), text: format!("package p\n{body}") };
    let data = Document::new(json!({"config": {}})).unwrap();
    let input = Document::new(json!({ "subject": subject })).unwrap();
    let (program, _) = rego::compile(&[], &module, "p").unwrap();
    let interpreter = Runner::new(&program, &data).unwrap().run(&input);
    (interpreter, rego::testing::by_machine(&module, &data, &input))
}

/// OPA goes on to `else` when a body ends without a value; regorus 0.14.1's machine does not. When this fails, the machine
/// may be what verdicts come from.
#[test]
fn the_virtual_machine_still_loses_else() {
    let subject = json!({"xs": [], "n": 0});
    for body in [
        "verdict := 1 if { some x in input.subject.xs; x == 3 } else := 2",
        "f(a) := 1 if { a == 5 }\nverdict := y if { y := f(4) } else := 2",
        "g := 1 if { input.subject.n == 5 }\nverdict := y if { y := g } else := 2",
        "verdict := sprintf(\"%s\", [input.subject.nope]) if { true } else := 2",
    ] {
        assert_eq!(both(body, &subject), (Outcome::Value(json!(2)), Outcome::Undefined), "{body}");
    }
}

fn gap(collection: Collection, kind: GapKind, regions: &[&str]) -> Unread {
    let operation = collection.operations()[0];
    Unread {
        account: Some("111122223333".parse().unwrap()),
        regions: regions.iter().map(|region| region.parse().unwrap()).collect(),
        collection,
        gap: Gap { attempts: 1, code: Some("AccessDenied".into()), ..Gap::not_made(kind, operation, "no") },
    }
}

/// A global cluster whose engine is the status that the test's check gives.
fn cluster(status: &str, unread: Vec<Unread>) -> Fact<GlobalClusterFact> {
    let account = Some("111122223333".parse().unwrap());
    Fact {
        subject: Subject {
            kind: SubjectKind::GlobalCluster,
            arn: "arn:aws:rds::111122223333:global-cluster:world".into(),
            name: "world".into(),
            account: account.clone(),
            region: None,
            environment: Some("production".into()),
            production: true,
            class: None,
        },
        detail: GlobalClusterFact { deletion_protection: true, engine: Some(status.into()), members: Vec::new() },
        rests_on: vec![
            Source {
                account: account.clone(),
                region: Some("eu-west-1".parse().unwrap()),
                collection: Collection::RdsGlobalClusters,
            },
            Source { account, region: Some("eu-west-1".parse().unwrap()), collection: Collection::KmsKeys },
        ],
        unread,
    }
}

/// The findings of the test's check, with this kind of evidence, on these facts.
fn judge(evidence: &str, facts: &Facts) -> Vec<Finding> {
    let text = super::loading::WHOLE.replace("evidence: each", &format!("evidence: {evidence}"));
    let directory = super::loading::directory(&[("deletion/mine.rego", &text)]);
    let library = Library::load(&[directory.path().to_path_buf()]).unwrap();
    let selection = Selection { checks: vec!["deletion-mine".into()], ..Selection::default() };
    library.judge(facts, &Settings::default(), &selection)
}

fn judge_one(evidence: &str, status: &str, unread: Vec<Unread>) -> Finding {
    let facts = Facts { global_clusters: vec![cluster(status, unread)], ..Facts::default() };
    let mut findings = judge(evidence, &facts);
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

#[test]
fn a_gap_counts_only_where_it_could_change_the_verdict() {
    use Status::{Fail, NotApplicable, Pass, Unknown};
    for (evidence, status, want) in [
        ("each", "pass", Unknown),
        ("each", "fail", Unknown),
        ("each", "not_applicable", Unknown),
        ("each", "unknown", Unknown),
        ("exists", "pass", Pass),
        ("exists", "fail", Unknown),
        ("exists", "not_applicable", NotApplicable),
        ("exists", "unknown", Unknown),
        ("forall", "pass", Unknown),
        ("forall", "fail", Fail),
        ("forall", "not_applicable", NotApplicable),
        ("forall", "unknown", Unknown),
    ] {
        let without = judge_one(evidence, status, Vec::new());
        assert_eq!(without.status.as_str(), status, "{evidence}");
        let needed = vec![gap(Collection::RdsGlobalClusters, GapKind::Denied, &["eu-central-1"])];
        assert_eq!(judge_one(evidence, status, needed).status, want, "{evidence} {status}");
        let elsewhere = vec![gap(Collection::KmsKeys, GapKind::Denied, &["eu-central-1"])];
        assert_eq!(judge_one(evidence, status, elsewhere).status.as_str(), status, "{evidence}");
    }
}

#[test]
fn an_unread_tag_may_hide_whom_a_check_concerns() {
    let text = |needs: &str| {
        super::loading::WHOLE.replace("[rds.global_clusters]", needs).replace("evidence: each", "evidence: exists")
    };
    for (needs, want) in
        [("[rds.global_clusters, dynamodb.tags]", Status::Unknown), ("[rds.global_clusters]", Status::NotApplicable)]
    {
        let directory = super::loading::directory(&[("deletion/mine.rego", &text(needs))]);
        let library = Library::load(&[directory.path().to_path_buf()]).unwrap();
        let unread = vec![gap(Collection::DynamoDbTags, GapKind::Denied, &["eu-west-1"])];
        let facts = Facts { global_clusters: vec![cluster("not_applicable", unread)], ..Facts::default() };
        let selection = Selection { checks: vec!["deletion-mine".into()], ..Selection::default() };
        let findings = library.judge(&facts, &Settings::default(), &selection);
        assert_eq!(findings[0].status, want, "{needs}");
    }
}

#[test]
fn an_unknown_says_which_call_was_refused_where_and_what_would_let_it_through() {
    let finding = judge_one(
        "each",
        "pass",
        vec![gap(Collection::RdsGlobalClusters, GapKind::Denied, &["eu-west-1", "us-east-1"])],
    );
    assert_eq!(
        finding.message,
        "Not judged: rds:DescribeGlobalClusters in account 111122223333 (eu-west-1, us-east-1) was not read [denied]: grant \
         rds:DescribeGlobalClusters to the role that palisade uses."
    );
    let finding =
        judge_one("forall", "pass", vec![gap(Collection::RdsGlobalClusters, GapKind::RegionDenied, &["us-east-1"])]);
    assert!(
        finding.message.starts_with("Nothing against it in what was read (As the engine says); but rds:"),
        "{}",
        finding.message
    );
    assert!(
        finding.message.contains("[region_denied]") && finding.message.contains("treat_as_empty"),
        "{}",
        finding.message
    );
}

#[test]
fn evidence_is_the_facts_what_was_read_and_what_was_not() {
    let denied = gap(Collection::RdsGlobalClusters, GapKind::Denied, &["us-east-1"]);
    let finding = judge_one("forall", "fail", vec![denied.clone()]);
    let kinds: Vec<serde_json::Value> = finding.evidence.iter().map(|e| serde_json::to_value(e).unwrap()).collect();
    assert_eq!(kinds[0], json!({"kind": "fact", "path": "engine", "value": "fail"}));
    assert_eq!(kinds[1], json!({"kind": "fact", "path": "members", "value": []}));
    assert_eq!((&kinds[2]["kind"], &kinds[2]["collection"]), (&json!("read"), &json!("rds.global_clusters")));
    assert_eq!(kinds[2]["operations"], json!(["rds:DescribeGlobalClusters"]));
    assert_eq!((&kinds[3]["kind"], &kinds[3]["regions"]), (&json!("gap"), &json!(["us-east-1"])));
    // What the check does not need is no evidence of it.
    assert_eq!(kinds.len(), 4);
    // Where the very list was not read, it is not said to have been.
    let same = gap(Collection::RdsGlobalClusters, GapKind::Denied, &["eu-west-1"]);
    assert!(!judge_one("forall", "fail", vec![same]).evidence.iter().any(|e| matches!(e, Evidence::Read { .. })));
}

#[test]
fn whatever_a_rule_gives_every_subject_gets_one_verdict() {
    for broken in ["passed", "PASS", "", "true"] {
        let finding = judge_one("forall", broken, Vec::new());
        assert_eq!(finding.status, Status::Unknown, "{broken}");
        assert!(finding.message.starts_with("Not judged"), "{}", finding.message);
    }
    let mut without = cluster("pass", Vec::new());
    without.detail.engine = None;
    let facts = Facts { global_clusters: vec![without], ..Facts::default() };
    assert_eq!(judge("forall", &facts)[0].status, Status::Unknown);
}

#[test]
fn what_could_not_be_listed_is_one_unknown_per_account() {
    let unlisted = |kind, collection, regions: &[&str]| Unlisted {
        kind,
        account: Some("111122223333".parse().unwrap()),
        environment: Some("production".into()),
        production: true,
        gaps: vec![gap(collection, GapKind::Denied, regions)],
    };
    let facts = Facts {
        unlisted: vec![
            unlisted(SubjectKind::GlobalCluster, Collection::RdsGlobalClusters, &["eu-west-1"]),
            unlisted(SubjectKind::GlobalCluster, Collection::RdsGlobalClusters, &["us-east-1"]),
            unlisted(SubjectKind::KmsKey, Collection::KmsKeys, &["us-east-1"]),
        ],
        ..Facts::default()
    };
    for evidence in ["each", "exists", "forall"] {
        let findings = judge(evidence, &facts);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].status, Status::Unknown);
        assert_eq!(findings[0].account.as_ref().unwrap().as_str(), "111122223333");
        assert_eq!(findings[0].evidence.len(), 2);
        let message = &findings[0].message;
        assert!(
            message.starts_with("Not judged: there may be global clusters that palisade has not seen"),
            "{message}"
        );
        assert!(
            message.contains("eu-west-1")
                && message.contains("us-east-1")
                && message.contains("rds:DescribeGlobalClusters")
        );
    }
}

/// Rules that contradict each other, and rules that are no verdict, are no pass.
#[test]
fn a_verdict_that_contradicts_itself_is_unknown() {
    let pass = "{\"status\": \"pass\", \"message\": \"It holds.\"}";
    let fail = "{\"status\": \"fail\", \"message\": \"It does not.\"}";
    for body in [
        format!("verdict := {pass}\nverdict := {fail}"),
        format!("verdict contains {pass}"),
        format!("verdict[x] := {pass} if some x in [1, 2]"),
        format!("verdict := [{pass}]"),
        "verdict := count(null)".to_owned(),
        "verdict := 1 / 0".to_owned(),
    ] {
        let module = Module { file: "x.rego".into(), text: format!("package p\n{body}") };
        let (program, _) = rego::compile(&[], &module, "p").unwrap();
        let mut runner = Runner::new(&program, &Document::new(json!({})).unwrap()).unwrap();
        let outcome = runner.run(&Document::new(json!({"subject": {}})).unwrap());
        let verdict = super::super::verdict::Verdict::of(outcome.clone());
        assert_eq!(verdict.status, Status::Unknown, "{body}: {outcome:?}");
    }
}

/// One engine judges all subjects of a check: nothing of the last may stay for the next.
#[test]
fn each_subject_is_judged_for_itself_and_in_order() {
    let named = |name: &str, status: &str| {
        let mut fact = cluster(status, Vec::new());
        fact.subject.arn.push_str(name);
        fact
    };
    let facts = Facts {
        global_clusters: vec![named("c", "fail"), named("a", "pass"), named("d", "nonsense"), named("b", "pass")],
        ..Facts::default()
    };
    let found: Vec<(String, &str)> = judge("each", &facts)
        .into_iter()
        .map(|f| (f.subject.arn.chars().last().unwrap().to_string(), f.status.as_str()))
        .collect();
    let want = [("a", "pass"), ("b", "pass"), ("c", "fail"), ("d", "unknown")];
    assert_eq!(found, want.map(|(name, status)| (name.to_owned(), status)));
}

#[test]
fn nothing_to_judge_gives_no_finding() {
    assert_eq!(judge("each", &Facts::default()), []);
}

#[test]
fn a_selection_takes_what_it_names() {
    let library = Library::load(&[]).unwrap();
    let count = |selection: &Selection| library.checks().iter().filter(|check| selection.takes(check)).count();
    assert_eq!(count(&Selection::default()), library.checks().len());
    let scp = Selection { layers: vec![Layer::Scp], ..Selection::default() };
    assert_eq!(count(&scp), 3);
    let none = Selection { layers: vec![Layer::Scp], severities: vec![Severity::Low], ..Selection::default() };
    assert_eq!(count(&none), 0);
    let one = Selection { checks: vec!["state-locked".into()], ..Selection::default() };
    assert_eq!(count(&one), 1);
}

/// Nested loops over a long list are stopped, and what they were to judge is unknown.
#[test]
fn a_check_without_end_is_stopped() {
    let module = Module {
        file: "x.rego".into(),
        text: "package p\nxs := input.subject.xs\nverdict := count([1 | some a in xs; some b in xs; some c in xs; some d in xs; a + b + c + d == -1])".into(),
    };
    let (program, _) = rego::compile(&[], &module, "p").unwrap();
    let data = Document::new(json!({})).unwrap();
    let mut runner = Runner::new(&program.limited_to(std::time::Duration::from_millis(50)), &data).unwrap();
    let subject: Vec<u32> = (0..2000).collect();
    let outcome = runner.run(&Document::new(json!({ "subject": { "xs": subject } })).unwrap());
    assert!(matches!(&outcome, Outcome::Error(error) if error.contains("time limit")), "{outcome:?}");
}
