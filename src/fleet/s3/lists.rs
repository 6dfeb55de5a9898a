//! Lists of objects and of their versions.
//!
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>. The decision worth knowing: a list that was
//! given up because it was too long goes on without end here, in empty pages.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::call::{Call, listed, told};
use super::super::refusal::Refusal;
use super::super::reply::Answer;
use super::super::states::{NULL, Objects, Version};
use super::super::xml::Xml;
use super::{bucket, owner};
use crate::model::gap::{Collected, GapKind};
use crate::model::operation::Operation;
use crate::model::s3::Bucket;

/// The most keys in a page.
const MOST: usize = 1_000;

/// What `encoding-type=url` leaves as it is, but for the space, which becomes a plus.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'*').remove(b'/').remove(b' ');

/// How keys are written: as they are, or for URLs.
#[derive(Clone, Copy)]
struct Writing {
    url: bool,
}

impl Writing {
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        match call.input.text("EncodingType") {
            None => Ok(Self { url: false }),
            Some("url") => Ok(Self { url: true }),
            Some(_) => Err(invalid("Invalid Encoding Method specified in Request")),
        }
    }

    fn key<'k>(self, key: &'k str) -> Cow<'k, str> {
        match self.url {
            true => utf8_percent_encode(key, KEPT).to_string().replace(' ', "+").into(),
            false => key.into(),
        }
    }
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(400, "InvalidArgument", message)
}

/// Whether a list was given up as too long.
fn endless<T>(list: &Collected<T>) -> bool {
    list.gap().is_some_and(|gap| gap.kind == GapKind::Budget)
}

/// The number of keys asked for.
fn max_keys(call: &Call<'_>) -> Result<usize, Refusal> {
    let asked =
        call.input.number("MaxKeys").map_err(|_| invalid("Provided max-keys not an integer or within range"))?;
    Ok(asked.unwrap_or(MOST).min(MOST))
}

/// What a list shows.
#[derive(Clone, Copy)]
enum Shown<'a> {
    Object(&'a str, &'a Version),
    /// What keys have in common up to the delimiter.
    Prefix(&'a str),
}

