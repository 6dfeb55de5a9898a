//! Where palisade itself writes: its own reports, its own notices, its own signatures.
//!
//! Nothing here is ever called with the audit role. These calls are made with the credentials that palisade was started
//! with, and only where a flag or the configuration names the bucket, the topic or the key.

use std::fmt;
use std::str::FromStr;

use super::ids::Arn;

/// An operation of AWS that palisade calls to deliver what it made. Closed, as [`Operation`](super::operation::Operation) is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SinkOperation {
    /// The store of scans comes from a bucket.
    S3GetObject,
    /// A report goes to a bucket, and the store back into it.
    S3PutObject,
    /// A notice goes to a topic.
    SnsPublish,
    /// A bundle is signed.
    KmsSign,
    /// A signature is verified.
    KmsGetPublicKey,
}

impl SinkOperation {
    /// Every one.
    pub const ALL: &'static [Self] =
        &[Self::S3GetObject, Self::S3PutObject, Self::SnsPublish, Self::KmsSign, Self::KmsGetPublicKey];

    /// The IAM action, which is also the operation's name.
    #[must_use]
    pub const fn action(self) -> &'static str {
        match self {
            Self::S3GetObject => "s3:GetObject",
            Self::S3PutObject => "s3:PutObject",
            Self::SnsPublish => "sns:Publish",
            Self::KmsSign => "kms:Sign",
            Self::KmsGetPublicKey => "kms:GetPublicKey",
        }
    }
}

impl fmt::Display for SinkOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.action())
    }
}

/// A place in S3: `s3://bucket/key`, or `s3://bucket/prefix/` for whatever is put below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct S3Place {
    bucket: String,
    key: String,
}

impl S3Place {
    /// The bucket.
    #[must_use]
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// The key, or the prefix with the slash that it ends with; empty is the bucket as a whole.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether it names no object but a place for some.
    #[must_use]
    pub fn is_prefix(&self) -> bool {
        self.key.is_empty() || self.key.ends_with('/')
    }

    /// The object of this name below the prefix.
    #[must_use]
    pub fn below(&self, name: &str) -> Self {
        Self { bucket: self.bucket.clone(), key: format!("{}{name}", self.key) }
    }
}

impl fmt::Display for S3Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

impl FromStr for S3Place {
    type Err = String;

    /// Bucket names as <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>; keys of at most 1,024
    /// bytes, without control characters.
    fn from_str(url: &str) -> Result<Self, String> {
        let wrong = || format!("{url:?} is no place in S3: s3://bucket/prefix/ or s3://bucket/key is wanted");
        let rest = url.strip_prefix("s3://").ok_or_else(wrong)?;
        let (bucket, key) = rest.split_once('/').unwrap_or((rest, ""));
        let named = (3..=63).contains(&bucket.len())
            && bucket.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c))
            && bucket.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !named || key.len() > 1_024 || key.chars().any(char::is_control) || key.starts_with('/') {
            return Err(wrong());
        }
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }
}

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(Arn);

impl Topic {
    /// Its ARN.
    #[must_use]
    pub const fn arn(&self) -> &Arn {
        &self.0
    }
}

impl FromStr for Topic {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let topic = |arn: &Arn| arn.service() == "sns" && arn.region().is_some() && arn.account().is_some();
        let arn = text.parse::<Arn>().ok().filter(|arn| topic(arn) && !arn.resource().is_empty());
        arn.map(Self).ok_or_else(|| {
            "the ARN of an SNS topic is wanted, such as arn:aws:sns:eu-central-1:111122223333:alerts".to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_has_a_bucket_and_a_key_or_a_prefix() {
        let place: S3Place = "s3://reports-a/nightly/".parse().unwrap();
        assert!(place.is_prefix());
        assert_eq!(place.below("a.json").to_string(), "s3://reports-a/nightly/a.json");
        assert!("s3://reports-a".parse::<S3Place>().unwrap().is_prefix());
        let object: S3Place = "s3://reports-a/a b/c.html".parse().unwrap();
        assert_eq!((object.bucket(), object.key(), object.is_prefix()), ("reports-a", "a b/c.html", false));
        for wrong in ["", "reports", "s3://", "s3://ab", "s3://A-b/c", "s3://a_b/c", "s3://abc//d", "s3://abc/\n"] {
            assert!(wrong.parse::<S3Place>().unwrap_err().contains("no place in S3"), "{wrong:?}");
        }
    }

    #[test]
    fn a_topic_is_an_arn_of_sns() {
        assert!("arn:aws:sns:eu-central-1:111122223333:alerts".parse::<Topic>().is_ok());
        for wrong in ["alerts", "arn:aws:sns:::alerts", "arn:aws:sqs:eu-central-1:111122223333:alerts"] {
            assert!(wrong.parse::<Topic>().is_err(), "{wrong}");
        }
    }
}
