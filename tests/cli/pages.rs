//! Pages for a browser, of whatever inventory.

use std::fs;

use crate::support::program::{palisade, run};

#[test]
fn a_page_rehearses_the_destroy_of_productions_data() {
    let folder = tempfile::tempdir().unwrap();
    let ran = |arguments: &[&str]| run(palisade(folder.path()).args(arguments)).exits(0);
    ran(&["demo", "--write-inventory", "i.json", "--write-config", "palisade.toml", "-q", "-o", "demo.html"]);
    ran(&["assess", "i.json", "--fail-on", "never", "-q", "-o", "own.html"]);
    let page = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let title = "Every piece of production data is destroyed, by whoever administers its account";
    assert!(page("own.html").contains(title) && page("own.html").contains("A production data store is lost"));
    // The demo shows the incident instead.
    assert!(!page("demo.html").contains(title) && page("demo.html").contains("March 2026"));
    // What is judged is another question than what would be lost.
    ran(&["assess", "i.json", "--layer", "scp", "--fail-on", "never", "-q", "-o", "scp.html"]);
    assert!(page("scp.html").contains(title));
}
