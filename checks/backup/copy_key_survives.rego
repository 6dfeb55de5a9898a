# METADATA
# title: Nobody of the account whose copies it encrypts takes the key away
# description: >-
#   A copy under a key that the attacker reaches is no copy: deleting, disabling or re-policing the key takes every point under
#   it, an immutable vault's too. No principal of an account whose data's copies the key encrypts, in another account, reaches
#   any of that. Keys that AWS owns or manages, and points without encryption, need no guard.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
# custom:
#   id: backup-copy-key-survives
#   layer: backup
#   severity: critical
#   subject: kms_key
#   needs:
#     - kms.keys
#     - kms.key_policies
#     - backup.vaults
#     - backup.recovery_points
#     - iam.authorization_details
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - organization.delegated_administrators
#     - organization.trusted_services
#     - organization.central_root
#   evidence: forall
#   facts: [copies_of, manager, state, taken_by]
#   remediation:
#     note: >-
#       Encrypt the copies with a key of the backup account: the copy action of the plan encrypts them anew with the key of
#       the destination vault.
#     terraform: |
#       resource "aws_kms_key" "copies" { # in the backup account
#         description             = "copies"
#         deletion_window_in_days = 30
#       }
#
#       resource "aws_backup_vault" "copies" {
#         name        = "copies"
#         kms_key_arn = aws_kms_key.copies.arn
#       }
#     cli: |
#       aws backup create-backup-vault --backup-vault-name copies --encryption-key-arn KEY_OF_THE_BACKUP_ACCOUNT
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-9(8), SC-12, AC-6]
#     nist_csf_2_0: [PR.DS-01, PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.8.13, A.8.24]
#     soc2_tsc_2017: [CC6.1, A1.2]
#     dora: [Art. 9(4), Art. 12(3)]
#     nis2: [Art. 21(2)(c), Art. 21(2)(h)]
#     asd_essential_eight: ["8.6", "8.8"]
package palisade.backup.copy_key_survives

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "The key encrypts no copy that lies in another account than its data.",
} if {
	count(input.subject.copies_of) == 0
	not words.unread(hides_copies)
} else := {
	"status": "unknown",
	"message": "No copy of another account's data was seen under this key, but not every vault could be looked into.",
} if {
	count(input.subject.copies_of) == 0
} else := {
	"status": "pass",
	"message": "AWS manages this key: nobody can delete, disable or re-police it.",
} if {
	input.subject.manager == "AWS"
} else := {
	"status": "fail",
	"message": sprintf("The key is %s already: no copy under it can be restored.", [input.subject.state]),
} if {
	input.subject.state in {"PendingDeletion", "PendingReplicaDeletion", "Disabled", "PendingImport", "Unavailable"}
} else := {
	"status": "fail",
	"message": sprintf("%s of the accounts whose copies it encrypts can take the key away, and every copy with it: %s.", [
		words.counted(input.subject.taken_by.count, "principal"),
		words.some_of([reacher.told | some reacher in input.subject.taken_by.shown]),
	]),
} if {
	input.subject.taken_by.count > 0
} else := {
	"status": "pass",
	"message": sprintf("No principal of %s can delete, disable or re-police the key.", [words.some_of(input.subject.copies_of)]),
} if {
	count(input.subject.copies_of) > 0
	input.subject.taken_by.count == 0
	input.subject.state in {"Enabled", "Updating"}
}

# What hides a copy that may be encrypted with this key.
hides_copies := {"backup.vaults", "backup.recovery_points", "account.session", "organization.accounts"}
