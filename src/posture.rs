//! Findings to scores.
