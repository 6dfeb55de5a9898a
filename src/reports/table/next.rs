//! How to go on.

use std::collections::BTreeSet;

use super::page::{Page, Paint};
use crate::model::finding::{Finding, Status};
use crate::model::gap::GapKind;
use crate::model::posture::Posture;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    page.heading("NEXT", "");
    let worst = posture
        .findings
        .iter()
        .filter(|finding| finding.status == Status::Fail)
        .min_by_key(|finding| (finding.severity, finding.layer, &finding.check));
    if let Some(Finding { check, .. }) = worst {
        step(page, &format!("palisade checks show {check}"), "what the worst failure means, and how to mend it");
    }
    let kinds: BTreeSet<GapKind> = posture.gaps.iter().map(|placed| placed.gap.kind).collect();
    if [GapKind::Denied, GapKind::DeniedByScp, GapKind::RegionDenied].iter().any(|kind| kinds.contains(kind)) {
        step(page, "palisade permissions", "the policy of the audit role, to see what is unknown now");
    }
    step(page, "--format json --output FILE", "every verdict with its evidence, gap by gap and call by call");
}

fn step(page: &mut Page, command: &str, why: &str) {
    if page.width() < 100 {
        page.sentence("  ", command, Paint::Strong);
        page.sentence("      ", why, Paint::Plain);
    } else {
        let lead = format!("  {}  ", page.paint(Paint::Strong, &format!("{command:<44}")));
        page.line(&format!("{lead}{why}"));
    }
}
