//! Choices made from bytes: an inventory is drawn from a list of bytes, and a shorter list with smaller bytes draws a
//! smaller and plainer one. So proptest can shrink it without knowing the nouns.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::str::FromStr;

use jiff::Timestamp;
use palisade::model::gap::{Answer, Collected, Gap, GapKind};
use palisade::model::operation::Operation;

/// When everything in a drawn inventory was read.
pub const NOW: &str = "2026-03-02T07:00:00Z";

/// Bytes to choose by; when they end, every choice is the first.
pub struct Dice<'a> {
    bytes: &'a [u8],
    /// Makes names different from one another.
    count: usize,
}

/// What a text travels in: XML cannot carry every letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    Json,
    Xml,
}

/// Texts that somebody would write to hurt a reader of them.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "\u{202e}gnp.exe",
    "a&b;c\"d'e<f>",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "%00%2e%2e%2f%41",
    "tab\tline\nbreak\r\nreturn\r",
    "日本語 ünï 🔥\u{301}",
    "  spaces around  ",
    "]]><!--",
    "${aws:username} {{x}} %{y}",
    "\\u0000 \\ \\\\ \" \\\"",
];

impl<'a> Dice<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, count: 0 }
    }

    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        *first
    }

    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        let wide = usize::from(self.byte()) << 8 | usize::from(self.byte());
        wide % limit.max(1)
    }

    /// Whether, one time in `often`; never when the bytes have ended.
    pub fn one_in(&mut self, often: u8) -> bool {
        self.byte() % often == often - 1
    }

    pub fn flag(&mut self) -> bool {
        self.byte() % 2 == 1
    }

    pub fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }

    /// One of some words.
    pub fn word(&mut self, from: &[&str]) -> String {
        (*self.pick(from)).to_owned()
    }

    pub fn some<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.flag().then(|| make(self))
    }

    /// A list of up to so many; once in a long while a huge one, of more than any service gives in its smallest pages.
    pub fn list<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let huge = most > 0 && self.below(800) == 799;
        let count = if huge { 101 + self.below(200) } else { self.below(most + 1) };
        (0..count).map(|_| make(self)).collect()
    }

    /// A name that no other has, of letters that every service takes.
    pub fn name(&mut self, kind: &str) -> String {
        self.count += 1;
        format!("{kind}-{}", self.count)
    }

    /// A text that is not empty.
    pub fn text(&mut self, wire: Wire) -> String {
        let text = match self.below(6) {
            0 => format!("t{}", self.byte()),
            1 | 2 => (*self.pick(HOSTILE)).to_owned(),
            3 => (0..=self.below(12)).map(|_| self.letter()).collect(),
            4 => "long ".repeat(1 + self.below(60)),
            _ => format!("{}{}", self.letter(), self.pick(HOSTILE)),
        };
        match wire {
            Wire::Json => text,
            Wire::Xml => text.chars().filter(|c| is_xml(*c)).chain(['x']).collect(),
        }
    }

    fn letter(&mut self) -> char {
        let wide = u32::from(self.byte()) << 12 | u32::from(self.byte()) << 4 | u32::from(self.byte() % 16);
        // Every plane, the first letters more often than the rest.
        let code = if self.flag() { wide % 0x11_0000 } else { wide % 0x250 };
        char::from_u32(code).filter(|letter| *letter != '\0').unwrap_or('\u{fffd}')
    }

    /// A policy document: JSON, or what is none.
    pub fn document(&mut self, wire: Wire) -> String {
        let text = self.text(wire);
        match self.below(3) {
            0 => r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
            1 => serde_json::json!({ "Statement": [{ "Sid": text, "Effect": "Deny" }] }).to_string(),
            _ => text,
        }
    }

    /// A policy document that IAM would take: JSON, with anything in its texts.
    pub fn policy(&mut self, wire: Wire) -> String {
        let text = self.text(wire);
        serde_json::json!({ "Statement": [{ "Sid": text, "Effect": "Deny", "Action": "*", "Resource": "*" }] })
            .to_string()
    }

    /// Tags; a value may be empty.
    pub fn tags(&mut self, wire: Wire) -> BTreeMap<String, String> {
        self.list(3, |dice| {
            let value = if dice.one_in(4) { String::new() } else { dice.text(wire) };
            (dice.text(wire), value)
        })
        .into_iter()
        .collect()
    }

    /// A time of the last years, to the millisecond.
    pub fn time(&mut self) -> Timestamp {
        let back = (self.below(60_000) * 3_600 + self.below(3_600)) * 1_000 + self.below(1_000);
        let now: Timestamp = parsed(NOW);
        // Ten minutes at least: what was written during a collection is read once more.
        Timestamp::from_millisecond(now.as_millisecond() - 600_000 - i64::try_from(back).unwrap()).unwrap()
    }

    /// A time of whole seconds.
    pub fn second(&mut self) -> Timestamp {
        Timestamp::from_second(self.time().as_second()).unwrap()
    }

    /// A time that may lie ahead.
    pub fn some_time(&mut self) -> Option<Timestamp> {
        self.some(|dice| match dice.flag() {
            true => dice.time(),
            false => dice.time() + jiff::SignedDuration::from_hours(80_000),
        })
    }

    /// What a call left that failed.
    pub fn gap(&mut self, operation: Operation, wire: Wire) -> Gap {
        let wire = if wire == Wire::Json { Wire::Json } else { Wire::Xml };
        let words = self.text(wire);
        let (kind, codes, message): (_, &[&str], _) = match self.below(5) {
            0 => (GapKind::Denied, &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"], words),
            1 => {
                let message =
                    format!("User: {words} is not authorized with an explicit deny in a service control policy");
                (GapKind::DeniedByScp, &["AccessDenied", "AccessDeniedException"], message)
            }
            2 => (
                GapKind::Throttled,
                &["Throttling", "ThrottlingException", "SlowDown", "TooManyRequestsException"],
                words,
            ),
            3 => (GapKind::Timeout, &["InternalFailure", "ServiceUnavailable", "InternalError"], words),
            _ => (GapKind::Malformed, &["ValidationException", "NobodyKnowsThis"], words),
        };
        let code = self.some(|dice| dice.word(codes));
        Gap { kind, operation, code, message, attempts: 1, request_id: None }
    }

    /// An answer, mostly one of AWS's.
    pub fn answer<T>(&mut self, operation: Operation, wire: Wire, make: impl FnOnce(&mut Self) -> T) -> Answer<T> {
        if self.one_in(12) { Answer::Gap(self.gap(operation, wire)) } else { Answer::Value(make(self)) }
    }

    /// A collection, mostly read.
    pub fn collected<T>(
        &mut self,
        operation: Operation,
        wire: Wire,
        make: impl FnOnce(&mut Self) -> T,
    ) -> Collected<T> {
        if self.one_in(40) {
            return Collected::NotOffered { read_at: parsed(NOW) };
        }
        self.offered(operation, wire, make)
    }

    /// A collection that every region has: S3 has no words for an operation that it does not know, and a table that is
    /// listed can be read.
    pub fn offered<T>(&mut self, operation: Operation, wire: Wire, make: impl FnOnce(&mut Self) -> T) -> Collected<T> {
        if self.one_in(20) {
            return Collected::Gap(self.gap(operation, wire));
        }
        Collected::read(parsed(NOW), make(self))
    }
}

/// A text in the shape of its type.
#[track_caller]
pub fn parsed<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error:?}"))
}

/// Whether XML 1.0 has the letter.
fn is_xml(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}
