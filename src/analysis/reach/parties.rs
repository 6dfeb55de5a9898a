//! Who stands outside the principals that were read: other accounts, identity providers, anyone. Imports the judge.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::judge::{Own, Who};
use crate::model::ids::AccountId;
use crate::policy::{Caller, Context as Keys, Fact};

/// An organization that is not ours.
pub(crate) const OTHER_ORGANIZATION: &str = "o-palisadeother";

/// An account that is nobody's.
pub(crate) const OTHER_ACCOUNT: &str = "000000000000";

/// Somebody from outside.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outsider {
    /// Whoever has an AWS account.
    Anyone,
    /// The principals of an account whose users and roles were not read.
    Account(AccountId),
    /// One principal of such an account.
    Principal(String),
    /// Whoever an identity provider vouches for.
    Provider(String),
}

impl Outsider {
    /// In words.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Anyone => "anyone with an AWS account".to_owned(),
            Self::Account(id) => format!("principals of account {id}"),
            Self::Principal(arn) | Self::Provider(arn) => arn.clone(),
        }
    }

    /// The account that it is of, where it is of one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        match self {
            Self::Account(id) => Some(id.clone()),
            Self::Principal(arn) => arn.split(':').nth(4)?.parse().ok(),
            Self::Anyone | Self::Provider(_) => None,
        }
    }
}

/// Everybody from outside that something lets in.
#[derive(Debug, Default)]
pub(crate) struct Parties {
    list: Vec<Outsider>,
    places: BTreeMap<Outsider, usize>,
}

impl Parties {
    /// The place of somebody, new or known.
    pub(crate) fn place(&mut self, party: Outsider) -> usize {
        if let Some(known) = self.places.get(&party) {
            return *known;
        }
        self.list.push(party.clone());
        self.places.insert(party, self.list.len() - 1);
        self.list.len() - 1
    }

    pub(crate) fn get(&self, at: usize) -> Option<&Outsider> {
        self.list.get(at)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (usize, &Outsider)> {
        self.list.iter().enumerate()
    }
}

/// A caller of whom little is known.
pub(crate) struct Stranger {
    caller: Caller,
    keys: Arc<Keys>,
    own: Own,
}

impl Stranger {
    /// Some principal of an account, whatever it is called.
    pub(crate) fn of_account(account: &str, organization: Option<&str>) -> Self {
        let keys = base(account, organization);
        Self { caller: Caller::some_role(account), keys: Arc::new(keys), own: Own::Everything }
    }

    /// A principal, a session or a provider by its ARN.
    pub(crate) fn named(arn: &str, organization: Option<&str>) -> Option<Self> {
        let account = arn.split(':').nth(4)?;
        let mut keys = base(account, organization);
        if arn.contains(":iam:") && !arn.contains("-provider/") {
            keys.set("aws:PrincipalArn", Fact::values([arn]));
        }
        let caller = Caller::read(arn, account, &keys).ok()?;
        Some(Self { caller, keys: Arc::new(keys), own: Own::Everything })
    }

    /// With what more is known.
    pub(crate) fn with(mut self, key: &str, fact: Fact) -> Self {
        let mut keys = Keys::clone(&self.keys);
        keys.set(key, fact);
        self.keys = Arc::new(keys);
        self
    }

    pub(crate) fn who(&self) -> Who<'_> {
        Who { caller: &self.caller, keys: &self.keys, own: &self.own, boundary: None, doubtful: false }
    }
}

fn base(account: &str, organization: Option<&str>) -> Keys {
    let mut keys = Keys::open()
        .with("aws:PrincipalIsAWSService", Fact::values(["false"]))
        .with("aws:PrincipalServiceName", Fact::Absent);
    if account != OTHER_ACCOUNT {
        keys.set("aws:PrincipalAccount", Fact::values([account]));
    }
    if let Some(organization) = organization {
        keys.set("aws:PrincipalOrgID", Fact::values([organization]));
        if organization == OTHER_ORGANIZATION {
            keys.set("aws:PrincipalOrgPaths", Fact::values([format!("{organization}/r-other/")]));
        }
    }
    keys
}
