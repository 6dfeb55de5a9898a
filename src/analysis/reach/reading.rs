//! Patterns of ARNs, where the engine need not be asked. Imports nothing.

/// Whether a pattern with `*` and `?` matches a text, wholly and with its case.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    if !pattern.contains('?') {
        return crate::analysis::pattern::matches(pattern, text);
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut to) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while to < text.len() {
        match pattern.get(at) {
            Some('*') => {
                back = Some((at + 1, to));
                at += 1;
            }
            Some(c) if *c == '?' || text.get(to) == Some(c) => (at, to) = (at + 1, to + 1),
            _ => match back {
                Some((after, from)) => {
                    back = Some((after, from + 1));
                    (at, to) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|c| *c == '*')
}

/// Whether a pattern surely covers a family that is written with one star at its end: everything, or the family itself.
pub(crate) fn covers_all(pattern: &str, family: &str) -> bool {
    pattern == "*" || pattern == family || (pattern.ends_with('*') && fits(pattern, family.trim_end_matches('*')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_as_in_policies() {
        for (pattern, text, want) in [
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*?", "", false),
            ("a*?z", "abz", true),
            ("arn:aws:iam::*:role/x", "arn:aws:iam::1:role/x", true),
        ] {
            assert_eq!(fits(pattern, text), want, "{pattern} {text}");
        }
        let family = "arn:aws:iam::1:role/*";
        for (pattern, want) in [
            ("*", true),
            ("arn:aws:iam::*:role/*", true),
            ("arn:aws:iam::1:*", true),
            ("arn:aws:iam::1:role/a*", false),
        ] {
            assert_eq!(covers_all(pattern, family), want, "{pattern}");
        }
    }
}
