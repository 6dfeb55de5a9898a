//! What is written from the checks.

use super::*;

#[test]
fn the_binary_holds_the_folder() {
    let mut files = Vec::new();
    for directory in std::fs::read_dir(folder()).unwrap() {
        let directory = directory.unwrap().path();
        if directory.is_dir() {
            for file in std::fs::read_dir(&directory).unwrap() {
                let file = file.unwrap().path();
                if file.extension().is_some_and(|extension| extension == "rego") {
                    let relative = file.strip_prefix(folder()).unwrap().to_str().unwrap().replace('\\', "/");
                    files.push(relative);
                }
            }
        }
    }
    files.sort();
    let mut text = String::from(
        "//! Palisade's own check files, inside the binary. Written by a test (`PALISADE_BLESS=1`), which fails on any difference.\n\n\
         /// (path below `checks/`, text), in order of path.\n#[rustfmt::skip]\npub(super) const FILES: &[(&str, &str)] = &[\n",
    );
    for file in &files {
        text.push_str(&format!("    (\"{file}\", include_str!(\"../../checks/{file}\")),\n"));
    }
    text.push_str("];\n");
    hold(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checks/embedded.rs"), &text);
}

#[test]
fn the_index_is_up_to_date() {
    let library = Library::load(&[]).unwrap();
    hold(&folder().join("README.md"), &index(library.checks(), library.plan_checks()));
}

/// So that stock `opa test checks` finds the same `data.config` as palisade's own run of the tests.
#[test]
fn the_default_settings_lie_beside_the_checks() {
    // No check sees the waivers.
    let mut text = serde_json::to_string_pretty(&Settings::default()).unwrap().replace(",\n  \"waivers\": []", "");
    text.push('\n');
    hold(&folder().join("config/data.json"), &text);
}

#[test]
fn every_check_is_on_the_agreed_list() {
    let agreed: Vec<&str> = index::all_ids().collect();
    assert!(agreed.is_sorted());
    let library = Library::load(&[]).unwrap();
    for check in library.checks() {
        assert!(agreed.contains(&check.metadata.id.as_str()), "{} is not on the list", check.metadata.id);
    }
    assert_eq!(library.not_judged().len() + library.checks().len(), agreed.len());
}
