# METADATA
# title: DynamoDB tables have point-in-time recovery on
# description: >-
#   Point-in-time recovery restores a table to any second of up to 35 days; it is what undoes a wrong batch delete,
#   which deletion protection does not stop.
# related_resources:
#   - ref: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
# custom:
#   id: deletion-dynamodb-recoverable
#   layer: deletion
#   severity: high
#   severity_outside_production: medium
#   subject: dynamodb_table
#   needs: [dynamodb.tables, dynamodb.continuous_backups]
#   evidence: each
#   facts: [protection.point_in_time_recovery]
#   remediation:
#     terraform: |
#       resource "aws_dynamodb_table" "this" {
#         point_in_time_recovery {
#           enabled = true
#         }
#       }
#     cli: |
#       aws dynamodb update-continuous-backups --table-name NAME --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1", "8.2"]
#     aws_fsbp: [DynamoDB.2]
package palisade.deletion.dynamodb_recoverable

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The table is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": "Point-in-time recovery is on.",
} if {
	input.subject.protection.point_in_time_recovery == true
} else := {
	"status": "fail",
	"message": "Point-in-time recovery is off: what a wrong write or batch delete takes from this table is gone.",
} if {
	input.subject.protection.point_in_time_recovery == false
}
