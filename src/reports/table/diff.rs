//! What became of one scan's verdicts in another, as a page: what is worse first, then what is better, then what came and went.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::Options;
use super::page::{Page, Paint, count};
use crate::model::diff::{Change, Diff, DiffSide, LayerMovement, Mover, SubjectChange, Verdict};
use crate::model::finding::Status;
use crate::model::ids::{AccountId, Region};
use crate::model::posture::{AccountSummary, Counts, Score};
use crate::reports::text::visible;
use crate::reports::words::interval;

/// How many guardrails are named under a layer.
const MOVERS: usize = 6;

/// The least room that a name gets.
const NARROW: usize = 8;

/// The room that a layer's title takes.
const TITLE: usize = 33;

/// Writes the page; `options.subjects` is the most changes shown in one list.
///
/// # Errors
/// What the writer says.
pub fn write(diff: &Diff, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(*options);
    head(diff, &mut page);
    layers(diff, &mut page);
    for list in lists(diff) {
        write_list(&list, diff, &mut page);
    }
    subjects("APPEARED", "subjects that were not judged before", &diff.subjects_appeared, diff, &mut page);
    subjects("NO LONGER JUDGED", "subjects of the earlier scan alone", &diff.subjects_gone, diff, &mut page);
    tail(diff, &mut page);
    out.write_all(page.text().as_bytes())
}

/// A list of changes with its heading.
struct List<'a> {
    title: &'a str,
    note: &'a str,
    paint: Paint,
    changes: &'a [Change],
}

fn lists(diff: &Diff) -> [List<'_>; 8] {
    let list = |title, note, paint, changes| List { title, note, paint, changes };
    [
        list("NEW", "fail, and did not before", Paint::Bad, diff.regressions.as_slice()),
        list("NO LONGER WAIVED", "fail or are unknown, and were waived before", Paint::Bad, &diff.unwaived),
        list("NOW UNKNOWN", "could be judged before, or were not there", Paint::Warn, &diff.now_unknown),
        list("CHANGED", "why, how bad, or from one status to another", Paint::Warn, &diff.changed),
        list("FIXED", "failed, and pass", Paint::Good, &diff.fixed),
        list("NOW WAIVED", "accepted for a time; not fixed", Paint::Plain, &diff.waived),
        list("GONE", "failed or were unknown, and are not judged now; not fixed", Paint::Warn, &diff.gone),
        list("NOT TOLD", "a report without these verdicts cannot tell", Paint::Warn, &diff.not_told),
    ]
}

fn head(diff: &Diff, page: &mut Page) {
    let each = page.width().saturating_sub("Diff of  and ".len()) / 2;
    let title = format!("Diff of {} and {}", visible(&diff.old.name, each), visible(&diff.new.name, each));
    let title = page.paint(Paint::Strong, &title);
    page.line(&title);
    for (name, side) in [("old", &diff.old), ("new", &diff.new)] {
        let taken = side.taken_at.strftime("%Y-%m-%d %H:%M UTC");
        let text = format!("{name}  read {taken}, judged by {}", side.tool);
        let text = page.paint(Paint::Dim, &visible(&text, page.width()));
        page.line(&text);
    }
    page.blank();
    let (text, paint) = movement(diff.old.score, diff.new.score);
    page.labelled("Score", &text, paint);
    page.labelled("Scope", &diff.new.scope.describe(), Paint::Plain);
    let counts = &diff.counts;
    let worse = counts.regressions + counts.unwaived;
    let text = format!(
        "{} new, {} now unknown, {} fixed, {} now waived, {} gone",
        worse, counts.now_unknown, counts.fixed, counts.waived, counts.gone
    );
    page.labelled("Verdicts", &text, if worse > 0 { Paint::Bad } else { Paint::Plain });
    for note in &diff.notes {
        page.labelled("Mind", note, Paint::Warn);
    }
}

/// A score's way, and how it looks.
fn movement(old: Option<Score>, new: Option<Score>) -> (String, Paint) {
    let shown = |score: Option<Score>| score.map_or_else(|| "not judged".to_owned(), interval);
    let same = shown(old) == shown(new);
    let text = if same { shown(new) } else { format!("{} → {}", shown(old), shown(new)) };
    let paint = match (old, new) {
        _ if same => Paint::Plain,
        (Some(old), Some(new)) if new.low < old.low || new.high < old.high => Paint::Bad,
        (Some(_), Some(_)) => Paint::Good,
        _ => Paint::Warn,
    };
    (text, paint)
}

fn layers(diff: &Diff, page: &mut Page) {
    page.heading("SCORES", "and what moved them, in points of the low and the high end");
    for layer in &diff.layers {
        write_layer(layer, page);
    }
}

