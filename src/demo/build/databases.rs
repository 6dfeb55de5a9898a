//! RDS instances, clusters, snapshots; DynamoDB tables; KMS keys.

use std::collections::BTreeMap;

use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::gap::Answer;
use crate::model::ids::Arn;
use crate::model::kms::{Key, KeyDetail};
use crate::model::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster, Snapshot};

use super::{Place, days_ago, hours_ago, id, value};

/// A PostgreSQL instance as the console's defaults make it: no deletion protection, a week of automated backups,
/// encrypted with the AWS-managed key.
#[must_use]
pub fn db_instance(place: Place, identifier: &str) -> DbInstance {
    DbInstance {
        arn: place.arn("rds", &format!("db:{identifier}")),
        identifier: identifier.into(),
        resource_id: resource_id("db", identifier),
        engine: "postgres".into(),
        status: "available".into(),
        created_at: Some(days_ago(400)),
        deletion_protection: false,
        backup_retention_days: 7,
        latest_restorable_at: Some(hours_ago(0)),
        cluster_identifier: None,
        replica_source: None,
        replica_source_cluster: None,
        storage_encrypted: true,
        kms_key: Some(place.key("aws-rds")),
        backup_recovery_point: None,
        tags: BTreeMap::new(),
    }
}

/// An Aurora PostgreSQL cluster as the console's defaults make it, with one member named after it.
#[must_use]
pub fn db_cluster(place: Place, identifier: &str) -> DbCluster {
    DbCluster {
        arn: place.arn("rds", &format!("cluster:{identifier}")),
        identifier: identifier.into(),
        resource_id: resource_id("cluster", identifier),
        engine: "aurora-postgresql".into(),
        status: "available".into(),
        created_at: Some(days_ago(400)),
        deletion_protection: false,
        backup_retention_days: 7,
        latest_restorable_at: Some(hours_ago(0)),
        members: vec![format!("{identifier}-1")],
        replication_source: None,
        clone_group: Some(format!("clone-{identifier}")),
        storage_encrypted: true,
        kms_key: Some(place.key("aws-rds")),
        backup_recovery_point: None,
        tags: BTreeMap::new(),
    }
}

/// The only member of [`db_cluster`].
#[must_use]
pub fn cluster_member(place: Place, cluster: &str) -> DbInstance {
    DbInstance {
        engine: "aurora-postgresql".into(),
        cluster_identifier: Some(cluster.into()),
        ..db_instance(place, &format!("{cluster}-1"))
    }
}

/// A global cluster around one writer.
#[must_use]
pub fn global_cluster(account: &str, identifier: &str, writer: &DbCluster) -> GlobalCluster {
    GlobalCluster {
        arn: id(&format!("arn:aws:rds::{account}:global-cluster:{identifier}")),
        identifier: identifier.into(),
        resource_id: resource_id("cluster", identifier),
        engine: Some(writer.engine.clone()),
        deletion_protection: false,
        members: vec![crate::model::rds::GlobalClusterMember { cluster: writer.arn.clone(), writer: true }],
    }
}

/// The `DbiResourceId` or `DbClusterResourceId` that the builders give a database.
#[must_use]
pub fn resource_id(kind: &str, identifier: &str) -> String {
    let letters: String = identifier.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{kind}-{:0<26}", letters.to_ascii_uppercase())
}

