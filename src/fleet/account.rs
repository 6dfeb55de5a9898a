//! AWS Account Management: which regions an account has enabled.
//!
//! Follows <https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html>. The decision worth knowing: regions
//! that have to be switched on and are not in the inventory are listed as off; the others that it does not name are left out,
//! for no account has them off.

use std::collections::BTreeMap;

use serde_json::Value;

use super::call::{Call, collected};
use super::json::Members;
use super::organizations;
use super::refusal::Refusal;
use super::reply::Answer;
use crate::model::ids::Region;
use crate::model::inventory::AccountParts;
use crate::model::operation::Operation;

/// The most regions in a page.
const MOST: usize = 50;

/// Regions of the partition `aws` that an account has to switch on, as of 2026-07; the other partitions have none.
///
/// Follows <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>.
const OPT_IN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["AccountId", "MaxResults", "NextToken", "RegionOptStatusContains"])?;
    let parts = asked(call)?;
    let enabled = collected(&parts.regions, operation)?;
    let opt_in = if call.fleet.inventory().caller.partition.as_str() == "aws" { OPT_IN } else { &[] };
    let mut regions: BTreeMap<&str, &str> = opt_in.iter().map(|region| (*region, "DISABLED")).collect();
    for region in enabled.into_iter().flatten().map(Region::as_str) {
        let status = if opt_in.contains(&region) { "ENABLED" } else { "ENABLED_BY_DEFAULT" };
        regions.insert(region, status);
    }
    if let Some(wanted) = wanted(call)? {
        regions.retain(|_, status| wanted.contains(status));
    }
    let invalid = |message: &str| Refusal::new(400, "ValidationException", message);
    let size = call.input.number("MaxResults")?;
    if size.is_some_and(|size| !(1..=MOST).contains(&size)) {
        return Err(invalid("maxResults must be between 1 and 50"));
    }
    let regions: Vec<(&str, &str)> = regions.into_iter().collect();
    let page =
        call.page(&regions, size, MOST, call.input.text("NextToken"), || invalid("The pagination token is invalid"))?;
    let members = Members::default().list("Regions", page.items, |(region, status)| {
        Members::default().put("RegionName", *region).put("RegionOptStatus", *status)
    });
    Ok(Answer::Json(members.some("NextToken", page.next)))
}

/// What was read in the account that is asked for: the caller's own, or, for those who oversee the organization, another.
fn asked<'a>(call: &Call<'a>) -> Result<&'a AccountParts, Refusal> {
    let Some(id) = call.input.text("AccountId") else { return call.parts() };
    let organization = call.fleet.inventory().organization.as_ref();
    let overseen = organization.is_some_and(|organization| organizations::oversees(call, organization));
    let account = id.parse().ok().and_then(|id| call.fleet.account(&id)).filter(|_| overseen);
    let account = account.ok_or_else(|| call.denied("account"))?;
    account.parts().ok_or_else(|| Refusal::unseen(&format!("the account {}", account.id)))
}

/// The states that are asked for; `None`: every one.
fn wanted<'c>(call: &'c Call<'_>) -> Result<Option<Vec<&'c str>>, Refusal> {
    match call.input.json.get("RegionOptStatusContains") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(states)) => {
            let states: Vec<&str> = states.iter().filter_map(Value::as_str).collect();
            Ok((!states.is_empty()).then_some(states))
        }
        Some(_) => Err(Refusal::new(400, "ValidationException", "regionOptStatusContains must be a list")),
    }
}
