//! From the nouns to the format's structs, by reference.

use super::document::*;
use crate::model::facts::NoBackup;
use crate::model::finding::{Evidence, Finding, SubjectSummary};
use crate::model::gap::Gap;
use crate::model::ids::Arn;
use crate::model::inventory::{PlacedGap, Scope};
use crate::model::ledger::LedgerEntry;
use crate::model::posture::{AccountSummary, CheckSummary, LayerPosture, ResourceSummary, Score, SurvivalSummary};
use crate::model::waiver::WaiverUse;

fn strs<T: AsRef<str>>(list: &[T]) -> Vec<&str> {
    list.iter().map(AsRef::as_ref).collect()
}

pub(super) fn scope(scope: &Scope) -> ScopeV1<'_> {
    ScopeV1 {
        accounts: strs(&scope.accounts),
        organizational_units: strs(&scope.organizational_units),
        excluded_accounts: strs(&scope.excluded_accounts),
        regions: strs(&scope.regions),
        role_name: scope.role_name.as_deref(),
        state_content: scope.state_content,
        treat_as_empty: strs(&scope.treat_as_empty),
    }
}

pub(super) fn account(account: &AccountSummary) -> AccountV1<'_> {
    AccountV1 {
        id: account.id.as_str(),
        name: account.name.as_deref(),
        state: account.state.as_deref(),
        environment: account.environment.as_deref(),
        scanned: account.scanned,
    }
}

pub(super) fn score(score: Score) -> ScoreV1 {
    ScoreV1 { low: score.low, high: score.high }
}

pub(super) fn layer(layer: &LayerPosture) -> LayerV1<'_> {
    LayerV1 {
        id: layer.id.as_str(),
        title: &layer.title,
        score: layer.score.map(score),
        passed: layer.counts.passed,
        failed: layer.counts.failed,
        unknown: layer.counts.unknown,
        not_applicable: layer.counts.not_applicable,
        waived: layer.counts.waived,
    }
}

pub(super) fn check(check: &CheckSummary) -> CheckV1<'_> {
    CheckV1 {
        id: &check.id,
        layer: check.layer.as_str(),
        severity: check.severity.as_str(),
        title: &check.title,
        description: &check.description,
        frameworks: &check.frameworks,
        related: &check.related,
        remediation: RemediationV1 {
            note: check.remediation.note.as_deref(),
            terraform: &check.remediation.terraform,
            cli: &check.remediation.cli,
        },
    }
}

pub(super) fn resource(resource: &ResourceSummary) -> ResourceV1<'_> {
    let layers =
        resource.layers.all().map(|(name, one)| (name, StandingV1 { standing: one.standing.as_str(), why: &one.why }));
    ResourceV1 {
        arn: &resource.arn,
        name: &resource.name,
        kind: &resource.kind,
        account: resource.account.as_ref().map(AsRef::as_ref),
        region: resource.region.as_ref().map(AsRef::as_ref),
        environment: resource.environment.as_deref(),
        layers: layers.into_iter().collect(),
        account_takeover: survival(&resource.account_takeover),
        management_takeover: resource.management_takeover.as_ref().map(survival),
        not_backups: resource.not_backups.iter().map(no_backup).collect(),
    }
}

fn no_backup(one: &NoBackup) -> NoBackupV1<'_> {
    NoBackupV1 {
        kind: one.kind.as_str(),
        arn: &one.arn,
        name: &one.name,
        why: &one.why,
        tier_at_best: one.tier_at_best.as_str(),
    }
}

fn survival(survival: &SurvivalSummary) -> SurvivalV1<'_> {
    SurvivalV1 {
        tier: survival.tier.as_str(),
        tier_at_best: survival.tier_at_best.as_str(),
        best: survival.best.as_ref().map(Arn::as_str),
        rpo_hours: survival.rpo_hours,
        survives_hours: survival.survives_hours,
        raise: survival.raise.as_ref().map(|raise| RaiseV1 {
            kind: raise.kind.as_str(),
            what: &raise.what,
            to: raise.to.as_str(),
        }),
    }
}

