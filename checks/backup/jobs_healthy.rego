# METADATA
# title: No backup or copy job failed without a later success
# description: >-
#   A job that FAILED, EXPIRED, was ABORTED or ended PARTIAL left nothing, or half of something. In the last
#   `job_window_hours` none did without a later success of the same resource and destination.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/monitoring.html
# custom:
#   id: backup-jobs-healthy
#   layer: backup
#   severity: medium
#   severity_outside_production: low
#   subject: account_region
#   needs: [backup.plans, backup.backup_jobs, backup.copy_jobs, backup.vaults, backup.recovery_points]
#   evidence: each
#   facts: [failed_jobs, plans]
#   remediation:
#     terraform: |
#       resource "aws_backup_vault_notifications" "failures" {
#         backup_vault_name   = aws_backup_vault.local.name
#         sns_topic_arn       = aws_sns_topic.failures.arn
#         backup_vault_events = ["BACKUP_JOB_FAILED", "BACKUP_JOB_EXPIRED", "COPY_JOB_FAILED"]
#       }
#     cli: |
#       aws backup describe-backup-job --backup-job-id ID # StatusMessage says why; aws backup start-backup-job runs it again
#   frameworks:
#     nist_800_53_r5: [AU-6, CP-9(1)]
#     nist_csf_2_0: [DE.CM-09, PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13, A.8.16]
#     soc2_tsc_2017: [A1.2, CC7.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A)]
#     dora: [Art. 10(1), Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.backup.jobs_healthy

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("A job ended badly in the last %s without a later success: %s.", [
		words.hours(data.config.job_window_hours),
		concat("", open),
	]),
} if {
	count(open) == 1
} else := {
	"status": "fail",
	"message": sprintf("%d jobs ended badly in the last %s without a later success: %s.", [
		count(open),
		words.hours(data.config.job_window_hours),
		words.some_of([told | some told in open]),
	]),
} if {
	count(open) > 1
} else := {
	"status": "unknown",
	"message": "The failed jobs could not be seen.",
} if {
	not jobs
} else := {
	"status": "unknown",
	"message": "A failed job does not say when it ran.",
} if {
	some job in jobs
	not is_number(job.age_hours)
} else := {
	"status": "not_applicable",
	"message": "AWS Backup has no plan here, and no job of it failed.",
} if {
	input.subject.plans == 0
	count(jobs) == 0
} else := {
	"status": "pass",
	"message": sprintf("No backup or copy job ended badly in the last %s without a later success.", [words.hours(data.config.job_window_hours)]),
} if {
	input.subject.plans > 0
	jobs
} else := {
	"status": "pass",
	"message": "AWS Backup has no plan here any more; what failed before has a later success or is long ago.",
} if {
	input.subject.plans == 0
	count(jobs) > 0
}

jobs := input.subject.failed_jobs if is_array(input.subject.failed_jobs)

open contains sprintf("the %s job of %s (%s, %s ago)", [job.kind, resource(job), job.state, words.hours(job.age_hours)]) if {
	some job in jobs
	is_number(job.age_hours)
	job.age_hours <= data.config.job_window_hours
	not job.later_success == true
}

resource(job) := job.resource if {
	is_string(job.resource)
} else := "an unnamed resource"
