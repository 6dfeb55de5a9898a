//! The headline and the five layers.

use std::collections::BTreeSet;

use super::page::{Accounts, Page, Paint, count, first, right};
use crate::model::finding::Severity;
use crate::model::gap::GapKind;
use crate::model::posture::{LayerPosture, Posture, Score};
use crate::reports::text::visible;
use crate::reports::words::{all_counts, interval, judged};

/// From this width on the layers' scores are drawn as bars as well.
const BARS: usize = 100;

/// What the column of waived verdicts takes of that, with what is between columns.
const WAIVED: usize = 8;

/// The width of a bar, in columns.
const BAR: usize = 20;

/// The points that a column of a bar stands for.
const CELL: f64 = 5.0;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let whose = match &posture.organization {
        Some(organization) => format!("organization {}", visible(&organization.id, 40)),
        None => match posture.accounts.as_slice() {
            [] => format!("account {}", Accounts::of(posture).show(&posture.caller.account)),
            [account] => format!("account {}", Accounts::of(posture).show(&account.id)),
            accounts => count(accounts.len(), "account"),
        },
    };
    let taken = posture.taken_at.strftime("%Y-%m-%d %H:%M UTC");
    let title = page.paint(Paint::Strong, &format!("Posture of {whose}"));
    page.line(&title);
    let how = page.paint(Paint::Dim, &format!("read {taken}, judged by {}", visible(&posture.tool, 40)));
    page.line(&how);
    page.blank();
    headline(posture, page);
    warnings(posture, page);
    page.blank();
    layers(posture, page);
}

fn headline(posture: &Posture, page: &mut Page) {
    match posture.score {
        Some(score) => {
            let paint = paint_of(score);
            page.labelled("Score", &format!("{} of 100", interval(score)), paint);
        }
        None => page.labelled("Score", "none: nothing was judged", Paint::Warn),
    }
    let failing = |finding: &&crate::model::finding::Finding| finding.fails() && finding.severity == Severity::Critical;
    let verdicts = posture.findings.iter().filter(failing).count();
    let guardrails: BTreeSet<&str> = posture.findings.iter().filter(failing).map(|f| f.check.as_str()).collect();
    if verdicts == 0 {
        page.labelled("Critical", "no critical guardrail is seen to fail", Paint::Plain);
    } else {
        let text = format!(
            "{} {}: {}",
            count(guardrails.len(), "critical guardrail"),
            fails(guardrails.len()),
            count(verdicts, "verdict")
        );
        page.labelled("Critical", &text, Paint::Bad);
    }
    evidence(posture, page);
    let scanned = posture.accounts.iter().filter(|account| account.scanned).count();
    page.labelled("Scope", &format!("{scanned} of {} read", count(posture.accounts.len(), "account")), Paint::Plain);
}

fn fails(number: usize) -> &'static str {
    if number == 1 { "fails" } else { "fail" }
}

fn evidence(posture: &Posture, page: &mut Page) {
    let all = all_counts(posture);
    let judged = all.passed + all.failed;
    let asked = judged + all.unknown;
    // Cut, not rounded: 100 % is everything.
    let share = (judged * 100).checked_div(asked);
    let unread =
        if posture.gaps.is_empty() { String::new() } else { format!("; {}", count(posture.gaps.len(), "gap")) };
    let waived = if all.waived == 0 { String::new() } else { format!("; {} waived", all.waived) };
    let text = match share {
        Some(share) => {
            format!("{share} % of {} could be judged, {} unknown{unread}{waived}", count(asked, "verdict"), all.unknown)
        }
        None => format!("no verdict{unread}{waived}"),
    };
    page.labelled("Evidence", &text, if all.unknown == 0 { Paint::Plain } else { Paint::Warn });
}

