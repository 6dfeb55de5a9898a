use std::collections::BTreeMap;

use super::{MANAGEMENT, collections, facts, organization, table, tags, unlisted};
use crate::analysis::analyse;
use crate::analysis::fixture::{
    HERE, PROD, VAULT, arn, bucket, db, db_arn, denied, id, inventory, parts, plan, point, put, read, region, vault,
};
use crate::model::facts::{AccountFact, Fact, Facts, RootCredentials, SubjectKind, Unread};
use crate::model::gap::{Answer, Collected};
use crate::model::iam::CredentialReportRow;
use crate::model::inventory::Inventory;
use crate::model::operation::{Collection, Operation};
use crate::model::organization::AccountState;
use crate::model::rds::DbInstance;
use crate::model::s3::Bucket;
use crate::model::settings::Settings;

#[track_caller]
fn account<'a>(facts: &'a Facts, id: &str) -> &'a Fact<AccountFact> {
    let found: Vec<_> = facts.accounts.iter().filter(|f| f.subject.account.as_ref().unwrap().as_str() == id).collect();
    assert_eq!(found.len(), 1, "{id}");
    found[0]
}

fn organized(accounts: &[&str]) -> Inventory {
    let mut inventory = inventory(accounts);
    let members: Vec<(&str, &str, &[&str])> = vec![(PROD, "shop-production", &["Workloads"]), (VAULT, "Backup", &[])];
    inventory.organization = Some(organization(&members));
    inventory.scope.excluded_accounts = vec![id(MANAGEMENT)];
    inventory
}

fn summary(access_keys: i64, password: Option<i64>, mfa: i64) -> Collected<BTreeMap<String, i64>> {
    let counts = [
        ("AccountAccessKeysPresent", Some(access_keys)),
        ("AccountPasswordPresent", password),
        ("AccountMFAEnabled", Some(mfa)),
    ];
    read(counts.into_iter().filter_map(|(key, count)| Some((key.to_owned(), count?))).collect())
}

fn report(access_key: bool, password: Option<bool>, mfa: bool) -> Collected<Vec<CredentialReportRow>> {
    read(vec![CredentialReportRow {
        user: "<root_account>".into(),
        arn: arn("arn:aws:iam::111111111111:root"),
        password_enabled: password,
        password_last_used: None,
        mfa_active: Some(mfa),
        access_key_1_active: Some(access_key),
        access_key_1_last_used: None,
        access_key_2_active: Some(false),
        access_key_2_last_used: None,
    }])
}

/// The root credentials and what is unread of them.
fn root(
    summary: Collected<BTreeMap<String, i64>>,
    report: Collected<Vec<CredentialReportRow>>,
    features: Collected<Vec<String>>,
) -> (RootCredentials, Vec<Collection>) {
    let mut inventory = organized(&[PROD]);
    let iam = &mut parts(&mut inventory, PROD).iam;
    iam.account_summary = summary;
    iam.credential_report = report;
    inventory.organization.as_mut().unwrap().central_root_features = features;
    inventory.scope.accounts = vec![id(PROD)];
    let facts = facts(&inventory);
    let fact = account(&facts, PROD);
    (fact.detail.root.clone(), collections(&fact.unread))
}

#[test]
fn root_credentials_come_from_both_places_and_the_worse_holds() {
    let gap = || Collected::Gap(denied(Operation::IamGetAccountSummary));
    let no_report = || Collected::Gap(denied(Operation::IamGenerateCredentialReport));
    let told = |key, password, mfa| (Some(key), Some(password), Some(mfa));
    let parts = |root: RootCredentials| (root.access_key, root.password, root.mfa);
    let none = || read(Vec::new());

    let (fact, unread) = root(summary(0, Some(0), 0), report(false, Some(false), false), none());
    assert_eq!((parts(fact), unread), (told(false, false, false), vec![]));
    let (fact, _) = root(summary(1, Some(0), 1), report(false, Some(true), false), none());
    assert_eq!(parts(fact), told(true, true, false));
    // One of the two is enough where it says everything.
    let (fact, unread) = root(summary(0, Some(1), 1), no_report(), none());
    assert_eq!((parts(fact), unread), (told(false, true, true), vec![]));
    let (fact, unread) = root(gap(), report(false, Some(true), true), none());
    assert_eq!((parts(fact), unread), (told(false, true, true), vec![]));
    // What neither says is unread, never absent.
    let (fact, unread) = root(gap(), no_report(), none());
    assert_eq!(parts(fact), (None, None, None));
    assert_eq!(unread, [Collection::IamCredentialReport, Collection::IamAccountSummary]);
    let (fact, unread) = root(gap(), report(false, None, false), none());
    assert_eq!(parts(fact), (Some(false), None, Some(false)));
    assert_eq!(unread, [Collection::IamAccountSummary]);
}

