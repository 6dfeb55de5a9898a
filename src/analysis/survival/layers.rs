//! Which of the five layers stand for each resource of production, judged against the accident: one destroy by one principal
//! that weakens no protection first. Every answer is taken from a fact that is there already.

use crate::analysis::Context;
use crate::model::facts::{
    AgentFact, Bound, Class, Fact, Facts, LayerStanding, LayersStanding, LockEvidence, ManagedBy, ResourceFact,
    Standing, StateDatabaseFact, SubjectKind, Tier, Unread,
};
use crate::model::operation::Collection;

fn held(why: impl Into<String>) -> LayerStanding {
    LayerStanding { standing: Standing::Held, why: why.into() }
}

fn failed(why: impl Into<String>) -> LayerStanding {
    LayerStanding { standing: Standing::Failed, why: why.into() }
}

fn unknown(why: impl Into<String>) -> LayerStanding {
    LayerStanding { standing: Standing::Unknown, why: why.into() }
}

/// Fills `layers` of every resource of production that holds data.
pub(super) fn fill(cx: &Context<'_>, facts: &mut Facts) {
    let rpo = f64::from(cx.settings.rpo_hours);
    let told: Vec<Option<LayersStanding>> = facts
        .resources
        .iter()
        .map(|fact| {
            let asked =
                fact.subject.class == Some(Class::Data) && fact.subject.production && fact.detail.cluster.is_none();
            asked.then(|| LayersStanding {
                scp: scp(facts, fact),
                separation: separation(facts, fact),
                deletion: deletion(facts, fact),
                backup: backup(fact, rpo),
                state: state(facts, fact),
            })
        })
        .collect();
    for (fact, layers) in facts.resources.iter_mut().zip(told) {
        fact.detail.layers = layers;
    }
}

fn service(kind: SubjectKind) -> &'static str {
    match kind {
        SubjectKind::DynamoDbTable => "dynamodb",
        SubjectKind::S3Bucket => "s3",
        _ => "rds",
    }
}

/// What could not be read, in words, of the gaps that concern a layer.
fn gap(unread: &[Unread], concerns: impl Fn(Collection) -> bool) -> Option<String> {
    let first = unread.iter().find(|one| concerns(one.collection))?;
    Some(format!("{} was not read: {}", first.collection, first.gap.message))
}

/// The gaps behind which an open action could stand.
const GUARDING: [Collection; 11] = [
    Collection::OrganizationDescription,
    Collection::OrganizationRoots,
    Collection::OrganizationUnits,
    Collection::OrganizationAccounts,
    Collection::OrganizationScps,
    Collection::OrganizationRcps,
    Collection::AccountRegions,
    Collection::RdsDbInstances,
    Collection::RdsDbClusters,
    Collection::DynamoDbTables,
    Collection::S3Buckets,
];

fn scp(facts: &Facts, fact: &Fact<ResourceFact>) -> LayerStanding {
    let service = service(fact.subject.kind);
    let found = facts
        .account_services
        .iter()
        .find(|one| one.subject.account == fact.subject.account && one.detail.service == service);
    let Some(one) = found else { return unknown("the account's guards could not be told") };
    match one.detail.bound {
        Bound::Management => return failed("service control policies bind nobody in the management account"),
        Bound::Outside => return failed("the account belongs to no organization, so that no policy denies anything"),
        Bound::Unknown => return unknown("whether policies of an organization bind the account was not read"),
        Bound::Member => {}
    }
    let actions = &one.detail.destroys_data;
    if let Some(open) = actions.open.first() {
        return failed(format!(
            "{} of {} destroying actions are not closed: {}",
            actions.open_count, actions.asked, open.said
        ));
    }
    if actions.open_count > 0 {
        return failed(format!("{} of {} destroying actions are not closed", actions.open_count, actions.asked));
    }
    if let Some(action) = actions.undecided.first() {
        return unknown(format!("whether {action} is closed depends on what could not be read"));
    }
    if actions.asked == 0 || actions.closed < actions.asked {
        return unknown("the account's guards could not be told");
    }
    // Whatever keeps the check of these actions from a pass keeps the layer from standing.
    if let Some(hidden) = gap(&one.unread, |collection| GUARDING.contains(&collection)) {
        return unknown(hidden);
    }
    let by = actions.closing.first().map_or(String::new(), |closing| format!(" by {}", closing.said));
    held(format!("all {} destroying actions of {service} are closed{by}", actions.asked))
}

