//! A page of plain blocks, as Markdown and as HTML: one content, two looks. Knows nothing of what it says.
//!
//! Every text is taken as hostile. What a terminal would obey is made visible first, as everywhere; then it is escaped for
//! the format. The HTML is one file: no script, no picture, nothing that is fetched.

mod html;
mod markdown;

pub(super) use html::html;
pub(super) use markdown::markdown;

/// The most columns of a text that is shown; a longer one is cut, visibly.
const COLUMNS: usize = 2_000;

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words.
    Text(String),
    /// A name, a command, a path: exactly as it is.
    Code(String),
    /// Something to heed.
    Strong(String),
    /// A file of the same bundle.
    Link(String, String),
}

impl Piece {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn code(text: impl Into<String>) -> Self {
        Self::Code(text.into())
    }

    pub(super) fn strong(text: impl Into<String>) -> Self {
        Self::Strong(text.into())
    }

    /// A link to a file of the bundle, by its path from where the page lies.
    pub(super) fn link(text: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Link(text.into(), path.into())
    }
}

/// A line, or the content of a cell.
pub(super) type Line = Vec<Piece>;

/// A block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading, 1 the highest.
    Heading(usize, String),
    /// A paragraph.
    Paragraph(Line),
    /// A table with its head.
    Table(Vec<&'static str>, Vec<Vec<Line>>),
    /// Commands.
    Commands(String),
}

fn shown(text: &str) -> String {
    super::text::visible(text, COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str =
        "a|b`c` <img src=x onerror=alert(1)>\n# not [a](javascript:x) *heading* _x_ \u{202e}&amp; ~~no~~ $x$ @team #1";

    fn page() -> Vec<Block> {
        vec![
            Block::Heading(1, HOSTILE.to_owned()),
            Block::Paragraph(vec![Piece::text(HOSTILE), Piece::code(HOSTILE), Piece::strong(HOSTILE)]),
            Block::Paragraph(vec![Piece::link(HOSTILE, "frameworks/a\"b.md")]),
            Block::Table(vec!["name"], vec![vec![vec![Piece::code(HOSTILE)]]]),
            Block::Commands("a && b < c".to_owned()),
        ]
    }

    #[test]
    fn hostile_text_is_inert_in_html() {
        let html = html("t <", &page());
        assert!(!html.contains("<img") && !html.contains('\u{202e}'), "{html}");
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{html}");
        assert!(html.contains("href=\"frameworks/a&quot;b.md\""), "{html}");
        assert!(!html.contains("<script") && !html.contains("http:") && !html.contains("https:"), "{html}");
        assert!(html.contains("a &amp;&amp; b &lt; c"));
    }

    #[test]
    fn hostile_text_is_inert_in_markdown() {
        let text = markdown(&page());
        // Within a span of code a tag is text; elsewhere every character that means something is escaped.
        let heading = text.lines().next().unwrap();
        assert!(heading.starts_with("# a\\|b\\`c\\` &lt;img"), "{heading}");
        assert!(!heading.contains('<') && heading.contains("\\[a\\](javascript"), "{heading}");
        let fence = text.lines().find(|line| line.starts_with("| ``")).unwrap();
        assert!(fence.contains("`` a\\|b`c` <img"), "{fence}");
        assert_eq!(text.lines().filter(|line| line.starts_with("# ")).count(), 1, "{text}");
        let row = text.lines().find(|line| line.starts_with("| ``")).unwrap();
        // One cell: every bar of the name is escaped.
        assert_eq!(row.replace("\\|", "").matches('|').count(), 2, "{row}");
    }

    #[test]
    fn a_page_reads_well() {
        let page = vec![
            Block::Heading(2, "Scores".to_owned()),
            Block::Paragraph(vec![Piece::text("From "), Piece::strong("40.0"), Piece::text(" to 60.0.")]),
            Block::Table(
                vec!["layer", "score"],
                vec![vec![vec![Piece::text("Deny policies")], vec![Piece::code("1–2")]]],
            ),
            Block::Paragraph(vec![Piece::link("posture.json", "posture.json")]),
            Block::Commands("palisade --help".to_owned()),
        ];
        assert_eq!(
            markdown(&page),
            "## Scores\n\nFrom **40.0** to 60.0.\n\n| layer | score |\n|---|---|\n| Deny policies | `1–2` |\n\n[posture.json](posture.json)\n\n```sh\npalisade --help\n```\n"
        );
    }
}
