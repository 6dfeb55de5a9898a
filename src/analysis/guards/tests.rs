//! One situation each: what policies close, what they leave open, and to whom.

use serde_json::{Value, json};

use super::*;
use crate::analysis::analyse;
use crate::analysis::fixture::{HERE, PROD, VAULT, arn, bucket, db, denied, id, inventory, parts, put, read, region};
use crate::analysis::tests::{MANAGEMENT, organization};
use crate::demo::build::{full_access, rcp_full_access, role, target, user};
use crate::model::gap::{Answer as Said, Collected};
use crate::model::inventory::Inventory;
use crate::model::operation::Operation;
use crate::model::organization::{OrganizationInventory, Policy};
use crate::model::settings::Settings;

mod laws;

const UNIT: &str = "ou-r-1-Workloads";
const DELETE: &str = "rds:DeleteDBInstance";

fn policy(id: &str, statements: &Value, at: &[&str]) -> Policy {
    let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    Policy {
        id: id.to_owned(),
        arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:policy/o-1/x/{id}")),
        name: format!("name-of-{id}"),
        aws_managed: false,
        document: Said::Value(text),
        targets: Said::Value(at.iter().map(|at| target(at, "X")).collect()),
    }
}

fn deny(actions: &[&str], condition: impl Into<Value>) -> Value {
    json!({"Sid": "Guard", "Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition.into()})
}

fn places() -> Vec<&'static str> {
    vec!["r-1", UNIT, "ou-r-1-Backup", PROD, VAULT, MANAGEMENT]
}

/// The organization of one unit each for production and backups, with FullAWSAccess everywhere and these SCPs.
fn organized(scps: Vec<Policy>) -> Inventory {
    let mut inventory = inventory(&[PROD, VAULT, MANAGEMENT]);
    let mut organization = organization(&[(PROD, "shop-production", &["Workloads"]), (VAULT, "backup", &["Backup"])]);
    let everywhere = places().into_iter().map(|at| target(at, "X")).collect();
    let mut all = vec![full_access(everywhere)];
    all.extend(scps);
    organization.scps = read(all);
    inventory.organization = Some(organization);
    inventory
}

fn settings(break_glass: &[&str]) -> Settings {
    let mut settings = Settings::default();
    settings.break_glass.principals = break_glass.iter().map(ToString::to_string).collect();
    settings
}

fn with<T>(inventory: &Inventory, settings: &Settings, ask: impl FnOnce(&Guards) -> T) -> T {
    let cx = Context::new(inventory, settings);
    let authority = Authority::new(&cx);
    let facts = analyse(inventory, settings);
    ask(&Guards::new(&cx, &authority, &resources(&facts.resources)))
}

#[track_caller]
fn ruled(guards: &Guards, account: &str, who: Who, action: &str) -> Answer {
    let account = id(account);
    let ruling = guards.rulings(&account, who).find(|ruling| ruling.row.action.as_str() == action).unwrap();
    (*ruling.worst().unwrap().1).clone()
}

fn asked(inventory: &Inventory, account: &str, action: &str) -> Answer {
    with(inventory, &Settings::default(), |guards| ruled(guards, account, Who::Administrator, action))
}

/// The verdict on deleting a database in production under one SCP at its unit.
fn under(statement: impl Into<Value>) -> Answer {
    let statement: Value = statement.into();
    asked(&organized(vec![policy("p-1", &json!([statement]), &[UNIT])]), PROD, DELETE)
}

fn opens_by(answer: &Answer) -> Vec<&str> {
    let mut keys: Vec<&str> =
        answer.openings.iter().flat_map(|opening| opening.keys.iter().map(|(key, _)| &**key)).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[test]
fn a_plain_deny_closes_and_is_cited() {
    let inventory = organized(vec![policy("p-1", &json!([deny(&["rds:Delete*"], json!({}))]), &[UNIT])]);
    let answer = asked(&inventory, PROD, DELETE);
    assert_eq!((answer.verdict, answer.undecided, answer.above), (Verdict::Closed, false, true));
    let statement = answer.closing[0].statement.clone().unwrap();
    assert_eq!((statement.policy.as_str(), statement.sid.as_deref(), statement.index), ("p-1", Some("Guard"), 0));
    assert_eq!(answer.closing[0].level.as_deref(), Some(UNIT));
    // What is attached elsewhere protects nothing, and nothing protects what is not named.
    assert_eq!(asked(&inventory, VAULT, DELETE).verdict, Verdict::Open);
    assert_eq!(asked(&inventory, PROD, "dynamodb:DeleteTable").verdict, Verdict::Open);
    // Nor does anything bind the management account.
    let root = organized(vec![policy("p-1", &json!([deny(&["*"], json!({}))]), &["r-1", MANAGEMENT])]);
    assert_eq!(asked(&root, MANAGEMENT, DELETE).verdict, Verdict::Open);
    assert_eq!(asked(&root, PROD, DELETE).verdict, Verdict::Closed);
}

#[test]
fn whom_it_exempts_decides_unless_declared() {
    let exempt = |names: &[&str]| {
        let arns: Vec<String> = names.iter().map(|name| format!("arn:aws:iam::*:role/{name}")).collect();
        deny(&["rds:Delete*"], json!({"ArnNotLike": {"aws:PrincipalARN": arns}}))
    };
    let answer = under(exempt(&["BreakGlass"]));
    assert_eq!((answer.verdict, opens_by(&answer)), (Verdict::Conditional, vec!["aws:principalarn"]));
    assert_eq!(answer.undeclared, answer.exempting);
    // Platform roles may pass.
    let answer = under(exempt(&["AWSControlTowerExecution", "stacksets-exec-*"]));
    assert_eq!((answer.verdict, answer.undeclared.len()), (Verdict::Closed, 0));
    assert!(!answer.exempting.is_empty());
    // Declared, it is closed; declared too narrowly, it is not.
    let inventory = organized(vec![policy("p-1", &json!([exempt(&["BreakGlass*"])]), &[UNIT])]);
    for (declared, want) in [
        ("arn:aws:iam::*:role/BreakGlass*", Verdict::Closed),
        ("arn:aws:iam::*:role/Break*", Verdict::Closed),
        ("arn:aws:iam::111111111111:role/BreakGlass*", Verdict::Closed),
        ("arn:aws:iam::*:role/BreakGlass", Verdict::Conditional),
        ("arn:aws:iam::222222222222:role/BreakGlass*", Verdict::Conditional),
    ] {
        let settings = settings(&[declared]);
        let answer = with(&inventory, &settings, |guards| ruled(guards, PROD, Who::Administrator, DELETE));
        assert_eq!(answer.verdict, want, "{declared}");
    }
}

#[test]
fn conditions_that_an_attacker_meets_close_nothing() {
    for (condition, key) in [
        (json!({"StringEquals": {"aws:ResourceTag/protect": "true"}}), "aws:resourcetag/protect"),
        (json!({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}), "aws:multifactorauthpresent"),
        (json!({"StringNotEqualsIfExists": {"aws:SourceVpc": "vpc-1"}}), "aws:sourcevpc"),
        (json!({"BoolIfExists": {"aws:ViaAWSService": "false"}}), "aws:viaawsservice"),
        (json!({"StringNotEquals": {"aws:PrincipalTag/admin": "true"}}), "aws:principaltag/admin"),
    ] {
        let answer = under(deny(&["rds:*"], condition.clone()));
        assert_eq!((answer.verdict, answer.undecided), (Verdict::Conditional, false), "{condition}");
        assert_eq!(opens_by(&answer), [key], "{condition}");
    }
    // What is known of every caller closes.
    for condition in [
        json!({"StringNotEquals": {"aws:PrincipalAccount": "222222222222"}}),
        json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        json!({"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}),
        json!({"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": format!("o-1/r-1/{UNIT}/*")}}),
    ] {
        assert_eq!(under(deny(&["rds:*"], condition.clone())).verdict, Verdict::Closed, "{condition}");
    }
}

#[test]
fn regions_are_gone_through_one_by_one() {
    let outside = |regions: &[&str]| json!({"StringNotEquals": {"aws:RequestedRegion": regions}});
    let all_but = |regions: &[&str]| json!({"Effect": "Deny", "NotAction": ["iam:*"], "Resource": "*", "Condition": outside(regions)});
    let answer = under(all_but(&[HERE]));
    assert_eq!((answer.verdict, answer.regions.as_slice()), (Verdict::Conditional, &[HERE.parse().unwrap()][..]));
    assert_eq!(under(all_but(&["us-east-1"])).verdict, Verdict::Closed, "in no enabled region is it open");
    assert_eq!(under(all_but(&[HERE, "eu-central-1"])).verdict, Verdict::Open);
    // Denied by ARNs of each region.
    let of = |regions: &[&str]| {
        let arns: Vec<String> = regions.iter().map(|region| format!("arn:aws:rds:{region}:*:db:*")).collect();
        json!({"Effect": "Deny", "Action": "rds:*", "Resource": arns})
    };
    assert_eq!(under(of(&[HERE, "eu-central-1"])).verdict, Verdict::Closed);
    assert_eq!(under(of(&["eu-central-1"])).regions, [HERE.parse().unwrap()]);
    // Calls of global services name the global region.
    let inventory = organized(vec![policy("p-1", &json!([deny(&["*"], outside(&["us-east-1"]))]), &[UNIT])]);
    assert_eq!(asked(&inventory, PROD, "organizations:LeaveOrganization").verdict, Verdict::Open);
    assert_eq!(asked(&inventory, PROD, DELETE).verdict, Verdict::Closed);
    // Which regions are enabled is unread: nobody knows.
    let mut unread = organized(vec![policy("p-1", &json!([all_but(&["us-east-1"])]), &[UNIT])]);
    parts(&mut unread, PROD).regions = Collected::Gap(denied(Operation::AccountListRegions));
    let answer = asked(&unread, PROD, DELETE);
    assert_eq!((answer.rank(), answer.undecided), (1, true));
}

#[test]
fn a_level_without_an_allow_closes() {
    let mut inventory = organized(Vec::new());
    let list = inventory.organization.as_mut().unwrap().scps.value_mut().unwrap();
    list[0].targets = Said::Value(places().into_iter().filter(|at| *at != UNIT).map(|at| target(at, "X")).collect());
    let answer = asked(&inventory, PROD, DELETE);
    assert_eq!((answer.verdict, answer.above), (Verdict::Closed, true));
    assert_eq!(answer.closing, [Closing { statement: None, level: Some(UNIT.to_owned()) }]);
    // An allow list that does not name it.
    let list = inventory.organization.as_mut().unwrap().scps.value_mut().unwrap();
    list.push(policy("p-2", &json!([{"Effect": "Allow", "Action": ["s3:*"], "Resource": "*"}]), &[UNIT]));
    assert_eq!(asked(&inventory, PROD, DELETE).verdict, Verdict::Closed);
    assert_eq!(asked(&inventory, PROD, "s3:DeleteBucket").verdict, Verdict::Open);
}

#[test]
fn what_is_attached_to_the_account_itself_is_told_apart() {
    let own = policy("p-1", &json!([deny(&["rds:Delete*"], json!({}))]), &[PROD]);
    let answer = asked(&organized(vec![own.clone()]), PROD, DELETE);
    assert_eq!((answer.verdict, answer.above, answer.closing[0].level.clone()), (Verdict::Closed, false, None));
    let both = vec![own, policy("p-2", &json!([deny(&["rds:*"], json!({}))]), &["r-1"])];
    let answer = asked(&organized(both), PROD, DELETE);
    assert_eq!((answer.verdict, answer.above), (Verdict::Closed, true));
}

#[test]
fn the_root_user_is_asked_about_apart() {
    let root = |account: &str, statement: Value| {
        let inventory = organized(vec![policy("p-1", &json!([statement]), &[UNIT, "r-1"])]);
        with(&inventory, &Settings::default(), |guards| ruled(guards, account, Who::Root, DELETE).verdict)
    };
    let likes_root = |op: &str| deny(&["*"], json!({op: {"aws:PrincipalArn": "arn:aws:iam::*:root"}}));
    assert_eq!(root(PROD, likes_root("ArnLike")), Verdict::Closed);
    assert_eq!(root(PROD, likes_root("ArnNotLike")), Verdict::Open);
    assert_eq!(root(MANAGEMENT, likes_root("ArnLike")), Verdict::Open);
    let central = json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}, "Null": {"aws:AssumedRoot": "true"}});
    assert_eq!(root(PROD, deny(&["*"], central)), Verdict::Conditional);
    assert_ne!(under(likes_root("ArnLike")).verdict, Verdict::Closed);
    assert_eq!(under(likes_root("ArnNotLike")).verdict, Verdict::Closed, "no role is the root user");
}

