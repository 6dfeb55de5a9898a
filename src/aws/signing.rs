//! Signing with an asymmetric key in KMS, with the runner's own credentials.
//!
//! KMS signs a digest: the message itself may be longer than the 4096 bytes that it takes. So the keys of use are those whose
//! signatures are over a digest of the message and nothing else: ECDSA on P-256 and P-384, and RSA.
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html>

use aws_sdk_kms::Client;
use aws_sdk_kms::error::DisplayErrorContext;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, KeyUsageType, MessageType, SigningAlgorithmSpec};
use sha2::{Digest as _, Sha256, Sha384};

use super::error::CollectError;
use super::options::CollectOptions;
use super::{blocking, sessions};
use crate::model::ids::Arn;

/// Why a key in KMS could not be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KmsKeyError {
    /// The ARN is no key's.
    #[error("{arn} is no KMS key: want an ARN such as arn:aws:kms:eu-central-1:111122223333:key/… or …:alias/…")]
    NoKey {
        /// As given.
        arn: Arn,
    },
    /// The key cannot sign, or not in a way that palisade can check.
    #[error(
        "{arn} is a key of the kind {spec} for {usage}: evidence is signed by a SIGN_VERIFY key of the kind ECC_NIST_P256, ECC_NIST_P384 or RSA_2048 to RSA_4096"
    )]
    Unfit {
        /// The key.
        arn: Arn,
        /// What kind of key it is.
        spec: String,
        /// What it is for.
        usage: String,
    },
    /// KMS did not answer, or refused.
    #[error(
        "{operation} on {arn} failed: {message}. The runner needs kms:Sign and kms:GetPublicKey on it: `palisade permissions --role runner --signing-key {arn}`"
    )]
    Failed {
        /// The key.
        arn: Arn,
        /// What was called.
        operation: &'static str,
        /// What the SDK said.
        message: String,
    },
    /// There are no usable credentials.
    #[error(transparent)]
    Access(#[from] CollectError),
}

/// An asymmetric key in KMS.
#[derive(Debug, Clone)]
pub struct KmsKey {
    arn: Arn,
    client: Client,
    public_key: Vec<u8>,
    algorithm: SigningAlgorithmSpec,
}

impl KmsKey {
    /// Asks KMS for the key's public half.
    ///
    /// # Errors
    /// [`KmsKeyError`].
    pub fn open_blocking(options: &CollectOptions, arn: &Arn) -> Result<Self, KmsKeyError> {
        flat(blocking(async { Ok(Self::open(options, arn).await) }))
    }

    async fn open(options: &CollectOptions, arn: &Arn) -> Result<Self, KmsKeyError> {
        let region = arn.region().filter(|_| arn.service() == "kms");
        let named = ["key/", "alias/"].iter().any(|start| arn.resource().starts_with(start));
        let region = region.filter(|_| named).ok_or_else(|| KmsKeyError::NoKey { arn: arn.clone() })?;
        // Whatever the home region: a key is used where it lies.
        let options = CollectOptions { home_region: Some(region.clone()), ..options.clone() };
        let client = Client::new(&sessions::load(&options).await?);
        let answer = client.get_public_key().key_id(arn.as_str()).send().await;
        let answer = answer.map_err(|error| failed(arn, "kms:GetPublicKey", &error))?;
        #[expect(deprecated, reason = "emulators answer with the older name alone; KMS with both")]
        let older = answer.customer_master_key_spec.as_ref().map(|spec| KeySpec::from(spec.as_str()));
        let spec = answer.key_spec.clone().or(older);
        let algorithm = match (&answer.key_usage, &spec) {
            (Some(KeyUsageType::SignVerify), Some(spec)) => algorithm(spec),
            _ => None,
        };
        let word = |word: Option<&str>| word.unwrap_or("unknown").to_owned();
        let algorithm = algorithm.ok_or_else(|| KmsKeyError::Unfit {
            arn: arn.clone(),
            spec: word(spec.as_ref().map(KeySpec::as_str)),
            usage: word(answer.key_usage.as_ref().map(KeyUsageType::as_str)),
        })?;
        let public_key = answer.public_key.unwrap_or_else(|| Blob::new(Vec::new())).into_inner();
        Ok(Self { arn: arn.clone(), client, public_key, algorithm })
    }

    /// Its ARN, as given.
    #[must_use]
    pub fn arn(&self) -> &Arn {
        &self.arn
    }

    /// Its public half: a SubjectPublicKeyInfo in DER.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public_key
    }

    /// Signs.
    ///
    /// # Errors
    /// [`KmsKeyError::Failed`].
    pub fn sign_blocking(&self, message: &[u8]) -> Result<Vec<u8>, KmsKeyError> {
        flat(blocking(async { Ok(self.sign(message).await) }))
    }

    async fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KmsKeyError> {
        let digest = match self.algorithm {
            SigningAlgorithmSpec::EcdsaSha384 => Sha384::digest(message).to_vec(),
            _ => Sha256::digest(message).to_vec(),
        };
        let call = self.client.sign().key_id(self.arn.as_str()).signing_algorithm(self.algorithm.clone());
        let answer = call.message_type(MessageType::Digest).message(Blob::new(digest)).send().await;
        let answer = answer.map_err(|error| failed(&self.arn, "kms:Sign", &error))?;
        Ok(answer.signature.unwrap_or_else(|| Blob::new(Vec::new())).into_inner())
    }
}

/// The way in which a key of this kind signs a bundle.
fn algorithm(spec: &KeySpec) -> Option<SigningAlgorithmSpec> {
    match spec {
        KeySpec::EccNistP256 => Some(SigningAlgorithmSpec::EcdsaSha256),
        KeySpec::EccNistP384 => Some(SigningAlgorithmSpec::EcdsaSha384),
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => Some(SigningAlgorithmSpec::RsassaPssSha256),
        _ => None,
    }
}

fn failed(arn: &Arn, operation: &'static str, error: &dyn std::error::Error) -> KmsKeyError {
    KmsKeyError::Failed { arn: arn.clone(), operation, message: DisplayErrorContext(Told(error)).to_string() }
}

/// An error by reference, as the SDK's formatter wants one.
#[derive(Debug)]
struct Told<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self.0, f)
    }
}

impl std::error::Error for Told<'_> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

fn flat<T>(outcome: Result<Result<T, KmsKeyError>, CollectError>) -> Result<T, KmsKeyError> {
    outcome?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_not_asked_for() {
        for arn in
            ["arn:aws:s3:::bucket", "arn:aws:kms:eu-central-1:111122223333:grant/x", "arn:aws:kms::111122223333:key/x"]
        {
            let error = KmsKey::open_blocking(&CollectOptions::default(), &arn.parse().unwrap()).unwrap_err();
            assert!(matches!(error, KmsKeyError::NoKey { .. }), "{error}");
        }
    }

    #[test]
    fn a_key_signs_over_a_digest_or_not_at_all() {
        assert_eq!(algorithm(&KeySpec::EccNistP256), Some(SigningAlgorithmSpec::EcdsaSha256));
        assert_eq!(algorithm(&KeySpec::Rsa4096), Some(SigningAlgorithmSpec::RsassaPssSha256));
        for unfit in [KeySpec::EccNistEdwards25519, KeySpec::EccSecgP256K1, KeySpec::SymmetricDefault, KeySpec::Hmac256]
        {
            assert_eq!(algorithm(&unfit), None);
        }
    }
}
