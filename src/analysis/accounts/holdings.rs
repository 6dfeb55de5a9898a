//! What data an account holds, by environment.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::resources::is_data;
use crate::model::facts::{Class, Fact, ResourceFact, SubjectKind};

/// What an account holds.
#[derive(Default)]
pub(super) struct Holdings {
    /// The ARNs of its data.
    pub(super) data: BTreeSet<String>,
    /// Environment → how much data.
    pub(super) environments: BTreeMap<String, usize>,
    /// Environment → the first ARN.
    pub(super) examples: BTreeMap<String, String>,
    /// How much data of unknown environment.
    pub(super) unknown: usize,
    /// The ARNs of its buckets.
    pub(super) buckets: BTreeSet<String>,
    /// The ARNs of unclassified buckets.
    pub(super) unclassified: BTreeSet<String>,
}

impl Holdings {
    /// From the resources of one account, in any order.
    pub(super) fn of(resources: &[&Fact<ResourceFact>]) -> Self {
        let mut held = Self::default();
        for fact in resources {
            let arn = &fact.subject.arn;
            if fact.subject.kind == SubjectKind::S3Bucket {
                held.buckets.insert(arn.clone());
                if fact.subject.class == Some(Class::Unclassified) {
                    held.unclassified.insert(arn.clone());
                }
            }
            // A resource is counted once, whatever answered for it twice.
            if !is_data(fact) || !held.data.insert(arn.clone()) {
                continue;
            }
            match &fact.subject.environment {
                Some(environment) => {
                    *held.environments.entry(environment.clone()).or_default() += 1;
                    let example = held.examples.entry(environment.clone()).or_insert_with(|| arn.clone());
                    if *arn < *example {
                        example.clone_from(arn);
                    }
                }
                None => held.unknown += 1,
            }
        }
        held
    }
}
