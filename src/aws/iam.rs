//! IAM: users, groups, roles and policies in one paged call, identity providers, the account summary. The credential report
//! is in [`super::credential_report`].
//!
//! Policy documents come percent-encoded (RFC 3986); they are kept as the JSON that they are.
//! Follows <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html>.

use std::collections::BTreeMap;

use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput as Page;
use aws_sdk_iam::types::{
    AttachedPermissionsBoundary, AttachedPolicy, GroupDetail, ManagedPolicyDetail, PolicyDetail, RoleDetail, Tag,
    UserDetail,
};
use futures::StreamExt;
use futures::stream;
use percent_encoding::percent_decode_str;

use super::convert::{tags, timestamp};
use super::credential_report;
use super::failure::Failure;
use super::site::Site;
use crate::model::gap::{Answer, GapKind};
use crate::model::iam::{
    AuthorizationDetails, Group, IamInventory, InlinePolicy, ManagedPolicy, OidcDetail, OidcProvider, Role, User,
};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

const DETAILS: Operation = Operation::IamGetAccountAuthorizationDetails;

/// Providers asked at once; the limits bound what really flies.
const AT_ONCE: usize = 8;

/// Reads IAM; `site` is in the partition's global region.
pub(super) async fn collect(site: &Site) -> IamInventory {
    let (authorization_details, credential_report, oidc_providers, saml_providers, account_summary) = futures::join!(
        site.gather(authorization_details(site)),
        site.gather(credential_report::read(site)),
        site.gather(oidc_providers(site)),
        site.gather(saml_providers(site)),
        site.gather(account_summary(site)),
    );
    IamInventory { authorization_details, credential_report, oidc_providers, saml_providers, account_summary }
}

async fn authorization_details(site: &Site) -> Result<AuthorizationDetails, Failure> {
    let client = site.iam();
    let mut torn = false;
    let make = |marker| client.get_account_authorization_details().max_items(1_000).set_marker(marker).send();
    let split = |page: Page| {
        torn = page.is_truncated && page.marker.is_none();
        let marker = page.marker.clone().filter(|_| page.is_truncated);
        (vec![page], marker)
    };
    let pages = site.pages(DETAILS, None, make, split).await?;
    if torn {
        let message = "the last page says that more follow, but not where";
        return Err(site.failed(DETAILS, None, GapKind::Malformed, message));
    }
    let mut details = AuthorizationDetails::default();
    for page in pages {
        for answer in page.user_detail_list.unwrap_or_default() {
            details.users.push(user(site, answer)?);
        }
        for answer in page.group_detail_list.unwrap_or_default() {
            details.groups.push(group(site, answer)?);
        }
        for answer in page.role_detail_list.unwrap_or_default() {
            details.roles.push(role(site, answer)?);
        }
        for answer in page.policies.unwrap_or_default() {
            details.policies.push(managed_policy(site, answer)?);
        }
    }
    details.users.sort_by(|a, b| a.arn.cmp(&b.arn));
    details.groups.sort_by(|a, b| a.arn.cmp(&b.arn));
    details.roles.sort_by(|a, b| a.arn.cmp(&b.arn));
    details.policies.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(details)
}

fn user(site: &Site, user: UserDetail) -> Result<User, Failure> {
    let mut groups = user.group_list.unwrap_or_default();
    groups.sort();
    Ok(User {
        arn: site.required_arn(DETAILS, "Arn", user.arn.as_deref())?,
        name: site.required(DETAILS, "UserName", user.user_name)?,
        id: site.required(DETAILS, "UserId", user.user_id)?,
        path: user.path.unwrap_or_else(|| "/".to_owned()),
        created_at: timestamp(user.create_date.as_ref()),
        inline_policies: inline(site, user.user_policy_list)?,
        attached_policies: attached(site, user.attached_managed_policies)?,
        groups,
        permissions_boundary: boundary(site, user.permissions_boundary)?,
        tags: tag_map(user.tags),
    })
}

fn group(site: &Site, group: GroupDetail) -> Result<Group, Failure> {
    Ok(Group {
        arn: site.required_arn(DETAILS, "Arn", group.arn.as_deref())?,
        name: site.required(DETAILS, "GroupName", group.group_name)?,
        id: site.required(DETAILS, "GroupId", group.group_id)?,
        path: group.path.unwrap_or_else(|| "/".to_owned()),
        inline_policies: inline(site, group.group_policy_list)?,
        attached_policies: attached(site, group.attached_managed_policies)?,
    })
}

fn role(site: &Site, role: RoleDetail) -> Result<Role, Failure> {
    let trust = site.required(DETAILS, "AssumeRolePolicyDocument", role.assume_role_policy_document)?;
    let mut profiles = Vec::new();
    for profile in role.instance_profile_list.unwrap_or_default() {
        profiles.push(site.arn(DETAILS, &profile.arn)?);
    }
    profiles.sort();
    let used = role.role_last_used;
    Ok(Role {
        arn: site.required_arn(DETAILS, "Arn", role.arn.as_deref())?,
        name: site.required(DETAILS, "RoleName", role.role_name)?,
        id: site.required(DETAILS, "RoleId", role.role_id)?,
        path: role.path.unwrap_or_else(|| "/".to_owned()),
        created_at: timestamp(role.create_date.as_ref()),
        trust_policy: decoded(site, &trust)?,
        inline_policies: inline(site, role.role_policy_list)?,
        attached_policies: attached(site, role.attached_managed_policies)?,
        permissions_boundary: boundary(site, role.permissions_boundary)?,
        instance_profiles: profiles,
        tags: tag_map(role.tags),
        last_used_at: timestamp(used.as_ref().and_then(|used| used.last_used_date.as_ref())),
        last_used_region: used.and_then(|used| used.region),
    })
}

