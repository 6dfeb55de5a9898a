//! The way through the accounts: enter, list regions, read every service, then the keys that all of it refers to.
//!
//! Accounts run as tasks, their regions and services beside each other; what really flies is bounded by the limits. Jobs
//! return values and are sorted at the end, so that the order of arrival never shows.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use tokio_util::task::AbortOnDropHandle;

use super::error::CollectError;
use super::keys;
use super::options::CollectOptions;
use super::region;
use super::sessions::{Entered, Home};
use super::site::Site;
use super::{account, backup, iam, organization, s3, scope, state};
use crate::model::dynamodb::Table;
use crate::model::gap::{Answer, Collected, Gap};
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::{AccountInventory, AccountParts, INVENTORY_SCHEMA, Inventory, RegionInventory, Scope};

/// Accounts under way at once: enough to keep the calls in flight, few enough to bound memory.
const ACCOUNTS_AT_ONCE: usize = 16;

/// An account that was gone through, with the way into it for the keys.
pub(super) struct Visited {
    pub(super) inventory: AccountInventory,
    pub(super) site: Option<Site>,
}

/// Collects everything in scope.
pub(super) async fn run(
    home: &Home,
    options: &Arc<CollectOptions>,
    began: Timestamp,
) -> Result<Inventory, CollectError> {
    let organization = match options.no_organization {
        true => None,
        false => Some(organization::collect(&home.site, options.account_tags).await),
    };
    let targets = scope::accounts(options, organization.as_ref(), &home.caller)?;
    if scope::names_unknown_regions(options, &home.caller.partition) {
        let own = account::regions(&home.site, &home.caller.home_region).await;
        scope::check_regions(options, &home.caller.partition, &own)?;
    }
    home.site.shared.observer.accounts(targets.len());
    let mut visited = visit(home, options, targets).await;
    states_across(&mut visited, options).await;
    keys::collect(&mut visited).await;
    Ok(Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        collector: format!("palisade {}", env!("CARGO_PKG_VERSION")),
        taken_at: began,
        caller: home.caller.clone(),
        scope: scope_of(options),
        organization,
        accounts: visited.into_iter().map(|visited| visited.inventory).collect(),
        ledger: home.site.shared.ledger.entries(),
    })
}

fn scope_of(options: &CollectOptions) -> Scope {
    fn sorted<T: Ord + Clone>(list: &[T]) -> Vec<T> {
        list.iter().cloned().collect::<BTreeSet<T>>().into_iter().collect()
    }
    Scope {
        accounts: sorted(&options.accounts),
        organizational_units: sorted(&options.organizational_units),
        excluded_accounts: sorted(&options.excluded_accounts),
        regions: sorted(&options.regions),
        role_name: Some(options.role_name.clone()),
        state_content: options.state_content,
        treat_as_empty: sorted(&options.treat_as_empty),
    }
}

/// Goes through the accounts, each in a task of its own; dropping this ends them.
async fn visit(home: &Home, options: &Arc<CollectOptions>, targets: BTreeSet<AccountId>) -> Vec<Visited> {
    let tasks = stream::iter(targets).map(|id| {
        let (home, options) = (home.clone(), Arc::clone(options));
        AbortOnDropHandle::new(tokio::spawn(async move { visit_one(&home, &options, id).await }))
    });
    let mut visited: Vec<Visited> = Vec::new();
    let mut done = tasks.buffer_unordered(ACCOUNTS_AT_ONCE);
    while let Some(outcome) = done.next().await {
        match outcome {
            Ok(account) => visited.push(account),
            // A task ends early only by a panic: a fault of palisade's, which must not look like a missing account.
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => {}
        }
    }
    visited.sort_by(|a, b| a.inventory.id.cmp(&b.inventory.id));
    visited
}

async fn visit_one(home: &Home, options: &CollectOptions, id: AccountId) -> Visited {
    let visited = match home.enter(&id).await {
        Ok(entered) => {
            let parts = Box::pin(parts(home, options, &entered)).await;
            Visited {
                inventory: AccountInventory { id: id.clone(), parts: Answer::Value(parts) },
                site: Some(entered.site),
            }
        }
        Err(failure) => Visited {
            inventory: AccountInventory { id: id.clone(), parts: Answer::Gap(Gap::from(failure)) },
            site: None,
        },
    };
    home.site.shared.observer.account_done(&id, visited.site.is_some());
    visited
}

async fn parts(home: &Home, options: &CollectOptions, entered: &Entered) -> AccountParts {
    let site = &entered.site;
    let regions = account::regions(site, &home.caller.home_region).await;
    let scope = scope::regions(options, &regions);
    let global = site.global();
    let at = |region: &Region| site.in_region(region);
    let (iam, s3, global_settings, policy, mut regional) = futures::join!(
        Box::pin(iam::collect(&global)),
        Box::pin(s3::collect(site)),
        Box::pin(backup::global_settings(site)),
        Box::pin(account::effective_backup_policy(&global)),
        Box::pin(all_regions(site, scope.scanned)),
    );
    regional
        .extend(scope.left_out.into_iter().map(|(region, gap)| RegionInventory { region, parts: Answer::Gap(gap) }));
    regional.sort_by(|a, b| a.region.cmp(&b.region));
    let tables: Vec<(Region, &Collected<Vec<Table>>)> = regional
        .iter()
        .filter_map(|region| Some((region.region.clone(), &region.parts.value()?.dynamodb.tables)))
        .collect();
    let state = Box::pin(state::collect(&s3.buckets, &tables, &at, &looking_for_states(options))).await;
    AccountParts {
        session: entered.session.clone(),
        regions: regions.enabled,
        iam,
        s3,
        state,
        backup_global_settings: global_settings,
        backup_effective_policy: global.collected(policy),
        regional,
    }
}

fn looking_for_states(options: &CollectOptions) -> state::Options {
    let mut looking = state::Options {
        content: options.state_content,
        buckets: options.state_buckets.clone(),
        ..state::Options::default()
    };
    looking.limits.environment_keys.extend(options.environment_tags.iter().cloned());
    looking
}

/// Looks into the state buckets that lock tables of other accounts name.
async fn states_across(visited: &mut [Visited], options: &CollectOptions) {
    let mut accounts: Vec<state::across::Account<'_>> = visited
        .iter_mut()
        .filter_map(|account| {
            let site = account.site.as_ref()?;
            let Answer::Value(parts) = &mut account.inventory.parts else { return None };
            Some(state::across::Account { site, buckets: &parts.s3.buckets, state: &mut parts.state })
        })
        .collect();
    Box::pin(state::across::collect(&mut accounts, &looking_for_states(options))).await;
}

async fn all_regions(site: &Site, regions: BTreeSet<Region>) -> Vec<RegionInventory> {
    let count = regions.len().max(1);
    stream::iter(regions)
        .map(|region| async move {
            let parts = region::collect(&site.in_region(&region)).await;
            RegionInventory { region, parts }
        })
        .buffer_unordered(count)
        .collect()
        .await
}

#[cfg(test)]
mod tests;
