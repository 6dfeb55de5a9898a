//! What a check may not call.
//!
//! A verdict follows from the inventory alone: no network, no clock, no chance, no environment; and it comes to an end in
//! bounded time and memory. regorus is built without most of these; they are refused by name so that the author is told
//! why, instead of hearing of an unknown function. What else regorus does not know it refuses itself.

use super::error::Problem;
use super::names;

/// Names, and prefixes that end in a dot.
const FORBIDDEN: &[&str] = &[
    "http.send",
    "net.",
    "opa.",
    "rego.",
    "rand.",
    "time.",
    "uuid.",
    "crypto.",
    "io.jwt.",
    "providers.",
    "trace",
    "print",
    // One call that can ask for any amount of memory.
    "numbers.range",
    "numbers.range_step",
    "bits.lsh",
];

/// Whether a built-in may not be called.
pub(super) fn forbidden(name: &str) -> bool {
    FORBIDDEN.iter().any(|entry| match entry.strip_suffix('.') {
        Some(namespace) => name.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('.')),
        None => name == *entry,
    })
}

/// The forbidden calls of a text, with their lines.
pub(super) fn calls(text: &str) -> Vec<(u32, Problem)> {
    names::code(text)
        .lines()
        .zip(1..)
        .flat_map(|(line, number)| {
            called(line).filter(|name| forbidden(name)).map(move |name| (number, Problem::Forbidden(name.to_owned())))
        })
        .collect()
}

/// The names in a line that an opening parenthesis follows.
fn called(line: &str) -> impl Iterator<Item = &str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    line.match_indices('(').filter_map(move |(at, _)| {
        let before = line.get(..at)?.trim_end();
        let start = before.rfind(|c: char| !is_name(c)).map_or(0, |at| at + 1);
        before.get(start..).filter(|name| !name.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_calls_are_found_with_their_lines() {
        let text = "package p\n# http.send(1)\nx := http.send({})\ny := \"time.now_ns()\"\nz := [time.now_ns (), concat(`\nprint(`, [])]\nprint(1)\n";
        let found: Vec<(u32, String)> = calls(text)
            .into_iter()
            .map(|(line, problem)| match problem {
                Problem::Forbidden(name) => (line, name),
                other => panic!("{other}"),
            })
            .collect();
        assert_eq!(found, [(3, "http.send".to_owned()), (5, "time.now_ns".to_owned()), (7, "print".to_owned())]);
    }

    #[test]
    fn harmless_names_are_let_through() {
        for name in ["count", "sprintf", "startswith", "object.get", "timely.thing", "data.time.now", "numbers.x"] {
            assert!(!forbidden(name), "{name}");
        }
        for name in ["rand.intn", "opa.runtime", "net.lookup_ip_addr", "numbers.range", "rego.parse_module", "trace"] {
            assert!(forbidden(name), "{name}");
        }
    }
}
