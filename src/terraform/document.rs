//! The document: its head, its resources, their instances. Any order of keys gives the same result.

use std::io::Read;

use struson::reader::ValueType;

use super::address::{Index, address};
use super::attributes::{self, Kept};
use super::tokens::{Keys, Tokens};
use super::{StateDocument, StateError};
use crate::model::shared::Word;
use crate::model::terraform::{ResourceMode, StateResource};

/// The format version that is read.
const VERSION: u64 = 4;

const TOP: &[&str] =
    &["version", "terraform_version", "serial", "lineage", "resources", "encrypted_data", "encryption_version", "meta"];
const RESOURCE: &[&str] = &["module", "mode", "type", "name", "provider", "instances"];
/// `depends_on` is what Terraform 0.12's first releases wrote for `dependencies`; `instance_provider` is OpenTofu's, for
/// a provider with `for_each`.
const INSTANCE: &[&str] =
    &["index_key", "deposed", "attributes", "attributes_flat", "dependencies", "depends_on", "instance_provider"];

/// The head of a state, as far as it was met.
#[derive(Default)]
struct Head {
    version: Option<u64>,
    terraform_version: Option<String>,
    serial: Option<u64>,
    lineage: Option<String>,
    /// OpenTofu's `meta` was met: the parameters of its key providers.
    meta: bool,
}

/// An instance before its resource's type and name are known.
struct Instance {
    index: Option<Index>,
    deposed: Option<String>,
    provider: Option<Word>,
    dependencies: Vec<Word>,
    kept: Kept,
}

/// Reads a whole document.
pub(super) fn read<R: Read>(mut tokens: Tokens<'_, R>) -> Result<StateDocument, StateError> {
    if tokens.peek()? != ValueType::Object {
        return Err(tokens.malformed("it is no object"));
    }
    tokens.begin_object()?;
    let mut keys = Keys::of_format(TOP);
    let mut head = Head::default();
    let mut resources = None;
    while let Some(key) = tokens.next_key(&mut keys)? {
        match key {
            "version" => head.version = Some(version(&mut tokens)?),
            "terraform_version" => {
                head.terraform_version = tokens.text_or_null("terraform_version is no text")?;
            }
            "serial" => head.serial = Some(tokens.unsigned("serial is no whole number")?),
            "lineage" => head.lineage = tokens.text_or_null("lineage is no text")?,
            "resources" => resources = Some(read_resources(&mut tokens)?),
            // https://opentofu.org/docs/language/state/encryption/: an encrypted state has its data in one text.
            "encrypted_data" | "encryption_version" => return Err(StateError::Encrypted),
            _ => {
                head.meta = true;
                tokens.skip()?;
            }
        }
    }
    tokens.end_object()?;
    let at = tokens.at();
    tokens.finish()?;
    document(head, resources, at)
}

/// The format version; another than 4 ends the reading at once.
fn version<R: Read>(tokens: &mut Tokens<'_, R>) -> Result<u64, StateError> {
    match tokens.unsigned("version is no whole number")? {
        VERSION => Ok(VERSION),
        version if version < VERSION => Err(StateError::OldFormat { version }),
        version => Err(StateError::NewFormat { version }),
    }
}

/// Puts head and resources together. What Terraform always writes has to be there.
fn document(head: Head, resources: Option<Vec<StateResource>>, at: u64) -> Result<StateDocument, StateError> {
    let missing = |what| StateError::Malformed { what, at };
    if head.version.is_none() {
        return Err(if head.meta { StateError::Encrypted } else { missing("it names no format version") });
    }
    let mut resources = resources.ok_or_else(|| missing("it has no list of resources"))?;
    resources.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
    let twice = resources.windows(2).any(|pair| match pair {
        [a, b] => a.address == b.address && a.deposed == b.deposed,
        _ => false,
    });
    if twice {
        return Err(missing("it holds an instance twice"));
    }
    Ok(StateDocument {
        serial: head.serial.ok_or_else(|| missing("it has no serial"))?,
        lineage: head.lineage.filter(|lineage| !lineage.is_empty()).ok_or_else(|| missing("it has no lineage"))?,
        terraform_version: head.terraform_version.unwrap_or_default(),
        resources,
    })
}

fn read_resources<R: Read>(tokens: &mut Tokens<'_, R>) -> Result<Vec<StateResource>, StateError> {
    expect_array(tokens, "resources are no list")?;
    let mut resources = Vec::new();
    while tokens.has_next()? {
        read_resource(tokens, &mut resources)?;
    }
    tokens.end_array()?;
    Ok(resources)
}

