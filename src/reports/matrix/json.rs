//! The matrix as JSON, version `palisade.framework/1`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Control, Matrix, MatrixCheck};
use crate::model::posture::Counts;

/// The version of the format.
pub(in crate::reports) const FRAMEWORK_SCHEMA: &str = "palisade.framework/1";

/// The control matrix of one framework.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "palisade.framework/1")]
pub(in crate::reports) struct FrameworkV1<'a> {
    /// The format's version: `palisade.framework/1`.
    schema: &'a str,
    /// The framework's key.
    id: &'a str,
    /// Its title.
    title: &'a str,
    /// Whether verdicts were counted in; otherwise every count is 0 and no standing is more than `not_applicable`.
    judged: bool,
    /// The controls that checks speak to, and those relevant to the destruction of production data.
    controls: Vec<ControlV1<'a>>,
    /// The checks that speak to them, by id.
    checks: BTreeMap<&'a str, CheckV1<'a>>,
    /// The relevant controls that no check speaks to.
    lacking: Vec<&'a str>,
}

/// A control.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ControlV1<'a> {
    /// Its id in the framework.
    id: &'a str,
    /// What it asks for, in palisade's words; null where it is not among the relevant ones.
    title: Option<&'a str>,
    /// What it is about: `backup`, `recovery`, `deletion`, `privilege`, `separation`, `change` or `audit`; null as above.
    theme: Option<&'a str>,
    /// How its checks' verdicts stand. Palisade sees a part of a control; it never calls one met.
    #[schemars(extend("enum" = ["fails", "unknown", "waived", "holds", "not_applicable", "no_check"]))]
    standing: &'a str,
    /// The checks that speak to it.
    checks: &'a [String],
    /// Their verdicts together.
    #[serde(flatten)]
    counts: CountsV1,
}

#[derive(Serialize, JsonSchema)]
struct CountsV1 {
    /// Verdicts that pass.
    passed: usize,
    /// Verdicts that fail.
    failed: usize,
    /// Verdicts that are unknown.
    unknown: usize,
    /// Verdicts that do not concern their subject.
    not_applicable: usize,
    /// Verdicts that fail or are unknown, and that an owner accepts for a time.
    waived: usize,
}

/// A check with where its evidence stands.
#[derive(Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct CheckV1<'a> {
    /// What passes.
    title: &'a str,
    /// Its severity.
    severity: &'a str,
    /// Its verdicts.
    #[serde(flatten)]
    counts: CountsV1,
    /// All its verdicts with their evidence: a range of `findings` in posture.json, from the first to behind the last.
    findings: [usize; 2],
    /// Those that fail or are unknown, waived ones too: JSON pointers into posture.json. explanations.ndjson has each with
    /// its facts and calls.
    open: Vec<String>,
}

fn counts(counts: &Counts) -> CountsV1 {
    let Counts { passed, failed, unknown, not_applicable, waived } = *counts;
    CountsV1 { passed, failed, unknown, not_applicable, waived }
}

fn control(control: &Control) -> ControlV1<'_> {
    ControlV1 {
        id: &control.id,
        title: control.relevant.map(|relevant| relevant.title.as_str()),
        theme: control.relevant.map(|relevant| relevant.theme.as_str()),
        standing: control.standing.as_str(),
        checks: &control.checks,
        counts: counts(&control.counts),
    }
}

fn check(check: &MatrixCheck) -> CheckV1<'_> {
    CheckV1 {
        title: &check.title,
        severity: check.severity,
        counts: counts(&check.counts),
        findings: [check.findings.0, check.findings.1],
        open: check.open.iter().map(|at| format!("/findings/{at}")).collect(),
    }
}

fn document(matrix: &Matrix) -> FrameworkV1<'_> {
    FrameworkV1 {
        schema: FRAMEWORK_SCHEMA,
        id: &matrix.id,
        title: &matrix.title,
        judged: matrix.judged,
        controls: matrix.controls.iter().map(control).collect(),
        checks: matrix.checks.iter().map(|(id, one)| (id.as_str(), check(one))).collect(),
        lacking: matrix.lacking().map(|control| control.id.as_str()).collect(),
    }
}

/// Writes the matrix.
///
/// # Errors
/// What the writer says.
pub fn write(matrix: &Matrix, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(matrix)).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// Writes several, as a list.
///
/// # Errors
/// What the writer says.
pub fn write_all(matrices: &[Matrix], out: &mut dyn Write) -> io::Result<()> {
    let documents: Vec<FrameworkV1<'_>> = matrices.iter().map(document).collect();
    serde_json::to_writer_pretty(&mut *out, &documents).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The name of a framework's file: its key, with everything but letters, digits, `_` and `-` as `%XX`, at most 80 bytes.
#[must_use]
pub fn file_name(id: &str) -> String {
    let mut name = String::new();
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' {
            name.push(char::from(byte));
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    if name.len() > 80 {
        use sha2::Digest as _;
        let digest = sha2::Sha256::digest(id.as_bytes());
        name = digest.iter().take(16).fold("x_".to_owned(), |name, byte| name + &format!("{byte:02x}"));
    }
    name
}
