use proptest::prelude::*;
use tar::{EntryType, Header};

use super::*;

/// A tar that anybody could write, compressed.
fn packed(blocks: &[Vec<u8>]) -> Vec<u8> {
    zstd::encode_all([blocks.concat(), vec![0; 1024]].concat().as_slice(), 3).unwrap()
}

/// A header as tar programs write it; the path goes in as it is.
fn header(path: &[u8], size: u64, kind: EntryType) -> Vec<u8> {
    let mut header = Header::new_ustar();
    header.as_old_mut().name[..path.len()].copy_from_slice(path);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(1_772_434_800);
    header.set_entry_type(kind);
    header.set_cksum();
    header.as_bytes().to_vec()
}

fn file(path: &[u8], content: &[u8]) -> Vec<u8> {
    let mut blocks = header(path, content.len() as u64, EntryType::Regular);
    blocks.extend_from_slice(content);
    blocks.resize(blocks.len().div_ceil(512) * 512, 0);
    blocks
}

fn refused(bytes: &[u8]) -> String {
    match read(bytes, &Limits::default()) {
        Ok(archive) => panic!("it was read: {:?}", archive.files.iter().map(|file| &file.path).collect::<Vec<_>>()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn hostile_entries_are_refused_each_with_its_reason() {
    let link = |kind| {
        let mut bytes = header(b"posture.json", 0, kind);
        let header = Header::from_byte_slice(&bytes);
        let mut header = header.clone();
        header.set_link_name("/etc/passwd").unwrap();
        header.set_cksum();
        bytes.copy_from_slice(header.as_bytes());
        bytes
    };
    let owned = {
        let mut header = Header::from_byte_slice(&header(b"a", 0, EntryType::Regular)).clone();
        header.set_uid(1000);
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let dirty = {
        let mut blocks = file(b"a", b"x");
        *blocks.last_mut().unwrap() = 1;
        blocks
    };
    let earlier = {
        let mut header = Header::from_byte_slice(&header(b"b", 0, EntryType::Regular)).clone();
        header.set_mtime(1);
        header.set_cksum();
        header.as_bytes().to_vec()
    };
    let damaged = {
        let mut header = header(b"a", 0, EntryType::Regular);
        header[500] ^= 1;
        header
    };
    let cases: Vec<(Vec<Vec<u8>>, &str)> = vec![
        (vec![file(b"../../etc/cron.d/x", b"x")], "climbs out"),
        (vec![file(b"a/../b", b"x")], "climbs out"),
        (vec![file(b"..\\x", b"x")], "climbs out"),
        (vec![file(b"/etc/passwd", b"x")], "absolute"),
        (vec![file(b"C:\\x", b"x")], "absolute"),
        (vec![file(b"\\\\host\\x", b"x")], "absolute"),
        (vec![file(b"a//b", b"x")], "parts or characters"),
        (vec![file(b"./a", b"x")], "parts or characters"),
        (vec![file(b"a b", b"x")], "parts or characters"),
        (vec![file("caf\u{e9}".as_bytes(), b"x")], "parts or characters"),
        (vec![file(b"a\x1b[2J", b"x")], "parts or characters"),
        (vec![file(b"", b"x")], "parts or characters"),
        (vec![link(EntryType::Symlink)], "it is a link"),
        (vec![link(EntryType::Link)], "it is a link"),
        (vec![header(b"dev", 0, EntryType::Char)], "a device"),
        (vec![header(b"dev", 0, EntryType::Block)], "a device"),
        (vec![header(b"pipe", 0, EntryType::Fifo)], "a device, a pipe"),
        (vec![header(b"dir", 0, EntryType::Directory)], "a directory"),
        (vec![header(b"x", 0, EntryType::XHeader)], "an extension record"),
        (vec![header(b"x", 0, EntryType::XGlobalHeader)], "an extension record"),
        (vec![header(b"././@LongLink", 0, EntryType::GNULongName)], "an extension record"),
        (vec![header(b"x", 0, EntryType::GNUSparse)], "an extension record"),
        (vec![file(b"a", b"x"), file(b"a", b"y")], "there twice"),
        (vec![file(b"a", b"x"), file(b"A", b"y")], "there twice"),
        (vec![owned], "its header is damaged"),
        (vec![damaged], "its header is damaged"),
        (vec![file(b"a", b"x"), earlier], "its header is damaged"),
        (vec![dirty], "not all zeros"),
        (vec![file(b"a", b"x"), vec![0; 512], file(b"b", b"x")], "padded"),
        (vec![file(b"a", b"x"), vec![0; 1024], file(b"b", b"x")], "padded"),
        (vec![file(b"a", b"x"), vec![0; 512]], "padded"),
    ];
    for (blocks, why) in cases {
        let told = refused(&packed(&blocks));
        assert!(told.contains(why), "{told}\nwanted: {why}");
        assert!(!told.contains('\u{1b}'), "{told:?}");
    }
}

#[test]
fn what_is_cut_short_or_appended_is_told() {
    let whole = bytes(&bundle());
    for cut in 0..whole.len() {
        refused(&whole[..cut]);
    }
    assert!(refused(&whole[..whole.len() - 1]).contains("cut short"));
    assert!(refused(&[whole.as_slice(), b"x"].concat()).contains("appended"));
    assert!(refused(&[whole.as_slice(), &whole].concat()).contains("appended"));
    // A frame that decoders skip hides as well as any other.
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];
    assert!(refused(&[whole.as_slice(), &skippable].concat()).contains("appended"));
    for nothing in [&b""[..], b"x", b"PK\x03\x04 a zip", b"{}"] {
        assert!(refused(nothing).contains("no evidence bundle"), "{nothing:?}: {}", refused(nothing));
    }
    let no_end = zstd::encode_all(file(b"a", b"x").as_slice(), 3).unwrap();
    assert!(refused(&no_end).contains("cut short"));
    let claims_more = zstd::encode_all(header(b"a", 1 << 20, EntryType::Regular).as_slice(), 3).unwrap();
    assert!(refused(&claims_more).contains("cut short"));
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let limits = Limits { entries: 3, entry_bytes: 4096, bytes: 16_384, ratio: 100, unsuspicious: 8192 };
    let refused = |bytes: &[u8]| read(bytes, &limits).unwrap_err().to_string();
    let huge = zstd::encode_all(header(b"a", 1 << 40, EntryType::Regular).as_slice(), 3);
    assert!(refused(&huge.unwrap()).contains("claims 1099511627776 bytes"));
    let many: Vec<Vec<u8>> = (0..4).map(|n| file(format!("f{n}").as_bytes(), b"")).collect();
    assert!(refused(&packed(&many)).contains("more than 3 files"));
    let mut noise = 1_u32;
    let mut random = |_| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let full: Vec<Vec<u8>> =
        (0..3).map(|n| file(format!("f{n}").as_bytes(), &(0..4096).map(&mut random).collect::<Vec<_>>())).collect();
    assert!(read(packed(&full).as_slice(), &limits).is_ok());
    let tight = Limits { bytes: 12_288, ..limits };
    assert!(read(packed(&full).as_slice(), &tight).unwrap_err().to_string().contains("unpacks to more"));
    let zeros: Vec<Vec<u8>> = (0..3).map(|n| file(format!("f{n}").as_bytes(), &[0; 4096])).collect();
    assert!(refused(&packed(&zeros)).contains("compressed bytes become"), "{}", refused(&packed(&zeros)));
}

#[test]
fn a_writer_refuses_what_a_reader_would() {
    let write =
        |files: &[(&str, &[u8])]| write(files.iter().copied(), 1, &mut Vec::new()).map_err(|error| error.to_string());
    assert!(write(&[("a/b.json", b"x"), (&"d/".repeat(80), b"")]).is_err());
    assert!(write(&[("../a", b"")]).unwrap_err().contains("climbs"));
    assert!(write(&[("a", b""), ("A", b"")]).unwrap_err().contains("twice"));
    assert!(write(&[(&"x".repeat(120), b"")]).unwrap_err().contains("longer"));
    let long = format!("checks/custom/separation/{}.rego", "x".repeat(90));
    assert!(write(&[(&long, b"")]).is_ok());
}

#[test]
fn a_bundle_begins_with_its_manifest() {
    let no_manifest = packed(&[file(b"posture.json", b"{}")]);
    assert!(read_back(&no_manifest).unwrap_err().to_string().contains("its first file is posture.json"));
    let empty = packed(&[]);
    assert!(read_back(&empty).unwrap_err().to_string().contains("its first file is missing"));
}

#[test]
fn files_that_came_or_went_are_named() {
    let right = bundle();
    let with = |files: Vec<Entry>| -> Vec<String> {
        let bundle = Bundle { files, ..right.clone() };
        read_back(&bytes(&bundle)).unwrap().faults().iter().map(ToString::to_string).collect()
    };
    let mut files = right.files.clone();
    files.push(entry("extra.json", b""));
    assert_eq!(with(files), ["extra.json was added: the manifest does not know it"]);
    assert_eq!(with(right.files[1..].to_vec()), ["index.md is missing"]);
    let mut files = right.files.clone();
    files.swap(0, 2);
    assert_eq!(with(files), ["the files are not in the manifest's order"]);
    let mut files = right.files.clone();
    files[1].content[7] ^= 1;
    assert!(with(files)[0].starts_with("posture.json was altered"));
    // A second envelope hides behind the first one's name, or stands at another place.
    let mut files = right.files.clone();
    files.push(entry(ENVELOPE, b"{}"));
    assert_eq!(with(files), ["manifest.dsse.json was added: the manifest does not know it"]);
}

/// Where each file of a tar lies: its name, and where its content begins and ends.
fn places(tar: &[u8]) -> Vec<(String, usize, usize)> {
    let mut at = 0;
    let mut places = Vec::new();
    while tar[at..at + 512].iter().any(|byte| *byte != 0) {
        let header = Header::from_byte_slice(&tar[at..at + 512]);
        let size = usize::try_from(header.size().unwrap()).unwrap();
        places.push((String::from_utf8(header.path_bytes().into_owned()).unwrap(), at, at + 512 + size));
        at += 512 + size.div_ceil(512) * 512;
    }
    places
}

#[test]
fn every_altered_bit_of_the_tar_is_told_and_that_of_a_file_names_it() {
    let tar = zstd::decode_all(bytes(&bundle()).as_slice()).unwrap();
    let places = places(&tar);
    assert_eq!(places.len(), 4);
    for at in 0..tar.len() {
        for bit in [1, 128] {
            let mut altered = tar.clone();
            altered[at] ^= bit;
            let packed = zstd::encode_all(altered.as_slice(), 1).unwrap();
            let told = match read_back(&packed) {
                Err(error) => error.to_string(),
                Ok(bundle) => bundle.faults().iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            };
            let inside = places.iter().find(|(_, start, end)| (start + 512..*end).contains(&at));
            match inside {
                // What the manifest itself says is held to the signature and to the other files: see `audit`. Here it is
                // told as soon as it is no manifest, or is about other files.
                Some((path, ..)) if path == MANIFEST => {}
                Some((path, ..)) => assert!(told.contains(path.as_str()), "byte {at} of {path}: {told}"),
                None => assert!(!told.is_empty(), "byte {at}"),
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2048)) {
        prop_assert!(read_back(&bytes).is_err());
        // The same behind a decoder that lets everything through.
        let packed = zstd::encode_all(bytes.as_slice(), 1).unwrap();
        let _ = read_back(&packed);
        let _ = Manifest::from_bytes(&bytes);
        let _ = Envelope::from_bytes(&bytes);
        let _ = PublicKey::from_pem(&bytes);
        let _ = PublicKey::from_spki(&bytes);
        let _ = FileKey::from_pem(&bytes);
    }

    #[test]
    fn no_altered_byte_of_the_file_goes_unnoticed(at in any::<proptest::sample::Index>(), with in 1_u8..) {
        let right = bytes(&bundle());
        let mut altered = right.clone();
        let at = at.index(right.len());
        altered[at] ^= with;
        // Some bytes of a frame say how it is compressed: what comes out may be the same. The digest never is.
        if let Ok(read) = read_back(&altered) {
            prop_assert_ne!(read.digest.clone(), Some(Digest::of(&right)));
            prop_assert!(!read.faults().is_empty() || read.files == bundle().files);
        }
    }

    #[test]
    fn any_files_are_read_as_they_were_written(contents in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..1500), 0..6)) {
        let files: Vec<Entry> = contents.into_iter().enumerate().map(|(n, content)| Entry { path: format!("d/{n}"), content }).collect();
        let bundle = Bundle::new(manifest(), files);
        let read = read_back(&bytes(&bundle)).unwrap();
        prop_assert_eq!(&read.files, &bundle.files);
        prop_assert!(read.faults().is_empty());
    }
}
