//! What is wrong with a policy document, and what is merely odd. Imports nothing of ours.
//!
//! An error means that AWS would not take the document, or that its meaning is not known: nothing may be concluded from it.
//! A lint is kept as data beside a document that has a meaning.

use std::fmt;

/// Why a text is no policy document: where in it, and what is wrong there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("at {}: {reason}", Place(.pointer))]
pub struct PolicyError {
    /// The JSON pointer (RFC 6901) of the part at fault; empty for the whole document.
    pub pointer: String,
    /// What is wrong with it.
    pub reason: Reason,
}

impl PolicyError {
    pub(super) fn new(pointer: &str, reason: Reason) -> Self {
        Self { pointer: pointer.to_owned(), reason }
    }
}

/// A pointer, for a person.
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "the document" } else { self.0 })
    }
}

/// What is wrong with a part of a policy document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The text is no JSON.
    #[error("it is no JSON: {0}")]
    Json(String),
    /// An object has the same key twice, in whatever case.
    #[error("{0:?} is given twice")]
    Duplicate(String),
    /// The part has another shape than the language wants there.
    #[error("{0} is wanted")]
    Wanted(&'static str),
    /// An element that the language does not have there.
    #[error("{0:?} is no element of a policy there")]
    UnknownElement(String),
    /// An element that has to be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Two elements that exclude each other.
    #[error("{0} and {1} exclude each other")]
    Exclusive(&'static str, &'static str),
    /// An element that this kind of policy may not have.
    #[error("{1} may have no {0}")]
    NotInThisKind(&'static str, &'static str),
    /// A version of the language that does not exist.
    #[error("the version {0:?} does not exist: 2012-10-17 and 2008-10-17 do")]
    Version(String),
    /// An effect that does not exist.
    #[error("the effect {0:?} does not exist: Allow and Deny do, in this case of letters")]
    Effect(String),
    /// A text that names no action.
    #[error("{0:?} is no action: `service:Action` or `*` is wanted")]
    Action(String),
    /// A text that names no resource.
    #[error("{0:?} is no resource: an ARN or `*` is wanted")]
    Resource(String),
    /// A text that names no principal.
    #[error("{0:?} is no principal: {1}")]
    Principal(String, &'static str),
    /// A condition operator that does not exist.
    #[error("the condition operator {0:?} does not exist")]
    Operator(String),
    /// Something that resource control policies may not say.
    #[error("a resource control policy may not say this: {0}")]
    Rcp(&'static str),
}

/// Something odd in a document that nevertheless has a meaning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lint {
    /// The JSON pointer of the part.
    pub pointer: String,
    /// What is odd about it.
    pub kind: LintKind,
}

/// What is odd.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum LintKind {
    /// An empty list or object: it matches nothing, or as a negation everything.
    #[error("it is empty")]
    Empty,
    /// A Sid that is given twice.
    #[error("the Sid {0:?} is given twice")]
    DuplicateSid(String),
    /// The service of an action holds a wildcard, which AWS does not accept.
    #[error("{0:?} has a wildcard in the service")]
    WildcardService(String),
    /// The service or resource type of an ARN holds a wildcard.
    #[error("{0:?} has a wildcard where AWS documents none")]
    WildcardInArn(String),
    /// The text has fewer than the six parts of an ARN.
    #[error("{0:?} has fewer than the six parts of an ARN")]
    ShortArn(String),
    /// A placeholder that names no context key: it never has a value.
    #[error("`${{{0}}}` names no context key and never has a value")]
    Placeholder(String),
    /// Text in the braces, brackets or angle brackets of a template that nobody filled in.
    #[error("{0:?} looks like a placeholder that nobody filled in")]
    Unfilled(String),
    /// A variable where the language has none: plain text.
    #[error("{0:?}: variables have no meaning here")]
    VariableOutOfPlace(String),
    /// A variable in a document without Version 2012-10-17: plain text.
    #[error("{0:?}: variables need Version 2012-10-17")]
    VariableInOldVersion(String),
    /// A value that the operator can never equal.
    #[error("{0:?} is no value for this operator")]
    Value(String),
    /// A wildcard under an operator that takes it as plain text.
    #[error("{0:?}: this operator takes `*` and `?` as plain text")]
    LiteralWildcard(String),
    /// A condition key without a prefix.
    #[error("{0:?} is no condition key")]
    Key(String),
    /// A multivalued key without ForAllValues or ForAnyValue: AWS does not match it reliably.
    #[error("{0:?} has many values and needs ForAllValues or ForAnyValue")]
    NeedsSetOperator(String),
    /// ForAllValues or ForAnyValue on a key with a single value.
    #[error("{0:?} has one value and needs no set operator")]
    NeedsNoSetOperator(String),
    /// ForAllValues under Allow holds where the key is missing.
    #[error("ForAllValues holds where {0:?} is missing: an Allow needs Null \"false\" beside it")]
    OpenWithoutKey(String),
    /// ForAnyValue with IfExists: AWS does not say what it means where the key is missing.
    #[error("AWS does not say what ForAnyValue with IfExists means where {0:?} is missing")]
    AnyIfExists(String),
    /// A principal given by the unique id of something deleted.
    #[error("{0:?} is the id of something that was deleted or is not known")]
    UniqueId(String),
    /// An action of a service on which resource control policies have no effect.
    #[error("resource control policies have no effect on {0:?}")]
    RcpWithoutEffect(String),
    /// Something that AWS refuses when a policy is written, but that has a clear meaning.
    #[error("AWS does not take this: {0}")]
    Refused(&'static str),
}
