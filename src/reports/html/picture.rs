//! Pictures of destroy paths: who, through which guards, to what, and what is left. Columns of boxes and lines, as SVG.

use unicode_width::UnicodeWidthStr;

use super::markup::esc;
use crate::reports::text::{visible, wrap};

/// The width of the picture, in its own units.
const WIDTH: usize = 960;
/// The width of a box.
const BOX: usize = 206;
/// The width of the gap between two columns.
const GAP: usize = (WIDTH - COLUMNS * BOX) / (COLUMNS - 1);
const COLUMNS: usize = 4;
/// The height of a line of text.
const LINE: usize = 17;
/// What stands around the text of a box.
const PAD: usize = 10;
/// Between two boxes of a column.
const SPACE: usize = 12;
/// Where the boxes begin: below the titles of the columns.
const TOP: usize = 34;
/// The most characters of a line of a box's title, set bold, and of its detail; wide fonts included.
const TITLE: usize = 21;
const DETAIL: usize = 25;
/// The most lines of a box's detail.
const LINES: usize = 4;

/// How something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Bad,
    Unknown,
    Plain,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
            Self::Plain => "plain",
        }
    }
}

/// A box.
pub(super) struct Node {
    pub(super) tone: Tone,
    pub(super) title: String,
    pub(super) detail: String,
}

/// A line from a box of one column to a box of the next.
pub(super) struct Edge {
    /// The column that it starts in, its box there, and the box that it leads to.
    pub(super) from: (usize, usize),
    pub(super) to: usize,
    /// Bad goes through, good is stopped on the way, unknown may go through.
    pub(super) tone: Tone,
}

