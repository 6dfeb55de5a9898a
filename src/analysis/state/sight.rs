//! What could hide a claim: every state that could not be listed or read, in any account of the scope.
//!
//! Equal gaps of many objects are told once per account, or each of a thousand unread states would carry the other 999.

use std::collections::{BTreeMap, BTreeSet};

use super::states::States;
use crate::analysis::Context;
use crate::analysis::context::{item_gap, out_of_scope};
use crate::analysis::environment::organizational;
use crate::model::facts::Unread;
use crate::model::gap::{Gap, GapKind, MESSAGE_LIMIT};
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::AccountState;
use crate::model::terraform::{LockItem, StateBucketReason};

/// Gaps of one account, by what they hide.
#[derive(Default)]
pub(super) struct Hidden {
    /// Buckets or tables that could not be listed, and states that they may hold.
    pub(super) buckets: Vec<Unread>,
    /// Tables that could not be listed.
    pub(super) tables: Vec<Unread>,
    /// Lock tables whose items could not be read.
    pub(super) items: Vec<Unread>,
    /// Buckets whose states could not be listed.
    pub(super) objects: Vec<Unread>,
    /// Those of them that nothing but a name or tag says hold states: they may be no state buckets at all.
    pub(super) guessed: Vec<Unread>,
    /// Buckets whose lock files could not be listed.
    pub(super) lock_versions: Vec<Unread>,
    /// States whose content could not be read.
    pub(super) content: Vec<Unread>,
}

/// The gaps of one account.
pub(super) fn of_account<'a>(cx: &Context<'a>, account: &'a AccountInventory, states: &States<'a>) -> Hidden {
    let id = &account.id;
    let mut hidden = Hidden {
        buckets: cx.global(account, Collection::S3Buckets, |parts| &parts.s3.buckets).unread,
        tables: cx.regional(account, Collection::DynamoDbTables, |parts| &parts.dynamodb.tables).unread,
        ..Hidden::default()
    };
    let Some(parts) = account.parts() else { return hidden };
    for table in &parts.state.lock_tables {
        let region = table.table.region();
        if let Some(gap) = table.items.gap() {
            hidden.items.push(item_gap(id, region.as_ref(), Collection::StateLockItems, gap));
        }
        for item in table.items.items() {
            let unseen = named_and_unseen(id, region.as_ref(), table.table.as_str(), item, states);
            hidden.guessed.extend(unseen.clone());
            hidden.objects.extend(unseen);
        }
    }
    // A table that is listed and not described may be a lock table.
    for (region, parts) in account.regions() {
        for gap in parts.dynamodb.tables.items().iter().filter_map(|table| table.detail.gap()) {
            hidden.tables.push(item_gap(id, Some(region), Collection::DynamoDbTables, gap));
        }
    }
    for bucket in &parts.state.buckets {
        // Another account's look may have seen what this one's could not.
        let seen = states
            .looks
            .get(bucket.bucket.as_str())
            .into_iter()
            .flatten()
            .any(|look| look.bucket.objects.gap().is_none());
        if let Some(gap) = bucket.objects.gap().filter(|_| !seen) {
            let gap = item_gap(id, None, Collection::StateObjects, gap);
            let told = |reason: &StateBucketReason| {
                matches!(reason, StateBucketReason::Configured | StateBucketReason::LockTable)
            };
            if !bucket.reasons.iter().any(told) {
                hidden.guessed.push(gap.clone());
            }
            hidden.objects.push(gap);
        }
        if let Some(gap) = bucket.lock_versions.gap() {
            hidden.lock_versions.push(item_gap(id, None, Collection::StateLockVersions, gap));
        }
    }
    for state in states.all.iter().filter(|state| state.account == id && state.copy.is_none()) {
        if let Some(gap) = state.object.content.gap() {
            hidden.content.push(item_gap(id, None, Collection::StateContent, gap));
        }
    }
    hidden
}

/// A state that a lock table names, in a bucket that nobody looked into.
fn named_and_unseen(
    account: &AccountId,
    region: Option<&Region>,
    table: &str,
    item: &LockItem,
    states: &States<'_>,
) -> Option<Unread> {
    let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
    // A refused look has its own gap.
    if states.looks.contains_key(bucket.as_str()) {
        return None;
    }
    let message =
        format!("lock table {table} names s3://{bucket}/{key}, in a bucket of no account that this scan looked into");
    let gap = Gap::not_made(GapKind::OutOfScope, Operation::S3ListObjectsV2, message);
    Some(item_gap(account, region, Collection::StateObjects, &gap))
}

/// Everything that could hide a claim, under the one name that checks of claims need.
pub(super) fn of_claims<'a>(cx: &Context<'a>, states: &States<'a>) -> Vec<Unread> {
    let mut all = Vec::new();
    for account in &cx.inventory.accounts {
        let Hidden { buckets, tables, items, objects, guessed: _, lock_versions: _, content } =
            of_account(cx, account, states);
        all.extend([buckets, tables, items, objects, content].into_iter().flatten());
    }
    all.extend(outside(cx).map(|id| out_of_scope(id, Collection::StateObjects, Operation::S3ListObjectsV2)));
    // Where not even the accounts could be listed, one of them may hold it.
    let accounts = cx.inventory.organization.as_ref().and_then(|organization| organization.accounts.gap());
    all.extend(accounts.map(|gap| organizational(Collection::StateClaims, gap)));
    for unread in &mut all {
        unread.collection = Collection::StateClaims;
    }
    merged(all)
}

/// States that were found and could not be read.
pub(super) fn of_content<'a>(cx: &Context<'a>, states: &States<'a>) -> Vec<Unread> {
    merged(cx.inventory.accounts.iter().flat_map(|account| of_account(cx, account, states).content).collect())
}

/// Accounts of the organization in use that the scan leaves out.
pub(super) fn outside<'a>(cx: &Context<'a>) -> impl Iterator<Item = &'a AccountId> {
    let scanned: BTreeSet<&AccountId> = cx.inventory.accounts.iter().map(|account| &account.id).collect();
    let accounts = cx.inventory.organization.as_ref().map_or(&[][..], |organization| organization.accounts.items());
    accounts
        .iter()
        .filter(move |account| account.state == AccountState::Active && !scanned.contains(&account.id))
        .map(|account| &account.id)
}

/// Gaps that say the same of one account, taken together.
pub(super) fn merged(list: Vec<Unread>) -> Vec<Unread> {
    type Key = (Option<AccountId>, Collection, GapKind, Operation, Option<String>);
    let mut groups: BTreeMap<Key, Vec<Unread>> = BTreeMap::new();
    for unread in list {
        let gap = &unread.gap;
        let key = (unread.account.clone(), unread.collection, gap.kind, gap.operation, gap.code.clone());
        groups.entry(key).or_default().push(unread);
    }
    groups.into_values().filter_map(one_of).collect()
}

fn one_of(mut group: Vec<Unread>) -> Option<Unread> {
    group.sort();
    group.dedup();
    let more = group.len().saturating_sub(1);
    let mut regions: BTreeSet<Region> = group.iter().flat_map(|unread| unread.regions.iter().cloned()).collect();
    // One without regions stands for all of them.
    if group.iter().any(|unread| unread.regions.is_empty()) {
        regions.clear();
    }
    let mut first = group.into_iter().next()?;
    first.regions = regions.into_iter().collect();
    if more > 0 {
        first.gap.request_id = None;
        first.gap.message =
            format!("{} (and {more} more like it)", first.gap.message).chars().take(MESSAGE_LIMIT).collect();
    }
    Some(first)
}
