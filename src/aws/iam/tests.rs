//! IAM over wire answers.

use super::super::replay::{Replay, run, site};
use super::*;

fn result(operation: &str, body: &str) -> String {
    format!("<{operation}Response><{operation}Result>{body}</{operation}Result></{operation}Response>")
}

const USER: &str = "<member><Path>/</Path><UserName>ann</UserName><UserId>AIDA1</UserId>\
    <Arn>arn:aws:iam::111122223333:user/ann</Arn><CreateDate>2020-01-02T03:04:05Z</CreateDate>\
    <UserPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>%7B%22a%22%3A%22100%25%2B%22%7D</PolicyDocument></member></UserPolicyList>\
    <GroupList><member>z</member><member>admins</member></GroupList>\
    <AttachedManagedPolicies><member><PolicyName>x</PolicyName><PolicyArn>arn:aws:iam::aws:policy/ReadOnlyAccess</PolicyArn></member></AttachedManagedPolicies>\
    <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>arn:aws:iam::111122223333:policy/edge</PermissionsBoundaryArn></PermissionsBoundary>\
    <Tags><member><Key>team</Key><Value>core</Value></member></Tags></member>";
const ROLE: &str = "<member><Path>/svc/</Path><RoleName>r</RoleName><RoleId>AROA1</RoleId>\
    <Arn>arn:aws:iam::111122223333:role/svc/r</Arn><CreateDate>2020-01-02T03:04:05Z</CreateDate>\
    <AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument>\
    <InstanceProfileList><member><Path>/</Path><InstanceProfileName>i</InstanceProfileName><InstanceProfileId>AIPA1</InstanceProfileId>\
    <Arn>arn:aws:iam::111122223333:instance-profile/i</Arn><CreateDate>2020-01-02T03:04:05Z</CreateDate><Roles/></member></InstanceProfileList>\
    <RolePolicyList/><AttachedManagedPolicies/>\
    <RoleLastUsed><LastUsedDate>2026-06-01T00:00:00Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed></member>";
const POLICY: &str = "<member><PolicyName>edge</PolicyName><PolicyId>ANPA1</PolicyId>\
    <Arn>arn:aws:iam::111122223333:policy/edge</Arn><Path>/</Path><DefaultVersionId>v2</DefaultVersionId><PolicyVersionList>\
    <member><Document>%7B%22v%22%3A1%7D</Document><VersionId>v1</VersionId><IsDefaultVersion>false</IsDefaultVersion></member>\
    <member><Document>%7B%22v%22%3A2%7D</Document><VersionId>v2</VersionId><IsDefaultVersion>true</IsDefaultVersion></member>\
    </PolicyVersionList></member>";
const GROUP: &str = "<member><Path>/</Path><GroupName>admins</GroupName><GroupId>AGPA1</GroupId>\
    <Arn>arn:aws:iam::111122223333:group/admins</Arn><GroupPolicyList/><AttachedManagedPolicies/></member>";

fn iam() -> Replay {
    let details = "GetAccountAuthorizationDetails";
    let first = format!("<IsTruncated>true</IsTruncated><Marker>m2</Marker><UserDetailList>{USER}</UserDetailList>");
    let second = format!(
        "<IsTruncated>false</IsTruncated><RoleDetailList>{ROLE}</RoleDetailList><GroupDetailList>{GROUP}</GroupDetailList>\
         <Policies>{POLICY}</Policies>"
    );
    let provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
    let other = "arn:aws:iam::111122223333:oidc-provider/gitlab.example";
    let report = "user,arn,user_creation_time,password_enabled,password_last_used,mfa_active,access_key_1_active,\
                  access_key_1_last_used_date,access_key_2_active,access_key_2_last_used_date\n\
                  <root_account>,arn:aws:iam::111122223333:root,2019-01-01T00:00:00+00:00,not_supported,no_information,true,\
                  false,N/A,false,N/A\n";
    let content = aws_smithy_types::base64::encode(report);
    Replay::new()
        .on(&[&format!("Action={details}"), "Marker=m2"], 200, result(details, &second))
        .on(&[&format!("Action={details}")], 200, result(details, &first))
        .once(&["Action=GenerateCredentialReport"], 200, result("GenerateCredentialReport", "<State>STARTED</State>"))
        .on(&["Action=GenerateCredentialReport"], 200, result("GenerateCredentialReport", "<State>COMPLETE</State>"))
        .on(
            &["Action=GetCredentialReport"],
            200,
            result("GetCredentialReport", &format!("<Content>{content}</Content><ReportFormat>text/csv</ReportFormat>")),
        )
        .on(
            &["Action=ListOpenIDConnectProviders"],
            200,
            result(
                "ListOpenIDConnectProviders",
                &format!(
                    "<OpenIDConnectProviderList><member><Arn>{provider}</Arn></member><member><Arn>{other}</Arn></member>\
                     </OpenIDConnectProviderList>"
                ),
            ),
        )
        .on(
            &["Action=GetOpenIDConnectProvider", "githubusercontent"],
            200,
            result(
                "GetOpenIDConnectProvider",
                "<Url>token.actions.githubusercontent.com</Url><ClientIDList><member>sts.amazonaws.com</member></ClientIDList>",
            ),
        )
        .query_error(&["Action=GetOpenIDConnectProvider"], 403, "AccessDenied", "no")
        .on(
            &["Action=ListSAMLProviders"],
            200,
            result(
                "ListSAMLProviders",
                "<SAMLProviderList><member><Arn>arn:aws:iam::111122223333:saml-provider/x</Arn></member></SAMLProviderList>",
            ),
        )
        .on(
            &["Action=GetAccountSummary"],
            200,
            result(
                "GetAccountSummary",
                "<SummaryMap><entry><key>AccountAccessKeysPresent</key><value>1</value></entry>\
                 <entry><key>SomethingNew</key><value>7</value></entry></SummaryMap>",
            ),
        )
}