/// The gaps behind which a principal that reaches data could stand.
const REACHING: [Collection; 14] = [
    Collection::IamAuthorizationDetails,
    Collection::OrganizationDescription,
    Collection::OrganizationRoots,
    Collection::OrganizationUnits,
    Collection::OrganizationAccounts,
    Collection::OrganizationScps,
    Collection::OrganizationRcps,
    Collection::OrganizationDelegatedAdministrators,
    Collection::OrganizationTrustedServices,
    Collection::OrganizationCentralRoot,
    Collection::S3BucketPolicy,
    Collection::DynamoDbResourcePolicies,
    Collection::KmsKeyPolicies,
    Collection::BackupVaultPolicies,
];

fn separation(facts: &Facts, fact: &Fact<ResourceFact>) -> LayerStanding {
    let account = fact.subject.account.as_ref();
    let Some(one) = facts.accounts.iter().find(|one| one.subject.account.as_ref() == account) else {
        return unknown("who reaches the account could not be told");
    };
    let crossing = &one.detail.reach.crossing;
    if crossing.count > 0 {
        let told = crossing.shown.first().map_or_else(String::new, |reacher| format!(": {}", reacher.told));
        return failed(format!("{} of other environments can destroy data here{told}", principals(crossing.count)));
    }
    let agents = || facts.agents.iter().filter(|agent| agent.detail.declared);
    let reaches = |agent: &&Fact<AgentFact>| agent.detail.in_accounts.iter().any(|here| Some(here) == account);
    if let Some(agent) = agents().find(reaches) {
        return failed(format!("the agent {} can destroy data here", agent.subject.name));
    }
    if let Some(agent) = agents().find(|agent| !agent.detail.found) {
        return unknown(format!("no principal that was read matches the agent {}", agent.subject.name));
    }
    let concerns = |collection: Collection| REACHING.contains(&collection);
    let hidden = gap(&one.unread, concerns).or_else(|| agents().find_map(|agent| gap(&agent.unread, concerns)));
    if let Some(hidden) = hidden {
        return unknown(hidden);
    }
    if one.detail.reach.rights == 0 {
        return unknown("who reaches the account could not be told");
    }
    held("no principal of another environment, and no agent, can destroy data here")
}

fn principals(count: usize) -> String {
    format!("{count} {}", if count == 1 { "principal" } else { "principals" })
}

fn deletion(facts: &Facts, fact: &Fact<ResourceFact>) -> LayerStanding {
    let protection = &fact.detail.protection;
    if fact.subject.kind == SubjectKind::S3Bucket {
        // Nothing keeps a bucket from whoever empties it but what keeps its versions.
        let lock = protection.object_lock.as_ref();
        return match (lock, protection.mfa_delete) {
            (Some(lock), _) if lock.enabled && lock.default_mode.as_deref() == Some("COMPLIANCE") => {
                held("Object Lock keeps every new version in COMPLIANCE mode")
            }
            (_, Some(true)) => held("deleting versions takes the root user's MFA device"),
            (None, _) | (_, None) => unknown("Object Lock or versioning of the bucket was not read"),
            (Some(_), Some(false)) => failed("a bucket has no deletion protection: whoever empties it deletes it"),
        };
    }
    match protection.deletion_protection {
        None => unknown("its deletion protection was not read"),
        Some(false) => failed("its deletion protection is off"),
        Some(true) => {
            let turns_off = |one: &&Fact<StateDatabaseFact>| {
                one.detail.resource.as_deref() == Some(fact.subject.arn.as_str())
                    && fact.subject.kind != SubjectKind::DynamoDbTable
                    && one.detail.recorded.unprotects()
            };
            // A state that nobody read may record it off as well.
            let hidden = gap(&fact.unread, |collection| CLAIMING.contains(&collection));
            match facts.state_databases.iter().find(turns_off) {
                Some(one) => failed(format!(
                    "its deletion protection is on, but {} records it off with apply_immediately: a destroy turns it off first",
                    one.detail.state
                )),
                None => match hidden.filter(|_| fact.subject.kind != SubjectKind::DynamoDbTable) {
                    Some(hidden) => unknown(format!("its deletion protection is on, but {hidden}")),
                    None => held("its deletion protection is on"),
                },
            }
        }
    }
}

