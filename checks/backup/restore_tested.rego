# METADATA
# title: A restore was tested
# description: >-
#   A backup that was never restored is a hope. A restore of one of its points completed in the last restore_test_days. A restore
#   test whose validation FAILED fails; one validated SUCCESSFUL passes; any other passes and says that it was not validated.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
# custom:
#   id: backup-restore-tested
#   layer: backup
#   severity: high
#   subject: [db_instance, db_cluster, dynamodb_table]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - backup.restore_jobs
#     - backup.protected_resources
#     - backup.last_restores
#     - backup.vaults
#     - backup.recovery_points
#   evidence: exists
#   facts: [restore]
#   remediation:
#     terraform: |
#       resource "aws_backup_restore_testing_plan" "weekly" {
#         name                = "weekly"
#         schedule_expression = "cron(0 12 ? * SUN *)"
#         recovery_point_selection {
#           algorithm            = "LATEST_WITHIN_WINDOW"
#           include_vaults       = ["*"]
#           recovery_point_types = ["SNAPSHOT", "CONTINUOUS"]
#         }
#       }
#     cli: aws backup start-restore-job --recovery-point-arn POINT --iam-role-arn ROLE_ARN --metadata file://metadata.json
#   frameworks:
#     nist_800_53_r5: ["CP-9(1)", CP-4]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.5"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.3]
#     hipaa_security_rule: ["164.308(a)(7)(ii)(D)"]
#     dora: ["Art. 12(2)"]
#     asd_essential_eight: ["8.3"]
package palisade.backup.restore_tested

import data.palisade.lib.words

restore := input.subject.restore

limit_hours := data.config.restore_test_days * 24

verdict := {"status": "not_applicable", "message": why} if {
	why := words.no_production_data
} else := {
	"status": "not_applicable",
	"message": sprintf("a member of cluster %s, which is judged in its place", [input.subject.cluster]),
} if {
	input.subject.cluster != null
} else := {"status": "fail", "message": "no restore of one of its points is on record"} if {
	restore == null
} else := {
	"status": "fail",
	"message": sprintf("its last restore completed %s ago; a test every %s is wanted", [words.hours(restore.age_hours), words.days(data.config.restore_test_days)]),
} if {
	restore.age_hours > limit_hours
} else := {
	"status": "fail",
	"message": sprintf("a restore test completed %s ago, but its validation FAILED", [words.hours(restore.age_hours)]),
} if {
	restore.validation == "FAILED"
} else := {
	"status": "pass",
	"message": sprintf("a restore completed %s ago and was validated", [words.hours(restore.age_hours)]),
} if {
	restore.validation == "SUCCESSFUL"
	restore.age_hours <= limit_hours
} else := {
	"status": "pass",
	"message": sprintf("a restore completed %s ago (not validated)", [words.hours(restore.age_hours)]),
} if {
	restore.age_hours <= limit_hours
}
