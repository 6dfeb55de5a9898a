# METADATA
# title: DynamoDB tables have deletion protection on
# description: >-
#   With deletion protection on, DeleteTable is refused until somebody first takes it off. Lock tables of Terraform are
#   operational and judged in the state layer.
# related_resources:
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html
# custom:
#   id: deletion-dynamodb-protected
#   layer: deletion
#   severity: critical
#   severity_outside_production: medium
#   subject: dynamodb_table
#   needs: [dynamodb.tables]
#   evidence: each
#   facts: [protection.deletion_protection]
#   remediation:
#     terraform: |
#       resource "aws_dynamodb_table" "this" {
#         deletion_protection_enabled = true
#       }
#     cli: |
#       aws dynamodb update-table --table-name NAME --deletion-protection-enabled
#   frameworks:
#     nist_800_53_r5: [CM-3, SC-5(2)]
#     nist_csf_2_0: [PR.DS-01, PR.IR-03]
#     iso_27001_2022: [A.5.33]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(c)]
#     aws_fsbp: [DynamoDB.6]
package palisade.deletion.dynamodb_protected

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The table is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteTable is refused until somebody first takes it off.",
} if {
	input.subject.protection.deletion_protection == true
} else := {
	"status": "fail",
	"message": "Deletion protection is off: one DeleteTable call destroys this table.",
} if {
	input.subject.protection.deletion_protection == false
}
