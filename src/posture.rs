//! Findings to scores: pure functions. Knows `model` alone.

use std::collections::BTreeMap;

use crate::model::finding::{Evidence, Finding, Layer, Severity, Status};
use crate::model::posture::{Change, Counts, LayerPosture, Mover, Score};
use crate::model::remedy::Remedy;

/// The most that a layer with a failing critical guardrail may score.
pub const CRITICAL_CAP: f64 = 59.0;

/// The five layers with their verdicts counted and scored, in the order of the report.
///
/// The verdicts of one (check, severity) are one guardrail, so that thousands of well-kept buckets never outvote one
/// unprotected database. With `p` passed, `f` failed and `u` unknown of it:
///
/// ```text
/// low(guardrail)  =  p      ÷ (p + f + u)      every unknown taken as a failure
/// high(guardrail) = (p + u) ÷ (p + f + u)      every unknown taken as a pass
/// layer           = 100 × Σ weight × ratio ÷ Σ weight       weight: critical 8, high 4, medium 2, low 1
/// ```
///
/// `not_applicable` and what is waived leave both sides. A failing critical caps both ends at 59; an unknown critical, which may be a
/// failing one, caps the low end. Both ends are cut, not rounded, to one decimal: 100 means that nothing fails.
#[must_use]
pub fn layers(findings: &[Finding]) -> Vec<LayerPosture> {
    scored(&guardrails(findings))
}

/// One layer of these findings, counted and scored as [`layers`] does.
#[must_use]
pub fn layer<'a>(findings: impl Iterator<Item = &'a Finding>, id: Layer) -> LayerPosture {
    let mut guardrails = Layered::new();
    findings.filter(|finding| finding.layer == id).for_each(|finding| tally(&mut guardrails, finding));
    scored_layer(id, Some(&guardrails))
}

/// The verdicts of each guardrail of one layer.
type Layered<'a> = BTreeMap<(&'a str, Severity), Counts>;

/// The verdicts of each guardrail, by layer.
type Guardrails<'a> = BTreeMap<Layer, Layered<'a>>;

fn guardrails(findings: &[Finding]) -> Guardrails<'_> {
    let mut guardrails = Guardrails::new();
    for finding in findings {
        tally(guardrails.entry(finding.layer).or_default(), finding);
    }
    guardrails
}

fn tally<'a>(guardrails: &mut Layered<'a>, finding: &'a Finding) {
    let guardrail = guardrails.entry((finding.check.as_str(), finding.severity)).or_default();
    match finding.waived {
        Some(_) => guardrail.waived += 1,
        None => count(guardrail, finding.status),
    }
}

fn scored(guardrails: &Guardrails<'_>) -> Vec<LayerPosture> {
    Layer::ALL.iter().map(|&id| scored_layer(id, guardrails.get(&id))).collect()
}

fn scored_layer(id: Layer, guardrails: Option<&Layered<'_>>) -> LayerPosture {
    let rows = || guardrails.into_iter().flatten().map(|((_, severity), counts)| (*severity, *counts));
    LayerPosture {
        id,
        title: id.title().to_owned(),
        score: layer_score(rows()),
        counts: rows().fold(Counts::default(), |sum, (_, counts)| add(sum, counts)),
    }
}

/// The overall score: the mean of the layers in which something was judged; `None` where nothing was.
///
/// ```text
/// low  = Σ low(layer)  ÷ number of scored layers
/// high = Σ high(layer) ÷ number of scored layers
/// ```
///
/// It is taken from the layers' scores as printed, so that a reader can check it.
#[must_use]
pub fn overall(layers: &[LayerPosture]) -> Option<Score> {
    let scores: Vec<Score> = layers.iter().filter_map(|layer| layer.score).collect();
    if scores.is_empty() {
        return None;
    }
    let mean = |end: fn(&Score) -> f64| scores.iter().map(end).sum::<f64>() / real(scores.len());
    Some(Score { low: cut(mean(|score| score.low)), high: cut(mean(|score| score.high)) })
}

