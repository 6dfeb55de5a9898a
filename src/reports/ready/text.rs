//! Go or no-go as one page for a terminal.

use std::io::{self, Write};

use anstyle::Style;

use super::{Group, PARTS, SHOWN, asked, covered, groups, overrides, self_told, tally};
use crate::model::ready::{Item, ItemStatus, Readiness, ReadyVerdict};
use crate::reports::paint::Paint;
use crate::reports::text::{visible, wrap};

/// How the page is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The width, in terminal columns; less than 60 is taken as 60.
    pub width: usize,
    /// Whether colour is used.
    pub colour: bool,
}

/// Writes the page.
///
/// # Errors
/// The writer's.
pub fn write(readiness: &Readiness, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { width: options.width.max(60), colour: options.colour, out };
    let paint = match readiness.verdict {
        ReadyVerdict::Go => Paint::Good,
        ReadyVerdict::CannotTell => Paint::Warn,
        ReadyVerdict::NoGo => Paint::Bad,
    };
    page.line(0, &format!("{}: {}", readiness.verdict.words(), tally(&readiness.counts)), paint)?;
    asked(readiness).iter().try_for_each(|line| page.line(0, line, Paint::Plain))?;
    let notes = readiness.plan.iter().flat_map(|plan| &plan.notes);
    notes.into_iter().try_for_each(|note| page.line(0, &format!("Note: {note}"), Paint::Warn))?;
    for (status, title) in PARTS {
        let groups = groups(readiness, status);
        if groups.is_empty() {
            continue;
        }
        page.heading(title)?;
        groups.iter().try_for_each(|group| page.group(status, group))?;
    }
    if !readiness.overrides.is_empty() {
        page.heading("Overrides")?;
        for (used, text) in overrides(&readiness.overrides) {
            page.line(2, &text, if used { Paint::Plain } else { Paint::Warn })?;
        }
    }
    Ok(())
}

struct Page<'w> {
    width: usize,
    colour: bool,
    out: &'w mut dyn Write,
}

fn sign(status: ItemStatus) -> (&'static str, Paint) {
    match status {
        ItemStatus::Blocker => ("✗", Paint::Bad),
        ItemStatus::CannotVerify => ("?", Paint::Warn),
        ItemStatus::Overridden | ItemStatus::Waived => ("~", Paint::Warn),
        ItemStatus::Holds => ("✓", Paint::Good),
    }
}

impl Page<'_> {
    fn line(&mut self, indent: usize, text: &str, paint: Paint) -> io::Result<()> {
        let safe = visible(text, 2_000);
        let style = if self.colour { paint.style() } else { Style::new() };
        for (at, line) in wrap(&safe, self.width.saturating_sub(indent + 2)).iter().enumerate() {
            let more = if at == 0 { 0 } else { 2 };
            writeln!(self.out, "{:indent$}{style}{line}{style:#}", "", indent = indent + more)?;
        }
        Ok(())
    }

    /// What is there to be copied is not broken.
    fn command(&mut self, indent: usize, text: &str) -> io::Result<()> {
        writeln!(self.out, "{:indent$}$ {}", "", visible(text, 2_000))
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        self.line(0, &text.to_uppercase(), Paint::Strong)
    }

    fn group(&mut self, status: ItemStatus, group: &Group<'_>) -> io::Result<()> {
        let (sign, paint) = sign(status);
        if status == ItemStatus::Holds {
            return self.holding(group, sign, paint);
        }
        self.line(0, &format!("{sign} {}", group.title), paint)?;
        for item in group.items.iter().take(SHOWN) {
            self.item(item)?;
        }
        self.more(group.items.len())
    }

    fn more(&mut self, all: usize) -> io::Result<()> {
        match all.saturating_sub(SHOWN) {
            0 => Ok(()),
            more => self.line(2, &format!("and {more} more: --format json has them all"), Paint::Dim),
        }
    }

    fn item(&mut self, item: &Item) -> io::Result<()> {
        let account = item.account.as_ref().filter(|id| id.as_str() != item.subject && !item.name.starts_with("arn:"));
        let account = account.map_or_else(String::new, |id| format!(" ({id})"));
        self.line(2, &format!("{}{account}", item.name), Paint::Strong)?;
        self.line(6, &item.said, Paint::Plain)?;
        if let Some(covered) = covered(item) {
            return self.line(6, &covered, Paint::Warn);
        }
        let Some(clear) = &item.clear else { return Ok(()) };
        self.line(6, &format!("→ {}", clear.change), Paint::Plain)?;
        clear.command.as_ref().map_or(Ok(()), |command| self.command(8, command))
    }

    /// What holds is told in a line for each rule, with the conditions that it holds under.
    fn holding(&mut self, group: &Group<'_>, sign: &str, paint: Paint) -> io::Result<()> {
        let mut names: Vec<&str> = group.items.iter().map(|item| item.name.as_str()).collect();
        names.dedup();
        let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
        let more = match names.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        match group.items.as_slice() {
            [only] if self_told(only) => self.line(0, &format!("{sign} {}", group.title), paint)?,
            _ => {
                self.line(0, &format!("{sign} {} ({})", group.title, names.len()), paint)?;
                self.line(4, &format!("{shown}{more}"), Paint::Plain)?;
            }
        }
        let mut conditions: Vec<&str> = group.items.iter().filter_map(|item| item.condition.as_deref()).collect();
        conditions.sort_unstable();
        conditions.dedup();
        conditions.iter().try_for_each(|condition| self.line(4, &format!("conditional: {condition}"), Paint::Warn))
    }
}
