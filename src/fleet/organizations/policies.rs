//! What governs an organization: its policies, delegated administrators, trusted services.

use super::super::call::{Call, collected, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::tree::{email, joined_method, states};
use super::{by_id, described, invalid, not_in_use, oversees, paged};
use crate::model::gap::Collected;
use crate::model::operation::Operation;
use crate::model::organization::{Account, DelegatedAdministrator, OrganizationInventory, Policy, PolicyTarget};

const SCP: &str = "SERVICE_CONTROL_POLICY";
const RCP: &str = "RESOURCE_CONTROL_POLICY";
const BACKUP: &str = "BACKUP_POLICY";

/// A type of policies that nobody read.
fn unread(kind: &str) -> Refusal {
    Refusal::unseen(&format!("policies of the type {kind:.60}"))
}

pub(super) fn list(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["Filter", "MaxResults", "NextToken"])?;
    let (kind, policies) = match call.input.required("Filter")? {
        SCP => (SCP, &organization.scps),
        RCP => (RCP, &organization.rcps),
        other if other.ends_with("_POLICY") || other.starts_with("DECLARATIVE_POLICY") => return Err(unread(other)),
        _ => return Err(invalid("INVALID_ENUM_POLICY_TYPE", "You specified an invalid policy type.")),
    };
    paged(call, "Policies", listed(policies, operation)?, |policy| summary(policy, kind))
}

fn summary(policy: &Policy, kind: &str) -> Members {
    let Policy { id, arn, name, aws_managed, document: _, targets: _ } = policy;
    Members::default()
        .put("Id", id.as_str())
        .put("Arn", arn.as_str())
        .put("Name", name.as_str())
        .put("Type", kind)
        .put("AwsManaged", *aws_managed)
}

/// The policy that `PolicyId` names, with its type.
fn policy<'o>(call: &Call<'_>, organization: &'o OrganizationInventory) -> Result<(&'o Policy, &'static str), Refusal> {
    let wanted = call.input.required("PolicyId")?;
    let kinds = [(SCP, &organization.scps), (RCP, &organization.rcps)];
    let found = kinds.iter().find_map(|(kind, policies)| {
        by_id(policies.items(), wanted, |policy| policy.id.as_str()).map(|policy| (policy, *kind))
    });
    found.ok_or_else(|| match kinds.iter().any(|(_, policies)| matches!(policies, Collected::Gap(_))) {
        true => Refusal::unseen(&format!("the policy {wanted:.130}")),
        false => {
            Refusal::new(400, "PolicyNotFoundException", "We can't find a policy with the PolicyId that you specified.")
        }
    })
}

pub(super) fn describe(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    _operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["PolicyId"])?;
    let (policy, kind) = policy(call, organization)?;
    let content = told(&policy.document)?;
    let described = Members::default().put("PolicySummary", summary(policy, kind)).put("Content", content.as_str());
    Ok(Members::default().put("Policy", described))
}

pub(super) fn targets(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    _operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["PolicyId", "MaxResults", "NextToken"])?;
    let (policy, _) = policy(call, organization)?;
    paged(call, "Targets", told(&policy.targets)?, |target| {
        let PolicyTarget { id, kind } = target;
        let (arn, name) = named(organization, id).unzip();
        Members::default().put("TargetId", id.as_str()).some("Arn", arn).some("Name", name).put("Type", kind.as_str())
    })
}

/// The ARN and name of a root, unit or account.
fn named<'o>(organization: &'o OrganizationInventory, id: &str) -> Option<(&'o str, &'o str)> {
    let account = || by_id(organization.accounts.items(), id, |account| account.id.as_str());
    let unit = || by_id(organization.units.items(), id, |unit| unit.id.as_str());
    let root = || organization.roots.items().iter().find(|root| root.id == id);
    // One look alone, for the list may be long: ids tell what they name.
    match id {
        id if id.starts_with("ou-") => unit().map(|unit| (unit.arn.as_str(), unit.name.as_str())),
        id if id.starts_with("r-") => root().map(|root| (root.arn.as_str(), root.name.as_str())),
        _ => account().map(|account| (account.arn.as_str(), account.name.as_str())),
    }
}

pub(super) fn administrators(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["ServicePrincipal", "MaxResults", "NextToken"])?;
    let all = listed(&organization.delegated_administrators, operation)?;
    let Some(principal) = call.input.text("ServicePrincipal") else {
        return paged(call, "DelegatedAdministrators", all, |one| administrator(call, organization, one));
    };
    let mut some = Vec::new();
    for one in all {
        if told(&one.services)?.iter().any(|service| service == principal) {
            some.push(one);
        }
    }
    paged(call, "DelegatedAdministrators", &some, |one| administrator(call, organization, one))
}

