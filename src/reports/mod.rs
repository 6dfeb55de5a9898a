//! One renderer per file; formats never leak inwards. Knows `model` alone.
//!
//! A renderer takes a [`Posture`](crate::model::posture::Posture) and a writer. It decides nothing: every number and
//! verdict is in the posture already.

pub mod drill;
pub mod bundle;
pub mod json;
pub mod matrix;
mod paint;
mod paper;
pub mod schema;
pub mod table;
pub mod text;
pub mod who_can;

#[cfg(test)]
mod fixture;
