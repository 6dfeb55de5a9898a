//! Scores over time: a table of the kept scans of each scope, and a curve per layer.

use std::io::{self, Write};

use comfy_table::ColumnConstraint;

use super::Options;
use super::head::paint_of;
use super::page::{Page, Paint, count, right};
use crate::model::history::{Scan, ScopeHistory};
use crate::model::posture::{Counts, Score};
use crate::reports::text::visible;
use crate::reports::words::interval;

/// From this width on the table holds the passes and the waived too.
const WIDE: usize = 100;

/// The columns that a curve leaves to its label and its numbers.
const BESIDE: usize = 58;

/// The steps of a curve: an eighth of 100 each.
const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The same where the terminal knows no more than ASCII: a tenth of 100 each.
const ASCII_STEPS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

/// How the curves are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// In blocks.
    Unicode,
    /// In digits: 0 is below 10, 9 is 90 and above.
    Ascii,
}

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(
    scopes: &[ScopeHistory],
    damaged: &[String],
    signs: Signs,
    options: &Options,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut page = Page::new(*options);
    if scopes.is_empty() {
        page.line("No scan is kept.");
    }
    for (index, history) in scopes.iter().enumerate() {
        if index > 0 {
            page.blank();
        }
        scope(history, signs, &mut page);
    }
    for text in damaged {
        page.blank();
        page.sentence("", text, Paint::Bad);
    }
    out.write_all(page.text().as_bytes())
}

fn scope(history: &ScopeHistory, signs: Signs, page: &mut Page) {
    let title = page.paint(Paint::Strong, &visible(&format!("History of {}", history.scope.describe()), page.width()));
    page.line(&title);
    let older = if history.older == 0 { String::new() } else { format!(" and {} older", history.older) };
    let note = format!("scope {}, {}{older}", history.scope_id, count(history.scans.len(), "scan"));
    let note = page.paint(Paint::Dim, &note);
    page.line(&note);
    page.blank();
    table(history, page);
    if history.scans.iter().any(|scan| !scan.complete) {
        page.sentence(
            "  * ",
            "not complete: calls were throttled, timed out or interrupted; later scans are not measured against it",
            Paint::Warn,
        );
    }
    page.blank();
    curves(history, signs, page);
}

fn table(history: &ScopeHistory, page: &mut Page) {
    let wide = page.width() >= WIDE;
    let mut header = vec!["Scan", "Score"];
    header.extend(LAYERS.iter().map(|(_, short)| *short));
    header.extend(if wide { ["Fail", "Unknown", "Waived", "Pass"].as_slice() } else { ["Fail", "Unk"].as_slice() });
    let mut table = page.table(&header);
    for scan in &history.scans {
        table.add_row(row(scan, wide, page));
    }
    right(&mut table, 1..header.len());
    // An id is there to be copied: it stays on one line.
    if let Some(column) = table.column_mut(0) {
        column.set_constraint(ColumnConstraint::ContentWidth);
    }
    page.put(&table);
}

/// The layers by the index that they have in a scan, with names short enough for a column.
const LAYERS: [(usize, &str); 5] = [(0, "SCP"), (1, "Sep"), (2, "Del"), (3, "Bkp"), (4, "State")];

fn row(scan: &Scan, wide: bool, page: &Page) -> Vec<String> {
    let mark = if scan.complete { "" } else { "*" };
    let mut row = vec![format!("{}{mark}", scan.id), scored(scan.score, if wide { interval } else { whole }, page)];
    row.extend(LAYERS.iter().map(|(index, _)| {
        let score = scan.layers.get(*index).and_then(|layer| layer.score);
        scored(score, whole, page)
    }));
    let all = scan.layers.iter().fold(Counts::default(), |sum, layer| Counts {
        passed: sum.passed + layer.counts.passed,
        failed: sum.failed + layer.counts.failed,
        unknown: sum.unknown + layer.counts.unknown,
        not_applicable: sum.not_applicable + layer.counts.not_applicable,
        waived: sum.waived + layer.counts.waived,
    });
    row.extend([all.failed.to_string(), all.unknown.to_string()]);
    if wide {
        row.extend([all.waived.to_string(), all.passed.to_string()]);
    }
    row
}

