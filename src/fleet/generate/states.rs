//! Terraform states: in the account's own bucket, in a central one, or on somebody's laptop; healthy, shared between
//! environments, duplicated, stale or broken; locked by a table, by lock files, or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::demo::build::{
    broken, hours_ago, managed, older_digest, read, recorded, state_of, unversioned, uuid, value, version_of,
};
use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::gap::Answer;
use crate::model::inventory::AccountParts;
use crate::model::terraform::{
    LockFileVersion, LockItem, LockTable, RecordedAttributes, ResourceMode, StateBucket, StateContent, StateObject,
    StateResource,
};

use super::estate::{Draft, Kind, Left, Thing, add};
use super::storage;
use super::world::{Here, Purpose, World, ago_whole};

/// The most resources that one state holds, and the most states of an account.
const RESOURCES: usize = 20;
const STATES: usize = 6;

/// Where an account's states lie, and how they are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// On a laptop, or nowhere.
    Nowhere,
    /// In the delivery account's bucket.
    Central,
    /// In a bucket of its own.
    Own(Lock),
}

/// How states are locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    Table,
    /// By the delivery account's table.
    CentralTable,
    File,
    None,
}

impl Place {
    /// Where the states of an account of this size lie.
    pub(super) fn of(draft: &mut Draft<'_>, size: usize) -> Self {
        match draft.chance.below(100) {
            _ if size < 4 => Self::Nowhere,
            0..25 => Self::Nowhere,
            25..50 => Self::Central,
            50..74 => Self::Own(Lock::Table),
            74..78 => Self::Own(Lock::CentralTable),
            78..92 => Self::Own(Lock::File),
            _ => Self::Own(Lock::None),
        }
    }

    /// The resources that it takes itself: its bucket, and its table.
    pub(super) fn costs(self) -> usize {
        match self {
            Self::Nowhere | Self::Central => 0,
            Self::Own(Lock::Table) => 2,
            Self::Own(_) => 1,
        }
    }
}

/// The name of the central bucket.
fn central_bucket(world: &World) -> String {
    format!("{}-terraform-state", world.name)
}

/// A lock table that holds so many items.
fn table_named(here: Here<'_>, (name, items): (&str, usize), protected: bool) -> Table {
    Table {
        arn: here.arn("dynamodb", &format!("table/{name}")),
        name: name.into(),
        detail: value(TableDetail {
            id: Some(uuid(&format!("{}-{name}", here.account))),
            status: "ACTIVE".into(),
            created_at: Some(hours_ago(9_000)),
            deletion_protection: protected,
            partition_key: Some(crate::terraform::LOCK_TABLE_KEY.into()),
            sort_key: None,
            replicas: Vec::new(),
            kms_key: None,
            item_count: i64::try_from(items).ok(),
        }),
        point_in_time_recovery: value(PointInTimeRecovery {
            enabled: false,
            earliest_restorable_at: None,
            latest_restorable_at: None,
            period_days: None,
        }),
        tags: value(BTreeMap::new()),
        resource_policy: value(None),
    }
}

/// The delivery account's bucket and table; states are put there when all are known.
pub(super) fn central(draft: &mut Draft<'_>) {
    draft.care = 100;
    let here = draft.here(0);
    let name = central_bucket(draft.world);
    let bucket = storage::for_states(draft, here, &name);
    add(&mut draft.parts.s3.buckets, bucket);
    let table = table_named(here, ("terraform-locks", 0), true);
    let items = LockTable { table: table.arn.clone(), items: read(Vec::new()) };
    if let Some(parts) = draft.at(0) {
        add(&mut parts.dynamodb.tables, table);
    }
    draft.parts.state.lock_tables.push(items);
    draft.parts.state.buckets.push(state_bucket(&name, Vec::new(), Vec::new()));
}

/// Fills the central bucket and table.
pub(super) fn into_central(parts: &mut AccountParts, states: Vec<StateObject>, locks: Vec<LockItem>) {
    if let Some(objects) = parts.state.buckets.first_mut().and_then(|bucket| bucket.objects.value_mut()) {
        objects.extend(states);
    }
    let Some(table) = parts.state.lock_tables.first_mut() else { return };
    let count = i64::try_from(locks.len()).ok();
    let regions = parts.regional.iter_mut().filter_map(|region| match &mut region.parts {
        Answer::Value(parts) => parts.dynamodb.tables.value_mut(),
        Answer::Gap(_) => None,
    });
    for found in regions.flatten().filter(|found| found.arn == table.table) {
        if let Answer::Value(detail) = &mut found.detail {
            detail.item_count = count;
        }
    }
    if let Some(items) = table.items.value_mut() {
        items.extend(locks);
    }
}

