//! The routes of the REST protocols: which method and path is which operation, and which part of either is which member.
//!
//! Follows the `http` traits of the services' published models: AWS Backup, Account Management, S3 and S3 Control.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Method, Request};

use super::refusal::Refusal;
use super::route::{Asked, Backend, Input, Route, decoded, json_input};
use crate::model::operation::Operation;

/// A route: the operation, its path with `{Member}` for labels, and its query parameters with their members.
type Template = (Operation, &'static str, &'static [(&'static str, &'static str)]);

const PAGE: &[(&str, &str)] = &[("maxResults", "MaxResults"), ("nextToken", "NextToken")];

/// AWS Backup's reads.
const BACKUP: &[Template] = &[
    (
        Operation::BackupListBackupVaults,
        "/backup-vaults",
        &[
            ("maxResults", "MaxResults"),
            ("nextToken", "NextToken"),
            ("vaultType", "ByVaultType"),
            ("shared", "ByShared"),
        ],
    ),
    (Operation::BackupGetBackupVaultAccessPolicy, "/backup-vaults/{BackupVaultName}/access-policy", &[]),
    (
        Operation::BackupListRecoveryPointsByBackupVault,
        "/backup-vaults/{BackupVaultName}/recovery-points",
        &[
            ("maxResults", "MaxResults"),
            ("nextToken", "NextToken"),
            ("backupVaultAccountId", "BackupVaultAccountId"),
            ("resourceArn", "ByResourceArn"),
            ("resourceType", "ByResourceType"),
            ("backupPlanId", "ByBackupPlanId"),
            ("createdBefore", "ByCreatedBefore"),
            ("createdAfter", "ByCreatedAfter"),
            ("parentRecoveryPointArn", "ByParentRecoveryPointArn"),
        ],
    ),
    (
        Operation::BackupListBackupPlans,
        "/backup/plans",
        &[("maxResults", "MaxResults"), ("nextToken", "NextToken"), ("includeDeleted", "IncludeDeleted")],
    ),
    (Operation::BackupGetBackupPlan, "/backup/plans/{BackupPlanId}", &[("versionId", "VersionId")]),
    (Operation::BackupListBackupSelections, "/backup/plans/{BackupPlanId}/selections", PAGE),
    (Operation::BackupGetBackupSelection, "/backup/plans/{BackupPlanId}/selections/{SelectionId}", &[]),
    (Operation::BackupListProtectedResources, "/resources", PAGE),
    (Operation::BackupDescribeProtectedResource, "/resources/{ResourceArn}", &[]),
    (
        Operation::BackupListBackupJobs,
        "/backup-jobs",
        &[("maxResults", "MaxResults"), ("nextToken", "NextToken"), ("state", "ByState")],
    ),
    (
        Operation::BackupListCopyJobs,
        "/copy-jobs",
        &[("maxResults", "MaxResults"), ("nextToken", "NextToken"), ("state", "ByState")],
    ),
    (
        Operation::BackupListRestoreJobs,
        "/restore-jobs",
        &[("maxResults", "MaxResults"), ("nextToken", "NextToken"), ("status", "ByStatus")],
    ),
    (Operation::BackupListLegalHolds, "/legal-holds", PAGE),
    (Operation::BackupGetLegalHold, "/legal-holds/{LegalHoldId}", &[]),
    (
        Operation::BackupListRestoreTestingPlans,
        "/restore-testing/plans",
        &[("MaxResults", "MaxResults"), ("NextToken", "NextToken")],
    ),
    (
        Operation::BackupListRestoreTestingSelections,
        "/restore-testing/plans/{RestoreTestingPlanName}/selections",
        &[("MaxResults", "MaxResults"), ("NextToken", "NextToken")],
    ),
    (Operation::BackupDescribeRegionSettings, "/account-settings", &[]),
    (Operation::BackupDescribeGlobalSettings, "/global-settings", &[]),
];

/// Routes a REST-JSON service.
pub(super) fn json(service: &str, request: &Request<Bytes>) -> Result<Route, Refusal> {
    let path = request.uri().path();
    if service == "account" {
        if *request.method() == Method::POST && path == "/listRegions" {
            return Ok(Route {
                asked: Asked::Operation(Operation::AccountListRegions),
                input: json_input(request.body())?,
            });
        }
        return Err(unknown());
    }
    if *request.method() != Method::GET {
        return Err(unknown());
    }
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let found = BACKUP.iter().find_map(|(operation, template, query)| {
        labels(template, &segments).map(|labels| (*operation, labels, *query))
    });
    let (operation, mut members, known) = found.ok_or_else(unknown)?;
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        let member = known.iter().find(|(parameter, _)| *parameter == name).map(|(_, member)| *member);
        members.insert(member.unwrap_or(&name).to_owned(), value.into_owned());
    }
    Ok(Route { asked: Asked::Operation(operation), input: Input::new(members) })
}

/// What AWS's REST services say of a path that they do not know.
fn unknown() -> Refusal {
    Refusal::new(404, "UnknownOperationException", "")
}

/// The labels of a path, where it is this template's.
fn labels(template: &str, segments: &[&str]) -> Option<BTreeMap<String, String>> {
    let wanted: Vec<&str> = template.trim_matches('/').split('/').collect();
    if wanted.len() != segments.len() {
        return None;
    }
    let mut labels = BTreeMap::new();
    for (wanted, given) in wanted.iter().zip(segments) {
        match wanted.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) => drop(labels.insert(name.to_owned(), decoded(given))),
            None if wanted == given => {}
            None => return None,
        }
    }
    Some(labels)
}

