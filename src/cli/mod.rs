//! The commands: raw arguments to settings; they print, they never judge.
