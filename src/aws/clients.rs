//! The SDK's clients for a site.
//!
//! All share the site's configuration and HTTP client. The decision worth knowing: the SDK bounds retries by a quota per
//! service and region, shared by the whole process; here each (account, service, region) has its own, because rates are
//! counted per account and one throttled account must not take away the others' retries.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::service_config::ServiceConfigKey;

use super::site::Site;
use super::whole::WholeDocuments;

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident $crate_name:ident;)*) => {
        impl Site {
            $(
                $(#[$doc])*
                pub(super) fn $name(&self) -> $crate_name::Client {
                    let partition = format!("{}/{}/{}", self.account, stringify!($name), self.region);
                    let config = $crate_name::config::Builder::from(&self.sdk)
                        .retry_partition($crate_name::config::retry::RetryPartition::new(partition))
                        .interceptor(WholeDocuments)
                        .build();
                    $crate_name::Client::from_conf(config)
                }
            )*
        }
    };
}

clients! {
    /// AWS Account Management.
    account_management aws_sdk_account;
    /// AWS Backup.
    backup aws_sdk_backup;
    /// DynamoDB.
    dynamodb aws_sdk_dynamodb;
    /// IAM.
    iam aws_sdk_iam;
    /// KMS.
    kms aws_sdk_kms;
    /// Organizations.
    organizations aws_sdk_organizations;
    /// RDS.
    rds aws_sdk_rds;
    /// STS.
    sts aws_sdk_sts;
}

impl Site {
    /// S3's account-level settings. AWS serves them under `<account>.s3-control…`; an endpoint URL has no such names.
    pub(super) fn s3control(&self) -> aws_sdk_s3control::Client {
        let partition = format!("{}/s3control/{}", self.account, self.region);
        let mut config = aws_sdk_s3control::config::Builder::from(&self.sdk)
            .retry_partition(aws_sdk_s3control::config::retry::RetryPartition::new(partition))
            .interceptor(WholeDocuments);
        if self.sdk.endpoint_url().is_some() {
            config = config.interceptor(PlainHost { prefix: format!("{}.", self.account) });
        }
        aws_sdk_s3control::Client::from_conf(config.build())
    }

    /// S3. An endpoint URL serves buckets under its path: their names are no host names there.
    pub(super) fn s3(&self) -> aws_sdk_s3::Client {
        let partition = format!("{}/s3/{}", self.account, self.region);
        let own = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = own.ok().and_then(|key| self.sdk.service_config()?.load_config(key));
        let config = aws_sdk_s3::config::Builder::from(&self.sdk)
            .retry_partition(aws_sdk_s3::config::retry::RetryPartition::new(partition))
            .interceptor(WholeDocuments)
            .force_path_style(self.sdk.endpoint_url().is_some() || own.is_some())
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }
}

/// Takes the account out of the host name again.
#[derive(Debug)]
struct PlainHost {
    prefix: String,
}

#[dyn_dispatch_hint]
impl Intercept for PlainHost {
    fn name(&self) -> &'static str {
        "PlainHost"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let uri = context.request().uri().to_owned();
        if let Some((scheme, rest)) = uri.split_once("://")
            && let Some(plain) = rest.strip_prefix(&self.prefix)
        {
            context.request_mut().set_uri(format!("{scheme}://{plain}"))?;
        }
        Ok(())
    }
}
