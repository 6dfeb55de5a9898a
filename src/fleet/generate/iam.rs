//! IAM: the landing zone's furniture, people, pipelines, agents, partners, and who forgot to clean up.

use std::collections::BTreeMap;

use crate::demo::build::{attached, days_ago, read, value};
use crate::model::iam::{
    AuthorizationDetails, CredentialReportRow, Group, IamInventory, InlinePolicy, ManagedPolicy, OidcDetail,
    OidcProvider, Role, User,
};
use crate::model::ids::Arn;

use super::random::Chance;
use super::world::{AUDIT_ROLE, Here, Member, World, ago, ago_whole};

const SAML: &str = "saml-provider/AWSSSO_2f6d1c0e9b7a5d43_DO_NOT_DELETE";
const GITHUB: &str = "token.actions.githubusercontent.com";

/// The IAM of an account.
pub(super) fn of(world: &World, member: &Member, chance: &mut Chance) -> IamInventory {
    let here = world.at(member, world.home());
    let oidc = chance.percent(35);
    let mut roles = furniture(world, here, chance);
    roles.extend(people_and_machines(world, member, here, oidc, chance));
    let users = users(here, chance);
    let groups: Vec<Group> =
        if users.iter().any(|user| !user.groups.is_empty()) { vec![group(here)] } else { Vec::new() };
    let mut rows = vec![root(here, chance)];
    rows.extend(users.iter().map(|user| row(user, chance)));
    let count = |flag: Option<bool>| i64::from(flag == Some(true));
    let number = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
    let first = rows.first();
    let summary = [
        ("AccountMFAEnabled", first.map_or(0, |root| count(root.mfa_active))),
        ("AccountAccessKeysPresent", first.map_or(0, |root| count(root.access_key_1_active))),
        ("AccountPasswordPresent", first.map_or(0, |root| count(root.password_enabled))),
        ("Groups", number(groups.len())),
        ("Roles", number(roles.len())),
        ("Users", number(users.len())),
    ];
    let policies = policies(here, &users, &groups, &roles);
    let provider = OidcProvider {
        arn: here.iam(&format!("oidc-provider/{GITHUB}")),
        detail: value(OidcDetail { url: GITHUB.into(), audiences: vec!["sts.amazonaws.com".into()] }),
    };
    IamInventory {
        authorization_details: read(AuthorizationDetails { users, groups, roles, policies }),
        credential_report: read(rows),
        oidc_providers: read(if oidc { vec![provider] } else { Vec::new() }),
        saml_providers: read(vec![here.iam(SAML)]),
        account_summary: read(summary.map(|(name, count)| (name.to_owned(), count)).into()),
    }
}

/// A role; `principal` and `condition` are JSON.
fn role(
    here: Here<'_>,
    chance: &mut Chance,
    (path, name): (&str, &str),
    (principal, condition): (&str, &str),
    policies: &[&str],
) -> Role {
    let action = match principal {
        saml if saml.contains("saml-provider") => "sts:AssumeRoleWithSAML",
        oidc if oidc.contains("Federated") => "sts:AssumeRoleWithWebIdentity",
        _ => "sts:AssumeRole",
    };
    let condition = if condition.is_empty() { String::new() } else { format!(r#","Condition":{condition}"#) };
    let used = chance.percent(60).then(|| ago(chance, 1, 9_000));
    Role {
        arn: here.iam(&format!("role{path}{name}")),
        name: name.into(),
        id: format!("AROA{}", chance.hex(17).to_ascii_uppercase()),
        path: path.into(),
        created_at: Some(ago_whole(chance, 1_000, 20_000)),
        trust_policy: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{principal},"Action":"{action}"{condition}}}]}}"#
        ),
        inline_policies: Vec::new(),
        attached_policies: policies.iter().map(|policy| here.aws_policy(policy)).collect(),
        permissions_boundary: None,
        instance_profiles: Vec::new(),
        tags: BTreeMap::new(),
        last_used_region: used.is_some().then(|| here.region.to_string()),
        last_used_at: used,
    }
}

