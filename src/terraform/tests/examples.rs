//! One situation each.

use std::collections::BTreeMap;
use std::io::{self, Read};

use crate::model::terraform::{RecordedAttributes, ResourceMode, StateResource};
use crate::terraform::{Limits, StateDocument, StateError, read_state};

fn read(text: &str) -> Result<StateDocument, StateError> {
    read_state(text.as_bytes(), &Limits::default())
}

fn with_instance(instance: &str) -> String {
    format!(
        r#"{{"version":4,"serial":1,"lineage":"l","resources":[{{"mode":"managed","type":"aws_db_instance","name":"n","provider":"p","instances":[{instance}]}}]}}"#
    )
}

fn attributes(attributes: &str) -> RecordedAttributes {
    let mut resources = read(&with_instance(&format!(r#"{{"attributes":{attributes}}}"#))).unwrap().resources;
    RecordedAttributes::clone(&resources.remove(0).attributes)
}

/// What Terraform 1.11 writes, with every part of the format in it.
const WHOLE: &str = r#"{
  "version": 4,
  "terraform_version": "1.11.4",
  "serial": 12,
  "lineage": "0f3a1f0e-3d1b-9b3e-6c0f-0b8c5b7a4e11",
  "outputs": { "password": { "value": "hunter2", "type": "string", "sensitive": true } },
  "resources": [
    {
      "module": "module.data[\"eu\"]",
      "mode": "managed",
      "type": "aws_db_instance",
      "name": "main",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
      "instances": [
        {
          "index_key": 0,
          "schema_version": 2,
          "attributes": {
            "arn": "arn:aws:rds:eu-central-1:111122223333:db:main",
            "apply_immediately": true,
            "backup_retention_period": 7,
            "delete_automated_backups": false,
            "deletion_protection": true,
            "final_snapshot_identifier": "last",
            "id": "db-ABC",
            "password": "hunter2",
            "skip_final_snapshot": false,
            "tags": { "Environment": "prod", "Owner": "hunter2" },
            "tags_all": { "Environment": "overridden", "STAGE": "live", "Cost": "hunter2" },
            "timeouts": { "delete": "hunter2" }
          },
          "sensitive_attributes": [[{ "type": "get_attr", "value": "password" }]],
          "identity_schema_version": 0,
          "private": "aHVudGVyMg==",
          "dependencies": ["module.data.aws_kms_key.k", "aws_db_subnet_group.g", "aws_db_subnet_group.g"]
        },
        { "index_key": 0, "deposed": "00112233", "schema_version": 2, "attributes": { "id": "db-OLD", "arn": null } }
      ]
    },
    {
      "mode": "data",
      "type": "aws_caller_identity",
      "name": "me",
      "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
      "instances": [{ "schema_version": 0, "attributes": { "id": "111122223333", "user_id": "hunter2" } }]
    },
    {
      "mode": "managed",
      "type": "random_string",
      "name": "secret",
      "provider": "provider[\"registry.terraform.io/hashicorp/random\"]",
      "instances": [{ "schema_version": 2, "attributes": { "id": "hunter2", "result": "hunter2" } }]
    }
  ],
  "check_results": [{ "object_kind": "resource", "config_addr": "aws_db_instance.main", "status": "fail",
    "objects": [{ "object_addr": "x", "status": "fail", "failure_messages": ["hunter2"] }] }]
}
"#;

#[test]
fn a_whole_state_is_read_and_only_the_allow_list_is_kept() {
    let state = read(WHOLE).unwrap();
    assert_eq!((state.serial, state.terraform_version.as_str()), (12, "1.11.4"));
    assert_eq!(state.lineage, "0f3a1f0e-3d1b-9b3e-6c0f-0b8c5b7a4e11");
    assert!(!format!("{state:?}").contains("hunter2"));
    let addresses: Vec<_> = state.resources.iter().map(|resource| resource.address.as_str()).collect();
    assert_eq!(
        addresses,
        [
            "data.aws_caller_identity.me",
            "module.data[\"eu\"].aws_db_instance.main[0]",
            "module.data[\"eu\"].aws_db_instance.main[0]",
            "random_string.secret"
        ]
    );
    assert_eq!(
        state.resources[1],
        StateResource {
            address: "module.data[\"eu\"].aws_db_instance.main[0]".into(),
            mode: ResourceMode::Managed,
            resource_type: "aws_db_instance".into(),
            provider: "provider[\"registry.terraform.io/hashicorp/aws\"]".into(),
            arn: Some("arn:aws:rds:eu-central-1:111122223333:db:main".into()),
            id: Some("db-ABC".into()),
            deposed: None,
            dependencies: vec!["aws_db_subnet_group.g".into(), "module.data.aws_kms_key.k".into()],
            attributes: RecordedAttributes {
                deletion_protection: Some(true),
                skip_final_snapshot: Some(false),
                final_snapshot_identifier: Some("last".into()),
                delete_automated_backups: Some(false),
                backup_retention_period: Some(7),
                apply_immediately: Some(true),
                environment_tags: BTreeMap::from([
                    ("Environment".into(), "prod".into()),
                    ("STAGE".into(), "live".into())
                ]),
                ..RecordedAttributes::default()
            }
            .into(),
        }
    );
    assert_eq!(state.resources[2].deposed.as_deref(), Some("00112233"));
    assert_eq!(state.resources[2].arn, None);
    assert_eq!(state.resources[0].mode, ResourceMode::Data);
    assert_eq!(state.resources[3].id, None, "an id of another provider may be the secret itself");
}

#[test]
fn the_order_of_keys_does_not_matter() {
    let backwards = r#"{
      "resources": [{
        "instances": [{ "attributes": { "tags": {"env": "prod"}, "tags_all": {"env": "dev"}, "id": "i", "arn": "a" }, "index_key": "k" }],
        "provider": "p", "name": "n", "type": "aws_db_instance", "mode": "managed", "module": "module.m" }],
      "lineage": "l", "serial": 3, "terraform_version": "1.9.0", "version": 4 }"#;
    let state = read(backwards).unwrap();
    let resource = &state.resources[0];
    assert_eq!(resource.address, "module.m.aws_db_instance.n[\"k\"]");
    assert_eq!(resource.arn.as_deref(), Some("a"));
    assert_eq!(resource.attributes.environment_tags["env"], "prod", "tags stand over tags_all in either order");
}

#[test]
fn point_in_time_recovery_is_a_list_of_blocks() {
    for (json, want) in [
        (r#"{"point_in_time_recovery":[{"enabled":true,"recovery_period_in_days":35}]}"#, Some(true)),
        (r#"{"point_in_time_recovery":[{"recovery_period_in_days":35,"enabled":false}]}"#, Some(false)),
        (r#"{"point_in_time_recovery":[{"status":"ENABLED"}]}"#, None),
        (r#"{"point_in_time_recovery":[]}"#, None),
        (r#"{"point_in_time_recovery":null}"#, None),
        (r#"{"point_in_time_recovery":{"enabled":true}}"#, None),
        (r#"{"point_in_time_recovery":[["enabled",true],{"enabled":true}]}"#, None),
        (r#"{"point_in_time_recovery":[{"enabled":null}]}"#, None),
    ] {
        assert_eq!(attributes(json).point_in_time_recovery, want, "{json}");
    }
}

#[test]
fn attributes_of_another_kind_are_not_recorded() {
    for (json, want) in [
        (r#"{"deletion_protection":"ACTIVE"}"#, None),
        (r#"{"deletion_protection":"true"}"#, Some(true)),
        (r#"{"deletion_protection":1}"#, None),
        (r#"{"deletion_protection":null}"#, None),
        (r#"{"deletion_protection":[true]}"#, None),
        (r#"{"nested":{"deletion_protection":true}}"#, None),
        (r#"{"Deletion_Protection":true}"#, None),
    ] {
        assert_eq!(attributes(json).deletion_protection, want, "{json}");
    }
    for (json, want) in [
        (r#"{"backup_retention_period":-1}"#, Some(-1)),
        (r#"{"backup_retention_period":7.5}"#, None),
        (r#"{"backup_retention_period":1e2}"#, None),
        (r#"{"backup_retention_period":99999999999999999999999999999999999999999999}"#, None),
        (r#"{"backup_retention_period":"14"}"#, Some(14)),
    ] {
        assert_eq!(attributes(json).backup_retention_period, want, "{json}");
    }
    assert_eq!(attributes(r#"{"tags":["a",{"env":"prod"}],"id":["x"]}"#), RecordedAttributes::default());
}

#[test]
fn flat_attributes_of_old_states_count_where_no_others_are() {
    let flat = r#"{"attributes_flat":{"id":"i","arn":"a","deletion_protection":"true","backup_retention_period":"3",
        "point_in_time_recovery.#":"1","point_in_time_recovery.0.enabled":"true","tags.%":"1","tags.Env":"prod","password":"hunter2"}}"#;
    let state = read(&with_instance(flat)).unwrap();
    let resource = &state.resources[0];
    assert_eq!((resource.id.as_deref(), resource.arn.as_deref()), (Some("i"), Some("a")));
    assert_eq!(resource.attributes.deletion_protection, Some(true));
    assert_eq!(resource.attributes.backup_retention_period, Some(3));
    assert_eq!(resource.attributes.point_in_time_recovery, Some(true));
    assert_eq!(resource.attributes.environment_tags["Env"], "prod");
    let both = r#"{"attributes_flat":{"id":"old"},"attributes":{"id":"new"}}"#;
    assert_eq!(read(&with_instance(both)).unwrap().resources[0].id.as_deref(), Some("new"));
}

#[test]
fn a_provider_of_one_instance_stands_over_its_resources() {
    let state = read(&with_instance(r#"{"instance_provider":"q[\"eu\"]","attributes":{}}"#)).unwrap();
    assert_eq!(state.resources[0].provider, "q[\"eu\"]");
}

#[test]
fn what_is_no_state_of_version_4_is_an_error_of_its_kind() {
    let deep = format!("{}{}{}", with_instance("").trim_end_matches("]}]}"), r#"{"attributes":{"a":"#, "[".repeat(500));
    for (text, want) in [
        ("", "Empty"),
        ("   \n", "Truncated"),
        ("{", "Truncated"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":[]"#, "Truncated"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":[]}x"#, "NotJson"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":[]}{}"#, "NotJson"),
        ("<?xml version=\"1.0\"?><Error/>", "NotJson"),
        ("PK\u{3}\u{4}", "NotJson"),
        ("null", "Malformed"),
        ("[]", "Malformed"),
        ("{}", "Malformed"),
        (r#"{"version":3,"serial":1,"lineage":"l","modules":[]}"#, "OldFormat { version: 3 }"),
        (r#"{"version":1}"#, "OldFormat { version: 1 }"),
        (r#"{"version":5,"resources":[]}"#, "NewFormat { version: 5 }"),
        (r#"{"version":"4","serial":1,"lineage":"l","resources":[]}"#, "Malformed"),
        (r#"{"version":4.0,"serial":1,"lineage":"l","resources":[]}"#, "Malformed"),
        (r#"{"version":4,"serial":-1,"lineage":"l","resources":[]}"#, "Malformed"),
        (r#"{"version":4,"lineage":"l","resources":[]}"#, "Malformed"),
        (r#"{"version":4,"serial":1,"resources":[]}"#, "Malformed"),
        (r#"{"version":4,"serial":1,"lineage":"","resources":[]}"#, "Malformed"),
        (r#"{"version":4,"serial":1,"lineage":"l"}"#, "Malformed"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":null}"#, "Malformed"),
        (
            r#"{"serial":1,"lineage":"l","meta":{"key_provider.pbkdf2.k":"e30="},"encrypted_data":"AAAA","encryption_version":"v0"}"#,
            "Encrypted",
        ),
        (r#"{"serial":1,"lineage":"l","meta":{}}"#, "Encrypted"),
        (r#"{"version":4,"version":4,"serial":1,"lineage":"l","resources":[]}"#, "DuplicateKey"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":[],"resources":[]}"#, "DuplicateKey"),
        (r#"{"version":4,"serial":1,"lineage":"l","resources":[],"Resources":[]}"#, "MiscasedKey"),
        (r#"{"ver\u017fion":4,"serial":1,"lineage":"l","resources":[]}"#, "MiscasedKey"),
        (
            r#"{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"other","type":"t","name":"n","instances":[]}]}"#,
            "Malformed",
        ),
        (
            r#"{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"managed","name":"n","instances":[]}]}"#,
            "Malformed",
        ),
        (
            r#"{"version":4,"serial":1,"lineage":"l","resources":[{"mode":"managed","type":"t","name":"n"}]}"#,
            "Malformed",
        ),
        (&with_instance(r#"{"attributes":{"id":"a","id":"b"}}"#), "DuplicateKey"),
        (&with_instance(r#"{"attributes":{"tags":{"env":"a","env":"b"}}}"#), "DuplicateKey"),
        (&with_instance(r#"{"attributes":{"deletion_protection":false,"deletion_protection":true}}"#), "DuplicateKey"),
        (&with_instance(r#"{"attributes":[]}"#), "Malformed"),
        (&with_instance(r#"{"index_key":true}"#), "Malformed"),
        (&with_instance(r#"{"index_key":1.5}"#), "Malformed"),
        (&with_instance(r#"{},{}"#), "Malformed"),
        (&with_instance(r#"{"dependencies":[1]}"#), "Malformed"),
        (&deep, "TooDeep"),
    ] {
        let error = read(text).expect_err(text);
        assert!(format!("{error:?}").starts_with(want), "{text}: {error:?}, wanted {want}");
    }
    assert!(matches!(
        read_state(&b"{\"version\":4,\"x\":\"\xff\"}"[..], &Limits::default()),
        Err(StateError::NotJson { .. })
    ));
}

#[test]
fn each_limit_is_an_error() {
    let whole = |limits: Limits| read_state(WHOLE.as_bytes(), &limits).unwrap_err();
    for (limits, want) in [
        (Limits { max_bytes: 100, ..Limits::default() }, "bytes of the document"),
        (Limits { max_token: 20, ..Limits::default() }, "bytes of one text"),
        (Limits { max_instances: 3, ..Limits::default() }, "resource instances"),
        (Limits { max_kept: 1_000, ..Limits::default() }, "bytes kept of one state"),
    ] {
        assert!(matches!(whole(limits), StateError::OverLimit { what, .. } if what == want), "{want}");
    }
    assert!(matches!(whole(Limits { max_depth: 4, ..Limits::default() }), StateError::TooDeep { limit: 4, .. }));
    let long_key = format!(r#"{{"{}":1}}"#, "k".repeat(100_000));
    assert!(matches!(read(&long_key), Err(StateError::OverLimit { what: "bytes of one key or number", .. })));
    let long_number = with_instance(&format!(r#"{{"index_key":1{}}}"#, "0".repeat(100_000)));
    assert!(matches!(read(&long_number), Err(StateError::OverLimit { what: "bytes of one key or number", .. })));
}

#[test]
fn a_reader_that_fails_is_told_by_kind_alone() {
    struct Failing(usize);
    impl Read for Failing {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let (head, _) = WHOLE.as_bytes().split_at(600);
            if self.0 >= head.len() {
                return Err(io::Error::new(io::ErrorKind::ConnectionReset, "hunter2"));
            }
            let count = buf.len().min(head.len() - self.0).min(37);
            buf[..count].copy_from_slice(&head[self.0..self.0 + count]);
            self.0 += count;
            Ok(count)
        }
    }
    let error = read_state(Failing(0), &Limits::default()).unwrap_err();
    assert_eq!(error, StateError::Read { kind: io::ErrorKind::ConnectionReset });
    assert!(!format!("{error:?} {error}").contains("hunter2"));
}

#[test]
fn a_state_cut_at_any_byte_is_an_error() {
    for end in 0..WHOLE.trim_end().len() {
        let error = read_state(&WHOLE.as_bytes()[..end], &Limits::default()).expect_err("a cut state was read");
        assert!(matches!(error, StateError::Truncated { .. } | StateError::Empty), "cut at {end}: {error:?}");
        assert!(!format!("{error:?} {error}").contains("hunter2"));
    }
}

#[test]
fn a_snapshot_is_known_by_the_arn_that_its_type_names_after_itself() {
    for key in ["arn", "db_snapshot_arn", "db_cluster_snapshot_arn"] {
        let instance =
            format!(r#"{{"attributes":{{"id":"s","{key}":"arn:aws:rds:eu-west-1:111122223333:snapshot:s"}}}}"#);
        let resource = read(&with_instance(&instance)).unwrap().resources.remove(0);
        assert_eq!(resource.arn.as_deref(), Some("arn:aws:rds:eu-west-1:111122223333:snapshot:s"), "{key}");
    }
}
