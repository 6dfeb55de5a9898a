//! DB instances, DB clusters and global clusters.

use super::{Filters, heeded, invalid, is_named, list, not_found, tags};
use crate::fleet::call::{Call, listed};
use crate::fleet::refusal::Refusal;
use crate::fleet::reply::Answer;
use crate::fleet::xml::Xml;
use crate::model::gap::Collected;
use crate::model::ids::{Arn, Region};
use crate::model::operation::Operation;
use crate::model::rds::{DbCluster, DbInstance, GlobalCluster, GlobalClusterMember, RdsInventory};

pub(super) fn instances(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let known = ["db-instance-id", "db-cluster-id", "dbi-resource-id", "engine"];
    let filters = heeded(call, &["DBInstanceIdentifier"], &known)?;
    let asked = call.input.text("DBInstanceIdentifier");
    let items = listed(&rds.db_instances, Operation::RdsDescribeDBInstances)?.iter();
    let items: Vec<&DbInstance> = items
        .filter(|item| is_named(asked, &item.identifier, item.arn.as_str()))
        .filter(|item| {
            let cluster: Vec<&str> = item.cluster_identifier.iter().map(String::as_str).collect();
            filters.admit(&[
                ("db-instance-id", &[&item.identifier, item.arn.as_str()]),
                ("db-cluster-id", &cluster),
                ("dbi-resource-id", &[&item.resource_id]),
                ("engine", &[&item.engine]),
            ])
        })
        .collect();
    if let Some(asked) = asked.filter(|_| items.is_empty()) {
        return Err(not_found("DBInstanceNotFound", "DBInstance", asked));
    }
    let replicas = Replicas::of(call);
    list(call, "DBInstances", "DBInstance", &items, |xml, item| instance(xml, call, &replicas, item))
}

fn instance(xml: &mut Xml, call: &Call<'_>, replicas: &Replicas<'_>, item: &DbInstance) {
    let DbInstance {
        arn,
        identifier,
        resource_id,
        engine,
        status,
        created_at,
        deletion_protection,
        backup_retention_days,
        latest_restorable_at,
        cluster_identifier,
        replica_source,
        replica_source_cluster,
        storage_encrypted,
        kms_key,
        backup_recovery_point,
        tags: tagged,
    } = item;
    xml.text("DBInstanceIdentifier", identifier);
    xml.text("Engine", engine);
    xml.text("DBInstanceStatus", status);
    xml.some("InstanceCreateTime", call.some_iso(*created_at));
    xml.put("BackupRetentionPeriod", backup_retention_days);
    xml.node("PendingModifiedValues", |_| ());
    xml.some("LatestRestorableTime", call.some_iso(*latest_restorable_at));
    xml.some("ReadReplicaSourceDBInstanceIdentifier", replica_source.as_deref());
    let of_it = replicas.of_source(call.region, identifier, arn, false);
    xml.texts("ReadReplicaDBInstanceIdentifiers", "ReadReplicaDBInstanceIdentifier", of_it);
    let of_it = replicas.of_source(call.region, identifier, arn, true);
    xml.texts("ReadReplicaDBClusterIdentifiers", "ReadReplicaDBClusterIdentifier", of_it);
    xml.some("DBClusterIdentifier", cluster_identifier.as_deref());
    xml.put("StorageEncrypted", storage_encrypted);
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.text("DbiResourceId", resource_id);
    xml.put("DBInstanceArn", arn);
    xml.put("DeletionProtection", deletion_protection);
    tags(xml, tagged);
    xml.some("AwsBackupRecoveryPointArn", backup_recovery_point.as_ref());
    xml.some("ReadReplicaSourceDBClusterIdentifier", replica_source_cluster.as_deref());
}

