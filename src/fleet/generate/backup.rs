//! AWS Backup in a workload account: a plan that selects in one of six ways, its vaults, points, jobs and tests.

use crate::demo::build::{hours_ago, id, value};
use crate::model::backup::{
    BackupJob, CopyAction, LastRestore, LegalHold, LegalHoldSelection, Plan, ProtectedResource, RecoveryPoint,
    RestoreJob, RestoreTestingPlan, Rule, Selection, SelectionCondition, SelectionDetail, SelectionOperator,
    TagCondition, Vault,
};
use crate::model::gap::Collected;
use crate::model::ids::Arn;
use crate::model::rds::Snapshot;

use super::copies::{self, Target};
use super::estate::{Draft, Kind, Left, Thing, add};
use super::keys;
use super::world::{Here, ago, days_after};

/// How a plan selects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Tag,
    Arns,
    Wildcard,
    Conditions,
    AllBut,
}

/// Gives an account its plans and all that they made; one account in four has none.
pub(super) fn plans(draft: &mut Draft<'_>, left: &mut Left) {
    if draft.chance.percent(25) {
        return;
    }
    let how = match draft.chance.below(100) {
        0..55 => How::Tag,
        55..70 => How::Arns,
        70..85 => How::Wildcard,
        85..93 => How::Conditions,
        _ => How::AllBut,
    };
    let fresh = draft.chance.percent(85);
    let targets = copies::targets(draft);
    let things = std::mem::take(&mut draft.things);
    for number in 0..draft.world.regions.len().min(2) {
        let here: Vec<&Thing> = things.iter().filter(|thing| thing.region == number && taken(how, thing)).collect();
        if !here.is_empty() || number == 0 {
            in_region(draft, (number, how, fresh), &here, &targets, left);
        }
    }
    draft.things = things;
}

fn taken(how: How, thing: &Thing) -> bool {
    match how {
        How::Tag | How::Conditions => thing.tags.get("backup").is_some_and(|value| value == "daily"),
        // A list that was right when it was written.
        How::Arns => !thing.name.ends_with(['3', '7']),
        How::Wildcard => thing.kind != Kind::Bucket,
        How::AllBut => thing.tags.get("backup").is_none_or(|value| value != "none"),
    }
}

fn selection(draft: &mut Draft<'_>, here: Here<'_>, how: How, things: &[&Thing]) -> SelectionDetail {
    let pattern = |text: &str| format!("arn:{}:{text}", here.partition);
    let everything = || vec![pattern("rds:*:*:db:*"), pattern("rds:*:*:cluster:*"), pattern("dynamodb:*:*:table/*")];
    let condition = |operator, value: &str| SelectionCondition {
        operator,
        key: "aws:ResourceTag/backup".into(),
        value: value.into(),
    };
    let mut detail = SelectionDetail {
        resources: Vec::new(),
        not_resources: Vec::new(),
        list_of_tags: Vec::new(),
        conditions: Vec::new(),
    };
    match how {
        How::Tag => detail.list_of_tags.push(TagCondition { key: "backup".into(), value: "daily".into() }),
        How::Arns => detail.resources = things.iter().take(500).map(|thing| thing.arn.to_string()).collect(),
        How::Wildcard => detail.resources = everything(),
        How::Conditions => {
            detail.resources = vec!["*".into()];
            let like = draft.chance.percent(50);
            detail.conditions.push(match like {
                true => condition(SelectionOperator::StringLike, "dai*"),
                false => condition(SelectionOperator::StringEquals, "daily"),
            });
        }
        How::AllBut => {
            detail.resources = vec!["*".into()];
            detail.not_resources = vec![pattern("s3:::*-tmp"), pattern("rds:*:*:db:scratch*")];
            detail.conditions.push(condition(SelectionOperator::StringNotEquals, "none"));
        }
    }
    detail
}

fn in_region(
    draft: &mut Draft<'_>,
    (number, how, fresh): (usize, How, bool),
    things: &[&Thing],
    targets: &[Target],
    left: &mut Left,
) {
    let here = draft.here(number);
    let vault = here.vault("daily");
    let key = keys::customer(here, "vaults");
    let mut points = Vec::new();
    for thing in things {
        // Some are too new, and some jobs fail in silence.
        if draft.chance.percent(93) {
            let age = if fresh { 4 } else { 24 * draft.chance.within(3, 40) };
            let point = point(draft, here, thing, age, &key);
            if let (Some(snapshot), Some(parts)) = (snapshot_of(&point, thing, here), draft.at(number)) {
                match thing.kind {
                    Kind::Cluster => add(&mut parts.rds.db_cluster_snapshots, snapshot),
                    _ => add(&mut parts.rds.db_snapshots, snapshot),
                }
            }
            copies::copy(draft, (number, thing), &point, targets, left);
            protected(draft, number, thing, &point);
            points.push(point);
        }
    }
    let detail = selection(draft, here, how, things);
    let plan = plan(draft, here, detail, targets);
    let made = self::vault(draft, here, &vault, key, points);
    let failed = failed_job(draft, &vault, things);
    let held = draft.chance.percent(2).then(|| legal_hold(draft, here));
    if draft.cared_for() {
        restore_tests(draft, number, things);
    }
    if let Some(parts) = draft.at(number) {
        add(&mut parts.backup.plans, plan);
        add(&mut parts.backup.vaults, made);
        failed.into_iter().for_each(|job| add(&mut parts.backup.backup_jobs, job));
        held.into_iter().for_each(|hold| add(&mut parts.backup.legal_holds, hold));
    }
}

