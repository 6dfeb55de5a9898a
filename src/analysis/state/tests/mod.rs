//! Each rule both ways: what claims a resource, what hides a claim, how a write was locked, how a bucket is kept.

mod buckets;
mod claims;
mod locks;
mod objects;

use std::collections::BTreeMap;

use super::{attach, surroundings};
use crate::analysis::Context;
use crate::analysis::fixture::*;
use crate::model::facts::*;
use crate::model::gap::{Answer, Collected, GapKind};
use crate::model::ids::AccountId;
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::*;
use crate::model::s3::*;
use crate::model::settings::Settings;
use crate::model::terraform::*;

const STATE: &str = "s3://states/prod.tfstate";

fn orders() -> StateResource {
    managed("aws_db_instance", "orders", &db_arn("orders"))
}

/// One instance in production; one bucket of states beside it, versioned, with one state.
fn world(resources: Vec<StateResource>) -> Inventory {
    let mut world = inventory(&[PROD, VAULT]);
    put(&mut region(&mut world, PROD, HERE).rds.db_instances, db("orders"));
    put(&mut parts(&mut world, PROD).s3.buckets, bucket("states"));
    let state = state("prod.tfstate", resources);
    parts(&mut world, PROD).state.buckets.push(look("states", vec![state]));
    world
}

fn objects(world: &mut Inventory) -> &mut Vec<StateObject> {
    parts(world, PROD).state.buckets[0].objects.value_mut().unwrap()
}

fn object(world: &mut Inventory) -> &mut StateObject {
    &mut objects(world)[0]
}

fn content(world: &mut Inventory) -> &mut StateContent {
    match &mut object(world).content {
        Answer::Value(content) => content,
        Answer::Gap(_) => panic!("a gap"),
    }
}

fn body(world: &mut Inventory) -> &mut StateBody {
    match &mut object(world).body {
        Answer::Value(body) => body,
        Answer::Gap(_) => panic!("a gap"),
    }
}

fn judged(world: &Inventory, settings: &Settings, seeds: Vec<Fact<ResourceFact>>) -> Facts {
    let cx = Context::new(world, settings);
    let mut facts = Facts { resources: seeds, ..Facts::default() };
    attach(&cx, &mut facts.resources);
    surroundings(&cx, &mut facts);
    crate::analysis::context::sort(&mut facts);
    facts
}

fn facts(world: &Inventory) -> Facts {
    judged(world, &Settings::default(), vec![seed(&db("orders"))])
}

fn claims(world: &Inventory) -> Vec<String> {
    facts(world).resources[0].detail.claims.iter().map(|claim| format!("{} {}", claim.state, claim.address)).collect()
}

fn hidden(unread: &[Unread]) -> Vec<(String, Operation, GapKind)> {
    unread
        .iter()
        .filter(|gap| gap.collection == Collection::StateClaims)
        .map(|gap| (gap.account.clone().unwrap().to_string(), gap.gap.operation, gap.gap.kind))
        .collect()
}

fn rule(destination: &str, account: Option<&str>) -> ReplicationRule {
    ReplicationRule {
        id: None,
        enabled: true,
        prefix: None,
        tags: BTreeMap::new(),
        destination: arn(&format!("arn:aws:s3:::{destination}")),
        destination_account: account.map(str::to_owned),
        delete_markers: false,
    }
}

fn organization(accounts: &[&str]) -> OrganizationInventory {
    let account = |text: &&str| Account {
        id: id(text),
        arn: arn(&format!("arn:aws:organizations::{PROD}:account/o-1/{text}")),
        name: "an account".to_owned(),
        state: AccountState::Active,
        parent: Answer::Value("r-1".to_owned()),
        joined_at: None,
        tags: None,
    };
    OrganizationInventory {
        description: read(None),
        roots: read(Vec::new()),
        units: read(Vec::new()),
        accounts: read(accounts.iter().map(account).collect()),
        scps: read(Vec::new()),
        rcps: read(Vec::new()),
        delegated_administrators: read(Vec::new()),
        trusted_services: read(Vec::new()),
        resource_policy: read(None),
        central_root_features: read(Vec::new()),
    }
}

fn digest(world: &mut Inventory, bucket: &str, key: &str, digest: &str) {
    let item = LockItem::Digest { bucket: bucket.to_owned(), key: key.to_owned(), digest: Some(digest.to_owned()) };
    item_in(world, item);
}

fn item_in(world: &mut Inventory, item: LockItem) {
    let table = arn(&format!("arn:aws:dynamodb:{HERE}:{PROD}:table/locks"));
    let tables = &mut parts(world, PROD).state.lock_tables;
    match tables.first_mut() {
        Some(table) => put(&mut table.items, item),
        None => tables.push(LockTable { table, items: read(vec![item]) }),
    }
}

fn lock_file(world: &mut Inventory, hours: i64, delete_marker: bool, latest: bool) {
    let version = LockFileVersion {
        key: "prod.tfstate.tflock".to_owned(),
        version_id: Some(format!("v{hours}")),
        last_modified: ago(hours),
        delete_marker,
        latest,
    };
    put(&mut parts(world, PROD).state.buckets[0].lock_versions, version);
}
