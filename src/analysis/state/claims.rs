//! Which resource a state's instance is: by ARN, by the id that is never used twice, by a bucket's name.
//!
//! The AWS provider records the ARN of every database, table and bucket; since its version 5 the `id` of an
//! `aws_db_instance` is the DbiResourceId, so that a state which still records a predecessor claims nothing here, and one
//! whose instance was renamed by hand still claims it.

use std::collections::BTreeMap;

use super::states::{State, States};
use crate::model::facts::{Claim, Fact, ResourceFact, SubjectKind};
use crate::model::ids::Arn;
use crate::model::terraform::StateResource;

/// The kinds of stateful resources that Terraform's types manage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Instance,
    Cluster,
    Table,
    Bucket,
}

/// What a Terraform type manages; `None` for types that hold no data of their own, whatever ARN they record.
pub(crate) fn family(resource_type: &str) -> Option<Family> {
    Some(match resource_type {
        "aws_db_instance"
        | "aws_rds_cluster_instance"
        | "aws_docdb_cluster_instance"
        | "aws_neptune_cluster_instance" => Family::Instance,
        "aws_rds_cluster" | "aws_docdb_cluster" | "aws_neptune_cluster" => Family::Cluster,
        "aws_dynamodb_table" | "aws_dynamodb_table_replica" | "awscc_dynamodb_table" => Family::Table,
        "aws_s3_bucket" | "awscc_s3_bucket" => Family::Bucket,
        _ => return None,
    })
}

/// The resource facts by what a state records of them.
pub(crate) struct Resources<'a> {
    pub(super) facts: &'a [Fact<ResourceFact>],
    by_arn: BTreeMap<(Family, &'a str), usize>,
    by_id: BTreeMap<&'a str, Vec<usize>>,
    by_bucket: BTreeMap<&'a str, usize>,
    /// Table → the other replicas of its global table, by ARN.
    replicas: BTreeMap<String, Vec<String>>,
}

impl<'a> Resources<'a> {
    pub(crate) fn new(facts: &'a [Fact<ResourceFact>], replicas: BTreeMap<String, Vec<String>>) -> Self {
        let mut resources =
            Self { facts, by_arn: BTreeMap::new(), by_id: BTreeMap::new(), by_bucket: BTreeMap::new(), replicas };
        for (at, fact) in facts.iter().enumerate() {
            let arn = fact.subject.arn.as_str();
            let family = match fact.subject.kind {
                SubjectKind::DbInstance => Family::Instance,
                SubjectKind::DbCluster => Family::Cluster,
                SubjectKind::DynamoDbTable => Family::Table,
                SubjectKind::S3Bucket => Family::Bucket,
                _ => continue,
            };
            resources.by_arn.insert((family, arn), at);
            if family == Family::Bucket {
                resources.by_bucket.insert(arn.rsplit(':').next().unwrap_or(arn), at);
            }
            if let Some(id) = fact.detail.resource_id.as_deref().filter(|_| family == Family::Instance) {
                resources.by_id.entry(id).or_default().push(at);
            }
        }
        resources
    }

