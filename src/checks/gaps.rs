//! What is said of things that could not be read: which call, where, why, and what would let it be read.

use crate::model::facts::{SubjectKind, Unread};
use crate::model::gap::{Gap, GapKind};

/// The most gaps that one sentence names; the evidence holds them all.
const NAMED: usize = 3;

/// The gaps in words: call, place, kind, remedy.
pub(super) fn sentence(gaps: &[&Unread]) -> String {
    let mut said: Vec<String> = Vec::new();
    for gap in gaps {
        let text = one(gap);
        if !said.contains(&text) {
            said.push(text);
        }
    }
    let more = said.len().saturating_sub(NAMED);
    said.truncate(NAMED);
    let mut text = said.join("; ");
    if more > 0 {
        text.push_str(&format!("; and {more} more"));
    }
    text
}

fn one(unread: &Unread) -> String {
    let mut place = match &unread.account {
        Some(account) => format!(" in account {account}"),
        None => String::new(),
    };
    if !unread.regions.is_empty() {
        let regions: Vec<&str> = unread.regions.iter().map(AsRef::as_ref).collect();
        place.push_str(&format!(" ({})", regions.join(", ")));
    }
    let gap = &unread.gap;
    format!("{}{place} was not read [{}]: {}", gap.operation, gap.kind.as_str(), remedy(gap))
}

/// What would let it be read.
fn remedy(gap: &Gap) -> String {
    match gap.kind {
        GapKind::Denied => match gap.operation.actions() {
            [] => "the caller may not make this call".to_owned(),
            actions => format!("grant {} to the role that palisade uses", actions.join(" and ")),
        },
        GapKind::DeniedByScp => "a service control policy denies it; exempt the audit role there".to_owned(),
        GapKind::RegionDenied => {
            "a service control policy denies the region; exempt the audit role there, or declare the \
             region empty with [scope] treat_as_empty"
                .to_owned()
        }
        GapKind::Throttled => "AWS throttled it beyond the retries; scan again with a lower --concurrency".to_owned(),
        GapKind::Timeout => "AWS gave no answer in time; scan again".to_owned(),
        GapKind::Malformed => format!("the answer could not be understood: {}", gap.message),
        GapKind::Interrupted => "the scan was interrupted; scan again".to_owned(),
        GapKind::Budget => format!("a limit was reached: {}", gap.message),
        GapKind::OutOfScope => format!("palisade was asked not to look: {}", gap.message),
    }
}

/// A kind of subject, in the plural, for a sentence.
pub(super) fn plural(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::Organization => "the organization",
        SubjectKind::Account => "accounts",
        SubjectKind::AccountRegion => "regions",
        SubjectKind::AccountService => "services of accounts",
        SubjectKind::DbInstance => "DB instances",
        SubjectKind::DbCluster => "DB clusters",
        SubjectKind::DynamoDbTable => "DynamoDB tables",
        SubjectKind::S3Bucket => "buckets",
        SubjectKind::GlobalCluster => "global clusters",
        SubjectKind::RdsSnapshot => "DB snapshots",
        SubjectKind::KmsKey => "KMS keys",
        SubjectKind::BackupVault => "backup vaults",
        SubjectKind::StateBucket => "state buckets",
        SubjectKind::StateObject => "Terraform states",
        SubjectKind::LockTable => "lock tables",
        SubjectKind::StateDatabase => "databases in Terraform states",
        SubjectKind::HeldLock => "state locks",
        SubjectKind::IamRole => "roles with destructive rights",
        SubjectKind::IamUser => "IAM users",
        SubjectKind::PlannedChange => "planned changes",
        SubjectKind::Agent => "agents",
    }
}
