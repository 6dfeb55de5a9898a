//! Texts with wildcards and variables, compiled once. Imports the room's context and three values.
//!
//! `*` is any run of characters, `?` is exactly one, and nothing else has a meaning. Most patterns are decided by the text
//! before their first wildcard and after their last; the others by the room's matcher.
//! Wildcards: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>, variables:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>.

use super::context::{Context, Key};
use super::hash::Name;
use super::matcher::run;
use super::tri::Tri;

/// A policy variable: `${key}` or `${key, 'default'}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variable {
    /// The context key in lower case: names of keys are case-insensitive.
    pub(super) key: Name,
    pub(super) default: Option<Box<str>>,
}

/// A piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    Text(Box<str>),
    /// `*`
    Star,
    /// `?`
    One,
    Variable(Variable),
}

/// What the characters of a text mean where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    pub(super) wildcards: bool,
    pub(super) variables: bool,
}

impl Syntax {
    pub(super) const WILD: Self = Self { wildcards: true, variables: false };
}

/// A compiled pattern.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern {
    tokens: Box<[Token]>,
    shape: Shape,
    /// The text before the first wildcard, and the one after the last: what most patterns are decided by.
    head: Box<str>,
    tail: Box<str>,
    /// Fewer than the five colons of an ARN stand in it.
    short: bool,
}

/// What most patterns are, so that they need no general matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    Anything,
    Exact,
    Prefix,
    /// One star, with text before it or after it or both.
    Around,
    General,
    WithVariables,
}

/// The value of a variable.
pub(super) enum Bound<'a> {
    Text(&'a str),
    Nothing,
    Unknown,
}

