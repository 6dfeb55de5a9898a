//! What every step of the analysis reads by: the inventory with its settings, and the one way to get at collections that
//! hands over what was read together with what was not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::environment::Environments;
use crate::model::facts::{Fact, Facts, Source, Unread};
use crate::model::gap::{Collected, Gap, GapKind, Read};
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::{AccountInventory, AccountParts, Inventory, RegionParts};
use crate::model::operation::{Collection, Operation};
use crate::model::organization::AccountState;
use crate::model::settings::Settings;

/// The inventory and the settings that it is read with.
pub(crate) struct Context<'a> {
    /// What AWS said.
    pub(crate) inventory: &'a Inventory,
    /// How it is judged.
    pub(crate) settings: &'a Settings,
    /// Which environment each thing belongs to.
    pub(crate) environments: Environments<'a>,
}

/// What was read of one collection in one account, and what was not.
pub(crate) struct View<'a, T> {
    /// The regions that were read (`None`: a global collection), in order of their code.
    pub(crate) reads: Vec<(Option<&'a Region>, &'a Read<T>)>,
    /// The gaps, equal ones of several regions taken together.
    pub(crate) unread: Vec<Unread>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(inventory: &'a Inventory, settings: &'a Settings) -> Self {
        Self { inventory, settings, environments: Environments::new(inventory, &settings.environments) }
    }

    /// One regional collection of an account.
    pub(crate) fn regional<T>(
        &self,
        account: &'a AccountInventory,
        collection: Collection,
        pick: impl Fn(&'a RegionParts) -> &'a Collected<T>,
    ) -> View<'a, T> {
        let mut reads = Vec::new();
        let mut gaps = Gaps::default();
        match account.parts.value() {
            None => gaps.add_opt(account.parts.gap(), None),
            Some(parts) => {
                // A refused list of regions leaves regions that nobody looked into; that gap belongs to every list.
                gaps.add_opt(parts.regions.gap(), None);
                let mut regions: Vec<_> = parts.regional.iter().collect();
                regions.sort_by(|a, b| a.region.cmp(&b.region));
                for region in regions {
                    match region.parts.value().map(&pick) {
                        None => self.add_region_gap(&mut gaps, region.parts.gap(), &region.region),
                        Some(Collected::Read(read)) => reads.push((Some(&region.region), read)),
                        Some(Collected::NotOffered { .. }) => {}
                        Some(Collected::Gap(gap)) => self.add_region_gap(&mut gaps, Some(gap), &region.region),
                    }
                }
            }
        }
        View { reads, unread: gaps.into_unread(&account.id, collection) }
    }

    /// One global collection of an account.
    pub(crate) fn global<T>(
        &self,
        account: &'a AccountInventory,
        collection: Collection,
        pick: impl Fn(&'a AccountParts) -> &'a Collected<T>,
    ) -> View<'a, T> {
        let mut reads = Vec::new();
        let mut gaps = Gaps::default();
        match account.parts.value().map(pick) {
            None => gaps.add_opt(account.parts.gap(), None),
            Some(Collected::Read(read)) => reads.push((None, read)),
            Some(Collected::NotOffered { .. }) => {}
            Some(Collected::Gap(gap)) => gaps.add_opt(Some(gap), None),
        }
        View { reads, unread: gaps.into_unread(&account.id, collection) }
    }

    /// A region that its owner says is empty is taken so, where a region-deny SCP is what hides it.
    fn add_region_gap(&self, gaps: &mut Gaps, gap: Option<&Gap>, region: &Region) {
        if let Some(gap) = gap {
            let hidden = matches!(gap.kind, GapKind::RegionDenied | GapKind::DeniedByScp);
            if !(hidden && self.settings.scope.treat_as_empty.contains(region)) {
                gaps.add(gap, Some(region));
            }
        }
    }
}

/// Gaps of one collection, gathered by what they say.
#[derive(Default)]
struct Gaps(BTreeMap<Gap, BTreeSet<Region>>);

impl Gaps {
    fn add(&mut self, gap: &Gap, region: Option<&Region>) {
        // Request ids and tries differ from region to region; what matters is that it is the same refusal.
        let key = match region {
            Some(_) => Gap { request_id: None, ..gap.clone() },
            None => gap.clone(),
        };
        self.0.entry(key).or_default().extend(region.cloned());
    }

    fn add_opt(&mut self, gap: Option<&Gap>, region: Option<&Region>) {
        if let Some(gap) = gap {
            self.add(gap, region);
        }
    }

    fn into_unread(self, account: &AccountId, collection: Collection) -> Vec<Unread> {
        self.0
            .into_iter()
            .map(|(gap, regions)| Unread {
                account: Some(account.clone()),
                regions: regions.into_iter().collect(),
                collection,
                gap,
            })
            .collect()
    }
}

