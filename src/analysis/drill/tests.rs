//! One situation each: what is drilled, by whom, what stops it, what is left.

use std::time::Instant;

use super::{Asked, NoDrill, What, drill};
use crate::analysis::fixture::{
    HERE, PROD, THERE, VAULT, ago, arn, bucket, db, db_arn, denied, inventory, look, managed, parts, point, put, read,
    region, state, vault,
};
use crate::analysis::tests::organization;
use crate::demo::build::{role, user};
use crate::model::drill::{
    By, CallAnswer, Drill, DrilledKind, GuardLayer, Run, Step, StepResult, StopLayer, TollVerdict,
};
use crate::model::gap::{Answer, Collected};
use crate::model::iam::InlinePolicy;
use crate::model::inventory::Inventory;
use crate::model::operation::Operation;
use crate::model::settings::Settings;
use crate::model::terraform::{RecordedAttributes, StateResource};

const PRODUCTION: (&str, &str) = ("environment", "production");

/// One account in no organization, with a database `orders` of production.
fn world() -> Inventory {
    let mut inventory = inventory(&[PROD]);
    let mut none = organization(&[]);
    none.description = read(None);
    inventory.organization = Some(none);
    let mut orders = db("orders");
    orders.tags = [PRODUCTION].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    orders.deletion_protection = false;
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, orders);
    inventory
}

fn listed(resources: Vec<StateResource>) -> What {
    What::Listed { kind: DrilledKind::State, name: "x.tfstate".to_owned(), resources, notes: Vec::new() }
}

/// The database as a state records it.
fn orders(attributes: RecordedAttributes) -> StateResource {
    let mut one = managed("aws_db_instance", "orders", &db_arn("orders"));
    one.id = None;
    one.attributes = attributes.into();
    one
}

fn off() -> RecordedAttributes {
    RecordedAttributes {
        deletion_protection: Some(false),
        skip_final_snapshot: Some(true),
        apply_immediately: Some(false),
        ..RecordedAttributes::default()
    }
}

fn drilled(inventory: &Inventory, what: &What) -> Drill {
    drill(inventory, &Settings::default(), what, &Asked::Account).unwrap()
}

fn run(inventory: &Inventory, resources: Vec<StateResource>) -> Run {
    drilled(inventory, &listed(resources)).runs.pop().unwrap()
}

fn one(inventory: &Inventory, resource: StateResource) -> Step {
    run(inventory, vec![resource]).steps.pop().unwrap()
}

#[track_caller]
fn unknown(step: &Step, part: &str) {
    let StepResult::Unknown { missing } = &step.result else { panic!("{step:?}") };
    assert!(missing.iter().any(|why| why.contains(part)), "{missing:?}");
}

#[track_caller]
fn stopped(step: &Step, layer: StopLayer, part: &str) {
    let StepResult::Stopped { by } = &step.result else { panic!("{step:?}") };
    assert!(by.layer == layer && by.by.contains(part), "{by:?}");
}

fn protect(inventory: &mut Inventory) {
    for one in region(inventory, PROD, HERE).rds.db_instances.value_mut().unwrap() {
        one.deletion_protection = true;
    }
}

#[test]
fn nothing_stops_it_and_nothing_is_left() {
    let run = run(&world(), vec![orders(off())]);
    let step = &run.steps[0];
    assert_eq!((&step.result, step.loses_data), (&StepResult::Destroyed, Some(true)));
    assert_eq!(step.calls.len(), 1);
    assert_eq!((step.calls[0].action.as_str(), step.calls[0].verdict), ("rds:DeleteDBInstance", CallAnswer::Allowed));
    assert_eq!((run.toll.verdict, run.toll.destroyed), (TollVerdict::Lost, 1));
    let store = &run.toll.data_stores[0];
    assert_eq!((store.left.len(), store.immutable_left, store.data_lost_hours), (0, Some(false), None));
    // In no organization there is no policy to attach.
    let layers: Vec<GuardLayer> = run.guards.iter().map(|one| one.layer).collect();
    assert_eq!(layers, [GuardLayer::DeletionProtection, GuardLayer::ImmutableCopy]);
}

