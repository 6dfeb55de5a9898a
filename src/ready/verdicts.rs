//! The verdicts of checks, found by what they are about; and what waivers make of an item. Knows `model` alone.

use std::collections::BTreeMap;

use crate::model::finding::{Finding, Status};
use crate::model::ids::AccountId;
use crate::model::posture::CheckSummary;
use crate::model::ready::{Clear, Ground, Item, ItemStatus};

/// Every verdict, by check.
pub(super) struct Verdicts<'a> {
    by_check: BTreeMap<&'a str, Vec<&'a Finding>>,
    checks: BTreeMap<&'a str, &'a CheckSummary>,
}

impl<'a> Verdicts<'a> {
    pub(super) fn new(findings: &'a [Finding], checks: &'a [CheckSummary]) -> Self {
        let mut by_check: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            by_check.entry(finding.check.as_str()).or_default().push(finding);
        }
        Self { by_check, checks: checks.iter().map(|check| (check.id.as_str(), check)).collect() }
    }

    fn of(&self, check: &str) -> impl Iterator<Item = &'a Finding> {
        self.by_check.get(check).into_iter().flatten().copied()
    }

    /// The verdicts of some checks on one subject.
    pub(super) fn on(&self, checks: &[&str], subject: &str) -> Vec<&'a Finding> {
        checks.iter().flat_map(|check| self.of(check)).filter(|finding| finding.subject.arn == subject).collect()
    }

    /// The verdicts of some checks in one account.
    pub(super) fn within(&self, checks: &[&str], account: &AccountId) -> Vec<&'a Finding> {
        checks.iter().flat_map(|check| self.of(check)).filter(|f| f.account.as_ref() == Some(account)).collect()
    }

    /// What a check passes.
    pub(super) fn title(&self, check: &str) -> String {
        self.checks.get(check).map_or_else(String::new, |summary| summary.title.clone())
    }

    /// How a check's failure is mended: its own words, and its first command.
    pub(super) fn remedy(&self, check: &str) -> Option<Clear> {
        let summary = self.checks.get(check)?;
        let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let note = summary.remediation.note.as_deref().map(flat);
        let change = note.unwrap_or_else(|| format!("make it so that this holds: {}", flat(&summary.title)));
        Some(Clear { change, command: summary.remediation.first_command() })
    }
}

/// What verdicts amount to, waived or not: the worst of them that is not passed over.
pub(super) fn worst<'a>(findings: &[&'a Finding]) -> Option<&'a Finding> {
    // Statuses are ordered worst first; of two alike what nobody accepts comes first.
    findings.iter().copied().min_by_key(|finding| (finding.status, finding.waived.is_some()))
}

/// The status of an item that is one verdict's.
pub(super) fn status(status: Status) -> ItemStatus {
    match status {
        Status::Fail => ItemStatus::Blocker,
        Status::Unknown => ItemStatus::CannotVerify,
        Status::Pass | Status::NotApplicable => ItemStatus::Holds,
    }
}

/// The verdict as something that an item rests on.
pub(super) fn cite(finding: &Finding) -> Ground {
    Ground {
        what: format!("{}@{}", finding.check, finding.subject.arn),
        said: format!("{}: {}", finding.status, finding.message),
    }
}

/// Adds the verdicts that an item rests on; where it does not hold and every one of them that does not pass is waived, neither does
/// it block.
pub(super) fn resting(mut item: Item, findings: &[&Finding]) -> Item {
    let open: Vec<&Finding> =
        findings.iter().copied().filter(|one| matches!(one.status, Status::Fail | Status::Unknown)).collect();
    item.rests_on.extend(findings.iter().filter(|one| one.status != Status::NotApplicable).map(|one| cite(one)));
    if !matches!(item.status, ItemStatus::Blocker | ItemStatus::CannotVerify) {
        return item;
    }
    if open.iter().all(|one| one.waived.is_some())
        // The one that ends first is the one to know of.
        && let Some(waived) = open.iter().filter_map(|one| one.waived.as_ref()).min_by_key(|waived| waived.expires)
    {
        item.status = ItemStatus::Waived;
        item.waived = Some(waived.clone());
    }
    item
}
