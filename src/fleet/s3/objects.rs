//! One object: read, written and deleted, as far as Terraform's S3 backend does it.
//!
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html> and its sisters.

use bytes::Bytes;
use jiff::Timestamp;

use super::super::call::{Call, listed};
use super::super::refusal::Refusal;
use super::super::reply::Answer;
use super::super::states::{Objects, Version, body, state};
use super::bucket;
use crate::model::operation::Operation;
use crate::model::terraform::StateBucket;

const READING: [&str; 7] = ["Bucket", "Key", "ExpectedBucketOwner", "VersionId", "IfMatch", "IfNoneMatch", "Range"];

pub(super) fn get(call: &Call<'_>) -> Result<Answer, Refusal> {
    let Read { status, headers, body } = read(call)?;
    Ok(Answer::Bytes { status, headers, body })
}

/// `HeadObject`: what `GetObject` says but for the bytes.
pub(in crate::fleet) fn head(call: &Call<'_>) -> Result<Answer, Refusal> {
    let Read { status, headers, body: _ } = read(call)?;
    Ok(Answer::Bytes { status, headers, body: Bytes::new() })
}

/// What reading an object gives.
struct Read {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

fn read(call: &Call<'_>) -> Result<Read, Refusal> {
    call.input.only(&READING)?;
    let key = call.input.required("Key")?;
    let name = bucket(call)?.name.as_str();
    let (known, objects) = call.fleet.states.bucket(call.fleet.inventory(), name)?;
    listed(&known.objects, Operation::S3ListObjectsV2)?;
    let version = wanted(call, known, &objects, key)?.clone();
    // The bytes may have to be made: others need not wait for them.
    drop(objects);
    let body = body(call, known, key, &version)?;
    let headers = headers(call, known, &version);
    if unchanged(call, &version)? {
        return Ok(Read { status: 304, headers, body: Bytes::new() });
    }
    ranged(call.input.text("Range"), headers, body)
}

/// The version that is asked for.
fn wanted<'a>(call: &Call<'_>, known: &StateBucket, objects: &'a Objects, key: &str) -> Result<&'a Version, Refusal> {
    let Some(id) = call.input.text("VersionId") else {
        return objects.current(key).ok_or_else(|| {
            let refusal = Refusal::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", key);
            let marker = objects.newest(key).and_then(|newest| newest.told_id(known));
            match marker {
                Some(id) => refusal.header("x-amz-delete-marker", "true").header("x-amz-version-id", id),
                None => refusal,
            }
        });
    };
    let versions = objects.keys.get(key).map(Vec::as_slice).unwrap_or_default();
    let found = versions.iter().find(|version| version.id.as_deref() == Some(id));
    let found = found.ok_or_else(|| {
        Refusal::new(404, "NoSuchVersion", "The specified version does not exist.")
            .with("Key", key)
            .with("VersionId", id)
    })?;
    if found.is_marker() {
        return Err(Refusal::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
        .with("Method", "GET")
        .with("ResourceType", "DeleteMarker")
        .header("x-amz-delete-marker", "true")
        .header("allow", "DELETE"));
    }
    Ok(found)
}

fn headers(call: &Call<'_>, known: &StateBucket, version: &Version) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("last-modified", call.http_date(version.modified)),
        ("accept-ranges", "bytes".to_owned()),
        ("content-type", "application/json".to_owned()),
    ];
    headers.extend(version.etag.as_ref().map(|etag| ("etag", format!("\"{etag}\""))));
    headers.extend(version.told_id(known).map(|id| ("x-amz-version-id", id)));
    let replication = state(known, version).and_then(|object| object.body.value()?.replication_status.clone());
    headers.extend(replication.map(|status| ("x-amz-replication-status", status)));
    headers
}

/// Whether the client has it already.
///
/// # Errors
/// Where it is not the one that was wanted.
fn unchanged(call: &Call<'_>, version: &Version) -> Result<bool, Refusal> {
    let is = |given: &str| {
        let mut tags = given.split(',').map(|tag| tag.trim().trim_start_matches("W/").trim_matches('"'));
        tags.any(|tag| tag == "*" || Some(tag) == version.etag.as_deref())
    };
    if call.input.text("IfMatch").is_some_and(|given| !is(given)) {
        return Err(failed("If-Match"));
    }
    Ok(call.input.text("IfNoneMatch").is_some_and(is))
}

