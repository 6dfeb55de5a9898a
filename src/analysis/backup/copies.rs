//! The copies of one resource: which of the points, snapshots and automated backups are of it, how old their data is, and
//! where they lie.
//!
//! Identity: RDS gives every instance and cluster an id that is never used twice, and its snapshots carry it; recovery
//! points carry the ARN alone. So a point must have the resource's ARN, and either its snapshot (or the id in a continuous
//! point's ARN) has the resource's id, or it was made after the resource was: what is older is of a predecessor of the same
//! name, and brings that one back. Such points are named, never counted.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::index::{Auto, Index, Live, Point, Snap, lock_state};
use crate::analysis::context::age;
use crate::model::facts::{CopyFact, CopyKind, Fact, ResourceFact, SubjectKind};
use crate::model::gap::Answer;
use crate::model::ids::{AccountId, Arn, Region};

/// The copies of a resource and the points of its predecessors.
#[derive(Default)]
pub(super) struct Found {
    pub(super) copies: Vec<CopyFact>,
    pub(super) predecessors: Vec<Arn>,
}

/// Where the resource itself lies.
struct Home<'a> {
    arn: &'a str,
    id: Option<&'a str>,
    account: Option<&'a AccountId>,
    region: Option<&'a Region>,
    live: Option<&'a Live<'a>>,
    database: bool,
    cluster: bool,
    bucket: bool,
}

#[derive(PartialEq, Eq)]
enum Identity {
    Same,
    Predecessor,
    Other,
}

/// Finds the copies of a resource, youngest data first.
pub(super) fn find<'a>(index: &'a Index<'a>, fact: &'a Fact<ResourceFact>) -> Found {
    let home = Home {
        arn: &fact.subject.arn,
        id: fact.detail.resource_id.as_deref(),
        account: fact.subject.account.as_ref(),
        region: fact.subject.region.as_ref(),
        live: index.live.get(fact.subject.arn.as_str()),
        database: matches!(fact.subject.kind, SubjectKind::DbInstance | SubjectKind::DbCluster),
        cluster: fact.subject.kind == SubjectKind::DbCluster,
        bucket: fact.subject.kind == SubjectKind::S3Bucket,
    };
    let mut found = Found::default();
    let counted = home.add_points(index, &mut found);
    if home.database {
        home.add_snapshots(index, &counted, &mut found);
        home.add_automated(index, &counted, &mut found);
    }
    home.add_point_in_time_recovery(&mut found);
    found.copies.sort_by(|a, b| {
        let age = |copy: &CopyFact| copy.age_hours.unwrap_or(f64::INFINITY);
        let order = age(a).total_cmp(&age(b)).then_with(|| (a.kind, &a.arn, &a.vault).cmp(&(b.kind, &b.arn, &b.vault)));
        order.then_with(|| format!("{a:?}").cmp(&format!("{b:?}")))
    });
    found.predecessors.sort();
    found.predecessors.dedup();
    found
}

