//! Tests of the whole reader: by example, by property, by size.

mod examples;
mod properties;
mod size;
mod writer;
mod written;
