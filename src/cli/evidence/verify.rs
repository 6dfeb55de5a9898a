//! `palisade evidence verify`

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::report::{About, Report};
use super::{BUILD, keys};
use crate::audit::evidence::{self, Reassessed};
use crate::cli::arguments::Everywhere;
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::files;
#[cfg(feature = "aws")]
use crate::cli::judging;
#[cfg(feature = "aws")]
use crate::cli::scope::AccessArgs;
use crate::evidence::{Bundle, BundleError, Limits, Link, PublicKey, Signed, chain_faults};

/// Check a bundle: every file's digest, the signature, the chain, and that its inventory still gives its verdicts
///
/// Nothing in a bundle is unpacked to disk. The public key has to come from somewhere else than the bundle.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  verified: every byte is what was signed, and the inventory gives these verdicts
  1  could not run (the file or the key cannot be read)
  2  wrong usage
  3  does not verify; what was altered is named
  4  cannot tell: nothing is wrong, but there is no signature or no key to check it with, or another version judges otherwise")]
pub(super) struct Verify {
    /// The bundle
    bundle: PathBuf,
    /// The signer's public key (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Signature")]
    key: Option<PathBuf>,
    /// The signer's key in KMS (kms:GetPublicKey)
    #[cfg(feature = "aws")]
    #[arg(long, value_name = "ARN", conflicts_with = "key", help_heading = "Signature")]
    kms_key: Option<crate::model::ids::Arn>,
    /// A directory with all bundles of the chain, this one among them or not
    #[arg(long, value_name = "DIR")]
    chain: Option<PathBuf>,
    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: VerifyFormat,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum VerifyFormat {
    /// For a person.
    Text,
    /// For a program.
    Json,
}

impl Verify {
    pub(super) fn run(&self, everywhere: &Everywhere) -> Result<Exit, CliError> {
        let key = self.key(everywhere)?;
        let mut report = Report::default();
        report.about.bundle = self.bundle.display().to_string();
        match read(&self.bundle)? {
            Err(error) => report.fails("archive", error.to_string(), Vec::new()),
            Ok(bundle) => {
                report.about = about(&self.bundle, &bundle);
                report.holds("archive", "one frame, plain files, nothing between or behind them");
                self.judge(&bundle, key.as_ref(), &mut report)?;
            }
        }
        files::stdout(|out| match self.format {
            VerifyFormat::Text => report.text(out),
            VerifyFormat::Json => report.json(out),
        })?;
        Ok(report.exit())
    }

    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "it says how AWS is called"))]
    fn key(&self, everywhere: &Everywhere) -> Result<Option<PublicKey>, CliError> {
        #[cfg(feature = "aws")]
        if let Some(arn) = &self.kms_key {
            let config = judging::config(everywhere)?;
            let key = crate::aws::KmsKey::open_blocking(&self.access.options(&config)?, arn)?;
            return keys::kms_public(&key).map(Some);
        }
        self.key.as_deref().map(keys::public).transpose()
    }

    fn judge(&self, bundle: &Bundle, key: Option<&PublicKey>, report: &mut Report) -> Result<(), CliError> {
        let faults = bundle.faults();
        if faults.is_empty() {
            report.holds("digests", format!("all {} files are what the manifest says", bundle.files.len()));
        } else {
            let said = "the files are not what the manifest says";
            report.fails("digests", said, faults.iter().map(ToString::to_string).collect());
        }
        signature(bundle, key, report);
        if let Some(directory) = &self.chain {
            chain(&self.bundle, bundle, directory, key, report)?;
        }
        // What was altered is named already; to judge it would only say the same in other words.
        if report.has_failed() {
            return Ok(());
        }
        tracing::info!("judging the bundle's inventory anew");
        match evidence::reassess(bundle, BUILD) {
            Err(error) => report.fails("reproduction", error.to_string(), Vec::new()),
            Ok(found) => reproduction(bundle, &found, report),
        }
        Ok(())
    }
}

/// Reads a bundle. The outer error is that nobody could read the file, the inner one what is wrong with it.
fn read(path: &Path) -> Result<Result<Bundle, BundleError>, CliError> {
    let wrong = |why: String| CliError::Read { name: path.display().to_string(), why };
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    match Bundle::read(file, &Limits::default()) {
        Err(error) if error.is_io() => Err(wrong(error.to_string())),
        read => Ok(read),
    }
}