#[test]
fn central_management_is_a_gap_only_where_it_decides() {
    let refused = || Collected::Gap(denied(Operation::IamListOrganizationsFeatures));
    let on = || read(vec!["RootCredentialsManagement".to_owned()]);
    let no_row = || read(Vec::new());
    let (fact, unread) = root(summary(0, Some(1), 0), no_row(), refused());
    assert_eq!((fact.managed_centrally, unread), (None, vec![Collection::OrganizationCentralRoot]));
    let (fact, unread) = root(summary(0, Some(0), 0), no_row(), refused());
    assert_eq!((fact.managed_centrally, unread), (None, vec![]));
    let (_, unread) = root(summary(1, Some(1), 0), no_row(), refused());
    assert_eq!(unread, []);
    let (fact, _) = root(summary(0, Some(1), 0), no_row(), on());
    assert_eq!(fact.managed_centrally, Some(true));

    // Nobody manages the management account's root.
    let mut inventory = inventory(&[MANAGEMENT]);
    let mut organization = organization(&[]);
    organization.central_root_features = on();
    inventory.organization = Some(organization);
    let facts = facts(&inventory);
    let management = account(&facts, MANAGEMENT);
    assert_eq!((management.detail.management, management.detail.root.managed_centrally), (true, Some(false)));
}

#[test]
fn an_account_counts_its_data_by_environment() {
    let mut inventory = organized(&[PROD, VAULT]);
    let here = region(&mut inventory, PROD, HERE);
    put(&mut here.rds.db_instances, db("orders"));
    put(&mut here.rds.db_instances, DbInstance { tags: tags(&[("env", "staging")]), ..db("second-site") });
    put(&mut here.rds.db_instances, DbInstance { replica_source: Some("orders".into()), ..db("reports") });
    put(&mut here.rds.db_clusters, super::cluster("ledger"));
    put(&mut here.rds.db_instances, DbInstance { cluster_identifier: Some("ledger".into()), ..db("ledger-1") });
    let strange =
        crate::model::dynamodb::Table { tags: Answer::Value(tags(&[("stage", "x")])), ..table("carts", "id", 1) };
    put(&mut region(&mut inventory, VAULT, HERE).dynamodb.tables, strange);
    parts(&mut inventory, PROD).s3.buckets = read(vec![bucket("uploads"), bucket("aws-waf-logs-shop")]);
    let facts = facts(&inventory);
    let shop = account(&facts, PROD);
    assert_eq!(shop.subject.environment.as_deref(), Some("production"));
    assert_eq!(shop.detail.path, ["Workloads"]);
    assert_eq!(shop.detail.data_resources, 3, "{:?}", shop.detail.data);
    assert_eq!(shop.detail.data_environments, BTreeMap::from([("production".into(), 2), ("staging".into(), 1)]));
    assert_eq!(shop.detail.data_examples["staging"], db_arn("second-site"));
    assert_eq!(shop.detail.unclassified_buckets, ["arn:aws:s3:::uploads"]);
    assert_eq!(shop.detail.buckets, 2);
    assert_eq!(shop.unread, []);
    let backup = account(&facts, VAULT);
    assert_eq!((backup.detail.data_resources, backup.detail.data_environment_unknown), (1, 1));
    assert!(backup.subject.production);
}

#[test]
fn what_could_hide_data_stands_with_the_account() {
    let mut inventory = organized(&[PROD, VAULT]);
    region(&mut inventory, PROD, HERE).rds.db_clusters = Collected::Gap(denied(Operation::RdsDescribeDBClusters));
    parts(&mut inventory, PROD).s3.buckets =
        read(vec![Bucket { tags: Answer::Gap(denied(Operation::S3GetBucketTagging)), ..bucket("uploads") }]);
    inventory.accounts[1].parts = Answer::Gap(denied(Operation::StsAssumeRole));
    let facts = facts(&inventory);
    assert_eq!(collections(&account(&facts, PROD).unread), [Collection::RdsDbClusters, Collection::S3BucketTags]);
    let lists = collections(&account(&facts, VAULT).unread);
    for list in super::super::accounts::LISTS {
        assert!(lists.contains(&list), "{list}");
    }
    assert!(lists.contains(&Collection::IamAccountSummary));
}

