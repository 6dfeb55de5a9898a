//! IAM: roles as ordinary accounts have them, and the credentials of root.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::iam::{AuthorizationDetails, CredentialReportRow, IamInventory, ManagedPolicy, Role, User};
use crate::model::ids::Arn;

use super::{days_ago, iam_arn, id, none, read, read_at};
use crate::model::gap::Collected;

/// The IAM of an ordinary account: the roles that AWS and the landing zone put there, and a root user with a password
/// and MFA and without an access key.
#[must_use]
pub fn healthy_iam(account: &str) -> IamInventory {
    iam(account, landing_zone_roles(account), Vec::new(), root_row(account, true, true, false))
}

/// IAM with these roles and users, and this row for root.
#[must_use]
pub fn iam(account: &str, roles: Vec<Role>, users: Vec<User>, root: CredentialReportRow) -> IamInventory {
    let count = |flag: Option<bool>| i64::from(flag == Some(true));
    let summary = [
        ("AccountMFAEnabled".to_owned(), count(root.mfa_active)),
        ("AccountAccessKeysPresent".to_owned(), count(root.access_key_1_active)),
        ("AccountPasswordPresent".to_owned(), count(root.password_enabled)),
        ("Roles".to_owned(), i64::try_from(roles.len()).unwrap_or(i64::MAX)),
        ("Users".to_owned(), i64::try_from(users.len()).unwrap_or(i64::MAX)),
    ];
    let mut rows = vec![root];
    rows.extend(users.iter().map(|user| user_row(account, &user.name)));
    let policies = managed(&roles, &users);
    IamInventory {
        authorization_details: read(AuthorizationDetails { users, roles, groups: Vec::new(), policies }),
        credential_report: read(rows),
        oidc_providers: none(),
        saml_providers: read(vec![iam_arn(account, "saml-provider/AWSSSO_2f6d1c0e9b7a5d43_DO_NOT_DELETE")]),
        account_summary: Collected::read(read_at(), summary.into()),
    }
}

/// The managed policies of AWS that roles and users have, with what they say in short.
fn managed(roles: &[Role], users: &[User]) -> Vec<ManagedPolicy> {
    let of_roles = roles.iter().flat_map(|role| &role.attached_policies);
    let all: BTreeSet<&Arn> = of_roles.chain(users.iter().flat_map(|user| &user.attached_policies)).collect();
    let named = all.into_iter().filter_map(|arn| {
        let path = arn.resource().strip_prefix("policy/")?;
        let (path, name) = path.rsplit_once('/').unwrap_or(("", path));
        Some(ManagedPolicy {
            arn: arn.clone(),
            name: name.to_owned(),
            id: format!("ANPA{:X<17}", letters(name)),
            path: if path.is_empty() { "/".to_owned() } else { format!("/{path}/") },
            default_version: "v1".to_owned(),
            document: Some(document(name)),
        })
    });
    named.collect()
}

/// What a managed policy of AWS says, in short.
fn document(name: &str) -> String {
    let element = match name {
        "AdministratorAccess" => r#""Action":"*""#,
        "PowerUserAccess" => r#""NotAction":["iam:*","organizations:*","account:*"]"#,
        _ => {
            r#""Action":["backup:Describe*","backup:List*","dynamodb:Describe*","dynamodb:List*","iam:Get*","iam:List*","kms:Describe*","rds:Describe*","s3:GetBucket*","s3:List*"]"#
        }
    };
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{element},"Resource":"*"}}]}}"#)
}

/// Root's row of the credential report.
#[must_use]
pub fn root_row(account: &str, password: bool, mfa: bool, access_key: bool) -> CredentialReportRow {
    CredentialReportRow {
        user: "<root_account>".into(),
        arn: Arn::account_root(&id("aws"), &id(account)),
        password_enabled: Some(password),
        password_last_used: password.then(|| days_ago(200)),
        mfa_active: Some(mfa),
        access_key_1_active: Some(access_key),
        access_key_1_last_used: access_key.then(|| days_ago(3)),
        access_key_2_active: Some(false),
        access_key_2_last_used: None,
    }
}

