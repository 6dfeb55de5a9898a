//! Every state object of the inventory, each once, with where it lies and whether it is a copy of another.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::analysis::Context;
use crate::model::gap::{Collected, Read};
use crate::model::ids::{AccountId, Region};
use crate::model::s3::{Bucket, ReplicationRule};
use crate::model::terraform::{LockItem, ResourceMode, StateBucket, StateObject, StateResource};

/// A state object where it lies.
pub(super) struct State<'a> {
    /// `s3://bucket/key`
    pub(super) address: String,
    pub(super) bucket: &'a str,
    /// The account that was asked.
    pub(super) account: &'a AccountId,
    pub(super) object: &'a StateObject,
    /// Why it is a copy and no owner.
    pub(super) copy: Option<&'static str>,
}

impl<'a> State<'a> {
    /// The instances that the state manages and that are not on their way out: a deposed object is what the next apply
    /// destroys, and claims nothing for the future.
    pub(super) fn managed(&self) -> impl Iterator<Item = &'a StateResource> {
        let content = self.object.content.value();
        content
            .into_iter()
            .flat_map(|content| &content.resources)
            .filter(|resource| resource.mode == ResourceMode::Managed && resource.deposed.is_none())
    }
}

/// A bucket that was looked into, as seen from one account.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) account: &'a AccountId,
    pub(super) bucket: &'a StateBucket,
}

/// A bucket as its owner's account tells of it.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a> {
    pub(super) account: &'a AccountId,
    pub(super) bucket: &'a Bucket,
    pub(super) read_at: Timestamp,
}

impl<'a> Owned<'a> {
    pub(super) fn region(&self) -> Option<&'a Region> {
        self.bucket.region.value()
    }
}

/// A digest or held lock in a lock table.
#[derive(Clone, Copy)]
pub(super) struct Item<'a> {
    pub(super) table: &'a crate::model::ids::Arn,
    pub(super) account: &'a AccountId,
    pub(super) item: &'a LockItem,
    pub(super) read_at: Timestamp,
}

/// All of it.
pub(super) struct States<'a> {
    /// In order of their address.
    pub(super) all: Vec<State<'a>>,
    /// Buckets that were looked into; the owner's look first.
    pub(super) looks: BTreeMap<&'a str, Vec<Look<'a>>>,
    pub(super) owned: BTreeMap<&'a str, Owned<'a>>,
    /// Lock table items by bucket and key, in order of their table.
    pub(super) items: BTreeMap<&'a str, BTreeMap<&'a str, Vec<Item<'a>>>>,
}

impl<'a> States<'a> {
    pub(super) fn new(cx: &Context<'a>) -> Self {
        let mut states =
            Self { all: Vec::new(), looks: BTreeMap::new(), owned: BTreeMap::new(), items: BTreeMap::new() };
        let mut accounts: Vec<_> = cx.inventory.accounts.iter().collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        for account in accounts {
            let Some(parts) = account.parts() else { continue };
            if let Collected::Read(Read { read_at, value }) = &parts.s3.buckets {
                for bucket in value {
                    let owned = Owned { account: &account.id, bucket, read_at: *read_at };
                    states.owned.entry(bucket.name.as_str()).or_insert(owned);
                }
            }
            for bucket in &parts.state.buckets {
                states.looks.entry(bucket.bucket.as_str()).or_default().push(Look { account: &account.id, bucket });
            }
            for table in &parts.state.lock_tables {
                let Collected::Read(Read { read_at, value }) = &table.items else { continue };
                for item in value {
                    let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
                    let item = Item { table: &table.table, account: &account.id, item, read_at: *read_at };
                    states.items.entry(bucket).or_default().entry(key).or_default().push(item);
                }
            }
        }
        states.sort();
        states.gather();
        states
    }

    fn sort(&mut self) {
        let owned = &self.owned;
        for (name, looks) in &mut self.looks {
            let owner = owned.get(name).map(|owned| owned.account);
            looks.sort_by_key(|look| (Some(look.account) != owner, look.account));
        }
        for items in self.items.values_mut().flat_map(BTreeMap::values_mut) {
            items.sort_by(|a, b| (a.table, a.item).cmp(&(b.table, b.item)));
        }
    }

    /// One object per address: the owner's look, but one that could read the object over one that could not.
    fn gather(&mut self) {
        let mut found: BTreeMap<String, (&'a AccountId, &'a str, &'a StateObject)> = BTreeMap::new();
        for (name, looks) in &self.looks {
            for look in looks {
                for object in look.bucket.objects.items() {
                    let address = format!("s3://{name}/{}", object.key);
                    let known = found.get(&address);
                    let better = known
                        .is_none_or(|(_, _, known)| known.content.gap().is_some() && object.content.gap().is_none());
                    if better {
                        found.insert(address, (look.account, name, object));
                    }
                }
            }
        }
        let keys: BTreeSet<(&str, &str)> =
            found.values().map(|(_, bucket, object)| (*bucket, object.key.as_str())).collect();
        let sources = self.replicated_from();
        self.all = found
            .into_iter()
            .map(|(address, (account, bucket, object))| {
                let copy = copy(bucket, object, &keys, &sources);
                State { address, bucket, account, object, copy }
            })
            .collect();
    }

    /// Destination bucket → the buckets that replicate to it, with their rules.
    fn replicated_from(&self) -> BTreeMap<&'a str, Vec<(&'a str, &'a ReplicationRule)>> {
        let mut sources: BTreeMap<&str, Vec<(&str, &ReplicationRule)>> = BTreeMap::new();
        for (name, owned) in &self.owned {
            for rule in owned.bucket.replication.value().into_iter().flatten().filter(|rule| rule.enabled) {
                sources.entry(rule.destination.name()).or_default().push((name, rule));
            }
        }
        sources
    }

    /// The items of lock tables that name a state.
    pub(super) fn items_of(&self, bucket: &str, key: &str) -> &[Item<'a>] {
        self.items.get(bucket).and_then(|keys| keys.get(key)).map_or(&[], Vec::as_slice)
    }

    /// The account that a bucket belongs to, as far as anybody told.
    pub(super) fn owner(&self, bucket: &str) -> Option<&'a AccountId> {
        let owned = self.owned.get(bucket).map(|owned| owned.account);
        owned.or_else(|| self.looks.get(bucket)?.first().map(|look| look.account))
    }
}

/// Why an object is a copy. What S3 says of an object that was read stands; only of one that could not be read must the
/// replication rules tell.
fn copy(
    bucket: &str,
    object: &StateObject,
    keys: &BTreeSet<(&str, &str)>,
    sources: &BTreeMap<&str, Vec<(&str, &ReplicationRule)>>,
) -> Option<&'static str> {
    if object.key.ends_with(".backup") {
        return Some("backup_file");
    }
    match object.body.value() {
        Some(body) => (body.replication_status.as_deref() == Some("REPLICA")).then_some("replica"),
        None => sources
            .get(bucket)
            .into_iter()
            .flatten()
            .any(|(source, rule)| {
                let prefix = rule.prefix.as_deref().unwrap_or("");
                object.key.starts_with(prefix) && rule.tags.is_empty() && keys.contains(&(*source, object.key.as_str()))
            })
            .then_some("replication_target"),
    }
}
