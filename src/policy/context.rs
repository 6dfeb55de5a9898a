//! The context of a request: what is known of each condition key. Imports the room's names.
//!
//! A key can be unknown, and that is never read as absent. What holds for keys that are not named is said once for the whole
//! context: a complete one knows them absent, an open one knows nothing of them.

use super::hash::{Name, Names};

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// It has these values. None at all is the same as absent.
    Values(Vec<Box<str>>),
    /// It is not in the request.
    Absent,
    /// It is in the request, with a value that is not known.
    Present,
    /// Nothing is known of it.
    Unknown,
}

impl Fact {
    /// The key has these values.
    pub fn values<T: Into<Box<str>>>(values: impl IntoIterator<Item = T>) -> Self {
        Self::Values(values.into_iter().map(Into::into).collect())
    }
}

/// The same, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'a> {
    Values(&'a [Box<str>]),
    Absent,
    Present,
    Unknown,
}

/// The condition keys of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// By name in lower case.
    keys: Names<Fact>,
    /// Whether keys that are not listed are unknown; else they are absent.
    open: bool,
}

impl Context {
    /// A context whose keys are all listed: every other is absent.
    #[must_use]
    pub fn complete() -> Self {
        Self { keys: Names::default(), open: false }
    }

    /// A context of which only a part is known: every key that is not listed is unknown.
    #[must_use]
    pub fn open() -> Self {
        Self { keys: Names::default(), open: true }
    }

    /// States what is known of a key; names of keys are case-insensitive, those of tags in them too
    /// (UG: IAM JSON policy elements: Condition).
    pub fn set(&mut self, key: &str, fact: Fact) {
        let key = Name::new(&key.to_lowercase());
        let fact = match fact {
            Fact::Values(values) if values.is_empty() => Fact::Absent,
            fact => fact,
        };
        if let Some(known) = self.keys.entry(key, || Fact::Unknown) {
            *known = fact;
        }
    }

    /// The same with one more fact.
    #[must_use]
    pub fn with(mut self, key: &str, fact: Fact) -> Self {
        self.set(key, fact);
        self
    }

    /// What is known of a key in lower case.
    pub(super) fn get(&self, key: &Name) -> Key<'_> {
        match self.keys.get(key) {
            Some(Fact::Values(values)) => Key::Values(values),
            Some(Fact::Absent) => Key::Absent,
            Some(Fact::Present) => Key::Present,
            Some(Fact::Unknown) => Key::Unknown,
            None if self.open => Key::Unknown,
            None => Key::Absent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_is_absent_or_unknown() {
        let x = Name::new("x");
        let context = Context::complete().with("aws:PrincipalTag/Team", Fact::values(["a"]));
        assert_eq!(context.get(&Name::new("aws:principaltag/team")), Key::Values(&["a".into()]));
        assert_eq!((context.get(&x), Context::open().get(&x)), (Key::Absent, Key::Unknown));
        assert_eq!(context.with("x", Fact::values::<&str>([])).get(&x), Key::Absent);
    }
}
