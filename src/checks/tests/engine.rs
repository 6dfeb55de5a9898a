//! The engine: what is refused, and what gaps do.

use super::*;
