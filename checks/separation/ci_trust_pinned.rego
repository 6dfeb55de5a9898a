# METADATA
# title: CI enters destructive roles by pinned audience and subject alone
# description: >-
#   A role that can destroy data and that trusts an OIDC provider pins the token's audience and subject, without a
#   bare wildcard. A token for another audience and tokens of somebody else's repository knock: the trust has to
#   refuse them all.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
#   - ref: https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services
# custom:
#   id: separation-ci-trust-pinned
#   layer: separation
#   severity: high
#   severity_outside_production: medium
#   subject: iam_role
#   needs:
#     - iam.authorization_details
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#   evidence: each
#   facts: [destructive, action, resource, providers]
#   remediation:
#     terraform: |
#       data "aws_iam_policy_document" "ci" {
#         statement {
#           actions = ["sts:AssumeRoleWithWebIdentity"]
#           principals {
#             type        = "Federated"
#             identifiers = [aws_iam_openid_connect_provider.github.arn]
#           }
#           condition {
#             test     = "StringEquals"
#             variable = "token.actions.githubusercontent.com:aud"
#             values   = ["sts.amazonaws.com"]
#           }
#           condition {
#             test     = "StringEquals"
#             variable = "token.actions.githubusercontent.com:sub"
#             values   = ["repo:shop/infrastructure:environment:production"]
#           }
#         }
#       }
#     cli: |
#       aws iam update-assume-role-policy --role-name ci --policy-document file://trust.json
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6, IA-8]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8", "16.1"]
#     iso_27001_2022: [A.5.17, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.separation.ci_trust_pinned

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "Whether the role holds destructive rights could not be told.",
} if {
	not is_string(input.subject.destructive)
} else := {
	"status": "fail",
	"message": sprintf("The role may call %s, and its trust of %s.", [input.subject.action, words.some_of(loose)]),
} if {
	count(loose) > 0
} else := {
	"status": "pass",
	"message": sprintf("The role may call %s, and its trust pins audience and subject of %s.", [
		input.subject.action,
		words.counted(count(input.subject.providers), "OIDC provider"),
	]),
} if {
	count(input.subject.providers) > 0
} else := {
	"status": "not_applicable",
	"message": "The role trusts no OIDC provider.",
} if {
	input.subject.providers == []
}

loose := [sprintf("%s lets %s in", [trusted.provider, whom(trusted)]) |
	some trusted in input.subject.providers
	whom(trusted)
]

whom(trusted) := "tokens of anybody's subject and for any audience" if {
	trusted.subject_pinned == false
	trusted.audience_pinned == false
} else := "tokens of anybody's subject" if {
	trusted.subject_pinned == false
} else := "tokens for any audience" if {
	trusted.audience_pinned == false
}
