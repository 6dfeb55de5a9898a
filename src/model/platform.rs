//! The roles that platforms put into every account: Control Tower, Organizations, StackSets, the CDK. Imports nothing of ours.
//!
//! A dated list with its sources (`platform-roles.csv`). Checks show these roles as one group; a name alone proves nothing
//! of who stands behind a role, which is for its trust policy to say.

use std::sync::LazyLock;

use serde::Deserialize;

/// A role, or a family of roles, that a platform makes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct PlatformRole {
    /// The role's name, with `*` for what differs from place to place.
    pub name: String,
    /// Which platform makes it.
    pub made_by: String,
    /// Where that is documented.
    pub source: String,
    /// When that was read.
    pub as_of: jiff::civil::Date,
}

impl PlatformRole {
    /// The ARNs of such roles in any account, with `*` as in a policy's `ArnLike`.
    #[must_use]
    pub fn arns(&self, partition: &str) -> String {
        format!("arn:{partition}:iam::*:role/{}", self.name)
    }
}

/// Every row, in the order of the file.
#[must_use]
pub fn roles() -> &'static [PlatformRole] {
    static ROWS: LazyLock<Vec<PlatformRole>> = LazyLock::new(|| {
        // A row that does not read is a fault of this program: the test below finds it, at run time the others stand.
        let text = include_str!("platform-roles.csv");
        csv::Reader::from_reader(text.as_bytes()).deserialize().filter_map(Result::ok).collect()
    });
    &ROWS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads() {
        assert_eq!(roles().len() + 1, include_str!("platform-roles.csv").lines().count());
        assert!(roles().iter().all(|role| role.source.starts_with("https://") && !role.name.contains([':', ' '])));
        assert_eq!(
            roles().first().map(|role| role.arns("aws-cn")).unwrap(),
            "arn:aws-cn:iam::*:role/AWSControlTowerExecution"
        );
    }
}
