//! `[[entries]]`: lists of tables, alone in a file or beside other keys.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Collector, ConfigError, hint};

/// Reads a file that holds nothing but entries of one name; `read` gets the value and the whole text.
///
/// # Errors
/// [`ConfigError::Unreadable`], or [`ConfigError::Wrong`] with every fault.
pub(super) fn load<T>(
    path: &Path,
    name: &str,
    read: impl for<'a> Fn(&'a Spanned<DeValue<'a>>, &str, &mut Collector<'_>) -> Vec<T>,
) -> Result<Vec<T>, ConfigError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    let mut faults = Collector::new(&text);
    let (document, errors) = DeTable::parse_recoverable(&text);
    for error in errors {
        faults.add(&error.span().unwrap_or(0..0), error.message().replace('\n', ": "));
    }
    let mut entries = Vec::new();
    for (key, value) in document.get_ref() {
        let found: &str = key.get_ref();
        if found == name {
            entries.extend(read(value, &text, &mut faults));
        } else {
            let hint = hint(found, [name]);
            faults.add(&key.span(), format!("a file of {name} holds [[{name}]] alone, not {found}{hint}"));
        }
    }
    let faults = faults.into_faults();
    if faults.is_empty() { Ok(entries) } else { Err(ConfigError::Wrong { path: path.to_owned(), faults }) }
}

/// The entries of a value with their places; a fault where they are none.
pub(super) fn tables<'a>(
    value: &'a Spanned<DeValue<'a>>,
    name: &str,
    faults: &mut Collector<'_>,
) -> Vec<(&'a DeTable<'a>, Range<usize>)> {
    let entries = value.get_ref().as_array().map(|array| {
        let each = array.iter().map(|entry| Some((entry.get_ref().as_table()?, entry.span())));
        each.collect::<Option<Vec<_>>>()
    });
    entries.flatten().unwrap_or_else(|| {
        faults.add(&value.span(), format!("{name} are entries: write [[{name}]], and the keys of one below it"));
        Vec::new()
    })
}
