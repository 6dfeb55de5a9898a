//! A hand-made posture for the renderers' tests: every status, every part, and one hostile name.

use jiff::Timestamp;

use crate::model::facts::{LayerStanding, LayersStanding, NoBackup, NoBackupKind, Raise, RaiseKind, Standing, Tier};
use crate::model::finding::{Evidence, Finding, Layer, Severity, Status, SubjectSummary};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::{Caller, PlacedGap, Scope};
use crate::model::ledger::{CallFailure, LedgerEntry};
use crate::model::operation::{Collection, Operation};
use crate::model::posture::{
    AccountSummary, CheckSummary, Counts, LayerPosture, OrganizationSummary, Posture, RemediationSummary,
    ResourceSummary, Score, SurvivalSummary,
};
use crate::model::waiver::{Waived, Waiver, WaiverStanding, WaiverUse};

/// A name that clears the screen, reverses the line and goes on for long.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{1b}[32mpass\u{1b}[0m\u{202e}txt.\r\nall is well\u{200b} and this goes on for longer than any line is wide";

/// What AWS says to whom it refuses.
const REFUSAL: &str = "User: arn:aws:sts::444455556666:assumed-role/PalisadeAudit/palisade is not authorized";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn account(id: &str) -> AccountId {
    id.parse().unwrap()
}

fn region(code: &str) -> Region {
    code.parse().unwrap()
}

