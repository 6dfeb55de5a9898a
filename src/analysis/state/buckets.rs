//! The buckets that hold states, and how they are kept.

use super::claims::Resources;
use super::databases;
use super::sight;
use super::states::{Owned, State, States};
use super::tls;
use crate::analysis::Context;
use crate::analysis::context::{View, item_gap, out_of_scope, source};
use crate::analysis::header;
use crate::model::facts::{Class, Fact, Source, StateBucketFact, SubjectKind, Unread};
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Partition};
use crate::model::operation::{Collection, Operation};
use crate::model::s3::{PublicAccessBlock, ReplicationRule};
use crate::model::terraform::StateBucketReason;

/// Every bucket that holds a state, or that something better than its name says does.
pub(super) fn all<'a>(cx: &Context<'a>, states: &States<'a>, resources: &Resources<'_>) -> Vec<Fact<StateBucketFact>> {
    states
        .looks
        .iter()
        .filter_map(|(name, looks)| {
            let held: Vec<&State<'_>> = states.all.iter().filter(|state| state.bucket == *name).collect();
            let told = looks
                .iter()
                .flat_map(|look| &look.bucket.reasons)
                .any(|reason| matches!(reason, StateBucketReason::Configured | StateBucketReason::LockTable));
            (told || !held.is_empty()).then(|| fact(cx, states, resources, name, &held))
        })
        .collect()
}

/// What is told of a bucket, and what was not.
struct Reader<'a> {
    account: &'a AccountId,
    owned: Owned<'a>,
    rests_on: Vec<Source>,
    unread: Vec<Unread>,
}

