//! Which buckets are looked into for states, and which keys are states: by the dated data file `patterns.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use globset::{Glob, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use crate::model::s3::Bucket;
use crate::model::terraform::StateBucketReason;

const FILE: &str = include_str!("patterns.toml");

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "dated")]
    _dated: String,
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

/// The data file, compiled. A test holds it to be whole; were it not, nothing would be suggested.
static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let file: File = toml::from_str(FILE).unwrap_or_default();
    Patterns { names: globs(&file.names), tags: globs(&file.tags), key_ends: file.key_ends, copy_ends: file.copy_ends }
});

/// Compiles globs. One that is none matches its own text: the configuration has refused it before.
pub(super) fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).or_else(|_| Glob::new(&globset::escape(pattern)));
        if let Ok(glob) = glob {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}

/// Why a bucket is to be looked into; empty where nothing suggests states. `named`: a lock table names it.
pub(super) fn reasons(bucket: &Bucket, configured: &GlobSet, named: bool) -> Vec<StateBucketReason> {
    let no_tags = BTreeMap::new();
    let tags = bucket.tags.value().unwrap_or(&no_tags);
    let tagged = tags.iter().any(|(key, value)| PATTERNS.tags.is_match(format!("{key}={value}").to_lowercase()));
    [
        (configured.is_match(&bucket.name), StateBucketReason::Configured),
        (named, StateBucketReason::LockTable),
        (PATTERNS.names.is_match(bucket.name.to_lowercase()), StateBucketReason::Name),
        (tagged, StateBucketReason::Tags),
    ]
    .into_iter()
    .filter_map(|(holds, reason)| holds.then_some(reason))
    .collect()
}

/// Whether a key's end says that the object is a state, or a copy of one.
pub(super) fn is_state_key(key: &str) -> bool {
    let ends = |key: &str, ends: &[String]| ends.iter().any(|end| key.ends_with(end.as_str()));
    ends(key, &PATTERNS.key_ends)
        || ends(key, &PATTERNS.copy_ends) && PATTERNS.key_ends.iter().any(|end| key.contains(&format!("{end}.")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::bucket;
    use super::*;

    #[test]
    fn the_data_file_is_whole() {
        let file: File = toml::from_str(FILE).unwrap();
        assert!(file._dated.parse::<jiff::civil::Date>().is_ok());
        for pattern in file.names.iter().chain(&file.tags) {
            assert!(Glob::new(pattern).is_ok() && *pattern == pattern.to_lowercase(), "{pattern}");
        }
        assert!(!file.key_ends.is_empty() && !file.copy_ends.is_empty());
    }

    #[test]
    fn names_and_tags_suggest_state() {
        use StateBucketReason::{Configured, LockTable, Name, Tags};
        let configured = globs(&["exact".to_owned(), "my-*".to_owned(), "[".to_owned()]);
        for (name, tags, named, want) in [
            ("acme-tfstate-prod", &[][..], false, vec![Name]),
            ("acme-terraform", &[], true, vec![LockTable, Name]),
            ("aft-backend-111122223333-primary-region", &[], false, vec![Name]),
            ("company-infra-state", &[], false, vec![Name]),
            ("exact", &[], false, vec![Configured]),
            ("my-bucket", &[("Purpose", "Terraform State")], false, vec![Configured, Tags]),
            ("plain", &[("ManagedBy", "terraform"), ("env", "prod")], false, vec![]),
            ("plain", &[("terraform", "remote-state")], false, vec![Tags]),
            ("uploads", &[("State", "active")], false, vec![]),
            ("cdk-hnb659fds-assets-111122223333-eu-central-1", &[], false, vec![]),
            ("estate-photos", &[], false, vec![]),
        ] {
            assert_eq!(reasons(&bucket(name, tags), &configured, named), want, "{name}");
        }
    }

    #[test]
    fn states_and_copies_are_told_by_their_ends() {
        for (key, want) in [
            ("a/terraform.tfstate", true),
            ("env:/prod/a/terraform.tfstate", true),
            ("terraform.tfstate.backup", true),
            ("terraform.tfstate.1712345678.backup", true),
            ("x.tfstate.old", true),
            ("terraform.tfstate.tflock", false),
            ("a.tfstate.lock.info", false),
            ("a/notes.backup", false),
            ("tfstate", false),
            ("a.tfstate/readme.md", false),
        ] {
            assert_eq!(is_state_key(key), want, "{key}");
        }
    }
}
