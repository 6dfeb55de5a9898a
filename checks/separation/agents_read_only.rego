# METADATA
# title: Agents cannot destroy data
# description: >-
#   A principal that a program acts as on its own judgement ([agents] principals) reaches no destructive right in
#   any account, through any chain. One wrong plan then ends with a refusal.
# related_resources:
#   - ref: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# custom:
#   id: separation-agents-read-only
#   layer: separation
#   severity: critical
#   subject: agent
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
#   evidence: forall
#   facts: [declared, pattern, found, accounts, reaches]
#   remediation:
#     terraform: |
#       resource "aws_iam_role" "agent" {
#         name                 = "agent"
#         assume_role_policy   = data.aws_iam_policy_document.agent.json
#         permissions_boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess"
#       }
#     cli: |
#       aws iam put-role-permissions-boundary --role-name agent \
#         --permissions-boundary arn:aws:iam::aws:policy/ReadOnlyAccess
#   frameworks:
#     nist_800_53_r5: [AC-6, AC-6(1), AC-5]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.5.3, A.8.2]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.separation.agents_read_only

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "No agent is declared: name the roles and users that programs act as on their own judgement in [agents] principals.",
} if {
	input.subject.declared == false
} else := {
	"status": "unknown",
	"message": sprintf("No principal that was read matches %s of [agents] principals.", [input.subject.pattern]),
} if {
	input.subject.found == false
} else := {
	"status": "fail",
	"message": sprintf("The agent can destroy data in %s: %s.", [
		words.counted(input.subject.accounts, "account"),
		words.some_of([reacher.told | some reacher in input.subject.reaches]),
	]),
} if {
	input.subject.accounts > 0
} else := {
	"status": "pass",
	"message": "The agent reaches no destructive right.",
} if {
	input.subject.accounts == 0
	input.subject.found == true
}