fn account_principal(here: Here<'_>, account: &str) -> String {
    format!(r#"{{"AWS":"arn:{}:iam::{account}:root"}}"#, here.partition)
}

/// What AWS, Control Tower, StackSets, Identity Center and palisade's own set-up put everywhere.
fn furniture(world: &World, here: Here<'_>, chance: &mut Chance) -> Vec<Role> {
    let management = account_principal(here, world.management().id.as_str());
    let sso = format!(r#"{{"Federated":"{}"}}"#, here.iam(SAML));
    let sso_path = format!("/aws-reserved/sso.amazonaws.com/{}/", here.region);
    let service = |name: &str| format!(r#"{{"Service":"{name}.amazonaws.com"}}"#);
    let admin = ["AdministratorAccess"];
    let mut made = vec![
        role(here, chance, ("/", "AWSControlTowerExecution"), (&management, ""), &admin),
        role(here, chance, ("/", AUDIT_ROLE), (&management, ""), &["SecurityAudit"]),
        role(here, chance, ("/", "stacksets-exec-6f1e2d3c4b5a69788796a5b4c3d2e1f0"), (&management, ""), &admin),
    ];
    for (name, policy) in [
        ("AdministratorAccess_0a1b2c3d4e5f6a7b", "AdministratorAccess"),
        ("ReadOnly_8c9d0e1f2a3b4c5d", "ReadOnlyAccess"),
    ] {
        let name = format!("AWSReservedSSO_{name}");
        made.push(role(here, chance, (&sso_path, &name), (&sso, ""), &[policy]));
    }
    for (domain, name, policy) in [
        ("rds", "AWSServiceRoleForRDS", "AmazonRDSServiceRolePolicy"),
        ("backup", "AWSServiceRoleForBackup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    ] {
        let path = format!("/aws-service-role/{domain}.amazonaws.com/");
        made.push(role(here, chance, (&path, name), (&service(domain), ""), &[&format!("aws-service-role/{policy}")]));
    }
    if chance.percent(50) {
        made.push(role(here, chance, ("/", "OrganizationAccountAccessRole"), (&management, ""), &admin));
    }
    made
}

fn people_and_machines(world: &World, member: &Member, here: Here<'_>, oidc: bool, chance: &mut Chance) -> Vec<Role> {
    let admin = ["AdministratorAccess"];
    let mut made = Vec::new();
    if oidc {
        let provider = format!(r#"{{"Federated":"{}"}}"#, here.iam(&format!("oidc-provider/{GITHUB}")));
        // Pinned to a branch, to a repository, or to nothing that helps.
        let subject = chance.pick(&["repo:acme/infra:ref:refs/heads/main", "repo:acme/*", "*"]);
        let condition = format!(
            r#"{{"StringEquals":{{"{GITHUB}:aud":"sts.amazonaws.com"}},"StringLike":{{"{GITHUB}:sub":"{subject}"}}}}"#
        );
        made.push(role(here, chance, ("/", "ci-deploy"), (&provider, &condition), &admin));
    }
    if chance.percent(70) {
        let condition = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
        let principal = account_principal(here, world.management().id.as_str());
        made.push(role(here, chance, ("/", "BreakGlass"), (&principal, condition), &admin));
    }
    if chance.percent(12) {
        let principal = account_principal(here, here.account.as_str());
        let policy = chance.pick(&["ReadOnlyAccess", "PowerUserAccess", "AdministratorAccess"]);
        made.push(role(here, chance, ("/agents/", "coding-agent"), (&principal, ""), &[policy]));
    }
    if chance.percent(10) {
        // A partner outside the organization, with or without an ExternalId.
        let condition = chance.pick(&["", r#"{"StringEquals":{"sts:ExternalId":"f3a9c0de"}}"#]);
        let principal = account_principal(here, "210987654321");
        made.push(role(here, chance, ("/", "vendor-monitoring"), (&principal, condition), &["ReadOnlyAccess"]));
    }
    if chance.percent(25) {
        // The account before this one deploys here.
        let before = world.members.get(member.number.saturating_sub(1)).unwrap_or(member);
        let principal = account_principal(here, before.id.as_str());
        let mut made_role = role(here, chance, ("/", "cross-account-deploy"), (&principal, ""), &["PowerUserAccess"]);
        made_role.permissions_boundary = Some(here.iam("policy/boundary"));
        made.push(made_role);
    }
    if chance.percent(30) {
        let mut app = role(here, chance, ("/app/", "app-server"), (r#"{"Service":"ec2.amazonaws.com"}"#, ""), &[]);
        app.instance_profiles.push(here.iam("instance-profile/app/app-server"));
        app.inline_policies.push(InlinePolicy {
            name: "tables".into(),
            document: r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"}}"#
                .into(),
        });
        app.tags.insert("team".into(), "app".into());
        made.push(app);
    }
    made
}

fn users(here: Here<'_>, chance: &mut Chance) -> Vec<User> {
    // Three accounts in five have none: people come in by Identity Center.
    let count = chance.pick(&[0, 0, 0, 1, 3]);
    let name = |number: usize| match number {
        0 => "terraform".to_owned(),
        number => format!("deploy-bot-{number}"),
    };
    (0..count)
        .map(|number| {
            let grouped = chance.percent(30);
            User {
                arn: here.iam(&format!("user/{}", name(number))),
                name: name(number),
                id: format!("AIDA{}", chance.hex(17).to_ascii_uppercase()),
                path: "/".into(),
                created_at: Some(ago_whole(chance, 1_000, 30_000)),
                inline_policies: Vec::new(),
                attached_policies: vec![here.aws_policy(chance.pick(&["AdministratorAccess", "AmazonS3FullAccess"]))],
                groups: if grouped { vec!["admins".into()] } else { Vec::new() },
                permissions_boundary: None,
                tags: BTreeMap::new(),
            }
        })
        .collect()
}

fn group(here: Here<'_>) -> Group {
    Group {
        arn: here.iam("group/admins"),
        name: "admins".into(),
        id: "AGPAADMINSADMINSADMIN".into(),
        path: "/".into(),
        inline_policies: Vec::new(),
        attached_policies: vec![here.aws_policy("AdministratorAccess")],
    }
}

/// Everything that is attached, with its document, as AWS sends it along.
fn policies(here: Here<'_>, users: &[User], groups: &[Group], roles: &[Role]) -> Vec<ManagedPolicy> {
    let mut made = attached(users, groups, roles);
    if roles.iter().any(|role| role.permissions_boundary.is_some()) {
        made.push(ManagedPolicy {
            arn: here.iam("policy/boundary"),
            name: "boundary".into(),
            id: "ANPABOUNDARYXXXXXXXXX".into(),
            path: "/".into(),
            default_version: "v1".into(),
            document: Some(
                r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}]}"#
                    .into(),
            ),
        });
    }
    made
}

fn root(here: Here<'_>, chance: &mut Chance) -> CredentialReportRow {
    let password = chance.percent(60);
    let key = chance.percent(4);
    CredentialReportRow {
        user: IamInventory::ROOT_USER.into(),
        arn: Arn::account_root(here.partition, here.account),
        // Some reports say not_supported of root's password.
        password_enabled: if chance.percent(5) { None } else { Some(password) },
        password_last_used: (password && chance.percent(30)).then(|| days_ago(chance.within(1, 900))),
        mfa_active: Some(chance.percent(75)),
        access_key_1_active: Some(key),
        access_key_1_last_used: key.then(|| days_ago(3)),
        access_key_2_active: Some(false),
        access_key_2_last_used: None,
    }
}

fn row(user: &User, chance: &mut Chance) -> CredentialReportRow {
    let (password, key) = (chance.percent(20), chance.percent(85));
    CredentialReportRow {
        user: user.name.clone(),
        arn: user.arn.clone(),
        password_enabled: Some(password),
        password_last_used: password.then(|| days_ago(chance.within(1, 300))),
        mfa_active: Some(password && chance.percent(50)),
        access_key_1_active: Some(key),
        access_key_1_last_used: key.then(|| ago_whole(chance, 1, 2_000)),
        access_key_2_active: Some(chance.percent(10)),
        access_key_2_last_used: None,
    }
}
