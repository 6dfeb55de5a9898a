//! RDS instances, clusters, their snapshots and automated backups; DynamoDB tables.

use std::collections::BTreeMap;

use crate::demo::build::{hours_ago, value};
use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::ids::Arn;
use crate::model::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster, GlobalClusterMember, Snapshot};

use super::account::{next_name, note, thing_tags};
use super::estate::{Draft, Kind, Thing, add};
use super::keys;
use super::world::{Here, ago, days_after};

fn resource_id(draft: &mut Draft<'_>, kind: &str) -> String {
    format!("{kind}-{}", draft.chance.hex(26).to_ascii_uppercase())
}

/// An instance as its account's care has it.
fn plain_instance(draft: &mut Draft<'_>, here: Here<'_>, identifier: &str) -> DbInstance {
    let encrypted = draft.chance.percent(88);
    let protected = draft.cared_for();
    DbInstance {
        arn: here.arn("rds", &format!("db:{identifier}")),
        identifier: identifier.into(),
        resource_id: resource_id(draft, "db"),
        engine: draft.chance.pick(&["postgres", "postgres", "mysql", "mariadb", "sqlserver-se", "oracle-ee"]).into(),
        status: draft.chance.pick(&["available", "available", "available", "backing-up", "stopped"]).into(),
        created_at: Some(ago(&mut draft.chance, 48, 20_000)),
        deletion_protection: protected,
        backup_retention_days: if draft.cared_for() {
            7 + draft.chance.pick(&[0, 7, 28])
        } else {
            draft.chance.pick(&[0, 1, 3])
        },
        latest_restorable_at: Some(ago(&mut draft.chance, 0, 1)),
        cluster_identifier: None,
        replica_source: None,
        replica_source_cluster: None,
        storage_encrypted: encrypted,
        kms_key: if encrypted { keys::any(here, &mut draft.chance) } else { None },
        backup_recovery_point: None,
        tags: thing_tags(draft),
    }
}

/// Adds an instance, perhaps with a replica in the next region; gives the number of resources.
pub(super) fn instance(draft: &mut Draft<'_>, room: usize) -> usize {
    let number = draft.somewhere();
    let here = draft.here(number);
    let name = next_name(draft);
    let mut made = plain_instance(draft, here, &name);
    if made.backup_retention_days == 0 {
        made.latest_restorable_at = None;
    }
    let thing = Thing {
        kind: Kind::Instance,
        arn: made.arn.clone(),
        name: name.clone(),
        engine: "postgres",
        resource_id: made.resource_id.clone(),
        region: number,
        tags: made.tags.clone(),
        key: made.kms_key.clone(),
        protected: made.deletion_protection,
    };
    let replicated = room > 1 && number == 0 && draft.world.regions.len() > 1 && draft.chance.percent(12);
    let twin = replicated.then(|| {
        let there = draft.here(1);
        let source = made.arn.to_string();
        let replica = plain_instance(draft, there, &format!("{name}-replica"));
        DbInstance { replica_source: Some(source), backup_retention_days: 0, latest_restorable_at: None, ..replica }
    });
    snapshots(draft, number, &made);
    automated(draft, number, &made);
    if let Some(parts) = draft.at(number) {
        add(&mut parts.rds.db_instances, made);
    }
    let taken = 1 + usize::from(twin.is_some());
    if let (Some(parts), Some(twin)) = (draft.at(1), twin) {
        add(&mut parts.rds.db_instances, twin);
    }
    note(draft, thing);
    taken
}

