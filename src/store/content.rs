//! The form in which a scan lies in the store: a head, and findings one a line.
//!
//! The head holds the SHA-256 of the findings, and its own stands beside it: what was damaged is seen, not believed.

use std::io::{self, BufRead, BufReader, Read, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::model::finding::{Finding, Layer, Severity, Status, SubjectSummary};
use crate::model::history::{Scan, ScanScope, passes_by};
use crate::model::ids::{AccountId, Region};
use crate::model::posture::{AccountSummary, LayerPosture, Posture, Score};
use crate::model::waiver::Waived;

/// zstd's own default: findings repeat each other, and higher levels cost more time than they save.
const ZSTD_LEVEL: i32 = 3;

/// How many hex digits of the digest name a scope.
const SCOPE_DIGITS: usize = 12;

/// How many hex digits of the digest stand in a scan's id.
const ID_DIGITS: usize = 6;

/// All that is known of a scan but its findings.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    taken_at: jiff::Timestamp,
    tool: String,
    scope: ScanScope,
    missed: usize,
    gaps: usize,
    inventory_sha256: String,
    score: Option<Score>,
    layers: Vec<LayerPosture>,
    accounts: Vec<AccountSummary>,
    checks: Vec<String>,
    findings: usize,
    /// Of the lines, uncompressed.
    findings_sha256: String,
    /// Of the lines, uncompressed.
    findings_bytes: u64,
}

/// A finding as it is kept: without its evidence, which is in the report.
#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    check: std::borrow::Cow<'a, str>,
    layer: Layer,
    severity: Severity,
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    account: Option<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
    subject: std::borrow::Cow<'a, SubjectSummary>,
    message: std::borrow::Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waived: Option<std::borrow::Cow<'a, Waived>>,
}

/// A scan in the form of the store.
#[derive(Debug)]
pub struct Packed {
    pub(super) scan: Scan,
    pub(super) head: String,
    pub(super) sha256: [u8; 32],
    pub(super) content: Vec<u8>,
}

impl Packed {
    /// Packs a posture. `inventory_sha256` is the digest of the inventory that it was judged from, in hex.
    ///
    /// # Errors
    /// It cannot be written as JSON, or not be compressed.
    pub fn new(posture: &Posture, scope: &ScanScope, inventory_sha256: &str) -> Result<Self, PackError> {
        pack(posture, scope, inventory_sha256).map_err(PackError)
    }

    /// What will be kept of it. Its id is settled when it is.
    #[must_use]
    pub fn scan(&self) -> &Scan {
        &self.scan
    }
}

/// Why a scan cannot be put in the form of the store.
#[derive(Debug, thiserror::Error)]
#[error("the scan cannot be put in the form of the store: {0}")]
pub struct PackError(io::Error);

/// The digest of a scope, as it is shown.
pub(super) fn scope_id(scope: &ScanScope) -> io::Result<String> {
    let digest = hex(&Sha256::digest(serde_json::to_vec(scope)?));
    Ok(digest.chars().take(SCOPE_DIGITS).collect())
}

/// The id of a scan with `more` digits than usual.
pub(super) fn id(head: &Head, sha256: &[u8; 32], more: usize) -> String {
    let digits: String = hex(sha256).chars().take(ID_DIGITS + more).collect();
    format!("{}-{digits}", head.taken_at.strftime("%Y%m%d-%H%M%S"))
}

fn pack(posture: &Posture, scope: &ScanScope, inventory_sha256: &str) -> io::Result<Packed> {
    let mut out = zstd::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
    let (mut digest, mut bytes, mut text) = (Sha256::new(), 0, Vec::new());
    for finding in &posture.findings {
        use std::borrow::Cow::Borrowed;
        let line = Line {
            check: Borrowed(&finding.check),
            layer: finding.layer,
            severity: finding.severity,
            status: finding.status,
            account: finding.account.clone(),
            region: finding.region.clone(),
            subject: Borrowed(&finding.subject),
            message: Borrowed(&finding.message),
            waived: finding.waived.as_ref().map(Borrowed),
        };
        // Line by line: the serializer writes by the word, and every write to the compressor costs.
        text.clear();
        serde_json::to_writer(&mut text, &line)?;
        text.push(b'\n');
        digest.update(&text);
        bytes += text.len() as u64;
        out.write_all(&text)?;
    }
    let digest = hex(&digest.finalize());
    let content = out.finish()?;
    let head = Head {
        taken_at: posture.taken_at,
        tool: posture.tool.clone(),
        scope: scope.clone(),
        missed: posture.gaps.iter().filter(|placed| passes_by(placed.gap.kind)).count(),
        gaps: posture.gaps.len(),
        inventory_sha256: inventory_sha256.to_owned(),
        score: posture.score,
        layers: posture.layers.clone(),
        accounts: posture.accounts.clone(),
        checks: posture.checks.iter().map(|check| check.id.clone()).collect(),
        findings: posture.findings.len(),
        findings_sha256: digest,
        findings_bytes: bytes,
    };
    let text = serde_json::to_string(&head)?;
    let sha256: [u8; 32] = Sha256::digest(&text).into();
    let id = id(&head, &sha256, 0);
    Ok(Packed { scan: scan(id, head)?, head: text, sha256, content })
}

/// The head of a kept scan.
///
/// # Errors
/// What is damaged.
pub(super) fn head(text: &str, sha256: &[u8]) -> Result<Head, String> {
    let digest: [u8; 32] = Sha256::digest(text).into();
    if digest != sha256 {
        return Err("its head does not have its SHA-256".to_owned());
    }
    serde_json::from_str(text).map_err(|error| format!("its head does not read: {error}"))
}

pub(super) fn scan(id: String, head: Head) -> io::Result<Scan> {
    Ok(Scan {
        id,
        taken_at: head.taken_at,
        tool: head.tool,
        scope_id: scope_id(&head.scope)?,
        scope: head.scope,
        complete: head.missed == 0,
        missed: head.missed,
        gaps: head.gaps,
        inventory_sha256: head.inventory_sha256,
        score: head.score,
        layers: head.layers,
        accounts: head.accounts,
        checks: head.checks,
        findings: head.findings,
    })
}

/// The findings of a kept scan.
///
/// # Errors
/// What is damaged.
pub(super) fn findings(content: &[u8], head: &Head) -> Result<Vec<Finding>, String> {
    let damaged = |error: &dyn std::fmt::Display| format!("its findings do not read: {error}");
    let decoder = zstd::Decoder::new(content).map_err(|error| damaged(&error))?;
    // Whatever the compressed bytes say, no more is unpacked than was packed.
    let mut lines = BufReader::with_capacity(1 << 16, decoder.take(head.findings_bytes.saturating_add(1)));
    let mut digest = Sha256::new();
    let (mut line, mut found) = (Vec::new(), Vec::new());
    while lines.read_until(b'\n', &mut line).map_err(|error| damaged(&error))? > 0 {
        digest.update(&line);
        let kept: Line<'_> = serde_json::from_slice(&line).map_err(|error| damaged(&error))?;
        found.push(Finding {
            check: kept.check.into_owned(),
            layer: kept.layer,
            severity: kept.severity,
            status: kept.status,
            account: kept.account,
            region: kept.region,
            subject: kept.subject.into_owned(),
            message: kept.message.into_owned(),
            evidence: Vec::new(),
            waived: kept.waived.map(std::borrow::Cow::into_owned),
        });
        line.clear();
    }
    if hex(&digest.finalize()) == head.findings_sha256 && found.len() == head.findings {
        Ok(found)
    } else {
        Err("its findings do not have their SHA-256".to_owned())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
