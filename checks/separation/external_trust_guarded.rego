# METADATA
# title: Outside accounts enter destructive roles with an ExternalId alone
# description: >-
#   A role that can destroy data and that trusts an account outside the organization requires an ExternalId or an
#   organization condition. Somebody from another organization knocks with no ExternalId and with one that was never
#   agreed on: the trust has to refuse both.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
# custom:
#   id: separation-external-trust-guarded
#   layer: separation
#   severity: high
#   severity_outside_production: medium
#   subject: iam_role
#   needs:
#     - iam.authorization_details
#     - organization.description
#     - organization.accounts
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - organization.roots
#     - organization.units
#     - organization.scps
#     - organization.rcps
#   evidence: each
#   facts: [destructive, action, resource, outsiders]
#   remediation:
#     terraform: |
#       data "aws_iam_policy_document" "partner" {
#         statement {
#           actions = ["sts:AssumeRole"]
#           principals {
#             type        = "AWS"
#             identifiers = ["arn:aws:iam::444455556666:role/partner"]
#           }
#           condition {
#             test     = "StringEquals"
#             variable = "sts:ExternalId"
#             values   = [var.external_id]
#           }
#         }
#       }
#     cli: |
#       aws iam update-assume-role-policy --role-name partner --policy-document file://trust.json
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6, AC-20]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8", "15.4"]
#     iso_27001_2022: [A.5.19, A.5.20, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.separation.external_trust_guarded

import data.palisade.lib.words

verdict := {
	"status": "unknown",
	"message": "Whether the role holds destructive rights could not be told.",
} if {
	not is_string(input.subject.destructive)
} else := {
	"status": "fail",
	"message": sprintf("The role may call %s, and its trust lets %s in without an ExternalId or an organization condition.", [
		input.subject.action,
		words.some_of(open),
	]),
} if {
	count(open) > 0
} else := {
	"status": "pass",
	"message": sprintf("The role may call %s, and its trust of %s requires an ExternalId or an organization condition.", [
		input.subject.action,
		words.some_of(guarded),
	]),
} if {
	count(guarded) > 0
} else := {
	"status": "pass",
	"message": sprintf("The role may call %s, and it trusts no account outside the organization.", [input.subject.action]),
} if {
	is_array(input.subject.outsiders)
}

open := [trusted.party | some trusted in input.subject.outsiders; trusted.guarded == false]

guarded := [trusted.party | some trusted in input.subject.outsiders; trusted.guarded == true]
