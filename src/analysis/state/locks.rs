//! Whether the newest write of a state was covered by a lock.
//!
//! Two traces tell. Terraform's DynamoDB lock writes the MD5 of the state into the table after each write: where it equals the
//! object's, that write went through the table. With `use_lockfile` it creates `<key>.tflock` before the write and deletes it
//! after: in a versioned bucket the version and its delete marker lie around the write for ever, unless a lifecycle rule
//! removes them. No trace proves nothing by itself: "uncovered" is said only where every trace would have had to be there.
//!
//! Follows <https://developer.hashicorp.com/terraform/language/backend/s3>.

use jiff::{SignedDuration, Timestamp};

use super::states::{Item, Look, Owned, State, States};
use crate::model::facts::LockEvidence;
use crate::model::gap::{Collected, Read};
use crate::model::terraform::{LockFileVersion, LockItem};
use crate::terraform::LOCK_SUFFIX;

/// How long before a list was read a write must lie for the list to hold its lock, clocks being what they are.
const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// How the newest write of a state was locked. `tables_unread` says whether a lock table somewhere could have been missed.
pub(super) fn evidence(states: &States<'_>, state: &State<'_>, tables_unread: bool) -> LockEvidence {
    if state.copy.is_some() {
        return unknown("it is a copy, and copies are written without a lock");
    }
    let items = states.items_of(state.bucket, &state.object.key);
    if let Some(item) = items.iter().find(|item| proves(item, state)) {
        return LockEvidence::TableDigest { table: item.table.to_string() };
    }
    let lock_key = format!("{}{LOCK_SUFFIX}", state.object.key);
    let looks = states.looks.get(state.bucket).map_or(&[][..], Vec::as_slice);
    let versions = lock_versions(looks);
    if let Some((_, versions)) = versions
        && brackets(versions, &lock_key, state.object.last_modified)
    {
        return LockEvidence::LockFile { key: lock_key };
    }
    match uncovered(states, state, items, versions.map(|(read_at, _)| read_at), tables_unread) {
        Ok(why) => LockEvidence::Uncovered { why },
        Err(why) => unknown(why),
    }
}

fn unknown(why: impl Into<String>) -> LockEvidence {
    LockEvidence::Unknown { why: why.into() }
}

fn digest<'a>(item: &Item<'a>) -> Option<&'a str> {
    match item.item {
        LockItem::Digest { digest, .. } => digest.as_deref(),
        LockItem::Held { .. } => None,
    }
}

/// Whether a table's digest is the object's. An ETag that equals it is the MD5; one that does not says nothing.
fn proves(item: &Item<'_>, state: &State<'_>) -> bool {
    let object = state.object;
    let md5 = object.body.value().map(|body| body.md5.as_str()).or(object.etag.as_deref());
    digest(item).zip(md5).is_some_and(|(digest, md5)| digest.eq_ignore_ascii_case(md5))
}

/// The lock files of a bucket, by the first look that could list them, with the time of the list.
fn lock_versions<'a>(looks: &[Look<'a>]) -> Option<(Timestamp, &'a [LockFileVersion])> {
    looks.iter().find_map(|look| match &look.bucket.lock_versions {
        Collected::Read(Read { read_at, value }) => Some((*read_at, value.as_slice())),
        _ => None,
    })
}

/// Whether a lock was held at a write: created at or before it, and released at or after it or not yet. S3 gives whole
/// seconds, so that the three may be one second.
fn brackets(versions: &[LockFileVersion], key: &str, write: Timestamp) -> bool {
    let times = |marker: bool| {
        versions
            .iter()
            .filter(move |version| version.key == key && version.delete_marker == marker)
            .map(|version| version.last_modified)
    };
    let Some(taken) = times(false).filter(|taken| *taken <= write).max() else { return false };
    if times(true).any(|released| taken < released && released < write) {
        return false;
    }
    if !times(true).any(|released| released == taken && released < write) {
        return true;
    }
    // Released in the second in which it was taken, or the release of the lock before: each lock has one release.
    times(false).filter(|taken| *taken <= write).count() > times(true).filter(|released| *released < write).count()
}

