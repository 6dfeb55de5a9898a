//! Service and resource control policies in the shapes in which they are met, and the organization's own policy.
//!
//! The shapes are described in the literature on guardrails: deny lists with one or two exempt roles, condition keys in
//! mixed case, tags with colons, IfExists, region guards by NotAction, denies of root, allow lists in place of
//! `FullAWSAccess`. Every document here is our own.

use serde_json::{Value, json};

use crate::demo::build::{id, value};
use crate::model::organization::{Policy, PolicyTarget};

use super::tree::{ORGANIZATION, ROOT, Unit};
use super::world::World;

fn target(unit: &Unit) -> PolicyTarget {
    PolicyTarget { id: unit.id.clone(), kind: "ORGANIZATIONAL_UNIT".into() }
}

fn root() -> PolicyTarget {
    PolicyTarget { id: ROOT.into(), kind: "ROOT".into() }
}

fn document(statements: &[Value]) -> String {
    json!({ "Version": "2012-10-17", "Statement": statements }).to_string()
}

/// A policy of the organization's own.
fn own(world: &World, kind: &str, name: &str, text: String, targets: Vec<PolicyTarget>) -> Policy {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(8).collect();
    let policy = format!("p-{letters:0<10}");
    let (partition, management) = (&world.partition, &world.management().id);
    Policy {
        arn: id(&format!("arn:{partition}:organizations::{management}:policy/{ORGANIZATION}/{kind}/{policy}")),
        id: policy,
        name: name.into(),
        aws_managed: false,
        document: value(text),
        targets: value(targets),
    }
}

/// AWS's own policy that allows everything.
fn full(world: &World, kind: &str, name: &str, targets: Vec<PolicyTarget>) -> Policy {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    if let (true, Some(members)) = (kind == "resource_control_policy", statement.as_object_mut()) {
        members.insert("Principal".into(), "*".into());
    }
    Policy {
        id: format!("p-{name}"),
        arn: id(&format!("arn:{}:organizations::aws:policy/{kind}/p-{name}", world.partition)),
        name: name.into(),
        aws_managed: true,
        document: value(document(&[statement])),
        targets: value(targets),
    }
}

/// Everything that a policy can be attached to.
fn everywhere(world: &World, but: &[&str]) -> Vec<PolicyTarget> {
    let units = world.tree.units.iter().filter(|unit| !but.contains(&unit.name.as_str())).map(target);
    let accounts = world.members.iter().filter(|member| !member.inactive);
    let accounts = accounts.map(|member| PolicyTarget { id: member.id.to_string(), kind: "ACCOUNT".into() });
    std::iter::once(root()).chain(units).chain(accounts).collect()
}

