//! The message as plain text: for a topic, whose readers are mail programs and pagers.

use std::fmt::Write;

use super::{Line, Notice};
use crate::model::finding::Status;
use crate::model::posture::Score;

/// The most characters of a subject: <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const SUBJECT: usize = 99;

/// The most characters of one thing that AWS names.
const NAME: usize = 120;

/// The most characters of a reason.
const REASON: usize = 280;

/// The subject: ASCII, one line, at most 99 characters.
#[must_use]
pub fn subject(notice: &Notice) -> String {
    let text = format!("palisade: {}, {}", verdict(notice), notice.scope);
    text.chars().map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).take(SUBJECT).collect()
}

/// The message.
#[must_use]
pub fn text(notice: &Notice) -> String {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = write_text(notice, &mut text);
    text
}

fn write_text(notice: &Notice, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}: {}", plain(&notice.scope, NAME), verdict(notice))?;
    writeln!(out, "{}", score(notice))?;
    writeln!(out, "{}", standing(notice))?;
    writeln!(out, "{}", compared(notice))?;
    if !notice.worst.is_empty() {
        writeln!(out, "\n{}", heading(notice))?;
    }
    for line in &notice.worst {
        writeln!(out, "- {}", one(line))?;
        writeln!(out, "  {}", plain(&line.message, REASON))?;
    }
    if notice.more > 0 {
        writeln!(out, "and {} more", notice.more)?;
    }
    if !notice.notes.is_empty() {
        writeln!(out)?;
    }
    notice.notes.iter().try_for_each(|note| writeln!(out, "{note}"))
}

/// What is most worth knowing, in a few words.
pub(super) fn verdict(notice: &Notice) -> String {
    let fails = |number: usize| if number == 1 { "1 new failure".to_owned() } else { format!("{number} new failures") };
    match (notice.compared_with.is_some(), notice.new, notice.now_unknown) {
        (false, ..) => match notice.failing.iter().map(|(_, number)| number).sum::<usize>() {
            0 if notice.unknown > 0 => "nothing is seen to fail, and not everything could be seen".to_owned(),
            0 => "nothing fails".to_owned(),
            1 => "1 guardrail fails".to_owned(),
            number => format!("{number} verdicts fail"),
        },
        (true, 0, 0) => "nothing is worse than before".to_owned(),
        (true, new, 0) => fails(new),
        (true, 0, unknown) => format!("{unknown} not seen any more"),
        (true, new, unknown) => format!("{}, {unknown} not seen any more", fails(new)),
    }
}

pub(super) fn score(notice: &Notice) -> String {
    let now = notice.score.map_or_else(|| "none: nothing was judged".to_owned(), interval);
    match notice.score_before {
        Some(before) => format!("Score {now} of 100, before {}", interval(before)),
        None => format!("Score {now} of 100"),
    }
}

pub(super) fn interval(score: Score) -> String {
    if score.low.to_bits() == score.high.to_bits() {
        format!("{:.1}", score.low)
    } else {
        format!("{:.1} to {:.1}", score.low, score.high)
    }
}

pub(super) fn standing(notice: &Notice) -> String {
    let failing: Vec<String> = notice.failing.iter().map(|(severity, n)| format!("{n} {severity}")).collect();
    let failing = if failing.is_empty() { "none".to_owned() } else { failing.join(", ") };
    let waived = if notice.waived > 0 { format!("; waived {}", notice.waived) } else { String::new() };
    format!("Failing now: {failing}; unknown {}{waived}", notice.unknown)
}

pub(super) fn compared(notice: &Notice) -> String {
    match &notice.compared_with {
        Some(scan) => format!(
            "Since {}: {} new, {} not seen any more, {} fixed",
            plain(scan, NAME),
            notice.new,
            notice.now_unknown,
            notice.fixed
        ),
        None => "No complete scan of this scope was kept before: this one is the measure for the next".to_owned(),
    }
}

pub(super) fn heading(notice: &Notice) -> &'static str {
    if notice.compared_with.is_some() { "Worse than before, worst first:" } else { "Failing, worst first:" }
}

/// `critical FAIL deletion-rds-protected: orders in shop 111122223333`
pub(super) fn one(line: &Line) -> String {
    let word = if line.status == Status::Fail { "FAIL" } else { "UNKNOWN" };
    let place = line.account.as_ref().map(|account| format!(" in {}", plain(account, NAME))).unwrap_or_default();
    format!("{} {word} {}: {}{place}", line.severity, plain(&line.check, NAME), plain(&line.subject, NAME))
}

/// A text in one line without anything that a reader would obey or not see: control and format characters become spaces or
/// `?`, and what is long is cut.
pub(super) fn plain(text: &str, most: usize) -> String {
    let shown = |c: char| match c {
        c if c.is_whitespace() => ' ',
        c if c.is_control() => '?',
        // Bidirectional controls, zero-width characters, tags, private use.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' => '?',
        '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}' => '?',
        c => c,
    };
    let mut short: String = text.chars().map(shown).take(most).collect();
    if text.chars().count() > most {
        short.pop();
        short.push('…');
    }
    short
}
