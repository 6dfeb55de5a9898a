//! A state that was written reads as the content it was written from.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;

use crate::model::terraform::{RecordedAttributes, ResourceMode, StateContent, StateResource};
use crate::terraform::address::{Index, address};
use crate::terraform::{Limits, StateDocument, read_state, write_state};

fn content(document: StateDocument) -> StateContent {
    let StateDocument { serial, lineage, terraform_version, resources } = document;
    StateContent { serial, lineage, terraform_version, resources }
}

fn index() -> impl Strategy<Value = Option<Index>> {
    let each = "([a-z.\\[\\]\"\\\\$%{}\n\t\r é日\u{1}\u{202e}]|\\PC){0,10}";
    prop_oneof![
        Just(None),
        (0_i64..2_000).prop_map(|count| Some(Index::Count(count))),
        each.prop_map(|key| Some(Index::Each(key))),
    ]
}

fn attributes() -> impl Strategy<Value = RecordedAttributes> {
    let flag = || option::of(any::<bool>());
    let number = || option::of(any::<i64>());
    let flags = (flag(), flag(), flag(), flag(), flag(), flag(), flag());
    let rest =
        (number(), number(), number(), option::of("\\PC{0,12}"), btree_map("env|Environment|STAGE", ".{0,8}", 0..3));
    (flags, rest).prop_map(|(flags, rest)| RecordedAttributes {
        deletion_protection: flags.0,
        deletion_protection_enabled: flags.1,
        skip_final_snapshot: flags.2,
        final_snapshot_identifier: rest.3,
        delete_automated_backups: flags.3,
        backup_retention_period: rest.0,
        point_in_time_recovery: flags.4,
        apply_immediately: flags.5,
        force_destroy: flags.6,
        recovery_window_in_days: rest.1,
        deletion_window_in_days: rest.2,
        enable_deletion_protection: flags.0,
        disable_api_termination: flags.3,
        skip_destroy: flags.5,
        environment_tags: rest.4,
    })
}

fn resource() -> impl Strategy<Value = StateResource> {
    let module = prop_oneof![
        Just(String::new()),
        Just("module.data".to_owned()),
        (index(), "aws_t|data|a-b").prop_map(|(index, name)| {
            // A module's own index is quoted as a resource's is.
            let whole = address("", ResourceMode::Managed, "module", &name, index.as_ref());
            format!("module.outer[0].{whole}")
        }),
    ];
    let kind = "aws_t|aws_db_snapshot|aws_db_cluster_snapshot|awscc_x|random_id";
    let names = (module, kind, "[a-z_-]{1,6}|data|aws_t", index(), any::<bool>());
    let identity = (option::of("\\PC{0,12}"), option::of("\\PC{0,12}"), option::of("[0-9a-f]{8}"));
    let more = (vec("[a-z_.]{1,12}", 0..4), "\\PC{0,12}", attributes());
    (names, identity, more).prop_map(|(names, identity, more)| {
        let (module, kind, name, index, data) = names;
        let (id, arn, deposed) = identity;
        let (mut dependencies, provider, attributes) = more;
        dependencies.sort();
        dependencies.dedup();
        let mode = if data { ResourceMode::Data } else { ResourceMode::Managed };
        let aws = kind.starts_with("aws");
        StateResource {
            address: address(&module, mode, &kind, &name, index.as_ref()),
            mode,
            provider: provider.into(),
            arn: arn.filter(|_| aws),
            id: id.filter(|_| aws),
            deposed,
            dependencies: dependencies.into_iter().map(Into::into).collect(),
            attributes: attributes.into(),
            resource_type: kind.into(),
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_written_is_read(serial in any::<u64>(), lineage in "\\PC{1,12}", version in "[0-9.]{0,8}", resources in vec(resource(), 0..8)) {
        let mut resources = resources;
        resources.sort_by(|a, b| (&a.address, &a.deposed).cmp(&(&b.address, &b.deposed)));
        resources.dedup_by(|a, b| a.address == b.address && a.deposed == b.deposed);
        let want = StateContent { serial, lineage, terraform_version: version, resources };
        let bytes = write_state(&want);
        prop_assert_eq!(&bytes, &write_state(&want));
        let got = read_state(bytes.as_slice(), &Limits::default()).unwrap();
        prop_assert_eq!(content(got), want);
    }

    /// Whatever palisade reads, it can write.
    #[test]
    fn what_is_read_is_written(kind in "aws_[a-z.\\[\\]\"]{1,4}", name in "[a-z.\\[\\]\"0]{1,8}", module in "[a-z.\\[\\]\"]{0,8}", data in any::<bool>()) {
        let mode = if data { "data" } else { "managed" };
        let text = serde_json::json!({
            "version": 4, "serial": 1, "lineage": "l", "terraform_version": "1",
            "resources": [{ "module": module, "mode": mode, "type": kind, "name": name, "provider": "p", "instances": [{}] }],
        });
        let first = content(read_state(text.to_string().as_bytes(), &Limits::default()).unwrap());
        let again = content(read_state(write_state(&first).as_slice(), &Limits::default()).unwrap());
        prop_assert_eq!(again, first);
    }
}

#[test]
fn a_state_is_written_as_terraform_lays_it_out() {
    let text = r#"{"version":4,"serial":1,"lineage":"l","resources":[{"module":"module.a","mode":"managed","type":"aws_db_instance","name":"main","provider":"p","instances":[{"index_key":1,"attributes":{"id":"b"}},{"index_key":0,"attributes":{"id":"a","password":"S3CR3T"}}]}]}"#;
    let state = content(read_state(text.as_bytes(), &Limits::default()).unwrap());
    let written = String::from_utf8(write_state(&state)).unwrap();
    assert!(written.starts_with("{\n  \"version\": 4,\n") && written.ends_with("}\n"), "{written}");
    assert_eq!(written.matches("\"instances\"").count(), 1, "instances of one resource stand together: {written}");
    assert!(!written.contains("S3CR3T"));
}
