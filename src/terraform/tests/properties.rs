//! What holds of every state, every cut and every secret.

use std::collections::BTreeMap;

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use super::writer::Json;
use crate::model::terraform::{RecordedAttributes, ResourceMode, StateResource};
use crate::terraform::{ENVIRONMENT_KEYS, Limits, StateDocument, read_state};

/// Stands in every position that is not on the allow-list.
const SECRET: &str = "S3CR3T";

fn limits() -> Limits {
    Limits::default()
}

/// Shuffles the members of every object in it, by the seed.
fn shuffle(json: &mut Json, seed: &mut u64) {
    match json {
        Json::List(items) => items.iter_mut().for_each(|item| shuffle(item, seed)),
        Json::Object(members) => {
            for index in (1..members.len()).rev() {
                *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                members.swap(index, usize::try_from(*seed >> 33).unwrap() % (index + 1));
            }
            members.iter_mut().for_each(|(_, value)| shuffle(value, seed));
        }
        _ => {}
    }
}

/// A value full of secrets, in names and in values.
fn secret() -> Json {
    Json::object([
        (SECRET, Json::text(SECRET)),
        ("list", Json::List(vec![Json::text(SECRET), Json::object([("id", Json::text(SECRET))])])),
        ("deletion_protection", Json::text(SECRET)),
        ("tags", Json::object([("env", Json::text(SECRET))])),
    ])
}

fn optional<T>(members: &mut Vec<(String, Json)>, key: &str, value: &Option<T>, json: impl Fn(&T) -> Json) {
    if let Some(value) = value {
        members.push((key.to_owned(), json(value)));
    }
}

/// Writes one instance of a resource as Terraform does, with secrets wherever nothing is kept.
fn instance(resource: &StateResource, index: &Option<String>) -> Json {
    let recorded = &resource.attributes;
    let flag = |value: &bool| Json::Bool(*value);
    let mut attributes = vec![("password".to_owned(), secret()), (SECRET.to_owned(), Json::text(SECRET))];
    optional(&mut attributes, "id", &resource.id, |text| Json::text(text));
    optional(&mut attributes, "arn", &resource.arn, |text| Json::text(text));
    optional(&mut attributes, "deletion_protection", &recorded.deletion_protection, flag);
    optional(&mut attributes, "deletion_protection_enabled", &recorded.deletion_protection_enabled, flag);
    optional(&mut attributes, "skip_final_snapshot", &recorded.skip_final_snapshot, flag);
    optional(&mut attributes, "final_snapshot_identifier", &recorded.final_snapshot_identifier, |text| {
        Json::text(text)
    });
    optional(&mut attributes, "delete_automated_backups", &recorded.delete_automated_backups, flag);
    optional(&mut attributes, "backup_retention_period", &recorded.backup_retention_period, |value| {
        Json::number(value)
    });
    optional(&mut attributes, "point_in_time_recovery", &recorded.point_in_time_recovery, |value| {
        Json::List(vec![Json::object([("enabled", Json::Bool(*value)), ("other", secret())]), secret()])
    });
    optional(&mut attributes, "apply_immediately", &recorded.apply_immediately, flag);
    optional(&mut attributes, "force_destroy", &recorded.force_destroy, flag);
    optional(&mut attributes, "recovery_window_in_days", &recorded.recovery_window_in_days, |value| {
        Json::number(value)
    });
    optional(&mut attributes, "deletion_window_in_days", &recorded.deletion_window_in_days, |value| {
        Json::number(value)
    });
    let mut tags: Vec<_> =
        recorded.environment_tags.iter().map(|(key, value)| (key.clone(), Json::text(value))).collect();
    tags.push((SECRET.to_owned(), Json::text(SECRET)));
    attributes.push(("tags".to_owned(), Json::Object(tags)));
    attributes.push(("tags_all".to_owned(), Json::object([("owner", Json::text(SECRET))])));

    let mut members = vec![
        ("schema_version".to_owned(), Json::number(1)),
        ("private".to_owned(), Json::text(SECRET)),
        ("sensitive_attributes".to_owned(), Json::List(vec![secret()])),
        ("status".to_owned(), Json::text(SECRET)),
        ("attributes".to_owned(), Json::Object(attributes)),
        (
            "dependencies".to_owned(),
            Json::List(resource.dependencies.iter().map(|one| Json::text(one.as_str())).collect()),
        ),
        (SECRET.to_owned(), secret()),
    ];
    optional(&mut members, "index_key", index, |text| Json::text(text));
    optional(&mut members, "deposed", &resource.deposed, |text| Json::text(text));
    Json::Object(members)
}

