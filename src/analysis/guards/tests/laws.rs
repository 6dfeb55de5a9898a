//! The law of drawn organizations: what nobody could read closes nothing.

use proptest::prelude::*;

use super::*;

/// Where a gap may lie.
#[derive(Debug, Clone, Copy)]
enum Hole {
    Document(usize),
    Targets(usize),
    NoJson(usize),
    Scps,
    Rcps,
    Roots,
    Units,
    Accounts,
    Parent(usize),
    Description,
    Regions(usize),
    Pending,
}

fn dig(inventory: &mut Inventory, hole: Hole) {
    let gap = || denied(Operation::OrganizationsDescribePolicy);
    let account = |at: usize| [PROD, VAULT][at % 2];
    if let Hole::Regions(at) = hole {
        parts(inventory, account(at)).regions = Collected::Gap(gap());
        return;
    }
    let organization: &mut OrganizationInventory = inventory.organization.as_mut().unwrap();
    let one = |list: &mut Collected<Vec<Policy>>, at: usize, change: &dyn Fn(&mut Policy)| {
        if let Some(list) = list.value_mut() {
            let many = list.len();
            change(&mut list[at % many]);
        }
    };
    match hole {
        Hole::Document(at) => one(&mut organization.scps, at, &|policy| policy.document = Said::Gap(gap())),
        Hole::Targets(at) => one(&mut organization.scps, at, &|policy| policy.targets = Said::Gap(gap())),
        Hole::NoJson(at) => one(&mut organization.scps, at, &|policy| policy.document = Said::Value("[".into())),
        Hole::Scps => organization.scps = Collected::Gap(gap()),
        Hole::Rcps => organization.rcps = Collected::Gap(gap()),
        Hole::Roots => organization.roots = Collected::Gap(gap()),
        Hole::Units => organization.units = Collected::Gap(gap()),
        Hole::Accounts => organization.accounts = Collected::Gap(gap()),
        Hole::Description => organization.description = Collected::Gap(gap()),
        Hole::Parent(at) => {
            if let Some(list) = organization.accounts.value_mut() {
                list.iter_mut().filter(|one| one.id.as_str() == account(at)).for_each(|one| {
                    one.parent = crate::model::gap::Answer::Gap(denied(Operation::OrganizationsListAccountsForParent));
                });
            }
        }
        Hole::Pending => {
            if let Some(roots) = organization.roots.value_mut() {
                roots[0].policy_types.insert("SERVICE_CONTROL_POLICY".into(), "PENDING_ENABLE".into());
            }
        }
        Hole::Regions(_) => {}
    }
}

fn hole() -> impl Strategy<Value = Hole> {
    prop_oneof![
        (0..6_usize).prop_map(Hole::Document),
        (0..6_usize).prop_map(Hole::Targets),
        (0..6_usize).prop_map(Hole::NoJson),
        (0..2_usize).prop_map(Hole::Parent),
        (0..2_usize).prop_map(Hole::Regions),
        proptest::sample::select(vec![
            Hole::Scps,
            Hole::Rcps,
            Hole::Roots,
            Hole::Units,
            Hole::Accounts,
            Hole::Description,
            Hole::Pending
        ]),
    ]
}

fn statement() -> impl Strategy<Value = Value> {
    let actions =
        proptest::sample::select(vec!["*", "rds:*", "rds:Delete*", "s3:DeleteBucket", "kms:ScheduleKeyDeletion"]);
    let conditions = proptest::sample::select(vec![
        json!({}),
        json!({}),
        json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass"}}),
        json!({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:root"}}),
        json!({"StringNotEquals": {"aws:RequestedRegion": HERE}}),
        json!({"StringEquals": {"aws:PrincipalAccount": PROD}}),
        json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
    ]);
    let effect = proptest::sample::select(vec!["Deny", "Deny", "Deny", "Allow"]);
    (effect, actions, any::<bool>(), conditions).prop_map(|(effect, action, negated, condition)| {
        let key = if negated && action != "*" { "NotAction" } else { "Action" };
        json!({"Effect": effect, key: action, "Resource": "*", "Condition": condition})
    })
}

fn drawn() -> impl Strategy<Value = Inventory> {
    let place = || proptest::sample::subsequence(places(), 0..=3);
    let one = (proptest::collection::vec(statement(), 1..3), place());
    (proptest::collection::vec(one, 1..4), place(), any::<bool>()).prop_map(|(policies, bare, off)| {
        let policies = policies.iter().enumerate();
        let scps = policies.map(|(at, (statements, places))| policy(&format!("p-{at}"), &json!(statements), places));
        let mut inventory = organized(scps.collect());
        let organization = inventory.organization.as_mut().unwrap();
        if let Some(list) = organization.scps.value_mut() {
            let kept = places().into_iter().filter(|at| !bare.contains(at)).map(|at| target(at, "X")).collect();
            list[0].targets = Said::Value(kept);
        }
        if off {
            organization.roots.value_mut().unwrap()[0].policy_types.clear();
        }
        inventory
    })
}

/// Every call that is closed.
fn closed(inventory: &Inventory) -> std::collections::BTreeSet<(String, Who, String)> {
    let settings = settings(&["arn:aws:iam::*:role/BreakGlass"]);
    let cx = Context::new(inventory, &settings);
    let authority = Authority::new(&cx);
    let guards = Guards::new(&cx, &authority, &Resources::new());
    let mut closed = std::collections::BTreeSet::new();
    for account in [PROD, VAULT, MANAGEMENT] {
        for who in [Who::Administrator, Who::Root, Who::Outsider] {
            let account = id(account);
            let list = guards.rulings(&account, who).filter(|ruling| ruling.closed());
            closed.extend(list.map(|ruling| (account.to_string(), who, ruling.row.action.to_string())));
        }
    }
    closed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// What nobody could read closes nothing that was not closed.
    #[test]
    fn no_gap_ever_closes(whole in drawn(), holes in proptest::collection::vec(hole(), 1..3)) {
        let before = closed(&whole);
        let mut less = whole.clone();
        for hole in &holes {
            dig(&mut less, *hole);
        }
        let after = closed(&less);
        let new: Vec<_> = after.difference(&before).collect();
        prop_assert!(new.is_empty(), "{holes:?} closed {new:?}");
    }
}
