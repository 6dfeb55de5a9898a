//! Trust policies, one situation each; and the sessions that they give.

use super::super::Fleet;
use super::super::organizations::testing::{MANAGEMENT, MEMBER, account, auditor, element, fleet, inventory, query};
use super::{is_like, is_like_arn};
use crate::demo::build::{self, denied, read};
use crate::model::gap::{Answer, Collected};
use crate::model::iam::{AuthorizationDetails, Role};
use crate::model::inventory::AccountInventory;
use crate::model::operation::Operation;

const RUNNER: &str = "arn:aws:sts::111111111111:assumed-role/Runner/x";

/// The caller's account, where its role stands under a path.
fn management() -> AccountInventory {
    account(MANAGEMENT, |parts| {
        let role = build::role(MANAGEMENT, "/ops/", "Runner", r#"{"Service":"ec2.amazonaws.com"}"#, "x");
        let role = Role { id: "AROARUNNERXXXXXXXXXXX".into(), ..role };
        parts.iam.authorization_details =
            read(AuthorizationDetails { roles: vec![role], ..AuthorizationDetails::default() });
    })
}

/// An account that was entered by this role with this trust policy.
fn trusting(statement: &str) -> Fleet {
    let member = account(MEMBER, |parts| {
        let mut role = build::role(MEMBER, "/", "Audit", r#""*""#, "x");
        role.trust_policy = format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
        parts.iam.authorization_details =
            read(AuthorizationDetails { roles: vec![role], ..AuthorizationDetails::default() });
    });
    let organization = build::organization(MANAGEMENT, Vec::new(), Vec::new());
    fleet(inventory(Some(organization), vec![management(), member]), None)
}

fn assume(fleet: &Fleet, who: &str, role: &str, rest: &str) -> (u16, String) {
    let form = format!("Action=AssumeRole&RoleArn={role}&RoleSessionName=palisade{rest}");
    let (status, body) = query(fleet, who, "sts", &form);
    (status.as_u16(), body)
}

fn enters(statement: &str, rest: &str) -> bool {
    let (status, body) = assume(&trusting(statement), RUNNER, "arn:aws:iam::222222222222:role/Audit", rest);
    assert!(status == 200 || element(&body, "Code") == Some("AccessDenied"), "{body}");
    status == 200
}

#[test]
fn each_trust_policy_lets_in_whom_aws_would_let_in() {
    let allow = |principal: &str, condition: &str| {
        format!(r#"[{{"Effect":"Allow","Principal":{principal},"Action":"sts:AssumeRole","Condition":{condition}}}]"#)
    };
    let aws = |name: &str| format!(r#"{{"AWS":"{name}"}}"#);
    let root = aws("arn:aws:iam::111111111111:root");
    let table: &[(bool, String)] = &[
        (true, allow(&root, "{}")),
        (true, allow(&aws("111111111111"), "{}")),
        (true, allow(r#""*""#, "{}")),
        (true, allow(&aws("*"), "{}")),
        (true, allow(&aws(RUNNER), "{}")),
        (true, allow(r#"{"AWS":["arn:aws:iam::999999999999:root","arn:aws:iam::111111111111:root"]}"#, "{}")),
        (true, allow(&aws("arn:aws:iam::111111111111:role/ops/Runner"), "{}")),
        (false, allow(&aws("arn:aws:iam::111111111111:role/Runner"), "{}")),
        (true, allow(&aws("AROARUNNERXXXXXXXXXXX"), "{}")),
        (false, allow(&aws("AROASOMEBODYELSEXXXXX"), "{}")),
        (false, allow(r#"{"Service":"ec2.amazonaws.com"}"#, "{}")),
        (true, allow(r#""*""#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-m3r1d1an00"}}"#)),
        (false, allow(r#""*""#, r#"{"StringEquals":{"aws:PrincipalOrgID":"o-another000"}}"#)),
        (true, allow(r#""*""#, r#"{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ops/*"}}"#)),
        (true, allow(r#""*""#, r#"{"StringLike":{"aws:principalarn":["x","arn:aws:iam::111111111111:role/*unner"]}}"#)),
        (false, allow(r#""*""#, r#"{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/ops/*"}}"#)),
        (
            true,
            allow(
                &root,
                r#"{"StringEquals":{"aws:PrincipalAccount":"111111111111","sts:RoleSessionName":"palisade"}}"#,
            ),
        ),
        (true, allow(&root, r#"{"StringEqualsIfExists":{"sts:ExternalId":"s3cret"}}"#)),
        (true, allow(&root, r#"{"Null":{"sts:ExternalId":"true"}}"#)),
        (false, allow(&root, r#"{"Null":{"sts:ExternalId":false}}"#)),
        (false, allow(&root, r#"{"StringEquals":{"sts:ExternalId":"s3cret"}}"#)),
        (false, allow(&root, r#"{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}"#)),
        (false, allow(&root, r#"{"StringEquals":{"aws:PrincipalArn":"${aws:username}"}}"#)),
        (true, r#"{"Effect":"Allow","Principal":"*","Action":["sts:TagSession","STS:assume*"]}"#.into()),
        (false, r#"{"Effect":"Allow","Principal":"*","Action":"sts:TagSession"}"#.into()),
        (true, r#"{"Effect":"Allow","Principal":"*","NotAction":"sts:TagSession"}"#.into()),
        (false, "[]".into()),
        (false, r#"{"Effect":"Allow"}"#.into()),
    ];
    for (want, statement) in table {
        assert_eq!(enters(statement, ""), *want, "{statement}");
    }
    assert!(enters(&allow(&root, r#"{"StringEquals":{"sts:ExternalId":"s3cret"}}"#), "&ExternalId=s3cret"));
}

#[test]
fn a_deny_refuses_unless_it_surely_is_about_something_else() {
    let allow = r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#;
    let table = [
        (false, r#"{"Effect":"Deny","Principal":"*","Action":"sts:*"}"#),
        (true, r#"{"Effect":"Deny","Principal":"*","Action":"sts:TagSession"}"#),
        (true, r#"{"Effect":"Deny","Principal":{"AWS":"999999999999"},"Action":"sts:*"}"#),
        (false, r#"{"Effect":"Deny","NotPrincipal":{"AWS":"999999999999"},"Action":"sts:*"}"#),
        (true, r#"{"Effect":"Deny","NotPrincipal":{"AWS":"111111111111"},"Action":"sts:*"}"#),
        (
            true,
            r#"{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-m3r1d1an00"}}}"#,
        ),
        (
            false,
            r#"{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-another000"}}}"#,
        ),
        (
            false,
            r#"{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
        ),
    ];
    for (want, deny) in table {
        assert_eq!(enters(&format!("[{allow},{deny}]"), ""), want, "{deny}");
    }
}

#[test]
fn a_session_is_what_aws_gives() {
    let fleet = trusting(r#"[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]"#);
    let role = "arn:aws:iam::222222222222:role/Audit";
    let (status, body) = assume(&fleet, RUNNER, role, "&DurationSeconds=900");
    assert_eq!(status, 200);
    assert_eq!(element(&body, "Arn"), Some("arn:aws:sts::222222222222:assumed-role/Audit/palisade"));
    assert_eq!(element(&body, "AssumedRoleId"), Some("AROAAUDITXXXXXXXXXXXX:palisade"));
    assert_eq!(element(&body, "AccessKeyId"), Some("ASIAPLSD222222222222"));
    assert_eq!(element(&body, "Expiration"), Some("2026-03-02T07:15:00Z"));
    for (rest, code) in [
        ("&DurationSeconds=899", "ValidationError"),
        ("&DurationSeconds=43201", "ValidationError"),
        ("&DurationSeconds=99999999999999999999", "ValidationError"),
        ("&DurationSeconds=7200", "ValidationError"),
        ("&Policy=%7B%7D", "ValidationError"),
    ] {
        let (status, body) = assume(&fleet, RUNNER, role, rest);
        assert_eq!((status, element(&body, "Code")), (400, Some(code)), "{rest}");
    }
    let user = "arn:aws:iam::111111111111:user/ann";
    assert_eq!(assume(&fleet, user, role, "&DurationSeconds=7200").0, 200, "a user's session may last longer");
    let (_, body) = query(&fleet, RUNNER, "sts", "Action=GetCallerIdentity");
    assert_eq!(element(&body, "UserId"), Some("AROARUNNERXXXXXXXXXXX:x"));
    assert_eq!((element(&body, "Arn"), element(&body, "Account")), (Some(RUNNER), Some(MANAGEMENT)));
}

#[test]
fn what_is_no_role_or_no_name_is_refused() {
    let fleet = trusting(r#"[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]"#);
    for (role, want) in [
        ("nonsense", (400, "ValidationError")),
        ("arn:aws:iam::222222222222:user/ann", (400, "ValidationError")),
        ("arn:aws:iam::999999999999:role/Audit", (403, "AccessDenied")),
        ("arn:aws:iam::222222222222:role/other/Audit", (403, "AccessDenied")),
        ("arn:aws-cn:iam::222222222222:role/PalisadeAudit", (403, "AccessDenied")),
    ] {
        let (status, body) = assume(&fleet, RUNNER, role, "");
        assert_eq!((status, element(&body, "Code").unwrap()), want, "{role}");
    }
    let form = "Action=AssumeRole&RoleArn=arn:aws:iam::222222222222:role/Audit&RoleSessionName=a/b";
    let (status, body) = query(&fleet, RUNNER, "sts", form);
    assert_eq!((status.as_u16(), element(&body, "Code")), (400, Some("ValidationError")));
}

#[test]
fn what_cannot_be_told_is_proven_by_the_session_that_collected() {
    let gap = || Collected::Gap(denied(Operation::IamGetAccountAuthorizationDetails, &build::session(MEMBER)));
    let member = account(MEMBER, |parts| parts.iam.authorization_details = gap());
    let unread = fleet(inventory(None, vec![management(), member]), None);
    assert_eq!(assume(&unread, RUNNER, "arn:aws:iam::222222222222:role/PalisadeAudit", "").0, 200);
    assert_eq!(assume(&unread, RUNNER, "arn:aws:iam::222222222222:role/Admin", "").0, 403);
    assert_eq!(assume(&unread, &auditor(MEMBER), "arn:aws:iam::222222222222:role/PalisadeAudit", "").0, 403);
    let closed = AccountInventory {
        id: build::id(MEMBER),
        parts: Answer::Gap(denied(Operation::StsAssumeRole, &build::session(MANAGEMENT))),
    };
    let closed = fleet(inventory(None, vec![management(), closed]), None);
    let (status, body) = assume(&closed, RUNNER, "arn:aws:iam::222222222222:role/PalisadeAudit", "");
    assert_eq!((status, element(&body, "Code")), (403, Some("AccessDenied")));
    let mut inventory = inventory(None, vec![management(), account(MEMBER, |_| {})]);
    inventory.accounts[1] = account(MEMBER, |parts| {
        let mut role = build::role(MEMBER, "/", "PalisadeAudit", r#""*""#, "x");
        role.trust_policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}}"#.into();
        parts.iam.authorization_details =
            read(AuthorizationDetails { roles: vec![role], ..AuthorizationDetails::default() });
    });
    let fleet = fleet(inventory, None);
    assert_eq!(assume(&fleet, RUNNER, "arn:aws:iam::222222222222:role/PalisadeAudit", "").0, 200, "it was entered");
}

#[test]
fn patterns() {
    for (text, pattern, want) in [
        ("abc", "abc", true),
        ("abc", "a*", true),
        ("abc", "*c", true),
        ("abc", "a?c", true),
        ("abc", "*b*", true),
        ("abcabc", "*abc", true),
        ("aab", "*ab", true),
        ("abc", "", false),
        ("", "*", true),
        ("abc", "a?", false),
        ("abc", "a*d", false),
    ] {
        assert_eq!(is_like(text, pattern), want, "{text} {pattern}");
    }
    assert!(is_like_arn("arn:aws:iam::1:role/a:b", "arn:*:iam::*:role/a*"));
    assert!(!is_like_arn("arn:aws:iam::1:role/a", "arn:aws:*:role/a"));
}