impl Pattern {
    pub(super) fn parse(text: &str, syntax: Syntax) -> Self {
        let mut tokens = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or("");
            let token = match c {
                '*' if syntax.wildcards => Some((Token::Star, after)),
                '?' if syntax.wildcards => Some((Token::One, after)),
                '$' if syntax.variables => variable(after),
                _ => None,
            };
            match token {
                Some((Token::Text(literal), after)) => {
                    plain.push_str(&literal);
                    rest = after;
                }
                Some((token, after)) => {
                    if !plain.is_empty() {
                        tokens.push(Token::Text(std::mem::take(&mut plain).into()));
                    }
                    // A run of stars is one star.
                    if token != Token::Star || tokens.last() != Some(&Token::Star) {
                        tokens.push(token);
                    }
                    rest = after;
                }
                None => {
                    plain.push(c);
                    rest = after;
                }
            }
        }
        if !plain.is_empty() {
            tokens.push(Token::Text(plain.into()));
        }
        Self::new(tokens)
    }

    fn new(tokens: Vec<Token>) -> Self {
        let colons = |token: &Token| match token {
            Token::Text(text) => text.matches(':').count(),
            // What it stands for may hold any number of them.
            Token::Variable(_) => 5,
            Token::Star | Token::One => 0,
        };
        let short = tokens.iter().map(colons).sum::<usize>() < 5;
        let shape = match tokens.as_slice() {
            [] | [Token::Text(_)] => Shape::Exact,
            [Token::Star] => Shape::Anything,
            [Token::Text(_), Token::Star] => Shape::Prefix,
            [Token::Text(_), Token::Star, Token::Text(_)] | [Token::Star, Token::Text(_)] => Shape::Around,
            all if all.iter().any(|token| matches!(token, Token::Variable(_))) => Shape::WithVariables,
            _ => Shape::General,
        };
        let (head, tail) = (tokens.first().map_or("", plain).into(), tokens.last().map_or("", plain).into());
        Self { tokens: tokens.into(), shape, head, tail, short }
    }

    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    pub(super) fn is_anything(&self) -> bool {
        self.shape == Shape::Anything
    }

    /// Of the pattern of an action: its service, where it has no wildcard.
    pub(super) fn service(&self) -> Option<&str> {
        self.head.split_once(':').map(|(service, _)| service)
    }

    /// Of the pattern of an action: the first byte of its name and the last, where no wildcard stands there.
    pub(super) fn edges(&self) -> (Option<u8>, Option<u8>) {
        let name = self.head.split_once(':').map(|(_, name)| name);
        (name.and_then(|name| name.bytes().next()), self.tail.bytes().last())
    }

    /// Whether fewer than the five colons of an ARN stand in it.
    pub(super) fn is_short(&self) -> bool {
        self.short
    }

    /// The text, where the pattern is nothing else.
    pub(super) fn literal(&self) -> Option<&str> {
        match &*self.tokens {
            [] => Some(""),
            [Token::Text(text)] => Some(text),
            _ => None,
        }
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Variable(variable) => Some(variable),
            _ => None,
        })
    }

    /// Whether a text without regard to variables matches: for actions, and for what is no ARN.
    pub(super) fn matches(&self, text: &str) -> bool {
        match self.shape {
            Shape::Anything => true,
            Shape::Exact => *self.head == *text,
            Shape::Prefix => text.starts_with(&*self.head),
            Shape::Around => {
                text.len() >= self.head.len() + self.tail.len()
                    && text.starts_with(&*self.head)
                    && text.ends_with(&*self.tail)
            }
            Shape::General | Shape::WithVariables => {
                text.starts_with(&*self.head)
                    && text.ends_with(&*self.tail)
                    && run(&self.tokens, text, self.start(), 0, true, None)
            }
        }
    }

    /// Whether a text matches, with the variables' values of this context.
    ///
    /// A variable without value makes the pattern match nothing (UG: Policy variables with no value).
    pub(super) fn matches_in(&self, text: &str, context: &Context) -> Tri {
        if self.shape == Shape::WithVariables { self.bound(text, 0, context) } else { self.matches(text).into() }
    }

    /// Whether an ARN matches part by part: in the first five parts no wildcard reaches over a colon, while the sixth keeps
    /// its own. What is no ARN matches nothing. A pattern of fewer parts that ends in `*` matches the rest.
    pub(super) fn matches_arn(&self, text: &str, context: &Context) -> Tri {
        if self.shape == Shape::WithVariables {
            return fifth_colon(text).map_or(Tri::False, |hard| self.bound(text, hard, context));
        }
        if !text.starts_with(&*self.head) || !text.ends_with(&*self.tail) {
            return Tri::False;
        }
        let Some(hard) = fifth_colon(text) else { return Tri::False };
        match self.shape {
            Shape::Anything => true,
            Shape::Exact => *self.head == *text,
            _ => run(&self.tokens, text, self.start(), hard, self.short, None),
        }
        .into()
    }

    /// Where matching goes on when the head was found at the beginning: token and byte.
    fn start(&self) -> (usize, usize) {
        (usize::from(!self.head.is_empty()), self.head.len())
    }

    fn bound(&self, text: &str, hard: usize, context: &Context) -> Tri {
        let mut unknown = false;
        for variable in self.variables() {
            match bind(variable, context) {
                Bound::Nothing => return Tri::False,
                Bound::Unknown => unknown = true,
                Bound::Text(_) => {}
            }
        }
        // What is not known may be any text, colons too.
        let hard = if unknown { 0 } else { hard };
        match (run(&self.tokens, text, (0, 0), hard, self.short, Some(context)), unknown) {
            (false, _) => Tri::False,
            (true, true) => Tri::Unknown,
            (true, false) => Tri::True,
        }
    }

    /// The tokens with the known variables in place. What is not known may be any text: a star. `None` where a variable has
    /// no value and the pattern therefore matches nothing.
    pub(super) fn spelt_out(&self, context: &Context) -> Option<(Vec<Token>, bool)> {
        let mut tokens = Vec::new();
        let mut open = false;
        for token in &self.tokens {
            match token {
                Token::Variable(variable) => match bind(variable, context) {
                    Bound::Text(text) => tokens.push(Token::Text(text.into())),
                    Bound::Nothing => return None,
                    Bound::Unknown => {
                        open = true;
                        tokens.push(Token::Star);
                    }
                },
                other => tokens.push(other.clone()),
            }
        }
        Some((tokens, open))
    }
}

pub(super) fn plain(token: &Token) -> &str {
    match token {
        Token::Text(text) => text,
        Token::Star | Token::One | Token::Variable(_) => "",
    }
}

/// Reads what stands after a dollar sign. A dollar that begins no variable is a dollar.
fn variable(after: &str) -> Option<(Token, &str)> {
    let inner = after.strip_prefix('{')?;
    // A default value may hold a brace; its quotation marks say where it ends.
    let brace = inner.find('}')?;
    let (body, rest) = match inner.find('\'') {
        Some(quote) if quote < brace => {
            let text = inner.get(quote + 1..)?;
            let end = quote + 1 + text.find('\'')? + 1;
            let close = end + inner.get(end..)?.find('}')?;
            (inner.get(..close)?, inner.get(close + 1..)?)
        }
        _ => (inner.get(..brace)?, inner.get(brace + 1..)?),
    };
    if let "*" | "?" | "$" = body {
        return Some((Token::Text(body.into()), rest));
    }
    let (key, default) = match body.split_once(',') {
        Some((key, default)) => (key, Some(default.trim().trim_matches('\'').into())),
        None => (body, None),
    };
    Some((Token::Variable(Variable { key: Name::new(&key.trim().to_lowercase()), default }), rest))
}

