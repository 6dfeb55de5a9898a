//! Small words that several formats share.

use crate::model::posture::Score;

/// `1 verdict`, `2 verdicts`.
pub(super) fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// The first few of a list, and how many more there are.
pub(super) fn first(items: &[String], shown: usize, noun: &str) -> String {
    let rest = items.len().saturating_sub(shown);
    let mut text = items.iter().take(shown).cloned().collect::<Vec<_>>().join(", ");
    match rest {
        0 => {}
        1 if shown > 0 => text = items.join(", "),
        _ => text.push_str(&format!(" and {}", count(rest, &format!("more {noun}")))),
    }
    text
}

/// `40.0 to 73.2`, or `59.0` where both ends are the same.
pub(super) fn interval(score: Score) -> String {
    if score.low.to_bits() == score.high.to_bits() {
        format!("{:.1}", score.low)
    } else {
        format!("{:.1} to {:.1}", score.low, score.high)
    }
}
