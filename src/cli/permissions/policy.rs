//! The policies of the three roles, from `model::operation`.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::Serialize;
use serde_json::{Value, json};

use crate::model::ids::{Arn, Partition};
use crate::model::operation::{Operation, Role};

/// A policy document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Policy {
    pub(super) name: &'static str,
    statements: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document<'a> {
    version: &'static str,
    statement: &'a [Statement],
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: BTreeSet<String>,
    resource: BTreeSet<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Value>,
}

impl Statement {
    fn allow(sid: &'static str, action: BTreeSet<String>, resource: impl IntoIterator<Item = String>) -> Self {
        Self { sid, effect: "Allow", action, resource: resource.into_iter().collect(), condition: None }
    }
}

impl Policy {
    /// The document, as JSON text, in the order in which policies are read.
    pub(super) fn to_json(&self) -> String {
        let document = Document { version: "2012-10-17", statement: &self.statements };
        // Structs of strings and lists always become text.
        serde_json::to_string_pretty(&document).unwrap_or_default()
    }

    /// Whether an action is in it.
    pub(super) fn allows(&self, action: &str) -> bool {
        self.statements.iter().any(|statement| statement.action.contains(action))
    }
}

/// The actions of a role's operations.
fn actions(role: Role) -> BTreeSet<String> {
    let operations = Operation::ALL.iter().filter(|operation| operation.role() == role);
    operations.flat_map(|operation| operation.actions()).map(|action| (*action).to_owned()).collect()
}

/// The audit role: settings and lists everywhere, items of the named lock tables alone.
pub(super) fn audit(partition: &Partition, lock_tables: &[String]) -> Result<Policy, String> {
    let scan: BTreeSet<String> = Operation::DynamoDbScan.actions().iter().map(|action| (*action).to_owned()).collect();
    let everywhere = actions(Role::Audit).difference(&scan).cloned().collect();
    let mut statements = vec![Statement::allow("PalisadeReadsSettings", everywhere, ["*".to_owned()])];
    let tables: BTreeSet<String> =
        lock_tables.iter().map(|table| lock_table(partition, table)).collect::<Result<_, _>>()?;
    if !tables.is_empty() {
        statements.push(Statement::allow("PalisadeReadsStateLocks", scan, tables));
    }
    Ok(Policy { name: "PalisadeAudit", statements })
}

/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>
fn lock_table(partition: &Partition, table: &str) -> Result<String, String> {
    let named = |name: &str| {
        (3..=255).contains(&name.len()) && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
    };
    if let Ok(arn) = table.parse::<Arn>() {
        let name = arn.resource().strip_prefix("table/").filter(|name| named(name));
        if arn.service() == "dynamodb" && name.is_some() && !table.contains(['*', '?']) {
            return Ok(table.to_owned());
        }
    } else if named(table) {
        return Ok(format!("arn:{partition}:dynamodb:*:*:table/{table}"));
    }
    Err(format!("--lock-table {table:?}: a table's name or its ARN is wanted, without wildcards"))
}

/// Where states lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StatePrefix {
    bucket: String,
    prefix: String,
}

impl FromStr for StatePrefix {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let wrong = || format!("--state {url:?}: s3://bucket/prefix is wanted, without wildcards");
        let (bucket, prefix) =
            url.strip_prefix("s3://").map(|rest| rest.split_once('/').unwrap_or((rest, ""))).ok_or_else(wrong)?;
        let named = (3..=63).contains(&bucket.len())
            && bucket.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c));
        // `*`, `?` and `$` mean something in a policy's resource.
        if !named || prefix.contains(['*', '?', '$']) || prefix.chars().any(char::is_control) {
            return Err(wrong());
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }
}

/// Reading states: objects under the named prefixes, decrypted through S3 with the named keys.
pub(super) fn state_content(partition: &Partition, prefixes: &[StatePrefix], keys: &[Arn]) -> Result<Policy, String> {
    let objects = prefixes.iter().map(|at| format!("arn:{partition}:s3:::{}/{}*", at.bucket, at.prefix));
    let mut statements = vec![Statement::allow("PalisadeReadsStates", actions(Role::StateContent), objects)];
    let mut services = BTreeSet::new();
    for key in keys {
        let region = key.region().filter(|_| key.service() == "kms" && key.resource().starts_with("key/"));
        match region {
            Some(region) if !key.as_str().contains(['*', '?', '$']) => {
                services.insert(s3_of(partition, region.as_str()))
            }
            _ => return Err(format!("--key {key}: the ARN of a KMS key is wanted, without wildcards")),
        };
    }
    if !keys.is_empty() {
        let decrypt = BTreeSet::from(["kms:Decrypt".to_owned()]);
        let through_s3 = json!({ "StringEquals": { "kms:ViaService": services } });
        let allowed =
            Statement::allow("PalisadeDecryptsStatesThroughS3", decrypt, keys.iter().map(ToString::to_string));
        statements.push(Statement { condition: Some(through_s3), ..allowed });
    }
    Ok(Policy { name: "PalisadeStateContent", statements })
}

/// S3 as `kms:ViaService` names it.
fn s3_of(partition: &Partition, region: &str) -> String {
    // https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
    let suffix = if partition.as_str() == "aws-cn" { ".cn" } else { "" };
    format!("s3.{region}.amazonaws.com{suffix}")
}

/// The runner: assuming the audit role, whatever the account; signing evidence with the named keys.
pub(super) fn runner(partition: &Partition, role_name: &str, signing_keys: &[Arn]) -> Result<Policy, String> {
    let role = format!("arn:{partition}:iam::*:role/{role_name}");
    let mut statements = vec![Statement::allow("PalisadeAssumesItsRole", actions(Role::Runner), [role])];
    for key in signing_keys {
        // An alias is no resource that a policy could name.
        let whole = key.service() == "kms" && key.resource().starts_with("key/") && key.region().is_some();
        if !whole || key.as_str().contains(['*', '?', '$']) {
            return Err(format!("--signing-key {key}: the ARN of a KMS key is wanted, without wildcards"));
        }
    }
    if !signing_keys.is_empty() {
        let sign = ["kms:GetPublicKey", "kms:Sign"].map(str::to_owned).into();
        statements.push(Statement::allow("PalisadeSignsEvidence", sign, signing_keys.iter().map(ToString::to_string)));
    }
    Ok(Policy { name: "PalisadeRunner", statements })
}
