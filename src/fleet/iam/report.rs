//! The credential report, as CSV.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>. The decision worth knowing:
//! what an inventory does not hold (when a key was rotated, where it was used) is `N/A`, as AWS has it of what is not there.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;

use super::super::call::{Call, collected};
use super::super::refusal::Refusal;
use super::super::xml::Xml;
use crate::model::gap::Collected;
use crate::model::iam::{CredentialReportRow, IamInventory};
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// AWS's columns in AWS's order.
const COLUMNS: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                       password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                       access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                       access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
                       access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,\
                       cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

const ABSENT: &str = "N/A";
const UNSUPPORTED: &str = "not_supported";
const UNKNOWN: &str = "no_information";

type Report = Collected<Vec<CredentialReportRow>>;

/// A report is always there, and less than four hours old.
pub(super) fn generate(call: &Call<'_>, report: &Report, operation: Operation) -> Result<Xml, Refusal> {
    call.input.only(&[])?;
    collected(report, operation)?;
    let mut xml = Xml::default();
    xml.text("State", "COMPLETE");
    Ok(xml)
}

pub(super) fn get(call: &Call<'_>, report: &Report, operation: Operation) -> Result<Xml, Refusal> {
    call.input.only(&[])?;
    // Where none could be made, there is none.
    let rows = collected(report, operation)?.ok_or_else(|| Refusal::new(410, "ReportNotPresent", "Unknown"))?;
    let details = call.parts()?.iam.authorization_details.value();
    let users = details.into_iter().flat_map(|details| &details.users);
    let created: BTreeMap<&Arn, Timestamp> = users.filter_map(|user| Some((&user.arn, user.created_at?))).collect();
    let lines: Vec<String> = rows.iter().map(|row| line(call, row, created.get(&row.arn).copied())).collect();
    let mut xml = Xml::default();
    xml.text("Content", &STANDARD.encode(format!("{COLUMNS}\n{}", lines.join("\n"))));
    xml.text("ReportFormat", "text/csv");
    // IAM's own times are whole seconds; when something was read is not.
    xml.some("GeneratedTime", report.read_at().map(|at| format!("{:.0}", call.time(at))));
    Ok(xml)
}

fn line(call: &Call<'_>, row: &CredentialReportRow, created: Option<Timestamp>) -> String {
    let CredentialReportRow {
        user,
        arn,
        password_enabled,
        password_last_used,
        mfa_active,
        access_key_1_active,
        access_key_1_last_used,
        access_key_2_active,
        access_key_2_last_used,
    } = row;
    let of_password = if user == IamInventory::ROOT_USER { UNSUPPORTED } else { ABSENT };
    let never_used = if *password_enabled == Some(false) { ABSENT } else { UNKNOWN };
    let fields = [
        quoted(user),
        quoted(arn.as_str()),
        date(call, created, ABSENT),
        flag(*password_enabled, UNSUPPORTED),
        date(call, *password_last_used, never_used),
        of_password.to_owned(),
        of_password.to_owned(),
        flag(*mfa_active, UNSUPPORTED),
        flag(*access_key_1_active, ABSENT),
        ABSENT.to_owned(),
        date(call, *access_key_1_last_used, ABSENT),
        ABSENT.to_owned(),
        ABSENT.to_owned(),
        flag(*access_key_2_active, ABSENT),
        ABSENT.to_owned(),
        date(call, *access_key_2_last_used, ABSENT),
        ABSENT.to_owned(),
        ABSENT.to_owned(),
        "false".to_owned(),
        ABSENT.to_owned(),
        "false".to_owned(),
        ABSENT.to_owned(),
    ];
    fields.join(",")
}

/// A field that may hold a comma, which a user's name may.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

fn flag(flag: Option<bool>, none: &str) -> String {
    flag.map_or_else(|| none.to_owned(), |flag| flag.to_string())
}

/// `2026-03-02T07:00:00+00:00`
fn date(call: &Call<'_>, at: Option<Timestamp>, none: &str) -> String {
    at.map_or_else(|| none.to_owned(), |at| call.time(at).strftime("%Y-%m-%dT%H:%M:%S%.f+00:00").to_string())
}
