//! The class of a stateful resource, and by what that was told.
//!
//! In this order: configuration, tags that it names, the type (databases and tables are data, read replicas derived, lock
//! tables operational), facts (log delivery in a bucket's policy, Terraform states in it, replication into it), the dated
//! patterns of `data/classes.toml`. What none of these tells is unclassified, never harmless.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::Context;
use super::context::item_gap;
use super::environment::Tags;
use super::glob::{Glob, first};
use super::pattern::matches;
use crate::model::facts::{Class, Reason, Unread};
use crate::model::gap::{Answer, Collected};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::Collection;
use crate::model::s3::Bucket;
use crate::model::terraform::{LockItem, StateBucket, StateBucketReason};

const DATA: &str = include_str!("data/classes.toml");

/// Without the file nothing is classed by it, and more is judged; a test holds that it parses.
static FILE: LazyLock<File> = LazyLock::new(|| toml::from_str(DATA).unwrap_or_default());

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "date")]
    _date: Option<toml::value::Datetime>,
    delivery: Vec<Delivery>,
    pattern: Vec<Pattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Delivery {
    service: String,
    what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    name: String,
    what: String,
}

/// A class, by what it was told, and what could change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Classed {
    /// The class.
    pub(crate) class: Class,
    /// By what it was told.
    pub(crate) by: Reason,
    /// The gaps that could change it.
    pub(crate) unread: Vec<Unread>,
}

impl Classed {
    /// A class that rests on what was read.
    pub(crate) fn new(class: Class, by: &str, what: impl Into<String>) -> Self {
        Self { class, by: Reason { by: by.to_owned(), what: what.into() }, unread: Vec::new() }
    }
}

/// Tells classes.
pub(crate) struct Classes<'a> {
    configured: [(Class, Vec<Glob>); 3],
    tag_keys: Vec<String>,
    lock_tables: BTreeMap<&'a Arn, &'a Collected<Vec<LockItem>>>,
    state_buckets: BTreeMap<&'a str, &'a StateBucket>,
}

impl<'a> Classes<'a> {
    /// Reads the configuration and what states were found once.
    pub(crate) fn new(cx: &'a Context<'a>) -> Self {
        let settings = &cx.settings.resources;
        let states = cx.inventory.accounts.iter().filter_map(|account| account.parts()).map(|parts| &parts.state);
        Self {
            // Where the lists contradict each other, the resource is data.
            configured: [
                (Class::Data, Glob::list(&settings.data)),
                (Class::Derived, Glob::list(&settings.derived)),
                (Class::Operational, Glob::list(&settings.operational)),
            ],
            tag_keys: settings.class_tags.iter().map(|key| key.to_lowercase()).collect(),
            lock_tables: states
                .clone()
                .flat_map(|state| &state.lock_tables)
                .map(|table| (&table.table, &table.items))
                .collect(),
            state_buckets: states
                .flat_map(|state| &state.buckets)
                .map(|bucket| (bucket.bucket.as_str(), bucket))
                .collect(),
        }
    }

    /// What the owner says of a resource; else the gap that hides it, where there is one.
    fn said(&self, arn: &Arn, tags: &Tags<'_>) -> Result<Classed, Vec<Unread>> {
        for (class, globs) in &self.configured {
            if let Some(glob) = first(globs, arn) {
                return Ok(Classed::new(*class, "config", format!("[resources] {}: {glob}", class.as_str())));
            }
        }
        if self.tag_keys.is_empty() {
            return Err(Vec::new());
        }
        match tags {
            Tags::Unread(unread) => Err(vec![unread.clone()]),
            Tags::Read(tags) => {
                let said = tags.iter().filter(|(key, _)| self.tag_keys.contains(&key.to_lowercase()));
                let classes = said.filter_map(|(key, value)| Some((class_of(value)?, format!("{key}={value}"))));
                // Of tags that contradict each other, the one that has the most judged holds.
                classes.min().map(|(class, tag)| Classed::new(class, "tag", tag)).ok_or_else(Vec::new)
            }
        }
    }

    /// The class of a database: data, unless the owner says otherwise or it replicates another.
    pub(crate) fn of_database(&self, arn: &Arn, tags: &Tags<'_>, replica_of: Option<&str>) -> Classed {
        self.said(arn, tags).unwrap_or_else(|unread| {
            let mut classed = match replica_of {
                Some(source) => Classed::new(Class::Derived, "type", format!("replica of {source}")),
                None => Classed::new(Class::Data, "type", "a database"),
            };
            classed.unread = unread;
            classed
        })
    }

    /// The class of a table: data, unless the owner says otherwise or it holds Terraform's locks.
    pub(crate) fn of_table(
        &self,
        account: &AccountId,
        region: &Region,
        arn: &Arn,
        tags: &Tags<'_>,
        item_count: Option<i64>,
    ) -> Classed {
        self.said(arn, tags).unwrap_or_else(|unread| {
            let mut classed = Classed::new(Class::Data, "type", "a table");
            // Tags that were not read could say that it is data.
            let silent = unread.is_empty();
            classed.unread = unread;
            match self.lock_tables.get(arn) {
                Some(Collected::Read(read)) if silent && mostly_locks(read.value.len(), item_count) => {
                    classed.class = Class::Operational;
                    classed.by = Reason { by: "state".to_owned(), what: "a table of Terraform's locks".to_owned() };
                }
                Some(Collected::Gap(gap)) => {
                    classed.unread.push(item_gap(account, Some(region), Collection::StateLockItems, gap));
                }
                _ => {}
            }
            classed
        })
    }

