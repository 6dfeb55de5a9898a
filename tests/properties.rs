//! Properties that hold for every inventory: judging never panics, order never shows, and what is unread never passes.
//!
//! The inventories are made from the demo's JSON, so that they have the shape of what AWS says and are wrong in one or
//! many places.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock};

use palisade::audit::assess;
use palisade::checks::{Library, Selection};
use palisade::demo;
use palisade::model::inventory::Inventory;
use palisade::model::posture::Posture;
use palisade::model::settings::Settings;
use palisade::reports::json;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::verdicts::greener;

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::load(&[]).unwrap())
}

/// The demo's JSON, its ledger left out: no verdict reads it, and it is half of the text.
fn demo_json() -> Value {
    static DEMO: OnceLock<Value> = OnceLock::new();
    DEMO.get_or_init(|| {
        let mut value = serde_json::to_value(demo::incident()).unwrap();
        value["ledger"] = json!([]);
        value
    })
    .clone()
}

/// Settings with which every branch of the judgement is awake.
fn settings() -> Settings {
    let mut settings = crate::support::owners();
    settings.resources.critical = vec!["*statements".into()];
    settings
}

fn judge(inventory: &Inventory) -> Posture {
    assess(inventory, &settings(), library(), &Selection::default())
}

fn report(posture: &Posture) -> String {
    let mut out = Vec::new();
    json::write(posture, &[], &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn inventory(value: Value) -> Result<Inventory, serde_json::Error> {
    serde_json::from_value(value)
}

/// Every place in a JSON tree, as a path of keys and indices.
fn places(value: &Value) -> Vec<Vec<Step>> {
    fn walk(value: &Value, here: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
        found.push(here.clone());
        let mut child = |step: Step, value: &Value| {
            here.push(step);
            walk(value, here, found);
            here.pop();
        };
        match value {
            Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| child(Step::Index(at), item)),
            Value::Object(fields) => fields.iter().for_each(|(key, field)| child(Step::Key(key.clone()), field)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, &mut Vec::new(), &mut found);
    found
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Key(String),
    Index(usize),
}

fn at<'a>(value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key.as_str()),
        Step::Index(index) => value.get_mut(*index),
    })
}

/// A path without its indices, for a person and to tell kinds of places apart.
fn shape(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => format!("/{key}"),
            Step::Index(_) => "/*".to_owned(),
        })
        .collect()
}

/// What may be done to one place.
#[derive(Debug, Clone)]
enum Change {
    Drop,
    Null,
    /// The value of another place.
    Transplant(prop::sample::Index),
    Duplicate,
    Reverse,
    Text(String),
    Number(i64),
    Flip,
}

fn change() -> impl Strategy<Value = Change> {
    let hostile = prop_oneof![
        Just(String::new()),
        Just("*".to_owned()),
        Just("\u{1b}[31m\u{202e}nimda\0".to_owned()),
        Just("a".repeat(10_000)),
        Just("{\"Statement\":[{\"Effect\":\"Deny\"}]}".to_owned()),
        Just("arn:aws:rds:::cluster:".to_owned() + &"x:".repeat(40)),
        ".{0,40}",
    ];
    let number =
        prop_oneof![Just(0), Just(-1), Just(i64::MAX), Just(i64::MIN), Just(i64::from(i32::MAX)), any::<i64>()];
    prop_oneof![
        3 => Just(Change::Drop),
        2 => Just(Change::Null),
        4 => any::<prop::sample::Index>().prop_map(Change::Transplant),
        3 => Just(Change::Duplicate),
        1 => Just(Change::Reverse),
        4 => hostile.prop_map(Change::Text),
        3 => number.prop_map(Change::Number),
        2 => Just(Change::Flip),
    ]
}

