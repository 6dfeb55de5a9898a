//! The organization: its tree, its accounts, its policies.

use crate::model::gap::{Answer, Collected};
use crate::model::organization::{
    Account, AccountState, Organization, OrganizationInventory, OrganizationalUnit, Policy, PolicyTarget, Root,
};

use super::{days_ago, id, none, read, tags, value};

/// The organization's id in every built inventory.
pub const ORGANIZATION: &str = "o-m3r1d1an00";

/// The id of its root.
pub const ROOT: &str = "r-m3r1";

/// An organization of all features with service control policies on and nothing but `FullAWSAccess` attached.
#[must_use]
pub fn organization(management: &str, units: Vec<OrganizationalUnit>, accounts: Vec<Account>) -> OrganizationInventory {
    let mut targets = vec![target(ROOT, "ROOT")];
    targets.extend(units.iter().map(|unit| target(&unit.id, "ORGANIZATIONAL_UNIT")));
    targets.extend(accounts.iter().map(|account| target(account.id.as_str(), "ACCOUNT")));
    OrganizationInventory {
        description: read(Some(Organization {
            id: ORGANIZATION.into(),
            arn: id(&format!("arn:aws:organizations::{management}:organization/{ORGANIZATION}")),
            feature_set: "ALL".into(),
            management_account: id(management),
        })),
        roots: read(vec![Root {
            id: ROOT.into(),
            arn: id(&format!("arn:aws:organizations::{management}:root/{ORGANIZATION}/{ROOT}")),
            name: "Root".into(),
            policy_types: tags([("SERVICE_CONTROL_POLICY", "ENABLED"), ("BACKUP_POLICY", "ENABLED")]),
        }]),
        units: read(units),
        accounts: read(accounts),
        scps: read(vec![full_access(targets)]),
        rcps: none(),
        delegated_administrators: none(),
        trusted_services: none(),
        resource_policy: Collected::read(super::read_at(), None),
        central_root_features: none(),
    }
}

/// An organizational unit under the root or another unit.
#[must_use]
pub fn unit(management: &str, suffix: &str, name: &str, parent: &str) -> OrganizationalUnit {
    let unit = unit_id(suffix);
    OrganizationalUnit {
        arn: id(&format!("arn:aws:organizations::{management}:ou/{ORGANIZATION}/{unit}")),
        id: unit,
        name: name.into(),
        parent: parent.into(),
    }
}

/// The id of the unit with this suffix.
#[must_use]
pub fn unit_id(suffix: &str) -> String {
    format!("ou-m3r1-{suffix:0<8}")
}

/// An account in use.
#[must_use]
pub fn member(management: &str, account: &str, name: &str, parent: &str) -> Account {
    Account {
        id: id(account),
        arn: id(&format!("arn:aws:organizations::{management}:account/{ORGANIZATION}/{account}")),
        name: name.into(),
        state: AccountState::Active,
        parent: Answer::Value(parent.into()),
        joined_at: Some(days_ago(900)),
        tags: None,
    }
}

/// AWS's own policy that allows everything.
#[must_use]
pub fn full_access(targets: Vec<PolicyTarget>) -> Policy {
    Policy {
        id: "p-FullAWSAccess".into(),
        arn: id("arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"),
        name: "FullAWSAccess".into(),
        aws_managed: true,
        document: value(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#.into(),
        ),
        targets: value(targets),
    }
}

/// AWS's own resource control policy, which allows everything and cannot be detached.
#[must_use]
pub fn rcp_full_access(targets: Vec<PolicyTarget>) -> Policy {
    Policy {
        id: "p-RCPFullAWSAccess".into(),
        arn: id("arn:aws:organizations::aws:policy/resource_control_policy/p-RCPFullAWSAccess"),
        name: "RCPFullAWSAccess".into(),
        aws_managed: true,
        document: value(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#
                .into(),
        ),
        targets: value(targets),
    }
}

/// A service control policy that somebody wrote.
#[must_use]
pub fn scp(management: &str, suffix: &str, name: &str, document: &str, targets: Vec<PolicyTarget>) -> Policy {
    policy(management, "service_control_policy", suffix, name, document, targets)
}

/// A policy of a type that somebody wrote.
#[must_use]
pub fn policy(
    management: &str,
    kind: &str,
    suffix: &str,
    name: &str,
    document: &str,
    targets: Vec<PolicyTarget>,
) -> Policy {
    let policy = format!("p-{suffix:0<10}");
    Policy {
        arn: id(&format!("arn:aws:organizations::{management}:policy/{ORGANIZATION}/{kind}/{policy}")),
        id: policy,
        name: name.into(),
        aws_managed: false,
        document: value(document.into()),
        targets: value(targets),
    }
}

/// What a policy is attached to.
#[must_use]
pub fn target(target: &str, kind: &str) -> PolicyTarget {
    PolicyTarget { id: target.into(), kind: kind.into() }
}