pub(super) fn objects(call: &Call<'_>) -> Result<Answer, Refusal> {
    const OPERATION: Operation = Operation::S3ListObjectsV2;
    call.input.only(&[
        "Bucket",
        "ExpectedBucketOwner",
        "Prefix",
        "Delimiter",
        "MaxKeys",
        "ContinuationToken",
        "StartAfter",
        "FetchOwner",
        "EncodingType",
    ])?;
    let name = bucket(call)?.name.as_str();
    let (writing, most) = (Writing::of(call)?, max_keys(call)?);
    let (known, objects) = call.fleet.states.bucket(call.fleet.inventory(), name)?;
    let token = call.input.text("ContinuationToken");
    let wrong = || invalid("The continuation token provided is incorrect");
    let (shown, next) = if endless(&known.objects) {
        let at = token.map_or(Some(0), |token| call.offset(token)).ok_or_else(wrong)?;
        (Vec::new(), Some(call.token(at.saturating_add(1))))
    } else {
        listed(&known.objects, OPERATION)?;
        let all = all(call, &objects);
        let page = call.page(&all, Some(most), MOST, token, wrong)?;
        (page.items.iter().copied().take(most).collect::<Vec<Shown<'_>>>(), page.next.filter(|_| most > 0))
    };
    let mut xml = Xml::default();
    xml.text("Name", name);
    xml.text("Prefix", &writing.key(call.input.text("Prefix").unwrap_or_default()));
    xml.some("Delimiter", call.input.text("Delimiter").map(|text| writing.key(text)));
    xml.some("StartAfter", call.input.text("StartAfter").map(|text| writing.key(text)));
    xml.some("ContinuationToken", token);
    xml.put("MaxKeys", most);
    xml.put("KeyCount", shown.len());
    xml.some("EncodingType", writing.url.then_some("url"));
    xml.put("IsTruncated", next.is_some());
    xml.some("NextContinuationToken", next);
    let owned = call.input.text("FetchOwner") == Some("true");
    for one in &shown {
        if let Shown::Object(key, version) = one {
            xml.node("Contents", |xml| {
                xml.text("Key", &writing.key(key));
                xml.text("LastModified", &call.iso(version.modified));
                described(xml, version);
                if owned {
                    owner(xml, &call.account.id);
                }
            });
        }
    }
    for one in &shown {
        if let Shown::Prefix(prefix) = one {
            xml.node("CommonPrefixes", |xml| xml.text("Prefix", &writing.key(prefix)));
        }
    }
    Ok(Answer::Root("ListBucketResult", xml))
}

/// Everything that a list of objects shows, in order.
fn all<'a>(call: &Call<'_>, objects: &'a Objects) -> Vec<Shown<'a>> {
    let prefix = call.input.text("Prefix").unwrap_or_default();
    let delimiter = call.input.text("Delimiter");
    let after = call.input.text("StartAfter");
    let mut shown = Vec::new();
    let mut last = None;
    for key in objects.keys.keys().filter(|key| key.starts_with(prefix)) {
        let Some(version) = objects.current(key) else { continue };
        let common = delimiter.and_then(|delimiter| {
            let at = key.get(prefix.len()..)?.find(delimiter)?;
            key.get(..prefix.len().saturating_add(at).saturating_add(delimiter.len()))
        });
        if after.is_some_and(|after| common.unwrap_or(key) <= after) {
            continue;
        }
        match common {
            Some(common) if last == Some(common) => {}
            Some(common) => {
                shown.push(Shown::Prefix(common));
                last = Some(common);
            }
            None => shown.push(Shown::Object(key, version)),
        }
    }
    shown
}

/// What lists say of an object beside its key and time.
fn described(xml: &mut Xml, version: &Version) {
    xml.some("ETag", version.etag.as_ref().map(|etag| format!("\"{etag}\"")));
    xml.put("Size", version.size);
    xml.text("StorageClass", "STANDARD");
}

pub(super) fn versions(call: &Call<'_>) -> Result<Answer, Refusal> {
    const OPERATION: Operation = Operation::S3ListObjectVersions;
    call.input.only(&[
        "Bucket",
        "ExpectedBucketOwner",
        "Prefix",
        "KeyMarker",
        "VersionIdMarker",
        "MaxKeys",
        "EncodingType",
    ])?;
    let found = bucket(call)?;
    let name = found.name.as_str();
    let (writing, most) = (Writing::of(call)?, max_keys(call)?);
    if call.input.text("MaxKeys") == Some("1")
        && ["Prefix", "KeyMarker"].iter().all(|one| call.input.text(one).is_none())
    {
        return first(call, found);
    }
    let (known, objects) = call.fleet.states.bucket(call.fleet.inventory(), name)?;
    let (mut shown, mut next): (Vec<(&str, &Version)>, _) = (Vec::new(), None);
    if endless(&known.lock_versions) {
        let at = call.input.text("KeyMarker").and_then(|marker| call.offset(marker)).unwrap_or_default();
        next = Some((call.token(at.saturating_add(1)), NULL.to_owned()));
    } else {
        listed(&known.lock_versions, OPERATION)?;
        let rest = rest(call, &objects)?;
        let size = most.min(call.fleet.options().page_size.unwrap_or(MOST));
        shown = rest.iter().take(size).map(|(key, version, _)| (*key, *version)).collect();
        if size > 0 && (rest.len() > size || call.same_token) {
            next = rest.get(size.min(rest.len()).saturating_sub(1)).map(|(key, _, id)| ((*key).to_owned(), id.clone()));
        }
        if call.same_token {
            next = next.or_else(|| Some((call.token(0), NULL.to_owned())));
        }
    }
    let mut xml = Xml::default();
    xml.text("Name", name);
    xml.text("Prefix", &writing.key(call.input.text("Prefix").unwrap_or_default()));
    xml.text("KeyMarker", &writing.key(call.input.text("KeyMarker").unwrap_or_default()));
    xml.text("VersionIdMarker", call.input.text("VersionIdMarker").unwrap_or_default());
    xml.put("MaxKeys", most);
    xml.some("EncodingType", writing.url.then_some("url"));
    xml.put("IsTruncated", next.is_some());
    if let Some((key, id)) = next {
        xml.text("NextKeyMarker", &writing.key(&key));
        xml.text("NextVersionIdMarker", &id);
    }
    for (key, version) in shown {
        let kind = if version.is_marker() { "DeleteMarker" } else { "Version" };
        xml.node(kind, |xml| {
            xml.text("Key", &writing.key(key));
            xml.some("VersionId", version.id.as_ref());
            xml.put("IsLatest", version.latest);
            xml.text("LastModified", &call.iso(version.modified));
            if !version.is_marker() {
                described(xml, version);
            }
            owner(xml, &call.account.id);
        });
    }
    Ok(Answer::Root("ListVersionsResult", xml))
}

/// Whether anything lies in a bucket: its first key, which is all that an inventory knows of what is no state.
fn first(call: &Call<'_>, found: &Bucket) -> Result<Answer, Refusal> {
    let states = call.fleet.states.bucket(call.fleet.inventory(), &found.name);
    let holds = *told(&found.holds)? || states.is_ok_and(|(_, objects)| objects.was_written());
    let mut xml = Xml::default();
    xml.text("Name", &found.name);
    xml.text("Prefix", "");
    xml.text("KeyMarker", "");
    xml.text("VersionIdMarker", "");
    xml.put("MaxKeys", 1);
    xml.put("IsTruncated", false);
    if holds {
        xml.node("Version", |xml| {
            xml.text("Key", "first");
            xml.text("VersionId", NULL);
            xml.put("IsLatest", true);
            xml.some("LastModified", call.some_iso(found.created_at.or(Some(call.fleet.inventory().taken_at))));
            xml.put("Size", 0);
            xml.text("StorageClass", "STANDARD");
            owner(xml, &call.account.id);
        });
    }
    Ok(Answer::Root("ListVersionsResult", xml))
}

/// A version with its key and the id by which a page may end at it.
type Marked<'a> = (&'a str, &'a Version, String);

/// The versions after the markers, in S3's order: by key, the newest first.
fn rest<'a>(call: &Call<'_>, objects: &'a Objects) -> Result<Vec<Marked<'a>>, Refusal> {
    let prefix = call.input.text("Prefix").unwrap_or_default();
    // Every page of an ordered fault is the first one.
    let marker = |member: &str| call.input.text(member).filter(|_| !call.same_token);
    let (after, after_id) = (marker("KeyMarker"), marker("VersionIdMarker"));
    if after.is_none() && after_id.is_some() {
        return Err(invalid("A version-id marker cannot be specified without a key marker."));
    }
    let mut rest = Vec::new();
    for (key, versions) in objects.keys.iter().filter(|(key, _)| key.starts_with(prefix)) {
        if after.is_some_and(|after| key.as_str() < after) {
            continue;
        }
        // A version without an id ends a page by its place.
        let marked = versions.iter().enumerate().map(|(place, version)| {
            (key.as_str(), version, version.id.clone().unwrap_or_else(|| format!("{NULL}-{place}")))
        });
        if after != Some(key) {
            rest.extend(marked);
        } else if let Some(after_id) = after_id {
            let mut marked = marked.skip_while(|(_, _, id)| id != after_id);
            if marked.next().is_none() {
                return Err(invalid("Invalid version id specified"));
            }
            rest.extend(marked);
        }
    }
    Ok(rest)
}