#[test]
fn deletion_protection_stops_it_unless_the_state_turns_it_off() {
    let mut inventory = world();
    protect(&mut inventory);
    stopped(&one(&inventory, orders(off())), StopLayer::Protection, "deletion protection is on");
    let at_once = RecordedAttributes { apply_immediately: Some(true), ..off() };
    let step = one(&inventory, orders(at_once.clone()));
    assert_eq!(step.result, StepResult::Destroyed, "the provider turns it off and deletes again");
    let calls: Vec<&str> = step.calls.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(calls, ["rds:ModifyDBInstance", "rds:DeleteDBInstance"]);
    assert!(step.notes.iter().any(|note| note.contains("turns it off itself")), "{:?}", step.notes);
    let kept = RecordedAttributes { deletion_protection: Some(true), ..at_once };
    stopped(&one(&inventory, orders(kept)), StopLayer::Protection, "deletion protection is on");
    // Named by ARN there is no state that would say so.
    let named = drilled(&inventory, &What::Resources(vec![arn(&db_arn("orders"))]));
    stopped(&named.runs[0].steps[0], StopLayer::Protection, "deletion protection is on");
}

#[test]
fn a_final_snapshot_is_left_and_one_without_a_name_stops_it() {
    let unnamed = RecordedAttributes { skip_final_snapshot: Some(false), ..off() };
    stopped(&one(&world(), orders(unnamed.clone())), StopLayer::Protection, "final_snapshot_identifier");
    let named = RecordedAttributes { final_snapshot_identifier: Some("last".to_owned()), ..unnamed };
    let run = run(&world(), vec![orders(named)]);
    let store = &run.toll.data_stores[0];
    assert_eq!((store.left.len(), store.data_lost_hours, store.immutable_left), (1, Some(0.0), Some(false)));
    assert!(store.left[0].arn.as_str().ends_with(":snapshot:last"));
    assert_eq!(run.toll.verdict, TollVerdict::Lost, "what lies in the same account is no immutable copy");
}

#[test]
fn what_depends_on_something_that_stays_keeps_it_too() {
    let mut inventory = world();
    protect(&mut inventory);
    let vpc = format!("arn:aws:ec2:{HERE}:{PROD}:vpc/vpc-1");
    let mut database = orders(off());
    database.dependencies = vec!["aws_vpc.main".into()];
    let run = run(&inventory, vec![managed("aws_vpc", "main", &vpc), database]);
    let order: Vec<&str> = run.steps.iter().map(|step| step.resource_type.as_str()).collect();
    assert_eq!(order, ["aws_db_instance", "aws_vpc"]);
    stopped(&run.steps[1], StopLayer::Order, "aws_db_instance.orders depends on it");
    assert_eq!(run.toll.verdict, TollVerdict::Holds);
    assert_eq!(run.toll.kept.len(), 1);
}

