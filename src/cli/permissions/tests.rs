use std::collections::BTreeSet;

use serde_json::Value;

use super::*;
use crate::model::operation::{Operation, Role};

fn partition() -> crate::model::ids::Partition {
    "aws".parse().unwrap()
}

fn statements(policy: &Policy) -> Vec<Value> {
    let document: Value = serde_json::from_str(&policy.to_json()).unwrap();
    document["Statement"].as_array().unwrap().clone()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
}

fn of(role: Role) -> BTreeSet<String> {
    let operations = Operation::ALL.iter().filter(|operation| operation.role() == role);
    operations.flat_map(|operation| operation.actions()).map(|action| (*action).to_owned()).collect()
}

#[test]
fn the_audit_policy_holds_every_audit_action_and_no_other() {
    let policy = policy::audit(&partition(), &["tf-locks".to_owned()]).unwrap();
    let granted: BTreeSet<String> = statements(&policy).iter().flat_map(|s| strings(&s["Action"])).collect();
    assert_eq!(granted, of(Role::Audit));
    // An inline policy of a role may have 10,240 characters, white space left out.
    assert!(policy.to_json().chars().filter(|c| !c.is_whitespace()).count() < 10_240);
}

#[test]
fn items_are_read_of_named_tables_alone() {
    assert!(!policy::audit(&partition(), &[]).unwrap().allows("dynamodb:Scan"));
    let policy = policy::audit(&partition(), &["tf-locks".to_owned()]).unwrap();
    for statement in statements(&policy) {
        if strings(&statement["Action"]).iter().any(|action| action == "dynamodb:Scan") {
            assert_eq!(strings(&statement["Resource"]), ["arn:aws:dynamodb:*:*:table/tf-locks"]);
        }
    }
    for wrong in ["*", "a*b", "arn:aws:dynamodb:eu-west-1:111122223333:table/*", "arn:aws:s3:::b", ""] {
        assert!(policy::audit(&partition(), &[wrong.to_owned()]).is_err(), "{wrong}");
    }
}

#[test]
fn states_are_read_where_named_and_decrypted_through_s3() {
    let prefixes = ["s3://acme-tf/prod/".parse().unwrap(), "s3://acme-tf2".parse().unwrap()];
    let key = "arn:aws:kms:eu-central-1:111122223333:key/1234".parse().unwrap();
    let policy = policy::state_content(&partition(), &prefixes, &[key]).unwrap();
    let statements = statements(&policy);
    assert_eq!(strings(&statements[0]["Resource"]), ["arn:aws:s3:::acme-tf/prod/*", "arn:aws:s3:::acme-tf2/*"]);
    assert_eq!(strings(&statements[0]["Action"]), of(Role::StateContent).into_iter().collect::<Vec<_>>());
    assert_eq!(strings(&statements[1]["Action"]), ["kms:Decrypt"]);
    assert_eq!(
        statements[1]["Condition"],
        serde_json::json!({ "StringEquals": { "kms:ViaService": ["s3.eu-central-1.amazonaws.com"] } })
    );
    for statement in statements {
        assert!(!strings(&statement["Resource"]).iter().any(|resource| resource == "*" || resource.ends_with(":::*")));
    }
    for wrong in ["acme-tf", "s3://*", "s3://a*b/x", "s3://", "s3:///x", "s3://acme/${aws:username}", "s3://acme/*"] {
        assert!(wrong.parse::<StatePrefix>().is_err(), "{wrong}");
    }
    for wrong in ["arn:aws:kms:eu-central-1:111122223333:key/*", "arn:aws:kms:eu-central-1:111122223333:alias/a"] {
        assert!(policy::state_content(&partition(), &prefixes, &[wrong.parse().unwrap()]).is_err(), "{wrong}");
    }
}

fn signing(key: &str) -> Sinks {
    Sinks { keys: vec![key.parse().unwrap()], ..Sinks::default() }
}

