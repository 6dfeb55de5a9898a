//! What must hold for whatever policies, requests and bytes there are.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// A matcher as plain as can be: it tries everything.
fn naive(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| naive(rest, &text[skip..])),
        Some(('?', rest)) => !text.is_empty() && naive(rest, &text[1..]),
        Some((c, rest)) => text.first() == Some(c) && naive(rest, &text[1..]),
    }
}

/// ARNs part by part: six patterns for six parts; a pattern of fewer that ends in a star takes the rest.
fn naive_arn(pattern: &str, text: &str) -> bool {
    let chars = |text: &str| text.chars().collect::<Vec<char>>();
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    if parts.len() < 6 || parts[0] != "arn" {
        return false;
    }
    let wanted: Vec<&str> = pattern.splitn(6, ':').collect();
    let plain = |count: usize| (0..count).all(|at| naive(&chars(wanted[at]), &chars(parts[at])));
    if wanted.len() == 6 {
        return plain(6);
    }
    let last = wanted.len() - 1;
    wanted[last].ends_with('*') && plain(last) && naive(&chars(wanted[last]), &chars(&parts[last..].join(":")))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_agrees_with_a_naive_one(pattern in "[ab*?:é]{0,8}", text in "[ab:é]{0,10}") {
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        prop_assert_eq!(fuzz::matches(&pattern, &text), naive(&chars(&pattern), &chars(&text)));
    }

    #[test]
    fn arns_agree_with_a_naive_matcher(pattern in "(arn:)?([a*?]{0,2}:){0,6}[a*?:]{0,4}", text in "(arn:)?([ab]{0,2}:){3,6}[ab:]{0,4}") {
        let context = Context::complete();
        let compiled = pattern::Pattern::parse(&pattern, pattern::Syntax::WILD).matches_arn(&text, &context) == Tri::True;
        // A short pattern whose last part has a star within and at its end is read by the part that a colon ends.
        prop_assume!(pattern.matches(':').count() >= 5 || pattern.trim_end_matches('*').rsplit(':').next().is_some_and(|last| !last.contains(['*', '?'])));
        prop_assert_eq!(compiled, naive_arn(&pattern, &text), "{} {}", pattern, text);
    }

    #[test]
    fn no_bytes_break_anything(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "[\\[\\]{}\",:a-zA-Z$*?' \\n]{0,60}") {
        fuzz::document(&bytes);
        fuzz::pattern(&bytes);
        fuzz::document(text.as_bytes());
        fuzz::pattern(text.as_bytes());
    }
}

/// The keys of random requests: name, operators that fit it, values of policies, values of requests, whether many.
type Sort = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str], bool);

