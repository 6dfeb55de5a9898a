//! A writer of JSON that keeps the order of keys it is given, and may repeat them: what a state writer never does, and a
//! hostile one may.

use std::fmt::Write;

/// A JSON value.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn number(number: impl std::fmt::Display) -> Self {
        Self::Number(number.to_string())
    }

    pub(super) fn object<K: Into<String>>(members: impl IntoIterator<Item = (K, Json)>) -> Self {
        Self::Object(members.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The value as text, on one line or indented.
    pub(super) fn write(&self, indent: Option<usize>) -> String {
        let mut out = String::new();
        self.write_to(&mut out, indent);
        out
    }

    fn write_to(&self, out: &mut String, indent: Option<usize>) {
        let deeper = indent.map(|depth| depth + 1);
        let line = |out: &mut String, indent: Option<usize>| {
            if let Some(depth) = indent {
                out.push('\n');
                out.push_str(&"  ".repeat(depth));
            }
        };
        match self {
            Self::Bool(flag) => write!(out, "{flag}").unwrap(),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => out.push_str(&serde_json::to_string(text).unwrap()),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, deeper);
                    item.write_to(out, deeper);
                }
                line(out, indent);
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (key, value)) in members.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    line(out, deeper);
                    out.push_str(&serde_json::to_string(key).unwrap());
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    value.write_to(out, deeper);
                }
                line(out, indent);
                out.push('}');
            }
        }
    }
}
