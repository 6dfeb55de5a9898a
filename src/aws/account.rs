//! What an account says about itself: its regions, and the backup policy that its organization gives it.

use std::collections::BTreeSet;

use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_organizations::types::EffectivePolicyType;

use super::failure::Failure;
use super::regions;
use super::shape::items;
use super::site::Site;
use crate::model::gap::{Collected, GapKind};
use crate::model::ids::Region;
use crate::model::operation::Operation;

/// The regions of an account.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AccountRegions {
    /// Those that are enabled, as AWS says; the gap where it did not.
    pub(super) enabled: Collected<Vec<Region>>,
    /// Every region that AWS named, enabled or not; empty where it named none.
    pub(super) known: BTreeSet<Region>,
    /// Those to look into, were no region asked for.
    pub(super) candidates: BTreeSet<Region>,
}

/// Asks which regions are enabled; where that cannot be learnt, the partition's default regions and the one that the
/// caller is at home in are taken instead.
pub(super) async fn regions(site: &Site, home: &Region) -> AccountRegions {
    let global = site.global();
    match list(&global).await {
        Ok(answers) => {
            let known = answers.iter().map(|(region, _)| region.clone()).collect();
            let enabled: BTreeSet<Region> =
                answers.into_iter().filter(|(_, enabled)| *enabled).map(|(region, _)| region).collect();
            let list = enabled.iter().cloned().collect();
            AccountRegions { enabled: Collected::read(global.now(), list), known, candidates: enabled }
        }
        Err(failure) => {
            let mut candidates = regions::default_regions(&site.partition);
            candidates.insert(home.clone());
            AccountRegions { enabled: global.collected(Err(failure)), known: BTreeSet::new(), candidates }
        }
    }
}

/// Every region with whether it is enabled. One that is being enabled or disabled may hold resources: it counts.
async fn list(site: &Site) -> Result<Vec<(Region, bool)>, Failure> {
    const OPERATION: Operation = Operation::AccountListRegions;
    let client = site.account_management();
    let make = |token| client.list_regions().max_results(50).set_next_token(token).send();
    let split = |page: aws_sdk_account::operation::list_regions::ListRegionsOutput| {
        (items("Regions", page.regions), page.next_token)
    };
    let mut regions = Vec::new();
    for region in site.list(OPERATION, None, make, split).await? {
        let name = site.required(OPERATION, "RegionName", region.region_name)?;
        let status = site.required(OPERATION, "RegionOptStatus", region.region_opt_status)?;
        regions.push((site.parsed(OPERATION, &name)?, status != RegionOptStatus::Disabled));
    }
    if !regions.iter().any(|(_, enabled)| *enabled) {
        // Taken as it is, nothing would be read, and an account of which nothing was read looks clean.
        let message = "AWS named no region that is enabled, but no account is without one";
        return Err(site.failed(OPERATION, None, GapKind::Malformed, message));
    }
    Ok(regions)
}

