//! The state objects: what each manages, who else claims it, which environments it mixes, what it would take down with it.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::claims::{Family, Resources, family};
use super::locks;
use super::states::{State, States};
use crate::analysis::Context;
use crate::analysis::context::{item_gap, source};
use crate::analysis::environment::counts_as_production;
use crate::analysis::header;
use crate::model::facts::{
    Class, Contested, CopyFact, Fact, LockEvidence, ResourceFact, StateObjectFact, SubjectKind, Unread,
};
use crate::model::operation::Collection;
use crate::model::terraform::StateResource;

/// A thing that only one state may manage, as states record it.
type Identity<'a> = (&'a str, &'a str, &'a str);

/// Who claims what that may be claimed twice: the states, by their position, with the address in each.
type Claimants<'a> = BTreeMap<Identity<'a>, Vec<(usize, &'a str)>>;

/// What could not be read elsewhere and could change what is told of a state here.
pub(super) struct Elsewhere {
    /// Other states, which could claim the same things.
    pub(super) claims: Vec<Unread>,
    /// Lock tables, which could have locked its newest write.
    pub(super) tables: Vec<Unread>,
}

/// Draws the fact of every state object.
pub(super) fn all(
    cx: &Context<'_>,
    states: &States<'_>,
    resources: &Resources<'_>,
    elsewhere: &Elsewhere,
) -> Vec<Fact<StateObjectFact>> {
    let claimants = claimants(states);
    let lineages = lineages(states);
    states
        .all
        .iter()
        .enumerate()
        .map(|(at, state)| {
            let content = state.object.content.value();
            let lineage = content.map(|content| content.lineage.as_str()).filter(|lineage| !lineage.is_empty());
            let twins = lineage.and_then(|lineage| lineages.get(lineage)).map_or(&[][..], Vec::as_slice);
            let owner = state.copy.is_none();
            let mut detail = StateObjectFact {
                bucket: state.bucket.to_owned(),
                key: state.object.key.clone(),
                content_read: content.is_some(),
                serial: content.map(|content| content.serial),
                lineage: content.map(|content| content.lineage.clone()),
                terraform_version: content.map(|content| content.terraform_version.clone()),
                managed: state.managed().count(),
                copy: state.copy.map(str::to_owned),
                lock: locks::evidence(states, state, !elsewhere.tables.is_empty()),
                lineage_twins: twins
                    .iter()
                    .filter(|twin| owner && **twin != state.address)
                    .map(ToString::to_string)
                    .collect(),
                contested: if owner { contested(states, &claimants, at, state) } else { Vec::new() },
                environments: BTreeMap::new(),
                environment_examples: BTreeMap::new(),
                key_environment: key_environment(cx, &state.object.key),
                environment_unknown: 0,
                databases: Vec::new(),
                own_backups: Vec::new(),
                databases_without_outside_copy: Vec::new(),
            };
            environments(cx, resources, state, &mut detail);
            let mut unread = of_backups(resources, state, cx.settings.rpo_hours, &mut detail);
            if owner {
                unread.extend(elsewhere.claims.iter().cloned());
                // Where the lock is told, no table elsewhere tells another thing.
                if matches!(detail.lock, LockEvidence::Unknown { .. }) {
                    unread.extend(elsewhere.tables.iter().cloned());
                }
            }
            fact(cx, states, state, detail, unread)
        })
        .collect()
}

fn fact(
    cx: &Context<'_>,
    states: &States<'_>,
    state: &State<'_>,
    detail: StateObjectFact,
    mut unread: Vec<Unread>,
) -> Fact<StateObjectFact> {
    let mut rests_on = vec![source(state.account, None, Collection::StateObjects)];
    match state.object.content.gap() {
        Some(gap) => unread.push(item_gap(state.account, None, Collection::StateContent, gap)),
        None => rests_on.push(source(state.account, None, Collection::StateContent)),
    }
    for look in states.looks.get(state.bucket).into_iter().flatten() {
        match look.bucket.lock_versions.gap() {
            Some(gap) => unread.push(item_gap(look.account, None, Collection::StateLockVersions, gap)),
            None => rests_on.push(source(look.account, None, Collection::StateLockVersions)),
        }
    }
    for item in states.items_of(state.bucket, &state.object.key) {
        rests_on.push(source(item.account, item.table.region().as_ref(), Collection::StateLockItems));
    }
    let owned = states.owned.get(state.bucket);
    let account = states.owner(state.bucket).unwrap_or(state.account).clone();
    let region = owned.and_then(|owned| owned.region()).cloned();
    let mut subject =
        header::in_account(cx, SubjectKind::StateObject, &state.address, &state.object.key, Some(account), region);
    // One environment in it is its own; several are no single word, and count as production where one is.
    match detail.environments.len() {
        0 => {}
        1 => subject.environment = detail.environments.keys().next().cloned(),
        _ => subject.environment = None,
    }
    if !detail.environments.is_empty() {
        subject.production = detail.environment_unknown > 0
            || detail.environments.keys().any(|environment| counts_as_production(Some(environment)));
    }
    Fact { subject, detail, rests_on, unread }
}

fn lineages<'a>(states: &'a States<'_>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut lineages: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for state in states.all.iter().filter(|state| state.copy.is_none()) {
        if let Some(content) = state.object.content.value() {
            lineages.entry(content.lineage.as_str()).or_default().push(&state.address);
        }
    }
    lineages
}

