//! What an account says about itself: its regions, and the backup policy that its organization gives it.

use std::collections::BTreeSet;

use aws_sdk_account::types::RegionOptStatus;
use aws_sdk_organizations::types::EffectivePolicyType;

use super::failure::Failure;
use super::regions;
use super::site::Site;
use crate::model::gap::Collected;
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
        (page.regions.unwrap_or_default(), page.next_token)
    };
    let mut regions = Vec::new();
    for region in site.pages(OPERATION, None, make, split).await? {
        let name = site.required(OPERATION, "RegionName", region.region_name)?;
        let status = site.required(OPERATION, "RegionOptStatus", region.region_opt_status)?;
        regions.push((site.parsed(OPERATION, &name)?, status != RegionOptStatus::Disabled));
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
