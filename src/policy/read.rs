//! Reading one statement. Imports the room's parts of it.

use super::condition::{Condition, is_multivalued};
use super::document::Kind;
use super::error::{Lint, LintKind, PolicyError, Reason};
use super::json::{Json, below};
use super::operator::{Operator, Set};
use super::pattern::{Pattern, Syntax};
use super::principal::{Named, Principals};
use super::services;
use super::statement::{Actions, Effect, Resources, Statement};

/// The elements of a statement as they stand in the text, each with its pointer.
#[derive(Default)]
struct Elements<'a> {
    sid: Option<(String, &'a Json)>,
    effect: Option<(String, &'a Json)>,
    principal: Option<(String, &'a Json)>,
    not_principal: Option<(String, &'a Json)>,
    action: Option<(String, &'a Json)>,
    not_action: Option<(String, &'a Json)>,
    resource: Option<(String, &'a Json)>,
    not_resource: Option<(String, &'a Json)>,
    condition: Option<(String, &'a Json)>,
}

impl<'a> Elements<'a> {
    fn read(json: &'a Json, at: &str) -> Result<Self, PolicyError> {
        let mut elements = Self::default();
        for (key, value) in json.object(at)? {
            let place = match key.to_ascii_lowercase().as_str() {
                "sid" => &mut elements.sid,
                "effect" => &mut elements.effect,
                "principal" => &mut elements.principal,
                "notprincipal" => &mut elements.not_principal,
                "action" => &mut elements.action,
                "notaction" => &mut elements.not_action,
                "resource" => &mut elements.resource,
                "notresource" => &mut elements.not_resource,
                "condition" => &mut elements.condition,
                _ => return Err(PolicyError::new(&below(at, key), Reason::UnknownElement(key.clone()))),
            };
            *place = Some((below(at, key), value));
        }
        Ok(elements)
    }
}

type Element<'a> = Option<(String, &'a Json)>;

/// One of two elements that exclude each other, and whether it is the negated one.
fn either<'a>(
    plain: Element<'a>,
    not: Element<'a>,
    names: (&'static str, &'static str),
    at: &str,
) -> Result<Option<(bool, String, &'a Json)>, PolicyError> {
    match (plain, not) {
        (Some(_), Some(_)) => Err(PolicyError::new(at, Reason::Exclusive(names.0, names.1))),
        (Some((at, json)), None) => Ok(Some((false, at, json))),
        (None, Some((at, json))) => Ok(Some((true, at, json))),
        (None, None) => Ok(None),
    }
}

/// Reads a statement.
pub(super) fn statement(
    kind: Kind,
    json: &Json,
    at: &str,
    variables: bool,
    lints: &mut Vec<Lint>,
) -> Result<Statement, PolicyError> {
    let elements = Elements::read(json, at)?;
    let sid = elements.sid.map(|(at, json)| json.text(&at).map(Into::into)).transpose()?;
    let (effect_at, effect) = elements.effect.ok_or_else(|| PolicyError::new(at, Reason::Missing("Effect")))?;
    let effect = match effect.text(&effect_at)? {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        other => return Err(PolicyError::new(&effect_at, Reason::Effect(other.to_owned()))),
    };
    let principal = either(elements.principal, elements.not_principal, ("Principal", "NotPrincipal"), at)?;
    let action = either(elements.action, elements.not_action, ("Action", "NotAction"), at)?
        .ok_or_else(|| PolicyError::new(at, Reason::Missing("Action or NotAction")))?;
    let resource = either(elements.resource, elements.not_resource, ("Resource", "NotResource"), at)?;
    let mut reader = Reader { kind, effect, variables, lints };
    let statement = Statement {
        sid,
        effect,
        principals: reader.principals(principal, at)?,
        actions: reader.actions(action)?,
        resources: reader.resources(resource, at)?,
        conditions: elements.condition.map(|(at, json)| reader.conditions(json, &at)).transpose()?.unwrap_or_default(),
    };
    if kind == Kind::Rcp {
        reader.rcp(&statement, at)?;
    }
    Ok(statement)
}

struct Reader<'a> {
    kind: Kind,
    effect: Effect,
    variables: bool,
    lints: &'a mut Vec<Lint>,
}

impl Reader<'_> {
    fn lint(&mut self, pointer: &str, kind: LintKind) {
        self.lints.push(Lint { pointer: pointer.to_owned(), kind });
    }

    fn principals(
        &mut self,
        element: Option<(bool, String, &Json)>,
        at: &str,
    ) -> Result<Option<Principals>, PolicyError> {
        match (element, self.kind.names_principals()) {
            (Some((negated, at, _)), false) => {
                let name = if negated { "NotPrincipal" } else { "Principal" };
                Err(PolicyError::new(&at, Reason::NotInThisKind(name, self.kind.name())))
            }
            (None, true) => Err(PolicyError::new(at, Reason::Missing("Principal"))),
            (None, false) => Ok(None),
            (Some((negated, at, json)), true) => {
                let named = self.named(json, &at)?;
                if named.is_empty() {
                    self.lint(&at, LintKind::Empty);
                }
                if negated && self.effect == Effect::Allow {
                    self.lint(&at, LintKind::Refused("NotPrincipal with Allow is not supported"));
                }
                Ok(Some(Principals { negated, named }))
            }
        }
    }

    fn named(&mut self, json: &Json, at: &str) -> Result<Vec<Named>, PolicyError> {
        if let Json::Text(text) = json {
            return if text == "*" {
                Ok(vec![Named::Everyone])
            } else {
                Err(PolicyError::new(at, Reason::Principal(text.clone(), "`*` or an object is wanted")))
            };
        }
        let mut named = Vec::new();
        for (key, value) in json.object(at)? {
            let at = below(at, key);
            for (at, text) in value.texts(&at)? {
                named.push(match key.to_ascii_lowercase().as_str() {
                    "aws" => self.aws(text, &at)?,
                    "service" => Named::Service(text.into()),
                    "federated" => Named::Provider(text.into()),
                    "canonicaluser" => Named::Canonical,
                    _ => return Err(PolicyError::new(&at, Reason::UnknownElement(key.clone()))),
                });
            }
        }
        Ok(named)
    }

    fn aws(&mut self, text: String, at: &str) -> Result<Named, PolicyError> {
        let wrong = |text: String, why| Err(PolicyError::new(at, Reason::Principal(text, why)));
        if text == "*" {
            return Ok(Named::Everyone);
        }
        if text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(Named::Account(text.into()));
        }
        if text.contains(['*', '?']) {
            return wrong(text, "a part of a name or ARN takes no wildcard");
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        if let ["arn", _, service, _, account, resource] = parts.as_slice() {
            let kind = resource.split_once('/').map_or(*resource, |(kind, _)| kind);
            return match (*service, kind) {
                ("iam", "root") => Ok(Named::Account((*account).into())),
                ("iam", "user") => Ok(Named::User(text.into())),
                ("iam", "role") => Ok(Named::Role(text.into())),
                ("sts", "assumed-role") => Ok(Named::Session(text.into())),
                ("sts", "federated-user") => Ok(Named::FederatedUser(text.into())),
                _ => wrong(text, "an ARN of IAM or STS is wanted"),
            };
        }
        if text.len() >= 16 && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) {
            self.lint(at, LintKind::UniqueId(text.clone()));
            return Ok(Named::UniqueId(text.into()));
        }
        if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Named::Canonical);
        }
        wrong(text, "`*`, an account id or an ARN of IAM or STS is wanted")
    }

    fn actions(&mut self, (negated, at, json): (bool, String, &Json)) -> Result<Actions, PolicyError> {
        let texts = json.texts(&at)?;
        if texts.is_empty() {
            self.lint(&at, LintKind::Empty);
        }
        let mut patterns = Vec::with_capacity(texts.len());
        let (mut services, mut any_service) = (Vec::new(), negated);
        for (at, text) in texts {
            let lower = text.to_ascii_lowercase();
            let service = match lower.split_once(':') {
                None if lower == "*" => None,
                Some((service, name)) if !service.is_empty() && !name.is_empty() && !lower.contains(' ') => {
                    if service.contains(['*', '?']) {
                        self.lint(&at, LintKind::WildcardService(text));
                        None
                    } else {
                        Some(service)
                    }
                }
                _ => return Err(PolicyError::new(&at, Reason::Action(text))),
            };
            match service {
                Some(service) => services.push(Box::from(service)),
                None => any_service = true,
            }
            patterns.push(Pattern::parse(&lower, Syntax::WILD));
        }
        Ok(Actions { negated, patterns: patterns.into(), services: services.into(), any_service })
    }

    fn resources(&mut self, element: Option<(bool, String, &Json)>, at: &str) -> Result<Resources, PolicyError> {
        let Some((negated, at, json)) = element else {
            // A trust policy has none, and some services' resource policies (ECR) neither: the resource is their own.
            return match self.kind {
                Kind::Resource | Kind::Trust => Ok(Resources::own()),
                _ => Err(PolicyError::new(at, Reason::Missing("Resource or NotResource"))),
            };
        };
        if self.kind == Kind::Trust {
            return Err(PolicyError::new(&at, Reason::NotInThisKind("Resource", self.kind.name())));
        }
        let texts = json.texts(&at)?;
        if texts.is_empty() {
            self.lint(&at, LintKind::Empty);
        }
        let patterns = texts.into_iter().map(|(at, text)| self.resource(&text, &at)).collect::<Result<Vec<_>, _>>()?;
        Ok(Resources::new(negated, patterns))
    }

    fn resource(&mut self, text: &str, at: &str) -> Result<Pattern, PolicyError> {
        let arn = text.starts_with("arn:");
        // Some services' own policies take other texts (API Gateway: execute-api:/stage/*).
        if !arn && text != "*" && !matches!(self.kind, Kind::Resource) {
            return Err(PolicyError::new(at, Reason::Resource(text.to_owned())));
        }
        // A variable may stand after the fifth colon alone (UG: Where you can use policy variables).
        let head = super::pattern::fifth_colon(text).unwrap_or(if arn { text.len() } else { 0 });
        let early = text.find("${").is_some_and(|at| at < head);
        if early {
            self.lint(at, LintKind::VariableOutOfPlace(text.to_owned()));
        }
        if arn {
            let parts: Vec<&str> = text.splitn(6, ':').collect();
            if parts.len() < 6 {
                self.lint(at, LintKind::ShortArn(text.to_owned()));
            } else if parts.get(2).is_some_and(|service| service.contains(['*', '?'])) {
                self.lint(at, LintKind::WildcardInArn(text.to_owned()));
            }
        }
        let pattern = Pattern::parse(text, Syntax { wildcards: true, variables: self.variables && !early });
        super::lint::pattern(at, text, &pattern, self.variables, self.lints);
        Ok(pattern)
    }

    fn conditions(&mut self, json: &Json, at: &str) -> Result<Box<[Condition]>, PolicyError> {
        let mut conditions = Vec::new();
        for (name, block) in json.object(at)? {
            let at = below(at, name);
            let operator = Operator::read(name).ok_or_else(|| PolicyError::new(&at, Reason::Operator(name.clone())))?;
            for (key, values) in block.object(&at)? {
                let at = below(&at, key);
                let values = values.texts(&at)?;
                self.lint_condition(key, operator, values.is_empty(), &at);
                conditions.push(Condition::new(key, operator, &values, self.variables, self.lints));
            }
        }
        Ok(conditions.into())
    }

    fn lint_condition(&mut self, key: &str, operator: Operator, empty: bool, at: &str) {
        let lower = key.to_lowercase();
        if empty {
            self.lint(at, LintKind::Empty);
        }
        if !lower.contains(':') {
            self.lint(at, LintKind::Key(key.to_owned()));
        }
        match operator.set {
            None if is_multivalued(&lower) && operator.base != super::operator::Base::Null => {
                self.lint(at, LintKind::NeedsSetOperator(key.to_owned()));
            }
            Some(_) if lower.starts_with("aws:") && !is_multivalued(&lower) => {
                self.lint(at, LintKind::NeedsNoSetOperator(key.to_owned()));
            }
            _ => {}
        }
        if operator.set == Some(Set::Any) && operator.if_exists {
            self.lint(at, LintKind::AnyIfExists(key.to_owned()));
        }
        if operator.set == Some(Set::All) && self.effect == Effect::Allow {
            self.lint(at, LintKind::OpenWithoutKey(key.to_owned()));
        }
    }

    /// What resource control policies may say.
    /// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html>
    fn rcp(&mut self, statement: &Statement, at: &str) -> Result<(), PolicyError> {
        let wrong = |what| Err(PolicyError::new(at, Reason::Rcp(what)));
        let principals = statement.principals.as_ref();
        if principals.is_none_or(|principals| principals.negated || principals.named != [Named::Everyone]) {
            return wrong("the Principal is `*` and nothing else");
        }
        if statement.actions.negated {
            return wrong("there is no NotAction");
        }
        let all = |patterns: &[Pattern]| matches!(patterns, [pattern] if pattern.is_anything());
        let everything = all(&statement.actions.patterns);
        if statement.effect == Effect::Allow {
            let full = everything && all(&statement.resources.patterns) && statement.conditions.is_empty();
            return if full { Ok(()) } else { wrong("RCPFullAWSAccess alone allows") };
        }
        if everything {
            self.lint(at, LintKind::Refused("an RCP names its services: a lone `*` is refused"));
        }
        for service in &statement.actions.services {
            if !services::takes_rcps(service) {
                self.lint(at, LintKind::RcpWithoutEffect(service.to_string()));
            }
        }
        Ok(())
    }
}
