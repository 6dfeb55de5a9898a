//! Which buckets a collection looks into for states, and which keys it takes: by the same dated data file as the
//! collector's, so that a built inventory holds what collecting would have found.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::model::terraform::StateBucketReason;

const FILE: &str = include_str!("../../aws/state/patterns.toml");

#[derive(Default, Deserialize)]
struct File {
    names: Vec<String>,
    tags: Vec<String>,
    key_ends: Vec<String>,
    copy_ends: Vec<String>,
}

struct Patterns {
    names: GlobSet,
    tags: GlobSet,
    key_ends: Vec<String>,
    copy_ends: Vec<String>,
}

/// Without the file no bucket would be looked into; a test holds that it parses.
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let file: File = toml::from_str(FILE).unwrap_or_default();
    Patterns { names: globs(&file.names), tags: globs(&file.tags), key_ends: file.key_ends, copy_ends: file.copy_ends }
});

fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// Why a bucket of this name and with these tags is looked into, where no configuration names one; `named` says that a lock
/// table names it. Empty where it is not.
#[must_use]
pub fn state_bucket_reasons(name: &str, tags: &BTreeMap<String, String>, named: bool) -> Vec<StateBucketReason> {
    let tagged = tags.iter().any(|(key, value)| PATTERNS.tags.is_match(format!("{key}={value}").to_lowercase()));
    let reasons = [
        (named, StateBucketReason::LockTable),
        (PATTERNS.names.is_match(name.to_lowercase()), StateBucketReason::Name),
        (tagged, StateBucketReason::Tags),
    ];
    reasons.into_iter().filter_map(|(holds, reason)| holds.then_some(reason)).collect()
}

/// Whether a key's end says that the object is a state, or a copy of one.
#[must_use]
pub fn is_state_key(key: &str) -> bool {
    let ends = |ends: &[String]| ends.iter().any(|end| key.ends_with(end.as_str()));
    ends(&PATTERNS.key_ends)
        || ends(&PATTERNS.copy_ends) && PATTERNS.key_ends.iter().any(|end| key.contains(&format!("{end}.")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_collectors_file_is_read() {
        let tags = BTreeMap::from([("purpose".to_owned(), "Terraform State".to_owned())]);
        assert_eq!(state_bucket_reasons("plain", &tags, true), [StateBucketReason::LockTable, StateBucketReason::Tags]);
        assert_eq!(state_bucket_reasons("acme-tfstate", &BTreeMap::new(), false), [StateBucketReason::Name]);
        assert!(state_bucket_reasons("estate-photos", &BTreeMap::new(), false).is_empty());
        assert!(is_state_key("a/terraform.tfstate") && is_state_key("a.tfstate.backup") && !is_state_key("a.backup"));
    }
}
