//! AWS Backup.

use std::collections::BTreeMap;

use palisade::model::backup::{
    BackupInventory, BackupJob, CopyAction, CopyJob, LastRestore, LegalHold, LegalHoldSelection, Plan,
    ProtectedResource, RecoveryPoint, RegionSettings, RestoreJob, RestoreTestingPlan, Rule, Selection,
    SelectionCondition, SelectionDetail, SelectionOperator, TagCondition, Vault,
};
use palisade::model::gap::Collected;
use palisade::model::operation::Operation as Op;

use super::{Dice, Place, Wire};

const JSON: Wire = Wire::Json;

pub fn global_settings(dice: &mut Dice<'_>) -> Collected<BTreeMap<String, String>> {
    dice.collected(Op::BackupDescribeGlobalSettings, JSON, |dice| {
        let settings = dice.list(2, |dice| {
            (dice.word(&["isCrossAccountBackupEnabled", "isMpaEnabled"]), dice.word(&["true", "false"]))
        });
        settings.into_iter().collect()
    })
}

pub fn draw(dice: &mut Dice<'_>, place: &Place) -> BackupInventory {
    BackupInventory {
        vaults: dice.collected(Op::BackupListBackupVaults, JSON, |dice| dice.list(2, |dice| vault(dice, place))),
        plans: dice.collected(Op::BackupListBackupPlans, JSON, |dice| dice.list(2, |dice| plan(dice, place))),
        protected_resources: dice
            .collected(Op::BackupListProtectedResources, JSON, |dice| dice.list(2, |dice| protected(dice, place))),
        backup_jobs: dice
            .collected(Op::BackupListBackupJobs, JSON, |dice| dice.list(3, |dice| backup_job(dice, place))),
        copy_jobs: dice.collected(Op::BackupListCopyJobs, JSON, |dice| dice.list(2, |dice| copy_job(dice, place))),
        restore_jobs: dice
            .collected(Op::BackupListRestoreJobs, JSON, |dice| dice.list(2, |dice| restore_job(dice, place))),
        legal_holds: dice.collected(Op::BackupListLegalHolds, JSON, |dice| dice.list(2, |dice| hold(dice, place))),
        restore_testing_plans: dice
            .collected(Op::BackupListRestoreTestingPlans, JSON, |dice| dice.list(2, |dice| testing(dice, place))),
        region_settings: dice.collected(Op::BackupDescribeRegionSettings, JSON, |dice| RegionSettings {
            opt_in: settings(dice),
            management: settings(dice),
        }),
    }
}

fn settings(dice: &mut Dice<'_>) -> BTreeMap<String, bool> {
    dice.list(3, |dice| (kind(dice), dice.flag())).into_iter().collect()
}

fn kind(dice: &mut Dice<'_>) -> String {
    dice.word(&["RDS", "Aurora", "DynamoDB", "S3", "EBS", "SAP HANA on Amazon EC2"])
}

fn days(dice: &mut Dice<'_>) -> Option<i64> {
    dice.some(|dice| i64::try_from(dice.below(400)).unwrap())
}

fn resource(dice: &mut Dice<'_>, place: &Place) -> palisade::model::ids::Arn {
    place.arn("rds", &format!("db:{}", dice.name("source")))
}

