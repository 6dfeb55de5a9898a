//! What fails, grouped by check, worst first.

use std::collections::BTreeMap;

use crate::model::finding::{Finding, Layer, Severity};
use crate::model::posture::Posture;
use crate::reports::words::urgency;

/// What fails of one check at one severity, the most urgent first.
pub(super) struct Group<'a> {
    /// How bad it is.
    pub(super) severity: Severity,
    /// The check's layer.
    pub(super) layer: Layer,
    /// The check's id.
    pub(super) check: &'a str,
    /// Its failures.
    pub(super) findings: Vec<&'a Finding>,
}

/// Worst first. At one severity, what fails in production comes first.
pub(super) fn grouped(posture: &Posture) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(Severity, Layer, &str), Vec<&Finding>> = BTreeMap::new();
    for finding in posture.findings.iter().filter(|finding| finding.fails()) {
        groups.entry((finding.severity, finding.layer, &finding.check)).or_default().push(finding);
    }
    let mut groups: Vec<Group<'_>> = groups
        .into_iter()
        .map(|((severity, layer, check), mut findings)| {
            findings.sort_by_key(|finding| urgency(finding));
            Group { severity, layer, check, findings }
        })
        .collect();
    groups.sort_by_key(|group| (group.severity, group.findings.first().map(|f| urgency(f)), group.layer, group.check));
    groups
}
