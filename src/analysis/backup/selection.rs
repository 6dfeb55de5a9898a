//! What a backup plan's selection takes in.
//!
//! Follows <https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupSelection.html> and
//! <https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html>: a resource is taken when (an ARN of
//! Resources **or** a tag of ListOfTags matches; with neither, everything) **and** every one of Conditions holds **and**
//! no ARN of NotResources matches. Opting a type out leaves it out, unless the selection names the resource's type itself;
//! Aurora, DocumentDB, Neptune and Multi-AZ clusters share one ARN form, so that for them the opt-in always counts.

use std::collections::BTreeMap;

use crate::analysis::pattern::matches;
use crate::model::backup::{SelectionCondition, SelectionDetail, SelectionOperator};

/// A resource as a selection sees it.
pub(super) struct Candidate<'a> {
    pub(super) arn: &'a str,
    /// Its tags; `None` where they could not be read.
    pub(super) tags: Option<&'a BTreeMap<String, String>>,
}

/// What a selection does with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Taken {
    /// Not taken.
    No,
    /// It hangs on tags that could not be read.
    HangsOnTags,
    /// Taken where its type is opted in.
    IfOptedIn,
    /// Taken whatever the opt-in says.
    Always,
}

/// Applies a selection to a resource.
pub(super) fn takes(selection: &SelectionDetail, candidate: &Candidate<'_>) -> Taken {
    if selection.not_resources.iter().any(|pattern| matches(pattern, candidate.arn)) {
        return Taken::No;
    }
    let named: Vec<&str> =
        selection.resources.iter().map(String::as_str).filter(|pattern| matches(pattern, candidate.arn)).collect();
    let everything = selection.resources.is_empty() && selection.list_of_tags.is_empty();
    // Three-valued: `None` hangs on tags that were not read.
    let included = if everything || !named.is_empty() {
        Some(true)
    } else if selection.list_of_tags.is_empty() {
        Some(false)
    } else {
        candidate.tags.map(|tags| {
            selection
                .list_of_tags
                .iter()
                .any(|tag| tags.get(tag_key(&tag.key)).is_some_and(|value| *value == tag.value))
        })
    };
    let conditions = if selection.conditions.is_empty() {
        Some(true)
    } else {
        candidate.tags.map(|tags| selection.conditions.iter().all(|condition| holds(condition, tags)))
    };
    match (included, conditions) {
        (Some(false), _) | (_, Some(false)) => Taken::No,
        (None, _) | (_, None) => Taken::HangsOnTags,
        (Some(true), Some(true)) if named.iter().any(|pattern| names_type(pattern)) => Taken::Always,
        (Some(true), Some(true)) => Taken::IfOptedIn,
    }
}

/// AWS's negated operators also hold where the tag is missing, as in IAM.
fn holds(condition: &SelectionCondition, tags: &BTreeMap<String, String>) -> bool {
    let value = tags.get(tag_key(&condition.key));
    let equal = value.is_some_and(|value| *value == condition.value);
    let like = value.is_some_and(|value| matches(&condition.value, value));
    match condition.operator {
        SelectionOperator::StringEquals => equal,
        SelectionOperator::StringNotEquals => !equal,
        SelectionOperator::StringLike => like,
        SelectionOperator::StringNotLike => !like,
    }
}

fn tag_key(key: &str) -> &str {
    key.strip_prefix("aws:ResourceTag/").unwrap_or(key)
}

