//! The Principal element, and who calls. Imports the room's context and three values.
//!
//! In one account it matters how a resource policy names the caller, not only that it does: see [`Grants`].
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use std::sync::LazyLock;

use super::context::{Context, Key};
use super::hash::Name;
use super::statement::Effect;
use super::tri::Tri;

/// The ARN of whoever calls; of a session that of its role.
pub(super) static PRINCIPAL_ARN: LazyLock<Name> = LazyLock::new(|| Name::new("aws:principalarn"));

/// The unique id of whoever calls; of a session with its name.
pub(super) static USER_ID: LazyLock<Name> = LazyLock::new(|| Name::new("aws:userid"));

/// What kind of principal calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallerKind {
    /// An IAM user.
    User,
    /// An IAM role, whatever its session.
    Role,
    /// A session of an IAM role.
    Session,
    /// A session of `GetFederationToken`.
    FederatedUser,
    /// The root user of an account.
    Root,
    /// An AWS service.
    Service,
    /// Somebody whom an identity provider vouches for, before a role is assumed.
    Provider,
}

/// Why a text names no caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallerError {
    /// The text names nobody who can call.
    #[error(
        "{0:?} is no principal that calls: a user, role, assumed-role session, federated user or root ARN, or a service \
         principal with an empty account is wanted"
    )]
    Shape(String),
    /// The account is not that of the ARN.
    #[error("{arn:?} is of another account than {account:?}")]
    Account {
        /// The caller's ARN.
        arn: String,
        /// The account that was named beside it.
        account: String,
    },
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caller {
    kind: CallerKind,
    arn: Box<str>,
    account: Box<str>,
    /// Of a role and a session: the ARN of the role, where it is known.
    role: Option<Box<str>>,
}

impl Caller {
    /// Reads who calls. The role of a session is the one that `aws:PrincipalArn` names, for a session's ARN has no path.
    ///
    /// # Errors
    /// The text names nobody who can call, or somebody of another account.
    pub fn read(arn: &str, account: &str, context: &Context) -> Result<Self, CallerError> {
        let wrong = || CallerError::Shape(arn.to_owned());
        let Some(rest) = arn.strip_prefix("arn:") else {
            let service = !arn.is_empty() && arn.contains('.') && !arn.contains([':', '/', '*', ' ']);
            return if service && account.is_empty() {
                Ok(Self { kind: CallerKind::Service, arn: arn.into(), account: "".into(), role: None })
            } else {
                Err(wrong())
            };
        };
        let mut parts = rest.splitn(5, ':');
        let (partition, service) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let (_, owner, resource) = (parts.next(), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let kind = match (service, resource.split_once('/')) {
            ("iam", None) if resource == "root" => CallerKind::Root,
            ("iam", Some(("user", name))) if !name.is_empty() => CallerKind::User,
            ("iam", Some(("role", name))) if !name.is_empty() => CallerKind::Role,
            ("iam", Some(("saml-provider" | "oidc-provider", name))) if !name.is_empty() => CallerKind::Provider,
            ("sts", Some(("assumed-role", name))) if name.contains('/') => CallerKind::Session,
            ("sts", Some(("federated-user", name))) if !name.is_empty() => CallerKind::FederatedUser,
            _ => return Err(wrong()),
        };
        if owner.is_empty() {
            return Err(wrong());
        }
        if owner != account {
            return Err(CallerError::Account { arn: arn.to_owned(), account: account.to_owned() });
        }
        let role = match kind {
            CallerKind::Session if matches!(context.get(&PRINCIPAL_ARN), Key::Unknown | Key::Present) => None,
            CallerKind::Session => {
                let name = resource.split('/').nth(1).unwrap_or("");
                Some(session_role(context, account, name).unwrap_or_else(|| {
                    // A role without a path.
                    format!("arn:{partition}:iam::{account}:role/{name}").into()
                }))
            }
            CallerKind::Role => Some(arn.into()),
            _ => None,
        };
        Ok(Self { kind, arn: arn.into(), account: account.into(), role })
    }

    /// Some ordinary role of an account, no service-linked one, of which nothing else is known.
    #[must_use]
    pub fn some_role(account: &str) -> Self {
        Self { kind: CallerKind::Role, arn: "".into(), account: account.into(), role: None }
    }

    /// What kind of principal it is.
    #[must_use]
    pub fn kind(&self) -> CallerKind {
        self.kind
    }

    /// The account; empty for a service.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The ARN, or the name of a service; empty for some role.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    fn is_role(&self) -> bool {
        matches!(self.kind, CallerKind::Role | CallerKind::Session)
    }
}

fn session_role(context: &Context, account: &str, name: &str) -> Option<Box<str>> {
    let Key::Values([arn]) = context.get(&PRINCIPAL_ARN) else { return None };
    let (head, path) = arn.split_once(":role/")?;
    (head.ends_with(&format!("::{account}")) && path.rsplit('/').next() == Some(name)).then(|| arn.clone())
}

