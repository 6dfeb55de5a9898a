# METADATA
# title: Nobody of another environment can destroy production data
# description: >-
#   No principal of an account whose environment is known and is not production reaches a destructive right here,
#   through any chain: assumed roles, passed roles, rewritten policies, code that runs as a role, stack sets. What
#   depends on a condition counts, for nothing excludes it. Principals of management and deployment accounts, and of
#   accounts whose environment is not known, are listed among the destroyers and do not fail here.
# related_resources:
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
# custom:
#   id: separation-no-cross-environment-destroyers
#   layer: separation
#   severity: critical
#   subject: account
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
#     - s3.bucket_policy
#     - dynamodb.resource_policies
#     - kms.key_policies
#     - backup.vault_policies
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - s3.bucket_tags
#     - dynamodb.tags
#     - organization.account_tags
#   evidence: forall
#   facts: [reach.crossing.count, reach.crossing.shown, reach.rights]
#   remediation:
#     terraform: |
#       resource "aws_iam_role" "deploy" {
#         name = "deploy"
#         assume_role_policy = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Allow"
#             Action    = "sts:AssumeRole"
#             Principal = { AWS = "arn:aws:iam::111122223333:role/production-deploy" } # nobody of development
#           }]
#         })
#       }
#     cli: |
#       aws iam update-assume-role-policy --role-name deploy --policy-document file://trust.json
#   frameworks:
#     nist_800_53_r5: [AC-5, AC-6, AC-6(5)]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8", "16.8"]
#     iso_27001_2022: [A.5.3, A.8.2, A.8.31]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
#     cis_aws_foundations_7_0: ["2.1.4"]
package palisade.separation.no_cross_environment_destroyers

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The account holds nothing to judge: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "unknown",
	"message": "The account was not scanned, so that nobody knows who reaches what is in it.",
} if {
	not input.subject.scanned == true
} else := {
	"status": "not_applicable",
	"message": sprintf("The account is not judged: %s.", [words.other_environment]),
} if {
	words.other_environment
} else := {
	"status": "unknown",
	"message": "No data was found, but not everything could be listed.",
} if {
	input.subject.data_resources == 0
	words.unread(words.data_lists)
} else := {
	"status": "not_applicable",
	"message": "The account holds no data.",
} if {
	input.subject.data_resources == 0
} else := {
	"status": "fail",
	"message": sprintf("%s of another environment can destroy data here: %s.", [
		words.counted(input.subject.reach.crossing.count, "principal"),
		words.some_of(ways),
	]),
} if {
	input.subject.reach.crossing.count > 0
} else := {
	"status": "pass",
	"message": sprintf("No principal of another environment reaches any of the %s to destroy data here.", [
		words.counted(input.subject.reach.rights, "right"),
	]),
} if {
	input.subject.reach.crossing.count == 0
	input.subject.reach.rights > 0
}

ways := [reacher.told | some reacher in input.subject.reach.crossing.shown]
