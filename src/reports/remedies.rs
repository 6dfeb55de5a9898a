//! What could not be judged, grouped by the one thing that would settle it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::finding::{Evidence, Finding};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::operation::Operation;
use crate::model::posture::Posture;
use crate::reports::text::visible;

/// One thing that would settle unknown verdicts.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Remedy {
    /// The audit role cannot be entered.
    Enter,
    /// An SCP hides whole regions.
    OpenRegion,
    /// A permission is missing.
    Grant(Operation),
    /// An SCP denies a call.
    Exempt(Operation),
    /// The user left it out.
    Widen(String),
    /// It did not answer.
    Again(&'static str, Operation),
    /// It answered what palisade does not understand.
    Understand(Operation),
    /// A limit was reached.
    Raise(Operation),
}

impl Remedy {
    fn of(gap: &Gap) -> Self {
        match gap.kind {
            GapKind::Denied | GapKind::DeniedByScp if gap.operation == Operation::StsAssumeRole => Self::Enter,
            GapKind::Denied => Self::Grant(gap.operation),
            GapKind::DeniedByScp => Self::Exempt(gap.operation),
            GapKind::RegionDenied => Self::OpenRegion,
            GapKind::Throttled => Self::Again("throttled", gap.operation),
            GapKind::Timeout => Self::Again("timeout", gap.operation),
            GapKind::Interrupted => Self::Again("interrupted", gap.operation),
            GapKind::Malformed => Self::Understand(gap.operation),
            GapKind::Budget => Self::Raise(gap.operation),
            GapKind::OutOfScope => Self::Widen(gap.operation.to_string()),
        }
    }

    /// What to do, in a sentence.
    pub(super) fn sentence(&self, whom: &str) -> String {
        let permission = |operation: &Operation| match operation.actions() {
            [] => operation.to_string(),
            actions => actions.join(" and "),
        };
        match self {
            Self::Enter => format!(
                "{whom} cannot be assumed: create it there (palisade permissions --format cloudformation), or admit this caller in its trust policy"
            ),
            Self::OpenRegion => format!(
                "a region-deny policy hides these regions: exempt {whom} from it (palisade permissions prints the line), or, where nothing lies there, name them in [scope] treat_as_empty"
            ),
            Self::Grant(operation) => format!("grant {} to {whom}", permission(operation)),
            Self::Exempt(operation) => {
                format!("exempt {whom} from the service control policy that denies {}", permission(operation))
            }
            Self::Widen(operation) => format!("left out by the scope of this scan ({operation}): widen it"),
            Self::Again(why, operation) => {
                format!("{operation} gave no answer ({why}): run again, with a lower --concurrency if it is throttled")
            }
            Self::Understand(operation) => {
                format!("{operation} answered what this version does not understand: see the message, or report it")
            }
            Self::Raise(operation) => format!("a limit on the work was reached at {operation}: narrow the scope"),
        }
    }
}

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
