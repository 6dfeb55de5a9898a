//! IAM.

use palisade::model::iam::{
    AuthorizationDetails, CredentialReportRow, Group, IamInventory, InlinePolicy, ManagedPolicy, OidcDetail,
    OidcProvider, Role, User,
};
use palisade::model::ids::Arn;
use palisade::model::operation::Operation as Op;

use super::{Dice, Place, Wire};

const XML: Wire = Wire::Xml;

pub fn draw(dice: &mut Dice<'_>, place: &Place) -> IamInventory {
    IamInventory {
        authorization_details: dice.collected(Op::IamGetAccountAuthorizationDetails, XML, |dice| details(dice, place)),
        credential_report: dice.collected(Op::IamGetCredentialReport, XML, |dice| report(dice, place)),
        oidc_providers: dice.collected(Op::IamListOpenIDConnectProviders, XML, |dice| {
            dice.list(2, |dice| OidcProvider {
                arn: place.global("iam", &format!("oidc-provider/{}", dice.name("issuer"))),
                detail: dice.answer(Op::IamGetOpenIDConnectProvider, XML, |dice| {
                    let mut audiences = dice.list(3, |dice| dice.text(XML));
                    audiences.sort();
                    OidcDetail { url: dice.text(XML), audiences }
                }),
            })
        }),
        saml_providers: dice.collected(Op::IamListSAMLProviders, XML, |dice| {
            dice.list(2, |dice| place.global("iam", &format!("saml-provider/{}", dice.name("saml"))))
        }),
        account_summary: dice.collected(Op::IamGetAccountSummary, XML, |dice| {
            ["AccountAccessKeysPresent", "AccountMFAEnabled", "AccountPasswordPresent", "Users", "Roles"]
                .into_iter()
                .filter_map(|name| dice.some(|dice| (name.to_owned(), i64::try_from(dice.below(5_000)).unwrap())))
                .collect()
        }),
    }
}

fn path(dice: &mut Dice<'_>) -> String {
    dice.word(&["/", "/team/", "/aws-reserved/sso.amazonaws.com/"])
}

fn policies(dice: &mut Dice<'_>, place: &Place) -> Vec<Arn> {
    dice.list(2, |dice| place.global("iam", &format!("policy/{}", dice.name("p"))))
}

fn inline(dice: &mut Dice<'_>) -> Vec<InlinePolicy> {
    let mut list = dice.list(2, |dice| InlinePolicy {
        // No two policies of one holder have the same name.
        name: format!("{}{}", dice.text(XML), dice.name("inline")),
        document: dice.policy(XML),
    });
    list.sort();
    list
}

fn details(dice: &mut Dice<'_>, place: &Place) -> AuthorizationDetails {
    let boundary = |dice: &mut Dice<'_>| dice.some(|dice| place.global("iam", &format!("policy/{}", dice.name("b"))));
    let users = dice.list(2, |dice| {
        let (name, path) = (dice.name("user"), path(dice));
        let mut groups = dice.list(2, |dice| dice.name("g"));
        groups.sort();
        User {
            arn: place.global("iam", &format!("user{path}{name}")),
            id: format!("AIDA{name}"),
            name,
            path,
            created_at: dice.some(Dice::time),
            inline_policies: inline(dice),
            attached_policies: policies(dice, place),
            groups,
            permissions_boundary: boundary(dice),
            tags: dice.tags(XML),
        }
    });
    let groups = dice.list(2, |dice| {
        let (name, path) = (dice.name("group"), path(dice));
        Group {
            arn: place.global("iam", &format!("group{path}{name}")),
            id: format!("AGPA{name}"),
            name,
            path,
            inline_policies: inline(dice),
            attached_policies: policies(dice, place),
        }
    });
    let mut roles = dice.list(3, |dice| {
        let (name, path) = (dice.name("role"), path(dice));
        Role {
            arn: place.global("iam", &format!("role{path}{name}")),
            id: format!("AROA{name}"),
            name,
            path,
            created_at: dice.some(Dice::time),
            trust_policy: dice.policy(XML),
            inline_policies: inline(dice),
            attached_policies: policies(dice, place),
            permissions_boundary: boundary(dice),
            instance_profiles: dice
                .list(2, |dice| place.global("iam", &format!("instance-profile/{}", dice.name("i")))),
            tags: dice.tags(XML),
            last_used_at: dice.some(Dice::time),
            last_used_region: dice.some(|dice| dice.word(&["eu-central-1", "us-east-1"])),
        }
    });
    let policies = dice.list(2, |dice| {
        let (name, path) = (dice.name("policy"), path(dice));
        ManagedPolicy {
            arn: place.global("iam", &format!("policy{path}{name}")),
            id: format!("ANPA{name}"),
            name,
            path,
            default_version: dice.word(&["v1", "v2", "v17"]),
            document: dice.some(|dice| dice.policy(XML)),
        }
    });
    // Whoever collected this came in by it.
    let trusted = "111122223333";
    roles.push(Role {
        arn: place.global("iam", "role/PalisadeAudit"),
        name: "PalisadeAudit".to_owned(),
        id: "AROAPALISADE".to_owned(),
        path: "/".to_owned(),
        created_at: None,
        trust_policy: format!(
            r#"{{"Statement":{{"Effect":"Allow","Principal":{{"AWS":"arn:{}:iam::{trusted}:root"}},"Action":"sts:AssumeRole"}}}}"#,
            place.partition
        ),
        inline_policies: Vec::new(),
        attached_policies: Vec::new(),
        permissions_boundary: None,
        instance_profiles: Vec::new(),
        tags: [].into(),
        last_used_at: None,
        last_used_region: None,
    });
    AuthorizationDetails { users, groups, roles, policies }
}

fn report(dice: &mut Dice<'_>, place: &Place) -> Vec<CredentialReportRow> {
    let row = |dice: &mut Dice<'_>, user: String, arn: Arn| CredentialReportRow {
        user,
        arn,
        password_enabled: dice.some(Dice::flag),
        password_last_used: dice.some(Dice::second),
        mfa_active: dice.some(Dice::flag),
        access_key_1_active: dice.some(Dice::flag),
        access_key_1_last_used: dice.some(Dice::second),
        access_key_2_active: dice.some(Dice::flag),
        access_key_2_last_used: dice.some(Dice::second),
    };
    let root = Arn::account_root(&place.partition, &place.account);
    let mut rows = vec![row(dice, IamInventory::ROOT_USER.to_owned(), root)];
    rows.extend(dice.list(2, |dice| {
        let arn = place.global("iam", &format!("user/{}", dice.name("row")));
        let user = format!("{},\"{}", dice.name("user"), dice.word(&["", "=1+1", "a b"]));
        row(dice, user, arn)
    }));
    rows.sort_by(|a, b| a.arn.cmp(&b.arn));
    rows
}
