use super::*;
use crate::demo;
use crate::model::finding::{Layer, SubjectSummary};

const NOW: &str = "2026-03-14T05:00:00Z";

fn finding(check: &str, severity: Severity, status: Status, account: &str, arn: &str) -> Finding {
    Finding {
        check: check.to_owned(),
        layer: Layer::Deletion,
        severity,
        status,
        account: account.parse().ok(),
        region: None,
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: arn.to_owned(),
            name: "a".to_owned(),
            environment: None,
            class: None,
        },
        message: String::new(),
        evidence: Vec::new(),
        waived: None,
    }
}

fn waiver(check: &str, expires: &str) -> Waiver {
    Waiver {
        check: check.to_owned(),
        account: None,
        organizational_unit: None,
        arn: Some("*".to_owned()),
        reason: "moved in Q2".to_owned(),
        owner: "data platform".to_owned(),
        ticket: Some("DATA-7".to_owned()),
        expires: Expiry::from(expires.to_owned()),
        approved_by: None,
        approved_on: None,
        long_lived: false,
    }
}

fn applied(findings: &mut [Finding], waivers: &[Waiver]) -> Vec<(WaiverStanding, usize)> {
    let used = apply(findings, waivers, None, NOW.parse().unwrap());
    used.into_iter().map(|one| (one.standing, one.findings)).collect()
}

fn one(severity: Severity, status: Status) -> Finding {
    finding("deletion-rds-protected", severity, status, "111122223333", "arn:aws:rds:eu-central-1:111122223333:db:a")
}

#[test]
fn a_waiver_counts_to_the_end_of_its_last_day() {
    for (expires, standing) in [
        ("2026-03-13", WaiverStanding::Expired),
        ("2026-03-14", WaiverStanding::ExpiresSoon),
        ("2026-03-28", WaiverStanding::ExpiresSoon),
        ("2026-03-29", WaiverStanding::Applied),
        ("soon", WaiverStanding::Malformed),
        ("", WaiverStanding::Malformed),
        ("2026-02-30", WaiverStanding::Malformed),
        ("2026-12-31T00:00:00", WaiverStanding::Malformed),
    ] {
        let mut findings = [one(Severity::High, Status::Fail)];
        assert_eq!(applied(&mut findings, &[waiver("deletion-*", expires)]), [(standing, 1)], "{expires}");
        let counts = matches!(standing, WaiverStanding::Applied | WaiverStanding::ExpiresSoon);
        assert_eq!(findings[0].waived.is_some(), counts, "{expires}");
    }
}

#[test]
fn only_what_fails_or_is_unknown_is_waived_and_its_status_stays() {
    let mut findings = Status::ALL.iter().map(|status| one(Severity::High, *status)).collect::<Vec<_>>();
    assert_eq!(
        applied(&mut findings, &[waiver("deletion-rds-protected", "2026-05-01")]),
        [(WaiverStanding::Applied, 2)]
    );
    let waived: Vec<Status> = findings.iter().filter(|f| f.waived.is_some()).map(|f| f.status).collect();
    assert_eq!(waived, [Status::Fail, Status::Unknown]);
    let mut passes = [one(Severity::High, Status::Pass)];
    assert_eq!(applied(&mut passes, &[waiver("deletion-*", "2026-05-01")]), [(WaiverStanding::Unused, 0)]);
}

#[test]
fn a_critical_one_over_ninety_days_has_to_say_that_it_lives_long() {
    let long = waiver("deletion-*", "2026-06-13");
    let mut findings = [one(Severity::Critical, Status::Fail), one(Severity::High, Status::Fail)];
    assert_eq!(applied(&mut findings, std::slice::from_ref(&long)), [(WaiverStanding::Refused, 1)]);
    assert!(findings[0].waived.is_none() && findings[1].waived.is_some());

    let mut findings = [one(Severity::Critical, Status::Fail)];
    let within = waiver("deletion-*", "2026-06-12");
    assert_eq!(applied(&mut findings, std::slice::from_ref(&within)), [(WaiverStanding::Applied, 1)]);
    // Once the rest is short enough it would pass: what counts is when it was approved.
    let approved = Waiver { approved_on: "2026-03-13".parse().ok(), ..within.clone() };
    let mut findings = [one(Severity::Critical, Status::Fail)];
    assert_eq!(applied(&mut findings, &[approved]), [(WaiverStanding::Refused, 0)]);
    let ahead = Waiver { approved_on: "2026-06-01".parse().ok(), ..long.clone() };
    let mut findings = [one(Severity::Critical, Status::Fail)];
    assert_eq!(applied(&mut findings, &[ahead]), [(WaiverStanding::Refused, 0)]);
    let mut findings = [one(Severity::Critical, Status::Fail)];
    assert_eq!(applied(&mut findings, &[Waiver { long_lived: true, ..long }]), [(WaiverStanding::Applied, 1)]);
}

#[test]
fn account_and_arn_narrow_together_and_the_first_that_may_does() {
    let other = finding("deletion-rds-protected", Severity::High, Status::Fail, "444455556666", "arn:aws:rds:x");
    let mut findings = [one(Severity::High, Status::Fail), other];
    let narrow = Waiver { account: "111122223333".parse().ok(), arn: None, ..waiver("deletion-*", "2026-05-01") };
    let arn = Waiver { arn: Some("arn:aws:rds:*:db:a".to_owned()), ..waiver("deletion-*", "2026-05-01") };
    let both = Waiver { account: "444455556666".parse().ok(), ..arn.clone() };
    let expired = waiver("*", "2026-01-01");
    let told = applied(&mut findings, &[expired, narrow, arn, both]);
    let counts = [
        (WaiverStanding::Expired, 2),
        (WaiverStanding::Applied, 1),
        (WaiverStanding::Unused, 0),
        (WaiverStanding::Unused, 0),
    ];
    assert_eq!(told, counts);
    assert!(findings[0].waived.is_some() && findings[1].waived.is_none());
}

#[test]
fn a_unit_takes_the_accounts_below_it_and_nothing_whose_place_is_unread() {
    let mut inventory = demo::incident();
    let organization = inventory.organization.as_mut().unwrap();
    let unit = organization.units.items().iter().find(|unit| unit.parent.starts_with("ou-")).cloned();
    let (child, parent) = match &unit {
        Some(unit) => (unit.id.clone(), unit.parent.clone()),
        None => {
            let unit = organization.units.items()[0].clone();
            (unit.id, unit.parent)
        }
    };
    let account = organization
        .accounts
        .items()
        .iter()
        .find(|account| account.parent.value().is_some_and(|at| *at == child))
        .unwrap()
        .id
        .clone();
    for (above, covered) in [(child.as_str(), 1), (parent.as_str(), 1), ("ou-none-00000000", 0)] {
        let waiver =
            Waiver { organizational_unit: Some(above.to_owned()), arn: None, ..waiver("deletion-*", "2026-05-01") };
        let mut findings = [finding("deletion-x", Severity::High, Status::Fail, account.as_str(), "arn:aws:rds:x")];
        let used = apply(&mut findings, &[waiver], inventory.organization.as_ref(), NOW.parse().unwrap());
        assert_eq!(used[0].findings, covered, "{above}");
    }
    let waiver = Waiver { organizational_unit: Some(child), arn: None, ..waiver("deletion-*", "2026-05-01") };
    let mut findings = [finding("deletion-x", Severity::High, Status::Fail, account.as_str(), "arn:aws:rds:x")];
    assert_eq!(apply(&mut findings, &[waiver], None, NOW.parse().unwrap())[0].findings, 0);
}
