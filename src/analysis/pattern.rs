//! Wildcards as AWS writes them in ARNs and tag values: `*` is any run of characters, and nothing else is special.

/// Whether a text matches a pattern, wholly and with its case.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| text.strip_prefix(head)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    // Without a `*` the head was the whole pattern.
    let Some(tail) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::matches;

    #[test]
    fn a_star_is_any_run_of_characters() {
        for (pattern, text, want) in [
            ("*", "", true),
            ("*", "a", true),
            ("", "", true),
            ("", "a", false),
            ("a", "a", true),
            ("a", "A", false),
            ("a", "ab", false),
            ("prod*", "production", true),
            ("*rod*", "production", true),
            ("*tion", "production", true),
            ("p*n", "production", true),
            ("p*x", "production", false),
            ("ab*ba", "aba", false),
            ("a**b", "ab", true),
            ("a?b", "axb", false),
            ("arn:aws:rds:*:*:db:*", "arn:aws:rds:eu-west-1:111122223333:db:orders", true),
            ("arn:aws:rds:*:*:db:*", "arn:aws:rds:eu-west-1:111122223333:cluster:orders", false),
        ] {
            assert_eq!(matches(pattern, text), want, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn a_text_matches_itself_and_its_prefix(text in "[a-zé:/]{0,20}", cut in 0usize..20) {
            prop_assert!(matches(&text, &text));
            let head: String = text.chars().take(cut).collect();
            let pattern = format!("{head}*");
            prop_assert!(matches(&pattern, &text));
        }
    }
}
