//! The rules on an account, and on what closes the destroying calls in it. Knows `model` and the room.

use std::collections::BTreeSet;

use super::clear::{command, quoted};
use super::resources::sentence;
use super::verdicts::{Verdicts, resting, status, worst};
use super::{Told, ground, item};
use crate::model::facts::{AccountFact, Fact, Reacher, ResourceFact, Standing, SubjectKind};
use crate::model::finding::{Finding, Status};
use crate::model::ids::AccountId;
use crate::model::ready::{Clear, Item, ItemStatus};

/// What has to hold of the account of production data.
pub(super) fn items(told: Told<'_>, verdicts: &Verdicts<'_>, account: &AccountId) -> Vec<Item> {
    vec![environments(told, verdicts, account), crossing(told, verdicts, account)]
}

/// Nobody of another environment reaches into it.
fn crossing(told: Told<'_>, verdicts: &Verdicts<'_>, account: &AccountId) -> Item {
    let check = "separation-no-cross-environment-destroyers";
    let found = verdicts.within(&[check], account);
    let about = (account.as_str(), name(told, account));
    let Some(finding) = worst(&found) else {
        let said = "No verdict tells whether another environment reaches into it.";
        return Item {
            account: Some(account.clone()),
            ..item("environments_apart", ItemStatus::CannotVerify, about, said)
        };
    };
    let status = status(finding.status);
    let mut judged = item("environments_apart", status, about, finding.message.clone());
    judged.account = Some(account.clone());
    judged.clear = (status != ItemStatus::Holds).then(|| Clear {
        change: "take the way from the other environment away; this lays open who takes it, by which statements"
            .to_owned(),
        command: Some(command(&["palisade", "explain", check, account.as_str()])),
    });
    resting(judged, &found)
}

fn account_of<'f>(told: Told<'f>, account: &AccountId) -> Option<&'f Fact<AccountFact>> {
    told.facts.accounts.iter().find(|fact| fact.subject.account.as_ref() == Some(account))
}

fn name<'f>(told: Told<'f>, account: &'f AccountId) -> &'f str {
    account_of(told, account).map_or(account.as_str(), |fact| fact.subject.name.as_str())
}

/// No environment shares its account with another.
fn environments(told: Told<'_>, verdicts: &Verdicts<'_>, account: &AccountId) -> Item {
    let found = verdicts.within(&["separation-environments-apart"], account);
    let about = (account.as_str(), name(told, account));
    let Some(finding) = worst(&found) else {
        let said = "No verdict tells whether it holds one environment.";
        return Item {
            account: Some(account.clone()),
            ..item("environments_apart", ItemStatus::CannotVerify, about, said)
        };
    };
    let status = status(finding.status);
    let mut judged = item("environments_apart", status, about, finding.message.clone());
    judged.account = Some(account.clone());
    if status == ItemStatus::Blocker {
        judged.clear = Some(Clear {
            change: "move the data of one environment to an account of its own, or name the environments right in [environments] of palisade.toml"
                .to_owned(),
            command: Some("aws organizations create-account --account-name NAME --email EMAIL".to_owned()),
        });
    } else if status == ItemStatus::CannotVerify {
        judged.clear = Some(Clear {
            change: "tag the data with its environment, or name it in [environments] of palisade.toml".to_owned(),
            command: Some("palisade explain separation-environments-apart".to_owned()),
        });
    }
    resting(judged, &found)
}

/// Buckets of which nobody has said whether they hold data, in an account of which all data is meant.
pub(super) fn unclassified(told: Told<'_>, verdicts: &Verdicts<'_>, account: &AccountId) -> Option<Item> {
    let fact = account_of(told, account).filter(|fact| fact.subject.production)?;
    let buckets = &fact.detail.unclassified_buckets;
    let first = buckets.first()?;
    let more = match buckets.len() {
        1 => String::new(),
        many => format!(" and {} more", many - 1),
    };
    let said = format!("Nobody has said whether {first}{more} holds production data: it was not judged.");
    let mut judged = item("scope", ItemStatus::CannotVerify, (account.as_str(), &fact.subject.name), said);
    judged.account = Some(account.clone());
    judged.rests_on.push(ground("unclassified_buckets", account.as_str(), buckets.len().to_string()));
    judged.clear = Some(Clear {
        change: "say what they hold, in palisade.toml under [resources] (data, operational or derived), or by the tag data-class".to_owned(),
        command: None,
    });
    Some(resting(judged, &verdicts.within(&["deletion-buckets-classified"], account)))
}

/// The service prefix of what destroys it.
fn service(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::DynamoDbTable => "dynamodb",
        SubjectKind::S3Bucket => "s3",
        _ => "rds",
    }
}

