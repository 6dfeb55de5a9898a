//! Whether a role's trust policy lets a caller assume it.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html> and
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>. The decision worth
//! knowing: there are three answers. What depends on something that an inventory does not hold (an address, a tag of the
//! session) is neither yes nor no, and whoever asks decides what to make of that.

use serde::Deserialize;
use serde_json::Value;

use super::call::Call;
use super::sts::role_behind;
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
    #[serde(rename = "NotPrincipal", default)]
    not_principal: Value,
    #[serde(rename = "Action")]
    action: Option<OneOrMany<String>>,
    #[serde(rename = "NotAction")]
    not_action: Option<OneOrMany<String>>,
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

/// Whether the caller may assume a role with this trust policy; `None` where that cannot be told.
pub(super) fn admits(policy: &str, call: &Call<'_>) -> Option<bool> {
    let document: Document = serde_json::from_str(policy).ok()?;
    let asking = Asking::of(call);
    let statements = document.statements.items();
    let of = |effect: &'static str| {
        any(statements.iter().filter(move |statement| statement.effect == effect).map(|one| asking.is_meant(one)))
    };
    match (of("Deny"), of("Allow")) {
        (Some(true), _) | (_, Some(false)) => Some(false),
        (Some(false), Some(true)) => Some(true),
        _ => None,
    }
}

/// Whether one is true; unknown where none surely is, and one may be.
fn any(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            Some(false) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

/// Whether all are true.
fn all(answers: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    any(answers.into_iter().map(|answer| answer.map(|answer| !answer))).map(|one_is_not| !one_is_not)
}

/// What a condition key holds in this request.
enum Held<'a> {
    Text(&'a str),
    Nothing,
    Unknown,
}

/// Who asks, and with what.
struct Asking<'a> {
    /// What a principal may be called that is this caller: its ARN, its role's, its account's two names, everyone.
    names: Vec<String>,
    /// `aws:PrincipalArn`, where it is known: of a session it is its role's, path included.
    arn: Option<String>,
    /// Its unique id, where it is known.
    id: Option<&'a str>,
    kind: &'static str,
    call: &'a Call<'a>,
}

impl<'a> Asking<'a> {
    fn of(call: &'a Call<'a>) -> Self {
        let partition = &call.fleet.inventory().caller.partition;
        let caller = call.signature.arn(partition);
        let account = &call.account.id;
        let root = Arn::account_root(partition, account).to_string();
        let role = role_behind(call.account, &caller);
        let (arn, kind) = match caller.resource().split('/').next() {
            Some("assumed-role") => (role.map(|role| role.arn.to_string()), "AssumedRole"),
            Some("user") => (Some(caller.to_string()), "User"),
            _ => (Some(caller.to_string()), "Account"),
        };
        let mut names = vec![caller.to_string(), root, account.to_string(), "*".to_owned()];
        names.extend(arn.clone());
        if arn.is_none() {
            // Where the account's roles were not read, its role is taken to stand under no path.
            let role = caller.resource().split('/').nth(1).unwrap_or_default();
            names.push(format!("arn:{partition}:iam::{account}:role/{role}"));
        }
        let users = call.account.parts().and_then(|parts| parts.iam.authorization_details.value());
        let user = users.and_then(|details| details.users.iter().find(|user| user.arn == caller));
        let id = role.map(|role| role.id.as_str()).or(user.map(|user| user.id.as_str()));
        Self { names, arn, id, kind, call }
    }

    /// Whether a statement is about this request.
    fn is_meant(&self, statement: &Statement) -> Option<bool> {
        all([self.is_principal(statement), is_action(statement), self.meets(&statement.condition)])
    }

    fn is_principal(&self, statement: &Statement) -> Option<bool> {
        match statement.not_principal.is_null() {
            true => self.is_named(&statement.principal),
            false => self.is_named(&statement.not_principal).map(|named| !named),
        }
    }

    fn is_named(&self, principal: &Value) -> Option<bool> {
        let principals = match principal {
            Value::Object(kinds) => kinds.get("AWS").unwrap_or(&Value::Null),
            other => other,
        };
        any(texts(principals).into_iter().map(|name| {
            let unique = ["AROA", "AIDA"].iter().any(|prefix| name.starts_with(prefix));
            match self.id {
                Some(id) if unique => Some(id == name),
                None if unique => None,
                _ => Some(self.names.iter().any(|known| known == name)),
            }
        }))
    }

