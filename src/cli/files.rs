//! Files in and out: inventories, plain or compressed, and writing that leaves the old file whole until the new one is.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::error::CliError;
use crate::model::inventory::{INVENTORY_SCHEMA, Inventory};

/// The first bytes of a zstd frame (RFC 8878, 3.1.1).
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The compression level: inventories are text that repeats itself; higher levels cost more time than they save.
const ZSTD_LEVEL: i32 = 3;

/// Who may read a new file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Privacy {
    /// As the umask says.
    Usual,
    /// The owner alone: an inventory tells an attacker where to strike.
    Owner,
}

/// Whether the path stands for a pipe.
pub(super) fn is_pipe(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Whether the path names a zstd file.
pub(super) fn is_zstd(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zst"))
}

/// Writes to a path, or to stdout where it is `-`. A file appears whole or not at all; what is no regular file (a device, a
/// named pipe) is written to as it stands.
pub(super) fn write(
    path: &Path,
    privacy: Privacy,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    if is_pipe(path) {
        return stdout(content);
    }
    // Through a link the file that it leads to is replaced, not the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let special = fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file());
    let written = if special { write_through(&target, content) } else { write_whole(&target, privacy, content) };
    written.map_err(|source| match source.kind() {
        io::ErrorKind::BrokenPipe => CliError::PipeClosed,
        _ => CliError::Write { path: path.to_owned(), source },
    })
}

/// Whether a file can be made there; asked before the work whose result it is to hold.
#[cfg(any(feature = "aws", feature = "fleet"))]
pub(super) fn writable(path: &Path) -> Result<(), CliError> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if is_pipe(path) || fs::metadata(&target).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return Ok(());
    }
    let tried = match fs::metadata(&target) {
        Ok(metadata) if metadata.is_dir() => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        _ => tempfile::Builder::new().prefix(".palisade-").tempfile_in(folder(&target)).map(drop),
    };
    tried.map_err(|source| CliError::Write { path: path.to_owned(), source })
}

fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes to stdout.
pub(super) fn stdout(content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CliError> {
    let mut out = BufWriter::new(io::stdout().lock());
    content(&mut out).and_then(|()| out.flush()).map_err(CliError::stdout)
}

fn write_through(target: &Path, content: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::new(fs::OpenOptions::new().write(true).open(target)?);
    content(&mut out)?;
    out.flush()
}

fn write_whole(
    target: &Path,
    privacy: Privacy,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".palisade-");
    permissions(&mut builder, target, privacy);
    let file = builder.tempfile_in(folder(target))?;
    let mut out = BufWriter::new(file);
    content(&mut out)?;
    let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.as_file().sync_all()?;
    file.persist(target).map_err(|error| error.error)?;
    Ok(())
}

/// A file that is replaced keeps its permissions; a new one gets the umask's or the owner's alone.
#[cfg(unix)]
fn permissions(builder: &mut tempfile::Builder<'_, '_>, target: &Path, privacy: Privacy) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = match (fs::metadata(target), privacy) {
        (Ok(metadata), _) => metadata.permissions(),
        (Err(_), Privacy::Usual) => fs::Permissions::from_mode(0o666),
        (Err(_), Privacy::Owner) => fs::Permissions::from_mode(0o600),
    };
    builder.permissions(permissions);
}

#[cfg(not(unix))]
fn permissions(_: &mut tempfile::Builder<'_, '_>, _: &Path, _: Privacy) {}

/// Writes an inventory; compressed where the name ends in `.zst`.
pub(super) fn write_inventory(path: &Path, inventory: &Inventory) -> Result<(), CliError> {
    write(path, Privacy::Owner, |out| {
        if is_zstd(path) {
            let mut out = zstd::Encoder::new(out, ZSTD_LEVEL)?;
            write_json(inventory, &mut out)?;
            out.finish().map(drop)
        } else {
            write_json(inventory, out)
        }
    })
}

fn write_json(inventory: &Inventory, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, inventory).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// The SHA-256 of an inventory as it is written uncompressed, in hex: what `sha256sum` says of that file.
pub(super) fn inventory_sha256(inventory: &Inventory) -> io::Result<String> {
    struct Digesting(Sha256);
    impl Write for Digesting {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            self.0.update(part);
            Ok(part.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    // The serializer writes by the character.
    let mut out = BufWriter::with_capacity(1 << 16, Digesting(Sha256::new()));
    write_json(inventory, &mut out)?;
    let Digesting(digest) = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Reads an inventory from a file or, for `-`, from stdin; compressed or not, by its first bytes.
pub(super) fn read_inventory(path: &Path) -> Result<Inventory, CliError> {
    let name = if is_pipe(path) { "standard input".to_owned() } else { path.display().to_string() };
    let wrong = |why: String| CliError::Read { name: name.clone(), why };
    let text = read_text(path).map_err(|error| wrong(error.to_string()))?;
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(wrong("it is empty; `palisade collect -o FILE` writes an inventory".to_owned()));
    }
    let version: Version = serde_json::from_slice(&text).map_err(|error| {
        wrong(format!("it is no palisade inventory: {error}. `palisade collect -o FILE` writes one"))
    })?;
    match version.schema.as_deref() {
        Some(INVENTORY_SCHEMA) => {}
        Some(other) => {
            let why = format!(
                "its schema is {other:?}, and palisade {} reads {INVENTORY_SCHEMA} alone: collect it anew with this version, \
                 or assess it with the palisade that wrote it",
                env!("CARGO_PKG_VERSION")
            );
            return Err(wrong(why));
        }
        None => {
            return Err(wrong(format!(
                "it is no palisade inventory: it has no `schema`, where {INVENTORY_SCHEMA} is wanted"
            )));
        }
    }
    serde_json::from_slice(&text)
        .map_err(|error| wrong(format!("it calls itself {INVENTORY_SCHEMA} but is not: {error}")))
}

#[derive(Deserialize)]
struct Version {
    schema: Option<String>,
}

/// The bytes of a file or, for `-`, of stdin; unpacked where they are zstd-compressed.
pub(super) fn read_text(path: &Path) -> io::Result<Vec<u8>> {
    let raw: Box<dyn Read> = if is_pipe(path) { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut raw = BufReader::new(raw);
    let mut text = Vec::new();
    // A pipe may give its first bytes one by one.
    let mut head = Vec::new();
    raw.by_ref().take(ZSTD_MAGIC.len() as u64).read_to_end(&mut head)?;
    let compressed = head == ZSTD_MAGIC;
    let whole = BufReader::new(head.as_slice().chain(raw));
    if compressed {
        let cut_short = |error: io::Error| match error.kind() {
            io::ErrorKind::UnexpectedEof => {
                io::Error::new(error.kind(), "its compressed data is cut short: copy it anew")
            }
            _ => error,
        };
        zstd::Decoder::with_buffer(whole)?.read_to_end(&mut text).map_err(cut_short)?;
    } else if is_zstd(path) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its name ends in .zst, but it is not zstd-compressed"));
    } else {
        read_all(whole, &mut text)?;
    }
    Ok(text)
}

fn read_all(mut from: impl BufRead, text: &mut Vec<u8>) -> io::Result<()> {
    from.read_to_end(text).map(drop)
}
