//! AWS Organizations: the organization, its tree and accounts. Policies and delegations are in [`super::governance`].
//!
//! Read from the caller's own account, which is the management account or a delegated administrator; from any other
//! account only the description is answered, and the rest is gaps. E-mail addresses never leave this file.
//! Follows <https://docs.aws.amazon.com/organizations/latest/APIReference/>.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_organizations::types::{AccountState as SdkState, AccountStatus, PolicyType};
use futures::StreamExt;
use futures::stream;

use super::convert::{tags, timestamp};
use super::failure::Failure;
use super::governance;
use super::shape::{each, items, text};
use super::site::Site;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::operation::Operation;
use crate::model::organization::{
    Account, AccountState, Organization, OrganizationInventory, OrganizationalUnit, Root,
};

/// Calls in flight for lists of items; the limits bound what really flies.
pub(super) const AT_ONCE: usize = 16;

/// Reads the organization. `account_tags`: whether the configuration uses tags of accounts.
pub(super) async fn collect(home: &Site, account_tags: bool) -> OrganizationInventory {
    let site = home.global();
    let description = site.collected(describe(&site).await);
    if let Collected::Read(read) = &description
        && read.value.is_none()
    {
        return none(description.clone(), read.read_at);
    }
    let (place, scps, rcps, administrators, trusted_services, resource_policy, central_root_features) = futures::join!(
        Box::pin(places(&site, account_tags)),
        site.gather(governance::policies(&site, PolicyType::ServiceControlPolicy)),
        site.gather(governance::policies(&site, PolicyType::ResourceControlPolicy)),
        site.gather(governance::delegated_administrators(&site)),
        site.gather(governance::trusted_services(&site)),
        site.gather(governance::resource_policy(&site)),
        site.gather(governance::central_root_features(&site)),
    );
    let Places { roots, units, accounts } = place;
    OrganizationInventory {
        description,
        roots,
        units,
        accounts,
        scps,
        rcps,
        delegated_administrators: administrators,
        trusted_services,
        resource_policy,
        central_root_features,
    }
}

/// The tree and the accounts in it.
struct Places {
    roots: Collected<Vec<Root>>,
    units: Collected<Vec<OrganizationalUnit>>,
    accounts: Collected<Vec<Account>>,
}

async fn places(site: &Site, account_tags: bool) -> Places {
    let (roots, listed) = futures::join!(roots(site), accounts(site));
    let units = match &roots {
        Ok(roots) => tree(site, roots).await,
        // Without the roots nothing says where the tree begins.
        Err(failure) => Err(failure.clone()),
    };
    let accounts = match listed {
        Ok(listed) => Ok(complete(site, listed, &roots, &units, account_tags).await),
        Err(failure) => Err(failure),
    };
    Places { roots: site.collected(roots), units: site.collected(units), accounts: site.collected(accounts) }
}

/// Reads what a scope needs, for an estimate: the organization, its accounts, and its tree where `with_tree`.
pub(super) async fn census(home: &Site, with_tree: bool) -> OrganizationInventory {
    let site = home.global();
    let description = site.collected(describe(&site).await);
    let mut census = none(description, site.now());
    if matches!(census.description.value(), Some(None)) {
        return census;
    }
    let not_asked =
        |operation| Collected::Gap(Gap::not_made(GapKind::OutOfScope, operation, "an estimate does not ask"));
    census.scps = not_asked(Operation::OrganizationsListPolicies);
    census.rcps = not_asked(Operation::OrganizationsListPolicies);
    if with_tree {
        let Places { roots, units, accounts } = places(&site, false).await;
        (census.roots, census.units, census.accounts) = (roots, units, accounts);
    } else {
        census.accounts = site.gather(accounts(&site)).await;
    }
    census
}

/// An account without organization has no policies, no tree: these are facts, and nothing more need be asked.
fn none(description: Collected<Option<Organization>>, at: jiff::Timestamp) -> OrganizationInventory {
    OrganizationInventory {
        description,
        roots: Collected::read(at, Vec::new()),
        units: Collected::read(at, Vec::new()),
        accounts: Collected::read(at, Vec::new()),
        scps: Collected::read(at, Vec::new()),
        rcps: Collected::read(at, Vec::new()),
        delegated_administrators: Collected::read(at, Vec::new()),
        trusted_services: Collected::read(at, Vec::new()),
        resource_policy: Collected::read(at, None),
        central_root_features: Collected::read(at, Vec::new()),
    }
}

