//! The scope, without any call.

use jiff::Timestamp;

use super::*;
use crate::model::ids::Arn;
use crate::model::organization::{Organization, OrganizationalUnit, Root};

const AT: Timestamp = Timestamp::UNIX_EPOCH;

fn id(text: &str) -> AccountId {
    text.parse().unwrap()
}

fn arn() -> Arn {
    "arn:aws:organizations::111111111111:root/o-a/r-a".parse().unwrap()
}

fn caller() -> Caller {
    Caller {
        account: id("111111111111"),
        arn: arn(),
        partition: "aws".parse().unwrap(),
        home_region: "eu-central-1".parse().unwrap(),
    }
}

/// r-a: 111 (management). ou-a: 222 active, 333 suspended. ou-b, below ou-a: 444 active. ou-c: 555 closed.
fn organization() -> OrganizationInventory {
    let account = |number: char, state, parent: &str| Account {
        id: id(&number.to_string().repeat(12)),
        arn: arn(),
        name: number.to_string(),
        state,
        parent: Answer::Value(parent.to_owned()),
        joined_at: None,
        tags: None,
    };
    let unit = |id: &str, parent: &str| OrganizationalUnit {
        id: id.to_owned(),
        arn: arn(),
        name: id.to_owned(),
        parent: parent.to_owned(),
    };
    let description = Organization {
        id: "o-a".to_owned(),
        arn: arn(),
        feature_set: "ALL".to_owned(),
        management_account: id("111111111111"),
    };
    OrganizationInventory {
        description: Collected::read(AT, Some(description)),
        roots: Collected::read(
            AT,
            vec![Root { id: "r-a".to_owned(), arn: arn(), name: "Root".to_owned(), policy_types: BTreeMap::new() }],
        ),
        units: Collected::read(AT, vec![unit("ou-a", "r-a"), unit("ou-b", "ou-a"), unit("ou-c", "r-a")]),
        accounts: Collected::read(
            AT,
            vec![
                account('1', AccountState::Active, "r-a"),
                account('2', AccountState::Active, "ou-a"),
                account('3', AccountState::Suspended, "ou-a"),
                account('4', AccountState::Unknown, "ou-b"),
                account('5', AccountState::Closed, "ou-c"),
            ],
        ),
        scps: Collected::read(AT, Vec::new()),
        rcps: Collected::read(AT, Vec::new()),
        delegated_administrators: Collected::read(AT, Vec::new()),
        trusted_services: Collected::read(AT, Vec::new()),
        resource_policy: Collected::read(AT, None),
        central_root_features: Collected::read(AT, Vec::new()),
    }
}

fn options(accounts: &[&str], units: &[&str], excluded: &[&str]) -> CollectOptions {
    CollectOptions {
        accounts: accounts.iter().map(|text| id(text)).collect(),
        organizational_units: units.iter().map(|unit| (*unit).to_owned()).collect(),
        excluded_accounts: excluded.iter().map(|text| id(text)).collect(),
        ..CollectOptions::default()
    }
}

fn chosen(options: &CollectOptions, organization: Option<&OrganizationInventory>) -> String {
    let chosen = accounts(options, organization, &caller()).unwrap();
    chosen.iter().map(|id| id.as_str().chars().next().unwrap()).collect()
}

#[test]
fn the_scope_takes_what_is_active_and_asked_for() {
    let organization = organization();
    for (accounts, units, excluded, want) in [
        (&[][..], &[][..], &[][..], "124"),
        (&[], &["ou-a"], &[], "24"),
        (&[], &["ou-b"], &[], "4"),
        (&[], &["r-a"], &["222222222222"], "14"),
        (&["444444444444", "333333333333"], &[], &[], "4"),
        (&["222222222222"], &["ou-a", "ou-c"], &[], "2"),
    ] {
        assert_eq!(chosen(&options(accounts, units, excluded), Some(&organization)), want, "{accounts:?} {units:?}");
    }
}

