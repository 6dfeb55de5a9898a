//! DB snapshots and DB cluster snapshots, and who may restore them.

use super::{Filters, heeded, invalid, is_named, list, not_found, tags};
use crate::fleet::call::{Call, listed, told};
use crate::fleet::refusal::Refusal;
use crate::fleet::reply::Answer;
use crate::fleet::xml::Xml;
use crate::model::gap::Answer as Told;
use crate::model::operation::Operation;
use crate::model::rds::{RdsInventory, Snapshot};

/// Whoever may restore a public snapshot.
const EVERYONE: &str = "all";

/// A snapshot that is told to an account.
struct Shown<'a> {
    snapshot: &'a Snapshot,
    /// Whether the account owns it: another one's is told by its ARN, and without its tags.
    own: bool,
}

impl<'a> Shown<'a> {
    fn identifier(&self) -> &'a str {
        if self.own { &self.snapshot.identifier } else { self.snapshot.arn.as_str() }
    }

    fn tags(&self, xml: &mut Xml) {
        tags(xml, self.snapshot.tags.iter().filter(|_| self.own));
    }
}

/// The snapshots of a region, of instances or of clusters.
type Of = fn(&RdsInventory) -> &[Snapshot];

const FILTERS: [&str; 5] = ["db-instance-id", "db-snapshot-id", "dbi-resource-id", "snapshot-type", "engine"];
const CLUSTER_FILTERS: [&str; 4] = ["db-cluster-id", "db-cluster-snapshot-id", "snapshot-type", "engine"];

pub(super) fn of_instances(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let members = ["DBInstanceIdentifier", "DBSnapshotIdentifier", "DbiResourceId"];
    let own = listed(&rds.db_snapshots, Operation::RdsDescribeDBSnapshots)?;
    let items = asked_for(call, own, |rds| rds.db_snapshots.items(), members, &FILTERS)?;
    if let Some(asked) = call.input.text("DBSnapshotIdentifier").filter(|_| items.is_empty()) {
        return Err(not_found("DBSnapshotNotFound", "DBSnapshot", asked));
    }
    list(call, "DBSnapshots", "DBSnapshot", &items, |xml, item| of_instance(xml, call, item))
}

pub(super) fn of_clusters(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let members = ["DBClusterIdentifier", "DBClusterSnapshotIdentifier", "DbClusterResourceId"];
    let own = listed(&rds.db_cluster_snapshots, Operation::RdsDescribeDBClusterSnapshots)?;
    let items = asked_for(call, own, |rds| rds.db_cluster_snapshots.items(), members, &CLUSTER_FILTERS)?;
    if let Some(asked) = call.input.text("DBClusterSnapshotIdentifier").filter(|_| items.is_empty()) {
        return Err(not_found("DBClusterSnapshotNotFoundFault", "DBClusterSnapshot", asked));
    }
    list(call, "DBClusterSnapshots", "DBClusterSnapshot", &items, |xml, item| of_cluster(xml, call, item))
}

/// The snapshots that a request is about. `members`: those that name the source, the snapshot, and the source's resource id.
fn asked_for<'a>(
    call: &Call<'a>,
    own: &'a [Snapshot],
    of: Of,
    members: [&str; 3],
    known: &[&str],
) -> Result<Vec<Shown<'a>>, Refusal> {
    let [source, snapshot, resource] = members;
    let heed = [source, snapshot, resource, "SnapshotType", "IncludeShared", "IncludePublic"];
    let filters = heeded(call, &heed, known)?;
    let [source, snapshot, resource] = members.map(|member| call.input.text(member));
    let shown = of_type(call, own, of, &filters, snapshot.is_some())?.into_iter();
    let shown = shown
        .filter(|shown| source.is_none_or(|asked| asked.eq_ignore_ascii_case(&shown.snapshot.source_identifier)))
        .filter(|shown| is_named(snapshot, shown.identifier(), shown.snapshot.arn.as_str()))
        .filter(|shown| resource.is_none_or(|asked| Some(asked) == shown.snapshot.source_resource_id.as_deref()))
        .filter(|shown| admitted(&filters, shown));
    Ok(shown.collect())
}

