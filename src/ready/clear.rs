//! The one command that clears an item, with the names that it is about. Knows `model` alone.

use crate::model::facts::{CopyKind, Fact, Fate, ResourceFact, StateDatabaseFact, SubjectKind, Tier};
use crate::model::ids::Arn;
use crate::model::ready::{Clear, Question};

/// A word as a POSIX shell takes it. Names come from AWS: none of them may end the word that it stands in.
pub(super) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:=@%+,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Words as one command.
pub(super) fn command(words: &[&str]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// A command for a resource, in its region.
fn aws(fact: &Fact<ResourceFact>, words: &[&str]) -> String {
    let region = fact.subject.region.as_ref().map(AsRef::as_ref);
    let global = fact.subject.kind == SubjectKind::S3Bucket;
    let place: Vec<&str> = region.filter(|_| !global).map_or_else(Vec::new, |region| vec!["--region", region]);
    command(&[&["aws"], words, &place].concat())
}

/// The youngest usable recovery point of its own account.
fn own_point(fact: &Fact<ResourceFact>) -> Option<(&Arn, &Arn)> {
    let points = fact
        .detail
        .copies
        .iter()
        .filter(|copy| copy.kind == CopyKind::RecoveryPoint && copy.usable && !copy.other_account);
    points.filter_map(|copy| Some((&copy.arn, copy.vault.as_ref()?))).next()
}

/// What the name of a vault is.
fn vault_name(vault: &Arn) -> &str {
    vault.resource().strip_prefix("backup-vault:").unwrap_or(vault.resource())
}

/// A survivor that is good enough: the change that the facts tell raises its tier most; or where one only is too old, a younger copy.
pub(super) fn survivor(question: &Question, fact: &Fact<ResourceFact>) -> Clear {
    let outcome = fact.detail.survival.as_ref().map(|survival| &survival.account);
    let good = |fate: &&Fate| fate.tier >= question.accept;
    let stale = outcome.and_then(|outcome| outcome.copies.iter().find(good)).and_then(|fate| fate.vault.as_ref());
    let arn = fact.subject.arn.as_str();
    match (stale, own_point(fact)) {
        (Some(to), Some((point, from))) => Clear {
            change: "copy its youngest point into the vault that holds the survivor, and wait for the copy".to_owned(),
            command: Some(aws(
                fact,
                &[
                    "backup",
                    "start-copy-job",
                    "--recovery-point-arn",
                    point.as_str(),
                    "--source-backup-vault-name",
                    vault_name(from),
                    "--destination-backup-vault-arn",
                    to.as_str(),
                    "--iam-role-arn",
                    "ROLE_ARN",
                ],
            )),
        },
        (Some(_), None) => Clear {
            change: "back it up now, and copy the point into the vault that holds the survivor".to_owned(),
            command: Some(aws(
                fact,
                &[
                    "backup",
                    "start-backup-job",
                    "--resource-arn",
                    arn,
                    "--backup-vault-name",
                    "VAULT",
                    "--iam-role-arn",
                    "ROLE_ARN",
                ],
            )),
        },
        (None, _) => {
            let raise = outcome.and_then(|outcome| outcome.raise.as_ref()).filter(|raise| raise.to >= question.accept);
            let wanted = if question.accept == Tier::Immutable {
                "locked in compliance mode or logically air-gapped"
            } else {
                "that nobody of its account reaches"
            };
            let change = raise.map_or_else(
                || format!("copy it into a vault of another account {wanted}"),
                |raise| raise.what.clone(),
            );
            let subject = format!("backup-survives-account-takeover@{arn}");
            Clear { change, command: Some(command(&["palisade", "explain", &subject])) }
        }
    }
}

/// A restore of one of its points.
pub(super) fn restore(fact: &Fact<ResourceFact>) -> Clear {
    let point = own_point(fact).map_or("RECOVERY_POINT_ARN", |(point, _)| point.as_str());
    Clear {
        change: "restore one of its points beside it, and look at what came back; a restore testing plan does it again and again".to_owned(),
        command: Some(aws(
            fact,
            &["backup", "start-restore-job", "--recovery-point-arn", point, "--metadata", "file://metadata.json", "--iam-role-arn", "ROLE_ARN"],
        )),
    }
}

/// Its own protection.
pub(super) fn deletion(fact: &Fact<ResourceFact>, turned_off: Option<&Fact<StateDatabaseFact>>) -> Clear {
    if let Some(one) = turned_off {
        return Clear {
            change: format!(
                "set deletion_protection = true for {} in the configuration of {}, and apply that first",
                one.detail.address, one.detail.state
            ),
            command: Some(command(&["terraform", "apply", &format!("-target={}", one.detail.address)])),
        };
    }
    let name = fact.subject.name.as_str();
    let change = "turn it on, in the configuration as well".to_owned();
    let words: Vec<&str> = match fact.subject.kind {
        SubjectKind::DbCluster => {
            vec!["rds", "modify-db-cluster", "--db-cluster-identifier", name, "--deletion-protection"]
        }
        SubjectKind::DynamoDbTable => {
            vec!["dynamodb", "update-table", "--table-name", name, "--deletion-protection-enabled"]
        }
        SubjectKind::S3Bucket => {
            let lock = r#"{"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"COMPLIANCE","Days":30}}}"#;
            let words =
                ["s3api", "put-object-lock-configuration", "--bucket", name, "--object-lock-configuration", lock];
            return Clear {
                change: "put its objects under Object Lock in COMPLIANCE mode: until they expire nobody deletes them, you neither".to_owned(),
                command: Some(aws(fact, &words)),
            };
        }
        _ => vec!["rds", "modify-db-instance", "--db-instance-identifier", name, "--deletion-protection"],
    };
    Clear { change, command: Some(aws(fact, &words)) }
}

/// A state that owns it.
pub(super) fn import(fact: &Fact<ResourceFact>) -> Clear {
    let kind = match fact.subject.kind {
        SubjectKind::DbCluster => "aws_rds_cluster",
        SubjectKind::DynamoDbTable => "aws_dynamodb_table",
        SubjectKind::S3Bucket => "aws_s3_bucket",
        _ => "aws_db_instance",
    };
    Clear {
        change: "import it into the one remote state that shall own it".to_owned(),
        command: Some(command(&["terraform", "import", &format!("{kind}.NAME"), &fact.subject.name])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_stays_within_its_word() {
        assert_eq!(command(&["aws", "--bucket", "a-b.c"]), "aws --bucket a-b.c");
        assert_eq!(quoted("a; rm -rf $HOME"), "'a; rm -rf $HOME'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a\nb"), "'a\nb'");
    }
}
