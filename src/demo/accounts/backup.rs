//! The backup account: it holds copies and no data of its own.

use crate::demo::build::{
    Place, account as account_of, backup_cluster_snapshot, backup_snapshot, bucket, compliance, copied, customer_key,
    db_cluster, db_instance, empty_backup, empty_parts, empty_rds, empty_region, governance, kms, point, read, region,
    s3, tls_only, value, vault, versioned,
};
use crate::model::backup::{BackupInventory, RecoveryPoint, Vault};
use crate::model::inventory::{AccountInventory, AccountParts, RegionParts};
use crate::model::rds::RdsInventory;
use crate::model::s3::Bucket;

use super::people;
use super::{BACKUP, GLOBAL, HOME, SECOND, development, ledger};

/// The vault of `ledger-production`'s copies, in both regions, under a compliance lock that is past its date.
pub(super) const COPIES: &str = "ledger-copies";
/// The vault of `ledger-development`'s copies, under a governance lock.
pub(super) const DEV_COPIES: &str = "development-copies";
/// A vault whose compliance lock can still be taken off.
pub(super) const NEW_COPIES: &str = "new-copies";
/// What it lets nobody but the break-glass role do.
const NEW_COPIES_POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":["backup:DeleteRecoveryPoint","backup:UpdateRecoveryPointLifecycle","backup:DisassociateRecoveryPoint","backup:DeleteBackupVault","backup:DeleteBackupVaultAccessPolicy","backup:PutBackupVaultAccessPolicy","backup:DeleteBackupVaultLockConfiguration"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass"}}}]}"#;
/// Where the states of `delivery` are replicated to.
pub(super) const STATE_REPLICA: &str = "meridian-terraform-state-replica";

/// The account of the incident's organization: beside the vaults set up well it has two that are not.
pub(super) fn account() -> AccountInventory {
    with([dev_copies(), new_copies()])
}

/// The account with nothing but the vaults set up well.
pub(in crate::demo) fn well_kept() -> AccountInventory {
    with([])
}

fn with<const N: usize>(more: [Vault; N]) -> AccountInventory {
    account_of(
        BACKUP,
        AccountParts {
            iam: people::iam_of(BACKUP),
            s3: s3([Bucket {
                versioning: versioned(),
                policy: tls_only(STATE_REPLICA),
                ..bucket(STATE_REPLICA, SECOND)
            }]),
            regional: vec![
                region(HOME, receiving(HOME, more)),
                region(SECOND, receiving(SECOND, [])),
                region(GLOBAL, empty_region()),
            ],
            ..empty_parts(BACKUP)
        },
    )
}

/// A region that receives `ledger-production`'s copies, and has further vaults.
fn receiving<const N: usize>(code: &'static str, vaults: [Vault; N]) -> RegionParts {
    let place = Place::new(BACKUP, code);
    let copies = ledger::copies(place, &place.key("vaults"));
    let mut all = vec![compliance(vault(place, COPIES, copies), 14, 120)];
    all.extend(vaults);
    RegionParts {
        rds: snapshots(place),
        backup: BackupInventory { vaults: read(all), ..empty_backup() },
        kms: kms([customer_key(place, "vaults")]),
        ..empty_region()
    }
}

/// RDS shows the copied points as snapshots of type `awsbackup`, named after the source.
fn snapshots(place: Place) -> RdsInventory {
    let reporting = crate::model::rds::DbInstance {
        kms_key: Some(place.key("vaults")),
        resource_id: ledger::reporting().resource_id,
        ..db_instance(place, "ledger-reporting")
    };
    let cluster = crate::model::rds::DbCluster {
        kms_key: Some(place.key("vaults")),
        resource_id: ledger::cluster().resource_id,
        ..db_cluster(place, "ledger")
    };
    RdsInventory {
        db_snapshots: read(vec![backup_snapshot(place, "copyjob-ledger-reporting", &reporting, 4)]),
        db_cluster_snapshots: read(vec![backup_cluster_snapshot(place, "copyjob-ledger", &cluster, 4)]),
        ..empty_rds()
    }
}

fn dev_copies() -> Vault {
    let place = Place::new(BACKUP, HOME);
    let source = development::point_of_the_night();
    let copy: RecoveryPoint = copied(
        &source,
        place.arn("rds", "snapshot:awsbackup:copyjob-ledger-dev"),
        &development::HERE.vault(development::VAULT),
        place.key("vaults"),
    );
    governance(vault(place, DEV_COPIES, vec![copy]), 1)
}

fn new_copies() -> Vault {
    let place = Place::new(BACKUP, HOME);
    let table = development::events();
    let copy = point(crate::demo::build::point_arn(place, "new-copies"), &table.arn, "DynamoDB", 30);
    // The key of the account that the copy is to outlive: whoever takes it away takes the copy.
    let copy = RecoveryPoint { kms_key: Some(development::HERE.key("vaults")), ..copy };
    // Until the lock holds, its own policy does.
    Vault { policy: value(Some(NEW_COPIES_POLICY.into())), ..compliance(vault(place, NEW_COPIES, vec![copy]), 7, -2) }
}