impl<'a> Reader<'a> {
    fn answer<T>(&mut self, collection: Collection, answer: &'a Answer<T>) -> Option<&'a T> {
        match answer {
            Answer::Value(value) => {
                self.rests_on.push(source(self.account, self.owned.region(), collection));
                Some(value)
            }
            Answer::Gap(gap) => {
                self.unread.push(item_gap(self.account, self.owned.region(), collection, gap));
                None
            }
        }
    }
}

fn fact<'a>(
    cx: &Context<'a>,
    states: &States<'a>,
    resources: &Resources<'_>,
    name: &str,
    held: &[&State<'a>],
) -> Fact<StateBucketFact> {
    let counted = || held.iter().filter(|state| state.copy != Some("backup_file"));
    let mut detail = StateBucketFact {
        states: counted().count(),
        copies_only: !held.is_empty() && held.iter().all(|state| state.copy.is_some()),
        versioning: None,
        mfa_delete: None,
        object_lock: None,
        replicated_to_other_account: None,
        public_access_blocked: None,
        tls_required: None,
        manages_data_here: Vec::new(),
        writers: None,
        versions_closed: None,
        versions_open_to: None,
    };
    let owner = states.owner(name);
    let (mut rests_on, mut unread) = (Vec::new(), Vec::new());
    if let Some(owned) = states.owned.get(name) {
        let mut reader = Reader { account: owned.account, owned: *owned, rests_on: Vec::new(), unread: Vec::new() };
        keep(cx, states, &mut reader, held, &mut detail);
        rests_on.extend(reader.rests_on);
        unread.extend(reader.unread);
    } else {
        unread.extend(unowned(cx, owner));
    }
    if let Some(owner) = owner {
        detail.manages_data_here = manages(resources, held, owner);
        let (sources, gaps) = seen_of(cx, states, resources, (name, owner), held);
        rests_on.extend(sources);
        unread.extend(gaps);
    }
    let region = states.owned.get(name).and_then(Owned::region).cloned();
    let arn = bucket_arn(cx, states, name);
    // A bucket with a fact of its own keeps the environment that was told there.
    let known =
        resources.facts.iter().find(|fact| fact.subject.kind == SubjectKind::S3Bucket && fact.subject.arn == arn);
    let mut subject = header::in_account(cx, SubjectKind::StateBucket, &arn, name, owner.cloned(), region);
    if let Some(known) = known {
        subject.environment.clone_from(&known.subject.environment);
        subject.production = known.subject.production;
        subject.class = known.subject.class;
    }
    Fact { subject, detail, rests_on, unread }
}

fn bucket_arn(cx: &Context<'_>, states: &States<'_>, name: &str) -> String {
    let partition: &Partition = &cx.inventory.caller.partition;
    let arn = states.owned.get(name).map_or_else(|| Arn::bucket(partition, name), |owned| owned.bucket.arn.clone());
    arn.as_str().to_owned()
}

/// The bucket itself: versions, locks, copies, the public, TLS.
fn keep<'a>(
    cx: &Context<'a>,
    states: &States<'a>,
    reader: &mut Reader<'a>,
    held: &[&State<'_>],
    detail: &mut StateBucketFact,
) {
    let bucket = reader.owned.bucket;
    if let Some(versioning) = reader.answer(Collection::S3BucketVersioning, &bucket.versioning) {
        detail.versioning = Some(versioning.status.clone().unwrap_or_else(|| "Off".to_owned()));
        detail.mfa_delete = Some(versioning.mfa_delete.as_deref() == Some("Enabled"));
    }
    if let Some(lock) = reader.answer(Collection::S3BucketObjectLock, &bucket.object_lock) {
        // GOVERNANCE is passed by whoever has s3:BypassGovernanceRetention:
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
        let keeps = |lock: &crate::model::s3::ObjectLock| {
            lock.enabled
                && lock.default_mode.as_deref() == Some("COMPLIANCE")
                && (lock.default_days.unwrap_or(0) > 0 || lock.default_years.unwrap_or(0) > 0)
        };
        detail.object_lock = Some(lock.as_ref().is_some_and(keeps));
    }
    if let Some(rules) = reader.answer(Collection::S3BucketReplication, &bucket.replication) {
        detail.replicated_to_other_account = replicated(states, reader.account, rules, held);
    }
    let own = reader.answer(Collection::S3BucketPublicAccessBlock, &bucket.public_access_block).cloned();
    detail.public_access_blocked = blocked(own, account_block(cx, reader));
    if let Some(policy) = reader.answer(Collection::S3BucketPolicy, &bucket.policy) {
        let required = policy.as_deref().map_or(Ok(false), |text| tls::required(text, bucket.arn.as_str()));
        match required {
            Ok(required) => detail.tls_required = Some(required),
            Err(error) => {
                let message = format!("the policy of bucket {} cannot be read: {error}", bucket.name);
                let gap = Gap::not_made(GapKind::Malformed, Operation::S3GetBucketPolicy, message);
                reader.unread.push(item_gap(reader.account, reader.owned.region(), Collection::S3BucketPolicy, &gap));
            }
        }
    }
}

/// The account's block; `Some(None)` where there is none.
fn account_block<'a>(cx: &Context<'a>, reader: &mut Reader<'a>) -> Option<Option<PublicAccessBlock>> {
    let account = cx.inventory.account(reader.account)?;
    let collection = Collection::S3AccountPublicAccessBlock;
    let View { reads, unread } = cx.global(account, collection, |parts| &parts.s3.account_public_access_block);
    reader.unread.extend(unread);
    let (_, read) = reads.into_iter().next()?;
    reader.rests_on.push(source(reader.account, None, collection));
    Some(read.value.clone())
}

/// AWS applies the stricter of the two for each of the four. What was not read counts only where it matters: all four on
/// one level are enough.
fn blocked(bucket: Option<Option<PublicAccessBlock>>, account: Option<Option<PublicAccessBlock>>) -> Option<bool> {
    let four = |block: &Option<PublicAccessBlock>| {
        block.as_ref().map_or([false; 4], |block| {
            [
                block.block_public_acls,
                block.ignore_public_acls,
                block.block_public_policy,
                block.restrict_public_buckets,
            ]
        })
    };
    match (bucket, account) {
        (Some(bucket), Some(account)) => Some(four(&bucket).iter().zip(four(&account)).all(|(a, b)| *a || b)),
        (Some(one), None) | (None, Some(one)) if four(&one).iter().all(|on| *on) => Some(true),
        _ => None,
    }
}

/// Whether enabled rules copy every state to a bucket of another account. A rule narrowed to tags copies what has them, and
/// states have none that palisade knows of.
fn replicated(states: &States<'_>, home: &AccountId, rules: &[ReplicationRule], held: &[&State<'_>]) -> Option<bool> {
    let copying: Vec<&ReplicationRule> = rules
        .iter()
        .filter(|rule| {
            let prefix = rule.prefix.as_deref().unwrap_or("");
            rule.enabled && rule.tags.is_empty() && held.iter().all(|state| state.object.key.starts_with(prefix))
        })
        .collect();
    let elsewhere = copying.iter().map(|rule| {
        let named: Option<AccountId> = rule.destination_account.as_deref().and_then(|id| id.parse().ok());
        let found = states.owned.get(rule.destination.name()).map(|owned| owned.account.clone());
        // Who holds the bucket stands over who is said to.
        found.or(named).map(|account| account != *home)
    });
    let told: Vec<Option<bool>> = elsewhere.collect();
    if told.contains(&Some(true)) {
        return arrived(held);
    }
    if told.contains(&None) { None } else { Some(false) }
}

