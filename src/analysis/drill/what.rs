//! What is drilled: a state of the inventory, a list from elsewhere, or resources by ARN. Imports nothing of the room.

use crate::model::drill::DrilledKind;
use crate::model::ids::Arn;
use crate::model::inventory::Inventory;
use crate::model::terraform::{RecordedAttributes, ResourceMode, StateObject, StateResource};

/// What a drill destroys.
#[derive(Debug, Clone)]
pub enum What {
    /// A state object of the inventory, by bucket and key.
    State {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// A state or a plan that was read from a file.
    Listed {
        /// Which of the two.
        kind: DrilledKind,
        /// The file.
        name: String,
        /// What it destroys.
        resources: Vec<StateResource>,
        /// What a reader has to know of it.
        notes: Vec<String>,
    },
    /// Resources by ARN.
    Resources(Vec<Arn>),
}

/// Why there is no drill.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoDrill {
    /// The inventory holds no such state.
    #[error("the inventory holds no state s3://{bucket}/{key}{}", near(nearest.as_deref(), *held))]
    NoState {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// The nearest that it holds.
        nearest: Option<String>,
        /// How many it holds.
        held: usize,
    },
    /// The state is in the inventory, its content is not.
    #[error(
        "the content of s3://{bucket}/{key} was not read: {why}. `palisade permissions state-content` prints what reading it takes; \
         --state FILE drills a state from a file"
    )]
    NotRead {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
        /// Why not.
        why: String,
    },
    /// There is nothing to delete.
    #[error("{0} deletes nothing: there is nothing to rehearse")]
    Nothing(String),
    /// The principal is not in the inventory.
    #[error("the inventory holds no principal {arn:?}{}", nearest.as_ref().map_or_else(String::new, |one| format!("; did you mean {one}?")))]
    NoPrincipal {
        /// The principal.
        arn: String,
        /// The nearest that it holds.
        nearest: Option<String>,
    },
    /// No agent is declared, or none that is declared was found.
    #[error("no agent is to be found: `[agents] principals` in palisade.toml names none of the inventory's principals")]
    NoAgents,
}

fn near(nearest: Option<&str>, held: usize) -> String {
    match (nearest, held) {
        (Some(nearest), _) => format!("; did you mean {nearest}?"),
        (None, 0) => {
            "; it holds none at all. --state FILE drills a state from a file, --plan FILE a plan, --resource ARN single resources"
                .to_owned()
        }
        (None, held) => format!("; it holds {held} others"),
    }
}

/// The deletions to make.
#[derive(Debug)]
pub(super) struct List {
    pub(super) kind: DrilledKind,
    pub(super) name: String,
    pub(super) resources: Vec<StateResource>,
    pub(super) notes: Vec<String>,
}

impl What {
    /// Reads it.
    pub(super) fn list(&self, inventory: &Inventory) -> Result<List, NoDrill> {
        let mut list = match self {
            Self::State { bucket, key } => {
                let resources = state(inventory, bucket, key)?;
                List { kind: DrilledKind::State, name: format!("s3://{bucket}/{key}"), resources, notes: Vec::new() }
            }
            Self::Listed { kind, name, resources, notes } => {
                List { kind: *kind, name: name.clone(), resources: resources.clone(), notes: notes.clone() }
            }
            Self::Resources(arns) => List {
                kind: DrilledKind::Resources,
                name: match arns.as_slice() {
                    [one] => one.to_string(),
                    many => format!("{} resources", many.len()),
                },
                resources: arns.iter().map(named).collect(),
                notes: Vec::new(),
            },
        };
        let before = list.resources.len();
        list.resources.retain(|one| one.mode == ResourceMode::Managed);
        let left_out = before - list.resources.len();
        if left_out > 0 {
            list.notes.push(format!("{left_out} data sources are left out: Terraform only reads them"));
        }
        if list.resources.is_empty() { Err(NoDrill::Nothing(list.name)) } else { Ok(list) }
    }
}

