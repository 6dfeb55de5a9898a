//! The checks against the facts of the demo: what is absent never makes a verdict greener, and what checks read is there.

use std::collections::{BTreeMap, BTreeSet};

use palisade::analysis::analyse;
use palisade::checks::{Library, Selection};
use palisade::demo::incident;
use palisade::model::facts::Facts;
use palisade::model::finding::Status;
use palisade::model::settings::Settings;
use serde_json::{Value, json};

fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.resources.critical = vec!["*statements".into()];
    settings
}

/// The lists of subjects in the facts.
fn lists(facts: &Value) -> BTreeMap<String, Vec<Value>> {
    let mut lists: BTreeMap<String, Vec<Value>> = serde_json::from_value(facts.clone()).unwrap();
    lists.remove("unlisted");
    lists
}

/// Facts that hold one subject alone. `None` where the types do not let it be so.
fn alone(list: &str, subject: &Value) -> Option<Facts> {
    let mut facts = serde_json::to_value(Facts::default()).unwrap();
    facts[list] = json!([subject]);
    serde_json::from_value(facts).ok()
}

/// The places of a subject that may be set to null: (path as a person writes it, pointer).
fn places(value: &Value, here: &str, pointer: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let path = if here.is_empty() { key.clone() } else { format!("{here}.{key}") };
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                found.push((path.clone(), pointer.clone()));
                places(field, &path, &pointer, found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{here}[]"), &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Where a null says something of its own, by the words of `model/facts`: no subject is greener for not having been read.
const MEANT: &[(&str, &str)] = &[
    // Kept for ever.
    ("backup-retention-floor", "shortest_retention_days"),
    // Never expires.
    ("backup-cross-account-copy-fresh", "copies[].expires_in_hours"),
    ("backup-cross-region-copy", "copies[].expires_in_hours"),
    ("deletion-rds-survives-delete", "copies[].expires_in_hours"),
    ("deletion-kms-keys-alive", "material_expires_in_hours"),
    // Not validated: a completed restore passes, and says so.
    ("backup-restore-tested", "restore.validation"),
    // Owner, no copy.
    ("state-single-owner", "copy"),
    // The key names no environment.
    ("state-single-environment", "key_environment"),
];

#[test]
fn null_never_makes_a_verdict_greener() {
    let library = Library::load(&[]).unwrap();
    let facts = serde_json::to_value(analyse(&incident(), &settings())).unwrap();
    let mut wrong = BTreeSet::new();
    let mut tried = 0;
    for (list, subjects) in lists(&facts) {
        for subject in subjects {
            // What is told as unread makes `each` unknown by itself; here the rules stand alone.
            let mut subject = subject;
            subject["unread"] = json!([]);
            let before = alone(&list, &subject).unwrap();
            let before: BTreeMap<String, Status> = library
                .judge(&before, &settings(), &Selection::default())
                .into_iter()
                .map(|finding| (finding.check, finding.status))
                .collect();
            let mut found = Vec::new();
            places(&subject, "", "", &mut found);
            for (path, pointer) in found {
                let mut without = subject.clone();
                let place = without.pointer_mut(&pointer).unwrap();
                if place.is_null() {
                    continue;
                }
                *place = Value::Null;
                let Some(facts) = alone(&list, &without) else { continue };
                for finding in library.judge(&facts, &settings(), &Selection::default()) {
                    tried += 1;
                    let was = before[&finding.check];
                    // What no longer says that it is not concerned is judged on its own merits.
                    let greener = matches!(was, Status::Fail | Status::Unknown) && finding.status == Status::Pass;
                    if greener && !MEANT.contains(&(finding.check.as_str(), path.as_str())) {
                        wrong.insert(format!("{}: {was} became {} without {path}", finding.check, finding.status));
                    }
                }
            }
        }
    }
    assert!(tried > 2_000, "only {tried} verdicts were tried");
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// Shown facts whose absence is no reason to doubt a pass: context of the verdict, or lists that are empty where all is well.
const CONTEXT: &[&str] = &[
    "cluster",
    "replica_of",
    "engine",
    "copy",
    "vault_type",
    "locks_in_hours",
    "deletion_in_hours",
    "origin",
    "material_expires_in_hours",
    "encryption.key_manager",
    "live_deletion_protection",
    "live_backup_retention_days",
    "live_point_in_time_recovery",
    "operation",
    "members",
    "failed_jobs",
    "shortest_retention_of",
    "shortest_retention_days",
    // Most keys name no environment.
    "key_environment",
    // Which credentials a user has: whoever reaches nothing passes with whatever it has.
    "access_key",
    "password",
    // Who is counted, by name; the counts stand beside.
    "policy_administrators.shown",
    "policy_administrators.platform",
    "policy_delegates",
    "reach.crossing.shown",
    "reach.destroyers.shown",
    "reach.destroyers.platform",
    "reach.to_copies.shown",
    "writers.shown",
    "writers.platform",
];

/// A pass rests on something: with every shown fact that could be absent taken away it cannot stand.
#[test]
fn no_pass_stands_on_nothing() {
    let library = Library::load(&[]).unwrap();
    let facts = serde_json::to_value(analyse(&incident(), &settings())).unwrap();
    let (mut wrong, mut tried) = (BTreeSet::new(), BTreeSet::new());
    for (list, subjects) in lists(&facts) {
        for mut subject in subjects {
            subject["unread"] = json!([]);
            let whole = alone(&list, &subject).unwrap();
            for finding in library.judge(&whole, &settings(), &Selection::default()) {
                if finding.status != Status::Pass {
                    continue;
                }
                let check = library.check(&finding.check).unwrap();
                let mut bare = subject.clone();
                let mut taken = false;
                for path in check.metadata.facts.iter().filter(|path| !CONTEXT.contains(&path.as_str())) {
                    let mut trial = bare.clone();
                    if let Some(place) = trial.pointer_mut(&format!("/{}", path.replace('.', "/"))) {
                        *place = if place.is_array() { json!([]) } else { Value::Null };
                        if alone(&list, &trial).is_some() {
                            taken |= trial != bare;
                            bare = trial;
                        }
                    }
                }
                if !taken {
                    continue;
                }
                tried.insert(finding.check.clone());
                let selection = Selection { checks: vec![finding.check.clone()], ..Selection::default() };
                let after = library.judge(&alone(&list, &bare).unwrap(), &settings(), &selection);
                if after.iter().any(|finding| finding.status == Status::Pass) {
                    wrong.insert(format!("{}: {}", finding.check, after[0].message));
                }
            }
        }
    }
    assert!(tried.len() > 20, "only {tried:?}");
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

/// `input.subject.a.b` in a check names a field that its subjects have.
#[test]
fn checks_read_fields_that_facts_have() {
    let library = Library::load(&[]).unwrap();
    let facts = serde_json::to_value(analyse(&incident(), &settings())).unwrap();
    let mut fields: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for subject in lists(&facts).into_values().flatten() {
        let mut found = Vec::new();
        places(&subject, "", "", &mut found);
        let kind = subject["kind"].as_str().unwrap().to_owned();
        fields.entry(kind).or_default().extend(found.into_iter().map(|(path, _)| path));
    }
    let mut wrong = Vec::new();
    for check in library.checks() {
        let mut paths: BTreeSet<&str> = check.metadata.facts.iter().map(String::as_str).collect();
        let is_path = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        paths.extend(check.text.split("input.subject.").skip(1).filter_map(|rest| rest.split(|c| !is_path(c)).next()));
        for path in paths {
            // Fields of an absent part, and those of one variant of an enum, show only where the demo has them.
            let first = path.split('.').next().unwrap();
            for kind in &check.metadata.subjects {
                let Some(fields) = fields.get(kind.as_str()) else { continue };
                let deep = fields.iter().any(|field| field.starts_with(&format!("{first}.")));
                if !fields.contains(first) || (deep && !fields.contains(path) && !VARIANTS.contains(&path)) {
                    wrong.push(format!("{}: {path} of a {}", check.metadata.id, kind.as_str()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let kinds: Vec<&String> = fields.keys().collect();
    assert!(kinds.len() >= 15, "the demo has only {kinds:?}");
}

/// Fields that only one variant has.
const VARIANTS: &[&str] = &["managed_by.what", "managed_by.stack", "lock.why", "lock.table", "lock.key"];
