//! The bundle as bytes: a tar of plain files in one zstd frame.
//!
//! Written in one form alone: headers carry a fixed mode, no owner, and the time of the scan; nothing stands between or after
//! the files but the zeros that the format asks for. The reader rebuilds each header from what it says and refuses any other.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, BufReader, Read, Write};

use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

use super::manifest::Digest;

/// A block of a tar, in bytes.
const BLOCK: usize = 512;

/// How hard zstd tries: a bundle is written once and kept for years.
const LEVEL: i32 = 9;

/// The largest window that a reader makes room for, as a power of two: 128 MiB, what zstd itself allows unasked.
const WINDOW_LOG: u32 = 27;

/// The longest path, in bytes, that every tar program reads without extensions.
const LONGEST_PATH: usize = 200;

/// The most that a reader takes in, so that no bundle exhausts the machine that checks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most files.
    pub entries: usize,
    /// The most bytes of one file.
    pub entry_bytes: u64,
    /// The most bytes of all files together, headers among them.
    pub bytes: u64,
    /// The most bytes that one compressed byte may become, once [`Limits::unsuspicious`] bytes are out.
    pub ratio: u64,
    /// So many bytes are read whatever the ratio.
    pub unsuspicious: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 20_000, entry_bytes: 4 << 30, bytes: 8 << 30, ratio: 2_000, unsuspicious: 64 << 20 }
    }
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path, with `/` between the parts.
    pub path: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// Why a file's name or header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It begins with `/`, or with a drive.
    Absolute,
    /// It climbs out by `..`.
    Climbs,
    /// It has characters, or parts, that no file of a bundle has.
    Name,
    /// It is longer than tar's plain headers hold.
    Long,
    /// It is a symbolic or a hard link.
    Link,
    /// It is a device, a pipe, a directory, or an extension of the format.
    Kind,
    /// It is there twice, letter case aside.
    Twice,
    /// Its header is not the one that palisade writes.
    Header,
    /// The filling behind it is not all zeros.
    Padding,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Absolute => "its path is absolute; a bundle's paths are relative",
            Self::Climbs => "its path climbs out of the bundle by `..`",
            Self::Name => "its path has parts or characters that no file of a bundle has",
            Self::Long => "its path is longer than the 200 bytes that a plain tar header holds",
            Self::Link => "it is a link; a bundle holds plain files alone",
            Self::Kind => {
                "it is a device, a pipe, a directory or an extension record; a bundle holds plain files alone"
            }
            Self::Twice => "it is there twice",
            Self::Header => "its header is damaged, or not as palisade writes it",
            Self::Padding => "the filling behind its content is not all zeros",
        })
    }
}

/// Why bytes are no bundle.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The operating system could not read or write.
    #[error("{0}")]
    Io(#[source] io::Error),
    /// It does not begin as a zstd frame does.
    #[error("it is no evidence bundle: it does not begin as a zstd frame does")]
    NotZstd,
    /// The compressed data is damaged.
    #[error("its compressed data is damaged {}: {message}. A byte was altered or lost on the way", after(last.as_deref()))]
    Compressed {
        /// The last file that was read whole.
        last: Option<String>,
        /// What zstd said.
        message: String,
    },
    /// It ends before it is whole.
    #[error("it is cut short {}: copy it anew", after(last.as_deref()))]
    CutShort {
        /// The last file that was read whole.
        last: Option<String>,
    },
    /// Bytes follow the zstd frame.
    #[error("bytes were appended to it: more follows where the bundle ends")]
    Appended,
    /// Bytes follow the end of the tar, within the frame.
    #[error("its archive was padded: more follows where the list of its files ends")]
    Padded,
    /// A file is refused.
    #[error("the file {path:?} in it is refused: {refusal}")]
    Entry {
        /// Its path, as far as it can be shown.
        path: String,
        /// Why.
        refusal: Refusal,
    },
    /// It would unpack to more than the reader takes in.
    #[error("it is refused as a decompression bomb: {0}")]
    Bomb(String),
}

fn after(last: Option<&str>) -> String {
    last.map_or_else(|| "before the end of its first file".to_owned(), |path| format!("after the file {path:?}"))
}

/// A bundle's files, as they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The files, in order.
    pub files: Vec<Entry>,
    /// The time that all headers carry, in seconds since 1970.
    pub mtime: u64,
    /// The SHA-256 of the compressed bytes: the bundle's own digest, as `sha256sum` prints it.
    pub digest: Digest,
    /// How many compressed bytes there are.
    pub size: u64,
}

