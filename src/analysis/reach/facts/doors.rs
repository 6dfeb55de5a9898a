//! The doors of a role: what its trust asks of outsiders, of CI and of people. Imports the judge and the parties.
//!
//! Nothing is read off the text: somebody from elsewhere knocks, with a token, an id or an organization that is not ours,
//! and the engine says whether the door could open.

use std::collections::BTreeSet;

use super::Teller;
use crate::analysis::authority::{Held, Principal};
use crate::analysis::reach::{Node, NodeId, OTHER_ORGANIZATION, On, Outsider, Question, Stranger, Strength, Who};
use crate::model::facts::{TrustedAccount, TrustedProvider};
use crate::model::ids::AccountId;
use crate::policy::{Context as Keys, Fact, Party};

/// A value that nobody has agreed on.
const GUESS: &str = "palisade-guess";

/// Subjects that anybody can have, by the name of the issuer.
/// GitHub: <https://docs.github.com/actions/reference/security/oidc>, GitLab:
/// <https://docs.gitlab.com/ci/secrets/id_token_authentication/>, Bitbucket, CircleCI and HCP Terraform likewise.
const ELSEWHERE: [(&str, &str); 6] = [
    ("githubusercontent.com", "repo:palisade-outsider/palisade:ref:refs/heads/main"),
    ("githubusercontent.com", "repo:palisade-outsider/palisade:environment:production"),
    ("gitlab", "project_path:palisade-outsider/palisade:ref_type:branch:ref:main"),
    ("bitbucket", "{00000000-0000-0000-0000-000000000000}:{00000000-0000-0000-0000-000000000001}"),
    ("circleci", "org/00000000-0000-0000-0000-000000000000/project/00000000-0000-0000-0000-000000000001/user/x"),
    ("terraform.io", "organization:palisade-outsider:project:x:workspace:x:run_phase:apply"),
];

/// Subjects of owners whose names begin as those that the trust means: `repo:shop*` also lets in `repo:shop-of-somebody-else/x`.
/// A wildcard behind the slash stays with the owner before it.
fn lookalikes(trust: &str) -> Vec<String> {
    fn strings(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::String(text) => found.push(text.clone()),
            serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
            serde_json::Value::Object(members) => members.values().for_each(|item| strings(item, found)),
            _ => {}
        }
    }
    let mut all = Vec::new();
    // What does not parse admits nobody that could be told: its gap stands elsewhere.
    if let Ok(document) = serde_json::from_str(trust) {
        strings(&document, &mut all);
    }
    let heads = all.iter().filter_map(|text| text.split_once(['*', '?']).map(|(head, _)| head));
    let owners = heads
        .filter(|head| ["repo:", "project_path:"].iter().any(|scheme| head.starts_with(scheme)) && !head.contains('/'));
    owners.map(|head| format!("{head}palisade-outsider/palisade:ref:refs/heads/main")).collect()
}

