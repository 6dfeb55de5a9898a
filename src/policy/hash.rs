//! Names that are looked up over and over: found by a number first. Imports nothing.
//!
//! A search in a sorted list of texts compares many of them; one in a list of numbers, side by side in memory, compares one
//! text at the end, to be sure.

/// FNV-1a of a name (<http://www.isthe.com/chongo/tech/comp/fnv/>): quick for short texts. Equal numbers prove nothing.
fn number(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A name with its number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    number: u64,
    text: Box<str>,
}

impl Name {
    pub(super) fn new(text: &str) -> Self {
        Self { number: number(text), text: text.into() }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// Below this many entries a look at each number is quicker than a search.
const FEW: usize = 16;

/// What belongs to names, each name once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Names<T> {
    /// The numbers of the names, sorted.
    numbers: Vec<u64>,
    /// In the same order.
    entries: Vec<(Name, T)>,
}

impl<T> Default for Names<T> {
    fn default() -> Self {
        Self { numbers: Vec::new(), entries: Vec::new() }
    }
}

impl<T> Names<T> {
    fn first(&self, name: &Name) -> usize {
        if self.numbers.len() <= FEW {
            self.numbers.iter().position(|number| *number >= name.number).unwrap_or(self.numbers.len())
        } else {
            self.numbers.partition_point(|number| *number < name.number)
        }
    }

    fn place(&self, name: &Name) -> Result<usize, usize> {
        let first = self.first(name);
        // Different names may have the same number: they stand side by side.
        let same = self.numbers.iter().skip(first).take_while(|number| **number == name.number).count();
        let entries = self.entries.iter().enumerate().skip(first).take(same);
        entries.into_iter().find(|(_, (known, _))| known == name).map_or(Err(first), |(at, _)| Ok(at))
    }

    pub(super) fn get(&self, name: &Name) -> Option<&T> {
        let at = self.place(name).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// What belongs to a name; made where nothing did.
    pub(super) fn entry(&mut self, name: Name, make: impl FnOnce() -> T) -> Option<&mut T> {
        let at = self.place(&name).unwrap_or_else(|at| {
            self.numbers.insert(at, name.number);
            self.entries.insert(at, (name, make()));
            at
        });
        self.entries.get_mut(at).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found() {
        let mut names: Names<usize> = Names::default();
        let all: Vec<Name> = (0..100).map(|at| Name::new(&format!("name{at}"))).collect();
        for (at, name) in all.iter().enumerate() {
            assert_eq!(names.get(name), None);
            *names.entry(name.clone(), || 0).unwrap() += at;
        }
        // Two names with one number.
        let twin = Name { number: all[7].number, text: "twin".into() };
        assert_eq!(names.get(&twin), None);
        names.entry(twin.clone(), || 777);
        assert_eq!(names.get(&twin), Some(&777));
        for (at, name) in all.into_iter().enumerate() {
            assert_eq!(names.get(&name), Some(&at));
            names.entry(name, || 0);
        }
        assert_eq!(names.entries.len(), 101);
        assert!(names.numbers.is_sorted());
    }
}
