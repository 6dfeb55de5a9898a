//! How much an account holds, and what each thing of it is.
//!
//! Sizes are log-normal: median 12, mean 40, a tail of thousands. The table holds that distribution's quantiles; accounts
//! walk through it in golden steps, so that even a hundred of them come out as skewed as ten thousand.

use std::collections::BTreeMap;

use crate::model::backup::RecoveryPoint;
use crate::model::gap::{Answer, Collected};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::{AccountParts, RegionInventory, RegionParts};
use crate::model::rds::Snapshot;
use crate::model::terraform::{LockItem, StateObject};

use super::random::Chance;
use super::world::{Here, Member, World};

/// Hundredths of a percent of the accounts, and the size that so many do not exceed.
const SIZES: [(u64, u64); 22] = [
    (0, 0),
    (200, 0),
    (500, 1),
    (1_000, 2),
    (2_000, 3),
    (3_000, 5),
    (4_000, 8),
    (5_000, 12),
    (6_000, 18),
    (7_000, 27),
    (8_000, 44),
    (8_500, 60),
    (9_000, 88),
    (9_300, 119),
    (9_500, 154),
    (9_700, 222),
    (9_800, 291),
    (9_900, 444),
    (9_950, 653),
    (9_980, 1_044),
    (9_990, 1_451),
    (10_000, 2_465),
];

/// How many stateful resources an account holds.
pub(super) fn size(seed: u64, number: usize) -> usize {
    let whole = 1_000_000_u64;
    let start = Chance::of(seed, "sizes", 0).next() % whole;
    let at = (start + (number as u64 % whole) * 618_034) % whole;
    let steps = SIZES.iter().zip(SIZES.iter().skip(1));
    let step = steps.map(|(a, b)| (a.0 * 100, a.1, b.0 * 100, b.1)).find(|(from, _, to, _)| (*from..*to).contains(&at));
    let Some((from, low, to, high)) = step else { return 0 };
    usize::try_from(low + (high - low) * (at - from) / (to - from).max(1)).unwrap_or(0)
}

/// What kind of stateful thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Instance,
    Cluster,
    Table,
    Bucket,
}

/// A stateful resource that backups and states are about.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    pub(super) arn: Arn,
    pub(super) name: String,
    pub(super) engine: &'static str,
    pub(super) resource_id: String,
    /// The number of its region among the account's.
    pub(super) region: usize,
    pub(super) tags: BTreeMap<String, String>,
    pub(super) key: Option<Arn>,
    pub(super) protected: bool,
}

impl Thing {
    /// The type as AWS Backup names it.
    pub(super) fn backup_type(&self) -> &'static str {
        match (self.kind, self.engine) {
            (Kind::Instance, _) => "RDS",
            (Kind::Cluster, "docdb") => "DocumentDB",
            (Kind::Cluster, "neptune") => "Neptune",
            (Kind::Cluster, "postgres") => "RDS",
            (Kind::Cluster, _) => "Aurora",
            (Kind::Table, _) => "DynamoDB",
            (Kind::Bucket, _) => "S3",
        }
    }
}

/// What an account leaves in others.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// Copies of recovery points.
    pub(super) copies: Vec<Copied>,
    /// States in the central bucket.
    pub(super) states: Vec<StateObject>,
    /// Items of the central lock table.
    pub(super) locks: Vec<LockItem>,
}

/// A copy in another account's vault, with the snapshot as which RDS shows it there.
#[derive(Debug)]
pub(super) struct Copied {
    pub(super) account: AccountId,
    pub(super) region: Region,
    pub(super) vault: String,
    pub(super) point: RecoveryPoint,
    pub(super) snapshot: Option<(Kind, Snapshot)>,
}

/// An account while it is being made.
pub(super) struct Draft<'w> {
    pub(super) world: &'w World,
    pub(super) member: &'w Member,
    pub(super) chance: Chance,
    pub(super) parts: AccountParts,
    pub(super) things: Vec<Thing>,
    /// Of a hundred protections, how many are on here: accounts differ more than resources do.
    pub(super) care: u64,
}

impl<'w> Draft<'w> {
    /// The region of this number among the account's; the home region beyond them.
    pub(super) fn region(&self, number: usize) -> &'w Region {
        self.world.regions.get(number).unwrap_or_else(|| self.world.home())
    }

    pub(super) fn here(&self, number: usize) -> Here<'w> {
        self.world.at(self.member, self.region(number))
    }

    /// The number of a region to put something into: mostly the home region.
    pub(super) fn somewhere(&mut self) -> usize {
        let open = if self.member.guarded { self.world.regions.len().min(2) } else { self.world.regions.len() };
        match self.chance.below(100) {
            0..80 => 0,
            80..97 if open > 1 => 1,
            _ => open.saturating_sub(1),
        }
    }

    /// What was read in the region of this number, to add to.
    pub(super) fn at(&mut self, number: usize) -> Option<&mut RegionParts> {
        regional(&mut self.parts.regional, self.world.regions.get(number)?)
    }

    /// Whether a protection is on here.
    pub(super) fn cared_for(&mut self) -> bool {
        let care = self.care;
        self.chance.percent(care)
    }
}

/// The parts of a region, where it was read.
pub(super) fn regional<'a>(regional: &'a mut [RegionInventory], region: &Region) -> Option<&'a mut RegionParts> {
    match regional.iter_mut().find(|found| found.region == *region).map(|found| &mut found.parts) {
        Some(Answer::Value(parts)) => Some(parts),
        _ => None,
    }
}

/// Adds to a list that was read.
pub(super) fn add<T>(list: &mut Collected<Vec<T>>, item: T) {
    if let Some(list) = list.value_mut() {
        list.push(item);
    }
}
