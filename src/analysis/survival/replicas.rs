//! How good the replicas of a bucket may be, at best. Imports the ways and the threats.
//!
//! No replica is a copy for certain. Replication takes in what is written after its rule, as far as the rule, the role and the
//! keys let it, and AWS tells per object alone whether it came through: what lies in the destination, and how old it is, no list
//! says. What can be said is what the destination would be worth if everything lay there: overwriting or deleting at the source
//! deletes no version in a destination that keeps versions, so that it stands or falls with who reaches it.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnt-replicated.html>

use std::collections::BTreeMap;

use super::threat::{Stand, Threat};
use super::ways::{Attacker, Ways};
use crate::analysis::Context;
use crate::model::facts::{LockState, NoBackup, NoBackupKind, Tier};
use crate::model::ids::{AccountId, Arn};
use crate::model::s3::{Bucket, ObjectLock, ReplicationRule};

/// A bucket that another is replicated to, by rules that are on.
pub(super) struct Replica<'c> {
    destination: &'c Arn,
    /// The account that it lies in, where that is known.
    account: Option<AccountId>,
    /// What was read of it.
    bucket: Option<&'c Bucket>,
    /// Whether a rule takes every object in.
    whole: bool,
}

/// The replicas of every bucket, by its ARN.
pub(super) struct Replicas<'c>(BTreeMap<&'c str, Vec<Replica<'c>>>);

impl<'c> Replicas<'c> {
    pub(super) fn new(cx: &Context<'c>) -> Self {
        let read = || {
            let accounts = cx.inventory.accounts.iter();
            let with = |account: &'c crate::model::inventory::AccountInventory| Some((&account.id, account.parts()?));
            accounts.filter_map(with).flat_map(|(id, parts)| parts.s3.buckets.items().iter().map(move |one| (id, one)))
        };
        let mut owned: Option<BTreeMap<&Arn, (&AccountId, &Bucket)>> = None;
        let mut all = BTreeMap::new();
        for (_, bucket) in read() {
            let rules = bucket.replication.value().into_iter().flatten().filter(|rule| rule.enabled);
            let mut replicas: BTreeMap<&Arn, Replica<'_>> = BTreeMap::new();
            for rule in rules.filter(|rule| rule.destination != bucket.arn) {
                let owned = owned.get_or_insert_with(|| read().map(|(id, one)| (&one.arn, (id, one))).collect());
                let found = owned.get(&rule.destination).copied();
                let told = || rule.destination_account.as_deref().and_then(|id| id.parse().ok());
                let replica = replicas.entry(&rule.destination).or_insert_with(|| Replica {
                    destination: &rule.destination,
                    account: found.map(|(id, _)| id.clone()).or_else(told),
                    bucket: found.map(|(_, one)| one),
                    whole: false,
                });
                replica.whole |= takes_all(rule);
            }
            if !replicas.is_empty() {
                all.insert(bucket.arn.as_str(), replicas.into_values().collect());
            }
        }
        Self(all)
    }

    fn of(&self, bucket: &str) -> &[Replica<'c>] {
        self.0.get(bucket).map_or(&[], Vec::as_slice)
    }

    /// The tier of the best replica of a bucket, if everything lay there.
    pub(super) fn best(
        &self,
        ways: &Ways<'_, '_, '_, '_>,
        bucket: &str,
        home: Option<&AccountId>,
        by: &Attacker,
    ) -> Tier {
        self.of(bucket).iter().map(|replica| replica.at_best(ways, home, by)).max().unwrap_or(Tier::None)
    }

    /// Why each replica of a bucket is no backup for certain.
    pub(super) fn told(
        &self,
        ways: &Ways<'_, '_, '_, '_>,
        bucket: &str,
        home: Option<&AccountId>,
        by: &Attacker,
    ) -> Vec<NoBackup> {
        let told = |replica: &Replica<'_>| NoBackup {
            kind: NoBackupKind::BucketReplica,
            arn: replica.destination.to_string(),
            name: replica.destination.name().to_owned(),
            why: replica.why(),
            tier_at_best: replica.at_best(ways, home, by),
        };
        self.of(bucket).iter().map(told).collect()
    }
}

fn takes_all(rule: &ReplicationRule) -> bool {
    rule.prefix.as_deref().unwrap_or("").is_empty() && rule.tags.is_empty()
}

/// Whether nobody deletes a version of what is put into a bucket before its days are over, the root user of its account neither.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
fn locks(lock: &ObjectLock) -> bool {
    let lasts = lock.default_days.unwrap_or(0) > 0 || lock.default_years.unwrap_or(0) > 0;
    lock.enabled && lasts && lock.default_mode.as_deref() == Some("COMPLIANCE")
}

impl Replica<'_> {
    /// Whether it keeps what is overwritten or deleted; `None` where that was not read.
    fn keeps_versions(&self) -> Option<bool> {
        let versioning = self.bucket?.versioning.value()?;
        Some(versioning.status.as_deref() == Some("Enabled"))
    }

    /// Its tier if everything lay there and everything that could not be read turned out well.
    fn at_best(&self, ways: &Ways<'_, '_, '_, '_>, home: Option<&AccountId>, by: &Attacker) -> Tier {
        if !self.whole || self.keeps_versions() == Some(false) {
            return Tier::None;
        }
        let lock = self.bucket.and_then(|bucket| bucket.object_lock.value());
        let locked = lock.is_none_or(|lock| lock.as_ref().is_some_and(locks));
        let apart = self.account.as_ref().is_none_or(|account| Some(account) != home && !by.owns(account));
        let delete = match (&self.account, self.bucket) {
            (Some(account), Some(bucket)) if !locked => {
                let region = bucket.region.value().map(AsRef::as_ref);
                ways.taken(&ways.versions(&bucket.arn, account, region), by).threat
            }
            _ => Threat::None,
        };
        let stand = Stand {
            usable: true,
            apart,
            lock: if locked { LockState::Compliance } else { LockState::None },
            held: false,
            delete,
            unlock: Threat::None,
            release: Threat::None,
            key: Threat::None,
        };
        stand.tier(false)
    }

    fn why(&self) -> String {
        let place = match (&self.account, self.bucket) {
            (Some(account), Some(_)) => format!("lies in account {account}"),
            (Some(account), None) => format!("is said to lie in account {account} and was not read"),
            (None, _) => "lies where nobody looked".to_owned(),
        };
        let but = match (self.whole, self.keeps_versions()) {
            (false, _) => "its rules are narrowed to a prefix or a tag: the rest is not replicated",
            (true, Some(false)) => "it keeps no versions: what is overwritten is gone there, too",
            (true, _) => "replication takes in what is written after its rule, and no list says what came through",
        };
        format!("a replica that {place}; {but}")
    }
}
