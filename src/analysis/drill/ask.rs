//! What the policies say of a call, made by whoever runs the destroy. Imports the reach.

use super::placed::{Placed, filled};
use super::table::Row;
use crate::analysis::context::Context;
use crate::analysis::guards::Names;
use crate::analysis::reach::{Hand, Judge, Node, Reach, Strength, Target, Who, cite, missing_words};
use crate::model::drill::{CallAnswer, CallVerdict, Stop, StopLayer};
use crate::model::facts::PathStep;
use crate::model::ids::AccountId;
use crate::policy::{Cited, Source};

/// Services whose resources may have a policy that lets somebody in, and that palisade does not read; of keys it reads those that
/// data and copies name.
const UNREAD: [&str; 10] =
    ["kms", "secretsmanager", "sqs", "sns", "lambda", "ecr", "elasticfilesystem", "es", "logs", "kinesis"];

/// Who makes the calls.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    /// A principal and the roles that it may assume, by itself first.
    Principal(Vec<Hand>),
    /// The administrators and the root user of each resource's own account.
    Masters,
}

/// What a call is judged on.
pub(super) fn target(cx: &Context<'_>, placed: &Placed<'_>, row: &Row) -> Result<Target, String> {
    let own = placed.text().ok_or_else(|| "its ARN does not follow from the state".to_owned());
    let account = placed.account.as_ref().ok_or_else(|| "its account does not follow from the state".to_owned())?;
    let global = cx.inventory.caller.partition.global_region();
    let region = placed.arn.as_ref().and_then(crate::model::ids::Arn::region);
    let region = region.or_else(|| match row.action.split(':').next() {
        Some("iam" | "route53") => global.clone(),
        _ => placed.region.clone(),
    });
    let region = region.as_ref().map(AsRef::as_ref);
    let make = |on: &str| Target::new(&row.action, on, account, region);
    Ok(match row.on.as_str() {
        "self" => make(own?),
        "objects" => make(&format!("{}/*", own?)),
        "points" => {
            let vault = placed.arn.clone();
            let place = placed.region.as_ref().map_or("*", AsRef::as_ref);
            // Whatever kind of point it is: those of RDS and EC2 have ARNs of their own services.
            let point = format!("arn:{}:backup:{place}:{account}:recovery-point:*", cx.inventory.caller.partition);
            Target { policy_of: vault, ..make(&point) }
        }
        "*" => make("*"),
        pattern => {
            let arn = filled(cx, pattern, None, account, placed.region.as_ref());
            let arn = arn.ok_or_else(|| "what the call acts on does not follow from the state".to_owned())?;
            Target { policy_of: None, ..make(arn.as_str()) }
        }
    })
}

/// Asks.
pub(super) struct Asker<'r, 'c, 'a> {
    pub(super) cx: &'c Context<'a>,
    pub(super) reach: &'r Reach<'c, 'a>,
    pub(super) names: Names,
}

