# METADATA
# title: Few principals can take service control policies away
# description: >-
#   At most `max_policy_administrators` principals reach the right to detach, change, delete or switch off service
#   control policies, from the management account or from a member that policies are delegated to. Whoever can lifts
#   every other guard first.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices_mgmt-acct.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
# custom:
#   id: scp-administrators-limited
#   layer: scp
#   severity: high
#   subject: organization
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
#     - organization.resource_policy
#   evidence: forall
#   facts: [policy_administrators.count, policy_administrators.shown, policy_administrators.platform, policy_delegates]
#   remediation:
#     terraform: |
#       resource "aws_iam_policy" "no_policies" {
#         name = "no-policy-administration"
#         policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect   = "Deny"
#             Action   = ["organizations:DetachPolicy", "organizations:UpdatePolicy", "organizations:DeletePolicy", "organizations:DisablePolicyType"]
#             Resource = "*"
#           }]
#         })
#       }
#     cli: |
#       aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::111122223333:policy/no-policy-administration
#   frameworks:
#     nist_800_53_r5: [AC-6(5), AC-6(7), CM-5]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.5.3, A.8.2, A.8.9]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.administrators_limited

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("%s can detach, change or switch off service control policies, more than %d: %s%s.", [
		words.counted(input.subject.policy_administrators.count, "principal"),
		data.config.max_policy_administrators,
		words.some_of(names),
		delegated,
	]),
} if {
	input.subject.policy_administrators.count > data.config.max_policy_administrators
} else := {
	"status": "pass",
	"message": sprintf("%s can detach, change or switch off service control policies, no more than %d%s%s.", [
		words.counted(input.subject.policy_administrators.count, "principal"),
		data.config.max_policy_administrators,
		listed,
		delegated,
	]),
} if {
	input.subject.policy_administrators.count <= data.config.max_policy_administrators
}

names := [reacher.who | some reacher in input.subject.policy_administrators.shown]

listed := sprintf(": %s", [words.some_of(names)]) if {
	count(names) > 0
} else := ""

delegated := sprintf(" (policies are delegated to %s)", [words.some_of(input.subject.policy_delegates)]) if {
	count(input.subject.policy_delegates) > 0
} else := ""
