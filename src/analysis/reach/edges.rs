//! The kinds of edges: how somebody becomes or drives somebody else, as data (`escalation-edges.csv`). Imports nothing of
//! the room.
//!
//! A row names actions that are all needed, each with what it acts on: `action>target` on the principal that is reached,
//! `action>service:resource` on some resource of the account, `action>*` on resources of whatever kind. The list was
//! checked for completeness against public catalogues of escalations in November 2026.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::ids::Arn;

/// What is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Aim {
    /// A role whose trust policy lets the caller in.
    Trusted,
    /// A role of the caller's account.
    Role,
    /// A user of it.
    User,
    /// Whoever is in a group of it.
    Group,
    /// Whoever a managed policy of it is attached to.
    Policy,
    /// Whoever a managed policy of it bounds.
    Boundary,
    /// The account itself.
    Account,
    /// Every member account of the organization.
    Members,
}

/// What the caller gains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gain {
    /// It acts as what it reaches.
    Become,
    /// It says what that may do, within its boundary.
    Edit,
    /// It takes its boundary off.
    Free,
    /// It takes policies off that deny something.
    Loosen,
    /// It gains the rights of a group.
    Join,
    /// It acts as an administrator of the account.
    Administrator,
    /// It acts as the account's root user.
    Root,
}

/// What an action of an edge acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum On {
    /// What is reached.
    Target,
    /// Some resource of this service and kind in the account; `*` stands for any at all.
    Some(String),
}

/// A kind of edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EdgeKind {
    /// Its name.
    pub(crate) kind: String,
    /// What the caller does, in words that what is reached follows.
    pub(crate) verb: String,
    /// The actions that are needed, and what each acts on.
    pub(crate) actions: Vec<(String, On)>,
    /// The places of those in [`actions`].
    pub(crate) places: Vec<usize>,
    /// What is reached.
    pub(crate) aim: Aim,
    /// The service that a role has to trust, or that the organization has to trust or delegate.
    pub(crate) trusts: Option<String>,
    /// What is gained.
    pub(crate) gain: Gain,
    /// What has to be so besides, and that palisade does not see.
    pub(crate) when: Option<String>,
    /// Where AWS describes it.
    pub(crate) source: String,
}

#[derive(Deserialize)]
struct Row {
    kind: String,
    verb: String,
    actions: String,
    target: Aim,
    trusts: Option<String>,
    gives: Gain,
    when: Option<String>,
    source: String,
}

impl From<Row> for EdgeKind {
    fn from(row: Row) -> Self {
        let action = |text: &str| match text.split_once('>') {
            Some((action, "target")) => (action.to_owned(), On::Target),
            Some((action, on)) => (action.to_owned(), On::Some(on.to_owned())),
            None => (text.to_owned(), On::Some("*".to_owned())),
        };
        Self {
            kind: row.kind,
            verb: row.verb,
            actions: row.actions.split(';').map(action).collect(),
            places: Vec::new(),
            aim: row.target,
            trusts: row.trusts,
            gain: row.gives,
            when: row.when,
            source: row.source,
        }
    }
}

impl EdgeKind {
    /// The action that acts on what is reached, if one does.
    pub(crate) fn on_target(&self) -> Option<&str> {
        self.actions.iter().find(|(_, on)| *on == On::Target).map(|(action, _)| action.as_str())
    }

    /// Whether the action on what is reached takes a policy off, by the name that the policy has with its holder: inline ones
    /// are `inline:…`, those of groups `group/NAME/inline:…`, and managed ones their ARNs, some of them attached to the holder
    /// itself.
    pub(crate) fn takes_off(&self, policy: &str, attached: &[Arn]) -> bool {
        let of_group = policy.starts_with("group/");
        let inline = policy.starts_with("inline:");
        let own = attached.iter().any(|arn| arn.as_str() == policy);
        match self.on_target() {
            Some("iam:DeleteRolePolicy" | "iam:DeleteUserPolicy") => inline,
            Some("iam:DetachRolePolicy" | "iam:DetachUserPolicy") => own,
            Some("iam:DeleteGroupPolicy") => of_group,
            Some("iam:DetachGroupPolicy") => !of_group && !inline && !own,
            Some("iam:RemoveUserFromGroup") => !inline && !own,
            _ => false,
        }
    }

