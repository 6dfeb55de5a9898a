//! AWS Organizations: the organization, its tree and accounts ([`tree`]), what governs them ([`policies`]).
//!
//! Follows <https://docs.aws.amazon.com/organizations/latest/APIReference/>. The decision worth knowing: the organization is
//! told to whoever collected the inventory, to its management account and to its delegated administrators; any other account
//! is told which organization it is in, and its own effective policy, as AWS tells it.

mod policies;
#[cfg(test)]
pub(super) mod testing;
mod tree;

use super::call::Call;
use super::json::Members;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::operation::Operation;
use crate::model::organization::{Organization, OrganizationInventory};

/// The most that any list gives in a page.
const MOST: usize = 20;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    if operation == Operation::OrganizationsDescribeEffectivePolicy {
        return policies::effective(call, operation).map(Answer::Json);
    }
    let organization = organization(call)?;
    if operation != Operation::OrganizationsDescribeOrganization && !oversees(call, organization) {
        let message = "You don't have permissions to access this resource.";
        return Err(Refusal::new(400, "AccessDeniedException", message));
    }
    let read = match operation {
        Operation::OrganizationsDescribeOrganization => tree::describe,
        Operation::OrganizationsListRoots => tree::roots,
        Operation::OrganizationsListOrganizationalUnitsForParent => tree::units,
        Operation::OrganizationsListAccounts => tree::accounts,
        Operation::OrganizationsListAccountsForParent => tree::accounts_under,
        Operation::OrganizationsListTagsForResource => tree::tags,
        Operation::OrganizationsListPolicies => policies::list,
        Operation::OrganizationsDescribePolicy => policies::describe,
        Operation::OrganizationsListTargetsForPolicy => policies::targets,
        Operation::OrganizationsListDelegatedAdministrators => policies::administrators,
        Operation::OrganizationsListDelegatedServicesForAccount => policies::delegated_services,
        Operation::OrganizationsListAWSServiceAccessForOrganization => policies::trusted_services,
        _ => policies::resource_policy,
    };
    read(call, organization, operation).map(Answer::Json)
}

/// The organization, where whoever collected asked for it and there is one.
fn organization<'a>(call: &Call<'a>) -> Result<&'a OrganizationInventory, Refusal> {
    let asked = call.fleet.inventory().organization.as_ref();
    let organization = asked.ok_or_else(|| Refusal::unseen("the organization"))?;
    match organization.description.value() {
        Some(None) => Err(not_in_use()),
        _ => Ok(organization),
    }
}

/// The organization's description, where it was read.
fn described(organization: &OrganizationInventory) -> Option<&Organization> {
    organization.description.value().and_then(Option::as_ref)
}

/// Whether the caller's account is one that is told of the whole organization.
pub(super) fn oversees(call: &Call<'_>, organization: &OrganizationInventory) -> bool {
    let id = &call.account.id;
    *id == call.fleet.inventory().caller.account
        || described(organization).is_some_and(|known| known.management_account == *id)
        || organization.delegated_administrators.items().iter().any(|administrator| administrator.id == *id)
}

fn not_in_use() -> Refusal {
    let message = "Your account is not a member of an organization.";
    Refusal::new(400, "AWSOrganizationsNotInUseException", message)
}

/// As AWS refuses an input, with its reason.
fn invalid(reason: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidInputException", message).with("Reason", reason)
}

/// A page of a list as the output's members.
fn paged<T>(call: &Call<'_>, member: &str, items: &[T], each: impl FnMut(&T) -> Members) -> Result<Members, Refusal> {
    let asked = call.input.number("MaxResults")?;
    match asked {
        Some(0) => return Err(invalid("MIN_VALUE_EXCEEDED", "You specified a MaxResults that is too small.")),
        Some(asked) if asked > MOST => {
            return Err(invalid("MAX_VALUE_EXCEEDED", "You specified a MaxResults that is too large."));
        }
        _ => {}
    }
    let wrong = || invalid("INVALID_NEXT_TOKEN", "You specified an invalid value for NextToken.");
    let page = call.page(items, asked, MOST, call.input.text("NextToken"), wrong)?;
    Ok(Members::default().list(member, page.items, each).some("NextToken", page.next))
}

/// An item by its id. Lists that were collected stand in the order of their ids.
fn by_id<'i, T, K: Ord + ?Sized>(items: &'i [T], id: &K, key: impl Fn(&T) -> &K) -> Option<&'i T> {
    match items.binary_search_by(|item| key(item).cmp(id)) {
        Ok(at) => items.get(at),
        Err(_) => items.iter().find(|item| key(item) == id),
    }
}

#[cfg(test)]
mod tests;