fn state_bucket(name: &str, objects: Vec<StateObject>, versions: Vec<LockFileVersion>) -> StateBucket {
    StateBucket { bucket: name.into(), reasons: Vec::new(), objects: read(objects), lock_versions: read(versions) }
}

/// Writes an account's states.
pub(super) fn write(draft: &mut Draft<'_>, place: &Place, left: &mut Left) {
    let here = draft.here(0);
    match *place {
        Place::Nowhere => {}
        Place::Central => {
            let bucket = central_bucket(draft.world);
            let prefix = format!("{}/", draft.member.id);
            let states = states(draft, (&bucket, &prefix), true);
            let locks = digests(draft, &bucket, &states);
            left.locks.extend(locks);
            left.states.extend(states);
        }
        Place::Own(lock) => {
            let name = format!("{}-{}-tfstate", draft.world.name, here.account);
            let bucket = storage::for_states(draft, here, &name);
            let versioned = bucket.versioning.value().is_some_and(|versioning| versioning.status.is_some());
            add(&mut draft.parts.s3.buckets, bucket);
            let states = states(draft, (&name, ""), versioned);
            let mut versions = Vec::new();
            match lock {
                Lock::Table => {
                    let protected = draft.cared_for();
                    let items = digests(draft, &name, &states);
                    let table = table_named(here, ("tf-locks", items.len()), protected);
                    let items = LockTable { table: table.arn.clone(), items: read(items) };
                    draft.parts.state.lock_tables.push(items);
                    if let Some(parts) = draft.at(0) {
                        add(&mut parts.dynamodb.tables, table);
                    }
                }
                Lock::CentralTable if draft.world.of(Purpose::Delivery).next().is_some() => {
                    left.locks.extend(digests(draft, &name, &states));
                }
                Lock::File => versions = lock_files(draft, &states, versioned),
                Lock::CentralTable | Lock::None => {}
            }
            draft.parts.state.buckets.push(state_bucket(&name, states, versions));
        }
    }
}

/// An account's states: the things of its two first regions, by the score, under one key each.
fn states(draft: &mut Draft<'_>, (bucket, prefix): (&str, &str), versioned: bool) -> Vec<StateObject> {
    let things = std::mem::take(&mut draft.things);
    let mut made = Vec::new();
    for (number, some) in things.chunks(RESOURCES).take(STATES).enumerate() {
        // Somebody made a few by hand.
        let claimed = some.iter().enumerate().filter_map(|(at, thing)| {
            let claimed = draft.chance.percent(88);
            claimed.then(|| claim(draft, at, thing))
        });
        let mut resources: Vec<StateResource> = claimed.collect();
        resources.push(data_source(draft));
        if draft.chance.percent(6) {
            let other = other_thing(draft);
            resources.push(StateResource { attributes: recorded("staging").into(), ..claim(draft, 9_000, &other) });
        }
        let stage = draft.member.environment.unwrap_or("main");
        let workspace = if draft.chance.percent(15) { format!("env:/{stage}/") } else { String::new() };
        let key = format!("{workspace}{prefix}{stage}/stack-{number}.tfstate");
        let state = object(draft, &key, resources, versioned);
        if draft.chance.percent(5) {
            made.push(twin(draft, &state, &format!("{prefix}old/stack-{number}.tfstate"), versioned));
        }
        if draft.chance.percent(5) {
            let copy = StateObject { key: format!("{key}.backup"), ..state.clone() };
            made.push(copy);
        }
        made.push(match draft.chance.below(50) {
            0 => broken(bucket, state, number % 4),
            _ => state,
        });
    }
    draft.things = things;
    made
}

fn object(draft: &mut Draft<'_>, key: &str, resources: Vec<StateResource>, versioned: bool) -> StateObject {
    let written = ago_whole(&mut draft.chance, 2, 3_000);
    let content = StateContent {
        serial: draft.chance.next() % 900 + 1,
        lineage: draft.chance.uuid(),
        terraform_version: draft.chance.pick(&["1.5.7", "1.9.8", "1.11.4", "1.10.0"]).into(),
        resources,
    };
    let version = version_of(&draft.chance.uuid());
    let state = state_of(key, written, Some(version), content);
    if versioned { state } else { unversioned(state) }
}

/// A second object that claims the same: a copy with the same lineage, or another state altogether.
fn twin(draft: &mut Draft<'_>, of: &StateObject, key: &str, versioned: bool) -> StateObject {
    let resources = of.content.value().map(|content| content.resources.clone()).unwrap_or_default();
    let mut twin = object(draft, key, resources, versioned);
    if draft.chance.percent(50)
        && let (Answer::Value(content), Some(original)) = (&twin.content, of.content.value())
    {
        let content = StateContent { lineage: original.lineage.clone(), ..content.clone() };
        let version = twin.body.value().and_then(|body| body.version_id.clone());
        twin = state_of(key, twin.last_modified, version, content);
    }
    twin
}

