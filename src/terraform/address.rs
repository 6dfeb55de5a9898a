//! Resource addresses as Terraform writes them: `module.db[0].aws_db_instance.main["a"]`.
//!
//! <https://developer.hashicorp.com/terraform/cli/state/resource-addressing>

use crate::model::terraform::ResourceMode;

/// What `count` or `for_each` gave an instance.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Index {
    Count(i64),
    Each(String),
}

/// The address of one instance.
pub(super) fn address(module: &str, mode: ResourceMode, kind: &str, name: &str, index: Option<&Index>) -> String {
    let mut address = String::with_capacity(module.len() + kind.len() + name.len() + 16);
    if !module.is_empty() {
        address.push_str(module);
        address.push('.');
    }
    if mode == ResourceMode::Data {
        address.push_str("data.");
    }
    address.push_str(kind);
    address.push('.');
    address.push_str(name);
    match index {
        None => {}
        Some(Index::Count(count)) => address.push_str(&format!("[{count}]")),
        Some(Index::Each(key)) => {
            address.push('[');
            quote(key, &mut address);
            address.push(']');
        }
    }
    address
}

/// Quotes a `for_each` key as HCL does, so that the address can be given to `terraform state show`.
fn quote(key: &str, to: &mut String) {
    to.push('"');
    let mut letters = key.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => to.push_str("\\n"),
            '\r' => to.push_str("\\r"),
            '\t' => to.push_str("\\t"),
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            '$' | '%' => {
                to.push(letter);
                if letters.peek() == Some(&'{') {
                    // Doubled, or HCL would take it as the start of a template.
                    to.push(letter);
                }
            }
            _ if printable(letter) => to.push(letter),
            _ if u32::from(letter) < 0x1_0000 => to.push_str(&format!("\\u{:04x}", u32::from(letter))),
            _ => to.push_str(&format!("\\U{:08x}", u32::from(letter))),
        }
    }
    to.push('"');
}

/// Whether Terraform writes the letter as it is: letters, marks, numbers, punctuation, symbols and the space.
fn printable(letter: char) -> bool {
    if letter.is_ascii() {
        return !letter.is_ascii_control();
    }
    // The standard library escapes just what is not printable, where the letter does not stand first.
    let text = format!("a{letter}");
    text.escape_debug().eq(text.chars())
}

/// An address as module, name and index; the other way round than [`address`]. Of an address that is none of this mode and
/// type the whole is the name.
pub(super) fn parts<'a>(whole: &'a str, mode: ResourceMode, kind: &str) -> (&'a str, &'a str, Option<Index>) {
    let marker = address("", mode, kind, "", None);
    let fits = |at: usize| {
        let rest = whole.get(at..)?.strip_prefix(marker.as_str())?;
        (at != 1 && !rest.is_empty()).then_some((at, rest))
    };
    let after = |dot: usize| fits(dot.saturating_add(1));
    // A module may bear the type's name: the last that fits is the resource's own. Where the quotes are not in pairs,
    // which no Terraform writes, a dot is a dot wherever it stands.
    let structured = dots(whole).filter_map(after).last().or_else(|| fits(0));
    let found = structured.or_else(|| whole.rmatch_indices('.').find_map(|(dot, _)| after(dot)));
    let Some((at, rest)) = found else { return ("", whole, None) };
    let module = whole.get(..at.saturating_sub(1)).unwrap_or_default();
    let (name, index) = match rest.split_once('[') {
        Some((name, index)) if !name.is_empty() => (name, index.strip_suffix(']').and_then(read_index)),
        _ => (rest, None),
    };
    if index.is_some() { (module, name, index) } else { (module, rest, None) }
}

/// Where the dots between an address's parts stand: not those within quotes.
fn dots(whole: &str) -> impl Iterator<Item = usize> {
    let (mut quoted, mut escaped) = (false, false);
    whole.char_indices().filter_map(move |(at, letter)| {
        if std::mem::take(&mut escaped) {
            return None;
        }
        match letter {
            '"' => quoted = !quoted,
            '\\' if quoted => escaped = true,
            '.' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

/// An index as it stands between brackets.
fn read_index(text: &str) -> Option<Index> {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => unquote(quoted).map(Index::Each),
        None => text.parse().ok().map(Index::Count),
    }
}

/// A `for_each` key without HCL's escapes; `None` where they are none.
fn unquote(quoted: &str) -> Option<String> {
    let mut key = String::with_capacity(quoted.len());
    let mut letters = quoted.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.push(match letters.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => code_point(&mut letters, 4)?,
                'U' => code_point(&mut letters, 8)?,
                plain @ ('"' | '\\') => plain,
                _ => return None,
            }),
            '$' | '%' => {
                key.push(letter);
                // Doubled before a brace, it stands for itself once.
                if letters.peek() == Some(&letter) && letters.clone().nth(1) == Some('{') {
                    letters.next();
                }
            }
            _ => key.push(letter),
        }
    }
    Some(key)
}

fn code_point(letters: &mut impl Iterator<Item = char>, digits: usize) -> Option<char> {
    let text: String = letters.take(digits).collect();
    u32::from_str_radix(&text, 16).ok().and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_terraforms() {
        let each = |key: &str| Index::Each(key.to_owned());
        for (module, mode, index, want) in [
            ("", ResourceMode::Managed, None, "t.n"),
            ("", ResourceMode::Data, None, "data.t.n"),
            (
                "module.a[0].module.b[\"x\"]",
                ResourceMode::Managed,
                Some(Index::Count(3)),
                "module.a[0].module.b[\"x\"].t.n[3]",
            ),
            ("module.a", ResourceMode::Data, Some(each("eu")), "module.a.data.t.n[\"eu\"]"),
            ("", ResourceMode::Managed, Some(each("")), "t.n[\"\"]"),
            ("", ResourceMode::Managed, Some(each("a\"b\\c\n\t\r")), "t.n[\"a\\\"b\\\\c\\n\\t\\r\"]"),
            ("", ResourceMode::Managed, Some(each("${x} %{y} $z 5%")), "t.n[\"$${x} %%{y} $z 5%\"]"),
            (
                "",
                ResourceMode::Managed,
                Some(each("ü\u{301}日\u{1}\u{202e}\u{e0001}")),
                "t.n[\"ü\u{301}日\\u0001\\u202e\\U000e0001\"]",
            ),
        ] {
            assert_eq!(address(module, mode, "t", "n", index.as_ref()), want);
            assert_eq!(parts(want, mode, "t"), (module, "n", index), "{want}");
        }
    }
}
