//! Calls that were refused: a few accounts' own policies leave the audit role out of one thing.

use crate::demo::build::denied;
use crate::model::gap::{Answer, Collected};
use crate::model::inventory::{AccountParts, Inventory};
use crate::model::operation::Operation;

use super::random::Chance;
use super::world::{Purpose, World};

/// Puts a refused call into some workload accounts.
pub(super) fn refuse(world: &World, inventory: &mut Inventory) {
    for account in &mut inventory.accounts {
        let Answer::Value(parts) = &mut account.parts else { continue };
        // The accounts were sorted since: an account is known by its id.
        let number = account.id.as_str().parse().unwrap_or(0);
        let furniture = world.members.iter().take(super::tree::FURNITURE);
        let apart =
            furniture.filter(|member| member.purpose != Purpose::Workload).any(|member| member.id == account.id);
        let mut chance = Chance::of(world.seed, "refused", number);
        if !apart && chance.permille(world.shape.denied_calls) {
            refuse_one(parts, &mut chance);
        }
    }
}

fn refuse_one(parts: &mut AccountParts, chance: &mut Chance) {
    let session = parts.session.clone();
    let gap = |operation| denied(operation, &session);
    let home = parts.regional.iter_mut().find_map(|region| match &mut region.parts {
        Answer::Value(parts) => Some(parts),
        Answer::Gap(_) => None,
    });
    match (chance.below(8), home) {
        (0, Some(home)) => home.rds.db_instances = Collected::Gap(gap(Operation::RdsDescribeDBInstances)),
        (1, Some(home)) => home.backup.vaults = Collected::Gap(gap(Operation::BackupListBackupVaults)),
        (2, Some(home)) => home.backup.plans = Collected::Gap(gap(Operation::BackupListBackupPlans)),
        (3, _) => parts.iam.credential_report = Collected::Gap(gap(Operation::IamGenerateCredentialReport)),
        (4, Some(home)) => {
            for table in home.dynamodb.tables.value_mut().into_iter().flatten().take(1) {
                table.point_in_time_recovery = Answer::Gap(gap(Operation::DynamoDbDescribeContinuousBackups));
            }
        }
        (5, _) => {
            for state in parts.state.buckets.iter_mut().filter_map(|bucket| bucket.objects.value_mut()).flatten() {
                let refused = gap(Operation::S3GetObject);
                state.body = Answer::Gap(refused.clone());
                state.content = Answer::Gap(refused);
            }
        }
        (6, Some(home)) => {
            for vault in home.backup.vaults.value_mut().into_iter().flatten().take(1) {
                vault.policy = Answer::Gap(gap(Operation::BackupGetBackupVaultAccessPolicy));
            }
        }
        _ => {
            for bucket in parts.s3.buckets.value_mut().into_iter().flatten().take(2) {
                bucket.versioning = Answer::Gap(gap(Operation::S3GetBucketVersioning));
            }
        }
    }
}
