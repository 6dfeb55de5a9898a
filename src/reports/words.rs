//! Small words that several formats share.

use crate::model::finding::Finding;
use crate::model::posture::{Counts, LayerPosture, Posture, Score};

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

/// Production first, then what may be production, then the rest; the findings' own order within.
pub(super) fn urgency(finding: &Finding) -> u8 {
    match finding.subject.environment.as_deref() {
        Some("production") => 0,
        None => 1,
        Some(_) => 2,
    }
}

/// The verdicts of all layers.
pub(super) fn all_counts(posture: &Posture) -> Counts {
    posture.layers.iter().map(|layer| layer.counts).fold(Counts::default(), |sum, counts| Counts {
        passed: sum.passed + counts.passed,
        failed: sum.failed + counts.failed,
        unknown: sum.unknown + counts.unknown,
        not_applicable: sum.not_applicable + counts.not_applicable,
        waived: sum.waived + counts.waived,
    })
}

/// How many of a layer's agreed checks this version judges, and how many are agreed: a high score over few of them says
/// little.
pub(super) fn judged(posture: &Posture, layer: &LayerPosture) -> (usize, usize) {
    let judged = posture.checks.iter().filter(|check| check.layer == layer.id).count();
    let prefix = format!("{}-", layer.id);
    (judged, judged + posture.not_judged.iter().filter(|id| id.starts_with(&prefix)).count())
}
