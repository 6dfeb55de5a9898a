//! AWS's managed policies that the built principals have attached, as `GetAccountAuthorizationDetails` sends them along.
//!
//! What they decide is AWS's (<https://docs.aws.amazon.com/aws-managed-policy/latest/reference/>); of the long lists of
//! read-only actions only the services that palisade looks at are here.

use std::collections::BTreeSet;

use crate::model::iam::{Group, ManagedPolicy, Role, User};
use crate::model::ids::Arn;

/// The document of a policy of AWS's, by the part of its ARN after `policy/`.
#[must_use]
pub fn aws_document(name: &str) -> Option<&'static str> {
    Some(match name {
        "AdministratorAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#
        }
        "PowerUserAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Effect":"Allow","Action":["account:GetAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Resource":"*"}]}"#
        }
        "ReadOnlyAccess" | "SecurityAudit" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["backup:Describe*","backup:Get*","backup:List*","dynamodb:Describe*","dynamodb:List*","iam:Get*","iam:List*","kms:Describe*","kms:Get*","kms:List*","organizations:Describe*","organizations:List*","rds:Describe*","rds:List*","s3:GetBucket*","s3:GetLifecycleConfiguration","s3:GetReplicationConfiguration","s3:List*"],"Resource":"*"}]}"#
        }
        "AmazonS3FullAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}"#
        }
        "AmazonRDSFullAccess" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["rds:*","cloudwatch:GetMetricStatistics","logs:DescribeLogStreams","logs:GetLogEvents"],"Resource":"*"}]}"#
        }
        "job-function/DatabaseAdministrator" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["dynamodb:*","elasticache:*","rds:*","redshift:*","kms:ListKeys","lambda:ListFunctions"],"Resource":"*"}]}"#
        }
        "service-role/AWS_ConfigRole" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["config:Put*","rds:Describe*","s3:GetBucket*","dynamodb:Describe*"],"Resource":"*"}]}"#
        }
        "service-role/AWSLambdaBasicExecutionRole" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]}"#
        }
        "aws-service-role/AmazonRDSServiceRolePolicy" => {
            r#"{"Version":"2012-10-17","Statement":[{"Sid":"CrossRegionCommunication","Effect":"Allow","Action":"rds:CrossRegionCommunication","Resource":"*"},{"Sid":"Kms","Effect":"Allow","Action":["kms:CreateGrant","kms:DescribeKey"],"Resource":"*","Condition":{"StringLike":{"kms:ViaService":"rds.*.amazonaws.com"}}}]}"#
        }
        "aws-service-role/AWSBackupServiceLinkedRolePolicyForBackup" => {
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["rds:AddTagsToResource","rds:CopyDBSnapshot","rds:CreateDBSnapshot","rds:DeleteDBSnapshot","dynamodb:CreateBackup","dynamodb:DeleteBackup"],"Resource":"*"}]}"#
        }
        _ => return None,
    })
}

/// The policies of AWS's that are attached to these, each once, with their documents.
#[must_use]
pub fn attached(users: &[User], groups: &[Group], roles: &[Role]) -> Vec<ManagedPolicy> {
    let of_users = users.iter().flat_map(|user| user.attached_policies.iter().chain(&user.permissions_boundary));
    let of_groups = groups.iter().flat_map(|group| &group.attached_policies);
    let of_roles = roles.iter().flat_map(|role| role.attached_policies.iter().chain(&role.permissions_boundary));
    let arns: BTreeSet<&Arn> = of_users.chain(of_groups).chain(of_roles).collect();
    arns.into_iter().filter(|arn| arn.account().is_none()).map(managed).collect()
}

fn managed(arn: &Arn) -> ManagedPolicy {
    let rest = arn.resource().strip_prefix("policy/").unwrap_or_default();
    let (path, name) = rest.rsplit_once('/').map_or(("/".to_owned(), rest), |(path, name)| (format!("/{path}/"), name));
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).take(17).collect();
    ManagedPolicy {
        arn: arn.clone(),
        name: name.to_owned(),
        id: format!("ANPA{:X<17}", letters.to_ascii_uppercase()),
        path,
        default_version: "v1".to_owned(),
        document: aws_document(rest).map(str::to_owned),
    }
}
