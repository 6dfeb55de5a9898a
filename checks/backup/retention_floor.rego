# METADATA
# title: Vaults that receive copies keep them for long enough
# description: >-
#   A lock keeps a point only until it expires: whoever sets a retention of one day empties a locked vault by waiting.
#   The lock's MinRetentionDays is at least `min_retention_days`, and no copy in the vault, nor any copy action that
#   names it, expires sooner.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
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
#         backup_vault_name  = aws_backup_vault.copies.name
#         min_retention_days = 7
#       }
#     cli: |
#       aws backup put-backup-vault-lock-configuration --backup-vault-name copies --min-retention-days 7
#   frameworks:
#     nist_800_53_r5: [CP-9, SI-12]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.33, A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
package palisade.backup.retention_floor

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "The vault receives copies, but its account or region was not scanned.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "not_applicable",
	"message": sprintf("This is an intermediate vault: its points are copied on to %s.", [words.some_of(input.subject.copied_on_to)]),
} if {
	count(input.subject.copied_on_to) > 0
} else := {
	"status": "fail",
	"message": sprintf("The vault has no least retention: a copy may be made to expire after one day; %s are wanted.", [words.days(wanted)]),
} if {
	is_null(input.subject.min_retention_days)
} else := {
	"status": "fail",
	"message": sprintf("The vault's least retention is %s; %s are wanted.", [
		words.days(input.subject.min_retention_days),
		words.days(wanted),
	]),
} if {
	input.subject.min_retention_days < wanted
} else := {
	"status": "fail",
	"message": sprintf("The vault's least retention is %s, but %s expires after %s.", [
		words.days(input.subject.min_retention_days),
		input.subject.shortest_retention_of,
		words.days(input.subject.shortest_retention_days),
	]),
} if {
	is_number(input.subject.shortest_retention_days)
	input.subject.shortest_retention_days < wanted
} else := {
	"status": "pass",
	"message": sprintf("The vault's least retention is %s; %s are wanted.", [
		words.days(input.subject.min_retention_days),
		words.days(wanted),
	]),
} if {
	is_number(input.subject.min_retention_days)
	input.subject.min_retention_days >= wanted
}

wanted := data.config.min_retention_days