impl Home<'_> {
    /// Adds the recovery points; says which ARNs were looked at, so that no snapshot is counted twice.
    fn add_points<'a>(&self, index: &Index<'a>, found: &mut Found) -> BTreeSet<&'a str> {
        // A renamed instance keeps its id: its older points carry its older name.
        let renamed = self
            .id
            .into_iter()
            .flat_map(|id| index.snapshots_of_id(id))
            .flat_map(|snap| index.points_called(snap.snapshot.arn.as_str()));
        let mut seen = BTreeSet::new();
        for point in index.points_of(self.arn).chain(renamed) {
            if !seen.insert((point.point.arn.as_str(), point.vault.arn.as_str())) {
                continue;
            }
            match self.identity_of(index, point) {
                Identity::Same => found.copies.push(self.of_point(index, point)),
                Identity::Predecessor => found.predecessors.push(point.point.arn.clone()),
                Identity::Other => {}
            }
        }
        seen.into_iter().map(|(arn, _)| arn).collect()
    }

    fn identity_of(&self, index: &Index<'_>, point: &Point<'_>) -> Identity {
        if !self.database {
            return self.by_age(Some(point.point.created_at));
        }
        let of_snapshot =
            index.snapshot(point.point.arn.as_str()).and_then(|snap| snap.snapshot.source_resource_id.as_deref());
        if let (Some(of), Some(id)) = (of_snapshot.or_else(|| continuous_id(&point.point.arn)), self.id) {
            let same = of.eq_ignore_ascii_case(id) || starts_with_id(of, id);
            return if same { Identity::Same } else { Identity::Predecessor };
        }
        self.by_age(Some(point.point.created_at))
    }

    /// Data older than the resource is of its predecessor. Where either time is not known, nobody can say whose it is. A
    /// bucket has no time of its own: AWS moves it with every change of its policy.
    fn by_age(&self, data: Option<Timestamp>) -> Identity {
        if self.bucket {
            return Identity::Same;
        }
        match (data, self.live.and_then(|live| live.created_at)) {
            (Some(data), Some(created)) if data < created => Identity::Predecessor,
            (Some(_), Some(_)) => Identity::Same,
            _ => Identity::Other,
        }
    }

    fn of_point(&self, index: &Index<'_>, point: &Point<'_>) -> CopyFact {
        let (account, region) = (point.account(), point.place.region.clone());
        let continuous = self.is_continuous(&point.point.arn);
        let read_at = point.place.read_at;
        let in_place = continuous && self.is_at_home(Some(&account), Some(&region));
        let age_hours = match self.live {
            // A continuous point is updated in place: CreationDate is when it began.
            Some(live) if in_place => match self.window_end(index, live, &point.point.arn) {
                Some((latest, at)) => age(latest.max(point.point.created_at), at),
                None => age(point.point.created_at, read_at),
            },
            _ => age(point.point.created_at, read_at),
        };
        let from_days = || {
            let days = point.point.delete_after_days.filter(|_| !continuous)?;
            let seconds = days.checked_mul(24 * 60 * 60)?;
            point.point.created_at.checked_add(SignedDuration::from_secs(seconds)).ok()
        };
        let expires = point.point.delete_at.filter(|_| !continuous).or_else(from_days);
        CopyFact {
            kind: CopyKind::RecoveryPoint,
            arn: point.point.arn.clone(),
            vault: Some(point.vault.arn.clone()),
            lock: Some(lock_state(point.vault, read_at)),
            status: point.point.status.clone(),
            usable: matches!(point.point.status.as_str(), "COMPLETED" | "AVAILABLE") && index.stays(&account),
            age_hours: Some(age_hours),
            expires_in_hours: expires.map(|expires| age(read_at, expires)),
            other_account: self.is_other_account(&account),
            other_region: self.is_other_region(&region),
            outlives_delete: true,
            continuous,
            kms_key: point.point.kms_key.clone(),
            account: Some(account),
            region: Some(region),
        }
    }

    /// The end of the window that a continuous point restores to, and when it was read. RDS's own window counts only where
    /// RDS says that this very point is what keeps it; of a bucket AWS Backup tells the last backup alone.
    fn window_end(&self, index: &Index<'_>, live: &Live<'_>, point: &Arn) -> Option<(Timestamp, Timestamp)> {
        if !self.database {
            return index.last_backup(self.arn);
        }
        let of_backups = index
            .automated_of(self.arn)
            .iter()
            .filter(|auto| {
                self.is_of(auto) && !is_replica(auto) && auto.backup.backup_recovery_point.as_ref() == Some(point)
            })
            .filter_map(|auto| Some((auto.backup.latest_restorable_at?, auto.place.read_at)));
        let of_resource = live
            .latest_restorable_at
            .filter(|_| live.continuous_point == Some(point))
            .map(|latest| (latest, live.read_at));
        of_backups.chain(of_resource).max()
    }

    fn is_continuous(&self, arn: &Arn) -> bool {
        arn.resource().starts_with("recovery-point:continuous:")
            || self.live.and_then(|live| live.continuous_point).is_some_and(|point| point == arn)
    }

    fn add_snapshots(&self, index: &Index<'_>, counted: &BTreeSet<&str>, found: &mut Found) {
        let name = self.live.and_then(|live| live.identifier);
        let by_id = self.id.into_iter().flat_map(|id| index.snapshots_of_id(id));
        let by_name = name.into_iter().flat_map(|name| index.snapshots_of_name(name));
        let mut seen = BTreeSet::new();
        for snap in by_id.chain(by_name) {
            let arn = snap.snapshot.arn.as_str();
            if counted.contains(arn) || !seen.insert(arn) {
                continue;
            }
            match self.identity_of_snapshot(index, snap) {
                Identity::Same => found.copies.push(self.of_snapshot(index, snap)),
                Identity::Predecessor => found.predecessors.push(snap.snapshot.arn.clone()),
                Identity::Other => {}
            }
        }
    }

    fn identity_of_snapshot(&self, index: &Index<'_>, snap: &Snap<'_>) -> Identity {
        let snapshot = snap.snapshot;
        let of_cluster = snapshot.arn.resource().starts_with("cluster-snapshot:");
        if of_cluster != self.cluster {
            return Identity::Other;
        }
        if self.id.is_some() && snapshot.source_resource_id.as_deref() == self.id {
            return Identity::Same;
        }
        if self.live.and_then(|live| live.engine).is_some_and(|engine| engine != snapshot.engine) {
            return Identity::Other;
        }
        let at_home = |account: Option<&AccountId>, region: Option<&Region>| self.is_at_home(account, region);
        if at_home(Some(snap.place.account), Some(snap.place.region)) {
            // The same name in the same place with another id: an instance that is gone.
            return match (&snapshot.source_resource_id, self.id) {
                (Some(_), Some(_)) => Identity::Predecessor,
                _ => self.by_age(data_time(index, snap)),
            };
        }
        // A copy made elsewhere, told by the snapshot that it was copied from.
        let from_home = snapshot
            .source_snapshot
            .as_ref()
            .is_some_and(|source| at_home(source.account().as_ref(), source.region().as_ref()));
        match data_time(index, snap) {
            Some(data) if from_home => self.by_age(Some(data)),
            _ => Identity::Other,
        }
    }

    fn of_snapshot(&self, index: &Index<'_>, snap: &Snap<'_>) -> CopyFact {
        let snapshot = snap.snapshot;
        let kind = match snapshot.snapshot_type.as_str() {
            "awsbackup" => CopyKind::RecoveryPoint,
            "automated" => CopyKind::AutomatedSnapshot,
            _ => CopyKind::ManualSnapshot,
        };
        CopyFact {
            kind,
            arn: snapshot.arn.clone(),
            account: Some(snap.place.account.clone()),
            region: Some(snap.place.region.clone()),
            vault: None,
            lock: None,
            status: snapshot.status.clone(),
            usable: snapshot.status == "available" && index.stays(snap.place.account),
            age_hours: data_time(index, snap).map(|data| age(data, snap.place.read_at)),
            expires_in_hours: None,
            other_account: self.is_other_account(snap.place.account),
            other_region: self.is_other_region(snap.place.region),
            outlives_delete: kind != CopyKind::AutomatedSnapshot,
            continuous: false,
            kms_key: snapshot.kms_key.clone(),
        }
    }

    fn is_of(&self, auto: &Auto<'_>) -> bool {
        auto.backup.source.as_str() == self.arn && self.id.is_none_or(|id| auto.backup.resource_id == id)
    }

    fn add_automated(&self, index: &Index<'_>, counted: &BTreeSet<&str>, found: &mut Found) {
        for auto in index.automated_of(self.arn).iter().filter(|auto| self.is_of(auto)) {
            let backup = auto.backup;
            // What AWS Backup manages is its continuous point.
            if backup.backup_recovery_point.as_ref().is_some_and(|point| counted.contains(point.as_str())) {
                continue;
            }
            let kind = if is_replica(auto) { CopyKind::ReplicatedAutomatedBackup } else { CopyKind::AutomatedBackup };
            found.copies.push(CopyFact {
                kind,
                arn: backup.arn.clone(),
                account: Some(auto.place.account.clone()),
                region: Some(auto.place.region.clone()),
                vault: None,
                lock: None,
                status: backup.status.clone(),
                usable: matches!(backup.status.as_str(), "active" | "retained"),
                age_hours: backup.latest_restorable_at.map(|latest| age(latest, auto.place.read_at)),
                expires_in_hours: None,
                other_account: self.is_other_account(auto.place.account),
                other_region: self.is_other_region(auto.place.region),
                outlives_delete: false,
                continuous: true,
                kms_key: backup.kms_key.clone(),
            });
        }
    }

    fn add_point_in_time_recovery(&self, found: &mut Found) {
        let Some(live) = self.live else { return };
        let Some(Answer::Value(recovery)) = live.point_in_time_recovery else { return };
        let Ok(arn) = self.arn.parse::<Arn>() else { return };
        if !recovery.enabled {
            return;
        }
        found.copies.push(CopyFact {
            kind: CopyKind::PointInTimeRecovery,
            arn,
            account: self.account.cloned(),
            region: self.region.cloned(),
            vault: None,
            lock: None,
            status: "ENABLED".to_owned(),
            usable: recovery.latest_restorable_at.is_some(),
            age_hours: recovery.latest_restorable_at.map(|latest| age(latest, live.read_at)),
            expires_in_hours: None,
            other_account: false,
            other_region: false,
            outlives_delete: false,
            continuous: true,
            kms_key: None,
        });
    }

    fn is_at_home(&self, account: Option<&AccountId>, region: Option<&Region>) -> bool {
        account == self.account && region == self.region
    }

    fn is_other_account(&self, account: &AccountId) -> bool {
        self.account.is_some_and(|home| home != account)
    }

    fn is_other_region(&self, region: &Region) -> bool {
        self.region.is_some_and(|home| home != region)
    }
}

