//! A fresh Control Tower landing zone with one workload account on default settings.
//!
//! What Control Tower sets up follows its guide (shared accounts, mandatory controls, the Region deny control, IAM roles):
//! <https://docs.aws.amazon.com/controltower/latest/userguide/>. The documents are our own, and say the same. The decision
//! worth knowing: the Region deny control binds palisade's role too, so that most regions of the accounts are closed; an
//! auditor of a real landing zone meets the same.

use crate::model::gap::Answer;
use crate::model::iam::{IamInventory, Role};
use crate::model::inventory::{AccountInventory, AccountParts, Inventory, RegionInventory, RegionParts};
use crate::model::organization::{OrganizationInventory, OrganizationalUnit};
use crate::model::rds::RdsInventory;
use crate::model::s3::{Bucket, LifecycleRule};

use super::accounts::{AUDIT, HOME, LOG_ARCHIVE, MANAGEMENT};
use super::build::{
    Place, ROOT, account as account_of, automated_backup, automated_snapshot, aws_rds_key, bucket, closed_region,
    db_instance, delivered_by, dynamodb, empty_parts, empty_rds, empty_region, expire_noncurrent, iam, kms, member,
    organization, read, region, region_denied_in, role, root_row, s3, scp, session, table, target, unit, unit_id,
    value, versioned,
};

/// The one workload account.
const WORKLOAD: &str = "246824682468";
const HERE: Place = Place::new(WORKLOAD, HOME);

/// The regions that the landing zone governs; the first is its home.
const GOVERNED: [&str; 2] = [HOME, "us-east-1"];

/// Every region that an account has from the start.
const REGIONS: [&str; 17] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// The Region deny control: whatever is no global service is refused outside the governed regions.
const REGION_DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"GRREGIONDENY","Effect":"Deny","NotAction":["account:*","budgets:*","cloudfront:*","iam:*","organizations:*","route53:*","s3:GetAccountPublic*","s3:ListAllMyBuckets","s3:PutAccountPublic*","sso:*","sts:*","support:*","waf:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","us-east-1"]},"ArnNotLike":{"aws:PrincipalARN":["arn:aws:iam::*:role/AWSControlTowerExecution"]}}}]}"#;

/// The mandatory controls: Control Tower's own trail, recorder, roles and notifications stay as it made them.
const MANDATORY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"GRTRAIL","Effect":"Deny","Action":["cloudtrail:DeleteTrail","cloudtrail:PutEventSelectors","cloudtrail:StopLogging","cloudtrail:UpdateTrail"],"Resource":["arn:aws:cloudtrail:*:*:trail/aws-controltower-*"],"Condition":{"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/AWSControlTowerExecution"}}},{"Sid":"GRCONFIG","Effect":"Deny","Action":["config:DeleteConfigurationRecorder","config:DeleteDeliveryChannel","config:DeleteRetentionConfiguration","config:StopConfigurationRecorder"],"Resource":["*"],"Condition":{"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/AWSControlTowerExecution"}}},{"Sid":"GRROLES","Effect":"Deny","Action":["iam:AttachRolePolicy","iam:CreateRole","iam:DeleteRole","iam:DeleteRolePolicy","iam:DetachRolePolicy","iam:PutRolePolicy","iam:UpdateAssumeRolePolicy"],"Resource":["arn:aws:iam::*:role/aws-controltower-*","arn:aws:iam::*:role/*AWSControlTower*","arn:aws:iam::*:role/stacksets-exec-*"],"Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/AWSControlTowerExecution","arn:aws:iam::*:role/stacksets-exec-*"]}}}]}"#;

/// What holds in the Security unit in addition: the log archive's buckets are nobody's to delete or to open.
const LOGS: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"GRAUDITBUCKET","Effect":"Deny","Action":["s3:DeleteBucket","s3:PutBucketLogging","s3:PutBucketPolicy","s3:PutEncryptionConfiguration","s3:PutLifecycleConfiguration"],"Resource":["arn:aws:s3:::aws-controltower*"],"Condition":{"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/AWSControlTowerExecution"}}}]}"#;

