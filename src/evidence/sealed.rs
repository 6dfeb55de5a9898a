//! A bundle as a whole: its files, the manifest over them, and the signature over that.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{Read, Write};

use super::archive::{self, Archive, ArchiveError, Entry, Limits};
use super::dsse::{Envelope, EnvelopeError};
use super::keys::{PublicKey, Signature};
use super::manifest::{Digest, ENVELOPE, FileEntry, MANIFEST, Manifest, ManifestError};

/// A bundle that was read, or that is to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Bundle {
    /// What it holds and speaks for.
    pub manifest: Manifest,
    /// The signature; `None` where it is not signed.
    pub envelope: Option<Vec<u8>>,
    /// Every other file, in the order of the archive.
    pub files: Vec<Entry>,
    /// The SHA-256 of the compressed file; `None` before it is written.
    pub digest: Option<Digest>,
    /// The size of the compressed file in bytes; 0 before it is written.
    pub size: u64,
    pub(super) mtime: u64,
}

/// Why a file is no bundle.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// It is no archive of the form.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Its manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// It does not begin with a manifest.
    #[error("it is no evidence bundle: its first file is {first}, where {MANIFEST} is wanted", first = first.as_deref().unwrap_or("missing"))]
    NoManifest {
        /// What stands there.
        first: Option<String>,
    },
}

impl BundleError {
    /// Whether the operating system could not read it: then nothing is known of the bundle.
    #[must_use]
    pub fn is_io(&self) -> bool {
        matches!(self, Self::Archive(ArchiveError::Io(_)))
    }
}

/// Something in a bundle that is not as its manifest or its signature says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A file's bytes are not what the manifest says.
    Altered {
        /// Its path.
        path: String,
        /// What the manifest says.
        said: Digest,
        /// What it is.
        found: Digest,
    },
    /// A file of the manifest is not there.
    Missing {
        /// Its path.
        path: String,
    },
    /// A file is there that the manifest does not know.
    Extra {
        /// Its path.
        path: String,
    },
    /// The files, or the manifest's list, are in another order.
    Order,
    /// The archive's headers carry another time than the manifest.
    Time,
    /// The signature does not vouch for the manifest.
    Signature(EnvelopeError),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { path, said, found } => {
                write!(f, "{path} was altered: its SHA-256 is {found}, the manifest says {said}")
            }
            Self::Missing { path } => write!(f, "{path} is missing"),
            Self::Extra { path } => write!(f, "{path} was added: the manifest does not know it"),
            Self::Order => f.write_str("the files are not in the manifest's order"),
            Self::Time => f.write_str("the archive's times are not the manifest's taken_at"),
            Self::Signature(error) => write!(f, "{ENVELOPE}: {error}"),
        }
    }
}

/// What is known of who signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// The given key did, and it holds.
    By(String),
    /// It is signed, but no key was given to check that with: whom it names.
    NotChecked(Vec<String>),
    /// Nobody did.
    Unsigned,
}

impl Bundle {
    /// A bundle of these files, whose digests the manifest is given.
    #[must_use]
    pub fn new(mut manifest: Manifest, files: Vec<Entry>) -> Self {
        manifest.files = files.iter().map(FileEntry::of).collect();
        let mtime = seconds(&manifest);
        Self { manifest, envelope: None, files, digest: None, size: 0, mtime }
    }

    /// What is to be signed.
    #[must_use]
    pub fn to_sign(&self) -> Vec<u8> {
        Envelope::to_sign(&self.manifest)
    }

    /// The bundle with a signature over [`Bundle::to_sign`].
    #[must_use]
    pub fn signed(self, signature: &Signature) -> Self {
        let envelope = Envelope::new(&self.manifest, signature).to_bytes();
        Self { envelope: Some(envelope), ..self }
    }

    /// Writes it.
    ///
    /// # Errors
    /// [`ArchiveError`].
    pub fn write(&self, out: &mut dyn Write) -> Result<(), ArchiveError> {
        let manifest = self.manifest.to_bytes();
        let first = [(MANIFEST, manifest.as_slice())].into_iter();
        let second = self.envelope.iter().map(|envelope| (ENVELOPE, envelope.as_slice()));
        let rest = self.files.iter().map(|file| (file.path.as_str(), file.content.as_slice()));
        archive::write(first.chain(second).chain(rest), self.mtime, out)
    }

    /// Reads one. Its files are not yet held to the manifest: [`Bundle::faults`] does that.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn read(from: impl Read, limits: &Limits) -> Result<Self, BundleError> {
        let Archive { files, mtime, digest, size } = archive::read(from, limits)?;
        let mut files = files.into_iter().peekable();
        let manifest = match files.next() {
            Some(file) if file.path == MANIFEST => Manifest::from_bytes(&file.content)?,
            other => return Err(BundleError::NoManifest { first: other.map(|file| file.path) }),
        };
        let envelope = files.next_if(|file| file.path == ENVELOPE).map(|file| file.content);
        Ok(Self { manifest, envelope, files: files.collect(), digest: Some(digest), size, mtime })
    }

    /// A file of it.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.files.iter().find(|file| file.path == path).map(|file| file.content.as_slice())
    }

    /// What is not as the manifest says; the signature apart.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        let said: BTreeMap<&str, &FileEntry> =
            self.manifest.files.iter().map(|file| (file.path.as_str(), file)).collect();
        let mut left = said.clone();
        for file in &self.files {
            match left.remove(file.path.as_str()) {
                None => faults.push(Fault::Extra { path: file.path.clone() }),
                Some(said) => {
                    let found = Digest::of(&file.content);
                    if said.sha256 != found || said.size != file.content.len() as u64 {
                        faults.push(Fault::Altered { path: file.path.clone(), said: said.sha256.clone(), found });
                    }
                }
            }
        }
        faults.extend(left.into_keys().map(|path| Fault::Missing { path: path.to_owned() }));
        let order = |list: &mut dyn Iterator<Item = &String>| list.cloned().collect::<Vec<_>>();
        let (meant, found) = (
            order(&mut self.manifest.files.iter().map(|file| &file.path)),
            order(&mut self.files.iter().map(|file| &file.path)),
        );
        if faults.is_empty() && meant != found {
            faults.push(Fault::Order);
        }
        if self.mtime != seconds(&self.manifest) {
            faults.push(Fault::Time);
        }
        faults
    }

    /// Who signed, or what is wrong with the signature. Without a key the signature itself is not checked, but it has to be
    /// about this manifest.
    ///
    /// # Errors
    /// The fault.
    pub fn signer(&self, key: Option<&PublicKey>) -> Result<Signed, Fault> {
        let Some(bytes) = &self.envelope else { return Ok(Signed::Unsigned) };
        let envelope = Envelope::from_bytes(bytes).map_err(Fault::Signature)?;
        envelope.is_about(&self.manifest).map_err(Fault::Signature)?;
        let Some(key) = key else { return Ok(Signed::NotChecked(envelope.key_ids())) };
        envelope.signed_by(key).map_err(Fault::Signature)?;
        Ok(Signed::By(key.id()))
    }
}

/// The scan's time as the archive's headers hold it.
fn seconds(manifest: &Manifest) -> u64 {
    u64::try_from(manifest.taken_at.as_second()).unwrap_or(0)
}
