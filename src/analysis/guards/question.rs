//! What is asked of the guards: each action of the catalogue on each kind of resource that it acts on.
//!
//! The shapes of ARNs follow the service authorization reference:
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>.
//! A type that is not listed here is asked about as "any resource at all", which closes less.

use crate::model::catalogue::DestructiveAction;
use crate::model::ids::{AccountId, Partition};

/// The resources that a call acts on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    /// Their ARNs, with `*` for whatever the caller picks; `*` alone is any resource.
    pub(crate) pattern: String,
    /// Whether no name among them holds a colon.
    pub(super) plain: bool,
}

/// Services whose calls are made to the partition's global region.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>
const GLOBAL: [&str; 3] = ["account", "iam", "organizations"];

/// Whether the calls of a service name the partition's global region, wherever they come from.
pub(super) fn is_global(service: &str) -> bool {
    GLOBAL.contains(&service)
}

/// Resource types that a call names only in some of its forms: a guard on the others stops it.
const OPTIONAL: [(&str, &str); 1] = [
    // The final snapshot.
    ("rds:DeleteDBCluster", "cluster-snapshot"),
];

/// Where AWS Backup deletes and re-times points that are other services' resources.
/// <https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html>
const RECOVERY_POINTS: [&str; 8] = [
    "backup:*:{account}:recovery-point:*",
    "ec2:*::snapshot/*",
    "ec2:*::image/*",
    "rds:*:{account}:snapshot:awsbackup:*",
    "rds:*:{account}:cluster-snapshot:awsbackup:*",
    "dynamodb:*:{account}:table/*/backup/*",
    "fsx:*:{account}:backup/*",
    "redshift:*:{account}:snapshot:*",
];

/// Service, resource type as the catalogue has it, the ARN behind its partition, whether names hold no colon.
const SHAPES: &[(&str, &str, &str, bool)] = &[
    ("backup", "backupPlan", "backup:*:{account}:backup-plan:*", true),
    ("backup", "backupVault", "backup:*:{account}:backup-vault:*", true),
    ("backup", "legalHold", "backup:*:{account}:legal-hold:*", true),
    ("cloudformation", "stack", "cloudformation:*:{account}:stack/*", true),
    ("cloudformation", "stackset", "cloudformation:*:{account}:stackset/*", true),
    ("cloudtrail", "eventdatastore", "cloudtrail:*:{account}:eventdatastore/*", true),
    ("cloudtrail", "trail", "cloudtrail:*:{account}:trail/*", true),
    ("config", "ConfigRule", "config:*:{account}:config-rule/*", true),
    ("config", "ConfigurationRecorder", "config:*:{account}:configuration-recorder/*", true),
    ("dynamodb", "backup", "dynamodb:*:{account}:table/*/backup/*", true),
    ("dynamodb", "stream", "dynamodb:*:{account}:table/*/stream/*", false),
    ("dynamodb", "table", "dynamodb:*:{account}:table/*", true),
    ("ec2", "image", "ec2:*::image/*", true),
    ("ec2", "instance", "ec2:*:{account}:instance/*", true),
    ("ec2", "snapshot", "ec2:*::snapshot/*", true),
    ("ec2", "volume", "ec2:*:{account}:volume/*", true),
    ("ec2", "vpc-flow-log", "ec2:*:{account}:vpc-flow-log/*", true),
    ("ecr", "repository", "ecr:*:{account}:repository/*", true),
    ("eks", "cluster", "eks:*:{account}:cluster/*", true),
    ("elasticfilesystem", "file-system", "elasticfilesystem:*:{account}:file-system/*", true),
    ("es", "domain", "es:*:{account}:domain/*", true),
    ("fsx", "backup", "fsx:*:{account}:backup/*", true),
    ("fsx", "file-system", "fsx:*:{account}:file-system/*", true),
    ("fsx", "volume", "fsx:*:{account}:volume/*", true),
    ("glacier", "vault", "glacier:*:{account}:vaults/*", true),
    ("iam", "policy", "iam::{account}:policy/*", true),
    ("iam", "role", "iam::{account}:role/*", false),
    ("iam", "user", "iam::{account}:user/*", true),
    ("kinesis", "stream", "kinesis:*:{account}:stream/*", true),
    ("kms", "key", "kms:*:{account}:key/*", true),
    ("logs", "log-group", "logs:*:{account}:log-group:*", false),
    ("logs", "log-stream", "logs:*:{account}:log-group:*:log-stream:*", false),
    ("rbin", "rule", "rbin:*:{account}:rule/*", true),
    ("rds", "auto-backup", "rds:*:{account}:auto-backup:*", true),
    ("rds", "cluster", "rds:*:{account}:cluster:*", true),
    ("rds", "cluster-auto-backup", "rds:*:{account}:cluster-auto-backup:*", true),
    ("rds", "cluster-snapshot", "rds:*:{account}:cluster-snapshot:*", false),
    ("rds", "db", "rds:*:{account}:db:*", true),
    ("rds", "deployment", "rds:*:{account}:deployment:*", true),
    ("rds", "global-cluster", "rds::{account}:global-cluster:*", true),
    ("rds", "shardgrp", "rds:*:{account}:shard-group:*", true),
    ("rds", "snapshot", "rds:*:{account}:snapshot:*", false),
    ("rds", "tenant-database", "rds:*:{account}:tenant-database:*", true),
    ("s3", "accesspointobject", "s3:*:{account}:accesspoint/*/object/*", false),
    ("s3", "bucket", "s3:::*", true),
    ("s3", "object", "s3:::*/*", false),
    ("secretsmanager", "Secret", "secretsmanager:*:{account}:secret:*", true),
    ("sts", "role", "iam::{account}:role/*", false),
];

