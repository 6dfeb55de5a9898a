//! Large states: made while they are read, so that the test holds nothing of them either.

use std::io::{self, Read};

use crate::terraform::{Limits, StateError, read_state};

/// A state of `instances` instances, each with `ballast` bytes of attributes that nobody keeps.
struct Generated {
    instances: u64,
    ballast: usize,
    next: u64,
    chunk: Vec<u8>,
    given: usize,
    total: u64,
}

impl Generated {
    fn new(instances: u64, ballast: usize) -> Self {
        Self { instances, ballast, next: 0, chunk: Vec::new(), given: 0, total: 0 }
    }

    /// The next part of the document; empty at its end.
    fn refill(&mut self) {
        self.given = 0;
        let number = self.next;
        self.next += 1;
        let text = if number == 0 {
            r#"{"serial":1,"lineage":"l","resources":["#.to_owned()
        } else if number <= self.instances {
            let comma = if number == 1 { "" } else { "," };
            let ballast = "x".repeat(self.ballast / 2);
            format!(
                r#"{comma}{{"instances":[{{"attributes":{{"secret":"{ballast}","arn":"arn:aws:rds:eu-central-1:111122223333:db:{number}","nested":[{{"deep":"{ballast}"}}],"deletion_protection":true}},"dependencies":["aws_kms_key.main"]}}],"mode":"managed","type":"aws_db_instance","name":"n{number}","provider":"p"}}"#
            )
        } else if number == self.instances + 1 {
            r#"],"version":4}"#.to_owned()
        } else {
            String::new()
        };
        self.chunk = text.into_bytes();
    }
}

impl Read for Generated {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.chunk.len() {
            self.refill();
        }
        let count = buf.len().min(self.chunk.len() - self.given);
        buf[..count].copy_from_slice(&self.chunk[self.given..self.given + count]);
        self.given += count;
        self.total += count as u64;
        Ok(count)
    }
}

#[test]
fn tens_of_megabytes_are_read_in_the_room_of_what_is_kept() {
    let mut source = Generated::new(2_000, 16_000);
    // What is kept counts against max_kept, sizes of the structs included: 2 MiB hold 2,000 instances of 32 MB.
    let limits = Limits { max_kept: 2 << 20, max_token: 1_024, ..Limits::default() };
    let state = read_state(&mut source, &limits).unwrap();
    assert!(source.total > 32_000_000);
    assert_eq!(state.resources.len(), 2_000);
    assert!(state.resources.iter().all(|resource| resource.attributes.deletion_protection == Some(true)));
}

#[test]
fn one_text_of_tens_of_megabytes_is_passed_over() {
    let mut source = Generated::new(1, 40_000_000);
    let limits = Limits { max_kept: 16 << 10, max_token: 1_024, ..Limits::default() };
    assert_eq!(read_state(&mut source, &limits).unwrap().resources.len(), 1);
    assert!(source.total > 40_000_000);
}

#[test]
fn more_than_may_be_kept_is_an_error() {
    let limits = Limits { max_kept: 1 << 20, ..Limits::default() };
    let error = read_state(Generated::new(10_000, 10), &limits).unwrap_err();
    assert_eq!(error, StateError::OverLimit { what: "bytes kept of one state", limit: 1 << 20 });
}

/// `cargo test --release -- --ignored --nocapture two_hundred_megabytes` on Linux, by hand.
#[test]
#[ignore = "a figure to be read by a person"]
fn two_hundred_megabytes() {
    let mut source = Generated::new(60_000, 3_000);
    let state = read_state(&mut source, &Limits::default()).unwrap();
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    println!("{} bytes, {} instances, {peak}", source.total, state.resources.len());
}
