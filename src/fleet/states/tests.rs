use http::{Method, Request, Response};
use jiff::SignedDuration;
use serde_json::Value;

use super::super::{Credentials, Fleet, Options, Reply};
use super::*;
use crate::demo::build::{Place, account, read_at};
use crate::demo::build::{
    bucket, digest, dynamodb, empty_parts, empty_region, held, id, lock_file, lock_table, managed, read, recorded,
    region, s3, state_bucket, state_object, table, versioned,
};
use crate::model::gap::{Collected, Gap, GapKind};
use crate::model::inventory::{Caller, INVENTORY_SCHEMA, Scope};
use crate::model::operation::Operation;
use crate::model::terraform::LockItem;

/// The account that most tests ask.
pub(in crate::fleet) const OWN: &str = "111122223333";
/// Another one.
pub(in crate::fleet) const OTHER: &str = "444455556666";
/// Where everything lies.
pub(in crate::fleet) const HOME: &str = "eu-central-1";
pub(in crate::fleet) const BUCKET: &str = "acme-tfstate";
pub(in crate::fleet) const HERE: Place = Place { account: OWN, region: HOME };

/// An account with a versioned state bucket, one without versions, a plain bucket in another region, and a lock table; and
/// an account with one bucket.
pub(in crate::fleet) fn world() -> Inventory {
    let mut parts = empty_parts(OWN);
    let states = crate::model::s3::Bucket { versioning: versioned(), ..bucket(BUCKET, HOME) };
    parts.s3 = s3([bucket("acme-plain", "us-east-1"), states, bucket("acme-unversioned-tfstate", HOME)]);
    let arn = id(&format!("arn:aws:dynamodb:{HOME}:{OWN}:table/orders"));
    let app = state_object("app.tfstate", 48, vec![managed("aws_dynamodb_table.orders", &arn, recorded("production"))]);
    let net = state_object("net/vpc.tfstate", 72, Vec::new());
    let mut holding = state_bucket(BUCKET, vec![app.clone(), net]);
    holding.lock_versions = read(lock_file("app.tfstate", app.last_modified, app.last_modified));
    let plain = crate::demo::build::unversioned(state_object("app.tfstate", 5, Vec::new()));
    parts.state.buckets = vec![holding, state_bucket("acme-unversioned-tfstate", vec![plain])];
    let locks = table(HERE, "locks", "LockID");
    let items = vec![digest(BUCKET, &app), held(BUCKET, "held.tfstate", 3)];
    parts.state.lock_tables = vec![lock_table(&locks.arn, items)];
    let here = crate::model::inventory::RegionParts {
        dynamodb: dynamodb([locks, table(HERE, "orders", "order")]),
        ..empty_region()
    };
    parts.regional = vec![region(HOME, here)];
    let mut others = empty_parts(OTHER);
    others.s3 = s3([bucket("other-things", HOME)]);
    Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "test".into(),
        taken_at: read_at(),
        caller: Caller {
            account: id(OWN),
            arn: id(&format!("arn:aws:iam::{OWN}:user/ann")),
            partition: id("aws"),
            home_region: id(HOME),
        },
        scope: Scope { state_content: true, ..Scope::default() },
        organization: None,
        accounts: vec![account(OWN, parts), account(OTHER, others)],
        ledger: Vec::new(),
    }
}

/// The parts of the first account, to change.
pub(in crate::fleet) fn own_parts(inventory: &mut Inventory) -> &mut AccountParts {
    match &mut inventory.accounts[0].parts {
        Told::Value(parts) => parts,
        Told::Gap(_) => panic!("the first account was entered"),
    }
}

pub(in crate::fleet) fn gap(kind: GapKind, operation: Operation, code: Option<&str>, message: &str) -> Gap {
    Gap { code: code.map(Into::into), ..Gap::not_made(kind, operation, message) }
}

pub(in crate::fleet) fn serve(inventory: Inventory) -> Fleet {
    Fleet::new(inventory, Options::default())
}

pub(in crate::fleet) fn in_pages_of(inventory: Inventory, size: usize) -> Fleet {
    Fleet::new(inventory, Options { page_size: Some(size), ..Options::default() })
}

/// Who asks, where.
#[derive(Clone, Copy)]
pub(in crate::fleet) struct Asking<'a> {
    pub(in crate::fleet) fleet: &'a Fleet,
    pub(in crate::fleet) account: &'a str,
    pub(in crate::fleet) region: &'a str,
}

impl<'a> Asking<'a> {
    pub(in crate::fleet) fn own(fleet: &'a Fleet) -> Self {
        Self { fleet, account: OWN, region: HOME }
    }

