//! The settings of one bucket, each asked apart.

use std::collections::BTreeMap;

use aws_sdk_s3::{Client, types};
use futures::join;
use jiff::Timestamp;
use serde::de::IgnoredAny;

use super::super::failure::Failure;
use super::super::shape::{Malformed, Shaped, arn, required, some_text, some_time, tags, text};
use super::super::site::Site;
use crate::model::gap::{Answer, Gap};
use crate::model::ids::Arn;
use crate::model::operation::Operation;
use crate::model::s3::{Bucket, Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, ReplicationRule, Versioning};

/// Asks everything about a bucket in its region, which `site` stands in.
pub(super) async fn read(site: &Site, name: &str, created_at: Option<Timestamp>) -> Bucket {
    let asking = Asking { site, client: site.s3(), name };
    let (tags, versioning, object_lock, lifecycle, policy, block, encryption, replication, holds) = join!(
        asking.tags(),
        asking.versioning(),
        asking.object_lock(),
        asking.lifecycle(),
        asking.policy(),
        asking.public_access_block(),
        asking.encryption(),
        asking.replication(),
        asking.holds(),
    );
    Bucket {
        name: name.to_owned(),
        arn: Arn::bucket(&site.partition, name),
        region: Answer::Value(site.region.clone()),
        created_at,
        tags: tags.into(),
        versioning: versioning.into(),
        object_lock: object_lock.into(),
        lifecycle: lifecycle.into(),
        policy: policy.into(),
        public_access_block: block.into(),
        encryption: encryption.into(),
        replication: replication.into(),
        holds: holds.into(),
    }
}

/// The gaps of a bucket's settings.
pub(super) fn gaps(bucket: &Bucket) -> impl Iterator<Item = &Gap> {
    let Bucket {
        name: _,
        arn: _,
        created_at: _,
        region,
        tags,
        versioning,
        object_lock,
        lifecycle,
        policy,
        public_access_block,
        encryption,
        replication,
        holds,
    } = bucket;
    let gaps = [
        region.gap(),
        tags.gap(),
        versioning.gap(),
        object_lock.gap(),
        lifecycle.gap(),
        policy.gap(),
        public_access_block.gap(),
        encryption.gap(),
        replication.gap(),
        holds.gap(),
    ];
    gaps.into_iter().flatten()
}

struct Asking<'a> {
    site: &'a Site,
    client: Client,
    name: &'a str,
}

