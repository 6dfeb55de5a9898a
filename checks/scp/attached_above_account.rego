# METADATA
# title: What closes is attached above the account
# description: >-
#   A deny that is attached to an account alone is forgotten for the next one. The statements that close actions come
#   from an organizational unit or the root, so that a new account inherits them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_policies_inheritance_auth.html
# custom:
#   id: scp-attached-above-account
#   layer: scp
#   severity: low
#   subject: account
#   needs:
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - account.regions
#   evidence: each
#   facts: [guards.closed, guards.closed_at_account, guards.at_account]
#   remediation:
#     terraform: |
#       resource "aws_organizations_policy_attachment" "guards" {
#         policy_id = "POLICY_ID"
#         target_id = "OU_ID" # not an account
#       }
#     cli: |
#       aws organizations attach-policy --policy-id POLICY_ID --target-id OU_ID
#       aws organizations detach-policy --policy-id POLICY_ID --target-id ACCOUNT_ID
#   frameworks:
#     nist_800_53_r5: [AC-3, CM-6]
#     nist_csf_2_0: [PR.AA-05, PR.PS-01]
#     cis_controls_8_1: ["4.1"]
#     iso_27001_2022: [A.5.15, A.8.9]
#     soc2_tsc_2017: [CC6.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.attached_above_account

import data.palisade.lib.guards
import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("Nothing runs here any more: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "not_applicable",
	"message": sprintf("Not before any guard: %s.", [guards.unguarded]),
} if {
	guards.unguarded
} else := {
	"status": "unknown",
	"message": sprintf("Whether %s can be called depends on what could not be read, and so does by what they would be closed.", [words.counted(input.subject.guards.undecided, "further action")]),
} if {
	input.subject.guards.undecided > 0
} else := {
	"status": "not_applicable",
	"message": "Nothing is closed here, wherever policies are attached.",
} if {
	input.subject.guards.closed == 0
} else := {
	"status": "fail",
	"message": sprintf("%s only by what is attached to the account itself, which no new account inherits: %s (%s).", [
		closed(input.subject.guards.closed_at_account),
		words.some_of(input.subject.guards.closed_at_account_actions),
		words.some_of([statement.said | some statement in input.subject.guards.at_account]),
	]),
} if {
	is_number(input.subject.guards.closed_at_account)
	input.subject.guards.closed_at_account > 0
} else := {
	"status": "pass",
	"message": sprintf("What closes %s here comes from above the account.", [words.counted(input.subject.guards.closed, "action")]),
} if {
	input.subject.guards.closed > 0
	input.subject.guards.closed_at_account == 0
}

closed(n) := "1 action is closed" if {
	n == 1
} else := sprintf("%d actions are closed", [n])
