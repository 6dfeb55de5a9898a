//! The root user's credentials: the account summary, and the credential report where it says more. Where the two disagree
//! (the report is up to four hours old), the worse holds.

use super::Seen;
use crate::analysis::Context;
use crate::analysis::environment::organizational;
use crate::model::facts::{RootCredentials, Source};
use crate::model::gap::Collected;
use crate::model::iam::IamInventory;
use crate::model::ids::AccountId;
use crate::model::inventory::AccountInventory;
use crate::model::operation::Collection;

/// What IAM says in the account itself.
pub(super) fn credentials<'a>(cx: &Context<'a>, account: &'a AccountInventory, seen: &mut Seen) -> RootCredentials {
    let summary = cx.global(account, Collection::IamAccountSummary, |parts| &parts.iam.account_summary);
    let report = cx.global(account, Collection::IamCredentialReport, |parts| &parts.iam.credential_report);
    let counts = summary.reads.first().map(|(_, read)| &read.value);
    let rows = report.reads.first().map(|(_, read)| &read.value);
    let row = rows.and_then(|rows| rows.iter().find(|row| row.user == IamInventory::ROOT_USER));
    let count = |key: &str| counts.and_then(|counts| counts.get(key)).map(|n| *n > 0);
    let keys = row.and_then(|row| match (row.access_key_1_active, row.access_key_2_active) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    });
    let credentials = RootCredentials {
        access_key: either(count("AccountAccessKeysPresent"), keys),
        password: either(count("AccountPasswordPresent"), row.and_then(|row| row.password_enabled)),
        mfa: both(count("AccountMFAEnabled"), row.and_then(|row| row.mfa_active)),
        managed_centrally: None,
    };
    let before = seen.unread.len();
    seen.take(&account.id, Collection::IamAccountSummary, summary);
    seen.take(&account.id, Collection::IamCredentialReport, report);
    // What one of the two tells wholly, the other's refusal does not put in doubt.
    if credentials.access_key.is_some() && credentials.password.is_some() && credentials.mfa.is_some() {
        seen.unread.truncate(before);
    }
    credentials
}

/// Whether the organization manages the root credentials of its members; its management account's nobody else manages.
/// What was refused about that is a gap only where it matters: a password without MFA.
///
/// Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-enable-root-access.html>.
pub(super) fn with_organization(
    cx: &Context<'_>,
    id: &AccountId,
    mut credentials: RootCredentials,
    seen: &mut Seen,
) -> RootCredentials {
    let managed_centrally = managed_centrally(cx, id);
    let settled = credentials.access_key == Some(true)
        || (credentials.access_key == Some(false)
            && (credentials.password == Some(false) || credentials.mfa == Some(true)));
    let features = cx.inventory.organization.as_ref().map(|organization| &organization.central_root_features);
    match features {
        Some(Collected::Gap(gap)) if managed_centrally.is_none() && !settled => {
            seen.unread.push(organizational(Collection::OrganizationCentralRoot, gap));
        }
        Some(Collected::Read(_)) => {
            let collection = Collection::OrganizationCentralRoot;
            seen.rests_on.push(Source { account: None, region: None, collection });
        }
        _ => {}
    }
    credentials.managed_centrally = managed_centrally;
    credentials
}

fn managed_centrally(cx: &Context<'_>, id: &AccountId) -> Option<bool> {
    let organization = cx.inventory.organization.as_ref()?;
    match organization.description.value()? {
        Some(described) if described.management_account != *id => {}
        _ => return Some(false),
    }
    let features = organization.central_root_features.value()?;
    Some(features.iter().any(|feature| feature == "RootCredentialsManagement"))
}

fn either(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a || b),
        (one, other) => one.or(other),
    }
}

fn both(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a && b),
        (one, other) => one.or(other),
    }
}
