//! Text from elsewhere in Markdown: names that come from AWS are hostile input, and whoever renders the page obeys it.
//!
//! On GitHub an `@name` calls a person, `#1` and addresses become links, `:name:` a picture, `<…>` HTML, and `|` ends a cell.
//! Backslashes help against what Markdown itself reads; what is found later, in the finished text, is left alone in code
//! alone. So a word that could be any of these is set as code, and every other word has its punctuation escaped.

use super::text::visible;

/// The most columns that one text keeps.
const LONGEST: usize = 4_000;

/// A name or an id, set as code on one line. A backtick and a bar would end the code or the table's cell: they are shown as
/// the escapes of [`visible`].
pub(super) fn code(text: &str) -> String {
    let shown = visible(text, LONGEST).replace('`', "\\u{60}").replace('|', "\\u{7c}");
    // Code of nothing, or of blanks alone, is no code.
    if shown.trim().is_empty() { "`\\u{20}`".to_owned() } else { format!("`{}`", shown.trim()) }
}

/// A sentence with names in it, on one line.
pub(super) fn inline(text: &str) -> String {
    let shown = visible(text, LONGEST);
    let words = shown.split(' ').filter(|word| !word.is_empty());
    let set = |(index, word)| if obeyed(word) { marked(word) } else { escaped(word, index == 0) };
    words.enumerate().map(set).collect::<Vec<_>>().join(" ")
}

/// A sentence of a check's author, on one line: what stands between backticks is code.
pub(super) fn prose(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return inline(text);
    }
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        if index % 2 == 1 {
            out.push_str(&code(piece));
            continue;
        }
        // The blanks around code are kept.
        let blank = |at: bool| if at && !piece.trim().is_empty() { " " } else { "" };
        out.push_str(blank(index > 0 && piece.starts_with(' ')));
        out.push_str(&inline(piece));
        out.push_str(blank(index + 1 < pieces.len() && piece.ends_with(' ')));
        if piece.trim().is_empty() && !piece.is_empty() && index > 0 && index + 1 < pieces.len() {
            out.push(' ');
        }
    }
    out
}

/// Whether a renderer could make more of a word than a word, even where Markdown's own signs are escaped.
fn obeyed(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    lower.contains(['@', '#', '<', '>', '&', '`', '\\'])
        || ["://", "www.", "gh-"].iter().any(|sign| lower.contains(sign))
        || lower.matches(':').count() > 1
}

/// A word as code; the sentence's own punctuation stays outside.
fn marked(word: &str) -> String {
    let core = word.trim_end_matches([',', ';', ':', '.', ')', '"', '\'']).trim_start_matches(['(', '"', '\'']);
    match word.split_once(core) {
        Some((before, after)) if !core.is_empty() => format!("{before}{}{after}", code(core)),
        _ => code(word),
    }
}

/// A word with what Markdown reads escaped by backslashes.
fn escaped(word: &str, begins: bool) -> String {
    let mut out = String::with_capacity(word.len());
    let mut before: Option<char> = None;
    let mut number = begins;
    let mut rest = word.chars().peekable();
    while let Some(character) = rest.next() {
        let sign = match character {
            '*' | '[' | ']' | '|' | '~' | '$' => true,
            // Within a word it is a letter.
            '_' => {
                !(before.is_some_and(char::is_alphanumeric) && rest.peek().is_some_and(|next| next.is_alphanumeric()))
            }
            // At the start of a line these begin a list, a rule or a number's item.
            '-' | '+' | '=' => begins && before.is_none(),
            '.' | ')' => number && before.is_some(),
            _ => false,
        };
        if sign {
            out.push('\\');
        }
        out.push(character);
        number = number && character.is_ascii_digit();
        before = Some(character);
    }
    out
}

/// Code of several lines, as a block: its fence is longer than any in it. What a terminal would obey is shown as an escape.
pub(super) fn block(language: &str, text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().map(|line| visible(line, LONGEST)).collect();
    let longest =
        lines.iter().map(|line| line.chars().take_while(|c| *c == '`' || *c == ' ').count()).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_renderer_obeys_is_code() {
        let cases = [
            ("deletion protection is off", "deletion protection is off"),
            ("called @octocat, twice", "called `@octocat`, twice"),
            ("see https://evil.example/x.", "see `https://evil.example/x`."),
            ("see www.evil.example", "see `www.evil.example`"),
            ("<img src=x onerror=y>", "`<img` src=x `onerror=y>`"),
            ("[click](javascript:x)", "\\[click\\](javascript:x)"),
            ("a|b *c* _d_ e_f ~g~", "a\\|b \\*c\\* \\_d\\_ e_f \\~g\\~"),
            ("fixes #12 and GH-3", "fixes `#12` and `GH-3`"),
            ("`rm`", "`\\u{60}rm\\u{60}`"),
            ("- one", "\\- one"),
            ("1. one", "1\\. one"),
            ("arn:aws:rds:eu-central-1:111122223333:db:a_b", "`arn:aws:rds:eu-central-1:111122223333:db:a_b`"),
        ];
        for (text, wanted) in cases {
            assert_eq!(inline(text), wanted);
        }
    }

    #[test]
    fn an_authors_code_stays_code() {
        assert_eq!(prose("A `x = false` turns it off."), "A `x = false` turns it off.");
        assert_eq!(prose("`a` `b`: c_d"), "`a` `b`: c_d");
        assert_eq!(prose("one ` alone"), "one `\\u{60}` alone");
    }

    #[test]
    fn code_ends_where_it_should() {
        assert_eq!(code("orders"), "`orders`");
        assert_eq!(code("a`b|c\\"), "`a\\u{60}b\\u{7c}c\\`");
        assert_eq!(code(""), "`\\u{20}`");
        assert_eq!(block("sh", "a\n```\nb"), "````sh\na\n```\nb\n````\n");
    }

    proptest! {
        #[test]
        fn code_is_one_span_in_one_cell(text in ".{0,40}") {
            let code = code(&text);
            prop_assert_eq!(code.matches('`').count(), 2);
            prop_assert!(code.starts_with('`') && code.ends_with('`'));
            prop_assert!(!code.contains(['|', '\n', '\r']));
        }

        #[test]
        fn no_bar_of_a_sentence_ends_a_cell(text in ".{0,60}|[|\\\\` @a]{0,12}") {
            let line = inline(&text);
            prop_assert!(!line.contains(['\n', '\r']));
            let mut escaped = false;
            for character in line.chars() {
                prop_assert!(character != '|' || escaped, "{}", line);
                escaped = character == '\\' && !escaped;
            }
            prop_assert_eq!(line.matches('`').count() % 2, 0);
        }
    }
}
