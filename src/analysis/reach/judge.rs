//! One right of one caller: sure, under a condition, hidden by what is unread, or none. Imports the authority and the engine.
//!
//! The caller chooses what it can choose: TLS, a region that is enabled, the resource where any will do. What it cannot
//! choose stays unknown, and a right that depends on it is conditional.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::analysis::Context;
use crate::analysis::authority::{AccountChain, Authority, UNREAD_KEY, policy_of};
use crate::model::ids::AccountId;
use crate::policy::{
    Caller, Chain, Cited, Context as Keys, Decision, Effect, Fact, Identity, Opening, Policies, PolicySet, Request,
    ResourcePolicy, Source, Verdict, decide, explain, prove,
};

/// How many doubtful rights are gone into by every value of their conditions; later ones stay conditional.
const MOST_PROOFS: usize = 4_000;

/// How many of an account's regions are tried where the caller may choose one.
const MOST_REGIONS: usize = 4;

/// How surely something can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Strength {
    /// It cannot.
    No,
    /// It depends on a policy that could not be read.
    Unread,
    /// It depends on keys of the request, or on what palisade does not see.
    Conditional,
    /// It can.
    Sure,
}

impl Strength {
    /// Those that count, the surest first.
    pub(crate) const ALL: [Self; 3] = [Self::Sure, Self::Conditional, Self::Unread];
}

/// What a caller's own policies say.
#[derive(Debug, Clone)]
pub(crate) enum Own {
    /// Whatever they have to: somebody rewrites them.
    Everything,
    /// These.
    Policies(Arc<PolicySet>),
}

impl Own {
    pub(super) fn identity(&self) -> Identity<'_> {
        match self {
            Self::Everything => Identity::Everything,
            Self::Policies(set) => Identity::Policies(set),
        }
    }
}

/// Who calls, as policies see it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Who<'w> {
    pub(crate) caller: &'w Caller,
    pub(crate) keys: &'w Arc<Keys>,
    pub(crate) own: &'w Own,
    pub(crate) boundary: Option<&'w Arc<PolicySet>>,
    /// Whether some of its policies are unread.
    pub(crate) doubtful: bool,
}

/// What is asked of.
#[derive(Debug, Clone, Copy)]
pub(crate) enum On<'q> {
    /// One resource.
    One(&'q str),
    /// Whichever of a class the caller picks.
    Each(&'q str),
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) action: &'q str,
    pub(crate) on: On<'q>,
    /// The resource's account.
    pub(crate) owner: &'q AccountId,
    pub(crate) policy: ResourcePolicy<'q>,
    /// Whether the resource's policy is unread.
    pub(crate) doubtful: bool,
    /// The region that is called.
    pub(crate) region: Option<&'q str>,
    /// What more is known of the request.
    pub(crate) more: Option<(&'q str, &'q str)>,
}

impl<'q> Question<'q> {
    /// A question about something that has no policy of its own.
    pub(crate) fn new(action: &'q str, on: On<'q>, owner: &'q AccountId, region: Option<&'q str>) -> Self {
        Self { action, on, owner, policy: ResourcePolicy::None, doubtful: false, region, more: None }
    }
}

/// Why somebody can or cannot.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Why {
    /// The statements that allow.
    pub(crate) by: Vec<Cited>,
    /// The statements that deny, in some context or in all.
    pub(crate) against: Vec<Cited>,
    /// Where an allow is missing.
    pub(crate) missing: Vec<String>,
    /// What opens it, where it is conditional.
    pub(crate) openings: Vec<Opening>,
    /// Keys on which it depends and whose values could not be listed.
    pub(crate) unlisted: Vec<Box<str>>,
}

impl Why {
    /// The keys on which it depends, in words.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<String> = match self.openings.first() {
            Some(opening) => opening
                .keys
                .iter()
                .filter(|(key, _)| !key.starts_with(UNREAD_KEY))
                .map(|(key, fact)| format!("{key} {}", words(fact)))
                .collect(),
            None => Vec::new(),
        };
        let sure = self.openings.first().is_some_and(|opening| opening.sure);
        if !sure {
            keys.extend(self.unlisted.iter().map(|key| format!("{key} (not listed)")));
        }
        keys.truncate(6);
        keys
    }
}

fn words(fact: &Fact) -> String {
    match fact {
        Fact::Values(values) => format!("= {}", values.join(", ")),
        Fact::Absent => "is absent".to_owned(),
        Fact::Present => "is present".to_owned(),
        Fact::Unknown => "is anything".to_owned(),
    }
}

