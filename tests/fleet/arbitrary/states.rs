//! Terraform states: buckets that hold them, lock tables that name them.

use std::collections::BTreeMap;

use palisade::demo::build::state_of;
use palisade::model::gap::Answer;
use palisade::model::ids::Region;
use palisade::model::operation::Operation as Op;
use palisade::model::s3::S3Inventory;
use palisade::model::terraform::{
    LockFileVersion, LockItem, LockTable, RecordedAttributes, ResourceMode, StateBucket, StateContent, StateInventory,
    StateObject, StateResource,
};

use super::{Dice, Place, Wire, s3};

/// The names of the lock tables of an account, by region.
#[derive(Debug, Default)]
pub struct LockTables(BTreeMap<Region, Vec<String>>);

impl LockTables {
    pub fn names_in(&self, region: &Region) -> Vec<String> {
        self.0.get(region).cloned().unwrap_or_default()
    }

    pub fn stand_in(&self, region: &Region) -> bool {
        self.0.contains_key(region)
    }
}

/// What was drawn: the states, and the tables that have to stand among the account's.
pub struct Drawn {
    pub inventory: StateInventory,
    pub tables: LockTables,
}

pub fn draw(dice: &mut Dice<'_>, place: &Place, regions: &[Region], s3: &mut S3Inventory) -> Drawn {
    let mut drawn = Drawn {
        inventory: StateInventory { lock_tables: Vec::new(), buckets: Vec::new() },
        tables: LockTables::default(),
    };
    if s3.buckets.value().is_none() {
        return drawn;
    }
    for _ in 0..dice.below(3) {
        let name = format!("{}-tfstate-{}", dice.name("acme"), place.account);
        let region = dice.pick(regions).clone();
        let bucket = s3::bucket(dice, place, &name, region.clone());
        let versioned = bucket.versioning.value().is_some_and(|versioning| versioning.status.is_some());
        s3::add(s3, bucket);
        let mut keys = Vec::new();
        let objects = dice.offered(Op::S3ListObjectsV2, Wire::Xml, |dice| {
            dice.list(2, |dice| {
                let object = object(dice, versioned);
                keys.push(object.key.clone());
                object
            })
        });
        let lock_versions =
            dice.offered(Op::S3ListObjectVersions, Wire::Xml, |dice| lock_versions(dice, &keys, versioned));
        let read: Vec<StateObject> = objects.items().to_vec();
        drawn.inventory.buckets.push(StateBucket { bucket: name.clone(), reasons: Vec::new(), objects, lock_versions });
        if dice.flag() {
            let table = dice.name("locks");
            let here = Place { region: region.clone(), ..place.clone() };
            let items = dice.offered(Op::DynamoDbScan, Wire::Json, |dice| items(dice, &name, &read));
            let arn = here.arn("dynamodb", &format!("table/{table}"));
            drawn.inventory.lock_tables.push(LockTable { table: arn, items });
            drawn.tables.0.entry(region).or_default().push(table);
        }
    }
    drawn
}

fn object(dice: &mut Dice<'_>, versioned: bool) -> StateObject {
    // Lists of objects write keys for URLs, which carry every letter.
    let key = format!("{}/{}.tfstate", dice.text(Wire::Json), dice.name("state"));
    let version = versioned.then(|| format!("v{}", dice.name("version")));
    let content = StateContent {
        serial: u64::try_from(dice.below(60_000)).unwrap(),
        lineage: dice.text(Wire::Json),
        terraform_version: dice.word(&["1.11.4", "1.5.7", ""]),
        resources: dice.list(3, resource),
    };
    let mut object = state_of(&key, dice.second(), version, content);
    if let Answer::Value(body) = &mut object.body {
        body.replication_status = dice.some(|dice| dice.word(&["COMPLETED", "PENDING", "FAILED", "REPLICA"]));
    }
    if dice.one_in(10) {
        let gap = dice.gap(Op::S3GetObject, Wire::Xml);
        (object.body, object.content) = (Answer::Gap(gap.clone()), Answer::Gap(gap));
    }
    object
}

