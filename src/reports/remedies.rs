//! What could not be judged, grouped by the one thing that would settle it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Evidence, Finding};
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::model::remedy::Remedy;
use crate::reports::text::visible;

/// What waits for a remedy.
#[derive(Default)]
pub(super) struct Waiting<'a> {
    /// How many verdicts wait.
    pub(super) verdicts: usize,
    /// Of which checks.
    pub(super) checks: BTreeSet<&'a str>,
    /// Where: accounts and their regions.
    pub(super) places: BTreeMap<Option<&'a AccountId>, BTreeSet<&'a str>>,
    /// The first thing that AWS or palisade said.
    pub(super) message: Option<&'a str>,
}

/// Each remedy with what waits for it.
pub(super) type Remedies<'a> = Vec<(Remedy, Waiting<'a>)>;
/// The unknowns that no permission would settle, by check.
pub(super) type Others<'a> = BTreeMap<&'a str, Vec<&'a Finding>>;

/// What would settle most comes first. A verdict with several gaps waits for each of them.
pub(super) fn grouped<'a>(unknown: &[&'a Finding]) -> (Remedies<'a>, Others<'a>) {
    let mut remedies: BTreeMap<Remedy, Waiting<'a>> = BTreeMap::new();
    let mut others = Others::new();
    for finding in unknown {
        let mut mine = BTreeSet::new();
        for evidence in &finding.evidence {
            let Evidence::Gap { account, regions, collection: _, gap } = evidence else { continue };
            let waiting = remedies.entry(Remedy::of(gap)).or_default();
            waiting.checks.insert(&finding.check);
            waiting.places.entry(account.as_ref()).or_default().extend(regions.iter().map(AsRef::as_ref));
            waiting.message.get_or_insert(&gap.message);
            if mine.insert(Remedy::of(gap)) {
                waiting.verdicts += 1;
            }
        }
        if mine.is_empty() {
            others.entry(&finding.check).or_default().push(finding);
        }
    }
    let mut sorted: Remedies<'a> = remedies.into_iter().collect();
    sorted.sort_by_key(|(_, waiting)| std::cmp::Reverse(waiting.verdicts));
    (sorted, others)
}

/// Who would have to be let in: palisade's own account is read with the caller's own credentials, whatever they are.
pub(super) fn whom(posture: &Posture, waiting: &Waiting<'_>) -> String {
    if waiting.places.keys().all(|account| *account == Some(&posture.caller.account)) {
        format!("the caller {}", visible(posture.caller.arn.as_str(), 100))
    } else {
        format!("role {}", visible(posture.scope.role_name.as_deref().unwrap_or("PalisadeAudit"), 64))
    }
}