#[test]
fn what_is_not_known_is_neither_destroyed_nor_stopped() {
    let mut inventory = world();
    let mut closed = bucket("ledger");
    closed.holds = Answer::Gap(denied(Operation::S3ListObjectVersions));
    put(&mut parts(&mut inventory, PROD).s3.buckets, closed);
    let other = |kind: &str, arn: &str| managed(kind, "x", arn);
    for (resource, part) in [
        (
            other("aws_spaceship", &format!("arn:aws:ec2:{HERE}:{PROD}:x/y")),
            "what the provider calls to delete aws_spaceship",
        ),
        (other("aws_vpc", "arn:aws-cn:ec2:cn-north-1:111111111111:vpc/vpc-1"), "partition aws-cn"),
        (other("aws_vpc", &format!("arn:aws:ec2:{HERE}:{VAULT}:vpc/vpc-1")), "was not scanned"),
        (other("aws_db_instance", &format!("arn:aws:rds:us-east-1:{PROD}:db:far")), "region us-east-1"),
        (other("aws_s3_bucket", "arn:aws:s3:::ledger"), "whether the bucket is empty"),
        (
            other("aws_lb", &format!("arn:aws:elasticloadbalancing:{HERE}:{PROD}:loadbalancer/app/a/1")),
            "neither read nor",
        ),
        (other("aws_cloudformation_stack", &format!("arn:aws:cloudformation:{HERE}:{PROD}:stack/a/1")), "termination"),
    ] {
        unknown(&one(&inventory, resource), part);
    }
    // An empty bucket holds no data: it is unknown whether it goes, and certain that nothing is lost.
    assert_eq!(one(&inventory, other("aws_s3_bucket", "arn:aws:s3:::ledger")).loses_data, Some(false));
    let gone = one(&inventory, managed("aws_db_instance", "old", &db_arn("old")));
    assert!(matches!(&gone.result, StepResult::Nothing { why } if why.contains("AWS reports no such")), "{gone:?}");
    region(&mut inventory, PROD, THERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    unknown(&one(&inventory, managed("aws_db_instance", "old", &db_arn("old"))), "could not be listed");
    let mut local = managed("random_id", "x", "");
    local.provider = r#"provider["registry.terraform.io/hashicorp/random"]"#.into();
    assert!(matches!(one(&inventory, local).result, StepResult::Nothing { .. }));
}

#[test]
fn a_key_whose_uses_could_not_be_listed_leaves_the_verdict_open() {
    let key = || managed("aws_kms_key", "k", &format!("arn:aws:kms:{HERE}:{PROD}:key/k1"));
    assert_eq!(run(&world(), vec![key()]).toll.verdict, TollVerdict::Holds, "it encrypts nothing");
    let mut closed = world();
    region(&mut closed, PROD, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    let toll = run(&closed, vec![key()]).toll;
    assert_eq!(toll.verdict, TollVerdict::Unknown, "{:?}", toll.open);
}

#[test]
fn a_bucket_that_is_not_empty_is_refused() {
    let ask = |holds| {
        let mut inventory = world();
        let mut bucket = bucket("ledger");
        bucket.holds = Answer::Value(holds);
        put(&mut parts(&mut inventory, PROD).s3.buckets, bucket);
        one(&inventory, managed("aws_s3_bucket", "x", "arn:aws:s3:::ledger"))
    };
    let held = ask(true);
    assert!(
        matches!(&held.result, StepResult::Stopped { by } if by.by.contains("something lies in the bucket")),
        "{held:?}"
    );
    let gone = ask(false);
    assert_eq!((gone.result, gone.loses_data), (StepResult::Destroyed, Some(false)), "nothing lay in it");
}

#[test]
fn a_forced_bucket_is_emptied_of_every_version() {
    let mut inventory = world();
    put(&mut parts(&mut inventory, PROD).s3.buckets, bucket("ledger"));
    let mut resource = managed("aws_s3_bucket", "ledger", "arn:aws:s3:::ledger");
    resource.attributes.force_destroy = Some(true);
    let step = one(&inventory, resource.clone());
    assert_eq!(step.result, StepResult::Destroyed, "{step:?}");
    let calls: Vec<&str> = step.calls.iter().map(|call| call.action.as_str()).collect();
    assert_eq!(calls, ["s3:DeleteBucket", "s3:ListBucketVersions", "s3:DeleteObjectVersion"]);
    for one in parts(&mut inventory, PROD).s3.buckets.value_mut().unwrap() {
        one.object_lock = crate::demo::build::object_lock("COMPLIANCE", 30);
    }
    let step = one(&inventory, resource);
    unknown(&step, "compliance retention keeps");
    assert_eq!((step.loses_data, step.calls.len()), (None, 4));
}

#[test]
fn a_vault_with_points_stays_and_a_forced_one_takes_the_copies_along() {
    let mut inventory = world();
    let point = point("arn:aws:backup:eu-west-1:111111111111:recovery-point:1", &db_arn("orders"), 5);
    let daily = vault(PROD, HERE, "daily", vec![point]);
    let text = daily.arn.to_string();
    put(&mut region(&mut inventory, PROD, HERE).backup.vaults, daily);
    let mut resource = managed("aws_backup_vault", "daily", &text);
    stopped(&one(&inventory, resource.clone()), StopLayer::Protection, "it holds 1 recovery points");
    resource.attributes.force_destroy = Some(true);
    let taken = run(&inventory, vec![resource.clone(), orders(off())]);
    assert_eq!(taken.toll.destroyed, 2, "{:?}", taken.steps);
    assert_eq!(taken.toll.data_stores[0].left.len(), 0);
    assert!(taken.toll.copies_gone.iter().any(|copy| copy.why.contains("same destroy")), "{:?}", taken.toll);
    let left = run(&inventory, vec![orders(off())]);
    assert_eq!((left.toll.data_stores[0].left.len(), left.toll.data_stores[0].data_lost_hours), (1, Some(5.0)));
    for one in region(&mut inventory, PROD, HERE).backup.vaults.value_mut().unwrap() {
        (one.locked, one.lock_date) = (true, Some(ago(100)));
    }
    stopped(&one(&inventory, resource), StopLayer::Protection, "compliance lock");
}

#[test]
fn a_key_takes_along_what_it_encrypts_unless_it_is_cancelled() {
    let mut inventory = world();
    let key = arn(&format!("arn:aws:kms:{HERE}:{PROD}:key/k"));
    let here = region(&mut inventory, PROD, HERE);
    here.rds.db_instances.value_mut().unwrap()[0].kms_key = Some(key.clone());
    let place = crate::demo::build::Place::new(PROD, HERE);
    put(&mut here.kms.keys, crate::demo::build::customer_key(place, "k"));
    let mut resource = managed("aws_kms_key", "k", key.as_str());
    resource.attributes.deletion_window_in_days = Some(7);
    let run = run(&inventory, vec![resource]);
    let step = &run.steps[0];
    assert_eq!(step.result, StepResult::Destroyed, "{step:?}");
    assert!(step.notes.iter().any(|note| note.contains("for 7 days CancelKeyDeletion")), "{:?}", step.notes);
    assert!(step.notes.iter().any(|note| note.contains("production data among them")), "{:?}", step.notes);
    assert_eq!(run.toll.verdict, TollVerdict::Unknown, "{:?}", run.toll);
    region(&mut inventory, PROD, HERE).kms.keys = read(Vec::new());
    let mut unread = managed("aws_kms_key", "k", key.as_str());
    unread.address = "aws_kms_key.unread".to_owned();
    unknown(&one(&inventory, unread), "holds no policy of the key");
}

#[test]
fn an_immutable_copy_elsewhere_is_not_taken_for_lost_before_it_is_judged() {
    let mut inventory = inventory(&[PROD, VAULT]);
    inventory.organization = world().organization;
    region(&mut inventory, PROD, HERE).rds = region(&mut world(), PROD, HERE).rds.clone();
    let copy = point("arn:aws:backup:eu-west-1:222222222222:recovery-point:1", &db_arn("orders"), 5);
    let mut far = vault(VAULT, HERE, "copies", vec![copy]);
    (far.locked, far.lock_date) = (true, Some(ago(100)));
    put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, far);
    let run = run(&inventory, vec![orders(off())]);
    let store = &run.toll.data_stores[0];
    assert_eq!((store.left.len(), run.toll.destroyed), (1, 1));
    assert!(store.immutable_left != Some(false), "{store:?}");
    assert!(run.toll.verdict < TollVerdict::Lost);
}

#[test]
fn crossing_environments_comes_first_and_a_cycle_is_said() {
    let mut a = managed("aws_vpc", "a", &format!("arn:aws:ec2:{HERE}:{PROD}:vpc/vpc-1"));
    let mut b = managed("aws_vpc", "b", &format!("arn:aws:ec2:{HERE}:{PROD}:vpc/vpc-2"));
    a.attributes.environment_tags = [("Environment".to_owned(), "staging".to_owned())].into();
    a.dependencies = vec!["aws_vpc.b".into()];
    b.dependencies = vec!["aws_vpc.a".into()];
    let drill = drilled(&world(), &listed(vec![a, b, orders(off())]));
    assert!(drill.crosses_environments);
    assert!(drill.notes.iter().any(|note| note.starts_with("aws_vpc.a, aws_vpc.b depend on each other")), "{drill:?}");
    let separate = drill.runs[0].guards.iter().find(|one| one.layer == GuardLayer::SeparateState).unwrap();
    assert_eq!((separate.resources, separate.data_stores), (1, 1));
}

/// The world with an operator who deletes databases, a reader who may become one, and a bystander.
fn peopled() -> Inventory {
    let mut inventory = world();
    let allow = |action: &str| InlinePolicy {
        name: "own".to_owned(),
        document: format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"*"}}]}}"#
        ),
    };
    let trust = format!(r#"{{"AWS":"arn:aws:iam::{PROD}:user/reader"}}"#);
    let mut operator = role(PROD, "/", "operator", &trust, "X");
    operator.attached_policies.clear();
    operator.inline_policies = vec![allow("rds:Delete*")];
    let mut people = ["reader", "bystander"].map(|name| {
        let mut one = user(PROD, name, "X");
        one.attached_policies.clear();
        one
    });
    people[0].inline_policies = vec![allow("sts:AssumeRole")];
    let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
    details.roles.push(operator);
    details.users.extend(people);
    inventory
}

