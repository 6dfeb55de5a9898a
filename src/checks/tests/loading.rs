//! What is refused before anything is asked of AWS: each fault with its file and line, all at once.

use super::*;

/// A whole check, in which a test breaks one thing.
pub(super) const WHOLE: &str = r#"# METADATA
# title: Global clusters are as the test wants them
# description: A check of a test.
# related_resources:
#   - https://docs.aws.amazon.com/
#   - ref: https://docs.aws.amazon.com/x
#     description: With words.
# custom:
#   id: deletion-mine
#   layer: deletion
#   severity: high
#   subject: global_cluster
#   needs: [rds.global_clusters]
#   evidence: each
#   facts: [engine, members]
#   remediation:
#     terraform: "deletion_protection = true"
#     cli: aws rds modify-global-cluster
#   frameworks:
#     nist_800_53_r5: [CP-9]
#     x_house_rules: ["7"]
package palisade.deletion.mine

verdict := {"status": input.subject.engine, "message": "As the engine says."}
"#;

/// A directory of checks: (path, text).
pub(super) fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    directory
}

/// What is wrong with the files: (path below the directory, line, message).
fn faults(files: &[(&str, &str)]) -> Vec<(String, Option<u32>, String)> {
    let directory = directory(files);
    let errors = Library::load(&[directory.path().to_path_buf()]).unwrap_err();
    let root = format!("{}/", directory.path().display());
    errors.0.into_iter().map(|e| (e.file.replace(&root, ""), e.line, e.problem.to_string())).collect()
}

/// The one fault of the whole check with `from` replaced by `to`.
fn fault(from: &str, to: &str) -> (Option<u32>, String) {
    assert!(WHOLE.contains(from), "{from:?} is not in the check");
    let mut faults = faults(&[("deletion/mine.rego", &WHOLE.replacen(from, to, 1))]);
    assert_eq!(faults.len(), 1, "{faults:?}");
    let (_, line, message) = faults.remove(0);
    (line, message)
}

#[test]
fn a_whole_check_is_taken() {
    let directory = directory(&[("deletion/mine.rego", WHOLE), ("README.md", "x"), (".git/hooks/x.rego", "no check")]);
    let library = Library::load(&[directory.path().to_path_buf()]).unwrap();
    let check = library.check("deletion-mine").unwrap();
    assert!(!check.built_in);
    assert_eq!(check.metadata.related_resources.len(), 2);
    assert_eq!(check.metadata.subjects, [crate::model::facts::SubjectKind::GlobalCluster]);
    assert_eq!(library.checks().len(), Library::load(&[]).unwrap().checks().len() + 1);
}

#[test]
fn each_fault_has_its_line_and_says_what_is_right() {
    for (from, to, line, says) in [
        ("# METADATA\n", "# Metadata\n", None, "has no `# METADATA`"),
        ("title: Global", "titel: Global", Some(2), "titel"),
        ("#   severity: high\n", "#   severity: hihg\n", Some(11), "did you mean high?"),
        ("layer: deletion", "layer: deletions", Some(10), "did you mean deletion?"),
        ("layer: deletion", "layer: backup", None, "the file lies in deletion/"),
        ("id: deletion-mine", "id: deletion-yours", None, "the path makes it \"deletion-mine\""),
        ("global_cluster\n", "[global_cluster, globe]\n", Some(12), "\"globe\", which is none of"),
        ("needs: [rds.global_clusters]", "needs: [rds.global_cluster]", Some(13), "did you mean rds.global_clusters?"),
        ("needs: [rds.global_clusters]", "needs: []", Some(13), "is empty"),
        ("evidence: each", "evidence: all", Some(14), "none of each, exists, forall"),
        ("facts: [engine, members]", "facts: []", Some(15), "shows the facts"),
        ("facts: [engine, members]", "facts: [\"engine[0]\"]", Some(15), "names joined by dots"),
        ("cli: aws rds modify-global-cluster", "cli: \"\"", Some(18), "is empty"),
        ("nist_800_53_r5", "nist_800_53_r6", Some(19), "did you mean nist_800_53_r5?"),
        ("[CP-9]", "[]", Some(19), "has no control id"),
        ("#   needs:", "#   wants:", Some(13), "wants"),
        ("# custom:", "# scope: rule\n# custom:", Some(8), "must be `package`"),
        (
            "package palisade.deletion.mine",
            "package palisade.deletion.yours",
            Some(22),
            "makes it `palisade.deletion.mine`",
        ),
        ("\"As the engine says.\"", "\"As the engine says.\" +", Some(24), "Rego:"),
        ("verdict :=", "verdit :=", None, "verdict"),
        ("input.subject.engine,", "http.send({}),", Some(24), "calls `http.send`"),
        ("input.subject.engine,", "nothing(1),", Some(24), "Unknown function"),
        ("input.subject.engine,", "data.config.rpo,", Some(24), "`data.config.rpo`"),
        ("verdict :=", "# METADATA\n# title: x\nverdict :=", Some(24), "second METADATA"),
    ] {
        let (found, message) = fault(from, to);
        assert!(message.contains(says), "{to:?}: {message}");
        assert_eq!(found, line, "{to:?}: {message}");
    }
}

