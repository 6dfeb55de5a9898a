//! AWS IAM: users, groups, roles and policies ([`details`]), the credential report ([`report`]), identity providers, the
//! account summary, central root access.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/APIReference/>. IAM tells times to the second; a fraction that an
//! inventory has is told all the same.

mod details;
mod report;

use jiff::Timestamp;

use super::call::{Call, collected, listed, told};
use super::organizations;
use super::refusal::Refusal;
use super::reply::Answer;
use super::xml::Xml;
use crate::model::iam::{IamInventory, OidcDetail, OidcProvider};
use crate::model::operation::Operation;

/// The principal that trusted access for IAM is given to.
const TRUSTED: &str = "iam.amazonaws.com";

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    if operation == Operation::IamListOrganizationsFeatures {
        return features(call, operation).map(Answer::Xml);
    }
    let IamInventory { authorization_details, credential_report, oidc_providers, saml_providers, account_summary } =
        &call.parts()?.iam;
    let xml = match operation {
        Operation::IamGetAccountAuthorizationDetails => {
            details::page(call, collected(authorization_details, operation)?)?
        }
        Operation::IamGenerateCredentialReport => report::generate(call, credential_report, operation)?,
        Operation::IamGetCredentialReport => report::get(call, credential_report, operation)?,
        Operation::IamListOpenIDConnectProviders => {
            call.input.only(&[])?;
            arns("OpenIDConnectProviderList", listed(oidc_providers, operation)?.iter().map(|provider| &provider.arn))
        }
        Operation::IamGetOpenIDConnectProvider => oidc_provider(call, oidc_providers.items())?,
        Operation::IamListSAMLProviders => {
            call.input.only(&[])?;
            arns("SAMLProviderList", listed(saml_providers, operation)?)
        }
        _ => {
            call.input.only(&[])?;
            let counts = collected(account_summary, operation)?;
            let mut xml = Xml::default();
            xml.list("SummaryMap", "entry", counts.into_iter().flatten(), |xml, (name, count)| {
                xml.text("key", name);
                xml.put("value", count);
            });
            xml
        }
    };
    Ok(Answer::Xml(xml))
}

/// `2026-03-02T07:00:00Z`, with a fraction where there is one.
fn time(call: &Call<'_>, time: Timestamp) -> String {
    call.time(time).to_string()
}

/// A list of entries with nothing but an ARN.
fn arns<T: std::fmt::Display>(list: &str, items: impl IntoIterator<Item = T>) -> Xml {
    let mut xml = Xml::default();
    xml.list(list, "member", items, |xml, arn| xml.put("Arn", arn));
    xml
}

fn oidc_provider(call: &Call<'_>, providers: &[OidcProvider]) -> Result<Xml, Refusal> {
    call.input.only(&["OpenIDConnectProviderArn"])?;
    let wanted = call.input.required("OpenIDConnectProviderArn")?;
    let found = providers.iter().find(|provider| provider.arn.as_str() == wanted);
    let OidcProvider { arn: _, detail } = found.ok_or_else(|| {
        let message = format!("OpenIDConnect Provider not found for arn {wanted:.200}");
        Refusal::new(404, "NoSuchEntity", message)
    })?;
    let OidcDetail { url, audiences } = told(detail)?;
    let mut xml = Xml::default();
    xml.text("Url", url);
    xml.texts("ClientIDList", "member", audiences);
    Ok(xml)
}

/// Central root access: a property of the organization, told by IAM.
fn features(call: &Call<'_>, operation: Operation) -> Result<Xml, Refusal> {
    call.input.only(&[])?;
    let organization = call.fleet.inventory().organization.as_ref();
    let organization = organization.ok_or_else(|| Refusal::unseen("the organization"))?;
    let refused = |code: &str, message: &str| Err(Refusal::new(400, code, message));
    let described = organization.description.value();
    if matches!(described, Some(None)) {
        return refused("OrganizationNotFoundException", "No organization is associated with your account.");
    }
    if !organizations::oversees(call, organization) {
        return refused(
            "AccountNotManagementOrDelegatedAdministratorException",
            "The account is not the management account or a delegated administrator account for centralized root access.",
        );
    }
    let on = listed(&organization.central_root_features, operation)?;
    let described = described.and_then(Option::as_ref);
    if on.is_empty() {
        // Why none can be on, where that is known.
        if described.is_some_and(|known| known.feature_set != "ALL") {
            let message = "Your organization does not have all features enabled.";
            return refused("OrganizationNotInAllFeaturesModeException", message);
        }
        let trusted = organization.trusted_services.value();
        if trusted.is_some_and(|trusted| trusted.iter().all(|service| service != TRUSTED)) {
            let message = "Trusted access is not enabled for IAM in AWS Organizations.";
            return refused("ServiceAccessNotEnabledException", message);
        }
    }
    let mut xml = Xml::default();
    xml.some("OrganizationId", described.map(|known| &known.id));
    xml.texts("EnabledFeatures", "member", on);
    Ok(xml)
}

#[cfg(test)]
mod tests;