/// What a resource is by the word of its state. Stateful ones are told by ARN (a bucket by its name); of the others type,
/// ARN and id have to agree, since some carry the ARN of what they belong to.
fn identity(resource: &StateResource) -> Option<Identity<'_>> {
    let arn = resource.arn.as_deref();
    let id = resource.id.as_deref();
    match family(&resource.resource_type) {
        Some(Family::Bucket) => {
            let name = arn.map_or(id, |arn| arn.rsplit(':').next()).filter(|name| !name.is_empty())?;
            Some(("bucket", name, ""))
        }
        Some(Family::Instance) => Some(("instance", arn?, "")),
        Some(Family::Cluster) => Some(("cluster", arn?, "")),
        Some(Family::Table) => Some(("table", arn?, "")),
        None => Some((resource.resource_type.as_str(), arn?, id.unwrap_or(""))),
    }
}

/// The claimants of what two states may claim. Most things are claimed once, and a large organization's states manage them by
/// the million: their identities are looked through by a short hash first, and only what may stand twice is kept.
fn claimants<'a>(states: &States<'a>) -> Claimants<'a> {
    let owners = || states.all.iter().enumerate().filter(|(_, state)| state.copy.is_none());
    let mut hashes: Vec<u64> = Vec::new();
    for (_, state) in owners() {
        hashes.extend(state.managed().filter_map(identity).map(hash));
    }
    hashes.sort_unstable();
    let twice: BTreeSet<u64> = hashes.array_windows().filter(|[one, next]| one == next).map(|[one, _]| *one).collect();
    let mut claimants = Claimants::new();
    for (at, state) in owners() {
        for resource in state.managed() {
            let found = identity(resource).filter(|identity| twice.contains(&hash(*identity)));
            if let Some(identity) = found {
                claimants.entry(identity).or_default().push((at, resource.address.as_str()));
            }
        }
    }
    claimants
}

fn hash(identity: Identity<'_>) -> u64 {
    let mut hasher = DefaultHasher::new();
    identity.hash(&mut hasher);
    hasher.finish()
}

/// Resources of a state that another one claims too, at most 20.
fn contested(states: &States<'_>, claimants: &Claimants<'_>, at: usize, state: &State<'_>) -> Vec<Contested> {
    let mut found = BTreeSet::new();
    for resource in state.managed() {
        let Some(identity) = identity(resource) else { continue };
        for (other, address) in claimants.get(&identity).into_iter().flatten().filter(|(other, _)| *other != at) {
            let Some(other) = states.all.get(*other) else { continue };
            found.insert(Contested {
                resource: identity.1.to_owned(),
                address: resource.address.clone(),
                other_state: other.address.clone(),
                other_address: (*address).to_owned(),
            });
        }
    }
    found.into_iter().take(20).collect()
}

/// The environments of what a state manages: as the resource's fact tells, else as the state records its tags. Only what
/// holds data counts as unknown: most other resources can carry no tags.
fn environments(cx: &Context<'_>, resources: &Resources<'_>, state: &State<'_>, detail: &mut StateObjectFact) {
    let mut examples: BTreeMap<String, &str> = BTreeMap::new();
    for resource in state.managed() {
        let fact = resources.of(resource).and_then(|at| resources.fact(at));
        let environment = match fact {
            Some(fact) => fact.subject.environment.clone(),
            None => header::named(cx, &resource.attributes.environment_tags),
        };
        match environment {
            Some(environment) => {
                *detail.environments.entry(environment.clone()).or_default() += 1;
                let example = examples.entry(environment).or_insert(&resource.address);
                *example = (*example).min(resource.address.as_str());
            }
            None if holds_data(resource, fact) => detail.environment_unknown += 1,
            None => {}
        }
    }
    detail.environment_examples =
        examples.into_iter().map(|(environment, address)| (environment, address.to_owned())).collect();
}

/// The environment that a key names, by whole folders of it, of which a workspace's is one:
/// <https://developer.hashicorp.com/terraform/language/backend/s3#workspace_key_prefix>. The file's own name is free text.
fn key_environment(cx: &Context<'_>, key: &str) -> Option<String> {
    let mut folders: Vec<&str> = key.split('/').collect();
    folders.pop();
    let word = |folder: &&str| {
        let told = BTreeMap::from([("environment".to_owned(), (*folder).to_owned())]);
        header::named(cx, &told)
    };
    let mut told: BTreeSet<String> = folders.iter().filter_map(word).collect();
    (told.len() == 1).then(|| told.pop_first()).flatten()
}

