//! From answers and refusals to HTTP, in each protocol's shape.
//!
//! Follows <https://smithy.io/2.0/aws/protocols/> and, for S3's errors,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>. The decision worth knowing: a request id is made
//! from the request, so that the same scan of the same inventory writes the same ledger.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use md5::{Digest, Md5};
use serde_json::Value;

use super::json::Members;
use super::refusal::Refusal;
use super::route::Protocol;
use super::xml::Xml;

/// What the endpoint does about a request.
#[derive(Debug)]
pub enum Reply {
    /// It answers.
    Answer(Response<Bytes>),
    /// It never answers.
    Silence,
    /// It breaks the connection.
    Broken,
}

/// What a service answers, before it takes its protocol's shape.
#[derive(Debug)]
pub(super) enum Answer {
    /// The members of a query result.
    Xml(Xml),
    /// The members of a JSON output.
    Json(Members),
    /// An output whose root element is named, as in REST-XML.
    Root(&'static str, Xml),
    /// Bytes with headers, as they are.
    Bytes { status: u16, headers: Vec<(&'static str, String)>, body: Bytes },
}

/// The namespace of S3's documents.
const S3_NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";
/// The namespace of S3 Control's.
const S3_CONTROL_NAMESPACE: &str = "http://awss3control.amazonaws.com/doc/2018-08-20/";

/// A request's id: the same for the same request.
pub(super) fn request_id(request: &Request<Bytes>, account: &str, region: &str) -> String {
    let mut hash = Md5::new();
    let target = request.headers().get("x-amz-target").map(http::HeaderValue::as_bytes).unwrap_or_default();
    let uri = request.uri();
    let path = uri.path_and_query().map(http::uri::PathAndQuery::as_str).unwrap_or_default();
    // In-process requests name the service in the host; over a socket the host is the endpoint's own.
    // The SDK writes the members of a JSON map in an order of its own at every call: what counts is which bytes there are.
    let mut body = request.body().to_vec();
    body.sort_unstable();
    for part in [account.as_bytes(), region.as_bytes(), target, path.as_bytes(), &body[..]] {
        hash.update(part);
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default());
    parts.join("-")
}

/// A response. A header that HTTP does not allow is left out.
fn response(status: u16, headers: &[(&'static str, String)], body: impl Into<Bytes>) -> Reply {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let Ok(value) = http::HeaderValue::from_str(value) {
            response.headers_mut().insert(*name, value);
        }
    }
    Reply::Answer(response)
}

/// The headers by which a protocol gives the request id, and its content type.
fn headers(protocol: Protocol, id: &str) -> Vec<(&'static str, String)> {
    match protocol {
        Protocol::Query(_) => vec![("content-type", "text/xml".into()), ("x-amzn-requestid", id.into())],
        Protocol::Json(kind, ..) => vec![("content-type", kind.into()), ("x-amzn-requestid", id.into())],
        Protocol::RestJson(_) => vec![("content-type", "application/json".into()), ("x-amzn-requestid", id.into())],
        Protocol::S3 | Protocol::S3Control => vec![
            ("content-type", "application/xml".into()),
            ("x-amz-request-id", id.into()),
            ("x-amz-id-2", format!("{id}/extended")),
            ("server", "AmazonS3".into()),
        ],
    }
}

/// An answer in its protocol's shape.
pub(super) fn answered(answer: Answer, protocol: Protocol, operation: &str, id: &str) -> Reply {
    let mut head = headers(protocol, id);
    match answer {
        Answer::Json(members) => response(200, &head, Value::from(members).to_string()),
        Answer::Xml(members) => {
            let Protocol::Query(namespace) = protocol else { return response(200, &head, members.into_text()) };
            let members = members.into_text();
            let body = format!(
                "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{members}</{operation}Result>\
                 <ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata></{operation}Response>"
            );
            response(200, &head, body)
        }
        Answer::Root(root, members) => {
            let namespace = if protocol == Protocol::S3Control { S3_CONTROL_NAMESPACE } else { S3_NAMESPACE };
            let members = members.into_text();
            let body =
                format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{root} xmlns=\"{namespace}\">{members}</{root}>");
            response(200, &head, body)
        }
        Answer::Bytes { status, headers, body } => {
            head.retain(|(name, _)| headers.iter().all(|(given, _)| given != name));
            head.extend(headers);
            response(status, &head, body)
        }
    }
}

/// An error in its protocol's shape.
pub(super) fn refused(refusal: &Refusal, protocol: Protocol, id: &str) -> Reply {
    let Refusal { status, code, message, headers: further, details, unseen } = refusal;
    let code = match protocol {
        Protocol::Json(..) | Protocol::RestJson(_) if *unseen => &Some("AccessDeniedException".to_owned()),
        _ => code,
    };
    let mut head = headers(protocol, id);
    head.extend(further.iter().cloned());
    let status = status.unwrap_or(400);
    let body = match protocol {
        Protocol::Query(namespace) => {
            let error = xml_error(code.as_deref(), message, &[("Type", kind(status))], details);
            format!(
                "<ErrorResponse xmlns=\"{namespace}\"><Error>{error}</Error><RequestId>{id}</RequestId></ErrorResponse>"
            )
        }
        Protocol::S3Control => {
            // Of its documents, the errors have no namespace.
            let error = xml_error(code.as_deref(), message, &[], details);
            format!(
                "<ErrorResponse><Error>{error}</Error><RequestId>{id}</RequestId><HostId>{id}/extended</HostId></ErrorResponse>"
            )
        }
        Protocol::S3 => {
            let error = xml_error(code.as_deref(), message, &[], details);
            format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{error}<RequestId>{id}</RequestId><HostId>{id}/extended</HostId></Error>"
            )
        }
        Protocol::Json(_, prefix, words) => {
            let kind = code.as_ref().map(|code| format!("{prefix}{code}"));
            let members = Members::default().some("__type", kind).put(words, message.as_str());
            Value::from(details.iter().fold(members, |members, (name, value)| members.put(name, value.as_str())))
                .to_string()
        }
        Protocol::RestJson(words) => {
            head.extend(code.as_ref().map(|code| ("x-amzn-errortype", code.clone())));
            let members = Members::default().put(words, message.as_str());
            Value::from(details.iter().fold(members, |members, (name, value)| members.put(name, value.as_str())))
                .to_string()
        }
    };
    // The JSON protocols refuse with 400 whatever the code; a refusal without a code has nothing but its status.
    let status = match protocol {
        Protocol::Json(..) if code.is_some() && status < 500 => 400,
        _ => status,
    };
    response(status, &head, body)
}

/// Whose fault an error is, in the query protocol's word.
fn kind(status: u16) -> &'static str {
    if status < 500 { "Sender" } else { "Receiver" }
}

