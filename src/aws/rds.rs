//! Amazon RDS of one account and region; DocumentDB and Neptune answer through the same API.
//!
//! Follows <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/>. The decision worth knowing: snapshots are asked for
//! twice, because without a type only manual and automated ones come, and those of AWS Backup would be missing.

mod instances;
mod snapshots;
#[cfg(test)]
mod tests;

use aws_sdk_rds::Client;
use futures::join;

use super::failure::Failure;
use super::shape::each;
use super::site::Site;
use crate::model::operation::Operation;
use crate::model::rds::{AutomatedBackup, DbCluster, DbInstance, GlobalCluster, RdsInventory};

/// The most records that RDS gives in a page.
const PAGE: i32 = 100;

/// Reads what RDS holds. What could not be read is a gap in it.
pub(super) async fn collect(site: &Site) -> RdsInventory {
    let client = site.rds();
    let (instances, clusters, global, snapshots, cluster_snapshots, backups, cluster_backups) = join!(
        Box::pin(db_instances(site, &client)),
        Box::pin(db_clusters(site, &client)),
        Box::pin(global_clusters(site, &client)),
        Box::pin(snapshots::of_instances(site, &client)),
        Box::pin(snapshots::of_clusters(site, &client)),
        Box::pin(instance_backups(site, &client)),
        Box::pin(cluster_backups(site, &client)),
    );
    RdsInventory {
        db_instances: site.collected(instances),
        db_clusters: site.collected(clusters),
        global_clusters: site.collected(global),
        db_snapshots: site.collected(snapshots),
        db_cluster_snapshots: site.collected(cluster_snapshots),
        db_instance_automated_backups: site.collected(backups),
        db_cluster_automated_backups: site.collected(cluster_backups),
    }
}

async fn db_instances(site: &Site, client: &Client) -> Result<Vec<DbInstance>, Failure> {
    let make = |marker: Option<String>| client.describe_db_instances().max_records(PAGE).set_marker(marker).send();
    let mut list = site
        .list(Operation::RdsDescribeDBInstances, None, make, |page| {
            (each("DBInstances", page.db_instances, |item| instances::db_instance(site, item)), page.marker)
        })
        .await?;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

async fn db_clusters(site: &Site, client: &Client) -> Result<Vec<DbCluster>, Failure> {
    let make = |marker: Option<String>| client.describe_db_clusters().max_records(PAGE).set_marker(marker).send();
    let mut list = site
        .list(Operation::RdsDescribeDBClusters, None, make, |page| {
            (each("DBClusters", page.db_clusters, |item| instances::db_cluster(site, item)), page.marker)
        })
        .await?;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

async fn global_clusters(site: &Site, client: &Client) -> Result<Vec<GlobalCluster>, Failure> {
    let make = |marker: Option<String>| client.describe_global_clusters().max_records(PAGE).set_marker(marker).send();
    let answer = site
        .list(Operation::RdsDescribeGlobalClusters, None, make, |page| {
            (each("GlobalClusters", page.global_clusters, instances::global_cluster), page.marker)
        })
        .await;
    let mut list = answer.map_err(|mut failure| {
        // How RDS says that a region has no global databases; it is no AccessDenied, whatever the words.
        let message = "Access Denied to API Version: APIGlobalDatabases";
        failure.not_offered |= failure.code.as_deref() == Some("InvalidParameterValue")
            && failure.gap.message.contains(message)
            && !site.shared.custom_endpoint;
        failure
    })?;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    list.dedup_by(|a, b| a.arn == b.arn);
    Ok(list)
}

async fn instance_backups(site: &Site, client: &Client) -> Result<Vec<AutomatedBackup>, Failure> {
    let make = |marker: Option<String>| {
        client.describe_db_instance_automated_backups().max_records(PAGE).set_marker(marker).send()
    };
    let mut list = site
        .list(Operation::RdsDescribeDBInstanceAutomatedBackups, None, make, |page| {
            (
                each("DBInstanceAutomatedBackups", page.db_instance_automated_backups, |item| {
                    snapshots::instance_backup(site, item)
                }),
                page.marker,
            )
        })
        .await?;
    list.sort_by(backup_order);
    Ok(list)
}

async fn cluster_backups(site: &Site, client: &Client) -> Result<Vec<AutomatedBackup>, Failure> {
    let make = |marker: Option<String>| {
        client.describe_db_cluster_automated_backups().max_records(PAGE).set_marker(marker).send()
    };
    let mut list = site
        .list(Operation::RdsDescribeDBClusterAutomatedBackups, None, make, |page| {
            (
                each("DBClusterAutomatedBackups", page.db_cluster_automated_backups, |item| {
                    snapshots::cluster_backup(site, item)
                }),
                page.marker,
            )
        })
        .await?;
    list.sort_by(backup_order);
    Ok(list)
}

fn backup_order(a: &AutomatedBackup, b: &AutomatedBackup) -> std::cmp::Ordering {
    (&a.arn, &a.resource_id).cmp(&(&b.arn, &b.resource_id))
}
