//! AWS KMS: the keys that a resource, snapshot, recovery point, vault or bucket refers to.
//!
//! Follows <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{AccountId, Arn, Partition, Region};

/// The keys of one account and region that something refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KmsInventory {
    /// The keys, each under the reference that led to it.
    pub keys: Collected<Vec<Key>>,
}

/// A key that something refers to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Key {
    /// The key's ARN (or the alias's, where a bucket names one), as the resource refers to it.
    pub reference: Arn,
    /// Its metadata.
    pub detail: Answer<KeyDetail>,
    /// Its policy, as JSON text; `None` for AWS-managed keys, whose policy nobody can change.
    pub policy: Option<Answer<String>>,
}

/// The answer of `DescribeKey`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyDetail {
    /// The key's own ARN.
    pub arn: Arn,
    /// Its account.
    pub account: AccountId,
    /// `AWS` or `CUSTOMER`.
    pub manager: String,
    /// `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Unavailable`, …
    pub state: String,
    /// When a key pending deletion goes.
    pub deletion_at: Option<Timestamp>,
    /// `AWS_KMS`, `EXTERNAL`, `AWS_CLOUDHSM`, `EXTERNAL_KEY_STORE`.
    pub origin: String,
    /// Whether imported material expires: `KEY_MATERIAL_EXPIRES` or `KEY_MATERIAL_DOES_NOT_EXPIRE`.
    pub expiration_model: Option<String>,
    /// When imported material expires.
    pub material_expires_at: Option<Timestamp>,
    /// Whether it is a multi-Region key.
    pub multi_region: bool,
    /// `PRIMARY` or `REPLICA`, for multi-Region keys.
    pub multi_region_type: Option<String>,
    /// The region of the primary key, for multi-Region keys.
    pub primary_region: Option<Region>,
}

/// The ARN of a key as a resource of `account` in `region` names it: by ARN, by `alias/…`, or by its bare id. `None` for
/// text that can be none of these. Collector and analysis both use it, so that what one asks for the other finds.
#[must_use]
pub fn reference(partition: &Partition, region: &Region, account: &AccountId, given: &str) -> Option<Arn> {
    if given.starts_with("arn:") {
        return given.parse().ok();
    }
    let kind = if given.starts_with("alias/") { "" } else { "key/" };
    let plain = !given.is_empty() && !given.contains([':', ' ']);
    plain.then(|| format!("arn:{partition}:kms:{region}:{account}:{kind}{given}").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_in_three_ways() {
        let (partition, region) = ("aws".parse().unwrap(), "eu-central-1".parse().unwrap());
        let account = "111122223333".parse().unwrap();
        let named = |given: &str| reference(&partition, &region, &account, given).map(|arn| arn.to_string());
        let arn = "arn:aws:kms:eu-west-1:444455556666:key/abc";
        assert_eq!(named(arn).as_deref(), Some(arn));
        assert_eq!(named("abc").as_deref(), Some("arn:aws:kms:eu-central-1:111122223333:key/abc"));
        assert_eq!(named("alias/a").as_deref(), Some("arn:aws:kms:eu-central-1:111122223333:alias/a"));
        assert_eq!((named(""), named("a b"), named("arn:aws")), (None, None, None));
    }
}
