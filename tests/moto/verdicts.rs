//! Every failing and passing direction of the checks that moto can express.

use super::{Collection, Organization, shared};
use crate::support::moto::Moto;

/// What moto's answers decide: check, subject, verdict. `SUFFIX` stands for the end of names that S3 and global clusters
/// need to be unique.
const WANT: &[(&str, &str, &str)] = &[
    ("deletion-rds-instance-protected", "shop", "pass"),
    ("deletion-rds-instance-protected", "shop-aurora-1", "not_applicable"),
    ("deletion-rds-instance-protected", "shop-dev", "fail"),
    ("deletion-rds-instance-protected", "courses-prod", "fail"),
    ("deletion-rds-cluster-protected", "shop-aurora", "pass"),
    ("deletion-rds-cluster-protected", "shop-dev-aurora", "fail"),
    ("deletion-rds-global-cluster-protected", "shop-SUFFIX", "pass"),
    ("deletion-rds-global-cluster-protected", "shop-dev-SUFFIX", "fail"),
    ("deletion-rds-backups-retained", "shop", "pass"),
    ("deletion-rds-backups-retained", "shop-dev", "fail"),
    ("deletion-rds-backups-retained", "shop-dev-aurora", "fail"),
    ("deletion-rds-survives-delete", "shop", "pass"),
    ("deletion-rds-survives-delete", "shop-aurora", "pass"),
    // Its snapshots are automated ones alone; those of other databases are not its own.
    ("deletion-rds-survives-delete", "courses-prod", "fail"),
    ("deletion-rds-survives-delete", "courses-prod", "fail"),
    ("deletion-rds-snapshots-private", "shop-tonight", "pass"),
    ("deletion-rds-snapshots-private", "shop-dev-for-vendor", "fail"),
    ("deletion-dynamodb-protected", "orders", "pass"),
    ("deletion-dynamodb-protected", "orders-dev", "fail"),
    ("deletion-dynamodb-recoverable", "orders", "pass"),
    ("deletion-dynamodb-recoverable", "orders-dev", "fail"),
    ("deletion-s3-versioned", "shop-invoices-SUFFIX", "pass"),
    ("deletion-s3-versioned", "shop-dev-scratch-SUFFIX", "fail"),
    ("deletion-s3-versioned", "courses-uploads-SUFFIX", "fail"),
    ("scp-policy-type-enabled", "ORGANIZATION", "pass"),
    ("separation-organization-member", "courses", "pass"),
    ("scp-management-account-empty", "master", "pass"),
    ("deletion-buckets-classified", "Backup", "not_applicable"),
    ("deletion-buckets-classified", "Delivery", "pass"),
    ("deletion-buckets-classified", "courses", "fail"),
    ("separation-environments-apart", "courses", "fail"),
    ("separation-environments-apart", "shop-production", "pass"),
    ("separation-state-apart", "meridian-terraform-state-SUFFIX", "pass"),
    ("backup-copy-immutable", "shop-copies-grace", "fail"),
    ("backup-copy-immutable", "shop-copies-governance", "fail"),
    ("backup-copy-immutable", "shop-copies-open", "fail"),
    ("backup-retention-floor", "shop-copies-grace", "pass"),
    ("backup-retention-floor", "shop-copies-open", "fail"),
    ("state-locked", "shop/data.tfstate", "pass"),
    ("state-locked", "shop/events.tfstate", "pass"),
    ("state-bucket-versioned", "meridian-terraform-state-SUFFIX", "pass"),
    ("state-bucket-versioned", "old-tfstate-SUFFIX", "fail"),
    ("state-bucket-deletion-guarded", "meridian-terraform-state-SUFFIX", "pass"),
    ("state-bucket-deletion-guarded", "old-tfstate-SUFFIX", "fail"),
    ("state-bucket-private", "sealed-tfstate-SUFFIX", "pass"),
    ("state-bucket-private", "old-tfstate-SUFFIX", "fail"),
    ("state-lock-table-protected", "terraform-locks", "pass"),
    ("state-lock-table-protected", "old-terraform-locks", "fail"),
    ("state-lifecycle-safe", "aws_db_instance.shop", "pass"),
    ("state-lifecycle-safe", "aws_rds_cluster.shop", "fail"),
    ("state-matches-reality", "aws_db_instance.shop", "pass"),
    ("state-matches-reality", "aws_rds_cluster.shop", "fail"),
    // One state that was read claims it; one that is broken and one that is denied may claim it too.
    ("state-claims-every-database", "shop", "unknown"),
    ("state-backups-elsewhere", "shop/data.tfstate", "pass"),
    ("state-single-environment", "shop/data.tfstate", "pass"),
    ("state-no-stale-lock", "s3://old-tfstate-SUFFIX/shop/aurora.tfstate", "fail"),
];

