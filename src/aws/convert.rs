//! From the SDK's types to the nouns.

use std::collections::BTreeMap;

use aws_smithy_types::DateTime;
use jiff::Timestamp;

/// An SDK time, to the millisecond; `None` where AWS sends none or one beyond the years of [`Timestamp`].
pub(super) fn timestamp(time: Option<&DateTime>) -> Option<Timestamp> {
    Timestamp::from_millisecond(time?.to_millis().ok()?).ok()
}

/// Tags as (key, value) pairs; a tag without a key is no tag, one without a value has the empty one.
pub(super) fn tags<K: Into<String>, V: Into<String>>(
    tags: impl IntoIterator<Item = (Option<K>, Option<V>)>,
) -> BTreeMap<String, String> {
    let pairs =
        tags.into_iter().filter_map(|(key, value)| Some((key?.into(), value.map(Into::into).unwrap_or_default())));
    pairs.collect()
}
