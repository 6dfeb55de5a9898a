//! Keys: a private ed25519 key from a file, and the public keys that signatures are checked with.
//!
//! Ed25519 is deterministic (RFC 8032): the same bundle signed with the same key gives the same bytes. ECDSA and RSA, which
//! KMS offers, are not.

use std::fmt;

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_ASN1, ED25519, Ed25519KeyPair, KeyPair,
    RSA_PSS_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use rustls_pki_types::pem::{PemObject as _, SectionKind};
use rustls_pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::manifest::Digest;

/// RFC 8410, 3.
const OID_ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// RFC 5480, 2.1.1.
const OID_EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// RFC 5480, 2.1.1.1: secp256r1.
const OID_P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// RFC 5480, 2.1.1.1: secp384r1.
const OID_P384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.132.0.34");
/// RFC 8017, A.1.
const OID_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

/// What stands before the 32 bytes of an ed25519 key in its SubjectPublicKeyInfo (RFC 8410, 10.1).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// How a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Ed25519 over the message.
    Ed25519,
    /// ECDSA over P-256 with SHA-256.
    EcdsaP256,
    /// ECDSA over P-384 with SHA-384.
    EcdsaP384,
    /// RSASSA-PSS with SHA-256.
    RsaPss,
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ed25519 => "Ed25519",
            Self::EcdsaP256 => "ECDSA P-256 with SHA-256",
            Self::EcdsaP384 => "ECDSA P-384 with SHA-384",
            Self::RsaPss => "RSASSA-PSS with SHA-256",
        })
    }
}

/// Why a key is of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no key of the wanted kind in the file.
    #[error("there is no {wanted} in it (`-----BEGIN {label}-----`){hint}")]
    Missing {
        /// What is wanted.
        wanted: &'static str,
        /// The PEM label of it.
        label: &'static str,
        /// What is there instead, and what to do.
        hint: &'static str,
    },
    /// It is a private key, but no ed25519 key.
    #[error("it is no ed25519 key: `openssl genpkey -algorithm ed25519 -out key.pem` makes one ({0})")]
    NotEd25519(String),
    /// It is a public key that palisade cannot check signatures with.
    #[error(
        "it is no key that palisade checks signatures with: Ed25519, ECDSA on P-256 or P-384, or RSA of 2048 bits or more is wanted"
    )]
    Unsupported,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    scheme: Scheme,
    spki: Vec<u8>,
    key: Vec<u8>,
}

impl PublicKey {
    /// From PEM, as `openssl pkey -pubout` writes it.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        match SubjectPublicKeyInfoDer::from_pem_slice(pem) {
            Ok(spki) => Self::from_spki(&spki),
            Err(_) => Err(KeyError::Missing {
                wanted: "public key",
                label: "PUBLIC KEY",
                hint: if holds(pem, SectionKind::PrivateKey) {
                    ". It is a private key, which only who signs should hold: `openssl pkey -in key.pem -pubout` gives the public one"
                } else {
                    ""
                },
            }),
        }
    }

    /// From a SubjectPublicKeyInfo in DER, as KMS gives it.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`].
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let info = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| KeyError::Unsupported)?;
        let curve = info.algorithm.parameters_oid().ok();
        let scheme = match (info.algorithm.oid, curve) {
            (OID_ED25519, _) => Scheme::Ed25519,
            (OID_EC, Some(OID_P256)) => Scheme::EcdsaP256,
            (OID_EC, Some(OID_P384)) => Scheme::EcdsaP384,
            (OID_RSA, _) => Scheme::RsaPss,
            _ => return Err(KeyError::Unsupported),
        };
        let key = info.subject_public_key.as_bytes().ok_or(KeyError::Unsupported)?;
        Ok(Self { scheme, spki: der.to_owned(), key: key.to_owned() })
    }

    /// How it signs.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// Its id: the SHA-256 of its SubjectPublicKeyInfo. `openssl pkey -pubin -outform DER | sha256sum` gives the same.
    #[must_use]
    pub fn id(&self) -> String {
        format!("sha256:{}", Digest::of(&self.spki))
    }

    /// Whether a signature over these bytes is this key's.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithms: &[&dyn VerificationAlgorithm] = match self.scheme {
            Scheme::Ed25519 => &[&ED25519],
            // In DER, as KMS and OpenSSL write it, or the two numbers one after the other, as in DSSE's own example.
            Scheme::EcdsaP256 => &[&ECDSA_P256_SHA256_ASN1, &ECDSA_P256_SHA256_FIXED],
            Scheme::EcdsaP384 => &[&ECDSA_P384_SHA384_ASN1],
            Scheme::RsaPss => &[&RSA_PSS_2048_8192_SHA256],
        };
        algorithms.iter().any(|one| UnparsedPublicKey::new(*one, &self.key).verify(message, signature).is_ok())
    }
}

/// A signature with the key that checks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The key.
    pub key: PublicKey,
    /// The signature's bytes.
    pub bytes: Vec<u8>,
}

/// A private ed25519 key.
pub struct FileKey(Ed25519KeyPair);

impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileKey")
    }
}

impl FileKey {
    /// From PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it.
    ///
    /// # Errors
    /// [`KeyError`]; no message holds anything of the key.
    pub fn from_pem(pem: &[u8]) -> Result<Self, KeyError> {
        let key = PrivatePkcs8KeyDer::from_pem_slice(pem).map_err(|_| KeyError::Missing {
            wanted: "private key in PKCS#8",
            label: "PRIVATE KEY",
            hint: if holds(pem, SectionKind::PublicKey) {
                ". It is a public key: to sign takes the private one"
            } else if contains(pem, b"ENCRYPTED PRIVATE KEY") {
                ". It is encrypted, and palisade asks for no passphrase: decrypt it with `openssl pkey` into a file that only you can read, or sign with --kms-key"
            } else {
                ""
            },
        })?;
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(key.secret_pkcs8_der());
        pair.map(Self).map_err(|error| KeyError::NotEd25519(error.to_string()))
    }

    /// Signs.
    ///
    /// # Errors
    /// [`KeyError::Unsupported`], which cannot be for a key that was read.
    pub fn sign(&self, message: &[u8]) -> Result<Signature, KeyError> {
        let spki = [ED25519_SPKI.as_slice(), self.0.public_key().as_ref()].concat();
        Ok(Signature { key: PublicKey::from_spki(&spki)?, bytes: self.0.sign(message).as_ref().to_owned() })
    }
}

/// Whether there is a section of this kind.
fn holds(pem: &[u8], kind: SectionKind) -> bool {
    <(SectionKind, Vec<u8>)>::pem_slice_iter(pem).flatten().any(|(found, _)| found == kind)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
