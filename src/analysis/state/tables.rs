//! Lock tables, and the locks held now.

use std::collections::BTreeSet;

use super::claims::Resources;
use super::states::States;
use crate::analysis::Context;
use crate::analysis::context::{age, item_gap, source};
use crate::analysis::header;
use crate::model::facts::{Fact, HeldLockFact, LockTableFact, SubjectKind};
use crate::model::gap::{Collected, Read};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;
use crate::model::terraform::{LockItem, LockTable};
use crate::terraform::LOCK_SUFFIX;

/// Every table that is keyed like a lock table.
pub(super) fn all(cx: &Context<'_>, resources: &Resources<'_>) -> Vec<Fact<LockTableFact>> {
    let accounts = cx.inventory.accounts.iter();
    accounts
        .flat_map(|account| {
            account.parts().into_iter().flat_map(|parts| &parts.state.lock_tables).map(move |table| (account, table))
        })
        .map(|(account, table)| of_table(cx, resources, account, table))
        .collect()
}

fn of_table(
    cx: &Context<'_>,
    resources: &Resources<'_>,
    account: &AccountInventory,
    table: &LockTable,
) -> Fact<LockTableFact> {
    let region = table.table.region();
    let states: BTreeSet<(&str, &str)> = table
        .items
        .items()
        .iter()
        .map(|item| {
            let (LockItem::Digest { bucket, key, .. } | LockItem::Held { bucket, key, .. }) = item;
            (bucket.as_str(), key.as_str())
        })
        .collect();
    let mut rests_on = vec![source(&account.id, region.as_ref(), Collection::DynamoDbTables)];
    let mut unread = Vec::new();
    match table.items.gap() {
        Some(gap) => unread.push(item_gap(&account.id, region.as_ref(), Collection::StateLockItems, gap)),
        None => rests_on.push(source(&account.id, region.as_ref(), Collection::StateLockItems)),
    }
    let described = account
        .regions()
        .filter(|(at, _)| Some(*at) == region.as_ref())
        .flat_map(|(_, parts)| parts.dynamodb.tables.items())
        .find(|one| one.arn == table.table);
    let detail = described.and_then(|one| one.detail.value());
    if let Some(gap) = described.and_then(|one| one.detail.gap()) {
        unread.push(item_gap(&account.id, region.as_ref(), Collection::DynamoDbTables, gap));
    }
    let arn = table.table.as_str();
    let id = Some(account.id.clone());
    let mut subject = header::in_account(cx, SubjectKind::LockTable, arn, table.table.name(), id, region);
    if let Some(fact) = resources.facts.iter().find(|fact| fact.subject.arn == arn) {
        subject.environment.clone_from(&fact.subject.environment);
        subject.production = fact.subject.production;
        subject.class = fact.subject.class;
    }
    let detail =
        LockTableFact { deletion_protection: detail.map(|detail| detail.deletion_protection), states: states.len() };
    Fact { subject, detail, rests_on, unread }
}

/// Every lock that a table or a lock file says is held.
pub(super) fn held(cx: &Context<'_>, states: &States<'_>) -> Vec<Fact<HeldLockFact>> {
    let mut held = Vec::new();
    let items =
        states.items.iter().flat_map(|(bucket, keys)| keys.iter().map(move |(key, items)| (bucket, key, items)));
    for (bucket, key, items) in items {
        for item in items {
            let LockItem::Held { created_at, operation, .. } = item.item else { continue };
            let detail = HeldLockFact {
                state: format!("s3://{bucket}/{key}"),
                lock: item.table.to_string(),
                age_hours: created_at.map(|created| age(created, item.read_at)),
                operation: operation.clone(),
            };
            let region = item.table.region();
            let arn = format!("{}#{bucket}/{key}", item.table);
            let rests_on = vec![source(item.account, region.as_ref(), Collection::StateLockItems)];
            let id = Some(item.account.clone());
            let subject = header::in_account(cx, SubjectKind::HeldLock, &arn, &detail.state, id, region);
            held.push(Fact { subject, detail, rests_on, unread: Vec::new() });
        }
    }
    held.extend(held_files(cx, states));
    held
}

/// A newest lock file that is no delete marker. Replication need not carry delete markers: beside a copied state, and in a
/// bucket that holds copies alone, a lock file is a copy too.
fn held_files(cx: &Context<'_>, states: &States<'_>) -> Vec<Fact<HeldLockFact>> {
    let mut held = Vec::new();
    for (bucket, looks) in &states.looks {
        let Some(look) = looks.iter().find(|look| look.bucket.lock_versions.value().is_some()) else { continue };
        let Collected::Read(Read { read_at, value }) = &look.bucket.lock_versions else { continue };
        let mut here = states.all.iter().filter(|state| state.bucket == *bucket).peekable();
        let copies_alone = here.peek().is_some() && here.all(|state| state.copy.is_some());
        for version in value.iter().filter(|version| version.latest && !version.delete_marker) {
            let Some(key) = version.key.strip_suffix(LOCK_SUFFIX) else { continue };
            let address = format!("s3://{bucket}/{key}");
            let beside_copy = states.all.iter().any(|state| state.address == address && state.copy.is_some());
            if copies_alone || beside_copy {
                continue;
            }
            let owned = states.owned.get(bucket);
            let detail = HeldLockFact {
                state: address,
                lock: format!("s3://{bucket}/{}", version.key),
                age_hours: Some(age(version.last_modified, *read_at)),
                operation: None,
            };
            let account = states.owner(bucket).unwrap_or(look.account).clone();
            let region = owned.and_then(|owned| owned.region()).cloned();
            let subject =
                header::in_account(cx, SubjectKind::HeldLock, &detail.lock, &detail.state, Some(account), region);
            let rests_on = vec![source(look.account, None, Collection::StateLockVersions)];
            held.push(Fact { subject, detail, rests_on, unread: Vec::new() });
        }
    }
    held
}