/// A manual snapshot of an instance, shared with nobody.
#[must_use]
pub fn manual_snapshot(place: Place, name: &str, of: &DbInstance, age_hours: i64) -> Snapshot {
    Snapshot {
        arn: place.arn("rds", &format!("snapshot:{name}")),
        identifier: name.into(),
        snapshot_type: "manual".into(),
        status: "available".into(),
        source_identifier: of.identifier.clone(),
        source_resource_id: Some(of.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(hours_ago(age_hours)),
        original_created_at: Some(hours_ago(age_hours)),
        engine: of.engine.clone(),
        encrypted: of.storage_encrypted,
        kms_key: of.kms_key.clone(),
        shared_with: Some(value(Vec::new())),
        tags: BTreeMap::new(),
    }
}

/// An automated snapshot of an instance: it goes when the instance goes.
#[must_use]
pub fn automated_snapshot(place: Place, of: &DbInstance, age_hours: i64) -> Snapshot {
    let day = hours_ago(age_hours).strftime("%Y-%m-%d-%H-%M").to_string();
    Snapshot {
        snapshot_type: "automated".into(),
        shared_with: None,
        ..manual_snapshot(place, &format!("rds:{}-{day}", of.identifier), of, age_hours)
    }
}

/// A snapshot that AWS Backup made of an instance; it is the recovery point of the same ARN.
#[must_use]
pub fn backup_snapshot(place: Place, job: &str, of: &DbInstance, age_hours: i64) -> Snapshot {
    Snapshot { snapshot_type: "awsbackup".into(), ..manual_snapshot(place, &format!("awsbackup:{job}"), of, age_hours) }
}

/// A snapshot that AWS Backup made of a cluster; it is the recovery point of the same ARN.
#[must_use]
pub fn backup_cluster_snapshot(place: Place, job: &str, of: &DbCluster, age_hours: i64) -> Snapshot {
    let name = format!("awsbackup:{job}");
    Snapshot {
        arn: place.arn("rds", &format!("cluster-snapshot:{name}")),
        identifier: name,
        snapshot_type: "awsbackup".into(),
        status: "available".into(),
        source_identifier: of.identifier.clone(),
        source_resource_id: Some(of.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(hours_ago(age_hours)),
        // RDS does not tell it of clusters.
        original_created_at: None,
        engine: of.engine.clone(),
        encrypted: of.storage_encrypted,
        kms_key: of.kms_key.clone(),
        shared_with: Some(value(Vec::new())),
        tags: BTreeMap::new(),
    }
}

/// The automated backups of an instance, with their window of restore.
#[must_use]
pub fn automated_backup(place: Place, of: &DbInstance) -> AutomatedBackup {
    backup_window(place, &of.arn, &of.identifier, &of.resource_id, of.backup_retention_days, of.kms_key.clone())
}

/// The automated backups of a cluster.
#[must_use]
pub fn cluster_automated_backup(place: Place, of: &DbCluster) -> AutomatedBackup {
    backup_window(place, &of.arn, &of.identifier, &of.resource_id, of.backup_retention_days, of.kms_key.clone())
}

fn backup_window(
    place: Place,
    source: &Arn,
    identifier: &str,
    resource_id: &str,
    days: i32,
    kms_key: Option<Arn>,
) -> AutomatedBackup {
    AutomatedBackup {
        arn: place.arn("rds", &format!("auto-backup:ab-{}", resource_id.to_ascii_lowercase())),
        source: source.clone(),
        resource_id: resource_id.into(),
        identifier: identifier.into(),
        status: "active".into(),
        earliest_restorable_at: Some(days_ago(i64::from(days))),
        latest_restorable_at: Some(hours_ago(0)),
        backup_retention_days: Some(days),
        source_region: place.region(),
        replications: Vec::new(),
        kms_key,
        backup_recovery_point: None,
    }
}

/// A table as `CreateTable` makes it: without deletion protection, without point-in-time recovery.
#[must_use]
pub fn table(place: Place, name: &str, partition_key: &str) -> Table {
    Table {
        arn: place.arn("dynamodb", &format!("table/{name}")),
        name: name.into(),
        detail: value(TableDetail {
            id: Some(uuid(name)),
            status: "ACTIVE".into(),
            created_at: Some(days_ago(300)),
            deletion_protection: false,
            partition_key: Some(partition_key.into()),
            sort_key: None,
            replicas: Vec::new(),
            kms_key: None,
            item_count: Some(20_000),
        }),
        point_in_time_recovery: value(PointInTimeRecovery {
            enabled: false,
            earliest_restorable_at: None,
            latest_restorable_at: None,
            period_days: None,
        }),
        tags: value(BTreeMap::new()),
        resource_policy: value(None),
    }
}

/// The same table with deletion protection and 35 days of point-in-time recovery.
#[must_use]
pub fn protected(mut table: Table) -> Table {
    if let Answer::Value(detail) = &mut table.detail {
        detail.deletion_protection = true;
    }
    table.point_in_time_recovery = value(PointInTimeRecovery {
        enabled: true,
        earliest_restorable_at: Some(days_ago(35)),
        latest_restorable_at: Some(hours_ago(0)),
        period_days: Some(35),
    });
    table
}

/// The same table with so many items.
#[must_use]
pub fn holding(mut table: Table, items: i64) -> Table {
    if let Answer::Value(detail) = &mut table.detail {
        detail.item_count = Some(items);
    }
    table
}

/// A text in the shape of a UUID that depends on the name alone.
#[must_use]
pub fn uuid(name: &str) -> String {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let (high, low) = (hash >> 32, hash & 0xffff_ffff);
    format!("{high:08x}-{:04x}-4{:03x}-8{:03x}-{low:08x}{:04x}", low >> 16, low & 0xfff, high & 0xfff, high & 0xffff)
}

/// A customer-managed key that is well; its policy leaves it to the account's IAM.
#[must_use]
pub fn customer_key(place: Place, key: &str) -> Key {
    let root = format!("arn:aws:iam::{}:root", place.account);
    Key {
        reference: place.key(key),
        detail: value(key_detail(place, key, "CUSTOMER")),
        policy: Some(value(format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{{"AWS":"{root}"}},"Action":"kms:*","Resource":"*"}}]}}"#
        ))),
    }
}

/// The AWS-managed key of RDS in this place, as [`db_instance`] refers to it.
#[must_use]
pub fn aws_rds_key(place: Place) -> Key {
    Key { reference: place.key("aws-rds"), detail: value(key_detail(place, "aws-rds", "AWS")), policy: None }
}

/// What `DescribeKey` says of a key that is well.
#[must_use]
pub fn key_detail(place: Place, key: &str, manager: &str) -> KeyDetail {
    KeyDetail {
        arn: place.key(key),
        account: place.account(),
        manager: manager.into(),
        state: "Enabled".into(),
        deletion_at: None,
        origin: "AWS_KMS".into(),
        expiration_model: None,
        material_expires_at: None,
        multi_region: false,
        multi_region_type: None,
        primary_region: None,
    }
}
