//! A real Terraform on a state bucket that is served from an inventory: it initializes, writes, locks, and is kept out by a
//! lock that somebody else holds.
//!
//! Where no `terraform` is at hand nothing is tested, and standard error says so.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response};
use palisade::demo::build::{
    Place, account, bucket, dynamodb, empty_parts, empty_region, held, id, lock_table, read, read_at, region, s3,
    state_bucket, table, versioned,
};
use palisade::fleet::server::Listening;
use palisade::fleet::{Credentials, Fleet, Options, Reply};
use palisade::model::inventory::{Caller, INVENTORY_SCHEMA, Inventory, RegionParts, Scope};
use palisade::model::s3::Bucket;
use palisade::model::terraform::LockFileVersion;
#[cfg(feature = "aws")]
use palisade::model::terraform::LockItem;
use serde_json::{Value, json};

use crate::support::program::{Ran, run};
use crate::support::terraform;

const ACCOUNT: &str = "111122223333";
const HOME: &str = "eu-central-1";
const BUCKET: &str = "acme-tfstate";
const TABLE: &str = "acme-locks";

/// An account with a state bucket and a lock table, in either of which one lock is held.
fn inventory() -> Inventory {
    let place = Place { account: ACCOUNT, region: HOME };
    let mut parts = empty_parts(ACCOUNT);
    parts.s3 = s3([Bucket { versioning: versioned(), ..bucket(BUCKET, HOME) }]);
    let mut states = state_bucket(BUCKET, Vec::new());
    states.lock_versions = read(vec![LockFileVersion {
        key: "busy-by-file.tfstate.tflock".into(),
        version_id: Some("held".into()),
        last_modified: read_at(),
        delete_marker: false,
        latest: true,
    }]);
    let locks = table(place, TABLE, "LockID");
    parts.state.buckets = vec![states];
    parts.state.lock_tables = vec![lock_table(&locks.arn, vec![held(BUCKET, "busy-by-table.tfstate", 3)])];
    parts.regional = vec![region(HOME, RegionParts { dynamodb: dynamodb([locks]), ..empty_region() })];
    Inventory {
        schema: INVENTORY_SCHEMA.into(),
        collector: "test".into(),
        taken_at: read_at(),
        caller: Caller {
            account: id(ACCOUNT),
            arn: id(&format!("arn:aws:iam::{ACCOUNT}:user/ann")),
            partition: id("aws"),
            home_region: id(HOME),
        },
        scope: Scope { state_content: true, ..Scope::default() },
        organization: None,
        accounts: vec![account(ACCOUNT, parts)],
        ledger: Vec::new(),
    }
}

/// The inventory, served on a port until the tests end.
struct Served {
    fleet: Arc<Fleet>,
    endpoint: String,
    keys: Credentials,
}

