//! The organization and its accounts.
//!
//! Subjects are the accounts in the scope of the scan, and those that are closed or suspended, which nothing can be asked
//! of. An account that the user left out is in the report's head and is no subject.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::context::{View, item_gap, source};
use super::environment::{Told, organizational, units_above};
use super::resources::is_data;
use crate::model::facts::{
    AccountFact, BackupAccount, Class, Fact, Facts, OrganizationFact, ResourceFact, RootCredentials, Source, Subject,
    SubjectKind, Unlisted, Unread,
};
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::iam::IamInventory;
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
    Collection::S3BucketReplication,
    Collection::DynamoDbTags,
    Collection::DynamoDbTables,
    Collection::OrganizationAccountTags,
];

/// Fills `organizations` and `accounts`; reads `resources` and `vaults`.
pub(super) fn surroundings(cx: &Context<'_>, facts: &mut Facts) {
    let receivers = backup_accounts(cx, facts);
    let accounts: Vec<_> =
        subjects(cx).into_iter().map(|id| account(cx, facts, receivers.contains_key(&id), &id)).collect();
    facts.accounts = accounts;
    let Some(organization) = &cx.inventory.organization else { return };
    match &organization.description {
        Collected::Read(read) => {
            let described = read.value.as_ref();
            facts.organizations =
                described.map(|one| self::organization(cx, facts, organization, one, receivers)).into_iter().collect();
        }
        Collected::NotOffered { .. } => {}
        Collected::Gap(gap) => {
            let gaps = vec![organizational(Collection::OrganizationDescription, gap)];
            facts.unlisted.push(unlisted(SubjectKind::Organization, gaps));
        }
    }
    if let Some(gap) = organization.accounts.gap() {
        let gaps = vec![organizational(Collection::OrganizationAccounts, gap)];
        facts.unlisted.push(unlisted(SubjectKind::Account, gaps));
    }
}

fn unlisted(kind: SubjectKind, gaps: Vec<Unread>) -> Unlisted {
    Unlisted { kind, account: None, environment: None, production: true, gaps }
}

/// The accounts that get verdicts.
fn subjects(cx: &Context<'_>) -> BTreeSet<AccountId> {
    let scanned = cx.inventory.accounts.iter().map(|account| account.id.clone());
    let members = cx.inventory.organization.iter().flat_map(|organization| organization.accounts.items());
    let closed = members.filter(|account| closed(account.state)).map(|account| account.id.clone());
    scanned.chain(closed).collect()
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
    let held = Held::of(&here);
    let mut seen = Seen::default();
    let root = inventory.map_or_else(RootCredentials::default, |account| root(cx, account, &mut seen));
    if let Some(account) = inventory {
        seen.look(cx, account);
    }
    seen.organization(cx, &told);
    seen.unread.extend(here.iter().flat_map(|fact| &fact.unread).filter(|u| TELLING.contains(&u.collection)).cloned());
    let detail = AccountFact {
        state: member.map(|(_, account)| account.state),
        organization_member: organization_member(cx),
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
        unclassified_buckets: held.unclassified,
        root: RootCredentials { managed_centrally: managed_centrally(cx), ..root },
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
        unread: seen.unread,
    }
}

/// `None` where nobody could say, or was asked to.
fn organization_member(cx: &Context<'_>) -> Option<bool> {
    cx.inventory.organization.as_ref()?.description.value().map(Option::is_some)
}

fn managed_centrally(cx: &Context<'_>) -> Option<bool> {
    let features = cx.inventory.organization.as_ref()?.central_root_features.value()?;
    Some(features.iter().any(|feature| feature == "RootCredentialsManagement"))
}

/// What an account holds.
#[derive(Default)]
struct Held {
    data: BTreeSet<String>,
    environments: BTreeMap<String, usize>,
    examples: BTreeMap<String, String>,
    unknown: usize,
    unclassified: Vec<String>,
}

impl Held {
    fn of(resources: &[&Fact<ResourceFact>]) -> Self {
        let mut held = Self::default();
        let mut sorted = resources.to_vec();
        sorted.sort_by(|a, b| a.subject.cmp(&b.subject));
        for fact in sorted {
            let arn = fact.subject.arn.clone();
            if fact.subject.class == Some(Class::Unclassified) && fact.subject.kind == SubjectKind::S3Bucket {
                held.unclassified.push(arn.clone());
            }
            if !is_data(fact) {
                continue;
            }
            match &fact.subject.environment {
                Some(environment) => {
                    *held.environments.entry(environment.clone()).or_default() += 1;
                    held.examples.entry(environment.clone()).or_insert_with(|| arn.clone());
                }
                None => held.unknown += 1,
            }
            held.data.insert(arn);
        }
        held
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
        self.take(
            id,
            Collection::RdsDbInstances,
            cx.regional(account, Collection::RdsDbInstances, |p| &p.rds.db_instances),
        );
        self.take(
            id,
            Collection::RdsDbClusters,
            cx.regional(account, Collection::RdsDbClusters, |p| &p.rds.db_clusters),
        );
        self.take(
            id,
            Collection::DynamoDbTables,
            cx.regional(account, Collection::DynamoDbTables, |p| &p.dynamodb.tables),
        );
        self.take(id, Collection::S3Buckets, cx.global(account, Collection::S3Buckets, |p| &p.s3.buckets));
    }

    /// What the organization says of the account.
    fn organization(&mut self, cx: &Context<'_>, told: &Told) {
        self.unread.extend(told.unread.iter().cloned());
        let Some(organization) = &cx.inventory.organization else {
            let gap = Gap::not_made(
                GapKind::OutOfScope,
                Operation::OrganizationsDescribeOrganization,
                "the organization was left out with --no-organization",
            );
            self.unread.push(organizational(Collection::OrganizationDescription, &gap));
            return;
        };
        self.organizational(Collection::OrganizationDescription, &organization.description);
        self.organizational(Collection::OrganizationCentralRoot, &organization.central_root_features);
    }

