//! One line of `palisade policy eval`: the request as it is written, and its answer.
//!
//! The context is complete: a key that is neither in it nor in `unknown_keys` is absent, and nothing is derived.

use std::fmt;

use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::policy::{
    Caller, CallerError, Chain, Context, Document, Explanation, Fact, Identity, Kind, NoAction, Policies, PolicyError,
    PolicySet, Request, ResourcePolicy, explain,
};

/// A request. Fields that are not here are passed over.
#[derive(Deserialize)]
struct Line {
    principal_arn: String,
    principal_account: String,
    action: String,
    resource_arn: String,
    resource_account: Option<String>,
    context: Option<Keys>,
    identity_policies: Option<Vec<Named>>,
    scps: Option<Vec<Attached>>,
    rcps: Option<Vec<Attached>>,
    permission_boundary: Option<Box<RawValue>>,
    session_policies: Option<Vec<Box<RawValue>>>,
    resource_policy: Option<Box<RawValue>>,
    management_account: Option<String>,
    unknown_keys: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
    document: Box<RawValue>,
}

#[derive(Deserialize)]
struct Attached {
    level: String,
    policies: Vec<Named>,
}

/// The id alone: what a faulty line is answered by.
#[derive(Deserialize)]
struct Id {
    #[serde(default)]
    id: Value,
}

/// The context of a request: keys in any case, each once; a value or a list of them.
struct Keys(Vec<(String, Vec<String>)>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Keys;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of context keys")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys, A::Error> {
                let mut keys: Vec<(String, Vec<String>)> = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Value>()? {
                    let key = key.to_lowercase();
                    if keys.iter().any(|(known, _)| *known == key) {
                        return Err(A::Error::custom(format!("the context key {key:?} is given twice")));
                    }
                    let values = match value {
                        Value::Array(values) => values.into_iter().map(text).collect(),
                        one => text(one).map(|text| vec![text]),
                    };
                    let wrong = || A::Error::custom(format!("the context key {key:?} has a value that is no text"));
                    keys.push((key.clone(), values.ok_or_else(wrong)?));
                }
                Ok(Keys(keys))
            }
        }
        from.deserialize_map(Entries)
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// What a line is answered with.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Decision { id: Value, decision: &'static str, by: Vec<By>, missing_allow_at: Option<String> },
    Fault { id: Value, error: String },
}

/// A deciding statement.
#[derive(Serialize)]
pub(super) struct By {
    kind: &'static str,
    policy: String,
    sid: Option<String>,
    index: u32,
    effect: &'static str,
}

/// Why a line cannot be decided.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error("the line is no request: {0}")]
    Line(#[from] serde_json::Error),
    #[error("{place}: {source}")]
    Policy { place: String, source: PolicyError },
    #[error("principal_arn: {0}")]
    Caller(#[from] CallerError),
    #[error("action: {0}")]
    Action(#[from] NoAction),
    #[error("resource_arn: {0:?} is no ARN; `*` stands for actions without a resource")]
    Resource(String),
}

/// Answers a line.
pub(super) fn answer(line: &[u8]) -> Answer {
    let line = line.trim_ascii();
    let id = serde_json::from_slice::<Id>(line).map_or(Value::Null, |line| line.id);
    match decide(line) {
        Ok(Explanation { decision, by, missing_allow_at }) => Answer::Decision {
            id,
            decision: decision.word(),
            by: by
                .into_iter()
                .map(|cited| By {
                    kind: cited.source.word(),
                    policy: cited.policy.into(),
                    sid: cited.sid.map(Into::into),
                    index: cited.index,
                    effect: cited.effect.word(),
                })
                .collect(),
            missing_allow_at: missing_allow_at.map(|missing| missing.word().to_owned()),
        },
        Err(fault) => Answer::Fault { id, error: fault.to_string() },
    }
}

fn decide(line: &[u8]) -> Result<Explanation, Fault> {
    let line: Line = serde_json::from_slice(line)?;
    let mut context = Context::complete();
    for (key, values) in line.context.into_iter().flat_map(|keys| keys.0) {
        context.set(&key, Fact::values(values));
    }
    for key in line.unknown_keys.iter().flatten() {
        context.set(key, Fact::Unknown);
    }
    if line.resource_arn != "*" && !line.resource_arn.starts_with("arn:") {
        return Err(Fault::Resource(line.resource_arn));
    }
    let caller = Caller::read(&line.principal_arn, &line.principal_account, &context)?;
    let account = line.resource_account.as_deref().unwrap_or("");
    let request = Request::new(caller, &line.action, &line.resource_arn, account, context)?;
    let one = |kind, name: &str, document: &Option<Box<RawValue>>| {
        let one = document.as_deref().map(|document| read(kind, name.to_owned(), name, document));
        one.transpose().map(|one| one.map(|one| PolicySet::new([one])))
    };
    let boundary = one(Kind::Boundary, "permission_boundary", &line.permission_boundary)?;
    let resource = one(Kind::Resource, "resource_policy", &line.resource_policy)?;
    let identity = set(Kind::Identity, "identity_policies", line.identity_policies.as_deref().unwrap_or(&[]))?;
    let session = session(line.session_policies.as_deref().unwrap_or(&[]))?;
    let scps = levels(Kind::Scp, "scps", line.scps.as_deref().unwrap_or(&[]))?;
    let rcps = levels(Kind::Rcp, "rcps", line.rcps.as_deref().unwrap_or(&[]))?;
    let policies = Policies {
        scps: &scps,
        rcps: &rcps,
        identity: Identity::Policies(&identity),
        boundary: boundary.as_ref(),
        session: session.as_ref(),
        resource: resource.as_ref().map_or(ResourcePolicy::None, ResourcePolicy::Given),
        management_account: line.management_account.as_deref(),
    };
    Ok(explain(&request, &policies))
}

/// Reads a document; AWS Organizations gives it as a text within the JSON.
fn read(kind: Kind, place: String, name: &str, document: &RawValue) -> Result<(String, Document), Fault> {
    let inner: Option<String> =
        document.get().starts_with('"').then(|| serde_json::from_str(document.get()).ok()).flatten();
    match Document::read(kind, inner.as_deref().unwrap_or(document.get())) {
        Ok(document) => Ok((name.to_owned(), document)),
        Err(source) => Err(Fault::Policy { place, source }),
    }
}

fn set(kind: Kind, place: &str, policies: &[Named]) -> Result<PolicySet, Fault> {
    let read = |policy: &Named| read(kind, format!("{place} {:?}", policy.name), &policy.name, &policy.document);
    Ok(PolicySet::new(policies.iter().map(read).collect::<Result<Vec<_>, _>>()?))
}

fn session(documents: &[Box<RawValue>]) -> Result<Option<PolicySet>, Fault> {
    if documents.is_empty() {
        return Ok(None);
    }
    let named = documents.iter().enumerate().map(|(index, document)| {
        let name = format!("session_policies/{index}");
        read(Kind::Session, name.clone(), &name, document)
    });
    Ok(Some(PolicySet::new(named.collect::<Result<Vec<_>, _>>()?)))
}

fn levels(kind: Kind, place: &str, levels: &[Attached]) -> Result<Chain, Fault> {
    let one = |level: &Attached| {
        let policies = set(kind, &format!("{place} {:?}", level.level), &level.policies)?;
        Ok((level.level.clone(), policies))
    };
    Ok(Chain::new(levels.iter().map(one).collect::<Result<Vec<_>, Fault>>()?))
}