/// What would move the overall score, by how much it raises the low end, then the high end; what moves neither is left out.
///
/// Each change is taken alone, with the same formula as the score: the failures of one guardrail are mended, those of all
/// critical guardrails of a layer are (one alone leaves the layer at [`CRITICAL_CAP`] while another fails), or what waits for one
/// remedy is read and turns out well. A verdict that waits for several remedies is settled by none alone.
#[must_use]
pub fn movers(findings: &[Finding]) -> Vec<Mover> {
    let now = guardrails(findings);
    let Some(before) = overall(&scored(&now)) else { return Vec::new() };
    let candidates = mends(&now).into_iter().chain(uncaps(&now)).chain(settles(findings));
    let moved = candidates.filter_map(|(change, moves)| {
        let mut after = now.clone();
        let mut verdicts = 0;
        for ((layer, check, severity), passes) in moves {
            let guardrail = after.get_mut(&layer)?.get_mut(&(check, severity))?;
            guardrail.passed += passes.failed + passes.unknown;
            guardrail.failed = guardrail.failed.saturating_sub(passes.failed);
            guardrail.unknown = guardrail.unknown.saturating_sub(passes.unknown);
            verdicts += passes.failed + passes.unknown;
        }
        let score = overall(&scored(&after))?;
        (score.low > before.low || score.high > before.high).then_some(Mover { change, verdicts, score })
    });
    let mut movers: Vec<Mover> = moved.collect();
    // A stable sort: what moves as much keeps the order of the layers.
    movers.sort_by(|a, b| b.score.low.total_cmp(&a.score.low).then(b.score.high.total_cmp(&a.score.high)));
    movers
}

/// Which verdicts of which guardrails would pass.
type Moves<'a> = BTreeMap<(Layer, &'a str, Severity), Counts>;

fn mends<'a>(now: &Guardrails<'a>) -> Vec<(Change, Moves<'a>)> {
    let each = now.iter().flat_map(|(layer, rows)| rows.iter().map(move |row| (*layer, row)));
    each.filter(|(_, (_, counts))| counts.failed > 0)
        .map(|(layer, (&(check, severity), counts))| {
            let passes = Counts { failed: counts.failed, ..Counts::default() };
            (Change::Mend { check: check.to_owned(), severity }, Moves::from([((layer, check, severity), passes)]))
        })
        .collect()
}

/// Only where there are several: one alone is a mend.
fn uncaps<'a>(now: &Guardrails<'a>) -> Vec<(Change, Moves<'a>)> {
    let of_layer = |(&layer, rows): (&Layer, &BTreeMap<(&'a str, Severity), Counts>)| {
        let failing =
            rows.iter().filter(|((_, severity), counts)| *severity == Severity::Critical && counts.failed > 0);
        let moves: Moves<'a> = failing
            .map(|(&(check, severity), counts)| {
                ((layer, check, severity), Counts { failed: counts.failed, ..Counts::default() })
            })
            .collect();
        let checks: Vec<String> = moves.keys().map(|(_, check, _)| (*check).to_owned()).collect();
        (checks.len() > 1).then_some((Change::Uncap { layer, checks }, moves))
    };
    now.iter().filter_map(of_layer).collect()
}

fn settles(findings: &[Finding]) -> Vec<(Change, Moves<'_>)> {
    let mut by_remedy: BTreeMap<Remedy, Moves<'_>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.is_unknown()) {
        let gaps = finding.evidence.iter().filter_map(|evidence| match evidence {
            Evidence::Gap { gap, .. } => Some(Remedy::of(gap)),
            Evidence::Fact { .. } | Evidence::Read { .. } => None,
        });
        let mut remedies: Vec<Remedy> = gaps.collect();
        remedies.sort();
        remedies.dedup();
        if let [remedy] = remedies.as_slice() {
            let moves = by_remedy.entry(remedy.clone()).or_default();
            moves.entry((finding.layer, &finding.check, finding.severity)).or_default().unknown += 1;
        }
    }
    by_remedy.into_iter().map(|(remedy, moves)| (Change::Settle { remedy }, moves)).collect()
}

fn layer_score(rows: impl Iterator<Item = (Severity, Counts)>) -> Option<Score> {
    let (mut weights, mut low, mut high) = (0.0, 0.0, 0.0);
    let (mut critical_fails, mut critical_unknown) = (false, false);
    for (severity, counts) in rows {
        let judged = counts.passed + counts.failed + counts.unknown;
        if judged == 0 {
            continue;
        }
        let weight = f64::from(severity.weight());
        weights += weight;
        low += weight * real(counts.passed) / real(judged);
        high += weight * real(counts.passed + counts.unknown) / real(judged);
        if severity == Severity::Critical {
            critical_fails |= counts.failed > 0;
            critical_unknown |= counts.unknown > 0;
        }
    }
    if weights == 0.0 {
        return None;
    }
    let cap = |capped: bool, score: f64| if capped { score.min(CRITICAL_CAP) } else { score };
    Some(Score {
        low: cap(critical_fails || critical_unknown, cut(100.0 * low / weights)),
        high: cap(critical_fails, cut(100.0 * high / weights)),
    })
}

