//! What checks see of it: whole inventories in, facts out.

use super::*;
use crate::analysis::analyse;
use crate::analysis::fixture::{bucket, denied, look, now, point, snapshot_arn, state, vault};
use crate::model::facts::{AccountReach, Facts, IamRoleFact};
use crate::model::gap::Collected;
use crate::model::iam::CredentialReportRow;
use crate::model::operation::{Collection, Operation};
use crate::model::settings::Settings;

fn facts(inventory: &Inventory) -> Facts {
    analyse(inventory, &Settings::default())
}

fn reach<'f>(facts: &'f Facts, account: &str) -> &'f AccountReach {
    let found = facts.accounts.iter().find(|fact| fact.subject.account.as_ref().unwrap().as_str() == account);
    &found.unwrap().detail.reach
}

fn names(list: &crate::model::facts::Reachers) -> Vec<String> {
    list.shown.iter().map(|one| one.who.rsplit([':', '/']).next().unwrap().to_owned()).collect()
}

fn iam_role(inventory: &Inventory, name: &str) -> Option<IamRoleFact> {
    let found = facts(inventory);
    found.iam_roles.into_iter().find(|fact| fact.subject.name == name).map(|fact| fact.detail)
}

#[test]
fn destroyers_are_told_and_those_of_other_environments_apart() {
    let mut inventory = world();
    role(&mut inventory, PROD, "admin", &trust(json!({"AWS": role_arn(VAULT, "dev")})), &allow(&["*"]));
    role(
        &mut inventory,
        VAULT,
        "dev",
        &trust(json!({"AWS": format!("arn:aws:iam::{VAULT}:root")})),
        &allow(&["sts:AssumeRole"]),
    );
    role(&mut inventory, VAULT, "reader", &nobody(), &allow(&["s3:GetObject"]));
    role(
        &mut inventory,
        PROD,
        "stacksets-exec-1",
        &trust(json!({"AWS": format!("arn:aws:iam::{MANAGEMENT}:root")})),
        &allow(&["*"]),
    );
    role(&mut inventory, PROD, "function", &trust(json!({"Service": "lambda.amazonaws.com"})), &allow(&["rds:*"]));
    let found = facts(&inventory);
    let own = reach(&found, PROD);
    assert_eq!(names(&own.crossing), ["dev", "root"], "the development account's root makes roles that assume dev");
    let everybody = names(&own.destroyers);
    assert!(everybody.contains(&"admin".to_owned()) && !everybody.contains(&"function".to_owned()), "{everybody:?}");
    assert_eq!(own.destroyers.platform, [role_arn(PROD, "stacksets-exec-1")]);
    assert_eq!(own.destroyers.count, everybody.len() + 1);
    let dev = own.crossing.shown.iter().find(|one| one.who == role_arn(VAULT, "dev")).unwrap();
    assert!(
        dev.told
            .starts_with("role/dev of account 222222222222 assumes role/admin of account 111111111111, which may call"),
        "{}",
        dev.told
    );
    assert_eq!(dev.environment.as_deref(), Some("development"));
    // A guard on the data closes it for all.
    deny(&mut inventory, PROD, &["rds:*", "account:CloseAccount"]);
    let found = facts(&inventory);
    assert_eq!(reach(&found, PROD).crossing.count, 0);
}

#[test]
fn copies_are_reached_from_their_source_or_not() {
    let make = |trusted: &Value| {
        let mut inventory = world();
        let place = snapshot_arn(VAULT, HERE, "awsbackup:copy-1");
        let copy = point(&place, &db_arn("orders"), 5);
        put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, vault(VAULT, HERE, "copies", vec![copy]));
        role(&mut inventory, VAULT, "backup-admin", trusted, &allow(&["backup:*"]));
        role(&mut inventory, PROD, "ops", &nobody_but(PROD), &allow(&["sts:AssumeRole"]));
        inventory
    };
    let open = facts(&make(&trust(json!({"AWS": format!("arn:aws:iam::{PROD}:root")}))));
    let to = reach(&open, VAULT);
    assert_eq!(to.copies_of, [id(PROD)]);
    assert!(names(&to.to_copies).contains(&"ops".to_owned()), "{to:?}");
    let shut = facts(&make(&nobody()));
    assert_eq!(reach(&shut, VAULT).to_copies.count, 0);
    assert!(reach(&shut, VAULT).copy_rights > 0);
}