    fn send(self, service: &str, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Bytes> {
        let arn = format!("arn:aws:iam::{}:user/ann", self.account);
        let keys = Credentials::of(&id(self.account), &id(&arn));
        let scope = format!("20260302/{}/{service}/aws4_request", self.region);
        let request = request
            .header("x-amz-date", "20260302T080000Z")
            .header("x-amz-security-token", keys.session_token)
            .header(
                "authorization",
                format!(
                    "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders=host, Signature={}",
                    keys.access_key_id,
                    "ab".repeat(32)
                ),
            )
            .body(body.into())
            .unwrap();
        match self.fleet.answer(&request) {
            Reply::Answer(response) => response,
            other => panic!("{other:?}"),
        }
    }

    pub(in crate::fleet) fn s3(
        self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &'static str,
    ) -> Response<Bytes> {
        let mut request = Request::builder().method(method).uri(format!("http://127.0.0.1{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send("s3", request, body)
    }

    /// Status and body of a GET.
    pub(in crate::fleet) fn get(self, path: &str) -> (u16, String) {
        said(&self.s3(Method::GET, path, &[], ""))
    }

    pub(in crate::fleet) fn json(self, operation: &str, body: &Value) -> (u16, Value) {
        let target = format!("DynamoDB_20120810.{operation}");
        let request = Request::builder().method(Method::POST).uri("http://127.0.0.1/").header("x-amz-target", target);
        let (status, body) = said(&self.send("dynamodb", request, body.to_string()));
        (status, serde_json::from_str(&body).unwrap())
    }
}

pub(in crate::fleet) fn said(response: &Response<Bytes>) -> (u16, String) {
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

pub(in crate::fleet) fn header<'r>(response: &'r Response<Bytes>, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|value| value.to_str().unwrap())
}

fn state_mut(inventory: &mut Inventory) -> &mut StateObject {
    &mut own_parts(inventory).state.buckets[0].objects.value_mut().unwrap()[0]
}

#[test]
fn what_write_state_made_is_sealed_as_it_is() {
    let world = world();
    assert_eq!(sealed(world.clone()), world);
}

#[test]
fn a_state_that_was_longer_is_served_as_long_and_its_digests_follow_its_bytes() {
    let mut inventory = world();
    let state = state_mut(&mut inventory);
    state.size += 1_000;
    let size = state.size;
    let old = "0123456789abcdef0123456789abcdef".to_owned();
    state.etag = Some(old.clone());
    if let Told::Value(body) = &mut state.body {
        body.md5.clone_from(&old);
        body.replication_status = Some("REPLICA".into());
    }
    let items = own_parts(&mut inventory).state.lock_tables[0].items.value_mut().unwrap();
    items[0] = LockItem::Digest { bucket: BUCKET.into(), key: "app.tfstate".into(), digest: Some(old.clone()) };
    items.push(LockItem::Digest { bucket: BUCKET.into(), key: "net/vpc.tfstate".into(), digest: Some(old.clone()) });

    let fleet = serve(inventory.clone());
    assert_eq!(sealed(fleet.inventory().clone()), *fleet.inventory(), "once is enough");
    let got = Asking::own(&fleet).s3(Method::GET, "/acme-tfstate/app.tfstate", &[], "");
    assert_eq!(got.body().len() as u64, size);
    let md5 = md5_of(got.body());
    assert_eq!(header(&got, "etag"), Some(format!("\"{md5}\"").as_str()));
    assert_eq!(header(&got, "x-amz-replication-status"), Some("REPLICA"));
    let document = crate::terraform::read_state(&got.body()[..], &crate::terraform::Limits::default()).unwrap();
    assert_eq!(document.resources[0].address, "aws_dynamodb_table.orders");
    let parts = fleet.inventory().accounts[0].parts().unwrap();
    let digests: Vec<_> = parts.state.lock_tables[0].items.items().iter().collect();
    let digest_of = |key: &str, digest: &str| LockItem::Digest {
        bucket: BUCKET.into(),
        key: key.into(),
        digest: Some(digest.into()),
    };
    assert!(digests.contains(&&digest_of("app.tfstate", &md5)));
    assert!(digests.contains(&&digest_of("net/vpc.tfstate", &old)), "one that disagreed goes on to disagree");
}

#[test]
fn an_etag_that_is_no_md5_stays() {
    let mut inventory = world();
    let state = state_mut(&mut inventory);
    state.etag = Some("9b2cf535f27731c974343645a3985328-2".into());
    state.size = 9_000;
    let fleet = serve(inventory);
    let got = Asking::own(&fleet).s3(Method::GET, "/acme-tfstate/app.tfstate", &[], "");
    assert_eq!(header(&got, "etag"), Some("\"9b2cf535f27731c974343645a3985328-2\""));
    assert_eq!(got.body().len(), 9_000);
}

#[test]
fn an_object_that_is_no_state_fails_as_it_failed_and_one_that_was_refused_is_refused() {
    let mut inventory = world();
    let said = "the document is truncated at byte 17: restore an earlier version of the object";
    let state = state_mut(&mut inventory);
    state.size = 17;
    state.content =
        Told::Gap(gap(GapKind::Malformed, Operation::S3GetObject, None, &format!("s3://{BUCKET}/app.tfstate: {said}")));
    let refusal = gap(GapKind::Denied, Operation::S3GetObject, Some("AccessDenied"), "no kms:Decrypt");
    let net = &mut own_parts(&mut inventory).state.buckets[0].objects.value_mut().unwrap()[1];
    (net.body, net.content) = (Told::Gap(refusal.clone()), Told::Gap(refusal));
    let fleet = serve(inventory);
    let asking = Asking::own(&fleet);
    let got = asking.s3(Method::GET, "/acme-tfstate/app.tfstate", &[], "");
    let error = crate::terraform::read_state(&got.body()[..], &crate::terraform::Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), said);
    let (status, body) = asking.get("/acme-tfstate/net/vpc.tfstate");
    assert!(status == 403 && body.contains("<Code>AccessDenied</Code><Message>no kms:Decrypt</Message>"), "{body}");
}

#[test]
fn lists_that_were_refused_are_refused_and_those_given_up_go_on_without_end() {
    let mut inventory = world();
    let denied = |operation| gap(GapKind::Denied, operation, Some("AccessDenied"), "no");
    let buckets = &mut own_parts(&mut inventory).state.buckets;
    buckets[0].objects = Collected::Gap(denied(Operation::S3ListObjectsV2));
    buckets[0].lock_versions = Collected::Gap(denied(Operation::S3ListObjectVersions));
    let long = |operation| gap(GapKind::Budget, operation, None, "goes on after 300 pages");
    buckets[1].objects = Collected::Gap(long(Operation::S3ListObjectsV2));
    buckets[1].lock_versions = Collected::Gap(long(Operation::S3ListObjectVersions));
    own_parts(&mut inventory).state.lock_tables[0].items = Collected::Gap(long(Operation::DynamoDbScan));
    let fleet = serve(inventory);
    let asking = Asking::own(&fleet);
    for list in ["list-type=2", "versions"] {
        let (status, body) = asking.get(&format!("/{BUCKET}?{list}"));
        assert!(status == 403 && body.contains("<Message>no</Message>"), "{body}");
        assert_eq!(asking.s3(Method::PUT, &format!("/{BUCKET}/x"), &[], "x").status(), 403);
    }
    let mut tokens = std::collections::BTreeSet::new();
    let (mut objects, mut versions, mut items) =
        (String::new(), String::new(), serde_json::json!({"TableName": "locks"}));
    for _ in 0..400 {
        let (_, body) = asking.get(&format!("/acme-unversioned-tfstate?list-type=2{objects}"));
        assert!(body.contains("<KeyCount>0<") && body.contains("<IsTruncated>true<"));
        let next = between(&body, "<NextContinuationToken>");
        assert!(tokens.insert(next.clone()));
        objects = format!("&continuation-token={next}");
        let (_, body) = asking.get(&format!("/acme-unversioned-tfstate?versions{versions}"));
        let next = between(&body, "<NextKeyMarker>");
        assert!(tokens.insert(next.clone()));
        versions = format!("&key-marker={next}&version-id-marker=null");
        let (_, page) = asking.json("Scan", &items);
        assert_eq!(page["Items"], serde_json::json!([]));
        items["ExclusiveStartKey"] = page["LastEvaluatedKey"].clone();
        assert!(tokens.insert(items["ExclusiveStartKey"]["LockID"]["S"].as_str().unwrap().to_owned()));
    }
}

pub(in crate::fleet) fn between(body: &str, open: &str) -> String {
    let rest = body.split_once(open).unwrap_or_else(|| panic!("no {open} in {body}")).1;
    rest.split('<').next().unwrap().to_owned()
}

#[test]
fn times_of_locks_are_moved_as_all_others_are() {
    let shift = SignedDuration::from_hours(24 * 365);
    let fleet = Fleet::new(world(), Options { shift, ..Options::default() });
    let asking = Asking::own(&fleet);
    let (_, page) = asking.json("Scan", &serde_json::json!({"TableName": "locks"}));
    let info = page["Items"].as_array().unwrap().iter().find_map(|item| item["Info"]["S"].as_str()).unwrap();
    let created = serde_json::from_str::<Value>(info).unwrap()["Created"].as_str().unwrap().to_owned();
    assert_eq!(created, (crate::demo::build::hours_ago(3) + shift).to_string());
    let put = asking.s3(Method::PUT, "/acme-tfstate/new", &[], "x");
    assert_eq!(put.status(), 200);
    let (_, list) = asking.get("/acme-tfstate?list-type=2&prefix=new");
    assert!(list.contains("<LastModified>2026-03-02T08:00:00.000Z<"), "written now, by the client's clock: {list}");
}
