//! Text from elsewhere, made safe to show: names that come from AWS are hostile input.
//!
//! A terminal obeys what it is sent. Whoever may name a bucket, role or account could hide a line, colour a failure green
//! or reverse an id. Everything that is not plainly visible is shown as a visible escape, and everything is cut to a
//! width in terminal columns.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The most characters that one grapheme keeps: more are a pile of combining marks.
const GRAPHEME_LIMIT: usize = 8;

/// What stands at the end of a text that was cut.
const CUT: &str = "…";

/// The text with everything invisible made visible, on one line, cut to `columns` terminal columns.
///
/// Control characters (newlines and escapes among them), bidirectional controls, zero-width and tag characters become
/// `\u{…}`; a cut text ends in `…`.
#[must_use]
pub fn visible(text: &str, columns: usize) -> String {
    // Nearly every text: one column for each byte, and nothing to hide.
    if text.len() <= columns && text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let piece = piece(grapheme);
        let width = piece.width();
        if used + width > columns {
            return cut(out, columns);
        }
        used += width;
        out.push_str(&piece);
    }
    out
}

/// Like [`visible`], for text of several lines: line breaks stay.
#[must_use]
pub fn visible_lines(text: &str, columns: usize) -> Vec<String> {
    text.lines().map(|line| visible(line, columns)).collect()
}

/// Takes graphemes off the end until the mark of the cut fits.
fn cut(text: String, columns: usize) -> String {
    let mut text = text;
    while !text.is_empty() && text.width() + CUT.width() > columns {
        let keep = text.grapheme_indices(true).next_back().map_or(0, |(start, _)| start);
        text.truncate(keep);
    }
    if columns >= CUT.width() { text + CUT } else { text }
}

/// One grapheme as it is shown.
fn piece(grapheme: &str) -> String {
    let mut out = String::new();
    for (index, character) in grapheme.chars().enumerate() {
        if index >= GRAPHEME_LIMIT {
            out.push_str(CUT);
            break;
        }
        if hidden(character) {
            out.extend(character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    // A lone combining mark would sit on whatever stands before it, a bar of the table included.
    if out.width() == 0 && !out.is_empty() { out.escape_unicode().to_string() } else { out }
}

/// Whether a character shows nothing of its own or changes how others show.
fn hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' // soft hyphen
            | '\u{34f}' // combining grapheme joiner
            | '\u{600}'..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}' // Arabic and Syriac format characters
            | '\u{61c}' // Arabic letter mark
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' // Hangul fillers
            | '\u{17b4}' | '\u{17b5}' // Khmer inherent vowels
            | '\u{180b}'..='\u{180f}' // Mongolian selectors
            | '\u{200b}'..='\u{200f}' // zero-width, directional marks
            | '\u{2028}'..='\u{202e}' // line and paragraph separators, bidirectional embeddings and overrides
            | '\u{2060}'..='\u{206f}' // word joiner, bidirectional isolates, deprecated format characters
            | '\u{2800}' // blank braille pattern
            | '\u{feff}' // byte order mark
            | '\u{fff0}'..='\u{fffb}' // interlinear annotations
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' // shorthand and musical format characters
            | '\u{e0000}'..='\u{e0fff}' // tags, further variation selectors
        )
}

/// The text broken at spaces into lines of at most `columns` columns; a longer word is broken within.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let width = word.width();
        if used > 0 && used + 1 + width > columns {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        if width <= columns {
            line.push_str(word);
            used += width;
            continue;
        }
        for grapheme in word.graphemes(true) {
            let width = grapheme.width();
            if used > 0 && used + width > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(grapheme);
            used += width;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_and_not_obeyed() {
        let cases = [
            ("orders", "orders"),
            ("Überweisungen 日本", "Überweisungen 日本"),
            ("\u{1b}[2J\u{1b}[32mpass", "\\u{1b}[2J\\u{1b}[32mpass"),
            ("a\nb\r\n", "a\\u{a}b\\u{d}\\u{a}"),
            ("prod\u{202e}tset", "prod\\u{202e}tset"),
            ("a\u{2066}b\u{200b}c\u{feff}", "a\\u{2066}b\\u{200b}c\\u{feff}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{e0041}", "\\u{e0041}"),
        ];
        for (hostile, shown) in cases {
            assert_eq!(visible(hostile, 200), shown);
        }
    }

    #[test]
    fn long_names_are_cut_by_width() {
        assert_eq!(visible("abcdef", 4), "abc…");
        assert_eq!(visible("日本語日本語", 5), "日本…");
        assert_eq!(visible("abcd", 4), "abcd");
        assert_eq!(visible(&"x".repeat(10_000), 40).width(), 40);
        assert_eq!(visible("abc", 0), "");
    }

    #[test]
    fn a_pile_of_marks_is_cut() {
        let zalgo = format!("a{}", "\u{301}".repeat(5_000));
        assert!(visible(&zalgo, 10).chars().count() < 30);
    }

    #[test]
    fn wrapping_keeps_every_word() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert!(wrap("", 10).is_empty());
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left_and_the_width_holds(text in "\\PC{0,40}|.{0,40}", columns in 1_usize..60) {
            let shown = visible(&text, columns);
            prop_assert!(shown.width() <= columns, "{shown:?}");
            prop_assert!(!shown.chars().any(hidden), "{shown:?}");
        }

        #[test]
        fn wrapped_lines_fit_and_lose_nothing(text in "[a-z日 ]{0,80}", columns in 2_usize..30) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| line.width() <= columns));
            prop_assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
    }
}
