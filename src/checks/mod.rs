//! The Rego checks: loading them, running them, enforcing their contract. The only room that names regorus.
