//! What could not be judged, grouped by the one thing that would settle it.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Accounts, Page, Paint, count, first};
use crate::model::finding::Finding;
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::reports::remedies::{grouped, whom};
use crate::reports::text::visible;

/// The most accounts named under one thing.
const ACCOUNTS: usize = 4;

/// The most regions named of one account.
const REGIONS: usize = 4;

/// The most checks named under one thing.
const CHECKS: usize = 4;

/// The most messages shown of one check whose unknowns no permission would settle.
const MESSAGES: usize = 3;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let unknown: Vec<&Finding> = posture.findings.iter().filter(|finding| finding.is_unknown()).collect();
    if unknown.is_empty() {
        return;
    }
    page.heading("UNKNOWN", &format!("{}; unknown is never a pass", count(unknown.len(), "verdict")));
    let (remedies, others) = grouped(&unknown);
    let accounts = Accounts::of(posture);
    for (remedy, waiting) in &remedies {
        page.blank();
        page.sentence("  - ", &remedy.sentence(&whom(posture, waiting)), Paint::Warn);
        page.sentence("      ", &places(&waiting.places, &accounts), Paint::Plain);
        let checks: Vec<String> = waiting.checks.iter().map(|check| (*check).to_owned()).collect();
        let verdicts = count(waiting.verdicts, "verdict");
        let wait = if waiting.verdicts == 1 { "waits" } else { "wait" };
        page.sentence("      ", &format!("{verdicts} {wait}: {}", first(&checks, CHECKS, "check")), Paint::Plain);
        if let Some(message) = waiting.message.filter(|message| !message.is_empty()) {
            page.sentence("      ", &format!("\"{}\"", visible(message, 240)), Paint::Dim);
        }
    }
    for (check, findings) in &others {
        page.blank();
        let text = format!("{check}: {} that no permission would settle", count(findings.len(), "verdict"));
        page.sentence("  - ", &text, Paint::Warn);
        for finding in findings.iter().take(MESSAGES) {
            page.sentence(
                "      ",
                &format!("{}: {}", visible(&finding.subject.name, 48), finding.message),
                Paint::Plain,
            );
        }
        if findings.len() > MESSAGES {
            let line = page.paint(Paint::Dim, &format!("      … and {} more", findings.len() - MESSAGES));
            page.line(&line);
        }
    }
}

fn places(places: &BTreeMap<Option<&AccountId>, BTreeSet<&str>>, accounts: &Accounts<'_>) -> String {
    let each: Vec<String> = places
        .iter()
        .map(|(account, regions)| {
            let account = account.map_or_else(|| "the organization".to_owned(), |id| accounts.show(id));
            let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
            if regions.is_empty() { account } else { format!("{account} ({})", first(&regions, REGIONS, "region")) }
        })
        .collect();
    format!("in {}", first(&each, ACCOUNTS, "account"))
}
