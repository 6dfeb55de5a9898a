//! What a verdict is about, as a digest that stays the same from scan to scan: the check and the exact subject. Neither the
//! verdict nor its words are in it, so that formats can say "the same thing as last time".

use sha2::{Digest, Sha256};

use crate::model::finding::Finding;

/// The digest of what a finding is about.
pub(super) fn of(finding: &Finding) -> [u8; 32] {
    digest(&[
        &finding.check,
        finding.account.as_ref().map_or("", AsRef::as_ref),
        finding.region.as_ref().map_or("", AsRef::as_ref),
        &finding.subject.kind,
        &finding.subject.arn,
    ])
}

/// The digest of the subject alone.
pub(super) fn of_subject(finding: &Finding) -> [u8; 32] {
    digest(&[
        finding.account.as_ref().map_or("", AsRef::as_ref),
        finding.region.as_ref().map_or("", AsRef::as_ref),
        &finding.subject.kind,
        &finding.subject.arn,
    ])
}

/// Each part with its length before it, so that no two lists of parts run together.
pub(super) fn digest(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// The first half of a digest, in hexadecimal: enough to tell a million things apart.
pub(super) fn short(digest: &[u8; 32]) -> String {
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Status;
    use crate::reports::fixture;

    #[test]
    fn it_is_of_the_subject_and_not_of_the_verdict() {
        let posture = fixture::posture();
        let finding = &posture.findings[2];
        let mut fixed = finding.clone();
        fixed.status = Status::Pass;
        fixed.message = "mended".to_owned();
        assert_eq!(of(finding), of(&fixed));
        let mut other = finding.clone();
        other.subject.arn.push('x');
        assert_ne!(of(finding), of(&other));
        assert_eq!(of_subject(finding), of_subject(&fixed));
    }

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(digest(&["a", "bc"]), digest(&["ab", "c"]));
        assert_eq!(short(&digest(&[])).len(), 32);
    }
}