#[test]
fn doors_are_knocked_at() {
    let destroy = allow(&["rds:DeleteDBInstance"]);
    let github = format!("arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com");
    let key = |name: &str| format!("token.actions.githubusercontent.com:{name}");
    let of_ci = |aud: &str, sub: &str| {
        trust_if(
            json!({"Federated": github}),
            json!({"StringLike": {key("sub"): sub}, "StringEquals": {key("aud"): aud}}),
        )
    };
    let partner = json!({"AWS": "arn:aws:iam::555555555555:root"});
    for (what, trust, guarded, pinned) in [
        ("no outsider", nobody_but(PROD), None, None),
        ("a partner", trust(partner.clone()), Some(false), None),
        (
            "a partner with an external id",
            trust_if(partner.clone(), json!({"StringEquals": {"sts:ExternalId": "x1"}})),
            Some(true),
            None,
        ),
        (
            "a partner with any external id",
            trust_if(partner.clone(), json!({"StringLike": {"sts:ExternalId": "*"}})),
            Some(false),
            None,
        ),
        (
            "a partner's organization",
            trust_if(partner, json!({"StringEquals": {"aws:PrincipalOrgID": "o-9"}})),
            Some(true),
            None,
        ),
        ("anybody", trust(json!("*")), Some(false), None),
        ("pinned", of_ci("sts.amazonaws.com", "repo:shop/infra:ref:refs/heads/main"), None, Some((true, true))),
        ("a whole organization", of_ci("sts.amazonaws.com", "repo:shop/*"), None, Some((true, true))),
        ("an organization whose name goes on", of_ci("sts.amazonaws.com", "repo:shop*"), None, Some((true, false))),
        ("any repository", of_ci("sts.amazonaws.com", "repo:*"), None, Some((true, false))),
        ("any subject", of_ci("sts.amazonaws.com", "*"), None, Some((true, false))),
        ("no condition", trust(json!({"Federated": github})), None, Some((false, false))),
    ] {
        let mut inventory = world();
        role(&mut inventory, PROD, "destroyer", &trust, &destroy);
        let found = iam_role(&inventory, "destroyer").unwrap();
        assert_eq!(found.outsiders.first().map(|one| one.guarded), guarded, "{what}");
        assert_eq!(found.providers.first().map(|one| (one.audience_pinned, one.subject_pinned)), pinned, "{what}");
    }
}

/// The account's own principals.
fn nobody_but(account: &str) -> Value {
    trust(json!({"AWS": format!("arn:aws:iam::{account}:root")}))
}

#[test]
fn a_gate_is_declared_or_asks_for_mfa() {
    let mut inventory = world();
    let destroy = allow(&["rds:DeleteDBInstance"]);
    let mfa = json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}});
    role(&mut inventory, PROD, "open", &nobody_but(PROD), &destroy);
    role(&mut inventory, PROD, "gated", &trust_if(json!({"AWS": format!("arn:aws:iam::{PROD}:root")}), mfa), &destroy);
    user(&mut inventory, PROD, "anna", &allow(&["sts:AssumeRole"]));
    role(&mut inventory, PROD, "deploy", &nobody(), &allow(&["sts:AssumeRole"]));
    let mut settings = Settings::default();
    settings.deployment.principals = vec!["arn:aws:iam::*:role/deploy".to_owned()];
    let found = analyse(&inventory, &settings);
    let of = |name: &str| found.iam_roles.iter().find(|fact| fact.subject.name == name).unwrap().detail.clone();
    assert_eq!((of("open").assumers, of("open").ungated), (2, vec![format!("arn:aws:iam::{PROD}:user/anna")]));
    assert_eq!((of("gated").assumers, of("gated").ungated_count), (2, 0));
    assert!(found.iam_roles.iter().all(|fact| fact.subject.name != "deploy" || fact.detail.destructive.is_some()));
}

