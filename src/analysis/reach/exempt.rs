//! Who can become a principal that a guard exempts: an exemption is only as strong as that. Imports the room.
//!
//! For the exemptions of the scp layer, whose checks stand elsewhere. An exemption names ARNs (`aws:PrincipalArn`) or tags
//! (`aws:PrincipalTag/…`).

#![cfg_attr(not(test), expect(dead_code, reason = "the checks that ask stand elsewhere"))]

use std::collections::BTreeMap;

use super::Reach;
use super::graph::{Node, NodeId};
use super::judge::{On, Question, Strength};
use super::paths::Path;
use super::reading::fits;
use super::rights::Target;
use crate::model::ids::AccountId;

/// How somebody becomes exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// It is exempt already.
    Is,
    /// It assumes, retrusts, drives or edits somebody who is.
    Becomes,
    /// It makes a role under a name that is.
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
}

impl Reach<'_, '_> {
    /// The nodes of an account's principals whose ARN matches a pattern as in ArnLike.
    pub(crate) fn matching(&self, account: &AccountId, pattern: &str) -> BTreeMap<NodeId, Strength> {
        let here = self.authority.of_account(account).filter(|one| fits(pattern, one.arn.as_str()));
        let places = here.filter_map(|one| self.authority.place(one.arn.as_str()));
        places.filter_map(|at| self.graph.principal(at)).map(|node| (node, Strength::Sure)).collect()
    }

    /// Who can become a principal of an account whose ARN matches a pattern, or make one. Sorted by node.
    pub(crate) fn exempt_by_arn(&self, account: &AccountId, pattern: &str) -> Vec<Becoming> {
        let seeds = self.matching(account, pattern);
        let mut found: BTreeMap<NodeId, Becoming> = BTreeMap::new();
        for (node, how) in self.graph.leading_to(&seeds).all() {
            if !matches!(self.graph.get(node), Some(Node::Principal(_) | Node::Party(_))) {
                continue;
            }
            let way = if how.next.is_none() { Way::Is } else { Way::Becomes };
            let exempt = pattern.to_owned();
            found.insert(node, Becoming { who: node, way, strength: how.strength, exempt, action: None });
        }
        for (node, strength) in self.makers(account, pattern) {
            for (who, how) in self.graph.leading_to(&BTreeMap::from([(node, strength)])).all() {
                let principal = matches!(self.graph.get(who), Some(Node::Principal(_) | Node::Party(_)));
                if principal && found.get(&who).is_none_or(|known| known.strength < how.strength) {
                    let action = Some("iam:CreateRole".to_owned());
                    let exempt = pattern.to_owned();
                    found.insert(who, Becoming { who, way: Way::Creates, strength: how.strength, exempt, action });
                }
            }
        }
        found.into_values().collect()
    }

    /// Who may make a role whose ARN matches, where none has that name yet.
    fn makers(&self, account: &AccountId, pattern: &str) -> Vec<(NodeId, Strength)> {
        let Some((_, name)) = pattern.split_once(":role/") else { return Vec::new() };
        let name = name.replace(['*', '?'], "x");
        let arn = format!("arn:{}:iam::{account}:role/{name}", self.judge.partition());
        // Nobody makes roles under these paths, and a role that is there cannot be made.
        let reserved = name.starts_with("aws-reserved/") || name.starts_with("aws-service-role/");
        if reserved || !fits(pattern, &arn) || self.authority.principal(&arn).is_some() {
            return Vec::new();
        }
        self.may(account, "iam:CreateRole", &arn)
    }

    /// The classes of an account that may call an action on one resource of it.
    fn may(&self, account: &AccountId, action: &str, resource: &str) -> Vec<(NodeId, Strength)> {
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
                for (who, how) in self.graph.leading_to(&BTreeMap::from([(node, strength)])).all() {
                    let principal = matches!(self.graph.get(who), Some(Node::Principal(_) | Node::Party(_)));
                    if principal && found.get(&who).is_none_or(|known| known.strength < how.strength) {
                        let (action, exempt) = (Some(action.to_owned()), tag.to_owned());
                        found.insert(who, Becoming { who, way: Way::Tags, strength: how.strength, exempt, action });
                    }
                }
            }
        }
        found.into_values().collect()
    }

    /// The path by which somebody becomes a principal that matches.
    pub(crate) fn path_to_matching(&self, who: NodeId, account: &AccountId, pattern: &str) -> Option<Path> {
        let search = self.graph.leading_to(&self.matching(account, pattern));
        self.way(who, &search)
    }
}
