//! Asking an endpoint from a test: small organizations, signed requests, what came back.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::Value;

use super::super::{Credentials, Fleet, Options, Reply};
use crate::demo::build;
use crate::model::inventory::{AccountInventory, AccountParts, Caller, INVENTORY_SCHEMA, Inventory, Scope};
use crate::model::organization::OrganizationInventory;

pub(in crate::fleet) const MANAGEMENT: &str = "111111111111";
pub(in crate::fleet) const MEMBER: &str = "222222222222";
pub(in crate::fleet) const DELEGATE: &str = "333333333333";

/// The endpoint, with pages of this size where one is given.
pub(in crate::fleet) fn fleet(inventory: Inventory, page_size: Option<usize>) -> Fleet {
    Fleet::new(inventory, Options { page_size, ..Options::default() })
}

/// An account with an ordinary IAM, changed.
pub(in crate::fleet) fn account(id: &str, change: impl FnOnce(&mut AccountParts)) -> AccountInventory {
    let mut parts = build::empty_parts(id);
    change(&mut parts);
    AccountInventory { id: build::id(id), parts: build::value(parts) }
}

/// An inventory that the management account's runner collected.
pub(in crate::fleet) fn inventory(
    organization: Option<OrganizationInventory>,
    accounts: Vec<AccountInventory>,
) -> Inventory {
    Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "palisade".into(),
        taken_at: build::read_at(),
        caller: Caller {
            account: build::id(MANAGEMENT),
            arn: build::id(&format!("arn:aws:sts::{MANAGEMENT}:assumed-role/Runner/x")),
            partition: build::id("aws"),
            home_region: build::id("eu-central-1"),
        },
        scope: Scope { role_name: Some("PalisadeAudit".into()), ..Scope::default() },
        organization,
        accounts,
        ledger: Vec::new(),
    }
}

/// The ARN of the audit role's session in an account.
pub(in crate::fleet) fn auditor(account: &str) -> String {
    format!("arn:aws:sts::{account}:assumed-role/PalisadeAudit/x")
}

fn signed(builder: http::request::Builder, who: &str, service: &str, body: String) -> Request<Bytes> {
    let arn: crate::model::ids::Arn = build::id(who);
    let keys = Credentials::of(&arn.account().unwrap(), &arn);
    let signature = "ab".repeat(32);
    let scope = format!("{}/20260302/us-east-1/{service}/aws4_request", keys.access_key_id);
    builder
        .method("POST")
        .header("x-amz-date", "20260302T070000Z")
        .header("x-amz-security-token", keys.session_token)
        .header(
            "authorization",
            format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature={signature}"),
        )
        .body(Bytes::from(body))
        .unwrap()
}

fn answer(fleet: &Fleet, request: &Request<Bytes>) -> Response<Bytes> {
    match fleet.answer(request) {
        Reply::Answer(response) => response,
        other => panic!("{other:?}"),
    }
}

/// A call by the query protocol, by whoever has this ARN: the status and the body.
pub(in crate::fleet) fn query(fleet: &Fleet, who: &str, service: &str, form: &str) -> (StatusCode, String) {
    let request = signed(Request::builder().uri("/"), who, service, form.to_owned());
    let response = answer(fleet, &request);
    (response.status(), String::from_utf8(response.body().to_vec()).unwrap())
}

/// The text of the first element of this name.
pub(in crate::fleet) fn element<'x>(xml: &'x str, name: &str) -> Option<&'x str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once(&format!("</{name}>")).map(|(text, _)| text)
}

/// An answered JSON call: its body, which is an error where the code says so.
pub(in crate::fleet) fn json(fleet: &Fleet, who: &str, service: &str, operation: &str, input: &str) -> Value {
    let builder = match service {
        "account" => Request::builder().uri(format!("/{operation}")),
        _ => Request::builder().uri("/").header("x-amz-target", format!("AWSOrganizationsV20161128.{operation}")),
    };
    let response = answer(fleet, &signed(builder, who, service, input.to_owned()));
    let mut body: Value = serde_json::from_slice(response.body()).unwrap();
    let code = response.headers().get("x-amzn-errortype").map(|code| code.to_str().unwrap().into());
    if response.status() != 200 {
        body["status"] = response.status().as_u16().into();
        body["code"] = body.get("__type").cloned().or(code).unwrap_or_default();
    }
    body
}

/// Every page of a JSON list, by its own tokens.
pub(in crate::fleet) fn pages(fleet: &Fleet, service: &str, operation: &str, input: &Value, list: &str) -> Vec<Value> {
    let (mut items, mut input) = (Vec::new(), input.clone());
    loop {
        let page = json(fleet, &auditor(MANAGEMENT), service, operation, &input.to_string());
        items.extend(page[list].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return items,
        }
    }
}
