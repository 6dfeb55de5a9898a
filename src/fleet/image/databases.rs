//! RDS and DynamoDB as their collectors leave them.

use super::{At, items};
use crate::model::dynamodb::DynamoDbInventory;
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::rds::{AutomatedBackup, RdsInventory, Snapshot};

pub(super) fn look_at_rds(rds: &RdsInventory, at: &mut At<'_>) {
    at.ordered("db_instances", items(&rds.db_instances), true, |instance| instance.arn.clone());
    for instance in items(&rds.db_instances) {
        let mut at = at.at(&instance.identifier);
        at.tags(&instance.tags);
        at.text("engine", &instance.engine);
        at.text("status", &instance.status);
        at.millis("created_at", instance.created_at);
        at.millis("latest_restorable_at", instance.latest_restorable_at);
        at.need(instance.storage_encrypted || instance.kms_key.is_none(), "a key of unencrypted storage");
    }
    at.ordered("db_clusters", items(&rds.db_clusters), true, |cluster| cluster.arn.clone());
    for cluster in items(&rds.db_clusters) {
        let mut at = at.at(&cluster.identifier);
        at.tags(&cluster.tags);
        at.ordered("members", &cluster.members, true, Clone::clone);
        at.millis("created_at", cluster.created_at);
        at.millis("latest_restorable_at", cluster.latest_restorable_at);
        at.need(cluster.storage_encrypted || cluster.kms_key.is_none(), "a key of unencrypted storage");
    }
    at.ordered("global_clusters", items(&rds.global_clusters), true, |cluster| cluster.arn.clone());
    for cluster in items(&rds.global_clusters) {
        at.ordered("members", &cluster.members, true, Clone::clone);
    }
    for (of_clusters, snapshots) in [(false, &rds.db_snapshots), (true, &rds.db_cluster_snapshots)] {
        at.ordered("snapshots", items(snapshots), true, |snapshot| snapshot.arn.clone());
        for snapshot in items(snapshots) {
            look_at_snapshot(snapshot, of_clusters, &mut at.at(&snapshot.identifier));
        }
    }
    for (of_clusters, backups) in
        [(false, &rds.db_instance_automated_backups), (true, &rds.db_cluster_automated_backups)]
    {
        at.ordered("automated backups", items(backups), true, |backup| {
            (backup.arn.clone(), backup.resource_id.clone())
        });
        for backup in items(backups) {
            look_at_backup(backup, of_clusters, &mut at.at(&backup.identifier));
        }
    }
}

fn look_at_snapshot(snapshot: &Snapshot, of_cluster: bool, at: &mut At<'_>) {
    at.tags(&snapshot.tags);
    at.millis("created_at", snapshot.created_at);
    at.millis("original_created_at", snapshot.original_created_at);
    let automated = snapshot.snapshot_type == "automated";
    at.need(automated == snapshot.shared_with.is_none(), "shared_with: asked of all but automated ones");
    if let Some(accounts) = snapshot.shared_with.as_ref().and_then(|shared| shared.value()) {
        at.ordered("shared_with", accounts, true, Clone::clone);
    }
    at.need(snapshot.encrypted || snapshot.kms_key.is_none(), "a key of an unencrypted snapshot");
    if of_cluster {
        let region = snapshot.source_snapshot.as_ref().and_then(Arn::region);
        at.need(snapshot.source_region == region, "source_region: not that of the source's ARN");
        at.need(snapshot.original_created_at.is_none(), "original_created_at: RDS does not tell it of clusters");
    }
}

fn look_at_backup(backup: &AutomatedBackup, of_cluster: bool, at: &mut At<'_>) {
    at.millis("earliest_restorable_at", backup.earliest_restorable_at);
    at.millis("latest_restorable_at", backup.latest_restorable_at);
    let region = backup.source.region();
    at.need(region.as_ref() == Some(&backup.source_region), "source_region: not that of the source's ARN");
    at.ordered("replications", &backup.replications, true, Clone::clone);
    at.need(!of_cluster || backup.replications.is_empty(), "replications of a cluster's backup");
}

pub(super) fn look_at_tables(dynamodb: &DynamoDbInventory, (account, region): (&AccountId, &Region), at: &mut At<'_>) {
    at.ordered("tables", items(&dynamodb.tables), true, |table| table.name.clone());
    for table in items(&dynamodb.tables) {
        let mut at = at.at(&table.name);
        let place = table.arn.account().as_ref() == Some(account) && table.arn.region().as_ref() == Some(region);
        at.need(place && table.arn.resource() == format!("table/{}", table.name), format_args!("ARN {}", table.arn));
        table.tags.value().into_iter().for_each(|tags| at.tags(tags));
        at.some_text("resource policy", table.resource_policy.value().and_then(Option::as_ref));
        if let Some(detail) = table.detail.value() {
            at.ordered("replicas", &detail.replicas, true, Clone::clone);
            at.millis("created_at", detail.created_at);
        }
        if let Some(recovery) = table.point_in_time_recovery.value() {
            at.millis("earliest_restorable_at", recovery.earliest_restorable_at);
            at.millis("latest_restorable_at", recovery.latest_restorable_at);
        }
    }
}
