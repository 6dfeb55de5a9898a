//! Policy documents, each read once however often it is attached.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::facts::Unread;
use crate::model::gap::{Gap, GapKind};
use crate::model::ids::{AccountId, Region};
use crate::model::operation::{Collection, Operation};
use crate::policy::{Document, Kind, PolicyError, PolicySet};

/// The prefix of the keys that stand for what an unread policy says; the policy's name follows it. Nothing sets such a
/// key, and in an open context it is unknown.
pub(crate) const UNREAD_KEY: &str = "palisade:unread/";

/// Policies that are taken together, with what of them could not be read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    /// Compiled; what is unread may say anything.
    pub(crate) policies: Arc<PolicySet>,
    /// What of them is unread.
    pub(crate) unread: Vec<Unread>,
}

/// One policy to be taken together with others: its name, and its text or why that is unread.
pub(super) struct Named<'t> {
    pub(super) name: String,
    pub(super) text: Result<&'t str, Unread>,
}

/// Where a policy comes from, for the gap that one without meaning leaves.
#[derive(Clone, Copy)]
pub(super) struct Place<'p> {
    pub(super) account: Option<&'p AccountId>,
    pub(super) region: Option<&'p Region>,
    pub(super) collection: Collection,
    pub(super) operation: Operation,
}

/// The documents of an inventory.
#[derive(Default)]
pub(crate) struct Documents {
    read: BTreeMap<(Kind, String), Result<Document, PolicyError>>,
    sets: BTreeMap<(Kind, Vec<(String, String)>), Held>,
}

impl Documents {
    /// Takes policies together. Equal ones share what is compiled.
    pub(super) fn set(&mut self, kind: Kind, policies: Vec<Named<'_>>, place: Place<'_>) -> Held {
        // What is unread is told apart by its gap, so that such sets are never shared by mistake.
        let key = |named: &Named<'_>| match &named.text {
            Ok(text) => (named.name.clone(), (*text).to_owned()),
            Err(unread) => (named.name.clone(), format!("\u{0}{unread:?}")),
        };
        let key = (kind, policies.iter().map(key).collect::<Vec<_>>());
        if let Some(held) = self.sets.get(&key)
            && held.unread.is_empty()
        {
            return held.clone();
        }
        let mut unread = Vec::new();
        let mut documents = Vec::new();
        for Named { name, text } in policies {
            let document = match text {
                Ok(text) => self.document(kind, text).map_err(|error| invalid(&name, &error, place)),
                Err(gap) => Err(gap),
            };
            match document {
                Ok(document) => documents.push((name, document)),
                Err(gap) => {
                    documents.extend(anything(kind, &name).map(|document| (name, document)));
                    unread.push(gap);
                }
            }
        }
        let held = Held { policies: Arc::new(PolicySet::new(documents)), unread };
        self.sets.insert(key, held.clone());
        held
    }

    fn document(&mut self, kind: Kind, text: &str) -> Result<Document, PolicyError> {
        let key = (kind, text.to_owned());
        self.read.entry(key).or_insert_with(|| Document::read(kind, text)).clone()
    }
}

/// The gap that a document leaves which is no policy.
fn invalid(name: &str, error: &PolicyError, place: Place<'_>) -> Unread {
    Unread {
        account: place.account.cloned(),
        regions: place.region.cloned().into_iter().collect(),
        collection: place.collection,
        gap: Gap::not_made(GapKind::Malformed, place.operation, format!("policy {name} is not valid: {error}")),
    }
}

/// A policy that may say anything: an allow and a deny that depend on a key that nobody knows.
pub(super) fn anything(kind: Kind, name: &str) -> Option<Document> {
    let who = match kind {
        Kind::Resource | Kind::Trust | Kind::Rcp => serde_json::json!({"AWS": "*"}),
        Kind::Identity | Kind::Boundary | Kind::Session | Kind::Scp => serde_json::Value::Null,
    };
    let statement = |effect: &str| {
        let mut statement = serde_json::json!({
            "Sid": "Unread",
            "Effect": effect,
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {format!("{UNREAD_KEY}{name}"): effect}},
        });
        if let Some(members) = statement.as_object_mut() {
            if kind == Kind::Trust {
                members.remove("Resource");
            }
            if kind == Kind::Rcp {
                members.insert("Principal".to_owned(), "*".into());
            } else if !who.is_null() {
                members.insert("Principal".to_owned(), who.clone());
            }
        }
        statement
    };
    // RCPs never allow: RCPFullAWSAccess does, and it cannot be detached.
    let effects: &[&str] = if kind == Kind::Rcp { &["Deny"] } else { &["Allow", "Deny"] };
    let text = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": effects.iter().map(|effect| statement(effect)).collect::<Vec<_>>(),
    });
    Document::read(kind, &text.to_string()).ok()
}
