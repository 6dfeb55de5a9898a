use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::model::diff::LayerMovement;
use crate::model::finding::{Layer, Severity, SubjectSummary};
use crate::model::history::ScanScope;
use crate::model::posture::{AccountSummary, Score};
use crate::model::waiver::Waived;
use crate::posture;

const A: &str = "111122223333";

fn finding(check: &str, name: &str, status: Status) -> Finding {
    Finding {
        check: check.to_owned(),
        layer: Layer::Deletion,
        severity: Severity::High,
        status,
        account: Some(A.parse().unwrap()),
        region: Some("eu-central-1".parse().unwrap()),
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:eu-central-1:{A}:db:{name}"),
            name: name.to_owned(),
            environment: None,
            class: None,
        },
        message: format!("{name} is {status}"),
        evidence: Vec::new(),
        waived: None,
    }
}

fn waived(mut finding: Finding) -> Finding {
    finding.waived = Some(Waived {
        reason: "moves out".to_owned(),
        owner: "data@example.com".to_owned(),
        ticket: None,
        expires: "2026-05-31".parse().unwrap(),
        approved_by: None,
    });
    finding
}

/// The verdict that stands for subjects of an account which could not all be listed.
fn unlisted(check: &str) -> Finding {
    let mut finding = finding(check, "account", Status::Unknown);
    finding.region = None;
    finding.subject.kind = "account".to_owned();
    finding.subject.arn = format!("arn:aws:iam::{A}:root");
    finding
}

fn side(name: &str, findings: Vec<Finding>) -> Compared<'static> {
    let layers = posture::layers(&findings);
    Compared {
        name: name.to_owned(),
        taken_at: "2026-03-14T05:00:00Z".parse().unwrap(),
        tool: "palisade 0.1.0".to_owned(),
        scope: ScanScope::default(),
        complete: Some(true),
        score: posture::overall(&layers),
        layers,
        accounts: vec![AccountSummary {
            id: A.parse().unwrap(),
            name: Some("shop".to_owned()),
            state: None,
            environment: None,
            scanned: true,
        }],
        checks: vec!["a".to_owned(), "b".to_owned()],
        statuses: Status::ALL.to_vec(),
        findings: Cow::Owned(findings),
    }
}

fn diff(old: Vec<Finding>, new: Vec<Finding>) -> Diff {
    compare(&side("old", old), &side("new", new))
}

/// Which list the one verdict of each side lands in.
fn lands(old: Option<Finding>, new: Option<Finding>) -> Vec<&'static str> {
    lists(&diff(old.into_iter().collect(), new.into_iter().collect()))
}

fn lists(diff: &Diff) -> Vec<&'static str> {
    let all = [
        ("new", &diff.regressions),
        ("unwaived", &diff.unwaived),
        ("now_unknown", &diff.now_unknown),
        ("fixed", &diff.fixed),
        ("waived", &diff.waived),
        ("changed", &diff.changed),
        ("gone", &diff.gone),
        ("not_told", &diff.not_told),
    ];
    all.iter().flat_map(|(name, list)| std::iter::repeat_n(*name, list.len())).collect()
}