fn count(counts: &mut Counts, status: Status) {
    let field = match status {
        Status::Pass => &mut counts.passed,
        Status::Fail => &mut counts.failed,
        Status::Unknown => &mut counts.unknown,
        Status::NotApplicable => &mut counts.not_applicable,
    };
    *field += 1;
}

fn add(a: Counts, b: Counts) -> Counts {
    Counts {
        passed: a.passed + b.passed,
        failed: a.failed + b.failed,
        unknown: a.unknown + b.unknown,
        not_applicable: a.not_applicable + b.not_applicable,
        waived: a.waived + b.waived,
    }
}

/// Cut to one decimal, with room for what doubles cannot hold (29.999999999999996 is 30).
fn cut(score: f64) -> f64 {
    ((score + 1e-9) * 10.0).floor() / 10.0
}

#[expect(clippy::cast_precision_loss, reason = "counts of verdicts stay far below 2^53")]
fn real(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::finding::SubjectSummary;
    use crate::model::gap::{Gap, GapKind};
    use crate::model::operation::{Collection, Operation};

    fn finding(check: &str, layer: Layer, severity: Severity, status: Status) -> Finding {
        Finding {
            check: check.to_owned(),
            layer,
            severity,
            status,
            account: None,
            region: None,
            subject: SubjectSummary {
                kind: "account".to_owned(),
                arn: "arn:aws:iam::111122223333:root".to_owned(),
                name: "a".to_owned(),
                environment: None,
                class: None,
            },
            message: String::new(),
            evidence: Vec::new(),
            waived: None,
        }
    }

    fn of(layer: Layer, findings: &[Finding]) -> LayerPosture {
        layers(findings).into_iter().find(|l| l.id == layer).unwrap()
    }

    #[test]
    fn many_passes_of_one_check_do_not_outvote_a_failure_of_another() {
        let mut findings = vec![finding("rds", Layer::Deletion, Severity::High, Status::Fail)];
        findings.extend((0..999).map(|_| finding("s3", Layer::Deletion, Severity::High, Status::Pass)));
        assert_eq!(of(Layer::Deletion, &findings).score, Some(Score { low: 50.0, high: 50.0 }));
    }

    #[test]
    fn severity_weighs() {
        let findings = [
            finding("a", Layer::State, Severity::High, Status::Pass),
            finding("b", Layer::State, Severity::Low, Status::Fail),
        ];
        assert_eq!(of(Layer::State, &findings).score, Some(Score { low: 80.0, high: 80.0 }));
    }

    #[test]
    fn a_failing_critical_caps_both_ends_and_an_unknown_one_the_low_end() {
        let mut findings: Vec<_> =
            (0..99).map(|_| finding("c", Layer::Backup, Severity::Critical, Status::Pass)).collect();
        findings.push(finding("c", Layer::Backup, Severity::Critical, Status::Fail));
        assert_eq!(of(Layer::Backup, &findings).score, Some(Score { low: 59.0, high: 59.0 }));
        findings.last_mut().unwrap().status = Status::Unknown;
        assert_eq!(of(Layer::Backup, &findings).score, Some(Score { low: 59.0, high: 100.0 }));
    }

    #[test]
    fn one_failure_in_very_many_is_not_a_hundred() {
        let mut findings: Vec<_> =
            (0..99_999).map(|_| finding("c", Layer::Scp, Severity::High, Status::Pass)).collect();
        findings.push(finding("c", Layer::Scp, Severity::High, Status::Fail));
        assert_eq!(of(Layer::Scp, &findings).score, Some(Score { low: 99.9, high: 99.9 }));
    }

    #[test]
    fn nothing_judged_is_no_score_and_not_a_zero() {
        let findings = [finding("a", Layer::Scp, Severity::High, Status::NotApplicable)];
        assert_eq!(of(Layer::Scp, &findings).score, None);
        assert_eq!(overall(&layers(&findings)), None);
        let findings = [
            finding("a", Layer::Scp, Severity::High, Status::NotApplicable),
            finding("b", Layer::State, Severity::High, Status::Pass),
        ];
        assert_eq!(overall(&layers(&findings)), Some(Score { low: 100.0, high: 100.0 }));
    }

    #[test]
    fn one_of_two_critical_failures_moves_nothing_and_both_together_do() {
        let mut findings = vec![
            finding("a", Layer::Backup, Severity::Critical, Status::Fail),
            finding("b", Layer::Backup, Severity::Critical, Status::Fail),
            finding("c", Layer::Backup, Severity::Low, Status::Fail),
        ];
        let names = ["d", "e", "f", "g", "h", "i", "j", "k"];
        findings.extend(names.map(|name| finding(name, Layer::Backup, Severity::Critical, Status::Pass)));
        let checks = vec!["a".to_owned(), "b".to_owned()];
        let change = Change::Uncap { layer: Layer::Backup, checks };
        // 80 of 81; one of the two alone leaves the layer at the cap, and so does what is below it.
        assert_eq!(movers(&findings), [Mover { change, verdicts: 2, score: Score { low: 98.7, high: 98.7 } }]);
    }

    #[test]
    fn what_a_permission_would_settle_moves_the_low_end_alone() {
        let mut hidden = finding("a", Layer::Scp, Severity::High, Status::Unknown);
        let gap = Gap::not_made(GapKind::Denied, Operation::BackupListBackupVaults, "no");
        let of = |gap| Evidence::Gap { account: None, regions: Vec::new(), collection: Collection::BackupVaults, gap };
        hidden.evidence.push(of(gap));
        let mut twice = hidden.clone();
        twice.evidence.push(of(Gap::not_made(GapKind::Throttled, Operation::BackupListBackupVaults, "slow")));
        let movers = movers(&[hidden, twice]);
        let remedy = Remedy::Grant(Operation::BackupListBackupVaults);
        let score = Score { low: 50.0, high: 100.0 };
        assert_eq!(movers, [Mover { change: Change::Settle { remedy }, verdicts: 1, score }]);
    }

    fn any_finding() -> impl Strategy<Value = Finding> {
        let pick = |n: usize| 0..n;
        (pick(5), pick(4), pick(4), pick(4)).prop_map(|(layer, severity, status, check)| {
            finding(&format!("check-{check}"), Layer::ALL[layer], Severity::ALL[severity], Status::ALL[status])
        })
    }

    proptest! {
        #[test]
        fn scores_are_intervals_within_bounds(findings in prop::collection::vec(any_finding(), 0..60)) {
            let layers = layers(&findings);
            for score in layers.iter().filter_map(|l| l.score).chain(overall(&layers)) {
                prop_assert!(0.0 <= score.low && score.low <= score.high && score.high <= 100.0, "{score:?}");
            }
        }

        #[test]
        fn a_further_failure_never_raises(
            findings in prop::collection::vec(any_finding(), 1..60),
            further in any_finding(),
        ) {
            let before = layers(&findings);
            let further = Finding { status: Status::Fail, ..further };
            let (layer, unscored) = (further.layer, before.iter().find(|l| l.id == further.layer).unwrap().score.is_none());
            let mut more = findings;
            more.push(further);
            let after = layers(&more);
            let score = |of: &[LayerPosture]| of.iter().find(|l| l.id == layer).unwrap().score;
            if let (Some(before), Some(after)) = (score(&before), score(&after)) {
                prop_assert!(after.low <= before.low && after.high <= before.high);
            }
            if unscored {
                prop_assert_eq!(score(&after), Some(Score { low: 0.0, high: 0.0 }));
            }
            if let (Some(before), Some(after)) = (overall(&before), overall(&after)) {
                prop_assert!(after.low <= before.low && after.high <= before.high, "{before:?} {after:?}");
            }
        }

        #[test]
        fn what_an_unknown_turns_out_to_be_lies_within_the_interval(
            findings in prop::collection::vec(any_finding(), 1..60),
            passes in prop::collection::vec(any::<bool>(), 60),
        ) {
            let known: Vec<_> = findings.iter().cloned().zip(passes).map(|(mut finding, passes)| {
                if finding.status == Status::Unknown {
                    finding.status = if passes { Status::Pass } else { Status::Fail };
                }
                finding
            }).collect();
            let (before, after) = (layers(&findings), layers(&known));
            let pairs = before.iter().map(|l| l.score).zip(after.iter().map(|l| l.score));
            for (before, after) in pairs.chain([(overall(&before), overall(&after))]) {
                prop_assert_eq!(before.is_some(), after.is_some());
                if let (Some(before), Some(after)) = (before, after) {
                    prop_assert_eq!(after.low.to_bits(), after.high.to_bits());
                    prop_assert!(before.low <= after.low && after.high <= before.high, "{before:?} {after:?}");
                }
            }
        }

        #[test]
        fn the_order_of_findings_does_not_matter(findings in prop::collection::vec(any_finding(), 0..40).prop_shuffle()) {
            let mut sorted = findings.clone();
            sorted.sort_by_key(|f| (f.check.clone(), f.layer, f.severity, f.status));
            prop_assert_eq!(layers(&findings), layers(&sorted));
        }
    }
}
