//! Legal holds and restore testing plans.

use aws_sdk_backup::{Client, types};
use futures::StreamExt;

use super::super::failure::Failure;
use super::super::shape::{Malformed, Shaped, arn, each, some_time, text};
use super::super::site::Site;
use super::{PAGE, TOGETHER};
use crate::model::backup::{LegalHold, LegalHoldSelection, RestoreTestingPlan};
use crate::model::gap::Answer;
use crate::model::operation::Operation;

/// Every legal hold, each with what it holds.
pub(super) async fn legal_holds(site: &Site, client: &Client) -> Result<Vec<LegalHold>, Failure> {
    let make = |token: Option<String>| client.list_legal_holds().max_results(PAGE).set_next_token(token).send();
    let listed = site
        .list(Operation::BackupListLegalHolds, None, make, |page| {
            (each("LegalHolds", page.legal_holds, legal_hold), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed)
        .map(|mut hold| {
            Box::pin(async move {
                hold.detail = held(site, client, &hold.id).await.into();
                hold
            })
        })
        .buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

fn legal_hold(item: &types::LegalHold) -> Shaped<LegalHold> {
    let shape = || {
        Ok(LegalHold {
            arn: arn("LegalHoldArn", item.legal_hold_arn())?,
            id: text("LegalHoldId", item.legal_hold_id())?,
            title: text("Title", item.title())?,
            status: text("Status", item.status().map(types::LegalHoldStatus::as_str))?,
            detail: Answer::Value(LegalHoldSelection {
                vaults: Vec::new(),
                resources: Vec::new(),
                from: None,
                to: None,
            }),
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.legal_hold_id()))
}

async fn held(site: &Site, client: &Client, hold: &str) -> Result<LegalHoldSelection, Failure> {
    const OPERATION: Operation = Operation::BackupGetLegalHold;
    let answer = site.call(OPERATION, Some(hold), || client.get_legal_hold().legal_hold_id(hold).send()).await?;
    let selection = answer.recovery_point_selection();
    let range = selection.and_then(types::RecoveryPointSelection::date_range);
    let sorted = |list: &[String]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    let shape = || {
        Ok(LegalHoldSelection {
            vaults: sorted(selection.map(types::RecoveryPointSelection::vault_names).unwrap_or_default()),
            resources: sorted(selection.map(types::RecoveryPointSelection::resource_identifiers).unwrap_or_default()),
            from: some_time("DateRange.FromDate", range.map(types::DateRange::from_date))?,
            to: some_time("DateRange.ToDate", range.map(types::DateRange::to_date))?,
        })
    };
    site.shaped(OPERATION, Some(hold), shape())
}

/// Every restore testing plan, each with the types that it selects.
pub(super) async fn restore_testing_plans(site: &Site, client: &Client) -> Result<Vec<RestoreTestingPlan>, Failure> {
    let make =
        |token: Option<String>| client.list_restore_testing_plans().max_results(PAGE).set_next_token(token).send();
    let listed = site
        .list(Operation::BackupListRestoreTestingPlans, None, make, |page| {
            (page.restore_testing_plans.iter().map(testing_plan).collect(), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed)
        .map(|mut plan| {
            Box::pin(async move {
                plan.selected_types = selected_types(site, client, &plan.name).await.into();
                plan
            })
        })
        .buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

fn testing_plan(item: &types::RestoreTestingPlanForList) -> Shaped<RestoreTestingPlan> {
    let shape = || {
        Ok(RestoreTestingPlan {
            arn: arn("RestoreTestingPlanArn", Some(item.restore_testing_plan_arn()))?,
            name: text("RestoreTestingPlanName", Some(item.restore_testing_plan_name()))?,
            schedule: text("ScheduleExpression", Some(item.schedule_expression()))?,
            last_run_at: some_time("LastExecutionTime", item.last_execution_time())?,
            selected_types: Answer::Value(Vec::new()),
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(Some(item.restore_testing_plan_name())))
}

async fn selected_types(site: &Site, client: &Client, plan: &str) -> Result<Vec<String>, Failure> {
    let make = |token: Option<String>| {
        let request = client.list_restore_testing_selections().restore_testing_plan_name(plan);
        request.max_results(PAGE).set_next_token(token).send()
    };
    let mut types = site
        .list(Operation::BackupListRestoreTestingSelections, Some(plan), make, |page| {
            let shape = |item: &types::RestoreTestingSelectionForList| {
                text("ProtectedResourceType", Some(item.protected_resource_type()))
            };
            (page.restore_testing_selections.iter().map(shape).collect(), page.next_token)
        })
        .await?;
    types.sort();
    types.dedup();
    Ok(types)
}