/// Writes files in the given order, each with this time.
///
/// # Errors
/// [`ArchiveError::Entry`] where a path is none of a bundle's; [`ArchiveError::Io`] as the writer says.
pub fn write<'a>(
    files: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    mtime: u64,
    out: &mut dyn Write,
) -> Result<(), ArchiveError> {
    let mut frame = zstd::Encoder::new(out, LEVEL).map_err(ArchiveError::Io)?;
    frame.include_checksum(true).map_err(ArchiveError::Io)?;
    let mut seen = BTreeSet::new();
    for (path, content) in files {
        let refused = |refusal| ArchiveError::Entry { path: path.to_owned(), refusal };
        named(path.as_bytes()).map_err(refused)?;
        if !seen.insert(path.to_ascii_lowercase()) {
            return Err(refused(Refusal::Twice));
        }
        let header = header(path, content.len() as u64, mtime).ok_or_else(|| refused(Refusal::Long))?;
        let zeros = [0; BLOCK];
        let filling = zeros.get(..filling(content.len() as u64)).unwrap_or_default();
        for part in [header.as_bytes().as_slice(), content, filling] {
            frame.write_all(part).map_err(ArchiveError::Io)?;
        }
    }
    frame.write_all(&[0; 2 * BLOCK]).and_then(|()| frame.finish().map(drop)).map_err(ArchiveError::Io)
}

/// How many zeros fill up the last block.
fn filling(size: u64) -> usize {
    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
    if over == 0 { 0 } else { BLOCK - over }
}

/// The one header that such a file has; `None` where the path does not fit.
fn header(path: &str, size: u64, mtime: u64) -> Option<Header> {
    let mut header = Header::new_ustar();
    header.set_path(path).ok()?;
    header.set_size(size);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(mtime);
    header.set_entry_type(EntryType::Regular);
    header.set_cksum();
    Some(header)
}

/// Whether a path is one that a bundle has.
fn named(path: &[u8]) -> Result<(), Refusal> {
    let parts = || path.split(|byte| *byte == b'/' || *byte == b'\\');
    let drive = path.get(1) == Some(&b':');
    if path.first().is_some_and(|byte| *byte == b'/' || *byte == b'\\') || drive {
        return Err(Refusal::Absolute);
    }
    if parts().any(|part| part == b"..") {
        return Err(Refusal::Climbs);
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-%/".contains(byte);
    if path.is_empty() || !path.iter().all(plain) || parts().any(|part| part.is_empty() || part == b".") {
        return Err(Refusal::Name);
    }
    if path.len() > LONGEST_PATH { Err(Refusal::Long) } else { Ok(()) }
}

/// Reads a bundle whole, in memory, within limits.
///
/// # Errors
/// Whatever the writer would not have written: see [`ArchiveError`].
pub fn read(from: impl Read, limits: &Limits) -> Result<Archive, ArchiveError> {
    let source =
        BufReader::with_capacity(1 << 16, Counted { inner: from, digest: Sha256::new(), size: 0, failed: None });
    let mut frame = zstd::Decoder::with_buffer(source).map_err(ArchiveError::Io)?.single_frame();
    frame.window_log_max(WINDOW_LOG).map_err(ArchiveError::Io)?;
    let mut reader = Reader { frame, out: 0, limits: *limits, last: None };
    let (files, mtime) = reader.files()?;
    // One more read makes the decoder check the frame's own checksum.
    if reader.fill(&mut [0; 1])? != 0 {
        return Err(ArchiveError::Padded);
    }
    let mut source = reader.frame.finish();
    if source.read(&mut [0; 1]).map_err(ArchiveError::Io)? != 0 {
        return Err(ArchiveError::Appended);
    }
    let Counted { digest, size, .. } = source.into_inner();
    Ok(Archive { files, mtime, digest: Digest::from(digest), size })
}

/// What counts and digests the compressed bytes on their way.
struct Counted<R> {
    inner: R,
    digest: Sha256,
    size: u64,
    /// A failure of the file itself, which the decoder would tell as one of its data.
    failed: Option<io::Error>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = match self.inner.read(buffer) {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
            Err(error) => {
                let told = io::Error::new(error.kind(), error.to_string());
                self.failed = Some(error);
                return Err(told);
            }
        };
        self.digest.update(buffer.get(..read).unwrap_or_default());
        self.size += read as u64;
        Ok(read)
    }
}

struct Reader<R: Read> {
    frame: zstd::Decoder<'static, BufReader<Counted<R>>>,
    /// The bytes that came out so far.
    out: u64,
    limits: Limits,
    last: Option<String>,
}

