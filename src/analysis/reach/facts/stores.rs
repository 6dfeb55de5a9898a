//! State buckets, vaults and the organization's policies: who writes, deletes, re-times or detaches.

use std::collections::BTreeSet;

use super::destroy::on_points;
use super::{Destruction, Teller};
use crate::analysis::context::merge;
use crate::analysis::reach::{Strength, Target, Who};
use crate::model::facts::{Facts, LockState, Reacher, Reachers, Unread};
use crate::model::ids::{AccountId, Arn};
use crate::model::operation::Collection;
use crate::policy::{Party, ResourcePolicy};

/// The most states of a bucket that are asked about one by one.
const MOST_STATES: usize = 50;

/// Fills what the other rooms left open.
pub(super) fn fill(teller: &Teller<'_, '_, '_>, facts: &mut Facts) {
    state_buckets(teller, facts);
    vaults(teller, facts);
    organization(teller, facts);
}

fn state_buckets(teller: &Teller<'_, '_, '_>, facts: &mut Facts) {
    for fact in &mut facts.state_buckets {
        let Some(account) = fact.subject.account.clone() else { continue };
        let arn = fact.subject.arn.clone();
        let known = arn.parse::<Arn>().ok().and_then(|arn| teller.reach.authority.resource(&arn));
        if known.is_none() {
            continue;
        }
        let region = fact.subject.region.clone();
        let region = region.as_ref().map(AsRef::as_ref);
        let held = facts.state_objects.iter().filter(|object| object.detail.bucket == fact.subject.name);
        let mut keys: BTreeSet<String> =
            held.take(MOST_STATES).map(|object| format!("{arn}/{}", object.detail.key)).collect();
        if keys.is_empty() {
            keys.insert(format!("{arn}/*"));
        }
        let actions = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"];
        let targets: Vec<Target> =
            keys.iter().flat_map(|key| actions.map(|action| Target::new(action, key, &account, region))).collect();
        let Destruction { targets, seeds, search } = Destruction::of(teller.reach, targets);
        fact.detail.writers = Some(teller.reachers(&search, &seeds, &targets, |_| true));
        let mut unread = teller.gaps(&search, &targets, &account, |_| true);
        let (closed, open_to) = versions(teller, &arn, &account, region);
        fact.detail.versions_closed = closed;
        fact.detail.versions_open_to = open_to;
        unread.append(&mut fact.unread);
        fact.unread = merge(unread);
    }
}

