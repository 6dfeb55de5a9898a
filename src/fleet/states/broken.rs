//! Objects that are no state, made to fail as one once failed: an inventory keeps of such an object what reading it said,
//! and nothing of its bytes.
//!
//! The decision worth knowing: nothing is assumed of the reader. A document of every kind of fault is tried, with as many
//! spaces in it as bring the fault to the byte that was told, and the first one is taken that fails in the same words.

use crate::demo::build::BROKEN_STATES;
use crate::terraform::{Limits, read_state};

/// Where the spaces go.
const GAP: u8 = b'~';

/// The farthest byte that a fault is brought to.
const FAR: u64 = 64 << 20;

/// One document of each fault that no key or number tells apart. Where a fault ends the reading, the document may end too.
const FAULTS: &[&[u8]] = &[
    b"",
    b"{~",
    b"~[",
    b"{~!",
    b"{~\"\x01",
    b"{~\"\\x",
    b"{~\"\xff\"",
    b"{\"serial\":~-x",
    b"{\"serial\":~1x",
    b"{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[]}~x",
    b"{\"encrypted_data\":\"\"}",
    b"{~\"version\":\"x\"",
    b"{~\"terraform_version\":1",
    b"{~\"serial\":\"x\"",
    b"{~\"serial\":-1 ",
    b"{~\"lineage\":1",
    b"{~\"serial\":1,\"lineage\":\"l\",\"resources\":[]}",
    b"{~\"version\":4,\"serial\":1,\"lineage\":\"l\"}",
    b"{~\"version\":4,\"lineage\":\"l\",\"resources\":[]}",
    b"{~\"version\":4,\"serial\":1,\"resources\":[]}",
    b"{~\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[{\"mode\":\"data\",\"type\":\"t\",\"name\":\"n\",\"instances\":[{},{}]}]}",
    b"{~\"resources\":1",
    b"{~\"resources\":[1",
    b"{\"resources\":[{~\"module\":1",
    b"{\"resources\":[{~\"mode\":1",
    b"{\"resources\":[{~\"type\":1",
    b"{\"resources\":[{~\"name\":1",
    b"{\"resources\":[{~\"provider\":1",
    b"{\"resources\":[{~\"mode\":\"x\"}",
    b"{\"resources\":[{~}",
    b"{\"resources\":[{~\"mode\":\"data\"}",
    b"{\"resources\":[{~\"mode\":\"data\",\"type\":\"t\"}",
    b"{\"resources\":[{~\"mode\":\"data\",\"type\":\"t\",\"name\":\"n\"}",
    b"{\"resources\":[{~\"instances\":1",
    b"{\"resources\":[{~\"instances\":[1",
    b"{\"resources\":[{\"instances\":[{~\"deposed\":1",
    b"{\"resources\":[{\"instances\":[{~\"instance_provider\":1",
    b"{\"resources\":[{\"instances\":[{~\"index_key\":true",
    b"{\"resources\":[{\"instances\":[{~\"dependencies\":1",
    b"{\"resources\":[{\"instances\":[{~\"dependencies\":[1",
    b"{\"resources\":[{\"instances\":[{~\"attributes\":1",
];

/// Where a key of the format's can stand.
const PLACES: &[&str] = &[
    "{~",
    "{\"resources\":[{~",
    "{\"resources\":[{\"instances\":[{~",
    "{\"resources\":[{\"instances\":[{\"attributes\":{~",
    "{\"resources\":[{\"instances\":[{\"attributes\":{\"point_in_time_recovery\":[{~",
];

/// A value for every key.
const VALUES: &[&str] = &["null", "4", "[]"];

/// Bytes whose reading says `message`, as long as they were where that can be; where no document is known to say it, bytes
/// that are none.
pub(super) fn document(message: &str, size: u64) -> Vec<u8> {
    let bundled = BROKEN_STATES.iter().find(|bytes| bytes.len() as u64 == size && fails(bytes, message));
    if let Some(bytes) = bundled {
        return bytes.to_vec();
    }
    let (shape, at) = shape(message);
    let fixed = FAULTS.iter().map(|template| template.to_vec());
    for template in fixed.chain(special(message)) {
        let Some(said) = said(&filled(&template, 0)) else { continue };
        let (other, first) = self::shape(&said);
        if other != shape {
            continue;
        }
        let spaces = match (at, first) {
            (Some(at), Some(first)) => at.checked_sub(first).filter(|spaces| *spaces <= FAR),
            _ => Some(0),
        };
        let Some(bytes) = spaces.map(|spaces| filled(&template, spaces)) else { continue };
        let padded = super::padded(bytes.clone(), size);
        if let Some(found) = [padded, bytes].into_iter().find(|bytes| fails(bytes, message)) {
            return found;
        }
    }
    super::padded(b"!".to_vec(), size)
}

