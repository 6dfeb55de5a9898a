//! The IAM credential report: asked for until it is made, then read as CSV.
//!
//! Follows <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>. AWS makes a new report at
//! most every four hours; `GenerateCredentialReport` is the one call of palisade that is not named Get, List or Describe,
//! and it changes nothing but that report.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_iam::types::ReportStateType;
use jiff::Timestamp;

use super::failure::Failure;
use super::site::Site;
use crate::model::gap::GapKind;
use crate::model::iam::CredentialReportRow;
use crate::model::ids::Arn;
use crate::model::operation::Operation;

/// The pauses between asking: half a minute and more in all; then it is a gap.
const PAUSES: [Duration; 8] = [
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(5),
    Duration::from_secs(8),
    Duration::from_secs(10),
    Duration::from_secs(15),
];

const GET: Operation = Operation::IamGetCredentialReport;

/// Has the report made, and reads it.
pub(super) async fn read(site: &Site) -> Result<Vec<CredentialReportRow>, Failure> {
    generate(site).await?;
    let client = site.iam();
    let answer = site.call(GET, None, || client.get_credential_report().send()).await?;
    let content = site.required(GET, "Content", answer.content)?;
    parse(content.as_ref()).map_err(|message| site.failed(GET, None, GapKind::Malformed, message))
}

async fn generate(site: &Site) -> Result<(), Failure> {
    const OPERATION: Operation = Operation::IamGenerateCredentialReport;
    let client = site.iam();
    for pause in PAUSES {
        let answer = site.call(OPERATION, None, || client.generate_credential_report().send()).await?;
        if answer.state == Some(ReportStateType::Complete) {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
    Err(site.failed(OPERATION, None, GapKind::Timeout, "AWS did not finish the credential report in 45 seconds"))
}

/// The rows, by user. A field that is there but not understood fails the whole: a date read as "never" would lie.
fn parse(content: &[u8]) -> Result<Vec<CredentialReportRow>, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(content);
    let headers = reader.headers().map_err(|error| format!("the credential report is no CSV: {error}"))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| format!("the credential report is torn: {error}"))?;
        let fields: BTreeMap<&str, &str> = headers.iter().zip(record.iter()).collect();
        rows.push(row(&fields)?);
    }
    if rows.is_empty() {
        // There is always the root account's.
        return Err("the credential report has no rows".to_owned());
    }
    rows.sort_by(|a, b| a.arn.cmp(&b.arn));
    Ok(rows)
}

fn row(fields: &BTreeMap<&str, &str>) -> Result<CredentialReportRow, String> {
    let text =
        |name: &str| fields.get(name).copied().ok_or_else(|| format!("the credential report has no column {name}"));
    let flag = |name: &str| text(name).and_then(|value| flag(name, value));
    let time = |name: &str| text(name).and_then(|value| time(name, value));
    let arn: Arn = text("arn")?.parse().map_err(|error| format!("the credential report: {error}"))?;
    Ok(CredentialReportRow {
        user: text("user")?.to_owned(),
        arn,
        password_enabled: flag("password_enabled")?,
        password_last_used: time("password_last_used")?,
        mfa_active: flag("mfa_active")?,
        access_key_1_active: flag("access_key_1_active")?,
        access_key_1_last_used: time("access_key_1_last_used_date")?,
        access_key_2_active: flag("access_key_2_active")?,
        access_key_2_last_used: time("access_key_2_last_used_date")?,
    })
}

fn absent(value: &str) -> bool {
    ["N/A", "not_supported", "no_information", ""].contains(&value)
}

fn flag(name: &str, value: &str) -> Result<Option<bool>, String> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ if absent(value) => Ok(None),
        _ => Err(format!("the credential report's {name} is {value:?}, neither true nor false")),
    }
}

fn time(name: &str, value: &str) -> Result<Option<Timestamp>, String> {
    if absent(value) {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|error| format!("the credential report's {name} is {value:?}: {error}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,\
                        password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,\
                        access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,\
                        access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date";

    #[test]
    fn root_and_a_user_are_read() {
        let report = format!(
            "{HEAD}\n<root_account>,arn:aws:iam::111122223333:root,2019-05-01T00:00:00+00:00,not_supported,no_information,\
             not_supported,not_supported,false,true,N/A,2026-06-30T23:59:59+00:00,us-east-1,s3,false,N/A,N/A\n\
             ann,arn:aws:iam::111122223333:user/ann,2020-01-01T00:00:00+00:00,TRUE,2026-01-02T03:04:05Z,N/A,N/A,true,false,\
             N/A,N/A,N/A,N/A,false,N/A,N/A\n"
        );
        let rows = parse(report.as_bytes()).unwrap();
        assert_eq!(rows.len(), 2);
        let root = &rows[0];
        assert_eq!((root.user.as_str(), root.password_enabled, root.mfa_active), ("<root_account>", None, Some(false)));
        assert_eq!(root.access_key_1_active, Some(true));
        assert_eq!(root.access_key_1_last_used.unwrap().to_string(), "2026-06-30T23:59:59Z");
        assert_eq!((rows[1].password_enabled, rows[1].access_key_1_last_used), (Some(true), None));
    }

    #[test]
    fn what_is_not_understood_is_no_row() {
        for (report, why) in [
            (format!("{HEAD}\n"), "no rows"),
            ("user,arn\nx,arn:aws:iam::111122223333:user/x\n".to_owned(), "no column"),
            (
                format!("{HEAD}\nann,arn:aws:iam::111122223333:user/ann,,perhaps,,,,,,,,,,,,\n"),
                "neither true nor false",
            ),
            (format!("{HEAD}\nann,arn:aws:iam::111122223333:user/ann,,true,yesterday,,,true,,,,,,,,\n"), "yesterday"),
            (format!("{HEAD}\nann,arn:aws\n"), "torn"),
        ] {
            let error = parse(report.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_parsed_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = parse(&bytes);
        }
    }
}
