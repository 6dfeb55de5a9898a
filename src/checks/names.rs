//! The names that a check refers to. Rego takes a misspelt one for undefined, and `not` of undefined is true: so a check whose
//! names lead nowhere is refused before it can judge.

use std::collections::BTreeSet;

use serde_json::Value;

use super::error::Problem;
use crate::model::settings::Settings;

/// The text with comments and the insides of strings blanked, line by line.
pub(super) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '#' => {
                if chars.by_ref().any(|c| c == '\n') {
                    out.push('\n');
                }
            }
            '"' | '`' => {
                out.push('"');
                blank_string(&mut chars, c, &mut out);
            }
            _ => out.push(c),
        }
    }
    out
}

fn blank_string(chars: &mut std::str::Chars<'_>, quote: char, out: &mut String) {
    while let Some(c) = chars.next() {
        match c {
            '\\' if quote == '"' => {
                chars.next();
            }
            '\n' => out.push('\n'),
            _ if c == quote => {
                out.push('"');
                return;
            }
            _ => {}
        }
    }
}

/// The dotted names of a text, with their lines.
fn dotted(text: &str) -> Vec<(u32, String)> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    code(text)
        .lines()
        .zip(1..)
        .flat_map(|(line, number)| {
            line.split(|c| !is_name(c))
                .filter(|name| name.contains('.') && name.starts_with(|c: char| c.is_ascii_lowercase()))
                .map(move |name| (number, name.trim_matches('.').to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The names of imports: (what the check calls it, what it stands for).
fn imports(text: &str) -> Vec<(String, String)> {
    code(text)
        .lines()
        .filter_map(|line| {
            let mut words = line.strip_prefix("import ")?.split_whitespace();
            let path = words.next()?.to_owned();
            let alias = match (words.next(), words.next()) {
                (Some("as"), Some(alias)) => alias.to_owned(),
                _ => path.rsplit('.').next()?.to_owned(),
            };
            Some((alias, path))
        })
        .collect()
}

/// What a text refers to under `data` that is not there: neither a rule of a shared module nor a setting.
pub(super) fn astray(text: &str, rules: &BTreeSet<String>) -> Vec<(u32, Problem)> {
    let settings = serde_json::to_value(Settings::default()).unwrap_or(Value::Null);
    let imports = imports(text);
    let known = |path: &str| {
        let inside =
            |rule: &String| rule.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        // A value of a rule may be gone into: data.palisade.lib.words.table.key.
        let into = |rule: &String| path.strip_prefix(rule.as_str()).is_some_and(|rest| rest.starts_with('.'));
        rules.iter().any(|rule| inside(rule) || into(rule))
    };
    dotted(text)
        .into_iter()
        .filter_map(|(line, name)| {
            let (first, rest) = name.split_once('.')?;
            let path = match imports.iter().find(|(alias, _)| alias == first) {
                Some((_, import)) => format!("{import}.{rest}"),
                None if first == "data" => name.clone(),
                None => return None,
            };
            let there = match path.strip_prefix("data.config") {
                Some(setting) => has_setting(&settings, setting),
                None => path == "rego.v1" || known(&path),
            };
            (!there).then_some((line, Problem::Astray(name)))
        })
        .collect()
}

/// Whether a path (with its leading dot) leads to a setting. A table that the user fills may hold any key.
fn has_setting(settings: &Value, path: &str) -> bool {
    let mut here = settings;
    for key in path.split('.').skip(1) {
        match here {
            Value::Object(fields) if fields.is_empty() => return true,
            Value::Object(fields) => match fields.get(key) {
                Some(value) => here = value,
                None => return false,
            },
            _ => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_nowhere_are_told_with_their_lines() {
        let rules =
            BTreeSet::from(["data.palisade.lib.words.hours".to_owned(), "data.palisade.lib.words.table".to_owned()]);
        let text = "package p\n\nimport data.palisade.lib.words\nimport data.config as settings\n\n\
                    a := words.hours(input.subject.age)\nb := words.hour(1) # words.nothing\nc := data.config.rpo_hours\n\
                    d := data.config.rpo_hour\ne := settings.backup.cross_region\nf := settings.backup.cross_regions\n\
                    g := words.table.key\nh := data.palisade.lib.nothing.x\ni := \"data.config.in_a_string\"\n\
                    j := data.config.environments.accounts.anything\nk := data.config[\"x\"]\n";
        let found: Vec<(u32, String)> = astray(text, &rules)
            .into_iter()
            .map(|(line, problem)| match problem {
                Problem::Astray(name) => (line, name),
                other => panic!("{other}"),
            })
            .collect();
        let want = [
            (7, "words.hour"),
            (9, "data.config.rpo_hour"),
            (11, "settings.backup.cross_regions"),
            (13, "data.palisade.lib.nothing.x"),
        ];
        assert_eq!(found, want.map(|(line, name)| (line, name.to_owned())));
    }
}
