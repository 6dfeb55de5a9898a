# The audit role, in every account.

locals {
  audit_template = file(coalesce(var.audit_template_file, "${path.module}/../cloudformation/audit-role.yaml"))
}

# Member accounts: a service-managed stack set, which also reaches the accounts that are made later.
resource "aws_cloudformation_stack_set" "audit" {
  provider = aws.management

  name             = "${var.name}-audit-role"
  description      = "The role that palisade reads with. It can change nothing."
  permission_model = "SERVICE_MANAGED"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = local.audit_template

  parameters = {
    PalisadePrincipal  = aws_iam_role.runner.arn
    PalisadeExternalId = var.external_id
  }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  operation_preferences {
    failure_tolerance_percentage = 10
    max_concurrent_percentage    = 25
    region_concurrency_type      = "PARALLEL"
  }

  lifecycle {
    # AWS writes the role that it made for itself here.
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "audit" {
  provider = aws.management

  stack_set_name = aws_cloudformation_stack_set.audit.name

  # IAM is global: one region is enough.
  region = data.aws_region.current.name

  deployment_targets {
    organizational_unit_ids = var.organizational_unit_ids
  }
}

# The management account, where service-managed stack sets do not deploy:
# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-manage-auto-deployment.html
resource "aws_cloudformation_stack" "audit_management" {
  provider = aws.management

  name          = "${var.name}-audit-role"
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = local.audit_template

  parameters = {
    PalisadePrincipal  = aws_iam_role.runner.arn
    PalisadeExternalId = var.external_id
  }
}