fn host(request: &Request<Bytes>) -> &str {
    let header = || request.headers().get("host").and_then(|value| value.to_str().ok());
    request.uri().authority().map(http::uri::Authority::as_str).or_else(header).unwrap_or_default()
}

/// Whether the request is for S3 Control, which signs as S3.
pub(super) fn is_s3_control(request: &Request<Bytes>) -> bool {
    request.uri().path().starts_with("/v20180820/") || host(request).contains(".s3-control.")
}

/// Routes S3 Control.
pub(super) fn s3_control(request: &Request<Bytes>) -> Result<Route, Refusal> {
    let is_read =
        *request.method() == Method::GET && request.uri().path() == "/v20180820/configuration/publicAccessBlock";
    if !is_read {
        return Err(Refusal::new(501, "NotImplemented", "this endpoint serves no such operation"));
    }
    let account = request.headers().get("x-amz-account-id").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let members = BTreeMap::from([("AccountId".to_owned(), account.to_owned())]);
    Ok(Route { asked: Asked::Operation(Operation::S3ControlGetPublicAccessBlock), input: Input::new(members) })
}

/// S3's query parameters with their members.
const S3_PARAMETERS: &[(&str, &str)] = &[
    ("prefix", "Prefix"),
    ("delimiter", "Delimiter"),
    ("max-keys", "MaxKeys"),
    ("max-buckets", "MaxBuckets"),
    ("bucket-region", "BucketRegion"),
    ("continuation-token", "ContinuationToken"),
    ("start-after", "StartAfter"),
    ("fetch-owner", "FetchOwner"),
    ("key-marker", "KeyMarker"),
    ("version-id-marker", "VersionIdMarker"),
    ("encoding-type", "EncodingType"),
    ("versionId", "VersionId"),
];

/// The headers of S3's that are heeded, with their members. The body of a request that tells its decoded length came in chunks.
const S3_HEADERS: &[(&str, &str)] = &[
    ("if-none-match", "IfNoneMatch"),
    ("if-match", "IfMatch"),
    ("range", "Range"),
    ("x-amz-expected-bucket-owner", "ExpectedBucketOwner"),
    ("x-amz-decoded-content-length", "DecodedContentLength"),
];

/// The subresource that names an operation on a bucket.
const SUBRESOURCES: &[(&str, Operation)] = &[
    ("location", Operation::S3GetBucketLocation),
    ("tagging", Operation::S3GetBucketTagging),
    ("versioning", Operation::S3GetBucketVersioning),
    ("object-lock", Operation::S3GetObjectLockConfiguration),
    ("lifecycle", Operation::S3GetBucketLifecycleConfiguration),
    ("policy", Operation::S3GetBucketPolicy),
    ("publicAccessBlock", Operation::S3GetPublicAccessBlock),
    ("encryption", Operation::S3GetBucketEncryption),
    ("replication", Operation::S3GetBucketReplication),
    ("versions", Operation::S3ListObjectVersions),
];

/// Routes S3, with the bucket in the host or in the path.
pub(super) fn s3(request: &Request<Bytes>) -> Result<Route, Refusal> {
    let (bucket, key) = address(request);
    let mut members = BTreeMap::new();
    let mut subresource = None;
    let mut second_list = false;
    for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
        if let Some((_, operation)) = SUBRESOURCES.iter().find(|(parameter, _)| *parameter == name) {
            subresource = Some(*operation);
        } else if name == "list-type" {
            second_list = value == "2";
        } else if name != "x-id" {
            let member = S3_PARAMETERS.iter().find(|(parameter, _)| *parameter == name).map(|(_, member)| *member);
            members.insert(member.unwrap_or(&name).to_owned(), value.into_owned());
        }
    }
    for (header, member) in S3_HEADERS {
        if let Some(value) = request.headers().get(*header).and_then(|value| value.to_str().ok()) {
            members.insert((*member).to_owned(), value.to_owned());
        }
    }
    let asked = match (request.method(), bucket.is_empty(), key.is_empty(), subresource) {
        (&Method::GET, true, true, None) => Asked::Operation(Operation::S3ListBuckets),
        (&Method::GET, false, true, Some(operation)) => Asked::Operation(operation),
        (&Method::GET, false, true, None) if second_list => Asked::Operation(Operation::S3ListObjectsV2),
        (&Method::GET, false, false, None) => Asked::Operation(Operation::S3GetObject),
        (&Method::HEAD, false, true, None) => Asked::Backend(Backend::HeadBucket),
        (&Method::HEAD, false, false, None) => Asked::Backend(Backend::HeadObject),
        (&Method::PUT, false, false, None) => Asked::Backend(Backend::PutObject),
        (&Method::DELETE, false, false, None) => Asked::Backend(Backend::DeleteObject),
        _ => {
            let message = "A header or query you provided implies functionality that is not implemented";
            return Err(Refusal::new(501, "NotImplemented", message));
        }
    };
    if !bucket.is_empty() {
        members.insert("Bucket".to_owned(), bucket);
    }
    if !key.is_empty() {
        members.insert("Key".to_owned(), key);
    }
    let mut input = Input::new(members);
    input.body = request.body().clone();
    Ok(Route { asked, input })
}

/// Bucket and key: `bucket.s3.region.amazonaws.com/key`, or `/bucket/key` under any other host.
fn address(request: &Request<Bytes>) -> (String, String) {
    let host = host(request);
    // One slash alone: a key may begin with another one.
    let path = request.uri().path();
    let path = path.strip_prefix('/').unwrap_or(path);
    let named = host.find(".s3.").or_else(|| host.find(".s3-")).and_then(|at| host.get(..at));
    match named {
        Some(bucket) => (bucket.to_owned(), decoded(path)),
        None => {
            let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
            (decoded(bucket), decoded(key))
        }
    }
}
