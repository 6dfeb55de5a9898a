//! AWS KMS: the keys that something stateful refers to, and their policies.
//!
//! Follows <https://docs.aws.amazon.com/kms/latest/APIReference/>. The decision worth knowing: an inventory holds a key under
//! the reference that led to it, in the account and region that asked; whoever asks there by that reference, or by the key's
//! own ARN, is told of it. A key's policy is told to its own account alone.

use super::call::{Call, told};
use super::json::Members;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::gap::{Answer as Told, GapKind};
use crate::model::kms::{Key, KeyDetail, reference};
use crate::model::operation::Operation;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    let key = key(call)?;
    match operation {
        Operation::KmsDescribeKey => {
            call.input.only(&["KeyId", "GrantTokens"])?;
            Ok(Answer::Json(Members::default().put("KeyMetadata", metadata(call, told(&key.detail)?))))
        }
        _ => policy(call, key),
    }
}

/// The key that `KeyId` names: among those of the region asked, or of the account's other regions, where a key of a region
/// that was not read stands beside them.
fn key<'a>(call: &Call<'a>) -> Result<&'a Key, Refusal> {
    let given = call.input.required("KeyId")?;
    let not_found = || {
        let message = format!("Key '{given:.200}' does not exist");
        Refusal::new(400, "NotFoundException", message)
    };
    let partition = &call.fleet.inventory().caller.partition;
    let wanted = reference(partition, call.region, &call.account.id, given).ok_or_else(not_found)?;
    let regions = call.parts()?.regional.iter();
    let keys = regions.filter_map(|region| region.parts.value()).flat_map(|parts| parts.kms.keys.items());
    let mut own = None;
    for key in keys {
        if key.reference == wanted {
            return Ok(key);
        }
        if key.detail.value().is_some_and(|detail| detail.arn == wanted) {
            own = own.or(Some(key));
        }
    }
    match own {
        Some(key) => Ok(key),
        // A region that was closed is closed for keys as well.
        None => call.region_parts().and_then(|_| Err(not_found())),
    }
}

fn metadata(call: &Call<'_>, key: &KeyDetail) -> Members {
    let KeyDetail {
        arn,
        account,
        manager,
        state,
        deletion_at,
        origin,
        expiration_model,
        material_expires_at,
        multi_region,
        multi_region_type,
        primary_region,
    } = key;
    let id = arn.name();
    let configuration = (multi_region_type.is_some() || primary_region.is_some()).then(|| {
        let primary = primary_region.as_ref().map(|region| {
            let arn = format!("arn:{}:kms:{region}:{account}:key/{id}", arn.partition());
            Members::default().put("Arn", arn).put("Region", region.as_str())
        });
        Members::default()
            .some("MultiRegionKeyType", multi_region_type.as_deref())
            .some("PrimaryKey", primary)
            .put("ReplicaKeys", Vec::<serde_json::Value>::new())
    });
    Members::default()
        .put("AWSAccountId", account.as_str())
        .put("KeyId", id)
        .put("Arn", arn.as_str())
        .put("Enabled", state == "Enabled")
        .put("Description", "")
        .put("KeyUsage", "ENCRYPT_DECRYPT")
        .put("KeyState", state.as_str())
        .some("DeletionDate", call.some_epoch(*deletion_at))
        .some("ValidTo", call.some_epoch(*material_expires_at))
        .put("Origin", origin.as_str())
        .some("ExpirationModel", expiration_model.as_deref())
        .put("KeyManager", manager.as_str())
        .put("KeySpec", "SYMMETRIC_DEFAULT")
        .put("EncryptionAlgorithms", vec!["SYMMETRIC_DEFAULT"])
        .put("MultiRegion", *multi_region)
        .some("MultiRegionConfiguration", configuration)
}

fn policy(call: &Call<'_>, key: &Key) -> Result<Answer, Refusal> {
    call.input.only(&["KeyId", "PolicyName"])?;
    let document = match &key.policy {
        Some(Told::Value(document)) => document,
        // What palisade did not ask AWS for, AWS refuses: another account's key, or one that could not be described.
        Some(Told::Gap(gap)) if gap.kind == GapKind::OutOfScope => return Err(call.denied("kms")),
        Some(Told::Gap(gap)) => return Err(Refusal::of(gap)),
        None => return Err(Refusal::unseen("the policy of a key that AWS manages")),
    };
    Ok(Answer::Json(Members::default().put("Policy", document.as_str()).put("PolicyName", "default")))
}
