//! What holds for any inventory: more allows never take a reach away, an unread policy never makes one sure or safe, and the
//! order of lists shows nowhere.

use proptest::prelude::*;

use super::*;

/// A role of a drawn inventory.
#[derive(Debug, Clone)]
struct Drawn {
    account: usize,
    actions: Vec<usize>,
    condition: bool,
    trust: usize,
}

const ACCOUNTS: [&str; 3] = [PROD, VAULT, MANAGEMENT];
const ACTIONS: [&str; 12] = [
    "sts:AssumeRole",
    "iam:PassRole",
    "lambda:CreateFunction",
    "lambda:InvokeFunction",
    "iam:PutRolePolicy",
    "iam:UpdateAssumeRolePolicy",
    "rds:DeleteDBInstance",
    "iam:CreateRole",
    "iam:AttachRolePolicy",
    "ssm:SendCommand",
    "s3:GetObject",
    "cloudformation:UpdateStack",
];

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let one = (0..3_usize, proptest::collection::vec(0..ACTIONS.len(), 1..4), any::<bool>(), 0..9_usize)
        .prop_map(|(account, actions, condition, trust)| Drawn { account, actions, condition, trust });
    proptest::collection::vec(one, 2..7)
}

fn build(drawn: &[Drawn], order: bool) -> Inventory {
    let mut inventory = world();
    let mut roles: Vec<(usize, &Drawn)> = drawn.iter().enumerate().collect();
    if order {
        roles.reverse();
    }
    for (at, one) in roles {
        let actions: Vec<&str> = one.actions.iter().map(|at| ACTIONS[*at]).collect();
        let condition = if one.condition { json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}}) } else { json!({}) };
        let next = (at + 1) % drawn.len();
        let trust = match one.trust {
            0 => trust(json!({"Service": "lambda.amazonaws.com"})),
            1 => trust(json!({"Service": "ec2.amazonaws.com"})),
            2 => trust(json!({"AWS": role_arn(ACCOUNTS[drawn[next].account], &format!("r{next}"))})),
            3 => trust(json!("*")),
            4 => trust(json!({"Service": "cloudformation.amazonaws.com"})),
            n if n < 8 => trust(json!({"AWS": format!("arn:aws:iam::{}:root", ACCOUNTS[n - 5])})),
            _ => nobody(),
        };
        role(
            &mut inventory,
            ACCOUNTS[one.account],
            &format!("r{at}"),
            &trust,
            &policy("Allow", &actions, "*", condition),
        );
    }
    if order {
        inventory.accounts.reverse();
        inventory.organization.as_mut().unwrap().scps.value_mut().unwrap().reverse();
    }
    inventory
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_lists_shows_nowhere(roles in drawn()) {
        prop_assert_eq!(paths(&build(&roles, false)), paths(&build(&roles, true)));
    }

    #[test]
    fn an_allow_more_takes_no_reach_away(roles in drawn(), at in 0..7_usize, action in 0..ACTIONS.len()) {
        let before = reachers(&build(&roles, false));
        let mut more = roles.clone();
        let place = at % roles.len();
        more[place].actions.push(action);
        let after = reachers(&build(&more, false));
        for (who, strength) in before {
            prop_assert!(after.get(&who).is_some_and(|now| *now >= strength), "{} {:?}", who, strength);
        }
    }

    #[test]
    fn an_unread_policy_makes_nobody_safe(roles in drawn(), at in 0..7_usize) {
        let inventory = build(&roles, false);
        let before = reachers(&inventory);
        let mut hidden = inventory;
        let place = at % roles.len();
        let details = parts(&mut hidden, ACCOUNTS[roles[place].account]).iam.authorization_details.value_mut().unwrap();
        let role = details.roles.iter_mut().find(|role| role.name == format!("r{place}")).unwrap();
        role.inline_policies[0].document = "no policy".to_owned();
        let after = reachers(&hidden);
        for who in before.keys() {
            prop_assert!(after.contains_key(who), "{}", who);
        }
    }
}
