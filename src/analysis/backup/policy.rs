//! The effective BACKUP_POLICY of an account: backup plans that the organization sets.
//!
//! Follows <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_backup_syntax.html>. The numbers are
//! strings in it, single values may stand for lists, and `$account` and `$region` stand for where the plan runs.

use serde_json::{Map, Value};

use crate::model::backup::{SelectionCondition, SelectionDetail, SelectionOperator, TagCondition};
use crate::model::ids::{AccountId, Region};

/// A backup plan of the effective policy.
#[derive(Debug, PartialEq)]
pub(super) struct PolicyPlan {
    pub(super) name: String,
    pub(super) regions: Vec<Region>,
    pub(super) rules: Vec<PolicyRule>,
    pub(super) selections: Vec<(String, SelectionDetail)>,
}

/// A rule of it.
#[derive(Debug, PartialEq)]
pub(super) struct PolicyRule {
    pub(super) schedule: Option<String>,
    pub(super) copies: Vec<PolicyCopy>,
}

/// A copy action of it: the vault's ARN with its placeholders, and the copy's retention in days.
#[derive(Debug, PartialEq)]
pub(super) struct PolicyCopy {
    vault: String,
    pub(super) delete_after_days: Option<i64>,
}

impl PolicyCopy {
    /// The vault's ARN where the plan runs.
    pub(super) fn vault(&self, account: &AccountId, region: &Region) -> String {
        self.vault.replace("$account", account.as_str()).replace("$region", region.as_str())
    }
}

/// Reads the policy; the error says what is wrong with it, for a person.
pub(super) fn parse(text: &str) -> Result<Vec<PolicyPlan>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(plans) = document.get("plans") else { return Ok(Vec::new()) };
    entries(plans, "plans")?.into_iter().map(|(name, plan)| parse_plan(name, plan)).collect()
}

fn parse_plan(name: &str, plan: &Value) -> Result<PolicyPlan, String> {
    let regions = strings(plan.get("regions"))
        .iter()
        .map(|region| region.parse().map_err(|error| format!("plan {name:?}: {error}")))
        .collect::<Result<_, String>>()?;
    let mut rules = Vec::new();
    for (_, rule) in entries(plan.get("rules").unwrap_or(&Value::Null), "rules")? {
        rules.push(parse_rule(rule)?);
    }
    let mut selections = Vec::new();
    if let Some(parts) = plan.get("selections") {
        for (kind, part) in entries(parts, "selections")? {
            for (selection, body) in entries(part, "selections")? {
                let detail = match kind {
                    "tags" => by_tags(body)?,
                    "resources" => by_resources(body)?,
                    _ => return Err(format!("plan {name:?}: selections of kind {kind:?} are not known")),
                };
                selections.push((selection.to_owned(), detail));
            }
        }
    }
    Ok(PolicyPlan { name: name.to_owned(), regions, rules, selections })
}

fn parse_rule(rule: &Value) -> Result<PolicyRule, String> {
    let mut copies = Vec::new();
    if let Some(actions) = rule.get("copy_actions") {
        for (key, action) in entries(actions, "copy_actions")? {
            let vault = string(action.get("target_backup_vault_arn")).unwrap_or_else(|| key.to_owned());
            let days = action.get("lifecycle").and_then(|lifecycle| string(lifecycle.get("delete_after_days")));
            let delete_after_days =
                days.map(|days| days.parse().map_err(|_| format!("delete_after_days is {days:?}"))).transpose()?;
            copies.push(PolicyCopy { vault, delete_after_days });
        }
    }
    Ok(PolicyRule { schedule: string(rule.get("schedule_expression")), copies })
}

/// The key, any of the values, and all of the conditions.
fn by_tags(body: &Value) -> Result<SelectionDetail, String> {
    let key = string(body.get("tag_key")).ok_or("a selection by tags without tag_key")?;
    let values = strings(body.get("tag_value"));
    if values.is_empty() {
        return Err(format!("the selection by tag {key:?} has no tag_value"));
    }
    Ok(SelectionDetail {
        resources: Vec::new(),
        not_resources: Vec::new(),
        list_of_tags: values.into_iter().map(|value| TagCondition { key: key.clone(), value }).collect(),
        conditions: conditions(body)?,
    })
}

fn by_resources(body: &Value) -> Result<SelectionDetail, String> {
    let resources = strings(body.get("resource_types"));
    if resources.is_empty() {
        return Err("a selection by resources without resource_types".to_owned());
    }
    Ok(SelectionDetail {
        resources,
        not_resources: strings(body.get("not_resource_types")),
        list_of_tags: Vec::new(),
        conditions: conditions(body)?,
    })
}

fn conditions(body: &Value) -> Result<Vec<SelectionCondition>, String> {
    let mut list = Vec::new();
    let Some(all) = body.get("conditions") else { return Ok(list) };
    for (word, group) in entries(all, "conditions")? {
        let operator = match word {
            "string_equals" => SelectionOperator::StringEquals,
            "string_not_equals" => SelectionOperator::StringNotEquals,
            "string_like" => SelectionOperator::StringLike,
            "string_not_like" => SelectionOperator::StringNotLike,
            _ => return Err(format!("the condition operator {word:?} is not known")),
        };
        for (name, condition) in entries(group, "conditions")? {
            let part = |key| string(condition.get(key)).ok_or_else(|| format!("condition {name:?} has no {key}"));
            list.push(SelectionCondition { operator, key: part("condition_key")?, value: part("condition_value")? });
        }
    }
    Ok(list)
}

