//! What the AWS provider calls for each type's delete: a dated table. Imports nothing of the room.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What a type holds, as far as a drill counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Holds {
    /// Data of its own.
    Data,
    /// Nothing of its own: its cluster does.
    Member,
    /// Copies of other things.
    Copy,
    /// A key.
    Key,
    /// What keeps copies.
    Lock,
}

/// When a call is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum When {
    Always,
    /// Protection is on in AWS and off in the state, which also says `apply_immediately`: the provider turns it off itself.
    Unprotects,
    /// The cluster is a member of a global cluster.
    Global,
    /// The state says `force_destroy`.
    ForceDestroy,
    /// The same, and the bucket has Object Lock.
    ForceDestroyLocked,
    /// Unless the state says `skip_destroy`: then Terraform forgets the resource and calls nothing.
    SkipDestroy,
}

/// The resource's own setting that refuses a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Guard {
    /// RDS deletion protection, which the provider turns off where the state lets it.
    Rds,
    /// RDS deletion protection, which the provider leaves on.
    RdsKept,
    /// Deletion protection of a global cluster, and its members.
    Global,
    /// DynamoDB deletion protection.
    Dynamodb,
    /// A bucket that is not empty, or holds locked versions.
    Bucket,
    /// Object Lock of the object's bucket.
    ObjectLock,
    /// A vault that holds points, or locked ones.
    Vault,
    /// A compliance lock past its date.
    VaultLock,
    /// Termination protection of an instance.
    Instance,
    /// Deletion protection of a load balancer.
    LoadBalancer,
    /// `deletion_protection` or `deletion_protection_enabled`, as the state records it.
    Recorded,
    /// A zone that still holds records.
    Zone,
    /// A repository that still holds images.
    Images,
    /// Termination protection of a stack.
    Stack,
}

/// One call of the table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Row {
    #[serde(rename = "type")]
    resource_type: String,
    pub(super) holds: Option<Holds>,
    /// What it is called where the state records no ARN.
    pub(super) arn: Option<String>,
    pub(super) action: String,
    /// What it acts on.
    pub(super) on: String,
    pub(super) when: When,
    /// What refuses it.
    pub(super) stop: Option<Guard>,
    /// Where it is to be read.
    pub(super) source: String,
}

fn read(text: &str) -> Vec<Row> {
    // A row that does not read is a fault of this program: the test below finds it, at run time the others stand.
    let mut reader = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    reader.deserialize().filter_map(Result::ok).collect()
}

/// The calls of a type in the provider's order; none for a type that the table lacks.
pub(super) fn calls(resource_type: &str) -> &'static [Row] {
    static ROWS: LazyLock<BTreeMap<String, Vec<Row>>> = LazyLock::new(|| {
        let mut rows: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in read(include_str!("provider-calls.csv")) {
            rows.entry(row.resource_type.clone()).or_default().push(row);
        }
        rows
    });
    ROWS.get(resource_type).map_or(&[], Vec::as_slice)
}

/// What a type holds.
pub(super) fn holds(resource_type: &str) -> Option<Holds> {
    calls(resource_type).first().and_then(|row| row.holds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads_and_cites_its_page() {
        let text = include_str!("provider-calls.csv");
        let lines = text.lines().filter(|line| !line.starts_with('#')).count();
        let rows = read(text);
        assert_eq!(rows.len() + 1, lines);
        for row in &rows {
            assert!(row.action.parse::<crate::model::ids::Action>().is_ok(), "{row:?}");
            let cited = row.source.starts_with("internal/service/") || row.source.starts_with("https://");
            assert!(cited && row.resource_type.starts_with("aws_"), "{row:?}");
            let first = calls(&row.resource_type).first().unwrap();
            assert_eq!((first.holds, &first.arn), (row.holds, &row.arn), "{row:?}");
            let known = ["self", "objects", "points", "*"].contains(&row.on.as_str()) || row.on.ends_with('*');
            assert!(known, "{row:?}");
        }
        assert!(text.starts_with("# ") && text.contains("as of 2026-07-01"), "it is dated");
    }

    #[test]
    fn what_it_lacks_has_no_calls() {
        assert!(calls("aws_spaceship").is_empty() && holds("aws_spaceship").is_none());
        assert_eq!(calls("aws_s3_bucket").len(), 4);
        assert_eq!(holds("aws_rds_cluster"), Some(Holds::Data));
    }
}
