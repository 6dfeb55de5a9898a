//! Each rule both ways: what counts as a copy, how old it is, where it may lie, and what was not seen.

mod copies;
mod coverage;
mod places;
mod restores;
mod vaults;

use std::collections::BTreeMap;

use super::{attach, surroundings};
use crate::analysis::Context;
use crate::analysis::fixture::*;
use crate::model::backup::*;
use crate::model::facts::*;
use crate::model::gap::{Answer, Collected, GapKind};
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::rds::{AutomatedBackup, DbInstance};
use crate::model::settings::Settings;

fn orders() -> DbInstance {
    db("orders")
}

/// Two accounts, one instance in production.
fn world() -> Inventory {
    let mut world = inventory(&[PROD, VAULT]);
    put(&mut region(&mut world, PROD, HERE).rds.db_instances, orders());
    world
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
    judged(world, &Settings::default(), vec![seed(&orders())])
}

fn one(world: &Inventory) -> Fact<ResourceFact> {
    facts(world).resources.remove(0)
}

fn own_point(hours: i64) -> RecoveryPoint {
    point(&snapshot_arn(PROD, HERE, "awsbackup:job-1"), &db_arn("orders"), hours)
}

fn away_point(hours: i64) -> RecoveryPoint {
    let mut copy = point(&snapshot_arn(VAULT, HERE, "awsbackup:copyjob-1"), &db_arn("orders"), hours);
    copy.source_vault = Some(arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:Default")));
    copy
}

fn with_points(account: &str, place: &str, points: Vec<RecoveryPoint>) -> Inventory {
    let mut world = world();
    put(&mut region(&mut world, account, place).backup.vaults, vault(account, place, "v", points));
    world
}

fn gaps(fact: &Fact<ResourceFact>) -> Vec<(String, Collection, GapKind)> {
    let mut gaps: Vec<_> = fact
        .unread
        .iter()
        .map(|gap| (gap.account.clone().unwrap().to_string(), gap.collection, gap.gap.kind))
        .collect();
    gaps.dedup();
    gaps
}

const FAR: &str = "arn:aws:backup:eu-west-1:333333333333:backup-vault:far";

fn failed_backup(hours: i64) -> BackupJob {
    BackupJob {
        id: "b".to_owned(),
        state: "FAILED".to_owned(),
        status_message: Some("no role".to_owned()),
        resource: Some(arn(&db_arn("orders"))),
        resource_type: Some("RDS".to_owned()),
        vault: None,
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
    }
}

fn copy_job(id: &str, state: &str, to: &str, hours: i64) -> CopyJob {
    CopyJob {
        id: id.to_owned(),
        state: state.to_owned(),
        status_message: None,
        resource: Some(arn(&db_arn("orders"))),
        resource_type: Some("RDS".to_owned()),
        source_vault: Some(arn(&format!("arn:aws:backup:{HERE}:{PROD}:backup-vault:Default"))),
        destination_vault: Some(arn(to)),
        destination_recovery_point: None,
        account: Some(crate::analysis::fixture::id(PROD)),
        created_at: ago(hours),
        completed_at: Some(ago(hours)),
    }
}
