//! The bundled organizations: each one's verdicts are its story.

use std::collections::BTreeMap;

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo::Organization;
use palisade::model::finding::{Finding, Status};
use palisade::model::gap::GapKind;
use palisade::model::posture::Posture;
use palisade::model::settings::Settings;

fn judged(organization: Organization) -> Posture {
    let library = Library::load(&[]).unwrap();
    // What no API shows, the owner says: that people sign in with MFA, and which roles deploy.
    let mut settings = Settings::default();
    settings.identity_center.mfa_enforced = true;
    settings.identity_center.attested_by = Some("the owner".to_owned());
    settings.identity_center.attested_on = Some("2026-02-01".parse().unwrap());
    settings.deployment.principals = vec!["arn:aws:iam::*:role/terraform".to_owned()];
    assess(&organization.inventory(), &settings, &library, &Selection::default())
}

/// Failures and unknowns of an account.
fn raised(posture: &Posture, account: &str) -> Vec<String> {
    let of = posture.findings.iter().filter(|f| f.account.as_ref().is_some_and(|id| id.as_str() == account));
    let raised = of.filter(|f| matches!(f.status, Status::Fail | Status::Unknown));
    raised.map(|f| format!("{} {} of {}: {}", f.status, f.check, f.subject.name, f.message)).collect()
}

fn of<'a>(posture: &'a Posture, check: &str, account: &str, name: &str) -> &'a Finding {
    let here = |f: &&Finding| f.check == check && f.account.as_ref().is_some_and(|id| id.as_str() == account);
    let found = posture.findings.iter().filter(here).find(|f| f.subject.name == name);
    found.unwrap_or_else(|| panic!("{check} says nothing of {name}"))
}

#[test]
fn everything_that_can_be_judged_of_the_well_kept_one_passes() {
    let posture = judged(Organization::WellKept);
    let wrong: Vec<_> =
        posture.findings.iter().filter(|f| matches!(f.status, Status::Fail | Status::Unknown)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let score = posture.score.unwrap();
    assert_eq!((score.low, score.high), (100.0, 100.0));
    assert!(posture.layers.iter().all(|layer| layer.counts.passed > 0), "{:#?}", posture.layers);
}

/// What the owner published mends what the incident showed, of production and of the second site alike.
#[test]
fn after_the_fixes_the_incidents_accounts_hold() {
    let posture = judged(Organization::IncidentAfter);
    for account in ["555555555555", "565656565656", "999999999999"] {
        assert_eq!(raised(&posture, account), Vec::<String>::new(), "account {account}");
    }
    for (check, name) in [
        ("deletion-rds-instance-protected", "courses-prod"),
        ("deletion-rds-survives-delete", "courses-prod"),
        ("deletion-s3-versioned", "courses-homework-uploads"),
        ("separation-environments-apart", "courses"),
        ("separation-root-credentials-absent", "courses"),
        ("backup-covered", "courses-prod"),
        ("backup-cross-account-copy-fresh", "courses-prod"),
        ("backup-restore-tested", "courses-prod"),
        ("backup-covered", "courses-progress"),
        ("state-claims-every-database", "courses-prod"),
        ("state-claims-every-database", "courses-homework-uploads"),
    ] {
        assert_eq!(of(&posture, check, "555555555555", name).status, Status::Pass, "{check} of {name}");
    }
    for vault in ["courses-copies", "community-copies"] {
        assert_eq!(of(&posture, "backup-copy-immutable", "888888888888", vault).status, Status::Pass, "{vault}");
    }
    let (before, after) = (judged(Organization::Incident).score.unwrap(), posture.score.unwrap());
    assert!(after.low >= before.low && after.high >= before.high, "{before:?} {after:?}");
}

/// The landing zone is in order and quiet; the workload has nothing that would stop a destroy; most regions are closed to
/// the auditor.
#[test]
fn a_fresh_landing_zone_protects_no_data_by_itself() {
    let posture = judged(Organization::ControlTowerDefault);
    for (check, name) in [
        ("deletion-rds-instance-protected", "webshop"),
        ("deletion-rds-survives-delete", "webshop"),
        ("deletion-dynamodb-protected", "webshop-carts"),
        ("deletion-s3-versioned", "webshop-production-images"),
        ("state-claims-every-database", "webshop"),
        ("backup-covered", "webshop"),
    ] {
        let status = of(&posture, check, "246824682468", name).status;
        assert!(matches!(status, Status::Fail | Status::Unknown), "{check} of {name}: {status}");
    }
    assert_eq!(of(&posture, "deletion-rds-instance-protected", "246824682468", "webshop").status, Status::Fail);
    assert_eq!(raised(&posture, "111111111111"), Vec::<String>::new());
    let fails = |account: &str| {
        let raised = raised(&posture, account);
        raised.into_iter().filter(|text| text.starts_with("fail")).collect::<Vec<_>>()
    };
    assert_eq!(fails("222222222222"), Vec::<String>::new());
    assert_eq!(fails("333333333333"), Vec::<String>::new());
    let closed = posture.gaps.iter().filter(|placed| placed.gap.kind == GapKind::RegionDenied).count();
    assert_eq!(closed, 3 * 15);
}

#[test]
fn a_single_account_is_judged_without_an_organization() {
    let inventory = Organization::SingleAccount.inventory();
    assert_eq!(inventory.accounts[0].parts().unwrap().session, inventory.caller.arn);
    let posture = judged(Organization::SingleAccount);
    let account = "123456789012";
    let member = posture.findings.iter().find(|f| f.check == "separation-organization-member").unwrap();
    assert_eq!(member.status, Status::Fail, "{member:?}");
    for (check, name, want) in [
        ("deletion-rds-instance-protected", "shop", Status::Pass),
        ("deletion-rds-survives-delete", "shop", Status::Fail),
        ("deletion-dynamodb-protected", "orders", Status::Pass),
        ("deletion-s3-versioned", "smallshop-images", Status::Pass),
        ("state-bucket-versioned", "smallshop-terraform-state", Status::Fail),
        ("state-claims-every-database", "shop", Status::Pass),
        ("backup-covered", "shop", Status::Fail),
    ] {
        assert_eq!(of(&posture, check, account, name).status, want, "{check} of {name}");
    }
    assert!(posture.gaps.is_empty(), "{:?}", posture.gaps);
}

/// The figures that the documentation may quote; printed with `--nocapture`.
#[test]
fn every_bundled_organization_is_told_by_its_figures() {
    for organization in Organization::ALL {
        let posture = judged(organization);
        let mut counts: BTreeMap<Status, usize> = BTreeMap::new();
        posture.findings.iter().for_each(|finding| *counts.entry(finding.status).or_default() += 1);
        let layers: Vec<String> = posture
            .layers
            .iter()
            .map(|layer| {
                let score = layer.score.map_or("-".to_owned(), |score| format!("{}..{}", score.low, score.high));
                format!("{} {score}", layer.id)
            })
            .collect();
        let score = posture.score.map(|score| (score.low, score.high));
        println!("{organization}: {score:?} {counts:?} {}", layers.join(", "));
        assert!(counts.get(&Status::Pass).is_some_and(|passed| *passed > 5), "{organization}: {counts:?}");
        assert_eq!(organization.inventory(), organization.inventory(), "{organization} differs from call to call");
    }
}