fn admitted(filters: &Filters, shown: &Shown<'_>) -> bool {
    let snapshot = shown.snapshot;
    let source: &[&str] = &[&snapshot.source_identifier];
    let named: &[&str] = &[shown.identifier(), snapshot.arn.as_str()];
    let resource: Vec<&str> = snapshot.source_resource_id.iter().map(String::as_str).collect();
    filters.admit(&[
        ("db-instance-id", source),
        ("db-cluster-id", source),
        ("db-snapshot-id", named),
        ("db-cluster-snapshot-id", named),
        ("dbi-resource-id", &resource),
        ("snapshot-type", &[&snapshot.snapshot_type]),
        ("engine", &[&snapshot.engine]),
    ])
}

/// The snapshots of the type that is asked for: without one manual and automated ones. Those of AWS Backup and of other
/// accounts are told when asked for alone; whoever names one, or filters by type, has asked.
fn of_type<'a>(
    call: &Call<'a>,
    own: &'a [Snapshot],
    of: Of,
    filters: &Filters,
    named: bool,
) -> Result<Vec<Shown<'a>>, Refusal> {
    let kept = |keep: &dyn Fn(&str) -> bool| -> Vec<Shown<'a>> {
        let own = own.iter().filter(|snapshot| keep(&snapshot.snapshot_type));
        own.map(|snapshot| Shown { snapshot, own: true }).collect()
    };
    let shared = || of_others(call, of, call.account.id.as_str());
    let public = || of_others(call, of, EVERYONE);
    let asked = |member: &str| call.input.text(member) == Some("true");
    Ok(match call.input.text("SnapshotType") {
        Some("shared") => shared(),
        Some("public") => {
            let mine = own.iter().filter(|snapshot| is_shared_with(snapshot, EVERYONE));
            mine.map(|snapshot| Shown { snapshot, own: true }).chain(public()).collect()
        }
        Some(wanted @ ("manual" | "automated" | "awsbackup")) => kept(&|kind| kind == wanted),
        Some(other) => return Err(invalid(format!("Invalid snapshot type: {other:.100}"))),
        None => {
            let every = named || filters.names("snapshot-type");
            let mut shown = kept(&|kind| every || kind != "awsbackup");
            shown.extend(asked("IncludeShared").then(shared).unwrap_or_default());
            shown.extend(asked("IncludePublic").then(public).unwrap_or_default());
            shown
        }
    })
}

/// The manual snapshots of other accounts in this region that this one may restore, or that everyone may.
fn of_others<'a>(call: &Call<'a>, of: Of, whom: &str) -> Vec<Shown<'a>> {
    let others = call.fleet.inventory().accounts.iter().filter(|account| account.id != call.account.id);
    let regions = others.flat_map(|account| account.regions().filter(|(region, _)| *region == call.region));
    let snapshots = regions.flat_map(|(_, parts)| of(&parts.rds)).filter(|snapshot| is_shared_with(snapshot, whom));
    snapshots.map(|snapshot| Shown { snapshot, own: false }).collect()
}

fn is_shared_with(snapshot: &Snapshot, whom: &str) -> bool {
    let shared = snapshot.shared_with.as_ref().and_then(Told::value);
    snapshot.snapshot_type == "manual" && shared.is_some_and(|accounts| accounts.iter().any(|account| account == whom))
}

