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

/// What hides an account's place is the tree or one list of accounts, and hides all that AWS gives no path of.
#[test]
fn a_place_is_hidden_by_what_is_not_read() {
    use Operation::{OrganizationsListAccountsForParent as Members, OrganizationsListRoots as Roots};
    let refused = |operation, words: &str| Gap { attempts: 1, ..Gap::not_made(GapKind::Denied, operation, words) };
    let with = |places: &[(usize, Gap)], roots: Option<Gap>| {
        let mut inventory = demo::incident();
        let organization = inventory.organization.as_mut().unwrap();
        for (at, gap) in places {
            organization.accounts.value_mut().unwrap()[*at].parent = Answer::Gap(gap.clone());
        }
        if let Some(gap) = roots {
            (organization.roots, organization.units) = (Collected::Gap(gap.clone()), Collected::Gap(gap));
        }
        faults(&inventory)
    };
    let nowhere = |at: usize| {
        let inventory = demo::incident();
        let account = &inventory.organization.as_ref().unwrap().accounts.items()[at];
        (at, refused(Members, &crate::model::organization::Account::unlisted(&account.id)))
    };
    let list = refused(Members, "no");
    for (places, roots) in [
        (vec![(1, list.clone()), (2, list.clone())], None),
        (vec![nowhere(1), nowhere(2)], None),
        (vec![(1, refused(Roots, "no"))], Some(refused(Roots, "no"))),
        (vec![], Some(refused(Roots, "no"))),
    ] {
        let found = with(&places, roots);
        assert!(found.is_empty(), "{places:?}: {}", found.join("\n"));
    }
    for (places, roots) in [
        (vec![(1, list.clone()), (2, refused(Members, "another"))], None),
        (vec![(1, list.clone()), nowhere(2)], None),
        (vec![(1, refused(Roots, "no"))], None),
        (vec![(1, refused(Roots, "no"))], Some(refused(Roots, "another"))),
        (vec![(1, list)], Some(refused(Roots, "no"))),
        (vec![nowhere(1)], Some(refused(Roots, "no"))),
    ] {
        let found = with(&places, roots);
        assert!(found.iter().any(|fault| fault.contains("nothing hides it")), "{places:?}: {found:?}");
    }
}

/// An endpoint that has no roots to list says so; an organization without one does not exist.
#[test]
fn roots_may_be_not_offered_and_are_never_none() {
    let with = |roots, units| {
        let mut inventory = demo::incident();
        let organization = inventory.organization.as_mut().unwrap();
        (organization.roots, organization.units) = (roots, units);
        faults(&inventory)
    };
    let read_at = build::read_at();
    let found = with(Collected::NotOffered { read_at }, Collected::NotOffered { read_at });
    assert!(found.is_empty(), "{}", found.join("\n"));
    let found = with(Collected::read(read_at, Vec::new()), Collected::read(read_at, Vec::new()));
    assert!(found.iter().any(|fault| fault.contains("roots: none")), "{found:?}");
}
