//! The posture as GitHub's Markdown: for the summary of a workflow's step, or a comment. Knows `model` alone.
//!
//! A step's summary holds 1 MiB and is dropped whole beyond it
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits>). The page
//! is written worst first and is cut between rows before that, which it says. Every text from elsewhere goes through
//! [`markup`](super::markup): no name calls a person, makes a link or ends a cell.

mod fails;
mod head;
mod rest;

use std::io::{self, Write};

use crate::model::ids::AccountId;
use crate::model::posture::Posture;
use crate::reports::markup::code;
use crate::reports::text::visible;

/// The most bytes of a page: 1 MiB, less what a shell may add.
pub const LIMIT: usize = 1_048_576 - 1_024;

/// The most bytes of each part that comes after the failures.
const PART: usize = 160_000;

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, out: &mut dyn Write) -> io::Result<()> {
    let names = Names::of(posture);
    let head = head::write(posture, &names);
    // What comes after the failures has its room before they take what is left.
    let rest =
        [rest::unknowns(posture, &names, PART), rest::waived(posture, &names, PART), rest::not_judged(posture, PART)]
            .concat();
    let fails = fails::write(posture, &names, LIMIT.saturating_sub(head.len() + rest.len()));
    for part in [head, fails, rest] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

/// The names of accounts, as they are shown.
struct Names<'a>(std::collections::BTreeMap<&'a AccountId, &'a str>);

impl<'a> Names<'a> {
    fn of(posture: &'a Posture) -> Self {
        let named = posture.accounts.iter().filter_map(|account| Some((&account.id, account.name.as_deref()?)));
        Self(named.collect())
    }

    /// The name and the id, or the id alone.
    fn show(&self, id: &AccountId) -> String {
        match self.0.get(id) {
            Some(name) => format!("{} {id}", name_of(name)),
            None => id.to_string(),
        }
    }
}

/// The most columns of a name.
const NAME: usize = 80;

/// A name as code, cut.
fn name_of(name: &str) -> String {
    code(&visible(name, NAME))
}

/// A row of a table.
fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The head of a table: `>` before a title sets its column to the right.
fn table(titles: &[&str]) -> String {
    let names: Vec<String> = titles.iter().map(|title| title.trim_start_matches('>').to_owned()).collect();
    let rule: Vec<String> =
        titles.iter().map(|title| if title.starts_with('>') { "--:" } else { "---" }.to_owned()).collect();
    row(&names) + &row(&rule)
}

/// A part of the page that stops before it is too long.
struct Part {
    text: String,
    room: usize,
}

/// What is kept free for saying that something is left out.
const NOTE: usize = 400;

impl Part {
    fn new(room: usize) -> Self {
        Self { text: String::new(), room: room.saturating_sub(NOTE) }
    }

    /// Whether that much more has room.
    fn takes(&self, bytes: usize) -> bool {
        self.text.len() + bytes <= self.room
    }

    /// Adds the text where it has room.
    fn add(&mut self, text: &str) -> bool {
        let takes = self.takes(text.len());
        if takes {
            self.text.push_str(text);
        }
        takes
    }

    /// What is said after the last thing that had room; there is room kept for it.
    fn note(&mut self, text: &str) {
        self.text.push_str(text);
    }
}

#[cfg(test)]
mod tests;