fn write_layer(layer: &LayerMovement, page: &mut Page) {
    let (text, paint) = movement(layer.old, layer.new);
    let text = page.paint(paint, &text);
    page.line(&format!("  {:<TITLE$}{text}", visible(&layer.title, TITLE - 1)));
    let movers = layer.moved_by.as_deref().unwrap_or_default();
    if layer.capped && !movers.is_empty() {
        page.sentence("    ", "held at 59 by a failing critical: what is better than that does not show", Paint::Dim);
    }
    for mover in movers.iter().take(MOVERS) {
        let text = format!("{}: {}", mover.check, tally(mover.old, mover.new));
        page.sentence(&format!("    {:<13}", points(mover)), &text, Paint::Plain);
    }
    if let Some(more) = movers.len().checked_sub(MOVERS).filter(|more| *more > 0) {
        page.line(&format!("    and {}", count(more, "more guardrail")));
    }
}

fn points(mover: &Mover) -> String {
    match (mover.low, mover.high) {
        (Some(low), Some(high)) if low.to_bits() == high.to_bits() => format!("{low:+.1}"),
        (Some(low), Some(high)) => format!("{low:+.1} / {high:+.1}"),
        _ => "-".to_owned(),
    }
}

/// The counts that changed: `failed 1 → 2`.
fn tally(old: Option<Counts>, new: Option<Counts>) -> String {
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    let parts = [
        ("passed", old.passed, new.passed),
        ("failed", old.failed, new.failed),
        ("unknown", old.unknown, new.unknown),
        ("waived", old.waived, new.waived),
    ];
    let changed = parts.iter().filter(|(_, old, new)| old != new);
    changed.map(|(word, old, new)| format!("{word} {old} → {new}")).collect::<Vec<_>>().join(", ")
}

fn write_list(list: &List<'_>, diff: &Diff, page: &mut Page) {
    if list.changes.is_empty() {
        return;
    }
    let title = format!("{}  {}", list.title, count(list.changes.len(), "verdict"));
    page.heading(&title, list.note);
    let mut check = None;
    for change in list.changes.iter().take(page.subjects()) {
        if check != Some((&change.check, change.severity)) {
            let severity = format!("{:<8}", change.severity.as_str());
            let severity = page.paint(Paint::of(change.severity), &severity);
            page.line(&format!("  {severity}  {}", visible(&change.check, 60)));
            check = Some((&change.check, change.severity));
        }
        write_change(change, list.paint, diff, page);
    }
    if let Some(more) = list.changes.len().checked_sub(page.subjects()).filter(|more| *more > 0) {
        page.line(&format!("    and {more} more: --all or --format json shows them"));
    }
}

fn write_change(change: &Change, paint: Paint, diff: &Diff, page: &mut Page) {
    let place = place(change.account.as_ref(), change.region.as_ref(), diff);
    let place = visible(&place, page.width().saturating_sub(NARROW + 4));
    let subject = visible(&change.subject.name, room(page, 4, &place));
    let subject = page.paint(paint, &subject);
    page.line(&format!("    {subject}{place}"));
    if let Some(gone) = change.gone {
        page.sentence("      ", gone.why(), Paint::Plain);
    }
    let was = change.was.as_ref().map_or_else(|| "not there".to_owned(), status);
    let is = change.is.as_ref().map_or_else(|| "not judged".to_owned(), status);
    let way = if was == is { is } else { format!("{was} → {is}") };
    let shown = change.is.as_ref().or(change.was.as_ref());
    let message = shown.map(|verdict| verdict.message.as_str()).unwrap_or_default();
    page.sentence("      ", &format!("{way}: {message}"), Paint::Plain);
    if let Some(waived) = shown.and_then(|verdict| verdict.waived.as_ref()) {
        let text = format!("waived until {} by {}: {}", waived.expires, waived.owner, waived.reason);
        page.sentence("      ", &text, Paint::Dim);
    }
}

/// Where a subject lies, as what follows its name.
fn place(account: Option<&AccountId>, region: Option<&Region>, diff: &Diff) -> String {
    let account = account.map(|account| format!("  {}", account_name(account, diff))).unwrap_or_default();
    let region = region.map(|region| format!("  {region}")).unwrap_or_default();
    account + &region
}

/// What a name may take of its line.
fn room(page: &Page, before: usize, after: &str) -> usize {
    page.width().saturating_sub(before + after.width()).max(NARROW)
}

/// The account by its name and its id.
fn account_name(id: &AccountId, diff: &Diff) -> String {
    let named = |side: &DiffSide| {
        let of = |account: &&AccountSummary| account.id == *id;
        side.accounts.iter().find(of).and_then(|account| account.name.clone())
    };
    match named(&diff.new).or_else(|| named(&diff.old)) {
        Some(name) => format!("{} {id}", visible(&name, 20)),
        None => id.to_string(),
    }
}

fn status(verdict: &Verdict) -> String {
    let word = match verdict.status {
        Status::NotApplicable => "not applicable",
        other => other.as_str(),
    };
    if verdict.waived.is_some() { format!("{word} (waived)") } else { word.to_owned() }
}