impl Asker<'_, '_, '_> {
    fn judge(&self) -> &Judge<'_> {
        &self.reach.judge
    }

    /// How surely a hand makes a call.
    pub(super) fn strength(&self, hand: &Hand, target: &Target) -> Strength {
        let question = target.question(self.reach.held(target));
        self.acting(hand, |who| self.judge().strength(who, &question)).map_or(Strength::No, |of| of.min(hand.strength))
    }

    /// Asks something of a hand, somebody's from outside too.
    fn acting<T>(&self, hand: &Hand, ask: impl FnOnce(&Who<'_>) -> T) -> Option<T> {
        match self.reach.graph.get(hand.node) {
            Some(Node::Party(at)) => {
                let some = self.reach.parties.get(*at).and_then(|party| self.reach.stranger(party))?;
                Some(ask(&some.who()))
            }
            _ => self.reach.who_of(hand.node).as_ref().map(ask),
        }
    }

    /// The answer for a target, by the best of some hands: whose it is, and how sure.
    fn best<'h>(&self, hands: &'h [Hand], target: &Target) -> (Option<&'h Hand>, Strength) {
        let mut best: (Option<&Hand>, Strength) = (hands.first(), Strength::No);
        for hand in hands {
            let strength = self.strength(hand, target);
            if strength > best.1 {
                best = (Some(hand), strength);
            }
            if strength == Strength::Sure {
                break;
            }
        }
        best
    }

    /// A statement as a person knows it.
    fn cited(&self, statement: &Cited) -> String {
        self.names.cited(statement).unwrap_or_else(|| cite(statement))
    }

    /// Why nothing can be concluded of a call that the policies refuse that were read: the resource's own may let it through.
    fn blind(&self, hands: &[Hand], target: &Target) -> Option<String> {
        let service = target.action.split(':').next().unwrap_or("");
        if !UNREAD.contains(&service) || self.reach.held(target).is_some() {
            return None;
        }
        let open = hands.iter().any(|hand| {
            let asked = self.acting(hand, |who| self.judge().why(who, &target.question(None)));
            let Some(why) = asked else { return false };
            // A policy of the resource makes up for these, and for no deny and no boundary.
            why.against.is_empty() && why.missing.iter().all(|level| level == "identity" || level == "resource")
        });
        let what = if service == "kms" { "the key" } else { "the resource" };
        open.then(|| format!("the inventory holds no policy of {what} {}", target.resource))
    }

    /// The verdict of a call, with the words where they are wanted, and what stops it where something does.
    pub(super) fn call(
        &self,
        caller: &Caller,
        owner: &AccountId,
        target: &Target,
        words: bool,
    ) -> (CallVerdict, Option<Stop>) {
        let masters;
        let hands = match caller {
            Caller::Principal(hands) => hands.as_slice(),
            Caller::Masters => {
                masters = self.reach.masters(owner);
                masters.as_slice()
            }
        };
        let verdict = |verdict, decided_by| CallVerdict {
            action: target.action.clone(),
            on: target.resource.clone(),
            verdict,
            decided_by,
            acts_as: None,
            path: Vec::new(),
        };
        if hands.is_empty() {
            return (verdict(CallAnswer::Unknown, Some(format!("who administers account {owner} was not read"))), None);
        }
        let (hand, strength) = self.best(hands, target);
        let answer = match strength {
            Strength::Sure => CallAnswer::Allowed,
            Strength::Conditional => CallAnswer::Conditional,
            Strength::Unread => CallAnswer::Unknown,
            Strength::No => match self.blind(hands, target) {
                Some(why) => return (verdict(CallAnswer::Unknown, Some(why)), None),
                None => CallAnswer::Denied,
            },
        };
        if !words && answer != CallAnswer::Denied {
            return (verdict(answer, None), None);
        }
        if answer == CallAnswer::Denied {
            let stop = words.then(|| self.denial(hands, target));
            return (verdict(answer, stop.as_ref().map(|stop| stop.by.clone())), stop);
        }
        let Some(hand) = hand else { return (verdict(answer, None), None) };
        let mut told = verdict(answer, self.reasons(hand, target, answer));
        if !hand.steps.is_empty() {
            told.acts_as = Some(self.reach.label(hand.node));
            told.path = hand.steps.iter().cloned().map(PathStep::from).collect();
        }
        (told, None)
    }

    fn reasons(&self, hand: &Hand, target: &Target, answer: CallAnswer) -> Option<String> {
        let why = self.acting(hand, |who| self.judge().why(who, &target.question(self.reach.held(target))))?;
        match answer {
            CallAnswer::Allowed => {
                Some(why.by.first().map_or_else(|| "the account's root user and administrators".to_owned(), cite))
            }
            CallAnswer::Conditional => {
                let keys = why.keys();
                let on_way = hand.steps.iter().find_map(|step| step.condition.clone());
                let depends = match (keys.is_empty(), on_way) {
                    (false, _) => keys.join(", "),
                    (true, Some(condition)) => format!("{condition}, to become {}", self.reach.label(hand.node)),
                    (true, None) => "what palisade cannot see".to_owned(),
                };
                let against = why.against.first().map_or_else(String::new, |cited| format!(" ({})", self.cited(cited)));
                Some(format!("depends on {depends}{against}"))
            }
            CallAnswer::Unknown => Some("a policy that could not be read has a say".to_owned()),
            CallAnswer::Denied => None,
        }
    }

    /// What stops a call: a statement that denies it to one who has the right, else where the right is missing.
    fn denial(&self, hands: &[Hand], target: &Target) -> Stop {
        let question = target.question(self.reach.held(target));
        let mut missing: Option<String> = None;
        let mut own: Option<Stop> = None;
        for hand in hands {
            let Some(why) = self.acting(hand, |who| self.judge().why(who, &question)) else { continue };
            if let Some(cited) = why.against.first() {
                let layer = match cited.source {
                    Source::Scp | Source::Rcp => StopLayer::Scp,
                    _ => StopLayer::Rights,
                };
                let stop = Stop { layer, by: format!("{} denies {}", self.cited(cited), target.action) };
                // Whoever has no right either is stopped by that.
                if why.missing.is_empty() {
                    return stop;
                }
                own = own.or(Some(stop));
            }
            missing = missing.or_else(|| why.missing.first().cloned());
        }
        match (own, missing) {
            (Some(stop), _) if stop.layer == StopLayer::Scp => stop,
            (_, Some(level)) => {
                let rights = ["identity", "boundary", "resource", "session"].contains(&level.as_str());
                let layer = if rights { StopLayer::Rights } else { StopLayer::Scp };
                let words = match level.as_str() {
                    "resource" if self.reach.held(target).is_none() => {
                        format!("it is of account {}, and nothing lets this principal in there", target.owner)
                    }
                    level => missing_words(level, &self.names),
                };
                Stop { layer, by: format!("{words} ({})", target.action) }
            }
            (Some(stop), None) => stop,
            (None, None) => Stop { layer: StopLayer::Rights, by: format!("nobody may call {}", target.action) },
        }
    }
}
