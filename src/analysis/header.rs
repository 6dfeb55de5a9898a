//! The headers of subjects that belong to an account as a whole: its environment is theirs.

use std::collections::BTreeMap;

use super::Context;
use crate::model::facts::{Subject, SubjectKind, Unlisted, Unread};
use crate::model::ids::{AccountId, Region};

/// The header of a thing whose environment is its account's.
pub(super) fn in_account(
    cx: &Context<'_>,
    kind: SubjectKind,
    arn: &str,
    name: &str,
    account: Option<AccountId>,
    region: Option<Region>,
) -> Subject {
    let environment = account.as_ref().and_then(|id| environment(cx, id));
    let production = is_production(environment.as_deref());
    Subject { kind, arn: arn.to_owned(), name: name.to_owned(), account, region, environment, production, class: None }
}

/// Subjects of a kind that could not be listed in an account; `None` where nothing stood in the way.
pub(super) fn unlisted(
    cx: &Context<'_>,
    kind: SubjectKind,
    account: &AccountId,
    mut gaps: Vec<Unread>,
) -> Option<Unlisted> {
    if gaps.is_empty() {
        return None;
    }
    gaps.sort();
    gaps.dedup();
    let environment = environment(cx, account);
    let production = is_production(environment.as_deref());
    Some(Unlisted { kind, account: Some(account.clone()), environment, production, gaps })
}

/// Production, or unknown.
pub(super) fn is_production(environment: Option<&str>) -> bool {
    environment.is_none_or(|word| word == "production")
}

/// The environment that recorded tags name; `None` where they name none, or several.
pub(super) fn named(_cx: &Context<'_>, tags: &BTreeMap<String, String>) -> Option<String> {
    tags.values().next().cloned()
}

/// Gives a subject the environment that recorded tags name, where they name one.
pub(super) fn by_tags(cx: &Context<'_>, subject: &mut Subject, tags: &BTreeMap<String, String>) {
    if let Some(environment) = named(cx, tags) {
        subject.production = is_production(Some(&environment));
        subject.environment = Some(environment);
    }
}

fn environment(cx: &Context<'_>, account: &AccountId) -> Option<String> {
    cx.settings.environments.accounts.get(account).cloned()
}
