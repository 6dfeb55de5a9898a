//! What moved the layers' scores: each layer is scored again with one guardrail's verdicts after another exchanged.

use std::collections::{BTreeMap, BTreeSet};

use super::subjects::count;
use crate::model::diff::{Compared, LayerMovement, Mover};
use crate::model::finding::{Finding, Layer, Severity, Status};
use crate::model::posture::{Counts, Score};
use crate::posture;

/// The verdicts of a layer by check.
type Guardrails<'a> = BTreeMap<&'a str, Vec<&'a Finding>>;

pub(super) fn layers(old: &Compared<'_>, new: &Compared<'_>) -> Vec<LayerMovement> {
    let whole = old.is_whole() && new.is_whole();
    let score = |side: &Compared<'_>, id: Layer| side.layers.iter().find(|layer| layer.id == id)?.score;
    Layer::ALL
        .iter()
        .map(|&id| LayerMovement {
            id,
            title: id.title().to_owned(),
            old: score(old, id),
            new: score(new, id),
            capped: score(new, id).is_some_and(|score| score.high.to_bits() == posture::CRITICAL_CAP.to_bits())
                && critical(new, id),
            moved_by: whole.then(|| movers(&guardrails(old, id), &guardrails(new, id), id)),
        })
        .collect()
}

fn critical(side: &Compared<'_>, layer: Layer) -> bool {
    let bad = |finding: &Finding| finding.layer == layer && finding.severity == Severity::Critical && finding.fails();
    side.findings.iter().any(bad)
}

fn guardrails<'a>(side: &'a Compared<'_>, layer: Layer) -> Guardrails<'a> {
    let mut guardrails = Guardrails::new();
    for finding in side.findings.iter().filter(|finding| finding.layer == layer) {
        guardrails.entry(finding.check.as_str()).or_default().push(finding);
    }
    guardrails
}

fn movers(old: &Guardrails<'_>, new: &Guardrails<'_>, layer: Layer) -> Vec<Mover> {
    let checks: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut changed: Vec<(Severity, &str)> = checks
        .into_iter()
        .filter(|check| tally(old.get(check)) != tally(new.get(check)))
        .map(|check| (worst(old.get(check), new.get(check)), check))
        .collect();
    changed.sort();
    let mut now = old.clone();
    let mut before = score(&now, layer);
    changed
        .into_iter()
        .map(|(severity, check)| {
            match new.get(check) {
                Some(findings) => now.insert(check, findings.clone()),
                None => now.remove(check),
            };
            let after = score(&now, layer);
            let moved = |end: fn(&Score) -> f64| Some(tenths(end(after.as_ref()?) - end(before.as_ref()?)));
            let mover = Mover {
                check: check.to_owned(),
                severity,
                old: old.get(check).map(|findings| counts(findings)),
                new: new.get(check).map(|findings| counts(findings)),
                low: moved(|score| score.low),
                high: moved(|score| score.high),
            };
            before = after;
            mover
        })
        .collect()
}

fn score(guardrails: &Guardrails<'_>, layer: Layer) -> Option<Score> {
    posture::layer(guardrails.values().flatten().copied(), layer).score
}

/// What the score sees of a guardrail.
fn tally(findings: Option<&Vec<&Finding>>) -> BTreeMap<(Severity, Status, bool), usize> {
    let mut tally = BTreeMap::new();
    for finding in findings.into_iter().flatten() {
        *tally.entry((finding.severity, finding.status, finding.waived.is_some())).or_default() += 1;
    }
    tally
}

fn worst(old: Option<&Vec<&Finding>>, new: Option<&Vec<&Finding>>) -> Severity {
    let all = old.into_iter().chain(new).flatten().map(|finding| finding.severity);
    all.min().unwrap_or(Severity::Low)
}

fn counts(findings: &[&Finding]) -> Counts {
    let mut counts = Counts::default();
    findings.iter().for_each(|finding| count(&mut counts, finding));
    counts
}

/// Differences of scores, which have one decimal, have one too.
fn tenths(difference: f64) -> f64 {
    let tenths = (difference * 10.0).round() / 10.0;
    // Nobody wants to read -0.0.
    if tenths == 0.0 { 0.0 } else { tenths }
}
