//! The parts of OCSF's Compliance Finding that palisade writes.
//!
//! The names are the standard's: <https://schema.ocsf.io/1.5.0/classes/compliance_finding>.

use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
pub(super) struct ComplianceFinding<'a> {
    pub(super) activity_id: u8,
    pub(super) activity_name: &'static str,
    pub(super) category_uid: u8,
    pub(super) category_name: &'static str,
    pub(super) class_uid: u16,
    pub(super) class_name: &'static str,
    pub(super) type_uid: u32,
    pub(super) type_name: &'static str,
    pub(super) time: i64,
    pub(super) severity_id: u8,
    pub(super) severity: &'static str,
    pub(super) status_id: u8,
    pub(super) status: &'static str,
    pub(super) status_code: &'static str,
    pub(super) status_detail: &'a str,
    pub(super) message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    pub(super) metadata: Metadata<'a>,
    pub(super) finding_info: FindingInfo<'a>,
    pub(super) compliance: Compliance<'a>,
    pub(super) resources: [Resource<'a>; 1],
    pub(super) cloud: Cloud<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) evidences: Vec<Evidences<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remediation: Option<Remediation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) unmapped: Option<Unmapped<'a>>,
}

#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    pub(super) version: &'static str,
    pub(super) uid: String,
    pub(super) event_code: &'a str,
    pub(super) product: Product<'a>,
    pub(super) profiles: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) tenant_uid: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Product<'a> {
    pub(super) name: &'a str,
    pub(super) vendor_name: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct FindingInfo<'a> {
    pub(super) uid: String,
    pub(super) title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) desc: Option<&'a str>,
    pub(super) types: [&'static str; 1],
    pub(super) created_time: i64,
    pub(super) analytic: Analytic<'a>,
}

#[derive(Serialize)]
pub(super) struct Analytic<'a> {
    pub(super) name: &'a str,
    pub(super) uid: &'a str,
    pub(super) type_id: u8,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Compliance<'a> {
    pub(super) control: &'a str,
    pub(super) status_id: u8,
    pub(super) status: &'static str,
    pub(super) checks: [Check<'a>; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) standards: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) requirements: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Check<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    pub(super) severity_id: u8,
    pub(super) severity: &'static str,
    pub(super) status_id: u8,
    pub(super) status: &'static str,
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    pub(super) uid: &'a str,
    pub(super) name: &'a str,
    #[serde(rename = "type")]
    pub(super) kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'a str>,
    pub(super) cloud_partition: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) labels: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct Cloud<'a> {
    pub(super) provider: &'static str,
    pub(super) cloud_partition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<Account<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) org: Option<Organization<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Account<'a> {
    pub(super) uid: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<&'a str>,
    pub(super) type_id: u8,
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
}

#[derive(Serialize)]
pub(super) struct Organization<'a> {
    pub(super) uid: &'a str,
}

#[derive(Serialize)]
pub(super) struct Evidences<'a> {
    pub(super) name: &'static str,
    pub(super) data: Data<'a>,
}

/// What a verdict rests on.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Data<'a> {
    Fact {
        path: &'a str,
        value: &'a Value,
    },
    Read {
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        region: Option<&'a str>,
        collection: &'static str,
        operations: Vec<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        read_at: Option<String>,
    },
    Gap {
        #[serde(skip_serializing_if = "Option::is_none")]
        account: Option<&'a str>,
        regions: Vec<&'a str>,
        collection: &'static str,
        kind: &'static str,
        operation: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        request_id: Option<&'a str>,
    },
}

#[derive(Serialize)]
pub(super) struct Remediation<'a> {
    pub(super) desc: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) references: Vec<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Unmapped<'a> {
    pub(super) waiver: Waiver<'a>,
}

#[derive(Serialize)]
pub(super) struct Waiver<'a> {
    pub(super) reason: &'a str,
    pub(super) owner: &'a str,
    pub(super) expires: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) ticket: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) approved_by: Option<&'a str>,
}
