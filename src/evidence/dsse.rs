//! The signature: an in-toto statement about the bundle's files, in a DSSE envelope.
//!
//! <https://github.com/secure-systems-lab/dsse/blob/master/protocol.md>,
//! <https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md>.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::keys::{PublicKey, Signature};
use super::manifest::{Digest, MANIFEST, Manifest};

/// The type of the payload: an in-toto statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// The type of the statement.
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";

/// The type of the statement's predicate: the manifest.
pub const PREDICATE_TYPE: &str = "urn:palisade:evidence:v1";

/// What is signed: the payload with its type, so that no payload can be taken for another's.
#[must_use]
pub fn pae(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

/// The in-toto statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Statement {
    #[serde(rename = "_type")]
    kind: String,
    subject: Vec<Subject>,
    predicate_type: String,
    predicate: Manifest,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    name: String,
    digest: BTreeMap<String, Digest>,
}

/// The statement about a manifest, as bytes: the manifest itself is its first subject.
#[must_use]
pub(super) fn statement(manifest: &Manifest) -> Vec<u8> {
    let sha256 = |digest: &Digest| BTreeMap::from([("sha256".to_owned(), digest.clone())]);
    let own = Subject { name: MANIFEST.to_owned(), digest: sha256(&Digest::of(&manifest.to_bytes())) };
    let files = manifest.files.iter().map(|file| Subject { name: file.path.clone(), digest: sha256(&file.sha256) });
    let statement = Statement {
        kind: STATEMENT_TYPE.to_owned(),
        subject: std::iter::once(own).chain(files).collect(),
        predicate_type: PREDICATE_TYPE.to_owned(),
        predicate: manifest.clone(),
    };
    // A struct of strings and lists always becomes text.
    serde_json::to_vec(&statement).unwrap_or_default()
}

/// A DSSE envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Envelope {
    /// The payload, in base64.
    payload: String,
    /// Its type.
    payload_type: String,
    /// The signatures.
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeSignature {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
    sig: String,
}

/// Why an envelope does not vouch for a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is no DSSE envelope.
    #[error("it is no DSSE envelope: {0}")]
    Form(String),
    /// It carries something else than an in-toto statement.
    #[error("it carries the payload type {0:?}, where {PAYLOAD_TYPE} is wanted")]
    PayloadType(String),
    /// Its statement is not about this manifest.
    #[error("its statement is not about this bundle's {MANIFEST}")]
    OtherManifest,
    /// No signature is this key's.
    #[error("no signature in it is by the key {key}; it names {}", names(named))]
    OtherKey {
        /// The key asked for.
        key: String,
        /// The keys that it names.
        named: Vec<String>,
    },
    /// The key's signature is wrong.
    #[error("the signature does not hold: it was not made by the key {key} over this statement")]
    Wrong {
        /// The key asked for.
        key: String,
    },
}

fn names(named: &[String]) -> String {
    if named.is_empty() { "none".to_owned() } else { named.join(", ") }
}

impl Envelope {
    /// What is to be signed for a manifest.
    #[must_use]
    pub fn to_sign(manifest: &Manifest) -> Vec<u8> {
        pae(PAYLOAD_TYPE, &statement(manifest))
    }

    /// The envelope of a manifest, with a signature over [`Envelope::to_sign`].
    #[must_use]
    pub fn new(manifest: &Manifest, signature: &Signature) -> Self {
        Self {
            payload: STANDARD.encode(statement(manifest)),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: vec![EnvelopeSignature {
                keyid: Some(signature.key.id()),
                sig: STANDARD.encode(&signature.bytes),
            }],
        }
    }

    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        // A struct of strings and lists always becomes text.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// From its bytes; they are to be the ones that [`Envelope::to_bytes`] gives.
    ///
    /// # Errors
    /// [`EnvelopeError::Form`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        let envelope: Self = serde_json::from_slice(bytes).map_err(|error| EnvelopeError::Form(error.to_string()))?;
        if envelope.to_bytes() != bytes {
            return Err(EnvelopeError::Form("its bytes are not as palisade writes them".to_owned()));
        }
        Ok(envelope)
    }

    /// The ids of the keys that it names.
    #[must_use]
    pub fn key_ids(&self) -> Vec<String> {
        self.signatures.iter().filter_map(|one| one.keyid.clone()).collect()
    }

    /// Whether its statement is about this manifest. It says nothing of who signed.
    ///
    /// # Errors
    /// [`EnvelopeError::Form`], [`EnvelopeError::PayloadType`], [`EnvelopeError::OtherManifest`].
    pub fn is_about(&self, manifest: &Manifest) -> Result<(), EnvelopeError> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(EnvelopeError::PayloadType(self.payload_type.chars().take(80).collect()));
        }
        if decode(&self.payload)? == statement(manifest) { Ok(()) } else { Err(EnvelopeError::OtherManifest) }
    }

    /// Whether this key signed its payload.
    ///
    /// # Errors
    /// [`EnvelopeError::Form`], [`EnvelopeError::OtherKey`], [`EnvelopeError::Wrong`].
    pub fn signed_by(&self, key: &PublicKey) -> Result<(), EnvelopeError> {
        let signed = pae(&self.payload_type, &decode(&self.payload)?);
        let id = key.id();
        // A key id is a hint: a signature without one is tried as well.
        let by_key = || self.signatures.iter().filter(|one| one.keyid.as_ref().is_none_or(|named| *named == id));
        if by_key().next().is_none() {
            return Err(EnvelopeError::OtherKey { key: id, named: self.key_ids() });
        }
        for one in by_key() {
            if key.verifies(&signed, &decode(&one.sig)?) {
                return Ok(());
            }
        }
        Err(EnvelopeError::Wrong { key: id })
    }
}

fn decode(text: &str) -> Result<Vec<u8>, EnvelopeError> {
    STANDARD.decode(text).map_err(|error| EnvelopeError::Form(error.to_string()))
}
