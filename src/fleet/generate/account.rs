//! One account after the other, and what they left in each other.

use std::collections::BTreeMap;

use crate::demo::build::{READ_AT, empty_region, id, none, opted_in, read, region_denied_in, tags};
use crate::model::gap::{Answer, Gap, GapKind};
use crate::model::ids::AccountId;
use crate::model::inventory::{AccountInventory, AccountParts, RegionInventory};
use crate::model::operation::Operation;
use crate::model::s3::{PublicAccessBlock, S3Inventory};
use crate::model::terraform::StateInventory;

use super::estate::{Draft, Kind, Left, Thing, add, regional, size};
use super::random::Chance;
use super::world::{AUDIT_ROLE, Member, Purpose, World};
use super::{backup, copies, databases, iam, states, storage};

/// Every account that can be entered, or whose door is shut, with what they leave in others.
pub(super) fn all(world: &World) -> (Vec<AccountInventory>, Left) {
    let mut left = Left::default();
    let active = world.members.iter().filter(|member| !member.inactive);
    let accounts = active.map(|member| one(world, member, &mut left)).collect();
    (accounts, left)
}

/// The account of this number: it depends on the seed, the number and the shared facts alone.
fn one(world: &World, member: &Member, left: &mut Left) -> AccountInventory {
    let mut chance = Chance::of(world.seed, "account", member.number);
    let denied = member.purpose == Purpose::Workload && chance.permille(world.shape.denied_accounts);
    let parts =
        if denied { Answer::Gap(shut(world, member)) } else { Answer::Value(parts(world, member, chance, left)) };
    AccountInventory { id: member.id.clone(), parts }
}

/// The role cannot be assumed: it is not there, or does not trust palisade.
fn shut(world: &World, member: &Member) -> Gap {
    let operation = Operation::StsAssumeRole;
    let role = format!("arn:{}:iam::{}:role/{AUDIT_ROLE}", world.partition, member.id);
    let message = format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {role}", world.caller());
    Gap { code: Some("AccessDenied".into()), attempts: 1, ..Gap::not_made(GapKind::Denied, operation, message) }
}

fn parts(world: &World, member: &Member, mut chance: Chance, left: &mut Left) -> AccountParts {
    let care = chance.pick(&[15, 40, 70, 90, 97, 100]);
    let parts = empty(world, member, &mut chance);
    let mut draft = Draft { world, member, chance, parts, things: Vec::new(), care };
    match member.purpose {
        Purpose::Workload => workload(&mut draft, left),
        Purpose::Backup => copies::vaults(&mut draft),
        Purpose::Delivery => states::central(&mut draft),
        Purpose::LogArchive => storage::logs(&mut draft),
        // One management account in three holds data, which no policy can guard.
        Purpose::Management if world.seed.is_multiple_of(3) => hold(&mut draft, 2),
        Purpose::Management | Purpose::Audit => storage::assets(&mut draft),
    }
    draft.parts
}

fn workload(draft: &mut Draft<'_>, left: &mut Left) {
    let size = size(draft.world.seed, draft.member.number);
    let state = states::Place::of(draft, size);
    hold(draft, size.saturating_sub(state.costs()));
    backup::plans(draft, left);
    states::write(draft, &state, left);
}

/// Puts so many stateful resources into an account.
fn hold(draft: &mut Draft<'_>, size: usize) {
    let mut room = size;
    while room > 0 {
        let taken = match draft.chance.below(100) {
            0..36 => storage::bucket(draft),
            36..70 => databases::table(draft, room),
            70..90 => databases::instance(draft, room),
            _ if room > 1 => databases::cluster(draft, room),
            _ => storage::bucket(draft),
        };
        room = room.saturating_sub(taken);
    }
}

