# METADATA
# title: Whoever the denies exempt is declared
# description: >-
#   An exemption is a door in the wall. Whoever the closing denies let pass is named by [break_glass] principals or is
#   a role of a platform (Control Tower, StackSets, CDK); the pattern counts, not only who matches it today, for
#   whoever may create roles can make one that does. An exemption by tag is declared by nobody: it is worth what
#   control over tags is worth.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
# custom:
#   id: scp-exemptions-declared
#   layer: scp
#   severity: high
#   subject: account
#   needs:
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - account.regions
#   evidence: forall
#   facts: [guards.bound, guards.exemptions, guards.exemption_count]
#   remediation:
#     terraform: |
#       # the exemption in the policy, and the same in palisade.toml: [break_glass] principals = ["arn:aws:iam::*:role/BreakGlass"]
#       data "aws_iam_policy_document" "guards" {
#         statement {
#           effect    = "Deny"
#           actions   = ["rds:DeleteDBInstance"]
#           resources = ["*"]
#           condition {
#             test     = "ArnNotLike"
#             variable = "aws:PrincipalArn"
#             values   = ["arn:aws:iam::*:role/BreakGlass"]
#           }
#         }
#       }
#     cli: |
#       aws organizations update-policy --policy-id POLICY_ID --content file://guards.json
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6(5)]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.5.15, A.5.18]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.exemptions_declared

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
	"status": "fail",
	"message": sprintf("%s %s somebody whom nobody declared: %s.", [
		words.counted(count(undeclared), "exemption"),
		lets(count(undeclared)),
		concat("; ", array.concat(
			[exemption.said | some exemption in array.slice(undeclared, 0, 3)],
			guards.more(count(undeclared) - 3),
		)),
	]),
} if {
	count(undeclared) > 0
} else := {
	"status": "unknown",
	"message": sprintf("Whether %s can be called depends on what could not be read, and so does whom the denies exempt.", [words.counted(input.subject.guards.undecided, "further action")]),
} if {
	input.subject.guards.undecided > 0
} else := {
	"status": "not_applicable",
	"message": "Nothing is closed here, so that nobody is exempt from anything.",
} if {
	input.subject.guards.closed == 0
	input.subject.guards.exemption_count == 0
} else := {
	"status": "pass",
	"message": "The denies that close actions here exempt nobody.",
} if {
	input.subject.guards.closed > 0
	input.subject.guards.exemption_count == 0
} else := {
	"status": "pass",
	"message": sprintf("Whoever the closing denies exempt is declared: %s. Today these are %s and %s.", [
		concat("; ", [exemption.said | some exemption in array.slice(exemptions, 0, 3)]),
		words.counted(most("break_glass"), "declared principal"),
		words.counted(most("platform"), "platform role"),
	]),
} if {
	count(exemptions) > 0
	count(exemptions) == input.subject.guards.exemption_count
	count(undeclared) == 0
}

exemptions := input.subject.guards.exemptions if is_array(input.subject.guards.exemptions)

undeclared := [exemption |
	some exemption in exemptions
	count(exemption.undeclared) > 0
]

most(field) := max([exemption[field] | some exemption in exemptions])

lets(n) := "lets pass" if {
	n == 1
} else := "let pass"
