//! The stateful resources with their protection.
//!
//! `databases`, `tables` and `buckets` list one service each; what one resource tells of another (a cluster of its
//! members, a bucket of the one it replicates to) is told here and in `replication`.

mod buckets;
mod databases;
mod replication;
mod tables;

use super::Context;
use super::class::{Classed, Classes};
use super::context::merge;
use super::environment::Told;
use super::glob::{Glob, first};
use super::keys::{Found, Keys};
use crate::model::facts::{
    BackupCoverage, Class, Fact, Protection, ResourceEncryption, ResourceFact, Source, Subject, SubjectKind, Unread,
};
use crate::model::ids::{AccountId, Arn, Region};

/// What every lister needs.
struct Desk<'a> {
    cx: &'a Context<'a>,
    classes: Classes<'a>,
    keys: Keys<'a>,
    critical: Vec<Glob>,
}

/// Every stateful resource with its protection; `copies`, `backup`, `restore`, `claims` are filled by the later steps.
pub(super) fn list(cx: &Context<'_>) -> Vec<Fact<ResourceFact>> {
    let desk = Desk {
        cx,
        classes: Classes::new(cx),
        keys: Keys::new(cx),
        critical: Glob::list(&cx.settings.resources.critical),
    };
    let mut resources = Vec::new();
    for account in &cx.inventory.accounts {
        databases::list(&desk, account, &mut resources);
        tables::list(&desk, account, &mut resources);
        buckets::list(&desk, account, &mut resources);
    }
    replication::derive(cx, &mut resources);
    // Whatever is drawn from the list later is drawn in one order.
    resources.sort_by(|a, b| a.subject.cmp(&b.subject));
    resources
}

/// What a lister tells of one resource.
struct Draft {
    kind: SubjectKind,
    arn: Arn,
    name: String,
    account: AccountId,
    region: Option<Region>,
    told: Told,
    classed: Classed,
    rests_on: Vec<Source>,
    unread: Vec<Unread>,
}

impl Draft {
    /// The fact, with nothing said yet of protection, encryption or copies.
    fn into_fact(self, desk: &Desk<'_>) -> Fact<ResourceFact> {
        let mut unread = self.unread;
        unread.extend(self.told.unread.iter().cloned());
        unread.extend(self.classed.unread);
        Fact {
            subject: Subject {
                kind: self.kind,
                arn: self.arn.to_string(),
                name: self.name,
                account: Some(self.account),
                region: self.region,
                production: self.told.production(),
                environment: self.told.environment,
                class: Some(self.classed.class),
            },
            detail: ResourceFact {
                resource_id: None,
                engine: None,
                environment_by: self.told.by,
                class_by: self.classed.by,
                database: !matches!(self.kind, SubjectKind::S3Bucket),
                cluster: None,
                replica_of: None,
                age_hours: None,
                protection: Protection {
                    critical: first(&desk.critical, &self.arn).is_some(),
                    ..Protection::default()
                },
                encryption: ResourceEncryption::default(),
                copies: Vec::new(),
                backup: BackupCoverage::default(),
                restore: None,
                claims: Vec::new(),
                managed_by: None,
                survival: None,
                layers: None,
            },
            rests_on: self.rests_on,
            unread: merge(unread),
        }
    }
}

/// How a resource is encrypted with a key, and the gap where the key is not known.
fn with_key(
    desk: &Desk<'_>,
    account: &AccountId,
    region: &Region,
    encrypted: bool,
    key: Option<&Arn>,
) -> (ResourceEncryption, Option<Unread>) {
    let (key_manager, unread) = match key.map(|key| desk.keys.find(account, region, key)) {
        None => (None, None),
        Some(Found::Key(detail, _)) => (Some(detail.manager.clone()), None),
        Some(Found::Unread(unread)) => (None, Some(unread)),
    };
    (ResourceEncryption { encrypted: Some(encrypted), key: key.map(Arn::to_string), key_manager }, unread)
}

/// Whether a resource is judged as data by itself: a member of a cluster is its cluster's.
pub(crate) fn is_data(fact: &Fact<ResourceFact>) -> bool {
    fact.subject.class == Some(Class::Data) && fact.detail.cluster.is_none()
}
