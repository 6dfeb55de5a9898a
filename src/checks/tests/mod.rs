//! The checks as a whole: each holds its contract, its tests pass and cover it, and what is written from them is up to date.

mod contract;
mod engine;
mod honesty;
mod loading;
mod written;

use std::path::{Path, PathBuf};

use super::*;

/// The repository's `checks/`.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("checks")
}

/// Whether what is written from the checks is to be renewed.
#[expect(clippy::disallowed_methods, reason = "a test asks whether to renew the files that it holds true")]
fn bless() -> bool {
    std::env::var_os("PALISADE_BLESS").is_some()
}

/// Holds a written file to what it should be, or renews it.
fn hold(path: &Path, wanted: &str) {
    if bless() {
        std::fs::write(path, wanted).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == wanted, "{} is out of date: renew it with PALISADE_BLESS=1 cargo test checks", path.display());
}