#[test]
fn all_faults_come_at_once() {
    let two = WHOLE.replace("severity: high", "severity: worst").replace("evidence: each", "evidence: none");
    let found = faults(&[
        ("backup/other.rego", "package x\n"),
        ("deletion/mine.rego", &two),
        ("loose.rego", "package y\n"),
        ("deletion/deeper/mine.rego", "package z\n"),
        ("deletion/Mine.rego", "package z\n"),
    ]);
    let places: Vec<(&str, Option<u32>)> = found.iter().map(|(file, line, _)| (file.as_str(), *line)).collect();
    assert_eq!(
        places,
        [
            ("backup/other.rego", None),
            ("backup/other.rego", Some(1)),
            ("deletion/Mine.rego", None),
            ("deletion/mine.rego", Some(11)),
            ("deletion/mine.rego", Some(14)),
            ("loose.rego", None),
        ]
    );
}

#[test]
fn no_check_takes_the_name_of_another() {
    let text = Library::load(&[]).unwrap().check("deletion-dynamodb-protected").unwrap().text.clone();
    let found = faults(&[("deletion/dynamodb_protected.rego", &text)]);
    assert_eq!(found.len(), 1);
    assert!(found[0].2.contains("already taken by checks/deletion/dynamodb_protected.rego"), "{}", found[0].2);
}

#[test]
fn a_missing_directory_is_said() {
    let errors = Library::load(&[PathBuf::from("no/such/directory")]).unwrap_err();
    assert!(errors.to_string().contains("no/such/directory: cannot be read"), "{errors}");
}

#[test]
fn an_unknown_id_gets_the_nearest() {
    let error = Library::load(&[]).unwrap().check("deletion-rds-instance-protectd").unwrap_err();
    assert!(error.to_string().ends_with("did you mean deletion-rds-instance-protected?"), "{error}");
    let error = Library::load(&[]).unwrap().check("zzz").unwrap_err();
    assert!(error.to_string().contains("checks list"), "{error}");
}

#[test]
fn tests_of_ones_own_checks_run() {
    let good = "package palisade.deletion.mine_test\n\nimport data.palisade.deletion.mine as check\n\n\
                test_pass if { v := check.verdict with input as {\"subject\": {\"engine\": \"pass\"}}; v.status == \"pass\" }\n\
                test_wrong if check.verdict.status == \"fail\" with input as {\"subject\": {\"engine\": \"pass\"}}\n";
    let with = directory(&[("deletion/mine.rego", WHOLE), ("deletion/mine_test.rego", good)]);
    let results = test_all(&[with.path().to_path_buf()]).unwrap();
    let mine: Vec<(&str, bool)> = results
        .iter()
        .filter(|result| result.file.ends_with("mine_test.rego"))
        .map(|result| (result.rule.as_str(), result.failure.is_none()))
        .collect();
    assert_eq!(mine, [("test_pass", true), ("test_wrong", false)]);

    let without = directory(&[("deletion/mine.rego", WHOLE)]);
    let results = test_all(&[without.path().to_path_buf()]).unwrap();
    let failed: Vec<&TestResult> = results.iter().filter(|result| result.failure.is_some()).collect();
    assert_eq!(failed.len(), 1);
    assert!(failed[0].file.ends_with("mine.rego"));
}

#[test]
fn a_directory_without_a_check_is_refused() {
    let wrong = "holds no check: give the directory in which <layer>/<name>.rego lie";
    assert_eq!(faults(&[])[0].2, wrong);
    assert_eq!(faults(&[("README.md", "")])[0].2, wrong);
    assert_eq!(faults(&[("checks/deletion/mine.rego", WHOLE)])[0].2, wrong, "one level too high");
}

#[test]
fn an_unreadable_file_hides_no_other_fault() {
    let directory = directory(&[("deletion/mine.rego", "package palisade.deletion.other\n")]);
    std::fs::write(directory.path().join("deletion/binary.rego"), [0xff]).unwrap();
    let errors = Library::load(&[directory.path().to_path_buf()]).unwrap_err().0;
    let files: Vec<&str> = errors.iter().map(|error| error.file.rsplit('/').next().unwrap()).collect();
    assert!(files.contains(&"binary.rego") && files.contains(&"mine.rego"), "{errors:?}");
}
