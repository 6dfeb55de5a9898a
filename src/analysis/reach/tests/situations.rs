//! Trusts, chains, control planes and outsiders.

use super::*;

fn destroyer(inventory: &mut Inventory, name: &str, trust: &Value) {
    role(inventory, PROD, name, trust, &allow(&["rds:DeleteDBInstance"]));
}

#[test]
fn a_role_is_assumed_by_both_sides() {
    let assume = allow(&["sts:AssumeRole"]);
    let of_root = trust(json!({"AWS": format!("arn:aws:iam::{VAULT}:root")}));
    let by_name = trust(json!({"AWS": role_arn(VAULT, "ci")}));
    let here = trust(json!({"AWS": role_arn(PROD, "ci")}));
    for (what, account, own, trust, want) in [
        ("another account by its root", VAULT, assume.clone(), of_root.clone(), Strength::Sure),
        ("another account by name", VAULT, assume.clone(), by_name.clone(), Strength::Sure),
        ("named, without own rights", VAULT, allow(&["s3:GetObject"]), by_name, Strength::No),
        ("own account by name, without own rights", PROD, allow(&["s3:GetObject"]), here, Strength::Sure),
        (
            "own rights on another role",
            VAULT,
            policy("Allow", &["sts:AssumeRole"], &role_arn(PROD, "other"), json!({})),
            of_root.clone(),
            Strength::No,
        ),
        (
            "own rights on that role",
            VAULT,
            policy("Allow", &["sts:AssumeRole"], &role_arn(PROD, "dest*"), json!({})),
            of_root.clone(),
            Strength::Sure,
        ),
        (
            "own rights with MFA",
            VAULT,
            policy("Allow", &["sts:AssumeRole"], "*", json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
            of_root,
            Strength::Conditional,
        ),
        ("not trusted", VAULT, assume.clone(), nobody(), Strength::No),
        ("everybody", VAULT, assume.clone(), trust(json!("*")), Strength::Sure),
        (
            "everybody of an organization",
            VAULT,
            assume.clone(),
            trust_if(json!("*"), json!({"StringEquals": {"aws:PrincipalOrgID": "o-1"}})),
            Strength::Sure,
        ),
        (
            "everybody of another organization",
            VAULT,
            assume.clone(),
            trust_if(json!("*"), json!({"StringEquals": {"aws:PrincipalOrgID": "o-2"}})),
            Strength::No,
        ),
        (
            "whoever has an external id",
            VAULT,
            assume,
            trust_if(json!("*"), json!({"StringEquals": {"sts:ExternalId": "x"}})),
            Strength::Conditional,
        ),
    ] {
        let mut inventory = world();
        destroyer(&mut inventory, "destroyer", &trust);
        role(&mut inventory, account, "ci", &nobody(), &own);
        assert_eq!(of(&inventory, account, "ci"), want, "{what}");
    }
}

#[test]
fn guards_of_the_organization_stop_an_assumption_on_either_side() {
    let make = || {
        let mut inventory = world();
        destroyer(&mut inventory, "destroyer", &trust(json!({"AWS": format!("arn:aws:iam::{VAULT}:root")})));
        role(&mut inventory, VAULT, "ci", &nobody(), &allow(&["sts:AssumeRole"]));
        inventory
    };
    let mut inventory = make();
    deny(&mut inventory, VAULT, &["sts:AssumeRole"]);
    assert_eq!(of(&inventory, VAULT, "ci"), Strength::No);
    let mut inventory = make();
    // The caller's SCPs bind, not those of the role's account.
    deny(&mut inventory, PROD, &["sts:AssumeRole"]);
    assert_eq!(of(&inventory, VAULT, "ci"), Strength::Sure);
    let mut inventory = make();
    deny(&mut inventory, PROD, &["rds:Delete*"]);
    assert!(reachers(&inventory).is_empty());
}

#[test]
fn chains_are_followed_and_circles_end() {
    let mut inventory = world();
    let name = |n: usize| format!("r{n}");
    destroyer(&mut inventory, "r0", &trust(json!({"AWS": role_arn(VAULT, "r1")})));
    for n in 1..4 {
        let next = trust(json!({"AWS": role_arn(VAULT, &name(if n == 3 { 1 } else { n + 1 }))}));
        role(&mut inventory, VAULT, &name(n), &next, &allow(&["sts:AssumeRole"]));
    }
    let found = paths(&inventory);
    let lengths: Vec<usize> = (0..4)
        .map(|n| {
            let account = if n == 0 { PROD } else { VAULT };
            found[&role_arn(account, &name(n))].steps.len()
        })
        .collect();
    assert_eq!(lengths, [0, 1, 2, 3]);
    assert_eq!(found[&role_arn(VAULT, "r3")].steps[0].to, role_arn(VAULT, "r2"));
}

#[test]
fn an_edit_stays_within_the_boundary_and_the_guards() {
    let edit = allow(&["iam:PutRolePolicy"]);
    let mut inventory = world();
    role(&mut inventory, PROD, "free", &nobody(), &edit);
    assert_eq!(of(&inventory, PROD, "free"), Strength::Sure);
    let bound = managed(&mut inventory, PROD, "bound", &allow(&["iam:*", "s3:*"]));
    role(&mut inventory, PROD, "bounded", &nobody(), &edit).permissions_boundary = Some(bound.clone());
    // Within its boundary it may give itself the right to take the boundary off.
    assert_eq!(of(&inventory, PROD, "bounded"), Strength::Sure);
    let narrow = managed(&mut inventory, PROD, "narrow", &allow(&["iam:PutRolePolicy", "s3:*"]));
    role(
        &mut inventory,
        PROD,
        "narrow",
        &nobody(),
        &policy("Allow", &["iam:PutRolePolicy"], &role_arn(PROD, "narrow"), json!({})),
    )
    .permissions_boundary = Some(narrow);
    let strength = of(&inventory, PROD, "narrow");
    assert!(strength <= Strength::Conditional, "others may be edited, and somebody acts as them: {strength:?}");
    deny(&mut inventory, PROD, &["rds:Delete*"]);
    assert!(reachers(&inventory).is_empty());
}

/// A deny in one's own policies stops nobody who may take it off; a guard above the account still does.
#[test]
fn who_may_take_a_deny_off_is_not_stopped_by_it() {
    let both = |allows: &[&str]| {
        json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": allows, "Resource": "*"},
            {"Effect": "Deny", "Action": "rds:Delete*", "Resource": "*"}]})
    };
    let never = policy("Deny", &["rds:Delete*"], "*", json!({}));
    let mut inventory = world();
    // The deny stands in a policy of its own, inline or attached; the other call does not take that one off.
    for (name, action, inline_deny) in [
        ("deletes", "iam:DeleteRolePolicy", true),
        ("detaches", "iam:DetachRolePolicy", false),
        ("cannot-detach", "iam:DeleteRolePolicy", false),
        ("cannot-delete", "iam:DetachRolePolicy", true),
        ("neither", "s3:GetObject", true),
    ] {
        let attached = managed(&mut inventory, PROD, &format!("never-{name}"), &never);
        let own = policy("Allow", &["rds:*"], "*", json!({}));
        let own = json!({"Version": "2012-10-17", "Statement": [own["Statement"],
            {"Effect": "Allow", "Action": action, "Resource": role_arn(PROD, name)}]});
        let made = role(&mut inventory, PROD, name, &nobody(), &own);
        if inline_deny {
            made.inline_policies.push(InlinePolicy { name: "never".to_owned(), document: never.to_string() });
        } else {
            made.attached_policies.push(attached);
        }
    }
    // One policy that allows and denies goes as a whole: what another policy allows then, nobody can tell.
    role(&mut inventory, PROD, "mixed", &nobody(), &both(&["rds:*", "iam:DeleteRolePolicy"]));
    // Two denies are taken off one after the other.
    let twice = managed(&mut inventory, PROD, "never-twice", &never);
    let own = allow(&["rds:*", "iam:DeleteRolePolicy", "iam:DetachRolePolicy"]);
    let made = role(&mut inventory, PROD, "twice", &nobody(), &own);
    made.inline_policies.push(InlinePolicy { name: "never".to_owned(), document: never.to_string() });
    made.attached_policies.push(twice);
    let strengths = |inventory: &Inventory| -> Vec<(&str, Strength)> {
        let names = ["deletes", "detaches", "cannot-detach", "cannot-delete", "neither", "mixed", "twice"];
        names.map(|name| (name, of(inventory, PROD, name))).into()
    };
    let (no, sure) = (Strength::No, Strength::Sure);
    let want = vec![
        ("deletes", sure),
        ("detaches", sure),
        ("cannot-detach", no),
        ("cannot-delete", no),
        ("neither", no),
        ("mixed", Strength::Conditional),
        ("twice", sure),
    ];
    assert_eq!(strengths(&inventory), want);
    let path = &paths(&inventory)[&role_arn(PROD, "deletes")];
    assert_eq!(path.steps.first().map(|step| step.kind.as_str()), Some("delete-role-policy"), "{path:?}");
    deny(&mut inventory, PROD, &["rds:Delete*"]);
    assert!(reachers(&inventory).is_empty());
}

