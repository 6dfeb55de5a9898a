//! What the demo shows: the incident's account fails where it failed, the account set up well holds, and the ordinary
//! accounts around them are quiet.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo;
use palisade::model::finding::{Finding, Status};
use palisade::model::settings::Settings;

const COURSES: &str = "555555555555";
const LEDGER: &str = "666666666666";

fn findings() -> &'static [Finding] {
    static FINDINGS: OnceLock<Vec<Finding>> = OnceLock::new();
    FINDINGS.get_or_init(|| {
        let library = Library::load(&[]).unwrap();
        assess(&demo::incident(), &Settings::default(), &library, &Selection::default()).findings
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

/// An ordinary organization must not drown in noise: this is all that its ordinary accounts raise.
#[test]
fn ordinary_accounts_are_quiet() {
    let raised: BTreeMap<&str, Vec<String>> =
        ["111111111111", "222222222222", "333333333333", "444444444444", "999999999999"]
            .into_iter()
            .map(|account| {
                let raised = of(account)
                    .filter(|f| matches!(f.status, Status::Fail | Status::Unknown))
                    .map(|f| format!("{} {:?} {}", f.check, f.status, f.subject.name))
                    .collect();
                (account, raised)
            })
            .collect();
    assert_eq!(raised, BTreeMap::new());
}

/// Every check judges something in the demo, and most of them pass and fail somewhere in it.
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
    let one_sided: BTreeMap<_, _> = seen.into_iter().filter(|(_, n)| n[0] == 0 || n[2] == 0).collect();
    assert_eq!(one_sided, BTreeMap::new());
}

#[test]
fn the_example_is_the_demo() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/incident.json");
    let mut want = serde_json::to_string_pretty(&demo::incident()).unwrap();
    want.push('\n');
    if std::env::var_os("PALISADE_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &want).unwrap();
    }
    let have = fs::read_to_string(&path).unwrap_or_default();
    assert!(have == want, "examples/incident.json is not the demo: run PALISADE_BLESS=1 cargo test the_example");
}
