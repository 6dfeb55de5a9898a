# METADATA
# title: A restore of every production database was completed lately
# description: >-
#   A backup that was never restored is a hope. One of the database's points was restored in the last
#   `restore_test_days` days. Where a restore testing plan validated the result, FAILED fails; without a validation a
#   completed restore passes, and says so.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
# custom:
#   id: backup-restore-tested
#   layer: backup
#   severity: high
#   subject: [db_instance, db_cluster, dynamodb_table]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - dynamodb.tags
#     - organization.account_tags
#     - backup.restore_jobs
#     - backup.last_restores
#     - backup.protected_resources
#     - backup.vaults
#     - backup.recovery_points
#   evidence: exists
#   facts: [restore]
#   remediation:
#     terraform: |
#       resource "aws_backup_restore_testing_plan" "monthly" {
#         name                = "monthly"
#         schedule_expression = "cron(0 5 1 * ? *)"
#         recovery_point_selection {
#           algorithm            = "LATEST_WITHIN_WINDOW"
#           include_vaults       = ["*"]
#           recovery_point_types = ["CONTINUOUS", "SNAPSHOT"]
#         }
#       }
#     cli: |
#       aws backup start-restore-job --recovery-point-arn POINT_ARN --iam-role-arn ROLE_ARN --metadata file://metadata.json
#   frameworks:
#     nist_800_53_r5: [CP-4, CP-9(1)]
#     nist_csf_2_0: [PR.DS-11, RC.RP-03]
#     cis_controls_8_1: ["11.5"]
#     iso_27001_2022: [A.5.30, A.8.13]
#     soc2_tsc_2017: [A1.3]
#     hipaa_security_rule: [164.308(a)(7)(ii)(D)]
#     dora: [Art. 11(6), Art. 12(2)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.4"]
package palisade.backup.restore_tested

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
	"message": "No restore of this database is on record: nobody knows whether its backups can be restored.",
} if {
	is_null(input.subject.restore)
} else := {
	"status": "fail",
	"message": sprintf("The last restore test, %s ago, failed its validation.", [words.hours(restore.age_hours)]),
} if {
	restore.validation == "FAILED"
} else := {
	"status": "fail",
	"message": sprintf("The last restore was %s ago; one in the last %s is wanted.", [
		words.hours(restore.age_hours),
		words.days(data.config.restore_test_days),
	]),
} if {
	is_number(restore.age_hours)
	restore.age_hours > data.config.restore_test_days * 24
} else := {
	"status": "pass",
	"message": sprintf("A restore test completed and was validated %s ago.", [words.hours(restore.age_hours)]),
} if {
	is_number(restore.age_hours)
	restore.validation == "SUCCESSFUL"
} else := {
	"status": "pass",
	"message": sprintf("A restore completed %s ago; what it restored was not validated.", [words.hours(restore.age_hours)]),
} if {
	is_number(restore.age_hours)
}

restore := input.subject.restore
