//! Text made safe for markup, and the small words that every section uses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::model::facts::{CopyKind, Standing, Tier};
use crate::model::finding::Status;
use crate::model::ids::AccountId;
use crate::model::posture::{Posture, Score, SurvivalSummary};
use crate::reports::text::visible;

/// The text with everything invisible made visible, on one line.
pub(super) fn shown(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(visible(text, usize::MAX))
    }
}

/// Like [`shown`], for text of several lines.
pub(super) fn shown_lines(text: &str) -> String {
    text.lines().map(shown).collect::<Vec<_>>().join("\n")
}

/// Text for markup, in an element or in a quoted attribute.
pub(super) fn esc(text: &str) -> String {
    escaped(&shown(text))
}

/// Text of several lines for markup.
pub(super) fn esc_lines(text: &str) -> String {
    escaped(&shown_lines(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// Text for the value of a link's fragment (`#resource=…`), as `encodeURIComponent` would write it.
pub(super) fn fragment(text: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b'*');
    utf8_percent_encode(&shown(text), KEPT).to_string()
}

pub(super) fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !noun.ends_with("ay") => format!("{} {stem}ies", grouped(number)),
        _ => format!("{} {noun}s", grouped(number)),
    }
}

/// A number with its thousands apart.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

pub(super) fn interval(score: Score) -> String {
    if same(score) { format!("{:.1}", score.low) } else { format!("{:.1}\u{2013}{:.1}", score.low, score.high) }
}

/// Whether both ends are the same.
pub(super) fn same(score: Score) -> bool {
    score.low.to_bits() == score.high.to_bits()
}

/// The class of a score: how it is painted.
pub(super) fn tone(score: Score) -> &'static str {
    match score {
        Score { low, .. } if low >= 90.0 => "good",
        Score { high, .. } if high < 60.0 => "bad",
        _ => "warn",
    }
}

/// Hours as a person says them.
pub(super) fn hours(hours: f64) -> String {
    match hours {
        hours if hours < 1.0 => "under 1 h".to_owned(),
        hours if hours < 48.0 => format!("{} h", tenth(hours)),
        hours => format!("{} days", tenth(hours / 24.0)),
    }
}

fn tenth(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

pub(super) const fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "✓",
        Standing::Failed => "✗",
        Standing::Unknown => "?",
    }
}

pub(super) const fn status_words(status: Status) -> &'static str {
    match status {
        Status::Fail => "fails",
        Status::Unknown => "unknown",
        Status::Pass => "passes",
        Status::NotApplicable => "not applicable",
    }
}

pub(super) fn tier_words(survival: &SurvivalSummary) -> String {
    let (sure, hoped) = (survival.tier, survival.tier_at_best);
    if sure == hoped { sure.words().to_owned() } else { format!("{} to {}", sure.words(), hoped.words()) }
}

pub(super) const fn tier_tone(sure: Tier, hoped: Tier) -> &'static str {
    match (sure, hoped) {
        (Tier::Immutable, _) => "good",
        (_, Tier::SharedFate | Tier::None) => "bad",
        _ => "warn",
    }
}

/// What would be lost where something survives: the age of the best survivor's data.
pub(super) fn lost(survival: &SurvivalSummary) -> String {
    match (survival.tier, survival.rpo_hours) {
        (Tier::None | Tier::SharedFate, _) if survival.tier_at_best >= Tier::Isolated => "unknown".to_owned(),
        (Tier::None | Tier::SharedFate, _) => "all of it".to_owned(),
        (_, None) => "unknown".to_owned(),
        (_, Some(age)) => hours(age),
    }
}

pub(super) const fn copy_words(kind: CopyKind) -> &'static str {
    match kind {
        CopyKind::RecoveryPoint => "recovery point",
        CopyKind::ManualSnapshot => "manual snapshot",
        CopyKind::AutomatedSnapshot => "automated snapshot",
        CopyKind::AutomatedBackup => "automated backup",
        CopyKind::ReplicatedAutomatedBackup => "replicated automated backup",
        CopyKind::PointInTimeRecovery => "point-in-time recovery",
    }
}

/// The accounts by id, with the names that people know.
pub(super) struct Accounts<'a>(BTreeMap<&'a AccountId, &'a str>);

impl<'a> Accounts<'a> {
    pub(super) fn of(posture: &'a Posture) -> Self {
        Self(posture.accounts.iter().map(|one| (&one.id, one.name.as_deref().unwrap_or(""))).collect())
    }

    /// The name and the id, or the id alone, as text.
    pub(super) fn text(&self, id: &AccountId) -> String {
        match self.0.get(id) {
            Some(name) if !name.is_empty() => format!("{name} {id}"),
            _ => id.to_string(),
        }
    }

    /// The name, or the id where there is none.
    pub(super) fn name(&self, id: &AccountId) -> String {
        match self.0.get(id) {
            Some(name) if !name.is_empty() => (*name).to_owned(),
            _ => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_inert_and_what_is_hidden_is_shown() {
        assert_eq!(
            esc("<img src=x onerror='a'>&\"\u{202e}"),
            "&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;\\u{202e}"
        );
        assert_eq!(esc("a\nb"), "a\\u{a}b");
        assert_eq!(esc_lines("a\n<b>"), "a\n&lt;b&gt;");
        assert_eq!(fragment("s3://b/k v&x=1#"), "s3%3A%2F%2Fb%2Fk%20v%26x%3D1%23");
    }

    #[test]
    fn numbers_are_as_people_write_them() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(grouped(12), "12");
        assert_eq!((hours(4.0), hours(36.5), hours(60.0)), ("4 h".into(), "36.5 h".into(), "2.5 days".into()));
        assert_eq!(
            (count(1, "copy"), count(2, "copy"), count(3, "day")),
            ("1 copy".into(), "2 copies".into(), "3 days".into())
        );
    }
}
