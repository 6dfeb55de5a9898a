//! What the tests share: the program under a scrubbed environment, and a moto server in a Python of its own.

#[cfg(feature = "aws")]
pub mod moto;
pub mod program;
#[cfg(feature = "aws")]
pub mod python;
pub mod terraform;
pub mod verdicts;

/// What the owner of the bundled organizations says of them.
pub fn owners() -> palisade::model::settings::Settings {
    palisade::config::parse(palisade::demo::CONFIG).unwrap().settings
}
