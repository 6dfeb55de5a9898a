//! Environments and classes, as checks.md words them; patterns and aliases are dated data files.
