//! What is taken for a backup and is none: it follows its source, or is a database of its own that the same hands delete.
//! Imports the facts and the inventory.

use std::collections::BTreeMap;

use crate::analysis::Context;
use crate::model::facts::{Fact, Facts, NoBackup, NoBackupKind, ResourceFact, SubjectKind, Tier};
use crate::model::ids::{AccountId, Region};

/// By the ARN of what it is no backup of.
pub(super) type Lookalikes = BTreeMap<String, Vec<NoBackup>>;

/// A name in an account and region.
type Place<'f> = (&'f str, Option<&'f AccountId>, Option<&'f Region>);

/// What replays its source.
const REPLAYS: &str = "a read replica replays what is done to its source, a dropped table too, and keeps no earlier state; \
                       whoever deletes the one can delete the other";

/// What replays its source in another region.
const FOLLOWS: &str = "a secondary of a global cluster replays what is done to the writer, a dropped table too, and keeps no \
                       earlier state; it lies in the same account, and whoever deletes the writer can delete it";

/// What parted with its source once.
const PARTED: &str = "a clone holds the data as it was when the two parted, and whatever was written to it since; nothing keeps \
                      that state, the two lie in one account and region, and whoever deletes the one can delete the other";

/// Everything of the kind.
pub(super) fn of(cx: &Context<'_>, facts: &Facts) -> Lookalikes {
    let mut all = Lookalikes::new();
    replicas(facts, &mut all);
    clones(cx, &mut all);
    for list in all.values_mut() {
        list.sort();
        list.dedup();
    }
    all
}

/// Read replicas and the secondaries of global clusters.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html>
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html>
fn replicas(facts: &Facts, all: &mut Lookalikes) {
    let kinds = [SubjectKind::DbInstance, SubjectKind::DbCluster];
    let databases: Vec<&Fact<ResourceFact>> =
        facts.resources.iter().filter(|fact| kinds.contains(&fact.subject.kind)).collect();
    // A replica names its source by its identifier in the same account and region, else by its ARN.
    let mut named: BTreeMap<Place<'_>, Vec<&str>> = BTreeMap::new();
    let mut known: BTreeMap<&str, &Fact<ResourceFact>> = BTreeMap::new();
    for fact in &databases {
        let subject = &fact.subject;
        let place = (subject.name.as_str(), subject.account.as_ref(), subject.region.as_ref());
        named.entry(place).or_default().push(subject.arn.as_str());
        known.insert(subject.arn.as_str(), fact);
    }
    let globals: BTreeMap<&str, _> =
        facts.global_clusters.iter().map(|global| (global.subject.arn.as_str(), &global.detail.members)).collect();
    for replica in databases {
        let Some(source) = &replica.detail.replica_of else { continue };
        let subject = &replica.subject;
        let one = |kind, why: &str| NoBackup {
            kind,
            arn: subject.arn.clone(),
            name: subject.name.clone(),
            why: why.to_owned(),
            tier_at_best: Tier::None,
        };
        if let Some(members) = globals.get(source.as_str()) {
            // The member that follows nobody is the writer.
            let writes = |arn: &&str| known.get(arn).is_some_and(|fact| fact.detail.replica_of.is_none());
            for writer in members.iter().map(|member| member.as_str()).filter(writes) {
                all.entry(writer.to_owned()).or_default().push(one(NoBackupKind::GlobalSecondary, FOLLOWS));
            }
            continue;
        }
        let by_arn = known.get_key_value(source.as_str()).map(|(arn, _)| std::slice::from_ref(arn));
        let by_name = || named.get(&(source.as_str(), subject.account.as_ref(), subject.region.as_ref()));
        for source in by_arn.or_else(|| by_name().map(Vec::as_slice)).unwrap_or_default() {
            all.entry((*source).to_owned()).or_default().push(one(NoBackupKind::ReadReplica, REPLAYS));
        }
    }
}

/// Clusters of one clone group. Deleting one leaves the others as they are, and nothing keeps those: a clone is a cluster
/// like any other. Cloning crosses no region; a restore to a point in time is of its source's group as well.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Clone.html>
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBCluster.html>
fn clones(cx: &Context<'_>, all: &mut Lookalikes) {
    for account in &cx.inventory.accounts {
        for (_, parts) in account.regions() {
            let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
            for cluster in parts.rds.db_clusters.items() {
                if let Some(group) = cluster.clone_group.as_deref().filter(|group| !group.is_empty()) {
                    groups.entry(group).or_default().push(cluster);
                }
            }
            for group in groups.values() {
                for cluster in group {
                    let others = group.iter().filter(|other| other.arn != cluster.arn).map(|other| NoBackup {
                        kind: NoBackupKind::Clone,
                        arn: other.arn.to_string(),
                        name: other.identifier.clone(),
                        why: PARTED.to_owned(),
                        tier_at_best: Tier::None,
                    });
                    all.entry(cluster.arn.to_string()).or_default().extend(others);
                }
            }
        }
    }
}
