//! What the resources, their surroundings and their accounts are told from: one situation each.

mod accounts;
mod around;
mod classes;
mod environments;
mod resources;

use std::collections::BTreeMap;

use super::fixture::{HERE, PROD, VAULT, ago, arn, at, id, read};
use super::{Context, analyse};
use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::facts::{Fact, Facts, ResourceFact, Unlisted, Unread};
use crate::model::gap::Answer;
use crate::model::inventory::Inventory;
use crate::model::kms::{Key, KeyDetail};
use crate::model::operation::Collection;
use crate::model::organization::{
    Account, AccountState, Organization, OrganizationInventory, OrganizationalUnit, Root,
};
use crate::model::rds::DbCluster;
use crate::model::settings::Settings;

/// The management account of every organization here.
pub(in crate::analysis) const MANAGEMENT: &str = "999999999999";

fn tags(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn facts(inventory: &Inventory) -> Facts {
    analyse(inventory, &Settings::default())
}

/// The one resource of a name.
#[track_caller]
fn resource<'a>(facts: &'a Facts, name: &str) -> &'a Fact<ResourceFact> {
    let found: Vec<_> = facts.resources.iter().filter(|fact| fact.subject.name == name).collect();
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn collections(unread: &[Unread]) -> Vec<Collection> {
    let mut collections: Vec<_> = unread.iter().map(|unread| unread.collection).collect();
    collections.sort();
    collections.dedup();
    collections
}

fn unlisted(facts: &Facts, kind: crate::model::facts::SubjectKind) -> Vec<&Unlisted> {
    facts.unlisted.iter().filter(|unlisted| unlisted.kind == kind).collect()
}

/// An organization of the management account and these: (account, name, names of the units above it).
pub(in crate::analysis) fn organization(accounts: &[(&str, &str, &[&str])]) -> OrganizationInventory {
    let mut units: Vec<OrganizationalUnit> = Vec::new();
    let mut members = vec![member(MANAGEMENT, "root", "r-1")];
    for (account, name, path) in accounts {
        let mut parent = "r-1".to_owned();
        for unit in *path {
            let own = format!("ou-{}-{unit}", parent.trim_start_matches("ou-"));
            if !units.iter().any(|known| known.id == own) {
                units.push(OrganizationalUnit {
                    arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:ou/o-1/{own}")),
                    id: own.clone(),
                    name: (*unit).to_owned(),
                    parent: parent.clone(),
                });
            }
            parent = own;
        }
        members.push(member(account, name, &parent));
    }
    OrganizationInventory {
        description: read(Some(Organization {
            id: "o-1".to_owned(),
            arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:organization/o-1")),
            feature_set: "ALL".to_owned(),
            management_account: id(MANAGEMENT),
        })),
        roots: read(vec![Root {
            id: "r-1".to_owned(),
            arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:root/o-1/r-1")),
            name: "Root".to_owned(),
            policy_types: tags(&[("SERVICE_CONTROL_POLICY", "ENABLED")]),
        }]),
        units: read(units),
        accounts: read(members),
        scps: read(Vec::new()),
        rcps: read(Vec::new()),
        delegated_administrators: read(Vec::new()),
        trusted_services: read(Vec::new()),
        resource_policy: read(None),
        central_root_features: read(Vec::new()),
    }
}

pub(super) fn member(account: &str, name: &str, parent: &str) -> Account {
    Account {
        id: id(account),
        arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:account/o-1/{account}")),
        name: name.to_owned(),
        state: AccountState::Active,
        parent: Answer::Value(parent.to_owned()),
        joined_at: None,
        tags: None,
    }
}

pub(crate) fn cluster(name: &str) -> DbCluster {
    DbCluster {
        arn: arn(&format!("arn:aws:rds:{HERE}:{PROD}:cluster:{name}")),
        identifier: name.to_owned(),
        resource_id: format!("cluster-{name}"),
        engine: "aurora-postgresql".to_owned(),
        status: "available".to_owned(),
        created_at: Some(ago(1000)),
        deletion_protection: true,
        backup_retention_days: 7,
        latest_restorable_at: Some(ago(0)),
        members: vec![format!("{name}-1")],
        replication_source: None,
        clone_group: None,
        storage_encrypted: false,
        kms_key: None,
        backup_recovery_point: None,
        tags: BTreeMap::new(),
    }
}

