//! Questions asked of an inventory: who can, why a verdict is what it is, which guards would close what is open.

use super::*;

#[test]
fn guards_are_suggested_with_what_they_close() {
    let folder = with_inventory();
    let at = folder.path();
    fs::write(at.join("glass.toml"), "[break_glass]\nprincipals = [\"arn:aws:iam::*:role/BreakGlass\"]\n").unwrap();
    let suggest = ["guard", "suggest", "--config", "glass.toml", "--inventory", "inv.json"];
    let with = |more: &[&str]| ran(at, &suggest.iter().chain(more).copied().collect::<Vec<_>>());
    let text = with(&["--ou", "Workloads"]).exits(0);
    for word in [
        "Attach this policy to the unit Workloads",
        "rds: BacktrackDBCluster, DeleteDBCluster",
        "declared: arn:aws:iam::*:role/BreakGlass",
        "everything in the management account 111111111111",
    ] {
        assert!(text.stdout.contains(word), "{word}: {}", text.stdout);
    }
    let json = with(&["--account", "555555555555", "--format", "json"]).exits(0);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let document: serde_json::Value = serde_json::from_str(json["policies"][0]["document"].as_str().unwrap()).unwrap();
    assert_eq!(document["Statement"][0]["Action"], json["closes"]);
    let tight = with(&["--limits", "1,5120"]);
    assert_eq!(tight.code, 1);
    assert!(tight.stderr.contains("1 of 1 are attached at the root"), "{}", tight.stderr);
    assert!(with(&["--account", "111111111111"]).stderr.contains("manages the organization"));
    assert_eq!(with(&["--limits", "x"]).code, 2);
    let near = with(&["--ou", "Prodction"]).stderr;
    assert!(near.contains("no unit \"Prodction\"; did you mean Production?"), "{near}");
    // An exemption by name is worth what control over the name is worth.
    assert!(text.stdout.contains("Whoever may create or change a role of such a name passes"), "{}", text.stdout);
}

#[test]
fn a_verdict_is_explained_by_check_and_subject() {
    let folder = with_inventory();
    let at = folder.path();
    let whole = ran(at, &["explain", "deletion-rds-instance-protected", "--inventory", "inv.json"]).exits(0);
    for part in
        ["FAIL", "protection.deletion_protection: no", "rds:DescribeDBInstances in ", "NOT APPLICABLE", "AWS CLI"]
    {
        assert!(whole.stdout.contains(part), "{part}: {}", whole.stdout);
    }
    let one = ["deletion-rds-instance-protected@courses-prod", "--inventory", "inv.json", "--format", "json"];
    let json = ran(at, &[&["explain"][..], &one].concat()).exits(0).json();
    assert_eq!(json["schema"], "palisade.explanation/1");
    assert_eq!(json["findings"].as_array().unwrap().len(), 1);
    assert_eq!(json["findings"][0]["status"], "fail");
    // By the name of its account, as every page shows it.
    let named = ["explain", "scp-data-destruction-denied@ledger-production", "--inventory", "inv.json"];
    let named = ran(at, &named).exits(0).stdout;
    assert!(named.contains("ledger-production rds") && !named.contains("courses"), "{named}");
    // By its second argument, too.
    let same = ran(at, &["explain", "deletion-rds-instance-protected", "courses-prod", "--inventory", "inv.json"]);
    assert!(same.exits(0).stdout.contains("1 fail"));
}

#[test]
fn what_cannot_be_explained_is_a_usage_error() {
    let folder = with_inventory();
    let at = folder.path();
    let check = "deletion-rds-instance-protected";
    for (arguments, told) in [
        (vec!["deletion-rds-instance-protect"], "did you mean deletion-rds-instance-protected?"),
        (vec![check, "curses-prod"], "did you mean courses-prod"),
        (vec!["deletion-rds-instance-protected@a", "b"], "named twice"),
    ] {
        let ran = ran(at, &[&["explain", "--inventory", "inv.json"][..], &arguments].concat()).exits(2);
        assert!(ran.stderr.contains(told), "{}", ran.stderr);
    }
    let gone = ran(at, &["explain", check, "--inventory", "none.json"]).exits(1);
    assert!(gone.stderr.contains("cannot read none.json"), "{}", gone.stderr);
}