/// Whether the states that the rules take in really went: S3 says so of each object that was read. A rule copies what is
/// written after it was made, and only where its role may.
fn arrived(held: &[&State<'_>]) -> Option<bool> {
    let owners = held.iter().filter(|state| state.copy.is_none());
    let bodies: Vec<_> = owners.filter_map(|state| state.object.body.value()).collect();
    let status = |wanted: &str| bodies.iter().any(|body| body.replication_status.as_deref() == Some(wanted));
    if status("FAILED") || bodies.iter().any(|body| body.replication_status.is_none()) {
        return Some(false);
    }
    (!status("PENDING")).then_some(true)
}

/// `data` of an account that the states in one of its buckets manage, at most 20.
fn manages(resources: &Resources<'_>, held: &[&State<'_>], owner: &AccountId) -> Vec<String> {
    let mut arns: Vec<String> = held
        .iter()
        .filter(|state| state.copy.is_none())
        .flat_map(|state| state.managed())
        .filter_map(|resource| resources.of(resource).and_then(|at| resources.fact(at)))
        .filter(|fact| fact.subject.class == Some(Class::Data) && fact.subject.account.as_ref() == Some(owner))
        .map(|fact| fact.subject.arn.clone())
        .collect();
    arns.sort();
    arns.dedup();
    arns.truncate(20);
    arns
}

/// What its states' claims rest on: their content, and the databases of the bucket's account. A refused list of states hides
/// their content, and nothing about the bucket itself.
fn seen_of<'a>(
    cx: &Context<'a>,
    states: &States<'a>,
    resources: &Resources<'_>,
    (name, owner): (&str, &'a AccountId),
    held: &[&State<'a>],
) -> (Vec<Source>, Vec<Unread>) {
    let mut rests_on = vec![source(owner, None, Collection::S3Buckets)];
    let mut unread = Vec::new();
    for look in states.looks.get(name).into_iter().flatten() {
        match &look.bucket.objects {
            Collected::Gap(gap) => unread.push(item_gap(look.account, None, Collection::StateContent, gap)),
            _ => rests_on.push(source(look.account, None, Collection::StateObjects)),
        }
    }
    // One look that could list is enough.
    if states.looks.get(name).into_iter().flatten().any(|look| look.bucket.objects.gap().is_none()) {
        unread.clear();
    }
    for state in held.iter().filter(|state| state.copy.is_none()) {
        match state.object.content.gap() {
            Some(gap) => unread.push(item_gap(state.account, None, Collection::StateContent, gap)),
            None => rests_on.push(source(state.account, None, Collection::StateContent)),
        }
    }
    // A database that a state records here and that could not be looked up may be data: what hides it hides the claim.
    for resource in held.iter().filter(|state| state.copy.is_none()).flat_map(|state| state.managed()) {
        let place = databases::place(resource).filter(|place| place.account.as_ref() == Some(owner));
        if let Some(place) = place.filter(|_| resources.of(resource).is_none()) {
            let gaps = databases::list_gaps(cx, &place).into_iter();
            unread.extend(gaps.map(|gap| Unread { collection: Collection::StateContent, ..gap }));
        }
    }
    (rests_on, sight::merged(unread))
}

/// Why a bucket that was looked into is in no account's list.
fn unowned(cx: &Context<'_>, account: Option<&AccountId>) -> Vec<Unread> {
    let Some(id) = account else { return Vec::new() };
    let Some(account) = cx.inventory.account(id) else {
        return vec![out_of_scope(id, Collection::S3Buckets, Operation::S3ListBuckets)];
    };
    let unread = cx.global(account, Collection::S3Buckets, |parts| &parts.s3.buckets).unread;
    if unread.is_empty() {
        let message = "the bucket is in the list of no account that was scanned, so that its settings were not read";
        let gap = Gap::not_made(GapKind::OutOfScope, Operation::S3ListBuckets, message);
        return vec![item_gap(id, None, Collection::S3Buckets, &gap)];
    }
    unread
}