/// Gaps of several places, equal ones of one account and collection taken together.
pub(crate) fn merge(unread: impl IntoIterator<Item = Unread>) -> Vec<Unread> {
    let mut merged: BTreeMap<(Option<AccountId>, Collection, Gap, bool), BTreeSet<Region>> = BTreeMap::new();
    for Unread { account, regions, collection, gap } in unread {
        // A gap without regions stands for all of them: it is not one of a few.
        let everywhere = regions.is_empty();
        let key = (account, collection, Gap { request_id: None, ..gap }, everywhere);
        merged.entry(key).or_default().extend(regions);
    }
    merged
        .into_iter()
        .map(|((account, collection, gap, _), regions)| Unread {
            account,
            regions: regions.into_iter().collect(),
            collection,
            gap,
        })
        .collect()
}

/// The gap of one item of a collection.
pub(crate) fn item_gap(account: &AccountId, region: Option<&Region>, collection: Collection, gap: &Gap) -> Unread {
    Unread {
        account: Some(account.clone()),
        regions: region.cloned().into_iter().collect(),
        collection,
        gap: gap.clone(),
    }
}

/// What stands for an account that palisade was not asked to look into.
pub(crate) fn out_of_scope(account: &AccountId, collection: Collection, operation: Operation) -> Unread {
    Unread {
        account: Some(account.clone()),
        regions: Vec::new(),
        collection,
        gap: Gap::not_made(
            GapKind::OutOfScope,
            operation,
            format!("account {account} is outside the scope of this scan"),
        ),
    }
}

/// Accounts in use and in scope of which the inventory holds nothing: a scan always has an entry for each, an inventory
/// put together from parts may not.
pub(crate) fn absent<'a>(cx: &Context<'a>) -> Vec<&'a AccountId> {
    let scope = &cx.inventory.scope;
    let Some(organization) = &cx.inventory.organization else { return Vec::new() };
    if !scope.accounts.is_empty() || !scope.organizational_units.is_empty() {
        return Vec::new();
    }
    let members = organization.accounts.items().iter();
    members
        .filter(|account| account.state == AccountState::Active)
        .map(|account| &account.id)
        .filter(|id| !scope.excluded_accounts.contains(id) && cx.inventory.account(id).is_none())
        .collect()
}

/// What stands for everything in such an account.
pub(crate) fn left_out(account: &AccountId, collection: Collection) -> Unread {
    let gap = Gap::not_made(
        GapKind::Interrupted,
        Operation::StsAssumeRole,
        format!("account {account} is in use and in scope, and the inventory holds nothing of it"),
    );
    item_gap(account, None, collection, &gap)
}

/// A place that a fact rests on.
pub(crate) fn source(account: &AccountId, region: Option<&Region>, collection: Collection) -> Source {
    Source { account: Some(account.clone()), region: region.cloned(), collection }
}

/// Hours from `earlier` to `later`, to one decimal; negative where `earlier` lies after `later`.
pub(crate) fn hours(earlier: Timestamp, later: Timestamp) -> f64 {
    let seconds = later.as_second() - earlier.as_second();
    #[expect(clippy::cast_precision_loss, reason = "seconds between two timestamps fit a double exactly")]
    let hours = seconds as f64 / 3600.0;
    (hours * 10.0).round() / 10.0
}

/// The age of data at the time it was read, in hours. Clock skew makes no negative age.
pub(crate) fn age(of: Timestamp, read_at: Timestamp) -> f64 {
    hours(of, read_at).max(0.0)
}

/// Sorts what each step left unsorted, so that the order of the inventory's lists shows nowhere.
pub(super) fn sort(facts: &mut Facts) {
    fn each<T>(list: &mut [Fact<T>]) {
        for fact in list.iter_mut() {
            fact.rests_on.sort();
            fact.unread.sort();
        }
        list.sort_by(|a, b| {
            let key = |f: &Fact<T>| (f.subject.account.clone(), f.subject.region.clone(), f.subject.arn.clone());
            key(a).cmp(&key(b)).then_with(|| a.subject.cmp(&b.subject))
        });
    }
    fn dedup<T>(list: &mut [Fact<T>]) {
        for fact in list {
            fact.rests_on.dedup();
            fact.unread.dedup();
        }
    }
    macro_rules! all {
        ($($field:ident),*) => { $( each(&mut facts.$field); dedup(&mut facts.$field); )* };
    }
    all!(
        organizations,
        accounts,
        account_regions,
        account_services,
        resources,
        global_clusters,
        snapshots,
        keys,
        vaults,
        state_buckets,
        state_objects,
        lock_tables,
        state_databases,
        held_locks,
        iam_roles,
        iam_users,
        agents
    );
    facts.unlisted.sort();
    facts.unlisted.dedup();
}
