//! One run: every deletion in order, what it calls, what refuses it, what comes of it. Imports the room.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Asker, Caller, target};
use super::guard::{Guards, Held};
use super::order::configured;
use super::placed::{Place, Placed};
use super::table::{Guard, Holds};
use crate::model::drill::{CallAnswer, Step, StepResult, Stop, StopLayer};

/// What a run is made of.
pub(super) struct Stage<'s, 'r, 'c, 'a> {
    pub(super) asker: &'s Asker<'r, 'c, 'a>,
    pub(super) guards: &'s Guards<'a>,
    /// The resources in the order of their deletion.
    pub(super) placed: &'s [Placed<'a>],
}

/// What a step waits for.
#[derive(Debug, Clone)]
enum Blocked {
    /// What depends on it stays, for sure.
    Sure(String),
    /// Whether what depends on it goes is not known.
    Perhaps(String),
}

/// What was met on the way.
#[derive(Default)]
struct Way {
    /// By configuration address: what that depends on it has not gone.
    blocked: BTreeMap<String, Blocked>,
    /// ARNs that are gone, or may be.
    gone: BTreeSet<String>,
    perhaps: BTreeSet<String>,
}

impl Stage<'_, '_, '_, '_> {
    /// Runs it; without words where only the results count.
    pub(super) fn run(&self, caller: &Caller, words: bool) -> Vec<Step> {
        let mut way = Way::default();
        self.placed.iter().map(|placed| self.step(caller, placed, &mut way, words)).collect()
    }

    fn step(&self, caller: &Caller, placed: &Placed<'_>, way: &mut Way, words: bool) -> Step {
        let resource = placed.resource;
        let mut step = Step {
            address: resource.address.clone(),
            deposed: resource.deposed.clone(),
            resource_type: resource.resource_type.to_string(),
            arn: placed.text().map(str::to_owned),
            id: resource.id.clone(),
            account: placed.account.clone(),
            region: placed.region.clone(),
            environment: placed.environment.clone(),
            production: placed.production(),
            class: placed.class(),
            data: placed.data,
            calls: Vec::new(),
            result: StepResult::Destroyed,
            held_by: Vec::new(),
            loses_data: Some(false),
            layers: placed.fact.and_then(|fact| fact.detail.layers.clone()),
            notes: Vec::new(),
        };
        step.result = match &placed.standing {
            Place::Nothing(why) => StepResult::Nothing { why: why.clone() },
            Place::Unknown(why) => StepResult::Unknown { missing: vec![why.clone()] },
            Place::Known => self.known(caller, placed, way, &mut step, words),
        };
        step.loses_data = loses(placed, &step.result);
        note(way, placed, &step);
        if matches!(step.result, StepResult::Destroyed | StepResult::Unknown { .. }) {
            step.notes.extend(left(placed));
            step.notes.extend(self.under(placed));
        }
        step
    }

    fn known(&self, caller: &Caller, placed: &Placed<'_>, way: &Way, step: &mut Step, words: bool) -> StepResult {
        let mut missing: Vec<String> = Vec::new();
        for row in placed.rows.iter().filter(|row| self.guards.made(placed, row.when)) {
            match (target(self.asker.cx, placed, row), &placed.account) {
                (Ok(target), Some(account)) => {
                    let (call, stop) = self.asker.call(caller, account, &target, words);
                    match call.verdict {
                        CallAnswer::Allowed => {}
                        CallAnswer::Denied => {
                            step.held_by.push(stop.unwrap_or(Stop { layer: StopLayer::Rights, by: String::new() }))
                        }
                        CallAnswer::Conditional | CallAnswer::Unknown => {
                            let why = call.decided_by.clone().unwrap_or_default();
                            missing.push(format!("{}: {why}", call.action));
                        }
                    }
                    if words {
                        step.calls.push(call);
                    }
                }
                (Err(why), _) => missing.push(format!("{}: {why}", row.action)),
                (Ok(_), None) => missing.push(format!("{}: its account is not known", row.action)),
            }
            if let Some(guard) = row.stop {
                match self.guards.held(placed, guard) {
                    Held::Yes(by) => step.held_by.push(Stop { layer: StopLayer::Protection, by }),
                    Held::No(told) => step.notes.extend(told),
                    Held::Unknown(why) => missing.push(why),
                }
            }
        }
        self.members(placed, way, step, &mut missing);
        match way.blocked.get(&configured(&placed.resource.address)) {
            Some(Blocked::Sure(address)) => step.held_by.push(Stop {
                layer: StopLayer::Order,
                by: format!("Terraform does not get here: {address} depends on it and stays"),
            }),
            Some(Blocked::Perhaps(address)) => {
                missing.push(format!("whether Terraform gets here: {address} depends on it, and may stay"));
            }
            None => {}
        }
        match step.held_by.first() {
            Some(first) => StepResult::Stopped { by: first.clone() },
            None if missing.is_empty() => StepResult::Destroyed,
            None => StepResult::Unknown { missing },
        }
    }

