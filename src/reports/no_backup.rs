//! What is taken for a backup and is none, as lines for a person. Imports `model` and the room's safe text.

use std::collections::BTreeMap;

use super::text::visible;
use crate::model::facts::{NoBackup, NoBackupKind};

/// The most names of one kind.
const NAMES: usize = 5;

/// The longest name, in columns.
const NAME: usize = 60;

/// One line for each kind: `not a backup: read replica orders-ro (deletable by the same hands, …)`.
pub(super) fn lines(of: Option<&str>, list: &[NoBackup]) -> Vec<String> {
    let mut kinds: BTreeMap<NoBackupKind, Vec<&NoBackup>> = BTreeMap::new();
    for one in list {
        kinds.entry(one.kind).or_default().push(one);
    }
    let of = of.map_or_else(String::new, |of| format!(" of {of}"));
    let line = |(kind, all): (NoBackupKind, Vec<&NoBackup>)| {
        let name = |one: &&NoBackup| visible(if one.name.is_empty() { &one.arn } else { &one.name }, NAME);
        let mut names = all.iter().take(NAMES).map(name).collect::<Vec<_>>().join(", ");
        let more = all.len().saturating_sub(NAMES);
        if more > 0 {
            names.push_str(&format!(" and {more} more"));
        }
        let (no, what) = match all.len() {
            1 => ("not a backup", kind.words().to_owned()),
            _ => ("not backups", plural(kind.words())),
        };
        format!("{no}{of}: {what} {names} ({})", kind.because())
    };
    kinds.into_iter().map(line).collect()
}

fn plural(words: &str) -> String {
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{words}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::Tier;

    fn one(kind: NoBackupKind, name: &str) -> NoBackup {
        let arn = format!("arn:aws:rds:eu-central-1:111122223333:db:{name}");
        NoBackup { kind, arn, name: name.to_owned(), why: "because".to_owned(), tier_at_best: Tier::None }
    }

    #[test]
    fn each_kind_has_a_line_that_says_why() {
        let list =
            [one(NoBackupKind::ReadReplica, "orders-ro"), one(NoBackupKind::Clone, "a"), one(NoBackupKind::Clone, "b")];
        assert_eq!(
            lines(None, &list),
            [
                "not a backup: read replica orders-ro (deletable by the same hands, replicates a DROP within seconds)",
                "not backups: clones a, b (deletable by the same hands, with the data of the day of cloning)",
            ]
        );
        assert_eq!(lines(Some("orders"), &[]), Vec::<String>::new());
    }

    #[test]
    fn many_are_counted_and_hostile_names_are_shown_and_not_obeyed() {
        let mut list: Vec<NoBackup> = (0..7).map(|n| one(NoBackupKind::GlobalSecondary, &format!("s{n}"))).collect();
        list[0].name = "\u{1b}[2Jx".to_owned();
        let line = lines(Some("orders"), &list).remove(0);
        assert!(line.starts_with("not backups of orders: global cluster's secondaries \\u{1b}[2Jx, s1"), "{line}");
        assert!(line.contains("s4 and 2 more (deletable"), "{line}");
    }
}
