//! The allow-list: the only attributes of a resource that are ever kept.

use std::collections::BTreeMap;
use std::io::Read;

use struson::reader::ValueType;

use super::StateError;
use super::tokens::{Keys, Scalar, Tokens};
use crate::model::terraform::RecordedAttributes;

/// The attributes that are kept, by name. Nothing else of `attributes` is looked at.
const ALLOWED: &[&str] = &[
    "id",
    "arn",
    "db_snapshot_arn",
    "db_cluster_snapshot_arn",
    "deletion_protection",
    "deletion_protection_enabled",
    "skip_final_snapshot",
    "final_snapshot_identifier",
    "delete_automated_backups",
    "backup_retention_period",
    "point_in_time_recovery",
    "apply_immediately",
    "force_destroy",
    "recovery_window_in_days",
    "deletion_window_in_days",
    "enable_deletion_protection",
    "disable_api_termination",
    "skip_destroy",
    "tags",
    "tags_all",
];

/// The same in `attributes_flat`, which Terraform keeps of states from before 0.12 until the next refresh. Lists and maps
/// are spread over names there; tags are told by prefix.
const ALLOWED_FLAT: &[&str] = &[
    "id",
    "arn",
    "db_snapshot_arn",
    "db_cluster_snapshot_arn",
    "deletion_protection",
    "deletion_protection_enabled",
    "skip_final_snapshot",
    "final_snapshot_identifier",
    "delete_automated_backups",
    "backup_retention_period",
    "point_in_time_recovery.0.enabled",
    "apply_immediately",
    "force_destroy",
    "recovery_window_in_days",
    "deletion_window_in_days",
    "enable_deletion_protection",
    "disable_api_termination",
    "skip_destroy",
];

/// What was kept of one instance.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Kept {
    pub(super) id: Option<String>,
    pub(super) arn: Option<String>,
    recorded: RecordedAttributes,
    tags: BTreeMap<String, String>,
    tags_all: BTreeMap<String, String>,
}

impl Kept {
    /// The attributes, with `tags` over `tags_all` whichever came first.
    pub(super) fn into_recorded(self) -> RecordedAttributes {
        let mut recorded = self.recorded;
        recorded.environment_tags = self.tags_all;
        recorded.environment_tags.extend(self.tags);
        recorded
    }

    /// Keeps a scalar. One of another kind than the attribute has is taken as not recorded: other resource types use
    /// some of the names otherwise (`aws_cognito_user_pool` has the text `deletion_protection = "ACTIVE"`).
    fn set(&mut self, key: &str, value: Scalar) {
        let recorded = &mut self.recorded;
        match key {
            "id" => self.id = text(value),
            "arn" => self.arn = text(value),
            // The snapshot types name their own ARN after themselves, and have no `arn`.
            "db_snapshot_arn" | "db_cluster_snapshot_arn" => self.arn = self.arn.take().or_else(|| text(value)),
            "deletion_protection" => recorded.deletion_protection = flag(&value),
            "deletion_protection_enabled" => recorded.deletion_protection_enabled = flag(&value),
            "skip_final_snapshot" => recorded.skip_final_snapshot = flag(&value),
            "final_snapshot_identifier" => recorded.final_snapshot_identifier = text(value),
            "delete_automated_backups" => recorded.delete_automated_backups = flag(&value),
            "backup_retention_period" => recorded.backup_retention_period = whole(&value),
            "point_in_time_recovery.0.enabled" => recorded.point_in_time_recovery = flag(&value),
            "apply_immediately" => recorded.apply_immediately = flag(&value),
            "force_destroy" => recorded.force_destroy = flag(&value),
            "recovery_window_in_days" => recorded.recovery_window_in_days = whole(&value),
            "deletion_window_in_days" => recorded.deletion_window_in_days = whole(&value),
            "enable_deletion_protection" => recorded.enable_deletion_protection = flag(&value),
            "disable_api_termination" => recorded.disable_api_termination = flag(&value),
            "skip_destroy" => recorded.skip_destroy = flag(&value),
            _ => {}
        }
    }
}

/// Reads `attributes`: an object, or null.
pub(super) fn read<R: Read>(tokens: &mut Tokens<'_, R>, kept: &mut Kept) -> Result<(), StateError> {
    match tokens.peek()? {
        ValueType::Null => return tokens.skip(),
        ValueType::Object => {}
        _ => return Err(tokens.malformed("an instance's attributes are no object")),
    }
    tokens.begin_object()?;
    let mut keys = Keys::of_attributes(ALLOWED);
    while let Some(key) = tokens.next_key(&mut keys)? {
        match key {
            "tags" => tags(tokens, &mut kept.tags)?,
            "tags_all" => tags(tokens, &mut kept.tags_all)?,
            "point_in_time_recovery" => kept.recorded.point_in_time_recovery = enabled_block(tokens)?,
            _ => {
                let value = tokens.scalar()?;
                kept.set(key, value);
            }
        }
    }
    tokens.end_object()
}

