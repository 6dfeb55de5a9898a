# METADATA
# title: No backup or copy job failed without a later success
# description: >-
#   Backups stop quietly. No backup or copy job ended FAILED, EXPIRED, ABORTED or PARTIAL in the last job_window_hours without
#   a later success of the same resource.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup.html
# custom:
#   id: backup-jobs-healthy
#   layer: backup
#   severity: medium
#   subject: account_region
#   needs: [backup.plans, backup.backup_jobs, backup.copy_jobs, backup.vaults, backup.recovery_points]
#   evidence: each
#   facts: [failed_jobs]
#   remediation:
#     terraform: |
#       # Have failures told: aws_backup_vault_notifications with BACKUP_JOB_FAILED and COPY_JOB_FAILED.
#       resource "aws_backup_vault_notifications" "failures" {
#         backup_vault_name   = "VAULT"
#         sns_topic_arn       = "TOPIC_ARN"
#         backup_vault_events = ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"]
#       }
#     cli: aws backup describe-backup-job --backup-job-id ID
#   frameworks:
#     nist_800_53_r5: [CP-9, SI-4]
#     nist_csf_2_0: [DE.CM-09]
#     iso_27001_2022: [A.8.13, A.8.16]
#     soc2_tsc_2017: [A1.2, CC7.2]
package palisade.backup.jobs_healthy

import data.palisade.lib.words

open := [job |
	some job in input.subject.failed_jobs
	job.age_hours <= data.config.job_window_hours
	job.later_success != true
]

told := [sprintf("%s of %s %s %s ago (%s)", [job.kind, word(job.resource, "an unnamed resource"), job.state, words.hours(job.age_hours), word(job.message, "no reason given")]) |
	some job in open
]

word(value, absent) := absent if {
	value == null
} else := value

verdict := {"status": "not_applicable", "message": "no plan runs here and no job failed"} if {
	input.subject.plans == 0
	count(input.subject.failed_jobs) == 0
} else := {
	"status": "fail",
	"message": sprintf("%d job(s) did not succeed: %s", [count(open), words.some_of(told)]),
} if {
	count(open) > 0
} else := {
	"status": "pass",
	"message": sprintf("no backup or copy job of the last %s is left without a later success", [words.hours(data.config.job_window_hours)]),
}
