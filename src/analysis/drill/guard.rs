//! A resource's own protection, as the inventory reads it now, against what the state records. Imports the table.

use std::collections::BTreeMap;

use super::placed::Placed;
use super::table::{Guard, When};
use crate::analysis::backup::lock_state;
use crate::analysis::context::Context;
use crate::model::backup::Vault;
use crate::model::drill::DrilledKind;
use crate::model::facts::{Facts, KeyFact, SubjectKind};
use crate::model::gap::Collected;
use crate::model::ids::AccountId;

/// Whether a resource's own setting refuses its deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Held {
    /// It does: by what.
    Yes(String),
    /// It does not; what a reader has to know.
    No(Option<String>),
    /// That cannot be told: what was not read.
    Unknown(String),
}

/// Tells protections.
pub(super) struct Guards<'a> {
    facts: &'a Facts,
    /// Vaults by ARN, each with its lock.
    vaults: BTreeMap<&'a str, (&'a Vault, bool)>,
    kind: DrilledKind,
    /// Members by the ARN of their cluster.
    members: BTreeMap<String, Vec<&'a str>>,
}

impl<'a> Guards<'a> {
    pub(super) fn new(cx: &Context<'a>, facts: &'a Facts, kind: DrilledKind) -> Self {
        let mut vaults = BTreeMap::new();
        for (_, parts) in cx.inventory.accounts.iter().flat_map(|account| account.regions()) {
            let Collected::Read(read) = &parts.backup.vaults else { continue };
            for vault in &read.value {
                vaults.insert(vault.arn.as_str(), (vault, lock_state(vault, read.read_at).immutable()));
            }
        }
        let mut members: BTreeMap<String, Vec<&'a str>> = BTreeMap::new();
        for fact in &facts.resources {
            let Some(cluster) = &fact.detail.cluster else { continue };
            let head = fact.subject.arn.split(":db:").next().unwrap_or("");
            let arn = if cluster.starts_with("arn:") { cluster.clone() } else { format!("{head}:cluster:{cluster}") };
            members.entry(arn).or_default().push(fact.subject.arn.as_str());
        }
        Self { facts, vaults, kind, members }
    }

    /// The members of a cluster, by ARN.
    pub(super) fn members(&self, cluster: &str) -> &[&'a str] {
        self.members.get(cluster).map_or(&[], Vec::as_slice)
    }

    /// What a key encrypts, where it is one that encrypts data or copies.
    pub(super) fn encrypts(&self, key: &str) -> Option<&'a KeyFact> {
        self.facts.keys.iter().find(|fact| fact.subject.arn == key).map(|fact| &fact.detail)
    }

    /// Why not everything that a key of an account encrypts is known, where it is not.
    pub(super) fn hides_uses(&self, account: Option<&AccountId>) -> Option<String> {
        let keys = self.facts.unlisted.iter().filter(|one| one.kind == SubjectKind::KmsKey);
        let here = keys.filter(|one| one.account.is_none() || one.account.as_ref() == account);
        here.flat_map(|one| &one.gaps).next().map(|unread| unread.gap.message.clone())
    }

    /// Whether a call is made.
    pub(super) fn made(&self, placed: &Placed<'_>, when: When) -> bool {
        // A bucket is emptied after DeleteBucket was refused because something lies in it: an empty one is not.
        let empty = placed.fact.and_then(|fact| fact.detail.protection.holds) == Some(false);
        let forced = placed.resource.attributes.force_destroy == Some(true) && !empty;
        match when {
            When::Always | When::SkipDestroy => true,
            When::Unprotects => protected(placed) == Some(true) && self.unprotects(placed),
            When::Global => {
                let arn = placed.text();
                let members = self.facts.global_clusters.iter().flat_map(|one| &one.detail.members);
                arn.is_some_and(|arn| members.into_iter().any(|member| member.as_str() == arn))
            }
            When::ForceDestroy => forced,
            When::ForceDestroyLocked => forced && object_lock(placed).is_some_and(|(enabled, _)| enabled),
        }
    }

    /// Whether the provider turns deletion protection off by itself: the state says that it is off, and to apply at once.
    fn unprotects(&self, placed: &Placed<'_>) -> bool {
        self.kind != DrilledKind::Resources && placed.resource.attributes.unprotects()
    }

    /// Whether a setting refuses the deletion.
    pub(super) fn held(&self, placed: &Placed<'_>, guard: Guard) -> Held {
        let recorded = &placed.resource.attributes;
        let forced = recorded.force_destroy == Some(true);
        match guard {
            Guard::Rds => match (protected(placed), final_snapshot(placed)) {
                (Some(true), Held::No(_)) if self.unprotects(placed) => Held::No(Some(
                    "deletion protection is on in AWS, but the state says deletion_protection = false and \
                     apply_immediately = true: the provider turns it off itself and deletes again"
                        .to_owned(),
                )),
                (Some(true), refused) if self.unprotects(placed) => refused,
                (other, off) => deletion_protection(other, off),
            },
            Guard::RdsKept => deletion_protection(protected(placed), final_snapshot(placed)),
            Guard::Dynamodb => deletion_protection(protected(placed), Held::No(None)),
            Guard::Global => {
                let fact = self.facts.global_clusters.iter().find(|one| Some(one.subject.arn.as_str()) == placed.text());
                deletion_protection(fact.map(|fact| fact.detail.deletion_protection), Held::No(None))
            }
            Guard::Bucket if !forced => match placed.fact.and_then(|fact| fact.detail.protection.holds) {
                Some(true) => Held::Yes(
                    "something lies in the bucket: DeleteBucket is refused, and the state does not say force_destroy"
                        .to_owned(),
                ),
                Some(false) => Held::No(Some("nothing lies in the bucket".to_owned())),
                None => Held::Unknown(
                    "whether the bucket is empty was not read: DeleteBucket is refused while anything lies in it, and the state \
                     does not say force_destroy"
                        .to_owned(),
                ),
            },
            Guard::Bucket | Guard::ObjectLock if placed.fact.and_then(|fact| fact.detail.protection.holds) == Some(false) => {
                Held::No(Some("nothing lies in the bucket".to_owned()))
            }
            Guard::Bucket | Guard::ObjectLock => locked_objects(placed),
            Guard::Vault => self.vault(placed, forced),
            Guard::VaultLock => match self.vaults.get(placed.text().unwrap_or("")) {
                Some((_, true)) => Held::Yes("its compliance lock is past its lock date: nobody takes it off".to_owned()),
                Some((_, false)) => Held::No(None),
                None => Held::Unknown("the vault's lock was not read".to_owned()),
            },
            Guard::Instance => match recorded.disable_api_termination {
                Some(false) => Held::No(Some("the state records no termination protection".to_owned())),
                Some(true) => Held::Unknown(
                    "the state records termination protection: version 5 of the provider turns it off itself, version 6 with \
                     force_destroy alone"
                        .to_owned(),
                ),
                None => Held::Unknown("its termination protection is neither read nor recorded".to_owned()),
            },
            Guard::LoadBalancer => recorded_flag(recorded.enable_deletion_protection, true),
            Guard::Recorded => {
                recorded_flag(recorded.deletion_protection.or(recorded.deletion_protection_enabled), false)
            }
            Guard::Zone if forced => Held::No(None),
            Guard::Zone => Held::Unknown("whether records are left in the zone was not read".to_owned()),
            Guard::Images => Held::Unknown("whether images lie in the repository was not read".to_owned()),
            Guard::Stack => Held::Unknown("its termination protection was not read".to_owned()),
        }
    }

    fn vault(&self, placed: &Placed<'_>, forced: bool) -> Held {
        let Some((vault, locked)) = self.vaults.get(placed.text().unwrap_or("")) else {
            return Held::Unknown("the vault was not read".to_owned());
        };
        match (vault.recovery_point_count, forced, locked) {
            (..=0, _, _) => Held::No(None),
            (points, true, true) => {
                Held::Yes(format!("its compliance lock is past its lock date: its {points} recovery points stay"))
            }
            (_, true, false) => {
                Held::No(Some("force_destroy: the provider deletes its recovery points first".to_owned()))
            }
            (points, false, _) => {
                Held::Yes(format!("it holds {points} recovery points, and the state does not say force_destroy"))
            }
        }
    }
}

