use serde_json::{Value, json};

use super::super::states::tests::{Asking, BUCKET, HERE, OTHER, gap, in_pages_of, own_parts, serve, world};
use crate::demo::build::table;
use crate::model::dynamodb::{PointInTimeRecovery, Table, TableDetail};
use crate::model::gap::{Answer as Told, Collected, GapKind};
use crate::model::inventory::{Inventory, RegionParts};
use crate::model::operation::Operation;
use crate::model::terraform::LockItem;

fn here(inventory: &mut Inventory) -> &mut RegionParts {
    match &mut own_parts(inventory).regional[0].parts {
        Told::Value(parts) => parts,
        Told::Gap(_) => panic!("the region was read"),
    }
}

fn tables(inventory: &mut Inventory) -> &mut Vec<Table> {
    here(inventory).dynamodb.tables.value_mut().unwrap()
}

fn kind(answer: &(u16, Value)) -> (u16, &str) {
    let kind = answer.1["__type"].as_str().unwrap_or_default();
    (answer.0, kind.strip_prefix("com.amazonaws.dynamodb.v20120810#").unwrap_or(kind))
}

#[test]
fn a_table_is_described_with_all_that_is_known() {
    let mut inventory = world();
    tables(&mut inventory)[1].detail = Told::Value(TableDetail {
        id: Some("id-1".into()),
        status: "ACTIVE".into(),
        created_at: Some("2026-01-02T03:04:05.678Z".parse().unwrap()),
        deletion_protection: true,
        partition_key: Some("order".into()),
        sort_key: Some("line".into()),
        replicas: vec!["eu-west-1".parse().unwrap()],
        kms_key: Some("arn:aws:kms:eu-central-1:111122223333:key/k".parse().unwrap()),
        item_count: Some(7),
    });
    let fleet = serve(inventory);
    let (status, answer) = Asking::own(&fleet).json("DescribeTable", &json!({"TableName": "orders"}));
    let table = &answer["Table"];
    assert_eq!(status, 200);
    assert_eq!(table["CreationDateTime"], 1_767_323_045.678);
    assert_eq!(
        table["KeySchema"],
        json!([{"AttributeName": "order", "KeyType": "HASH"}, {"AttributeName": "line", "KeyType": "RANGE"}])
    );
    assert_eq!(table["Replicas"], json!([{"RegionName": "eu-west-1", "ReplicaStatus": "ACTIVE"}]));
    assert_eq!(table["SSEDescription"]["KMSMasterKeyArn"], "arn:aws:kms:eu-central-1:111122223333:key/k");
    assert_eq!((&table["DeletionProtectionEnabled"], &table["ItemCount"]), (&json!(true), &json!(7)));
    let arn = table["TableArn"].as_str().unwrap();
    let by_arn = Asking::own(&fleet).json("DescribeTable", &json!({ "TableName": arn }));
    assert_eq!(by_arn.1, answer);
}

#[test]
fn what_guards_a_table_is_told_or_said_not_to_be_there() {
    let mut inventory = world();
    let orders = &mut tables(&mut inventory)[1];
    let arn = orders.arn.as_str().to_owned();
    orders.tags = Told::Value((0..25).map(|n| (format!("k{n:02}"), n.to_string())).collect());
    orders.point_in_time_recovery = Told::Value(PointInTimeRecovery {
        enabled: true,
        earliest_restorable_at: Some("2026-01-02T03:04:05Z".parse().unwrap()),
        latest_restorable_at: None,
        period_days: Some(35),
    });
    let fleet = serve(inventory.clone());
    let asking = Asking::own(&fleet);
    let none = asking.json("GetResourcePolicy", &json!({ "ResourceArn": arn }));
    assert_eq!(kind(&none), (400, "PolicyNotFoundException"));
    let (_, backups) = asking.json("DescribeContinuousBackups", &json!({"TableName": "orders"}));
    assert_eq!(
        backups["ContinuousBackupsDescription"],
        json!({"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": {
            "PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35,
            "EarliestRestorableDateTime": 1_767_323_045.0}})
    );
    let (mut found, mut request, mut pages) = (0, json!({ "ResourceArn": arn }), 0);
    loop {
        let (_, page) = asking.json("ListTagsOfResource", &request);
        (found, pages) = (found + page["Tags"].as_array().unwrap().len(), pages + 1);
        let Some(next) = page.get("NextToken") else { break };
        request["NextToken"] = next.clone();
    }
    assert_eq!((found, pages), (25, 3));
    request["NextToken"] = json!("x");
    assert_eq!(kind(&asking.json("ListTagsOfResource", &request)), (400, "ValidationException"));

    let orders = &mut tables(&mut inventory)[1];
    orders.resource_policy = Told::Value(Some("{}".into()));
    let refused = |operation| gap(GapKind::Denied, operation, Some("AccessDeniedException"), "no");
    orders.tags = Told::Gap(refused(Operation::DynamoDbListTagsOfResource));
    orders.detail = Told::Gap(refused(Operation::DynamoDbDescribeTable));
    let fleet = serve(inventory);
    let asking = Asking::own(&fleet);
    assert_eq!(asking.json("GetResourcePolicy", &json!({ "ResourceArn": arn })).1["Policy"], "{}");
    for (operation, request) in
        [("ListTagsOfResource", json!({ "ResourceArn": arn })), ("DescribeTable", json!({"TableName": "orders"}))]
    {
        assert_eq!(kind(&asking.json(operation, &request)), (400, "AccessDeniedException"));
    }
}

