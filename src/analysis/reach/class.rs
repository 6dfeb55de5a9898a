//! Classes of principals that no policy tells apart, so that ten thousand roles are judged once. Imports the judge.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::edges::{self, EdgeKind};
use super::judge::{Own, Who};
use crate::analysis::authority::{Authority, Principal, PrincipalKind};
use crate::model::ids::AccountId;
use crate::policy::{Caller, Context as Keys, PolicySet};

/// Principals of one account with equal policies, boundary and outlook; the first stands for all.
#[derive(Debug, Clone)]
pub(crate) struct Class {
    pub(crate) account: AccountId,
    pub(crate) kind: PrincipalKind,
    pub(crate) own: Own,
    pub(crate) boundary: Option<Arc<PolicySet>>,
    pub(crate) caller: Caller,
    pub(crate) keys: Arc<Keys>,
    pub(crate) doubtful: bool,
    /// Which of the edges' actions its own policies name at all.
    able: Arc<Vec<bool>>,
}

impl Class {
    /// As a caller.
    pub(crate) fn who(&self) -> Who<'_> {
        Who {
            caller: &self.caller,
            keys: &self.keys,
            own: &self.own,
            boundary: self.boundary.as_ref(),
            doubtful: self.doubtful,
        }
    }

    /// A principal that was changed into this class.
    pub(super) fn draft_for(&self, principal: &Principal<'_>) -> Draft {
        Draft {
            account: self.account.clone(),
            kind: self.kind,
            own: self.own.clone(),
            boundary: self.boundary.clone(),
            caller: principal.caller.clone(),
            keys: Arc::clone(&principal.keys),
            doubtful: self.doubtful,
        }
    }

    /// Whether its own policies name every action of an edge.
    pub(super) fn names_all(&self, edge: &EdgeKind) -> bool {
        self.able.is_empty() || edge.places.iter().all(|at| self.able.get(*at).copied().unwrap_or(true))
    }

    /// Whether its own policies name an action.
    pub(super) fn names(&self, action: &str) -> bool {
        let at = edges::actions().binary_search_by(|one| one.as_str().cmp(action)).ok();
        at.is_none_or(|at| self.able.get(at).copied().unwrap_or(true))
    }

    /// Whether somebody rewrote what it may.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.own, Own::Everything) && self.kind != PrincipalKind::Root
    }
}

/// What tells classes apart; policies by their place in memory, equal ones share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    account: AccountId,
    kind: PrincipalKind,
    own: usize,
    boundary: usize,
    doubtful: bool,
    outlook: Vec<u8>,
}

/// Every class there is.
#[derive(Default)]
pub(crate) struct Classes {
    pub(crate) list: Vec<Class>,
    by_key: BTreeMap<Key, usize>,
    telling: BTreeMap<usize, bool>,
    able: BTreeMap<usize, Arc<Vec<bool>>>,
    /// Sets that were made here are kept, so that no two have one place.
    kept: Vec<Arc<PolicySet>>,
}

fn place<T>(arc: &Arc<T>) -> usize {
    Arc::as_ptr(arc).addr()
}

/// A principal as a class would have it.
pub(crate) struct Draft {
    pub(crate) account: AccountId,
    pub(crate) kind: PrincipalKind,
    pub(crate) own: Own,
    pub(crate) boundary: Option<Arc<PolicySet>>,
    pub(crate) caller: Caller,
    pub(crate) keys: Arc<Keys>,
    pub(crate) doubtful: bool,
}

impl Draft {
    /// A principal as it is.
    pub(crate) fn of(principal: &Principal<'_>) -> Self {
        let own = match &principal.identity {
            Some(held) => Own::Policies(Arc::clone(&held.policies)),
            None => Own::Everything,
        };
        Self {
            account: principal.account.clone(),
            kind: principal.kind,
            own,
            boundary: principal.boundary.as_ref().map(|held| Arc::clone(&held.policies)),
            caller: principal.caller.clone(),
            keys: Arc::clone(&principal.keys),
            doubtful: principal.unread().next().is_some(),
        }
    }
}

impl Classes {
    pub(crate) fn get(&self, class: usize) -> Option<&Class> {
        self.list.get(class)
    }

    /// The class of a principal, made where it is the first of its kind.
    pub(crate) fn of(&mut self, authority: &Authority<'_>, draft: Draft) -> usize {
        let outlook = self.outlook(authority, &draft);
        let own = match &draft.own {
            Own::Everything => 0,
            Own::Policies(set) => place(set),
        };
        let key = Key {
            account: draft.account.clone(),
            kind: draft.kind,
            own,
            boundary: draft.boundary.as_ref().map_or(0, place),
            doubtful: draft.doubtful,
            outlook,
        };
        if let Some(known) = self.by_key.get(&key) {
            return *known;
        }
        let able = self.able(&draft.own);
        if let Own::Policies(set) = &draft.own {
            self.kept.push(Arc::clone(set));
        }
        let Draft { account, kind, own, boundary, caller, keys, doubtful } = draft;
        let class = Class { account, kind, own, boundary, caller, keys, doubtful, able };
        self.list.push(class);
        self.by_key.insert(key, self.list.len() - 1);
        self.list.len() - 1
    }

    fn outlook(&mut self, authority: &Authority<'_>, draft: &Draft) -> Vec<u8> {
        let mut out = Vec::new();
        let bounded = draft.boundary.is_some();
        let sets = match &draft.own {
            Own::Policies(set) => vec![set],
            Own::Everything => Vec::new(),
        };
        for set in sets.into_iter().chain(&draft.boundary) {
            let telling = *self.telling.entry(place(set)).or_insert_with(|| set.is_telling());
            if telling {
                set.outlook(&draft.caller, &draft.keys, bounded, &mut out);
            }
            out.push(9);
        }
        if let Some(chain) = authority.chains.of(&draft.account) {
            let telling = *self.telling.entry(place(&chain.scps)).or_insert_with(|| chain.scps.is_telling());
            if telling {
                chain.scps.outlook(&draft.caller, &draft.keys, &mut out);
            }
        }
        out
    }

    fn able(&mut self, own: &Own) -> Arc<Vec<bool>> {
        let at = match own {
            Own::Everything => 0,
            Own::Policies(set) => place(set),
        };
        let make = || match own {
            Own::Everything => Arc::new(Vec::new()),
            Own::Policies(set) => Arc::new(edges::actions().iter().map(|action| set.names_action(action)).collect()),
        };
        Arc::clone(self.able.entry(at).or_insert_with(make))
    }
}
