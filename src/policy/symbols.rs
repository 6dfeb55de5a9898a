//! Patterns against patterns: does one cover all that another matches, can they meet at all? Imports the room's patterns.
//!
//! A class of resources (`arn:aws:rds:*:111122223333:db:*`) is a pattern itself. "Covers" is proved by matching the other
//! pattern as if its wildcards were characters that only wildcards can take; that never claims too much.

use super::context::Context;
use super::pattern::{Pattern, Token};
use super::tri::Tri;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Char(char),
    One,
    Star,
    /// A star that takes no colon.
    Part,
}

fn symbols(tokens: &[Token]) -> Vec<Symbol> {
    let mut out = Vec::new();
    for token in tokens {
        match token {
            Token::Text(text) => out.extend(text.chars().map(Symbol::Char)),
            Token::One => out.push(Symbol::One),
            Token::Star | Token::Variable(_) => out.push(Symbol::Star),
        }
    }
    out
}

/// A class of resources. In the first five parts of an ARN its wildcards stand for no colon, for no region or account has
/// one; in the last part only where names may have some.
fn class_symbols(class: &Pattern, colons: bool) -> Vec<Symbol> {
    let mut list = symbols(class.tokens());
    let arn =
        list.iter().take(4).eq([Symbol::Char('a'), Symbol::Char('r'), Symbol::Char('n'), Symbol::Char(':')].iter());
    let mut seen = 0;
    for symbol in &mut list {
        match symbol {
            Symbol::Char(':') => seen += 1,
            Symbol::Star if arn && (seen < 5 || !colons) => *symbol = Symbol::Part,
            _ => {}
        }
    }
    // Whoever writes a class with fewer parts means the rest by its last star.
    if seen < 5
        && let Some(last) = list.last_mut().filter(|last| **last == Symbol::Part)
    {
        *last = Symbol::Star;
    }
    list
}

/// Whether an entry of a policy covers whatever a class of resources holds: all, some or none of it.
pub(super) fn covers(entry: &Pattern, class: &Pattern, colons: bool, context: &Context) -> Tri {
    let Some((tokens, open)) = entry.spelt_out(context) else { return Tri::False };
    let (entry, class) = (symbols(&tokens), class_symbols(class, colons));
    if !open && includes(&entry, &class) {
        Tri::True
    } else if meet(&entry, &class) {
        Tri::Unknown
    } else {
        Tri::False
    }
}

/// Whether one surely matches all that the other does.
fn includes(wide: &[Symbol], narrow: &[Symbol]) -> bool {
    let (mut at, mut to) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match (wide.get(at), narrow.get(to)) {
            (None, None) => return true,
            (Some(Symbol::Star), _) => {
                back = Some((at + 1, to));
                at += 1;
                continue;
            }
            (Some(Symbol::One), Some(Symbol::Char(_) | Symbol::One)) => true,
            (Some(Symbol::Char(a)), Some(Symbol::Char(b))) => a == b,
            _ => false,
        };
        if step {
            (at, to) = (at + 1, to + 1);
            continue;
        }
        match back {
            Some((after, from)) if from < narrow.len() => {
                back = Some((after, from + 1));
                (at, to) = (after, from + 1);
            }
            _ => return false,
        }
    }
}

/// Whether some text matches both.
fn meet(one: &[Symbol], other: &[Symbol]) -> bool {
    // reached[j]: the rest of `one` from i and the rest of `other` from j can be matched by one text.
    let mut below: Vec<bool> = Vec::new();
    for i in (0..=one.len()).rev() {
        let mut row = vec![false; other.len() + 1];
        for j in (0..=other.len()).rev() {
            let at = |row: &[bool], index: usize| row.get(index).copied().unwrap_or(false);
            let value = match (one.get(i), other.get(j)) {
                (None, None) => true,
                (Some(Symbol::Star), None) => at(&below, j),
                (None | Some(Symbol::Char(':')), Some(Symbol::Part)) | (None, Some(Symbol::Star)) => at(&row, j + 1),
                (Some(Symbol::Star), Some(_)) | (Some(_), Some(Symbol::Star | Symbol::Part)) => {
                    at(&below, j) || at(&row, j + 1)
                }
                (Some(Symbol::Char(a)), Some(Symbol::Char(b))) => a == b && at(&below, j + 1),
                (Some(_), Some(_)) => at(&below, j + 1),
                _ => false,
            };
            if let Some(cell) = row.get_mut(j) {
                *cell = value;
            }
        }
        below = row;
    }
    below.first().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Syntax;
    use super::*;

    #[test]
    fn all_some_or_none() {
        let context = Context::complete();
        for (entry, class, want) in [
            ("*", "arn:aws:rds:*:1:db:*", Tri::True),
            ("arn:aws:rds:*", "arn:aws:rds:*:1:db:*", Tri::True),
            ("arn:aws:rds:*:*:db:*", "arn:aws:rds:*:1:db:*", Tri::True),
            ("arn:aws:rds:eu-central-1:*:db:*", "arn:aws:rds:*:1:db:*", Tri::Unknown),
            ("arn:aws:rds:*:2:db:*", "arn:aws:rds:eu:1:db:*", Tri::Unknown),
            ("arn:aws:s3:::*", "arn:aws:rds:*:1:db:*", Tri::False),
            ("a?c", "a*c", Tri::Unknown),
            ("a*c", "a?c", Tri::True),
            ("ab", "a", Tri::False),
            ("*x", "*", Tri::Unknown),
            ("", "*", Tri::Unknown),
        ] {
            let read = |text| Pattern::parse(text, Syntax::WILD);
            assert_eq!(covers(&read(entry), &read(class), true, &context), want, "{entry} {class}");
        }
    }

    #[test]
    fn plain_names_have_no_colon() {
        let context = Context::complete();
        let read = |text| Pattern::parse(text, Syntax::WILD);
        let (entry, class) = (read("arn:aws:rds:*:*:cluster:*"), read("arn:aws:rds:*:1:db:*"));
        assert_eq!(covers(&entry, &class, true, &context), Tri::Unknown, "a name might be x:cluster:y");
        assert_eq!(covers(&entry, &class, false, &context), Tri::False);
        assert_eq!(covers(&read("arn:aws:rds:eu:1:x"), &read("arn:aws:rds:*"), false, &context), Tri::Unknown);
    }
}
