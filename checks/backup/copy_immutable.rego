# METADATA
# title: Vaults that receive copies are immutable
# description: >-
#   Governance mode is lifted by whoever may; compliance mode can be taken off until its lock date; only past it, or in a logically
#   air-gapped vault, does deleting a point fail for everyone. An intermediate vault whose points are copied on is not judged.
#   Closing the account deletes even a locked vault after 90 days.
# related_resources:
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
#   - https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html
# custom:
#   id: backup-copy-immutable
#   layer: backup
#   severity: critical
#   subject: backup_vault
#   needs: [backup.vaults, backup.plans, backup.copy_jobs]
#   evidence: each
#   facts: [lock, locks_in_hours, vault_type, min_retention_days, max_retention_days, copies_of]
#   remediation:
#     note: A compliance lock cannot be undone once its grace time is over. Set min and max retention to what you can live with.
#     terraform: |
#       resource "aws_backup_vault_lock_configuration" "copies" {
#         backup_vault_name   = "VAULT"
#         changeable_for_days = 3
#         min_retention_days  = 7
#         max_retention_days  = 365
#       }
#     cli: aws backup put-backup-vault-lock-configuration --backup-vault-name VAULT --changeable-for-days 3 --min-retention-days 7 --max-retention-days 365
#   frameworks:
#     nist_800_53_r5: [CP-9, "CP-9(8)", SI-7]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: ["Art. 12(1)"]
#     asd_essential_eight: ["8.4", "8.6"]
package palisade.backup.copy_immutable

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("an intermediate vault: its points are copied on to %s, which is judged", [words.some_of(input.subject.copied_on_to)]),
} if {
	count(input.subject.copied_on_to) > 0
} else := {"status": "pass", "message": "compliance lock past its lock date: nobody deletes its points before they expire"} if {
	input.subject.lock == "compliance"
} else := {"status": "pass", "message": "logically air-gapped: nobody deletes its points before they expire"} if {
	input.subject.lock == "air_gapped"
} else := {
	"status": "fail",
	"message": "governance mode: whoever may call backup:DeleteBackupVaultLockConfiguration lifts the lock, then deletes the points",
} if {
	input.subject.lock == "governance"
} else := {
	"status": "fail",
	"message": sprintf("compliance lock still in its grace time: it can be taken off for another %s", [words.hours(input.subject.locks_in_hours)]),
} if {
	input.subject.lock == "grace"
} else := {"status": "fail", "message": "no Vault Lock: whoever may call backup:DeleteRecoveryPoint deletes the copies"} if {
	input.subject.lock == "none"
}
