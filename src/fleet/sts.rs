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
use crate::model::iam::Role;
use crate::model::ids::Arn;
use crate::model::inventory::AccountInventory;
use crate::model::operation::Operation;

/// How long a session lasts unless told otherwise, in seconds.
const HOUR: i64 = 3_600;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    match operation {
        Operation::StsGetCallerIdentity => identity(call),
        _ => assume(call),
    }
}

fn identity(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&[])?;
    let arn = call.signature.arn(&call.fleet.inventory().caller.partition);
    let mut xml = Xml::default();
    xml.put("Arn", &arn);
    xml.text("UserId", &user_id(&arn, call.account));
    xml.put("Account", &call.account.id);
    Ok(Answer::Xml(xml))
}

/// `AROA…:session` of a session, `AIDA…` of a user, the account of its root. Made up where the account's IAM was not read.
fn user_id(arn: &Arn, account: &AccountInventory) -> String {
    let mut parts = arn.resource().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("assumed-role"), Some(_), Some(session)) => match role_behind(account, arn) {
            Some(role) => format!("{}:{session}", role.id),
            None => format!("AROAPALISADE{}:{session}", account.id),
        },
        (Some("user"), ..) => {
            let details = account.parts().and_then(|parts| parts.iam.authorization_details.value());
            let user = details.and_then(|details| details.users.iter().find(|user| user.arn == *arn));
            user.map_or_else(|| format!("AIDAPALISADE{}", account.id), |user| user.id.clone())
        }
        _ => account.id.to_string(),
    }
}

/// The role that a session of the account is of: a session's ARN names it without its path, and an account has no two roles
/// of one name.
pub(super) fn role_behind<'a>(account: &'a AccountInventory, session: &Arn) -> Option<&'a Role> {
    let name = session.resource().strip_prefix("assumed-role/")?.split('/').next()?;
    let details = account.parts()?.iam.authorization_details.value()?;
    details.roles.iter().find(|role| role.name == name)
}

/// An input that STS does not take.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "ValidationError", message)
}

fn assume(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"])?;
    let text = call.input.required("RoleArn")?;
    let session = session_name(call)?;
    let role: Arn = text.parse().map_err(|_| invalid(format!("{text:.200} is invalid")))?;
    if role.service() != "iam" || !role.resource().starts_with("role/") {
        return Err(invalid(format!("{text:.200} is invalid")));
    }
    let who = call.signature.arn(&call.fleet.inventory().caller.partition);
    let denied = || {
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
    let seconds = seconds(call, &who)?;
    let partition = role.partition();
    let arn = format!("arn:{partition}:sts::{}:assumed-role/{}/{session}", account.id, role.name());
    let arn: Arn = arn.parse().map_err(|_| denied())?;
    let keys = Credentials::of(&account.id, &arn);
    // By the caller's own clock, which its request tells: a session must not have expired when it is given.
    let at = call.signature.at;
    let expires = at.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(at);
    let mut xml = Xml::default();
    xml.node("AssumedRoleUser", |xml| {
        xml.text("AssumedRoleId", &user_id(&arn, account));
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

fn session_name<'c>(call: &'c Call<'_>) -> Result<&'c str, Refusal> {
    let name = call.input.required("RoleSessionName")?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    if (2..=64).contains(&name.len()) && name.bytes().all(allowed) {
        return Ok(name);
    }
    Err(invalid(format!(
        "1 validation error detected: Value '{name:.80}' at 'roleSessionName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [\\w+=,.@-]*"
    )))
}

/// How long the session is to last. One that was opened from another session's lasts an hour at most.
fn seconds(call: &Call<'_>, who: &Arn) -> Result<i64, Refusal> {
    let asked = call.input.number("DurationSeconds")?.map(i64::try_from);
    let seconds = asked.transpose().unwrap_or(Some(i64::MAX)).unwrap_or(HOUR);
    if !(900..=43_200).contains(&seconds) {
        return Err(invalid(
            "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: \
             Member must have value between 900 and 43200",
        ));
    }
    if seconds > HOUR && who.resource().starts_with("assumed-role/") {
        let message =
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(invalid(message));
    }
    Ok(seconds)
}

/// Whether the role lets the caller in: by its trust policy, where the account's roles were read. Where they were not, or the
/// policy asks for what nobody here can know, the role that the inventory was collected through is proof of itself.
fn may_assume(call: &Call<'_>, account: &AccountInventory, role: &Arn) -> bool {
    let Some(parts) = account.parts() else { return false };
    let details = parts.iam.authorization_details.value();
    let roles = details.map(|details| details.roles.as_slice()).unwrap_or_default();
    let admitted = match roles.iter().find(|known| known.arn == *role) {
        Some(known) => super::trust::admits(&known.trust_policy, call),
        // It stands under another path: there is no role of this ARN.
        None if roles.iter().any(|known| known.name == role.name()) => Some(false),
        None => None,
    };
    admitted.unwrap_or_else(|| {
        let caller = &call.fleet.inventory().caller;
        let through = parts.session.resource().strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next());
        call.account.id == caller.account
            && role.partition() == caller.partition.as_str()
            && through == Some(role.name())
    })
}