    /// What can be read no more once a key is gone.
    fn under(&self, placed: &Placed<'_>) -> Option<String> {
        let key = placed.rows.iter().any(|row| row.holds == Some(Holds::Key)).then(|| placed.text())??;
        let held = self.guards.encrypts(key).filter(|held| held.encrypts_count > 0)?;
        let example = held.encrypts.first().map_or_else(String::new, |arn| format!(", such as {arn}"));
        let data = if held.encrypts_data { "production data among them: " } else { "" };
        Some(format!("it encrypts {} things{example}; {data}without it they cannot be read", held.encrypts_count))
    }

    /// A cluster is not deleted while it has instances.
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html>
    fn members(&self, placed: &Placed<'_>, way: &Way, step: &mut Step, missing: &mut Vec<String>) {
        let guarded = placed.rows.iter().any(|row| matches!(row.stop, Some(Guard::Rds | Guard::RdsKept)));
        let Some(arn) = placed.text().filter(|_| guarded) else { return };
        for member in self.guards.members(arn) {
            if way.gone.contains(*member) {
                continue;
            }
            let name = member.rsplit(':').next().unwrap_or(member);
            if way.perhaps.contains(*member) {
                missing.push(format!("whether its instance {name} is deleted before it"));
            } else {
                step.held_by.push(Stop {
                    layer: StopLayer::Protection,
                    by: format!("it still has the instance {name}, and a cluster that has instances is not deleted"),
                });
            }
            return;
        }
    }
}

/// Remembers what came of a step for those that wait for it.
fn note(way: &mut Way, placed: &Placed<'_>, step: &Step) {
    let address = &placed.resource.address;
    let blocked = match &step.result {
        StepResult::Destroyed => {
            way.gone.extend(step.arn.clone());
            return;
        }
        StepResult::Nothing { .. } => return,
        StepResult::Unknown { .. } => {
            way.perhaps.extend(step.arn.clone());
            Blocked::Perhaps(address.clone())
        }
        StepResult::Stopped { .. } => Blocked::Sure(address.clone()),
    };
    for dependency in &placed.resource.dependencies {
        let known = way.blocked.entry(configured(dependency)).or_insert_with(|| blocked.clone());
        if matches!((&*known, &blocked), (Blocked::Perhaps(_), Blocked::Sure(_))) {
            *known = blocked.clone();
        }
    }
}

/// Whether data is lost with a step.
fn loses(placed: &Placed<'_>, result: &StepResult) -> Option<bool> {
    // A bucket goes only when it is empty, unless it is emptied first.
    let bucket = placed.rows.iter().any(|row| row.stop == Some(Guard::Bucket));
    let holds = placed.fact.and_then(|fact| fact.detail.protection.holds);
    let empty = bucket && (placed.resource.attributes.force_destroy != Some(true) || holds == Some(false));
    match result {
        _ if !placed.data || empty => Some(false),
        StepResult::Destroyed => Some(true),
        StepResult::Stopped { .. } | StepResult::Nothing { .. } => Some(false),
        StepResult::Unknown { .. } => None,
    }
}

/// What stays for a while.
fn left(placed: &Placed<'_>) -> Vec<String> {
    let recorded = &placed.resource.attributes;
    let kind = placed.resource.resource_type.as_str();
    let mut notes = Vec::new();
    match kind {
        "aws_kms_key" => {
            // https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
            let days = recorded.deletion_window_in_days.unwrap_or(30);
            notes.push(format!("it is scheduled: for {days} days CancelKeyDeletion brings it back"));
        }
        "aws_secretsmanager_secret" => {
            // https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
            notes.push(match recorded.recovery_window_in_days {
                Some(0) => "recovery_window_in_days = 0: it is gone at once".to_owned(),
                days => format!("it waits {} days: until then RestoreSecret brings it back", days.unwrap_or(30)),
            });
        }
        "aws_dynamodb_table" => {
            let recovery = placed.fact.and_then(|fact| fact.detail.protection.point_in_time_recovery);
            if recovery == Some(true) {
                // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
                notes.push("point-in-time recovery is on: DynamoDB keeps a system backup for 35 days".to_owned());
            }
        }
        _ => {}
    }
    let snapshots = placed.rows.iter().any(|row| matches!(row.stop, Some(Guard::Rds | Guard::RdsKept)));
    match (&recorded.final_snapshot_identifier, recorded.skip_final_snapshot) {
        (Some(name), Some(false)) if snapshots => {
            notes.push(format!("a final snapshot {name} is taken first; it lies in the same account"));
        }
        (_, Some(true)) if snapshots => notes.push("skip_final_snapshot: no final snapshot is taken".to_owned()),
        _ => {}
    }
    if snapshots && recorded.delete_automated_backups == Some(false) {
        notes.push("delete_automated_backups = false: its automated backups are retained".to_owned());
    }
    if placed.rows.first().and_then(|row| row.holds) == Some(Holds::Lock) {
        notes.push("without the lock, points of the vault can be deleted before they expire".to_owned());
    }
    notes
}
