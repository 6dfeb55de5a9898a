//! One renderer per file; formats never leak inwards. Knows `model` alone.
//!
//! A renderer takes a [`Posture`](crate::model::posture::Posture) and a writer. It decides nothing: every number and
//! verdict is in the posture already.

pub mod bundle;
pub mod drill;
mod evidence;
mod identity;
pub mod json;
mod lines;
mod markup;
pub mod matrix;
pub mod oscal;
mod paint;
mod paper;
pub mod schema;
mod stream;
pub mod table;
pub mod text;
pub mod who_can;
mod words;

#[cfg(test)]
mod fixture;
