//! Buckets: data, logs, build assets, with every mixture of guards.

use std::collections::BTreeMap;

use crate::demo::build::value;
use crate::model::gap::Answer;
use crate::model::s3::{Bucket, Encryption, LifecycleRule, ObjectLock, PublicAccessBlock, ReplicationRule, Versioning};

use super::account::{note, thing_tags};
use super::estate::{Draft, Kind, Thing, add};
use super::keys;
use super::world::{Here, Purpose, ago_whole};

/// A bucket as CreateBucket makes it today.
pub(super) fn plain(draft: &mut Draft<'_>, here: Here<'_>, name: &str) -> Bucket {
    Bucket {
        name: name.into(),
        arn: here.bucket(name),
        region: value(here.region.clone()),
        created_at: Some(ago_whole(&mut draft.chance, 48, 20_000)),
        tags: value(BTreeMap::new()),
        versioning: value(Versioning::default()),
        object_lock: value(None),
        lifecycle: value(Vec::new()),
        policy: value(None),
        public_access_block: value(Some(PublicAccessBlock {
            block_public_acls: true,
            ignore_public_acls: true,
            block_public_policy: true,
            restrict_public_buckets: true,
        })),
        encryption: value(Some(Encryption { algorithm: "AES256".into(), kms_key: None })),
        replication: value(Vec::new()),
        holds: value(true),
    }
}

pub(super) fn versioned() -> Answer<Versioning> {
    value(Versioning { status: Some("Enabled".into()), mfa_delete: None })
}

fn tls_only(here: Here<'_>, name: &str) -> Answer<Option<String>> {
    let arn = here.bucket(name);
    value(Some(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["{arn}","{arn}/*"],"Condition":{{"Bool":{{"aws:SecureTransport":"false"}}}}}}]}}"#
    )))
}

