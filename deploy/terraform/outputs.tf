output "reports_bucket" {
  description = "Where reports and the store lie."
  value       = aws_s3_bucket.reports.bucket
}

output "runner_role_arn" {
  description = "Who assumes the audit role."
  value       = aws_iam_role.runner.arn
}

output "region_deny_exemption" {
  description = "What goes into the Condition of an SCP that denies regions, or palisade cannot see that nothing lies there."
  value       = jsonencode({ ArnNotLike = { "aws:PrincipalARN" = ["arn:${data.aws_partition.current.partition}:iam::*:role/PalisadeAudit"] } })
}

output "run_now" {
  description = "The command that runs a scan at once."
  value       = "aws ecs run-task --cluster ${aws_ecs_cluster.this.name} --task-definition ${aws_ecs_task_definition.this.family} --launch-type FARGATE --network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.subnet_ids)}],securityGroups=[${aws_security_group.this.id}]}'"
}
