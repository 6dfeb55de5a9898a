//! S3's buckets of one account, in all regions.
//!
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/API/>. The decision worth knowing: the codes by which S3 says that
//! something is not configured are listed here one by one; any other answer is a gap of that bucket and that setting.

mod settings;
#[cfg(test)]
mod tests;

use aws_sdk_s3::types;
use futures::{StreamExt, join};

use super::failure::Failure;
use super::shape::{Malformed, Shaped, each, some_region, some_time, text};
use super::site::Site;
use crate::model::gap::{Answer, Collected, Gap};
use crate::model::ids::{Arn, Region};
use crate::model::operation::Operation;
use crate::model::s3::{Bucket, PublicAccessBlock, S3Inventory};

/// The most buckets in a page; without a number S3 does not say the buckets' regions.
const PAGE: i32 = 1_000;

/// The buckets that are read together; the site's limits bound what is in flight.
const TOGETHER: usize = 16;

/// The code for a bucket that is not there.
const NO_SUCH_BUCKET: &str = "NoSuchBucket";

/// A bucket as the list gives it.
struct Listed {
    name: String,
    region: Option<Region>,
    created_at: Option<jiff::Timestamp>,
}

/// Reads what S3 holds. `home` lists; each bucket is asked in its own region. What could not be read is a gap in it.
pub(super) async fn collect(home: &Site) -> S3Inventory {
    let (buckets, block) = join!(Box::pin(buckets(home)), Box::pin(account_public_access_block(home)));
    S3Inventory { buckets: home.collected(buckets), account_public_access_block: block }
}

/// The account-level public access block.
pub(super) async fn account_public_access_block(home: &Site) -> Collected<Option<PublicAccessBlock>> {
    const OPERATION: Operation = Operation::S3ControlGetPublicAccessBlock;
    let client = home.s3control();
    let read = async {
        let make = || client.get_public_access_block().account_id(home.account.as_str()).send();
        let none = ["NoSuchPublicAccessBlockConfiguration"];
        let Some(answer) = home.call_or(OPERATION, None, &none, make).await? else { return Ok(None) };
        let Some(block) = answer.public_access_block_configuration else {
            return home.shaped(OPERATION, None, Err(Malformed::missing("PublicAccessBlockConfiguration")));
        };
        // What was not set when the block was put is off: the API's documented default.
        Ok(Some(PublicAccessBlock {
            block_public_acls: block.block_public_acls.unwrap_or(false),
            ignore_public_acls: block.ignore_public_acls.unwrap_or(false),
            block_public_policy: block.block_public_policy.unwrap_or(false),
            restrict_public_buckets: block.restrict_public_buckets.unwrap_or(false),
        }))
    };
    home.collected(read.await)
}

async fn buckets(home: &Site) -> Result<Vec<Bucket>, Failure> {
    let client = home.s3();
    let make = |token: Option<String>| client.list_buckets().max_buckets(PAGE).set_continuation_token(token).send();
    let mut listed = home
        .list(Operation::S3ListBuckets, None, make, |page| {
            (each("Buckets", page.buckets, listed), page.continuation_token)
        })
        .await?;
    listed.sort_by(|a, b| a.name.cmp(&b.name));
    listed.dedup_by(|a, b| a.name == b.name);
    let read = futures::stream::iter(listed).map(|one| Box::pin(bucket(home, one))).buffered(TOGETHER);
    Ok(read.filter_map(std::future::ready).collect().await)
}

fn listed(item: &types::Bucket) -> Shaped<Listed> {
    let shape = || {
        Ok(Listed {
            name: text("Name", item.name())?,
            region: some_region("BucketRegion", item.bucket_region())?,
            created_at: some_time("CreationDate", item.creation_date())?,
        })
    };
    shape().map_err(|malformed: Malformed| malformed.of(item.name()))
}

/// One bucket; `None` where it was deleted since it was listed.
async fn bucket(home: &Site, listed: Listed) -> Option<Bucket> {
    let region = match listed.region {
        Some(region) => Ok(region),
        None => match location(home, &listed.name).await {
            Ok(None) => return None,
            Ok(Some(region)) => Ok(region),
            Err(failure) => Err(failure.gap),
        },
    };
    let blank = |gap: Gap| Bucket {
        arn: Arn::bucket(&home.partition, &listed.name),
        name: listed.name.clone(),
        region: Answer::Gap(gap.clone()),
        created_at: listed.created_at,
        tags: Answer::Gap(gap.clone()),
        versioning: Answer::Gap(gap.clone()),
        object_lock: Answer::Gap(gap.clone()),
        lifecycle: Answer::Gap(gap.clone()),
        policy: Answer::Gap(gap.clone()),
        public_access_block: Answer::Gap(gap.clone()),
        encryption: Answer::Gap(gap.clone()),
        replication: Answer::Gap(gap.clone()),
        holds: Answer::Gap(gap),
    };
    let region = match region {
        Ok(region) => region,
        // S3 answers about a bucket in its own region alone.
        Err(gap) => return Some(blank(gap)),
    };
    let site = home.in_region(&region);
    let bucket = settings::read(&site, &listed.name, listed.created_at).await;
    let gone = settings::gaps(&bucket).any(|gap| gap.code.as_deref() == Some(NO_SUCH_BUCKET));
    // Asked again: a bucket must not leave the list because one answer of several was wrong.
    if gone && matches!(location(&site, &listed.name).await, Ok(None)) { None } else { Some(bucket) }
}

/// The region of a bucket; `None` where there is no such bucket.
async fn location(site: &Site, bucket: &str) -> Result<Option<Region>, Failure> {
    const OPERATION: Operation = Operation::S3GetBucketLocation;
    let client = site.s3();
    let make = || client.get_bucket_location().bucket(bucket).send();
    let Some(answer) = site.call_or(OPERATION, Some(bucket), &[NO_SUCH_BUCKET], make).await? else { return Ok(None) };
    let text = answer.location_constraint().map(types::BucketLocationConstraint::as_str).unwrap_or_default();
    // <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>: us-east-1 is null, and EU is eu-west-1.
    let region = match (text, site.partition.as_str()) {
        ("", "aws") => "us-east-1",
        ("", _) => return site.shaped(OPERATION, Some(bucket), Err(Malformed::missing("LocationConstraint"))),
        ("EU", _) => "eu-west-1",
        (text, _) => text,
    };
    site.shaped(OPERATION, Some(bucket), some_region("LocationConstraint", Some(region)))
}
