//! The evidence bundle: what an auditor who was not there can check alone. Knows `model` alone.
//!
//! A bundle is a tar in one zstd frame. Its first file is `manifest.json`, which names every other file with its size and
//! SHA-256; the second, where it is signed, is `manifest.dsse.json`: an in-toto statement about the same files in a DSSE
//! envelope. The decision worth knowing: the reader takes only what the writer could have written, header by header and
//! byte by byte, keeps everything in memory under limits, and never writes a file. So nothing can hide in a bundle, and no
//! bundle can reach the reader's disk.
//!
//! What belongs into a bundle, and whether it follows from the inventory in it, is for `audit`, which can judge.

mod archive;
mod chain;
mod dsse;
mod keys;
mod manifest;
mod sealed;

pub use archive::{Archive, ArchiveError, Entry, Limits, read, write};
pub use chain::{Link, chain_faults};
pub use dsse::{Envelope, EnvelopeError, PAYLOAD_TYPE, PREDICATE_TYPE, pae};
pub use keys::{FileKey, KeyError, PublicKey, Scheme, Signature};
pub use manifest::{Digest, ENVELOPE, FileEntry, MANIFEST, MANIFEST_SCHEMA, Manifest, ManifestError, Period};
pub use sealed::{Bundle, BundleError, Fault, Signed};

#[cfg(test)]
mod tests;