fn snapshot(draft: &mut Draft<'_>, here: Here<'_>, name: &str, of: &DbInstance) -> Snapshot {
    let created = ago(&mut draft.chance, 2, 4_000);
    Snapshot {
        arn: here.arn("rds", &format!("snapshot:{name}")),
        identifier: name.into(),
        snapshot_type: "manual".into(),
        status: "available".into(),
        source_identifier: of.identifier.clone(),
        source_resource_id: Some(of.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(created),
        original_created_at: Some(created),
        engine: of.engine.clone(),
        encrypted: of.storage_encrypted,
        kms_key: of.kms_key.clone(),
        shared_with: Some(value(Vec::new())),
        tags: BTreeMap::new(),
    }
}

/// The night's automated snapshot; now and then a manual one, shared, public, or copied from the next region.
fn snapshots(draft: &mut Draft<'_>, number: usize, of: &DbInstance) {
    let here = draft.here(number);
    if of.backup_retention_days > 0 {
        let name = format!("rds:{}-2026-03-02-03-10", of.identifier);
        let made = Snapshot {
            snapshot_type: "automated".into(),
            shared_with: None,
            created_at: Some(hours_ago(4)),
            original_created_at: Some(hours_ago(4)),
            ..snapshot(draft, here, &name, of)
        };
        if let Some(parts) = draft.at(number) {
            add(&mut parts.rds.db_snapshots, made);
        }
    }
    if draft.chance.percent(82) {
        return;
    }
    let mut made = snapshot(draft, here, &format!("{}-before-upgrade", of.identifier), of);
    match draft.chance.below(10) {
        0 => made.shared_with = Some(value(vec!["all".into()])),
        1 => made.shared_with = Some(value(vec!["210987654321".into()])),
        2 => made.shared_with = Some(value(vec![draft.world.management().id.to_string()])),
        3 if draft.world.regions.len() > 1 => {
            let from = draft.here(1 - number.min(1));
            made.source_snapshot = Some(from.arn("rds", &format!("snapshot:{}-weekly", of.identifier)));
            made.source_region = Some(from.region.clone());
            made.original_created_at = made.created_at.map(|at| days_after(at, -1));
        }
        _ => {}
    }
    if let Some(parts) = draft.at(number) {
        add(&mut parts.rds.db_snapshots, made);
    }
}

/// The automated backups, now and then replicated to the next region.
fn automated(draft: &mut Draft<'_>, number: usize, of: &DbInstance) {
    if of.backup_retention_days == 0 {
        return;
    }
    let own = |here: Here<'_>, id: &str| here.arn("rds", &format!("auto-backup:ab-{id}"));
    let arn = own(draft.here(number), &draft.chance.hex(26));
    let mut backup = AutomatedBackup {
        arn,
        source: of.arn.clone(),
        resource_id: of.resource_id.clone(),
        identifier: of.identifier.clone(),
        status: "active".into(),
        earliest_restorable_at: Some(hours_ago(i64::from(of.backup_retention_days) * 24)),
        latest_restorable_at: of.latest_restorable_at,
        backup_retention_days: Some(of.backup_retention_days),
        source_region: draft.region(number).clone(),
        replications: Vec::new(),
        kms_key: of.kms_key.clone(),
        backup_recovery_point: None,
    };
    if number == 0 && draft.world.regions.len() > 1 && draft.chance.percent(6) {
        let there = draft.here(1);
        let replica = own(there, &draft.chance.hex(26));
        backup.replications.push(replica.clone());
        let kms_key = of.kms_key.as_ref().and_then(|_| keys::any(there, &mut draft.chance));
        let twin = AutomatedBackup { arn: replica, replications: Vec::new(), kms_key, ..backup.clone() };
        if let Some(parts) = draft.at(1) {
            add(&mut parts.rds.db_instance_automated_backups, twin);
        }
    }
    if let Some(parts) = draft.at(number) {
        add(&mut parts.rds.db_instance_automated_backups, backup);
    }
}

/// Adds a cluster with its members; gives the number of resources.
pub(super) fn cluster(draft: &mut Draft<'_>, room: usize) -> usize {
    let number = draft.somewhere();
    let here = draft.here(number);
    let name = next_name(draft);
    let engine = draft.chance.pick(&["aurora-postgresql", "aurora-mysql", "aurora-postgresql", "docdb", "neptune"]);
    let members = 1 + draft.chance.below(room.saturating_sub(1).min(3));
    let like = plain_instance(draft, here, &name);
    let cluster = cluster_like(draft, here, &like, (engine, members));
    let instances: Vec<DbInstance> =
        cluster.members.iter().map(|member| member_of(draft, here, &cluster, (&like, member))).collect();
    let global = engine.starts_with("aurora") && draft.chance.percent(8);
    let global = global.then(|| global_cluster(draft, here, &cluster));
    let backup = cluster_backup(draft, here, &cluster);
    let snapshot = cluster_snapshot(here, &cluster);
    let thing = Thing {
        kind: Kind::Cluster,
        arn: cluster.arn.clone(),
        name,
        engine,
        resource_id: cluster.resource_id.clone(),
        region: number,
        tags: cluster.tags.clone(),
        key: cluster.kms_key.clone(),
        protected: cluster.deletion_protection,
    };
    note(draft, thing);
    if let Some(parts) = draft.at(number) {
        instances.into_iter().for_each(|instance| add(&mut parts.rds.db_instances, instance));
        global.into_iter().for_each(|global| add(&mut parts.rds.global_clusters, global));
        add(&mut parts.rds.db_cluster_automated_backups, backup);
        add(&mut parts.rds.db_cluster_snapshots, snapshot);
        add(&mut parts.rds.db_clusters, cluster);
    }
    1 + members
}

/// A cluster with so many members, as protected and encrypted as this instance.
fn cluster_like(
    draft: &mut Draft<'_>,
    here: Here<'_>,
    like: &DbInstance,
    (engine, members): (&str, usize),
) -> DbCluster {
    let name = &like.identifier;
    DbCluster {
        arn: here.arn("rds", &format!("cluster:{name}")),
        identifier: name.clone(),
        resource_id: resource_id(draft, "cluster"),
        engine: engine.into(),
        status: "available".into(),
        created_at: like.created_at,
        deletion_protection: like.deletion_protection,
        backup_retention_days: like.backup_retention_days.max(1),
        latest_restorable_at: Some(ago(&mut draft.chance, 0, 1)),
        members: (1..=members).map(|member| format!("{name}-{member}")).collect(),
        replication_source: None,
        clone_group: engine.starts_with("aurora").then(|| draft.chance.uuid()),
        storage_encrypted: like.storage_encrypted,
        kms_key: like.kms_key.clone(),
        backup_recovery_point: None,
        tags: like.tags.clone(),
    }
}

/// The member of this name: its cluster's flags are its own.
fn member_of(
    draft: &mut Draft<'_>,
    here: Here<'_>,
    cluster: &DbCluster,
    (like, member): (&DbInstance, &str),
) -> DbInstance {
    DbInstance {
        arn: here.arn("rds", &format!("db:{member}")),
        identifier: member.into(),
        resource_id: resource_id(draft, "db"),
        engine: cluster.engine.clone(),
        cluster_identifier: Some(cluster.identifier.clone()),
        deletion_protection: cluster.deletion_protection,
        backup_retention_days: cluster.backup_retention_days,
        ..like.clone()
    }
}

fn global_cluster(draft: &mut Draft<'_>, here: Here<'_>, writer: &DbCluster) -> GlobalCluster {
    let identifier = format!("{}-global", writer.identifier);
    let (partition, account) = (here.partition, here.account);
    GlobalCluster {
        arn: crate::demo::build::id(&format!("arn:{partition}:rds::{account}:global-cluster:{identifier}")),
        identifier,
        resource_id: format!("cluster-{}", draft.chance.hex(16)),
        engine: Some(writer.engine.clone()),
        deletion_protection: draft.cared_for(),
        members: vec![GlobalClusterMember { cluster: writer.arn.clone(), writer: true }],
    }
}

fn cluster_backup(draft: &mut Draft<'_>, here: Here<'_>, of: &DbCluster) -> AutomatedBackup {
    AutomatedBackup {
        arn: here.arn("rds", &format!("cluster-auto-backup:ab-{}", draft.chance.hex(26))),
        source: of.arn.clone(),
        resource_id: of.resource_id.clone(),
        identifier: of.identifier.clone(),
        status: "active".into(),
        earliest_restorable_at: Some(hours_ago(i64::from(of.backup_retention_days) * 24)),
        latest_restorable_at: of.latest_restorable_at,
        backup_retention_days: Some(of.backup_retention_days),
        source_region: here.region.clone(),
        replications: Vec::new(),
        kms_key: of.kms_key.clone(),
        backup_recovery_point: None,
    }
}

fn cluster_snapshot(here: Here<'_>, of: &DbCluster) -> Snapshot {
    let name = format!("rds:{}-2026-03-02-03-20", of.identifier);
    Snapshot {
        arn: here.arn("rds", &format!("cluster-snapshot:{name}")),
        identifier: name,
        snapshot_type: "automated".into(),
        status: "available".into(),
        source_identifier: of.identifier.clone(),
        source_resource_id: Some(of.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(hours_ago(4)),
        original_created_at: None,
        engine: of.engine.clone(),
        encrypted: of.storage_encrypted,
        kms_key: of.kms_key.clone(),
        shared_with: None,
        tags: BTreeMap::new(),
    }
}

/// A table as its account's care has it.
fn plain_table(draft: &mut Draft<'_>, here: Here<'_>, name: &str) -> Table {
    let recovery = draft.cared_for();
    let created = ago(&mut draft.chance, 48, 20_000);
    Table {
        arn: here.arn("dynamodb", &format!("table/{name}")),
        name: name.into(),
        detail: value(TableDetail {
            id: Some(draft.chance.uuid()),
            status: "ACTIVE".into(),
            created_at: Some(created),
            deletion_protection: draft.cared_for(),
            partition_key: Some("id".into()),
            sort_key: draft.chance.percent(40).then(|| "at".into()),
            replicas: Vec::new(),
            kms_key: if draft.chance.percent(25) { keys::any(here, &mut draft.chance) } else { None },
            item_count: Some(draft.chance.within(0, 5_000_000)),
        }),
        point_in_time_recovery: value(PointInTimeRecovery {
            enabled: recovery,
            earliest_restorable_at: recovery.then(|| hours_ago(35 * 24)),
            latest_restorable_at: recovery.then(|| hours_ago(0)),
            period_days: recovery.then_some(35),
        }),
        tags: value(thing_tags(draft)),
        resource_policy: value(None),
    }
}

/// Adds a table, perhaps with a replica in the next region; gives the number of resources.
pub(super) fn table(draft: &mut Draft<'_>, room: usize) -> usize {
    let number = draft.somewhere();
    let here = draft.here(number);
    let name = next_name(draft);
    let mut made = plain_table(draft, here, &name);
    let replicated = room > 1 && number == 0 && draft.world.regions.len() > 1 && draft.chance.percent(6);
    if replicated {
        let mut twin = made.clone();
        let there = draft.here(1);
        twin.arn = there.arn("dynamodb", &format!("table/{name}"));
        replicate(&mut twin, here);
        replicate(&mut made, there);
        if let Some(parts) = draft.at(1) {
            add(&mut parts.dynamodb.tables, twin);
        }
    }
    let detail = made.detail.value();
    let (key, protected) = (detail.and_then(|d| d.kms_key.clone()), detail.is_some_and(|d| d.deletion_protection));
    let thing = Thing {
        kind: Kind::Table,
        arn: made.arn.clone(),
        name,
        engine: "",
        resource_id: String::new(),
        region: number,
        tags: made.tags.value().cloned().unwrap_or_default(),
        key: key.filter(is_a_key),
        protected,
    };
    if let Some(parts) = draft.at(number) {
        add(&mut parts.dynamodb.tables, made);
    }
    note(draft, thing);
    1 + usize::from(replicated)
}

fn is_a_key(key: &Arn) -> bool {
    key.service() == "kms"
}

/// Names the other region's replica; each region has a key of its own.
fn replicate(table: &mut Table, other: Here<'_>) {
    if let crate::model::gap::Answer::Value(detail) = &mut table.detail {
        detail.replicas.push(other.region.clone());
        detail.kms_key = None;
    }
}
