//! The data of production: which layers stand, what would survive, and the path by which it would be destroyed.

use super::markup::{Accounts, count, esc, fragment, hours, lost, sign, tier_tone, tier_words};
use super::paths;
use crate::model::facts::{Fate, Standing, Tier};
use crate::model::finding::Layer;
use crate::model::posture::{Posture, ResourceSummary, SurvivalSummary};

/// The most resources that the page shows in full; the findings tell of all.
pub(super) const SHOWN: usize = 100;

pub(super) fn section(posture: &Posture) -> String {
    if posture.resources.is_empty() {
        return String::new();
    }
    let accounts = Accounts::of(posture);
    let mut resources: Vec<&ResourceSummary> = posture.resources.iter().collect();
    // The worst first.
    resources.sort_by(|a, b| worth(a).cmp(&worth(b)).then_with(|| a.arn.cmp(&b.arn)));
    let rows: String =
        resources.iter().take(SHOWN).enumerate().map(|(number, resource)| row(resource, &accounts, number)).collect();
    let standing = |number: usize| resources.iter().filter(|one| worth(one).0 == number).count();
    let whole = standing(Layer::ALL.len());
    let immutable = resources.iter().filter(|one| one.account_takeover.tier == Tier::Immutable).count();
    let nothing = resources.iter().filter(|one| one.account_takeover.tier_at_best <= Tier::SharedFate).count();
    let more = resources.len().saturating_sub(SHOWN);
    let more = if more == 0 {
        String::new()
    } else {
        format!(
            "<p class=\"quiet\">The worst {SHOWN} are shown; {} are in the findings below.</p>",
            count(more, "other")
        )
    };
    format!(
        "<section id=\"resources\" aria-labelledby=\"resources-title\"><h2 id=\"resources-title\">Production data</h2><p class=\"lead\">Of {}, <b>{whole}</b> stand behind all five layers, <b>{immutable}</b> would survive the takeover of their account in an immutable copy, and of <b class=\"{}\">{nothing}</b> nothing would be left.</p><p class=\"quiet\">Layers are judged against the accident (one destroy by one principal), survival against everybody of an account acting together.</p><div class=\"strips\"><div class=\"strip-head\" aria-hidden=\"true\"><span>Data</span><span class=\"marks\">Layers standing</span><span>Account taken over</span><span>Management taken over</span><span>Data lost</span></div>{rows}</div>{more}</section>",
        count(resources.len(), "data store"),
        if nothing == 0 { "" } else { "bad" }
    )
}

/// How many layers stand, then the tier.
fn worth(resource: &ResourceSummary) -> (usize, Tier, Tier) {
    let held = resource.layers.all().iter().filter(|(_, one)| one.standing == Standing::Held).count();
    (held, resource.account_takeover.tier, resource.account_takeover.tier_at_best)
}

const SHORT: [&str; 5] = ["SCP", "Sep", "Del", "Bak", "State"];

