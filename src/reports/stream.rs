//! A sequence that is made while it is written, so that a million verdicts need no second copy in memory.

use serde::{Serialize, Serializer};

/// Writes each item when its turn comes and forgets it after.
pub(super) struct Stream<I>(pub(super) I);

impl<T: Serialize, I: Iterator<Item = T> + Clone> Serialize for Stream<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.clone())
    }
}