pub(super) fn clusters(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let known = ["clone-group-id", "db-cluster-id", "db-cluster-resource-id", "engine"];
    let filters = heeded(call, &["DBClusterIdentifier", "IncludeShared"], &known)?;
    if call.input.text("IncludeShared") == Some("true") {
        return Err(Refusal::unseen("clusters that other accounts share"));
    }
    let asked = call.input.text("DBClusterIdentifier");
    let items = listed(&rds.db_clusters, Operation::RdsDescribeDBClusters)?.iter();
    let items: Vec<&DbCluster> = items
        .filter(|item| is_named(asked, &item.identifier, item.arn.as_str()))
        .filter(|item| {
            let group: Vec<&str> = item.clone_group.iter().map(String::as_str).collect();
            filters.admit(&[
                ("clone-group-id", &group),
                ("db-cluster-id", &[&item.identifier, item.arn.as_str()]),
                ("db-cluster-resource-id", &[&item.resource_id]),
                ("engine", &[&item.engine]),
            ])
        })
        .collect();
    if let Some(asked) = asked.filter(|_| items.is_empty()) {
        return Err(not_found("DBClusterNotFoundFault", "DBCluster", asked));
    }
    let replicas = Replicas::of(call);
    list(call, "DBClusters", "DBCluster", &items, |xml, item| {
        cluster(xml, call, &replicas, item);
        let around = |global: &&GlobalCluster| global.members.iter().any(|member| member.cluster == item.arn);
        xml.some("GlobalClusterIdentifier", rds.global_clusters.items().iter().find(around).map(|it| &it.identifier));
    })
}

fn cluster(xml: &mut Xml, call: &Call<'_>, replicas: &Replicas<'_>, item: &DbCluster) {
    let DbCluster {
        arn,
        identifier,
        resource_id,
        engine,
        status,
        created_at,
        deletion_protection,
        backup_retention_days,
        latest_restorable_at,
        members,
        replication_source,
        clone_group,
        storage_encrypted,
        kms_key,
        backup_recovery_point,
        tags: tagged,
    } = item;
    xml.put("BackupRetentionPeriod", backup_retention_days);
    xml.text("DBClusterIdentifier", identifier);
    xml.text("Status", status);
    xml.text("Engine", engine);
    xml.some("LatestRestorableTime", call.some_iso(*latest_restorable_at));
    xml.some("ReplicationSourceIdentifier", replication_source.as_deref());
    let mut of_it = replicas.of_source(call.region, identifier, arn, true);
    of_it.extend(replicas.of_source_cluster(call.region, identifier, arn));
    xml.texts("ReadReplicaIdentifiers", "ReadReplicaIdentifier", of_it);
    // Nothing says which member writes: some does, unless the cluster replicates another one.
    let mut writes = replication_source.is_none();
    xml.list("DBClusterMembers", "DBClusterMember", members, |xml, member| {
        xml.text("DBInstanceIdentifier", member);
        xml.put("IsClusterWriter", std::mem::take(&mut writes));
        xml.text("DBClusterParameterGroupStatus", "in-sync");
    });
    xml.put("StorageEncrypted", storage_encrypted);
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.text("DbClusterResourceId", resource_id);
    xml.put("DBClusterArn", arn);
    xml.some("CloneGroupId", clone_group.as_deref());
    xml.some("ClusterCreateTime", call.some_iso(*created_at));
    xml.put("DeletionProtection", deletion_protection);
    tags(xml, tagged);
    xml.some("AwsBackupRecoveryPointArn", backup_recovery_point.as_ref());
}

pub(super) fn global_clusters(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let filters = heeded(call, &["GlobalClusterIdentifier"], &["region"])?;
    if matches!(rds.global_clusters, Collected::NotOffered { .. }) {
        // How RDS says that a region has no global databases.
        return Err(invalid("Access Denied to API Version: APIGlobalDatabases"));
    }
    let asked = call.input.text("GlobalClusterIdentifier");
    let items = listed(&rds.global_clusters, Operation::RdsDescribeGlobalClusters)?.iter();
    let items: Vec<&GlobalCluster> = items
        .filter(|item| is_named(asked, &item.identifier, item.arn.as_str()))
        .filter(|item| reaches(item, &filters))
        .collect();
    if let Some(asked) = asked.filter(|_| items.is_empty()) {
        return Err(not_found("GlobalClusterNotFoundFault", "Global cluster", asked));
    }
    list(call, "GlobalClusters", "GlobalClusterMember", &items, |xml, item| global_cluster(xml, item))
}

