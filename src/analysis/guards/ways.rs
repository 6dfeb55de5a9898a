//! Accounts that the organization's policies treat alike, so that each way through the organization is proved once.
//!
//! Two accounts of one unit with the same policies of their own are alike, unless a policy tells accounts apart in a way that
//! can concern one of them: it names the account, or it holds a wildcard among digits, a variable or a comparison of numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Context;
use crate::analysis::authority::{AccountChain, Authority};
use crate::model::ids::{AccountId, Region};
use crate::model::organization::Policy;
use crate::policy::Chain;

/// One way through the organization, with the accounts that it leads to.
pub(crate) struct Way<'a> {
    /// The first of its accounts, which stands for all.
    pub(super) account: AccountId,
    /// What applies to it.
    pub(super) chain: &'a AccountChain,
    /// All of them, in order.
    pub(super) accounts: Vec<AccountId>,
    /// Whether the policies tell regions apart.
    pub(super) tells_regions: bool,
    /// The regions that are enabled; `None` where that is unread. Looked at only where regions are told apart.
    pub(super) regions: Option<Vec<Region>>,
    /// Whether the accounts surely belong to the organization.
    pub(super) member: bool,
}

/// What a policy's text tells apart.
#[derive(Debug, Clone, Default)]
struct Traits {
    accounts: BTreeSet<String>,
    /// It may tell any two accounts apart.
    any_account: bool,
    regions: bool,
}

impl Traits {
    fn of(policy: &Policy, regions: &BTreeSet<&str>) -> Self {
        let Some(text) = policy.document.value() else { return Self::default() };
        let lower = text.to_ascii_lowercase();
        let bytes = text.as_bytes();
        let digit = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
        let wild = |(at, byte): (usize, &u8)| {
            matches!(byte, b'*' | b'?') && (digit(at.checked_sub(1)) || digit(at.checked_add(1)))
        };
        Self {
            accounts: text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 12).map(Into::into).collect(),
            // An escape may hide any character.
            any_account: lower.contains("${")
                || lower.contains("numeric")
                || lower.contains("\\u")
                || bytes.iter().enumerate().any(wild),
            regions: lower.contains("requestedregion")
                || lower.contains("\\u")
                || regions.iter().any(|region| lower.contains(region)),
        }
    }
}

/// What tells ways apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    management: bool,
    member: bool,
    levels: [Vec<(String, Vec<String>)>; 2],
    account: Option<AccountId>,
    regions: Option<Option<Vec<Region>>>,
}

/// The levels with the names of their policies; the account's own has no name.
fn levels(chain: &Chain, path: &[String]) -> Vec<(String, Vec<String>)> {
    let own = path.last().map(String::as_str);
    let name = |level: &str| if Some(level) == own { String::new() } else { level.to_owned() };
    let policies = |level: &crate::policy::Level| level.policies().names().map(str::to_owned).collect();
    chain.levels().iter().map(|level| (name(level.name()), policies(level))).collect()
}

/// The ways to all accounts that there are, in order of their first accounts.
pub(super) fn ways<'a>(cx: &Context<'_>, authority: &'a Authority<'_>) -> Vec<Way<'a>> {
    let enabled = enabled(cx);
    let codes: BTreeSet<&str> = enabled.values().flatten().map(Region::as_str).collect();
    let organization = cx.inventory.organization.as_ref();
    let policies = organization.iter().flat_map(|all| all.scps.items().iter().chain(all.rcps.items()));
    let traits: BTreeMap<&str, Traits> =
        policies.map(|policy| (policy.id.as_str(), Traits::of(policy, &codes))).collect();
    let members: BTreeSet<&AccountId> = authority.chains.accounts().map(|(id, _)| id).collect();
    let scanned = cx.inventory.accounts.iter().map(|account| &account.id);
    let all: BTreeSet<&AccountId> = members.iter().copied().chain(scanned).collect();
    let mut found: BTreeMap<Key, Way<'a>> = BTreeMap::new();
    for id in all {
        let Some(chain) = authority.chains.of(id) else { continue };
        let levels = [levels(&chain.scps, &chain.path), levels(&chain.rcps, &chain.path)];
        let traits: Vec<&Traits> =
            levels.iter().flatten().flat_map(|(_, names)| names).filter_map(|name| traits.get(name.as_str())).collect();
        let named = traits.iter().any(|one| one.any_account || one.accounts.contains(id.as_str()));
        let tells_regions = traits.iter().any(|one| one.regions);
        let regions = enabled.get(id).cloned();
        let member = members.contains(id);
        let key = Key {
            management: chain.management,
            member,
            levels,
            account: named.then(|| id.clone()),
            regions: tells_regions.then(|| regions.clone()),
        };
        let way = found.entry(key).or_insert_with(|| Way {
            account: id.clone(),
            chain,
            accounts: Vec::new(),
            tells_regions,
            regions,
            member,
        });
        way.accounts.push(id.clone());
    }
    let mut ways: Vec<Way<'a>> = found.into_values().collect();
    ways.sort_by(|a, b| a.account.cmp(&b.account));
    ways
}

/// The enabled regions of every account of which they were read.
fn enabled(cx: &Context<'_>) -> BTreeMap<AccountId, Vec<Region>> {
    let regions = |account: &crate::model::inventory::AccountInventory| {
        let mut regions = account.parts()?.regions.value()?.clone();
        regions.sort();
        regions.dedup();
        Some((account.id.clone(), regions))
    };
    cx.inventory.accounts.iter().filter_map(regions).collect()
}
