//! The organization.

use palisade::model::gap::{Answer, Collected, Gap, GapKind};
use palisade::model::ids::{AccountId, Arn, Partition};
use palisade::model::operation::Operation as Op;
use palisade::model::organization::{
    Account, AccountState, DelegatedAdministrator, Organization, OrganizationInventory, OrganizationalUnit, Policy,
    PolicyTarget, Root,
};

use super::{Dice, NOW, Wire, parsed};

const ID: &str = "o-abcdefghij";
const JSON: Wire = Wire::Json;

pub fn draw(dice: &mut Dice<'_>, partition: &Partition, ids: &[AccountId]) -> OrganizationInventory {
    let management = ids[dice.below(ids.len())].clone();
    let arn = |resource: String| -> Arn { parsed(&format!("arn:{partition}:organizations::{management}:{resource}")) };
    if dice.one_in(8) {
        return none();
    }
    let organization = Organization {
        id: ID.to_owned(),
        arn: arn(format!("organization/{ID}")),
        feature_set: dice.word(&["ALL", "CONSOLIDATED_BILLING"]),
        management_account: management.clone(),
    };
    let root = Root {
        id: "r-ab12".to_owned(),
        arn: arn(format!("root/{ID}/r-ab12")),
        name: dice.text(JSON),
        policy_types: dice
            .list(3, |dice| {
                let kind =
                    dice.word(&["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "BACKUP_POLICY", "TAG_POLICY"]);
                (kind, dice.word(&["ENABLED", "PENDING_ENABLE", "PENDING_DISABLE"]))
            })
            .into_iter()
            .collect(),
    };
    let mut units: Vec<OrganizationalUnit> = Vec::new();
    for number in 0..dice.below(5) {
        let id = format!("ou-ab12-{number:08}");
        // Under the root or under any before it: as deep as it comes.
        let above = dice.below(units.len() + 1);
        let parent = above.checked_sub(1).map_or("r-ab12".to_owned(), |at| units[at].id.clone());
        units.push(OrganizationalUnit { arn: arn(format!("ou/{ID}/{id}")), id, name: dice.text(JSON), parent });
    }
    let mut places: Vec<String> = units.iter().map(|unit| unit.id.clone()).collect();
    places.push("r-ab12".to_owned());
    let targets: Vec<PolicyTarget> = places
        .iter()
        .map(|id| PolicyTarget {
            id: id.clone(),
            kind: if id.starts_with("r-") { "ROOT" } else { "ORGANIZATIONAL_UNIT" }.to_owned(),
        })
        .chain(ids.iter().map(|id| PolicyTarget { id: id.to_string(), kind: "ACCOUNT".to_owned() }))
        .collect();
    let policies = |dice: &mut Dice<'_>, kind: &str| {
        dice.collected(Op::OrganizationsListPolicies, JSON, |dice| {
            dice.list(3, |dice| {
                let id = dice.name("p");
                let document = dice.answer(Op::OrganizationsDescribePolicy, JSON, |dice| dice.document(JSON));
                let targets = dice.answer(Op::OrganizationsListTargetsForPolicy, JSON, |dice| {
                    let count = dice.below(targets.len() + 1);
                    targets[..count].to_vec()
                });
                let arn = arn(format!("policy/{ID}/{kind}/{id}"));
                Policy { id, arn, name: dice.text(JSON), aws_managed: dice.flag(), document, targets }
            })
        })
    };
    let roots = dice.collected(Op::OrganizationsListRoots, JSON, |_| vec![root]);
    let units = match &roots {
        Collected::Read(_) => dice.collected(Op::OrganizationsListOrganizationalUnitsForParent, JSON, |_| units),
        // Without the roots nothing says where the tree begins.
        Collected::Gap(gap) => Collected::Gap(gap.clone()),
        Collected::NotOffered { read_at } => Collected::NotOffered { read_at: *read_at },
    };
    let hiding = hiding(dice, &roots, &units);
    let accounts = members(dice, ids, (&places, &hiding), &arn);
    let services = |dice: &mut Dice<'_>| dice.list(3, |dice| format!("{}.amazonaws.com", dice.name("service")));
    OrganizationInventory {
        description: dice.collected(Op::OrganizationsDescribeOrganization, JSON, |_| Some(organization)),
        roots,
        units,
        accounts: dice.collected(Op::OrganizationsListAccounts, JSON, |_| accounts),
        scps: policies(dice, "service_control_policy"),
        rcps: policies(dice, "resource_control_policy"),
        delegated_administrators: dice.collected(Op::OrganizationsListDelegatedAdministrators, JSON, |dice| {
            let count = dice.below(ids.len() + 1);
            let administrators = ids[..count].iter().map(|id| DelegatedAdministrator {
                id: id.clone(),
                services: dice.answer(Op::OrganizationsListDelegatedServicesForAccount, JSON, services),
            });
            administrators.collect()
        }),
        trusted_services: dice.collected(Op::OrganizationsListAWSServiceAccessForOrganization, JSON, services),
        resource_policy: dice
            .collected(Op::OrganizationsDescribeResourcePolicy, JSON, |dice| dice.some(|dice| dice.document(JSON))),
        central_root_features: dice.collected(Op::IamListOrganizationsFeatures, Wire::Xml, |dice| {
            let count = dice.below(3);
            ["RootCredentialsManagement", "RootSessions"][..count].iter().map(|&feature| feature.to_owned()).collect()
        }),
    }
}

/// What hides the places of accounts that AWS gives no path of.
enum Hiding {
    /// The tree, or a list of the accounts under a part of it.
    Gap(Gap),
    /// They stand nowhere in it.
    Nowhere,
    /// Nothing can: there is no tree to look in, and what AWS says of that has no words of the inventory's.
    Nothing,
}

fn hiding(dice: &mut Dice<'_>, roots: &Collected<Vec<Root>>, units: &Collected<Vec<OrganizationalUnit>>) -> Hiding {
    match (roots, units) {
        (Collected::NotOffered { .. }, _) | (_, Collected::NotOffered { .. }) => Hiding::Nothing,
        (Collected::Gap(gap), _) => Hiding::Gap(gap.clone()),
        (_, Collected::Gap(gap)) if dice.flag() => Hiding::Gap(gap.clone()),
        (_, Collected::Read(_)) if dice.flag() => Hiding::Nowhere,
        _ => Hiding::Gap(dice.gap(Op::OrganizationsListAccountsForParent, JSON)),
    }
}

/// The accounts in scope, and others that nobody can enter.
fn members(
    dice: &mut Dice<'_>,
    ids: &[AccountId],
    (places, hiding): (&[String], &Hiding),
    arn: &impl Fn(String) -> Arn,
) -> Vec<Account> {
    let tagged = dice.flag();
    let mut accounts: Vec<Account> = Vec::new();
    let others = ["211122223333", "311122223333", "411122223333"];
    for id in ids.iter().cloned().chain(others.iter().take(dice.below(4)).map(|id| parsed(id))) {
        use AccountState::{Active, Closed, PendingActivation, PendingClosure, Suspended, Unknown};
        let state = match ids.contains(&id) {
            true => *dice.pick(&[Active, Active, PendingClosure, Unknown]),
            false => *dice.pick(&[Suspended, Closed, PendingActivation]),
        };
        let tags = tagged.then(|| dice.answer(Op::OrganizationsListTagsForResource, JSON, |dice| dice.tags(JSON)));
        let parent = match hiding {
            Hiding::Gap(gap) if dice.one_in(5) => Answer::Gap(gap.clone()),
            Hiding::Nowhere if dice.one_in(5) => {
                let message = Account::unlisted(&id);
                let operation = Op::OrganizationsListAccountsForParent;
                Answer::Gap(Gap { attempts: 1, ..Gap::not_made(GapKind::Malformed, operation, message) })
            }
            _ => Answer::Value(dice.pick(places).clone()),
        };
        accounts.push(Account {
            arn: arn(format!("account/{ID}/{id}")),
            id,
            name: dice.text(JSON),
            state,
            parent,
            joined_at: dice.some(Dice::time),
            tags,
        });
    }
    accounts
}

/// Of an account that is in no organization.
fn none() -> OrganizationInventory {
    fn nothing<T>() -> Collected<Vec<T>> {
        Collected::read(parsed(NOW), Vec::new())
    }
    OrganizationInventory {
        description: Collected::read(parsed(NOW), None),
        roots: nothing(),
        units: nothing(),
        accounts: nothing(),
        scps: nothing(),
        rcps: nothing(),
        delegated_administrators: nothing(),
        trusted_services: nothing(),
        resource_policy: Collected::read(parsed(NOW), None),
        central_root_features: nothing(),
    }
}
