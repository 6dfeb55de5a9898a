//! Which texts can patterns tell apart? One text for every combination of patterns that some text matches. Imports the
//! room's patterns.
//!
//! All patterns run side by side as automata over the letters that stand in them and one that stands in none; whatever set of
//! states is reached is a combination that some text has, and the way there is such a text. So the answer is exact, and where
//! it would grow too large there is none.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use super::pattern::Token;

/// The positions in a pattern that are reached: a bit for each.
type Positions = [u64; 4];

/// No pattern may be longer, in characters: what fits the bits.
const LONGEST: usize = 255;

/// How many combinations of states are looked at before giving up.
const MOST_STATES: usize = 6_000;

/// How many letters are told apart before giving up.
const MOST_LETTERS: usize = 90;

/// One pattern to be told apart from others.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Atom {
    pub(super) tokens: Vec<Token>,
    /// Compared without regard to case.
    pub(super) folded: bool,
    /// Compared as an ARN, part by part.
    pub(super) arn: bool,
    /// It stands for a pattern whose variables are not known: colons are then no borders.
    pub(super) open: bool,
    /// Fewer than five colons stand in the pattern: its last star reaches over those of an ARN.
    pub(super) short: bool,
}

impl Atom {
    /// A plain text.
    pub(super) fn text(text: &str, folded: bool) -> Self {
        let tokens = if text.is_empty() { Vec::new() } else { vec![Token::Text(text.into())] };
        Self { tokens, folded, arn: false, open: false, short: false }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Symbol {
    Char(char),
    One,
    Star,
}

/// An atom as an automaton.
struct Automaton {
    symbols: Vec<Symbol>,
    folded: bool,
    arn: bool,
    /// Wildcards do not take the first five colons.
    hard: bool,
    /// Except the last star of a pattern with fewer colons than an ARN has.
    short: bool,
}

impl Automaton {
    fn new(atom: &Atom) -> Option<Self> {
        let mut symbols = Vec::new();
        for token in &atom.tokens {
            match token {
                Token::Text(text) if atom.folded && !text.is_ascii() => return None,
                Token::Text(text) => symbols.extend(text.chars().map(Symbol::Char)),
                Token::One => symbols.push(Symbol::One),
                Token::Star | Token::Variable(_) => symbols.push(Symbol::Star),
            }
        }
        (symbols.len() <= LONGEST).then_some(Self {
            symbols,
            folded: atom.folded,
            arn: atom.arn,
            hard: atom.arn && !atom.open,
            short: atom.short,
        })
    }

    /// Adds a position and those that stars lead to without a letter.
    fn enter(&self, positions: &mut Positions, mut at: usize) {
        loop {
            if let Some(bits) = positions.get_mut(at / 64) {
                *bits |= 1 << (at % 64);
            }
            if self.symbols.get(at) != Some(&Symbol::Star) {
                return;
            }
            at += 1;
        }
    }

    fn step(&self, from: &Positions, letter: char, colons: u8) -> Positions {
        let mut to = Positions::default();
        let free = letter != ':' || !self.hard || colons >= 5;
        for at in each(from) {
            match self.symbols.get(at) {
                Some(Symbol::Star) if free || (self.short && at + 1 == self.symbols.len()) => self.enter(&mut to, at),
                Some(Symbol::One) if free => self.enter(&mut to, at + 1),
                Some(Symbol::Char(c))
                    if *c == letter || (self.folded && c.to_lowercase().eq(letter.to_lowercase())) =>
                {
                    self.enter(&mut to, at + 1);
                }
                _ => {}
            }
        }
        to
    }
}

/// The positions, in order.
fn each(positions: &Positions) -> impl Iterator<Item = usize> {
    positions.iter().enumerate().flat_map(|(word, bits)| {
        let mut rest = *bits;
        std::iter::from_fn(move || {
            let bit = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            usize::try_from(bit).ok().map(|bit| word * 64 + bit)
        })
    })
}

fn has(positions: &Positions, at: usize) -> bool {
    positions.get(at / 64).is_some_and(|bits| bits & (1 << (at % 64)) != 0)
}

/// Where all automata stand after a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    positions: Vec<Positions>,
    /// How many colons were read, up to five.
    colons: u8,
    /// How much of `arn:` was read; 5 where the text begins otherwise.
    prefix: u8,
}

impl State {
    fn matches(&self, automata: &[Automaton]) -> Vec<bool> {
        let arn = self.colons == 5 && self.prefix == 4;
        let one = |(automaton, positions): (&Automaton, &Positions)| {
            has(positions, automaton.symbols.len()) && (arn || !automaton.arn)
        };
        automata.iter().zip(&self.positions).map(one).collect()
    }

