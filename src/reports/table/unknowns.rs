//! What could not be judged, grouped by the one thing that would settle it.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Accounts, Page, Paint, count, first};
use crate::model::finding::{Evidence, Finding};
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::model::remedy::Remedy;
use crate::reports::text::visible;

/// The most accounts named under one thing.
const ACCOUNTS: usize = 4;

/// The most regions named of one account.
const REGIONS: usize = 4;

/// The most checks named under one thing.
const CHECKS: usize = 4;

/// The most messages shown of one check whose unknowns no permission would settle.
const MESSAGES: usize = 3;

/// What waits for a remedy.
#[derive(Default)]
struct Waiting<'a> {
    verdicts: usize,
    checks: BTreeSet<&'a str>,
    places: BTreeMap<Option<&'a AccountId>, BTreeSet<&'a str>>,
    message: Option<&'a str>,
}

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let unknown: Vec<&Finding> = posture.findings.iter().filter(|finding| finding.is_unknown()).collect();
    if unknown.is_empty() {
        return;
    }
    page.heading("UNKNOWN", &format!("{}; unknown is never a pass", count(unknown.len(), "verdict")));
    let (remedies, others) = grouped(&unknown);
    let accounts = Accounts::of(posture);
    let audit = format!("role {}", visible(posture.scope.role_name.as_deref().unwrap_or("PalisadeAudit"), 64));
    // Palisade's own account is read with the caller's own credentials, whatever they are.
    let caller = format!("the caller {}", visible(posture.caller.arn.as_str(), 100));
    for (remedy, waiting) in &remedies {
        page.blank();
        let own = waiting.places.keys().all(|account| *account == Some(&posture.caller.account));
        page.sentence("  - ", &remedy.sentence(if own { &caller } else { &audit }), Paint::Warn);
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

type Remedies<'a> = Vec<(Remedy, Waiting<'a>)>;
type Others<'a> = BTreeMap<&'a str, Vec<&'a Finding>>;

/// What would settle most comes first. A verdict with several gaps waits for each of them.
fn grouped<'a>(unknown: &[&'a Finding]) -> (Remedies<'a>, Others<'a>) {
    let mut remedies: BTreeMap<Remedy, Waiting<'a>> = BTreeMap::new();
    let mut others = Others::new();
    for finding in unknown {
        let mut mine = BTreeSet::new();
        for evidence in &finding.evidence {
            let Evidence::Gap { account, regions, collection: _, gap } = evidence else { continue };
            let waiting = remedies.entry(Remedy::of(gap)).or_default();
            waiting.checks.insert(&finding.check);
            waiting.places.entry(account.as_ref()).or_default().extend(regions.iter().map(AsRef::as_ref));
            waiting.message.get_or_insert(&gap.message);
            if mine.insert(Remedy::of(gap)) {
                waiting.verdicts += 1;
            }
        }
        if mine.is_empty() {
            others.entry(&finding.check).or_default().push(finding);
        }
    }
    let mut sorted: Remedies<'a> = remedies.into_iter().collect();
    sorted.sort_by_key(|(_, waiting)| std::cmp::Reverse(waiting.verdicts));
    (sorted, others)
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
