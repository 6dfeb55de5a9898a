//! S3.

use palisade::model::gap::{Answer, Collected};
use palisade::model::ids::{Arn, Region};
use palisade::model::operation::Operation as Op;
use palisade::model::s3::{
    Bucket, Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, ReplicationRule, S3Inventory, Versioning,
};

use super::{Dice, Place, Wire};

const XML: Wire = Wire::Xml;

pub fn draw(dice: &mut Dice<'_>, place: &Place, regions: &[Region]) -> S3Inventory {
    S3Inventory {
        buckets: dice.offered(Op::S3ListBuckets, XML, |dice| {
            dice.list(2, |dice| {
                let name = format!("{}-{}", dice.name("bucket"), place.account);
                let region = dice.pick(regions).clone();
                if dice.one_in(12) { unplaced(dice, place, &name) } else { bucket(dice, place, &name, region) }
            })
        }),
        account_public_access_block: dice.offered(Op::S3ControlGetPublicAccessBlock, XML, |dice| dice.some(block)),
    }
}

/// A bucket of which nobody said where it is: it cannot be asked.
fn unplaced(dice: &mut Dice<'_>, place: &Place, name: &str) -> Bucket {
    let gap = dice.gap(Op::S3GetBucketLocation, XML);
    Bucket {
        name: name.to_owned(),
        arn: Arn::bucket(&place.partition, name),
        region: Answer::Gap(gap.clone()),
        created_at: dice.some(Dice::time),
        tags: Answer::Gap(gap.clone()),
        versioning: Answer::Gap(gap.clone()),
        object_lock: Answer::Gap(gap.clone()),
        lifecycle: Answer::Gap(gap.clone()),
        policy: Answer::Gap(gap.clone()),
        public_access_block: Answer::Gap(gap.clone()),
        encryption: Answer::Gap(gap.clone()),
        replication: Answer::Gap(gap.clone()),
        holds: Answer::Gap(gap),
    }
}

pub fn bucket(dice: &mut Dice<'_>, place: &Place, name: &str, region: Region) -> Bucket {
    let here = Place { region: region.clone(), ..place.clone() };
    let versioning = dice.answer(Op::S3GetBucketVersioning, XML, |dice| Versioning {
        status: dice.some(|dice| dice.word(&["Enabled", "Suspended"])),
        mfa_delete: dice.some(|dice| dice.word(&["Enabled", "Disabled"])),
    });
    // S3 replicates no bucket that never had versions.
    let most = if versioning.value().is_none_or(|versioning| versioning.status.is_some()) { 2 } else { 0 };
    Bucket {
        name: name.to_owned(),
        arn: Arn::bucket(&place.partition, name),
        region: Answer::Value(region),
        created_at: dice.some(Dice::time),
        tags: dice.answer(Op::S3GetBucketTagging, XML, |dice| dice.tags(XML)),
        versioning,
        object_lock: dice.answer(Op::S3GetObjectLockConfiguration, XML, |dice| {
            dice.some(|dice| ObjectLock {
                enabled: true,
                default_mode: dice.some(|dice| dice.word(&["COMPLIANCE", "GOVERNANCE"])),
                default_days: dice.some(|dice| i32::try_from(dice.below(4_000)).unwrap()),
                default_years: dice.some(|dice| i32::try_from(dice.below(20)).unwrap()),
            })
        }),
        lifecycle: dice.answer(Op::S3GetBucketLifecycleConfiguration, XML, |dice| dice.list(3, lifecycle)),
        // The document is JSON, and the errors are XML.
        policy: dice.answer(Op::S3GetBucketPolicy, XML, |dice| dice.some(|dice| dice.policy(Wire::Json))),
        public_access_block: dice.answer(Op::S3GetPublicAccessBlock, XML, |dice| dice.some(block)),
        encryption: dice.answer(Op::S3GetBucketEncryption, XML, |dice| {
            dice.some(|dice| Encryption {
                algorithm: dice.word(&["AES256", "aws:kms", "aws:kms:dsse"]),
                kms_key: dice.some(|dice| match dice.below(3) {
                    0 => here.key(dice).to_string(),
                    1 => "alias/of-0".to_owned(),
                    _ => "own-0".to_owned(),
                }),
            })
        }),
        replication: dice
            .answer(Op::S3GetBucketReplication, XML, |dice| dice.list(most, |dice| replication(dice, place))),
        holds: dice.answer(Op::S3ListObjectVersions, XML, Dice::flag),
    }
}

fn block(dice: &mut Dice<'_>) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: dice.flag(),
        ignore_public_acls: dice.flag(),
        block_public_policy: dice.flag(),
        restrict_public_buckets: dice.flag(),
    }
}

fn lifecycle(dice: &mut Dice<'_>) -> LifecycleRule {
    let days = |dice: &mut Dice<'_>| dice.some(|dice| i32::try_from(dice.below(4_000)).unwrap());
    let size = |dice: &mut Dice<'_>| dice.some(|dice| i64::try_from(dice.below(60_000)).unwrap() << 20);
    LifecycleRule {
        id: Some(format!("{}{}", dice.name("rule"), dice.text(XML))),
        enabled: dice.flag(),
        prefix: dice.some(|dice| dice.text(XML)),
        tags: dice.tags(XML),
        size_greater_than: size(dice),
        size_less_than: size(dice),
        expiration_days: days(dice),
        expiration_date: dice.some(Dice::time),
        noncurrent_days: days(dice),
        newer_noncurrent_versions: days(dice),
    }
}

fn replication(dice: &mut Dice<'_>, place: &Place) -> ReplicationRule {
    ReplicationRule {
        id: Some(format!("{}{}", dice.name("rule"), dice.text(XML))),
        enabled: dice.flag(),
        prefix: dice.some(|dice| dice.text(XML)),
        tags: dice.tags(XML),
        destination: Arn::bucket(&place.partition, &dice.name("to")),
        destination_account: dice.some(|_| "099999999999".to_owned()),
        delete_markers: dice.flag(),
    }
}

/// A bucket that holds states, among the others.
pub fn add(s3: &mut S3Inventory, bucket: Bucket) {
    if let Collected::Read(read) = &mut s3.buckets {
        read.value.push(bucket);
    }
}