async fn describe(site: &Site) -> Result<Option<Organization>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsDescribeOrganization;
    let client = site.organizations();
    let none = &["AWSOrganizationsNotInUseException"];
    let Some(answer) = site.call_or(OPERATION, None, none, || client.describe_organization().send()).await? else {
        return Ok(None);
    };
    let organization = site.required(OPERATION, "Organization", answer.organization)?;
    let management = site.required(OPERATION, "MasterAccountId", organization.master_account_id)?;
    Ok(Some(Organization {
        id: site.required(OPERATION, "Id", organization.id)?,
        arn: site.required_arn(OPERATION, "Arn", organization.arn.as_deref())?,
        feature_set: site.required(OPERATION, "FeatureSet", organization.feature_set)?.as_str().to_owned(),
        management_account: site.parsed(OPERATION, &management)?,
    }))
}

async fn roots(site: &Site) -> Result<Vec<Root>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListRoots;
    let client = site.organizations();
    let make = |token| client.list_roots().set_next_token(token).send();
    let answers = site.list(OPERATION, None, make, |page| (items("Roots", page.roots), page.next_token)).await?;
    let mut roots = Vec::new();
    for root in answers {
        let types = root.policy_types.unwrap_or_default();
        let policy_types = types
            .into_iter()
            .filter_map(|summary| Some((summary.r#type?.as_str().to_owned(), summary.status?.as_str().to_owned())));
        roots.push(Root {
            id: site.required(OPERATION, "Id", root.id)?,
            arn: site.required_arn(OPERATION, "Arn", root.arn.as_deref())?,
            name: root.name.unwrap_or_default(),
            policy_types: policy_types.collect(),
        });
    }
    if roots.is_empty() {
        return Err(site.failed(OPERATION, None, GapKind::Malformed, "AWS named no root of the organization"));
    }
    roots.sort();
    Ok(roots)
}

/// Every organizational unit, level by level.
async fn tree(site: &Site, roots: &[Root]) -> Result<Vec<OrganizationalUnit>, Failure> {
    let mut units: Vec<OrganizationalUnit> = Vec::new();
    let mut seen: BTreeSet<String> = roots.iter().map(|root| root.id.clone()).collect();
    let mut level: Vec<String> = seen.iter().cloned().collect();
    while !level.is_empty() {
        let mut below = stream::iter(level).map(|parent| children(site, parent)).buffer_unordered(AT_ONCE);
        let mut next = Vec::new();
        while let Some(children) = below.next().await {
            for unit in children? {
                // A unit seen before would be walked for ever.
                if seen.insert(unit.id.clone()) {
                    next.push(unit.id.clone());
                    units.push(unit);
                }
            }
        }
        level = next;
    }
    units.sort();
    Ok(units)
}

async fn children(site: &Site, parent: String) -> Result<Vec<OrganizationalUnit>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListOrganizationalUnitsForParent;
    let client = site.organizations();
    let make = |token| client.list_organizational_units_for_parent().parent_id(&parent).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_organizational_units_for_parent::ListOrganizationalUnitsForParentOutput| {
        (items("OrganizationalUnits", page.organizational_units), page.next_token)
    };
    let mut units = Vec::new();
    for unit in site.list(OPERATION, Some(&parent), make, split).await? {
        units.push(OrganizationalUnit {
            id: site.required(OPERATION, "Id", unit.id)?,
            arn: site.required_arn(OPERATION, "Arn", unit.arn.as_deref())?,
            name: unit.name.unwrap_or_default(),
            parent: parent.clone(),
        });
    }
    Ok(units)
}

async fn accounts(site: &Site) -> Result<Vec<Account>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsListAccounts;
    let client = site.organizations();
    let make = |token| client.list_accounts().set_next_token(token).send();
    let answers = site.list(OPERATION, None, make, |page| (items("Accounts", page.accounts), page.next_token)).await?;
    let mut accounts = Vec::new();
    for account in answers {
        accounts.push(Account {
            id: site.parsed(OPERATION, account.id.as_deref().unwrap_or_default())?,
            arn: site.required_arn(OPERATION, "Arn", account.arn.as_deref())?,
            name: account.name.clone().unwrap_or_default(),
            state: state(account.state.as_ref(), account.status.as_ref()),
            parent: match account.paths().first().and_then(|path| parent_in(path)) {
                Some(parent) => Answer::Value(parent),
                // Whoever has the tree looks for it there.
                None => Answer::Gap(Gap::not_made(GapKind::Malformed, OPERATION, "AWS gave no path of the account")),
            },
            joined_at: timestamp(account.joined_timestamp.as_ref()),
            tags: None,
        });
    }
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts.dedup_by(|a, b| a.id == b.id);
    if accounts.is_empty() {
        // The management account is always there; an empty list would have nothing scanned.
        return Err(site.failed(OPERATION, None, GapKind::Malformed, "AWS named no account of the organization"));
    }
    Ok(accounts)
}

