//! Go or no-go, as a page for a terminal, as Markdown for a pull request, and as JSON. Imports `model` and the room's safe text.
//!
//! Names come from AWS, from plans and from files: a terminal sees them through [`visible`](super::text::visible), Markdown escaped.

mod markdown;
mod text;

pub use markdown::write as write_markdown;
pub use text::{Options, write as write_text};

use crate::model::facts::Tier;
use crate::model::ready::{Item, ItemStatus, OverrideStanding, OverrideUse, PlanJudged, Readiness, ReadyCounts};

/// The most items of one rule that a page shows; JSON has them all.
const SHOWN: usize = 8;

/// Items of one status and one rule.
struct Group<'a> {
    title: &'a str,
    items: Vec<&'a Item>,
}

/// The items of a status, by rule, in the order of the report.
fn groups(readiness: &Readiness, status: ItemStatus) -> Vec<Group<'_>> {
    let here: Vec<&Item> = readiness.items.iter().filter(|item| item.status == status).collect();
    let groups = here.chunk_by(|a, b| a.rule == b.rule);
    groups.filter_map(|items| Some(Group { title: &items.first()?.title, items: items.to_vec() })).collect()
}

/// Whether a rule that holds has nothing to name: it is about the whole question, or the whole plan.
fn self_told(item: &Item) -> bool {
    item.rule == item.name || item.rule.starts_with("plan") || item.rule == "toll"
}

/// The parts of a page, in order, each with its heading.
const PARTS: [(ItemStatus, &str); 5] = [
    (ItemStatus::Blocker, "Blockers"),
    (ItemStatus::CannotVerify, "What could not be verified"),
    (ItemStatus::Overridden, "Overridden: somebody means it"),
    (ItemStatus::Waived, "Waived: an owner accepts it for a time"),
    (ItemStatus::Holds, "What holds"),
];

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The counts in words.
fn tally(counts: &ReadyCounts) -> String {
    let mut parts =
        vec![counted(counts.blockers, "blocker"), format!("{} could not be verified", counts.cannot_verify)];
    for (number, word) in [(counts.overridden, "overridden"), (counts.waived, "waived")] {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    }
    let word = if counts.holds == 1 { "holds" } else { "hold" };
    parts.push(format!("{} {word}", counts.holds));
    parts.join(", ")
}

/// What was asked, in words.
fn asked(readiness: &Readiness) -> Vec<String> {
    let question = &readiness.question;
    let mut named: Vec<String> = question.accounts.iter().map(|id| format!("account {id}")).collect();
    named.extend(question.resources.iter().map(ToString::to_string));
    named.extend(question.states.iter().cloned());
    let what = if question.is_everything() { "all production data".to_owned() } else { named.join(", ") };
    let rules = format!(
        "Wanted: {} survivor younger than {}, a restore in the last {}.",
        match question.accept {
            Tier::Isolated => "an isolated or immutable",
            _ => "an immutable",
        },
        counted(usize::try_from(question.rpo_hours).unwrap_or(usize::MAX), "hour"),
        counted(usize::try_from(question.restore_test_days).unwrap_or(usize::MAX), "day"),
    );
    let asked = format!("Asked about: {what}; {}.", counted(readiness.resources.len(), "data store"));
    let read = format!("Read {} UTC, judged by {}.", readiness.taken_at.strftime("%Y-%m-%d %H:%M"), readiness.tool);
    let plan = readiness.plan.as_ref().map(planned);
    [asked].into_iter().chain(plan).chain([rules, read]).collect()
}