fn about(path: &Path, bundle: &Bundle) -> About {
    let manifest = &bundle.manifest;
    About {
        bundle: path.display().to_string(),
        sha256: bundle.digest.as_ref().map(ToString::to_string),
        taken_at: Some(manifest.taken_at.to_string()),
        tool: Some(evidence::named(&manifest.tool, manifest.build.as_deref())),
        period: manifest.period.map(|period| period.to_string()),
        files: Some(bundle.files.len()),
    }
}

fn signature(bundle: &Bundle, key: Option<&PublicKey>, report: &mut Report) {
    match (bundle.signer(key), key) {
        (Err(fault), _) => report.fails("signature", fault.to_string(), Vec::new()),
        (Ok(Signed::By(id)), _) => {
            let scheme = key.map(|key| format!(", {}", key.scheme())).unwrap_or_default();
            report.holds("signature", format!("by {id}{scheme}"));
        }
        (Ok(Signed::Unsigned), Some(_)) => {
            report.fails("signature", "a key was given, but the bundle is not signed", Vec::new());
        }
        (Ok(Signed::Unsigned), None) => {
            let said = "not checked: the bundle is unsigned, so whoever had it in hand could have made another";
            report.unknown("signature", said, Vec::new());
        }
        (Ok(Signed::NotChecked(ids)), _) => {
            let said = format!("not checked: give the signer's public key with --key; it names {}", ids.join(", "));
            report.unknown("signature", said, Vec::new());
        }
    }
}

/// The chain that the directory's bundles form, this one among them.
fn chain(
    path: &Path,
    bundle: &Bundle,
    directory: &Path,
    key: Option<&PublicKey>,
    report: &mut Report,
) -> Result<(), CliError> {
    let wrong = |why: String| CliError::Read { name: directory.display().to_string(), why };
    let entries = fs::read_dir(directory).map_err(|error| wrong(error.to_string()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| wrong(error.to_string()))?.path();
        if files::is_zstd(&path) {
            paths.push(path);
        }
    }
    paths.sort();
    let mut links = Vec::new();
    let mut faults = Vec::new();
    let own = bundle.digest.clone();
    links.extend(link(path, bundle));
    for path in paths {
        let name = name(&path);
        match read(&path)? {
            Err(error) => faults.push(format!("{name}: {error}")),
            Ok(other) if other.digest == own => {}
            Ok(other) => {
                faults.extend(other.faults().iter().map(|fault| format!("{name}: {fault}")));
                match other.signer(key) {
                    Err(fault) => faults.push(format!("{name}: {fault}")),
                    Ok(Signed::Unsigned) if key.is_some() => faults.push(format!("{name} is not signed")),
                    Ok(_) => {}
                }
                links.extend(link(&path, &other));
            }
        }
    }
    let Some(own) = own else { return Ok(()) };
    let (length, wrong) = chain_faults(&links, &own);
    faults.extend(wrong);
    if faults.is_empty() {
        report.holds("chain", format!("{length} of {} bundles lead up to this one, without a gap", links.len()));
    } else {
        report.fails("chain", format!("the bundles in {} are no whole chain", directory.display()), faults);
    }
    Ok(())
}

fn link(path: &Path, bundle: &Bundle) -> Option<Link> {
    let manifest = &bundle.manifest;
    let (previous, taken_at) = (manifest.previous.clone(), manifest.taken_at);
    Some(Link { name: name(path), digest: bundle.digest.clone()?, previous, taken_at })
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn reproduction(bundle: &Bundle, found: &Reassessed, report: &mut Report) {
    let Reassessed { tool, same_tool, differing, verdicts, other_checks, judged } = found;
    let maker = evidence::named(&bundle.manifest.tool, bundle.manifest.build.as_deref());
    let differ = || differing.iter().map(|path| format!("{path} comes out otherwise"));
    let altered = || other_checks.iter().map(|path| format!("{path} is not the check that {tool} has"));
    if *same_tool && differing.is_empty() && other_checks.is_empty() {
        report.holds(
            "reproduction",
            format!("the inventory, judged anew, gives all {judged} verdicts and every file byte for byte"),
        );
    } else if *same_tool {
        let faults = verdicts.iter().cloned().chain(differ()).chain(altered()).collect();
        report.fails("reproduction", "the bundle does not follow from its own inventory, checks and settings", faults);
    } else if verdicts.is_empty() && other_checks.is_empty() {
        report.holds(
            "reproduction",
            format!(
                "{maker} made it, {tool} judged it anew: all {judged} verdicts are the same; {} files differ as the version does",
                differing.len()
            ),
        );
    } else {
        let faults = verdicts.iter().cloned().chain(altered()).collect();
        report.unknown(
            "reproduction",
            format!("{maker} made it, and {tool} judges otherwise: verify it with {maker}"),
            faults,
        );
    }
}