/// Another account's thing, as a state that is shared between environments claims it.
fn other_thing(draft: &mut Draft<'_>) -> Thing {
    let name = format!("shared-{}", draft.member.number);
    Thing {
        kind: Kind::Bucket,
        arn: draft.here(0).bucket(&name),
        name,
        engine: "",
        resource_id: String::new(),
        region: 0,
        tags: BTreeMap::new(),
        key: None,
        protected: false,
    }
}

fn claim(draft: &mut Draft<'_>, at: usize, thing: &Thing) -> StateResource {
    let kind = match thing.kind {
        Kind::Instance => "aws_db_instance",
        Kind::Cluster => "aws_rds_cluster",
        Kind::Table => "aws_dynamodb_table",
        Kind::Bucket => "aws_s3_bucket",
    };
    let address = match draft.chance.below(4) {
        0 => format!("{kind}.this_{at}"),
        1 => format!("module.data[{at}].{kind}.main"),
        2 => format!("module.team[\"a.b\"].{kind}.each[\"{}\"]", thing.name),
        _ => format!("{kind}.many[{at}]"),
    };
    let environment = |key: &str| ["env", "environment", "stage"].iter().any(|word| key.eq_ignore_ascii_case(word));
    let tags = thing.tags.iter().filter(|(key, _)| environment(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let mut attributes = RecordedAttributes { environment_tags: tags, ..RecordedAttributes::default() };
    match thing.kind {
        Kind::Instance | Kind::Cluster => {
            // Now and then somebody has changed it by hand since.
            attributes.deletion_protection = Some(thing.protected != draft.chance.percent(5));
            attributes.skip_final_snapshot = Some(!draft.cared_for());
            attributes.delete_automated_backups = Some(!draft.cared_for());
            attributes.apply_immediately = Some(draft.chance.percent(20));
        }
        Kind::Table => attributes.deletion_protection_enabled = Some(thing.protected),
        Kind::Bucket => attributes.force_destroy = Some(draft.chance.percent(10)),
    }
    let mut resource = managed(&address, &thing.arn, attributes);
    if draft.chance.percent(20) {
        resource.dependencies = vec!["aws_kms_key.data".into(), "module.network.aws_subnet.private".into()];
    }
    resource
}

fn data_source(draft: &Draft<'_>) -> StateResource {
    let arn = draft.here(0).iam("role/BreakGlass");
    let resource = managed("aws_iam_role.guard", &arn, RecordedAttributes::default());
    StateResource { address: format!("data.{}", resource.address), mode: ResourceMode::Data, ..resource }
}

/// The table's items: a digest of each state, a few that disagree, a few locks that nobody released.
fn digests(draft: &mut Draft<'_>, bucket: &str, states: &[StateObject]) -> Vec<LockItem> {
    let mut items = Vec::new();
    for state in states.iter().filter(|state| state.content.gap().is_none() && !state.key.ends_with(".backup")) {
        match draft.chance.below(20) {
            0 => {}
            1 => items.push(older_digest(bucket, &state.key)),
            _ => items.push(crate::demo::build::digest(bucket, state)),
        }
        if draft.chance.percent(3) {
            items.push(LockItem::Held {
                bucket: bucket.into(),
                key: state.key.clone(),
                created_at: Some(ago_whole(&mut draft.chance, 1, 900)),
                operation: Some(draft.chance.pick(&["OperationTypeApply", "OperationTypePlan"]).into()),
            });
        }
    }
    items
}

/// The traces of lock files: in a versioned bucket a history, else what lies there now.
fn lock_files(draft: &mut Draft<'_>, states: &[StateObject], versioned: bool) -> Vec<LockFileVersion> {
    let mut versions = Vec::new();
    let mut trace = |key: &str, at: Timestamp, marker: bool, latest: bool, version: Option<String>| {
        versions.push(LockFileVersion {
            key: format!("{key}{}", crate::terraform::LOCK_SUFFIX),
            version_id: version.or_else(|| Some("null".into())),
            last_modified: at,
            delete_marker: marker,
            latest,
        });
    };
    for state in states.iter().filter(|state| !state.key.ends_with(".backup")) {
        let held = draft.chance.percent(4);
        let version = |draft: &mut Draft<'_>| Some(version_of(&draft.chance.uuid()));
        let around = |seconds: i64| {
            Timestamp::from_second(state.last_modified.as_second().saturating_add(seconds))
                .unwrap_or(state.last_modified)
        };
        if versioned {
            // One write in ten went without a lock.
            if draft.chance.percent(90) {
                let (taken, released) = (version(draft), version(draft));
                trace(&state.key, around(-40), false, held, taken);
                if !held {
                    trace(&state.key, around(7), true, true, released);
                }
            }
        } else if held {
            trace(&state.key, around(-40), false, true, None);
        }
    }
    versions
}
