//! Reading one state object: its bytes pass once, through the MD5 into the parser, and are never held.

use std::io::{self, Read};

use aws_sdk_s3::operation::get_object::GetObjectOutput;
use jiff::Timestamp;
use md5::{Digest, Md5};
use tokio_util::io::SyncIoBridge;

use crate::aws::convert::timestamp;
use crate::aws::failure::Failure;
use crate::aws::site::Site;
use crate::model::gap::{Answer, GapKind};
use crate::model::operation::Operation;
use crate::model::terraform::{StateBody, StateContent};
use crate::terraform::{Limits, StateDocument, StateError, read_state};

const GET: Operation = Operation::S3GetObject;

/// What one read of an object told.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) size: u64,
    pub(super) etag: Option<String>,
    pub(super) last_modified: Option<Timestamp>,
    pub(super) body: StateBody,
    pub(super) content: Answer<StateContent>,
}

/// A reader that hashes what passes.
struct Hashed<R> {
    inner: R,
    hash: Md5,
    bytes: u64,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buf)?;
        let (read, _) = buf.split_at(count.min(buf.len()));
        self.hash.update(read);
        self.bytes = self.bytes.saturating_add(read.len() as u64);
        Ok(count)
    }
}

/// What the blocking thread gives back.
struct Passed {
    bytes: u64,
    md5: String,
    parsed: Result<StateDocument, StateError>,
}

/// Reads one object to its end. `Ok(None)` where it is gone since it was listed.
///
/// # Errors
/// Where its bytes could not be had to their end. What they hold is `Fetched::content`, a gap of its own.
pub(super) async fn fetch(site: &Site, bucket: &str, key: &str, limits: &Limits) -> Result<Option<Fetched>, Failure> {
    let address = format!("s3://{bucket}/{key}");
    let client = site.s3();
    let make = || client.get_object().bucket(bucket).key(key).send();
    // Never closed; an error would only mean "no limit".
    let _place = site.shared.bodies.acquire().await.ok();
    let Some(output) = site.call_or(GET, Some(&address), &["NoSuchKey"], make).await? else { return Ok(None) };
    let told = Told::of(&output);

    let limits = limits.clone();
    let stream = SyncIoBridge::new(output.body.into_async_read());
    let passed = tokio::task::spawn_blocking(move || pass(stream, &limits)).await;
    let failed = |kind, what: &str| site.failed(GET, Some(&address), kind, format!("{address}: {what}"));
    let Passed { bytes, md5, parsed } = match passed {
        Ok(Ok(passed)) => passed,
        Ok(Err(kind)) => return Err(failed(GapKind::Timeout, &format!("its bytes broke off ({kind})"))),
        Err(_) => return Err(failed(GapKind::Malformed, "its reader ended early")),
    };
    if told.length.is_some_and(|length| length != bytes) {
        return Err(failed(GapKind::Timeout, "fewer or more bytes came than were announced"));
    }
    let content = match parsed {
        Ok(StateDocument { serial, lineage, terraform_version, resources }) => {
            Answer::Value(StateContent { serial, lineage, terraform_version, resources })
        }
        Err(error) => Answer::Gap(failed(kind_of(error), &error.to_string()).into()),
    };
    let body = StateBody {
        read_at: site.now(),
        version_id: told.version_id,
        replication_status: told.replication_status,
        md5,
    };
    Ok(Some(Fetched { size: bytes, etag: told.etag, last_modified: told.last_modified, body, content }))
}

/// The headers that are kept.
struct Told {
    length: Option<u64>,
    etag: Option<String>,
    last_modified: Option<Timestamp>,
    version_id: Option<String>,
    replication_status: Option<String>,
}

impl Told {
    fn of(output: &GetObjectOutput) -> Self {
        Self {
            length: output.content_length().and_then(|length| u64::try_from(length).ok()),
            etag: output.e_tag().map(|etag| etag.trim_matches('"').to_owned()),
            last_modified: timestamp(output.last_modified()),
            version_id: output.version_id().map(str::to_owned),
            replication_status: output.replication_status().map(|status| status.as_str().to_owned()),
        }
    }
}

/// Parses and hashes, then hashes what a parser that gave up has left. Only the kind of an I/O error is told: its words
/// may quote what passed.
fn pass(stream: impl Read, limits: &Limits) -> Result<Passed, io::ErrorKind> {
    let mut hashed = Hashed { inner: stream, hash: Md5::new(), bytes: 0 };
    let parsed = read_state(&mut hashed, limits);
    if let Err(StateError::Read { kind }) = parsed {
        return Err(kind);
    }
    io::copy(&mut hashed, &mut io::sink()).map_err(|error| error.kind())?;
    let md5 = hashed.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Passed { bytes: hashed.bytes, md5, parsed })
}

/// The kind of gap that an unreadable state leaves.
fn kind_of(error: StateError) -> GapKind {
    match error {
        StateError::OverLimit { .. } | StateError::TooDeep { .. } => GapKind::Budget,
        StateError::Read { .. } => GapKind::Timeout,
        StateError::Empty
        | StateError::Truncated { .. }
        | StateError::NotJson { .. }
        | StateError::OldFormat { .. }
        | StateError::NewFormat { .. }
        | StateError::Encrypted
        | StateError::DuplicateKey { .. }
        | StateError::MiscasedKey { .. }
        | StateError::Malformed { .. } => GapKind::Malformed,
    }
}
