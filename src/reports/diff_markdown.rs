//! A comparison as Markdown, for a pull request or a chat. Imports `model` and the room's safe text.
//!
//! Names come from AWS: they stand in code spans, sentences are escaped, and neither mentions anybody.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::text::visible;
use crate::model::diff::{Change, Diff, Gone, LayerMovement, Mover, Verdict};
use crate::model::finding::Status;
use crate::model::posture::Score;

/// The most changes that one list shows.
const SHOWN: usize = 50;

/// The longest sentence shown, in columns.
const SENTENCE: usize = 600;

/// Writes the comparison.
///
/// # Errors
/// What the writer says.
pub fn write(diff: &Diff, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "## Palisade: {} → {}\n", code(&diff.old.name), code(&diff.new.name))?;
    let counts = &diff.counts;
    writeln!(
        out,
        "**Score {}.** {} new, {} now unknown, {} fixed, {} now waived, {} gone; {} as before.\n",
        movement(diff.old.score, diff.new.score),
        counts.regressions + counts.unwaived,
        counts.now_unknown,
        counts.fixed,
        counts.waived,
        counts.gone,
        counts.unchanged
    )?;
    writeln!(out, "Of {}.\n", escaped(&diff.new.scope.describe()))?;
    for note in &diff.notes {
        writeln!(out, "> {}\n", escaped(note))?;
    }
    layers(&diff.layers, out)?;
    let lists: [(&str, &[Change]); 8] = [
        ("New: fail, and did not before", &diff.regressions),
        ("No longer waived", &diff.unwaived),
        ("Now unknown", &diff.now_unknown),
        ("Changed", &diff.changed),
        ("Fixed", &diff.fixed),
        ("Now waived, not fixed", &diff.waived),
        ("Gone: not judged now, not fixed", &diff.gone),
        ("Not told: a report without these verdicts cannot tell", &diff.not_told),
    ];
    for (title, changes) in lists {
        list(title, changes, out)?;
    }
    let subjects = [("appeared", &diff.subjects_appeared), ("are no longer judged", &diff.subjects_gone)];
    for (what, changes) in subjects {
        if !changes.is_empty() {
            let hidden =
                changes.iter().filter(|change| change.gone.is_some_and(|gone| gone != Gone::SubjectGone)).count();
            let hidden =
                if hidden == 0 { String::new() } else { format!(", {hidden} of them because nobody looked or could") };
            writeln!(out, "{} subjects {what}{hidden}.\n", changes.len())?;
        }
    }
    Ok(())
}

fn movement(old: Option<Score>, new: Option<Score>) -> String {
    let shown = |score: Option<Score>| match score {
        None => "not judged".to_owned(),
        Some(score) if score.low.to_bits() == score.high.to_bits() => format!("{:.1}", score.low),
        Some(score) => format!("{:.1} to {:.1}", score.low, score.high),
    };
    if shown(old) == shown(new) { shown(new) } else { format!("{} → {}", shown(old), shown(new)) }
}

fn layers(layers: &[LayerMovement], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Layer | Score | Moved by |\n| --- | --- | --- |")?;
    for layer in layers {
        let movers: Vec<String> = layer.moved_by.iter().flatten().map(mover).collect();
        writeln!(out, "| {} | {} | {} |", escaped(&layer.title), movement(layer.old, layer.new), movers.join(", "))?;
    }
    writeln!(out)
}

fn mover(mover: &Mover) -> String {
    let points = match (mover.low, mover.high) {
        (Some(low), Some(high)) if low.to_bits() == high.to_bits() => format!("{low:+.1}"),
        (Some(low), Some(high)) => format!("{low:+.1} / {high:+.1}"),
        _ => "first or last judged".to_owned(),
    };
    format!("{} {points}", code(&mover.check))
}

fn list(title: &str, changes: &[Change], out: &mut dyn Write) -> io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {title} ({})\n", changes.len())?;
    for change in changes.iter().take(SHOWN) {
        let mut line = format!("- **{}** {} on {}", change.severity, code(&change.check), code(&change.subject.name));
        let places = [change.account.as_ref().map(|id| id.as_str()), change.region.as_ref().map(|id| id.as_str())];
        for place in places.into_iter().flatten() {
            let _ = write!(line, ", {place}");
        }
        let was = change.was.as_ref().map_or("not there", status);
        let is = change.is.as_ref().map_or("not judged", status);
        let way = if was == is { is.to_owned() } else { format!("{was} → {is}") };
        let shown = change.is.as_ref().or(change.was.as_ref());
        let message = shown.map(|verdict| escaped(&verdict.message)).unwrap_or_default();
        let why = change.gone.map(|gone| format!(" ({})", gone.why())).unwrap_or_default();
        writeln!(out, "{line}: {way}{why}. {message}")?;
        if let Some(waived) = shown.and_then(|verdict| verdict.waived.as_ref()) {
            let (owner, reason) = (escaped(&waived.owner), escaped(&waived.reason));
            writeln!(out, "  Waived until {} by {owner}: {reason}", waived.expires)?;
        }
    }
    if let Some(more) = changes.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "- and {more} more")?;
    }
    writeln!(out)
}

fn status(verdict: &Verdict) -> &'static str {
    match (verdict.status, verdict.waived.is_some()) {
        (Status::Fail, false) => "fails",
        (Status::Fail, true) => "fails (waived)",
        (Status::Unknown, false) => "unknown",
        (Status::Unknown, true) => "unknown (waived)",
        (Status::Pass, _) => "passes",
        (Status::NotApplicable, _) => "not applicable",
    }
}

/// A code span: nothing in it means anything. Its fence is longer than any run of backticks within.
fn code(text: &str) -> String {
    let shown = visible(text, 120).replace('|', "¦");
    let mut run = 0;
    let longest = shown.chars().fold(0, |longest: usize, character| {
        run = if character == '`' { run + 1 } else { 0 };
        longest.max(run)
    });
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A sentence in which nothing means anything to Markdown (CommonMark 2.4), and nobody is mentioned.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    // A bare address would be made a link.
    for character in visible(text, SENTENCE).replace("://", ":\u{200b}//").chars() {
        if matches!(
            character,
            '\\' | '`'
                | '*'
                | '_'
                | '{'
                | '}'
                | '['
                | ']'
                | '<'
                | '>'
                | '('
                | ')'
                | '#'
                | '+'
                | '!'
                | '|'
                | '~'
                | '&'
                | '$'
        ) {
            out.push('\\');
        }
        out.push(character);
        if character == '@' {
            out.push('\u{200b}');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_inert() {
        assert_eq!(code("a`b``c"), "``` a`b``c ```");
        assert_eq!(code("a|b\nc"), "`a¦b\\u{a}c`");
        assert_eq!(
            escaped("see [x](http://y) @team <img> *b*"),
            "see \\[x\\]\\(http:\u{200b}//y\\) @\u{200b}team \\<img\\> \\*b\\*"
        );
    }
}