/// Makes the change, if it changes anything.
fn make(value: &mut Value, path: &[Step], change: &Change, other: &Value) -> Option<()> {
    if let Change::Drop | Change::Duplicate = change {
        let (last, parent) = path.split_last()?;
        match (at(value, parent)?, last, change) {
            (Value::Array(items), Step::Index(index), Change::Drop) => drop(items.remove(*index)),
            (Value::Array(items), Step::Index(index), _) => items.push(items.get(*index)?.clone()),
            (Value::Object(fields), Step::Key(key), Change::Drop) => drop(fields.remove(key.as_str())),
            _ => return None,
        }
        return Some(());
    }
    let place = at(value, path)?;
    let new = match (change, &*place) {
        (Change::Null, _) => Value::Null,
        (Change::Transplant(_), _) => other.clone(),
        (Change::Reverse, Value::Array(items)) => items.iter().rev().cloned().collect(),
        (Change::Text(text), Value::String(_)) => text.clone().into(),
        (Change::Number(number), Value::Number(_)) => (*number).into(),
        (Change::Flip, Value::Bool(old)) => (!old).into(),
        _ => return None,
    };
    (*place != new).then(|| *place = new)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_inventory_that_reads_assesses(
        keep in prop::collection::btree_set(0_usize..9, 1..4),
        changes in prop::collection::vec((any::<prop::sample::Index>(), change()), 1..60),
    ) {
        let mut value = demo_json();
        let accounts = value["accounts"].as_array_mut().unwrap();
        let mut index = 0;
        accounts.retain(|_| { index += 1; keep.contains(&(index - 1)) });

        let places = places(&value);
        let mut good = inventory(value.clone()).unwrap();
        // Places are told from the first tree: after a change some lead nowhere, and that change is left out. Whether a
        // change still reads is tried in tens, so that most of the time goes into judging.
        for batch in changes.chunks(10) {
            let before = value.clone();
            for (place, change) in batch {
                let mut trial = value.clone();
                let other = match change {
                    Change::Transplant(from) => at(&mut trial, from.get::<Vec<Step>>(&places)).cloned().unwrap_or(Value::Null),
                    _ => Value::Null,
                };
                if make(&mut trial, place.get::<Vec<Step>>(&places), change, &other).is_some() && inventory(trial.clone()).is_ok() {
                    value = trial;
                }
            }
            match inventory(value.clone()) {
                Ok(read) => good = read,
                Err(_) => value = before,
            }
        }
        let posture = judge(&good);
        // It can be written, and read back as JSON.
        prop_assert!(serde_json::from_str::<Value>(&report(&posture)).is_ok());
    }

    /// As [`a_gap_makes_nothing_green`], for gaps that come on top of others.
    #[test]
    fn further_gaps_make_nothing_green(
        first in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        further in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
    ) {
        let mut value = demo_json();
        let all = answers(&value);
        let mut take_away = |places: &[prop::sample::Index]| {
            for place in places {
                // Where an outer answer is gone already, so is this one.
                if let Some(place) = at(&mut value, place.get::<Vec<Step>>(&all)) {
                    *place = gap();
                }
            }
            judge(&inventory(value.clone()).unwrap()).findings
        };
        let before = take_away(&first);
        let after = take_away(&further);
        let made = greener(&before, &after);
        prop_assert!(made.is_empty(), "{made:#?}");
    }

    #[test]
    fn the_order_of_lists_shows_nowhere(seed in any::<u64>()) {
        static SORTED: OnceLock<String> = OnceLock::new();
        let sorted = SORTED.get_or_init(|| report(&judge(&inventory(demo_json()).unwrap())));
        let mut value = demo_json();
        let mut seed = seed;
        shuffle(&mut value, &mut seed);
        let shuffled = report(&judge(&inventory(value).unwrap()));
        if shuffled != *sorted {
            let differs = sorted.lines().zip(shuffled.lines()).find(|(a, b)| a != b);
            prop_assert!(false, "order shows: {:.800}", format!("{differs:?}"));
        }
    }
}

