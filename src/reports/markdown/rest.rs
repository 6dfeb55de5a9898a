//! What could not be judged and what would settle it, what is waived, and what is not judged yet.

use super::{Names, Part, name_of};
use crate::model::finding::{Finding, Layer};
use crate::model::posture::Posture;
use crate::reports::accepted;
use crate::reports::markup::{code, inline};
use crate::reports::remedies::{Waiting, grouped, whom};
use crate::reports::text::visible;
use crate::reports::words::{count, first};

/// The most things named in one line.
const NAMED: usize = 6;

/// The most messages shown of one check whose unknowns no permission would settle.
const MESSAGES: usize = 3;

/// The most columns of a sentence from elsewhere.
const SENTENCE: usize = 400;

pub(super) fn unknowns(posture: &Posture, names: &Names<'_>, room: usize) -> String {
    let unknown: Vec<&Finding> = posture.findings.iter().filter(|finding| finding.is_unknown()).collect();
    if unknown.is_empty() {
        return String::new();
    }
    let mut part = Part::new(room);
    part.add(&format!("## Unknown\n\n{}; unknown is never a pass.\n\n", count(unknown.len(), "verdict")));
    let (remedies, others) = grouped(&unknown);
    let mut items: Vec<String> = remedies
        .iter()
        .map(|(remedy, waiting)| item(&remedy.sentence(&whom(posture, waiting)), waiting, names))
        .collect();
    items.extend(others.iter().map(|(check, findings)| other(check, findings)));
    close(&mut part, &items);
    part.text
}

fn item(sentence: &str, waiting: &Waiting<'_>, names: &Names<'_>) -> String {
    let places = waiting.places.iter().map(|(account, regions)| {
        let account = account.map_or_else(|| "the organization".to_owned(), |id| names.show(id));
        let regions: Vec<String> = regions.iter().map(|region| (*region).to_owned()).collect();
        if regions.is_empty() { account } else { format!("{account} ({})", first(&regions, NAMED, "region")) }
    });
    let places: Vec<String> = places.collect();
    let checks: Vec<String> = waiting.checks.iter().map(|check| code(check)).collect();
    let wait = if waiting.verdicts == 1 { "waits" } else { "wait" };
    let message = waiting.message.filter(|message| !message.is_empty());
    let message = message.map(|message| format!("  \n  “{}”", inline(&visible(message, SENTENCE)))).unwrap_or_default();
    format!(
        "- **{}**  \n  in {}  \n  {} {wait}: {}{message}\n",
        inline(sentence),
        first(&places, NAMED, "account"),
        count(waiting.verdicts, "verdict"),
        first(&checks, NAMED, "check"),
    )
}

fn other(check: &str, findings: &[&Finding]) -> String {
    let verdicts = count(findings.len(), "verdict");
    let mut text = format!("- **{}: {verdicts} that no permission would settle**\n", code(check));
    for finding in findings.iter().take(MESSAGES) {
        let message = inline(&visible(&finding.message, SENTENCE));
        text.push_str(&format!("  - {}: {message}\n", name_of(&finding.subject.name)));
    }
    if findings.len() > MESSAGES {
        text.push_str(&format!("  - … and {} more\n", findings.len() - MESSAGES));
    }
    text
}

pub(super) fn waived(posture: &Posture, names: &Names<'_>, room: usize) -> String {
    let (groups, told) = (accepted::grouped(posture), accepted::to_tell(posture));
    if groups.is_empty() && told.is_empty() {
        return String::new();
    }
    let verdicts: usize = groups.iter().map(|(_, findings)| findings.len()).sum();
    let mut part = Part::new(room);
    part.add(&format!("## Waived\n\n{}, in no score; a waiver makes nothing pass.\n\n", count(verdicts, "verdict")));
    let mut items = Vec::new();
    for (waived, findings) in groups {
        let mut checks: Vec<String> = findings.iter().map(|finding| code(&finding.check)).collect();
        checks.dedup();
        let subjects = findings.iter().map(|finding| {
            let subject = &finding.subject;
            let name = name_of(if subject.name.is_empty() { &subject.arn } else { &subject.name });
            let status = finding.status.as_str();
            let account = finding.account.as_ref().map(|id| format!(" of {}", names.show(id))).unwrap_or_default();
            format!("{name}{account} ({status})")
        });
        let subjects: Vec<String> = subjects.collect();
        items.push(format!(
            "- {}  \n  {}: {}  \n  {}\n",
            inline(&visible(&accepted::sentence(waived), SENTENCE)),
            count(findings.len(), "verdict"),
            first(&checks, NAMED, "check"),
            first(&subjects, NAMED, "subject"),
        ));
    }
    for used in told {
        let waiver = &used.waiver;
        items.push(format!(
            "- **{}**: {} of {}, expires {}: {}\n",
            used.standing.as_str().replace('_', " "),
            code(&waiver.check),
            inline(&visible(&waiver.owner, SENTENCE)),
            inline(&visible(&waiver.expires.to_string(), SENTENCE)),
            inline(&visible(&used.why, SENTENCE)),
        ));
    }
    close(&mut part, &items);
    part.text
}

pub(super) fn not_judged(posture: &Posture, room: usize) -> String {
    if posture.not_judged.is_empty() {
        return String::new();
    }
    let mut part = Part::new(room);
    part.add("## Not yet judged\n\nThis version says nothing of these, neither good nor bad.\n\n");
    let mut items = Vec::new();
    for layer in Layer::ALL {
        let prefix = format!("{layer}-");
        let ids: Vec<String> =
            posture.not_judged.iter().filter(|id| id.starts_with(&prefix)).map(|id| code(id)).collect();
        if !ids.is_empty() {
            items.push(format!("- {}: {}\n", layer.title(), ids.join(", ")));
        }
    }
    close(&mut part, &items);
    part.text
}

/// Adds the items that have room, says how many have none, and ends the part.
fn close(part: &mut Part, items: &[String]) {
    let shown = items.iter().take_while(|item| part.add(item)).count();
    if shown < items.len() {
        part.note(&format!("\nCut here: {} more; `--format json` has all.\n", items.len() - shown));
    }
    part.note("\n");
}
