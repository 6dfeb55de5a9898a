//! Keys that encrypt data or a copy: found by what refers to them, described by KMS.
//!
//! A key that nobody described is a subject all the same, with the gap; a key's policy is a later question.

use std::collections::{BTreeMap, BTreeSet};

use super::environment_of;
use crate::analysis::Context;
use crate::analysis::context::{hours, source};
use crate::analysis::keys::{Found, Keys, reference};
use crate::analysis::resources::is_data;
use crate::model::facts::{Fact, Facts, KeyFact, ResourceFact, Source, Subject, SubjectKind, Unread};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::Collection;

/// The most ARNs that a fact shows of many.
const SHOWN: usize = 20;

/// Something that a key encrypts.
struct Use<'a> {
    account: &'a AccountId,
    region: &'a Region,
    key: Arn,
    what: String,
    data: bool,
    environment: Option<String>,
    listed_by: Collection,
}

/// What refers to one key.
#[derive(Default)]
struct Uses {
    encrypts: BTreeSet<String>,
    data: bool,
    copies: bool,
    environments: BTreeSet<Option<String>>,
    rests_on: BTreeSet<Source>,
    found: Option<Described>,
    unread: Vec<Unread>,
    region: Option<Region>,
    account: Option<AccountId>,
}

/// What KMS says of a key.
#[derive(Clone)]
struct Described {
    detail: KeyFact,
    account: AccountId,
}

pub(super) fn all(cx: &Context<'_>, facts: &Facts) -> Vec<Fact<KeyFact>> {
    let keys = Keys::new(cx);
    let mut uses: BTreeMap<Arn, Uses> = BTreeMap::new();
    for used in by_resources(facts).chain(by_copies(cx, facts)) {
        let found = match keys.find(used.account, used.region, &used.key) {
            // The latest answer about the key itself, under whichever name it was asked.
            Found::Key(key, _) => keys.find(used.account, used.region, &key.arn),
            unread => unread,
        };
        // An alias and a key's own ARN are the same key; an unread reference stands for itself.
        let arn = match &found {
            Found::Key(key, _) => key.arn.clone(),
            Found::Unread(_) => used.key.clone(),
        };
        let entry = uses.entry(arn).or_default();
        entry.add(&used);
        match found {
            Found::Key(key, read_at) => {
                let detail = KeyFact {
                    manager: Some(key.manager.clone()),
                    state: Some(key.state.clone()),
                    deletion_in_hours: key.deletion_at.map(|at| hours(read_at, at)),
                    material_expires_in_hours: key.material_expires_at.map(|at| hours(read_at, at)),
                    origin: Some(key.origin.clone()),
                    encrypts: Vec::new(),
                    encrypts_count: 0,
                    encrypts_data: false,
                    encrypts_copies: false,
                    copies_of: Vec::new(),
                    taken_by: None,
                };
                entry.found = Some(Described { detail, account: key.account.clone() });
            }
            Found::Unread(unread) => entry.unread.push(unread),
        }
    }
    uses.into_iter().map(|(arn, uses)| uses.into_fact(cx, &arn)).collect()
}

/// Databases, tables and buckets that hold data.
fn by_resources(facts: &Facts) -> impl Iterator<Item = Use<'_>> {
    facts.resources.iter().filter(|fact| is_data(fact)).filter_map(|fact| {
        let (account, region) = (fact.subject.account.as_ref()?, fact.subject.region.as_ref()?);
        let text = fact.detail.encryption.key.as_deref()?;
        let partition = fact.subject.arn.split(':').nth(1).unwrap_or("aws");
        Some(Use {
            account,
            region,
            key: reference(text, partition, account, region)?,
            what: fact.subject.arn.clone(),
            data: true,
            environment: fact.subject.environment.clone(),
            listed_by: list_of(fact),
        })
    })
}

fn list_of(fact: &Fact<ResourceFact>) -> Collection {
    match fact.subject.kind {
        SubjectKind::DbInstance => Collection::RdsDbInstances,
        SubjectKind::DbCluster => Collection::RdsDbClusters,
        SubjectKind::DynamoDbTable => Collection::DynamoDbTables,
        _ => Collection::S3BucketEncryption,
    }
}