fn vault(dice: &mut Dice<'_>, place: &Place) -> Vault {
    let name = dice.name("vault");
    let points = dice.list(3, |dice| point(dice, place));
    // Of a vault that says it is empty nobody asks for its points.
    let count = i64::try_from(points.len()).unwrap();
    let recovery_points = match count {
        0 => palisade::model::gap::Answer::Value(points),
        _ => dice.answer(Op::BackupListRecoveryPointsByBackupVault, JSON, |_| points),
    };
    Vault {
        arn: place.arn("backup", &format!("backup-vault:{name}")),
        name,
        vault_type: dice.some(|dice| {
            dice.word(&["BACKUP_VAULT", "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "RESTORE_ACCESS_BACKUP_VAULT"])
        }),
        vault_state: dice.some(|dice| dice.word(&["AVAILABLE", "CREATING", "FAILED"])),
        created_at: dice.some(Dice::time),
        kms_key: dice.some(|dice| place.key(dice)),
        recovery_point_count: count,
        locked: dice.flag(),
        lock_date: dice.some_time(),
        min_retention_days: days(dice),
        max_retention_days: days(dice),
        policy: dice.answer(Op::BackupGetBackupVaultAccessPolicy, JSON, |dice| dice.some(|dice| dice.document(JSON))),
        recovery_points,
    }
}

fn point(dice: &mut Dice<'_>, place: &Place) -> RecoveryPoint {
    RecoveryPoint {
        arn: place.arn("backup", &format!("recovery-point:{}", dice.name("point"))),
        resource: resource(dice, place),
        resource_type: kind(dice),
        status: dice.word(&["COMPLETED", "AVAILABLE", "PARTIAL", "EXPIRED", "DELETING", "STOPPED", "CREATING"]),
        created_at: dice.time(),
        completed_at: dice.some(Dice::time),
        delete_after_days: days(dice),
        delete_at: dice.some_time(),
        cold_storage_at: dice.some_time(),
        encrypted: Some(dice.flag()),
        kms_key: dice.some(|dice| place.key(dice)),
        source_vault: dice.some(|dice| place.arn("backup", &format!("backup-vault:{}", dice.name("from")))),
        last_restored_at: dice.some(Dice::time),
        plan_id: dice.some(|dice| dice.text(JSON)),
        parent: dice.flag(),
        parent_recovery_point: dice
            .some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("parent")))),
    }
}

fn plan(dice: &mut Dice<'_>, place: &Place) -> Plan {
    let id = dice.name("plan");
    Plan {
        arn: place.arn("backup", &format!("backup-plan:{id}")),
        id,
        name: dice.text(JSON),
        rules: dice.answer(Op::BackupGetBackupPlan, JSON, |dice| dice.list(2, |dice| rule(dice, place))),
        selections: dice.answer(Op::BackupListBackupSelections, JSON, |dice| {
            dice.list(2, |dice| Selection {
                id: dice.name("selection"),
                name: dice.text(JSON),
                detail: dice.answer(Op::BackupGetBackupSelection, JSON, selection),
            })
        }),
    }
}

fn rule(dice: &mut Dice<'_>, place: &Place) -> Rule {
    let vault = |dice: &mut Dice<'_>| place.arn("backup", &format!("backup-vault:{}", dice.name("to")));
    Rule {
        name: format!("{}{}", dice.name("rule"), dice.text(JSON)),
        target_vault: dice.text(JSON),
        target_air_gapped_vault: dice.some(vault),
        schedule: dice.some(|dice| dice.word(&["cron(0 5 ? * * *)", "rate(12 hours)"])),
        continuous: dice.flag(),
        delete_after_days: days(dice),
        copy_actions: dice.list(2, |dice| CopyAction { destination_vault: vault(dice), delete_after_days: days(dice) }),
    }
}

fn selection(dice: &mut Dice<'_>) -> SelectionDetail {
    use SelectionOperator::{StringEquals, StringLike, StringNotEquals, StringNotLike};
    let patterns =
        |dice: &mut Dice<'_>| dice.list(2, |dice| dice.word(&["*", "arn:aws:rds:*:*:db:*", "arn:aws:s3:::b"]));
    SelectionDetail {
        resources: patterns(dice),
        not_resources: patterns(dice),
        list_of_tags: dice.list(2, |dice| TagCondition { key: dice.text(JSON), value: dice.text(JSON) }),
        conditions: dice.list(3, |dice| SelectionCondition {
            operator: *dice.pick(&[StringEquals, StringNotEquals, StringLike, StringNotLike]),
            key: format!("aws:ResourceTag/{}", dice.text(JSON)),
            value: if dice.one_in(4) { String::new() } else { dice.text(JSON) },
        }),
    }
}

fn protected(dice: &mut Dice<'_>, place: &Place) -> ProtectedResource {
    let resource_type = kind(dice);
    let asked = ["Aurora", "DocumentDB", "DynamoDB", "Neptune", "RDS", "S3"].contains(&resource_type.as_str());
    let last_restore = asked.then(|| {
        dice.answer(Op::BackupDescribeProtectedResource, JSON, |dice| LastRestore {
            restored_at: dice.some(Dice::time),
            recovery_point_created_at: dice.some(Dice::time),
            minutes: days(dice),
        })
    });
    ProtectedResource {
        resource: resource(dice, place),
        resource_type,
        last_backup_at: dice.some(Dice::time),
        last_restore,
    }
}

