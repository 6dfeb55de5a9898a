//! The settings of one bucket.
//!
//! The codes by which S3 says that something is not configured are those of
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>; all of them come with 404 and the bucket's name.

use std::collections::BTreeMap;

use super::super::call::{Call, told};
use super::super::refusal::Refusal;
use super::super::reply::Answer;
use super::super::xml::Xml;
use super::{block, no_block};
use crate::model::operation::Operation;
use crate::model::s3::{Bucket, Encryption, LifecycleRule, ObjectLock, ReplicationRule, Versioning};

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["Bucket", "ExpectedBucketOwner"])?;
    // Every field of a bucket's is served: by the list, by its location, or here.
    let Bucket {
        name,
        arn: _,
        region: _,
        created_at: _,
        tags,
        versioning,
        object_lock,
        lifecycle,
        policy,
        public_access_block,
        encryption,
        replication,
        holds: _,
    } = super::bucket(call)?;
    let none = |code: &str, message: &str| Refusal::new(404, code, message);
    let answer = match operation {
        Operation::S3GetBucketTagging => match told(tags)? {
            tags if tags.is_empty() => Err(none("NoSuchTagSet", "The TagSet does not exist")),
            tags => Ok(Answer::Root("Tagging", tagging(tags))),
        },
        Operation::S3GetBucketVersioning => {
            Ok(Answer::Root("VersioningConfiguration", versioning_configuration(told(versioning)?)))
        }
        Operation::S3GetObjectLockConfiguration => match told(object_lock)? {
            Some(lock) => Ok(Answer::Root("ObjectLockConfiguration", lock_configuration(lock))),
            None => Err(none(
                "ObjectLockConfigurationNotFoundError",
                "Object Lock configuration does not exist for this bucket",
            )),
        },
        Operation::S3GetBucketLifecycleConfiguration => match told(lifecycle)? {
            rules if rules.is_empty() => {
                Err(none("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"))
            }
            rules => Ok(Answer::Root("LifecycleConfiguration", lifecycle_configuration(call, rules))),
        },
        Operation::S3GetBucketPolicy => match told(policy)? {
            Some(document) => Ok(Answer::Bytes {
                status: 200,
                headers: vec![("content-type", "application/json".to_owned())],
                body: document.clone().into(),
            }),
            None => Err(none("NoSuchBucketPolicy", "The bucket policy does not exist")),
        },
        Operation::S3GetPublicAccessBlock => match told(public_access_block)? {
            Some(found) => Ok(Answer::Root("PublicAccessBlockConfiguration", block(found))),
            None => Err(no_block()),
        },
        Operation::S3GetBucketEncryption => match told(encryption)? {
            Some(found) => Ok(Answer::Root("ServerSideEncryptionConfiguration", encryption_configuration(found))),
            None => Err(none(
                "ServerSideEncryptionConfigurationNotFoundError",
                "The server side encryption configuration was not found",
            )),
        },
        _ => match told(replication)? {
            rules if rules.is_empty() => {
                Err(none("ReplicationConfigurationNotFoundError", "The replication configuration was not found"))
            }
            rules => Ok(Answer::Root("ReplicationConfiguration", replication_configuration(call, rules))),
        },
    };
    answer.map_err(|refusal| refusal.with("BucketName", name.as_str()))
}

fn tag(xml: &mut Xml, (key, value): (&String, &String)) {
    xml.text("Key", key);
    xml.text("Value", value);
}

fn tagging(tags: &BTreeMap<String, String>) -> Xml {
    let mut xml = Xml::default();
    xml.list("TagSet", "Tag", tags, tag);
    xml
}

fn versioning_configuration(versioning: &Versioning) -> Xml {
    let Versioning { status, mfa_delete } = versioning;
    let mut xml = Xml::default();
    xml.some("Status", status.as_ref());
    // Not `MFADelete`, as the API reference's member is called.
    xml.some("MfaDelete", mfa_delete.as_ref());
    xml
}

fn lock_configuration(lock: &ObjectLock) -> Xml {
    let ObjectLock { enabled, default_mode, default_days, default_years } = lock;
    let mut xml = Xml::default();
    // S3 says nothing but `Enabled`.
    xml.text("ObjectLockEnabled", if *enabled { "Enabled" } else { "Disabled" });
    if default_mode.is_some() || default_days.is_some() || default_years.is_some() {
        xml.node("Rule", |xml| {
            xml.node("DefaultRetention", |xml| {
                xml.some("Mode", default_mode.as_ref());
                xml.some("Days", *default_days);
                xml.some("Years", *default_years);
            });
        });
    }
    xml
}

