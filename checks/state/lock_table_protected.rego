# METADATA
# title: Lock tables have deletion protection
# description: >-
#   Without its table, `dynamodb_table` locking fails or is switched off in a hurry. DeletionProtectionEnabled is on.
# related_resources:
#   - https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
# custom:
#   id: state-lock-table-protected
#   layer: state
#   severity: medium
#   subject: lock_table
#   needs: [dynamodb.tables]
#   evidence: each
#   facts: [deletion_protection, states]
#   remediation:
#     terraform: |
#       resource "aws_dynamodb_table" "locks" {
#         deletion_protection_enabled = true
#       }
#     cli: aws dynamodb update-table --table-name TABLE --deletion-protection-enabled
#   frameworks:
#     nist_800_53_r5: [CM-3]
#     nist_csf_2_0: [PR.PS-01]
#     soc2_tsc_2017: [CC8.1]
#     aws_fsbp: [DynamoDB.6]
package palisade.state.lock_table_protected

verdict := {"status": "pass", "message": "deletion protection is on"} if {
	input.subject.deletion_protection == true
} else := {
	"status": "fail",
	"message": sprintf("DeleteTable succeeds: deletion protection is off, and %d state(s) are locked through it", [input.subject.states]),
} if {
	input.subject.deletion_protection == false
}
