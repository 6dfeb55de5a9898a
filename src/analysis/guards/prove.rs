//! The proofs for one way through the organization: closed, conditional or open, by which statements, and who passes.
//!
//! The trick worth knowing: who a question is not about is put behind a deny of our own ([`ASIDE`]). What then stays open is
//! open to somebody else, for [`prove_with`] tells patterns of ARNs apart exactly.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::answer::{
    Answer, Closing, ClosingStatement, TAG, Who, by_identity, matters_who, over_regions, principal_tags, undecided,
};
use super::declared::{ASIDE, Declared};
use super::exemptions::resources_of;
use super::question::Target;
use super::ways::Way;
use crate::model::ids::{AccountId, Arn, Partition, Region};
use crate::policy::{
    Caller, Chain, Cited, Concern, Context as Keys, Decision, Fact, Memo, Missing, Opening, Policies, PolicySet, Proof,
    Request, Source, Verdict, concern, decide, prove_with,
};

/// What the ARN of a role ends in that no policy names.
const STRANGER: &str = "role/palisade-of-whom-nobody-has-heard";

/// Proves for one way.
pub(super) struct Prover<'w> {
    pub(super) way: &'w Way<'w>,
    pub(super) partition: &'w Partition,
    organization: Option<&'w str>,
    /// The policies with everybody aside who is no role or user of the account.
    everybody: Chain,
    /// Likewise, and whoever may pass aside as well.
    others: Chain,
    /// Likewise, without the account's own policies.
    above: Chain,
    rcps_above: Chain,
    memo: BTreeMap<(Who, Option<Region>, Concern), Arc<Answer>>,
    /// What is known of the patterns in the policies.
    patterns: Memo,
}

impl<'w> Prover<'w> {
    pub(super) fn new(
        way: &'w Way<'w>,
        declared: &Declared,
        partition: &'w Partition,
        organization: Option<&'w str>,
    ) -> Self {
        let aside = |everybody: bool| {
            let document = declared.aside(partition, way.account.as_str(), everybody);
            (ASIDE.to_owned(), PolicySet::new(document.map(|document| (ASIDE, document))))
        };
        let own = way.chain.path.last().map(String::as_str);
        let levels = |chain: &Chain, account: bool| -> Vec<(String, PolicySet)> {
            let kept = chain.levels().iter().filter(|level| account || Some(level.name()) != own);
            kept.map(|level| (level.name().to_owned(), level.policies().clone())).collect()
        };
        let with = |account: bool, everybody: bool| {
            Chain::new(levels(&way.chain.scps, account).into_iter().chain([aside(everybody)]))
        };
        Self {
            way,
            partition,
            organization: organization.filter(|_| way.member),
            everybody: with(true, true),
            others: with(true, false),
            above: with(false, false),
            rcps_above: Chain::new(levels(&way.chain.rcps, false)),
            memo: BTreeMap::new(),
            patterns: Memo::default(),
        }
    }

    /// The organization that the accounts of the way surely belong to, among what is known of a request.
    pub(super) fn with_organization(&self, mut keys: Keys) -> Keys {
        let Some(organization) = self.organization else { return keys };
        keys.set("aws:PrincipalOrgID", Fact::values([organization]));
        keys.set("aws:ResourceOrgID", Fact::values([organization]));
        let path = &self.way.chain.path;
        if let Some((_, above)) = path.split_last()
            && above.first().is_some_and(|id| id.starts_with("r-"))
        {
            // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
            let path = format!("{organization}/{}/", above.join("/"));
            keys.set("aws:PrincipalOrgPaths", Fact::values([path.as_str()]));
            keys.set("aws:ResourceOrgPaths", Fact::values([path.as_str()]));
        }
        keys
    }

