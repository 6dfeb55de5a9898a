//! What owners accept for a time, and the waivers that somebody has to look after.

use super::page::{Accounts, Page, Paint, count, first};
use crate::model::posture::Posture;
use crate::model::waiver::WaiverStanding;
use crate::reports::accepted;
use crate::reports::text::visible;

/// The most checks named of one waiver.
const CHECKS: usize = 4;

/// The most subjects named of one waiver.
const SUBJECTS: usize = 4;

pub(super) fn write(posture: &Posture, page: &mut Page) {
    let (groups, told) = (accepted::grouped(posture), accepted::to_tell(posture));
    if groups.is_empty() && told.is_empty() {
        return;
    }
    let verdicts: usize = groups.iter().map(|(_, findings)| findings.len()).sum();
    page.heading("WAIVED", &format!("{}, in no score; a waiver makes nothing pass", count(verdicts, "verdict")));
    let accounts = Accounts::of(posture);
    for (waived, findings) in &groups {
        page.blank();
        page.sentence("  - ", &accepted::sentence(waived), Paint::Plain);
        let mut checks: Vec<String> = findings.iter().map(|finding| visible(&finding.check, 72)).collect();
        checks.dedup();
        let text = format!("{}: {}", count(findings.len(), "verdict"), first(&checks, CHECKS, "check"));
        page.sentence("      ", &text, Paint::Plain);
        let subject = |finding: &&crate::model::finding::Finding| {
            let subject = &finding.subject;
            let name = visible(if subject.name.is_empty() { &subject.arn } else { &subject.name }, 48);
            finding.account.as_ref().map_or_else(|| name.clone(), |id| format!("{name} of {}", accounts.show(id)))
        };
        let subjects: Vec<String> = findings.iter().map(subject).collect();
        page.sentence("      ", &first(&subjects, SUBJECTS, "subject"), Paint::Dim);
    }
    if told.is_empty() {
        return;
    }
    page.blank();
    for used in told {
        let paint = if used.standing <= WaiverStanding::Refused { Paint::Bad } else { Paint::Warn };
        let waiver = &used.waiver;
        let whose = format!("{} of {}", visible(&waiver.check, 72), visible(&waiver.owner, 48));
        let standing = used.standing.as_str().replace('_', " ");
        page.sentence("  - ", &format!("{standing}: {whose}, expires {}: {}", waiver.expires, used.why), paint);
    }
}