pub(super) fn inventory() -> Inventory {
    let accounts = vec![management(), log_archive(), audit(), workload()];
    super::collected(&super::runner(), tree(), accounts)
}

fn tree() -> OrganizationInventory {
    let units: Vec<OrganizationalUnit> = vec![
        unit(MANAGEMENT, "secu", "Security", ROOT),
        unit(MANAGEMENT, "sand", "Sandbox", ROOT),
        unit(MANAGEMENT, "work", "Workloads", ROOT),
    ];
    let (security, work) = (unit_id("secu"), unit_id("work"));
    let members = vec![
        member(MANAGEMENT, MANAGEMENT, "Management", ROOT),
        member(MANAGEMENT, LOG_ARCHIVE, "Log Archive", &security),
        member(MANAGEMENT, AUDIT, "Audit", &security),
        member(MANAGEMENT, WORKLOAD, "webshop-production", &work),
    ];
    let everywhere = || [&security, &work, &unit_id("sand")].map(|unit| target(unit, "ORGANIZATIONAL_UNIT")).into();
    let mut organization = organization(MANAGEMENT, units, members);
    if let Some(scps) = organization.scps.value_mut() {
        scps.push(scp(MANAGEMENT, "grmandator", "aws-guardrails-aBcDeF", MANDATORY, everywhere()));
        scps.push(scp(MANAGEMENT, "grregionde", "aws-guardrails-gHiJkL", REGION_DENY, everywhere()));
        let security = vec![target(&security, "ORGANIZATIONAL_UNIT")];
        scps.push(scp(MANAGEMENT, "grlogarchi", "aws-guardrails-mNoPqR", LOGS, security));
    }
    let services = ["cloudtrail", "config", "controltower", "member.org.stacksets.cloudformation", "sso"];
    organization.trusted_services = read(services.map(|service| format!("{service}.amazonaws.com")).into());
    organization
}