/// A user is bound by its group's denies only as long as nobody takes it out, or them off.
#[test]
fn a_groups_deny_is_left_behind() {
    let never = policy("Deny", &["rds:Delete*"], "*", json!({}));
    for (action, groups, want) in [
        ("iam:RemoveUserFromGroup", 1, Strength::Sure),
        ("iam:RemoveUserFromGroup", 2, Strength::Conditional),
        ("iam:DeleteGroupPolicy", 1, Strength::Sure),
        ("iam:DetachGroupPolicy", 1, Strength::No),
    ] {
        let mut inventory = world();
        let own = user(&mut inventory, PROD, "operator", &allow(&["rds:*", action]));
        own.groups = (0..groups).map(|n| format!("team-{n}")).collect();
        let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
        for n in 0..groups {
            details.groups.push(crate::model::iam::Group {
                arn: arn(&format!("arn:aws:iam::{PROD}:group/team-{n}")),
                name: format!("team-{n}"),
                id: format!("AGPATEAM{n}"),
                path: "/".to_owned(),
                inline_policies: inline(&never),
                attached_policies: Vec::new(),
            });
        }
        let found = reachers(&inventory);
        let got = found.get(&format!("arn:aws:iam::{PROD}:user/operator")).copied().unwrap_or(Strength::No);
        assert_eq!(got, want, "{action}, {groups} groups");
    }
}

