//! Who can call an action on a resource, as text. Imports `model` and the room's safe text.
//!
//! Names come from AWS: everything is shown through [`visible`].

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::text::visible;
use crate::model::facts::Reacher;
use crate::model::who_can::{Stop, WhoCan};

/// The most that is shown behind one guard.
const NAMED: usize = 5;

/// Writes the answer for a person.
///
/// # Errors
/// The writer's.
pub fn write(answer: &WhoCan, width: usize, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { width: width.max(20), out };
    page.line(0, &format!("{} on {}", answer.action, answer.resource))?;
    if !answer.resource_seen {
        page.line(0, "The inventory does not hold this resource: the answer is for one of this name.")?;
    }
    if let Some(nearest) = &answer.nearest {
        page.line(0, &format!("did you mean {nearest}?"))?;
    }
    if !answer.action_known {
        let action = &answer.action;
        page.line(0, &format!("The catalogue of destructive actions does not hold {action}: what policies say of that name is told, whether or not AWS has such an action."))?;
    }
    let sure = answer.can.iter().filter(|one| one.strength == "sure").count();
    let conditional = answer.can.len() - sure;
    page.blank()?;
    page.line(
        0,
        &format!("{sure} can, {conditional} can under a condition, of {} that were asked about", answer.asked),
    )?;
    for one in &answer.can {
        page.reacher(one)?;
    }
    if !answer.stopped.is_empty() {
        page.blank()?;
        page.line(0, "What stops the others")?;
        for stop in &answer.stopped {
            page.stop(stop)?;
        }
    }
    if !answer.unread.is_empty() {
        page.blank()?;
        page.line(0, "Not known: what was not read could add somebody")?;
        for unread in &answer.unread {
            let account =
                unread.account.as_ref().map_or_else(|| "the organization".to_owned(), |id| format!("account {id}"));
            let text = format!("{} of {account}: {}", unread.collection.as_str(), unread.gap.message);
            page.line(2, &text)?;
        }
    }
    Ok(())
}

struct Page<'w> {
    width: usize,
    out: &'w mut dyn Write,
}

impl Page<'_> {
    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    fn line(&mut self, indent: usize, text: &str) -> io::Result<()> {
        let safe = visible(text, 4_000);
        for (at, line) in filled(&safe, self.width.saturating_sub(indent + 2)).iter().enumerate() {
            let more = if at == 0 { 0 } else { 2 };
            writeln!(self.out, "{:indent$}{line}", "", indent = indent + more)?;
        }
        Ok(())
    }

    fn reacher(&mut self, one: &Reacher) -> io::Result<()> {
        self.blank()?;
        let condition = if one.strength == "sure" { "" } else { " (under a condition)" };
        self.line(2, &format!("{}{condition}", one.who))?;
        for step in &one.path {
            self.line(4, &format!("-> {} {}", step.verb, step.to))?;
            self.by(&step.by)?;
            self.condition(step.condition.as_deref())?;
        }
        self.line(4, &format!("-> {}", one.action))?;
        self.by(&one.by)?;
        self.condition(one.condition.as_deref())
    }

    fn by(&mut self, by: &[String]) -> io::Result<()> {
        by.iter().try_for_each(|statement| self.line(7, &format!("by {statement}")))
    }

    fn condition(&mut self, condition: Option<&str>) -> io::Result<()> {
        condition.map_or(Ok(()), |condition| self.line(7, &format!("if {condition}")))
    }

    fn stop(&mut self, stop: &Stop) -> io::Result<()> {
        let word = if stop.denies { "denied by " } else { "" };
        self.line(2, &format!("{}: {word}{}", stop.count, stop.guard))?;
        let names = stop.principals.iter().take(NAMED);
        names.into_iter().try_for_each(|name| self.line(6, name))?;
        match stop.count.saturating_sub(NAMED) {
            0 => Ok(()),
            more => self.line(6, &format!("and {more} more")),
        }
    }
}

/// A text in lines of this width, where words allow it: an ARN is there to be copied and stays whole.
fn filled(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::PathStep;

    fn answer() -> WhoCan {
        let who = "arn:aws:iam::111122223333:role/\u{1b}[32mci";
        WhoCan {
            schema: "s".to_owned(),
            action: "rds:DeleteDBInstance".to_owned(),
            resource: "arn:aws:rds:eu-west-1:111122223333:db:orders".to_owned(),
            account: None,
            resource_seen: false,
            nearest: None,
            action_known: true,
            can: vec![Reacher {
                who: who.to_owned(),
                account: None,
                environment: None,
                strength: "conditional".to_owned(),
                action: "rds:DeleteDBInstance".to_owned(),
                resource: String::new(),
                path: vec![PathStep {
                    kind: "assume-role".to_owned(),
                    from: who.to_owned(),
                    verb: "assumes".to_owned(),
                    to: "arn:aws:iam::111122223333:role/admin".to_owned(),
                    by: vec!["trust policy, statement 1".to_owned()],
                    condition: Some("aws:multifactorauthpresent = true".to_owned()),
                }],
                by: vec!["identity policy AdministratorAccess, statement 1".to_owned()],
                condition: None,
                told: String::new(),
            }],
            asked: 9,
            stopped: vec![Stop {
                guard: "SCP p-1 at r-1, \"Guard\"".to_owned(),
                denies: true,
                count: 8,
                principals: (0..8).map(|n| format!("role/{n}")).collect(),
            }],
            unread: Vec::new(),
        }
    }

    #[test]
    fn the_page_says_who_how_and_what_stops_the_others() {
        let mut out = Vec::new();
        write(&answer(), 100, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
        for part in [
            "0 can, 1 can under a condition, of 9 that were asked about",
            "role/\\u{1b}[32mci (under a condition)",
            "-> assumes arn:aws:iam::111122223333:role/admin",
            "by trust policy, statement 1",
            "if aws:multifactorauthpresent = true",
            "8: denied by SCP p-1 at r-1, \"Guard\"",
            "and 3 more",
            "does not hold this resource",
        ] {
            assert!(text.contains(part), "{part}\n{text}");
        }
    }
}
