//! What owners accept for a time, grouped by what they say of it.

use std::collections::BTreeMap;

use crate::model::finding::Finding;
use crate::model::posture::Posture;
use crate::model::waiver::{Waived, WaiverStanding, WaiverUse};

/// The waived findings of one waiver each, in the order of the findings.
pub(super) fn grouped(posture: &Posture) -> Vec<(&Waived, Vec<&Finding>)> {
    let mut groups: Vec<(&Waived, Vec<&Finding>)> = Vec::new();
    let mut places = BTreeMap::new();
    for finding in &posture.findings {
        let Some(waived) = &finding.waived else { continue };
        let Waived { reason, owner, ticket, expires, approved_by } = waived;
        let place = *places.entry((expires, owner, reason, ticket, approved_by)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, findings)) => findings.push(finding),
            None => groups.push((waived, vec![finding])),
        }
    }
    groups
}

/// The waivers that a reader has to know of, the worst first: all but those that simply count.
pub(super) fn to_tell(posture: &Posture) -> Vec<&WaiverUse> {
    let mut told: Vec<&WaiverUse> =
        posture.waivers.iter().filter(|used| used.standing != WaiverStanding::Applied).collect();
    told.sort_by_key(|used| used.standing);
    told
}

/// `until 2026-03-20 on the word of data-platform, approved by ops (OPS-1432): why`
pub(super) fn sentence(waived: &Waived) -> String {
    let approved = waived.approved_by.as_deref().map(|by| format!(", approved by {by}")).unwrap_or_default();
    let ticket = waived.ticket.as_deref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
    format!("until {} on the word of {}{approved}{ticket}: {}", waived.expires, waived.owner, waived.reason)
}