fn resource(dice: &mut Dice<'_>) -> StateResource {
    let kind = dice.word(&["aws_db_instance", "aws_dynamodb_table", "aws_s3_bucket", "aws_rds_cluster"]);
    let name = dice.name("r").replace('-', "_");
    let module = dice.word(&["", "module.data.", "module.db[0]."]);
    let index = dice.word(&["", "[0]", "[\"a\"]"]);
    let data = dice.one_in(5);
    let mode = if data { "data." } else { "" };
    let mut dependencies = dice.list(2, |dice| format!("aws_vpc.{}", dice.name("v").replace('-', "_")));
    dependencies.sort();
    StateResource {
        address: format!("{module}{mode}{kind}.{name}{index}"),
        mode: if data { ResourceMode::Data } else { ResourceMode::Managed },
        resource_type: kind.into(),
        provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.into(),
        arn: dice.some(|dice| format!("arn:aws:rds:eu-central-1:111122223333:db:{}", dice.name("db"))),
        id: dice.some(|dice| dice.text(Wire::Json)),
        deposed: None,
        dependencies: dependencies.into_iter().map(Into::into).collect(),
        attributes: RecordedAttributes {
            deletion_protection: dice.some(Dice::flag),
            deletion_protection_enabled: dice.some(Dice::flag),
            skip_final_snapshot: dice.some(Dice::flag),
            final_snapshot_identifier: dice.some(|dice| dice.text(Wire::Json)),
            delete_automated_backups: dice.some(Dice::flag),
            backup_retention_period: dice.some(|dice| i64::try_from(dice.below(36)).unwrap()),
            point_in_time_recovery: dice.some(Dice::flag),
            apply_immediately: dice.some(Dice::flag),
            force_destroy: dice.some(Dice::flag),
            recovery_window_in_days: dice.some(|dice| i64::try_from(dice.below(36)).unwrap()),
            deletion_window_in_days: dice.some(|dice| i64::try_from(dice.below(36)).unwrap()),
            enable_deletion_protection: dice.some(Dice::flag),
            disable_api_termination: dice.some(Dice::flag),
            skip_destroy: dice.some(Dice::flag),
            environment_tags: dice
                .list(2, |dice| (dice.word(&["env", "Environment", "STAGE"]), dice.text(Wire::Json)))
                .into_iter()
                .collect(),
        }
        .into(),
    }
}

fn lock_versions(dice: &mut Dice<'_>, keys: &[String], versioned: bool) -> Vec<LockFileVersion> {
    let mut found: Vec<LockFileVersion> = Vec::new();
    for key in keys {
        if !dice.flag() {
            continue;
        }
        let count = if versioned { 1 + dice.below(3) } else { 1 };
        let start = dice.second();
        for number in 0..count {
            found.push(LockFileVersion {
                key: format!("{key}.tflock"),
                version_id: Some(if versioned { format!("l{}", dice.name("version")) } else { "null".to_owned() }),
                last_modified: start - jiff::SignedDuration::from_secs(i64::try_from(number).unwrap() * 60),
                delete_marker: versioned && dice.flag(),
                latest: number == 0,
            });
        }
    }
    found.sort();
    found
}

fn items(dice: &mut Dice<'_>, bucket: &str, objects: &[StateObject]) -> Vec<LockItem> {
    let mut items = Vec::new();
    for object in objects {
        let bucket = bucket.to_owned();
        match dice.below(4) {
            0 => {}
            1 => items.push(LockItem::Held {
                bucket,
                key: object.key.clone(),
                created_at: dice.some(Dice::time),
                operation: dice.some(|dice| dice.word(&["OperationTypeApply", "OperationTypePlan"])),
            }),
            2 => items.push(LockItem::Digest {
                bucket,
                key: object.key.clone(),
                digest: object.body.value().map(|body| body.md5.clone()),
            }),
            _ => items.push(LockItem::Digest { bucket, key: object.key.clone(), digest: None }),
        }
    }
    items
}
