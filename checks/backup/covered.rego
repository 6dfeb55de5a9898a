# METADATA
# title: A backup plan takes in all production data, and really backs it up
# description: >-
#   A plan selects it – by ARN, by ARN pattern, by tag key and value, by Conditions, without NotResources taking it out
#   again – and a usable recovery point exists that is no older than the plan's period and the eight hours that AWS
#   Backup by default takes to start a job. A resource younger than that has time until then. A plan without points is
#   no backup, nor is a point without a plan.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
# custom:
#   id: backup-covered
#   layer: backup
#   severity: critical
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - dynamodb.tags
#     - s3.buckets
#     - s3.bucket_tags
#     - organization.account_tags
#     - backup.plans
#     - backup.selections
#     - backup.region_settings
#     - backup.recovery_points
#     - backup.vaults
#     - backup.effective_policy
#   evidence: exists
#   facts: [backup.plans, backup.period_hours, backup.newest_point_hours, backup.opted_in, age_hours]
#   remediation:
#     terraform: |
#       resource "aws_backup_plan" "daily" {
#         name = "daily"
#         rule {
#           rule_name         = "daily"
#           target_vault_name = aws_backup_vault.local.name
#           schedule          = "cron(0 5 * * ? *)"
#           lifecycle {
#             delete_after = 35
#           }
#           copy_action {
#             destination_vault_arn = "arn:aws:backup:eu-central-1:BACKUP_ACCOUNT:backup-vault:copies"
#             lifecycle {
#               delete_after = 35
#             }
#           }
#         }
#       }
#
#       resource "aws_backup_selection" "production" {
#         name         = "production"
#         plan_id      = aws_backup_plan.daily.id
#         iam_role_arn = aws_iam_role.backup.arn
#         selection_tag {
#           type  = "STRINGEQUALS"
#           key   = "env"
#           value = "production"
#         }
#       }
#     cli: |
#       aws backup create-backup-selection --backup-plan-id ID --backup-selection \
#         '{"SelectionName":"production","IamRoleArn":"ROLE_ARN","Resources":["RESOURCE_ARN"]}'
#       aws backup update-region-settings --resource-type-opt-in-preference RDS=true,Aurora=true,DynamoDB=true,S3=true
#   frameworks:
#     nist_800_53_r5: [CP-9]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A), 164.310(d)(2)(iv)]
#     dora: [Art. 12(1), Art. 12(2)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.backup.covered

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The data of this member belongs to the cluster %s, which is judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("This is not production data: %s.", [words.no_production_data]),
} if {
	words.no_production_data
} else := {
	"status": "fail",
	"message": "AWS Backup does not support this type of resource, so that no plan can protect it.",
} if {
	input.subject.backup.supported == false
} else := {
	"status": "pass",
	"message": sprintf("The plan %s selects it every %s, and its youngest recovery point holds data %s old.", [
		names,
		words.hours(period),
		words.hours(newest),
	]),
} if {
	count(plans) > 0
	newest <= allowed
} else := {
	"status": "pass",
	"message": sprintf("The plan %s selects it every %s; it is only %s old and has time until its first recovery point.", [
		names,
		words.hours(period),
		words.hours(input.subject.age_hours),
	]),
} if {
	count(plans) > 0
	input.subject.backup.opted_in == true
	is_number(input.subject.age_hours)
	input.subject.age_hours <= allowed
} else := {
	"status": "fail",
	"message": "No backup plan selects it: AWS Backup does not know this data.",
} if {
	count(plans) == 0
} else := {
	"status": "fail",
	"message": sprintf("The plan %s selects it, but the region is not opted in to its type, and no recovery point is young enough.", [names]),
} if {
	input.subject.backup.opted_in == false
} else := {
	"status": "unknown",
	"message": sprintf("The plan %s selects it, but how often it runs could not be understood from its schedule.", [names]),
} if {
	not period
} else := {
	"status": "fail",
	"message": sprintf("The plan %s selects it every %s, but its youngest recovery point holds data %s old.", [
		names,
		words.hours(period),
		words.hours(newest),
	]),
} if {
	newest > allowed
} else := {
	"status": "fail",
	"message": sprintf("The plan %s selects it every %s, but there is no usable recovery point of it.", [names, words.hours(period)]),
} if {
	is_null(input.subject.backup.newest_point_hours)
}

plans := input.subject.backup.plans

names := words.some_of([plan.plan | some plan in plans])

period := input.subject.backup.period_hours if is_number(input.subject.backup.period_hours)

# StartWindowMinutes is 480 where a rule does not say: https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
allowed := period + 8

newest := input.subject.backup.newest_point_hours if is_number(input.subject.backup.newest_point_hours)
