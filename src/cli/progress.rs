//! Progress on stderr: a moving line on a terminal, plain lines now and then where there is none.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::terminal::Terminal;
use crate::aws::Observer;
use crate::model::ids::AccountId;
use crate::model::operation::Operation;

/// How often a plain line is written.
const LINE_EVERY: Duration = Duration::from_secs(15);

/// How often the moving line is drawn anew.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// How a collection goes.
#[derive(Debug)]
pub(super) struct Progress {
    began: Instant,
    total: AtomicU64,
    done: AtomicU64,
    closed: AtomicU64,
    calls: AtomicU64,
    throttles: AtomicU64,
    show: Show,
}

#[derive(Debug)]
enum Show {
    Nothing,
    Bar(ProgressBar),
    Lines(Mutex<Instant>),
}

impl Progress {
    /// Begins to watch.
    pub(super) fn start(terminal: Terminal) -> Arc<Self> {
        let now = Instant::now();
        let show = match terminal {
            Terminal { quiet: true, .. } => Show::Nothing,
            Terminal { moving: true, .. } => Show::Bar(bar()),
            _ => Show::Lines(Mutex::new(now)),
        };
        Arc::new(Self {
            began: now,
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            closed: AtomicU64::new(0),
            calls: AtomicU64::new(0),
            throttles: AtomicU64::new(0),
            show,
        })
    }

    /// The collection has ended, well or not.
    pub(super) fn finish(&self) {
        match &self.show {
            Show::Nothing => {}
            Show::Bar(bar) => bar.finish_and_clear(),
            Show::Lines(_) if self.calls.load(Ordering::Relaxed) > 0 => {
                let took = format!("; {} s", self.began.elapsed().as_secs());
                line(&format!("{}{took}", self.text()));
            }
            Show::Lines(_) => {}
        }
    }

    fn text(&self) -> String {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (done, total, closed) = (read(&self.done), read(&self.total), read(&self.closed));
        let (calls, throttles) = (read(&self.calls), read(&self.throttles));
        let mut text = format!("{done} of {total} accounts, {calls} calls ({}/s)", self.rate(calls));
        if closed > 0 {
            text.push_str(&format!(", {closed} not entered"));
        }
        if throttles > 0 {
            text.push_str(&format!(", {throttles} throttled"));
        }
        text
    }

    /// Calls per second so far.
    fn rate(&self, calls: u64) -> u64 {
        let millis = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        calls.saturating_mul(1_000) / millis
    }

    /// The time left, where it can be told from the accounts that are done.
    fn left(&self) -> Option<Duration> {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let left = total.checked_sub(done).filter(|left| *left > 0)?;
        let per_account = self.began.elapsed().checked_div(u32::try_from(done).ok()?)?;
        per_account.checked_mul(u32::try_from(left).ok()?)
    }

    fn show(&self) {
        match &self.show {
            Show::Nothing => {}
            Show::Bar(bar) => bar.set_message(self.text_and_left()),
            Show::Lines(last) => {
                let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
                if last.elapsed() >= LINE_EVERY {
                    *last = Instant::now();
                    line(&self.text_and_left());
                }
            }
        }
    }

    fn text_and_left(&self) -> String {
        match self.left() {
            Some(left) => format!("{}, {} s left", self.text(), left.as_secs()),
            None => self.text(),
        }
    }
}

impl Observer for Progress {
    fn accounts(&self, total: usize) {
        self.total.store(total as u64, Ordering::Relaxed);
        if let Show::Bar(bar) = &self.show {
            bar.set_length(total as u64);
        }
        self.show();
    }

    fn account_done(&self, account: &AccountId, entered: bool) {
        tracing::info!(%account, entered, "account done");
        self.done.fetch_add(1, Ordering::Relaxed);
        if !entered {
            self.closed.fetch_add(1, Ordering::Relaxed);
        }
        if let Show::Bar(bar) = &self.show {
            bar.inc(1);
        }
        self.show();
    }

    fn called(&self, operation: Operation, attempts: u32, throttles: u32) {
        tracing::debug!(%operation, attempts, throttles, "called");
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.throttles.fetch_add(u64::from(throttles), Ordering::Relaxed);
        self.show();
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(5));
    if let Ok(style) = ProgressStyle::with_template("{spinner} {bar:20} {wide_msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(DRAW_EVERY);
    bar
}

fn line(text: &str) {
    // Where stderr is closed nobody watches.
    let _ = writeln!(io::stderr().lock(), "palisade: {text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_counts_what_it_is_told() {
        let progress = Progress::start(Terminal::silent());
        progress.accounts(3);
        progress.account_done(&"111122223333".parse().unwrap(), true);
        progress.account_done(&"444455556666".parse().unwrap(), false);
        progress.called(Operation::IamGetAccountSummary, 4, 3);
        let text = progress.text();
        assert!(text.starts_with("2 of 3 accounts, 1 calls ("), "{text}");
        assert!(text.ends_with("/s), 1 not entered, 3 throttled"), "{text}");
        assert!(progress.left().is_some());
    }

    #[test]
    fn nothing_is_left_of_nothing() {
        let progress = Progress::start(Terminal::silent());
        assert_eq!(progress.left(), None);
        progress.accounts(2);
        assert_eq!(progress.left(), None, "no account is done yet");
    }
}