/// What every reader must know before believing the rest.
fn warnings(posture: &Posture, page: &mut Page) {
    let denied: BTreeSet<String> = posture
        .gaps
        .iter()
        .filter(|placed| placed.gap.kind == GapKind::RegionDenied)
        .filter_map(|placed| placed.region.as_ref().map(ToString::to_string))
        .filter(|region| !posture.scope.treat_as_empty.iter().any(|empty| empty.as_str() == region))
        .collect();
    if !denied.is_empty() {
        let regions: Vec<String> = denied.into_iter().collect();
        let text = format!(
            "region_denied: a service control policy hides {} ({})",
            count(regions.len(), "region"),
            first(&regions, 6, "region")
        );
        page.labelled("Unread", &text, Paint::Warn);
    }
    let empty: Vec<String> = posture.scope.treat_as_empty.iter().map(ToString::to_string).collect();
    if !empty.is_empty() {
        let text = format!("treat_as_empty: on the owner's word nothing lies in {}", empty.join(", "));
        page.labelled("Taken", &text, Paint::Warn);
    }
    if !posture.not_judged.is_empty() {
        let agreed = posture.checks.len() + posture.not_judged.len();
        let text =
            format!("{} of {agreed} checks are not judged by this version, named below", posture.not_judged.len());
        page.labelled("Not yet", &text, Paint::Dim);
    }
}

fn layers(posture: &Posture, page: &mut Page) {
    let waived = posture.layers.iter().any(|layer| layer.counts.waived > 0);
    let wide = page.width() >= BARS + if waived { WAIVED } else { 0 };
    let mut header = vec!["Layer", "Score", "Checks", "Pass", "Fail", "Unknown"];
    if waived {
        header.push("Waived");
    }
    if wide {
        header.extend(["N/A", "0        50       100"]);
    }
    let mut table = page.table(&header);
    for layer in &posture.layers {
        table.add_row(row(layer, judged(posture, layer), (wide, waived), page));
    }
    right(&mut table, 2..header.len() - usize::from(wide));
    page.put(&table);
}

fn row(
    layer: &LayerPosture,
    (judged, agreed): (usize, usize),
    (wide, waived): (bool, bool),
    page: &Page,
) -> Vec<String> {
    let counts = layer.counts;
    let (text, paint) = match layer.score {
        Some(score) if judged == agreed => (interval(score), paint_of(score)),
        // What few checks say is no reason for green.
        Some(score) => (interval(score), if score.high < 60.0 { Paint::Bad } else { Paint::Warn }),
        None => ("not judged".to_owned(), Paint::Dim),
    };
    let number =
        |number: usize, paint: Paint| page.paint(if number == 0 { Paint::Plain } else { paint }, &number.to_string());
    let mut row = vec![
        visible(&layer.title, 40),
        page.paint(paint, &text),
        page.paint(if judged < agreed { Paint::Warn } else { Paint::Plain }, &format!("{judged}/{agreed}")),
        number(counts.passed, Paint::Plain),
        number(counts.failed, Paint::Bad),
        number(counts.unknown, Paint::Warn),
    ];
    if waived {
        row.push(number(counts.waived, Paint::Warn));
    }
    if wide {
        row.push(number(counts.not_applicable, Paint::Dim));
        row.push(layer.score.map(bar).unwrap_or_default());
    }
    row
}

/// `█` up to the low end, `▒` up to the high end, `░` beyond.
fn bar(score: Score) -> String {
    let (sure, possible) = (cells(score.low), cells(score.high));
    "█".repeat(sure) + &"▒".repeat(possible.saturating_sub(sure)) + &"░".repeat(BAR.saturating_sub(possible.max(sure)))
}

fn cells(score: f64) -> usize {
    // A cell stands for 100 ÷ BAR points and is filled where the score reaches its end.
    (1..=BAR).zip(1_u8..).take_while(|(_, cell)| score >= f64::from(*cell) * CELL).count()
}

pub(super) fn paint_of(score: Score) -> Paint {
    match score {
        Score { low, .. } if low >= 90.0 => Paint::Good,
        Score { high, .. } if high < 60.0 => Paint::Bad,
        _ => Paint::Warn,
    }
}