#[test]
fn every_way_of_a_verdict_has_one_list() {
    use Status::{Fail, NotApplicable as Na, Pass, Unknown};
    let plain = |status| Some(finding("a", "db", status));
    let accepted = |status| Some(waived(finding("a", "db", status)));
    let none = None;
    let cases = [
        // It did not fail, and does.
        (plain(Pass), plain(Fail), "new"),
        (plain(Unknown), plain(Fail), "new"),
        (plain(Na), plain(Fail), "new"),
        (none.clone(), plain(Fail), "new"),
        // Nobody knows any more.
        (plain(Pass), plain(Unknown), "now_unknown"),
        (plain(Fail), plain(Unknown), "now_unknown"),
        (plain(Na), plain(Unknown), "now_unknown"),
        (none.clone(), plain(Unknown), "now_unknown"),
        // Only a pass is a fix.
        (plain(Fail), plain(Pass), "fixed"),
        (accepted(Fail), plain(Pass), "fixed"),
        (plain(Fail), plain(Na), "changed"),
        (plain(Unknown), plain(Pass), "changed"),
        (accepted(Unknown), plain(Pass), "changed"),
        (plain(Pass), plain(Na), "changed"),
        // What is waived is not fixed, whatever it was.
        (plain(Fail), accepted(Fail), "waived"),
        (plain(Unknown), accepted(Unknown), "waived"),
        (plain(Pass), accepted(Fail), "waived"),
        (none.clone(), accepted(Fail), "waived"),
        (accepted(Fail), plain(Fail), "unwaived"),
        (accepted(Fail), plain(Unknown), "unwaived"),
        (accepted(Unknown), plain(Fail), "unwaived"),
        (accepted(Fail), accepted(Unknown), "changed"),
        // What is not judged is not fixed.
        (plain(Fail), none.clone(), "gone"),
        (plain(Unknown), none.clone(), "gone"),
        (accepted(Fail), none.clone(), "gone"),
    ];
    for (old, new, list) in cases {
        let shown = format!("{old:?} {new:?}");
        assert_eq!(lands(old, new), [list], "{shown}");
    }
    let quiet = [
        (plain(Pass), plain(Pass)),
        (plain(Fail), plain(Fail)),
        (plain(Unknown), plain(Unknown)),
        (accepted(Fail), accepted(Fail)),
        (plain(Pass), none.clone()),
        (none.clone(), plain(Pass)),
        (none, plain(Na)),
    ];
    for (old, new) in quiet {
        assert_eq!(lands(old, new), [""; 0]);
    }
}

#[test]
fn a_finding_is_the_same_by_check_account_region_and_arn() {
    let was = finding("a", "db", Status::Fail);
    let mut renamed = was.clone();
    renamed.subject.name = "another name".to_owned();
    assert_eq!(lands(Some(was.clone()), Some(renamed)), [""; 0]);
    let mut moved = was.clone();
    moved.region = Some("eu-west-1".parse().unwrap());
    assert_eq!(lands(Some(was.clone()), Some(moved)), ["new", "gone"]);
    // Two verdicts that share all of it stay two.
    let twice = vec![was.clone(), was.clone()];
    let told = diff(twice.clone(), vec![was]);
    assert_eq!((lists(&told), told.counts.unchanged), (vec!["gone"], 1));
    assert_eq!(diff(twice.clone(), twice).counts.still_failing, 2);
}

#[test]
fn another_reason_is_a_change_and_another_age_is_none() {
    let of = |message: &str| {
        let mut finding = finding("a", "db", Status::Fail);
        finding.message = message.to_owned();
        Some(finding)
    };
    assert_eq!(lands(of("held for 312 hours"), of("held for 336 hours")), [""; 0]);
    assert_eq!(lands(of("alice can delete it"), of("bob can delete it")), ["changed"]);
    let mut graver = finding("a", "db", Status::Fail);
    graver.severity = Severity::Critical;
    let told = diff(vec![finding("a", "db", Status::Fail)], vec![graver]);
    assert_eq!((lists(&told), told.changed[0].severity), (vec!["changed"], Severity::Critical));
}

#[test]
fn why_a_verdict_is_not_there_is_told() {
    let why = |new: Vec<Finding>, change: &dyn Fn(&mut Compared<'_>)| {
        let old = side("old", vec![finding("a", "db", Status::Fail), finding("a", "fine", Status::Pass)]);
        let mut new = side("new", new);
        change(&mut new);
        let told = compare(&old, &new);
        assert!(told.fixed.is_empty());
        assert_eq!(told.subjects_gone.len(), 2, "the one that passed too");
        assert!(told.subjects_gone.iter().all(|subject| subject.gone == told.gone[0].gone));
        told.gone[0].gone.unwrap()
    };
    assert_eq!(why(vec![], &|_| {}), Gone::SubjectGone);
    assert_eq!(why(vec![], &|new| new.checks = vec!["b".to_owned()]), Gone::CheckNotRun);
    assert_eq!(why(vec![], &|new| new.accounts[0].scanned = false), Gone::AccountNotRead);
    assert_eq!(why(vec![], &|new| new.accounts.clear()), Gone::AccountNotRead);
    assert_eq!(why(vec![unlisted("a")], &|_| {}), Gone::MayBeHidden);
    assert_eq!(why(vec![unlisted("b")], &|_| {}), Gone::SubjectGone, "another check's trouble");
}