/// Shuffles every list of a tree.
fn shuffle(value: &mut Value, seed: &mut u64) {
    match value {
        Value::Array(items) => {
            for last in (1..items.len()).rev() {
                // Xorshift: enough to reach any order, and the same at every run of one seed.
                *seed = (*seed).max(1);
                *seed ^= *seed << 13;
                *seed ^= *seed >> 7;
                *seed ^= *seed << 17;
                let other = usize::try_from(*seed % (last as u64 + 1)).unwrap();
                items.swap(last, other);
            }
            items.iter_mut().for_each(|item| shuffle(item, seed));
        }
        Value::Object(fields) => fields.values_mut().for_each(|field| shuffle(field, seed)),
        _ => {}
    }
}

/// The places of everything that could have been unread: a `Collected` is `{"read": …}`, an `Answer` `{"value": …}`.
fn answers(value: &Value) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    for mut path in places(value) {
        if let Some(Step::Key(key)) = path.last()
            && (key == "read" || key == "value")
        {
            path.pop();
            found.push(path);
        }
    }
    // `value` is the name of other fields too (a tag's): an answer stands alone in its object and is no map of tags.
    found.retain(|path| {
        let place = path.iter().try_fold(value, |value, step| match step {
            Step::Key(key) => value.get(key.as_str()),
            Step::Index(index) => value.get(*index),
        });
        place.and_then(Value::as_object).is_some_and(|fields| fields.len() == 1)
            && !shape(path).ends_with("/tags/value")
    });
    found
}

fn gap() -> Value {
    json!({ "gap": {
        "kind": "denied", "operation": "rds:DescribeDBInstances", "code": "AccessDenied",
        "message": "taken away by a test", "attempts": 1, "request_id": null
    }})
}

/// Each kind of answer in the demo is taken away in up to this many places.
const PLACES_PER_KIND: usize = 3;

/// The account of the copies is where most verdicts come together: every answer of it is taken away, one by one.
#[test]
fn no_gap_of_the_backup_account_makes_anything_green() {
    let whole = demo_json();
    let accounts = whole["accounts"].as_array().unwrap();
    let place = accounts.iter().position(|account| account["id"] == "888888888888").unwrap();
    let of_backups = |path: &Vec<Step>| matches!(path.as_slice(), [Step::Key(key), Step::Index(at), ..] if key == "accounts" && *at == place);
    let chosen: Vec<Vec<Step>> = answers(&whole).into_iter().filter(of_backups).collect();
    assert!(chosen.len() > 20, "only {} answers", chosen.len());
    taken_away(&whole, chosen);
}

#[test]
fn a_gap_makes_nothing_green() {
    let whole = demo_json();
    let mut kinds: BTreeMap<String, Vec<Vec<Step>>> = BTreeMap::new();
    for path in answers(&whole) {
        kinds.entry(shape(&path)).or_default().push(path);
    }
    assert!(kinds.len() > 60, "only {} kinds of answers were found", kinds.len());
    // The places spread over the list, the last one included: the first account is often the emptiest.
    let chosen: Vec<Vec<Step>> = kinds
        .values()
        .flat_map(|paths| {
            let step = (paths.len() / PLACES_PER_KIND).max(1);
            paths.iter().rev().step_by(step).take(PLACES_PER_KIND)
        })
        .cloned()
        .collect();
    taken_away(&whole, chosen);
}

/// Takes each of these answers away by itself: nothing may become greener.
fn taken_away(whole: &Value, chosen: Vec<Vec<Step>>) {
    let before = judge(&inventory(whole.clone()).unwrap()).findings;
    let (work, wrong) = (Mutex::new(chosen.into_iter()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(path) = work.lock().unwrap().next() else { break };
                    let mut value = whole.clone();
                    *at(&mut value, &path).unwrap() = gap();
                    let Ok(read) = inventory(value) else {
                        wrong.lock().unwrap().push(format!("{}: no gap may stand here", shape(&path)));
                        continue;
                    };
                    let after = judge(&read).findings;
                    let made = greener(&before, &after);
                    wrong.lock().unwrap().extend(made.iter().map(|what| format!("{path:?}: {what}")));
                }
            });
        }
    });
    let mut wrong = wrong.into_inner().unwrap();
    wrong.sort();
    assert!(wrong.is_empty(), "gaps made {} verdicts greener:\n{}", wrong.len(), wrong.join("\n"));
}
