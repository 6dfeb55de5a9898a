//! Who reaches the destruction of what each account holds, and of the copies in it.

use std::collections::{BTreeMap, BTreeSet};

use super::destroy::on_copies;
use super::{Destruction, Teller};
use crate::analysis::context::{item_gap, merge, source};
use crate::analysis::environment::counts_as_production;
use crate::model::facts::{AccountReach, Facts, Reachers, Source, Unread};
use crate::model::ids::AccountId;
use crate::model::operation::Collection;

/// Fills `reach` of every account.
pub(super) fn fill(teller: &Teller<'_, '_, '_>, destructions: &BTreeMap<AccountId, Destruction>, facts: &mut Facts) {
    let copies: BTreeMap<AccountId, (Vec<AccountId>, Destruction)> = facts
        .accounts
        .iter()
        .filter_map(|fact| fact.subject.account.clone())
        .filter_map(|account| {
            let targets = on_copies(teller.reach.cx, facts, &account);
            let sources = sources(facts, &account);
            (!targets.is_empty() && !sources.is_empty())
                .then(|| (account, (sources, Destruction::of(teller.reach, targets))))
        })
        .collect();
    for fact in &mut facts.accounts {
        let Some(account) = fact.subject.account.clone() else { continue };
        let mut unread = Vec::new();
        if let Some(destruction) = destructions.get(&account) {
            let Destruction { targets, seeds, search } = destruction;
            let reach = &mut fact.detail.reach;
            reach.rights = targets.len();
            reach.destroyers = teller.reachers(search, seeds, targets, |_| true);
            reach.crossing = teller.reachers(search, seeds, targets, |node| {
                teller.account_of(node).is_some_and(|of| crosses(teller, &account, &of))
            });
            unread.extend(teller.gaps(search, targets, &account, |_| true));
        }
        if let Some((sources, destruction)) = copies.get(&account) {
            let Destruction { targets, seeds, search } = destruction;
            let from = |of: &AccountId| sources.contains(of);
            let to_copies: Reachers =
                teller.reachers(search, seeds, targets, |node| teller.account_of(node).is_some_and(|of| from(&of)));
            let reach: &mut AccountReach = &mut fact.detail.reach;
            reach.copy_rights = targets.len();
            reach.to_copies = to_copies;
            reach.copies_of.clone_from(sources);
            unread.extend(teller.gaps(search, targets, &account, from));
        }
        // Where vaults could not be looked into, copies of other accounts may lie, and keys of theirs that nobody knows of.
        unread.extend(vaults_unread(teller, &account));
        if fact.detail.reach.rights + fact.detail.reach.copy_rights > 0 {
            fact.rests_on.extend(rests_on(teller, &account));
        }
        fact.unread = merge(fact.unread.drain(..).chain(unread));
    }
}

/// Why vaults of an account, or the points in them, were not read.
fn vaults_unread(teller: &Teller<'_, '_, '_>, account: &AccountId) -> Vec<Unread> {
    let Some(inventory) = teller.reach.cx.inventory.account(account) else { return Vec::new() };
    let view = teller.reach.cx.regional(inventory, Collection::BackupVaults, |parts| &parts.backup.vaults);
    let points = view.reads.iter().flat_map(|(region, read)| {
        let gaps = read.value.iter().filter_map(|vault| vault.recovery_points.gap());
        gaps.map(|gap| item_gap(account, *region, Collection::BackupRecoveryPoints, gap))
    });
    let mut unread: Vec<Unread> = points.collect();
    unread.extend(view.unread);
    unread
}

/// Whether an account's principals are of another environment than production, and not there to govern.
fn crosses(teller: &Teller<'_, '_, '_>, here: &AccountId, of: &AccountId) -> bool {
    let environment = teller.environment(of);
    of != here && !teller.governs(of) && !counts_as_production(environment.as_deref())
}

/// The accounts whose copies an account holds.
fn sources(facts: &Facts, account: &AccountId) -> Vec<AccountId> {
    let here = facts.vaults.iter().filter(|vault| vault.subject.account.as_ref() == Some(account));
    let all: BTreeSet<AccountId> =
        here.flat_map(|vault| &vault.detail.copies_of).filter(|of| *of != account).cloned().collect();
    all.into_iter().collect()
}

fn rests_on(teller: &Teller<'_, '_, '_>, account: &AccountId) -> Vec<Source> {
    let mut sources = Vec::new();
    if teller.reach.was_read(account) {
        sources.push(source(account, None, Collection::IamAuthorizationDetails));
    }
    let chains = &teller.reach.authority.chains;
    if chains.of(account).is_some_and(|chain| chain.unread.is_empty() && !chain.path.is_empty()) {
        let of = |collection| Source { account: None, region: None, collection };
        sources.extend([Collection::OrganizationScps, Collection::OrganizationRcps].map(of));
    }
    sources
}
