//! What cannot be read is a gap that names it.

use super::*;

#[test]
fn without_state_content_no_object_is_read() {
    let replay = simple(&object("a.tfstate", NOW, 9));
    let options = Options { content: false, ..Options::default() };
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
    assert_eq!(replay.count("GetObject"), 0);
    let state = &only(&inventory).objects.items()[0];
    assert_eq!(state.content.gap().unwrap().kind, GapKind::OutOfScope);
    assert_eq!(state.body.gap(), state.content.gap());
    assert_eq!(state.etag.as_deref(), Some("etag"));
}

#[test]
fn what_is_no_readable_state_is_a_gap_that_names_it_and_keeps_its_digest() {
    let cut = &STATE[..STATE.len() - 3];
    for (body, words, kind) in [
        (cut, "truncated", GapKind::Malformed),
        ("", "empty", GapKind::Malformed),
        (r#"{"version":3,"modules":[{"x":"hunter2"}]}"#, "version 3", GapKind::Malformed),
        (r#"{"meta":{},"encrypted_data":"hunter2"}"#, "OpenTofu", GapKind::Malformed),
        ("hunter2", "no JSON", GapKind::Malformed),
        (r#"{"version":4,"resources":[[[[[[[[[[[[]]]]]]]]]]]]}"#, "s3://acme-tfstate/a.tfstate", GapKind::Malformed),
    ] {
        let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", 9)).on(&["GetObject"], 200, body);
        let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
        let state = &only(&inventory).objects.items()[0];
        let gap = state.content.gap().unwrap();
        assert!(gap.message.contains("s3://acme-tfstate/a.tfstate") && gap.message.contains(words), "{}", gap.message);
        assert_eq!((gap.kind, gap.operation), (kind, Operation::S3GetObject));
        assert_eq!(state.body.value().unwrap().md5, md5_of(body));
    }
}

#[test]
fn a_limit_is_a_gap_of_kind_budget() {
    let limits = Limits { max_bytes: 20, ..Limits::default() };
    for listed in [19, 2_000] {
        let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", listed)).on(&["GetObject"], 200, STATE);
        let options = Options { limits: limits.clone(), ..Options::default() };
        let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
        let state = &only(&inventory).objects.items()[0];
        assert_eq!(state.content.gap().unwrap().kind, GapKind::Budget, "listed with {listed}");
        assert_eq!(replay.count("GetObject"), usize::from(listed == 19));
    }
    let replay = Replay::new().on(&["versions"], 200, versions("", Some(("k", "v")))).on(
        &["list-type=2"],
        200,
        objects("", Some("t")),
    );
    let options = Options { pages: 1, ..Options::default() };
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &options);
    let bucket = only(&inventory);
    assert_eq!(bucket.objects.gap().unwrap().kind, GapKind::Budget);
    assert_eq!(bucket.lock_versions.gap().unwrap().kind, GapKind::Budget);
}

#[test]
fn denials_are_gaps_of_what_was_denied_alone() {
    let replay = simple(&(object("a.tfstate", "2026-06-01T10:00:00Z", 9) + &object("gone.tfstate", NOW, 9)))
        .s3_error(&["a.tfstate", "GetObject"], 403, "AccessDenied", "no")
        .s3_error(&["gone.tfstate", "GetObject"], 404, "NoSuchKey", "gone");
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    let states = only(&inventory).objects.items();
    assert_eq!(states.len(), 1, "what is gone since it was listed is no state");
    let gap = states[0].content.gap().unwrap();
    assert_eq!((gap.kind, gap.code.as_deref()), (GapKind::Denied, Some("AccessDenied")));
    assert_eq!(states[0].body.gap(), Some(gap));

    let replay = Replay::new()
        .s3_error(&["versions"], 403, "AccessDenied", "no")
        .on(&["list-type=2"], 200, objects("", None))
        .json_error(&["Scan"], 400, "AccessDeniedException", "no");
    let inventory = collected(
        &replay,
        vec![bucket("acme-tfstate", &[])],
        vec![table("locks", "LockID", None)],
        &Options::default(),
    );
    assert_eq!(inventory.lock_tables[0].items.gap().unwrap().kind, GapKind::Denied);
    let bucket = only(&inventory);
    assert_eq!(bucket.objects.value(), Some(&vec![]));
    assert_eq!(bucket.lock_versions.gap().unwrap().kind, GapKind::Denied);
}

#[test]
fn a_bucket_without_a_region_is_a_gap() {
    let mut lost = bucket("acme-tfstate", &[]);
    lost.region = Answer::Gap(Gap::not_made(GapKind::Denied, Operation::S3GetBucketLocation, "no"));
    let replay = Replay::new();
    let inventory = collected(&replay, vec![lost], vec![], &Options::default());
    assert_eq!(only(&inventory).objects.gap().unwrap().kind, GapKind::Denied);
    assert!(replay.sent().is_empty());
}

#[test]
fn a_body_that_breaks_off_is_a_gap_and_no_state() {
    let replay = simple(&object("a.tfstate", "2026-06-01T10:00:00Z", 9)).with_headers(
        &["GetObject"],
        200,
        &[("content-length", "5000")],
        STATE,
    );
    let inventory = collected(&replay, vec![bucket("acme-tfstate", &[])], vec![], &Options::default());
    let gap = only(&inventory).objects.items()[0].body.gap().unwrap();
    assert_eq!(gap.kind, GapKind::Timeout);
    assert!(gap.message.contains("s3://acme-tfstate/a.tfstate"));
}