impl Served {
    fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let listening = runtime.block_on(Listening::on(0)).unwrap();
        let endpoint = format!("http://{}", listening.address);
        let fleet = Arc::new(Fleet::new(inventory(), Options::default()));
        let keys = fleet.credentials();
        let serving = Arc::clone(&fleet);
        std::thread::spawn(move || runtime.block_on(listening.serve(serving, Duration::ZERO)));
        Self { fleet, endpoint, keys }
    }

    /// Asks without a socket.
    fn ask(&self, service: &str, request: http::request::Builder, body: impl Into<Bytes>) -> Response<Bytes> {
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/20260302/{HOME}/{service}/aws4_request, SignedHeaders=host, Signature={}",
            self.keys.access_key_id,
            "0".repeat(64)
        );
        let request = request.header("x-amz-date", "20260302T080000Z").header("authorization", authorization);
        match self.fleet.answer(&request.body(body.into()).unwrap()) {
            Reply::Answer(response) => response,
            other => panic!("{other:?}"),
        }
    }

    fn get(&self, key: &str) -> Response<Bytes> {
        self.ask("s3", Request::builder().uri(format!("http://localhost/{BUCKET}/{key}")), "")
    }

    fn list(&self, query: &str) -> String {
        let request = Request::builder().uri(format!("http://localhost/{BUCKET}?{query}"));
        let response = self.ask("s3", request, "");
        String::from_utf8(response.body().to_vec()).unwrap()
    }

    fn items(&self) -> Vec<Value> {
        let request = Request::builder()
            .method(Method::POST)
            .uri("http://localhost/")
            .header("x-amz-target", "DynamoDB_20120810.Scan");
        let response = self.ask("dynamodb", request, json!({ "TableName": TABLE }).to_string());
        let page: Value = serde_json::from_slice(response.body()).unwrap();
        page["Items"].as_array().unwrap().clone()
    }

    /// A directory with one `terraform_data` whose state lies under a key.
    fn configured(&self, directory: &Path, key: &str, locking: &str) -> PathBuf {
        let directory = directory.join(key.replace('/', "-"));
        std::fs::create_dir_all(&directory).unwrap();
        let backend = terraform::backend(&self.endpoint, BUCKET, key, locking);
        let resource = "resource \"terraform_data\" \"it\" {\n  input = \"it\"\n}\n";
        std::fs::write(directory.join("main.tf"), format!("{backend}{resource}")).unwrap();
        self.terraform(&directory, &["init"]).exits(0);
        directory
    }

    /// Palisade's scan finds the state that Terraform wrote, with what it holds and how it was locked.
    #[cfg(feature = "aws")]
    #[track_caller]
    fn scan_finds(&self, directory: &Path, key: &str) {
        let mut command = crate::support::program::palisade(directory);
        command
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", HOME)
            .env("AWS_ACCESS_KEY_ID", &self.keys.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &self.keys.secret_access_key)
            .env("AWS_SESSION_TOKEN", &self.keys.session_token)
            .args(["collect", "--no-organization", "--output", "scanned.json"]);
        run(&mut command).exits(0);
        let text = std::fs::read(directory.join("scanned.json")).unwrap();
        let scanned: Inventory = serde_json::from_slice(&text).unwrap();
        let state = &scanned.accounts[0].parts().unwrap().state;
        let bucket = &state.buckets[0];
        let object = bucket.objects.items().iter().find(|object| object.key == key).unwrap();
        let resources = &object.content.value().unwrap().resources;
        assert_eq!(resources[0].address, "terraform_data.it");
        let md5 = &object.body.value().unwrap().md5;
        let by_table = state.lock_tables[0].items.items().iter().any(
            |item| matches!(item, LockItem::Digest { key: of, digest: Some(digest), .. } if of == key && digest == md5),
        );
        let by_file = bucket.lock_versions.items().iter().any(|version| version.key == format!("{key}.tflock"));
        assert!(by_table != by_file, "{key} is locked in one way: {state:?}");
    }

    fn terraform(&self, directory: &Path, arguments: &[&str]) -> Ran {
        let mut command = terraform::terraform(directory, arguments);
        command
            .env("AWS_ACCESS_KEY_ID", &self.keys.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &self.keys.secret_access_key)
            .env("AWS_SESSION_TOKEN", &self.keys.session_token);
        run(&mut command)
    }
}

const BY_FILE: &str = "use_lockfile = true";

fn by_table() -> String {
    format!("dynamodb_table = \"{TABLE}\"")
}

/// Planning fails because of a lock of this path, and says so.
#[track_caller]
fn kept_out(ran: &Ran, path: &str, because: &str) {
    assert_eq!(ran.code, 1, "{}\n{}", ran.stdout, ran.stderr);
    let words = ran.stderr.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in ["Error acquiring the state lock", because, &format!("Path: {BUCKET}/{path}")] {
        assert!(words.contains(part), "{part}\n{}", ran.stderr);
    }
}

