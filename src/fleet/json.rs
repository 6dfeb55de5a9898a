//! Writing JSON objects member by member; what is absent is left out, as AWS leaves it out.

use serde_json::{Map, Value};

/// The members of an object.
#[derive(Debug, Default)]
pub(super) struct Members(Map<String, Value>);

impl Members {
    /// A member.
    #[must_use]
    pub(super) fn put(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A member, where there is a value.
    #[must_use]
    pub(super) fn some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.put(name, value),
            None => self,
        }
    }

    /// A member with a list of objects.
    #[must_use]
    pub(super) fn list<T>(self, name: &str, items: impl IntoIterator<Item = T>, each: impl FnMut(T) -> Self) -> Self {
        let items: Vec<Value> = items.into_iter().map(each).map(Value::from).collect();
        self.put(name, items)
    }
}

impl From<Members> for Value {
    fn from(members: Members) -> Self {
        Self::Object(members.0)
    }
}