fn administrator(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    administrator: &DelegatedAdministrator,
) -> Members {
    let DelegatedAdministrator { id, services: _ } = administrator;
    let members = Members::default().put("Id", id.as_str()).put("Email", email(id.as_str()));
    let Some(account) = by_id(organization.accounts.items(), id, |account| &account.id) else { return members };
    let Account { id: _, arn, name, state, parent: _, joined_at, tags: _ } = account;
    let (state, status) = states(*state);
    members
        .put("Arn", arn.as_str())
        .put("Name", name.as_str())
        .some("Status", status)
        .some("State", state)
        .put("JoinedMethod", joined_method(organization, account))
        .some("JoinedTimestamp", call.some_epoch(*joined_at))
}

pub(super) fn delegated_services(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["AccountId", "MaxResults", "NextToken"])?;
    let wanted = call.input.required("AccountId")?;
    if let Some(gap) = organization.delegated_administrators.gap() {
        return Err(Refusal::of(gap));
    }
    let all = listed(&organization.delegated_administrators, operation)?;
    let found = by_id(all, wanted, |administrator| administrator.id.as_str()).ok_or_else(|| {
        let accounts = organization.accounts.value();
        if accounts.is_some_and(|accounts| accounts.iter().all(|account| account.id.as_str() != wanted)) {
            let message = "We can't find an AWS account with the AccountId that you specified.";
            return Refusal::new(400, "AccountNotFoundException", message);
        }
        let message = "The provided account is not a registered delegated administrator for your organization.";
        Refusal::new(400, "AccountNotRegisteredException", message)
    })?;
    paged(call, "DelegatedServices", told(&found.services)?, |service| {
        Members::default().put("ServicePrincipal", service.as_str())
    })
}

pub(super) fn trusted_services(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["MaxResults", "NextToken"])?;
    paged(call, "EnabledServicePrincipals", listed(&organization.trusted_services, operation)?, |service| {
        Members::default().put("ServicePrincipal", service.as_str())
    })
}

pub(super) fn resource_policy(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&[])?;
    let read = collected(&organization.resource_policy, operation)?;
    let content = read.and_then(Option::as_ref).ok_or_else(|| {
        let message = "We can't find a resource policy request with the parameter that you specified.";
        Refusal::new(400, "ResourcePolicyNotFoundException", message)
    })?;
    // An organization has one at most; its id is made up.
    let id = "rp-palisade";
    let summary = described(organization).map(|known| {
        let (partition, management) = (known.arn.partition(), &known.management_account);
        let arn = format!("arn:{partition}:organizations::{management}:resourcepolicy/{}/{id}", known.id);
        Members::default().put("Id", id).put("Arn", arn)
    });
    let policy = Members::default().some("ResourcePolicySummary", summary).put("Content", content.as_str());
    Ok(Members::default().put("ResourcePolicy", policy))
}

/// The effective backup policy of the caller's account, or, for those who are told of it, of another.
pub(super) fn effective(call: &Call<'_>, operation: Operation) -> Result<Members, Refusal> {
    call.input.only(&["PolicyType", "TargetId"])?;
    match call.input.required("PolicyType")? {
        BACKUP => {}
        other => return Err(unread(other)),
    }
    let organization = call.fleet.inventory().organization.as_ref();
    let own = call.account.id.as_str();
    let target = call.input.text("TargetId").unwrap_or(own);
    let account = if target == own {
        call.account
    } else if organization.is_some_and(|organization| oversees(call, organization)) {
        let found = target.parse().ok().and_then(|id| call.fleet.account(&id));
        found
            .ok_or_else(|| Refusal::new(400, "TargetNotFoundException", "You specified a target that doesn't exist."))?
    } else {
        let message = "You don't have permissions to access this resource.";
        return Err(Refusal::new(400, "AccessDeniedException", message));
    };
    let parts = account.parts().ok_or_else(|| Refusal::unseen(&format!("the account {target:.12}")))?;
    let read = collected(&parts.backup_effective_policy, operation)?;
    let content = read.and_then(Option::as_ref).ok_or_else(|| {
        if organization.is_some_and(|known| matches!(known.description.value(), Some(None))) {
            return not_in_use();
        }
        let message = "This account does not have an effective policy of the type that you specified.";
        Refusal::new(400, "EffectivePolicyNotFoundException", message)
    })?;
    let policy =
        Members::default().put("PolicyContent", content.as_str()).put("TargetId", target).put("PolicyType", BACKUP);
    Ok(Members::default().put("EffectivePolicy", policy))
}
