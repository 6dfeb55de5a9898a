//! Names that are looked up over and over: compared by a number first. Imports nothing.
//!
//! A lookup in a sorted list of texts compares many of them; one in a list of numbers compares texts once, to be sure.

/// FNV-1a of a name (<http://www.isthe.com/chongo/tech/comp/fnv/>): quick for short texts. Equal numbers prove nothing.
pub(super) fn number(name: &str) -> u64 {
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

    /// The place of a name in a list that is sorted by names, or the place where it belongs.
    pub(super) fn place<T>(&self, list: &[T], name: impl Fn(&T) -> &Self) -> Result<usize, usize> {
        let place = list.partition_point(|entry| name(entry).number < self.number);
        // Different names may have the same number: they stand side by side, by their texts.
        for (at, entry) in list.iter().enumerate().skip(place) {
            let other = name(entry);
            if other.number != self.number {
                return Err(at);
            }
            match (*other.text).cmp(&self.text) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Ok(at),
                std::cmp::Ordering::Greater => return Err(at),
            }
        }
        Err(list.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_where_they_belong() {
        let mut list: Vec<Name> = Vec::new();
        let names = ["s3", "rds", "kms", "iam", "", "a", "ec2"];
        for name in names.map(Name::new) {
            let place = name.place(&list, |name| name).unwrap_err();
            list.insert(place, name);
        }
        assert!(list.is_sorted());
        for name in names {
            let place = Name::new(name).place(&list, |name| name).unwrap();
            assert_eq!(list[place].text(), name);
        }
        assert!(Name::new("sqs").place(&list, |name| name).is_err());
    }
}
