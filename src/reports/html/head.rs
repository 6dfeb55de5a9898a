//! The headline: the score and what moves it; the five layers; accounts by layers.

use std::collections::{BTreeMap, BTreeSet};

use super::markup::{Accounts, count, esc, fragment, grouped, interval, same, tone};
use crate::model::facts::Tier;
use crate::model::finding::{Finding, Layer, Severity, Status};
use crate::model::gap::GapKind;
use crate::model::posture::{Change, Counts, LayerPosture, Mover, Posture, Score};

/// The most changes shown of each kind.
const MOVERS: usize = 4;

/// The most accounts in the map.
const ACCOUNTS: usize = 200;

/// Whom the posture is of, as text.
pub(super) fn whose(posture: &Posture) -> String {
    match (&posture.organization, posture.accounts.as_slice()) {
        (Some(organization), _) => format!("organization {}", organization.id),
        (None, [account]) => format!("account {}", Accounts::of(posture).text(&account.id)),
        (None, []) => format!("account {}", posture.caller.account),
        (None, accounts) => count(accounts.len(), "account"),
    }
}

pub(super) fn headline(posture: &Posture) -> String {
    let mut out =
        String::from("<section class=\"headline\" aria-labelledby=\"headline-title\"><div class=\"verdict\">");
    out.push_str("<h2 id=\"headline-title\">The score</h2>");
    match posture.score {
        Some(score) => {
            out.push_str(&format!(
                "<p class=\"figure {}\"><span class=\"number\">{}</span> <span class=\"of\">of 100</span></p>{}",
                tone(score),
                interval(score),
                bar(score, "Overall score")
            ));
            let note = if same(score) {
                "Nothing that could not be read would change it."
            } else {
                "The low end takes every unknown as a failure, the high end as a pass. Unknown is never a pass."
            };
            out.push_str(&format!("<p class=\"quiet\">{note}</p>"));
        }
        None => out.push_str("<p class=\"figure\"><span class=\"number\">none</span></p><p>Nothing was judged.</p>"),
    }
    out.push_str(&facts(posture));
    out.push_str("</div>");
    out.push_str(&movers(posture));
    out + "</section>"
}

/// What every reader must know before believing the rest.
fn facts(posture: &Posture) -> String {
    let mut rows: Vec<(&str, String, &str)> = Vec::new();
    let failing = |finding: &&Finding| finding.fails() && finding.severity == Severity::Critical;
    let verdicts = posture.findings.iter().filter(failing).count();
    let guardrails: BTreeSet<&str> = posture.findings.iter().filter(failing).map(|f| f.check.as_str()).collect();
    let critical = if verdicts == 0 {
        "no critical guardrail is seen to fail".to_owned()
    } else {
        let verb = if guardrails.len() == 1 { "fails" } else { "fail" };
        format!("{} {verb}, in {}", count(guardrails.len(), "critical guardrail"), count(verdicts, "verdict"))
    };
    rows.push(("Critical", critical, if verdicts == 0 { "" } else { "bad" }));
    if !posture.resources.is_empty() {
        rows.push(survives(posture));
    }
    let all = posture.layers.iter().fold(Counts::default(), |sum, layer| Counts {
        passed: sum.passed + layer.counts.passed,
        failed: sum.failed + layer.counts.failed,
        unknown: sum.unknown + layer.counts.unknown,
        not_applicable: sum.not_applicable + layer.counts.not_applicable,
        waived: sum.waived + layer.counts.waived,
    });
    let asked = all.passed + all.failed + all.unknown;
    // Cut, not rounded: 100 % is everything.
    let evidence = ((all.passed + all.failed) * 100).checked_div(asked).map_or_else(
        || "no verdict".to_owned(),
        |share| format!("{share} % of {} could be judged, {} unknown", count(asked, "verdict"), grouped(all.unknown)),
    );
    let gaps = if posture.gaps.is_empty() { String::new() } else { format!("; {}", count(posture.gaps.len(), "gap")) };
    rows.push(("Evidence", format!("{evidence}{gaps}"), if all.unknown == 0 { "" } else { "warn" }));
    if all.waived > 0 {
        rows.push((
            "Waived",
            format!("{} accepted by an owner for a time, and left out of the score", count(all.waived, "verdict")),
            "",
        ));
    }
    let scanned = posture.accounts.iter().filter(|account| account.scanned).count();
    rows.push(("Scope", format!("{} of {} read", grouped(scanned), count(posture.accounts.len(), "account")), ""));
    let hidden: BTreeSet<String> = posture
        .gaps
        .iter()
        .filter(|placed| placed.gap.kind == GapKind::RegionDenied)
        .filter_map(|placed| placed.region.as_ref())
        .filter(|region| !posture.scope.treat_as_empty.contains(region))
        .map(ToString::to_string)
        .collect();
    if !hidden.is_empty() {
        let regions: Vec<String> = hidden.into_iter().collect();
        rows.push(("Unread", format!("a service control policy hides {}", regions.join(", ")), "warn"));
    }
    if !posture.scope.treat_as_empty.is_empty() {
        let regions: Vec<String> = posture.scope.treat_as_empty.iter().map(ToString::to_string).collect();
        rows.push(("Taken", format!("on the owner's word nothing lies in {}", regions.join(", ")), "warn"));
    }
    if !posture.not_judged.is_empty() {
        let agreed = posture.checks.len() + posture.not_judged.len();
        rows.push((
            "Not yet",
            format!("{} of {agreed} checks are not judged by this version", posture.not_judged.len()),
            "",
        ));
    }
    let rows: String = rows
        .iter()
        .map(|(word, text, tone)| format!("<div><dt>{word}</dt><dd class=\"{tone}\">{}</dd></div>", esc(text)))
        .collect();
    format!("<dl class=\"facts\">{rows}</dl>")
}

