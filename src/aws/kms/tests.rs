use super::super::replay::{Replay, run, site};
use super::*;
use crate::model::backup::{RecoveryPoint, Vault};
use crate::model::s3::{Bucket, Encryption};

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/k1";

fn metadata(extra: &str) -> String {
    format!(
        r#"{{"KeyMetadata":{{"AWSAccountId":"111122223333","KeyId":"k1","Arn":"{KEY}","KeyManager":"CUSTOMER",
        "KeyState":"Enabled","Origin":"AWS_KMS","MultiRegion":false{extra}}}}}"#
    )
}

fn one(replay: &Replay, reference: &str) -> Key {
    let site = site(replay);
    let inventory = run(collect(&site, &BTreeSet::from([reference.parse().unwrap()])));
    inventory.keys.items()[0].clone()
}

#[test]
fn a_key_is_read_whole() {
    let answer = r#"{"KeyMetadata":{"AWSAccountId":"111122223333","KeyId":"mrk-1",
        "Arn":"arn:aws:kms:eu-central-1:111122223333:key/mrk-1","KeyManager":"CUSTOMER","KeyState":"PendingDeletion",
        "DeletionDate":1700000000,"Origin":"EXTERNAL","ExpirationModel":"KEY_MATERIAL_EXPIRES","ValidTo":1700000001,
        "MultiRegion":true,"MultiRegionConfiguration":{"MultiRegionKeyType":"REPLICA",
        "PrimaryKey":{"Arn":"arn:aws:kms:eu-west-1:111122223333:key/mrk-1","Region":"eu-west-1"}}}}"#;
    let replay = Replay::new().on(&["DescribeKey"], 200, answer).on(
        &["GetKeyPolicy"],
        200,
        r#"{"Policy":"{}","PolicyName":"default"}"#,
    );
    let alias = "arn:aws:kms:eu-central-1:111122223333:alias/orders";
    let second = |at| Some(jiff::Timestamp::from_second(at).unwrap());
    assert_eq!(
        one(&replay, alias),
        Key {
            reference: alias.parse().unwrap(),
            detail: Answer::Value(KeyDetail {
                arn: "arn:aws:kms:eu-central-1:111122223333:key/mrk-1".parse().unwrap(),
                account: "111122223333".parse().unwrap(),
                manager: "CUSTOMER".into(),
                state: "PendingDeletion".into(),
                deletion_at: second(1_700_000_000),
                origin: "EXTERNAL".into(),
                expiration_model: Some("KEY_MATERIAL_EXPIRES".into()),
                material_expires_at: second(1_700_000_001),
                multi_region: true,
                multi_region_type: Some("REPLICA".into()),
                primary_region: Some("eu-west-1".parse().unwrap()),
            }),
            policy: Some(Answer::Value("{}".into())),
        }
    );
    assert_eq!(replay.count("alias/orders"), 1, "only DescribeKey takes an alias");
}

#[test]
fn the_policy_of_an_aws_managed_key_is_not_asked() {
    let answer = metadata("").replace("CUSTOMER", "AWS");
    let replay = Replay::new().on(&["DescribeKey"], 200, answer);
    assert_eq!(one(&replay, KEY).policy, None);
    assert_eq!(replay.count("GetKeyPolicy"), 0);
}

#[test]
fn a_foreign_key_is_described_but_its_policy_is_out_of_reach() {
    let replay = Replay::new().on(&["DescribeKey"], 200, metadata("").replace("111122223333", "444455556666"));
    let key = one(&replay, "arn:aws:kms:eu-central-1:444455556666:key/k1");
    assert_eq!(key.detail.value().unwrap().account.as_str(), "444455556666");
    let policy = key.policy.unwrap();
    let gap = policy.gap().unwrap();
    assert_eq!((gap.kind, gap.attempts), (GapKind::OutOfScope, 0));
    assert!(gap.message.contains("444455556666"));
    assert_eq!(replay.count("GetKeyPolicy"), 0);
}

#[test]
fn a_key_policy_that_does_not_admit_the_role_is_answered_with_the_line_that_would() {
    let said = "User: arn:aws:sts::111122223333:assumed-role/PalisadeAudit/palisade is not authorized to perform: \
                kms:GetKeyPolicy on resource: k1 because no resource-based policy allows the kms:GetKeyPolicy action";
    let replay = Replay::new().on(&["DescribeKey"], 200, metadata("")).json_error(
        &["GetKeyPolicy"],
        400,
        "AccessDeniedException",
        said,
    );
    let policy = one(&replay, KEY).policy.unwrap();
    let gap = policy.gap().unwrap();
    assert_eq!(gap.kind, GapKind::Denied);
    let statement = &gap.message[gap.message.find('{').unwrap()..];
    let statement: serde_json::Value = serde_json::from_str(statement).unwrap();
    assert_eq!(statement["Principal"]["AWS"], "arn:aws:iam::111122223333:role/PalisadeAudit");
    assert_eq!(statement["Action"], serde_json::json!(["kms:DescribeKey", "kms:GetKeyPolicy"]));
}

#[test]
fn a_denial_by_the_role_s_own_policy_is_told_as_it_is() {
    let said = "User: x is not authorized to perform: kms:DescribeKey because no identity-based policy allows it";
    let key = one(&Replay::new().json_error(&["DescribeKey"], 400, "AccessDeniedException", said), KEY);
    assert_eq!(key.detail.gap().unwrap().message, said);
    let policy = key.policy.unwrap();
    let gap = policy.gap().unwrap();
    assert_eq!((gap.kind, gap.operation, gap.attempts), (GapKind::Denied, Operation::KmsGetKeyPolicy, 0));
}