fn managed_policy(site: &Site, policy: ManagedPolicyDetail) -> Result<ManagedPolicy, Failure> {
    let version = site.required(DETAILS, "DefaultVersionId", policy.default_version_id)?;
    let versions = policy.policy_version_list.unwrap_or_default();
    let document = versions
        .into_iter()
        .find(|candidate| candidate.is_default_version || candidate.version_id.as_ref() == Some(&version))
        .and_then(|candidate| candidate.document);
    Ok(ManagedPolicy {
        arn: site.required_arn(DETAILS, "Arn", policy.arn.as_deref())?,
        name: site.required(DETAILS, "PolicyName", policy.policy_name)?,
        id: site.required(DETAILS, "PolicyId", policy.policy_id)?,
        path: policy.path.unwrap_or_else(|| "/".to_owned()),
        default_version: version,
        document: document.map(|document| decoded(site, &document)).transpose()?,
    })
}

fn inline(site: &Site, policies: Option<Vec<PolicyDetail>>) -> Result<Vec<InlinePolicy>, Failure> {
    let mut inline = Vec::new();
    for policy in policies.unwrap_or_default() {
        let document = site.required(DETAILS, "PolicyDocument", policy.policy_document)?;
        inline.push(InlinePolicy {
            name: site.required(DETAILS, "PolicyName", policy.policy_name)?,
            document: decoded(site, &document)?,
        });
    }
    inline.sort();
    Ok(inline)
}

fn attached(site: &Site, policies: Option<Vec<AttachedPolicy>>) -> Result<Vec<Arn>, Failure> {
    let mut attached = Vec::new();
    for policy in policies.unwrap_or_default() {
        attached.push(site.required_arn(DETAILS, "PolicyArn", policy.policy_arn.as_deref())?);
    }
    attached.sort();
    Ok(attached)
}

fn boundary(site: &Site, boundary: Option<AttachedPermissionsBoundary>) -> Result<Option<Arn>, Failure> {
    let arn = boundary.and_then(|boundary| boundary.permissions_boundary_arn);
    arn.map(|arn| site.arn(DETAILS, &arn)).transpose()
}

fn tag_map(list: Option<Vec<Tag>>) -> BTreeMap<String, String> {
    tags(list.unwrap_or_default().into_iter().map(|tag| (Some(tag.key), Some(tag.value))))
}

/// A document without its percent-encoding. An emulator may send it plain; a plain document begins with a brace, which no
/// encoded one does.
fn decoded(site: &Site, document: &str) -> Result<String, Failure> {
    if document.trim_start().starts_with('{') {
        return Ok(document.to_owned());
    }
    let decoded = percent_decode_str(document).decode_utf8();
    decoded.map(std::borrow::Cow::into_owned).map_err(|error| {
        site.failed(DETAILS, None, GapKind::Malformed, format!("a policy document is no UTF-8 text: {error}"))
    })
}

async fn oidc_providers(site: &Site) -> Result<Vec<OidcProvider>, Failure> {
    const OPERATION: Operation = Operation::IamListOpenIDConnectProviders;
    let client = site.iam();
    let answer = site.call(OPERATION, None, || client.list_open_id_connect_providers().send()).await?;
    let mut arns = Vec::new();
    for entry in answer.open_id_connect_provider_list.unwrap_or_default() {
        arns.push(site.required_arn(OPERATION, "Arn", entry.arn.as_deref())?);
    }
    arns.sort();
    let read = stream::iter(arns).map(|arn| async { OidcProvider { detail: oidc_detail(site, &arn).await, arn } });
    Ok(read.buffered(AT_ONCE).collect().await)
}

async fn oidc_detail(site: &Site, arn: &Arn) -> Answer<OidcDetail> {
    const OPERATION: Operation = Operation::IamGetOpenIDConnectProvider;
    let client = site.iam();
    let make = || client.get_open_id_connect_provider().open_id_connect_provider_arn(arn.as_str()).send();
    let answer = site.call(OPERATION, Some(arn.as_str()), make).await.and_then(|answer| {
        let mut audiences = answer.client_id_list.unwrap_or_default();
        audiences.sort();
        Ok(OidcDetail { url: site.required(OPERATION, "Url", answer.url)?, audiences })
    });
    answer.into()
}

async fn saml_providers(site: &Site) -> Result<Vec<Arn>, Failure> {
    const OPERATION: Operation = Operation::IamListSAMLProviders;
    let client = site.iam();
    let answer = site.call(OPERATION, None, || client.list_saml_providers().send()).await?;
    let mut arns = Vec::new();
    for entry in answer.saml_provider_list.unwrap_or_default() {
        arns.push(site.required_arn(OPERATION, "Arn", entry.arn.as_deref())?);
    }
    arns.sort();
    Ok(arns)
}

async fn account_summary(site: &Site) -> Result<BTreeMap<String, i64>, Failure> {
    const OPERATION: Operation = Operation::IamGetAccountSummary;
    let client = site.iam();
    let answer = site.call(OPERATION, None, || client.get_account_summary().send()).await?;
    let summary = site.required(OPERATION, "SummaryMap", answer.summary_map)?;
    Ok(summary.into_iter().map(|(name, count)| (name.as_str().to_owned(), i64::from(count))).collect())
}

#[cfg(test)]
mod tests;
