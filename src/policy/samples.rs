//! For a condition key: values that stand for all values. Imports the room's conditions and cells.
//!
//! The conditions on a key tell only so many values apart. One value out of each case is enough to know what any value
//! would do; where the cases cannot be listed, the key stays unknown.

use super::cells::{Atom, Memo};
use super::condition::{Condition, Test, is_multivalued};
use super::context::{Context, Fact};
use super::operator::Set;
use super::pattern::Pattern;

/// More cases than this of a key with many values are not combined.
const MOST_IN_A_SET: usize = 6;

/// What the conditions ask of one key.
#[derive(Debug, Default)]
pub(super) struct Asked {
    atoms: Vec<Atom>,
    numbers: Vec<f64>,
    instants: Vec<i128>,
    binaries: Vec<Vec<u8>>,
    edges: Vec<String>,
    kinds: Kinds,
    /// Whether values are looked at as a set.
    many: bool,
    all: bool,
    /// The key stands in a variable: its value matters beyond what conditions ask.
    pub(super) variable: bool,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Kinds {
    text: bool,
    boolean: bool,
    number: bool,
    instant: bool,
    binary: bool,
    ip: bool,
}

impl Asked {
    /// Takes note of a condition on the key.
    pub(super) fn add(&mut self, condition: &Condition, context: &Context) {
        self.many |= condition.operator.set.is_some() || is_multivalued(condition.key.text());
        self.all |= condition.operator.set == Some(Set::All);
        match &condition.test {
            Test::Text(patterns) => self.patterns(patterns, context, false, false),
            Test::Folded(patterns) => self.patterns(patterns, context, true, false),
            Test::Arn(patterns) => self.patterns(patterns, context, false, true),
            Test::Bool(_) => self.kinds.boolean = true,
            Test::Number(_, values) => {
                self.kinds.number = true;
                self.numbers.extend(values);
            }
            Test::Date(_, values) => {
                self.kinds.instant = true;
                self.instants.extend(values);
            }
            Test::Binary(values) => {
                self.kinds.binary = true;
                self.binaries.extend(values.iter().cloned());
            }
            Test::Ip(networks) => {
                self.kinds.ip = true;
                self.edges.extend(networks.iter().flat_map(super::value::Network::edges));
            }
            Test::Null(_) => {}
        }
    }

    fn patterns(&mut self, patterns: &[Pattern], context: &Context, folded: bool, arn: bool) {
        self.kinds.text = true;
        for pattern in patterns {
            self.pattern(pattern, context, folded, arn);
        }
    }

    /// Takes note of a pattern that the key's value is compared with.
    pub(super) fn pattern(&mut self, pattern: &Pattern, context: &Context, folded: bool, arn: bool) {
        self.kinds.text = true;
        if let Some((tokens, open)) = pattern.spelt_out(context) {
            self.atoms.push(Atom { tokens, folded, arn, open, short: pattern.is_short() });
        }
    }

    /// Facts that stand for everything that the key can be; `None` where that cannot be listed.
    pub(super) fn facts(&mut self, may_be_absent: bool, memo: &Memo) -> Option<Vec<Fact>> {
        let values = self.values(memo)?;
        let mut facts: Vec<Fact> = if self.many {
            if values.len() > MOST_IN_A_SET {
                return None;
            }
            (1_usize..1 << values.len())
                .map(|chosen| {
                    let picked = values.iter().enumerate().filter(|(at, _)| chosen & (1 << at) != 0);
                    Fact::values(picked.map(|(_, value)| value.as_str()))
                })
                .collect()
        } else {
            values.iter().map(|value| Fact::values([value.as_str()])).collect()
        };
        if may_be_absent {
            facts.push(Fact::Absent);
        }
        Some(facts)
    }

