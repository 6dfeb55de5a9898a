# METADATA
# title: Vaults that receive copies are locked in compliance mode, or logically air-gapped
# description: >-
#   Only a Vault Lock in compliance mode whose lock date has passed, or a logically air-gapped vault, keeps its points
#   from everybody until they expire. Governance mode is taken off by whoever holds the right; a lock in its grace time
#   can still be taken off. An intermediate vault whose points are copied on to another account is not what survives,
#   and is not judged. Closing the account of even a locked vault deletes it after 90 days.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/logicallyairgappedvault.html
# custom:
#   id: backup-copy-immutable
#   layer: backup
#   severity: critical
#   subject: backup_vault
#   needs: [backup.vaults, backup.plans, backup.copy_jobs]
#   evidence: each
#   facts: [lock, locks_in_hours, vault_type, vault_state, copied_on_to, copies_of, points]
#   remediation:
#     note: >-
#       The lock cannot be taken off after changeable_for_days. Try it with a short retention, on a vault of its own.
#     terraform: |
#       resource "aws_backup_vault_lock_configuration" "copies" {
#         backup_vault_name   = aws_backup_vault.copies.name
#         min_retention_days  = 7
#         max_retention_days  = 400
#         changeable_for_days = 3 # without this the lock is in governance mode
#       }
#     cli: |
#       aws backup put-backup-vault-lock-configuration --backup-vault-name copies \
#         --min-retention-days 7 --max-retention-days 400 --changeable-for-days 3
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-9(3), SI-12]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.33, A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 12(1), Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.3", "8.6", "8.8", "8.9"]
package palisade.backup.copy_immutable

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "The vault receives copies, but its account or region was not scanned.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "fail",
	"message": "The vault could not be created (its state is FAILED): no copy comes into it.",
} if {
	input.subject.vault_state == "FAILED"
} else := {
	"status": "pass",
	"message": "The vault is locked in compliance mode, and its lock date has passed: nobody deletes a point before it expires.",
} if {
	input.subject.lock == "compliance"
} else := {
	"status": "pass",
	"message": "The vault is logically air-gapped: nobody deletes a point before it expires.",
} if {
	input.subject.lock == "air_gapped"
} else := {
	"status": "not_applicable",
	"message": sprintf("This is an intermediate vault: its points are copied on to %s.", [words.some_of(input.subject.copied_on_to)]),
} if {
	count(input.subject.copied_on_to) > 0
} else := {
	"status": "fail",
	"message": sprintf("The vault's compliance lock is in its grace time: for %s more it can be taken off like any other setting.", [
		words.hours(input.subject.locks_in_hours),
	]),
} if {
	input.subject.lock == "grace"
	is_number(input.subject.locks_in_hours)
} else := {
	"status": "fail",
	"message": "The vault's compliance lock is in its grace time: it can still be taken off like any other setting.",
} if {
	input.subject.lock == "grace"
} else := {
	"status": "fail",
	"message": "The vault is locked in governance mode: whoever has backup:DeleteBackupVaultLockConfiguration takes the lock off.",
} if {
	input.subject.lock == "governance"
} else := {
	"status": "fail",
	"message": "The vault has no lock: whoever has backup:DeleteRecoveryPoint destroys the copies in it.",
} if {
	input.subject.lock == "none"
}
