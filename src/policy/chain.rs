//! The policies of an organization on the way to an account: one level after the other, from the root down. Imports the
//! room's sets.
//!
//! Every level has to allow, but one deny anywhere denies: so the denies of all levels are indexed together, and a level with
//! FullAWSAccess is known to allow.

use std::sync::LazyLock;

use super::set::PolicySet;
use super::statement::Effect;

/// The policies of one place in the organization: its root, a unit, the account.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The name that verdicts cite it by.
    pub(super) name: Box<str>,
    /// What is attached there.
    pub(super) policies: PolicySet,
    /// Whether it allows everything that is not denied.
    pub(super) allows_all: bool,
}

impl Level {
    /// The name that verdicts cite it by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is attached there.
    #[must_use]
    pub fn policies(&self) -> &PolicySet {
        &self.policies
    }
}

/// The levels on the way to an account, compiled together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chain {
    levels: Vec<Level>,
    /// The denies of all levels.
    pub(super) denies: PolicySet,
}

static NONE: LazyLock<Chain> = LazyLock::new(Chain::default);

impl Chain {
    /// Levels from the root down, each with its name. No level at all means that no such policies apply; a level without
    /// policies allows nothing where they are service control policies.
    pub fn new<N: Into<Box<str>>>(levels: impl IntoIterator<Item = (N, PolicySet)>) -> Self {
        let level = |(name, policies): (N, PolicySet)| {
            let allows_all = policies.has_full_access();
            Level { name: name.into(), policies, allows_all }
        };
        let levels: Vec<Level> = levels.into_iter().map(level).collect();
        let denies = PolicySet::merged(levels.iter().map(|level| &level.policies), Effect::Deny);
        Self { levels, denies }
    }

    /// No levels: no such policies apply.
    #[must_use]
    pub fn none() -> &'static Self {
        &NONE
    }

    /// The levels, from the root down.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }
}