/// The row of a user with one access key and no password.
#[must_use]
pub fn user_row(account: &str, name: &str) -> CredentialReportRow {
    CredentialReportRow {
        user: name.into(),
        arn: iam_arn(account, &format!("user/{name}")),
        password_enabled: Some(false),
        password_last_used: None,
        mfa_active: Some(false),
        access_key_1_active: Some(true),
        access_key_1_last_used: Some(days_ago(1)),
        access_key_2_active: Some(false),
        access_key_2_last_used: None,
    }
}

/// A user with one managed policy of AWS.
#[must_use]
pub fn user(account: &str, name: &str, aws_policy: &str) -> User {
    User {
        arn: iam_arn(account, &format!("user/{name}")),
        name: name.into(),
        id: format!("AIDA{:X<17}", letters(name)),
        path: "/".into(),
        created_at: Some(days_ago(500)),
        inline_policies: Vec::new(),
        attached_policies: vec![iam_arn("aws", &format!("policy/{aws_policy}"))],
        groups: Vec::new(),
        permissions_boundary: None,
        tags: BTreeMap::new(),
    }
}

/// A role that this principal may assume, with one managed policy of AWS.
#[must_use]
pub fn role(account: &str, path: &str, name: &str, principal: &str, aws_policy: &str) -> Role {
    Role {
        arn: iam_arn(account, &format!("role{path}{name}")),
        name: name.into(),
        id: format!("AROA{:X<17}", letters(name)),
        path: path.into(),
        created_at: Some(days_ago(700)),
        trust_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole"}}]}}"#
        ),
        inline_policies: Vec::new(),
        attached_policies: vec![iam_arn("aws", &format!("policy/{aws_policy}"))],
        permissions_boundary: None,
        instance_profiles: Vec::new(),
        tags: BTreeMap::new(),
        last_used_at: Some(days_ago(1)),
        last_used_region: Some("eu-central-1".into()),
    }
}

fn letters(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).take(17).collect::<String>().to_ascii_uppercase()
}

/// The roles that Control Tower, StackSets, Identity Center and palisade's own set-up put into every account.
#[must_use]
pub fn landing_zone_roles(account: &str) -> Vec<Role> {
    let service = |name: &str| format!(r#"{{"Service":"{name}.amazonaws.com"}}"#);
    let root = |of: &str| format!(r#"{{"AWS":"arn:aws:iam::{of}:root"}}"#);
    let sso =
        format!(r#"{{"Federated":"arn:aws:iam::{account}:saml-provider/AWSSSO_2f6d1c0e9b7a5d43_DO_NOT_DELETE"}}"#);
    let management = "111111111111";
    let sso_path = "/aws-reserved/sso.amazonaws.com/eu-central-1/";
    vec![
        role(account, "/", "AWSControlTowerExecution", &root(management), "AdministratorAccess"),
        role(account, "/", "PalisadeAudit", &root(management), "SecurityAudit"),
        role(account, "/", "stacksets-exec-6f1e2d3c4b5a69788796a5b4c3d2e1f0", &root(management), "AdministratorAccess"),
        role(account, sso_path, "AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6a7b", &sso, "AdministratorAccess"),
        role(account, sso_path, "AWSReservedSSO_ReadOnlyAccess_8c9d0e1f2a3b4c5d", &sso, "ReadOnlyAccess"),
        role(
            account,
            "/aws-service-role/rds.amazonaws.com/",
            "AWSServiceRoleForRDS",
            &service("rds"),
            "aws-service-role/AmazonRDSServiceRolePolicy",
        ),
        role(
            account,
            "/aws-service-role/backup.amazonaws.com/",
            "AWSServiceRoleForBackup",
            &service("backup"),
            "aws-service-role/AWSBackupServiceLinkedRolePolicyForBackup",
        ),
    ]
}
