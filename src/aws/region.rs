//! One region of one account: its services, and the rule for regions that a service control policy closes.
//!
//! Ordinary organizations deny most regions by SCP. After two services of a region answered so, and none otherwise, the
//! rest of it is not called and one gap `region_denied` stands for all. DynamoDB is asked first, because its list is one
//! call; which services are asked before the rule applies does not depend on the order of answers.

use crate::model::backup::BackupInventory;
use crate::model::dynamodb::DynamoDbInventory;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::inventory::RegionParts;
use crate::model::kms::KmsInventory;
use crate::model::rds::RdsInventory;

use super::site::Site;
use super::{backup, dynamodb, rds};

/// Reads the services of a region; its keys come later, when all that refers to them is known.
pub(super) async fn collect(site: &Site) -> Answer<RegionParts> {
    let tables = Box::pin(dynamodb::collect(site)).await;
    let (databases, backups) = if let Some(denied) = denied_dynamodb(&tables) {
        let databases = Box::pin(rds::collect(site)).await;
        if denied_rds(&databases) {
            return Answer::Gap(region_denied(site, denied, "dynamodb and rds"));
        }
        let backups = Box::pin(backup::collect(site)).await;
        if unread_rds(&databases) && denied_backup(&backups) {
            return Answer::Gap(region_denied(site, denied, "dynamodb and backup"));
        }
        (databases, backups)
    } else {
        futures::join!(Box::pin(rds::collect(site)), Box::pin(backup::collect(site)))
    };
    let kms = KmsInventory { keys: Collected::read(site.now(), Vec::new()) };
    Answer::Value(RegionParts { rds: databases, backup: backups, dynamodb: tables, kms })
}

/// The one gap for a region. `services` answered that a policy denies them; `first` is what the first of them said.
fn region_denied(site: &Site, first: &Gap, services: &str) -> Gap {
    let message = format!(
        "a service control policy denies {services} in {}; nothing else was called there. AWS said: {}",
        site.region, first.message
    );
    let mut gap = Gap::not_made(GapKind::RegionDenied, first.operation, message);
    gap.code.clone_from(&first.code);
    gap
}

fn denied<T>(collected: &Collected<T>) -> bool {
    collected.gap().is_some_and(|gap| gap.kind == GapKind::DeniedByScp)
}

fn denied_dynamodb(tables: &DynamoDbInventory) -> Option<&Gap> {
    tables.tables.gap().filter(|gap| gap.kind == GapKind::DeniedByScp)
}

fn denied_rds(rds: &RdsInventory) -> bool {
    denied(&rds.db_instances)
        && denied(&rds.db_clusters)
        && denied(&rds.global_clusters)
        && denied(&rds.db_snapshots)
        && denied(&rds.db_cluster_snapshots)
        && denied(&rds.db_instance_automated_backups)
        && denied(&rds.db_cluster_automated_backups)
}

fn unread_rds(rds: &RdsInventory) -> bool {
    rds.db_instances.value().is_none()
        && rds.db_clusters.value().is_none()
        && rds.global_clusters.value().is_none()
        && rds.db_snapshots.value().is_none()
        && rds.db_cluster_snapshots.value().is_none()
        && rds.db_instance_automated_backups.value().is_none()
        && rds.db_cluster_automated_backups.value().is_none()
}

fn denied_backup(backup: &BackupInventory) -> bool {
    denied(&backup.vaults)
        && denied(&backup.plans)
        && denied(&backup.protected_resources)
        && denied(&backup.backup_jobs)
        && denied(&backup.copy_jobs)
        && denied(&backup.restore_jobs)
        && denied(&backup.legal_holds)
        && denied(&backup.restore_testing_plans)
        && denied(&backup.region_settings)
}
