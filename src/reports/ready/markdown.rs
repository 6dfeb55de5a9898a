//! Go or no-go as Markdown, for a pull request. GitHub's flavour: <https://github.github.com/gfm/>.

use std::io::{self, Write};

use super::{Group, PARTS, SHOWN, asked, covered, groups, overrides, self_told, tally};
use crate::model::ready::{Item, ItemStatus, Readiness};
use crate::reports::text::visible;

/// The longest sentence, in columns.
const SENTENCE: usize = 2_000;

/// Writes the page.
///
/// # Errors
/// The writer's.
pub fn write(readiness: &Readiness, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# {}: {}\n", readiness.verdict.words(), tally(&readiness.counts))?;
    asked(readiness).iter().try_for_each(|line| writeln!(out, "{}  ", escaped(line)))?;
    let notes = readiness.plan.iter().flat_map(|plan| &plan.notes);
    notes.into_iter().try_for_each(|note| writeln!(out, "Note: {}  ", escaped(note)))?;
    for (status, title) in PARTS {
        let groups = groups(readiness, status);
        if groups.is_empty() {
            continue;
        }
        writeln!(out, "\n## {title}")?;
        // What holds is there for whoever asks.
        if status == ItemStatus::Holds {
            writeln!(out)?;
            groups.iter().try_for_each(|group| holding(group, out))?;
            continue;
        }
        for group in &groups {
            writeln!(out, "\n### {}\n", escaped(&capital(group.title)))?;
            group.items.iter().take(SHOWN).try_for_each(|one| item(one, out))?;
            if let more @ 1.. = group.items.len().saturating_sub(SHOWN) {
                writeln!(out, "- and {more} more: `--format json` has them all")?;
            }
        }
    }
    if !readiness.overrides.is_empty() {
        writeln!(out, "\n## Overrides\n")?;
        overrides(&readiness.overrides).try_for_each(|(_, text)| writeln!(out, "- {}", escaped(&text)))?;
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn item(item: &Item, out: &mut dyn Write) -> io::Result<()> {
    let account = item.account.as_ref().filter(|id| id.as_str() != item.subject && !item.name.starts_with("arn:"));
    let account = account.map_or_else(String::new, |id| format!(" ({id})"));
    writeln!(out, "- **{}**{account}: {}", code(&item.name), escaped(&item.said))?;
    if let Some(covered) = covered(item) {
        return writeln!(out, "  - {}", escaped(&covered));
    }
    let Some(clear) = &item.clear else { return Ok(()) };
    writeln!(out, "  - To clear it: {}", escaped(&clear.change))?;
    let Some(command) = &clear.command else { return Ok(()) };
    let command = visible(command, SENTENCE);
    let fence = fence(&command, 3);
    writeln!(out, "\n    {fence}sh\n    {command}\n    {fence}")
}

fn holding(group: &Group<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut names: Vec<String> = group.items.iter().map(|item| code(&item.name)).collect();
    names.dedup();
    let all = names.len();
    names.truncate(SHOWN);
    let more = match all.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match group.items.as_slice() {
        [only] if self_told(only) => writeln!(out, "- {}", escaped(&capital(group.title)))?,
        _ => writeln!(out, "- {}: {}{more}", escaped(&capital(group.title)), names.join(", "))?,
    }
    let mut conditions: Vec<&str> = group.items.iter().filter_map(|item| item.condition.as_deref()).collect();
    conditions.sort_unstable();
    conditions.dedup();
    conditions.iter().try_for_each(|condition| writeln!(out, "  - conditional: {}", escaped(condition)))
}

/// A row of backticks that is longer than any in the text.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}

/// A text as a code span: nothing in it is markup, a link or a mention.
fn code(text: &str) -> String {
    let text = visible(text, SENTENCE);
    let fence = fence(&text, 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A text of which nothing is markup, HTML, a link or a mention.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for letter in visible(text, SENTENCE).chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Between the two stands nothing that is seen, so that nobody is called.
            '@' => out.push_str("@<!-- -->"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    // A list or a number at the start, and addresses that would become links.
    let out = out.replace("://", ":\\//").replace("www.", "www\\.");
    match out.chars().next() {
        Some('-' | '+' | '=') => format!("\\{out}"),
        Some(first) if first.is_ascii_digit() => {
            let rest = out.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = out.get(..out.len() - rest.len()).unwrap_or_default();
            if rest.starts_with(['.', ')']) { format!("{number}\\{rest}") } else { out }
        }
        _ => out,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hostile_is_markup() {
        for (hostile, want) in [
            ("<script>a&b</script>", "&lt;script&gt;a&amp;b&lt;/script&gt;"),
            ("[x](https://evil.example)", r"\[x\](https:\//evil.example)"),
            ("@admin | *b* _c_ `d`", r"@<!-- -->admin \| \*b\* \_c\_ \`d\`"),
            ("# head\n- item", r"\# head\\u\{a\}- item"),
            ("- item", r"\- item"),
            ("1. item", r"1\. item"),
            ("12) item", r"12\) item"),
            ("5 of 5 are. So", "5 of 5 are. So"),
            ("$x$ ![i](j)", r"\$x\$ \!\[i\](j)"),
            ("\u{1b}[31mred\u{202e}", r"\\u\{1b\}\[31mred\\u\{202e\}"),
        ] {
            assert_eq!(escaped(hostile), want);
        }
    }

    #[test]
    fn a_span_holds_whatever_is_in_it() {
        assert_eq!(code("orders"), "`orders`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code("a\n\nb"), r"`a\u{a}\u{a}b`");
    }
}