impl<R: Read> Reader<R> {
    fn files(&mut self) -> Result<(Vec<Entry>, u64), ArchiveError> {
        let mut files = Vec::new();
        let mut seen = BTreeSet::new();
        let mut time = None;
        loop {
            let block = self.block()?;
            if block.iter().all(|byte| *byte == 0) {
                // The end is two blocks of zeros.
                if self.block()?.iter().any(|byte| *byte != 0) {
                    return Err(ArchiveError::Padded);
                }
                return Ok((files, time.unwrap_or(0)));
            }
            if files.len() >= self.limits.entries {
                return Err(ArchiveError::Bomb(format!("it holds more than {} files", self.limits.entries)));
            }
            let (path, size, mtime) = checked(&block)?;
            let refused = |refusal| ArchiveError::Entry { path: path.clone(), refusal };
            if !seen.insert(path.to_ascii_lowercase()) {
                return Err(refused(Refusal::Twice));
            }
            if *time.get_or_insert(mtime) != mtime {
                return Err(refused(Refusal::Header));
            }
            if size > self.limits.entry_bytes {
                let limit = self.limits.entry_bytes;
                return Err(ArchiveError::Bomb(format!("the file {path:?} claims {size} bytes, of {limit} allowed")));
            }
            let content = self.content(size)?;
            let mut filling_read = vec![0; filling(size)];
            self.exactly(&mut filling_read)?;
            if filling_read.iter().any(|byte| *byte != 0) {
                return Err(refused(Refusal::Padding));
            }
            self.last = Some(path.clone());
            files.push(Entry { path, content });
        }
    }

    fn block(&mut self) -> Result<[u8; BLOCK], ArchiveError> {
        let mut block = [0; BLOCK];
        self.exactly(&mut block)?;
        Ok(block)
    }

    /// So many bytes. What a header claims is believed only as the bytes come.
    fn content(&mut self, size: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut content = Vec::new();
        let mut buffer = vec![0; 1 << 16];
        let mut left = size;
        while left > 0 {
            let want = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            let part = buffer.get_mut(..want).unwrap_or_default();
            self.exactly(part)?;
            content.extend_from_slice(part);
            left -= want as u64;
        }
        Ok(content)
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), ArchiveError> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..).filter(|rest| !rest.is_empty()) {
            let read = self.fill(rest)?;
            if read == 0 {
                return Err(ArchiveError::CutShort { last: self.last.clone() });
            }
            done += read;
        }
        Ok(())
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, ArchiveError> {
        loop {
            match self.frame.read(buffer) {
                Ok(read) => {
                    self.out += read as u64;
                    return self.bounded().map(|()| read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.told(&error)),
            }
        }
    }

    fn bounded(&self) -> Result<(), ArchiveError> {
        let Limits { bytes, ratio, unsuspicious, .. } = self.limits;
        let into = self.frame.get_ref().get_ref().size;
        if self.out > bytes {
            return Err(ArchiveError::Bomb(format!("it unpacks to more than {bytes} bytes")));
        }
        if self.out > unsuspicious && self.out / ratio > into {
            return Err(ArchiveError::Bomb(format!("{into} compressed bytes become more than {} bytes", self.out)));
        }
        Ok(())
    }

    fn told(&mut self, error: &io::Error) -> ArchiveError {
        let source = self.frame.get_mut().get_mut();
        if let Some(error) = source.failed.take() {
            return ArchiveError::Io(error);
        }
        let last = self.last.clone();
        match error.kind() {
            io::ErrorKind::UnexpectedEof if self.out == 0 && source.size < 4 => ArchiveError::NotZstd,
            io::ErrorKind::UnexpectedEof => ArchiveError::CutShort { last },
            _ if self.out == 0 && error.to_string().contains("Unknown frame") => ArchiveError::NotZstd,
            _ => ArchiveError::Compressed { last, message: error.to_string() },
        }
    }
}

/// The path, size and time of a header, if it is one that [`write`] makes.
fn checked(block: &[u8; BLOCK]) -> Result<(String, u64, u64), ArchiveError> {
    let header = Header::from_byte_slice(block);
    let bytes = header.path_bytes();
    let path = String::from_utf8_lossy(&bytes).chars().take(LONGEST_PATH).collect::<String>();
    let refused = |refusal| ArchiveError::Entry { path: path.clone(), refusal };
    match header.entry_type() {
        EntryType::Regular => {}
        EntryType::Symlink | EntryType::Link => return Err(refused(Refusal::Link)),
        // A byte of the header that was altered makes the sum wrong; then the kind is nothing to believe.
        _ if sum_holds(block) => return Err(refused(Refusal::Kind)),
        _ => return Err(refused(Refusal::Header)),
    }
    named(&bytes).map_err(refused)?;
    let (Ok(size), Ok(mtime)) = (header.entry_size(), header.mtime()) else { return Err(refused(Refusal::Header)) };
    let meant = self::header(&path, size, mtime).ok_or_else(|| refused(Refusal::Header))?;
    if meant.as_bytes() == block { Ok((path, size, mtime)) } else { Err(refused(Refusal::Header)) }
}

fn sum_holds(block: &[u8; BLOCK]) -> bool {
    let mut header = Header::from_byte_slice(block).clone();
    let said = header.cksum().ok();
    header.set_cksum();
    said.is_some() && said == header.cksum().ok()
}
