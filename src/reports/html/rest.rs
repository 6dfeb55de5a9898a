//! Waivers, what could not be read, and where all of it comes from.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::{Accounts, count, esc, grouped};
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::model::remedy::Remedy;
use crate::model::waiver::{WaiverStanding, WaiverUse};

/// The most places named under one remedy.
const PLACES: usize = 8;

/// The most messages shown under one remedy.
const MESSAGES: usize = 3;

/// The most accounts in the ledger's summary.
const LEDGER: usize = 300;

/// Whom palisade reads as, for sentences.
pub(super) fn reader(posture: &Posture) -> String {
    let role = posture.scope.role_name.as_deref().unwrap_or("PalisadeAudit");
    if posture.accounts.len() <= 1 && posture.organization.is_none() {
        format!("the caller {}", posture.caller.arn)
    } else {
        format!("the role {role}")
    }
}

const fn standing(standing: WaiverStanding) -> (&'static str, &'static str) {
    match standing {
        WaiverStanding::Malformed => ("malformed", "bad"),
        WaiverStanding::Expired => ("expired", "bad"),
        WaiverStanding::Refused => ("refused", "bad"),
        WaiverStanding::ExpiresSoon => ("expires soon", "warn"),
        WaiverStanding::Unused => ("unused", "plain"),
        WaiverStanding::Applied => ("applied", "good"),
    }
}

pub(super) fn waivers(posture: &Posture) -> String {
    if posture.waivers.is_empty() {
        return String::new();
    }
    let mut sorted: Vec<&WaiverUse> = posture.waivers.iter().collect();
    sorted.sort_by_key(|one| one.standing);
    let rows: String = sorted.iter().map(|one| waiver(one)).collect();
    format!(
        "<section id=\"waivers\" aria-labelledby=\"waivers-title\"><h2 id=\"waivers-title\">Waivers</h2><p class=\"quiet\">Accepted by an owner for a time. What is waived keeps its status, is counted apart, and leaves the score. <a href=\"#status=waived\">Show what is waived</a></p><ul class=\"waivers\">{rows}</ul></section>"
    )
}