/// A picture.
pub(super) struct Picture {
    /// Unique in the document.
    pub(super) id: String,
    pub(super) title: String,
    /// The picture in a sentence, for whoever does not see it.
    pub(super) description: String,
    pub(super) columns: [(&'static str, Vec<Node>); COLUMNS],
    pub(super) edges: Vec<Edge>,
}

struct Placed {
    x: usize,
    y: usize,
    height: usize,
    title: Vec<String>,
    detail: Vec<String>,
}

/// The text in lines, long names broken behind their punctuation.
fn lines(text: &str, columns: usize, most: usize) -> Vec<String> {
    let mut all = Vec::new();
    let mut line = String::new();
    for (at, word) in visible(text, usize::MAX).split(' ').enumerate() {
        let pieces: Vec<&str> =
            if word.width() > columns { word.split_inclusive(['.', '_', '-', '/', ':']).collect() } else { vec![word] };
        for (within, piece) in pieces.into_iter().enumerate() {
            let space = if at > 0 && within == 0 && !line.is_empty() { " " } else { "" };
            // A sign stays with what it is about.
            let sign = line.chars().count() == 1;
            if !line.is_empty() && !sign && line.width() + space.len() + piece.width() > columns {
                all.push(std::mem::take(&mut line));
            } else {
                line.push_str(space);
            }
            line.push_str(piece);
            while line.width() > columns {
                let head = wrap(&line, columns).into_iter().next().unwrap_or_default();
                let rest = line.get(head.len()..).unwrap_or_default().trim_start().to_owned();
                if rest.is_empty() || head.chars().count() == 1 {
                    break;
                }
                all.push(head);
                line = rest;
            }
        }
    }
    all.push(line);
    all.retain(|line| !line.is_empty());
    let more = all.len() > most;
    all.truncate(most);
    if more && let Some(last) = all.last_mut() {
        *last = visible(&format!("{last}………"), columns);
        *last = format!("{}…", last.trim_end_matches('…'));
    }
    all
}

impl Picture {
    /// The picture as SVG; what is too wide scrolls in its own frame.
    pub(super) fn svg(&self) -> String {
        let placed = self.placed();
        let height = placed.iter().flatten().map(|one| one.y + one.height).max().unwrap_or(TOP) + PAD;
        let mut out = format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{title}\"><svg class=\"picture\" viewBox=\"-1 0 {} {height}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\"><title id=\"{id}-t\">{title}</title><desc id=\"{id}-d\">{description}</desc>",
            WIDTH + 2,
            title = esc(&self.title),
            id = self.id,
            description = esc(&self.description)
        );
        for (column, (title, _)) in self.columns.iter().enumerate() {
            let x = column * (BOX + GAP);
            out.push_str(&format!("<text class=\"column\" x=\"{x}\" y=\"16\">{}</text>", esc(title)));
        }
        for edge in &self.edges {
            out.push_str(&line(&placed, edge));
        }
        for (nodes, places) in self.columns.iter().map(|(_, nodes)| nodes).zip(&placed) {
            for (node, place) in nodes.iter().zip(places) {
                out.push_str(&drawn(node, place));
            }
        }
        out + "</svg></div>"
    }

    /// Each column in the middle of the highest.
    fn placed(&self) -> Vec<Vec<Placed>> {
        let mut columns: Vec<Vec<Placed>> = Vec::new();
        for (column, (_, nodes)) in self.columns.iter().enumerate() {
            let mut y = 0;
            let mut places = Vec::new();
            for node in nodes {
                let (title, detail) = (lines(&node.title, TITLE, 2), lines(&node.detail, DETAIL, LINES));
                let height = (title.len() + detail.len()) * LINE + 2 * PAD;
                places.push(Placed { x: column * (BOX + GAP), y, height, title, detail });
                y += height + SPACE;
            }
            columns.push(places);
        }
        let bottom = |places: &Vec<Placed>| places.last().map_or(0, |one| one.y + one.height);
        let highest = columns.iter().map(bottom).max().unwrap_or(0);
        for places in &mut columns {
            let shift = TOP + (highest - bottom(places)) / 2;
            places.iter_mut().for_each(|one| one.y += shift);
        }
        columns
    }
}

/// A line: whole where it goes through, cut off by a bar where it is stopped, dashed where that is not known.
fn line(placed: &[Vec<Placed>], edge: &Edge) -> String {
    let (column, index) = edge.from;
    let ends = placed.get(column).and_then(|places| places.get(index));
    let Some((from, to)) = ends.zip(placed.get(column + 1).and_then(|places| places.get(edge.to))) else {
        return String::new();
    };
    let (x1, y1) = (from.x + BOX, from.y + from.height / 2);
    let (x2, y2) = (to.x, to.y + to.height / 2);
    let class = edge.tone.class();
    let middle = usize::midpoint(x1, x2);
    if edge.tone == Tone::Good {
        // A guard stops what comes behind it; a copy that holds stops what comes for it.
        let (path, stop, at) = if column + 2 == COLUMNS {
            (format!("C{middle} {y1} {middle} {y2} {} {y2}", x2 - 9), x2 - 9, y2)
        } else {
            (format!("H{}", x1 + GAP / 3), x1 + GAP / 3, y1)
        };
        return format!(
            "<path class=\"edge {class}\" d=\"M{x1} {y1}{path}\"/><path class=\"edge bar {class}\" d=\"M{stop} {}V{}\"/>",
            at - 8,
            at + 8
        );
    }
    let tip = x2 - 1;
    format!(
        "<path class=\"edge {class}\" d=\"M{x1} {y1}C{middle} {y1} {middle} {y2} {tip} {y2}\"/><path class=\"tip {class}\" d=\"M{tip} {y2}l-7 -4v8z\"/>"
    )
}

fn drawn(node: &Node, place: &Placed) -> String {
    let class = node.tone.class();
    let mut out = format!(
        "<g class=\"node {class}\"><rect x=\"{}\" y=\"{}\" width=\"{BOX}\" height=\"{}\" rx=\"7\"/>",
        place.x, place.y, place.height
    );
    let words = place.title.iter().map(|line| ("title", line)).chain(place.detail.iter().map(|line| ("detail", line)));
    for (at, (kind, line)) in words.enumerate() {
        let (x, y) = (place.x + PAD + 2, place.y + PAD + at * LINE + 12);
        out.push_str(&format!("<text class=\"{kind}\" x=\"{x}\" y=\"{y}\">{}</text>", esc(line)));
    }
    out + "</g>"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_break_where_a_reader_would() {
        assert_eq!(lines("✗ aws_dynamodb_table.events", 21, 2), ["✗ aws_dynamodb_table.", "events"]);
        assert_eq!(lines("✓ Account separation", 21, 2), ["✓ Account separation"]);
        assert_eq!(lines("one two three four", 9, 2), ["one two", "three…"]);
        assert_eq!(lines(&"x".repeat(50), 21, 2).len(), 2);
        assert!(lines("", 21, 2).is_empty());
    }
}
