//! Two judgements of the same thing, compared.

use std::collections::{BTreeMap, BTreeSet};

use palisade::model::finding::{Finding, Status};

/// What became greener than it was: a verdict that did not pass and now passes or no longer applies, or a failure that is
/// gone without any unknown of its check in its place.
pub fn greener(before: &[Finding], after: &[Finding]) -> Vec<String> {
    let now: BTreeMap<(String, String), Status> =
        after.iter().map(|f| ((f.check.clone(), f.subject.arn.clone()), f.status)).collect();
    let unknown: BTreeSet<(&str, _)> =
        after.iter().filter(|f| f.status == Status::Unknown).map(|f| (f.check.as_str(), f.account.as_ref())).collect();
    let mut wrong = Vec::new();
    for finding in before.iter().filter(|f| matches!(f.status, Status::Fail | Status::Unknown)) {
        let key = (finding.check.clone(), finding.subject.arn.clone());
        match now.get(&key) {
            Some(Status::Pass | Status::NotApplicable) => {
                wrong.push(format!("{} of {}: {:?} became {:?}", key.0, key.1, finding.status, now[&key]));
            }
            // What is no longer listed is unknown in its account, or, where not even the accounts are, anywhere.
            None if ![finding.account.as_ref(), None]
                .iter()
                .any(|account| unknown.contains(&(key.0.as_str(), *account))) =>
            {
                wrong.push(format!("{} of {}: {:?} vanished", key.0, key.1, finding.status));
            }
            _ => {}
        }
    }
    wrong
}
