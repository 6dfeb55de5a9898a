//! Amazon RDS: instances, clusters, snapshots, automated backups. DocumentDB and Neptune come through the same API.
//!
//! Follows <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/>.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::{Arn, Region};

/// What RDS holds in one account and region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RdsInventory {
    /// DB instances.
    pub db_instances: Collected<Vec<DbInstance>>,
    /// DB clusters.
    pub db_clusters: Collected<Vec<DbCluster>>,
    /// Global clusters; the same one is answered in several regions.
    pub global_clusters: Collected<Vec<GlobalCluster>>,
    /// DB snapshots of every type.
    pub db_snapshots: Collected<Vec<Snapshot>>,
    /// DB cluster snapshots of every type.
    pub db_cluster_snapshots: Collected<Vec<Snapshot>>,
    /// Automated backups of instances.
    pub db_instance_automated_backups: Collected<Vec<AutomatedBackup>>,
    /// Automated backups of clusters.
    pub db_cluster_automated_backups: Collected<Vec<AutomatedBackup>>,
}

/// A DB instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DbInstance {
    /// `arn:…:db:…`
    pub arn: Arn,
    /// DBInstanceIdentifier.
    pub identifier: String,
    /// DbiResourceId, `db-…`: unlike the identifier it is never used twice.
    pub resource_id: String,
    /// Engine, such as `postgres`, `aurora-mysql`, `docdb`.
    pub engine: String,
    /// Status, such as `available`.
    pub status: String,
    /// When it was created; absent while it is being created.
    pub created_at: Option<Timestamp>,
    /// DeletionProtection.
    pub deletion_protection: bool,
    /// BackupRetentionPeriod, in days; 0 is off.
    pub backup_retention_days: i32,
    /// LatestRestorableTime.
    pub latest_restorable_at: Option<Timestamp>,
    /// The cluster it is a member of.
    pub cluster_identifier: Option<String>,
    /// The identifier or, across regions, the ARN of the instance it replicates.
    pub replica_source: Option<String>,
    /// The cluster that it replicates.
    pub replica_source_cluster: Option<String>,
    /// Whether storage is encrypted.
    pub storage_encrypted: bool,
    /// The KMS key of its storage.
    pub kms_key: Option<Arn>,
    /// AwsBackupRecoveryPointArn: the continuous recovery point that AWS Backup manages.
    pub backup_recovery_point: Option<Arn>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A DB cluster: Aurora, Multi-AZ, DocumentDB or Neptune.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DbCluster {
    /// `arn:…:cluster:…`
    pub arn: Arn,
    /// DBClusterIdentifier.
    pub identifier: String,
    /// DbClusterResourceId, `cluster-…`.
    pub resource_id: String,
    /// Engine.
    pub engine: String,
    /// Status.
    pub status: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// DeletionProtection.
    pub deletion_protection: bool,
    /// BackupRetentionPeriod, in days.
    pub backup_retention_days: i32,
    /// LatestRestorableTime.
    pub latest_restorable_at: Option<Timestamp>,
    /// The identifiers of its instances.
    pub members: Vec<String>,
    /// The cluster or instance it replicates.
    pub replication_source: Option<String>,
    /// CloneGroupId: clusters that share one storage volume.
    pub clone_group: Option<String>,
    /// Whether storage is encrypted.
    pub storage_encrypted: bool,
    /// The KMS key of its storage.
    pub kms_key: Option<Arn>,
    /// AwsBackupRecoveryPointArn.
    pub backup_recovery_point: Option<Arn>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// A global cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GlobalCluster {
    /// Its ARN, which names no region.
    pub arn: Arn,
    /// GlobalClusterIdentifier.
    pub identifier: String,
    /// GlobalClusterResourceId.
    pub resource_id: String,
    /// Engine.
    pub engine: Option<String>,
    /// DeletionProtection.
    pub deletion_protection: bool,
    /// The member clusters' ARNs, with whether each is the writer.
    pub members: Vec<GlobalClusterMember>,
}

/// A member of a global cluster.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct GlobalClusterMember {
    /// The cluster.
    pub cluster: Arn,
    /// Whether it is the writer.
    pub writer: bool,
}

/// A DB snapshot or DB cluster snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Its ARN.
    pub arn: Arn,
    /// Its identifier.
    pub identifier: String,
    /// `automated`, `manual` or `awsbackup`.
    pub snapshot_type: String,
    /// Status, such as `available`.
    pub status: String,
    /// The identifier of the instance or cluster it was taken of.
    pub source_identifier: String,
    /// The DbiResourceId or DbClusterResourceId it was taken of.
    pub source_resource_id: Option<String>,
    /// The snapshot that it was copied from, where it is a copy.
    pub source_snapshot: Option<Arn>,
    /// The region it was copied from.
    pub source_region: Option<Region>,
    /// SnapshotCreateTime: when it was made; copying resets it.
    pub created_at: Option<Timestamp>,
    /// OriginalSnapshotCreateTime: the age of the data; copying keeps it. RDS does not tell it of cluster snapshots, so the
    /// data of a copied one (`source_snapshot`) is older than `created_at` says.
    pub original_created_at: Option<Timestamp>,
    /// Engine.
    pub engine: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Its KMS key.
    pub kms_key: Option<Arn>,
    /// Accounts that may restore it, `all` being everyone; `None` for automated ones, which cannot be shared.
    pub shared_with: Option<Answer<Vec<String>>>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// An automated backup of an instance or cluster; it may outlive its source, or be a replica from another region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AutomatedBackup {
    /// Its ARN, `arn:…:auto-backup:…`; the source's where AWS gives it none of its own.
    pub arn: Arn,
    /// The ARN of the instance or cluster that it backs up, in the source's region.
    pub source: Arn,
    /// DbiResourceId or DbClusterResourceId.
    pub resource_id: String,
    /// The instance's or cluster's identifier.
    pub identifier: String,
    /// `active`, `retained` or `creating`.
    pub status: String,
    /// The earliest time that can be restored.
    pub earliest_restorable_at: Option<Timestamp>,
    /// The latest time that can be restored: the age of the data.
    pub latest_restorable_at: Option<Timestamp>,
    /// Retention, in days.
    pub backup_retention_days: Option<i32>,
    /// The region of the source.
    pub source_region: Region,
    /// ARNs of the replicas of this backup in other regions.
    pub replications: Vec<Arn>,
    /// Its KMS key.
    pub kms_key: Option<Arn>,
    /// AwsBackupRecoveryPointArn.
    pub backup_recovery_point: Option<Arn>,
}
