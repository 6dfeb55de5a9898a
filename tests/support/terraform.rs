//! A Terraform of this machine's, where there is one.

use std::io::Write;
use std::path::Path;
use std::process::Command;

/// Whether a Terraform is at hand; where none is, standard error says what is not tested, and by which file. libtest keeps
/// what a passing test prints, so this writes past it.
pub fn is_at_hand(what: &str, file: &str) -> bool {
    let found = Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        let sentence = format!(
            "NOT TESTED: no `terraform` in PATH, so {what} ({file}). Install Terraform 1.11 or later and run the tests again.\n"
        );
        std::io::stderr().write_all(sentence.as_bytes()).unwrap();
    }
    found
}

/// Terraform in a directory that is its home as well; nothing of the environment reaches it but where programs lie.
#[expect(
    clippy::disallowed_methods,
    reason = "PATH says where terraform is; nothing else of the environment reaches it"
)]
pub fn terraform(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("terraform");
    command
        .args(arguments)
        .arg("-no-color")
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", directory)
        .env("CHECKPOINT_DISABLE", "1")
        .env("TF_INPUT", "0")
        .env("AWS_EC2_METADATA_DISABLED", "true");
    command
}

/// The configuration of an S3 backend at an endpoint.
#[cfg(any(feature = "aws", feature = "fleet"))]
pub fn backend(endpoint: &str, bucket: &str, key: &str, locking: &str) -> String {
    format!(
        "terraform {{\n  backend \"s3\" {{\n    bucket = \"{bucket}\"\n    key = \"{key}\"\n    region = \"eu-central-1\"\n    \
         {locking}\n    use_path_style = true\n    skip_credentials_validation = true\n    skip_metadata_api_check = true\n    \
         skip_requesting_account_id = true\n    endpoints = {{ s3 = \"{endpoint}\", dynamodb = \"{endpoint}\" }}\n  }}\n}}\n"
    )
}
