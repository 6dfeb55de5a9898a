//! What is wrong with a configuration file: every fault with its line, and the nearest right word.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is wrong.
    #[error("{}", Faults { path, faults })]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Every fault, in order of place.
        faults: Vec<Fault>,
    },
}

struct Faults<'a> {
    path: &'a Path,
    faults: &'a [Fault],
}

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.faults.len();
        let path = self.path.display();
        write!(f, "the configuration {path} has {number} {}", if number == 1 { "fault" } else { "faults" })?;
        for Fault { line, column, message } in self.faults {
            write!(f, "\n  {path}:{line}:{column}: {message}")?;
        }
        Ok(())
    }
}

/// Gathers the faults of one text.
#[derive(Debug)]
pub(super) struct Collector<'a> {
    text: &'a str,
    faults: Vec<Fault>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, faults: Vec::new() }
    }

    pub(super) fn add(&mut self, span: &Range<usize>, message: impl Into<String>) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        self.faults.push(Fault { line, column, message: message.into() });
    }

    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults.sort_by(|a, b| (a.line, a.column, &a.message).cmp(&(b.line, b.column, &b.message)));
        self.faults.dedup();
        self.faults
    }
}

/// The word of `known` that is nearest to `word`, where one is near enough to be meant.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().max(3) / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// `; did you mean x?`, or nothing.
#[must_use]
pub fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default()
}
