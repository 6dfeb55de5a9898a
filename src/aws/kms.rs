//! The KMS keys that something stateful refers to.
//!
//! Follows <https://docs.aws.amazon.com/kms/latest/APIReference/>. The decision worth knowing: a key is asked in the account
//! where the reference stands, in the key's own region. KMS describes a key of another account to those whom that key's
//! policy admits, but tells its policy to the key's own account alone.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_kms::{Client, types};
use futures::StreamExt;

use super::failure::Failure;
use super::shape::{Shaped, arn, required, some_region, some_text, some_time, text};
use super::site::Site;
use crate::model::backup::BackupInventory;
use crate::model::dynamodb::DynamoDbInventory;
use crate::model::gap::{Answer, Collected, Gap, GapKind, MESSAGE_LIMIT};
use crate::model::ids::{Arn, Region};
use crate::model::kms::{Key, KeyDetail, KmsInventory};
use crate::model::operation::Operation;
use crate::model::rds::RdsInventory;
use crate::model::s3::S3Inventory;

/// The keys that are read together; the site's limits bound what is in flight.
const TOGETHER: usize = 16;

/// Reads the keys that are referred to. What could not be read is a gap in it.
pub(super) async fn collect(site: &Site, references: &BTreeSet<Arn>) -> KmsInventory {
    let client = site.kms();
    let asked = futures::stream::iter(references.iter().cloned())
        .map(|reference| Box::pin(key(site, &client, reference)))
        .buffered(TOGETHER);
    let keys: Vec<Key> = asked.collect().await;
    KmsInventory { keys: Collected::read(site.now(), keys) }
}

/// The keys that what was read in an account refers to, by the region that each is in: call [`collect`] with each.
/// `site` is any of the account's. A reference in no key's ARN's shape is left out: whoever looks for it finds no key.
pub(super) fn references<'a>(
    site: &Site,
    regional: impl IntoIterator<Item = (&'a Region, &'a RdsInventory, &'a BackupInventory, &'a DynamoDbInventory)>,
    s3: &S3Inventory,
) -> BTreeMap<Region, BTreeSet<Arn>> {
    let mut found: BTreeMap<Region, BTreeSet<Arn>> = BTreeMap::new();
    let mut add = |here: &Region, key: &Arn| {
        if key.service() == "kms" {
            let region = key.region().unwrap_or_else(|| here.clone());
            found.entry(region).or_default().insert(key.clone());
        }
    };
    for (region, rds, backup, dynamodb) in regional {
        rds_keys(rds).chain(backup_keys(backup)).for_each(|key| add(region, key));
        let tables = dynamodb.tables.items().iter();
        tables.filter_map(|table| table.detail.value()?.kms_key.as_ref()).for_each(|key| add(region, key));
    }
    for bucket in s3.buckets.items() {
        let encryption = bucket.encryption.value().and_then(Option::as_ref);
        let (Some(region), Some(encryption)) = (bucket.region.value(), encryption) else { continue };
        let key = site.in_region(region).some_key("KMSMasterKeyID", encryption.kms_key.as_deref());
        if let Ok(Some(key)) = key {
            add(region, &key);
        }
    }
    found
}

fn rds_keys(rds: &RdsInventory) -> impl Iterator<Item = &Arn> {
    let instances = rds.db_instances.items().iter().map(|item| &item.kms_key);
    let clusters = rds.db_clusters.items().iter().map(|item| &item.kms_key);
    let snapshots = rds.db_snapshots.items().iter().chain(rds.db_cluster_snapshots.items());
    let backups = rds.db_instance_automated_backups.items().iter().chain(rds.db_cluster_automated_backups.items());
    let snapshots = snapshots.map(|item| &item.kms_key);
    instances.chain(clusters).chain(snapshots).chain(backups.map(|item| &item.kms_key)).flatten()
}

fn backup_keys(backup: &BackupInventory) -> impl Iterator<Item = &Arn> {
    backup.vaults.items().iter().flat_map(|vault| {
        let points = vault.recovery_points.value().into_iter().flatten();
        vault.kms_key.iter().chain(points.filter_map(|point| point.kms_key.as_ref()))
    })
}