/// What hangs on something that moto does not serve, or that is refused here: check, subject, and the operation that the
/// verdict has to name.
const UNKNOWN: &[(&str, &str, &str)] = &[
    ("backup-covered", "shop", "organizations:DescribeEffectivePolicy"),
    ("backup-cross-account-copy-fresh", "shop", "backup:ListCopyJobs"),
    ("backup-cross-region-copy", "shop", "rds:DescribeDBInstanceAutomatedBackups"),
    ("backup-restore-tested", "shop", "backup:ListProtectedResources"),
    ("backup-jobs-healthy", "BACKUP/eu-central-1", "backup:ListBackupJobs"),
    ("backup-service-opted-in", "BACKUP/eu-central-1", "organizations:DescribeEffectivePolicy"),
    ("separation-root-credentials-absent", "courses", "iam:ListOrganizationsFeatures"),
    ("state-claims-every-database", "courses-prod", "s3:GetObject"),
    ("state-single-owner", "sealed.tfstate", "s3:GetObject"),
    ("state-single-environment", "broken.tfstate", "s3:GetObject"),
];

/// The directions that need an organization in which nothing was decided.
const CARELESS: &[(&str, &str, &str)] = &[
    ("scp-policy-type-enabled", "ORGANIZATION", "fail"),
    ("scp-management-account-empty", "master", "fail"),
    ("separation-state-apart", "everything-tfstate-SUFFIX", "fail"),
    ("state-claims-every-database", "unclaimed", "fail"),
    ("state-claims-every-database", "once", "pass"),
    ("state-claims-every-database", "twice", "fail"),
    ("state-single-owner", "live.tfstate", "fail"),
    ("state-single-owner", "forgotten.tfstate", "fail"),
    ("state-single-environment", "live.tfstate", "fail"),
    ("state-single-environment", "forgotten.tfstate", "pass"),
    ("state-backups-elsewhere", "live.tfstate", "fail"),
    // Its digest is stale, but it was written minutes before the scan: a run may have been under way. The demo has the fail.
    ("state-locked", "live.tfstate", "unknown"),
];

/// What of a table is not as it should be.
fn wrong(collection: &Collection, suffix: &str, table: &[(&str, &str, &str)]) -> Vec<String> {
    let organization = collection.posture["organization"]["id"].as_str().unwrap();
    let mut wrong = Vec::new();
    for (check, name, want) in table {
        let name = name.replace("SUFFIX", suffix).replace("ORGANIZATION", organization);
        let verdicts = collection.verdicts(check, &name);
        let right = !verdicts.is_empty() && verdicts.iter().all(|(status, _)| status == want);
        if !right {
            wrong.push(format!("{check} of {name}, wanted {want}: {verdicts:?}"));
        }
    }
    wrong
}

#[test]
fn what_moto_can_express_is_judged() {
    let wrong = wrong(shared(), "000001", WANT);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_organization_in_which_nothing_was_decided_fails() {
    let collection = Collection::of(Organization::set_up_by("careless.py", Moto::shared(), "100000000005"));
    let wrong = wrong(&collection, "000005", CARELESS);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_are_judged_by_their_state() {
    let collection = shared();
    for (account, want) in [("shop-production", "pass"), ("shop-development", "fail")] {
        let id = collection.organization.account(account);
        let verdicts: Vec<_> = collection.posture["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["check"] == "deletion-kms-keys-alive" && f["account"] == id)
            .filter(|f| f["status"] != "unknown")
            .map(|f| f["status"].as_str().unwrap())
            .collect();
        assert_eq!(verdicts, [want], "{account}");
    }
}

#[test]
fn what_moto_cannot_serve_is_unknown_and_names_the_operation() {
    let collection = shared();
    let backup = collection.organization.account("Backup");
    let mut wrong = Vec::new();
    for (check, name, operation) in UNKNOWN {
        let name = name.replace("BACKUP", backup);
        let verdicts = collection.verdicts(check, &name);
        let right = verdicts.len() == 1
            && verdicts.iter().all(|(status, message)| status == "unknown" && message.contains(operation));
        if !right {
            wrong.push(format!("{check} of {name} has to be unknown by {operation}: {verdicts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