#[test]
fn a_principal_acts_as_what_it_may_assume_and_no_more() {
    let inventory = peopled();
    let by = |name: &str| {
        let asked = Asked::Principal(arn(&format!("arn:aws:iam::{PROD}:{name}")));
        drill(&inventory, &Settings::default(), &listed(vec![orders(off())]), &asked).map(|mut one| one.runs.remove(0))
    };
    let reader = by("user/reader").unwrap();
    let call = &reader.steps[0].calls[0];
    assert_eq!(reader.steps[0].result, StepResult::Destroyed);
    assert!(call.acts_as.as_ref().unwrap().ends_with("role/operator"), "{call:?}");
    assert_eq!((call.path.len(), call.path[0].verb.as_str()), (1, "assumes"));
    stopped(&by("user/bystander").unwrap().steps[0], StopLayer::Rights, "rds:DeleteDBInstance");
    assert!(matches!(&by("role/operator").unwrap().by, By::Principal { arn, .. } if arn.ends_with("operator")));
    let session = Asked::Principal(arn(&format!("arn:aws:sts::{PROD}:assumed-role/operator/me")));
    assert!(drill(&inventory, &Settings::default(), &listed(vec![orders(off())]), &session).is_ok());
    let Err(NoDrill::NoPrincipal { nearest, .. }) = by("user/raeder") else { panic!("there is none") };
    assert!(nearest.unwrap().ends_with("user/reader"));
}

