# METADATA
# title: Copies are kept long enough to notice the loss
# description: >-
#   A copy that expires before anybody notices is no copy, and without a least retention a one-day lifecycle deletes tomorrow what
#   nobody may delete today. MinRetentionDays is at least min_retention_days, and no point or copy action of the vault keeps less.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
# custom:
#   id: backup-retention-floor
#   layer: backup
#   severity: medium
#   subject: backup_vault
#   needs: [backup.vaults, backup.recovery_points, backup.plans, backup.copy_jobs]
#   evidence: each
#   facts: [min_retention_days, shortest_retention_days, shortest_retention_of]
#   remediation:
#     terraform: |
#       resource "aws_backup_vault_lock_configuration" "copies" {
#         backup_vault_name  = "VAULT"
#         min_retention_days = 7
#       }
#     cli: aws backup put-backup-vault-lock-configuration --backup-vault-name VAULT --min-retention-days 7
#   frameworks:
#     nist_800_53_r5: [CP-9, AU-11]
#     nist_csf_2_0: [PR.DS-11]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
package palisade.backup.retention_floor

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("an intermediate vault: its points are copied on to %s, which is judged", [words.some_of(input.subject.copied_on_to)]),
} if {
	count(input.subject.copied_on_to) > 0
} else := {
	"status": "unknown",
	"message": "its account or region was not read",
} if {
	input.subject.scanned != true
} else := {
	"status": "fail",
	"message": sprintf("it sets no MinRetentionDays: a copy may be made to expire tomorrow; at least %s are wanted", [words.days(data.config.min_retention_days)]),
} if {
	input.subject.min_retention_days == null
} else := {
	"status": "fail",
	"message": sprintf("its MinRetentionDays is %v; at least %s are wanted", [input.subject.min_retention_days, words.days(data.config.min_retention_days)]),
} if {
	input.subject.min_retention_days < data.config.min_retention_days
} else := {
	"status": "fail",
	"message": sprintf("%s keeps its copies for %v days only; at least %s are wanted", [input.subject.shortest_retention_of, input.subject.shortest_retention_days, words.days(data.config.min_retention_days)]),
} if {
	input.subject.shortest_retention_days < data.config.min_retention_days
	input.subject.shortest_retention_days != null
} else := {
	"status": "pass",
	"message": sprintf("nothing in it can expire before %v days", [input.subject.min_retention_days]),
} if {
	input.subject.min_retention_days >= data.config.min_retention_days
}