/// Vaults, recovery points, manual and awsbackup snapshots.
fn by_copies<'a>(cx: &'a Context<'_>, facts: &'a Facts) -> impl Iterator<Item = Use<'a>> {
    let snapshot_environments: BTreeMap<&str, &Option<String>> =
        facts.snapshots.iter().map(|fact| (fact.subject.arn.as_str(), &fact.subject.environment)).collect();
    let mut uses = Vec::new();
    for account in &cx.inventory.accounts {
        let environment = cx.environments.of_account(&account.id).environment;
        for (region, parts) in account.regions() {
            let mut add = |key: Option<&Arn>, what: &Arn, environment: Option<String>, listed_by| {
                let Some(key) = key else { return };
                let (key, what) = (key.clone(), what.to_string());
                uses.push(Use { account: &account.id, region, key, what, data: false, environment, listed_by });
            };
            for vault in parts.backup.vaults.items() {
                add(vault.kms_key.as_ref(), &vault.arn, environment.clone(), Collection::BackupVaults);
                for point in vault.recovery_points.value().into_iter().flatten() {
                    add(point.kms_key.as_ref(), &point.arn, environment.clone(), Collection::BackupRecoveryPoints);
                }
            }
            let lists = [
                (&parts.rds.db_snapshots, Collection::RdsDbSnapshots),
                (&parts.rds.db_cluster_snapshots, Collection::RdsDbClusterSnapshots),
            ];
            for (list, collection) in lists {
                for snapshot in list.items().iter().filter(|snapshot| snapshot.snapshot_type != "automated") {
                    let environment = snapshot_environments.get(snapshot.arn.as_str()).copied().cloned().flatten();
                    add(snapshot.kms_key.as_ref(), &snapshot.arn, environment, collection);
                }
            }
        }
    }
    uses.into_iter()
}

impl Uses {
    fn add(&mut self, used: &Use<'_>) {
        self.encrypts.insert(used.what.clone());
        self.data |= used.data;
        self.copies |= !used.data;
        self.environments.insert(used.environment.clone());
        // S3 is a global list; the rest is the region's.
        let region = (used.listed_by != Collection::S3BucketEncryption).then_some(used.region);
        self.rests_on.insert(source(used.account, region, used.listed_by));
        self.rests_on.insert(source(used.account, Some(used.region), Collection::KmsKeys));
        self.region = self.region.take().or_else(|| Some(used.region.clone())).min(Some(used.region.clone()));
        self.account = self.account.take().or_else(|| Some(used.account.clone())).min(Some(used.account.clone()));
    }

    fn into_fact(self, cx: &Context<'_>, arn: &Arn) -> Fact<KeyFact> {
        // A key that was described from one account needs no other's answer.
        let unread = if self.found.is_some() { Vec::new() } else { self.unread };
        let described = self.found;
        let account = described.as_ref().map(|found| found.account.clone()).or_else(|| arn.account()).or(self.account);
        let environments: Vec<Option<&str>> = self.environments.iter().map(Option::as_deref).collect();
        let (environment, production) = environment_of(cx, account.as_ref(), &environments);
        let mut detail = described.map_or_else(unknown, |found| found.detail);
        detail.encrypts_count = self.encrypts.len();
        detail.encrypts = self.encrypts.into_iter().take(SHOWN).collect();
        detail.encrypts_data = self.data;
        detail.encrypts_copies = self.copies;
        Fact {
            subject: Subject {
                kind: SubjectKind::KmsKey,
                arn: arn.to_string(),
                name: arn.resource().trim_start_matches("key/").to_owned(),
                account,
                region: arn.region().or(self.region),
                environment,
                production,
                class: None,
            },
            detail,
            rests_on: self.rests_on.into_iter().collect(),
            unread,
        }
    }
}

fn unknown() -> KeyFact {
    KeyFact {
        manager: None,
        state: None,
        deletion_in_hours: None,
        material_expires_in_hours: None,
        origin: None,
        encrypts: Vec::new(),
        encrypts_count: 0,
        encrypts_data: false,
        encrypts_copies: false,
        copies_of: Vec::new(),
        taken_by: None,
    }
}