#[test]
fn who_can_names_everybody_their_path_and_what_stops_the_others() {
    let folder = with_inventory();
    let orders = "arn:aws:rds:eu-central-1:555555555555:db:courses-prod";
    let ask = |arguments: &[&str]| {
        let mut all = vec!["who-can", "--inventory", "inv.json"];
        all.extend(arguments);
        ran(folder.path(), &all)
    };
    let text = ask(&["rds:deletedbinstance", orders]).exits(0);
    assert!(text.stdout.starts_with(&format!("rds:DeleteDBInstance on {orders}\n")), "{}", text.stdout);
    assert!(text.stdout.contains("user/terraform-laptop"), "{}", text.stdout);
    assert!(text.stdout.contains("What stops the others"), "{}", text.stdout);
    let json = ask(&["rds:DeleteDBInstance", orders, "--format", "json"]).exits(0).json();
    assert_eq!(json["schema"], "palisade.who-can/1");
    let management = json["can"].as_array().unwrap().iter().find(|one| {
        one["who"].as_str().unwrap().ends_with(
            "role/aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6a7b",
        ) && one["account"] == "111111111111"
    });
    assert!(!management.unwrap()["path"].as_array().unwrap().is_empty());
    let read = fs::read(folder.path().join("inv.json")).unwrap();
    let piped = fed(folder.path(), &["who-can", "--inventory", "-", "rds:DeleteDBInstance", orders], &read).exits(0);
    assert_eq!(piped.stdout, text.stdout);
}

/// As a person reads it: names beside ids, whole ARNs to copy, sentences that can be read aloud.
#[test]
fn who_can_is_told_in_words() {
    let folder = with_inventory();
    let ask = |action: &str, resource: &str| {
        ran(folder.path(), &["who-can", action, resource, "--inventory", "inv.json"]).exits(0).stdout
    };
    let text = ask("rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:555555555555:db:courses-prod");
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "denied by SCP protect-data (p-protect000), statement ProtectData, at the unit Production",
        "they are of another account, and no policy of the resource lets them in",
        "deploys a stack set with service-managed permissions and acts as an administrator of account 555555555555",
        "is let in with a token of an OIDC provider as arn:aws:iam::555555555555:role/site-deploy",
        "if something holds that palisade cannot see",
    ] {
        assert!(one_line.contains(part), "{part}\n{text}");
    }
    let narrow = ["who-can", "rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:666666666666:db:ledger-reporting"];
    let narrow =
        run(palisade(folder.path()).env("COLUMNS", "60").args(narrow).args(["--inventory", "inv.json"])).stdout;
    for role in
        ["stacksets-exec-6f1e2d3c4b5a69788796a5b4c3d2e1f0", "AWSReservedSSO_AdministratorAccess_0a1b2c3d4e5f6a7b"]
    {
        // An ARN is there to be copied: it is not broken into two lines.
        let broken = narrow.lines().filter(|line| line.contains(&role[..20]) && !line.contains(role)).count();
        assert_eq!(broken, 0, "{narrow}");
    }

    // A name that is nearly one that is there, and an action that the catalogue does not hold.
    let slip = ask("rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:555555555555:db:courses-prd");
    assert!(slip.contains("did you mean arn:aws:rds:eu-central-1:555555555555:db:courses-prod?"), "{slip}");
    let unknown = ask("rds:Frobnicate", "arn:aws:rds:eu-central-1:555555555555:db:courses-prod");
    assert!(unknown.contains("The catalogue of destructive actions does not hold rds:Frobnicate"), "{unknown}");
    assert!(!text.contains("The catalogue"), "{text}");
}

#[test]
fn who_can_answers_a_wrong_question_with_a_hint() {
    let folder = with_inventory();
    let ask = |action: &str, resource: &str| {
        ran(folder.path(), &["who-can", action, resource, "--inventory", "inv.json"]).exits(2).stderr
    };
    let db = "arn:aws:rds:eu-central-1:555555555555:db:courses-prod";
    assert!(ask("rds:DeleteDBInstanec", db).contains("did you mean rds:DeleteDBInstance?"));
    assert!(ask("rds:*", db).contains("the nearest that palisade knows is"));
    assert!(ask("rds:DeleteDBInstance", "courses-prod").contains("is no ARN"));
    // What an action does not act on nobody can call it on: an answer would be one to another question.
    for (action, resource, said) in [
        ("rds:DeleteDBInstance", "arn:aws:dynamodb:eu-central-1:555555555555:table/x", "acts on db of rds"),
        ("rds:DeleteDBInstance", "arn:aws:rds:eu-central-1:555555555555:cluster:x", "acts on db of rds"),
        ("rds:DeleteDBInstance", "*", "acts on db of rds"),
        ("s3:DeleteObjectVersion", "arn:aws:s3:::meridian-terraform-state", "arn:aws:s3:::meridian-terraform-state/*"),
        ("s3:DeleteBucket", "arn:aws:s3:::meridian-terraform-state/a", "acts on bucket of s3"),
        ("organizations:LeaveOrganization", db, "has no resources: give '*'"),
    ] {
        let error = ask(action, resource);
        assert!(error.contains(said), "{action} on {resource}: {error}");
    }
    assert!(ask("s3:DeleteBucket", "arn:aws:s3:::meridian-terraform-stat").contains("did you mean"));
}
