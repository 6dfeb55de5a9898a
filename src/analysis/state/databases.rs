//! The databases that states manage: what the state records of their protection beside what AWS reports.

use super::claims::{Family, Resources, family};
use super::states::{State, States};
use crate::analysis::Context;
use crate::analysis::context::{item_gap, out_of_scope, source};
use crate::analysis::header;
use crate::model::facts::{Class, Difference, Fact, ResourceFact, StateDatabaseFact, SubjectKind, Unread};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::operation::{Collection, Operation};
use crate::model::terraform::{RecordedAttributes, StateResource};

/// Where a state's database lies, by the ARN that the state records.
pub(super) struct Place {
    pub(super) account: Option<AccountId>,
    pub(super) region: Option<Region>,
    family: Family,
}

/// The place of a database; `None` for what is none.
pub(super) fn place(resource: &StateResource) -> Option<Place> {
    let family = family(&resource.resource_type).filter(|family| *family != Family::Bucket)?;
    let arn: Option<Arn> = resource.arn.as_deref().and_then(|arn| arn.parse().ok());
    Some(Place { account: arn.as_ref().and_then(Arn::account), region: arn.as_ref().and_then(Arn::region), family })
}

/// Why the list that a database would be in was not read; nothing where it was.
pub(super) fn list_gaps(cx: &Context<'_>, place: &Place) -> Vec<Unread> {
    let (collection, operation) = match place.family {
        Family::Instance => (Collection::RdsDbInstances, Operation::RdsDescribeDBInstances),
        Family::Cluster => (Collection::RdsDbClusters, Operation::RdsDescribeDBClusters),
        Family::Table | Family::Bucket => (Collection::DynamoDbTables, Operation::DynamoDbListTables),
    };
    let (Some(id), Some(region)) = (&place.account, &place.region) else { return Vec::new() };
    let Some(account) = cx.inventory.account(id) else { return vec![out_of_scope(id, collection, operation)] };
    let unread = match place.family {
        Family::Instance => cx.regional(account, collection, |parts| &parts.rds.db_instances).unread,
        Family::Cluster => cx.regional(account, collection, |parts| &parts.rds.db_clusters).unread,
        Family::Table | Family::Bucket => cx.regional(account, collection, |parts| &parts.dynamodb.tables).unread,
    };
    let known = account.parts().is_some_and(|parts| parts.regional.iter().any(|one| one.region == *region));
    let mut gaps: Vec<Unread> =
        unread.into_iter().filter(|gap| gap.regions.is_empty() || gap.regions.contains(region)).collect();
    // The account's refused list of regions hides no region that was looked into all the same.
    if known {
        gaps.retain(|gap| gap.gap.operation != Operation::AccountListRegions || !gap.regions.is_empty());
    }
    if gaps.is_empty() && !known && account.parts().is_some() {
        let message = format!("region {region} of account {id} is outside the scope of this scan");
        gaps.push(item_gap(id, Some(region), collection, &Gap::not_made(GapKind::OutOfScope, operation, message)));
    }
    gaps
}

/// Every database that a state manages. A cluster's members have no protection of their own to record.
pub(super) fn all(cx: &Context<'_>, states: &States<'_>, resources: &Resources<'_>) -> Vec<Fact<StateDatabaseFact>> {
    states
        .all
        .iter()
        .filter(|state| state.copy.is_none())
        .flat_map(|state| state.managed().map(move |resource| (state, resource)))
        .filter(|(_, resource)| !resource.resource_type.ends_with("_cluster_instance"))
        .filter_map(|(state, resource)| Some(fact(cx, state, resource, &place(resource)?, resources)))
        // A table of locks is judged as one.
        .filter(|fact| fact.subject.class != Some(Class::Operational))
        .collect()
}

