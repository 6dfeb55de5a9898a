//! Global clusters: each once, however many regions and accounts answer for it.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, environment_of};
use crate::analysis::Context;
use crate::analysis::context::source;
use crate::model::facts::{Fact, GlobalClusterFact, Source, Subject, SubjectKind};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;
use crate::model::rds::GlobalCluster;

/// The answers about one global cluster.
struct Answers<'a> {
    clusters: Vec<&'a GlobalCluster>,
    rests_on: Vec<Source>,
    asked_in: &'a AccountId,
}

pub(super) fn all(cx: &Context<'_>, known: &Known) -> Vec<Fact<GlobalClusterFact>> {
    let mut found: BTreeMap<&Arn, Answers<'_>> = BTreeMap::new();
    for account in &cx.inventory.accounts {
        let view = cx.regional(account, Collection::RdsGlobalClusters, |parts| &parts.rds.global_clusters);
        for (region, read) in view.reads {
            for cluster in &read.value {
                let answers = found.entry(&cluster.arn).or_insert_with(|| Answers {
                    clusters: Vec::new(),
                    rests_on: Vec::new(),
                    asked_in: &account.id,
                });
                answers.clusters.push(cluster);
                answers.rests_on.push(source(&account.id, region, Collection::RdsGlobalClusters));
                answers.asked_in = answers.asked_in.min(&account.id);
            }
        }
    }
    found.into_iter().map(|(arn, answers)| fact(cx, known, arn, answers)).collect()
}

fn fact(cx: &Context<'_>, known: &Known, arn: &Arn, answers: Answers<'_>) -> Fact<GlobalClusterFact> {
    let members: BTreeSet<&Arn> =
        answers.clusters.iter().flat_map(|cluster| &cluster.members).map(|member| &member.cluster).collect();
    // A member that was not listed has an unknown environment; that is what it lends.
    let environments: Vec<Option<&str>> =
        members.iter().map(|member| known.by_arn.get(member.as_str()).and_then(Option::as_deref)).collect();
    let account = arn.account().unwrap_or_else(|| answers.asked_in.clone());
    let (environment, production) = environment_of(cx, Some(&account), &environments);
    let names: BTreeSet<&str> = answers.clusters.iter().map(|cluster| cluster.identifier.as_str()).collect();
    Fact {
        subject: Subject {
            kind: SubjectKind::GlobalCluster,
            arn: arn.to_string(),
            name: names.first().map_or_else(String::new, |name| (*name).to_owned()),
            account: Some(account),
            region: None,
            environment,
            production,
            class: None,
        },
        detail: GlobalClusterFact {
            // Where regions answer differently, the flag is changing: it protects when all say so.
            deletion_protection: answers.clusters.iter().all(|cluster| cluster.deletion_protection),
            engine: answers.clusters.iter().filter_map(|cluster| cluster.engine.clone()).min(),
            members: members.into_iter().cloned().collect(),
        },
        rests_on: answers.rests_on,
        unread: Vec::new(),
    }
}
