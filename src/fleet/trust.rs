//! Whether a role's trust policy lets a caller assume it.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>. The decision worth
//! knowing: what this does not understand does not admit. A Deny that may match, a condition under another key, NotPrincipal
//! and NotAction all refuse, as an endpoint for tests should: a scan then shows a gap, never an account that nobody could
//! have entered.

use serde::Deserialize;
use serde_json::Value;

use super::call::Call;
use crate::model::ids::Arn;

/// A policy, as far as it is understood.
#[derive(Debug, Deserialize)]
struct Document {
    #[serde(rename = "Statement")]
    statements: OneOrMany<Statement>,
}

#[derive(Debug, Deserialize)]
struct Statement {
    #[serde(rename = "Effect")]
    effect: String,
    #[serde(rename = "Principal", default)]
    principal: Value,
    #[serde(rename = "Action", default)]
    action: Option<OneOrMany<String>>,
    #[serde(rename = "Condition", default)]
    condition: Value,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn items(&self) -> &[T] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Many(items) => items,
        }
    }
}

/// Whether the caller may assume a role with this trust policy.
pub(super) fn admits(policy: &str, call: &Call<'_>) -> bool {
    let partition = &call.fleet.inventory().caller.partition;
    let caller = call.signature.arn(partition);
    let root = Arn::account_root(partition, &call.account.id);
    let organization = call.fleet.inventory().organization.as_ref();
    let organization =
        organization.and_then(|known| known.description.value()?.as_ref()).map(|known| known.id.as_str());
    let asking = Asking {
        names: names(&caller, &root, call.account.id.as_str()),
        account: call.account.id.as_str(),
        external_id: call.input.text("ExternalId"),
        organization,
    };
    let Ok(document) = serde_json::from_str::<Document>(policy) else { return false };
    let statements = document.statements.items();
    let of = |effect: &'static str| statements.iter().filter(move |statement| statement.effect == effect);
    // A Deny is passed over only where it surely is about somebody else.
    !of("Deny").any(|deny| deny.principal.is_null() || asking.is_named(&deny.principal))
        && of("Allow").any(|allow| asking.is_admitted(allow))
}

/// What a principal may be called that is this caller: its ARN, its role's, its account's two names, everyone.
fn names(caller: &Arn, root: &Arn, account: &str) -> Vec<String> {
    let mut names = vec![caller.to_string(), root.to_string(), account.to_owned(), "*".to_owned()];
    if let Some(role) = caller.resource().strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next()) {
        names.push(format!("arn:{}:iam::{account}:role/{role}", caller.partition()));
    }
    names
}

struct Asking<'a> {
    names: Vec<String>,
    account: &'a str,
    external_id: Option<&'a str>,
    organization: Option<&'a str>,
}

impl Asking<'_> {
    fn is_admitted(&self, allow: &Statement) -> bool {
        let actions = allow.action.as_ref().map(OneOrMany::items).unwrap_or_default();
        let assumes = |action: &String| {
            ["sts:AssumeRole", "sts:*", "*", "sts:Assume*"].iter().any(|known| known.eq_ignore_ascii_case(action))
        };
        actions.iter().any(assumes) && self.is_named(&allow.principal) && self.meets(&allow.condition)
    }

    fn is_named(&self, principal: &Value) -> bool {
        let principals = match principal {
            Value::Object(kinds) => kinds.get("AWS").unwrap_or(&Value::Null),
            other => other,
        };
        texts(principals).iter().any(|name| self.names.iter().any(|known| known == name))
    }

    /// Whether every condition holds, of those that can be told: the external id, the organization, the account.
    fn meets(&self, condition: &Value) -> bool {
        let Value::Object(operators) = condition else { return condition.is_null() };
        operators.iter().all(|(operator, keys)| {
            let equals = operator.eq_ignore_ascii_case("StringEquals");
            let Value::Object(keys) = keys else { return false };
            equals
                && keys.iter().all(|(key, values)| {
                    let known = match key.to_ascii_lowercase().as_str() {
                        "sts:externalid" => self.external_id,
                        "aws:principalorgid" => self.organization,
                        "aws:principalaccount" => Some(self.account),
                        _ => None,
                    };
                    known.is_some_and(|known| texts(values).contains(&known))
                })
        })
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
