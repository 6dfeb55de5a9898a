//! Manual and awsbackup snapshots, and with whom they are shared.

use std::collections::BTreeSet;

use super::{Known, environment_of};
use crate::analysis::Context;
use crate::analysis::context::{View, item_gap, source};
use crate::analysis::environment::organizational;
use crate::model::facts::{Class, Fact, SnapshotFact, Subject, SubjectKind, Unread};
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::ids::{AccountId, Region};
use crate::model::operation::{Collection, Operation};
use crate::model::rds::Snapshot;

/// What AWS writes for everyone.
const EVERYONE: &str = "all";

/// The lists of snapshots with the lists of their sharing.
const LISTS: [(Collection, Collection); 2] = [
    (Collection::RdsDbSnapshots, Collection::RdsDbSnapshotAttributes),
    (Collection::RdsDbClusterSnapshots, Collection::RdsDbClusterSnapshotAttributes),
];

pub(super) fn all(cx: &Context<'_>, known: &Known) -> Vec<Fact<SnapshotFact>> {
    let inside = inside(cx);
    let mut facts = Vec::new();
    for account in &cx.inventory.accounts {
        for (list, attributes) in LISTS {
            let view: View<'_, Vec<Snapshot>> = match list {
                Collection::RdsDbSnapshots => cx.regional(account, list, |parts| &parts.rds.db_snapshots),
                _ => cx.regional(account, list, |parts| &parts.rds.db_cluster_snapshots),
            };
            for (region, read) in view.reads {
                let Some(region) = region else { continue };
                for snapshot in read.value.iter().filter(|snapshot| snapshot.snapshot_type != "automated") {
                    let place = Place { account: &account.id, region, list, attributes };
                    facts.push(fact(cx, known, &inside, &place, snapshot));
                }
            }
        }
    }
    facts
}

struct Place<'a> {
    account: &'a AccountId,
    region: &'a Region,
    list: Collection,
    attributes: Collection,
}

/// The accounts that a snapshot may be shared with and stay inside, or why they are not known.
type Inside<'a> = Result<BTreeSet<&'a str>, Box<Unread>>;

/// The organization's accounts; none but its own where an account belongs to no organization.
fn inside<'a>(cx: &Context<'a>) -> Inside<'a> {
    let Some(organization) = &cx.inventory.organization else {
        let gap = Gap::not_made(
            GapKind::OutOfScope,
            Operation::OrganizationsListAccounts,
            "the organization was left out with --no-organization",
        );
        return Err(Box::new(organizational(Collection::OrganizationAccounts, &gap)));
    };
    match (&organization.accounts, &organization.description) {
        (_, Collected::Read(read)) if read.value.is_none() => Ok(BTreeSet::new()),
        (Collected::Read(read), _) => Ok(read.value.iter().map(|account| account.id.as_str()).collect()),
        (Collected::Gap(gap), _) => Err(Box::new(organizational(Collection::OrganizationAccounts, gap))),
        (Collected::NotOffered { .. }, _) => {
            let gap = Gap::not_made(
                GapKind::Malformed,
                Operation::OrganizationsListAccounts,
                "AWS Organizations is not offered, yet it described an organization",
            );
            Err(Box::new(organizational(Collection::OrganizationAccounts, &gap)))
        }
    }
}

fn fact(
    cx: &Context<'_>,
    known: &Known,
    inside: &Inside<'_>,
    place: &Place<'_>,
    snapshot: &Snapshot,
) -> Fact<SnapshotFact> {
    let mut detail = SnapshotFact {
        snapshot_type: snapshot.snapshot_type.clone(),
        source_identifier: snapshot.source_identifier.clone(),
        public: None,
        shared_with: None,
        shared_outside: None,
    };
    let mut unread = Vec::new();
    match &snapshot.shared_with {
        Some(Answer::Value(shared)) => unread.extend(share(&mut detail, shared, inside, place.account)),
        Some(Answer::Gap(gap)) => unread.push(item_gap(place.account, Some(place.region), place.attributes, gap)),
        // Only automated snapshots, which cannot be shared, need no answer.
        None => {
            let gap = Gap::not_made(
                GapKind::Malformed,
                match place.attributes {
                    Collection::RdsDbSnapshotAttributes => Operation::RdsDescribeDBSnapshotAttributes,
                    _ => Operation::RdsDescribeDBClusterSnapshotAttributes,
                },
                format!("the inventory does not say with whom {} is shared", snapshot.arn),
            );
            unread.push(item_gap(place.account, Some(place.region), place.attributes, &gap));
        }
    }
    let (environment, production) = belongs(cx, known, place.account, snapshot);
    Fact {
        subject: Subject {
            kind: SubjectKind::RdsSnapshot,
            arn: snapshot.arn.to_string(),
            name: snapshot.identifier.clone(),
            account: Some(place.account.clone()),
            region: Some(place.region.clone()),
            environment,
            production,
            class: Some(Class::Derived),
        },
        detail,
        rests_on: [place.list, place.attributes].map(|c| source(place.account, Some(place.region), c)).into(),
        unread,
    }
}

/// Whom it is shared with; the gap where that cannot be told inside from outside.
fn share(detail: &mut SnapshotFact, shared: &[String], inside: &Inside<'_>, own: &AccountId) -> Option<Unread> {
    let accounts: BTreeSet<&String> = shared.iter().filter(|with| *with != EVERYONE && *with != own.as_str()).collect();
    detail.public = Some(shared.iter().any(|with| with == EVERYONE));
    detail.shared_with = Some(shared.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect());
    match inside {
        Err(unread) if !accounts.is_empty() => return Some(Unread::clone(unread)),
        Err(_) => detail.shared_outside = Some(Vec::new()),
        Ok(inside) => {
            let outside = accounts.into_iter().filter(|account| !inside.contains(account.as_str()));
            detail.shared_outside = Some(outside.cloned().collect());
        }
    }
    None
}

/// A snapshot belongs to the environment of its own tags, else of what it was taken of, else of its account.
fn belongs(cx: &Context<'_>, known: &Known, account: &AccountId, snapshot: &Snapshot) -> (Option<String>, bool) {
    let source = snapshot.source_resource_id.as_ref().and_then(|id| known.by_id.get(id));
    match (cx.environments.of_tags(&snapshot.tags), source) {
        (Some(told), _) => {
            let production = told.production();
            (told.environment, production)
        }
        (None, Some(source)) => environment_of(cx, Some(account), &[source.as_deref()]),
        (None, None) => environment_of(cx, Some(account), &[]),
    }
}