fn failed(condition: &str) -> Refusal {
    Refusal::new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
        .with("Condition", condition)
}

/// The bytes, or those in a range of them.
fn ranged(range: Option<&str>, mut headers: Vec<(&'static str, String)>, body: Bytes) -> Result<Read, Refusal> {
    let length = body.len();
    let Some((first, last)) = range.and_then(|range| span(range, length)) else {
        headers.push(("content-length", length.to_string()));
        return Ok(Read { status: 200, headers, body });
    };
    if first >= length {
        return Err(Refusal::new(416, "InvalidRange", "The requested range is not satisfiable")
            .with("RangeRequested", range.unwrap_or_default())
            .with("ActualObjectSize", length.to_string()));
    }
    let end = last.saturating_add(1).min(length);
    let part = body.slice(first..end);
    headers.push(("content-range", format!("bytes {first}-{}/{length}", end.saturating_sub(1))));
    headers.push(("content-length", part.len().to_string()));
    Ok(Read { status: 206, headers, body: part })
}

/// First and last byte of a range. What is no range is none, as HTTP has it.
fn span(range: &str, length: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (true, _) => {
            let suffix: usize = last.parse().ok()?;
            let first = if suffix == 0 { length } else { length.saturating_sub(suffix) };
            Some((first, length.saturating_sub(1)))
        }
        (false, true) => Some((first.parse().ok()?, length.saturating_sub(1))),
        (false, false) => {
            let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then_some((first, last))
        }
    }
}

/// The moment of a write, by the client's clock and as the inventory would tell it.
fn now(call: &Call<'_>) -> Timestamp {
    call.signature.at.checked_sub(call.fleet.options().shift).unwrap_or(call.signature.at)
}

/// `PutObject`.
pub(in crate::fleet) fn put(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["Bucket", "Key", "ExpectedBucketOwner", "IfMatch", "IfNoneMatch"])?;
    let key = call.input.required("Key")?;
    let name = bucket(call)?.name.as_str();
    let (known, mut objects) = call.fleet.states.bucket(call.fleet.inventory(), name)?;
    listed(&known.objects, Operation::S3ListObjectsV2)?;
    let current = objects.current(key);
    match call.input.text("IfNoneMatch") {
        Some("*") if current.is_some() => return Err(failed("If-None-Match")),
        Some("*") | None => {}
        Some(_) => {
            let message = "A header you provided implies functionality that is not implemented";
            return Err(Refusal::new(501, "NotImplemented", message).with("Header", "If-None-Match"));
        }
    }
    if let Some(wanted) = call.input.text("IfMatch") {
        let Some(current) = current else {
            return Err(Refusal::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", key));
        };
        if current.etag.as_deref() != Some(wanted.trim_matches('"')) {
            return Err(failed("If-Match"));
        }
    }
    let (etag, id) = objects.put(key, call.input.body.clone(), now(call));
    let mut headers = vec![("etag", format!("\"{etag}\""))];
    headers.extend(id.map(|id| ("x-amz-version-id", id)));
    Ok(Answer::Bytes { status: 200, headers, body: Bytes::new() })
}

/// `DeleteObject`: whether there was one or not.
pub(in crate::fleet) fn delete(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["Bucket", "Key", "ExpectedBucketOwner", "VersionId"])?;
    let key = call.input.required("Key")?;
    let name = bucket(call)?.name.as_str();
    let (known, mut objects) = call.fleet.states.bucket(call.fleet.inventory(), name)?;
    listed(&known.objects, Operation::S3ListObjectsV2)?;
    let mut headers = Vec::new();
    match call.input.text("VersionId") {
        Some(id) => {
            let gone = objects.delete_version(key, id);
            headers.push(("x-amz-version-id", id.to_owned()));
            if gone.is_some_and(|version| version.is_marker()) {
                headers.push(("x-amz-delete-marker", "true".to_owned()));
            }
        }
        None => {
            if let Some(id) = objects.delete(key, now(call)) {
                headers.push(("x-amz-delete-marker", "true".to_owned()));
                headers.push(("x-amz-version-id", id));
            }
        }
    }
    Ok(Answer::Bytes { status: 204, headers, body: Bytes::new() })
}
