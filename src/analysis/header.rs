//! The headers of subjects that belong to an account as a whole: its environment is theirs.

use std::collections::BTreeMap;

use super::Context;
use super::environment::counts_as_production;
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
    let environment = account.as_ref().and_then(|id| cx.environments.of_account(id).environment);
    let production = counts_as_production(environment.as_deref());
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
    let environment = cx.environments.of_account(account).environment;
    let production = counts_as_production(environment.as_deref());
    Some(Unlisted { kind, account: Some(account.clone()), environment, production, gaps })
}

/// The environment that recorded tags name; `None` where they name none, or several.
pub(super) fn named(cx: &Context<'_>, tags: &BTreeMap<String, String>) -> Option<String> {
    cx.environments.of_tags(tags).and_then(|told| told.environment)
}

/// Gives a subject the environment that recorded tags name, where they are about one; contradicting ones leave it unknown.
pub(super) fn by_tags(cx: &Context<'_>, subject: &mut Subject, tags: &BTreeMap<String, String>) {
    if let Some(told) = cx.environments.of_tags(tags) {
        subject.production = told.production();
        subject.environment = told.environment;
    }
}
