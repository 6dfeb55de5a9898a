//! The organization and its accounts.
//!
//! Subjects are the accounts in the scope of the scan, and those that are closed or suspended, which nothing can be asked
//! of. An account that the user left out is in the report's head and is no subject.

mod holdings;
mod organization;
mod root;

use std::collections::BTreeSet;

use self::holdings::Holdings;
use super::Context;
use super::context::{View, absent, left_out, merge, source};
use super::environment::{Told, organizational, units_above};
use crate::model::facts::{
    AccountFact, AccountReach, Fact, Facts, GuardFacts, ResourceFact, RootCredentials, Source, Subject, SubjectKind,
    Unlisted, Unread,
};
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::AccountInventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::{Account, AccountState, Organization, OrganizationInventory};

/// The most ARNs that a fact shows of many.
const SHOWN: usize = 20;

/// What a resource's gaps are when they could change what its account holds: its class and its environment.
const TELLING: [Collection; 6] = [
    Collection::S3BucketTags,
    Collection::S3BucketPolicy,
    Collection::DynamoDbTags,
    Collection::StateLockItems,
    Collection::StateObjects,
    Collection::OrganizationAccountTags,
];

/// What lists the data of an account.
pub(crate) const LISTS: [Collection; 4] =
    [Collection::RdsDbInstances, Collection::RdsDbClusters, Collection::DynamoDbTables, Collection::S3Buckets];

/// Fills `organizations` and `accounts`; reads `resources` and `vaults`.
pub(super) fn surroundings(cx: &Context<'_>, facts: &mut Facts) {
    let receivers = organization::receivers(cx, facts);
    facts.accounts = subjects(cx).into_iter().map(|id| account(cx, facts, receivers.contains_key(&id), &id)).collect();
    let Some(inventory) = &cx.inventory.organization else {
        facts.unlisted.push(unlisted(SubjectKind::Organization, no_organization()));
        return;
    };
    match &inventory.description {
        Collected::Read(read) => {
            let described = read.value.as_ref();
            let fact = described.map(|described| organization::fact(cx, facts, inventory, described, receivers));
            facts.organizations = fact.into_iter().collect();
        }
        Collected::NotOffered { .. } => {}
        Collected::Gap(gap) => {
            let gap = organizational(Collection::OrganizationDescription, gap);
            facts.unlisted.push(unlisted(SubjectKind::Organization, gap));
        }
    }
    if let Some(gap) = inventory.accounts.gap() {
        // What lies in accounts that nobody could name is hidden from every check, unless the user named the accounts.
        let hides = |kind: &&SubjectKind| match kind {
            // A plan is given, not read.
            SubjectKind::Organization | SubjectKind::PlannedChange => false,
            SubjectKind::Account => true,
            _ => cx.inventory.scope.accounts.is_empty(),
        };
        let gap = organizational(Collection::OrganizationAccounts, gap);
        facts.unlisted.extend(SubjectKind::ALL.iter().filter(hides).map(|kind| unlisted(*kind, gap.clone())));
    }
}

fn unlisted(kind: SubjectKind, gap: Unread) -> Unlisted {
    Unlisted { kind, account: None, environment: None, production: true, gaps: vec![gap] }
}

/// With `--no-organization` nothing is known of one.
fn no_organization() -> Unread {
    let gap = Gap::not_made(
        GapKind::OutOfScope,
        Operation::OrganizationsDescribeOrganization,
        "the organization was left out with --no-organization",
    );
    organizational(Collection::OrganizationDescription, &gap)
}

/// The accounts that get verdicts.
fn subjects(cx: &Context<'_>) -> BTreeSet<AccountId> {
    let scanned = cx.inventory.accounts.iter().map(|account| &account.id);
    let members = cx.inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    let closed = members.filter(|account| closed(account.state)).map(|account| &account.id);
    scanned.chain(closed).chain(absent(cx)).cloned().collect()
}

fn closed(state: AccountState) -> bool {
    matches!(state, AccountState::Suspended | AccountState::PendingClosure | AccountState::Closed)
}

fn member<'a>(cx: &Context<'a>, id: &AccountId) -> Option<(&'a OrganizationInventory, &'a Account)> {
    let organization = cx.inventory.organization.as_ref()?;
    Some((organization, organization.accounts.items().iter().find(|account| account.id == *id)?))
}

fn described<'a>(cx: &Context<'a>) -> Option<&'a Organization> {
    cx.inventory.organization.as_ref()?.description.value()?.as_ref()
}

