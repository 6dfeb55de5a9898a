# METADATA
# title: A deliberate person or a declared deployment stands before destructive rights
# description: >-
#   A role that can destroy data is assumed by the principals that [deployment] declares alone, or with MFA that its
#   trust requires, or through Identity Center whose owner attests that MFA is enforced at every sign-in
#   ([identity_center] mfa_enforced, attested_by, attested_on): no API shows that.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
#   - ref: https://docs.aws.amazon.com/singlesignon/latest/userguide/mfa-configure.html
# custom:
#   id: separation-human-gate
#   layer: separation
#   severity: high
#   severity_outside_production: medium
#   subject: iam_role
#   needs:
#     - iam.authorization_details
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: each
#   facts: [destructive, action, resource, assumers, ungated, ungated_count, identity_center, platform]
#   remediation:
#     terraform: |
#       data "aws_iam_policy_document" "trust" {
#         statement {
#           actions = ["sts:AssumeRole"]
#           principals {
#             type        = "AWS"
#             identifiers = ["arn:aws:iam::111122223333:root"]
#           }
#           condition {
#             test     = "Bool"
#             variable = "aws:MultiFactorAuthPresent"
#             values   = ["true"]
#           }
#         }
#       }
#     cli: |
#       aws iam update-assume-role-policy --role-name admin --policy-document file://trust.json
#   frameworks:
#     nist_800_53_r5: [IA-2(1), AC-6, AC-5]
#     nist_csf_2_0: [PR.AA-03, PR.AA-05]
#     cis_controls_8_1: ["6.5"]
#     iso_27001_2022: [A.5.17, A.8.2, A.8.5]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["8.4.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(j)]
package palisade.separation.human_gate

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "Whether the role holds destructive rights could not be told.",
} if {
	not is_string(input.subject.destructive)
} else := {
	"status": "not_applicable",
	"message": sprintf("The role is the platform's (%s), and its trust admits nobody but the management and deployment accounts.", [
		input.subject.platform,
	]),
} if {
	is_string(input.subject.platform)
} else := {
	"status": "fail",
	"message": sprintf("The role may call %s, and %s may assume it without MFA and without being declared in [deployment]: %s.", [
		input.subject.action,
		words.counted(input.subject.ungated_count, "principal"),
		words.some_of(input.subject.ungated),
	]),
} if {
	input.subject.ungated_count > 0
} else := {
	"status": "unknown",
	"message": "People come to the role through Identity Center, and nobody attests that MFA is enforced there: set [identity_center] mfa_enforced, attested_by and attested_on.",
} if {
	input.subject.identity_center == true
	not attested
} else := {
	"status": "pass",
	"message": sprintf("People come to the role through Identity Center, where MFA is enforced as %s attested on %s.", [
		data.config.identity_center.attested_by,
		data.config.identity_center.attested_on,
	]),
} if {
	input.subject.identity_center == true
	attested
} else := {
	"status": "pass",
	"message": "Nobody may assume the role but AWS services, or those who are changed to.",
} if {
	input.subject.assumers == 0
} else := {
	"status": "pass",
	"message": sprintf("Everybody who may assume the role (%d) is declared in [deployment] or has to show MFA.", [input.subject.assumers]),
} if {
	input.subject.ungated_count == 0
}

attested if {
	data.config.identity_center.mfa_enforced == true
	is_string(data.config.identity_center.attested_by)
	is_string(data.config.identity_center.attested_on)
}
