//! Which Terraform state claims which resource, and how the states themselves are kept.
//!
//! `states` gathers every object once and says which are copies; `claims` joins what they manage to the resources; `sight`
//! says what could hide a claim. `locks`, `objects`, `buckets`, `databases` and `tables` draw a fact each.

mod buckets;
mod claims;
mod databases;
mod locks;
mod objects;
mod sight;
mod states;
mod tables;
#[cfg(test)]
mod tests;
mod tls;

use std::collections::BTreeMap;

pub(crate) use self::claims::{Family, Resources, family};
use self::objects::Elsewhere;
use self::sight::Hidden;
use self::states::States;
use super::context::{absent, item_gap, left_out, out_of_scope, source};
use super::glob::Glob;
use super::{Context, header};
use crate::model::facts::{
    Class, Fact, Facts, Fate, ManagedBy, ResourceFact, StateObjectFact, SubjectKind, Tier, Unread,
};
use crate::model::gap::{Answer, Gap};
use crate::model::ids::Arn;
use crate::model::operation::{Collection, Operation};

/// The tag that CloudFormation sets and nobody else can.
const STACK_TAG: &str = "aws:cloudformation:stack-id";

/// Fills `claims` and `managed_by` of every resource.
pub(super) fn attach(cx: &Context<'_>, resources: &mut [Fact<ResourceFact>]) {
    let states = States::new(cx);
    let claims = claims::all(&states, &Resources::new(resources, replicas(cx)));
    let hidden = sight::of_claims(cx, &states);
    let unread_states = sight::of_content(cx, &states);
    let holders: BTreeMap<&str, _> = states.all.iter().map(|state| (state.address.as_str(), state.account)).collect();
    let tags = tags(cx);
    let external: Vec<(Glob, &str)> =
        cx.settings.state.external.iter().map(|(glob, what)| (Glob::new(glob), what.as_str())).collect();
    for (fact, claims) in resources.iter_mut().zip(claims) {
        let accounts = claims.iter().filter_map(|claim| holders.get(claim.state.as_str()));
        fact.rests_on.extend(accounts.map(|account| source(account, None, Collection::StateContent)));
        fact.detail.claims = claims;
        let answer = tags.get(fact.subject.arn.as_str()).copied();
        let stack = answer.and_then(Result::ok).and_then(|tags| tags.get(STACK_TAG));
        let arn: Option<Arn> = fact.subject.arn.parse().ok();
        let named =
            external.iter().find(|(glob, _)| arn.as_ref().is_some_and(|arn| glob.matches(arn))).map(|(_, what)| *what);
        fact.detail.managed_by = match (stack, named) {
            (Some(stack), _) => Some(ManagedBy::CloudFormation { stack: stack.clone() }),
            (None, Some(what)) => Some(ManagedBy::External { what: what.to_owned() }),
            (None, None) => None,
        };
        // One witness is enough: what is hidden matters where none was found.
        let unclaimed = fact.detail.claims.is_empty() && fact.detail.managed_by.is_none();
        // A second claim may stand in a state that was found and not read.
        if !unclaimed && fact.subject.class == Some(Class::Data) {
            fact.unread.extend(unread_states.iter().cloned());
        }
        if unclaimed && fact.subject.class == Some(Class::Data) {
            fact.unread.extend(hidden.iter().cloned());
            if let (Some(Err(gap)), Some(account)) = (answer, &fact.subject.account) {
                fact.unread.push(item_gap(account, fact.subject.region.as_ref(), Collection::StateClaims, gap));
            }
        }
    }
}

type Tags<'a> = Result<&'a BTreeMap<String, String>, &'a Gap>;

/// The tags of every resource, by ARN.
fn tags<'a>(cx: &Context<'a>) -> BTreeMap<&'a str, Tags<'a>> {
    fn of(answer: &Answer<BTreeMap<String, String>>) -> Tags<'_> {
        match answer {
            Answer::Value(tags) => Ok(tags),
            Answer::Gap(gap) => Err(gap),
        }
    }
    let mut tags: BTreeMap<&str, Tags<'_>> = BTreeMap::new();
    for account in &cx.inventory.accounts {
        let buckets = account.parts().into_iter().flat_map(|parts| parts.s3.buckets.items());
        tags.extend(buckets.map(|bucket| (bucket.arn.as_str(), of(&bucket.tags))));
        for (_, parts) in account.regions() {
            tags.extend(parts.rds.db_instances.items().iter().map(|db| (db.arn.as_str(), Ok(&db.tags))));
            tags.extend(parts.rds.db_clusters.items().iter().map(|db| (db.arn.as_str(), Ok(&db.tags))));
            tags.extend(parts.dynamodb.tables.items().iter().map(|table| (table.arn.as_str(), of(&table.tags))));
        }
    }
    tags
}

/// The ARNs of the other replicas of each global table.
fn replicas(cx: &Context<'_>) -> BTreeMap<String, Vec<String>> {
    let mut replicas = BTreeMap::new();
    for (_, parts) in cx.inventory.accounts.iter().flat_map(|account| account.regions()) {
        for table in parts.dynamodb.tables.items() {
            let (Some(account), Some(detail)) = (table.arn.account(), table.detail.value()) else { continue };
            let arn =
                |region| format!("arn:{}:dynamodb:{region}:{account}:{}", table.arn.partition(), table.arn.resource());
            let others: Vec<String> = detail.replicas.iter().map(arn).filter(|arn| arn != table.arn.as_str()).collect();
            if !others.is_empty() {
                replicas.insert(table.arn.as_str().to_owned(), others);
            }
        }
    }
    replicas
}