/// An account that no inventory holds, whose partner role the operator trusts.
const PARTNER: &str = "999999999999";

fn partnered(trust: &str) -> Inventory {
    let mut inventory = peopled();
    let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
    let operator = details.roles.iter_mut().find(|role| role.name == "operator").unwrap();
    operator.trust_policy = role(PROD, "/", "operator", trust, "X").trust_policy;
    inventory
}

#[test]
fn whoever_is_let_in_from_outside_is_ranked_by_name_with_the_others() {
    let ranked = |trust: &str, asked: Asked| {
        drill(&partnered(trust), &Settings::default(), &listed(vec![orders(off())]), &asked).unwrap()
    };
    let partner = format!("arn:aws:iam::{PARTNER}:role/partner");
    let of_role = format!(r#"{{"AWS":"{partner}"}}"#);
    let ranking = ranked(&of_role, Asked::Everybody).ranking.unwrap();
    let who: Vec<&str> = ranking.worst.iter().map(|one| one.who.as_str()).collect();
    assert_eq!(who, [&format!("arn:aws:iam::{PROD}:role/operator"), &partner]);
    let found = &ranking.worst[1];
    assert_eq!((found.data_stores, found.destroyed, found.unknown), (1, 1, 0));
    assert_eq!(found.account.as_ref().map(AsRef::as_ref), Some(PARTNER));
    // By itself: it acts as the role that it assumes.
    let drill = ranked(&of_role, Asked::Principal(arn(&partner)));
    let call = &drill.runs[0].steps[0].calls[0];
    assert!(call.acts_as.as_ref().unwrap().ends_with("role/operator"), "{call:?}");
    let of_account = format!(r#"{{"AWS":"arn:aws:iam::{PARTNER}:root"}}"#);
    let ranking = ranked(&of_account, Asked::Everybody).ranking.unwrap();
    assert!(ranking.worst.iter().any(|one| one.who == format!("principals of account {PARTNER}")), "{ranking:?}");
    let ranking = ranked(r#"{"AWS":"*"}"#, Asked::Everybody).ranking.unwrap();
    assert!(ranking.worst.iter().any(|one| one.who == "anyone with an AWS account"), "{ranking:?}");
}

#[test]
fn a_policy_that_lets_somebody_from_outside_in_makes_it_a_danger_of_its_own() {
    let mut inventory = peopled();
    let mut ledger = bucket("ledger");
    ledger.policy = Answer::Value(Some(format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{PARTNER}:role/partner"}},
            "Action":["s3:DeleteBucket","s3:DeleteObject","s3:DeleteObjectVersion","s3:List*"],
            "Resource":["arn:aws:s3:::ledger","arn:aws:s3:::ledger/*"]}}]}}"#
    )));
    put(&mut parts(&mut inventory, PROD).s3.buckets, ledger);
    let mut managed = managed("aws_s3_bucket", "ledger", "arn:aws:s3:::ledger");
    managed.attributes.force_destroy = Some(true);
    let drill = drill(&inventory, &Settings::default(), &listed(vec![managed]), &Asked::Everybody).unwrap();
    let ranking = drill.ranking.unwrap();
    let found = ranking.worst.iter().find(|one| one.who.ends_with("role/partner"));
    assert_eq!(found.map(|one| one.destroyed + one.unknown), Some(1), "{ranking:?}");
}

