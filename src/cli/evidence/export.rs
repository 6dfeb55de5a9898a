//! `palisade evidence export`

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};

use super::BUILD;
use super::keys::Signer;
use crate::audit::evidence::{self, Asked};
use crate::checks::Library;
use crate::cli::arguments::{ChecksArgs, Everywhere};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::files::{self, Privacy, is_pipe};
use crate::cli::judging;
#[cfg(feature = "aws")]
use crate::cli::scope::AccessArgs;
use crate::cli::terminal::Terminal;
use crate::evidence::{ArchiveError, Bundle, Digest, Limits, Period};

/// Judge an inventory and write everything that the judgement rests on as one signed bundle
///
/// The bundle holds the inventory, the settings and checks that judged it, every verdict with its facts and API calls, and
/// a control matrix for each framework. The same inventory, settings and checks give the same bytes; so does an ed25519
/// key. The inventory tells an attacker where to strike: the file is written for its owner alone.
#[derive(Debug, Args)]
#[command(after_help = "\
A key: openssl genpkey -algorithm ed25519 -out signer.pem
For the auditor: openssl pkey -in signer.pem -pubout -out signer.pub.pem

Exit codes: 0 written, whatever the posture shows; 1 could not run; 2 wrong usage")]
#[cfg_attr(feature = "aws", command(group(ArgGroup::new("how").required(true).args(["key", "kms_key", "unsigned"]))))]
#[cfg_attr(not(feature = "aws"), command(group(ArgGroup::new("how").required(true).args(["key", "unsigned"]))))]
pub(super) struct Export {
    /// The inventory that `palisade collect` wrote, compressed or not; '-' reads stdin
    inventory: PathBuf,
    /// Where the bundle goes; '-' is stdout
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
    /// Only the matrices of these frameworks, by id; verdicts are never left out
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    framework: Vec<String>,
    /// The days that the evidence speaks for, as FROM..TO; an inventory taken outside is refused
    #[arg(long, value_name = "FROM..TO")]
    period: Option<Period>,
    /// The bundle before this one in a chain, or its SHA-256
    #[arg(long, value_name = "BUNDLE|SHA-256")]
    previous: Option<PathBuf>,
    /// Sign with this private ed25519 key (PKCS#8 in PEM)
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    key: Option<PathBuf>,
    /// Sign with this asymmetric key in KMS (kms:Sign, kms:GetPublicKey)
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "ARN", help_heading = "Signature")]
    kms_key: Option<crate::model::ids::Arn>,
    /// Do not sign: whoever holds the bundle can then make another
    #[arg(long, help_heading = "Signature")]
    unsigned: bool,
    #[command(flatten)]
    checks: ChecksArgs,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    access: AccessArgs,
}

impl Export {
    pub(super) fn run(&self, everywhere: &Everywhere, terminal: Terminal) -> Result<Exit, CliError> {
        let config = judging::config(everywhere)?;
        let directories: Vec<_> = self.checks.checks.iter().chain(&config.checks).cloned().collect();
        // A fault is told by the path of the file that has it.
        Library::load(&directories)?;
        let signer = self.signer(&config)?;
        let (previous, before) = self.before()?;
        let inventory = files::read_inventory(&self.inventory)?;
        if let Some(before) = before.filter(|before| *before > inventory.taken_at) {
            return Err(CliError::Usage(format!(
                "--previous was taken at {before}, after this inventory of {}: a chain goes forward in time",
                inventory.taken_at
            )));
        }
        let asked = Asked {
            frameworks: self.framework.clone(),
            period: self.period,
            previous,
            build: BUILD.map(str::to_owned),
        };
        let sources = Library::sources(&directories)?;
        let mut bundle = evidence::bundle(&inventory, &config.settings, &sources, &asked)?;
        if let Some(signer) = &signer {
            let signature = signer.sign(&bundle.to_sign())?;
            bundle = bundle.signed(&signature);
        }
        let mut digest = None;
        files::write(&self.output, Privacy::Owner, |out| {
            let mut out = Digested { out, digest: sha2::Sha256::default(), size: 0 };
            bundle.write(&mut out).map_err(told)?;
            digest = Some((Digest::from(out.digest), out.size));
            Ok(())
        })?;
        if let (Some((digest, size)), false) = (digest, is_pipe(&self.output)) {
            let files = bundle.files.len();
            terminal.note(&format!("wrote {}: {files} files in {size} bytes", self.output.display()));
            terminal.note(&format!("SHA-256 {digest}"));
            if self.unsigned {
                terminal.note("not signed: give --key or --kms-key for evidence that nobody else can make");
            }
        }
        Ok(Exit::Holds)
    }

    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "it says how AWS is called"))]
    fn signer(&self, config: &crate::config::Config) -> Result<Option<Signer>, CliError> {
        #[cfg(feature = "aws")]
        if let Some(arn) = &self.kms_key {
            let key = crate::aws::KmsKey::open_blocking(&self.access.options(config)?, arn)?;
            return Ok(Some(Signer::Kms(Box::new(key))));
        }
        self.key.as_deref().map(Signer::file).transpose()
    }

    /// The digest of the bundle before this one and, where the bundle itself is given, when its scan began.
    fn before(&self) -> Result<(Option<Digest>, Option<jiff::Timestamp>), CliError> {
        let Some(previous) = &self.previous else { return Ok((None, None)) };
        if let Some(digest) = previous.to_str().and_then(|text| text.parse::<Digest>().ok()) {
            return Ok((Some(digest), None));
        }
        let bundle = open(previous)?;
        if let Some(fault) = bundle.faults().first() {
            let name = previous.display().to_string();
            return Err(CliError::Read { name, why: format!("nothing can be chained to it: {fault}") });
        }
        Ok((bundle.digest, Some(bundle.manifest.taken_at)))
    }
}

/// Reads a bundle; what is wrong with it is an error.
fn open(path: &Path) -> Result<Bundle, CliError> {
    let wrong = |why: String| CliError::Read { name: path.display().to_string(), why };
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    Bundle::read(file, &Limits::default()).map_err(|error| wrong(error.to_string()))
}

fn told(error: ArchiveError) -> io::Error {
    match error {
        ArchiveError::Io(error) => error,
        other => io::Error::new(io::ErrorKind::InvalidInput, other.to_string()),
    }
}

/// What digests the bundle while it is written.
struct Digested<'a> {
    out: &'a mut dyn io::Write,
    digest: sha2::Sha256,
    size: u64,
}

impl io::Write for Digested<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        use sha2::Digest as _;
        let written = self.out.write(buffer)?;
        self.digest.update(buffer.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