fn encryption_configuration(encryption: &Encryption) -> Xml {
    let Encryption { algorithm, kms_key } = encryption;
    let mut xml = Xml::default();
    xml.node("Rule", |xml| {
        xml.node("ApplyServerSideEncryptionByDefault", |xml| {
            xml.text("SSEAlgorithm", algorithm);
            xml.some("KMSMasterKeyID", kms_key.as_ref());
        });
        xml.put("BucketKeyEnabled", false);
    });
    xml
}

fn status(xml: &mut Xml, enabled: bool) {
    xml.text("Status", if enabled { "Enabled" } else { "Disabled" });
}

/// What a rule is narrowed to.
struct Narrowed<'a> {
    prefix: Option<&'a str>,
    tags: &'a BTreeMap<String, String>,
    sizes: [(&'static str, Option<i64>); 2],
}

impl Narrowed<'_> {
    /// One condition stands alone in a filter, several stand in an `And`; without one, the prefix is empty.
    fn write(&self, xml: &mut Xml) {
        let sizes = self.sizes.iter().filter(|(_, size)| size.is_some()).count();
        let conditions = usize::from(self.prefix.is_some()) + self.tags.len() + sizes;
        xml.node("Filter", |xml| match conditions {
            0 => xml.text("Prefix", ""),
            1 => self.conditions(xml),
            _ => xml.node("And", |xml| self.conditions(xml)),
        });
    }

    fn conditions(&self, xml: &mut Xml) {
        xml.some("Prefix", self.prefix);
        self.tags.iter().for_each(|pair| xml.node("Tag", |xml| tag(xml, pair)));
        self.sizes.iter().for_each(|(name, size)| xml.some(name, *size));
    }
}

fn lifecycle_configuration(call: &Call<'_>, rules: &[LifecycleRule]) -> Xml {
    let mut xml = Xml::default();
    for rule in rules {
        xml.node("Rule", |xml| lifecycle_rule(call, xml, rule));
    }
    xml
}

fn lifecycle_rule(call: &Call<'_>, xml: &mut Xml, rule: &LifecycleRule) {
    let LifecycleRule {
        id,
        enabled,
        prefix,
        tags,
        size_greater_than,
        size_less_than,
        expiration_days,
        expiration_date,
        noncurrent_days,
        newer_noncurrent_versions,
    } = rule;
    xml.some("ID", id.as_ref());
    let sizes = [("ObjectSizeGreaterThan", *size_greater_than), ("ObjectSizeLessThan", *size_less_than)];
    Narrowed { prefix: prefix.as_deref(), tags, sizes }.write(xml);
    status(xml, *enabled);
    if expiration_days.is_some() || expiration_date.is_some() {
        xml.node("Expiration", |xml| {
            xml.some("Days", *expiration_days);
            xml.some("Date", call.some_iso(*expiration_date));
        });
    }
    if noncurrent_days.is_some() || newer_noncurrent_versions.is_some() {
        xml.node("NoncurrentVersionExpiration", |xml| {
            xml.some("NoncurrentDays", *noncurrent_days);
            xml.some("NewerNoncurrentVersions", *newer_noncurrent_versions);
        });
    }
}

fn replication_configuration(call: &Call<'_>, rules: &[ReplicationRule]) -> Xml {
    let mut xml = Xml::default();
    // The inventory does not hold the role, but no configuration is without one.
    let partition = &call.fleet.inventory().caller.partition;
    xml.text("Role", &format!("arn:{partition}:iam::{}:role/replication", call.account.id));
    for (priority, rule) in rules.iter().enumerate() {
        xml.node("Rule", |xml| replication_rule(xml, priority, rule));
    }
    xml
}

fn replication_rule(xml: &mut Xml, priority: usize, rule: &ReplicationRule) {
    let ReplicationRule { id, enabled, prefix, tags, destination, destination_account, delete_markers } = rule;
    xml.some("ID", id.as_ref());
    xml.put("Priority", priority);
    Narrowed { prefix: prefix.as_deref(), tags, sizes: [("", None), ("", None)] }.write(xml);
    status(xml, *enabled);
    xml.node("Destination", |xml| {
        xml.put("Bucket", destination);
        xml.some("Account", destination_account.as_ref());
    });
    xml.node("DeleteMarkerReplication", |xml| status(xml, *delete_markers));
}