/// Reads `attributes_flat`: an object of texts, or null.
pub(super) fn read_flat<R: Read>(tokens: &mut Tokens<'_, R>, kept: &mut Kept) -> Result<(), StateError> {
    enum Flat {
        Allowed(&'static str),
        Tag(String),
        TagAll(String),
        Other,
    }
    match tokens.peek()? {
        ValueType::Null => return tokens.skip(),
        ValueType::Object => {}
        _ => return Err(tokens.malformed("an instance's attributes are no object")),
    }
    tokens.begin_object()?;
    while tokens.has_next()? {
        let wanted = &tokens.limits().environment_keys;
        let name = tokens.name(|name| {
            if let Some(key) = ALLOWED_FLAT.iter().find(|key| **key == name) {
                return Flat::Allowed(key);
            }
            let (prefix, key) = name.split_once('.').unwrap_or_default();
            match prefix {
                "tags" if names_environment(wanted, key) => Flat::Tag(key.to_owned()),
                "tags_all" if names_environment(wanted, key) => Flat::TagAll(key.to_owned()),
                _ => Flat::Other,
            }
        })?;
        match name {
            Flat::Other => tokens.skip()?,
            Flat::Allowed(key) => {
                let value = tokens.scalar()?;
                kept.set(key, value);
            }
            Flat::Tag(key) => keep_tag(tokens, key, &mut kept.tags)?,
            Flat::TagAll(key) => keep_tag(tokens, key, &mut kept.tags_all)?,
        }
    }
    tokens.end_object()
}

/// Keeps of a map of tags those that name an environment. Anything but a map (some types have lists) is passed over.
fn tags<R: Read>(tokens: &mut Tokens<'_, R>, to: &mut BTreeMap<String, String>) -> Result<(), StateError> {
    if tokens.peek()? != ValueType::Object {
        return tokens.skip();
    }
    tokens.begin_object()?;
    while tokens.has_next()? {
        let wanted = &tokens.limits().environment_keys;
        let key = tokens.name(|name| names_environment(wanted, name).then(|| name.to_owned()))?;
        match key {
            Some(key) => keep_tag(tokens, key, to)?,
            None => tokens.skip()?,
        }
    }
    tokens.end_object()
}

fn keep_tag<R: Read>(
    tokens: &mut Tokens<'_, R>,
    key: String,
    to: &mut BTreeMap<String, String>,
) -> Result<(), StateError> {
    if to.contains_key(&key) {
        return Err(StateError::DuplicateKey { key: "a tag that names the environment", at: tokens.at() });
    }
    if let Some(value) = tokens.text_or_skip()? {
        to.insert(key, value);
    }
    Ok(())
}

/// `enabled` of a list of blocks, as aws_dynamodb_table has it: the first block counts, and there is one at most.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table#point_in_time_recovery>
fn enabled_block<R: Read>(tokens: &mut Tokens<'_, R>) -> Result<Option<bool>, StateError> {
    if tokens.peek()? != ValueType::Array {
        tokens.skip()?;
        return Ok(None);
    }
    let mut enabled = None;
    tokens.begin_array()?;
    let mut first = true;
    while tokens.has_next()? {
        if !first || tokens.peek()? != ValueType::Object {
            tokens.skip()?;
            first = false;
            continue;
        }
        first = false;
        tokens.begin_object()?;
        let mut keys = Keys::of_attributes(&["enabled"]);
        while tokens.next_key(&mut keys)?.is_some() {
            enabled = flag(&tokens.scalar()?);
        }
        tokens.end_object()?;
    }
    tokens.end_array()?;
    Ok(enabled)
}

fn names_environment(wanted: &[String], key: &str) -> bool {
    wanted.iter().any(|word| word.eq_ignore_ascii_case(key))
}

fn text(value: Scalar) -> Option<String> {
    match value {
        Scalar::Text(text) => Some(text),
        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Other => None,
    }
}

/// A boolean, also as the text that Terraform converts to one.
fn flag(value: &Scalar) -> Option<bool> {
    match value {
        Scalar::Bool(flag) => Some(*flag),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Int(_) | Scalar::Other => None,
    }
}

/// A whole number, also as the text that Terraform converts to one.
fn whole(value: &Scalar) -> Option<i64> {
    match value {
        Scalar::Int(number) => Some(*number),
        Scalar::Text(text) => text.parse().ok(),
        Scalar::Bool(_) | Scalar::Other => None,
    }
}
