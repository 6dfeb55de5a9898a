//! RDS's snapshots with those who may restore them, and its automated backups.

use std::collections::BTreeMap;

use aws_sdk_rds::{Client, types};
use futures::StreamExt;

use super::super::failure::Failure;
use super::super::shape::{
    Malformed, Shaped, arn, each, required, some_arn, some_region, some_text, some_time, tags, text,
};
use super::super::site::Site;
use super::PAGE;
use super::instances::{storage_key, tag_pairs};
use crate::model::gap::Answer;
use crate::model::operation::Operation;
use crate::model::rds::{AutomatedBackup, Snapshot};

/// The calls about single snapshots that are begun together; the site's limits bound what is in flight.
const TOGETHER: usize = 16;

/// Without a type AWS gives manual and automated snapshots; those of AWS Backup come only when asked for.
const TYPES: [Option<&str>; 2] = [None, Some("awsbackup")];

/// The attribute that holds the accounts that may restore a snapshot.
const RESTORE: &str = "restore";

/// Every snapshot of an instance that the account owns.
pub(super) async fn of_instances(site: &Site, client: &Client) -> Result<Vec<Snapshot>, Failure> {
    let mut found = BTreeMap::new();
    for snapshot_type in TYPES {
        let make = |marker: Option<String>| {
            let request = client.describe_db_snapshots().set_snapshot_type(snapshot_type.map(str::to_owned));
            request.max_records(PAGE).set_marker(marker).send()
        };
        let list = site
            .list(Operation::RdsDescribeDBSnapshots, snapshot_type, make, |page| {
                (each("DBSnapshots", page.db_snapshots, |item| of_instance(site, item)), page.marker)
            })
            .await?;
        found.extend(list.into_iter().map(|snapshot| (snapshot.arn.clone(), snapshot)));
    }
    let asked = futures::stream::iter(found.into_values())
        .map(|snapshot| Box::pin(with_sharing(site, client, snapshot, false)))
        .buffered(TOGETHER);
    Ok(asked.filter_map(std::future::ready).collect().await)
}

/// Every snapshot of a cluster that the account owns.
pub(super) async fn of_clusters(site: &Site, client: &Client) -> Result<Vec<Snapshot>, Failure> {
    let mut found = BTreeMap::new();
    for snapshot_type in TYPES {
        let make = |marker: Option<String>| {
            let request = client.describe_db_cluster_snapshots().set_snapshot_type(snapshot_type.map(str::to_owned));
            request.max_records(PAGE).set_marker(marker).send()
        };
        let list = site
            .list(Operation::RdsDescribeDBClusterSnapshots, snapshot_type, make, |page| {
                (each("DBClusterSnapshots", page.db_cluster_snapshots, |item| of_cluster(site, item)), page.marker)
            })
            .await?;
        found.extend(list.into_iter().map(|snapshot| (snapshot.arn.clone(), snapshot)));
    }
    let asked = futures::stream::iter(found.into_values())
        .map(|snapshot| Box::pin(with_sharing(site, client, snapshot, true)))
        .buffered(TOGETHER);
    Ok(asked.filter_map(std::future::ready).collect().await)
}

/// Adds who may restore it. Automated snapshots cannot be shared and are not asked; a snapshot that was deleted since it was
/// listed is `None`.
async fn with_sharing(site: &Site, client: &Client, mut snapshot: Snapshot, of_cluster: bool) -> Option<Snapshot> {
    if snapshot.snapshot_type == "automated" {
        return Some(snapshot);
    }
    let answer = if of_cluster {
        cluster_sharing(site, client, &snapshot).await
    } else {
        instance_sharing(site, client, &snapshot).await
    };
    snapshot.shared_with = Some(match answer {
        Ok(None) => return None,
        Ok(Some(accounts)) => Answer::Value(accounts),
        Err(failure) => Answer::Gap(failure.gap),
    });
    Some(snapshot)
}

