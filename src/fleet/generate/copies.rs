//! Copies in backup accounts: vaults under every kind of lock, and the points and snapshots that arrive in them.

use crate::demo::build::{days_ago, hours_ago, value};
use crate::model::backup::{CopyJob, RecoveryPoint, Vault};
use crate::model::ids::{AccountId, Arn, Region};

use super::backup::snapshot_of;
use super::estate::{Copied, Draft, Kind, Left, Thing, add};
use super::keys;
use super::world::{Here, World};

/// The vaults of a backup account: each is locked in another way.
const VAULTS: [&str; 5] = ["copies-open", "copies-governance", "copies-grace", "copies-compliance", "copies-airgapped"];
const AIR_GAPPED: &str = "copies-airgapped";

/// Where an account's plan copies to.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) arn: Arn,
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) vault: &'static str,
    pub(super) air_gapped: bool,
    /// Whether the copy action works: some were set up and never arrive.
    works: bool,
}

/// Where this account's plan copies to: nowhere for one in three.
pub(super) fn targets(draft: &mut Draft<'_>) -> Vec<Target> {
    if draft.chance.percent(35) {
        return Vec::new();
    }
    let world: &World = draft.world;
    let works = draft.chance.percent(92);
    let vault = draft.chance.pick(&VAULTS);
    let mut places = vec![(draft.member.number, world.home(), vault)];
    if draft.chance.percent(35) && world.regions.len() > 1 {
        places.push((draft.member.number, world.second(), vault));
    }
    if draft.chance.percent(5) {
        // A second backup account, where there is one.
        places.push((draft.member.number + 1, world.home(), "copies-open"));
    }
    let mut targets: Vec<Target> = Vec::new();
    for (number, region, vault) in places {
        let Some(member) = world.backup_for(number) else { continue };
        let arn = world.at(member, region).vault(vault);
        let (account, region) = (member.id.clone(), region.clone());
        if targets.iter().all(|target| target.arn != arn) {
            targets.push(Target { arn, account, region, vault, air_gapped: vault == AIR_GAPPED, works });
        }
    }
    targets
}

/// Copies a point to where the plan says, and notes the jobs.
pub(super) fn copy(
    draft: &mut Draft<'_>,
    (number, thing): (usize, &Thing),
    point: &RecoveryPoint,
    targets: &[Target],
    left: &mut Left,
) {
    let here = draft.here(number);
    for target in targets {
        let there = Here { partition: here.partition, account: &target.account, region: &target.region };
        let job = draft.chance.uuid();
        let arrived = target.works && draft.chance.percent(98);
        let copied = copied(there, target, thing, point, (&here.vault("daily"), &job));
        let made = CopyJob {
            id: job,
            state: if arrived { "COMPLETED" } else { "FAILED" }.into(),
            status_message: (!arrived).then(|| "Access denied trying to call AWS Backup service".into()),
            resource: Some(thing.arn.clone()),
            resource_type: Some(thing.backup_type().into()),
            source_vault: Some(here.vault("daily")),
            destination_vault: Some(target.arn.clone()),
            destination_recovery_point: arrived.then(|| copied.arn.clone()),
            account: Some(here.account.clone()),
            created_at: point.created_at,
            completed_at: Some(hours_ago(1).max(point.created_at)),
        };
        if let Some(parts) = draft.at(number) {
            add(&mut parts.backup.copy_jobs, made);
        }
        if arrived {
            // An air-gapped vault shows no snapshot in RDS: AWS keeps it.
            let snapshot = if target.air_gapped { None } else { snapshot_of(&copied, thing, there) };
            left.copies.push(Copied {
                account: target.account.clone(),
                region: target.region.clone(),
                vault: target.vault.into(),
                point: copied,
                snapshot: snapshot.map(|snapshot| (thing.kind, snapshot)),
            });
        }
    }
}

fn copied(
    there: Here<'_>,
    target: &Target,
    thing: &Thing,
    of: &RecoveryPoint,
    (from, job): (&Arn, &str),
) -> RecoveryPoint {
    let arn = match thing.kind {
        Kind::Instance if !target.air_gapped => there.arn("rds", &format!("snapshot:awsbackup:copyjob-{job}")),
        Kind::Cluster if !target.air_gapped => there.arn("rds", &format!("cluster-snapshot:awsbackup:copyjob-{job}")),
        _ => there.arn("backup", &format!("recovery-point:{job}")),
    };
    RecoveryPoint {
        arn,
        source_vault: Some(from.clone()),
        encrypted: Some(true),
        kms_key: (!target.air_gapped).then(|| keys::customer(there, "vaults")),
        ..of.clone()
    }
}

/// The empty vaults of a backup account, in both regions.
pub(super) fn vaults(draft: &mut Draft<'_>) {
    for number in 0..draft.world.regions.len().min(2) {
        let here = draft.here(number);
        let made: Vec<Vault> = VAULTS.iter().map(|name| vault(here, name)).collect();
        if let Some(parts) = draft.at(number) {
            made.into_iter().for_each(|vault| add(&mut parts.backup.vaults, vault));
        }
    }
}

fn vault(here: Here<'_>, name: &str) -> Vault {
    let (locked, lock_date, least) = match name {
        "copies-governance" => (true, None, Some(1)),
        "copies-grace" => (true, Some(days_ago(-2)), Some(14)),
        "copies-compliance" => (true, Some(days_ago(200)), Some(14)),
        AIR_GAPPED => (true, Some(days_ago(90)), Some(7)),
        _ => (false, None, None),
    };
    let air_gapped = name == AIR_GAPPED;
    Vault {
        arn: here.vault(name),
        name: name.into(),
        vault_type: Some(if air_gapped { "LOGICALLY_AIR_GAPPED_BACKUP_VAULT" } else { "BACKUP_VAULT" }.into()),
        vault_state: Some("AVAILABLE".into()),
        created_at: Some(days_ago(210)),
        kms_key: (!air_gapped).then(|| keys::customer(here, "vaults")),
        recovery_point_count: 0,
        locked,
        lock_date,
        min_retention_days: least,
        max_retention_days: least.map(|_| 365),
        policy: value(None),
        recovery_points: value(Vec::new()),
    }
}