/// Fills `state_buckets`, `state_objects`, `lock_tables`, `state_databases`, `held_locks`, and `unlisted` of their kinds.
pub(super) fn surroundings(cx: &Context<'_>, facts: &mut Facts) {
    let states = States::new(cx);
    let resources = Resources::new(&facts.resources, replicas(cx));
    let claims_unread = sight::of_claims(cx, &states);
    let tables_unread = tables_unread(cx, &states);
    let buckets = buckets::all(cx, &states, &resources);
    let objects = objects::all(cx, &states, &resources, &Elsewhere { claims: claims_unread, tables: tables_unread });
    let databases = databases::all(cx, &states, &resources);
    let tables = tables::all(cx, &resources);
    facts.held_locks.extend(tables::held(cx, &states));
    facts.state_buckets.extend(buckets);
    facts.state_objects.extend(objects);
    facts.state_databases.extend(databases);
    facts.lock_tables.extend(tables);
    unlisted(cx, &states, facts);
}

/// Takes back what `state_objects` say of copies outside that somebody reaches after all: asked once it is known what of each
/// resource survives.
pub(super) fn outside_copies(cx: &Context<'_>, facts: &mut Facts) {
    let states = States::new(cx);
    let rpo = f64::from(cx.settings.rpo_hours);
    let by_arn: BTreeMap<&str, &Fact<ResourceFact>> =
        facts.resources.iter().map(|fact| (fact.subject.arn.as_str(), fact)).collect();
    let by_address: BTreeMap<&str, &states::State<'_>> =
        states.all.iter().map(|state| (state.address.as_str(), state)).collect();
    for object in &mut facts.state_objects {
        let Some(state) = by_address.get(object.subject.arn.as_str()) else { continue };
        let managed = objects::managed_backups(state.managed());
        let StateObjectFact { databases, databases_without_outside_copy: without, own_backups, .. } =
            &mut object.detail;
        for database in databases.iter().filter(|database| !without.contains(database)).cloned().collect::<Vec<_>>() {
            let Some(fact) = by_arn.get(database.as_str()) else { continue };
            let outside = |fate: &&Fate| {
                let own = managed.contains(fate.arn.as_str())
                    || fate.vault.as_ref().is_some_and(|vault| managed.contains(vault.as_str()));
                !own && fate.age_hours.is_some_and(|age| age < rpo)
            };
            let copies = fact.detail.survival.as_ref().map_or(&[][..], |survival| &survival.account.copies);
            let best = |tier: fn(&Fate) -> Tier| copies.iter().filter(outside).map(tier).max().unwrap_or(Tier::None);
            if best(|fate| fate.tier) >= Tier::Isolated {
                continue;
            }
            // Who reaches a copy is no matter to a state that manages no backups; what hides one may hide its own.
            let open = !own_backups.is_empty() && best(|fate| fate.tier_at_best) >= Tier::Isolated;
            let hidden: Vec<Unread> =
                fact.unread.iter().filter(|gap| open || objects::hides_copies(gap)).cloned().collect();
            if hidden.is_empty() {
                without.push(database);
            }
            object.unread.extend(hidden);
        }
        without.sort();
    }
}

/// What could hide a lock table.
fn tables_unread(cx: &Context<'_>, states: &States<'_>) -> Vec<Unread> {
    let gaps = cx.inventory.accounts.iter().flat_map(|account| {
        let Hidden { tables, items, .. } = sight::of_account(cx, account, states);
        tables.into_iter().chain(items)
    });
    let outside = sight::outside(cx).map(|id| out_of_scope(id, Collection::StateLocks, Operation::DynamoDbListTables));
    let all = gaps.chain(outside).map(|unread| Unread { collection: Collection::StateLocks, ..unread });
    sight::merged(all.collect())
}

/// The kinds of subjects that tell of states.
const KINDS: [SubjectKind; 5] = [
    SubjectKind::LockTable,
    SubjectKind::StateBucket,
    SubjectKind::StateObject,
    SubjectKind::StateDatabase,
    SubjectKind::HeldLock,
];

/// What hides subjects of each kind, per account.
fn unlisted(cx: &Context<'_>, states: &States<'_>, facts: &mut Facts) {
    for account in &cx.inventory.accounts {
        let Hidden { buckets, tables, items, objects, guessed, lock_versions, content } =
            sight::of_account(cx, account, states);
        let mut add = |kind, parts: &[&Vec<Unread>]| {
            let gaps = parts.iter().flat_map(|part| part.iter().cloned()).collect();
            facts.unlisted.extend(header::unlisted(cx, kind, &account.id, sight::merged(gaps)));
        };
        add(SubjectKind::LockTable, &[&tables]);
        add(SubjectKind::StateBucket, &[&buckets, &tables, &items, &guessed]);
        add(SubjectKind::StateObject, &[&buckets, &tables, &items, &objects]);
        add(SubjectKind::StateDatabase, &[&buckets, &tables, &items, &objects, &content]);
        add(SubjectKind::HeldLock, &[&buckets, &tables, &items, &objects, &lock_versions]);
    }
    for (account, kind) in absent(cx).into_iter().flat_map(|account| KINDS.map(|kind| (account, kind))) {
        let gaps = vec![left_out(account, Collection::AccountSession)];
        facts.unlisted.extend(header::unlisted(cx, kind, account, gaps));
    }
}