/// The entries of an object, in order of their keys, without the operators of inheritance.
fn entries<'a>(value: &'a Value, what: &str) -> Result<Vec<(&'a str, &'a Value)>, String> {
    let object: &Map<String, Value> = value.as_object().ok_or_else(|| format!("{what} is no object"))?;
    let mut list: Vec<_> =
        object.iter().map(|(key, value)| (key.as_str(), value)).filter(|(key, _)| !key.starts_with("@@")).collect();
    list.sort_by_key(|(key, _)| *key);
    Ok(list)
}

/// The examples that AWS prints still wrap some values of effective policies in `@@assign`.
fn unwrapped(value: &Value) -> &Value {
    value.get("@@assign").unwrap_or(value)
}

fn string(value: Option<&Value>) -> Option<String> {
    match unwrapped(value?) {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    match value.map(unwrapped) {
        Some(Value::Array(items)) => items.iter().filter_map(|item| string(Some(item))).collect(),
        one => string(one).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const POLICY: &str = r#"{"plans": {"pii": {
        "regions": ["us-west-2", "eu-central-1"],
        "rules": {"hourly": {
            "schedule_expression": "cron(0 0/2 ? * * *)",
            "target_backup_vault_name": "Default",
            "lifecycle": {"delete_after_days": "365"},
            "copy_actions": {"arn:aws:backup:us-east-1:$account:backup-vault:second": {
                "target_backup_vault_arn": {"@@assign": "arn:aws:backup:$region:$account:backup-vault:second"},
                "lifecycle": {"delete_after_days": "180"}
            }}
        }},
        "selections": {
            "tags": {"by-tag": {
                "iam_role_arn": "arn:aws:iam::$account:role/x", "tag_key": "dataType", "tag_value": ["PII", "RED"],
                "conditions": {"string_not_equals": {"c": {"condition_key": "aws:ResourceTag/backup", "condition_value": "false"}}}
            }},
            "resources": {"by-type": {
                "resource_types": ["arn:aws:rds:*:*:db:*"], "not_resource_types": "arn:aws:rds:*:*:db:scratch"
            }}
        }
    }}}"#;

    #[test]
    fn the_whole_policy_is_read() {
        let plans = parse(POLICY).unwrap();
        let [plan] = plans.as_slice() else { panic!("{plans:?}") };
        assert_eq!(plan.regions.iter().map(Region::as_str).collect::<Vec<_>>(), ["us-west-2", "eu-central-1"]);
        assert_eq!(plan.rules[0].schedule.as_deref(), Some("cron(0 0/2 ? * * *)"));
        let copy = &plan.rules[0].copies[0];
        assert_eq!(
            copy.vault(&"111122223333".parse().unwrap(), &"us-west-2".parse().unwrap()),
            "arn:aws:backup:us-west-2:111122223333:backup-vault:second"
        );
        assert_eq!(copy.delete_after_days, Some(180));
        let names: Vec<_> = plan.selections.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["by-type", "by-tag"]);
        assert_eq!(plan.selections[0].1.not_resources, ["arn:aws:rds:*:*:db:scratch"]);
        let by_tag = &plan.selections[1].1;
        assert_eq!(by_tag.list_of_tags.len(), 2);
        assert_eq!(by_tag.conditions[0].operator, SelectionOperator::StringNotEquals);
    }

    #[test]
    fn what_is_not_understood_is_an_error_and_never_nothing() {
        assert_eq!(parse("{}"), Ok(Vec::new()));
        for text in [
            "",
            "[",
            r#"{"plans": []}"#,
            r#"{"plans": {"p": {"rules": []}}}"#,
            r#"{"plans": {"p": {"regions": ["Frankfurt!"], "rules": {}}}}"#,
            r#"{"plans": {"p": {"rules": {}, "selections": {"moons": {"s": {}}}}}}"#,
            r#"{"plans": {"p": {"rules": {}, "selections": {"tags": {"s": {"tag_key": "k"}}}}}}"#,
            r#"{"plans": {"p": {"rules": {}, "selections": {"resources": {"s": {}}}}}}"#,
            r#"{"plans": {"p": {"rules": {}, "selections": {"resources": {"s": {"resource_types": ["*"], "conditions": {"string_matches": {}}}}}}}}"#,
            r#"{"plans": {"p": {"rules": {"r": {"copy_actions": {"v": {"lifecycle": {"delete_after_days": "soon"}}}}}}}}"#,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_document_breaks_it(text in "\\PC{0,80}", cut in 0usize..900) {
            let _ = parse(&text);
            let head: String = POLICY.chars().take(cut).collect();
            prop_assert!(cut >= POLICY.chars().count() || parse(&head).is_err());
        }
    }
}
