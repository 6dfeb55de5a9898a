//! `palisade.toml`: raw to valid, every fault reported at once.
