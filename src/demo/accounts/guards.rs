//! The policies that close what the catalogue names: what a careful owner attaches.

use serde_json::{Value, json};

use crate::demo::build::{ORGANIZATION, ROOT, policy, rcp_full_access, scp, tags, target, unit_id};
use crate::model::catalogue::{self, CallableFrom, Category, DestructiveAction};
use crate::model::organization::{OrganizationInventory, Policy, PolicyTarget};

use super::{LEDGER_DEV, MANAGEMENT};

/// The services that the demo's data lies in and rests on.
const SERVICES: [&str; 5] = ["backup", "dynamodb", "kms", "rds", "s3"];

/// The role for emergencies, which its owner declares.
const BREAK_GLASS: &str = "arn:aws:iam::*:role/BreakGlass";

/// The landing zone's own roles.
const LANDING_ZONE: [&str; 2] =
    ["arn:aws:iam::*:role/AWSControlTowerExecution", "arn:aws:iam::*:role/stacksets-exec-*"];

/// Whom the guards let pass: the landing zone's own roles, and the one for emergencies.
const EXEMPT: [&str; 3] =
    ["arn:aws:iam::*:role/AWSControlTowerExecution", "arn:aws:iam::*:role/stacksets-exec-*", BREAK_GLASS];

fn document(statements: &Value) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

fn deny(sid: &str, takes: impl Fn(&DestructiveAction) -> bool) -> Value {
    let rows = catalogue::all().iter().filter(|row| row.blanket_deny && row.callable_from != CallableFrom::Management);
    let actions: Vec<&str> = rows.filter(|row| takes(row)).map(|row| row.action.as_str()).collect();
    json!({
        "Sid": sid, "Effect": "Deny", "Action": actions, "Resource": "*",
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": EXEMPT}},
    })
}

/// Closes the destruction and weakening of data and backups.
fn protect_data() -> String {
    document(&json!([deny("ProtectData", |row| {
        let destroys = [Category::DestroysData, Category::DestroysBackup, Category::WeakensProtection];
        SERVICES.contains(&row.service.as_str()) && destroys.contains(&row.category)
    })]))
}

/// Closes the removal of guards, and keeps whoever may make roles from making one that they exempt.
fn protect_guards() -> String {
    let guards = deny("ProtectGuards", |row| {
        row.category == Category::DisablesGuard || row.action.as_str() == "account:CloseAccount"
    });
    let exempt = json!({
        "Sid": "ProtectExempt", "Effect": "Deny", "Resource": EXEMPT,
        "Action": [
            "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole*", "iam:DetachRolePolicy", "iam:PassRole",
            "iam:PutRole*", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*",
        ],
        "Condition": {"ArnNotLike": {"aws:PrincipalArn": LANDING_ZONE}},
    });
    document(&json!([guards, exempt]))
}

/// Nobody outside the organization, whatever a resource's own policy says.
fn perimeter() -> String {
    document(&json!([{
        "Sid": "OrganizationAlone", "Effect": "Deny", "Principal": "*", "Resource": "*",
        "Action": [
            "aoss:*", "cognito-idp:*", "dsql:*", "dynamodb:*", "ecr:*", "kms:*", "logs:*", "memorydb:*", "s3:*",
            "secretsmanager:*", "timestream-influxdb:*",
        ],
        "Condition": {
            "StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }]))
}

/// What development has: an exemption that nobody declared, and a policy on the account itself.
const DEVELOPMENT: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"KeepBackups","Effect":"Deny","Action":["backup:DeleteBackupVault","backup:DeleteRecoveryPoint"],"Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["arn:aws:iam::*:role/BreakGlass","arn:aws:iam::*:role/ledger-*"]}}}]}"#;
const DEVELOPMENT_ACCOUNT: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"KeepTrail","Effect":"Deny","Action":["cloudtrail:DeleteTrail","cloudtrail:StopLogging"],"Resource":"*"}]}"#;

/// The units with these suffixes.
fn units(suffixes: &[&str]) -> Vec<PolicyTarget> {
    suffixes.iter().map(|suffix| target(&unit_id(suffix), "ORGANIZATIONAL_UNIT")).collect()
}

/// Attaches the guards to these units.
pub(in crate::demo) fn guard(organization: &mut OrganizationInventory, suffixes: &[&str]) {
    if let Some(scps) = organization.scps.value_mut() {
        scps.push(scp(MANAGEMENT, "protect", "protect-data", &protect_data(), units(suffixes)));
        scps.push(scp(MANAGEMENT, "guards", "protect-guards", &protect_guards(), units(suffixes)));
    }
}

/// What development has.
pub(super) fn development(organization: &mut OrganizationInventory) {
    let account = vec![target(LEDGER_DEV, "ACCOUNT")];
    if let Some(scps) = organization.scps.value_mut() {
        scps.push(scp(MANAGEMENT, "keepbackup", "keep-backups", DEVELOPMENT, units(&["deve"])));
        scps.push(scp(MANAGEMENT, "keeptrail", "keep-trail", DEVELOPMENT_ACCOUNT, account));
    }
}

/// Switches resource control policies on, and keeps outsiders from the resources of these units.
pub(in crate::demo) fn perimeter_around(organization: &mut OrganizationInventory, suffixes: &[&str]) {
    let mut everywhere = vec![target(ROOT, "ROOT")];
    everywhere.extend(organization.units.items().iter().map(|unit| target(&unit.id, "ORGANIZATIONAL_UNIT")));
    everywhere.extend(organization.accounts.items().iter().map(|account| target(account.id.as_str(), "ACCOUNT")));
    if let Some(roots) = organization.roots.value_mut() {
        for root in roots {
            root.policy_types.extend(tags([("RESOURCE_CONTROL_POLICY", "ENABLED")]));
        }
    }
    let own: Policy =
        policy(MANAGEMENT, "resource_control_policy", "perimeter", "perimeter", &perimeter(), units(suffixes));
    if let Some(rcps) = organization.rcps.value_mut() {
        rcps.extend([rcp_full_access(everywhere), own]);
    }
}
