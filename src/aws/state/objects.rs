//! What a bucket lists: lock files with their history, and the objects that are states.
//!
//! The decision worth knowing: keys are asked for as URLs write them (`encoding-type=url`), because a key may hold letters
//! that XML 1.0 cannot, and one such key would make the whole list unreadable.

use std::borrow::Cow;
use std::collections::BTreeSet;

use aws_sdk_s3::types::EncodingType;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;

use super::list::pages_within;
use super::patterns::is_state_key;
use crate::aws::convert::timestamp;
use crate::aws::failure::Failure;
use crate::aws::site::Site;
use crate::model::operation::Operation;
use crate::model::terraform::LockFileVersion;
use crate::terraform::LOCK_SUFFIX;

/// An object that is a state, by its key or because a lock names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Timestamp,
}

/// The versions and delete markers of the lock files under a prefix, sorted; a bucket without versioning lists the lock
/// files that lie there now, with the version id `null`.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
pub(super) async fn lock_versions(
    site: &Site,
    bucket: &str,
    prefix: Option<&str>,
    budget: usize,
) -> Result<Vec<LockFileVersion>, Failure> {
    let client = site.s3();
    let make = |token: Option<(String, String)>| {
        let (key, version) = token.unzip();
        client
            .list_object_versions()
            .bucket(bucket)
            .encoding_type(EncodingType::Url)
            .set_prefix(prefix.map(str::to_owned))
            .set_key_marker(key)
            .set_version_id_marker(version.filter(|version| !version.is_empty()))
            .send()
    };
    let mut found = Vec::new();
    let mut torn = false;
    pages_within(site, (Operation::S3ListObjectVersions, bucket), budget, make, |page| {
        let versions =
            page.versions().iter().map(|v| (v.key(), v.version_id(), v.last_modified(), v.is_latest(), false));
        let markers =
            page.delete_markers().iter().map(|m| (m.key(), m.version_id(), m.last_modified(), m.is_latest(), true));
        let encoding = page.encoding_type();
        for (key, version_id, modified, latest, delete_marker) in versions.chain(markers) {
            let Some(key) = key else { continue };
            let Some(key) = plain(encoding, key) else {
                torn = true;
                continue;
            };
            if !key.ends_with(LOCK_SUFFIX) {
                continue;
            }
            let (Some(last_modified), Some(latest)) = (timestamp(modified), latest) else {
                torn = true;
                continue;
            };
            let version_id = version_id.map(str::to_owned);
            found.push(LockFileVersion { key: key.into_owned(), version_id, last_modified, delete_marker, latest });
        }
        let marker = page.next_key_marker().unwrap_or_default();
        // One that cannot be read back leads nowhere: sent as it came, it is refused or gives the same page again.
        let marker = plain(encoding, marker).unwrap_or(marker.into());
        let next = || (marker.into_owned(), page.next_version_id_marker().unwrap_or_default().to_owned());
        // Where S3 does not say whether the list goes on, a marker for its next page does.
        page.is_truncated().unwrap_or(page.next_key_marker().is_some()).then(next)
    })
    .await?;
    if torn {
        return Err(incomplete(site, Operation::S3ListObjectVersions, bucket));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The objects of a bucket that are states: by their key's end, or because `named` (digests, locks and lock files) names
/// them.
///
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html>
pub(super) async fn states(
    site: &Site,
    bucket: &str,
    named: &BTreeSet<String>,
    budget: usize,
) -> Result<Vec<Listed>, Failure> {
    let client = site.s3();
    let make = |token: Option<String>| {
        let request = client.list_objects_v2().bucket(bucket).encoding_type(EncodingType::Url);
        request.set_continuation_token(token).send()
    };
    let mut found = Vec::new();
    let mut torn = false;
    pages_within(site, (Operation::S3ListObjectsV2, bucket), budget, make, |page| {
        for object in page.contents() {
            let Some(key) = object.key() else { continue };
            let Some(key) = plain(page.encoding_type(), key) else {
                torn = true;
                continue;
            };
            if !is_state_key(&key) && !named.contains(&*key) {
                continue;
            }
            let size = object.size().and_then(|size| u64::try_from(size).ok());
            let (Some(last_modified), Some(size)) = (timestamp(object.last_modified()), size) else {
                torn = true;
                continue;
            };
            found.push(Listed {
                key: key.into_owned(),
                size,
                etag: object.e_tag().map(|etag| etag.trim_matches('"').to_owned()),
                last_modified,
            });
        }
        let next = page.next_continuation_token().filter(|token| !token.is_empty());
        next.filter(|_| page.is_truncated().unwrap_or(true)).map(str::to_owned)
    })
    .await?;
    if torn {
        return Err(incomplete(site, Operation::S3ListObjectsV2, bucket));
    }
    found.sort();
    Ok(found)
}

/// A key as it is; `None` where it cannot be read back. Whoever does not heed the encoding asked for does not name one.
///
/// As in forms, a plus is a space: <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html#API_ListObjectsV2_ResponseSyntax>.
fn plain<'k>(encoding: Option<&EncodingType>, key: &'k str) -> Option<Cow<'k, str>> {
    if encoding != Some(&EncodingType::Url) {
        return Some(key.into());
    }
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
    Some(decoded.into_owned().into())
}

/// Without its time a lock file or a state can be matched with nothing, without its size not be held to the limit, without
/// knowing the newest version no lock is known to be held: better no list than a shorter one.
fn incomplete(site: &Site, operation: Operation, bucket: &str) -> Failure {
    let message =
        format!("an object of {bucket} is listed without a Key, LastModified, Size or IsLatest that can be read");
    site.failed(operation, Some(bucket), crate::model::gap::GapKind::Malformed, message)
}
