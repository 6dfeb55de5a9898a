//! Whether the credentials in use could destroy what is asked about. Knows `model` and the room.

use super::clear::command;
use super::verdicts::{Verdicts, resting};
use super::{ground, item};
use crate::model::drill::CallAnswer;
use crate::model::finding::{Finding, Status};
use crate::model::ready::{Clear, Credential, Destroys, Item, ItemStatus, Use};

/// Whether a person stands before a call: it depends on MFA, and on nothing besides.
fn gated(destroys: &&Destroys) -> bool {
    let depends = destroys.decided_by.as_deref().and_then(|by| by.strip_prefix("depends on "));
    let keys = depends.map(|rest| rest.split(" (").next().unwrap_or_default());
    keys.is_some_and(|keys| keys.split(", ").all(|key| key.starts_with("aws:multifactorauth")))
}

/// One item for each of the credentials.
pub(super) fn items(credentials: &[Credential], verdicts: &Verdicts<'_>) -> Vec<Item> {
    // Who is in use for several reasons is told once; as an agent first, of whom more is asked.
    let rank = |at: usize, one: &Credential| (one.wanted.by != Use::Agent, at);
    let first = |at: usize, one: &Credential| {
        let same = credentials.iter().enumerate().filter(|(_, other)| one.who.is_some() && other.who == one.who);
        same.map(|(at, other)| rank(at, other)).min().is_none_or(|least| least == rank(at, one))
    };
    credentials.iter().enumerate().filter(|(at, one)| first(*at, one)).map(|(_, one)| judged(one, verdicts)).collect()
}

fn judged(one: &Credential, verdicts: &Verdicts<'_>) -> Item {
    let rule = "credentials";
    let by = one.wanted.by.words();
    let Some(who) = &one.who else {
        let wanted = one.wanted.who.as_str();
        let said = format!("No principal that was read is {wanted} ({by}), so that nobody can say what it may do.");
        let change = match one.wanted.by {
            Use::Caller => "collect its account as well, or say with --principal ARN who will run it",
            Use::Named => "collect its account as well, or name a principal that is there",
            Use::Deployer => "take it out of [deployment] principals, or collect its account as well",
            Use::Agent => "take it out of [agents] principals, or collect its account as well",
        };
        let clear = Some(Clear { change: change.to_owned(), command: None });
        return Item { clear, ..item(rule, ItemStatus::CannotVerify, (wanted, wanted), said) };
    };
    let of = |answer: CallAnswer| one.destroys.iter().filter(move |destroys| destroys.answer == answer);
    let worst = of(CallAnswer::Allowed)
        .next()
        // An agent shows no device: whatever it may do under a condition is its own to fulfil.
        .or_else(|| of(CallAnswer::Conditional).find(|_| one.wanted.by == Use::Agent))
        .map(|destroys| (ItemStatus::Blocker, destroys));
    let unsure = || of(CallAnswer::Unknown).chain(of(CallAnswer::Conditional).filter(|one| !gated(one))).next();
    let worst = worst.or_else(|| unsure().map(|destroys| (ItemStatus::CannotVerify, destroys)));
    let account = one.destroys.first().and_then(|_| who.split(':').nth(4)).and_then(|id| id.parse().ok());
    let Some((status, destroys)) = worst else {
        let condition = of(CallAnswer::Conditional).next();
        let all = one.destroys.len();
        let decided =
            one.destroys.iter().find_map(|destroys| destroys.decided_by.as_deref()).unwrap_or("no policy allows it");
        let said = match condition {
            None => format!("It ({by}) cannot destroy any of {all}: {decided}."),
            Some(_) => {
                format!("It ({by}) can destroy {} of {all} with MFA alone.", of(CallAnswer::Conditional).count())
            }
        };
        let mut held = item(rule, ItemStatus::Holds, (who, who), said);
        held.account = account;
        held.condition = condition.and_then(|one| one.decided_by.clone());
        held.rests_on.extend(one.destroys.iter().map(rest));
        return held;
    };
    let alike = of(destroys.answer).count();
    let more = if alike > 1 { format!(", and {} more of what is asked about", alike - 1) } else { String::new() };
    let role = destroys.acts_as.as_ref().map_or_else(String::new, |role| format!(" as {role}"));
    let decided = destroys.decided_by.as_ref().map_or_else(String::new, |by| format!(": {by}"));
    let said = match destroys.answer {
        CallAnswer::Allowed => {
            format!("It ({by}) may call {} on {}{role}{more}{decided}.", destroys.action, destroys.arn)
        }
        CallAnswer::Conditional => {
            format!(
                "It ({by}) may call {} on {}{role}{more} under a condition{decided}.",
                destroys.action, destroys.arn
            )
        }
        _ => format!("Whether it ({by}) may destroy {} cannot be told{decided}.", destroys.arn),
    };
    let mut judged = item(rule, status, (who, who), said);
    judged.account = account;
    judged.rests_on.extend(one.destroys.iter().filter(|one| one.answer != CallAnswer::Denied).map(rest));
    judged.clear = Some(Clear {
        change: match status {
            ItemStatus::Blocker => {
                "deny it the call: by a service control policy (`palisade guard suggest`), a permissions boundary, or by taking the right away; \
                 this shows the way to the right"
            }
            _ => "let the audit role read what has a say; this shows what is missing",
        }
        .to_owned(),
        command: Some(match destroys.action.as_str() {
            "" => command(&["palisade", "drill", "--resource", &destroys.arn, "--principal", who]),
            action => command(&["palisade", "who-can", action, &destroys.arn]),
        }),
    });
    // An agent's right is a check's verdict as well, and may be accepted there; nobody's doubt is.
    let found: Vec<&Finding> = match one.wanted.by {
        Use::Agent if status == ItemStatus::Blocker => verdicts.on(&["separation-agents-read-only"], who),
        _ => Vec::new(),
    };
    resting(judged, &found.into_iter().filter(|one| one.status == Status::Fail).collect::<Vec<_>>())
}

fn rest(destroys: &Destroys) -> crate::model::ready::Ground {
    let word = match destroys.answer {
        CallAnswer::Allowed => "allowed",
        CallAnswer::Denied => "denied",
        CallAnswer::Conditional => "under a condition",
        CallAnswer::Unknown => "not known",
    };
    let by = destroys.decided_by.as_ref().map_or_else(String::new, |by| format!(" ({by})"));
    ground(&destroys.action, &destroys.arn, format!("{word}{by}"))
}
