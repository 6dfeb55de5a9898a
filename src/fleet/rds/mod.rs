//! Amazon RDS: instances, clusters, snapshots and automated backups.
//!
//! Follows <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/>. The decision worth knowing: identifiers are heeded
//! as RDS heeds them, whatever their case and, where it takes them, as ARNs; so are the filters whose facts the inventory
//! has. What is asked for by its identifier and is not there is a fault, what is filtered away is an empty list.

mod backups;
mod instances;
mod snapshots;
#[cfg(test)]
mod tests;

use super::call::Call;
use super::refusal::Refusal;
use super::reply::Answer;
use super::xml::Xml;
use crate::model::operation::Operation;

/// The most records that RDS gives in a page, and as many as it gives unless told otherwise.
const MOST: usize = 100;
/// The fewest that may be asked for.
const FEWEST: usize = 20;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    let rds = &call.region_parts()?.rds;
    match operation {
        Operation::RdsDescribeDBInstances => instances::instances(call, rds),
        Operation::RdsDescribeDBClusters => instances::clusters(call, rds),
        Operation::RdsDescribeGlobalClusters => instances::global_clusters(call, rds),
        Operation::RdsDescribeDBSnapshots => snapshots::of_instances(call, rds),
        Operation::RdsDescribeDBClusterSnapshots => snapshots::of_clusters(call, rds),
        Operation::RdsDescribeDBSnapshotAttributes => snapshots::attributes_of_instances(call, rds),
        Operation::RdsDescribeDBClusterSnapshotAttributes => snapshots::attributes_of_clusters(call, rds),
        Operation::RdsDescribeDBInstanceAutomatedBackups => backups::of_instances(call, rds),
        Operation::RdsDescribeDBClusterAutomatedBackups => backups::of_clusters(call, rds),
        _ => Err(Refusal::new(400, "InvalidAction", "Could not find operation for version 2014-10-31")),
    }
}

/// RDS's refusal of a parameter.
fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(400, "InvalidParameterValue", message)
}

/// RDS's refusal of an identifier that names nothing.
fn not_found(code: &str, what: &str, identifier: &str) -> Refusal {
    Refusal::new(404, code, format!("{what} {identifier:.200} not found."))
}

/// Whether what was asked for is the thing of this identifier, of which case does not matter, or of this ARN.
fn is_named(asked: Option<&str>, identifier: &str, arn: &str) -> bool {
    asked.is_none_or(|asked| asked.eq_ignore_ascii_case(identifier) || asked == arn)
}

/// The filters of a request: names, each with the values of which one has to be met.
#[derive(Debug, Default)]
struct Filters(Vec<(String, Vec<String>)>);

impl Filters {
    /// Whether every filter is met by an item of which this is told, by the filters' names.
    fn admit(&self, told: &[(&str, &[&str])]) -> bool {
        self.0.iter().all(|(filter, values)| {
            let told = told.iter().filter(|(name, _)| name == filter).flat_map(|(_, told)| told.iter());
            told.into_iter().any(|told| values.iter().any(|value| value.eq_ignore_ascii_case(told)))
        })
    }

    fn names(&self, filter: &str) -> bool {
        self.0.iter().any(|(name, _)| name == filter)
    }
}

/// The filters of a list; besides its paging it heeds these `members` and filters of these names, and nothing else.
fn heeded(call: &Call<'_>, members: &[&str], known: &[&str]) -> Result<Filters, Refusal> {
    let mut allowed: Vec<String> =
        ["MaxRecords", "Marker"].iter().chain(members).map(|&name| name.to_owned()).collect();
    let mut filters = Filters::default();
    while let Some((key, name)) = indexed(call, "Filters.Filter.", filters.0.len(), ".Name") {
        if !known.contains(&name) {
            return Err(invalid(format!("Unrecognized filter name: {name:.100}")));
        }
        let within = format!("Filters.Filter.{}.Values.Value.", filters.0.len().saturating_add(1));
        let mut values = Vec::new();
        while let Some((key, value)) = indexed(call, &within, values.len(), "") {
            values.push(value.to_owned());
            allowed.push(key);
        }
        filters.0.push((name.to_owned(), values));
        allowed.push(key);
    }
    let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
    call.input.only(&allowed)?;
    Ok(filters)
}

/// A member of a list in a form, with its key: forms count from 1.
fn indexed<'c>(call: &'c Call<'_>, before: &str, at: usize, after: &str) -> Option<(String, &'c str)> {
    let key = format!("{before}{}{after}", at.saturating_add(1));
    call.input.text(&key).map(|text| (key, text))
}

/// A list, page by page.
fn list<T>(
    call: &Call<'_>,
    name: &str,
    member: &str,
    items: &[T],
    mut fill: impl FnMut(&mut Xml, &T),
) -> Result<Answer, Refusal> {
    let asked = call.input.number("MaxRecords").map_err(|refusal| invalid(refusal.message))?;
    if let Some(wrong) = asked.filter(|asked| !(FEWEST..=MOST).contains(asked)) {
        return Err(invalid(format!("Invalid value {wrong} for MaxRecords. Must be between {FEWEST} and {MOST}")));
    }
    let wrong = || invalid("The specified marker is not valid.");
    let page = call.page(items, asked, MOST, call.input.text("Marker"), wrong)?;
    let mut xml = Xml::default();
    xml.some("Marker", page.next);
    xml.list(name, member, page.items, |xml, item| fill(xml, item));
    Ok(Answer::Xml(xml))
}

/// Tags as RDS lists them.
fn tags<'t>(xml: &mut Xml, tags: impl IntoIterator<Item = (&'t String, &'t String)>) {
    xml.list("TagList", "Tag", tags, |xml, (key, value)| {
        xml.text("Key", key);
        xml.text("Value", value);
    });
}