#[test]
fn without_an_organization_it_is_the_own_account_or_those_named() {
    assert_eq!(chosen(&options(&[], &[], &[]), None), "1");
    assert_eq!(chosen(&options(&["222222222222"], &[], &[]), None), "2");
    let mut none = organization();
    none.description = Collected::read(AT, None);
    none.accounts = Collected::read(AT, Vec::new());
    assert_eq!(chosen(&options(&[], &[], &[]), Some(&none)), "1");
    let mut member = organization();
    member.accounts = Collected::Gap(Gap::not_made(
        GapKind::Denied,
        Operation::OrganizationsListAccounts,
        "not the management account",
    ));
    assert_eq!(chosen(&options(&[], &[], &[]), Some(&member)), "1");
}

#[test]
fn what_does_not_exist_is_refused() {
    let organization = organization();
    for (accounts, units, excluded, sentence) in [
        (&["999999999999"][..], &[][..], &[][..], "999999999999 is not among"),
        (&[], &["ou-z"], &[], "no organizational unit or root \"ou-z\""),
        (&["333333333333"], &[], &[], "no account is left"),
        (&[], &["ou-c"], &[], "no account is left"),
        (&["222222222222"], &[], &["222222222222"], "no account is left"),
    ] {
        let options = options(accounts, units, excluded);
        let error = super::accounts(&options, Some(&organization), &caller()).unwrap_err().to_string();
        assert!(error.contains(sentence), "{error}");
    }
    let mut lost = organization.clone();
    if let Some(accounts) = lost.accounts.value_mut() {
        let refused = Operation::OrganizationsListAccountsForParent;
        accounts[1].parent = Answer::Gap(Gap::not_made(GapKind::Denied, refused, "no"));
    }
    let error = accounts(&options(&[], &["ou-a"], &[]), Some(&lost), &caller()).unwrap_err().to_string();
    assert!(
        error.contains("the place of account 222222222222"),
        "an account of unknown place is never left out: {error}"
    );
    assert!(accounts(&options(&[], &["ou-a"], &[]), None, &caller()).is_err());
}

fn listed(enabled: &[&str], off: &[&str]) -> AccountRegions {
    let parse = |names: &[&str]| -> BTreeSet<Region> { names.iter().map(|name| name.parse().unwrap()).collect() };
    let enabled = parse(enabled);
    AccountRegions {
        enabled: Collected::read(AT, enabled.iter().cloned().collect()),
        known: enabled.union(&parse(off)).cloned().collect(),
        candidates: enabled,
    }
}

#[test]
fn regions_that_are_enabled_but_not_asked_for_are_gaps_and_those_that_are_off_are_not() {
    let account = listed(&["eu-central-1", "us-east-1"], &["af-south-1"]);
    let asked = |names: &[&str]| CollectOptions {
        regions: names.iter().map(|name| name.parse().unwrap()).collect(),
        ..CollectOptions::default()
    };
    let all = regions(&asked(&[]), &account);
    assert_eq!((all.scanned.len(), all.left_out.len()), (2, 0));
    let some = regions(&asked(&["eu-central-1", "af-south-1"]), &account);
    assert_eq!(some.scanned, BTreeSet::from(["eu-central-1".parse().unwrap()]));
    assert_eq!(some.left_out[&"us-east-1".parse().unwrap()].kind, GapKind::OutOfScope);
    let refused = AccountRegions { known: BTreeSet::new(), ..account };
    let some = regions(&asked(&["eu-central-1", "af-south-1"]), &refused);
    assert_eq!((some.scanned.len(), some.left_out.len()), (2, 0), "what was asked for is tried");
}

#[test]
fn a_mistyped_region_is_refused_with_the_nearest() {
    let aws = "aws".parse().unwrap();
    let asked = |name: &str| CollectOptions { regions: vec![name.parse().unwrap()], ..CollectOptions::default() };
    let account = listed(&["eu-central-1", "xx-new-1"], &[]);
    assert!(check_regions(&asked("af-south-1"), &aws, &account).is_ok(), "off, but it exists");
    assert!(check_regions(&asked("xx-new-1"), &aws, &account).is_ok(), "newer than this palisade");
    let error = check_regions(&asked("eu-centrl-1"), &aws, &account).unwrap_err().to_string();
    assert!(error.contains("did you mean eu-central-1?"), "{error}");
    let error = check_regions(&asked("cn-north-1"), &aws, &account).unwrap_err().to_string();
    assert!(error.contains("no region of the partition aws"), "{error}");
}
