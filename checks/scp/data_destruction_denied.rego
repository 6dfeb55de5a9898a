# METADATA
# title: Service control policies close every action that destroys data
# description: >-
#   Deletion protection is a flag that an administrator can turn off; a deny above the account is not. For each
#   service that holds data in a production account, and for the keys and recovery points that data rests on, every
#   action of the catalogue that destroys data and that production can live without is closed by the organization's
#   policies alone: for every role and user, in every enabled region, whatever identity policies say, but for the
#   declared break-glass principals and platform roles. What is conditional (on tags, MFA, networks, regions) is not
#   closed.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
# custom:
#   id: scp-data-destruction-denied
#   layer: scp
#   severity: critical
#   subject: account_service
#   needs:
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - account.regions
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [bound, data_resources, destroys_data]
#   remediation:
#     note: >-
#       A deny is lifted by whoever it exempts: exempt the break-glass role alone, and let nobody assume it in daily
#       work.
#     terraform: |
#       data "aws_iam_policy_document" "guards" {
#         statement {
#           sid       = "Guards"
#           effect    = "Deny"
#           actions   = ["rds:DeleteDBInstance", "rds:DeleteDBCluster", "dynamodb:DeleteTable", "s3:DeleteBucket", "kms:ScheduleKeyDeletion"]
#           resources = ["*"]
#           condition {
#             test     = "ArnNotLike"
#             variable = "aws:PrincipalArn"
#             values   = ["arn:aws:iam::*:role/BreakGlass"] # [break_glass] principals names the same
#           }
#         }
#       }
#
#       resource "aws_organizations_policy" "guards" {
#         name    = "palisade-guards"
#         content = data.aws_iam_policy_document.guards.json
#       }
#
#       resource "aws_organizations_policy_attachment" "guards" {
#         policy_id = aws_organizations_policy.guards.id
#         target_id = "OU_ID"
#       }
#     cli: |
#       palisade guard suggest --ou OU_ID --inventory INVENTORY # writes the whole policy, and proves it
#       aws organizations create-policy --type SERVICE_CONTROL_POLICY --name palisade-guards --description "palisade" --content file://guards.json
#       aws organizations attach-policy --policy-id POLICY_ID --target-id OU_ID
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6, CP-9]
#     nist_csf_2_0: [PR.AA-05, PR.DS-11]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.15, A.8.13]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.data_destruction_denied

import data.palisade.lib.guards
import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This is not a production account: %s.", [words.other_environment]),
} if {
	words.other_environment
} else := guards.service(input.subject.destroys_data, "destroy data")