#[test]
fn a_deny_on_some_resources_closes_where_there_are_no_others() {
    let statement = json!([{"Effect": "Deny", "Action": ["rds:*", "s3:*"],
        "Resource": ["arn:aws:rds:*:*:db:prod-*", "arn:aws:s3:::prod-*"]}]);
    let mut inventory = organized(vec![policy("p-1", &statement, &[UNIT])]);
    assert_eq!(asked(&inventory, PROD, DELETE).verdict, Verdict::Conditional);
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, db("prod-orders"));
    put(&mut parts(&mut inventory, PROD).s3.buckets, bucket("prod-images"));
    assert_eq!(asked(&inventory, PROD, DELETE).verdict, Verdict::Closed);
    assert_eq!(asked(&inventory, PROD, "s3:DeleteBucket").verdict, Verdict::Closed);
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, db("orders"));
    let account = id(PROD);
    with(&inventory, &Settings::default(), |guards| {
        let ruling = guards.rulings(&account, Who::Administrator).find(|r| r.row.action.as_str() == DELETE).unwrap();
        assert!(ruling.by_resource && !ruling.closed());
        assert_eq!(ruling.worst().unwrap().0.pattern, "arn:aws:rds:eu-west-1:111111111111:db:orders");
    });
}

#[test]
fn recovery_points_are_other_services_resources_too() {
    let on = |resources: Value| json!({"Effect": "Deny", "Action": "backup:*", "Resource": resources});
    let ask = |statement: Value| {
        let inventory = organized(vec![policy("p-1", &json!([statement]), &[UNIT])]);
        asked(&inventory, PROD, "backup:DeleteRecoveryPoint").verdict
    };
    assert_eq!(ask(on(json!("arn:aws:backup:*"))), Verdict::Open);
    assert_eq!(ask(on(json!("*"))), Verdict::Closed);
}

