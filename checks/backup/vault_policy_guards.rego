# METADATA
# title: The policy of a vault that is not immutable keeps everybody from its points
# description: >-
#   A vault that receives copies and is neither locked in compliance mode nor logically air-gapped has an access
#   policy that, evaluated with the guards of the organization, lets nobody but [break_glass] principals delete
#   points or change when they expire, whatever rights they have of their own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html
# custom:
#   id: backup-vault-policy-guards
#   layer: backup
#   severity: medium
#   subject: backup_vault
#   needs:
#     - backup.vaults
#     - backup.vault_policies
#     - iam.authorization_details
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#   evidence: each
#   facts: [lock, access_policy, open_to.count, open_to.shown, copied_on_to]
#   remediation:
#     terraform: |
#       resource "aws_backup_vault_policy" "copies" {
#         backup_vault_name = aws_backup_vault.copies.name
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Deny"
#             Principal = "*"
#             Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
#             Resource  = "*"
#             Condition = { ArnNotEquals = { "aws:PrincipalArn" = "arn:aws:iam::111122223333:role/BreakGlass" } }
#           }]
#         })
#       }
#     cli: |
#       aws backup put-backup-vault-access-policy --backup-vault-name copies --policy file://policy.json
#   frameworks:
#     nist_800_53_r5: [CP-9, AC-3, AC-6]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.33, A.8.13]
#     soc2_tsc_2017: [CC6.1, A1.2]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.6"]
package palisade.backup.vault_policy_guards

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "The vault receives copies, but its account or region was not scanned.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "not_applicable",
	"message": "The vault is immutable: nobody deletes a point before it expires, whatever its policy says.",
} if {
	input.subject.lock in {"compliance", "air_gapped"}
} else := {
	"status": "not_applicable",
	"message": sprintf("This is an intermediate vault: its points are copied on to %s.", [words.some_of(input.subject.copied_on_to)]),
} if {
	count(input.subject.copied_on_to) > 0
} else := {
	"status": "fail",
	"message": sprintf("%s: %s.", [why, words.some_of([reacher.told | some reacher in input.subject.open_to.shown])]),
} if {
	input.subject.open_to.count > 0
} else := {
	"status": "pass",
	"message": "Nobody but the declared break-glass principals can delete its points or change when they expire.",
} if {
	input.subject.open_to.count == 0
}

why := "The vault has no access policy" if {
	input.subject.access_policy == false
} else := "The vault's access policy lets points be deleted or re-timed"