    /// The class of a bucket, but for replication into it, which the buckets of other accounts tell.
    pub(crate) fn of_bucket(&self, account: &AccountId, bucket: &Bucket, tags: &Tags<'_>) -> Classed {
        self.said(&bucket.arn, tags).unwrap_or_else(|mut unread| {
            // Tags that were not read could say that it is data: neither policy nor name makes it harmless.
            if !unread.is_empty() {
                let mut classed = Classed::new(Class::Unclassified, "tag", "its tags were not read");
                classed.unread = unread;
                return classed;
            }
            let region = bucket.region.value();
            if let Some(delivery) = bucket.policy.value().and_then(Option::as_deref).and_then(delivered) {
                return Classed::new(Class::Operational, "policy", delivery);
            }
            if let Answer::Gap(gap) = &bucket.policy {
                unread.push(item_gap(account, region, Collection::S3BucketPolicy, gap));
            }
            let mut classed = self
                .of_state_bucket(account, &bucket.name, &mut unread)
                .or_else(|| by_pattern(account, region, &bucket.name))
                .unwrap_or_else(|| Classed::new(Class::Unclassified, "none", "nothing tells what it holds"));
            classed.unread = unread;
            classed
        })
    }

    fn of_state_bucket(&self, account: &AccountId, name: &str, unread: &mut Vec<Unread>) -> Option<Classed> {
        let state = self.state_buckets.get(name)?;
        let told = match &state.objects {
            Collected::Read(read) => match read.value.len() {
                0 => return None,
                1 => "holds 1 Terraform state".to_owned(),
                many => format!("holds {many} Terraform states"),
            },
            Collected::NotOffered { .. } => return None,
            Collected::Gap(gap) => {
                unread.push(item_gap(account, None, Collection::StateObjects, gap));
                // The owner's word, or the table that Terraform itself wrote.
                let sure = state.reasons.iter().find_map(|reason| match reason {
                    StateBucketReason::Configured => Some("[state.buckets] names it"),
                    StateBucketReason::LockTable => Some("a lock table names it"),
                    StateBucketReason::Name | StateBucketReason::Tags => None,
                });
                sure?.to_owned()
            }
        };
        Some(Classed::new(Class::Operational, "state", told))
    }
}

fn class_of(value: &str) -> Option<Class> {
    match value.trim().to_lowercase().as_str() {
        "data" => Some(Class::Data),
        "derived" => Some(Class::Derived),
        "operational" => Some(Class::Operational),
        _ => None,
    }
}

/// Whether a table keyed `LockID` holds locks and digests and little else: a table of door locks is data, and so is one
/// whose items nobody counted. AWS counts them every six hours only, so that half of them is enough.
fn mostly_locks(locks: usize, item_count: Option<i64>) -> bool {
    let items = item_count.map(|items| usize::try_from(items).unwrap_or(0));
    items.is_some_and(|items| locks.saturating_mul(2) >= items)
}

/// What a service delivers into a bucket by its policy.
fn delivered(policy: &str) -> Option<String> {
    let policy: Value = serde_json::from_str(policy).ok()?;
    let statements = each(policy.get("Statement")?);
    let services: Vec<&str> = statements
        .iter()
        .filter(|statement| statement.get("Effect").and_then(Value::as_str) == Some("Allow"))
        .filter(|statement| statement.get("Action").is_some_and(puts_objects))
        .filter_map(|statement| statement.get("Principal")?.get("Service"))
        .flat_map(each)
        .filter_map(Value::as_str)
        .collect();
    let delivery = FILE.delivery.iter().find(|delivery| services.contains(&delivery.service.as_str()))?;
    Some(format!("{} ({})", delivery.what, delivery.service))
}

fn puts_objects(action: &Value) -> bool {
    let puts = ["s3:putobject", "s3:put*", "s3:*", "*"];
    each(action)
        .iter()
        .filter_map(|action| action.as_str())
        .any(|action| puts.contains(&action.to_lowercase().as_str()))
}

/// One or many, as policies have it.
fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(values) => values.iter().collect(),
        one => vec![one],
    }
}

fn by_pattern(account: &AccountId, region: Option<&Region>, name: &str) -> Option<Classed> {
    let pattern = FILE.pattern.iter().find(|pattern| {
        let text = pattern.name.replace("{account}", account.as_str());
        let text = match region {
            Some(region) => text.replace("{region}", region.as_str()),
            None if text.contains("{region}") => return false,
            None => text,
        };
        matches(&text, name)
    })?;
    Some(Classed::new(Class::Operational, "pattern", format!("{} ({})", pattern.name, pattern.what)))
}

#[cfg(test)]
pub(crate) fn assert_data() {
    let file: File = toml::from_str(DATA).unwrap();
    assert!(file._date.is_some());
    let mut seen = std::collections::BTreeSet::new();
    for name in file.delivery.iter().map(|one| &one.service).chain(file.pattern.iter().map(|one| &one.name)) {
        assert!(seen.insert(name), "{name} stands twice");
    }
    for pattern in &file.pattern {
        let fixed = pattern.name.chars().filter(|c| *c != '*').count();
        assert!(fixed >= 8 && !pattern.what.is_empty(), "{} would take in too much", pattern.name);
    }
    assert!(!file.delivery.is_empty() && !file.pattern.is_empty());
}
