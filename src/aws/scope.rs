//! Which accounts and regions are scanned, out of what was asked for and what there is.

use std::collections::{BTreeMap, BTreeSet};

use super::account::AccountRegions;
use super::error::CollectError;
use super::options::CollectOptions;
use super::regions::known_regions;
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Partition, Region};
use crate::model::inventory::Caller;
use crate::model::operation::Operation;
use crate::model::organization::{Account, AccountState, OrganizationInventory};

/// The accounts to enter, by id.
///
/// # Errors
/// Where the scope names what the organization does not have, or leaves nothing.
pub(super) fn accounts(
    options: &CollectOptions,
    organization: Option<&OrganizationInventory>,
    caller: &Caller,
) -> Result<BTreeSet<AccountId>, CollectError> {
    let asked: BTreeSet<AccountId> = options.accounts.iter().cloned().collect();
    let own = || BTreeSet::from([caller.account.clone()]);
    let in_organization = organization.filter(|org| !matches!(org.description.value(), Some(None)));
    let mut chosen = match in_organization {
        None if !options.organizational_units.is_empty() => {
            return Err(CollectError::NoTree {
                message: "the account is in no organization, or was not to ask".to_owned(),
            });
        }
        None if asked.is_empty() => own(),
        None => asked,
        Some(organization) => match &organization.accounts {
            // A member account is not told who the others are.
            Collected::Gap(gap) if !options.organizational_units.is_empty() => {
                return Err(CollectError::NoTree { message: gap.message.clone() });
            }
            Collected::Gap(_) | Collected::NotOffered { .. } if asked.is_empty() => own(),
            Collected::Gap(_) | Collected::NotOffered { .. } => asked,
            Collected::Read(read) => from_list(options, organization, &read.value, &asked)?,
        },
    };
    for excluded in &options.excluded_accounts {
        chosen.remove(excluded);
    }
    if chosen.is_empty() {
        let message = "--account, --ou and --exclude-account together leave none that is active";
        return Err(CollectError::EmptyScope { message: message.to_owned() });
    }
    Ok(chosen)
}

fn from_list(
    options: &CollectOptions,
    organization: &OrganizationInventory,
    accounts: &[Account],
    asked: &BTreeSet<AccountId>,
) -> Result<BTreeSet<AccountId>, CollectError> {
    if let Some(stranger) = asked.iter().find(|id| !accounts.iter().any(|account| account.id == **id)) {
        return Err(CollectError::UnknownAccount { account: stranger.to_string() });
    }
    let within = match options.organizational_units.as_slice() {
        [] => None,
        units => Some(below(organization, units)?),
    };
    let mut chosen = BTreeSet::new();
    for account in accounts.iter().filter(|account| can_be_entered(account.state)) {
        let inside = match (&within, &account.parent) {
            (None, _) => true,
            (Some(within), Answer::Value(parent)) => within.contains(parent),
            (Some(_), Answer::Gap(gap)) => {
                let message =
                    format!("the place of account {} in the tree could not be read: {}", account.id, gap.message);
                return Err(CollectError::NoTree { message });
            }
        };
        if inside && (asked.is_empty() || asked.contains(&account.id)) {
            chosen.insert(account.id.clone());
        }
    }
    Ok(chosen)
}

/// An account in a state that this version does not know is tried: what cannot be entered becomes a gap.
fn can_be_entered(state: AccountState) -> bool {
    match state {
        AccountState::Active | AccountState::PendingClosure | AccountState::Unknown => true,
        AccountState::PendingActivation | AccountState::Suspended | AccountState::Closed => false,
    }
}

/// The units asked for and every unit below them.
fn below(organization: &OrganizationInventory, asked: &[String]) -> Result<BTreeSet<String>, CollectError> {
    let (Collected::Read(roots), Collected::Read(units)) = (&organization.roots, &organization.units) else {
        let gap = organization.roots.gap().or_else(|| organization.units.gap());
        let message = gap.map_or_else(|| "it is not offered here".to_owned(), |gap| gap.message.clone());
        return Err(CollectError::NoTree { message });
    };
    let roots = roots.value.iter().map(|root| (root.id.as_str(), None));
    let units = units.value.iter().map(|unit| (unit.id.as_str(), Some(unit.parent.as_str())));
    let parents: BTreeMap<&str, Option<&str>> = roots.chain(units).collect();
    if let Some(unknown) = asked.iter().find(|id| !parents.contains_key(id.as_str())) {
        return Err(CollectError::UnknownUnit { id: unknown.clone() });
    }
    let inside = |start: &str| {
        // No chain is longer than the tree has nodes, even were it a circle.
        let chain = std::iter::successors(Some(start), |id| parents.get(id).copied().flatten());
        chain.take(parents.len()).any(|id| asked.iter().any(|asked| asked == id))
    };
    Ok(parents.keys().filter(|id| inside(id)).map(|id| (*id).to_owned()).collect())
}

/// What becomes of an account's regions.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RegionScope {
    /// Those that are scanned.
    pub(super) scanned: BTreeSet<Region>,
    /// Those that are enabled but were not asked for, with the gap that says so.
    pub(super) left_out: BTreeMap<Region, Gap>,
}

/// The regions to scan in an account.
pub(super) fn regions(options: &CollectOptions, account: &AccountRegions) -> RegionScope {
    if options.regions.is_empty() {
        return RegionScope { scanned: account.candidates.clone(), left_out: BTreeMap::new() };
    }
    let asked: BTreeSet<Region> = options.regions.iter().cloned().collect();
    if account.known.is_empty() {
        // Which are enabled is not known: what was asked for is tried, and the gap of the list speaks for the rest.
        return RegionScope { scanned: asked, left_out: BTreeMap::new() };
    }
    let left_out = account.candidates.difference(&asked).map(|region| {
        let message = format!("{region} is enabled in this account, but --regions does not name it");
        (region.clone(), Gap::not_made(GapKind::OutOfScope, Operation::AccountListRegions, message))
    });
    RegionScope { scanned: account.candidates.intersection(&asked).cloned().collect(), left_out: left_out.collect() }
}

/// Whether a region was asked for that this version does not know; the account's own list then decides.
pub(super) fn names_unknown_regions(options: &CollectOptions, partition: &Partition) -> bool {
    let known = known_regions(partition);
    options.regions.iter().any(|region| !known.contains(region))
}

/// Refuses a region that does not exist: as the fact "off everywhere" it would make an empty report look good.
///
/// # Errors
/// Names the region and the nearest that there is.
pub(super) fn check_regions(
    options: &CollectOptions,
    partition: &Partition,
    home: &AccountRegions,
) -> Result<(), CollectError> {
    let mut known = known_regions(partition);
    if known.is_empty() && home.known.is_empty() {
        return Ok(());
    }
    known.extend(home.known.iter().cloned());
    for region in &options.regions {
        if !known.contains(region) {
            let near = known
                .iter()
                .map(|candidate| (strsim::damerau_levenshtein(candidate.as_str(), region.as_str()), candidate))
                .min()
                .filter(|(distance, _)| *distance <= 3)
                .map(|(_, candidate)| candidate.to_string());
            return Err(CollectError::UnknownRegion {
                region: region.to_string(),
                partition: partition.to_string(),
                near,
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