const SORTS: &[Sort] = &[
    (
        "aws:PrincipalTag/t",
        &[
            "StringEquals",
            "StringNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEqualsIgnoreCase",
            "StringNotEqualsIgnoreCase",
        ],
        &["a", "b", "A", "a*", "?b", "*", "${aws:username}", "${aws:none, 'a'}", "${aws:none}"],
        &["a", "b", "A", "ab", "abc", "", "x"],
        false,
    ),
    (
        "aws:PrincipalArn",
        &[
            "ArnLike",
            "ArnNotLike",
            "ArnEquals",
            "ArnNotEquals",
            "StringLike",
            "StringNotLike",
            "StringEquals",
            "StringNotEquals",
        ],
        &[
            "arn:aws:iam::*:role/B*",
            "arn:aws:iam::1:role/Bg",
            "arn:aws:iam::*:root",
            "arn:*",
            "*",
            "arn:aws:iam::1:role/${aws:username}",
        ],
        &[
            "arn:aws:iam::1:role/Bg",
            "arn:aws:iam::2:role/Bx",
            "arn:aws:iam::1:role/x",
            "arn:aws:iam::1:role/aws-service-role/x/Y",
            "no",
        ],
        false,
    ),
    ("aws:MultiFactorAuthPresent", &["Bool"], &["true", "false"], &["true", "false"], false),
    (
        "s3:max-keys",
        &["NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"],
        &["1", "7", "30.5", "x"],
        &["0", "1", "3", "7", "30.5", "31"],
        false,
    ),
    (
        "aws:SourceIp",
        &["IpAddress", "NotIpAddress"],
        &["10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "::/0", "2001:db8::/32"],
        &["10.0.0.1", "10.1.2.3", "8.8.8.8", "2001:db8::1", "::1"],
        false,
    ),
    (
        "aws:CurrentTime",
        &["DateLessThan", "DateGreaterThan", "DateEquals", "DateNotEquals"],
        &["2026-01-01", "2026-06-01T00:00:00Z", "1767225601"],
        &["2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z", "2026-03-01", "1900000000"],
        false,
    ),
    (
        "aws:TagKeys",
        &[
            "ForAllValues:StringEquals",
            "ForAnyValue:StringLike",
            "ForAllValues:StringNotLike",
            "ForAnyValue:StringNotEquals",
            "StringEquals",
            "ForAnyValue:StringEqualsIfExists",
        ],
        &["a", "b", "a*"],
        &["a", "b", "ab", "", "c"],
        true,
    ),
    ("aws:username", &["StringEquals", "StringNotLike"], &["u", "v*"], &["u", "v", "a", "Bg"], false),
];

fn pick(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(list)
}

fn condition() -> impl Strategy<Value = (String, String, Value)> {
    proptest::sample::select(SORTS).prop_flat_map(|(key, operators, values, _, _)| {
        let operator = (pick(operators), 0..4_u8).prop_map(|(operator, form)| match form {
            0 if !operator.contains(':') => format!("{operator}IfExists"),
            _ => operator.to_owned(),
        });
        let values = proptest::collection::vec(pick(values), 0..3);
        (operator, values, 0..8_u8, any::<bool>()).prop_map(move |(operator, values, null, wanted)| {
            if null == 0 {
                ("Null".to_owned(), key.to_owned(), json!(wanted))
            } else {
                (operator, key.to_owned(), json!(values))
            }
        })
    })
}

const ACTIONS: &[&str] = &["*", "s3:*", "s3:Delete*", "s3:DeleteObject", "kms:*", "rds:*", "sts:*"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::*/${aws:username}",
    "arn:aws:kms:*:1:key/*",
    "arn:aws:*",
];
const PRINCIPALS: &[&str] =
    &["*", "1", "2", "arn:aws:iam::1:role/Bg", "arn:aws:iam::1:user/u", "arn:aws:sts::1:assumed-role/Bg/s"];

fn statement(principals: bool, deny_only: bool) -> impl Strategy<Value = Value> {
    let parts = (
        any::<bool>(),
        0..6_u8,
        proptest::collection::vec(pick(ACTIONS), 1..3),
        0..6_u8,
        proptest::collection::vec(pick(RESOURCES), 1..3),
        proptest::collection::vec(condition(), 0..4),
        (0..6_u8, proptest::collection::vec(pick(PRINCIPALS), 1..3)),
    );
    parts.prop_map(move |(allow, not_action, actions, not_resource, resources, conditions, (not, who))| {
        let mut statement = json!({ "Effect": if allow && !deny_only { "Allow" } else { "Deny" } });
        statement[if not_action == 0 && !deny_only { "NotAction" } else { "Action" }] = json!(actions);
        statement[if not_resource == 0 { "NotResource" } else { "Resource" }] = json!(resources);
        if deny_only {
            statement["Principal"] = json!("*");
        } else if principals {
            let who: Vec<String> =
                who.iter().map(|who| if who.len() == 1 && *who != "*" { who.repeat(12) } else { whole(who) }).collect();
            statement[if not == 0 { "NotPrincipal" } else { "Principal" }] = json!({ "AWS": who });
        }
        let mut block = json!({});
        for (operator, key, values) in conditions {
            block[operator][key] = values;
        }
        statement["Condition"] = block;
        statement
    })
}

/// Accounts of one digit are written with twelve.
fn whole(arn: &str) -> String {
    arn.replace("::1:", &format!("::{}:", "1".repeat(12)))
}

fn policy(kind: Kind) -> impl Strategy<Value = Document> {
    let statements = proptest::collection::vec(statement(kind == Kind::Resource, kind == Kind::Rcp), 1..4);
    (statements, any::<bool>()).prop_map(move |(mut statements, full)| {
        if full && kind != Kind::Rcp {
            let mut all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
            if kind == Kind::Resource {
                all["Principal"] = json!({ "AWS": "1".repeat(12) });
            }
            statements.push(all);
        }
        let text = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        Document::read(kind, &text).unwrap_or_else(|error| panic!("{error} in {text}"))
    })
}

#[derive(Debug, Clone)]
struct World {
    scps: Chain,
    rcps: Chain,
    identity: PolicySet,
    boundary: Option<PolicySet>,
    session: Option<PolicySet>,
    resource: Option<PolicySet>,
}

fn world() -> impl Strategy<Value = World> {
    let levels = |kind| {
        proptest::collection::vec(policy(kind), 0..3).prop_map(|documents| {
            let level = |(at, document)| (format!("l{at}"), PolicySet::new([("p", document)]));
            Chain::new(documents.into_iter().enumerate().map(level))
        })
    };
    let one =
        |kind| proptest::option::weighted(0.3, policy(kind).prop_map(|document| PolicySet::new([("p", document)])));
    let identity = policy(Kind::Identity).prop_map(|document| PolicySet::new([("p", document)]));
    (levels(Kind::Scp), levels(Kind::Rcp), identity, one(Kind::Boundary), one(Kind::Session), one(Kind::Resource))
        .prop_map(|(scps, rcps, identity, boundary, session, resource)| World {
            scps,
            rcps,
            identity,
            boundary,
            session,
            resource,
        })
}

/// What a request really has, and whether the question knows it.
fn facts() -> impl Strategy<Value = Vec<(&'static str, Fact, bool)>> {
    let one = |(key, _, _, values, many): &'static Sort| {
        let count = if *many { 0..3_usize } else { 0..2 };
        (proptest::collection::vec(pick(values), count), any::<bool>())
            .prop_map(move |(values, known)| (*key, Fact::values(values), known))
    };
    SORTS.iter().map(one).collect::<Vec<_>>()
}