impl Asking<'_> {
    fn shaped<T>(&self, operation: Operation, shaped: Shaped<T>) -> Result<T, Failure> {
        self.site.shaped(operation, Some(self.name), shaped)
    }

    async fn tags(&self) -> Result<BTreeMap<String, String>, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketTagging;
        let make = || self.client.get_bucket_tagging().bucket(self.name).send();
        let answer = self.site.call_or(OPERATION, Some(self.name), &["NoSuchTagSet"], make).await?;
        let Some(answer) = answer else { return Ok(BTreeMap::new()) };
        self.shaped(OPERATION, tags(answer.tag_set().iter().map(|tag| (Some(tag.key()), Some(tag.value())))))
    }

    async fn versioning(&self) -> Result<Versioning, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketVersioning;
        let make = || self.client.get_bucket_versioning().bucket(self.name).send();
        let answer = self.site.call(OPERATION, Some(self.name), make).await?;
        Ok(Versioning {
            status: some_text(answer.status().map(types::BucketVersioningStatus::as_str)),
            mfa_delete: some_text(answer.mfa_delete().map(types::MfaDeleteStatus::as_str)),
        })
    }

    /// Whether anything lies in it: one key is asked for, whatever its versions.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html>
    async fn holds(&self) -> Result<bool, Failure> {
        const OPERATION: Operation = Operation::S3ListObjectVersions;
        let make = || self.client.list_object_versions().bucket(self.name).max_keys(1).send();
        let answer = self.site.call(OPERATION, Some(self.name), make).await?;
        if !answer.versions().is_empty() || !answer.delete_markers().is_empty() {
            return Ok(true);
        }
        // An empty page says that nothing lies there only where it also says that nothing follows.
        let more = self.shaped(OPERATION, required("IsTruncated", answer.is_truncated()))?;
        if more {
            self.shaped(OPERATION, Err(Malformed::odd("Version", "the list is empty and goes on")))
        } else {
            Ok(false)
        }
    }

    async fn object_lock(&self) -> Result<Option<ObjectLock>, Failure> {
        const OPERATION: Operation = Operation::S3GetObjectLockConfiguration;
        let make = || self.client.get_object_lock_configuration().bucket(self.name).send();
        let none = ["ObjectLockConfigurationNotFoundError"];
        let answer = self.site.call_or(OPERATION, Some(self.name), &none, make).await?;
        let Some(answer) = answer else { return Ok(None) };
        let lock = required("ObjectLockConfiguration", answer.object_lock_configuration()).and_then(object_lock);
        self.shaped(OPERATION, lock).map(Some)
    }

    async fn lifecycle(&self) -> Result<Vec<LifecycleRule>, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketLifecycleConfiguration;
        let make = || self.client.get_bucket_lifecycle_configuration().bucket(self.name).send();
        let none = ["NoSuchLifecycleConfiguration"];
        let answer = self.site.call_or(OPERATION, Some(self.name), &none, make).await?;
        let Some(answer) = answer else { return Ok(Vec::new()) };
        // There is no configuration without a rule: read as none, it would say that nothing expires.
        let rules = required("Rule", answer.rules.filter(|rules| !rules.is_empty()));
        let rules = rules.and_then(|rules| rules.iter().map(lifecycle_rule).collect());
        let mut rules: Vec<_> = self.shaped(OPERATION, rules)?;
        rules.sort_by(|a: &LifecycleRule, b| (&a.id, &a.prefix).cmp(&(&b.id, &b.prefix)));
        Ok(rules)
    }

    async fn policy(&self) -> Result<Option<String>, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketPolicy;
        let make = || self.client.get_bucket_policy().bucket(self.name).send();
        let answer = self.site.call_or(OPERATION, Some(self.name), &["NoSuchBucketPolicy"], make).await?;
        let Some(answer) = answer else { return Ok(None) };
        // The policy is the whole body: half of it, or a proxy's page, would stand for it.
        let policy =
            text("Policy", answer.policy()).and_then(|policy| match serde_json::from_str::<IgnoredAny>(&policy) {
                Ok(_) => Ok(policy),
                Err(error) => Err(Malformed::odd("Policy", error)),
            });
        self.shaped(OPERATION, policy).map(Some)
    }

    async fn public_access_block(&self) -> Result<Option<PublicAccessBlock>, Failure> {
        const OPERATION: Operation = Operation::S3GetPublicAccessBlock;
        let make = || self.client.get_public_access_block().bucket(self.name).send();
        let none = ["NoSuchPublicAccessBlockConfiguration"];
        let answer = self.site.call_or(OPERATION, Some(self.name), &none, make).await?;
        let Some(answer) = answer else { return Ok(None) };
        let block = required("PublicAccessBlockConfiguration", answer.public_access_block_configuration());
        let block = self.shaped(OPERATION, block)?;
        // What was not set when the block was put is off: the API's documented default.
        Ok(Some(PublicAccessBlock {
            block_public_acls: block.block_public_acls.unwrap_or(false),
            ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
            block_public_policy: block.block_public_policy.unwrap_or(false),
            restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
        }))
    }

    async fn encryption(&self) -> Result<Option<Encryption>, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketEncryption;
        let make = || self.client.get_bucket_encryption().bucket(self.name).send();
        let none = ["ServerSideEncryptionConfigurationNotFoundError"];
        let answer = self.site.call_or(OPERATION, Some(self.name), &none, make).await?;
        let Some(answer) = answer else { return Ok(None) };
        let given = required("ServerSideEncryptionConfiguration", answer.server_side_encryption_configuration());
        let given = self.shaped(OPERATION, given)?;
        if given.rules().is_empty() {
            return self.shaped(OPERATION, Err(Malformed::missing("Rule")));
        }
        let default = given.rules().iter().find_map(|rule| rule.apply_server_side_encryption_by_default());
        let Some(default) = default else { return Ok(None) };
        Ok(Some(Encryption {
            algorithm: default.sse_algorithm().as_str().to_owned(),
            kms_key: some_text(default.kms_master_key_id()),
        }))
    }

    async fn replication(&self) -> Result<Vec<ReplicationRule>, Failure> {
        const OPERATION: Operation = Operation::S3GetBucketReplication;
        let make = || self.client.get_bucket_replication().bucket(self.name).send();
        let none = ["ReplicationConfigurationNotFoundError"];
        let answer = self.site.call_or(OPERATION, Some(self.name), &none, make).await?;
        let Some(answer) = answer else { return Ok(Vec::new()) };
        // There is no configuration without a rule: read as none, it would say that nothing is copied here.
        let given = required("ReplicationConfiguration", answer.replication_configuration());
        let given = given.and_then(|given| required("Rule", Some(given.rules()).filter(|rules| !rules.is_empty())));
        let rules = given.and_then(|rules| rules.iter().map(replication_rule).collect());
        let mut rules: Vec<ReplicationRule> = self.shaped(OPERATION, rules)?;
        rules.sort_by(|a, b| (&a.id, &a.destination, &a.prefix).cmp(&(&b.id, &b.destination, &b.prefix)));
        Ok(rules)
    }
}

