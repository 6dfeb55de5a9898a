//! What IAM answers, in AWS's shapes, and how it refuses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::Fleet;
use super::super::organizations::testing::{MANAGEMENT, MEMBER, account, auditor, element, fleet, inventory, query};
use crate::demo::build::{self, denied, iam_arn, read, value};
use crate::model::gap::Collected;
use crate::model::iam::{
    AuthorizationDetails, CredentialReportRow, Group, InlinePolicy, ManagedPolicy, OidcDetail, OidcProvider, Role, User,
};
use crate::model::inventory::AccountParts;
use crate::model::operation::Operation;
use crate::model::organization::OrganizationInventory;

const DETAILS: &str = "Action=GetAccountAuthorizationDetails&Version=2010-05-08";

fn details() -> AuthorizationDetails {
    let document = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"é <&> ~"}]}"#;
    let inline = vec![InlinePolicy { name: "in".into(), document: document.into() }];
    let edge = iam_arn(MEMBER, "policy/edge");
    let user = User {
        inline_policies: inline.clone(),
        groups: vec!["admins".into()],
        permissions_boundary: Some(edge.clone()),
        tags: build::tags([("team", "a & b")]),
        ..build::user(MEMBER, "ann", "ReadOnlyAccess")
    };
    let group = Group {
        arn: iam_arn(MEMBER, "group/admins"),
        name: "admins".into(),
        id: "AGPAADMINSXXXXXXXXXXX".into(),
        path: "/".into(),
        inline_policies: inline.clone(),
        attached_policies: vec![edge.clone()],
    };
    let role = Role {
        instance_profiles: vec![iam_arn(MEMBER, "instance-profile/web/front")],
        created_at: Some(build::id("2026-03-02T07:00:00.25Z")),
        inline_policies: inline,
        ..build::role(MEMBER, "/web/", "front", r#"{"Service":"ec2.amazonaws.com"}"#, "ReadOnlyAccess")
    };
    let unused = Role {
        last_used_at: None,
        last_used_region: None,
        ..build::role(MEMBER, "/", "unused", r#"{"Service":"ec2.amazonaws.com"}"#, "ReadOnlyAccess")
    };
    let policy = |arn, name: &str, document: Option<&str>| ManagedPolicy {
        arn,
        name: name.into(),
        id: "ANPAXXXXXXXXXXXXXXXXX".into(),
        path: "/".into(),
        default_version: "v3".into(),
        document: document.map(str::to_owned),
    };
    let policies = vec![
        policy(edge, "edge", Some(document)),
        policy(iam_arn("aws", "policy/ReadOnlyAccess"), "ReadOnlyAccess", None),
    ];
    AuthorizationDetails { users: vec![user], groups: vec![group], roles: vec![role, unused], policies }
}

fn served(change: impl FnOnce(&mut AccountParts), page_size: Option<usize>) -> Fleet {
    let changed = account(MEMBER, |parts| {
        parts.iam.authorization_details = read(details());
        change(parts);
    });
    fleet(inventory(None, vec![account(MANAGEMENT, |_| {}), changed]), page_size)
}

fn ask(fleet: &Fleet, form: &str) -> (u16, String) {
    let (status, body) = query(fleet, &auditor(MEMBER), "iam", form);
    (status.as_u16(), body)
}

fn refused(fleet: &Fleet, form: &str) -> (u16, String) {
    let (status, body) = ask(fleet, form);
    (status, element(&body, "Code").unwrap_or_else(|| panic!("{body}")).to_owned())
}

#[test]
fn users_groups_roles_and_policies_are_one_answer() {
    let (status, body) = ask(&served(|_| {}, None), DETAILS);
    assert_eq!(status, 200);
    assert!(body.starts_with(
        "<GetAccountAuthorizationDetailsResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
         <GetAccountAuthorizationDetailsResult><IsTruncated>false</IsTruncated><UserDetailList><member>"
    ));
    assert!(!body.contains("<Marker>"));
    let user = element(&body, "UserDetailList").unwrap();
    assert!(user.contains("<PolicyDocument>%7B%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22s3%3A%2A%22%2C%22Resource%22%3A%22%C3%A9%20%3C%26%3E%20~%22%7D%5D%7D</PolicyDocument>"), "{user}");
    assert!(user.contains("<CreateDate>2024-10-18T07:00:00Z</CreateDate>"), "AWS tells seconds: {user}");
    assert!(user.contains("<GroupList><member>admins</member></GroupList>"));
    assert!(user.contains("<Tags><member><Key>team</Key><Value>a &amp; b</Value></member></Tags>"));
    assert!(user.contains("<PermissionsBoundaryArn>arn:aws:iam::222222222222:policy/edge</PermissionsBoundaryArn>"));
    assert!(user.contains(
        "<PolicyName>ReadOnlyAccess</PolicyName><PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn>"
    ));
    let role = element(&body, "RoleDetailList").unwrap();
    assert!(role.contains("<CreateDate>2026-03-02T07:00:00.25Z</CreateDate>"), "a fraction is kept: {role}");
    let profile = element(role, "InstanceProfileList").unwrap();
    assert!(
        profile.contains("<Path>/web/</Path><InstanceProfileName>front</InstanceProfileName><InstanceProfileId>AIPA")
    );
    assert!(profile.contains("<Arn>arn:aws:iam::222222222222:instance-profile/web/front</Arn>"));
    assert!(profile.contains("<Roles><member><Path>/web/</Path><RoleName>front</RoleName>"));
    assert!(role.contains(
        "<RoleLastUsed><LastUsedDate>2026-03-01T07:00:00Z</LastUsedDate><Region>eu-central-1</Region></RoleLastUsed>"
    ));
    assert!(role.contains("<RoleLastUsed></RoleLastUsed>"), "a role that was never used");
    let policies = element(&body, "Policies").unwrap();
    assert!(policies.contains(
        "<AttachmentCount>1</AttachmentCount><PermissionsBoundaryUsageCount>1</PermissionsBoundaryUsageCount>"
    ));
    assert!(policies.contains("<VersionId>v3</VersionId><IsDefaultVersion>true</IsDefaultVersion>"));
    assert!(
        policies.contains("<AttachmentCount>3</AttachmentCount>")
            && policies.contains("<PolicyVersionList></PolicyVersionList>")
    );
}

#[test]
fn one_list_is_paged_over_all_four_kinds() {
    let fleet = served(|_| {}, Some(1));
    let (mut marker, mut seen) = (String::new(), Vec::new());
    loop {
        let (_, body) = ask(&fleet, &format!("{DETAILS}&MaxItems=1000{marker}"));
        let kinds = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
        seen.extend(kinds.iter().filter(|kind| !element(&body, kind).unwrap().is_empty()).copied());
        match element(&body, "Marker") {
            Some(next) => {
                assert!(body.contains("<IsTruncated>true</IsTruncated>"));
                marker = format!("&Marker={next}");
            }
            None => break,
        }
    }
    assert_eq!(seen, ["UserDetailList", "GroupDetailList", "RoleDetailList", "RoleDetailList", "Policies", "Policies"]);
    let (_, first) = ask(&served(|_| {}, None), &format!("{DETAILS}&MaxItems=2"));
    assert!(
        first.contains("<UserName>ann</UserName>")
            && first.contains("<GroupName>admins</GroupName>")
            && first.contains("<Marker>")
    );
}

#[test]
fn filters_and_wrong_inputs() {
    let fleet = served(|_| {}, None);
    let (_, body) = ask(&fleet, &format!("{DETAILS}&Filter.member.1=Group&Filter.member.2=AWSManagedPolicy"));
    assert!(
        element(&body, "UserDetailList").unwrap().is_empty() && element(&body, "RoleDetailList").unwrap().is_empty()
    );
    assert!(body.contains("<GroupName>admins</GroupName>"));
    let policies = element(&body, "Policies").unwrap();
    assert!(policies.contains(":aws:policy/") && !policies.contains("policy/edge"));
    for wrong in ["MaxItems=0", "MaxItems=1001", "MaxItems=x", "Marker=x", "Filter.member.1=Everything", "Path=/"] {
        assert_eq!(refused(&fleet, &format!("{DETAILS}&{wrong}")), (400, "ValidationError".into()), "{wrong}");
    }
}

#[test]
fn the_credential_report_has_all_of_aws_s_columns() {
    let row = |user: &str| CredentialReportRow { user: user.into(), ..build::user_row(MEMBER, "ann") };
    let odd = CredentialReportRow {
        arn: iam_arn(MEMBER, "user/a,b"),
        password_enabled: Some(true),
        mfa_active: None,
        access_key_1_active: None,
        access_key_1_last_used: None,
        ..row("a,\"b")
    };
    let root = CredentialReportRow {
        password_enabled: None,
        password_last_used: None,
        ..build::root_row(MEMBER, true, true, true)
    };
    let fleet = served(|parts| parts.iam.credential_report = read(vec![root, row("ann"), odd]), None);
    let (_, body) = ask(&fleet, "Action=GenerateCredentialReport");
    assert_eq!(element(&body, "State"), Some("COMPLETE"));
    let (_, body) = ask(&fleet, "Action=GetCredentialReport");
    assert_eq!(element(&body, "ReportFormat"), Some("text/csv"));
    assert_eq!(element(&body, "GeneratedTime"), Some("2026-03-02T07:00:00Z"));
    let report = String::from_utf8(STANDARD.decode(element(&body, "Content").unwrap()).unwrap()).unwrap();
    let lines: Vec<&str> = report.split('\n').collect();
    assert_eq!(lines[0].split(',').count(), 22);
    assert_eq!(
        lines[1],
        "<root_account>,arn:aws:iam::222222222222:root,N/A,not_supported,no_information,not_supported,not_supported,true,\
         true,N/A,2026-02-27T07:00:00+00:00,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    assert_eq!(
        lines[2],
        "ann,arn:aws:iam::222222222222:user/ann,2024-10-18T07:00:00+00:00,false,N/A,N/A,N/A,false,true,N/A,\
         2026-03-01T07:00:00+00:00,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    assert_eq!(
        lines[3],
        "\"a,\"\"b\",\"arn:aws:iam::222222222222:user/a,b\",N/A,true,no_information,N/A,N/A,not_supported,N/A,N/A,N/A,\
         N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
}

#[test]
fn a_report_s_gap_is_refused_where_it_was() {
    let at = |operation: Operation| {
        let gap = denied(operation, &build::session(MEMBER));
        served(|parts| parts.iam.credential_report = Collected::Gap(gap), None)
    };
    let (generate, get) = ("Action=GenerateCredentialReport", "Action=GetCredentialReport");
    let none = at(Operation::IamGenerateCredentialReport);
    assert_eq!(refused(&none, generate), (403, "AccessDenied".into()));
    assert_eq!(refused(&none, get), (410, "ReportNotPresent".into()));
    let hidden = at(Operation::IamGetCredentialReport);
    assert_eq!(ask(&hidden, generate).0, 200);
    assert_eq!(refused(&hidden, get), (403, "AccessDenied".into()));
}

#[test]
fn providers_and_the_summary() {
    let oidc = iam_arn(MEMBER, "oidc-provider/token.actions.githubusercontent.com");
    let hidden = iam_arn(MEMBER, "oidc-provider/hidden.example");
    let gap = denied(Operation::IamGetOpenIDConnectProvider, &build::session(MEMBER));
    let detail =
        OidcDetail { url: "token.actions.githubusercontent.com".into(), audiences: vec!["sts.amazonaws.com".into()] };
    let fleet = served(
        |parts| {
            parts.iam.oidc_providers = read(vec![
                OidcProvider { arn: hidden.clone(), detail: crate::model::gap::Answer::Gap(gap) },
                OidcProvider { arn: oidc.clone(), detail: value(detail) },
            ]);
        },
        None,
    );
    let (_, body) = ask(&fleet, "Action=ListOpenIDConnectProviders");
    assert!(
        body.contains(&format!("<OpenIDConnectProviderList><member><Arn>{hidden}</Arn></member><member><Arn>{oidc}"))
    );
    let get = |arn: &str| format!("Action=GetOpenIDConnectProvider&OpenIDConnectProviderArn={arn}");
    let (_, body) = ask(&fleet, &get(oidc.as_str()));
    assert!(body.contains(
        "<Url>token.actions.githubusercontent.com</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>"
    ));
    assert_eq!(refused(&fleet, &get(hidden.as_str())), (403, "AccessDenied".into()));
    assert_eq!(refused(&fleet, &get("arn:aws:iam::222222222222:oidc-provider/x")), (404, "NoSuchEntity".into()));
    assert_eq!(refused(&fleet, "Action=GetOpenIDConnectProvider"), (400, "ValidationError".into()));
    let (_, body) = ask(&fleet, "Action=ListSAMLProviders");
    assert!(body.contains("<SAMLProviderList><member><Arn>arn:aws:iam::222222222222:saml-provider/AWSSSO_"));
    let (_, body) = ask(&fleet, "Action=GetAccountSummary");
    assert!(body.contains("<SummaryMap><entry><key>AccountAccessKeysPresent</key><value>0</value></entry><entry>"));
    let (_, other) = query(&fleet, &auditor(MANAGEMENT), "iam", DETAILS);
    assert!(other.contains(":111111111111:role/"), "each account is told of its own");
}

#[test]
fn each_gap_is_refused() {
    let fleet = served(
        |parts| {
            let gap = |operation| denied(operation, &build::session(MEMBER));
            let iam = &mut parts.iam;
            iam.authorization_details = Collected::Gap(gap(Operation::IamGetAccountAuthorizationDetails));
            iam.oidc_providers = Collected::Gap(gap(Operation::IamListOpenIDConnectProviders));
            iam.saml_providers = Collected::Gap(gap(Operation::IamListSAMLProviders));
            iam.account_summary = Collected::Gap(gap(Operation::IamGetAccountSummary));
        },
        None,
    );
    for form in [DETAILS, "Action=ListOpenIDConnectProviders", "Action=ListSAMLProviders", "Action=GetAccountSummary"] {
        assert_eq!(refused(&fleet, form), (403, "AccessDenied".into()), "{form}");
    }
}

#[test]
fn central_root_access_is_told_to_those_who_oversee_it() {
    const FEATURES: &str = "Action=ListOrganizationsFeatures";
    let with = |change: &dyn Fn(&mut OrganizationInventory)| {
        let mut organization = build::organization(MANAGEMENT, Vec::new(), Vec::new());
        change(&mut organization);
        fleet(inventory(Some(organization), vec![account(MANAGEMENT, |_| {}), account(MEMBER, |_| {})]), None)
    };
    let boss = |fleet: &Fleet| query(fleet, &auditor(MANAGEMENT), "iam", FEATURES);
    let code = |fleet: &Fleet| {
        let (status, body) = boss(fleet);
        (status.as_u16(), element(&body, "Code").unwrap_or_default().to_owned())
    };
    let on = with(&|known| known.central_root_features = read(vec!["RootSessions".into()]));
    let (_, body) = boss(&on);
    assert!(
        body.contains("<OrganizationId>o-m3r1d1an00</OrganizationId><EnabledFeatures><member>RootSessions</member>")
    );
    let member = refused(&on, FEATURES);
    assert_eq!(member, (400, "AccountNotManagementOrDelegatedAdministratorException".into()));
    assert_eq!(code(&with(&|_| {})), (400, "ServiceAccessNotEnabledException".into()));
    let off = with(&|known| known.trusted_services = read(vec!["iam.amazonaws.com".into()]));
    assert!(boss(&off).1.contains("<EnabledFeatures></EnabledFeatures>"));
    let billing = with(&|known| {
        if let Some(Some(described)) = known.description.value_mut() {
            described.feature_set = "CONSOLIDATED_BILLING".into();
        }
    });
    assert_eq!(code(&billing), (400, "OrganizationNotInAllFeaturesModeException".into()));
    assert_eq!(code(&with(&|known| known.description = read(None))), (400, "OrganizationNotFoundException".into()));
    let gap = denied(Operation::IamListOrganizationsFeatures, &build::session(MANAGEMENT));
    let hidden = with(&|known| known.central_root_features = Collected::Gap(gap.clone()));
    assert_eq!(code(&hidden), (403, "AccessDenied".into()));
    assert_eq!(code(&served(|_| {}, None)), (403, "AccessDenied".into()), "nobody asked for the organization");
}
