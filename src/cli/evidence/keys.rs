//! Keys of the command line: a file's, or one in KMS.

use std::fs;
use std::path::Path;

#[cfg(feature = "aws")]
use crate::aws::KmsKey;
use crate::cli::error::CliError;
use crate::evidence::{FileKey, KeyError, PublicKey, Signature};

/// The most bytes of a file that is taken for a key.
const LARGEST: u64 = 1 << 20;

/// What signs.
pub(super) enum Signer {
    /// A private key that was read from a file.
    File(String, FileKey),
    /// A key that never leaves KMS.
    #[cfg(feature = "aws")]
    Kms(Box<KmsKey>),
}

impl Signer {
    /// The private key of a file.
    pub(super) fn file(path: &Path) -> Result<Self, CliError> {
        let key = FileKey::from_pem(&bytes(path)?).map_err(|source| wrong(path, source))?;
        Ok(Self::File(path.display().to_string(), key))
    }

    /// Signs.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Signature, CliError> {
        match self {
            Self::File(name, key) => key.sign(message).map_err(|source| CliError::Key { name: name.clone(), source }),
            #[cfg(feature = "aws")]
            Self::Kms(key) => {
                let public = kms_public(key)?;
                Ok(Signature { key: public, bytes: key.sign_blocking(message)? })
            }
        }
    }
}

/// The public key of a file.
pub(super) fn public(path: &Path) -> Result<PublicKey, CliError> {
    PublicKey::from_pem(&bytes(path)?).map_err(|source| wrong(path, source))
}

/// The public half of a key in KMS.
#[cfg(feature = "aws")]
pub(super) fn kms_public(key: &KmsKey) -> Result<PublicKey, CliError> {
    PublicKey::from_spki(key.public_key()).map_err(|source| CliError::Key { name: key.arn().to_string(), source })
}

fn wrong(path: &Path, source: KeyError) -> CliError {
    CliError::Key { name: path.display().to_string(), source }
}

fn bytes(path: &Path) -> Result<Vec<u8>, CliError> {
    let wrong = |why: String| CliError::Read { name: path.display().to_string(), why };
    let size = fs::metadata(path).map_err(|error| wrong(error.to_string()))?.len();
    if size > LARGEST {
        return Err(wrong("it is too large for a key".to_owned()));
    }
    fs::read(path).map_err(|error| wrong(error.to_string()))
}