const CALLERS: &[&str] =
    &["arn:aws:iam::1:role/Bg", "arn:aws:sts::1:assumed-role/Bg/s", "arn:aws:iam::1:user/u", "arn:aws:iam::1:root"];
const CALLED: &[(&str, &str)] = &[
    ("s3:DeleteObject", "arn:aws:s3:::b/k"),
    ("s3:GetObject", "arn:aws:s3:::c/u"),
    ("kms:Decrypt", "arn:aws:kms:eu:1:key/x"),
    ("rds:X", "*"),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    /// Whatever is closed is denied in every context, whatever is open allowed; and what is said to open it does.
    #[test]
    fn a_proof_holds_for_every_request(world in world(), facts in facts(), caller in pick(CALLERS), called in proptest::sample::select(CALLED), account in pick(&["1", "2"]), class in any::<bool>()) {
        let policies = Policies {
            scps: &world.scps, rcps: &world.rcps, identity: Identity::Policies(&world.identity),
            boundary: world.boundary.as_ref(), session: world.session.as_ref(), resource: world.resource.as_ref().map_or(ResourcePolicy::None, ResourcePolicy::Given),
            management_account: None,
        };
        let (mut real, mut asked) = (Context::complete(), Context::open());
        asked.set("aws:none", Fact::Absent);
        for (key, fact, known) in facts {
            if known {
                asked.set(key, fact.clone());
            }
            real.set(key, fact);
        }
        let (one, account) = ("1".repeat(12), account.repeat(12));
        let arn = whole(caller);
        let (action, resource) = called;
        let request = Request::new(Caller::read(&arn, &one, &real).unwrap(), action, resource, &account, real.clone()).unwrap();
        let caller = Caller::read(&arn, &one, &asked).unwrap();
        let question = if class && resource.len() > 1 {
            Request::for_any(caller, action, &resource.replace("b/", "*").replace("c/", "*/").replace(":eu:1:key/x", [":*:*:key/*", ":*:1:*", ":eu:1:key/x"][usize::from(account.starts_with('1'))]), &account, asked)
        } else {
            Request::new(caller, action, resource, &account, asked)
        }.unwrap();
        let proof = prove(&question, &policies);
        let decision = decide(&request, &policies);
        match proof.verdict {
            Verdict::Closed => prop_assert!(matches!(decision, Decision::ExplicitDeny | Decision::ImplicitDeny), "closed, but {decision:?}"),
            Verdict::Open => prop_assert_eq!(decision, Decision::Allowed),
            Verdict::Conditional => {}
        }
        for opening in proof.openings.iter().filter(|opening| opening.sure) {
            let mut context = real.clone();
            for (key, fact) in &opening.keys {
                context.set(key, fact.clone());
            }
            prop_assert_eq!(decide(&request.in_context(context), &policies), Decision::Allowed, "{:?}", opening);
        }
    }
}