    fn values(&mut self, memo: &Memo) -> Option<Vec<String>> {
        const BOOLEAN: Kinds =
            Kinds { text: false, boolean: true, number: false, instant: false, binary: false, ip: false };
        // A key that only Bool asks for is of that type: AWS gives it one of two values.
        if self.kinds == BOOLEAN {
            return Some(vec!["true".to_owned(), "false".to_owned()]);
        }
        if self.kinds.boolean {
            self.kinds.text = true;
            self.atoms.extend([Atom::text("true", true), Atom::text("false", true)]);
        }
        let Kinds { text, number, instant, binary, ip, .. } = self.kinds;
        match (text, number, instant, binary, ip) {
            (_, false, false, false, false) => {
                if self.all {
                    self.atoms.push(Atom::text("", false));
                }
                self.atoms.sort_unstable();
                self.atoms.dedup();
                memo.texts(&self.atoms)
            }
            (false, true, false, false, false) => around_numbers(&mut self.numbers),
            (false, false, true, false, false) => around_instants(&mut self.instants),
            (false, false, false, true, false) => {
                let mut values: Vec<String> = self.binaries.iter().map(|bytes| encoded(bytes)).collect();
                let longest = self.binaries.iter().map(Vec::len).max().unwrap_or(0);
                values.push(encoded(&vec![0; longest + 1]));
                values.sort_unstable();
                values.dedup();
                Some(values)
            }
            (false, false, false, false, true) => {
                self.edges.extend(["0.0.0.0".to_owned(), "::".to_owned()]);
                self.edges.sort_unstable();
                self.edges.dedup();
                Some(self.edges.clone())
            }
            // Text and numbers of one key, and other mixtures, are not looked into.
            _ => None,
        }
    }
}

/// Each number, one between it and the next, one below and one above all; `None` where floats cannot tell them apart.
fn around_numbers(numbers: &mut Vec<f64>) -> Option<Vec<String>> {
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return Some(vec!["0".to_owned()]) };
    let mut values = vec![first - 1.0, last + 1.0];
    for pair in numbers.windows(2) {
        if let [low, high] = pair {
            values.push(low + (high - low) / 2.0);
        }
    }
    values.extend(numbers.iter());
    let all = values.len();
    values.sort_by(f64::total_cmp);
    values.dedup();
    (values.len() == all).then(|| values.into_iter().map(|value| value.to_string()).collect())
}

/// The same for instants, as epoch seconds; those between seconds are not looked into.
fn around_instants(instants: &mut Vec<i128>) -> Option<Vec<String>> {
    const SECOND: i128 = 1_000_000_000;
    instants.sort_unstable();
    instants.dedup();
    if instants.iter().any(|instant| instant % SECOND != 0) {
        return None;
    }
    let mut values = vec!["0".to_owned()];
    for instant in instants.iter() {
        let second = instant / SECOND;
        values.extend([(second - 1).to_string(), second.to_string(), (second + 1).to_string()]);
        // What lies less than a second after it: two instants may be neighbours.
        let stamp = jiff::Timestamp::from_nanosecond(instant + SECOND / 2).ok()?;
        values.push(stamp.to_string());
    }
    values.sort_unstable();
    values.dedup();
    Some(values)
}

/// Base64 of bytes.
fn encoded(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4_usize {
            let digit = (bits >> (18 - 6 * place)) & 63;
            let shown = if place > chunk.len() { b'=' } else { DIGITS.get(digit as usize).copied().unwrap_or(b'=') };
            text.push(char::from(shown));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_comes_back() {
        for bytes in [b"".as_slice(), b"A", b"AB", b"ABC", b"\xff\x00\xfe\x10"] {
            assert_eq!(super::super::value::bytes(&encoded(bytes)).unwrap(), bytes);
        }
    }

    #[test]
    fn numbers_have_neighbours() {
        assert_eq!(around_numbers(&mut vec![30.0, 7.0]).unwrap(), ["6", "7", "18.5", "30", "31"]);
        assert_eq!(around_numbers(&mut vec![1e300]), None);
    }
}