/// The plan in words.
fn planned(plan: &PlanJudged) -> String {
    let parts: Vec<String> = [
        (plan.creates, "created"),
        (plan.updates, "changed"),
        (plan.replaces, "replaced"),
        (plan.deletes, "deleted"),
        (plan.forgets, "forgotten"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{number} {word}"))
    .collect();
    let what = if parts.is_empty() { "nothing changes".to_owned() } else { parts.join(", ") };
    format!("Plan: {} ({what}).", plan.name)
}

/// What became of the overrides, those that cover nothing included.
fn overrides(all: &[OverrideUse]) -> impl Iterator<Item = (bool, String)> {
    all.iter().map(|one| {
        let entry = &one.entry;
        let action = entry.action.map_or("any change", |action| action.as_str());
        let owner = entry.owner.as_ref().map_or_else(String::new, |owner| format!(", owner {owner}"));
        let expires = entry.expires.as_ref().map_or_else(String::new, |day| format!(", until {day}"));
        let text = format!(
            "{}: {} ({action}) at {}: {}{owner}{expires}. {}",
            one.standing.as_str(),
            entry.resource,
            entry.place,
            entry.reason,
            one.why
        );
        (one.standing == OverrideStanding::Used, text)
    })
}

/// The waiver or the override that covers an item, in words.
fn covered(item: &Item) -> Option<String> {
    if let Some(waived) = &item.waived {
        let ticket = waived.ticket.as_ref().map_or_else(String::new, |ticket| format!(", {ticket}"));
        return Some(format!("waived until {} by {}{ticket}: {}", waived.expires, waived.owner, waived.reason));
    }
    let one = item.overridden.as_ref()?;
    let owner = one.owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}"));
    let until = one.expires.map_or_else(String::new, |day| format!(" until {day}"));
    Some(format!("overridden{until}{owner} ({}): {}", one.place, one.reason))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ready::{Clear, Question, READY_SCHEMA, ReadyVerdict};

    /// Whoever may name a thing may not colour, hide or link a line.
    fn hostile() -> Readiness {
        let name = "a\u{1b}[32m`|<b>@ann\n# GO";
        let item = |status, waived: bool| Item {
            rule: "survivor".to_owned(),
            title: "A survivor is good enough".to_owned(),
            status,
            subject: name.to_owned(),
            name: name.to_owned(),
            account: "111122223333".parse().ok(),
            said: format!("Nothing is left of {name}."),
            condition: Some(name.to_owned()),
            rests_on: Vec::new(),
            clear: Some(Clear { change: name.to_owned(), command: Some(format!("aws '{name}'")) }),
            waived: waived.then(|| crate::model::waiver::Waived {
                reason: name.to_owned(),
                owner: "ann".to_owned(),
                ticket: Some("T-1".to_owned()),
                expires: jiff::civil::date(2026, 12, 31),
                approved_by: None,
            }),
            overridden: None,
        };
        Readiness {
            schema: READY_SCHEMA.to_owned(),
            tool: "palisade 0.1.0".to_owned(),
            taken_at: "2026-03-02T07:00:00Z".parse().unwrap(),
            verdict: ReadyVerdict::NoGo,
            counts: ReadyCounts { blockers: 1, cannot_verify: 0, waived: 1, overridden: 0, holds: 1 },
            question: Question {
                accounts: Vec::new(),
                resources: Vec::new(),
                states: vec![format!("s3://b/{name}")],
                principals: Vec::new(),
                accept: Tier::Immutable,
                rpo_hours: 1,
                restore_test_days: 35,
            },
            resources: Vec::new(),
            items: vec![
                item(ItemStatus::Blocker, false),
                item(ItemStatus::Waived, true),
                item(ItemStatus::Holds, false),
            ],
            plan: None,
            overrides: Vec::new(),
        }
    }

    #[test]
    fn nothing_hostile_reaches_a_terminal_or_becomes_markup() {
        let mut text = Vec::new();
        write_text(&hostile(), &Options { width: 200, colour: false }, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(!text.contains('\u{1b}') && !text.contains("\n# GO"), "{text}");
        assert!(text.starts_with("NO-GO: 1 blocker, 0 could not be verified, 1 waived, 1 holds\n"), "{text}");
        assert!(text.contains("younger than 1 hour, a restore in the last 35 days"), "{text}");
        assert!(text.contains("waived until 2026-12-31 by ann, T-1: "), "{text}");
        let mut markdown = Vec::new();
        write_markdown(&hostile(), &mut markdown).unwrap();
        let markdown = String::from_utf8(markdown).unwrap();
        assert!(!markdown.contains('\u{1b}') && !markdown.contains("\n# GO"), "{markdown}");
        for line in markdown.lines().filter(|line| line.contains("<b>") || line.contains("@ann")) {
            // Only within code, where nothing is markup.
            assert!(line.contains("``a\\u{1b}[32m`|<b>@ann") || line.trim_start().starts_with("aws "), "{line}");
        }
    }
}