#[test]
fn a_list_that_failed_is_an_unknown_and_hides_what_it_held() {
    let old = vec![finding("a", "one", Status::Pass), finding("a", "two", Status::Fail)];
    let told = diff(old, vec![unlisted("a")]);
    assert_eq!(lists(&told), ["now_unknown", "gone"]);
    assert_eq!(told.subjects_gone.len(), 2);
    assert!(told.subjects_gone.iter().all(|subject| subject.gone == Some(Gone::MayBeHidden)));
}

#[test]
fn a_report_of_some_statuses_tells_only_what_it_can() {
    use Status::{Fail, Pass, Unknown};
    let fails = |name: &str, findings: Vec<Finding>| {
        let mut side = side(name, findings);
        side.statuses = vec![Fail];
        side.findings.to_mut().retain(|finding| finding.status == Fail);
        side
    };
    let one = |status| vec![finding("a", "db", status)];
    // Not among the fails now: fixed, unknown, gone – nobody can tell.
    let told = compare(&side("old", one(Fail)), &fails("new", one(Pass)));
    assert_eq!((lists(&told), told.subjects_gone.len()), (vec!["not_told"], 0));
    assert_eq!(told.layers[2].moved_by, None);
    assert!(told.notes[0].starts_with("new holds only findings that are fail: "), "{:?}", told.notes);
    // Not among the fails before, and fails now: new, whatever it was.
    assert_eq!(lists(&compare(&fails("old", one(Pass)), &side("new", one(Fail)))), ["new"]);
    // Unknown now; whether it was so before, the report does not tell.
    assert_eq!(lists(&compare(&fails("old", one(Unknown)), &side("new", one(Unknown)))), ["not_told"]);
    assert_eq!(lists(&compare(&fails("old", one(Fail)), &side("new", one(Pass)))), ["fixed"]);
}

