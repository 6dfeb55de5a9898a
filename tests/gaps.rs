//! Whatever could not be read is in the report: every place of an inventory where a gap can stand is found by
//! `Inventory::gaps`.

use std::collections::{BTreeMap, BTreeSet};

use palisade::demo::incident;
use palisade::model::gap::Answer;
use palisade::model::inventory::Inventory;
use palisade::model::operation::Collection;
use serde_json::{Value, json};

/// The wrappers that hold either what was read or a gap, as serde writes them.
fn is_wrapper(value: &Value) -> bool {
    value
        .as_object()
        .is_some_and(|members| members.len() == 1 && (members.contains_key("read") || members.contains_key("value")))
}

/// Puts a gap in the place of every wrapper that lies inside `depth` others; gives the messages of those gaps.
fn refuse(value: &mut Value, depth: usize, messages: &mut Vec<String>) {
    if is_wrapper(value) {
        if depth == 0 {
            let message = format!("refused {}", messages.len());
            *value = json!({ "gap": {
                "kind": "denied", "operation": "sts:AssumeRole", "code": null, "message": message, "attempts": 1, "request_id": null
            } });
            messages.push(message);
            return;
        }
        return inside(value, depth - 1, messages);
    }
    inside(value, depth, messages);
}

fn inside(value: &mut Value, depth: usize, messages: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| refuse(item, depth, messages)),
        Value::Object(members) => members.values_mut().for_each(|member| refuse(member, depth, messages)),
        _ => {}
    }
}

#[test]
fn every_gap_is_found_with_its_place() {
    let mut whole = incident();
    // The demo's configuration names no account tags, so they were not asked for.
    whole.organization.as_mut().unwrap().accounts.value_mut().unwrap()[0].tags = Some(Answer::Value(BTreeMap::new()));
    let whole = serde_json::to_value(whole).unwrap();
    let mut seen = BTreeSet::new();
    let mut sites = 0;
    for depth in 0.. {
        let (mut refused, mut messages) = (whole.clone(), Vec::new());
        refuse(&mut refused, depth, &mut messages);
        if messages.is_empty() {
            break;
        }
        let inventory: Inventory = serde_json::from_value(refused).unwrap();
        let gaps = inventory.gaps();
        let found: BTreeSet<&str> = gaps.iter().map(|placed| placed.gap.message.as_str()).collect();
        let missed: Vec<&String> = messages.iter().filter(|message| !found.contains(message.as_str())).collect();
        assert!(missed.is_empty(), "{} of {} gaps at depth {depth} are in no report", missed.len(), messages.len());
        seen.extend(
            gaps.iter().filter(|placed| messages.contains(&placed.gap.message)).map(|placed| placed.collection),
        );
        sites += messages.len();
    }
    assert!(sites > 500, "the demo has {sites} places for gaps");
    // What all states together could claim, and all tables lock, follows from the others; nothing of it is read.
    seen.extend([Collection::StateClaims, Collection::StateLocks]);
    let unseen: Vec<&Collection> = Collection::ALL.iter().filter(|collection| !seen.contains(collection)).collect();
    assert!(unseen.is_empty(), "no gap of {unseen:?} was tried: the demo should hold one of each");
}

#[test]
fn gaps_come_in_one_order() {
    let inventory = incident();
    let gaps = inventory.gaps();
    assert!(gaps.is_sorted());
    let mut turned = inventory;
    turned.accounts.reverse();
    assert_eq!(turned.gaps(), gaps);
}