#[test]
fn resource_control_policies_close_where_they_have_effect() {
    let mut inventory = organized(Vec::new());
    let perimeter = |actions: &[&str], condition: Value| json!([{"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*", "Condition": condition}]);
    let outside = || json!({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}});
    let set = |inventory: &mut Inventory, condition: Value| {
        let organization = inventory.organization.as_mut().unwrap();
        let everywhere = places().into_iter().map(|at| target(at, "X")).collect();
        let own = policy("p-r", &perimeter(&["s3:*", "kms:*", "rds:*"], condition), &[UNIT]);
        organization.rcps = read(vec![rcp_full_access(everywhere), own]);
        organization.roots.value_mut().unwrap()[0]
            .policy_types
            .insert("RESOURCE_CONTROL_POLICY".into(), "ENABLED".into());
    };
    let outsider = |inventory: &Inventory, account: &str, action: &str| {
        with(inventory, &Settings::default(), |guards| ruled(guards, account, Who::Outsider, action))
    };
    assert_eq!(outsider(&inventory, PROD, "s3:DeleteBucket").verdict, Verdict::Open);
    set(&mut inventory, outside());
    assert_eq!(outsider(&inventory, PROD, "s3:DeleteBucket").verdict, Verdict::Closed);
    assert_eq!(outsider(&inventory, PROD, "dynamodb:DeleteTable").verdict, Verdict::Open);
    assert_eq!(outsider(&inventory, VAULT, "s3:DeleteBucket").verdict, Verdict::Open);
    // A partner's account passes.
    let partner =
        json!({"StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1", "aws:PrincipalAccount": "333333333333"}});
    set(&mut inventory, partner);
    assert_eq!(outsider(&inventory, PROD, "s3:DeleteBucket").verdict, Verdict::Conditional);
    // RDS takes no RCPs: a deny there is none, to anybody.
    set(&mut inventory, json!({}));
    assert_eq!(asked(&inventory, PROD, DELETE).verdict, Verdict::Open);
    assert_eq!(asked(&inventory, PROD, "kms:ScheduleKeyDeletion").verdict, Verdict::Closed);
}