/// Who takes its boundary off and then writes itself a policy has both, though neither alone is enough.
#[test]
fn changes_of_oneself_add_up() {
    let mut inventory = world();
    let own = ["iam:DeleteRolePermissionsBoundary", "iam:PutRolePolicy"];
    let bound = managed(&mut inventory, PROD, "bound", &allow(&own));
    let itself = policy("Allow", &own, &role_arn(PROD, "operator"), json!({}));
    role(&mut inventory, PROD, "operator", &nobody(), &itself).permissions_boundary = Some(bound);
    // No new role, and nobody else: what it changes is itself.
    deny(&mut inventory, PROD, &["iam:Create*", "iam:Update*", "iam:Attach*", "iam:Add*", "iam:PassRole", "sts:*"]);
    assert_eq!(of(&inventory, PROD, "operator"), Strength::Sure);
    let path = &paths(&inventory)[&role_arn(PROD, "operator")];
    let kinds: Vec<&str> = path.steps.iter().map(|step| step.kind.as_str()).collect();
    assert_eq!(kinds.len(), 2, "{path:?}");
}

/// A policy that is written into somebody is worth nothing to whoever cannot act as it: the step that can is told.
#[test]
fn a_step_that_becomes_somebody_is_told_before_one_that_changes_it() {
    let mut inventory = world();
    destroyer(&mut inventory, "deploy", &nobody());
    let both = allow(&["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy"]);
    role(&mut inventory, PROD, "operator", &nobody(), &both);
    let own = policy("Deny", &["iam:PutRolePolicy"], &role_arn(PROD, "operator"), json!({}));
    scp(&mut inventory, "own", PROD, &own);
    let path = &paths(&inventory)[&role_arn(PROD, "operator")];
    let steps: Vec<(&str, &str)> = path.steps.iter().map(|step| (step.kind.as_str(), step.to.as_str())).collect();
    assert_eq!(steps, [("rewrite-trust", role_arn(PROD, "deploy").as_str())]);
}