#[test]
fn tables_are_listed_by_name_and_unknown_ones_are_not_found() {
    let mut inventory = world();
    tables(&mut inventory).extend((0..120).map(|n| table(HERE, &format!("t{n:03}"), "k")));
    let fleet = serve(inventory.clone());
    let asking = Asking::own(&fleet);
    let (_, first) = asking.json("ListTables", &json!({}));
    assert_eq!(first["TableNames"].as_array().unwrap().len(), 100);
    assert_eq!(first["LastEvaluatedTableName"], "t097");
    let (_, last) = asking.json("ListTables", &json!({"ExclusiveStartTableName": "t097"}));
    assert_eq!(last["TableNames"].as_array().unwrap().len(), 22);
    assert!(last.get("LastEvaluatedTableName").is_none());
    let few = in_pages_of(inventory.clone(), 7);
    assert_eq!(Asking::own(&few).json("ListTables", &json!({"Limit": 50})).1["LastEvaluatedTableName"], "t004");
    assert_eq!(kind(&asking.json("ListTables", &json!({"Limit": 101}))), (400, "ValidationException"));
    let nowhere = asking.json("DescribeTable", &json!({"TableName": "nowhere"}));
    assert_eq!(kind(&nowhere), (400, "ResourceNotFoundException"));
    assert_eq!(nowhere.1["message"], "Requested resource not found: Table: nowhere not found");
    let backups = asking.json("DescribeContinuousBackups", &json!({"TableName": "nowhere"}));
    assert_eq!(kind(&backups), (400, "TableNotFoundException"));
    let foreign = Asking { account: OTHER, ..asking };
    assert_ne!(foreign.json("DescribeTable", &json!({"TableName": "orders"})).0, 200);
    assert_eq!(asking.json("ListTables", &json!({"Filter": "x"})).0, 400);

    let refused = gap(GapKind::Throttled, Operation::DynamoDbListTables, Some("ThrottlingException"), "slow");
    here(&mut inventory).dynamodb.tables = Collected::Gap(refused);
    assert_eq!(kind(&Asking::own(&serve(inventory)).json("ListTables", &json!({}))), (400, "ThrottlingException"));
}

