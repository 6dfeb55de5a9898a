//! IAM as its collector leaves it, and the role that palisade comes in by.

use super::{At, items};
use crate::model::iam::{AuthorizationDetails, CredentialReportRow, IamInventory, InlinePolicy};
use crate::model::ids::{AccountId, Arn, Partition};
use crate::model::inventory::{AccountParts, Inventory};

/// An account that was entered has the role, and the role's trust names the caller's account.
pub(super) fn may_be_entered(parts: &AccountParts, role: &str, inventory: &Inventory, at: &mut At<'_>) {
    // Without its roles nobody can say.
    let Some(details) = parts.iam.authorization_details.value() else { return };
    let name = role.rsplit('/').next().unwrap_or(role);
    let caller = inventory.caller.account.as_str();
    let admits = |trust: &str| trust.contains(caller) && trust.contains("sts:AssumeRole");
    let found = details.roles.iter().any(|role| role.name == name && admits(&role.trust_policy));
    at.need(found, format_args!("entered, but without a role {name} that trusts {caller}"));
}

pub(super) fn look(parts: &AccountParts, account: &AccountId, partition: &Partition, at: &mut At<'_>) {
    let IamInventory { authorization_details, credential_report, oidc_providers, saml_providers, account_summary: _ } =
        &parts.iam;
    if let Some(details) = authorization_details.value() {
        look_at_details(details, account, at);
    }
    if let Some(rows) = credential_report.value() {
        let root = Arn::account_root(partition, account);
        let named = rows.iter().any(|row| row.user == IamInventory::ROOT_USER && row.arn == root);
        at.need(named, "credential report: without root's row");
        at.ordered("credential report", rows, true, |row| row.arn.clone());
        rows.iter().for_each(|row| look_at_row(row, at));
    }
    at.ordered("oidc_providers", items(oidc_providers), true, |provider| provider.arn.clone());
    for detail in items(oidc_providers).iter().filter_map(|provider| provider.detail.value()) {
        at.ordered("audiences", &detail.audiences, false, Clone::clone);
    }
    at.ordered("saml_providers", items(saml_providers), true, Clone::clone);
}

fn look_at_row(row: &CredentialReportRow, at: &mut At<'_>) {
    at.text("credential report user", &row.user);
    for time in [row.password_last_used, row.access_key_1_last_used, row.access_key_2_last_used] {
        at.seconds("credential report", time);
    }
}

fn look_at_details(details: &AuthorizationDetails, account: &AccountId, at: &mut At<'_>) {
    at.ordered("users", &details.users, true, |user| user.arn.clone());
    at.ordered("groups", &details.groups, true, |group| group.arn.clone());
    at.ordered("roles", &details.roles, true, |role| role.arn.clone());
    at.ordered("policies", &details.policies, true, |policy| policy.arn.clone());
    let here = |arn: &Arn| arn.account().as_ref() == Some(account);
    for user in &details.users {
        attachments(&user.inline_policies, &user.attached_policies, at);
        at.ordered("groups of a user", &user.groups, true, Clone::clone);
        at.millis("created_at", user.created_at);
        at.tags(&user.tags);
        let whole = format!("user{}{}", user.path, user.name);
        at.need(here(&user.arn) && user.arn.resource() == whole, format_args!("user {}", user.arn));
    }
    for group in &details.groups {
        attachments(&group.inline_policies, &group.attached_policies, at);
    }
    for role in &details.roles {
        attachments(&role.inline_policies, &role.attached_policies, at);
        at.ordered("instance profiles", &role.instance_profiles, true, Clone::clone);
        at.millis("created_at", role.created_at);
        at.millis("last_used_at", role.last_used_at);
        at.tags(&role.tags);
        at.need(role.trust_policy.starts_with('{'), format_args!("trust policy of {}", role.arn));
        let whole = format!("role{}{}", role.path, role.name);
        at.need(here(&role.arn) && role.arn.resource() == whole, format_args!("role {}", role.arn));
    }
    for policy in &details.policies {
        at.need(policy.document.as_ref().is_none_or(|text| text.starts_with('{')), format_args!("{}", policy.arn));
    }
}

fn attachments(inline: &[InlinePolicy], attached: &[Arn], at: &mut At<'_>) {
    at.ordered("inline policies", inline, true, Clone::clone);
    at.ordered("attached policies", attached, true, Clone::clone);
    at.need(inline.iter().all(|policy| policy.document.starts_with('{')), "an inline policy that is no document");
}