#[test]
fn users_and_agents_reach_or_do_not() {
    let mut inventory = world();
    user(&mut inventory, PROD, "ci", &allow(&["iam:CreatePolicyVersion", "rds:DeleteDBInstance"]));
    user(&mut inventory, PROD, "reader", &allow(&["s3:GetObject"]));
    role(&mut inventory, PROD, "agent-1", &nobody(), &allow(&["ssm:SendCommand"]));
    role(&mut inventory, PROD, "agent-2", &nobody(), &allow(&["s3:GetObject"]));
    role(&mut inventory, PROD, "instance", &trust(json!({"Service": "ec2.amazonaws.com"})), &allow(&["rds:*"]));
    parts(&mut inventory, PROD).iam.credential_report = read(vec![CredentialReportRow {
        user: "ci".to_owned(),
        arn: arn(&format!("arn:aws:iam::{PROD}:user/ci")),
        password_enabled: Some(false),
        password_last_used: None,
        mfa_active: Some(false),
        access_key_1_active: Some(true),
        access_key_1_last_used: Some(now()),
        access_key_2_active: Some(false),
        access_key_2_last_used: None,
    }]);
    let none = facts(&inventory);
    assert!(!none.agents[0].detail.declared);
    let of = |name: &str| none.iam_users.iter().find(|fact| fact.subject.name == name).unwrap().detail.clone();
    assert_eq!((of("ci").access_key, of("ci").accounts), (Some(true), 1));
    assert_eq!((of("reader").access_key, of("reader").accounts), (None, 0));
    let mut settings = Settings::default();
    settings.agents.principals = vec!["arn:aws:iam::*:role/agent-*".to_owned(), "arn:aws:iam::*:role/lost".to_owned()];
    let found = analyse(&inventory, &settings);
    let agents: Vec<(bool, usize)> =
        found.agents.iter().map(|fact| (fact.detail.found, fact.detail.accounts)).collect();
    assert_eq!(agents, [(false, 0), (true, 1), (true, 0)]);
    let path = &found.agents[1].detail.reaches[0];
    assert_eq!((path.strength.as_str(), path.path[0].kind.as_str()), ("conditional", "run-ssm-command"));
}