fn subjects(title: &str, note: &str, changes: &[SubjectChange], diff: &Diff, page: &mut Page) {
    if changes.is_empty() {
        return;
    }
    page.heading(&format!("{title}  {}", count(changes.len(), "subject")), note);
    for change in changes.iter().take(page.subjects()) {
        let mut after = place(change.account.as_ref(), change.region.as_ref(), diff);
        let counts = change.counts;
        let parts = [("fail", counts.failed), ("unknown", counts.unknown), ("waived", counts.waived)];
        let told = parts.iter().filter(|(_, number)| *number > 0).map(|(word, number)| format!("{number} {word}"));
        let told = told.collect::<Vec<_>>().join(", ");
        if !told.is_empty() {
            after.push_str(&format!("  ({told})"));
        }
        let kind = visible(&change.subject.kind.replace('_', " "), 24);
        let name = visible(&change.subject.name, room(page, kind.width() + 3, &after));
        page.line(&visible(&format!("  {kind} {name}{after}"), page.width()));
        if let Some(gone) = change.gone {
            page.sentence("      ", gone.why(), Paint::Plain);
        }
    }
    if let Some(more) = changes.len().checked_sub(page.subjects()).filter(|more| *more > 0) {
        page.line(&format!("  and {more} more: --all or --format json shows them"));
    }
}

fn tail(diff: &Diff, page: &mut Page) {
    let counts = &diff.counts;
    page.blank();
    let text = format!(
        "{} as before, of which {} and {} unknown.",
        if counts.unchanged == 1 { "1 verdict is".to_owned() } else { format!("{} verdicts are", counts.unchanged) },
        if counts.still_failing == 1 { "1 fails".to_owned() } else { format!("{} fail", counts.still_failing) },
        if counts.still_unknown == 1 { "1 is".to_owned() } else { format!("{} are", counts.still_unknown) },
    );
    page.sentence("", &text, Paint::Dim);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::compare;
    use crate::model::diff::Compared;
    use crate::model::finding::Finding;
    use crate::reports::{diff_markdown, fixture, json};

    /// The fixture against itself with its verdicts changed.
    fn changed(change: &dyn Fn(&mut Vec<Finding>)) -> Diff {
        let read = |name: &str| -> Compared<'static> {
            let mut out = Vec::new();
            json::write(&fixture::posture(), &[], &mut out).unwrap();
            json::read::posture(&out, name).unwrap()
        };
        let (old, mut new) = (read(fixture::HOSTILE), read("new.json"));
        change(new.findings.to_mut());
        compare(&old, &new)
    }

    fn turned() -> Diff {
        changed(&|findings| {
            for finding in findings.iter_mut() {
                finding.status = match finding.status {
                    Status::Fail => Status::Pass,
                    Status::Pass => Status::Fail,
                    Status::NotApplicable => Status::Unknown,
                    Status::Unknown => Status::NotApplicable,
                };
            }
            findings.pop();
            let mut further = findings[0].clone();
            further.subject.arn.push_str("-new");
            further.subject.name = format!("{} {}", fixture::HOSTILE, "x".repeat(300));
            further.message = fixture::HOSTILE.repeat(9);
            further.status = Status::Fail;
            findings.push(further);
        })
    }

    fn page(diff: &Diff, width: usize) -> String {
        let mut out = Vec::new();
        write(diff, &Options { width, colour: false, subjects: 20 }, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_line_is_wider_than_the_page_and_no_name_is_obeyed() {
        let diff = turned();
        for width in [60, 80, 120] {
            let text = page(&diff, width);
            for heading in ["NEW", "NOW UNKNOWN", "CHANGED", "FIXED", "APPEARED", "SCORES"] {
                assert!(text.contains(&format!("\n{heading}  ")), "{heading}\n{text}");
            }
            for line in text.lines() {
                assert!(line.width() <= width, "{width}: {line:?}");
                assert!(!line.contains(|c: char| c.is_control() || c == '\u{202e}'), "{line:?}");
            }
        }
    }

    #[test]
    fn a_long_list_says_how_much_more_there_is() {
        let diff = turned();
        let mut out = Vec::new();
        write(&diff, &Options { width: 80, colour: false, subjects: 1 }, &mut out).unwrap();
        let more = diff.counts.fixed - 1;
        assert!(
            String::from_utf8(out).unwrap().contains(&format!("and {more} more: --all or --format json shows them"))
        );
    }

    #[test]
    fn nothing_changed_is_a_short_page() {
        insta::assert_snapshot!(page(&changed(&|_| {}), 80));
    }

    #[test]
    fn markdown_obeys_no_name_either() {
        let mut out = Vec::new();
        diff_markdown::write(&turned(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains("### Fixed (") && !text.contains('\u{202e}') && !text.contains('\u{1b}'), "{text}");
        // Whatever follows the name on its line is still the line's.
        assert!(text.lines().all(|line| !line.starts_with('<') && !line.contains("](")), "{text}");
    }
}