fn row(resource: &ResourceSummary, accounts: &Accounts<'_>, number: usize) -> String {
    let name = if resource.name.is_empty() { &resource.arn } else { &resource.name };
    let account = resource.account.as_ref().map(|id| accounts.text(id));
    let place: Vec<String> = [
        Some(resource.kind.replace('_', " ")),
        account,
        resource.region.as_ref().map(ToString::to_string),
        resource.environment.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let marks: String = resource
        .layers
        .all()
        .iter()
        .zip(Layer::ALL.iter().zip(SHORT))
        .map(|((_, one), (layer, short))| {
            let word = one.standing.as_str();
            format!(
                "<span class=\"mark {word}\"><span aria-hidden=\"true\"><b>{}</b><i>{short}</i></span><span class=\"sr\">{} {word}; </span></span>",
                sign(one.standing),
                layer.title()
            )
        })
        .collect();
    let whys: String = resource
        .layers
        .all()
        .iter()
        .zip(Layer::ALL)
        .map(|((_, one), layer)| {
            let word = one.standing.as_str();
            format!(
                "<div><dt><span class=\"mark {word}\" aria-hidden=\"true\"><b>{}</b></span>{} <span class=\"quiet\">{word}</span></dt><dd>{}</dd></div>",
                sign(one.standing),
                layer.title(),
                esc(&one.why)
            )
        })
        .collect();
    format!(
        "<details class=\"strip\"><summary><span class=\"what\"><bdi class=\"name\">{}</bdi><span class=\"quiet\">{}</span></span><span class=\"marks\">{marks}</span>{}{}<span class=\"lost\"><span class=\"label\">Data lost: </span>{}</span></summary><div class=\"inside\">{}<dl class=\"whys\">{whys}</dl>{}{}<p><a href=\"#resource={}\">Every verdict on {}</a></p></div></details>",
        esc(name),
        esc(&place.join(" · ")),
        tier(Some(&resource.account_takeover), "Account taken over"),
        tier(resource.management_takeover.as_ref(), "Management taken over"),
        esc(&lost(&resource.account_takeover)),
        paths::of_resource(resource, accounts, number),
        survival(&resource.account_takeover, "If its whole account turns against it", accounts),
        resource.management_takeover.as_ref().map_or_else(String::new, |one| survival(
            one,
            "If the management account does",
            accounts
        )),
        fragment(&resource.arn),
        esc(name)
    )
}

fn tier(survival: Option<&SurvivalSummary>, label: &str) -> String {
    let chip = survival.map_or_else(
        || "<span class=\"quiet\">–</span>".to_owned(),
        |one| format!("<span class=\"chip {}\">{}</span>", tier_tone(one.tier, one.tier_at_best), tier_words(one)),
    );
    format!("<span class=\"tier\"><span class=\"label\">{label}: </span>{chip}</span>")
}

fn survival(one: &SurvivalSummary, title: &str, accounts: &Accounts<'_>) -> String {
    let age = one.rpo_hours.map_or_else(String::new, |age| format!(", {} old", hours(age)));
    let best = one.best.as_ref().map(|best| format!("<code>{}</code>{age}", esc(best.as_str())));
    let text = match (one.tier, best) {
        (Tier::None, _) if one.tier_at_best > Tier::None => {
            "Whether anything would be left could not be read.".to_owned()
        }
        (Tier::None, _) => "Nothing would be left: there is no copy.".to_owned(),
        (Tier::SharedFate, Some(best)) => format!("Every copy that was read goes with it. The best of them: {best}."),
        (Tier::SharedFate, None) => "Every copy that was read goes with it.".to_owned(),
        (tier, best) => {
            let lasts = one
                .survives_hours
                .map_or_else(|| "for ever".to_owned(), |lasts| format!("for another {}", hours(lasts)));
            format!("A copy that is <b>{}</b> would be left, {lasts}: {}.", tier.words(), best.unwrap_or_default())
        }
    };
    let raise = one.raise.as_ref().map_or_else(String::new, |raise| {
        format!("<p class=\"raise\"><b>What raises it to {}:</b> {}.</p>", raise.to.words(), esc(&raise.what))
    });
    let broken: String =
        one.copies.iter().filter(|fate| !fate.path.is_empty()).take(1).map(|fate| broken(fate, accounts)).collect();
    format!("<div class=\"survival\"><h3>{title}</h3><p>{text}</p>{raise}{broken}</div>")
}

/// The path by which the best copy that falls is reached.
fn broken(fate: &Fate, accounts: &Accounts<'_>) -> String {
    let steps: String = fate
        .path
        .iter()
        .map(|step| {
            let by = if step.by.is_empty() {
                String::new()
            } else {
                format!("<span class=\"quiet\">by {}</span>", esc(&step.by.join("; ")))
            };
            format!("<li>{} {} {} {by}</li>", esc(&step.from), esc(&step.verb), esc(&step.to))
        })
        .collect();
    let place = fate.account.as_ref().map_or_else(String::new, |id| format!(" in {}", accounts.text(id)));
    format!("<p>How the copy{} is reached:</p><ol class=\"path\">{steps}</ol>", esc(&place))
}
