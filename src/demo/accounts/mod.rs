//! The accounts of the demo and the organization that they form.

pub(super) mod backup;
mod courses;
mod development;
pub(super) mod guards;
pub(super) mod ledger;
pub(super) mod people;
pub(super) mod platform;

use crate::model::inventory::AccountInventory;
use crate::model::organization::{
    Account, AccountState, DelegatedAdministrator, OrganizationInventory, OrganizationalUnit,
};

use super::build::{ROOT, id, member, organization as organization_of, read, scp, target, unit, unit_id, value};

/// The home region.
pub(super) const HOME: &str = "eu-central-1";
/// The second region.
pub(super) const SECOND: &str = "eu-west-1";
/// The partition's global region, enabled everywhere, used nowhere.
pub(super) const GLOBAL: &str = "us-east-1";

/// The management account: empty, as it should be.
pub(super) const MANAGEMENT: &str = "111111111111";
/// Control Tower's log archive.
pub(super) const LOG_ARCHIVE: &str = "222222222222";
/// Control Tower's audit account.
pub(super) const AUDIT: &str = "333333333333";
/// The security team's tools; some calls are refused here.
pub(super) const SECURITY: &str = "444444444444";
/// The account of the incident.
pub(super) const COURSES: &str = "555555555555";
/// The account set up well.
pub(super) const LEDGER: &str = "666666666666";
/// Its development twin.
pub(super) const LEDGER_DEV: &str = "777777777777";
/// Where copies go.
pub(super) const BACKUP: &str = "888888888888";
/// Where deployments start and Terraform state lies.
pub(super) const DELIVERY: &str = "999999999999";
/// An account that AWS suspended: listed, not scanned.
pub(super) const OLD_SANDBOX: &str = "121212121212";

/// Closes every region but the two in use and the global one; what Control Tower's region deny comes down to.
pub(super) const REGION_DENY: &str = r#"{"Version":"2012-10-17","Statement":[{"Sid":"RegionDeny","Effect":"Deny","NotAction":["iam:*","organizations:*","sts:*","support:*","route53:*","cloudfront:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}]}"#;

/// The units that the guards are attached to: all but the one that the incident's account was put into.
pub(super) const GUARDED: [&str; 3] = ["secu", "infr", "prod"];

/// Every account in scope, by id.
pub(super) fn all() -> Vec<AccountInventory> {
    let mut accounts = platform::accounts();
    accounts.extend([courses::account(), ledger::account(), development::account(), backup::account()]);
    accounts.sort_by(|a, b| a.id.cmp(&b.id));
    accounts
}

/// The organization around them.
pub(super) fn organization() -> OrganizationInventory {
    governed(organization_of(MANAGEMENT, units(), members()), &GUARDED)
}

/// The tree.
pub(super) fn units() -> Vec<OrganizationalUnit> {
    let ou = |suffix, name, parent: &str| unit(MANAGEMENT, suffix, name, parent);
    let workloads = unit_id("work");
    vec![
        ou("secu", "Security", ROOT),
        ou("infr", "Infrastructure", ROOT),
        ou("work", "Workloads", ROOT),
        ou("prod", "Production", &workloads),
        ou("deve", "Development", &workloads),
        ou("susp", "Suspended", ROOT),
    ]
}

/// The organization with its policies, its administrators and its trusted services; the guards are attached to the units
/// with these suffixes.
pub(super) fn governed(mut organization: OrganizationInventory, guarded: &[&str]) -> OrganizationInventory {
    if let Some(scps) = organization.scps.value_mut() {
        scps.push(scp(
            MANAGEMENT,
            "regions",
            "region-deny",
            REGION_DENY,
            vec![target(&unit_id("deve"), "ORGANIZATIONAL_UNIT")],
        ));
    }
    guards::guard(&mut organization, guarded);
    guards::development(&mut organization);
    let inside: Vec<&str> = guarded.iter().copied().chain(["deve"]).collect();
    guards::perimeter_around(&mut organization, &inside);
    organization.delegated_administrators = read(vec![DelegatedAdministrator {
        id: id(SECURITY),
        services: value(vec!["guardduty.amazonaws.com".into(), "securityhub.amazonaws.com".into()]),
    }]);
    organization.trusted_services = read(
        ["backup", "controltower", "guardduty", "member.org.stacksets.cloudformation", "securityhub", "sso"]
            .map(|service| format!("{service}.amazonaws.com"))
            .into(),
    );
    organization
}

pub(super) fn members() -> Vec<Account> {
    let account = |account, name, unit: &str| member(MANAGEMENT, account, name, unit);
    let (security, infrastructure) = (unit_id("secu"), unit_id("infr"));
    vec![
        account(MANAGEMENT, "Meridian Management", ROOT),
        account(LOG_ARCHIVE, "Log Archive", &security),
        account(AUDIT, "Audit", &security),
        account(SECURITY, "Security Tooling", &security),
        account(COURSES, "courses", &unit_id("work")),
        account(LEDGER, "ledger-production", &unit_id("prod")),
        account(LEDGER_DEV, "ledger-development", &unit_id("deve")),
        account(BACKUP, "Backup", &infrastructure),
        account(DELIVERY, "Delivery", &infrastructure),
        Account { state: AccountState::Suspended, ..account(OLD_SANDBOX, "old-sandbox", &unit_id("susp")) },
    ]
}
