use std::collections::BTreeMap;

use super::{context, member, organization, tags};
use crate::analysis::environment::{Environments, Tags, Told};
use crate::analysis::fixture::{PROD, arn, denied, id, inventory};
use crate::model::facts::Unread;
use crate::model::gap::{Answer, Collected};
use crate::model::operation::{Collection, Operation};
use crate::model::settings::Settings;

/// What an account of a name under these units is told to be.
fn of_account(name: &str, path: &[&str]) -> Told {
    let mut inventory = inventory(&[PROD]);
    inventory.organization = Some(organization(&[(PROD, name, path)]));
    let settings = Settings::default();
    context(&inventory, &settings).environments.of_account(&id(PROD))
}

/// What a resource with these tags is told to be in an account of a name.
fn of_resource(account: &str, pairs: &[(&str, &str)], settings: &Settings) -> Told {
    let mut inventory = inventory(&[PROD]);
    inventory.organization = Some(organization(&[(PROD, account, &[])]));
    let tags = tags(pairs);
    let environments = Environments::new(&inventory, &settings.environments);
    environments.of_resource(&id(PROD), &arn("arn:aws:s3:::shop"), &Tags::Read(&tags))
}

#[test]
fn an_account_is_told_by_its_name_then_by_the_units_above() {
    for (name, path, want, by) in [
        ("shop-production", &[][..], Some("production"), "account"),
        ("shop", &["Workloads", "Prod"], Some("production"), "organizational_unit"),
        ("shop", &["Prod", "Shop"], Some("production"), "organizational_unit"),
        ("shop-dev", &["Workloads", "Development"], Some("development"), "account"),
        ("shop-dev", &["Workloads", "NonProd"], Some("development"), "account"),
        ("shop", &["NonProd", "Test"], Some("testing"), "organizational_unit"),
        ("shop-prod", &["Sandbox"], Some("production"), "account"),
        ("Log Archive", &["Security"], None, "none"),
        ("product-catalog", &["Workloads"], None, "none"),
        // A contradiction is unknown, which counts as production.
        ("shop-dev", &["Production"], None, "organizational_unit"),
        ("shop", &["Production", "Test"], None, "organizational_unit"),
        ("dev-and-prod", &["Development"], None, "account"),
    ] {
        let told = of_account(name, path);
        assert_eq!((told.environment.as_deref(), told.by.by.as_str()), (want, by), "{name} in {path:?}: {told:?}");
        assert_eq!(told.production(), want.is_none_or(|word| word == "production"), "{name}");
        assert_eq!(told.unread, [], "{name}");
    }
}

#[test]
fn tags_come_before_the_account() {
    let settings = Settings::default();
    for (account, pairs, want, by) in [
        ("shop-production", &[("env", "dev")][..], Some("development"), "tag"),
        ("shop-dev", &[("Environment", "PRD")], Some("production"), "tag"),
        ("shop-dev", &[("STAGE", "prod-eu")], Some("production"), "tag"),
        ("shop-dev", &[("Name", "production")], Some("development"), "account"),
        ("shop-dev", &[("environment", " ")], Some("development"), "account"),
        ("shop", &[("environment", "live")], Some("production"), "tag"),
        // A word nobody knows must not make production out of reach; production it may stay.
        ("shop-production", &[("environment", "blue")], Some("production"), "account"),
        ("shop-dev", &[("environment", "blue")], None, "tag"),
        ("shop", &[("stage", "v1")], None, "tag"),
        ("shop", &[("stage", "v1"), ("env", "dev")], Some("development"), "tag"),
        ("shop-dev", &[("env", "dev"), ("environment", "production")], None, "tag"),
        ("shop-dev", &[("env", "dev"), ("environment", "Development")], Some("development"), "tag"),
        ("shop-dev", &[("env", "dev"), ("stage", "prod-test")], None, "tag"),
    ] {
        let told = of_resource(account, pairs, &settings);
        assert_eq!((told.environment.as_deref(), told.by.by.as_str()), (want, by), "{account} {pairs:?}: {told:?}");
    }
    let told = of_resource("shop-production", &[("env", "dev")], &settings);
    assert_eq!(told.by.what, "env=dev", "the report must be able to say which tag took it out of production");
}