/// Whether a resource that a state manages holds data: by its class where it was read, else by its type.
fn holds_data(resource: &StateResource, fact: Option<&Fact<ResourceFact>>) -> bool {
    match fact.and_then(|fact| fact.subject.class) {
        Some(class) => matches!(class, Class::Data | Class::Unclassified),
        None => family(&resource.resource_type).is_some(),
    }
}

/// Terraform's types of what brings databases back.
fn is_vault(resource_type: &str) -> bool {
    matches!(resource_type, "aws_backup_vault" | "aws_backup_logically_air_gapped_vault")
}

fn is_snapshot(resource_type: &str) -> bool {
    matches!(
        resource_type,
        "aws_db_snapshot"
            | "aws_db_snapshot_copy"
            | "aws_db_cluster_snapshot"
            | "aws_rds_cluster_snapshot_copy"
            | "aws_docdb_cluster_snapshot"
            | "aws_neptune_cluster_snapshot"
            | "aws_db_instance_automated_backups_replication"
    )
}

/// The vaults and snapshots among what a state manages.
pub(super) fn managed_backups<'a>(managed: impl Iterator<Item = &'a StateResource>) -> BTreeSet<&'a str> {
    let backing = managed.filter(|resource| is_vault(&resource.resource_type) || is_snapshot(&resource.resource_type));
    backing.filter_map(|resource| resource.arn.as_deref()).collect()
}

/// Fills `databases`, `own_backups` and `databases_without_outside_copy`; gives what could change them.
fn of_backups(
    resources: &Resources<'_>,
    state: &State<'_>,
    rpo_hours: u32,
    detail: &mut StateObjectFact,
) -> Vec<Unread> {
    let managed = managed_backups(state.managed());
    let mut backing: BTreeSet<&str> = BTreeSet::new();
    let mut unseen = false;
    let mut unread = Vec::new();
    for resource in state.managed() {
        let fact = resources.of(resource).and_then(|at| resources.fact(at));
        let database = match fact {
            Some(fact) => fact.subject.class == Some(Class::Data) && fact.detail.cluster.is_none(),
            None => {
                matches!(family(&resource.resource_type), Some(Family::Cluster | Family::Instance | Family::Table))
                    && !resource.resource_type.ends_with("_cluster_instance")
            }
        };
        if !database {
            continue;
        }
        let name = fact.map_or_else(|| name_of(resource), |fact| fact.subject.arn.clone());
        detail.databases.push(name.clone());
        let Some(fact) = fact else {
            // Nothing is known of its copies: whatever the state keeps may be all there is.
            unseen = true;
            detail.databases_without_outside_copy.push(name);
            continue;
        };
        for copy in &fact.detail.copies {
            backing.extend(
                [Some(copy.arn.as_str()), copy.vault.as_ref().map(|vault| vault.as_str())].into_iter().flatten(),
            );
        }
        if fact.detail.copies.iter().any(|copy| lies_outside(copy, &managed, rpo_hours)) {
            continue;
        }
        let hidden: Vec<Unread> = fact.unread.iter().filter(|gap| hides_copies(gap)).cloned().collect();
        if hidden.is_empty() {
            detail.databases_without_outside_copy.push(name);
        }
        unread.extend(hidden);
    }
    let depended = |resource: &&StateResource| {
        let kind = resource.resource_type.as_str();
        let known = resource.arn.as_deref().is_some_and(|arn| backing.contains(arn));
        (is_vault(kind) || is_snapshot(kind)) && (known || unseen)
    };
    detail.own_backups = state.managed().filter(depended).map(|resource| resource.address.clone()).collect();
    for list in [&mut detail.databases, &mut detail.own_backups, &mut detail.databases_without_outside_copy] {
        list.sort();
        list.dedup();
    }
    unread
}

fn name_of(resource: &StateResource) -> String {
    resource.arn.clone().or_else(|| resource.id.clone()).unwrap_or_else(|| resource.address.clone())
}

/// A copy that a destroy of this state cannot reach: usable, of data younger than the RPO, not past its time, not in a vault
/// that it manages, and either in another account or
/// in a vault that lets nobody delete. Whether anybody reaches it is asked once it is known what survives.
fn lies_outside(copy: &CopyFact, managed: &BTreeSet<&str>, rpo_hours: u32) -> bool {
    let fresh = copy.age_hours.is_some_and(|age| age < f64::from(rpo_hours));
    let kept = copy.expires_in_hours.is_none_or(|hours| hours > 0.0);
    let own = managed.contains(copy.arn.as_str())
        || copy.vault.as_ref().is_some_and(|vault| managed.contains(vault.as_str()));
    let apart = copy.other_account || copy.lock.is_some_and(|lock| lock.immutable());
    copy.usable && fresh && kept && copy.outlives_delete && apart && !own
}

pub(super) fn hides_copies(gap: &Unread) -> bool {
    matches!(
        gap.collection,
        Collection::BackupVaults
            | Collection::BackupRecoveryPoints
            | Collection::RdsDbSnapshots
            | Collection::RdsDbClusterSnapshots
    )
}