fn object_lock(item: &types::ObjectLockConfiguration) -> Shaped<ObjectLock> {
    let retention = item.rule().and_then(types::ObjectLockRule::default_retention);
    Ok(ObjectLock {
        enabled: *required("ObjectLockEnabled", item.object_lock_enabled())? == types::ObjectLockEnabled::Enabled,
        default_mode: some_text(retention.and_then(|r| r.mode()).map(types::ObjectLockRetentionMode::as_str)),
        default_days: retention.and_then(types::DefaultRetention::days),
        default_years: retention.and_then(types::DefaultRetention::years),
    })
}

fn s3_tags<'a>(one: Option<&'a types::Tag>, more: &'a [types::Tag]) -> Shaped<BTreeMap<String, String>> {
    tags(one.into_iter().chain(more).map(|tag| (Some(tag.key()), Some(tag.value()))))
}

fn lifecycle_rule(item: &types::LifecycleRule) -> Shaped<LifecycleRule> {
    let filter = item.filter();
    let and = filter.and_then(types::LifecycleRuleFilter::and);
    // Rules of the first format carry the prefix outside the filter.
    #[expect(deprecated, reason = "S3 still gives rules that were put so")]
    let outside = item.prefix();
    let prefix = filter.and_then(|f| f.prefix()).or_else(|| and.and_then(|a| a.prefix())).or(outside);
    let greater = |f: &types::LifecycleRuleFilter| f.object_size_greater_than();
    let less = |f: &types::LifecycleRuleFilter| f.object_size_less_than();
    let enabled = match item.status() {
        types::ExpirationStatus::Enabled => true,
        types::ExpirationStatus::Disabled => false,
        other => return Err(Malformed::odd("lifecycle Status", other.as_str()).of(item.id())),
    };
    Ok(LifecycleRule {
        id: some_text(item.id()),
        enabled,
        prefix: some_text(prefix),
        tags: s3_tags(filter.and_then(|f| f.tag()), and.map(|a| a.tags()).unwrap_or_default())?,
        size_greater_than: filter.and_then(greater).or_else(|| and.and_then(|a| a.object_size_greater_than())),
        size_less_than: filter.and_then(less).or_else(|| and.and_then(|a| a.object_size_less_than())),
        expiration_days: item.expiration().and_then(types::LifecycleExpiration::days),
        expiration_date: some_time("Expiration.Date", item.expiration().and_then(|e| e.date()))?,
        noncurrent_days: item.noncurrent_version_expiration().and_then(|e| e.noncurrent_days()),
        newer_noncurrent_versions: item.noncurrent_version_expiration().and_then(|e| e.newer_noncurrent_versions()),
    })
}

fn replication_rule(item: &types::ReplicationRule) -> Shaped<ReplicationRule> {
    let shape = || {
        let filter = item.filter();
        let and = filter.and_then(types::ReplicationRuleFilter::and);
        #[expect(deprecated, reason = "S3 still gives rules that were put so")]
        let outside = item.prefix();
        let prefix = filter.and_then(|f| f.prefix()).or_else(|| and.and_then(|a| a.prefix())).or(outside);
        let enabled = match item.status() {
            types::ReplicationRuleStatus::Enabled => true,
            types::ReplicationRuleStatus::Disabled => false,
            other => return Err(Malformed::odd("replication Status", other.as_str())),
        };
        let destination = required("Destination", item.destination())?;
        let markers = item.delete_marker_replication().and_then(types::DeleteMarkerReplication::status);
        Ok(ReplicationRule {
            id: some_text(item.id()),
            enabled,
            prefix: some_text(prefix),
            tags: s3_tags(filter.and_then(|f| f.tag()), and.map(|a| a.tags()).unwrap_or_default())?,
            destination: arn("Destination.Bucket", Some(destination.bucket()))?,
            destination_account: some_text(destination.account()),
            // Rules without a filter are of the first format, which replicates delete markers unless told otherwise:
            // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-marker-replication.html>.
            delete_markers: match markers {
                Some(status) => *status == types::DeleteMarkerReplicationStatus::Enabled,
                None => filter.is_none(),
            },
        })
    };
    shape().map_err(|malformed| malformed.of(item.id()))
}
