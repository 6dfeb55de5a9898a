//! RDS's instances, clusters and global clusters, from the SDK's types to the nouns.

use aws_sdk_rds::types;

use super::super::shape::{Malformed, Shaped, arn, required, some_arn, some_text, some_time, tags, text};
use super::super::site::Site;
use crate::model::ids::Arn;
use crate::model::rds::{DbCluster, DbInstance, GlobalCluster, GlobalClusterMember};

pub(super) fn tag_pairs(list: &[types::Tag]) -> impl Iterator<Item = (Option<&str>, Option<&str>)> {
    list.iter().map(|tag| (tag.key(), tag.value()))
}

/// The key of what is encrypted; a key that is named beside unencrypted storage encrypts nothing.
pub(super) fn storage_key(site: &Site, encrypted: Option<bool>, key: Option<&str>) -> Shaped<Option<Arn>> {
    if encrypted == Some(false) { Ok(None) } else { site.some_key("KmsKeyId", key) }
}

pub(super) fn db_instance(site: &Site, item: &types::DbInstance) -> Shaped<DbInstance> {
    let shape = || {
        Ok(DbInstance {
            arn: arn("DBInstanceArn", item.db_instance_arn())?,
            identifier: text("DBInstanceIdentifier", item.db_instance_identifier())?,
            resource_id: text("DbiResourceId", item.dbi_resource_id())?,
            engine: text("Engine", item.engine())?,
            status: text("DBInstanceStatus", item.db_instance_status())?,
            created_at: some_time("InstanceCreateTime", item.instance_create_time())?,
            deletion_protection: required("DeletionProtection", item.deletion_protection())?,
            backup_retention_days: required("BackupRetentionPeriod", item.backup_retention_period())?,
            latest_restorable_at: some_time("LatestRestorableTime", item.latest_restorable_time())?,
            cluster_identifier: some_text(item.db_cluster_identifier()),
            replica_source: some_text(item.read_replica_source_db_instance_identifier()),
            replica_source_cluster: some_text(item.read_replica_source_db_cluster_identifier()),
            storage_encrypted: required("StorageEncrypted", item.storage_encrypted())?,
            kms_key: storage_key(site, item.storage_encrypted(), item.kms_key_id())?,
            backup_recovery_point: some_arn("AwsBackupRecoveryPointArn", item.aws_backup_recovery_point_arn())?,
            tags: tags(tag_pairs(item.tag_list()))?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_instance_identifier()))
}

pub(super) fn db_cluster(site: &Site, item: &types::DbCluster) -> Shaped<DbCluster> {
    let shape = || {
        let members = item.db_cluster_members().iter();
        let mut members = members
            .map(|member| text("DBClusterMembers.DBInstanceIdentifier", member.db_instance_identifier()))
            .collect::<Shaped<Vec<_>>>()?;
        members.sort();
        Ok(DbCluster {
            arn: arn("DBClusterArn", item.db_cluster_arn())?,
            identifier: text("DBClusterIdentifier", item.db_cluster_identifier())?,
            resource_id: text("DbClusterResourceId", item.db_cluster_resource_id())?,
            engine: text("Engine", item.engine())?,
            status: text("Status", item.status())?,
            created_at: some_time("ClusterCreateTime", item.cluster_create_time())?,
            deletion_protection: required("DeletionProtection", item.deletion_protection())?,
            backup_retention_days: required("BackupRetentionPeriod", item.backup_retention_period())?,
            latest_restorable_at: some_time("LatestRestorableTime", item.latest_restorable_time())?,
            members,
            replication_source: some_text(item.replication_source_identifier()),
            clone_group: some_text(item.clone_group_id()),
            storage_encrypted: required("StorageEncrypted", item.storage_encrypted())?,
            kms_key: storage_key(site, item.storage_encrypted(), item.kms_key_id())?,
            backup_recovery_point: some_arn("AwsBackupRecoveryPointArn", item.aws_backup_recovery_point_arn())?,
            tags: tags(tag_pairs(item.tag_list()))?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.db_cluster_identifier()))
}

pub(super) fn global_cluster(item: &types::GlobalCluster) -> Shaped<GlobalCluster> {
    let shape = || {
        let members = item.global_cluster_members().iter().map(|member| {
            Ok(GlobalClusterMember {
                cluster: arn("GlobalClusterMembers.DBClusterArn", member.db_cluster_arn())?,
                writer: required("GlobalClusterMembers.IsWriter", member.is_writer())?,
            })
        });
        let mut members = members.collect::<Shaped<Vec<_>>>()?;
        members.sort();
        Ok(GlobalCluster {
            arn: arn("GlobalClusterArn", item.global_cluster_arn())?,
            identifier: text("GlobalClusterIdentifier", item.global_cluster_identifier())?,
            resource_id: text("GlobalClusterResourceId", item.global_cluster_resource_id())?,
            engine: some_text(item.engine()),
            deletion_protection: required("DeletionProtection", item.deletion_protection())?,
            members,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.global_cluster_identifier()))
}
