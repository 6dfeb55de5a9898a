//! The chains of accounts, and what of them is unread.

use super::*;
use crate::analysis::fixture::{PROD, VAULT, arn, denied, id, inventory, parts, read};
use crate::analysis::tests::{MANAGEMENT, organization};
use crate::demo::build::{full_access, rcp_full_access, role, target};
use crate::model::gap::{Answer, Collected};
use crate::model::iam::InlinePolicy;
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::{OrganizationInventory, Policy};
use crate::model::settings::Settings;
use crate::policy::{Caller, Context as Keys, Policies, Request, Verdict, prove};

const UNIT: &str = "ou-r-1-Workloads";
const DENY: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Sid":"No","Effect":"Deny","Action":"rds:*","Resource":"*"}]}"#;

fn policy(id: &str, document: &str, at: &[&str]) -> Policy {
    Policy {
        id: id.to_owned(),
        arn: arn(&format!("arn:aws:organizations::{MANAGEMENT}:policy/o-1/x/{id}")),
        name: id.to_owned(),
        aws_managed: false,
        document: Answer::Value(document.to_owned()),
        targets: Answer::Value(at.iter().map(|at| target(at, "X")).collect()),
    }
}

fn organized(change: impl FnOnce(&mut OrganizationInventory)) -> Inventory {
    let mut inventory = inventory(&[PROD, VAULT]);
    let mut organization = organization(&[(PROD, "shop", &["Workloads"]), (VAULT, "backup", &["Workloads"])]);
    let everywhere = ["r-1", UNIT, PROD, VAULT, MANAGEMENT].map(|at| target(at, "X"));
    organization.scps = read(vec![full_access(everywhere.into()), policy("p-deny", DENY, &[UNIT])]);
    change(&mut organization);
    inventory.organization = Some(organization);
    inventory
}

/// What an administrator of an account may do to databases, and the collections that are unread of its chain.
fn told(inventory: &Inventory, account: &str) -> (Verdict, Vec<Collection>) {
    let settings = Settings::default();
    let cx = Context::new(inventory, &settings);
    let authority = Authority::new(&cx);
    let chain = authority.chains.of(&id(account)).unwrap();
    let request =
        |keys| Request::for_any(Caller::some_role(account), "rds:DeleteDBInstance", "*", account, keys).unwrap();
    let management = chain.management.then_some(account);
    let policies =
        Policies { rcps: &chain.rcps, management_account: management, ..Policies::of_administrator(&chain.scps) };
    let mut unread: Vec<Collection> = chain.unread.iter().map(|unread| unread.collection).collect();
    unread.dedup();
    (prove(&request(Keys::open()), &policies).verdict, unread)
}

fn gap() -> crate::model::gap::Gap {
    denied(Operation::OrganizationsListPolicies)
}

#[test]
fn levels_go_from_the_root_to_the_account() {
    let inventory = organized(|_| {});
    let settings = Settings::default();
    let cx = Context::new(&inventory, &settings);
    let authority = Authority::new(&cx);
    let chain = authority.chains.of(&id(PROD)).unwrap();
    assert_eq!(chain.path, ["r-1", UNIT, PROD]);
    let names: Vec<&str> = chain.scps.levels().iter().map(crate::policy::Level::name).collect();
    assert_eq!(names, ["r-1", UNIT, PROD]);
    let at_unit: Vec<&str> = chain.scps.levels()[1].policies().names().collect();
    assert_eq!(at_unit, ["p-FullAWSAccess", "p-deny"]);
    // RCPs are not enabled: none apply.
    assert!(chain.rcps.levels().is_empty() && chain.unread.is_empty() && !chain.management);
    assert_eq!(authority.chains.of(&id(MANAGEMENT)).map(|chain| chain.management), Some(true));
    assert_eq!(authority.chains.accounts().count(), 3);
}

#[test]
fn what_is_read_decides() {
    assert_eq!(told(&organized(|_| {}), PROD), (Verdict::Closed, vec![]));
    assert_eq!(told(&organized(|_| {}), MANAGEMENT), (Verdict::Open, vec![]));
    // Moved to the root, it is out of the unit's reach.
    let moved = organized(|organization| {
        let accounts = organization.accounts.value_mut().unwrap();
        accounts.iter_mut().for_each(|account| account.parent = Some("r-1".to_owned()));
    });
    assert_eq!(told(&moved, PROD).0, Verdict::Open);
    // A deny without an allow at its level closes all the same.
    let bare = organized(|organization| {
        organization.scps.value_mut().unwrap()[0].targets = Answer::Value(vec![target("r-1", "ROOT")]);
    });
    assert_eq!(told(&bare, VAULT), (Verdict::Closed, vec![]));
}

#[test]
fn a_type_that_is_off_binds_nobody() {
    let status = |word: Option<&str>| {
        organized(|organization| {
            let types = &mut organization.roots.value_mut().unwrap()[0].policy_types;
            types.clear();
            types.extend(word.map(|word| ("SERVICE_CONTROL_POLICY".to_owned(), word.to_owned())));
        })
    };
    assert_eq!(told(&status(None), PROD), (Verdict::Open, vec![]));
    assert_eq!(told(&status(Some("DISABLED")), PROD), (Verdict::Open, vec![]));
    for pending in ["PENDING_ENABLE", "PENDING_DISABLE", "NEW"] {
        assert_eq!(told(&status(Some(pending)), PROD), (Verdict::Conditional, vec![Collection::OrganizationUnits]));
    }
}

