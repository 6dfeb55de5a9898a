//! From the SDK's types to the nouns.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

/// An SDK time, to the nearest millisecond; `None` where AWS sends none or one beyond the years of [`Timestamp`].
pub(super) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    rounded(time?).ok()
}

/// An SDK time, to the nearest millisecond. JSON carries times as decimal fractions of a second, which the SDK reads as a
/// float and cuts to nanoseconds: `.123` becomes 122,999,906 ns, and would be a millisecond less when cut once more.
pub(super) fn rounded(time: &DateTime) -> Result<Timestamp, jiff::Error> {
    let nanos = i32::try_from(time.subsec_nanos()).unwrap_or(0);
    let exact = Timestamp::new(time.secs(), nanos)?;
    exact.round(TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::HalfExpand))
}

/// Tags as (key, value) pairs; a tag without a key is no tag, one without a value has the empty one.
pub(super) fn tags<K: Into<String>, V: Into<String>>(
    tags: impl IntoIterator<Item = (Option<K>, Option<V>)>,
) -> BTreeMap<String, String> {
    let pairs =
        tags.into_iter().filter_map(|(key, value)| Some((key?.into(), value.map(Into::into).unwrap_or_default())));
    pairs.collect()
}
