//! A posture report read back, to be compared: `palisade.posture/1`, of this palisade or of another that wrote the format.
//!
//! Members that are not needed, or not known, are passed over; what is needed has its type, or the report is refused.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;

use super::POSTURE_SCHEMA;
use crate::model::diff::Compared;
use crate::model::finding::{Finding, Layer, Severity, Status, SubjectSummary};
use crate::model::history::ScanScope;
use crate::model::ids::{AccountId, Region};
use crate::model::posture::{AccountSummary, LayerPosture, Score};
use crate::model::waiver::Waived;

/// Why a text is not the report that it was taken for.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is no JSON, or something else in JSON.
    #[error("it is no report of palisade: {0}. `--format json` writes one")]
    NotAReport(String),
    /// It is of another version.
    #[error("its format is {0:?}; this palisade reads {POSTURE_SCHEMA:?}")]
    OtherVersion(String),
    /// It lacks something, or something in it has the wrong type.
    #[error("it calls itself {POSTURE_SCHEMA} but is not: {0}")]
    Wrong(serde_json::Error),
}

#[derive(Deserialize)]
struct Version {
    schema: Option<String>,
}

#[derive(Deserialize)]
struct PostureIn {
    tool: String,
    taken_at: Timestamp,
    caller: CallerIn,
    scope: ScopeIn,
    organization: Option<OrganizationIn>,
    accounts: Vec<AccountSummary>,
    score: Option<Score>,
    layers: Vec<LayerPosture>,
    checks: Vec<CheckIn>,
    /// A report without the member would leave open what its findings are: it is needed.
    statuses: Vec<Status>,
    findings: Vec<FindingIn>,
}

#[derive(Deserialize)]
struct CallerIn {
    account: AccountId,
}

#[derive(Deserialize)]
struct OrganizationIn {
    id: String,
}

#[derive(Deserialize)]
struct ScopeIn {
    accounts: Vec<AccountId>,
    organizational_units: Vec<String>,
    excluded_accounts: Vec<AccountId>,
    regions: Vec<Region>,
    state_content: bool,
}

#[derive(Deserialize)]
struct CheckIn {
    id: String,
}

#[derive(Deserialize)]
struct FindingIn {
    check: String,
    layer: Layer,
    severity: Severity,
    status: Status,
    account: Option<AccountId>,
    region: Option<Region>,
    subject: SubjectSummary,
    message: String,
    waived: Option<Waived>,
}

/// Reads a report that `--format json` wrote. `name` is what it is called in the comparison.
///
/// # Errors
/// [`ReadError`] says what it is instead.
pub fn posture(text: &[u8], name: &str) -> Result<Compared<'static>, ReadError> {
    let version: Version = serde_json::from_slice(text).map_err(|error| ReadError::NotAReport(error.to_string()))?;
    match version.schema {
        Some(schema) if schema == POSTURE_SCHEMA => {}
        Some(other) => return Err(ReadError::OtherVersion(other.chars().take(80).collect())),
        None => return Err(ReadError::NotAReport("it has no \"schema\"".to_owned())),
    }
    let read: PostureIn = serde_json::from_slice(text).map_err(ReadError::Wrong)?;
    let organization = read.organization.map(|organization| organization.id);
    let mut scope = ScanScope {
        account: organization.is_none().then_some(read.caller.account),
        organization,
        accounts: read.scope.accounts,
        organizational_units: read.scope.organizational_units,
        excluded_accounts: read.scope.excluded_accounts,
        regions: read.scope.regions,
        state_content: read.scope.state_content,
        ..ScanScope::default()
    };
    scope.sort();
    Ok(Compared {
        name: name.to_owned(),
        taken_at: read.taken_at,
        tool: read.tool,
        scope,
        complete: None,
        score: read.score,
        layers: read.layers,
        accounts: read.accounts,
        checks: read.checks.into_iter().map(|check| check.id).collect(),
        statuses: read.statuses,
        findings: Cow::Owned(read.findings.into_iter().map(finding).collect()),
    })
}

fn finding(read: FindingIn) -> Finding {
    Finding {
        check: read.check,
        layer: read.layer,
        severity: read.severity,
        status: read.status,
        account: read.account,
        region: read.region,
        subject: read.subject,
        message: read.message,
        evidence: Vec::new(),
        waived: read.waived,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reports::fixture;

    fn written(statuses: &[Status]) -> Vec<u8> {
        let mut out = Vec::new();
        super::super::write(&fixture::posture(), statuses, &mut out).unwrap();
        out
    }

    #[test]
    fn what_was_written_is_read_back() {
        let posture = fixture::posture();
        let read = super::posture(&written(&[]), "old.json").unwrap();
        assert!(read.is_whole());
        assert_eq!((read.name.as_str(), read.taken_at), ("old.json", posture.taken_at));
        assert_eq!((read.score, &read.layers, &read.accounts), (posture.score, &posture.layers, &posture.accounts));
        assert_eq!(read.scope, ScanScope::of(&posture, &[], &[], &[]));
        assert_eq!(read.findings.len(), posture.findings.len());
        for (read, meant) in read.findings.iter().zip(&posture.findings) {
            assert_eq!(*read, Finding { evidence: Vec::new(), ..meant.clone() });
        }
    }

    #[test]
    fn some_statuses_are_not_the_whole() {
        let read = super::posture(&written(&[Status::Fail]), "fails.json").unwrap();
        assert_eq!((read.statuses.as_slice(), read.is_whole()), (&[Status::Fail][..], false));
    }

    #[test]
    fn what_it_does_not_know_is_passed_over() {
        let mut json: serde_json::Value = serde_json::from_slice(&written(&[])).unwrap();
        json["novelty"] = 1.into();
        json["findings"][0]["novelty"] = 1.into();
        json.as_object_mut().unwrap().remove("ledger");
        assert!(super::posture(json.to_string().as_bytes(), "x").is_ok());
    }

    #[test]
    fn what_is_something_else_is_told_so() {
        let said = |text: &str| super::posture(text.as_bytes(), "x").unwrap_err().to_string();
        assert!(said("nonsense").starts_with("it is no report of palisade: expected"));
        assert!(said("{}").starts_with("it is no report of palisade: it has no \"schema\""));
        assert!(said(r#"{"schema":"palisade.posture/9"}"#).starts_with("its format is \"palisade.posture/9\""));
        assert!(said(r#"{"schema":"palisade.posture/1"}"#).contains("but is not: missing field"));
        let mut json: serde_json::Value = serde_json::from_slice(&written(&[])).unwrap();
        json["findings"][0]["status"] = "ok".into();
        assert!(said(&json.to_string()).contains("unknown variant `ok`"));
        json["findings"][0]["status"] = "fail".into();
        json.as_object_mut().unwrap().remove("statuses");
        assert!(said(&json.to_string()).contains("missing field `statuses`"));
    }
}