/// A resource with one instance; the index is a plain word, so that its address needs no escapes.
fn resource() -> impl Strategy<Value = (StateResource, Option<String>, String)> {
    let word = "[a-z][a-z0-9_]{0,8}";
    let text = "\\PC{0,12}";
    let flag = || option::of(any::<bool>());
    let number = || option::of(any::<i64>());
    let names = (word, "[a-z]{1,6}", option::of("[a-z0-9-]{1,6}"), any::<bool>(), text);
    let identity = (option::of(text), option::of(text), option::of("[0-9a-f]{8}"), vec("[a-z_.]{1,12}", 0..4));
    let flags = (flag(), flag(), flag(), flag(), flag(), flag(), flag());
    let numbers = (number(), number(), number(), option::of(text));
    let environments = btree_map("env|Environment|STAGE", text, 0..3);
    (names, identity, flags, numbers, environments).prop_map(|(names, identity, flags, numbers, environments)| {
        let (kind, name, index, data, provider) = names;
        let (id, arn, deposed, mut dependencies) = identity;
        let kind = format!("aws_{kind}");
        let mode = if data { ResourceMode::Data } else { ResourceMode::Managed };
        let bare = format!("{}{kind}.{name}", if data { "data." } else { "" });
        let address = index.as_ref().map_or(bare.clone(), |index| format!("{bare}[\"{index}\"]"));
        dependencies.sort();
        dependencies.dedup();
        let attributes = RecordedAttributes {
            deletion_protection: flags.0,
            deletion_protection_enabled: flags.1,
            skip_final_snapshot: flags.2,
            final_snapshot_identifier: numbers.3,
            delete_automated_backups: flags.3,
            backup_retention_period: numbers.0,
            point_in_time_recovery: flags.4,
            apply_immediately: flags.5,
            force_destroy: flags.6,
            recovery_window_in_days: numbers.1,
            deletion_window_in_days: numbers.2,
            enable_deletion_protection: None,
            disable_api_termination: None,
            skip_destroy: None,
            environment_tags: environments,
        };
        let resource = StateResource {
            address,
            mode,
            resource_type: kind.into(),
            provider: provider.into(),
            arn,
            id,
            deposed,
            dependencies: dependencies.into_iter().map(Into::into).collect(),
            attributes: attributes.into(),
        };
        (resource, index, name)
    })
}

/// A state and its text.
fn state() -> impl Strategy<Value = (StateDocument, String)> {
    let head = (any::<u64>(), "[a-z0-9-]{1,20}", "[0-9.]{0,8}");
    let form = (any::<u64>(), any::<bool>());
    (head, vec(resource(), 0..6), form).prop_map(
        |((serial, lineage, terraform_version), resources, (mut seed, pretty))| {
            let mut unique = BTreeMap::new();
            for (resource, index, name) in resources {
                unique.insert((resource.address.clone(), resource.deposed.clone()), (resource, index, name));
            }
            let list = unique.values().map(|(resource, index, name)| {
                let mode = if resource.mode == ResourceMode::Data { "data" } else { "managed" };
                Json::object([
                    ("mode", Json::text(mode)),
                    ("type", Json::text(resource.resource_type.as_str())),
                    ("name", Json::text(name)),
                    ("provider", Json::text(resource.provider.as_str())),
                    ("each", Json::text(SECRET)),
                    ("instances", Json::List(vec![instance(resource, index)])),
                    (SECRET, secret()),
                ])
            });
            let mut json = Json::object([
                ("version", Json::number(4)),
                ("terraform_version", Json::text(&terraform_version)),
                ("serial", Json::number(serial)),
                ("lineage", Json::text(&lineage)),
                ("outputs", secret()),
                ("check_results", secret()),
                (SECRET, secret()),
                ("resources", Json::List(list.collect())),
            ]);
            shuffle(&mut json, &mut seed);
            let text = json.write(pretty.then_some(0));
            let resources = unique.into_values().map(|(resource, _, _)| resource).collect();
            (StateDocument { serial, lineage, terraform_version, resources }, text)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn states_round_trip_and_keep_no_secret((want, text) in state()) {
        let got = read_state(text.as_bytes(), &limits()).unwrap();
        let told = format!("{got:?}");
        prop_assert!(!told.contains(SECRET));
        prop_assert_eq!(got, want);
    }

    #[test]
    fn every_cut_is_an_error_without_secrets((_, text) in state()) {
        // White space after the last bracket may be missing; nothing else may.
        let whole = text.trim_end().len();
        let step = (whole / 300).max(1);
        for end in (0..whole).step_by(step).chain(whole.saturating_sub(40)..whole) {
            let error = read_state(&text.as_bytes()[..end], &limits()).expect_err("a cut state was read");
            let told = format!("{error:?} {error}");
            prop_assert!(!told.contains(SECRET));
        }
    }

    #[test]
    fn every_changed_byte_is_read_or_refused_without_secrets((_, text) in state(), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4)) {
        let mut bytes = text.into_bytes();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            // A changed quote can turn a secret into a key; keys of tags are kept where they name an environment only.
            bytes[at] = byte;
        }
        if let Err(error) = read_state(bytes.as_slice(), &limits()) {
            let told = format!("{error:?} {error}");
            prop_assert!(!told.contains(SECRET));
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _ = read_state(bytes.as_slice(), &limits());
    }

    #[test]
    fn arbitrary_json_like_text_never_panics(text in "([{}\\[\\]:,\"0-9. \\\\eE+-]|version|resources|instances|attributes|tags|env|true|null|\\\\u[0-9a-f]{4}){0,80}") {
        if let Err(error) = read_state(text.as_bytes(), &limits()) {
            prop_assert!(error.to_string().len() < 250);
        }
    }
}

#[test]
fn the_environment_keys_are_lower_case() {
    assert!(ENVIRONMENT_KEYS.iter().all(|key| key.chars().all(|letter| letter.is_ascii_lowercase())));
}
