//! Automated backups of instances and of clusters.

use super::{heeded, is_named, list, not_found};
use crate::fleet::call::{Call, listed};
use crate::fleet::refusal::Refusal;
use crate::fleet::reply::Answer;
use crate::fleet::xml::Xml;
use crate::model::operation::Operation;
use crate::model::rds::{AutomatedBackup, RdsInventory};

pub(super) fn of_instances(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let members = ["DBInstanceIdentifier", "DbiResourceId", "DBInstanceAutomatedBackupsArn"];
    let filters = heeded(call, &members, &["status", "db-instance-id", "dbi-resource-id"])?;
    let [identifier, resource_id, arn] = members.map(|member| call.input.text(member));
    let items = listed(&rds.db_instance_automated_backups, Operation::RdsDescribeDBInstanceAutomatedBackups)?.iter();
    let items: Vec<&AutomatedBackup> = items
        .filter(|item| is_named(identifier, &item.identifier, item.source.as_str()))
        .filter(|item| resource_id.is_none_or(|asked| asked == item.resource_id))
        .filter(|item| arn.is_none_or(|asked| own_arn(item) == Some(asked)))
        .filter(|item| {
            filters.admit(&[
                ("status", &[&item.status]),
                ("db-instance-id", &[&item.identifier, item.source.as_str()]),
                ("dbi-resource-id", &[&item.resource_id]),
            ])
        })
        .collect();
    if let Some(asked) = identifier.or(resource_id).or(arn).filter(|_| items.is_empty()) {
        return Err(not_found("DBInstanceAutomatedBackupNotFound", "DBInstanceAutomatedBackup", asked));
    }
    list(call, "DBInstanceAutomatedBackups", "DBInstanceAutomatedBackup", &items, |xml, item| {
        of_instance(xml, call, item)
    })
}

pub(super) fn of_clusters(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let members = ["DBClusterIdentifier", "DbClusterResourceId"];
    let filters = heeded(call, &members, &["status", "db-cluster-id", "db-cluster-resource-id"])?;
    let [identifier, resource_id] = members.map(|member| call.input.text(member));
    let items = listed(&rds.db_cluster_automated_backups, Operation::RdsDescribeDBClusterAutomatedBackups)?.iter();
    let items: Vec<&AutomatedBackup> = items
        .filter(|item| is_named(identifier, &item.identifier, item.source.as_str()))
        .filter(|item| resource_id.is_none_or(|asked| asked == item.resource_id))
        .filter(|item| {
            filters.admit(&[
                ("status", &[&item.status]),
                ("db-cluster-id", &[&item.identifier, item.source.as_str()]),
                ("db-cluster-resource-id", &[&item.resource_id]),
            ])
        })
        .collect();
    if let Some(asked) = identifier.or(resource_id).filter(|_| items.is_empty()) {
        return Err(not_found("DBClusterAutomatedBackupNotFoundFault", "DBClusterAutomatedBackup", asked));
    }
    list(call, "DBClusterAutomatedBackups", "DBClusterAutomatedBackup", &items, |xml, item| of_cluster(xml, call, item))
}

/// The ARN that AWS gave the backup itself; where it gave none, the inventory holds the source's.
fn own_arn(item: &AutomatedBackup) -> Option<&str> {
    (item.arn != item.source).then_some(item.arn.as_str())
}

fn of_instance(xml: &mut Xml, call: &Call<'_>, item: &AutomatedBackup) {
    let AutomatedBackup {
        arn: _,
        source,
        resource_id,
        identifier,
        status,
        earliest_restorable_at: _,
        latest_restorable_at: _,
        backup_retention_days,
        source_region,
        replications,
        kms_key,
        backup_recovery_point,
    } = item;
    xml.put("DBInstanceArn", source);
    xml.text("DbiResourceId", resource_id);
    xml.put("Region", source_region);
    xml.text("DBInstanceIdentifier", identifier);
    window(xml, call, item);
    xml.text("Status", status);
    // A backup that names a key is encrypted with it.
    xml.put("Encrypted", kms_key.is_some());
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.some("BackupRetentionPeriod", *backup_retention_days);
    xml.some("DBInstanceAutomatedBackupsArn", own_arn(item));
    let of_it = "DBInstanceAutomatedBackupsReplication";
    xml.list("DBInstanceAutomatedBackupsReplications", of_it, replications, |xml, arn| {
        xml.put("DBInstanceAutomatedBackupsArn", arn);
    });
    xml.some("AwsBackupRecoveryPointArn", backup_recovery_point.as_ref());
}

fn of_cluster(xml: &mut Xml, call: &Call<'_>, item: &AutomatedBackup) {
    let AutomatedBackup {
        arn: _,
        source,
        resource_id,
        identifier,
        status,
        earliest_restorable_at: _,
        latest_restorable_at: _,
        backup_retention_days,
        source_region,
        // RDS replicates the backups of instances alone.
        replications: _,
        kms_key,
        backup_recovery_point,
    } = item;
    xml.some("DBClusterAutomatedBackupsArn", own_arn(item));
    xml.text("DBClusterIdentifier", identifier);
    window(xml, call, item);
    xml.text("DbClusterResourceId", resource_id);
    xml.put("Region", source_region);
    xml.text("Status", status);
    xml.put("StorageEncrypted", kms_key.is_some());
    xml.put("DBClusterArn", source);
    xml.some("BackupRetentionPeriod", *backup_retention_days);
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.some("AwsBackupRecoveryPointArn", backup_recovery_point.as_ref());
}

/// From when to when it can be restored.
fn window(xml: &mut Xml, call: &Call<'_>, item: &AutomatedBackup) {
    xml.node("RestoreWindow", |xml| {
        xml.some("EarliestTime", call.some_iso(item.earliest_restorable_at));
        xml.some("LatestTime", call.some_iso(item.latest_restorable_at));
    });
}