fn backup_job(dice: &mut Dice<'_>, place: &Place) -> BackupJob {
    BackupJob {
        id: dice.name("job"),
        state: dice.word(&["FAILED", "EXPIRED", "ABORTED", "PARTIAL"]),
        status_message: dice.some(|dice| dice.text(JSON)),
        resource: dice.some(|dice| resource(dice, place)),
        resource_type: dice.some(kind),
        vault: dice.some(|dice| place.arn("backup", &format!("backup-vault:{}", dice.name("v")))),
        created_at: dice.time(),
        completed_at: dice.some(Dice::time),
    }
}

fn copy_job(dice: &mut Dice<'_>, place: &Place) -> CopyJob {
    let vault =
        |dice: &mut Dice<'_>| dice.some(|dice| place.arn("backup", &format!("backup-vault:{}", dice.name("v"))));
    CopyJob {
        id: dice.name("copy"),
        state: dice.word(&["CREATED", "RUNNING", "COMPLETED", "FAILED", "PARTIAL"]),
        status_message: dice.some(|dice| dice.text(JSON)),
        resource: dice.some(|dice| resource(dice, place)),
        resource_type: dice.some(kind),
        source_vault: vault(dice),
        destination_vault: vault(dice),
        destination_recovery_point: dice
            .some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("d")))),
        account: dice.some(|_| place.account.clone()),
        created_at: dice.time(),
        completed_at: dice.some(Dice::time),
    }
}

fn restore_job(dice: &mut Dice<'_>, place: &Place) -> RestoreJob {
    RestoreJob {
        id: dice.name("restore"),
        status: dice.word(&["PENDING", "RUNNING", "COMPLETED", "ABORTED", "FAILED"]),
        status_message: dice.some(|dice| dice.text(JSON)),
        recovery_point: dice.some(|dice| place.arn("backup", &format!("recovery-point:{}", dice.name("r")))),
        source_resource: dice.some(|dice| resource(dice, place)),
        resource_type: dice.some(kind),
        restore_testing_plan: dice
            .some(|dice| place.arn("backup", &format!("restore-testing-plan:{}", dice.name("t")))),
        validation_status: dice.some(|dice| dice.word(&["FAILED", "SUCCESSFUL", "TIMED_OUT", "VALIDATING"])),
        created_at: dice.time(),
        completed_at: dice.some(Dice::time),
    }
}

fn hold(dice: &mut Dice<'_>, place: &Place) -> LegalHold {
    let id = dice.name("hold");
    LegalHold {
        arn: place.arn("backup", &format!("legal-hold:{id}")),
        id,
        title: dice.text(JSON),
        status: dice.word(&["CREATING", "ACTIVE", "CANCELING", "CANCELED"]),
        detail: dice.answer(Op::BackupGetLegalHold, JSON, |dice| {
            // A range has two ends or is none.
            let range = dice.some(|dice| (dice.time(), dice.time()));
            LegalHoldSelection {
                vaults: dice.list(2, |dice| dice.text(JSON)),
                resources: dice.list(2, |dice| dice.text(JSON)),
                from: range.map(|(from, _)| from),
                to: range.map(|(_, to)| to),
            }
        }),
    }
}

fn testing(dice: &mut Dice<'_>, place: &Place) -> RestoreTestingPlan {
    let name = dice.name("testing").replace('-', "_");
    RestoreTestingPlan {
        arn: place.arn("backup", &format!("restore-testing-plan:{name}")),
        name,
        schedule: "cron(0 5 ? * * *)".to_owned(),
        last_run_at: dice.some(Dice::time),
        selected_types: dice.answer(Op::BackupListRestoreTestingSelections, JSON, |dice| {
            let count = dice.below(3);
            ["DynamoDB", "RDS"][..count.min(2)].iter().map(|&kind| kind.to_owned()).collect()
        }),
    }
}