#[test]
fn a_key_without_its_state_is_a_gap() {
    for member in ["\"KeyState\":\"Enabled\",", "\"Origin\":\"AWS_KMS\",", "\"KeyManager\":\"CUSTOMER\","] {
        let cut = metadata("").replace(member, "");
        assert_ne!(cut, metadata(""));
        let key = one(&Replay::new().on(&["DescribeKey"], 200, cut), KEY);
        assert_eq!(key.detail.gap().unwrap().kind, GapKind::Malformed, "{member}");
    }
}

#[test]
fn a_region_that_is_off_leaves_every_key_a_gap() {
    let off = Replay::new().json_error(
        &["TrentService"],
        400,
        "UnrecognizedClientException",
        "The security token is invalid",
    );
    assert_eq!(one(&off, KEY).detail.gap().unwrap().kind, GapKind::Denied);
}

fn blank<T: Default>(at: jiff::Timestamp) -> Collected<T> {
    Collected::read(at, T::default())
}

#[test]
fn every_reference_is_found_and_sorted_by_the_key_s_region() {
    let site = site(&Replay::new());
    let at = jiff::Timestamp::UNIX_EPOCH;
    let key = |name: &str| Some(format!("arn:aws:kms:eu-central-1:111122223333:key/{name}").parse::<Arn>().unwrap());
    let point = RecoveryPoint {
        arn: "arn:aws:backup:eu-central-1:111122223333:recovery-point:1".parse().unwrap(),
        resource: "arn:aws:s3:::b".parse().unwrap(),
        resource_type: "S3".into(),
        status: "COMPLETED".into(),
        created_at: at,
        completed_at: None,
        delete_after_days: None,
        delete_at: None,
        cold_storage_at: None,
        encrypted: Some(true),
        kms_key: Some("arn:aws:kms:eu-west-1:444455556666:key/foreign".parse().unwrap()),
        source_vault: None,
        last_restored_at: None,
        plan_id: None,
        parent: false,
        parent_recovery_point: None,
    };
    let vault = Vault {
        arn: "arn:aws:backup:eu-central-1:111122223333:backup-vault:v".parse().unwrap(),
        name: "v".into(),
        vault_type: None,
        vault_state: None,
        created_at: None,
        kms_key: key("vault"),
        recovery_point_count: 1,
        locked: false,
        lock_date: None,
        min_retention_days: None,
        max_retention_days: None,
        policy: Answer::Value(None),
        recovery_points: Answer::Value(vec![point]),
    };
    let backup = BackupInventory {
        vaults: Collected::read(at, vec![vault]),
        plans: blank(at),
        protected_resources: blank(at),
        backup_jobs: blank(at),
        copy_jobs: blank(at),
        restore_jobs: blank(at),
        legal_holds: blank(at),
        restore_testing_plans: blank(at),
        region_settings: Collected::NotOffered { read_at: at },
    };
    let rds = RdsInventory {
        db_instances: blank(at),
        db_clusters: blank(at),
        global_clusters: blank(at),
        db_snapshots: blank(at),
        db_cluster_snapshots: blank(at),
        db_instance_automated_backups: blank(at),
        db_cluster_automated_backups: blank(at),
    };
    let dynamodb = DynamoDbInventory { tables: blank(at) };
    let gap = || Gap::not_made(GapKind::Denied, Operation::S3GetBucketVersioning, "no");
    let bucket = |name: &str, kms_key: &str| Bucket {
        name: name.into(),
        arn: Arn::bucket(&site.partition, name),
        region: Answer::Value("eu-north-1".parse().unwrap()),
        created_at: None,
        tags: Answer::Gap(gap()),
        versioning: Answer::Gap(gap()),
        object_lock: Answer::Gap(gap()),
        lifecycle: Answer::Gap(gap()),
        policy: Answer::Gap(gap()),
        public_access_block: Answer::Gap(gap()),
        encryption: Answer::Value(Some(Encryption { algorithm: "aws:kms".into(), kms_key: Some(kms_key.into()) })),
        replication: Answer::Gap(gap()),
        holds: Answer::Gap(gap()),
    };
    let s3 = S3Inventory {
        buckets: Collected::read(at, vec![bucket("a", "alias/orders"), bucket("b", "0a1b2c")]),
        account_public_access_block: Collected::NotOffered { read_at: at },
    };
    let here = "eu-central-1".parse().unwrap();
    let found = references(&site, [(&here, &rds, &backup, &dynamodb)], &s3);
    let found: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(region, keys)| (region.as_str(), keys.iter().map(Arn::as_str).collect())).collect();
    assert_eq!(
        found,
        [
            ("eu-central-1", vec!["arn:aws:kms:eu-central-1:111122223333:key/vault"]),
            (
                "eu-north-1",
                vec![
                    "arn:aws:kms:eu-north-1:111122223333:alias/orders",
                    "arn:aws:kms:eu-north-1:111122223333:key/0a1b2c"
                ]
            ),
            ("eu-west-1", vec!["arn:aws:kms:eu-west-1:444455556666:key/foreign"]),
        ]
    );
}

#[test]
fn the_collector_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let site = site(&Replay::new());
    sendable(&collect(&site, &BTreeSet::new()));
}
