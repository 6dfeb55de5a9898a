//! How long 50,000 verdicts take to keep, to read and to compare, and how much room they take.
//!
//! Run it with `cargo bench --no-default-features --bench store`; wanted are less than a second for each on 2 cores, and less
//! than 3 MB a night.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use std::time::Instant;

use palisade::diff::compare;
use palisade::model::diff::Compared;
use palisade::model::finding::{Finding, Layer, Severity, Status, SubjectSummary};
use palisade::model::history::ScanScope;
use palisade::model::inventory::{Caller, Scope};
use palisade::model::posture::Posture;
use palisade::posture;
use palisade::store::{Packed, Store};

const FINDINGS: usize = 50_000;
const CHECKS: usize = 60;
const NIGHTS: usize = 5;

/// Verdicts like those of a real organization: hashed names, sentences that name their subject.
fn finding(n: usize, night: usize) -> Finding {
    let (check, subject) = (n % CHECKS, n / CHECKS);
    let mixed = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let account = format!("{:012}", 200_000_000_000 + subject % 200);
    // A hundredth of the verdicts changes from night to night.
    let turned = (mixed >> 20) as usize % 100 == night;
    let status = match ((mixed >> 40) % 20, turned) {
        (0 | 1, false) | (2..=19, true) => Status::Fail,
        (2, false) => Status::Unknown,
        (3..=5, false) => Status::NotApplicable,
        _ => Status::Pass,
    };
    let name = format!("orders-{mixed:016x}");
    Finding {
        check: format!("deletion-some-guardrail-stands-{check}"),
        layer: Layer::ALL.iter().copied().nth(check % 5).unwrap(),
        severity: Severity::ALL.iter().copied().nth(check % 4).unwrap(),
        status,
        account: Some(account.parse().unwrap()),
        region: Some("eu-central-1".parse().unwrap()),
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:eu-central-1:{account}:db:{name}"),
            name: name.clone(),
            environment: Some("production".to_owned()),
            class: Some("data".to_owned()),
        },
        message: format!(
            "Deletion protection of {name} is {status}: its last backup is {} hours old.",
            n % 90 + night * 24
        ),
        evidence: Vec::new(),
        waived: None,
    }
}

fn night(number: usize) -> Posture {
    let mut findings: Vec<Finding> = (0..FINDINGS).map(|n| finding(n, number)).collect();
    findings.sort_by(|a, b| (&a.check, &a.account, &a.subject.arn).cmp(&(&b.check, &b.account, &b.subject.arn)));
    let layers = posture::layers(&findings);
    Posture {
        tool: "palisade 0.1.0".to_owned(),
        taken_at: format!("2026-03-{:02}T05:00:00Z", number + 1).parse().unwrap(),
        caller: Caller {
            account: "111122223333".parse().unwrap(),
            arn: "arn:aws:sts::111122223333:assumed-role/Auditor/a".parse().unwrap(),
            partition: "aws".parse().unwrap(),
            home_region: "eu-central-1".parse().unwrap(),
        },
        scope: Scope::default(),
        organization: None,
        accounts: Vec::new(),
        score: posture::overall(&layers),
        layers,
        movers: Vec::new(),
        checks: Vec::new(),
        not_judged: Vec::new(),
        resources: Vec::new(),
        findings,
        waivers: Vec::new(),
        gaps: Vec::new(),
        ledger: Vec::new(),
    }
}

fn timed<T>(what: &str, run: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let done = run();
    println!("{what:<40} {:>7.0} ms", started.elapsed().as_secs_f64() * 1_000.0);
    done
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let mut store = Store::open(&path).unwrap();
    let nights: Vec<Posture> = (0..NIGHTS).map(night).collect();
    for posture in &nights {
        let scope = ScanScope::of(posture, &[], &[], &[]);
        let packed = timed("pack 50,000 findings", || Packed::new(posture, &scope, "0").unwrap());
        timed("  add them", || store.add(&packed).unwrap());
    }
    let old = timed("read 50,000 findings", || store.find("latest~1", None).unwrap());
    let new = store.find("latest", None).unwrap();
    let (old, new): (Compared<'_>, Compared<'_>) = (old.into(), new.into());
    let diff = timed("compare twice 50,000", || compare(&old, &new));
    println!("{:?}", diff.counts);
    timed("history", || store.history(None, 20).unwrap());
    drop(store);
    let bytes = std::fs::metadata(&path).unwrap().len();
    println!("{:<40} {:>7} kB a night", "on disk", bytes / 1_000 / NIGHTS as u64);
}