/// What an action acts on in an account, in general.
pub(super) fn targets(row: &DestructiveAction, partition: &Partition, account: &AccountId) -> Vec<Target> {
    let target = |shape: &str, plain| Target {
        pattern: format!("arn:{partition}:{}", shape.replace("{account}", account.as_str())),
        plain,
    };
    let mut targets = Vec::new();
    for kind in &row.resource_types {
        if OPTIONAL.contains(&(row.action.as_str(), kind.as_str())) {
            continue;
        }
        if (row.service.as_str(), kind.as_str()) == ("backup", "recoveryPoint") {
            targets.extend(RECOVERY_POINTS.map(|shape| target(shape, false)));
            continue;
        }
        let shape = SHAPES.iter().find(|(service, known, ..)| *service == row.service && known == kind);
        targets.push(match shape {
            Some((_, _, shape, plain)) => target(shape, *plain),
            None => Target { pattern: "*".to_owned(), plain: false },
        });
    }
    targets
}

/// The type of resource, as the catalogue names it, that an ARN of a stateful resource is of.
pub(super) fn stateful(service: &str, resource: &str) -> Option<&'static str> {
    match (service, resource.split([':', '/']).next().unwrap_or("")) {
        ("rds", "db") => Some("db"),
        ("rds", "cluster") => Some("cluster"),
        ("dynamodb", "table") => Some("table"),
        ("s3", _) => Some("bucket"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalogue;

    #[test]
    fn every_shape_is_of_a_type_that_the_catalogue_names() {
        for (service, kind, ..) in SHAPES {
            let named =
                |row: &&DestructiveAction| row.service == *service && row.resource_types.iter().any(|k| k == kind);
            assert!(catalogue::all().iter().any(|row| named(&row)), "{service} {kind}");
        }
        assert!(OPTIONAL.iter().all(|(action, _)| catalogue::find(action).is_some()));
    }

    #[test]
    fn the_services_that_hold_data_are_asked_about_by_their_own_arns() {
        let (partition, account) = ("aws".parse().unwrap(), "111122223333".parse().unwrap());
        for row in catalogue::all() {
            let targets = targets(row, &partition, &account);
            assert!(!targets.is_empty(), "{}", row.action);
            if ["rds", "dynamodb", "s3", "kms"].contains(&row.service.as_str()) && row.resource_types != ["*"] {
                assert!(targets.iter().all(|target| target.pattern != "*"), "{}: {targets:?}", row.action);
            }
        }
    }
}