#[test]
fn state_buckets_tell_their_writers_and_whether_versions_are_closed() {
    let make = || {
        let mut inventory = world();
        let mut states = bucket("states");
        states.policy = Answer::Value(None);
        put(&mut parts(&mut inventory, VAULT).s3.buckets, states);
        let looked = look("states", vec![state("prod.tfstate", Vec::new())]);
        parts(&mut inventory, VAULT).state.buckets = vec![looked];
        role(
            &mut inventory,
            VAULT,
            "writer",
            &nobody_but(VAULT),
            &policy("Allow", &["s3:PutObject"], "arn:aws:s3:::states/prod*", json!({})),
        );
        role(
            &mut inventory,
            VAULT,
            "other",
            &nobody_but(VAULT),
            &policy("Allow", &["s3:PutObject"], "arn:aws:s3:::else/*", json!({})),
        );
        inventory
    };
    let of = |inventory: &Inventory| facts(inventory).state_buckets[0].detail.clone();
    let mut inventory = make();
    let found = of(&inventory);
    // The management account may switch stack sets on, and act here through them.
    assert_eq!(names(found.writers.as_ref().unwrap()), ["writer", "root", "root"]);
    assert_eq!(found.versions_closed, Some(false));
    let guard = json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*",
        "Action": ["s3:DeleteObjectVersion", "s3:DeleteBucket"], "Resource": ["arn:aws:s3:::states", "arn:aws:s3:::states/*"]}});
    parts(&mut inventory, VAULT).s3.buckets.value_mut().unwrap()[0].policy = Answer::Value(Some(guard.to_string()));
    let found = of(&inventory);
    assert_eq!(found.versions_closed, Some(false), "root may change the policy");
    assert!(found.versions_open_to.unwrap().contains("policy"));
    deny(&mut inventory, VAULT, &["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]);
    assert_eq!(of(&inventory).versions_closed, Some(true));
    let mut inventory = make();
    deny(&mut inventory, VAULT, &["s3:DeleteObjectVersion", "s3:DeleteBucket"]);
    assert_eq!(of(&inventory).versions_closed, Some(true));
}

#[test]
fn a_vault_is_open_to_whom_its_policy_does_not_stop() {
    let make = |document: Option<Value>| {
        let mut inventory = world();
        let copy = point(&snapshot_arn(VAULT, HERE, "awsbackup:copy-1"), &db_arn("orders"), 5);
        let mut copies = vault(VAULT, HERE, "copies", vec![copy]);
        copies.policy = Answer::Value(document.map(|document| document.to_string()));
        put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, copies);
        role(&mut inventory, VAULT, "BreakGlass", &nobody(), &allow(&["backup:*"]));
        inventory
    };
    let mut settings = Settings::default();
    settings.break_glass.principals = vec!["arn:aws:iam::*:role/BreakGlass".to_owned()];
    let open = |document: Option<Value>| {
        let found = analyse(&make(document), &settings);
        let detail = &found.vaults[0].detail;
        (detail.access_policy, detail.open_to.as_ref().unwrap().count)
    };
    let guard = |condition: Value| {
        Some(json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Resource": "*",
            "Action": ["backup:Delete*", "backup:Update*"], "Condition": condition}}))
    };
    assert_eq!(open(None), (Some(false), 2), "root, and a role made anew");
    assert_eq!(open(guard(json!({}))), (Some(true), 0));
    let exempt = |name: &str| guard(json!({"ArnNotLike": {"aws:PrincipalArn": format!("arn:aws:iam::*:role/{name}")}}));
    assert_eq!(open(exempt("BreakGlass")), (Some(true), 0));
    assert_eq!(open(exempt("palisade-*")), (Some(true), 1));
}

#[test]
fn administrators_of_policies_are_counted_where_they_are_delegated_too() {
    let mut inventory = world();
    role(&mut inventory, MANAGEMENT, "org-admin", &nobody_but(MANAGEMENT), &allow(&["organizations:*"]));
    role(&mut inventory, VAULT, "delegate", &nobody_but(VAULT), &allow(&["organizations:*"]));
    let of = |inventory: &Inventory| facts(inventory).organizations[0].detail.clone();
    assert_eq!(names(&of(&inventory).policy_administrators), ["org-admin", "root"]);
    let delegation = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Resource": "*",
        "Principal": {"AWS": format!("arn:aws:iam::{VAULT}:root")}, "Action": ["organizations:DetachPolicy"],
        "Condition": {"StringEquals": {"organizations:PolicyType": "SERVICE_CONTROL_POLICY"}}}});
    inventory.organization.as_mut().unwrap().resource_policy = read(Some(delegation.to_string()));
    let found = of(&inventory);
    assert!(names(&found.policy_administrators).contains(&"delegate".to_owned()), "{found:?}");
    assert_eq!(found.policy_delegates, [id(VAULT)]);
}

#[test]
fn what_could_hide_somebody_is_a_gap() {
    let collections = |inventory: &Inventory, account: &str| -> Vec<Collection> {
        let found = facts(inventory);
        let fact =
            found.accounts.iter().find(|fact| fact.subject.account.as_ref().unwrap().as_str() == account).unwrap();
        fact.unread.iter().map(|gap| gap.collection).collect()
    };
    let hide = |inventory: &mut Inventory, account: &str| {
        parts(inventory, account).iam.authorization_details =
            Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails));
    };
    let iam = Collection::IamAuthorizationDetails;
    let mut inventory = world();
    role(&mut inventory, PROD, "admin", &nobody(), &allow(&["*"]));
    assert!(!collections(&inventory, PROD).contains(&iam));
    // An account that nothing admits hides nobody.
    hide(&mut inventory, VAULT);
    assert!(!collections(&inventory, PROD).contains(&iam));
    role(&mut inventory, PROD, "door", &nobody_but(VAULT), &allow(&["rds:*"]));
    assert!(collections(&inventory, PROD).contains(&iam), "its principals may come through the door");
    let mut inventory = world();
    hide(&mut inventory, PROD);
    assert!(collections(&inventory, PROD).contains(&iam));
    let mut inventory = world();
    inventory.organization.as_mut().unwrap().scps = Collected::Gap(denied(Operation::OrganizationsListPolicies));
    assert!(collections(&inventory, PROD).contains(&Collection::OrganizationScps));
}

