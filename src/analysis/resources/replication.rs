//! Buckets that another bucket replicates into.
//!
//! A target is derived where nothing else tells its class. Two things keep a rule from hiding data: buckets that replicate
//! to each other are both originals, and a bucket that is not production makes no production bucket its copy.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Context;
use crate::analysis::context::source;
use crate::model::facts::{Class, Fact, Reason, ResourceFact, SubjectKind};
use crate::model::operation::Collection;

pub(super) fn derive(cx: &Context<'_>, resources: &mut [Fact<ResourceFact>]) {
    let rules = rules(cx);
    let buckets: BTreeMap<String, (bool, Option<crate::model::ids::AccountId>)> = resources
        .iter()
        .filter(|fact| fact.subject.kind == SubjectKind::S3Bucket)
        .map(|fact| (fact.subject.arn.clone(), (fact.subject.production, fact.subject.account.clone())))
        .collect();
    // Where nothing else tells: a bucket whose tags were not read stays what it is.
    let untold = |fact: &&mut Fact<ResourceFact>| {
        fact.subject.class == Some(Class::Unclassified) && fact.detail.class_by.by == "none"
    };
    for fact in resources.iter_mut().filter(untold) {
        let target = fact.subject.arn.as_str();
        let from = rules.iter().filter(|(_, targets)| targets.contains(target)).map(|(from, _)| *from);
        let found = from
            .filter(|from| !reaches(&rules, target, from))
            .filter_map(|from| buckets.get(from).map(|(production, account)| (from, *production, account)))
            .find(|(_, production, _)| *production || !fact.subject.production);
        if let Some((from, _, account)) = found {
            fact.subject.class = Some(Class::Derived);
            fact.detail.class_by = Reason { by: "replication".to_owned(), what: format!("{from} replicates into it") };
            fact.detail.replica_of = Some(from.to_owned());
            if let Some(account) = account {
                fact.rests_on.push(source(account, None, Collection::S3BucketReplication));
            }
        }
    }
}

type Rules<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Source → targets, by ARN, of every enabled rule.
fn rules<'a>(cx: &Context<'a>) -> Rules<'a> {
    let mut rules = Rules::new();
    for bucket in cx.inventory.accounts.iter().filter_map(|account| account.parts()).flat_map(|p| p.s3.buckets.items())
    {
        for rule in bucket.replication.value().into_iter().flatten().filter(|rule| rule.enabled) {
            rules.entry(bucket.arn.as_str()).or_default().insert(rule.destination.as_str());
        }
    }
    rules
}

/// Whether objects put into one bucket come into another.
fn reaches(rules: &Rules<'_>, from: &str, to: &str) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if at == to {
            return true;
        }
        open.extend(rules.get(at).into_iter().flatten().copied().filter(|next| seen.insert(next)));
    }
    false
}
