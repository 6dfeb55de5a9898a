//! AWS STS: who calls, and sessions in other accounts.
//!
//! Follows <https://docs.aws.amazon.com/STS/latest/APIReference/>.

use jiff::SignedDuration;

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Answer;
use super::signature::Credentials;
use super::xml::Xml;
use crate::model::gap::Answer as Told;
use crate::model::ids::{AccountId, Arn};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Operation;

/// How long a session lasts unless told otherwise, in seconds.
const HOUR: i64 = 3_600;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    match operation {
        Operation::StsGetCallerIdentity => Ok(identity(call)),
        _ => assume(call),
    }
}

fn identity(call: &Call<'_>) -> Answer {
    let arn = call.signature.arn(&call.fleet.inventory().caller.partition);
    let mut xml = Xml::default();
    xml.put("Arn", &arn);
    xml.text("UserId", &user_id(&arn, &call.account.id));
    xml.put("Account", &call.account.id);
    Answer::Xml(xml)
}

/// `AROA…:session` of a session, `AIDA…` of a user, the account of its root.
fn user_id(arn: &Arn, account: &AccountId) -> String {
    let mut parts = arn.resource().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("assumed-role"), Some(_), Some(session)) => format!("AROAPALISADE{account}:{session}"),
        (Some("user"), ..) => format!("AIDAPALISADE{account}"),
        _ => account.to_string(),
    }
}

fn assume(call: &Call<'_>) -> Result<Answer, Refusal> {
    let text = call.input.required("RoleArn")?;
    let session = call.input.required("RoleSessionName")?;
    let role: Arn =
        text.parse().map_err(|_| Refusal::new(400, "ValidationError", format!("{text:.200} is invalid")))?;
    let denied = || {
        let who = call.signature.arn(&call.fleet.inventory().caller.partition);
        let message = format!("User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}");
        Refusal::new(403, "AccessDenied", message)
    };
    let account = role.account().and_then(|id| call.fleet.account(&id)).ok_or_else(denied)?;
    if let Told::Gap(gap) = &account.parts {
        // Who could not enter then, cannot enter now.
        return Err(Refusal::of(gap));
    }
    if !may_assume(call, account, &role) {
        return Err(denied());
    }
    let partition = role.partition();
    let arn = format!("arn:{partition}:sts::{}:assumed-role/{}/{session}", account.id, role.name());
    let arn: Arn = arn.parse().map_err(|_| denied())?;
    let seconds = call.input.number("DurationSeconds")?.and_then(|seconds| i64::try_from(seconds).ok()).unwrap_or(HOUR);
    if !(900..=43_200).contains(&seconds) {
        let message = "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint";
        return Err(Refusal::new(400, "ValidationError", message));
    }
    let keys = Credentials::of(&account.id, &arn);
    // By the caller's own clock, which its request tells: a session must not have expired when it is given.
    let at = call.signature.at;
    let expires = at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(at);
    let mut xml = Xml::default();
    xml.node("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &user_id(&arn, &account.id));
        xml.put("Arn", &arn);
    });
    xml.node("Credentials", |xml| {
        xml.text("AccessKeyId", &keys.access_key_id);
        xml.text("SecretAccessKey", &keys.secret_access_key);
        xml.text("SessionToken", &keys.session_token);
        xml.text("Expiration", &format!("{expires:.0}"));
    });
    Ok(Answer::Xml(xml))
}

/// Whether the role lets the caller in: by its trust policy, where the account's roles were read and it is among them. The
/// role that the inventory was collected through is proof of itself where they were not.
fn may_assume(call: &Call<'_>, account: &AccountInventory, role: &Arn) -> bool {
    let Some(parts) = account.parts() else { return false };
    let details = parts.iam.authorization_details.value();
    let found = details.and_then(|details| details.roles.iter().find(|known| known.arn == *role));
    match found {
        Some(known) => super::trust::admits(&known.trust_policy, call),
        None => {
            let through =
                parts.session.resource().strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
            through == Some(role.name())
        }
    }
}
