//! A hand-made posture for the renderers' tests: every status, every part, and one hostile name.

use jiff::Timestamp;

use crate::model::finding::{Evidence, Finding, Layer, Severity, Status, SubjectSummary};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::{Caller, PlacedGap, Scope};
use crate::model::ledger::{CallFailure, LedgerEntry};
use crate::model::operation::{Collection, Operation};
use crate::model::posture::{
    AccountSummary, CheckSummary, Counts, LayerPosture, OrganizationSummary, Posture, RemediationSummary, Score,
};

/// A name that clears the screen, reverses the line and goes on for long.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{1b}[32mpass\u{1b}[0m\u{202e}txt.\r\nall is well\u{200b} and this goes on for longer than any line is wide";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn region(code: &str) -> Region {
    code.parse().unwrap()
}

struct Row(&'static str, Layer, Severity, Status, &'static str, &'static str, &'static str, Option<&'static str>);

fn finding(row: &Row, evidence: Vec<Evidence>) -> Finding {
    let Row(check, layer, severity, status, account_id, name, message, environment) = row;
    Finding {
        check: (*check).to_owned(),
        layer: *layer,
        severity: *severity,
        status: *status,
        account: Some(account(account_id)),
        region: Some(region("eu-central-1")),
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:eu-central-1:{account_id}:db:{name}"),
            name: (*name).to_owned(),
            environment: environment.map(str::to_owned),
            class: Some("data".to_owned()),
        },
        message: (*message).to_owned(),
        evidence,
    }
}

fn gap(kind: GapKind, operation: Operation, message: &str) -> Gap {
    Gap {
        kind,
        operation,
        code: Some("AccessDenied".to_owned()),
        message: message.to_owned(),
        attempts: 1,
        request_id: Some("7c1f".to_owned()),
    }
}

fn findings() -> Vec<Finding> {
    use Severity::{Critical, High, Low};
    use Status::{Fail, NotApplicable, Pass, Unknown};
    const OFF: &str = "DeleteDBInstance succeeds: deletion protection is off";
    const ID: &str = "deletion-rds-instance-protected";
    let fact = || Evidence::Fact { path: "protection.deletion_protection".to_owned(), value: false.into() };
    let refused = |kind, operation, collection, regions: &[&str]| Evidence::Gap {
        account: Some(account("444455556666")),
        regions: regions.iter().map(|code| region(code)).collect(),
        collection,
        gap: gap(
            kind,
            operation,
            "User: arn:aws:sts::444455556666:assumed-role/PalisadeAudit/palisade is not authorized",
        ),
    };
    let vaults = |kind| {
        refused(kind, Operation::BackupListBackupVaults, Collection::BackupVaults, &["eu-central-1", "eu-west-1"])
    };
    let mut list = vec![
        finding(
            &Row(
                "backup-covered",
                Layer::Backup,
                Critical,
                Unknown,
                "444455556666",
                "ledger",
                "backup:ListBackupVaults was denied",
                None,
            ),
            vec![vaults(GapKind::Denied)],
        ),
        finding(
            &Row(
                "backup-covered",
                Layer::Backup,
                Critical,
                Unknown,
                "444455556666",
                "payments",
                "two regions are hidden",
                None,
            ),
            vec![vaults(GapKind::RegionDenied)],
        ),
    ];
    for (id, name, environment) in [
        ("111122223333", "reports", Some("development")),
        ("111122223333", "orders", Some("production")),
        ("111122223333", "site", None),
        ("444455556666", HOSTILE, Some("production")),
    ] {
        list.push(finding(&Row(ID, Layer::Deletion, Critical, Fail, id, name, OFF, environment), vec![fact()]));
    }
    list.push(finding(
        &Row(ID, Layer::Deletion, Critical, Pass, "444455556666", "well", "deletion protection is on", None),
        Vec::new(),
    ));
    list.push(finding(
        &Row(ID, Layer::Deletion, Critical, NotApplicable, "444455556666", "member", "judged by its cluster", None),
        Vec::new(),
    ));
    list.push(finding(
        &Row(
            "state-locked",
            Layer::State,
            Critical,
            Unknown,
            "111122223333",
            "prod.tfstate",
            "no table item, and the bucket keeps no versions",
            None,
        ),
        Vec::new(),
    ));
    list.push(finding(
        &Row(
            "state-no-stale-lock",
            Layer::State,
            Low,
            Fail,
            "111122223333",
            "prod.tfstate",
            "held for 312 hours",
            None,
        ),
        Vec::new(),
    ));
    list.push(finding(
        &Row(
            "separation-root-credentials-absent",
            Layer::Separation,
            High,
            Pass,
            "111122223333",
            "root",
            "root has no access key",
            None,
        ),
        Vec::new(),
    ));
    list
}