fn read_resource<R: Read>(tokens: &mut Tokens<'_, R>, to: &mut Vec<StateResource>) -> Result<(), StateError> {
    if tokens.peek()? != ValueType::Object {
        return Err(tokens.malformed("a resource is no object"));
    }
    tokens.begin_object()?;
    let mut keys = Keys::of_format(RESOURCE);
    let (mut module, mut mode, mut kind, mut name, mut provider) = (None, None, None, None, None);
    let mut instances = None;
    while let Some(key) = tokens.next_key(&mut keys)? {
        match key {
            "module" => module = tokens.text_or_null("a resource's module is no text")?,
            "mode" => mode = tokens.text_or_null("a resource's mode is no text")?,
            "type" => kind = tokens.text_or_null("a resource's type is no text")?,
            "name" => name = tokens.text_or_null("a resource's name is no text")?,
            "provider" => provider = tokens.text_or_null("a resource's provider is no text")?,
            _ => instances = Some(read_instances(tokens, to.len())?),
        }
    }
    tokens.end_object()?;

    let given = |text: Option<String>| text.filter(|text| !text.is_empty());
    let mode = match mode.as_deref() {
        Some("managed") => ResourceMode::Managed,
        Some("data") => ResourceMode::Data,
        Some(_) => return Err(tokens.malformed("a resource's mode is neither managed nor data")),
        None => return Err(tokens.malformed("a resource has no mode")),
    };
    let kind: Word = given(kind).map(Into::into).ok_or_else(|| tokens.malformed("a resource has no type"))?;
    let name = given(name).ok_or_else(|| tokens.malformed("a resource has no name"))?;
    let instances = instances.ok_or_else(|| tokens.malformed("a resource has no list of instances"))?;
    let module = module.unwrap_or_default();
    let provider: Word = provider.unwrap_or_default().into();
    // Every instance repeats them.
    let repeated = (module.len() + 2 * kind.len() + name.len() + provider.len()) as u64;
    tokens.keep(repeated.saturating_mul(instances.len() as u64))?;
    // The id of another provider's resource can be the secret itself: random_string's is.
    let identified = kind.starts_with("aws_") || kind.starts_with("awscc_");
    to.extend(instances.into_iter().map(|mut instance| StateResource {
        address: address(&module, mode, &kind, &name, instance.index.as_ref()),
        mode,
        resource_type: kind.clone(),
        provider: instance.provider.take().unwrap_or_else(|| provider.clone()),
        arn: instance.kept.arn.take().filter(|_| identified),
        id: instance.kept.id.take().filter(|_| identified),
        deposed: instance.deposed,
        dependencies: instance.dependencies,
        attributes: instance.kept.into_recorded().into(),
    }));
    Ok(())
}

fn read_instances<R: Read>(tokens: &mut Tokens<'_, R>, before: usize) -> Result<Vec<Instance>, StateError> {
    expect_array(tokens, "a resource's instances are no list")?;
    let mut instances = Vec::new();
    let limit = tokens.limits().max_instances;
    while tokens.has_next()? {
        if (before + instances.len()) as u64 >= limit {
            return Err(StateError::OverLimit { what: "resource instances", limit });
        }
        tokens.keep(size_of::<StateResource>() as u64)?;
        instances.push(read_instance(tokens)?);
    }
    tokens.end_array()?;
    Ok(instances)
}

fn read_instance<R: Read>(tokens: &mut Tokens<'_, R>) -> Result<Instance, StateError> {
    if tokens.peek()? != ValueType::Object {
        return Err(tokens.malformed("an instance is no object"));
    }
    tokens.begin_object()?;
    let mut keys = Keys::of_format(INSTANCE);
    let mut instance =
        Instance { index: None, deposed: None, provider: None, dependencies: Vec::new(), kept: Kept::default() };
    let mut flat = Kept::default();
    let mut structured = false;
    while let Some(key) = tokens.next_key(&mut keys)? {
        match key {
            "index_key" => instance.index = read_index(tokens)?,
            "deposed" => {
                instance.deposed = tokens.text_or_null("a deposed key is no text")?.filter(|key| !key.is_empty());
            }
            "instance_provider" => {
                let given = tokens.text_or_null("an instance's provider is no text")?;
                instance.provider = given.filter(|provider| !provider.is_empty()).map(Word::from);
            }
            "attributes" => {
                structured = tokens.peek()? == ValueType::Object;
                attributes::read(tokens, &mut instance.kept)?;
            }
            "attributes_flat" => attributes::read_flat(tokens, &mut flat)?,
            _ => read_dependencies(tokens, &mut instance.dependencies)?,
        }
    }
    tokens.end_object()?;
    if !structured {
        // As Terraform does: the flat form counts only where the structured one is missing.
        instance.kept = flat;
    }
    instance.dependencies.sort();
    instance.dependencies.dedup();
    instance.dependencies.shrink_to_fit();
    Ok(instance)
}

/// An index: a whole number (`count`), a text (`for_each`), or null.
fn read_index<R: Read>(tokens: &mut Tokens<'_, R>) -> Result<Option<Index>, StateError> {
    let what = "an instance's index is neither a whole number nor a text";
    match tokens.peek()? {
        ValueType::Null => tokens.skip().map(|()| None),
        ValueType::String => Ok(tokens.text_or_skip()?.map(Index::Each)),
        ValueType::Number => {
            let count = tokens.unsigned(what)?;
            i64::try_from(count).map(|count| Some(Index::Count(count))).map_err(|_| tokens.malformed(what))
        }
        _ => Err(tokens.malformed(what)),
    }
}

fn read_dependencies<R: Read>(tokens: &mut Tokens<'_, R>, to: &mut Vec<Word>) -> Result<(), StateError> {
    if tokens.peek()? == ValueType::Null {
        return tokens.skip();
    }
    expect_array(tokens, "an instance's dependencies are no list")?;
    while tokens.has_next()? {
        tokens.keep(size_of::<String>() as u64)?;
        to.extend(tokens.text_or_null("a dependency is no text")?.map(Word::from));
    }
    tokens.end_array()
}

fn expect_array<R: Read>(tokens: &mut Tokens<'_, R>, what: &'static str) -> Result<(), StateError> {
    if tokens.peek()? == ValueType::Array { tokens.begin_array() } else { Err(tokens.malformed(what)) }
}