    fn organizational<T>(&mut self, collection: Collection, collected: &Collected<T>) {
        match collected {
            Collected::Gap(gap) => self.unread.push(organizational(collection, gap)),
            Collected::Read(_) => self.rests_on.push(Source { account: None, region: None, collection }),
            Collected::NotOffered { .. } => {}
        }
    }
}

/// The root user's credentials: the account summary, and the credential report where it says more. Where the two disagree
/// (the report is up to four hours old), the worse holds.
fn root<'a>(cx: &Context<'a>, account: &'a AccountInventory, seen: &mut Seen) -> RootCredentials {
    let summary = cx.global(account, Collection::IamAccountSummary, |parts| &parts.iam.account_summary);
    let report = cx.global(account, Collection::IamCredentialReport, |parts| &parts.iam.credential_report);
    let counts = summary.reads.first().map(|(_, read)| &read.value);
    let row =
        report.reads.first().and_then(|(_, read)| read.value.iter().find(|row| row.user == IamInventory::ROOT_USER));
    let count = |key: &str| counts.and_then(|counts| counts.get(key)).map(|n| *n > 0);
    let keys = row.and_then(|row| match (row.access_key_1_active, row.access_key_2_active) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    });
    let credentials = RootCredentials {
        access_key: either(count("AccountAccessKeysPresent"), keys),
        password: either(count("AccountPasswordPresent"), row.and_then(|row| row.password_enabled)),
        mfa: both(count("AccountMFAEnabled"), row.and_then(|row| row.mfa_active)),
        managed_centrally: None,
    };
    seen.take(&account.id, Collection::IamAccountSummary, summary);
    seen.take(&account.id, Collection::IamCredentialReport, report);
    credentials
}

fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a || b),
        (one, other) => one.or(other),
    }
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a && b),
        (one, other) => one.or(other),
    }
}

/// The accounts that receive copies, with the accounts whose copies they hold or are named for.
fn backup_accounts(cx: &Context<'_>, facts: &Facts) -> BTreeMap<AccountId, BTreeSet<AccountId>> {
    let mut receivers: BTreeMap<AccountId, BTreeSet<AccountId>> = BTreeMap::new();
    for vault in &facts.vaults {
        let Some(id) = &vault.subject.account else { continue };
        let named = vault.detail.named_by.iter().map(|named| &named.account);
        let of = vault.detail.copies_of.iter().chain(named.filter(|_| !vault.detail.scanned));
        let of: BTreeSet<AccountId> = of.filter(|owner| *owner != id).cloned().collect();
        // Declared accounts are the backup accounts where some are; else every account that holds others' points.
        let counts = cx.settings.backup.accounts.is_empty() || cx.settings.backup.accounts.contains(id);
        if counts && !of.is_empty() {
            receivers.entry(id.clone()).or_default().extend(of);
        }
    }
    for id in &cx.settings.backup.accounts {
        receivers.entry(id.clone()).or_default();
    }
    receivers
}

fn organization(
    cx: &Context<'_>,
    facts: &Facts,
    inventory: &OrganizationInventory,
    described: &Organization,
    receivers: BTreeMap<AccountId, BTreeSet<AccountId>>,
) -> Fact<OrganizationFact> {
    let mut seen = Seen::default();
    seen.organizational(Collection::OrganizationDescription, &inventory.description);
    seen.organizational(Collection::OrganizationRoots, &inventory.roots);
    seen.organizational(Collection::OrganizationAccounts, &inventory.accounts);
    // Any of these could hide a copy, or data where copies land.
    let telling = |u: &&Unread| {
        let lists = [Collection::RdsDbInstances, Collection::RdsDbClusters, Collection::S3Buckets];
        TELLING.contains(&u.collection) || lists.contains(&u.collection)
    };
    for account in &facts.accounts {
        seen.rests_on.extend(account.rests_on.iter().filter(|source| source.account.is_some()).cloned());
        seen.unread.extend(account.unread.iter().filter(telling).cloned());
    }
    for account in &cx.inventory.accounts {
        let vaults = cx.regional(account, Collection::BackupVaults, |parts| &parts.backup.vaults);
        for (region, read) in &vaults.reads {
            let gaps = read.value.iter().filter_map(|vault| vault.recovery_points.gap());
            seen.unread.extend(gaps.map(|gap| item_gap(&account.id, *region, Collection::BackupRecoveryPoints, gap)));
        }
        seen.take(&account.id, Collection::BackupVaults, vaults);
    }
    seen.unread
        .extend(facts.vaults.iter().filter(|vault| !vault.detail.scanned).flat_map(|v| v.unread.iter().cloned()));
    let backup_accounts = receivers.into_iter().map(|(id, of)| BackupAccount {
        declared: cx.settings.backup.accounts.contains(&id),
        copies_of: of.into_iter().collect(),
        data_resources: facts
            .accounts
            .iter()
            .find(|fact| fact.subject.account.as_ref() == Some(&id) && entered(cx, &id))
            .map(|fact| fact.detail.data_resources),
        account: id,
    });
    let production = facts.resources.iter().filter(|fact| is_data(fact) && fact.subject.production);
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
            data_resources: production.count(),
        },
        rests_on: seen.rests_on,
        unread: seen.unread,
    }
}

fn entered(cx: &Context<'_>, id: &AccountId) -> bool {
    cx.inventory.account(id).is_some_and(|account| account.parts().is_some())
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