/// Why the write was demonstrably uncovered; else why that cannot be said.
fn uncovered(
    states: &States<'_>,
    state: &State<'_>,
    items: &[Item<'_>],
    versions_read_at: Option<Timestamp>,
    tables_unread: bool,
) -> Result<String, String> {
    let object = state.object;
    let Some(body) = object.body.value() else {
        return Err(format!("{} could not be read, so that its MD5 is not known", state.address));
    };
    if items.iter().any(|item| matches!(item.item, LockItem::Held { .. })) {
        return Err("a lock on it is held now: an operation is under way".to_owned());
    }
    if tables_unread {
        return Err("its lock table may lie where palisade could not look".to_owned());
    }
    let late = |read_at: Timestamp| object.last_modified > read_at.checked_sub(QUIET).unwrap_or(read_at);
    if items.iter().any(|item| late(item.read_at)) {
        return Err("it was written while palisade was reading".to_owned());
    }
    let stale = items.iter().find(|item| digest(item).is_some());
    // A lock file could have covered the write only where Terraform knew them, and its trace be gone only where there is none.
    match (
        stale,
        no_lock_file(states.owned.get(state.bucket), state, body.version_id.as_deref(), versions_read_at, late),
    ) {
        (Some(item), Ok(())) => {
            Ok(format!("lock table {} holds the digest of another content, and no lock file was there", item.table))
        }
        (Some(item), Err(_)) if too_old_for_lock_files(state) => {
            Ok(format!("lock table {} holds the digest of another content", item.table))
        }
        (Some(item), Err(why)) => Err(format!(
            "lock table {} holds the digest of another content; a lock file may have covered it, but {why}",
            item.table
        )),
        (None, Ok(())) => {
            Ok("no lock table holds its digest, and among the versions of its bucket is no lock file around it"
                .to_owned())
        }
        (None, Err(why)) => Err(format!("no lock table holds its digest, and {why}")),
    }
}

/// Terraform and OpenTofu both know `use_lockfile` since 1.10.
fn too_old_for_lock_files(state: &State<'_>) -> bool {
    let version =
        state.object.content.value().and_then(|content| semver::Version::parse(&content.terraform_version).ok());
    version.is_some_and(|version| (version.major, version.minor) < (1, 10))
}

/// That a lock file around the write would still be seen; else why not.
fn no_lock_file(
    owned: Option<&Owned<'_>>,
    state: &State<'_>,
    version_id: Option<&str>,
    versions_read_at: Option<Timestamp>,
    late: impl Fn(Timestamp) -> bool,
) -> Result<(), String> {
    let Some(read_at) = versions_read_at else { return Err("its bucket's lock files could not be listed".to_owned()) };
    if late(read_at) {
        return Err("it was written while palisade was reading".to_owned());
    }
    let Some(owned) = owned else { return Err("its bucket's account was not read".to_owned()) };
    let Some(versioning) = owned.bucket.versioning.value() else {
        return Err("its bucket's versioning could not be read".to_owned());
    };
    if versioning.status.as_deref() != Some("Enabled") {
        return Err("its bucket keeps no versions, so that a lock file would leave no trace".to_owned());
    }
    if version_id.is_none_or(|id| id == "null") {
        return Err("it was written before its bucket kept versions".to_owned());
    }
    let Some(rules) = owned.bucket.lifecycle.value() else {
        return Err("its bucket's lifecycle rules, which may have removed the trace, could not be read".to_owned());
    };
    let key = format!("{}{LOCK_SUFFIX}", state.object.key);
    let age = owned.read_at.duration_since(state.object.last_modified);
    let removed = rules.iter().find(|rule| {
        let here = rule.enabled && key.starts_with(rule.prefix.as_deref().unwrap_or(""));
        here && rule.noncurrent_days.is_some_and(|days| age >= SignedDuration::from_hours(i64::from(days) * 24))
    });
    match removed {
        Some(_) => Err("a lifecycle rule may have removed the trace of its lock file".to_owned()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    /// `L10` is a lock taken at second 10, `D12` its release at second 12.
    fn versions(words: &str) -> Vec<LockFileVersion> {
        words
            .split_whitespace()
            .map(|word| LockFileVersion {
                key: "k.tflock".to_owned(),
                version_id: Some(word.to_owned()),
                last_modified: at(word[1..].parse().unwrap()),
                delete_marker: word.starts_with('D'),
                latest: false,
            })
            .collect()
    }

    #[test]
    fn a_lock_brackets_the_writes_between_its_taking_and_its_release() {
        for (words, write, want) in [
            ("L10 D20", 15, true),
            ("L10 D20", 10, true),
            ("L10 D20", 20, true),
            ("L10 D20", 9, false),
            ("L10 D20", 21, false),
            ("L10", 15, true),
            ("L10", 9, false),
            ("D10", 10, false),
            ("", 10, false),
            ("L10 D20 L30 D40", 25, false),
            ("L10 D20 L30 D40", 35, true),
            ("L10 D20 L20 D30", 25, true),
            ("L10 D20 L20 D30", 31, false),
            ("L10 D10", 10, true),
            ("L10 D10", 12, false),
            ("L10 D12 L12 D12", 14, false),
        ] {
            let mut list = versions(words);
            assert_eq!(brackets(&list, "k.tflock", at(write)), want, "{words} {write}");
            list.reverse();
            assert_eq!(brackets(&list, "k.tflock", at(write)), want, "{words} {write}, the other way round");
            assert!(!brackets(&list, "other.tflock", at(write)));
        }
    }
}