#[test]
fn configuration_comes_before_everything() {
    let mut settings = Settings::default();
    settings.environments.resources = BTreeMap::from([("arn:aws:s3:::sh*".to_owned(), "prd".to_owned())]);
    let told = of_resource("shop-dev", &[("env", "dev")], &settings);
    assert_eq!((told.environment.as_deref(), told.by.by.as_str()), (Some("production"), "config"));
    assert!(told.by.what.contains("arn:aws:s3:::sh*"), "{told:?}");

    let mut settings = Settings::default();
    settings.environments.accounts = BTreeMap::from([(id(PROD), "Green".to_owned())]);
    let told = of_resource("shop-dev", &[("env", "dev")], &settings);
    assert_eq!((told.environment.as_deref(), told.by.by.as_str()), (Some("green"), "config"));
    assert!(!told.production());

    let mut settings = Settings::default();
    settings.environments.tags = vec!["Tier".to_owned()];
    settings.environments.aliases = BTreeMap::from([("production".to_owned(), vec!["gold".to_owned()])]);
    let told = of_resource("shop-dev", &[("tier", "Gold")], &settings);
    assert_eq!((told.environment.as_deref(), told.by.by.as_str()), (Some("production"), "tag"));
}

#[test]
fn unread_tags_settle_nothing_but_production() {
    let settings = Settings::default();
    let unread = Unread {
        account: Some(id(PROD)),
        regions: Vec::new(),
        collection: Collection::S3BucketTags,
        gap: denied(Operation::S3GetBucketTagging),
    };
    for (account, want) in [("shop-dev", None), ("shop", None), ("shop-production", Some("production"))] {
        let mut inventory = inventory(&[PROD]);
        inventory.organization = Some(organization(&[(PROD, account, &[])]));
        let environments = Environments::new(&inventory, &settings.environments);
        let told = environments.of_resource(&id(PROD), &arn("arn:aws:s3:::shop"), &Tags::Unread(unread.clone()));
        assert_eq!(told.environment.as_deref(), want, "{account}");
        assert!(told.production(), "{account}");
        assert_eq!(told.unread, std::slice::from_ref(&unread), "{account}");
    }
}

#[test]
fn account_tags_count_where_the_configuration_names_them() {
    let mut settings = Settings::default();
    settings.environments.account_tags = vec!["stage".to_owned()];
    let told = |tags| {
        let mut inventory = inventory(&[PROD]);
        let mut organization = organization(&[]);
        let account = crate::model::organization::Account { tags, ..member(PROD, "shop-dev", "r-1") };
        organization.accounts.value_mut().unwrap().push(account);
        inventory.organization = Some(organization);
        context(&inventory, &settings).environments.of_account(&id(PROD))
    };
    assert_eq!(told(Some(Answer::Value(tags(&[("Stage", "prd")])))).environment.as_deref(), Some("production"));
    assert_eq!(told(Some(Answer::Value(tags(&[])))).environment.as_deref(), Some("development"));
    for tags in [None, Some(Answer::Gap(denied(Operation::OrganizationsListTagsForResource)))] {
        let told = told(tags);
        assert_eq!(told.environment, None, "{told:?}");
        assert_eq!(told.unread.len(), 1, "{told:?}");
        assert_eq!(told.unread[0].collection, Collection::OrganizationAccountTags);
    }
}

#[test]
fn an_unread_organization_is_a_gap_and_no_environment() {
    let mut inventory = inventory(&[PROD]);
    let settings = Settings::default();
    let mut organization = organization(&[(PROD, "shop-dev", &["Workloads"])]);
    organization.units = Collected::Gap(denied(Operation::OrganizationsListOrganizationalUnitsForParent));
    inventory.organization = Some(organization.clone());
    let told = context(&inventory, &settings).environments.of_account(&id(PROD));
    // A unit that nobody could read may be called Production.
    assert_eq!((told.environment.as_deref(), told.production()), (None, true));
    assert_eq!(told.unread.len(), 1);
    assert_eq!(told.unread[0].collection, Collection::OrganizationUnits);

    organization.accounts = Collected::Gap(denied(Operation::OrganizationsListAccounts));
    inventory.organization = Some(organization);
    let told = context(&inventory, &settings).environments.of_account(&id(PROD));
    assert_eq!((told.environment.as_deref(), told.production()), (None, true));
    assert_eq!(told.unread[0].collection, Collection::OrganizationAccounts);
}

#[test]
fn a_circle_of_units_ends() {
    let mut inventory = inventory(&[PROD]);
    let mut organization = organization(&[(PROD, "shop", &["A", "B"])]);
    let units = organization.units.value_mut().unwrap();
    let last = units[1].id.clone();
    units[0].parent = last;
    inventory.organization = Some(organization);
    let settings = Settings::default();
    assert_eq!(context(&inventory, &settings).environments.of_account(&id(PROD)).environment, None);
}