/// A pattern exempts more names than those that somebody has: whoever may make one of them passes.
#[test]
fn whoever_may_make_a_principal_of_an_exempt_pattern_becomes_exempt() {
    let glass = trust(json!({"AWS": format!("arn:aws:iam::{MANAGEMENT}:root")}));
    for (pattern, protected, makes, told) in [
        // The name that is there is protected, the others that the pattern takes are not.
        ("arn:aws:iam::*:role/Glass*", "arn:aws:iam::*:role/Glass", "iam:CreateRole", "creates role/Glassx of account"),
        ("arn:aws:iam::*:role/Glass", "arn:aws:iam::*:role/Glass", "iam:CreateRole", ""),
        ("arn:aws:iam::*:role/Glass*", "arn:aws:iam::*:role/Glass*", "iam:CreateRole", ""),
        ("arn:aws:iam::*:role/Glass?", "arn:aws:iam::*:role/Glass", "iam:CreateRole", "creates role/Glassx of account"),
        ("*Glass*", "arn:aws:iam::*:role/Glass", "iam:CreateRole", "creates role/xGlassx of account"),
        ("*Glass*", "*:role/*Glass*", "iam:CreateRole", ""),
        (
            "arn:aws:iam::*:user/glass-*",
            "arn:aws:iam::*:role/Glass",
            "iam:CreateUser",
            "creates user/glass- of account",
        ),
        ("arn:aws:iam::*:user/glass-*", "arn:aws:iam::*:role/Glass", "iam:CreateRole", ""),
    ] {
        let mut inventory = world();
        role(&mut inventory, PROD, "Glass", &glass, &allow(&["*"]));
        role(
            &mut inventory,
            PROD,
            "maker",
            &trust(json!({"AWS": format!("arn:aws:iam::{PROD}:root")})),
            &allow(&[makes]),
        );
        // A star of the one takes colons: `role/:user/glass-` would match.
        let operator = if pattern.starts_with('*') { "StringNotLike" } else { "ArnNotLike" };
        let guard = policy("Deny", &["rds:Delete*"], "*", json!({operator: {"aws:PrincipalArn": pattern}}));
        scp(&mut inventory, "guard", PROD, &guard);
        scp(&mut inventory, "names", PROD, &policy("Deny", &["iam:*"], protected, json!({})));
        let found = facts(&inventory);
        let shown = &reach(&found, PROD).impersonation.shown;
        let maker = shown.iter().find(|one| one.who == role_arn(PROD, "maker"));
        let said = maker.map_or("", |one| one.told.as_str());
        assert_eq!(maker.is_some(), !told.is_empty(), "{pattern}, protected {protected}: {said}");
        assert!(said.contains(told), "{pattern}, protected {protected}: {said}");
    }
}

/// Whoever takes an account from under its policies needs no right to change them.
#[test]
fn who_moves_accounts_counts_among_the_administrators_of_policies() {
    for (action, want) in [
        ("organizations:MoveAccount", 1),
        ("organizations:RemoveAccountFromOrganization", 1),
        ("organizations:List*", 0),
    ] {
        let mut inventory = world();
        role(&mut inventory, MANAGEMENT, "mover", &nobody_but(MANAGEMENT), &allow(&[action]));
        let found = facts(&inventory);
        let named = names(&found.organizations[0].detail.policy_administrators);
        assert_eq!(named.iter().filter(|name| *name == "mover").count(), want, "{action}: {named:?}");
    }
}
