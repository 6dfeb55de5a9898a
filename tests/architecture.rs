//! The floors of the house, held by the `use` lines: imports go downwards, rooms never know each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each room may import of ours. A room that is not here may not exist.
fn allowed() -> BTreeMap<&'static str, Vec<&'static str>> {
    let ground = ["model", "policy", "terraform"];
    let rooms =
        ["analysis", "aws", "checks", "demo", "evidence", "notify", "posture", "ready", "reports", "store", "waivers"];
    let mut table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    table.insert("model", vec!["model"]);
    table.insert("policy", vec!["model", "policy"]);
    table.insert("terraform", vec!["model", "terraform"]);
    for room in rooms {
        table.insert(room, ground.iter().copied().chain([room]).collect());
    }
    // What it serves are inventories, and the demo has the constructors.
    table.insert("fleet", ground.iter().copied().chain(["demo", "fleet"]).collect());
    // What moved a score is told by scoring again.
    table.insert("diff", ground.iter().copied().chain(["posture", "diff"]).collect());
    let upper: Vec<&str> = ground.iter().chain(rooms.iter()).copied().chain(["fleet", "diff"]).collect();
    table.insert("config", upper.iter().copied().chain(["config"]).collect());
    table.insert("audit", upper.iter().copied().chain(["audit"]).collect());
    table.insert("cli", upper.iter().copied().chain(["config", "audit", "cli"]).collect());
    table
}

fn sources() -> Vec<PathBuf> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let mut out = Vec::new();
    walk(&root(), &mut out);
    out.retain(|path| path.file_name().is_none_or(|name| name != "tests.rs"));
    out.sort();
    assert!(out.len() > 20, "the sources were not found");
    out
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The room that a file is in: the first part of its path below `src`.
fn room(path: &Path) -> String {
    let first = path.strip_prefix(root()).unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The text without comments and without its tests, which stand last: those may build their cases with `demo`, whatever
/// room they are in.
fn code(text: &str) -> String {
    let mut kept = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let tests =
            line == "#[cfg(test)]" && lines.peek().is_some_and(|next| next.starts_with("mod ") && next.ends_with('{'));
        if tests {
            break;
        }
        kept.push(line.split_once("//").map_or(line, |(before, _)| before));
    }
    kept.join("\n")
}

/// Every room named after `crate::`, in `use` lines and in paths, grouped imports (`use crate::{a, b}`) included.
fn named(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut item = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => names.push(std::mem::take(&mut item)),
                    _ => {}
                }
                if depth == 0 {
                    names.push(std::mem::take(&mut item));
                    break;
                }
                if c != ',' {
                    item.push(c);
                }
            }
        } else {
            names.push(rest.to_owned());
        }
    }
    names
        .into_iter()
        .map(|name| name.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn imports_only_go_downwards() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room(&path);
        if room == "main" || room == "lib" {
            continue;
        }
        let may = allowed.get(room.as_str()).unwrap_or_else(|| panic!("{room} is no room of the house"));
        let code = code(&fs::read_to_string(&path).unwrap());
        let depth = path.strip_prefix(root()).unwrap().components().count();
        if code.contains(&"super::".repeat(depth)) {
            wrong.push(format!("{} climbs out of its room by super::", path.display()));
        }
        for name in named(&code) {
            // A macro or item at the crate's root would be a room without a door.
            if !may.contains(&name.as_str()) {
                wrong.push(format!("{} names crate::{name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports go downwards only:\n{}", wrong.join("\n"));
}

#[test]
fn each_foreign_house_has_one_door() {
    let doors: [(&str, &[&str]); 19] = [
        ("aws_sdk_", &["aws"]),
        ("aws_config", &["aws"]),
        ("aws_smithy", &["aws"]),
        ("aws_credential_types", &["aws"]),
        ("tokio", &["aws", "fleet", "cli"]),
        ("hyper", &["fleet"]),
        ("quick_xml", &["fleet", "reports"]),
        ("form_urlencoded", &["fleet"]),
        ("regorus", &["checks"]),
        ("clap", &["cli"]),
        ("indicatif", &["cli"]),
        ("comfy_table", &["reports"]),
        ("struson", &["terraform"]),
        ("rusqlite", &["store"]),
        ("etcetera", &["cli"]),
        ("ring", &["evidence"]),
        ("tar", &["evidence"]),
        ("spki", &["evidence"]),
        ("hcl_edit", &["terraform"]),
    ];
    let mut wrong = Vec::new();
    for path in sources() {
        let room = room(&path);
        let code = code(&fs::read_to_string(&path).unwrap());
        for (name, rooms) in doors {
            let names_it = code.match_indices(name).any(|(at, _)| {
                let before = code[..at].chars().next_back();
                let after = code[at + name.len()..].trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"') && after.starts_with("::")
            });
            if names_it && !rooms.contains(&room.as_str()) {
                wrong.push(format!("{} names {name}; only {} may", path.display(), rooms.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_test_reads_grouped_imports() {
    assert_eq!(named("use crate::{model::{a, b}, aws}; crate::checks::x()"), ["model", "aws", "checks"]);
    let text = "use crate::model;\n// crate::cli\n#[cfg(test)]\nmod tests {\n use crate::demo;\n}\n";
    assert_eq!(named(&code(text)), ["model"]);
}

#[test]
fn no_allow_stands_where_an_expectation_should() {
    let mut wrong = Vec::new();
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let code = code(&text);
        for (number, line) in code.lines().enumerate() {
            if line.contains("#[allow(") || (line.contains("#![allow(") && room(&path) != "lib") {
                wrong.push(format!("{}:{}", path.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "`#[expect(.., reason = \"…\")]` is wanted in place of allow:\n{}", wrong.join("\n"));
}
