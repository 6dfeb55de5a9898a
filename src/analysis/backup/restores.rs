//! Whether a resource's copies were ever restored: the last completed restore, and where it was seen.
//!
//! Three places tell: restore jobs (30 days, with the validation of a restore test), the protected resource's last restore, and
//! a point's LastRestoreTime. One restore shows in all three; the job is believed where it is there, so that its failed
//! validation is not hidden behind a bare date.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use super::copies::Found;
use super::index::{Index, Job};
use crate::analysis::context::age;
use crate::model::facts::{CopyKind, RestoreFact};
use crate::model::ids::Arn;

/// How much later a bare date must be than a job's end to tell of another restore.
const SAME_RESTORE: SignedDuration = SignedDuration::from_hours(24);

/// How far apart AWS dates one job in two answers.
const SAME_JOB: SignedDuration = SignedDuration::from_mins(1);

struct Seen {
    at: Timestamp,
    fact: RestoreFact,
}

/// The last completed restore of one of the points that were found of a resource.
pub(super) fn last(index: &Index<'_>, resource: &str, found: &Found) -> Option<RestoreFact> {
    let jobs = jobs_of(index, resource, found);
    let job = jobs
        .iter()
        .filter(|job| job.job.status == "COMPLETED")
        .max_by_key(|job| (ended(job), job.job.created_at, &job.job.id, &job.job.validation_status));
    let dates = protected(index, resource, &jobs).into_iter().chain(points(index, found));
    let date = dates.max_by(|a, b| a.at.cmp(&b.at).then_with(|| a.fact.seen_in.cmp(&b.fact.seen_in)));
    match (job, date) {
        (Some(job), Some(date)) if later_by_far(date.at, ended(job)) => Some(date.fact),
        (Some(job), _) => Some(of_job(job)),
        (None, date) => date.map(|seen| seen.fact),
    }
}

fn later_by_far(date: Timestamp, job: Timestamp) -> bool {
    date.duration_since(job) > SAME_RESTORE
}

fn ended(job: &Job<'_>) -> Timestamp {
    job.job.completed_at.unwrap_or(job.job.created_at)
}

fn of_job(job: &Job<'_>) -> RestoreFact {
    RestoreFact {
        age_hours: age(ended(job), job.place.read_at),
        seen_in: "job".to_owned(),
        validation: job.job.validation_status.clone(),
        testing_plan: job.job.restore_testing_plan.clone(),
    }
}

/// Jobs of any account that restored one of the resource's points: copies are restored where they lie. A job of a
/// predecessor's point, or from before the resource was created, says nothing about this one.
fn jobs_of<'a>(index: &'a Index<'a>, resource: &str, found: &Found) -> Vec<Job<'a>> {
    let predecessors: BTreeSet<&str> = found.predecessors.iter().map(Arn::as_str).collect();
    let live = index.live.get(resource);
    let by_point = found.copies.iter().flat_map(|copy| index.jobs_of_point(copy.arn.as_str()));
    let by_resource = index.jobs_of_resource(resource).iter().filter(|job| {
        let of_predecessor = job.job.recovery_point.as_ref().is_some_and(|point| predecessors.contains(point.as_str()));
        !of_predecessor && live.is_some_and(|live| live.lived_at(job.job.created_at))
    });
    by_point.chain(by_resource).copied().collect()
}

/// The protected resource's last restore, unless the job of that date did not complete.
fn protected(index: &Index<'_>, resource: &str, jobs: &[Job<'_>]) -> Vec<Seen> {
    let live = index.live.get(resource);
    let mut seen = Vec::new();
    for protected in index.protected(resource) {
        let Some(last) = protected.resource.last_restore.as_ref().and_then(|answer| answer.value()) else { continue };
        let (Some(at), Some(_)) = (last.restored_at, last.minutes) else { continue };
        let failed = jobs
            .iter()
            .any(|job| job.job.status != "COMPLETED" && job.job.created_at.duration_since(at).abs() <= SAME_JOB);
        // The point restored may be a predecessor's.
        let own = live.is_some_and(|live| {
            live.lived_at(at) && last.recovery_point_created_at.is_none_or(|point| live.lived_at(point))
        });
        if !failed && own {
            seen.push(bare(at, protected.place.read_at, "last_restore"));
        }
    }
    seen
}

fn points(index: &Index<'_>, found: &Found) -> Vec<Seen> {
    found
        .copies
        .iter()
        .filter(|copy| copy.kind == CopyKind::RecoveryPoint)
        .flat_map(|copy| index.points_called(copy.arn.as_str()))
        .filter_map(|point| Some(bare(point.point.last_restored_at?, point.place.read_at, "recovery_point")))
        .collect()
}

fn bare(at: Timestamp, read_at: Timestamp, seen_in: &str) -> Seen {
    let fact =
        RestoreFact { age_hours: age(at, read_at), seen_in: seen_in.to_owned(), validation: None, testing_plan: None };
    Seen { at, fact }
}
