# METADATA
# title: Lock tables have deletion protection on
# description: >-
#   Whoever deletes the lock table takes the locks and the digests of every state that is locked through it.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3#dynamodb-state-locking
# custom:
#   id: state-lock-table-protected
#   layer: state
#   severity: medium
#   severity_outside_production: low
#   subject: lock_table
#   needs: [dynamodb.tables]
#   evidence: each
#   facts: [deletion_protection, states]
#   remediation:
#     terraform: |
#       resource "aws_dynamodb_table" "locks" {
#         deletion_protection_enabled = true
#       }
#     cli: |
#       aws dynamodb update-table --table-name TABLE --deletion-protection-enabled
#   frameworks:
#     nist_800_53_r5: [CM-3, SC-5(2)]
#     nist_csf_2_0: [PR.IR-03]
#     iso_27001_2022: [A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(e)]
#     aws_fsbp: [DynamoDB.6]
package palisade.state.lock_table_protected

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteTable is refused until somebody first takes it off.",
} if {
	input.subject.deletion_protection == true
} else := {
	"status": "fail",
	"message": sprintf("Deletion protection is off: one DeleteTable call takes the locks and digests of %s.", [words.counted(input.subject.states, "state")]),
} if {
	input.subject.deletion_protection == false
}
