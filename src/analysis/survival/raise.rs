//! Which one change would raise a resource's tier most. Imports the fates and the threats.

use super::fates::Judged;
use super::threat::{Stand, Threat};
use crate::model::facts::{CopyKind, Fact, LockState, Raise, RaiseKind, ResourceFact, SubjectKind, Tier};

/// The change that leads to the highest tier; of several the least, as their kinds are ordered.
pub(super) fn best(fact: &Fact<ResourceFact>, judged: &[Judged<'_>]) -> Option<Raise> {
    let now = judged.iter().map(|one| one.stand.tier(true)).max().unwrap_or(Tier::None);
    let mut raises: Vec<Raise> = judged.iter().flat_map(of_copy).collect();
    raises.push(across(fact, judged));
    raises.retain(|raise| raise.to > now);
    raises.sort_by(|a, b| b.to.cmp(&a.to).then_with(|| (a.kind, &a.what).cmp(&(b.kind, &b.what))));
    raises.into_iter().next()
}

fn of_copy(one: &Judged<'_>) -> Vec<Raise> {
    let stand = one.stand;
    let mut raises = Vec::new();
    if !stand.usable {
        return raises;
    }
    let vault = one.copy.vault.as_ref().map_or("", |vault| vault.name());
    let mut add = |kind, what: String, then: Stand| raises.push(Raise { kind, what, to: then.tier(true) });
    if !vault.is_empty() && !stand.lock.immutable() {
        let locked = Stand { lock: LockState::Compliance, ..stand };
        match stand.lock {
            LockState::Grace => {
                add(RaiseKind::WaitForLock, format!("let the grace time of the lock of vault {vault} pass"), locked);
            }
            _ => add(RaiseKind::LockVault, format!("lock vault {vault} in compliance mode"), locked),
        }
    }
    if stand.key == Threat::Reached {
        let kept = Stand { key: Threat::None, ..stand };
        let key = one.copy.kms_key.as_ref().map(ToString::to_string).unwrap_or_default();
        if one.key_gone {
            add(RaiseKind::KeepKey, format!("bring the key {key} back: enable it, or cancel its deletion"), kept);
        } else {
            let account = one.copy.account.as_ref().map(ToString::to_string).unwrap_or_default();
            let what = format!(
                "encrypt copies with a key of account {account} that nobody of the resource's account reaches, not with {key}"
            );
            add(RaiseKind::OwnKey, what, kept);
        }
    }
    if stand.apart
        && stand.deletable(true)
        && let Some(told) = &one.deleted
    {
        add(RaiseKind::ClosePath, format!("close this: {told}"), Stand { delete: Threat::None, ..stand });
    }
    raises
}

/// Copies into an immutable vault of another account.
fn across(fact: &Fact<ResourceFact>, judged: &[Judged<'_>]) -> Raise {
    let encryption = &fact.detail.encryption;
    let database = matches!(fact.subject.kind, SubjectKind::DbInstance | SubjectKind::DbCluster);
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
    let first = if database && encryption.key_manager.as_deref() == Some("AWS") {
        "encrypt it with a key of its own first, for what an AWS-managed key encrypts cannot be copied to another account; \
         then "
    } else {
        ""
    };
    let backed = judged.iter().any(|one| one.stand.usable && one.copy.kind == CopyKind::RecoveryPoint);
    let target = "another account's vault that is locked in compliance mode or logically air-gapped";
    let (kind, what) = if backed {
        (RaiseKind::CopyAcross, format!("{first}copy its recovery points into {target}"))
    } else {
        (RaiseKind::BackUp, format!("{first}back it up with a plan that copies into {target}"))
    };
    Raise { kind, what, to: Tier::Immutable }
}
