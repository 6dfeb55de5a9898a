//! What governs an organization: its policies, delegated administrators, trusted services, central root access.
//!
//! Policies are read policy by policy (with their targets), not account by account: few calls beat many.

use aws_sdk_organizations::types::{DelegatedService, EnabledServicePrincipal, PolicyType};
use futures::StreamExt;
use futures::stream;

use super::failure::Failure;
use super::organization::AT_ONCE;
use super::shape::{each, items, text};
use super::site::Site;
use crate::model::operation::Operation;
use crate::model::organization::{DelegatedAdministrator, Policy, PolicyTarget};

/// The policies of one type, with documents and targets.
pub(super) async fn policies(site: &Site, kind: PolicyType) -> Result<Vec<Policy>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListPolicies;
    let client = site.organizations();
    let make = |token| client.list_policies().filter(kind.clone()).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_policies::ListPoliciesOutput| {
        (items("Policies", page.policies), page.next_token)
    };
    let summaries = site.list(OPERATION, Some(kind.as_str()), make, split).await?;
    let mut policies = Vec::new();
    let mut reads = stream::iter(summaries)
        .map(|summary| async move {
            let id = site.required(OPERATION, "Id", summary.id)?;
            let (document, targets) = futures::join!(document(site, &id), targets(site, &id));
            Ok::<_, Failure>(Policy {
                arn: site.required_arn(OPERATION, "Arn", summary.arn.as_deref())?,
                name: summary.name.unwrap_or_default(),
                aws_managed: summary.aws_managed,
                document: document.into(),
                targets: targets.into(),
                id,
            })
        })
        .buffer_unordered(AT_ONCE);
    while let Some(policy) = reads.next().await {
        policies.push(policy?);
    }
    policies.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(policies)
}

async fn document(site: &Site, id: &str) -> Result<String, Failure> {
    const OPERATION: Operation = Operation::OrganizationsDescribePolicy;
    let client = site.organizations();
    let answer = site.call(OPERATION, Some(id), || client.describe_policy().policy_id(id).send()).await?;
    site.required(OPERATION, "Content", answer.policy.and_then(|policy| policy.content))
}

async fn targets(site: &Site, id: &str) -> Result<Vec<PolicyTarget>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListTargetsForPolicy;
    let client = site.organizations();
    let make = |token| client.list_targets_for_policy().policy_id(id).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_targets_for_policy::ListTargetsForPolicyOutput| {
        (items("Targets", page.targets), page.next_token)
    };
    let mut targets = Vec::new();
    for target in site.list(OPERATION, Some(id), make, split).await? {
        targets.push(PolicyTarget {
            id: site.required(OPERATION, "TargetId", target.target_id)?,
            kind: site.required(OPERATION, "Type", target.r#type)?.as_str().to_owned(),
        });
    }
    targets.sort();
    Ok(targets)
}

/// Accounts that administer services for the whole organization.
pub(super) async fn delegated_administrators(site: &Site) -> Result<Vec<DelegatedAdministrator>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListDelegatedAdministrators;
    let client = site.organizations();
    let make = |token| client.list_delegated_administrators().set_next_token(token).send();
    let split =
        |page: aws_sdk_organizations::operation::list_delegated_administrators::ListDelegatedAdministratorsOutput| {
            (items("DelegatedAdministrators", page.delegated_administrators), page.next_token)
        };
    let mut administrators = Vec::new();
    for administrator in site.list(OPERATION, None, make, split).await? {
        let id = site.required(OPERATION, "Id", administrator.id)?;
        administrators.push(DelegatedAdministrator {
            id: site.parsed(OPERATION, &id)?,
            services: delegated_services(site, &id).await.into(),
        });
    }
    administrators.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(administrators)
}

async fn delegated_services(site: &Site, account: &str) -> Result<Vec<String>, Failure> {
    let client = site.organizations();
    let make = |token| client.list_delegated_services_for_account().account_id(account).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_delegated_services_for_account::ListDelegatedServicesForAccountOutput| {
        let principal = |service: &DelegatedService| text("ServicePrincipal", service.service_principal());
        (each("DelegatedServices", page.delegated_services, principal), page.next_token)
    };
    let operation = Operation::OrganizationsListDelegatedServicesForAccount;
    let mut services: Vec<String> = site.list(operation, Some(account), make, split).await?;
    services.sort();
    Ok(services)
}

/// Services with trusted access.
pub(super) async fn trusted_services(site: &Site) -> Result<Vec<String>, Failure> {
    let client = site.organizations();
    let make = |token| client.list_aws_service_access_for_organization().set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_aws_service_access_for_organization::ListAwsServiceAccessForOrganizationOutput| {
        let principal = |service: &EnabledServicePrincipal| text("ServicePrincipal", service.service_principal());
        (each("EnabledServicePrincipals", page.enabled_service_principals, principal), page.next_token)
    };
    let operation = Operation::OrganizationsListAWSServiceAccessForOrganization;
    let mut services: Vec<String> = site.list(operation, None, make, split).await?;
    services.sort();
    Ok(services)
}

/// The organization's own resource policy, which delegates Organizations' actions to members.
pub(super) async fn resource_policy(site: &Site) -> Result<Option<String>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsDescribeResourcePolicy;
    let client = site.organizations();
    let none = &["ResourcePolicyNotFoundException"];
    let Some(answer) = site.call_or(OPERATION, None, none, || client.describe_resource_policy().send()).await? else {
        return Ok(None);
    };
    site.required(OPERATION, "Content", answer.resource_policy.and_then(|policy| policy.content)).map(Some)
}

/// The features of central root access that are on. Without trusted access for IAM, or without all features, none can be.
///
/// Follows <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html>.
pub(super) async fn central_root_features(site: &Site) -> Result<Vec<String>, Failure> {
    let client = site.iam();
    let off = &["ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"];
    let operation = Operation::IamListOrganizationsFeatures;
    let answer = site.call_or(operation, None, off, || client.list_organizations_features().send()).await?;
    let features = answer.and_then(|answer| answer.enabled_features).unwrap_or_default();
    let mut features: Vec<String> = features.iter().map(|feature| feature.as_str().to_owned()).collect();
    features.sort();
    Ok(features)
}
