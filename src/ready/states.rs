//! The rules on a state that was named. Knows `model` and the room.

use super::verdicts::{Verdicts, resting, status, worst};
use super::{Told, item};
use crate::model::finding::Status;
use crate::model::ready::{Item, ItemStatus};

/// What has to hold of a state and of its bucket.
const CHECKS: [&str; 3] = ["state-locked", "state-single-owner", "state-single-environment"];

/// Every rule that concerns it.
pub(super) fn items(told: Told<'_>, verdicts: &Verdicts<'_>, state: &str) -> Vec<Item> {
    let Some(object) = told.facts.state_objects.iter().find(|one| one.subject.arn == state) else { return Vec::new() };
    let bucket = &object.detail.bucket;
    let mut asked: Vec<(&str, String)> = CHECKS.iter().map(|check| (*check, state.to_owned())).collect();
    let holder = told.facts.state_buckets.iter().find(|one| one.subject.name == *bucket);
    asked.push(("state-bucket-versioned", holder.map_or_else(|| bucket.clone(), |one| one.subject.arn.clone())));
    let all = asked.into_iter().map(|(check, subject)| {
        let about = (state, object.subject.name.as_str());
        let found = verdicts.on(&[check], &subject);
        let remedy = verdicts.remedy(check);
        let Some(finding) = worst(&found) else {
            let said = format!("No verdict of {check} tells of it.");
            return Item { clear: remedy, ..item("state", ItemStatus::CannotVerify, about, said) };
        };
        // A copy is no owner: whoever runs it does not run the state that was meant.
        let status =
            if finding.status == Status::NotApplicable { ItemStatus::CannotVerify } else { status(finding.status) };
        let mut judged = item("state", status, about, finding.message.clone());
        judged.clear = remedy.filter(|_| status != ItemStatus::Holds);
        resting(judged, &found)
    });
    all.map(|item| Item { account: object.subject.account.clone(), ..item }).collect()
}