    fn policies<'a>(&'a self, scps: &'a Chain, rcps: &'a Chain) -> Policies<'a> {
        let management = self.way.chain.management.then_some(self.way.account.as_str());
        Policies { rcps, management_account: management, ..Policies::of_administrator(scps) }
    }

    /// What is known of every request of a caller of this account on a resource of this account.
    fn keys(&self, region: Option<&Region>) -> Keys {
        let account = self.way.account.as_str();
        let keys = Keys::open()
            .with("aws:PrincipalAccount", Fact::values([account]))
            .with("aws:PrincipalIsAWSService", Fact::values(["false"]))
            .with("aws:PrincipalServiceName", Fact::Absent)
            .with("aws:PrincipalServiceNamesList", Fact::Absent)
            .with("aws:ResourceAccount", Fact::values([account]))
            .with("aws:RequestedRegion", in_region(region));
        self.with_organization(keys)
    }

    fn request(&self, who: Who, action: &str, target: &Target, region: Option<&Region>) -> Option<Request> {
        let account = self.way.account.as_str();
        let mut keys = self.keys(region);
        let caller = match who {
            Who::Administrator => {
                keys.set("aws:PrincipalArn", Fact::Present);
                Caller::some_role(account)
            }
            Who::Root => {
                let arn = Arn::account_root(self.partition, &self.way.account);
                keys.set("aws:PrincipalArn", Fact::values([arn.as_str()]));
                keys.set("aws:PrincipalType", Fact::values(["Account"]));
                Caller::read(arn.as_str(), account, &keys).ok()?
            }
            Who::Outsider => {
                for key in ["aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths"] {
                    keys.set(key, Fact::Unknown);
                }
                // No account has this id.
                Caller::some_role("000000000000")
            }
        };
        let pattern = match region {
            Some(region) => in_its_region(&target.pattern, region),
            None => target.pattern.clone(),
        };
        let request = if pattern == "*" || pattern.contains('*') {
            Request::for_any(caller, action, &pattern, account, keys).ok()?
        } else {
            Request::new(caller, action, &pattern, account, keys).ok()?
        };
        Some(if target.plain { request.with_plain_names() } else { request })
    }

    /// Whether a call is closed, in every region that is enabled.
    pub(super) fn answer(
        &mut self,
        who: Who,
        action: &str,
        target: &Target,
        global: Option<&Region>,
    ) -> Option<Arc<Answer>> {
        let first = self.local(who, action, target, None)?;
        if first.verdict != Verdict::Conditional || !self.way.tells_regions {
            return Some(first);
        }
        let regions: Vec<Region> = match (global, &self.way.regions) {
            (Some(region), _) => vec![region.clone()],
            (None, Some(regions)) if !regions.is_empty() => regions.clone(),
            _ => {
                // Nobody knows which regions are enabled: it may be closed in all of them.
                let by_region = |opening: &Opening| opening.keys.iter().any(|(key, _)| &**key == "aws:requestedregion");
                let undecided = first.undecided || first.openings.iter().all(by_region);
                return Some(Arc::new(Answer { undecided, ..(*first).clone() }));
            }
        };
        let mut locals = Vec::new();
        for region in regions {
            locals.push((self.local(who, action, target, Some(&region))?, region));
        }
        Some(over_regions(locals))
    }

    /// The same in one region, or in whichever.
    fn local(&mut self, who: Who, action: &str, target: &Target, region: Option<&Region>) -> Option<Arc<Answer>> {
        let request = self.request(who, action, target, region)?;
        let key = (who, region.cloned(), concern(&request, &self.policies(&self.way.chain.scps, &self.way.chain.rcps)));
        if let Some(known) = self.memo.get(&key) {
            return Some(Arc::clone(known));
        }
        let example = (action.to_owned(), target.clone(), region.cloned());
        let answer = Arc::new(match who {
            Who::Administrator => self.administrator(&request, example),
            Who::Root => self.simply(&request, example),
            Who::Outsider => self.outsider(&request, example),
        });
        self.memo.insert(key, Arc::clone(&answer));
        Some(answer)
    }

    fn administrator(&self, request: &Request, example: (String, Target, Option<Region>)) -> Answer {
        let rcps = &self.way.chain.rcps;
        let plain = self.policies(&self.way.chain.scps, rcps);
        if decide(request, &plain) != Decision::Unknown {
            // It does not depend on who calls.
            let proof = prove_with(&self.patterns, request, &plain);
            if proof.verdict != Verdict::Conditional {
                let mut answer = self.told(&proof, example);
                self.above(request, &mut answer);
                return answer;
            }
        }
        let mut everybody = prove_with(&self.patterns, request, &self.policies(&self.everybody, rcps));
        self.for_strangers(request, &self.everybody, &mut everybody);
        let mut answer = self.told(&everybody, example);
        if everybody.verdict == Verdict::Conditional {
            answer.exempting = by_identity(&everybody);
            // Where it does not matter who calls, it does not matter who may pass.
            let mut others = match matters_who(&everybody) {
                false => everybody,
                true => prove_with(&self.patterns, request, &self.policies(&self.others, rcps)),
            };
            self.for_strangers(request, &self.others, &mut others);
            answer.undeclared = by_identity(&others);
            answer.verdict = others.verdict;
            answer.undecided = undecided(&others);
            answer.openings = others.openings;
            answer.unlisted = others.unlisted;
            // A guard that does not stop those whom nobody names exempts nobody: it lets everybody pass.
            if !answer.exempting.is_empty() && !self.stops_strangers(&answer) {
                answer.exempting.clear();
                answer.undeclared.clear();
            }
        }
        self.above(request, &mut answer);
        answer
    }

    /// Whoever is put aside makes every opening name somebody who is not. Where a role would do that no policy names, it does
    /// not matter who calls, and the opening is told without.
    fn for_strangers(&self, request: &Request, scps: &Chain, proof: &mut Proof) {
        let policies = self.policies(scps, &self.way.chain.rcps);
        let stranger = self.stranger();
        for opening in &mut proof.openings {
            let Some(at) = opening.keys.iter().position(|(key, _)| &**key == "aws:principalarn") else { continue };
            let mut keys = request.context().clone();
            for (key, fact) in &opening.keys {
                keys.set(key, fact.clone());
            }
            keys.set("aws:PrincipalArn", Fact::values([stranger.as_str()]));
            let wanted = if opening.sure { Decision::Allowed } else { Decision::Unknown };
            if decide(&request.in_context(keys), &policies) == wanted {
                opening.keys.remove(at);
            }
        }
        let all: BTreeSet<Opening> = proof.openings.drain(..).collect();
        proof.openings = all.into_iter().collect();
        proof.openings.sort_by_key(|opening| opening.keys.len());
    }

    /// The ARN of a role that no policy names.
    pub(super) fn stranger(&self) -> String {
        format!("arn:{}:iam::{}:{STRANGER}", self.partition, self.way.account)
    }

    fn above(&self, request: &Request, answer: &mut Answer) {
        answer.above = answer.verdict == Verdict::Closed
            && (answer.closing.iter().all(|closing| closing.level.is_some())
                || prove_with(&self.patterns, request, &self.policies(&self.above, &self.rcps_above)).verdict
                    == Verdict::Closed);
    }

    fn simply(&self, request: &Request, example: (String, Target, Option<Region>)) -> Answer {
        let proof = prove_with(&self.patterns, request, &self.policies(&self.way.chain.scps, &self.way.chain.rcps));
        let mut answer = self.told(&proof, example);
        answer.above =
            answer.verdict == Verdict::Closed && answer.closing.iter().all(|closing| closing.level.is_some());
        answer
    }

    /// By RCPs alone: our own SCPs bind nobody else.
    fn outsider(&self, request: &Request, example: (String, Target, Option<Region>)) -> Answer {
        let proof = prove_with(&self.patterns, request, &self.policies(Chain::none(), &self.way.chain.rcps));
        let mut answer = self.told(&proof, example);
        // Whoever has the organization's id is no outsider.
        let inside = |opening: &Opening| {
            opening.keys.iter().any(|(key, fact)| match (&**key, fact) {
                ("aws:principalorgid", Fact::Values(values)) => {
                    values.iter().any(|id| Some(&**id) == self.organization)
                }
                ("aws:principalorgpaths", Fact::Values(values)) => {
                    self.organization.is_some_and(|id| values.iter().any(|path| path.starts_with(&format!("{id}/"))))
                }
                _ => false,
            })
        };
        if answer.verdict == Verdict::Conditional
            && !answer.openings.is_empty()
            && answer.openings.iter().all(|opening| opening.sure && inside(opening))
            && answer.unlisted.is_empty()
        {
            answer.verdict = Verdict::Closed;
            answer.undecided = false;
        }
        answer.openings.retain(|opening| !inside(opening));
        answer
    }

    fn told(&self, proof: &Proof, example: (String, Target, Option<Region>)) -> Answer {
        Answer {
            verdict: proof.verdict,
            undecided: undecided(proof),
            closing: self.closing(proof),
            openings: proof.openings.clone(),
            unlisted: proof.unlisted.clone(),
            exempting: Vec::new(),
            undeclared: Vec::new(),
            above: false,
            regions: Vec::new(),
            locals: Vec::new(),
            example,
        }
    }

    /// What closes, without what only stands for everybody aside.
    fn closing(&self, proof: &Proof) -> Vec<Closing> {
        let own = self.way.chain.path.last();
        let place = |level: &str| (own.map(String::as_str) != Some(level)).then(|| level.to_owned());
        let statement = |cited: &Cited| {
            let rcp = match cited.source {
                Source::Rcp => true,
                Source::Scp => false,
                _ => return None,
            };
            let level = cited.level.as_deref().filter(|level| *level != ASIDE)?;
            Some(Closing {
                statement: Some(ClosingStatement {
                    rcp,
                    policy: cited.policy.to_string(),
                    sid: cited.sid.as_deref().map(str::to_owned),
                    index: cited.index,
                }),
                level: place(level),
            })
        };
        let missing = |missing: &Missing| match missing {
            Missing::Level(level) if **level != *ASIDE => Some(Closing { statement: None, level: place(level) }),
            _ => None,
        };
        let all: BTreeSet<Closing> =
            proof.closing.iter().filter_map(statement).chain(proof.missing.iter().filter_map(missing)).collect();
        all.into_iter().collect()
    }

    /// Whether a role that no policy names, without tags, is stopped.
    fn stops_strangers(&self, answer: &Answer) -> bool {
        !self.lets_pass(answer, STRANGER)
    }

    /// Whether a user or role of this name, without tags, passes a guard.
    pub(super) fn lets_pass(&self, answer: &Answer, resource: &str) -> bool {
        static NO_TAGS: BTreeMap<String, String> = BTreeMap::new();
        let account = &self.way.account;
        let arn = format!("arn:{}:iam::{account}:{resource}", self.partition);
        let kind = if resource.starts_with("user/") { "User" } else { "AssumedRole" };
        let keys = Keys::open()
            .with("aws:PrincipalArn", Fact::values([arn.as_str()]))
            .with("aws:PrincipalAccount", Fact::values([account.as_str()]))
            .with("aws:PrincipalIsAWSService", Fact::values(["false"]))
            .with("aws:PrincipalServiceName", Fact::Absent)
            .with("aws:PrincipalType", Fact::values([kind]));
        let Ok(caller) = Caller::read(&arn, account.as_str(), &keys) else { return false };
        self.passes(answer, &Passing { account, caller: &caller, keys: &keys, tags: &NO_TAGS })
    }

    /// What the ARNs end in of those whom the organization's policies may mean by who calls.
    pub(super) fn resources_named(&self) -> Vec<String> {
        let levels = self.way.chain.scps.levels().iter().chain(self.way.chain.rcps.levels());
        let values: BTreeSet<String> =
            levels.flat_map(|level| level.policies().values_of("aws:principalarn")).collect();
        let account = self.way.account.as_str();
        let all: BTreeSet<String> = values.iter().flat_map(|value| resources_of(value, account)).collect();
        all.into_iter().collect()
    }

    /// An opening that was found for the first account of the way, for another that no policy tells from it.
    pub(super) fn opening_in(&self, opening: &Opening, account: &AccountId) -> Opening {
        let first = self.way.account.as_str();
        let fact = |fact: &Fact| match fact {
            Fact::Values(values) => {
                Fact::Values(values.iter().map(|value| value.replace(first, account.as_str()).into()).collect())
            }
            other => other.clone(),
        };
        let keys = opening.keys.iter().map(|(key, value)| (key.clone(), fact(value))).collect();
        Opening { keys, sure: opening.sure }
    }

    /// Whether a principal passes a guard today, in some region: with the tags that it has, whatever sessions may add.
    pub(super) fn passes(&self, answer: &Answer, caller: &Passing<'_>) -> bool {
        if answer.locals.is_empty() {
            return self.passes_here(answer, caller).is_some_and(|verdict| verdict != Verdict::Closed);
        }
        answer.locals.iter().any(|local| !local.exempting.is_empty() && self.passes(local, caller))
    }

    fn passes_here(&self, answer: &Answer, caller: &Passing<'_>) -> Option<Verdict> {
        let (action, target, region) = &answer.example;
        let account = caller.account.as_str();
        let mut keys = self.with_organization(caller.keys.clone());
        keys.set("aws:ResourceAccount", Fact::values([account]));
        keys.set("aws:RequestedRegion", in_region(region.as_ref()));
        for key in principal_tags(answer) {
            let own = caller.tags.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
            let fact = own.map_or(Fact::Absent, |(_, value)| Fact::values([value.as_str()]));
            keys.set(&format!("{TAG}{key}"), fact);
        }
        let pattern = target.pattern.replace(self.way.account.as_str(), account);
        let pattern = region.as_ref().map_or_else(|| pattern.clone(), |region| in_its_region(&pattern, region));
        let request = Request::for_any(caller.caller.clone(), action, &pattern, account, keys).ok()?;
        let request = if target.plain { request.with_plain_names() } else { request };
        Some(prove_with(&self.patterns, &request, &self.policies(&self.way.chain.scps, &self.way.chain.rcps)).verdict)
    }
}

/// A principal before a guard.
pub(super) struct Passing<'p> {
    pub(super) account: &'p AccountId,
    pub(super) caller: &'p Caller,
    pub(super) keys: &'p Keys,
    /// The tags of the principal itself.
    pub(super) tags: &'p BTreeMap<String, String>,
}

fn in_region(region: Option<&Region>) -> Fact {
    region.map_or(Fact::Present, |region| Fact::values([region.as_str()]))
}

/// A pattern of ARNs of whichever region, in this one.
fn in_its_region(pattern: &str, region: &Region) -> String {
    let mut parts: Vec<&str> = pattern.splitn(6, ':').collect();
    match parts.get_mut(3) {
        Some(part) if *part == "*" => {
            *part = region.as_str();
            parts.join(":")
        }
        _ => pattern.to_owned(),
    }
}
