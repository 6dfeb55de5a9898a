//! Delivering what palisade made: a report to a bucket, a notice to a topic.
//!
//! Made with the credentials that palisade was started with, never with the audit role, and outside the ledger: the ledger
//! tells what a verdict rests on. The decision worth knowing: a bucket is written to only if it belongs to the account named,
//! because a report tells where to strike, and a bucket's name says nothing of whose it is.

use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};
use aws_sdk_s3::operation::put_object::PutObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::SdkConfig;

use super::CollectError;
use super::options::CollectOptions;
use super::sessions;
use crate::model::ids::{AccountId, Region};
use crate::model::sink::{S3Place, SinkOperation, Topic};

/// Why something was not delivered.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SinkError {
    /// There are no credentials, or no region.
    #[error(transparent)]
    Access(#[from] CollectError),
    /// AWS refused it.
    #[error("{operation} was refused for {place} ({code}: {message}){}", hint.as_deref().map(|hint| format!(". {hint}")).unwrap_or_default())]
    Refused {
        /// What was called.
        operation: SinkOperation,
        /// The object or topic.
        place: String,
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// AWS did not answer.
    #[error("{operation} got no answer for {place}: {message}")]
    NoAnswer {
        /// What was called.
        operation: SinkOperation,
        /// The object or topic.
        place: String,
        /// What went wrong.
        message: String,
    },
}

/// What an object is when it is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// It is put whatever is there.
    None,
    /// It is put only where there is none yet.
    Absent,
    /// It is put only where the one that is there has this entity tag.
    Unchanged(String),
}

/// What became of an object that was put under a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// It is there.
    Done,
    /// Somebody else was there before: nothing was changed.
    Changed,
}

/// Puts an object into a bucket that `owner` owns, in whatever region it lies.
///
/// Conditions follow <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html>.
///
/// # Errors
/// Without credentials, and where S3 refuses it or does not answer.
pub fn put_object_blocking(
    access: &CollectOptions,
    place: &S3Place,
    owner: &AccountId,
    content_type: &str,
    body: Vec<u8>,
    condition: &Condition,
) -> Result<Put, SinkError> {
    super::blocking_in_own(async {
        let sdk = sessions::load(access).await?;
        let body = bytes::Bytes::from(body);
        let first = put(&sdk, place, owner, content_type, body.clone(), condition).await;
        // S3 says where a bucket lies to whoever asks in the wrong region.
        let done = match first.as_ref().err().and_then(region_of) {
            Some(region) => put(&in_region(&sdk, &region), place, owner, content_type, body, condition).await,
            None => first,
        };
        match done {
            Ok(()) => Ok(Put::Done),
            Err(error)
                if *condition != Condition::None && status(&error).is_some_and(|code| [409, 412].contains(&code)) =>
            {
                Ok(Put::Changed)
            }
            Err(error) => Err(refused(SinkOperation::S3PutObject, &place.to_string(), &error, |code| {
                (code == "AccessDenied").then(|| {
                    format!(
                        "The bucket has to belong to account {owner} (--bucket-owner names another), and the credentials that \
                         palisade runs on need s3:PutObject there (palisade permissions --role runner --report {place})"
                    )
                })
            })),
        }
    })
}

async fn put(
    sdk: &SdkConfig,
    place: &S3Place,
    owner: &AccountId,
    content_type: &str,
    body: bytes::Bytes,
    condition: &Condition,
) -> Result<(), SdkError<PutObjectError, HttpResponse>> {
    let request = s3(sdk).put_object().bucket(place.bucket()).key(place.key()).expected_bucket_owner(owner.as_str());
    let request = match condition {
        Condition::None => request,
        Condition::Absent => request.if_none_match("*"),
        Condition::Unchanged(tag) => request.if_match(tag),
    };
    request.content_type(content_type).body(ByteStream::from(body)).send().await.map(drop)
}

