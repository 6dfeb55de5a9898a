# METADATA
# title: Service control policies close every action that removes guards
# description: >-
#   A guard that an administrator of the account can remove delays nobody. Every action of the catalogue that takes
#   guards away and can be called from a member account (leaving the organization, closing the account, stopping the
#   trail, opening vaults and buckets, lifting locks) and that production can live without is closed by the
#   organization's policies alone, but for the declared break-glass principals and platform roles. What can be called
#   from the management account alone is no matter of SCPs.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
# custom:
#   id: scp-guard-removal-denied
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
#     - organization.resource_policy
#   evidence: forall
#   facts: [guards.bound, guards.removal]
#   remediation:
#     note: >-
#       A deny is lifted by whoever it exempts: exempt the break-glass role alone, and let nobody assume it in daily
#       work.
#     terraform: |
#       data "aws_iam_policy_document" "guards" {
#         statement {
#           sid       = "Guards"
#           effect    = "Deny"
#           actions   = ["organizations:LeaveOrganization", "account:CloseAccount", "cloudtrail:StopLogging", "backup:DeleteBackupVaultLockConfiguration"]
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
package palisade.scp.guard_removal_denied

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
} else := guards.judged(input.subject.guards.removal, "that remove guards")