fn backup(fact: &Fact<ResourceFact>, rpo: f64) -> LayerStanding {
    let Some(survival) = &fact.detail.survival else { return unknown("what survives could not be told") };
    let outcome = &survival.account;
    let fresh = |hours: Option<f64>| hours.is_some_and(|hours| hours < rpo);
    let best = outcome.copies.iter().find(|fate| fate.tier >= Tier::Isolated && fresh(fate.age_hours));
    if let Some(fate) = best {
        let age = fate.age_hours.unwrap_or_default();
        return held(format!("{} is {}, its data {age} hours old", fate.arn, fate.tier.words()));
    }
    let hoped = outcome.copies.iter().find(|fate| fate.tier_at_best >= Tier::Isolated && fresh(fate.age_hours));
    let seen = outcome.copies.iter().map(|fate| fate.tier_at_best).max().unwrap_or(Tier::None);
    if let Some(fate) = hoped {
        return unknown(format!("{} may be {}: {}", fate.arn, fate.tier_at_best.words(), fate.why.join("; ")));
    }
    if outcome.tier_at_best >= Tier::Isolated && outcome.tier_at_best > seen {
        let replica = survival.not_backups.iter().find(|one| one.tier_at_best >= Tier::Isolated);
        return match replica {
            Some(one) => unknown(format!("{} may hold it, and no list says what lies there", one.arn)),
            None => unknown("copies may lie where palisade could not look"),
        };
    }
    let stale = outcome.copies.iter().find(|fate| fate.tier >= Tier::Isolated);
    match (stale, outcome.copies.first()) {
        (Some(fate), _) => {
            let age = fate.age_hours.map_or_else(|| "of unknown age".to_owned(), |age| format!("{age} hours old"));
            failed(format!("{} is {}, but its data is {age}; less than {rpo} are wanted", fate.arn, fate.tier.words()))
        }
        (None, Some(fate)) => failed(format!("the best copy is {}: {}", fate.tier.words(), fate.why.join("; "))),
        (None, None) => failed("there is no copy"),
    }
}

/// The gaps behind which another state could stand.
const CLAIMING: [Collection; 4] =
    [Collection::StateObjects, Collection::StateContent, Collection::StateClaims, Collection::StateLockItems];

fn state(facts: &Facts, fact: &Fact<ResourceFact>) -> LayerStanding {
    let hidden = gap(&fact.unread, |collection| CLAIMING.contains(&collection));
    let claims = &fact.detail.claims;
    match (claims.as_slice(), &fact.detail.managed_by) {
        ([], Some(ManagedBy::CloudFormation { stack })) => match hidden {
            Some(hidden) => unknown(hidden),
            None => held(format!("the CloudFormation stack {stack} claims it, and no Terraform state does")),
        },
        ([], Some(ManagedBy::External { what })) => unknown(format!("{what} manages it, where palisade cannot look")),
        ([], None) => match hidden {
            Some(hidden) => unknown(hidden),
            None => failed("no remote state claims it"),
        },
        ([claim], managed_by) => {
            if let Some(ManagedBy::CloudFormation { stack }) = managed_by {
                return failed(format!("both {} and the CloudFormation stack {stack} claim it", claim.state));
            }
            let told = claimed(facts, fact, &claim.state);
            match hidden {
                Some(hidden) if told.standing == Standing::Held => unknown(hidden),
                _ => told,
            }
        }
        (claims, _) => {
            let all: Vec<&str> = claims.iter().map(|claim| claim.state.as_str()).collect();
            failed(format!("{} states or addresses claim it: {}", claims.len(), all.join(", ")))
        }
    }
}

/// Whether the one state that claims something is locked, versioned and of one environment.
fn claimed(facts: &Facts, fact: &Fact<ResourceFact>, address: &str) -> LayerStanding {
    let Some(object) = facts.state_objects.iter().find(|one| one.subject.arn == address) else {
        return unknown(format!("{address} claims it, and could not be judged"));
    };
    let bucket = facts.state_buckets.iter().find(|one| one.subject.name == object.detail.bucket);
    let versioning = bucket.and_then(|one| one.detail.versioning.as_deref());
    if object.detail.environments.len() > 1 {
        let environments: Vec<&str> = object.detail.environments.keys().map(String::as_str).collect();
        return failed(format!("{address} mixes the environments {}", environments.join(" and ")));
    }
    if let (Some(named), Some(own)) = (&object.detail.key_environment, &fact.subject.environment)
        && named != own
    {
        return failed(format!("{address} names {named} and claims what belongs to {own}"));
    }
    if let LockEvidence::Uncovered { why } = &object.detail.lock {
        return failed(format!("the newest write of {address} held no lock: {why}"));
    }
    match versioning {
        Some("Enabled") => {}
        Some(other) => return failed(format!("versioning of the bucket of {address} is {other}")),
        None => return unknown(format!("versioning of the bucket of {address} was not read")),
    }
    if let LockEvidence::Unknown { why } = &object.detail.lock {
        return unknown(format!("whether {address} is locked cannot be told: {why}"));
    }
    let known: usize = object.detail.environments.values().sum();
    if object.detail.environment_unknown > 0 && known + object.detail.environment_unknown > 1 {
        return unknown(format!("{address} holds data of an environment that is not known"));
    }
    held(format!("{address} alone claims it: remote, locked, versioned, of one environment"))
}