/// What would be left of the data of production.
fn survives(posture: &Posture) -> (&'static str, String, &'static str) {
    let all = posture.resources.len();
    let gone = posture.resources.iter().filter(|one| one.account_takeover.tier_at_best <= Tier::SharedFate).count();
    let sure = posture.resources.iter().filter(|one| one.account_takeover.tier >= Tier::Isolated).count();
    let open = all - gone - sure;
    let open = if open == 0 { String::new() } else { format!(", of {} that is not known", grouped(open)) };
    let lost = if gone == 0 { String::new() } else { format!("; of {} nothing would be left", grouped(gone)) };
    let tone = match (gone, open.is_empty()) {
        (0, true) => "",
        (0, false) => "warn",
        _ => "bad",
    };
    let stores = count(all, "production data store");
    ("Data", format!("of {stores}, {} would survive the takeover of their account{lost}{open}", grouped(sure)), tone)
}

/// A score as a bar: what is sure, and what is possible.
fn bar(score: Score, of: &str) -> String {
    let possible = (score.high - score.low).max(0.0);
    format!(
        "<svg class=\"bar\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}: {}\"><rect class=\"track\" width=\"100\" height=\"4\"/><rect class=\"sure {tone}\" width=\"{:.1}\" height=\"4\"/><rect class=\"possible {tone}\" x=\"{:.1}\" width=\"{possible:.1}\" height=\"4\"/></svg>",
        esc(of),
        interval(score).replace('\u{2013}', " to "),
        score.low,
        score.low,
        tone = tone(score)
    )
}

fn movers(posture: &Posture) -> String {
    let Some(now) = posture.score else { return String::new() };
    if posture.movers.is_empty() {
        return String::new();
    }
    let (settles, mends): (Vec<&Mover>, Vec<&Mover>) =
        posture.movers.iter().partition(|mover| matches!(mover.change, Change::Settle { .. }));
    let list = |title: &str, movers: &[&Mover]| {
        if movers.is_empty() {
            return String::new();
        }
        let items: String = movers.iter().take(MOVERS).map(|mover| item(posture, now, mover)).collect();
        format!("<h3>{title}</h3><ol class=\"movers\">{items}</ol>")
    };
    format!(
        "<div class=\"moves\"><h2>What moves it</h2>{}{}<p class=\"quiet\">Each taken alone, by the formula of the score. A layer stays at 59 while a critical guardrail of it fails, so its critical failures count together.</p></div>",
        list("Mend", &mends),
        list("Make readable, if it turns out well", &settles)
    )
}