async fn instance_sharing(site: &Site, client: &Client, snapshot: &Snapshot) -> Result<Option<Vec<String>>, Failure> {
    const OPERATION: Operation = Operation::RdsDescribeDBSnapshotAttributes;
    let subject = Some(snapshot.arn.as_str());
    let make = || client.describe_db_snapshot_attributes().db_snapshot_identifier(&snapshot.identifier).send();
    let Some(answer) =
        site.call_or(OPERATION, subject, &["DBSnapshotNotFound", "DBSnapshotNotFoundFault"], make).await?
    else {
        return Ok(None);
    };
    let result = required("DBSnapshotAttributesResult", answer.db_snapshot_attributes_result);
    let attributes = result.and_then(|result| required("DBSnapshotAttributes", result.db_snapshot_attributes));
    let attributes = site.shaped(OPERATION, subject, attributes)?;
    Ok(Some(sharers(attributes.iter().map(|attribute| (attribute.attribute_name(), attribute.attribute_values())))))
}

async fn cluster_sharing(site: &Site, client: &Client, snapshot: &Snapshot) -> Result<Option<Vec<String>>, Failure> {
    const OPERATION: Operation = Operation::RdsDescribeDBClusterSnapshotAttributes;
    let subject = Some(snapshot.arn.as_str());
    let make =
        || client.describe_db_cluster_snapshot_attributes().db_cluster_snapshot_identifier(&snapshot.identifier).send();
    let gone = ["DBClusterSnapshotNotFoundFault", "DBClusterSnapshotNotFound"];
    let Some(answer) = site.call_or(OPERATION, subject, &gone, make).await? else { return Ok(None) };
    let result = required("DBClusterSnapshotAttributesResult", answer.db_cluster_snapshot_attributes_result);
    let attributes =
        result.and_then(|result| required("DBClusterSnapshotAttributes", result.db_cluster_snapshot_attributes));
    let attributes = site.shaped(OPERATION, subject, attributes)?;
    Ok(Some(sharers(attributes.iter().map(|attribute| (attribute.attribute_name(), attribute.attribute_values())))))
}

fn sharers<'a>(attributes: impl Iterator<Item = (Option<&'a str>, &'a [String])>) -> Vec<String> {
    let restore = attributes.filter(|(name, _)| *name == Some(RESTORE));
    let mut accounts: Vec<String> = restore.flat_map(|(_, values)| values.iter().cloned()).collect();
    accounts.sort();
    accounts.dedup();
    accounts
}

