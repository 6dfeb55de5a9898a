# METADATA
# title: The plan leaves the break-glass principals as they are
# description: >-
#   Break-glass principals pass every guard ([break_glass] principals). A plan that changes one, its trust or its
#   rights, or makes one under such a name, changes who may destroy everything. Names are compared; the account is where
#   the plan tells it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/framework/sec_permissions_emergency_process.html
# custom:
#   id: plan-break-glass-kept
#   layer: separation
#   severity: critical
#   subject: planned_change
#   needs:
#     - iam.authorization_details
#   evidence: forall
#   facts: [address, resource_type, actions, changed, touches]
#   remediation:
#     note: >-
#       Manage break-glass in a configuration of its own that deployments do not reach.
#     terraform: |
#       resource "aws_iam_role" "break_glass" {
#         name = "BreakGlass" # by itself, in a configuration that no pipeline applies
#       }
#     cli: |
#       aws iam get-role --role-name NAME
#   frameworks:
#     nist_800_53_r5: [AC-2, AC-6, CM-5]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.break_glass_kept

import data.palisade.lib.plan

verdict := {
	"status": "fail",
	"message": sprintf("The plan %s a principal that passes the guards, or its rights: %s.", [plan.done, plan.which(guard)]),
} if {
	guard
} else := {
	"status": "not_applicable",
	"message": "The change is about no role and no user.",
} if {
	not contains(input.subject.resource_type, "_iam_")
} else := {
	"status": "pass",
	"message": "No break-glass principal is declared that this could be about.",
} if {
	count(data.config.break_glass.principals) == 0
} else := {
	"status": "pass",
	"message": "It is none of the declared break-glass principals.",
} if {
	not guard
}

guard := plan.guard("break_glass")