fn scored(score: Option<Score>, text: fn(Score) -> String, page: &Page) -> String {
    score.map_or_else(|| page.paint(Paint::Dim, "-"), |score| page.paint(paint_of(score), &text(score)))
}

/// An interval in whole points, cut: there is no room for more.
fn whole(score: Score) -> String {
    let (low, high) = (format!("{:.0}", score.low.floor()), format!("{:.0}", score.high.floor()));
    if low == high { low } else { format!("{low}-{high}") }
}

fn curves(history: &ScopeHistory, signs: Signs, page: &mut Page) {
    let room = page.width().saturating_sub(BESIDE).max(8);
    let shown = history.scans.len().min(room);
    let scans = history.scans.iter().skip(history.scans.len() - shown);
    let overall: Vec<Option<Score>> = scans.clone().map(|scan| scan.score).collect();
    curve("Overall", &overall, signs, page);
    for (index, _) in LAYERS {
        let title = history.scans.last().and_then(|scan| scan.layers.get(index)).map(|layer| layer.title.as_str());
        let scores: Vec<Option<Score>> =
            scans.clone().map(|scan| scan.layers.get(index).and_then(|layer| layer.score)).collect();
        curve(title.unwrap_or_default(), &scores, signs, page);
    }
}

/// One end of an interval.
type End = fn(&Score) -> f64;

/// One curve, or one for each end where the score is not certain.
fn curve(title: &str, scores: &[Option<Score>], signs: Signs, page: &mut Page) {
    let certain = scores.iter().flatten().all(|score| score.low.to_bits() == score.high.to_bits());
    let ends: &[(&str, End)] = if certain {
        &[("", |score: &Score| score.low)]
    } else {
        &[("low ", |score: &Score| score.low), ("high", |score: &Score| score.high)]
    };
    for (index, (name, end)) in ends.iter().enumerate() {
        let title = if index == 0 { visible(title, 32) } else { String::new() };
        let values: Vec<Option<f64>> = scores.iter().map(|score| score.as_ref().map(end)).collect();
        let drawn: String = values.iter().map(|value| value.map_or(' ', |value| sign(value, signs))).collect();
        let mut known = values.iter().flatten();
        let arrow = if signs == Signs::Unicode { "→" } else { "->" };
        let numbers = match (known.next(), known.next_back()) {
            (Some(first), Some(last)) => format!("{first:.1} {arrow} {last:.1}"),
            (Some(only), None) => format!("{only:.1}"),
            _ => "not judged".to_owned(),
        };
        page.line(&format!("  {title:<32} {name:<4} {drawn} {numbers}"));
    }
}

/// The step of a value from 0 to 100. The highest stands for its part of the scale alone: 100 is no more than 90.
fn sign(value: f64, signs: Signs) -> char {
    let steps: &[char] = match signs {
        Signs::Unicode => &STEPS,
        Signs::Ascii => &ASCII_STEPS,
    };
    let reached = steps.iter().zip(0_u8..).take_while(|(_, step)| {
        let ends = 100.0 * f64::from(*step) / f64::from(u8::try_from(steps.len()).unwrap_or(u8::MAX));
        *step == 0 || value >= ends
    });
    reached.last().map_or(' ', |(sign, _)| *sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_its_part_of_the_scale() {
        let drawn = |signs| [0.0, 12.4, 12.5, 49.9, 50.0, 87.4, 87.5, 100.0].map(|value| sign(value, signs));
        assert_eq!(String::from_iter(drawn(Signs::Unicode)), "▁▁▂▄▅▇██");
        assert_eq!(String::from_iter(drawn(Signs::Ascii)), "01145889");
    }
}
