//! What the tests share: the program under a scrubbed environment, and a moto server in a Python of its own.

pub mod moto;
pub mod program;
pub mod python;
