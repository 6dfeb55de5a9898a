//! A moto server on a free loopback port, and AWS credentials for the accounts in it.
//!
//! moto tells accounts apart by credentials: whoever assumes a role of an account acts in that account, whether or not
//! the role exists. So every test may have an organization of its own on one server.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;

use super::program::palisade;
use super::python::{python, target_tmp};

const SUPPORT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support");

/// A running moto server. It ends when this is dropped; when the test process ends in any other way, it ends too, since
/// its standard input does.
#[derive(Debug)]
pub struct Moto {
    child: Child,
    stdin: Option<ChildStdin>,
    /// Its address, such as `http://127.0.0.1:40123`.
    pub endpoint: String,
    /// Where it writes the requests that it served.
    pub log: PathBuf,
}

/// Credentials of one account.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Credentials {
    /// The access key's id.
    pub access_key_id: String,
    /// The secret.
    pub secret_access_key: String,
    /// The session token; a user's access key has none.
    pub session_token: Option<String>,
}

impl Moto {
    /// The server that the tests of this process share.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Moto> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// A server of one's own, for tests that change how it answers everyone.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same, which serves more than moto does: `moto_server.py` says what.
    pub fn start_with(more: &[&str]) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = target_tmp().join(format!("moto-{number}.log"));
        let errors = std::fs::File::create(&log).expect("the server's log can be made");
        let mut child = Command::new(python())
            .arg(format!("{SUPPORT}/moto_server.py"))
            .args(more)
            .env_clear()
            // moto makes credential reports and the like in the background: nothing here may wait for real AWS.
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(errors)
            .spawn()
            .expect("the venv's Python starts");
        let stdin = child.stdin.take();
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut line).expect("the server speaks");
        let port: u16 = line.trim().parse().unwrap_or_else(|_| {
            panic!("the moto server did not start: {}", std::fs::read_to_string(&log).unwrap_or_default())
        });
        Self { child, stdin, endpoint: format!("http://127.0.0.1:{port}"), log }
    }

    /// Runs a script of `tests/support/` against this server and gives back the JSON that it prints.
    #[track_caller]
    pub fn script(&self, name: &str, arguments: &[&str]) -> Value {
        let output = Command::new(python())
            .arg(format!("{SUPPORT}/{name}"))
            .args(arguments)
            .env_clear()
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "testing")
            .env("AWS_SECRET_ACCESS_KEY", "testing")
            .env("AWS_DEFAULT_REGION", "eu-central-1")
            // The scripts stand among the sources: nothing compiled belongs beside them.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .expect("the venv's Python starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        let log = self.log.display();
        assert!(output.status.success(), "{name} failed (the server's log is {log}): {errors}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{name} printed no JSON ({e}): {errors}"))
    }

    /// The program, pointed at this server with these credentials, its home region eu-central-1.
    pub fn palisade(&self, directory: &std::path::Path, credentials: &Credentials) -> Command {
        let mut command = palisade(directory);
        command
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_REGION", "eu-central-1")
            .env("AWS_ACCESS_KEY_ID", &credentials.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &credentials.secret_access_key);
        if let Some(token) = &credentials.session_token {
            command.env("AWS_SESSION_TOKEN", token);
        }
        command
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.stdin.take());
        // It is on its way out; killing it as well costs nothing and leaves no zombie behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