#[test]
fn an_account_without_an_entry_is_unread_unless_it_is_closed() {
    let mut inventory = organized(&[PROD]);
    let open = facts(&inventory);
    assert!(!account(&open, VAULT).detail.scanned);
    assert_eq!(account(&open, VAULT).unread.len(), 4);
    assert!(open.accounts.iter().all(|fact| fact.subject.account != Some(id(MANAGEMENT))), "it was left out");
    let members = inventory.organization.as_mut().unwrap().accounts.value_mut().unwrap();
    members.iter_mut().find(|member| member.id.as_str() == VAULT).unwrap().state = AccountState::Suspended;
    let closed = facts(&inventory);
    let fact = account(&closed, VAULT);
    assert_eq!((fact.detail.state, fact.detail.scanned), (Some(AccountState::Suspended), false));
    assert_eq!(fact.unread, []);
}

#[test]
fn membership_is_told_by_the_organization() {
    let mut inventory = organized(&[PROD, "333333333333"]);
    let whole = facts(&inventory);
    assert_eq!(account(&whole, PROD).detail.organization_member, Some(true));
    assert_eq!(account(&whole, "333333333333").detail.organization_member, Some(false));

    let organization = inventory.organization.as_mut().unwrap();
    organization.accounts = Collected::Gap(denied(Operation::OrganizationsListAccounts));
    let blind = facts(&inventory);
    assert_eq!(account(&blind, PROD).detail.organization_member, Some(true), "the caller's account");
    assert_eq!(account(&blind, "333333333333").detail.organization_member, None);
    assert_eq!(unlisted(&blind, SubjectKind::Account).len(), 1);

    let organization = inventory.organization.as_mut().unwrap();
    organization.description = Collected::Gap(denied(Operation::OrganizationsDescribeOrganization));
    let refused = facts(&inventory);
    assert_eq!(account(&refused, PROD).detail.organization_member, None);
    assert!(collections(&account(&refused, PROD).unread).contains(&Collection::OrganizationDescription));
    assert_eq!(refused.organizations.len(), 0);
    assert_eq!(unlisted(&refused, SubjectKind::Organization).len(), 1);

    inventory.organization.as_mut().unwrap().description = read(None);
    let alone = facts(&inventory);
    assert_eq!(account(&alone, PROD).detail.organization_member, Some(false));
    assert_eq!(unlisted(&alone, SubjectKind::Organization).len(), 0);

    inventory.organization = None;
    let left_out = facts(&inventory);
    assert_eq!(account(&left_out, PROD).detail.organization_member, None);
    assert_eq!(unlisted(&left_out, SubjectKind::Organization).len(), 1);
}

#[test]
fn the_organization_says_whether_policies_bind() {
    let status = |statuses: &[&[(&str, &str)]]| {
        let mut inventory = organized(&[PROD]);
        let organization = inventory.organization.as_mut().unwrap();
        let root = organization.roots.value().unwrap()[0].clone();
        let roots =
            statuses.iter().map(|types| crate::model::organization::Root { policy_types: tags(types), ..root.clone() });
        organization.roots = read(roots.collect());
        facts(&inventory).organizations[0].detail.scp_status.clone().unwrap()
    };
    assert_eq!(status(&[&[("SERVICE_CONTROL_POLICY", "ENABLED")]]), "ENABLED");
    assert_eq!(status(&[&[("BACKUP_POLICY", "ENABLED")]]), "DISABLED");
    assert_eq!(status(&[&[("SERVICE_CONTROL_POLICY", "PENDING_ENABLE")]]), "PENDING_ENABLE");
    assert_eq!(status(&[&[("SERVICE_CONTROL_POLICY", "ENABLED")], &[]]), "DISABLED");

    let mut inventory = organized(&[PROD]);
    inventory.organization.as_mut().unwrap().roots = Collected::Gap(denied(Operation::OrganizationsListRoots));
    let facts = facts(&inventory);
    assert_eq!(facts.organizations[0].detail.scp_status, None);
    assert!(collections(&facts.organizations[0].unread).contains(&Collection::OrganizationRoots));
}

/// An organization whose production database is copied to the backup account.
fn copied() -> Inventory {
    let mut inventory = organized(&[PROD, VAULT]);
    put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, db("orders"));
    let copy = point("arn:aws:backup:eu-west-1:222222222222:recovery-point:1", &db_arn("orders"), 3);
    put(&mut region(&mut inventory, VAULT, HERE).backup.vaults, vault(VAULT, HERE, "copies", vec![copy]));
    inventory
}