#[test]
fn a_new_role_takes_the_name_that_a_guard_exempts() {
    let mut inventory = world();
    let guard = policy(
        "Deny",
        &["rds:Delete*"],
        "*",
        json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass*"}}),
    );
    scp(&mut inventory, "guard", PROD, &guard);
    role(&mut inventory, PROD, "admin", &nobody(), &allow(&["*"]));
    role(&mut inventory, PROD, "reader", &nobody(), &allow(&["rds:*"]));
    assert_eq!((of(&inventory, PROD, "admin"), of(&inventory, PROD, "reader")), (Strength::Sure, Strength::No));
    let path = &paths(&inventory)[&role_arn(PROD, "admin")];
    assert!(path.steps[0].to.contains(&role_arn(PROD, "BreakGlass")), "{path:?}");
    let no_names = policy("Deny", &["iam:CreateRole"], "arn:aws:iam::*:role/BreakGlass*", json!({}));
    scp(&mut inventory, "names", PROD, &no_names);
    assert_eq!(of(&inventory, PROD, "admin"), Strength::No);
}

#[test]
fn control_planes_reach_every_member() {
    let stack_sets = allow(&["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"]);
    let on = "member.org.stacksets.cloudformation.amazonaws.com";
    let mut inventory = world();
    role(&mut inventory, MANAGEMENT, "platform", &nobody(), &stack_sets);
    role(&mut inventory, VAULT, "delegate", &nobody(), &stack_sets);
    assert_eq!(of(&inventory, MANAGEMENT, "platform"), Strength::No, "stack sets are not trusted");
    let organization = inventory.organization.as_mut().unwrap();
    organization.trusted_services = read(vec![on.to_owned()]);
    assert_eq!(of(&inventory, MANAGEMENT, "platform"), Strength::Sure);
    assert_eq!(of(&inventory, VAULT, "delegate"), Strength::No);
    let delegated = crate::model::organization::DelegatedAdministrator {
        id: id(VAULT),
        services: Answer::Value(vec![on.to_owned()]),
    };
    put(&mut inventory.organization.as_mut().unwrap().delegated_administrators, delegated);
    assert_eq!(of(&inventory, VAULT, "delegate"), Strength::Sure);
    deny(&mut inventory, PROD, &["rds:Delete*"]);
    assert_eq!(
        of(&inventory, MANAGEMENT, "platform"),
        Strength::No,
        "what is deployed is bound by the member's guards"
    );
}

#[test]
fn root_sessions_are_conditional() {
    let mut inventory = world();
    role(&mut inventory, MANAGEMENT, "root-admin", &nobody(), &allow(&["sts:AssumeRoot"]));
    let organization = inventory.organization.as_mut().unwrap();
    organization.trusted_services = read(vec!["iam.amazonaws.com".to_owned()]);
    assert_eq!(of(&inventory, MANAGEMENT, "root-admin"), Strength::No);
    inventory.organization.as_mut().unwrap().central_root_features = read(vec!["RootSessions".to_owned()]);
    assert_eq!(of(&inventory, MANAGEMENT, "root-admin"), Strength::Conditional);
}

#[test]
fn outsiders_are_let_in_by_trusts() {
    let pinned =
        json!({"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:shop/infra:ref:refs/heads/main"}});
    let provider = format!("arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com");
    let mut inventory = world();
    destroyer(&mut inventory, "pinned", &trust_if(json!({"Federated": provider}), pinned));
    destroyer(&mut inventory, "open", &trust(json!({"Federated": provider})));
    destroyer(&mut inventory, "partner", &trust(json!({"AWS": "arn:aws:iam::555555555555:root"})));
    destroyer(&mut inventory, "world", &trust(json!("*")));
    let found = reachers(&inventory);
    let strength = |who: &str| found.get(who).copied().unwrap_or(Strength::No);
    assert_eq!(strength(&provider), Strength::Sure);
    assert_eq!(strength("principals of account 555555555555"), Strength::Sure);
    assert_eq!(strength("anyone with an AWS account"), Strength::Sure);
}

