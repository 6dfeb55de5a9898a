# METADATA
# title: Nobody of a source account reaches the copies
# description: >-
#   Where copies land, no principal of an account whose data they are of reaches a right to delete, re-time or
#   unlock them, or to take away their keys, through any chain. An attacker who holds production then still leaves
#   its copies.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
#   - ref: https://docs.aws.amazon.com/prescriptive-guidance/latest/security-best-practices/access-control.html
# custom:
#   id: separation-no-path-to-backups
#   layer: separation
#   severity: critical
#   subject: account
#   needs:
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
#     - backup.vaults
#     - backup.vault_policies
#     - backup.recovery_points
#     - kms.keys
#     - kms.key_policies
#   evidence: forall
#   facts: [reach.copy_rights, reach.copies_of, reach.copies_fallen, reach.to_copies.count, reach.to_copies.shown]
#   remediation:
#     terraform: |
#       resource "aws_backup_vault_policy" "copies" {
#         backup_vault_name = aws_backup_vault.copies.name
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Deny"
#             Principal = "*"
#             Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:DeleteBackupVault"]
#             Resource  = "*"
#           }]
#         })
#       }
#     cli: |
#       aws backup put-backup-vault-access-policy --backup-vault-name copies --policy file://policy.json
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-9(3), AC-6]
#     nist_csf_2_0: [PR.DS-11, PR.AA-05]
#     cis_controls_8_1: ["11.3", "11.4"]
#     iso_27001_2022: [A.5.3, A.8.13]
#     soc2_tsc_2017: [CC6.1, A1.2]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 12(1), Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.6", "8.7", "8.8"]
package palisade.separation.no_path_to_backups

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The account holds nothing to judge: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "unknown",
	"message": "The account receives copies, and it was not scanned.",
} if {
	input.subject.backup_account == true
	not input.subject.scanned == true
} else := {
	"status": "unknown",
	"message": "No copy of another account's data was seen here, but not every vault could be looked into.",
} if {
	input.subject.backup_account == false
	words.unread({"backup.vaults", "backup.recovery_points"})
} else := {
	"status": "not_applicable",
	"message": "The account receives no copies of other accounts.",
} if {
	input.subject.backup_account == false
} else := {
	"status": "fail",
	"message": sprintf("%s of the accounts whose copies lie here can delete, re-time or unlock them, or take their keys away: %s.%s", [
		words.counted(input.subject.reach.to_copies.count, "principal"),
		words.some_of(ways),
		toll,
	]),
} if {
	input.subject.reach.to_copies.count > 0
} else := {
	"status": "unknown",
	"message": "The account is to receive copies, but none of another account was seen in it.",
} if {
	input.subject.reach.copy_rights == 0
	count(input.subject.reach.copies_of) == 0
} else := {
	"status": "pass",
	"message": sprintf("No principal of %s reaches any of the %s over the copies here.", [
		words.some_of(input.subject.reach.copies_of),
		words.counted(input.subject.reach.copy_rights, "right"),
	]),
} if {
	input.subject.reach.to_copies.count == 0
	input.subject.reach.copy_rights > 0
	count(input.subject.reach.copies_of) > 0
}

# What comes of it for the copies of data that is still there.
toll := " With that 1 copy here falls." if {
	input.subject.reach.copies_fallen == 1
} else := sprintf(" With that %d copies here fall.", [input.subject.reach.copies_fallen]) if {
	input.subject.reach.copies_fallen > 1
} else := ""

ways := [reacher.told | some reacher in input.subject.reach.to_copies.shown]
