# METADATA
# title: Service control policies close destruction to the root user
# description: >-
#   The root user of a member account passes every identity policy and permissions boundary; service control policies
#   bind it. In production accounts everything that destroys data or backups, weakens their protection or removes
#   guards, and that production can live without, is closed to the root user too: in its own account no break-glass is
#   needed as root.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
# custom:
#   id: scp-root-user-denied
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
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [guards.bound, guards.root]
#   remediation:
#     note: >-
#       A deny that leaves sessions of central root access alone closes less than one without a condition: such
#       sessions are then what stays open.
#     terraform: |
#       data "aws_iam_policy_document" "root" {
#         statement {
#           sid       = "RootUser"
#           effect    = "Deny"
#           actions   = ["*"]
#           resources = ["*"]
#           condition {
#             test     = "ArnLike"
#             variable = "aws:PrincipalArn"
#             values   = ["arn:aws:iam::*:root"]
#           }
#           condition {
#             test     = "Null"
#             variable = "aws:AssumedRoot" # sessions of central root access stay
#             values   = ["true"]
#           }
#         }
#       }
#     cli: |
#       palisade guard suggest --ou OU_ID --inventory INVENTORY # writes the whole policy, and proves it
#       aws organizations create-policy --type SERVICE_CONTROL_POLICY --name palisade-guards --description "palisade" --content file://guards.json
#       aws organizations attach-policy --policy-id POLICY_ID --target-id OU_ID
#   frameworks:
#     nist_800_53_r5: [AC-6, AC-6(5)]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["5.4"]
#     iso_27001_2022: [A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.scp.root_user_denied

import data.palisade.lib.guards
import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("Nothing runs here any more: %s.", [words.closed_account]),
} if {
	words.closed_account
} else := {
	"status": "not_applicable",
	"message": sprintf("This is not a production account: %s.", [words.other_environment]),
} if {
	words.other_environment
} else := {
	"status": "not_applicable",
	"message": "Service control policies do not bind the root user of the management account.",
} if {
	input.subject.guards.bound == "management"
} else := {
	"status": status,
	"message": replace(replace(judged.message, "an administrator", "the root user"), "every administrator", "the root user"),
} if {
	status := judged.status
}

judged := guards.judged(input.subject.guards.root, "that destroy data or backups, weaken protection or remove guards")
