//! The organization itself, its roots, units and accounts.
//!
//! The decision worth knowing: e-mail addresses are made up, because no inventory holds any; an account's `Paths` go as far
//! up as the tree was read, and one whose place was not read stands under no parent.

use super::super::call::{Call, collected, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{by_id, described, invalid, not_in_use, paged};
use crate::model::operation::Operation;
use crate::model::organization::{
    Account, AccountState, Organization, OrganizationInventory, OrganizationalUnit, Root,
};

pub(super) fn describe(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&[])?;
    let known = collected(&organization.description, operation)?;
    let Organization { id, arn, feature_set, management_account } =
        known.and_then(Option::as_ref).ok_or_else(not_in_use)?;
    let management =
        format!("arn:{}:organizations::{management_account}:account/{id}/{management_account}", arn.partition());
    let described = Members::default()
        .put("Id", id.as_str())
        .put("Arn", arn.as_str())
        .put("FeatureSet", feature_set.as_str())
        .put("MasterAccountArn", management)
        .put("MasterAccountId", management_account.as_str())
        .put("MasterAccountEmail", email(management_account.as_str()));
    Ok(Members::default().put("Organization", described))
}

pub(super) fn roots(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["MaxResults", "NextToken"])?;
    paged(call, "Roots", listed(&organization.roots, operation)?, |root| {
        let Root { id, arn, name, policy_types } = root;
        Members::default().put("Id", id.as_str()).put("Arn", arn.as_str()).put("Name", name.as_str()).list(
            "PolicyTypes",
            policy_types,
            |(kind, status)| Members::default().put("Type", kind.as_str()).put("Status", status.as_str()),
        )
    })
}

pub(super) fn units(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["ParentId", "MaxResults", "NextToken"])?;
    let wanted = call.input.required("ParentId")?;
    let units = listed(&organization.units, operation)?;
    is_place(organization, wanted)?;
    let children: Vec<&OrganizationalUnit> = units.iter().filter(|unit| unit.parent == wanted).collect();
    paged(call, "OrganizationalUnits", &children, |unit| {
        let OrganizationalUnit { id, arn, name, parent: _ } = unit;
        Members::default()
            .put("Id", id.as_str())
            .put("Arn", arn.as_str())
            .put("Name", name.as_str())
            .put("Path", path(organization, id))
    })
}

pub(super) fn accounts(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["MaxResults", "NextToken"])?;
    let accounts = listed(&organization.accounts, operation)?;
    paged(call, "Accounts", accounts, |account| member(call, organization, account))
}

pub(super) fn accounts_under(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["ParentId", "MaxResults", "NextToken"])?;
    let wanted = call.input.required("ParentId")?;
    if let Some(gap) = organization.accounts.gap() {
        // Who stands under it is not known: an empty list would say that nobody does.
        return Err(Refusal::of(gap));
    }
    let accounts = listed(&organization.accounts, operation)?;
    is_place(organization, wanted)?;
    // An account whose place this list did not tell may be anywhere.
    let refused = accounts.iter().find_map(|account| {
        let gap = account.parent.gap()?;
        (gap.operation == operation && gap.message != Account::unlisted(&account.id)).then_some(gap)
    });
    if let Some(gap) = refused {
        return Err(Refusal::of(gap));
    }
    let stands_here = |account: &&Account| account.parent.value().is_some_and(|parent| parent == wanted);
    let below: Vec<&Account> = accounts.iter().filter(stands_here).collect();
    paged(call, "Accounts", &below, |account| member(call, organization, account))
}

/// Whether there is such a root or unit.
fn is_place(organization: &OrganizationInventory, id: &str) -> Result<(), Refusal> {
    let root = organization.roots.items().iter().any(|root| root.id == id);
    if root || by_id(organization.units.items(), id, |unit| unit.id.as_str()).is_some() {
        return Ok(());
    }
    match organization.units.gap().or(organization.roots.gap()) {
        Some(_) => Err(Refusal::unseen(&format!("the place {id:.100}"))),
        None => Err(Refusal::new(400, "ParentNotFoundException", "You specified a parent that doesn't exist.")),
    }
}

