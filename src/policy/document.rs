//! Policy documents: their kinds, and reading them from JSON. Imports the room's parts of a statement.
//!
//! What AWS would refuse is an error that says where and why, and nothing is concluded from such a document; what an
//! inventory shows attached although a guide discourages it keeps its meaning and gets a lint.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::error::{Lint, LintKind, PolicyError, Reason};
use super::json::{self, Json, below};
use super::read;
use super::statement::Statement;

/// What a policy is attached to, and so what it may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Attached to a user, group or role.
    Identity,
    /// Attached to a resource.
    Resource,
    /// Attached to a role: who may assume it.
    Trust,
    /// The permissions boundary of a user or role.
    Boundary,
    /// Passed when a role is assumed or a user federated.
    Session,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
}

impl Kind {
    /// Its name, for a person.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "an identity policy",
            Self::Resource => "a resource policy",
            Self::Trust => "a role trust policy",
            Self::Boundary => "a permissions boundary",
            Self::Session => "a session policy",
            Self::Scp => "a service control policy",
            Self::Rcp => "a resource control policy",
        }
    }

    pub(super) fn names_principals(self) -> bool {
        matches!(self, Self::Resource | Self::Trust | Self::Rcp)
    }
}

/// A policy document, read and compiled.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// What it is attached to.
    pub kind: Kind,
    /// Its statements, in their order.
    pub statements: Vec<Statement>,
    /// What is odd about it, in the order of its text.
    pub lints: Vec<Lint>,
}

/// The version that has variables.
const CURRENT: &str = "2012-10-17";

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// The text is no policy of this kind; the error says where and why.
    pub fn read(kind: Kind, text: &str) -> Result<Self, PolicyError> {
        let json = json::read(text)?;
        let mut version = None;
        let mut list = None;
        // The names of elements are read whatever their case; IAM takes them so.
        for (key, value) in json.object("")? {
            let at = below("", key);
            match key.to_ascii_lowercase().as_str() {
                "version" => version = Some(value.text(&at)?),
                "id" => drop(value.text(&at)?),
                "statement" => list = Some((at, value)),
                _ => return Err(PolicyError::new(&at, Reason::UnknownElement(key.clone()))),
            }
        }
        let (at, list) = list.ok_or_else(|| PolicyError::new("", Reason::Missing("Statement")))?;
        let mut lints = Vec::new();
        // Without Version the language is that of 2008 (UG: IAM JSON policy elements: Version).
        let variables = match version {
            Some(CURRENT) => true,
            None | Some("2008-10-17") => false,
            Some(other) => return Err(PolicyError::new("/Version", Reason::Version(other.to_owned()))),
        };
        if kind == Kind::Rcp && !variables {
            lints.push(Lint { pointer: String::new(), kind: LintKind::Refused("an RCP has Version 2012-10-17") });
        }
        let statements = match list {
            Json::List(items) => items
                .iter()
                .enumerate()
                .map(|(index, item)| read::statement(kind, item, &format!("{at}/{index}"), variables, &mut lints))
                .collect::<Result<Vec<_>, _>>()?,
            one => vec![read::statement(kind, one, &at, variables, &mut lints)?],
        };
        if statements.is_empty() {
            lints.push(Lint { pointer: at.clone(), kind: LintKind::Empty });
        }
        twice(&statements, &at, &mut lints);
        Ok(Self { kind, statements, lints })
    }
}

fn twice(statements: &[Statement], at: &str, lints: &mut Vec<Lint>) {
    let mut sids: Vec<&str> = statements.iter().filter_map(|statement| statement.sid.as_deref()).collect();
    sids.sort_unstable();
    for pair in sids.windows(2) {
        if let [one, other] = pair
            && one == other
        {
            lints.push(Lint { pointer: at.to_owned(), kind: LintKind::DuplicateSid((*one).to_owned()) });
        }
    }
}