fn item(posture: &Posture, now: Score, mover: &Mover) -> String {
    let (link, text) = match &mover.change {
        Change::Mend { check, severity } => {
            let title =
                posture.checks.iter().find(|one| one.id == *check).map_or(check.as_str(), |one| one.title.as_str());
            (format!("check={}&amp;status=fail", fragment(check)), format!("{title} ({severity})"))
        }
        Change::Uncap { layer, checks } => (
            format!("layer={layer}&amp;severity=critical&amp;status=fail"),
            format!("{}: all {} that fail", layer.title(), count(checks.len(), "critical guardrail")),
        ),
        Change::Settle { remedy } => ("status=unknown".to_owned(), remedy.sentence(&super::rest::reader(posture))),
    };
    let low = mover.score.low - now.low;
    let (gain, end) = if low > 0.0 { (low, "") } else { (mover.score.high - now.high, " at the high end") };
    format!(
        "<li><a href=\"#{link}\">{}</a><span class=\"gain\"><b>+{gain:.1}</b>{end}<span class=\"quiet\"> to {}, {}</span></span></li>",
        esc(&text),
        interval(mover.score),
        count(mover.verdicts, "verdict")
    )
}

pub(super) fn layers(posture: &Posture) -> String {
    let cards: String = posture.layers.iter().map(|layer| card(posture, layer)).collect();
    format!(
        "<section id=\"layers\" aria-labelledby=\"layers-title\"><h2 id=\"layers-title\">Five layers</h2><ul class=\"cards\">{cards}</ul></section>"
    )
}

fn card(posture: &Posture, layer: &LayerPosture) -> String {
    let judged = posture.checks.iter().filter(|check| check.layer == layer.id).count();
    let prefix = format!("{}-", layer.id);
    let agreed = judged + posture.not_judged.iter().filter(|id| id.starts_with(&prefix)).count();
    let (figure, bar) = match layer.score {
        Some(score) => {
            (format!("<p class=\"score {}\">{}</p>", tone(score), interval(score)), bar(score, &layer.title))
        }
        None => ("<p class=\"score none\">not judged</p>".to_owned(), String::new()),
    };
    let Counts { passed, failed, unknown, waived, not_applicable } = layer.counts;
    let row = |word: &str, mark: &str, number: usize, tone: &str, status: &str| {
        let tone = if number == 0 { "none" } else { tone };
        format!(
            "<div class=\"{tone}\"><dt><span aria-hidden=\"true\" class=\"glyph\">{mark}</span>{word}</dt><dd>{}</dd></div>",
            if number == 0 {
                "0".to_owned()
            } else {
                format!(
                    "<a href=\"#layer={}&amp;status={status}\" aria-label=\"{} {word} of {}\">{}</a>",
                    layer.id,
                    grouped(number),
                    esc(&layer.title),
                    grouped(number)
                )
            }
        )
    };
    format!(
        "<li class=\"card\"><h3>{}</h3>{figure}{bar}<dl class=\"counts\">{}{}{}{}{}</dl><p class=\"quiet\">{judged} of {agreed} checks judged</p></li>",
        esc(&layer.title),
        row("fail", "✗", failed, "bad", "fail"),
        row("unknown", "?", unknown, "unknown", "unknown"),
        row("pass", "✓", passed, "good", "pass"),
        row("waived", "~", waived, "plain", "waived"),
        row("not applicable", "–", not_applicable, "plain", "not_applicable")
    )
}

/// What a cell of the map holds.
#[derive(Default, Clone, Copy)]
struct Cell {
    fails: usize,
    unknown: usize,
    passes: usize,
    weight: u64,
}

/// How deep a cell is painted: by the weight of what fails, in steps that a person tells apart.
const fn depth(weight: u64) -> usize {
    match weight {
        0 => 0,
        1..=4 => 1,
        5..=16 => 2,
        17..=48 => 3,
        _ => 4,
    }
}

