//! DB instances and clusters, DocumentDB's and Neptune's included.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Desk, Draft, with_key};
use crate::analysis::class::Classed;
use crate::analysis::context::{age, source};
use crate::analysis::environment::Tags;
use crate::model::facts::{Fact, Reason, ResourceFact, Source, SubjectKind, Unread};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;
use crate::model::rds::{DbCluster, DbInstance};

/// Clusters of one account by region and identifier.
type Clusters = BTreeMap<(Region, String), Fact<ResourceFact>>;

/// Where and when a resource was read.
struct Place<'a> {
    account: &'a AccountId,
    region: &'a Region,
    read_at: Timestamp,
}

pub(super) fn list<'a>(desk: &Desk<'a>, account: &'a AccountInventory, resources: &mut Vec<Fact<ResourceFact>>) {
    let secondaries = secondaries(desk);
    let mut clusters = Clusters::new();
    let view = desk.cx.regional(account, Collection::RdsDbClusters, |parts| &parts.rds.db_clusters);
    let unread_clusters = view.unread;
    for (region, read) in view.reads {
        let Some(region) = region else { continue };
        let place = Place { account: &account.id, region, read_at: read.read_at };
        for db in &read.value {
            let fact = cluster(desk, &place, db, &secondaries);
            clusters.insert((region.clone(), db.identifier.clone()), fact);
        }
    }
    let view = desk.cx.regional(account, Collection::RdsDbInstances, |parts| &parts.rds.db_instances);
    for (region, read) in view.reads {
        let Some(region) = region else { continue };
        let place = Place { account: &account.id, region, read_at: read.read_at };
        for db in &read.value {
            resources.push(instance(desk, &place, db, &clusters, &unread_clusters));
        }
    }
    resources.extend(clusters.into_values());
}

/// Clusters that are a reader of a global cluster → that global cluster.
fn secondaries(desk: &Desk<'_>) -> BTreeMap<Arn, Arn> {
    let parts = desk.cx.inventory.accounts.iter().flat_map(|account| account.regions());
    let globals = parts.flat_map(|(_, parts)| parts.rds.global_clusters.items());
    let mut writers = BTreeSet::new();
    let mut readers = BTreeMap::new();
    for global in globals {
        for member in &global.members {
            if member.writer {
                writers.insert(member.cluster.clone());
            } else {
                readers.insert(member.cluster.clone(), global.arn.clone());
            }
        }
    }
    // During a switchover two regions may answer differently; a cluster that any answer calls the writer is no copy.
    readers.retain(|cluster, _| !writers.contains(cluster));
    readers
}

fn cluster(desk: &Desk<'_>, place: &Place<'_>, db: &DbCluster, secondaries: &BTreeMap<Arn, Arn>) -> Fact<ResourceFact> {
    let tags = Tags::Read(&db.tags);
    let replica_of = db.replication_source.clone().or_else(|| secondaries.get(&db.arn).map(Arn::to_string));
    let mut rests_on = sources(place, Collection::RdsDbClusters);
    if secondaries.contains_key(&db.arn) {
        rests_on.extend(sources(place, Collection::RdsGlobalClusters));
    }
    let (encryption, unread) = with_key(desk, place.account, place.region, db.storage_encrypted, db.kms_key.as_ref());
    let draft = Draft {
        kind: SubjectKind::DbCluster,
        arn: db.arn.clone(),
        name: db.identifier.clone(),
        account: place.account.clone(),
        region: Some(place.region.clone()),
        told: desk.cx.environments.of_resource(place.account, &db.arn, &tags),
        classed: desk.classes.of_database(&db.arn, &tags, replica_of.as_deref()),
        rests_on,
        unread: unread.into_iter().collect(),
    };
    let mut fact = draft.into_fact(desk);
    let detail = &mut fact.detail;
    detail.resource_id = Some(db.resource_id.clone());
    detail.engine = Some(db.engine.clone());
    detail.replica_of = replica_of;
    detail.age_hours = db.created_at.map(|created| age(created, place.read_at));
    detail.protection.deletion_protection = Some(db.deletion_protection);
    detail.protection.backup_retention_days = Some(db.backup_retention_days);
    detail.encryption = encryption;
    fact
}

fn instance(
    desk: &Desk<'_>,
    place: &Place<'_>,
    db: &DbInstance,
    clusters: &Clusters,
    unread_clusters: &[Unread],
) -> Fact<ResourceFact> {
    let tags = Tags::Read(&db.tags);
    let replica_of = db.replica_source.clone().or_else(|| db.replica_source_cluster.clone());
    let found = db.cluster_identifier.as_ref().map(|id| clusters.get(&(place.region.clone(), id.clone())));
    let mut told = desk.cx.environments.of_resource(place.account, &db.arn, &tags);
    let mut classed = desk.classes.of_database(&db.arn, &tags, replica_of.as_deref());
    let (encryption, unread) = with_key(desk, place.account, place.region, db.storage_encrypted, db.kms_key.as_ref());
    let mut unread: Vec<Unread> = unread.into_iter().collect();
    let mut rests_on = sources(place, Collection::RdsDbInstances);
    let cluster = match found {
        None => None,
        // The data is the cluster's: so are its class and its environment.
        Some(Some(fact)) => {
            told.environment.clone_from(&fact.subject.environment);
            told.by = follows("cluster", &fact.subject.arn, &fact.detail.environment_by);
            classed = Classed {
                class: fact.subject.class.unwrap_or(classed.class),
                by: follows("cluster", &fact.subject.arn, &fact.detail.class_by),
                unread: fact.unread.clone(),
            };
            rests_on.extend(sources(place, Collection::RdsDbClusters));
            Some(fact.subject.arn.clone())
        }
        // A cluster that nobody saw judges nothing: where the list was read to its end, the instance stands for itself.
        Some(None) => {
            let here = |unread: &&Unread| unread.regions.is_empty() || unread.regions.contains(place.region);
            let gaps: Vec<Unread> = unread_clusters.iter().filter(here).cloned().collect();
            let hidden = !gaps.is_empty();
            unread.extend(gaps);
            db.cluster_identifier.clone().filter(|_| hidden)
        }
    };
    let draft = Draft {
        kind: SubjectKind::DbInstance,
        arn: db.arn.clone(),
        name: db.identifier.clone(),
        account: place.account.clone(),
        region: Some(place.region.clone()),
        told,
        classed,
        rests_on,
        unread,
    };
    let mut fact = draft.into_fact(desk);
    let detail = &mut fact.detail;
    detail.resource_id = Some(db.resource_id.clone());
    detail.engine = Some(db.engine.clone());
    detail.cluster = cluster;
    detail.replica_of = replica_of;
    detail.age_hours = db.created_at.map(|created| age(created, place.read_at));
    detail.protection.deletion_protection = Some(db.deletion_protection);
    detail.protection.backup_retention_days = Some(db.backup_retention_days);
    detail.encryption = encryption;
    fact
}

fn follows(by: &str, of: &str, reason: &Reason) -> Reason {
    Reason { by: by.to_owned(), what: format!("{of}, told by {}: {}", reason.by, reason.what) }
}

fn sources(place: &Place<'_>, collection: Collection) -> Vec<Source> {
    vec![source(place.account, Some(place.region), collection)]
}
