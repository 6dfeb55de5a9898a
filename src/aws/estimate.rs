//! What a scan would cost, before it is made.
//!
//! The calls that every account and region costs are counted exactly (a test holds them against what the collectors really
//! do); what each bucket, table, key or vault adds is given as a rate, since how many there are is what a scan finds out.

use std::sync::Arc;

use super::error::CollectError;
use super::options::CollectOptions;
use super::sessions::Home;
use super::{account, organization, scope};

/// Calls that every account costs, whatever it holds: AssumeRole, ListRegions, six of IAM, two of S3, the effective backup
/// policy and AWS Backup's global settings.
pub(super) const CALLS_PER_ACCOUNT: u64 = 12;

/// Calls that every region of an account costs, whatever it holds.
pub(super) const CALLS_PER_REGION: u64 = 22;

/// What an answer takes, from request to last byte, in milliseconds: a careful middle of what regional endpoints of AWS take
/// from another continent (2026-07).
const MILLISECONDS_PER_CALL: u64 = 250;

/// The calls per second that IAM answers for one account without throttling, as observed (2026-07); accounts are read 16 at
/// a time, each within its own rate.
const ACCOUNTS_AT_ONCE: u64 = 16;

/// Calls that each item adds, with what a thousand of them cost. Prices of us-east-1, 2026-07:
/// <https://aws.amazon.com/s3/pricing/> (GET and others 0.0004, LIST 0.005 per 1,000) and
/// <https://aws.amazon.com/kms/pricing/> (0.03 per 10,000 requests beyond the free 20,000 a month). All other calls are free.
const ITEM_RATES: &[ItemRate] = &[
    ItemRate { item: "bucket", calls: 9, usd_per_thousand_items: 0.0082 },
    ItemRate { item: "1,000 keys of a state bucket", calls: 2, usd_per_thousand_items: 0.01 },
    ItemRate { item: "state object", calls: 1, usd_per_thousand_items: 0.0004 },
    ItemRate { item: "KMS key", calls: 2, usd_per_thousand_items: 0.006 },
    ItemRate { item: "DynamoDB table", calls: 4, usd_per_thousand_items: 0.0 },
    ItemRate { item: "manual RDS snapshot", calls: 1, usd_per_thousand_items: 0.0 },
    ItemRate { item: "backup vault", calls: 2, usd_per_thousand_items: 0.0 },
    ItemRate { item: "backup plan", calls: 2, usd_per_thousand_items: 0.0 },
    ItemRate { item: "backup selection", calls: 1, usd_per_thousand_items: 0.0 },
];

/// When the prices and rates were noted.
const AS_OF: &str = "2026-07";

/// What one more item of a kind adds to a scan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemRate {
    /// What it is, in the singular.
    pub item: &'static str,
    /// The calls that it adds.
    pub calls: u64,
    /// What a thousand of them add, in US dollars.
    pub usd_per_thousand_items: f64,
}

/// What a scan would cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The accounts in scope.
    pub accounts: u64,
    /// The regions per account: those asked for, or those of the caller's own account, taken for all.
    pub regions_per_account: u64,
    /// The calls that accounts and regions cost, whatever they hold.
    pub calls: u64,
    /// The least time that these calls take, in seconds, at the concurrency asked for.
    pub seconds: u64,
    /// What these calls cost in US dollars: one ListBuckets per account; the rest is free.
    pub usd: f64,
    /// What each item found adds.
    pub item_rates: &'static [ItemRate],
    /// When prices and rates were noted, as year and month.
    pub as_of: &'static str,
}

/// Lists accounts and regions, and reckons.
pub(super) async fn run(home: &Home, options: &Arc<CollectOptions>) -> Result<Estimate, CollectError> {
    let organization = match options.no_organization {
        true => None,
        false => {
            let with_tree = !options.organizational_units.is_empty();
            Some(Box::pin(organization::census(&home.site, with_tree)).await)
        }
    };
    let accounts = scope::accounts(options, organization.as_ref(), &home.caller)?;
    let regions = account::regions(&home.site, &home.caller.home_region).await;
    scope::check_regions(options, &home.caller.partition, &regions)?;
    let regions = scope::regions(options, &regions).scanned;
    Ok(reckon(accounts.len() as u64, regions.len() as u64, options.concurrency as u64))
}

fn reckon(accounts: u64, regions: u64, concurrency: u64) -> Estimate {
    let per_account = CALLS_PER_ACCOUNT + regions * CALLS_PER_REGION;
    let calls = accounts * per_account;
    // Whole waves of accounts, each bound by the calls in flight.
    let in_flight = concurrency.max(1);
    let waves = accounts.div_ceil(ACCOUNTS_AT_ONCE);
    let wave = (per_account * accounts.min(ACCOUNTS_AT_ONCE)).div_ceil(in_flight) * MILLISECONDS_PER_CALL;
    #[expect(clippy::cast_precision_loss, reason = "no organization has 2^52 accounts")]
    let usd = accounts as f64 * 0.005 / 1_000.0;
    Estimate {
        accounts,
        regions_per_account: regions,
        calls,
        seconds: (waves * wave).div_ceil(1_000),
        usd,
        item_rates: ITEM_RATES,
        as_of: AS_OF,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_its_calls_at_the_price_of_a_thousand() {
        let price = |item: &str| ITEM_RATES.iter().find(|rate| rate.item == item).unwrap();
        // Thousand items make thousand times their calls, and prices are per thousand calls.
        // A bucket is asked eight times, and once for its first key, which is a LIST.
        let bucket = price("bucket");
        assert!(bucket.calls == 9 && (bucket.usd_per_thousand_items - (8.0 * 0.0004 + 0.005)).abs() < 1e-9);
        for (item, per_thousand_calls) in
            [("1,000 keys of a state bucket", 0.005), ("state object", 0.0004), ("KMS key", 0.003)]
        {
            let rate = price(item);
            let want = rate.calls as f64 * per_thousand_calls;
            assert!((rate.usd_per_thousand_items - want).abs() < 1e-9, "{item}");
        }
    }

    #[test]
    fn calls_and_time_grow_with_accounts_and_regions() {
        let one = reckon(1, 17, 64);
        assert_eq!(one.calls, CALLS_PER_ACCOUNT + 17 * CALLS_PER_REGION);
        let many = reckon(160, 17, 64);
        assert_eq!(many.calls, 160 * one.calls);
        // Ten waves of sixteen accounts, rounded up to the second once instead of ten times.
        let wave = reckon(16, 17, 64).seconds;
        assert!((10 * wave - 10..=10 * wave).contains(&many.seconds), "{} {wave}", many.seconds);
        assert!(reckon(16, 17, 8).seconds > reckon(16, 17, 64).seconds);
        assert_eq!(reckon(0, 17, 0).calls, 0);
    }
}
