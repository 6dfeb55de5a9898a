//! The fate of each copy under one attacker, and the outcome for its resource. Imports the ways and the threats.

use std::collections::{BTreeMap, BTreeSet};

use super::holds::Holds;
use super::raise;
use super::replicas::Replicas;
use super::threat::{Stand, Threat};
use super::ways::{Attacker, Taken, Ways};
use crate::analysis::keys::{Found, Keys};
use crate::analysis::reach::Teller;
use crate::model::facts::{
    CopyFact, CopyKind, Fact, Facts, Fate, LockState, NoBackup, Outcome, PathStep, ResourceFact, Tier, Unread,
};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;
use crate::model::shared::Word;

/// How long a closed account can be brought back, in hours; after that everything in it is gone, locked vaults too.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-closing.html>
const CLOSED_FOR: f64 = 90.0 * 24.0;

/// The most copies of a resource that are told one by one.
const SHOWN: usize = 20;

/// Copies that the same right deletes: those of a vault, or snapshots of a kind in one place.
type Group = (AccountId, Option<Arn>, String);

/// Tells fates.
pub(super) struct Fates<'f, 't, 'r, 'c, 'a> {
    ways: Ways<'t, 'r, 'c, 'a>,
    keys: Keys<'c>,
    groups: BTreeMap<Group, BTreeSet<&'f Arn>>,
    holds: Holds<'c>,
    replicas: Replicas<'c>,
}

/// A copy with everything that decides about it.
pub(super) struct Judged<'f> {
    pub(super) copy: &'f CopyFact,
    pub(super) stand: Stand,
    /// Why the key falls, where it does.
    pub(super) key: Option<String>,
    /// Whether the key is broken already, whoever attacks.
    pub(super) key_gone: bool,
    /// How the copy is deleted, where it is.
    pub(super) deleted: Option<String>,
    path: Vec<PathStep>,
    unread: Vec<Unread>,
    survives_hours: Option<f64>,
}

