//! Legal holds and restore testing plans.

use super::super::call::{Call, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{not_found, page, role};
use crate::model::backup::{LegalHold, LegalHoldSelection, RestoreTestingPlan};
use crate::model::operation::Operation;

pub(super) fn list(call: &Call<'_>) -> Result<Members, Refusal> {
    let holds = listed(&call.region_parts()?.backup.legal_holds, Operation::BackupListLegalHolds)?;
    page(call, "LegalHolds", holds, (&[], &[]), |_| true, members)
}

fn members(hold: &LegalHold) -> Members {
    let LegalHold {
        arn,
        id,
        title,
        status,
        // Told by GetLegalHold alone.
        detail: _,
    } = hold;
    Members::default()
        .put("Title", title.as_str())
        .put("Status", status.as_str())
        .put("LegalHoldId", id.as_str())
        .put("LegalHoldArn", arn.as_str())
}

pub(super) fn hold(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["LegalHoldId"])?;
    let id = call.input.required("LegalHoldId")?;
    let holds = listed(&call.region_parts()?.backup.legal_holds, Operation::BackupGetLegalHold)?;
    let hold = holds.iter().find(|hold| hold.id == id);
    let hold = hold.ok_or_else(|| not_found(format!("Legal hold {id:.100} does not exist")))?;
    let LegalHoldSelection { vaults, resources, from, to } = told(&hold.detail)?;
    // AWS has both ends or none; one alone is served with what the other would mean: since ever, or until it was read.
    let range = (from.is_some() || to.is_some()).then(|| {
        Members::default()
            .put("FromDate", from.map_or(0.0, |from| call.epoch(from)))
            .put("ToDate", call.epoch(to.unwrap_or(call.fleet.inventory().taken_at)))
    });
    let selection = Members::default()
        .put("VaultNames", vaults.clone())
        .put("ResourceIdentifiers", resources.clone())
        .some("DateRange", range);
    Ok(members(hold).put("RecoveryPointSelection", selection))
}

/// When a restore testing plan was made, which it has to say and the inventory does not tell: no later than it first ran.
fn made_at(call: &Call<'_>, plan: &RestoreTestingPlan) -> f64 {
    call.epoch(plan.last_run_at.unwrap_or(call.fleet.inventory().taken_at))
}

pub(super) fn tests(call: &Call<'_>) -> Result<Members, Refusal> {
    let plans = &call.region_parts()?.backup.restore_testing_plans;
    let plans = listed(plans, Operation::BackupListRestoreTestingPlans)?;
    let each = |plan: &RestoreTestingPlan| {
        let RestoreTestingPlan {
            arn,
            name,
            schedule,
            last_run_at,
            // Told by ListRestoreTestingSelections alone.
            selected_types: _,
        } = plan;
        Members::default()
            .put("CreationTime", made_at(call, plan))
            .some("LastExecutionTime", call.some_epoch(*last_run_at))
            .put("RestoreTestingPlanArn", arn.as_str())
            .put("RestoreTestingPlanName", name.as_str())
            .put("ScheduleExpression", schedule.as_str())
            .put("ScheduleExpressionTimezone", "Etc/UTC")
            .put("StartWindowHours", 24)
    };
    page(call, "RestoreTestingPlans", plans, (&[], &[]), |_| true, each)
}

/// A selection for each type that the plan takes.
pub(super) fn test_selections(call: &Call<'_>) -> Result<Members, Refusal> {
    let name = call.input.required("RestoreTestingPlanName")?;
    let plans = &call.region_parts()?.backup.restore_testing_plans;
    let plans = listed(plans, Operation::BackupListRestoreTestingSelections)?;
    let plan = plans.iter().find(|plan| plan.name == name);
    let plan = plan.ok_or_else(|| not_found(format!("Restore testing plan {name:.100} does not exist")))?;
    let types = told(&plan.selected_types)?;
    let each = |kind: &String| {
        let word: String = kind.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        Members::default()
            .put("CreationTime", made_at(call, plan))
            .put("IamRoleArn", role(call))
            .put("ProtectedResourceType", kind.as_str())
            .put("RestoreTestingPlanName", plan.name.as_str())
            .put("RestoreTestingSelectionName", format!("selection_{word}"))
            .put("ValidationWindowHours", 0)
    };
    page(call, "RestoreTestingSelections", types, (&["RestoreTestingPlanName"], &[]), |_| true, each)
}
