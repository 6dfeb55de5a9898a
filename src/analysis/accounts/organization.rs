//! The organization, and the accounts that receive copies in it.

use std::collections::{BTreeMap, BTreeSet};

use super::{LISTS, Seen, TELLING};
use crate::analysis::Context;
use crate::analysis::context::{item_gap, merge, out_of_scope};
use crate::analysis::resources::is_data;
use crate::model::facts::{BackupAccount, Fact, Facts, OrganizationFact, Reachers, Subject, SubjectKind, Unread};
use crate::model::ids::AccountId;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::{AccountState, Organization, OrganizationInventory};

/// Receiving account → the accounts whose copies it holds, or is named to receive.
pub(super) type Receivers = BTreeMap<AccountId, BTreeSet<AccountId>>;

/// The accounts that receive copies: those that are declared, else every account whose vaults do.
pub(super) fn receivers(cx: &Context<'_>, facts: &Facts) -> Receivers {
    let declared = &cx.settings.backup.accounts;
    let mut receivers: Receivers = declared.iter().map(|id| (id.clone(), BTreeSet::new())).collect();
    for vault in &facts.vaults {
        let Some(id) = &vault.subject.account else { continue };
        // Where its place was read and the vault is not there, nothing lands, whatever names it.
        let hidden = !vault.detail.scanned && !vault.unread.is_empty();
        let named = vault.detail.named_by.iter().map(|named| &named.account);
        let of = vault.detail.copies_of.iter().chain(named.filter(|_| hidden));
        let of: BTreeSet<AccountId> = of.filter(|owner| *owner != id).cloned().collect();
        let counts = declared.is_empty() || declared.contains(id);
        if counts && !of.is_empty() {
            receivers.entry(id.clone()).or_default().extend(of);
        }
    }
    receivers
}

/// The fact, once the accounts are told.
pub(super) fn fact(
    cx: &Context<'_>,
    facts: &Facts,
    inventory: &OrganizationInventory,
    described: &Organization,
    receivers: Receivers,
) -> Fact<OrganizationFact> {
    let production = facts.resources.iter().filter(|fact| is_data(fact) && fact.subject.production).count();
    let mut seen = Seen::default();
    seen.organizational(Collection::OrganizationDescription, &inventory.description);
    seen.organizational(Collection::OrganizationRoots, &inventory.roots);
    seen.organizational(Collection::OrganizationAccounts, &inventory.accounts);
    look(cx, facts, &receivers, production == 0, &mut seen);
    let backup_accounts = receivers.into_iter().map(|(account, of)| BackupAccount {
        declared: cx.settings.backup.accounts.contains(&account),
        copies_of: of.into_iter().collect(),
        copies_seen: facts
            .vaults
            .iter()
            .any(|vault| vault.subject.account.as_ref() == Some(&account) && !vault.detail.copies_of.is_empty()),
        data_resources: data_of(facts, &account),
        account,
    });
    Fact {
        subject: Subject {
            kind: SubjectKind::Organization,
            arn: described.arn.to_string(),
            name: described.id.clone(),
            account: None,
            region: None,
            environment: None,
            production: true,
            class: None,
        },
        detail: OrganizationFact {
            feature_set: Some(described.feature_set.clone()),
            management_account: Some(described.management_account.clone()),
            scp_status: scp_status(inventory),
            backup_accounts: backup_accounts.collect(),
            data_resources: production,
            policy_administrators: Reachers::default(),
            policy_delegates: Vec::new(),
        },
        rests_on: seen.rests_on,
        unread: merge(seen.unread),
    }
}

/// What could hide a copy anywhere, data where copies land, and, where no data was found at all, data anywhere.
fn look(cx: &Context<'_>, facts: &Facts, receivers: &Receivers, empty: bool, seen: &mut Seen) {
    for account in &facts.accounts {
        let receives = account.subject.account.as_ref().is_some_and(|id| receivers.contains_key(id));
        if receives || empty {
            seen.rests_on.extend(account.rests_on.iter().filter(|source| source.account.is_some()).cloned());
            seen.unread.extend(account.unread.iter().filter(|unread| tells_of_data(unread)).cloned());
        }
    }
    for account in &cx.inventory.accounts {
        let vaults = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
        for (region, read) in &vaults.reads {
            let gaps = read.value.iter().filter_map(|vault| vault.recovery_points.gap());
            seen.unread.extend(gaps.map(|gap| item_gap(&account.id, *region, Collection::BackupRecoveryPoints, gap)));
        }
        seen.take(&account.id, Collection::BackupVaults, vaults);
    }
    if empty {
        seen.unread.extend(left_aside(cx, facts));
    }
    let unscanned = facts.vaults.iter().filter(|vault| !vault.detail.scanned);
    seen.unread.extend(unscanned.flat_map(|vault| vault.unread.iter().cloned()));
}

/// Accounts in use that the scan was not asked to look into: they may hold data.
fn left_aside(cx: &Context<'_>, facts: &Facts) -> Vec<Unread> {
    let members = cx.inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    members
        .filter(|account| account.state == AccountState::Active)
        .filter(|account| !facts.accounts.iter().any(|fact| fact.subject.account.as_ref() == Some(&account.id)))
        .map(|account| out_of_scope(&account.id, Collection::RdsDbInstances, Operation::RdsDescribeDBInstances))
        .collect()
}

fn tells_of_data(unread: &Unread) -> bool {
    LISTS.contains(&unread.collection) || TELLING.contains(&unread.collection)
}

/// How much data an account holds; none is known only where everything that tells of it was read.
fn data_of(facts: &Facts, id: &AccountId) -> Option<usize> {
    let fact = facts.accounts.iter().find(|fact| fact.subject.account.as_ref() == Some(id))?;
    let lists = |unread: &Unread| LISTS.contains(&unread.collection) || unread.collection == Collection::S3BucketTags;
    match fact.detail.data_resources {
        0 if !fact.detail.scanned || fact.unread.iter().any(lists) => None,
        data => Some(data),
    }
}

/// The worst status of service control policies over the roots; a type that is not listed is off.
fn scp_status(inventory: &OrganizationInventory) -> Option<String> {
    let roots = inventory.roots.value()?;
    let statuses: BTreeSet<&str> = roots
        .iter()
        .map(|root| root.policy_types.get("SERVICE_CONTROL_POLICY").map_or("DISABLED", String::as_str))
        .collect();
    statuses.iter().find(|status| **status != "ENABLED").or(statuses.first()).map(|status| (*status).to_owned())
}