/// Whether a member lies in the regions that are filtered for.
fn reaches(item: &GlobalCluster, filters: &Filters) -> bool {
    let regions: Vec<Region> = item.members.iter().filter_map(|member| member.cluster.region()).collect();
    let regions: Vec<&str> = regions.iter().map(Region::as_str).collect();
    filters.admit(&[("region", &regions)])
}

fn global_cluster(xml: &mut Xml, item: &GlobalCluster) {
    let GlobalCluster { arn, identifier, resource_id, engine, deletion_protection, members } = item;
    xml.text("GlobalClusterIdentifier", identifier);
    xml.text("GlobalClusterResourceId", resource_id);
    xml.put("GlobalClusterArn", arn);
    xml.some("Engine", engine.as_deref());
    xml.put("DeletionProtection", deletion_protection);
    xml.list("GlobalClusterMembers", "GlobalClusterMember", members, |xml, member| {
        let GlobalClusterMember { cluster, writer } = member;
        xml.put("DBClusterArn", cluster);
        // The writer is told with those who read after it.
        let readers = members.iter().filter(|reader| *writer && !reader.writer).map(|reader| &reader.cluster);
        xml.texts("Readers", "member", readers);
        xml.put("IsWriter", writer);
    });
    xml.node("TagList", |_| ());
}

/// What replicates something, anywhere in the account.
#[derive(Debug)]
struct Replicas<'a>(Vec<Replica<'a>>);

#[derive(Debug)]
struct Replica<'a> {
    region: &'a Region,
    identifier: &'a str,
    arn: &'a Arn,
    /// Whether it is a cluster.
    cluster: bool,
    /// What it replicates, where that is told as an instance's or cluster's own source.
    source: Option<&'a str>,
    /// The cluster that it replicates, being an instance.
    source_cluster: Option<&'a str>,
}

impl<'a> Replicas<'a> {
    fn of(call: &Call<'a>) -> Self {
        let mut found = Vec::new();
        for (region, parts) in call.account.regions() {
            for item in parts.rds.db_instances.items() {
                let (source, source_cluster) = (item.replica_source.as_deref(), item.replica_source_cluster.as_deref());
                let (identifier, arn) = (item.identifier.as_str(), &item.arn);
                found.push(Replica { region, identifier, arn, cluster: false, source, source_cluster });
            }
            for item in parts.rds.db_clusters.items() {
                let source = item.replication_source.as_deref();
                let (identifier, arn) = (item.identifier.as_str(), &item.arn);
                found.push(Replica { region, identifier, arn, cluster: true, source, source_cluster: None });
            }
        }
        found.retain(|replica| replica.source.is_some() || replica.source_cluster.is_some());
        Self(found)
    }

    /// The instances or clusters that replicate this: by their identifiers, those of another region by their ARNs.
    fn of_source(&self, region: &Region, identifier: &str, arn: &Arn, clusters: bool) -> Vec<&'a str> {
        let of_it = |replica: &&Replica<'_>| {
            let source = replica.source.unwrap_or_default();
            // Clusters replicate by ARN; a bare identifier is an instance's of the same region.
            let named = !replica.cluster && source == identifier && replica.region == region;
            replica.cluster == clusters && (source == arn.as_str() || named)
        };
        self.0.iter().filter(of_it).map(|replica| replica.told_in(region)).collect()
    }

    /// The instances that replicate this cluster.
    fn of_source_cluster(&self, region: &Region, identifier: &str, arn: &Arn) -> Vec<&'a str> {
        let of_it = |replica: &&Replica<'_>| {
            let source = replica.source_cluster.unwrap_or_default();
            source == arn.as_str() || (source == identifier && replica.region == region)
        };
        self.0.iter().filter(of_it).map(|replica| replica.told_in(region)).collect()
    }
}

impl<'a> Replica<'a> {
    fn told_in(&self, region: &Region) -> &'a str {
        if self.region == region { self.identifier } else { self.arn.as_str() }
    }
}