#[test]
fn a_policy_that_is_not_read_may_let_somebody_in() {
    let inventory = peopled();
    let queue = managed("aws_sqs_queue", "q", &format!("arn:aws:sqs:{HERE}:{PROD}:q"));
    let asked = Asked::Principal(arn(&format!("arn:aws:iam::{PROD}:user/bystander")));
    let drill = drill(&inventory, &Settings::default(), &listed(vec![queue]), &asked).unwrap();
    unknown(&drill.runs[0].steps[0], "holds no policy of the resource");
}

#[test]
fn everybody_is_ranked_by_damage_and_the_worst_is_drilled() {
    let drill = drill(&peopled(), &Settings::default(), &listed(vec![orders(off())]), &Asked::Everybody).unwrap();
    let ranking = drill.ranking.unwrap();
    let who: Vec<&str> = ranking.worst.iter().map(|one| one.who.rsplit('/').next().unwrap()).collect();
    assert_eq!((ranking.principals, who), (2, vec!["operator", "reader"]));
    assert!(ranking.worst.iter().all(|one| (one.data_stores, one.destroyed, one.unknown) == (1, 1, 0)));
    assert!(matches!(&drill.runs[0].by, By::Principal { arn, .. } if arn.ends_with("operator")));
    assert_eq!(drill.runs[0].toll.verdict, TollVerdict::Lost);
}

