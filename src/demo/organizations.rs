//! The bundled organizations by name.

use std::fmt;
use std::str::FromStr;

use crate::model::inventory::Inventory;

use super::{after, control_tower, incident, single, well_kept};

/// An organization that palisade brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Organization {
    /// The incident of March 2026, before.
    Incident,
    /// The same organization after the fixes that its owner published.
    IncidentAfter,
    /// Everything that palisade judges passes.
    WellKept,
    /// A fresh Control Tower landing zone with one workload.
    ControlTowerDefault,
    /// One account that belongs to no organization.
    SingleAccount,
}

/// A name that no bundled organization has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no bundled organization: {} are", Organization::ALL.map(Organization::as_str).join(", "))]
pub struct UnknownOrganization {
    /// The name, cut to 80 characters.
    pub name: String,
}

impl Organization {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] =
        [Self::Incident, Self::IncidentAfter, Self::WellKept, Self::ControlTowerDefault, Self::SingleAccount];

    /// The name on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::IncidentAfter => "incident-after",
            Self::WellKept => "well-kept",
            Self::ControlTowerDefault => "control-tower-default",
            Self::SingleAccount => "single-account",
        }
    }

    /// What it is, in one line.
    #[must_use]
    pub const fn description(self) -> &'static str {
        match self {
            Self::Incident => "one account held production and a second site, and one destroy took it all",
            Self::IncidentAfter => "the same organization after the fixes that its owner published",
            Self::WellKept => "a small organization in which every guardrail stands",
            Self::ControlTowerDefault => "a fresh Control Tower landing zone with one workload on default settings",
            Self::SingleAccount => "one account in no organization, scanned by an IAM user",
        }
    }

    /// What collecting it gives: the same value at every call.
    #[must_use]
    pub fn inventory(self) -> Inventory {
        match self {
            Self::Incident => incident(),
            Self::IncidentAfter => after::inventory(),
            Self::WellKept => well_kept::inventory(),
            Self::ControlTowerDefault => control_tower::inventory(),
            Self::SingleAccount => single::inventory(),
        }
    }
}

impl fmt::Display for Organization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Organization {
    type Err = UnknownOrganization;
    fn from_str(text: &str) -> Result<Self, UnknownOrganization> {
        let found = Self::ALL.into_iter().find(|organization| organization.as_str() == text);
        found.ok_or_else(|| UnknownOrganization { name: text.chars().take(80).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_another_names_the_choices() {
        for organization in Organization::ALL {
            assert_eq!(organization.as_str().parse(), Ok(organization));
        }
        let error = "incidents".parse::<Organization>().unwrap_err().to_string();
        assert!(error.contains("\"incidents\"") && error.contains("incident, incident-after, well-kept"), "{error}");
    }
}