#[test]
fn what_is_unread_may_say_anything() {
    use Verdict::{Closed, Conditional};
    type Change = fn(&mut OrganizationInventory);
    let cases: [(&str, Change, Verdict, Collection); 9] = [
        ("roots", |o| o.roots = Collected::Gap(gap()), Conditional, Collection::OrganizationRoots),
        ("policies", |o| o.scps = Collected::Gap(gap()), Conditional, Collection::OrganizationScps),
        ("units", |o| o.units = Collected::Gap(gap()), Closed, Collection::OrganizationUnits),
        ("accounts", |o| o.accounts = Collected::Gap(gap()), Conditional, Collection::OrganizationAccounts),
        ("description", |o| o.description = Collected::Gap(gap()), Conditional, Collection::OrganizationDescription),
        (
            "a unit",
            |o| o.units.value_mut().unwrap().clear(),
            // The deny at the unit itself is known to apply: what lies above it is lost.
            Closed,
            Collection::OrganizationUnits,
        ),
        (
            "a parent",
            |o| o.accounts.value_mut().unwrap().iter_mut().for_each(|account| account.parent = None),
            Conditional,
            Collection::OrganizationUnits,
        ),
        (
            "a document",
            |o| o.scps.value_mut().unwrap()[1].document = Answer::Gap(gap()),
            Conditional,
            Collection::OrganizationScps,
        ),
        (
            "targets",
            |o| o.scps.value_mut().unwrap()[1].targets = Answer::Gap(gap()),
            Conditional,
            Collection::OrganizationScps,
        ),
    ];
    for (what, change, verdict, collection) in cases {
        let (got, unread) = told(&organized(change), PROD);
        assert_eq!((got, unread.contains(&collection)), (verdict, true), "{what}: {unread:?}");
    }
    let mut none = organized(|_| {});
    none.organization = None;
    assert_eq!(told(&none, PROD), (Conditional, vec![Collection::OrganizationDescription]));
}

#[test]
fn an_invalid_document_is_a_gap_that_says_why() {
    for text in ["", "{", "[]", r#"{"Statement":[{"Effect":"Deny","Action":"rds:*"}]}"#] {
        let inventory = organized(|organization| {
            organization.scps.value_mut().unwrap()[1].document = Answer::Value(text.to_owned());
        });
        let settings = Settings::default();
        let cx = Context::new(&inventory, &settings);
        let authority = Authority::new(&cx);
        let chain = authority.chains.of(&id(PROD)).unwrap();
        assert_eq!(chain.unread.len(), 1, "{text}");
        assert!(chain.unread[0].gap.message.contains("p-deny"), "{}", chain.unread[0].gap.message);
        assert_eq!(told(&inventory, PROD).0, Verdict::Conditional, "{text}");
    }
}

#[test]
fn a_lone_account_is_bound_by_nothing() {
    let inventory = organized(|organization| organization.description = read(None));
    assert_eq!(told(&inventory, PROD), (Verdict::Open, vec![]));
}

#[test]
fn resource_control_policies_make_a_chain_of_their_own() {
    let rcp =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}]}"#;
    let inventory = organized(|organization| {
        let everywhere = ["r-1", UNIT, PROD, VAULT, MANAGEMENT].map(|at| target(at, "X"));
        organization.rcps = read(vec![rcp_full_access(everywhere.into()), policy("p-rcp", rcp, &[UNIT])]);
        let types = &mut organization.roots.value_mut().unwrap()[0].policy_types;
        types.insert("RESOURCE_CONTROL_POLICY".to_owned(), "ENABLED".to_owned());
    });
    let settings = Settings::default();
    let cx = Context::new(&inventory, &settings);
    let authority = Authority::new(&cx);
    let chain = authority.chains.of(&id(PROD)).unwrap();
    assert_eq!((chain.rcps.levels().len(), chain.unread.len()), (3, 0));
    let names: Vec<&str> = chain.rcps.levels()[1].policies().names().collect();
    assert_eq!(names, ["p-RCPFullAWSAccess", "p-rcp"]);
}

#[test]
fn principals_carry_their_policies_and_what_of_them_is_unread() {
    let mut inventory = organized(|_| {});
    let trust = r#"{"AWS":"arn:aws:iam::111111111111:root"}"#;
    let details = parts(&mut inventory, PROD).iam.authorization_details.value_mut().unwrap();
    let mut broken = role(PROD, "/", "broken", trust, "ReadOnlyAccess");
    broken.inline_policies = vec![InlinePolicy { name: "own".into(), document: "{".into() }];
    broken.attached_policies.clear();
    let linked = role(PROD, "/aws-service-role/rds.amazonaws.com/", "Linked", trust, "ReadOnlyAccess");
    details.roles = vec![linked, broken];
    let settings = Settings::default();
    let cx = Context::new(&inventory, &settings);
    let authority = Authority::new(&cx);
    let account = id(PROD);
    let names: Vec<(&str, PrincipalKind)> =
        authority.of_account(&account).map(|one| (one.arn.name(), one.kind)).collect();
    assert_eq!(
        names,
        [("Linked", PrincipalKind::Role), ("broken", PrincipalKind::Role), ("root", PrincipalKind::Root)]
    );
    let broken = authority.principal("arn:aws:iam::111111111111:role/broken").unwrap();
    assert_eq!(broken.unread().count(), 1);
    let linked = authority.of_account(&account).find(|one| one.service_linked()).unwrap();
    // Its managed policy was not sent.
    assert_eq!((linked.arn.name(), linked.unread().count()), ("Linked", 1));
}
