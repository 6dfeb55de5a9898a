//! What Organizations and Account Management answer, to whom, and how they refuse.

use serde_json::{Value, json};

use super::super::Fleet;
use super::testing::{DELEGATE, MANAGEMENT, MEMBER, account, auditor, fleet, inventory, json as ask, pages};
use crate::demo::build::{self, ROOT, denied, member, read, scp, target, unit, unit_id, value};
use crate::model::gap::{Answer, Collected, Gap, GapKind};
use crate::model::inventory::Inventory;
use crate::model::operation::Operation;
use crate::model::organization::{Account, AccountState, DelegatedAdministrator, OrganizationInventory, Policy};

/// Two units, one below the other; five accounts of different states, one of which has no place; an SCP and an RCP.
fn organization() -> OrganizationInventory {
    let units =
        vec![unit(MANAGEMENT, "aaaa", "Production", &unit_id("zzzz")), unit(MANAGEMENT, "zzzz", "Workloads", ROOT)];
    let of = |id: &str, name: &str, parent: &str, state: AccountState| Account {
        state,
        ..member(MANAGEMENT, id, name, parent)
    };
    let nowhere = Account::unlisted(&build::id("555555555555"));
    let lost = Gap::not_made(GapKind::Malformed, Operation::OrganizationsListAccountsForParent, nowhere);
    let lost = Answer::Gap(lost);
    let accounts = vec![
        Account {
            tags: Some(value(build::tags([("env", "prod"), ("owner", "")]))),
            ..of(MANAGEMENT, "boss", ROOT, AccountState::Active)
        },
        of(MEMBER, "shop", &unit_id("aaaa"), AccountState::Unknown),
        of(DELEGATE, "security", &unit_id("zzzz"), AccountState::Active),
        Account { parent: lost, joined_at: None, ..of("555555555555", "lost", ROOT, AccountState::Closed) },
        of("666666666666", "new", "ou-m3r1-unread00", AccountState::PendingActivation),
    ];
    let mut organization = build::organization(MANAGEMENT, units, accounts);
    let refused = denied(Operation::OrganizationsDescribePolicy, &build::session(MANAGEMENT));
    let secret = Policy {
        document: crate::model::gap::Answer::Gap(refused),
        ..scp(MANAGEMENT, "secret", "secret", "{}", vec![target("ou-gone-00000000", "ORGANIZATIONAL_UNIT")])
    };
    organization.scps.value_mut().unwrap().push(secret);
    organization.rcps = read(vec![scp(MANAGEMENT, "rcp", "perimeter", r#"{"Statement":[]}"#, Vec::new())]);
    organization.delegated_administrators = read(vec![DelegatedAdministrator {
        id: build::id(DELEGATE),
        services: value(vec!["backup.amazonaws.com".into(), "sso.amazonaws.com".into()]),
    }]);
    organization.trusted_services = read(vec!["backup.amazonaws.com".into()]);
    organization.resource_policy = read(Some(r#"{"Version":"2012-10-17"}"#.into()));
    organization
}

fn served(organization: OrganizationInventory, page_size: Option<usize>) -> Fleet {
    fleet(whole(Some(organization)), page_size)
}

fn whole(organization: Option<OrganizationInventory>) -> Inventory {
    let accounts = vec![
        account(MANAGEMENT, |_| {}),
        account(MEMBER, |parts| {
            parts.backup_effective_policy = read(Some(r#"{"plans":{}}"#.into()));
            parts.regions = read(["af-south-1", "eu-central-1", "us-east-1"].map(build::id).into());
        }),
        account(DELEGATE, |_| {}),
    ];
    inventory(organization, accounts)
}

fn boss(fleet: &Fleet, operation: &str, input: &str) -> Value {
    ask(fleet, &auditor(MANAGEMENT), "organizations", operation, input)
}

fn code(answer: &Value) -> &str {
    answer["code"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn the_organization_is_described_without_anybody_s_address() {
    let fleet = served(organization(), None);
    let described = &boss(&fleet, "DescribeOrganization", "{}")["Organization"];
    assert_eq!(described["Id"], "o-m3r1d1an00");
    assert_eq!(described["FeatureSet"], "ALL");
    assert_eq!(described["MasterAccountId"], MANAGEMENT);
    assert_eq!(described["MasterAccountArn"], "arn:aws:organizations::111111111111:account/o-m3r1d1an00/111111111111");
    assert_eq!(described["MasterAccountEmail"], "111111111111@example.com");
}

#[test]
fn every_list_is_whole_in_pages_of_one() {
    for size in [None, Some(1)] {
        let fleet = served(organization(), size);
        let list =
            |operation: &str, input: Value, member: &str| pages(&fleet, "organizations", operation, &input, member);
        assert_eq!(list("ListRoots", json!({}), "Roots").len(), 1);
        assert_eq!(list("ListAccounts", json!({}), "Accounts").len(), 5);
        assert_eq!(list("ListPolicies", json!({"Filter": "SERVICE_CONTROL_POLICY"}), "Policies").len(), 2);
        assert_eq!(list("ListPolicies", json!({"Filter": "RESOURCE_CONTROL_POLICY"}), "Policies").len(), 1);
        assert_eq!(list("ListTargetsForPolicy", json!({"PolicyId": "p-FullAWSAccess"}), "Targets").len(), 8);
        assert_eq!(list("ListTagsForResource", json!({"ResourceId": MANAGEMENT}), "Tags").len(), 2);
        assert_eq!(list("ListDelegatedAdministrators", json!({}), "DelegatedAdministrators").len(), 1);
        let services = json!({"AccountId": DELEGATE});
        assert_eq!(list("ListDelegatedServicesForAccount", services, "DelegatedServices").len(), 2);
        assert_eq!(list("ListAWSServiceAccessForOrganization", json!({}), "EnabledServicePrincipals").len(), 1);
        let below = |id: &str| list("ListOrganizationalUnitsForParent", json!({"ParentId": id}), "OrganizationalUnits");
        assert_eq!(below(ROOT)[0]["Id"], unit_id("zzzz"));
        let production = &below(&unit_id("zzzz"))[0];
        assert_eq!(production["Name"], "Production");
        assert_eq!(production["Path"], "o-m3r1d1an00/r-m3r1/ou-m3r1-zzzz0000/ou-m3r1-aaaa0000/");
        assert_eq!(below(&unit_id("aaaa")).len(), 0);
        let members = list("ListAccountsForParent", json!({"ParentId": ROOT}), "Accounts");
        assert_eq!(members.len(), 1, "an account whose place was not read stands under no parent");
        assert_eq!(members[0]["Id"], MANAGEMENT);
    }
}

#[test]
fn accounts_tell_their_states_and_paths_as_far_as_they_are_known() {
    let fleet = served(organization(), None);
    let accounts = &boss(&fleet, "ListAccounts", "{}")["Accounts"];
    let field = |at: usize, name: &str| accounts[at].get(name).cloned().unwrap_or_default();
    assert_eq!(field(0, "Paths"), json!(["o-m3r1d1an00/r-m3r1/111111111111/"]));
    assert_eq!(
        (field(0, "State"), field(0, "Status"), field(0, "JoinedMethod")),
        ("ACTIVE".into(), "ACTIVE".into(), "INVITED".into())
    );
    assert_eq!(field(0, "JoinedTimestamp"), json!(1_694_674_800.0));
    assert_eq!(field(1, "Paths"), json!(["o-m3r1d1an00/r-m3r1/ou-m3r1-zzzz0000/ou-m3r1-aaaa0000/222222222222/"]));
    assert_eq!((field(1, "State"), field(1, "Status")), (Value::Null, Value::Null), "a state that nobody knows");
    assert_eq!(
        (field(3, "State"), field(3, "Status"), field(3, "Paths")),
        ("CLOSED".into(), "SUSPENDED".into(), Value::Null)
    );
    assert_eq!(field(3, "JoinedTimestamp"), Value::Null);
    assert_eq!((field(4, "State"), field(4, "Status")), ("PENDING_ACTIVATION".into(), Value::Null));
    assert_eq!(
        field(4, "Paths"),
        json!(["o-m3r1d1an00/ou-m3r1-unread00/666666666666/"]),
        "what is known, the nearest last"
    );
    assert_eq!(field(2, "Email"), "333333333333@example.com");
    let mut circle = organization();
    circle.units =
        read(vec![unit(MANAGEMENT, "aaaa", "a", &unit_id("zzzz")), unit(MANAGEMENT, "zzzz", "z", &unit_id("aaaa"))]);
    let paths = boss(&served(circle, None), "ListAccounts", "{}")["Accounts"][1]["Paths"].clone();
    assert!(paths[0].as_str().unwrap().ends_with("/ou-m3r1-zzzz0000/ou-m3r1-aaaa0000/222222222222/"), "{paths}");
}

#[test]
fn policies_are_described_and_their_targets_named() {
    let fleet = served(organization(), None);
    let policy = &boss(&fleet, "DescribePolicy", r#"{"PolicyId":"p-FullAWSAccess"}"#)["Policy"];
    assert_eq!(policy["PolicySummary"]["Type"], "SERVICE_CONTROL_POLICY");
    assert_eq!(policy["PolicySummary"]["AwsManaged"], true);
    assert!(policy["Content"].as_str().unwrap().starts_with(r#"{"Version""#));
    let perimeter = &boss(&fleet, "DescribePolicy", r#"{"PolicyId":"p-rcp0000000"}"#)["Policy"];
    assert_eq!(perimeter["PolicySummary"]["Type"], "RESOURCE_CONTROL_POLICY");
    let targets = &boss(&fleet, "ListTargetsForPolicy", r#"{"PolicyId":"p-FullAWSAccess"}"#)["Targets"];
    assert_eq!(
        targets[0],
        json!({"TargetId": ROOT, "Arn": "arn:aws:organizations::111111111111:root/o-m3r1d1an00/r-m3r1", "Name": "Root", "Type": "ROOT"})
    );
    assert_eq!((&targets[1]["Name"], &targets[1]["Type"]), (&json!("Production"), &json!("ORGANIZATIONAL_UNIT")));
    assert_eq!((&targets[4]["Name"], &targets[4]["Type"]), (&json!("shop"), &json!("ACCOUNT")));
    let gone = &boss(&fleet, "ListTargetsForPolicy", r#"{"PolicyId":"p-secret0000"}"#)["Targets"];
    assert_eq!(gone, &json!([{"TargetId": "ou-gone-00000000", "Type": "ORGANIZATIONAL_UNIT"}]));
    let refused = boss(&fleet, "DescribePolicy", r#"{"PolicyId":"p-secret0000"}"#);
    assert_eq!((code(&refused), refused["status"].as_u64()), ("AccessDeniedException", Some(400)));
    let one = &boss(&fleet, "DescribeResourcePolicy", "{}")["ResourcePolicy"];
    assert_eq!(one["Content"], r#"{"Version":"2012-10-17"}"#);
    assert_eq!(
        one["ResourcePolicySummary"]["Arn"],
        "arn:aws:organizations::111111111111:resourcepolicy/o-m3r1d1an00/rp-palisade"
    );
    let delegate = &boss(&fleet, "ListDelegatedAdministrators", "{}")["DelegatedAdministrators"][0];
    assert_eq!((&delegate["Name"], &delegate["State"]), (&json!("security"), &json!("ACTIVE")));
    let of = |principal: &str| {
        let input = json!({"ServicePrincipal": principal}).to_string();
        boss(&fleet, "ListDelegatedAdministrators", &input)["DelegatedAdministrators"].as_array().unwrap().len()
    };
    assert_eq!((of("sso.amazonaws.com"), of("config.amazonaws.com")), (1, 0));
}

#[test]
fn what_is_wrong_or_unknown_is_refused_with_aws_s_code() {
    let fleet = served(organization(), None);
    for (operation, input, want) in [
        ("ListAccounts", r#"{"NextToken":"nonsense"}"#, "InvalidInputException"),
        ("ListAccounts", r#"{"MaxResults":21}"#, "InvalidInputException"),
        ("ListAccounts", r#"{"MaxResults":0}"#, "InvalidInputException"),
        ("ListAccounts", r#"{"Filter":"x"}"#, "InvalidInputException"),
        ("ListAccountsForParent", "{}", "InvalidInputException"),
        ("ListAccountsForParent", r#"{"ParentId":"ou-m3r1-nowhere0"}"#, "ParentNotFoundException"),
        ("ListOrganizationalUnitsForParent", r#"{"ParentId":"r-zzzz"}"#, "ParentNotFoundException"),
        ("ListPolicies", r#"{"Filter":"EVERYTHING"}"#, "InvalidInputException"),
        ("ListPolicies", r#"{"Filter":"TAG_POLICY"}"#, "AccessDeniedException"),
        ("DescribePolicy", r#"{"PolicyId":"p-nowhere000"}"#, "PolicyNotFoundException"),
        ("ListTargetsForPolicy", r#"{"PolicyId":"p-nowhere000"}"#, "PolicyNotFoundException"),
        ("ListTagsForResource", r#"{"ResourceId":"999999999999"}"#, "TargetNotFoundException"),
        ("ListTagsForResource", r#"{"ResourceId":"nobody"}"#, "InvalidInputException"),
        ("ListTagsForResource", r#"{"ResourceId":"r-m3r1"}"#, "AccessDeniedException"),
        ("ListTagsForResource", r#"{"ResourceId":"222222222222"}"#, "AccessDeniedException"),
        ("ListDelegatedServicesForAccount", r#"{"AccountId":"222222222222"}"#, "AccountNotRegisteredException"),
        ("ListDelegatedServicesForAccount", r#"{"AccountId":"999999999999"}"#, "AccountNotFoundException"),
        ("DescribeEffectivePolicy", r#"{"PolicyType":"BACKUP_POLICY"}"#, "EffectivePolicyNotFoundException"),
        ("DescribeEffectivePolicy", r#"{"PolicyType":"TAG_POLICY"}"#, "AccessDeniedException"),
        (
            "DescribeEffectivePolicy",
            r#"{"PolicyType":"BACKUP_POLICY","TargetId":"999999999999"}"#,
            "TargetNotFoundException",
        ),
    ] {
        let answer = boss(&fleet, operation, input);
        assert_eq!((code(&answer), answer["status"].as_u64()), (want, Some(400)), "{operation} {input}");
    }
    assert_eq!(boss(&fleet, "ListAccounts", r#"{"NextToken":"nonsense"}"#)["Reason"], "INVALID_NEXT_TOKEN");
    let mut bare = organization();
    bare.resource_policy = read(None);
    assert_eq!(code(&boss(&served(bare, None), "DescribeResourcePolicy", "{}")), "ResourcePolicyNotFoundException");
}

#[test]
fn a_member_is_told_which_organization_it_is_in_and_its_own_effective_policy() {
    let fleet = served(organization(), None);
    let shop = |operation: &str, input: &str| ask(&fleet, &auditor(MEMBER), "organizations", operation, input);
    assert_eq!(shop("DescribeOrganization", "{}")["Organization"]["Id"], "o-m3r1d1an00");
    let refused = shop("ListAccounts", "{}");
    assert_eq!((code(&refused), refused["status"].as_u64()), ("AccessDeniedException", Some(400)));
    assert_eq!(refused["Message"], "You don't have permissions to access this resource.");
    let own = &shop("DescribeEffectivePolicy", r#"{"PolicyType":"BACKUP_POLICY"}"#)["EffectivePolicy"];
    assert_eq!(own, &json!({"PolicyContent": r#"{"plans":{}}"#, "TargetId": MEMBER, "PolicyType": "BACKUP_POLICY"}));
    let other = format!(r#"{{"PolicyType":"BACKUP_POLICY","TargetId":"{DELEGATE}"}}"#);
    assert_eq!(code(&shop("DescribeEffectivePolicy", &other)), "AccessDeniedException");
    let delegate = |operation: &str, input: &str| ask(&fleet, &auditor(DELEGATE), "organizations", operation, input);
    assert_eq!(delegate("ListAccounts", "{}")["Accounts"].as_array().unwrap().len(), 5);
    let of = format!(r#"{{"PolicyType":"BACKUP_POLICY","TargetId":"{MEMBER}"}}"#);
    assert_eq!(delegate("DescribeEffectivePolicy", &of)["EffectivePolicy"]["TargetId"], MEMBER);
}

#[test]
fn without_an_organization_every_operation_says_so() {
    let mut none = organization();
    none.description = read(None);
    let alone = served(none, None);
    let unasked = fleet(whole(None), None);
    for operation in Operation::ALL.iter().filter(|operation| operation.service() == "organizations") {
        let name = operation.name();
        let effective = name == "DescribeEffectivePolicy";
        let input = if effective { r#"{"PolicyType":"BACKUP_POLICY"}"# } else { "{}" };
        assert_eq!(code(&boss(&alone, name, input)), "AWSOrganizationsNotInUseException", "{name}");
        let want = if effective { "EffectivePolicyNotFoundException" } else { "AccessDeniedException" };
        assert_eq!(code(&boss(&unasked, name, input)), want, "{name}");
    }
}

#[test]
fn a_gap_is_served_as_the_refusal_that_left_it() {
    fn gap<T>(operation: Operation) -> Collected<T> {
        Collected::Gap(denied(operation, &build::session(MANAGEMENT)))
    }
    let mut dark = organization();
    dark.roots = gap(Operation::OrganizationsListRoots);
    // Without the roots nobody asked for the units: their gap is that of the roots.
    dark.units = gap(Operation::OrganizationsListRoots);
    dark.accounts = gap(Operation::OrganizationsListAccounts);
    dark.scps = gap(Operation::OrganizationsListPolicies);
    dark.delegated_administrators = gap(Operation::OrganizationsListDelegatedAdministrators);
    dark.trusted_services = gap(Operation::OrganizationsListAWSServiceAccessForOrganization);
    dark.resource_policy = gap(Operation::OrganizationsDescribeResourcePolicy);
    let fleet = served(dark, None);
    for (operation, input) in [
        ("ListRoots", "{}"),
        ("ListOrganizationalUnitsForParent", r#"{"ParentId":"r-m3r1"}"#),
        ("ListAccounts", "{}"),
        ("ListAccountsForParent", r#"{"ParentId":"r-m3r1"}"#),
        ("ListTagsForResource", r#"{"ResourceId":"222222222222"}"#),
        ("ListPolicies", r#"{"Filter":"SERVICE_CONTROL_POLICY"}"#),
        ("DescribePolicy", r#"{"PolicyId":"p-FullAWSAccess"}"#),
        ("ListDelegatedAdministrators", "{}"),
        ("ListDelegatedServicesForAccount", r#"{"AccountId":"333333333333"}"#),
        ("ListAWSServiceAccessForOrganization", "{}"),
        ("DescribeResourcePolicy", "{}"),
    ] {
        assert!(code(&boss(&fleet, operation, input)).starts_with("AccessDeniedException"), "{operation}");
    }
    let message = boss(&fleet, "ListRoots", "{}")["Message"].clone();
    assert!(message.as_str().unwrap().contains("organizations:ListRoots"), "{message}");
    assert_eq!(
        boss(&fleet, "ListPolicies", r#"{"Filter":"RESOURCE_CONTROL_POLICY"}"#)["Policies"].as_array().unwrap().len(),
        1
    );
    let mut undescribed = organization();
    undescribed.description = gap(Operation::OrganizationsDescribeOrganization);
    let fleet = served(undescribed, None);
    assert_eq!(code(&boss(&fleet, "DescribeOrganization", "{}")), "AccessDeniedException");
    assert_eq!(boss(&fleet, "ListAccounts", "{}")["Accounts"][0]["Paths"], json!(["r-m3r1/111111111111/"]));
}

#[test]
fn regions_are_on_by_default_on_or_off() {
    for size in [None, Some(1)] {
        let fleet = fleet(whole(Some(organization())), size);
        let input = json!({"AccountId": MEMBER});
        let regions = pages(&fleet, "account", "listRegions", &input, "Regions");
        let status = |name: &str| {
            let found = regions.iter().find(|region| region["RegionName"] == name);
            found.map(|region| region["RegionOptStatus"].as_str().unwrap())
        };
        assert_eq!(regions.len(), 19);
        assert_eq!(status("af-south-1"), Some("ENABLED"));
        assert_eq!(status("eu-central-1"), Some("ENABLED_BY_DEFAULT"));
        assert_eq!(status("me-south-1"), Some("DISABLED"));
        assert_eq!(status("eu-west-1"), None, "no account has it off");
        let on = json!({"AccountId": MEMBER, "RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]});
        assert_eq!(pages(&fleet, "account", "listRegions", &on, "Regions").len(), 3);
    }
    let fleet = fleet(whole(Some(organization())), None);
    let shop = |input: &str| ask(&fleet, &auditor(MEMBER), "account", "listRegions", input);
    assert_eq!(shop("{}")["Regions"].as_array().unwrap().len(), 19);
    for (input, want, status) in [
        (r#"{"MaxResults":51}"#, "ValidationException", 400),
        (r#"{"NextToken":"x"}"#, "ValidationException", 400),
        (r#"{"AccountId":"333333333333"}"#, "AccessDeniedException", 403),
    ] {
        let answer = shop(input);
        assert_eq!((code(&answer), answer["status"].as_u64()), (want, Some(status)), "{input}");
    }
}

#[test]
fn regions_that_were_refused_or_not_offered_are_so_again() {
    let refused = denied(Operation::AccountListRegions, &build::session(MANAGEMENT));
    let accounts = vec![account(MANAGEMENT, |parts| parts.regions = Collected::Gap(refused))];
    let answer = ask(&fleet(inventory(None, accounts), None), &auditor(MANAGEMENT), "account", "listRegions", "{}");
    assert_eq!((code(&answer), answer["status"].as_u64()), ("AccessDeniedException", Some(403)));
    let accounts =
        vec![account(MANAGEMENT, |parts| parts.regions = Collected::NotOffered { read_at: build::read_at() })];
    let answer = ask(&fleet(inventory(None, accounts), None), &auditor(MANAGEMENT), "account", "listRegions", "{}");
    assert_eq!(code(&answer), "UnknownOperationException");
}
