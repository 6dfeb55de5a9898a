use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;

/// RFC 8410, 10.3: a private key in PKCS#8, with its public half in 10.1.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

fn signed() -> Bundle {
    let bundle = bundle();
    let signature = FileKey::from_pem(PRIVATE.as_bytes()).unwrap().sign(&bundle.to_sign()).unwrap();
    bundle.signed(&signature)
}

fn public() -> PublicKey {
    PublicKey::from_pem(PUBLIC.as_bytes()).unwrap()
}

/// The test vector of the DSSE specification (protocol.md, "Test Vectors"): ECDSA on P-256, r and s one after the other.
#[test]
fn the_specifications_own_vector_holds() {
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let body = b"hello world";
    let message = pae("http://example.com/HelloWorld", body);
    assert_eq!(message, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    let key = PublicKey::from_spki(&hex(VECTOR_KEY)).unwrap();
    assert_eq!(key.scheme(), Scheme::EcdsaP256);
    let signature = STANDARD
        .decode("A3JqsQGtVsJ2O2xqrI5IcnXip5GToJ3F+FnZ+O88SjtR6rDAajabZKciJTfUiHqJPcIAriEGAHTVeCUjW2JIZA==")
        .unwrap();
    assert!(key.verifies(&message, &signature));
    assert!(!key.verifies(&pae("http://example.com/HelloWorlds", body), &signature));
    assert!(!key.verifies(body, &signature), "the type is signed too");
}

/// The key of the vector, as a SubjectPublicKeyInfo.
const VECTOR_KEY: &str = "3059301306072a8648ce3d020106082a8648ce3d0301070342000467cd390f77aa359cb08c2235f652270493a9ed832b0abcc01f70954c0390d2380c782bd54e269125a44f4433aff1432ce94e12bca73aa67ac80cea12608ddf74";

#[test]
fn a_signature_holds_for_its_key_and_its_bundle_alone() {
    let read = read_back(&bytes(&signed())).unwrap();
    assert_eq!(read.signer(Some(&public())), Ok(Signed::By(public().id())));
    assert_eq!(read.signer(None), Ok(Signed::NotChecked(vec![public().id()])));
    assert_eq!(bytes(&signed()), bytes(&signed()), "ed25519 is deterministic");

    let other = PublicKey::from_spki(
        &[&[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00][..], &[7; 32]].concat(),
    );
    let fault = read.signer(Some(&other.unwrap())).unwrap_err();
    assert!(matches!(fault, Fault::Signature(EnvelopeError::OtherKey { .. })), "{fault}");

    // The signature of another bundle vouches for nothing here, with a key or without.
    let another =
        Bundle { envelope: signed().envelope, ..Bundle::new(Manifest { period: None, ..manifest() }, bundle().files) };
    for key in [None, Some(&public())] {
        assert_eq!(another.signer(key), Err(Fault::Signature(EnvelopeError::OtherManifest)));
    }
}

#[test]
fn every_altered_byte_of_the_envelope_is_told() {
    let right = signed();
    let envelope = right.envelope.clone().unwrap();
    for at in 0..envelope.len() {
        let mut altered = envelope.clone();
        altered[at] ^= 1;
        let bundle = Bundle { envelope: Some(altered), ..right.clone() };
        assert!(bundle.signer(Some(&public())).is_err(), "byte {at}");
    }
}

#[test]
fn the_statement_is_in_totos() {
    let envelope: serde_json::Value = serde_json::from_slice(&signed().envelope.unwrap()).unwrap();
    assert_eq!(envelope["payloadType"], "application/vnd.in-toto+json");
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let statement: serde_json::Value = serde_json::from_slice(&payload).unwrap();
    assert_eq!(statement["_type"], "https://in-toto.io/Statement/v1");
    assert_eq!(statement["predicateType"], PREDICATE_TYPE);
    assert_eq!(statement["subject"][0]["name"], MANIFEST);
    assert_eq!(statement["subject"][0]["digest"]["sha256"], Digest::of(&signed().manifest.to_bytes()).to_string());
    assert_eq!(statement["subject"].as_array().unwrap().len(), 4);
    assert_eq!(statement["predicate"]["period"]["to"], "2026-03-31");
}

#[test]
fn a_key_of_the_wrong_kind_is_told_apart() {
    let private = |text: &str| FileKey::from_pem(text.as_bytes()).unwrap_err().to_string();
    assert!(private(PUBLIC).contains("It is a public key"));
    assert!(private("").contains("no private key in PKCS#8"));
    let encrypted = PRIVATE.replace("PRIVATE", "ENCRYPTED PRIVATE");
    assert!(private(&encrypted).contains("encrypted"), "{}", private(&encrypted));
    assert!(private(&PRIVATE.replace("MC4C", "MC4D")).contains("no ed25519 key"));
    let public = |text: &str| PublicKey::from_pem(text.as_bytes()).unwrap_err().to_string();
    assert!(public(PRIVATE).contains("-pubout"));
    assert!(public("hello").contains("no public key"));
    assert!(public(&PUBLIC.replace("MCow", "MCoy")).contains("Ed25519"));
    assert_eq!(format!("{:?}", FileKey::from_pem(PRIVATE.as_bytes()).unwrap()), "FileKey", "nothing of a key is shown");
}
