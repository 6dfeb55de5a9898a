//! Yes, no, or it depends on what is not known: Kleene's three values. Imports nothing.
//!
//! They are ordered `False < Unknown < True`, so that "and" is the lesser of two and "or" the greater.

/// A truth value that need not be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tri {
    /// It does not hold, whatever the unknown is.
    False,
    /// It depends on something that is not known.
    Unknown,
    /// It holds, whatever the unknown is.
    True,
}

impl Tri {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// At least one holds.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }

    /// The negation where it is asked for.
    #[must_use]
    pub fn negated_if(self, negate: bool) -> Self {
        if negate { self.negated() } else { self }
    }

    /// Whether one of them holds; looks no further than the first that surely does.
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::False;
        for value in values {
            result = result.or(value);
            if result == Self::True {
                break;
            }
        }
        result
    }

    /// Whether all of them hold; looks no further than the first that surely does not.
    pub fn all(values: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::True;
        for value in values {
            result = result.and(value);
            if result == Self::False {
                break;
            }
        }
        result
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{False, True, Unknown};
    use super::*;

    #[test]
    fn kleene() {
        assert_eq!([True.and(Unknown), False.and(Unknown), Unknown.and(Unknown)], [Unknown, False, Unknown]);
        assert_eq!([True.or(Unknown), False.or(Unknown), Unknown.or(Unknown)], [True, Unknown, Unknown]);
        assert_eq!([True.negated(), Unknown.negated(), False.negated()], [False, Unknown, True]);
        assert_eq!((Tri::any([]), Tri::all([])), (False, True));
    }
}