#[test]
fn what_is_unread_is_neither_reached_nor_out_of_reach() {
    let mut inventory = world();
    destroyer(&mut inventory, "destroyer", &nobody());
    role(&mut inventory, PROD, "ci", &nobody(), &allow(&["s3:GetObject"])).inline_policies[0].document = "{".to_owned();
    assert_eq!(of(&inventory, PROD, "ci"), Strength::Unread);
    assert_eq!(of(&inventory, PROD, "destroyer"), Strength::Sure);
}

#[test]
fn service_linked_roles_are_no_sources() {
    let mut inventory = world();
    let linked = role(
        &mut inventory,
        PROD,
        "AWSServiceRoleForRDS",
        &trust(json!({"Service": "rds.amazonaws.com"})),
        &allow(&["*"]),
    );
    linked.path = "/aws-service-role/rds.amazonaws.com/".to_owned();
    linked.arn = arn(&format!("arn:aws:iam::{PROD}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"));
    assert!(reachers(&inventory).is_empty());
}

#[test]
fn an_exemption_is_as_strong_as_what_it_takes_to_become_exempt() {
    use crate::analysis::reach::exempt::Way;
    let mut inventory = world();
    let glass = trust(json!({"AWS": role_arn(PROD, "operator")}));
    role(&mut inventory, PROD, "BreakGlass", &glass, &allow(&["rds:*"]));
    role(&mut inventory, PROD, "operator", &nobody(), &allow(&["s3:GetObject"]));
    role(&mut inventory, PROD, "maker", &nobody(), &allow(&["iam:CreateRole"]));
    role(&mut inventory, PROD, "tagger", &nobody(), &allow(&["iam:TagRole"]));
    role(&mut inventory, PROD, "reader", &nobody(), &allow(&["s3:GetObject"]));
    let settings = Settings::default();
    let cx = Context::new(&inventory, &settings);
    let authority = Authority::new(&cx);
    let reach = Reach::new(&cx, &authority);
    let ways = |pattern: &str| -> BTreeMap<String, Way> {
        let found = reach.exempt_by_arn(&id(PROD), [pattern]).into_iter();
        found
            .map(|one| (reach.label(one.who), one.way))
            .filter(|(who, _)| !who.ends_with(":root"))
            .map(|(who, way)| (who.rsplit('/').next().unwrap().to_owned(), way))
            .collect()
    };
    let want = |pairs: &[(&str, Way)]| pairs.iter().map(|(who, way)| ((*who).to_owned(), *way)).collect();
    let exact = ways("arn:aws:iam::*:role/BreakGlass");
    assert_eq!(exact, want(&[("BreakGlass", Way::Is), ("operator", Way::Becomes)]));
    let wide = ways("arn:aws:iam::*:role/BreakGlass*");
    assert_eq!(wide, want(&[("BreakGlass", Way::Is), ("operator", Way::Becomes), ("maker", Way::Creates)]));
    let tagged = reach.exempt_by_tag(&id(PROD), "aws:PrincipalTag/exempt");
    assert!(tagged.iter().any(|one| reach.label(one.who) == role_arn(PROD, "tagger")));
    let operator = reach.graph.principal(authority.place(&role_arn(PROD, "operator")).unwrap()).unwrap();
    let found = reach.exempt_by_arn(&id(PROD), ["arn:aws:iam::*:role/BreakGlass"]);
    let becoming = found.iter().find(|one| one.who == operator).unwrap();
    assert_eq!(becoming.path.as_ref().unwrap().steps[0].verb, "assumes");
    assert_eq!(becoming.exempt, role_arn(PROD, "BreakGlass"));
    let led = reach.graph.led_to_from(&BTreeMap::from([(operator, Strength::Sure)]));
    let glass = reach.graph.principal(authority.place(&role_arn(PROD, "BreakGlass")).unwrap()).unwrap();
    assert!(led.of(glass).is_some());
}
