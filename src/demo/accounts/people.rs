//! Who can act in the demo's accounts, beside what the landing zone puts there: pipelines, agents, partners, people.

use crate::demo::build::{assumed, iam, iam_arn, inline, landing_zone_roles, role, root_row, user, value};
use crate::model::iam::{IamInventory, OidcDetail, OidcProvider, Role};

use super::{BACKUP, COURSES, DELIVERY, LEDGER, LEDGER_DEV, MANAGEMENT};

const GITHUB: &str = "token.actions.githubusercontent.com";
/// A company that watches databases; not of the organization.
const VENDOR: &str = "343434343434";

/// The IAM of an account.
pub(in crate::demo) fn iam_of(account: &str) -> IamInventory {
    let mut roles = landing_zone_roles(account);
    let mut users = Vec::new();
    let mut root = root_row(account, true, true, false);
    match account {
        MANAGEMENT => roles.push(break_glass(account)),
        COURSES => {
            roles.extend(in_courses());
            // Terraform runs with this user's keys, from a laptop, and an agent drives it.
            users.push(user(account, "terraform-laptop", "AdministratorAccess"));
            users.push(user(account, "accountant", "ReadOnlyAccess"));
            root = root_row(account, true, false, true);
        }
        LEDGER => {
            roles.extend([break_glass(account), deploys(account), agent(account)]);
            root = root_row(account, false, false, false);
        }
        BACKUP => roles.push(break_glass(account)),
        DELIVERY => roles.extend([break_glass(account), terraform(), agent(account)]),
        LEDGER_DEV => {
            roles.extend(in_development());
            users.push(user(account, "deploy-bot", "AmazonS3FullAccess"));
        }
        _ => {}
    }
    let mut iam = iam(account, roles, users, root);
    if [COURSES, DELIVERY, LEDGER_DEV].contains(&account)
        && let Some(providers) = iam.oidc_providers.value_mut()
    {
        providers.push(OidcProvider {
            arn: iam_arn(account, &format!("oidc-provider/{GITHUB}")),
            detail: value(OidcDetail { url: GITHUB.into(), audiences: vec!["sts.amazonaws.com".into()] }),
        });
    }
    iam
}

