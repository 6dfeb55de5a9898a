//! What a plan changes, as `terraform show -json PLANFILE` writes it.
//!
//! The format is that of <https://developer.hashicorp.com/terraform/internals/json-format>. A plan holds every secret of its state: of
//! values an allow-list is kept, of AWS's own providers alone, and none that the plan calls sensitive; of every other attribute the name.
//! An error names a place and never what stands there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::plan::{known, parse};
use super::{Limits, PlanError};
use crate::model::plan::{PlanAction, PlannedChange, PlannedChanges};

/// The attributes whose values are kept: who a resource is, and how it is protected.
const ALLOWED: &[&str] = &[
    // Who it is.
    "id",
    "arn",
    "bucket",
    "name",
    "identifier",
    "cluster_identifier",
    "global_cluster_identifier",
    "db_instance_identifier",
    "db_cluster_identifier",
    "backup_vault_name",
    "policy_id",
    "target_id",
    "policy_arn",
    "key_id",
    "role",
    "roles",
    "user",
    "users",
    "table_name",
    "type",
    "force_destroy",
    // How it is protected.
    "deletion_protection",
    "deletion_protection_enabled",
    "enable_deletion_protection",
    "disable_api_termination",
    "skip_final_snapshot",
    "final_snapshot_identifier",
    "delete_automated_backups",
    "backup_retention_period",
    "automated_snapshot_retention_period",
    "snapshot_retention_limit",
    "point_in_time_recovery",
    "apply_immediately",
    "force_delete",
    "recovery_window_in_days",
    "deletion_window_in_days",
    "is_enabled",
    "skip_destroy",
    "versioning",
    "versioning_configuration",
    "object_lock_enabled",
    "object_lock_configuration",
    "rule",
    "changeable_for_days",
    "min_retention_days",
    "max_retention_days",
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
];

/// The keys of blocks whose values are kept.
const INNER: &[&str] = &[
    "enabled",
    "status",
    "mfa_delete",
    "object_lock_enabled",
    "default_retention",
    "mode",
    "days",
    "years",
    "rule",
    "recovery_period_in_days",
    "noncurrent_version_expiration",
    "noncurrent_days",
    "newer_noncurrent_versions",
];

/// The longest text that is kept.
const LONGEST: usize = 4_096;

/// The longest list that is kept.
const LIST: usize = 64;

#[derive(Deserialize)]
struct Plan {
    format_version: Option<String>,
    terraform_version: Option<String>,
    errored: Option<bool>,
    complete: Option<bool>,
    resource_changes: Option<Vec<Changed>>,
    #[serde(default)]
    deferred_changes: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Changed {
    address: String,
    previous_address: Option<String>,
    #[serde(default)]
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    provider_name: String,
    deposed: Option<String>,
    change: Change,
}

type Attributes = BTreeMap<String, Box<RawValue>>;

#[derive(Deserialize)]
struct Change {
    actions: Vec<String>,
    before: Option<Attributes>,
    after: Option<Attributes>,
    /// An object, or `true` or `false` for all of it.
    after_unknown: Option<Box<RawValue>>,
    before_sensitive: Option<Box<RawValue>>,
    after_sensitive: Option<Box<RawValue>>,
    replace_paths: Option<Vec<Vec<Value>>>,
}

/// Reads what a plan changes.
///
/// # Errors
/// Whatever is not one whole plan within `limits` is a [`PlanError`].
pub fn read_changes(reader: impl Read, limits: &Limits) -> Result<PlannedChanges, PlanError> {
    let plan: Plan = parse(reader, limits)?;
    let changes = plan.resource_changes.ok_or(PlanError::NoPlan)?;
    known(&plan.format_version.ok_or(PlanError::NoPlan)?)?;
    let managed = changes.into_iter().filter(|changed| changed.mode != "data");
    let mut changes: Vec<PlannedChange> = managed.filter_map(planned).collect();
    changes.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    Ok(PlannedChanges {
        terraform_version: plan.terraform_version.unwrap_or_default(),
        changes,
        errored: plan.errored == Some(true),
        incomplete: plan.complete == Some(false) || !plan.deferred_changes.is_empty(),
    })
}

/// What actions amount to; `None` where nothing is done.
fn action(actions: &[String]) -> Option<PlanAction> {
    let words: Vec<&str> = actions.iter().map(String::as_str).collect();
    Some(match words.as_slice() {
        ["no-op" | "read"] => return None,
        ["delete"] => PlanAction::Delete,
        ["delete", "create"] | ["create", "delete"] => PlanAction::Replace,
        ["update"] => PlanAction::Update,
        ["create"] => PlanAction::Create,
        ["forget"] | ["create", "forget"] | ["forget", "create"] => PlanAction::Forget,
        _ => PlanAction::Unknown,
    })
}

fn planned(changed: Changed) -> Option<PlannedChange> {
    let action = action(&changed.change.actions)?;
    let Change { actions, before, after, after_unknown, before_sensitive, after_sensitive, replace_paths } =
        changed.change;
    let (before, after) = (before.unwrap_or_default(), after.unwrap_or_default());
    let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let named = |marks: Option<&RawValue>| marked(marks, &all);
    let unknown = named(after_unknown.as_deref());
    let mut sensitive = named(before_sensitive.as_deref());
    sensitive.extend(named(after_sensitive.as_deref()));
    let differs = |name: &&String| unknown.contains(*name) || raw(&before, name) != raw(&after, name);
    let mut changed_names: BTreeSet<String> =
        all.iter().filter(|name| differs(name)).map(|name| (*name).clone()).collect();
    // What is not known at all stands in neither.
    changed_names.extend(unknown.iter().cloned());
    // The id of another provider's resource can be the secret itself.
    let own = changed.kind.starts_with("aws_") || changed.kind.starts_with("awscc_");
    let kept = |from: &Attributes, but: &BTreeSet<String>| -> BTreeMap<String, Value> {
        let allowed = from.iter().filter(|(name, _)| own && ALLOWED.contains(&name.as_str()) && !but.contains(*name));
        allowed.filter_map(|(name, raw)| Some((name.clone(), pruned(serde_json::from_str(raw.get()).ok()?)?))).collect()
    };
    let paths = replace_paths.unwrap_or_default();
    let replace_paths: BTreeSet<String> =
        paths.iter().filter_map(|path| path.first()?.as_str().map(str::to_owned)).collect();
    let not_after: BTreeSet<String> = sensitive.union(&unknown).cloned().collect();
    Some(PlannedChange {
        before: kept(&before, &sensitive),
        after: kept(&after, &not_after),
        address: changed.address,
        previous_address: changed.previous_address,
        deposed: changed.deposed,
        resource_type: changed.kind,
        provider: changed.provider_name,
        action,
        actions,
        changed: changed_names.into_iter().collect(),
        unknown: unknown.into_iter().collect(),
        sensitive: sensitive.into_iter().collect(),
        replace_paths: replace_paths.into_iter().collect(),
    })
}

/// A value as it is written; absent and null are one.
fn raw<'v>(from: &'v Attributes, name: &str) -> Option<&'v str> {
    from.get(name).map(|raw| raw.get()).filter(|text| *text != "null")
}

