//! Whether AWS Backup takes care of a resource: which plans select it, how often, and how young its newest point is.

use super::index::Index;
use super::plans::{AccountPlans, RegionalPlan};
use super::selection::{Candidate, Taken, takes};
use crate::analysis::Context;
use crate::analysis::context::{item_gap, source};
use crate::model::backup::RegionSettings;
use crate::model::facts::{
    BackupCoverage, CopyFact, CopyKind, Fact, ResourceFact, SelectingPlan, Source, SubjectKind, Unread,
};
use crate::model::ids::{AccountId, Region};
use crate::model::operation::Collection;

/// What plans make of one resource.
#[derive(Default)]
pub(super) struct Coverage {
    pub(super) fact: BackupCoverage,
    /// Whether a plan would take it in, but that its type is opted out.
    pub(super) opted_out: bool,
    /// Its type in AWS Backup's words.
    pub(super) backup_type: Option<&'static str>,
    pub(super) rests_on: Vec<Source>,
    pub(super) unread: Vec<Unread>,
}

/// Holds a resource against the plans of its account and region.
pub(super) fn of(
    cx: &Context<'_>,
    index: &Index<'_>,
    plans: Option<&AccountPlans>,
    fact: &Fact<ResourceFact>,
    copies: &[CopyFact],
) -> Coverage {
    let mut coverage = Coverage::default();
    let live = index.live.get(fact.subject.arn.as_str());
    coverage.backup_type = live.map_or_else(|| by_kind(fact), |live| live.backup_type);
    coverage.fact.supported = coverage.backup_type.is_some();
    coverage.fact.newest_point_hours = copies
        .iter()
        .filter(|copy| copy.kind == CopyKind::RecoveryPoint && copy.usable && !copy.other_account)
        // One past its time is AWS's to delete at any moment.
        .filter(|copy| copy.expires_in_hours.is_none_or(|hours| hours > 0.0))
        .filter_map(|copy| copy.age_hours)
        .min_by(f64::total_cmp);
    let (Some(plans), Some(account), Some(kind)) = (plans, fact.subject.account.as_ref(), coverage.backup_type) else {
        return coverage;
    };
    let region = fact.subject.region.as_ref();
    coverage.unread.extend(plans.unread.iter().filter(|unread| concerns(unread, region)).cloned());
    let Some(region) = region else { return coverage };
    coverage.rests_on.push(source(account, Some(region), Collection::BackupPlans));
    let settings = settings(cx, account, region, &mut coverage);
    coverage.fact.opted_in = settings.map(|settings| settings.opt_in.get(kind).copied().unwrap_or(false));
    for plan in plans.by_region.get(region).into_iter().flatten() {
        select(&mut coverage, plan, account, region, &fact.subject.arn, live.map(|live| live.tags));
    }
    coverage.fact.period_hours = coverage.fact.plans.iter().filter_map(|plan| plan.period_hours).min_by(f64::total_cmp);
    coverage
}

type Tags<'a> = Result<&'a std::collections::BTreeMap<String, String>, (Collection, &'a crate::model::gap::Gap)>;

fn select(
    coverage: &mut Coverage,
    plan: &RegionalPlan,
    account: &AccountId,
    region: &Region,
    arn: &str,
    tags: Option<Tags<'_>>,
) {
    let candidate = Candidate { arn, tags: tags.and_then(Result::ok) };
    for (selection, detail) in &plan.selections {
        let taken = match takes(detail, &candidate) {
            Taken::No => false,
            Taken::Always => true,
            Taken::HangsOnTags => {
                if let Some(Err((collection, gap))) = tags {
                    coverage.unread.push(item_gap(account, Some(region), collection, gap));
                }
                false
            }
            Taken::IfOptedIn => match coverage.fact.opted_in {
                Some(opted_in) => {
                    coverage.opted_out |= !opted_in;
                    opted_in
                }
                // Not read: the gap stands in `unread`, and nothing is taken for granted.
                None => false,
            },
        };
        if taken {
            coverage.fact.plans.push(SelectingPlan {
                plan: plan.name.clone(),
                arn: plan.arn.clone(),
                selection: selection.clone(),
                period_hours: plan.period_hours,
            });
        }
    }
}

fn settings<'a>(
    cx: &Context<'a>,
    account: &AccountId,
    region: &Region,
    coverage: &mut Coverage,
) -> Option<&'a RegionSettings> {
    let account = cx.inventory.account(account)?;
    let view = cx.regional(account, Collection::BackupRegionSettings, |parts| &parts.backup.region_settings);
    coverage.unread.extend(view.unread.into_iter().filter(|unread| concerns(unread, Some(region))));
    let read = view.reads.into_iter().find(|(at, _)| *at == Some(region))?.1;
    Some(&read.value)
}

/// Whether a gap could concern a region; where the region itself is unknown, any could.
pub(super) fn concerns(unread: &Unread, region: Option<&Region>) -> bool {
    unread.regions.is_empty() || region.is_none_or(|region| unread.regions.contains(region))
}

/// A resource that is not in the inventory any more than by its fact.
fn by_kind(fact: &Fact<ResourceFact>) -> Option<&'static str> {
    match fact.subject.kind {
        SubjectKind::DbInstance if fact.detail.cluster.is_none() => Some("RDS"),
        SubjectKind::DynamoDbTable => Some("DynamoDB"),
        SubjectKind::S3Bucket => Some("S3"),
        _ => None,
    }
}
