//! Values that many things repeat, kept once: a large organization's states say the same type, provider and settings of a
//! million resources.
//!
//! What is written and compared is the value: nothing outside shows whether two share one. A pool forgets what nobody holds.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeSet;
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize};

/// The least number of values that a pool looks through for those that nobody holds any more.
const SWEEP: usize = 4_096;

/// The values that are held now.
pub struct Pool<T: ?Sized>(LazyLock<Mutex<Values<T>>>);

struct Values<T: ?Sized> {
    all: BTreeSet<Arc<T>>,
    /// At how many values those that nobody holds go.
    sweep_at: usize,
}

impl<T: ?Sized + Ord> Pool<T> {
    /// An empty pool.
    #[must_use]
    pub const fn new() -> Self {
        Self(LazyLock::new(|| Mutex::new(Values { all: BTreeSet::new(), sweep_at: SWEEP })))
    }

    /// The one copy of a value.
    fn share<V: AsRef<T> + Into<Arc<T>>>(&self, value: V) -> Arc<T> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = values.all.get(value.as_ref()) {
            return Arc::clone(known);
        }
        if values.all.len() >= values.sweep_at {
            values.all.retain(|value| Arc::strong_count(value) > 1);
            values.sweep_at = SWEEP.max(2 * values.all.len());
        }
        let value: Arc<T> = value.into();
        values.all.insert(Arc::clone(&value));
        value
    }
}

impl<T: ?Sized + Ord> Default for Pool<T> {
    fn default() -> Self {
        Self::new()
    }
}

static WORDS: Pool<str> = Pool::new();

/// A text that many things repeat, such as a resource's type.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Word(Arc<str>);

impl Word {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Word {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Word {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Word {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self(WORDS.share(text))
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl PartialEq<str> for Word {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Word {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl fmt::Debug for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(Self::from)
    }
}

impl JsonSchema for Word {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        String::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// What is kept once.
pub trait Pooled: Clone + Ord + 'static {
    /// Where.
    fn pool() -> &'static Pool<Self>;
}

/// A value that many things repeat. Changing it changes this one alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Shared<T>(Arc<T>);

/// A value on its way to the pool.
struct Owned<T>(T);

impl<T> AsRef<T> for Owned<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

impl<T> From<Owned<T>> for Arc<T> {
    fn from(value: Owned<T>) -> Self {
        Self::new(value.0)
    }
}

impl<T: Pooled> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Self(T::pool().share(Owned(value)))
    }
}

impl<T: Pooled + Default> Default for Shared<T> {
    fn default() -> Self {
        T::default().into()
    }
}

impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Clone> DerefMut for Shared<T> {
    fn deref_mut(&mut self) -> &mut T {
        Arc::make_mut(&mut self.0)
    }
}

impl<'de, T: Pooled + Deserialize<'de>> Deserialize<'de> for Shared<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        T::deserialize(from).map(Self::from)
    }
}

impl<T: JsonSchema> JsonSchema for Shared<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    struct Tags(Vec<String>);

    static TAGS: Pool<Tags> = Pool::new();

    impl Pooled for Tags {
        fn pool() -> &'static Pool<Self> {
            &TAGS
        }
    }

    #[test]
    fn equal_values_share_one_copy_however_they_came() {
        let word: Word = "aws_db_instance".into();
        let read: Word = serde_json::from_str("\"aws_db_instance\"").unwrap();
        assert!(Arc::ptr_eq(&word.0, &read.0));
        assert_eq!(serde_json::to_string(&read).unwrap(), "\"aws_db_instance\"");
        let tags: Shared<Tags> = Tags(vec!["a".to_owned()]).into();
        let read: Shared<Tags> = serde_json::from_str("[\"a\"]").unwrap();
        assert!(Arc::ptr_eq(&tags.0, &read.0));
        assert_eq!(serde_json::to_string(&read).unwrap(), "[\"a\"]");
    }

    #[test]
    fn a_change_is_of_one_alone() {
        let first: Shared<Tags> = Tags(vec!["changed".to_owned()]).into();
        let mut second = first.clone();
        second.0 = second.0.clone();
        second.deref_mut().0.push("more".to_owned());
        assert_eq!((first.0.0.len(), second.0.0.len()), (1, 2));
    }

    #[test]
    fn what_nobody_holds_is_forgotten() {
        static POOL: Pool<str> = Pool::new();
        let held: Vec<Arc<str>> = (0..10).map(|n| POOL.share(format!("held-{n}").as_str())).collect();
        for n in 0..20 * SWEEP {
            POOL.share(format!("gone-{n}").as_str());
        }
        let values = POOL.0.lock().unwrap();
        assert!(values.all.len() <= SWEEP + 1, "{}", values.all.len());
        assert!(held.iter().all(|value| values.all.contains(value)));
    }
}