    /// Whether every condition holds.
    fn meets(&self, condition: &Value) -> Option<bool> {
        let Value::Object(operators) = condition else { return condition.is_null().then_some(true) };
        all(operators.iter().map(|(operator, keys)| match keys {
            Value::Object(keys) => all(keys.iter().map(|(key, values)| holds(operator, &self.held(key), values))),
            _ => None,
        }))
    }

    fn held(&self, key: &str) -> Held<'_> {
        let some = |text: Option<&'a str>| text.map_or(Held::Nothing, Held::Text);
        match key.to_ascii_lowercase().as_str() {
            "sts:externalid" => some(self.call.input.text("ExternalId")),
            "sts:rolesessionname" => some(self.call.input.text("RoleSessionName")),
            "aws:principalaccount" => Held::Text(self.call.account.id.as_str()),
            "aws:principaltype" => Held::Text(self.kind),
            "aws:principalarn" => self.arn.as_deref().map_or(Held::Unknown, Held::Text),
            "aws:principalorgid" => {
                let organization = self.call.fleet.inventory().organization.as_ref();
                match organization.and_then(|organization| organization.description.value()) {
                    Some(described) => some(described.as_ref().map(|known| known.id.as_str())),
                    None => Held::Unknown,
                }
            }
            _ => Held::Unknown,
        }
    }
}

fn is_action(statement: &Statement) -> Option<bool> {
    const ASSUME: &str = "sts:assumerole";
    let names = |actions: &OneOrMany<String>| {
        actions.items().iter().any(|action| is_like(ASSUME, &action.to_ascii_lowercase()))
    };
    match (&statement.action, &statement.not_action) {
        (Some(actions), None) => Some(names(actions)),
        (None, Some(actions)) => Some(!names(actions)),
        _ => None,
    }
}

/// Whether one condition holds. A negated operator holds of a key that is not there.
fn holds(operator: &str, held: &Held<'_>, values: &Value) -> Option<bool> {
    let operator = operator.to_ascii_lowercase();
    let wanted = texts(values);
    if operator == "null" {
        let absent = matches!(values, Value::Bool(true)) || wanted.contains(&"true");
        return match held {
            Held::Unknown => None,
            Held::Nothing => Some(absent),
            Held::Text(_) => Some(!absent),
        };
    }
    let (plain, if_exists) = match operator.strip_suffix("ifexists") {
        Some(plain) => (plain, true),
        None => (operator.as_str(), false),
    };
    let negated = plain.contains("not");
    let matches: fn(&str, &str) -> bool = match plain.replacen("not", "", 1).as_str() {
        "stringequals" => |held, wanted| held == wanted,
        "stringequalsignorecase" => |held, wanted| held.to_lowercase() == wanted.to_lowercase(),
        "stringlike" => is_like,
        "arnequals" | "arnlike" => is_like_arn,
        _ => return None,
    };
    match held {
        Held::Unknown => None,
        Held::Nothing => Some(if_exists || negated),
        // A policy variable stands for what is not known here.
        Held::Text(_) if wanted.iter().any(|wanted| wanted.contains("${")) => None,
        Held::Text(held) => Some(wanted.iter().any(|wanted| matches(held, wanted)) != negated),
    }
}

/// Each of an ARN's six parts by itself: a star does not reach beyond a colon.
fn is_like_arn(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<&str>, Vec<&str>) = (text.splitn(6, ':').collect(), pattern.splitn(6, ':').collect());
    text.len() == pattern.len() && text.iter().zip(pattern).all(|(text, pattern)| is_like(text, pattern))
}

/// Whether a text is like a pattern, in which `*` is any text and `?` any character.
fn is_like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut place) = (0_usize, 0_usize);
    // Where the last star stands, and how far the text was when it had taken nothing yet.
    let mut star: Option<(usize, usize)> = None;
    while let Some(letter) = text.get(at) {
        match pattern.get(place) {
            Some('*') => {
                star = Some((place, at));
                place = place.saturating_add(1);
            }
            Some(wanted) if *wanted == '?' || wanted == letter => {
                at = at.saturating_add(1);
                place = place.saturating_add(1);
            }
            _ => {
                let Some((before, taken)) = star else { return false };
                star = Some((before, taken.saturating_add(1)));
                at = taken.saturating_add(1);
                place = before.saturating_add(1);
            }
        }
    }
    pattern.iter().skip(place).all(|rest| *rest == '*')
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