async fn key(site: &Site, client: &Client, reference: Arn) -> Key {
    let detail = detail(site, client, &reference).await;
    let policy = match &detail {
        Ok(detail) if detail.manager != "CUSTOMER" => None,
        Ok(detail) if detail.account != site.account => {
            let message = format!(
                "AWS tells a key's policy to the key's own account alone: scan the account {} to read it",
                detail.account
            );
            Some(Answer::Gap(Gap::not_made(GapKind::OutOfScope, Operation::KmsGetKeyPolicy, message)))
        }
        Ok(detail) => Some(policy(site, client, &detail.arn).await.into()),
        Err(failure) => {
            let message = "not asked, because the key could not be described";
            Some(Answer::Gap(Gap::not_made(failure.gap.kind, Operation::KmsGetKeyPolicy, message)))
        }
    };
    Key { reference, detail: detail.into(), policy }
}

async fn detail(site: &Site, client: &Client, reference: &Arn) -> Result<KeyDetail, Failure> {
    const OPERATION: Operation = Operation::KmsDescribeKey;
    let subject = Some(reference.as_str());
    let make = || client.describe_key().key_id(reference.as_str()).send();
    let answer = site.call(OPERATION, subject, make).await.map_err(|failure| with_statement(site, failure))?;
    let detail = required("KeyMetadata", answer.key_metadata()).and_then(key_detail);
    site.shaped(OPERATION, subject, detail)
}

fn key_detail(item: &types::KeyMetadata) -> Shaped<KeyDetail> {
    let account = text("AWSAccountId", item.aws_account_id())?;
    let replication = item.multi_region_configuration();
    let kind = replication.and_then(|replication| replication.multi_region_key_type());
    let primary = replication.and_then(|replication| replication.primary_key()).and_then(|key| key.region());
    Ok(KeyDetail {
        arn: arn("Arn", item.arn())?,
        account: account.parse().map_err(|error| super::shape::Malformed::odd("AWSAccountId", error))?,
        manager: text("KeyManager", item.key_manager().map(types::KeyManagerType::as_str))?,
        state: text("KeyState", item.key_state().map(types::KeyState::as_str))?,
        deletion_at: some_time("DeletionDate", item.deletion_date())?,
        origin: text("Origin", item.origin().map(types::OriginType::as_str))?,
        expiration_model: some_text(item.expiration_model().map(types::ExpirationModelType::as_str)),
        material_expires_at: some_time("ValidTo", item.valid_to())?,
        // Those who leave the flag out leave the configuration out too, where there is none.
        multi_region: item.multi_region().unwrap_or(replication.is_some()),
        multi_region_type: some_text(kind.map(types::MultiRegionKeyType::as_str)),
        primary_region: some_region("PrimaryKey.Region", primary)?,
    })
}

async fn policy(site: &Site, client: &Client, key: &Arn) -> Result<String, Failure> {
    const OPERATION: Operation = Operation::KmsGetKeyPolicy;
    let subject = Some(key.as_str());
    let make = || client.get_key_policy().key_id(key.as_str()).policy_name("default").send();
    let answer = site.call(OPERATION, subject, make).await.map_err(|failure| with_statement(site, failure))?;
    site.shaped(OPERATION, subject, text("Policy", answer.policy()))
}

/// Where the key's policy is what does not admit the caller, IAM cannot help: says the statement that would.
fn with_statement(site: &Site, mut failure: Failure) -> Failure {
    // AWS's words: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
    if failure.gap.kind != GapKind::Denied || !failure.gap.message.contains("no resource-based policy allows") {
        return failure;
    }
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":["kms:DescribeKey","kms:GetKeyPolicy"],"Resource":"*"}}"#,
        caller(site, &failure.gap.message),
    );
    let said: String = failure.gap.message.chars().take(MESSAGE_LIMIT / 2).collect();
    let message = format!("{said} The key's policy does not admit palisade; this statement in it would: {statement}");
    failure.gap.message = message.chars().take(MESSAGE_LIMIT).collect();
    failure
}

/// The role that AWS names as the caller, as a policy's principal; the account itself where it names none.
fn caller(site: &Site, message: &str) -> String {
    let role = message.split_once(":assumed-role/").and_then(|(_, rest)| rest.split('/').next());
    let role = role.filter(|role| role.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c)));
    match role {
        Some(role) => format!("arn:{}:iam::{}:role/{role}", site.partition, site.account),
        None => Arn::account_root(&site.partition, &site.account).to_string(),
    }
}
