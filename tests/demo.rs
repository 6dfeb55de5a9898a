//! What the demo shows: the incident's account fails where it failed, the account set up well holds, and the ordinary
//! accounts around them are quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo::{self, build};
use palisade::model::finding::{Finding, Status};
use palisade::model::gap::{Answer, GapKind};
use palisade::model::settings::Settings;

use crate::support::owners;

const COURSES: &str = "555555555555";
const LEDGER: &str = "666666666666";

fn findings() -> &'static [Finding] {
    static FINDINGS: OnceLock<Vec<Finding>> = OnceLock::new();
    FINDINGS.get_or_init(|| {
        let library = Library::load(&[]).unwrap();
        assess(&demo::incident(), &owners(), &library, &Selection::default()).findings
    })
}

fn of(account: &str) -> impl Iterator<Item = &'static Finding> {
    findings().iter().filter(move |f| f.account.as_ref().is_some_and(|id| id.as_str() == account))
}

/// The verdict of a check on the subject of this name.
#[track_caller]
fn verdict(check: &str, account: &str, name: &str) -> Status {
    let found: Vec<_> = of(account).filter(|f| f.check == check && f.subject.name == name).collect();
    assert_eq!(found.len(), 1, "{check} gives {} verdicts on {name} in {account}", found.len());
    found[0].status
}

