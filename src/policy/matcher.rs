//! The matcher of wildcards, written by hand. Imports the room's patterns.
//!
//! It never allocates, and needs time in proportion to pattern × text at the worst. After a star it looks for the next plain
//! text at once instead of trying every place.

use super::context::Context;
use super::pattern::{Bound, Token, bind};

/// Whether the tokens from `start` on match the text from there on. Wildcards do not take a colon before the byte `hard`; only
/// the last star of a short pattern does.
///
/// It goes back to the last star alone: what stood before it matched as early as possible, so an earlier star could only
/// lose room. That stays true with hard colons, which no star can pass.
pub(super) fn run(
    tokens: &[Token],
    text: &str,
    start: (usize, usize),
    hard: usize,
    short: bool,
    context: Option<&Context>,
) -> bool {
    let (mut token, mut at) = start;
    let mut back: Option<(usize, usize)> = None;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let step = match tokens.get(token) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Token::Star) => {
                if token + 1 == tokens.len() && (short || at >= hard) {
                    return true;
                }
                let Some(next) = seek(tokens.get(token + 1), text, at, hard) else { return false };
                back = Some((token + 1, next));
                Some(next - at)
            }
            Some(Token::One) => one(text, at, hard),
            Some(Token::Text(literal)) => rest.starts_with(&**literal).then_some(literal.len()),
            Some(Token::Variable(variable)) => match context.map(|context| bind(variable, context)) {
                Some(Bound::Text(value)) => rest.starts_with(value).then_some(value.len()),
                Some(Bound::Unknown) => {
                    back = Some((token + 1, at));
                    Some(0)
                }
                Some(Bound::Nothing) | None => None,
            },
        };
        if let Some(length) = step {
            token += 1;
            at += length;
            continue;
        }
        let Some((after_star, from)) = back else { return false };
        let Some(length) = one(text, from, hard) else { return false };
        let Some(next) = seek(tokens.get(after_star), text, from + length, hard) else { return false };
        back = Some((after_star, next));
        (token, at) = (after_star, next);
    }
}

/// The length of the next character, if a wildcard may take it.
fn one(text: &str, at: usize, hard: usize) -> Option<usize> {
    let c = text.get(at..)?.chars().next()?;
    (c != ':' || at >= hard).then_some(c.len_utf8())
}

/// The next place from which what stands after a star can match; `None` where there is none that the star may reach.
fn seek(next: Option<&Token>, text: &str, from: usize, hard: usize) -> Option<usize> {
    let Some(Token::Text(literal)) = next else { return Some(from) };
    let first = *literal.as_bytes().first()?;
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        // A text of UTF-8 begins with no byte that stands within a character, so what is found begins one.
        let rest = bytes.get(at..)?;
        at += rest.iter().position(|byte| *byte == first)?;
        if bytes.get(at..)?.starts_with(literal.as_bytes()) {
            let passed = bytes.get(from..at.min(hard)).unwrap_or(&[]);
            return (!passed.contains(&b':')).then_some(at);
        }
        at += 1;
    }
}
