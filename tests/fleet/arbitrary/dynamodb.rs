//! DynamoDB.

use palisade::model::dynamodb::{DynamoDbInventory, PointInTimeRecovery, Table, TableDetail};
use palisade::model::gap::{Answer, Collected};
use palisade::model::operation::Operation as Op;

use super::states::LockTables;
use super::{Dice, NOW, Place, Wire, parsed};

const JSON: Wire = Wire::Json;

pub fn draw(dice: &mut Dice<'_>, place: &Place, locks: &mut LockTables) -> DynamoDbInventory {
    let names: Vec<String> = locks.names_in(&place.region);
    let mut tables: Vec<Table> = names
        .into_iter()
        .map(|name| {
            let mut table = table(dice, place, name);
            table.detail = Answer::Value(TableDetail {
                partition_key: Some("LockID".to_owned()),
                sort_key: None,
                ..detail(dice, place)
            });
            table
        })
        .collect();
    if !tables.is_empty() {
        return DynamoDbInventory { tables: Collected::read(parsed(NOW), tables) };
    }
    DynamoDbInventory {
        tables: dice.collected(Op::DynamoDbListTables, JSON, |dice| {
            tables.extend(dice.list(2, |dice| {
                let name = dice.name("table");
                table(dice, place, name)
            }));
            tables
        }),
    }
}

fn table(dice: &mut Dice<'_>, place: &Place, name: String) -> Table {
    Table {
        arn: place.arn("dynamodb", &format!("table/{name}")),
        name,
        detail: dice.answer(Op::DynamoDbDescribeTable, JSON, |dice| detail(dice, place)),
        point_in_time_recovery: dice.answer(Op::DynamoDbDescribeContinuousBackups, JSON, |dice| PointInTimeRecovery {
            enabled: dice.flag(),
            earliest_restorable_at: dice.some(Dice::time),
            latest_restorable_at: dice.some(Dice::time),
            period_days: dice.some(|dice| i32::try_from(1 + dice.below(35)).unwrap()),
        }),
        tags: dice.answer(Op::DynamoDbListTagsOfResource, JSON, |dice| dice.tags(JSON)),
        resource_policy: dice.answer(Op::DynamoDbGetResourcePolicy, JSON, |dice| dice.some(|dice| dice.document(JSON))),
    }
}

fn detail(dice: &mut Dice<'_>, place: &Place) -> TableDetail {
    let count = dice.below(3);
    TableDetail {
        id: dice.some(|dice| dice.text(JSON)),
        status: dice.word(&["ACTIVE", "CREATING", "ARCHIVED"]),
        created_at: dice.some(Dice::time),
        deletion_protection: dice.flag(),
        partition_key: dice.some(|dice| format!("k{}", dice.text(JSON))),
        sort_key: dice.some(|dice| dice.text(JSON)),
        replicas: ["eu-central-1", "us-east-1"][..count.min(2)].iter().map(|region| parsed(region)).collect(),
        kms_key: dice.some(|dice| place.key(dice)),
        item_count: dice.some(|dice| i64::try_from(dice.below(60_000)).unwrap() * 1_000_000_007),
    }
}
