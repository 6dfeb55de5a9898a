//! What policies name, without deciding anything: whom they let in, what they allow on which resources, and which of their
//! statements tell callers apart. Imports the room's sets, principals and patterns.
//!
//! Whoever asks about ten thousand roles asks once for all that no policy tells apart ([`PolicySet::outlook`]).

use super::chain::Chain;
use super::condition::Test;
use super::context::Context;
use super::pattern::{Pattern, Token, bind};
use super::principal::{Caller, Named};
use super::set::PolicySet;
use super::statement::{Effect, Statement};
use super::tri::Tri;

/// Somebody whom a resource policy lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party<'a> {
    /// Everybody, or everybody but a few.
    Everyone,
    /// The principals of an account, as far as their own policies let them.
    Account(&'a str),
    /// A user or role, by ARN.
    Principal(&'a str),
    /// A session of a role, by ARN.
    Session(&'a str),
    /// An AWS service, by its name.
    Service(&'a str),
    /// An identity provider, by ARN or name.
    Provider(&'a str),
    /// Somebody by a unique id, which no ARN tells: most often a principal that was deleted.
    Id(&'a str),
    /// Somebody who cannot be told.
    Unclear,
}

/// Whether a key says who the caller is.
fn tells_who(key: &str) -> bool {
    key.starts_with("aws:principal") || key == "aws:userid" || key == "aws:username"
}

fn party(named: &Named) -> Party<'_> {
    match named {
        Named::Everyone => Party::Everyone,
        Named::Account(id) => Party::Account(id),
        Named::User(arn) | Named::Role(arn) => Party::Principal(arn),
        Named::Session(arn) => Party::Session(arn),
        Named::Service(name) => Party::Service(name),
        Named::Provider(arn) => Party::Provider(arn),
        Named::UniqueId(id) => Party::Id(id),
        Named::FederatedUser(_) | Named::Canonical => Party::Unclear,
    }
}

/// A pattern as it is written; a variable stands as a star.
fn text(pattern: &Pattern) -> String {
    pattern
        .tokens()
        .iter()
        .map(|token| match token {
            Token::Text(text) => text,
            Token::Star | Token::Variable(_) => "*",
            Token::One => "?",
        })
        .collect()
}

fn push(value: Tri, out: &mut Vec<u8>) {
    out.push(match value {
        Tri::False => 0,
        Tri::Unknown => 1,
        Tri::True => 2,
    });
}

impl Statement {
    fn telling_variables(&self) -> impl Iterator<Item = &super::pattern::Variable> {
        let of_conditions = self.conditions.iter().flat_map(|condition| match &condition.test {
            Test::Text(patterns) | Test::Folded(patterns) | Test::Arn(patterns) => patterns.as_slice(),
            _ => &[],
        });
        let all = self.resources.patterns.iter().chain(of_conditions);
        all.flat_map(Pattern::variables).filter(|variable| tells_who(variable.key.text()))
    }

    fn is_telling(&self) -> bool {
        let individuals = |named: &Named| !matches!(named, Named::Everyone | Named::Account(_) | Named::Service(_));
        self.principals.as_ref().is_some_and(|who| who.negated || who.named.iter().any(individuals))
            || self.conditions.iter().any(|condition| tells_who(condition.key.text()))
            || self.telling_variables().next().is_some()
    }

    fn outlook(&self, caller: &Caller, context: &Context, bounded: bool, out: &mut Vec<u8>) {
        if let Some(who) = &self.principals {
            let grants = who.grants(self.effect, caller, bounded, context);
            [grants.direct, grants.role, grants.account].into_iter().for_each(|grant| push(grant, out));
        }
        for condition in self.conditions.iter().filter(|condition| tells_who(condition.key.text())) {
            push(condition.holds(context), out);
        }
        for variable in self.telling_variables() {
            match bind(variable, context) {
                super::pattern::Bound::Text(text) => out.extend(text.bytes()),
                super::pattern::Bound::Nothing => out.push(1),
                super::pattern::Bound::Unknown => out.push(2),
            }
            out.push(0);
        }
    }
}

impl PolicySet {
    fn statements_of(&self, effect: Effect) -> impl Iterator<Item = &Statement> {
        self.statements().filter(move |statement| statement.effect == effect)
    }

    /// Whom the allows let in, each once.
    #[must_use]
    pub fn parties(&self) -> Vec<Party<'_>> {
        let mut parties: Vec<Party<'_>> = Vec::new();
        for statement in self.statements_of(Effect::Allow) {
            match &statement.principals {
                Some(who) if who.negated => parties.push(Party::Everyone),
                Some(who) => parties.extend(who.named.iter().map(party)),
                None => {}
            }
        }
        parties.sort_unstable();
        parties.dedup();
        parties
    }

    /// Whether an allow names the action, whatever it says of resources and conditions.
    #[must_use]
    pub fn names_action(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        self.statements_of(Effect::Allow).any(|statement| statement.actions.matches(&action))
    }

    /// The resources on which allows name the action, as patterns; `*` where an allow names all but some.
    #[must_use]
    pub fn resources_of(&self, action: &str) -> Vec<String> {
        let action = action.to_ascii_lowercase();
        let mut found: Vec<String> = Vec::new();
        for statement in self.statements_of(Effect::Allow).filter(|one| one.actions.matches(&action)) {
            if statement.resources.negated {
                found.push("*".to_owned());
            } else {
                found.extend(statement.resources.patterns.iter().map(text));
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The resources that statements of a service name and that are not all, as patterns: what tells resources apart.
    #[must_use]
    pub fn telling_resources(&self, service: &str) -> Vec<String> {
        let concerns =
            |one: &&Statement| one.actions.any_service || one.actions.services.iter().any(|own| **own == *service);
        let statements = self.statements().filter(concerns);
        let patterns = statements.flat_map(|statement| statement.resources.patterns.iter());
        let mut found: Vec<String> = patterns.filter(|pattern| !pattern.is_anything()).map(text).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The values that conditions on a key name, as patterns.
    #[must_use]
    pub fn values_of(&self, key: &str) -> Vec<String> {
        let conditions = self.statements().flat_map(|statement| statement.conditions.iter());
        let mut found: Vec<String> = conditions
            .filter(|condition| condition.key.text() == key)
            .flat_map(|condition| match &condition.test {
                Test::Text(patterns) | Test::Folded(patterns) | Test::Arn(patterns) => patterns.as_slice(),
                _ => &[],
            })
            .map(text)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether what it says can depend on who calls beyond their account.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        self.statements().any(Statement::is_telling)
    }

    /// Everything in which its statements tell this caller from others: two callers of equal outlooks are answered equally,
    /// as far as this set goes.
    pub fn outlook(&self, caller: &Caller, context: &Context, bounded: bool, out: &mut Vec<u8>) {
        self.statements().for_each(|statement| statement.outlook(caller, context, bounded, out));
    }
}

impl Chain {
    /// As [`PolicySet::is_telling`], of all levels.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        self.levels().iter().any(|level| level.policies().is_telling())
    }

    /// As [`PolicySet::outlook`], of all levels.
    pub fn outlook(&self, caller: &Caller, context: &Context, out: &mut Vec<u8>) {
        self.levels().iter().for_each(|level| level.policies().outlook(caller, context, false, out));
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Fact, Kind};
    use super::*;

    fn set(kind: Kind, text: &str) -> PolicySet {
        PolicySet::new([("p", Document::read(kind, text).unwrap())])
    }

    #[test]
    fn a_trust_names_its_parties() {
        let trust = set(
            Kind::Trust,
            r#"{"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:role/a"],"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
              {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#,
        );
        let want = [
            Party::Account("111122223333"),
            Party::Principal("arn:aws:iam::111122223333:role/a"),
            Party::Service("ec2.amazonaws.com"),
        ];
        assert_eq!(trust.parties(), want);
        assert!(trust.is_telling());
    }

    #[test]
    fn what_tells_callers_apart_shows_in_their_outlook() {
        let scp = set(
            Kind::Scp,
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"rds:Delete*","Resource":"*",
              "Condition":{"ArnNotLike":{"aws:PrincipalARN":"arn:aws:iam::*:role/Break*"}}}}"#,
        );
        let look = |arn: &str| {
            let context = Context::open().with("aws:PrincipalArn", Fact::values([arn]));
            let caller = Caller::read(arn, "111122223333", &context).unwrap();
            let mut out = Vec::new();
            scp.outlook(&caller, &context, false, &mut out);
            out
        };
        let [a, b, glass] =
            ["a", "b", "BreakGlass"].map(|name| look(&format!("arn:aws:iam::111122223333:role/{name}")));
        assert!(a == b && a != glass && scp.is_telling());
        assert_eq!(scp.values_of("aws:principalarn"), ["arn:aws:iam::*:role/Break*"]);
    }

    #[test]
    fn an_allow_names_actions_and_resources() {
        let identity = set(
            Kind::Identity,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:Pass*","Resource":"arn:aws:iam::1:role/${aws:username}-*"},
              {"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::1:role/x"}]}"#,
        );
        assert!(identity.names_action("iam:PassRole") && !identity.names_action("iam:CreateUser"));
        assert_eq!(identity.resources_of("iam:PassRole"), ["arn:aws:iam::1:role/*-*"]);
        assert_eq!(identity.telling_resources("iam"), ["arn:aws:iam::1:role/*-*", "arn:aws:iam::1:role/x"]);
        assert!(identity.is_telling());
    }
}