#[test]
fn a_lock_table_is_scanned_in_pages_and_any_other_is_empty() {
    let mut inventory = world();
    let items = own_parts(&mut inventory).state.lock_tables[0].items.value_mut().unwrap();
    items.push(LockItem::Digest { bucket: BUCKET.into(), key: "empty.tfstate".into(), digest: None });
    items.push(LockItem::Held { bucket: BUCKET.into(), key: "odd-md5".into(), created_at: None, operation: None });
    let fleet = in_pages_of(inventory.clone(), 1);
    let asking = Asking::own(&fleet);
    let mut request = json!({"TableName": "locks", "ConsistentRead": true, "ProjectionExpression": "#k, #d, #i",
        "ExpressionAttributeNames": {"#k": "LockID", "#d": "Digest", "#i": "Info"}});
    let mut found = Vec::new();
    loop {
        let (status, page) = asking.json("Scan", &request);
        assert_eq!((status, &page["Count"], &page["ScannedCount"]), (200, &json!(1), &json!(1)));
        found.push(page["Items"][0].clone());
        let Some(last) = page.get("LastEvaluatedKey") else { break };
        request["ExclusiveStartKey"] = last.clone();
    }
    let ids: Vec<_> = found.iter().map(|item| item["LockID"]["S"].as_str().unwrap()).collect();
    assert_eq!(
        ids,
        ["app.tfstate-md5", "empty.tfstate-md5", "held.tfstate", "odd-md5"].map(|key| format!("{BUCKET}/{key}"))
    );
    assert!(found[0]["Digest"]["S"].as_str().unwrap().len() == 32 && found[0].get("Info").is_none());
    assert_eq!(found[1], json!({"LockID": {"S": format!("{BUCKET}/empty.tfstate-md5")}}));
    let info: Value = serde_json::from_str(found[2]["Info"]["S"].as_str().unwrap()).unwrap();
    assert_eq!((&info["Operation"], &info["Path"]), (&json!("OperationTypeApply"), &found[2]["LockID"]["S"]));
    assert!(found[3].get("Info").is_some(), "a lock, though its key ends as a digest's does");
    request = json!({"TableName": "locks", "ProjectionExpression": "LockID"});
    assert_eq!(asking.json("Scan", &request).1["Items"][0].as_object().unwrap().len(), 1);
    assert_eq!(asking.json("Scan", &json!({"TableName": "orders"})).1["Items"], json!([]));
    assert_eq!(asking.json("Scan", &json!({"TableName": "locks", "FilterExpression": "x"})).0, 400);
    let undefined = json!({"TableName": "locks", "ProjectionExpression": "#x"});
    assert_eq!(kind(&asking.json("Scan", &undefined)), (400, "ValidationException"));

    let refused = gap(GapKind::Denied, Operation::DynamoDbScan, Some("AccessDeniedException"), "no");
    own_parts(&mut inventory).state.lock_tables[0].items = Collected::Gap(refused);
    let fleet = serve(inventory);
    for (operation, request) in [
        ("Scan", json!({"TableName": "locks"})),
        ("GetItem", json!({"TableName": "locks", "Key": {"LockID": {"S": "x"}}})),
    ] {
        assert_eq!(kind(&Asking::own(&fleet).json(operation, &request)), (400, "AccessDeniedException"));
    }
}

#[test]
fn terraform_takes_a_lock_once_and_releases_it() {
    let fleet = serve(world());
    let asking = Asking::own(&fleet);
    let id = format!("{BUCKET}/app.tfstate");
    let lock = json!({"TableName": "locks", "Item": {"LockID": {"S": id}, "Info": {"S": "{}"}},
        "ConditionExpression": "attribute_not_exists(LockID)"});
    let key = json!({"TableName": "locks", "Key": {"LockID": {"S": id}}, "ConsistentRead": true,
        "ProjectionExpression": "LockID, Info"});
    assert_eq!(asking.json("GetItem", &key), (200, json!({})));
    assert_eq!(asking.json("PutItem", &lock), (200, json!({})));
    assert_eq!(kind(&asking.json("PutItem", &lock)), (400, "ConditionalCheckFailedException"));
    assert_eq!(asking.json("GetItem", &key).1["Item"]["Info"]["S"], "{}");
    let release = json!({"TableName": "locks", "Key": {"LockID": {"S": id}}});
    assert_eq!(asking.json("DeleteItem", &release), (200, json!({})));
    assert_eq!(asking.json("PutItem", &lock).0, 200);
    let mut other = lock.clone();
    other["ConditionExpression"] = json!("Info = :x");
    assert_eq!(kind(&asking.json("PutItem", &other)), (400, "ValidationException"));
    other = json!({"TableName": "orders", "Item": {"LockID": {"S": "x"}}});
    assert_ne!(asking.json("PutItem", &other).0, 200);
    assert_eq!(
        kind(&asking.json("DeleteItem", &json!({"TableName": "locks", "Key": {}}))),
        (400, "ValidationException")
    );
}