impl Teller<'_, '_, '_> {
    fn knock(&self, role: &Principal<'_>, trust: &Held, who: &Who<'_>, action: &str) -> Strength {
        let judge = &self.reach.judge;
        let question = Question::new(action, On::One(role.arn.as_str()), &role.account, judge.global());
        judge.strength(who, &judge.trusted(trust, question))
    }

    /// Trusts of accounts outside the organization.
    pub(super) fn outsiders(&self, role: &Principal<'_>, trust: &Held) -> Vec<TrustedAccount> {
        let mut found = BTreeSet::new();
        for party in trust.policies.parties() {
            let (name, account) = match party {
                Party::Everyone => ("*".to_owned(), "000000000000".to_owned()),
                Party::Account(id) => (id.to_owned(), id.to_owned()),
                Party::Principal(arn) | Party::Session(arn) => {
                    (arn.to_owned(), arn.split(':').nth(4).unwrap_or("").to_owned())
                }
                _ => continue,
            };
            if name != "*" && account.parse().is_ok_and(|id: AccountId| id == role.account || self.belongs(&id)) {
                continue;
            }
            let tries = [Fact::Absent, Fact::values([GUESS])].map(|id| {
                let some = Stranger::named(&name, Some(OTHER_ORGANIZATION))
                    .unwrap_or_else(|| Stranger::of_account(&account, Some(OTHER_ORGANIZATION)))
                    .with("sts:ExternalId", id);
                self.knock(role, trust, &some.who(), "sts:AssumeRole")
            });
            let guarded = tries.iter().all(|strength| *strength == Strength::No);
            found.insert(TrustedAccount { party: name, guarded });
        }
        found.into_iter().collect()
    }

    /// Whether an account is of the same organization.
    fn belongs(&self, account: &AccountId) -> bool {
        self.reach.authority.chains.accounts().any(|(id, _)| id == account)
    }

    /// Trusts of OIDC providers.
    pub(super) fn providers(&self, role: &Principal<'_>, trust: &Held) -> Vec<TrustedProvider> {
        let mut found = BTreeSet::new();
        for party in trust.policies.parties() {
            let Party::Provider(provider) = party else { continue };
            let issuer = match provider.split_once(":oidc-provider/") {
                Some((_, issuer)) => issuer,
                None if provider.contains(":saml-provider/") => continue,
                None => provider,
            };
            let arn = if provider.starts_with("arn:") {
                provider.to_owned()
            } else {
                format!("arn:{}:iam::{}:oidc-provider/{issuer}", self.reach.judge.partition(), role.account)
            };
            let refused = |key: &str, value: &str| {
                let Some(some) = Stranger::named(&arn, None) else { return false };
                let some = some.with(&format!("{issuer}:{key}"), Fact::values([value]));
                self.knock(role, trust, &some.who(), "sts:AssumeRoleWithWebIdentity") == Strength::No
            };
            let near =
                ELSEWHERE.iter().filter(|(name, _)| issuer.contains(name)).map(|(_, subject)| (*subject).to_owned());
            let mut near: Vec<String> = near.chain([GUESS.to_owned()]).collect();
            near.extend(role.role.map(|role| lookalikes(&role.trust_policy)).unwrap_or_default());
            found.insert(TrustedProvider {
                provider: provider.to_owned(),
                audience_pinned: refused("aud", GUESS),
                subject_pinned: near.iter().all(|subject| refused("sub", subject)),
            });
        }
        found.into_iter().collect()
    }

    /// Who may assume a role: how many, and those who may without MFA and are not declared to deploy.
    pub(super) fn gate(&self, role: &Principal<'_>, trust: &Held, node: NodeId) -> (usize, BTreeSet<String>) {
        let deployment = &self.reach.cx.settings.deployment;
        let center = identity_center(role);
        let mut assumers = 0;
        let mut ungated = BTreeSet::new();
        for from in self.reach.assumers(node) {
            assumers += 1;
            let label = self.reach.label(from);
            let declared = Self::declared(&deployment.principals, &label);
            let governed = match self.reach.graph.get(from) {
                // Accounts that deploy count where their principals cannot be told one by one.
                Some(Node::Party(at)) => match self.reach.parties.get(*at) {
                    Some(Outsider::Account(id)) => deployment.accounts.contains(id),
                    // People sign in to Identity Center before they come here.
                    Some(Outsider::Provider(arn)) => center && arn.contains(":saml-provider/"),
                    _ => false,
                },
                _ => false,
            };
            if !declared && !governed && !self.needs_mfa(role, trust, from) {
                ungated.insert(label);
            }
        }
        (assumers, ungated)
    }

    /// Whether the trust refuses somebody who has not shown MFA.
    fn needs_mfa(&self, role: &Principal<'_>, trust: &Held, from: NodeId) -> bool {
        let stranger = match self.reach.graph.get(from) {
            Some(Node::Party(at)) => self.reach.parties.get(*at).and_then(|party| match party {
                Outsider::Account(id) => Some(Stranger::of_account(id.as_str(), None)),
                Outsider::Principal(arn) | Outsider::Provider(arn) => Stranger::named(arn, None),
                Outsider::Anyone => Some(Stranger::of_account("000000000000", None)),
            }),
            _ => None,
        };
        let who = match (&stranger, self.reach.who_of(from)) {
            (Some(stranger), _) => stranger.who(),
            (None, Some(who)) => who,
            (None, None) => return false,
        };
        [Fact::Absent, Fact::values(["false"])].into_iter().all(|mfa| {
            let keys = std::sync::Arc::new(Keys::clone(who.keys).with("aws:MultiFactorAuthPresent", mfa));
            self.knock(role, trust, &Who { keys: &keys, ..who }, "sts:AssumeRole") == Strength::No
                && self.reach.label(from) != "*"
                && !matches!(self.reach.graph.get(from), Some(Node::Party(at)) if matches!(self.reach.parties.get(*at), Some(Outsider::Provider(_))))
        })
    }
}

/// Whether a role is one that Identity Center makes: nobody else can make roles under its path.
pub(super) fn identity_center(role: &Principal<'_>) -> bool {
    role.role.is_some_and(|role| role.path.starts_with("/aws-reserved/sso.amazonaws.com/"))
}