    pub(crate) fn fact(&self, at: usize) -> Option<&'a Fact<ResourceFact>> {
        self.facts.get(at)
    }

    /// The resource that an instance of a state is.
    pub(crate) fn of(&self, resource: &StateResource) -> Option<usize> {
        let family = family(&resource.resource_type)?;
        let by_arn = resource.arn.as_deref().and_then(|arn| self.by_arn.get(&(family, arn)).copied());
        match family {
            Family::Instance => match resource.id.as_deref().filter(|id| is_resource_id(id)) {
                Some(id) => self.by_resource_id(id, resource.arn.as_deref(), by_arn),
                None => by_arn,
            },
            Family::Bucket => by_arn.or_else(|| self.by_bucket.get(resource.id.as_deref()?).copied()),
            Family::Cluster | Family::Table => by_arn,
        }
    }

    /// By the DbiResourceId: it is unique in a region, and the ARN tells which.
    fn by_resource_id(&self, id: &str, arn: Option<&str>, by_arn: Option<usize>) -> Option<usize> {
        let with_id = self.by_id.get(id).map_or(&[][..], Vec::as_slice);
        if let Some(at) = by_arn {
            let has_another =
                self.fact(at).and_then(|fact| fact.detail.resource_id.as_deref()).is_some_and(|has| has != id);
            if !has_another {
                return Some(at);
            }
        }
        let arn: Option<Arn> = arn.and_then(|arn| arn.parse().ok());
        let mut near = with_id.iter().copied().filter(|at| {
            let Some(fact) = self.fact(*at) else { return false };
            arn.as_ref().is_none_or(|arn| arn.account() == fact.subject.account && arn.region() == fact.subject.region)
        });
        // Of two that share an id (AWS gives none, emulators do) neither is told.
        match (near.next(), near.next()) {
            (Some(at), None) => Some(at),
            _ => None,
        }
    }
}

/// A DbiResourceId, as against an instance's identifier: those are in lower case.
fn is_resource_id(id: &str) -> bool {
    id.strip_prefix("db-")
        .is_some_and(|rest| rest.len() >= 16 && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()))
}

/// The claims on every resource, in the order of the facts; copies of states claim nothing.
pub(super) fn all(states: &States<'_>, resources: &Resources<'_>) -> Vec<Vec<Claim>> {
    let mut claims = vec![Vec::new(); resources.facts.len()];
    for state in states.all.iter().filter(|state| state.copy.is_none()) {
        for resource in state.managed() {
            if let Some(list) = resources.of(resource).and_then(|at| claims.get_mut(at)) {
                list.push(claim(state, resource));
            }
        }
    }
    for list in &mut claims {
        list.sort();
        list.dedup();
    }
    let through = through(resources, &claims);
    for (list, through) in claims.iter_mut().zip(through) {
        list.extend(through);
    }
    claims
}

fn claim(state: &State<'_>, resource: &StateResource) -> Claim {
    Claim { state: state.address.clone(), address: resource.address.clone() }
}

/// Claims that come through another resource: a cluster's member through its cluster, a global table's replica through
/// the table that its `replica` blocks belong to.
fn through(resources: &Resources<'_>, claims: &[Vec<Claim>]) -> Vec<Vec<Claim>> {
    let of = |at: Option<usize>| at.and_then(|at| claims.get(at)).cloned().unwrap_or_default();
    resources
        .facts
        .iter()
        .enumerate()
        .map(|(at, fact)| {
            if claims.get(at).is_some_and(|own| !own.is_empty()) {
                return Vec::new();
            }
            match (fact.subject.kind, &fact.detail.cluster) {
                (SubjectKind::DbInstance, Some(cluster)) => of(cluster_of(resources, fact, cluster)),
                (SubjectKind::DynamoDbTable, _) => {
                    let replicas = replicas_of(resources, fact);
                    let mut all: Vec<Claim> = replicas.into_iter().flat_map(|at| of(Some(at))).collect();
                    all.sort();
                    all.dedup();
                    all
                }
                _ => Vec::new(),
            }
        })
        .collect()
}

/// A member names its cluster by identifier or by ARN.
fn cluster_of(resources: &Resources<'_>, member: &Fact<ResourceFact>, cluster: &str) -> Option<usize> {
    let (head, _) = member.subject.arn.split_once(":db:")?;
    let arn = if cluster.starts_with("arn:") { cluster.to_owned() } else { format!("{head}:cluster:{cluster}") };
    resources.by_arn.get(&(Family::Cluster, arn.as_str())).copied()
}

fn replicas_of(resources: &Resources<'_>, table: &Fact<ResourceFact>) -> Vec<usize> {
    let replicas = resources.replicas.get(&table.subject.arn).map_or(&[][..], Vec::as_slice);
    replicas.iter().filter_map(|arn| resources.by_arn.get(&(Family::Table, arn.as_str())).copied()).collect()
}
