//! One condition: an operator, a key and its values. Imports the room's operators, values, patterns and context.
//!
//! The values of a request are tested one by one; what is not known stays unknown through negation and quantifiers.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html>

use super::context::{Context, Key};
use super::error::{Lint, LintKind};
use super::hash::Name;
use super::operator::{Base, Operator, Order, Set};
use super::pattern::{Pattern, Syntax};
use super::tri::Tri;
use super::value::{self, Network};

/// What the values of the request are compared with.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    Text(Vec<Pattern>),
    Folded(Vec<Pattern>),
    Arn(Vec<Pattern>),
    Number(Order, Vec<f64>),
    Date(Order, Vec<i128>),
    Bool(Vec<bool>),
    Binary(Vec<Vec<u8>>),
    Ip(Vec<Network>),
    Null(Vec<bool>),
}

/// A condition of a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    /// In lower case.
    pub(super) key: Name,
    pub(super) operator: Operator,
    pub(super) test: Test,
}

/// Keys with many values, which need a set operator (UG: Single-valued vs. multivalued context keys; service
/// authorization reference, read in November 2026). Keys of a service that are not here may be either.
const MULTIVALUED: &[&str] = &[
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "aws:vpceorgpaths",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
    "kms:encryptioncontextkeys",
    "kms:grantoperations",
    "kms:resourcealiases",
];

/// Whether a key, in lower case, is known to have many values.
pub(super) fn is_multivalued(key: &str) -> bool {
    MULTIVALUED.contains(&key)
}

impl Condition {
    /// Compiles a condition. Values that the operator cannot compare equal nothing, and are told of.
    pub(super) fn new(
        key: &str,
        operator: Operator,
        values: &[(String, String)],
        variables: bool,
        lints: &mut Vec<Lint>,
    ) -> Self {
        let mut reader = Reader { values, variables, lints };
        let test = match operator.base {
            Base::Text => Test::Text(reader.patterns(false)),
            Base::Folded => Test::Folded(reader.patterns(false)),
            Base::Like => Test::Text(reader.patterns(true)),
            Base::Arn => Test::Arn(reader.patterns(true)),
            Base::Number(order) => Test::Number(order, reader.read(value::number)),
            Base::Date(order) => Test::Date(order, reader.read(value::instant)),
            Base::Bool => Test::Bool(reader.read(value::boolean)),
            Base::Binary => Test::Binary(reader.read(value::bytes)),
            Base::Ip => Test::Ip(reader.read(Network::read)),
            Base::Null => Test::Null(reader.read(value::boolean)),
        };
        Self { key: Name::new(&key.to_lowercase()), operator, test }
    }

    /// Whether the condition holds in a context.
    pub(super) fn holds(&self, context: &Context) -> Tri {
        let key = context.get(&self.key);
        if let Test::Null(wanted) = &self.test {
            return null(wanted, key);
        }
        let Operator { negated, if_exists, set, .. } = self.operator;
        match (key, set) {
            (Key::Values([value]), None) => self.one(value, context),
            (Key::Values(values), None) => self.single(values, context),
            // A value that is a null data set, such as an empty text, satisfies ForAllValues too
            // (UG: Set operators for multivalued context keys).
            (Key::Values(values), Some(Set::All)) if values.iter().all(|value| value.is_empty()) => Tri::True,
            (Key::Values(values), Some(Set::All)) => Tri::all(values.iter().map(|value| self.one(value, context))),
            (Key::Values(values), Some(Set::Any)) => Tri::any(values.iter().map(|value| self.one(value, context))),
            (Key::Absent, None) => (if_exists || negated).into(),
            (Key::Absent, Some(Set::All)) => Tri::True,
            // UG is silent on ForAnyValue with IfExists.
            (Key::Absent, Some(Set::Any)) if if_exists => Tri::Unknown,
            (Key::Absent, Some(Set::Any)) => Tri::False,
            (Key::Present | Key::Unknown, _) => Tri::Unknown,
        }
    }

    /// Without a set operator AWS does not match many values reliably: known only where they all agree.
    fn single(&self, values: &[Box<str>], context: &Context) -> Tri {
        let mut answers = values.iter().map(|value| self.one(value, context));
        let first = answers.next().unwrap_or(Tri::Unknown);
        if answers.all(|answer| answer == first) { first } else { Tri::Unknown }
    }

