//! From an HTTP request to the operation that it asks for, with its input by the API's own member names.
//!
//! The service is the one that the signature names; the operation is told as the service's protocol tells it: by a form's
//! `Action`, by `X-Amz-Target`, or by method and path. What is none of the operations that this endpoint serves is refused
//! as that protocol refuses an operation that it does not know.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::refusal::Refusal;
use super::rest;
use crate::model::operation::Operation;

/// How a service's answers and errors are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// XML around a result element, in this namespace.
    Query(&'static str),
    /// JSON, of this content type and under this prefix of error types; an error's words stand in this member.
    Json(&'static str, &'static str, &'static str),
    /// JSON, the error code in a header; an error's words stand in this member.
    RestJson(&'static str),
    /// XML with the result as root, in S3's namespace.
    S3,
    /// As S3's, errors as the query protocol has them.
    S3Control,
}

/// What Terraform's S3 backend does besides reading: the only calls that change anything, and then only this endpoint's
/// memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Backend {
    /// `s3:HeadBucket`
    HeadBucket,
    /// `s3:HeadObject`
    HeadObject,
    /// `s3:PutObject`
    PutObject,
    /// `s3:DeleteObject`
    DeleteObject,
    /// `dynamodb:GetItem`
    GetItem,
    /// `dynamodb:PutItem`
    PutItem,
    /// `dynamodb:DeleteItem`
    DeleteItem,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// One of palisade's own operations.
    Operation(Operation),
    /// One of the Terraform backend's.
    Backend(Backend),
}

impl Asked {
    /// The operation's name in its API.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Operation(operation) => operation.name(),
            Self::Backend(backend) => match backend {
                Backend::HeadBucket => "HeadBucket",
                Backend::HeadObject => "HeadObject",
                Backend::PutObject => "PutObject",
                Backend::DeleteObject => "DeleteObject",
                Backend::GetItem => "GetItem",
                Backend::PutItem => "PutItem",
                Backend::DeleteItem => "DeleteItem",
            },
        }
    }
}

/// An operation's input.
#[derive(Debug, Clone, Default)]
pub(super) struct Input {
    /// Texts, numbers and booleans by member name; of forms, nested ones by their dotted name.
    members: BTreeMap<String, String>,
    /// The whole input, where it came as JSON.
    pub(super) json: Value,
    /// The body, where the operation takes bytes.
    pub(super) body: Bytes,
    /// The code by which the service refuses an input; none: `ValidationException`.
    invalid: Option<&'static str>,
}

impl Input {
    pub(super) fn new(members: BTreeMap<String, String>) -> Self {
        Self { members, ..Self::default() }
    }

    /// The members that say what is listed: all but those that say how much of it and from where.
    pub(super) fn listing(&self) -> impl Iterator<Item = (&str, &str)> {
        const PAGING: &[&str] = &["Max", "Encoding", "Limit", "Token", "Marker", "ExclusiveStart", "StartAfter"];
        let members = self.members.iter().filter(|(name, _)| !PAGING.iter().any(|word| name.contains(word)));
        members.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A member's text; an empty one is none.
    pub(super) fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A member that has to be there.
    ///
    /// # Errors
    /// As AWS refuses an input without it.
    pub(super) fn required(&self, member: &str) -> Result<&str, Refusal> {
        self.text(member).ok_or_else(|| {
            let message = format!(
                "1 validation error detected: Value at '{member}' failed to satisfy constraint: Member must not be null"
            );
            self.refused(message)
        })
    }

    /// As the service refuses an input.
    fn refused(&self, message: impl Into<String>) -> Refusal {
        Refusal::new(400, self.invalid.unwrap_or("ValidationException"), message)
    }

    /// A whole number.
    ///
    /// # Errors
    /// Where it is none.
    pub(super) fn number(&self, member: &str) -> Result<Option<usize>, Refusal> {
        let Some(text) = self.text(member) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| self.refused(format!("{member} is no number")))
    }

    /// Refuses an input with a member that this endpoint does not heed: an answer that passed over a filter would lie.
    ///
    /// # Errors
    /// Names the member.
    pub(super) fn only(&self, members: &[&str]) -> Result<(), Refusal> {
        match self.members.keys().find(|name| !members.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(self.refused(format!("this endpoint, which serves an inventory, does not heed {name:.100}")))
            }
        }
    }
}

/// A request, understood.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) asked: Asked,
    pub(super) input: Input,
}

