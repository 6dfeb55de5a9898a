//! Account ids, regions, partitions, ARNs: AWS's identifiers as types, so that none is ever a bare string.
//!
//! A value of these types has AWS's shape; whether it exists is another question. All are ordered, because every
//! list palisade writes is sorted. Facts repeat them by the hundred thousand: a clone shares the text of what it was cloned from.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// Why a text is not the identifier it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}: {want}")]
pub struct IdError {
    /// The kind of identifier that was wanted, for a person.
    pub what: &'static str,
    /// The shape that it has to have.
    pub want: &'static str,
    /// The text at fault, cut to 80 characters.
    pub text: String,
}

impl IdError {
    fn new(what: &'static str, want: &'static str, text: &str) -> Self {
        Self { what, want, text: text.chars().take(80).collect() }
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $want:literal, $pattern:literal, $valid:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as AWS writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.into())) } else { Err(IdError::new($what, $want, text)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": $pattern, "description": $want })
            }
        }
    };
}

text_id!(
    /// An AWS account id: twelve digits, leading zeros included.
    AccountId,
    "AWS account id",
    "twelve digits are wanted",
    "^[0-9]{12}$",
    |text| text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
);

text_id!(
    /// An AWS region code such as `eu-central-1`.
    Region,
    "AWS region",
    "lower-case letters, digits and hyphens are wanted, such as eu-central-1",
    "^[a-z]{2}[a-z0-9-]{1,30}$",
    |text| {
        (3..=32).contains(&text.len())
            && text.bytes().take(2).all(|b| b.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    }
);

text_id!(
    /// An AWS partition such as `aws`, `aws-cn` or `aws-us-gov`. Never assumed to be `aws`.
    Partition,
    "AWS partition",
    "`aws` or `aws-…` is wanted",
    "^aws(-[a-z-]+)?$",
    |text| text == "aws"
        || text.strip_prefix("aws-").is_some_and(|rest| {
            !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
        })
);

impl Partition {
    /// The region that the partition's global services (IAM, Organizations) sign for.
    #[must_use]
    pub fn global_region(&self) -> Option<Region> {
        let code = match self.as_str() {
            "aws" => "us-east-1",
            "aws-cn" => "cn-northwest-1",
            "aws-us-gov" => "us-gov-west-1",
            _ => return None,
        };
        Some(Region(code.into()))
    }
}

text_id!(
    /// An IAM action as the service authorization reference writes it, such as `rds:DeleteDBInstance`; no wildcards.
    Action,
    "IAM action",
    "service:Action without wildcards is wanted",
    "^[a-z0-9-]+:[A-Za-z0-9]+$",
    |text| text.split_once(':').is_some_and(|(service, name)| {
        !service.is_empty()
            && !name.is_empty()
            && service.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && name.bytes().all(|b| b.is_ascii_alphanumeric())
    })
);

impl Action {
    /// The service prefix, such as `rds`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.0.split(':').next().unwrap_or("")
    }
}

/// An Amazon Resource Name: `arn:partition:service:region:account:resource`.
///
/// Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>. Region and account may be empty (S3
/// buckets have neither); the resource keeps its own colons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Arn(Arc<str>);

impl Arn {
    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or("")
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition as written; it need not be one that palisade knows.
    #[must_use]
    pub fn partition(&self) -> &str {
        self.part(1)
    }

    /// The service namespace, such as `rds`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.part(2)
    }

    /// The region, where the ARN has one of the right shape.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        self.part(3).parse().ok()
    }

    /// The account, where the ARN has one of the right shape.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        self.part(4).parse().ok()
    }

    /// Everything after the fifth colon.
    #[must_use]
    pub fn resource(&self) -> &str {
        self.part(5)
    }

    /// The last path or colon segment of the resource: its name in most services.
    #[must_use]
    pub fn name(&self) -> &str {
        let resource = self.resource();
        resource.rsplit([':', '/']).next().unwrap_or(resource)
    }

    /// The ARN of an S3 bucket, which carries neither region nor account.
    #[must_use]
    pub fn bucket(partition: &Partition, name: &str) -> Self {
        Self(format!("arn:{partition}:s3:::{name}").into())
    }

    /// The ARN of an account's root, which also names the account in a principal.
    #[must_use]
    pub fn account_root(partition: &Partition, account: &AccountId) -> Self {
        Self(format!("arn:{partition}:iam::{account}:root").into())
    }
}

impl FromStr for Arn {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let mut parts = text.splitn(6, ':');
        let ok = parts.next() == Some("arn")
            && parts.next().is_some_and(|p| !p.is_empty())
            && parts.next().is_some_and(|s| !s.is_empty())
            && parts.next().is_some()
            && parts.next().is_some()
            && parts.next().is_some_and(|r| !r.is_empty());
        if ok {
            Ok(Self(text.into()))
        } else {
            Err(IdError::new("ARN", "arn:partition:service:region:account:resource is wanted", text))
        }
    }
}

impl TryFrom<String> for Arn {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Arn> for String {
    fn from(arn: Arn) -> String {
        arn.0.as_ref().to_owned()
    }
}

impl fmt::Display for Arn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl JsonSchema for Arn {
    fn schema_name() -> Cow<'static, str> {
        "Arn".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+", "description": "an Amazon Resource Name" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_gives_its_parts() {
        let arn: Arn = "arn:aws-cn:rds:cn-north-1:012345678901:snapshot:rds:orders-2026".parse().unwrap();
        assert_eq!(arn.partition(), "aws-cn");
        assert_eq!(arn.service(), "rds");
        assert_eq!(arn.region().unwrap().as_str(), "cn-north-1");
        assert_eq!(arn.account().unwrap().as_str(), "012345678901");
        assert_eq!(arn.resource(), "snapshot:rds:orders-2026");
        assert_eq!(arn.name(), "orders-2026");
    }

    #[test]
    fn a_bucket_arn_has_neither_region_nor_account() {
        let arn = Arn::bucket(&"aws".parse().unwrap(), "b");
        assert_eq!((arn.region(), arn.account(), arn.name()), (None, None, "b"));
    }

    #[test]
    fn wrong_shapes_are_refused() {
        for text in ["", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::b", "arn::s3:::b"] {
            assert!(text.parse::<Arn>().is_err(), "{text}");
        }
        for text in ["12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"] {
            assert!(text.parse::<AccountId>().is_err(), "{text}");
        }
        for text in ["", "EU-central-1", "eu central 1", "1u-x", "../../etc"] {
            assert!(text.parse::<Region>().is_err(), "{text}");
        }
        assert!("awsome".parse::<Partition>().is_err());
        assert!("aws-iso-b".parse::<Partition>().is_ok());
    }
}