    /// Whether a role is handed to a service.
    pub(crate) fn passes(&self) -> bool {
        self.on_target() == Some("iam:PassRole")
    }
}

fn read(text: &str) -> Vec<EdgeKind> {
    // A row that does not read is a fault of this program: the test below finds it, at run time the others stand.
    let rows = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Row>().filter_map(Result::ok);
    rows.map(EdgeKind::from).collect()
}

/// Every kind, in the order of the list.
pub(crate) fn all() -> &'static [EdgeKind] {
    static KINDS: LazyLock<Vec<EdgeKind>> = LazyLock::new(|| {
        let mut kinds = read(include_str!("escalation-edges.csv"));
        let actions = named(&kinds);
        for kind in &mut kinds {
            kind.places = kind.actions.iter().filter_map(|(action, _)| actions.binary_search(action).ok()).collect();
        }
        kinds
    });
    &KINDS
}

/// The place of a kind in the list.
pub(crate) fn place(kind: &str) -> u16 {
    let at = all().iter().position(|one| one.kind == kind);
    at.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX)
}

/// Every action of the list, in order, each once.
pub(crate) fn actions() -> &'static [String] {
    static ACTIONS: LazyLock<Vec<String>> = LazyLock::new(|| named(all()));
    &ACTIONS
}

fn named(kinds: &[EdgeKind]) -> Vec<String> {
    let mut actions: Vec<String> =
        kinds.iter().flat_map(|kind| &kind.actions).map(|(action, _)| action.clone()).collect();
    actions.sort();
    actions.dedup();
    actions
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::catalogue::{self, Category};

    #[test]
    fn every_row_reads_and_no_kind_stands_twice() {
        let text = include_str!("escalation-edges.csv");
        assert_eq!(all().len() + 1, text.lines().count());
        let kinds: BTreeSet<&str> = all().iter().map(|kind| kind.kind.as_str()).collect();
        assert_eq!(kinds.len(), all().len());
        for kind in all() {
            assert!(kind.source.starts_with("https://docs.aws.amazon.com/"), "{}", kind.kind);
            assert!(kind.actions.iter().filter(|(_, on)| *on == On::Target).count() <= 1, "{}", kind.kind);
            for (action, _) in &kind.actions {
                assert!(action.parse::<crate::model::ids::Action>().is_ok(), "{action}");
            }
            assert_eq!(kind.passes(), kind.kind.starts_with("pass-"), "{}", kind.kind);
            assert!(!kind.passes() || kind.trusts.is_some(), "{}", kind.kind);
        }
    }

    /// Rows of the catalogue that lead to more rights and make no edge, each with its reason.
    const NO_EDGE: [(&str, &str); 6] = [
        ("iam:TagRole", "changes who is exempt, which `exempt` answers"),
        ("iam:TagUser", "changes who is exempt, which `exempt` answers"),
        ("sts:TagSession", "changes who is exempt, which `exempt` answers"),
        ("kms:CreateGrant", "gives use of a key and no way to become anybody"),
        ("kms:PutKeyPolicy", "takes over a key: a target of its own where a key is judged"),
        (
            "organizations:PutResourcePolicy",
            "delegates policies and no way to become anybody: counted among administrators",
        ),
    ];

    #[test]
    fn every_escalating_row_of_the_catalogue_is_an_edge_or_has_a_reason() {
        for row in catalogue::all().iter().filter(|row| row.category == Category::Escalates) {
            let action = row.action.as_str();
            let used = actions().iter().any(|one| one == action);
            let excused = NO_EDGE.iter().any(|(one, why)| *one == action && !why.is_empty());
            assert!(used != excused, "{action}: edge {used}, reason {excused}");
        }
    }
}
