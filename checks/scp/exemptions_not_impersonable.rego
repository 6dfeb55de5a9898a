# METADATA
# title: Nobody can become a principal that the denies exempt
# description: >-
#   An exemption is only as strong as what it takes to become exempt. Nobody whom a deny binds makes a role under an
#   exempt name, rewrites the trust or the policies of an exempt role, assumes one, passes one to compute, drives code
#   that runs as one, or sets the tag that exempts. What depends on a condition counts, for nothing excludes it.
#   Principals of the management account are another check's: no SCP binds them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# custom:
#   id: scp-exemptions-not-impersonable
#   layer: scp
#   severity: critical
#   subject: account
#   needs:
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - organization.delegated_administrators
#     - organization.trusted_services
#     - organization.central_root
#     - account.regions
#     - iam.authorization_details
#   evidence: forall
#   facts: [guards.bound, guards.exemptions, reach.impersonation]
#   remediation:
#     note: >-
#       The statement below has no exemption for the role that it protects: change that role from the pipeline of the
#       management account alone, by taking the policy off first.
#     terraform: |
#       data "aws_iam_policy_document" "exempt" {
#         statement {
#           sid    = "ProtectExempt"
#           effect = "Deny"
#           actions = [
#             "iam:AttachRolePolicy", "iam:CreateRole", "iam:DeleteRole*", "iam:DetachRolePolicy", "iam:PassRole",
#             "iam:PutRole*", "iam:TagRole", "iam:UntagRole", "iam:UpdateAssumeRolePolicy", "iam:UpdateRole*",
#           ]
#           resources = ["arn:aws:iam::*:role/BreakGlass"] # every name and pattern that a deny exempts
#         }
#       }
#     cli: |
#       aws organizations update-policy --policy-id POLICY_ID --content file://guards.json
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6(5), AC-6(10)]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.5.15, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.exemptions_not_impersonable

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
	"message": sprintf("%s whom the denies bind can become exempt from them: %s.", [
		words.counted(impersonation.count, "principal"),
		words.some_of([one.told | some one in impersonation.shown]),
	]),
} if {
	impersonation.count > 0
} else := {
	"status": "unknown",
	"message": sprintf("Nobody can tell who controls what exempts here: %s.", [words.some_of(impersonation.unclear)]),
} if {
	count(impersonation.unclear) > 0
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
	"message": sprintf("Nobody whom the denies bind can become one of the %s that they exempt, nor make another.", [
		words.counted(impersonation.exempt, "principal"),
	]),
} if {
	impersonation.count == 0
	count(input.subject.guards.exemptions) > 0
}

impersonation := input.subject.reach.impersonation
