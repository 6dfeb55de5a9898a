//! The wall clock's one room. Everything else is told the time: ages are judged at `read_at`.

use jiff::Timestamp;

/// Now, to the millisecond: finer would only suggest a precision that a network answer does not have.
#[expect(clippy::disallowed_methods, reason = "this is the clock's one room")]
pub(super) fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}