/// The effective BACKUP_POLICY: what the organization's backup policies make of this account's plans.
///
/// Follows <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html>.
pub(super) async fn effective_backup_policy(site: &Site) -> Result<Option<String>, Failure> {
    const OPERATION: Operation = Operation::OrganizationsDescribeEffectivePolicy;
    let client = site.organizations();
    let none = &["EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"];
    let make = || client.describe_effective_policy().policy_type(EffectivePolicyType::BackupPolicy).send();
    let Some(answer) = site.call_or(OPERATION, None, none, make).await? else { return Ok(None) };
    site.required(OPERATION, "PolicyContent", answer.effective_policy.and_then(|policy| policy.policy_content))
        .map(Some)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::clock::Clock;
    use super::super::replay::{Replay, run, site};
    use super::super::shared::{Shared, Unobserved};
    use super::*;

    fn region(name: &str) -> Region {
        name.parse().unwrap()
    }

    #[test]
    fn the_regions_of_both_pages_are_known_and_the_enabled_ones_taken() {
        let replay = Replay::new()
            .on(
                &["listRegions", r#""NextToken":"2""#],
                200,
                r#"{"Regions":[{"RegionName":"me-south-1","RegionOptStatus":"DISABLING"},{"RegionName":"af-south-1","RegionOptStatus":"DISABLED"}]}"#,
            )
            .on(
                &["listRegions"],
                200,
                r#"{"Regions":[{"RegionName":"us-east-1","RegionOptStatus":"ENABLED_BY_DEFAULT"}],"NextToken":"2"}"#,
            );
        let found = run(regions(&site(&replay), &region("eu-central-1")));
        assert_eq!(found.enabled.items(), [region("me-south-1"), region("us-east-1")]);
        assert_eq!(found.candidates, BTreeSet::from([region("me-south-1"), region("us-east-1")]));
        assert!(found.known.contains(&region("af-south-1")), "off, but it exists");
        assert!(replay.sent()[0].uri.contains("us-east-1"), "the partition's global region is asked");
    }

    #[test]
    fn refused_the_default_regions_and_home_are_taken_and_the_gap_stays() {
        let replay = Replay::new().json_error(&["listRegions"], 403, "AccessDeniedException", "no");
        let found = run(regions(&site(&replay), &region("eu-south-2")));
        assert_eq!(found.enabled.gap().unwrap().kind, GapKind::Denied);
        assert_eq!(found.candidates.len(), 18);
        assert!(found.candidates.contains(&region("eu-south-2")) && found.known.is_empty());
    }

    #[test]
    fn an_account_without_a_region_is_no_empty_account() {
        let off = r#"{"Regions":[{"RegionName":"af-south-1","RegionOptStatus":"DISABLED"}]}"#;
        for body in ["{}", r#"{"Regions":[]}"#, off] {
            let found = run(regions(&site(&Replay::new().on(&["listRegions"], 200, body)), &region("eu-central-1")));
            assert_eq!(found.enabled.gap().unwrap().kind, GapKind::Malformed, "{body}");
            assert_eq!(found.candidates.len(), 17, "{body}");
        }
    }

    #[test]
    fn not_offered_the_default_regions_are_taken_and_there_is_no_gap() {
        let replay = Replay::new().json_error(&["listRegions"], 404, "UnknownOperationException", "");
        let found = run(regions(&site(&replay), &region("eu-central-1")));
        assert!(matches!(found.enabled, Collected::NotOffered { .. }));
        assert_eq!(found.candidates.len(), 17);
    }

    #[test]
    fn an_emulator_without_the_operation_offers_none_but_one_that_fails_leaves_a_gap() {
        for (status, offered) in [(404, false), (501, false), (500, true), (403, true)] {
            let replay = Replay::new().on(&["listRegions"], status, "<html>Not Found</html>");
            let mut site = site(&replay);
            site.shared = Arc::new(Shared::new(1, true, Arc::new(Unobserved), Clock::Wall));
            let found = run(regions(&site, &region("eu-central-1")));
            assert_eq!(found.enabled.gap().is_some(), offered, "{status}");
            assert_eq!(found.candidates.len(), 17);
        }
        let aws = Replay::new().on(&["listRegions"], 404, "<html>Not Found</html>");
        let found = run(regions(&site(&aws), &region("eu-central-1")));
        assert!(found.enabled.gap().is_some(), "of AWS itself a bare 404 says nothing");
    }

    #[test]
    fn the_effective_backup_policy_is_read_absent_or_refused() {
        let text = r#"{"EffectivePolicy":{"PolicyContent":"{\"plans\":{}}"}}"#;
        let read = Replay::new().on(&["DescribeEffectivePolicy", "BACKUP_POLICY"], 200, text);
        assert_eq!(run(effective_backup_policy(&site(&read))).unwrap().as_deref(), Some(r#"{"plans":{}}"#));
        for code in ["EffectivePolicyNotFoundException", "AWSOrganizationsNotInUseException"] {
            let none = Replay::new().json_error(&["DescribeEffectivePolicy"], 400, code, "none");
            assert_eq!(run(effective_backup_policy(&site(&none))).unwrap(), None);
        }
        let denied = Replay::new().json_error(&["DescribeEffectivePolicy"], 400, "AccessDeniedException", "no");
        assert_eq!(run(effective_backup_policy(&site(&denied))).unwrap_err().gap.kind, GapKind::Denied);
    }
}