fn delivered_by(here: Here<'_>, name: &str, service: &str) -> Answer<Option<String>> {
    let arn = here.bucket(name);
    value(Some(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Service":"{service}"}},"Action":"s3:PutObject","Resource":"{arn}/*"}}]}}"#
    )))
}

/// A bucket for states: the more care, the more guards.
pub(super) fn for_states(draft: &mut Draft<'_>, here: Here<'_>, name: &str) -> Bucket {
    let mut bucket = plain(draft, here, name);
    if draft.cared_for() {
        bucket.versioning = versioned();
    }
    if draft.cared_for() {
        bucket.policy = tls_only(here, name);
    }
    if draft.chance.percent(20) {
        bucket.tags = value(BTreeMap::from([("purpose".to_owned(), "terraform state".to_owned())]));
    }
    bucket
}

/// Adds one bucket: of data mostly, else of logs or assets. Gives the number of resources.
pub(super) fn bucket(draft: &mut Draft<'_>) -> usize {
    let number = draft.somewhere();
    let here = draft.here(number);
    let serial = draft.parts.s3.buckets.items().len();
    let (account, region) = (here.account, here.region);
    let kind = draft.chance.below(100);
    let made = match kind {
        0..8 => plain(draft, here, &format!("cdk-hnb{serial:06}-assets-{account}-{region}")),
        8..12 => plain(draft, here, &format!("cf-templates-{serial:08x}{account}-{region}")),
        12..16 => plain(draft, here, &format!("aws-athena-query-results-{account}-{region}-{serial}")),
        16..24 => {
            let name = format!("{}-{account}-access-logs-{serial}", draft.world.name);
            let service = draft.chance.pick(&["logging.s3.amazonaws.com", "delivery.logs.amazonaws.com"]);
            Bucket { policy: delivered_by(here, &name, service), ..plain(draft, here, &name) }
        }
        _ => data(draft, here, serial),
    };
    if kind >= 24 {
        note(
            draft,
            Thing {
                kind: Kind::Bucket,
                arn: made.arn.clone(),
                name: made.name.clone(),
                engine: "",
                resource_id: String::new(),
                region: number,
                tags: made.tags.value().cloned().unwrap_or_default(),
                key: None,
                protected: true,
            },
        );
    }
    add(&mut draft.parts.s3.buckets, made);
    1
}

fn data(draft: &mut Draft<'_>, here: Here<'_>, serial: usize) -> Bucket {
    let word = draft.chance.pick(&["uploads", "exports", "invoices", "models", "media", "archive", "reports"]);
    let name = format!("{}-{}-{word}-{serial}", draft.world.name, here.account);
    let mut bucket = plain(draft, here, &name);
    bucket.tags = value(thing_tags(draft));
    let versioned = draft.cared_for();
    if versioned {
        bucket.versioning = value(Versioning {
            status: Some("Enabled".into()),
            mfa_delete: draft.chance.percent(4).then(|| "Enabled".into()),
        });
        bucket.object_lock = value(object_lock(draft));
        if draft.chance.percent(8) {
            bucket.replication = value(replicated(draft, here));
        }
    } else if draft.chance.percent(20) {
        bucket.versioning = value(Versioning { status: Some("Suspended".into()), mfa_delete: None });
    }
    if draft.chance.percent(30) {
        bucket.lifecycle = value(lifecycle(draft));
    }
    if draft.chance.percent(35) {
        bucket.policy = tls_only(here, &name);
    }
    bucket.public_access_block = match draft.chance.below(20) {
        0 => value(None),
        1 => value(Some(PublicAccessBlock::default())),
        _ => bucket.public_access_block,
    };
    bucket.encryption = encryption(draft, here);
    bucket
}

fn object_lock(draft: &mut Draft<'_>) -> Option<ObjectLock> {
    let lock = |mode: Option<&str>, days, years| ObjectLock {
        enabled: true,
        default_mode: mode.map(Into::into),
        default_days: days,
        default_years: years,
    };
    match draft.chance.below(20) {
        0 => Some(lock(Some("COMPLIANCE"), Some(30), None)),
        1 => Some(lock(Some("GOVERNANCE"), None, Some(1))),
        2 => Some(lock(None, None, None)),
        _ => None,
    }
}

fn replicated(draft: &mut Draft<'_>, here: Here<'_>) -> Vec<ReplicationRule> {
    let backup = draft.world.backup_for(draft.member.number);
    let account = backup.map_or_else(|| here.account.clone(), |member| member.id.clone());
    vec![ReplicationRule {
        id: Some("copy".into()),
        enabled: true,
        prefix: draft.chance.percent(20).then(|| "archive/".into()),
        tags: BTreeMap::new(),
        destination: here.bucket(&format!("{}-{account}-replicas", draft.world.name)),
        destination_account: Some(account.to_string()),
        delete_markers: draft.chance.percent(30),
    }]
}

fn lifecycle(draft: &mut Draft<'_>) -> Vec<LifecycleRule> {
    let rule = |id: &str| LifecycleRule {
        id: Some(id.into()),
        enabled: true,
        prefix: None,
        tags: BTreeMap::new(),
        size_greater_than: None,
        size_less_than: None,
        expiration_days: None,
        expiration_date: None,
        noncurrent_days: None,
        newer_noncurrent_versions: None,
    };
    let chance = &mut draft.chance;
    let noncurrent = LifecycleRule { noncurrent_days: Some(chance.pick(&[1, 30, 90])), ..rule("noncurrent") };
    let temporary = LifecycleRule { prefix: Some("tmp/".into()), expiration_days: Some(3), ..rule("temporary") };
    let sized = LifecycleRule {
        size_greater_than: Some(131_072),
        newer_noncurrent_versions: Some(3),
        noncurrent_days: Some(14),
        enabled: chance.percent(80),
        tags: BTreeMap::from([("tier".to_owned(), "cold".to_owned())]),
        ..rule("sized")
    };
    match chance.below(4) {
        0 => vec![noncurrent],
        1 => vec![temporary],
        2 => vec![noncurrent, temporary],
        _ => vec![sized],
    }
}

fn encryption(draft: &mut Draft<'_>, here: Here<'_>) -> Answer<Option<Encryption>> {
    let kms = |key: Option<String>| Some(Encryption { algorithm: "aws:kms".into(), kms_key: key });
    value(match draft.chance.below(20) {
        0 => kms(None),
        1 => kms(Some("alias/storage".into())),
        2 => kms(keys::customer(here, "data").resource().strip_prefix("key/").map(Into::into)),
        3 | 4 => kms(keys::any(here, &mut draft.chance).map(Into::into)),
        _ => Some(Encryption { algorithm: "AES256".into(), kms_key: None }),
    })
}

/// The log archive's buckets.
pub(super) fn logs(draft: &mut Draft<'_>) {
    let here = draft.here(0);
    for name in ["aws-controltower-logs", "aws-controltower-s3-access-logs"] {
        let name = format!("{name}-{}-{}", here.account, here.region);
        let made = plain(draft, here, &name);
        let policy = delivered_by(here, &name, "cloudtrail.amazonaws.com");
        add(&mut draft.parts.s3.buckets, Bucket { versioning: versioned(), policy, ..made });
    }
}

/// What tools leave in an account without data.
pub(super) fn assets(draft: &mut Draft<'_>) {
    let here = draft.here(0);
    let word = if draft.member.purpose == Purpose::Management { "cf-templates" } else { "aws-athena-query-results" };
    let made = plain(draft, here, &format!("{word}-{}-{}", here.account, here.region));
    add(&mut draft.parts.s3.buckets, made);
}
