//! The bundled organizations: each one's verdicts are its story.

use std::collections::BTreeMap;

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo::Organization;
use palisade::model::finding::{Finding, Status};
use palisade::model::gap::{Answer, GapKind};
use palisade::model::posture::Posture;

use crate::support::owners;

fn judged(organization: Organization) -> Posture {
    let library = Library::load(&[]).unwrap();
    assess(&organization.inventory(), &owners(), &library, &Selection::default())
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

/// Accounts of one unit are proved once, and each has its own door: a role that a guard exempts and that nobody has made
/// yet is made in any of them, wherever the proof was found.
#[test]
fn an_exempt_role_can_be_made_in_every_account_of_a_unit() {
    let mut inventory = Organization::Incident.inventory();
    let scps = inventory.organization.as_mut().unwrap().scps.value_mut().unwrap();
    let guards = scps.iter_mut().find(|policy| policy.name == "protect-guards").unwrap();
    let mut document: serde_json::Value = serde_json::from_str(guards.document.value().unwrap()).unwrap();
    document["Statement"].as_array_mut().unwrap().retain(|statement| statement["Sid"] != "ProtectExempt");
    guards.document = Answer::Value(document.to_string());
    let unit = ["222222222222", "333333333333", "444444444444"];
    for account in &mut inventory.accounts {
        if let (true, Answer::Value(parts)) = (unit.contains(&account.id.as_str()), &mut account.parts) {
            let details = parts.iam.authorization_details.value_mut().unwrap();
            let exempt = ["AWSControlTowerExecution", "BreakGlass", "stacksets-exec-"];
            details.roles.retain(|role| !exempt.iter().any(|name| role.name.starts_with(name)));
        }
    }
    let library = Library::load(&[]).unwrap();
    let posture = assess(&inventory, &owners(), &library, &Selection::default());
    for (account, name) in unit.iter().zip(["Log Archive", "Audit", "Security Tooling"]) {
        let finding = of(&posture, "scp-exemptions-not-impersonable", account, name);
        let made = format!("creates role/AWSControlTowerExecution of account {account}");
        assert!(finding.status == Status::Fail && finding.message.contains(&made), "{name}: {}", finding.message);
        // Whom a finding names is of the account that it judges.
        let declared = of(&posture, "scp-exemptions-declared", account, name);
        let others = unit.iter().filter(|other| *other != account);
        for other in others {
            assert!(!declared.message.contains(&format!("::{other}:")), "{name}: {}", declared.message);
        }
    }
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
    // Its own controls keep what it made itself; of the guards that checks ask for, they close next to nothing.
    let fails = |account: &str| {
        let raised = raised(&posture, account);
        raised.into_iter().filter(|text| text.starts_with("fail") && !text.contains(" scp-")).collect::<Vec<_>>()
    };
    for check in ["scp-data-destruction-denied", "scp-backup-destruction-denied", "scp-protection-weakening-denied"] {
        assert_eq!(of(&posture, check, "246824682468", "webshop-production rds").status, Status::Fail, "{check}");
    }
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