/// The destroying calls are closed by the organization's policies; or a person stands before them.
pub(super) fn closed(told: Told<'_>, verdicts: &Verdicts<'_>, fact: &Fact<ResourceFact>) -> Item {
    let about = (fact.subject.arn.as_str(), fact.subject.name.as_str());
    let rule = "destruction_closed";
    let (Some(layer), Some(account)) = (fact.detail.layers.as_ref().map(|layers| &layers.scp), &fact.subject.account)
    else {
        return item(rule, ItemStatus::CannotVerify, about, "Whether destroying it is closed could not be told.");
    };
    let mut found: Vec<&Finding> = verdicts
        .within(&["scp-data-destruction-denied"], account)
        .into_iter()
        .filter(|finding| finding.subject.arn.ends_with(&format!("/{}", service(fact.subject.kind))))
        .collect();
    let gate = gate(told, verdicts, account, layer.standing == Standing::Held);
    let said = sentence(&layer.why);
    let (status, said, condition) = match (layer.standing, &gate.status) {
        (Standing::Held, ItemStatus::Holds) => (ItemStatus::Holds, said, break_glass(told)),
        (Standing::Held, other) => {
            (*other, format!("{said} But whom the policies let pass is not kept by a person: {}", gate.said), None)
        }
        (_, ItemStatus::Holds) => {
            let condition = "whoever may destroy it shows MFA, comes through Identity Center with MFA attested, or is a declared deployment";
            (
                ItemStatus::Holds,
                format!("Not closed ({}), but every way to the right is kept: {}", layer.why, gate.said),
                Some(condition.to_owned()),
            )
        }
        (Standing::Unknown, _) => (ItemStatus::CannotVerify, said, None),
        (Standing::Failed, _) => {
            (ItemStatus::Blocker, format!("{said} Nor does a person stand before it: {}", gate.said), None)
        }
    };
    found.extend(gate.found);
    // Of doors that are kept there may be many.
    found.retain(|one| one.status != Status::Pass || one.check == "scp-data-destruction-denied");
    let mut judged = item(rule, status, about, said);
    judged.condition = condition;
    judged.rests_on.push(ground("layers.scp", about.0, &layer.why));
    if status != ItemStatus::Holds {
        judged.clear = Some(match layer.standing {
            Standing::Held => Clear {
                change: "let nobody assume the roles that pass the guards without MFA".to_owned(),
                command: Some(command(&["palisade", "explain", "separation-human-gate", account.as_str()])),
            },
            _ => Clear {
                change: "attach service control policies that deny the destroying calls to all but break-glass; this prints and proves them"
                    .to_owned(),
                command: Some(command(&["palisade", "guard", "suggest", "--account", account.as_str()])),
            },
        });
    }
    resting(judged, &found)
}

/// Who passes the closing denies.
fn break_glass(told: Told<'_>) -> Option<String> {
    let principals = &told.settings.break_glass.principals;
    (!principals.is_empty()).then(|| format!("break-glass passes: {}", principals.join(", ")))
}

/// Whether a person stands before every right to destroy in an account.
struct Gate<'a> {
    status: ItemStatus,
    said: String,
    found: Vec<&'a Finding>,
}

fn gate<'a>(told: Told<'_>, verdicts: &Verdicts<'a>, account: &AccountId, closed: bool) -> Gate<'a> {
    let mut found = verdicts.within(&["separation-human-gate"], account);
    let mut ungated: BTreeSet<String> = BTreeSet::new();
    if !closed {
        // Where nothing is closed, keys and whoever is let in by a policy of the resource itself count as well.
        found.extend(
            verdicts.within(&["separation-no-long-lived-destroyers", "separation-root-credentials-absent"], account),
        );
        let Some(fact) = account_of(told, account) else {
            return Gate { status: ItemStatus::CannotVerify, said: "who may destroy was not read.".to_owned(), found };
        };
        let reach = &fact.detail.reach.destroyers;
        let direct = |one: &&Reacher| one.path.is_empty() && one.account.as_ref() != Some(account);
        // Whoever is let in from another account has a gate of its own there.
        let kept = |one: &&Reacher| {
            let doors = verdicts.on(&["separation-human-gate"], &one.who);
            !doors.is_empty() && doors.iter().all(|door| matches!(door.status, Status::Pass | Status::NotApplicable))
        };
        let foreign = reach.shown.iter().filter(direct).filter(|one| !kept(one));
        ungated.extend(foreign.map(|one| format!("{}.", one.told)));
        if ungated.is_empty() && reach.count > reach.shown.len() {
            let said = format!("{} principals may, more than are told one by one.", reach.count);
            return Gate { status: ItemStatus::CannotVerify, said, found };
        }
    }
    let judged = worst(&found);
    let (status, said) = match judged {
        Some(finding) if finding.status == Status::Fail => (ItemStatus::Blocker, told_of(finding)),
        _ if !ungated.is_empty() => (ItemStatus::Blocker, ungated.into_iter().next().unwrap_or_default()),
        Some(finding) if finding.status == Status::Unknown => (ItemStatus::CannotVerify, told_of(finding)),
        // Without a single door that was looked at nothing is known of doors.
        None if !closed => (ItemStatus::CannotVerify, "no role with the right was told.".to_owned()),
        _ => {
            let doors =
                found.iter().filter(|one| one.check == "separation-human-gate" && one.status == Status::Pass).count();
            (
                ItemStatus::Holds,
                format!(
                    "{} with the right asked for MFA or admitted declared deployments alone.",
                    super::scope::counted(doors, "role")
                ),
            )
        }
    };
    Gate { status, said, found }
}

fn told_of(finding: &Finding) -> String {
    format!("{}: {}", quoted(&finding.subject.name), finding.message)
}