/// Whether an ARN pattern names a resource type that is one service's alone.
fn names_type(pattern: &str) -> bool {
    let mut parts = pattern.splitn(6, ':');
    let service = parts.nth(2).unwrap_or("");
    let Some(resource) = parts.nth(2) else { return false };
    match service {
        "rds" => resource.starts_with("db:"),
        "dynamodb" => resource.starts_with("table/"),
        "s3" => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::backup::TagCondition;

    const DB: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";
    const CLUSTER: &str = "arn:aws:rds:eu-west-1:111122223333:cluster:orders";
    const TABLE: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
    const BUCKET: &str = "arn:aws:s3:::orders";

    fn selection(
        resources: &[&str],
        not: &[&str],
        tags: &[(&str, &str)],
        conditions: &[(&str, &str, &str)],
    ) -> SelectionDetail {
        let strings = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        SelectionDetail {
            resources: strings(resources),
            not_resources: strings(not),
            list_of_tags: tags.iter().map(|(k, v)| TagCondition { key: (*k).into(), value: (*v).into() }).collect(),
            conditions: conditions
                .iter()
                .map(|(operator, key, value)| SelectionCondition {
                    operator: match *operator {
                        "=" => SelectionOperator::StringEquals,
                        "!=" => SelectionOperator::StringNotEquals,
                        "~" => SelectionOperator::StringLike,
                        _ => SelectionOperator::StringNotLike,
                    },
                    key: format!("aws:ResourceTag/{key}"),
                    value: (*value).into(),
                })
                .collect(),
        }
    }

    fn tags(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_four_parts_combine_as_aws_says() {
        use Taken::{Always, IfOptedIn, No};
        let yes = [("backup", "true")];
        for (name, arn, has, detail, want) in [
            ("an ARN", DB, &[][..], selection(&[DB], &[], &[], &[]), Always),
            ("another ARN", DB, &[], selection(&[TABLE], &[], &[], &[]), No),
            ("a type", DB, &[], selection(&["arn:aws:rds:*:*:db:*"], &[], &[], &[]), Always),
            ("a table", TABLE, &[], selection(&["arn:aws:dynamodb:*:*:table/*"], &[], &[], &[]), Always),
            ("a bucket prefix", BUCKET, &[], selection(&["arn:aws:s3:::ord*"], &[], &[], &[]), Always),
            ("a service", DB, &[], selection(&["arn:aws:rds:*"], &[], &[], &[]), IfOptedIn),
            ("everything", DB, &[], selection(&["*"], &[], &[], &[]), IfOptedIn),
            ("nothing said", DB, &[], selection(&[], &[], &[], &[]), IfOptedIn),
            ("a cluster's ARN", CLUSTER, &[], selection(&[CLUSTER], &[], &[], &[]), IfOptedIn),
            ("db: is no cluster", CLUSTER, &[], selection(&["arn:aws:rds:*:*:db:*"], &[], &[], &[]), No),
            ("left out", DB, &[], selection(&["*"], &["arn:aws:rds:*"], &[], &[]), No),
            ("left out by ARN", DB, &yes, selection(&[], &[DB], &[("backup", "true")], &[]), No),
            ("only NotResources", DB, &[], selection(&[], &[TABLE], &[], &[]), IfOptedIn),
            ("a tag", DB, &yes, selection(&[], &[], &[("backup", "true")], &[]), IfOptedIn),
            ("a tag's other value", DB, &[("backup", "false")], selection(&[], &[], &[("backup", "true")], &[]), No),
            ("a tag's case", DB, &[("Backup", "true")], selection(&[], &[], &[("backup", "true")], &[]), No),
            ("any of the tags", DB, &yes, selection(&[], &[], &[("x", "y"), ("backup", "true")], &[]), IfOptedIn),
            ("ARN or tag", DB, &yes, selection(&[TABLE], &[], &[("backup", "true")], &[]), IfOptedIn),
            ("ARN without the tag", DB, &[], selection(&[DB], &[], &[("backup", "true")], &[]), Always),
            ("a condition", DB, &yes, selection(&[], &[], &[], &[("=", "backup", "true")]), IfOptedIn),
            (
                "all conditions",
                DB,
                &yes,
                selection(&[], &[], &[], &[("=", "backup", "true"), ("=", "stage", "prod")]),
                No,
            ),
            ("ARN and condition", DB, &[], selection(&[DB], &[], &[], &[("=", "backup", "true")]), No),
            ("not equals, missing", DB, &[], selection(&["*"], &[], &[], &[("!=", "stage", "test")]), IfOptedIn),
            (
                "not equals, equal",
                DB,
                &[("stage", "test")],
                selection(&["*"], &[], &[], &[("!=", "stage", "test")]),
                No,
            ),
            ("like", DB, &[("k", "included")], selection(&[], &[], &[], &[("~", "k", "include*")]), IfOptedIn),
            ("like, missing", DB, &[], selection(&[], &[], &[], &[("~", "k", "*")]), No),
            ("not like", DB, &[("k", "an exclude!")], selection(&[], &[], &[], &[("!~", "k", "*exclude*")]), No),
        ] {
            let tags = tags(has);
            assert_eq!(takes(&detail, &Candidate { arn, tags: Some(&tags) }), want, "{name}");
        }
    }

    #[test]
    fn unread_tags_fall_neither_way() {
        for (name, detail, want) in [
            ("no tag asked", selection(&[DB], &[], &[], &[]), Taken::Always),
            ("a tag asked", selection(&[], &[], &[("backup", "true")], &[]), Taken::HangsOnTags),
            ("ARN or tag", selection(&[DB], &[], &[("backup", "true")], &[]), Taken::Always),
            ("ARN and condition", selection(&[DB], &[], &[], &[("=", "a", "b")]), Taken::HangsOnTags),
            ("a negated condition", selection(&["*"], &[], &[], &[("!=", "a", "b")]), Taken::HangsOnTags),
            ("other ARN and condition", selection(&[TABLE], &[], &[], &[("=", "a", "b")]), Taken::No),
            ("left out", selection(&[], &[DB], &[("backup", "true")], &[]), Taken::No),
        ] {
            assert_eq!(takes(&detail, &Candidate { arn: DB, tags: None }), want, "{name}");
        }
    }
}