fn layer(id: Layer, score: Option<(f64, f64)>, counts: [usize; 4]) -> LayerPosture {
    let [passed, failed, unknown, not_applicable] = counts;
    LayerPosture {
        id,
        title: id.title().to_owned(),
        score: score.map(|(low, high)| Score { low, high }),
        counts: Counts { passed, failed, unknown, not_applicable },
    }
}

fn check(id: &str, layer: Layer, severity: Severity, title: &str, note: Option<&str>, cli: &str) -> CheckSummary {
    let remediation = RemediationSummary {
        note: note.map(str::to_owned),
        terraform: "resource \"x\" \"y\" {\n  z = true\n}".to_owned(),
        cli: cli.to_owned(),
    };
    CheckSummary { id: id.to_owned(), layer, severity, title: title.to_owned(), remediation }
}

fn accounts() -> Vec<AccountSummary> {
    let summary = |id: &str, name: &str, environment: Option<&str>, scanned| AccountSummary {
        id: account(id),
        name: Some(name.to_owned()),
        state: Some("ACTIVE".to_owned()),
        environment: environment.map(str::to_owned),
        scanned,
    };
    vec![
        summary("111122223333", "shop", Some("production"), true),
        summary("444455556666", "ledger\u{202e}", None, true),
        summary("777788889999", "closed", None, false),
    ]
}

fn gaps() -> Vec<PlacedGap> {
    let placed = |code: &str, kind| PlacedGap {
        account: Some(account("444455556666")),
        region: Some(region(code)),
        collection: Collection::BackupVaults,
        item: None,
        gap: gap(kind, Operation::BackupListBackupVaults, "not authorized"),
    };
    vec![placed("eu-central-1", GapKind::Denied), placed("eu-west-1", GapKind::RegionDenied)]
}

/// The posture.
pub(crate) fn posture() -> Posture {
    Posture {
        tool: "palisade 0.1.0".to_owned(),
        taken_at: at("2026-03-14T05:00:00Z"),
        caller: Caller {
            account: account("777788889999"),
            arn: "arn:aws:sts::777788889999:assumed-role/Auditor/a".parse::<Arn>().unwrap(),
            partition: "aws".parse().unwrap(),
            home_region: region("eu-central-1"),
        },
        scope: Scope {
            role_name: Some("PalisadeAudit".to_owned()),
            state_content: true,
            treat_as_empty: vec![region("ap-south-1")],
            ..Scope::default()
        },
        organization: Some(OrganizationSummary {
            id: "o-exampleorg1".to_owned(),
            management_account: account("777788889999"),
        }),
        accounts: accounts(),
        score: Some(Score { low: 40.0, high: 73.2 }),
        layers: vec![
            layer(Layer::Scp, None, [0, 0, 0, 0]),
            layer(Layer::Separation, Some((100.0, 100.0)), [1, 0, 0, 0]),
            layer(Layer::Deletion, Some((20.0, 20.0)), [1, 4, 0, 1]),
            layer(Layer::Backup, Some((0.0, 100.0)), [0, 0, 2, 0]),
            layer(Layer::State, Some((0.0, 88.8)), [0, 1, 1, 0]),
        ],
        checks: vec![
            check(
                "backup-covered",
                Layer::Backup,
                Severity::Critical,
                "Production data is covered by a backup plan",
                None,
                "aws backup create-backup-selection --backup-plan-id PLAN",
            ),
            check(
                "deletion-rds-instance-protected",
                Layer::Deletion,
                Severity::Critical,
                "DB instances have deletion protection on",
                Some(
                    "A state that says `deletion_protection = false` turns it off again at the next apply: change the code first.",
                ),
                "aws rds modify-db-instance \\\n  --db-instance-identifier ID --deletion-protection --apply-immediately",
            ),
            check(
                "state-no-stale-lock",
                Layer::State,
                Severity::Low,
                "No lock is held for long",
                None,
                "terraform force-unlock ID",
            ),
        ],
        not_judged: vec!["scp-data-destruction-denied".to_owned(), "state-writers-limited".to_owned()],
        findings: findings(),
        gaps: gaps(),
        ledger: vec![LedgerEntry {
            account: account("444455556666"),
            region: region("eu-central-1"),
            operation: Operation::BackupListBackupVaults,
            calls: 1,
            attempts: 1,
            first_at: at("2026-03-14T05:00:01Z"),
            last_at: at("2026-03-14T05:00:01Z"),
            last_request_id: None,
            failures: vec![CallFailure {
                at: at("2026-03-14T05:00:01Z"),
                kind: GapKind::Denied,
                code: Some("AccessDenied".to_owned()),
                subject: None,
                request_id: Some("7c1f".to_owned()),
            }],
        }],
    }
}
