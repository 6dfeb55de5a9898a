//! Inventories of every shape, drawn from bytes; all of them in the collectors' image.

mod backup;
mod dice;
mod dynamodb;
mod iam;
mod organization;
mod rds;
mod s3;
mod states;

use palisade::demo::build::{place_keys, settle_all_but_keys};
use palisade::model::gap::{Answer, Collected, Gap, GapKind};
use palisade::model::ids::{AccountId, Arn, Partition, Region};
use palisade::model::inventory::{
    AccountInventory, AccountParts, Caller, INVENTORY_SCHEMA, Inventory, RegionInventory, RegionParts, Scope,
};
use palisade::model::kms::{Key, KeyDetail, KmsInventory};
use palisade::model::operation::Operation;

pub use dice::{Dice, NOW, Wire, parsed};

/// Where a noun lies.
#[derive(Debug, Clone)]
pub struct Place {
    pub partition: Partition,
    pub account: AccountId,
    pub region: Region,
}

impl Place {
    /// An ARN of this place.
    pub fn arn(&self, service: &str, resource: &str) -> Arn {
        parsed(&format!("arn:{}:{service}:{}:{}:{resource}", self.partition, self.region, self.account))
    }

    /// An ARN of the account, in no region.
    pub fn global(&self, service: &str, resource: &str) -> Arn {
        parsed(&format!("arn:{}:{service}::{}:{resource}", self.partition, self.account))
    }

    /// A key that something here may refer to: of this place, of another region, of an account that nobody scans, an alias.
    pub fn key(&self, dice: &mut Dice<'_>) -> Arn {
        let stranger = "099999999999";
        match dice.below(5) {
            0 => self.arn("kms", &format!("key/own-{}", dice.below(3))),
            1 => self.arn("kms", "key/aws-managed"),
            2 => self.arn("kms", &format!("alias/of-{}", dice.below(2))),
            3 => parsed(&format!("arn:{}:kms:{}:{stranger}:key/foreign", self.partition, self.region)),
            _ => parsed(&format!("arn:{}:kms:elsewhere-1:{}:key/far", self.partition, self.account)),
        }
    }
}

const PARTITIONS: &[(&str, &[&str])] = &[
    ("aws", &["eu-central-1", "us-east-1", "ap-southeast-2"]),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-us-gov", &["us-gov-east-1", "us-gov-west-1"]),
];

/// An inventory.
pub fn inventory(bytes: &[u8]) -> Inventory {
    let mut dice = Dice::new(bytes);
    let (partition, regions) = *dice.pick(PARTITIONS);
    let partition: Partition = parsed(partition);
    let home: Region = parsed(regions[0]);
    let own: AccountId = parsed("111122223333");
    let count = 1 + dice.below(2);
    let ids: Vec<AccountId> = (0..count).map(|number| parsed(&format!("11112222333{}", 3 + number))).collect();
    let role = "PalisadeAudit";
    let caller: Arn = match dice.flag() {
        false => parsed(&format!("arn:{partition}:sts::{own}:assumed-role/Runner/me")),
        true => parsed(&format!("arn:{partition}:iam::{own}:user/me")),
    };
    let organization = dice.flag().then(|| organization::draw(&mut dice, &partition, &ids));
    let alone = organization.as_ref().is_none_or(|organization| organization.accounts.value().is_none())
        || organization.as_ref().is_some_and(|known| matches!(known.description.value(), Some(None)));
    let accounts: Vec<AccountInventory> = ids
        .iter()
        .filter(|id| !alone || **id == own)
        .map(|id| {
            let session = match *id == own {
                true => caller.clone(),
                false => parsed(&format!("arn:{partition}:sts::{id}:assumed-role/{role}/palisade-20260302T070000Z")),
            };
            account(&mut dice, &partition, id, regions, session, *id == own)
        })
        .collect();
    let mut inventory = Inventory {
        schema: INVENTORY_SCHEMA.to_owned(),
        collector: format!("palisade {}", env!("CARGO_PKG_VERSION")),
        taken_at: parsed(NOW),
        caller: Caller { account: own, arn: caller, partition, home_region: home },
        scope: Scope { role_name: Some(role.to_owned()), state_content: true, ..Scope::default() },
        organization,
        accounts,
        ledger: Vec::new(),
    };
    settle_all_but_keys(&mut inventory);
    place_keys(&mut inventory, |reference| key(&mut dice, reference));
    inventory
}

