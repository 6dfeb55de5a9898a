//! Buckets.

use super::{Desk, Draft};
use crate::analysis::context::{item_gap, source};
use crate::analysis::environment::Tags;
use crate::analysis::keys::{Found, reference};
use crate::model::facts::{
    Fact, NoncurrentExpiration, ObjectLockFact, Protection, ResourceEncryption, ResourceFact, SubjectKind, Unread,
};
use crate::model::gap::Answer;
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;
use crate::model::s3::{Bucket, LifecycleRule, ObjectLock};

/// What a fact about a bucket is computed from.
const RESTS_ON: [Collection; 7] = [
    Collection::S3Buckets,
    Collection::S3BucketTags,
    Collection::S3BucketVersioning,
    Collection::S3BucketObjectLock,
    Collection::S3BucketLifecycle,
    Collection::S3BucketPolicy,
    Collection::S3BucketEncryption,
];

pub(super) fn list<'a>(desk: &Desk<'a>, account: &'a AccountInventory, resources: &mut Vec<Fact<ResourceFact>>) {
    let view = desk.cx.global(account, Collection::S3Buckets, |parts| &parts.s3.buckets);
    for (_, read) in view.reads {
        resources.extend(read.value.iter().map(|bucket| fact(desk, &account.id, bucket)));
    }
}

fn fact(desk: &Desk<'_>, account: &AccountId, bucket: &Bucket) -> Fact<ResourceFact> {
    let region = bucket.region.value();
    let gap = |collection, gap: &_| item_gap(account, region, collection, gap);
    let tags = Tags::of(&bucket.tags, |tags| gap(Collection::S3BucketTags, tags));
    let unread = [
        bucket.region.gap().map(|region| gap(Collection::S3Buckets, region)),
        bucket.versioning.gap().map(|versioning| gap(Collection::S3BucketVersioning, versioning)),
        bucket.object_lock.gap().map(|lock| gap(Collection::S3BucketObjectLock, lock)),
        bucket.holds.gap().map(|holds| gap(Collection::S3BucketContents, holds)),
        bucket.lifecycle.gap().map(|lifecycle| gap(Collection::S3BucketLifecycle, lifecycle)),
    ];
    let mut unread: Vec<Unread> = unread.into_iter().flatten().collect();
    let (encryption, unread_key) = encryption(desk, account, region, bucket);
    unread.extend(unread_key);
    let draft = Draft {
        kind: SubjectKind::S3Bucket,
        arn: bucket.arn.clone(),
        name: bucket.name.clone(),
        account: account.clone(),
        region: region.cloned(),
        told: desk.cx.environments.of_resource(account, &bucket.arn, &tags),
        classed: desk.classes.of_bucket(account, bucket, &tags),
        rests_on: RESTS_ON.map(|collection| source(account, None, collection)).into(),
        unread,
    };
    let mut fact = draft.into_fact(desk);
    protect(&mut fact.detail.protection, bucket);
    fact.detail.encryption = encryption;
    fact
}

fn protect(protection: &mut Protection, bucket: &Bucket) {
    if let Some(versioning) = bucket.versioning.value() {
        protection.versioning = Some(versioning.status.clone().unwrap_or_else(|| "Off".to_owned()));
        protection.mfa_delete = Some(versioning.mfa_delete.as_deref() == Some("Enabled"));
    }
    protection.holds = bucket.holds.value().copied();
    protection.object_lock = bucket.object_lock.value().map(|lock| object_lock(lock.as_ref()));
    protection.noncurrent_expirations = bucket.lifecycle.value().map(|rules| {
        let mut expirations: Vec<_> = rules.iter().filter_map(expiration).collect();
        expirations.sort();
        expirations
    });
}

fn object_lock(lock: Option<&ObjectLock>) -> ObjectLockFact {
    ObjectLockFact {
        enabled: lock.is_some_and(|lock| lock.enabled),
        default_mode: lock.and_then(|lock| lock.default_mode.clone()),
        default_days: lock
            .and_then(|lock| lock.default_days.or_else(|| lock.default_years.map(|years| years.saturating_mul(365)))),
    }
}

/// A rule that expires noncurrent versions of every object. One that is narrowed by size alone counts: what is worth
/// keeping has no size.
fn expiration(rule: &LifecycleRule) -> Option<NoncurrentExpiration> {
    let narrowed = rule.prefix.as_deref().is_some_and(|prefix| !prefix.is_empty()) || !rule.tags.is_empty();
    let expires = rule.noncurrent_days.is_some() || rule.newer_noncurrent_versions.is_some();
    (rule.enabled && expires && !narrowed).then(|| NoncurrentExpiration {
        rule: rule.id.clone().unwrap_or_default(),
        days: rule.noncurrent_days.unwrap_or(0),
        newer_versions_kept: rule.newer_noncurrent_versions,
    })
}

fn encryption(
    desk: &Desk<'_>,
    account: &AccountId,
    region: Option<&Region>,
    bucket: &Bucket,
) -> (ResourceEncryption, Option<Unread>) {
    let encryption = match &bucket.encryption {
        Answer::Gap(gap) => {
            let unread = item_gap(account, region, Collection::S3BucketEncryption, gap);
            return (ResourceEncryption::default(), Some(unread));
        }
        Answer::Value(None) => {
            return (ResourceEncryption { encrypted: Some(false), key: None, key_manager: None }, None);
        }
        Answer::Value(Some(encryption)) => encryption,
    };
    let Some(text) = &encryption.kms_key else {
        // SSE-KMS without a key named is the AWS-managed key of S3.
        let key_manager = encryption.algorithm.starts_with("aws:kms").then(|| "AWS".to_owned());
        return (ResourceEncryption { encrypted: Some(true), key: None, key_manager }, None);
    };
    let mut fact = ResourceEncryption { encrypted: Some(true), key: Some(text.clone()), key_manager: None };
    let arn = region.and_then(|region| Some((region, reference(text, bucket.arn.partition(), account, region)?)));
    let unread = match arn.map(|(region, arn)| desk.keys.find(account, region, &arn)) {
        Some(Found::Key(detail, _)) => {
            fact.key_manager = Some(detail.manager.clone());
            None
        }
        Some(Found::Unread(unread)) => Some(unread),
        None => None,
    };
    (fact, unread)
}