pub(super) fn service_control(world: &World) -> Vec<Policy> {
    const KIND: &str = "service_control_policy";
    let partition = &world.partition;
    let at = |name: &str| world.tree.named(name).map(target).into_iter().collect::<Vec<_>>();
    let role = |name: &str| format!("arn:{partition}:iam::*:role/{name}");
    let guarded = world.tree.units.iter().filter(|unit| {
        // It is attached where it begins; what lies below inherits it.
        let above = world.tree.units.iter().find(|above| above.id == unit.parent);
        unit.guarded && !above.is_some_and(|above| above.guarded)
    });
    let regions: Vec<&str> = world.regions.iter().take(2).map(|region| region.as_str()).collect();
    let data = json!({ "Sid": "ProtectData", "Effect": "Deny", "Resource": "*",
        "Action": ["s3:DeleteBucket", "s3:DeleteObjectVersion", "kms:ScheduleKeyDeletion", "rds:DeleteDB*", "dynamodb:DeleteTable"],
        "Condition": { "ArnNotLike": { "aws:PrincipalARN": [role("BreakGlass"), role("stacksets-exec-*")] } } });
    let backups = json!({ "Effect": "Deny", "Action": "backup:Delete*", "Resource": "*" });
    let tagged = json!({ "Sid": "Exclusions", "Effect": "Deny", "Action": ["backup:PutBackupVault*", "backup:UpdateRecoveryPointLifecycle"],
        "Resource": "*", "Condition": {
            "StringNotEqualsIfExists": { "aws:PrincipalTag/dp:exclude:backup": "true" },
            "ArnNotLikeIfExists": { "AWS:PrincipalArn": role("aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_BackupAdmin_*") },
            "BoolIfExists": { "aws:ViaAWSService": "false" } } });
    let nobody = json!({ "Sid": "DenyRoot", "Effect": "Deny", "Action": "*", "Resource": "*",
        "Condition": { "StringLike": { "aws:PrincipalArn": format!("arn:{partition}:iam::*:root") } } });
    let region = json!({ "Sid": "RegionGuard", "Effect": "Deny", "Resource": "*",
        "NotAction": ["iam:*", "organizations:*", "sts:*", "support:*", "route53:*", "cloudfront:*", "account:*", "s3:GetAccountPublic*", "s3:ListAllMyBuckets"],
        "Condition": { "StringNotEquals": { "aws:RequestedRegion": regions },
            "ArnNotLike": { "aws:PrincipalARN": [role("AWSControlTowerExecution")] } } });
    let leave = json!({ "Effect": "Deny", "Action": "organizations:LeaveOrganization", "Resource": "*" });
    let allow = json!({ "Sid": "SandboxServices", "Effect": "Allow", "Resource": "*",
        "Action": ["s3:*", "dynamodb:*", "rds:*", "iam:*", "sts:*", "backup:*", "kms:*", "account:*", "organizations:Describe*"] });
    let suspended = json!({ "Effect": "Deny", "NotAction": ["support:*"], "Resource": "*" });
    let draft = json!({ "Effect": "Deny", "Action": "rds:*", "Resource": "*" });
    vec![
        // At one level an allow list stands in its place.
        full(world, KIND, "FullAWSAccess", everywhere(world, &["Sandbox"])),
        own(world, KIND, "allowlist-sandbox", document(&[allow]), at("Sandbox")),
        own(world, KIND, "data-protection", document(&[data, leave]), at("Workloads")),
        own(world, KIND, "backups", document(&[backups, tagged]), at("Infrastructure")),
        own(world, KIND, "rootuser", document(&[nobody]), at("Workloads")),
        own(world, KIND, "guardregions", document(&[region]), guarded.map(target).collect()),
        own(world, KIND, "quarantine", document(&[suspended]), at("Suspended")),
        own(world, KIND, "unattached-draft", document(&[draft]), Vec::new()),
    ]
}

pub(super) fn resource_control(world: &World) -> Vec<Policy> {
    const KIND: &str = "resource_control_policy";
    let outsiders = json!({ "Sid": "Outsiders", "Effect": "Deny", "Principal": "*",
        "Action": ["s3:DeleteObject*", "kms:ScheduleKeyDeletion"], "Resource": "*",
        "Condition": { "StringNotEqualsIfExists": { "aws:PrincipalOrgID": ORGANIZATION },
            "BoolIfExists": { "aws:PrincipalIsAWSService": "false" } } });
    vec![
        full(world, KIND, "RCPFullAWSAccess", everywhere(world, &[])),
        own(world, KIND, "perimeter", document(&[outsiders]), vec![root()]),
    ]
}

/// Every second organization lets its backup account see policies.
pub(super) fn delegation(world: &World) -> Option<String> {
    let backup = world.of(super::world::Purpose::Backup).next().filter(|_| world.seed.is_multiple_of(2))?;
    Some(document(&[json!({ "Effect": "Allow", "Resource": "*",
        "Principal": { "AWS": format!("arn:{}:iam::{}:root", world.partition, backup.id) },
        "Action": ["organizations:DescribePolicy", "organizations:ListPolicies"],
        "Condition": { "StringEquals": { "organizations:PolicyType": "BACKUP_POLICY" } } })]))
}
