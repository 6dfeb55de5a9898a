//! The wall clock's one room. Everything else is told the time: ages are judged at `read_at`.

use jiff::Timestamp;

/// What time it is for one collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// The machine's.
    Wall,
    /// One that stands: a collection from within the process is dated as what it is served from.
    Standing(Timestamp),
}

impl Clock {
    /// The time.
    pub(super) fn now(self) -> Timestamp {
        match self {
            Self::Wall => now(),
            Self::Standing(at) => at,
        }
    }
}

/// Now, to the millisecond: finer would only suggest a precision that a network answer does not have.
#[expect(clippy::disallowed_methods, reason = "this is the clock's one room")]
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