fn account(
    dice: &mut Dice<'_>,
    partition: &Partition,
    id: &AccountId,
    regions: &[&str],
    session: Arn,
    own: bool,
) -> AccountInventory {
    if !own && dice.one_in(10) {
        return AccountInventory { id: id.clone(), parts: Answer::Gap(dice.gap(Operation::StsAssumeRole, Wire::Xml)) };
    }
    let mut place = Place { partition: partition.clone(), account: id.clone(), region: parsed(regions[0]) };
    // Where AWS does not say which regions are on, the partition's default ones are taken; of `aws` those are many.
    let unsaid = partition.as_str() != "aws" && dice.one_in(8);
    let on: Vec<Region> = match unsaid {
        true => regions.iter().map(|region| parsed(region)).collect(),
        false => regions.iter().take(1 + dice.below(2)).map(|region| parsed(region)).collect(),
    };
    let enabled = match unsaid {
        true => Collected::Gap(dice.gap(Operation::AccountListRegions, Wire::Json)),
        false => Collected::read(parsed(NOW), on.clone()),
    };
    let iam = iam::draw(dice, &place);
    let mut s3 = s3::draw(dice, &place, &on);
    let mut state = states::draw(dice, &place, &on, &mut s3);
    let mut regional = Vec::new();
    for region in &on {
        place.region = region.clone();
        regional.push(RegionInventory { region: region.clone(), parts: self::region(dice, &place, &mut state.tables) });
    }
    let parts = AccountParts {
        session,
        regions: enabled,
        iam,
        s3,
        state: state.inventory,
        backup_global_settings: backup::global_settings(dice),
        backup_effective_policy: dice.collected(Operation::OrganizationsDescribeEffectivePolicy, Wire::Json, |dice| {
            dice.some(|dice| dice.document(Wire::Json))
        }),
        regional,
    };
    AccountInventory { id: id.clone(), parts: Answer::Value(parts) }
}

fn region(dice: &mut Dice<'_>, place: &Place, tables: &mut states::LockTables) -> Answer<RegionParts> {
    if !tables.stand_in(&place.region) && dice.one_in(10) {
        return Answer::Gap(closed(dice, &place.region));
    }
    Answer::Value(RegionParts {
        rds: rds::draw(dice, place),
        backup: backup::draw(dice, place),
        dynamodb: dynamodb::draw(dice, place, tables),
        kms: KmsInventory { keys: Collected::read(parsed(NOW), Vec::new()) },
    })
}

/// A region that a policy closes.
fn closed(dice: &mut Dice<'_>, region: &Region) -> Gap {
    let services = dice.word(&["dynamodb and rds", "dynamodb and backup"]);
    let said = format!("User: {} may not: with an explicit deny in a service control policy", dice.text(Wire::Xml));
    Gap {
        kind: GapKind::RegionDenied,
        operation: Operation::DynamoDbListTables,
        code: Some("AccessDeniedException".to_owned()),
        message: format!(
            "a service control policy denies {services} in {region}; nothing else was called there. AWS said: {said}"
        ),
        attempts: 0,
        request_id: None,
    }
}

fn key(dice: &mut Dice<'_>, reference: &Arn) -> Key {
    let partition = reference.partition();
    let (account, region) = (reference.account().unwrap(), reference.region().unwrap());
    let id = match reference.resource().strip_prefix("alias/") {
        Some(alias) => format!("behind-{alias}"),
        None => reference.name().to_owned(),
    };
    let multi = dice.flag();
    let detail = KeyDetail {
        arn: parsed(&format!("arn:{partition}:kms:{region}:{account}:key/{id}")),
        account,
        manager: if id == "aws-managed" { "AWS".to_owned() } else { "CUSTOMER".to_owned() },
        state: dice.word(&["Enabled", "Disabled", "PendingDeletion", "PendingImport", "Unavailable", "Updating"]),
        deletion_at: dice.some_time(),
        origin: dice.word(&["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"]),
        expiration_model: dice.some(|dice| dice.word(&["KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"])),
        material_expires_at: dice.some_time(),
        multi_region: multi,
        multi_region_type: multi.then(|| dice.word(&["PRIMARY", "REPLICA"])),
        primary_region: if multi { dice.some(|_| region.clone()) } else { None },
    };
    let detail = dice.answer(Operation::KmsDescribeKey, Wire::Json, |_| detail);
    let policy = dice.answer(Operation::KmsGetKeyPolicy, Wire::Json, |dice| dice.document(Wire::Json));
    Key { reference: reference.clone(), detail, policy: Some(policy) }
}