#[test]
fn the_runner_assumes_the_audit_role_and_no_other() {
    let policy = policy::runner(&partition(), "PalisadeAudit", &Sinks::default()).unwrap();
    let statements = statements(&policy);
    assert_eq!(statements.len(), 1);
    assert_eq!(strings(&statements[0]["Resource"]), ["arn:aws:iam::*:role/PalisadeAudit"]);
    assert_eq!(strings(&statements[0]["Action"]), ["sts:AssumeRole"]);
}

#[test]
fn the_runner_signs_with_the_named_keys_and_no_other() {
    let key = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let policy = policy::runner(&partition(), "PalisadeAudit", &signing(key)).unwrap();
    let statements = statements(&policy);
    assert_eq!(statements.len(), 2);
    assert_eq!(strings(&statements[1]["Action"]), ["kms:GetPublicKey", "kms:Sign"]);
    assert_eq!(strings(&statements[1]["Resource"]), [key]);
    for wrong in
        ["arn:aws:kms:eu-central-1:111122223333:alias/evidence", "arn:aws:kms:*:111122223333:key/*", "arn:aws:s3:::b"]
    {
        assert!(policy::runner(&partition(), "PalisadeAudit", &signing(wrong)).is_err(), "{wrong}");
    }
}

#[test]
fn templates_carry_the_policy_and_the_trust() {
    let policy = policy::audit(&partition(), &[]).unwrap();
    for text in [
        template::terraform_role("PalisadeAudit", &policy, &["a hint".to_owned()]),
        template::cloudformation_role("PalisadeAudit", &policy, &["a hint".to_owned()]),
    ] {
        assert!(text.starts_with("# a hint\n"));
        assert!(text.contains("sts:ExternalId") && text.contains("rds:DescribeDBInstances"));
    }
    // The template's policy is the policy: YAML takes JSON as it is.
    let text = template::cloudformation_role("PalisadeAudit", &policy, &[]);
    let json = text.split_once("PolicyDocument:\n            {").unwrap().1;
    let parsed: Value = serde_json::from_str(&format!("{{{json}")).unwrap();
    assert_eq!(parsed, serde_json::from_str::<Value>(&policy.to_json()).unwrap());
}

#[test]
fn the_runner_delivers_to_what_is_named_and_nowhere_else() {
    let sinks = Sinks {
        reports: vec!["s3://acme-reports/nightly/".parse().unwrap(), "s3://acme-reports/latest.html".parse().unwrap()],
        store: Some("s3://acme-store/palisade.sqlite".parse().unwrap()),
        topics: vec!["arn:aws:sns:eu-central-1:111122223333:alerts".parse().unwrap()],
        keys: vec!["arn:aws:kms:eu-central-1:111122223333:key/1234".parse().unwrap()],
    };
    let statements = statements(&policy::runner(&partition(), "PalisadeAudit", &sinks).unwrap());
    let granted: Vec<String> = statements.iter().flat_map(|s| strings(&s["Action"])).collect();
    let sinks_own: BTreeSet<&str> = crate::model::sink::SinkOperation::ALL.iter().map(|one| one.action()).collect();
    assert_eq!(
        granted
            .iter()
            .map(String::as_str)
            .filter(|one| !["sts:AssumeRole", "s3:ListBucket"].contains(one))
            .collect::<BTreeSet<_>>(),
        sinks_own
    );
    assert_eq!(
        strings(&statements[1]["Resource"]),
        ["arn:aws:s3:::acme-reports/latest.html", "arn:aws:s3:::acme-reports/nightly/*"]
    );
    for statement in &statements {
        let resources = strings(&statement["Resource"]);
        assert!(!resources.iter().any(|resource| resource == "*" || resource.ends_with(":::*")), "{resources:?}");
    }
    let wide = Sinks { reports: vec!["s3://acme-reports/*/".parse().unwrap()], ..Sinks::default() };
    assert!(policy::runner(&partition(), "PalisadeAudit", &wide).is_err());
    let alias =
        Sinks { keys: vec!["arn:aws:kms:eu-central-1:111122223333:alias/a".parse().unwrap()], ..Sinks::default() };
    assert!(policy::runner(&partition(), "PalisadeAudit", &alias).is_err());
}
