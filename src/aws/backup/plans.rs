//! Backup plans: their rules with copy actions, and what they select.

use aws_sdk_backup::{Client, types};
use futures::{StreamExt, join};

use super::super::failure::Failure;
use super::super::shape::{Malformed, Shaped, arn, each, required, some_arn, some_text, text};
use super::super::site::Site;
use super::{PAGE, TOGETHER, days};
use crate::model::backup::{
    CopyAction, Plan, Rule, Selection, SelectionCondition, SelectionDetail, SelectionOperator, TagCondition,
};
use crate::model::gap::Answer;
use crate::model::operation::Operation;

/// Every plan of the account, each with its rules and selections.
pub(super) async fn collect(site: &Site, client: &Client) -> Result<Vec<Plan>, Failure> {
    let make = |token: Option<String>| client.list_backup_plans().max_results(PAGE).set_next_token(token).send();
    let listed = site
        .list(Operation::BackupListBackupPlans, None, make, |page| {
            (each("BackupPlansList", page.backup_plans_list, plan), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed).map(|plan| Box::pin(filled(site, client, plan))).buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(list)
}

async fn filled(site: &Site, client: &Client, mut plan: Plan) -> Plan {
    let (rules, selections) = join!(rules(site, client, &plan.id), selections(site, client, &plan.id));
    plan.rules = rules.into();
    plan.selections = selections.into();
    plan
}

fn plan(item: &types::BackupPlansListMember) -> Shaped<Plan> {
    let shape = || {
        Ok(Plan {
            id: text("BackupPlanId", item.backup_plan_id())?,
            arn: arn("BackupPlanArn", item.backup_plan_arn())?,
            name: text("BackupPlanName", item.backup_plan_name())?,
            rules: Answer::Value(Vec::new()),
            selections: Answer::Value(Vec::new()),
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.backup_plan_id()))
}

async fn rules(site: &Site, client: &Client, plan: &str) -> Result<Vec<Rule>, Failure> {
    const OPERATION: Operation = Operation::BackupGetBackupPlan;
    let answer = site.call(OPERATION, Some(plan), || client.get_backup_plan().backup_plan_id(plan).send()).await?;
    let rules = required("BackupPlan", answer.backup_plan()).and_then(|plan| plan.rules().iter().map(rule).collect());
    let mut rules: Vec<Rule> = site.shaped(OPERATION, Some(plan), rules)?;
    rules.sort_by(|a, b| (&a.name, &a.target_vault, &a.schedule).cmp(&(&b.name, &b.target_vault, &b.schedule)));
    Ok(rules)
}

fn rule(item: &types::BackupRule) -> Shaped<Rule> {
    let shape = || {
        let actions = item.copy_actions().iter().map(|action| {
            Ok(CopyAction {
                destination_vault: arn("DestinationBackupVaultArn", Some(action.destination_backup_vault_arn()))?,
                delete_after_days: days(action.lifecycle().and_then(types::Lifecycle::delete_after_days)),
            })
        });
        let mut copy_actions = actions.collect::<Shaped<Vec<_>>>()?;
        copy_actions.sort();
        let air_gapped = item.target_logically_air_gapped_backup_vault_arn();
        Ok(Rule {
            name: text("RuleName", Some(item.rule_name()))?,
            target_vault: text("TargetBackupVaultName", Some(item.target_backup_vault_name()))?,
            target_air_gapped_vault: some_arn("TargetLogicallyAirGappedBackupVaultArn", air_gapped)?,
            schedule: some_text(item.schedule_expression()),
            // Left out, it is off: the API's documented default.
            continuous: item.enable_continuous_backup().unwrap_or(false),
            delete_after_days: days(item.lifecycle().and_then(types::Lifecycle::delete_after_days)),
            copy_actions,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(Some(item.rule_name())))
}

async fn selections(site: &Site, client: &Client, plan: &str) -> Result<Vec<Selection>, Failure> {
    let make = |token: Option<String>| {
        client.list_backup_selections().backup_plan_id(plan).max_results(PAGE).set_next_token(token).send()
    };
    let listed = site
        .list(Operation::BackupListBackupSelections, Some(plan), make, |page| {
            let shape = |item: &types::BackupSelectionsListMember| {
                let name = text("SelectionName", item.selection_name())?;
                Ok((text("SelectionId", item.selection_id()).map_err(|m| m.of(Some(&name)))?, name))
            };
            (each("BackupSelectionsList", page.backup_selections_list, shape), page.next_token)
        })
        .await?;
    let asked = futures::stream::iter(listed)
        .map(|(id, name)| {
            Box::pin(async move {
                let detail = detail(site, client, plan, &id).await.into();
                Selection { id, name, detail }
            })
        })
        .buffered(TOGETHER);
    let mut list: Vec<_> = asked.collect().await;
    list.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(list)
}

async fn detail(site: &Site, client: &Client, plan: &str, selection: &str) -> Result<SelectionDetail, Failure> {
    const OPERATION: Operation = Operation::BackupGetBackupSelection;
    let make = || client.get_backup_selection().backup_plan_id(plan).selection_id(selection).send();
    let answer = site.call(OPERATION, Some(selection), make).await?;
    let detail = required("BackupSelection", answer.backup_selection()).and_then(selection_detail);
    site.shaped(OPERATION, Some(selection), detail)
}

fn selection_detail(item: &types::BackupSelection) -> Shaped<SelectionDetail> {
    let mut tags = item.list_of_tags().iter().map(tag_condition).collect::<Shaped<Vec<_>>>()?;
    tags.sort();
    let mut conditions = Vec::new();
    if let Some(given) = item.conditions() {
        let parts = [
            (SelectionOperator::StringEquals, given.string_equals()),
            (SelectionOperator::StringNotEquals, given.string_not_equals()),
            (SelectionOperator::StringLike, given.string_like()),
            (SelectionOperator::StringNotLike, given.string_not_like()),
        ];
        for (operator, parameters) in parts {
            for parameter in parameters {
                conditions.push(SelectionCondition {
                    operator,
                    key: text("Conditions.ConditionKey", parameter.condition_key())?,
                    value: required("Conditions.ConditionValue", parameter.condition_value())?.to_owned(),
                });
            }
        }
    }
    conditions.sort();
    Ok(SelectionDetail {
        resources: sorted(item.resources()),
        not_resources: sorted(item.not_resources()),
        list_of_tags: tags,
        conditions,
    })
}

/// A condition of another kind than AWS Backup has today must not be read as this one.
fn tag_condition(item: &types::Condition) -> Shaped<TagCondition> {
    if *item.condition_type() != types::ConditionType::Stringequals {
        return Err(Malformed::odd("ConditionType", item.condition_type().as_str()));
    }
    let key = item.condition_key();
    Ok(TagCondition {
        key: text("ConditionKey", Some(key.strip_prefix("aws:ResourceTag/").unwrap_or(key)))?,
        value: item.condition_value().to_owned(),
    })
}

fn sorted(list: &[String]) -> Vec<String> {
    let mut list = list.to_vec();
    list.sort();
    list
}