pub(super) fn map(posture: &Posture) -> String {
    let mut rows: BTreeMap<Option<&str>, BTreeMap<Layer, Cell>> = BTreeMap::new();
    for finding in posture.findings.iter().filter(|finding| finding.waived.is_none()) {
        let row = rows.entry(finding.account.as_ref().map(AsRef::as_ref)).or_default();
        let cell = row.entry(finding.layer).or_default();
        match finding.status {
            Status::Fail => {
                cell.fails += 1;
                cell.weight += u64::from(finding.severity.weight());
            }
            Status::Unknown => cell.unknown += 1,
            Status::Pass => cell.passes += 1,
            Status::NotApplicable => {}
        }
    }
    if rows.is_empty() {
        return String::new();
    }
    let accounts = Accounts::of(posture);
    let mut sorted: Vec<_> = rows.into_iter().collect();
    let weight = |row: &BTreeMap<Layer, Cell>| row.values().map(|cell| cell.weight).sum::<u64>();
    let unknown = |row: &BTreeMap<Layer, Cell>| row.values().map(|cell| cell.unknown).sum::<usize>();
    sorted.sort_by(|(a, left), (b, right)| {
        weight(right).cmp(&weight(left)).then(unknown(right).cmp(&unknown(left))).then(a.cmp(b))
    });
    let more = sorted.len().saturating_sub(ACCOUNTS);
    let head: String = Layer::ALL.iter().map(|layer| format!("<th scope=\"col\">{}</th>", layer.title())).collect();
    let mut body = String::new();
    for (account, cells) in sorted.iter().take(ACCOUNTS) {
        let summary = posture.accounts.iter().find(|one| Some(one.id.as_str()) == *account);
        let name =
            summary.map_or_else(|| account.unwrap_or("the organization").to_owned(), |one| accounts.name(&one.id));
        let environment = summary.and_then(|one| one.environment.as_deref());
        let sub = match (account, environment) {
            (Some(id), Some(environment)) => format!("{id} · {environment}"),
            (Some(id), None) if *id != name => (*id).to_owned(),
            _ => String::new(),
        };
        body.push_str(&format!(
            "<tr><th scope=\"row\"><bdi>{}</bdi><span class=\"quiet\">{}</span></th>",
            esc(&name),
            esc(&sub)
        ));
        for layer in Layer::ALL {
            body.push_str(&cell(
                cells.get(layer).copied().unwrap_or_default(),
                account.unwrap_or("none"),
                *layer,
                &name,
            ));
        }
        body.push_str("</tr>");
    }
    let more = if more == 0 {
        String::new()
    } else {
        format!(
            "<p class=\"quiet\">{} more, with fewer failures, are in the findings below.</p>",
            count(more, "account")
        )
    };
    format!(
        "<section id=\"map\" aria-labelledby=\"map-title\"><h2 id=\"map-title\">Accounts by layers</h2><p class=\"quiet\">The number is how many guardrails fail; the depth of the colour weighs them by severity (critical 8, high 4, medium 2, low 1). Hatched: some could not be seen.</p><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"map-title\"><table class=\"map\"><thead><tr><th scope=\"col\">Account</th>{head}</tr></thead><tbody>{body}</tbody></table></div>{more}</section>"
    )
}

fn cell(cell: Cell, account: &str, layer: Layer, name: &str) -> String {
    let Cell { fails, unknown, passes, weight } = cell;
    if fails + unknown + passes == 0 {
        return "<td><span class=\"cell empty\"><span aria-hidden=\"true\">–</span><span class=\"sr\">nothing to judge</span></span></td>".to_owned();
    }
    let hatched = if unknown > 0 { " hatched" } else { "" };
    let words = format!("{name}, {}: {fails} fail, {unknown} unknown, {passes} pass", layer.title());
    let number = if fails == 0 { "✓".to_owned() } else { grouped(fails) };
    let number = if fails == 0 && unknown > 0 { String::new() } else { number };
    let open = if unknown > 0 { format!("<span class=\"open\">?{}</span>", grouped(unknown)) } else { String::new() };
    format!(
        "<td><a class=\"cell heat-{}{hatched}\" href=\"#account={account}&amp;layer={layer}\"><span aria-hidden=\"true\">{number}{open}</span><span class=\"sr\">{}</span></a></td>",
        depth(weight),
        esc(&words)
    )
}
