//! Buckets and their guards.

use std::collections::BTreeMap;

use crate::model::gap::Answer;
use crate::model::ids::Arn;
use crate::model::s3::{
    Bucket, Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, ReplicationRule, S3Inventory, Versioning,
};

use super::{days_ago, id, read, value};

/// S3 with these buckets and no public access block on the account.
#[must_use]
pub fn s3<const N: usize>(buckets: [Bucket; N]) -> S3Inventory {
    S3Inventory { buckets: read(buckets.into()), account_public_access_block: read(None) }
}

/// A bucket as `CreateBucket` makes it today: private, encrypted by S3, without versioning, lock, policy or rules.
#[must_use]
pub fn bucket(name: &str, region: &str) -> Bucket {
    Bucket {
        name: name.into(),
        arn: bucket_arn(name),
        region: value(id(region)),
        created_at: Some(days_ago(300)),
        tags: value(BTreeMap::new()),
        versioning: value(Versioning::default()),
        object_lock: value(None),
        lifecycle: value(Vec::new()),
        policy: value(None),
        public_access_block: value(Some(all_blocked())),
        encryption: value(Some(Encryption { algorithm: "AES256".into(), kms_key: None })),
        replication: value(Vec::new()),
        holds: value(true),
    }
}

/// A bucket's ARN.
#[must_use]
pub fn bucket_arn(name: &str) -> Arn {
    id(&format!("arn:aws:s3:::{name}"))
}

/// Versioning that is on.
#[must_use]
pub fn versioned() -> Answer<Versioning> {
    value(Versioning { status: Some("Enabled".into()), mfa_delete: None })
}

/// Object Lock with a default retention of so many days.
#[must_use]
pub fn object_lock(mode: &str, days: i32) -> Answer<Option<ObjectLock>> {
    value(Some(ObjectLock {
        enabled: true,
        default_mode: Some(mode.into()),
        default_days: Some(days),
        default_years: None,
    }))
}

/// All four public access blocks.
#[must_use]
pub fn all_blocked() -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    }
}

/// A rule that expires noncurrent versions of every object after so many days.
#[must_use]
pub fn expire_noncurrent(days: i32) -> LifecycleRule {
    LifecycleRule {
        id: Some("expire-noncurrent".into()),
        enabled: true,
        prefix: None,
        tags: BTreeMap::new(),
        size_greater_than: None,
        size_less_than: None,
        expiration_days: None,
        expiration_date: None,
        noncurrent_days: Some(days),
        newer_noncurrent_versions: None,
    }
}

/// A replication rule for every object to a bucket of another account.
#[must_use]
pub fn replicate_to(bucket: &str, account: &str) -> ReplicationRule {
    ReplicationRule {
        id: Some("everything".into()),
        enabled: true,
        prefix: None,
        tags: BTreeMap::new(),
        destination: bucket_arn(bucket),
        destination_account: Some(account.into()),
        delete_markers: false,
    }
}

/// A bucket policy that denies requests without TLS.
#[must_use]
pub fn tls_only(bucket: &str) -> Answer<Option<String>> {
    value(Some(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"TlsOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::{bucket}","arn:aws:s3:::{bucket}/*"],"Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
    )))
}

/// A bucket policy that lets an AWS service deliver into the bucket.
#[must_use]
pub fn delivered_by(bucket: &str, service: &str) -> Answer<Option<String>> {
    value(Some(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Delivery","Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"s3:PutObject","Resource":"arn:aws:s3:::{bucket}/*"}}]}}"#
    )))
}
