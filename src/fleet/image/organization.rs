//! The organization as its collector leaves it.

use std::collections::BTreeSet;

use super::{At, items};
use crate::model::gap::{Answer, Gap};
use crate::model::inventory::Inventory;
use crate::model::operation::Operation;
use crate::model::organization::{Account, AccountState, OrganizationInventory, Policy};

pub(super) fn look(organization: &OrganizationInventory, inventory: &Inventory, at: &mut At<'_>) {
    at.ordered("roots", items(&organization.roots), true, Clone::clone);
    at.ordered("units", items(&organization.units), true, Clone::clone);
    at.ordered("accounts", items(&organization.accounts), true, |account| account.id.clone());
    at.ordered("trusted_services", items(&organization.trusted_services), true, Clone::clone);
    at.ordered("central_root_features", items(&organization.central_root_features), true, Clone::clone);
    let administrators = items(&organization.delegated_administrators);
    at.ordered("delegated_administrators", administrators, true, |administrator| administrator.id.clone());
    for administrator in administrators {
        let services = administrator.services.value().map_or(&[][..], Vec::as_slice);
        at.ordered("delegated services", services, true, Clone::clone);
    }
    if matches!(organization.description.value(), Some(None)) {
        let empty = items(&organization.roots).is_empty()
            && items(&organization.units).is_empty()
            && items(&organization.accounts).is_empty()
            && items(&organization.scps).is_empty();
        at.need(empty, "no organization, yet something in it");
        return;
    }
    let root = items(&organization.roots);
    at.need(organization.roots.value().is_none_or(|roots| !roots.is_empty()), "roots: none");
    let places = root.iter().map(|root| root.id.as_str());
    let places: BTreeSet<&str> = places.chain(items(&organization.units).iter().map(|unit| unit.id.as_str())).collect();
    for unit in items(&organization.units) {
        at.need(places.contains(unit.parent.as_str()), format_args!("unit {} has no parent", unit.id));
    }
    for policies in [&organization.scps, &organization.rcps] {
        at.ordered("policies", items(policies), true, |policy| policy.id.clone());
        items(policies).iter().for_each(|policy| look_at_policy(policy, at));
    }
    members(organization, inventory, &places, at);
}

fn look_at_policy(policy: &Policy, at: &mut At<'_>) {
    if let Some(targets) = policy.targets.value() {
        at.ordered("targets", targets, true, Clone::clone);
    }
    at.some_text("policy document", policy.document.value());
}

/// The accounts in scope are those that can be entered, and all of them.
fn members(organization: &OrganizationInventory, inventory: &Inventory, places: &BTreeSet<&str>, at: &mut At<'_>) {
    let Some(members) = organization.accounts.value() else { return };
    for member in members {
        match &member.parent {
            Answer::Value(parent) => {
                // Its path names it where the tree could not be read.
                let whole = organization.roots.value().is_some() && organization.units.value().is_some();
                let known = places.contains(parent.as_str()) || !whole;
                at.need(known, format_args!("account {} has no parent", member.id));
            }
            Answer::Gap(gap) => place_not_read(organization, member, gap, at),
        }
        at.millis("joined_at", member.joined_at);
        let entered =
            matches!(member.state, AccountState::Active | AccountState::PendingClosure | AccountState::Unknown);
        let whole = inventory.scope.accounts.is_empty()
            && inventory.scope.organizational_units.is_empty()
            && inventory.scope.excluded_accounts.is_empty();
        let scanned = inventory.accounts.binary_search_by(|account| account.id.cmp(&member.id)).is_ok();
        at.need(!scanned || entered, format_args!("account {} cannot be entered in its state", member.id));
        at.need(scanned || !entered || !whole, format_args!("account {} is missing", member.id));
    }
    for account in &inventory.accounts {
        let known = members.binary_search_by(|member| member.id.cmp(&account.id)).is_ok();
        at.need(known, format_args!("account {} is no member", account.id));
    }
}

/// What hides an account's place: the tree itself, or a list of the accounts under a part of it. One list hides all.
fn place_not_read(organization: &OrganizationInventory, member: &Account, gap: &Gap, at: &mut At<'_>) {
    let same = |other: &Gap| (gap.kind, &gap.code, &gap.message) == (other.kind, &other.code, &other.message);
    let unlisted = |member: &Account, gap: &Gap| gap.message == Account::unlisted(&member.id);
    let hidden = match gap.operation {
        Operation::OrganizationsListAccountsForParent => {
            let others = items(&organization.accounts).iter();
            let mut others = others.filter_map(|other| Some((other, other.parent.gap()?)));
            unlisted(member, gap) == others.clone().all(|(other, gap)| unlisted(other, gap))
                && (unlisted(member, gap) || others.all(|(_, other)| same(other)))
                && organization.roots.gap().is_none()
                && (!unlisted(member, gap) || organization.units.gap().is_none())
        }
        Operation::OrganizationsListRoots => organization.roots.gap().is_some_and(same),
        _ => organization.units.gap().is_some_and(same),
    };
    at.need(hidden, format_args!("account {} has no place, and nothing hides it", member.id));
}