fn empty(world: &World, member: &Member, chance: &mut Chance) -> AccountParts {
    let began: String = READ_AT.chars().filter(char::is_ascii_alphanumeric).collect();
    let (partition, account) = (&world.partition, &member.id);
    let session = match member.purpose {
        Purpose::Management => world.caller(),
        _ => id(&format!("arn:{partition}:sts::{account}:assumed-role/{AUDIT_ROLE}/palisade-{began}")),
    };
    let block = |on| PublicAccessBlock {
        block_public_acls: on,
        ignore_public_acls: on,
        block_public_policy: on,
        restrict_public_buckets: on,
    };
    let regions = world.regions.iter().enumerate().map(|(number, region)| RegionInventory {
        parts: if member.guarded && number > 1 {
            Answer::Gap(region_denied_in(region.as_str(), &session))
        } else {
            let mut parts = empty_region();
            let out: &[&str] = chance.pick(&[&[], &[], &[], &["S3"], &["DynamoDB", "S3"]]);
            parts.backup.region_settings = read(opted_in(out));
            Answer::Value(parts)
        },
        region: region.clone(),
    });
    let regional: Vec<RegionInventory> = regions.collect();
    AccountParts {
        regions: read(world.regions.clone()),
        iam: iam::of(world, member, chance),
        s3: S3Inventory {
            buckets: none(),
            account_public_access_block: read(chance.percent(70).then(|| block(chance.percent(90)))),
        },
        state: StateInventory { lock_tables: Vec::new(), buckets: Vec::new() },
        backup_global_settings: read(tags([(
            "isCrossAccountBackupEnabled",
            if world.seed % 5 == 4 { "false" } else { "true" },
        )])),
        backup_effective_policy: read(chance.percent(10).then(|| r#"{"plans":{}}"#.to_owned())),
        regional,
        session,
    }
}

/// Puts what accounts left in others there; what was meant for an account that could not be entered is seen by nobody.
pub(super) fn deliver(world: &World, accounts: &mut [AccountInventory], left: Left) {
    let Left { copies, states, locks } = left;
    let places: BTreeMap<AccountId, usize> =
        accounts.iter().enumerate().map(|(at, account)| (account.id.clone(), at)).collect();
    for copied in copies {
        let account = places.get(&copied.account).and_then(|at| accounts.get_mut(*at));
        let Some(AccountInventory { parts: Answer::Value(parts), .. }) = account else { continue };
        let Some(parts) = regional(&mut parts.regional, &copied.region) else { continue };
        match copied.snapshot {
            Some((Kind::Cluster, snapshot)) => add(&mut parts.rds.db_cluster_snapshots, snapshot),
            Some((_, snapshot)) => add(&mut parts.rds.db_snapshots, snapshot),
            None => {}
        }
        let vaults = parts.backup.vaults.value_mut().into_iter().flatten();
        if let Some(vault) = vaults.into_iter().find(|vault| vault.name == copied.vault)
            && let Answer::Value(points) = &mut vault.recovery_points
        {
            points.push(copied.point);
            vault.recovery_point_count = i64::try_from(points.len()).unwrap_or(i64::MAX);
        }
    }
    let delivery = world.of(Purpose::Delivery).next().and_then(|member| places.get(&member.id));
    if let Some(AccountInventory { parts: Answer::Value(parts), .. }) = delivery.and_then(|at| accounts.get_mut(*at)) {
        states::into_central(parts, states, locks);
    }
}

/// The tags of one thing in an account.
pub(super) fn thing_tags(draft: &mut Draft<'_>) -> BTreeMap<String, String> {
    // Some accounts hold two environments.
    let mixed = draft.member.number.is_multiple_of(13) && draft.chance.percent(40);
    let stage = if mixed { Some(draft.chance.pick(&["prod", "staging", "dev"])) } else { draft.member.environment };
    let mut tags = super::tree::environment_tags(stage, &mut draft.chance);
    if draft.chance.percent(60) {
        tags.insert("backup".into(), draft.chance.pick(&["daily", "daily", "daily", "weekly", "none"]).into());
    }
    if draft.chance.percent(20) {
        let key = draft.chance.pick(&["team", "cost-center", "Owner", "ürün", "aws:cloudformation:stack-name"]);
        tags.insert(key.into(), draft.chance.pick(&["checkout", "4711", "søk", "プラットフォーム", ""]).into());
    }
    tags
}

/// A name for the next thing of an account.
pub(super) fn next_name(draft: &mut Draft<'_>) -> String {
    let word =
        draft.chance.pick(&["orders", "events", "invoices", "profiles", "sessions", "audit", "catalog", "ledger"]);
    format!("{word}-{}-{}", draft.member.number, draft.things.len())
}

/// Notes a thing that backups and states may be about.
pub(super) fn note(draft: &mut Draft<'_>, thing: Thing) {
    draft.things.push(thing);
}