#[test]
fn a_backup_account_is_one_that_holds_copies() {
    let facts = facts(&copied());
    let [backup] = &facts.organizations[0].detail.backup_accounts[..] else { panic!("{:?}", facts.organizations) };
    assert_eq!((backup.account.as_str(), backup.declared, backup.data_resources), (VAULT, false, Some(0)));
    assert_eq!(backup.copies_of, [id(PROD)]);
    assert!(account(&facts, VAULT).detail.backup_account);
    assert!(!account(&facts, PROD).detail.backup_account);
}

#[test]
fn declared_accounts_are_the_backup_accounts() {
    let mut settings = Settings::default();
    settings.backup.accounts = vec![id("333333333333")];
    let facts = analyse(&copied(), &settings);
    let [backup] = &facts.organizations[0].detail.backup_accounts[..] else { panic!("{:?}", facts.organizations) };
    assert_eq!((backup.account.as_str(), backup.declared, backup.data_resources), ("333333333333", true, None));
    assert_eq!(backup.copies_of, []);
}

#[test]
fn an_account_whose_lists_were_not_read_is_not_known_to_be_empty() {
    let mut inventory = copied();
    region(&mut inventory, VAULT, HERE).rds.db_instances = Collected::Gap(denied(Operation::RdsDescribeDBInstances));
    let hidden = facts(&inventory);
    assert_eq!(hidden.organizations[0].detail.backup_accounts[0].data_resources, None);
    assert!(collections(&hidden.organizations[0].unread).contains(&Collection::RdsDbInstances));
    // Data that was seen is data, whatever else was not.
    put(&mut region(&mut inventory, VAULT, HERE).dynamodb.tables, table("own", "id", 1));
    assert_eq!(facts(&inventory).organizations[0].detail.backup_accounts[0].data_resources, Some(1));
}

#[test]
fn a_plan_that_names_a_vault_proves_no_copy_there() {
    let target = format!("arn:aws:backup:{HERE}:{VAULT}:backup-vault:copies");
    let named = |hide: bool| {
        let mut inventory = organized(&[PROD, VAULT]);
        put(&mut region(&mut inventory, PROD, HERE).rds.db_instances, db("orders"));
        put(&mut region(&mut inventory, PROD, HERE).backup.plans, plan("p", &["*"], Some(&target)));
        if hide {
            let gap = Collected::Gap(denied(Operation::BackupListBackupVaults));
            region(&mut inventory, VAULT, HERE).backup.vaults = gap;
        }
        facts(&inventory).organizations[0].detail.backup_accounts.clone()
    };
    assert_eq!(named(false), [], "the place was read, and the vault is not there");
    let [backup] = &named(true)[..] else { panic!() };
    assert_eq!((backup.copies_seen, backup.copies_of.len(), backup.data_resources), (false, 1, Some(0)));
    assert!(facts(&copied()).organizations[0].detail.backup_accounts[0].copies_seen);
}

#[test]
fn an_organization_is_empty_only_where_every_account_was_looked_into() {
    let unread = |only: bool| {
        let mut inventory = organized(&[PROD, VAULT]);
        if only {
            inventory.accounts.retain(|account| account.id == id(PROD));
            inventory.scope.accounts = vec![id(PROD)].into_iter().collect();
        }
        let facts = facts(&inventory);
        assert_eq!(facts.organizations[0].detail.data_resources, 0);
        let of = |gap: &&Unread| gap.collection == Collection::RdsDbInstances && gap.account == Some(id(VAULT));
        facts.organizations[0].unread.iter().filter(of).count()
    };
    assert_eq!((unread(true), unread(false)), (1, 0));
}

#[test]
fn accounts_that_nobody_could_name_hide_subjects_of_every_kind() {
    let mut inventory = organized(&[PROD]);
    let accounts = &mut inventory.organization.as_mut().unwrap().accounts;
    *accounts = Collected::Gap(denied(Operation::OrganizationsListAccounts));
    let kinds = |inventory: &Inventory| -> Vec<SubjectKind> {
        let mut kinds: Vec<_> = facts(inventory)
            .unlisted
            .iter()
            .filter(|unlisted| unlisted.account.is_none())
            .map(|unlisted| unlisted.kind)
            .collect();
        kinds.sort_unstable();
        kinds
    };
    let seen = [SubjectKind::Organization, SubjectKind::PlannedChange];
    let hidden: Vec<_> = SubjectKind::ALL.iter().copied().filter(|kind| !seen.contains(kind)).collect();
    assert_eq!(kinds(&inventory), hidden);
    // Who names the accounts asks for no other.
    inventory.scope.accounts = vec![id(PROD)];
    assert_eq!(kinds(&inventory), [SubjectKind::Account]);
}