/// An object with its entity tag, from a bucket that `owner` owns where that is said; `None` where there is no such object.
///
/// # Errors
/// Without credentials, and where S3 refuses it or does not answer.
pub fn get_object_blocking(
    access: &CollectOptions,
    place: &S3Place,
    owner: Option<&AccountId>,
) -> Result<Option<(Vec<u8>, String)>, SinkError> {
    super::blocking_in_own(async {
        let sdk = sessions::load(access).await?;
        let first = get(&sdk, place, owner).await;
        let answer = match first.as_ref().err().and_then(region_of) {
            Some(region) => get(&in_region(&sdk, &region), place, owner).await,
            None => first,
        };
        let operation = SinkOperation::S3GetObject;
        match answer {
            Ok(object) => {
                let tag = object.e_tag().unwrap_or_default().to_owned();
                let body = object.body.collect().await.map_err(|error| SinkError::NoAnswer {
                    operation,
                    place: place.to_string(),
                    message: format!("the object broke off: {error}"),
                })?;
                Ok(Some((body.into_bytes().to_vec(), tag)))
            }
            Err(error) if error.as_service_error().is_some_and(GetObjectError::is_no_such_key) => Ok(None),
            Err(error) => Err(refused(operation, &place.to_string(), &error, |code| {
                (code == "AccessDenied").then(|| {
                    format!(
                        "The credentials that palisade runs on need s3:GetObject there, and s3:ListBucket to tell that there \
                         is none yet (palisade permissions --role runner --store {place})"
                    )
                })
            })),
        }
    })
}

async fn get(
    sdk: &SdkConfig,
    place: &S3Place,
    owner: Option<&AccountId>,
) -> Result<GetObjectOutput, SdkError<GetObjectError, HttpResponse>> {
    let request = s3(sdk).get_object().bucket(place.bucket()).key(place.key());
    request.set_expected_bucket_owner(owner.map(ToString::to_string)).send().await
}

/// An endpoint URL serves buckets under its path: their names are no host names there.
fn s3(sdk: &SdkConfig) -> aws_sdk_s3::Client {
    let config = aws_sdk_s3::config::Builder::from(sdk).force_path_style(sdk.endpoint_url().is_some()).build();
    aws_sdk_s3::Client::from_conf(config)
}

fn status<E>(error: &SdkError<E, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// The region that S3 points to, where it is another one.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html>
fn region_of<E>(error: &SdkError<E, HttpResponse>) -> Option<Region> {
    let response = error.raw_response().filter(|response| [301, 307, 400].contains(&response.status().as_u16()))?;
    response.headers().get("x-amz-bucket-region")?.parse().ok()
}

fn in_region(sdk: &SdkConfig, region: &Region) -> SdkConfig {
    sdk.to_builder().region(aws_types::region::Region::new(region.as_str().to_owned())).build()
}

/// Publishes a notice to a topic.
///
/// # Errors
/// Without credentials, and where SNS refuses it or does not answer.
pub fn publish_blocking(access: &CollectOptions, topic: &Topic, subject: &str, text: &str) -> Result<(), SinkError> {
    super::blocking_in_own(async {
        let sdk = sessions::load(access).await?;
        let sdk = topic.arn().region().map_or_else(|| sdk.clone(), |region| in_region(&sdk, &region));
        let client = aws_sdk_sns::Client::new(&sdk);
        let request = client.publish().topic_arn(topic.arn().as_str()).subject(subject).message(text);
        request.send().await.map(drop).map_err(|error| {
            // A topic may be a secret of its owner's: it is never printed.
            refused(SinkOperation::SnsPublish, "the topic of --notify sns", &error, |code| {
                code.contains("Authorization").then(|| {
                    "The credentials that palisade runs on need sns:Publish on it (palisade permissions --role runner --topic ARN)"
                        .to_owned()
                })
            })
        })
    })
}

fn refused<E>(
    operation: SinkOperation,
    place: &str,
    error: &SdkError<E, HttpResponse>,
    hint: impl Fn(&str) -> Option<String>,
) -> SinkError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let place = place.to_owned();
    let said = error.as_service_error().map(ProvideErrorMetadata::meta);
    match said.and_then(|said| Some((said.code()?, said.message().unwrap_or("no message")))) {
        Some((code, message)) => SinkError::Refused {
            operation,
            place,
            code: code.to_owned(),
            message: message.chars().take(300).collect(),
            hint: hint(code),
        },
        None => {
            let status = error.raw_response().map(|response| response.status().as_u16());
            let message = match status {
                Some(status) => format!("HTTP status {status}"),
                None => DisplayErrorContext(error).to_string().chars().take(300).collect(),
            };
            SinkError::NoAnswer { operation, place, message }
        }
    }
}
