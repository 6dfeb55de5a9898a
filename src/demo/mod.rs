//! The demo: the incident of March 2026 as an inventory, beside an account set up well.