fn xml_error(code: Option<&str>, message: &str, before: &[(&str, &str)], details: &[(&'static str, String)]) -> String {
    let mut xml = Xml::default();
    before.iter().for_each(|(name, value)| xml.text(name, value));
    xml.some("Code", code);
    xml.text("Message", message);
    details.iter().for_each(|(name, value)| xml.text(name, value));
    xml.into_text()
}

/// The code by which a protocol's services ask to slow down.
pub(super) fn throttled_code(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Query(_) => "Throttling",
        Protocol::S3 | Protocol::S3Control => "SlowDown",
        Protocol::Json(..) | Protocol::RestJson(_) => "ThrottlingException",
    }
}

/// The code by which a protocol's services say that they failed.
pub(super) fn internal_code(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Query(_) => "InternalFailure",
        Protocol::S3 | Protocol::S3Control => "InternalError",
        Protocol::Json(..) | Protocol::RestJson(_) => "InternalServerError",
    }
}

/// What is no document of any protocol's.
pub(super) fn garbage(id: &str) -> Reply {
    let head = [("content-type", "text/html".to_owned()), ("x-amzn-requestid", id.to_owned())];
    response(200, &head, "<html><body>It works!\u{0}{\"\u{fffd}")
}

/// The first half of an answer, under the headers of the whole.
pub(super) fn cut(reply: Reply) -> Reply {
    let Reply::Answer(mut response) = reply else { return reply };
    let whole = response.body().len();
    let half = response.body().slice(..whole / 2);
    *response.body_mut() = half;
    if response.headers().contains_key("content-length") {
        response.headers_mut().insert("content-length", http::HeaderValue::from(whole));
    }
    Reply::Answer(response)
}