fn state(inventory: &Inventory, bucket: &str, key: &str) -> Result<Vec<StateResource>, NoDrill> {
    let all = || {
        let parts = inventory.accounts.iter().filter_map(|account| account.parts());
        let buckets = parts.flat_map(|parts| &parts.state.buckets);
        buckets.flat_map(|one| one.objects.items().iter().map(move |object| (one.bucket.as_str(), object)))
    };
    // Several accounts may have looked into it: one that could read it counts.
    let mut looks: Vec<&StateObject> =
        all().filter(|(name, object)| *name == bucket && object.key == key).map(|(_, object)| object).collect();
    looks.sort_by_key(|object| object.content.value().is_none());
    let Some(object) = looks.first() else {
        let wanted = format!("s3://{bucket}/{key}");
        let names: std::collections::BTreeSet<String> =
            all().map(|(name, object)| format!("s3://{name}/{}", object.key)).collect();
        let likeness = names.iter().map(|name| (strsim::jaro_winkler(&wanted, name), name));
        let best = likeness.filter(|(likeness, _)| *likeness > 0.85).max_by(|a, b| a.0.total_cmp(&b.0));
        return Err(NoDrill::NoState {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            nearest: best.map(|(_, name)| name.clone()),
            held: names.len(),
        });
    };
    match (object.content.value(), object.content.gap()) {
        (Some(content), _) => Ok(content.resources.clone()),
        (None, gap) => Err(NoDrill::NotRead {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            why: gap.map_or_else(String::new, |gap| gap.message.clone()),
        }),
    }
}

/// A resource by its ARN, as the type whose delete is its plain one. What a state would record is not known.
pub(super) fn named(arn: &Arn) -> StateResource {
    let resource_type = match (arn.service(), arn.resource()) {
        ("rds", rest) if rest.starts_with("db:") => "aws_db_instance",
        ("rds", rest) if rest.starts_with("cluster:") => "aws_rds_cluster",
        ("rds", rest) if rest.starts_with("snapshot:") => "aws_db_snapshot",
        ("rds", rest) if rest.starts_with("cluster-snapshot:") => "aws_db_cluster_snapshot",
        ("dynamodb", rest) if rest.starts_with("table/") && !rest.contains("/stream/") => "aws_dynamodb_table",
        ("s3", rest) if rest.contains('/') => "aws_s3_object",
        ("s3", _) => "aws_s3_bucket",
        ("kms", rest) if rest.starts_with("key/") => "aws_kms_key",
        ("secretsmanager", _) => "aws_secretsmanager_secret",
        ("backup", rest) if rest.starts_with("backup-vault:") => "aws_backup_vault",
        ("elasticfilesystem", rest) if rest.starts_with("file-system/") => "aws_efs_file_system",
        ("es", _) => "aws_opensearch_domain",
        ("redshift", rest) if rest.starts_with("cluster:") => "aws_redshift_cluster",
        ("ec2", rest) if rest.starts_with("instance/") => "aws_instance",
        ("ec2", rest) if rest.starts_with("volume/") => "aws_ebs_volume",
        ("ec2", rest) if rest.starts_with("vpc/") => "aws_vpc",
        ("elasticloadbalancing", rest) if rest.starts_with("loadbalancer/") => "aws_lb",
        ("ecs", rest) if rest.starts_with("cluster/") => "aws_ecs_cluster",
        ("eks", rest) if rest.starts_with("cluster/") => "aws_eks_cluster",
        ("lambda", rest) if rest.starts_with("function:") => "aws_lambda_function",
        ("iam", rest) if rest.starts_with("role/") => "aws_iam_role",
        ("logs", rest) if rest.starts_with("log-group:") => "aws_cloudwatch_log_group",
        ("sns", rest) if !rest.contains(':') => "aws_sns_topic",
        ("sqs", _) => "aws_sqs_queue",
        ("cloudformation", rest) if rest.starts_with("stack/") => "aws_cloudformation_stack",
        _ => "",
    };
    StateResource {
        address: arn.to_string(),
        mode: ResourceMode::Managed,
        resource_type: resource_type.into(),
        provider: r#"provider["registry.terraform.io/hashicorp/aws"]"#.into(),
        arn: Some(arn.to_string()),
        id: None,
        deposed: None,
        dependencies: Vec::new(),
        attributes: RecordedAttributes::default().into(),
    }
}
