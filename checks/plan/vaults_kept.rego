# METADATA
# title: The plan leaves vaults, their locks and their policies as they are
# description: >-
#   A vault is where what survives lies. A plan that changes or deletes one, its lock or its policy may take away the
#   only way back. A vault or lock that is new takes nothing away; a policy may, unless its vault is made by the same
#   plan.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html
# custom:
#   id: plan-vaults-kept
#   layer: backup
#   severity: critical
#   subject: planned_change
#   needs:
#     - backup.vaults
#   evidence: forall
#   facts: [address, resource_type, actions, changed, before, after, touches]
#   remediation:
#     note: >-
#       Change vaults in a plan of their own, in the account of the copies, by other hands than the ones that deploy.
#     terraform: |
#       resource "aws_backup_vault" "copies" {
#         name = "copies"
#         lifecycle {
#           prevent_destroy = true
#         }
#       }
#     cli: |
#       aws backup describe-backup-vault --backup-vault-name NAME
#   frameworks:
#     nist_800_53_r5: [CM-3, CM-4, CP-9]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.vaults_kept

import data.palisade.lib.plan

verdict := {
	"status": "not_applicable",
	"message": "The change is about no vault.",
} if {
	not guard
} else := {
	"status": "pass",
	"message": "The vault, or its lock, is new: it takes nothing away.",
} if {
	input.subject.action == "create"
	not contains(input.subject.resource_type, "policy")
} else := {
	"status": "pass",
	"message": "The policy is that of a vault which the same plan makes.",
} if {
	input.subject.action == "create"
	input.subject.target_is_new == true
} else := {
	"status": "fail",
	"message": sprintf("The plan %s a vault, its lock or its policy: %s. What survives may lie there.", [plan.done, plan.which(guard)]),
} if {
	guard
}

guard := plan.guard("vault")