/// A check by its id, layer and severity.
type Of = (&'static str, Layer, Severity);

const PROTECTED: Of = ("deletion-rds-instance-protected", Layer::Deletion, Severity::Critical);
const COVERED: Of = ("backup-covered", Layer::Backup, Severity::Critical);
const LOCKED: Of = ("state-locked", Layer::State, Severity::Critical);
const STALE: Of = ("state-no-stale-lock", Layer::State, Severity::Low);
const ROOT: Of = ("separation-root-credentials-absent", Layer::Separation, Severity::High);

/// The accounts.
const SHOP: &str = "111122223333";
const LEDGER: &str = "444455556666";

fn verdict(of: Of, status: Status, of_account: &str, name: &str, message: &str) -> Finding {
    let (check, layer, severity) = of;
    Finding {
        check: check.to_owned(),
        layer,
        severity,
        status,
        account: Some(account(of_account)),
        region: Some(region("eu-central-1")),
        subject: SubjectSummary {
            kind: "db_instance".to_owned(),
            arn: format!("arn:aws:rds:eu-central-1:{of_account}:db:{name}"),
            name: name.to_owned(),
            environment: None,
            class: Some("data".to_owned()),
        },
        message: message.to_owned(),
        evidence: Vec::new(),
        waived: None,
    }
}

fn in_environment(mut finding: Finding, environment: &str) -> Finding {
    finding.subject.environment = Some(environment.to_owned());
    finding
}

fn resting_on(mut finding: Finding, evidence: Evidence) -> Finding {
    finding.evidence.push(evidence);
    finding
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
    use Status::{Fail, NotApplicable, Pass, Unknown};
    const OFF: &str = "DeleteDBInstance succeeds: deletion protection is off";
    let fact = || Evidence::Fact { path: "protection.deletion_protection".to_owned(), value: false.into() };
    let hidden = |kind| Evidence::Gap {
        account: Some(account(LEDGER)),
        regions: vec![region("eu-central-1"), region("eu-west-1")],
        collection: Collection::BackupVaults,
        gap: gap(kind, Operation::BackupListBackupVaults, REFUSAL),
    };
    vec![
        resting_on(verdict(COVERED, Unknown, LEDGER, "ledger", "the vaults were not read"), hidden(GapKind::Denied)),
        resting_on(verdict(COVERED, Unknown, LEDGER, "payments", "regions are hidden"), hidden(GapKind::RegionDenied)),
        resting_on(in_environment(verdict(PROTECTED, Fail, SHOP, "reports", OFF), "development"), fact()),
        resting_on(in_environment(verdict(PROTECTED, Fail, SHOP, "orders", OFF), "production"), fact()),
        resting_on(verdict(PROTECTED, Fail, SHOP, "site", OFF), fact()),
        resting_on(in_environment(verdict(PROTECTED, Fail, LEDGER, HOSTILE, OFF), "production"), fact()),
        verdict(PROTECTED, Pass, LEDGER, "well", "deletion protection is on"),
        verdict(PROTECTED, NotApplicable, LEDGER, "member", "judged by its cluster"),
        verdict(LOCKED, Unknown, SHOP, "prod.tfstate", "no table item, and the bucket keeps no versions"),
        verdict(STALE, Fail, SHOP, "prod.tfstate", "held for 312 hours"),
        verdict(ROOT, Pass, SHOP, "root", "root has no access key"),
    ]
}

fn layer(id: Layer, score: Option<(f64, f64)>, counts: [usize; 4]) -> LayerPosture {
    let [passed, failed, unknown, not_applicable] = counts;
    LayerPosture {
        id,
        title: id.title().to_owned(),
        score: score.map(|(low, high)| Score { low, high }),
        counts: Counts { passed, failed, unknown, not_applicable, waived: 0 },
    }
}

fn check(id: &str, layer: Layer, severity: Severity, title: &str, note: Option<&str>, cli: &str) -> CheckSummary {
    let remediation = RemediationSummary {
        note: note.map(str::to_owned),
        terraform: "resource \"x\" \"y\" {\n  z = true\n}".to_owned(),
        cli: cli.to_owned(),
    };
    let frameworks = [("nist_800_53_r5".to_owned(), vec!["CP-9".to_owned()])].into();
    CheckSummary {
        id: id.to_owned(),
        layer,
        severity,
        title: title.to_owned(),
        description: format!("Whether {title}."),
        frameworks,
        related: vec!["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html".to_owned()],
        remediation,
    }
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
fn resource(
    of: &str,
    name: &str,
    standing: [Standing; 5],
    (tier, tier_at_best): (Tier, Tier),
    rpo_hours: Option<f64>,
) -> ResourceSummary {
    let [scp, separation, deletion, backup, state] =
        standing.map(|standing| LayerStanding { standing, why: format!("the layer of {HOSTILE}") });
    let arn = format!("arn:aws:rds:eu-central-1:{of}:db:{name}");
    let raise = Raise { kind: RaiseKind::LockVault, what: "lock vault copies".to_owned(), to: Tier::Immutable };
    let survival = |tier| SurvivalSummary {
        tier,
        tier_at_best,
        best: rpo_hours.and_then(|_| "arn:aws:backup:eu-central-1:777788889999:recovery-point:1".parse().ok()),
        rpo_hours,
        survives_hours: rpo_hours.map(|_| 800.0),
        raise: (tier < Tier::Immutable).then(|| raise.clone()),
        copy_count: 0,
        copies: Vec::new(),
    };
    ResourceSummary {
        arn,
        name: name.to_owned(),
        kind: "db_instance".to_owned(),
        account: Some(account(of)),
        region: Some(region("eu-central-1")),
        environment: Some("production".to_owned()),
        layers: LayersStanding { scp, separation, deletion, backup, state },
        account_takeover: survival(tier),
        management_takeover: Some(survival(tier.min(Tier::Isolated))),
        not_backups: vec![NoBackup {
            kind: NoBackupKind::ReadReplica,
            arn: format!("arn:aws:rds:eu-central-1:{of}:db:{name}-ro"),
            name: format!("{name}-ro"),
            why: "a replica replays what is done to its source".to_owned(),
            tier_at_best: Tier::None,
        }],
    }
}

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
        movers: Vec::new(),
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
        resources: vec![
            resource(SHOP, HOSTILE, [Standing::Failed; 5], (Tier::SharedFate, Tier::Immutable), None),
            resource(LEDGER, "ledger", [Standing::Held; 5], (Tier::Immutable, Tier::Immutable), Some(3.5)),
        ],
        findings: findings(),
        waivers: Vec::new(),
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

/// The posture with findings that an owner accepts, and a waiver of every standing.
pub(crate) fn waived() -> Posture {
    let mut posture = posture();
    let waived = Waived {
        reason: "rebuilt every night from orders | see <b>@team</b>".to_owned(),
        owner: "data-platform".to_owned(),
        ticket: Some("OPS-1432".to_owned()),
        expires: "2026-03-20".parse().unwrap(),
        approved_by: Some("=cmd|' /C calc'!A0".to_owned()),
    };
    for finding in &mut posture.findings {
        let reports = finding.check == PROTECTED.0 && finding.subject.name == "reports";
        let locked = finding.check == LOCKED.0;
        if reports || locked {
            finding.waived = Some(waived.clone());
        }
    }
    for (id, counts) in [(Layer::Deletion, [1, 3, 0, 1]), (Layer::State, [0, 1, 0, 0])] {
        let layer = posture.layers.iter_mut().find(|layer| layer.id == id).unwrap();
        let [passed, failed, unknown, not_applicable] = counts;
        layer.counts = Counts { passed, failed, unknown, not_applicable, waived: 1 };
    }
    let waiver = |check: &str, expires: &str, standing, findings, why: &str| WaiverUse {
        waiver: Waiver {
            check: check.to_owned(),
            account: Some(account(SHOP)),
            organizational_unit: None,
            arn: Some("arn:aws:rds:*:db:reports".to_owned()),
            reason: waived.reason.clone(),
            owner: waived.owner.clone(),
            ticket: waived.ticket.clone(),
            expires: expires.to_owned().into(),
            approved_by: waived.approved_by.clone(),
            approved_on: None,
            long_lived: false,
        },
        standing,
        findings,
        why: why.to_owned(),
    };
    posture.waivers = vec![
        waiver(
            PROTECTED.0,
            "2026-03-20",
            WaiverStanding::ExpiresSoon,
            1,
            "it covers 1 verdict to the end of 2026-03-20: 6 days are left",
        ),
        waiver(LOCKED.0, "2026-09-30", WaiverStanding::Applied, 1, "it covers 1 verdict to the end of 2026-09-30"),
        waiver(
            "deletion-*",
            "2026-01-31",
            WaiverStanding::Expired,
            2,
            "it ended on 2026-01-31: it waives nothing; 2 verdicts stand",
        ),
        waiver(
            COVERED.0,
            "soon",
            WaiverStanding::Malformed,
            2,
            "expires is no date (YYYY-MM-DD is wanted): it waives nothing; 2 verdicts stand",
        ),
        waiver(
            "scp-*",
            "2026-04-30",
            WaiverStanding::Unused,
            0,
            "nothing that it is about fails or is unknown: take it out",
        ),
    ];
    posture
}
