//! Organizations over wire answers: second pages, what is refused, what is not configured.

use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::gap::Gap;

const DESCRIPTION: &str = r#"{"Organization":{"Id":"o-abcdefghij","Arn":"arn:aws:organizations::111122223333:organization/o-abcdefghij",
    "FeatureSet":"ALL","MasterAccountId":"111122223333","MasterAccountArn":"arn:aws:organizations::111122223333:account/o-abcdefghij/111122223333",
    "MasterAccountEmail":"boss@example.org"}}"#;
const ROOTS: &str = r#"{"Roots":[{"Id":"r-abcd","Arn":"arn:aws:organizations::111122223333:root/o-abcdefghij/r-abcd","Name":"Root",
    "PolicyTypes":[{"Type":"SERVICE_CONTROL_POLICY","Status":"ENABLED"}]}]}"#;

fn account(id: &str, rest: &str) -> String {
    format!(
        r#"{{"Id":"{id}","Arn":"arn:aws:organizations::111122223333:account/o-abcdefghij/{id}","Name":"n{id}","Email":"secret@example.org",
        "JoinedTimestamp":1577836800,{rest}}}"#
    )
}

/// An organization with two units, one below the other, and pages of one.
fn organization() -> Replay {
    let unit = |id: &str| {
        format!(
            r#"{{"OrganizationalUnits":[{{"Id":"{id}","Arn":"arn:aws:organizations::111122223333:ou/o-abcdefghij/{id}","Name":"{id}"}}]}}"#
        )
    };
    let first = account(
        "444455556666",
        r#""State":"ACTIVE","Status":"SUSPENDED","Paths":["o-abcdefghij/r-abcd/ou-abcd-11111111/ou-abcd-22222222/444455556666/"]"#,
    );
    let second = account("111122223333", r#""Status":"ACTIVE","Paths":["o-abcdefghij/r-abcd/111122223333/"]"#);
    Replay::new()
        .on(&["DescribeOrganization"], 200, DESCRIPTION)
        .on(&["ListRoots"], 200, ROOTS)
        .on(&["ListOrganizationalUnitsForParent", "r-abcd"], 200, unit("ou-abcd-11111111"))
        .on(&["ListOrganizationalUnitsForParent", "ou-abcd-11111111"], 200, unit("ou-abcd-22222222"))
        .on(&["ListOrganizationalUnitsForParent"], 200, r#"{"OrganizationalUnits":[]}"#)
        .on(&["ListAccounts", r#""NextToken":"2""#], 200, format!(r#"{{"Accounts":[{second}]}}"#))
        .on(&["ListAccounts"], 200, format!(r#"{{"Accounts":[{first}],"NextToken":"2"}}"#))
        .on(&["ListPolicies", "RESOURCE_CONTROL_POLICY"], 200, r#"{"Policies":[]}"#)
        .on(
            &["ListPolicies", r#""NextToken":"2""#],
            200,
            r#"{"Policies":[{"Id":"p-11111111","Arn":"arn:aws:organizations::111122223333:policy/o-abcdefghij/service_control_policy/p-11111111","Name":"deny","Type":"SERVICE_CONTROL_POLICY","AwsManaged":false}]}"#,
        )
        .on(
            &["ListPolicies"],
            200,
            r#"{"Policies":[{"Id":"p-FullAWSAccess","Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess","Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true}],"NextToken":"2"}"#,
        )
        .json_error(&["DescribePolicy", "p-FullAWSAccess"], 400, "AccessDeniedException", "no")
        .on(&["DescribePolicy"], 200, r#"{"Policy":{"Content":"{\"Statement\":[]}"}}"#)
        .on(&["ListTargetsForPolicy", r#""NextToken":"2""#], 200, r#"{"Targets":[{"TargetId":"444455556666","Type":"ACCOUNT"}]}"#)
        .on(&["ListTargetsForPolicy"], 200, r#"{"Targets":[{"TargetId":"r-abcd","Type":"ROOT"}],"NextToken":"2"}"#)
        .on(
            &["ListDelegatedAdministrators"],
            200,
            r#"{"DelegatedAdministrators":[{"Id":"444455556666","Email":"secret@example.org"}]}"#,
        )
        .on(&["ListDelegatedServicesForAccount", r#""NextToken":"2""#], 200, r#"{"DelegatedServices":[{"ServicePrincipal":"backup.amazonaws.com"}]}"#)
        .on(&["ListDelegatedServicesForAccount"], 200, r#"{"DelegatedServices":[{"ServicePrincipal":"sso.amazonaws.com"}],"NextToken":"2"}"#)
        .on(&["ListAWSServiceAccessForOrganization", r#""NextToken":"2""#], 200, r#"{"EnabledServicePrincipals":[{"ServicePrincipal":"a.amazonaws.com"}]}"#)
        .on(&["ListAWSServiceAccessForOrganization"], 200, r#"{"EnabledServicePrincipals":[{"ServicePrincipal":"b.amazonaws.com"}],"NextToken":"2"}"#)
        .json_error(&["DescribeResourcePolicy"], 400, "ResourcePolicyNotFoundException", "none")
        .on(
            &["ListOrganizationsFeatures"],
            200,
            "<ListOrganizationsFeaturesResponse><ListOrganizationsFeaturesResult><OrganizationId>o-abcdefghij</OrganizationId>\
             <EnabledFeatures><member>RootSessions</member><member>RootCredentialsManagement</member></EnabledFeatures>\
             </ListOrganizationsFeaturesResult></ListOrganizationsFeaturesResponse>",
        )
        .on(&["ListTagsForResource", "444455556666", r#""NextToken":"2""#], 200, r#"{"Tags":[{"Key":"env","Value":"prod"}]}"#)
        .on(&["ListTagsForResource", "444455556666"], 200, r#"{"Tags":[{"Key":"a","Value":""}],"NextToken":"2"}"#)
        .json_error(&["ListTagsForResource"], 400, "AccessDeniedException", "no")
}

#[test]
fn an_organization_is_read_through_its_second_pages() {
    let replay = organization();
    let inventory = run(collect(&site(&replay), true));
    let read = serde_json::to_string(&inventory).unwrap();
    assert!(!read.contains("example.org"), "no e-mail address is kept");
    assert_eq!(inventory.description.value().unwrap().as_ref().unwrap().management_account.as_str(), "111122223333");
    assert_eq!(inventory.roots.items()[0].policy_types["SERVICE_CONTROL_POLICY"], "ENABLED");
    let units: Vec<_> = inventory.units.items().iter().map(|unit| (unit.id.as_str(), unit.parent.as_str())).collect();
    assert_eq!(units, [("ou-abcd-11111111", "r-abcd"), ("ou-abcd-22222222", "ou-abcd-11111111")]);
    let accounts = inventory.accounts.items();
    assert_eq!(accounts.len(), 2);
    assert_eq!((accounts[0].id.as_str(), accounts[0].parent.value().unwrap().as_str()), ("111122223333", "r-abcd"));
    assert_eq!(accounts[0].state, AccountState::Active, "from the retired Status");
    assert_eq!(
        (accounts[1].state, accounts[1].parent.value().unwrap().as_str()),
        (AccountState::Active, "ou-abcd-22222222")
    );
    assert_eq!(accounts[1].tags.as_ref().unwrap().value().unwrap()["env"], "prod");
    assert_eq!(accounts[0].tags.as_ref().unwrap().gap().unwrap().kind, GapKind::Denied);
    assert_eq!(replay.count("ListAccountsForParent"), 0, "the paths say where the accounts are");
    let scps = inventory.scps.items();
    assert_eq!((scps.len(), scps[0].id.as_str()), (2, "p-11111111"));
    assert_eq!(scps[0].document.value().unwrap(), r#"{"Statement":[]}"#);
    assert_eq!(scps[0].targets.value().unwrap().len(), 2);
    assert_eq!(scps[1].document.gap().unwrap().kind, GapKind::Denied);
    assert!(scps[1].aws_managed);
    assert!(inventory.rcps.items().is_empty() && inventory.rcps.gap().is_none());
    let delegated = inventory.delegated_administrators.items();
    assert_eq!(delegated[0].services.value().unwrap(), &["backup.amazonaws.com", "sso.amazonaws.com"]);
    assert_eq!(inventory.trusted_services.items(), ["a.amazonaws.com", "b.amazonaws.com"]);
    assert_eq!(inventory.resource_policy.value(), Some(&None));
    assert_eq!(inventory.central_root_features.items(), ["RootCredentialsManagement", "RootSessions"]);
}

#[test]
fn without_paths_the_tree_is_walked_and_tags_are_read_only_when_asked() {
    let placed = account("444455556666", r#""Status":"SUSPENDED""#);
    let lost = account("777788889999", r#""State":"CLOSED""#);
    let replay = Replay::new()
        .on(&["ListAccountsForParent", "r-abcd", r#""NextToken":"2""#], 200, r#"{"Accounts":[{"Id":"444455556666"}]}"#)
        .on(&["ListAccountsForParent", "r-abcd"], 200, r#"{"Accounts":[],"NextToken":"2"}"#)
        .json_error(&["ListAccountsForParent"], 400, "AccessDeniedException", "no")
        .on(&["ListAccounts"], 200, format!(r#"{{"Accounts":[{lost},{placed}]}}"#));
    let replay = replay.then(&organization());
    let inventory = run(collect(&site(&replay), false));
    let accounts = inventory.accounts.items();
    let states: Vec<_> = accounts.iter().map(|account| account.state).collect();
    assert_eq!(states, [AccountState::Suspended, AccountState::Closed]);
    assert_eq!(accounts[0].parent, Answer::Value("r-abcd".to_owned()));
    let gap = accounts[1].parent.gap().unwrap();
    let operation = Operation::OrganizationsListAccountsForParent;
    assert_eq!((gap.kind, gap.operation, gap.message.as_str()), (GapKind::Denied, operation, "no"));
    assert!(accounts.iter().all(|account| account.tags.is_none()));
    assert_eq!(replay.count("ListTagsForResource"), 0);
}

/// Not where it was looked for is not nowhere: an account without a place says why.
#[test]
fn an_account_without_a_place_is_a_gap() {
    let lost = account("777788889999", r#""State":"ACTIVE""#);
    let read = |replay: Replay| {
        let replay = replay.on(&["ListAccountsForParent"], 200, r#"{"Accounts":[]}"#).on(
            &["ListAccounts"],
            200,
            format!(r#"{{"Accounts":[{lost}]}}"#),
        );
        let inventory = run(collect(&site(&replay.then(&organization())), false));
        inventory.accounts.items()[0].parent.gap().unwrap().clone()
    };
    let gap = read(Replay::new());
    assert_eq!((gap.kind, gap.operation), (GapKind::Malformed, Operation::OrganizationsListAccountsForParent));
    assert_eq!(gap.message, "AWS lists account 777788889999 under no root and no organizational unit");
    for (target, operation) in [
        ("ListRoots", Operation::OrganizationsListRoots),
        ("ListOrganizationalUnitsForParent", Operation::OrganizationsListOrganizationalUnitsForParent),
    ] {
        let gap = read(Replay::new().json_error(&[target], 400, "AccessDeniedException", "no tree"));
        assert_eq!((gap.kind, gap.operation, gap.message.as_str()), (GapKind::Denied, operation, "no tree"));
    }
}

#[test]
fn a_member_account_is_told_only_the_description() {
    let refused = "You don't have permissions to access this resource.";
    let replay = Replay::new()
        .on(&["DescribeOrganization"], 200, DESCRIPTION)
        .query_error(
            &["ListOrganizationsFeatures"],
            403,
            "AccountNotManagementOrDelegatedAdministratorException",
            refused,
        )
        .json_error(&["AWSOrganizationsV20161128."], 400, "AccessDeniedException", refused);
    let inventory = run(collect(&site(&replay), false));
    assert!(inventory.description.value().unwrap().is_some());
    let gaps: Vec<Option<&Gap>> = vec![
        inventory.roots.gap(),
        inventory.units.gap(),
        inventory.accounts.gap(),
        inventory.scps.gap(),
        inventory.rcps.gap(),
        inventory.delegated_administrators.gap(),
        inventory.trusted_services.gap(),
        inventory.resource_policy.gap(),
        inventory.central_root_features.gap(),
    ];
    for gap in gaps {
        assert_eq!(gap.unwrap().kind, GapKind::Denied, "{gap:?}");
    }
}

#[test]
fn no_organization_is_a_fact_and_nothing_more_is_asked() {
    let replay =
        Replay::new().json_error(&["DescribeOrganization"], 400, "AWSOrganizationsNotInUseException", "not a member");
    let site = site(&replay);
    let inventory = run(collect(&site, true));
    assert_eq!(inventory.description.value(), Some(&None));
    assert!(inventory.scps.gap().is_none() && inventory.accounts.gap().is_none());
    assert_eq!(replay.sent().len(), 1);
    assert!(site.shared.ledger.entries()[0].failures.is_empty());
}

#[test]
fn a_unit_that_cannot_be_listed_leaves_no_half_tree() {
    let denied = Replay::new().json_error(
        &["ListOrganizationalUnitsForParent", "ou-abcd-11111111"],
        400,
        "AccessDeniedException",
        "no",
    );
    let inventory = run(collect(&site(&denied.then(&organization())), false));
    assert_eq!(inventory.units.gap().unwrap().kind, GapKind::Denied);
    assert!(inventory.accounts.value().is_some(), "their own paths say where they are");
}

#[test]
fn root_features_cannot_be_on_without_trusted_access() {
    let off = Replay::new().query_error(&["ListOrganizationsFeatures"], 400, "ServiceAccessNotEnabledException", "off");
    let inventory = run(collect(&site(&off.then(&organization())), false));
    assert!(inventory.central_root_features.value().unwrap().is_empty());
}

#[test]
fn an_account_without_an_id_is_malformed_and_never_left_out() {
    let odd = Replay::new().on(&["ListAccounts"], 200, r#"{"Accounts":[{"Name":"nobody"}]}"#);
    let inventory = run(collect(&site(&odd.then(&organization())), false));
    assert_eq!(inventory.accounts.gap().unwrap().kind, GapKind::Malformed);
}

#[test]
fn an_entity_path_gives_the_nearest_parent() {
    for (path, parent) in [
        ("o-a/r-b/ou-b-1/ou-b-2/111122223333/", Some("ou-b-2")),
        ("o-a/r-b/ou-b-1/", Some("ou-b-1")),
        ("o-a/r-b/111122223333", Some("r-b")),
        ("111122223333", None),
        ("", None),
    ] {
        assert_eq!(parent_in(path).as_deref(), parent, "{path}");
    }
}

#[test]
fn an_answer_without_its_list_is_no_empty_organization() {
    let OrganizationInventory {
        description,
        roots,
        units,
        accounts,
        scps,
        rcps,
        delegated_administrators,
        trusted_services,
        resource_policy,
        central_root_features: _,
    } = run(collect(&site(&Replay::new().on(&["AWSOrganizations"], 200, "{}")), false));
    let gaps = [
        description.gap().cloned(),
        roots.gap().cloned(),
        units.gap().cloned(),
        accounts.gap().cloned(),
        scps.gap().cloned(),
        rcps.gap().cloned(),
        delegated_administrators.gap().cloned(),
        trusted_services.gap().cloned(),
        resource_policy.gap().cloned(),
    ];
    for gap in gaps {
        assert_eq!(gap.unwrap().kind, GapKind::Malformed);
    }
}