#[test]
fn iam_is_read_through_its_second_page_and_decoded() {
    let replay = iam();
    let inventory = run(collect(&site(&replay)));
    let details = inventory.authorization_details.value().unwrap();
    let user = &details.users[0];
    assert_eq!((user.name.as_str(), user.groups.join(",").as_str()), ("ann", "admins,z"));
    assert_eq!(user.inline_policies[0].document, r#"{"a":"100%+"}"#, "percent-decoded once, a plus stays a plus");
    assert_eq!(user.permissions_boundary.as_ref().unwrap().name(), "edge");
    assert_eq!(user.tags["team"], "core");
    let role = &details.roles[0];
    assert_eq!((role.trust_policy.as_str(), role.path.as_str()), (r#"{"Statement":[]}"#, "/svc/"));
    assert_eq!(role.last_used_region.as_deref(), Some("eu-west-1"));
    assert_eq!(role.instance_profiles.len(), 1);
    assert_eq!(details.policies[0].document.as_deref(), Some(r#"{"v":2}"#), "the default version's");
    assert_eq!(details.groups[0].name, "admins");
    assert_eq!(inventory.credential_report.items()[0].mfa_active, Some(true));
    assert_eq!(replay.count("Action=GenerateCredentialReport"), 2, "asked until it is complete");
    let oidc = inventory.oidc_providers.items();
    assert_eq!(oidc[0].detail.gap().unwrap().kind, GapKind::Denied, "one provider refused leaves the other");
    assert_eq!(oidc[1].detail.value().unwrap().audiences, ["sts.amazonaws.com"]);
    assert_eq!(inventory.saml_providers.items().len(), 1);
    assert_eq!(inventory.account_summary.value().unwrap()["AccountAccessKeysPresent"], 1);
    assert_eq!(inventory.account_summary.value().unwrap()["SomethingNew"], 7);
}

#[test]
fn each_refusal_is_its_own_gap() {
    let replay = Replay::new().query_error(&["Action="], 403, "AccessDenied", "not authorized");
    let inventory = run(collect(&site(&replay)));
    let gaps = [
        inventory.authorization_details.gap(),
        inventory.credential_report.gap(),
        inventory.oidc_providers.gap(),
        inventory.saml_providers.gap(),
        inventory.account_summary.gap(),
    ];
    for gap in gaps {
        assert_eq!(gap.unwrap().kind, GapKind::Denied);
    }
    assert_eq!(gaps[1].unwrap().operation, Operation::IamGenerateCredentialReport);
}

#[test]
fn a_list_that_says_more_follows_but_not_where_is_no_list() {
    let torn = result("GetAccountAuthorizationDetails", "<IsTruncated>true</IsTruncated><UserDetailList/>");
    let replay = Replay::new().on(&["GetAccountAuthorizationDetails"], 200, torn).then(&iam());
    let inventory = run(collect(&site(&replay)));
    assert_eq!(inventory.authorization_details.gap().unwrap().kind, GapKind::Malformed);
}