#[test]
fn the_account_of_the_incident_fails_where_it_failed() {
    use Status::{Fail, NotApplicable, Pass};
    let mut wrong = Vec::new();
    for (check, name, want) in [
        // One destroy took the instance, and its automated snapshots with it.
        ("deletion-rds-instance-protected", "courses-prod", Fail),
        ("deletion-rds-survives-delete", "courses-prod", Fail),
        ("deletion-rds-backups-retained", "courses-prod", Pass),
        ("deletion-rds-instance-protected", "courses-prod-reports", Fail),
        ("deletion-rds-backups-retained", "courses-prod-reports", NotApplicable),
        ("deletion-rds-backups-retained", "community-site", Fail),
        ("deletion-dynamodb-protected", "courses-progress", Fail),
        ("deletion-dynamodb-recoverable", "courses-progress", Fail),
        ("deletion-s3-versioned", "courses-homework-uploads", Fail),
        ("deletion-s3-versioned", "cdk-hnb659fds-assets-555555555555-eu-central-1", NotApplicable),
        ("deletion-buckets-classified", "courses", Fail),
        // Production and a second site in one account.
        ("separation-environments-apart", "courses", Fail),
        ("separation-root-credentials-absent", "courses", Fail),
        ("separation-organization-member", "courses", Pass),
        // No backup but RDS's own.
        ("backup-covered", "courses-prod", Fail),
        ("backup-cross-account-copy-fresh", "courses-prod", Fail),
        ("backup-cross-region-copy", "courses-prod", Fail),
        ("backup-restore-tested", "courses-prod", Fail),
        ("backup-covered", "courses-progress", Fail),
        // The state was on a laptop.
        ("state-claims-every-database", "courses-prod", Fail),
    ] {
        let got = verdict(check, COURSES, name);
        if got != want {
            wrong.push(format!("{check} of {name}: {got:?}, wanted {want:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_account_set_up_well_holds() {
    let mut wrong: Vec<String> = of(LEDGER)
        .filter(|f| matches!(f.status, Status::Fail | Status::Unknown))
        .map(|f| format!("{} of {}: {:?}: {}", f.check, f.subject.name, f.status, f.message))
        .collect();
    for (check, name) in [
        ("deletion-rds-instance-protected", "ledger-reporting"),
        ("deletion-rds-cluster-protected", "ledger"),
        ("deletion-rds-global-cluster-protected", "ledger-global"),
        ("deletion-rds-backups-retained", "ledger"),
        ("deletion-rds-survives-delete", "ledger-reporting"),
        ("deletion-rds-survives-delete", "ledger"),
        ("deletion-dynamodb-protected", "ledger-events"),
        ("deletion-dynamodb-recoverable", "ledger-events"),
        ("deletion-s3-versioned", "meridian-ledger-statements"),
        ("deletion-buckets-classified", "ledger-production"),
        ("separation-environments-apart", "ledger-production"),
        ("separation-root-credentials-absent", "ledger-production"),
        ("backup-covered", "ledger-reporting"),
        ("backup-covered", "ledger"),
        ("backup-covered", "ledger-events"),
        ("backup-cross-account-copy-fresh", "ledger"),
        ("backup-cross-account-copy-fresh", "ledger-events"),
        ("backup-cross-region-copy", "ledger-reporting"),
        ("backup-restore-tested", "ledger"),
        ("backup-restore-tested", "ledger-events"),
        ("state-claims-every-database", "ledger"),
        ("state-claims-every-database", "ledger-reporting"),
        ("state-claims-every-database", "ledger-events"),
    ] {
        if verdict(check, LEDGER, name) != Status::Pass {
            wrong.push(format!("{check} of {name}: {:?}", verdict(check, LEDGER, name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What an account raises: failures and unknowns, each with its check and subject.
fn raised(account: &str) -> BTreeSet<String> {
    of(account)
        .filter(|f| matches!(f.status, Status::Fail | Status::Unknown))
        .map(|f| format!("{} {} {}", f.status, f.check, f.subject.name))
        .collect()
}

/// An ordinary organization must not drown in noise: its landing zone, its asset and log buckets, its roles raise nothing.
#[test]
fn ordinary_accounts_are_quiet() {
    for account in ["111111111111", "222222222222", "333333333333", "999999999999"] {
        assert_eq!(raised(account), BTreeSet::new(), "account {account}");
    }
}

/// Two refused calls are two things that a permission resolves, each naming what could not be judged for want of it.
#[test]
fn a_refused_call_is_unknown_where_it_counts_and_nowhere_else() {
    let raised = raised("444444444444");
    let (unknown, fail): (Vec<_>, Vec<_>) = raised.iter().partition(|text| text.starts_with("unknown"));
    // One bucket of a name that nothing tells.
    assert_eq!(fail, ["fail deletion-buckets-classified Security Tooling"]);
    assert!(unknown.contains(&&"unknown deletion-s3-versioned meridian-security-findings".to_owned()), "{unknown:?}");
    assert!(unknown.contains(&&"unknown deletion-rds-instance-protected Security Tooling".to_owned()), "{unknown:?}");
    // The refused list of DB instances says nothing of clusters, tables or buckets.
    for check in ["deletion-rds-cluster-protected", "deletion-dynamodb-protected", "state-bucket-versioned"] {
        assert!(!unknown.iter().any(|text| text.contains(check)), "{check}: {unknown:?}");
    }
    // Who could destroy what was not listed is unknown as well: of roles whose rights would reach it, and of the account.
    let (reached, other): (Vec<&&String>, Vec<&&String>) = unknown.iter().partition(|text| {
        ["no-cross-environment", "destroyers-bounded", "trust", "human-gate"].iter().any(|check| text.contains(check))
    });
    // One for each check of data, or of the keys of data, that was not listed.
    assert!(other.len() <= 14, "{} unknowns for two refused calls: {other:#?}", other.len());
    assert!(reached.iter().all(|text| text.contains("separation-")) && reached.len() <= 8, "{reached:#?}");
}

/// Every check judges something in the demo, and passes and fails somewhere in it.
#[test]
fn the_demo_shows_both_sides_of_the_checks() {
    let mut seen: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let library = Library::load(&[]).unwrap();
    for check in library.checks() {
        seen.insert(&check.metadata.id, [0; 4]);
    }
    for finding in findings() {
        let at = Status::ALL.iter().position(|status| *status == finding.status).unwrap();
        seen.get_mut(finding.check.as_str()).unwrap()[at] += 1;
    }
    // Fail, unknown, pass, not applicable.
    let one_sided: Vec<&str> = seen.iter().filter(|(_, n)| n[0] == 0 || n[2] == 0).map(|(check, _)| *check).collect();
    assert_eq!(
        one_sided,
        [
            // Nobody has named a critical bucket.
            "deletion-s3-locked",
            // There is one organization and one account of copies, and these hold of them.
            "scp-administrators-limited",
            "scp-management-account-empty",
            "scp-policy-type-enabled",
            "separation-backup-account-dedicated",
            "separation-no-path-to-backups",
            "separation-organization-member",
        ],
        "{seen:#?}"
    );
    assert!(seen.values().all(|counts| counts.iter().sum::<usize>() > 0), "{seen:#?}");
}

/// A region that a service control policy closes hides what lies in it: nothing there passes, and the word of the owner
/// that it is empty brings every verdict back as it was.
#[test]
fn a_closed_region_is_unknown_until_its_owner_says_that_it_is_empty() {
    let mut inventory = demo::incident();
    let account = inventory.accounts.iter_mut().find(|account| account.id.as_str() == "777777777777").unwrap();
    let Answer::Value(parts) = &mut account.parts else { panic!("the account was entered") };
    let region = parts.regional.iter_mut().find(|region| region.region.as_str() == "us-east-1").unwrap();
    region.parts = Answer::Gap(build::region_denied(&parts.session));

    let library = Library::load(&[]).unwrap();
    let judge = |settings: &Settings| assess(&inventory, settings, &library, &Selection::default()).findings;
    let closed = judge(&owners());
    let unknown = |check: &str| {
        closed
            .iter()
            .find(|f| f.check == check && f.subject.arn.contains("777777777777") && f.status == Status::Unknown)
            .unwrap_or_else(|| panic!("{check} is not unknown"))
    };
    for check in ["deletion-rds-instance-protected", "deletion-dynamodb-protected", "backup-covered"] {
        assert!(unknown(check).message.contains("region_denied"), "{}", unknown(check).message);
    }
    assert_eq!(inventory.gaps().iter().filter(|placed| placed.gap.kind == GapKind::RegionDenied).count(), 1);

    let mut settings = owners();
    settings.scope.treat_as_empty = vec![build::id("us-east-1")];
    let statuses = |findings: &[Finding]| -> Vec<(String, String, Status)> {
        // A region on its owner's word has no subject of its own.
        let kept = findings.iter().filter(|f| f.subject.arn != "777777777777/us-east-1");
        kept.map(|f| (f.check.clone(), f.subject.arn.clone(), f.status)).collect()
    };
    assert_eq!(statuses(&judge(&settings)), statuses(findings()));
}

#[test]
fn the_example_is_the_demo() {
    #[expect(clippy::disallowed_methods, reason = "PALISADE_BLESS renews what the tests compare with")]
    let bless = std::env::var_os("PALISADE_BLESS").is_some();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/incident.json");
    let mut want = serde_json::to_string_pretty(&demo::incident()).unwrap();
    want.push('\n');
    if bless {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &want).unwrap();
    }
    let have = fs::read_to_string(&path).unwrap_or_default();
    assert!(have == want, "examples/incident.json is not the demo: run PALISADE_BLESS=1 cargo test the_example");
}