fn point(draft: &mut Draft<'_>, here: Here<'_>, thing: &Thing, age: i64, vault_key: &Arn) -> RecoveryPoint {
    let job = draft.chance.uuid();
    let (arn, key) = match thing.kind {
        // RDS keeps its own snapshots, under the source's key.
        Kind::Instance => (here.arn("rds", &format!("snapshot:awsbackup:job-{job}")), thing.key.clone()),
        Kind::Cluster => (here.arn("rds", &format!("cluster-snapshot:awsbackup:job-{job}")), thing.key.clone()),
        _ => (here.arn("backup", &format!("recovery-point:{job}")), Some(vault_key.clone())),
    };
    let created = hours_ago(age);
    let days = draft.chance.pick(&[7, 35, 35, 90]);
    let continuous = thing.kind == Kind::Bucket && draft.chance.percent(15);
    RecoveryPoint {
        arn,
        resource: thing.arn.clone(),
        resource_type: thing.backup_type().into(),
        status: if continuous { "AVAILABLE" } else { "COMPLETED" }.into(),
        created_at: created,
        completed_at: Some(hours_ago(age.saturating_sub(1))),
        delete_after_days: Some(days),
        delete_at: Some(days_after(created, days)),
        cold_storage_at: None,
        encrypted: Some(key.is_some()),
        kms_key: key,
        source_vault: None,
        last_restored_at: None,
        plan_id: Some(plan_id(draft, here)),
        parent: false,
        parent_recovery_point: None,
    }
}

fn plan_id(draft: &Draft<'_>, here: Here<'_>) -> String {
    crate::demo::build::uuid(&format!("{}-{}-plan", draft.member.id, here.region))
}

/// RDS lists AWS Backup's snapshots beside its own.
pub(super) fn snapshot_of(point: &RecoveryPoint, thing: &Thing, here: Here<'_>) -> Option<Snapshot> {
    let kind = match thing.kind {
        Kind::Instance => "snapshot:",
        Kind::Cluster => "cluster-snapshot:",
        Kind::Table | Kind::Bucket => return None,
    };
    let identifier = point.arn.resource().strip_prefix(kind)?;
    Some(Snapshot {
        arn: here.arn("rds", &format!("{kind}{identifier}")),
        identifier: identifier.into(),
        snapshot_type: "awsbackup".into(),
        status: "available".into(),
        source_identifier: thing.name.clone(),
        source_resource_id: Some(thing.resource_id.clone()),
        source_snapshot: None,
        source_region: None,
        created_at: Some(point.created_at),
        original_created_at: (thing.kind == Kind::Instance).then_some(point.created_at),
        engine: thing.engine.into(),
        encrypted: point.kms_key.is_some(),
        kms_key: point.kms_key.clone(),
        shared_with: Some(value(Vec::new())),
        tags: thing.tags.clone(),
    })
}

fn protected(draft: &mut Draft<'_>, number: usize, thing: &Thing, point: &RecoveryPoint) {
    let restored = draft.chance.percent(30);
    let resource = ProtectedResource {
        resource: thing.arn.clone(),
        resource_type: thing.backup_type().into(),
        last_backup_at: Some(point.created_at),
        last_restore: Some(value(LastRestore {
            restored_at: restored.then(|| hours_ago(24 * 8)),
            recovery_point_created_at: restored.then(|| hours_ago(24 * 9)),
            minutes: restored.then_some(41),
        })),
    };
    if let Some(parts) = draft.at(number) {
        add(&mut parts.backup.protected_resources, resource);
    }
}

fn plan(draft: &mut Draft<'_>, here: Here<'_>, detail: SelectionDetail, targets: &[Target]) -> Plan {
    let id = plan_id(draft, here);
    let air_gapped = targets.iter().find(|target| target.air_gapped && target.region == *here.region);
    let copy_actions = targets
        .iter()
        .map(|target| CopyAction { destination_vault: target.arn.clone(), delete_after_days: Some(35) })
        .collect();
    let schedule = draft.chance.pick(&["cron(0 3 ? * * *)", "cron(0 5 ? * MON *)", "rate(12 hours)", ""]);
    Plan {
        arn: here.arn("backup", &format!("backup-plan:{id}")),
        name: "daily".into(),
        rules: value(vec![Rule {
            name: "nightly".into(),
            target_vault: "daily".into(),
            target_air_gapped_vault: air_gapped.map(|target| target.arn.clone()).filter(|_| draft.chance.percent(30)),
            schedule: (!schedule.is_empty()).then(|| schedule.into()),
            continuous: draft.chance.percent(20),
            delete_after_days: Some(35),
            copy_actions,
        }]),
        selections: value(vec![Selection {
            id: draft.chance.uuid(),
            name: "everything that matters".into(),
            detail: value(detail),
        }]),
        id,
    }
}

