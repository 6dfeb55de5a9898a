//! One renderer per file; formats never leak inwards. Knows `model` alone.
//!
//! A renderer takes a [`Posture`](crate::model::posture::Posture) and a writer. It decides nothing: every number and
//! verdict is in the posture already.

mod accepted;
pub mod bundle;
pub mod csv;
pub mod diff_markdown;
pub mod drill;
mod evidence;
mod failing;
pub mod html;
mod identity;
pub mod json;
pub mod junit;
mod lines;
pub mod markdown;
mod markup;
pub mod matrix;
mod no_backup;
pub mod ocsf;
pub mod oscal;
mod paint;
mod paper;
pub mod ready;
mod remedies;
pub mod sarif;
pub mod schema;
mod stream;
mod strips;
pub mod table;
pub mod text;
pub mod who_can;
mod words;

#[cfg(test)]
mod fixture;