fn table(name: &str, partition_key: &str, items: i64) -> Table {
    Table {
        arn: arn(&format!("arn:aws:dynamodb:{HERE}:{PROD}:table/{name}")),
        name: name.to_owned(),
        detail: Answer::Value(TableDetail {
            id: Some(format!("id-of-{name}")),
            status: "ACTIVE".to_owned(),
            created_at: Some(ago(500)),
            deletion_protection: true,
            partition_key: Some(partition_key.to_owned()),
            sort_key: None,
            replicas: Vec::new(),
            kms_key: None,
            item_count: Some(items),
        }),
        point_in_time_recovery: Answer::Value(PointInTimeRecovery {
            enabled: true,
            earliest_restorable_at: None,
            latest_restorable_at: None,
            period_days: Some(35),
        }),
        tags: Answer::Value(BTreeMap::new()),
        resource_policy: Answer::Value(None),
    }
}

fn key_arn(name: &str) -> String {
    format!("arn:aws:kms:{HERE}:{PROD}:key/{name}")
}

/// A key under a reference that may be its alias.
fn key(reference: &str, name: &str, manager: &str, state: &str) -> Key {
    Key {
        reference: arn(reference),
        detail: Answer::Value(KeyDetail {
            arn: arn(&key_arn(name)),
            account: id(PROD),
            manager: manager.to_owned(),
            state: state.to_owned(),
            deletion_at: (state == "PendingDeletion").then(|| ago(-48)),
            origin: "AWS_KMS".to_owned(),
            expiration_model: None,
            material_expires_at: None,
            multi_region: false,
            multi_region_type: None,
            primary_region: None,
        }),
        policy: None,
    }
}

/// The region of every builder, as a gap names it.
fn here() -> Vec<crate::model::ids::Region> {
    vec![at(HERE)]
}

#[test]
fn the_order_of_lists_shows_nowhere() {
    use super::fixture::{bucket, db, inventory, parts, put, region, reversed, snapshot, snapshot_arn};
    let mut inventory = inventory(&[PROD, VAULT]);
    inventory.organization =
        Some(organization(&[(PROD, "shop-production", &["Workloads"]), (VAULT, "Backup", &["Infrastructure"])]));
    for name in ["b", "a", "c"] {
        let mut one = db(name);
        one.kms_key = Some(arn(&key_arn("k")));
        let shot = snapshot(&snapshot_arn(PROD, HERE, name), "manual", &one, 5);
        put(&mut parts(&mut inventory, PROD).s3.buckets, bucket(name));
        let region = region(&mut inventory, PROD, HERE);
        put(&mut region.rds.db_instances, one);
        put(&mut region.rds.db_snapshots, shot);
        put(&mut region.rds.db_clusters, cluster(&format!("{name}-cluster")));
        put(&mut region.dynamodb.tables, table(name, "id", 1));
        put(&mut region.kms.keys, key(&key_arn(name), name, "CUSTOMER", "Enabled"));
    }
    let there = facts(&inventory);
    assert_eq!(there.resources.len(), 12);
    let mut other = reversed(inventory);
    if let Some(organization) = &mut other.organization {
        organization.accounts.value_mut().unwrap().reverse();
        organization.units.value_mut().unwrap().reverse();
    }
    for region in ["eu-west-1", "eu-central-1"] {
        super::fixture::region(&mut other, PROD, region).kms.keys.value_mut().unwrap().reverse();
    }
    assert_eq!(serde_json::to_string(&facts(&other)).unwrap(), serde_json::to_string(&there).unwrap());
}

/// The context of an inventory and settings, which must outlive it.
fn context<'a>(inventory: &'a Inventory, settings: &'a Settings) -> Context<'a> {
    Context::new(inventory, settings)
}
