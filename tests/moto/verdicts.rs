//! Every failing and passing direction of the checks that moto can express.

use super::shared;

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
    ("separation-environments-apart", "courses", "fail"),
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
    ("state-claims-every-database", "shop", "pass"),
];

#[test]
fn what_moto_can_express_is_judged() {
    let collection = shared();
    let suffix = "000001";
    let organization = collection.posture["organization"]["id"].as_str().unwrap();
    let mut wrong = Vec::new();
    for (check, name, want) in WANT {
        let name = name.replace("SUFFIX", suffix).replace("ORGANIZATION", organization);
        let verdicts = collection.verdicts(check, &name);
        let right = !verdicts.is_empty() && verdicts.iter().all(|(status, _)| status == want);
        if !right {
            wrong.push(format!("{check} of {name}, wanted {want}: {verdicts:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
