//! The page being written: its width, its paint, its lines.

use std::collections::BTreeMap;

use anstyle::Style;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use unicode_width::UnicodeWidthStr;

use super::Options;
use crate::model::finding::Severity;
use crate::model::ids::AccountId;
use crate::model::posture::Posture;
pub(super) use crate::reports::paint::Paint;
use crate::reports::text::{visible, wrap};
pub(super) use crate::reports::words::{count, first};

/// The narrowest page: nothing is legible below it.
const NARROWEST: usize = 60;

/// The longest sentence shown, in columns.
const SENTENCE: usize = 1_200;

impl Paint {
    /// How urgent a severity looks.
    pub(super) fn of(severity: Severity) -> Self {
        match severity {
            Severity::Critical | Severity::High => Self::Bad,
            Severity::Medium => Self::Warn,
            Severity::Low => Self::Plain,
        }
    }
}

/// The page.
pub(super) struct Page {
    text: String,
    options: Options,
}

impl Page {
    pub(super) fn new(options: Options) -> Self {
        Self { text: String::new(), options: Options { width: options.width.max(NARROWEST), ..options } }
    }

    pub(super) fn text(self) -> String {
        self.text
    }

    pub(super) fn width(&self) -> usize {
        self.options.width
    }

    pub(super) fn subjects(&self) -> usize {
        self.options.subjects
    }

    pub(super) fn paint(&self, paint: Paint, text: &str) -> String {
        let style = paint.style();
        if self.options.colour && style != Style::new() && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    pub(super) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line as it is; the caller has seen to its width.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// A heading of a part of the page.
    pub(super) fn heading(&mut self, title: &str, note: &str) {
        let room = self.options.width.saturating_sub(title.width() + 2);
        let gap = if note.is_empty() { "" } else { "  " };
        let title = self.paint(Paint::Strong, title);
        let note = self.paint(Paint::Dim, &visible(note, room));
        self.blank();
        self.line(&format!("{title}{gap}{note}"));
    }

    /// A sentence from elsewhere, wrapped: the first line after `first`, the others under it.
    pub(super) fn sentence(&mut self, first: &str, text: &str, paint: Paint) {
        let indent = first.width();
        let shown = visible(text, SENTENCE);
        let lines = wrap(&shown, self.options.width.saturating_sub(indent));
        if lines.is_empty() {
            self.line(first);
        }
        for (index, line) in lines.iter().enumerate() {
            let lead = if index == 0 { first.to_owned() } else { " ".repeat(indent) };
            let line = self.paint(paint, line);
            self.line(&format!("{lead}{line}"));
        }
    }

    /// A label in a column of its own, with a sentence beside it.
    pub(super) fn labelled(&mut self, label: &str, text: &str, paint: Paint) {
        let lead = format!("  {label:<11}");
        self.sentence(&lead, text, paint);
    }

    /// An empty table without borders, as wide as the page less the indent.
    pub(super) fn table(&self, header: &[&str]) -> Table {
        let mut table = Table::new();
        table
            .load_style(presets::NOTHING)
            .force_no_tty()
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(self.options.width.saturating_sub(2)).unwrap_or(u16::MAX));
        if !header.is_empty() {
            table.set_header(header.iter().map(|title| self.paint(Paint::Dim, title)));
        }
        table
    }

    /// The table, indented.
    pub(super) fn put(&mut self, table: &Table) {
        for line in table.lines() {
            self.line(&format!(" {line}"));
        }
    }
}

/// Aligns a table's column to the right.
pub(super) fn right(table: &mut Table, columns: std::ops::Range<usize>) {
    for index in columns {
        if let Some(column) = table.column_mut(index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

/// The names of accounts, as they are shown.
pub(super) struct Accounts<'a>(BTreeMap<&'a AccountId, &'a str>);

impl<'a> Accounts<'a> {
    pub(super) fn of(posture: &'a Posture) -> Self {
        let named = posture.accounts.iter().filter_map(|account| Some((&account.id, account.name.as_deref()?)));
        Self(named.collect())
    }

    /// `shop`, or the id where it has no name.
    pub(super) fn name(&self, id: &AccountId) -> String {
        self.0.get(id).map_or_else(|| id.to_string(), |name| visible(name, 28))
    }

    /// `shop 111122223333`, or the id alone.
    pub(super) fn show(&self, id: &AccountId) -> String {
        match self.0.get(id) {
            Some(name) => format!("{} {id}", visible(name, 28)),
            None => id.to_string(),
        }
    }
}
