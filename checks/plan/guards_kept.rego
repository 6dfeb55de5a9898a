# METADATA
# title: The plan changes no policy of the organization
# description: >-
#   The organization's policies are what closes the destroying calls for everybody; a plan that changes, detaches or
#   deletes one may open them all before the rest of it is applied. A policy or attachment that is new takes nothing
#   away, and tag policies close nothing.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
# custom:
#   id: plan-guards-kept
#   layer: scp
#   severity: critical
#   subject: planned_change
#   needs:
#     - organization.scps
#     - organization.rcps
#   evidence: forall
#   facts: [address, resource_type, actions, changed, touches]
#   remediation:
#     note: >-
#       Change guards in a plan of their own, with nothing else in it, and look again with `palisade ready` before the
#       next.
#     terraform: |
#       resource "aws_organizations_policy" "guards" {
#         # …
#         lifecycle {
#           prevent_destroy = true
#         }
#       }
#     cli: |
#       palisade guard suggest --inventory INVENTORY
#   frameworks:
#     nist_800_53_r5: [AC-3, CM-3, CM-5]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.guards_kept

import data.palisade.lib.plan

verdict := {
	"status": "not_applicable",
	"message": "The change is about no policy of the organization.",
} if {
	not guard
} else := {
	"status": "pass",
	"message": "The policy or attachment is new: it takes nothing away.",
} if {
	input.subject.action == "create"
	new
} else := {
	"status": "pass",
	"message": sprintf("The policy is a %s: it closes nothing.", [kind]),
} if {
	kind in {"TAG_POLICY", "AISERVICES_OPT_OUT_POLICY", "CHATBOT_POLICY"}
} else := {
	"status": "fail",
	"message": sprintf("The plan %s a policy of the organization, its attachment or its settings: %s. What it closes may be open afterwards.", [
		plan.done,
		plan.which(guard),
	]),
} if {
	guard
}

guard := plan.guard("organization_policy")

new if startswith(input.subject.resource_type, "aws_organizations_policy")

new if startswith(input.subject.resource_type, "awscc_organizations_policy")

kind := input.subject.before.type if {
	input.subject.before.type == object.get(input.subject.after, "type", input.subject.before.type)
}
