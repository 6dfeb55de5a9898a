//! The backup plans of one account, its own and those of the effective BACKUP_POLICY, in one shape; and where their copies
//! go.

use std::collections::BTreeMap;

use super::policy::{self, PolicyPlan};
use super::schedule::period_hours;
use crate::analysis::Context;
use crate::analysis::context::item_gap;
use crate::model::backup::{Plan, SelectionDetail};
use crate::model::facts::{NamedBy, Unread};
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Arn, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::{Collection, Operation};

/// A plan in the region where it runs.
pub(super) struct RegionalPlan {
    pub(super) name: String,
    pub(super) arn: Option<Arn>,
    /// The shortest period of its rules, in hours; `None` where a rule's schedule could not be understood and no other was.
    pub(super) period_hours: Option<f64>,
    pub(super) selections: Vec<(String, SelectionDetail)>,
}

/// A vault that an account's plans or copy jobs name, with what they say of its copies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Named {
    pub(super) vault: Arn,
    pub(super) by: NamedBy,
    /// A copy action's DeleteAfterDays; `None` for a job. `Some(None)` is for ever.
    pub(super) delete_after_days: Option<Option<i64>>,
}

/// Everything that plans say in one account.
#[derive(Default)]
pub(super) struct AccountPlans {
    pub(super) by_region: BTreeMap<Region, Vec<RegionalPlan>>,
    /// The number of plans that AWS Backup lists, by region.
    pub(super) listed: BTreeMap<Region, usize>,
    pub(super) named: Vec<Named>,
    /// What could hide a plan, a selection or a named vault.
    pub(super) unread: Vec<Unread>,
}

impl AccountPlans {
    /// Gathers them.
    pub(super) fn new<'a>(cx: &Context<'a>, account: &'a AccountInventory) -> Self {
        let mut plans = Self::default();
        let view = cx.regional(account, Collection::BackupPlans, |parts| &parts.backup.plans);
        plans.unread.extend(view.unread);
        for (region, read) in view.reads {
            let Some(region) = region else { continue };
            plans.listed.insert(region.clone(), read.value.len());
            for plan in &read.value {
                plans.add_plan(account, region, plan);
            }
        }
        plans.add_policy(cx, account);
        plans.add_jobs(cx, account);
        plans.named.sort_by(|a, b| (&a.vault, &a.by).cmp(&(&b.vault, &b.by)));
        plans.named.dedup();
        for list in plans.by_region.values_mut() {
            list.sort_by(|a, b| (&a.name, &a.arn).cmp(&(&b.name, &b.arn)));
        }
        plans
    }

    fn add_plan(&mut self, account: &AccountInventory, region: &Region, plan: &Plan) {
        let gap = |collection, gap| item_gap(&account.id, Some(region), collection, gap);
        self.unread.extend(plan.rules.gap().map(|found| gap(Collection::BackupPlans, found)));
        self.unread.extend(plan.selections.gap().map(|found| gap(Collection::BackupSelections, found)));
        let rules = plan.rules.value().map_or(&[][..], Vec::as_slice);
        for rule in rules {
            for action in &rule.copy_actions {
                self.named.push(Named {
                    vault: action.destination_vault.clone(),
                    by: NamedBy { account: account.id.clone(), kind: "plan".to_owned(), name: plan.name.clone() },
                    delete_after_days: Some(action.delete_after_days),
                });
            }
        }
        let mut selections = Vec::new();
        for selection in plan.selections.value().into_iter().flatten() {
            match selection.detail.value() {
                Some(detail) => selections.push((selection.name.clone(), detail.clone())),
                None => {
                    self.unread.extend(selection.detail.gap().map(|found| gap(Collection::BackupSelections, found)))
                }
            }
        }
        selections.sort_by(|a, b| a.0.cmp(&b.0));
        self.by_region.entry(region.clone()).or_default().push(RegionalPlan {
            name: plan.name.clone(),
            arn: Some(plan.arn.clone()),
            period_hours: shortest(rules.iter().map(|rule| rule.schedule.as_deref())),
            selections,
        });
    }

    fn add_policy<'a>(&mut self, cx: &Context<'a>, account: &'a AccountInventory) {
        let view = cx.global(account, Collection::BackupEffectivePolicy, |parts| &parts.backup_effective_policy);
        self.unread.extend(view.unread);
        for (_, read) in view.reads {
            let Some(text) = &read.value else { continue };
            match policy::parse(text) {
                Ok(plans) => plans.iter().for_each(|plan| self.add_policy_plan(&account.id, plan)),
                Err(error) => {
                    let message =
                        format!("the effective backup policy of account {} cannot be read: {error}", account.id);
                    let gap =
                        Gap::not_made(GapKind::Malformed, Operation::OrganizationsDescribeEffectivePolicy, message);
                    self.unread.push(item_gap(&account.id, None, Collection::BackupEffectivePolicy, &gap));
                }
            }
        }
    }

    fn add_policy_plan(&mut self, account: &AccountId, plan: &PolicyPlan) {
        for region in &plan.regions {
            for copy in plan.rules.iter().flat_map(|rule| &rule.copies) {
                // A placeholder that is not AWS's own names no vault.
                if let Ok(vault) = copy.vault(account, region).parse() {
                    self.named.push(Named {
                        vault,
                        by: NamedBy { account: account.clone(), kind: "plan".to_owned(), name: plan.name.clone() },
                        delete_after_days: Some(copy.delete_after_days),
                    });
                }
            }
            self.by_region.entry(region.clone()).or_default().push(RegionalPlan {
                name: plan.name.clone(),
                arn: None,
                period_hours: shortest(plan.rules.iter().map(|rule| rule.schedule.as_deref())),
                selections: plan.selections.clone(),
            });
        }
    }

    fn add_jobs<'a>(&mut self, cx: &Context<'a>, account: &'a AccountInventory) {
        let view = cx.regional(account, Collection::BackupCopyJobs, |parts| &parts.backup.copy_jobs);
        self.unread.extend(view.unread);
        let mut names: BTreeMap<&Arn, &str> = BTreeMap::new();
        for job in view.reads.iter().flat_map(|(_, read)| &read.value) {
            // A job also shows in the account that it copies to; there it names a vault of that account's own.
            let runs_in = job.account.clone().or_else(|| job.source_vault.as_ref().and_then(Arn::account));
            let own = runs_in.is_none_or(|id| id == account.id);
            if let Some(vault) = job.destination_vault.as_ref().filter(|_| own) {
                let name = names.entry(vault).or_insert(&job.id);
                *name = (*name).min(job.id.as_str());
            }
        }
        for (vault, name) in names {
            let by = NamedBy { account: account.id.clone(), kind: "copy_job".to_owned(), name: name.to_owned() };
            self.named.push(Named { vault: vault.clone(), by, delete_after_days: None });
        }
    }
}

fn shortest<'a>(schedules: impl Iterator<Item = Option<&'a str>>) -> Option<f64> {
    schedules.filter_map(period_hours).min_by(f64::total_cmp)
}

/// The plans of every account that was entered, by its id.
pub(super) fn all<'a>(cx: &Context<'a>) -> BTreeMap<&'a AccountId, AccountPlans> {
    cx.inventory.accounts.iter().map(|account| (&account.id, AccountPlans::new(cx, account))).collect()
}
