//! Large accounts: no square of edges.

use super::*;

/// Ten thousand roles that all trust each other, each with policies of its own.
#[test]
fn ten_thousand_roles_that_trust_each_other() {
    let mut inventory = world();
    let all = trust(json!({"AWS": format!("arn:aws:iam::{PROD}:root")}));
    let roles = 10_000;
    for n in 0..roles {
        let own = match n % 10 {
            0 => policy("Allow", &["sts:AssumeRole", "s3:GetObject"], "*", json!({})),
            1 => policy("Allow", &["sts:AssumeRole"], &role_arn(PROD, &format!("role-{}", n + 1)), json!({})),
            _ => policy("Allow", &["s3:GetObject"], &format!("arn:aws:s3:::bucket-{n}/*"), json!({})),
        };
        role(&mut inventory, PROD, &format!("role-{n}"), &all, &own);
    }
    role(&mut inventory, PROD, "destroyer", &all, &allow(&["rds:DeleteDBInstance"]));
    let start = std::time::Instant::now();
    let settings = Settings::default();
    let cx = Context::new(&inventory, &settings);
    let authority = Authority::new(&cx);
    let compiled = start.elapsed();
    let reach = Reach::new(&cx, &authority);
    let built = start.elapsed();
    let targets = [Target::new("rds:DeleteDBInstance", &db_arn("orders"), &id(PROD), Some(HERE))];
    let seeds = reach.seeds(&targets);
    let search = reach.graph.leading_to(&seeds.strengths());
    let reached = search.all().filter(|(node, _)| reach.principal_of(*node).is_some()).count();
    println!(
        "{roles} roles: compiled {compiled:?}, graph {:?}, searched {:?}; {} nodes, {} edges, {reached} reach it",
        built - compiled,
        start.elapsed() - built,
        reach.graph.len(),
        reach.graph.edges()
    );
    assert!(reach.graph.edges() < 12 * roles, "{}", reach.graph.edges());
    assert!(reached >= roles / 10, "{reached}");
}