/// `State` where AWS sends it; `Status`, which retired in September 2026, where an older endpoint sends only that.
fn state(state: Option<&SdkState>, status: Option<&AccountStatus>) -> AccountState {
    match (state.map(SdkState::as_str), status.map(AccountStatus::as_str)) {
        (Some("ACTIVE"), _) | (None, Some("ACTIVE")) => AccountState::Active,
        (Some("PENDING_ACTIVATION"), _) => AccountState::PendingActivation,
        (Some("SUSPENDED"), _) | (None, Some("SUSPENDED")) => AccountState::Suspended,
        (Some("PENDING_CLOSURE"), _) | (None, Some("PENDING_CLOSURE")) => AccountState::PendingClosure,
        (Some("CLOSED"), _) => AccountState::Closed,
        _ => AccountState::Unknown,
    }
}

/// The root or unit in an entity path `o-…/r-…/ou-…/…/111122223333/` that is nearest to the account.
fn parent_in(path: &str) -> Option<String> {
    path.split('/').rev().find(|part| part.starts_with("ou-") || part.starts_with("r-")).map(str::to_owned)
}

/// Gives the accounts their places, where their paths did not, and their tags.
async fn complete(
    site: &Site,
    mut accounts: Vec<Account>,
    roots: &Result<Vec<Root>, Failure>,
    units: &Result<Vec<OrganizationalUnit>, Failure>,
    with_tags: bool,
) -> Vec<Account> {
    const OPERATION: Operation = Operation::OrganizationsListAccountsForParent;
    let lost = |account: &Account| account.parent.value().is_none();
    if accounts.iter().any(lost) {
        let (places, failure) = walk(site, roots, units).await;
        for account in accounts.iter_mut().filter(|account| lost(account)) {
            let id = account.id.as_str();
            account.parent = match (places.get(id), &failure) {
                (Some(place), _) => Answer::Value(place.clone()),
                (None, Some(failure)) => Answer::Gap(failure.gap.clone()),
                (None, None) => {
                    let message = Account::unlisted(&account.id);
                    Answer::Gap(site.failed(OPERATION, Some(id), GapKind::Malformed, message).gap)
                }
            };
        }
    }
    if with_tags {
        let tagged = stream::iter(accounts).map(|mut account| async {
            account.tags = Some(account_tags(site, account.id.as_str()).await);
            account
        });
        accounts = tagged.buffered(AT_ONCE).collect().await;
    }
    accounts
}

/// The place of every account that is found in the tree; and what hides others, where something does: the first list that
/// failed, or why the tree is not known.
async fn walk(
    site: &Site,
    roots: &Result<Vec<Root>, Failure>,
    units: &Result<Vec<OrganizationalUnit>, Failure>,
) -> (BTreeMap<String, String>, Option<Failure>) {
    let ids = roots.as_deref().unwrap_or_default().iter().map(|root| root.id.clone());
    let parents: Vec<String> =
        ids.chain(units.as_deref().unwrap_or_default().iter().map(|unit| unit.id.clone())).collect();
    let mut places = BTreeMap::new();
    let mut failure = None;
    let mut walks = stream::iter(parents)
        .map(|parent| async {
            let members = members(site, &parent).await;
            (parent, members)
        })
        .buffered(AT_ONCE);
    while let Some((parent, members)) = walks.next().await {
        match members {
            Ok(members) => places.extend(members.into_iter().map(|member| (member, parent.clone()))),
            Err(failed) => failure = failure.or(Some(failed)),
        }
    }
    let unknown = || roots.as_ref().err().or(units.as_ref().err()).cloned();
    (places, failure.or_else(unknown))
}

/// The ids of the accounts right under a root or unit.
async fn members(site: &Site, parent: &str) -> Result<Vec<String>, Failure> {
    let client = site.organizations();
    let make = |token| client.list_accounts_for_parent().parent_id(parent).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_accounts_for_parent::ListAccountsForParentOutput| {
        let id = |account: &aws_sdk_organizations::types::Account| text("Id", account.id());
        (each("Accounts", page.accounts, id), page.next_token)
    };
    site.list(Operation::OrganizationsListAccountsForParent, Some(parent), make, split).await
}

async fn account_tags(site: &Site, account: &str) -> Answer<BTreeMap<String, String>> {
    let client = site.organizations();
    let make = |token| client.list_tags_for_resource().resource_id(account).set_next_token(token).send();
    let split = |page: aws_sdk_organizations::operation::list_tags_for_resource::ListTagsForResourceOutput| {
        (items("Tags", page.tags), page.next_token)
    };
    let read = site.list(Operation::OrganizationsListTagsForResource, Some(account), make, split).await;
    read.map(|read| tags(read.into_iter().map(|tag| (Some(tag.key), Some(tag.value))))).into()
}

#[cfg(test)]
mod tests;
