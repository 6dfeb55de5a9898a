//! Who may pass the guards: the principals that the owner declared for emergencies, and the roles of platforms.

use crate::model::ids::{Arn, Partition};
use crate::model::platform;
use crate::model::settings::Settings;
use crate::policy::{Document, Kind};

/// The level that stands for everybody whom a question is not about. It closes, and is never cited.
pub(super) const ASIDE: &str = "palisade:aside";

/// Whom guards may exempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// `[break_glass] principals`, as written.
    pub(crate) break_glass: Vec<String>,
    /// The ARNs of platform roles.
    pub(crate) platform: Vec<String>,
}

/// Why somebody may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MayPass {
    /// The owner declared them.
    BreakGlass,
    /// It is a platform's role, by its name.
    Platform,
}

impl Declared {
    pub(crate) fn new(settings: &Settings, partition: &Partition) -> Self {
        let mut break_glass = settings.break_glass.principals.clone();
        break_glass.sort();
        break_glass.dedup();
        Self { break_glass, platform: platform::roles().iter().map(|role| role.arns(partition.as_str())).collect() }
    }

    /// Whether a principal may pass the guards.
    pub(crate) fn may_pass(&self, arn: &Arn) -> Option<MayPass> {
        let among = |patterns: &[String]| patterns.iter().any(|pattern| arn_like(pattern, arn.as_str()));
        if among(&self.break_glass) {
            Some(MayPass::BreakGlass)
        } else {
            among(&self.platform).then_some(MayPass::Platform)
        }
    }

    /// The patterns of all of them.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.break_glass.iter().chain(&self.platform).map(String::as_str)
    }

    /// A policy that leaves the principals of an account alone that are asked about: roles and users that may not pass;
    /// with `everybody` those that may pass as well.
    pub(super) fn aside(&self, partition: &Partition, account: &str, everybody: bool) -> Option<Document> {
        let inside = ["role", "user"].map(|kind| format!("arn:{partition}:iam::{account}:{kind}/*"));
        let deny = |operator: &str, values: Vec<&str>| {
            serde_json::json!({
                "Effect": "Deny", "Action": "*", "Resource": "*",
                "Condition": {operator: {"aws:PrincipalArn": values}},
            })
        };
        let mut statements = vec![
            serde_json::json!({"Effect": "Allow", "Action": "*", "Resource": "*"}),
            deny("ArnNotLike", inside.iter().map(String::as_str).collect()),
        ];
        let may_pass: Vec<&str> = self.patterns().collect();
        if !everybody && !may_pass.is_empty() {
            statements.push(deny("ArnLike", may_pass));
        }
        let text = serde_json::json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        Document::read(Kind::Scp, &text).ok()
    }
}

/// Whether an ARN matches a pattern as `ArnLike` has it: part by part, the last part with its colons.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
pub(crate) fn arn_like(pattern: &str, arn: &str) -> bool {
    let (mut patterns, mut parts) = (pattern.splitn(6, ':'), arn.splitn(6, ':'));
    loop {
        match (patterns.next(), parts.next()) {
            (None, None) => return true,
            (Some(pattern), Some(part)) if like(pattern.as_bytes(), part.as_bytes()) => {}
            _ => return false,
        }
    }
}

/// `*` is any run of characters, `?` is one.
pub(super) fn like(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut to) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(at), text.get(to)) {
            (None, None) => return true,
            (Some(b'*'), _) => {
                back = Some((at + 1, to));
                at += 1;
            }
            (Some(p), Some(c)) if p == c || *p == b'?' => (at, to) = (at + 1, to + 1),
            _ => match back {
                Some((after, from)) if from < text.len() => {
                    back = Some((after, from + 1));
                    (at, to) = (after, from + 1);
                }
                _ => return false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_compared_part_by_part() {
        for (pattern, arn, want) in [
            ("arn:aws:iam::*:role/BreakGlass", "arn:aws:iam::111122223333:role/BreakGlass", true),
            ("arn:aws:iam::*:role/BreakGlass", "arn:aws:iam::111122223333:role/BreakGlass2", false),
            ("arn:aws:iam::*:role/stacksets-exec-*", "arn:aws:iam::1:role/stacksets-exec-a/b:c", true),
            ("arn:aws:iam::*:role/ci-?", "arn:aws:iam::1:role/ci-1", true),
            ("arn:aws:iam::*:role/ci-?", "arn:aws:iam::1:role/ci-", false),
            ("arn:aws:*:role/x", "arn:aws:iam::1:role/x", false),
            ("*", "arn:aws:iam::1:role/x", false),
        ] {
            assert_eq!(arn_like(pattern, arn), want, "{pattern} {arn}");
        }
    }

    #[test]
    fn platform_roles_may_pass_and_so_may_who_is_declared() {
        let mut settings = Settings::default();
        settings.break_glass.principals = vec!["arn:aws:iam::*:role/BreakGlass".into()];
        let declared = Declared::new(&settings, &"aws".parse().unwrap());
        for (name, want) in [
            ("BreakGlass", Some(MayPass::BreakGlass)),
            ("AWSControlTowerExecution", Some(MayPass::Platform)),
            ("cdk-hnb659fds-deploy-role", Some(MayPass::Platform)),
            ("Admin", None),
        ] {
            let arn = format!("arn:aws:iam::111122223333:role/{name}").parse().unwrap();
            assert_eq!(declared.may_pass(&arn), want, "{name}");
        }
    }
}