/// What Control Tower, its stack sets and Identity Center put into an enrolled account.
fn roles(account: &str) -> Vec<Role> {
    let of = |account: &str, name: &str| format!(r#"{{"AWS":"arn:aws:iam::{account}:{name}"}}"#);
    let service = |name: &str| format!(r#"{{"Service":"{name}.amazonaws.com"}}"#);
    let sso =
        format!(r#"{{"Federated":"arn:aws:iam::{account}:saml-provider/AWSSSO_2f6d1c0e9b7a5d43_DO_NOT_DELETE"}}"#);
    let path = format!("/aws-reserved/sso.amazonaws.com/{HOME}/");
    let root = of(MANAGEMENT, "root");
    let mut roles = vec![
        role(account, "/", "AWSControlTowerExecution", &root, "AdministratorAccess"),
        role(account, "/", "stacksets-exec-6f1e2d3c4b5a69788796a5b4c3d2e1f0", &root, "AdministratorAccess"),
        role(account, "/", "PalisadeAudit", &root, "SecurityAudit"),
        role(account, "/", "aws-controltower-ConfigRecorderRole", &service("config"), "service-role/AWS_ConfigRole"),
        role(
            account,
            "/",
            "aws-controltower-AdministratorExecutionRole",
            &of(AUDIT, "role/aws-controltower-AuditAdministratorRole"),
            "AdministratorAccess",
        ),
        role(
            account,
            "/",
            "aws-controltower-ReadOnlyExecutionRole",
            &of(AUDIT, "role/aws-controltower-AuditReadOnlyRole"),
            "ReadOnlyAccess",
        ),
        role(
            account,
            "/",
            "aws-controltower-ForwardSnsNotificationRole",
            &service("lambda"),
            "service-role/AWSLambdaBasicExecutionRole",
        ),
    ];
    for (name, policy) in [
        ("AWSAdministratorAccess_0a1b2c3d4e5f6a7b", "AdministratorAccess"),
        ("AWSPowerUserAccess_1b2c3d4e5f6a7b8c", "PowerUserAccess"),
        ("AWSReadOnlyAccess_8c9d0e1f2a3b4c5d", "ReadOnlyAccess"),
    ] {
        roles.push(role(account, &path, &format!("AWSReservedSSO_{name}"), &sso, policy));
    }
    roles
}

fn identities(account: &str) -> IamInventory {
    // Account Factory sets no password for root; whoever created the management account did.
    let password = account == MANAGEMENT;
    iam(account, roles(account), Vec::new(), root_row(account, password, password, false))
}

/// The regions of an enrolled account, with this in the home region.
fn regions(account: &str, mut home: Option<RegionParts>) -> Vec<RegionInventory> {
    let mut open = |code: &str| match home.take_if(|_| code == HOME) {
        Some(parts) => parts,
        None => empty_region(),
    };
    let bound = account != MANAGEMENT;
    let one = |code: &&str| match bound && !GOVERNED.contains(code) {
        true => closed_region(code, region_denied_in(code, &session(account))),
        false => region(code, open(code)),
    };
    REGIONS.iter().map(one).collect()
}

fn enrolled<const N: usize>(account: &str, buckets: [Bucket; N], home: Option<RegionParts>) -> AccountInventory {
    let regional = regions(account, home);
    account_of(account, AccountParts { iam: identities(account), s3: s3(buckets), regional, ..empty_parts(account) })
}

fn management() -> AccountInventory {
    enrolled(MANAGEMENT, [bucket("cf-templates-9z8y7x6w5v4u-eu-central-1", HOME)], None)
}

/// The trail's and the recorder's histories, kept for a year, and the log of who read them, for ten.
fn log_archive() -> AccountInventory {
    let log = |name: &str, service: &str, days: i32| Bucket {
        versioning: versioned(),
        policy: delivered_by(name, service),
        lifecycle: value(vec![LifecycleRule { expiration_days: Some(days), ..expire_noncurrent(days) }]),
        ..bucket(name, HOME)
    };
    enrolled(
        LOG_ARCHIVE,
        [
            log("aws-controltower-logs-222222222222-eu-central-1", "cloudtrail.amazonaws.com", 365),
            log("aws-controltower-s3-access-logs-222222222222-eu-central-1", "logging.s3.amazonaws.com", 3_650),
        ],
        None,
    )
}

fn audit() -> AccountInventory {
    let mut account = enrolled(AUDIT, [], None);
    if let Answer::Value(parts) = &mut account.parts
        && let Some(details) = parts.iam.authorization_details.value_mut()
    {
        let lambda = r#"{"Service":"lambda.amazonaws.com"}"#;
        for name in ["aws-controltower-AuditAdministratorRole", "aws-controltower-AuditReadOnlyRole"] {
            details.roles.push(role(AUDIT, "/", name, lambda, "service-role/AWSLambdaBasicExecutionRole"));
        }
    }
    account
}

/// What a team sets up on its first day.
fn workload() -> AccountInventory {
    let database = db_instance(HERE, "webshop");
    let home = RegionParts {
        rds: RdsInventory {
            db_snapshots: read(vec![automated_snapshot(HERE, &database, 5)]),
            db_instance_automated_backups: read(vec![automated_backup(HERE, &database)]),
            db_instances: read(vec![database]),
            ..empty_rds()
        },
        dynamodb: dynamodb([table(HERE, "webshop-carts", "cart")]),
        kms: kms([aws_rds_key(HERE)]),
        ..empty_region()
    };
    let buckets =
        [bucket("webshop-production-images", HOME), bucket("cdk-hnb659fds-assets-246824682468-eu-central-1", HOME)];
    enrolled(WORKLOAD, buckets, Some(home))
}
