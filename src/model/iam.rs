//! IAM: users, groups, roles, policies, identity providers, the credential report.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>. Policy documents
//! are kept as JSON text, percent-decoded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::gap::{Answer, Collected};
use super::ids::Arn;

/// What IAM holds in one account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IamInventory {
    /// Users, groups, roles and customer-managed policies, and the AWS-managed policies in use.
    pub authorization_details: Collected<AuthorizationDetails>,
    /// The credential report.
    pub credential_report: Collected<Vec<CredentialReportRow>>,
    /// OpenID Connect providers.
    pub oidc_providers: Collected<Vec<OidcProvider>>,
    /// SAML providers.
    pub saml_providers: Collected<Vec<Arn>>,
    /// The account summary: counts by name, such as `AccountAccessKeysPresent`.
    pub account_summary: Collected<BTreeMap<String, i64>>,
}

impl IamInventory {
    /// The name under which the credential report lists the root user.
    pub const ROOT_USER: &'static str = "<root_account>";
}

/// The answer of `GetAccountAuthorizationDetails`, complete.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AuthorizationDetails {
    /// IAM users.
    pub users: Vec<User>,
    /// IAM groups.
    pub groups: Vec<Group>,
    /// IAM roles.
    pub roles: Vec<Role>,
    /// Managed policies, in their default version.
    pub policies: Vec<ManagedPolicy>,
}

/// An inline policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InlinePolicy {
    /// Its name.
    pub name: String,
    /// The document, as JSON text.
    pub document: String,
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Its ARN, path included.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its unique id, `AIDA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Inline policies.
    pub inline_policies: Vec<InlinePolicy>,
    /// Attached managed policies.
    pub attached_policies: Vec<Arn>,
    /// The names of its groups.
    pub groups: Vec<String>,
    /// Its permissions boundary.
    pub permissions_boundary: Option<Arn>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
}

/// An IAM group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// Its ARN.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its unique id, `AGPA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// Inline policies.
    pub inline_policies: Vec<InlinePolicy>,
    /// Attached managed policies.
    pub attached_policies: Vec<Arn>,
}

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Its ARN, path included.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its unique id, `AROA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// When it was created.
    pub created_at: Option<Timestamp>,
    /// Its trust policy, as JSON text.
    pub trust_policy: String,
    /// Inline policies.
    pub inline_policies: Vec<InlinePolicy>,
    /// Attached managed policies.
    pub attached_policies: Vec<Arn>,
    /// Its permissions boundary.
    pub permissions_boundary: Option<Arn>,
    /// The ARNs of its instance profiles.
    pub instance_profiles: Vec<Arn>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was last used; AWS looks back 400 days.
    pub last_used_at: Option<Timestamp>,
    /// The region it was last used in.
    pub last_used_region: Option<String>,
}

/// A managed policy in its default version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ManagedPolicy {
    /// Its ARN; AWS's own have the account `aws`.
    pub arn: Arn,
    /// Its name.
    pub name: String,
    /// Its unique id, `ANPA…`.
    pub id: String,
    /// Its path.
    pub path: String,
    /// The default version's id, such as `v3`.
    pub default_version: String,
    /// The default version's document, as JSON text; `None` where AWS sent no such version.
    pub document: Option<String>,
}

/// A row of the credential report.
///
/// Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>. `N/A`,
/// `not_supported` and `no_information` are `None`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CredentialReportRow {
    /// The user's name, or `<root_account>`.
    pub user: String,
    /// Its ARN.
    pub arn: Arn,
    /// Whether it has a console password; `None` for `not_supported`, which AWS writes for root in some reports.
    pub password_enabled: Option<bool>,
    /// When the password was last used.
    pub password_last_used: Option<Timestamp>,
    /// Whether MFA is on.
    pub mfa_active: Option<bool>,
    /// Whether the first access key is active.
    pub access_key_1_active: Option<bool>,
    /// When the first access key was last used.
    pub access_key_1_last_used: Option<Timestamp>,
    /// Whether the second access key is active.
    pub access_key_2_active: Option<bool>,
    /// When the second access key was last used.
    pub access_key_2_last_used: Option<Timestamp>,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OidcProvider {
    /// Its ARN.
    pub arn: Arn,
    /// Its URL and audiences.
    pub detail: Answer<OidcDetail>,
}

/// The answer of `GetOpenIDConnectProvider`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OidcDetail {
    /// The issuer, without scheme.
    pub url: String,
    /// The audiences (client ids) it accepts.
    pub audiences: Vec<String>,
}
