//! One renderer per file; formats never leak inwards.
