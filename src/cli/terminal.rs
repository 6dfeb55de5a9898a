//! Where the program is run: terminals, widths, colour, logs. With clap's `env` flags, the one place that reads the
//! environment.

use std::io::{self, IsTerminal, Write};

use clap::ColorChoice;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;

use super::arguments::Everywhere;
use super::error::CliError;
use crate::reports::text::visible_lines;

/// The width of a page that goes to no terminal.
const DEFAULT_WIDTH: usize = 100;

/// What the surroundings allow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terminal {
    /// The width of a page on stdout, in columns.
    pub(super) width: usize,
    /// Whether stdout takes colour.
    pub(super) colour: bool,
    /// Whether colour is wanted in files too: `--color always`.
    pub(super) colour_files: bool,
    /// Whether stderr is a terminal and nothing else is written there: progress may move.
    #[cfg(feature = "aws")]
    pub(super) moving: bool,
    /// Whether nothing but errors is said.
    pub(super) quiet: bool,
    /// Whether the terminal says that it knows no more than ASCII.
    pub(super) ascii: bool,
    error_colour: bool,
}

impl Terminal {
    pub(super) fn new(everywhere: &Everywhere) -> Self {
        let always = everywhere.color == ColorChoice::Always;
        let colour = |terminal: bool| match everywhere.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                terminal && variable("NO_COLOR").is_none() && variable("TERM").as_deref() != Some("dumb")
            }
        };
        let stdout = io::stdout().is_terminal();
        let stderr = io::stderr().is_terminal();
        Self {
            width: width(stdout),
            colour: colour(stdout),
            colour_files: always,
            #[cfg(feature = "aws")]
            moving: stderr && everywhere.verbose == 0 && !everywhere.quiet,
            quiet: everywhere.quiet,
            ascii: ascii(),
            error_colour: colour(stderr),
        }
    }

    /// A surrounding that shows nothing.
    #[cfg(all(test, feature = "aws"))]
    pub(super) fn silent() -> Self {
        Self {
            width: 80,
            colour: false,
            colour_files: false,
            moving: false,
            quiet: true,
            ascii: false,
            error_colour: false,
        }
    }

    /// A line for a person on stderr, unless `--quiet`.
    pub(super) fn note(self, text: &str) {
        if !self.quiet {
            self.stderr(text);
        }
    }

    /// An error on stderr. What it quotes may be hostile.
    pub(super) fn error(self, error: &CliError) {
        let label = if self.error_colour { "\u{1b}[1;31merror:\u{1b}[0m" } else { "error:" };
        self.stderr(&format!("{label} {}", visible_lines(&error.to_string(), 4_000).join("\n")));
    }

    /// What went wrong without ending the run: said even with `--quiet`. What it quotes may be hostile.
    pub(super) fn warning(self, text: &str) {
        let label = if self.error_colour { "\u{1b}[1;33mwarning:\u{1b}[0m" } else { "warning:" };
        self.stderr(&format!("{label} {}", visible_lines(text, 4_000).join("\n")));
    }

    fn stderr(self, text: &str) {
        // Where stderr is closed nobody can be told so.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// A variable of the environment; empty is unset, as <https://no-color.org> has it.
#[expect(clippy::disallowed_methods, reason = "this is the room that reads the environment")]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The variables that point the SDK at an endpoint, `AWS_ENDPOINT_URL` and those of single services; empty ones too.
#[cfg(feature = "aws")]
pub(super) fn endpoints() -> impl Iterator<Item = (String, String)> {
    let text = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
    std::env::vars_os()
        .map(move |(name, value)| (text(name), text(value)))
        .filter(|(name, _)| name.starts_with("AWS_ENDPOINT_URL"))
}

/// Whether the locale names another encoding than UTF-8 (POSIX.1-2017, 8.2). Where none is named, most terminals know UTF-8.
fn ascii() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}

fn width(stdout: bool) -> usize {
    let real = if stdout { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
    real.or_else(|| variable("COLUMNS")?.parse().ok()).filter(|width| *width > 0).unwrap_or(DEFAULT_WIDTH)
}

/// Logs to stderr by `--verbose`. The SDK's own logs stay at errors: below that they may quote what a state holds.
pub(super) fn log(everywhere: &Everywhere) {
    let level = match everywhere.verbose {
        0 if everywhere.quiet => LevelFilter::ERROR,
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let others = if everywhere.verbose > 0 { LevelFilter::ERROR } else { LevelFilter::OFF };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false).with_target(false);
    let filter = Targets::new().with_target("palisade", level).with_default(others);
    // A second call in one process (tests) finds the first one's logs in place.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines).with(filter));
}