fn of_instance(xml: &mut Xml, call: &Call<'_>, shown: &Shown<'_>) {
    let Snapshot {
        arn,
        identifier: _,
        snapshot_type,
        status,
        source_identifier,
        source_resource_id,
        source_snapshot,
        source_region,
        created_at,
        original_created_at,
        engine,
        encrypted,
        kms_key,
        shared_with: _,
        tags: _,
    } = shown.snapshot;
    xml.text("DBSnapshotIdentifier", shown.identifier());
    xml.text("DBInstanceIdentifier", source_identifier);
    xml.some("SnapshotCreateTime", call.some_iso(*created_at));
    xml.text("Engine", engine);
    xml.text("Status", status);
    xml.text("SnapshotType", snapshot_type);
    xml.some("PercentProgress", (status == "available").then_some(100));
    xml.some("SourceRegion", source_region.as_ref());
    xml.some("SourceDBSnapshotIdentifier", source_snapshot.as_ref());
    xml.put("Encrypted", encrypted);
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.put("DBSnapshotArn", arn);
    xml.some("DbiResourceId", source_resource_id.as_deref());
    shown.tags(xml);
    xml.some("OriginalSnapshotCreateTime", call.some_iso(*original_created_at));
}

fn of_cluster(xml: &mut Xml, call: &Call<'_>, shown: &Shown<'_>) {
    let Snapshot {
        arn,
        identifier: _,
        snapshot_type,
        status,
        source_identifier,
        source_resource_id,
        source_snapshot,
        // Of cluster snapshots RDS tells neither: the source's ARN names its region, and no time but the copy's is known.
        source_region: _,
        original_created_at: _,
        created_at,
        engine,
        encrypted,
        kms_key,
        shared_with: _,
        tags: _,
    } = shown.snapshot;
    xml.text("DBClusterSnapshotIdentifier", shown.identifier());
    xml.text("DBClusterIdentifier", source_identifier);
    xml.some("SnapshotCreateTime", call.some_iso(*created_at));
    xml.text("Engine", engine);
    xml.text("Status", status);
    xml.text("SnapshotType", snapshot_type);
    xml.some("PercentProgress", (status == "available").then_some(100));
    xml.put("StorageEncrypted", encrypted);
    xml.some("KmsKeyId", kms_key.as_ref());
    xml.put("DBClusterSnapshotArn", arn);
    xml.some("SourceDBClusterSnapshotArn", source_snapshot.as_ref());
    shown.tags(xml);
    xml.some("DbClusterResourceId", source_resource_id.as_deref());
}

pub(super) fn attributes_of_instances(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let own = listed(&rds.db_snapshots, Operation::RdsDescribeDBSnapshotAttributes)?;
    attributes(call, own, "DBSnapshot", "DBSnapshotNotFound")
}

pub(super) fn attributes_of_clusters(call: &Call<'_>, rds: &RdsInventory) -> Result<Answer, Refusal> {
    let own = listed(&rds.db_cluster_snapshots, Operation::RdsDescribeDBClusterSnapshotAttributes)?;
    attributes(call, own, "DBClusterSnapshot", "DBClusterSnapshotNotFoundFault")
}

/// Who may restore a snapshot. `what` begins the names of the members: both operations answer in the same words.
fn attributes(call: &Call<'_>, own: &[Snapshot], what: &str, code: &str) -> Result<Answer, Refusal> {
    let member = format!("{what}Identifier");
    call.input.only(&[&member])?;
    let asked = call.input.required(&member)?;
    let found = own.iter().find(|snapshot| is_named(Some(asked), &snapshot.identifier, snapshot.arn.as_str()));
    let snapshot = found.ok_or_else(|| not_found(code, what, asked))?;
    let nobody = Vec::new();
    let accounts = match &snapshot.shared_with {
        Some(answer) => told(answer)?,
        // An automated one cannot be shared; asked all the same, RDS says so.
        None if snapshot.snapshot_type == "automated" => &nobody,
        None => return Err(Refusal::unseen("who may restore this snapshot")),
    };
    let mut xml = Xml::default();
    xml.node(&format!("{what}AttributesResult"), |xml| {
        xml.text(&member, &snapshot.identifier);
        xml.list(&format!("{what}Attributes"), &format!("{what}Attribute"), ["restore"], |xml, name| {
            xml.text("AttributeName", name);
            xml.texts("AttributeValues", "AttributeValue", accounts);
        });
    });
    Ok(Answer::Xml(xml))
}
