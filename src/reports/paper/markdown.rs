//! Blocks as Markdown (GitHub's, with tables).

use super::{Block, Line, Piece, shown};

/// The page.
pub(in crate::reports) fn markdown(blocks: &[Block]) -> String {
    let parts: Vec<String> = blocks.iter().map(block).collect();
    parts.join("\n")
}

fn block(block: &Block) -> String {
    match block {
        Block::Heading(level, text) => format!("{} {}\n", "#".repeat(*level), escaped(text)),
        Block::Paragraph(pieces) => format!("{}\n", line(pieces)),
        Block::Table(head, rows) => {
            let rule = "---|".repeat(head.len());
            let rows: String = rows
                .iter()
                .map(|row| {
                    let cells: Vec<String> = row.iter().map(line).collect();
                    format!("| {} |\n", cells.join(" | "))
                })
                .collect();
            format!("| {} |\n|{rule}\n{rows}", head.join(" | "))
        }
        Block::Commands(text) => format!("```sh\n{text}\n```\n"),
    }
}

fn line(pieces: &Line) -> String {
    pieces.iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => escaped(text),
        Piece::Strong(text) => format!("**{}**", escaped(text)),
        Piece::Code(text) => code(text),
        Piece::Link(text, path) => format!("[{}]({})", escaped(text), target(path)),
    }
}

/// Every character that means something is escaped; what begins a line or a tag among them.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in shown(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '$' | '!' => {
                out.push('\\');
                out.push(c);
            }
            // A mention would call somebody.
            '@' => out.push_str("&#64;"),
            _ => out.push(c),
        }
    }
    out
}

/// A span of code holds everything but backticks, which a longer fence takes in, and the bar of a table.
fn code(text: &str) -> String {
    let text = shown(text).replace('|', "\\|");
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

fn target(path: &str) -> String {
    path.chars().filter(|c| c.is_ascii_alphanumeric() || "._-/%".contains(*c)).collect()
}
