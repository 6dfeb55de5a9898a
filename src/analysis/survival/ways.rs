//! By which rights copies and their keys are destroyed, and who reaches them: each question is asked of the graph once and
//! answered for every attacker. Imports the reach.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::threat::Threat;
use crate::analysis::reach::{Node, NodeId, Reach, Search, Seeds, Strength, Target, Teller};
use crate::model::facts::{AttackerModel, PathStep, Reacher, Unread};
use crate::model::ids::{AccountId, Arn};
use crate::model::kms::KeyDetail;

/// What deletes a point or makes it expire.
const ON_POINTS: [&str; 3] =
    ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:DisassociateRecoveryPoint"];
/// What takes a lock off that is not immutable.
const ON_LOCKS: [&str; 2] = ["backup:DeleteBackupVaultLockConfiguration", "backup:PutBackupVaultLockConfiguration"];
/// What deletes a version of an object or has it expire, each with whether it acts on objects.
const ON_VERSIONS: [(&str, bool); 2] = [("s3:DeleteObjectVersion", true), ("s3:PutLifecycleConfiguration", false)];
/// What takes a key away, or takes it over.
const ON_KEYS: [&str; 3] = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"];
/// What besides takes a key's material away that was imported.
const ON_MATERIAL: &str = "kms:DeleteImportedKeyMaterial";

/// Whose hand it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Attacker {
    /// Everybody of an account.
    Account(AccountId),
    /// One principal, by its node.
    Principal(NodeId, AccountId),
}

impl Attacker {
    /// Whether an account is wholly its own: nothing that lies there is apart from it.
    pub(crate) fn owns(&self, account: &AccountId) -> bool {
        matches!(self, Self::Account(own) if own == account)
    }

    /// The account that it acts from.
    pub(crate) const fn account(&self) -> &AccountId {
        match self {
            Self::Account(account) | Self::Principal(_, account) => account,
        }
    }

    /// The model that it is of, for a resource of an account.
    pub(crate) fn model(&self, of: Option<&AccountId>) -> AttackerModel {
        match self {
            Self::Principal(..) => AttackerModel::Principal,
            Self::Account(account) if Some(account) == of => AttackerModel::Account,
            Self::Account(_) => AttackerModel::Management,
        }
    }
}

/// Rights of one kind over one thing, and everybody who leads to one of them.
pub(super) struct Way {
    targets: Vec<Target>,
    seeds: Seeds,
    search: Search,
    owner: AccountId,
    /// The surest node of each account.
    of: BTreeMap<AccountId, (Strength, NodeId)>,
    gaps: RefCell<BTreeMap<Attacker, Rc<Vec<Unread>>>>,
}

/// What a way means for one attacker.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken {
    pub(super) threat: Threat,
    /// In one sentence, where it is reached.
    pub(super) told: Option<String>,
    pub(super) path: Vec<PathStep>,
    /// What could not be read, where it is open.
    pub(super) unread: Vec<Unread>,
}

/// Every way that was asked for.
pub(super) struct Ways<'t, 'r, 'c, 'a> {
    pub(super) teller: &'t Teller<'r, 'c, 'a>,
    asked: RefCell<BTreeMap<Vec<Target>, Rc<Way>>>,
}

impl<'t, 'r, 'c, 'a> Ways<'t, 'r, 'c, 'a> {
    pub(super) fn new(teller: &'t Teller<'r, 'c, 'a>) -> Self {
        Self { teller, asked: RefCell::default() }
    }

    fn reach(&self) -> &Reach<'c, 'a> {
        self.teller.reach
    }

    fn way(&self, mut targets: Vec<Target>, owner: &AccountId) -> Rc<Way> {
        targets.sort();
        targets.dedup();
        if let Some(known) = self.asked.borrow().get(&targets) {
            return Rc::clone(known);
        }
        let seeds = self.reach().seeds(&targets);
        let search = self.reach().graph.leading_to(&seeds.strengths());
        let mut of: BTreeMap<AccountId, (Strength, NodeId)> = BTreeMap::new();
        for (node, found) in search.all() {
            let Some(account) = self.reach().home_of(node) else { continue };
            // Of equal ones a principal is told before a class, and the first.
            let named = |node: NodeId| !matches!(self.reach().graph.get(node), Some(Node::Principal(_)));
            let best = of.entry(account).or_insert((found.strength, node));
            if (found.strength, named(best.1)) > (best.0, named(node)) {
                *best = (found.strength, node);
            }
        }
        let way = Way { targets: targets.clone(), seeds, search, owner: owner.clone(), of, gaps: RefCell::default() };
        let way = Rc::new(way);
        self.asked.borrow_mut().insert(targets, Rc::clone(&way));
        way
    }

    /// What deletes copies that lie in a vault.
    pub(super) fn points(&self, vault: &Arn, copies: &BTreeSet<&Arn>, owner: &AccountId) -> Rc<Way> {
        let region = vault.region();
        let region = region.as_ref().map(AsRef::as_ref);
        let targets = standing_for(copies).into_iter().flat_map(|resource| {
            ON_POINTS.map(|action| Target {
                policy_of: Some(vault.clone()),
                ..Target::new(action, &resource, owner, region)
            })
        });
        self.way(targets.collect(), owner)
    }