#[test]
fn agents_are_drilled_each_and_none_is_an_error() {
    let mut settings = Settings::default();
    let what = listed(vec![orders(off())]);
    assert_eq!(drill(&peopled(), &settings, &what, &Asked::Agents), Err(NoDrill::NoAgents));
    settings.agents.principals = vec![format!("arn:aws:iam::{PROD}:user/*")];
    let drill = drill(&peopled(), &settings, &what, &Asked::Agents).unwrap();
    let verdicts: Vec<TollVerdict> = drill.runs.iter().map(|run| run.toll.verdict).collect();
    assert_eq!(verdicts, [TollVerdict::Lost, TollVerdict::Holds], "the worst first");
}

#[test]
fn a_state_is_found_in_the_inventory_or_answered_with_the_nearest() {
    let mut inventory = world();
    let mut closed = state("closed.tfstate", Vec::new());
    closed.content = Answer::Gap(denied(Operation::S3GetObject));
    let objects = vec![state("prod.tfstate", vec![orders(off())]), state("empty.tfstate", Vec::new()), closed];
    parts(&mut inventory, PROD).state.buckets.push(look("states", objects));
    let ask = |key: &str| {
        let what = What::State { bucket: "states".to_owned(), key: key.to_owned() };
        drill(&inventory, &Settings::default(), &what, &Asked::Account)
    };
    assert_eq!(ask("prod.tfstate").unwrap().drilled.name, "s3://states/prod.tfstate");
    assert!(ask("prod.tfstat").unwrap_err().to_string().contains("did you mean s3://states/prod.tfstate?"));
    assert!(matches!(ask("empty.tfstate"), Err(NoDrill::Nothing(_))));
    let error = ask("closed.tfstate").unwrap_err().to_string();
    assert!(error.contains("was not read: no.") && error.contains("state-content"), "{error}");
}

#[test]
fn ten_thousand_resources_are_rehearsed_in_no_time() {
    let resources: Vec<StateResource> = (0..10_000)
        .map(|n| {
            let arn = format!("arn:aws:ec2:{HERE}:{PROD}:subnet/subnet-{n}");
            let mut one = managed("aws_subnet", &format!("s{n}"), &arn);
            one.dependencies = vec![format!("aws_subnet.s{}", n / 2).into()];
            one
        })
        .collect();
    let inventory = peopled();
    let started = Instant::now();
    let run = run(&inventory, resources.clone());
    assert_eq!((run.toll.destroyed, run.steps.len()), (10_000, 10_000));
    drill(&inventory, &Settings::default(), &listed(resources), &Asked::Everybody).unwrap();
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

/// Over every state that could be recorded: a guard that is added takes nothing more, and saves nothing less.
#[test]
fn a_guard_that_is_added_never_enlarges_the_toll() {
    let open = peopled();
    let mut protected = peopled();
    protect(&mut protected);
    let flags = || [None, Some(false), Some(true)].into_iter();
    for (deletion_protection, apply_immediately, skip) in
        flags().flat_map(|a| flags().flat_map(move |b| flags().map(move |c| (a, b, c))))
    {
        let attributes = RecordedAttributes {
            deletion_protection,
            apply_immediately,
            skip_final_snapshot: skip,
            ..RecordedAttributes::default()
        };
        let toll = |inventory: &Inventory| run(inventory, vec![orders(attributes.clone())]).toll;
        let (without, with) = (toll(&open), toll(&protected));
        assert!(with.destroyed <= without.destroyed && with.verdict <= without.verdict, "{attributes:?}");
        assert!(with.data_stores.len() <= without.data_stores.len(), "{attributes:?}");
    }
}
