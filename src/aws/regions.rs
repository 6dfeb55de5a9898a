//! The regions that there are, as data with a date. Used where an account's own list cannot be read, and to tell a
//! mistyped `--regions` from a region that is off.
//!
//! Follows <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>, as of 2026-07.

use std::collections::BTreeSet;

use crate::model::ids::{Partition, Region};

/// Regions that are on in every account of the partition.
const DEFAULT: &[(&str, &[&str])] = &[
    (
        "aws",
        &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-eusc", &["eusc-de-east-1"]),
    ("aws-iso", &["us-iso-east-1", "us-iso-west-1"]),
    ("aws-iso-b", &["us-isob-east-1"]),
    ("aws-us-gov", &["us-gov-east-1", "us-gov-west-1"]),
];

/// Regions that an account has to switch on.
const OPT_IN: &[(&str, &[&str])] = &[(
    "aws",
    &[
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    ],
)];

fn of(table: &[(&str, &[&str])], partition: &Partition) -> BTreeSet<Region> {
    let rows = table.iter().filter(|(name, _)| *name == partition.as_str());
    rows.flat_map(|(_, regions)| regions.iter()).filter_map(|region| region.parse().ok()).collect()
}

/// The regions that every account of the partition has; none for a partition that this version does not know.
pub(super) fn default_regions(partition: &Partition) -> BTreeSet<Region> {
    of(DEFAULT, partition)
}

/// Every region of the partition that this version knows.
pub(super) fn known_regions(partition: &Partition) -> BTreeSet<Region> {
    let mut known = of(DEFAULT, partition);
    known.append(&mut of(OPT_IN, partition));
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_the_data_is_well_formed() {
        for (partition, regions) in DEFAULT.iter().chain(OPT_IN) {
            let parsed: Partition = partition.parse().unwrap();
            assert!(known_regions(&parsed).len() >= regions.len(), "{partition} has a region that does not parse");
        }
        assert_eq!(default_regions(&"aws".parse().unwrap()).len(), 17);
        assert!(default_regions(&"aws-nowhere".parse().unwrap()).is_empty());
    }
}
