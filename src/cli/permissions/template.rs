//! The policies as Terraform and CloudFormation.

use super::policy::Policy;
use super::split;

/// What the trust policy lets in.
const PRINCIPAL: &str = "The ARN of the role or user that runs palisade.";
const EXTERNAL_ID: &str = "A secret that whoever assumes the role has to name: palisade scan --external-id.";

/// The audit role in Terraform.
pub(super) fn terraform_role(role_name: &str, policy: &Policy, hints: &[String]) -> String {
    let policy = heredoc(policy);
    let (path, role_name) = split(role_name);
    format!(
        r#"{hints}variable "palisade_principal" {{
  description = "{PRINCIPAL}"
  type        = string
}}

variable "palisade_external_id" {{
  description = "{EXTERNAL_ID}"
  type        = string
  sensitive   = true
}}

resource "aws_iam_role" "palisade_audit" {{
  name                 = "{role_name}"
  path                 = "{path}"
  description          = "Read by palisade: settings and lists, no data."
  max_session_duration = 3600

  assume_role_policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect    = "Allow"
      Principal = {{ AWS = var.palisade_principal }}
      Action    = "sts:AssumeRole"
      Condition = {{ StringEquals = {{ "sts:ExternalId" = var.palisade_external_id }} }}
    }}]
  }})
}}

resource "aws_iam_role_policy" "palisade_audit" {{
  name = "PalisadeAudit"
  role = aws_iam_role.palisade_audit.id

  policy = {policy}
}}
"#,
        hints = comments(hints),
    )
}

/// A policy on the audit role in Terraform.
pub(super) fn terraform_attached(role_name: &str, policy: &Policy, hints: &[String]) -> String {
    let (name, document) = (policy.name, heredoc(policy));
    let (_, role_name) = split(role_name);
    format!(
        r#"{hints}resource "aws_iam_role_policy" "palisade_state_content" {{
  name = "{name}"
  role = "{role_name}"

  policy = {document}
}}
"#,
        hints = comments(hints),
    )
}

/// A policy on its own in Terraform.
pub(super) fn terraform_policy(policy: &Policy, hints: &[String]) -> String {
    let (name, document) = (policy.name, heredoc(policy));
    format!(
        r#"{hints}resource "aws_iam_policy" "palisade_runner" {{
  name   = "{name}"
  policy = {document}
}}
"#,
        hints = comments(hints),
    )
}

/// The audit role in CloudFormation.
pub(super) fn cloudformation_role(role_name: &str, policy: &Policy, hints: &[String]) -> String {
    let document = indented(&policy.to_json(), 12);
    let (path, role_name) = split(role_name);
    format!(
        r#"{hints}# A service-managed stack set reaches every account but the management account: give that one a stack of its own.
AWSTemplateFormatVersion: "2010-09-09"
Description: The role that palisade reads with.
Parameters:
  PalisadePrincipal:
    Type: String
    Description: {PRINCIPAL}
    AllowedPattern: "arn:.+"
  PalisadeExternalId:
    Type: String
    Description: "{EXTERNAL_ID}"
    NoEcho: true
    MinLength: 2
Resources:
  PalisadeAudit:
    Type: AWS::IAM::Role
    Properties:
      RoleName: "{role_name}"
      Path: "{path}"
      Description: "Read by palisade: settings and lists, no data."
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref PalisadePrincipal
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref PalisadeExternalId
      Policies:
        - PolicyName: PalisadeAudit
          PolicyDocument:
{document}
"#,
        hints = comments(hints),
    )
}

/// A policy on the audit role in CloudFormation.
pub(super) fn cloudformation_attached(role_name: &str, policy: &Policy, hints: &[String]) -> String {
    let (name, document) = (policy.name, indented(&policy.to_json(), 8));
    let (_, role_name) = split(role_name);
    format!(
        r#"{hints}AWSTemplateFormatVersion: "2010-09-09"
Description: The Terraform states that palisade reads.
Resources:
  PalisadeStateContent:
    Type: AWS::IAM::RolePolicy
    Properties:
      PolicyName: {name}
      RoleName: "{role_name}"
      PolicyDocument:
{document}
"#,
        hints = comments(hints),
    )
}

/// A policy on its own in CloudFormation.
pub(super) fn cloudformation_policy(policy: &Policy, hints: &[String]) -> String {
    let (name, document) = (policy.name, indented(&policy.to_json(), 8));
    format!(
        r#"{hints}AWSTemplateFormatVersion: "2010-09-09"
Description: What palisade is started with.
Resources:
  PalisadeRunner:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      ManagedPolicyName: {name}
      PolicyDocument:
{document}
"#,
        hints = comments(hints),
    )
}

fn comments(hints: &[String]) -> String {
    hints.iter().map(|hint| format!("# {hint}\n")).collect()
}

fn indented(text: &str, spaces: usize) -> String {
    text.lines().map(|line| format!("{}{line}", " ".repeat(spaces))).collect::<Vec<_>>().join("\n")
}

/// JSON as a Terraform heredoc, in which `${` and `%{` would be templates.
fn heredoc(policy: &Policy) -> String {
    let json = policy.to_json().replace("${", "$${").replace("%{", "%%{");
    format!("<<-JSON\n{}\n  JSON", indented(&json, 4))
}