/// The attributes that a mirror of marks marks somewhere: it has `true` where something is unknown, or sensitive.
fn marked(marks: Option<&RawValue>, all: &BTreeSet<&String>) -> BTreeSet<String> {
    let marks = marks.and_then(|raw| serde_json::from_str::<Value>(raw.get()).ok());
    fn any(value: &Value) -> bool {
        match value {
            Value::Bool(mark) => *mark,
            Value::Array(list) => list.iter().any(any),
            Value::Object(map) => map.values().any(any),
            _ => false,
        }
    }
    match marks {
        Some(Value::Object(map)) => map.into_iter().filter(|(_, mark)| any(mark)).map(|(name, _)| name).collect(),
        Some(Value::Bool(true)) => all.iter().map(|name| (*name).clone()).collect(),
        _ => BTreeSet::new(),
    }
}

/// As much of a value as may be kept. What is too long is not: a part of it would be another value.
fn pruned(value: Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) => Some(value),
        Value::String(text) => (text.len() <= LONGEST).then_some(Value::String(text)),
        Value::Array(list) if list.len() > LIST => None,
        Value::Array(list) => Some(Value::Array(list.into_iter().filter_map(pruned).collect())),
        Value::Object(map) => {
            let inner = map.into_iter().filter(|(key, _)| INNER.contains(&key.as_str()));
            Some(Value::Object(inner.filter_map(|(key, value)| Some((key, pruned(value)?))).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(changes: &Value) -> PlannedChanges {
        let plan = json!({"format_version": "1.2", "terraform_version": "1.11.4", "variables": {"p": {"value": "hunter2"}},
            "resource_changes": changes});
        read_changes(plan.to_string().as_bytes(), &Limits::default()).unwrap()
    }

    fn change(kind: &str, change: &Value) -> PlannedChange {
        let one = json!({"address": format!("{kind}.main"), "mode": "managed", "type": kind,
            "provider_name": "registry.terraform.io/hashicorp/aws", "change": change});
        read(&json!([one])).changes.remove(0)
    }

    #[test]
    fn what_says_of_protection_is_kept_and_no_secret_is() {
        let one = change(
            "aws_db_instance",
            &json!({"actions": ["update"],
                "before": {"arn": "arn:aws:rds:eu-west-1:111122223333:db:orders", "password": "hunter2", "deletion_protection": true,
                    "skip_final_snapshot": false, "tags": {"token": "hunter2"}, "name": "orders"},
                "after": {"arn": "arn:aws:rds:eu-west-1:111122223333:db:orders", "password": "hunter3", "deletion_protection": false,
                    "skip_final_snapshot": true, "tags": {"token": "hunter2"}, "name": "orders"},
                "after_unknown": {"endpoint": true, "tags": {"token": false}},
                "before_sensitive": {"password": true, "skip_final_snapshot": true}, "after_sensitive": {"password": true},
                "replace_paths": [["engine_version"]]}),
        );
        assert!(!format!("{one:?}").contains("hunter"), "{one:?}");
        assert_eq!(
            (one.before.get("deletion_protection"), one.after.get("deletion_protection")),
            (Some(&json!(true)), Some(&json!(false)))
        );
        assert_eq!(one.before.get("skip_final_snapshot"), None);
        assert_eq!(one.changed, ["deletion_protection", "endpoint", "password", "skip_final_snapshot"]);
        assert_eq!(
            (one.unknown, one.sensitive),
            (vec!["endpoint".to_owned()], vec!["password".to_owned(), "skip_final_snapshot".to_owned()])
        );
        assert_eq!(one.replace_paths, ["engine_version"]);
    }

    #[test]
    fn blocks_keep_what_protects() {
        let one = change(
            "aws_s3_bucket_versioning",
            &json!({"actions": ["update"],
                "before": {"bucket": "b", "versioning_configuration": [{"status": "Enabled", "mfa_delete": "", "other": "hunter2"}]},
                "after": {"bucket": "b", "versioning_configuration": [{"status": "Suspended"}]},
                "after_unknown": {}}),
        );
        assert_eq!(one.before.get("versioning_configuration"), Some(&json!([{"status": "Enabled", "mfa_delete": ""}])));
        assert_eq!(one.after.get("versioning_configuration"), Some(&json!([{"status": "Suspended"}])));
        assert_eq!(one.changed, ["versioning_configuration"]);
    }

    #[test]
    fn an_unknown_value_is_kept_nowhere() {
        let one = change(
            "aws_db_instance",
            &json!({"actions": ["update"], "before": {"deletion_protection": true}, "after": {},
                "after_unknown": {"deletion_protection": true}}),
        );
        assert_eq!(
            (one.unknown.clone(), one.changed),
            (vec!["deletion_protection".to_owned()], vec!["deletion_protection".to_owned()])
        );
        // All of it is unknown, or nothing.
        let all = change(
            "aws_db_instance",
            &json!({"actions": ["update"], "before": {"id": "x"}, "after": {"id": "y"}, "after_unknown": true}),
        );
        assert_eq!((all.unknown, all.after), (vec!["id".to_owned()], BTreeMap::new()));
    }

    #[test]
    fn of_others_providers_the_names_alone_are_kept() {
        let one = change(
            "random_password",
            &json!({"actions": ["delete"], "before": {"id": "hunter2", "result": "hunter2"}, "after": null}),
        );
        assert!(one.before.is_empty() && !format!("{one:?}").contains("hunter2"), "{one:?}");
        assert_eq!((one.action, one.changed), (PlanAction::Delete, vec!["id".to_owned(), "result".to_owned()]));
    }

    #[test]
    fn every_action_has_one_meaning() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (actions, want) in [
            ("no-op", None),
            ("read", None),
            ("delete", Some(PlanAction::Delete)),
            ("create delete", Some(PlanAction::Replace)),
            ("delete create", Some(PlanAction::Replace)),
            ("update", Some(PlanAction::Update)),
            ("create", Some(PlanAction::Create)),
            ("forget", Some(PlanAction::Forget)),
            ("explode", Some(PlanAction::Unknown)),
        ] {
            assert_eq!(action(&words(actions)), want, "{actions}");
        }
        assert_eq!(action(&[]), Some(PlanAction::Unknown));
    }

    #[test]
    fn what_is_no_plan_is_an_error_that_quotes_nothing() {
        let of = |text: &str| read_changes(text.as_bytes(), &Limits::default()).unwrap_err();
        let broken =
            of(r#"{"format_version": "1.2", "resource_changes": [{"address": 1, "secret": "hunter2"}]}"#).to_string();
        assert!(broken.contains("line 1") && !broken.contains("hunter2"), "{broken}");
        assert!(matches!(of("{}"), PlanError::NoPlan));
        assert!(matches!(of(r#"{"format_version": "2.0", "resource_changes": []}"#), PlanError::NewFormat { .. }));
        assert!(matches!(of(""), PlanError::Malformed { .. }));
        let small = Limits { max_bytes: 10, ..Limits::default() };
        assert!(matches!(
            read_changes(&b"{\"format_version\": \"1.2\"}"[..], &small),
            Err(PlanError::OverLimit { limit: 10 })
        ));
        let partial = read_changes(
            &br#"{"format_version":"1.2","resource_changes":[],"complete":false,"errored":true}"#[..],
            &Limits::default(),
        )
        .unwrap();
        assert!(partial.incomplete && partial.errored);
    }

    proptest! {
        #[test]
        fn whatever_stands_there_is_a_plan_or_an_error(text in "\\PC{0,200}") {
            let _ = read_changes(text.as_bytes(), &Limits::default());
        }

        #[test]
        fn a_sensitive_value_is_never_kept(secret in "[a-z]{12,20}", name in prop::sample::select(ALLOWED)) {
            let one = change("aws_db_instance", &json!({"actions": ["update"], "before": {name: secret.clone()}, "after": {name: secret.clone()},
                "after_unknown": {}, "before_sensitive": {name: true}, "after_sensitive": {name: true}}));
            let shown = format!("{one:?}");
            prop_assert!(!shown.contains(&secret));
        }
    }
}