fn is_replica(auto: &Auto<'_>) -> bool {
    *auto.place.region != auto.backup.source_region
}

/// The resource id in a continuous point's ARN: `recovery-point:continuous:db-ABC…-1234`.
fn continuous_id(arn: &Arn) -> Option<&str> {
    let rest = arn.resource().strip_prefix("recovery-point:continuous:")?;
    ["db-", "cluster-"].iter().any(|head| rest.to_ascii_lowercase().starts_with(head)).then_some(rest)
}

fn starts_with_id(text: &str, id: &str) -> bool {
    text.get(..id.len()).is_some_and(|head| head.eq_ignore_ascii_case(id))
        && text.get(id.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The age of a snapshot's data. Copying resets SnapshotCreateTime; where no original time is kept (cluster snapshots), the
/// snapshot that it was copied from tells, and without it nothing does.
fn data_time(index: &Index<'_>, snap: &Snap<'_>) -> Option<Timestamp> {
    let mut snapshot = snap.snapshot;
    for _ in 0..8 {
        if let Some(original) = snapshot.original_created_at {
            return Some(original);
        }
        match &snapshot.source_snapshot {
            None => return snapshot.created_at,
            Some(source) => snapshot = index.snapshot(source.as_str())?.snapshot,
        }
    }
    None
}