/// One principal that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    Everyone,
    /// An account id, or the ARN of an account's root, which means the same.
    Account(Box<str>),
    User(Box<str>),
    Role(Box<str>),
    Session(Box<str>),
    FederatedUser(Box<str>),
    Service(Box<str>),
    Provider(Box<str>),
    /// A canonical user id of S3: an account, but nobody can tell which.
    Canonical,
    /// The unique id of a user or role.
    UniqueId(Box<str>),
}

/// How a resource policy names the caller. In one account: by name or as everybody, it is enough by itself; by the ARN of
/// its role, it is enough, but a boundary and a session policy limit it; by its account, the account's own policies decide.
/// UG: Policy evaluation for requests within a single account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grants {
    pub(super) direct: Tri,
    pub(super) role: Tri,
    pub(super) account: Tri,
}

impl Grants {
    pub(super) const NONE: Self = Self { direct: Tri::False, role: Tri::False, account: Tri::False };

    /// Whether it names the caller at all.
    pub(super) fn any(self) -> Tri {
        self.direct.or(self.role).or(self.account)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self {
            direct: self.direct.or(other.direct),
            role: self.role.or(other.role),
            account: self.account.or(other.account),
        }
    }

    pub(super) fn and(self, all: Tri) -> Self {
        Self { direct: self.direct.and(all), role: self.role.and(all), account: self.account.and(all) }
    }
}

impl Named {
    fn grants(&self, caller: &Caller, context: &Context) -> Grants {
        let direct = |holds: Tri| Grants { direct: holds, ..Grants::NONE };
        let is = |kind, arn: &str| direct((caller.kind == kind && *caller.arn == *arn).into());
        match self {
            Self::Everyone => direct(Tri::True),
            Self::Account(id) => {
                let member = !caller.account.is_empty() && caller.account == *id && caller.kind != CallerKind::Provider;
                Grants { account: member.into(), ..Grants::NONE }
            }
            Self::User(arn) => is(CallerKind::User, arn),
            Self::Session(arn) if caller.arn.is_empty() => direct(some_role(arn, caller)),
            Self::Session(arn) => is(CallerKind::Session, arn),
            Self::FederatedUser(arn) => is(CallerKind::FederatedUser, arn),
            Self::Service(name) => {
                direct((caller.kind == CallerKind::Service && (**name == *"*" || caller.arn == *name)).into())
            }
            Self::Provider(arn) => {
                direct((caller.kind == CallerKind::Provider && (**arn == *"*" || caller.arn == *arn)).into())
            }
            Self::Role(arn) => {
                let role = match &caller.role {
                    Some(role) => (role == arn).into(),
                    None if caller.is_role() => some_role(arn, caller),
                    None => Tri::False,
                };
                Grants { role, ..Grants::NONE }
            }
            // It is an account's, but not one that can be told.
            Self::Canonical => direct(if caller.kind == CallerKind::Service { Tri::False } else { Tri::Unknown }),
            Self::UniqueId(id) => match context.get(&USER_ID) {
                Key::Values([user]) if caller.is_role() => {
                    let role = user.split(':').next() == Some(id);
                    Grants { role: role.into(), ..Grants::NONE }
                }
                Key::Values([user]) => direct((caller.kind == CallerKind::User && user == id).into()),
                Key::Values(_) | Key::Absent => Grants::NONE,
                Key::Present | Key::Unknown => direct(Tri::Unknown),
            },
        }
    }
}

/// Whether an ARN can be that of a role of which only the account is known.
fn some_role(arn: &str, caller: &Caller) -> Tri {
    if arn.split(':').nth(4) == Some(&caller.account) { Tri::Unknown } else { Tri::False }
}

/// The Principal or NotPrincipal element of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principals {
    pub(super) negated: bool,
    pub(super) named: Vec<Named>,
}

impl Principals {
    /// Whether it names somebody by a unique id, which only `aws:userid` tells.
    pub(super) fn has_ids(&self) -> bool {
        self.named.iter().any(|named| matches!(named, Named::UniqueId(_)))
    }

    /// How the element names the caller.
    pub(super) fn grants(&self, effect: Effect, caller: &Caller, bounded: bool, context: &Context) -> Grants {
        let all = self.named.iter().map(|named| named.grants(caller, context)).fold(Grants::NONE, Grants::or);
        if !self.negated {
            return all;
        }
        // NotPrincipal takes the caller out only where it lists every name of theirs: account, role and session; it never
        // takes out who has a permissions boundary. UG: AWS JSON policy elements: NotPrincipal.
        let everyone = self.named.contains(&Named::Everyone);
        let out = if everyone {
            Tri::True
        } else if effect == Effect::Allow {
            // AWS does not support NotPrincipal with Allow; whoever is listed by any name may be left out.
            if all.any() == Tri::False { Tri::False } else { Tri::Unknown }
        } else if bounded {
            Tri::False
        } else {
            let account =
                if caller.account.is_empty() || caller.kind == CallerKind::Provider { Tri::True } else { all.account };
            let role = if caller.is_role() { all.role } else { Tri::True };
            let own = match caller.kind {
                CallerKind::Root | CallerKind::Role => Tri::True,
                _ => all.direct,
            };
            account.and(role).and(own)
        };
        Grants { direct: out.negated(), ..Grants::NONE }
    }
}
