//! JSON as a policy needs it: order kept, duplicate keys refused. Imports the room's errors.
//!
//! `serde_json` keeps the last of two equal keys; a policy that says "Deny" twice must not lose one of them unseen.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::{PolicyError, Reason};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    /// Text, and the text of numbers and booleans, whose quotation marks are optional
    /// (UG: Grammar of the IAM JSON policy language).
    Text(String),
    Scalar(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Scalar(value.to_string()))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Json::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Json::Object(entries))
    }
}

/// Reads a text; the same key twice in one object is an error, whatever the case of its letters.
pub(super) fn read(text: &str) -> Result<Json, PolicyError> {
    let json: Json =
        serde_json::from_str(text).map_err(|error| PolicyError::new("", Reason::Json(error.to_string())))?;
    unique(&json, "")?;
    Ok(json)
}

fn unique(json: &Json, pointer: &str) -> Result<(), PolicyError> {
    match json {
        Json::List(items) => {
            for (index, item) in items.iter().enumerate() {
                unique(item, &format!("{pointer}/{index}"))?;
            }
        }
        Json::Object(entries) => {
            let mut names: Vec<String> = entries.iter().map(|(key, _)| key.to_lowercase()).collect();
            names.sort_unstable();
            if let Some([name, ..]) = names.windows(2).find(|pair| pair.first() == pair.last()) {
                return Err(PolicyError::new(pointer, Reason::Duplicate(name.clone())));
            }
            for (key, value) in entries {
                unique(value, &below(pointer, key))?;
            }
        }
        Json::Null | Json::Text(_) | Json::Scalar(_) => {}
    }
    Ok(())
}

/// The pointer of an entry of an object.
pub(super) fn below(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

impl Json {
    /// One text, or a list of texts; numbers and booleans become text.
    pub(super) fn texts(&self, pointer: &str) -> Result<Vec<(String, String)>, PolicyError> {
        let one = |json: &Self, pointer: &str| match json {
            Self::Text(text) | Self::Scalar(text) => Ok((pointer.to_owned(), text.clone())),
            _ => Err(PolicyError::new(pointer, Reason::Wanted("a text or a list of texts"))),
        };
        match self {
            Self::List(items) => {
                items.iter().enumerate().map(|(index, item)| one(item, &format!("{pointer}/{index}"))).collect()
            }
            _ => Ok(vec![one(self, pointer)?]),
        }
    }

    pub(super) fn object(&self, pointer: &str) -> Result<&[(String, Self)], PolicyError> {
        match self {
            Self::Object(entries) => Ok(entries),
            _ => Err(PolicyError::new(pointer, Reason::Wanted("an object"))),
        }
    }

    pub(super) fn text(&self, pointer: &str) -> Result<&str, PolicyError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(PolicyError::new(pointer, Reason::Wanted("a text"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_are_found_wherever_they_are() {
        for (text, pointer) in
            [(r#"{"a": 1, "a": 2}"#, ""), (r#"{"a": [{"b/c": {"Effect": 1, "effect": 2}}]}"#, "/a/0/b~1c")]
        {
            let error = read(text).unwrap_err();
            assert_eq!(error.pointer, pointer);
            assert!(matches!(error.reason, Reason::Duplicate(_)));
        }
        assert!(read(r#"{"a": {"b": 1}, "b": {"b": 1}}"#).is_ok());
    }

    #[test]
    fn a_comment_is_no_json() {
        assert!(matches!(read("{\n// no\n}").unwrap_err().reason, Reason::Json(_)));
        assert!(read(&"[".repeat(10_000)).is_err(), "too deep is an error, not the end of the stack");
    }
}
