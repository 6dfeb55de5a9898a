//! AWS Backup: vaults and their points, plans, jobs, legal holds, restore tests, settings.
//!
//! Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_Reference.html>. The decision worth knowing: filters are
//! heeded on what the inventory holds and on nothing beyond it. It holds the backup jobs that went wrong alone; whoever asks
//! for those that went well is given none.

mod holds;
mod jobs;
mod plans;
mod resources;
#[cfg(test)]
mod tests;
mod vaults;

use jiff::Timestamp;
use md5::{Digest, Md5};

use super::call::{Call, collected};
use super::json::Members;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::backup::RegionSettings;
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// The most items that AWS Backup gives in a page, and as many as it gives unless told otherwise.
const MOST: usize = 1_000;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    let members = match operation {
        Operation::BackupListBackupVaults => vaults::list(call),
        Operation::BackupGetBackupVaultAccessPolicy => vaults::policy(call),
        Operation::BackupListRecoveryPointsByBackupVault => vaults::points(call),
        Operation::BackupListBackupPlans => plans::list(call),
        Operation::BackupGetBackupPlan => plans::plan(call),
        Operation::BackupListBackupSelections => plans::selections(call),
        Operation::BackupGetBackupSelection => plans::selection(call),
        Operation::BackupListProtectedResources => resources::list(call),
        Operation::BackupDescribeProtectedResource => resources::resource(call),
        Operation::BackupListBackupJobs => jobs::backups(call),
        Operation::BackupListCopyJobs => jobs::copies(call),
        Operation::BackupListRestoreJobs => jobs::restores(call),
        Operation::BackupListLegalHolds => holds::list(call),
        Operation::BackupGetLegalHold => holds::hold(call),
        Operation::BackupListRestoreTestingPlans => holds::tests(call),
        Operation::BackupListRestoreTestingSelections => holds::test_selections(call),
        Operation::BackupDescribeRegionSettings => region_settings(call),
        _ => global_settings(call),
    };
    members.map(Answer::Json)
}

/// An account outside any organization is refused, as the collector reads it. The words and the body's code are AWS's.
fn global_settings(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&[])?;
    let settings = collected(&call.parts()?.backup_global_settings, Operation::BackupDescribeGlobalSettings)?;
    match settings.filter(|settings| !settings.is_empty()) {
        Some(settings) => {
            let settings = settings.iter().fold(Members::default(), |all, (name, value)| all.put(name, value.as_str()));
            Ok(Members::default().put("GlobalSettings", settings))
        }
        None => {
            let message = "Your account is not a member of an organization.";
            Err(Refusal::new(400, "InvalidRequestException", message).with("Code", "ERROR_9601"))
        }
    }
}

fn region_settings(call: &Call<'_>) -> Result<Members, Refusal> {
    call.input.only(&[])?;
    let settings = &call.region_parts()?.backup.region_settings;
    let settings = collected(settings, Operation::BackupDescribeRegionSettings)?;
    let Some(RegionSettings { opt_in, management }) = settings else {
        return Err(Refusal::unseen("the region's settings"));
    };
    let flags = |all: Members, (name, flag): (&String, &bool)| all.put(name, *flag);
    Ok(Members::default()
        .put("ResourceTypeOptInPreference", opt_in.iter().fold(Members::default(), flags))
        .put("ResourceTypeManagementPreference", management.iter().fold(Members::default(), flags)))
}

/// A list's page: the items of `items` that its filters keep, each as a member of `name`. `labels`: the members that the path
/// gives; `filters`: those by which it may be filtered.
fn page<T>(
    call: &Call<'_>,
    name: &str,
    items: &[T],
    (labels, filters): (&[&str], &[&str]),
    keep: impl Fn(&T) -> bool,
    each: impl Fn(&T) -> Members,
) -> Result<Members, Refusal> {
    let known: Vec<&str> = ["MaxResults", "NextToken"].iter().chain(labels).chain(filters).copied().collect();
    call.input.only(&known)?;
    let asked = asked(call)?;
    let token = call.input.text("NextToken");
    let wrong = || invalid("Invalid NextToken");
    let members = Members::default();
    if filters.iter().all(|filter| call.input.text(filter).is_none()) {
        let page = call.page(items, asked, MOST, token, wrong)?;
        return Ok(members.list(name, page.items, each).some("NextToken", page.next));
    }
    let kept: Vec<&T> = items.iter().filter(|item| keep(item)).collect();
    let page = call.page(&kept, asked, MOST, token, wrong)?;
    Ok(members.list(name, page.items, |item| each(item)).some("NextToken", page.next))
}

/// How many items are asked for.
fn asked(call: &Call<'_>) -> Result<Option<usize>, Refusal> {
    let Some(text) = call.input.text("MaxResults") else { return Ok(None) };
    let number = text.parse().ok().filter(|number| (1..=MOST).contains(number));
    number
        .map(Some)
        .ok_or_else(|| invalid(format!("Invalid value for MaxResults: {text:.20}. Must be between 1 and 1000")))
}

/// Whether a member was given and is not this one: what a filter by it leaves out.
fn is_not(call: &Call<'_>, member: &str, value: Option<&str>) -> bool {
    call.input.text(member).is_some_and(|given| value != Some(given))
}

/// A member that names one of a closed list.
fn one_of(call: &Call<'_>, member: &str, known: &[&str]) -> Result<(), Refusal> {
    match call.input.text(member).filter(|given| !known.contains(given)) {
        None => Ok(()),
        Some(given) => Err(invalid(format!("Invalid value for {member}: {given:.100}"))),
    }
}

/// A span of time, open at both ends and to the sides that were not given.
struct Span {
    after: Option<Timestamp>,
    before: Option<Timestamp>,
}

impl Span {
    /// What two members say.
    fn of(call: &Call<'_>, after: &str, before: &str) -> Result<Self, Refusal> {
        let time = |member: &str| {
            let given = call.input.text(member).map(str::parse).transpose();
            given.map_err(|_| invalid(format!("Invalid value for {member}: no timestamp")))
        };
        Ok(Self { after: time(after)?, before: time(before)? })
    }

    /// Whether it takes a time in, as the endpoint tells it; what has no time is in no span but the endless one.
    fn has(&self, call: &Call<'_>, time: Option<Timestamp>) -> bool {
        let time = time.map(|time| call.time(time));
        self.after.is_none_or(|after| time.is_some_and(|time| time > after))
            && self.before.is_none_or(|before| time.is_some_and(|time| time < before))
    }
}

/// What AWS Backup says of a value that cannot be.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidParameterValueException", message)
}

/// What it says of most things that do not exist.
fn not_found(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ResourceNotFoundException", message)
}

/// The role that AWS Backup makes for itself: the one of whatever needs one, since the inventory names none.
fn role(call: &Call<'_>) -> String {
    let partition = &call.fleet.inventory().caller.partition;
    format!("arn:{partition}:iam::{}:role/service-role/AWSBackupDefaultServiceRole", call.account.id)
}

/// A vault's name by its ARN; names of vaults that AWS makes have slashes in them.
fn vault_name(vault: &Arn) -> &str {
    vault.resource().strip_prefix("backup-vault:").unwrap_or_else(|| vault.name())
}

/// An id of AWS's shape that the inventory does not tell: the same one for the same parts.
fn made_up(parts: &[&str]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|range| hex.get(range).unwrap_or_default()).join("-")
}