/// The one that may pass the guards: entered with MFA, from the management account's of the same name.
pub(in crate::demo) fn break_glass(account: &str) -> Role {
    let role = role(account, "/", "BreakGlass", "{}", "AdministratorAccess");
    let operators = match account {
        MANAGEMENT => format!(r#"{{"AWS":"arn:aws:iam::{MANAGEMENT}:root"}}"#),
        _ => format!(r#"{{"AWS":"arn:aws:iam::{MANAGEMENT}:role/BreakGlass"}}"#),
    };
    assumed(role, &operators, "sts:AssumeRole", r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#)
}

/// What the pipeline becomes in an account.
fn deploys(account: &str) -> Role {
    let pipeline = format!(r#"{{"AWS":"arn:aws:iam::{DELIVERY}:role/terraform"}}"#);
    role(account, "/", "terraform-deploy", &pipeline, "PowerUserAccess")
}

/// An agent that reads.
fn agent(account: &str) -> Role {
    let pipeline = format!(r#"{{"AWS":"arn:aws:iam::{DELIVERY}:role/terraform"}}"#);
    role(account, "/agents/", "coding-agent", &pipeline, "ReadOnlyAccess")
}

/// The pipeline: one repository's main branch, and it may enter the accounts that it deploys to.
fn terraform() -> Role {
    let github = format!(r#"{{"Federated":"arn:aws:iam::{DELIVERY}:oidc-provider/{GITHUB}"}}"#);
    let pinned = format!(
        r#"{{"StringEquals":{{"{GITHUB}:aud":"sts.amazonaws.com","{GITHUB}:sub":"repo:meridian/infrastructure:ref:refs/heads/main"}}}}"#
    );
    let mut role = assumed(
        role(DELIVERY, "/", "terraform", "{}", "ReadOnlyAccess"),
        &github,
        "sts:AssumeRoleWithWebIdentity",
        &pinned,
    );
    role.inline_policies.push(inline(
        "deploy",
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":["arn:aws:iam::*:role/terraform-deploy","arn:aws:iam::*:role/agents/coding-agent"]},{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::*-terraform-state/*"},{"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:DeleteItem"],"Resource":"arn:aws:dynamodb:*:*:table/*-terraform-locks"}]}"#,
    ));
    role
}

/// Ten years of good intentions.
fn in_courses() -> [Role; 6] {
    let mfa = r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#;
    let own = format!(r#"{{"AWS":"arn:aws:iam::{COURSES}:root"}}"#);
    let lambda = r#"{"Service":"lambda.amazonaws.com"}"#;
    let github = format!(r#"{{"Federated":"arn:aws:iam::{COURSES}:oidc-provider/{GITHUB}"}}"#);
    let pinned = format!(
        r#"{{"StringEquals":{{"{GITHUB}:aud":"sts.amazonaws.com","{GITHUB}:sub":"repo:meridian/courses:ref:refs/heads/main"}}}}"#
    );
    [
        // The developers of another account look after this one's databases, too.
        role(
            COURSES,
            "/",
            "ops",
            &format!(r#"{{"AWS":"arn:aws:iam::{LEDGER_DEV}:role/developer"}}"#),
            "AdministratorAccess",
        ),
        assumed(role(COURSES, "/", "dba", "{}", "job-function/DatabaseAdministrator"), &own, "sts:AssumeRole", mfa),
        role(COURSES, "/", "db-watch", &format!(r#"{{"AWS":"arn:aws:iam::{VENDOR}:root"}}"#), "AmazonRDSFullAccess"),
        role(COURSES, "/", "image-resizer", lambda, "AmazonS3FullAccess"),
        assumed(
            role(COURSES, "/", "site-deploy", "{}", "AmazonRDSFullAccess"),
            &github,
            "sts:AssumeRoleWithWebIdentity",
            &pinned,
        ),
        // The agent acts with all that the laptop has.
        role(
            COURSES,
            "/agents/",
            "coding-agent",
            &format!(r#"{{"AWS":"arn:aws:iam::{COURSES}:user/terraform-laptop"}}"#),
            "AdministratorAccess",
        ),
    ]
}

fn in_development() -> [Role; 3] {
    let saml =
        format!(r#"{{"Federated":"arn:aws:iam::{LEDGER_DEV}:saml-provider/AWSSSO_2f6d1c0e9b7a5d43_DO_NOT_DELETE"}}"#);
    let audience = r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#;
    let mut developer =
        assumed(role(LEDGER_DEV, "/", "developer", "{}", "PowerUserAccess"), &saml, "sts:AssumeRoleWithSAML", audience);
    developer.inline_policies.push(inline(
        "courses",
        &format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::{COURSES}:role/ops"}}]}}"#
        ),
    ));
    let github = format!(r#"{{"Federated":"arn:aws:iam::{LEDGER_DEV}:oidc-provider/{GITHUB}"}}"#);
    // Any repository of anybody's whose name begins with meridian.
    let wide = format!(
        r#"{{"StringEquals":{{"{GITHUB}:aud":"sts.amazonaws.com"}},"StringLike":{{"{GITHUB}:sub":"repo:meridian*"}}}}"#
    );
    let vendor = format!(r#"{{"AWS":"arn:aws:iam::{VENDOR}:root"}}"#);
    let asked = r#"{"StringEquals":{"sts:ExternalId":"meridian-5b2f3dc0"}}"#;
    [
        developer,
        assumed(role(LEDGER_DEV, "/", "ci", "{}", "PowerUserAccess"), &github, "sts:AssumeRoleWithWebIdentity", &wide),
        assumed(role(LEDGER_DEV, "/", "db-watch", "{}", "AmazonRDSFullAccess"), &vendor, "sts:AssumeRole", asked),
    ]
}