    fn step(&self, automata: &[Automaton], letter: char) -> Self {
        let prefix = match (self.prefix, letter) {
            (0, 'a') | (1, 'r') | (2, 'n') | (3, ':') => self.prefix + 1,
            (4, _) => 4,
            _ => 5,
        };
        Self {
            positions: automata.iter().zip(&self.positions).map(|(a, p)| a.step(p, letter, self.colons)).collect(),
            colons: (self.colons + u8::from(letter == ':')).min(5),
            prefix,
        }
    }
}

/// What was found out about atoms before: many questions about the same policies ask the same.
#[derive(Debug, Default)]
pub struct Memo(RefCell<BTreeMap<Vec<Atom>, Option<Vec<String>>>>);

impl Memo {
    /// As [`texts`].
    pub(super) fn texts(&self, atoms: &[Atom]) -> Option<Vec<String>> {
        if let Some(known) = self.0.borrow().get(atoms) {
            return known.clone();
        }
        let found = texts(atoms);
        self.0.borrow_mut().insert(atoms.to_vec(), found.clone());
        found
    }
}

/// A text for every combination of atoms that texts can match; `None` where that would take too long.
fn texts(atoms: &[Atom]) -> Option<Vec<String>> {
    if let Some(texts) = plain(atoms) {
        return Some(texts);
    }
    let automata = atoms.iter().map(Automaton::new).collect::<Option<Vec<_>>>()?;
    let letters = letters(&automata);
    if letters.len() > MOST_LETTERS {
        return None;
    }
    let mut start = State { positions: Vec::new(), colons: 0, prefix: 0 };
    for automaton in &automata {
        let mut positions = Positions::default();
        automaton.enter(&mut positions, 0);
        start.positions.push(positions);
    }
    let mut found: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    let mut seen: BTreeMap<State, ()> = BTreeMap::from([(start.clone(), ())]);
    let empty = start.matches(&automata);
    let mut queue = VecDeque::from([(start, String::new())]);
    while let Some((state, text)) = queue.pop_front() {
        for letter in &letters {
            let next = state.step(&automata, *letter);
            if seen.contains_key(&next) {
                continue;
            }
            if seen.len() >= MOST_STATES {
                return None;
            }
            let longer = format!("{text}{letter}");
            found.entry(next.matches(&automata)).or_insert_with(|| longer.clone());
            seen.insert(next.clone(), ());
            queue.push_back((next, longer));
        }
    }
    // The empty text says little to a person: it stands only for what no other text does.
    found.entry(empty).or_default();
    Some(found.into_values().collect())
}

/// Without wildcards every text is a case of its own, and any other text is one more.
fn plain(atoms: &[Atom]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for atom in atoms {
        match atom.tokens.as_slice() {
            [] if !atom.folded => texts.push(String::new()),
            [Token::Text(text)] if !atom.folded && (!atom.arn || super::pattern::fifth_colon(text).is_some()) => {
                texts.push(text.to_string());
            }
            _ => return None,
        }
    }
    let mut other = "other".to_owned();
    while texts.contains(&other) {
        other.push('x');
    }
    texts.push(other);
    texts.sort_unstable();
    texts.dedup();
    Some(texts)
}

/// The letters that the atoms tell apart, and one that stands for all others.
fn letters(automata: &[Automaton]) -> Vec<char> {
    let mut letters = Vec::new();
    for automaton in automata {
        for symbol in &automaton.symbols {
            if let Symbol::Char(c) = symbol {
                letters.push(*c);
                if automaton.folded {
                    // The Kelvin sign is a k in another case, and no other letter beyond ASCII folds to one.
                    let kelvin = c.eq_ignore_ascii_case(&'k').then_some('\u{212a}');
                    letters.extend([c.to_ascii_lowercase(), c.to_ascii_uppercase()].into_iter().chain(kelvin));
                }
            }
        }
        if automaton.arn {
            letters.extend(['a', 'r', 'n', ':']);
        }
    }
    letters.sort_unstable();
    letters.dedup();
    let other = ('a'..='z').chain('0'..='9').chain(['\u{e000}']).find(|c| !letters.contains(c));
    letters.extend(other);
    letters
}

#[cfg(test)]
mod tests {
    use super::super::pattern::{Pattern, Syntax};
    use super::*;

    fn like(text: &str, arn: bool) -> Atom {
        Atom {
            tokens: Pattern::parse(text, Syntax::WILD).tokens().to_vec(),
            folded: false,
            arn,
            open: false,
            short: text.matches(':').count() < 5,
        }
    }

    /// Every combination of two patterns is told apart exactly.
    #[test]
    fn each_combination_has_a_text() {
        for (one, other, want) in [
            ("a*", "*b", 4),
            ("a*", "ab*", 3),
            ("a*", "b*", 3),
            ("*", "a", 2),
            ("a?", "?b", 4),
            ("role/Break*", "role/*", 3),
        ] {
            let atoms = [like(one, false), like(other, false)];
            let texts = texts(&atoms).unwrap();
            let mut seen: Vec<(bool, bool)> = texts
                .iter()
                .map(|text| {
                    let matches = |pattern: &str| Pattern::parse(pattern, Syntax::WILD).matches(text);
                    (matches(one), matches(other))
                })
                .collect();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), want, "{one} {other}: {texts:?}");
        }
    }

    #[test]
    fn an_arn_is_a_case_of_its_own() {
        let context = super::super::context::Context::complete();
        let pattern = "arn:aws:iam::*:role/Break*";
        let texts = texts(&[like(pattern, true)]).unwrap();
        let matches = |text: &String| {
            Pattern::parse(pattern, Syntax::WILD).matches_arn(text, &context) == super::super::tri::Tri::True
        };
        assert_eq!(texts.iter().filter(|text| matches(text)).count(), 1, "{texts:?}");
        assert!(texts.iter().any(|text| !matches(text)));
    }
}