/// Whether deleting versions is closed to everybody of the account and to whomever the bucket's policy lets in, and so is
/// lifting whatever closes it. The root user of a bucket's account may change its policy whatever that says
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>), so a policy alone guards only where an SCP
/// keeps root from that.
fn versions(
    teller: &Teller<'_, '_, '_>,
    arn: &str,
    account: &AccountId,
    region: Option<&str>,
) -> (Option<bool>, Option<String>) {
    let objects = Target::new("s3:DeleteObjectVersion", &format!("{arn}/*"), account, region);
    let whole = Target::new("s3:DeleteBucket", arn, account, region);
    let reach = teller.reach;
    let both = [objects, whole];
    let by_guards = both.iter().map(|target| reach.worst_case(target, false)).max().unwrap_or(Strength::Unread);
    let by_policy = both.iter().map(|target| reach.worst_case(target, true)).max().unwrap_or(Strength::Unread);
    let lifting = ["s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]
        .map(|action| reach.worst_case(&Target::new(action, arn, account, region), false));
    let lifted = lifting.into_iter().max().unwrap_or(Strength::Unread);
    let seeds = reach.seeds(&both);
    let outside = seeds.0.iter().find(|(node, (strength, _))| {
        *strength > Strength::No && teller.account_of(**node).is_none_or(|of| of != *account) && teller.acts(**node)
    });
    if let Some((node, (strength, _))) = outside {
        return (Some(false).filter(|_| *strength > Strength::Unread), Some(reach.label(*node)));
    }
    match (by_guards, by_policy, lifted) {
        (Strength::No, _, _) | (_, Strength::No, Strength::No) => (Some(true), None),
        (Strength::Unread, _, _) | (_, Strength::Unread, _) | (_, Strength::No, Strength::Unread) => (None, None),
        (_, Strength::No, _) => {
            (Some(false), Some("its policy closes it, and whoever may change the policy opens it again".to_owned()))
        }
        _ => (Some(false), Some(format!("an administrator or the root user of account {account}"))),
    }
}

fn vaults(teller: &Teller<'_, '_, '_>, facts: &mut Facts) {
    for at in 0..facts.vaults.len() {
        let Some(fact) = facts.vaults.get(at) else { continue };
        let targets = on_points(teller.reach.cx, fact);
        let Some(account) = fact.subject.account.clone().filter(|_| fact.detail.scanned) else { continue };
        let Some(held) = targets.first().and_then(|target| teller.reach.held(target)) else { continue };
        let (unread, policy) = (held.unread.clone(), !held.policies.is_empty());
        let open = open_to(teller, &targets, &account);
        let Some(fact) = facts.vaults.get_mut(at) else { continue };
        fact.detail.access_policy = unread.is_empty().then_some(policy);
        fact.detail.open_to = Some(open);
        // Whose principals were not read, of them nobody knows what the policy lets them do; on an immutable vault it is
        // no matter.
        let immutable = matches!(fact.detail.lock, Some(LockState::Compliance | LockState::AirGapped));
        let own = if immutable { Vec::new() } else { teller.unread_account(&account) };
        let more = unread.into_iter().chain(teller.chain_gaps(&account)).chain(own);
        let all: Vec<Unread> = fact.unread.drain(..).chain(more).collect();
        fact.unread = merge(all);
    }
}

/// Whom the vault's policy and the guards of the organization let delete or re-time points: every principal of its account
/// as if its own policies allowed everything, whoever could be made there, and outsiders.
fn open_to(teller: &Teller<'_, '_, '_>, targets: &[Target], account: &AccountId) -> Reachers {
    let reach = teller.reach;
    let declared = &reach.cx.settings.break_glass.principals;
    let everything = crate::analysis::reach::judge::Own::Everything;
    let mut found: Vec<(String, Option<AccountId>, Strength, &Target)> = Vec::new();
    for principal in reach.authority.of_account(account).filter(|one| !one.service_linked()) {
        let who =
            Who { caller: &principal.caller, keys: &principal.keys, own: &everything, boundary: None, doubtful: false };
        // Of equal ones the first.
        let best = targets
            .iter()
            .rev()
            .map(|target| (reach.judge.strength(&who, &target.question(reach.held(target))), target))
            .max_by_key(|(strength, _)| *strength);
        if let Some((strength, target)) = best
            && strength >= Strength::Conditional
            && !Teller::declared(declared, principal.arn.as_str())
        {
            found.push((principal.arn.to_string(), Some(account.clone()), strength, target));
        }
    }
    let worst =
        targets.iter().rev().map(|target| (reach.new_administrator(account, target), target)).max_by_key(|(s, _)| *s);
    if let Some((strength, target)) = worst.filter(|(strength, _)| *strength >= Strength::Conditional) {
        found.push((format!("a role made anew in account {account}"), Some(account.clone()), strength, target));
    }
    let seeds = reach.seeds(targets);
    for (node, (strength, target)) in &seeds.0 {
        let of = teller.account_of(*node);
        if *strength >= Strength::Conditional
            && teller.acts(*node)
            && of.as_ref() != Some(account)
            && let Some(target) = targets.get(*target)
        {
            let label = reach.label(*node);
            if !Teller::declared(declared, &label) {
                found.push((label, of, *strength, target));
            }
        }
    }
    found.sort();
    found.dedup();
    let shown = found.iter().take(super::telling::SHOWN).map(|(who, of, strength, target)| Reacher {
        who: who.clone(),
        account: of.clone(),
        environment: of.as_ref().and_then(|id| teller.environment(id)),
        strength: if *strength == Strength::Sure { "sure" } else { "conditional" }.to_owned(),
        action: target.action.clone(),
        resource: target.resource.clone(),
        path: Vec::new(),
        by: Vec::new(),
        condition: None,
        told: format!(
            "nothing stops {} from calling {} on {}",
            super::telling::short(who),
            target.action,
            target.resource
        ),
    });
    Reachers { count: found.len(), shown: shown.collect(), platform: Vec::new() }
}

/// Who can detach, change or disable service control policies: in the management account, and where that is delegated.
fn organization(teller: &Teller<'_, '_, '_>, facts: &mut Facts) {
    let reach = teller.reach;
    for fact in &mut facts.organizations {
        let Some(management) = fact.detail.management_account.clone() else { continue };
        let own: Option<Arn> = fact.subject.arn.parse().ok();
        let partition = reach.judge.partition();
        let id = &fact.subject.name;
        let scps = format!("arn:{partition}:organizations::{management}:policy/{id}/service_control_policy/*");
        let root = format!("arn:{partition}:organizations::{management}:root/{id}/*");
        let rights = [
            ("organizations:DetachPolicy", &scps),
            ("organizations:UpdatePolicy", &scps),
            ("organizations:DeletePolicy", &scps),
            ("organizations:DisablePolicyType", &root),
        ];
        let of_policies = rights.into_iter().map(|(action, on)| Target {
            policy_of: own.clone(),
            more: Some(("organizations:PolicyType", "SERVICE_CONTROL_POLICY")),
            ..Target::new(action, on, &management, reach.judge.global())
        });
        // Whoever moves an account from under its policies, or out of the organization, has no need to change them.
        let members = format!("arn:{partition}:organizations::{management}:account/{id}/*");
        let of_accounts = ["organizations:MoveAccount", "organizations:RemoveAccountFromOrganization"].map(|action| {
            Target { policy_of: own.clone(), ..Target::new(action, &members, &management, reach.judge.global()) }
        });
        let targets: Vec<Target> = of_policies.chain(of_accounts).collect();
        let Destruction { targets, seeds, search } = Destruction::of(reach, targets);
        fact.detail.policy_administrators = teller.reachers(&search, &seeds, &targets, |_| true);
        let held = targets.first().and_then(|target| reach.held(target));
        let delegates: BTreeSet<AccountId> = held
            .into_iter()
            .flat_map(|held| held.policies.parties())
            .filter_map(|party| match party {
                Party::Account(id) => id.parse().ok(),
                Party::Principal(arn) => arn.split(':').nth(4)?.parse().ok(),
                _ => None,
            })
            .collect();
        fact.detail.policy_delegates = delegates.into_iter().collect();
        let mut unread = teller.gaps(&search, &targets, &management, |_| true);
        // What is unread of one vault or bucket is no matter here.
        unread.retain(|gap| gap.account.is_none() || gap.collection == Collection::IamAuthorizationDetails);
        unread.append(&mut fact.unread);
        fact.unread = merge(unread);
    }
}

impl crate::analysis::reach::Reach<'_, '_> {
    /// Whether a role that is made anew in an account can, whatever it may.
    fn new_administrator(&self, account: &AccountId, target: &Target) -> Strength {
        let class = self.administrators.get(account).and_then(|at| self.classes.get(*at));
        let held = self.held(target);
        let question = target.question(held);
        let question = match held {
            None => super::super::Question { policy: ResourcePolicy::Everything, ..question },
            Some(_) => question,
        };
        class.map_or(Strength::No, |class| self.judge.strength(&class.who(), &question))
    }
}
