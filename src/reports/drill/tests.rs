//! The page of a drill, made by hand.

use super::*;
use crate::model::drill::{
    CallVerdict, CopyGone, DRILL_SCHEMA, Drilled, EnvironmentTouched, GuardLayer, Left, Ranked, Stop, StopLayer,
};
use crate::model::facts::{Class, LayerStanding, LayersStanding, Standing, Tier};

fn step(address: &str, result: StepResult) -> Step {
    Step {
        address: address.to_owned(),
        deposed: None,
        resource_type: "aws_db_instance".to_owned(),
        arn: None,
        id: None,
        account: None,
        region: None,
        environment: Some("production".to_owned()),
        production: true,
        class: Some(Class::Data),
        data: true,
        calls: vec![CallVerdict {
            action: "rds:DeleteDBInstance".to_owned(),
            on: "*".to_owned(),
            verdict: CallAnswer::Allowed,
            decided_by: Some("identity policy p, statement 1".to_owned()),
            acts_as: Some("arn:aws:iam::111122223333:role/ops".to_owned()),
            path: Vec::new(),
        }],
        result,
        held_by: Vec::new(),
        loses_data: None,
        layers: None,
        notes: Vec::new(),
    }
}

fn store(address: &str, certain: bool) -> StoreLost {
    StoreLost {
        address: address.to_owned(),
        arn: None,
        environment: None,
        production: true,
        class: Some(Class::Data),
        certain,
        left: Vec::new(),
        tier: None,
        data_lost_hours: None,
        immutable_left: None,
        unread: Vec::new(),
        not_backups: Vec::new(),
    }
}

fn drill() -> Drill {
    let stop = |layer, by: &str| Stop { layer, by: by.to_owned() };
    let mut stopped = step("aws_rds_cluster.a", StepResult::Stopped { by: stop(StopLayer::Scp, "SCP p denies it") });
    stopped.held_by = vec![stop(StopLayer::Scp, "SCP p denies it"), stop(StopLayer::Protection, "it is on")];
    let why = LayerStanding { standing: Standing::Failed, why: String::new() };
    stopped.layers = Some(LayersStanding {
        scp: LayerStanding { standing: Standing::Held, ..why.clone() },
        separation: why.clone(),
        deletion: why.clone(),
        backup: why.clone(),
        state: why,
    });
    let left = Left {
        arn: "arn:aws:backup:eu-west-1:444455556666:recovery-point:1".parse().unwrap(),
        kind: CopyKind::RecoveryPoint,
        account: Some("444455556666".parse().unwrap()),
        tier: Some(Tier::Immutable),
        age_hours: Some(60.0),
    };
    let kept = StoreLost {
        left: vec![left],
        tier: Some(Tier::Immutable),
        data_lost_hours: Some(60.0),
        ..store("aws_rds_cluster.a", false)
    };
    Drill {
        schema: DRILL_SCHEMA.to_owned(),
        drilled: Drilled { kind: DrilledKind::Plan, name: "plan\u{1b}[2J.json".to_owned(), resources: 4 },
        environments: ["production", "staging"]
            .map(|word| EnvironmentTouched { environment: Some(word.to_owned()), resources: 2 })
            .into(),
        crosses_environments: true,
        notes: vec!["a cycle".to_owned()],
        ranking: Some(Ranking {
            principals: 2,
            worst: vec![Ranked {
                who: "arn:aws:iam::111122223333:role/\u{202e}ops".to_owned(),
                account: None,
                environment: None,
                data_stores: 1,
                destroyed: 1,
                unknown: 1,
            }],
            not_drilled: 1,
            unread: vec!["a policy".to_owned()],
        }),
        runs: vec![Run {
            by: By::Account,
            steps: vec![
                step("aws_db_instance.\u{1b}[32mb", StepResult::Destroyed),
                stopped,
                step("aws_db_instance.c", StepResult::Unknown { missing: vec!["its lock".to_owned()] }),
                step("random_id.d", StepResult::Nothing { why: "state alone".to_owned() }),
            ],
            toll: Toll {
                destroyed: 1,
                stopped: 1,
                unknown: 1,
                nothing: 1,
                accounts: vec!["111122223333".parse().unwrap()],
                environments: vec![None, Some("production".to_owned())],
                data_stores: vec![store("aws_db_instance.b", true), store("aws_db_instance.c", false)],
                kept: vec![kept],
                copies_gone: vec![CopyGone {
                    arn: "a".to_owned(),
                    kind: CopyKind::PointInTimeRecovery,
                    of: "aws_db_instance.b".to_owned(),
                    why: "it goes".to_owned(),
                }],
                verdict: TollVerdict::Unknown,
                open: vec!["aws_db_instance.c: not told".to_owned()],
            },
            guards: vec![Leverage {
                layer: GuardLayer::Scp,
                resources: 1,
                data_stores: 1,
                what: "attach it".to_owned(),
            }],
        }],
    }
}

fn page(colour: bool) -> String {
    let mut out = Vec::new();
    write(&drill(), &Options { width: 100, colour }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_first_line_says_that_it_crosses_and_every_sign_has_its_word() {
    let text = page(false);
    assert!(text.starts_with("CROSSES ENVIRONMENTS: one destroy reaches production and staging\n"), "{text}");
    for part in [
        "terraform apply of the plan plan\\u{1b}[2J.json, 4 resources (production 2, staging 2)",
        "1. arn:aws:iam::111122223333:role/\\u{202e}ops: 1 data store, 1 destroyed, 1 unknown",
        "not rehearsed, because there are too many different ones: 1",
        "✗ aws_db_instance.\\u{1b}[32mb destroyed, data, production",
        "rds:DeleteDBInstance allowed by identity policy p, statement 1, as",
        "arn:aws:iam::111122223333:role/ops",
        "✓ aws_rds_cluster.a stopped",
        "by organization policy: SCP p denies it",
        "and by its own protection: it is on",
        "layers: scp held, separation failed",
        "? aws_db_instance.c unknown",
        "· random_id.d untouched",
        "destroyed 1, stopped 1, unknown 1, untouched 1",
        "✓ aws_rds_cluster.a (data, unknown environment) stays; were it gone:",
        "1 copy left, the youngest 2.5 days old: that much is lost",
        "the best: immutable, 2.5 days old: arn:aws:backup:eu-west-1:444455556666:recovery-point:1 in",
        "✗ 1 point-in-time recovery of aws_db_instance.b gone too: it goes",
        "cannot be told:",
        "service control policy (1 resource, 1 data store): attach it",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "what is hostile is shown, not obeyed");
    assert!(page(true).contains("\u{1b}["));
}

#[test]
fn it_is_what_the_schema_says() {
    let schema = serde_json::to_value(crate::reports::schema::drill()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let json = serde_json::to_value(drill()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = json;
    wrong["runs"][0]["steps"][0]["result"]["kind"] = "gone".into();
    assert!(!validator.is_valid(&wrong), "the schema refuses a result that does not exist");
}
