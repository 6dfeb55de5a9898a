//! Whether a bucket policy refuses every request without TLS.
//!
//! Only the plain form counts: a Deny for every principal and every S3 action, on the bucket and its objects, under the
//! one condition that `aws:SecureTransport` is false. Whatever else a statement says narrows it, and does not count.

use serde_json::{Map, Value};

/// Whether it does; the error says why the policy cannot be read.
pub(super) fn required(policy: &str, bucket_arn: &str) -> Result<bool, String> {
    let document: Value = serde_json::from_str(policy).map_err(|error| error.to_string())?;
    let statements = match document.get("Statement") {
        Some(Value::Array(list)) => list.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => return Err("it has no Statement".to_owned()),
    };
    let denied: Vec<&str> =
        statements.into_iter().filter_map(Value::as_object).filter(|one| denies(one)).flat_map(resources).collect();
    let objects = format!("{bucket_arn}/*");
    let all = format!("{bucket_arn}*");
    let has = |wanted: &str| denied.iter().any(|resource| [wanted, "*", all.as_str()].contains(resource));
    Ok(has(bucket_arn) && has(&objects))
}

const KNOWN: [&str; 6] = ["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

fn denies(statement: &Map<String, Value>) -> bool {
    statement.keys().all(|key| KNOWN.contains(&key.as_str()))
        && statement.get("Effect").and_then(Value::as_str) == Some("Deny")
        && statement.get("Principal").is_some_and(everyone)
        && strings(statement.get("Action")).any(|action| action == "*" || action.eq_ignore_ascii_case("s3:*"))
        && statement.get("Condition").is_some_and(insecure)
}

fn everyone(principal: &Value) -> bool {
    match principal {
        Value::String(text) => text == "*",
        Value::Object(kinds) => strings(kinds.get("AWS")).any(|text| text == "*"),
        _ => false,
    }
}

/// Exactly `{"Bool": {"aws:SecureTransport": "false"}}`; condition keys have no case.
fn insecure(condition: &Value) -> bool {
    let Some((operator, keys)) = only(condition) else { return false };
    let Some((key, value)) = only(keys) else { return false };
    // The key is in every request, so that IfExists changes nothing.
    let operator = ["Bool", "BoolIfExists"].iter().any(|known| operator.eq_ignore_ascii_case(known));
    let mut values = match value {
        Value::Array(values) => values.iter(),
        one => std::slice::from_ref(one).iter(),
    };
    let is_false = |value: &Value| match value {
        Value::Bool(flag) => !flag,
        Value::String(text) => text.eq_ignore_ascii_case("false"),
        _ => false,
    };
    operator && key.eq_ignore_ascii_case("aws:SecureTransport") && values.any(is_false)
}

/// The one entry of an object that has one.
fn only(value: &Value) -> Option<(&str, &Value)> {
    let mut entries = value.as_object()?.iter();
    let (key, value) = entries.next()?;
    entries.next().is_none().then_some((key.as_str(), value))
}

fn resources(statement: &Map<String, Value>) -> impl Iterator<Item = &str> {
    strings(statement.get("Resource"))
}

fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter().filter_map(Value::as_str)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::required;

    const BUCKET: &str = "arn:aws:s3:::states";

    fn statement(changes: &str) -> String {
        let plain = r#""Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::states", "arn:aws:s3:::states/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}"#;
        // A later key replaces an earlier one of the same name.
        format!("{{{plain}{changes}}}")
    }

    fn policy(statements: &str) -> String {
        format!(r#"{{"Version": "2012-10-17", "Statement": {statements}}}"#)
    }

    #[test]
    fn only_a_plain_deny_counts() {
        for (changes, want) in [
            ("", true),
            (r#", "Sid": "TLS""#, true),
            (r#", "Action": ["s3:GetObject", "s3:*"]"#, true),
            (r#", "Action": "*""#, true),
            (r#", "Principal": {"AWS": "*"}"#, true),
            (r#", "Principal": {"AWS": ["*"]}"#, true),
            (r#", "Resource": "arn:aws:s3:::states*""#, true),
            (r#", "Resource": "*""#, true),
            (r#", "Condition": {"Bool": {"AWS:securetransport": false}}"#, true),
            (r#", "Condition": {"BoolIfExists": {"aws:SecureTransport": ["false"]}}"#, true),
            (r#", "Effect": "Allow""#, false),
            (r#", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}"#, false),
            (r#", "Principal": {"Service": "*"}"#, false),
            (r#", "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}"#, false),
            (r#", "Action": "s3:GetObject""#, false),
            (r#", "NotAction": "s3:GetObject""#, false),
            (r#", "Resource": "arn:aws:s3:::states/*""#, false),
            (r#", "Resource": "arn:aws:s3:::states""#, false),
            (r#", "Resource": ["arn:aws:s3:::states", "arn:aws:s3:::states/prod/*"]"#, false),
            (r#", "NotResource": "arn:aws:s3:::other""#, false),
            (r#", "Condition": {"Bool": {"aws:SecureTransport": "true"}}"#, false),
            (r#", "Condition": {"Bool": {"aws:SecureTransport": "false", "aws:ViaAWSService": "false"}}"#, false),
            (
                r#", "Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringEquals": {"aws:PrincipalOrgID": "o-1"}}"#,
                false,
            ),
            (r#", "Condition": {"StringEquals": {"aws:SecureTransport": "false"}}"#, false),
            (r#", "Condition": {}"#, false),
        ] {
            let one = statement(changes);
            assert_eq!(required(&policy(&one), BUCKET), Ok(want), "{changes}");
            assert_eq!(required(&policy(&format!("[{one}]")), BUCKET), Ok(want), "[{changes}]");
        }
    }

    #[test]
    fn two_statements_may_share_the_work() {
        let bucket = statement(r#", "Resource": "arn:aws:s3:::states""#);
        let objects = statement(r#", "Resource": "arn:aws:s3:::states/*""#);
        assert_eq!(required(&policy(&format!("[{bucket}, {objects}]")), BUCKET), Ok(true));
        assert_eq!(required(&policy("[]"), BUCKET), Ok(false));
        assert!(required("{}", BUCKET).is_err());
        assert!(required("{", BUCKET).is_err());
    }

    proptest! {
        #[test]
        fn no_document_breaks_it(text in "\\PC{0,60}") {
            let _ = required(&text, BUCKET);
            prop_assert_ne!(required(&policy(&format!("{text:?}")), BUCKET), Ok(true));
        }
    }
}