fn waiver(one: &WaiverUse) -> String {
    let (word, tone) = standing(one.standing);
    let waiver = &one.waiver;
    let limits: Vec<String> = [
        waiver.account.as_ref().map(|id| format!("account {id}")),
        waiver.organizational_unit.as_ref().map(|unit| format!("below {unit}")),
        waiver.arn.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let more: Vec<String> = [
        Some(format!("owner {}", waiver.owner)),
        waiver.ticket.as_ref().map(|ticket| format!("ticket {ticket}")),
        Some(format!("expires {}", waiver.expires)),
        waiver.approved_by.as_ref().map(|who| format!("approved by {who}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!(
        "<li><p><span class=\"chip {tone}\">{word}</span> <code>{}</code> <span class=\"quiet\">{}</span></p><p>{}</p><p class=\"quiet\">{} · {}</p><p class=\"quiet\">{}</p></li>",
        esc(&waiver.check),
        esc(&limits.join(", ")),
        esc(&waiver.reason),
        esc(&more.join(" · ")),
        count(one.findings, "finding"),
        esc(&one.why)
    )
}

/// What waits for a remedy.
#[derive(Default)]
struct Waiting<'a> {
    gaps: usize,
    places: BTreeMap<Option<&'a AccountId>, BTreeSet<&'a str>>,
    messages: BTreeSet<&'a str>,
}

pub(super) fn gaps(posture: &Posture) -> String {
    let mut remedies: BTreeMap<Remedy, Waiting<'_>> = BTreeMap::new();
    for placed in &posture.gaps {
        let waiting = remedies.entry(Remedy::of(&placed.gap)).or_default();
        waiting.gaps += 1;
        waiting.places.entry(placed.account.as_ref()).or_default().extend(placed.region.as_ref().map(AsRef::as_ref));
        if !placed.gap.message.is_empty() {
            waiting.messages.insert(&placed.gap.message);
        }
    }
    let mut sorted: Vec<_> = remedies.into_iter().collect();
    sorted.sort_by_key(|(_, waiting)| std::cmp::Reverse(waiting.gaps));
    let accounts = Accounts::of(posture);
    let reader = reader(posture);
    let items: String =
        sorted.iter().map(|(remedy, waiting)| item(&remedy.sentence(&reader), waiting, &accounts)).collect();
    let text = if items.is_empty() {
        "<p>Everything that was asked for was read.</p>".to_owned()
    } else {
        format!(
            "<p class=\"quiet\">What could not be read makes verdicts unknown; it never makes one pass. <a href=\"#status=unknown\">Show what is unknown</a></p><ul class=\"remedies\">{items}</ul>"
        )
    };
    let not_judged = if posture.not_judged.is_empty() {
        String::new()
    } else {
        let ids: Vec<String> = posture.not_judged.iter().map(|id| format!("<code>{}</code>", esc(id))).collect();
        format!("<p class=\"quiet\">Not judged by this version, neither good nor bad: {}</p>", ids.join(", "))
    };
    format!(
        "<section id=\"unread\" aria-labelledby=\"unread-title\"><h2 id=\"unread-title\">What could not be read</h2>{text}{not_judged}</section>"
    )
}

fn item(sentence: &str, waiting: &Waiting<'_>, accounts: &Accounts<'_>) -> String {
    let mut places: Vec<String> = waiting
        .places
        .iter()
        .take(PLACES)
        .map(|(account, regions)| {
            let account = account.map_or_else(|| "the organization".to_owned(), |id| accounts.text(id));
            let regions: Vec<&str> = regions.iter().copied().collect();
            if regions.is_empty() { account } else { format!("{account} ({})", regions.join(", ")) }
        })
        .collect();
    let more = waiting.places.len().saturating_sub(PLACES);
    if more > 0 {
        places.push(format!("and {}", count(more, "more account")));
    }
    let messages: String = waiting.messages.iter().take(MESSAGES).map(|text| format!("<q>{}</q>", esc(text))).collect();
    format!(
        "<li><p class=\"remedy\">{}</p><p class=\"quiet\">{}, in {}</p>{messages}</li>",
        esc(sentence),
        count(waiting.gaps, "gap"),
        esc(&places.join("; "))
    )
}

pub(super) fn source(posture: &Posture) -> String {
    let accounts = Accounts::of(posture);
    let scope = &posture.scope;
    let list = |all: &[String]| all.join(", ");
    let ids = |all: &[AccountId]| list(&all.iter().map(|id| accounts.text(id)).collect::<Vec<_>>());
    let names = |all: &[crate::model::ids::Region]| list(&all.iter().map(ToString::to_string).collect::<Vec<_>>());
    let or = |text: String, otherwise: &str| if text.is_empty() { otherwise.to_owned() } else { text };
    let mut rows = vec![
        ("Tool", posture.tool.clone()),
        ("Read", posture.taken_at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()),
        ("Caller", posture.caller.arn.to_string()),
        ("Partition, home region", format!("{}, {}", posture.caller.partition, posture.caller.home_region)),
        ("Audit role", or(scope.role_name.clone().unwrap_or_default(), "the caller's own credentials")),
        ("Accounts", or(ids(&scope.accounts), "all")),
        ("Organizational units", or(list(&scope.organizational_units), "all")),
        ("Excluded accounts", or(ids(&scope.excluded_accounts), "none")),
        ("Regions", or(names(&scope.regions), "what each account has enabled")),
        ("Taken as empty", or(names(&scope.treat_as_empty), "none")),
        ("Content of states", if scope.state_content { "read" } else { "not read" }.to_owned()),
    ];
    if let Some(organization) = &posture.organization {
        let management = accounts.text(&organization.management_account);
        rows.insert(2, ("Organization", format!("{}, management account {management}", organization.id)));
    }
    let rows: String =
        rows.iter().map(|(word, text)| format!("<div><dt>{word}</dt><dd>{}</dd></div>", esc(text))).collect();
    format!(
        "<section id=\"source\" aria-labelledby=\"source-title\"><h2 id=\"source-title\">Where this comes from</h2><dl class=\"source\">{rows}</dl>{}</section>",
        ledger(posture, &accounts)
    )
}

/// The calls, by account.
fn ledger(posture: &Posture, accounts: &Accounts<'_>) -> String {
    let mut by_account: BTreeMap<&AccountId, (u64, u64, usize, BTreeSet<&str>)> = BTreeMap::new();
    for entry in &posture.ledger {
        let row = by_account.entry(&entry.account).or_default();
        row.0 += entry.calls;
        row.1 += entry.attempts;
        row.2 += entry.failures.len();
        row.3.insert(entry.operation.as_str());
    }
    if by_account.is_empty() {
        return "<p class=\"quiet\">The ledger is empty: no call was made for this report.</p>".to_owned();
    }
    let number = |number: u64| grouped(usize::try_from(number).unwrap_or(usize::MAX));
    let rows: String = by_account
        .iter()
        .take(LEDGER)
        .map(|(id, (calls, attempts, failures, operations))| {
            format!(
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                esc(&accounts.text(id)),
                operations.len(),
                number(*calls),
                number(*attempts),
                grouped(*failures)
            )
        })
        .collect();
    let calls: u64 = by_account.values().map(|row| row.0).sum();
    let first = posture.ledger.iter().map(|entry| entry.first_at).min();
    let last = posture.ledger.iter().map(|entry| entry.last_at).max();
    let when = first.zip(last).map_or_else(String::new, |(first, last)| {
        format!(", from {} to {}", first.strftime("%Y-%m-%d %H:%M:%S"), last.strftime("%Y-%m-%d %H:%M:%S UTC"))
    });
    let more = by_account.len().saturating_sub(LEDGER);
    let more =
        if more == 0 { String::new() } else { format!("<p class=\"quiet\">and {}</p>", count(more, "more account")) };
    format!(
        "<details class=\"ledger\"><summary>{} calls in {}{when}</summary><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Calls by account\"><table class=\"sums\"><thead><tr><th scope=\"col\">Account</th><th scope=\"col\">Operations</th><th scope=\"col\">Calls</th><th scope=\"col\">Tries</th><th scope=\"col\">Failed</th></tr></thead><tbody>{rows}</tbody></table></div>{more}</details>",
        number(calls),
        count(by_account.len(), "account")
    )
}