fn member(call: &Call<'_>, organization: &OrganizationInventory, account: &Account) -> Members {
    let Account { id, arn, name, state, parent, joined_at, tags: _ } = account;
    let (state, status) = states(*state);
    let paths = parent.value().map(|parent| vec![format!("{}{id}/", path(organization, parent))]);
    Members::default()
        .put("Id", id.as_str())
        .put("Arn", arn.as_str())
        .put("Email", email(id.as_str()))
        .put("Name", name.as_str())
        .some("Status", status)
        .some("State", state)
        .some("Paths", paths)
        .put("JoinedMethod", joined_method(organization, account))
        .some("JoinedTimestamp", call.some_epoch(*joined_at))
}

/// A management account comes first by an invitation to itself.
pub(super) fn joined_method(organization: &OrganizationInventory, account: &Account) -> &'static str {
    let founder = described(organization).is_some_and(|known| known.management_account == account.id);
    if founder { "INVITED" } else { "CREATED" }
}

/// `State`, and the retired `Status`, which has no words for every state.
pub(super) fn states(state: AccountState) -> (Option<&'static str>, Option<&'static str>) {
    match state {
        AccountState::Active => (Some("ACTIVE"), Some("ACTIVE")),
        AccountState::PendingActivation => (Some("PENDING_ACTIVATION"), None),
        AccountState::Suspended => (Some("SUSPENDED"), Some("SUSPENDED")),
        AccountState::PendingClosure => (Some("PENDING_CLOSURE"), Some("PENDING_CLOSURE")),
        AccountState::Closed => (Some("CLOSED"), Some("SUSPENDED")),
        AccountState::Unknown => (None, None),
    }
}

/// Nobody's address.
pub(super) fn email(account: &str) -> String {
    format!("{account}@example.com")
}

/// The entity path down to a root or unit, `o-…/r-…/ou-…/`: as far up as the tree is known.
fn path(organization: &OrganizationInventory, place: &str) -> String {
    let units = organization.units.items();
    let above = |id: &&str| by_id(units, *id, |unit| unit.id.as_str()).map(|unit| unit.parent.as_str());
    // No chain is longer than the tree has units, even were it a circle.
    let mut chain: Vec<&str> = std::iter::successors(Some(place), above).take(units.len().saturating_add(1)).collect();
    chain.extend(described(organization).map(|known| known.id.as_str()));
    chain.iter().rev().flat_map(|part| [*part, "/"]).collect()
}

pub(super) fn tags(
    call: &Call<'_>,
    organization: &OrganizationInventory,
    _operation: Operation,
) -> Result<Members, Refusal> {
    call.input.only(&["ResourceId", "NextToken"])?;
    let wanted = call.input.required("ResourceId")?;
    let unseen = || Refusal::unseen(&format!("the tags of {wanted:.130}"));
    let Some(account) = by_id(organization.accounts.items(), wanted, |account| account.id.as_str()) else {
        let place = ["r-", "ou-", "p-", "rp-"].iter().any(|prefix| wanted.starts_with(prefix));
        let number = wanted.len() == 12 && wanted.bytes().all(|byte| byte.is_ascii_digit());
        return Err(match (place, number) {
            (true, _) => unseen(),
            (_, true) if organization.accounts.gap().is_some() => unseen(),
            (_, true) => Refusal::new(400, "TargetNotFoundException", "You specified a target that doesn't exist."),
            _ => invalid("INVALID_PATTERN_TARGET_ID", "You specified a target ID that doesn't match the pattern."),
        });
    };
    let tags: Vec<(&String, &String)> = told(account.tags.as_ref().ok_or_else(unseen)?)?.iter().collect();
    paged(call, "Tags", &tags, |(key, value)| Members::default().put("Key", key.as_str()).put("Value", value.as_str()))
}
