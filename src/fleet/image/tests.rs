use super::*;
use crate::demo::{self, build};
use crate::model::gap::Gap;
use crate::model::operation::Operation;

#[test]
fn every_bundled_organization_is_in_the_image() {
    for organization in demo::Organization::ALL {
        let found = faults(&organization.inventory());
        assert!(found.is_empty(), "{organization}:\n{}", found.join("\n"));
    }
}

/// Each change takes the demo out of the image, and its place is named.
#[test]
fn what_collecting_cannot_give_is_named() {
    type Change = fn(&mut AccountParts);
    let changes: [(&str, Change); 8] = [
        ("session", |parts| parts.session = build::session("000000000000")),
        ("iam roles: not in", |parts| parts.iam.authorization_details.value_mut().unwrap().roles.reverse()),
        ("without root's row", |parts| parts.iam.credential_report.value_mut().unwrap().clear()),
        ("not the enabled regions", |parts| drop(parts.regional.pop())),
        ("was not looked into", |parts| parts.state.buckets.clear()),
        ("not the tables that are keyed", |parts| parts.state.lock_tables.clear()),
        ("referred to and missing", |parts| {
            for region in &mut parts.regional {
                if let Answer::Value(parts) = &mut region.parts {
                    parts.kms = build::kms([]);
                }
            }
        }),
        ("of the kind denied", |parts| {
            let gap = build::denied(Operation::RdsDescribeDBInstances, &parts.session);
            parts.regional.last_mut().unwrap().parts = Answer::Gap(Gap { kind: GapKind::Denied, ..gap });
        }),
    ];
    for (words, change) in changes {
        let mut inventory = demo::incident();
        let account = inventory.accounts.iter_mut().find(|account| account.id.as_str() == "777777777777").unwrap();
        let Answer::Value(parts) = &mut account.parts else { panic!("it was entered") };
        change(parts);
        let found = faults(&inventory);
        assert!(
            found.iter().any(|fault| fault.contains("777777777777") && fault.contains(words)),
            "{words}: {found:#?}"
        );
    }
}