/// The account's own vault: seldom locked.
fn vault(draft: &mut Draft<'_>, here: Here<'_>, arn: &Arn, key: Arn, points: Vec<RecoveryPoint>) -> Vault {
    let governance = draft.chance.percent(12);
    let policy = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":["backup:DeleteRecoveryPoint","backup:DeleteBackupVault"],"Resource":"*","Condition":{{"ArnNotLike":{{"aws:PrincipalArn":"arn:{}:iam::*:role/BreakGlass"}}}}}}]}}"#,
        here.partition
    );
    Vault {
        arn: arn.clone(),
        name: "daily".into(),
        vault_type: Some("BACKUP_VAULT".into()),
        vault_state: Some("AVAILABLE".into()),
        created_at: Some(ago(&mut draft.chance, 1_000, 9_000)),
        kms_key: Some(key),
        recovery_point_count: i64::try_from(points.len()).unwrap_or(i64::MAX),
        locked: governance,
        lock_date: None,
        min_retention_days: governance.then_some(7),
        max_retention_days: None,
        policy: value(draft.chance.percent(30).then_some(policy)),
        recovery_points: value(points),
    }
}

fn failed_job(draft: &mut Draft<'_>, vault: &Arn, things: &[&Thing]) -> Option<BackupJob> {
    let at = draft.chance.below(things.len());
    let thing = things.get(at).filter(|_| draft.chance.percent(15))?;
    let state = draft.chance.pick(&["FAILED", "EXPIRED", "ABORTED", "PARTIAL"]);
    let created = ago(&mut draft.chance, 2, 600);
    Some(BackupJob {
        id: draft.chance.uuid(),
        state: state.into(),
        status_message: Some("The source resource is in a state that does not allow a backup.".into()),
        resource: Some(thing.arn.clone()),
        resource_type: Some(thing.backup_type().into()),
        vault: Some(vault.clone()),
        created_at: created,
        completed_at: (state != "EXPIRED").then_some(created),
    })
}

fn legal_hold(draft: &mut Draft<'_>, here: Here<'_>) -> LegalHold {
    let hold = draft.chance.uuid();
    LegalHold {
        arn: id(&format!("arn:{}:backup:{}:{}:legal-hold:{hold}", here.partition, here.region, here.account)),
        id: hold,
        title: "Matter 2025-17".into(),
        status: "ACTIVE".into(),
        detail: value(LegalHoldSelection {
            vaults: vec!["daily".into()],
            resources: Vec::new(),
            from: Some(hours_ago(24 * 400)),
            to: Some(hours_ago(24 * 30)),
        }),
    }
}

/// A weekly restore test, and its last run.
fn restore_tests(draft: &mut Draft<'_>, number: usize, things: &[&Thing]) {
    let here = draft.here(number);
    let arn = here.arn("backup", &format!("restore-testing-plan:weekly-{}", draft.chance.uuid()));
    let types: Vec<String> = things.iter().map(|thing| thing.backup_type().to_owned()).collect();
    let Some(parts) = draft.at(number) else { return };
    add(
        &mut parts.backup.restore_testing_plans,
        RestoreTestingPlan {
            arn: arn.clone(),
            name: "weekly".into(),
            schedule: "cron(0 6 ? * MON *)".into(),
            last_run_at: Some(hours_ago(24 * 6)),
            selected_types: value(types),
        },
    );
    let snapshots: Vec<(Arn, String)> = awsbackup(&parts.rds.db_snapshots).collect();
    for (snapshot, source) in snapshots.into_iter().take(5) {
        let Some(thing) = things.iter().find(|thing| thing.name == source) else { continue };
        let job = RestoreJob {
            id: draft.chance.uuid(),
            status: "COMPLETED".into(),
            status_message: None,
            recovery_point: Some(snapshot),
            source_resource: Some(thing.arn.clone()),
            resource_type: Some(thing.backup_type().into()),
            restore_testing_plan: Some(arn.clone()),
            validation_status: draft.chance.percent(70).then(|| "SUCCESSFUL".into()),
            created_at: hours_ago(24 * 6),
            completed_at: Some(hours_ago(24 * 6 - 1)),
        };
        if let Some(parts) = draft.at(number) {
            add(&mut parts.backup.restore_jobs, job);
        }
    }
}

fn awsbackup(snapshots: &Collected<Vec<Snapshot>>) -> impl Iterator<Item = (Arn, String)> + '_ {
    let made = snapshots.items().iter().filter(|snapshot| snapshot.snapshot_type == "awsbackup");
    made.map(|snapshot| (snapshot.arn.clone(), snapshot.source_identifier.clone()))
}
