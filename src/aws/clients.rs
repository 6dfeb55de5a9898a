//! The SDK's clients for a site.
//!
//! All share the site's configuration and HTTP client. The decision worth knowing: the SDK bounds retries by a quota per
//! service and region, shared by the whole process; here each (account, service, region) has its own, because rates are
//! counted per account and one throttled account must not take away the others' retries.

use aws_types::service_config::ServiceConfigKey;

use super::site::Site;

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident $crate_name:ident;)*) => {
        impl Site {
            $(
                $(#[$doc])*
                pub(super) fn $name(&self) -> $crate_name::Client {
                    let partition = format!("{}/{}/{}", self.account, stringify!($name), self.region);
                    let config = $crate_name::config::Builder::from(&self.sdk)
                        .retry_partition($crate_name::config::retry::RetryPartition::new(partition))
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
    /// S3's account-level settings.
    s3control aws_sdk_s3control;
    /// STS.
    sts aws_sdk_sts;
}

impl Site {
    /// S3. An endpoint URL serves buckets under its path: their names are no host names there.
    pub(super) fn s3(&self) -> aws_sdk_s3::Client {
        let partition = format!("{}/s3/{}", self.account, self.region);
        let own = ServiceConfigKey::builder().service_id("S3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        let own = own.ok().and_then(|key| self.sdk.service_config()?.load_config(key));
        let config = aws_sdk_s3::config::Builder::from(&self.sdk)
            .retry_partition(aws_sdk_s3::config::retry::RetryPartition::new(partition))
            .force_path_style(self.sdk.endpoint_url().is_some() || own.is_some())
            .build();
        aws_sdk_s3::Client::from_conf(config)
    }
}