/// The value of a variable: that of a key with exactly one value, or the default (UG: Specifying default values).
pub(super) fn bind<'a>(variable: &'a Variable, context: &'a Context) -> Bound<'a> {
    match context.get(&variable.key) {
        Key::Values([value]) => Bound::Text(value),
        Key::Values(_) | Key::Absent => variable.default.as_deref().map_or(Bound::Nothing, Bound::Text),
        Key::Present | Key::Unknown => Bound::Unknown,
    }
}

/// The byte after the fifth colon of an ARN.
pub(super) fn fifth_colon(text: &str) -> Option<usize> {
    let (at, _) = text.match_indices(':').nth(4)?;
    text.starts_with("arn:").then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::super::context::{Context, Fact};
    use super::*;

    const ALL: Syntax = Syntax { wildcards: true, variables: true };

    fn wild(pattern: &str, text: &str) -> bool {
        Pattern::parse(pattern, Syntax::WILD).matches(text)
    }

    #[test]
    fn wildcards() {
        for (pattern, text, want) in [
            ("*", "", true),
            ("", "", true),
            ("", "a", false),
            ("a*", "a", true),
            ("a*", "ba", false),
            ("*a", "ba", true),
            ("?", "", false),
            ("?", "é", true),
            ("?", "ab", false),
            ("a?c", "abc", true),
            ("a**c", "abbc", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXcYb", false),
            ("*?*", "", false),
            ("*?*", "x", true),
            ("s3:*Object", "s3:GetObject", true),
            ("s3:*Object", "s3:GetObjectAcl", false),
            ("[a-z]", "b", false),
            ("a.c", "abc", false),
        ] {
            assert_eq!(wild(pattern, text), want, "{pattern} {text}");
        }
        assert!(!wild(&"a*".repeat(50), &"a".repeat(3000).replace("aa", "ab").replace("ab", "bb")));
    }

    #[test]
    fn arns_part_by_part() {
        let context = Context::complete();
        for (pattern, text, want) in [
            ("arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", Tri::True),
            ("arn:aws:iam::*:role/x", "arn:aws:iam:eu:1:role/x", Tri::False),
            ("arn:aws:iam:*:role/x", "arn:aws:iam::1:role/x", Tri::False),
            ("arn:aws:logs:*:*:log-group:*:x", "arn:aws:logs:eu:1:log-group:a:b:x", Tri::True),
            ("arn:aws:rds:*", "arn:aws:rds:eu:1:db:x", Tri::True),
            ("arn:*:rds:*", "arn:aws:ec2:eu:1:rds:x", Tri::False),
            ("arn:aws:s3:?:1:x", "arn:aws:s3:::x", Tri::False),
            ("*", "arn:aws:s3:::x", Tri::True),
            ("*", "no arn", Tri::False),
            ("arn:aws:iam::*:*", "arn:aws:iam::1:role/a:b", Tri::True),
        ] {
            assert_eq!(Pattern::parse(pattern, ALL).matches_arn(text, &context), want, "{pattern} {text}");
        }
    }

    #[test]
    fn variables_have_values_defaults_or_nothing() {
        let mut context = Context::complete();
        context.set("aws:username", Fact::values(["a*"]));
        context.set("aws:tagkeys", Fact::values(["a", "b"]));
        context.set("aws:userid", Fact::Unknown);
        for (pattern, text, want) in [
            ("home/${aws:UserName}/*", "home/a*/x", Tri::True),
            ("home/${aws:username}/*", "home/ab/x", Tri::False),
            ("${aws:none}", "", Tri::False),
            ("*${aws:none}", "x", Tri::False),
            ("${aws:none, 'd}e'}x", "d}ex", Tri::True),
            ("${aws:TagKeys, 'd'}", "d", Tri::True),
            ("${aws:TagKeys}", "a", Tri::False),
            ("x${aws:userid}y", "x1y", Tri::Unknown),
            ("x${aws:userid}y", "1y", Tri::False),
            ("${*}${?}${$}", "*?$", Tri::True),
            ("${*}", "x", Tri::False),
            ("$x${", "$x${", Tri::True),
        ] {
            assert_eq!(Pattern::parse(pattern, ALL).matches_in(text, &context), want, "{pattern} {text}");
        }
        assert!(Pattern::parse("${aws:username}", Syntax::WILD).matches("${aws:username}"));
    }
}
