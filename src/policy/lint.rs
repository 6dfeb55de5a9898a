//! What is odd about a text with wildcards and variables. Imports the room's errors and patterns.

use super::error::{Lint, LintKind};
use super::pattern::Pattern;

/// Looks at a pattern for placeholders that were never filled in, and variables where they are plain text.
pub(super) fn pattern(pointer: &str, text: &str, pattern: &Pattern, variables: bool, lints: &mut Vec<Lint>) {
    let mut lint = |kind| lints.push(Lint { pointer: pointer.to_owned(), kind });
    if !variables && text.contains("${") {
        lint(LintKind::VariableInOldVersion(text.to_owned()));
    }
    for variable in pattern.variables() {
        if !variable.key.text().contains(':') {
            lint(LintKind::Placeholder(variable.key.text().to_owned()));
        }
    }
    if unfilled(text) {
        lint(LintKind::Unfilled(text.to_owned()));
    }
}

/// `[ROLE]`, `<my-org-id>` and `{example-region-1}` stand in published samples where a value has to be written.
fn unfilled(text: &str) -> bool {
    let between = |open: char, close: char| {
        text.char_indices().any(|(at, c)| {
            let dollar = at > 0 && text.get(..at).is_some_and(|before| before.ends_with('$'));
            c == open && !dollar && text.get(at + 1..).is_some_and(|rest| rest.find(close).is_some_and(|end| end > 0))
        })
    };
    between('[', ']') || between('<', '>') || between('{', '}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_of_three_styles() {
        for text in ["arn:aws:iam::1:role/[ROLE]", "<my-org-id>", "{example-region-1}"] {
            assert!(unfilled(text), "{text}");
        }
        for text in ["${aws:username}", "a<b", "[]", "x"] {
            assert!(!unfilled(text), "{text}");
        }
    }
}
