# METADATA
# title: A backup plan selects it, and has backed it up on time
# description: >-
#   A plan that selects nothing here, or whose jobs do not run, protects nothing. A plan selects the resource (by ARN, wildcard,
#   tag and value, Conditions, less NotResources, for an opted-in type) and a usable point exists within the plan's period,
#   with AWS Backup's default start window of 8 hours on top, or the resource is younger than that.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/API_BackupRule.html
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
#     - backup.plans
#     - backup.selections
#     - backup.effective_policy
#     - backup.region_settings
#     - backup.vaults
#     - backup.recovery_points
#   evidence: exists
#   facts: [backup.plans, backup.period_hours, backup.newest_point_hours, backup.opted_in, age_hours]
#   remediation:
#     terraform: |
#       resource "aws_backup_selection" "data" {
#         name         = "data"
#         plan_id      = aws_backup_plan.daily.id
#         iam_role_arn = aws_iam_role.backup.arn
#         resources    = ["RESOURCE_ARN"]
#       }
#     cli: aws backup create-backup-selection --backup-plan-id PLAN --backup-selection 'SelectionName=data,IamRoleArn=ROLE_ARN,Resources=RESOURCE_ARN'
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: ["164.308(a)(7)(ii)(A)"]
#     dora: ["Art. 12(1)"]
#     nis2: ["Art. 21(2)(c)"]
#     asd_essential_eight: ["8.1"]
package palisade.backup.covered

import data.palisade.lib.words

# StartWindowMinutes is 480 where a rule does not say.
start_window_hours := 8

allowed_hours := input.subject.backup.period_hours + start_window_hours if is_number(input.subject.backup.period_hours)

names := [sprintf("%s", [plan.plan]) | some plan in input.subject.backup.plans]

verdict := {"status": "not_applicable", "message": why} if {
	why := words.no_production_data
} else := {
	"status": "not_applicable",
	"message": sprintf("a member of cluster %s, which is judged in its place", [input.subject.cluster]),
} if {
	input.subject.cluster != null
} else := {"status": "fail", "message": "AWS Backup does not support its type, so that no plan can protect it"} if {
	input.subject.backup.supported == false
} else := {"status": "fail", "message": "no backup plan selects it"} if {
	count(input.subject.backup.plans) == 0
} else := {
	"status": "unknown",
	"message": sprintf("plan %s selects it, but palisade cannot tell from its schedule how often it runs", [words.some_of(names)]),
} if {
	input.subject.backup.period_hours == null
} else := {
	"status": "pass",
	"message": sprintf("plan %s selects it; its newest usable point is %s old", [words.some_of(names), words.hours(input.subject.backup.newest_point_hours)]),
} if {
	is_number(input.subject.backup.newest_point_hours)
	input.subject.backup.newest_point_hours <= allowed_hours
} else := {
	"status": "pass",
	"message": sprintf("plan %s selects it, and it is younger (%s) than the plan's period", [words.some_of(names), words.hours(input.subject.age_hours)]),
} if {
	is_number(input.subject.age_hours)
	input.subject.age_hours <= allowed_hours
} else := {
	"status": "fail",
	"message": sprintf(
		"plan %s selects it every %s, but its newest usable point is %s old",
		[words.some_of(names), words.hours(input.subject.backup.period_hours), words.hours(input.subject.backup.newest_point_hours)],
	),
} if {
	is_number(input.subject.backup.newest_point_hours)
} else := {
	"status": "fail",
	"message": sprintf("plan %s selects it, but it has no usable recovery point", [words.some_of(names)]),
}
