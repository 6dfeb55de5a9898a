//! Roles that platforms put into every account, by name: a dated list, embedded. Imports nothing of ours.
//!
//! They are shown as one group. A name proves nothing by itself: what such a role admits is judged all the same.

use std::sync::LazyLock;

use serde::Deserialize;

/// When the list was last looked through.
pub const AS_OF: &str = "2026-11-25";

/// A pattern of role names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PlatformRole {
    /// The name; a `*` at its end is any rest.
    pub pattern: String,
    /// What puts it there.
    pub what: String,
}

/// Every pattern, in the order of the list.
#[must_use]
pub fn all() -> &'static [PlatformRole] {
    static ROWS: LazyLock<Vec<PlatformRole>> = LazyLock::new(|| {
        // A row that does not read is a fault of this program: the test below finds it, at run time the others stand.
        let text = include_str!("platform-roles.csv");
        csv::Reader::from_reader(text.as_bytes()).deserialize().filter_map(Result::ok).collect()
    });
    &ROWS
}

/// The platform that a role of this name belongs to.
#[must_use]
pub fn of(name: &str) -> Option<&'static PlatformRole> {
    all().iter().find(|row| match row.pattern.strip_suffix('*') {
        Some(head) => name.starts_with(head),
        None => name == row.pattern,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_roles_are_told_by_name() {
        assert_eq!(all().len(), include_str!("platform-roles.csv").lines().count() - 1);
        for (name, want) in [
            ("AWSControlTowerExecution", true),
            ("stacksets-exec-0a1b", true),
            ("cdk-hnb659fds-deploy-role-111122223333-eu-west-1", true),
            ("AWSControlTowerExecution2", false),
            ("deploy", false),
        ] {
            assert_eq!(of(name).is_some(), want, "{name}");
        }
    }
}
