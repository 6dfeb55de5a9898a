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

/// Many accounts with the roles that landing zones and teams make: the facts of all.
#[test]
fn an_organization_of_many_accounts() {
    let accounts: Vec<String> = (0..100).map(|n| format!("{:012}", 300_000_000_000_u64 + n)).collect();
    let mut inventory = inventory(&accounts.iter().map(String::as_str).chain([MANAGEMENT]).collect::<Vec<_>>());
    let members: Vec<(&str, &str, &[&str])> =
        accounts.iter().map(|id| (id.as_str(), "shop-production", &[][..])).collect();
    inventory.organization = Some(organization(&members));
    scp(&mut inventory, "full-r", "r-1", &allow(&["*"]));
    let guard = json!({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/BreakGlass"}});
    scp(&mut inventory, "guard", "r-1", &policy("Deny", &["rds:DeleteDBCluster"], "*", guard));
    let management = trust(json!({"AWS": format!("arn:aws:iam::{MANAGEMENT}:root")}));
    for account in accounts.iter().map(String::as_str).chain([MANAGEMENT]) {
        scp(&mut inventory, &format!("full-{account}"), account, &allow(&["*"]));
        let mut database = db("orders");
        database.arn = arn(&format!("arn:aws:rds:{HERE}:{account}:db:orders"));
        put(&mut region(&mut inventory, account, HERE).rds.db_instances, database);
        for n in 0..40 {
            let name = format!("app-{n}");
            let own = policy(
                "Allow",
                &["s3:*", "sts:AssumeRole", "iam:PassRole"],
                &format!("arn:aws:s3:::{account}-{n}/*"),
                json!({}),
            );
            role(&mut inventory, account, &name, &trust(json!({"Service": "lambda.amazonaws.com"})), &own);
        }
        role(&mut inventory, account, "AWSControlTowerExecution", &management, &allow(&["*"]));
        role(
            &mut inventory,
            account,
            "admin",
            &trust(json!({"AWS": format!("arn:aws:iam::{account}:root")})),
            &allow(&["*"]),
        );
    }
    let start = std::time::Instant::now();
    let facts = crate::analysis::analyse(&inventory, &Settings::default());
    let took = start.elapsed();
    println!(
        "{} accounts of 42 roles: {took:?}, {} roles with destructive rights",
        accounts.len(),
        facts.iam_roles.len()
    );
    assert!(facts.accounts.iter().all(|fact| fact.detail.reach.destroyers.count >= 3));
}
