//! Another evaluator's opinion.
