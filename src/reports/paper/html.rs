//! Blocks as one HTML file: readable without a script, in light and dark, and on paper.

use std::fmt::Write as _;

use super::{Block, Line, Piece, shown};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}\
h1,h2,h3{line-height:1.2;margin:2rem 0 .6rem}\
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.92rem}\
th,td{border-bottom:1px solid #8886;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{border-bottom:2px solid #888a}\
code,pre{font:.88em ui-monospace,monospace}\
pre{padding:.8rem;border:1px solid #8886;border-radius:4px;overflow-x:auto}\
@media print{body{margin:0;max-width:none}a{color:inherit}tr{break-inside:avoid}}";

/// The page.
pub(in crate::reports) fn html(title: &str, blocks: &[Block]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n",
        escaped(title)
    );
    blocks.iter().for_each(|one| block(one, &mut out));
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

// Writing to a String cannot fail.
fn block(block: &Block, out: &mut String) {
    match block {
        Block::Heading(level, text) => {
            let _ = writeln!(out, "<h{level}>{}</h{level}>", escaped(text));
        }
        Block::Paragraph(pieces) => {
            let _ = writeln!(out, "<p>{}</p>", line(pieces));
        }
        Block::Table(head, rows) => {
            out.push_str("<table>\n<thead><tr>");
            for name in head {
                let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(name));
            }
            out.push_str("</tr></thead>\n<tbody>\n");
            for row in rows {
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<td>{}</td>", line(cell));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</tbody>\n</table>\n");
        }
        Block::Commands(text) => {
            let _ = writeln!(out, "<pre><code>{}</code></pre>", entities(text));
        }
    }
}

fn line(pieces: &Line) -> String {
    pieces.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escaped(text),
        Piece::Strong(text) => format!("<strong>{}</strong>", escaped(text)),
        Piece::Code(text) if text.is_empty() => String::new(),
        Piece::Code(text) => format!("<code>{}</code>", escaped(text)),
        Piece::Link(text, path) => format!("<a href=\"{}\">{}</a>", entities(path), escaped(text)),
    }
}

fn escaped(text: &str) -> String {
    entities(&shown(text))
}

fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
