//! What `palisade demo --drill` rehearses: the destroy of March 2026, and the same against the account that is set up well.
//!
//! The state of the incident lay on a laptop, so that no inventory holds it: it stands here. One root module for both sites, with the
//! network, the cluster and the bastion between them.

use crate::model::terraform::{RecordedAttributes, StateResource};

use super::Organization;
use super::accounts::{COURSES, HOME};
use super::build::{Place, managed, recorded};

/// A destroy that is rehearsed.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    /// What it shows, in a sentence.
    pub title: &'static str,
    /// What is destroyed.
    pub of: Rehearsed,
    /// Who runs it; without anybody, the whole account.
    pub by: Option<String>,
}

/// What is destroyed.
#[derive(Debug, Clone)]
pub enum Rehearsed {
    /// A state that lay on somebody's machine: its name there, and what it manages.
    Laptop(&'static str, Vec<StateResource>),
    /// A state object of the inventory, by bucket and key.
    Object(&'static str, &'static str),
}

const WELL_KEPT: Rehearsal = Rehearsal {
    title: "The account set up well, everything in one state, and its administrators run the destroy",
    of: Rehearsed::Object(super::accounts::platform::STATES, super::accounts::platform::DATA_STATE),
    by: None,
};

/// What an organization rehearses; the one without a state has nothing to.
#[must_use]
pub fn rehearsals(organization: Organization) -> Vec<Rehearsal> {
    match organization {
        Organization::Incident => vec![
            Rehearsal {
                title: "March 2026: an agent runs terraform destroy with the state of a laptop",
                of: Rehearsed::Laptop("terraform.tfstate", laptop()),
                by: Some(format!("arn:aws:iam::{COURSES}:role/agents/coding-agent")),
            },
            WELL_KEPT,
        ],
        Organization::WellKept => vec![WELL_KEPT],
        Organization::IncidentAfter => vec![Rehearsal {
            title: "After the fixes: the same account, the production site in a state of its own",
            of: Rehearsed::Object(super::after::STATES, super::after::PRODUCTION_STATE),
            by: None,
        }],
        Organization::SingleAccount => vec![Rehearsal {
            title: "One account, one state, and whoever administers it",
            of: Rehearsed::Object(super::single::STATES, "terraform.tfstate"),
            by: None,
        }],
        Organization::ControlTowerDefault => Vec::new(),
    }
}

/// The state of the laptop.
fn laptop() -> Vec<StateResource> {
    let here = Place::new(COURSES, HOME);
    let mut all = Vec::new();
    let mut add = |address: &str, service: &str, resource: &str, environment: &str, needs: &[&str]| {
        let mut one = managed(address, &here.arn(service, resource), recorded(environment));
        one.dependencies = needs.iter().map(|need| (*need).into()).collect();
        all.push(one);
    };
    // Both sites stand on these, and they came with the first: the network, the cluster, the bastion.
    add("aws_vpc.main", "ec2", "vpc/vpc-0c0a53", "production", &[]);
    for (at, zone) in ["a", "b"].iter().enumerate() {
        let address = |kind: &str| format!("aws_subnet.{kind}[{at}]");
        add(&address("public"), "ec2", &format!("subnet/subnet-0b{zone}1"), "production", &["aws_vpc.main"]);
        add(&address("private"), "ec2", &format!("subnet/subnet-0b{zone}2"), "production", &["aws_vpc.main"]);
    }
    add("aws_internet_gateway.main", "ec2", "internet-gateway/igw-0c0a53", "production", &["aws_vpc.main"]);
    add("aws_eip.nat", "ec2", "elastic-ip/eipalloc-0c0a53", "production", &["aws_internet_gateway.main"]);
    add("aws_nat_gateway.main", "ec2", "natgateway/nat-0c0a53", "production", &["aws_eip.nat", "aws_subnet.public"]);
    add(
        "aws_route_table.private",
        "ec2",
        "route-table/rtb-0c0a53",
        "production",
        &["aws_nat_gateway.main", "aws_vpc.main"],
    );
    add("aws_security_group.web", "ec2", "security-group/sg-0c0a53", "production", &["aws_vpc.main"]);
    add("aws_security_group.database", "ec2", "security-group/sg-0da7a8", "production", &["aws_security_group.web"]);
    let bastion = &["aws_security_group.web", "aws_subnet.public"];
    add("aws_instance.bastion", "ec2", "instance/i-0ba5710", "production", bastion);
    add("aws_ecs_cluster.main", "ecs", "cluster/main", "production", &[]);
    add("aws_db_subnet_group.main", "rds", "subgrp:main", "production", &["aws_subnet.private"]);
    for (site, environment) in [("courses", "production"), ("community", "staging")] {
        let (balancer, listener) = (format!("aws_lb.{site}"), format!("aws_lb_listener.{site}"));
        let group = format!("aws_lb_target_group.{site}");
        let id = |kind: &str| format!("{kind}/app/{site}/50dc6c495c0c9188");
        let base = ["aws_security_group.web", "aws_subnet.public"];
        add(&balancer, "elasticloadbalancing", &id("loadbalancer"), environment, &base);
        add(
            &group,
            "elasticloadbalancing",
            &format!("targetgroup/{site}/73e2d6bc24d8a067"),
            environment,
            &["aws_vpc.main"],
        );
        add(
            &listener,
            "elasticloadbalancing",
            &format!("{}/f2f7dc8efc522ab2", id("listener")),
            environment,
            &[&balancer, &group],
        );
        let needs = ["aws_ecs_cluster.main", &listener, &group];
        add(&format!("aws_ecs_service.{site}"), "ecs", &format!("service/main/{site}"), environment, &needs);
    }
    let base = ["aws_db_subnet_group.main", "aws_security_group.database"];
    add("aws_db_instance.courses", "rds", "db:courses-prod", "production", &base);
    add("aws_db_instance.community", "rds", "db:community-site", "staging", &base);
    add("aws_db_instance.reports", "rds", "db:courses-prod-reports", "production", &["aws_db_instance.courses"]);
    for one in &mut all {
        record(one);
    }
    all.sort_by(|a, b| a.address.cmp(&b.address));
    all
}

/// What the state records of protection: none.
fn record(one: &mut StateResource) {
    let own = &mut one.attributes;
    match one.resource_type.as_str() {
        "aws_db_instance" => {
            *own = RecordedAttributes {
                deletion_protection: Some(false),
                skip_final_snapshot: Some(true),
                delete_automated_backups: Some(true),
                backup_retention_period: Some(7),
                apply_immediately: Some(false),
                ..RecordedAttributes::clone(own)
            }
            .into();
        }
        "aws_lb" => own.enable_deletion_protection = Some(false),
        "aws_instance" => own.disable_api_termination = Some(false),
        _ => {}
    }
}