/// Decides.
pub(crate) struct Judge<'a> {
    authority: &'a Authority<'a>,
    management: Option<String>,
    organization: Option<String>,
    global: Option<String>,
    partition: String,
    regions: BTreeMap<AccountId, Vec<String>>,
    members: BTreeSet<AccountId>,
    proofs: Cell<usize>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(cx: &Context<'a>, authority: &'a Authority<'a>) -> Self {
        let home = cx.inventory.caller.home_region.as_str();
        let regions = cx.inventory.accounts.iter().map(|account| {
            let mut regions: Vec<String> = account.regions().map(|(region, _)| region.to_string()).collect();
            // The home region is where a guard on regions most likely lets calls through.
            regions.sort_by_key(|region| (region != home, region.clone()));
            regions.truncate(MOST_REGIONS);
            (account.id.clone(), regions)
        });
        Self {
            authority,
            management: authority.chains.management.as_ref().map(ToString::to_string),
            organization: authority.chains.organization.clone(),
            global: cx.inventory.caller.partition.global_region().map(|region| region.to_string()),
            partition: cx.inventory.caller.partition.to_string(),
            regions: regions.collect(),
            members: authority.chains.accounts().map(|(id, _)| id.clone()).collect(),
            proofs: Cell::new(0),
        }
    }

    pub(crate) fn partition(&self) -> &str {
        &self.partition
    }

    /// The region of global services.
    pub(crate) fn global(&self) -> Option<&str> {
        self.global.as_deref()
    }

    /// Regions of an account to choose from.
    pub(crate) fn regions(&self, account: &AccountId) -> &[String] {
        self.regions.get(account).map_or(&[], Vec::as_slice)
    }

    fn chain(&self, account: &str) -> Option<&AccountChain> {
        account.parse().ok().and_then(|id| self.authority.chains.of(&id))
    }

    fn context(&self, who: &Who<'_>, question: &Question<'_>) -> Keys {
        let mut keys = Keys::clone(who.keys);
        keys.set("aws:SecureTransport", Fact::values(["true"]));
        keys.set("aws:ResourceAccount", Fact::values([question.owner.as_str()]));
        if let Some(region) = question.region {
            keys.set("aws:RequestedRegion", Fact::values([region]));
        }
        let member = self.members.contains(question.owner);
        if let Some(organization) = self.organization.as_deref().filter(|_| member) {
            keys.set("aws:ResourceOrgID", Fact::values([organization]));
        }
        if let Some((key, value)) = question.more {
            keys.set(key, Fact::values([value]));
        }
        keys
    }

    fn request(&self, who: &Who<'_>, question: &Question<'_>) -> Option<Request> {
        let keys = self.context(who, question);
        let (caller, owner) = (who.caller.clone(), question.owner.as_str());
        match question.on {
            On::One(arn) => Request::new(caller, question.action, arn, owner, keys).ok(),
            On::Each(pattern) => {
                Request::for_any(caller, question.action, pattern, owner, keys).ok().map(Request::with_plain_names)
            }
        }
    }

    fn policies<'p>(&'p self, who: &'p Who<'_>, question: &'p Question<'_>) -> Policies<'p> {
        let scps = self.chain(who.caller.account()).map_or(Chain::none(), |chain| &chain.scps);
        let rcps = self.chain(question.owner.as_str()).map_or(Chain::none(), |chain| &chain.rcps);
        Policies {
            scps,
            rcps,
            identity: who.own.identity(),
            boundary: who.boundary.map(|set| &**set),
            session: None,
            resource: question.policy,
            management_account: self.management.as_deref(),
        }
    }

    fn doubtful(&self, who: &Who<'_>, question: &Question<'_>) -> bool {
        let chain = |account: &str| self.chain(account).is_some_and(|chain| !chain.unread.is_empty());
        who.doubtful || question.doubtful || chain(who.caller.account()) || chain(question.owner.as_str())
    }

    /// Whether the caller can.
    pub(crate) fn strength(&self, who: &Who<'_>, question: &Question<'_>) -> Strength {
        let Some(request) = self.request(who, question) else { return Strength::No };
        let policies = self.policies(who, question);
        match decide(&request, &policies) {
            Decision::Allowed => Strength::Sure,
            Decision::ExplicitDeny | Decision::ImplicitDeny => Strength::No,
            Decision::Unknown if self.doubtful(who, question) => Strength::Unread,
            Decision::Unknown if matches!(question.on, On::Each(_)) => Strength::Conditional,
            Decision::Unknown if self.proofs.get() >= MOST_PROOFS => Strength::Conditional,
            Decision::Unknown => {
                self.proofs.set(self.proofs.get() + 1);
                match prove(&request, &policies).verdict {
                    Verdict::Closed => Strength::No,
                    Verdict::Conditional => Strength::Conditional,
                    Verdict::Open => Strength::Sure,
                }
            }
        }
    }

    /// Whether the caller can in some region of its choice. Where the region makes no difference it is asked once.
    pub(crate) fn in_some_region<'q>(
        &self,
        who: &Who<'_>,
        question: &Question<'q>,
        regions: impl Iterator<Item = &'q str>,
    ) -> Strength {
        let wherever = self.strength(who, &Question { region: None, ..*question });
        if matches!(wherever, Strength::No | Strength::Sure) {
            return wherever;
        }
        let mut best = Strength::No;
        let mut asked = false;
        for region in regions {
            asked = true;
            best = best.max(self.strength(who, &Question { region: Some(region), ..*question }));
            if best == Strength::Sure {
                break;
            }
        }
        if asked { best } else { wherever }
    }

    /// By which statements, and what opens or closes it.
    pub(crate) fn why(&self, who: &Who<'_>, question: &Question<'_>) -> Why {
        let Some(request) = self.request(who, question) else { return Why::default() };
        let policies = self.policies(who, question);
        let explained = explain(&request, &policies);
        let allows = explained.by.iter().filter(|cited| cited.effect == Effect::Allow);
        // What the organization allows is the same for all.
        let own = allows.filter(|cited| !matches!(cited.source, Source::Scp | Source::Rcp));
        let mut why = Why { by: own.cloned().collect(), ..Why::default() };
        why.against = explained.by.iter().filter(|cited| cited.effect == Effect::Deny).cloned().collect();
        why.missing = explained.missing_allow_at.iter().map(|missing| missing.word().to_owned()).collect();
        if explained.decision == Decision::Unknown {
            let proof = prove(&request, &policies);
            why.against = proof.closing;
            why.openings = proof.openings;
            why.unlisted = proof.unlisted;
        }
        why
    }

    /// Whether the caller can on some resource of its choice: `service:resource` of an account, or `*`.
    pub(crate) fn on_some(&self, who: &Who<'_>, action: &str, on: &str, account: &AccountId) -> Strength {
        let service = on.split(':').next().unwrap_or("");
        let global = matches!(service, "iam" | "organizations" | "account");
        let regions: Vec<Option<&str>> = match self.global() {
            region if global || action.starts_with("iam:") => vec![region],
            _ if self.regions(account).is_empty() => vec![None],
            _ => self.regions(account).iter().map(|region| Some(region.as_str())).collect(),
        };
        let mut best = Strength::No;
        for region in regions {
            let pattern = match on.split_once(':') {
                None => "*".to_owned(),
                Some((service, rest)) => {
                    let place = if global { "" } else { region.unwrap_or("*") };
                    format!("arn:{}:{service}:{place}:{account}:{rest}", self.partition)
                }
            };
            best = best.max(self.strength(who, &Question::new(action, On::Each(&pattern), account, region)));
            if best == Strength::Conditional {
                best = best.max(self.on_examples(who, action, account, region));
            }
            // Where its policies are unread, another region tells no more.
            if best == Strength::Sure || (best == Strength::Unread && who.doubtful) {
                break;
            }
        }
        best
    }

    /// Why the caller can on some resource of its choice.
    pub(crate) fn why_some(&self, who: &Who<'_>, action: &str, on: &str, account: &AccountId) -> Why {
        let region = match self.global() {
            region if action.starts_with("iam:") => region,
            _ => self.regions(account).first().map(String::as_str),
        };
        let pattern = match on.split_once(':') {
            None => "*".to_owned(),
            Some((service, rest)) => {
                let place = if service == "iam" { "" } else { region.unwrap_or("*") };
                format!("arn:{}:{service}:{place}:{account}:{rest}", self.partition)
            }
        };
        self.why(who, &Question::new(action, On::Each(&pattern), account, region))
    }

    /// The caller picks a resource that its own policies name.
    fn on_examples(&self, who: &Who<'_>, action: &str, account: &AccountId, region: Option<&str>) -> Strength {
        let Own::Policies(set) = who.own else { return Strength::No };
        let patterns = set.resources_of(action);
        let examples = patterns.iter().filter(|pattern| *pattern != "*").take(16).filter_map(|pattern| {
            let mut parts: Vec<String> = pattern.splitn(6, ':').map(str::to_owned).collect();
            if parts.len() < 6 {
                return None;
            }
            let fills =
                [(1, self.partition.as_str()), (3, region.unwrap_or("")), (4, account.as_str()), (5, "palisade")];
            for (at, fill) in fills {
                let part = parts.get_mut(at)?;
                *part = part.replace('*', fill).replace('?', "x");
            }
            Some(parts.join(":"))
        });
        let mut best = Strength::No;
        for example in examples {
            best = best.max(self.strength(who, &Question::new(action, On::One(&example), account, region)));
        }
        best
    }

    /// Whether a role's trust lets somebody in who may assume whatever trusts them.
    pub(crate) fn trusted<'q>(
        &self,
        trust: &'q crate::analysis::authority::Held,
        question: Question<'q>,
    ) -> Question<'q> {
        Question { policy: policy_of(Some(&trust.policies)), doubtful: !trust.unread.is_empty(), ..question }
    }
}
