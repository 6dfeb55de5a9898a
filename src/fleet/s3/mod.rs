//! Amazon S3 and S3 Control: buckets, their settings, and the objects of state buckets.
//!
//! Follows <https://docs.aws.amazon.com/AmazonS3/latest/API/>. The decision worth knowing: a bucket answers in its own region
//! and to its own account alone; who asks elsewhere is told where, as S3 tells it.

mod lists;
pub(super) mod objects;
mod settings;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use md5::{Digest, Md5};

use super::call::{Call, collected, listed, told};
use super::refusal::Refusal;
use super::reply::Answer;
use super::xml::Xml;
use crate::model::ids::AccountId;
use crate::model::operation::Operation;
use crate::model::s3::{Bucket, PublicAccessBlock};

/// The most buckets in a page.
const MOST_BUCKETS: usize = 10_000;

pub(super) fn answer(operation: Operation, call: &Call<'_>) -> Result<Answer, Refusal> {
    match operation {
        Operation::S3ListBuckets => buckets(call),
        Operation::S3ControlGetPublicAccessBlock => account_block(call),
        Operation::S3GetBucketLocation => location(call),
        Operation::S3ListObjectsV2 => lists::objects(call),
        Operation::S3ListObjectVersions => lists::versions(call),
        Operation::S3GetObject => objects::get(call),
        _ => settings::answer(operation, call),
    }
}

fn buckets(call: &Call<'_>) -> Result<Answer, Refusal> {
    const REGIONAL: [&str; 4] = ["MaxBuckets", "ContinuationToken", "Prefix", "BucketRegion"];
    call.input.only(&REGIONAL)?;
    let all = listed(&call.parts()?.s3.buckets, Operation::S3ListBuckets)?;
    let prefix = call.input.text("Prefix");
    let within = call.input.text("BucketRegion");
    let wanted = |bucket: &&Bucket| {
        let in_region = |region: &str| bucket.region.value().is_some_and(|known| known.as_str() == region);
        bucket.name.starts_with(prefix.unwrap_or_default()) && within.is_none_or(in_region)
    };
    let found: Vec<&Bucket> = all.iter().filter(wanted).collect();
    let wrong = || Refusal::new(400, "InvalidArgument", "The continuation token provided is incorrect");
    let (asked, token) = (call.input.number("MaxBuckets")?, call.input.text("ContinuationToken"));
    let page = call.page(&found, asked, MOST_BUCKETS, token, wrong)?;
    // S3 says where buckets are to those who ask with a parameter.
    let regional = REGIONAL.iter().any(|member| call.input.text(member).is_some());
    let mut xml = Xml::default();
    xml.list("Buckets", "Bucket", page.items, |xml, bucket| {
        xml.text("Name", &bucket.name);
        xml.some("CreationDate", call.some_iso(bucket.created_at));
        xml.some("BucketRegion", bucket.region.value().filter(|_| regional));
    });
    owner(&mut xml, &call.account.id);
    xml.some("ContinuationToken", page.next);
    xml.some("Prefix", prefix);
    Ok(Answer::Root("ListAllMyBucketsResult", xml))
}

/// An account as S3 names it.
fn owner(xml: &mut Xml, account: &AccountId) {
    let half = |salt: &str| -> String {
        Md5::digest(format!("{salt}{account}")).iter().map(|byte| format!("{byte:02x}")).collect()
    };
    xml.node("Owner", |xml| xml.text("ID", &format!("{}{}", half("owner "), half("id "))));
}

/// The bucket that is asked about, which is this account's, whatever region it is in.
fn own<'a>(call: &Call<'a>) -> Result<&'a Bucket, Refusal> {
    let name = call.input.required("Bucket")?;
    let own = call.parts()?.s3.buckets.gap();
    let Some((account, place)) = call.fleet.buckets.get(name) else {
        return Err(match own {
            Some(_) => Refusal::unseen(&format!("bucket {name}")),
            None => Refusal::new(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", name),
        });
    };
    let owner = call.fleet.inventory.accounts.get(*account);
    let bucket = owner.and_then(|owner| owner.parts()?.s3.buckets.items().get(*place));
    let expected = call.input.text("ExpectedBucketOwner").is_none_or(|expected| expected == call.account.id.as_str());
    match bucket.filter(|_| expected && owner.is_some_and(|owner| owner.id == call.account.id)) {
        Some(bucket) => Ok(bucket),
        None => Err(Refusal::new(403, "AccessDenied", "Access Denied")),
    }
}

/// The bucket that is asked about, in its own region.
fn bucket<'a>(call: &Call<'a>) -> Result<&'a Bucket, Refusal> {
    let bucket = own(call)?;
    match bucket.region.value().filter(|region| *region != call.region) {
        None => Ok(bucket),
        Some(region) => {
            let suffix = if region.as_str().starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
            let message = "The bucket you are attempting to access must be addressed using the specified endpoint. \
                           Please send all future requests to this endpoint.";
            Err(Refusal::new(301, "PermanentRedirect", message)
                .with("Endpoint", format!("{}.s3.{region}.{suffix}", bucket.name))
                .with("Bucket", bucket.name.as_str())
                .with("Region", region.as_str())
                .header("x-amz-bucket-region", region.as_str()))
        }
    }
}

fn location(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["Bucket", "ExpectedBucketOwner"])?;
    let region = told(&own(call)?.region)?;
    let mut xml = Xml::default();
    // The oldest region is called nothing.
    if region.as_str() != "us-east-1" {
        xml.bare(region.as_str());
    }
    Ok(Answer::Root("LocationConstraint", xml))
}

/// `HeadBucket`: whether there is such a bucket, and where.
pub(super) fn head(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.input.only(&["Bucket", "ExpectedBucketOwner"])?;
    let bucket = bucket(call)?;
    let region = bucket.region.value().unwrap_or(call.region);
    let headers = vec![("x-amz-bucket-region", region.to_string()), ("x-amz-access-point-alias", "false".to_owned())];
    Ok(Answer::Bytes { status: 200, headers, body: Bytes::new() })
}

fn account_block(call: &Call<'_>) -> Result<Answer, Refusal> {
    const OPERATION: Operation = Operation::S3ControlGetPublicAccessBlock;
    call.input.only(&["AccountId"])?;
    if call.input.required("AccountId")? != call.account.id.as_str() {
        return Err(Refusal::new(403, "AccessDenied", "Access Denied"));
    }
    match collected(&call.parts()?.s3.account_public_access_block, OPERATION)?.and_then(Option::as_ref) {
        Some(found) => Ok(Answer::Root("PublicAccessBlockConfiguration", block(found))),
        None => Err(no_block().with("AccountId", call.account.id.as_str())),
    }
}

fn no_block() -> Refusal {
    let message = "The public access block configuration was not found";
    Refusal::new(404, "NoSuchPublicAccessBlockConfiguration", message)
}

fn block(block: &PublicAccessBlock) -> Xml {
    let PublicAccessBlock { block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets } =
        block;
    let mut xml = Xml::default();
    xml.put("BlockPublicAcls", block_public_acls);
    xml.put("IgnorePublicAcls", ignore_public_acls);
    xml.put("BlockPublicPolicy", block_public_policy);
    xml.put("RestrictPublicBuckets", restrict_public_buckets);
    xml
}