pub(super) fn finding(finding: &Finding) -> FindingV1<'_> {
    FindingV1 {
        check: &finding.check,
        layer: finding.layer.as_str(),
        severity: finding.severity.as_str(),
        status: finding.status.as_str(),
        account: finding.account.as_ref().map(AsRef::as_ref),
        region: finding.region.as_ref().map(AsRef::as_ref),
        subject: subject(&finding.subject),
        message: &finding.message,
        evidence: finding.evidence.iter().map(evidence).collect(),
        waived: finding.waived.as_ref().map(|waived| WaivedV1 {
            reason: &waived.reason,
            owner: &waived.owner,
            ticket: waived.ticket.as_deref(),
            expires: waived.expires.to_string(),
            approved_by: waived.approved_by.as_deref(),
        }),
    }
}

pub(super) fn waiver(used: &WaiverUse) -> WaiverV1<'_> {
    let waiver = &used.waiver;
    WaiverV1 {
        check: &waiver.check,
        account: waiver.account.as_ref().map(AsRef::as_ref),
        organizational_unit: waiver.organizational_unit.as_deref(),
        arn: waiver.arn.as_deref(),
        reason: &waiver.reason,
        owner: &waiver.owner,
        ticket: waiver.ticket.as_deref(),
        expires: waiver.expires.to_string(),
        approved_by: waiver.approved_by.as_deref(),
        long_lived: waiver.long_lived,
        standing: used.standing.as_str(),
        findings: used.findings,
        why: &used.why,
    }
}

fn subject(subject: &SubjectSummary) -> SubjectV1<'_> {
    SubjectV1 {
        kind: &subject.kind,
        arn: &subject.arn,
        name: &subject.name,
        environment: subject.environment.as_deref(),
        class: subject.class.as_deref(),
    }
}

fn evidence(evidence: &Evidence) -> EvidenceV1<'_> {
    match evidence {
        Evidence::Fact { path, value } => EvidenceV1::Fact { path, value },
        Evidence::Read { account, region, collection, operations, read_at } => EvidenceV1::Read {
            account: account.as_ref().map(AsRef::as_ref),
            region: region.as_ref().map(AsRef::as_ref),
            collection: collection.as_str(),
            operations: operations.iter().map(|operation| operation.as_str()).collect(),
            read_at: *read_at,
        },
        Evidence::Gap { account, regions, collection, gap: why } => EvidenceV1::Gap {
            account: account.as_ref().map(AsRef::as_ref),
            regions: strs(regions),
            collection: collection.as_str(),
            gap: gap(why),
        },
    }
}

fn gap(gap: &Gap) -> GapV1<'_> {
    GapV1 {
        kind: gap.kind.as_str(),
        operation: gap.operation.as_str(),
        code: gap.code.as_deref(),
        message: &gap.message,
        attempts: gap.attempts,
        request_id: gap.request_id.as_deref(),
    }
}

pub(super) fn placed_gap(placed: &PlacedGap) -> PlacedGapV1<'_> {
    PlacedGapV1 {
        account: placed.account.as_ref().map(AsRef::as_ref),
        region: placed.region.as_ref().map(AsRef::as_ref),
        collection: placed.collection.as_str(),
        item: placed.item.as_deref(),
        gap: gap(&placed.gap),
    }
}

pub(super) fn ledger_entry(entry: &LedgerEntry) -> LedgerEntryV1<'_> {
    LedgerEntryV1 {
        account: entry.account.as_str(),
        region: entry.region.as_str(),
        operation: entry.operation.as_str(),
        calls: entry.calls,
        attempts: entry.attempts,
        first_at: entry.first_at,
        last_at: entry.last_at,
        last_request_id: entry.last_request_id.as_deref(),
        failures: entry
            .failures
            .iter()
            .map(|failure| CallFailureV1 {
                at: failure.at,
                kind: failure.kind.as_str(),
                code: failure.code.as_deref(),
                subject: failure.subject.as_deref(),
                request_id: failure.request_id.as_deref(),
            })
            .collect(),
    }
}
