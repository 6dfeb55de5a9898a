//! What is asked: who calls what on which resource, and what is known besides. Imports the room's caller and context.

use std::sync::{Arc, LazyLock};

use super::context::{Context, Key};
use super::hash::Name;
use super::pattern::{Pattern, Syntax};
use super::principal::{Caller, CallerKind, PRINCIPAL_ARN};
use super::services;
use super::symbols;
use super::tri::Tri;

/// The resource that a request acts on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// This one; `*` for actions without resource types.
    Exact(Box<str>),
    /// Whichever the caller picks among those that match.
    Like {
        pattern: Pattern,
        /// Whether a name may hold a colon.
        colons: bool,
    },
}

/// A request, or a whole class of them: the caller, the action, the resource and the context.
///
/// Its keys are looked up as AWS would see them. Nothing is derived: whoever builds it states `aws:PrincipalArn` and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub(super) caller: Caller,
    /// `service:Action` in lower case.
    pub(super) action: Name,
    /// Its part before the colon.
    service: Name,
    pub(super) target: Target,
    /// The account of the resource; that of the caller where nothing else is known.
    pub(super) resource_account: Box<str>,
    pub(super) context: Arc<Context>,
    /// Whether the caller is a service-linked role.
    pub(super) linked: Tri,
    /// Whether resource control policies bind the action.
    pub(super) takes_rcps: bool,
    /// Whether a resource counts as matched only where it surely is.
    pub(super) strict: bool,
}

/// The action is not of the form `service:Action`, or it holds a wildcard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no action that can be called: `service:Action` without wildcards is wanted")]
pub struct NoAction(pub String);

impl Request {
    /// A request for one resource. `*` stands for actions that have no resource types. An empty `resource_account` means
    /// that of the caller.
    ///
    /// # Errors
    /// The action is none that can be called.
    pub fn new(
        caller: Caller,
        action: &str,
        resource_arn: &str,
        resource_account: &str,
        context: impl Into<Arc<Context>>,
    ) -> Result<Self, NoAction> {
        Self::with_target(caller, action, Target::Exact(resource_arn.into()), resource_account, context.into())
    }

    /// A class of requests: the caller picks any resource that matches the pattern; `*` is any resource at all. Its wildcards
    /// stand for no colon but in the last part of an ARN.
    ///
    /// # Errors
    /// The action is none that can be called.
    pub fn for_any(
        caller: Caller,
        action: &str,
        resources: &str,
        resource_account: &str,
        context: impl Into<Arc<Context>>,
    ) -> Result<Self, NoAction> {
        let like = Target::Like { pattern: Pattern::parse(resources, Syntax::WILD), colons: true };
        Self::with_target(caller, action, like, resource_account, context.into())
    }

    /// The same class, of which it is known that no name holds a colon: then a policy on `…:cluster:*` surely says nothing of
    /// `…:db:*`.
    #[must_use]
    pub fn with_plain_names(mut self) -> Self {
        if let Target::Like { colons, .. } = &mut self.target {
            *colons = false;
        }
        self
    }

    fn with_target(
        caller: Caller,
        action: &str,
        target: Target,
        resource_account: &str,
        context: Arc<Context>,
    ) -> Result<Self, NoAction> {
        let colon = action.find(':').filter(|at| *at > 0 && at + 1 < action.len());
        let colon = colon.filter(|_| !action.contains(['*', '?', ' ']) && action.matches(':').count() == 1);
        let colon = colon.ok_or_else(|| NoAction(action.to_owned()))?;
        let account = if resource_account.is_empty() { caller.account() } else { resource_account };
        let resource_account = account.into();
        let action = action.to_ascii_lowercase();
        let service = action.get(..colon).unwrap_or("");
        let takes_rcps = services::takes_rcps(service) && action != "kms:retiregrant";
        let (service, linked) = (Name::new(service), service_linked(&caller, &context));
        let action = Name::new(&action);
        Ok(Self { caller, action, service, target, resource_account, context, linked, takes_rcps, strict: false })
    }

    /// The service of the action, in lower case.
    #[must_use]
    pub fn service(&self) -> &str {
        self.service.text()
    }

    pub(super) fn service_name(&self) -> &Name {
        &self.service
    }

    /// The name of the action, in lower case.
    pub(super) fn action_name(&self) -> &str {
        self.action.text().get(self.service().len() + 1..).unwrap_or("")
    }

    /// Who calls.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// What is known of the context.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The same request in another context.
    #[must_use]
    pub fn in_context(&self, context: impl Into<Arc<Context>>) -> Self {
        let context = context.into();
        Self { linked: service_linked(&self.caller, &context), context, ..self.clone() }
    }

    /// The same request, for which only what surely matches counts as matched.
    pub(super) fn strictly(&self) -> Self {
        Self { strict: true, ..self.clone() }
    }

    /// Whether the caller's account is another than the resource's.
    #[must_use]
    pub fn crosses_accounts(&self) -> bool {
        !self.caller.account().is_empty() && *self.caller.account() != *self.resource_account
    }

    /// Whether the resource's own policy has to name the caller even in its own account: KMS keys
    /// (<https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>) and roles that are assumed
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html>).
    pub(super) fn needs_resource_policy(&self) -> Tri {
        match (self.service(), &self.target) {
            ("kms", Target::Exact(arn)) => arn.contains(":key/").into(),
            ("kms", Target::Like { pattern, colons }) => symbols::covers(&KEYS, pattern, *colons, &self.context),
            ("sts", _) => {
                let name = self.action_name();
                let assumes = name.starts_with("assumerole") || matches!(name, "tagsession" | "setsourceidentity");
                assumes.into()
            }
            _ => Tri::False,
        }
    }
}

/// The keys of KMS, which have policies of their own; aliases have none.
static KEYS: LazyLock<Pattern> = LazyLock::new(|| Pattern::parse("arn:*:kms:*:*:key/*", Syntax::WILD));

/// The ARNs of service-linked roles: their path tells, a name proves nothing.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>
pub(super) static LINKED: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::parse("arn:*:iam::*:role/aws-service-role/*", Syntax::WILD));

/// Whether the caller is a service-linked role.
fn service_linked(caller: &Caller, context: &Context) -> Tri {
    let role = matches!(caller.kind(), CallerKind::Role | CallerKind::Session);
    // Nobody can make or become such a role; some role is an ordinary one.
    if !role || caller.arn().is_empty() {
        return Tri::False;
    }
    match context.get(&PRINCIPAL_ARN) {
        Key::Values([arn]) => LINKED.matches_arn(arn, context),
        Key::Values(_) | Key::Absent => Tri::False,
        Key::Present | Key::Unknown => Tri::Unknown,
    }
}