#[test]
fn a_real_terraform_writes_a_state_and_its_lock_file() {
    if !terraform::is_at_hand("no real Terraform wrote to a served bucket", "tests/fleet_terraform.rs") {
        return;
    }
    let served = Served::start();
    let directory = tempfile::tempdir().unwrap();
    let here = served.configured(directory.path(), "by-file/terraform.tfstate", BY_FILE);
    served.terraform(&here, &["apply", "-auto-approve"]).exits(0);
    let list = served.list("list-type=2&prefix=by-file");
    assert!(list.contains("<Key>by-file/terraform.tfstate</Key>") && !list.contains(".tflock"), "{list}");
    let state = served.get("by-file/terraform.tfstate");
    let document: Value = serde_json::from_slice(state.body()).unwrap();
    assert_eq!(document["resources"][0]["type"], "terraform_data");

    let locks = || served.list("versions&prefix=by-file/terraform.tfstate.tflock");
    assert_eq!((locks().matches("<Version>").count(), locks().matches("<DeleteMarker>").count()), (1, 1));
    let planned = served.terraform(&here, &["plan", "-detailed-exitcode"]).exits(0);
    assert!(planned.stdout.contains("No changes"), "{}", planned.stdout);
    assert_eq!((locks().matches("<Version>").count(), locks().matches("<DeleteMarker>").count()), (2, 2));

    // A workspace's state stands beside it, and is found by the next list.
    served.terraform(&here, &["workspace", "new", "prod"]).exits(0);
    assert!(served.terraform(&here, &["workspace", "list"]).exits(0).stdout.contains("prod"));
    assert!(served.list("list-type=2&prefix=env:").contains("<Key>env:/prod/by-file/terraform.tfstate</Key>"));
    #[cfg(feature = "aws")]
    served.scan_finds(directory.path(), "by-file/terraform.tfstate");
}

#[test]
fn a_real_terraform_writes_a_state_and_its_digest() {
    if !terraform::is_at_hand("no real Terraform wrote to a served table", "tests/fleet_terraform.rs") {
        return;
    }
    let served = Served::start();
    let directory = tempfile::tempdir().unwrap();
    let here = served.configured(directory.path(), "by-table/terraform.tfstate", &by_table());
    served.terraform(&here, &["apply", "-auto-approve"]).exits(0);
    let state = served.get("by-table/terraform.tfstate");
    let etag = state.headers()["etag"].to_str().unwrap().trim_matches('"').to_owned();
    let digest = |item: &Value| item["LockID"]["S"] == format!("{BUCKET}/by-table/terraform.tfstate-md5");
    let items = served.items();
    assert_eq!(items.iter().find(|item| digest(item)).unwrap()["Digest"]["S"], etag);
    assert_eq!(items.len(), 2, "its lock is released; the other one is held");
    // Terraform holds the digest to the bytes.
    served.terraform(&here, &["plan", "-detailed-exitcode"]).exits(0);
    #[cfg(feature = "aws")]
    served.scan_finds(directory.path(), "by-table/terraform.tfstate");
}

#[test]
fn a_real_terraform_is_kept_out_by_locks_that_others_hold() {
    if !terraform::is_at_hand("no real Terraform met a served lock", "tests/fleet_terraform.rs") {
        return;
    }
    let served = Served::start();
    let directory = tempfile::tempdir().unwrap();
    let plan = ["plan", "-lock-timeout=0s"];
    let table = served.configured(directory.path(), "busy-by-table.tfstate", &by_table());
    kept_out(&served.terraform(&table, &plan), "busy-by-table.tfstate", "ConditionalCheckFailedException");
    let file = served.configured(directory.path(), "busy-by-file.tfstate", BY_FILE);
    kept_out(&served.terraform(&file, &plan), "busy-by-file.tfstate", "PreconditionFailed");

    // Another lock, taken by hand, and released.
    let free = served.configured(directory.path(), "free.tfstate", BY_FILE);
    served.terraform(&free, &plan).exits(0);
    let info = "{\"ID\":\"0b6d6ad5-3cd5-4f0f-8d4e-8a3bd9cc2f6e\",\"Operation\":\"OperationTypeApply\",\"Who\":\"ann\",\
                \"Version\":\"1.11.4\",\"Created\":\"2026-03-02T07:00:00Z\",\"Path\":\"acme-tfstate/free.tfstate\"}";
    let lock = format!("http://localhost/{BUCKET}/free.tfstate.tflock");
    let put = Request::builder().method(Method::PUT).uri(&lock).header("if-none-match", "*");
    assert_eq!(served.ask("s3", put, info).status(), 200);
    let ran = served.terraform(&free, &plan);
    kept_out(&ran, "free.tfstate", "PreconditionFailed");
    assert!(ran.stderr.contains("0b6d6ad5-3cd5-4f0f-8d4e-8a3bd9cc2f6e"), "{}", ran.stderr);
    assert_eq!(served.ask("s3", Request::builder().method(Method::DELETE).uri(&lock), "").status(), 204);
    served.terraform(&free, &plan).exits(0);
}
