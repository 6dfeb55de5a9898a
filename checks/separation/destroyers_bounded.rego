# METADATA
# title: Few principals can destroy production data
# description: >-
#   At most `max_destroyers` principals reach a destructive right on the data of the account, by themselves or
#   through any chain. Platform roles whose trust admits nobody but the management and deployment accounts count as
#   one. Roles that only AWS services assume are judged through whoever passes or drives them.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
# custom:
#   id: separation-destroyers-bounded
#   layer: separation
#   severity: medium
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
#   evidence: forall
#   facts: [reach.destroyers.count, reach.destroyers.shown, reach.destroyers.platform, reach.rights]
#   remediation:
#     terraform: |
#       resource "aws_organizations_policy" "no_destruction" {
#         name    = "no-destruction"
#         type    = "SERVICE_CONTROL_POLICY"
#         content = jsonencode({
#           Version = "2012-10-17"
#           Statement = [{
#             Effect    = "Deny"
#             Action    = ["rds:Delete*", "dynamodb:DeleteTable", "s3:DeleteBucket", "s3:DeleteObjectVersion"]
#             Resource  = "*"
#             Condition = { ArnNotLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/BreakGlass" } }
#           }]
#         })
#       }
#     cli: |
#       aws iam detach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
#   frameworks:
#     nist_800_53_r5: [AC-6, AC-6(5), AC-6(7)]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.5.3, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.separation.destroyers_bounded

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
	"message": sprintf("%s can destroy data here, more than %d: %s%s.", [
		words.counted(input.subject.reach.destroyers.count, "principal"),
		data.config.max_destroyers,
		words.some_of(ways),
		platform,
	]),
} if {
	input.subject.reach.destroyers.count > data.config.max_destroyers
} else := {
	"status": "pass",
	"message": sprintf("%s can destroy data here, no more than %d%s%s.", [
		words.counted(input.subject.reach.destroyers.count, "principal"),
		data.config.max_destroyers,
		listed,
		platform,
	]),
} if {
	input.subject.reach.destroyers.count <= data.config.max_destroyers
	input.subject.reach.rights > 0
}

ways := [reacher.who | some reacher in input.subject.reach.destroyers.shown]

listed := sprintf(": %s", [words.some_of(ways)]) if {
	count(ways) > 0
} else := ""

platform := sprintf(" (platform roles: %s)", [words.some_of(input.subject.reach.destroyers.platform)]) if {
	count(input.subject.reach.destroyers.platform) > 0
} else := ""
