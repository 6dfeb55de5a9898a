//! DynamoDB tables.

use jiff::Timestamp;

use super::{Desk, Draft, with_key};
use crate::analysis::context::{age, item_gap, source};
use crate::analysis::environment::Tags;
use crate::model::dynamodb::Table;
use crate::model::facts::{Fact, ResourceEncryption, ResourceFact, SubjectKind};
use crate::model::gap::Answer;
use crate::model::ids::{AccountId, Region};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;

pub(super) fn list<'a>(desk: &Desk<'a>, account: &'a AccountInventory, resources: &mut Vec<Fact<ResourceFact>>) {
    let view = desk.cx.regional(account, Collection::DynamoDbTables, |parts| &parts.dynamodb.tables);
    for (region, read) in view.reads {
        let Some(region) = region else { continue };
        resources.extend(read.value.iter().map(|table| fact(desk, &account.id, region, read.read_at, table)));
    }
}

fn fact(
    desk: &Desk<'_>,
    account: &AccountId,
    region: &Region,
    read_at: Timestamp,
    table: &Table,
) -> Fact<ResourceFact> {
    let detail = table.detail.value();
    let tags = Tags::of(&table.tags, |gap| item_gap(account, Some(region), Collection::DynamoDbTags, gap));
    let mut unread = Vec::new();
    if let Answer::Gap(gap) = &table.detail {
        unread.push(item_gap(account, Some(region), Collection::DynamoDbTables, gap));
    }
    if let Answer::Gap(gap) = &table.point_in_time_recovery {
        unread.push(item_gap(account, Some(region), Collection::DynamoDbContinuousBackups, gap));
    }
    let encryption = match detail {
        None => ResourceEncryption::default(),
        Some(detail) => {
            let (encryption, gap) = with_key(desk, account, region, true, detail.kms_key.as_ref());
            unread.extend(gap);
            encryption
        }
    };
    let rests_on = [Collection::DynamoDbTables, Collection::DynamoDbContinuousBackups, Collection::DynamoDbTags];
    let draft = Draft {
        kind: SubjectKind::DynamoDbTable,
        arn: table.arn.clone(),
        name: table.name.clone(),
        account: account.clone(),
        region: Some(region.clone()),
        told: desk.cx.environments.of_resource(account, &table.arn, &tags),
        classed: desk.classes.of_table(account, region, &table.arn, &tags, detail.and_then(|detail| detail.item_count)),
        rests_on: rests_on.map(|collection| source(account, Some(region), collection)).into(),
        unread,
    };
    let mut fact = draft.into_fact(desk);
    fact.detail.resource_id = detail.and_then(|detail| detail.id.clone());
    fact.detail.age_hours = detail.and_then(|detail| detail.created_at).map(|created| age(created, read_at));
    fact.detail.protection.deletion_protection = detail.map(|detail| detail.deletion_protection);
    fact.detail.protection.point_in_time_recovery = table.point_in_time_recovery.value().map(|pitr| pitr.enabled);
    fact.detail.encryption = encryption;
    fact
}
