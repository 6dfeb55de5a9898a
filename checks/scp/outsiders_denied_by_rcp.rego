# METADATA
# title: Resource control policies keep outsiders from deleting
# description: >-
#   A resource's own policy can let other accounts in; service control policies do not bind their principals. Resource
#   control policies do: for the services that they cover, no principal outside the organization can destroy data or
#   backups of this account, whatever the policies of its resources say.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_examples.html
# custom:
#   id: scp-outsiders-denied-by-rcp
#   layer: scp
#   severity: medium
#   subject: account
#   needs:
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - account.regions
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [guards.bound, guards.outsiders]
#   remediation:
#     terraform: |
#       data "aws_iam_policy_document" "perimeter" {
#         statement {
#           sid       = "OrganizationAlone"
#           effect    = "Deny"
#           actions   = ["s3:*", "dynamodb:*", "kms:*", "secretsmanager:*", "ecr:*"]
#           resources = ["*"]
#           principals {
#             type        = "*"
#             identifiers = ["*"]
#           }
#           condition {
#             test     = "StringNotEqualsIfExists"
#             variable = "aws:PrincipalOrgID"
#             values   = ["ORGANIZATION_ID"]
#           }
#           condition {
#             test     = "BoolIfExists"
#             variable = "aws:PrincipalIsAWSService"
#             values   = ["false"]
#           }
#         }
#       }
#
#       resource "aws_organizations_policy" "perimeter" {
#         name    = "perimeter"
#         type    = "RESOURCE_CONTROL_POLICY"
#         content = data.aws_iam_policy_document.perimeter.json
#       }
#     cli: |
#       aws organizations create-policy --type RESOURCE_CONTROL_POLICY --name perimeter --description "palisade" --content file://perimeter.json
#       aws organizations attach-policy --policy-id POLICY_ID --target-id ROOT_ID
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-4, SC-7]
#     nist_csf_2_0: [PR.AA-05, PR.IR-01]
#     cis_controls_8_1: ["3.3"]
#     iso_27001_2022: [A.5.15, A.8.3]
#     soc2_tsc_2017: [CC6.1, CC6.6]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.outsiders_denied_by_rcp

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
	"status": status,
	"message": replace(replace(judged.message, "an administrator", "outsiders"), "every administrator", "outsiders"),
} if {
	status := judged.status
}

judged := guards.judged(input.subject.guards.outsiders, "that destroy data or backups")
