//! What came of verifying a bundle, for a person and for a program.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::exit::Exit;
use crate::reports::text::visible;

/// How one question was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Answer {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It cannot be told here.
    Unknown,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Point {
    /// `archive`, `digests`, `signature`, `chain` or `reproduction`.
    name: &'static str,
    answer: Answer,
    /// The answer as a sentence.
    said: String,
    /// One by one, what is not as it should be.
    faults: Vec<String>,
}

/// The bundle in a few words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct About {
    /// The bundle's file.
    pub(super) bundle: String,
    /// Its SHA-256.
    pub(super) sha256: Option<String>,
    /// When its scan began.
    pub(super) taken_at: Option<String>,
    /// Who made it.
    pub(super) tool: Option<String>,
    /// The days that it speaks for.
    pub(super) period: Option<String>,
    /// How many files it holds.
    pub(super) files: Option<usize>,
}

/// The whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Report {
    #[serde(flatten)]
    pub(super) about: About,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    verdict: &'static str,
    #[serde(flatten)]
    report: &'a Report,
}

/// The most faults that a page shows of one point.
const SHOWN: usize = 20;

impl Report {
    pub(super) fn holds(&mut self, name: &'static str, said: impl Into<String>) {
        self.points.push(Point { name, answer: Answer::Holds, said: said.into(), faults: Vec::new() });
    }

    pub(super) fn unknown(&mut self, name: &'static str, said: impl Into<String>, faults: Vec<String>) {
        self.points.push(Point { name, answer: Answer::Unknown, said: said.into(), faults });
    }

    pub(super) fn fails(&mut self, name: &'static str, said: impl Into<String>, faults: Vec<String>) {
        self.points.push(Point { name, answer: Answer::Fails, said: said.into(), faults });
    }

    /// Whether a point so far does not hold.
    pub(super) fn has_failed(&self) -> bool {
        self.points.iter().any(|point| point.answer == Answer::Fails)
    }

    /// What it comes to.
    pub(super) fn exit(&self) -> Exit {
        if self.has_failed() {
            Exit::Fails
        } else if self.points.iter().any(|point| point.answer == Answer::Unknown) {
            Exit::Unknown
        } else {
            Exit::Holds
        }
    }

    fn verdict(&self) -> &'static str {
        match self.exit() {
            Exit::Holds => "verified",
            Exit::Fails => "does_not_verify",
            _ => "cannot_tell",
        }
    }

    pub(super) fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let document = Document { schema: "palisade.verification/1", verdict: self.verdict(), report: self };
        serde_json::to_writer_pretty(&mut *out, &document).map_err(io::Error::from)?;
        out.write_all(b"\n")
    }

    pub(super) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let About { bundle, sha256, taken_at, tool, period, files } = &self.about;
        writeln!(out, "{}", visible(bundle, 400))?;
        let files = files.map(|files| format!("{files} files"));
        let period = period.as_ref().map(|period| format!("speaks for {period}"));
        let taken = taken_at.as_ref().map(|at| format!("taken at {at}"));
        let tool = tool.as_ref().map(|tool| format!("by {tool}"));
        let known: Vec<String> = [taken, tool, period, files].into_iter().flatten().collect();
        if !known.is_empty() {
            writeln!(out, "  {}", visible(&known.join(", "), 400))?;
        }
        if let Some(digest) = sha256 {
            writeln!(out, "  SHA-256 {digest}")?;
        }
        writeln!(out)?;
        for Point { name, answer, said, faults } in &self.points {
            let word = match answer {
                Answer::Holds => "holds",
                Answer::Fails => "FAILS",
                Answer::Unknown => "unknown",
            };
            writeln!(out, "{word:<8} {name:<13} {}", visible(said, 1_000))?;
            for fault in faults.iter().take(SHOWN) {
                writeln!(out, "{:<22} - {}", "", visible(fault, 1_000))?;
            }
            if faults.len() > SHOWN {
                writeln!(out, "{:<22} - and {} more; --format json has all", "", faults.len() - SHOWN)?;
            }
        }
        let verdict = match self.exit() {
            Exit::Holds => "VERIFIED",
            Exit::Fails => "DOES NOT VERIFY",
            _ => "CANNOT TELL: nothing is wrong, but not everything could be checked",
        };
        writeln!(out, "\n{verdict}")
    }
}