fn account(cx: &Context<'_>, facts: &Facts, backup_account: bool, id: &AccountId) -> Fact<AccountFact> {
    let member = member(cx, id);
    let told = cx.environments.of_account(id);
    let inventory = cx.inventory.account(id);
    let here: Vec<&Fact<ResourceFact>> =
        facts.resources.iter().filter(|fact| fact.subject.account.as_ref() == Some(id)).collect();
    let held = Holdings::of(&here);
    let mut seen = Seen::default();
    let root = inventory.map_or_else(RootCredentials::default, |account| root::credentials(cx, account, &mut seen));
    match inventory {
        Some(account) => seen.look(cx, account),
        None if member.is_some_and(|(_, account)| closed(account.state)) => {}
        None => seen.unread.extend(LISTS.map(|list| left_out(id, list))),
    }
    let organization_member = seen.organization(cx, &told, id);
    let root = root::with_organization(cx, id, root, &mut seen);
    seen.unread.extend(here.iter().flat_map(|fact| &fact.unread).filter(|u| TELLING.contains(&u.collection)).cloned());
    let detail = AccountFact {
        state: member.map(|(_, account)| account.state),
        organization_member,
        management: described(cx).is_some_and(|organization| organization.management_account == *id),
        scanned: inventory.is_some(),
        path: member.map_or_else(Vec::new, |(organization, account)| {
            units_above(organization, account).0.into_iter().map(str::to_owned).collect()
        }),
        environment_by: told.by.clone(),
        backup_account,
        data_resources: held.data.len(),
        data: held.data.into_iter().take(SHOWN).collect(),
        data_environments: held.environments,
        data_environment_unknown: held.unknown,
        data_examples: held.examples,
        buckets: held.buckets.len(),
        unclassified_buckets: held.unclassified.into_iter().collect(),
        root,
        guards: GuardFacts::default(),
        reach: AccountReach::default(),
    };
    let arn = member.map_or_else(|| Arn::account_root(&cx.inventory.caller.partition, id), |(_, a)| a.arn.clone());
    let name = member.map_or_else(|| id.to_string(), |(_, account)| account.name.clone());
    Fact {
        subject: Subject {
            kind: SubjectKind::Account,
            arn: arn.to_string(),
            name,
            account: Some(id.clone()),
            region: None,
            production: told.production(),
            environment: told.environment,
            class: None,
        },
        detail,
        rests_on: seen.rests_on,
        unread: merge(seen.unread),
    }
}

/// What was read for a fact, and what was not.
#[derive(Default)]
struct Seen {
    rests_on: Vec<Source>,
    unread: Vec<Unread>,
}

impl Seen {
    fn take<T>(&mut self, account: &AccountId, collection: Collection, view: View<'_, T>) {
        self.rests_on.extend(view.reads.iter().map(|(region, _)| source(account, *region, collection)));
        self.unread.extend(view.unread);
    }

    /// The lists that tell what an account holds.
    fn look<'a>(&mut self, cx: &Context<'a>, account: &'a AccountInventory) {
        let id = &account.id;
        let instances = cx.regional(account, Collection::RdsDbInstances, |parts| &parts.rds.db_instances);
        self.take(id, Collection::RdsDbInstances, instances);
        let clusters = cx.regional(account, Collection::RdsDbClusters, |parts| &parts.rds.db_clusters);
        self.take(id, Collection::RdsDbClusters, clusters);
        let tables = cx.regional(account, Collection::DynamoDbTables, |parts| &parts.dynamodb.tables);
        self.take(id, Collection::DynamoDbTables, tables);
        let buckets = cx.global(account, Collection::S3Buckets, |parts| &parts.s3.buckets);
        self.take(id, Collection::S3Buckets, buckets);
    }

    /// Whether the account belongs to an organization, and what hides the names that tell its environment. An
    /// organization that is described names its caller's account and its management account as members; every other one
    /// has to be on its list.
    fn organization(&mut self, cx: &Context<'_>, told: &Told, id: &AccountId) -> Option<bool> {
        self.unread.extend(told.unread.iter().cloned());
        let Some(organization) = &cx.inventory.organization else {
            self.unread.push(no_organization());
            return None;
        };
        self.organizational(Collection::OrganizationDescription, &organization.description);
        let Some(described) = organization.description.value()? else { return Some(false) };
        if *id == cx.inventory.caller.account || *id == described.management_account {
            return Some(true);
        }
        match &organization.accounts {
            Collected::Read(read) => Some(read.value.iter().any(|account| account.id == *id)),
            Collected::NotOffered { .. } => None,
            Collected::Gap(gap) => {
                self.unread.push(organizational(Collection::OrganizationAccounts, gap));
                None
            }
        }
    }

    fn organizational<T>(&mut self, collection: Collection, collected: &Collected<T>) {
        match collected {
            Collected::Gap(gap) => self.unread.push(organizational(collection, gap)),
            Collected::Read(_) => self.rests_on.push(Source { account: None, region: None, collection }),
            Collected::NotOffered { .. } => {}
        }
    }
}