/// The protocol of a service. `path` and `host` tell S3 Control from S3, which sign alike.
pub(super) fn protocol(service: &str, request: &Request<Bytes>) -> Option<Protocol> {
    Some(match service {
        "iam" => Protocol::Query("https://iam.amazonaws.com/doc/2010-05-08/"),
        "sts" => Protocol::Query("https://sts.amazonaws.com/doc/2011-06-15/"),
        "rds" => Protocol::Query("http://rds.amazonaws.com/doc/2014-10-31/"),
        "dynamodb" => Protocol::Json("application/x-amz-json-1.0", "com.amazonaws.dynamodb.v20120810#", "message"),
        "organizations" => Protocol::Json("application/x-amz-json-1.1", "", "Message"),
        "kms" => Protocol::Json("application/x-amz-json-1.1", "", "message"),
        "backup" => Protocol::RestJson("Message"),
        "account" => Protocol::RestJson("message"),
        "s3" if rest::is_s3_control(request) => Protocol::S3Control,
        "s3" => Protocol::S3,
        _ => return None,
    })
}

/// What a request asks for.
///
/// # Errors
/// Where it is no operation that this endpoint serves.
pub(super) fn route(service: &str, protocol: Protocol, request: &Request<Bytes>) -> Result<Route, Refusal> {
    match protocol {
        Protocol::Query(_) => query(service, request),
        Protocol::Json(..) => json(service, request),
        Protocol::RestJson(_) => rest::json(service, request),
        Protocol::S3Control => rest::s3_control(request),
        Protocol::S3 => rest::s3(request),
    }
}

fn query(service: &str, request: &Request<Bytes>) -> Result<Route, Refusal> {
    let mut members: BTreeMap<String, String> =
        form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
            .chain(form_urlencoded::parse(request.body()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
    let action = members.remove("Action").unwrap_or_default();
    members.remove("Version");
    let operation = operation(service, &action).ok_or_else(|| {
        Refusal::new(400, "InvalidAction", format!("Could not find operation {action:.100} for version"))
    })?;
    let mut input = Input::new(members);
    input.invalid = matches!(service, "iam" | "sts").then_some("ValidationError");
    Ok(Route { asked: Asked::Operation(operation), input })
}

fn json(service: &str, request: &Request<Bytes>) -> Result<Route, Refusal> {
    let unknown = || Refusal::new(400, "UnknownOperationException", "");
    let target = request.headers().get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if *request.method() != Method::POST {
        return Err(unknown());
    }
    let (version, name) = target.split_once('.').ok_or_else(unknown)?;
    let expected = match service {
        "dynamodb" => "DynamoDB_20120810",
        "organizations" => "AWSOrganizationsV20161128",
        _ => "TrentService",
    };
    let backend = match (service, name) {
        ("dynamodb", "GetItem") => Some(Backend::GetItem),
        ("dynamodb", "PutItem") => Some(Backend::PutItem),
        ("dynamodb", "DeleteItem") => Some(Backend::DeleteItem),
        _ => None,
    };
    let asked = backend.map(Asked::Backend).or_else(|| operation(service, name).map(Asked::Operation));
    let asked = asked.filter(|_| version == expected).ok_or_else(unknown)?;
    let mut input = json_input(request.body())?;
    input.invalid = (service == "organizations").then_some("InvalidInputException");
    Ok(Route { asked, input })
}

/// A JSON body as input: its texts, numbers and booleans are members by name.
pub(super) fn json_input(body: &Bytes) -> Result<Input, Refusal> {
    let text = if body.is_empty() { b"{}" } else { &body[..] };
    let json: Value =
        serde_json::from_slice(text).map_err(|_| Refusal::new(400, "SerializationException", "the body is no JSON"))?;
    let object =
        json.as_object().ok_or_else(|| Refusal::new(400, "SerializationException", "the body is no object"))?;
    let members = object.iter().filter_map(|(name, value)| {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            Value::Null => return None,
            // There, but not flat: only those who look at the JSON heed it.
            Value::Array(_) | Value::Object(_) => String::new(),
        };
        Some((name.clone(), text))
    });
    Ok(Input { members: members.collect(), json: json.clone(), ..Input::default() })
}

/// An operation of a service by its API's name.
pub(super) fn operation(service: &str, name: &str) -> Option<Operation> {
    Operation::ALL.iter().copied().find(|operation| operation.service() == service && operation.name() == name)
}

/// A part of a path or query without its percent-encoding.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