#[test]
fn what_stands_in_the_way_of_a_comparison_is_noted() {
    let (mut old, mut new) = (side("old", vec![]), side("new", vec![]));
    assert_eq!(compare(&old, &new).notes, [""; 0]);
    new.scope.regions = vec!["eu-west-1".parse().unwrap()];
    new.tool = "palisade 0.2.0".to_owned();
    new.checks.push("c".to_owned());
    new.complete = Some(false);
    old.taken_at = "2026-03-15T05:00:00Z".parse().unwrap();
    insta::assert_snapshot!(compare(&old, &new).notes.join("\n"), @r"
    The two scans are not about the same: old is about no organization and no account, without the content of states; new is about no organization and no account, regions eu-west-1, without the content of states.
    old was taken after new: the order is the one that was asked for.
    new is not complete: some of what it did not read a further try might have read.
    Only new ran c.
    old was judged by palisade 0.1.0, new by palisade 0.2.0.
    ");
}

fn deletion(diff: &Diff) -> &LayerMovement {
    &diff.layers[2]
}

#[test]
fn what_moved_a_score_adds_up() {
    use Status::{Fail, Pass, Unknown};
    let old = vec![finding("a", "1", Pass), finding("a", "2", Pass), finding("b", "1", Fail)];
    let mut critical = finding("c", "1", Fail);
    critical.severity = Severity::Critical;
    let new = vec![finding("a", "1", Pass), finding("a", "2", Fail), finding("b", "1", Unknown), critical];
    let told = diff(old, new);
    let layer = deletion(&told);
    let movers = layer.moved_by.as_ref().unwrap();
    let told: Vec<_> = movers.iter().map(|m| (m.check.as_str(), m.low.unwrap(), m.high.unwrap())).collect();
    // (a 1, b 0) is 50; with the critical c failing (4 + 0 + 0) ÷ 16 = 25; then a at ½ takes 12.5, and b's unknown gives 25.
    assert_eq!(told, [("c", -25.0, -25.0), ("a", -12.5, -12.5), ("b", 0.0, 25.0)]);
    assert_eq!((layer.old, layer.new), (Some(Score { low: 50.0, high: 50.0 }), Some(Score { low: 12.5, high: 37.5 })));
    assert_eq!(movers[0].old, None);
    assert_eq!(movers[1].new.unwrap().failed, 1);
}

#[test]
fn a_waiver_moves_a_score_and_says_so() {
    let old = vec![finding("a", "1", Status::Fail), finding("b", "1", Status::Pass)];
    let new = vec![waived(finding("a", "1", Status::Fail)), finding("b", "1", Status::Pass)];
    let told = diff(old, new);
    let mover = &deletion(&told).moved_by.as_ref().unwrap()[0];
    assert_eq!((mover.low, mover.new.unwrap().waived, mover.new.unwrap().passed), (Some(50.0), 1, 0));
    assert_eq!(lists(&told), ["waived"]);
}

fn any_finding() -> impl Strategy<Value = Finding> {
    (0..3_usize, 0..4_usize, 0..4_usize, 0..4_usize, 0..4_usize, 0..4_u8).prop_map(
        |(layer, severity, status, check, name, w)| {
            let mut one = finding(&format!("check-{check}"), &format!("db-{name}"), Status::ALL[status]);
            one.layer = Layer::ALL[layer];
            one.severity = Severity::ALL[severity];
            let may = matches!(one.status, Status::Fail | Status::Unknown);
            if w == 0 && may { waived(one) } else { one }
        },
    )
}

fn any_side(name: &'static str) -> impl Strategy<Value = Compared<'static>> {
    prop::collection::vec(any_finding(), 0..30).prop_map(move |findings| side(name, findings))
}

proptest! {
    #[test]
    fn a_scan_does_not_differ_from_itself(one in any_side("x")) {
        let told = compare(&one, &one);
        prop_assert_eq!(lists(&told), [""; 0]);
        prop_assert_eq!(told.counts.unchanged, one.findings.len());
        prop_assert!(told.layers.iter().all(|layer| layer.moved_by.as_ref().unwrap().is_empty()));
    }

    #[test]
    fn movers_lead_from_the_old_score_to_the_new(old in any_side("old"), new in any_side("new")) {
        for layer in compare(&old, &new).layers {
            let movers = layer.moved_by.unwrap();
            if let (Some(before), Some(after)) = (layer.old, layer.new)
                && movers.iter().all(|mover| mover.low.is_some())
            {
                let low: f64 = movers.iter().filter_map(|mover| mover.low).sum();
                let high: f64 = movers.iter().filter_map(|mover| mover.high).sum();
                prop_assert!((before.low + low - after.low).abs() < 1e-6, "{before:?} {after:?} {movers:?}");
                prop_assert!((before.high + high - after.high).abs() < 1e-6, "{before:?} {after:?} {movers:?}");
            }
        }
    }

    /// Every verdict that fails or is unknown in either scan is in a list or as before: nothing gets lost.
    #[test]
    fn nothing_that_matters_is_lost(old in any_side("old"), new in any_side("new")) {
        let told = compare(&old, &new);
        let bad = |side: &Compared<'_>| side.findings.iter().filter(|finding| matters(finding)).count();
        let (listed, c) = (lists(&told).len(), told.counts);
        prop_assert!(listed + c.unchanged >= bad(&old).max(bad(&new)));
        let failing = new.findings.iter().filter(|finding| finding.fails()).count();
        let now = |list: &[Change]| {
            let fails = |change: &&Change| change.is.as_ref().is_some_and(|is| is.status == Status::Fail && is.waived.is_none());
            list.iter().filter(fails).count()
        };
        prop_assert_eq!(now(&told.regressions) + now(&told.unwaived) + now(&told.changed) + c.still_failing, failing);
        prop_assert!(told.fixed.iter().all(|change| change.is.as_ref().unwrap().status == Status::Pass));
    }

    /// A regression in one direction is none in the other.
    #[test]
    fn what_is_fixed_one_way_is_new_the_other(old in any_side("old"), new in any_side("new")) {
        let (there, back) = (compare(&old, &new), compare(&new, &old));
        let fixed: Vec<_> = there.fixed.iter().filter(|c| c.was.as_ref().unwrap().waived.is_none()).map(|c| (&c.check, &c.subject)).collect();
        for one in fixed {
            prop_assert!(back.regressions.iter().any(|c| (&c.check, &c.subject) == one));
        }
    }
}
