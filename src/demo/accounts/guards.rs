//! The policies of the demo's organization: one pair that holds, one that closes regions, and one of the kind that looks as
//! if it held.

use crate::demo::build::{rcp, rcp_full_access, scp, target, unit_id};
use crate::model::organization::{OrganizationInventory, Policy};

use super::{MANAGEMENT, SECURITY};

/// Closes every region but the two in use and the global one; what Control Tower's region deny comes down to.
pub(in crate::demo) const REGION_DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"RegionDeny","Effect":"Deny","NotAction":["iam:*","organizations:*","sts:*","support:*","route53:*","cloudfront:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}]}"#;

/// Closes the destruction and weakening of data and backups for everyone but the break-glass role.
const PROTECT_DATA: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"ProtectData","Effect":"Deny","Action":["rds:Delete*","rds:ModifyDBInstance","rds:ModifyDBCluster","rds:ModifyGlobalCluster","rds:BacktrackDBCluster","rds:RemoveFromGlobalCluster","rds:StopDBInstanceAutomatedBackupsReplication","dynamodb:DeleteTable","dynamodb:DeleteTableReplica","dynamodb:DeleteBackup","dynamodb:UpdateTable","dynamodb:UpdateContinuousBackups","s3:DeleteBucket","s3:DeleteObjectVersion","s3:PutLifecycleConfiguration","s3:PutBucketVersioning","s3:PutBucketObjectLockConfiguration","backup:Delete*","backup:UpdateRecoveryPointLifecycle","backup:DisassociateRecoveryPoint","backup:PutBackupVaultAccessPolicy","backup:PutBackupVaultLockConfiguration","backup:UpdateBackupPlan","backup:UpdateGlobalSettings","backup:UpdateRegionSettings","kms:ScheduleKeyDeletion","kms:DeleteImportedKeyMaterial","kms:DisableKey","kms:PutKeyPolicy","kms:DeleteCustomKeyStore","kms:DisconnectCustomKeyStore"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass"}}}]}"#;

/// Keeps the guards themselves: nobody but the break-glass role takes them away, and nobody at all changes that role.
const PROTECT_GUARDS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"ProtectGuards","Effect":"Deny","Action":["organizations:LeaveOrganization","backup:CancelLegalHold","backup:DeleteBackupVault*","backup:DisassociateBackupVaultMpaApprovalTeam","s3:BypassGovernanceRetention","s3:DeleteBucketPolicy","s3:PutObjectLegalHold","cloudformation:UpdateTerminationProtection","cloudtrail:DeleteTrail","cloudtrail:PutEventSelectors","cloudtrail:StopLogging","cloudtrail:UpdateTrail","config:Delete*","config:StopConfigurationRecorder","ec2:DeleteFlowLogs","ec2:DisableImageDeregistrationProtection","ec2:UnlockSnapshot","elasticfilesystem:DeleteFileSystemPolicy","elasticfilesystem:UpdateFileSystemProtection","fsx:BypassSnaplockEnterpriseRetention","glacier:AbortVaultLock","glacier:DeleteVaultAccessPolicy","rbin:DeleteRule","rbin:UnlockRule"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/BreakGlass"}}},{"Sid":"ProtectBreakGlass","Effect":"Deny","Action":["iam:AttachRolePolicy","iam:CreateRole","iam:DeleteRole*","iam:DetachRolePolicy","iam:PassRole","iam:PutRole*","iam:TagRole","iam:UntagRole","iam:UpdateAssumeRolePolicy","iam:UpdateRole*"],"Resource":"arn:aws:iam::*:role/BreakGlass"}]}"#;

/// Looks as if it kept the logs: whoever may make a role in the account picks its name, and is exempt.
const PROTECT_LOGS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"ProtectLogs","Effect":"Deny","Action":["s3:DeleteBucket","s3:DeleteObject*","cloudtrail:DeleteTrail","cloudtrail:StopLogging"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/log-*"}}}]}"#;

/// Nobody outside the organization touches its data; AWS's own services do.
const INSIDERS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Insiders","Effect":"Deny","Principal":"*","Action":["s3:*","dynamodb:*","kms:*","secretsmanager:*","sqs:*","ecr:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-m3r1d1an00"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}"#;

/// The organization with its policies.
pub(super) fn attach(organization: &mut OrganizationInventory) {
    let units = |suffixes: &[&str]| {
        suffixes.iter().map(|suffix| target(&unit_id(suffix), "ORGANIZATIONAL_UNIT")).collect::<Vec<_>>()
    };
    let kept = units(&["prod", "infr"]);
    // Somebody tried it on the security team's account first, and left it there.
    let mut tried = kept.clone();
    tried.push(target(SECURITY, "ACCOUNT"));
    let policy = |suffix, name, document, targets| scp(MANAGEMENT, suffix, name, document, targets);
    let scps: [Policy; 4] = [
        policy("regions", "region-deny", REGION_DENY, units(&["deve"])),
        policy("protect", "protect-data", PROTECT_DATA, kept.clone()),
        policy("guards", "protect-guards", PROTECT_GUARDS, tried),
        policy("logs", "protect-logs", PROTECT_LOGS, units(&["secu"])),
    ];
    organization.scps.value_mut().into_iter().for_each(|list| list.extend(scps.clone()));
    let insiders = rcp(MANAGEMENT, "insiders", "insiders-only", INSIDERS, kept);
    let everywhere =
        organization.scps.items().iter().find(|policy| policy.aws_managed).map(|policy| policy.targets.clone());
    let allows = everywhere.map(|targets| Policy { targets, ..rcp_full_access() });
    organization
        .rcps
        .value_mut()
        .into_iter()
        .for_each(|list| list.extend(allows.clone().into_iter().chain([insiders.clone()])));
    for root in organization.roots.value_mut().into_iter().flatten() {
        root.policy_types.insert("RESOURCE_CONTROL_POLICY".into(), "ENABLED".into());
    }
}
