//! A Python of the tests' own: a venv under `target/` with what `tests/requirements.txt` pins, made once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

const REQUIREMENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/requirements.txt");

/// A directory under `target/` where tests may keep things between runs.
pub fn target_tmp() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// The venv's Python. The first call makes the venv where it is missing or older than the requirements; other threads
/// and other test processes wait for it.
///
/// # Panics
/// With one sentence that says what to install, where there is no Python 3.
pub fn python() -> &'static Path {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    match PYTHON.get_or_init(make) {
        Ok(python) => python,
        Err(why) => panic!("{why}"),
    }
}

fn make() -> Result<PathBuf, String> {
    let text = |what: &str, e: &dyn std::fmt::Display| format!("could not {what}: {e}");
    let requirements = fs::read(REQUIREMENTS).map_err(|e| text("read tests/requirements.txt", &e))?;
    let version = Command::new("python3").arg("--version").output().map_err(|e| {
        format!(
            "the moto tests need Python 3 with its venv module, and `python3` did not start ({e}): \
             install it (Debian: apt-get install python3 python3-venv) and run the tests again"
        )
    })?;
    let stamp: String = Sha256::new().chain_update(&requirements).chain_update(&version.stdout).finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let venv = target_tmp().join(format!("moto-venv-{stamp}"));
    let (python, ready) = (venv.join("bin/python"), venv.join("ready"));

    let lock = File::create(target_tmp().join("moto-venv.lock")).map_err(|e| text("open the venv's lock", &e))?;
    lock.lock().map_err(|e| text("take the venv's lock", &e))?;
    if !ready.exists() {
        if venv.exists() {
            fs::remove_dir_all(&venv).map_err(|e| text("clear a half-made venv", &e))?;
        }
        step(
            Command::new("python3").args(["-m", "venv"]).arg(&venv),
            "the moto tests need Python 3 with its venv module, and `python3 -m venv` failed: \
             install it (Debian: apt-get install python3-venv) and run the tests again",
        )?;
        step(
            Command::new(&python)
                .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "-r"])
                .arg(REQUIREMENTS),
            "the moto tests need what tests/requirements.txt pins, and `pip install` failed: \
             see whether a package index can be reached and run the tests again",
        )?;
        fs::write(&ready, "").map_err(|e| text("mark the venv as made", &e))?;
    }
    Ok(python)
}

fn step(command: &mut Command, sentence: &str) -> Result<(), String> {
    let output = command.output().map_err(|e| format!("{sentence} ({e})"))?;
    if output.status.success() {
        return Ok(());
    }
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(format!("{sentence}\n{}\n{}", out.trim(), err.trim()))
}
