//! `palisade-overrides.toml`: changes of a plan that somebody means.

use std::path::Path;

use toml::de::DeTable;

use super::entries;
use super::fault::{Collector, ConfigError, hint};
use super::value::Value;
use crate::model::ready::{Override, OverrideAction};
use crate::model::waiver::Expiry;

/// The name looked for in the working directory.
pub const OVERRIDES_FILE: &str = "palisade-overrides.toml";

/// The keys of an entry; each of them is wanted.
const KEYS: &[&str] = &["resource", "action", "reason", "owner", "expires"];

/// Reads a file that holds nothing but `[[overrides]]`.
///
/// # Errors
/// [`ConfigError::Unreadable`], or [`ConfigError::Wrong`] with every fault.
pub fn load(path: &Path) -> Result<Vec<Override>, ConfigError> {
    let name = path.display().to_string();
    entries::load(path, "overrides", |value, text, faults| {
        let line = |at: usize| text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        let tables = entries::tables(value, "overrides", faults);
        let each = tables.into_iter();
        each.map(|(table, span)| entry(table, &span, format!("{name}:{}", line(span.start)), faults)).collect()
    })
}

fn entry(table: &DeTable<'_>, span: &std::ops::Range<usize>, place: String, faults: &mut Collector<'_>) -> Override {
    let mut entry =
        Override { resource: String::new(), action: None, reason: String::new(), owner: None, expires: None, place };
    let mut given = Vec::new();
    for (key, value) in table {
        let key_name: &str = key.get_ref();
        given.push(key_name);
        let name = format!("[[overrides]] {key_name}");
        let mut value = Value { name: &name, value, faults: &mut *faults };
        match key_name {
            "resource" => entry.resource = value.text().unwrap_or_default(),
            "action" => entry.action = value.parsed(),
            "reason" => entry.reason = value.text().unwrap_or_default(),
            "owner" => entry.owner = value.text(),
            // What is no date overrides nothing, and is told in the report.
            "expires" => entry.expires = Some(Expiry::from(value.shown())),
            other => {
                let hint = hint(other, KEYS.iter().copied());
                let hint = if hint.is_empty() { format!("; there are {}", KEYS.join(", ")) } else { hint };
                faults.add(&key.span(), format!("there is no key {other} in [[overrides]]{hint}"));
            }
        }
    }
    for wanted in KEYS.iter().filter(|wanted| !given.contains(wanted)) {
        faults.add(span, format!("an override says its {wanted}: this one does not"));
    }
    entry
}

impl std::str::FromStr for OverrideAction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::as_str);
        Self::ALL
            .into_iter()
            .find(|action| action.as_str() == text)
            .ok_or_else(|| format!("{text:?} is none of {}{}", known.join(", "), hint(text, known)))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn loaded(text: &str) -> Result<Vec<Override>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(OVERRIDES_FILE);
        std::fs::write(&path, text).unwrap();
        load(&path).map_err(|error| error.to_string().replace(&path.display().to_string(), "F"))
    }

    #[test]
    fn an_override_is_read_with_its_place() {
        let text = "# why\n[[overrides]]\nresource = \"aws_db_instance.main\"\naction = \"replace\"\nreason = \"engine\"\nowner = \"ann\"\n\
                    expires = 2026-12-31\n\n[[overrides]]\nresource = \"module.a.aws_s3_bucket.b[0]\"\naction = \"delete\"\nreason = \"r\"\n\
                    owner = \"o\"\nexpires = \"soon\"\n";
        let all = loaded(text).unwrap();
        assert_eq!(all[0].action, Some(OverrideAction::Replace));
        assert_eq!(all[0].expires, Some(Expiry::On(date(2026, 12, 31))));
        assert!(all[0].place.ends_with(":2") && all[1].place.ends_with(":9"), "{all:?}");
        assert_eq!(all[1].expires, Some(Expiry::Malformed("soon".to_owned())));
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let error =
            loaded("[[overrides]]\nresource = \"a.b\"\naction = \"deltee\"\nreson = \"x\"\nowner = 3\n\n[override]\n")
                .unwrap_err();
        for part in [
            "F:1:1: an override says its expires: this one does not",
            "F:1:1: an override says its reason: this one does not",
            "F:3:10: [[overrides]] action: \"deltee\" is none of delete, replace, update, create, forget; did you mean delete?",
            "F:4:1: there is no key reson in [[overrides]]; did you mean reason?",
            "F:5:9: [[overrides]] owner takes a text in quotes, but here stands an integer",
            "F:7:2: a file of overrides holds [[overrides]] alone, not override; did you mean overrides?",
        ] {
            assert!(error.contains(part), "{part}\n{error}");
        }
        assert!(loaded("overrides = 3").unwrap_err().contains("overrides are entries"));
        assert!(loaded("").unwrap().is_empty());
    }
}
