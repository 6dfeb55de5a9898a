//! What this version does not judge yet, and how to go on.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use super::failures::urgency;
use super::page::{Page, Paint};
use crate::model::finding::{Finding, Layer};
use crate::model::gap::GapKind;
use crate::model::posture::Posture;
use crate::reports::text::visible;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    not_judged(posture, page);
    steps(posture, page);
}

/// The ids by layer: nothing is said of them above, neither good nor bad.
fn not_judged(posture: &Posture, page: &mut Page) {
    if posture.not_judged.is_empty() {
        return;
    }
    page.heading("NOT YET JUDGED", "this version says nothing of these");
    for layer in Layer::ALL {
        let prefix = format!("{layer}-");
        let names: Vec<&str> = posture.not_judged.iter().filter_map(|id| id.strip_prefix(&prefix)).collect();
        if !names.is_empty() {
            page.labelled(layer.as_str(), &names.join(", "), Paint::Dim);
        }
    }
}

fn steps(posture: &Posture, page: &mut Page) {
    let mut steps = Vec::new();
    let worst = posture
        .findings
        .iter()
        .filter(|finding| finding.fails())
        .min_by_key(|finding| (finding.severity, urgency(finding), finding.layer, &finding.check));
    if let Some(Finding { check, .. }) = worst {
        let command = format!("palisade checks show {}", visible(check, 72));
        steps.push((command, "what the worst failure means, and how to mend it"));
    }
    let kinds: BTreeSet<GapKind> = posture.gaps.iter().map(|placed| placed.gap.kind).collect();
    if [GapKind::Denied, GapKind::DeniedByScp, GapKind::RegionDenied].iter().any(|kind| kinds.contains(kind)) {
        steps.push(("palisade permissions".to_owned(), "the policy of the audit role, to see what is unknown now"));
    }
    let all = "every verdict with its evidence, gap by gap and call by call";
    steps.push(("--format json --output FILE".to_owned(), all));

    page.heading("NEXT", "");
    let column = steps.iter().map(|(command, _)| command.width()).max().unwrap_or(0);
    let fits = steps.iter().all(|(_, why)| column + why.width() + 4 <= page.width());
    for (command, why) in steps {
        if fits {
            let padding = " ".repeat(column.saturating_sub(command.width()) + 2);
            page.line(&format!("  {}{padding}{why}", page.paint(Paint::Strong, &command)));
        } else {
            page.sentence("  ", &command, Paint::Strong);
            page.sentence("      ", why, Paint::Plain);
        }
    }
}
