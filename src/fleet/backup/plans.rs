//! Backup plans: their rules, and what they select.

use super::super::call::{Call, listed, told};
use super::super::json::Members;
use super::super::refusal::Refusal;
use super::{invalid, made_up, not_found, page, role};
use crate::model::backup::{
    CopyAction, Plan, Rule, Selection, SelectionCondition, SelectionDetail, SelectionOperator, TagCondition,
};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// What a tag's key may be written with.
const RESOURCE_TAG: &str = "aws:ResourceTag/";

pub(super) fn list(call: &Call<'_>) -> Result<Members, Refusal> {
    let plans = listed(&call.region_parts()?.backup.plans, Operation::BackupListBackupPlans)?;
    if call.input.text("IncludeDeleted").is_some_and(|flag| flag != "false") {
        return Err(Refusal::unseen("deleted backup plans"));
    }
    let each = |plan: &Plan| {
        let Plan {
            id,
            arn,
            name,
            // Answered by operations of their own.
            rules: _,
            selections: _,
        } = plan;
        Members::default()
            .put("BackupPlanArn", arn.as_str())
            .put("BackupPlanId", id.as_str())
            .put("VersionId", version(plan))
            .put("BackupPlanName", name.as_str())
    };
    page(call, "BackupPlansList", plans, (&[], &["IncludeDeleted"]), |_| true, each)
}

fn version(plan: &Plan) -> String {
    made_up(&[plan.arn.as_str(), "version"])
}

/// The plan that `BackupPlanId` names; `none`: how the operation says that there is none.
fn named<'a>(call: &Call<'a>, operation: Operation, none: impl FnOnce(&str) -> Refusal) -> Result<&'a Plan, Refusal> {
    let id = call.input.required("BackupPlanId")?;
    let plans = listed(&call.region_parts()?.backup.plans, operation)?;
    plans.iter().find(|plan| plan.id == id).ok_or_else(|| none(id))
}

pub(super) fn plan(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["BackupPlanId", "VersionId", "MaxScheduledRunsPreview"])?;
    let none = || not_found("Failed reading Backup plan with provided version");
    let plan = named(call, Operation::BackupGetBackupPlan, |_| none())?;
    if super::is_not(call, "VersionId", Some(&version(plan))) {
        return Err(none());
    }
    if call.input.text("MaxScheduledRunsPreview").is_some_and(|runs| runs != "0") {
        return Err(Refusal::unseen("runs to come"));
    }
    let rules = told(&plan.rules)?;
    let body =
        Members::default().put("BackupPlanName", plan.name.as_str()).list("Rules", rules, |item| rule(plan, item));
    Ok(Members::default()
        .put("BackupPlan", body)
        .put("BackupPlanId", plan.id.as_str())
        .put("BackupPlanArn", plan.arn.as_str())
        .put("VersionId", version(plan)))
}

/// A rule; the windows and the time zone are those that AWS gives to a rule without any.
fn rule(plan: &Plan, rule: &Rule) -> Members {
    let Rule { name, target_vault, target_air_gapped_vault, schedule, continuous, delete_after_days, copy_actions } =
        rule;
    let id = made_up(&[plan.arn.as_str(), name, target_vault, schedule.as_deref().unwrap_or_default()]);
    let members = Members::default()
        .put("RuleName", name.as_str())
        .put("TargetBackupVaultName", target_vault.as_str())
        .some("TargetLogicallyAirGappedBackupVaultArn", target_air_gapped_vault.as_ref().map(Arn::as_str))
        .some("ScheduleExpression", schedule.as_deref())
        .put("StartWindowMinutes", 480)
        .put("CompletionWindowMinutes", 10_080)
        .some("Lifecycle", lifecycle(*delete_after_days))
        .put("RuleId", id)
        .put("EnableContinuousBackup", *continuous)
        .put("ScheduleExpressionTimezone", "Etc/UTC");
    if copy_actions.is_empty() {
        return members;
    }
    members.list("CopyActions", copy_actions, |CopyAction { destination_vault, delete_after_days }| {
        Members::default()
            .some("Lifecycle", lifecycle(*delete_after_days))
            .put("DestinationBackupVaultArn", destination_vault.as_str())
    })
}

/// A lifecycle; none is for ever.
pub(super) fn lifecycle(delete_after_days: Option<i64>) -> Option<Members> {
    delete_after_days.map(|days| Members::default().put("DeleteAfterDays", days))
}

/// What is said of a plan that does not exist by those who look for its selections.
fn no_plan(id: &str) -> Refusal {
    invalid(format!("Cannot find Backup plan with ID {id:.100}"))
}

pub(super) fn selections(call: &Call<'_>) -> Result<Members, Refusal> {
    let plan = named(call, Operation::BackupListBackupSelections, no_plan)?;
    let each = |selection: &Selection| {
        let Selection {
            id,
            name,
            // Answered by an operation of its own.
            detail: _,
        } = selection;
        Members::default()
            .put("SelectionId", id.as_str())
            .put("SelectionName", name.as_str())
            .put("BackupPlanId", plan.id.as_str())
            .put("IamRoleArn", role(call))
    };
    let selections = told(&plan.selections)?;
    page(call, "BackupSelectionsList", selections, (&["BackupPlanId"], &[]), |_| true, each)
}

pub(super) fn selection(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&["BackupPlanId", "SelectionId"])?;
    let id = call.input.required("SelectionId")?;
    let plan = named(call, Operation::BackupGetBackupSelection, no_plan)?;
    let selection = told(&plan.selections)?.iter().find(|selection| selection.id == id);
    let selection = selection.ok_or_else(|| not_found(format!("Cannot find Backup selection with ID {id:.100}")))?;
    let SelectionDetail { resources, not_resources, list_of_tags, conditions } = told(&selection.detail)?;
    let tag = |TagCondition { key, value }: &TagCondition| {
        Members::default()
            .put("ConditionType", "STRINGEQUALS")
            .put("ConditionKey", tag_key(key))
            .put("ConditionValue", value.as_str())
    };
    let body = Members::default()
        .put("SelectionName", selection.name.as_str())
        .put("IamRoleArn", role(call))
        .put("Resources", resources.clone())
        .list("ListOfTags", list_of_tags, tag)
        .put("NotResources", not_resources.clone())
        .put("Conditions", compared(conditions));
    Ok(Members::default()
        .put("BackupSelection", body)
        .put("SelectionId", selection.id.as_str())
        .put("BackupPlanId", plan.id.as_str()))
}

/// A tag's key as it stands in `ListOfTags`: by itself, but for one that would be taken for a key with the prefix.
fn tag_key(key: &str) -> String {
    if key.starts_with(RESOURCE_TAG) { format!("{RESOURCE_TAG}{key}") } else { key.to_owned() }
}

/// The conditions by operator; AWS names every operator.
fn compared(conditions: &[SelectionCondition]) -> Members {
    let operators = [
        ("StringEquals", SelectionOperator::StringEquals),
        ("StringNotEquals", SelectionOperator::StringNotEquals),
        ("StringLike", SelectionOperator::StringLike),
        ("StringNotLike", SelectionOperator::StringNotLike),
    ];
    operators.into_iter().fold(Members::default(), |all, (name, wanted)| {
        let these = conditions.iter().filter(|condition| condition.operator == wanted);
        all.list(name, these, |SelectionCondition { operator: _, key, value }| {
            Members::default().put("ConditionKey", key.as_str()).put("ConditionValue", value.as_str())
        })
    })
}
