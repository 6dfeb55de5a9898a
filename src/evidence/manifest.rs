//! `manifest.json`: every file of the bundle by its digest, and what the bundle speaks for.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::archive::Entry;

/// The version of the format.
pub const MANIFEST_SCHEMA: &str = "palisade.evidence/1";

/// The manifest's path: the first file of a bundle.
pub const MANIFEST: &str = "manifest.json";

/// The envelope's path: the second file of a bundle that is signed.
pub const ENVELOPE: &str = "manifest.dsse.json";

/// A SHA-256, written as 64 hexadecimal digits in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[0-9a-f]{64}$"))]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl From<Sha256> for Digest {
    fn from(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl std::str::FromStr for Digest {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "{:?} is no SHA-256 of 64 hexadecimal digits in lower case",
                text.chars().take(80).collect::<String>()
            )
        };
        let digits = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if text.len() != 64 || !text.chars().all(digits) {
            return Err(wrong());
        }
        let mut bytes = [0; 32];
        for (at, byte) in bytes.iter_mut().enumerate() {
            let pair = text.get(2 * at..2 * at + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

/// The days that the evidence speaks for, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

impl Period {
    /// Whether a time lies in it, by its day in UTC.
    #[must_use]
    pub fn holds(&self, at: Timestamp) -> bool {
        let day = at.to_zoned(jiff::tz::TimeZone::UTC).date();
        self.from <= day && day <= self.to
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

impl std::str::FromStr for Period {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is no period: FROM..TO is wanted, such as 2026-07-01..2026-09-30");
        // A civil date's own parser also takes a time behind it.
        let day = |text: &str| text.parse::<Date>().ok().filter(|_| text.len() == 10).ok_or_else(wrong);
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        let (from, to) = (day(from)?, day(to)?);
        if to < from {
            return Err(format!("the period {text} ends before it begins"));
        }
        Ok(Self { from, to })
    }
}

/// A file of the bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
}

impl FileEntry {
    /// The entry of a file.
    #[must_use]
    pub fn of(file: &Entry) -> Self {
        Self { path: file.path.clone(), size: file.content.len() as u64, sha256: Digest::of(&file.content) }
    }
}

/// What the bundle holds and speaks for. Fields are written in this order, two spaces deep, with a newline at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "palisade.evidence/1")]
pub struct Manifest {
    /// The format's version: `palisade.evidence/1`.
    pub schema: String,
    /// The palisade that judged and wrote it, as `palisade 0.1.0`.
    pub tool: String,
    /// The build of it, as its maker named it: a commit; null where it was not named.
    pub build: Option<String>,
    /// When the collection of the inventory began; every file of the archive carries this time, to the second.
    pub taken_at: Timestamp,
    /// The organization, as `o-…`; null without one.
    pub organization: Option<String>,
    /// The days that the evidence speaks for; null where none were named.
    pub period: Option<Period>,
    /// The frameworks that have a matrix in `frameworks/`, by id, in order.
    pub frameworks: Vec<String>,
    /// The SHA-256 of the previous bundle's file, as `sha256sum` prints it; null at the head of a chain.
    pub previous: Option<Digest>,
    /// Every file but this one and `manifest.dsse.json`, in the order of the archive.
    pub files: Vec<FileEntry>,
}

/// Why bytes are no manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// It is no JSON of this form.
    #[error("{MANIFEST} cannot be understood: {0}")]
    Form(String),
    /// It is of another version.
    #[error("{MANIFEST} has the schema {0:?}; this palisade reads {MANIFEST_SCHEMA} alone")]
    Schema(String),
    /// It says what it says in other bytes than palisade's.
    #[error("{MANIFEST} is not written as palisade writes it: its bytes were altered")]
    Bytes,
}

impl Manifest {
    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of strings and lists always becomes text.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// From its bytes.
    ///
    /// # Errors
    /// Where they are not what [`Manifest::to_bytes`] gives.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ManifestError> {
        let form = |error: serde_json::Error| ManifestError::Form(error.to_string());
        let version: Version = serde_json::from_slice(bytes).map_err(form)?;
        if version.schema != MANIFEST_SCHEMA {
            return Err(ManifestError::Schema(version.schema.chars().take(80).collect()));
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(form)?;
        if manifest.to_bytes() == bytes { Ok(manifest) } else { Err(ManifestError::Bytes) }
    }
}

#[derive(Deserialize)]
struct Version {
    schema: String,
}
