//! Who can become a principal that a guard exempts: an exemption is only as strong as that. Imports the room.
//!
//! For the exemptions of the scp layer, whose checks stand elsewhere. An exemption names ARNs (`aws:PrincipalArn`) or tags
//! (`aws:PrincipalTag/…`).

use std::collections::BTreeMap;

use super::Reach;
use super::graph::{Node, NodeId};
use super::judge::{On, Question, Strength};
use super::paths::Path;
use super::reading::fits;
use super::rights::Target;
use crate::analysis::guards::resources_of;
use crate::model::ids::AccountId;

/// How somebody becomes exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// It is exempt already.
    Is,
    /// It assumes, retrusts, drives or edits somebody who is.
    Becomes,
    /// It makes a role or user under a name that is.
    Creates,
    /// It tags itself, another or a session so.
    Tags,
}

/// Somebody who can be exempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Becoming {
    /// Who, as a node of the graph.
    pub(crate) who: NodeId,
    /// By which way.
    pub(crate) way: Way,
    pub(crate) strength: Strength,
    /// The ARN or the tag that exempts.
    pub(crate) exempt: String,
    /// The action that does it at the end; `sts:AssumeRole` and the like stand in the path.
    pub(crate) action: Option<String>,
    /// How it gets to whoever does that, or to whoever is exempt.
    pub(crate) path: Option<Path>,
}

impl Becoming {
    fn new(who: NodeId, way: Way, strength: Strength) -> Self {
        Self { who, way, strength, exempt: String::new(), action: None, path: None }
    }
}

impl Reach<'_, '_> {
    /// The nodes of an account's principals whose ARN matches a pattern as in ArnLike.
    pub(crate) fn matching(&self, account: &AccountId, pattern: &str) -> BTreeMap<NodeId, Strength> {
        let here = self.authority.of_account(account).filter(|one| fits(pattern, one.arn.as_str()));
        let places = here.filter_map(|one| self.authority.place(one.arn.as_str()));
        places.filter_map(|at| self.graph.principal(at)).map(|node| (node, Strength::Sure)).collect()
    }

    /// Who can become a principal of an account whose ARN matches one of the patterns, or make one. Sorted by node.
    pub(crate) fn exempt_by_arn<'p>(
        &self,
        account: &AccountId,
        patterns: impl IntoIterator<Item = &'p str> + Clone,
    ) -> Vec<Becoming> {
        let exempt = patterns.clone().into_iter().flat_map(|pattern| self.matching(account, pattern));
        let search = self.graph.leading_to(&exempt.collect());
        let mut found: BTreeMap<NodeId, Becoming> = BTreeMap::new();
        for (who, how) in search.all().filter(|(node, _)| self.is_somebody(*node)) {
            let way = if how.next.is_none() { Way::Is } else { Way::Becomes };
            let (path, becoming) = (self.way(who, &search), Becoming::new(who, way, how.strength));
            let exempt = path.as_ref().and_then(|path| path.steps.last()).map(|step| step.to.clone());
            found.insert(who, Becoming { exempt: exempt.unwrap_or_else(|| self.label(who)), path, ..becoming });
        }
        for pattern in patterns {
            for (arn, action) in self.unmade(account, pattern) {
                let makers = self.may(account, action, &arn);
                self.led(&makers, Way::Creates, action, &arn, &mut found);
            }
        }
        found.into_values().collect()
    }

    fn is_somebody(&self, node: NodeId) -> bool {
        matches!(self.graph.get(node), Some(Node::Principal(_) | Node::Party(_)))
    }

    /// Adds who is led to somebody that may do the last step itself, where no surer way is known.
    fn led(
        &self,
        doers: &BTreeMap<NodeId, Strength>,
        way: Way,
        action: &str,
        exempt: &str,
        found: &mut BTreeMap<NodeId, Becoming>,
    ) {
        let search = self.graph.leading_to(doers);
        for (who, how) in search.all().filter(|(node, _)| self.is_somebody(*node)) {
            if found.get(&who).is_none_or(|known| known.strength < how.strength) {
                let path = self.way(who, &search);
                let (action, exempt) = (Some(action.to_owned()), exempt.to_owned());
                found.insert(who, Becoming { action, exempt, path, ..Becoming::new(who, way, how.strength) });
            }
        }
    }

    /// Roles and users whose ARNs match and that nobody has made yet, with the call that makes them. One that is there cannot
    /// be made.
    fn unmade(&self, account: &AccountId, pattern: &str) -> Vec<(String, &'static str)> {
        let arn = |resource: String| format!("arn:{}:iam::{account}:{resource}", self.judge.partition());
        let all = resources_of(pattern, account.as_str()).into_iter().map(arn);
        let free = all.filter(|arn| fits(pattern, arn) && self.authority.principal(arn).is_none());
        let make = |arn: String| {
            let action = if arn.contains(":user/") { "iam:CreateUser" } else { "iam:CreateRole" };
            (arn, action)
        };
        free.map(make).collect()
    }

    /// The classes of an account that may call an action on one resource of it.
    fn may(&self, account: &AccountId, action: &str, resource: &str) -> BTreeMap<NodeId, Strength> {
        let target = Target { policy_of: None, ..Target::new(action, resource, account, self.judge.global()) };
        let seeds = self.seeds(&[target]);
        seeds.0.into_iter().map(|(node, (strength, _))| (node, strength)).collect()
    }

    /// Who can carry a tag in an account: by tagging a role or user, or a session of a role.
    pub(crate) fn exempt_by_tag(&self, account: &AccountId, tag: &str) -> Vec<Becoming> {
        let mut found: BTreeMap<NodeId, Becoming> = BTreeMap::new();
        for (action, word) in [("iam:TagRole", "role"), ("iam:TagUser", "user"), ("sts:TagSession", "role")] {
            let all = format!("arn:{}:iam::{account}:{word}/*", self.judge.partition());
            for (at, class) in self.classes.list.iter().enumerate().filter(|(_, class)| class.account == *account) {
                let question = Question::new(action, On::Each(&all), account, self.judge.global());
                // A session is tagged when a role is assumed, whose trust has to let that happen.
                let policy = crate::policy::ResourcePolicy::Everything;
                let question = if word == "role" && action.starts_with("sts:") {
                    Question { policy, ..question }
                } else {
                    question
                };
                let strength = self.judge.strength(&class.who(), &question);
                let Some(node) = self.graph.find(&Node::Class(at)).filter(|_| strength > Strength::No) else {
                    continue;
                };
                self.led(&BTreeMap::from([(node, strength)]), Way::Tags, action, tag, &mut found);
            }
        }
        found.into_values().collect()
    }
}