fn fact(
    cx: &Context<'_>,
    state: &State<'_>,
    resource: &StateResource,
    place: &Place,
    resources: &Resources<'_>,
) -> Fact<StateDatabaseFact> {
    let live = resources.of(resource).and_then(|at| resources.fact(at));
    let gaps = if live.is_some() { Vec::new() } else { list_gaps(cx, place) };
    let found = match live {
        Some(_) => Some(true),
        // Without an ARN nobody knows where to look.
        None if !gaps.is_empty() || place.account.is_none() || place.region.is_none() => None,
        None => Some(false),
    };
    let protection = live.map(|live| &live.detail.protection);
    let mut detail = StateDatabaseFact {
        state: state.address.clone(),
        address: resource.address.clone(),
        resource_type: resource.resource_type.to_string(),
        resource: resource.arn.clone().or_else(|| resource.id.clone()),
        recorded: RecordedAttributes::clone(&resource.attributes),
        found,
        live_deletion_protection: protection.and_then(|live| live.deletion_protection),
        live_backup_retention_days: protection.and_then(|live| live.backup_retention_days).map(i64::from),
        live_point_in_time_recovery: protection.and_then(|live| live.point_in_time_recovery),
        differences: Vec::new(),
    };
    detail.differences = differences(&detail);
    let account = place.account.clone().unwrap_or_else(|| state.account.clone());
    let arn = format!("{}#{}", state.address, resource.address);
    let kind = SubjectKind::StateDatabase;
    let mut subject =
        header::in_account(cx, kind, &arn, &resource.address, Some(account.clone()), place.region.clone());
    match live {
        Some(live) => {
            subject.environment.clone_from(&live.subject.environment);
            subject.production = live.subject.production;
            subject.class = live.subject.class;
        }
        None => header::by_tags(cx, &mut subject, &resource.attributes.environment_tags),
    }
    let mut rests_on = vec![source(state.account, None, Collection::StateContent)];
    if let (Some(live), Some(region)) = (live, &place.region) {
        rests_on.push(source(&account, Some(region), collection_of(place)));
        rests_on.extend(
            live.rests_on.iter().filter(|one| one.collection == Collection::DynamoDbContinuousBackups).cloned(),
        );
    }
    let mut unread = gaps;
    unread.extend(live.into_iter().flat_map(unread_protection));
    Fact { subject, detail, rests_on, unread }
}

fn collection_of(place: &Place) -> Collection {
    match place.family {
        Family::Instance => Collection::RdsDbInstances,
        Family::Cluster => Collection::RdsDbClusters,
        Family::Table | Family::Bucket => Collection::DynamoDbTables,
    }
}

/// The gaps about a live database's own protection: its description and its point-in-time recovery.
fn unread_protection(live: &Fact<ResourceFact>) -> impl Iterator<Item = Unread> + '_ {
    let of_table = live.subject.kind == SubjectKind::DynamoDbTable;
    live.unread
        .iter()
        .filter(move |gap| {
            let description =
                gap.collection == Collection::DynamoDbTables && gap.gap.operation != Operation::DynamoDbListTables;
            of_table && (description || gap.collection == Collection::DynamoDbContinuousBackups)
        })
        .cloned()
}

/// Where the two differ; only what both tell can.
fn differences(fact: &StateDatabaseFact) -> Vec<Difference> {
    let recorded = &fact.recorded;
    let table = fact.resource_type.contains("dynamodb");
    let (setting, protection) = if table {
        ("deletion_protection_enabled", recorded.deletion_protection_enabled)
    } else {
        ("deletion_protection", recorded.deletion_protection)
    };
    [
        difference(setting, protection, fact.live_deletion_protection),
        difference("backup_retention_period", recorded.backup_retention_period, fact.live_backup_retention_days),
        difference("point_in_time_recovery", recorded.point_in_time_recovery, fact.live_point_in_time_recovery),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn difference<T: PartialEq + ToString>(setting: &str, recorded: Option<T>, live: Option<T>) -> Option<Difference> {
    let (recorded, live) = (recorded?, live?);
    (recorded != live).then(|| Difference {
        setting: setting.to_owned(),
        recorded: recorded.to_string(),
        live: live.to_string(),
    })
}