/// Documents of the faults that name a key, a version or a limit.
fn special(message: &str) -> Vec<Vec<u8>> {
    if let Some(version) = message.strip_prefix("state format version ").and_then(|rest| rest.split(' ').next()) {
        return vec![format!("{{\"version\":{version}}}").into_bytes()];
    }
    if let Some((key, twice)) = message.strip_prefix("the key \"").and_then(|rest| rest.split_once('"')) {
        return keyed(key, twice.starts_with(" stands twice"));
    }
    if message.starts_with("objects and lists are nested deeper") {
        return vec![[b"{~\"x\":".to_vec(), vec![b'['; 200]].concat()];
    }
    let limits = Limits::default();
    let long = vec![b'a'; usize::try_from(limits.max_token.saturating_add(4_096)).unwrap_or_default()];
    if message.starts_with("over the limit: bytes of one text") {
        return vec![[b"{\"lineage\":\"".to_vec(), long, b"\"".to_vec()].concat()];
    }
    if message.starts_with("over the limit: bytes of one key") {
        return vec![[b"{\"".to_vec(), long.clone(), long, b"\"".to_vec()].concat()];
    }
    if message.starts_with("over the limit: resource instances") {
        let many = "{},".repeat(usize::try_from(limits.max_instances.saturating_add(1)).unwrap_or_default());
        return vec![format!("{{\"resources\":[{{\"instances\":[{many}").into_bytes()];
    }
    Vec::new()
}

/// Documents in which a key stands twice, or in another case.
fn keyed(key: &str, twice: bool) -> Vec<Vec<u8>> {
    if key.contains(' ') {
        let tags = "{\"resources\":[{\"instances\":[{\"attributes\":{\"tags\":{~\"env\":\"a\",\"env\":\"a\"";
        return vec![tags.as_bytes().to_vec()];
    }
    let shown = if twice { key.to_owned() } else { key.to_uppercase() };
    let mut documents = Vec::new();
    for place in PLACES {
        let each = VALUES.iter().map(|value| format!("{place}\"{shown}\":{value},\"{shown}\":{value}").into_bytes());
        documents.extend(each);
    }
    documents
}

/// The template with so many spaces in its place for them.
fn filled(template: &[u8], spaces: u64) -> Vec<u8> {
    let mut parts = template.splitn(2, |byte| *byte == GAP);
    let before = parts.next().unwrap_or_default();
    let mut bytes = before.to_vec();
    if let Some(after) = parts.next() {
        bytes.resize(bytes.len().saturating_add(usize::try_from(spaces).unwrap_or_default()), b' ');
        bytes.extend_from_slice(after);
    }
    bytes
}

/// What reading says of a document that is no state.
fn said(bytes: &[u8]) -> Option<String> {
    read_state(bytes, &Limits::default()).err().map(|error| error.to_string())
}

fn fails(bytes: &[u8], message: &str) -> bool {
    said(bytes).as_deref() == Some(message)
}

/// A message without the byte that it names, and that byte.
fn shape(message: &str) -> (String, Option<u64>) {
    const AT: &str = "at byte ";
    let Some((before, rest)) = message.split_once(AT) else { return (message.to_owned(), None) };
    let end = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    (format!("{before}{AT}{after}"), digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_fault_is_said_again_wherever_it_was() {
        let keys = ["version", "serial", "lineage", "resources", "module", "type", "instances", "deposed", "index_key"];
        let twice = keys.iter().chain(&["attributes", "id", "tags", "enabled", "a tag that names the environment"]);
        let mut messages: Vec<String> = twice
            .map(|key| format!("the key {key:?} stands twice in one object, the second time at byte 1234"))
            .chain(keys.iter().map(|key| format!("the key {key:?} is written in another case at byte 1234")))
            .collect();
        for template in FAULTS {
            let message = said(&filled(template, 700)).unwrap();
            assert!(!messages.contains(&message), "{message}: two of a kind");
            messages.push(message);
        }
        for document in [
            "{\"version\":3}",
            "{\"version\":0}",
            "{\"version\":18446744073709551615}",
            &format!("{{   \"a\":{}", "[".repeat(129)),
            &format!("{{\"serial\":1,\"lineage\":\"{}\"", "x".repeat(20_000)),
            &format!("{{\"{}\":1", "x".repeat(20_000)),
        ] {
            messages.push(said(document.as_bytes()).unwrap());
        }
        for message in messages {
            for size in [0, 5_000] {
                let bytes = document(&message, size);
                assert_eq!(said(&bytes).as_deref(), Some(message.as_str()), "{size}");
            }
        }
        let many = "over the limit: resource instances beyond 500000";
        assert_eq!(said(&document(many, 0)).as_deref(), Some(many));
    }

    #[test]
    fn the_size_is_kept_where_the_fault_leaves_room() {
        let message = said(b"{\"version\":4,\"serial\":\"x\"").unwrap();
        assert_eq!(document(&message, 4_000).len(), 4_000);
        let message = said(b"{\"version\":4").unwrap();
        assert_eq!(document(&message, 12), b"{           ", "truncated where it was truncated");
    }

    #[test]
    fn what_nobody_says_is_no_document() {
        assert!(said(&document("the document is upside down", 30)).unwrap().starts_with("the document is no JSON"));
        assert_eq!(document("the document is upside down", 30).len(), 30);
    }
}
