//! A reader that counts: it stops a document that is too long, and a token that is too long, before they fill memory.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Why the meter stopped, kept beside the reader because the JSON reader wraps and rewrites I/O errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The document is longer than the limit.
    Document,
    /// The token is longer than was allowed for it.
    Token,
    /// The inner reader failed.
    Read(io::ErrorKind),
}

/// What [`Metered`] and its owner share.
#[derive(Debug, Default)]
pub(super) struct Meter {
    /// Bytes that may still be read in all.
    left: Cell<u64>,
    /// Bytes that may still be read for the token at hand; `None` where it is not kept.
    token_left: Cell<Option<u64>>,
    /// Whether the inner reader has ended.
    ended: Cell<bool>,
    /// Bytes read.
    total: Cell<u64>,
    stopped: Cell<Option<Stopped>>,
}

impl Meter {
    /// Allows this many further bytes for the next token; `None` lifts that bound.
    pub(super) fn allow_token(&self, bytes: Option<u64>) {
        self.token_left.set(bytes);
    }

    /// Whether the document's end was reached.
    pub(super) fn ended(&self) -> bool {
        self.ended.get()
    }

    /// How many bytes were read.
    pub(super) fn total(&self) -> u64 {
        self.total.get()
    }

    /// Why reading stopped early.
    pub(super) fn stopped(&self) -> Option<Stopped> {
        self.stopped.get()
    }
}

/// The counting reader.
pub(super) struct Metered<R> {
    inner: R,
    meter: Rc<Meter>,
}

impl<R> Metered<R> {
    /// Counts what is read of `inner`, `max_bytes` at most.
    pub(super) fn new(inner: R, max_bytes: u64) -> (Self, Rc<Meter>) {
        let meter = Rc::new(Meter { left: Cell::new(max_bytes), ..Meter::default() });
        (Self { inner, meter: Rc::clone(&meter) }, meter)
    }

    fn stop(&self, why: Stopped) -> io::Error {
        self.meter.stopped.set(Some(why));
        io::Error::other("stopped by the meter")
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.meter.token_left.get() == Some(0) {
            return Err(self.stop(Stopped::Token));
        }
        let count = match self.inner.read(buf) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => return Err(self.stop(Stopped::Read(error.kind()))),
        };
        if count == 0 {
            self.meter.ended.set(true);
            return Ok(0);
        }
        let bytes = count as u64;
        let Some(left) = self.meter.left.get().checked_sub(bytes) else {
            return Err(self.stop(Stopped::Document));
        };
        self.meter.left.set(left);
        self.meter.total.set(self.meter.total.get().saturating_add(bytes));
        self.meter.token_left.set(self.meter.token_left.get().map(|allowed| allowed.saturating_sub(bytes)));
        Ok(count)
    }
}
