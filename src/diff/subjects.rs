//! The subjects that one of two scans judged and the other did not.

use std::collections::{BTreeMap, BTreeSet};

use super::Later;
use crate::model::diff::{Compared, Gone, SubjectChange};
use crate::model::finding::{Finding, Status};
use crate::model::posture::Counts;

/// What makes a subject the same: its account, its region, its ARN.
fn key(finding: &Finding) -> (Option<&str>, Option<&str>, &str) {
    let account = finding.account.as_ref().map(|account| account.as_str());
    (account, finding.region.as_ref().map(|region| region.as_str()), finding.subject.arn.as_str())
}

/// The subjects of one scan that the other lacks, in order of account, region and ARN; with why, where the other is later.
pub(super) fn only(one: &Compared<'_>, other: &Compared<'_>, later: Option<&Later<'_>>) -> Vec<SubjectChange> {
    let there: BTreeSet<_> = other.findings.iter().map(key).collect();
    let mut subjects: BTreeMap<_, SubjectChange> = BTreeMap::new();
    for finding in one.findings.iter().filter(|finding| !there.contains(&key(finding))) {
        let gone: Option<Gone> = later.map(|later| later.gone(finding));
        let change = subjects.entry(key(finding)).or_insert_with(|| SubjectChange {
            account: finding.account.clone(),
            region: finding.region.clone(),
            subject: finding.subject.clone(),
            counts: Counts::default(),
            gone,
        });
        // One check that could not look is reason enough not to say that it is gone.
        change.gone = change.gone.min(gone);
        count(&mut change.counts, finding);
    }
    subjects.into_values().collect()
}

pub(super) fn count(counts: &mut Counts, finding: &Finding) {
    let field = match (finding.waived.is_some(), finding.status) {
        (true, _) => &mut counts.waived,
        (false, Status::Fail) => &mut counts.failed,
        (false, Status::Unknown) => &mut counts.unknown,
        (false, Status::Pass) => &mut counts.passed,
        (false, Status::NotApplicable) => &mut counts.not_applicable,
    };
    *field += 1;
}