    /// What takes the lock off a vault.
    pub(super) fn lock(&self, vault: &Arn, owner: &AccountId) -> Rc<Way> {
        let region = vault.region();
        let region = region.as_ref().map(AsRef::as_ref);
        self.way(ON_LOCKS.map(|action| Target::new(action, vault.as_str(), owner, region)).into(), owner)
    }

    /// What cancels a legal hold of an account.
    pub(super) fn hold(&self, hold: &Arn, owner: &AccountId) -> Rc<Way> {
        let region = hold.region();
        let region = region.as_ref().map(AsRef::as_ref);
        self.way(vec![Target::new("backup:CancelLegalHold", hold.as_str(), owner, region)], owner)
    }

    /// What deletes snapshots or retained backups, all of one kind, account and region.
    pub(super) fn snapshots(&self, copies: &BTreeSet<&Arn>, owner: &AccountId) -> Rc<Way> {
        let Some(first) = copies.first() else { return self.way(Vec::new(), owner) };
        let region = first.region();
        let region = region.as_ref().map(AsRef::as_ref);
        let action = match first.resource().split(':').next() {
            Some("cluster-snapshot") => "rds:DeleteDBClusterSnapshot",
            Some("auto-backup") => "rds:DeleteDBInstanceAutomatedBackup",
            Some("cluster-auto-backup") => "rds:DeleteDBClusterAutomatedBackup",
            _ => "rds:DeleteDBSnapshot",
        };
        let targets = standing_for(copies).into_iter().map(|resource| Target::new(action, &resource, owner, region));
        self.way(targets.collect(), owner)
    }

    /// What deletes the versions of a bucket's objects, or has them expire.
    pub(super) fn versions(&self, bucket: &Arn, owner: &AccountId, region: Option<&str>) -> Rc<Way> {
        let objects = format!("{bucket}/*");
        let targets = ON_VERSIONS.map(|(action, on_objects)| {
            let on = if on_objects { objects.as_str() } else { bucket.as_str() };
            Target { policy_of: Some(bucket.clone()), ..Target::new(action, on, owner, region) }
        });
        self.way(targets.into(), owner)
    }

    /// What takes a key away.
    pub(super) fn key(&self, key: &KeyDetail) -> Rc<Way> {
        let region = key.arn.region();
        let region = region.as_ref().map(AsRef::as_ref);
        let material = (key.origin == "EXTERNAL").then_some(ON_MATERIAL);
        let actions = ON_KEYS.into_iter().chain(material);
        let targets = actions.map(|action| Target::new(action, key.arn.as_str(), &key.account, region));
        self.way(targets.collect(), &key.account)
    }

    /// What closes an account.
    pub(super) fn closing(&self, account: &AccountId) -> Rc<Way> {
        self.way(crate::analysis::reach::closing(self.reach().cx, account), account)
    }

    /// What a way means for an attacker.
    pub(super) fn taken(&self, way: &Way, by: &Attacker) -> Taken {
        let node = match by {
            Attacker::Account(account) => way.of.get(account).copied(),
            Attacker::Principal(node, _) => way.search.of(*node).map(|found| (found.strength, *node)),
        };
        if let Some((_, node)) = node.filter(|(strength, _)| *strength >= Strength::Conditional) {
            let reacher = self.teller.reacher(node, &way.search, &way.seeds, &way.targets);
            let (told, path) = reacher.map(|Reacher { told, path, .. }| (told, path)).unzip();
            return Taken { threat: Threat::Reached, told, path: path.unwrap_or_default(), unread: Vec::new() };
        }
        let unread = self.gaps(way, by);
        let open = node.is_some() || !unread.is_empty();
        let threat = if open { Threat::Unread } else { Threat::None };
        Taken { threat, unread: unread.to_vec(), ..Taken::default() }
    }

    fn gaps(&self, way: &Way, by: &Attacker) -> Rc<Vec<Unread>> {
        if let Some(known) = way.gaps.borrow().get(by) {
            return Rc::clone(known);
        }
        let gaps = self.teller.gaps(&way.search, &way.targets, &way.owner, |of| of == by.account());
        let gaps = Rc::new(gaps);
        way.gaps.borrow_mut().insert(by.clone(), Rc::clone(&gaps));
        gaps
    }

    /// Everybody of some accounts who reaches a way.
    pub(super) fn reachers(&self, way: &Way, of: &BTreeSet<AccountId>) -> (crate::model::facts::Reachers, Vec<Unread>) {
        let wanted = |node| self.teller.account_of(node).is_some_and(|account| of.contains(&account));
        let reachers = self.teller.reachers(&way.search, &way.seeds, &way.targets, wanted);
        (reachers, self.teller.gaps(&way.search, &way.targets, &way.owner, |account| of.contains(account)))
    }
}

/// What stands for many ARNs: of each kind one, and where there are more whatever begins so: a right over one of them is a
/// right that the attacker may have.
fn standing_for(copies: &BTreeSet<&Arn>) -> BTreeSet<String> {
    let mut kinds: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
    for arn in copies.iter().map(|arn| arn.as_str()) {
        let kind = arn.rfind([':', '/']).and_then(|at| arn.get(..=at)).unwrap_or(arn);
        kinds.entry(kind).or_insert((arn, 0)).1 += 1;
    }
    let of = |(kind, (first, count)): (&str, (&str, usize))| {
        let others = (count > 1).then(|| format!("{kind}*"));
        std::iter::once(first.to_owned()).chain(others)
    };
    kinds.into_iter().flat_map(of).collect()
}