fn of_instance(site: &Site, item: &types::DbSnapshot) -> Shaped<Snapshot> {
    let shape = || {
        Ok(Snapshot {
            arn: arn("DBSnapshotArn", item.db_snapshot_arn())?,
            identifier: text("DBSnapshotIdentifier", item.db_snapshot_identifier())?,
            snapshot_type: text("SnapshotType", item.snapshot_type())?,
            status: text("Status", item.status())?,
            source_identifier: text("DBInstanceIdentifier", item.db_instance_identifier())?,
            source_resource_id: some_text(item.dbi_resource_id()),
            source_snapshot: some_arn("SourceDBSnapshotIdentifier", item.source_db_snapshot_identifier())?,
            source_region: some_region("SourceRegion", item.source_region())?,
            created_at: some_time("SnapshotCreateTime", item.snapshot_create_time())?,
            original_created_at: some_time("OriginalSnapshotCreateTime", item.original_snapshot_create_time())?,
            engine: text("Engine", item.engine())?,
            encrypted: required("Encrypted", item.encrypted())?,
            kms_key: storage_key(site, item.encrypted(), item.kms_key_id())?,
            shared_with: None,
            tags: tags(tag_pairs(item.tag_list()))?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_snapshot_identifier()))
}

fn of_cluster(site: &Site, item: &types::DbClusterSnapshot) -> Shaped<Snapshot> {
    let shape = || {
        let source = some_arn("SourceDBClusterSnapshotArn", item.source_db_cluster_snapshot_arn())?;
        Ok(Snapshot {
            arn: arn("DBClusterSnapshotArn", item.db_cluster_snapshot_arn())?,
            identifier: text("DBClusterSnapshotIdentifier", item.db_cluster_snapshot_identifier())?,
            snapshot_type: text("SnapshotType", item.snapshot_type())?,
            status: text("Status", item.status())?,
            source_identifier: text("DBClusterIdentifier", item.db_cluster_identifier())?,
            source_resource_id: some_text(item.db_cluster_resource_id()),
            source_region: source.as_ref().and_then(crate::model::ids::Arn::region),
            source_snapshot: source,
            created_at: some_time("SnapshotCreateTime", item.snapshot_create_time())?,
            // RDS does not tell it for clusters: a copy's data is older than its SnapshotCreateTime says.
            original_created_at: None,
            engine: text("Engine", item.engine())?,
            encrypted: required("StorageEncrypted", item.storage_encrypted())?,
            kms_key: storage_key(site, item.storage_encrypted(), item.kms_key_id())?,
            shared_with: None,
            tags: tags(tag_pairs(item.tag_list()))?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_cluster_snapshot_identifier()))
}

/// An automated backup of an instance.
pub(super) fn instance_backup(site: &Site, item: &types::DbInstanceAutomatedBackup) -> Shaped<AutomatedBackup> {
    let shape = || {
        let source = arn("DBInstanceArn", item.db_instance_arn())?;
        let own = some_arn("DBInstanceAutomatedBackupsArn", item.db_instance_automated_backups_arn())?;
        let window = item.restore_window();
        let replications = item.db_instance_automated_backups_replications().iter();
        let mut replications = replications
            .map(|r| arn("DBInstanceAutomatedBackupsReplications", r.db_instance_automated_backups_arn()))
            .collect::<Shaped<Vec<_>>>()?;
        replications.sort();
        let told = some_region("Region", item.region())?;
        Ok(AutomatedBackup {
            resource_id: text("DbiResourceId", item.dbi_resource_id())?,
            identifier: text("DBInstanceIdentifier", item.db_instance_identifier())?,
            status: text("Status", item.status())?,
            earliest_restorable_at: some_time("RestoreWindow.EarliestTime", window.and_then(|w| w.earliest_time()))?,
            latest_restorable_at: some_time("RestoreWindow.LatestTime", window.and_then(|w| w.latest_time()))?,
            backup_retention_days: item.backup_retention_period(),
            source_region: required("Region", source.region().or(told))?,
            replications,
            kms_key: storage_key(site, item.encrypted(), item.kms_key_id())?,
            backup_recovery_point: some_arn("AwsBackupRecoveryPointArn", item.aws_backup_recovery_point_arn())?,
            arn: own.unwrap_or_else(|| source.clone()),
            source,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_instance_identifier()))
}

/// An automated backup of a cluster.
pub(super) fn cluster_backup(site: &Site, item: &types::DbClusterAutomatedBackup) -> Shaped<AutomatedBackup> {
    let shape = || {
        let source = arn("DBClusterArn", item.db_cluster_arn())?;
        let own = some_arn("DBClusterAutomatedBackupsArn", item.db_cluster_automated_backups_arn())?;
        let window = item.restore_window();
        let told = some_region("Region", item.region())?;
        Ok(AutomatedBackup {
            resource_id: text("DbClusterResourceId", item.db_cluster_resource_id())?,
            identifier: text("DBClusterIdentifier", item.db_cluster_identifier())?,
            status: text("Status", item.status())?,
            earliest_restorable_at: some_time("RestoreWindow.EarliestTime", window.and_then(|w| w.earliest_time()))?,
            latest_restorable_at: some_time("RestoreWindow.LatestTime", window.and_then(|w| w.latest_time()))?,
            backup_retention_days: item.backup_retention_period(),
            source_region: required("Region", source.region().or(told))?,
            replications: Vec::new(),
            kms_key: storage_key(site, item.storage_encrypted(), item.kms_key_id())?,
            backup_recovery_point: some_arn("AwsBackupRecoveryPointArn", item.aws_backup_recovery_point_arn())?,
            arn: own.unwrap_or_else(|| source.clone()),
            source,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_cluster_identifier()))
}