/// Deletion protection as AWS reports it.
pub(super) fn protected(placed: &Placed<'_>) -> Option<bool> {
    placed.fact.and_then(|fact| fact.detail.protection.deletion_protection)
}

fn deletion_protection(live: Option<bool>, off: Held) -> Held {
    match live {
        Some(true) => Held::Yes("deletion protection is on in AWS".to_owned()),
        Some(false) => off,
        None => Held::Unknown("its deletion protection was not read".to_owned()),
    }
}

/// The provider refuses by itself to delete without a final snapshot that was asked for and has no name.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#final_snapshot_identifier>
fn final_snapshot(placed: &Placed<'_>) -> Held {
    let recorded = &placed.resource.attributes;
    match (recorded.skip_final_snapshot, &recorded.final_snapshot_identifier) {
        (Some(false), None) => Held::Yes(
            "the provider refuses: a final snapshot is asked for, and final_snapshot_identifier is not set".to_owned(),
        ),
        _ => Held::No(None),
    }
}

/// What the state records of something that is not read from AWS; `false` there was refreshed before the destroy.
fn recorded_flag(flag: Option<bool>, expected: bool) -> Held {
    match flag {
        Some(true) => {
            Held::Unknown("the state records deletion protection; whether it is on in AWS was not read".to_owned())
        }
        Some(false) => Held::No(Some("the state records no deletion protection".to_owned())),
        None if expected => Held::Unknown("its deletion protection is neither read nor recorded".to_owned()),
        None => Held::No(None),
    }
}

/// Whether Object Lock is on, and whether every version is kept by default, in compliance mode.
fn object_lock(placed: &Placed<'_>) -> Option<(bool, bool)> {
    let lock = placed.fact?.detail.protection.object_lock.as_ref()?;
    Some((lock.enabled, lock.default_mode.as_deref() == Some("COMPLIANCE")))
}

fn locked_objects(placed: &Placed<'_>) -> Held {
    match object_lock(placed) {
        Some((false, _)) => Held::No(Some("force_destroy: the provider deletes every version first".to_owned())),
        Some((true, true)) => Held::Unknown(
            "whether a version lies in it that compliance retention keeps was not read; nobody deletes such a one".to_owned(),
        ),
        Some((true, false)) => Held::Unknown(
            "whether a version lies in it that is locked in compliance mode was not read; governance mode and legal holds the \
             provider lifts itself"
                .to_owned(),
        ),
        None => Held::Unknown("its Object Lock was not read".to_owned()),
    }
}