impl<'f, 't, 'r, 'c, 'a> Fates<'f, 't, 'r, 'c, 'a>
where
    'a: 'c,
{
    pub(super) fn new(teller: &'t Teller<'r, 'c, 'a>, facts: &'f Facts) -> Self {
        let mut groups: BTreeMap<Group, BTreeSet<&Arn>> = BTreeMap::new();
        for copy in facts.resources.iter().flat_map(|fact| &fact.detail.copies) {
            if let Some(group) = group(copy) {
                groups.entry(group).or_default().insert(&copy.arn);
            }
        }
        let cx = teller.reach.cx;
        Self {
            ways: Ways::new(teller),
            keys: Keys::new(cx),
            groups,
            holds: Holds::new(cx),
            replicas: Replicas::new(cx),
        }
    }

    /// What would be left of a resource, and what could not be read where that matters.
    pub(super) fn outcome(&self, fact: &'f Fact<ResourceFact>, by: &Attacker) -> (Outcome, Vec<Unread>) {
        let judged: Vec<Judged<'f>> = fact.detail.copies.iter().map(|copy| self.judge(fact, copy, by)).collect();
        let raise = raise::best(fact, &judged);
        let mut unread = Vec::new();
        let mut copies: Vec<Fate> = Vec::new();
        for one in judged {
            let (tier, tier_at_best) = (one.stand.tier(true), one.stand.tier(false));
            if tier != tier_at_best {
                unread.extend(one.unread.iter().cloned());
            }
            let why = why(&one, by).into_iter().map(Word::from).collect();
            copies.push(Fate {
                arn: one.copy.arn.clone(),
                kind: one.copy.kind,
                vault: one.copy.vault.clone(),
                account: one.copy.account.clone(),
                tier,
                tier_at_best,
                falls: match (one.stand.falls(true), one.stand.falls(false)) {
                    (true, true) => Some(true),
                    (false, false) => Some(false),
                    _ => None,
                },
                age_hours: one.copy.age_hours,
                survives_hours: one.survives_hours,
                why,
                path: one.path.into(),
            });
        }
        let age = |fate: &Fate| fate.age_hours.unwrap_or(f64::INFINITY);
        copies.sort_by(|a, b| {
            let tiers = (b.tier, b.tier_at_best).cmp(&(a.tier, a.tier_at_best));
            tiers.then(age(a).total_cmp(&age(b))).then_with(|| (&a.arn, &a.vault).cmp(&(&b.arn, &b.vault)))
        });
        let tier = copies.first().map_or(Tier::None, |first| first.tier);
        let best = copies.first().filter(|first| first.tier > Tier::None).cloned();
        let at_best = copies.iter().map(|fate| fate.tier_at_best).max().unwrap_or(Tier::None);
        let outcome = Outcome {
            model: by.model(fact.subject.account.as_ref()),
            tier,
            tier_at_best: at_best.max(hidden(fact)).max(self.replicated(fact, by)),
            best: best.as_ref().map(|best| best.arn.clone()),
            rpo_hours: best.as_ref().and_then(|best| best.age_hours),
            survives_hours: best.and_then(|best| best.survives_hours),
            copy_count: copies.len(),
            copies: copies.into_iter().take(SHOWN).collect(),
            raise,
        };
        (outcome, unread)
    }

    /// How good a bucket's replicas could be.
    fn replicated(&self, fact: &Fact<ResourceFact>, by: &Attacker) -> Tier {
        self.replicas.best(&self.ways, &fact.subject.arn, fact.subject.account.as_ref(), by)
    }

    /// What a bucket's replicas are, and why none is a backup for certain.
    pub(super) fn replicas(&self, fact: &Fact<ResourceFact>, by: &Attacker) -> Vec<NoBackup> {
        self.replicas.told(&self.ways, &fact.subject.arn, fact.subject.account.as_ref(), by)
    }

    fn judge(&self, fact: &Fact<ResourceFact>, copy: &'f CopyFact, by: &Attacker) -> Judged<'f> {
        let home = fact.subject.account.as_ref();
        let account = copy.account.as_ref();
        let apart = account.is_some_and(|account| Some(account) != home && !by.owns(account));
        let usable = copy.usable && copy.expires_in_hours.is_none_or(|hours| hours > 0.0);
        let lock = copy.lock.unwrap_or(LockState::None);
        let (mut taken, mut unlocked, mut released) = (Taken::default(), Taken::default(), Taken::default());
        let mut held = false;
        if goes_with_source(copy.kind) {
            taken.threat = Threat::Reached;
        } else if usable && !lock.immutable() {
            taken = self.delete(copy, by);
            if let (LockState::Governance | LockState::Grace, Some(vault), Some(owner)) = (lock, &copy.vault, account) {
                unlocked = self.ways.taken(&self.ways.lock(vault, owner), by);
            }
            let release = self.release(fact, copy, by);
            held = release.is_some();
            released = release.unwrap_or_default();
        }
        let (key, key_gone, material) = if usable { self.key(copy, by) } else { Default::default() };
        let stand = Stand {
            usable,
            apart,
            lock,
            held,
            delete: taken.threat,
            unlock: unlocked.threat,
            release: released.threat,
            key: key.threat,
        };
        let closed = if apart && stand.tier(false) >= Tier::Isolated {
            account.map(|account| self.ways.taken(&self.ways.closing(account), by).threat)
        } else {
            Some(Threat::Reached)
        };
        let bounds = [copy.expires_in_hours, material, closed.filter(|threat| threat.counts(true)).map(|_| CLOSED_FOR)];
        let survives_hours = bounds.into_iter().flatten().reduce(f64::min).filter(|_| usable);
        let path = if key.threat == Threat::Reached { key.path } else { taken.path };
        let unread = [taken.unread, unlocked.unread, released.unread, key.unread].concat();
        Judged { copy, stand, key: key.told, key_gone, deleted: taken.told, path, unread, survives_hours }
    }

    fn delete(&self, copy: &CopyFact, by: &Attacker) -> Taken {
        let found = group(copy).and_then(|group| Some((self.groups.get(&group)?, group)));
        let Some((all, (owner, vault, _))) = found else {
            return Taken { threat: Threat::Unread, ..Taken::default() };
        };
        let way = match &vault {
            Some(vault) => self.ways.points(vault, all, &owner),
            None => self.ways.snapshots(all, &owner),
        };
        self.ways.taken(&way, by)
    }

    /// The key of a copy: what the attacker does to it; whether it is gone anyway; in how many hours its material goes.
    fn key(&self, copy: &CopyFact, by: &Attacker) -> (Taken, bool, Option<f64>) {
        let (Some(key), Some(account), Some(region)) = (&copy.kms_key, &copy.account, &copy.region) else {
            return Default::default();
        };
        match self.keys.find(account, region, key) {
            Found::Unread(unread) => {
                (Taken { threat: Threat::Unread, unread: vec![unread], ..Taken::default() }, false, None)
            }
            Found::Key(detail, _) if detail.manager == "AWS" => Default::default(),
            Found::Key(detail, read_at) => {
                let material = detail.material_expires_at.map(|at| crate::analysis::context::hours(read_at, at));
                let gone = match detail.state.as_str() {
                    "Enabled" if material.is_some_and(|hours| hours <= 0.0) => Some("has lost its imported material"),
                    "Enabled" => None,
                    "PendingDeletion" | "PendingReplicaDeletion" => Some("is pending deletion"),
                    "Disabled" => Some("is disabled"),
                    "PendingImport" => Some("has lost its imported material"),
                    _ => Some("is not available"),
                };
                if let Some(gone) = gone {
                    let told = Some(format!("the key {} {gone}", detail.arn));
                    return (Taken { threat: Threat::Reached, told, ..Taken::default() }, true, material);
                }
                (self.ways.taken(&self.ways.key(detail), by), false, material)
            }
        }
    }

    /// What it takes to be rid of the legal hold that keeps a copy best; `None` where none can keep it.
    fn release(&self, fact: &Fact<ResourceFact>, copy: &CopyFact, by: &Attacker) -> Option<Taken> {
        let owner = copy.account.as_ref()?;
        let mut all = Vec::new();
        for (hold, certain) in self.holds.keeping(&fact.subject.arn, copy) {
            let taken = self.ways.taken(&self.ways.hold(&hold.arn, owner), by);
            // One that perhaps does not keep it is no more than perhaps in the way.
            let threat = if certain { taken.threat } else { taken.threat.max(Threat::Unread) };
            all.push(Taken { threat, ..taken });
        }
        let unread = self.holds.unread(copy);
        if !unread.is_empty() {
            all.push(Taken { threat: Threat::Unread, unread: unread.to_vec(), ..Taken::default() });
        }
        // All of them have to be cancelled: the hardest one counts.
        all.into_iter().min_by_key(|taken| taken.threat)
    }
}

/// What goes with its source, or is within one call of whoever deletes that.
const fn goes_with_source(kind: CopyKind) -> bool {
    matches!(
        kind,
        CopyKind::AutomatedSnapshot
            | CopyKind::AutomatedBackup
            | CopyKind::ReplicatedAutomatedBackup
            | CopyKind::PointInTimeRecovery
    )
}

fn group(copy: &CopyFact) -> Option<Group> {
    let account = copy.account.clone()?;
    let place = match &copy.vault {
        Some(_) => String::new(),
        None => format!("{}/{}", copy.region.as_ref()?, copy.arn.resource().split(':').next().unwrap_or("")),
    };
    Some((account, copy.vault.clone(), place))
}

/// How good a copy could be that nobody could see: gaps of the resource's own account hide what shares its fate, but for
/// vaults that are locked.
fn hidden(fact: &Fact<ResourceFact>) -> Tier {
    let own = |gap: &Unread| gap.account.is_none() || gap.account == fact.subject.account;
    let of = |gap: &Unread| match gap.collection {
        Collection::BackupVaults | Collection::BackupRecoveryPoints if own(gap) => Tier::Isolated,
        Collection::RdsDbSnapshots | Collection::RdsDbClusterSnapshots if own(gap) => Tier::SharedFate,
        Collection::RdsDbSnapshots | Collection::RdsDbClusterSnapshots => Tier::Isolated,
        Collection::BackupVaults | Collection::BackupRecoveryPoints => Tier::Immutable,
        Collection::DynamoDbContinuousBackups
        | Collection::RdsDbInstanceAutomatedBackups
        | Collection::RdsDbClusterAutomatedBackups => Tier::SharedFate,
        _ => Tier::None,
    };
    fact.unread.iter().map(of).max().unwrap_or(Tier::None)
}

fn place(copy: &CopyFact) -> String {
    match (&copy.vault, &copy.account) {
        (Some(vault), Some(account)) => format!("the vault {} of account {account}", vault.name()),
        (None, Some(account)) => format!("account {account}"),
        _ => "an account that nobody knows".to_owned(),
    }
}

/// Why a copy has its tier and no higher one.
fn why(one: &Judged<'_>, by: &Attacker) -> Vec<String> {
    let (copy, stand) = (one.copy, &one.stand);
    if !stand.usable {
        return vec![match copy.expires_in_hours {
            Some(hours) if hours <= 0.0 => "it is past its time".to_owned(),
            _ if copy.usable => "it cannot be restored from".to_owned(),
            _ => format!("its status is {}, or its account is being closed: it cannot be restored from", copy.status),
        }];
    }
    let mut why = Vec::new();
    match (&one.key, stand.key) {
        (Some(told), _) => why.push(told.clone()),
        (None, Threat::Reached) => why.push(format!("account {} reaches its key", by.account())),
        (None, Threat::Unread) => why.push("who reaches its key could not be told".to_owned()),
        (None, Threat::None) => {}
    }
    let key_holds = copy.kms_key.is_some() && stand.key == Threat::None;
    match copy.kind {
        CopyKind::AutomatedSnapshot | CopyKind::AutomatedBackup => why.push(
            "automated backups go with the database unless whoever deletes it retains them".to_owned(),
        ),
        CopyKind::ReplicatedAutomatedBackup => {
            why.push("replicated automated backups lie in the same account, and one call deletes them".to_owned());
        }
        CopyKind::PointInTimeRecovery => why.push(
            "point-in-time recovery goes with the table; the system backup that AWS keeps for 35 days lies in the same account"
                .to_owned(),
        ),
        CopyKind::RecoveryPoint | CopyKind::ManualSnapshot => {
            why.extend(in_place(one, by));
            if key_holds && stand.tier(true) >= Tier::Isolated {
                why.push(format!("nobody whom account {} reaches can take its key away", by.account()));
            }
        }
    }
    why
}

fn in_place(one: &Judged<'_>, by: &Attacker) -> Vec<String> {
    let (copy, stand) = (one.copy, &one.stand);
    let mut why = Vec::new();
    let lock = match (copy.vault.is_some(), stand.lock) {
        (false, _) => "no lock keeps a snapshot",
        (true, LockState::None) => "its vault has no lock",
        (true, LockState::Governance) => "its vault is locked in governance mode, and whoever may takes the lock off",
        (true, LockState::Grace) => "its vault's lock is in its grace time and can still be taken off",
        (true, LockState::Compliance) => "its vault is locked in compliance mode, past its lock date",
        (true, LockState::AirGapped) => "its vault is logically air-gapped",
    };
    if stand.apart {
        why.push(format!("it lies in {}", place(copy)));
    } else {
        why.push(format!("it lies in {}, which is the attacker's or the resource's own account", place(copy)));
    }
    why.push(lock.to_owned());
    match (&one.deleted, stand.delete) {
        _ if stand.lock.immutable() => {}
        (Some(told), _) if stand.deletable(true) => why.push(told.clone()),
        (_, Threat::Unread) => why.push("who can delete it could not be told".to_owned()),
        _ => why.push(format!("nobody whom account {} reaches can delete it today", by.account())),
    }
    match stand.release {
        _ if !stand.held => {}
        Threat::Unread => why.push("whether a legal hold keeps it could not be told".to_owned()),
        _ => why.push("a legal hold keeps it until somebody cancels that".to_owned()),
    }
    why
}
