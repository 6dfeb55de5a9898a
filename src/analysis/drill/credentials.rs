//! Whether credentials that are in use could destroy what is named: the calls of a drill, asked of the policies alone, since whoever
//! may delete mostly may take protection off first. Imports the room.

use std::collections::BTreeMap;

use super::ask::{Asker, Caller};
use super::guard::Guards;
use super::run::Stage;
use super::what::named;
use super::{placed, principal};
use crate::analysis::Context;
use crate::analysis::authority::Authority;
use crate::analysis::guards::Names;
use crate::analysis::reach::{NodeId, Reach, Teller};
use crate::model::drill::{CallAnswer, CallVerdict, DrilledKind, Step, StepResult};
use crate::model::facts::Facts;
use crate::model::ids::Arn;
use crate::model::inventory::Inventory;
use crate::model::ready::{Credential, Destroys, Wanted};
use crate::model::settings::Settings;
use crate::model::terraform::StateResource;

/// What each of these credentials could destroy of these resources, in the order of both; one answer for each principal that fits,
/// and one without a principal where none does.
#[must_use]
pub fn credentials(
    inventory: &Inventory,
    settings: &Settings,
    facts: &Facts,
    resources: &[Arn],
    wanted: &[Wanted],
) -> Vec<Credential> {
    if wanted.is_empty() || resources.is_empty() {
        return Vec::new();
    }
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let reach = Reach::new(&cx, &authority);
    let all: Vec<StateResource> = resources.iter().map(named).collect();
    let placed = placed::all(&cx, facts, &all.iter().collect::<Vec<_>>());
    let asker = Asker { cx: &cx, reach: &reach, names: Names::new(&cx) };
    let guards = Guards::new(&cx, facts, DrilledKind::Resources);
    let stage = Stage { asker: &asker, guards: &guards, placed: &placed };
    let mut told = Vec::new();
    for one in wanted {
        let found = fitting(&reach, &one.who);
        if found.is_empty() {
            told.push(Credential { wanted: one.clone(), who: None, destroys: Vec::new() });
        }
        for (who, node) in found {
            let steps = stage.run(&Caller::Principal(reach.hands(node)), true);
            let destroys = steps.iter().zip(resources).map(|(step, arn)| destroys(step, arn)).collect();
            told.push(Credential { wanted: one.clone(), who: Some(who), destroys });
        }
    }
    told
}

/// The principals that an ARN or a pattern means, by label.
fn fitting(reach: &Reach<'_, '_>, who: &str) -> BTreeMap<String, NodeId> {
    let own = who.parse::<Arn>().ok().and_then(|arn| principal(reach, &arn).ok());
    if let Some(node) = own {
        return BTreeMap::from([(reach.label(node), node)]);
    }
    let patterns = [who.to_owned()];
    reach.people().filter(|(_, label)| Teller::declared(&patterns, label)).map(|(node, label)| (label, node)).collect()
}

/// Whether all the calls of a step go through: one that is refused is enough.
fn destroys(step: &Step, arn: &Arn) -> Destroys {
    let worst = |answer: CallAnswer| step.calls.iter().find(|call| call.verdict == answer);
    let by = |call: Option<&CallVerdict>, answer: CallAnswer, missing: Option<String>| Destroys {
        arn: arn.to_string(),
        answer,
        action: call.map_or_else(String::new, |call| call.action.clone()),
        decided_by: call.and_then(|call| call.decided_by.clone()).or(missing),
        acts_as: call.and_then(|call| call.acts_as.clone()),
    };
    if let Some(call) = worst(CallAnswer::Denied) {
        return by(Some(call), CallAnswer::Denied, None);
    }
    let missing = match &step.result {
        StepResult::Unknown { missing } => missing.first().cloned(),
        StepResult::Nothing { why } => Some(why.clone()),
        _ => None,
    };
    // Without any call nothing was asked of the policies.
    if step.calls.is_empty() {
        return by(None, CallAnswer::Unknown, missing);
    }
    for answer in [CallAnswer::Unknown, CallAnswer::Conditional] {
        if let Some(call) = worst(answer) {
            return by(Some(call), answer, None);
        }
    }
    by(step.calls.last(), CallAnswer::Allowed, None)
}
