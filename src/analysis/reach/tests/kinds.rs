//! Every kind of edge of the list: one inventory where it works, and ones where exactly one thing blocks it.

use super::*;
use crate::analysis::reach::edges::{self, Aim, EdgeKind, Gain};

/// What is different from the inventory in which the edge works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    /// No role trusts the service.
    Untrusted,
    /// The caller's boundary leaves the last action out.
    Bounded,
    /// An SCP denies the last action.
    Denied,
    /// The caller may only with MFA.
    Mfa,
    /// The caller's own policy lacks the last action.
    Missing,
}

/// The caller is `attacker`, a role or a user as the kind needs; whatever it reaches may delete the database.
fn with(kind: &EdgeKind, change: Change) -> Inventory {
    let mut inventory = world();
    let mut actions: Vec<&str> = kind.actions.iter().map(|(action, _)| action.as_str()).collect();
    let last = *actions.last().unwrap();
    if change == Change::Denied {
        deny(&mut inventory, PROD, &[last]);
    }
    if change == Change::Missing {
        actions.pop();
        actions.push("sts:GetCallerIdentity");
    }
    let condition = match change {
        Change::Mfa => json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        _ => json!({}),
    };
    let own = policy("Allow", &actions, "*", condition);
    let destroy = allow(&["rds:DeleteDBInstance"]);
    let bounded = (change == Change::Bounded).then(|| {
        let without =
            json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "NotAction": last, "Resource": "*"}});
        managed(&mut inventory, PROD, "bound", &without)
    });
    let victim_trust = match (&kind.trusts, change) {
        (Some(_), Change::Untrusted) => nobody(),
        (Some(service), _) if service == "saml" => {
            trust(json!({"Federated": format!("arn:aws:iam::{PROD}:saml-provider/idp")}))
        }
        (Some(service), _) => trust(json!({"Service": service})),
        _ => nobody(),
    };
    match (kind.aim, kind.gain) {
        (Aim::User, Gain::Become) => {
            user(&mut inventory, PROD, "victim", &destroy);
        }
        (Aim::Role, Gain::Become) => {
            role(&mut inventory, PROD, "victim", &victim_trust, &destroy);
        }
        _ => {}
    }
    let by_user = matches!(kind.aim, Aim::Group) || (kind.aim == Aim::User && kind.gain != Gain::Become);
    let edited = match kind.aim {
        Aim::Policy => Some(managed(&mut inventory, PROD, "edited", &allow(&["rds:DescribeDBInstances"]))),
        _ => None,
    };
    // What takes a boundary off is called within it.
    let free = (kind.gain == Gain::Free).then(|| {
        let within: Vec<&str> = match change {
            Change::Bounded => vec!["sts:GetCallerIdentity"],
            _ => kind.actions.iter().map(|(action, _)| action.as_str()).collect(),
        };
        managed(&mut inventory, PROD, "narrow", &allow(&within))
    });
    let both = json!({"Version": "2012-10-17", "Statement": [own["Statement"], destroy["Statement"]]});
    let own = if matches!(kind.gain, Gain::Free | Gain::Loosen) { both } else { own };
    // What takes a deny off is stopped by that deny, where the action takes it off.
    let never = policy("Deny", &["rds:Delete*"], "*", json!({}));
    let inlined = kind.gain == Gain::Loosen && !kind.kind.starts_with("detach-");
    let attached = (kind.gain == Gain::Loosen && !inlined).then(|| managed(&mut inventory, PROD, "never", &never));
    let never = InlinePolicy { name: "never".to_owned(), document: never.to_string() };
    if by_user {
        let attacker = user(&mut inventory, PROD, "attacker", &own);
        attacker.permissions_boundary = free.or(bounded);
        if kind.aim == Aim::Group {
            if matches!(kind.gain, Gain::Edit | Gain::Loosen) {
                attacker.groups = vec!["team".to_owned()];
            }
            let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
            details.groups.push(crate::model::iam::Group {
                arn: arn(&format!("arn:aws:iam::{PROD}:group/team")),
                name: "team".to_owned(),
                id: "AGPATEAM".to_owned(),
                path: "/".to_owned(),
                inline_policies: match kind.gain {
                    Gain::Join => inline(&destroy),
                    _ if inlined => vec![never],
                    _ => Vec::new(),
                },
                attached_policies: attached.into_iter().collect(),
            });
        } else {
            attacker.inline_policies.extend(inlined.then_some(never));
            attacker.attached_policies.extend(attached);
        }
    } else {
        let attacker = role(&mut inventory, PROD, "attacker", &nobody(), &own);
        attacker.permissions_boundary = free.or(bounded);
        attacker.attached_policies.extend(edited.or(attached));
        attacker.inline_policies.extend(inlined.then_some(never));
    }
    inventory
}

fn strength(kind: &EdgeKind, change: Change) -> Strength {
    let found = paths(&with(kind, change));
    let attacker = found.iter().find(|(arn, _)| arn.ends_with("/attacker"));
    // What is left may be enough for another kind.
    let blocked = !matches!(change, Change::None | Change::Mfa);
    let other = |path: &Path| blocked && !path.steps.iter().any(|step| step.kind == kind.kind);
    attacker.filter(|(_, path)| !other(path)).map_or(Strength::No, |(_, path)| path.strength)
}

#[test]
fn each_kind_works_and_one_thing_blocks_it() {
    for kind in edges::all().iter().filter(|kind| !matches!(kind.aim, Aim::Trusted | Aim::Members)) {
        let sure = if kind.when.is_some() { Strength::Conditional } else { Strength::Sure };
        let at = |change| (kind.kind.as_str(), change, strength(kind, change));
        assert_eq!(at(Change::None), (kind.kind.as_str(), Change::None, sure));
        // A boundary that bounds what is edited is that of the caller itself: what it does not allow stays out of reach.
        for change in [Change::Missing, Change::Denied, Change::Bounded] {
            assert_eq!(at(change), (kind.kind.as_str(), change, Strength::No));
        }
        assert_eq!(at(Change::Mfa), (kind.kind.as_str(), Change::Mfa, Strength::Conditional));
        if kind.trusts.is_some() {
            assert_eq!(at(Change::Untrusted), (kind.kind.as_str(), Change::Untrusted, Strength::No));
        }
    }
}

#[test]
fn a_path_cites_what_allows_it() {
    let kind = edges::all().iter().find(|kind| kind.kind == "pass-lambda-invoke").unwrap();
    let found = paths(&with(kind, Change::None));
    let path = &found[&role_arn(PROD, "attacker")];
    let [step] = path.steps.as_slice() else { panic!("{path:?}") };
    assert_eq!((step.kind.as_str(), step.to.as_str()), ("pass-lambda-invoke", role_arn(PROD, "victim").as_str()));
    assert_eq!(step.by, ["identity policy inline:own, statement 1"]);
    assert_eq!(path.by, ["identity policy inline:own, statement 1"]);
    let path = &paths(&with(kind, Change::Mfa))[&role_arn(PROD, "attacker")];
    assert_eq!(path.steps[0].condition.as_deref(), Some("aws:multifactorauthpresent = true"));
}
