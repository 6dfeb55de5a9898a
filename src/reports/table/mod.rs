//! The posture as a page for a person in a terminal, 80 columns wide or 200. Knows `model` alone.
//!
//! The order is that of the reader's questions: how bad is it, in which layer, what would be left of which data, what fails worst, what could not be seen
//! and what would show it, how to go on. Every text from elsewhere goes through [`super::text::visible`].

pub mod diff;
pub mod explanation;
mod failures;
mod head;
pub mod history;
mod next;
mod page;
mod resources;
mod unknowns;
mod waived;

use std::io::{self, Write};

use crate::model::posture::Posture;
use page::Page;

/// How the page is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The width, in terminal columns; less than 60 is taken as 60.
    pub width: usize,
    /// Whether colour is used.
    pub colour: bool,
    /// The most subjects shown under one check.
    pub subjects: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { width: 100, colour: false, subjects: 5 }
    }
}

/// Writes the page.
///
/// # Errors
/// What the writer says.
pub fn write(posture: &Posture, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page::new(*options);
    head::write(posture, &mut page);
    resources::write(posture, &mut page);
    failures::write(posture, &mut page);
    unknowns::write(posture, &mut page);
    waived::write(posture, &mut page);
    next::write(posture, &mut page);
    out.write_all(page.text().as_bytes())
}

#[cfg(test)]
mod tests;