#[test]
fn what_is_unread_leaves_undecided_and_closes_nothing() {
    let guard = || policy("p-1", &json!([deny(&["rds:Delete*"], json!({}))]), &[UNIT]);
    let gap = || denied(Operation::OrganizationsDescribePolicy);
    for (what, policies) in [
        ("its document", vec![Policy { document: Said::Gap(gap()), ..guard() }]),
        ("its targets", vec![Policy { targets: Said::Gap(gap()), ..guard() }]),
        ("no JSON", vec![Policy { document: Said::Value("{".into()), ..guard() }]),
        ("no policy", vec![Policy { document: Said::Value(r#"{"Statement":[{"Effect":"Deny"}]}"#.into()), ..guard() }]),
    ] {
        let answer = asked(&organized(policies), PROD, DELETE);
        assert_eq!((answer.rank(), answer.undecided), (1, true), "{what}");
    }
    // Another policy that surely denies is enough.
    let unread = Policy { id: "p-0".into(), document: Said::Gap(gap()), ..guard() };
    assert_eq!(asked(&organized(vec![unread.clone(), guard()]), PROD, DELETE).verdict, Verdict::Closed);
    // The facts say so, with the gap.
    let facts = analyse(&organized(vec![unread]), &Settings::default());
    let fact = facts.account_services.iter().find(|fact| fact.subject.arn == format!("{PROD}/rds")).unwrap();
    assert!(fact.detail.destroys_data.undecided.contains(&DELETE.to_owned()));
    assert_eq!(fact.detail.destroys_data.open_count, 0);
    assert_eq!(fact.unread[0].collection, crate::model::operation::Collection::OrganizationScps);
}

#[test]
fn who_is_exempt_today_is_listed() {
    let by_name = deny(
        &["rds:Delete*"],
        json!({"ArnNotLike": {"aws:PrincipalArn": ["arn:aws:iam::*:role/ci-*", "arn:aws:iam::*:role/cdk-*"]}}),
    );
    let by_tag = deny(&["dynamodb:Delete*"], json!({"StringNotEquals": {"aws:PrincipalTag/Team": "core"}}));
    let mut inventory = organized(vec![policy("p-1", &json!([by_name, by_tag]), &[UNIT])]);
    let trust = r#"{"AWS":"arn:aws:iam::111111111111:root"}"#;
    let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
    for name in ["ci-deploy", "app", "cdk-hnb-deploy"] {
        details.roles.push(role(PROD, "/", name, trust, "ReadOnlyAccess"));
    }
    let mut tagged = role(PROD, "/", "tagged", trust, "ReadOnlyAccess");
    tagged.tags.insert("team".into(), "core".into());
    details.roles.push(tagged);
    let linked = role(PROD, "/aws-service-role/rds.amazonaws.com/", "ci-linked", trust, "ReadOnlyAccess");
    details.roles.push(linked);
    details.users.push(user(PROD, "ci-user", "ReadOnlyAccess"));
    let names = |exemption: &Exemption| -> Vec<String> {
        exemption.principals.iter().map(|arn| arn.name().to_owned()).collect()
    };
    let account = id(PROD);
    with(&inventory, &Settings::default(), |guards| {
        let exemptions = guards.exemptions(&account);
        assert_eq!(exemptions.len(), 2, "{exemptions:?}");
        let of = |action: &str| {
            let leaves = |one: &&Exemption| one.actions.iter().any(|row| row.action.as_str() == action);
            exemptions.iter().find(leaves).unwrap()
        };
        assert_eq!(names(of(DELETE)), ["cdk-hnb-deploy", "ci-deploy"]);
        assert_eq!(names(of("dynamodb:DeleteTable")), ["tagged"]);
        assert!(!of(DELETE).undeclared.is_empty() && of(DELETE).closing.len() == 1);
    });
    let facts = analyse(&inventory, &settings(&["arn:aws:iam::*:role/ci-*"]));
    let fact = facts.accounts.iter().find(|fact| fact.subject.account.as_ref() == Some(&account)).unwrap();
    let declared = fact.detail.guards.exemptions.iter().find(|one| one.undeclared.is_empty()).unwrap();
    assert_eq!((declared.break_glass, declared.platform, declared.others), (1, 1, 0));
}

#[test]
fn accounts_are_told_apart_only_where_policies_do() {
    let units: &[&str] = &["Workloads"];
    let all: Vec<String> = (1..=6).map(|n| format!("{}", 111_111_111_110_u64 + n)).collect();
    let members: Vec<(&str, &str, &[&str])> = all.iter().map(|id| (id.as_str(), "app", units)).collect();
    let ways = |statement: Value| {
        let mut inventory = inventory(&[]);
        let mut organization = organization(&members);
        let everywhere = ["r-1", UNIT].into_iter().chain(all.iter().map(String::as_str)).map(|at| target(at, "X"));
        organization.scps = read(vec![full_access(everywhere.collect()), policy("p-1", &json!([statement]), &[UNIT])]);
        inventory.organization = Some(organization);
        with(&inventory, &Settings::default(), |guards| guards.ways.len())
    };
    let exempt = |arn: &str| deny(&["rds:*"], json!({"ArnNotLike": {"aws:PrincipalArn": arn}}));
    // The management account is one of its own.
    assert_eq!(ways(exempt("arn:aws:iam::*:role/x")), 2);
    assert_eq!(ways(exempt("arn:aws:iam::111111111111:role/x")), 3);
    assert_eq!(ways(exempt("arn:aws:iam::1*:role/x")), 7);
    assert_eq!(ways(exempt("arn:aws:iam::${aws:PrincipalAccount}:role/x")), 7);
}

#[test]
fn the_order_of_policies_shows_nowhere() {
    let some = || {
        vec![
            policy(
                "p-1",
                &json!([deny(&["rds:Delete*"], json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/a"}}))]),
                &[UNIT],
            ),
            policy(
                "p-2",
                &json!([deny(&["s3:*", "kms:*"], json!({"StringNotEquals": {"aws:RequestedRegion": HERE}}))]),
                &["r-1"],
            ),
            policy("p-3", &json!([deny(&["backup:*"], json!({}))]), &[UNIT, PROD]),
        ]
    };
    let (one, mut other) = (organized(some()), organized(some()));
    other.accounts.reverse();
    let organization = other.organization.as_mut().unwrap();
    organization.scps.value_mut().unwrap().reverse();
    organization.accounts.value_mut().unwrap().reverse();
    organization.units.value_mut().unwrap().reverse();
    let text = |inventory: &Inventory| serde_json::to_string(&analyse(inventory, &Settings::default())).unwrap();
    assert_eq!(text(&one), text(&other));
}

#[test]
fn what_is_suggested_closes_and_fits() {
    use super::suggest::{Limits, Place, SuggestError, suggest};
    let inventory = organized(vec![policy("p-1", &json!([deny(&["rds:Delete*"], json!({}))]), &[UNIT])]);
    let settings = settings(&["arn:aws:iam::*:role/BreakGlass"]);
    let ask = |place: Place, limits: Option<Limits>| suggest(&inventory, &settings, &place, limits);
    let unit = ask(Place::Unit("Workloads".into()), None).unwrap();
    assert_eq!((unit.accounts.as_slice(), unit.attached.len()), (&[id(PROD)][..], 2));
    assert!(
        unit.policies.iter().all(|policy| policy.characters <= 5_120 && policy.document.contains("role/BreakGlass"))
    );
    assert!(unit.closes.contains(&"dynamodb:DeleteTable".to_owned()) && !unit.closes.contains(&DELETE.to_owned()));
    assert!(unit.stays_open.iter().any(|open| open.action == "rds:ModifyDBInstance"));
    // With them attached nothing is left to suggest.
    let mut after = inventory.clone();
    let scps = after.organization.as_mut().unwrap().scps.value_mut().unwrap();
    for (at, suggested) in unit.policies.iter().enumerate() {
        let text: Value = serde_json::from_str(&suggested.document).unwrap();
        scps.push(policy(&format!("p-s{at}"), &text["Statement"], &[UNIT]));
    }
    let again = suggest(&after, &settings, &Place::Unit("Workloads".into()), None).unwrap();
    assert_eq!((again.policies.len(), again.closes.len()), (0, 0));
    // It is split, or it does not fit.
    let narrow = Limits { policies: 9, characters: 2_000 };
    let split = ask(Place::Account(id(PROD)), Some(narrow)).unwrap();
    assert!(split.policies.len() > 1 && split.policies.iter().all(|policy| policy.characters <= 2_000));
    let tight = ask(Place::Root, Some(Limits { policies: 2, characters: 2_000 }));
    assert!(matches!(tight, Err(SuggestError::DoesNotFit { attached: 1, policies: 2, .. })), "{tight:?}");
    for (place, want) in [
        (Place::Account(id(MANAGEMENT)), "manages the organization"),
        (Place::Unit("Nowhere".into()), "no unit \"Nowhere\""),
    ] {
        assert!(ask(place, None).unwrap_err().to_string().contains(want));
    }
    let mut off = inventory.clone();
    off.organization.as_mut().unwrap().roots.value_mut().unwrap()[0].policy_types.clear();
    assert_eq!(suggest(&off, &settings, &Place::Root, None), Err(SuggestError::Off("DISABLED".into())));
}
