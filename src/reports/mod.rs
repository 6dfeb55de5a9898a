//! One renderer per file; formats never leak inwards. Knows `model` alone.
//!
//! A renderer takes a [`Posture`](crate::model::posture::Posture) and a writer. It decides nothing: every number and
//! verdict is in the posture already.

pub mod drill;
pub mod json;
mod paint;
pub mod ready;
pub mod schema;
pub mod table;
pub mod text;
pub mod who_can;

#[cfg(test)]
mod fixture;