    /// Whether one value of the request satisfies the operator: any of the policy's values, or for a negated operator none.
    fn one(&self, request: &str, context: &Context) -> Tri {
        let equal = match &self.test {
            Test::Text(patterns) => Tri::any(patterns.iter().map(|pattern| pattern.matches_in(request, context))),
            Test::Folded(patterns) => Tri::any(patterns.iter().map(|pattern| folded(pattern, request, context))),
            Test::Arn(patterns) => Tri::any(patterns.iter().map(|pattern| pattern.matches_arn(request, context))),
            Test::Number(order, policy) => compare(*order, value::number(request), policy),
            Test::Date(order, policy) => compare(*order, value::instant(request), policy),
            Test::Bool(policy) => compare(Order::Equal, value::boolean(request), policy),
            Test::Binary(policy) => compare(Order::Equal, value::bytes(request), policy),
            Test::Ip(policy) => {
                Network::read(request).is_some_and(|address| policy.iter().any(|n| n.contains(&address))).into()
            }
            Test::Null(_) => Tri::Unknown,
        };
        equal.negated_if(self.operator.negated)
    }

    /// The variables in its values.
    pub(super) fn variables(&self) -> impl Iterator<Item = &Name> {
        let patterns: &[Pattern] = match &self.test {
            Test::Text(patterns) | Test::Folded(patterns) | Test::Arn(patterns) => patterns,
            _ => &[],
        };
        patterns.iter().flat_map(Pattern::variables).map(|variable| &variable.key)
    }
}

fn compare<T: PartialOrd>(order: Order, request: Option<T>, policy: &[T]) -> Tri {
    request.is_some_and(|request| policy.iter().any(|policy| order.holds(&request, policy))).into()
}

fn null(wanted: &[bool], key: Key<'_>) -> Tri {
    let present = match key {
        Key::Absent => false,
        Key::Values(_) | Key::Present => true,
        Key::Unknown if wanted.contains(&true) && wanted.contains(&false) => return Tri::True,
        Key::Unknown if wanted.is_empty() => return Tri::False,
        Key::Unknown => return Tri::Unknown,
    };
    wanted.contains(&!present).into()
}

/// Compares without regard to case. A pattern here has no wildcards; where it has variables, its known text decides.
fn folded(pattern: &Pattern, request: &str, context: &Context) -> Tri {
    if let Some(literal) = pattern.literal() {
        return same_folded(literal, request).into();
    }
    match pattern.spelt_out(context) {
        None => Tri::False,
        Some((_, true)) => Tri::Unknown,
        Some((tokens, false)) => {
            let text: String = tokens.iter().map(super::pattern::plain).collect();
            same_folded(&text, request).into()
        }
    }
}

pub(super) fn same_folded(one: &str, other: &str) -> bool {
    one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

/// Reads the values of a condition and tells what is odd about them.
struct Reader<'a> {
    /// Pointer and text of each.
    values: &'a [(String, String)],
    variables: bool,
    lints: &'a mut Vec<Lint>,
}

impl Reader<'_> {
    fn lint(&mut self, pointer: &str, kind: LintKind) {
        self.lints.push(Lint { pointer: pointer.to_owned(), kind });
    }

    fn patterns(&mut self, wildcards: bool) -> Vec<Pattern> {
        let mut patterns = Vec::with_capacity(self.values.len());
        for (pointer, text) in self.values {
            let pattern = Pattern::parse(text, Syntax { wildcards, variables: self.variables });
            super::lint::pattern(pointer, text, &pattern, self.variables, self.lints);
            if !wildcards && text.contains('*') && pattern.variables().next().is_none() {
                self.lint(pointer, LintKind::LiteralWildcard(text.clone()));
            }
            patterns.push(pattern);
        }
        patterns
    }

    fn read<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut found = Vec::with_capacity(self.values.len());
        for (pointer, text) in self.values {
            if text.contains("${") {
                self.lint(pointer, LintKind::VariableOutOfPlace(text.clone()));
            }
            match read(text) {
                Some(value) => found.push(value),
                None => self.lint(pointer, LintKind::Value(text.clone())),
            }
        }
        found
    }
}
